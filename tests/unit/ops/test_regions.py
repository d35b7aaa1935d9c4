"""Regions from seeds, strokes and boxes: against scikit-image, direct solutions, and phantoms with a known truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage, sparse
from scipy.sparse.linalg import spsolve
from skimage.segmentation import flood
from skimage.segmentation import watershed as skimage_watershed

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.core.labels import binary
from medviewer.core.marks import Mark
from medviewer.errors import Cancelled, InputError, TooLarge
from medviewer.io import volume
from medviewer.ops import walker
from medviewer.ops.graph_cut import GrabCutParams, grabcut
from medviewer.ops.grid_solver import GridSolver
from medviewer.ops.grow import Alike, GrowParams, grow
from medviewer.ops.level_set import ContourParams, Drive, active_contour
from medviewer.ops.mask_fields import Neighbours
from medviewer.ops.operation import QuietContext
from medviewer.ops.part import crop
from medviewer.ops.pixel_classifier import PixelParams, Slices, pixel_classifier, pixel_uncertainty
from medviewer.ops.pixel_features import FilterBank
from medviewer.ops.relief import gradient_magnitude, levels
from medviewer.ops.superpixels import SuperpixelParams, superpixels
from medviewer.ops.volume_grid import Dimension
from medviewer.ops.walker import WalkerParams, random_walker
from medviewer.ops.watershed import Relief, WatershedParams, watershed
from medviewer.services.jobs import CancelToken, JobContext

CTX = QuietContext()


def image_of(values: Any, spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Image:
    """Values (z, y, x), or (z, y, x, 3) for colour, at the origin: positions in mm are indices times spacing."""
    geometry = Geometry(values.shape[:3], spacing_xyz_mm=spacing)
    return Image(values, geometry, Rescale(), facts=Facts("MR", SpacingSource.PATIENT))


def at(label: int, *points: tuple[float, float, float], radius: float = 0.0) -> Mark:
    return Mark(label, points, radius)


def dice(a: Any, b: Any) -> float:
    return 2.0 * float((a & b).sum()) / float(a.sum() + b.sum())


def disc(shape: tuple[int, int], centre: tuple[float, float], radius: float) -> Any:
    y, x = np.mgrid[: shape[0], : shape[1]]
    return (x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= radius**2


@pytest.fixture(scope="module")
def chest(shared_data: Path) -> Image:
    image = volume.load(shared_data / "dicom" / "ct_chest_lidc-0314")
    return crop(image, ((30, 36), (120, 400), (60, 450)))


# -- watershed


@pytest.mark.parametrize("relief", list(Relief))
def test_watershed_on_a_chest_is_that_of_scikit_image(chest: Image, relief: Relief) -> None:
    geometry = chest.geometry
    points = [(90, 140, 2), (290, 140, 2), (190, 100, 2), (10, 10, 2)]
    marks = tuple(at(n, tuple(map(float, geometry.world(p)))) for n, p in enumerate(points))
    result = watershed(chest, WatershedParams(marks, relief, 0.0))
    values = chest.modality_slice(2)
    height = gradient_magnitude(values, geometry.spacing_xyz_mm, CTX) if relief is Relief.GRADIENT else values
    surface = levels(-height if relief is Relief.BRIGHT else height, CTX)
    seeds = np.zeros(values.shape, int)
    for n, (x, y, _) in enumerate(points):
        seeds[y, x] = n + 1
    expected = skimage_watershed(surface, seeds) - 1
    # Plateaus may be shared out in another order.
    assert np.mean(result.array[2] == expected) > 0.97
    assert not result.array[[0, 1, 3, 4, 5]].any()
    assert [label.value for label in result.labels] == [1, 2, 3]


def test_watershed_meets_on_the_edge_in_slice_and_volume() -> None:
    values = np.zeros((6, 30, 40), np.float32)
    values[:, :, 17:] = 100.0
    marks = (at(1, (5.0, 15.0, 3.0)), at(2, (35.0, 15.0, 3.0)))
    for dimension in Dimension:
        result = watershed(image_of(values), WatershedParams(marks, dimension=dimension))
        there = result.array if dimension is Dimension.VOLUME else result.array[3:4]
        edge = np.abs(np.argmax(there == 2, axis=2) - 17)
        assert edge.max() <= 1
        assert set(np.unique(there)) == {1, 2}


def test_watershed_stays_in_the_mask_and_out_of_padding() -> None:
    values = np.random.default_rng(0).normal(size=(1, 30, 30)).astype(np.float32)
    values[0, :6] = np.nan
    image = image_of(values)
    mask = np.zeros(values.shape, bool)
    mask[0, :, :20] = True
    marks = (at(1, (5.0, 15.0, 0.0)), at(2, (25.0, 15.0, 0.0)))
    result = watershed(image, WatershedParams(marks), labels=binary(mask, image)).array[0]
    assert (result[6:, :20] == 1).all()
    assert not result[:6].any()
    assert not result[:, 20:].any()


@pytest.mark.parametrize(
    ("run", "params"),
    [
        (watershed, WatershedParams()), (grow, GrowParams()), (random_walker, WalkerParams()),
        (grabcut, GrabCutParams()), (active_contour, ContourParams()), (pixel_classifier, PixelParams()),
        (watershed, WatershedParams((at(1, (900.0, 0.0, 0.0)),))),
        (random_walker, WalkerParams((at(1, (1.0, 1.0, 0.0)),))),
        (grabcut, GrabCutParams((at(1, (900.0, 0.0, 0.0), (950.0, 10.0, 0.0)),))),
    ],
)  # fmt: skip
def test_missing_marks_are_told_with_what_to_do(run: Any, params: Any) -> None:
    with pytest.raises(InputError) as told:
        run(image_of(np.zeros((2, 12, 12), np.float32)), params)
    assert told.value.hint.endswith(".")
    assert told.value.hint.split()[0] in {"Click", "Paint", "Drag"}


# -- region growing


@pytest.mark.parametrize("neighbours", list(Neighbours))
@pytest.mark.parametrize("dimension", list(Dimension))
def test_growing_is_the_flood_of_scikit_image(chest: Image, dimension: Dimension, neighbours: Neighbours) -> None:
    index = (90, 140, 2)
    seed = tuple(map(float, chest.geometry.world(index)))
    rank = 3 if dimension is Dimension.VOLUME else 2
    connectivity = rank if neighbours is Neighbours.CORNERS else 1
    values = np.stack([chest.modality_slice(k) for k in range(chest.n_slices)])
    alike = (values >= -1000) & (values <= -700)
    part, where = (alike, index[::-1]) if rank == 3 else (alike[2], (index[1], index[0]))
    assert part[where]
    expected = flood(part.astype(np.uint8), where, connectivity=connectivity)
    params = GrowParams((at(2, seed),), Alike.RANGE, low=-1000, high=-700, dimension=dimension, neighbours=neighbours)
    result = grow(chest, params).array
    assert np.array_equal((result if rank == 3 else result[2]) == 2, expected)
    if rank == 2:
        assert not np.delete(result, 2, axis=0).any()


def test_tolerance_counts_from_the_mean_around_the_seed() -> None:
    values = np.zeros((1, 20, 20), np.float32)
    values[0, 5:15, 5:15] = 100
    values[0, 9:12, 9:12] = [[96, 100, 104]] * 3
    image = image_of(values)
    found = grow(image, GrowParams((at(1, (10.0, 10.0, 0.0)),), alike=Alike.TOLERANCE, tolerance=5.0)).array[0]
    assert np.array_equal(found == 1, values[0] > 50)


def test_the_spread_follows_noise_and_the_reach_stops_leaks() -> None:
    rng = np.random.default_rng(1)
    truth = disc((60, 60), (25, 30), 15)
    leak = np.zeros_like(truth)
    leak[29:32, 35:60] = True
    values = np.where(truth | leak, rng.normal(100, 5, truth.shape), rng.normal(0, 5, truth.shape)).astype(np.float32)
    image = image_of(values[None])
    marks = (at(1, (25.0, 30.0, 0.0)),)
    free = grow(image, GrowParams(marks, Alike.SPREAD, spread=4.0)).array[0] == 1
    assert dice(free, truth | leak) > 0.97
    held = grow(image, GrowParams(marks, Alike.SPREAD, spread=4.0, reach_mm=15.5)).array[0] == 1
    y, x = np.nonzero(held)
    assert ((x - 25) ** 2 + (y - 30) ** 2).max() <= 15.5**2
    assert dice(held, truth) > 0.96


def test_the_lower_label_has_what_two_regions_share() -> None:
    values = np.zeros((1, 10, 10), np.float32)
    image = image_of(values)
    result = grow(image, GrowParams((at(2, (1.0, 1.0, 0.0)), at(1, (8.0, 8.0, 0.0))))).array
    assert (result == 1).all()


# -- random walker


def laplacian_solution(values: Any, seeds: Any, spacing: tuple[float, ...], beta: float) -> Any:
    """Grady's system written voxel by voxel and solved directly."""
    n = values.size
    number = np.arange(n).reshape(values.shape)
    scale = 10.0 * values.std()
    matrix = sparse.lil_array((n, n))
    for place in np.ndindex(values.shape):
        for axis in range(values.ndim):
            if place[axis] + 1 < values.shape[axis]:
                other = tuple(p + (a == axis) for a, p in enumerate(place))
                step = (values[place] - values[other]) * min(spacing) / spacing[axis]
                weight = np.exp(-beta * (step / scale) ** 2) + 1e-10
                i, j = number[place], number[other]
                matrix[i, j] = matrix[j, i] = -weight
                matrix[i, i] += weight
                matrix[j, j] += weight
    matrix = matrix.tocsr()
    known = np.flatnonzero(seeds > 0)
    free = np.flatnonzero(seeds == 0)
    kinds = np.unique(seeds[seeds > 0])
    found = np.zeros((len(kinds), n))
    for i, kind in enumerate(kinds):
        given = (seeds.ravel()[known] == kind).astype(float)
        found[i, known] = given
        found[i, free] = spsolve(matrix[free][:, free].tocsc(), -matrix[free][:, known] @ given)
    return kinds[np.argmax(found, axis=0)].reshape(values.shape) - 1


@pytest.mark.parametrize("dimension", list(Dimension))
def test_walker_is_the_direct_solution(dimension: Dimension) -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(0, 8, (5, 26, 30)).astype(np.float32)
    values[:, 6:20, 8:22] += 60
    image = image_of(values, (0.8, 1.0, 2.0))
    where = {1: (12.0, 13.0, 2.0), 0: (2.0, 2.0, 2.0), 2: (23.0, 24.0, 2.0)}
    marks = tuple(
        at(v, (x * 0.8, y * 1.0, z * 2.0), (x * 0.8 + 2, y * 1.0, z * 2.0)) for v, (x, y, z) in where.items()
    )
    result = random_walker(image, WalkerParams(marks, dimension=dimension)).array
    seeds = walker.placed(marks, image, 2, "strokes", "")
    if dimension is Dimension.VOLUME:
        expected = laplacian_solution(values.astype(float), seeds, (2.0, 1.0, 0.8), 130.0)
        assert np.mean(result == expected) > 0.995
    else:
        expected = laplacian_solution(values[2].astype(float), seeds[2], (1.0, 0.8), 130.0)
        assert np.mean(result[2] == expected) > 0.995
        assert not np.delete(result, 2, axis=0).any()


def test_walker_finds_a_disc_whose_rim_has_gaps() -> None:
    rng = np.random.default_rng(4)
    truth = disc((160, 160), (80, 80), 45)
    ring = disc((160, 160), (80, 80), 47) & ~disc((160, 160), (80, 80), 44)
    ring[76:84] = False  # two gaps
    values = np.where(ring, 100, 0) + rng.normal(0, 6, truth.shape)
    marks = (
        at(1, (70.0, 80.0, 0.0), (90.0, 80.0, 0.0), radius=3),
        at(0, (5.0, 5.0, 0.0), (155.0, 5.0, 0.0), radius=3),
    )
    marks += (at(0, (5.0, 155.0, 0.0), (155.0, 155.0, 0.0), radius=3),)
    found = random_walker(image_of(values.astype(np.float32)[None]), WalkerParams(marks, 500.0)).array[0] == 1
    assert dice(found, truth) > 0.93


def test_solver_reaches_the_tolerance_asked_for() -> None:
    rng = np.random.default_rng(5)
    n = 90
    weights = [np.exp(-rng.gamma(1, 3, shape)) for shape in ((n - 1, n), (n, n - 1))]
    number = np.arange(n * n).reshape(n, n)
    rows = np.concatenate([number[:-1].ravel(), number[:, :-1].ravel()])
    columns = np.concatenate([number[1:].ravel(), number[:, 1:].ravel()])
    w = np.concatenate([weight.ravel() for weight in weights])
    adjacency = sparse.coo_array((w, (rows, columns)), shape=(n * n, n * n)).tocsr()
    adjacency = adjacency + adjacency.T
    matrix = (sparse.diags_array(np.asarray(adjacency.sum(axis=1)).ravel() + 1e-3) - adjacency).tocsr()
    right = rng.normal(size=n * n)
    solver = GridSolver(matrix, np.stack(np.unravel_index(np.arange(n * n), (n, n)), axis=1), CTX)
    found = solver.solve(right, 1e-6, CTX)
    assert np.linalg.norm(matrix @ found - right) <= 1.1e-6 * np.linalg.norm(right)


def test_a_volume_too_large_for_the_walker_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walker, "VOXELS_AT_MOST", 1000)
    image = image_of(np.zeros((5, 20, 20), np.float32))
    marks = (at(0, (1.0, 1.0, 2.0)), at(1, (9.0, 9.0, 2.0)))
    with pytest.raises(TooLarge, match="at once"):
        random_walker(image, WalkerParams(marks, dimension=Dimension.VOLUME))


# -- GrabCut


@pytest.mark.parametrize("colour", [False, True])
def test_grabcut_finds_the_object_in_the_box(colour: bool) -> None:
    rng = np.random.default_rng(6)
    truth = disc((120, 140), (70, 60), 25)
    grey = np.where(truth, 150.0, 80.0) + rng.normal(0, 12, truth.shape)
    values = grey.astype(np.float32)[None]
    if colour:
        red = np.clip(grey, 0, 255)
        values = np.stack([red, 180 - red / 2, np.full_like(red, 90)], axis=2).clip(0, 255).astype(np.uint8)[None]
    image = image_of(values)
    box = (at(1, (38.0, 30.0, 0.0), (102.0, 92.0, 0.0)),)
    found = grabcut(image, GrabCutParams(box))
    assert dice(found.mask()[0], truth) > 0.97
    assert np.array_equal(found.array, grabcut(image, GrabCutParams(box)).array)
    strokes = (at(0, (70.0, 60.0, 0.0), (70.0, 62.0, 0.0), radius=4.0),)
    corrected = grabcut(image, GrabCutParams(box, strokes)).mask()[0]
    assert not corrected[60, 70]


def test_grabcut_goes_through_the_slices_asked_for() -> None:
    truth = disc((60, 60), (30, 30), 12)
    values = np.repeat(np.where(truth, 100.0, 0.0).astype(np.float32)[None], 7, axis=0)
    values += np.random.default_rng(0).normal(0, 4, values.shape).astype(np.float32)
    image = image_of(values, (1.0, 1.0, 3.0))
    box = (at(1, (12.0, 12.0, 9.0), (48.0, 48.0, 9.0)),)
    found = grabcut(image, GrabCutParams(box, through_mm=3.0)).mask()
    assert [bool(plane.any()) for plane in found] == [False, False, True, True, True, False, False]
    assert dice(found[3], truth) > 0.97


# -- active contours


@pytest.mark.parametrize("dimension", list(Dimension))
@pytest.mark.parametrize("drive", list(Drive))
def test_contour_grows_to_the_rim(drive: Drive, dimension: Dimension) -> None:
    rng = np.random.default_rng(7)
    z, y, x = np.mgrid[:15, :60, :64]
    truth = ((z - 7) * 2.0) ** 2 + (y - 30) ** 2 + (x - 32) ** 2 <= 12**2
    values = (np.where(truth, 100.0, 0.0) + rng.normal(0, 8, truth.shape)).astype(np.float32)
    image = image_of(values, (1.0, 1.0, 2.0))
    params = ContourParams(
        drive,
        (at(1, (32.0, 30.0, 14.0)),),
        start_mm=5.0,
        rounds=300 if drive is Drive.EDGES else 40,
        dimension=dimension,
    )
    found = active_contour(image, params).mask()
    if dimension is Dimension.VOLUME:
        assert dice(found, truth) > 0.9
    else:
        assert dice(found[7], truth[7]) > 0.93
        assert not np.delete(found, 7, axis=0).any()


def test_contour_starts_from_the_mask_and_shrinks() -> None:
    truth = disc((80, 80), (40, 40), 18)
    values = np.where(truth, 100.0, 0.0).astype(np.float32)[None]
    image = image_of(values)
    start = binary(disc((80, 80), (40, 40), 28)[None], image)
    found = active_contour(image, ContourParams(balloon=-1.0, rounds=300), labels=start).mask()[0]
    assert dice(found, truth) > 0.94
    stays = active_contour(image, ContourParams(rounds=1), labels=start).mask()[0]
    assert dice(stays, start.mask()[0]) > 0.95


# -- superpixels


@pytest.mark.parametrize("dimension", list(Dimension))
def test_patches_have_the_size_and_follow_edges(dimension: Dimension) -> None:
    rng = np.random.default_rng(8)
    truth = disc((80, 100), (50, 40), 22)
    values = np.repeat((np.where(truth, 100.0, 0.0))[None], 8, axis=0)
    values = (values + rng.normal(0, 5, values.shape)).astype(np.float32)
    image = image_of(values, (1.0, 1.0, 2.0))
    result = superpixels(image, SuperpixelParams(8.0, 0.3, dimension=dimension)).array
    part = result if dimension is Dimension.VOLUME else result[4]
    n = int(part.max())
    assert len(np.unique(part)) == n
    expected = part.size / (8 * 8 * (4 if dimension is Dimension.VOLUME else 1))
    assert 0.6 * expected < n < 1.6 * expected
    whole = np.broadcast_to(truth, values.shape) if dimension is Dimension.VOLUME else truth
    share = ndimage.mean(whole.astype(float), part, np.arange(1, n + 1))
    sizes = np.bincount(part.ravel())[1:]
    mixed = np.minimum(share, 1 - share) @ sizes / sizes.sum()
    assert mixed < 0.01  # of the pixels, those on the wrong side of the edge


def test_patches_of_colour_follow_colours_of_one_brightness() -> None:
    half = np.zeros((60, 60), bool)
    half[:, 29:] = True
    values = np.where(half[..., None], (200, 40, 60), (40, 200, 60)).astype(np.uint8)[None]
    result = superpixels(image_of(values), SuperpixelParams(10.0, 0.3)).array[0]
    share = ndimage.mean(half.astype(float), result, np.arange(1, result.max() + 1))
    assert ((share < 0.02) | (share > 0.98)).all()


def test_too_many_patches_are_told() -> None:
    image = image_of(np.zeros((1, 400, 400), np.float32))
    with pytest.raises(InputError, match="patches"):
        superpixels(image, SuperpixelParams(0.5))


# -- pixel classifier


def textured() -> tuple[Image, Any]:
    """Two textures of the same mean and spread, and a bright part; the classes are 0, 1, 2."""
    rng = np.random.default_rng(9)
    fine = rng.normal(0, 20, (3, 80, 100))
    coarse = ndimage.gaussian_filter(rng.normal(0, 20, (3, 80, 100)), (0, 2.5, 2.5))
    coarse *= 20 / coarse.std()
    truth = np.zeros((3, 80, 100), np.uint8)
    truth[:, :, 45:] = 1
    truth[:, 55:, :40] = 2
    values = np.where(truth == 1, coarse, fine) + np.where(truth == 2, 150.0, 0.0)
    return image_of(values.astype(np.float32), (1.0, 1.0, 5.0)), truth


STROKES = (
    at(0, (8.0, 8.0, 0.0), (35.0, 40.0, 0.0), radius=3.0),
    at(1, (55.0, 8.0, 0.0), (90.0, 70.0, 0.0), radius=3.0),
    at(2, (8.0, 62.0, 0.0), (32.0, 72.0, 0.0), radius=3.0),
)


def test_pixels_are_told_by_texture_in_slices_never_painted_in() -> None:
    image, truth = textured()
    result = pixel_classifier(image, PixelParams(STROKES))
    inside = np.ones((80, 100), bool)
    inside[:, 39:52] = inside[49:61, :45] = False  # filters mix what lies side by side
    assert np.mean((result.array == truth)[1:, inside]) > 0.9
    assert [label.name for label in result.labels] == ["Object 1", "Object 2"]
    marked = pixel_classifier(image, PixelParams(STROKES, Slices.MARKED))
    assert np.array_equal(marked.array[0], result.array[0])
    assert not marked.array[1:].any()


def test_uncertainty_lies_where_classes_meet_and_nothing_changes_twice() -> None:
    image, truth = textured()
    values = image.array.copy()
    values[2, :10] = np.nan
    image = replace(image, array=values)
    unsure = pixel_uncertainty(image, PixelParams(STROKES), QuietContext(1)).array
    assert np.array_equal(np.isnan(unsure), np.isnan(values))
    assert np.nanmin(unsure) >= 0
    assert np.nanmax(unsure) <= 1
    wrong = pixel_classifier(image, PixelParams(STROKES), QuietContext(1)).array != truth
    wrong &= ~np.isnan(unsure)
    assert unsure[wrong].mean() > 2 * np.nanmean(unsure[~wrong])
    again = pixel_uncertainty(image, PixelParams(STROKES), QuietContext(1)).array
    assert np.array_equal(unsure, again, equal_nan=True)


def test_classes_count_equally_however_little_was_painted() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(0, 30, (1, 80, 80)).astype(np.float32)
    values[:, :, 40:] += 60
    many = at(0, *((2.0, float(y), 0.0) for y in range(2, 78, 4)), radius=8.0)
    few = at(1, (60.0, 40.0, 0.0), radius=2.0)
    found = pixel_classifier(image_of(values), PixelParams((many, few), texture=False)).array[0]
    assert found[:, 50:].mean() > 0.8


def test_colour_is_classified_by_colour() -> None:
    half = np.zeros((50, 50), bool)
    half[:, 25:] = True
    rng = np.random.default_rng(1)
    values = np.where(half[..., None], (180, 60, 60), (60, 180, 60)) + rng.normal(0, 8, (50, 50, 3))
    image = image_of(values.clip(0, 255).astype(np.uint8)[None])
    strokes = (at(0, (8.0, 8.0, 0.0), radius=3), at(1, (40.0, 40.0, 0.0), radius=3))
    found = pixel_classifier(image, PixelParams(strokes)).array[0] == 1
    assert np.mean(found[:, np.r_[:22, 28:50]] == half[:, np.r_[:22, 28:50]]) > 0.99


def test_features_are_named_and_scale_with_the_patient() -> None:
    image, _ = textured()
    bank = FilterBank((1.0, 2.0), position=True)
    assert len(bank.names()) == len(bank.of_slice(image, 0, CTX))
    colour = image_of(np.zeros((1, 9, 9, 3), np.uint8))
    assert len(bank.names(colour=True)) == len(bank.of_slice(colour, 0, CTX))
    y, x = np.mgrid[:60, :60].astype(np.float64)
    blob = np.exp(-((x - 30) ** 2 + (y - 30) ** 2) / (2 * 6.0**2)) * 100
    fine = FilterBank((6.0,)).of_slice(image_of(blob[None].astype(np.float32)), 0, CTX)
    half = FilterBank((3.0,)).of_slice(image_of(blob[None].astype(np.float32), (0.5, 0.5, 1.0)), 0, CTX)
    np.testing.assert_allclose(fine, half, atol=1e-2)
    # Of a Gaussian blurred by its own width, the scaled Laplacian in the middle is -2 * (1/2) * (1/2) of its height.
    laplacian = fine[bank.names().index("Laplacian 1 mm")]
    assert laplacian[30, 30] == pytest.approx(-50.0, rel=0.05)


@pytest.mark.parametrize("run", [random_walker, pixel_classifier])
def test_long_ones_stop_in_the_middle(run: Any) -> None:
    token = CancelToken()
    seen: list[float] = []

    def report(fraction: float, _text: str) -> None:
        seen.append(fraction)
        if fraction > 0.2:
            token.cancel()

    image = image_of(np.random.default_rng(0).normal(size=(4, 120, 120)).astype(np.float32))
    marks = tuple(at(v, (20.0 + 50 * v, 60.0, float(k)), radius=5.0) for v in (0, 1) for k in range(4))
    params = WalkerParams(marks) if run is random_walker else PixelParams(marks, trees=20)
    with pytest.raises(Cancelled):
        run(image, params, JobContext(token, report))
    assert max(seen) < 0.9
