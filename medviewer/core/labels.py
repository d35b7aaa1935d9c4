"""Label maps: which voxel belongs to which structure, as a value on a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Geometry
from medviewer.core.image import Image
from medviewer.errors import GeometryMismatch

MAX_LABEL = 65_535

SAME_PLACE = 1e-3
"""Two grids are the same when no voxel lies further apart than this share of a voxel."""


@dataclass(frozen=True)
class Label:
    """One structure of a label map.

    Attributes
    ----------
    value : int
        1 to 65,535; 0 is background.
    name : str
        For people; empty: the value is shown.
    colour : str
        ``"#rrggbb"``; empty: the program's own order of colours for colour-blind eyes.
    """

    value: int
    name: str = ""
    colour: str = ""


@dataclass(frozen=True, eq=False)
class LabelMap:
    """Which voxel belongs to which structure.

    Attributes
    ----------
    array : NDArray of uint8 or uint16, shape (z, y, x)
        0 is background. Treated as read-only.
    geometry : Geometry
        ``geometry.shape_zyx == array.shape``.
    labels : tuple of Label
        What the values mean; values without an entry are allowed.
    key : str
        Content key: equal keys mean equal voxels and grid; empty when not known.
    slice_positions_mm : tuple of float
        As in `core.image.Image`.
    """

    array: NDArray[Any]
    geometry: Geometry
    labels: tuple[Label, ...] = ()
    key: str = ""
    slice_positions_mm: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.array.dtype not in (np.uint8, np.uint16) or self.array.shape != self.geometry.shape_zyx:
            raise ValueError(f"not a label map: {self.array.dtype} {self.array.shape}")

    @property
    def n_slices(self) -> int:
        """Number of slices."""
        return int(self.array.shape[0])

    @property
    def is_empty(self) -> bool:
        """Whether every voxel is background."""
        return not bool(self.array.any())

    def values(self) -> tuple[int, ...]:
        """The labels that occur, ascending, without 0."""
        counts = np.bincount(self.array.ravel())
        return tuple(int(v) for v in np.flatnonzero(counts) if v)

    def mask(self, value: int | None = None) -> NDArray[np.bool_]:
        """Where a label is, or where any is; bool (z, y, x)."""
        result: NDArray[np.bool_] = self.array != 0 if value is None else self.array == value
        return result

    def name(self, value: int) -> str:
        """Name of a label; its number where it has none."""
        return next((label.name for label in self.labels if label.value == value and label.name), str(value))

    def with_array(self, array: NDArray[Any], labels: Sequence[Label] | None = None) -> LabelMap:
        """Other voxels on the same grid; the key is dropped."""
        return replace(self, array=array, labels=self.labels if labels is None else tuple(labels), key="")


def binary(mask: NDArray[Any], like: Image | LabelMap, name: str = "") -> LabelMap:
    """A label map of one structure: 1 where `mask` is true.

    Parameters
    ----------
    mask : NDArray, shape (z, y, x)
        Anything numpy takes for true or false.
    like : Image or LabelMap
        Whose grid it lies on.
    """
    array = np.ascontiguousarray(mask, dtype=np.bool_).view(np.uint8)
    return of_array(array, like, (Label(1, name),))


def of_array(array: NDArray[Any], like: Image | LabelMap, labels: Sequence[Label] = ()) -> LabelMap:
    """A label map of any integers on the grid of another image; the smallest type that holds them.

    Raises
    ------
    ValueError
        For values below 0 or above 65,535.
    """
    highest = int(array.max(initial=0))
    if highest > MAX_LABEL or (array.dtype.kind != "u" and int(array.min(initial=0)) < 0):
        raise ValueError("labels lie between 0 and 65535")
    kind = np.uint8 if highest <= 255 else np.uint16
    grid = replace(like.geometry, shape_zyx=(array.shape[0], array.shape[1], array.shape[2]))
    return LabelMap(array.astype(kind, copy=False), grid, tuple(labels), "", like.slice_positions_mm)


def same_grid(a: Image | LabelMap, b: Image | LabelMap) -> bool:
    """Whether voxels of equal index lie at the same place (within a thousandth of a voxel)."""
    if a.geometry.shape_zyx != b.geometry.shape_zyx:
        return False
    if a.geometry == b.geometry and a.slice_positions_mm == b.slice_positions_mm:
        return True
    z, y, x = a.geometry.shape_zyx
    corners = np.array([(i, j, k) for i in (0, x - 1) for j in (0, y - 1) for k in (0, z - 1)], dtype=np.float64)
    apart = np.abs(a.geometry.index(b.geometry.world(corners)) - corners)
    # A stack of one slice has no distance to the next; what counts is where its pixels lie.
    if bool((apart > SAME_PLACE * max(1.0, float(max(x, y, z)) / 100.0)).any()):
        return False
    positions = len(a.slice_positions_mm), len(b.slice_positions_mm)
    return 0 in positions or np.allclose(a.slice_positions_mm, b.slice_positions_mm, atol=1e-2)


def require_same_grid(image: Image, labels: LabelMap) -> None:
    """Refuse a mask that lies on another grid.

    Raises
    ------
    GeometryMismatch
        With the way out: to resample the mask.
    """
    if not same_grid(image, labels):
        raise GeometryMismatch(
            "The mask does not lie on the grid of the image.", "Resample the mask to the image first.", "data.grid"
        )


def resample_labels(labels: LabelMap, onto: Image | LabelMap) -> LabelMap:
    """The label nearest to each voxel of another grid; background outside.

    Memory and time are linear in the voxels of the target; one slice at a time.
    """
    target, source = onto.geometry, labels.geometry
    z, y, x = target.shape_zyx
    m = source.inverse_affine @ target.affine
    offset_mm = _slice_offsets(onto)
    ii, jj = np.arange(x, dtype=np.float64), np.arange(y, dtype=np.float64)
    out = np.zeros((z, y, x), dtype=labels.array.dtype)
    n_z, n_y, n_x = labels.array.shape
    uneven = len(labels.slice_positions_mm) == n_z and n_z > 1
    source_offset_mm = _slice_offsets(labels)
    for k in range(z):
        at = m[:3, 3] + m[:3, 2] * (offset_mm[k] / target.spacing_xyz_mm[2])
        sx = np.rint(m[0, 0] * ii[None, :] + m[0, 1] * jj[:, None] + at[0]).astype(np.intp)
        sy = np.rint(m[1, 0] * ii[None, :] + m[1, 1] * jj[:, None] + at[1]).astype(np.intp)
        across = m[2, 0] * ii[None, :] + m[2, 1] * jj[:, None] + at[2]
        if uneven:
            sz = _nearest(source_offset_mm, across * source.spacing_xyz_mm[2])
        else:
            sz = np.rint(across).astype(np.intp)
        inside = (sx >= 0) & (sx < n_x) & (sy >= 0) & (sy < n_y) & (sz >= 0) & (sz < n_z)
        out[k][inside] = labels.array[sz[inside], sy[inside], sx[inside]]
    return LabelMap(out, target, labels.labels, "", onto.slice_positions_mm)


def _slice_offsets(grid: Image | LabelMap) -> NDArray[np.float64]:
    """Distance of each slice from the first along ``axis_z``, in mm."""
    if grid.slice_positions_mm:
        along = float(grid.geometry.normal @ np.asarray(grid.geometry.axis_z))
        offsets: NDArray[np.float64] = np.asarray(grid.slice_positions_mm, dtype=np.float64) / along
        return offsets
    return np.arange(grid.geometry.shape_zyx[0], dtype=np.float64) * grid.geometry.spacing_xyz_mm[2]


def _nearest(offsets: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.intp]:
    """Index of the offset (in any order) nearest to each place; -1 beyond half a step outside the ends."""
    order = np.argsort(offsets)
    ascending = offsets[order]
    found = order[np.searchsorted((ascending[1:] + ascending[:-1]) / 2, places)]
    first, last = ascending[1] - ascending[0], ascending[-1] - ascending[-2]
    outside = (places < ascending[0] - first / 2) | (places > ascending[-1] + last / 2)
    return np.where(outside, -1, found)
