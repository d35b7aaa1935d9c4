"""Edits of label layers. ``None`` in a field means "leave as it is"."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from medviewer.core.labels import Label
from medviewer.core.tiles import TiledLabels
from medviewer.document import titles
from medviewer.document.edit import Edit
from medviewer.document.layers import LabelLayer
from medviewer.document.state import DocumentState


def _replaced(state: DocumentState, layer_id: str, **changes: Any) -> DocumentState:
    layers = tuple(replace(layer, **changes) if layer.id == layer_id else layer for layer in state.layers)
    return state if layers == state.layers else replace(state, layers=layers)


@dataclass(frozen=True)
class AddLayer(Edit):
    """Add a layer above the others; its id must be new. `stroke`: it begins with a stroke, one entry with it."""

    layer: LabelLayer
    stroke: bool = False

    def apply(self, state: DocumentState) -> DocumentState:
        if any(layer.id == self.layer.id for layer in state.layers):
            raise ValueError("a layer with this id exists")
        return replace(state, layers=(*state.layers, self.layer))

    @property
    def title(self) -> str:
        return titles.ADD_LAYER

    @property
    def merge_key(self) -> Hashable | None:
        return ("paint", self.layer.id) if self.stroke else None


@dataclass(frozen=True)
class RemoveLayer(Edit):
    """Take a layer away; nothing happens when it is gone. `stroke`: a stroke that made it was given up."""

    layer_id: str
    stroke: bool = False

    def apply(self, state: DocumentState) -> DocumentState:
        layers = tuple(layer for layer in state.layers if layer.id != self.layer_id)
        return state if len(layers) == len(state.layers) else replace(state, layers=layers)

    @property
    def title(self) -> str:
        return titles.REMOVE_LAYER

    @property
    def merge_key(self) -> Hashable | None:
        return ("paint", self.layer_id) if self.stroke else None


@dataclass(frozen=True)
class ChangeLayer(Edit):
    """Change how a layer is named and shown, and what its labels mean."""

    layer_id: str
    name: str | None = None
    labels: tuple[Label, ...] | None = None
    visible: bool | None = None
    opacity: float | None = None
    outline_only: bool | None = None
    locked: bool | None = None

    def _changes(self) -> dict[str, Any]:
        names = ("name", "labels", "visible", "opacity", "outline_only", "locked")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def apply(self, state: DocumentState) -> DocumentState:
        return _replaced(state, self.layer_id, **self._changes())

    @property
    def title(self) -> str:
        names = self._changes().keys()
        if names == {"visible"}:
            return titles.SHOW_LAYER if self.visible else titles.HIDE_LAYER
        if names <= {"opacity", "outline_only"}:
            return titles.LAYER_LOOK
        return titles.CHANGE_LABELS if "labels" in names else titles.CHANGE_LAYER

    @property
    def merge_key(self) -> Hashable | None:
        return ("layer", self.layer_id, "opacity") if self._changes().keys() == {"opacity"} else None


@dataclass(frozen=True)
class ChooseLabel(Edit):
    """Choose the label that tools paint; like the choice of a pane, no undo takes it back."""

    layer_id: str
    value: int

    def apply(self, state: DocumentState) -> DocumentState:
        return _replaced(state, self.layer_id, active_label=self.value)

    @property
    def title(self) -> str:
        return titles.CHOOSE_LABEL

    @property
    def is_transient(self) -> bool:
        return True


@dataclass(frozen=True)
class PaintTiles(Edit):
    """The labels of a layer after a movement of the hand; the movements of one gesture become one entry."""

    layer_id: str
    tiles: TiledLabels
    title_key: str = titles.PAINT

    def apply(self, state: DocumentState) -> DocumentState:
        return _replaced(state, self.layer_id, tiles=self.tiles)

    @property
    def title(self) -> str:
        return self.title_key

    @property
    def merge_key(self) -> Hashable:
        return ("paint", self.layer_id)


@dataclass(frozen=True)
class SetLayerTiles(Edit):
    """The labels of a layer as an operation has made them, and what they mean where that has changed."""

    layer_id: str
    tiles: TiledLabels
    labels: tuple[Label, ...] | None = None
    title_key: str = titles.CHANGE_MASK
    args: Mapping[str, object] = field(default_factory=dict)

    def apply(self, state: DocumentState) -> DocumentState:
        changes: dict[str, Any] = {"tiles": self.tiles}
        if self.labels is not None:
            changes["labels"] = self.labels
        return _replaced(state, self.layer_id, **changes)

    @property
    def title(self) -> str:
        return self.title_key

    @property
    def title_args(self) -> Mapping[str, object]:
        return self.args
