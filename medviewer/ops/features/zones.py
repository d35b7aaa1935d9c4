"""Grey level size zone and distance zone matrices (IBSI 9SAK, Thibault 2009; IBSI VMDZ, Thibault 2014)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.features.emphasis import DISTANCE_ZONES, SIZE_ZONES, Cells, cells_of
from medviewer.ops.features.identifiers import Family
from medviewer.ops.features.lattice import Lattice


@dataclass(frozen=True, eq=False)
class Zones:
    """Connected groups of voxels of one grey level.

    Attributes
    ----------
    number : NDArray of integers, flat and padded as the lattice
        Number of the zone of each voxel from 1; 0 outside the region.
    level, slice_number, size : NDArray of intp, shape (zones,)
        Of each zone; `slice_number` is 0 for zones in 3-D.
    """

    number: NDArray[Any]
    level: NDArray[np.intp]
    slice_number: NDArray[np.intp]
    size: NDArray[np.intp]


def find_zones(lattice: Lattice, *, in_slices: bool) -> Zones:
    """Zones in each slice (8 neighbours) or in the volume (26 neighbours)."""
    from skimage.measure import label

    if in_slices:  # rows of 0 keep the slices of the folded volume apart
        number = label(lattice.in_planes, background=0, connectivity=2).reshape(-1)
    else:
        number = label(lattice.levels, background=0, connectivity=3).reshape(-1)
    size = np.bincount(number)
    level = np.zeros(len(size), dtype=np.intp)
    level[number] = lattice.flat
    slice_number = np.zeros(len(size), dtype=np.intp)
    if in_slices:
        index = np.flatnonzero(number)
        slice_number[number[index]] = lattice.slice_of(index)
    return Zones(number, level[1:], slice_number[1:], size[1:])


def size_features(lattice: Lattice, zones: dict[bool, Zones], spaces: tuple[str, ...]) -> dict[str, float]:
    """The 16 GLSZM features of each of ``"2D"``, ``"2_5D"``, ``"3D"``; `zones` by whether they lie in slices."""
    cells = {
        flat: cells_of(z.slice_number, z.level, z.size, None, _voxels(lattice, in_slices=flat))
        for flat, z in zones.items()
    }
    return by_space(Family.GLSZM, cells, spaces, SIZE_ZONES)


def distance_features(
    lattice: Lattice, shape_mask: NDArray[np.bool_], zones: dict[bool, Zones], spaces: tuple[str, ...]
) -> dict[str, float]:
    """The 16 GLDZM features of each space.

    The distance of a zone is the least number of steps (through faces) from one of its voxels to outside the
    morphological mask `shape_mask` (z, y, x); the edge of the image counts as outside.
    """
    cells = {}
    for flat, z in zones.items():
        steps = edge_distance(shape_mask, in_slices=flat)
        # Later entries overwrite: written from far to near, the nearest remains.
        order = np.argsort(np.uint16(65_535) - steps, kind="stable")  # 16 bits: a radix sort
        nearest = np.zeros(len(z.size) + 1, dtype=np.intp)
        nearest[z.number[order]] = steps[order]
        cells[flat] = cells_of(z.slice_number, z.level, nearest[1:], None, _voxels(lattice, in_slices=flat))
    return by_space(Family.GLDZM, cells, spaces, DISTANCE_ZONES)


def edge_distance(mask: NDArray[np.bool_], *, in_slices: bool) -> NDArray[np.uint16]:
    """Steps through faces to the nearest voxel outside, flat and padded by one voxel; 0 outside."""
    from scipy import ndimage

    padded = np.pad(mask, 1)
    if in_slices:
        padded = padded.reshape(-1, padded.shape[2])
    found = ndimage.distance_transform_cdt(padded, metric="taxicab").reshape(-1)
    steps: NDArray[np.uint16] = found.astype(np.uint16)
    return steps


def _voxels(lattice: Lattice, *, in_slices: bool) -> NDArray[np.float64]:
    return lattice.voxels_per_slice.astype(np.float64) if in_slices else np.array([float(lattice.n_voxels)])


def by_space(
    family: Family, cells: dict[bool, Cells], spaces: tuple[str, ...], names: tuple[str, ...]
) -> dict[str, float]:
    """Features of 2-D matrices averaged, 2-D matrices merged and the 3-D matrix, by tag with suffix."""
    result: dict[str, float] = {}
    for space in spaces:
        made = {"2D": lambda: cells[True], "2_5D": lambda: cells[True].all_merged(), "3D": lambda: cells[False]}
        found = made[space]().features(names)
        result |= {f"{family.value}_{name}_{space}": value for name, value in found.items()}
    return result
