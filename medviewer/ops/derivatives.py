"""Derivatives of Gaussians, in millimetres: kernels and their passes over slices and slabs."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.filters import MULTIPLICATIONS_BETWEEN_CHECKS, TRUNCATE, smooth_across
from medviewer.ops.operation import Context
from medviewer.ops.planes import Plane

Kernel = NDArray[np.float32]

_FINEST_PX = 0.25
"""A narrower Gaussian is less than a pixel; its derivatives are differences of neighbours."""


@functools.lru_cache(maxsize=256)
def _kernel(sigma_px: float, order: int) -> Kernel:
    if sigma_px < _FINEST_PX:
        exact = {0: [0.0, 1.0, 0.0], 1: [-0.5, 0.0, 0.5], 2: [1.0, -2.0, 1.0]}[order]
        return np.asarray(exact, dtype=np.float32)
    radius = max(1, int(TRUNCATE * sigma_px + 0.5))
    x = np.arange(-radius, radius + 1, dtype=np.float64)
    gaussian = np.exp(-0.5 * (x / sigma_px) ** 2)
    gaussian /= gaussian.sum()
    if order == 1:
        weights = x * gaussian
        weights /= (x * weights).sum()
    elif order == 2:
        weights = ((x / sigma_px) ** 2 - 1.0) * gaussian
        weights -= weights.sum() * gaussian
        weights *= 2.0 / (x**2 * weights).sum()
    else:
        weights = gaussian
    return np.asarray(weights, dtype=np.float32)


def derivative_kernel(sigma_px: float, order: int) -> Kernel:
    """The sampled Gaussian or its derivative, as weights of neighbours from first to last.

    Parameters
    ----------
    sigma_px : float
        Standard deviation in pixels, > 0.
    order : int
        0, 1 or 2.

    Returns
    -------
    NDArray of float32, shape (2·radius + 1,)
        ``radius = max(1, floor(4 sigma + 0.5))``. Scaled so that the slope of a ramp and the curvature of a parabola
        come out right however narrow the kernel is, and that a constant has none; from a sigma of 2 pixels on that
        changes the sampled derivative by less than a thousandth.
    """
    return _kernel(float(sigma_px), order)


def along_slice(plane: Plane, sigma_px: tuple[float, float], orders: tuple[int, int], ctx: Context) -> Plane:
    """Derivative of a slice smoothed by a Gaussian, per pixel to the power of the order.

    Parameters
    ----------
    plane : NDArray of float32, shape (y, x)
        Continued by its outermost values.
    sigma_px : tuple of float
        Along x and y.
    orders : tuple of int
        Of the derivative along x and y.
    """
    import cv2

    kernel_x, kernel_y = (derivative_kernel(s, order) for s, order in zip(sigma_px, orders, strict=True))
    out = np.empty(plane.shape, dtype=np.float32)
    rows, columns = plane.shape
    reach = len(kernel_y) // 2
    height = max(1, MULTIPLICATIONS_BETWEEN_CHECKS // (columns * (len(kernel_x) + len(kernel_y))))
    for y in range(0, rows, height):
        ctx.check()
        first, end = max(0, y - reach), min(rows, y + height + reach)
        strip = np.ascontiguousarray(plane[first:end])
        found = cv2.sepFilter2D(strip, cv2.CV_32F, kernel_x, kernel_y, borderType=cv2.BORDER_REPLICATE)
        last = min(rows, y + height)
        out[y:last] = found[y - first : last - first]
    return out


def across_slices(slab: NDArray[np.float32], sigma_px: float, order: int, ctx: Context) -> None:
    """The pass along the first axis of (z, y, x), in place."""
    smooth_across(slab, derivative_kernel(sigma_px, order), ctx)
