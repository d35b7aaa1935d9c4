"""Thresholds: from values that are set, and from the histogram; the found value stands in the label's name."""

from __future__ import annotations

import enum
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import Label as Structure
from medviewer.core.labels import LabelMap, binary, of_array
from medviewer.errors import InputError
from medviewer.ops.histogram_threshold import METHODS, Histogram, histogram_of, multi_otsu
from medviewer.ops.mask_fields import Keep, OnlyInMask, Side
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label, Range, ShowWhen, Step
from medviewer.ops.value_band import Band, above
from medviewer.ops.volume_grid import Dimension

T = TypeVar("T")

PRESETS_HU: dict[str, tuple[float, float]] = {
    "air-lung": (-math.inf, -400.0),
    "lung": (-950.0, -400.0),
    "emphysema": (-math.inf, -950.0),
    "fat": (-190.0, -30.0),
    "fluid": (-10.0, 20.0),
    "muscle": (-29.0, 150.0),
    "soft-tissue": (-100.0, 300.0),
    "contrast-vessel": (150.0, 600.0),
    "bone": (226.0, math.inf),
    "cortical-bone": (662.0, math.inf),
    "metal": (2500.0, math.inf),
}
"""Hounsfield units, both ends included. Fat and muscle: the ranges of body composition (Aubrey et al., Acta
Physiologica 210, 2014); emphysema: below -950 (Gevenois et al., AJRCCM 152, 1995); bone and compact bone: the ranges
that segmentation programs for implants call so."""


class Preset(enum.StrEnum):
    """Which tissue, or limits of one's own."""

    CUSTOM = "custom"
    AIR_LUNG = "air-lung"
    LUNG = "lung"
    EMPHYSEMA = "emphysema"
    FAT = "fat"
    FLUID = "fluid"
    MUSCLE = "muscle"
    SOFT_TISSUE = "soft-tissue"
    CONTRAST_VESSEL = "contrast-vessel"
    BONE = "bone"
    CORTICAL_BONE = "cortical-bone"
    METAL = "metal"


class Scale(enum.StrEnum):
    """What the limits count in."""

    VALUE = "value"
    MAXIMUM = "maximum"


_Limit = (Range(-1e6, 1e6), Step(0.1), ShowWhen("preset", ("custom",)))


@dataclass(frozen=True)
class FixedParams:
    """Parameters of the threshold with fixed limits."""

    preset: Annotated[
        Preset,
        Choices(
            {
                "custom": QT_TRANSLATE_NOOP("Operations", "Own limits"),
                "air-lung": QT_TRANSLATE_NOOP("Operations", "Air and lung (up to -400 HU)"),
                "lung": QT_TRANSLATE_NOOP("Operations", "Lung (-950 to -400 HU)"),
                "emphysema": QT_TRANSLATE_NOOP("Operations", "Emphysema, free air (up to -950 HU)"),
                "fat": QT_TRANSLATE_NOOP("Operations", "Fat (-190 to -30 HU)"),
                "fluid": QT_TRANSLATE_NOOP("Operations", "Fluid (-10 to 20 HU)"),
                "muscle": QT_TRANSLATE_NOOP("Operations", "Muscle (-29 to 150 HU)"),
                "soft-tissue": QT_TRANSLATE_NOOP("Operations", "Soft tissue (-100 to 300 HU)"),
                "contrast-vessel": QT_TRANSLATE_NOOP("Operations", "Vessel with contrast (150 to 600 HU)"),
                "bone": QT_TRANSLATE_NOOP("Operations", "Bone (from 226 HU)"),
                "cortical-bone": QT_TRANSLATE_NOOP("Operations", "Compact bone (from 662 HU)"),
                "metal": QT_TRANSLATE_NOOP("Operations", "Metal (from 2500 HU)"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Tissue")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "A range in Hounsfield units for computed tomography, or limits of your own."
            )
        ),
    ] = Preset.CUSTOM
    low: Annotated[
        float,
        *_Limit,
        Label(QT_TRANSLATE_NOOP("Operations", "From")),
        Help(QT_TRANSLATE_NOOP("Operations", "The smallest value that belongs to the mask.")),
    ] = -300.0
    high: Annotated[
        float,
        *_Limit,
        Label(QT_TRANSLATE_NOOP("Operations", "Up to")),
        Help(QT_TRANSLATE_NOOP("Operations", "The largest value that belongs to the mask.")),
    ] = 1e6
    scale: Annotated[
        Scale,
        Choices(
            {
                "value": QT_TRANSLATE_NOOP("Operations", "Values of the image"),
                "maximum": QT_TRANSLATE_NOOP("Operations", "Percent of the maximum"),
            }
        ),
        ShowWhen("preset", ("custom",)),
        Label(QT_TRANSLATE_NOOP("Operations", "Limits are")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Values in the unit of the image, or percent of its largest value (of the largest inside the mask, "
                "when only the mask counts), as for lesions in PET.",
            )
        ),
    ] = Scale.VALUE
    limit_to_mask: OnlyInMask = True


@operation(
    id="threshold.fixed",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Threshold"),
    title=QT_TRANSLATE_NOOP("Operations", "Threshold"),
    whole=lambda p: p.preset is Preset.CUSTOM and p.scale is Scale.MAXIMUM,
    across_slices=lambda p: p.preset is Preset.CUSTOM and p.scale is Scale.MAXIMUM,
)
def fixed(image: Image, params: FixedParams, ctx: Context, labels: LabelMap | None) -> LabelMap:
    """Marks every voxel whose value lies between two limits, both included.

    The limits are set, or taken from a tissue in Hounsfield units, or count in percent of the largest value. A limit
    of one million stands for none. Padding and values that are not numbers never belong to the mask.

    Parameters
    ----------
    image : Image
        Grey.
    params : FixedParams
        Limits.
    ctx : Context
        Looked at between slices.
    labels : LabelMap or None
        Where the result may lie.

    Returns
    -------
    LabelMap
        1 inside; the name of the label says the limits.

    Raises
    ------
    InputError
        For limits in the wrong order, and for a tissue on an image that is not in Hounsfield units.
    """
    inside = labels.mask() if labels is not None and params.limit_to_mask else None
    if params.preset is not Preset.CUSTOM:
        if image.unit != "HU":
            raise InputError(
                "Tissues have ranges in Hounsfield units, and this image is not in them.",
                "Choose limits of your own, or an automatic threshold.",
                "input.preset",
            )
        low, high = PRESETS_HU[params.preset.value]
    else:
        low = params.low if params.low > -1e6 else -math.inf
        high = params.high if params.high < 1e6 else math.inf
        if low > high:
            raise InputError("The lower limit is above the upper one.", "Exchange the two.", "input.low")
    words = range_words(low, high, unit_words(image))
    if params.preset is Preset.CUSTOM and params.scale is Scale.MAXIMUM:
        maximum = _maximum(image, inside, ctx)
        words = range_words(low, high, f"% × {number_words(maximum)} {unit_words(image)}".rstrip())
        low, high = sorted((low / 100 * maximum, high / 100 * maximum))
    return _marked(image, lambda _k: Band(image, low, high), inside, ctx, words)


def _maximum(image: Image, inside: NDArray[np.bool_] | None, ctx: Context) -> float:
    largest = -math.inf
    for k in range(image.n_slices):
        ctx.check()
        values = image.modality_slice(k)
        values = values[np.isfinite(values) if inside is None else np.isfinite(values) & inside[k]]
        largest = max(largest, float(values.max(initial=-math.inf)))
    if not math.isfinite(largest):
        raise no_values()
    if largest <= 0:
        raise InputError(
            "The largest value is not above 0, so that percent of it mean nothing.",
            "Give the limits as values of the image.",
            "input.scale",
        )
    return largest


# -- found in the histogram


class Method(enum.StrEnum):
    """How the threshold is found."""

    OTSU = "otsu"
    LI = "li"
    TRIANGLE = "triangle"
    YEN = "yen"


class Within(enum.StrEnum):
    """What an existing mask does."""

    MASK = "mask"
    FOUND = "found"
    IMAGE = "image"


Use = Annotated[
    Within,
    Choices(
        {
            "mask": QT_TRANSLATE_NOOP("Operations", "The mask, where there is one"),
            "found": QT_TRANSLATE_NOOP("Operations", "The whole image, by a threshold found in the mask"),
            "image": QT_TRANSLATE_NOOP("Operations", "The whole image"),
        }
    ),
    Label(QT_TRANSLATE_NOOP("Operations", "Divide")),
    Help(
        QT_TRANSLATE_NOOP(
            "Operations",
            "What an existing mask does: limit where the threshold is looked for and where the result lies, only the "
            "first, or nothing.",
        )
    ),
]

Over = Annotated[
    Dimension,
    Choices(
        {
            "slice": QT_TRANSLATE_NOOP("Operations", "Each slice its own"),
            "volume": QT_TRANSLATE_NOOP("Operations", "One for the whole series"),
        }
    ),
    Label(QT_TRANSLATE_NOOP("Operations", "Thresholds")),
    Help(QT_TRANSLATE_NOOP("Operations", "Whether one histogram is made of all slices, or one of each.")),
]


@dataclass(frozen=True)
class AutomaticParams:
    """Parameters of the automatic threshold."""

    method: Annotated[
        Method,
        Choices(
            {
                "otsu": QT_TRANSLATE_NOOP("Operations", "Otsu: two classes that differ most"),
                "li": QT_TRANSLATE_NOOP("Operations", "Li: least cross entropy"),
                "triangle": QT_TRANSLATE_NOOP("Operations", "Triangle: one large class with a tail"),
                "yen": QT_TRANSLATE_NOOP("Operations", "Yen: greatest correlation"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Method")),
        Help(QT_TRANSLATE_NOOP("Operations", "How the threshold is read from the histogram.")),
    ] = Method.OTSU
    side: Side = Keep.ABOVE
    over: Over = Dimension.VOLUME
    within: Use = Within.MASK


@operation(
    id="threshold.automatic",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Threshold"),
    title=QT_TRANSLATE_NOOP("Operations", "Automatic threshold"),
    whole=True,
    across_slices=lambda p: p.over is Dimension.VOLUME,
)
def automatic(image: Image, params: AutomaticParams, ctx: Context, labels: LabelMap | None) -> LabelMap:
    """Finds a threshold in the histogram by the method of Otsu, Li, Yen or the triangle.

    The found value stands in the name of the label. Otsu suits two classes of similar size, Li a small bright class
    on a dark ground, the triangle one large class with a long tail. Padding takes no part; with a mask only the
    values inside it count.

    Parameters
    ----------
    image : Image
        Grey.
    params : AutomaticParams
        Method and side.
    ctx : Context
        Looked at between slices.
    labels : LabelMap or None
        Where values count, and where the result may lie.

    Returns
    -------
    LabelMap
        1 where the value is greater than the threshold (or not greater).

    Raises
    ------
    InputError
        When there are no values, or all are the same.

    Notes
    -----
    Integers have a bin for each value, other numbers 4096 bins between the ends. With one
    threshold for each slice, slices whose values are all the same stay empty.
    """
    inside = labels.mask() if labels is not None and params.within is not Within.IMAGE else None
    find = METHODS[params.method.value]
    found = _found(image, params.over, inside, ctx, lambda h: None if h.is_constant else find(h))

    def band(k: int) -> Band | None:
        threshold = found[k]
        if threshold is None:
            return None
        return Band(image, low=above(threshold)) if params.side is Keep.ABOVE else Band(image, high=threshold)

    values = [v for v in found if v is not None]
    sign = ">" if params.side is Keep.ABOVE else "≤"
    low, high = number_words(min(values)), number_words(max(values))
    words = f"{sign} {low}" if low == high else f"{sign} {low} … {high}"
    limit = inside if params.within is Within.MASK else None
    return _marked(image, band, limit, ctx.subrange(0.5, 1.0), f"{words} {unit_words(image)}".rstrip())


@dataclass(frozen=True)
class ClassesParams:
    """Parameters of the division into classes."""

    classes: Annotated[
        int,
        Range(2, 8),
        Label(QT_TRANSLATE_NOOP("Operations", "Classes")),
        Help(QT_TRANSLATE_NOOP("Operations", "Into how many classes the values are divided.")),
    ] = 3
    dark_is_background: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Darkest class is background")),
        Help(QT_TRANSLATE_NOOP("Operations", "Whether the darkest class gets no label.")),
    ] = True
    over: Over = Dimension.VOLUME
    within: Use = Within.MASK


@operation(
    id="threshold.multi-otsu",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Threshold"),
    title=QT_TRANSLATE_NOOP("Operations", "Several classes (multi-Otsu)"),
    whole=True,
    across_slices=lambda p: p.over is Dimension.VOLUME,
)
def classes(image: Image, params: ClassesParams, ctx: Context, labels: LabelMap | None) -> LabelMap:
    """Divides the values into classes that differ most, and gives each class a label from dark to bright.

    The method of Otsu for two and more thresholds. The names of the labels say the limits. Padding takes no part;
    with a mask only the values inside it count.

    Parameters
    ----------
    image : Image
        Grey.
    params : ClassesParams
        Number of classes.
    ctx : Context
        Looked at between slices.
    labels : LabelMap or None
        Where values count, and where the result may lie.

    Returns
    -------
    LabelMap
        1 to n, from dark to bright (to n - 1 without the darkest class).

    Raises
    ------
    InputError
        When there are fewer different values than classes.
    """
    inside = labels.mask() if labels is not None and params.within is not Within.IMAGE else None

    def find(histogram: Histogram) -> list[float] | None:
        if np.count_nonzero(histogram.counts) < params.classes:
            return None
        try:
            return multi_otsu(histogram, params.classes)
        except ValueError:  # different values, but not in the coarser bins
            return None

    found = _found(image, params.over, inside, ctx, find)
    ctx = ctx.subrange(0.5, 1.0)
    limit = inside if params.within is Within.MASK else None
    out = np.zeros(image.array.shape, np.uint8)
    first = 0 if params.dark_is_background else 1
    for k, thresholds in enumerate(found):
        if thresholds is not None:
            if first:
                out[k] = Band(image).mask(k)
            for threshold in thresholds:
                np.add(out[k], Band(image, low=above(threshold)).mask(k), out=out[k], casting="unsafe")
            if limit is not None:
                out[k][~limit[k]] = 0
        ctx.progress((k + 1) / len(found))
    return of_array(out, image, _class_names(image, found, first))


def _class_names(image: Image, found: list[list[float] | None], first: int) -> tuple[Structure, ...]:
    unit = unit_words(image)
    each = [thresholds for thresholds in found if thresholds is not None]
    if any(thresholds != each[0] for thresholds in each):
        n = len(each[0]) + first
        return tuple(Structure(value, f"class {value} of {n}") for value in range(1, n + 1))
    limits = [number_words(t) for t in each[0]]
    names = [f"≤ {limits[0]}"] if first else []
    names += [f"{low} … {high}" for low, high in itertools.pairwise(limits)]
    names.append(f"> {limits[-1]}")
    return tuple(Structure(value, f"{name} {unit}".rstrip()) for value, name in enumerate(names, 1))


def _found(
    image: Image,
    over: Dimension,
    inside: NDArray[np.bool_] | None,
    ctx: Context,
    find: Callable[[Histogram], T | None],
) -> list[T | None]:
    """What `find` makes of the histogram, for each slice; progress to one half."""
    n = image.n_slices
    if over is Dimension.VOLUME:
        histogram = histogram_of(image, range(n), inside, ctx)
        ctx.progress(0.5)
        found = [find(histogram)] * n
        empty = not len(histogram.counts)
    else:
        found, empty = [], True
        for k in range(n):
            histogram = histogram_of(image, (k,), inside, ctx)
            empty = empty and not len(histogram.counts)
            found.append(find(histogram))
            ctx.progress(0.5 * (k + 1) / n)
    if all(entry is None for entry in found):
        if empty:
            raise no_values()
        raise InputError(
            "The values are too much alike to be divided.",
            "Choose a larger part of the image, or limits of your own.",
            "input.image",
        )
    return found


# -- shared


def _marked(
    image: Image,
    band: Callable[[int], Band | None],
    inside: NDArray[np.bool_] | None,
    ctx: Context,
    name: str,
) -> LabelMap:
    """The voxels of a band for each slice, limited to a mask."""
    out = np.zeros(image.array.shape, np.bool_)
    for k in range(image.n_slices):
        found = band(k)
        if found is not None:
            mask = found.mask(k)
            out[k] = mask if inside is None else mask & inside[k]
        ctx.progress((k + 1) / image.n_slices)
    return binary(out, image, name)


def no_values() -> InputError:
    """The sentence for an image or mask without values."""
    return InputError(
        "There are no values to look at: the mask is empty, or the image holds only padding.",
        "Choose another mask or series.",
        "input.image",
    )


def number_words(value: float) -> str:
    """A value for people: whole numbers as they are, else with four digits or one decimal."""
    if value == round(value) or abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.4g}"


def unit_words(image: Image) -> str:
    """The unit of an image as people write it: ``"g/ml{SUVbw}"`` is SUVbw."""
    inner = image.unit.partition("{")[2].rstrip("}")
    return inner or image.unit


def range_words(low: float, high: float, unit: str) -> str:
    """``"≥ -412 HU"``, ``"-950 … -400 HU"``."""
    if math.isinf(low) and math.isinf(high):
        return ""
    if math.isinf(high):
        words = f"≥ {number_words(low)}"
    elif math.isinf(low):
        words = f"≤ {number_words(high)}"
    else:
        words = f"{number_words(low)} … {number_words(high)}"
    return f"{words} {unit}".rstrip()


OPERATIONS: tuple[Operation, ...] = (fixed, automatic, classes)
