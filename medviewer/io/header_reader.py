"""Reads DICOM headers fast: one 8 KB read and an own parser for little-endian syntaxes, pydicom for the rest.

Both hand raw bytes to `header_build_header`, so that there is one conversion.
"""

from __future__ import annotations

import hashlib
import os
import stat

import msgspec

from medviewer.errors import UnreadableFile
from medviewer.io import header_elements as elements
from medviewer.io.element_parser import (
    ANY_VR,
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    NATIVE_SYNTAXES,
    SHORT_VR,
    WINDOW_BYTES,
    FileBytes,
    InflatedBytes,
    MemoryBytes,
    Parsed,
    Reader,
    Unusual,
    parse_explicit,
    parse_file_meta,
    parse_implicit,
    unpack_length,
)
from medviewer.io.header_fallback import read_with_pydicom
from medviewer.io.header_fields import build_header
from medviewer.io.headers import InstanceHeader

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)


def looks_like_dicom(head: bytes) -> bool:
    """Whether a file that starts with `head` (132 bytes or more) is DICOM, with or without preamble."""
    return head[128:132] == b"DICM" or _bare_start(head) is not None


def read_header(path: str | os.PathLike[str], *, stat_result: os.stat_result | None = None) -> InstanceHeader:
    """Read the header of one DICOM file.

    Parameters
    ----------
    path : str or PathLike
        A regular file of any name.
    stat_result : os.stat_result, optional
        Saves the call when it is known already.

    Returns
    -------
    InstanceHeader
        Warnings say what was odd; UIDs that are missing were made from the content.

    Raises
    ------
    UnreadableFile
        Not DICOM, not a regular file, not readable, or damaged beyond use.
    """
    name = os.fspath(path)
    try:
        # Opening a fifo would block for ever, so the kind is asked first.
        status = stat_result or os.stat(name)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile("This is not a regular file.", "Choose a file or a folder with DICOM files.")
        descriptor = os.open(name, _OPEN_FLAGS)
    except OSError as error:
        raise UnreadableFile(_unopened(error)) from error
    try:
        head = os.read(descriptor, WINDOW_BYTES)
        return parse_header(FileBytes(descriptor, status.st_size), head, name, "", status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise UnreadableFile(_unopened(error)) from error
    finally:
        os.close(descriptor)


def read_header_bytes(data: bytes, *, path: str, member: str = "", mtime_ns: int = 0) -> InstanceHeader:
    """Read the header of a DICOM file held in memory, such as a member of a ZIP archive.

    Parameters
    ----------
    data : bytes
        The whole file.
    path, member : str
        The archive, and the name inside it.
    mtime_ns : int
        Of the archive.

    Returns
    -------
    InstanceHeader

    Raises
    ------
    UnreadableFile
        Not DICOM, or damaged beyond use.
    """
    return parse_header(MemoryBytes(data), data[:WINDOW_BYTES], path, member, len(data), mtime_ns)


def _unopened(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "The file may not be read: permission denied."
    if isinstance(error, FileNotFoundError):
        return "The file does not exist."
    return "The file cannot be read from its disk."


def parse_header(source: Reader, head: bytes, path: str, member: str, size: int, mtime_ns: int) -> InstanceHeader:
    """Read a header from any source of bytes.

    Parameters
    ----------
    source : Reader
        The file or member.
    head : bytes
        Its first `WINDOW_BYTES` (fewer for a small file).
    path, member, size, mtime_ns
        Kept in the header.

    Returns
    -------
    InstanceHeader

    Raises
    ------
    UnreadableFile
        Not DICOM, or damaged beyond use.
    """
    if size == 0 or not head:
        raise UnreadableFile("The file is empty.")
    parsed, syntax, warnings = _parse(source, head)
    found, noted = parsed.all()
    if not parsed.pixel_tag and _IDENTIFYING.isdisjoint(found):
        raise UnreadableFile(
            "The file starts like DICOM but holds no usable elements.", "It may be damaged or cut short."
        )
    keyword = elements.PIXEL_KEYWORDS.get(parsed.pixel_tag, "")
    native = keyword and syntax in NATIVE_SYNTAXES and parsed.length >= 0
    if keyword and syntax in NATIVE_SYNTAXES and parsed.length < 0:
        warnings.append("The transfer syntax says native pixels, but the pixel data are encapsulated.")
    if keyword and parsed.length == 0:
        keyword = ""
        warnings.append("The pixel data are empty.")
    header = build_header(
        found,
        noted,
        runs=parsed.runs,
        loose=parsed.found,
        path=path,
        member=member,
        size=size,
        mtime_ns=mtime_ns,
        transfer_syntax_uid=syntax,
        pixels=(keyword, parsed.offset if native else -1, parsed.length if keyword else -1),
        big_endian=syntax == EXPLICIT_BIG,
        warnings=(*warnings, *parsed.notes),
        digest=lambda: _digest(source),
    )
    if header.kind == "waveform":
        return _with_waveform(header, source)
    return header


def _parse(source: Reader, head: bytes) -> tuple[Parsed, str, list[str]]:
    """What is in the file, its transfer syntax, and what was odd about it."""
    warnings: list[str] = []
    start = 132 if head[128:132] == b"DICM" else 0
    parsed = Parsed()
    bare = None if start else _bare_start(head)
    if not start and bare is None:
        raise UnreadableFile("This is not a DICOM file.")
    syntax = ""
    try:
        position = start
        if start or bare == "meta":
            position, syntax = parse_file_meta(source, head, start, parsed)
        if not start:
            warnings.append("The file has no DICOM preamble.")
        if not syntax:
            syntax = _sniffed(source.read(position, 16), source.size)
            warnings.append("The file does not name its transfer syntax; it was found out from the content.")
        if syntax == EXPLICIT_BIG:
            raise Unusual
        if syntax == DEFLATED:
            inflated = InflatedBytes(source, position)
            parse_explicit(inflated, inflated.read(0, WINDOW_BYTES), 0, 0, parsed)
            parsed.offset = -1
        elif syntax == IMPLICIT_LITTLE:
            parse_implicit(source, head, 0, position, parsed)
        else:
            parse_explicit(source, head, 0, position, parsed)
    except Unusual:
        syntax = read_with_pydicom(source, parsed, syntax)
    return parsed, syntax, warnings


def pixel_value_offset(descriptor: int, size: int) -> int:
    """Offset of the pixel value in an open file, also of an encapsulated one; -1 when there is none."""
    source = FileBytes(descriptor, size)
    try:
        parsed, syntax, _ = _parse(source, source.read(0, WINDOW_BYTES))
    except (UnreadableFile, OSError):
        return -1
    return parsed.offset if syntax != DEFLATED else -1


# --- what kind of stream it is


def _bare_start(head: bytes) -> str | None:
    """``"meta"``, or the transfer syntax, of a stream without preamble; None when it is not DICOM."""
    if len(head) < 16:
        return None
    if head[:2] == b"\x02\0" and head[4:6] in SHORT_VR | {b"OB"}:
        return "meta"
    if head[:2] == b"\x08\0" and head[3] < 0x31:
        syntax = _sniffed(head[:16], max(len(head), 1 << 16))
        return syntax if syntax != EXPLICIT_BIG else None
    if head[:2] == b"\0\x08" and head[4:6] in ANY_VR:
        return EXPLICIT_BIG
    return None


def _sniffed(start: bytes, size: int) -> str:
    """The transfer syntax of a data set from its first element (16 bytes); raises Unusual when it is none."""
    if start[:2] in {b"\0\x08", b"\0\x04"} and start[4:6] in ANY_VR:
        return EXPLICIT_BIG
    if start[4:6] in ANY_VR:
        return EXPLICIT_LITTLE
    if len(start) >= 8 and unpack_length(start, 4)[0] <= size:
        return IMPLICIT_LITTLE
    return ""


# --- extras

_IDENTIFYING = frozenset(
    elements.tag(group, element)
    for group, element in (
        (0x0008, 0x0016),
        (0x0008, 0x0018),
        (0x0008, 0x0060),
        (0x0010, 0x0010),
        (0x0010, 0x0020),
        (0x0020, 0x000D),
        (0x0020, 0x000E),
        (0x0028, 0x0010),
        (0x0028, 0x0011),
    )
) | {elements.MEDIA_SOP_CLASS}


def _digest(source: Reader) -> bytes:
    """A hash of the content that tells copies from others: the start, the middle and the end."""
    size = source.size
    state = hashlib.sha256(str(size).encode())
    for offset in (0, max(0, size // 2 - WINDOW_BYTES // 2), max(0, size - WINDOW_BYTES)):
        state.update(source.read(offset, WINDOW_BYTES))
    return state.digest()


def _with_waveform(header: InstanceHeader, source: Reader) -> InstanceHeader:
    """Sampling rate, channels and duration of the first multiplex group (PS3.3 C.10.9)."""
    from medviewer.io.dataset import open_dataset

    if source.size > 256 << 20:
        return header
    try:
        group = open_dataset(header.path, header.member).WaveformSequence[0]
        rate = float(group.SamplingFrequency)
        samples, channels = int(group.NumberOfWaveformSamples), int(group.NumberOfWaveformChannels)
    except Exception:  # noqa: BLE001 - the listing lives without; opening the waveform says what is wrong
        return header
    if not 0 < rate < 1e9 or channels < 1 or samples < 0:
        return header
    return msgspec.structs.replace(header, sampling_rate_hz=rate, duration_s=samples / rate, channels=channels)
