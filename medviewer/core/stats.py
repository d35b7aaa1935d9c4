"""Regions of interest on a slice: which pixels belong to them, what their values say, lengths and angles.

A pixel belongs to a region when its centre does. Points are continuous pixel coordinates (x, y) with centres at
integers; the order of pixels in masks is (y, x); spacings are (x, y) in mm, or None when they are not known, and
then results are in pixels and never in mm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = Sequence[tuple[float, float]]
Spacing = tuple[float, float] | None

_BINS = 128


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts between edges: ``counts[i]`` values v with ``edges[i] <= v < edges[i + 1]`` (the last edge included)."""

    counts: NDArray[np.int64]
    edges: NDArray[np.float64]

    @property
    def centres(self) -> NDArray[np.float64]:
        """Middle of each bin."""
        middle: NDArray[np.float64] = (self.edges[:-1] + self.edges[1:]) / 2
        return middle


@dataclass(frozen=True, eq=False)
class RoiStatistics:
    """What the values inside a region say.

    Attributes
    ----------
    n : int
        Pixels with a value; padding (NaN) and infinity are left out.
    mean, sd, minimum, maximum, median : float
        NaN when `n` is 0. `sd` is the sample standard deviation (n − 1), 0 for one pixel.
    area_px : float
        Pixels inside the outline, with or without a value.
    area_mm2 : float or None
        The same in mm²; None when the spacing is not known.
    histogram : Histogram
        Of the values.
    """

    n: int
    mean: float
    sd: float
    minimum: float
    maximum: float
    median: float
    area_px: float
    area_mm2: float | None
    histogram: Histogram


# -- masks


def roi_mask(shape_yx: tuple[int, int], shape: str, points: Points) -> NDArray[np.bool_]:
    """Pixels whose centre lies in a region.

    Parameters
    ----------
    shape_yx : tuple of int
        Rows and columns of the slice.
    shape : str
        ``"ellipse"``, ``"rectangle"``: two opposite corners of the bounding box, borders included; ``"freehand"``: 3
        or more points, even-odd rule (a loop that crosses itself is empty where it overlaps), of the border the left
        and upper part.
    points : sequence of (x, y)
        Continuous pixel coordinates; may lie outside the slice.

    Returns
    -------
    NDArray of bool, shape `shape_yx`

    Raises
    ------
    ValueError
        For shapes without an area and for too few points.
    """
    if shape not in {"ellipse", "rectangle", "freehand"} or len(points) < (3 if shape == "freehand" else 2):
        raise ValueError(f"{shape!r} with {len(points)} points has no area")
    if shape == "freehand":
        return _polygon_mask(shape_yx, np.asarray(points, dtype=np.float64))
    (x0, y0), (x1, y1) = points[0], points[1]
    x, y = np.arange(shape_yx[1], dtype=np.float64), np.arange(shape_yx[0], dtype=np.float64)[:, None]
    if shape == "rectangle":
        inside: NDArray[np.bool_] = (x >= min(x0, x1)) & (x <= max(x0, x1)) & (y >= min(y0, y1)) & (y <= max(y0, y1))
        return inside
    radius_x, radius_y = abs(x1 - x0) / 2, abs(y1 - y0) / 2
    if radius_x == 0 or radius_y == 0:
        return np.zeros(shape_yx, np.bool_)
    u, v = (x - (x0 + x1) / 2) / radius_x, (y - (y0 + y1) / 2) / radius_y
    disc: NDArray[np.bool_] = u * u + v * v <= 1.0
    return disc


def _polygon_mask(shape_yx: tuple[int, int], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Even-odd fill: along each row the state changes where an edge crosses the row's centre line."""
    rows, columns = shape_yx
    start, stop = points, np.roll(points, -1, axis=0)
    # An edge holds the rows in low <= y < high, so that a corner on a row counts once and level edges not at all.
    low, high = np.minimum(start[:, 1], stop[:, 1]), np.maximum(start[:, 1], stop[:, 1])
    first = np.clip(np.ceil(low), 0, rows).astype(np.int64)
    last = np.clip(np.ceil(high), 0, rows).astype(np.int64)
    counts = last - first
    edge = np.repeat(np.arange(len(points)), counts)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    (xa, ya), (xb, yb) = start[edge].T, stop[edge].T
    crossing = xa + (row - ya) * (xb - xa) / (yb - ya)
    column = np.clip(np.ceil(crossing), 0, columns).astype(np.int64)
    changes = np.zeros((rows, columns + 1), np.int64)
    np.add.at(changes, (row, column), 1)
    inside: NDArray[np.bool_] = (np.cumsum(changes, axis=1)[:, :columns] & 1).astype(np.bool_)
    return inside


# -- values


def roi_statistics(values: NDArray[np.floating], mask: NDArray[np.bool_], spacing_xy_mm: Spacing) -> RoiStatistics:
    """Statistics of the values inside a mask.

    Parameters
    ----------
    values : NDArray of float, shape (y, x)
        Modality values, padding as NaN.
    mask : NDArray of bool, shape (y, x)
        From `roi_mask`.
    spacing_xy_mm : tuple of float or None
        Distance of pixel centres; None when it is not known or not to be trusted.
    """
    inside = values[mask]
    good = inside[np.isfinite(inside)].astype(np.float64)
    area = float(np.count_nonzero(mask))
    area_mm2 = None if spacing_xy_mm is None else area * spacing_xy_mm[0] * spacing_xy_mm[1]
    if good.size == 0:
        nan = float("nan")
        return RoiStatistics(0, nan, nan, nan, nan, nan, area, area_mm2, histogram(good))
    return RoiStatistics(
        n=int(good.size),
        mean=float(good.mean()),
        sd=float(good.std(ddof=1)) if good.size > 1 else 0.0,
        minimum=float(good.min()),
        maximum=float(good.max()),
        median=float(np.median(good)),
        area_px=area,
        area_mm2=area_mm2,
        histogram=histogram(good, int(np.clip(4 * np.sqrt(good.size), 12, _BINS))),
    )


def histogram(values: ArrayLike, bins: int = _BINS) -> Histogram:
    """Histogram of the finite values.

    Whole numbers get bins of a whole width, centred on the numbers, so that none holds more of them than its
    neighbours. At most `bins` bins; none for no values.
    """
    x = np.asarray(values).reshape(-1)
    if x.dtype.kind == "f":
        x = x[np.isfinite(x)]
    if x.size == 0:
        return Histogram(np.zeros(0, np.int64), np.zeros(1))
    low, high = float(x.min()), float(x.max())
    whole = x.dtype.kind in "iub" or bool((x == np.rint(x)).all())
    if whole:
        width = max(1.0, float(np.ceil((high - low + 1) / bins)))
        count = int(np.ceil((high - low + 1) / width))
        edges = low - 0.5 + width * np.arange(count + 1)
    elif low == high:
        edges = np.array((low - 0.5, low + 0.5))
    else:
        edges = np.linspace(low, high, bins + 1)
    counts, _ = np.histogram(x, edges)
    return Histogram(counts.astype(np.int64), edges.astype(np.float64))


# -- lengths, angles, outlines


def _scaled(points: Points, spacing_xy: Spacing) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = np.asarray(points, dtype=np.float64) * (spacing_xy or (1.0, 1.0))
    return scaled


def distance(points: Points, spacing_xy_mm: Spacing) -> float:
    """Length from the first to the second point: mm with a spacing, pixels without."""
    p = _scaled(points[:2], spacing_xy_mm)
    return float(np.hypot(*(p[1] - p[0])))


def angle_deg(points: Points, spacing_xy: Spacing) -> float:
    """Angle at the second of three points, 0..180 degrees; 0 when an arm has no length.

    `spacing_xy` may also be a ratio (1, aspect): angles do not depend on the unit, but they do on square pixels.
    """
    p = _scaled(points[:3], spacing_xy)
    one, other = p[0] - p[1], p[2] - p[1]
    # atan2 of cross and dot product stays exact near 0 and 180 degrees, where an arc cosine does not.
    cross = float(one[0] * other[1] - one[1] * other[0])
    return float(np.degrees(np.arctan2(abs(cross), float(one @ other))))


def outline_area(shape: str, points: Points, spacing_xy_mm: Spacing) -> float:
    """Area enclosed by an outline itself (not by its pixels): mm² with a spacing, px² without.

    Freehand loops by the shoelace formula.
    """
    p = _scaled(points, spacing_xy_mm)
    if shape == "freehand":
        x, y = p[:, 0], p[:, 1]
        return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
    width, height = np.abs(p[1] - p[0])
    return float(width * height * (np.pi / 4 if shape == "ellipse" else 1.0))


def outline_perimeter(shape: str, points: Points, spacing_xy_mm: Spacing) -> float:
    """Length of an outline: mm with a spacing, pixels without. Ellipses by Ramanujan's second formula."""
    p = _scaled(points, spacing_xy_mm)
    if shape == "freehand":
        return float(np.hypot(*(np.roll(p, -1, axis=0) - p).T).sum())
    width, height = (float(v) for v in np.abs(p[1] - p[0]))
    if shape == "rectangle":
        return 2 * (width + height)
    total = (width + height) / 2
    if total == 0:
        return 0.0
    h = ((width - height) / (width + height)) ** 2
    return float(np.pi * total * (1 + 3 * h / (10 + np.sqrt(4 - 3 * h))))
