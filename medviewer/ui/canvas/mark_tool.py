"""The tool that sets marks for a step of a recipe: clicks, painted strokes, a box; and shows those that are set."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from medviewer.core.geometry import Vector
from medviewer.core.marks import Mark, Marks
from medviewer.ops.params import Hand
from medviewer.ui.canvas.frame import Frame
from medviewer.ui.canvas.label_paint import mask_colour
from medviewer.ui.canvas.surface import Surface
from medviewer.ui.canvas.tools import Pointer, Tool
from medviewer.ui.canvas.viewport import Point

POINT_PX = 5.0
STEP_PX = 3.0
NEAR_SLICES = 0.51
"""A mark is drawn on the slice it lies in: half the distance to the next, and a little for rounding."""


class Request(Protocol):
    """What is to be set; `ui.marks_editor.MarkRequest` is one."""

    @property
    def hand(self) -> Hand: ...

    @property
    def label(self) -> int: ...

    @property
    def radius_mm(self) -> float: ...


class MarkTool(Tool):
    """Sets marks on one series while a step asks for them.

    Parameters
    ----------
    request : Request
        How, and which label.
    series_key : str
        Whose panes take marks.
    marks : callable
        The marks that are set already.
    taken : callable
        Called with the new marks.
    """

    name = "mark"
    cursor = Qt.CursorShape.CrossCursor
    covers = True

    def __init__(
        self, request: Request, series_key: str, marks: Callable[[], Marks], taken: Callable[[Marks], object]
    ) -> None:
        super().__init__()
        self.request = request
        self.series_key = series_key
        self._marks = marks
        self._taken = taken
        self._points: list[Vector] = []
        self._on_screen: list[Point] = []
        self._pane = -1

    def serves(self, pane: Surface) -> bool:
        """Whether the pane shows the series that takes marks."""
        return pane.frame is not None and pane.frame.view.series_key == self.series_key

    def press(self, pane: Surface, at: Pointer) -> None:
        self._points, self._on_screen, self._pane = [], [], pane.number
        if self.serves(pane):
            self._add(pane, at)

    def move(self, pane: Surface, at: Pointer) -> None:
        if self.request.hand is Hand.POINTS or not self._points:
            return
        last = self._on_screen[-1]
        if self.request.hand is Hand.BOX:
            del self._points[1:], self._on_screen[1:]
            self._add(pane, at)
        elif math.hypot(at.x - last[0], at.y - last[1]) >= STEP_PX:
            self._add(pane, at)

    def release(self, pane: Surface, at: Pointer) -> bool:
        points, self._points, self._on_screen = tuple(self._points), [], []
        pane.repaint_later()
        if not points or (self.request.hand is Hand.BOX and len(points) < 2):
            return False
        self._taken((Mark(self.request.label, points, self.request.radius_mm),))
        return False

    def cancel(self, pane: Surface) -> bool:
        was, self._points, self._on_screen = bool(self._points), [], []
        pane.repaint_later()
        return was

    def _add(self, pane: Surface, at: Pointer) -> None:
        frame = pane.frame
        if frame is None:
            return
        x, y = frame.viewport.to_slice(at.x, at.y)
        p = frame.pixels.geometry.world(x, y)
        self._points.append((float(p[0]), float(p[1]), float(p[2])))
        self._on_screen.append((at.x, at.y))
        pane.repaint_later()

    def paint(self, pane: Surface, painter: QPainter) -> None:
        frame = pane.frame
        if frame is None or not self.serves(pane):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in self._marks():
            self._paint(pane, painter, frame, mark)
        if self._points and self._pane == pane.number:
            half_done = Mark(self.request.label, tuple(self._points), self.request.radius_mm)
            self._paint(pane, painter, frame, half_done)

    def _paint(self, pane: Surface, painter: QPainter, frame: Frame, mark: Mark) -> None:
        geometry = frame.pixels.geometry
        points = np.asarray(mark.points_mm, dtype=np.float64)
        normal = np.cross(np.asarray(geometry.axis_x), np.asarray(geometry.axis_y))
        away = (points - np.asarray(geometry.origin_mm)) @ normal
        step_mm = float(np.abs(normal @ frame.image.geometry.affine[:3, :3]).max())
        if float(np.abs(away).min()) > max(mark.radius_mm, NEAR_SLICES * step_mm):
            return
        ink = pane.host.ink
        colour = mask_colour(ink, None, mark.label) if mark.label else ink.color("text-on-image")
        shown = [QPointF(*frame.viewport.to_screen(*self._in_plane(frame, p))) for p in points]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.request.hand is Hand.BOX and len(shown) > 1:
            corners = self._corners(frame, points)
            for pen in ink.outlined(painter, colour, 1.5):
                painter.setPen(pen)
                painter.drawPolygon(QPolygonF(corners))
            return
        if len(shown) == 1 and mark.radius_mm <= 0:
            for pen in ink.outlined(painter, colour, 1.5):
                painter.setPen(pen)
                painter.drawEllipse(shown[0], POINT_PX, POINT_PX)
                painter.drawPoint(shown[0])
            return
        px_per_mm = float(np.linalg.norm(frame.viewport.linear[:, 0])) / geometry.spacing_xy_mm[0]
        width = max(1.5, 2 * mark.radius_mm * px_per_mm)
        pen = ink.outlined(painter, colour, width)[-1]
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        tint = pen.color()
        tint.setAlphaF(0.5)
        pen.setColor(tint)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(shown if len(shown) > 1 else [shown[0], shown[0] + QPointF(0.1, 0.0)]))

    @staticmethod
    def _in_plane(frame: Frame, point: NDArray[np.float64]) -> Point:
        geometry = frame.pixels.geometry
        off = point - np.asarray(geometry.origin_mm)
        along_x = float(off @ np.asarray(geometry.axis_x)) / geometry.spacing_xy_mm[0]
        along_y = float(off @ np.asarray(geometry.axis_y)) / geometry.spacing_xy_mm[1]
        return along_x, along_y

    def _corners(self, frame: Frame, points: NDArray[np.float64]) -> list[QPointF]:
        (x0, y0), (x1, y1) = (self._in_plane(frame, p) for p in (points[0], points[-1]))
        return [QPointF(*frame.viewport.to_screen(x, y)) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
