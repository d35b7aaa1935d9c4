"""Tables that were measured: of objects, features, cases; kept for the window, each with where it comes from."""

from __future__ import annotations

import itertools
import weakref
from dataclasses import dataclass

from medviewer.core.observe import Signal
from medviewer.core.table import Table, is_missing

MOST_TABLES = 50

PLACE = ("centroid_x_mm", "centroid_y_mm", "centroid_z_mm")
"""Columns that say where a row lies in the patient (LPS)."""


@dataclass(frozen=True, eq=False)
class ResultTable:
    """A table with its origin.

    Attributes
    ----------
    id : str
        Unique while the program runs.
    name : str
        For people, translated.
    series_key : str
        What it was measured on; empty for several.
    origin : str
        What made it: a new table of the same origin and series takes its place.
    """

    id: str
    name: str
    table: Table
    series_key: str = ""
    origin: str = ""


class ResultTables:
    """All tables of the window, the newest last.

    Attributes
    ----------
    changed : Signal of str
        Id of the table that came or was replaced; empty when one went.
    """

    def __init__(self) -> None:
        self._tables: dict[str, ResultTable] = {}
        self._numbers = itertools.count(1)
        self.changed: Signal[str] = Signal()

    @property
    def tables(self) -> tuple[ResultTable, ...]:
        """All tables, the oldest first."""
        return tuple(self._tables.values())

    def get(self, table_id: str) -> ResultTable | None:
        """A table by its id."""
        return self._tables.get(table_id)

    def put(self, name: str, table: Table, series_key: str = "", origin: str = "") -> ResultTable:
        """Add a table; with an origin, in the place of the one that came from there before."""
        if origin:
            for known in self._tables.values():
                if known.origin == origin and known.series_key == series_key:
                    if known.table is table:
                        return known
                    return self._keep(ResultTable(known.id, name, table, series_key, origin))
        while len(self._tables) >= MOST_TABLES:
            self._tables.pop(next(iter(self._tables)))
        return self._keep(ResultTable(f"table-{next(self._numbers)}", name, table, series_key, origin))

    def _keep(self, table: ResultTable) -> ResultTable:
        self._tables[table.id] = table
        self.changed.emit(table.id)
        return table

    def remove(self, table_id: str) -> None:
        """Forget a table."""
        if self._tables.pop(table_id, None) is not None:
            self.changed.emit("")


def place_of(table: Table, row: int) -> tuple[float, float, float] | None:
    """Where a row lies in the patient (LPS, mm); None when the table does not say."""
    if not set(PLACE) <= set(table.keys):
        return None
    values = [table.column(key).values[row] for key in PLACE]
    if any(is_missing(v) or not isinstance(v, int | float) for v in values):
        return None
    x, y, z = (float(v) for v in values if isinstance(v, int | float))
    return x, y, z


_of: weakref.WeakKeyDictionary[object, ResultTables] = weakref.WeakKeyDictionary()


def of(host: object) -> ResultTables:
    """The tables of a workspace."""
    found = _of.get(host)
    if found is None:
        found = _of[host] = ResultTables()
    return found
