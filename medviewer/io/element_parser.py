"""Parses little-endian DICOM data sets element by element: keeps the wanted values, jumps over everything else.

Stops at the pixel data, whose offset it notes (PS3.5 7.1, 7.5). What it does not like raises `Unusual`: the caller
then asks pydicom. Nothing is ever read that the header does not lead to, nesting and the number of elements are
bounded.
"""

from __future__ import annotations

import os
import struct
import zlib
from typing import Protocol

from medviewer.errors import UnreadableFile
from medviewer.io import header_elements as elements
from medviewer.io.header_runs import Element, Run, memories

WINDOW_BYTES = 8192
MAX_VALUE_BYTES = 1 << 20  # of a wanted element
MAX_NESTING = 64
MAX_ELEMENTS = 2_000_000
MAX_INFLATED_HEADER_BYTES = 64 << 20
MAX_FALLBACK_BYTES = 16 << 20

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"

NATIVE_SYNTAXES = frozenset({IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG})
SHORT_VR = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
LONG_VR = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
ANY_VR = SHORT_VR | LONG_VR
_UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = (
    elements.tag(0xFFFE, 0xE000),
    elements.tag(0xFFFE, 0xE00D),
    elements.tag(0xFFFE, 0xE0DD),
)
_unpack_explicit = struct.Struct("<I2sH").unpack_from
_unpack_implicit = struct.Struct("<II").unpack_from
unpack_length = struct.Struct("<I").unpack_from


_SPECIAL = frozenset(elements.PIXEL_KEYWORDS) | elements.NOTED
_META = frozenset({elements.TRANSFER_SYNTAX, elements.MEDIA_SOP_CLASS, elements.MEDIA_SOP_INSTANCE})
_ENDS_EARLY = "The file ends inside its header."


class Unusual(Exception):
    """The own parser gives up; pydicom shall try."""


class Reader(Protocol):
    """Random access to bytes: ``read(offset, count)`` gives at most count bytes, fewer at the end."""

    size: int

    def read(self, offset: int, count: int) -> bytes: ...


class FileBytes:
    """An open file; the caller closes it."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self.size = size

    def read(self, offset: int, count: int) -> bytes:
        os.lseek(self._descriptor, offset, os.SEEK_SET)
        return os.read(self._descriptor, count)


class MemoryBytes:
    """A file held in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read(self, offset: int, count: int) -> bytes:
        return self._data[offset : offset + count]


class InflatedBytes:
    """A deflated data set (PS3.5 A.5), inflated only as far as it is read and never beyond a bound."""

    def __init__(self, source: Reader, start: int) -> None:
        self._source, self._at = source, start
        self._inflater = zlib.decompressobj(-15)
        self._data = bytearray()
        self._ended = False
        self.size = MAX_INFLATED_HEADER_BYTES

    def read(self, offset: int, count: int) -> bytes:
        wanted = min(offset + count, MAX_INFLATED_HEADER_BYTES)
        while len(self._data) < wanted and not self._ended:
            pending = self._inflater.unconsumed_tail
            if not pending:
                pending = self._source.read(self._at, WINDOW_BYTES)
                self._at += len(pending)
            try:
                piece = self._inflater.decompress(pending, max(WINDOW_BYTES, wanted - len(self._data)))
            except zlib.error:
                piece = b""
            self._ended = self._inflater.eof or (not piece and not pending)
            if not piece and not self._inflater.unconsumed_tail and not self._inflater.eof and not pending:
                self._ended = True
            if not piece and pending and self._inflater.unconsumed_tail == pending:
                self._ended = True
            self._data += piece
        if self._ended:
            self.size = len(self._data)
        return bytes(self._data[offset : offset + count])


class Parsed:
    """What a parser found: single elements, and runs of elements known from other files."""

    __slots__ = ("found", "length", "noted", "notes", "offset", "pixel_tag", "runs")

    def __init__(self) -> None:
        self.found: dict[int, bytes] = {}
        self.noted: set[int] = set()
        self.notes: list[str] = []
        self.runs: list[Run] = []
        self.pixel_tag = 0
        self.offset = -1
        self.length = -1

    def all(self) -> tuple[dict[int, bytes], set[int]]:
        """All values and noted tags, those of the runs included."""
        if not self.runs:
            return self.found, self.noted
        found: dict[int, bytes] = {}
        noted = set(self.noted)
        for run in self.runs:
            found.update(run.found)
            noted.update(run.noted)
        found.update(self.found)
        return found, noted


def parse_file_meta(source: Reader, buffer: bytes, start: int, parsed: Parsed) -> tuple[int, str]:
    """Where the data set starts, and the declared transfer syntax ("" when there is none) (PS3.10 7.1)."""
    syntax = ""
    p = start
    limit = len(buffer) - 12
    while True:
        if p > limit:
            buffer = buffer[:p] + source.read(len(buffer[:p]), 65536)
            limit = len(buffer) - 12
            if p > limit or p > 1 << 20:
                break
        tag, vr, length = _unpack_explicit(buffer, p)
        if tag & 0xFFFF != 0x0002:
            break
        if vr in SHORT_VR:
            value = p + 8
        elif vr in LONG_VR:
            (length,) = unpack_length(buffer, p + 8)
            value = p + 12
        else:
            # Some writers code the meta group implicitly.
            (length,) = unpack_length(buffer, p + 4)
            value = p + 8
        end = value + length
        if end > source.size:
            raise Unusual
        if tag in _META:
            raw = buffer[value:end] if end <= len(buffer) else source.read(value, min(length, 256))
            if tag == elements.TRANSFER_SYNTAX:
                syntax = raw.strip(b" \0").decode("ascii", "replace")
            else:
                parsed.found[tag] = raw
        if end > len(buffer) + (1 << 16):
            raise Unusual
        p = end
    return p, syntax


# --- the own parsers. The loops are long because a call per element would halve their speed.


def parse_explicit(source: Reader, buffer: bytes, base: int, p: int, parsed: Parsed) -> None:
    """Parse an explicit little-endian data set from `base` + `p`, where `buffer` starts at offset `base`."""
    wanted, binary = elements.WANTED, elements.BINARY_VR
    found = parsed.found
    short_vr, unpack = SHORT_VR, _unpack_explicit
    memory = memories.explicit
    runs = memory.runs
    first, start = buffer, p
    n = len(buffer)
    limit = n - 12
    for step in range(MAX_ELEMENTS):
        if p > limit:
            base += p
            p = 0
            buffer = source.read(base, WINDOW_BYTES)
            n = len(buffer)
            limit = n - 12 if n >= 12 else 0
            if n < 8:
                if n and buffer.strip(b"\0"):
                    parsed.notes.append(_ENDS_EARLY)
                return
        tag, vr, length = unpack(buffer, p)
        if tag in runs:
            run = runs[tag]
            if buffer.startswith(run.data, p):
                parsed.runs.append(run)
                p += len(run.data)
                continue
        if vr in short_vr:
            value = p + 8
            end = value + length
            if tag in wanted and length:
                if tag in binary and vr not in binary[tag]:
                    raise Unusual
                found[tag] = buffer[value:end] if end <= n else source.read(base + value, length)
        elif vr in LONG_VR:
            if p + 12 > n:
                parsed.notes.append(_ENDS_EARLY)
                return
            (length,) = unpack_length(buffer, p + 8)
            value = p + 12
            end = value + length
            if tag in elements.PIXEL_KEYWORDS:
                note_pixels(parsed, tag, base + value, length)
                if base == 0 and memory.worth_learning(step):
                    memory.learn(first, _elements(source, first, start, p, implicit=False), *parsed.all())
                return
            if tag in elements.NOTED and length:
                parsed.noted.add(tag)
            if length == _UNDEFINED:
                p = _end_of_sequence(source, base + value, vr == b"UN") - base
                continue
            if tag in wanted and length:
                if tag in binary and vr not in binary[tag]:
                    raise Unusual
                found[tag] = buffer[value:end] if end <= n else _far_value(source, base + value, length, parsed)
        else:
            raise Unusual
        if end > n and base + end > source.size:
            source.read(base + end - 1, 1)  # a deflated stream learns its size here
            if base + end > source.size:
                parsed.notes.append(_ENDS_EARLY)
                return
        p = end
    raise UnreadableFile("The header of the file has too many elements.", "It is probably damaged.")


def parse_implicit(source: Reader, buffer: bytes, base: int, p: int, parsed: Parsed) -> None:
    """As `parse_explicit`, for implicit little endian."""
    wanted = elements.WANTED
    found, unpack = parsed.found, _unpack_implicit
    special = _SPECIAL
    memory = memories.implicit
    runs = memory.runs
    first, start = buffer, p
    n = len(buffer)
    limit = n - 8
    if buffer[p + 4 : p + 6] in ANY_VR and buffer[p + 6 : p + 8] != b"\0\0":
        raise Unusual  # declared implicit but coded explicitly: the length would be two letters
    for step in range(MAX_ELEMENTS):
        if p > limit:
            base += p
            p = 0
            buffer = source.read(base, WINDOW_BYTES)
            n = len(buffer)
            limit = n - 8
            if n < 8:
                if n and buffer.strip(b"\0"):
                    parsed.notes.append(_ENDS_EARLY)
                return
        tag, length = unpack(buffer, p)
        if tag in runs:
            run = runs[tag]
            if buffer.startswith(run.data, p):
                parsed.runs.append(run)
                p += len(run.data)
                continue
        value = p + 8
        end = value + length
        if tag in wanted:
            if length:
                if length == _UNDEFINED:
                    raise Unusual
                found[tag] = buffer[value:end] if end <= n else _far_value(source, base + value, length, parsed)
        elif length == _UNDEFINED or tag in special:
            if tag in elements.PIXEL_KEYWORDS:
                note_pixels(parsed, tag, base + value, length)
                if base == 0 and memory.worth_learning(step):
                    memory.learn(first, _elements(source, first, start, p, implicit=True), *parsed.all())
                return
            if length:
                parsed.noted.add(tag)
            if length == _UNDEFINED:
                p = _end_of_sequence(source, base + value, True) - base
                continue
        if end > n and base + end > source.size:
            parsed.notes.append(_ENDS_EARLY)
            return
        p = end
    raise UnreadableFile("The header of the file has too many elements.", "It is probably damaged.")


def _elements(source: Reader, buffer: bytes, p: int, stop: int, *, implicit: bool) -> list[Element]:
    """The elements of a data set that was parsed before, from `p` to `stop` in `buffer`."""
    elements: list[Element] = []
    while p < stop:
        start = p
        if implicit:
            tag, length = _unpack_implicit(buffer, p)
            p += 8
            unknown = True
        else:
            tag, vr, length = _unpack_explicit(buffer, p)
            unknown = vr == b"UN"
            if vr in LONG_VR:
                (length,) = unpack_length(buffer, p + 8)
                p += 12
            else:
                p += 8
        p = _end_of_sequence(source, p, unknown) if length == _UNDEFINED else p + length
        elements.append(Element(tag, start, p))
    return elements


def note_pixels(parsed: Parsed, tag: int, offset: int, length: int) -> None:
    """Remember where the pixel data element has its value."""
    parsed.pixel_tag = tag
    parsed.offset = offset
    parsed.length = -1 if length == _UNDEFINED else length


def _far_value(source: Reader, offset: int, length: int, parsed: Parsed) -> bytes:
    """A value that lies beyond the window."""
    if length > MAX_VALUE_BYTES:
        if offset + length <= source.size:
            parsed.notes.append("An element of the header is far too long and was left out.")
        return b""
    return source.read(offset, length)


def _end_of_sequence(source: Reader, offset: int, implicit: bool) -> int:
    """Offset behind the sequence of undefined length whose first item tag is at `offset` (PS3.5 7.5)."""
    # One entry per open level: True where items are expected, False inside an item; and whether it is implicit.
    levels: list[tuple[bool, bool]] = [(True, implicit)]
    base, p = offset, 0
    buffer = source.read(base, WINDOW_BYTES)
    n = len(buffer)
    for _ in range(MAX_ELEMENTS):
        if p + 12 > n:
            base += p
            p = 0
            buffer = source.read(base, WINDOW_BYTES)
            n = len(buffer)
            if n < 8:
                raise Unusual
        in_sequence, implicit = levels[-1]
        tag, length = _unpack_implicit(buffer, p)
        if tag == _ITEM and in_sequence:
            p += 8
            if length == _UNDEFINED:
                levels.append((False, implicit))
            else:
                p += length
        elif tag == _SEQUENCE_END and in_sequence:
            p += 8
            levels.pop()
            if not levels:
                return base + p
        elif tag == _ITEM_END and not in_sequence:
            p += 8
            levels.pop()
        elif in_sequence or tag & 0xFFFF == 0xFFFE:
            raise Unusual
        else:
            inner = implicit
            if implicit:
                p += 8
            else:
                vr = buffer[p + 4 : p + 6]
                if vr in SHORT_VR:
                    length = length >> 16
                    p += 8
                elif vr in LONG_VR:
                    if p + 12 > n:
                        raise Unusual
                    (length,) = unpack_length(buffer, p + 8)
                    p += 12
                    inner = vr == b"UN"
                else:
                    raise Unusual
            if length == _UNDEFINED:
                levels.append((True, inner))
            else:
                p += length
        if len(levels) > 2 * MAX_NESTING:
            raise UnreadableFile("The header of the file is nested too deeply.", "It is probably damaged.")
        if p > n and base + p > source.size:
            raise Unusual
    raise UnreadableFile("The header of the file has too many elements.", "It is probably damaged.")
