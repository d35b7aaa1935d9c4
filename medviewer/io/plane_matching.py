"""Slices of one grid found again among those of another: the same, or flipped, turned, cropped, in another order.

Nothing is interpolated. What does not fall on pixels of the other grid is not the same grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap

Plane = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], Sequence[float]]
"""Position of the first pixel in mm, directions of columns' and rows' index (x, y), spacing of rows and columns."""

_SAME_DIRECTION = 5e-7  # of the cosine: 1e-3 rad
_OFF_PX = 0.25  # a stack's first pixels may wander a little
_DRIFT_PX = 0.25  # over the whole width of a slice
_OFF_MM = 0.01
_OFF_STEP = 0.1  # of the distance to the next slice


def planes_of(grid: Image | LabelMap) -> list[Plane]:
    """The planes of all slices, as the grid says."""
    g = grid.geometry
    z = np.asarray(g.axis_z, dtype=np.float64)
    if len(grid.slice_positions_mm) == g.shape_zyx[0] and g.shape_zyx[0] > 1:
        offsets = np.asarray(grid.slice_positions_mm, dtype=np.float64) / float(g.normal @ z)
    else:
        offsets = np.arange(g.shape_zyx[0], dtype=np.float64) * g.spacing_xyz_mm[2]
    origin, x, y = (np.asarray(v, dtype=np.float64) for v in (g.origin_mm, g.axis_x, g.axis_y))
    spacing = (g.spacing_xyz_mm[1], g.spacing_xyz_mm[0])
    return [(origin + z * offset, x, y, spacing) for offset in offsets]


@dataclass(frozen=True)
class Place:
    """Where a slice lies among those of another grid.

    Attributes
    ----------
    k : int
        Slice.
    swapped : bool
        Rows of the one are columns of the other.
    flip_yx : tuple of bool
        After swapping: rows or columns count backwards.
    offset_yx : tuple of int
        Where its upper left pixel, after swapping and flipping, falls.
    """

    k: int
    swapped: bool
    flip_yx: tuple[bool, bool]
    offset_yx: tuple[int, int]

    def put(self, values: NDArray[Any], onto: NDArray[Any]) -> bool:
        """Write the values that are not 0 into a slice; whether all found room."""
        turned = values.T if self.swapped else values
        turned = turned[:: -1 if self.flip_yx[0] else 1, :: -1 if self.flip_yx[1] else 1]
        (y, x), (rows, columns) = self.offset_yx, onto.shape
        top, left = max(0, -y), max(0, -x)
        bottom, right = min(turned.shape[0], rows - y), min(turned.shape[1], columns - x)
        if bottom <= top or right <= left:
            return not values.any()
        part = turned[top:bottom, left:right]
        there = part != 0
        onto[top + y : bottom + y, left + x : right + x][there] = part[there]
        return int(np.count_nonzero(there)) == int(np.count_nonzero(values))


class Stack:
    """Parallel planes among which others are looked up.

    Parameters
    ----------
    planes : sequence of Plane
        All of one orientation and spacing.
    size_yx : tuple of int
    """

    def __init__(self, planes: Sequence[Plane], size_yx: tuple[int, int]) -> None:
        self.planes = planes
        self.size_yx = size_yx
        _, x, y, _ = planes[0]
        self.normal = np.cross(x, y)
        self.heights = np.array([p[0] @ self.normal for p in planes], dtype=np.float64)
        steps = np.abs(np.diff(np.sort(self.heights)))
        steps = steps[steps > _OFF_MM]
        # One slice alone: half a millimetre of nothing known.
        self.reach_mm = max(_OFF_MM, _OFF_STEP * float(steps.min()) if len(steps) else 0.5)

    def nearest(self, height_mm: float) -> tuple[int, float]:
        """The slice nearest to a height along the normal, and how far it is, in mm."""
        apart = np.abs(self.heights - height_mm)
        k = int(apart.argmin())
        return k, float(apart[k])

    def find(self, plane: Plane, size_yx: tuple[int, int]) -> Place | None:
        """Where a slice lies; None when its pixels are not pixels of this stack."""
        origin, x, y, spacing = plane
        if abs(abs(float(np.cross(x, y) @ self.normal)) - 1.0) > _SAME_DIRECTION:
            return None
        k, apart = self.nearest(float(origin @ self.normal))
        if apart > self.reach_mm:
            return None
        own_origin, own_x, own_y, own_spacing = self.planes[k]
        away = origin - own_origin
        at = np.array([away @ own_y / own_spacing[0], away @ own_x / own_spacing[1]])
        turn = np.array(  # (row, column) here for each step along (row, column) there
            [
                [y @ own_y * spacing[0] / own_spacing[0], x @ own_y * spacing[1] / own_spacing[0]],
                [y @ own_x * spacing[0] / own_spacing[1], x @ own_x * spacing[1] / own_spacing[1]],
            ]
        )
        whole = np.rint(turn)
        if not (np.abs(whole).sum(axis=0) == 1).all() or not (np.abs(whole).sum(axis=1) == 1).all():
            return None
        if float((np.abs(turn - whole) @ np.asarray(size_yx)).max()) > _DRIFT_PX:
            return None
        if float(np.abs(at - np.rint(at)).max()) > _OFF_PX:
            return None
        last = np.rint(at) + whole @ (np.asarray(size_yx) - 1)
        low = np.minimum(np.rint(at), last).astype(int)
        swapped = whole[0, 0] == 0
        flips = whole.sum(axis=1) < 0
        return Place(k, bool(swapped), (bool(flips[0]), bool(flips[1])), (int(low[0]), int(low[1])))


def paste(
    planes: Sequence[Plane], values: NDArray[Any], onto: Sequence[Plane], size_yx: tuple[int, int]
) -> NDArray[Any] | None:
    """Slices put in their places on another grid.

    Parameters
    ----------
    planes, values
        What is put: a plane for each of the slices, shape (slices, rows, columns).
    onto, size_yx
        The grid to fill.

    Returns
    -------
    NDArray or None
        Shape (planes of `onto`, *size_yx); None when something that is not 0 falls on no pixel there.
    """
    stack = Stack(onto, size_yx)
    out = np.zeros((len(onto), *size_yx), dtype=values.dtype)
    for plane, slice_ in zip(planes, values, strict=True):
        place = stack.find(plane, (slice_.shape[0], slice_.shape[1]))
        if place is None:
            if slice_.any():
                return None
        elif not place.put(slice_, out[place.k]):
            return None
    return out
