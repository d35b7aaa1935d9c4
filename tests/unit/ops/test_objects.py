"""The table of objects, objects kept by a column, touching ones split."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from skimage import measure, morphology, segmentation

from medviewer.core.geometry import Geometry
from medviewer.core.image import CalibratedRegion, Facts, Image, SpacingSource
from medviewer.core.labels import Label, LabelMap, of_array
from medviewer.errors import InputError
from medviewer.io import volume
from medviewer.ops.evaluate import evaluate_scene
from medviewer.ops.object_splitting import Apart, SplitParams, split_touching
from medviewer.ops.object_table import TITLES, with_unit
from medviewer.ops.objects import FilterParams, Measure, MeasureParams, Rule, keep_objects, measure_objects
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.ops.scene import Scene
from medviewer.ops.volume_grid import Dimension
from tests.helpers.phantoms import make_image

SPACING = (0.8, 0.6, 2.5)
VOLUME = Dimension.VOLUME


def scene(mask: NDArray[Any], labels: tuple[Label, ...] = (), **image: Any) -> Scene:
    found = make_image(mask.shape, **image)
    return Scene.of(found, of_array(mask.astype(np.uint16), found, labels))


def boxes_of(sizes: list[tuple[int, int]], shape: tuple[int, int, int] = (2, 60, 80)) -> NDArray[np.uint8]:
    """Boxes of these (rows, columns) in a row on the first slice, none touching."""
    mask = np.zeros(shape, np.uint8)
    x = 2
    for rows, columns in sizes:
        mask[0, 3 : 3 + rows, x : x + columns] = 1
        x += columns + 2
    return mask


def column(table: Any, key: str) -> list[Any]:
    return list(table.column(key).values)


def test_a_box_by_hand() -> None:
    mask = np.zeros((3, 20, 30), np.uint8)
    mask[1, 4:8, 10:20] = 2
    given = scene(mask, (Label(2, "lesion"),))
    table = measure_objects(given)
    assert table.n_rows == 1
    row = table.row(0)
    sx, sy, _ = SPACING
    assert (row["object"], row["label"], row["label_name"], row["slice"], row["pixels"]) == (1, 2, "lesion", 2, 40)
    assert row["area_mm2"] == pytest.approx(40 * sx * sy)
    assert (row["centroid_x_px"], row["centroid_y_px"]) == (14.5, 5.5)
    place = given.image.geometry.world((14.5, 5.5, 1))
    assert [row[f"centroid_{a}_mm"] for a in "lps"] == pytest.approx(place)
    assert [row[f"box_{a}_px"] for a in ("x", "y", "width", "height")] == [10, 4, 10, 4]
    assert (row["extent_x_mm"], row["extent_y_mm"], row["extent"]) == pytest.approx((10 * sx, 4 * sy, 1.0))
    assert row["touches_border"] is False
    inside = given.image.modality_slice(1)[4:8, 10:20]
    assert row["mean"] == pytest.approx(float(inside.mean()), abs=1e-3)
    assert row["median"] == pytest.approx(float(np.median(inside)))
    assert table.column("mean").unit == "HU"
    assert table.column("area_mm2").unit == "mm²"
    assert table.facts["objects"] == 1


def test_agrees_with_regionprops_on_a_real_slice(shared_data: Path) -> None:
    image = volume.load(shared_data / "dicom" / "ct_chest_lidc-0314")
    k = image.n_slices // 2
    air = np.zeros(image.array.shape, np.uint8)
    air[k] = image.modality_slice(k) < -500
    table = measure_objects(Scene.of(image, of_array(air, image)), MeasureParams(smallest=20))
    values = image.modality_slice(k)
    sx, sy, _ = image.geometry.spacing_xyz_mm
    regions = [r for r in measure.regionprops(measure.label(air[k], connectivity=2), values) if r.area >= 20]
    assert table.n_rows == len(regions) > 5
    for row, region in zip(table.rows(), regions, strict=True):
        assert row["pixels"] == region.area
        assert row["area_mm2"] == pytest.approx(region.area * sx * sy)
        assert (row["centroid_y_px"], row["centroid_x_px"]) == pytest.approx(region.centroid)
        assert row["mean"] == pytest.approx(region.intensity_mean, abs=0.01)
        assert (row["min"], row["max"]) == (region.intensity_min, region.intensity_max)
        hull = morphology.convex_hull_image(region.image, offset_coordinates=False)
        assert row["solidity"] == pytest.approx(region.area / hull.sum())
        crofton = measure.perimeter_crofton(np.pad(region.image, 1), directions=4)
        assert row["perimeter_mm"] == pytest.approx(crofton * sx, rel=1e-6)
        assert sx == pytest.approx(sy)


def test_volume_objects_have_litres_and_a_surface() -> None:
    z, y, x = np.mgrid[:24, :60, :60]
    sx, sy, sz = SPACING
    ball = ((z - 12) * sz) ** 2 + ((y - 30) * sy) ** 2 + ((x - 28) * sx) ** 2 <= 15**2
    table = measure_objects(scene(ball), MeasureParams(dimension=VOLUME))
    row = table.row(0)
    assert row["volume_mm3"] == pytest.approx(ball.sum() * sx * sy * sz)
    assert row["volume_ml"] == pytest.approx(float(row["volume_mm3"]) / 1000)  # type: ignore[arg-type]
    assert row["surface_mm2"] == pytest.approx(4 * math.pi * 225, rel=0.02)
    assert row["equivalent_diameter_mm"] == pytest.approx(30, rel=0.01)
    assert (row["slice"], row["box_depth_px"]) == (13, 13)
    assert row["centroid_z_px"] == pytest.approx(12)
    assert row["extent_z_mm"] == pytest.approx(13 * sz)
    assert "area_mm2" not in table.keys


def test_slices_are_apart_and_volumes_are_not() -> None:
    mask = np.zeros((3, 10, 10), np.uint8)
    mask[:, 2:5, 2:5] = 1
    mask[0, 7, 7] = 1
    assert column(measure_objects(scene(mask)), "slice") == [1, 1, 2, 3]
    assert measure_objects(scene(mask), MeasureParams(dimension=VOLUME)).n_rows == 2


def test_corners_connect_or_not() -> None:
    mask = np.zeros((1, 8, 8), np.uint8)
    mask[0, 2, 2] = mask[0, 3, 3] = 1
    assert measure_objects(scene(mask)).n_rows == 1
    assert measure_objects(scene(mask), MeasureParams(corners_connect=False)).n_rows == 2


def test_touching_labels_are_two_objects() -> None:
    mask = np.zeros((1, 8, 8), np.uint8)
    mask[0, 2:5, 2:4], mask[0, 2:5, 4:7] = 3, 1
    assert column(measure_objects(scene(mask)), "label") == [1, 3]


def test_without_spacing_there_are_no_millimetres() -> None:
    given = scene(boxes_of([(4, 6)]), facts=Facts(), spacing_xyz_mm=(1.0, 1.0, 1.0))
    for params in (MeasureParams(), MeasureParams(dimension=VOLUME)):
        table = measure_objects(given, params)
        assert not [k for k in table.keys if "mm" in k or k.endswith("ml")]
        assert not [c.unit for c in table.columns if "mm" in c.unit]
    assert measure_objects(given).row(0)["area_px2"] == 24


def test_ultrasound_counts_in_mm_only_inside_one_region() -> None:
    region = CalibratedRegion(0, 0, 39, 59, (0.25, 0.5))
    facts = Facts(spacing_source=SpacingSource.REGION, regions=(region,))
    inside = measure_objects(scene(boxes_of([(4, 6)]), facts=facts))
    assert inside.row(0)["area_mm2"] == pytest.approx(24 * 0.125)
    across = measure_objects(scene(boxes_of([(4, 6), (4, 60)]), facts=facts))
    assert "area_px2" in across.keys


def test_non_square_pixels() -> None:
    """A disc in the patient is round in the table, whatever the pixels."""
    y, x = np.mgrid[:120, :60]
    mask = (((x - 30) * 1.0) ** 2 + ((y - 60) * 0.5) ** 2 <= 20**2)[None]
    row = measure_objects(scene(mask, spacing_xyz_mm=(1.0, 0.5, 3.0))).row(0)
    assert row["circularity"] == pytest.approx(1, abs=0.02)
    assert row["eccentricity"] == pytest.approx(0, abs=0.1)
    assert row["perimeter_mm"] == pytest.approx(40 * math.pi, rel=0.01)
    assert row["feret_max_mm"] == pytest.approx(40, abs=1)
    assert row["feret_min_mm"] == pytest.approx(40, abs=1)


def test_objects_at_the_border_are_flagged() -> None:
    mask = np.zeros((3, 12, 12), np.uint8)
    mask[1, 4:6, 4:6] = mask[1, 0, 8] = mask[1, 9, 11] = 1
    assert column(measure_objects(scene(mask)), "touches_border") == [True, False, True]
    volume_table = measure_objects(scene(mask), MeasureParams(dimension=VOLUME))
    assert column(volume_table, "touches_border") == [True, False, True]
    mask[0, 4, 4] = 1  # now the one in the middle reaches the first slice
    assert column(measure_objects(scene(mask), MeasureParams(dimension=VOLUME)), "touches_border")[0] is True


def test_missing_values_take_no_part() -> None:
    given = scene(boxes_of([(4, 6)]), padding=(-3000, -2000))
    array = given.image.array.copy()
    array[0, 3:5, 2:8] = -2500
    image = replace(given.image, array=array)
    row = measure_objects(Scene.of(image, given.labels)).row(0)
    inside = image.modality_slice(0)[5:7, 2:8]
    assert row["mean"] == pytest.approx(float(inside.mean()), abs=1e-3)
    assert row["pixels"] == 24
    array[0, 3:7, 2:8] = -2500
    assert measure_objects(Scene.of(image, given.labels)).row(0)["mean"] is None


def test_values_of_the_original_unless_asked() -> None:
    given = scene(boxes_of([(4, 6)]))
    changed = given.with_image(replace(given.image, array=given.image.array + 7))
    plain, processed = (measure_objects(changed, MeasureParams(original=o)).row(0)["mean"] for o in (True, False))
    assert processed == pytest.approx(float(plain) + 7)  # type: ignore[arg-type]


def test_colour_objects_have_mean_colours() -> None:
    given = scene(boxes_of([(4, 6), (3, 3)]))
    rgb = np.zeros((*given.image.array.shape, 3), np.uint8)
    rgb[0, :, :9] = (200, 100, 0)
    rgb[0, :, 9:] = (0, 0, 255)
    image = Image(rgb, given.image.geometry, facts=given.image.facts)
    table = measure_objects(Scene.of(image, given.labels))
    assert [column(table, k)[0] for k in ("red", "green", "blue")] == [200, 100, 0]
    assert column(table, "hue_deg") == pytest.approx([30, 240])
    assert "mean" not in table.keys


def test_measured_on_the_uneven_slice_where_it_lies() -> None:
    given = scene(boxes_of([(4, 6)], (3, 20, 30)))
    positions = (0.0, 2.5, 9.0)
    image = replace(given.image, slice_positions_mm=positions)
    mask = np.zeros((3, 20, 30), np.uint8)
    mask[2, 4:8, 4:8] = 1
    row = measure_objects(Scene.of(image, of_array(mask, image))).row(0)
    assert row["centroid_s_mm"] == pytest.approx(30.0 + 9.0)
    with pytest.raises(InputError, match="equal distances"):
        measure_objects(Scene.of(image, of_array(mask, image)), MeasureParams(dimension=VOLUME))


def test_without_a_place_there_is_no_patient_position() -> None:
    given = scene(boxes_of([(4, 6)]), facts=Facts(spacing_source=SpacingSource.DETECTOR))
    keys = measure_objects(given).keys
    assert "centroid_x_px" in keys
    assert "centroid_l_mm" not in keys


def test_empty_mask_and_no_mask() -> None:
    empty = scene(np.zeros((1, 5, 5), np.uint8))
    assert measure_objects(empty).n_rows == 0
    assert keep_objects(empty).labels.is_empty
    for op in (measure_objects, keep_objects, split_touching):
        with pytest.raises(InputError, match="mask"):
            op(make_image())


def test_every_column_has_words() -> None:
    for params in (MeasureParams(), MeasureParams(dimension=VOLUME)):
        table = measure_objects(scene(boxes_of([(4, 6)])), params)
        assert all(c.title for c in table.columns)
        known = {with_unit(k, False)[0] for k in TITLES} | {"volume_ml"}
        assert set(table.keys) <= known


# -- filter


def test_objects_over_1000_pixels() -> None:
    sizes = [(30, 40), (20, 50), (10, 99), (40, 60)]  # 1200, 1000, 990, 2400
    given = scene(boxes_of(sizes, (1, 60, 300)))
    steps = (
        RecipeStep.of(keep_objects, FilterParams(column=Measure.PIXELS, rule=Rule.AT_LEAST, low=1000)),
        RecipeStep.of(measure_objects),
    )
    table = evaluate_scene(Recipe(steps), given).table
    assert table is not None
    assert table.n_rows == 3
    assert sorted(column(table, "pixels")) == [1000, 1200, 2400]


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (Rule.AT_LEAST, {20, 30, 40}),
        (Rule.AT_MOST, {10, 20, 30}),
        (Rule.BETWEEN, {20, 30}),
        (Rule.OUTSIDE, {10, 40}),
    ],
)
def test_limits(rule: Rule, kept: set[int]) -> None:
    given = scene(boxes_of([(10, 1), (10, 2), (10, 3), (10, 4)]))
    found = keep_objects(given, FilterParams(rule=rule, low=20, high=30))
    assert set(column(measure_objects(found), "pixels")) == kept


def test_the_table_and_the_filter_agree_on_every_column() -> None:
    rng = np.random.default_rng(2)
    noise = ndimage.gaussian_filter(rng.normal(size=(2, 90, 110)), (0, 3, 3))
    given = scene(noise > 0.02)
    colour = Scene.of(
        Image(rng.integers(0, 255, (2, 90, 110, 3), dtype=np.uint8), given.image.geometry, facts=given.image.facts),
        given.labels,
    )
    for dimension in Dimension:
        for one in (given, colour):
            table = measure_objects(one, MeasureParams(dimension=dimension))
            tested = 0
            for choice in Measure:
                key = with_unit(choice.column, False)[0]
                params = FilterParams(choice, Rule.AT_LEAST, dimension=dimension)
                if key not in table.keys:
                    with pytest.raises(InputError, match="measured on"):
                        keep_objects(one, params)
                    continue
                tested += 1
                values = [float(v) for v in column(table, key)]
                low = float(np.median(values))
                after = measure_objects(
                    keep_objects(one, replace(params, low=low)), MeasureParams(dimension=dimension)
                )
                assert sorted(float(v) for v in column(after, key)) == pytest.approx(
                    sorted(v for v in values if v >= low)
                )
            assert tested > 12


def test_labels_stay_or_are_numbered() -> None:
    mask = boxes_of([(4, 4), (5, 5), (1, 1), (6, 6)])
    mask[mask > 0] = 9
    given = scene(mask, (Label(9, "cell"),))
    kept = keep_objects(given, FilterParams(low=10))
    assert kept.labels.values() == (9,)
    assert kept.labels.name(9) == "cell"
    own = keep_objects(given, FilterParams(low=10, own_labels=True))
    assert own.labels.values() == (1, 2, 3)
    assert np.array_equal(own.labels.mask(), kept.labels.mask())
    assert own.image is given.image


def test_objects_at_the_border_can_go() -> None:
    mask = np.zeros((1, 12, 12), np.uint8)
    mask[0, 4:6, 4:6] = mask[0, 0:3, 8] = 1
    params = FilterParams(Measure.TOUCHES_BORDER, Rule.AT_MOST, high=0)
    assert keep_objects(scene(mask), params).labels.array.sum() == 4


def test_limits_in_the_wrong_order_are_told() -> None:
    with pytest.raises(InputError, match="above the upper"):
        keep_objects(scene(boxes_of([(4, 6)])), FilterParams(rule=Rule.BETWEEN, low=5, high=1))


# -- splitting


def discs(places: list[tuple[float, float, float]], shape: tuple[int, int]) -> NDArray[np.uint8]:
    y, x = np.mgrid[: shape[0], : shape[1]]
    mask = np.zeros(shape, np.uint8)
    for cy, cx, r in places:
        mask[(y - cy) ** 2 + (x - cx) ** 2 <= r * r] = 1
    return mask


def map_of(mask: NDArray[Any], spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> LabelMap:
    array = mask if mask.ndim == 3 else mask[None]
    return LabelMap(array.astype(np.uint8), Geometry(array.shape, spacing_xyz_mm=spacing))


def test_two_cells_are_split_at_the_neck() -> None:
    mask = discs([(40, 30, 20), (40, 62, 20)], (80, 100))
    found = split_touching(map_of(mask), SplitParams(2.0))
    assert np.array_equal(found.array[0] > 0, mask > 0)  # no pixel is lost
    assert found.values() == (1, 2)
    columns = np.nonzero(found.array[0] == 1)[1].max(), np.nonzero(found.array[0] == 2)[1].min()
    assert all(abs(c - 46) <= 2 for c in columns)
    # neck: half-width sqrt(20² - 16²) = 12, summits 20: the depth is 8, in pixels 7
    assert split_touching(map_of(mask), SplitParams(9.0)).values() == (1,)
    assert split_touching(map_of(mask), SplitParams(6.0)).values() == (1, 2)


def test_depth_counts_in_mm() -> None:
    mask = discs([(40, 30, 20), (40, 62, 20)], (80, 100))
    small = map_of(mask, (0.1, 0.1, 1.0))
    assert split_touching(small, SplitParams(0.6)).values() == (1, 2)
    assert split_touching(small, SplitParams(0.9)).values() == (1,)


def test_a_line_keeps_labels() -> None:
    mask = discs([(40, 30, 20), (40, 62, 20)], (80, 100)) * 5
    given = replace(map_of(mask), labels=(Label(5, "cells"),))
    found = split_touching(given, SplitParams(2.0, Apart.LINE))
    assert found.values() == (5,)
    assert found.name(5) == "cells"
    assert ndimage.label(found.array[0], np.ones((3, 3)))[1] == 2
    assert 20 < (mask > 0).sum() - (found.array > 0).sum() < 40  # the neck is 24 pixels long


def test_objects_that_do_not_touch_never_share_a_label() -> None:
    mask = discs([(30, 30, 15), (30, 49, 2)], (60, 60))
    assert ndimage.label(mask, np.ones((3, 3)))[1] == 2
    assert split_touching(map_of(mask), SplitParams(5.0)).values() == (1, 2)


def test_as_many_as_scikit_image_finds() -> None:
    rng = np.random.default_rng(7)
    mask = discs([(*rng.uniform(20, 280, 2), rng.uniform(12, 18)) for _ in range(60)], (300, 300))
    distance = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    for depth in (1.5, 3.0):
        summits, count = ndimage.label(morphology.h_maxima(distance, depth), np.ones((3, 3)))
        expected = segmentation.watershed(-distance, summits, mask=mask)
        found = split_touching(map_of(mask), SplitParams(depth)).array[0]
        assert abs(int(found.max()) - count) <= 0.05 * count  # flat summits may be told apart differently
        overlap = segmentation.join_segmentations(expected, found)
        largest = ndimage.sum_labels(np.ones_like(overlap), overlap, np.unique(overlap[mask > 0]))
        assert np.sort(largest)[::-1][: int(found.max())].sum() > 0.95 * mask.sum()  # blunt summits differ


def test_balls_in_a_volume() -> None:
    z, y, x = np.mgrid[:30, :60, :90]
    mask = np.zeros(z.shape, np.uint8)
    for cx in (28, 58):
        mask[((z - 15) * 2) ** 2 + (y - 30) ** 2 + (x - cx) ** 2 <= 18**2] = 1
    found = split_touching(map_of(mask, (1.0, 1.0, 2.0)), SplitParams(2.0, dimension=VOLUME))
    assert found.values() == (1, 2)
    sizes = np.bincount(found.array.ravel())[1:]
    assert abs(sizes[0] - sizes[1]) < 0.03 * sizes[0]
