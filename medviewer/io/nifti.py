"""Values of NIfTI-1 and NIfTI-2 files, as stored.

ITK's reader sets NaN to 0 and fills what a cut file lacks with 0, both in silence; so the values are read here
(nifti1.h, nifti2.h), and ITK is asked for the geometry only.
"""

from __future__ import annotations

import math
import os
import struct
import threading
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.errors import UnreadableFile
from medviewer.io.budget import require_bytes, require_plausible_packing
from medviewer.io.sources import ByteSource, open_source

_TYPES = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8"}
_RGB, _RGBA = 128, 2304
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class NiftiHeader:
    """Where and how the values are stored.

    Attributes
    ----------
    shape : tuple of int
        (components, times, z, y, x).
    stored : numpy dtype
        In the file's byte order.
    samples : int
        1, or 3 or 4 for colour.
    offset : int
        First byte of the values.
    slope, inter : float
        value = slope × stored + inter; 1 and 0 where the file says none.
    """

    shape: tuple[int, int, int, int, int]
    stored: np.dtype[Any]
    samples: int
    offset: int
    slope: float
    inter: float

    @property
    def scaled(self) -> bool:
        """Whether the values are not the stored ones."""
        return (self.slope, self.inter) != (1.0, 0.0)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the values: the stored type, or a float where they are scaled or have 64 bits."""
        native = self.stored.newbyteorder("=")
        if self.scaled:
            return np.dtype(np.float32 if native.itemsize <= 2 or native == np.float32 else np.float64)
        return np.dtype(np.float64) if native.itemsize == 8 else native

    @property
    def volume_bytes(self) -> int:
        """Bytes of one volume in the file."""
        return math.prod(self.shape[2:]) * self.samples * self.stored.itemsize


class _Unpacked:
    """The bytes of a file or of a gzip stream, read forward."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self.at = 0  # bytes handed out so far
        self._engine = zlib.decompressobj(16 + zlib.MAX_WBITS) if source.read(0, 2) == b"\x1f\x8b" else None
        self._position = 0
        self._ready = bytearray()

    def read(self, count: int) -> bytes:
        """The next `count` bytes, fewer at the end."""
        if self._engine is None:
            piece = self._source.read(self._position, count)
            self._position += len(piece)
            self.at += len(piece)
            return piece
        while len(self._ready) < count and not self._engine.eof:
            packed = self._engine.unconsumed_tail or self._source.read(self._position, _CHUNK_BYTES)
            if not self._engine.unconsumed_tail:
                self._position += len(packed)
            if not packed:
                break
            try:
                self._ready += self._engine.decompress(packed, max(_CHUNK_BYTES, count - len(self._ready)))
            except zlib.error:
                raise UnreadableFile("The compressed file is damaged.") from None
        piece = bytes(self._ready[:count])
        del self._ready[:count]
        self.at += len(piece)
        return piece

    def go_on_with(self, source: ByteSource) -> None:
        """Read on from the same file, opened again."""
        self._source = source

    def skip(self, count: int) -> None:
        """Pass over bytes."""
        if self._engine is None:
            self._position += count
            self.at += count
            return
        while count > 0:
            piece = self.read(min(count, _CHUNK_BYTES))
            if not piece:
                return
            count -= len(piece)


class _Cursor:
    """Where the last read of a compressed file ended: its next volume need not be unpacked from the start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[object, _Unpacked] | None = None

    def take(self, key: object, source: ByteSource, start: int) -> _Unpacked:
        """A stream over `source` that stands at `start` or before."""
        with self._lock:
            kept, self._kept = self._kept, None
        if kept is not None and kept[0] == key and kept[1].at <= start:
            kept[1].go_on_with(source)
            return kept[1]
        return _Unpacked(source)

    def keep(self, key: object, stream: _Unpacked) -> None:
        """Keep the state of a stream; its source may be closed."""
        with self._lock:
            self._kept = (key, stream)


_cursor = _Cursor()


def read_header(path: str | os.PathLike[str]) -> NiftiHeader:
    """Parse the header.

    Raises
    ------
    UnreadableFile
        No NIfTI file, or of values that cannot be shown.
    """
    with open_source(os.fspath(path)) as source:
        return _parse(_Unpacked(source).read(540))


def _parse(head: bytes) -> NiftiHeader:
    if len(head) < 348:
        raise UnreadableFile("The file ends inside its header.")
    for order in "<>":
        size = struct.unpack_from(order + "i", head)[0]
        if size == 348:
            dim = struct.unpack_from(order + "8h", head, 40)
            code = struct.unpack_from(order + "h", head, 70)[0]
            offset, slope, inter = struct.unpack_from(order + "3f", head, 108)
            break
        if size == 540 and len(head) >= 540:
            code = struct.unpack_from(order + "h", head, 12)[0]
            dim = struct.unpack_from(order + "8q", head, 16)
            offset = struct.unpack_from(order + "q", head, 168)[0]
            slope, inter = struct.unpack_from(order + "2d", head, 176)
            break
    else:
        raise UnreadableFile("This is not a NIfTI file.")
    count = dim[0]
    if not 1 <= count <= 7 or any(n < 1 for n in dim[1 : count + 1]):
        raise UnreadableFile("The size of the volume in the header is not possible.")
    x, y, z, t, u = (dim[i] if i <= count else 1 for i in range(1, 6))
    if any(dim[i] > 1 for i in range(6, count + 1)):
        raise UnreadableFile("The volume has more than five dimensions.")
    samples = {_RGB: 3, _RGBA: 4}.get(code, 1)
    if samples == 1 and code not in _TYPES:
        raise UnreadableFile("The volume holds numbers of a kind that cannot be shown.")
    if not math.isfinite(offset) or not 0 <= offset < 1 << 40:
        raise UnreadableFile("The header does not say where the values are.")
    if slope == 0 or not math.isfinite(slope) or samples > 1:
        slope, inter = 1.0, 0.0
    if not math.isfinite(inter):
        inter = 0.0
    return NiftiHeader(
        (u, t, z, y, x), np.dtype(order + _TYPES.get(code, "u1")), samples, int(offset),
        float(slope), float(inter),
    )  # fmt: skip


def read_part(path: str | os.PathLike[str], part: int) -> NDArray[Any]:
    """The values of one part, shape (z, y, x), or (z, y, x, 3) uint8 for colour.

    Parameters
    ----------
    part : int
        time × components + component.

    Raises
    ------
    UnreadableFile
        Damaged or cut short: what is missing is never made up.
    TooLarge
    """
    name = os.fspath(path)
    header = read_header(name)
    components, times = header.shape[:2]
    if not 0 <= part < components * times:
        raise UnreadableFile("The file has no such volume.")
    require_bytes(header.volume_bytes * (3 if header.scaled else 2), "The volume")
    time, component = divmod(part, components)
    lower = name.lower()
    if lower.endswith(".hdr"):
        name = name[:-4] + (".img" if os.path.exists(name[:-4] + ".img") else ".img.gz")
    with open_source(name) as source:
        start = header.offset + (component * times + time) * header.volume_bytes
        require_plausible_packing(start + header.volume_bytes, source.size)
        status = os.stat(name)
        key = (name, status.st_size, status.st_mtime_ns)
        stream = _cursor.take(key, source, start)
        stream.skip(start - stream.at)
        data = stream.read(header.volume_bytes)
        if header.shape[0] * header.shape[1] > 1:
            _cursor.keep(key, stream)
    if len(data) < header.volume_bytes:
        raise UnreadableFile("The file is cut short: its values are not all there.", "Copy or send it again.")
    values = np.frombuffer(data, header.stored)
    if header.samples > 1:
        return np.ascontiguousarray(values.reshape(*header.shape[2:], header.samples)[..., :3])
    values = values.reshape(header.shape[2:])
    if header.scaled:
        return (values.astype(np.float64) * header.slope + header.inter).astype(header.dtype)
    return values.astype(header.dtype)
