"""Cropping and mirroring: image, masks and original together."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import CalibratedRegion, Image
from medviewer.core.labels import LabelMap, same_grid
from medviewer.core.marks import Marks
from medviewer.errors import InputError
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Hand, Help, Label, Range, SetBy, Step, Unit
from medviewer.ops.part import crop_scene
from medviewer.ops.scene import Scene
from medviewer.ops.volume_grid import require_regular

_THROUGH = 0.5
"""A box whose corners lie less than so many slices apart was drawn on one slice."""


class CropTo(enum.StrEnum):
    """What the image is cropped to."""

    BOX = "box"
    MASK = "mask"


class FlipAxis(enum.StrEnum):
    """What changes places."""

    COLUMNS = "columns"
    ROWS = "rows"
    SLICES = "slices"


_MARGIN = QT_TRANSLATE_NOOP("Operations", "Margin")


@dataclass(frozen=True)
class CropParams:
    """Parameters of cropping."""

    to: Annotated[
        CropTo,
        Choices(
            {
                "box": QT_TRANSLATE_NOOP("Operations", "A drawn box"),
                "mask": QT_TRANSLATE_NOOP("Operations", "The mask"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Crop to")),
        Help(QT_TRANSLATE_NOOP("Operations", "What is kept: a box dragged on the image, or what the mask covers.")),
    ] = CropTo.BOX
    box: Annotated[
        Marks,
        SetBy(Hand.BOX, {1: QT_TRANSLATE_NOOP("Operations", "What is kept")}),
        Label(QT_TRANSLATE_NOOP("Operations", "Box")),
        Help(QT_TRANSLATE_NOOP("Operations", "Drag a rectangle on a slice; it holds for all slices.")),
    ] = ()
    margin_mm: Annotated[
        float,
        Range(0.0, 200.0),
        Step(1.0),
        Unit("mm"),
        Label(_MARGIN),
        Help(QT_TRANSLATE_NOOP("Operations", "Kept around the box or the mask within the slices.")),
    ] = 0.0
    margin_slices: Annotated[
        int,
        Range(0, 500),
        Label(QT_TRANSLATE_NOOP("Operations", "Slices before and after")),
        Help(QT_TRANSLATE_NOOP("Operations", "Kept beyond the first and the last slice of the mask.")),
    ] = 0
    all_slices: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Keep all slices")),
        Help(QT_TRANSLATE_NOOP("Operations", "Crop within the slices only.")),
    ] = False


@dataclass(frozen=True)
class FlipParams:
    """Parameters of mirroring."""

    axis: Annotated[
        FlipAxis,
        Choices(
            {
                "columns": QT_TRANSLATE_NOOP("Operations", "Left and right of the stored slice"),
                "rows": QT_TRANSLATE_NOOP("Operations", "Top and bottom of the stored slice"),
                "slices": QT_TRANSLATE_NOOP("Operations", "First and last slice"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Exchange")),
        Help(QT_TRANSLATE_NOOP("Operations", "Which sides change places.")),
    ] = FlipAxis.COLUMNS


@operation(
    id="geometry.crop",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Geometry"),
    title=QT_TRANSLATE_NOOP("Operations", "Crop"),
    whole=True,
    across_slices=True,
    keeps_geometry=False,
    colour=True,
)
def crop(scene: Scene, params: CropParams, ctx: Context) -> Scene:
    """Keeps a part of the image: a box drawn on it, or what the mask covers, with a margin.

    What is kept stays where it is in the patient; no value is changed. The mask, masks put aside and the original
    follow voxel by voxel. A box drawn on one slice holds for all slices; one whose corners lie on different slices
    keeps the slices in between.

    Returns
    -------
    Scene
        Everything on the smaller grid.

    Raises
    ------
    InputError
        Without a box or mask, with an empty one, and for a box beside the image.
    """
    ctx.check()
    low, high = _of_mask(scene.labels, params) if params.to is CropTo.MASK else _of_box(scene.image, params)
    sx, sy, _ = scene.image.geometry.spacing_xyz_mm
    z, y, x = scene.image.geometry.shape_zyx
    grow = (math.ceil(params.margin_mm / sx - 1e-6), math.ceil(params.margin_mm / sy - 1e-6))
    first = [max(0, low[0] - grow[0]), max(0, low[1] - grow[1]), max(0, low[2])]
    end = [min(x, high[0] + 1 + grow[0]), min(y, high[1] + 1 + grow[1]), min(z, high[2] + 1)]
    if params.all_slices:
        first[2], end[2] = 0, z
    if any(a >= b for a, b in zip(first, end, strict=True)):
        raise InputError("The box lies beside the image.", "Draw it on the image.", "input.box")
    box = ((first[2], end[2]), (first[1], end[1]), (first[0], end[0]))
    result = crop_scene(scene, box)
    image = replace(_with_regions(result.image, first), array=np.ascontiguousarray(result.image.array))
    original = scene.original
    if original is scene.image:
        original = image
    elif same_grid(original, scene.image):
        original = _with_regions(result.original, first)
    ctx.progress(1.0)
    return replace(result, image=image, original=original, tables=scene.tables)


Corner = tuple[int, int, int]


def _of_mask(labels: LabelMap | None, params: CropParams) -> tuple[Corner, Corner]:
    """First and last voxel (x, y, z) of the mask."""
    if labels is None or labels.is_empty:
        raise InputError(
            "There is no mask to crop to." if labels is None else "The mask to crop to is empty.",
            "Add a step before it that makes one, or draw a box instead.",
            "input.labels",
        )
    ends = []
    for others in ((0, 1), (0, 2), (1, 2)):
        found = np.flatnonzero(labels.array.any(axis=others))
        ends.append((int(found[0]), int(found[-1])))
    (x0, x1), (y0, y1), (z0, z1) = ends
    return (x0, y0, z0 - params.margin_slices), (x1, y1, z1 + params.margin_slices)


def _of_box(image: Image, params: CropParams) -> tuple[Corner, Corner]:
    """First and last voxel (x, y, z) whose centre lies in the box."""
    if not params.box:
        raise InputError("There is no box to crop to.", "Drag a rectangle on the image.", "input.box")
    corners = image.geometry.index(np.asarray(params.box[-1].points_mm, dtype=np.float64).reshape(-1, 3))
    low, high = corners.min(axis=0), corners.max(axis=0)
    first, last = np.ceil(low - 1e-6).astype(int), np.floor(high + 1e-6).astype(int)
    thin = last < first  # between two centres: the voxel it lies in
    first, last = np.where(thin, np.rint(low), first).astype(int), np.where(thin, np.rint(low), last).astype(int)
    if high[2] - low[2] < _THROUGH:
        first[2], last[2] = 0, image.n_slices - 1
    else:
        first[2], last[2] = first[2] - params.margin_slices, last[2] + params.margin_slices
    return (int(first[0]), int(first[1]), int(first[2])), (int(last[0]), int(last[1]), int(last[2]))


def _with_regions(image: Image, first: list[int]) -> Image:
    """The scales of an ultrasound image, which lie at pixels, moved along."""

    def shifted(region: CalibratedRegion) -> CalibratedRegion:
        x, y = first[:2]
        return replace(region, x0=region.x0 - x, x1=region.x1 - x, y0=region.y0 - y, y1=region.y1 - y)

    facts = image.facts
    return image.with_facts(
        regions=tuple(map(shifted, facts.regions)), uncalibrated=tuple(map(shifted, facts.uncalibrated))
    )


@operation(
    id="geometry.flip",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Geometry"),
    title=QT_TRANSLATE_NOOP("Operations", "Mirror"),
    whole=True,
    across_slices=lambda p: p.axis is FlipAxis.SLICES,
    colour=True,
)
def flip(scene: Scene, params: FlipParams, ctx: Context) -> Scene:
    """Mirrors the voxels of the image and of all masks, for images stored the wrong way round and for augmentation.

    The voxels change places and the grid stays: what was on the patient's right is then shown, and measured, on the
    left. The result warns of it, until the same sides are exchanged again. To look at a picture from the other side,
    turn the view instead.

    Returns
    -------
    Scene
        Image, original, mask and masks put aside, mirrored; `facts.mirrored` is set.

    Raises
    ------
    InputError
        For mirroring slices that do not form a regular grid.
    """
    ctx.check()
    if params.axis is FlipAxis.SLICES and scene.image.n_slices > 1:
        require_regular(scene.image, "Mirror rows or columns.")
    axis = {FlipAxis.SLICES: 0, FlipAxis.ROWS: 1, FlipAxis.COLUMNS: 2}[params.axis]
    image = _mirrored(scene.image, axis)
    ctx.progress(0.5)
    original = scene.original
    if original is scene.image:
        original = image
    elif same_grid(original, scene.image):
        original = _mirrored(original, axis)
    kept = {name: _mirrored_mask(mask, axis) for name, mask in scene.kept.items()}
    labels = None if scene.labels is None else _mirrored_mask(scene.labels, axis)
    ctx.progress(1.0)
    return Scene(image, original, labels, kept, scene.tables)


_WARNINGS = (
    "First and last slice were exchanged: sides can no longer be told.",
    "Top and bottom of the slices were exchanged: sides can no longer be told.",
    "Left and right of the slices were exchanged: sides can no longer be told.",
)


def _mirrored(image: Image, axis: int) -> Image:
    warnings = list(image.facts.warnings)
    if _WARNINGS[axis] in warnings:  # the second time: back again
        warnings.remove(_WARNINGS[axis])
    else:
        warnings.append(_WARNINGS[axis])
    rows, columns = image.array.shape[1:3]
    facts = replace(
        image.facts,
        mirrored=any(text in warnings for text in _WARNINGS),
        warnings=tuple(warnings),
        regions=tuple(_mirrored_region(region, axis, rows, columns) for region in image.facts.regions),
        uncalibrated=tuple(_mirrored_region(region, axis, rows, columns) for region in image.facts.uncalibrated),
    )
    rescale = image.rescale
    if axis == 0:  # each slice takes its own along
        rescale = replace(rescale, slopes=rescale.slopes[::-1], intercepts=rescale.intercepts[::-1])
    key = f"{image.key}:mirrored{axis}" if image.key else ""
    return replace(image, array=_reversed(image.array, axis), rescale=rescale, facts=facts, key=key)


def _mirrored_mask(labels: LabelMap, axis: int) -> LabelMap:
    return labels.with_array(_reversed(labels.array, axis))


def _reversed(array: NDArray[np.generic], axis: int) -> NDArray[np.generic]:
    return np.ascontiguousarray(np.flip(array, axis))


def _mirrored_region(region: CalibratedRegion, axis: int, rows: int, columns: int) -> CalibratedRegion:
    if axis == 1:
        return replace(region, y0=rows - 1 - region.y1, y1=rows - 1 - region.y0)
    if axis == 2:
        return replace(region, x0=columns - 1 - region.x1, x1=columns - 1 - region.x0)
    return region


OPERATIONS: tuple[Operation, ...] = (crop, flip)
