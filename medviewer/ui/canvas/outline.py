"""Measurements as lines: outlines, handles, what lies under the pointer. Slice pixels in and out, no Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medviewer.document.state import Shape
from medviewer.ui.canvas.viewport import Point, Viewport

Points = tuple[Point, ...]

HANDLE_REACH_PX = 8.0
LINE_REACH_PX = 5.0
ELLIPSE_POINTS = 96


@dataclass(frozen=True)
class Hit:
    """What of a measurement lies under the pointer: a handle (its number), or the line (-1)."""

    measurement_id: str
    handle: int


def points_needed(shape: Shape) -> int:
    """How many points a finished measurement has at least."""
    return {Shape.ANGLE: 3, Shape.FREEHAND: 3}.get(shape, 2)


def outline(shape: Shape, points: Sequence[Point]) -> tuple[NDArray[np.float64], bool]:
    """The line of a measurement as points (n, 2) in slice pixels, and whether it is closed."""
    p = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if len(p) < 2:
        return p, False
    if shape is Shape.RECTANGLE:
        (x0, y0), (x1, y1) = p[:2]
        return np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1))), True
    if shape is Shape.ELLIPSE:
        (x0, y0), (x1, y1) = p[:2]
        t = np.linspace(0, 2 * math.pi, ELLIPSE_POINTS, endpoint=False)
        return (
            np.column_stack(
                ((x0 + x1) / 2 + abs(x1 - x0) / 2 * np.cos(t), (y0 + y1) / 2 + abs(y1 - y0) / 2 * np.sin(t))
            ),
            True,
        )
    return p, shape is Shape.FREEHAND


def handles(shape: Shape, points: Sequence[Point]) -> Points:
    """Where a measurement can be taken hold of, in slice pixels; a freehand line has none and is moved whole."""
    if shape in (Shape.RECTANGLE, Shape.ELLIPSE) and len(points) >= 2:
        (x0, y0), (x1, y1) = points[0], points[1]
        return (x0, y0), (x1, y0), (x1, y1), (x0, y1)
    if shape is Shape.FREEHAND:
        return ()
    return tuple(points)


def with_handle(shape: Shape, points: Points, handle: int, to: Point) -> Points:
    """The points after a handle was dragged to a slice position."""
    if shape in (Shape.RECTANGLE, Shape.ELLIPSE):
        (x0, y0), (x1, y1) = points[0], points[1]
        x, y = to
        if handle in (0, 3):
            x0 = x
        else:
            x1 = x
        if handle in (0, 1):
            y0 = y
        else:
            y1 = y
        return (x0, y0), (x1, y1)
    changed = list(points)
    changed[handle] = to
    return tuple(changed)


def moved(points: Points, dx: float, dy: float) -> Points:
    """The points shifted by slice pixels."""
    return tuple((x + dx, y + dy) for x, y in points)


def distance_to_line(line: NDArray[np.float64], closed: bool, at: Point) -> float:
    """Distance of a point to a polyline (n, 2), in the polyline's own unit."""
    if len(line) == 0:
        return math.inf
    start = line if closed else line[:-1]
    stop = np.roll(line, -1, axis=0) if closed else line[1:]
    if len(start) == 0:
        return float(np.hypot(*(line[0] - at)))
    step = stop - start
    length2 = np.maximum(np.einsum("ij,ij->i", step, step), 1e-12)
    t = np.clip(np.einsum("ij,ij->i", np.asarray(at) - start, step) / length2, 0, 1)
    nearest = start + step * t[:, None]
    return float(np.min(np.hypot(nearest[:, 0] - at[0], nearest[:, 1] - at[1])))


def to_screen(viewport: Viewport, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Widget coordinates (n, 2) of slice positions (n, 2)."""
    m = viewport.matrix
    on_screen: NDArray[np.float64] = points @ m[:, :2].T + m[:, 2]
    return on_screen


def hit(measurement_id: str, shape: Shape, points: Points, viewport: Viewport, at: Point) -> Hit | None:
    """What of a measurement lies under a widget position."""
    for number, (x, y) in enumerate(handles(shape, points)):
        sx, sy = viewport.to_screen(x, y)
        if math.hypot(sx - at[0], sy - at[1]) <= HANDLE_REACH_PX:
            return Hit(measurement_id, number)
    line, closed = outline(shape, points)
    if distance_to_line(to_screen(viewport, line), closed, at) <= LINE_REACH_PX:
        return Hit(measurement_id, -1)
    return None


def is_too_small(shape: Shape, points: Points, viewport: Viewport) -> bool:
    """Whether what was drawn is no more than a slip of the hand (under 3 px on screen)."""
    line = to_screen(viewport, np.asarray(points, dtype=np.float64).reshape(-1, 2))
    if len(line) < points_needed(shape):
        return True
    extent = line.max(axis=0) - line.min(axis=0)
    if shape in (Shape.ELLIPSE, Shape.RECTANGLE):
        return bool(extent.min() < 3)
    return bool(np.hypot(*extent) < 3)
