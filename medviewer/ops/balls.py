"""Masks grown and shrunk by discs and balls that are round in the patient."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Vector
from medviewer.ops.operation import Context

KERNEL_AT_MOST = 450
"""So many pixels in the kernels of a slice are faster than a map of distances."""

ON_THE_RIM = 1e-3
"""A voxel belongs to the ball when it lies no more than this share of a pixel outside."""


def disc(radius: float, spacing_x: float, spacing_y: float) -> NDArray[np.uint8]:
    """The pixels whose centre lies within a radius of the middle one; uint8 (2m + 1, 2n + 1), 1 inside.

    Lengths are in one unit, such as mm.
    """
    radius += ON_THE_RIM * min(spacing_x, spacing_y)
    nx, ny = int(radius / spacing_x), int(radius / spacing_y)
    x = np.arange(-nx, nx + 1) * spacing_x
    y = np.arange(-ny, ny + 1)[:, None] * spacing_y
    return (x * x + y * y <= radius * radius).astype(np.uint8)


def radii_across(radius: float, spacing_z: float, volume: bool) -> list[float]:
    """Radius of the disc that the ball cuts out of the slice 0, 1, … away; one entry for slices by themselves."""
    reach = int(radius / spacing_z + 1e-6) if volume else 0
    return [math.sqrt(max(0.0, radius**2 - (d * spacing_z) ** 2)) for d in range(reach + 1)]


def reach_zyx(radius: float, spacing_xyz: Vector, volume: bool) -> tuple[int, int, int]:
    """How many voxels the ball reaches along each axis."""
    sx, sy, sz = spacing_xyz
    rim = radius + ON_THE_RIM * min(sx, sy)
    return int(radius / sz + 1e-6) if volume else 0, int(rim / sy), int(rim / sx)


def dilate(mask: NDArray[Any], spacing_xyz: Vector, radius: float, volume: bool, ctx: Context) -> NDArray[np.bool_]:
    """Every voxel whose centre lies within a radius of one of the mask's.

    Parameters
    ----------
    mask : NDArray of bool, shape (z, y, x)
        Not changed.
    spacing_xyz : tuple of float
        In the unit of the radius.
    radius : float
        0 or more.
    volume : bool
        By balls, else each slice by discs.
    ctx : Context
        Looked at between slices.

    Returns
    -------
    NDArray of bool, shape (z, y, x)

    Notes
    -----
    A slice of the ball is a disc, so each slice is grown by the discs of all distances at once, from one exact map of
    distances (Felzenszwalb and Huttenlocher, Theory of Computing 8, 2012) or, for small ones, by kernels.
    """
    sx, sy, sz = spacing_xyz
    radii = radii_across(radius, sz, volume)
    grow = _Growing(radii, sx, sy)
    out = np.zeros(mask.shape, np.bool_)
    n = len(mask)
    for k in range(n):
        ctx.check()
        if mask[k].any():
            for away, wide in enumerate(grow(mask[k])):
                for j in {k - away, k + away}:
                    if 0 <= j < n:
                        np.logical_or(out[j], wide, out=out[j])
        ctx.progress((k + 1) / n)
    return out


def erode(mask: NDArray[Any], spacing_xyz: Vector, radius: float, volume: bool, ctx: Context) -> NDArray[np.bool_]:
    """Every voxel of the mask that has nothing of the background within a radius.

    What lies outside of the array is no background: a mask that ends at the edge of the image is not worn down
    there. Arguments as for `dilate`.
    """
    return np.logical_not(dilate(np.logical_not(mask), spacing_xyz, radius, volume, ctx))


class _Growing:
    """A mask (y, x) grown by each of several radii."""

    def __init__(self, radii: Sequence[float], sx: float, sy: float) -> None:
        self._sx, self._sy = sx, sy
        self._limits = [np.float32(radius + ON_THE_RIM * min(sx, sy)) for radius in radii]
        by_kernels = sum(math.pi * r * r / (sx * sy) for r in radii) <= KERNEL_AT_MOST
        self._kernels = [disc(radius, sx, sy) for radius in radii] if by_kernels else []

    def __call__(self, plane: NDArray[Any]) -> Iterator[NDArray[np.bool_]]:
        """One after the other; only to be read."""
        import cv2

        pixels = np.ascontiguousarray(plane, dtype=np.bool_).view(np.uint8)
        if self._kernels:
            for kernel in self._kernels:
                grown = pixels if kernel.size == 1 else np.asarray(cv2.dilate(pixels, kernel), np.uint8)
                yield grown.reshape(plane.shape).view(np.bool_)
            return
        distance = distances(np.logical_not(pixels), self._sx, self._sy)
        for limit in self._limits:
            yield np.less_equal(distance, limit)


def distances(mask: NDArray[np.bool_], sx: float, sy: float) -> NDArray[np.float32]:
    """Distance of each pixel of a mask (y, x) to the nearest centre outside of it; 0 there; float32.

    Infinite where there is nothing outside.
    """
    import cv2

    if mask.all():
        return np.full(mask.shape, np.inf, np.float32)
    if math.isclose(sx, sy, rel_tol=1e-4):
        pixels = np.ascontiguousarray(mask).view(np.uint8)
        found = cv2.distanceTransform(pixels, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        return np.asarray(found, np.float32).reshape(mask.shape) * np.float32(sx)
    from scipy import ndimage

    exact: NDArray[np.float32] = ndimage.distance_transform_edt(mask, sampling=(sy, sx)).astype(np.float32)
    return exact
