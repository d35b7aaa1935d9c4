"""Label volumes that share tiles: equal to arrays, cheap to copy, exact in what differs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from medviewer.core.tiles import TILE, Box, TiledLabels

SHAPE = (4, 150, 70)  # tiles that are cut off at both edges


def some(seed: int, shape: tuple[int, int, int] = SHAPE, dtype: str = "uint8") -> NDArray[np.integer]:
    rng = np.random.default_rng(seed)
    array = np.zeros(shape, dtype)
    array[1:3, 20:140, 5:66] = rng.integers(0, 3 if dtype == "uint8" else 60_000, (2, 120, 61))
    return array


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    ends = []
    for size in SHAPE:
        a = draw(st.integers(0, size - 1))
        ends.append((a, draw(st.integers(a + 1, size))))
    (z0, z1), (y0, y1), (x0, x1) = ends
    return Box(z0, y0, x0, z1, y1, x1)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_an_array_comes_back_voxel_for_voxel(dtype: str) -> None:
    array = some(1, dtype=dtype)
    tiles = TiledLabels.of_array(array)
    assert tiles.array().dtype == array.dtype
    assert np.array_equal(tiles.array(), array)
    for k in range(len(array)):
        assert np.array_equal(tiles.slice(k), array[k])


def test_background_is_not_stored() -> None:
    array = np.zeros((3, 200, 200), np.uint8)
    assert TiledLabels.of_array(array).is_empty
    array[1, 130, 70] = 4
    tiles = TiledLabels.of_array(array)
    assert {k: set(found) for k, found in tiles.slices.items()} == {1: {(2, 1)}}
    assert tiles.with_box(Box(1, 130, 70, 2, 131, 71), np.zeros((1, 1, 1), np.uint8)).is_empty


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(boxes(), st.integers(0, 3)), min_size=1, max_size=8))
def test_boxes_put_in_are_as_in_an_array(strokes: list[tuple[Box, int]]) -> None:
    array = np.zeros(SHAPE, np.uint8)
    tiles = TiledLabels(SHAPE)
    dense = tiles.array()
    for box, value in strokes:
        before, was = tiles, array.copy()
        array[box.slices] = value
        tiles = tiles.with_box(box, np.full(box.shape_zyx, value, np.uint8))
        assert np.array_equal(tiles.array(), array)
        tiles.write_changes(dense, before)
        assert np.array_equal(dense, array)
        assert np.array_equal(tiles.box(box), array[box.slices])
        found = tiles.changed_box(before)
        where = np.argwhere(was != array)
        if len(where):
            low, high = where.min(axis=0), where.max(axis=0) + 1
            assert found == Box(*low.tolist(), *high.tolist())
        else:
            assert found is None
            assert tiles is before
        more = np.bincount(array.ravel(), minlength=4).astype(int) - np.bincount(was.ravel(), minlength=4)
        assert tiles.counts(before) == {v: int(more[v]) for v in (1, 2, 3) if more[v]}
        assert before.unpacked(tiles.packed(before)) == tiles
    # Made in one go or stroke by stroke: the same value.
    assert tiles == TiledLabels.of_array(array)
    assert tiles.content_key == TiledLabels.of_array(array).content_key


def test_a_stroke_keeps_only_its_tiles() -> None:
    array = np.random.default_rng(5).integers(0, 2, (20, 512, 512)).astype(np.uint8)
    before = TiledLabels.of_array(array)
    after = before.with_box(Box(7, 10, 10, 8, 30, 30), np.full((1, 20, 20), 3, np.uint8))
    assert list(after.changed_tiles(before)) == [(7, (0, 0))]
    assert after.slices[6] is before.slices[6]
    assert after.size_beyond(before) < 2 * TILE * TILE
    assert after.size_beyond(None) > 20 * 512 * 512
    assert after.slices[7][1, 1] is before.slices[7][1, 1]


def test_an_operation_that_changes_little_shares_what_it_left_alone() -> None:
    array = some(3)
    before = TiledLabels.of_array(array)
    array[2, 100, 20] = 7
    after = TiledLabels.of_array(array, before)
    assert list(after.changed_tiles(before)) == [(2, (1, 0))]
    assert after.slices[1] is before.slices[1]


def test_the_inside_of_masks_is_stored_once() -> None:
    array = np.zeros((30, 256, 256), np.uint8)
    array[:, :, :] = 2
    tiles = TiledLabels.of_array(array)
    assert len({id(tile) for found in tiles.slices.values() for tile in found.values()}) == 1
    assert tiles.counts() == {2: array.size}


def test_counts_and_exchanged_labels() -> None:
    array = some(4)
    tiles = TiledLabels.of_array(array)
    assert tiles.counts() == {v: int((array == v).sum()) for v in (1, 2)}
    assert np.array_equal(tiles.replaced(2, 1).array(), np.where(array == 2, 1, array))
    assert np.array_equal(tiles.replaced(1).array(), np.where(array == 1, 0, array))
    assert tiles.replaced(9) == tiles


def test_types_are_exchanged_and_keys_do_not_depend_on_them() -> None:
    tiles = TiledLabels.of_array(some(6))
    wide = tiles.with_type("uint16")
    assert wide.array().dtype == np.uint16
    assert np.array_equal(wide.array(), tiles.array())
    assert wide != tiles
    assert wide.content_key == tiles.content_key
    assert TiledLabels.of_array(some(7)).content_key != tiles.content_key


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_plain_values_come_back(dtype: str) -> None:
    tiles = TiledLabels.of_array(some(8, dtype=dtype))
    assert TiledLabels.from_builtins(tiles.to_builtins()) == tiles


def test_damaged_bytes_are_refused() -> None:
    good = TiledLabels.of_array(some(9)).to_builtins()
    bad = [
        None,
        {},
        {**good, "shape_zyx": [4, 150]},
        {**good, "shape_zyx": [4, -150, 70]},
        {**good, "shape_zyx": [2**30, 2**30, 2**30]},
        {**good, "dtype": "float32"},
        {**good, "tiles": good["tiles"][:-9]},
        {**good, "tiles": b"nothing of this kind"},
        {**good, "shape_zyx": [2, 150, 70]},
    ]
    for value in bad:
        with pytest.raises(ValueError, match="label volume"):
            TiledLabels.from_builtins(value)


def test_a_bomb_is_not_unpacked() -> None:
    import zlib

    with pytest.raises(ValueError, match="damaged"):
        TiledLabels((1, 64, 64)).unpacked(zlib.compress(bytes(50_000_000)))


def test_where_much_has_changed_tiles_are_taken_whole() -> None:
    before, after = TiledLabels(SHAPE), TiledLabels.of_array(np.ones(SHAPE, np.uint8))
    few = before.with_box(Box(2, 70, 3, 3, 75, 5), np.ones((1, 5, 2), np.uint8))
    assert after.changed_box(before, exact=0) == Box(0, 0, 0, *SHAPE)
    assert few.changed_box(before) == Box(2, 70, 3, 3, 75, 5)
    assert few.changed_box(before, exact=0) == Box(2, 64, 0, 3, 128, 64)
    assert before.changed_box(few) == few.changed_box(before)
    assert few.changed_box(few) is None
