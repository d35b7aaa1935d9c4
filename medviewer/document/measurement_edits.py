"""Edits of measurements."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from medviewer.document import titles
from medviewer.document.edit import Edit
from medviewer.document.state import DocumentState, Measurement


@dataclass(frozen=True)
class AddMeasurement(Edit):
    """Add a measurement; its id must be new."""

    measurement: Measurement

    def apply(self, state: DocumentState) -> DocumentState:
        if any(m.id == self.measurement.id for m in state.measurements):
            raise ValueError("a measurement with this id exists")
        return replace(state, measurements=(*state.measurements, self.measurement))

    @property
    def title(self) -> str:
        return titles.ADD_MEASUREMENT[self.measurement.shape.value]


@dataclass(frozen=True)
class ChangeMeasurement(Edit):
    """Replace the measurement that has the same id; nothing happens when it is gone."""

    measurement: Measurement

    def apply(self, state: DocumentState) -> DocumentState:
        changed = tuple(self.measurement if m.id == self.measurement.id else m for m in state.measurements)
        return state if changed == state.measurements else replace(state, measurements=changed)

    @property
    def title(self) -> str:
        return titles.CHANGE_MEASUREMENT

    @property
    def merge_key(self) -> Hashable:
        return ("measurement", self.measurement.id)


@dataclass(frozen=True)
class RenameMeasurement(Edit):
    """Give a measurement another name or note."""

    id: str
    name: str | None = None
    note: str | None = None

    def apply(self, state: DocumentState) -> DocumentState:
        changes: dict[str, Any] = {k: v for k, v in (("name", self.name), ("note", self.note)) if v is not None}
        changed = tuple(replace(m, **changes) if m.id == self.id else m for m in state.measurements)
        return state if changed == state.measurements else replace(state, measurements=changed)

    @property
    def title(self) -> str:
        return titles.RENAME_MEASUREMENT


@dataclass(frozen=True)
class DeleteMeasurement(Edit):
    """Delete measurements by id."""

    ids: tuple[str, ...]

    @classmethod
    def of(cls, *ids: str) -> DeleteMeasurement:
        """Delete the measurements with these ids."""
        return cls(tuple(ids))

    def apply(self, state: DocumentState) -> DocumentState:
        gone = set(self.ids)
        kept = tuple(m for m in state.measurements if m.id not in gone)
        return state if len(kept) == len(state.measurements) else replace(state, measurements=kept)

    @property
    def title(self) -> str:
        return titles.DELETE_MEASUREMENT if len(self.ids) == 1 else titles.DELETE_MEASUREMENTS

    @property
    def title_args(self) -> Mapping[str, object]:
        return {"n": len(self.ids)}


@dataclass(frozen=True)
class RestoreMeasurements(Edit):
    """Bring back measurements of another day, before those of today; ids that are known are left alone."""

    measurements: tuple[Measurement, ...]

    def apply(self, state: DocumentState) -> DocumentState:
        known = {m.id for m in state.measurements}
        added = tuple(m for m in self.measurements if m.id not in known)
        return replace(state, measurements=added + state.measurements) if added else state

    @property
    def title(self) -> str:
        return titles.RESTORE_MEASUREMENTS

    @property
    def is_transient(self) -> bool:
        return True

    @property
    def is_timeless(self) -> bool:
        return True
