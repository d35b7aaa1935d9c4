"""The line between original and processed image: what it looks like, where it is, and the hand that drags it."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from medviewer.document import edits
from medviewer.ui.canvas.ink import MARGIN, Ink
from medviewer.ui.canvas.surface import Surface
from medviewer.ui.canvas.tools import Pointer, Tool

translate = QCoreApplication.translate

MIDDLE = 0.5
HANDLE_Y = 46.0
"""Below the letter at the top edge."""
HANDLE_RADIUS = 9.0
GRIP_PX = 4.0
"""So near to the line a press takes hold of it."""
EDGE_PX = 10.0
"""Let go so near to the edge, the line goes away."""


def is_held(x: float, y: float, line_x: float, *, handle_only: bool = False) -> bool:
    """Whether a press at a widget position takes hold of the line (or of its handle)."""
    if math.hypot(x - line_x, y - HANDLE_Y) <= HANDLE_RADIUS + 3:
        return True
    return not handle_only and abs(x - line_x) <= GRIP_PX


class SplitTool(Tool):
    """Drags the line; let go at an edge it goes away, and the pane shows whole what it uncovered."""

    name = "split"
    cursor = Qt.CursorShape.SplitHCursor

    def press(self, pane: Surface, at: Pointer) -> None:
        view = pane.host.document.state.view(pane.number)
        self._before = view.split
        self._way = at.x - view.split * max(1, pane.rect().width())

    def move(self, pane: Surface, at: Pointer) -> None:
        width = max(1, pane.rect().width())
        split = min(width - 1.0, max(1.0, at.x - self._way)) / width
        pane.host.document.apply(edits.SetView(pane.number, split=split), gesture=self.gesture)

    def release(self, pane: Surface, at: Pointer) -> bool:
        width = max(1, pane.rect().width())
        x = at.x - self._way
        if x <= EDGE_PX:
            gone = edits.SetView(pane.number, split=0.0)
        elif x >= width - EDGE_PX:
            gone = edits.SetView(pane.number, split=0.0, show_processed=False)
        else:
            return True
        pane.host.document.apply(gone, gesture=self.gesture)
        return True

    def cancel(self, pane: Surface) -> bool:
        pane.host.document.apply(edits.SetView(pane.number, split=self._before), gesture=self.gesture)
        return True


class SplitPainter:
    """Paints the line with its handle and its words."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink

    def paint(self, painter: QPainter, x: float, width: int, height: int, *, hovered: bool, waits: bool) -> None:
        """Paint it.

        Parameters
        ----------
        x : float
            Where the line stands.
        hovered : bool
            The pointer can take hold of it.
        waits : bool
            The processed side is not there yet, and says so.
        """
        ink = self._ink
        at = round(x) + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = ink.color("pane-active" if hovered else "text-on-image")
        # The letters at the edges say which side of the patient is where: nothing is drawn through them.
        keep = HANDLE_Y - HANDLE_RADIUS - MARGIN if abs(at - width / 2) < 2 * MARGIN else 0.0
        top, bottom = QPointF(at, keep), QPointF(at, height - keep)
        for pen in (QPen(ink.color("shadow-on-image"), 3), QPen(colour, 1)):
            painter.setPen(pen)
            painter.drawLine(top, bottom)
        painter.setPen(QPen(ink.color("shadow-on-image"), 1))
        painter.setBrush(colour)
        middle = QPointF(at, HANDLE_Y)
        painter.drawEllipse(middle, HANDLE_RADIUS, HANDLE_RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.color("shadow-on-image"))
        for side in (-1, 1):
            tip = middle + QPointF(side * 6.5, 0)
            back = QPointF(-side * 4, 0)
            painter.drawPolygon(QPolygonF([tip, tip + back + QPointF(0, -4), tip + back + QPointF(0, 4)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        after = translate("Split", "After: computing…") if waits else translate("Split", "After")
        self._word(painter, translate("Split", "Before"), at, width, left=True)
        self._word(painter, after, at, width, left=False)

    def _word(self, painter: QPainter, text: str, x: float, width: int, *, left: bool) -> None:
        """One of the words beside the handle, as long as there is room for it on its side."""
        gap = HANDLE_RADIUS + MARGIN
        room = (x if left else width - x) - gap
        wide = self._ink.advance(text)
        if wide + MARGIN > room:
            return
        start = x - gap - wide if left else x + gap
        base = HANDLE_Y + self._ink.text_metrics.ascent() / 2 - 1
        ground = self._ink.color("shadow-on-image")
        painter.save()
        painter.setOpacity(0.55)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        high = self._ink.line_height
        painter.drawRoundedRect(QRectF(start - 5, HANDLE_Y - high / 2 - 2, wide + 10, high + 4), 4, 4)
        painter.restore()
        self._ink.text(painter, QPointF(round(start), round(base)), text)
