"""Probabilities that mean what they say: Platt's scaling of decision values, and calibration curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medviewer.lab.array_models import sigmoid

Matrix = NDArray[np.float64]

BINS = 10


@dataclass(frozen=True, eq=False)
class Platt:
    """Per class, ``p = 1 / (1 + exp(slope · d + offset))`` of the decision value d, then to sum 1.

    For two classes there is one pair, which gives the probability of the second class.
    """

    slopes: Matrix
    offsets: Matrix

    def probabilities(self, decisions: Matrix) -> Matrix:
        """Shape (n, k), from decision values (n, 1) of two classes or (n, k)."""
        p = sigmoid(-(decisions * self.slopes + self.offsets))
        if p.shape[1] == 1:
            return np.concatenate([1 - p, p], axis=1)
        total = p.sum(axis=1, keepdims=True)
        out: Matrix = np.where(total > 0, p / np.where(total > 0, total, 1.0), 1.0 / p.shape[1])
        return out


def fit_platt(decisions: Matrix, labels: NDArray[np.intp]) -> Platt:
    """Learn the scaling from decision values of cases that the classifier had not seen.

    Parameters
    ----------
    decisions : NDArray of float64, shape (n, 1) or (n, k)
    labels : NDArray of intp, shape (n,)
        0 or 1, or 0 to k - 1.

    Notes
    -----
    Platt, Probabilistic outputs for support vector machines, 1999, with his targets (n₊+1)/(n₊+2) and 1/(n₋+2); by
    Newton's method as in Lin, Lin and Weng, Machine Learning 68, 2007.
    """
    columns = decisions.shape[1]
    pairs = [
        _newton(decisions[:, at], labels == (1 if columns == 1 else at)) for at in range(columns)
    ]  # two classes: the value speaks for the second
    return Platt(np.array([a for a, _ in pairs]), np.array([b for _, b in pairs]))


def _newton(values: Matrix, positive: NDArray[np.bool_]) -> tuple[float, float]:
    n_positive, n_negative = int(positive.sum()), int((~positive).sum())
    scale = float(np.abs(values).max()) or 1.0
    f = values / scale
    target = np.where(positive, (n_positive + 1) / (n_positive + 2), 1 / (n_negative + 2))
    a, b = 0.0, float(np.log((n_negative + 1) / (n_positive + 1)))

    def loss(a: float, b: float) -> float:
        z = a * f + b  # -log p = log(1 + exp(z)), -log(1 - p) = log(1 + exp(-z))
        return float((target * np.logaddexp(0, z) + (1 - target) * np.logaddexp(0, -z)).sum())

    now = loss(a, b)
    for _ in range(100):
        p = sigmoid(-(a * f + b))
        residual = target - p
        gradient = np.array([float(f @ residual), float(residual.sum())])
        if np.abs(gradient).max() < 1e-9 * len(f):
            break
        weight = p * (1 - p)
        h = np.array([[f @ (f * weight), f @ weight], [f @ weight, weight.sum()]]) + 1e-12 * np.eye(2)
        step = np.linalg.solve(h, gradient)
        size = 1.0
        while size > 1e-10:
            candidate = loss(a - size * step[0], b - size * step[1])
            if candidate <= now - 1e-4 * size * float(gradient @ step):
                break
            size /= 2
        else:
            break
        a, b, now = a - size * float(step[0]), b - size * float(step[1]), candidate
    return a / scale, b


@dataclass(frozen=True, eq=False)
class Reliability:
    """A calibration curve: what was said against what happened, in bins of equal numbers of cases.

    Attributes
    ----------
    said, happened : NDArray of float64, shape (bins,)
        Mean probability, and share of cases for which it was true.
    low, high : NDArray of float64, shape (bins,)
        95 % limits of `happened` by patient bootstrap, NaN where not computed.
    counts : NDArray of intp, shape (bins,)
        Cases.
    of : str
        The class whose probability it is; empty: the probability of whatever class was predicted.
    """

    said: Matrix
    happened: Matrix
    low: Matrix
    high: Matrix
    counts: NDArray[np.intp]
    of: str = ""


def said_and_true(probability: Matrix, labels: NDArray[np.intp], positive: int) -> tuple[Matrix, Matrix]:
    """Per case a probability and whether it came true: of the positive of two classes, else of the predicted."""
    if probability.shape[1] == 2:
        return probability[:, positive], (labels == positive).astype(np.float64)
    predicted = probability.argmax(axis=1)
    return probability[np.arange(len(labels)), predicted], (predicted == labels).astype(np.float64)


def bins_of(said: Matrix, bins: int = BINS) -> NDArray[np.intp]:
    """Bin of every case: equal numbers as far as ties allow (equal probabilities share a bin); numbered from 0."""
    order = np.argsort(said, kind="stable")
    rank = np.empty(len(said), dtype=np.intp)
    rank[order] = np.arange(len(said))
    _, first, inverse = np.unique(said[order], return_index=True, return_inverse=True)
    lowest = first[inverse][rank]  # rank of the first case that has the same probability
    number = lowest * min(bins, len(said)) // len(said)
    _, compact = np.unique(number, return_inverse=True)
    return compact.astype(np.intp)
