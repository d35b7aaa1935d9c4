"""Connected parts of masks: the plain functions that several operations share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.itk import from_itk, run_itk, to_itk
from medviewer.ops.mask_fields import Neighbours
from medviewer.ops.operation import Context


def parts_of_plane(mask: NDArray[Any], neighbours: Neighbours) -> tuple[int, NDArray[np.int32]]:
    """Connected parts of a mask (y, x): how many, and which each pixel belongs to (0: none)."""
    import cv2

    if mask.size == 0 or not mask.any():
        return 0, np.zeros(mask.shape, np.int32)
    plane = np.ascontiguousarray(mask, dtype=np.bool_).view(np.uint8)
    n, parts = cv2.connectedComponents(plane, connectivity=8 if neighbours is Neighbours.CORNERS else 4)
    return n - 1, np.asarray(parts, dtype=np.int32)


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
    result: NDArray[np.bool_] = np.take(chosen, parts)
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
