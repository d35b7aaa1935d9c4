"""Correction of the slow shading of MR images (N4)."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap
from medviewer.errors import InputError
from medviewer.ops.itk import from_itk, run_itk, run_short, to_itk
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Range, Step
from medviewer.ops.planes import Plane, image_of, no_values, plane_of
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume

VOXELS_FITTED = 100_000
"""The field is fitted on every n-th voxel, so that at most so many are left; an iteration then takes some 0.2 s."""

AT_ONCE = 5
"""Iterations in one call, which cannot be interrupted; its start costs as much as an iteration."""

SPLINE_ORDER = 3
SMALLEST = 4
"""Voxels along rows and columns that a spline needs."""


@dataclass(frozen=True)
class BiasFieldParams:
    """Parameters of the correction of shading."""

    levels: Annotated[
        int,
        Range(1, 5),
        Label(QT_TRANSLATE_NOOP("Operations", "Levels")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "How fine the shading may be: each level halves the distance of the nodes of the field.",
            )
        ),
    ] = 3
    iterations: Annotated[
        int,
        Range(1, 100),
        Label(QT_TRANSLATE_NOOP("Operations", "Iterations")),
        Help(
            QT_TRANSLATE_NOOP("Operations", "At most so many in each level; it ends earlier once it has converged.")
        ),
    ] = 20
    convergence: Annotated[
        float,
        Range(0.00001, 0.1),
        Step(0.0001),
        Label(QT_TRANSLATE_NOOP("Operations", "Convergence")),
        Help(QT_TRANSLATE_NOOP("Operations", "A level ends when the field changes by less than this share.")),
    ] = 0.001
    dimension: DimensionField = Dimension.VOLUME


@operation(
    id="filter.bias-field",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Filters"),
    title=QT_TRANSLATE_NOOP("Operations", "Bias field correction (N4)"),
    across_slices=across,
    whole=True,
    run=Run.ON_ACTION,
)
def bias_field(image: Image, params: BiasFieldParams, ctx: Context, labels: LabelMap | None) -> Image:
    """Takes out the slow shading of MR images that the coils leave, so that one tissue has one brightness.

    With a mask, the shading is judged inside it; without one, in what is brighter than Otsu's threshold. All of the
    image is corrected. The field is fitted on a coarser grid of some 100,000 voxels. Values count from the lowest of
    the image where that is below zero, since the signal begins there. Padding and values that are not numbers stay
    as they are.

    Returns
    -------
    Image
        float32 values, the geometry of the input.

    Raises
    ------
    InputError
        For an image or mask too small for a field, and for the whole volume of a stack that is no regular grid.

    Notes
    -----
    Tustison et al., N4ITK: improved N3 bias correction, IEEE Trans. Medical Imaging 29(6), 2010, as in ITK, a few
    iterations at a time, so that it can be stopped: the field is that of a single run.
    """
    volume = is_volume(image, params.dimension)
    out = np.empty(image.array.shape, dtype=np.float32)
    valid = np.ones(image.array.shape, dtype=np.bool_)
    for k in range(image.n_slices):
        out[k], found = plane_of(image, k)
        if found is not None:
            valid[k] = found
        ctx.check()
    if not valid.any():
        raise no_values()
    baseline = min(0.0, float(out[valid].min()))
    inside = valid if labels is None else valid & (labels.array != 0)
    if volume:
        _correct(out, valid, inside, baseline, image, params, labels is not None, ctx)
    else:
        n = image.n_slices
        for k in range(n):
            part = ctx.subrange(k / n, (k + 1) / n)
            _correct(out[k], valid[k], inside[k], baseline, image, params, labels is not None, part)
    ctx.progress(1.0)
    return image_of(image, out)


def _correct(
    values: Plane,
    valid: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    baseline: float,
    image: Image,
    params: BiasFieldParams,
    by_mask: bool,
    ctx: Context,
) -> None:
    """In place, a slice or a volume."""
    import SimpleITK

    if min(values.shape[-2:]) < SMALLEST:
        raise InputError("The image is too small for a field of shading.", "", "input.size")
    if not inside.any():  # a slice beside the mask: nothing to judge by
        return
    signal = np.where(valid, values - np.float32(baseline), np.float32(0))
    full = to_itk(signal, image.geometry)
    steps = _steps(values.shape)
    small = SimpleITK.Shrink(full, steps[::-1])
    small = SimpleITK.Maximum(
        small, _next_to_nothing(signal)
    )  # where it is 0 a quotient would say nothing of the field
    where = SimpleITK.Shrink(to_itk(inside.view(np.uint8), image.geometry), steps[::-1])
    if not by_mask:
        where = SimpleITK.And(where, SimpleITK.OtsuThreshold(small, 0, 1, 200))
    where = SimpleITK.And(where, SimpleITK.Cast(small > _next_to_nothing(signal), SimpleITK.sitkUInt8))
    chosen = from_itk(where) != 0
    found = from_itk(small)[chosen]
    if found.size < 2 or float(np.ptp(found)) <= 1e-6 * float(np.abs(found).max()):
        return  # of one brightness: there is no shading to be seen
    field = _field(small, where, params, ctx.subrange(0.0, 0.9))
    resample = SimpleITK.ResampleImageFilter()
    resample.SetReferenceImage(full)
    resample.SetInterpolator(SimpleITK.sitkBSpline)
    resample.UseNearestNeighborExtrapolatorOn()
    log_field = from_itk(run_itk(resample, field, ctx=ctx.subrange(0.9, 0.97)))
    slices = (-1, *values.shape[-2:])
    for part, bias, there in zip(
        values.reshape(slices), log_field.reshape(slices), valid.reshape(slices), strict=True
    ):
        ctx.check()
        corrected = (part - np.float32(baseline)) / np.exp(bias) + np.float32(baseline)
        np.copyto(part, corrected, where=there)


def _next_to_nothing(signal: Plane) -> float:
    return 1e-6 * float(signal.max())


def _steps(shape: tuple[int, ...]) -> list[int]:
    """How many voxels each one of the coarse grid stands for, along the axes of an array; 1 from slice to slice."""
    step = max(1, math.ceil(math.sqrt(math.prod(shape) / VOXELS_FITTED)))
    return [1] * (len(shape) - 2) + [min(step, max(1, n // SMALLEST)) for n in shape[-2:]]


def _field(small: Any, where: Any, params: BiasFieldParams, ctx: Context) -> Any:
    """Logarithm of the field on the coarse grid, as a SimpleITK image.

    N4 takes the field found so far off the image and fits what is left, so iterations can be run a few at a time.
    """
    import SimpleITK

    now = small
    rounds = params.levels * params.iterations
    for level in range(params.levels):
        for done in range(0, params.iterations, AT_ONCE):
            n4 = SimpleITK.N4BiasFieldCorrectionImageFilter()
            n4.SetMaximumNumberOfIterations([min(AT_ONCE, params.iterations - done)])
            n4.SetConvergenceThreshold(params.convergence)
            n4.SetSplineOrder(SPLINE_ORDER)
            n4.SetNumberOfControlPoints([2**level + SPLINE_ORDER] * small.GetDimension())
            try:
                now = run_short(functools.partial(n4.Execute, now, where), ctx)
            except RuntimeError:
                raise InputError(
                    "The field of shading cannot be fitted to these values.",
                    "Use fewer levels, or a mask that covers more of the image.",
                    "input.values",
                ) from None
            ctx.progress((level * params.iterations + min(done + AT_ONCE, params.iterations)) / rounds)
            if n4.GetCurrentConvergenceMeasurement() < params.convergence:
                break
    result = SimpleITK.GetImageFromArray(np.log(from_itk(small) / from_itk(now)).astype(np.float32))
    result.CopyInformation(small)
    return result


OPERATIONS: tuple[Operation, ...] = (bias_field,)
