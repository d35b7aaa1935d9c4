"""Which voxels have values in a range: compared as stored wherever that says the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image


class Band:
    """The voxels of an image with ``low <= value <= high``, slice by slice.

    Values are those of `Image.modality_slice` (float32). Padding and what is not a number are never in it.

    Parameters
    ----------
    image : Image
        Grey.
    low, high : float
        Modality values; minus and plus infinity for no limit.
    """

    def __init__(self, image: Image, low: float = -math.inf, high: float = math.inf) -> None:
        self._image = image
        self._low, self._high = low, high

    def mask(self, k: int) -> NDArray[np.bool_]:
        """The voxels of slice `k`; bool (y, x)."""
        image, stored = self._image, self._image.array[k]
        if stored.dtype.kind not in "iu" or image.rescale.table is not None or image.rescale.of_slice(k)[0] <= 0:
            return _between(image.modality_slice(k), self._low, self._high)
        first, last = self._stored_limits(k)
        limits = np.iinfo(stored.dtype)
        if first > last:
            return np.zeros(stored.shape, np.bool_)
        low = first if first > limits.min else None
        high = last if last < limits.max else None
        inside = _between(stored, low, high)
        missing = image.padding_mask(stored)
        if missing is not None:
            np.logical_and(inside, ~missing, out=inside)
        return inside

    def _stored_limits(self, k: int) -> tuple[int, int]:
        """First and last stored value in the range, by the same rounding as `Image.modality_slice`."""
        kind = self._image.array.dtype
        limits = np.iinfo(kind)
        slope, intercept = self._image.rescale.of_slice(k)

        def value(stored: int) -> float:
            return float(self._image.rescale.apply(np.asarray([stored], np.int64), k)[0])

        first, last = int(limits.min), int(limits.max)
        low, high = float(np.float32(self._low)), float(np.float32(self._high))
        if math.isfinite(low):
            first = min(max(math.floor((low - intercept) / slope) - 1, first), last + 1)
            while first <= last and value(first) < low:
                first += 1
        if math.isfinite(high):
            last = max(min(math.ceil((high - intercept) / slope) + 1, last), int(limits.min) - 1)
            while last >= first and value(last) > high:
                last -= 1
        return first, last


def above(threshold: float) -> float:
    """The smallest float32 value that is greater than a threshold."""
    return float(np.nextafter(np.float32(threshold), np.float32(np.inf)))


def _between(values: NDArray[Any], low: float | None, high: float | None) -> NDArray[np.bool_]:
    """A value that is not a number is in no range."""
    inside: NDArray[np.bool_]
    if low is None:
        inside = np.ones(values.shape, np.bool_) if high is None else np.asarray(values <= high)
        return inside
    inside = np.asarray(values >= low)
    if high is not None and high != math.inf:
        np.logical_and(inside, values <= high, out=inside)
    return inside
