"""Masks put aside, combined, inverted, chosen by label, and applied to the image."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from medviewer.core.image import Image, Rescale
from medviewer.core.labels import Label as Structure
from medviewer.core.labels import LabelMap, binary, of_array, require_same_grid
from medviewer.errors import InputError
from medviewer.ops.operation import Context, Operation, Slot, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label, Range, ShowWhen, Step
from medviewer.ops.scene import Scene


class Place(enum.StrEnum):
    """Under which name a mask is put aside."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


PlaceField = Annotated[
    Place,
    Label(QT_TRANSLATE_NOOP("Operations", "Name")),
    Help(QT_TRANSLATE_NOOP("Operations", "Under which letter the mask is put aside.")),
]


@dataclass(frozen=True)
class KeepParams:
    """Parameters of putting a mask aside."""

    place: PlaceField = Place.A


@operation(
    id="mask.keep",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Put the mask aside"),
    colour=True,
    scene_slot=Slot.LABELS,
)
def keep(scene: Scene, params: KeepParams, ctx: Context) -> Scene:
    """Puts the mask aside under a letter and goes on without one, so that a later step can combine it with another.

    The next threshold or region then works on the whole image again. A mask already there under the same letter is
    replaced.

    Parameters
    ----------
    scene : Scene
        With a mask.
    params : KeepParams
        The letter.
    ctx : Context
        Told when it is done.

    Returns
    -------
    Scene
        The mask in `kept`, and none in its place.

    Raises
    ------
    InputError
        When there is no mask.
    """
    if scene.labels is None:
        raise keep.needs_mask()
    ctx.progress(1.0)
    return replace(scene, labels=None, kept={**scene.kept, params.place.value: scene.labels})


class Logic(enum.StrEnum):
    """How two masks become one."""

    AND = "and"
    OR = "or"
    MINUS = "minus"
    FROM = "from"
    XOR = "xor"
    REPLACE = "replace"


@dataclass(frozen=True)
class CombineParams:
    """Parameters of combining two masks."""

    logic: Annotated[
        Logic,
        Choices(
            {
                "and": QT_TRANSLATE_NOOP("Operations", "And: what is in both"),
                "or": QT_TRANSLATE_NOOP("Operations", "Or: what is in either"),
                "minus": QT_TRANSLATE_NOOP("Operations", "Minus: without the one put aside"),
                "from": QT_TRANSLATE_NOOP("Operations", "From: the one put aside without this"),
                "xor": QT_TRANSLATE_NOOP("Operations", "Either, not both"),
                "replace": QT_TRANSLATE_NOOP("Operations", "Take back the one put aside"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Combine")),
        Help(QT_TRANSLATE_NOOP("Operations", "How the mask and the one put aside become one.")),
    ] = Logic.OR
    place: PlaceField = Place.A


@operation(
    id="mask.combine",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Combine with a mask put aside"),
    colour=True,
    scene_slot=Slot.LABELS,
)
def combine(scene: Scene, params: CombineParams, ctx: Context) -> Scene:
    """Combines the mask with one that was put aside: both, either, one without the other.

    Labels stay: where the mask has one it counts, elsewhere that of the mask put aside.

    Parameters
    ----------
    scene : Scene
        With a mask, and one under the letter; without a mask, it counts as empty.
    params : CombineParams
        The rule and the letter.
    ctx : Context
        Looked at between slices.

    Returns
    -------
    Scene
        With the new mask; the one put aside stays.

    Raises
    ------
    InputError
        When no mask was put aside under the letter.
    """
    aside = scene.kept.get(params.place.value)
    if aside is None:
        raise InputError(
            f"No mask was put aside under {params.place.value}.",
            "Add the step Put the mask aside before it.",
            "input.place",
        )
    require_same_grid(scene.image, aside)
    if scene.labels is None and params.logic not in (Logic.REPLACE, Logic.OR):
        raise combine.needs_mask()
    mine = scene.labels if scene.labels is not None else binary(np.zeros(aside.array.shape, np.bool_), aside)
    kind = np.promote_types(mine.array.dtype, aside.array.dtype)
    out = np.zeros(mine.array.shape, kind)
    for k in range(len(out)):
        a, b = mine.array[k], aside.array[k]
        if params.logic is Logic.AND:
            out[k] = a * (b != 0)
        elif params.logic is Logic.OR:
            out[k] = np.where(a != 0, a, b)
        elif params.logic is Logic.MINUS:
            out[k] = a * (b == 0)
        elif params.logic is Logic.FROM:
            out[k] = b * (a == 0)
        elif params.logic is Logic.XOR:
            out[k] = np.where(b == 0, a, b * (a == 0))
        else:
            out[k] = b
        ctx.progress((k + 1) / len(out))
    first, second = (aside, mine) if params.logic in (Logic.REPLACE, Logic.FROM) else (mine, aside)
    if params.logic is Logic.REPLACE or scene.labels is None:
        names = aside.labels
    else:
        known = {label.value for label in first.labels}
        names = (*first.labels, *(label for label in second.labels if label.value not in known))
    return replace(scene, labels=of_array(out, mine, names))


@dataclass(frozen=True)
class InvertParams:
    """The inversion has no parameters."""


@operation(
    id="mask.invert",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Invert the mask"),
)
def invert(labels: LabelMap, params: InvertParams, ctx: Context) -> LabelMap:
    """Makes background of the mask and a mask of the background.

    Of several labels one results: everything that had none. Padding around the image becomes part of it.

    Parameters
    ----------
    labels : LabelMap
        Any labels; not changed.
    params : InvertParams
        None.
    ctx : Context
        Looked at between slices.

    Returns
    -------
    LabelMap
        1 where there was no label.
    """
    out = np.empty(labels.array.shape, np.bool_)
    for k in range(len(out)):
        np.equal(labels.array[k], 0, out=out[k])
        ctx.progress((k + 1) / len(out))
    return binary(out, labels, "")


@dataclass(frozen=True)
class SelectParams:
    """Parameters of choosing labels."""

    values: Annotated[
        str,
        Label(QT_TRANSLATE_NOOP("Operations", "Labels")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "Numbers of the labels, such as 1, 3, 7-9; nothing stands for all of them."
            )
        ),
    ] = ""
    others: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "The others instead")),
        Help(QT_TRANSLATE_NOOP("Operations", "Keep the labels that are not named.")),
    ] = False
    merge: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Make one of them")),
        Help(QT_TRANSLATE_NOOP("Operations", "Whether the labels that stay all become label 1.")),
    ] = False


@operation(
    id="mask.select",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Choose labels"),
)
def select(labels: LabelMap, params: SelectParams, ctx: Context) -> LabelMap:
    """Keeps some labels of a mask and removes the others, and makes one label of them where that is wanted.

    Parameters
    ----------
    labels : LabelMap
        Any labels; not changed.
    params : SelectParams
        Which labels.
    ctx : Context
        Looked at between slices.

    Returns
    -------
    LabelMap
        The labels that stay, the others background.

    Raises
    ------
    InputError
        For a list that cannot be read.
    """
    size = 256 if labels.array.dtype == np.uint8 else 65_536
    stay = _listed(params.values, size)
    if params.others:
        stay = ~stay
    stay[0] = False
    new = np.where(stay, 1 if params.merge else np.arange(size), 0).astype(labels.array.dtype)
    out = np.empty_like(labels.array)
    for k in range(len(out)):
        np.take(new, labels.array[k], out=out[k], mode="clip")
        ctx.progress((k + 1) / len(out))
    names = tuple(label for label in labels.labels if label.value < size and stay[label.value])
    if params.merge:
        names = (Structure(1, " + ".join(label.name for label in names if label.name)[:80]),)
    return labels.with_array(out, names)


def _listed(text: str, size: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """The numbers of ``"1, 3, 7-9"`` as flags; all for an empty text."""
    chosen = np.zeros(size, np.bool_)
    words = text.replace(";", ",").replace(",", " ").split()
    if not words:
        chosen[:] = True
        return chosen
    for word in words:
        low, dash, high = word.partition("-")
        right = low.isascii() and low.isdigit() and (not dash or (high.isascii() and high.isdigit()))
        if not right or len(low) > 5 or len(high) > 5:
            raise InputError(
                "The list of labels cannot be read.", "Write numbers, such as 1, 3, 7-9.", "input.values"
            )
        chosen[int(low) : (int(high) if dash else int(low)) + 1] = True
    return chosen


# -- on the image


class Fill(enum.StrEnum):
    """What stands where the mask is not."""

    VALUE = "value"
    MINIMUM = "minimum"
    NOTHING = "nothing"


@dataclass(frozen=True)
class ApplyParams:
    """Parameters of cutting the image out."""

    fill: Annotated[
        Fill,
        Choices(
            {
                "value": QT_TRANSLATE_NOOP("Operations", "A value"),
                "minimum": QT_TRANSLATE_NOOP("Operations", "The smallest value of the image"),
                "nothing": QT_TRANSLATE_NOOP("Operations", "No value (as padding)"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Replace by")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "What stands outside the mask afterwards. No value: it counts in no statistic and no later filter.",
            )
        ),
    ] = Fill.MINIMUM
    value: Annotated[
        float,
        Range(-1e6, 1e6),
        Step(1.0),
        ShowWhen("fill", ("value",)),
        Label(QT_TRANSLATE_NOOP("Operations", "Value")),
        Help(
            QT_TRANSLATE_NOOP("Operations", "In the unit of the image; of colour images in each channel, 0 to 255.")
        ),
    ] = 0.0
    inside: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Inside instead")),
        Help(QT_TRANSLATE_NOOP("Operations", "Replace what is inside the mask, and keep what is outside.")),
    ] = False


@operation(
    id="mask.apply",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Masks"),
    title=QT_TRANSLATE_NOOP("Operations", "Cut the image out"),
    colour=True,
    whole=lambda p: p.fill is Fill.MINIMUM,
    across_slices=lambda p: p.fill is Fill.MINIMUM,
)
def apply(image: Image, params: ApplyParams, ctx: Context, labels: LabelMap) -> Image:
    """Keeps the image inside the mask and replaces what is outside, or the other way round.

    What had no value before, such as padding, has none afterwards either.

    Parameters
    ----------
    image : Image
        Grey or colour; not changed.
    params : ApplyParams
        What it is replaced by.
    ctx : Context
        Looked at between slices.
    labels : LabelMap
        The mask: any label.

    Returns
    -------
    Image
        Grey: float32 modality values, padding as NaN; colour: uint8, without a value black.
    """
    n = image.n_slices
    if image.is_colour:
        fill = round(min(255.0, max(0.0, params.value))) if params.fill is Fill.VALUE else 0
        out = image.array.copy()
        for k in range(n):
            out[k][(labels.array[k] != 0) == params.inside] = fill
            ctx.progress((k + 1) / n)
        return replace(image, array=out)
    value = {Fill.VALUE: params.value, Fill.NOTHING: np.nan, Fill.MINIMUM: np.inf}[params.fill]
    values = np.empty(image.array.shape, np.float32)
    for k in range(n):
        values[k] = image.modality_slice(k)
        if params.fill is Fill.MINIMUM:
            value = min(value, float(np.min(values[k], initial=np.inf, where=np.isfinite(values[k]))))
        ctx.progress(0.5 * (k + 1) / n)
    for k in range(n):
        replaced = (labels.array[k] != 0) == params.inside
        np.copyto(values[k], np.float32(value), where=replaced & np.isfinite(values[k]))
        ctx.progress(0.5 + 0.5 * (k + 1) / n)
    return replace(image, array=values, rescale=Rescale(), padding=None)


OPERATIONS: tuple[Operation, ...] = (keep, combine, invert, select, apply)
