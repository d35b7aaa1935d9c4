"""Objects measured: against scikit-image, SimpleITK, analytic shapes and counting by hand."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import distance
from skimage import draw, measure, morphology

from medviewer.ops import object_measures, object_parts, object_values

Numbers = NDArray[np.int32]


def blobs(shape: tuple[int, ...] = (160, 190), seed: int = 3, sigma: float = 4.0) -> Numbers:
    """Irregular objects with holes, numbered by scipy."""
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape), sigma)
    numbers, _ = ndimage.label(noise > 0.4 * noise.std(), np.ones((3,) * len(shape)))
    return np.asarray(numbers, dtype=np.int32)


def disc(
    radius: float, spacing_yx: tuple[float, float] = (1.0, 1.0), centre: tuple[float, float] = (0, 0)
) -> Numbers:
    reach = [int(radius / s) + 3 for s in spacing_yx]
    y, x = np.mgrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1]
    inside = ((y - centre[0]) * spacing_yx[0]) ** 2 + ((x - centre[1]) * spacing_yx[1]) ** 2 <= radius**2
    return inside.astype(np.int32)


def ball(
    radius: float, spacing_zyx: tuple[float, float, float], axes: tuple[float, float, float] = (1, 1, 1)
) -> Numbers:
    reach = [int(radius * a / s) + 3 for s, a in zip(spacing_zyx, axes, strict=True)]
    grids = np.meshgrid(*(np.arange(-r, r + 1) for r in reach), indexing="ij")
    inside = sum(((g * s - 0.1) / (radius * a)) ** 2 for g, s, a in zip(grids, spacing_zyx, axes, strict=True)) <= 1
    return np.asarray(inside, dtype=np.int32)


def measured(numbers: Numbers, spacing_xy: tuple[float, float] = (1.0, 1.0)) -> dict[str, Any]:
    runs = object_parts.runs_of(numbers, int(numbers.max()))
    return object_measures.plane_measures(numbers, runs, spacing_xy)


def test_runs_hold_every_pixel_of_its_object() -> None:
    numbers = blobs()
    runs = object_parts.runs_of(numbers, int(numbers.max()))
    back = np.zeros_like(numbers)
    for owner, y, first, end in zip(runs.owner, runs.y, runs.first, runs.end, strict=True):
        assert not back[y, first:end].any()
        back[y, first:end] = owner + 1
    assert np.array_equal(back, numbers)
    assert (np.diff(runs.owner) >= 0).all()


@pytest.mark.parametrize("diagonal", [True, False])
@pytest.mark.parametrize("shape", [(60, 70), (12, 40, 30)])
def test_parts_are_those_of_scipy(diagonal: bool, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(5)
    labels = rng.choice(np.array([0, 1, 7], np.uint16), size=shape, p=(0.6, 0.25, 0.15))
    numbers, values = object_parts.parts(labels, diagonal)
    structure = np.ones((3,) * len(shape)) if diagonal else ndimage.generate_binary_structure(len(shape), 1)
    total = 0
    for value in (1, 7):
        expected, count = ndimage.label(labels == value, structure)  # scipy numbers by first voxel, too
        assert np.array_equal(numbers[labels == value] - total, expected[labels == value])
        assert values[total : total + count].tolist() == [value] * count
        total += count
    assert numbers.max() == len(values) == total
    assert not numbers[labels == 0].any()


def test_shape_is_that_of_scikit_image() -> None:
    numbers = blobs()
    found = measured(numbers)
    regions = measure.regionprops(numbers)
    assert len(regions) > 15
    for n, region in enumerate(regions):
        assert found["area"][n] == region.area
        large, small = (v + 1 / 12 for v in region.inertia_tensor_eigvals)  # its pixels are points, here squares
        assert found["eccentricity"][n] == pytest.approx(math.sqrt(1 - small / large), abs=1e-7)
        assert found["major_axis"][n] == pytest.approx(4 * math.sqrt(large))
        assert found["minor_axis"][n] == pytest.approx(4 * math.sqrt(small))
        assert found["equivalent_diameter"][n] == pytest.approx(region.equivalent_diameter_area)
        outline = np.concatenate(measure.find_contours(np.pad(region.image, 2).astype(float), 0.5))
        assert found["feret_max"][n] == pytest.approx(distance.pdist(outline).max())
        assert found["feret_max"][n] == pytest.approx(region.feret_diameter_max, abs=0.75)  # of the hull in pixels
        assert found["perimeter"][n] == pytest.approx(measure.perimeter_crofton(region.image, directions=4))
        hull = morphology.convex_hull_image(region.image, offset_coordinates=False)
        assert found["solidity"][n] == pytest.approx(region.area / hull.sum(), abs=1e-12)
        # scikit-image: angle of the long axis from the rows' own axis (y), as radians
        expected = (math.degrees(region.orientation) + 90.0) % 180.0
        assert abs((found["orientation"][n] - expected + 90.0) % 180.0 - 90.0) < 1e-6


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.4, 0.9), (2.0, 0.5)])
def test_shape_is_that_of_itk_in_mm(spacing: tuple[float, float]) -> None:
    numbers = blobs(seed=8)
    found = measured(numbers, spacing)
    image = SimpleITK.GetImageFromArray(numbers)
    image.SetSpacing(spacing)
    shapes = SimpleITK.LabelShapeStatisticsImageFilter()
    shapes.Execute(image)
    for n in range(int(numbers.max())):
        assert found["area"][n] == pytest.approx(shapes.GetPhysicalSize(n + 1))
        assert found["equivalent_diameter"][n] == pytest.approx(2 * shapes.GetEquivalentSphericalRadius(n + 1))
        small, large = shapes.GetPrincipalMoments(n + 1)
        # ITK counts a pixel as a point; here it is a rectangle
        lengths = found["minor_axis"][n] ** 2 / 16, found["major_axis"][n] ** 2 / 16
        assert sum(lengths) == pytest.approx(small + large + (spacing[0] ** 2 + spacing[1] ** 2) / 12)


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.5, 0.5), (1.0, 0.5), (0.3, 1.2)])
@pytest.mark.parametrize(("radius_px", "within"), [(5, 0.035), (8, 0.035), (12, 0.01), (20, 0.01), (50, 0.004)])
def test_perimeter_of_digitised_discs(spacing: tuple[float, float], radius_px: int, within: float) -> None:
    radius = radius_px * max(spacing)
    rng = np.random.default_rng(radius_px)
    errors = []
    for _ in range(12):
        centre = tuple(rng.uniform(-0.5, 0.5, 2))
        found = object_measures.boundary(disc(radius, spacing[::-1], centre), 1, spacing[::-1])
        errors.append(found[0] / (2 * math.pi * radius) - 1)
    assert np.abs(errors).max() < within
    assert abs(np.mean(errors)) < within / 2


@pytest.mark.parametrize("size", [(10, 10), (7, 31), (1, 40)])
def test_perimeter_of_an_upright_box_is_five_percent_short(size: tuple[int, int]) -> None:
    numbers = np.pad(np.ones(size, np.int32), 3)
    ideal = 2 * sum(size)
    found = object_measures.boundary(numbers, 1, (1.0, 1.0))[0]
    rows, columns = size
    crossings = 2 * rows + 2 * columns  # along x and y
    diagonal = 2 * 2 * (rows + columns - 1)  # both diagonals: each line that meets the box, twice
    assert found == pytest.approx(math.pi / 8 * (crossings + diagonal / math.sqrt(2)))
    assert 0.91 < found / ideal < 0.95  # the corners take a little more


def test_objects_at_the_edge_of_the_image_end_there() -> None:
    inside = np.pad(np.ones((6, 9), np.int32), 2)
    cut = np.ones((6, 9), np.int32)
    assert object_measures.boundary(cut, 1, (1, 1)) == pytest.approx(object_measures.boundary(inside, 1, (1, 1)))


@pytest.mark.parametrize(
    ("corners", "widest", "narrowest", "angle"),
    [
        (((0, 0), (0, 9), (9, 9), (9, 0)), math.hypot(10, 9), 10.0, None),
        (((0, 0), (0, 29), (0, 29)), 30.0, 1.0, 0.0),
        (((0, 0), (29, 0), (29, 0)), 30.0, 1.0, 90.0),
    ],
)
def test_feret_of_boxes_and_lines(corners: Any, widest: float, narrowest: float, angle: float | None) -> None:
    numbers = np.zeros((40, 40), np.int32)
    rows, columns = zip(*corners, strict=True)
    numbers[5 : 6 + max(rows), 5 : 6 + max(columns)] = 1
    found = measured(numbers)
    assert found["feret_max"][0] == pytest.approx(widest)
    assert found["feret_min"][0] == pytest.approx(narrowest)
    assert found["solidity"][0] == 1.0
    if angle is not None:
        assert found["feret_angle"][0] == pytest.approx(angle)


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.7, 1.9)])
def test_feret_against_every_direction(spacing: tuple[float, float]) -> None:
    numbers = blobs(seed=11)
    found = measured(numbers, spacing)
    angles = np.radians(np.arange(0, 180, 0.1))
    directions = np.stack((np.cos(angles), -np.sin(angles)))  # counter-clockwise as seen, y goes down
    for n in range(int(numbers.max())):
        y, x = np.nonzero(numbers == n + 1)
        outline = np.concatenate(
            [np.stack((x + dx, y + dy), 1) for dx, dy in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5))]
        )
        along = (outline * spacing) @ directions
        widths = along.max(axis=0) - along.min(axis=0)
        assert found["feret_max"][n] == pytest.approx(widths.max(), rel=1e-5)
        assert found["feret_min"][n] == pytest.approx(widths.min(), rel=2e-3)
        assert found["feret_min"][n] <= widths.min() + 1e-9
        at = round(found["feret_angle"][n] / 0.1) % len(angles)
        assert widths[at] == pytest.approx(widths.max(), rel=1e-4)


@pytest.mark.parametrize("angle", [0, 30, 90, 145])
def test_angles_of_an_ellipse_as_seen(angle: int) -> None:
    rows, columns = draw.ellipse(60, 60, 12, 40, rotation=math.radians(angle))
    numbers = np.zeros((121, 121), np.int32)
    numbers[rows, columns] = 1
    found = measured(numbers)
    # draw.ellipse turns counter-clockwise as seen
    for key in ("orientation", "feret_angle"):
        assert abs((found[key][0] - angle + 90) % 180 - 90) < 3
    assert found["major_axis"][0] == pytest.approx(80, rel=0.02)
    assert found["minor_axis"][0] == pytest.approx(24, rel=0.02)
    assert found["eccentricity"][0] == pytest.approx(math.sqrt(1 - 0.3**2), abs=0.01)


def test_circularity_tells_discs_from_others() -> None:
    found = measured(disc(30))
    assert found["circularity"][0] == pytest.approx(1.0, abs=0.025)
    ring = disc(30) - np.pad(disc(10), 20)
    assert measured(ring)["circularity"][0] < 0.6
    assert measured(np.ones((1, 1), np.int32))["circularity"][0] == 1.0  # at most 1, also for one pixel


@pytest.mark.parametrize(
    ("spacing", "radius", "within"),
    [((1, 1, 1), 6, 0.01), ((1, 1, 1), 15, 0.003), ((2.5, 0.7, 0.7), 15, 0.01), ((1, 0.5, 2), 15, 0.01)],
)
def test_surface_and_sphericity_of_balls(spacing: tuple[float, float, float], radius: float, within: float) -> None:
    numbers = ball(radius, spacing)
    runs = object_parts.runs_of(numbers, 1)
    found = object_measures.volume_measures(numbers, runs, spacing[::-1])
    assert found["surface"][0] == pytest.approx(4 * math.pi * radius**2, rel=within)
    assert found["volume"][0] == pytest.approx(4 / 3 * math.pi * radius**3, rel=0.02)
    assert found["sphericity"][0] > 0.98
    assert found["max_diameter"][0] == pytest.approx(2 * radius, abs=1.5 * max(spacing))


def test_volume_measures_are_those_of_itk() -> None:
    numbers, spacing = np.pad(blobs((30, 60, 70), 4, 3.0), 1), (0.8, 0.6, 1.0)
    runs = object_parts.runs_of(numbers, int(numbers.max()))
    found = object_measures.volume_measures(numbers, runs, spacing)
    image = SimpleITK.GetImageFromArray(numbers)
    image.SetSpacing(spacing)
    shapes = SimpleITK.LabelShapeStatisticsImageFilter()
    shapes.ComputeFeretDiameterOn()
    shapes.Execute(image)
    large = 0
    for n in range(int(numbers.max())):
        assert found["volume"][n] == pytest.approx(shapes.GetPhysicalSize(n + 1))
        assert found["max_diameter"][n] == pytest.approx(shapes.GetFeretDiameter(n + 1), abs=1e-6)
        if found["volume"][n] > 400:
            large += 1
            assert found["surface"][n] == pytest.approx(shapes.GetPerimeter(n + 1), rel=0.04)
    assert large >= 1


def test_axes_of_an_ellipsoid() -> None:
    numbers, spacing = ball(10, (1.0, 0.5, 0.5), (2.0, 1.0, 0.6)), (0.5, 0.5, 1.0)
    runs = object_parts.runs_of(numbers, 1)
    found = object_measures.volume_measures(numbers, runs, spacing)
    for key, half in (("major_axis", 20), ("minor_axis", 10), ("least_axis", 6)):
        assert found[key][0] == pytest.approx(2 * half, rel=0.02)
    assert found["elongation"][0] == pytest.approx(0.5, abs=0.02)
    assert found["flatness"][0] == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 1, 60), (1, 60, 60), (60, 1, 1), (2, 2, 60)])
def test_thin_objects_have_a_diameter(shape: tuple[int, int, int]) -> None:
    numbers = np.ones(shape, np.int32)
    found = object_measures.volume_measures(numbers, object_parts.runs_of(numbers, 1), (1.0, 1.0, 2.0))
    sides = [(n - 1) * s for n, s in zip(shape, (2.0, 1.0, 1.0), strict=True)]
    assert found["max_diameter"][0] == pytest.approx(math.hypot(*sides))
    assert all(np.isfinite(v).all() for v in found.values())


def test_values_are_those_of_numpy() -> None:
    numbers = blobs((3, 60, 70), 6, 2.0)
    rng = np.random.default_rng(1)
    values = rng.normal(100, 30, numbers.shape).astype(np.float32)
    values[0, :10] = np.nan
    values[1, 5, 5:9] = np.inf
    n = int(numbers.max())
    numbers[2, 50, 60] = n + 1  # one whose only value is missing
    values[2, 50, 60] = np.nan
    runs = object_parts.runs_of(numbers, n + 1)
    inside = np.empty(int(runs.length.sum()), np.float32)
    for k in range(3):
        object_values.gathered(runs, k, values[k], inside)
    found = object_values.value_measures(runs, inside)
    for number in range(n):
        own = values[(numbers == number + 1) & np.isfinite(values)].astype(np.float64)
        expected = {
            "mean": own.mean(),
            "min": own.min(),
            "max": own.max(),
            "median": np.median(own),
            "sum": own.sum(),
        }
        expected["sd"] = own.std(ddof=1) if len(own) > 1 else 0.0
        for key, value in expected.items():
            assert found[key][number] == pytest.approx(value, rel=1e-6), key
    assert all(math.isnan(found[key][n]) for key in found)


def test_colours_are_means_and_hue_goes_round() -> None:
    rgb = np.array([(250, 0, 10), (250, 10, 0), (128, 128, 128), (0, 0, 200)], np.uint8)
    numbers = np.array([[1, 1, 2, 3]], np.int32)
    found = object_values.colour_measures(object_parts.runs_of(numbers, 3), rgb)
    assert found["red"].tolist() == [250, 128, 0]
    assert found["blue"].tolist() == [5, 128, 200]
    assert abs((found["hue"][0] + 180) % 360 - 180) < 0.01  # between 358 and 2 degrees lies 0, not 180
    assert math.isnan(found["hue"][1])
    assert found["hue"][2] == pytest.approx(240)
    assert found["saturation"].tolist() == pytest.approx([255, 0, 255])
    assert found["value"][2] == pytest.approx(200)


def test_boxes_and_centroids_are_those_of_scikit_image() -> None:
    numbers = blobs((8, 30, 40), 2, 2.0)
    runs = object_parts.runs_of(numbers, int(numbers.max()))
    box, centre = object_measures.boxes(runs), object_measures.centroids(runs)
    for n, region in enumerate(measure.regionprops(numbers)):
        assert (*box[n, :, 0], *(box[n, :, 1] + 1)) == region.bbox
        assert centre[n] == pytest.approx(region.centroid)
    moments = object_measures.covariances(runs, (1, 1, 1))
    for n in range(int(numbers.max())):
        points = np.argwhere(numbers == n + 1).astype(float)
        expected = np.cov(points.T, bias=True).reshape(3, 3) if len(points) > 1 else np.zeros((3, 3))
        assert moments[n] == pytest.approx(expected + np.eye(3) / 12, abs=1e-9)


def test_selected_runs_are_numbered_anew() -> None:
    numbers = blobs()
    n = int(numbers.max())
    runs = object_parts.runs_of(numbers, n)
    keep = np.arange(n) % 2 == 1
    some = object_parts.select(runs, keep)
    assert some.n_objects == keep.sum()
    assert object_measures.counts(some).tolist() == object_measures.counts(runs)[keep].tolist()


def test_directions_share_the_sphere() -> None:
    for spacing in ((1.0, 1.0), (0.3, 1.7), (1.0, 1.0, 1.0), (3.0, 0.7, 0.7)):
        directions = np.array(object_measures._steps(spacing)) * spacing
        assert len(directions) == (3 ** len(spacing) - 1) // 2
        shares = object_measures._shares(directions)
        assert shares.sum() == pytest.approx(1.0)
        assert (shares > 0).all()
        for a, b in itertools.combinations(directions, 2):
            assert np.linalg.matrix_rank(np.stack((a, b))) == 2
