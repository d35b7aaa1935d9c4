"""Tables: named columns with units, as values; what object lists, features and results are made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Cell = float | int | str | bool | None


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    key : str
        Stable name, as in files and on the command line: ``"area_mm2"``, ``"4RTY"``.
    title : str
        Words for people, in English; empty: the key.
    unit : str
        ``"mm"``, ``"HU"``, empty for a number without one.
    values : tuple
        One per row; None and NaN: not known.
    """

    key: str
    values: tuple[Cell, ...]
    title: str = ""
    unit: str = ""

    @property
    def is_number(self) -> bool:
        """Whether every known value is a number (and one is known)."""
        known = [v for v in self.values if v is not None]
        return bool(known) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in known)


@dataclass(frozen=True)
class Table:
    """Columns of equal length, with what they belong to.

    Attributes
    ----------
    columns : tuple of Column
        In the order of display; keys are unique.
    name : str
        For titles and file names.
    facts : mapping
        What must be known to read the numbers (source, mode, software), as JSON values.
    """

    columns: tuple[Column, ...] = ()
    name: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len({len(c.values) for c in self.columns}) > 1 or len({c.key for c in self.columns}) < len(self.columns):
            raise ValueError("columns of a table have equal lengths and different keys")

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.columns[0].values) if self.columns else 0

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the columns."""
        return tuple(c.key for c in self.columns)

    def column(self, key: str) -> Column:
        """A column by its key; KeyError when there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def row(self, n: int) -> dict[str, Cell]:
        """A row as a dictionary."""
        return {c.key: c.values[n] for c in self.columns}

    def rows(self) -> Iterator[dict[str, Cell]]:
        """All rows, first to last."""
        return (self.row(n) for n in range(self.n_rows))

    def select(self, keep: Sequence[int]) -> Table:
        """The rows with these numbers, in that order."""
        columns = tuple(Column(c.key, tuple(c.values[n] for n in keep), c.title, c.unit) for c in self.columns)
        return Table(columns, self.name, self.facts)

    def where(self, key: str, test: Callable[[Cell], bool]) -> Table:
        """The rows whose value in a column passes."""
        return self.select([n for n, v in enumerate(self.column(key).values) if test(v)])

    def with_columns(self, *more: Column) -> Table:
        """With further columns; one of the same key is replaced in its place."""
        new = {c.key: c for c in more}
        kept = [new.pop(c.key, c) for c in self.columns]
        return Table((*kept, *new.values()), self.name, self.facts)

    @classmethod
    def of_rows(
        cls, rows: Sequence[Mapping[str, Cell]], name: str = "", units: Mapping[str, str] | None = None
    ) -> Table:
        """From dictionaries; the columns come in the order in which keys first appear."""
        keys = list(dict.fromkeys(key for row in rows for key in row))
        units = units or {}
        return cls(tuple(Column(k, tuple(r.get(k) for r in rows), "", units.get(k, "")) for k in keys), name)


def concatenate(tables: Sequence[Table], name: str = "") -> Table:
    """One below the other; columns that a table lacks are None there."""
    keys: dict[str, Column] = {}
    for table in tables:
        for column in table.columns:
            keys.setdefault(column.key, column)
    columns = []
    for key, first in keys.items():
        values: list[Cell] = []
        for table in tables:
            values += table.column(key).values if key in table.keys else [None] * table.n_rows
        columns.append(Column(key, tuple(values), first.title, first.unit))
    return Table(tuple(columns), name, dict(tables[0].facts) if tables else {})


def is_missing(value: Cell) -> bool:
    """Whether a cell holds nothing: None or NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))
