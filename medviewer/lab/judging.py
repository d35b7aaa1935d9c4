"""Judging probabilities against the truth: numbers with intervals, curves, confusion and calibration in one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medviewer.lab import bootstrap, evaluate
from medviewer.lab.bootstrap import Number, Replicates
from medviewer.lab.calibrate import Reliability
from medviewer.lab.cases import CaseTable
from medviewer.lab.evaluate import Curve, Scored

Matrix = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How one classifier did on cases that it had not seen.

    Attributes
    ----------
    rows : NDArray of intp, shape (m,)
        Case numbers, ascending; a plot point leads to its case through them.
    probability : NDArray of float64, shape (repeats, m, k)
        Out-of-fold probabilities.
    predicted : NDArray of intp, shape (m,)
        Class called in the first repeat.
    numbers : dict of str to Number
        By the names in `evaluate.TITLES`; with several repeats their mean.
    by_class : dict of str to dict of str to Number
        Class, then number (`evaluate.PER_CLASS`).
    confusion : NDArray of float64, shape (k, k)
        Cases of class i called j; the mean over repeats.
    roc, precision_recall : tuple of Curve
        Of the positive class for two classes, else one per class; of the first repeat.
    calibration : Reliability
        Of the first repeat.
    """

    rows: Rows
    probability: NDArray[np.float64]
    predicted: Rows
    numbers: dict[str, Number]
    by_class: dict[str, dict[str, Number]]
    confusion: Matrix
    roc: tuple[Curve, ...]
    precision_recall: tuple[Curve, ...]
    calibration: Reliability


def judge(
    cases: CaseTable,
    probability: NDArray[np.float64],
    rows: Rows,
    positive: int,
    resamples: int = 1000,
    seed: int = 0,
    tick: Callable[[float], None] | None = None,
) -> tuple[Evaluation, Replicates]:
    """Judge probabilities, wherever they come from.

    Parameters
    ----------
    probability : NDArray of float64, shape (repeats, m, k)
    rows : NDArray of intp, shape (m,)
        The cases that they belong to.
    positive : int
        As in `Results`.
    """
    labels, groups = cases.labels[rows], cases.groups[rows]
    k = len(cases.classes)
    scored = [Scored.of(labels, one, positive) for one in probability]
    replicates = bootstrap.replicate(scored, groups, resamples, seed, tick)
    patients_of = [len(np.unique(groups[labels == c])) for c in range(k)]
    rest_of = [len(np.unique(groups[labels != c])) for c in range(k)]
    first = scored[0]

    def patients(name: str, c: int) -> int:
        """Patients that a proportion of one class speaks of."""
        called = first.predicted == c
        return {
            "sensitivity": patients_of[c],
            "specificity": rest_of[c],
            "ppv": len(np.unique(groups[called])),
            "npv": len(np.unique(groups[~called])),
        }.get(name, len(np.unique(groups)))

    numbers = {}
    for name, value in replicates.point.items():
        n = patients(name, positive) if k == 2 else min(patients(name, c) for c in range(k))
        n = min(patients_of) if name in ("balanced_accuracy", "auc", "average_precision", "f1", "mcc") else n
        numbers[name] = bootstrap.number_of(name, value, replicates.overall[name], n)
    by_class = {
        cases.classes[c]: {
            name: bootstrap.number_of(name, float(values[c]), replicates.by_class[name][:, c], patients(name, c))
            for name, values in replicates.point_by_class.items()
        }
        for c in range(k)
    }
    ones = np.ones((1, len(rows)), dtype=np.float32)
    shown = (positive,) if k == 2 else range(k)
    roc, precision_recall = [], []
    for c, ranking in zip(shown, first.rankings, strict=True):
        curve = evaluate.roc_curve(ranking, labels == c, cases.classes[c])
        roc.append(bootstrap.with_band(curve, ranking, labels == c, groups, min(200, resamples), seed))
        precision_recall.append(evaluate.precision_recall_curve(ranking, labels == c, cases.classes[c]))
    evaluation = Evaluation(
        rows,
        probability,
        first.predicted,
        numbers,
        by_class,
        np.mean([s.confusion(ones)[0] for s in scored], axis=0),
        tuple(roc),
        tuple(precision_recall),
        _reliability(first, replicates, cases.classes[positive] if k == 2 else ""),
    )
    return evaluation, replicates


def _reliability(scored: Scored, replicates: Replicates, name: str) -> Reliability:
    ones = np.ones((1, len(scored.labels)), dtype=np.float32)
    said, happened = (values[0] for values in scored.bin_rates(ones))
    low, high = np.full(len(said), np.nan), np.full(len(said), np.nan)
    for number in range(len(said)):
        each = replicates.happened[:, number]
        each = each[np.isfinite(each)]
        if len(each) >= 20:
            low[number], high[number] = np.quantile(each, [0.025, 0.975])
    return Reliability(said, happened, low, high, np.bincount(scored.bins).astype(np.intp), name)
