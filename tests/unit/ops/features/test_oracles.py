"""Matrices, meshes and sums against other libraries and against plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from medviewer.ops.features import autocorrelation, cooccurrence, dependence, mesh, morphology, runs, zones
from medviewer.ops.features.intensity import Distribution, statistics, volume_histogram
from medviewer.ops.features.lattice import DIRECTIONS_2D, DIRECTIONS_3D, Lattice
from medviewer.ops.features.pyradiomics import plane_diameter
from medviewer.ops.operation import QuietContext
from tests.unit.ops.features.samples import blob

CTX = QuietContext()


def levels(n: int = 6, shape: tuple[int, int, int] = (7, 11, 9), seed: int = 1) -> NDArray[np.int64]:
    from scipy import ndimage

    rng = np.random.default_rng(seed)
    field = ndimage.gaussian_filter(rng.normal(size=shape), 0.8)
    found = np.clip((field - field.min()) / (np.ptp(field) + 1e-9) * n, 0, n - 1).astype(np.int64) + 1
    found[rng.random(shape) < 0.2] = 0
    return found


def naive_runs(grid: NDArray[np.int64], direction: tuple[int, int, int]) -> dict[tuple[int, int], int]:
    counts: dict[tuple[int, int], int] = {}
    step = np.array(direction)

    def at(p: NDArray[np.int64]) -> int:
        inside = all(0 <= c < n for c, n in zip(p, grid.shape, strict=True))
        return int(grid[tuple(p)]) if inside else -1

    for start in np.argwhere(grid > 0):
        level = at(start)
        if at(start - step) == level:
            continue
        length = 1
        while at(start + length * step) == level:
            length += 1
        counts[level, length] = counts.get((level, length), 0) + 1
    return counts


@pytest.mark.parametrize("direction", DIRECTIONS_3D)
@pytest.mark.parametrize("long_way", [False, True])
def test_runs_against_a_walk(
    direction: tuple[int, int, int], long_way: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways of counting find the runs that a walk along the direction finds."""
    if long_way:
        monkeypatch.setattr(runs, "WORK_PER_VOXEL", 0)
    grid = levels(3)
    _, level, length, count = runs.runs(Lattice.of(grid, 3), direction, per_slice=False)
    found: dict[tuple[int, int], int] = {}
    for i, j, n in zip(level.tolist(), length.tolist(), count.tolist(), strict=True):
        found[i, j] = found.get((i, j), 0) + int(n)
    assert found == naive_runs(grid, direction)


@pytest.mark.parametrize("long_way", [False, True])
def test_runs_in_slices(long_way: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if long_way:
        monkeypatch.setattr(runs, "WORK_PER_VOXEL", 0)
    grid = levels(2, (3, 8, 8))
    for direction in DIRECTIONS_2D:
        k, level, length, count = runs.runs(Lattice.of(grid, 2), direction, per_slice=True)
        for z in range(3):
            found: dict[tuple[int, int], int] = {}
            for i, j, n in zip(level[k == z].tolist(), length[k == z].tolist(), count[k == z].tolist(), strict=True):
                found[i, j] = found.get((i, j), 0) + int(n)
            assert found == naive_runs(grid[z : z + 1], direction)


def test_a_constant_box_has_runs_as_long_as_it_is() -> None:
    grid = np.ones((2, 3, 40), dtype=np.int64)
    _, level, length, count = runs.runs(Lattice.of(grid, 1), (0, 0, 1), per_slice=False)
    total = {
        (int(i), int(j)): float(count[(level == i) & (length == j)].sum()) for i, j in zip(level, length, strict=True)
    }
    assert total == {(1, 40): 6.0}


@pytest.mark.parametrize(("direction", "angle"), [((0, 0, 1), 0.0), ((0, 1, 0), math.pi / 2)])
@pytest.mark.parametrize("n_levels", [6, 300])
def test_pairs_against_scikit_image(direction: tuple[int, int, int], angle: float, n_levels: int) -> None:
    """The directions where scikit-image's distance is one pixel; 300 levels take the way without OpenCV."""
    from skimage.feature import graycomatrix

    grid = np.random.default_rng(2).integers(1, n_levels + 1, size=(1, 12, 15))
    lattice = Lattice.of(grid, n_levels)
    offset = lattice.offset(direction)
    found = cooccurrence.pair_counts(lattice.flat[:-offset], lattice.flat[offset:], n_levels)
    expected = graycomatrix(grid[0] - 1, [1], [angle], n_levels)[:, :, 0, 0]
    np.testing.assert_array_equal(found, expected)


def test_glcm_features_against_scikit_image() -> None:
    from skimage.feature import graycomatrix, graycoprops

    grid = np.random.default_rng(4).integers(1, 9, size=(1, 20, 20))
    lattice = Lattice.of(grid, 8)
    flat, offset = lattice.flat, lattice.offset((0, 0, 1))
    found = cooccurrence.matrix_features(cooccurrence.pair_counts(flat[:-offset], flat[offset:], 8)[None])
    matrix = graycomatrix(grid[0] - 1, [1], [0.0], 8, symmetric=True, normed=True)
    for ours, theirs in {
        "contrast": "contrast", "dissimilarity": "dissimilarity", "energy": "ASM", "corr": "correlation",
        "inv_diff_mom": "homogeneity", "joint_entr": "entropy",
    }.items():  # fmt: skip
        expected = float(graycoprops(matrix, theirs)[0, 0])
        expected = expected / math.log(2) if theirs == "entropy" else expected
        assert found[ours][0] == pytest.approx(expected, rel=1e-9), ours


@pytest.mark.parametrize("in_slices", [False, True])
def test_zones_against_scipy(in_slices: bool) -> None:
    """Sizes by level from scipy's labelling of each level by itself."""
    from scipy import ndimage

    grid = levels(4)
    found = zones.find_zones(Lattice.of(grid, 4), in_slices=in_slices)
    ours = sorted(zip(found.level.tolist(), found.slice_number.tolist(), found.size.tolist(), strict=True))
    expected = []
    for level in range(1, 5):
        parts = [(z, grid[z : z + 1]) for z in range(len(grid))] if in_slices else [(0, grid)]
        for z, part in parts:
            numbers, _ = ndimage.label(part == level, np.ones((3, 3, 3)))
            expected += [(level, z, int(n)) for n in np.bincount(numbers.ravel())[1:]]
    assert ours == sorted(expected)


@pytest.mark.parametrize("in_slices", [False, True])
def test_distance_zones_against_a_search(in_slices: bool) -> None:
    """The least Manhattan distance to any voxel outside, found by looking at all of them."""
    _, mask = blob((5, 7, 6))
    padded = np.pad(mask, 1)
    found = zones.edge_distance(mask, in_slices=in_slices).reshape(padded.shape)
    outside = np.argwhere(~padded)
    for p in np.argwhere(padded):
        others = outside[outside[:, 0] == p[0]] if in_slices else outside
        assert found[tuple(p)] == np.abs(others - p).sum(axis=1).min()


@pytest.mark.parametrize("in_slices", [False, True])
def test_tone_differences_and_dependences_against_loops(in_slices: bool) -> None:
    grid = levels(5, (4, 6, 5))
    lattice = Lattice.of(grid, 5)
    groups = len(grid) if in_slices else 1
    n, s = np.zeros((groups, 5)), np.zeros((groups, 5))
    joint: dict[tuple[int, int, int], int] = {}
    for p in np.argwhere(grid > 0):
        z, y, x = p.tolist()
        low = [max(0, c - 1) for c in (z, y, x)]
        if in_slices:
            box = grid[z : z + 1, low[1] : y + 2, low[2] : x + 2]
        else:
            box = grid[low[0] : z + 2, low[1] : y + 2, low[2] : x + 2]
        own, group = int(grid[z, y, x]), z if in_slices else 0
        around = box[box > 0]
        dependence_count = int((around == own).sum())
        key = (group, own, dependence_count)
        joint[key] = joint.get(key, 0) + 1
        if len(around) > 1:
            n[group, own - 1] += 1
            s[group, own - 1] += abs(own - (around.sum() - own) / (len(around) - 1))
    found = dependence.tone_differences(lattice, in_slices=in_slices)
    np.testing.assert_array_equal(found.n, n)
    np.testing.assert_allclose(found.s, s, rtol=1e-12, atol=1e-12)
    cells = dependence.dependence_cells(lattice, CTX, in_slices=in_slices)
    ours = {
        (int(m), int(i), int(j)): int(c)
        for m, i, j, c in zip(cells.matrix, cells.level, cells.size, cells.count, strict=True)
    }
    assert ours == joint


def test_every_case_of_the_mesh_against_scikit_image() -> None:
    """Area of each of the 256 cases, with uneven spacing."""
    from skimage.measure import marching_cubes, mesh_surface_area

    spacing = (2.5, 1.0, 0.7)
    for case in range(1, 255):
        cube = np.zeros((2, 2, 2), dtype=bool)
        for bit, corner in enumerate(mesh.CORNERS):
            cube[corner] = bool(case >> bit & 1)
        padded = np.pad(cube, 1).astype(np.float32)
        vertices, faces, _, _ = marching_cubes(padded, 0.5, spacing=spacing, method="lorensen")
        found = mesh.surface(cube, spacing)
        assert found.area == pytest.approx(mesh_surface_area(vertices, faces), rel=1e-5), case
        a, b, c = (vertices[faces[:, n]].astype(np.float64) for n in range(3))
        volume = abs(float(np.einsum("ij,ij->", a, np.cross(b, c)))) / 6
        assert found.volume == pytest.approx(volume, rel=1e-5), case


def test_a_ball_has_the_volume_and_surface_of_a_ball() -> None:
    at = np.arange(-20, 21)
    ball = at[:, None, None] ** 2 + at[:, None] ** 2 + at**2 <= 18.0**2
    found = mesh.surface(ball, (1.0, 1.0, 1.0))
    assert found.volume == pytest.approx(4 / 3 * math.pi * 18**3, rel=0.01)
    # Known: marching cubes on a binary ball overestimates the surface by some percent, whatever the size.
    assert 1.0 < found.area / (4 * math.pi * 18**2) < 1.1
    axes = morphology.axes_of(ball, (1.0, 1.0, 1.0))
    assert 4 * math.sqrt(axes.eigenvalues[0]) == pytest.approx(4 / math.sqrt(5) * 18, rel=0.01)


def test_hull_and_diameters_against_all_vertices() -> None:
    from scipy.spatial import ConvexHull
    from scipy.spatial.distance import pdist
    from skimage.measure import marching_cubes

    _, mask = blob()
    spacing = (2.5, 1.0, 0.7)
    vertices, _, _, _ = marching_cubes(np.pad(mask, 1).astype(np.float32), 0.5, method="lorensen")
    vertices = np.rint(vertices.astype(np.float64) * 2) / 2 * spacing
    hull = morphology.Hull(mask, spacing)
    expected = ConvexHull(vertices)
    assert hull.volume == pytest.approx(expected.volume, rel=1e-12)
    assert hull.area == pytest.approx(expected.area, rel=1e-12)
    assert morphology.largest_distance(hull.corners) == pytest.approx(pdist(vertices).max(), rel=1e-12)
    for axis in range(3):
        planes = {v: vertices[vertices[:, axis] == v] for v in np.unique(vertices[:, axis])}
        longest = max(pdist(p).max(initial=0.0) for p in planes.values())
        assert plane_diameter(mask, spacing, axis) == pytest.approx(longest, rel=1e-12)


def test_axes_against_the_covariance_of_the_points() -> None:
    _, mask = blob()
    spacing = (2.5, 1.0, 0.7)
    points = np.argwhere(mask) * spacing
    expected = np.linalg.eigvalsh(np.cov(points.T, bias=True))[::-1]
    found = morphology.axes_of(mask, spacing)
    np.testing.assert_allclose(found.eigenvalues, expected, rtol=1e-12)
    np.testing.assert_allclose(found.centre_zyx, points.mean(axis=0), rtol=1e-12)


@pytest.mark.parametrize("shape", [(5, 9, 7), (1, 8, 9), (4, 1, 6), (1, 1, 6)])
def test_pair_sums_against_all_pairs(shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(0)
    mask = rng.random(shape) < 0.7
    field = np.where(mask, rng.normal(size=shape), 0.0)
    spacing = (2.5, 1.0, 0.7)
    points, x = np.argwhere(mask) * spacing, field[mask]
    apart = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))
    weights = np.where(apart > 0, 1 / np.where(apart > 0, apart, 1), 0)
    found = autocorrelation.pair_sums(field, mask, spacing)
    expected = ((weights * np.outer(x, x)).sum(), (weights * (x**2)[:, None]).sum(), weights.sum())
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


def test_pair_sums_in_single_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    field, mask = rng.normal(size=(20, 24, 22)), np.ones((20, 24, 22), dtype=bool)
    exact = autocorrelation.pair_sums(field, mask, (1.0, 1.0, 1.0))
    monkeypatch.setattr(autocorrelation, "SINGLE_FROM", 0)
    monkeypatch.setattr(autocorrelation, "BLOCK", 1 << 13)
    found = autocorrelation.pair_sums(field, mask, (1.0, 1.0, 1.0))
    np.testing.assert_allclose(found, exact, rtol=1e-5, atol=1e-5 * exact[1])


@pytest.mark.parametrize("whole", [True, False])
def test_statistics_against_scipy(whole: bool) -> None:
    from scipy import stats

    values = np.random.default_rng(7).gamma(2.0, 40.0, 1001)
    values = np.rint(values) if whole else values
    found = statistics(Distribution.of(values))
    p10, p90 = np.percentile(values, (10, 90))
    inner = values[(values >= p10) & (values <= p90)]
    expected = {
        "mean": values.mean(), "var": values.var(), "skew": stats.skew(values), "kurt": stats.kurtosis(values),
        "median": np.median(values), "p10": p10, "p90": p90, "iqr": stats.iqr(values), "min": values.min(),
        "max": values.max(), "mad": np.abs(values - values.mean()).mean(),
        "rmad": np.abs(inner - inner.mean()).mean(), "medad": np.abs(values - np.median(values)).mean(),
        "cov": stats.variation(values), "energy": (values**2).sum(), "rms": math.sqrt((values**2).mean()),
    }  # fmt: skip
    for name, value in expected.items():
        assert found[f"stat_{name}"] == pytest.approx(value, rel=1e-10), name


def test_volume_histogram_of_a_ramp() -> None:
    """0, 1, …, 100 once each: a tenth of the volume lies at 91 and above, nine tenths from 11 on."""
    found = volume_histogram(Distribution.of(np.arange(101.0)))
    assert found["ivh_v10"] == pytest.approx(91 / 101)
    assert found["ivh_v90"] == pytest.approx(11 / 101)
    assert (found["ivh_i10"], found["ivh_i90"]) == (91.0, 11.0)
    assert found["ivh_auc"] == pytest.approx(0.505, abs=0.01)
