"""How good a classifier is, in numbers; every number for many weightings of the cases at once.

A bootstrap resample is a weight per case (how often its patient was drawn), so that each number is computed for all
resamples by matrix products and cumulative sums. With weights 1 it is the number itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medviewer.lab import calibrate

Matrix = NDArray[np.float64]
Rows = NDArray[np.intp]
Weights = NDArray[np.float32]
Values = NDArray[np.float64]

SMALLEST_PROBABILITY = 1e-15

TITLES: Mapping[str, str] = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "auc": "Area under the ROC curve",
    "average_precision": "Average precision",
    "f1": "F1",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "ppv": "Positive predictive value",
    "npv": "Negative predictive value",
    "mcc": "Matthews correlation",
    "brier": "Brier score",
    "log_loss": "Log loss",
    "ece": "Expected calibration error",
}
"""The numbers, in the order of display. Of the positive class for two classes, else the mean over classes (macro)."""

SMALLER_IS_BETTER = frozenset({"brier", "log_loss", "ece"})
PROPORTIONS = frozenset({"accuracy", "balanced_accuracy", "sensitivity", "specificity", "ppv", "npv"})
PER_CLASS = ("auc", "average_precision", "f1", "sensitivity", "specificity", "ppv", "npv")


@dataclass(frozen=True, eq=False)
class Ranking:
    """The order of one column of scores, computed once for all weightings.

    Attributes
    ----------
    order : NDArray of intp, shape (n,)
        Cases from the lowest score to the highest.
    last_of_tie : NDArray of intp, shape (m,)
        Position in `order` of the last case of each different score.
    thresholds : NDArray of float64, shape (m,)
        The different scores, ascending.
    """

    order: Rows
    last_of_tie: Rows
    thresholds: Values

    @classmethod
    def of(cls, scores: Matrix) -> Ranking:
        """Of scores (n,)."""
        order = np.argsort(scores, kind="stable").astype(np.intp)
        ascending = scores[order]
        last = np.flatnonzero(np.append(ascending[1:] != ascending[:-1], True)).astype(np.intp)
        return cls(order, last, ascending[last])

    def cumulated(self, positive: NDArray[np.bool_], weights: Weights) -> tuple[Values, Values]:
        """Weight of positives and of negatives up to each different score, each (b, m) float64."""
        drawn = weights[:, self.order]
        truth = positive[self.order].astype(np.float32)
        # Whole numbers below 2^24 are exact in single precision, and half as much memory is moved.
        above = np.cumsum(drawn * truth, axis=1)[:, self.last_of_tie]
        below = np.cumsum(drawn * (1 - truth), axis=1)[:, self.last_of_tie]
        return above.astype(np.float64), below.astype(np.float64)


def roc_area(positives: Values, negatives: Values) -> Values:
    """Area under the ROC curve (b,) from cumulated weights (b, m): pairs in order, ties half; NaN without pairs."""
    step = np.diff(positives, axis=1, prepend=0.0)
    before = np.concatenate([np.zeros((len(negatives), 1)), negatives[:, :-1]], axis=1)
    pairs = (step * (before + negatives) / 2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        out: Values = pairs / (positives[:, -1] * negatives[:, -1])
    return out


def average_precision(positives: Values, negatives: Values) -> Values:
    """Sum over thresholds of precision times the step of recall (b,); NaN without positives."""
    all_positives = positives[:, -1:]
    lower = np.concatenate([np.zeros((len(positives), 1)), positives[:, :-1]], axis=1)
    lower_negatives = np.concatenate([np.zeros((len(positives), 1)), negatives[:, :-1]], axis=1)
    found, false = all_positives - lower, negatives[:, -1:] - lower_negatives
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(found > 0, found / (found + false), 0.0)
        out: Values = (precision * (positives - lower)).sum(axis=1) / all_positives[:, 0]
    return out


def auc_of(positive: NDArray[np.bool_], scores: Matrix) -> float:
    """Area under the ROC curve of scores (n,); NaN when a side is empty."""
    ones = np.ones((1, len(scores)), dtype=np.float32)
    return float(roc_area(*Ranking.of(scores).cumulated(positive, ones))[0])


@dataclass(frozen=True, eq=False)
class Scored:
    """Predictions of some cases, ready to be weighted.

    Attributes
    ----------
    labels : NDArray of intp, shape (n,)
    probability : NDArray of float64, shape (n, k)
    predicted : NDArray of intp, shape (n,)
        The class of the highest probability, the first of equals.
    positive : int
        The class that sensitivity and the like speak of, for two classes.
    """

    labels: Rows
    probability: Matrix
    predicted: Rows
    positive: int
    rankings: tuple[Ranking, ...]
    bins: Rows
    said: Values
    happened: Values

    @classmethod
    def of(cls, labels: Rows, probability: Matrix, positive: int) -> Scored:
        """Rank and bin once."""
        k = probability.shape[1]
        needed = (positive,) if k == 2 else range(k)
        said, happened = calibrate.said_and_true(probability, labels, positive)
        return cls(
            labels,
            probability,
            probability.argmax(axis=1).astype(np.intp),
            positive,
            tuple(Ranking.of(probability[:, c]) for c in needed),
            calibrate.bins_of(said),
            said,
            happened,
        )

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return int(self.probability.shape[1])

    def confusion(self, weights: Weights) -> Values:
        """Weight of cases of class i called j, shape (b, i, j)."""
        k = self.n_classes
        cell = np.zeros((len(self.labels), k * k), dtype=np.float32)
        cell[np.arange(len(self.labels)), self.labels * k + self.predicted] = 1.0
        out: Values = (weights @ cell).reshape(-1, k, k).astype(np.float64)
        return out

    def numbers(self, weights: Weights) -> tuple[dict[str, Values], dict[str, Values]]:
        """All numbers for every weighting.

        Parameters
        ----------
        weights : NDArray of float32, shape (b, n)
            Whole numbers.

        Returns
        -------
        overall : dict of str to NDArray, shape (b,)
            By the names in `TITLES`; NaN where a number is not defined (a class is lacking).
        by_class : dict of str to NDArray, shape (b, k)
            By the names in `PER_CLASS`: each class against the rest.
        """
        k = self.n_classes
        by_class = _rates(self.confusion(weights))
        ranks: dict[str, list[Values]] = {"auc": [], "average_precision": []}
        for number, ranking in zip((self.positive,) if k == 2 else range(k), self.rankings, strict=True):
            positives, negatives = ranking.cumulated(self.labels == number, weights)
            ranks["auc"].append(roc_area(positives, negatives))
            ranks["average_precision"].append(average_precision(positives, negatives))
        overall = _overall(self.confusion(weights))
        for name in ("f1", "sensitivity", "specificity", "ppv", "npv"):
            rates = by_class[name]
            overall[name] = rates[:, self.positive] if k == 2 else rates.mean(axis=1)
        for name, columns in ranks.items():
            overall[name] = columns[0] if k == 2 else np.stack(columns, axis=1).mean(axis=1)
            if k > 2:
                by_class[name] = np.stack(columns, axis=1)
        overall |= self._of_probabilities(weights)
        return {name: overall[name] for name in TITLES}, by_class

    def _of_probabilities(self, weights: Weights) -> dict[str, Values]:
        n, k = self.probability.shape
        own = self.probability[np.arange(n), self.labels]
        loss = -np.log(np.clip(own, SMALLEST_PROBABILITY, 1.0))
        if k == 2:
            squares = (1 - own) ** 2
        else:
            squares = (self.probability**2).sum(axis=1) - 2 * own + 1
        gap = np.zeros((n, int(self.bins.max()) + 1))
        gap[np.arange(n), self.bins] = self.said - self.happened
        total = weights.sum(axis=1, dtype=np.float64)
        heavy = weights.astype(np.float64)
        return {
            "brier": heavy @ squares / total,
            "log_loss": heavy @ loss / total,
            # |sum of what was said - sum of what happened| of a bin is its weight times its gap.
            "ece": np.abs(heavy @ gap).sum(axis=1) / total,
        }

    def bin_rates(self, weights: Weights) -> tuple[Values, Values]:
        """Mean of what was said and share of what happened per bin, each (b, bins); NaN for an empty bin."""
        member = np.zeros((len(self.bins), int(self.bins.max()) + 1))
        member[np.arange(len(self.bins)), self.bins] = 1.0
        heavy = weights.astype(np.float64)
        total = heavy @ member
        with np.errstate(invalid="ignore", divide="ignore"):
            return heavy @ (member * self.said[:, None]) / total, heavy @ (member * self.happened[:, None]) / total


def _rates(confusion: Values) -> dict[str, Values]:
    """Each class against the rest, (b, k); NaN for 0 / 0, but F1 is 0 when nothing was found."""
    hit = np.diagonal(confusion, axis1=1, axis2=2)
    actual, called = confusion.sum(axis=2), confusion.sum(axis=1)
    total = confusion.sum(axis=(1, 2))[:, None]
    miss, false = actual - hit, called - hit
    quiet = total - actual - false
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "sensitivity": hit / actual,
            "specificity": quiet / (quiet + false),
            "ppv": hit / called,
            "npv": quiet / (quiet + miss),
            "f1": 2 * hit / (2 * hit + false + miss),
        }


def _overall(confusion: Values) -> dict[str, Values]:
    hit = np.diagonal(confusion, axis1=1, axis2=2)
    actual, called = confusion.sum(axis=2), confusion.sum(axis=1)
    total = confusion.sum(axis=(1, 2))
    right = hit.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = right * total - (actual * called).sum(axis=1)
        spread = np.sqrt(total**2 - (actual**2).sum(axis=1)) * np.sqrt(total**2 - (called**2).sum(axis=1))
        return {
            "accuracy": right / total,
            "balanced_accuracy": (hit / actual).mean(axis=1),
            # Gorodkin 2004 for more than two classes; 0 when everything was called the same.
            "mcc": np.where(spread > 0, covariance / np.where(spread > 0, spread, 1.0), 0.0),
        }


@dataclass(frozen=True, eq=False)
class Curve:
    """Points of a ROC or precision-recall curve of one class against the rest.

    Attributes
    ----------
    of : str
        The class.
    x, y, threshold : NDArray of float64, shape (m,)
        ROC: x is 1 - specificity, y sensitivity; precision-recall: x is recall, y precision. A case is called
        positive when its probability is at or above the threshold; the first is infinite (nothing is called).
    low, high : NDArray of float64, shape (m,)
        95 % limits of y by patient bootstrap, at the same x (ROC) or threshold; empty when not computed.
    """

    of: str
    x: Values
    y: Values
    threshold: Values
    low: Values
    high: Values


def roc_curve(ranking: Ranking, positive: NDArray[np.bool_], name: str) -> Curve:
    """All points where the curve turns, from (0, 0) to (1, 1)."""
    found, false, thresholds = _called(ranking, positive)
    x, y = false / max(1.0, false[-1]), found / max(1.0, found[-1])
    turns = np.ones(len(x), dtype=bool)
    # A point between two on the same line says nothing new.
    turns[1:-1] = ~np.isclose(
        (x[1:-1] - x[:-2]) * (y[2:] - y[1:-1]), (x[2:] - x[1:-1]) * (y[1:-1] - y[:-2]), 0, 1e-15
    )
    empty = np.empty(0)
    return Curve(name, x[turns], y[turns], thresholds[turns], empty, empty)


def precision_recall_curve(ranking: Ranking, positive: NDArray[np.bool_], name: str) -> Curve:
    """A point for every different probability, from the highest; precision where nothing is called is 1."""
    found, false, thresholds = _called(ranking, positive)
    called = found + false
    precision = np.where(called > 0, found / np.maximum(called, 1.0), 1.0)
    empty = np.empty(0)
    return Curve(name, found / max(1.0, found[-1]), precision, thresholds, empty, empty)


def _called(ranking: Ranking, positive: NDArray[np.bool_]) -> tuple[Values, Values, Values]:
    """Positives and negatives called positive at each threshold, from none to all."""
    ones = np.ones((1, len(positive)), dtype=np.float32)
    positives, negatives = (c[0] for c in ranking.cumulated(positive, ones))
    found = np.concatenate([[0.0], (positives[-1] - np.concatenate([[0.0], positives[:-1]]))[::-1]])
    false = np.concatenate([[0.0], (negatives[-1] - np.concatenate([[0.0], negatives[:-1]]))[::-1]])
    return found, false, np.concatenate([[np.inf], ranking.thresholds[::-1]])
