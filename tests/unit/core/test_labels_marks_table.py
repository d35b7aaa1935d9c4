"""Label maps, marks and tables: values that the recipe and the document pass on."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from medviewer.core import labels, marks
from medviewer.core.mark_grid import rasterise
from medviewer.core.table import Column, Table, concatenate, is_missing
from medviewer.errors import GeometryMismatch
from tests.helpers.phantoms import make_image

IMAGE = make_image()
BOX = labels.binary(IMAGE.array > 900, IMAGE, "box")


def test_a_mask_knows_its_values_and_names() -> None:
    assert BOX.values() == (1,)
    assert BOX.name(1) == "box"
    assert BOX.name(7) == "7"
    assert not BOX.is_empty
    assert BOX.mask(1).sum() == (IMAGE.array > 900).sum()


def test_only_small_unsigned_integers_are_labels() -> None:
    with pytest.raises(ValueError):
        labels.of_array(np.full(IMAGE.array.shape, -1), IMAGE)
    with pytest.raises(ValueError):
        labels.of_array(np.full(IMAGE.array.shape, 70_000), IMAGE)
    assert labels.of_array(np.full(IMAGE.array.shape, 300), IMAGE).array.dtype == np.uint16


@pytest.mark.parametrize("uneven", [False, True])
def test_resampling_onto_reversed_slices_reverses_them(uneven: bool) -> None:
    positions = (0.0, 2.5, 5.0, 10.0, 12.5) if uneven else ()
    image = replace(IMAGE, slice_positions_mm=positions)
    mask = labels.binary(image.array > 900, image)
    last = image.geometry.world((0, 0, 0)) + np.array([0, 0, positions[-1] if uneven else 10.0])
    turned = replace(
        image.geometry, axis_z=(0.0, 0.0, -1.0), origin_mm=(float(last[0]), float(last[1]), float(last[2]))
    )
    back = tuple(p - positions[-1] for p in reversed(positions)) if uneven else ()
    onto = replace(image, geometry=turned, slice_positions_mm=back)
    assert np.array_equal(labels.resample_labels(mask, onto).array, mask.array[::-1])
    assert np.array_equal(labels.resample_labels(labels.resample_labels(mask, onto), image).array, mask.array)


def test_resampling_agrees_with_simpleitk_on_an_oblique_grid() -> None:
    import SimpleITK as sitk

    source = sitk.GetImageFromArray(BOX.array)
    source.SetSpacing(IMAGE.geometry.spacing_xyz_mm)
    source.SetOrigin(IMAGE.geometry.origin_mm)
    onto = make_image((7, 20, 21))
    geometry = replace(
        IMAGE.geometry, shape_zyx=(7, 20, 21), axis_x=(0.8, 0.6, 0.0), axis_y=(-0.6, 0.8, 0.0),
        spacing_xyz_mm=(0.71, 0.93, 1.7), origin_mm=(-4.03, 17.9, 29.1),
    )  # fmt: skip
    onto = replace(onto, geometry=geometry)
    target = sitk.Image([21, 20, 7], sitk.sitkUInt8)
    target.SetSpacing(geometry.spacing_xyz_mm)
    target.SetOrigin(geometry.origin_mm)
    axes = np.array([geometry.axis_x, geometry.axis_y, geometry.axis_z]).T
    target.SetDirection(axes.ravel().tolist())
    expected = sitk.GetArrayFromImage(
        sitk.Resample(source, target, sitk.Transform(), sitk.sitkNearestNeighbor, 0, sitk.sitkUInt8)
    )
    assert expected.any()
    assert np.array_equal(labels.resample_labels(BOX, onto).array, expected)


def test_a_mask_on_another_grid_is_refused() -> None:
    moved = replace(IMAGE, geometry=replace(IMAGE.geometry, origin_mm=(-9.0, 20.0, 30.0)))
    with pytest.raises(GeometryMismatch, match="grid"):
        labels.require_same_grid(moved, BOX)
    labels.require_same_grid(IMAGE, BOX)


def test_strokes_pass_over_no_voxel_and_later_ones_cover() -> None:
    ends = tuple(tuple(float(v) for v in IMAGE.geometry.world(p)) for p in ((3, 4, 2), (10, 9, 2)))
    stroke = marks.Mark(1, ends)  # type: ignore[arg-type]
    cover = marks.Mark(0, (ends[0],), 1.5)  # type: ignore[arg-type]
    found = rasterise((stroke, cover), IMAGE)
    assert found[2, 9, 10] == 2
    assert found[2, 4, 3] == 1
    assert not found[[0, 1, 3, 4]].any()
    ys, xs = np.nonzero(found[2] == 2)
    assert np.all(np.diff(np.sort(xs)) <= 1)
    assert np.all(np.diff(np.sort(ys)) <= 1)


def test_a_ball_has_its_volume() -> None:
    image = make_image((40, 40, 40), spacing_xyz_mm=(1.0, 1.0, 1.0))
    centre = tuple(float(v) for v in image.geometry.world((20, 20, 20)))
    found = rasterise((marks.Mark(3, (centre,), 12.0),), image)  # type: ignore[arg-type]
    assert (found == 4).sum() == 7153  # integer points within 12 of the origin, OEIS A117609
    assert set(np.unique(found)) == {0, 4}


def test_marks_outside_are_left_out() -> None:
    assert not rasterise((marks.Mark(1, ((1e6, 0.0, 0.0),)), marks.Mark(1, ((1e6, 0.0, 0.0),), 3.0)), IMAGE).any()


def test_marks_survive_json() -> None:
    given = (marks.Mark(2, ((1.0, 2.0, 3.5), (4.0, 5.0, 6.0)), 2.5), marks.Mark(0, ((0.0, 0.0, 0.0),)))
    assert marks.from_json(json.loads(json.dumps(marks.to_json(given)))) == given


@pytest.mark.parametrize(
    "wrong",
    [
        "text", [1], [{"label": 1}], [{"label": 1, "points_mm": []}], [{"label": -1, "points_mm": [[0, 0, 0]]}],
        [{"label": 1, "points_mm": [[0, 0]]}], [{"label": 1, "points_mm": [[0, 0, float("nan")]]}],
        [{"label": 1, "points_mm": [[0, 0, 0]], "radius_mm": -1}],
    ],
)  # fmt: skip
def test_what_is_no_mark_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError):
        marks.from_json(wrong)


def test_tables_select_join_and_replace() -> None:
    table = Table.of_rows([{"a": 1, "b": "x"}, {"a": 2.5, "c": None}], units={"a": "mm"})
    assert table.keys == ("a", "b", "c")
    assert table.column("a").unit == "mm"
    assert table.column("a").is_number
    assert not table.column("b").is_number
    assert table.where("a", lambda v: isinstance(v, float)).row(0) == {"a": 2.5, "b": None, "c": None}
    both = concatenate([table, Table((Column("d", (True,)),))])
    assert both.n_rows == 3
    assert both.row(2) == {"a": None, "b": None, "c": None, "d": True}
    assert table.with_columns(Column("a", (5, 6)), Column("e", (7, 8))).row(1) == {
        "a": 6,
        "b": None,
        "c": None,
        "e": 8,
    }
    assert is_missing(float("nan"))
    assert is_missing(None)
    assert not is_missing(0)
    with pytest.raises(ValueError):
        Table((Column("a", (1,)), Column("b", (1, 2))))
