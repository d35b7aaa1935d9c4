"""Distances inside and around masks as an image, and the skeleton of a mask."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image, Rescale, SpacingSource
from medviewer.core.labels import LabelMap
from medviewer.errors import InputError
from medviewer.ops.balls import distances
from medviewer.ops.each_label import Box, change_each
from medviewer.ops.itk import from_itk, run_itk, to_itk
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume


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
        Looked at between slices; of the whole volume, the map itself cannot be interrupted.
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
    Exact Euclidean distances: Felzenszwalb and Huttenlocher, Theory of Computing 8, 2012, in a slice; Maurer, Qi and
    Raghavan, IEEE TPAMI 25(2), 2003, in a volume.
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
    import SimpleITK

    for turn, (inside, wanted) in enumerate(((True, where is not Where.OUTSIDE), (False, where is not Where.INSIDE))):
        if not wanted:
            continue
        # Maurer's distance goes to the rim of the object: outside of it that is the distance wanted.
        maurer: Any = SimpleITK.SignedMaurerDistanceMapImageFilter()
        maurer.SetSquaredDistance(False)
        maurer.SetUseImageSpacing(True)
        maurer.SetInsideIsPositive(False)
        subject = to_itk((~mask if inside else mask).view(np.uint8), image.geometry)
        found = from_itk(run_itk(maurer, subject, ctx=ctx.subrange(turn / 2, turn / 2 + 0.5)))
        for k in range(len(out)):
            ctx.check()
            np.copyto(out[k], -found[k] if inside and where is Where.SIGNED else found[k], where=mask[k] == inside)
    ctx.progress(1.0)


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
