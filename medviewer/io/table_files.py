"""Tables as CSV and XLSX, written and read back.

CSV has the keys of the columns as its first row, UTF-8, a point in numbers, an empty cell where nothing is known.
The keys carry the units (``area_mm2``). XLSX has the same sheet, and a second one with key, title and unit of every
column and the facts of the table; its numbers have 15 digits. No cell becomes a formula in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from medviewer.core.table import Cell, Column, Table, is_missing
from medviewer.errors import DataError, TooLarge, UnreadableFile
from medviewer.io.sources import open_source

ENDINGS = (".csv", ".tsv", ".xlsx")
_MAX_BYTES = 256 << 20
_MAX_CELLS = 20_000_000
_MAX_SHEET_ROWS = 1_048_576  # of Excel
_MAX_INFLATED = 1 << 30
_XLSX_CELL = 32_767
_XLSX_LARGEST = 9.99e307
_XLSX_ROWS = 1_048_575
_FORMULA = tuple("=+-@\t\r\n")
_ABOUT = "columns"
_DAMAGED = "The file is damaged, or no table."
_WHOLE = re.compile(r"[+-]?(0|[1-9]\d{0,17})")
_REAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_COMMA = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d{1,3})?")
_SPECIAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before =, +, -, @ and control characters.

    Text that begins with apostrophes before such a character gets one more, so that `plain_text` gives it back.
    """
    bare = text.lstrip("'").lstrip(" \u00a0\ufeff")
    return f"'{text}" if bare.startswith(_FORMULA) or text.lstrip("'").startswith(_FORMULA) else text


def plain_text(text: str) -> str:
    """The text that `safe_text` was given."""
    return text[1:] if text.startswith("'") and safe_text(text[1:]) == text else text


# --- CSV ----------------------------------------------------------------------------------------------------------


def csv_bytes(table: Table, delimiter: str = ",") -> bytes:
    """The table as CSV (RFC 4180, UTF-8); numbers to 17 digits where they need them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow([safe_text(key) for key in table.keys])
    for n in range(table.n_rows):
        cells = [_as_text(column.values[n]) for column in table.columns]
        if len(cells) == 1 and not cells[0]:
            out.write('""\r\n')  # an empty line would be no row
        else:
            writer.writerow(cells)
    return out.getvalue().encode("utf-8", "replace")


def _as_text(value: Cell) -> str:
    if is_missing(value):
        return ""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(float(value)) if isinstance(value, float) else str(value)


def _read_csv(path: str, name: str) -> Table:
    with open_source(path) as source:
        if source.size > _MAX_BYTES:
            raise TooLarge("The table is too large to be read.")
        data = source.read(0, source.size)
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile(_DAMAGED)
    text = decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(_bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)))
    except csv.Error:
        raise UnreadableFile(_DAMAGED) from None
    rows = [row for row in rows if row]
    if not rows:
        raise UnreadableFile("The table is empty.")
    return _table(rows[0], rows[1:], name, lambda column: _typed(column, delimiter == ";"))


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252.

    Raises
    ------
    UnreadableFile
    """
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(_DAMAGED)


def _bounded(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    cells = 0
    for row in rows:
        cells += max(1, len(row))
        if cells > _MAX_CELLS:
            raise TooLarge(f"The table has more than {_MAX_CELLS:,} cells.")
        yield row


def _typed(words: Sequence[str], comma: bool) -> tuple[Cell, ...]:
    """A column of text as what all of its cells are: whole numbers, numbers, true or false, else text.

    Numbers with leading zeros stay text: they number patients.
    """
    known = [word.strip() for word in words if word.strip()]
    if known and all(_WHOLE.fullmatch(w) for w in known):
        return tuple(int(w) if w.strip() else None for w in words)
    if known and all(_is_real(w) for w in known):
        return tuple(_real(w.strip()) for w in words)
    if comma and known and all(_is_real(w) or _COMMA.fullmatch(w) for w in known):
        return tuple(_real(w.strip().replace(",", ".")) for w in words)
    if known and all(w.lower() in {"true", "false"} for w in known):
        return tuple(w.strip().lower() == "true" if w.strip() else None for w in words)
    return tuple(plain_text(w) if w else None for w in words)


def _is_real(word: str) -> bool:
    if word.lower() in _SPECIAL:
        return True
    digits = word.lstrip("+-")
    zeros = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    return not zeros and _REAL.fullmatch(word) is not None


def _real(word: str) -> float | None:
    if not word:
        return None
    return _SPECIAL[word.lower()] if word.lower() in _SPECIAL else float(word)


def _table(
    head: Sequence[object],
    rows: Sequence[Sequence[Any]],
    name: str,
    typed: Callable[[list[Any]], tuple[Cell, ...]],
    about: dict[str, tuple[str, str]] | None = None,
    facts: dict[str, Any] | None = None,
) -> Table:
    keys: list[str] = []
    for n, title in enumerate(head):
        key = plain_text(str(title if title is not None else "").strip()) or f"column_{n + 1}"
        number = 2
        unique = key
        while unique in keys:
            unique, number = f"{key}_{number}", number + 1
        keys.append(unique)
    if any(len(row) > len(keys) and any(v not in (None, "") for v in row[len(keys) :]) for row in rows):
        raise UnreadableFile("A row of the table has more cells than there are columns.")
    empty = "" if rows and all(isinstance(v, str) for row in rows[:1] for v in row) else None
    columns = []
    for n, key in enumerate(keys):
        title, unit = (about or {}).get(key, ("", ""))
        columns.append(Column(key, typed([row[n] if n < len(row) else empty for row in rows]), title, unit))
    return Table(tuple(columns), name, facts or {})


# --- XLSX ---------------------------------------------------------------------------------------------------------


def _write_xlsx(table: Table, path: str) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    if table.n_rows > _XLSX_ROWS or len(table.columns) > 16_384:
        raise DataError("The table is larger than a worksheet may be.", "Write it as CSV.")
    book: Any = Workbook(write_only=True)

    def cell(sheet: Any, value: Cell) -> Any:
        if is_missing(value):
            return None
        if isinstance(value, float) and abs(value) > _XLSX_LARGEST:
            value = str(value)  # also inf
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
            value = str(value)  # a spreadsheet keeps 15 digits
        made = WriteOnlyCell(sheet)
        if isinstance(value, str):
            # Set first and told to be text after that: openpyxl would make a formula of "=…".
            made.value = _CONTROL.sub(" ", value)[:_XLSX_CELL]
            made.data_type = "s"
        else:
            made.value = value
        return made

    sheet = book.create_sheet(_sheet_name(table.name))
    sheet.freeze_panes = "A2"
    sheet.append([cell(sheet, key) for key in table.keys])
    for n in range(table.n_rows):
        sheet.append([cell(sheet, column.values[n]) for column in table.columns])
    about = book.create_sheet(_ABOUT)
    about.append(["key", "title", "unit"])
    for column in table.columns:
        about.append([cell(about, column.key), cell(about, column.title), cell(about, column.unit)])
    for key, fact in table.facts.items():
        words = json.dumps(fact, ensure_ascii=False, default=str)
        about.append([cell(about, "fact"), cell(about, str(key)), cell(about, words)])
    book.save(path)


def _sheet_name(name: str) -> str:
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f']", " ", name).strip()[:31].strip()
    return clean if clean and clean.lower() not in {_ABOUT, "history"} else "table"


@dataclass(frozen=True)
class Sheet:
    """The first worksheet of a workbook.

    Attributes
    ----------
    rows : list of list
        Cells as openpyxl gives them; rows may be of unequal length, and empty.
    about : dict
        Key of a column to its title and unit, where this program wrote the workbook.
    facts : dict
        The facts of the table, likewise.
    """

    rows: list[list[Any]]
    about: dict[str, tuple[str, str]]
    facts: dict[str, Any]


def read_sheet(path: str | os.PathLike[str]) -> Sheet:
    """Read the first worksheet of a workbook, within bounds.

    Raises
    ------
    UnreadableFile, TooLarge
    """
    from openpyxl import load_workbook

    name = os.fspath(path)
    try:
        with zipfile.ZipFile(name) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MAX_INFLATED:
                raise TooLarge("The workbook unpacks to more than can be read.")
        book = load_workbook(name, read_only=True, data_only=True)
        try:
            sheets = book.worksheets
            if not sheets:
                raise UnreadableFile("The workbook has no worksheet.")
            rows = [list(row) for row in _bounded_cells(sheets[0])]
            about, facts = _about(book[_ABOUT]) if _ABOUT in book.sheetnames[1:] else ({}, {})
        finally:
            book.close()
    except (DataError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises many kinds on damaged workbooks
        raise UnreadableFile("The file is damaged, or no workbook.", "Save it again as XLSX, or as CSV.") from None
    return Sheet(rows, about, facts)


def _read_xlsx(path: str, name: str) -> Table:
    sheet = read_sheet(path)
    rows = sheet.rows
    while rows and all(v is None for v in rows[-1]):
        rows.pop()
    if not rows:
        raise UnreadableFile("The table is empty.")
    while rows[0] and rows[0][-1] is None and all(len(r) < len(rows[0]) or r[-1] is None for r in rows):
        rows = [r[: len(rows[0]) - 1] for r in rows]
    return _table(rows[0], rows[1:], name, _cells, sheet.about, sheet.facts)


def _bounded_cells(sheet: Any) -> Iterator[tuple[Any, ...]]:
    cells = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number >= _MAX_SHEET_ROWS:  # a damaged row number: the reader makes up all rows before it
            raise TooLarge(f"The worksheet has more than {_MAX_SHEET_ROWS:,} rows.")
        cells += max(1, len(row))
        if cells > _MAX_CELLS:
            raise TooLarge(f"The table has more than {_MAX_CELLS:,} cells.")
        yield row


def _about(sheet: Any) -> tuple[dict[str, tuple[str, str]], dict[str, Any]]:
    columns: dict[str, tuple[str, str]] = {}
    facts: dict[str, Any] = {}
    for n, row in enumerate(_bounded_cells(sheet)):
        words = [str(v) if v is not None else "" for v in (*row, "", "", "")[:3]]
        if n == 0 or not words[0]:
            continue
        if words[0] == "fact" and words[1]:
            try:
                facts[words[1]] = json.loads(words[2])
            except ValueError:
                facts[words[1]] = words[2]
        else:
            columns[words[0]] = (words[1], words[2])
    return columns, facts


def _cells(values: list[Any]) -> tuple[Cell, ...]:
    """Cells of a workbook; a column that mixes numbers and text is text."""
    out: list[Cell] = []
    for value in values:
        if value is None or isinstance(value, bool | int | float | str):
            out.append(value if value != "" else None)
        else:
            out.append(value.isoformat() if hasattr(value, "isoformat") else str(value))
    numbers = [v for v in out if isinstance(v, int | float) and not isinstance(v, bool)]
    words = [v for v in out if isinstance(v, str)]
    if numbers and words:
        if all(w in _SPECIAL for w in words):
            return tuple(_SPECIAL[v] if isinstance(v, str) else v for v in out)
        return tuple(str(v) if v is not None else None for v in out)
    if any(isinstance(v, float) for v in numbers):
        return tuple(float(v) if v is not None and not isinstance(v, str) else v for v in out)
    return tuple(out)


# --- by ending ----------------------------------------------------------------------------------------------------


def write_table(table: Table, path: str | os.PathLike[str]) -> None:
    """Write a table; the ending says the format.

    Raises
    ------
    DataError
        The ending is none of `ENDINGS`, the table has no column, or the disk refuses.
    """
    name = os.fspath(path)
    lower = name.lower()
    if not lower.endswith(ENDINGS):
        raise DataError("The ending of the file is no format for tables.", "Use one of " + " ".join(ENDINGS) + ".")
    if not table.columns:
        raise DataError("The table is empty, so that there is nothing to write.")
    try:
        if lower.endswith(".xlsx"):
            _write_xlsx(table, name)
        else:
            with open(name, "wb") as stream:
                stream.write(csv_bytes(table, "\t" if lower.endswith(".tsv") else ","))
    except OSError as error:
        why = (error.strerror or "the disk refused it").lower()
        raise DataError(f"The table could not be written: {why}.", "Choose another folder, or close it.") from None


def read_table(path: str | os.PathLike[str]) -> Table:
    """Read a table: CSV with commas, semicolons or tabs, or the first sheet of a workbook; by its content.

    The first row holds the keys; a column is of whole numbers, numbers, true and false, or text.

    Raises
    ------
    UnreadableFile
        Damaged, or no table.
    TooLarge
    """
    name = os.fspath(path)
    with open_source(name) as source:
        head = source.read(0, 4)
    title = os.path.splitext(os.path.basename(name))[0]
    return _read_xlsx(name, title) if head == b"PK\x03\x04" else _read_csv(name, title)
