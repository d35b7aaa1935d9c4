"""Morphology of masks and grey images against scipy's structuring elements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from medviewer.core.geometry import Geometry
from medviewer.core.image import Image
from medviewer.core.labels import Label, LabelMap, binary, of_array
from medviewer.errors import InputError
from medviewer.io import volume
from medviewer.ops import balls
from medviewer.ops.grey_morphology import GreyMorphologyParams, Shape, grey_morphology
from medviewer.ops.grey_morphology import Step as GreyStep
from medviewer.ops.morphology import MorphologyParams, Step, morphology
from medviewer.ops.operation import QuietContext
from medviewer.ops.part import crop
from medviewer.ops.threshold import FixedParams, fixed
from medviewer.ops.volume_grid import Dimension
from tests.helpers.phantoms import make_image, modality_values

CTX = QuietContext()


def ball(radius: float, spacing_xyz: tuple[float, float, float], across: bool) -> Any:
    """Offsets (z, y, x) whose centre lies within the radius, by the definition."""
    reach = [int(radius / s) + 1 for s in spacing_xyz[::-1]]
    if not across:
        reach[0] = 0
    z, y, x = np.mgrid[tuple(slice(-r, r + 1) for r in reach)]
    sx, sy, sz = spacing_xyz
    return (z * sz) ** 2 + (y * sy) ** 2 + (x * sx) ** 2 <= (radius + 1e-6) ** 2


def blobs(shape: tuple[int, int, int], seed: int = 0, level: float = 0.0) -> Any:
    rng = np.random.default_rng(seed)
    return ndimage.gaussian_filter(rng.normal(size=shape), (0.8, 2, 2)) > level


def expected_of(mask: Any, step: Step, element: Any) -> Any:
    """Outside of the image is neither mask nor background."""

    def dilate(m: Any) -> Any:
        return ndimage.binary_dilation(m, element)

    def erode(m: Any) -> Any:
        return ndimage.binary_erosion(m, element, border_value=1)

    run = {
        Step.DILATE: dilate, Step.ERODE: erode,
        Step.OPEN: lambda m: dilate(erode(m)), Step.CLOSE: lambda m: erode(dilate(m)),
    }  # fmt: skip
    return run[step](mask)


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("dimension", list(Dimension))
@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (0.7, 0.7, 2.5), (0.5, 1.3, 2.0)])
@pytest.mark.parametrize("radius", [0.0, 1.0, 3.0])
def test_the_ball_is_round_in_the_patient(
    step: Step, dimension: Dimension, spacing: tuple[float, float, float], radius: float
) -> None:
    shape = (9, 44, 52)
    grid = make_image(shape, spacing_xyz_mm=spacing)
    mask = blobs(shape, level=0.05)
    element = ball(radius, spacing, dimension is Dimension.VOLUME)
    result = morphology(binary(mask, grid), MorphologyParams(step, radius, dimension))
    assert np.array_equal(result.mask(), expected_of(mask, step, element))


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (0.7, 0.7, 2.5), (0.5, 1.3, 2.0)])
@pytest.mark.parametrize("across", [False, True])
def test_wide_balls_are_distances(spacing: tuple[float, float, float], across: bool) -> None:
    mask = blobs((9, 44, 52), level=0.25)
    for radius in (5.0, 13.5):
        found = balls.dilate(mask, spacing, radius, across, CTX)
        for k in range(1 if across else len(mask)):
            part, got = (mask, found) if across else (mask[k], found[k])
            sampling = spacing[::-1] if across else spacing[1::-1]
            away = ndimage.distance_transform_edt(~part, sampling) if part.any() else np.inf
            assert np.array_equal(got, np.broadcast_to(away <= radius + 1e-6, part.shape))


def test_large_discs_go_by_distance_and_small_ones_by_kernel_and_agree() -> None:
    mask = blobs((1, 90, 110), 4)
    for radius in (2.0, 11.9, 12.1, 25.0):
        assert np.array_equal(
            balls.dilate(mask, (1.0, 1.0, 1.0), radius, False, CTX)[0],
            ndimage.distance_transform_edt(~mask[0]) <= radius,
        )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.floats(0.5, 6.0), st.booleans())
def test_opening_and_closing_are_what_they_are(seed: int, radius: float, across: bool) -> None:
    mask = blobs((5, 24, 28), seed, 0.02)
    labels = binary(mask, make_image((5, 24, 28), spacing_xyz_mm=(0.9, 1.1, 2.0)))
    dimension = Dimension.VOLUME if across else Dimension.SLICE
    opened = morphology(labels, MorphologyParams(Step.OPEN, radius, dimension))
    closed = morphology(labels, MorphologyParams(Step.CLOSE, radius, dimension))
    assert not (opened.mask() & ~mask).any()
    assert not (mask & ~closed.mask()).any()
    again = morphology(opened, MorphologyParams(Step.OPEN, radius, dimension))
    assert np.array_equal(again.array, opened.array)
    again = morphology(closed, MorphologyParams(Step.CLOSE, radius, dimension))
    assert np.array_equal(again.array, closed.array)


def test_labels_grow_into_the_background_only_and_the_lower_number_wins() -> None:
    array = np.zeros((1, 9, 20), np.uint8)
    array[0, 2:7, 2:6], array[0, 2:7, 10:14], array[0, 4, 14:16] = 7, 3, 9
    labels = of_array(array, make_image((1, 9, 20), spacing_xyz_mm=(1, 1, 1)), (Label(3, "a"), Label(7, "b")))
    grown = morphology(labels, MorphologyParams(Step.DILATE, 2.0))
    assert np.array_equal(grown.array[array > 0], array[array > 0])
    near = {v: ndimage.distance_transform_edt(array[0] != v) <= 2.0 for v in (3, 7, 9)}
    for value, lower in ((3, ()), (7, (3,)), (9, (3, 7))):
        taken = np.any([near[v] for v in lower], axis=0) if lower else np.zeros((9, 20), bool)
        gained = near[value] & ~taken & (array[0] == 0)
        assert np.array_equal((grown.array[0] == value) & (array[0] == 0), gained)
    assert grown.labels == labels.labels
    eroded = morphology(labels, MorphologyParams(Step.ERODE, 1.0))
    assert np.array_equal(eroded.array == 7, ndimage.binary_erosion(array == 7, ball(1.0, (1, 1, 1), False)))


def test_real_lungs_open_as_scipy_opens_them(shared_data: Path) -> None:
    chest = volume.load(shared_data / "dicom" / "ct_chest_lidc-0314")
    part = crop(chest, ((28, 36), (100, 420), (60, 460)))
    mask = fixed(part, FixedParams(low=-2000, high=-400))
    element = ball(4.5, part.geometry.spacing_xyz_mm, True)
    for step in Step:
        result = morphology(mask, MorphologyParams(step, 4.5, Dimension.VOLUME))
        assert np.array_equal(result.mask(), expected_of(mask.mask(), step, element))


def test_a_tilted_stack_is_refused_as_a_volume() -> None:
    tilted = Geometry((3, 8, 8), axis_z=(0.0, 0.2, 0.9797959))
    labels = LabelMap(np.ones((3, 8, 8), np.uint8), tilted)
    with pytest.raises(InputError, match="tilted"):
        morphology(labels, MorphologyParams(dimension=Dimension.VOLUME))
    assert morphology(labels, MorphologyParams()).array.all()


# -- grey values


def grey_expected(values: Any, step: GreyStep, element: Any) -> Any:
    def erode(v: Any) -> Any:
        return ndimage.grey_erosion(v, footprint=element, mode="constant", cval=np.inf)

    def dilate(v: Any) -> Any:
        return ndimage.grey_dilation(v, footprint=element, mode="constant", cval=-np.inf)

    run = {
        GreyStep.ERODE: erode, GreyStep.DILATE: dilate,
        GreyStep.OPEN: lambda v: dilate(erode(v)), GreyStep.CLOSE: lambda v: erode(dilate(v)),
        GreyStep.TOP_HAT: lambda v: v - dilate(erode(v)), GreyStep.BLACK_HAT: lambda v: erode(dilate(v)) - v,
        GreyStep.GRADIENT: lambda v: dilate(v) - erode(v),
    }  # fmt: skip
    return run[step](values)


@pytest.mark.parametrize("step", list(GreyStep))
@pytest.mark.parametrize("dimension", list(Dimension))
@pytest.mark.parametrize("shape", list(Shape))
def test_grey_is_that_of_scipy(step: GreyStep, dimension: Dimension, shape: Shape) -> None:
    for dtype in (np.uint8, np.int16, np.float32, np.int32):
        image = make_image((5, 20, 24), dtype=dtype, spacing_xyz_mm=(0.8, 1.1, 2.0))
        spacing = image.geometry.spacing_xyz_mm
        element = ball(2.5, spacing, dimension is Dimension.VOLUME)
        if shape is Shape.SQUARE:
            element = np.ones((3 if dimension is Dimension.VOLUME else 1, 5, 7), bool)
        result = grey_morphology(image, GreyMorphologyParams(step, 2.5, shape, dimension))
        assert result.array.dtype == np.float32
        np.testing.assert_allclose(result.array, grey_expected(modality_values(image), step, element), atol=1e-3)


def test_missing_values_take_no_part_in_grey() -> None:
    image = make_image((3, 20, 24), padding=(-2000, -2000), spacing_xyz_mm=(1, 1, 1))
    array = image.array.copy()
    array[1, 5:9, 5:9] = -2000
    image = Image(array, image.geometry, image.rescale, image.unit, image.padding, facts=image.facts)
    values = modality_values(image)
    missing = np.isnan(values)
    for dimension in Dimension:
        element = ball(2.0, (1, 1, 1), dimension is Dimension.VOLUME)
        result = grey_morphology(image, GreyMorphologyParams(GreyStep.ERODE, 2.0, dimension=dimension)).array
        expected = ndimage.grey_erosion(
            np.where(missing, np.inf, values), footprint=element, mode="constant", cval=np.inf
        )
        assert np.array_equal(np.isnan(result), missing)
        assert np.allclose(result[~missing], expected[~missing])


def test_wide_elements_in_strips_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    image = make_image((1, 90, 70), spacing_xyz_mm=(1, 1, 1))
    params = GreyMorphologyParams(GreyStep.CLOSE, 9.0)
    whole = grey_morphology(image, params).array
    monkeypatch.setattr("medviewer.ops.grey_morphology.COMPARISONS_BETWEEN_CHECKS", 200_000)
    assert np.array_equal(grey_morphology(image, params).array, whole)
