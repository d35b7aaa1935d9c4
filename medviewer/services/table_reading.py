"""Tables to learn from, as other programs write them: strict where a misread cell would teach something wrong.

`io.table_files` takes a short row or a decimal comma as they come; here they are refused, with the row and the cell.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from medviewer.core.table import Cell, Column, Table
from medviewer.errors import DataError, InputError
from medviewer.io import table_files

MAX_FILE_BYTES = 512 << 20
MAX_CELLS = 30_000_000

MISSING = frozenset(("", "na", "n/a", "nan", "null", "?", "#n/a", "#value!", "#div/0!"))
NO_NUMBER = frozenset(("-", "--", ".", "none", "missing", "nil"))
"""Missing only among numbers: as words they may be a class."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_INFINITE = frozenset(("inf", "+inf", "-inf", "infinity", "-infinity"))


def read_table(path: Path) -> Table:
    """Read a CSV or XLSX file as a table.

    The separator (comma, semicolon, tab, bar), the encoding (UTF-8 with or without a mark, UTF-16 with one, else
    Windows-1252) and missing cells (empty, NA, NaN, -, ? …) are recognised.

    Raises
    ------
    DataError
        The file cannot be read, or is no table.
    InputError
        Columns without different names, rows of unequal length, numbers with a decimal comma.
    """
    ending = path.suffix.lower()
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_FILE_BYTES else b""
    except OSError:
        raise DataError("The table cannot be read.", "Look whether the file is there and may be read.") from None
    if size > MAX_FILE_BYTES:
        raise DataError("The table is larger than 512 MB.", "Leave out columns that are not needed.", "table.size")
    if ending in (".xlsx", ".xlsm") or data[:4] == b"PK\x03\x04":
        sheet = table_files.read_sheet(path)
        table = _table(_spreadsheet(sheet), path.stem)
        columns = []
        for column in table.columns:
            title, unit = sheet.about.get(column.key, ("", ""))
            columns.append(replace(column, title=title, unit=unit))
        return Table(tuple(columns), table.name, sheet.facts)
    return _table(_separated(data), path.stem)


def _separated(data: bytes) -> list[list[Cell]]:
    text = table_files.decoded(data)
    if "\0" in text[:65536]:
        raise DataError("This is not a table of text.", "Tables are CSV or XLSX files.", "table.kind")
    lines = text.lstrip("\r\n")
    separator = _separator(lines)
    csv.field_size_limit(1 << 20)
    try:
        rows = [
            row for row in csv.reader(io.StringIO(lines, newline=""), delimiter=separator) if any(map(str.strip, row))
        ]
    except csv.Error:
        raise DataError(
            "The table is damaged: a cell does not end.", "Save it again as CSV.", "table.damaged"
        ) from None
    _refuse_decimal_commas(rows)
    return [list(map(_cell, row)) if number else [cell.strip() for cell in row] for number, row in enumerate(rows)]


def _separator(text: str) -> str:
    """The separator that divides the first lines into most, equally many, columns."""
    lines = text[:200_000].splitlines()[:50]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        return lines[0][4]
    best, most = ",", 1.0
    for separator in (",", ";", "\t", "|"):
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        if widths and widths[0] > 1:
            merit = widths[0] * sum(width == widths[0] for width in widths) / len(widths)
            if merit > most:
                best, most = separator, merit
    return best


def _refuse_decimal_commas(rows: Sequence[Sequence[str]]) -> None:
    for row in rows[1:2000]:
        for cell in row:
            if "," in cell and _DECIMAL_COMMA.fullmatch(cell.strip()):
                raise InputError(
                    f"The table writes numbers with a decimal comma ({cell.strip()[:20]}).",
                    "Save it with a decimal point, so that no number is misread.",
                    "table.decimal-comma",
                )


def _cell(text: str) -> Cell:
    """What a cell holds; see `_uniform` for words that are missing numbers."""
    text = text.strip()
    if text.lower() in MISSING:
        return None
    if _NUMBER.fullmatch(text):
        # 007 is a name, and so are more digits than a number keeps.
        if (text[0] == "0" and len(text) > 1 and text[1].isdigit()) or len(text) > 30:
            return text
        return float(text) if any(c in text for c in ".eE") else _whole(text)
    if text.lower() in _INFINITE:
        return float(text)
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text


def _whole(text: str) -> Cell:
    return int(text) if len(text) <= 16 else text


def _spreadsheet(sheet: table_files.Sheet) -> list[list[Cell]]:
    rows = [
        [_of_spreadsheet(value) for value in row]
        for row in sheet.rows
        if any(value is not None and str(value).strip() for value in row)
    ]
    width = max((max((n + 1 for n, v in enumerate(row) if v is not None), default=0) for row in rows), default=0)
    return [[*row[:width], *[None] * (width - len(row))] for row in rows]


def _of_spreadsheet(value: object) -> Cell:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value).strip()
    return None if text.lower() in MISSING else text


def _too_many_cells() -> DataError:
    return DataError(f"The table has more than {MAX_CELLS:,} cells.", "Leave out what is not needed.", "table.size")


def _table(rows: list[list[Cell]], name: str) -> Table:
    if rows and len(rows[0]) == 1 and str(rows[0][0]).lower().startswith("sep="):
        rows = rows[1:]
    if len(rows) < 2:
        raise InputError("The table has no rows below its header.", "", "table.empty")
    header = [str(cell).strip() if cell is not None else "" for cell in rows[0]]
    while header and not header[-1] and all(len(row) < len(header) or row[-1] in (None, "") for row in rows[1:]):
        header.pop()
        rows = [row[: len(header)] for row in rows]
    header = [key or f"column {at + 1}" for at, key in enumerate(header)]
    doubled = next((key for key in header if header.count(key) > 1), None)
    if doubled is not None:
        raise InputError(f"Two columns are called {doubled[:60]!r}.", "Give each its own name.", "table.header")
    if len(rows) * len(header) > MAX_CELLS:
        raise _too_many_cells()
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            raise InputError(
                f"Row {number} has {len(row)} cells, and the header has {len(header)}.",
                "Look at the separators and quotation marks of that row.",
                "table.ragged",
            )
    columns = zip(*rows[1:], strict=True)
    return Table(tuple(Column(key, _uniform(values)) for key, values in zip(header, columns, strict=True)), name)


def _uniform(values: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Numbers as they are; where a word stands among them, all as words."""
    known = [v for v in values if v is not None and not (isinstance(v, str) and v.lower() in NO_NUMBER)]
    if known and all(isinstance(v, int | float) for v in known):
        return tuple(None if isinstance(v, str) else v for v in values)
    known = [v for v in values if v is not None]
    if all(isinstance(v, int | float) for v in known):
        return values
    return tuple(None if v is None else (v if isinstance(v, str) else _as_word(v)) for v in values)


def _as_word(value: Cell) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
