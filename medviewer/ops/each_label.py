"""Operations on masks of several labels: each label by itself, in the box where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.labels import LabelMap
from medviewer.ops.connected import bounds
from medviewer.ops.operation import Context

Box = tuple[slice, slice, slice]
Change = Callable[[NDArray[np.bool_], Box, Context], NDArray[np.bool_]]


def boxes(labels: LabelMap, ctx: Context) -> dict[int, Box]:
    """The smallest box around each label that occurs, by its value, ascending."""
    from scipy import ndimage

    only = _only_value(labels, ctx)
    if only:
        box = bounds(labels.array)
        return {} if box is None else {only: box}
    found: dict[int, list[list[int]]] = {}
    for k in range(labels.n_slices):
        ctx.check()
        if not labels.array[k].any():
            continue
        for value, spans in enumerate(ndimage.find_objects(labels.array[k]), 1):
            if spans is None:
                continue
            edges = [[k, k + 1], *([span.start, span.stop] for span in spans)]
            known = found.setdefault(value, edges)
            for axis, (low, high) in enumerate(edges):
                known[axis] = [min(known[axis][0], low), max(known[axis][1], high)]
    return {value: (slice(*edges[0]), slice(*edges[1]), slice(*edges[2])) for value, edges in sorted(found.items())}


def _only_value(labels: LabelMap, ctx: Context) -> int:
    """The value of a mask that has one; 0 for several or none."""
    value = 0
    for plane in labels.array:
        ctx.check()
        highest = int(plane.max(initial=0))
        if not highest:
            continue
        if value not in (0, highest) or np.count_nonzero(plane) != np.count_nonzero(plane == highest):
            return 0
        value = highest
    return value


def change_each(
    labels: LabelMap, change: Change, ctx: Context, margin_zyx: tuple[int, int, int] = (0, 0, 0)
) -> LabelMap:
    """Each label changed by itself.

    What a label loses becomes background. What it gains it takes from the background only, and where two labels
    reach for the same voxel, that with the lower number has it.

    Parameters
    ----------
    labels : LabelMap
        Not changed.
    change : callable
        ``change(mask, box, ctx)`` returns the changed mask (bool, same shape); `mask` is the part of the volume
        that `box` says.
    ctx : Context
        Told the progress over all labels.
    margin_zyx : tuple of int
        How many voxels around a label matter or may be gained.
    """
    found = boxes(labels, ctx)
    array = labels.array
    if not found:
        ctx.progress(1.0)
        return labels.with_array(array.copy())
    only = len(found) == 1
    out = np.zeros_like(array) if only else array.copy()
    for number, (value, box) in enumerate(found.items()):
        z, y, x = (
            slice(max(0, span.start - m), min(n, span.stop + m))
            for span, m, n in zip(box, margin_zyx, array.shape, strict=True)
        )
        wide = z, y, x
        part, target = array[wide], out[wide]
        before = part == value
        inner = ctx.subrange(number / len(found), (number + 1) / len(found))
        after = change(before, wide, inner)
        if only:
            np.multiply(after, array.dtype.type(value), out=target)
        else:
            target[before & ~after] = 0
            target[after & (part == 0) & (target == 0)] = value
        ctx.progress((number + 1) / len(found))
    return labels.with_array(out)


def in_use(labels: LabelMap, values: NDArray[Any]) -> tuple[Any, ...]:
    """The entries of the labels whose values are among `values`."""
    kept = {int(v) for v in values}
    return tuple(label for label in labels.labels if label.value in kept)
