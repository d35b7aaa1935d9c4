"""Brush, ball, polygon and fill against brute force and other libraries."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import draw, measure, morphology

from medviewer.core import painting
from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.core.label_planes import StackFrame
from medviewer.core.painting import Region
from medviewer.core.tiles import Box

SHAPE = (60, 80)
MM = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)


def whole(region: Region | None, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    out = np.zeros(shape, bool)
    if region is not None:
        h, w = region.where.shape
        out[region.y0 : region.y0 + h, region.x0 : region.x0 + w] = region.where
    return out


def near_segment(a: np.ndarray, b: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Distance of points (..., n) to the segment from a to b, by many points on it."""
    t = np.linspace(0, 1, 301)[:, None]
    line = a + (b - a) * t
    return np.min(np.linalg.norm(p[..., None, :] - line, axis=-1), axis=-1)


@pytest.mark.parametrize("pitch", [(1.0, 1.0), (0.7, 1.9)])
@pytest.mark.parametrize(("start", "end"), [((20.3, 30.1), (20.3, 30.1)), ((10.0, 8.4), (55.5, 40.2))])
def test_a_stroke_takes_the_pixels_within_its_radius(
    pitch: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> None:
    diameter = 9.0
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    points = np.stack((x * pitch[0], y * pitch[1]), axis=-1)
    distance = near_segment(np.array(start) * pitch, np.array(end) * pitch, points)
    found = whole(painting.stroke(start, end, diameter, pitch, SHAPE))
    sure = np.abs(distance - diameter / 2) > 0.02  # the line of the oracle is made of points
    assert np.array_equal(found[sure], (distance < diameter / 2)[sure])
    assert found.any()


def test_the_finest_brush_paints_the_pixels_it_passes() -> None:
    found = whole(painting.stroke((3, 4), (3, 4), 0.2, (1, 1), SHAPE))
    assert np.argwhere(found).tolist() == [[4, 3]]
    line = whole(painting.stroke((2.0, 5.0), (40.0, 5.0), 0.2, (1, 1), SHAPE))
    assert np.argwhere(line).tolist() == [[5, x] for x in range(2, 41)]


def test_strokes_outside_the_slice_are_nothing_and_at_the_edge_are_cut() -> None:
    assert painting.stroke((-50, -50), (-40, -50), 10, (1, 1), SHAPE) is None
    edge = whole(painting.stroke((0, 0), (0, 0), 10, (1, 1), SHAPE))
    assert edge[0, :6].all()
    assert not edge[0, 6:].any()


def test_a_polygon_is_filled_as_scikit_image_does() -> None:
    points = [(10.2, 5.3), (60.7, 12.1), (45.3, 50.8), (30.4, 20.6), (12.9, 44.2)]
    found = whole(painting.polygon(points, SHAPE))
    oracle = draw.polygon2mask(SHAPE, [(y, x) for x, y in points])
    assert np.array_equal(found, oracle)
    assert painting.polygon(points[:2], SHAPE) is None
    assert painting.polygon([(200, 200), (220, 200), (210, 220)], SHAPE) is None


def test_a_polygon_half_outside_is_cut() -> None:
    points = [(-20.0, 10.0), (30.0, 10.0), (30.0, 40.0), (-20.0, 40.0)]
    found = whole(painting.polygon(points, SHAPE))
    assert found[20, :30].all()
    assert int(found.sum()) == 30 * 30


def test_a_fill_is_what_scikit_image_floods() -> None:
    rng = np.random.default_rng(2)
    labels = (rng.random(SHAPE) < 0.42).astype(np.uint8)
    for seed in ((30, 40), (0, 0), (59, 79), (11, 17)):
        found = whole(painting.connected(labels, (seed[1] + 0.3, seed[0] - 0.4)))
        assert np.array_equal(found, morphology.flood(labels, seed, connectivity=1))
    allowed = rng.random(SHAPE) < 0.8
    seed = tuple(np.argwhere(allowed & (labels == 0))[10])
    parts = measure.label(allowed & (labels == 0), connectivity=1)
    found = whole(painting.connected(labels, (float(seed[1]), float(seed[0])), allowed))
    assert np.array_equal(found, parts == parts[seed])
    assert painting.connected(labels, (-3.0, 2.0)) is None
    wall = np.argwhere(~allowed)[0]
    assert painting.connected(labels, (float(wall[1]), float(wall[0])), allowed) is None


def test_a_fill_through_slices_is_what_scikit_image_floods() -> None:
    labels = (np.random.default_rng(3).random((9, 20, 25)) < 0.3).astype(np.uint16) * 300
    for z, y, x in ((4, 10, 12), (0, 0, 0)):
        found = painting.connected_voxels(labels, (x, y, z))
        assert np.array_equal(found, morphology.flood(labels, (z, y, x), connectivity=1))


def test_a_fill_through_slices_finds_its_way_round_corners_and_stops_at_walls() -> None:
    rng = np.random.default_rng(7)
    for share in (0.62, 0.72, 0.9):  # around the threshold of percolation paths are longest
        walls = rng.random((14, 30, 30)) > share
        labels = np.zeros(walls.shape, np.uint8)
        z, y, x = np.argwhere(~walls)[40]
        found = painting.connected_voxels(labels, (x, y, z), lambda k, walls=walls: ~walls[k])
        parts = measure.label(~walls, connectivity=1)
        assert np.array_equal(found, parts == parts[z, y, x])
    z, y, x = np.argwhere(walls)[0]
    assert not painting.connected_voxels(labels, (x, y, z), lambda k: ~walls[k]).any()


def test_a_fill_through_slices_can_be_stopped() -> None:
    class Stop(Exception):
        pass

    def stop() -> None:
        raise Stop

    with pytest.raises(Stop):
        painting.connected_voxels(np.zeros((4, 5, 6), np.uint8), (1, 1, 1), check=stop)


def stack(tilt: float = 0.0, positions: tuple[float, ...] = (), facts: Facts = MM) -> Image:
    n = len(positions) or 12
    axis_z = (0.0, float(np.sin(tilt)), float(np.cos(tilt)))
    geometry = Geometry((n, 40, 50), (-10.0, 5.0, 100.0), axis_z=axis_z, spacing_xyz_mm=(0.8, 1.1, 2.5))
    y = np.mgrid[:n, :40, :50][1]
    return Image(y.astype(np.int16), geometry, facts=facts, slice_positions_mm=positions)


@pytest.mark.parametrize(
    "image",
    [stack(), stack(tilt=0.3), stack(positions=(0.0, 2.0, 4.0, 9.0, 11.0, 13.0, 18.0)), stack(tilt=-0.2)],
    ids=["plain", "tilted", "gaps", "tilted back"],
)
def test_a_ball_takes_the_voxels_within_its_radius_in_the_patient(image: Image) -> None:
    from medviewer.core.slicing import slice_geometry

    frame = StackFrame.of(image)
    n, rows, columns = image.array.shape
    y, x = np.mgrid[:rows, :columns]
    centres = np.stack([slice_geometry(image, "stack", k).world(x, y) for k in range(n)])
    start, end = (20.0, 15.0, 3.0), (28.0, 20.0, 4.0)
    a, b = (slice_geometry(image, "stack", v[2]).world(v[0], v[1]) for v in (start, end))
    distance = near_segment(a, b, centres)
    found = painting.ball(frame, start, end, 13.0, image.array.shape)
    assert found is not None
    box, where = found
    full = np.zeros(image.array.shape, bool)
    full[box.slices] = where
    sure = np.abs(distance - 6.5) > 0.02
    assert np.array_equal(full[sure], (distance < 6.5)[sure])
    assert len(np.flatnonzero(full.any(axis=(1, 2)))) > 2


def test_a_ball_without_millimetres_or_a_third_dimension_is_a_disc() -> None:
    unknown = stack(facts=Facts("SC"))
    for image in (unknown, Image(np.zeros((1, 40, 50), np.uint8), Geometry((1, 40, 50)), facts=MM)):
        k = image.n_slices // 2
        found = painting.ball(StackFrame.of(image), (20, 20, k), (20, 20, k), 10, image.array.shape)
        assert found is not None
        assert (found[0].z0, found[0].z1) == (k, k + 1)
    assert painting.ball(StackFrame.of(unknown), (-90, 0, 0), (-90, 0, 0), 10, unknown.array.shape) is None


def test_the_finest_ball_paints_the_voxel_under_it() -> None:
    image = stack()
    found = painting.ball(StackFrame.of(image), (7.2, 9.4, 5), (7.2, 9.4, 5), 0.2, image.array.shape)
    assert found is not None
    assert (found[0].z0, found[0].y0, found[0].x0) == (5, 9, 7)


def test_values_of_a_box_are_the_images_own() -> None:
    array = np.arange(4 * 10 * 12, dtype=np.int16).reshape(4, 10, 12)
    slopes = (1.0, 2.0, 0.5, 3.0)
    image = Image(array, Geometry(array.shape), Rescale(slopes, (-10.0,) * 4), padding=(150, 190))
    box = Box(0, 2, 3, 4, 9, 11)
    expected = np.stack([image.modality_slice(k) for k in range(4)])[box.slices]
    assert np.array_equal(painting.modality_box(image, box), expected, equal_nan=True)
    inside = painting.between(painting.modality_box(image, box), -1e9, 1e9)
    assert np.array_equal(inside, ~np.isnan(expected))
    assert np.isnan(expected).any()
