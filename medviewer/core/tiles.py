"""Label volumes that share what they have in common: copies cost only the tiles that differ.

A volume is cut into tiles of 64 × 64 voxels of one slice; a tile without a label is not stored. Versions of a volume
share the tiles that a stroke did not touch, so that keeping every version (undo) costs no more than the strokes.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

TILE: Final = 64
EXACT: Final = 256
MAX_VOXELS: Final = 2**34
"""No grid that claims more is unpacked."""

Place = tuple[int, int]
"""Row and column of a tile."""
Slice = Mapping[Place, bytes]

_RECORD = struct.Struct("<IHHB")  # slice, tile row, tile column, kind
_GONE, _UNIFORM, _FULL = 0, 1, 2
_INTERNED: dict[bytes, bytes] = {}  # tiles of one value, by that value's bytes: inside masks nearly all are alike
_LEVEL = 1


@dataclass(frozen=True)
class Box:
    """A part of a grid, half open: the voxels z0 ≤ z < z1, y0 ≤ y < y1, x0 ≤ x < x1."""

    z0: int
    y0: int
    x0: int
    z1: int
    y1: int
    x1: int

    @property
    def is_empty(self) -> bool:
        """Whether no voxel lies in it."""
        return self.z0 >= self.z1 or self.y0 >= self.y1 or self.x0 >= self.x1

    @property
    def shape_zyx(self) -> tuple[int, int, int]:
        """Its size."""
        return self.z1 - self.z0, self.y1 - self.y0, self.x1 - self.x0

    @property
    def slices(self) -> tuple[slice, slice, slice]:
        """For indexing an array."""
        return slice(self.z0, self.z1), slice(self.y0, self.y1), slice(self.x0, self.x1)

    def clipped(self, shape_zyx: tuple[int, int, int]) -> Box:
        """The part of it that lies on a grid."""
        z, y, x = shape_zyx
        return Box(
            max(0, self.z0), max(0, self.y0), max(0, self.x0), min(z, self.z1), min(y, self.y1), min(x, self.x1)
        )

    def joined(self, other: Box | None) -> Box:
        """The smallest box around both."""
        if other is None or other.is_empty:
            return self
        if self.is_empty:
            return other
        return Box(
            min(self.z0, other.z0),
            min(self.y0, other.y0),
            min(self.x0, other.x0),
            max(self.z1, other.z1),
            max(self.y1, other.y1),
            max(self.x1, other.x1),
        )


class TiledLabels:
    """A label volume as a value; equal volumes have equal voxels.

    Attributes
    ----------
    shape_zyx : tuple of int
        Slices, rows, columns.
    dtype : str
        ``"uint8"`` or ``"uint16"``.
    slices : mapping of int to mapping of (row, column) to bytes
        The tiles by slice and place, 64 × 64 voxels each in rows, little endian, 0 beyond the edge of the grid.
        Tiles without a label and slices without a tile are left out. Never changed.
    """

    __slots__ = ("dtype", "shape_zyx", "slices")

    def __init__(
        self, shape_zyx: tuple[int, int, int], dtype: str = "uint8", slices: Mapping[int, Slice] | None = None
    ) -> None:
        if dtype not in ("uint8", "uint16") or len(shape_zyx) != 3 or min(shape_zyx) < 1:
            raise ValueError(f"not a label volume: {dtype} {shape_zyx}")
        self.shape_zyx = shape_zyx
        self.dtype = dtype
        self.slices: Mapping[int, Slice] = slices or {}

    # -- from and to arrays

    @classmethod
    def of_array(cls, array: NDArray[Any], like: TiledLabels | None = None) -> TiledLabels:
        """The tiles of an array (z, y, x) of uint8 or uint16; those that `like` has too are shared with it."""
        z, y, x = array.shape
        kind = _kind(str(array.dtype))
        made: dict[int, Slice] = {}
        for k in range(z):
            found = array[k]
            if not found.any():
                continue
            old = like.slices.get(k, {}) if like is not None and like.dtype == str(array.dtype) else {}
            tiles: dict[Place, bytes] = {}
            for row in range(0, y, TILE):
                band = found[row : row + TILE]
                if not band.any():
                    continue
                for column in range(0, x, TILE):
                    part = band[:, column : column + TILE]
                    if part.any():
                        place = (row // TILE, column // TILE)
                        tiles[place] = _shared(_packed(part, kind), old.get(place))
            made[k] = old if old and tiles == old else tiles
        return cls((z, y, x), str(array.dtype), made)

    def array(self) -> NDArray[Any]:
        """The whole volume, shape (z, y, x); a new array."""
        out = np.zeros(self.shape_zyx, self.dtype)
        for k in self.slices:
            self._fill(out[k], k)
        return out

    def slice(self, k: int) -> NDArray[Any]:
        """Slice `k`, shape (y, x); a new array."""
        out = np.zeros(self.shape_zyx[1:], self.dtype)
        self._fill(out, k)
        return out

    def box(self, box: Box) -> NDArray[Any]:
        """The voxels of a box that lies on the grid; a new array."""
        out = np.zeros(box.shape_zyx, self.dtype)
        if box.is_empty:
            return out
        for k in range(box.z0, box.z1):
            tiles = self.slices.get(k)
            if not tiles:
                continue
            for row in range(box.y0 // TILE, (box.y1 - 1) // TILE + 1):
                for column in range(box.x0 // TILE, (box.x1 - 1) // TILE + 1):
                    tile = tiles.get((row, column))
                    if tile is None:
                        continue
                    top, left = row * TILE, column * TILE
                    y0, y1 = max(box.y0, top), min(box.y1, top + TILE)
                    x0, x1 = max(box.x0, left), min(box.x1, left + TILE)
                    inner = self._unpacked(tile)[y0 - top : y1 - top, x0 - left : x1 - left]
                    out[k - box.z0, y0 - box.y0 : y1 - box.y0, x0 - box.x0 : x1 - box.x0] = inner
        return out

    def _fill(self, out: NDArray[Any], k: int) -> None:
        for (row, column), tile in self.slices.get(k, {}).items():
            part = out[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]
            part[:] = self._unpacked(tile)[: part.shape[0], : part.shape[1]]

    def _unpacked(self, tile: bytes) -> NDArray[Any]:
        return np.frombuffer(tile, _kind(self.dtype)).reshape(TILE, TILE)

    @property
    def is_empty(self) -> bool:
        """Whether every voxel is background."""
        return not self.slices

    # -- other versions

    def with_type(self, dtype: str) -> TiledLabels:
        """The same voxels as ``"uint8"`` (values up to 255) or ``"uint16"``."""
        if dtype == self.dtype:
            return self
        kind = _kind(dtype)
        slices = {
            k: {place: _shared(self._unpacked(tile).astype(kind).tobytes()) for place, tile in tiles.items()}
            for k, tiles in self.slices.items()
        }
        return TiledLabels(self.shape_zyx, dtype, slices)

    def with_box(self, box: Box, voxels: NDArray[Any]) -> TiledLabels:
        """Other voxels in a box; the same object when they are the same.

        Parameters
        ----------
        box : Box
            Lies on the grid.
        voxels : NDArray, shape ``box.shape_zyx``
            Values that fit the type.
        """
        if box.is_empty:
            return self
        kind = _kind(self.dtype)
        slices = dict(self.slices)
        changed = False
        for k in range(box.z0, box.z1):
            old = self.slices.get(k, {})
            tiles = dict(old)
            for row in range(box.y0 // TILE, (box.y1 - 1) // TILE + 1):
                for column in range(box.x0 // TILE, (box.x1 - 1) // TILE + 1):
                    top, left = row * TILE, column * TILE
                    y0, y1 = max(box.y0, top), min(box.y1, top + TILE)
                    x0, x1 = max(box.x0, left), min(box.x1, left + TILE)
                    part = voxels[k - box.z0, y0 - box.y0 : y1 - box.y0, x0 - box.x0 : x1 - box.x0]
                    before = old.get((row, column))
                    if before is None and not part.any():
                        continue
                    whole = (
                        np.zeros((TILE, TILE), kind)
                        if before is None
                        else np.array(self._unpacked(before), copy=True)
                    )
                    inner = whole[y0 - top : y1 - top, x0 - left : x1 - left]
                    if before is not None and np.array_equal(inner, part):
                        continue
                    inner[:] = part
                    changed = True
                    if whole.any():
                        tiles[row, column] = _shared(whole.tobytes())
                    else:
                        tiles.pop((row, column), None)
            if tiles:
                if tiles != old:
                    slices[k] = tiles
            else:
                slices.pop(k, None)
        return TiledLabels(self.shape_zyx, self.dtype, slices) if changed else self

    def replaced(self, value: int, by: int = 0) -> TiledLabels:
        """One label exchanged for another one that the type holds; 0 takes it away."""
        kind = _kind(self.dtype)
        slices: dict[int, Slice] = {}
        for k, tiles in self.slices.items():
            made: dict[Place, bytes] = {}
            for place, tile in tiles.items():
                voxels = self._unpacked(tile)
                where = voxels == value
                if not where.any():
                    made[place] = tile
                    continue
                new = np.where(where, np.array(by, kind), voxels)
                if new.any():
                    made[place] = _shared(new.astype(kind, copy=False).tobytes())
            if made:
                slices[k] = tiles if made == tiles else made
        return TiledLabels(self.shape_zyx, self.dtype, slices)

    # -- what differs

    def changed_tiles(self, before: TiledLabels | None) -> Iterator[tuple[int, Place]]:
        """Slice and place of each tile that differs from another version; without one, of each tile."""
        known: Mapping[int, Slice] = before.slices if before is not None else {}
        for k in sorted(self.slices.keys() | known.keys()):
            new, old = self.slices.get(k, {}), known.get(k, {})
            if new is old:
                continue
            for place in sorted(new.keys() | old.keys()):
                a, b = new.get(place), old.get(place)
                if a is not b and a != b:
                    yield k, place

    def changed_box(self, before: TiledLabels | None, exact: int = EXACT) -> Box | None:
        """The box around the voxels that differ from another version of the same type; None when none does.

        Parameters
        ----------
        before : TiledLabels or None
            None: nothing but background.
        exact : int
            So many tiles are compared voxel by voxel; more are taken whole.
        """
        found: Box | None = None
        for n, (k, place) in enumerate(self.changed_tiles(before)):
            box = self._difference(before, k, place) if n < exact else self._tile_box(k, place)
            found = box.joined(found)
        return found

    def write_changes(self, out: NDArray[Any], before: TiledLabels | None) -> None:
        """Bring the array of another version, shape (z, y, x) and of this type, up to this one."""
        for k, (row, column) in self.changed_tiles(before):
            part = out[k, row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]
            tile = self.slices.get(k, {}).get((row, column))
            part[:] = 0 if tile is None else self._unpacked(tile)[: part.shape[0], : part.shape[1]]

    def _tile_box(self, k: int, place: Place) -> Box:
        top, left = place[0] * TILE, place[1] * TILE
        return Box(k, top, left, k + 1, top + TILE, left + TILE).clipped(self.shape_zyx)

    def _difference(self, before: TiledLabels | None, k: int, place: Place) -> Box:
        """Around the voxels of one tile that differ."""
        new = self.slices.get(k, {}).get(place)
        old = before.slices.get(k, {}).get(place) if before is not None else None
        nothing = np.zeros((TILE, TILE), np.uint8)
        one = nothing if new is None else self._unpacked(new)
        differs = one != (nothing if old is None else self._unpacked(old))
        rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
        top, left = place[0] * TILE, place[1] * TILE
        return Box(
            k,
            top + int(rows[0]),
            left + int(columns[0]),
            k + 1,
            top + int(rows[-1]) + 1,
            left + int(columns[-1]) + 1,
        )

    def counts(self, before: TiledLabels | None = None) -> dict[int, int]:
        """Voxels of each label, without background; with `before`, how many more there are than in it."""
        total: dict[int, int] = {}
        for k, place in self.changed_tiles(before):
            for version, sign in ((self, 1), (before, -1)):
                tile = version.slices.get(k, {}).get(place) if version is not None else None
                if version is None or tile is None:
                    continue
                values, numbers = _values(tile, version.dtype)
                for value, number in zip(values, numbers, strict=True):
                    total[value] = total.get(value, 0) + sign * number
        return {value: number for value, number in sorted(total.items()) if number and value}

    def size_beyond(self, before: TiledLabels | None) -> int:
        """Bytes that this version holds and another one does not."""
        seen: set[int] = set()
        size = 0
        for k, place in self.changed_tiles(before):
            tile = self.slices.get(k, {}).get(place)
            if tile is not None and id(tile) not in seen:
                seen.add(id(tile))
                size += len(tile) + 33
            size += 120
        return size

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, TiledLabels):
            return NotImplemented
        return self.shape_zyx == other.shape_zyx and self.dtype == other.dtype and self.slices == other.slices

    __hash__ = None  # type: ignore[assignment]  # whoever wants a key takes content_key

    def __repr__(self) -> str:
        return f"TiledLabels({self.shape_zyx}, {self.dtype}, {sum(map(len, self.slices.values()))} tiles)"

    @property
    def content_key(self) -> str:
        """SHA-256 (hex) of grid size and voxels, whatever their type."""
        digest = hashlib.sha256(struct.pack("<III", *self.shape_zyx))
        for k in sorted(self.slices):
            for place in sorted(self.slices[k]):
                digest.update(struct.pack("<III", k, *place))
                tile = self.slices[k][place]
                digest.update(tile if self.dtype == "uint16" else self._unpacked(tile).astype("<u2").tobytes())
        return digest.hexdigest()

    # -- bytes

    def packed(self, before: TiledLabels | None = None) -> bytes:
        """The voxels as compressed bytes; with `before`, only the tiles that differ from it."""
        step = 2 if self.dtype == "uint16" else 1
        press = zlib.compressobj(_LEVEL)
        parts: list[bytes] = []
        for k, place in self.changed_tiles(before):
            tile = self.slices.get(k, {}).get(place)
            if tile is None:
                parts.append(press.compress(_RECORD.pack(k, *place, _GONE)))
            elif (value := _uniform(tile, step)) is not None:
                parts.append(press.compress(_RECORD.pack(k, *place, _UNIFORM) + value))
            else:
                parts.append(press.compress(_RECORD.pack(k, *place, _FULL) + tile))
        parts.append(press.flush())
        return b"".join(parts)

    def unpacked(self, data: bytes) -> TiledLabels:
        """The version that results when the tiles of `packed` bytes are put in.

        Raises
        ------
        ValueError
            For bytes that `packed` did not make, or of another grid.
        """
        step = 2 if self.dtype == "uint16" else 1
        rows, columns = -(-self.shape_zyx[1] // TILE), -(-self.shape_zyx[2] // TILE)
        size = TILE * TILE * step
        most = self.shape_zyx[0] * rows * columns * (size + _RECORD.size)
        try:
            unpress = zlib.decompressobj()
            raw = unpress.decompress(data, most + 1)
        except zlib.error as error:
            raise ValueError("damaged label volume") from error
        if len(raw) > most or not unpress.eof:
            raise ValueError("damaged label volume")
        slices: dict[int, dict[Place, bytes]] = {}
        at = 0
        while at < len(raw):
            if at + _RECORD.size > len(raw):
                raise ValueError("damaged label volume")
            k, row, column, what = _RECORD.unpack_from(raw, at)
            at += _RECORD.size
            length = {_GONE: 0, _UNIFORM: step, _FULL: size}.get(what, -1)
            tile = raw[at : at + length] if length >= 0 else b""
            if k >= self.shape_zyx[0] or row >= rows or column >= columns or len(tile) != length:
                raise ValueError("damaged label volume")
            at += length
            tiles = slices.get(k)
            if tiles is None:
                tiles = slices[k] = dict(self.slices.get(k, {}))
            if not tile.strip(b"\0"):  # gone, or nothing but background
                tiles.pop((row, column), None)
            else:
                tiles[row, column] = _shared(tile * (TILE * TILE) if what == _UNIFORM else tile)
        merged = {**self.slices, **slices}
        return TiledLabels(self.shape_zyx, self.dtype, {k: merged[k] for k in sorted(merged) if merged[k]})

    def to_builtins(self) -> dict[str, Any]:
        """For session files and the journal."""
        return {"shape_zyx": list(self.shape_zyx), "dtype": self.dtype, "tiles": self.packed()}

    @classmethod
    def from_builtins(cls, value: Any) -> TiledLabels:
        """What `to_builtins` said; bytes may have become base64.

        Raises
        ------
        ValueError
            For anything else.
        """
        import base64
        import binascii

        if not isinstance(value, dict):
            raise ValueError("not a label volume")
        shape, dtype, tiles = value.get("shape_zyx"), value.get("dtype"), value.get("tiles")
        if not (
            isinstance(shape, (list, tuple)) and len(shape) == 3 and all(type(n) is int and n > 0 for n in shape)
        ):
            raise ValueError("not a label volume")
        if shape[0] * shape[1] * shape[2] > MAX_VOXELS or not isinstance(dtype, str):
            raise ValueError("not a label volume")
        if isinstance(tiles, str):
            try:
                tiles = base64.b64decode(tiles, validate=True)
            except binascii.Error as error:
                raise ValueError("not a label volume") from error
        if not isinstance(tiles, (bytes, bytearray, memoryview)):
            raise ValueError("not a label volume")
        return cls((shape[0], shape[1], shape[2]), dtype).unpacked(bytes(tiles))


def _kind(dtype: str) -> str:
    return "<u2" if dtype == "uint16" else "u1"


def _packed(part: NDArray[Any], kind: str) -> bytes:
    """A tile of the voxels of a slice, filled up with 0 at the edges of the grid."""
    if part.shape == (TILE, TILE):
        return part.astype(kind, copy=False).tobytes()
    whole = np.zeros((TILE, TILE), kind)
    whole[: part.shape[0], : part.shape[1]] = part
    return whole.tobytes()


def _uniform(tile: bytes, step: int) -> bytes | None:
    """The bytes of the one value that a tile holds; None when it holds several."""
    value = tile[:step]
    if step == 1:
        return value if tile.count(value) == len(tile) else None
    return value if tile == value * (len(tile) // step) else None


def _shared(tile: bytes, old: bytes | None = None) -> bytes:
    """The tile, or an equal one that is in use already."""
    if old is not None and old == tile:
        return old
    value = _uniform(tile, len(tile) // (TILE * TILE))
    if value is None:
        return tile
    return _INTERNED.setdefault(value, tile)


def _values(tile: bytes, dtype: str) -> tuple[list[int], list[int]]:
    if _uniform(tile, 2 if dtype == "uint16" else 1) is not None:
        return [int.from_bytes(tile[: 2 if dtype == "uint16" else 1], "little")], [TILE * TILE]
    numbers = np.bincount(np.frombuffer(tile, _kind(dtype)))
    values = np.flatnonzero(numbers)
    return values.tolist(), numbers[values].tolist()
