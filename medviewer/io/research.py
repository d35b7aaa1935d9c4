"""NIfTI, NRRD and MetaImage through SimpleITK: grids in LPS millimetres, read and written.

Sizes are checked against the byte budget before SimpleITK allocates.
"""

from __future__ import annotations

import math
import os
import struct
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Geometry, Vector
from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.errors import DataError, TooLarge, UnreadableFile
from medviewer.io import isolated, nifti, research_headers
from medviewer.io.budget import require_bytes, require_plausible_packing
from medviewer.io.sources import open_source

ENDINGS = (".nii", ".nii.gz", ".nrrd", ".nhdr", ".mha", ".mhd")
_HEADER_LIMIT_S = 5.0
_SLOWEST_BYTES_PER_S = 5e6  # text, on a busy machine
_MARGIN_BYTES = 512 << 20
_MAX_PARTS = 20_000
_HELD_BYTES = 256 << 20
_DAMAGED = "The file is damaged, or no volume in a form that can be read."


@dataclass(frozen=True)
class Grid:
    """What the header of a research file says.

    Attributes
    ----------
    geometry : Geometry
        Of one volume.
    dtype : numpy dtype
        Of the values as read; NIfTI scaling (scl_slope, scl_inter) is applied by the reader.
    volumes, channels : int
        Time points (or what else the fourth axis is), and components of a voxel.
    has_position : bool
        Whether the file places the grid in the patient or scanner.
    """

    geometry: Geometry
    dtype: np.dtype[Any]
    volumes: int
    channels: int
    has_position: bool

    @property
    def colour(self) -> bool:
        """Whether voxels are RGB."""
        return self.channels in (3, 4) and self.dtype == np.uint8

    @property
    def parts(self) -> int:
        """Volumes that can be shown one by one: time points, or components that are no colour."""
        return self.volumes * (1 if self.colour else self.channels)


def describe(path: str | os.PathLike[str]) -> Grid:
    """Read the header.

    ITK reads it in a decoder process: forged headers bring MetaIO down.

    Raises
    ------
    UnreadableFile
        Damaged, or of a kind that cannot be shown.
    TooLarge
        The volume would not fit the byte budget.
    """
    open_source(os.fspath(path)).close()  # a regular file that may be read
    status = os.stat(path)
    grid, count_bytes, packed_bytes = _known(os.fspath(path), status.st_size, status.st_mtime_ns)
    require_bytes(count_bytes * 2, "The volume")
    require_plausible_packing(count_bytes, packed_bytes)
    if grid.parts > _MAX_PARTS:
        raise TooLarge(f"The file holds {grid.parts:,} volumes; up to {_MAX_PARTS:,} can be shown.")
    return grid


@lru_cache(maxsize=16)
def _known(path: str, _size: int, _mtime_ns: int) -> tuple[Grid, int, int]:
    """What `described` says, once for every state of a file: each of its volumes asks."""
    found: tuple[Grid, int, int] = isolated.call(
        f"{__name__}:described", (path,), limit_s=_HEADER_LIMIT_S, memory_bytes=_MARGIN_BYTES
    )
    return found


def described(path: str) -> tuple[Grid, int, int]:
    """The header, the bytes of all values, and those that the files take; called in a decoder process."""
    reader = _reader(path)
    size = [int(n) for n in reader.GetSize()]
    channels = int(reader.GetNumberOfComponents())
    if not 2 <= len(size) <= 5 or min(size) < 1 or channels < 1:
        raise UnreadableFile(_DAMAGED)
    dtype = nifti.read_header(path).dtype if _is_nifti(path) else _numpy_type(reader.GetPixelID())
    x, y, z = (*size, 1)[:3] if len(size) == 2 else size[:3]
    grid = Grid(
        _geometry(reader, (z, y, x)),
        dtype if dtype.itemsize < 8 or dtype.kind == "f" else np.dtype(np.float64),
        math.prod(size[3:]) if len(size) > 3 else 1,
        channels,
        _is_placed(reader),
    )
    return grid, math.prod(size) * channels * dtype.itemsize, _packed_bytes(path)


def _packed_bytes(path: str) -> int:
    """Bytes of the file and of those that hold its values."""
    lower = path.lower()
    with open(path, "rb") as file:
        head = file.read(1 << 20)
    names: tuple[str, ...] = ()
    with suppress(UnreadableFile, struct.error):
        if lower.endswith((".hdr", ".img", ".img.gz")):
            stem = path[: lower.rindex(".hdr" if lower.endswith(".hdr") else ".img")]
            names = (stem + ".img", stem + ".img.gz")
        elif head.startswith(b"NRRD"):
            names = research_headers.read_nrrd(head).data_files
        elif not _is_nifti(path):
            names = research_headers.read_meta_image(head).data_files
    total = os.path.getsize(path)
    for name in names:
        with suppress(OSError, ValueError):
            total += os.path.getsize(os.path.join(os.path.dirname(path), name))
    return total


def _reader(path: str | os.PathLike[str]) -> Any:
    import SimpleITK

    itk: Any = SimpleITK
    itk.ProcessObject.GlobalWarningDisplayOff()
    reader = itk.ImageFileReader()
    try:
        reader.SetFileName(os.fspath(path))
        reader.ReadImageInformation()
    except (RuntimeError, UnicodeError, ValueError, OverflowError):
        raise UnreadableFile(_DAMAGED) from None
    return reader


def _is_nifti(path: str | os.PathLike[str]) -> bool:
    return os.fspath(path).lower().endswith((".nii", ".nii.gz", ".hdr", ".img", ".img.gz"))


def _numpy_type(pixel_id: int) -> np.dtype[Any]:
    import SimpleITK

    names = {
        "Int8": np.int8, "UInt8": np.uint8, "Int16": np.int16, "UInt16": np.uint16, "Int32": np.int32,
        "UInt32": np.uint32, "Int64": np.int64, "UInt64": np.uint64, "Float32": np.float32, "Float64": np.float64,
    }  # fmt: skip
    for name, kind in names.items():
        if pixel_id in (getattr(SimpleITK, f"sitk{name}"), getattr(SimpleITK, f"sitkVector{name}")):
            return np.dtype(kind)
    raise UnreadableFile("The volume holds complex numbers or labels in a form that cannot be shown.")


def _geometry(reader: Any, shape_zyx: tuple[int, int, int]) -> Geometry:
    """ITK's world is LPS already; two-dimensional images lie in the axial plane."""
    n = min(3, int(reader.GetDimension()))
    dimension = int(reader.GetDimension())
    direction = np.eye(3)
    direction[:n, :n] = np.asarray(reader.GetDirection(), dtype=np.float64).reshape(dimension, dimension)[:n, :n]
    origin = np.zeros(3)
    origin[:n] = reader.GetOrigin()[:n]
    spacing = np.ones(3)
    spacing[:n] = np.abs(reader.GetSpacing()[:n])
    if not (np.isfinite(direction).all() and np.isfinite(origin).all() and np.isfinite(spacing).all()):
        raise UnreadableFile("The file places its volume at no possible position.")
    lengths = np.linalg.norm(direction, axis=0)
    if lengths.min() < 1e-6 or spacing.min() <= 0 or abs(np.linalg.det(direction / lengths)) < 1e-3:
        raise UnreadableFile("The file places its volume at no possible position.")
    x, y, z = (_vector(direction[:, i] / lengths[i]) for i in range(3))
    return Geometry(shape_zyx, _vector(origin), x, y, z, _vector(spacing))


def _vector(v: NDArray[np.float64]) -> Vector:
    return float(v[0]), float(v[1]), float(v[2])


def _is_placed(reader: Any) -> bool:
    def meta(key: str) -> str:
        return str(reader.GetMetaData(key)) if reader.HasMetaDataKey(key) else ""

    if reader.HasMetaDataKey("qform_code"):
        return meta("qform_code") not in {"", "0"} or meta("sform_code") not in {"", "0"}
    if str(reader.GetImageIO()).startswith("Nrrd"):
        return bool(meta("NRRD_space"))
    return int(reader.GetDimension()) > 2


def read_array(path: str | os.PathLike[str], part: int = 0) -> NDArray[Any]:
    """The values of one part (time point or component), shape (z, y, x), or (z, y, x, 3) uint8 for colour.

    Raises
    ------
    UnreadableFile, TooLarge
    """
    grid = describe(path)
    if _is_nifti(path):
        return nifti.read_part(path, part)
    if not 0 <= part < grid.parts:
        raise UnreadableFile("The file has no such volume.")
    part_bytes = math.prod(grid.geometry.shape_zyx) * grid.dtype.itemsize * (3 if grid.colour else 1)
    all_bytes = part_bytes * grid.parts
    values: NDArray[Any] = isolated.call(
        f"{__name__}:values",
        (os.fspath(path), part, grid),
        limit_s=_HEADER_LIMIT_S + all_bytes / _SLOWEST_BYTES_PER_S,
        memory_bytes=_MARGIN_BYTES + 3 * all_bytes,
        result_bytes=part_bytes,
    )
    return values


_held: tuple[object, Any] | None = None


def values(path: str, part: int, grid: Grid) -> NDArray[Any]:
    """The values of one part by ITK; called in a decoder process."""
    import SimpleITK

    global _held
    status = os.stat(path)
    key = (path, status.st_size, status.st_mtime_ns)
    image = _held[1] if _held is not None and _held[0] == key else None
    _held = None
    if image is None:
        try:
            image = _reader(path).Execute()
        except (RuntimeError, MemoryError, ValueError):
            raise UnreadableFile("The file is damaged or cut short: its values cannot be read.") from None
    if part + 1 < grid.parts and math.prod(grid.geometry.shape_zyx) * grid.parts * grid.dtype.itemsize <= _HELD_BYTES:
        _held = key, image  # ITK reads all volumes at once, and the next one will be asked for next
    found = SimpleITK.GetArrayViewFromImage(image)
    if grid.channels == 1:
        found = found[..., np.newaxis]
    found = found.reshape(grid.volumes, *grid.geometry.shape_zyx, grid.channels)
    if grid.colour:
        return np.ascontiguousarray(found[part, ..., :3])
    volume, channel = divmod(part, grid.channels)
    return np.ascontiguousarray(found[volume, ..., channel]).astype(grid.dtype)


def read(path: str | os.PathLike[str], part: int = 0) -> Image:
    """Read one volume of a file as an image.

    Parameters
    ----------
    part : int
        Time point, or component, from 0.

    Raises
    ------
    MedviewerError
    """
    grid = describe(path)
    return Image(
        read_array(path, part),
        grid.geometry,
        facts=Facts(spacing_source=SpacingSource.FILE, has_patient_position=grid.has_position),
        key=f"{os.fspath(path)}#{part}",
    )


def write(image: Image, path: str | os.PathLike[str]) -> None:
    """Write modality values and geometry; the ending says the format.

    Integers stay integers where the rescale keeps them so, else float32. A tilted or uneven stack is written as its
    regular copy, because the formats know even grids only. The file, or header and values together, appear whole or
    not at all.

    Raises
    ------
    DataError
        The ending is none of `ENDINGS`, or the disk refuses.
    """
    import SimpleITK

    from medviewer.core.slicing import regularise
    from medviewer.io.research_files import write_whole

    name = os.fspath(path)
    if not name.lower().endswith(ENDINGS):
        raise DataError("The ending of the file is no research format.", "Use one of " + " ".join(ENDINGS) + ".")
    if image.slice_positions_mm or not image.geometry.is_orthogonal:
        image = regularise(image)
    geometry = image.geometry
    values = _values(image)
    out: Any = SimpleITK.GetImageFromArray(values, isVector=image.is_colour)
    out.SetOrigin(geometry.origin_mm)
    out.SetSpacing(geometry.spacing_xyz_mm)
    axes = np.stack((geometry.axis_x, geometry.axis_y, geometry.axis_z), axis=1)
    out.SetDirection([float(v) for v in axes.reshape(-1)])
    write_whole(out, name, values.nbytes)


def _values(image: Image) -> NDArray[Any]:
    array, rescale = image.array, image.rescale
    if image.is_colour or rescale.is_identity:
        return np.ascontiguousarray(array)
    whole = rescale.table is None and all(float(v).is_integer() for v in (*rescale.slopes, *rescale.intercepts))
    if array.dtype.kind in "iu" and whole and array.size:
        low, high = int(array.min()), int(array.max())
        bounds = [
            int(s) * v + int(i)
            for s, i in {rescale.of_slice(k) for k in range(image.n_slices)}
            for v in (low, high)
        ]  # fmt: skip
        kind = np.promote_types(np.min_scalar_type(min(bounds)), np.min_scalar_type(max(bounds)))
        kind = np.promote_types(kind, np.int16)
        if kind.kind in "iu" and kind.itemsize <= 4:
            out = np.empty(array.shape, kind)
            for k in range(image.n_slices):
                slope, intercept = rescale.of_slice(k)
                out[k] = array[k].astype(np.int64) * int(slope) + int(intercept)
            return out
    return np.stack([rescale.apply(array[k], k) for k in range(image.n_slices)])
