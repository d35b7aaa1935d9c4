"""Rows of the catalog's lists, as the browser shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A patient."""

    id: int
    patient_id: str
    name: str
    birth_date: str
    sex: str


@dataclass(frozen=True, slots=True)
class StudyRow:
    """A study; `patient` is the row of its patient."""

    id: int
    uid: str
    patient: int
    date: str
    time: str
    description: str
    accession_number: str
    modalities: tuple[str, ...] = ()
    n_series: int = 0


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A series (one stack); `study` is the row of its study, `n_files` the number of instances."""

    COLUMNS: ClassVar[str] = (
        "s.id, s.key, s.uid, s.part, s.parts, s.split_reason, s.kind, s.modality, s.description, s.number, s.rows,"
        " s.columns, s.n_frames, s.n_files, s.warnings, s.study, s.date, s.time, s.body_part"
    )

    id: int
    key: str
    uid: str
    part: int
    parts: int
    split_reason: str
    kind: str
    modality: str
    description: str
    number: int | None
    rows: int
    columns: int
    n_frames: int
    n_files: int
    warnings: tuple[str, ...]
    study: int
    date: str
    time: str
    body_part: str

    @classmethod
    def of(cls, row: Sequence[Any]) -> SeriesRow:
        """A row of `COLUMNS`."""
        values = list(row)
        values[14] = tuple(values[14].split("\n")) if values[14] else ()
        return cls(*values)
