"""Marks as seeds of regions: where they lie, and what to say when there are none."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import Label
from medviewer.core.mark_grid import rasterise
from medviewer.core.marks import Marks
from medviewer.errors import InputError
from medviewer.ops.params import QT_TRANSLATE_NOOP

OBJECTS: Mapping[int, str] = {
    1: QT_TRANSLATE_NOOP("Operations", "Object 1"),
    2: QT_TRANSLATE_NOOP("Operations", "Object 2"),
    3: QT_TRANSLATE_NOOP("Operations", "Object 3"),
    4: QT_TRANSLATE_NOOP("Operations", "Object 4"),
    5: QT_TRANSLATE_NOOP("Operations", "Object 5"),
    6: QT_TRANSLATE_NOOP("Operations", "Object 6"),
}

OBJECTS_AND_BACKGROUND: Mapping[int, str] = {0: QT_TRANSLATE_NOOP("Operations", "Background"), **OBJECTS}


def placed(marks: Marks, image: Image, needed: int, field: str, what_to_do: str) -> NDArray[np.int32]:
    """Where marks lie: the label + 1 (background is 1), 0 elsewhere; int32 (z, y, x).

    Parameters
    ----------
    needed : int
        So many different labels must be there.
    field : str
        The parameter that is wrong otherwise.
    what_to_do : str
        The sentence that says what to click or paint.

    Raises
    ------
    InputError
        When there are too few, or none of them lies on the image.
    """
    if len({mark.label for mark in marks}) < needed:
        missing = "There are no marks yet." if not marks else "There are marks of only one kind."
        raise InputError(missing, what_to_do, f"input.{field}")
    where = rasterise(marks, image)
    if not marked_slices(where):
        raise InputError("None of the marks lies on this image.", what_to_do, f"input.{field}")
    return where


def marked_slices(where: NDArray[np.int32]) -> list[int]:
    """The slices with marks, ascending."""
    return [k for k in range(len(where)) if where[k].any()]


def named(marks: Marks, words: Mapping[int, str]) -> tuple[Label, ...]:
    """The labels of marks with their words, without the background."""
    return tuple(Label(v, words.get(v, "")) for v in sorted({mark.label for mark in marks}) if v > 0)
