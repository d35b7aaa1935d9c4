"""The list of undo entries: snapshots that share structure, with names and a byte budget."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace

from medviewer.document.state import DocumentState

BUDGET_BYTES = 256 * 2**20
"""Strokes weigh kilobytes, a mask that is replaced as a whole may weigh megabytes."""
MIN_ENTRIES = 20
MERGE_WITHIN_S = 1.0


@dataclass(frozen=True)
class Entry:
    """One undo step: the states around it and its name (English source string, see `titles`)."""

    before: DocumentState
    after: DocumentState
    title: str
    title_args: Mapping[str, object] = field(default_factory=dict)
    merge_key: Hashable | None = None
    gesture: str = ""
    time_s: float = 0.0

    @functools.cached_property
    def size_bytes(self) -> int:
        """What the entry holds beyond the states beside it; an estimate."""
        a, b = self.before, self.after
        size = 512
        if a.layout is not b.layout:
            size += 400 * sum(v is not w for v, w in zip(a.layout.views, b.layout.views, strict=False)) + 200
        if a.measurements is not b.measurements:
            known = {id(m) for m in a.measurements}
            size += 8 * len(b.measurements)
            size += sum(400 + 120 * len(m.points) for m in b.measurements if id(m) not in known)
        if a.recipes is not b.recipes:
            size += sum(200 + sys.getsizeof(step.params) for steps in b.recipes.values() for step in steps)
        if a.layers is not b.layers:
            # An entry keeps the tiles that the state after it has no more; those of the newest state count with it.
            old = {layer.id: layer.tiles for layer in a.layers}
            size += sum(400 + layer.tiles.size_beyond(old.get(layer.id)) for layer in b.layers)
            new = {layer.id: layer.tiles for layer in b.layers}
            size += sum(tiles.size_beyond(None) for i, tiles in old.items() if i not in new)
        return size


class History:
    """Undo and redo lists."""

    def __init__(self, budget_bytes: int = BUDGET_BYTES, min_entries: int = MIN_ENTRIES) -> None:
        self._budget_bytes = budget_bytes
        self._min_entries = min_entries
        self._undo: list[Entry] = []
        self._redo: list[Entry] = []
        # Of all entries but the last: while a stroke goes on, its entry is not weighed with every movement.
        self._settled_bytes = 0

    @property
    def last(self) -> Entry | None:
        """What undo would take back."""
        return self._undo[-1] if self._undo else None

    @property
    def next(self) -> Entry | None:
        """What redo would do again."""
        return self._redo[-1] if self._redo else None

    @property
    def undo_entries(self) -> tuple[Entry, ...]:
        """Oldest first."""
        return tuple(self._undo)

    @property
    def size_bytes(self) -> int:
        """Estimated size of the undo list."""
        return self._settled_bytes + (self._undo[-1].size_bytes if self._undo else 0)

    def push(self, entry: Entry, merge: bool) -> None:
        """Add an entry, or let it extend the last one; redo is no longer possible."""
        self._redo.clear()
        if merge and self._undo:
            entry = replace(entry, before=self._undo[-1].before)
            if entry.before != entry.after:
                self._undo[-1] = entry
                return
            self._undo.pop()  # dragged back to where it started
            if self._undo:
                self._settled_bytes -= self._undo[-1].size_bytes
            return
        if self._undo:
            self._settled_bytes += self._undo[-1].size_bytes
        self._undo.append(entry)
        while len(self._undo) > self._min_entries and self.size_bytes > self._budget_bytes:
            self._settled_bytes -= self._undo.pop(0).size_bytes

    def undo(self) -> Entry | None:
        """Move the last entry to the redo list."""
        if not self._undo:
            return None
        entry = self._undo.pop()
        if self._undo:
            self._settled_bytes -= self._undo[-1].size_bytes
        self._redo.append(entry)
        return entry

    def redo(self) -> Entry | None:
        """Move the next entry back to the undo list."""
        if not self._redo:
            return None
        if self._undo:
            self._settled_bytes += self._undo[-1].size_bytes
        entry = self._redo.pop()
        self._undo.append(entry)
        return entry

    def map_states(self, change: Callable[[DocumentState], DocumentState]) -> None:
        """Change every state that undo or redo would bring back; those that were one object stay one."""
        made: dict[int, DocumentState] = {}
        kept: list[DocumentState] = []  # so that no id is used twice

        def changed(state: DocumentState) -> DocumentState:
            if id(state) not in made:
                made[id(state)] = change(state)
                kept.append(state)
            return made[id(state)]

        for entries in (self._undo, self._redo):
            entries[:] = [replace(e, before=changed(e.before), after=changed(e.after)) for e in entries]
        self._settled_bytes = sum(entry.size_bytes for entry in self._undo[:-1])

    def clear(self) -> None:
        """Forget everything."""
        self._undo.clear()
        self._redo.clear()
        self._settled_bytes = 0
