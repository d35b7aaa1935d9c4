"""Everything a user does to the document, as frozen values: the one place to import edits from.

An edit knows the state it makes, its name in the undo menu and whether it continues the edit before it. It never
touches pixels or files.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

from medviewer.document import titles
from medviewer.document.edit import Edit
from medviewer.document.layer_edits import (
    AddLayer,
    ChangeLayer,
    ChooseLabel,
    PaintTiles,
    RemoveLayer,
    SetLayerTiles,
)
from medviewer.document.measurement_edits import (
    AddMeasurement,
    ChangeMeasurement,
    DeleteMeasurement,
    RenameMeasurement,
    RestoreMeasurements,
)
from medviewer.document.recipe_edits import SetRecipe, add_step, move_step, remove_step, set_params, switch_step
from medviewer.document.state import DocumentState, View
from medviewer.document.view_edits import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SLAB_MM,
    Maximise,
    MoveCrosshair,
    ResetView,
    SetActive,
    SetAppearance,
    SetIndex,
    SetIndexKnown,
    SetLayout,
    SetLinks,
    SetPlane,
    SetScale,
    SetSlab,
    SetView,
    ShowSeries,
    SwapPanes,
    mpr_layout,
)

__all__ = [
    "MAX_COLUMNS",
    "MAX_ROWS",
    "MAX_SLAB_MM",
    "AddLayer",
    "AddMeasurement",
    "Batch",
    "ChangeLayer",
    "ChangeMeasurement",
    "ChooseLabel",
    "DeleteMeasurement",
    "Edit",
    "ForgetSeries",
    "Maximise",
    "MoveCrosshair",
    "PaintTiles",
    "RemoveLayer",
    "RenameMeasurement",
    "ResetView",
    "RestoreMeasurements",
    "SetActive",
    "SetAppearance",
    "SetIndex",
    "SetIndexKnown",
    "SetLayerTiles",
    "SetLayout",
    "SetLinks",
    "SetPlane",
    "SetRecipe",
    "SetScale",
    "SetSlab",
    "SetView",
    "ShowSeries",
    "SwapPanes",
    "add_step",
    "move_step",
    "mpr_layout",
    "remove_step",
    "set_params",
    "switch_step",
]


@dataclass(frozen=True)
class ForgetSeries(Edit):
    """Take series out of panes, measurements, masks and recipes, because the catalog has forgotten them.

    Not undoable: what was forgotten must be gone from the history too, so the document drops its history.
    """

    series_keys: tuple[str, ...]

    def apply(self, state: DocumentState) -> DocumentState:
        gone = set(self.series_keys)
        views = tuple(View() if v.series_key in gone else v for v in state.layout.views)
        return replace(
            state,
            layout=replace(state.layout, views=views),
            measurements=tuple(m for m in state.measurements if m.series_key not in gone),
            recipes={key: steps for key, steps in state.recipes.items() if key not in gone},
            scales={key: name for key, name in state.scales.items() if key not in gone},
            layers=tuple(layer for layer in state.layers if layer.series_key not in gone),
        )

    @property
    def title(self) -> str:
        return titles.CLOSE_SERIES


@dataclass(frozen=True)
class Batch(Edit):
    """Several edits as one undo entry."""

    edits: tuple[Edit, ...]
    title_key: str = ""

    @classmethod
    def of(cls, edits: Iterable[Edit], title_key: str = "") -> Batch:
        """Make one edit of several."""
        return cls(tuple(edits), title_key)

    def apply(self, state: DocumentState) -> DocumentState:
        for edit in self.edits:
            state = edit.apply(state)
        return state

    @property
    def title(self) -> str:
        names = {edit.title for edit in self.edits if not edit.is_transient}
        return self.title_key or (names.pop() if len(names) == 1 else titles.SEVERAL)

    @property
    def merge_key(self) -> Hashable | None:
        keys = tuple(edit.merge_key for edit in self.edits)
        return None if not keys or None in keys else ("batch", keys)

    @property
    def is_navigation(self) -> bool:
        return bool(self.edits) and all(edit.is_navigation for edit in self.edits)

    @property
    def is_transient(self) -> bool:
        return all(edit.is_transient for edit in self.edits)
