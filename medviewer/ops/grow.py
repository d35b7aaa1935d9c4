"""Region growing: everything connected to a seed whose values are alike."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, of_array
from medviewer.core.marks import Marks
from medviewer.errors import InputError
from medviewer.ops.itk import from_itk, run_itk, to_itk
from medviewer.ops.mask_fields import Neighbours, OnlyInMask, Touching
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Hand, Help, Label, Range, SetBy, ShowWhen, Step, Unit
from medviewer.ops.planes import plane_of
from medviewer.ops.quiet_progress import QuietProgress
from medviewer.ops.seeds import OBJECTS, marked_slices, named, placed
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume

ROUNDS_AT_MOST = 10
"""So often the range is taken anew from the grown region."""


class Alike(enum.StrEnum):
    """Which values belong together."""

    TOLERANCE = "tolerance"
    RANGE = "range"
    SPREAD = "spread"


@dataclass(frozen=True)
class GrowParams:
    """Parameters of region growing."""

    seeds: Annotated[
        Marks,
        SetBy(Hand.POINTS, OBJECTS),
        Label(QT_TRANSLATE_NOOP("Operations", "Seeds")),
        Help(QT_TRANSLATE_NOOP("Operations", "Click into what is to be marked; several seeds may be set.")),
    ] = ()
    alike: Annotated[
        Alike,
        Choices(
            {
                "tolerance": QT_TRANSLATE_NOOP("Operations", "Near the value at the seeds"),
                "range": QT_TRANSLATE_NOOP("Operations", "Between two values"),
                "spread": QT_TRANSLATE_NOOP("Operations", "Near the mean of the region, by its spread"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Values belong when")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "The value at a seed is the mean of 3 × 3 pixels. By the spread, the range is taken anew from "
                "the region until it stays.",
            )
        ),
    ] = Alike.SPREAD
    tolerance: Annotated[
        float,
        Range(0.0, 1e5),
        Step(1.0),
        ShowWhen("alike", ("tolerance",)),
        Label(QT_TRANSLATE_NOOP("Operations", "Tolerance")),
        Help(
            QT_TRANSLATE_NOOP("Operations", "How far values may be from that at the seeds, in the unit of the image.")
        ),
    ] = 100.0
    low: Annotated[
        float,
        Range(-1e6, 1e6),
        Step(0.1),
        ShowWhen("alike", ("range",)),
        Label(QT_TRANSLATE_NOOP("Operations", "From")),
        Help(QT_TRANSLATE_NOOP("Operations", "The smallest value that belongs to the region.")),
    ] = -100.0
    high: Annotated[
        float,
        Range(-1e6, 1e6),
        Step(0.1),
        ShowWhen("alike", ("range",)),
        Label(QT_TRANSLATE_NOOP("Operations", "Up to")),
        Help(QT_TRANSLATE_NOOP("Operations", "The largest value that belongs to the region.")),
    ] = 300.0
    spread: Annotated[
        float,
        Range(0.5, 10.0),
        Step(0.1),
        ShowWhen("alike", ("spread",)),
        Label(QT_TRANSLATE_NOOP("Operations", "Standard deviations")),
        Help(QT_TRANSLATE_NOOP("Operations", "How many standard deviations of the region a value may be away.")),
    ] = 2.5
    reach_mm: Annotated[
        float,
        Range(0.0, 1000.0),
        Step(1.0),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "No further than")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "From the nearest seed of the region, against leaks through gaps; 0 for no limit."
            )
        ),
    ] = 0.0
    dimension: DimensionField = Dimension.SLICE
    neighbours: Touching = Neighbours.FACES
    limit_to_mask: OnlyInMask = True


@operation(
    id="region.grow",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Regions"),
    title=QT_TRANSLATE_NOOP("Operations", "Region growing"),
    whole=True,
    across_slices=across,
)
def grow(image: Image, params: GrowParams, ctx: Context, labels: LabelMap | None) -> LabelMap:
    """Marks everything that is connected to a clicked seed and has values like it.

    Each slice by itself grows only in slices that have a seed. Seeds of one label grow one region together; where
    regions of several labels would overlap, the lower number has the voxel. Padding never belongs to a region.

    Parameters
    ----------
    image : Image
        Grey.
    params : GrowParams
        Seeds and what is alike.
    ctx : Context
        Looked at between slices, and within a volume.
    labels : LabelMap or None
        Where regions may lie.

    Returns
    -------
    LabelMap
        The labels of the seeds.

    Raises
    ------
    InputError
        Without seeds on the image, for limits in the wrong order, and for the whole volume of an irregular stack.
    """
    if params.alike is Alike.RANGE and params.low > params.high:
        raise InputError("The lower limit is above the upper one.", "Exchange the two.", "input.low")
    volume = is_volume(image, params.dimension)
    where = placed(params.seeds, image, 1, "seeds", "Click into what is to be marked.")
    inside = labels.mask() if labels is not None and params.limit_to_mask else None
    out = np.zeros(image.array.shape, np.uint8)
    spacing = image.geometry.spacing_xyz_mm[::-1]
    if volume:
        values = np.empty(image.array.shape, np.float32)
        allowed = np.ones(values.shape, np.bool_)
        for k in range(image.n_slices):
            values[k], valid = plane_of(image, k)
            if valid is not None:
                allowed[k] = valid
            ctx.progress(0.2 * (k + 1) / image.n_slices)
        _grow(values, allowed if inside is None else allowed & inside, where, params, spacing, out, ctx)
    else:
        for k in marked_slices(where):
            ctx.check()
            plane, valid = plane_of(image, k)
            free = np.ones(plane.shape, np.bool_) if valid is None else valid
            _grow(plane, free if inside is None else free & inside[k], where[k], params, spacing[1:], out[k], ctx)
    ctx.progress(1.0)
    return of_array(out, image, named(params.seeds, OBJECTS))


def _grow(
    values: NDArray[np.float32],
    allowed: NDArray[np.bool_],
    where: NDArray[np.int32],
    params: GrowParams,
    spacing: tuple[float, ...],
    out: NDArray[np.uint8],
    ctx: Context,
) -> None:
    """Every label of the seeds in a slice or volume, written into `out` where it is free."""
    marked = np.flatnonzero(where != 0)
    marked = marked[allowed.ravel()[marked] & (where.ravel()[marked] > 1)]
    for label in np.unique(where.ravel()[marked]).tolist():
        ctx.check()
        seeds = np.stack(np.unravel_index(marked[where.ravel()[marked] == label], where.shape), axis=1)
        free = _near(allowed, seeds, params.reach_mm, spacing) if params.reach_mm else allowed
        low, high = _limits(values, allowed, seeds, params)
        region = _connected(_between(values, low, high, free), seeds, params.neighbours, ctx)
        if params.alike is Alike.SPREAD:
            for _ in range(ROUNDS_AT_MOST):
                found = values[region].astype(np.float64)
                if not found.size:
                    break
                reach = params.spread * float(found.std())
                low, high = float(found.mean()) - reach, float(found.mean()) + reach
                following = _connected(_between(values, low, high, free), seeds, params.neighbours, ctx)
                same = np.array_equal(following, region)
                region = following
                if same:
                    break
        np.copyto(out, label - 1, where=np.logical_and(region, out == 0, out=region))


def _between(values: NDArray[np.float32], low: float, high: float, free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    inside = np.asarray(values >= low)
    inside &= values <= high
    inside &= free
    return inside


def _limits(
    values: NDArray[np.float32], allowed: NDArray[np.bool_], seeds: NDArray[np.intp], params: GrowParams
) -> tuple[float, float]:
    if params.alike is Alike.RANGE:
        return params.low, params.high
    around = []
    for seed in seeds:
        box = (*seed[:-2], *(slice(max(0, i - 1), i + 2) for i in seed[-2:]))
        around.append(values[box][allowed[box]].astype(np.float64))
    if params.alike is Alike.TOLERANCE:
        means = [float(part.mean()) for part in around]
        return min(means) - params.tolerance, max(means) + params.tolerance
    together = np.concatenate(around)
    reach = params.spread * max(float(together.std()), 1e-6)
    at = [float(values[tuple(seed)]) for seed in seeds]
    return min(float(together.mean()) - reach, *at), max(float(together.mean()) + reach, *at)


def _near(
    allowed: NDArray[np.bool_], seeds: NDArray[np.intp], reach_mm: float, spacing: tuple[float, ...]
) -> NDArray[np.bool_]:
    near = np.zeros(allowed.shape, np.bool_)
    for seed in seeds:
        box = tuple(
            slice(max(0, int(i) - int(reach_mm / s)), int(i) + int(reach_mm / s) + 1)
            for i, s in zip(seed, spacing, strict=True)
        )
        grids = np.ogrid[tuple(slice(b.start, min(b.stop, n)) for b, n in zip(box, allowed.shape, strict=True))]
        squares = [((g - i) * s) ** 2 for g, i, s in zip(grids, seed, spacing, strict=True)]
        total: Any = squares[0]
        for square in squares[1:]:
            total = total + square
        near[box] |= total <= reach_mm**2 * (1 + 1e-9)
    return near & allowed


def _connected(
    alike: NDArray[np.bool_], seeds: NDArray[np.intp], neighbours: Neighbours, ctx: Context
) -> NDArray[np.bool_]:
    """What of a mask, which is used up, is connected to the seeds that lie in it."""
    good = [seed for seed in seeds.tolist() if alike[tuple(seed)]]
    pixels = np.ascontiguousarray(alike).view(np.uint8)
    if not good:
        return np.zeros(alike.shape, np.bool_)
    if alike.ndim == 2:
        import cv2

        for row, column in good:
            if pixels[row, column] == 1:
                flags = 8 if neighbours is Neighbours.CORNERS else 4
                cv2.floodFill(pixels, None, (column, row), 2, flags=flags)
        return np.asarray(pixels == 2)
    import SimpleITK

    growing: Any = SimpleITK.ConnectedThresholdImageFilter()
    growing.SetLower(1)
    growing.SetUpper(1)
    growing.SetReplaceValue(1)
    growing.SetSeedList([seed[::-1] for seed in good])
    kind = SimpleITK.ConnectedThresholdImageFilter
    growing.SetConnectivity(kind.FullConnectivity if neighbours is Neighbours.CORNERS else kind.FaceConnectivity)
    return from_itk(run_itk(growing, to_itk(pixels), ctx=QuietProgress(ctx))).view(np.bool_)


OPERATIONS: tuple[Operation, ...] = (grow,)
