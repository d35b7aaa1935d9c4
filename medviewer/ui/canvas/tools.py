"""What the hand does to a picture: one object per tool, asked at press, move and release."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from medviewer.core import display
from medviewer.core.display import Appearance, VoiLut, Window
from medviewer.document import edits, titles
from medviewer.ui.canvas.surface import Surface
from medviewer.ui.canvas.viewport import Point

ZOOM_PER_PX = 1.01
SLOP_PX = 3.0
"""Motion up to this is a click and not a drag."""


@dataclass(frozen=True)
class Pointer:
    """Where the pointer is in a pane (widget coordinates), and whether Ctrl (fast) or Shift (fine) is held."""

    x: float
    y: float
    fast: bool = False
    fine: bool = False

    @property
    def pace(self) -> float:
        """Factor of the hand's motion."""
        return 4.0 if self.fast else 0.25 if self.fine else 1.0


class Tool:
    """Base of all tools. One object serves one gesture at a time; `gesture` names it for the undo list."""

    name = ""
    cursor = Qt.CursorShape.ArrowCursor
    draws = False
    """Whether the tool makes something on the image, so that it gives way to the usual one when it is done."""
    covers = False
    """Whether a press is the tool's wherever it is: measurements under the pointer are not taken hold of."""

    def __init__(self) -> None:
        self.gesture = ""
        self.origin = Pointer(0, 0)

    def begin(self, pane: Surface, at: Pointer) -> None:
        """The button went down."""
        self.gesture = uuid.uuid4().hex
        self.origin = at
        self.press(pane, at)

    def press(self, pane: Surface, at: Pointer) -> None:
        """React to the button going down."""

    def move(self, pane: Surface, at: Pointer) -> None:
        """React to motion with the button down."""

    def hover(self, pane: Surface, at: Pointer) -> None:
        """React to motion with no button down."""

    def release(self, pane: Surface, at: Pointer) -> bool:
        """React to the button going up; whether the tool is done (a drawing tool may need more clicks)."""
        return True

    def cancel(self, pane: Surface) -> bool:
        """Give up what is half done; whether there was something."""
        return False

    def wheel(self, pane: Surface, notches: float, *, fast: bool) -> bool:
        """React to the wheel (positive: away from the hand; `fast`: with Ctrl); False leaves it to the pane."""
        return False

    def leave(self, pane: Surface) -> None:
        """React to the pointer leaving the pane."""

    def paint(self, pane: Surface, painter: QPainter) -> None:
        """Paint what is half done."""


class WindowTool(Tool):
    """Drag: right is wider, down is brighter (settings turn that); in PET the vertical moves the upper bound."""

    name = "window"
    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self) -> None:
        super().__init__()
        self._start: Window | None = None
        self._appearance = Appearance()

    def press(self, pane: Surface, at: Pointer) -> None:
        frame = pane.frame
        self._start = None
        if frame is None or frame.image.is_colour or frame.window is None:
            return
        self._appearance = frame.view.appearance
        self._start = as_window(frame.window)

    def move(self, pane: Surface, at: Pointer) -> None:
        if self._start is None or pane.frame is None:
            return
        hands = pane.host.hands
        dx, dy = at.x - self.origin.x, at.y - self.origin.y
        gain = hands.gain * at.pace
        if pane.frame.image.facts.modality == "PT":
            up = -dx if hands.swap_axes else -dy
            window = display.pet_window_drag(self._start, -up if hands.invert_level else up, gain)
        else:
            window = display.drag_window(self._start, dx, dy, gain, hands.invert_level, hands.swap_axes)
        appearance = replace(self._appearance, window=window)
        edit = edits.SetAppearance.of(pane.number, appearance, titles.WINDOW)
        pane.host.document.apply(edit, gesture=self.gesture)


class ZoomTool(Tool):
    """Drag up to enlarge, down to reduce; what is under the press stays there."""

    name = "zoom"
    cursor = Qt.CursorShape.SizeVerCursor

    def press(self, pane: Surface, at: Pointer) -> None:
        self._viewport = pane.viewport

    def move(self, pane: Surface, at: Pointer) -> None:
        if self._viewport is None:
            return
        factor = ZOOM_PER_PX ** ((self.origin.y - at.y) * at.pace)
        zoom, pan = self._viewport.zoomed_at(self.origin.x, self.origin.y, factor)
        pane.host.document.apply(edits.SetView(pane.number, zoom=zoom, pan_px=pan), gesture=self.gesture)


class PanTool(Tool):
    """Drag to shift the image."""

    name = "pan"
    cursor = Qt.CursorShape.OpenHandCursor

    def press(self, pane: Surface, at: Pointer) -> None:
        self._viewport = pane.viewport

    def move(self, pane: Surface, at: Pointer) -> None:
        if self._viewport is None:
            return
        pan = self._viewport.panned(at.x - self.origin.x, at.y - self.origin.y)
        pane.host.document.apply(edits.SetView(pane.number, pan_px=pan), gesture=self.gesture)


class ScrollTool(Tool):
    """Drag down for later slices; a long series moves faster."""

    name = "scroll"
    cursor = Qt.CursorShape.SplitVCursor

    def press(self, pane: Surface, at: Pointer) -> None:
        self._index = pane.slice_index

    def move(self, pane: Surface, at: Pointer) -> None:
        count = pane.slice_count
        if count < 2:
            return
        px_per_slice = min(12.0, max(1.0, pane.height() * 0.8 / count)) / at.pace
        step = math.trunc((at.y - self.origin.y) / px_per_slice)
        pane.host.scroll_to(pane.number, self._index + step)


class CrosshairTool(Tool):
    """Press or drag to put the 3-D cursor; the other panes follow."""

    name = "crosshair"
    cursor = Qt.CursorShape.CrossCursor

    def press(self, pane: Surface, at: Pointer) -> None:
        self.move(pane, at)

    def move(self, pane: Surface, at: Pointer) -> None:
        world = pane.world_at(at.x, at.y)
        if world is not None:
            pane.host.move_crosshair(pane.number, world, self.gesture)


class BestWindowTool(Tool):
    """Drag a box; the window is set to what is inside."""

    name = "best-window"
    cursor = Qt.CursorShape.CrossCursor
    draws = True

    def __init__(self) -> None:
        super().__init__()
        self._box: tuple[Point, Point] | None = None

    def press(self, pane: Surface, at: Pointer) -> None:
        self._box = None

    def move(self, pane: Surface, at: Pointer) -> None:
        self._box = ((self.origin.x, self.origin.y), (at.x, at.y))
        pane.repaint_later()

    def release(self, pane: Surface, at: Pointer) -> bool:
        box, self._box = self._box, None
        frame = pane.frame
        pane.repaint_later()
        if box is None or frame is None or frame.image.is_colour:
            return False
        corners = [frame.viewport.to_slice(*corner) for corner in box]
        (x0, x1), (y0, y1) = (sorted(round(c[axis]) for c in corners) for axis in (0, 1))
        values = frame.pixels.modality()[max(0, y0) : max(0, y1) + 1, max(0, x0) : max(0, x1) + 1]
        if values.size < 4:
            return False
        window = display.best_window(values)
        appearance = replace(frame.view.appearance, window=window)
        pane.host.document.apply(edits.SetAppearance.of(pane.number, appearance, titles.WINDOW), gesture=self.gesture)
        return True

    def cancel(self, pane: Surface) -> bool:
        was, self._box = self._box, None
        pane.repaint_later()
        return was is not None

    def paint(self, pane: Surface, painter: QPainter) -> None:
        if self._box is None:
            return
        (x0, y0), (x1, y1) = self._box
        rect = QRectF(x0, y0, x1 - x0, y1 - y0).normalized()
        ink = pane.host.ink
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink.color("shadow-on-image"), 3))
        painter.drawRect(rect)
        painter.setPen(QPen(ink.color("measurement-active"), 1.5, Qt.PenStyle.DashLine))
        painter.drawRect(rect)


def as_window(window: Window | VoiLut) -> Window:
    """A window to begin a drag with; a table is replaced by the linear window over its entries.

    Dragging a table switches to a linear window (PS3.3 C.11.2: one or the other applies, never both).
    """
    if isinstance(window, VoiLut):
        return window.linear
    return replace(window, name="")
