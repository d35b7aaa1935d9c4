"""The fast ways of distances, parts and weighted means against scipy and the slow way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.core.labels import binary
from medviewer.errors import Cancelled
from medviewer.ops import distance as distance_room
from medviewer.ops.connected import choose, counts_of_plane, parts_of_plane, renumber
from medviewer.ops.denoise import NonLocalMeansParams, non_local_means
from medviewer.ops.distance import DistanceParams, Where, distance
from medviewer.ops.mask_fields import Neighbours
from medviewer.ops.operation import QuietContext
from medviewer.ops.volume_grid import Dimension

FACTS = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)


def image_of(array: np.ndarray, spacing: tuple[float, float, float]) -> Image:
    return Image(array, Geometry(array.shape, spacing_xyz_mm=spacing), unit="HU", facts=FACTS)


def blobs(shape: tuple[int, int, int], seed: int = 3) -> np.ndarray:
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape), 2.0)
    return np.asarray(noise > np.quantile(noise, 0.4))


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (0.7, 0.7, 2.5), (1.3, 1.3, 0.4), (0.7, 0.9, 2.0)])
@pytest.mark.parametrize("where", list(Where))
@pytest.mark.parametrize("at_most", [64, 0])
def test_distances_in_a_volume_are_those_of_scipy(
    spacing: tuple[float, float, float], where: Where, at_most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distance_room, "STEPS_AT_MOST", at_most)
    monkeypatch.setattr(distance_room, "VOXELS_IN_CACHE", 4000)  # several strips
    mask = blobs((14, 40, 37))
    mask[5] = True  # slices with nothing outside, and with nothing inside
    mask[9] = False
    image = image_of(np.zeros(mask.shape, np.int16), spacing)
    found = distance(image, DistanceParams(where, Dimension.VOLUME), labels=binary(mask, image)).array
    sampling = spacing[::-1]
    inside, outside = (ndimage.distance_transform_edt(m, sampling=sampling) for m in (mask, ~mask))
    expected = {Where.INSIDE: inside, Where.OUTSIDE: outside, Where.SIGNED: outside - inside}[where]
    np.testing.assert_allclose(found, expected, rtol=5e-6, atol=1e-6)
    assert found.dtype == np.float32


def test_distances_of_a_small_mask_and_of_one_with_a_single_hole() -> None:
    mask = np.zeros((9, 30, 31), np.bool_)
    mask[0:4, 0:6, 12:20] = True  # ends at two sides of the image
    image = image_of(np.zeros(mask.shape, np.int16), (0.8, 0.8, 3.0))
    params = DistanceParams(dimension=Dimension.VOLUME)
    for subject in (mask, np.pad(np.zeros((1, 1, 1), np.bool_), ((8, 0), (3, 26), (30, 0)), constant_values=True)):
        found = distance(image, params, labels=binary(subject, image)).array
        expected = ndimage.distance_transform_edt(subject, sampling=(3.0, 0.8, 0.8))
        np.testing.assert_allclose(found, expected, rtol=1e-6)


class _Stops(QuietContext):
    def check(self) -> None:
        raise Cancelled

    def progress(self, fraction: float, text: str = "") -> None:
        raise Cancelled

    def subrange(self, low: float, high: float) -> _Stops:
        return self


def test_distances_in_a_volume_can_be_stopped() -> None:
    mask = blobs((6, 20, 20))
    with pytest.raises(Cancelled):
        distance_room._depths(mask, (1.0, 1.0, 1.0), _Stops())


@pytest.mark.parametrize("neighbours", list(Neighbours))
@pytest.mark.parametrize("kind", ["few", "single pixels", "chequered"])
def test_parts_of_a_slice_whatever_the_width_of_their_numbers(neighbours: Neighbours, kind: str) -> None:
    mask = np.zeros((513, 517), np.bool_)
    if kind == "few":
        mask = blobs((1, 513, 517))[0]
    elif kind == "single pixels":
        mask[::2, ::2] = True  # 66,563: more than 16 bits hold
    else:
        mask[::2, ::2] = mask[1::2, 1::2] = True
    count, parts = parts_of_plane(mask, neighbours)
    structure = np.ones((3, 3)) if neighbours is Neighbours.CORNERS else None
    expected, n = ndimage.label(mask, structure)
    assert count == n
    counts = counts_of_plane(parts, count)
    np.testing.assert_array_equal(np.sort(counts[1:]), np.sort(np.bincount(expected.ravel())[1:]))
    np.testing.assert_array_equal(parts != 0, mask)
    odd = np.arange(count + 1) % 2 == 1
    np.testing.assert_array_equal(choose(parts, odd), np.isin(parts, np.flatnonzero(odd)))
    numbers = (np.arange(count + 1) % 60_000).astype(np.uint16)
    np.testing.assert_array_equal(renumber(parts, numbers), numbers[parts])


def test_weights_that_are_nothing_change_nothing() -> None:
    """Two halves far apart: the weights between them lie under what 32 bits hold."""
    rng = np.random.default_rng(0)
    values = rng.normal(0.0, 1.0, (1, 24, 24)).astype(np.float32)
    far = values + np.where(np.arange(24) < 12, 0.0, 1e4).astype(np.float32)
    params = NonLocalMeansParams(1.0, 1, 3, 1.0)
    found = non_local_means(image_of(far, (1.0, 1.0, 1.0)), params).array[0]
    wide = np.pad(far[0].astype(np.float64), 4, mode="reflect")
    sums, weights = np.zeros((24, 24)), np.zeros((24, 24))
    for dy, dx in np.ndindex(7, 7):
        squares = (wide - np.roll(wide, (3 - dy, 3 - dx), (0, 1))) ** 2
        patches = ndimage.uniform_filter(squares, 3)[4:-4, 4:-4]
        weight = np.exp(np.minimum(0.0, 2.0 - patches))
        sums += weight * wide[1 + dy : 25 + dy, 1 + dx : 25 + dx]
        weights += weight
    own = sums / weights
    np.testing.assert_allclose(found, own, rtol=2e-6, atol=2e-4)
