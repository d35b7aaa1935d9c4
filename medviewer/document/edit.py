"""What every edit can do; the edits themselves are in `edits`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from medviewer.document.state import DocumentState


@dataclass(frozen=True)
class Edit(ABC):
    """Base of all edits.

    A subclass gives ``apply``; the properties have defaults:

    ``title`` and ``title_args``
        English source string of the undo menu (see `titles`) and what is put into its braces.
    ``merge_key``
        Edits with equal keys may become one undo entry while a drag goes on; None: never merged.
    ``is_navigation``
        Scrolling and the crosshair: merged with the edit before it whenever the keys are equal, however slowly the
        hand moves.
    ``is_transient``
        No undo entry, and redo stays possible (choosing a pane).
    ``is_timeless``
        Applied to the states in the history too: what it brings was there all along, and no undo takes it away.
    """

    @abstractmethod
    def apply(self, state: DocumentState) -> DocumentState:
        """The state after the edit; the same object when nothing changes."""

    @property
    @abstractmethod
    def title(self) -> str:
        """English source string of the undo menu."""

    @property
    def title_args(self) -> Mapping[str, object]:
        return {}

    @property
    def merge_key(self) -> Hashable | None:
        return None

    @property
    def is_navigation(self) -> bool:
        return False

    @property
    def is_transient(self) -> bool:
        return False

    @property
    def is_timeless(self) -> bool:
        return False
