"""Slice by slice or the whole volume: the choice that operations offer, and the grid that the second needs."""

from __future__ import annotations

import enum
from typing import Annotated

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap
from medviewer.core.regular import is_regular
from medviewer.errors import InputError
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label


class Dimension(enum.StrEnum):
    """Whether slices are worked on one by one, or the volume as a whole."""

    SLICE = "slice"
    VOLUME = "volume"


DimensionField = Annotated[
    Dimension,
    Choices(
        {
            "slice": QT_TRANSLATE_NOOP("Operations", "Each slice by itself"),
            "volume": QT_TRANSLATE_NOOP("Operations", "Whole volume"),
        }
    ),
    Label(QT_TRANSLATE_NOOP("Operations", "Work on")),
    Help(
        QT_TRANSLATE_NOOP(
            "Operations",
            "Each slice by itself works for every series; the whole volume also looks from slice to slice and needs "
            "slices at equal distances.",
        )
    ),
]
"""The field of a parameter class; give it ``Dimension.SLICE`` or ``Dimension.VOLUME`` as default."""


def across(params: object) -> bool:
    """For ``across_slices=`` of a declaration: whether its parameters ask for the whole volume."""
    return getattr(params, "dimension", None) is Dimension.VOLUME


def is_volume(image: Image | LabelMap, dimension: Dimension) -> bool:
    """Whether to work from slice to slice: asked for, and there is more than one slice.

    Raises
    ------
    InputError
        When it is asked for and the slices do not form a regular grid.
    """
    if dimension is not Dimension.VOLUME or image.n_slices < 2:
        return False
    require_regular(image)
    return True


def require_regular(image: Image | LabelMap, hint: str = "Choose to work on each slice by itself.") -> None:
    """Refuse a stack that is no orthogonal grid with evenly spaced slices.

    Parameters
    ----------
    image : Image or LabelMap
        A mask is judged by its geometry and slice positions alone.
    hint : str
        What the user can do instead.

    Raises
    ------
    InputError
        With the reason.
    """
    reason = ""
    if isinstance(image, Image):
        reason = image.facts.not_reconstructable
    if not reason and not image.geometry.is_orthogonal:
        reason = "The slices are tilted against the direction in which they are stacked."
    if not reason and _is_uneven(image):
        reason = "The slices do not lie at equal distances."
    if reason:
        raise InputError(f"This series cannot be processed from slice to slice. {reason}", hint, "input.dimension")


def _is_uneven(image: Image | LabelMap) -> bool:
    if isinstance(image, Image):
        return image.facts.irregular_spacing or bool(image.facts.missing_slices) or not is_regular(image)
    return not is_regular(Image(image.array, image.geometry, slice_positions_mm=image.slice_positions_mm))
