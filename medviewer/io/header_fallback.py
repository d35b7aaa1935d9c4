"""Reads by pydicom the headers that the own parser does not like: big endian, contradictions, damage."""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import Any

from medviewer.errors import UnreadableFile
from medviewer.io import header_elements as elements
from medviewer.io.element_parser import (
    ANY_VR,
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    LONG_VR,
    MAX_FALLBACK_BYTES,
    MAX_VALUE_BYTES,
    NATIVE_SYNTAXES,
    InflatedBytes,
    Parsed,
    Reader,
    Unusual,
    note_pixels,
    parse_file_meta,
)


def read_with_pydicom(source: Reader, parsed: Parsed, syntax: str) -> str:
    """Fill `parsed` by pydicom, from a bounded part of the file.

    Parameters
    ----------
    source : Reader
        The file.
    parsed : Parsed
        What the own parser found before it gave up; completed here.
    syntax : str
        The transfer syntax that the file names, or empty.

    Returns
    -------
    str
        The transfer syntax in which the data set is coded.

    Raises
    ------
    UnreadableFile
        pydicom cannot read it either.
    """
    import io
    import warnings

    from pydicom.dataelem import RawDataElement
    from pydicom.filereader import read_dataset, read_partial
    from pydicom.uid import UID

    from medviewer.io.dataset import Stop, names_deflated

    head = source.read(0, min(source.size, MAX_FALLBACK_BYTES))
    while len(head) < min(source.size, MAX_FALLBACK_BYTES):
        more = source.read(len(head), min(source.size, MAX_FALLBACK_BYTES) - len(head))
        if not more:
            break
        head += more
    deflated = syntax == DEFLATED or names_deflated(head)
    if deflated:  # pydicom would inflate all of it, however large that becomes
        head = _inflated(source, head)
    stream = io.BytesIO(head)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            stop = Stop(at_pixels=True)
            if deflated:
                dataset = read_dataset(stream, False, True, stop_when=stop)
            else:
                dataset = read_partial(stream, stop_when=stop, force=True)
    except Exception as error:  # pydicom raises many kinds on damaged files; each means unreadable
        raise UnreadableFile("The header of the file is damaged.", "It cannot be read any further.") from error
    # What runs of the own parser found is part of what pydicom reads again.
    parsed.runs.clear()
    little = dataset.original_encoding[1] is not False
    # pydicom reads what it finds and reports what the file declares.
    implicit = bool(dataset.original_encoding[0]) and not _starts_explicitly(source, head)
    meta = getattr(dataset, "file_meta", None) or {}
    for element in (*meta.values(), *dataset.values()):
        key = elements.tag(element.tag.group, element.tag.element)
        if key in elements.NOTED:
            parsed.noted.add(key)
        if key not in elements.WANTED and element.tag.group != 2:
            continue
        raw = element.value
        if not isinstance(element, RawDataElement):
            raw = _stored_bytes(raw)
        if not isinstance(raw, bytes) or len(raw) > MAX_VALUE_BYTES:
            continue
        if key in elements.BINARY_VR and element.tag.group != 2:
            raw = _as_little(element.VR, raw, little, key)
        if key == elements.TRANSFER_SYNTAX:
            syntax = syntax or raw.strip(b" \0").decode("ascii", "replace")
        elif raw:
            parsed.found[key] = raw
    _pixels_of_pydicom(stream, head, source, parsed, little, implicit)
    native = EXPLICIT_BIG if not little else IMPLICIT_LITTLE if implicit else EXPLICIT_LITTLE
    if syntax in NATIVE_SYNTAXES or not syntax:
        if syntax and syntax != native:
            parsed.notes.append("The file is not coded in the transfer syntax that it names.")
        return native
    if parsed.length >= 0 and not UID(syntax).is_private and syntax != DEFLATED and parsed.pixel_tag:
        parsed.notes.append("The transfer syntax says compressed, but the pixel data are not encapsulated.")
    return syntax


def _inflated(source: Reader, head: bytes) -> bytes:
    """The first bytes of a deflated data set, at most `MAX_FALLBACK_BYTES`."""
    start = 0
    with suppress(Unusual, struct.error):
        start, _ = parse_file_meta(source, head, 132 if head[128:132] == b"DICM" else 0, Parsed())
    return InflatedBytes(source, start).read(0, MAX_FALLBACK_BYTES) if start else b""


def _starts_explicitly(source: Reader, head: bytes) -> bool:
    """Whether the first element of the data set carries its value representation."""
    start = 132 if head[128:132] == b"DICM" else 0
    with suppress(Unusual, struct.error):
        start, _ = parse_file_meta(source, head, start, Parsed())
    return head[start + 4 : start + 6] in ANY_VR


def _stored_bytes(value: Any) -> bytes | None:
    """Stored bytes of a value that pydicom has converted already (text only)."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("ascii", "replace")
    if isinstance(value, (list, tuple)) or type(value).__name__ == "MultiValue":
        return "\\".join(str(part) for part in value).encode("ascii", "replace")
    return None


def _as_little(vr: str | None, raw: bytes, little: bool, key: int) -> bytes:
    """Binary value bytes in little endian; text that stands where a number should becomes a number if it is one."""
    if vr in {"US", "SS", "FD", "OW", "UN", None, "US or SS"}:
        width = 8 if b"FD" in elements.BINARY_VR[key] else 2
        return raw[:width] if little else raw[:width][::-1]
    if vr in {"UL", "SL"} and len(raw) >= 4:
        number = int.from_bytes(raw[:4], "little" if little else "big")
        return number.to_bytes(4, "little")[:2] if number < 0x10000 else b""
    text = raw.strip(b" \0")
    if text.isdigit() and int(text) < 0x10000:
        return int(text).to_bytes(2, "little")
    return b""


def _pixels_of_pydicom(
    stream: Any, head: bytes, source: Reader, parsed: Parsed, little: bool, implicit: bool
) -> None:
    """Read the element header where pydicom stopped: at the tag of the pixel data."""
    p = stream.tell()
    start = head[p : p + 12]
    if len(start) < 8:
        return
    order = "<" if little else ">"
    group, element = struct.unpack_from(order + "HH", start)
    key = elements.tag(group, element)
    if key not in elements.PIXEL_KEYWORDS:
        return
    # A length is even and so never two of these letters: no matter what the transfer syntax says.
    if start[4:6] in LONG_VR and (not implicit or start[6:8] == b"\0\0") and len(start) >= 12:
        (length,) = struct.unpack_from(order + "I", start, 8)
        value = p + 12
    else:
        # Also in explicit data sets: some writers append the pixel data with an implicit element header.
        (length,) = struct.unpack_from(order + "I", start, 4)
        value = p + 8
    note_pixels(parsed, key, value, length)
