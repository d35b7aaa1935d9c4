"""Labels on the planes of the panes: where the picture shows a voxel, there its label lies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from medviewer.core import slicing
from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.core.label_planes import LabelPlane, StackFrame
from medviewer.core.regular import regularise
from medviewer.core.tiles import Box

MM = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)
PLANES = ("stack", "axial", "coronal", "sagittal")

ORIENTATIONS = {
    "axial": ((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0)),
    "axial from the head": ((1.0, 0, 0), (0, 1.0, 0), (0, 0, -1.0)),
    "flipped": ((-1.0, 0, 0), (0, -1.0, 0), (0, 0, 1.0)),
    "coronal": ((1.0, 0, 0), (0, 0, -1.0), (0, 1.0, 0)),
    "sagittal": ((0, 1.0, 0), (0, 0, -1.0), (1.0, 0, 0)),
}


def image(axes: tuple[tuple[float, ...], ...], shape: tuple[int, int, int] = (7, 9, 11)) -> Image:
    array = np.random.default_rng(1).integers(0, 200, shape).astype(np.uint8)
    x, y, z = ((float(a), float(b), float(c)) for a, b, c in axes)
    return Image(array, Geometry(shape, (3.0, -4.0, 5.0), x, y, z, (0.7, 0.9, 2.0)), facts=MM)


@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize("name", ORIENTATIONS)
def test_a_slice_of_labels_is_the_slice_that_the_picture_is_cut_from(name: str, plane: str) -> None:
    stack = image(ORIENTATIONS[name])
    where = LabelPlane(stack, stack, plane)
    assert where.is_aligned
    for k in range(slicing.plane_count(stack, plane)):
        # The labels are the pixels themselves, so the picture is the oracle.
        assert np.array_equal(where.labels(stack.array, k), slicing.plane_slice(stack, plane, k).values)


@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize("name", ORIENTATIONS)
def test_pixels_that_are_painted_are_seen_there_and_nowhere_else(name: str, plane: str) -> None:
    stack = image(ORIENTATIONS[name])
    where = LabelPlane(stack, stack, plane)
    labels = np.zeros(stack.array.shape, np.uint8)
    rows, columns = where.shape_yx
    mask = np.zeros((3, 4), bool)
    mask[0, 1:] = mask[2, 2] = True
    k = 2
    found = where.put(lambda box: labels[box.slices].copy(), k, (rows - 4, columns - 5), mask, 6)
    assert found is not None
    box, voxels = found
    labels[box.slices] = voxels
    expected = np.zeros((rows, columns), np.uint8)
    expected[rows - 4 : rows - 1, columns - 5 : columns - 1][mask] = 6
    assert np.array_equal(where.labels(labels, k), expected)
    assert int((labels == 6).sum()) == int(mask.sum())
    y0, x0, y1, x1 = where.box_on(box, k)
    assert (y0, x0, y1, x1) == (rows - 4, columns - 4, rows - 1, columns - 1)
    assert where.box_on(box, k + 1) is None


@pytest.mark.parametrize("name", ORIENTATIONS)
def test_the_axis_across_a_plane_and_the_slice_of_a_voxel(name: str) -> None:
    stack = image(ORIENTATIONS[name])
    voxel = (2.0, 5.0, 4.0)
    for plane in PLANES:
        where = LabelPlane(stack, stack, plane)
        k = round(where.index_of(voxel))
        labels = np.zeros(stack.array.shape, np.uint8)
        labels[4, 5, 2] = 1
        assert where.labels(labels, k).sum() == 1
        assert labels.shape[where.axis_zyx] == slicing.plane_count(stack, plane)


def tilted() -> Image:
    stack = image(ORIENTATIONS["axial"], (9, 14, 12))
    lean = (0.0, float(np.sin(0.35)), float(np.cos(0.35)))
    return replace(stack, geometry=replace(stack.geometry, axis_z=lean))


def gapped() -> Image:
    stack = image(ORIENTATIONS["axial"], (8, 14, 12))
    return replace(stack, slice_positions_mm=(0.0, 2.0, 4.0, 6.0, 12.0, 14.0, 16.0, 18.0))


@pytest.mark.parametrize("stack", [tilted(), gapped()], ids=["tilted", "gapped"])
@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_on_a_resampled_copy_each_pixel_shows_the_nearest_voxel(stack: Image, plane: str) -> None:
    volume = regularise(stack)
    where = LabelPlane(stack, volume, plane)
    assert not where.is_aligned
    n, rows, columns = stack.array.shape
    y, x = np.mgrid[:rows, :columns]
    centres = np.stack([slicing.slice_geometry(stack, "stack", k).world(x, y) for k in range(n)])
    labels = np.random.default_rng(4).integers(1, 200, stack.array.shape).astype(np.uint8)
    tree = cKDTree(centres.reshape(-1, 3))
    checked = 0
    for k in range(0, slicing.plane_count(volume, plane), 2):
        found = where.labels(labels, k)
        rows_, columns_ = where.shape_yx
        yy, xx = np.mgrid[:rows_, :columns_]
        points = slicing.slice_geometry(volume, plane, k).world(xx, yy)
        distance, nearest = tree.query(points.reshape(-1, 3), k=2)
        # Where two voxels are as near, either is right; pixels beyond the stack show nothing.
        clear = (distance[:, 1] - distance[:, 0] > 0.05) & (distance[:, 0] < 0.45)
        expected = labels.reshape(-1)[nearest[:, 0]]
        assert np.array_equal(found.reshape(-1)[clear], expected[clear])
        checked += int(clear.sum())
    assert checked > 200


def test_painting_on_a_resampled_plane_marks_the_voxels_seen_there() -> None:
    stack = tilted()
    where = LabelPlane(stack, regularise(stack), "coronal")
    labels = np.zeros(stack.array.shape, np.uint8)
    k = 7
    shown = where.labels(np.ones_like(labels), k)
    y, x = np.argwhere(shown)[len(np.argwhere(shown)) // 2]
    found = where.put(lambda box: labels[box.slices].copy(), k, (int(y), int(x)), np.ones((1, 1), bool), 3)
    assert found is not None
    labels[found[0].slices] = found[1]
    assert where.labels(labels, k)[y, x] == 3
    assert (labels == 3).sum() == 1


def test_voxel_sizes() -> None:
    stack = image(ORIENTATIONS["axial"])
    assert StackFrame.of(stack).voxel_size == pytest.approx(0.7 * 0.9 * 2.0)
    unknown = replace(stack, facts=Facts("SC"))
    assert StackFrame.of(unknown).voxel_size == 1.0
    assert not StackFrame.of(unknown).in_mm
    # A tilted stack: the distance of slices counts along the normal.
    assert StackFrame.of(tilted()).voxel_size == pytest.approx(0.7 * 0.9 * 2.0 * np.cos(0.35))
    one = image(ORIENTATIONS["axial"], (1, 9, 11))
    assert StackFrame.of(one).is_flat
    assert StackFrame.of(one).voxel_size == 0.0


def test_nothing_painted_is_nothing() -> None:
    stack = image(ORIENTATIONS["axial"])
    where = LabelPlane(stack, stack, "axial")
    labels = np.zeros(stack.array.shape, np.uint8)
    assert where.put(lambda box: labels[box.slices], 0, (0, 0), np.zeros((2, 2), bool), 1) is None
    assert where.box_on(Box(0, 0, 0, 1, 2, 2), 0) == (0, 0, 2, 2)
