"""Labels between the slices that were drawn, from the shapes on both sides."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def drawn_slices(labels: NDArray[Any], value: int, axis: int = 0) -> NDArray[np.intp]:
    """Slices along an axis that hold a label, ascending."""
    others = tuple(n for n in range(3) if n != axis)
    found: NDArray[np.intp] = np.flatnonzero((labels == value).any(axis=others))
    return found


def gaps(drawn: Sequence[int] | NDArray[np.intp]) -> list[tuple[int, int]]:
    """Neighbouring drawn slices with at least one slice between them."""
    return [(int(a), int(b)) for a, b in itertools.pairwise(drawn) if b - a > 1]


def interpolate(
    labels: NDArray[Any],
    value: int,
    axis: int = 0,
    spacing_zyx: tuple[float, float, float] = (1.0, 1.0, 1.0),
    positions: Sequence[float] | None = None,
    step: Callable[[float], None] | None = None,
) -> NDArray[Any]:
    """Fill the slices between drawn ones by shape-based interpolation.

    Parameters
    ----------
    labels : NDArray of uint8 or uint16, shape (z, y, x)
    value : int
        The label to continue.
    axis : int
        Across the drawn slices: 0 z, 1 y, 2 x.
    spacing_zyx : tuple of float
        Distances of voxel centres, any one unit.
    positions : sequence of float, optional
        Where the slices along `axis` lie, when not evenly spaced.
    step : callable, optional
        Called with the share done (0..1) after each gap; may raise to stop.

    Returns
    -------
    NDArray, shape (z, y, x)
        A copy with the label put where there was background; other labels stay.

    Notes
    -----
    Raya and Udupa (1990): signed distances to the outline of both slices, weighted by closeness, and the label where
    the sum is not outside. Shapes that do not overlap are first moved onto each other by their centroids (Higgins,
    Morice, Ritman 1993), else nothing would be left between them.
    """
    out = labels.copy()
    moved = np.moveaxis(out, axis, 0)
    source = np.moveaxis(labels, axis, 0)
    across = tuple(s for n, s in enumerate(spacing_zyx) if n != axis)
    where = np.asarray(positions, dtype=np.float64) if positions is not None else np.arange(len(source), dtype=float)
    spans = gaps(drawn_slices(labels, value, axis))
    for n, (a, b) in enumerate(spans):
        _fill(moved, source[a] == value, source[b] == value, a, b, where, (across[0], across[1]), value)
        if step is not None:
            step((n + 1) / len(spans))
    return out


def _fill(
    out: NDArray[Any],
    first: NDArray[np.bool_],
    second: NDArray[np.bool_],
    a: int,
    b: int,
    positions: NDArray[np.float64],
    spacing: tuple[float, float],
    value: int,
) -> None:
    y0, x0, y1, x1 = _around(first | second)
    one, two = first[y0:y1, x0:x1], second[y0:y1, x0:x1]
    overlap = bool((one & two).any())
    centre_one, centre_two = _centroid(one), _centroid(two)
    inside_one, inside_two = _signed(one, spacing), _signed(two, spacing)
    for k in range(a + 1, b):
        t = float((positions[k] - positions[a]) / (positions[b] - positions[a]))
        if overlap:
            mixed = (1 - t) * inside_one + t * inside_two
        else:
            centre = (1 - t) * centre_one + t * centre_two
            mixed = (1 - t) * _shifted(inside_one, centre - centre_one) + t * _shifted(
                inside_two, centre - centre_two
            )
        part = out[k, y0:y1, x0:x1]
        part[(mixed >= 0) & (part == 0)] = value


def _around(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _centroid(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(np.argwhere(mask).mean(axis=0), dtype=np.float64)


def _signed(mask: NDArray[np.bool_], spacing: tuple[float, float]) -> NDArray[np.float64]:
    """Distance to the outline, positive inside: from pixel centres to the nearest pixel of the other side."""
    from scipy import ndimage

    # A rim of background, so that a shape that fills the part has an outline.
    framed = np.pad(mask, 1)
    half = min(spacing) / 2
    inside = ndimage.distance_transform_edt(framed, sampling=spacing)
    outside = ndimage.distance_transform_edt(~framed, sampling=spacing)
    found: NDArray[np.float64] = np.where(framed, inside - half, half - outside)[1:-1, 1:-1]
    return found


def _shifted(distances: NDArray[np.float64], by_yx: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances moved within the slice; what comes from beyond the edge is outside."""
    from scipy import ndimage

    moved: NDArray[np.float64] = ndimage.shift(
        distances, by_yx, order=1, mode="constant", cval=float(distances.min()) - 1.0
    )
    return moved
