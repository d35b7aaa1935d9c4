"""Where the pixels of one slice lie in the patient, and where two slices cut each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medviewer.core.geometry import Vector, direction_letters, opposite_letters


class EdgeLetters(NamedTuple):
    """Letters of the patient's side at each edge of a slice."""

    left: str
    right: str
    top: str
    bottom: str


@dataclass(frozen=True)
class SliceGeometry:
    """Where the pixels of a slice lie in the patient.

    Attributes
    ----------
    origin_mm : tuple of float
        LPS position of the centre of pixel (0, 0).
    axis_x, axis_y : tuple of float
        Unit vectors along which x (to the right) and y (down) grow.
    spacing_xy_mm : tuple of float
        Distance of pixel centres along x and y.
    shape_yx : tuple of int
        Rows and columns.
    """

    origin_mm: Vector
    axis_x: Vector
    axis_y: Vector
    spacing_xy_mm: tuple[float, float]
    shape_yx: tuple[int, int]

    @cached_property
    def _steps(self) -> NDArray[np.float64]:
        """Steps in mm of one pixel, shape (3, 2)."""
        return np.column_stack((np.asarray(self.axis_x), np.asarray(self.axis_y))) * self.spacing_xy_mm

    @cached_property
    def _inverse_steps(self) -> NDArray[np.float64]:
        inverse: NDArray[np.float64] = np.asarray(np.linalg.pinv(self._steps), dtype=np.float64)
        return inverse

    @cached_property
    def normal(self) -> NDArray[np.float64]:
        """Unit normal, axis_x × axis_y."""
        n = np.cross(np.asarray(self.axis_x, dtype=np.float64), np.asarray(self.axis_y, dtype=np.float64))
        normal: NDArray[np.float64] = n / max(float(np.linalg.norm(n)), 1e-12)
        return normal

    def world(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Patient position in mm, shape (..., 3), of continuous pixel coordinates."""
        p = np.stack(np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64)), axis=-1)
        w: NDArray[np.float64] = p @ self._steps.T + np.asarray(self.origin_mm)
        return w

    def pixel(self, world_mm: ArrayLike) -> tuple[Any, Any]:
        """Continuous pixel coordinates (x, y) of the foot of patient positions, shape (..., 3), on this plane."""
        p = (np.asarray(world_mm, dtype=np.float64) - np.asarray(self.origin_mm)) @ self._inverse_steps.T
        if p.ndim == 1:
            return float(p[0]), float(p[1])
        return p[..., 0], p[..., 1]

    def distance_mm(self, world_mm: ArrayLike) -> Any:
        """Signed distance of patient positions, shape (..., 3), from this plane, along the normal."""
        return (np.asarray(world_mm, dtype=np.float64) - np.asarray(self.origin_mm)) @ self.normal

    @property
    def letters(self) -> EdgeLetters:
        """Letters of the four edges as the slice is stored: x to the right, y down."""
        right, bottom = direction_letters(self.axis_x), direction_letters(self.axis_y)
        return EdgeLetters(opposite_letters(right), right, opposite_letters(bottom), bottom)


def reference_line(a: SliceGeometry, b: SliceGeometry) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Where slice `b` cuts slice `a`.

    Returns
    -------
    tuple of two (x, y), or None
        Ends of the line in pixels of `a`, clipped to both slices (pixel areas, not centres); None when they are
        parallel within 0.06° or do not meet.
    """
    normal = b.normal
    slope_x, slope_y = (float(v) for v in normal @ a._steps)
    steepness = float(np.hypot(normal @ np.asarray(a.axis_x), normal @ np.asarray(a.axis_y)))
    if steepness < 1e-3:
        return None
    off = float(b.distance_mm(a.origin_mm))
    square = slope_x * slope_x + slope_y * slope_y
    foot = np.array((-off * slope_x / square, -off * slope_y / square))
    length = float(np.hypot(slope_x, slope_y))
    along = np.array((-slope_y, slope_x)) / length
    span = _clip(-np.inf, np.inf, foot, along, a.shape_yx)
    if span is None:
        return None
    start, stop = a.world(foot[0], foot[1]), a.world(foot[0] + along[0], foot[1] + along[1])
    in_b = np.array(b.pixel(start))
    span = _clip(*span, in_b, np.array(b.pixel(stop)) - in_b, b.shape_yx)
    if span is None:
        return None
    ends = [foot + along * t for t in span]
    return (float(ends[0][0]), float(ends[0][1])), (float(ends[1][0]), float(ends[1][1]))


def _clip(
    t0: float, t1: float, start: NDArray[np.float64], way: NDArray[np.float64], shape_yx: tuple[int, int]
) -> tuple[float, float] | None:
    """Part of t0..t1 in which ``start + t · way`` lies on the pixels of a slice (Liang and Barsky)."""
    for axis, size in enumerate((shape_yx[1], shape_yx[0])):
        low, high = -0.5 - start[axis], size - 0.5 - start[axis]
        if abs(way[axis]) < 1e-12:
            if low > 0 or high < 0:
                return None
            continue
        one, other = low / way[axis], high / way[axis]
        t0, t1 = max(t0, min(one, other)), min(t1, max(one, other))
    return (float(t0), float(t1)) if t0 < t1 else None
