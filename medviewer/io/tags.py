"""Every element of a dataset as flat rows of bounded text, for the tag browser."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import msgspec

from medviewer.io.dataset import open_dataset

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset

MAX_ROWS = 100_000
MAX_DEPTH = 64
MAX_TEXT = 512
_MAX_VALUES = 64
_BYTES_SHOWN = 16
_BINARY = frozenset(("OB", "OW", "OF", "OD", "OL", "OV", "UN"))


class TagRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the tag browser.

    Attributes
    ----------
    tag : str
        ``"(0010,0010)"``; for an item of a sequence ``"(FFFE,E000)"``.
    keyword : str
        DICOM keyword; the private creator or empty for private elements.
    vr : str
        Value representation.
    value : str
        Text of the value on one line, at most 512 characters.
    depth : int
        Nesting, 0 for the dataset.
    private : bool
        Whether the group is odd.
    """

    tag: str
    keyword: str
    vr: str
    value: str
    depth: int = 0
    private: bool = False


def read_tags(path: str | os.PathLike[str], member: str = "") -> list[TagRow]:
    """All elements but the pixels, file meta information first.

    Raises
    ------
    UnreadableFile
        Not a file that can be parsed.
    """
    ds = open_dataset(os.fspath(path), member)
    rows: list[TagRow] = []
    meta = getattr(ds, "file_meta", None)
    if meta is not None:
        _collect(meta, 0, rows)
    _collect(ds, 0, rows)
    if len(rows) >= MAX_ROWS:
        rows.append(TagRow(tag="", keyword="", vr="", value=f"Only the first {MAX_ROWS:,} elements are shown."))
    return rows


def _collect(ds: Dataset, depth: int, rows: list[TagRow]) -> None:
    for tag in sorted(ds.keys()):
        if len(rows) >= MAX_ROWS:
            return
        label = f"({tag >> 16 & 0xFFFF:04X},{tag & 0xFFFF:04X})"
        private = bool(tag >> 16 & 1)
        try:
            element = ds[tag]
        except Exception:  # noqa: BLE001 - one element that cannot be converted must not hide the others
            rows.append(TagRow(tag=label, keyword="", vr="", value="(not readable)", depth=depth, private=private))
            continue
        keyword = element.keyword or (str(element.private_creator or "") if private else "")
        row = TagRow(tag=label, keyword=keyword, vr=str(element.VR), value="", depth=depth, private=private)
        if element.VR == "SQ":
            _sequence(element, row, rows)
        else:
            rows.append(msgspec.structs.replace(row, value=value_text(element)))


def _sequence(element: DataElement, row: TagRow, rows: list[TagRow]) -> None:
    try:
        found = list(element.value or [])
    except Exception:  # noqa: BLE001 - see `_collect`
        rows.append(msgspec.structs.replace(row, value="(not readable)"))
        return
    count = len(found)
    rows.append(msgspec.structs.replace(row, value=f"{count} {'item' if count == 1 else 'items'}"))
    if row.depth + 2 > MAX_DEPTH:
        return
    for number, item in enumerate(found):
        if len(rows) >= MAX_ROWS:
            return
        rows.append(TagRow(tag="(FFFE,E000)", keyword="Item", vr="", value=f"item {number + 1}", depth=row.depth + 1))
        _collect(item, row.depth + 2, rows)


def value_text(element: DataElement) -> str:
    """The value on one line: several joined by a backslash, bytes as their count and first ones."""
    try:
        value: Any = element.value
        if value is None:
            return ""
        if isinstance(value, (bytes, bytearray)) or element.VR in _BINARY:
            return _bytes_text(value)
        if hasattr(value, "__iter__") and not isinstance(value, str) and element.VR != "PN":
            several = list(value)
            text = "\\".join(str(v) for v in several[:_MAX_VALUES])
            if len(several) > _MAX_VALUES:
                text += f"\\… ({len(several)} values)"
        else:
            text = str(value)
    except Exception:  # noqa: BLE001 - see `_collect`
        return "(not readable)"
    return one_line(text)


def _bytes_text(value: Any) -> str:
    if not isinstance(value, (bytes, bytearray)):
        return one_line(str(value))
    shown = bytes(value[:_BYTES_SHOWN]).hex(" ")
    more = " …" if len(value) > _BYTES_SHOWN else ""
    return f"{len(value):,} bytes: {shown}{more}" if value else ""


def one_line(text: str) -> str:
    """Text without line breaks and control characters, at most `MAX_TEXT` long."""
    cut = text[: MAX_TEXT + 1]
    clean = "".join(c if c.isprintable() else " " for c in cut)
    return clean if len(cut) <= MAX_TEXT else clean[: MAX_TEXT - 1] + "…"
