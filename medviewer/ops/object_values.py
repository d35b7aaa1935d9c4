"""The values inside objects: statistics of grey images, mean colours of colour images."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.object_measures import Column, Columns, counts
from medviewer.ops.object_parts import Runs

VALUES_AT_ONCE = 1_000_000
"""Values of small objects that are looked at together; a larger object is looked at alone."""


def _never() -> None:
    """Does not stop anything."""


def gathered(runs: Runs, k: int, plane: NDArray[np.generic], out: NDArray[np.generic]) -> None:
    """Put the values of slice `k` where the objects have them in `out`: object after object, in the order of runs.

    Parameters
    ----------
    plane : NDArray, shape (y, x) or (y, x, channels)
    out : NDArray, shape (voxels of all objects,) or (voxels, channels)
    """
    length = runs.length
    starts = np.cumsum(length) - length
    here = np.flatnonzero(runs.z == k)
    if not len(here):
        return
    length, starts = length[here], starts[here]
    within = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    columns = plane.shape[1]
    source = np.repeat(runs.y[here] * columns + runs.first[here], length) + within
    target = np.repeat(starts, length) + within
    out[target] = plane.reshape(-1, *plane.shape[2:])[source]


def value_measures(runs: Runs, values: NDArray[np.float32], check: Callable[[], None] = _never) -> Columns:
    """Statistics of the values inside each object.

    Parameters
    ----------
    values : NDArray of float32, shape (voxels of all objects,)
        As `gathered` lays them; NaN and infinity are left out.
    check : callable, optional
        Called between objects; may raise.

    Returns
    -------
    dict of NDArray of float64, shape (n,)
        ``mean``, ``sd`` (of the sample, n - 1; 0 for one value), ``min``, ``max``, ``median``, ``sum``; NaN where
        no value is left.
    """
    n = runs.n_objects
    sizes = counts(runs)
    bounds = np.concatenate(([0], np.cumsum(sizes)))
    out = {key: np.full(n, np.nan) for key in ("mean", "sd", "min", "max", "median", "sum")}
    first = 0
    while first < n:
        check()
        end = max(first + 1, int(np.searchsorted(bounds, bounds[first] + VALUES_AT_ONCE, side="right")) - 1)
        found = _statistics(values[bounds[first] : bounds[end]], sizes[first:end], check)
        for key, column in found.items():
            out[key][first:end] = column
        first = end
    return out


def _statistics(values: NDArray[np.float32], sizes: NDArray[np.int64], check: Callable[[], None]) -> Columns:
    """Statistics of a few objects whose values stand one after the other."""
    n = len(sizes)
    valid = np.isfinite(values)
    if not valid.all():
        sizes = np.bincount(np.repeat(np.arange(n), sizes)[valid], minlength=n)
        values = values[valid]
    some = np.flatnonzero(sizes)
    out = {key: np.full(n, np.nan) for key in ("mean", "sd", "min", "max", "median", "sum")}
    if not len(some):
        return out
    own = sizes[some]
    bounds = np.concatenate(([0], np.cumsum(own)))
    wide = values.astype(np.float64)
    total = np.add.reduceat(wide, bounds[:-1])
    out["sum"][some], out["mean"][some] = total, total / own
    check()
    wide -= np.repeat(total / own, own)
    np.square(wide, out=wide)
    out["sd"][some] = np.sqrt(np.add.reduceat(wide, bounds[:-1]) / np.maximum(own - 1, 1))
    check()
    ordered = values.copy()
    for a, b in itertools.pairwise(bounds.tolist()):
        ordered[a:b].sort()
    out["min"][some], out["max"][some] = ordered[bounds[:-1]], ordered[bounds[1:] - 1]
    half = own - 1
    low, high = ordered[bounds[:-1] + half // 2], ordered[bounds[:-1] + (half + 1) // 2]
    out["median"][some] = (low.astype(np.float64) + high) / 2.0
    return out


def colour_measures(runs: Runs, rgb: NDArray[np.uint8]) -> Columns:
    """Mean colour of each object.

    Parameters
    ----------
    rgb : NDArray of uint8, shape (voxels of all objects, 3)
        As `gathered` lays them.

    Returns
    -------
    dict of NDArray of float64, shape (n,)
        ``red``, ``green``, ``blue``: 0 to 255; ``hue``: degrees, the mean direction on the circle of hues, each pixel
        weighed by its saturation (grey has no hue), NaN where all are grey; ``saturation``, ``value``: 0 to 255,
        as `medviewer.ops.colour` has them.
    """
    import cv2

    n = runs.n_objects
    size = np.maximum(counts(runs), 1)
    owner = np.repeat(np.arange(n), counts(runs))
    hsv: NDArray[Any] = np.zeros((0, 3), dtype=np.float32)
    if len(rgb):
        scaled = np.ascontiguousarray(rgb.reshape(1, -1, 3).astype(np.float32) / np.float32(255))
        hsv = np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2HSV)).reshape(-1, 3)

    def mean(values: NDArray[np.generic]) -> Column:
        result: Column = np.bincount(owner, values, n) / size
        return result

    angle, saturation = np.radians(hsv[:, 0].astype(np.float64)), hsv[:, 1].astype(np.float64)
    east, north = mean(saturation * np.cos(angle)), mean(saturation * np.sin(angle))
    grey = np.hypot(east, north) < 1e-9
    return {
        "red": mean(rgb[:, 0]),
        "green": mean(rgb[:, 1]),
        "blue": mean(rgb[:, 2]),
        "hue": np.where(grey, np.nan, np.degrees(np.arctan2(north, east)) % 360.0),
        "saturation": 255.0 * mean(hsv[:, 1]),
        "value": 255.0 * mean(hsv[:, 2]),
    }
