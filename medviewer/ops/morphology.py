"""Masks eroded, dilated, opened and closed by discs and balls of a radius in millimetres."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from medviewer.core.labels import LabelMap
from medviewer.ops import balls
from medviewer.ops.each_label import Box, change_each
from medviewer.ops.mask_fields import RadiusMm
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume


class Step(enum.StrEnum):
    """What is done to the mask."""

    ERODE = "erode"
    DILATE = "dilate"
    OPEN = "open"
    CLOSE = "close"


@dataclass(frozen=True)
class MorphologyParams:
    """Parameters of the morphology of masks."""

    step: Annotated[
        Step,
        Choices(
            {
                "erode": QT_TRANSLATE_NOOP("Operations", "Erode: shrink by the radius"),
                "dilate": QT_TRANSLATE_NOOP("Operations", "Dilate: grow by the radius"),
                "open": QT_TRANSLATE_NOOP("Operations", "Open: remove what is thinner"),
                "close": QT_TRANSLATE_NOOP("Operations", "Close: fill gaps that are narrower"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Do")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Opening is eroding and then dilating, closing the reverse; both leave larger shapes as they were.",
            )
        ),
    ] = Step.OPEN
    radius_mm: RadiusMm = 1.0
    dimension: DimensionField = Dimension.SLICE


@operation(
    id="mask.morphology",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Erode, dilate, open, close"),
    halo_mm=lambda p: p.radius_mm * (2.0 if p.step in (Step.OPEN, Step.CLOSE) else 1.0),
    halo_px=1,
    across_slices=across,
)
def morphology(labels: LabelMap, params: MorphologyParams, ctx: Context) -> LabelMap:
    """Shrinks, grows, opens or closes a mask by a disc or ball whose radius is in millimetres.

    The disc is round in the patient, whatever the shape of the pixels; where the spacing is not known, the radius
    counts in pixels. A mask that ends at the edge of the image is not worn down there, because what lies beyond is
    not known.

    Several labels are each treated by themselves: they grow into the background only, never into each other, and
    where two reach for the same voxel the one with the lower number has it.

    Parameters
    ----------
    labels : LabelMap
        Any labels; not changed.
    params : MorphologyParams
        What is done, and by which radius.
    ctx : Context
        Looked at between slices.

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
    The exact Euclidean ball: a voxel belongs to it when its centre lies within the radius.
    """
    volume = is_volume(labels, params.dimension)
    spacing, radius = labels.geometry.spacing_xyz_mm, params.radius_mm
    z, y, x = balls.reach_zyx(radius, spacing, volume)
    if params.step in (Step.ERODE, Step.OPEN):  # what is outside is background, one voxel of it is enough
        z = y = x = 0
    margin = (z + 1 if volume else 0, y + 1, x + 1)

    def change(mask: NDArray[np.bool_], _box: Box, ctx: Context) -> NDArray[np.bool_]:
        first, second = ctx.subrange(0.0, 0.5), ctx.subrange(0.5, 1.0)
        if params.step is Step.ERODE:
            return balls.erode(mask, spacing, radius, volume, ctx)
        if params.step is Step.DILATE:
            return balls.dilate(mask, spacing, radius, volume, ctx)
        if params.step is Step.OPEN:
            worn = balls.erode(mask, spacing, radius, volume, first)
            return balls.dilate(worn, spacing, radius, volume, second)
        grown = balls.dilate(mask, spacing, radius, volume, first)
        return balls.erode(grown, spacing, radius, volume, second)

    return change_each(labels, change, ctx, margin)


OPERATIONS: tuple[Operation, ...] = (morphology,)
