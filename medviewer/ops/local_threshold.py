"""Thresholds that look at the surroundings: of a window around each pixel, or from certain voxels outwards."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, binary
from medviewer.errors import InputError
from medviewer.ops.connected import choose, parts_of_plane, parts_of_volume
from medviewer.ops.mask_fields import Keep, Neighbours, OnlyInMask, Side, Touching
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label, Range, Step, Unit
from medviewer.ops.threshold import number_words, unit_words
from medviewer.ops.value_band import Band
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume


class Weights(enum.StrEnum):
    """How the neighbours of a pixel count."""

    MEAN = "mean"
    GAUSSIAN = "gaussian"


@dataclass(frozen=True)
class AdaptiveParams:
    """Parameters of the threshold from a window."""

    weights: Annotated[
        Weights,
        Choices(
            {
                "mean": QT_TRANSLATE_NOOP("Operations", "Mean of the window"),
                "gaussian": QT_TRANSLATE_NOOP("Operations", "Gaussian, the middle counts more"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Compare with")),
        Help(QT_TRANSLATE_NOOP("Operations", "What the value of each pixel is compared with.")),
    ] = Weights.MEAN
    window_mm: Annotated[
        float,
        Range(0.1, 200.0),
        Step(1.0),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Window")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "Side of the square around each pixel; somewhat larger than what is looked for."
            )
        ),
    ] = 20.0
    offset: Annotated[
        float,
        Range(-1e5, 1e5),
        Step(1.0),
        Label(QT_TRANSLATE_NOOP("Operations", "Difference")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "By how much, in the unit of the image, the value must be beyond that of the window."
            )
        ),
    ] = 0.0
    side: Side = Keep.ABOVE
    limit_to_mask: OnlyInMask = True


@operation(
    id="threshold.adaptive",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Threshold"),
    title=QT_TRANSLATE_NOOP("Operations", "Adaptive threshold"),
    halo_mm=lambda p: p.window_mm / 2,
)
def adaptive(image: Image, params: AdaptiveParams, ctx: Context, labels: LabelMap | None) -> LabelMap:
    """Marks pixels that are brighter (or darker) than what lies around them in their slice.

    Follows a ground that changes from place to place, where one threshold for all fails: staining, the coil of a
    magnetic resonance image, ultrasound. At the edges of the image the outermost values are continued; padding does
    not count and is never marked.

    Parameters
    ----------
    image : Image
        Grey.
    params : AdaptiveParams
        Window and difference.
    ctx : Context
        Looked at between slices.
    labels : LabelMap or None
        Where the result may lie.

    Returns
    -------
    LabelMap
        1 where ``value > mean + difference`` (darker: ``value < mean - difference``).

    Notes
    -----
    The Gaussian has a standard deviation of a sixth of the window and ends with it. Windows of less than three
    pixels count as three.
    """
    sx, sy, _ = image.geometry.spacing_xyz_mm
    size = max(1, int(params.window_mm / 2 / sx + 0.5)), max(1, int(params.window_mm / 2 / sy + 0.5))
    inside = labels.mask() if labels is not None and params.limit_to_mask else None
    out = np.zeros(image.array.shape, np.bool_)
    for k in range(image.n_slices):
        ctx.check()
        values = image.modality_slice(k)
        valid = np.isfinite(values)
        if valid.all():
            around: NDArray[Any] = _weighted(values, size, params.weights)
        else:
            sums = _weighted(np.where(valid, values, np.float32(0)), size, params.weights)
            around = sums / np.maximum(_weighted(valid.astype(np.float32), size, params.weights), np.float32(1e-6))
        with np.errstate(invalid="ignore"):
            if params.side is Keep.ABOVE:
                np.greater(values - around, params.offset, out=out[k])
            else:
                np.greater(around - values, params.offset, out=out[k])
        if not valid.all():
            out[k] &= valid
        if inside is not None:
            out[k] &= inside[k]
        ctx.progress((k + 1) / image.n_slices)
    sign = ">" if params.side is Keep.ABOVE else "<"
    with_sign = params.offset if params.side is Keep.ABOVE else -params.offset
    difference = f" {'+' if with_sign > 0 else '-'} {number_words(abs(with_sign))} {unit_words(image)}".rstrip()
    return binary(out, image, f"{sign} surroundings{difference if params.offset else ''}")


def _weighted(values: NDArray[np.float32], size_xy: tuple[int, int], weights: Weights) -> NDArray[np.float32]:
    import cv2

    (rx, ry), border = size_xy, cv2.BORDER_REPLICATE
    window = 2 * rx + 1, 2 * ry + 1
    mean: Any
    if weights is Weights.MEAN:
        mean = cv2.boxFilter(values, cv2.CV_32F, window, normalize=True, borderType=border)
    else:
        mean = cv2.GaussianBlur(values, window, window[0] / 6, sigmaY=window[1] / 6, borderType=border)
    return np.asarray(mean, dtype=np.float32).reshape(values.shape)


@dataclass(frozen=True)
class HysteresisParams:
    """Parameters of the threshold with two limits."""

    low: Annotated[
        float,
        Range(-1e6, 1e6),
        Step(0.1),
        Label(QT_TRANSLATE_NOOP("Operations", "Weak from")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "What is at least so bright belongs to the mask where it touches the core."
            )
        ),
    ] = -400.0
    high: Annotated[
        float,
        Range(-1e6, 1e6),
        Step(0.1),
        Label(QT_TRANSLATE_NOOP("Operations", "Core from")),
        Help(QT_TRANSLATE_NOOP("Operations", "What is at least so bright belongs to the mask in any case.")),
    ] = -300.0
    dimension: DimensionField = Dimension.SLICE
    neighbours: Touching = Neighbours.CORNERS
    limit_to_mask: OnlyInMask = True


@operation(
    id="threshold.hysteresis",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Threshold"),
    title=QT_TRANSLATE_NOOP("Operations", "Two thresholds (hysteresis)"),
    whole=True,
    across_slices=across,
)
def hysteresis(image: Image, params: HysteresisParams, ctx: Context, labels: LabelMap | None) -> LabelMap:
    """Marks everything above the lower threshold that is connected to something above the higher one.

    Follows a vessel or a lesion to its faint rim without the noise of the same brightness elsewhere. With a mask,
    connections outside it do not count.

    Parameters
    ----------
    image : Image
        Grey.
    params : HysteresisParams
        The two thresholds.
    ctx : Context
        Looked at between slices.
    labels : LabelMap or None
        Where the result may lie.

    Returns
    -------
    LabelMap
        1 inside; the name of the label says the thresholds.

    Raises
    ------
    InputError
        When the lower threshold is above the higher one, and for the whole volume of an irregular stack.
    """
    if params.low > params.high:
        raise InputError("The weak threshold is above that of the core.", "Exchange the two.", "input.low")
    volume = is_volume(image, params.dimension)
    inside = labels.mask() if labels is not None and params.limit_to_mask else None
    weak, core = Band(image, low=params.low), Band(image, low=params.high)
    out = np.zeros(image.array.shape, np.bool_)
    seeds = np.zeros(image.array.shape, np.bool_) if volume else None
    n = image.n_slices
    for k in range(n):
        ctx.check()
        candidates, certain = weak.mask(k), core.mask(k)
        if inside is not None:
            candidates, certain = candidates & inside[k], certain & inside[k]
        if seeds is not None:
            out[k], seeds[k] = candidates, certain
        else:
            count, parts = parts_of_plane(candidates, params.neighbours)
            out[k] = choose(parts, _touched(parts, certain, count))
        ctx.progress((k + 1) / n * (0.2 if volume else 1.0))
    if seeds is not None:
        count, numbers = parts_of_volume(out, params.neighbours, ctx.subrange(0.2, 0.7))
        chosen = np.zeros(count + 1, np.bool_)
        for k in range(n):
            chosen |= _touched(numbers[k], seeds[k], count)
            ctx.progress(0.7 + 0.1 * (k + 1) / n)
        for k in range(n):
            out[k] = choose(numbers[k], chosen)
            ctx.progress(0.8 + 0.2 * (k + 1) / n)
    name = f"≥ {number_words(params.low)} beside ≥ {number_words(params.high)} {unit_words(image)}".rstrip()
    return binary(out, image, name)


def _touched(parts: NDArray[Any], seeds: NDArray[np.bool_], count: int) -> NDArray[np.bool_]:
    chosen = np.zeros(count + 1, np.bool_)
    chosen[parts[seeds]] = True
    chosen[0] = False
    return chosen


OPERATIONS: tuple[Operation, ...] = (adaptive, hysteresis)
