"""What a pane may ask of the canvas that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QPainter

from medviewer.document.state import Measurement
from medviewer.services.scheduler import Scheduler
from medviewer.ui.canvas.corner_text import OverlayLevel
from medviewer.ui.canvas.frame import Frame, FrameRequest, RenderCost
from medviewer.ui.canvas.source import Notice, SliceSource
from medviewer.ui.canvas.surface import Surface, ToolHost
from medviewer.ui.canvas.tools import Tool
from medviewer.ui.canvas.viewport import Point


class CanvasHost(ToolHost, Protocol):
    """The canvas as its panes see it."""

    overlay_level: OverlayLevel
    cost: RenderCost
    selected_measurement: str

    @property
    def scheduler(self) -> Scheduler:
        """Where frames are rendered that take too long for the window's thread."""
        ...

    def activate(self, pane: int) -> None:
        """Make a pane the active one."""

    def tool_for(self, button: str) -> Tool:
        """The tool that a button (``"left"``, ``"middle"``, ``"right"``) has now."""

    def tool_finished(self, tool: Tool) -> None:
        """A drawing tool has made something."""

    def scroll_by(self, pane: int, steps: int) -> None:
        """Show the slice so many steps on."""

    def slab_by(self, pane: int, steps: int) -> None:
        """Show a slab that is so many steps thicker."""

    def toggle_maximised(self, pane: int) -> None:
        """Show a pane alone, or all again."""

    def request_menu(self, pane: int, at: QPoint) -> None:
        """Open the context menu at a global position."""

    def pointed_at(self, pane: int, at: Point | None) -> None:
        """The pointer rests over a position of a pane, or has left it."""

    def select_measurement(self, measurement_id: str) -> None:
        """Mark a measurement (empty: none)."""

    def measurements_of(self, frame: Frame) -> Sequence[Measurement]:
        """The measurements that lie on a frame's slice."""

    def paint_links(self, pane: int, frame: Frame, painter: QPainter) -> None:
        """Paint crosshair and reference lines over a frame."""

    def processed(self, request: FrameRequest) -> FrameRequest:
        """The request with the processed slice in it, where the pane shows one."""

    def frame_shown(self, pane: int) -> None:
        """A pane shows a new frame: lines in the others may have moved."""

    def cine_text(self, pane: int) -> str:
        """How fast a pane plays; empty when it does not."""

    def drop_series(self, pane: int, series_id: int) -> None:
        """A series of the browser was dropped."""

    def drop_pane(self, pane: int, other: int) -> None:
        """A pane was dropped on another."""


class PaneSurface(Surface, Protocol):
    """A pane as its mouse sees it."""

    source: SliceSource | None
    hovered_measurement: str
    hovers_split: bool

    @property
    def host(self) -> CanvasHost:
        """The canvas."""
        ...

    @property
    def notice(self) -> Notice | None:
        """The words shown instead of a picture."""
        ...

    def width(self) -> int:
        """Width in device-independent pixels."""
        ...

    def setCursor(self, cursor: Qt.CursorShape, /) -> None:
        """Give the pointer a shape."""

    def zoom_at(self, x: float, y: float, factor: float) -> None:
        """Enlarge so that what is under a widget position stays there."""

    def start_drag(self, mime: QMimeData) -> None:
        """Drag the pane's picture with something to drop."""
