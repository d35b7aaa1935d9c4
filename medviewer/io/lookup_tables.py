"""Lookup tables of a dataset: modality LUT, VOI LUTs and palettes (PS3.3 C.11.1, C.11.2, C.7.9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.display import VoiLut
from medviewer.io.dataset import items, text, value

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_COLOURS = ("Red", "Green", "Blue")
_MAX_ENTRIES = 1 << 16


@dataclass(frozen=True, eq=False)
class Palette:
    """Red, green and blue for stored values from `first` on; the ends are continued.

    `rgb` is (n, 3) uint8; 16-bit tables are shifted right by 8 (PS3.3 C.7.6.3.1.5).
    """

    first: int
    rgb: NDArray[np.uint8]

    def apply(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """RGB of stored values, shape (..., 3)."""
        index = np.clip(values.astype(np.int64) - self.first, 0, len(self.rgb) - 1)
        return self.rgb[index]


def _integers(found: Any, big_endian: bool, bits: int = 16) -> NDArray[np.int64] | None:
    """Words of an element that may come as numbers or as bytes."""
    if found is None:
        return None
    try:
        if isinstance(found, (bytes, bytearray)):
            width = bits // 8 if len(found) % 2 == 0 else 1
            if width == 1:
                return _octets(found, big_endian).astype(np.int64)
            return np.frombuffer(found, np.dtype(f"{'>' if big_endian else '<'}u{width}")).astype(np.int64)
        several = list(found) if hasattr(found, "__iter__") and not isinstance(found, str) else [found]
        return np.array([int(v) for v in several], dtype=np.int64)
    except (TypeError, ValueError, OverflowError):
        return None


def _octets(found: bytes | bytearray, big_endian: bool) -> NDArray[np.uint8]:
    """Single bytes of an OW value; a big endian file holds them in swapped pairs (PS3.5 7.3)."""
    octets = np.frombuffer(bytes(found), np.uint8)
    return octets.view(np.uint16).byteswap().view(np.uint8) if big_endian and octets.size % 2 == 0 else octets


def _descriptor(found: Any, signed: bool, big_endian: bool) -> tuple[int, int, int] | None:
    """(entries, first mapped value, bits): 0 entries mean 65536, the first value has the sign of the pixels."""
    words = _integers(found, big_endian)
    if words is None or len(words) < 3:
        return None
    entries, first, bits = (int(v) & 0xFFFF for v in words[:3])
    if signed and first > 0x7FFF:
        first -= 0x10000
    return entries or _MAX_ENTRIES, first, bits


def _entries(found: Any, entries: int, bits: int, big_endian: bool) -> NDArray[np.int64] | None:
    """Table entries; 8-bit ones may be stored one or two to a word. None when the length contradicts."""
    if isinstance(found, (bytes, bytearray)):
        if len(found) in (entries, entries + 1) and entries > 1 and (bits <= 8 or len(found) < 2 * entries):
            return _octets(found, big_endian)[:entries].astype(np.int64)
        words = _integers(found, big_endian)
    else:
        words = _integers(found, big_endian)
        if words is not None and bits <= 8 and len(words) == (entries + 1) // 2 and entries > 1:
            packed = words.astype(np.uint16)
            pairs = np.stack((packed & 0xFF, packed >> 8), axis=-1)  # the first entry is the low byte
            return pairs.reshape(-1)[:entries].astype(np.int64)
    if words is None or len(words) < entries:
        return None
    return words[:entries] & 0xFFFF


def modality_lut(
    ds: Dataset, signed: bool, warnings: list[str], big_endian: bool = False
) -> tuple[int, NDArray[np.float32], str] | None:
    """ModalityLUTSequence as (first stored value, modality values, ModalityLUTType), or None."""
    for item in items(ds, "ModalityLUTSequence")[:1]:
        shape = _descriptor(value(item, "LUTDescriptor"), signed, big_endian)
        table = _entries(value(item, "LUTData"), shape[0], shape[2], big_endian) if shape else None
        if shape is None or table is None:
            warnings.append("The modality lookup table is damaged and was left out: values are as stored.")
            return None
        return shape[1], table.astype(np.float32), text(item, "ModalityLUTType")
    return None


def voi_luts(ds: Dataset, signed: bool, warnings: list[str], big_endian: bool = False) -> tuple[VoiLut, ...]:
    """The tables of VOILUTSequence; damaged ones are left out with a warning.

    `signed` tells whether the input of the table may be negative (signed pixels or a negative intercept).
    """
    found: list[VoiLut] = []
    for item in items(ds, "VOILUTSequence")[:64]:
        shape = _descriptor(value(item, "LUTDescriptor"), signed, big_endian)
        table = _entries(value(item, "LUTData"), shape[0], shape[2], big_endian) if shape else None
        if shape is None or table is None:
            warnings.append("A display lookup table of the file is damaged and was left out.")
            continue
        bits = shape[2] if 1 <= shape[2] <= 16 else 16
        top = int(table.max())
        if top >> bits:
            bits = top.bit_length()
        found.append(VoiLut(shape[1], table.astype(np.uint16), bits, text(item, "LUTExplanation")))
    return tuple(found)


def palette(ds: Dataset, signed: bool, warnings: list[str], big_endian: bool = False) -> Palette | None:
    """The palette of a dataset, plain or segmented, or None when it is missing or damaged."""
    channels: list[NDArray[np.int64]] = []
    first = 0
    for colour in _COLOURS:
        shape = _descriptor(value(ds, f"{colour}PaletteColorLookupTableDescriptor"), signed, big_endian)
        if shape is None:
            return None
        entries, first, bits = shape
        data = value(ds, f"{colour}PaletteColorLookupTableData")
        segments = value(ds, f"Segmented{colour}PaletteColorLookupTableData")
        if data is not None:
            table = _entries(data, entries, bits, big_endian)
        else:
            table = _unfold(_integers(segments, big_endian, 16 if bits > 8 else 8), entries, bits <= 8)
        if table is None:
            warnings.append("The colour palette is damaged.")
            return None
        channels.append(table)
    # Some writers say 16 bits and fill 8, or say 8 and fill 16: the values decide, of all three channels together.
    if any(int(table.max(initial=0)) > 255 for table in channels):
        channels = [table >> 8 for table in channels]
    if len({len(channel) for channel in channels}) != 1:
        warnings.append("The colour palette is damaged.")
        return None
    return Palette(first, np.stack(channels, axis=-1).clip(0, 255).astype(np.uint8))


def _unfold(words: NDArray[np.int64] | None, entries: int, narrow: bool) -> NDArray[np.int64] | None:
    """Segmented palette data to entries: discrete, linear and indirect segments (PS3.3 C.7.9.2)."""
    if words is None:
        return None
    out: list[int] = []
    starts: list[int] = []
    codes = words.tolist()
    position = 0
    while position + 1 < len(codes) and len(out) < entries:
        starts.append(position)
        step = _segment(codes, position, starts, out, narrow)
        if step is None or len(out) > 2 * _MAX_ENTRIES:
            return None
        position += step
    if len(out) < entries:
        return None
    return np.array(out[:entries], dtype=np.int64)


def _segment(codes: list[int], position: int, starts: list[int], out: list[int], narrow: bool) -> int | None:
    """Append one segment's entries; the words it took, or None when damaged."""
    code, length = codes[position], codes[position + 1]
    if code == 0:
        out.extend(codes[position + 2 : position + 2 + length])
        return 2 + length
    if code == 1 and position + 2 < len(codes) and out:
        begin, end = out[-1], codes[position + 2]
        out.extend(round(begin + (end - begin) * (i + 1) / length) for i in range(length))
        return 3
    if code != 2:
        return None
    # The offset is 32 bits wide: four words of a byte, or two of 16 bits.
    words = codes[position + 2 : position + (6 if narrow else 4)]
    if len(words) != (4 if narrow else 2):
        return None
    target = sum(word << (index * (8 if narrow else 16)) for index, word in enumerate(words))
    if target not in starts and not narrow and target % 2 == 0:
        target //= 2  # writers count bytes or entries
    if target not in starts:
        return None
    index = starts.index(target)
    for start in starts[index : index + length]:
        # An indirect segment may not point to another (PS3.3 C.7.9.2.3).
        if codes[start] == 2 or _segment(codes, start, [], out, narrow) is None:
            return None
    return 2 + len(words)
