"""Which features a classifier leans on: how much worse it gets on unseen cases when one of them is shuffled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medviewer.lab import evaluate
from medviewer.lab.bootstrap import LEVEL, draw_weights
from medviewer.lab.cases import Features
from medviewer.lab.classical import Fitted

Matrix = NDArray[np.float64]
Rows = NDArray[np.intp]

ROWS_IN_ALL = 300_000
"""Predictions that may be spent on it; decides how often each feature is shuffled (1 to 5 times)."""


@dataclass(frozen=True)
class Importance:
    """Of one feature.

    Attributes
    ----------
    key : str
        The feature.
    loss : float
        How much the log loss of unseen cases rises when the feature is shuffled; about 0: not needed.
    low, high : float
        95 % limits by patient bootstrap.
    auc_drop : float
        How much the (macro) area under the ROC curve falls.
    """

    key: str
    loss: float
    low: float
    high: float
    auc_drop: float


@dataclass(frozen=True, eq=False)
class FoldModel:
    """A classifier with the cases it was not shown."""

    model: Fitted
    test: Rows


def shuffles_for(n: int, features: int) -> int:
    """How often each feature is shuffled within the budget."""
    return int(np.clip(ROWS_IN_ALL // max(1, n * features), 1, 5))


def shuffled_losses(
    fold: FoldModel, features: Features, labels: Rows, orders: Sequence[Rows], check: Callable[[], None]
) -> dict[str, Matrix]:
    """Per feature that the classifier uses, probabilities (shuffles, test cases, k) with the feature of other cases.

    Parameters
    ----------
    features, labels
        Of all cases; `fold.test` are row numbers into them.
    orders : sequence of NDArray of intp
        Permutations of all cases: row i gets the value of row ``order[i]``.
    """
    out: dict[str, Matrix] = {}
    test = np.tile(fold.test, len(orders))
    donors = np.concatenate([order[fold.test] for order in orders])
    base = features.select(test)
    for key in fold.model.preparation.used_keys():
        check()
        changed = _with_values_of(base, features, key, donors)
        out[key] = fold.model.probabilities(changed).reshape(len(orders), len(fold.test), -1)
    return out


def _with_values_of(base: Features, features: Features, key: str, donors: Rows) -> Features:
    if key in features.number_keys:
        at = features.number_keys.index(key)
        numbers = base.numbers.copy()
        numbers[:, at] = features.numbers[donors, at]
        return Features(base.number_keys, numbers, base.categories)
    own = next(c for c in features.categories if c.key == key)
    categories = tuple(type(c)(c.key, c.levels, own.codes[donors]) if c.key == key else c for c in base.categories)
    return Features(base.number_keys, base.numbers, categories)


def summarise(
    parts: Sequence[tuple[Rows, dict[str, Matrix]]],
    keys: Sequence[str],
    probability: Matrix,
    labels: Rows,
    groups: Rows,
    rows: Rows,
    resamples: int,
    seed: int,
) -> tuple[Importance, ...]:
    """Importances from what `shuffled_losses` gave for each fold, largest first.

    Parameters
    ----------
    probability : NDArray of float64, shape (n, k)
        Out-of-fold probabilities without shuffling, for all rows.
    rows : NDArray of intp
        Those that were tested.
    """
    shuffles = next((values.shape[0] for _, found in parts for values in found.values()), 1)
    own = _loss(probability, labels)
    k = probability.shape[1]
    rises = np.zeros((len(rows), len(keys)))
    drops = np.zeros(len(keys))
    place = np.zeros(len(labels), dtype=np.intp)
    place[rows] = np.arange(len(rows))
    classes = range(1, 2) if k == 2 else range(k)
    plain = [evaluate.auc_of(labels[rows] == c, probability[rows, c]) for c in classes]
    for at, key in enumerate(keys):
        for number in range(shuffles):
            changed = probability.copy()
            for test, found in parts:
                if key in found:
                    changed[test] = found[key][number]
            rises[:, at] += (_loss(changed, labels) - own)[rows] / shuffles
            after = [evaluate.auc_of(labels[rows] == c, changed[rows, c]) for c in classes]
            drops[at] += float(np.mean(plain) - np.mean(after)) / shuffles
    weights = draw_weights(groups[rows], resamples, seed).astype(np.float64)
    each = weights @ rises / weights.sum(axis=1, keepdims=True)
    limits = (
        np.quantile(each, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        if resamples
        else np.full((2, len(keys)), np.nan)
    )
    values = rises.mean(axis=0)
    found_all = [
        Importance(key, float(values[at]), float(limits[0, at]), float(limits[1, at]), float(drops[at]))
        for at, key in enumerate(keys)
    ]
    return tuple(sorted(found_all, key=lambda importance: -importance.loss))


def _loss(probability: Matrix, labels: Rows) -> Matrix:
    own = probability[np.arange(len(labels)), labels]
    # A shuffled value may make a classifier certain of the wrong: one case shall not outweigh all others.
    out: Matrix = -np.log(np.clip(own, 1e-3, 1.0))
    return out
