"""Edits of the steps applied to a series."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from medviewer.document import titles
from medviewer.document.edit import Edit
from medviewer.document.state import DocumentState, Step


@dataclass(frozen=True)
class SetRecipe(Edit):
    """Replace the steps applied to a series; no steps: the original.

    The functions below make the usual changes, with their own names in the undo menu.
    """

    series_key: str
    steps: tuple[Step, ...]
    title_key: str = titles.CHANGE_RECIPE
    gesture_key: Hashable | None = None

    def apply(self, state: DocumentState) -> DocumentState:
        if state.recipes.get(self.series_key, ()) == self.steps:
            return state
        recipes = {key: steps for key, steps in state.recipes.items() if key != self.series_key}
        if self.steps:
            recipes[self.series_key] = self.steps
        return replace(state, recipes=recipes)

    @property
    def title(self) -> str:
        return self.title_key

    @property
    def merge_key(self) -> Hashable | None:
        return None if self.gesture_key is None else ("recipe", self.series_key, self.gesture_key)


def _steps(state: DocumentState, series_key: str) -> list[Step]:
    return list(state.recipes.get(series_key, ()))


def add_step(state: DocumentState, series_key: str, step: Step, position: int | None = None) -> SetRecipe:
    """Add a step at the end, or before `position`."""
    steps = _steps(state, series_key)
    steps.insert(len(steps) if position is None else position, step)
    return SetRecipe(series_key, tuple(steps), titles.ADD_STEP)


def remove_step(state: DocumentState, series_key: str, position: int) -> SetRecipe:
    """Remove a step."""
    steps = _steps(state, series_key)
    del steps[position]
    return SetRecipe(series_key, tuple(steps), titles.REMOVE_STEP)


def move_step(state: DocumentState, series_key: str, position: int, to: int) -> SetRecipe:
    """Move a step so that it stands at `to`."""
    steps = _steps(state, series_key)
    steps.insert(to, steps.pop(position))
    return SetRecipe(series_key, tuple(steps), titles.MOVE_STEP)


def switch_step(state: DocumentState, series_key: str, position: int, on: bool) -> SetRecipe:
    """Switch a step on or off."""
    steps = _steps(state, series_key)
    steps[position] = replace(steps[position], on=on)
    return SetRecipe(series_key, tuple(steps), titles.SWITCH_STEP)


def set_params(state: DocumentState, series_key: str, position: int, params: Mapping[str, Any]) -> SetRecipe:
    """Give a step other parameters; a slider's drag is one entry."""
    steps = _steps(state, series_key)
    steps[position] = replace(steps[position], params=dict(params))
    return SetRecipe(series_key, tuple(steps), titles.CHANGE_STEP, ("params", position))
