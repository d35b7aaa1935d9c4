"""What a compressed frame says of itself: sizes, bits, sign and colour, read before a decoder sees it.

Pure Python over a few hundred bytes. A header that contradicts the DICOM attributes is refused before a codec
allocates (ISO/IEC 10918-1 B.2.2, 14495-1 C.2.2, 15444-1 A.5.1, A.6.1).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from medviewer.errors import UnreadableFile

_SOF_NAMES = {
    0xC5: "hierarchical",
    0xC6: "hierarchical",
    0xC7: "hierarchical lossless",
    0xCB: "arithmetic lossless",
    0xCD: "hierarchical arithmetic",
    0xCE: "hierarchical arithmetic",
    0xCF: "hierarchical arithmetic lossless",
}


@dataclass(frozen=True)
class Codestream:
    """The facts of a codestream header.

    Attributes
    ----------
    kind : str
        ``"jpeg"``, ``"jpegls"`` or ``"j2k"``.
    bits : int
        Precision of a sample.
    signed : bool
        JPEG 2000 only.
    process : int
        JPEG: the SOF marker (0xC0 baseline … 0xC3 lossless, 0xF7 JPEG-LS).
    colour_transform : bool or None
        JPEG 2000: whether the multiple component transform is used (the decoder gives RGB then).
        JPEG: True for YCbCr, False for RGB, None when the stream does not say.
    reversible : bool
        Whether the coding keeps every value.
    start : int
        Where the codestream begins (after JP2 boxes).
    """

    kind: str
    rows: int
    columns: int
    components: int
    bits: int
    signed: bool = False
    process: int = 0
    colour_transform: bool | None = None
    reversible: bool = True
    start: int = 0
    unsupported: str = ""


def parse(data: bytes | memoryview) -> Codestream:
    """Read the header of a JPEG, JPEG-LS or JPEG 2000 frame.

    Raises
    ------
    UnreadableFile
        The bytes are no such stream or end inside the header.
    """
    head = bytes(data[:2])
    try:
        if head == b"\xff\xd8":
            return _parse_jpeg(data)
        if head == b"\xff\x4f":
            return _parse_j2k(data, 0)
        if bytes(data[4:8]) == b"jP  ":
            return _parse_j2k(data, _jp2_codestream(data))
    except (struct.error, IndexError):
        raise UnreadableFile("The compressed image ends inside its header.") from None
    raise UnreadableFile("The compressed image does not begin like one.")


def _parse_jpeg(data: bytes | memoryview) -> Codestream:
    position = 2
    jfif = False
    adobe: int | None = None
    size = len(data)
    while position + 4 <= size:
        if data[position] != 0xFF:
            raise UnreadableFile("The compressed image has a damaged header.")
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker in (0x01, *range(0xD0, 0xD8)):
            position += 2
            continue
        (length,) = struct.unpack_from(">H", data, position + 2)
        body = position + 4
        if marker == 0xE0 and bytes(data[body : body + 4]) == b"JFIF":
            jfif = True
        elif marker == 0xEE and bytes(data[body : body + 5]) == b"Adobe" and length >= 14:
            adobe = data[body + 11]
        elif marker == 0xF7 or (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)):
            bits, rows, columns, components = struct.unpack_from(">BHHB", data, body)
            ids = bytes(data[body + 6 + 3 * i] for i in range(min(components, 4)))
            transform: bool | None = None
            if components == 3:
                if adobe is not None:
                    transform = adobe == 1
                elif jfif:
                    transform = True
                elif ids == b"RGB":
                    transform = False
            return Codestream(
                "jpegls" if marker == 0xF7 else "jpeg", rows, columns, components, bits, process=marker,
                colour_transform=transform, reversible=marker in (0xC3, 0xF7),
                unsupported=_SOF_NAMES.get(marker, ""),
            )  # fmt: skip
        elif marker in (0xD9, 0xDA):
            break
        position += 2 + length
    raise UnreadableFile("The compressed image has no frame header.")


def _jp2_codestream(data: bytes | memoryview) -> int:
    position = 0
    for _ in range(64):
        length, name = struct.unpack_from(">I4s", data, position)
        header = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, position + 8)
            header = 16
        if name == b"jp2c":
            return position + header
        if length < header:
            break
        position += length
    raise UnreadableFile("The compressed image has no codestream in its file format.")


def _parse_j2k(data: bytes | memoryview, start: int) -> Codestream:
    if bytes(data[start : start + 4]) != b"\xff\x4f\xff\x51":
        raise UnreadableFile("The compressed image has a damaged header.")
    length, _, x1, y1, x0, y0 = struct.unpack_from(">HHIIII", data, start + 4)
    (components,) = struct.unpack_from(">H", data, start + 40)
    depths = [data[start + 42 + 3 * i] for i in range(min(components, 4))]
    if not depths:
        raise UnreadableFile("The compressed image has no components.")
    transform, reversible = False, True
    position = start + 4 + length
    for _ in range(256):
        if position + 4 > len(data):
            break
        marker, size = struct.unpack_from(">HH", data, position)
        if marker == 0xFF52:  # COD
            transform = data[position + 8] == 1
            reversible = data[position + 13] == 1
            break
        if marker in (0xFF90, 0xFF93):
            break
        position += 2 + size
    return Codestream(
        "j2k", y1 - y0, x1 - x0, components, max((d & 0x7F) + 1 for d in depths), bool(depths[0] & 0x80),
        colour_transform=transform, reversible=reversible, start=start,
    )  # fmt: skip
