"""Where the bytes of a frame are and what they mean, before they are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
import numpy as np

from medviewer.errors import TooLarge, UnreadableFile, UnsupportedTransferSyntax
from medviewer.io.budget import readable_bytes, require_bytes

_MAX_FRAME_BYTES = 1 << 29  # a decoder needs three times as much; the largest radiographs have a tenth of it
IMPLICIT_LE = "1.2.840.10008.1.2"
EXPLICIT_LE = "1.2.840.10008.1.2.1"
EXPLICIT_BE = "1.2.840.10008.1.2.2"
DEFLATED_LE = "1.2.840.10008.1.2.1.99"
DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
RLE_LOSSLESS = "1.2.840.10008.1.2.5"
_JPEG = "1.2.840.10008.1.2.4."

NATIVE = frozenset({IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE, DEFLATED_LE, "", "1.2.840.113619.5.2", _JPEG + "3"})
"""Uncompressed pixels; the last but one is GE's private big endian pixel syntax, which is implicit little endian."""

JPEG_SYNTAXES = frozenset(_JPEG + str(n) for n in (*range(50, 67), 70))
JPEG_LS_SYNTAXES = frozenset({_JPEG + "80", _JPEG + "81"})
JPEG_2000_SYNTAXES = frozenset({_JPEG + "90", _JPEG + "91", _JPEG + "92", _JPEG + "93"})
HTJ2K_SYNTAXES = frozenset({_JPEG + "201", _JPEG + "202", _JPEG + "203"})
JPEG_XL_SYNTAXES = frozenset({_JPEG + "110", _JPEG + "111", _JPEG + "112"})
DECODABLE = JPEG_SYNTAXES | JPEG_LS_SYNTAXES | JPEG_2000_SYNTAXES | HTJ2K_SYNTAXES | JPEG_XL_SYNTAXES | {
    RLE_LOSSLESS, DEFLATED_FRAME,
}  # fmt: skip

REFUSED = {
    _JPEG + "94": "JPIP referenced (the pixels are on a server)",
    _JPEG + "95": "JPIP referenced (the pixels are on a server)",
    _JPEG + "204": "JPIP referenced HTJ2K (the pixels are on a server)",
    _JPEG + "205": "JPIP referenced HTJ2K (the pixels are on a server)",
    "1.2.840.10008.1.2.6.1": "RFC 2557 MIME encapsulation",
    "1.2.840.10008.1.2.6.2": "XML encoding",
} | {
    _JPEG + n: name
    for numbers, name in (
        (("100", "100.1", "101", "101.1"), "MPEG-2 video"),
        (("102", "102.1", "103", "103.1", "104", "104.1", "105", "105.1", "106", "106.1"), "MPEG-4 AVC/H.264 video"),
        (("107", "108"), "HEVC/H.265 video"),
    )
    for n in numbers
}

LOSSY_SYNTAXES = frozenset(_JPEG + n for n in ("50", "51", "52", "53", "54", "55", "56", "59", "60", "61", "62", "63",
                                               "64", "81", "91", "93", "111", "112", "203"))  # fmt: skip
"""Syntaxes that lose values, or may (.91, .93, .203: the codestream decides)."""

PIXEL_KEYWORDS = {0x7FE00010: "PixelData", 0x7FE00008: "FloatPixelData", 0x7FE00009: "DoubleFloatPixelData"}


class PixelFormat(msgspec.Struct, frozen=True, kw_only=True):
    """How the samples of one instance are stored (PS3.5 8.1, PS3.3 C.7.6.3)."""

    rows: int
    columns: int
    frames: int = 1
    samples: int = 1
    bits_allocated: int = 16
    bits_stored: int = 16
    high_bit: int = 15
    signed: bool = False
    photometric: str = "MONOCHROME2"
    planar: int = 0
    transfer_syntax_uid: str = EXPLICIT_LE
    big_endian: bool = False
    keyword: str = "PixelData"

    @property
    def is_native(self) -> bool:
        """Whether the pixels are not encapsulated."""
        return self.transfer_syntax_uid in NATIVE

    @property
    def is_float(self) -> bool:
        """Whether the pixels are FloatPixelData or DoubleFloatPixelData."""
        return self.keyword != "PixelData"

    @property
    def is_colour(self) -> bool:
        """Whether a frame is shown in colour: several samples, or a palette."""
        return self.samples > 1 or self.photometric == "PALETTE COLOR"

    @property
    def stored_dtype(self) -> np.dtype[np.generic]:
        """Native-endian type that holds one stored sample."""
        return _stored_dtype(self.keyword, self.bits_allocated, self.signed)

    @property
    def is_subsampled(self) -> bool:
        """Whether native colour is stored as Y1 Y2 Cb Cr for every two pixels; YBR_PARTIAL_422 is retired."""
        return self.samples == 3 and self.photometric in {"YBR_FULL_422", "YBR_PARTIAL_422"}

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """(rows, columns), or (rows, columns, samples)."""
        return (self.rows, self.columns) if self.samples == 1 else (self.rows, self.columns, self.samples)

    @property
    def frame_samples(self) -> int:
        """Samples of one frame."""
        return self.rows * self.columns * self.samples

    @property
    def decoded_bytes(self) -> int:
        """Bytes of one frame in memory."""
        return self.frame_samples * self.stored_dtype.itemsize

    @property
    def native_bits(self) -> int:
        """Bits of one native frame in the file; subsampled colour takes two samples a pixel (PS3.3 C.7.6.3.1.2)."""
        if self.is_subsampled:
            return self.rows * self.columns * 2 * self.bits_allocated
        return self.frame_samples * self.bits_allocated

    def native_range(self, frame: int) -> tuple[int, int, int]:
        """Byte offset, byte count and first bit of native frame `frame`.

        Frames of one-bit images follow each other without padding (PS3.5 8.1.1), so one may start inside a byte.
        """
        first_bit = frame * self.native_bits
        start, stop = first_bit // 8, -(-(first_bit + self.native_bits) // 8)
        return start, stop - start, first_bit % 8

    def validate(self) -> None:
        """Raise when no image can have this format, before anything is allocated.

        Raises
        ------
        UnreadableFile
            Sizes or bits that contradict the standard.
        UnsupportedTransferSyntax
            Pixels in a form that no decoder here reads.
        TooLarge
            One frame is larger than the byte budget.
        """
        syntax = self.transfer_syntax_uid
        if not self.is_native and syntax not in DECODABLE:
            known = REFUSED.get(syntax)
            if known:
                raise UnsupportedTransferSyntax(
                    f"The pixels are stored as {known}, which no decoder here reads.",
                    "Ask for the images in an uncompressed or JPEG 2000 form.",
                )
            raise UnsupportedTransferSyntax(
                f"The transfer syntax {printable(syntax)} is not known, so the pixels cannot be decoded.",
                "Ask for the images in a standard transfer syntax.",
            )
        if not (0 < self.rows <= 65535 and 0 < self.columns <= 65535):
            raise UnreadableFile(f"The image size {self.columns} × {self.rows} in the header is not possible.")
        if self.frames < 1:
            raise UnreadableFile("The header says that the image has no frames.")
        if self.samples not in (1, 3, 4):
            raise UnreadableFile(f"The header says {self.samples} samples per pixel; images have 1 or 3.")
        if self.is_float:
            if self.samples != 1:
                raise UnreadableFile("Floating point pixels must have one sample per pixel.")
        elif self.bits_allocated not in (1, 8, 16, 32):
            raise UnreadableFile(
                f"The header says {self.bits_allocated} bits allocated; 1, 8, 16 and 32 can be read."
            )
        elif not (0 < self.bits_stored <= self.bits_allocated):
            raise UnreadableFile(
                f"The header says {self.bits_stored} bits stored of {self.bits_allocated} allocated, "
                "which is not possible."
            )
        elif not (self.bits_stored - 1 <= self.high_bit < self.bits_allocated):
            raise UnreadableFile(f"The high bit {self.high_bit} in the header contradicts the bits stored.")
        if self.bits_allocated == 1 and self.samples != 1:
            raise UnreadableFile("One-bit pixels must have one sample per pixel.")
        require_bytes(self.decoded_bytes, "One frame")
        if self.decoded_bytes > _MAX_FRAME_BYTES:
            raise TooLarge(
                f"One frame would need {readable_bytes(self.decoded_bytes)}, which is larger than the "
                f"{readable_bytes(_MAX_FRAME_BYTES)} that a frame may have.",
                "Open the smaller levels of the slide, or images cut into tiles.",
            )


@lru_cache(maxsize=64)
def _stored_dtype(keyword: str, bits_allocated: int, signed: bool) -> np.dtype[np.generic]:
    if keyword != "PixelData":
        return np.dtype(np.float32 if keyword == "FloatPixelData" else np.float64)
    return np.dtype(f"{'i' if signed else 'u'}{max(8, bits_allocated) // 8}")


@dataclass(frozen=True, slots=True)
class FrameSource:
    """One frame of one file (or ZIP member), as a request to read it.

    Attributes
    ----------
    path, member : str
        The file, and the member when it is a ZIP archive.
    frame : int
        Index in the file, from 0.
    format : PixelFormat
        What the bytes mean.
    offset, length : int
        Where the value of the pixel element begins and its length in bytes; -1: found when read.
    """

    path: str
    frame: int
    format: PixelFormat
    member: str = ""
    offset: int = -1
    length: int = -1
    data: bytes | None = field(default=None, repr=False)


def printable(text: str, limit: int = 64) -> str:
    """Text from a file, cut and without control characters, fit for a message."""
    clean = "".join(c for c in text[:limit] if c.isprintable())
    return clean or "(empty)"
