"""Where a slice lies on screen: fit, zoom, pan, quarter turns and mirrors as one 2×3 affine. No Qt, no pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from medviewer.document.state import View

Point = tuple[float, float]

ZOOM_MIN = 0.05
ZOOM_MAX = 64.0


@dataclass(frozen=True)
class Viewport:
    """The map between slice pixels and widget coordinates.

    Slice pixels (x, y) have their centres at integers, x along the columns and y down the rows. Widget coordinates
    are those of Qt: device-independent, the pixel in the corner covers 0..1.

    Attributes
    ----------
    size_wh : tuple of int
        Size of the pane in device-independent pixels.
    shape_yx : tuple of int
        Rows and columns of the slice.
    pitch_xy : tuple of float
        Relative distance of neighbouring pixels along x and y (mm, or 1 and the pixel aspect ratio).
    zoom : float
        1 fits the pane.
    pan_px : tuple of float
        Shift of the image centre along the axes of the screen, in image pixels (the smaller pitch), so that it keeps
        its meaning when the pane is resized or maximised.
    rotation_deg : int
        0, 90, 180, 270, clockwise on screen, after the mirrors.
    flip_h, flip_v : bool
        Mirror left-right, top-bottom.
    """

    size_wh: tuple[int, int]
    shape_yx: tuple[int, int]
    pitch_xy: tuple[float, float] = (1.0, 1.0)
    zoom: float = 1.0
    pan_px: Point = (0.0, 0.0)
    rotation_deg: int = 0
    flip_h: bool = False
    flip_v: bool = False

    @classmethod
    def of_view(
        cls, view: View, size_wh: tuple[int, int], shape_yx: tuple[int, int], pitch_xy: tuple[float, float]
    ) -> Viewport:
        """The viewport of a pane's state."""
        turn = view.rotation_deg % 360
        return _viewport(size_wh, shape_yx, pitch_xy, view.zoom, view.pan_px, turn, view.flip_h, view.flip_v)

    @cached_property
    def aspect_xy(self) -> tuple[float, float]:
        """Size of a pixel along x and y relative to the smaller of the two."""
        px, py = self.pitch_xy
        if not (math.isfinite(px) and math.isfinite(py) and px > 0 and py > 0):
            return 1.0, 1.0
        small = min(px, py)
        return px / small, py / small

    @cached_property
    def fit_scale(self) -> float:
        """Screen pixels per image pixel (of the smaller pitch) when the whole slice just fits."""
        rows, columns = self.shape_yx
        ax, ay = self.aspect_xy
        width, height = columns * ax, rows * ay
        if self.rotation_deg % 180:
            width, height = height, width
        w, h = max(1, self.size_wh[0]), max(1, self.size_wh[1])
        return min(w / max(width, 1e-9), h / max(height, 1e-9))

    @property
    def scale(self) -> float:
        """Screen pixels per image pixel (of the smaller pitch)."""
        return self.fit_scale * self.zoom

    @cached_property
    def linear(self) -> NDArray[np.float64]:
        """The 2×2 part of `matrix`."""
        ax, ay = self.aspect_xy
        m = np.diag((ax * self.scale, ay * self.scale))
        if self.flip_h:
            m[0] *= -1
        if self.flip_v:
            m[1] *= -1
        turn = (self.rotation_deg // 90) % 4
        # Clockwise on a screen whose y points down: (x, y) -> (-y, x).
        for _ in range(turn):
            m = np.array([-m[1], m[0]])
        return m

    @cached_property
    def matrix(self) -> NDArray[np.float64]:
        """The 2×3 affine from slice pixel to widget coordinates."""
        rows, columns = self.shape_yx
        centre = np.array(((columns - 1) / 2, (rows - 1) / 2))
        middle = np.array((self.size_wh[0] / 2, self.size_wh[1] / 2)) + np.array(self.pan_px) * self.scale
        m = np.empty((2, 3))
        m[:, :2] = self.linear
        m[:, 2] = middle - self.linear @ centre
        return m

    @cached_property
    def inverse(self) -> NDArray[np.float64]:
        """The 2×3 affine from widget coordinates to slice pixel."""
        back = np.linalg.inv(self.linear)
        m = np.empty((2, 3))
        m[:, :2] = back
        m[:, 2] = -back @ self.matrix[:, 2]
        return m

    def render_matrix(self, device_ratio: float) -> NDArray[np.float64]:
        """The 2×3 affine from slice pixel to device pixel, both with centres at integers."""
        m = self.matrix * device_ratio
        m[:, 2] -= 0.5
        return m

    def to_screen(self, x: float, y: float) -> Point:
        """Widget coordinates of a slice position."""
        m = self.matrix
        return (
            float(m[0, 0] * x + m[0, 1] * y + m[0, 2]),
            float(m[1, 0] * x + m[1, 1] * y + m[1, 2]),
        )

    def to_slice(self, sx: float, sy: float) -> Point:
        """Slice position of widget coordinates."""
        m = self.inverse
        return (
            float(m[0, 0] * sx + m[0, 1] * sy + m[0, 2]),
            float(m[1, 0] * sx + m[1, 1] * sy + m[1, 2]),
        )

    def inside(self, x: float, y: float) -> bool:
        """Whether a slice position lies on a pixel of the slice."""
        rows, columns = self.shape_yx
        return -0.5 <= x < columns - 0.5 and -0.5 <= y < rows - 0.5

    def screen_direction(self, right: float, down: float) -> Point:
        """The direction on screen as a step in slice pixels (x, y)."""
        m = self.inverse
        return (
            float(m[0, 0] * right + m[0, 1] * down),
            float(m[1, 0] * right + m[1, 1] * down),
        )

    # -- changes; each returns the (zoom, pan_px) to put into the pane's state

    def zoomed_at(self, sx: float, sy: float, factor: float) -> tuple[float, Point]:
        """Zoom by `factor` so that what lies under the widget position (sx, sy) stays there."""
        zoom = min(ZOOM_MAX, max(ZOOM_MIN, self.zoom * factor))
        x, y = self.to_slice(sx, sy)
        moved = replace(self, zoom=zoom)
        nx, ny = moved.to_screen(x, y)
        pan = (self.pan_px[0] + (sx - nx) / moved.scale, self.pan_px[1] + (sy - ny) / moved.scale)
        return zoom, pan

    def panned(self, dx: float, dy: float) -> Point:
        """Pan by a motion in widget coordinates; at least a strip of the image stays on screen."""
        x = self.pan_px[0] + dx / self.scale
        y = self.pan_px[1] + dy / self.scale
        rows, columns = self.shape_yx
        ax, ay = self.aspect_xy
        width, height = columns * ax, rows * ay
        if self.rotation_deg % 180:
            width, height = height, width
        keep = 24 / self.scale
        limit_x = max(0.0, (width + self.size_wh[0] / self.scale) / 2 - keep)
        limit_y = max(0.0, (height + self.size_wh[1] / self.scale) / 2 - keep)
        return min(limit_x, max(-limit_x, x)), min(limit_y, max(-limit_y, y))

    def one_to_one(self, device_ratio: float) -> float:
        """The zoom at which one image pixel is one pixel of the monitor."""
        return min(ZOOM_MAX, max(ZOOM_MIN, 1.0 / (self.fit_scale * device_ratio)))


@lru_cache(maxsize=64)
def _viewport(*fields: Any) -> Viewport:
    """The viewport of these fields; one object for all slices of a stack, so that its matrices are made once."""
    return Viewport(*fields)
