"""Connected parts of masks: numbered by size, the largest kept, small ones and those at the border removed."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import MAX_LABEL, Label, LabelMap, of_array
from medviewer.errors import InputError
from medviewer.ops.connected import choose, counts_of_plane, parts_of_plane, parts_of_volume, renumber
from medviewer.ops.each_label import Box, change_each
from medviewer.ops.mask_fields import Neighbours, Touching
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Range, Step, Unit
from medviewer.ops.params import Label as Words
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume

NAMED_AT_MOST = 100
"""So many parts have their size in their name."""

_NUMBERS = tuple(Label(value) for value in range(1, NAMED_AT_MOST + 1))


@dataclass(frozen=True)
class ComponentsParams:
    """Parameters of the numbering of connected parts."""

    dimension: DimensionField = Dimension.VOLUME
    neighbours: Touching = Neighbours.CORNERS
    smallest: Annotated[
        int,
        Range(1, 10_000_000),
        Unit("voxels"),
        Words(QT_TRANSLATE_NOOP("Operations", "Smallest")),
        Help(QT_TRANSLATE_NOOP("Operations", "Parts with fewer voxels are left out.")),
    ] = 1


@operation(
    id="region.components",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Regions"),
    title=QT_TRANSLATE_NOOP("Operations", "Connected components"),
    whole=True,
    across_slices=across,
)
def components(labels: LabelMap, params: ComponentsParams, ctx: Context) -> LabelMap:
    """Gives every connected part of the mask a number of its own, the largest number 1.

    Voxels of different labels that touch belong to one part: what counts is the mask. Of the whole volume, up to a
    hundred parts have their volume in their name. When each slice is worked on by itself, numbers begin anew in
    every slice.

    Parameters
    ----------
    labels : LabelMap
        Any labels; not changed.
    params : ComponentsParams
        What is connected.
    ctx : Context
        Looked at between slices.

    Returns
    -------
    LabelMap
        1 to n, by falling size; equal sizes in the order of their first voxel.

    Raises
    ------
    InputError
        For more than 65,535 parts, and for the whole volume of an irregular stack.
    """
    mask = labels.mask()
    if not is_volume(labels, params.dimension):
        out = np.zeros(mask.shape, np.uint16)
        n = 0
        for k in range(labels.n_slices):
            count, parts = parts_of_plane(mask[k], params.neighbours)
            ranks, _ = _by_size(counts_of_plane(parts, count), params.smallest)
            out[k] = renumber(parts, ranks)
            n = max(n, int(ranks.max()))
            ctx.progress((k + 1) / labels.n_slices)
        return of_array(out, labels, _NUMBERS[: min(n, NAMED_AT_MOST)])
    count, numbers = parts_of_volume(mask, params.neighbours, ctx.subrange(0.0, 0.5))
    counts = _counts(numbers, count, ctx.subrange(0.5, 0.7))
    ranks, sizes = _by_size(counts, params.smallest)
    out = np.empty(mask.shape, ranks.dtype)
    ctx = ctx.subrange(0.7, 1.0)
    for k in range(labels.n_slices):
        np.take(ranks, numbers[k], out=out[k], mode="clip")
        ctx.progress((k + 1) / labels.n_slices)
    return of_array(out, labels, _names(labels, sizes))


def _counts(numbers: NDArray[Any], count: int, ctx: Context) -> NDArray[np.int64]:
    """Voxels of each part, 0 the background."""
    counts = np.zeros(count + 1, np.int64)
    for k in range(len(numbers)):
        found = np.bincount(numbers[k].ravel())
        counts[: len(found)] += found
        ctx.progress((k + 1) / len(numbers))
    return counts


def _by_size(counts: NDArray[np.int64], smallest: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The new number of each part, and the sizes of the new ones (without the background)."""
    sizes = counts[1:]
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] >= max(1, smallest)]
    if len(order) > MAX_LABEL:
        raise InputError(
            f"The mask falls into {len(order):,} parts; a mask has room for {MAX_LABEL:,} labels.",
            "Leave out small parts, or smooth the image first.",
            "input.smallest",
        )
    ranks = np.zeros(len(counts), np.uint8 if len(order) <= 255 else np.uint16)
    ranks[order + 1] = np.arange(1, len(order) + 1)
    return ranks, sizes[order]


def _names(labels: LabelMap, sizes: NDArray[np.int64]) -> tuple[Label, ...]:
    """Volume in ml, or in mm³ under a tenth of one; a mask does not know whether its spacing is to be trusted."""
    voxel = float(np.prod(labels.geometry.spacing_xyz_mm))
    unknown = labels.geometry.spacing_xyz_mm == (1.0, 1.0, 1.0)
    names = []
    for value, size in enumerate(sizes[:NAMED_AT_MOST], 1):
        volume = float(size) * voxel
        words = f"{volume / 1000:.1f} ml" if volume >= 100 else f"{volume:.1f} mm³"
        names.append(Label(value, f"{value}: {f'{size:,} voxels' if unknown else words}"))
    return tuple(names)


# -- some of the parts


def keep_parts(
    mask: NDArray[np.bool_],
    volume: bool,
    neighbours: Neighbours,
    chosen: Callable[[NDArray[np.int64], NDArray[Any], int | None], NDArray[np.bool_]],
    ctx: Context,
) -> NDArray[np.bool_]:
    """The parts of a mask that `chosen` says.

    Parameters
    ----------
    chosen : callable
        ``chosen(counts, parts, k)``: which parts stay, bool, one entry for each of `counts` (0 is the background);
        `parts` are the numbers of slice `k`, or of the volume (`k` None).
    """
    out = np.empty(mask.shape, np.bool_)
    n = len(mask)
    if not volume:
        for k in range(n):
            count, parts = parts_of_plane(mask[k], neighbours)
            if count:
                stay = chosen(counts_of_plane(parts, count), parts, k)
                stay[0] = False
                out[k] = choose(parts, stay)
            else:
                out[k] = False
            ctx.progress((k + 1) / n)
        return out
    count, numbers = parts_of_volume(mask, neighbours, ctx.subrange(0.0, 0.5))
    stay = chosen(_counts(numbers, count, ctx.subrange(0.5, 0.7)), numbers, None)
    stay[0] = False
    ctx = ctx.subrange(0.7, 1.0)
    for k in range(n):
        out[k] = choose(numbers[k], stay)
        ctx.progress((k + 1) / n)
    return out


@dataclass(frozen=True)
class LargestParams:
    """Parameters of keeping the largest parts."""

    count: Annotated[
        int,
        Range(1, 1000),
        Words(QT_TRANSLATE_NOOP("Operations", "How many")),
        Help(QT_TRANSLATE_NOOP("Operations", "So many of the largest connected parts stay.")),
    ] = 1
    dimension: DimensionField = Dimension.VOLUME
    neighbours: Touching = Neighbours.CORNERS


@operation(
    id="mask.keep-largest",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Keep the largest parts"),
    whole=True,
    across_slices=across,
)
def keep_largest(labels: LabelMap, params: LargestParams, ctx: Context) -> LabelMap:
    """Keeps the largest connected parts of a mask and removes the others.

    Several labels are each treated by themselves. Of parts of equal size, the one found first stays.

    Parameters
    ----------
    labels : LabelMap
        Any labels; not changed.
    params : LargestParams
        How many, and what is connected.
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
    """
    volume = is_volume(labels, params.dimension)

    def largest(counts: NDArray[np.int64], _parts: NDArray[Any], _k: int | None) -> NDArray[np.bool_]:
        stay = np.zeros(len(counts), np.bool_)
        stay[1 + np.argsort(-counts[1:], kind="stable")[: params.count]] = True
        return stay

    return change_each(
        labels, lambda mask, _box, inner: keep_parts(mask, volume, params.neighbours, largest, inner), ctx
    )


class Size(enum.StrEnum):
    """What the size of a part counts in."""

    MM = "mm"
    VOXELS = "voxels"


@dataclass(frozen=True)
class SmallParams:
    """Parameters of removing small parts."""

    smallest: Annotated[
        float,
        Range(0.0, 1e9),
        Step(1.0),
        Words(QT_TRANSLATE_NOOP("Operations", "Smallest")),
        Help(QT_TRANSLATE_NOOP("Operations", "Parts smaller than this are removed.")),
    ] = 10.0
    unit: Annotated[
        Size,
        Choices(
            {
                "mm": QT_TRANSLATE_NOOP("Operations", "mm³ (mm² for each slice by itself)"),
                "voxels": QT_TRANSLATE_NOOP("Operations", "Voxels"),
            }
        ),
        Words(QT_TRANSLATE_NOOP("Operations", "Size in")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "What the size counts in. Where the spacing is not known, both count voxels."
            )
        ),
    ] = Size.MM
    dimension: DimensionField = Dimension.VOLUME
    neighbours: Touching = Neighbours.CORNERS


@operation(
    id="mask.remove-small",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Remove small parts"),
    whole=True,
    across_slices=across,
)
def remove_small(labels: LabelMap, params: SmallParams, ctx: Context) -> LabelMap:
    """Removes connected parts that are smaller than a volume, an area or a number of voxels.

    Several labels are each treated by themselves.

    Parameters
    ----------
    labels : LabelMap
        Any labels; not changed.
    params : SmallParams
        The size, and what is connected.
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
    """
    volume = is_volume(labels, params.dimension)
    sx, sy, sz = labels.geometry.spacing_xyz_mm
    # A stack of one slice asked for as a volume still counts in mm³.
    one = sx * sy * (sz if params.dimension is Dimension.VOLUME else 1.0) if params.unit is Size.MM else 1.0
    least = params.smallest / one * (1.0 - 1e-9)

    def large(counts: NDArray[np.int64], _parts: NDArray[Any], _k: int | None) -> NDArray[np.bool_]:
        stay: NDArray[np.bool_] = counts >= least
        return stay

    return change_each(
        labels, lambda mask, _box, inner: keep_parts(mask, volume, params.neighbours, large, inner), ctx
    )


class Edges(enum.StrEnum):
    """Which edges of the image count."""

    SLICE = "slice"
    ALL = "all"


@dataclass(frozen=True)
class BorderParams:
    """Parameters of removing parts at the border."""

    edges: Annotated[
        Edges,
        Choices(
            {
                "slice": QT_TRANSLATE_NOOP("Operations", "Edges of the slices"),
                "all": QT_TRANSLATE_NOOP("Operations", "Also the first and last slice"),
            }
        ),
        Words(QT_TRANSLATE_NOOP("Operations", "Border")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "What counts as border. Organs are often cut by the first and last slice; padding always counts.",
            )
        ),
    ] = Edges.SLICE
    dimension: DimensionField = Dimension.VOLUME
    neighbours: Touching = Neighbours.FACES


@operation(
    id="mask.clear-border",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Remove what touches the border"),
    whole=True,
    across_slices=across,
)
def clear_border(image: Image, params: BorderParams, ctx: Context, labels: LabelMap) -> LabelMap:
    """Removes connected parts that reach the edge of the image or of its padding.

    Takes the air around a patient from a mask of air and leaves the lungs. Padding, such as the corners outside the
    round field of a scanner, counts as border: what touches it is removed. Several labels are each treated by
    themselves.

    Parameters
    ----------
    image : Image
        Grey; says where padding is.
    params : BorderParams
        What counts as border.
    ctx : Context
        Looked at between slices.
    labels : LabelMap
        Any labels; not changed.

    Returns
    -------
    LabelMap
        The same labels on the same grid.

    Raises
    ------
    InputError
        For the whole volume of an irregular stack.
    """
    volume = is_volume(image, params.dimension)
    last = image.n_slices - 1

    height, width = image.array.shape[1:3]

    @functools.cache  # asked for by every label
    def near_missing(k: int) -> NDArray[np.bool_] | None:
        missing = _missing(image, k)
        if missing is None:
            return None
        import cv2

        near: NDArray[np.bool_] = cv2.dilate(missing.view(np.uint8), np.ones((3, 3), np.uint8)).astype(np.bool_)
        return near

    def border(k: int, rows: slice, columns: slice) -> NDArray[np.bool_]:
        """The border in a part of slice `k`."""
        edge = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.bool_)
        edge[: 1 if rows.start == 0 else 0] = True
        edge[len(edge) - (1 if rows.stop == height else 0) :] = True
        edge[:, : 1 if columns.start == 0 else 0] = True
        edge[:, edge.shape[1] - (1 if columns.stop == width else 0) :] = True
        if params.edges is Edges.ALL and k in (0, last):
            edge[:] = True
        missing = near_missing(k)
        if missing is not None:
            edge |= missing[rows, columns]
        return edge

    def change(mask: NDArray[np.bool_], box: Box, inner: Context) -> NDArray[np.bool_]:
        z, rows, columns = box

        def away(counts: NDArray[np.int64], parts: NDArray[Any], k: int | None) -> NDArray[np.bool_]:
            stay = np.ones(len(counts), np.bool_)
            planes = [(k, parts)] if k is not None else list(enumerate(parts))
            for number, plane in planes:
                ctx.check()
                stay[plane[border(z.start + number, rows, columns)]] = False
            return stay

        return keep_parts(mask, volume, params.neighbours, away, inner)

    return change_each(labels, change, ctx)


def _missing(image: Image, k: int) -> NDArray[np.bool_] | None:
    """Where slice `k` has no value, or None when it has everywhere."""
    stored = image.array[k]
    missing = image.padding_mask(stored)
    if stored.dtype.kind == "f":
        without = ~np.isfinite(stored)
        missing = without if missing is None else missing | without
    return np.ascontiguousarray(missing) if missing is not None and missing.any() else None


@dataclass(frozen=True)
class HolesParams:
    """Parameters of filling holes."""

    largest: Annotated[
        float,
        Range(0.0, 1e9),
        Step(1.0),
        Unit("voxels"),
        Words(QT_TRANSLATE_NOOP("Operations", "Largest hole")),
        Help(QT_TRANSLATE_NOOP("Operations", "Larger holes stay open; 0 fills them all.")),
    ] = 0.0
    dimension: DimensionField = Dimension.SLICE
    neighbours: Touching = Neighbours.FACES


@operation(
    id="mask.fill-holes",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Fill holes"),
    whole=True,
    across_slices=across,
)
def fill_holes(labels: LabelMap, params: HolesParams, ctx: Context) -> LabelMap:
    """Fills background that a mask encloses.

    In each slice by itself a hole is what no path within the slice leads out of; in the whole volume it must be
    closed on all sides, so a tube that leaves the volume is no hole. What reaches the edge of the image is no hole.

    Several labels are each treated by themselves; only background is filled, never another label.

    Parameters
    ----------
    labels : LabelMap
        Any labels; not changed.
    params : HolesParams
        Which holes. `neighbours` says how paths through the background may go.
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
    """
    volume = is_volume(labels, params.dimension)

    def closed(counts: NDArray[np.int64], parts: NDArray[Any], k: int | None) -> NDArray[np.bool_]:
        stay = np.ones(len(counts), np.bool_)
        for axis in range(parts.ndim):
            side = np.moveaxis(parts, axis, 0)
            stay[side[0]] = stay[side[-1]] = False
        if params.largest:
            stay &= counts <= params.largest
        return stay

    def change(mask: NDArray[np.bool_], _box: Box, inner: Context) -> NDArray[np.bool_]:
        # The box is tight: background that is not closed in reaches its sides.
        holes = keep_parts(~mask, volume, params.neighbours, closed, inner)
        return mask | holes

    return change_each(labels, change, ctx)


OPERATIONS: tuple[Operation, ...] = (components, keep_largest, remove_small, clear_border, fill_holes)
