"""Slices as filters want them: 32-bit modality values, and what is missing in them told apart."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image, Rescale
from medviewer.core.labels import LabelMap
from medviewer.errors import InputError
from medviewer.ops.operation import Context

NATIVE = (np.dtype(np.uint8), np.dtype(np.int16), np.dtype(np.uint16), np.dtype(np.float32))
"""Types that OpenCV filters take as they are stored."""

MAX_THREADS = 4

Plane = NDArray[np.float32]
Valid = NDArray[np.bool_] | None
"""Where a slice has a value; None: everywhere."""


def complete_values(image: Image, k: int) -> NDArray[Any] | None:
    """Slice `k` as it may be filtered before the rescale, or None where values are missing or the rescale is a table.

    A filter whose weights sum to 1, or a median, may come before ``slope · v + intercept``; that saves a pass.
    """
    stored: NDArray[Any] = image.array[k]
    if image.rescale.table is not None or stored.dtype not in NATIVE:
        return None
    mask = image.padding_mask(stored)
    if mask is not None and mask.any():
        return None
    if stored.dtype.kind == "f" and not np.isfinite(stored).all():
        return None
    return stored


def to_modality(values: Plane, image: Image, k: int) -> None:
    """Apply the rescale of slice `k` in place."""
    slope, intercept = image.rescale.of_slice(k)
    if slope != 1.0:
        np.multiply(values, np.float32(slope), out=values)
    if intercept != 0.0:
        np.add(values, np.float32(intercept), out=values)


def plane_of(image: Image, k: int) -> tuple[Plane, Valid]:
    """Modality values of slice `k` as an array of its own, and where they are values at all.

    Returns
    -------
    values : NDArray of float32, shape (y, x)
        Padding is NaN; infinities and NaN of the file stand.
    valid : NDArray of bool or None
        False at padding, NaN and infinity; None when nothing is missing.
    """
    stored = complete_values(image, k)
    if stored is not None:
        values = np.array(stored, dtype=np.float32, order="C")
        to_modality(values, image, k)
        return values, None
    values = np.array(image.modality_slice(k), dtype=np.float32, order="C")
    valid = np.isfinite(values)
    return values, None if valid.all() else valid


def continued(values: Plane, valid: Valid) -> Plane:
    """The values with those that are missing continued from the nearest one that is there; zeros where none is.

    So a filter meets padding as it meets the edge of the image, and draws no edge around it.
    """
    if valid is None:
        return values
    if not valid.any():
        return np.zeros_like(values)
    import cv2

    kind = cv2.DIST_LABEL_PIXEL
    _, nearest = cv2.distanceTransformWithLabels((~valid).view(np.uint8), cv2.DIST_L2, 5, labelType=kind)
    by_label = np.zeros(int(nearest.max()) + 1, dtype=np.float32)
    by_label[nearest[valid]] = values[valid]
    filled: Plane = np.where(valid, values, by_label[nearest])
    return filled


def restore(result: Plane, values: Plane, valid: Valid) -> None:
    """Put back, in place, what was missing: it takes no part and stays as it is."""
    if valid is not None:
        np.copyto(result, values, where=~valid)


def continued_volume(image: Image, ctx: Context) -> tuple[Plane, NDArray[np.bool_] | None]:
    """The volume as `continued` makes it slice by slice; a slice without any value repeats the nearest one that has.

    Returns
    -------
    values : NDArray of float32, shape (z, y, x)
    valid : NDArray of bool or None
    """
    n = image.n_slices
    out = np.empty(image.array.shape, dtype=np.float32)
    missing: NDArray[np.bool_] | None = None
    empty: list[int] = []
    for k in range(n):
        values, valid = plane_of(image, k)
        out[k] = continued(values, valid)
        if valid is not None:
            if missing is None:
                missing = np.zeros(out.shape, dtype=np.bool_)
            missing[k] = ~valid
            if not valid.any():
                empty.append(k)
        ctx.check()
    filled = [k for k in range(n) if k not in set(empty)]
    for k in empty if filled else ():
        out[k] = out[min(filled, key=lambda other: abs(other - k))]
    return out, None if missing is None else ~missing


def restore_volume(out: Plane, image: Image, valid: NDArray[np.bool_] | None) -> None:
    """`restore` for a volume."""
    if valid is None:
        return
    for k in range(image.n_slices):
        if not valid[k].all():
            restore(out[k], plane_of(image, k)[0], valid[k])


def image_of(image: Image, array: NDArray[np.float32], **changes: Any) -> Image:
    """The result of a filter: float32 modality values on the grid of `image`, padding as NaN."""
    return replace(image, array=array, rescale=Rescale(), padding=None, key="", **changes)


def without_unit(image: Image, array: NDArray[np.float32], unit: str = "") -> Image:
    """The result of a filter whose values no longer are what they were (edges, equalised contrast)."""
    changed = image_of(image, array, unit=unit, monochrome1=False)
    return changed.with_facts(unit_trusted=False, unit_reason="")


def each_slice(image: Image, run: Callable[[Plane, Valid, int, Context], Plane], ctx: Context) -> Plane:
    """`run(continued values, valid, k, context of the slice)` for every one; what was missing stays as it is."""
    n = image.n_slices
    out = np.empty(image.array.shape, dtype=np.float32)
    for k in range(n):
        ctx.check()
        values, valid = plane_of(image, k)
        out[k] = run(continued(values, valid), valid, k, ctx.subrange(k / n, (k + 1) / n))
        restore(out[k], values, valid)
        ctx.progress((k + 1) / n)
    return out


def per_channel(image: Image, run: Callable[[Image, Context], Image], ctx: Context) -> Image:
    """A colour image of which red, green and blue went through a filter of grey images; uint8 RGB as before."""
    for channel in range(3):
        grey = replace(image, array=np.ascontiguousarray(image.array[..., channel]), rescale=Rescale(), key="")
        result = run(grey, ctx.subrange(channel / 3, (channel + 1) / 3))
        if channel == 0:
            out = np.empty((*result.array.shape, 3), dtype=np.uint8)
        for k in range(result.n_slices):
            out[k, ..., channel] = to_bytes(result.array[k])
            ctx.check()
    return replace(result, array=out, rescale=image.rescale, unit=image.unit)


def to_bytes(values: Plane) -> NDArray[np.uint8]:
    """Rounded and clipped to 0..255."""
    rounded: NDArray[np.uint8] = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return rounded


def in_threads(tasks: Iterable[Callable[[], object]], ctx: Context) -> None:
    """Run independent pieces of numpy and OpenCV work on a few threads, with progress and cancel between them.

    The pieces should take some 50 ms: none is interrupted.
    """
    import concurrent.futures

    work = list(tasks)
    threads = min(MAX_THREADS, os.cpu_count() or 1, len(work))
    if threads <= 1:
        for number, task in enumerate(work, 1):
            ctx.check()
            task()
            ctx.progress(number / len(work))
        return
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(task) for task in work]
        try:
            for number, future in enumerate(futures, 1):
                ctx.check()
                future.result()
                ctx.progress(number / len(futures))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def chosen(image: Image, labels: LabelMap | None, k: int, valid: Valid) -> NDArray[np.bool_] | None:
    """The pixels of slice `k` that statistics come from: valid, and inside the mask when there is one; None: all."""
    if labels is None:
        return valid
    inside = labels.array[k] != 0
    found: NDArray[np.bool_] = inside if valid is None else inside & valid
    return found


def no_values() -> InputError:
    """The sentence for an image or mask without a single value."""
    return InputError(
        "There are no values to work on.",
        "The image, or its part inside the mask, is empty or holds nothing but padding.",
        "input.values",
    )


def kernel_reach(radius_mm: float, image: Image) -> tuple[int, int, int]:
    """Half widths (x, y, z) in pixels of a kernel that reaches `radius_mm`; rounded to nearest."""
    x, y, z = (int(radius_mm / s + 0.5) for s in image.geometry.spacing_xyz_mm)
    return x, y, z
