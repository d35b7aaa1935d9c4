"""Unsharp mask and Laplacian of Gaussian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from medviewer.core.image import Image, SpacingSource
from medviewer.ops.derivatives import across_slices, along_slice
from medviewer.ops.filters import TRUNCATE, GaussianParams, gaussian
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Range, Step, Unit
from medviewer.ops.planes import (
    Plane,
    Valid,
    continued_volume,
    each_slice,
    image_of,
    per_channel,
    plane_of,
    restore,
    restore_volume,
    without_unit,
)
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume

_SIGMA = QT_TRANSLATE_NOOP("Operations", "Sigma")


@dataclass(frozen=True)
class UnsharpParams:
    """Parameters of the unsharp mask."""

    sigma_mm: Annotated[
        float,
        Range(0.1, 20.0),
        Step(0.1),
        Unit("mm"),
        Label(_SIGMA),
        Help(QT_TRANSLATE_NOOP("Operations", "Standard deviation of the Gaussian: finer detail is raised.")),
    ] = 1.0
    amount: Annotated[
        float,
        Range(0.0, 10.0),
        Step(0.1),
        Label(QT_TRANSLATE_NOOP("Operations", "Amount")),
        Help(QT_TRANSLATE_NOOP("Operations", "How much of the detail is added. Noise rises with it.")),
    ] = 1.0
    dimension: DimensionField = Dimension.SLICE


@dataclass(frozen=True)
class LaplacianOfGaussianParams:
    """Parameters of the Laplacian of Gaussian."""

    sigma_mm: Annotated[
        float,
        Range(0.1, 20.0),
        Step(0.1),
        Unit("mm"),
        Label(_SIGMA),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Size of what answers: a disc of radius r most at sigma = r / 1.41, a ball at r / 1.73.",
            )
        ),
    ] = 2.0
    normalise: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Comparable between scales")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Multiplies by sigma squared: the result has the unit of the image and does not fade with sigma.",
            )
        ),
    ] = True
    dimension: DimensionField = Dimension.SLICE


@operation(
    id="filter.unsharp",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Filters"),
    title=QT_TRANSLATE_NOOP("Operations", "Unsharp mask"),
    halo_mm=lambda p: TRUNCATE * p.sigma_mm,
    across_slices=across,
    colour=True,
)
def unsharp(image: Image, params: UnsharpParams, ctx: Context) -> Image:
    """Sharpens: adds what a Gaussian blur takes away.

    The result is ``v + amount · (v - blurred)``; values may overshoot beside edges. Sigma is a length in the patient.
    At the edges the outermost values are continued; padding and values that are not numbers take no part and stay as
    they are. Of colour images, red, green and blue are filtered each by itself.

    Returns
    -------
    Image
        float32 modality values (uint8 RGB for colour), the geometry of the input.

    Raises
    ------
    InputError
        For the whole volume of a stack whose slices do not form a regular grid.
    """
    import cv2

    if image.is_colour:
        return per_channel(image, lambda grey, part: unsharp(grey, params, part), ctx)
    blurred: Image = gaussian(image, GaussianParams(params.sigma_mm, params.dimension), ctx.subrange(0.0, 0.8))
    out = blurred.array
    for k in range(image.n_slices):
        values, valid = plane_of(image, k)
        out[k] = cv2.addWeighted(values, 1.0 + params.amount, out[k], -params.amount, 0.0)
        restore(out[k], values, valid)
        ctx.progress(0.8 + 0.2 * (k + 1) / image.n_slices)
    return image_of(image, out)


@operation(
    id="filter.laplacian-of-gaussian",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Filters"),
    title=QT_TRANSLATE_NOOP("Operations", "Laplacian of Gaussian"),
    halo_mm=lambda p: TRUNCATE * p.sigma_mm,
    halo_px=1,
    across_slices=across,
)
def laplacian_of_gaussian(image: Image, params: LaplacianOfGaussianParams, ctx: Context) -> Image:
    """Answers to blobs and edges of one size: negative in bright ones, positive in dark ones, zero in flat areas.

    Sigma is a length in the patient and holds equally in all directions however unequal the spacing is. At the edges
    the outermost values are continued; padding and values that are not numbers are seen as the nearest value that is
    there, and stay as they are.

    Returns
    -------
    Image
        float32, in the unit of the image, or in that per mm² when it is not made comparable between scales.

    Raises
    ------
    InputError
        For the whole volume of a stack whose slices do not form a regular grid.

    Notes
    -----
    Convolution with the sampled second derivatives of the Gaussian, cut off at four sigma, whose sum is made zero, so
    that a constant gives nothing (`derivatives.derivative_kernel`).
    """
    sx, sy, sz = image.geometry.spacing_xyz_mm
    sigma = params.sigma_mm
    sigma_px = (sigma / sx, sigma / sy)
    factor = sigma**2 if params.normalise else 1.0

    def in_plane(plane: Plane, part: Context) -> Plane:
        curved = along_slice(plane, sigma_px, (2, 0), part) * np.float32(factor / sx**2)
        curved += along_slice(plane, sigma_px, (0, 2), part) * np.float32(factor / sy**2)
        return curved

    unit = image.unit if params.normalise else _per(image, "²")
    if not is_volume(image, params.dimension):

        def run(plane: Plane, _valid: Valid, _k: int, part: Context) -> Plane:
            return in_plane(plane, part)

        return without_unit(image, each_slice(image, run, ctx), unit)
    smooth, valid = continued_volume(image, ctx)
    out = np.empty_like(smooth)
    n = image.n_slices
    for k in range(n):
        out[k] = in_plane(smooth[k], ctx)
        smooth[k] = along_slice(smooth[k], sigma_px, (0, 0), ctx)
        ctx.progress(0.6 * (k + 1) / n)
    across_slices(out, sigma / sz, 0, ctx.subrange(0.6, 0.8))
    across_slices(smooth, sigma / sz, 2, ctx.subrange(0.8, 1.0))
    for k in range(n):
        out[k] += smooth[k] * np.float32(factor / sz**2)
        ctx.check()
    restore_volume(out, image, valid)
    return without_unit(image, out, unit)


def _per(image: Image, power: str) -> str:
    length = "px" if image.facts.spacing_source is SpacingSource.NONE else "mm"
    return f"{image.unit}/{length}{power}" if image.unit else ""


OPERATIONS: tuple[Operation, ...] = (unsharp, laplacian_of_gaussian)
