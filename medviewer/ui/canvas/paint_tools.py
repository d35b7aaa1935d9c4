"""Tools that paint masks: brush, eraser, polygon, lasso, fill."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from medviewer.document import titles
from medviewer.document.state import Plane
from medviewer.errors import MedviewerError
from medviewer.services.label_layers import LabelLayers
from medviewer.services.label_strokes import LabelStroke, Processed, pitch_of
from medviewer.ui.canvas.label_paint import mask_colour
from medviewer.ui.canvas.surface import Surface
from medviewer.ui.canvas.tools import Pointer, Tool
from medviewer.ui.canvas.viewport import Point

translate = QCoreApplication.translate

PAINT_TOOLS = ("brush", "eraser", "polygon", "lasso", "fill")
SIZE_STEP = 1.15
CLOSE_PX = 8.0
LASSO_STEP_PX = 2.0
_ROUND = 48
_TEXT_ROOM = 260


def larger(diameter: float, steps: float) -> float:
    """The brush size so many notches on: a seventh each, and readable numbers."""
    size = diameter * SIZE_STEP**steps
    step = 0.1 if size < 5 else 0.5 if size < 20 else 1.0
    rounded = float(round(size / step) * step)
    if rounded == diameter and steps:
        rounded += math.copysign(step, steps)
    return rounded


def size_text(diameter: float, *, in_mm: bool) -> str:
    """The brush size with its unit."""
    return f"{diameter:.4g} {'mm' if in_mm else 'px'}"


class PaintTool(Tool):
    """Base: a stroke on the active mask from press to release. Ctrl takes away instead of adding."""

    cursor = Qt.CursorShape.CrossCursor
    draws = True
    covers = True
    title = titles.PAINT

    def __init__(self) -> None:
        super().__init__()
        self._stroke: LabelStroke | None = None
        self._at: tuple[int, Point] | None = None  # pane and widget position of the pointer

    @staticmethod
    def _processed(pane: Surface, x: float) -> Processed | None:
        """The processed slice, where the pane shows it at a widget position; its values are those that limit."""
        frame, line = pane.frame, pane.split_x
        if frame is None or frame.shown is frame.pixels or frame.shown.thickness_mm > 0:
            return None
        return None if line is not None and x < line else Processed(frame.shown, frame.shown_image)

    def _begin(self, pane: Surface, at: Pointer, *, erase: bool) -> LabelStroke | None:
        """A stroke on the slice that is shown; None (and a sentence) when there can be none."""
        frame = pane.frame
        if frame is None:
            return None
        view = frame.view
        try:
            title = titles.ERASE if erase else self.title
            return LabelStroke(
                pane.host.labels,
                view.series_key,
                view.plane,
                frame.index,
                erase=erase,
                title=title,
                processed=self._processed(pane, at.x),
            )
        except MedviewerError as error:
            pane.host.tell(error)
            return None

    @staticmethod
    def _slice_point(pane: Surface, at: Pointer) -> Point:
        return pane.frame.viewport.to_slice(at.x, at.y) if pane.frame is not None else (0.0, 0.0)

    def cancel(self, pane: Surface) -> bool:
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            stroke.cancel()
        return stroke is not None

    def leave(self, pane: Surface) -> None:
        self._at = None
        pane.repaint_later()

    def _where(self, pane: Surface) -> tuple[str, Plane, int] | None:
        frame = pane.frame
        return (frame.view.series_key, frame.view.plane, frame.index) if frame is not None else None


class BrushTool(PaintTool):
    """Press or drag to paint with a disc, or a ball through neighbouring slices."""

    name = "brush"
    erases = False

    def press(self, pane: Surface, at: Pointer) -> None:
        self._stroke = self._begin(pane, at, erase=self.erases or at.fast)
        self.move(pane, at)

    def move(self, pane: Surface, at: Pointer) -> None:
        if self._stroke is not None:
            try:
                self._stroke.to(self._slice_point(pane, at))
            except MedviewerError as error:  # the mask was undone under the hand
                self._stroke = None
                pane.host.tell(error)
        self._follow(pane, at)

    def hover(self, pane: Surface, at: Pointer) -> None:
        self._follow(pane, at)

    def release(self, pane: Surface, at: Pointer) -> bool:
        self._stroke = None
        self._follow(pane, at)
        return False

    def wheel(self, pane: Surface, notches: float, *, fast: bool) -> bool:
        if not fast:
            return False
        labels = pane.host.labels
        labels.set_brush(diameter=larger(labels.brush.diameter, notches))
        pane.repaint_later()
        return True

    # -- the circle

    def _follow(self, pane: Surface, at: Pointer) -> None:
        before = self._at
        self._at = (pane.number, (at.x, at.y))
        for place in (before, self._at):
            if place is not None and place[0] == pane.number:
                pane.repaint_part(self._circle_rect(pane, place[1]))

    def _radii(self, pane: Surface) -> tuple[float, float]:
        """Half the brush on the slice, in its pixels along x and y."""
        frame = pane.frame
        labels: LabelLayers = pane.host.labels
        where = labels.plane(frame.view.series_key, frame.view.plane) if frame is not None else None
        if where is None:
            return 0.0, 0.0
        px, py = pitch_of(where)
        return labels.brush.diameter / 2 / px, labels.brush.diameter / 2 / py

    def _circle_rect(self, pane: Surface, at: Point) -> QRect:
        if pane.frame is None:
            return QRect()
        rx, ry = self._radii(pane)
        reach = float(np.abs(pane.frame.viewport.linear @ np.diag((rx, ry))).sum(axis=1).max()) + 4
        return QRect(int(at[0] - reach), int(at[1] - reach), int(2 * reach) + 2 + _TEXT_ROOM, int(2 * reach) + 22)

    def paint(self, pane: Surface, painter: QPainter) -> None:
        frame = pane.frame
        if frame is None or self._at is None or self._at[0] != pane.number:
            return
        labels: LabelLayers = pane.host.labels
        where = labels.plane(frame.view.series_key, frame.view.plane)
        if where is None:
            return
        rx, ry = self._radii(pane)
        turn = np.linspace(0, 2 * math.pi, _ROUND, endpoint=False)
        ring = np.column_stack((rx * np.cos(turn), ry * np.sin(turn))) @ frame.viewport.linear.T
        x, y = self._at[1]
        ink = pane.host.ink
        layer = labels.active(frame.view.series_key)
        value = layer.active_label if layer is not None else 1
        colour = mask_colour(ink, layer.label(value) if layer is not None else None, value)
        if self.erases:
            colour = ink.color("text-on-image")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        polygon = QPolygonF([QPointF(x + u, y + v) for u, v in ring.tolist()])
        for pen in ink.outlined(painter, colour, 1.5 if labels.brush.ball else 1.0):
            painter.setPen(pen)
            painter.drawPolygon(polygon)
        if labels.brush.ball and not where.frame.is_flat:  # a second ring says that it goes through slices
            painter.drawPolygon(QPolygonF([QPointF(x + u * 0.82, y + v * 0.82) for u, v in ring.tolist()]))
        if self._stroke is None:
            low, right = float(ring[:, 1].max()), float(ring[:, 0].max())
            text = size_text(labels.brush.diameter, in_mm=where.frame.in_mm)
            if labels.brush.limited and self._processed(pane, x) is not None:
                text += " · " + translate("PaintTools", "processed values")
            if self.erases and labels.brush.only_active:
                text += " · " + translate("PaintTools", "active label only")
            ink.text(painter, QPointF(x + right * 0.72 + 4, y + low * 0.72 + 14), text, "dim-on-image")


class EraserTool(BrushTool):
    """The brush that takes labels away."""

    name = "eraser"
    erases = True
    title = titles.ERASE


class _LineTool(PaintTool):
    """Base of tools that fill what a line surrounds."""

    def __init__(self) -> None:
        super().__init__()
        self._points: list[Point] = []
        self._erase = False
        self._drawn_on: tuple[str, Plane, int] | None = None

    def cancel(self, pane: Surface) -> bool:
        was, self._points = bool(self._points), []
        pane.repaint_later()
        return was

    def _finish(self, pane: Surface) -> None:
        points, self._points = self._points, []
        pane.repaint_later()
        if len(points) < 3 or self._drawn_on != self._where(pane) or pane.frame is None:
            return
        first = Pointer(*pane.frame.viewport.to_screen(*points[0]))
        stroke = self._begin(pane, first, erase=self._erase)
        if stroke is not None:
            stroke.area(points)

    def paint(self, pane: Surface, painter: QPainter) -> None:
        frame = pane.frame
        if frame is None or not self._points or self._drawn_on != self._where(pane):
            return
        ink = pane.host.ink
        on_screen = [QPointF(*frame.viewport.to_screen(*point)) for point in self._points]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colour = ink.color("text-on-image" if self._erase else "measurement-active")
        for pen in ink.outlined(painter, colour):
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(on_screen))
        painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
        painter.drawLine(on_screen[-1], on_screen[0])
        self._paint_handles(painter, on_screen)

    def _paint_handles(self, painter: QPainter, on_screen: list[QPointF]) -> None:
        """Mark what can be clicked."""


class PolygonTool(_LineTool):
    """Click corner after corner; a double click, or a click on the first corner, closes and fills."""

    name = "polygon"
    title = titles.POLYGON

    def press(self, pane: Surface, at: Pointer) -> None:
        frame = pane.frame
        if frame is None:
            return
        where = self._where(pane)
        if self._drawn_on != where or not self._points:
            self._drawn_on, self._erase = where, at.fast
            self._points = [self._slice_point(pane, at)]
            pane.repaint_later()
        fixed = [frame.viewport.to_screen(*point) for point in self._points[:-1]]
        near = [math.hypot(x - at.x, y - at.y) <= CLOSE_PX for x, y in fixed[:1]]
        again = bool(fixed) and math.hypot(fixed[-1][0] - at.x, fixed[-1][1] - at.y) < 3.0
        if len(fixed) >= 3 and (near[0] or again):
            self._points.pop()
            self._finish(pane)
            return
        if again:
            return
        self._points[-1] = self._slice_point(pane, at)
        self._points.append(self._points[-1])  # follows the pointer
        pane.repaint_later()

    def hover(self, pane: Surface, at: Pointer) -> None:
        if self._points and self._drawn_on == self._where(pane):
            self._points[-1] = self._slice_point(pane, at)
            pane.repaint_later()

    move = hover

    def release(self, pane: Surface, at: Pointer) -> bool:
        return False

    def _paint_handles(self, painter: QPainter, on_screen: list[QPointF]) -> None:
        for point in on_screen[:-1]:
            painter.drawEllipse(point, 3.0, 3.0)


class LassoTool(_LineTool):
    """Drag around a region; it is filled when the button is let go."""

    name = "lasso"
    title = titles.LASSO

    def press(self, pane: Surface, at: Pointer) -> None:
        self._drawn_on, self._erase = self._where(pane), at.fast
        self._points = [self._slice_point(pane, at)]

    def move(self, pane: Surface, at: Pointer) -> None:
        if not self._points or pane.frame is None:
            return
        x, y = pane.frame.viewport.to_screen(*self._points[-1])
        if math.hypot(x - at.x, y - at.y) >= LASSO_STEP_PX:
            self._points.append(self._slice_point(pane, at))
            pane.repaint_later()

    def release(self, pane: Surface, at: Pointer) -> bool:
        self._finish(pane)
        return False


class FillTool(PaintTool):
    """Click an area: it takes the label as far as it is joined and alike. Shift: through all slices."""

    name = "fill"
    title = titles.FILL

    def press(self, pane: Surface, at: Pointer) -> None:
        stroke = self._begin(pane, at, erase=at.fast)
        if stroke is None:
            return
        try:
            stroke.fill(self._slice_point(pane, at), volume=at.fine)
        except MedviewerError as error:
            pane.host.tell(error)

    def release(self, pane: Surface, at: Pointer) -> bool:
        return False


def size_hint(labels: LabelLayers, series_key: str) -> str:
    """The brush size as the panel shows it."""
    where = labels.plane(series_key, Plane.STACK)
    return size_text(labels.brush.diameter, in_mm=where is None or where.frame.in_mm)
