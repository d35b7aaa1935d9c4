"""Mean and median over a neighbourhood given in millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.ops.itk import from_itk, run_itk, to_itk
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Range, Step, Unit
from medviewer.ops.planes import (
    Plane,
    Valid,
    complete_values,
    continued,
    continued_volume,
    image_of,
    kernel_reach,
    per_channel,
    plane_of,
    restore,
    to_modality,
)
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume

COLUMNS_IN_CACHE = 16_384
"""Width of a strip of the slice-direction pass."""

GATHERED_AT_ONCE = 2_000_000
"""Values of neighbourhoods that are sorted between two looks whether to stop."""

_RADIUS_HELP = QT_TRANSLATE_NOOP(
    "Operations",
    "How far the neighbourhood reaches to each side, as a box. It is rounded to whole pixels in each direction.",
)


@dataclass(frozen=True)
class MeanParams:
    """Parameters of the mean filter."""

    radius_mm: Annotated[
        float,
        Range(0.1, 50.0),
        Step(0.1),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Radius")),
        Help(_RADIUS_HELP),
    ] = 1.0
    dimension: DimensionField = Dimension.SLICE


@dataclass(frozen=True)
class MedianParams:
    """Parameters of the median filter."""

    radius_mm: Annotated[
        float,
        Range(0.1, 20.0),
        Step(0.1),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Radius")),
        Help(_RADIUS_HELP),
    ] = 1.0
    dimension: DimensionField = Dimension.SLICE


@operation(
    id="filter.mean",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Filters"),
    title=QT_TRANSLATE_NOOP("Operations", "Mean"),
    halo_mm=lambda p: p.radius_mm,
    across_slices=across,
    colour=True,
)
def mean(image: Image, params: MeanParams, ctx: Context) -> Image:
    """Replaces each value by the mean of the box around it.

    The size of the box is a length in the patient, rounded to whole pixels. At the edges the outermost values are
    continued; padding and values that are not numbers take no part and stay as they are. Of colour images, red, green
    and blue are filtered each by itself.

    Returns
    -------
    Image
        float32 modality values (uint8 RGB for colour), the geometry of the input.

    Raises
    ------
    InputError
        For the whole volume of a stack whose slices do not form a regular grid.
    """
    if image.is_colour:
        return per_channel(image, lambda grey, part: mean(grey, params, part), ctx)
    import cv2

    volume = is_volume(image, params.dimension)
    rx, ry, rz = kernel_reach(params.radius_mm, image)
    volume = volume and rz > 0
    size = (2 * rx + 1, 2 * ry + 1)
    border = cv2.BORDER_REPLICATE
    n = image.n_slices
    out = np.empty(image.array.shape, dtype=np.float32)
    weight: NDArray[np.float32] | None = None
    share = 0.7 if volume else 1.0
    for k in range(n):
        stored = complete_values(image, k)
        if stored is not None:
            cv2.boxFilter(np.ascontiguousarray(stored), cv2.CV_32F, size, out[k], borderType=border)
            to_modality(out[k], image, k)
        else:
            values, valid = plane_of(image, k)
            here = np.ones(values.shape, dtype=np.float32) if valid is None else valid.astype(np.float32)
            there = values if valid is None else np.where(valid, values, np.float32(0))
            sums = np.asarray(cv2.blur(there, size, borderType=border), np.float32)
            weights = np.asarray(cv2.blur(here, size, borderType=border), np.float32)
            if volume:
                weight = np.ones(out.shape, dtype=np.float32) if weight is None else weight
                out[k], weight[k] = sums, weights
            else:
                out[k] = _divided(sums, weights, values, valid)
        ctx.progress(share * (k + 1) / n)
    if volume:
        _mean_across(out, rz, ctx.subrange(share, 1.0 if weight is None else 0.85))
        if weight is not None:
            _mean_across(weight, rz, ctx.subrange(0.85, 1.0))
            for k in range(n):
                out[k] = _divided(out[k], weight[k], *plane_of(image, k))
                ctx.check()
    return image_of(image, out)


def _mean_across(volume: NDArray[np.float32], reach: int, ctx: Context) -> None:
    import cv2

    flat = volume.reshape(len(volume), -1)
    for x in range(0, flat.shape[1], COLUMNS_IN_CACHE):
        strip = flat[:, x : x + COLUMNS_IN_CACHE]
        strip[...] = cv2.blur(strip, (1, 2 * reach + 1), borderType=cv2.BORDER_REPLICATE)
        ctx.progress(min(1.0, (x + COLUMNS_IN_CACHE) / flat.shape[1]))


def _divided(sums: Plane, weights: Plane, values: Plane, valid: Valid) -> Plane:
    """Weighted mean where there is a value; what stood there elsewhere."""
    result = values.copy()
    # A running sum leaves a trace where all neighbours are missing; no valid pixel has so small a weight.
    np.divide(sums, weights, out=result, where=(weights > 1e-9) if valid is None else valid)
    return result


@operation(
    id="filter.median",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Filters"),
    title=QT_TRANSLATE_NOOP("Operations", "Median"),
    halo_mm=lambda p: p.radius_mm,
    across_slices=across,
    colour=True,
)
def median(image: Image, params: MedianParams, ctx: Context) -> Image:
    """Replaces each value by the median of the box around it: removes specks and keeps edges.

    The size of the box is a length in the patient, rounded to whole pixels. At the edges the outermost values are
    continued. Padding and values that are not numbers take no part and stay as they are: beside them the median is
    that of the values that are there. Of colour images, red, green and blue are filtered each by itself.

    Boxes of 3 and 5 pixels on single slices are done at once; larger ones and whole volumes take time that grows with
    the number of voxels in the box.

    Returns
    -------
    Image
        float32 modality values (uint8 RGB for colour), the geometry of the input.

    Raises
    ------
    InputError
        For the whole volume of a stack whose slices do not form a regular grid.
    """
    if image.is_colour:
        return per_channel(image, lambda grey, part: median(grey, params, part), ctx)
    rx, ry, rz = kernel_reach(params.radius_mm, image)
    if is_volume(image, params.dimension) and rz > 0:
        return image_of(image, _median_volume(image, (rx, ry, rz), ctx))
    out = np.empty(image.array.shape, dtype=np.float32)
    n = image.n_slices
    for k in range(n):
        part = ctx.subrange(k / n, (k + 1) / n)
        part.check()
        stored = complete_values(image, k)
        if stored is not None:
            out[k] = _median_plane(stored, rx, ry, part)
            to_modality(out[k], image, k)
        else:
            values, valid = plane_of(image, k)
            out[k] = _median_plane(continued(values, valid), rx, ry, part)
            if valid is not None:
                _beside_missing(out[k : k + 1], values[None], valid[None], (rx, ry, 0), part)
                restore(out[k], values, valid)
        ctx.progress((k + 1) / n)
    return image_of(image, out)


def _median_plane(plane: NDArray[Any], rx: int, ry: int, ctx: Context) -> NDArray[Any]:
    """The median over (2·ry + 1) × (2·rx + 1) pixels of a complete slice."""
    import cv2

    if rx == ry == 0:
        return plane
    size = 2 * rx + 1
    plane = np.ascontiguousarray(plane)
    if rx == ry and (size <= 5 or plane.dtype == np.uint8) and size <= 255:
        if plane.dtype == np.int16:
            plane = plane.astype(np.float32)
        found: NDArray[Any] = cv2.medianBlur(plane, size)
        return found
    import SimpleITK

    itk_filter = SimpleITK.MedianImageFilter()
    itk_filter.SetRadius([rx, ry])
    return from_itk(run_itk(itk_filter, to_itk(plane), ctx=ctx))


def _median_volume(image: Image, reach: tuple[int, int, int], ctx: Context) -> Plane:
    import SimpleITK

    out: Plane
    itk_filter = SimpleITK.MedianImageFilter()
    itk_filter.SetRadius(list(reach))
    uniform = image.rescale.is_uniform
    if uniform and all(complete_values(image, k) is not None for k in range(image.n_slices)):
        out = from_itk(run_itk(itk_filter, to_itk(image.array), ctx=ctx)).astype(np.float32)
        for k in range(image.n_slices):
            to_modality(out[k], image, k)
            ctx.check()
        return out
    values, valid = continued_volume(image, ctx)
    out = from_itk(run_itk(itk_filter, to_itk(values), ctx=ctx.subrange(0.0, 1.0 if valid is None else 0.9)))
    if valid is not None:
        originals = np.stack([plane_of(image, k)[0] for k in range(image.n_slices)])
        _beside_missing(out, originals, valid, reach, ctx)
        np.copyto(out, originals, where=~valid)
        ctx.progress(1.0)
    return out


def _beside_missing(
    out: Plane, values: Plane, valid: NDArray[np.bool_], reach: tuple[int, int, int], ctx: Context
) -> None:
    """The median of the values that are there, in place, wherever one is missing in the neighbourhood (z, y, x)."""
    import cv2

    rx, ry, rz = reach
    kernel = np.ones((2 * ry + 1, 2 * rx + 1), np.uint8)
    near = np.stack([cv2.dilate((~v).view(np.uint8), kernel, borderType=cv2.BORDER_REPLICATE) for v in valid])
    if rz:
        flat = near.reshape(len(near), -1)
        near = cv2.dilate(flat, np.ones((2 * rz + 1, 1), np.uint8), borderType=cv2.BORDER_REPLICATE)
        near = near.reshape(valid.shape)
    zs, ys, xs = np.nonzero((near != 0) & valid)
    holes = np.where(valid, values, np.float32(np.nan))
    depth, rows, columns = valid.shape
    dz, dy, dx = (d.ravel() for d in np.mgrid[-rz : rz + 1, -ry : ry + 1, -rx : rx + 1])
    step = max(1, GATHERED_AT_ONCE // len(dz))
    for first in range(0, len(zs), step):
        ctx.check()
        z, y, x = (a[first : first + step, None] for a in (zs, ys, xs))
        around = holes[np.clip(z + dz, 0, depth - 1), np.clip(y + dy, 0, rows - 1), np.clip(x + dx, 0, columns - 1)]
        around.sort(axis=1)  # NaN goes to the end
        counts = np.isfinite(around).sum(axis=1)
        lines = np.arange(len(around))
        middle = (around[lines, (counts - 1) // 2] + around[lines, counts // 2]) / np.float32(2)
        out[z[:, 0], y[:, 0], x[:, 0]] = middle


OPERATIONS: tuple[Operation, ...] = (mean, median)
