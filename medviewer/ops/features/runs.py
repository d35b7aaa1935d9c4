"""Grey level run length matrices (IBSI TP0I; Galloway 1975)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.features.emphasis import RUNS, Cells, cells_of
from medviewer.ops.features.identifiers import Aggregation
from medviewer.ops.features.lattice import DIRECTIONS_2D, DIRECTIONS_3D, Direction, Lattice
from medviewer.ops.operation import Context

WORK_PER_VOXEL = 3
"""Long runs are counted in another way once the short way has looked at so many windows per voxel."""

Entries = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]
"""Slice (or 0), level, length and number of runs."""


def features(lattice: Lattice, aggregations: tuple[Aggregation, ...], ctx: Context) -> dict[str, float]:
    """The 16 features of each aggregation, by tag with suffix (``"rlm_sre_3D_avg"``)."""
    result: dict[str, float] = {}

    def add(cells: Cells, aggregation: Aggregation) -> None:
        found = cells.features(RUNS)
        result.update({f"rlm_{name}_{aggregation.value}": value for name, value in found.items()})

    if any(a.space == "3D" for a in aggregations):
        volume = volume_cells(lattice, ctx)
        if Aggregation.VOLUME_AVERAGED in aggregations:
            add(volume, Aggregation.VOLUME_AVERAGED)
        if Aggregation.VOLUME_MERGED in aggregations:
            add(volume.all_merged(), Aggregation.VOLUME_MERGED)
    if any(a.space != "3D" for a in aggregations):
        n_slices, n_directions = lattice.n_slices, len(DIRECTIONS_2D)
        parts = []
        for direction in DIRECTIONS_2D:
            ctx.check()
            parts.append(runs(lattice, direction, per_slice=True))
        per_slice = np.tile(lattice.voxels_per_slice.astype(np.float64), n_directions)
        all_cells = _joined(parts, n_slices, per_slice)
        of_slice = np.tile(np.arange(n_slices), n_directions)
        of_direction = np.repeat(np.arange(n_directions), n_slices)
        if Aggregation.SLICES_AVERAGED in aggregations:
            add(all_cells, Aggregation.SLICES_AVERAGED)
        if Aggregation.SLICES_MERGED in aggregations:
            add(all_cells.merged(of_slice, n_slices), Aggregation.SLICES_MERGED)
        if Aggregation.DIRECTIONS_MERGED in aggregations:
            add(all_cells.merged(of_direction, n_directions), Aggregation.DIRECTIONS_MERGED)
        if Aggregation.ALL_2D_MERGED in aggregations:
            add(all_cells.all_merged(), Aggregation.ALL_2D_MERGED)
    return result


def volume_cells(lattice: Lattice, ctx: Context) -> Cells:
    """One matrix per direction over the volume (13 matrices)."""
    parts = []
    for direction in DIRECTIONS_3D:
        ctx.check()
        parts.append(runs(lattice, direction, per_slice=False))
    return _joined(parts, 1, np.full(len(DIRECTIONS_3D), float(lattice.n_voxels)))


def _joined(parts: list[Entries], groups: int, n_voxels: NDArray[np.float64]) -> Cells:
    matrix = np.concatenate([part[0] + n * groups for n, part in enumerate(parts)])
    level, length, count = (np.concatenate([part[column] for part in parts]) for column in (1, 2, 3))
    return cells_of(matrix, level.astype(np.intp), length.astype(np.intp), count, n_voxels)


def runs(lattice: Lattice, direction: Direction, *, per_slice: bool) -> Entries:
    """Runs of equal grey level along one direction.

    Counted are the windows of k equal voxels in a row, C(k): a run of length m holds m - k + 1 of them, so that
    C(k) - 2 C(k+1) + C(k+2) runs have length k. In texture few voxels equal their neighbour, and each step has less
    to look at. Where long runs would make that slow, `_long_runs` takes over.
    """
    flat, offset = lattice.flat, lattice.offset(direction)
    groups = lattice.n_slices if per_slice else 1
    side = lattice.n_levels + 1
    equal = np.zeros(flat.size, dtype=np.bool_)
    np.equal(flat[:-offset], flat[offset:], out=equal[:-offset])
    equal &= flat > 0

    def windows(index: NDArray[np.intp]) -> NDArray[np.int64]:
        code = flat[index].astype(np.int64)
        if per_slice:
            code += lattice.slice_of(index) * side
        return np.bincount(code, minlength=groups * side)

    if per_slice:
        counts = [windows(np.flatnonzero(flat))]
    else:
        counts = [np.concatenate(([0], lattice.level_counts))]
    index = np.flatnonzero(equal)
    work, limit = 0, WORK_PER_VOXEL * lattice.n_voxels
    while index.size:
        work += index.size
        if work > limit:
            return _long_runs(lattice, offset, equal, per_slice=per_slice)
        counts.append(windows(index))
        # Every member starts a window of len(counts) voxels; it starts a longer one when the last equals the next.
        index = index[equal[index + (len(counts) - 1) * offset]]
    table = np.stack([*counts, np.zeros_like(counts[0]), np.zeros_like(counts[0])])
    exact = table[:-2] - 2 * table[1:-1] + table[2:]
    length, code = np.nonzero(exact)
    group, level = np.divmod(code, side)
    return group, level, length + 1, exact[length, code].astype(np.float64)


def _long_runs(lattice: Lattice, offset: int, equal: NDArray[np.bool_], *, per_slice: bool) -> Entries:
    """The same by pairing starts and ends, in time linear in the voxels whatever the lengths.

    Voxels that are a multiple of `offset` apart form a column of the array folded to rows of `offset`; read column
    by column, a run is contiguous, and the k-th start belongs to the k-th end.
    """
    flat = lattice.flat
    rows = -(-flat.size // offset)
    padded = np.zeros(rows * offset, dtype=flat.dtype)
    padded[: flat.size] = flat
    inside = padded > 0
    last = inside.copy()
    last[: flat.size] &= ~equal
    first = inside
    first[offset : flat.size] &= ~equal[: flat.size - offset]
    starts = np.flatnonzero(first.reshape(rows, offset).T)
    ends = np.flatnonzero(last.reshape(rows, offset).T)
    column, row = np.divmod(starts, rows)
    at = row * offset + column
    group = lattice.slice_of(at) if per_slice else np.zeros(len(at), dtype=np.intp)
    return group, flat[at].astype(np.intp), ends - starts + 1, np.ones(len(at))
