"""Neighbourhood grey tone difference and grey level dependence matrices.

NGTDM: IBSI IPET, Amadasun and King 1989. NGLDM: IBSI REK0, Sun and Wee 1983; distance 1, coarseness 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.features.cooccurrence import pair_counts
from medviewer.ops.features.emphasis import DEPENDENCES, Cells, cells_of
from medviewer.ops.features.identifiers import Family
from medviewer.ops.features.lattice import DIRECTIONS_2D, DIRECTIONS_3D, Lattice
from medviewer.ops.features.zones import by_space
from medviewer.ops.operation import Context


@dataclass(frozen=True, eq=False)
class ToneDifferences:
    """NGTDM of several slices (or one volume).

    Attributes
    ----------
    n, s : NDArray of float64, shape (matrices, levels)
        Number of voxels that have a neighbour, and the sum of their differences from the neighbours' mean.
    """

    n: NDArray[np.float64]
    s: NDArray[np.float64]


def tone_differences(lattice: Lattice, *, in_slices: bool) -> ToneDifferences:
    """The matrix of each slice (8 neighbours) or of the volume (26 neighbours)."""
    inside = lattice.levels > 0
    kind = np.uint16 if 27 * lattice.n_levels < 65_536 else np.uint32
    total = _box_sum(lattice.levels.astype(kind), in_slices=in_slices)
    count = _box_sum(inside.astype(np.uint8), in_slices=in_slices)
    index = np.flatnonzero(inside)
    around = count.reshape(-1)[index] - np.uint8(1)
    if not around.all():
        index = index[around > 0]
        around = around[around > 0]
    code = lattice.flat[index].astype(np.intp)
    # The mean of the neighbours without the voxel itself, minus the voxel: (sum - own (k + 1)) / k.
    difference = total.reshape(-1)[index].astype(np.float64)
    difference -= code * (around.astype(np.float64) + 1)
    difference /= around
    np.abs(difference, out=difference)
    groups, side = (lattice.n_slices, lattice.n_levels + 1) if in_slices else (1, lattice.n_levels + 1)
    if in_slices:
        code += lattice.slice_of(index) * side
    n = np.bincount(code, minlength=groups * side).reshape(groups, side)[:, 1:]
    s = np.bincount(code, weights=difference, minlength=groups * side).reshape(groups, side)[:, 1:]
    return ToneDifferences(n.astype(np.float64), s.astype(np.float64, copy=False))


def _box_sum(values: NDArray[Any], *, in_slices: bool) -> NDArray[Any]:
    """Sums over 3 × 3 (× 3) voxels; the padding of the lattice is the border."""
    for axis in (2, 1) if in_slices else (2, 1, 0):
        summed = values.copy()
        low = [slice(None)] * 3
        high = [slice(None)] * 3
        low[axis], high[axis] = slice(None, -1), slice(1, None)
        summed[tuple(low)] += values[tuple(high)]
        summed[tuple(high)] += values[tuple(low)]
        values = summed
    return values


def tone_features(matrix: ToneDifferences) -> dict[str, float]:
    """The five features, averaged over matrices that are not empty.

    Coarseness of a region without differences is 10^6 (IBSI QCDE); busyness, contrast and strength of a region of
    one grey level are 0 (IBSI 65HE, NQ30, 1X9X).
    """
    values = [_tone(n, s) for n, s in zip(matrix.n, matrix.s, strict=True) if n.sum() > 0]
    names = ("coarseness", "contrast", "busyness", "complexity", "strength")
    if not values:
        return dict.fromkeys(names, float("nan"))
    means = np.array(values).mean(axis=0)
    return dict(zip(names, means.tolist(), strict=True))


def _tone(n_all: NDArray[np.float64], s_all: NDArray[np.float64]) -> tuple[float, float, float, float, float]:
    present = np.flatnonzero(n_all)
    i, n, s = present + 1.0, n_all[present], s_all[present]
    n_voxels = n.sum()
    p = n / n_voxels
    weighted = float(p @ s)
    coarseness = 1 / weighted if weighted > 0 else 1e6
    n_levels = len(i)
    if n_levels < 2:
        return coarseness, 0.0, 0.0, 0.0, 0.0
    between = i[:, None] - i[None, :]
    contrast = float((p[:, None] * p[None, :] * between**2).sum()) / (n_levels * (n_levels - 1)) * s.sum() / n_voxels
    spread = float(np.abs((i * p)[:, None] - (i * p)[None, :]).sum())
    busyness = weighted / spread if spread > 0 else 0.0
    ps = p * s
    complexity = float((np.abs(between) * (ps[:, None] + ps[None, :]) / (p[:, None] + p[None, :])).sum()) / n_voxels
    strength = float(((p[:, None] + p[None, :]) * between**2).sum()) / s.sum() if s.sum() > 0 else 0.0
    return coarseness, float(contrast), busyness, complexity, float(strength)


def tone_family(lattice: Lattice, spaces: tuple[str, ...], ctx: Context) -> dict[str, float]:
    """NGTDM features of each of ``"2D"``, ``"2_5D"``, ``"3D"``, by tag with suffix."""
    result: dict[str, float] = {}
    slices = tone_differences(lattice, in_slices=True) if {"2D", "2_5D"} & set(spaces) else None
    for space in spaces:
        ctx.check()
        if space == "3D":
            matrix = tone_differences(lattice, in_slices=False)
        else:
            assert slices is not None
            matrix = slices
            if space == "2_5D":
                matrix = ToneDifferences(slices.n.sum(axis=0, keepdims=True), slices.s.sum(axis=0, keepdims=True))
        found = tone_features(matrix)
        result |= {f"{Family.NGTDM.value}_{name}_{space}": value for name, value in found.items()}
    return result


def dependence_cells(lattice: Lattice, ctx: Context, *, in_slices: bool, coarseness: int = 0) -> Cells:
    """How many voxels of a level have how many dependent neighbours (plus themselves).

    Parameters
    ----------
    coarseness : int
        Largest difference of level at which a neighbour depends.
    """
    flat = lattice.flat
    depends = np.ones(flat.size, dtype=np.uint8)
    outside = flat == 0
    for direction in DIRECTIONS_2D if in_slices else DIRECTIONS_3D:
        ctx.check()
        offset = lattice.offset(direction)
        first, second = flat[:-offset], flat[offset:]
        if coarseness == 0:
            same = (first == second).view(np.uint8)
        else:
            apart = np.maximum(first, second) - np.minimum(first, second)
            same = ((apart <= coarseness) & (first > 0) & (second > 0)).view(np.uint8)
        depends[:-offset] += same
        depends[offset:] += same
    # Equal zeros outside were counted among themselves; no voxel of the region was touched by them.
    depends[outside] = 0
    if not in_slices:
        joint = pair_counts(flat, depends, max(lattice.n_levels, 27))
        levels, counts = np.nonzero(joint)
        return cells_of(
            np.zeros(len(levels), dtype=np.intp), levels + 1, counts + 1, joint[levels, counts],
            np.array([float(lattice.n_voxels)]),
        )  # fmt: skip
    index = np.flatnonzero(depends)
    level = flat[index].astype(np.intp)
    n_voxels = lattice.voxels_per_slice.astype(np.float64)
    return cells_of(lattice.slice_of(index), level, depends[index].astype(np.intp), None, n_voxels)


def dependence_family(lattice: Lattice, spaces: tuple[str, ...], ctx: Context) -> dict[str, float]:
    """NGLDM features of each of ``"2D"``, ``"2_5D"``, ``"3D"``, by tag with suffix."""
    cells: dict[bool, Cells] = {}
    if {"2D", "2_5D"} & set(spaces):
        cells[True] = dependence_cells(lattice, ctx, in_slices=True)
    if "3D" in spaces:
        cells[False] = dependence_cells(lattice, ctx, in_slices=False)
    return by_space(Family.NGLDM, cells, spaces, DEPENDENCES)
