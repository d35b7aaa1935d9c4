"""Distances inside and around masks as an image, and the skeleton of a mask."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Vector
from medviewer.core.image import Image, Rescale, SpacingSource
from medviewer.core.labels import LabelMap
from medviewer.errors import InputError
from medviewer.ops.balls import distances
from medviewer.ops.connected import bounds
from medviewer.ops.each_label import Box, change_each
from medviewer.ops.itk import from_itk, run_itk, to_itk
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label
from medviewer.ops.planes import in_threads
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume

FAR_AWAY = 1e30
"""A squared distance where there is nothing to be near to."""

STEPS_AT_MOST = 64
"""Slices to look at in either direction; where the nearest voxel may lie further, Maurer's algorithm is faster."""

STEPS_BETWEEN_LOOKS = 4

VOXELS_AT_ONCE = 1_000_000
"""Whose distances within slices take some 20 ms."""

VOXELS_IN_CACHE = 100_000
"""Of a strip of the slice-direction pass."""


class Where(enum.StrEnum):
    """Which distances the image holds."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    SIGNED = "signed"


@dataclass(frozen=True)
class DistanceParams:
    """Parameters of the distance map."""

    where: Annotated[
        Where,
        Choices(
            {
                "inside": QT_TRANSLATE_NOOP("Operations", "Inside the mask, to its rim"),
                "outside": QT_TRANSLATE_NOOP("Operations", "Outside, to the mask"),
                "signed": QT_TRANSLATE_NOOP("Operations", "Both, negative inside"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Distances")),
        Help(QT_TRANSLATE_NOOP("Operations", "Which distances are wanted; the others are 0.")),
    ] = Where.INSIDE
    dimension: DimensionField = Dimension.SLICE


@operation(
    id="mask.distance",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Distance map"),
    whole=True,
    across_slices=across,
)
def distance(image: Image, params: DistanceParams, ctx: Context, labels: LabelMap) -> Image:
    """Turns a mask into an image of distances in millimetres: how deep inside, or how far outside a voxel lies.

    Distances go from centre to centre: inside, to the nearest voxel of the background; outside, to the nearest of the
    mask. Where the spacing is not known they count in pixels. The edge of the image is no background. All labels
    count as one mask. Where the image has no value, such as padding, the map has none.

    Parameters
    ----------
    image : Image
        Whose grid and padding count; not changed.
    params : DistanceParams
        Which distances.
    ctx : Context
        Looked at between slices, and within a volume.
    labels : LabelMap
        The mask: any label.

    Returns
    -------
    Image
        float32, unit mm (px); padding as NaN.

    Raises
    ------
    InputError
        When the mask is empty or has no background, where that is needed, and for the whole volume of an irregular
        stack.

    Notes
    -----
    Exact Euclidean distances: Felzenszwalb and Huttenlocher, Theory of Computing 8, 2012, in a slice. In a volume
    those of the slices are joined by trying the slices around; Maurer, Qi and Raghavan, IEEE TPAMI 25(2), 2003, where
    distances are long or pixels are not square. Rounding differs between the two by parts in a million.
    """
    mask = labels.mask()
    volume = is_volume(image, params.dimension)
    if params.where is not Where.INSIDE and not mask.any():
        raise InputError("The mask is empty, so that nothing has a distance to it.", "", "input.labels")
    if params.where is not Where.OUTSIDE and mask.all():
        raise InputError("The mask fills the image, so that it has no rim.", "", "input.labels")
    out = np.zeros(mask.shape, np.float32)
    if volume:
        _in_volume(mask, image, params.where, out, ctx.subrange(0.0, 0.8))
        ctx = ctx.subrange(0.8, 1.0)
    sx, sy, _ = image.geometry.spacing_xyz_mm
    for k in range(len(mask)):
        if not volume:
            out[k] = _in_slice(mask[k], params.where, sx, sy)
        if image.padding is not None or image.array.dtype.kind == "f":
            out[k][~np.isfinite(image.modality_slice(k))] = np.nan
        ctx.progress((k + 1) / len(mask))
    unit = "px" if image.facts.spacing_source is SpacingSource.NONE else "mm"
    return replace(image, array=out, rescale=Rescale(), padding=None, unit=unit, monochrome1=False)


def _in_slice(mask: NDArray[np.bool_], where: Where, sx: float, sy: float) -> NDArray[np.float32]:
    """Slices without a rim have no distances: 0."""
    if mask.all() or not mask.any():
        return np.zeros(mask.shape, np.float32)
    if where is Where.INSIDE:
        return distances(mask, sx, sy)
    outside = distances(~mask, sx, sy)
    return outside if where is Where.OUTSIDE else outside - distances(mask, sx, sy)


def _in_volume(mask: NDArray[np.bool_], image: Image, where: Where, out: NDArray[np.float32], ctx: Context) -> None:
    """Fill `out`, which is 0 everywhere."""
    turns = [inside for inside in (True, False) if where is not (Where.OUTSIDE if inside else Where.INSIDE)]
    for turn, inside in enumerate(turns):
        part = ctx.subrange(turn / len(turns), (turn + 1) / len(turns))
        subject = mask if inside else ~mask
        box = bounds(subject, (1, 1, 1))  # a voxel beyond is not nearer than that at the side of the box
        if box is None:
            continue
        target = out[box]
        found = _depths(subject[box], image.geometry.spacing_xyz_mm, part)
        for k in range(len(target)):
            ctx.check()
            if not inside:
                np.add(target[k], found[k], out=target[k])
            elif where is Where.SIGNED:
                np.negative(found[k], out=target[k])
            else:
                target[k] = found[k]
    ctx.progress(1.0)


def _depths(mask: NDArray[np.bool_], spacing: Vector, ctx: Context) -> NDArray[np.float32]:
    """Distance of each voxel of a mask (z, y, x) to the nearest centre outside of it, which is there; 0 outside."""
    sx, sy, sz = spacing
    if math.isclose(sx, sy, rel_tol=1e-4):
        squares = _squares_in_slices(mask, ctx.subrange(0.0, 0.3))
        reach = math.sqrt(float(squares.max())) * sx / sz  # no nearest voxel lies further across slices
        if min(reach, len(mask) - 1) <= STEPS_AT_MOST:
            _across_slices(squares, sx, sz, ctx.subrange(0.3, 1.0))
            return squares
    import SimpleITK

    # Maurer's distance goes to the rim of the object: outside of it that is the distance wanted.
    maurer: Any = SimpleITK.SignedMaurerDistanceMapImageFilter()
    maurer.SetSquaredDistance(False)
    maurer.SetUseImageSpacing(True)
    maurer.SetInsideIsPositive(False)
    subject = to_itk((~mask).view(np.uint8))
    subject.SetSpacing([float(s) for s in spacing])
    found: NDArray[np.float32] = from_itk(run_itk(maurer, subject, ctx=ctx))
    for k in range(len(found)):
        ctx.check()
        np.multiply(found[k], mask[k], out=found[k])
    return found


def _squares_in_slices(mask: NDArray[np.bool_], ctx: Context) -> NDArray[np.float32]:
    """Squared distances within slices in pixels, whole numbers; `FAR_AWAY` in slices with nothing outside."""
    import cv2

    out = np.empty(mask.shape, np.float32)

    def fill(first: int, end: int) -> None:
        for k in range(first, end):
            if mask[k].all():
                out[k] = FAR_AWAY
            elif not mask[k].any():
                out[k] = 0.0
            else:
                plane = np.ascontiguousarray(mask[k]).view(np.uint8)
                found = cv2.distanceTransform(plane, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
                np.multiply(found, found, out=out[k])
                np.rint(out[k], out=out[k])

    step = max(1, VOXELS_AT_ONCE // max(1, mask[0].size))
    in_threads([partial(fill, k, min(len(mask), k + step)) for k in range(0, len(mask), step)], ctx)
    return out


def _across_slices(squares: NDArray[np.float32], sx: float, sz: float, ctx: Context) -> None:
    """Squared distances in pixels within slices to distances in mm in the volume, in place.

    ``d²(z) = min over z' of squares(z') + ((z - z') · sz / sx)²``, tried from the nearest slices on until what lies
    further cannot be nearer.
    """
    n = len(squares)
    flat = squares.reshape(n, -1)
    width = max(256, VOXELS_IN_CACHE // n)
    ratio = (sz / sx) ** 2

    def reduce(x: int) -> None:
        columns = flat[:, x : x + width]
        base = np.ascontiguousarray(columns)
        best, beyond = base.copy(), np.empty_like(base)
        highest = float(best.max())
        for away in range(1, n):
            square = away * away * ratio
            if away % STEPS_BETWEEN_LOOKS == 0:
                highest = float(best.max())
            if square >= highest:
                break
            np.add(base, np.float32(square), out=beyond)
            np.minimum(best[away:], beyond[:-away], out=best[away:])
            np.minimum(best[:-away], beyond[away:], out=best[:-away])
        np.sqrt(best, out=best)
        np.multiply(best, np.float32(sx), out=columns)

    in_threads([partial(reduce, x) for x in range(0, flat.shape[1], width)], ctx)


# -- skeleton


@dataclass(frozen=True)
class SkeletonParams:
    """Parameters of the skeleton."""

    dimension: DimensionField = Dimension.SLICE


@operation(
    id="mask.skeleton",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Skeleton"),
    whole=True,
    across_slices=across,
    run=Run.ON_ACTION,
)
def skeleton(labels: LabelMap, params: SkeletonParams, ctx: Context) -> LabelMap:
    """Thins a mask to lines along its middle, one voxel wide, that keep its connections and its holes.

    Several labels are each treated by themselves. Of the whole volume, each label is thinned in one piece, which
    cannot be interrupted.

    Parameters
    ----------
    labels : LabelMap
        Any labels; not changed.
    params : SkeletonParams
        Slices or the volume.
    ctx : Context
        Looked at between slices (between labels in a volume).

    Returns
    -------
    LabelMap
        The same labels on the same grid.

    Raises
    ------
    InputError
        For the whole volume of an irregular stack.

    Notes
    -----
    Zhang and Suen, Communications of the ACM 27(3), 1984, in a slice; Lee, Kashyap and Chu, CVGIP 56(6), 1994, in a
    volume. Both look at voxels, not at millimetres.
    """
    volume = is_volume(labels, params.dimension)

    def change(mask: NDArray[np.bool_], _box: Box, inner: Context) -> NDArray[np.bool_]:
        from skimage.morphology import skeletonize

        if volume:
            inner.check()
            return np.asarray(skeletonize(mask)).astype(np.bool_)
        out = np.empty(mask.shape, np.bool_)
        for k in range(len(mask)):
            out[k] = skeletonize(mask[k])
            inner.progress((k + 1) / len(mask))
        return out

    return change_each(labels, change, ctx)


OPERATIONS: tuple[Operation, ...] = (distance, skeleton)
