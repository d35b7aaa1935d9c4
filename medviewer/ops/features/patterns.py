"""Features of one slice: Hu moments, local binary patterns and orientations of gradients."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

LBP_POINTS = 8
ORIENTATIONS = 9


def largest_slice(mask: NDArray[np.bool_]) -> int:
    """The slice that holds most of a mask (z, y, x); the first of several."""
    return int(np.argmax(mask.sum(axis=(1, 2))))


def features(values: NDArray[np.float32], mask: NDArray[np.bool_]) -> dict[str, float]:
    """All of them for one slice.

    Parameters
    ----------
    values : NDArray of float32, shape (y, x)
        With a pixel around the region where the image goes on; values that are not numbers count as the smallest.
    mask : NDArray of bool, shape (y, x)
        Not empty.
    """
    known = np.isfinite(values)
    lowest = values[known].min() if known.any() else np.float32(0)
    filled = np.where(known, values, lowest)
    weights = np.where(mask, filled - filled[mask].min(), 0).astype(np.float64)
    return {
        **{f"hu_shape_{n + 1}": v for n, v in enumerate(hu_moments(mask.astype(np.float64)))},
        **{f"hu_intensity_{n + 1}": v for n, v in enumerate(hu_moments(weights))},
        **{f"lbp_{n}": v for n, v in enumerate(binary_patterns(filled, mask))},
        **{f"hog_{n + 1}": v for n, v in enumerate(orientations(filled, mask))},
    }


def hu_moments(weights: NDArray[np.float64]) -> list[float]:
    """The seven invariants of Hu (1962) of weights (y, x); NaN for weights that add up to 0."""
    import cv2

    if not weights.sum() > 0:
        return [math.nan] * 7
    return [float(v) for v in cv2.HuMoments(cv2.moments(weights / weights.max())).ravel()]


def binary_patterns(values: NDArray[np.float32], mask: NDArray[np.bool_]) -> list[float]:
    """Shares of the ten uniform, rotation-invariant patterns of 8 neighbours at distance 1 (Ojala 2002)."""
    from skimage.feature import local_binary_pattern

    low, high = float(values.min()), float(values.max())
    # The patterns compare neighbours only; whole numbers keep interpolated ones from differing by rounding.
    scaled = np.rint((values - low) / (high - low) * 65_535) if high > low else np.zeros_like(values)
    codes = local_binary_pattern(scaled.astype(np.uint16), LBP_POINTS, 1, "uniform")
    counts = np.bincount(codes[mask].astype(np.intp), minlength=LBP_POINTS + 2)
    return [float(c) / int(mask.sum()) for c in counts]


def orientations(values: NDArray[np.float32], mask: NDArray[np.bool_]) -> list[float]:
    """Histogram of gradient directions in the region (Dalal and Triggs 2005), one cell for all of it.

    Nine bins of 20 degrees over 0 to 180, weighted by the magnitude of the central difference (0 at the edge of the
    image), shares that add up to 1; NaN where there is no gradient.
    """
    down, across = np.zeros(values.shape), np.zeros(values.shape)
    down[1:-1] = values[2:].astype(np.float64) - values[:-2]
    across[:, 1:-1] = values[:, 2:].astype(np.float64) - values[:, :-2]
    angle = np.degrees(np.arctan2(down, across)) % 180.0
    bins = np.minimum((angle / (180 / ORIENTATIONS)).astype(np.intp), ORIENTATIONS - 1)
    counts = np.bincount(bins[mask], weights=np.hypot(down, across)[mask], minlength=ORIENTATIONS)
    total = float(counts.sum())
    return [float(c) / total for c in counts] if total > 0 else [math.nan] * ORIENTATIONS
