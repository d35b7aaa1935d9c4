"""Objects measured, split and smoothed against scikit-image and SimpleITK."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.core.labels import of_array
from medviewer.ops.object_splitting import SplitParams, split_touching
from medviewer.ops.objects import FilterParams, MeasureParams, keep_objects, measure_objects
from medviewer.ops.scene import Scene
from medviewer.ops.volume_grid import Dimension
from tests.perf.measure import Table, compare

pytestmark = pytest.mark.perf

FACTS = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)
GROUP = "Objects"


def scene_of(mask: NDArray[Any]) -> Scene:
    values = np.random.default_rng(1).normal(100, 20, mask.shape).astype(np.float32)
    image = Image(values, Geometry(mask.shape, spacing_xyz_mm=(0.7, 0.7, 1.0)), facts=FACTS)
    return Scene.of(image, of_array(mask, image))


def ellipses(size: int, step: int) -> NDArray[np.uint8]:
    """About (size / step)² ellipses, none touching."""
    import cv2

    rng = np.random.default_rng(0)
    mask = np.zeros((1, size, size), np.uint8)
    most = step // 2 - 1
    for y in range(step // 2, size - most, step):
        for x in range(step // 2, size - most, step):
            axes = int(rng.integers(3, most)), int(rng.integers(3, most))
            cv2.ellipse(mask[0], (x, y), axes, float(rng.integers(180)), 0, 360, 1, -1)
    return mask


KEYS = (
    *("label", "area", "centroid", "bbox", "perimeter_crofton", "solidity", "eccentricity", "axis_major_length"),
    *("axis_minor_length", "orientation", "equivalent_diameter_area", "intensity_mean", "intensity_std"),
    *("intensity_min", "intensity_max"),
)


def test_five_thousand_objects(table: Table) -> None:
    """A table of 5,300 objects in 2048²; the peers give fewer columns (no Feret, no median)."""
    import SimpleITK
    from skimage import measure

    scene = scene_of(ellipses(2048, 28))
    assert scene.labels is not None
    mask, values = scene.labels.array[0], scene.image.array[0]
    rows = measure_objects(scene).n_rows

    def scikit_image() -> object:
        return measure.regionprops_table(measure.label(mask), values, KEYS)

    def itk() -> object:
        parts = SimpleITK.ConnectedComponent(SimpleITK.GetImageFromArray(mask), True)
        shapes = SimpleITK.LabelShapeStatisticsImageFilter()
        shapes.ComputeFeretDiameterOn()
        shapes.Execute(parts)
        inside = SimpleITK.LabelIntensityStatisticsImageFilter()
        inside.Execute(parts, SimpleITK.GetImageFromArray(values))
        return [(shapes.GetPerimeter(n), inside.GetMean(n)) for n in shapes.GetLabels()]

    compare(
        table,
        GROUP,
        f"table of {rows:,} objects, 2048²",
        {"ours": lambda: measure_objects(scene), "scikit-image regionprops": scikit_image, "SimpleITK": itk},
        {"scikit-image regionprops": "≥ 5×", "SimpleITK": "≥ 1×"},
        rounds=3,
    )
    compare(
        table,
        GROUP,
        f"{rows:,} objects: those over 200 px",
        {
            "ours": lambda: keep_objects(scene, FilterParams(low=200)),
            "scikit-image remove_small_objects": lambda: _remove_small(mask),
        },
        rounds=5,
    )


def _remove_small(mask: NDArray[np.uint8]) -> object:
    from skimage import morphology

    return morphology.remove_small_objects(mask.astype(bool), max_size=199, connectivity=2)


def test_objects_of_a_volume(table: Table) -> None:
    """Blobs in 128 x 256 x 256: volume, surface, diameter, intensity."""
    import SimpleITK
    from scipy import ndimage

    noise = ndimage.gaussian_filter(np.random.default_rng(2).normal(size=(128, 256, 256)).astype(np.float32), 5)
    scene = scene_of((noise > 1.3 * noise.std()).astype(np.uint8))
    assert scene.labels is not None
    mask, values = scene.labels.array, scene.image.array
    params = MeasureParams(Dimension.VOLUME)
    rows = measure_objects(scene, params).n_rows

    def itk() -> object:
        image = SimpleITK.GetImageFromArray(mask)
        parts = SimpleITK.ConnectedComponent(image, True)
        shapes = SimpleITK.LabelShapeStatisticsImageFilter()
        shapes.ComputeFeretDiameterOn()
        shapes.Execute(parts)
        inside = SimpleITK.LabelIntensityStatisticsImageFilter()
        inside.Execute(parts, SimpleITK.GetImageFromArray(values))
        return shapes.GetNumberOfLabels()

    compare(
        table,
        GROUP,
        f"table of {rows:,} objects, 128 × 256²",
        {"ours": lambda: measure_objects(scene, params), "SimpleITK": itk},
        {"SimpleITK": "≥ 1×"},
        rounds=3,
    )


def test_splitting(table: Table) -> None:
    import cv2
    from scipy import ndimage
    from skimage import morphology, segmentation

    rng = np.random.default_rng(7)
    mask = np.zeros((1, 512, 512), np.uint8)
    for _ in range(90):
        cv2.circle(mask[0], tuple(int(v) for v in rng.integers(0, 512, 2)), int(rng.integers(14, 24)), 1, -1)
    scene = scene_of(mask)
    assert scene.labels is not None
    labels = scene.labels

    def scikit_image() -> object:
        distance = ndimage.distance_transform_edt(mask[0])
        summits, _ = ndimage.label(morphology.h_maxima(distance, 2.0))
        return segmentation.watershed(-distance, summits, mask=mask[0])

    compare(
        table,
        GROUP,
        "split touching cells, 512²",
        {"ours": lambda: split_touching(labels, SplitParams(1.4)), "scikit-image h-maxima + watershed": scikit_image},
        {"scikit-image h-maxima + watershed": "≥ 1×"},
        rounds=5,
    )
