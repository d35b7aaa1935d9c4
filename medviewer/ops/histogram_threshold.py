"""Histograms of images and the thresholds that are read from them: Otsu, Li, triangle, Yen, several classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.ops.operation import Context

FLOAT_BINS = 4096
"""Bins for values that are not integers as stored; integers have a bin for each value."""

VALUE_BINS = 65_536
"""Integers that lie further apart are counted as other numbers are."""

CLASS_BINS = 512
"""Bins for several classes: the best limits between them are searched among all."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """How often values occur.

    Attributes
    ----------
    counts : NDArray of float64, shape (n,)
        First and last are not 0; n is 0 when there are no values.
    centres : NDArray of float64, shape (n,)
        Modality values, ascending, evenly spaced.
    """

    counts: NDArray[np.float64]
    centres: NDArray[np.float64]

    @property
    def is_constant(self) -> bool:
        """Whether there are fewer than two different values, so that nothing can be told apart."""
        return len(self.counts) < 2

    def coarser(self, bins: int) -> Histogram:
        """Neighbouring bins put together, so that no more than `bins` remain."""
        step = -(-len(self.counts) // bins)
        if step <= 1:
            return self
        padded = np.pad(self.counts, (0, -len(self.counts) % step)).reshape(-1, step)
        half = (step - 1) / 2 * (self.centres[1] - self.centres[0])
        return Histogram(padded.sum(axis=1), self.centres[::step] + half)


def histogram_of(
    image: Image, slices: Iterable[int], inside: NDArray[np.bool_] | None = None, ctx: Context | None = None
) -> Histogram:
    """Histogram of modality values; padding and what is not finite is left out.

    Parameters
    ----------
    image : Image
        Grey.
    slices : iterable of int
        Which slices count.
    inside : NDArray of bool, shape (z, y, x), optional
        Which voxels count.
    ctx : Context, optional
        Looked at between slices.
    """
    slices = list(slices)
    rescale = image.rescale
    kind = image.array.dtype
    one_rule = rescale.table is None and (rescale.is_uniform or len(slices) == 1)
    if slices and kind.kind in "iu" and kind.itemsize <= 2 and one_rule:
        return _of_stored(image, slices, inside, ctx)
    low, high = np.inf, -np.inf
    for k in slices:
        if ctx is not None:
            ctx.check()
        values = _finite(image, k, inside)
        if values.size:
            low, high = min(low, float(values.min())), max(high, float(values.max()))
    if not low < high:
        n = int(low == high)
        return Histogram(np.ones(n), np.full(n, low))
    n, width = FLOAT_BINS, (high - low) / FLOAT_BINS
    if kind.kind in "iu" and one_rule:
        step = abs(rescale.of_slice(slices[0])[0])
        if (high - low) / step < VALUE_BINS:  # a bin for each value
            n, width = round((high - low) / step) + 1, step
            low -= step / 2
    counts = np.zeros(n)
    for k in slices:
        if ctx is not None:
            ctx.check()
        counts += np.histogram(_finite(image, k, inside), n, (low, low + n * width))[0]
    return Histogram(counts, low + (np.arange(n, dtype=np.float64) + 0.5) * width)


def _finite(image: Image, k: int, inside: NDArray[np.bool_] | None) -> NDArray[np.float32]:
    values = image.modality_slice(k)
    values = values.ravel() if inside is None else values[inside[k]]
    return values[np.isfinite(values)]


def _of_stored(image: Image, slices: list[int], inside: NDArray[np.bool_] | None, ctx: Context | None) -> Histogram:
    """One bin for each stored value."""
    import cv2

    kind = image.array.dtype
    limits = np.iinfo(kind)
    counts = np.zeros(int(limits.max) - int(limits.min) + 1)
    for k in slices:
        if ctx is not None:
            ctx.check()
        stored = image.array[k]
        low, high = int(stored.min()), int(stored.max())
        if low == high:
            counts[low - limits.min] += stored.size if inside is None else np.count_nonzero(inside[k])
            continue
        # From 0 on: OpenCV counts unsigned numbers.
        plane = np.subtract(stored, kind.type(low), dtype=kind).view(np.uint8 if kind.itemsize == 1 else np.uint16)
        n = high - low + 1
        chosen = None if inside is None else np.ascontiguousarray(inside[k]).view(np.uint8)
        found = cv2.calcHist([plane], [0], chosen, [n], [0, n])
        counts[low - limits.min : high - limits.min + 1] += np.asarray(found, np.float64).ravel()
    if image.padding is not None:
        every = np.arange(int(limits.min), int(limits.max) + 1)
        counts[(every >= image.padding[0]) & (every <= image.padding[1])] = 0
    there = counts > 0
    if not there.any():
        return Histogram(np.zeros(0), np.zeros(0))
    first, last = int(np.argmax(there)), len(there) - 1 - int(np.argmax(there[::-1]))
    counts = counts[first : last + 1]
    values: NDArray[np.float64] = np.arange(first, last + 1, dtype=np.float64) + float(limits.min)
    slope, intercept = image.rescale.of_slice(slices[0])
    centres: NDArray[np.float64] = values * slope + intercept
    return Histogram(counts, centres) if slope > 0 else Histogram(counts[::-1].copy(), centres[::-1].copy())


# -- one threshold; what is above it is the brighter class


def otsu(histogram: Histogram) -> float:
    """The threshold with the greatest variance between the two classes.

    Otsu, IEEE Trans. Systems, Man and Cybernetics 9(1), 1979. Values greater than it are the brighter class.
    """
    counts, centres = histogram.counts, histogram.centres
    below = np.cumsum(counts)
    sums = np.cumsum(counts * centres)
    above = below[-1] - below[:-1]
    apart = sums[:-1] / below[:-1] - (sums[-1] - sums[:-1]) / above
    return float(centres[int(np.argmax(below[:-1] * above * apart**2))])


def li(histogram: Histogram) -> float:
    """The threshold of minimum cross entropy, found by iteration from the mean.

    Li and Tam, Pattern Recognition Letters 18(8), 1998.
    """
    counts, first = histogram.counts, float(histogram.centres[0])
    values = histogram.centres - first
    tolerance = 0.5 * float(values[1])
    below, sums = np.cumsum(counts), np.cumsum(counts * values)
    following, current = float(sums[-1] / below[-1]), -2 * tolerance
    while abs(following - current) > tolerance:
        current = following
        i = min(int(np.searchsorted(values, current, side="right")) - 1, len(values) - 2)
        dark = float(sums[i] / below[i])
        bright = float((sums[-1] - sums[i]) / (below[-1] - below[i]))
        if dark == 0:
            break
        following = (dark - bright) / (np.log(dark) - np.log(bright))
    return float(following + first)


def triangle(histogram: Histogram) -> float:
    """The value furthest below the line from the highest peak to the further end.

    For one large class with a long tail. Zack, Rogers and Latt, J. Histochemistry and Cytochemistry 25(7), 1977.
    """
    counts, centres = histogram.counts, histogram.centres
    peak = int(np.argmax(counts))
    flipped = peak < len(counts) - 1 - peak
    if flipped:
        counts, peak = counts[::-1], len(counts) - 1 - peak
    width = float(peak)
    x = np.arange(int(width))
    height = counts[peak]
    norm = np.hypot(height, width)
    distance = height / norm * x - width / norm * counts[: len(x)]
    level = int(np.argmax(distance))
    return float(centres[len(counts) - 1 - level if flipped else level])


def yen(histogram: Histogram) -> float:
    """The threshold of maximum correlation.

    Yen, Chang and Chang, IEEE Trans. Image Processing 4(3), 1995.
    """
    p = histogram.counts / histogram.counts.sum()
    below, squares = np.cumsum(p), np.cumsum(p**2)
    rest = np.cumsum(p[::-1] ** 2)[::-1]
    with np.errstate(divide="ignore"):
        score = np.log((squares[:-1] * rest[1:]) ** -1 * (below[:-1] * (1.0 - below[:-1])) ** 2)
    return float(histogram.centres[int(np.argmax(score))])


METHODS: Mapping[str, Callable[[Histogram], float]] = {"otsu": otsu, "li": li, "triangle": triangle, "yen": yen}


# -- several


def multi_otsu(histogram: Histogram, classes: int) -> list[float]:
    """The thresholds with the greatest variance between `classes` classes, ascending.

    Liao, Chen and Chung, J. Information Science and Engineering 17(5), 2001; the best of all choices, by dynamic
    programming over at most `CLASS_BINS` bins.

    Parameters
    ----------
    classes : int
        2 or more; no more than there are different values.

    Returns
    -------
    list of float
        ``classes - 1`` values; class i holds what is greater than the one before and at most its own.

    Raises
    ------
    ValueError
        For fewer different values than classes.
    """
    coarse = histogram.coarser(CLASS_BINS)
    there = coarse.counts > 0
    counts, centres = coarse.counts[there], coarse.centres[there]
    n = len(counts)
    if n < classes:
        raise ValueError(f"{n} values cannot make {classes} classes")
    centred = centres - np.average(centres, weights=counts)  # smaller numbers, better rounding
    weight = np.concatenate(([0.0], np.cumsum(counts)))
    moment = np.concatenate(([0.0], np.cumsum(counts * centred)))
    # gain[i, j]: what a class of the bins i..j - 1 adds to the variance between classes
    w = weight[None, :] - weight[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(w > 0, (moment[None, :] - moment[:, None]) ** 2 / w, -np.inf)
    best = gain[0]
    came_from: list[NDArray[np.intp]] = []
    for _ in range(classes - 1):
        total = best[:, None] + gain
        came_from.append(np.argmax(total, axis=0))
        best = np.take_along_axis(total, came_from[-1][None, :], axis=0)[0]
    cuts: list[float] = []
    end = n
    for step in reversed(came_from):
        end = int(step[end])
        cuts.append(float(centres[end - 1]))
    # A coarse bin holds values on both sides of its centre: the limit is its upper end.
    half = (coarse.centres[1] - coarse.centres[0] - (histogram.centres[1] - histogram.centres[0])) / 2
    return [cut + float(half) for cut in reversed(cuts)]
