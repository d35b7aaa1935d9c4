"""Contours of masks: back to the same pixels, simple rings, and what other libraries find."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from skimage import measure

from medviewer.core import contour

MASKS = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=14))
FOUR = ndimage.generate_binary_structure(2, 1)


@settings(max_examples=150, deadline=None)
@given(MASKS, st.sampled_from(["edges", "middles"]))
def test_a_mask_comes_back_exactly(mask, at):
    np.testing.assert_array_equal(contour.mask_of(contour.trace(mask, at), mask.shape), mask)


@settings(max_examples=150, deadline=None)
@given(MASKS)
def test_rings_are_simple_and_their_areas_count_pixels(mask):
    found = contour.trace(mask)
    for c in found:
        assert len({tuple(p) for p in c.points.tolist()}) == len(c.points)  # touches itself nowhere
        assert (contour.signed_area(c.points) < 0) == c.is_hole
        assert c.parent < 0 or found[c.parent].is_hole != c.is_hole
    assert sum(-c.area_px if c.is_hole else c.area_px for c in found) == mask.sum()
    labelled, count = ndimage.label(mask, FOUR)
    assert sum(not c.is_hole for c in found) == count
    for outer, holes in contour.objects(found):
        pixels = contour.mask_of([found[outer], *(found[h] for h in holes)], mask.shape)
        values = np.unique(labelled[pixels])
        assert len(values) == 1
        np.testing.assert_array_equal(pixels, labelled == values[0])


@settings(max_examples=150, deadline=None)
@given(MASKS)
def test_one_ring_with_channels_holds_the_object_and_not_its_holes(mask):
    found = contour.trace(mask)
    whole = np.zeros(mask.shape, int)
    for outer, holes in contour.objects(found):
        ring = contour.keyholed(found[outer], [found[h] for h in holes])
        assert (np.abs(np.roll(ring, -1, axis=0) - ring).min(axis=1) == 0).all()  # along pixel edges only
        inside = contour.fill([ring], mask.shape)
        assert contour.signed_area(ring) == pytest.approx(inside.sum())  # channels have no area
        whole += inside
    np.testing.assert_array_equal(whole, mask)


@settings(max_examples=60, deadline=None)
@given(MASKS)
def test_channels_survive_another_rule_of_filling(mask):
    """matplotlib-like non-zero winding, by hand: the sum of signed crossings to the left of each centre."""
    whole = np.zeros(mask.shape, bool)
    found = contour.trace(mask)
    for outer, holes in contour.objects(found):
        ring = contour.keyholed(found[outer], [found[h] for h in holes])
        winding = np.zeros(mask.shape, int)
        for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            if x0 == x1:
                for y in range(int(np.ceil(min(y0, y1))), int(np.ceil(max(y0, y1)))):
                    winding[y, max(0, int(np.ceil(x0))) :] += 1 if y1 < y0 else -1
        whole |= winding != 0
    np.testing.assert_array_equal(whole, mask)


def test_middles_are_what_marching_squares_finds():
    rng = np.random.default_rng(4)
    mask = ndimage.gaussian_filter(rng.normal(size=(60, 70)), 3) > 0.02
    theirs = measure.find_contours(np.pad(mask, 1).astype(float), 0.5, fully_connected="low")
    points = {(round(x - 1, 3), round(y - 1, 3)) for ring in theirs for y, x in ring}
    ours = contour.trace(mask, "middles")
    assert {(round(x, 3), round(y, 3)) for c in ours for x, y in c.points.tolist()} <= points
    assert len(ours) == len(theirs)
    assert sorted(round(c.area_px, 3) for c in ours) == pytest.approx(
        sorted(round(abs(contour.signed_area(ring)), 3) for ring in theirs)
    )


def test_fill_agrees_with_scikit_image_on_polygons():
    rng = np.random.default_rng(1)
    for _ in range(40):
        angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 12)))
        radius = rng.uniform(3, 18, len(angles))
        polygon = np.stack((20.1 + radius * np.cos(angles), 17.3 + radius * np.sin(angles)), axis=1)
        expected = measure.grid_points_in_poly((36, 40), polygon[:, ::-1])
        np.testing.assert_array_equal(contour.fill([polygon], (36, 40)), expected)


def test_hierarchy_of_an_island_in_a_hole():
    mask = np.zeros((9, 9), bool)
    mask[1:8, 1:8] = True
    mask[2:7, 2:7] = False
    mask[3:6, 3:6] = True
    mask[4, 4] = False
    found = contour.trace(mask)
    assert [(c.parent, c.is_hole) for c in found] == [(-1, False), (0, True), (1, False), (2, True)]
    assert [c.area_px for c in found] == [49, 25, 9, 1]


def test_pixels_that_touch_by_a_corner_are_two_objects():
    found = contour.trace(np.array([[1, 0], [0, 1]]))
    assert [c.points.tolist() for c in found] == [
        [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]],
        [[0.5, 0.5], [1.5, 0.5], [1.5, 1.5], [0.5, 1.5]],
    ]


def test_polygons_that_leave_the_picture_and_degenerate_ones():
    assert contour.fill([[(-10, -10), (50, -10), (50, 50), (-10, 50)]], (4, 5)).all()
    assert not contour.fill([[(1, 1), (3, 1)], [(0, 0), (4, 0), (2, 0)]], (4, 5)).any()
    assert contour.trace(np.zeros((3, 3))) == ()
    with pytest.raises(ValueError):
        contour.trace(np.zeros((2, 2, 2)))
