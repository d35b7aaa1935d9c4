"""Brush, ball, polygon and fill as pure functions: which pixels or voxels a movement of the hand means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.label_planes import StackFrame, Voxel
from medviewer.core.tiles import Box

Point = tuple[float, float]

MIN_DIAMETER, MAX_DIAMETER = 0.2, 400.0


@dataclass(frozen=True)
class Region:
    """Part of a slice.

    Attributes
    ----------
    y0, x0 : int
        Where `where` begins.
    where : NDArray of bool, shape (h, w)
    """

    y0: int
    x0: int
    where: NDArray[np.bool_]


def stroke(
    start: Point, end: Point, diameter: float, pitch_xy: tuple[float, float], shape_yx: tuple[int, int]
) -> Region | None:
    """The pixels that a round brush passes on its way.

    Parameters
    ----------
    start, end : (x, y)
        Continuous pixel coordinates, centres at integers; equal for a dab.
    diameter : float
        In the unit of `pitch_xy`.
    pitch_xy : tuple of float
        Distance of pixel centres (mm, or 1 where not known).
    shape_yx : tuple of int
        Rows and columns of the slice.

    Returns
    -------
    Region or None
        Pixels whose centre lies within half the diameter of the way, and those the way itself passes; None outside
        the slice.
    """
    px, py = pitch_xy
    radius = diameter / 2
    a, b = np.array((start[0] * px, start[1] * py)), np.array((end[0] * px, end[1] * py))
    rows, columns = shape_yx
    x0 = max(0, int(np.floor((min(a[0], b[0]) - radius) / px)))
    y0 = max(0, int(np.floor((min(a[1], b[1]) - radius) / py)))
    x1 = min(columns, int(np.ceil((max(a[0], b[0]) + radius) / px)) + 1)
    y1 = min(rows, int(np.ceil((max(a[1], b[1]) + radius) / py)) + 1)
    if x0 >= x1 or y0 >= y1:
        return None
    u, v = np.arange(x0, x1) * px - a[0], np.arange(y0, y1)[:, None] * py - a[1]
    way = b - a
    length2 = float(way @ way)
    along = u * way[0] + v * way[1]
    t = np.clip(along / length2, 0.0, 1.0) if length2 > 0 else 0.0
    where = np.asarray((u - t * way[0]) ** 2 + (v - t * way[1]) ** 2 <= radius * radius * (1 + 1e-9))
    _mark_line(where, start, end, (y0, x0))
    return Region(y0, x0, where) if where.any() else None


def _mark_line(where: NDArray[np.bool_], start: Point, end: Point, corner_yx: tuple[int, int]) -> None:
    """Pixels under the way: a brush finer than a pixel still paints."""
    steps = max(1, int(np.ceil(max(abs(end[0] - start[0]), abs(end[1] - start[1])) * 2)))
    t = np.linspace(0.0, 1.0, steps + 1)
    x = np.floor(start[0] + (end[0] - start[0]) * t + 0.5).astype(np.intp) - corner_yx[1]
    y = np.floor(start[1] + (end[1] - start[1]) * t + 0.5).astype(np.intp) - corner_yx[0]
    inside = (x >= 0) & (y >= 0) & (x < where.shape[1]) & (y < where.shape[0])
    where[y[inside], x[inside]] = True


def polygon(points: Sequence[Point], shape_yx: tuple[int, int]) -> Region | None:
    """The pixels whose centre lies inside a closed line (even-odd rule); None when there is none."""
    from medviewer.core.stats import roi_mask

    if len(points) < 3:
        return None
    p = np.asarray(points, dtype=np.float64)
    x0, y0 = (max(0, int(np.floor(v))) for v in p.min(axis=0))
    x1, y1 = (min(n, int(np.ceil(v)) + 1) for n, v in zip(shape_yx[::-1], p.max(axis=0), strict=True))
    if x0 >= x1 or y0 >= y1:
        return None
    moved = tuple((float(x - x0), float(y - y0)) for x, y in p)
    where = roi_mask((y1 - y0, x1 - x0), "freehand", moved)
    return Region(y0, x0, where) if where.any() else None


def connected(labels: NDArray[Any], seed_xy: Point, allowed: NDArray[np.bool_] | None = None) -> Region | None:
    """The pixels joined with one (by edges) that have the same label.

    Parameters
    ----------
    labels : NDArray, shape (y, x)
    seed_xy : (x, y)
        Nearest pixel counts.
    allowed : NDArray of bool, shape (y, x), optional
        Others are a wall.

    Returns
    -------
    Region or None
        None outside the slice, and where the seed is not allowed.
    """
    import cv2

    x, y = int(np.floor(seed_xy[0] + 0.5)), int(np.floor(seed_xy[1] + 0.5))
    rows, columns = labels.shape
    if not (0 <= x < columns and 0 <= y < rows):
        return None
    alike = labels == labels[y, x]
    if allowed is not None:
        alike &= allowed
    if not alike[y, x]:
        return None
    # cv2 fills the mask, which has a rim of one pixel: 0 may be filled, anything else is a wall.
    mask = np.ones((rows + 2, columns + 2), np.uint8)
    mask[1:-1, 1:-1] = ~alike
    nothing = np.zeros((rows, columns), np.uint8)
    flags = 4 | (2 << 8) | cv2.FLOODFILL_MASK_ONLY
    _, _, mask, (left, top, width, height) = cv2.floodFill(nothing, mask, (x, y), 1, flags=flags)
    return Region(top, left, np.asarray(mask)[top + 1 : top + 1 + height, left + 1 : left + 1 + width] == 2)


def connected_voxels(
    labels: NDArray[Any],
    seed_xyz: tuple[int, int, int],
    allowed: Callable[[int], NDArray[np.bool_]] | None = None,
    check: Callable[[], object] | None = None,
) -> NDArray[np.bool_]:
    """The voxels joined with one (by faces) that have the same label.

    Parameters
    ----------
    labels : NDArray, shape (z, y, x)
    seed_xyz : tuple of int
        Lies on the grid.
    allowed : callable, optional
        Gives for a slice, bool (y, x), where voxels are no wall; asked for the slices that are reached.
    check : callable, optional
        Called for each slice that is looked at; may raise to stop.

    Returns
    -------
    NDArray of bool, shape (z, y, x)
        Empty where the seed is not allowed.
    """
    import cv2

    x, y, z = seed_xyz
    value = labels[z, y, x]
    found = np.zeros(labels.shape, np.bool_)
    free: dict[int, NDArray[np.bool_]] = {}

    def open_in(k: int) -> NDArray[np.bool_]:
        """Voxels of a slice that may be reached and have not been."""
        if k not in free:
            alike = labels[k] == value
            free[k] = alike & allowed(k) if allowed is not None else alike
        return free[k]

    seed = np.zeros(labels.shape[1:], np.bool_)
    seed[y, x] = True
    # Slice by slice, there and back: whole parts of a slice are taken where a part of the slice beside it touches.
    waiting = {z: seed}
    while waiting:
        if check is not None:
            check()
        k, seeds = waiting.popitem()
        left = open_in(k)
        _, parts = cv2.connectedComponents(left.view(np.uint8), connectivity=4, ltype=cv2.CV_32S)
        parts = np.asarray(parts)
        touched = np.unique(parts[seeds & left])
        if not touched.size:
            continue
        taken = np.zeros(int(parts.max()) + 1, np.bool_)
        taken[touched] = True
        new = taken[parts]
        found[k] |= new
        left[new] = False
        for beside in (k - 1, k + 1):
            if 0 <= beside < len(labels):
                onward = new & open_in(beside)
                if onward.any():
                    waiting[beside] = onward | waiting[beside] if beside in waiting else onward
    return found


def ball(
    frame: StackFrame, start: Voxel, end: Voxel, diameter: float, shape_zyx: tuple[int, int, int]
) -> tuple[Box, NDArray[np.bool_]] | None:
    """The voxels that a ball passes on its way through a stack.

    Parameters
    ----------
    frame : StackFrame
        Where the voxels lie; gaps and tilt count.
    start, end : (x, y, z)
        Continuous voxel coordinates; equal for a dab.
    diameter : float
        In mm, or voxels where the frame has no mm.
    shape_zyx : tuple of int
        Of the stack.

    Returns
    -------
    tuple of Box and NDArray of bool, or None
        Voxels whose centre lies within half the diameter of the way, and the one at its end; None outside the stack.
    """
    radius = diameter / 2
    a, b = frame.place(start), frame.place(end)
    low, high = np.minimum(a, b) - radius, np.maximum(a, b) + radius
    near = np.flatnonzero((frame.position >= low[2] - 1e-9) & (frame.position <= high[2] + 1e-9))
    middle = int(np.floor(end[2] + 0.5))
    slices = near if frame.in_mm and frame.is_flat is False else np.array([middle], dtype=np.intp)
    if not slices.size:
        slices = np.array([middle], dtype=np.intp)
    z0, z1 = max(0, int(slices.min())), min(shape_zyx[0], int(slices.max()) + 1)
    if z0 >= z1:
        return None
    shift = frame.offset_xy[z0:z1]
    sx, sy = frame.step_xy
    box = Box(
        z0,
        int(np.floor((low[1] - shift[:, 1].max()) / sy)),
        int(np.floor((low[0] - shift[:, 0].max()) / sx)),
        z1,
        int(np.ceil((high[1] - shift[:, 1].min()) / sy)) + 1,
        int(np.ceil((high[0] - shift[:, 0].min()) / sx)) + 1,
    ).clipped(shape_zyx)
    if box.is_empty:
        return None
    u = np.arange(box.x0, box.x1) * sx + shift[:, 0, None, None] - a[0]
    v = np.arange(box.y0, box.y1)[:, None] * sy + shift[:, 1, None, None] - a[1]
    if frame.is_flat or not frame.in_mm:
        w = np.zeros((z1 - z0, 1, 1))
        way = np.array((b[0] - a[0], b[1] - a[1], 0.0))
    else:
        w = (frame.position[z0:z1] - a[2])[:, None, None]
        way = b - a
    length2 = float(way @ way)
    if length2 > 0:
        t = np.clip((u * way[0] + v * way[1] + w * way[2]) / length2, 0.0, 1.0)
        where = (u - t * way[0]) ** 2 + (v - t * way[1]) ** 2 + (w - t * way[2]) ** 2
    else:
        where = u * u + v * v + w * w
    inside: NDArray[np.bool_] = where <= radius * radius * (1 + 1e-9)
    x, y = int(np.floor(end[0] + 0.5)), int(np.floor(end[1] + 0.5))
    if box.z0 <= middle < box.z1 and box.y0 <= y < box.y1 and box.x0 <= x < box.x1:
        inside[middle - box.z0, y - box.y0, x - box.x0] = True
    return (box, inside) if inside.any() else None


def between(values: NDArray[Any], low: float, high: float) -> NDArray[np.bool_]:
    """Where values lie within a range, both ends included; never where there is no number (padding)."""
    found: NDArray[np.bool_] = (values >= low) & (values <= high)
    return found


def modality_box(image: Image, box: Box) -> NDArray[np.float32]:
    """Modality values of a part of a stack, float32 ``box.shape_zyx``; padding is NaN."""
    out = np.empty(box.shape_zyx, np.float32)
    for n, k in enumerate(range(box.z0, box.z1)):
        stored = image.array[k, box.y0 : box.y1, box.x0 : box.x1]
        values = image.rescale.apply(stored, k)
        hidden = image.padding_mask(stored)
        out[n] = values if hidden is None else np.where(hidden, np.float32(np.nan), values)
    return out


def label_box(
    labels: NDArray[Any], where: NDArray[np.bool_], value: int, keep: Callable[[NDArray[Any]], Any] | None = None
) -> NDArray[Any]:
    """Labels with a value put in; `keep` says from the labels where they are not to be touched."""
    chosen = where if keep is None else where & ~np.asarray(keep(labels), dtype=np.bool_)
    return np.where(chosen, labels.dtype.type(value), labels)
