"""Stored bytes to values: the one guarded way, in which no value may stop a file from being listed.

A value that cannot be used becomes None or empty and leaves a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from medviewer.io.character_sets import TextDecoder
from medviewer.io.header_elements import (
    DECIMAL_FIELDS,
    DECIMALS_FIELDS,
    INTEGER_FIELDS,
    NAME_FIELDS,
    SHORT_FIELDS,
    TEXT_FIELDS,
    TEXTS_FIELDS,
)

_MAX_INT = 2**31
_MAX_MM = 1e12  # no length, window or direction is larger; sums of larger ones would overflow

Notes = Callable[[str], None]


class NoteList:
    """Warnings of one header, each once; `add` is what converters call."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, line: str) -> None:
        """Take a sentence, unless it is there already."""
        if line not in self.lines:
            self.lines.append(line)


def decimal(raw: bytes, notes: Notes, name: str) -> float | None:
    """A decimal or integer string (PS3.5 6.2 DS, IS) as a finite float.

    Parameters
    ----------
    raw : bytes
        The first value is taken.
    notes : callable
        Receives a sentence when there is a value that cannot be used.
    name : str
        Field name for the sentence.

    Returns
    -------
    float or None
        None when missing, not a number, or not finite.
    """
    text = raw.partition(b"\\")[0].strip(b" \0\t\r\n")
    if not text:
        return None
    try:
        value = float(text) if b"_" not in text else math.nan
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    notes(f"The {_words(name)} is not a number and was left out.")
    return None


def integer(raw: bytes, notes: Notes, name: str) -> int | None:
    """An integer string (PS3.5 6.2 IS) within 32 bits, or None; ``"3.0"`` counts as 3."""
    try:
        # The common case, without the detour that would accept fractions.
        value = float(int(raw)) if raw.isdigit() else decimal(raw, notes, name)
    except (ValueError, OverflowError):
        value = decimal(raw, notes, name)
    if value is None:
        return None
    if value != int(value) or abs(value) >= _MAX_INT:
        notes(f"The {_words(name)} is not a usable whole number and was left out.")
        return None
    return int(value)


def _decimals(raw: bytes, notes: Notes, name: str, count: int) -> tuple[float, ...]:
    parts = raw.split(b"\\")
    values: list[float] = []
    try:
        if b"_" not in raw:
            values = [float(part.rstrip(b" \0")) for part in parts]
    except ValueError:
        values = []
    if not values and not raw.strip(b" \0\\"):
        return ()
    if len(values) < max(1, count) or not all(-_MAX_MM < value < _MAX_MM for value in values):  # nor not-a-number
        notes(f"The {_words(name)} is not usable and was left out.")
        return ()
    return tuple(values[:count] if count else values)


def _as_text(raw: bytes, _notes: Notes, _name: str, decoder: TextDecoder) -> str:
    return decoder.text(raw)


def _as_name(raw: bytes, _notes: Notes, _name: str, decoder: TextDecoder) -> str:
    return decoder.text(raw).rstrip("=")  # empty groups at the end mean nothing (PS3.5 6.2.1.1)


def _as_texts(raw: bytes, _notes: Notes, _name: str, decoder: TextDecoder) -> tuple[str, ...]:
    texts = tuple(part.strip() for part in decoder.text(raw).split("\\"))
    return texts if any(texts) else ()


def _as_short(raw: bytes, _notes: Notes, _name: str, _decoder: TextDecoder) -> int:
    return int.from_bytes(raw[:2], "little")


def _as_integer(raw: bytes, notes: Notes, name: str, _decoder: TextDecoder) -> int | None:
    return integer(raw, notes, name)


def _as_decimal(raw: bytes, notes: Notes, name: str, _decoder: TextDecoder) -> float | None:
    return decimal(raw, notes, name)


def _as_decimals(raw: bytes, notes: Notes, name: str, _decoder: TextDecoder) -> tuple[float, ...]:
    return _decimals(raw, notes, name, _COUNTS[name])


def _as_spacing(raw: bytes, notes: Notes, name: str, _decoder: TextDecoder) -> tuple[float, ...]:
    """Two positive lengths; anything else would turn into wrong millimetres."""
    numbers = _decimals(raw, notes, name, 2)
    if numbers and min(numbers) <= 0:
        notes(f"The {_words(name)} is not positive and was left out.")
        return ()
    return numbers


def _as_aspect(raw: bytes, notes: Notes, name: str, decoder: TextDecoder) -> tuple[int, ...]:
    numbers = _as_spacing(raw, notes, name, decoder)
    if all(number == int(number) and number < _MAX_INT for number in numbers):
        return tuple(int(number) for number in numbers)
    notes("The pixel aspect is not usable and was left out.")
    return ()


def _as_orientation(raw: bytes, notes: Notes, name: str, _decoder: TextDecoder) -> tuple[float, ...]:
    """Two directions that span a plane (PS3.3 C.7.6.2.1.1)."""
    numbers = _decimals(raw, notes, name, 6)
    if numbers:
        ax, ay, az, bx, by, bz = numbers
        rows, columns = math.hypot(ax, ay, az), math.hypot(bx, by, bz)
        if rows < 0.1 or columns < 0.1 or abs(ax * bx + ay * by + az * bz) > 0.9 * rows * columns:
            notes("The image orientation is not usable and was left out.")
            return ()
    return numbers


def _as_frames(raw: bytes, notes: Notes, name: str, _decoder: TextDecoder) -> int:
    frames = integer(raw, notes, name) if raw.strip(b" \0") else 1
    if frames is None or frames < 1:
        notes("The number of frames is not usable; one frame is assumed.")
        return 1
    return frames


_OWN_CONVERTERS: dict[str, Callable[[bytes, Notes, str, TextDecoder], Any]] = {
    "pixel_spacing": _as_spacing,
    "imager_spacing": _as_spacing,
    "nominal_spacing": _as_spacing,
    "pixel_aspect": _as_aspect,
    "orientation": _as_orientation,
    "frames": _as_frames,
}
_COUNTS = dict(DECIMALS_FIELDS.values())
MEMO_ENTRIES = 4096
_UNIQUE = frozenset({"sop_instance_uid", "position", "slice_location", "instance_number", "content_time"})
CONVERTERS: dict[int, tuple[str, Callable[[bytes, Notes, str, TextDecoder], Any], dict[bytes, Any] | None]] = {
    key: (name, _OWN_CONVERTERS.get(name, convert), None if name in _UNIQUE else {})
    for table, convert in (
        (TEXT_FIELDS, _as_text),
        (NAME_FIELDS, _as_name),
        (TEXTS_FIELDS, _as_texts),
        (SHORT_FIELDS, _as_short),
        (INTEGER_FIELDS, _as_integer),
        (DECIMAL_FIELDS, _as_decimal),
        ({key: name for key, (name, _) in DECIMALS_FIELDS.items()}, _as_decimals),
    )
    for key, name in table.items()
}


def _words(field: str) -> str:
    return field.replace("_", " ").replace(" mm", "").replace(" ms", "")
