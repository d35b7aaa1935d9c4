"""What a pane fills in by itself when its series has opened."""

from __future__ import annotations

from dataclasses import dataclass, replace

from medviewer.core.display import Appearance
from medviewer.document import titles
from medviewer.document.edits import Edit
from medviewer.document.state import DocumentState


@dataclass(frozen=True)
class FirstLook(Edit):
    """Slice and appearance of a pane that had no slice yet. Nobody did it, so it is not in the undo list."""

    pane: int
    index: int
    appearance: Appearance

    def apply(self, state: DocumentState) -> DocumentState:
        view = state.view(self.pane)
        if view.index >= 0 or not view.series_key:
            return state
        shown = replace(view, index=max(0, self.index), appearance=self.appearance)
        return replace(state, layout=state.layout.with_view(self.pane, shown))

    @property
    def title(self) -> str:
        return titles.SHOW_SERIES

    @property
    def is_transient(self) -> bool:
        return True
