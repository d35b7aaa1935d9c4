"""Finding the pixel element of a DICOM stream, and the fragments of each frame in it, without reading the pixels.

The walk follows PS3.5 section 7 (elements), 7.5 (sequences) and Annex A.4 (encapsulation): lengths are trusted only
as far as the file reaches, nesting at most 64 deep.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

from medviewer.errors import UnreadableFile
from medviewer.io.frames import PIXEL_KEYWORDS
from medviewer.io.sources import ByteSource

UNDEFINED = 0xFFFFFFFF
_LONG_VRS = frozenset(b"OB OD OF OL OW OV SQ UC UN UR UT SV UV".split())
_VRS = _LONG_VRS | frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_MAX_NESTING = 64
_MAX_ELEMENTS = 300_000
_MAX_FRAGMENTS = 4_000_000
_WINDOW_BYTES = 1 << 16


@dataclass(frozen=True)
class PixelLocation:
    """Where the value of the pixel element is.

    Attributes
    ----------
    keyword : str
        PixelData, FloatPixelData or DoubleFloatPixelData.
    offset : int
        First byte of the value (of the basic offset table's item when encapsulated).
    length : int
        Bytes of the value; -1 when undefined (encapsulated).
    words : bool
        The representation is OW: in a big endian file samples of 8 bits and less lie in swapped pairs (PS3.5 7.3).
    """

    keyword: str
    offset: int
    length: int
    big_endian: bool = False
    words: bool = False


class _Window:
    """A sliding view on the source: headers are read by the 64 KB, not one at a time."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._start = 0
        self._bytes = b""

    def at(self, offset: int, count: int) -> bytes:
        begin = offset - self._start
        if begin < 0 or begin + count > len(self._bytes):
            self._start = offset
            self._bytes = self._source.read(offset, max(count, _WINDOW_BYTES))
            begin = 0
        piece = self._bytes[begin : begin + count]
        if len(piece) < count:
            raise UnreadableFile("The file ends before its pixels.", "Copy or send it again.")
        return piece


def dataset_start(source: ByteSource) -> tuple[int, str]:
    """Offset of the first element after the file meta information, and the TransferSyntaxUID (PS3.10 7.1).

    Files without preamble begin at 0 with an empty syntax.
    """
    head = source.read(0, 132)
    if head[128:132] == b"DICM":
        position = 132
    elif head[:2] == b"\x02\x00" and head[4:6] in _VRS:
        position = 0  # meta information without preamble
    else:
        return 0, ""
    window, syntax = _Window(source), ""
    while position + 8 <= source.size:
        group, element, vr, short = struct.unpack("<HH2sH", window.at(position, 8))
        if group != 2:
            break
        length, header = short, 8
        if vr in _LONG_VRS:
            (length,) = struct.unpack("<I", window.at(position + 8, 4))
            header = 12
        elif vr not in _VRS:  # meta information in implicit VR, against the standard
            (length,) = struct.unpack("<I", window.at(position + 4, 4))
        if position + header + length > source.size:
            break
        if element == 0x0010 and length <= 64:
            syntax = window.at(position + header, length).decode("ascii", "replace").strip("\0 ")
        position += header + length
    return position, syntax


def locate_pixels(source: ByteSource, start: int) -> PixelLocation | None:
    """Walk the elements from `start` to the pixel element.

    Returns
    -------
    PixelLocation or None
        None when the dataset ends without pixels.

    Raises
    ------
    UnreadableFile
        The file ends inside an element, or is nested too deeply.
    """
    head = source.read(start, 8)
    if len(head) < 8:
        return None
    big = head[0] == 0 and head[1] != 0
    explicit = head[4:6] in _VRS
    walk = _Walk(_Window(source), ">" if big else "<", explicit)
    position = start
    for _ in range(_MAX_ELEMENTS):
        if position + 8 > source.size:
            return None
        tag, vr, length, value = walk.element(position)
        if tag in PIXEL_KEYWORDS:
            return PixelLocation(PIXEL_KEYWORDS[tag], value, -1 if length == UNDEFINED else length, big, vr == b"OW")
        if length == UNDEFINED:
            position = walk.skip_sequence(value, explicit and vr != b"UN", 1)
        else:
            position = value + length
    raise UnreadableFile("The file has too many elements before its pixels.")


class _Walk:
    def __init__(self, window: _Window, endian: str, explicit: bool) -> None:
        self._window = window
        self._endian = endian
        self._explicit = explicit
        self._count = 0

    def element(self, position: int, explicit: bool | None = None) -> tuple[int, bytes, int, int]:
        """(tag, VR, length, offset of the value)."""
        self._count += 1
        if self._count > _MAX_ELEMENTS:
            raise UnreadableFile("The file has too many elements before its pixels.")
        raw = self._window.at(position, 8)
        group, number = struct.unpack(self._endian + "HH", raw[:4])
        tag, vr = group << 16 | number, raw[4:6]
        use_explicit = self._explicit if explicit is None else explicit
        if not use_explicit or group == 0xFFFE or vr not in _VRS:
            return tag, b"", struct.unpack(self._endian + "I", raw[4:])[0], position + 8
        if vr in _LONG_VRS:
            return tag, vr, struct.unpack(self._endian + "I", self._window.at(position + 8, 4))[0], position + 12
        return tag, vr, struct.unpack(self._endian + "H", raw[6:])[0], position + 8

    def skip_sequence(self, position: int, explicit: bool, depth: int) -> int:
        """The offset after a sequence of undefined length."""
        if depth > _MAX_NESTING:
            raise UnreadableFile("The file is nested too deeply.")
        while True:
            tag, _, length, value = self.element(position, explicit)
            if tag == _SEQUENCE_END:
                return value
            if tag != _ITEM:
                raise UnreadableFile("A sequence in the file is damaged.")
            position = self._skip_item(value, explicit, depth) if length == UNDEFINED else value + length

    def _skip_item(self, position: int, explicit: bool, depth: int) -> int:
        while True:
            tag, vr, length, value = self.element(position, explicit)
            if tag == _ITEM_END:
                return value
            if length == UNDEFINED:
                position = self.skip_sequence(value, explicit and vr != b"UN", depth + 1)
            else:
                position = value + length


def fragment_table(source: ByteSource, location: PixelLocation) -> tuple[list[int], list[tuple[int, int]]]:
    """Basic offset table and the (offset, length) of every fragment of encapsulated pixels (PS3.5 A.4).

    A stream that ends early gives the fragments that are whole.
    """
    window = _Window(source)
    position = location.offset
    if position + 8 > source.size or window.at(position, 8)[:4] != b"\xfe\xff\x00\xe0":
        raise UnreadableFile("The compressed pixels do not begin with an offset table.")
    (length,) = struct.unpack("<I", window.at(position, 8)[4:])
    if length % 4 or position + 8 + length > source.size:
        raise UnreadableFile("The offset table of the compressed pixels is damaged.")
    table = source.read(position + 8, length)
    offsets = list(struct.unpack(f"<{length // 4}I", table))
    position += 8 + length
    fragments: list[tuple[int, int]] = []
    while position + 8 <= source.size and len(fragments) < _MAX_FRAGMENTS:
        raw = window.at(position, 8)
        if raw[:4] != b"\xfe\xff\x00\xe0":
            break  # the sequence delimiter, or damage: what came before is whole
        (length,) = struct.unpack("<I", raw[4:])
        if position + 8 + length > source.size:
            break  # cut short: half a codestream would decode to a wrong picture
        fragments.append((position + 8, length))
        position += 8 + length
    if not fragments:
        raise UnreadableFile("The compressed pixels are missing or cut short.", "Copy or send the file again.")
    return offsets, fragments


def frame_segments(
    offsets: list[int], fragments: list[tuple[int, int]], frames: int, source: ByteSource
) -> list[list[tuple[int, int]]]:
    """The fragments of each frame.

    One fragment a frame where the numbers agree; else by the offset table; else by where a codestream begins.

    Raises
    ------
    UnreadableFile
        Fragments cannot be assigned to frames without guessing.
    """
    if frames == 1:
        return [fragments]
    if len(fragments) == frames:
        return [[fragment] for fragment in fragments]
    base = fragments[0][0] - 8
    if len(offsets) == frames and offsets[0] == 0 and all(a < b for a, b in pairwise(offsets)):
        starts = {position - 8 - base: index for index, (position, _) in enumerate(fragments)}
        if all(offset in starts for offset in offsets):
            first = [starts[offset] for offset in offsets] + [len(fragments)]
            return [fragments[a:b] for a, b in pairwise(first)]
    begins = [
        index
        for index, (position, _) in enumerate(fragments)
        if source.read(position, 3) in (b"\xff\xd8\xff", b"\xff\x4f\xff") or source.read(position + 4, 4) == b"jP  "
    ]
    if len(begins) == frames and begins[0] == 0:
        first = [*begins, len(fragments)]
        return [fragments[a:b] for a, b in pairwise(first)]
    if len(fragments) < frames:
        # Fewer frames than promised: those that are there can be read, the rest say so when asked for.
        return [[fragment] for fragment in fragments] + [[] for _ in range(frames - len(fragments))]
    raise UnreadableFile(
        f"The file has {len(fragments)} compressed pieces for {frames} frames and no table that assigns them."
    )
