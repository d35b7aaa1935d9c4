"""Whether two files hold the same stored pixels, byte for byte, without decoding them."""

from __future__ import annotations

import os

from medviewer.io.headers import InstanceHeader

_PROBE_BYTES = 4096
_CHUNK_BYTES = 1 << 20


def same_pixels(a: InstanceHeader, b: InstanceHeader) -> bool:
    """Compare the pixel values of two single-frame instances as stored.

    Parameters
    ----------
    a, b : InstanceHeader
        Files on disk; members of archives and files without a known pixel offset are compared as a whole, so that
        copies of files are found and the rest counts as different.

    Returns
    -------
    bool
        False also when a file cannot be read.
    """
    native = a.pixel_offset >= 0 and b.pixel_offset >= 0 and a.big_endian == b.big_endian
    if a.pixel_length != b.pixel_length or a.member or b.member:
        return False
    if not native and a.transfer_syntax_uid != b.transfer_syntax_uid:
        return False
    if (a.bits_allocated, a.rows, a.columns, a.samples) != (b.bits_allocated, b.rows, b.columns, b.samples):
        return False
    try:
        with open(a.path, "rb") as first, open(b.path, "rb") as second:
            if native:
                spans = (a.pixel_offset, a.pixel_length), (b.pixel_offset, b.pixel_length)
            else:
                starts = _encapsulated_start(a), _encapsulated_start(b)
                if min(starts) < 0:
                    return False
                spans = (starts[0], a.size - starts[0]), (starts[1], b.size - starts[1])
                if spans[0][1] != spans[1][1]:
                    return False
            (at_a, length), (at_b, _) = spans
            # Most different images differ in a small piece from the middle.
            middle = length // 2
            for offset, count in (
                (middle, _PROBE_BYTES),
                *((p, _CHUNK_BYTES) for p in range(0, length, _CHUNK_BYTES)),
            ):
                count = min(count, length - offset)
                first.seek(at_a + offset)
                second.seek(at_b + offset)
                if first.read(count) != second.read(count):
                    return False
    except OSError:
        return False
    return True


def _encapsulated_start(header: InstanceHeader) -> int:
    """Offset of the encapsulated pixel value, or -1."""
    from medviewer.io.header_reader import pixel_value_offset

    try:
        descriptor = os.open(header.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return -1
    try:
        return pixel_value_offset(descriptor, header.size)
    finally:
        os.close(descriptor)
