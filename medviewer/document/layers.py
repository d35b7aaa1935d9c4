"""Label layers: painted or computed masks over a series, as values of the document."""

from __future__ import annotations

from dataclasses import dataclass, replace

from medviewer.core.labels import Label
from medviewer.core.tiles import TiledLabels

FILL = 0.35
"""Opacity of a new layer."""


@dataclass(frozen=True)
class LabelLayer:
    """A label volume over a series, on the grid of its stack.

    Attributes
    ----------
    id : str
        Unique in the document.
    series_key : str
        Whose stack it lies on.
    tiles : TiledLabels
        The labels; 0 is background.
    name : str
        For people; empty: the program names it by its number.
    labels : tuple of Label
        What the values mean, in the order of the list; at least one.
    visible : bool
    opacity : float
        Of the fill, 0..1; the outline is always opaque.
    outline_only : bool
        No fill.
    active_label : int
        What tools paint; one of `labels`.
    locked : bool
        Tools leave it alone.
    """

    id: str
    series_key: str
    tiles: TiledLabels
    name: str = ""
    labels: tuple[Label, ...] = (Label(1),)
    visible: bool = True
    opacity: float = FILL
    outline_only: bool = False
    active_label: int = 1
    locked: bool = False

    def label(self, value: int) -> Label | None:
        """The label of a value; None where the layer does not list it."""
        return next((label for label in self.labels if label.value == value), None)

    @property
    def free_value(self) -> int:
        """The smallest value that no label has."""
        taken = {label.value for label in self.labels}
        return next(value for value in range(1, len(taken) + 2) if value not in taken)


def with_choices(layers: tuple[LabelLayer, ...], now: tuple[LabelLayer, ...]) -> tuple[LabelLayer, ...]:
    """Layers of another time with the labels chosen that are chosen now, where they exist there."""
    chosen = {layer.id: layer.active_label for layer in now}
    kept = tuple(
        replace(layer, active_label=value)
        if (value := chosen.get(layer.id, layer.active_label)) != layer.active_label and layer.label(value)
        else layer
        for layer in layers
    )
    return layers if all(a is b for a, b in zip(kept, layers, strict=True)) else kept
