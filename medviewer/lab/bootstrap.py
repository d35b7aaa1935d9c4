"""Intervals by resampling patients: cases of one patient are no independent evidence, so patients are drawn whole."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from medviewer.lab.evaluate import (
    PROPORTIONS,
    SMALLER_IS_BETTER,
    SMALLEST_PROBABILITY,
    Curve,
    Ranking,
    Scored,
    Values,
    Weights,
)

Rows = NDArray[np.intp]

LEVEL = 0.95
CELLS_AT_ONCE = 400_000
"""Of the matrix of weights: keeps memory small and a cancel near."""

BLOCK = 50
"""Resamples that are drawn together."""

MOST_UNDEFINED = 0.2
"""Share of the resamples that may lack a number (a class is not drawn) before no interval is given."""


@dataclass(frozen=True)
class Number:
    """A number with its 95 % interval.

    Attributes
    ----------
    value : float
        NaN where it is not defined.
    low, high : float
        NaN where no interval can be given.
    method : str
        ``"patient bootstrap"``; ``"exact, by patients"`` (Clopper and Pearson) where nothing varies between the
        resamples, because every case is right or every case wrong; ``"constant"`` where it cannot vary (a classifier
        that always says the same); ``"none"`` where too many resamples lack a class.
    """

    value: float
    low: float
    high: float
    method: str = "patient bootstrap"


@dataclass(frozen=True)
class Comparison:
    """The difference `first` minus `second` of one number, on the same resamples.

    Attributes
    ----------
    first, second : str
        Short names of the classifiers.
    number : str
        Name of the number.
    difference, low, high : float
    share : float
        Of the resamples in which the difference has the other sign, ties half; doubled, at most 1: a two-sided
        bootstrap p value.
    """

    first: str
    second: str
    number: str
    difference: float
    low: float
    high: float
    share: float


def draw_weights(groups: Rows, resamples: int, seed: int, rows: slice = slice(None)) -> Weights:
    """How often each case is in each resample of the patients.

    Parameters
    ----------
    groups : NDArray of intp, shape (n,)
        Patient of each case.
    resamples : int
        b.
    seed : int
        The same seed gives the same resamples, for whatever is compared on them.
    rows : slice
        Only these resamples.

    Returns
    -------
    NDArray of float32, shape (b or fewer, n)
    """
    _, numbered = np.unique(groups, return_inverse=True)
    m = int(numbered.max()) + 1
    first, end, _ = rows.indices(resamples)
    blocks = []
    for block in range(first // BLOCK, -(-end // BLOCK)):  # a generator each: a part can be drawn without the rest
        drawn = np.random.default_rng((seed, block)).integers(0, m, (BLOCK, m))
        flat = (drawn + m * np.arange(BLOCK)[:, None]).ravel()
        blocks.append(np.bincount(flat, minlength=BLOCK * m).reshape(BLOCK, m).astype(np.float32))
    if not blocks:
        return np.empty((0, len(groups)), dtype=np.float32)
    skipped = first - first % BLOCK
    counts = np.concatenate(blocks)[first - skipped : end - skipped]
    out: Weights = counts[:, numbered]
    return out


@dataclass(frozen=True, eq=False)
class Replicates:
    """Every number in every resample.

    Attributes
    ----------
    overall : dict of str to NDArray, shape (b,)
    by_class : dict of str to NDArray, shape (b, k)
    point, point_by_class : dict
        The same for the cases themselves: floats, and (k,).
    happened : NDArray, shape (b, bins)
        Shares of the calibration curve; of the first repeat.
    """

    overall: dict[str, Values]
    by_class: dict[str, Values]
    point: dict[str, float]
    point_by_class: dict[str, Values]
    happened: Values


def replicate(
    scored: Sequence[Scored],
    groups: Rows,
    resamples: int,
    seed: int,
    tick: Callable[[float], None] | None = None,
) -> Replicates:
    """All numbers for all resamples; with several repeats of a cross-validation, their mean.

    Parameters
    ----------
    scored : sequence of Scored
        One per repeat, the same cases in the same order.
    tick : callable, optional
        Told of the fraction done, several times a second; raises to cancel.
    """
    n = len(groups)
    ones = np.ones((1, n), dtype=np.float32)
    first, first_by_class = _mean([s.numbers(ones) for s in scored])
    step = max(1, CELLS_AT_ONCE // max(1, n))
    overall: dict[str, list[Values]] = {name: [] for name in first}
    by_class: dict[str, list[Values]] = {name: [] for name in first_by_class}
    happened: list[Values] = []
    for start in range(0, resamples, step):
        weights = draw_weights(groups, resamples, seed, slice(start, start + step))
        values, values_by_class = _mean([s.numbers(weights) for s in scored])
        for name, part in values.items():
            overall[name].append(part)
        for name, part in values_by_class.items():
            by_class[name].append(part)
        happened.append(scored[0].bin_rates(weights)[1])
        if tick is not None:
            tick(min(1.0, (start + step) / resamples))
    nothing = np.empty((0, scored[0].n_classes))
    return Replicates(
        {name: np.concatenate(parts) if parts else np.empty(0) for name, parts in overall.items()},
        {name: np.concatenate(parts) if parts else nothing for name, parts in by_class.items()},
        {name: float(v[0]) for name, v in first.items()},
        {name: v[0] for name, v in first_by_class.items()},
        np.concatenate(happened) if happened else np.empty((0, int(scored[0].bins.max()) + 1)),
    )


def _mean(
    parts: list[tuple[dict[str, Values], dict[str, Values]]],
) -> tuple[dict[str, Values], dict[str, Values]]:
    if len(parts) == 1:
        return parts[0]
    return (
        {name: np.mean([p[0][name] for p in parts], axis=0) for name in parts[0][0]},
        {name: np.mean([p[1][name] for p in parts], axis=0) for name in parts[0][1]},
    )


def number_of(name: str, value: float, replicates: Values, n_patients: int) -> Number:
    """A number with its interval from its replicates.

    The interval is the percentile interval; of the calibration error the basic one (2 · value - percentiles, not
    below 0), because resampling adds to that error and the percentiles lie too high.

    Parameters
    ----------
    n_patients : int
        Patients that the number speaks of, for the exact interval of a proportion that is 0 or 1.
    """
    nothing = float("nan")
    if not np.isfinite(value):
        return Number(nothing, nothing, nothing, "none")
    known = replicates[np.isfinite(replicates)]
    if len(known) < max(20, (1 - MOST_UNDEFINED) * len(replicates)):
        return Number(value, nothing, nothing, "none")
    low, high = (float(v) for v in np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    if high - low <= 1e-12:
        return _without_spread(name, value, n_patients)
    if name == "ece":
        low, high = max(0.0, 2 * value - high), max(value, 2 * value - low)
    return Number(value, min(low, value), max(high, value))


_WORST: Mapping[str, float] = {"mcc": 2.0, "brier": 2.0, "log_loss": -math.log(SMALLEST_PROBABILITY)}
"""How far a number moves, at most, with the share of patients that go wrong; 1 for the others."""


def _without_spread(name: str, value: float, n_patients: int) -> Number:
    """All resamples agree.

    At the end of a scale nothing was seen of a rare event, which is not the same as certainty: with no failure among
    n independent patients the share of failures lies below ``1 - 0.025^(1/n)`` (Clopper and Pearson). For the area
    under the ROC curve n is that of the smaller class: so many pairs are independent of each other.
    """
    at_top, at_bottom = value >= 1 - 1e-12, value <= 1e-12
    if n_patients < 1 or not (at_top or at_bottom) or (at_top and name in SMALLER_IS_BETTER):
        return Number(value, value, value, "constant")
    if at_bottom and name not in PROPORTIONS | SMALLER_IS_BETTER:
        return Number(value, value, value, "constant")
    reach = _WORST.get(name, 1.0) * (1 - ((1 - LEVEL) / 2) ** (1 / n_patients))
    low, high = (max(-1.0 if name == "mcc" else 0.0, 1 - reach), 1.0) if at_top else (0.0, reach)
    if name not in ("brier", "log_loss"):
        high = min(1.0, high)
    return Number(value, low, high, "exact, by patients")


def compare(first: str, second: str, number: str, a: Replicates, b: Replicates) -> Comparison:
    """The difference of a number between two classifiers that were tested on the same cases."""
    difference = a.point[number] - b.point[number]
    each = a.overall[number] - b.overall[number]
    each = each[np.isfinite(each)]
    if len(each) < 20 or not np.isfinite(difference):
        nothing = float("nan")
        return Comparison(first, second, number, difference, nothing, nothing, nothing)
    low, high = (float(v) for v in np.quantile(each, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    ties = float((each == 0).mean()) / 2
    share = min(1.0, 2 * min(float((each < 0).mean()) + ties, float((each > 0).mean()) + ties))
    return Comparison(first, second, number, difference, low, high, max(share, 1 / (len(each) + 1)))


def with_band(
    curve: Curve, ranking: Ranking, positive: NDArray[np.bool_], groups: Rows, resamples: int, seed: int
) -> Curve:
    """A ROC curve with 95 % limits of the sensitivity at each of its points, by patient bootstrap.

    The curve of every resample is read, by straight lines, at the false positive rates of the curve itself.
    """
    if resamples < 20:
        return curve
    ys = np.empty((resamples, len(curve.x)))
    step = max(1, CELLS_AT_ONCE // max(1, len(groups)))
    for start in range(0, resamples, step):
        weights = draw_weights(groups, resamples, seed, slice(start, start + step))
        positives, negatives = ranking.cumulated(positive, weights)
        for at in range(len(weights)):
            found, false = positives[at, -1], negatives[at, -1]
            if not found or not false:
                ys[start + at] = np.nan
                continue
            # Called at or above each threshold, from all to none: turned round, from none to all.
            y = 1 - np.concatenate([[0.0], positives[at]])[::-1] / found
            x = 1 - np.concatenate([[0.0], negatives[at]])[::-1] / false
            ys[start + at] = np.interp(curve.x, x, y)
    known = ys[np.isfinite(ys).all(axis=1)]
    if len(known) < 20:
        return curve
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return replace(curve, low=low, high=high)
