"""How measurements look: outline over a dark line, handles, and a label that keeps out of the way."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from medviewer.document.state import Shape
from medviewer.ui.canvas.ink import Ink
from medviewer.ui.canvas.measurement_text import Reading
from medviewer.ui.canvas.outline import Points, handles, outline, to_screen
from medviewer.ui.canvas.viewport import Viewport

HANDLE = 3.5
LABEL_GAP = 8.0


@dataclass(frozen=True)
class Drawn:
    """A measurement as it is painted."""

    shape: Shape
    points: Points
    reading: Reading
    name: str = ""
    hovered: bool = False
    selected: bool = False
    being_drawn: bool = False


class MeasurementPainter:
    """Paints measurements over a frame."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink

    def paint(self, painter: QPainter, viewport: Viewport, drawn: Drawn, bounds: QRectF) -> QRectF:
        """Paint one; returns where its label is."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line, closed = outline(drawn.shape, drawn.points)
        on_screen = [QPointF(float(x), float(y)) for x, y in to_screen(viewport, line)]
        colour = self._colour(drawn)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        polygon = QPolygonF(on_screen)
        for pen in self._ink.outlined(painter, colour, 2.0 if drawn.hovered or drawn.selected else 1.5):
            painter.setPen(pen)
            if closed:
                painter.drawPolygon(polygon)
            else:
                painter.drawPolyline(polygon)
        if drawn.shape is Shape.DISTANCE and len(on_screen) == 2:
            self._end_marks(painter, on_screen, colour)
        if drawn.hovered or drawn.selected or drawn.being_drawn:
            self._handles(painter, viewport, drawn, colour)
        return self._label(painter, drawn, polygon.boundingRect(), colour, bounds, on_screen)

    def _colour(self, drawn: Drawn) -> QColor:
        if drawn.being_drawn or drawn.selected:
            return self._ink.color("measurement-active")
        return self._ink.color("measurement-hover" if drawn.hovered else "measurement")

    def _end_marks(self, painter: QPainter, ends: list[QPointF], colour: QColor) -> None:
        """Short cross strokes at the ends: an end that is only a line's end is hard to judge."""
        step = ends[1] - ends[0]
        length = (step.x() ** 2 + step.y() ** 2) ** 0.5
        if length < 1:
            return
        across = QPointF(-step.y() / length * 4, step.x() / length * 4)
        for pen in self._ink.outlined(painter, colour, 1.5):
            painter.setPen(pen)
            for end in ends:
                painter.drawLine(end - across, end + across)

    def _handles(self, painter: QPainter, viewport: Viewport, drawn: Drawn, colour: QColor) -> None:
        painter.setPen(QPen(self._ink.color("shadow-on-image"), 1))
        painter.setBrush(colour)
        for x, y in handles(drawn.shape, drawn.points):
            sx, sy = viewport.to_screen(x, y)
            painter.drawRect(QRectF(sx - HANDLE, sy - HANDLE, 2 * HANDLE, 2 * HANDLE))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _label(
        self,
        painter: QPainter,
        drawn: Drawn,
        box: QRectF,
        colour: QColor,
        bounds: QRectF,
        on_screen: list[QPointF],
    ) -> QRectF:
        lines = [(text, colour) for text in ((drawn.name,) if drawn.name else ()) + drawn.reading.lines]
        if drawn.reading.caution:
            lines.append((drawn.reading.caution, self._ink.color("warn-on-image")))
        if not lines or not on_screen:
            return QRectF()
        metrics = self._ink.text_metrics
        width = max(self._ink.advance(text) for text, _ in lines)
        height = self._ink.line_height * len(lines)
        anchor = QPointF(box.right() + LABEL_GAP, box.center().y() - height / 2)
        if drawn.shape in (Shape.DISTANCE, Shape.ANGLE):
            last = on_screen[-1]
            anchor = QPointF(last.x() + LABEL_GAP, last.y() + LABEL_GAP / 2)
        if anchor.x() + width > bounds.right():
            anchor.setX(box.left() - LABEL_GAP - width)
        anchor.setX(min(max(anchor.x(), bounds.left()), max(bounds.left(), bounds.right() - width)))
        anchor.setY(min(max(anchor.y(), bounds.top()), max(bounds.top(), bounds.bottom() - height)))
        y = round(anchor.y() + metrics.ascent())
        x = round(anchor.x())
        for text, ink in lines:
            self._ink.coloured_text(painter, QPointF(x, y), text, ink)
            y += round(self._ink.line_height)
        return QRectF(anchor.x(), anchor.y(), width, height)
