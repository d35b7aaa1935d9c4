"""Shapes between drawn slices: against solids whose every slice is known."""

from __future__ import annotations

import numpy as np
import pytest

from medviewer.core.interpolate_labels import drawn_slices, gaps, interpolate


def dice(a: np.ndarray, b: np.ndarray) -> float:
    return 2 * float((a & b).sum()) / max(1.0, float(a.sum() + b.sum()))


def cone(n: int = 25, size: int = 80, lean: float = 0.0) -> np.ndarray:
    """Discs whose radius shrinks evenly from 30 to 6, their centre moving by `lean` pixels a slice."""
    z, y, x = np.mgrid[:n, :size, :size]
    radius = 30 - 24 * z / (n - 1)
    return (y - size / 2) ** 2 + (x - size / 2 - lean * (z - n / 2)) ** 2 <= radius**2


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_cone_comes_back_from_every_sixth_slice(axis: int) -> None:
    solid = cone()
    drawn = np.zeros(solid.shape, np.uint8)
    drawn[::6] = solid[::6]
    found = interpolate(np.moveaxis(drawn, 0, axis), 1, axis)
    assert dice(np.moveaxis(found, axis, 0) == 1, solid) > 0.985


def test_a_leaning_tube_is_followed_where_its_slices_do_not_overlap() -> None:
    z, y, x = np.mgrid[:21, :60, :160]
    solid = (y - 30) ** 2 + (x - 20 - 6 * z) ** 2 <= 8**2
    drawn = np.zeros(solid.shape, np.uint8)
    drawn[::5] = solid[::5]
    assert not (drawn[0] & drawn[5]).any()
    assert dice(interpolate(drawn, 1) == 1, solid) > 0.95


def test_distances_count_in_the_unit_of_the_spacing() -> None:
    """An ellipsoid that is a sphere in the patient: anisotropic pixels, drawn on few slices."""
    spacing = (3.0, 2.0, 0.5)
    z, y, x = np.mgrid[:21, :41, :161]
    solid = ((z - 10) * 3) ** 2 + ((y - 20) * 2) ** 2 + ((x - 80) * 0.5) ** 2 <= 28.0**2
    drawn = np.zeros(solid.shape, np.uint8)
    drawn[2:19:4] = solid[2:19:4]
    found = interpolate(drawn, 1, 0, spacing) == 1
    assert dice(found[2:19], solid[2:19]) > 0.95


def test_uneven_slices_are_weighted_by_their_place() -> None:
    """Radius grows by 1 for each mm; the missing slice lies at 9 of 10 mm."""
    y, x = np.mgrid[:81, :81]
    disc = lambda r: (y - 40) ** 2 + (x - 40) ** 2 <= r * r  # noqa: E731
    drawn = np.zeros((3, 81, 81), np.uint8)
    drawn[0], drawn[2] = disc(20), disc(30)
    near_second = interpolate(drawn, 1, positions=(0.0, 9.0, 10.0))[1]
    assert abs(np.sqrt(near_second.sum() / np.pi) - 29) < 0.5
    middle = interpolate(drawn, 1)[1]
    assert abs(np.sqrt(middle.sum() / np.pi) - 25) < 0.5


def test_drawn_slices_and_other_labels_stay_as_they_are() -> None:
    labels = np.zeros((7, 30, 30), np.uint16)
    labels[1, 5:20, 5:20] = labels[5, 5:20, 5:20] = 300
    labels[3, 10:12, 10:12] = 7
    before = labels.copy()
    found = interpolate(labels, 300)
    assert np.array_equal(labels, before)
    assert np.array_equal(found[1], before[1])
    assert np.array_equal(found[5], before[5])
    assert (found[3, 10:12, 10:12] == 7).all()
    assert (found[3] == 300).sum() == 15 * 15 - 4
    assert not found[0].any()
    assert not found[6].any()


def test_gaps_of_drawn_slices() -> None:
    labels = np.zeros((9, 4, 4), np.uint8)
    labels[[0, 1, 4, 8], 1, 1] = 2
    assert drawn_slices(labels, 2).tolist() == [0, 1, 4, 8]
    assert gaps(drawn_slices(labels, 2)) == [(1, 4), (4, 8)]
    assert gaps(drawn_slices(labels, 3)) == []


def test_it_can_be_stopped() -> None:
    labels = np.zeros((9, 10, 10), np.uint8)
    labels[[0, 4, 8], 2:5, 2:5] = 1
    told = []

    def stop(fraction: float) -> None:
        told.append(fraction)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interpolate(labels, 1, step=stop)
    assert told == [0.5]
