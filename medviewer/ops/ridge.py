"""Vessels and other thin, long structures (Frangi)."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.errors import InputError
from medviewer.ops.derivatives import across_slices, along_slice, derivative_kernel
from medviewer.ops.filters import TRUNCATE
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label, Range, Step, Unit
from medviewer.ops.planes import (
    Plane,
    Valid,
    continued_volume,
    each_slice,
    restore_volume,
    without_unit,
)
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume

SLICES_AT_ONCE = 16
"""Thickness of the slabs that a volume is done in; six second derivatives of a slab are held."""

ALPHA = 0.5
BETA = 0.5
"""How sharply plates and blobs are told from tubes; Frangi's own values."""


class Tone(enum.StrEnum):
    """What is looked for."""

    BRIGHT = "bright"
    DARK = "dark"


@dataclass(frozen=True)
class RidgeParams:
    """Parameters of the ridge filter."""

    tone: Annotated[
        Tone,
        Choices(
            {
                "bright": QT_TRANSLATE_NOOP("Operations", "Bright on dark"),
                "dark": QT_TRANSLATE_NOOP("Operations", "Dark on bright"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Ridges")),
        Help(QT_TRANSLATE_NOOP("Operations", "Whether the structures are brighter or darker than what is around.")),
    ] = Tone.BRIGHT
    smallest_mm: Annotated[
        float,
        Range(0.1, 20.0),
        Step(0.1),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Smallest radius")),
        Help(QT_TRANSLATE_NOOP("Operations", "Half width of the thinnest structures that are looked for.")),
    ] = 1.0
    largest_mm: Annotated[
        float,
        Range(0.1, 20.0),
        Step(0.1),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Largest radius")),
        Help(QT_TRANSLATE_NOOP("Operations", "Half width of the thickest structures that are looked for.")),
    ] = 3.0
    scales: Annotated[
        int,
        Range(1, 10),
        Label(QT_TRANSLATE_NOOP("Operations", "Scales")),
        Help(QT_TRANSLATE_NOOP("Operations", "How many radii are tried, from the smallest to the largest.")),
    ] = 3
    contrast: Annotated[
        float,
        Range(0.0, 1_000_000.0),
        Step(0.1),
        Label(QT_TRANSLATE_NOOP("Operations", "Contrast")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Fainter structures, in the unit of the image, are suppressed as noise. 0: half of the strongest.",
            )
        ),
    ] = 0.0
    dimension: DimensionField = Dimension.SLICE

    def sigmas_mm(self) -> list[float]:
        """Standard deviations of the Gaussians, each a constant factor above the one before."""
        if self.scales == 1 or self.largest_mm == self.smallest_mm:
            return [self.smallest_mm]
        return [float(s) for s in np.geomspace(self.smallest_mm, self.largest_mm, self.scales)]


@operation(
    id="edge.ridge",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Edges"),
    title=QT_TRANSLATE_NOOP("Operations", "Ridges (Frangi)"),
    halo_mm=lambda p: TRUNCATE * max(p.smallest_mm, p.largest_mm),
    halo_px=1,
    across_slices=across,
    whole=lambda p: p.contrast == 0,
    run=Run.ON_ACTION,
)
def ridge(image: Image, params: RidgeParams, ctx: Context) -> Image:
    """Shows thin, long structures such as vessels, airways and fissures, whatever way they run.

    The result goes from 0 to 1: how much the surroundings of a point are curved like a line (in a slice) or a tube
    (in a volume) of one of the radii, the best of them. Radii are in millimetres. Padding and values that are not
    numbers are seen as the nearest value that is there, and stay as they are.

    Returns
    -------
    Image
        float32 in 0..1, without a unit, the geometry of the input.

    Raises
    ------
    InputError
        When the largest radius is under the smallest, and for the whole volume of a stack that is no regular grid.

    Notes
    -----
    Frangi, Niessen, Vincken and Viergever, Multiscale vessel enhancement filtering, MICCAI 1998, with alpha and beta
    0.5 and second derivatives times sigma²; `contrast` is its c, 0 its rule of half the largest norm, taken over all
    scales.
    """
    if params.largest_mm < params.smallest_mm:
        raise InputError("The largest radius lies below the smallest.", "Give a larger one.", "input.largest_mm")
    sign = np.float32(1 if params.tone is Tone.DARK else -1)
    if not is_volume(image, params.dimension):

        def run(plane: Plane, _valid: Valid, _k: int, part: Context) -> Plane:
            return _ridges_of_slice(plane, image, params, sign, part)

        return without_unit(image, each_slice(image, run, ctx))
    values, valid = continued_volume(image, ctx)
    out = _ridges_of_volume(values, image, params, sign, ctx)
    restore_volume(out, image, valid)
    return without_unit(image, out)


def _ridges_of_slice(plane: Plane, image: Image, params: RidgeParams, sign: np.float32, ctx: Context) -> Plane:
    sx, sy, _ = image.geometry.spacing_xyz_mm
    found: list[tuple[Plane, Plane]] = []
    for sigma in params.sigmas_mm():
        px = (sigma / sx, sigma / sy)
        xx = along_slice(plane, px, (2, 0), ctx) * (sign * np.float32(px[0] ** 2))
        yy = along_slice(plane, px, (0, 2), ctx) * (sign * np.float32(px[1] ** 2))
        xy = along_slice(plane, px, (1, 1), ctx) * (sign * np.float32(px[0] * px[1]))
        found.append(line_likeness(xx, yy, xy))
        ctx.check()
    # The largest curvature that rounding makes of a constant slice is not noise to be measured by.
    limit = params.contrast or 0.5 * float(np.sqrt(max(float(squared.max()) for _, squared in found)))
    best = np.zeros(plane.shape, dtype=np.float32)
    if limit > 1e-6 * float(np.abs(plane).max()):
        for likeness, squared in found:
            np.maximum(best, likeness * _above_noise(squared, limit), out=best)
    return best


def _above_noise(squared: Plane, limit: float) -> Plane:
    result: Plane = -np.expm1(squared * np.float32(-0.5 / limit**2))
    return result


def line_likeness(xx: Plane, yy: Plane, xy: Plane) -> tuple[Plane, Plane]:
    """How line-like second derivatives are, and their squared norm.

    Parameters
    ----------
    xx, yy, xy : NDArray of float32
        Positive across what is looked for.

    Returns
    -------
    likeness : NDArray of float32
        ``exp(-Rb² / 2β²)`` with Rb the ratio of the eigenvalues, 0 where the larger one is negative.
    squared : NDArray of float32
        The sum of their squares.
    """
    middle = (xx + yy) * np.float32(0.5)
    spread = np.sqrt(((xx - yy) * np.float32(0.5)) ** 2 + xy**2)
    # Of the two, middle ± spread, the one larger in size has the sign of the middle.
    large = np.where(middle >= 0, middle + spread, middle - spread)
    small = np.where(middle >= 0, middle - spread, middle + spread)
    squared = large**2 + small**2
    ratio = np.divide(small, large, out=np.zeros_like(large), where=large > 0)
    likeness = np.exp(ratio**2 * np.float32(-0.5 / BETA**2))
    likeness[large <= 0] = 0
    return likeness.astype(np.float32, copy=False), squared.astype(np.float32, copy=False)


def _ridges_of_volume(
    values: NDArray[np.float32], image: Image, params: RidgeParams, sign: np.float32, ctx: Context
) -> NDArray[np.float32]:
    sigmas = params.sigmas_mm()
    limit, share = params.contrast, 0.0
    if not limit:
        # The norm needs no eigenvalues; to find it first costs less than to keep every scale.
        share = 0.4
        largest = 0.0
        for number, sigma in enumerate(sigmas):
            part = ctx.subrange(share * number / len(sigmas), share * (number + 1) / len(sigmas))
            for _, slab in _second_derivatives(values, image, sigma, sign, part):
                xx, yy, zz, xy, xz, yz = slab
                for k in range(len(xx)):
                    norm = xx[k] ** 2 + yy[k] ** 2 + zz[k] ** 2 + 2 * (xy[k] ** 2 + xz[k] ** 2 + yz[k] ** 2)
                    largest = max(largest, float(norm.max()))
                    ctx.check()
        limit = 0.5 * float(np.sqrt(largest))
    out = np.zeros(values.shape, dtype=np.float32)
    if not limit > 1e-6 * float(np.abs(values).max()):
        ctx.progress(1.0)
        return out
    for number, sigma in enumerate(sigmas):
        part = ctx.subrange(
            share + (1 - share) * number / len(sigmas), share + (1 - share) * (number + 1) / len(sigmas)
        )
        for first, slab in _second_derivatives(values, image, sigma, sign, part):
            for k in range(len(slab[0])):
                likeness, squared = tube_likeness(*(component[k] for component in slab))
                np.maximum(out[first + k], likeness * _above_noise(squared, limit), out=out[first + k])
                ctx.check()
    ctx.progress(1.0)
    return out


def _second_derivatives(
    values: NDArray[np.float32], image: Image, sigma: float, sign: np.float32, ctx: Context
) -> Iterator[tuple[int, list[NDArray[np.float32]]]]:
    """First slice and xx, yy, zz, xy, xz, yz (times sigma²) of slabs of the volume, one after the other."""
    px, py, pz = (sigma / s for s in image.geometry.spacing_xyz_mm)
    n = len(values)
    reach = len(derivative_kernel(pz, 2)) // 2
    # orders along (x, y), along z, and what makes mm of pixels
    wanted = (
        ((2, 0), 0, px * px),
        ((0, 2), 0, py * py),
        ((0, 0), 2, pz * pz),
        ((1, 1), 0, px * py),
        ((1, 0), 1, px * pz),
        ((0, 1), 1, py * pz),
    )
    for first in range(0, n, SLICES_AT_ONCE):
        end = min(n, first + SLICES_AT_ONCE)
        low, high = max(0, first - reach), min(n, end + reach)
        slab = []
        for in_plane, along_z, factor in wanted:
            part = np.empty((high - low, *values.shape[1:]), dtype=np.float32)
            for k in range(low, high):
                part[k - low] = along_slice(values[k], (px, py), in_plane, ctx)
            across_slices(part, pz, along_z, ctx.subrange(first / n, first / n))
            slab.append(part[first - low : end - low] * (sign * np.float32(factor)))
        yield first, slab
        ctx.progress(end / n)


def tube_likeness(xx: Plane, yy: Plane, zz: Plane, xy: Plane, xz: Plane, yz: Plane) -> tuple[Plane, Plane]:
    """How tube-like second derivatives are, and their squared norm; as `line_likeness`, in three dimensions.

    Eigenvalues by the trigonometric formula (Smith, Comm. ACM 4(4), 1961), in float64.
    """
    a, b, c, d, e, f = (component.astype(np.float64) for component in (xx, yy, zz, xy, xz, yz))
    middle = (a + b + c) / 3.0
    a -= middle
    b -= middle
    c -= middle
    off = d * d + e * e + f * f
    spread = np.sqrt((a * a + b * b + c * c + 2.0 * off) / 6.0)
    half = (a * (b * c - f * f) - d * (d * c - f * e) + e * (d * f - b * e)) / 2.0
    cube = np.divide(half, spread**3, out=np.zeros_like(half), where=spread > 0)
    angle = np.arccos(np.clip(cube, -1.0, 1.0)) / 3.0
    highest = middle + 2.0 * spread * np.cos(angle)
    lowest = middle + 2.0 * spread * np.cos(angle + 2.0 * np.pi / 3.0)
    between = 3.0 * middle - highest - lowest
    values = np.stack([lowest, between, highest])
    order = np.argsort(np.abs(values), axis=0)
    small, medium, large = np.take_along_axis(values, order, axis=0)
    squared = small**2 + medium**2 + large**2
    is_tube = (medium > 0) & (large > 0)
    plate = np.divide(medium, large, out=np.zeros_like(large), where=is_tube)
    blob = np.divide(small**2, medium * large, out=np.zeros_like(large), where=is_tube)
    likeness = -np.expm1(-0.5 * plate**2 / ALPHA**2) * np.exp(-0.5 * blob / BETA**2)
    likeness[~is_tube] = 0.0
    return likeness.astype(np.float32), squared.astype(np.float32)


OPERATIONS: tuple[Operation, ...] = (ridge,)
