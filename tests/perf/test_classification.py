"""Cross-validation of all classifiers and the patient bootstrap, against scikit-learn put together by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from medviewer.lab import bootstrap, cases, experiment
from medviewer.lab.classical import Kind, Spec, estimator_of
from medviewer.lab.evaluate import Scored
from medviewer.lab.experiment import Experiment
from medviewer.ops.operation import QuietContext
from tests.helpers.patients import simulated
from tests.perf.measure import Table, compare

pytestmark = [pytest.mark.perf, pytest.mark.slow]


def test_cross_validation(table: Table) -> None:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    built = cases.build(simulated(750, 4, 100, 10, effect=0.5), "dx", "patient")
    x, y, groups = built.features.numbers, built.labels, built.groups

    def ours() -> Any:
        return experiment.run(built, Experiment(importance_of="none", resamples=1000), QuietContext())

    def by_hand() -> None:
        """The same classifiers and folds in a pipeline, two processes; no intervals, no leakage guard."""
        folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
        for kind in Kind:
            model = estimator_of(Spec(kind), 2400, 100, 0)
            if kind in (Kind.LINEAR_SVM, Kind.RBF_SVM):
                model = CalibratedClassifierCV(model, cv=3, ensemble=False)
            pipeline = make_pipeline(StandardScaler(), model)
            cross_val_predict(pipeline, x, y, groups=groups, cv=folds, method="predict_proba", n_jobs=2)

    compare(
        table,
        "Classification",
        "8 classifiers, 5 folds by patient, 3,000 × 100 (ours with 13 numbers, intervals, comparisons)",
        {"medviewer": ours, "scikit-learn pipelines, no intervals": by_hand},
        rounds=1,
    )


@pytest.mark.parametrize("k", [2, 6])
def test_bootstrap(table: Table, k: int) -> None:
    from sklearn import metrics

    rng = np.random.default_rng(0)
    labels, groups = np.arange(3000) // 5 % k, np.arange(3000) // 5
    raw = rng.normal(size=(3000, k)) + np.eye(k)[labels]
    probability = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    resamples = 40

    def ours() -> None:
        bootstrap.replicate([Scored.of(labels, probability, 1 if k == 2 else -1)], groups, resamples, 0)

    def by_hand() -> None:
        """Seven of the thirteen numbers, a resample after the other."""
        for weights in bootstrap.draw_weights(groups, resamples, 0).astype(int):
            rows = np.repeat(np.arange(3000), weights)
            y, p = labels[rows], probability[rows]
            called = p.argmax(axis=1)
            metrics.accuracy_score(y, called)
            metrics.balanced_accuracy_score(y, called)
            metrics.f1_score(y, called, average="macro")
            metrics.matthews_corrcoef(y, called)
            metrics.confusion_matrix(y, called)
            metrics.roc_auc_score(y, p[:, 1] if k == 2 else p, multi_class="ovr")
            metrics.log_loss(y, p)

    compare(
        table,
        "Classification",
        f"patient bootstrap, a resample of 3,000 cases, {k} classes",
        {"medviewer": ours, "scikit-learn metrics in a loop": by_hand},
        rounds=3,
        per=resamples,
    )
