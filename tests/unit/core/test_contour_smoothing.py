"""Contours smoothed: circles by the formula, convolution by hand, area, spacing, hierarchy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from medviewer.core.contour import fill, signed_area, trace
from medviewer.core.contour_smoothing import smooth, smooth_all


def circle(radius: float, n: int = 400, centre: tuple[float, float] = (50.0, 40.0)) -> NDArray[np.float64]:
    t = np.arange(n) * (2 * math.pi / n)
    return np.stack((centre[0] + radius * np.cos(t), centre[1] + radius * np.sin(t)), axis=-1)


def disc(radius: float, size: int = 81) -> NDArray[np.bool_]:
    y, x = np.mgrid[:size, :size]
    found: NDArray[np.bool_] = (x - size // 2) ** 2 + (y - size // 2) ** 2 <= radius**2
    return found


@pytest.mark.parametrize(("radius", "sigma"), [(20.0, 2.0), (20.0, 10.0), (5.0, 4.0)])
def test_a_circle_shrinks_by_the_formula(radius: float, sigma: float) -> None:
    found = smooth(circle(radius), sigma, keep_area=False)
    reach = np.hypot(*(found - (50, 40)).T)
    assert reach == pytest.approx(radius * math.exp(-(sigma**2) / (2 * radius**2)), rel=1e-3)
    kept = smooth(circle(radius), sigma)
    assert np.hypot(*(kept - (50, 40)).T) == pytest.approx(radius, rel=1e-3)


def test_it_is_the_gaussian_of_scipy() -> None:
    rng = np.random.default_rng(1)
    t = np.arange(2000) * (2 * math.pi / 2000)
    radius = 30 + sum(rng.normal(0, 1.5) * np.cos(k * t + rng.uniform(0, 6)) for k in range(2, 9))
    points = np.stack((radius * np.cos(t), radius * np.sin(t)), axis=-1)
    found = smooth(points, 3.0, keep_area=False)
    # even steps along the contour by hand, then the sampled kernel of scipy
    closed = np.concatenate((points, points[:1]))
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))))
    at = np.arange(len(found)) * along[-1] / len(found)
    even = np.stack([np.interp(at, along, closed[:, axis]) for axis in (0, 1)], axis=-1)
    expected = ndimage.gaussian_filter1d(even, 3.0 / (along[-1] / len(found)), axis=0, mode="wrap", truncate=6)
    assert np.abs(found - expected).max() < 1e-3


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.5, 2.0)])
@pytest.mark.parametrize("sigma", [0.5, 2.0, 6.0, 40.0])
def test_the_area_stays(sigma: float, spacing: tuple[float, float]) -> None:
    noise = ndimage.gaussian_filter(np.random.default_rng(4).normal(size=(90, 90)), 4)
    contours = trace(noise > 0.02)
    assert any(c.is_hole for c in contours)
    found = smooth_all(contours, sigma, spacing)
    for before, after in zip(contours, found, strict=True):
        assert signed_area(after.points) == pytest.approx(signed_area(before.points), rel=1e-9)
        assert (after.parent, after.is_hole) == (before.parent, before.is_hole)
        assert np.isfinite(after.points).all()


def test_lengths_are_in_the_patient() -> None:
    """The same outline in mm gives the same result in mm, whatever the pixels."""
    outline = trace(disc(20) & (np.arange(81)[:, None] > 35))[0].points
    square = smooth(outline, 3.0)
    stretched = smooth(outline / (0.5, 2.0), 3.0, (0.5, 2.0)) * (0.5, 2.0)
    assert np.abs(square - stretched).max() < 1e-9


def test_stairs_vanish_and_the_disc_stays() -> None:
    mask = disc(25)
    rough = trace(mask, at="middles")[0].points
    found = smooth(rough, 3.0, area_px=float(mask.sum()))
    assert signed_area(found) == pytest.approx(mask.sum())
    reach = np.hypot(*(found - 40).T)
    assert reach.std() < 0.15
    assert np.hypot(*(rough - 40).T).std() > 0.2
    again = fill([found], mask.shape)
    assert (again != mask).sum() < 0.01 * mask.sum()


def test_a_bump_goes_and_a_straight_side_stays() -> None:
    mask = np.zeros((60, 120), bool)
    mask[20:40, 10:110] = True
    bumped = mask.copy()
    bumped[16:20, 60:63] = True
    found = fill([smooth(trace(bumped, at="middles")[0].points, 6.0, keep_area=False)], mask.shape)
    assert found[20:40, 30:40].all()
    assert not found[:20, 30:40].any()
    assert not found[:18].any()
    assert found[18].sum() < 20  # what is left of it lies low and wide


@pytest.mark.parametrize("shape", [(1, 1), (1, 30), (2, 2)])
def test_tiny_objects_keep_their_area(shape: tuple[int, int]) -> None:
    mask = np.zeros((50, 50), bool)
    mask[20 : 20 + shape[0], 10 : 10 + shape[1]] = True
    found = smooth(trace(mask)[0].points, 10.0)
    assert signed_area(found) == pytest.approx(mask.sum())
    if shape == (1, 1):
        assert np.ptp(found, axis=0) == pytest.approx(2 / math.sqrt(math.pi), rel=0.05)  # a disc of that area


def test_nonsense_is_refused() -> None:
    for points, sigma in ((np.zeros((2, 2)), 1.0), (circle(5), 0.0), (circle(5), float("nan"))):
        with pytest.raises(ValueError, match="three points"):
            smooth(points, sigma)
    same = np.tile([(3.0, 4.0)], (5, 1))
    assert np.array_equal(smooth(same, 1.0), same)
