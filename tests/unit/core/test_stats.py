"""Regions, lengths and angles against SimpleITK, OpenCV, scipy and analytic phantoms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medviewer.core.stats import (
    angle_deg,
    distance,
    histogram,
    outline_area,
    outline_perimeter,
    roi_mask,
    roi_statistics,
)

RNG = np.random.default_rng(11)


def inside_polygon(x: float, y: float, points: list[tuple[float, float]]) -> bool:
    """The textbook crossing number."""
    odd = False
    for (xa, ya), (xb, yb) in zip(points, points[1:] + points[:1], strict=True):
        if (ya > y) != (yb > y) and x < (xb - xa) * (y - ya) / (yb - ya) + xa:
            odd = not odd
    return odd


coordinate = st.floats(-8, 28).map(lambda v: round(v, 3))


@given(st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=12))
@settings(max_examples=150, deadline=None)
def test_freehand_is_the_even_odd_rule_at_pixel_centres(points: list[tuple[float, float]]) -> None:
    mask = roi_mask((20, 24), "freehand", points)
    for y, x in np.ndindex(20, 24):
        if mask[y, x] != inside_polygon(x, y, points):
            # Only a centre exactly on an edge may differ.
            gaps = []
            for (xa, ya), (xb, yb) in zip(points, points[1:] + points[:1], strict=True):
                way = np.array((xb - xa, yb - ya))
                t = np.clip(np.dot((x - xa, y - ya), way) / max(float(way @ way), 1e-12), 0, 1)
                gaps.append(np.hypot(x - xa - t * way[0], y - ya - t * way[1]))
            assert min(gaps) < 1e-9


def test_adjoining_regions_share_no_pixel_and_leave_none_out() -> None:
    left = roi_mask((10, 10), "freehand", [(-1, -1), (4, -1), (4, 11), (-1, 11)])
    right = roi_mask((10, 10), "freehand", [(4, -1), (11, -1), (11, 11), (4, 11)])
    assert not (left & right).any()
    assert (left | right).all()


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.3, -0.4), (0.5, 0.5)])
def test_ellipse_and_rectangle_at_pixel_centres(shift: tuple[float, float]) -> None:
    (x0, y0), (x1, y1) = (3 + shift[0], 2 + shift[1]), (20.5 + shift[0], 11.25 + shift[1])
    ellipse = roi_mask((16, 26), "ellipse", ((x1, y0), (x0, y1)))
    rectangle = roi_mask((16, 26), "rectangle", ((x1, y1), (x0, y0)))
    cx, cy, rx, ry = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2
    for y, x in np.ndindex(16, 26):
        assert ellipse[y, x] == (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1)
        assert rectangle[y, x] == (x0 <= x <= x1 and y0 <= y <= y1)


def test_large_ellipse_has_the_area_of_its_outline() -> None:
    points = ((10.2, 20.7), (410.9, 300.1))
    mask = roi_mask((512, 512), "ellipse", points)
    exact = np.pi * 400.7 / 2 * 279.4 / 2
    assert np.count_nonzero(mask) == pytest.approx(exact, rel=2e-3)
    assert outline_area("ellipse", points, None) == pytest.approx(exact)
    assert outline_area("ellipse", points, (0.5, 2.0)) == pytest.approx(exact)


def test_shapes_outside_or_empty() -> None:
    assert not roi_mask((5, 5), "ellipse", ((10, 10), (20, 20))).any()
    assert not roi_mask((5, 5), "ellipse", ((1, 1), (1, 4))).any()
    assert not roi_mask((5, 5), "freehand", ((1, 1), (3, 3), (2, 2))).any()
    assert roi_mask((5, 5), "rectangle", ((-10, -10), (20, 20))).all()
    for shape, points in (("distance", ((0, 0), (1, 1))), ("ellipse", ((0, 0),)), ("freehand", ((0, 0), (1, 1)))):
        with pytest.raises(ValueError, match="area"):
            roi_mask((5, 5), shape, points)


@pytest.mark.parametrize("shape", ["ellipse", "rectangle", "freehand"])
def test_statistics_are_simpleitks(shape: str) -> None:
    import SimpleITK as sitk

    values = RNG.normal(40, 250, (60, 80)).astype(np.float32)
    points = [(5.3, 8.1), (70.4, 44.9)] if shape != "freehand" else [(5, 5), (70.2, 9.4), (61, 50), (20.3, 33.3)]
    mask = roi_mask(values.shape, shape, points)
    found = roi_statistics(values, mask, (0.7, 0.9))
    peer = sitk.LabelStatisticsImageFilter()
    peer.SetUseHistograms(True)
    peer.Execute(sitk.GetImageFromArray(values.astype(np.float64)), sitk.GetImageFromArray(mask.astype(np.uint8)))
    assert found.n == peer.GetCount(1)
    assert found.mean == pytest.approx(peer.GetMean(1))
    assert found.sd == pytest.approx(peer.GetSigma(1))
    assert (found.minimum, found.maximum) == pytest.approx((peer.GetMinimum(1), peer.GetMaximum(1)))
    assert found.median == pytest.approx(np.median(values[mask].astype(float)))
    assert found.area_px == peer.GetCount(1)
    assert found.area_mm2 == pytest.approx(peer.GetCount(1) * 0.63)
    assert found.histogram.counts.sum() == found.n


def test_padding_is_in_the_area_but_not_in_the_values() -> None:
    values = np.full((10, 10), 5.0, np.float32)
    values[:5] = np.nan
    found = roi_statistics(values, np.ones((10, 10), bool), None)
    assert (found.n, found.mean, found.sd, found.area_px, found.area_mm2) == (50, 5.0, 0.0, 100, None)
    nothing = roi_statistics(values, np.zeros((10, 10), bool), (1.0, 1.0))
    assert (nothing.n, nothing.area_mm2) == (0, 0.0)
    assert np.isnan([nothing.mean, nothing.sd, nothing.minimum, nothing.maximum, nothing.median]).all()
    one = roi_statistics(values[9:, 9:], np.ones((1, 1), bool), None)
    assert (one.n, one.sd) == (1, 0.0)


def test_large_offsets_do_not_spoil_the_spread() -> None:
    values = (1e6 + RNG.normal(0, 1, (50, 50))).astype(np.float32)
    found = roi_statistics(values, np.ones((50, 50), bool), None)
    assert found.sd == pytest.approx(np.std(values.astype(np.float64), ddof=1), rel=1e-9)


@given(st.integers(0, 10_000), st.integers(1, 3000), st.booleans())
@settings(max_examples=40, deadline=None)
def test_histogram_counts_every_finite_value_once(seed: int, spread: int, whole: bool) -> None:
    values = np.random.default_rng(seed).normal(0, spread, 500)
    values = np.rint(values) if whole else values
    values[:3] = (np.nan, np.inf, -np.inf)
    found = histogram(values, 64)
    assert found.counts.sum() == 497
    assert len(found.counts) <= 64
    assert len(found.edges) == len(found.counts) + 1
    if whole:
        widths = np.diff(found.edges)
        assert np.allclose(widths, np.rint(widths[0]))  # whole bins: no comb
    assert histogram([]).counts.size == 0
    assert histogram([7.0, 7.0]).counts.tolist() == [2]
    assert histogram([0.5, 0.5]).counts.tolist() == [2]


def test_uniform_integers_give_an_even_histogram() -> None:
    counts = histogram(np.arange(1000).repeat(3), 128).counts
    assert set(counts[:-1].tolist()) == {24}


# -- lengths and angles


def test_lengths_know_both_spacings() -> None:
    assert distance(((0, 0), (3, 4)), None) == 5.0
    assert distance(((0, 0), (3, 4)), (2.0, 0.5)) == pytest.approx(np.hypot(6, 2))
    assert distance(((1.5, 2.0), (1.5, 2.0)), (1.0, 1.0)) == 0.0


def test_angles_depend_on_the_shape_of_pixels() -> None:
    corner = ((1.0, 0.0), (0.0, 0.0), (1.0, 1.0))
    assert angle_deg(corner, None) == pytest.approx(45)
    assert angle_deg(corner, (1.0, np.sqrt(3))) == pytest.approx(60)
    assert angle_deg(corner[::-1], (1.0, np.sqrt(3))) == pytest.approx(60)
    assert angle_deg(((1, 0), (0, 0), (-1, 0)), None) == 180.0
    assert angle_deg(((1, 0), (0, 0), (1, 1e-9)), None) == pytest.approx(np.degrees(1e-9))
    assert angle_deg(((1, 0), (1, 0), (5, 5)), None) == 0.0


@given(st.floats(0.1, 179.9), st.floats(0, 360), st.floats(0.2, 3), st.floats(0.2, 3))
def test_any_angle_in_mm_is_found_in_pixels(angle: float, turn: float, sx: float, sy: float) -> None:
    arms = [np.deg2rad(turn), np.deg2rad(turn + angle)]
    points = [(10 + 5 * np.cos(a) / sx, 10 + 7 * np.sin(a) * 5 / 7 / sy) for a in arms]
    found = angle_deg((points[0], (10.0, 10.0), points[1]), (sx, sy))
    assert found == pytest.approx(angle, abs=1e-6)


def test_outlines() -> None:
    from scipy.special import ellipe

    square = ((1.0, 1.0), (5.0, 1.0), (5.0, 4.0), (1.0, 4.0))
    assert outline_area("freehand", square, None) == 12
    assert outline_area("freehand", square[::-1], (0.5, 2.0)) == 12
    assert outline_perimeter("freehand", square, (0.5, 2.0)) == 16
    assert outline_area("rectangle", (square[0], square[2]), (2.0, 2.0)) == 48
    assert outline_perimeter("rectangle", (square[0], square[2]), None) == 14
    for width, height in ((10.0, 10.0), (10.0, 4.0), (4.0, 10.0), (10.0, 1.0)):
        a, b = max(width, height) / 2, min(width, height) / 2
        exact = 4 * a * ellipe(1 - (b / a) ** 2)
        assert outline_perimeter("ellipse", ((0, 0), (width, height)), None) == pytest.approx(exact, rel=2e-4)
    assert outline_perimeter("ellipse", ((3, 3), (3, 3)), None) == 0.0
