"""Slices of an image with their place in the patient: the stack as stored, and orthogonal planes through a volume.

Planes are named ``"stack"``, ``"axial"``, ``"coronal"`` and ``"sagittal"``. The last three lie on the grid of the
volume, so that no value is interpolated; an oblique volume gives oblique planes, and their letters say so. On screen
they follow the radiological convention: axial and coronal with the patient's right on the left, sagittal with the
front on the left, head or front on top.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medviewer.core.geometry import Geometry, Vector
from medviewer.core.image import Image, Rescale, SpacingSource
from medviewer.core.plane_geometry import EdgeLetters, SliceGeometry, reference_line
from medviewer.core.projection import project
from medviewer.core.regular import is_regular, regularise

__all__ = [
    "PLANES",
    "EdgeLetters",
    "SliceGeometry",
    "SlicePixels",
    "native_slice",
    "plane_count",
    "plane_index_of",
    "plane_slice",
    "reconstructable",
    "reference_line",
    "regularise",
    "slice_geometry",
]

PLANES = ("stack", "axial", "coronal", "sagittal")

# Patient axis (0 L, 1 P, 2 S) and its sense along which slices are counted, columns run (right) and rows run (down).
_LAYOUT = {
    "axial": ((2, 1), (0, 1), (1, 1)),  # feet to head; right is L; down is P
    "coronal": ((1, 1), (0, 1), (2, -1)),  # front to back; right is L; down is I
    "sagittal": ((0, 1), (1, 1), (2, -1)),  # right to left; right is P; down is I
}


@dataclass(frozen=True, eq=False)
class SlicePixels:
    """The pixels of a slice with their place and meaning.

    Attributes
    ----------
    values : NDArray, shape (y, x) or (y, x, 3)
        Stored values, a view of the volume where that is possible; float32 for averages and for planes across slices
        whose rescale differs.
    geometry : SliceGeometry
        Their place.
    k : int
        Index in the plane's own stack.
    rescale : Rescale
        Stored to modality values, one pair for this slice.
    padding : tuple of float or None
        Inclusive range of stored values that are padding.
    unit : str
        Unit of modality values.
    thickness_mm : float
        Extent of the slab that was projected; 0 for a single slice.
    """

    values: NDArray[Any]
    geometry: SliceGeometry
    k: int
    rescale: Rescale = field(default_factory=Rescale)
    padding: tuple[float, float] | None = None
    unit: str = ""
    thickness_mm: float = 0.0

    @property
    def is_colour(self) -> bool:
        """Whether pixels are RGB."""
        return self.values.ndim == 3

    def hidden(self) -> NDArray[np.bool_] | None:
        """Where padding or no number is, or None when the slice has neither."""
        if self.is_colour:
            return None
        mask = None
        if self.padding is not None:
            mask = (self.values >= self.padding[0]) & (self.values <= self.padding[1])
        if self.values.dtype.kind == "f":
            nothing = ~np.isfinite(self.values)
            mask = nothing if mask is None else mask | nothing
        return mask if mask is not None and bool(mask.any()) else None

    def modality(self) -> NDArray[np.float32]:
        """Modality values, float32 (y, x); padding is NaN. Not for colour."""
        values = self.rescale.apply(self.values)
        hidden = self.hidden()
        if hidden is not None:
            values = np.where(hidden, np.float32(np.nan), values)
        return values


# -- the stack as stored


def native_slice(image: Image, k: int) -> SlicePixels:
    """Slice `k` as stored, without a copy."""
    return SlicePixels(
        values=image.array[k],
        geometry=slice_geometry(image, "stack", k),
        k=k,
        rescale=_rescale_of(image.rescale, k),
        padding=image.padding,
        unit=image.unit,
    )


def _rescale_of(rescale: Rescale, k: int) -> Rescale:
    if len(rescale.slopes) == 1 and len(rescale.intercepts) == 1:
        return rescale
    slope, intercept = rescale.of_slice(k)
    return Rescale((slope,), (intercept,), rescale.table_first, rescale.table)


def _slice_step_mm(geometry: Geometry) -> float:
    """Length along axis_z that one mm along the normal takes."""
    along = float(np.asarray(geometry.axis_z) @ geometry.normal)
    return 1.0 / along if abs(along) > 1e-6 else 1.0


def _stack_origin(image: Image, k: float) -> NDArray[np.float64]:
    g = image.geometry
    positions = image.slice_positions_mm
    if len(positions) != image.n_slices or len(positions) < 2:
        return g.world((0.0, 0.0, k))
    off = float(np.interp(k, np.arange(len(positions)), positions)) - positions[0]
    origin: NDArray[np.float64] = np.asarray(g.origin_mm) + np.asarray(g.axis_z) * off * _slice_step_mm(g)
    return origin


# -- planes on the grid


@dataclass(frozen=True)
class _Grid:
    """How a plane reads the array: axes (0 x, 1 y, 2 z) and whether each is counted backwards."""

    slices: int
    columns: int
    rows: int
    back_slices: bool
    back_columns: bool
    back_rows: bool


def _patient_axes(geometry: Geometry) -> tuple[tuple[int, int], ...]:
    """For each patient axis L, P, S: the array axis (0 x, 1 y, 2 z) that runs along it, and its sense.

    The assignment with the largest sum of cosines, so that no axis is taken twice in oblique volumes.
    """
    cosines = np.column_stack(
        [np.asarray(a, dtype=np.float64) for a in (geometry.axis_x, geometry.axis_y, geometry.axis_z)]
    )
    best = max(
        itertools.permutations(range(3)),
        key=lambda order: round(sum(abs(cosines[p, a]) for p, a in enumerate(order)), 9),
    )
    return tuple((a, 1 if cosines[p, a] >= 0 else -1) for p, a in enumerate(best))


def _grid(geometry: Geometry, plane: str) -> _Grid:
    axes = _patient_axes(geometry)
    (s, s_sense), (c, c_sense), (r, r_sense) = _LAYOUT[plane]
    return _Grid(
        axes[s][0],
        axes[c][0],
        axes[r][0],
        axes[s][1] != s_sense,
        axes[c][1] != c_sense,
        axes[r][1] != r_sense,
    )


def _sizes_xyz(image: Image) -> tuple[int, int, int]:
    z, y, x = image.array.shape[:3]
    return int(x), int(y), int(z)


def plane_count(image: Image, plane: str) -> int:
    """Number of slices of a plane."""
    if plane == "stack":
        return image.n_slices
    return _sizes_xyz(image)[_grid(image.geometry, plane).slices]


def slice_geometry(image: Image, plane: str, k: float) -> SliceGeometry:
    """Place of slice `k` of a plane; continuous `k` lies between slices."""
    g = image.geometry
    sizes = _sizes_xyz(image)
    if plane == "stack":
        origin = _stack_origin(image, k)
        spacing = (g.spacing_xyz_mm[0], g.spacing_xyz_mm[1])
        return SliceGeometry(_vector(origin), g.axis_x, g.axis_y, spacing, (sizes[1], sizes[0]))
    grid = _grid(g, plane)
    axes = (g.axis_x, g.axis_y, g.axis_z)
    corner = [0.0, 0.0, 0.0]
    corner[grid.slices] = sizes[grid.slices] - 1 - k if grid.back_slices else float(k)
    corner[grid.columns] = sizes[grid.columns] - 1.0 if grid.back_columns else 0.0
    corner[grid.rows] = sizes[grid.rows] - 1.0 if grid.back_rows else 0.0
    return SliceGeometry(
        _vector(g.world(corner)),
        _vector(np.asarray(axes[grid.columns]) * (-1 if grid.back_columns else 1)),
        _vector(np.asarray(axes[grid.rows]) * (-1 if grid.back_rows else 1)),
        (g.spacing_xyz_mm[grid.columns], g.spacing_xyz_mm[grid.rows]),
        (sizes[grid.rows], sizes[grid.columns]),
    )


def _vector(values: NDArray[np.float64]) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])


def plane_index_of(image: Image, plane: str, world_mm: ArrayLike) -> float:
    """Continuous slice index of the slice of a plane that passes through a patient position.

    For the stack of a tilted or irregular series it is the index between the two slices around the position, and runs
    on beyond the ends with the spacing there.
    """
    g = image.geometry
    point = np.asarray(world_mm, dtype=np.float64)
    if plane != "stack":
        grid = _grid(g, plane)
        index = float(g.index(point)[grid.slices])
        return _sizes_xyz(image)[grid.slices] - 1 - index if grid.back_slices else index
    off = float((point - np.asarray(g.origin_mm)) @ g.normal)
    positions = np.asarray(image.slice_positions_mm, dtype=np.float64)
    if len(positions) != image.n_slices or len(positions) < 2:
        step = g.spacing_xyz_mm[2] / _slice_step_mm(g)
        return off / step if step else 0.0
    positions = positions - positions[0]
    sense = 1.0 if positions[-1] >= 0 else -1.0
    rising, off = positions * sense, off * sense
    if off < 0:
        return float(off / max(rising[1], 1e-9))
    if off > rising[-1]:
        return float(len(rising) - 1 + (off - rising[-1]) / max(rising[-1] - rising[-2], 1e-9))
    return float(np.interp(off, rising, np.arange(len(rising))))


def plane_slice(image: Image, plane: str, k: int, slab_mm: float = 0.0, mode: str = "mean") -> SlicePixels:
    """Slice `k` of a plane.

    Parameters
    ----------
    image : Image
        For planes other than the stack: on a regular orthogonal grid (`regularise`).
    plane : str
        ``"stack"``, ``"axial"``, ``"coronal"`` or ``"sagittal"``.
    k : int
        From 0: axial from the feet, coronal from the front, sagittal from the patient's right.
    slab_mm : float
        Thickness that is projected around the slice; 0: the slice alone. Cut off at the ends of the volume.
    mode : str
        ``"mean"`` (float32), ``"max"`` or ``"min"`` (stored type). Padding is left out.

    Raises
    ------
    IndexError
        When the plane has no slice `k`.
    ValueError
        For a plane across a tilted or irregular stack, and for an unknown mode.
    """
    if not 0 <= k < plane_count(image, plane):
        raise IndexError(f"{plane} has no slice {k}")
    if plane != "stack" and not is_regular(image):
        raise ValueError("planes across a tilted or irregular stack need regularise()")
    if plane == "stack" and slab_mm <= 0:
        return native_slice(image, k)
    grid = _Grid(2, 0, 1, False, False, False) if plane == "stack" else _grid(image.geometry, plane)
    sizes = _sizes_xyz(image)
    index = sizes[grid.slices] - 1 - k if grid.back_slices else k
    first, last = _slab(index, sizes[grid.slices], slab_mm, image.geometry.spacing_xyz_mm[grid.slices])
    block, padding, rescale = _block(image, grid.slices, first, last)
    if last - first == 1:
        values = block[0]
    else:
        values, padding = project(block, padding, mode)
    # block[0] has the two axes that are left in the array's order z, y, x; the plane may want them exchanged.
    if grid.rows < grid.columns:
        values = values.swapaxes(0, 1)
    if grid.back_rows:
        values = values[::-1]
    if grid.back_columns:
        values = values[:, ::-1]
    return SlicePixels(
        values=values,
        geometry=slice_geometry(image, plane, k),
        k=k,
        rescale=rescale,
        padding=padding,
        unit=image.unit,
        thickness_mm=(last - first) * image.geometry.spacing_xyz_mm[grid.slices] if last - first > 1 else 0.0,
    )


def _slab(index: int, size: int, slab_mm: float, spacing_mm: float) -> tuple[int, int]:
    """First and one past the last slice of a slab around `index`."""
    count = max(1, int(np.floor(slab_mm / spacing_mm + 0.5))) if slab_mm > 0 and spacing_mm > 0 else 1
    first = index - (count - 1) // 2
    return max(0, first), min(size, first + count)


def _block(
    image: Image, axis_xyz: int, first: int, last: int
) -> tuple[NDArray[Any], tuple[float, float] | None, Rescale]:
    """Slices first..last along an array axis, that axis in front; with what is padding and how to rescale."""
    array = image.array
    part: NDArray[Any] = np.moveaxis(array, 2 - axis_xyz, 0)[first:last]
    if image.is_colour or image.rescale.is_uniform:
        return part, image.padding, _rescale_of(image.rescale, 0)
    if axis_xyz == 2 and last - first == 1:
        return part, image.padding, _rescale_of(image.rescale, first)
    # Slices of one plane with several rescales (PET): the only common language is modality values.
    rows = range(first, last) if axis_xyz == 2 else range(image.n_slices)
    stacked = []
    for z in rows:
        stored = array[z] if axis_xyz == 2 else np.take(array[z], range(first, last), axis=1 - axis_xyz)
        values = image.rescale.apply(stored, z)
        mask = image.padding_mask(stored)
        stacked.append(values if mask is None else np.where(mask, np.float32(np.nan), values))
    whole = np.stack(stacked)
    return (whole if axis_xyz == 2 else np.moveaxis(whole, 2 - axis_xyz, 0)), None, Rescale()


# -- what can be reconstructed


def reconstructable(image: Image) -> str:
    """Why planes across the stack cannot be shown, as a sentence; empty when they can."""
    if image.facts.not_reconstructable:
        return image.facts.not_reconstructable
    if image.n_slices < 3:
        return "Planes across the stack need at least three slices."
    if image.facts.spacing_source is SpacingSource.NONE:
        return "The file does not say how large a pixel is, so that planes across the stack would be distorted."
    g = image.geometry
    extent = g.spacing_xyz_mm[2] * (image.n_slices - 1)
    if image.slice_positions_mm:
        extent = abs(image.slice_positions_mm[-1] - image.slice_positions_mm[0])
    if not np.isfinite(g.affine).all() or min(g.spacing_xyz_mm) <= 0 or extent <= 0.01:
        return "All slices lie in the same place."
    if abs(float(np.linalg.det(g.affine[:3, :3]))) < 1e-9:
        return "The directions in the file do not span a volume."
    if image.is_colour and not is_regular(image):
        return "The colour slices are not evenly spaced."
    return ""
