"""From mouse events to tools: who has which button, click against drag, wheel notches, hover, drops."""

from __future__ import annotations

import math

from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QWheelEvent

from medviewer.document import edits
from medviewer.ui.canvas.drawing import EditTool
from medviewer.ui.canvas.host import PaneSurface
from medviewer.ui.canvas.outline import Hit, hit
from medviewer.ui.canvas.overlay import SLICE_BAR, slice_bar_rect
from medviewer.ui.canvas.split import MIDDLE, SplitTool, is_held
from medviewer.ui.canvas.tools import SLOP_PX, Pointer, Tool

MIME_SERIES = "application/x-medviewer-series"
MIME_PANE = "application/x-medviewer-pane"

NOTCH = 120  # eighths of a degree, QWheelEvent.angleDelta of one notch
ZOOM_PER_NOTCH = 1.15

_BUTTONS = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.MiddleButton: "middle",
    Qt.MouseButton.RightButton: "right",
}


class PaneInput:
    """The mouse of one pane."""

    def __init__(self, pane: PaneSurface) -> None:
        self._pane = pane
        self._active: Tool | None = None
        self._button = Qt.MouseButton.NoButton
        self._press = QPointF()
        self._dragged = False
        self._on_bar = False
        self._on_grip = False
        self._wheel = 0
        self._inside = False

    @property
    def tool(self) -> Tool:
        """The tool that is at work, else the left button's."""
        return self._active if self._active is not None else self._pane.host.tool_for("left")

    @staticmethod
    def _pointer(event: QMouseEvent) -> Pointer:
        at, keys = event.position(), event.modifiers()
        return Pointer(
            at.x(),
            at.y(),
            bool(keys & Qt.KeyboardModifier.ControlModifier),
            bool(keys & Qt.KeyboardModifier.ShiftModifier),
        )

    # -- buttons

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        pane = self._pane
        pane.host.activate(pane.number)
        button = event.button()
        if self._button is not Qt.MouseButton.NoButton or button not in _BUTTONS:
            return
        self._button, self._press, self._dragged = button, event.position(), False
        at = self._pointer(event)
        if button is Qt.MouseButton.LeftButton:
            if self._grip().contains(event.position()) and self._grip_shown():
                self._on_grip = True
                return
            if self._over_bar(event.position()):
                self._on_bar = True
                self._scroll_to_bar(event.position())
                return
            if self._over_split(event.position()):
                self._active = SplitTool()
                self._active.begin(pane, at)
                return
            covered = pane.host.tool_for("left").covers
            found = None if covered else self._hit(event.position())
            pane.host.select_measurement(found.measurement_id if found is not None else "")
            if found is not None:
                measurement = next(m for m in pane.host.document.state.measurements if m.id == found.measurement_id)
                self._active = EditTool(found, measurement)
                self._active.begin(pane, at)
                return
        self._active = pane.host.tool_for(_BUTTONS[button])
        self._active.begin(pane, at)

    def move(self, event: QMouseEvent) -> None:
        """The pointer moved."""
        pane, position = self._pane, event.position()
        at = self._pointer(event)
        if self._button is Qt.MouseButton.NoButton:
            self._hover(event, at)
            return
        if not self._dragged:
            way = position - self._press
            if math.hypot(way.x(), way.y()) < SLOP_PX:
                return
            self._dragged = True
        if self._on_grip:
            self._start_drag()
        elif self._on_bar:
            self._scroll_to_bar(position)
        elif self._active is not None:
            self._active.move(pane, at)
            if self._active.name in {"crosshair", "edit"} or self._active.draws:
                pane.host.pointed_at(pane.number, (at.x, at.y))

    def release(self, event: QMouseEvent) -> None:
        """A button went up."""
        if event.button() is not self._button:
            return
        pane, tool, dragged = self._pane, self._active, self._dragged
        button = self._button
        on_bar = self._on_bar or self._on_grip
        self._button, self._active, self._on_bar, self._on_grip = Qt.MouseButton.NoButton, None, False, False
        if on_bar or tool is None:
            return
        done = tool.release(pane, self._pointer(event))
        if tool.draws and done:
            pane.host.tool_finished(tool)
        if button is Qt.MouseButton.RightButton and not dragged and not tool.draws:
            pane.host.request_menu(pane.number, event.globalPosition().toPoint())

    def double_click(self, event: QMouseEvent) -> None:
        """The second press of a double click; on the line before and after it puts that to the middle."""
        if event.button() is Qt.MouseButton.LeftButton and self._over_split(event.position()):
            pane = self._pane
            pane.host.document.apply(edits.SetView(pane.number, split=MIDDLE))
        elif (
            event.button() is Qt.MouseButton.LeftButton
            and not self.tool.draws
            and not self._over_bar(event.position())
        ):
            self._pane.host.toggle_maximised(self._pane.number)
        else:
            self.press(event)

    def cancel(self) -> bool:
        """Give up what is half done."""
        tool = self.tool
        was_active = self._active is not None
        self._active, self._on_bar, self._on_grip = None, False, False
        return tool.cancel(self._pane) or was_active

    # -- wheel

    def wheel(self, event: QWheelEvent) -> None:
        """One notch is one slice (with Ctrl and Shift: a thicker slab); finer wheels are added up to a notch."""
        pane = self._pane
        delta = event.angleDelta().y() or event.angleDelta().x()
        keys = event.modifiers()
        zooming = bool(keys & Qt.KeyboardModifier.ControlModifier) != (pane.host.hands.wheel == "zoom")
        event.accept()
        if keys & Qt.KeyboardModifier.ControlModifier and keys & Qt.KeyboardModifier.ShiftModifier:
            self._wheel += delta
            notches = int(self._wheel / NOTCH)
            self._wheel -= notches * NOTCH
            if notches:
                pane.host.activate(pane.number)
                pane.host.slab_by(pane.number, notches)
            return
        if self.tool.wheel(pane, delta / NOTCH, fast=bool(keys & Qt.KeyboardModifier.ControlModifier)):
            return
        if zooming:
            pane.zoom_at(event.position().x(), event.position().y(), ZOOM_PER_NOTCH ** (delta / NOTCH))
            return
        if delta * self._wheel < 0:
            self._wheel = 0  # the hand has turned round
        self._wheel += delta
        notches = int(self._wheel / NOTCH)
        if notches:
            self._wheel -= notches * NOTCH
            pane.host.activate(pane.number)
            # Towards the hand is down the stack, to later slices.
            fast = 10 if keys & Qt.KeyboardModifier.ShiftModifier else 1
            pane.host.scroll_by(pane.number, -notches * fast)

    # -- hover

    def _hover(self, event: QMouseEvent, at: Pointer) -> None:
        pane = self._pane
        if not self._inside:
            self._inside = True
            pane.repaint_later()  # the grip appears
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if shift and not self.tool.draws:
            world = pane.world_at(at.x, at.y)
            if world is not None:
                pane.host.move_crosshair(pane.number, world)
        self.tool.hover(pane, at)
        found = None if self.tool.draws else self._hit(event.position())
        hovered = found.measurement_id if found is not None else ""
        if hovered != pane.hovered_measurement:
            pane.hovered_measurement = hovered
            pane.repaint_later()
        over_split = self._over_split(event.position())
        if over_split != pane.hovers_split:
            pane.hovers_split = over_split
            pane.repaint_later()
        pane.setCursor(self._cursor(event.position(), found))
        pane.host.pointed_at(pane.number, (at.x, at.y))

    def _cursor(self, position: QPointF, found: Hit | None) -> Qt.CursorShape:
        if self._grip_shown() and self._grip().contains(position):
            return Qt.CursorShape.OpenHandCursor
        if self._over_bar(position):
            return Qt.CursorShape.PointingHandCursor
        if self._pane.hovers_split:
            return SplitTool.cursor
        if found is not None:
            return Qt.CursorShape.SizeAllCursor if found.handle < 0 else Qt.CursorShape.CrossCursor
        return self.tool.cursor

    def leave(self) -> None:
        """The pointer left the pane."""
        pane = self._pane
        self._inside = False
        self.tool.leave(pane)
        pane.hovered_measurement = ""
        pane.hovers_split = False
        pane.host.pointed_at(pane.number, None)
        pane.repaint_later()

    def _hit(self, position: QPointF) -> Hit | None:
        pane = self._pane
        if pane.frame is None or pane.notice is not None:
            return None
        # What was drawn last lies on top.
        for m in reversed(list(pane.host.measurements_of(pane.frame))):
            found = hit(m.id, m.shape, m.points, pane.frame.viewport, (position.x(), position.y()))
            if found is not None:
                return found
        return None

    def _over_split(self, position: QPointF) -> bool:
        """Whether a press takes hold of the line before and after; tools that paint leave only its handle to it."""
        pane = self._pane
        if pane.split_x is None or pane.notice is not None:
            return False
        tool = pane.host.tool_for("left")
        return is_held(position.x(), position.y(), pane.split_x, handle_only=tool.covers or tool.draws)

    # -- slice bar

    def _over_bar(self, position: QPointF) -> bool:
        pane = self._pane
        return pane.slice_count > 1 and position.x() >= pane.width() - SLICE_BAR - 6

    def _scroll_to_bar(self, position: QPointF) -> None:
        pane = self._pane
        rect = slice_bar_rect(pane.width(), pane.height())
        part = (position.y() - rect.top()) / max(1.0, rect.height())
        pane.host.scroll_to(pane.number, math.floor(min(0.999999, max(0.0, part)) * pane.slice_count))

    # -- drag and drop between panes

    def _grip(self) -> QRectF:
        return QRectF(self._pane.width() / 2 + 20, 6, 18, 14)

    def _grip_shown(self) -> bool:
        pane = self._pane
        return self._inside and pane.source is not None and len(pane.host.document.state.layout.visible) > 1

    def paint_grip(self, painter: QPainter) -> None:
        """Six dots at the top while the pointer is inside: here the series can be dragged to another pane."""
        if not self._grip_shown() or self._pane.width() < 160:
            return
        rect = self._grip()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._pane.host.ink.color("shadow-on-image"), 0.5))
        painter.setBrush(self._pane.host.ink.color("dim-on-image"))
        for column in range(3):
            for row in range(2):
                painter.drawEllipse(QPointF(rect.left() + 4 + 5 * column, rect.top() + 4 + 5 * row), 1.6, 1.6)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _start_drag(self) -> None:
        pane = self._pane
        self._button, self._on_grip = Qt.MouseButton.NoButton, False
        mime = QMimeData()
        mime.setData(MIME_PANE, str(pane.number).encode("ascii"))
        pane.start_drag(mime)

    @staticmethod
    def accepts(mime: QMimeData) -> bool:
        """Whether something dragged can be shown here."""
        return mime.hasFormat(MIME_SERIES) or mime.hasFormat(MIME_PANE)

    def dropped(self, mime: QMimeData) -> bool:
        """Show what was dropped; whether it was something that can be shown."""
        pane = self._pane
        for kind, drop in ((MIME_PANE, pane.host.drop_pane), (MIME_SERIES, pane.host.drop_series)):
            if mime.hasFormat(kind):
                text = bytes(mime.data(kind).data()).decode("ascii", "replace").strip()
                if text.isdigit():
                    drop(pane.number, int(text))
                    return True
        return False
