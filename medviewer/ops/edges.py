"""Gradients and Laplacians from differences of neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from medviewer.core.image import Image, SpacingSource
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP
from medviewer.ops.planes import (
    Plane,
    Valid,
    continued_volume,
    each_slice,
    restore_volume,
    without_unit,
)
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume

Weights = tuple[float, float, float]

SOBEL: Weights = (0.25, 0.5, 0.25)
SCHARR: Weights = (3 / 16, 10 / 16, 3 / 16)
_SLOPE: Weights = (-0.5, 0.0, 0.5)


@dataclass(frozen=True)
class EdgeParams:
    """Parameters of the simple edge filters."""

    dimension: DimensionField = Dimension.SLICE


@operation(
    id="edge.sobel",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Edges"),
    title=QT_TRANSLATE_NOOP("Operations", "Sobel gradient"),
    halo_px=1,
    across_slices=across,
)
def sobel(image: Image, params: EdgeParams, ctx: Context) -> Image:
    """How steep the values are: the length of the gradient, per millimetre.

    The slope is that of the neighbours on both sides, averaged over three lines with the weights 1, 2, 1. Unequal
    spacing is taken into account; where the spacing is not known it is per pixel. Smooth noisy images first. At the
    edges the outermost values are continued; padding and values that are not numbers are seen as the nearest value
    that is there, so that no edge is drawn around them, and stay as they are.

    Returns
    -------
    Image
        float32 >= 0, in the unit of the image per mm (or px), the geometry of the input.

    Raises
    ------
    InputError
        For the whole volume of a stack whose slices do not form a regular grid.
    """
    return _gradient(image, params, SOBEL, ctx)


@operation(
    id="edge.scharr",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Edges"),
    title=QT_TRANSLATE_NOOP("Operations", "Scharr gradient"),
    halo_px=1,
    across_slices=across,
)
def scharr(image: Image, params: EdgeParams, ctx: Context) -> Image:
    """How steep the values are: the length of the gradient, per millimetre, the same in all directions.

    As the Sobel gradient, with the weights 3, 10, 3, which answer more evenly to slanting edges. Unequal spacing is
    taken into account; where the spacing is not known it is per pixel. At the edges the outermost values are
    continued; padding and values that are not numbers are seen as the nearest value that is there, and stay as they
    are.

    Returns
    -------
    Image
        float32 >= 0, in the unit of the image per mm (or px), the geometry of the input.

    Raises
    ------
    InputError
        For the whole volume of a stack whose slices do not form a regular grid.

    Notes
    -----
    Scharr, Optimale Operatoren in der Digitalen Bildverarbeitung, Heidelberg 2000.
    """
    return _gradient(image, params, SCHARR, ctx)


@operation(
    id="edge.laplacian",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Edges"),
    title=QT_TRANSLATE_NOOP("Operations", "Laplacian"),
    halo_px=1,
    across_slices=across,
)
def laplacian(image: Image, params: EdgeParams, ctx: Context) -> Image:
    """How curved the values are: the sum of second derivatives, zero in flat areas and on slopes.

    From each value and its next neighbours, per square millimetre; it raises noise strongly, the Laplacian of
    Gaussian less so. At the edges the outermost values are continued; padding and values that are not numbers are
    seen as the nearest value that is there, and stay as they are.

    Returns
    -------
    Image
        float32 of both signs, in the unit of the image per mm² (or px²), the geometry of the input.

    Raises
    ------
    InputError
        For the whole volume of a stack whose slices do not form a regular grid.
    """
    import cv2

    wx, wy, wz = (1.0 / s**2 for s in image.geometry.spacing_xyz_mm)
    kernel = np.array([[0, wy, 0], [wx, -2 * (wx + wy), wx], [0, wy, 0]], dtype=np.float32)

    def in_plane(plane: Plane) -> Plane:
        return np.asarray(cv2.filter2D(plane, cv2.CV_32F, kernel, borderType=cv2.BORDER_REPLICATE), np.float32)

    def between(below: Plane, here: Plane, above: Plane) -> Plane:
        return in_plane(here) + np.float32(wz) * (below + above - 2 * here)

    return _filtered(image, params, in_plane, between, "²", ctx)


def _gradient(image: Image, params: EdgeParams, weights: Weights, ctx: Context) -> Image:
    import cv2

    sx, sy, sz = image.geometry.spacing_xyz_mm
    border = cv2.BORDER_REPLICATE
    smooth = np.asarray(weights, dtype=np.float32)
    slope_x, slope_y = (np.asarray(_SLOPE, dtype=np.float32) / np.float32(s) for s in (sx, sy))

    def components(plane: Plane) -> tuple[Plane, Plane]:
        dx = cv2.sepFilter2D(plane, cv2.CV_32F, slope_x, smooth, borderType=border)
        dy = cv2.sepFilter2D(plane, cv2.CV_32F, smooth, slope_y, borderType=border)
        return np.asarray(dx, np.float32), np.asarray(dy, np.float32)

    def in_plane(plane: Plane) -> Plane:
        return length_of(*components(plane))

    def between(below: Plane, here: Plane, above: Plane) -> Plane:
        # The three-line average goes across slices as well, and the slope across slices is averaged in the plane.
        side, middle = np.float32(weights[0]), np.float32(weights[1])
        dx, dy = components(side * (below + above) + middle * here)
        rise = (above - below) * np.float32(0.5 / sz)
        dz = np.asarray(cv2.sepFilter2D(rise, cv2.CV_32F, smooth, smooth, borderType=border), np.float32)
        return length_of(dx, dy, dz)

    return _filtered(image, params, in_plane, between, "", ctx)


def _filtered(
    image: Image,
    params: EdgeParams,
    in_plane: Callable[[Plane], Plane],
    between: Callable[[Plane, Plane, Plane], Plane],
    power: str,
    ctx: Context,
) -> Image:
    """`in_plane` for every slice, or `between` for every slice and the two beside it."""
    length = "px" if image.facts.spacing_source is SpacingSource.NONE else "mm"
    unit = f"{image.unit}/{length}{power}" if image.unit else ""
    if not is_volume(image, params.dimension):

        def run(plane: Plane, _valid: Valid, _k: int, _part: Context) -> Plane:
            return in_plane(plane)

        return without_unit(image, each_slice(image, run, ctx), unit)
    values, valid = continued_volume(image, ctx)
    out = np.empty_like(values)
    n = len(values)
    for k in range(n):
        out[k] = between(values[max(0, k - 1)], values[k], values[min(n - 1, k + 1)])
        ctx.progress((k + 1) / n)
    restore_volume(out, image, valid)
    return without_unit(image, out, unit)


def length_of(first: Plane, *others: Plane) -> Plane:
    """Length of the vectors with these components, which are used up.

    `cv2.magnitude` gives other last bits for other addresses in memory; the same image must give the same bytes.
    """
    np.multiply(first, first, out=first)
    for other in others:
        np.multiply(other, other, out=other)
        np.add(first, other, out=first)
    return np.sqrt(first, out=first)


OPERATIONS: tuple[Operation, ...] = (sobel, scharr, laplacian)
