"""What a tool sees of the pane under the hand, and of the canvas around it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QRect

from medviewer.document.document import Document
from medviewer.errors import MedviewerError
from medviewer.io.headers import InstanceHeader
from medviewer.services.label_layers import LabelLayers
from medviewer.ui.canvas.frame import Frame
from medviewer.ui.canvas.hands import Hands
from medviewer.ui.canvas.ink import Ink
from medviewer.ui.canvas.viewport import Viewport

World = tuple[float, float, float]


class ToolHost(Protocol):
    """The canvas as tools see it."""

    ink: Ink
    hands: Hands

    @property
    def document(self) -> Document:
        """The document: every gesture ends in an edit."""
        ...

    @property
    def labels(self) -> LabelLayers:
        """The masks."""
        ...

    def tell(self, error: MedviewerError) -> None:
        """Say why something cannot be done."""

    def scroll_to(self, pane: int, index: int) -> None:
        """Show another slice; linked panes follow."""

    def move_crosshair(self, pane: int, world: World, gesture: str = "") -> None:
        """Put the 3-D cursor at a patient position; the other panes follow."""


class Surface(Protocol):
    """A pane as tools see it."""

    number: int
    frame: Frame | None

    @property
    def host(self) -> ToolHost:
        """The canvas."""
        ...

    @property
    def viewport(self) -> Viewport | None:
        """The map between the picture on screen and its slice."""
        ...

    @property
    def split_x(self) -> float | None:
        """Where the line between original and processed image stands; None when there is none."""
        ...

    @property
    def slice_index(self) -> int:
        """The slice asked for."""
        ...

    @property
    def slice_count(self) -> int:
        """Number of slices of the plane."""
        ...

    def header(self, index: int) -> InstanceHeader | None:
        """The header of a slice."""

    def world_at(self, x: float, y: float) -> World | None:
        """Patient position under a widget position."""

    def height(self) -> int:
        """Height in device-independent pixels."""
        ...

    def rect(self) -> QRect:
        """The pane's own rectangle."""
        ...

    def repaint_later(self) -> None:
        """What is half drawn has changed."""

    def repaint_part(self, rect: QRect) -> None:
        """What is half drawn has changed in a part of the pane."""
