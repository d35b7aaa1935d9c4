"""Objects of a mask: its connected parts, and their voxels as runs along the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.itk import from_itk, run_itk, to_itk
from medviewer.ops.operation import Context, QuietContext

SMALL = 1 << 17
"""Voxels that scipy numbers before ITK has begun."""


@dataclass(frozen=True, eq=False)
class Runs:
    """Voxels of objects as runs along x, ordered by object, and within one by slice, row and column.

    Attributes
    ----------
    owner : NDArray of int64, shape (n,)
        Index of the object, from 0.
    z, y : NDArray of int64, shape (n,)
        Slice and row.
    first, end : NDArray of int64, shape (n,)
        The columns ``first <= x < end``.
    n_objects : int
        How many objects there are; each owns a run.
    """

    owner: NDArray[np.int64]
    z: NDArray[np.int64]
    y: NDArray[np.int64]
    first: NDArray[np.int64]
    end: NDArray[np.int64]
    n_objects: int

    @property
    def length(self) -> NDArray[np.int64]:
        """Voxels of each run."""
        length: NDArray[np.int64] = self.end - self.first
        return length

    @property
    def bounds(self) -> NDArray[np.int64]:
        """Where the runs of each object begin, and where the last one's end; shape (n_objects + 1,)."""
        return np.searchsorted(self.owner, np.arange(self.n_objects + 1))


def parts(
    array: NDArray[Any], diagonal: bool = True, ctx: Context | None = None
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Number the connected parts of every label.

    Parameters
    ----------
    array : NDArray of uint8 or uint16, shape (y, x) or (z, y, x)
        Labels; 0 is background. A part never spans two labels.
    diagonal : bool
        Whether voxels that touch at a corner (or an edge, in a volume) are connected: 8 or 26
        neighbours, else 4 or 6.
    ctx : Context, optional
        Looked at between labels, and while the parts of a volume are found.

    Returns
    -------
    numbers : NDArray of int32, the shape of `array`
        0 is background; parts count from 1, by label, then by their first voxel in memory order.
    values : NDArray of int64, shape (parts,)
        Label of each part.
    """
    from scipy import ndimage

    out = np.zeros(array.shape, dtype=np.int32)
    values: list[int] = []
    ctx = ctx if ctx is not None else QuietContext()
    boxes = [(index + 1, box) for index, box in enumerate(ndimage.find_objects(array)) if box is not None]
    for done, (value, box) in enumerate(boxes):
        ctx.check()
        here = array[box] == value
        numbers, found = components(here, diagonal, ctx.subrange(done / len(boxes), (done + 1) / len(boxes)))
        if values:
            out[box][here] = numbers[here] + len(values)
        else:
            out[box] = numbers
        values += [value] * found
    return out, np.asarray(values, dtype=np.int64)


def components(mask: NDArray[np.bool_], diagonal: bool, ctx: Context) -> tuple[NDArray[np.int32], int]:
    """Parts of a mask, numbered from 1 by their first voxel, and how many they are.

    Parameters
    ----------
    mask : NDArray of bool, shape (y, x) or (z, y, x)
    diagonal, ctx
        As in `parts`.
    """
    numbers: NDArray[Any]
    if mask.ndim == 2 or mask.shape[0] == 1:
        import cv2

        plane = np.ascontiguousarray(mask).view(np.uint8).reshape(mask.shape[-2:])
        found, numbers = cv2.connectedComponents(plane, connectivity=8 if diagonal else 4, ltype=cv2.CV_32S)
        numbers = np.asarray(numbers).reshape(mask.shape)
        count = found - 1
    elif mask.size <= SMALL:  # ITK takes milliseconds to begin, whatever the size; there may be thousands of objects
        from scipy import ndimage

        numbers, count = ndimage.label(mask, np.ones((3, 3, 3)) if diagonal else None)
    else:
        import SimpleITK

        itk: Any = SimpleITK
        component = itk.ConnectedComponentImageFilter()
        component.SetFullyConnected(diagonal)
        numbers = from_itk(run_itk(component, to_itk(mask.view(np.uint8)), ctx=ctx))
        count = int(numbers.max(initial=0))
    numbers = np.asarray(numbers, dtype=np.int32)
    # The order in which a library finds them is its own affair; tables must come out the same everywhere.
    flat = numbers.ravel()
    at = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    at = np.concatenate(([0], at)) if flat.size else at
    seen, first = np.unique(flat[at], return_index=True)
    order = seen[np.argsort(first, kind="stable")]
    order = order[order > 0]
    if np.array_equal(order, np.arange(1, count + 1)):
        return numbers, count
    rank = np.zeros(count + 1, dtype=np.int32)
    rank[order] = np.arange(1, count + 1, dtype=np.int32)
    return rank[numbers], count


def runs_of(numbers: NDArray[np.int32], n_objects: int) -> Runs:
    """The runs of numbered objects.

    Parameters
    ----------
    numbers : NDArray of int32, shape (y, x) or (z, y, x)
        From `parts`: 0 is background, objects are 1…n_objects.
    """
    volume = numbers[None] if numbers.ndim == 2 else numbers
    found: list[NDArray[np.int64]] = []
    rows, columns = volume.shape[1:]
    padded = np.zeros((rows, columns + 1), dtype=np.int32)  # a column of background ends every row
    for k, plane in enumerate(volume):
        padded[:, :columns] = plane
        flat = padded.ravel()
        at = np.flatnonzero(flat[1:] != flat[:-1]) + 1
        begins = at[flat[at] != 0]
        if flat[0]:
            begins = np.concatenate(([0], begins))
        if not len(begins):
            continue
        ends = at[flat[at - 1] != 0]
        y, first = np.divmod(begins, columns + 1)
        found.append(
            np.stack((flat[begins].astype(np.int64) - 1, np.full(len(y), k), y, first, ends - y * (columns + 1)))
        )
    if not found:
        empty = np.zeros(0, dtype=np.int64)
        return Runs(empty, empty, empty, empty, empty, n_objects)
    table = np.concatenate(found, axis=1)
    table = table[:, np.argsort(table[0], kind="stable")]
    return Runs(table[0], table[1], table[2], table[3], table[4], n_objects)


def select(runs: Runs, keep: NDArray[np.bool_]) -> Runs:
    """The runs of the objects to keep, numbered anew in their order; `keep` is bool (n_objects,)."""
    stay = keep[runs.owner]
    anew = np.cumsum(keep) - 1
    return Runs(anew[runs.owner[stay]], runs.z[stay], runs.y[stay], runs.first[stay], runs.end[stay], int(keep.sum()))
