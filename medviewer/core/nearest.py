"""The nearest pixel for each pixel of the screen: values as they are, no averages."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.sampling import Sampled, View, is_fit, placed, shifted, trimmed
from medviewer.core.scratch import SCRATCH

_LIMIT_CV2 = 32_000  # cv2 keeps source coordinates in 16 bit
_TIE = 1e-3  # a centre so close to the border of two pixels may fall on either side


def sample_nearest(values: NDArray[Any], view: View, out: NDArray[Any] | None = None) -> Sampled:
    """The value of the pixel that each screen pixel's centre lies in.

    Parameters
    ----------
    values : NDArray, shape (y, x) or (y, x, 3)
        Of any type.
    view : View
        From `view_of`.
    out : NDArray, optional
        Memory of the size of the box to write into if that is possible.
    """
    if view.is_shift:
        return shifted(values, view)
    box, crop, inverse = placed(values, view)
    size = (box[2] - box[0], box[3] - box[1])
    source, restore = _movable(crop)
    if source is None or max(crop.shape[:2]) > _LIMIT_CV2:
        moved = _gather(crop, inverse, size)
    else:
        if out is None or out.dtype != restore:
            out = SCRATCH.take("sampled", (size[1], size[0], *crop.shape[2:]), restore)
        fit = is_fit(inverse, crop.shape, size) and _is_even(crop.shape[1], size[0])
        if fit and _is_even(crop.shape[0], size[1]):
            moved = _resized(source, size, out)
        else:
            moved = _warped(source, inverse, size, out)
        moved = moved.view(restore).reshape(size[1], size[0], *crop.shape[2:])
    return trimmed(moved, view, values.shape, None)


def _movable(crop: NDArray[Any]) -> tuple[NDArray[Any] | None, np.dtype[Any]]:
    """The crop under a type that cv2 moves without looking at the values, and the type to give back."""
    dtype = crop.dtype
    if crop.ndim == 3:
        return (crop, dtype) if dtype == np.uint8 else (None, dtype)
    if not dtype.isnative:
        return None, dtype
    carrier = {1: np.uint8, 2: np.uint16, 4: np.float32}.get(dtype.itemsize)
    return (crop.view(carrier), dtype) if carrier is not None else (None, dtype)


def _resized(source: NDArray[Any], size: tuple[int, int], out: NDArray[Any]) -> NDArray[Any]:
    """The whole crop in the whole box: twice as quick as any other map."""
    import cv2

    if source.dtype == np.float32:  # four bytes are moved quicker than one float
        source = source[:, :, None].view(np.uint8)
    given = out.view(source.dtype).reshape(size[1], size[0], *source.shape[2:]) if out.flags.c_contiguous else None
    return np.asarray(cv2.resize(source, size, dst=given, interpolation=cv2.INTER_NEAREST_EXACT))


def _warped(
    source: NDArray[Any], inverse: NDArray[np.float64], size: tuple[int, int], out: NDArray[Any]
) -> NDArray[Any]:
    import cv2

    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    given = out.view(source.dtype)
    return np.asarray(cv2.warpAffine(source, inverse, size, dst=given, flags=flags, borderMode=cv2.BORDER_REPLICATE))


@lru_cache(maxsize=64)
def _is_even(stored: int, shown: int) -> bool:
    """Whether cv2's whole numbers find the right pixel for each of `shown` ones, ties aside."""
    import cv2

    row = np.arange(stored, dtype=np.int32)[None]
    found = np.asarray(cv2.resize(row, (shown, 1), interpolation=cv2.INTER_NEAREST_EXACT))[0]
    exact = (np.arange(shown) + 0.5) * (stored / shown)
    return bool((np.abs(found + 0.5 - exact) <= 0.5 + _TIE).all())


def _gather(crop: NDArray[Any], inverse: NDArray[np.float64], size: tuple[int, int]) -> NDArray[Any]:
    """The same as cv2's nearest, for types and sizes that it does not take."""
    u, v = np.arange(size[0]), np.arange(size[1])[:, None]
    rows, columns = crop.shape[:2]
    if inverse[0, 1] == 0 and inverse[1, 0] == 0:
        across = np.clip(np.floor(inverse[0, 0] * u + inverse[0, 2] + 0.5), 0, columns - 1).astype(np.intp)
        down = np.clip(np.floor(inverse[1, 1] * v[:, 0] + inverse[1, 2] + 0.5), 0, rows - 1).astype(np.intp)
        taken: NDArray[Any] = np.take(crop[down], across, axis=1)
        return taken
    x = np.clip(np.floor(inverse[0, 0] * u + inverse[0, 1] * v + inverse[0, 2] + 0.5), 0, columns - 1)
    y = np.clip(np.floor(inverse[1, 0] * u + inverse[1, 1] * v + inverse[1, 2] + 0.5), 0, rows - 1)
    found: NDArray[Any] = crop[y.astype(np.intp), x.astype(np.intp)]
    return found
