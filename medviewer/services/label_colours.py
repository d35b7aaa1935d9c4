"""Labels shown in other colours than their own for a while: objects coloured by a column of their table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from medviewer.core.labels import MAX_LABEL, Label
from medviewer.errors import InputError

_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


class LabelColours:
    """Colours by label value, for the preview and the layers of each series; never part of the document."""

    def __init__(self) -> None:
        self._colours: dict[tuple[str, str], dict[int, str]] = {}  # series and layer (empty: preview)
        self._shown: dict[tuple[str, str], tuple[tuple[Label, ...], tuple[Label, ...]]] = {}

    def choose(self, series_key: str, layer_id: str, colours: Mapping[int, str] | None) -> bool:
        """Set the colours of a layer or (empty `layer_id`) of the preview; None: its own. Whether that differs.

        Raises
        ------
        InputError
            For what is no label value or no ``"#rrggbb"``.
        """
        for value, colour in (colours or {}).items():
            if not (1 <= value <= MAX_LABEL and _COLOUR.fullmatch(colour)):
                raise InputError(f"“{colour}” is no colour for label {value}.", "Write it as #rrggbb.")
        key, wanted = (series_key, layer_id), dict(colours or {})
        if wanted == self._colours.get(key, {}):
            return False
        self._shown.pop(key, None)
        if wanted:
            self._colours[key] = wanted
        else:
            self._colours.pop(key, None)
        return True

    def forget_layer(self, layer_id: str) -> None:
        """A layer is gone."""
        for key in [key for key in self._colours if key[1] == layer_id]:
            del self._colours[key]
            self._shown.pop(key, None)

    def shown(self, series_key: str, layer_id: str, labels: tuple[Label, ...]) -> tuple[Label, ...]:
        """Labels as they are shown now; the same object as long as nothing changes."""
        key = (series_key, layer_id)
        colours = self._colours.get(key)
        if colours is None:
            return labels
        known = self._shown.get(key)
        if known is None or known[0] is not labels:
            listed = {label.value for label in labels}
            more = (Label(value) for value in colours if value not in listed)
            made = tuple(replace(label, colour=colours.get(label.value, label.colour)) for label in (*labels, *more))
            known = self._shown[key] = (labels, made)
        return known[1]
