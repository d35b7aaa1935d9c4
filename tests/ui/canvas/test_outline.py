"""Outlines, handles and hits of measurements."""

from __future__ import annotations

import numpy as np
import pytest

from medviewer.document.state import Shape
from medviewer.ui.canvas.outline import (
    Hit,
    distance_to_line,
    handles,
    hit,
    is_too_small,
    moved,
    outline,
    with_handle,
)
from medviewer.ui.canvas.viewport import Viewport

PORT = Viewport((400, 400), (100, 100))  # four screen pixels per image pixel


def test_an_ellipse_touches_the_middle_of_its_box() -> None:
    line, closed = outline(Shape.ELLIPSE, ((10, 20), (30, 60)))
    assert closed
    assert line.min(axis=0) == pytest.approx((10, 20))
    assert line.max(axis=0) == pytest.approx((30, 60))
    # Every point fulfils the equation of the ellipse.
    assert ((line[:, 0] - 20) / 10) ** 2 + ((line[:, 1] - 40) / 20) ** 2 == pytest.approx(1.0)


def test_a_box_drawn_backwards_is_the_same_box() -> None:
    one, _ = outline(Shape.RECTANGLE, ((10, 20), (30, 60)))
    other, _ = outline(Shape.RECTANGLE, ((30, 60), (10, 20)))
    assert {tuple(p) for p in one} == {tuple(p) for p in other}


@pytest.mark.parametrize("handle", range(4))
def test_each_corner_of_a_box_moves_alone(handle: int) -> None:
    points = ((10.0, 20.0), (30.0, 60.0))
    corner = handles(Shape.RECTANGLE, points)[handle]
    opposite = handles(Shape.RECTANGLE, points)[(handle + 2) % 4]
    changed = with_handle(Shape.RECTANGLE, points, handle, (corner[0] + 5, corner[1] - 3))
    assert handles(Shape.RECTANGLE, changed)[handle] == (corner[0] + 5, corner[1] - 3)
    assert handles(Shape.RECTANGLE, changed)[(handle + 2) % 4] == opposite


def test_moving_keeps_the_shape() -> None:
    assert moved(((1, 2), (3, 4)), 10, -1) == ((11, 1), (13, 3))


def test_distance_to_open_and_closed_lines() -> None:
    line = np.array(((0.0, 0), (10, 0), (10, 10)))
    assert distance_to_line(line, False, (5, 3)) == pytest.approx(3)
    assert distance_to_line(line, False, (-3, 4)) == pytest.approx(5)
    # Closed, the way back from (10, 10) to (0, 0) counts too.
    assert distance_to_line(line, True, (5, 5)) == pytest.approx(0, abs=1e-9)
    assert distance_to_line(line, False, (4, 6)) == pytest.approx(6)


def test_handles_win_over_the_line_and_reach_is_in_screen_pixels() -> None:
    points = ((10.0, 10.0), (60.0, 10.0))
    start = PORT.to_screen(10, 10)
    middle = PORT.to_screen(35, 10)
    assert hit("a", Shape.DISTANCE, points, PORT, (start[0] + 5, start[1])) == Hit("a", 0)
    assert hit("a", Shape.DISTANCE, points, PORT, (middle[0], middle[1] + 4)) == Hit("a", -1)
    assert hit("a", Shape.DISTANCE, points, PORT, (middle[0], middle[1] + 7)) is None


def test_the_inside_of_a_region_is_free_for_the_window_drag() -> None:
    assert hit("a", Shape.ELLIPSE, ((10, 10), (90, 90)), PORT, PORT.to_screen(50, 50)) is None


def test_a_slip_of_the_hand_draws_nothing() -> None:
    assert is_too_small(Shape.DISTANCE, ((10, 10), (10.5, 10)), PORT)
    assert not is_too_small(Shape.DISTANCE, ((10, 10), (12, 10)), PORT)
    assert is_too_small(Shape.RECTANGLE, ((10, 10), (50, 10.2)), PORT)  # a line is no region
    assert is_too_small(Shape.FREEHAND, ((10, 10), (50, 10)), PORT)
