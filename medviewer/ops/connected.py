"""Connected parts of masks: the plain functions that several operations share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.itk import from_itk, run_itk, to_itk
from medviewer.ops.mask_fields import Neighbours
from medviewer.ops.operation import Context

_SMALL = 65_536
"""So many values has a number of 16 bits."""

_COUNTED_EXACTLY = 1 << 24
"""Up to here 32-bit floating-point numbers count without loss."""


def parts_of_plane(mask: NDArray[Any], neighbours: Neighbours) -> tuple[int, NDArray[Any]]:
    """Connected parts of a mask (y, x): how many, and which each pixel belongs to (0: none); uint16 or int32."""
    import cv2

    if mask.size == 0 or not mask.any():
        return 0, np.zeros(mask.shape, np.uint16)
    plane = np.ascontiguousarray(mask, dtype=np.bool_).view(np.uint8)
    rows, columns = plane.shape
    corners = neighbours is Neighbours.CORNERS
    # So many parts find room at most, single pixels apart from each other; smaller numbers are counted faster.
    most = -(-rows // 2) * -(-columns // 2) if corners else -(-rows * columns // 2)
    kind = cv2.CV_16U if most < _SMALL else cv2.CV_32S
    n, parts = cv2.connectedComponents(plane, connectivity=8 if corners else 4, ltype=kind)
    if kind == cv2.CV_32S and n <= _SMALL:
        return n - 1, parts.astype(np.uint16)
    return n - 1, parts


def counts_of_plane(parts: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Pixels of each of the parts of `parts_of_plane`, first the background."""
    import cv2

    if parts.dtype == np.uint16 and parts.size <= _COUNTED_EXACTLY:
        found = cv2.calcHist([parts], [0], None, [count + 1], [0, count + 1])
        return np.asarray(found, np.float32).ravel().astype(np.int64)
    return np.bincount(parts.ravel(), minlength=count + 1)


def parts_of_volume(mask: NDArray[Any], neighbours: Neighbours, ctx: Context) -> tuple[int, NDArray[np.uint32]]:
    """Connected parts of a mask (z, y, x): how many, and which each voxel belongs to (0: none)."""
    import SimpleITK

    voxels = np.ascontiguousarray(mask, dtype=np.bool_).view(np.uint8)
    labelling: Any = SimpleITK.ConnectedComponentImageFilter()
    labelling.SetFullyConnected(neighbours is Neighbours.CORNERS)
    found = run_itk(labelling, to_itk(voxels), ctx=ctx)
    return int(labelling.GetObjectCount()), from_itk(found)


def choose(parts: NDArray[Any], chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the number of a part is among the chosen; ``chosen[0]`` is for the background."""
    return renumber(parts, chosen.view(np.uint8)).view(np.bool_)


def renumber(parts: NDArray[Any], numbers: NDArray[Any]) -> NDArray[Any]:
    """``numbers[parts]``; `numbers` (uint8 or uint16) begin with that of the background."""
    import cv2

    if parts.dtype == np.uint16 and parts.ndim == 2 and parts.size > len(numbers):
        table = np.zeros(_SMALL, numbers.dtype)
        table[: len(numbers)] = numbers
        return np.asarray(cv2.LUT(parts, table), numbers.dtype).reshape(parts.shape)
    result: NDArray[Any] = np.take(numbers, parts)
    return result


def bounds(mask: NDArray[Any], margin: tuple[int, int, int] = (0, 0, 0)) -> tuple[slice, slice, slice] | None:
    """The smallest box around what is not 0, with a margin in voxels (z, y, x) inside the array; None: all is 0."""
    planes = [k for k in range(mask.shape[0]) if mask[k].any()]
    if not planes:
        return None
    flat = mask[planes[0]] != 0
    for k in planes[1:]:
        flat = flat | (mask[k] != 0)
    spans = [(planes[0], planes[-1])]
    for axis in (1, 0):
        there = np.flatnonzero(flat.any(axis=axis))
        spans.append((int(there[0]), int(there[-1])))
    z, y, x = (
        slice(max(0, low - m), min(n, high + 1 + m))
        for (low, high), m, n in zip(spans, margin, mask.shape, strict=True)
    )
    return z, y, x
