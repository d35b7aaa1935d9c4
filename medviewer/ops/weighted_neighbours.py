"""Means of neighbours weighted by likeness: the engine of the bilateral filter and of non-local means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.planes import Plane, Valid

ROWS_AT_ONCE = 128
"""Rows of a piece of work; its arrays stay in the processor's cache, and it takes some 30 ms."""

PIXELS_AT_ONCE = 128 * 512

LEAST_LOGARITHM = -80.0
"""Smaller logarithms of weights count as this: beside the weight 1 of the pixel itself exp(-80) is nothing in 32 bit,
while numbers under 1e-38 slow `cv2.exp` down twentyfold."""


@dataclass(frozen=True)
class Offset:
    """A neighbour: slices, rows and columns away, and the logarithm of the weight of its distance (<= 0)."""

    dz: int
    dy: int
    dx: int
    log_weight: float = 0.0


@dataclass(frozen=True, eq=False)
class Padded:
    """A slice with a margin on all sides, and 1 or 0 where it has a value (None: everywhere)."""

    values: Plane
    weights: Plane | None


def padded(values: Plane, valid: Valid, margin_y: int, margin_x: int, border: int) -> Padded:
    """A slice without missing values (`planes.continued`) with a margin, which OpenCV's `border` says how to fill."""
    import cv2

    margins = (margin_y, margin_y, margin_x, margin_x)
    grown = np.asarray(cv2.copyMakeBorder(values, *margins, border), np.float32)
    if valid is None:
        return Padded(grown, None)
    return Padded(grown, np.asarray(cv2.copyMakeBorder(valid.astype(np.float32), *margins, border), np.float32))


def strips(rows: int, columns: int) -> list[tuple[int, int]]:
    """First and end row of the pieces of a slice."""
    height = max(8, min(ROWS_AT_ONCE, PIXELS_AT_ONCE // max(1, columns)))
    return [(y, min(rows, y + height)) for y in range(0, rows, height)]


def weighted_mean(
    around: Callable[[int], Padded | None],
    offsets: Sequence[Offset],
    margin: tuple[int, int],
    patch: int,
    scale: float,
    tolerance: float,
    rows: tuple[int, int],
    out: Plane,
) -> None:
    """Fill rows of `out` with ``Σ w(i, j) v(j) / Σ w(i, j)`` over the neighbours j of each pixel i, and i itself.

    ``w = exp(min(0, tolerance - scale · mean((patch(i) - patch(j))²)) + log_weight)``, and 1 for i itself.

    Parameters
    ----------
    around : callable
        ``around(dz)``: the slice `dz` away, or None beyond the ends. ``around(0)`` is there.
    offsets : sequence of Offset
        Each pair of opposite ones within the slice only once; those in other slices all.
    margin : tuple of int
        (y, x) of the padded slices: at least the reach of offsets and patch.
    patch : int
        Half width of the square patches within the slice that are compared; 0: single pixels.
    scale, tolerance : float
        Of the squared difference.
    rows : tuple of int
        First and end.
    out : NDArray of float32, shape (y, x)
        Of the whole slice.
    """
    import cv2

    first, end = rows
    my, mx = margin
    height, columns = end - first, out.shape[1]
    here = around(0)
    if here is None:
        raise AssertionError("no slice in the middle")
    ry, rx = (max((abs(o.dy) for o in offsets), default=0), max((abs(o.dx) for o in offsets), default=0))
    sums = np.zeros((height + 2 * ry, columns + 2 * rx), np.float32)
    weights = np.zeros_like(sums)
    room = [
        np.empty((height + ry + 2 * patch, columns + rx + 2 * patch), np.float32) for _ in range(2 if patch else 1)
    ]
    scratch = np.empty((height + ry, columns + rx), np.float32)
    weight_room = np.empty_like(scratch)
    inner = slice(patch, -patch or None)
    for o in offsets:
        there = around(o.dz)
        if there is None:
            continue
        both = o.dz == 0  # a pair within the slice is weighed once and counts for both its pixels
        dy, dx = (o.dy, abs(o.dx)) if both else (0, 0)
        left = -max(o.dx, 0) if both else 0
        h, w = height + dy, columns + dx
        y, x = first - dy - patch + my, left - patch + mx
        a = _part(here.values, y, x, h, w, patch)
        b = _part(there.values, y + o.dy, x + o.dx, h, w, patch)
        likeness = room[0][: h + 2 * patch, : w + 2 * patch]
        cv2.subtract(a, b, likeness)
        cv2.multiply(likeness, likeness, likeness, scale=-scale)
        if patch:
            mean = room[1][: h + 2 * patch, : w + 2 * patch]
            cv2.boxFilter(likeness, -1, (2 * patch + 1, 2 * patch + 1), mean, normalize=True)
            likeness = mean
        weight = weight_room[:h, :w]
        nearness = likeness[inner, inner]
        if tolerance:
            nearness = np.add(nearness, np.float32(tolerance), out=weight)
        np.clip(nearness, np.float32(LEAST_LOGARITHM), np.float32(0), out=weight)
        cv2.exp(weight, weight)
        if o.log_weight:
            np.multiply(weight, np.float32(np.exp(o.log_weight)), out=weight)
        product = scratch[:h, :w]
        at_y, at_x = ry - dy, rx + left
        _add(
            sums, weights, at_y, at_x, weight, product, b, _of(there.weights, y + o.dy, x + o.dx, h, w, patch), inner
        )
        if both:
            known = _of(here.weights, y, x, h, w, patch)
            _add(sums, weights, at_y + o.dy, at_x + o.dx, weight, product, a, known, inner)
    centre = slice(ry, ry + height), slice(rx, rx + columns)
    own = here.values[first + my : end + my, mx : mx + columns]
    out[first:end] = (sums[centre] + own) / (weights[centre] + np.float32(1))


def _part(values: Plane, y: int, x: int, h: int, w: int, patch: int) -> Plane:
    return values[y : y + h + 2 * patch, x : x + w + 2 * patch]


def _of(weights: Plane | None, y: int, x: int, h: int, w: int, patch: int) -> Plane | None:
    return None if weights is None else _part(weights, y, x, h, w, patch)


def _add(
    sums: Plane,
    weights: Plane,
    y: int,
    x: int,
    weight: NDArray[np.float32],
    product: Plane,
    values: Plane,
    known: Plane | None,
    inner: slice,
) -> None:
    import cv2

    h, w = weight.shape
    if known is not None:
        weight = np.multiply(weight, known[inner, inner])
    cv2.multiply(weight, values[inner, inner], product)
    total = sums[y : y + h, x : x + w]
    cv2.add(total, product, total)
    count = weights[y : y + h, x : x + w]
    cv2.add(count, weight, count)
