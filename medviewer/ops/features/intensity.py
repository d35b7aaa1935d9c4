"""Intensity-based features: statistics, histograms and local peaks (IBSI UHIW, ZVCW, P88C, 9ST6)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.features.regions import PEAK_RADIUS_MM, Region

NAN = float("nan")

SINGLE_FROM = 2_000_000
"""From so many voxels on, local means are found in float32; values are taken from their mean, errors below 1e-6."""


MAX_COUNTED = 1 << 20
"""Whole numbers in a range of up to so many are counted, not sorted."""


@dataclass(frozen=True, eq=False)
class Distribution:
    """Values in ascending order, each with the number of times it occurs.

    Attributes
    ----------
    values : NDArray of float64, shape (n,)
        Ascending; equal ones may be apart when they were not counted.
    counts : NDArray of float64, shape (n,)
        How often, at least 1.
    """

    values: NDArray[np.float64]
    counts: NDArray[np.float64]

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Distribution:
        """Of any finite values, at least one: whole numbers are counted, others sorted."""
        low, high = float(values.min()), float(values.max())
        if low.is_integer() and high - low < MAX_COUNTED:
            apart = values - low
            bins = apart.astype(np.int32)
            if np.array_equal(bins, apart):
                return cls.of_counts(np.bincount(bins), low)
        return cls(np.sort(values), np.ones(len(values)))

    @classmethod
    def of_counts(cls, counts: NDArray[Any], first: float) -> Distribution:
        """Of a histogram of whole numbers that starts at `first`."""
        found = np.flatnonzero(counts)
        return cls(found.astype(np.float64) + first, counts[found].astype(np.float64))

    @cached_property
    def _ends(self) -> NDArray[np.float64]:
        ends: NDArray[np.float64] = np.cumsum(self.counts)
        return ends

    @property
    def n(self) -> float:
        """How many values."""
        return float(self._ends[-1])

    def percentile(self, percent: float) -> float:
        """The percentile, linear between neighbours (numpy's default)."""
        position = (self.n - 1) * percent / 100
        below, part = divmod(position, 1.0)
        first = float(self.values[np.searchsorted(self._ends, below, side="right")])
        if part == 0:
            return first
        second = float(self.values[np.searchsorted(self._ends, below + 1, side="right")])
        return first + part * (second - first)

    def mean_of(self, numbers: NDArray[np.float64]) -> float:
        """Mean of what was made of each value."""
        return float(self.counts @ numbers) / self.n

    def between(self, low: float, high: float) -> Distribution:
        """The values from `low` to `high`, both included."""
        start = int(np.searchsorted(self.values, low, side="left"))
        stop = int(np.searchsorted(self.values, high, side="right"))
        return Distribution(self.values[start:stop], self.counts[start:stop])

    def moments(self) -> tuple[float, float, float, float]:
        """Mean, and the second to fourth central moments (divided by n)."""
        mean = self.mean_of(self.values)
        apart = self.values - mean
        square = apart * apart
        weighted = self.counts * square
        return (
            mean,
            float(weighted.sum()) / self.n,
            float(weighted @ apart) / self.n,
            float(weighted @ square) / self.n,
        )

    def deviation_from(self, centre: float) -> float:
        """Mean absolute distance from a number."""
        apart = self.values - centre
        return self.mean_of(np.abs(apart, out=apart))


def statistics(found: Distribution, prefix: str = "stat") -> dict[str, float]:
    """The 18 statistics of values, by tag.

    Skewness and kurtosis of values without spread are 0 (IBSI KE2A, IPH6); the coefficients of variation and
    dispersion are NaN where their denominator is 0.
    """
    ordered = found.values
    mean, variance, third, fourth = found.moments()
    p10, p25, median, p75, p90 = (found.percentile(q) for q in (10, 25, 50, 75, 90))
    low, high = float(ordered[0]), float(ordered[-1])
    # A rounding error of the mean is no spread.
    flat = low == high
    variance = 0.0 if flat else variance
    robust = found.between(p10, p90)
    energy = float(found.counts @ (ordered * ordered))
    result = {
        "mean": mean,
        "var": variance,
        "skew": 0.0 if flat else third / variance**1.5,
        "kurt": 0.0 if flat else fourth / variance**2 - 3.0,
        "median": median,
        "min": low,
        "p10": p10,
        "p90": p90,
        "max": high,
        "iqr": p75 - p25,
        "range": high - low,
        "mad": found.deviation_from(mean),
        "rmad": robust.deviation_from(robust.mean_of(robust.values)) if len(robust.values) else NAN,
        "medad": found.deviation_from(median),
        "cov": math.sqrt(variance) / mean if mean else NAN,
        "qcod": (p75 - p25) / (p75 + p25) if p75 + p25 else NAN,
        "energy": energy,
        "rms": math.sqrt(energy / found.n),
    }
    return {f"{prefix}_{name}": value for name, value in result.items()}


def histogram(level_counts: NDArray[np.int64]) -> dict[str, float]:
    """The 23 features of the histogram of grey levels, by tag.

    Parameters
    ----------
    level_counts : NDArray
        Voxels of level 1, 2, ...

    Notes
    -----
    Of several modes the one nearest to the mean level is given (IBSI AMMC). Gradients of a histogram of one bin are
    NaN.
    """
    counts = level_counts.astype(np.float64)
    found = statistics(Distribution.of_counts(level_counts, 1.0), "ih")
    for name in ("energy", "rms"):
        del found[f"ih_{name}"]
    p = counts / counts.sum()
    some = p[p > 0]
    modes = np.flatnonzero(counts == counts.max()) + 1
    found["ih_mode"] = float(modes[np.argmin(np.abs(modes - found["ih_mean"]))])
    found["ih_entropy"] = float(-(some * np.log2(some)).sum()) + 0.0
    found["ih_uniformity"] = float((p * p).sum())
    if len(counts) > 1:
        gradient = np.gradient(counts)
        found["ih_max_grad"], found["ih_max_grad_g"] = float(gradient.max()), float(gradient.argmax() + 1)
        found["ih_min_grad"], found["ih_min_grad_g"] = float(gradient.min()), float(gradient.argmin() + 1)
    else:
        found |= dict.fromkeys(("ih_max_grad", "ih_max_grad_g", "ih_min_grad", "ih_min_grad_g"), NAN)
    return found


IVH_BINS = 1000
MAX_WHOLE_STEPS = 65_536


def volume_histogram(found: Distribution) -> dict[str, float]:
    """The seven features of the intensity-volume histogram, by tag.

    Whole numbers (Hounsfield units, counts) are taken in steps of 1, other values in 1000 bins between minimum and
    maximum, with intensities reported as bin centres (IBSI P88C). NaN for a region of one intensity.
    """
    values = found.values
    low, high = float(values[0]), float(values[-1])
    names = ("v10", "v90", "i10", "i90", "diff_v10_v90", "diff_i10_i90", "auc")
    if low == high:
        return dict.fromkeys((f"ivh_{name}" for name in names), NAN)
    if high - low < MAX_WHOLE_STEPS and np.array_equal(values, np.rint(values)):
        bins = (values - low).astype(np.intp)
        n = int(high - low) + 1
        intensity = low + np.arange(n, dtype=np.float64)
    else:
        n = IVH_BINS
        bins = np.minimum((n * ((values - low) / (high - low))).astype(np.intp), n - 1)
        intensity = low + (np.arange(n) + 0.5) * (high - low) / n
    counts = np.bincount(bins, weights=found.counts, minlength=n)
    # The part of the volume with at least the intensity of a bin.
    volume = 1 - (np.cumsum(counts) - counts) / found.n
    share = np.arange(n) / (n - 1)

    def volume_at(part: float) -> float:
        return float(volume[np.searchsorted(share, part - 1e-12)])

    def intensity_at(part: float) -> float:
        enough = np.flatnonzero(volume <= part)
        return float(intensity[enough[0]]) if len(enough) else float(intensity[-1])

    v10, v90, i10, i90 = volume_at(0.1), volume_at(0.9), intensity_at(0.1), intensity_at(0.9)
    area = float(np.trapezoid(volume, share))
    return dict(zip((f"ivh_{name}" for name in names), (v10, v90, i10, i90, v10 - v90, i10 - i90, area), strict=True))


def local_peaks(region: Region) -> dict[str, float]:
    """Mean intensity in a sphere of 1 cm³ around the brightest voxel, and the largest such mean in the region.

    The sphere takes every voxel of the image whose centre lies in it, also outside the region, and none that is
    missing. Of several brightest voxels the one with the largest mean counts. Computed by a Fourier transform of the
    box around the region; needs a length in mm.
    """
    names = ("loc_peak_loc", "loc_peak_glob")
    if region.patch.length_unit != "mm":
        return dict.fromkeys(names, NAN)
    from scipy import fft

    spacing = region.spacing_zyx
    reach = [math.floor(PEAK_RADIUS_MM / s + 1e-9) for s in spacing]
    offsets = np.meshgrid(*(np.arange(-r, r + 1) * s for r, s in zip(reach, spacing, strict=True)), indexing="ij")
    sphere = sum(o * o for o in offsets) <= PEAK_RADIUS_MM**2 * (1 + 1e-12)
    values = region.patch.values
    box = [
        slice(max(0, side.start - r), min(n, side.stop + r))
        for side, r, n in zip(region.box, reach, values.shape, strict=True)
    ]
    around = values[tuple(box)]
    there = np.isfinite(around)
    inner = tuple(slice(side.start - b.start, side.stop - b.start) for side, b in zip(region.box, box, strict=True))
    if sphere.size == 1:
        means = region.intensities()
    else:
        shape = [fft.next_fast_len(a + 2 * r, real=True) for a, r in zip(around.shape, reach, strict=True)]
        base = round(float(region.intensities().mean()))  # smaller numbers, smaller rounding errors

        kind = np.float32 if math.prod(shape) > SINGLE_FROM else np.float64

        def summed(array: NDArray[Any]) -> NDArray[np.float64]:
            product = fft.rfftn(array.astype(kind, copy=False), shape, workers=2)
            product *= kernel
            full = fft.irfftn(product, shape, workers=2, overwrite_x=True)
            centred = full[tuple(slice(r, r + n) for r, n in zip(reach, around.shape, strict=True))][inner]
            result: NDArray[np.float64] = centred[region.mask].astype(np.float64)
            return result

        kernel = fft.rfftn(sphere.astype(kind), shape, workers=2)
        total = summed(np.where(there, np.subtract(around, base, dtype=kind), kind(0)))
        clear = bool(there.all()) and all(
            side.start - r >= 0 and side.stop + r <= n
            for side, r, n in zip(region.box, reach, values.shape, strict=True)
        )
        count = float(sphere.sum()) if clear else np.rint(summed(there))
        with np.errstate(invalid="ignore", divide="ignore"):
            means = total / count + base
    inside = region.intensities()
    brightest = inside == inside.max()
    return dict(zip(names, (float(means[brightest].max()), float(means.max())), strict=True))
