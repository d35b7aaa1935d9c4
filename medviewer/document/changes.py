"""What differs between two states, so that each view repaints only what concerns it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

from medviewer.document.state import DocumentState, View


class Flags(enum.Flag):
    """Kinds of change."""

    NONE = 0
    LAYOUT = enum.auto()  # grid, maximised or active pane, links
    SERIES = enum.auto()  # a pane shows another series or plane
    VIEW = enum.auto()  # zoom, pan, turn, slab, original or processed
    INDEX = enum.auto()  # slice
    APPEARANCE = enum.auto()  # window, colours, interpolation
    MEASUREMENTS = enum.auto()
    RECIPE = enum.auto()
    CROSSHAIR = enum.auto()
    SCALE = enum.auto()  # the values of a series are read in another unit
    LAYERS = enum.auto()  # masks: their labels, looks, order
    HISTORY = enum.auto()  # what undo and redo would do
    RESET = enum.auto()  # everything was replaced: a session was opened or recovered


@dataclass(frozen=True)
class Change:
    """What an edit, undo or redo has changed.

    Attributes
    ----------
    panes : frozenset of int
        Panes whose view differs.
    layer_ids : frozenset of str
        Label layers added, changed or removed.
    measurement_ids, series_keys : frozenset of str
        Measurements added, changed, deleted or read in another unit; series shown, hidden, measured, masked,
        processed or scaled differently.
    initiator : object
        Whoever applied the edit, as it was passed to `Document.apply`; lets a view ignore its own edits.
    """

    flags: Flags = Flags.NONE
    panes: frozenset[int] = frozenset()
    measurement_ids: frozenset[str] = frozenset()
    series_keys: frozenset[str] = frozenset()
    initiator: object = None
    layer_ids: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.flags)


def _view_flags(a: View, b: View) -> Flags:
    if a is b:
        return Flags.NONE
    flags = Flags.NONE
    if a.series_key != b.series_key or a.plane != b.plane:
        flags |= Flags.SERIES
    if a.index != b.index:
        flags |= Flags.INDEX
    if a.appearance != b.appearance:
        flags |= Flags.APPEARANCE
    if replace(a, series_key="", plane=b.plane, index=0, appearance=b.appearance) != replace(
        b, series_key="", index=0
    ):
        flags |= Flags.VIEW
    return flags


def difference(before: DocumentState, after: DocumentState, initiator: object = None) -> Change:
    """What differs between two states; parts that are the same object cost nothing."""
    flags = Flags.NONE
    panes: set[int] = set()
    ids: set[str] = set()
    keys: set[str] = set()
    a, b = before.layout, after.layout
    if a is not b:
        for pane in range(max(len(a.views), len(b.views))):
            old, new = before.view(pane), after.view(pane)
            changed = _view_flags(old, new)
            if changed:
                flags |= changed
                panes.add(pane)
                if Flags.SERIES in changed:
                    keys |= {old.series_key, new.series_key}
        if a.crosshair_world != b.crosshair_world:
            flags |= Flags.CROSSHAIR
        if replace(a, views=(), crosshair_world=None) != replace(b, views=(), crosshair_world=None):
            flags |= Flags.LAYOUT
    if before.measurements is not after.measurements:
        was = {m.id: m for m in before.measurements}
        now = {m.id: m for m in after.measurements}
        for identity in was.keys() | now.keys():
            old_one, new_one = was.get(identity), now.get(identity)
            if old_one != new_one:
                ids.add(identity)
                keys |= {m.series_key for m in (old_one, new_one) if m is not None}
        if ids or list(was) != list(now):
            flags |= Flags.MEASUREMENTS
    if before.recipes is not after.recipes:
        for key in before.recipes.keys() | after.recipes.keys():
            if before.recipes.get(key, ()) != after.recipes.get(key, ()):
                keys.add(key)
                flags |= Flags.RECIPE
    if before.scales is not after.scales:
        for key in before.scales.keys() | after.scales.keys():
            if before.scales.get(key) != after.scales.get(key):
                keys.add(key)
                flags |= Flags.SCALE
                measured = {m.id for m in after.measurements if m.series_key == key}
                if measured:  # their numbers are others now
                    ids |= measured
                    flags |= Flags.MEASUREMENTS
    layer_ids = _layers(before, after, keys) if before.layers is not after.layers else frozenset()
    if layer_ids or [layer.id for layer in before.layers] != [layer.id for layer in after.layers]:
        flags |= Flags.LAYERS
    return Change(flags, frozenset(panes), frozenset(ids), frozenset(keys - {""}), initiator, layer_ids)


def _layers(before: DocumentState, after: DocumentState, keys: set[str]) -> frozenset[str]:
    """Layers that differ; `keys` is given their series."""
    was = {layer.id: layer for layer in before.layers}
    now = {layer.id: layer for layer in after.layers}
    differ = frozenset(i for i in was.keys() | now.keys() if was.get(i) != now.get(i))
    keys |= {layer.series_key for i in differ for layer in (was.get(i), now.get(i)) if layer is not None}
    return differ
