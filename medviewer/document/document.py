"""The document: the current state, its history, and one signal that says what has changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from medviewer.core.observe import Signal
from medviewer.document.changes import Change, Flags, difference
from medviewer.document.edits import Edit, ForgetSeries
from medviewer.document.history import MERGE_WITHIN_S, Entry, History
from medviewer.document.layers import with_choices
from medviewer.document.state import DocumentState

__all__ = ["Change", "Document", "Flags"]


class Document:
    """Holds the state that the window shows; changed by edits only, in one thread.

    Attributes
    ----------
    changed : Signal of Change
        Emitted once per edit, undo or redo that changed something.
    translate : callable
        Translates the English titles of the undo menu (context ``"Undo"``); the window sets it.
    """

    def __init__(
        self,
        state: DocumentState | None = None,
        history: History | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._state = state or DocumentState()
        self._history = history or History()
        self._clock = clock
        self.changed: Signal[Change] = Signal()
        self.translate: Callable[[str], str] = str

    @property
    def state(self) -> DocumentState:
        """The current state; a value that never changes."""
        return self._state

    @property
    def history(self) -> History:
        """Undo and redo lists, for looking."""
        return self._history

    def apply(self, edit: Edit, merge: bool = False, *, gesture: str = "", initiator: object = None) -> Change:
        """Do an edit.

        Parameters
        ----------
        edit : Edit
            What to do.
        merge : bool
            The edit continues a drag or a slider's move: it becomes one undo entry with the edit before it, when
            that has the same `merge_key` and is less than a second old. Navigation (scrolling, crosshair) always
            continues the same navigation.
        gesture : str
            Id of a drag, from press to release; edits of one gesture with the same `merge_key` become one entry
            however long the hand rests.
        initiator : object
            Passed on in the `Change`.

        Returns
        -------
        Change
            What has changed; false when nothing has.
        """
        before = self._state
        after = edit.apply(before)
        if after is before or after == before:
            return Change(initiator=initiator)
        self._state = after
        change = difference(before, after, initiator)
        if edit.is_timeless:
            self._history.map_states(edit.apply)
        if isinstance(edit, ForgetSeries):
            self._history.clear()
            change = replace(change, flags=change.flags | Flags.HISTORY)
        elif not edit.is_transient:
            now = self._clock()
            entry = Entry(before, after, edit.title, edit.title_args, edit.merge_key, gesture, now)
            self._history.push(entry, self._continues(edit, merge, gesture, now))
            change = replace(change, flags=change.flags | Flags.HISTORY)
        self.changed.emit(change)
        return change

    def _continues(self, edit: Edit, merge: bool, gesture: str, now: float) -> bool:
        last = self._history.last
        if last is None or edit.merge_key is None or last.merge_key != edit.merge_key:
            return False
        if self._history.next is not None:
            return False  # after an undo, a new drag is a new entry
        if gesture or last.gesture:
            return gesture == last.gesture
        return edit.is_navigation or (merge and now - last.time_s <= MERGE_WITHIN_S)

    def undo(self, initiator: object = None) -> Change:
        """Take the last entry back; nothing happens when there is none."""
        entry = self._history.undo()
        return Change(initiator=initiator) if entry is None else self._restore(entry.before, initiator)

    def redo(self, initiator: object = None) -> Change:
        """Do the entry again that was undone last."""
        entry = self._history.redo()
        return Change(initiator=initiator) if entry is None else self._restore(entry.after, initiator)

    def _restore(self, state: DocumentState, initiator: object) -> Change:
        before = self._state
        # Choosing a pane is no edit, so undo does not jump back to another one.
        active = before.layout.active
        if active != state.layout.active and active < state.layout.rows * state.layout.columns:
            state = replace(state, layout=replace(state.layout, active=active))
        # Nor is choosing a label.
        layers = with_choices(state.layers, before.layers)
        if layers is not state.layers:
            state = replace(state, layers=layers)
        self._state = state
        change = difference(before, state, initiator)
        change = replace(change, flags=change.flags | Flags.HISTORY)
        self.changed.emit(change)
        return change

    def reset(self, state: DocumentState, initiator: object = None) -> Change:
        """Replace everything (a session is opened or recovered); the history starts anew."""
        before, self._state = self._state, state
        self._history.clear()
        change = difference(before, state, initiator)
        change = replace(change, flags=change.flags | Flags.HISTORY | Flags.RESET)
        self.changed.emit(change)
        return change

    @property
    def undo_text(self) -> str:
        """What undo would take back, translated; empty when there is nothing."""
        return self._title(self._history.last)

    @property
    def redo_text(self) -> str:
        """What redo would do again, translated; empty when there is nothing."""
        return self._title(self._history.next)

    def _title(self, entry: Entry | None) -> str:
        return "" if entry is None else self.translate(entry.title).format(**entry.title_args)
