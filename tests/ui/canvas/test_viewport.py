"""The view matrix against hand calculation and properties."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medviewer.ui.canvas.viewport import ZOOM_MAX, ZOOM_MIN, Viewport

ORIENTATIONS = list(itertools.product((0, 90, 180, 270), (False, True), (False, True)))


def test_a_square_slice_fits_the_shorter_edge_and_is_centred() -> None:
    port = Viewport((300, 200), (100, 100))
    assert port.scale == pytest.approx(2.0)
    # The slice covers -0.5..99.5; on screen 200 px wide, from 50 to 250.
    assert port.to_screen(-0.5, -0.5) == pytest.approx((50, 0))
    assert port.to_screen(99.5, 99.5) == pytest.approx((250, 200))


def test_aspect_comes_from_the_spacing_and_squashes_nothing() -> None:
    # Rows 2 mm apart, columns 1 mm apart: 50 rows are as tall as 100 columns are wide.
    port = Viewport((100, 100), (50, 100), (1.0, 2.0))
    assert port.to_screen(-0.5, -0.5) == pytest.approx((0, 0))
    assert port.to_screen(99.5, 49.5) == pytest.approx((100, 100))


@pytest.mark.parametrize("pitch", [(0.0, 1.0), (math.nan, 1.0), (1.0, math.inf), (-1.0, 1.0)])
def test_a_pitch_that_is_no_length_counts_as_square(pitch: tuple[float, float]) -> None:
    assert Viewport((100, 100), (10, 10), pitch).aspect_xy == (1.0, 1.0)


@pytest.mark.parametrize(
    ("turn", "corner"),
    [(0, (0, 0)), (90, (100, 0)), (180, (100, 100)), (270, (0, 100))],
)
def test_the_turn_is_clockwise_on_screen(turn: int, corner: tuple[int, int]) -> None:
    port = Viewport((100, 100), (10, 10), rotation_deg=turn)
    assert port.to_screen(-0.5, -0.5) == pytest.approx(corner)


def test_the_mirror_comes_before_the_turn() -> None:
    port = Viewport((100, 100), (10, 10), rotation_deg=90, flip_h=True)
    # (0, 0) is mirrored to the upper right corner, then turned to the lower right one.
    assert port.to_screen(-0.5, -0.5) == pytest.approx((100, 100))


@pytest.mark.parametrize(("turn", "flip_h", "flip_v"), ORIENTATIONS)
def test_the_determinant_tells_mirrors(turn: int, flip_h: bool, flip_v: bool) -> None:
    port = Viewport((90, 70), (10, 20), (1, 1.5), 1.3, (3, -4), turn, flip_h, flip_v)
    mirrored = flip_h != flip_v
    assert (np.linalg.det(port.linear) < 0) == mirrored


@given(
    st.sampled_from(ORIENTATIONS),
    st.floats(0.1, 20),
    st.tuples(st.floats(-200, 200), st.floats(-200, 200)),
    st.tuples(st.floats(0.1, 5), st.floats(0.1, 5)),
    st.tuples(st.floats(-50, 400), st.floats(-50, 400)),
)
def test_there_and_back(orientation, zoom, pan, pitch, at) -> None:
    port = Viewport((311, 207), (64, 48), pitch, zoom, pan, *orientation)
    assert port.to_screen(*port.to_slice(*at)) == pytest.approx(at, abs=1e-6)


@given(st.sampled_from(ORIENTATIONS), st.floats(0.2, 5), st.floats(0, 311), st.floats(0, 207))
def test_zooming_keeps_what_is_under_the_pointer(orientation, factor, x, y) -> None:
    port = Viewport((311, 207), (64, 48), (0.5, 0.7), 1.4, (5, -7), *orientation)
    under = port.to_slice(x, y)
    zoom, pan = port.zoomed_at(x, y, factor)
    after = Viewport((311, 207), (64, 48), (0.5, 0.7), zoom, pan, *orientation)
    assert zoom == pytest.approx(1.4 * factor)
    assert after.to_screen(*under) == pytest.approx((x, y), abs=1e-6)


def test_zoom_is_limited_both_ways() -> None:
    port = Viewport((100, 100), (10, 10))
    assert port.zoomed_at(50, 50, 1e9)[0] == ZOOM_MAX
    assert port.zoomed_at(50, 50, 1e-9)[0] == ZOOM_MIN


def test_pan_moves_the_image_with_the_hand_and_never_loses_it() -> None:
    port = Viewport((100, 100), (10, 10), zoom=2.0)
    pan = port.panned(30, -20)
    moved = Viewport((100, 100), (10, 10), zoom=2.0, pan_px=pan)
    before, after = port.to_screen(4, 4), moved.to_screen(4, 4)
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((30, -20))
    far = Viewport((100, 100), (10, 10), zoom=2.0, pan_px=port.panned(1e6, 1e6))
    assert far.to_screen(-0.5, -0.5)[0] < 100
    assert far.to_screen(-0.5, -0.5)[1] < 100


def test_a_pan_keeps_its_place_when_the_pane_grows() -> None:
    """The same spot of the image stays in the middle of the pane after maximising."""
    small = Viewport((200, 200), (100, 100), zoom=3.0, pan_px=(12, -8))
    large = Viewport((800, 800), (100, 100), zoom=3.0, pan_px=(12, -8))
    assert small.to_slice(100, 100) == pytest.approx(large.to_slice(400, 400))


def test_one_to_one_is_one_image_pixel_per_monitor_pixel() -> None:
    port = Viewport((300, 300), (512, 512))
    zoom = port.one_to_one(2.0)
    exact = Viewport((300, 300), (512, 512), zoom=zoom)
    step = np.array(exact.to_screen(11, 5)) - np.array(exact.to_screen(10, 5))
    assert step * 2.0 == pytest.approx((1.0, 0.0))


def test_the_render_matrix_has_pixel_centres_at_integers() -> None:
    # 10 pixels shown at 10 device pixels each: slice pixel 0 covers device pixels 0..9, whose middle is 4.5.
    port = Viewport((50, 50), (10, 10))
    m = port.render_matrix(2.0)
    assert m @ (0, 0, 1) == pytest.approx((4.5, 4.5))
    assert m @ (9, 9, 1) == pytest.approx((94.5, 94.5))


def test_inside_is_the_area_of_the_pixels() -> None:
    port = Viewport((50, 50), (4, 6))
    assert port.inside(-0.5, -0.5)
    assert port.inside(5.49, 3.49)
    assert not port.inside(5.5, 0)
    assert not port.inside(0, -0.51)
