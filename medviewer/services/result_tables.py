"""Tables that were measured: of objects, features, cases; kept for the window, each with where it comes from."""

from __future__ import annotations

import itertools
import weakref
from dataclasses import dataclass

from medviewer.core.image import Image
from medviewer.core.observe import Signal
from medviewer.core.table import Table, is_missing

MOST_TABLES = 50

PLACE = ("centroid_l_mm", "centroid_p_mm", "centroid_s_mm")
"""Columns that say where a row lies in the patient (LPS)."""

PIXEL_PLACE = ("centroid_x_px", "centroid_y_px", "slice")
"""Columns that say where a row lies in the stack: pixels from 0, slices from 1."""


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


def place_of(table: Table, row: int, image: Image | None = None) -> tuple[float, float, float] | None:
    """Where a row lies in the patient (LPS, mm); None when the table does not say.

    Parameters
    ----------
    image : Image, optional
        What was measured: turns pixels into positions, for tables that have no others.
    """
    place = _values(table, row, PLACE)
    if place is not None:
        return place
    pixel = _values(table, row, PIXEL_PLACE)
    if pixel is None or image is None:
        return None
    from medviewer.core.slicing import slice_geometry

    p = slice_geometry(image, "stack", pixel[2] - 1).world(pixel[0], pixel[1])
    return float(p[0]), float(p[1]), float(p[2])


def _values(table: Table, row: int, keys: tuple[str, str, str]) -> tuple[float, float, float] | None:
    if not set(keys) <= set(table.keys):
        return None
    values = [table.column(key).values[row] for key in keys]
    known = [float(v) for v in values if isinstance(v, int | float) and not is_missing(v)]
    return (known[0], known[1], known[2]) if len(known) == 3 else None


_of: weakref.WeakKeyDictionary[object, ResultTables] = weakref.WeakKeyDictionary()


def of(host: object) -> ResultTables:
    """The tables of a workspace."""
    found = _of.get(host)
    if found is None:
        found = _of[host] = ResultTables()
    return found
