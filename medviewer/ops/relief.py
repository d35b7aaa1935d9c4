"""What regions are found on: the smoothed image and its gradient, without holes where values are missing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.ops.filters import gaussian_kernel, smooth_across, smooth_plane
from medviewer.ops.operation import Context
from medviewer.ops.planes import Plane, Valid, continued, continued_volume, plane_of


def smoothed_slice(image: Image, k: int, sigma_mm: float, ctx: Context) -> tuple[Plane, Valid]:
    """Modality values of slice `k` after a Gaussian; missing ones continued from their neighbours, and where."""
    values, valid = plane_of(image, k)
    values = continued(values, valid)
    sx, sy, _ = image.geometry.spacing_xyz_mm
    return (smooth_plane(values, sigma_mm / sx, sigma_mm / sy, ctx) if sigma_mm > 0 else values), valid


def smoothed_volume(image: Image, sigma_mm: float, ctx: Context) -> tuple[Plane, Valid]:
    """The same for the whole volume, smoothed from slice to slice too."""
    values, valid = continued_volume(image, ctx)
    if sigma_mm > 0:
        sx, sy, sz = image.geometry.spacing_xyz_mm
        for k in range(len(values)):
            ctx.check()
            values[k] = smooth_plane(values[k], sigma_mm / sx, sigma_mm / sy, ctx)
        kernel = gaussian_kernel(sigma_mm / sz)
        if len(kernel) > 1:
            smooth_across(values, kernel, ctx)
    ctx.progress(1.0)
    return values, valid


def gradient_magnitude(values: Plane, spacing_xyz: tuple[float, ...], ctx: Context) -> Plane:
    """Length of the gradient per mm, by central differences; (z, y, x) or (y, x), float32.

    The edges have one-sided differences. A slice by itself has no part across.
    """
    if values.ndim == 2:
        return np.sqrt(_squared(values, spacing_xyz))
    out = np.empty(values.shape, np.float32)
    n = len(values)
    for k in range(n):
        ctx.check()
        squared = _squared(values[k], spacing_xyz)
        low, high = max(0, k - 1), min(n - 1, k + 1)
        if high > low:
            squared += ((values[high] - values[low]) * np.float32(1 / (spacing_xyz[2] * (high - low)))) ** 2
        np.sqrt(squared, out=out[k])
    return out


def _squared(plane: Plane, spacing_xyz: tuple[float, ...]) -> Plane:
    """The part of the squared gradient that lies in the slice."""
    squared = np.zeros(plane.shape, np.float32)
    for spacing, v, s in zip(spacing_xyz, (plane.T, plane), (squared.T, squared), strict=False):
        if len(v) < 2:
            continue
        scale = np.float32(1 / spacing)
        s[1:-1] += ((v[2:] - v[:-2]) * (scale / 2)) ** 2
        s[0] += ((v[1] - v[0]) * scale) ** 2
        s[-1] += ((v[-1] - v[-2]) * scale) ** 2
    return squared


def levels(values: Plane, ctx: Context, highest: int = 65_534) -> NDArray[np.uint16]:
    """Values stretched over 0..`highest` whole numbers; all 0 where they do not differ."""
    out = np.zeros(values.shape, np.uint16)
    planes, targets = (values, out) if values.ndim == 3 else (values[None], out[None])
    low, high = np.inf, -np.inf
    for part in planes:
        ctx.check()
        low, high = min(low, float(part.min())), max(high, float(part.max()))
    if high > low:
        scale = np.float32(highest / (high - low))
        for part, target in zip(planes, targets, strict=True):
            ctx.check()
            target[...] = np.rint((part - np.float32(low)) * scale)
    return out
