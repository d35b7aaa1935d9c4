"""Clipping, rescaling and standardising of values."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap
from medviewer.errors import InputError
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label, Range, Step, Unit
from medviewer.ops.planes import Plane, chosen, image_of, no_values, plane_of, restore, without_unit
from medviewer.ops.volume_grid import Dimension, DimensionField, across

MOST_VALUES = 4_000_000
"""Percentiles and medians are taken from about so many values, evenly spread over the volume."""

_MEDIAN_TO_SIGMA = 1.4826
_FURTHEST = 1_000_000.0


class Limits(enum.StrEnum):
    """How the limits of clipping are given."""

    VALUES = "values"
    PERCENTILES = "percentiles"


_LOW_PERCENT = QT_TRANSLATE_NOOP("Operations", "Low percentile")
_HIGH_PERCENT = QT_TRANSLATE_NOOP("Operations", "High percentile")
_LOW_PERCENT_HELP = QT_TRANSLATE_NOOP(
    "Operations", "Share of values below the low limit, inside the mask when there is one. 0: the lowest value."
)
_HIGH_PERCENT_HELP = QT_TRANSLATE_NOOP(
    "Operations", "Share of values below the high limit, inside the mask when there is one. 100: the highest value."
)


@dataclass(frozen=True)
class ClipParams:
    """Parameters of clipping."""

    limits: Annotated[
        Limits,
        Choices(
            {
                "values": QT_TRANSLATE_NOOP("Operations", "Values"),
                "percentiles": QT_TRANSLATE_NOOP("Operations", "Percentiles"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Limits")),
        Help(QT_TRANSLATE_NOOP("Operations", "Whether the limits are values or shares of the values that occur.")),
    ] = Limits.VALUES
    low: Annotated[
        float,
        Range(-_FURTHEST, _FURTHEST),
        Step(1.0),
        Label(QT_TRANSLATE_NOOP("Operations", "Low")),
        Help(QT_TRANSLATE_NOOP("Operations", "Lower values become this one; in the unit of the image.")),
    ] = -200.0
    high: Annotated[
        float,
        Range(-_FURTHEST, _FURTHEST),
        Step(1.0),
        Label(QT_TRANSLATE_NOOP("Operations", "High")),
        Help(QT_TRANSLATE_NOOP("Operations", "Higher values become this one; in the unit of the image.")),
    ] = 300.0
    low_percent: Annotated[
        float, Range(0.0, 100.0), Step(0.1), Unit("%"), Label(_LOW_PERCENT), Help(_LOW_PERCENT_HELP)
    ] = 1.0
    high_percent: Annotated[
        float, Range(0.0, 100.0), Step(0.1), Unit("%"), Label(_HIGH_PERCENT), Help(_HIGH_PERCENT_HELP)
    ] = 99.0
    dimension: DimensionField = Dimension.SLICE


@dataclass(frozen=True)
class RescaleParams:
    """Parameters of rescaling."""

    low_percent: Annotated[
        float, Range(0.0, 100.0), Step(0.1), Unit("%"), Label(_LOW_PERCENT), Help(_LOW_PERCENT_HELP)
    ] = 0.0
    high_percent: Annotated[
        float, Range(0.0, 100.0), Step(0.1), Unit("%"), Label(_HIGH_PERCENT), Help(_HIGH_PERCENT_HELP)
    ] = 100.0
    new_low: Annotated[
        float,
        Range(-_FURTHEST, _FURTHEST),
        Step(0.1),
        Label(QT_TRANSLATE_NOOP("Operations", "New low")),
        Help(QT_TRANSLATE_NOOP("Operations", "What the low limit becomes.")),
    ] = 0.0
    new_high: Annotated[
        float,
        Range(-_FURTHEST, _FURTHEST),
        Step(0.1),
        Label(QT_TRANSLATE_NOOP("Operations", "New high")),
        Help(QT_TRANSLATE_NOOP("Operations", "What the high limit becomes.")),
    ] = 1.0
    cut: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Cut off beyond the limits")),
        Help(QT_TRANSLATE_NOOP("Operations", "Values beyond the limits become the limits instead of going on.")),
    ] = True
    dimension: DimensionField = Dimension.SLICE


@dataclass(frozen=True)
class ZScoreParams:
    """Parameters of standardising."""

    robust: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Robust")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Median and median absolute deviation (times 1.4826) instead of mean and standard deviation: single "
                "extreme values count little.",
            )
        ),
    ] = False
    dimension: DimensionField = Dimension.VOLUME


Transform = Callable[[Plane], Plane]


@operation(
    id="intensity.clip",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Intensity"),
    title=QT_TRANSLATE_NOOP("Operations", "Clip"),
    across_slices=lambda p: p.limits is Limits.PERCENTILES and across(p),
    whole=lambda p: p.limits is Limits.PERCENTILES,
)
def clip(image: Image, params: ClipParams, ctx: Context, labels: LabelMap | None) -> Image:
    """Cuts off values below and above two limits.

    The limits are values, or percentiles of each slice or the whole series, inside the mask when there is one. All of
    the image is clipped; values in between keep their unit. Padding and values that are not numbers stay as they are.

    Returns
    -------
    Image
        float32 modality values, the geometry of the input.

    Raises
    ------
    InputError
        When the limits are not in order.
    """
    by_values = params.limits is Limits.VALUES
    _in_order(*((params.low, params.high) if by_values else (params.low_percent, params.high_percent)))

    def transform(values: NDArray[np.float32]) -> Transform:
        low, high = (params.low, params.high) if by_values else _percentiles(values, params)
        return lambda plane: np.clip(plane, np.float32(low), np.float32(high))

    if by_values:
        once = transform(np.empty(0, dtype=np.float32))
        return image_of(image, _apply(image, lambda _k, _values, _valid: once, ctx))
    return image_of(image, _by_statistics(image, labels, params.dimension, transform, ctx))


@operation(
    id="intensity.rescale",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Intensity"),
    title=QT_TRANSLATE_NOOP("Operations", "Rescale"),
    across_slices=across,
    whole=True,
)
def rescale(image: Image, params: RescaleParams, ctx: Context, labels: LabelMap | None) -> Image:
    """Stretches values so that two limits become two others, such as 0 and 1.

    The limits are percentiles of each slice or of the whole series, inside the mask when there is one; 0 and 100 are
    the lowest and the highest value. A constant image becomes the low limit. Padding and values that are not numbers
    stay as they are. The result has no unit.

    Returns
    -------
    Image
        float32 without a unit, the geometry of the input.

    Raises
    ------
    InputError
        When the percentiles are not in order.
    """
    _in_order(params.low_percent, params.high_percent)

    def transform(values: NDArray[np.float32]) -> Transform:
        low, high = _percentiles(values, params)
        factor = (params.new_high - params.new_low) / (high - low) if high > low else 0.0
        ends = sorted((params.new_low, params.new_high))

        def run(plane: Plane) -> Plane:
            result = (plane - np.float32(low)) * np.float32(factor) + np.float32(params.new_low)
            return np.clip(result, np.float32(ends[0]), np.float32(ends[1])) if params.cut else result

        return run

    return without_unit(image, _by_statistics(image, labels, params.dimension, transform, ctx))


@operation(
    id="intensity.z-score",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Intensity"),
    title=QT_TRANSLATE_NOOP("Operations", "Standardise (z-score)"),
    across_slices=across,
    whole=True,
)
def z_score(image: Image, params: ZScoreParams, ctx: Context, labels: LabelMap | None) -> Image:
    """Subtracts the mean and divides by the standard deviation, so that series of arbitrary units can be compared.

    Both come from the whole series or from each slice, inside the mask when there is one; all of the image is
    standardised. A constant image becomes 0. Padding and values that are not numbers stay as they are. The result
    counts in standard deviations and has no unit.

    Returns
    -------
    Image
        float32 without a unit, the geometry of the input.

    Raises
    ------
    InputError
        When there are no values, or none inside the mask.
    """

    def transform(values: NDArray[np.float32]) -> Transform:
        if params.robust:
            some = _sampled(values)
            middle = float(np.median(some))
            spread = float(np.median(np.abs(some - np.float32(middle)))) * _MEDIAN_TO_SIGMA
        else:
            middle = float(values.mean(dtype=np.float64))
            spread = float(values.std(dtype=np.float64))
        # The deviation of a constant is rounding.
        factor = 1.0 / spread if spread > 1e-7 * abs(middle) and np.isfinite(1.0 / spread) else 0.0
        return lambda plane: (plane - np.float32(middle)) * np.float32(factor)

    return without_unit(image, _by_statistics(image, labels, params.dimension, transform, ctx))


def _in_order(low: float, high: float) -> None:
    if not low < high:
        raise InputError("The low limit does not lie below the high one.", "Change one of them.", "input.limits")


def _percentiles(values: NDArray[np.float32], params: ClipParams | RescaleParams) -> tuple[float, float]:
    shares = params.low_percent, params.high_percent
    if shares == (0.0, 100.0):
        return float(values.min()), float(values.max())
    low, high = np.percentile(_sampled(values), shares)
    return float(low), float(high)


def _sampled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values[:: max(1, values.size // MOST_VALUES)]


def _by_statistics(
    image: Image,
    labels: LabelMap | None,
    dimension: Dimension,
    transform: Callable[[NDArray[np.float32]], Transform],
    ctx: Context,
) -> NDArray[np.float32]:
    """What `transform(values that count)` says, applied to each slice or to all; a slice without any stays."""
    if dimension is Dimension.SLICE:

        def of_slice(k: int, values: Plane, valid: NDArray[np.bool_] | None) -> Transform | None:
            counted = chosen(image, labels, k, valid)
            some = values.ravel() if counted is None else values[counted]
            return transform(some) if some.size else None

        return _apply(image, of_slice, ctx)
    parts = []
    n = image.n_slices
    for k in range(n):
        values, valid = plane_of(image, k)
        counted = chosen(image, labels, k, valid)
        parts.append(values.ravel() if counted is None else values[counted])
        ctx.progress(0.4 * (k + 1) / n)
    together = np.concatenate(parts)
    if not together.size:
        raise no_values()
    del parts
    once = transform(together)
    return _apply(image, lambda _k, _values, _valid: once, ctx.subrange(0.5, 1.0))


def _apply(
    image: Image,
    transform_of: Callable[[int, Plane, NDArray[np.bool_] | None], Transform | None],
    ctx: Context,
) -> NDArray[np.float32]:
    out = np.empty(image.array.shape, dtype=np.float32)
    n = image.n_slices
    for k in range(n):
        ctx.check()
        values, valid = plane_of(image, k)
        transform = transform_of(k, values, valid)
        if transform is None:
            out[k] = values
        else:
            out[k] = transform(values if valid is None else np.where(valid, values, np.float32(0)))
            restore(out[k], values, valid)
        ctx.progress((k + 1) / n)
    return out


OPERATIONS: tuple[Operation, ...] = (clip, rescale, z_score)
