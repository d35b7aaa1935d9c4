"""The part of an image around a region, and boxes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Box = tuple[slice, slice, slice]


@dataclass(frozen=True, eq=False)
class Patch:
    """The part of an image around a region.

    Attributes
    ----------
    values : NDArray of float32, shape (z, y, x)
        Modality values with a margin around the region; NaN: padding or not a number.
    mask : NDArray of bool, same shape
        The region as drawn (IBSI: morphological mask).
    spacing_zyx : tuple of float
        Distance of voxels in mm (in pixels where the spacing is not known).
    length_unit : str
        ``"mm"`` or ``"px"``.
    unit : str
        Of the intensities.
    whole_numbers : bool
        Whether the stored image holds whole numbers.
    """

    values: NDArray[np.float32]
    mask: NDArray[np.bool_]
    spacing_zyx: tuple[float, float, float]
    length_unit: str
    unit: str
    whole_numbers: bool

    def with_values(self, values: NDArray[np.float32], unit: str = "") -> Patch:
        """Filtered values in the same place; they are no whole numbers of a unit any more."""
        return replace(self, values=values, unit=unit, whole_numbers=False)


@dataclass(frozen=True, eq=False)
class Selection:
    """One label of an array of labels, found without looking at all of the array again.

    Attributes
    ----------
    labels : NDArray of integers or bool, shape (z, y, x)
        Not changed.
    value : int
        The label.
    box : Box
        The smallest that holds it.
    """

    labels: NDArray[Any]
    value: int
    box: Box

    @classmethod
    def of_mask(cls, mask: NDArray[np.bool_]) -> Selection:
        """Where a mask that is not empty is true."""
        return cls(mask, 1, mask_box(mask))

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the whole array."""
        return self.labels.shape

    def inside(self, box: Box) -> NDArray[np.bool_]:
        """The mask in a box."""
        found: NDArray[np.bool_] = np.equal(self.labels[box], self.value)
        return found


def selections(labels: NDArray[Any]) -> dict[int, Selection]:
    """Every label that occurs, ascending, in one pass over the array."""
    from scipy import ndimage

    boxes = ndimage.find_objects(labels)
    return {n: Selection(labels, n, (box[0], box[1], box[2])) for n, box in enumerate(boxes, 1) if box is not None}


def mask_box(mask: NDArray[np.bool_]) -> Box:
    """The smallest box that holds a mask that is not empty."""
    box = [slice(0, n) for n in mask.shape]
    for axis in range(3):  # each side is looked for in what the sides before have left
        others = tuple(a for a in range(3) if a != axis)
        hit = np.flatnonzero(mask[tuple(box)].any(axis=others))
        box[axis] = slice(int(hit[0]), int(hit[-1]) + 1)
    return box[0], box[1], box[2]


def grown(box: Box, margin: tuple[int, int, int], shape: tuple[int, ...]) -> Box:
    """A box with a margin, inside an array."""
    a, b, c = (
        slice(max(0, side.start - m), min(n, side.stop + m)) for side, m, n in zip(box, margin, shape, strict=True)
    )
    return a, b, c
