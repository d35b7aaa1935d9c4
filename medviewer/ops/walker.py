"""Random walker: every voxel goes to the strokes that a random walk from it reaches first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, of_array
from medviewer.core.marks import Marks
from medviewer.errors import InputError, TooLarge
from medviewer.ops.grid_solver import GridSolver
from medviewer.ops.mask_fields import OnlyInMask
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Hand, Help, Label, Range, SetBy, Step
from medviewer.ops.planes import continued, continued_volume, plane_of
from medviewer.ops.seeds import OBJECTS_AND_BACKGROUND, marked_slices, named, placed
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume

VOXELS_AT_MOST = 6_000_000
"""So many voxels are solved at once: about 200 bytes of memory each."""

TOLERANCE = 1e-3
"""Of the conjugate gradients: the residual against the right side."""


@dataclass(frozen=True)
class WalkerParams:
    """Parameters of the random walker."""

    strokes: Annotated[
        Marks,
        SetBy(Hand.STROKES, OBJECTS_AND_BACKGROUND),
        Label(QT_TRANSLATE_NOOP("Operations", "Strokes")),
        Help(QT_TRANSLATE_NOOP("Operations", "Paint into each object, and into the background.")),
    ] = ()
    beta: Annotated[
        float,
        Range(1.0, 10_000.0),
        Step(10.0),
        Label(QT_TRANSLATE_NOOP("Operations", "Edge weight")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "How much edges hold the walk back: more follows faint edges, and noise too."
            )
        ),
    ] = 130.0
    dimension: DimensionField = Dimension.SLICE
    limit_to_mask: OnlyInMask = True


@operation(
    id="region.random-walker",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Regions"),
    title=QT_TRANSLATE_NOOP("Operations", "Random walker"),
    whole=True,
    across_slices=across,
    run=Run.ON_ACTION,
)
def random_walker(image: Image, params: WalkerParams, ctx: Context, labels: LabelMap | None) -> LabelMap:
    """Divides the image between painted strokes so that borders run along edges, even where an edge has gaps.

    Each pixel goes to the strokes that a random walk, which crosses edges rarely, most likely meets first. Each slice
    by itself needs strokes of two kinds: other slices stay empty. With a mask, walks stay inside it; that also makes
    a large volume small enough.

    Parameters
    ----------
    image : Image
        Grey.
    params : WalkerParams
        Strokes and the weight of edges.
    ctx : Context
        Looked at between the steps of the solution; one takes up to a second for each million voxels.
    labels : LabelMap or None
        Where walks may go.

    Returns
    -------
    LabelMap
        The labels of the strokes.

    Raises
    ------
    InputError
        Without strokes of two kinds in one slice (or the volume), and for the whole volume of an irregular stack.
    TooLarge
        For a volume of more than six million voxels (inside the mask).

    Notes
    -----
    Grady, IEEE TPAMI 28(11), 2006, with weights ``exp(-beta · (difference / (10 · sd))²) + 1e-10`` that fall with the
    square of the distance of voxels, solved by
    conjugate gradients with a multigrid.
    """
    hint = "Paint into the object and into the background, in the same slice."
    volume = is_volume(image, params.dimension)
    where = placed(params.strokes, image, 2, "strokes", hint)
    inside = labels.mask() if labels is not None and params.limit_to_mask else None
    out = np.zeros(image.array.shape, np.uint8)
    sx, sy, sz = image.geometry.spacing_xyz_mm
    if volume:
        count = out.size if inside is None else int(np.count_nonzero(inside))
        if count > VOXELS_AT_MOST:
            raise TooLarge(
                f"The random walker takes up to {VOXELS_AT_MOST // 1_000_000} million voxels at once; these are "
                f"{count / 1e6:.1f} million.",
                "Limit it by a mask, crop or resample the series, or work on each slice by itself.",
            )
        values, valid = continued_volume(image, ctx)
        allowed = np.ones(values.shape, np.bool_) if valid is None else valid
        allowed = allowed if inside is None else allowed & inside
        out[...] = _divided(values, where, allowed, (sz, sy, sx), params.beta, hint, ctx)
    else:
        slices = [k for k in marked_slices(where) if len(np.unique(where[k])) > 2]
        if not slices:
            raise InputError("No slice has strokes of two kinds.", hint, "input.strokes")
        for number, k in enumerate(slices):
            inner = ctx.subrange(number / len(slices), (number + 1) / len(slices))
            plane, there = plane_of(image, k)
            free = np.ones(plane.shape, np.bool_) if there is None else there
            free = free if inside is None else free & inside[k]
            out[k] = _divided(continued(plane, there), where[k], free, (sy, sx), params.beta, hint, inner)
    ctx.progress(1.0)
    return of_array(out, image, named(params.strokes, OBJECTS_AND_BACKGROUND))


def _divided(
    values: NDArray[np.float32],
    where: NDArray[np.int32],
    allowed: NDArray[np.bool_],
    spacing: tuple[float, ...],
    beta: float,
    hint: str,
    ctx: Context,
) -> NDArray[np.uint8]:
    seeds = np.where(allowed, where, 0)
    kinds = np.unique(seeds[seeds > 0])
    out = np.zeros(values.shape, np.uint8)
    if len(kinds) < 2:
        raise InputError("Strokes of two kinds are needed where walks may go.", hint, "input.strokes")
    sd = float(values[allowed].std())
    likely = _probabilities(values, seeds, kinds, allowed, spacing, beta, 10.0 * sd if sd > 0 else 1.0, ctx)
    best = np.argmax(likely, axis=0)
    found = (kinds - 1).astype(np.uint8)[best]
    found[likely.max(axis=0) <= 0] = 0  # no walk leads from here to a stroke
    out[allowed] = found[allowed]
    known = seeds > 0
    out[known] = seeds[known] - 1
    return out


def _probabilities(
    values: NDArray[np.float32],
    seeds: NDArray[np.int32],
    kinds: NDArray[np.int32],
    allowed: NDArray[np.bool_],
    spacing: tuple[float, ...],
    beta: float,
    scale: float,
    ctx: Context,
) -> NDArray[np.float32]:
    """How likely a walk ends at each kind of stroke; float32 (kind, ...)."""
    ctx.check()
    from scipy import sparse

    number = np.full(values.shape, -1, np.int64)
    unknown = allowed & (seeds == 0)
    free, known = np.flatnonzero(unknown), np.flatnonzero(seeds > 0)
    number.ravel()[free] = np.arange(len(free))
    number.ravel()[known] = len(free) + np.arange(len(known))
    likely = np.zeros((len(kinds), values.size), np.float32)
    for i, kind in enumerate(kinds):
        likely[i, known] = seeds.ravel()[known] == kind
    if not len(free):
        ctx.progress(1.0)
        return likely.reshape(-1, *values.shape)
    n = len(free) + len(known)
    rows, columns, weights = _edges(values, number, spacing, beta, scale)
    ctx.check()
    adjacency = sparse.coo_array((weights, (rows, columns)), shape=(n, n)).tocsr()
    ctx.check()
    adjacency = adjacency + adjacency.T
    degree = np.asarray(adjacency.sum(axis=1)).ravel()
    # Voxels that nothing leads to would make the system singular; they stay 0.
    matrix = (sparse.diags_array(degree[: len(free)] + 1e-12) - adjacency[: len(free), : len(free)]).tocsr()
    to_known = adjacency[: len(free), len(free) :]
    solver = GridSolver(matrix, np.stack(np.unravel_index(free, values.shape), axis=1), ctx)
    ctx.progress(0.3)
    for i, kind in enumerate(kinds):
        right = to_known @ (seeds.ravel()[known] == kind).astype(np.float64)
        likely[i, free] = solver.solve(right, TOLERANCE, ctx)
        ctx.progress(0.3 + 0.7 * (i + 1) / len(kinds))
    return likely.reshape(-1, *values.shape)


def _edges(
    values: NDArray[np.float32], number: NDArray[np.int64], spacing: tuple[float, ...], beta: float, scale: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of neighbours, each once, with the weight of their edge."""
    rows, columns, weights = [], [], []
    nearest = min(spacing)
    for axis, step in enumerate(spacing):
        v, n = np.moveaxis(values, axis, 0), np.moveaxis(number, axis, 0)
        both = (n[1:] >= 0) & (n[:-1] >= 0)
        difference = (v[1:][both] - v[:-1][both]).astype(np.float64) * (nearest / step)
        weights.append(np.exp(-beta * (difference / scale) ** 2) + 1e-10)
        rows.append(n[:-1][both])
        columns.append(n[1:][both])
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(weights)


OPERATIONS: tuple[Operation, ...] = (random_walker,)
