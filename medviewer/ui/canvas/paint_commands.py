"""What keys, menus and the panel do to masks, on the active pane of a canvas."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QCoreApplication

from medviewer.document import edits
from medviewer.document.layers import LabelLayer
from medviewer.errors import InputError, MedviewerError
from medviewer.services.label_layers import LabelLayers
from medviewer.ui.canvas.paint_tools import larger
from medviewer.ui.canvas.pane import Pane

translate = QCoreApplication.translate


class Host(Protocol):
    """What the commands need of the canvas."""

    @property
    def labels(self) -> LabelLayers: ...

    def active_pane(self) -> Pane: ...

    @property
    def shows_slab(self) -> bool: ...

    def toggle_slab(self) -> None: ...

    def thicker_slab(self, steps: int = 1) -> None: ...

    def next_slab_mode(self) -> None: ...

    @property
    def shows_split(self) -> bool: ...

    def toggle_split(self) -> None: ...

    def tell(self, error: MedviewerError) -> None: ...


class PaintCommands:
    """The commands; what changes a mask is one undo entry each."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @property
    def canvas(self) -> Host:
        """The canvas that is painted on."""
        return self._host

    @property
    def layer(self) -> LabelLayer | None:
        """The mask that tools paint on."""
        return self._host.labels.active(self._host.active_pane().view.series_key)

    @property
    def is_ball(self) -> bool:
        """Whether the brush goes through slices."""
        return self._host.labels.brush.ball

    @property
    def is_limited(self) -> bool:
        """Whether tools paint only between two values."""
        return self._host.labels.brush.limited

    def resize(self, notches: float) -> None:
        """Make the brush larger (or smaller)."""
        labels = self._host.labels
        labels.set_brush(diameter=larger(labels.brush.diameter, notches))

    def toggle_ball(self) -> None:
        """Paint as a ball through slices, or as a disc in one."""
        self._host.labels.set_brush(ball=not self.is_ball)

    def toggle_limited(self) -> None:
        """Paint only between two values, or everywhere."""
        self._host.labels.set_brush(limited=not self.is_limited)

    def add_layer(self) -> None:
        """Add an empty mask to the series of the active pane."""
        try:
            self._host.labels.add(self._host.active_pane().view.series_key)
        except MedviewerError as error:
            self._host.tell(error)

    def choose_label(self, number: int) -> None:
        """Paint with the label of that number in the list, from 1."""
        layer = self.layer
        if layer is not None and 1 <= number <= len(layer.labels):
            value = layer.labels[number - 1].value
            self._host.labels.document.apply(edits.ChooseLabel(layer.id, value))

    @property
    def label_number(self) -> int:
        """The number in the list of the label that tools paint, from 1; 0 without a mask."""
        layer = self.layer
        values = [label.value for label in layer.labels] if layer is not None else []
        return values.index(layer.active_label) + 1 if layer is not None and layer.active_label in values else 0

    def why_no_label(self, number: int) -> str:
        """Why `choose_label` does nothing; empty when it does."""
        layer = self.layer
        if layer is None:
            return translate("CanvasCommands", "There is no mask yet.")
        if number > len(layer.labels):
            return translate("CanvasCommands", "The mask has no such label.")
        return ""

    def interpolate(self) -> None:
        """Fill the slices between those that the active label was drawn on, across the plane of the active pane."""
        try:
            layer = self.layer
            if layer is None:
                raise InputError("There is no mask yet.", "Paint one with the brush first.")
            self._host.labels.interpolate(layer.id, layer.active_label, self._host.active_pane().view.plane)
        except MedviewerError as error:
            self._host.tell(error)

    def clear(self) -> None:
        """Take the active label away from every voxel."""
        try:
            layer = self.layer
            if layer is not None:
                self._host.labels.clear_label(layer.id, layer.active_label)
        except MedviewerError as error:
            self._host.tell(error)
