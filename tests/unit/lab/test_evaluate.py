from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from medviewer.lab import calibrate, evaluate
from medviewer.lab.evaluate import Ranking, Scored


def predictions(n: int, k: int, seed: int, ties: bool) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, k, n)
    raw = rng.normal(size=(n, k))
    raw[np.arange(n), labels] += 1
    probability = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    if ties:
        probability = np.round(probability * 8 + 1e-9)
        probability[probability.sum(axis=1) == 0] = 1
        probability /= probability.sum(axis=1, keepdims=True)
    return labels, probability


def by_scikit_learn(labels: np.ndarray, probability: np.ndarray, weights: np.ndarray) -> dict[str, float]:
    """Resampling by hand: each case as often as its weight."""
    rows = np.repeat(np.arange(len(labels)), weights)
    y, p = labels[rows], probability[rows]
    called, k = p.argmax(axis=1), probability.shape[1]
    average = "binary" if k == 2 else "macro"
    binary = np.eye(k)[y]
    options = {"average": average, "zero_division": np.nan}
    rest = [
        metrics.confusion_matrix(y == c, called == c, labels=[False, True]) for c in ((1,) if k == 2 else range(k))
    ]
    score = p[:, 1] if k == 2 else p
    return {
        "accuracy": metrics.accuracy_score(y, called),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, called),
        "auc": metrics.roc_auc_score(y, score, multi_class="ovr", labels=range(k)),
        "average_precision": metrics.average_precision_score(binary[:, 1] if k == 2 else binary, score),
        "f1": metrics.f1_score(y, called, average=average),
        "sensitivity": metrics.recall_score(y, called, **options),
        "specificity": float(np.mean([m[0, 0] / m[0].sum() for m in rest])),
        "ppv": metrics.precision_score(y, called, **options),
        "npv": float(np.mean([m[0, 0] / m[:, 0].sum() for m in rest])),
        "mcc": metrics.matthews_corrcoef(y, called),
        "brier": float(((p[:, 1] - y) ** 2).mean()) if k == 2 else float(((p - binary) ** 2).sum(axis=1).mean()),
        "log_loss": metrics.log_loss(y, p, labels=range(k)),
    }


@pytest.mark.parametrize("k", [2, 4])
@pytest.mark.parametrize("ties", [False, True])
def test_weighted_numbers_are_those_of_resampled_cases(k: int, ties: bool) -> None:
    labels, probability = predictions(150, k, 3, ties)
    weights = np.random.default_rng(5).integers(0, 3, (6, 150)).astype(np.float32)
    weights[0] = 1
    found, _ = Scored.of(labels, probability, 1 if k == 2 else -1).numbers(weights)
    for row, own in enumerate(weights):
        for name, value in by_scikit_learn(labels, probability, own.astype(int)).items():
            if name == "log_loss" and ties:
                continue  # probabilities of 0 are clipped elsewhere
            assert found[name][row] == pytest.approx(value, abs=1e-6), name


def test_numbers_per_class() -> None:
    labels, probability = predictions(200, 3, 8, False)
    _, found = Scored.of(labels, probability, -1).numbers(np.ones((1, 200), np.float32))
    called = probability.argmax(axis=1)
    assert found["sensitivity"][0] == pytest.approx(metrics.recall_score(labels, called, average=None))
    assert found["ppv"][0] == pytest.approx(metrics.precision_score(labels, called, average=None))
    for c in range(3):
        assert found["auc"][0, c] == pytest.approx(metrics.roc_auc_score(labels == c, probability[:, c]))


def test_the_other_class_may_be_the_positive_one() -> None:
    labels, probability = predictions(120, 2, 1, False)
    one = np.ones((1, 120), np.float32)
    as_second, _ = Scored.of(labels, probability, 1).numbers(one)
    as_first, _ = Scored.of(labels, probability, 0).numbers(one)
    assert as_first["sensitivity"][0] == pytest.approx(as_second["specificity"][0])
    assert as_first["ppv"][0] == pytest.approx(as_second["npv"][0])
    assert as_first["auc"][0] == pytest.approx(as_second["auc"][0])


def test_by_hand() -> None:
    # 3 positives of which 2 are found, 5 negatives of which 1 is taken for one.
    labels = np.array([1, 1, 1, 0, 0, 0, 0, 0])
    p = np.array([0.9, 0.8, 0.3, 0.7, 0.4, 0.2, 0.1, 0.05])
    found, _ = Scored.of(labels, np.stack([1 - p, p], 1), 1).numbers(np.ones((1, 8), np.float32))
    expected = {
        "sensitivity": 2 / 3,
        "specificity": 4 / 5,
        "ppv": 2 / 3,
        "npv": 4 / 5,
        "accuracy": 6 / 8,
        "f1": 2 / 3,
    }
    expected["mcc"] = (2 * 4 - 1 * 1) / np.sqrt(3 * 3 * 5 * 5)
    expected["auc"] = (5 + 5 + 3) / 15  # pairs in order: of 0.9, of 0.8, of 0.3
    for name, value in expected.items():
        assert found[name][0] == pytest.approx(value), name


def test_calibration_error_by_hand() -> None:
    # Two bins of five: 0.2 said and 2 of 5 true, 0.9 said and 3 of 5 true.
    p = np.array([0.2] * 5 + [0.9] * 5)
    labels = np.array([1, 1, 0, 0, 0, 1, 1, 1, 0, 0])
    found, _ = Scored.of(labels, np.stack([1 - p, p], 1), 1).numbers(np.ones((1, 10), np.float32))
    assert found["ece"][0] == pytest.approx((5 * 0.2 + 5 * 0.3) / 10)


@pytest.mark.parametrize("ties", [False, True])
def test_curves_are_those_of_scikit_learn(ties: bool) -> None:
    labels, probability = predictions(90, 2, 2, ties)
    score, positive = probability[:, 1], labels == 1
    ranking = Ranking.of(score)
    ours = evaluate.roc_curve(ranking, positive, "1")
    fpr, tpr, thresholds = metrics.roc_curve(labels, score, drop_intermediate=False)
    assert np.trapezoid(ours.y, ours.x) == pytest.approx(metrics.roc_auc_score(labels, score))
    for x, y, t in zip(ours.x, ours.y, ours.threshold, strict=True):
        called = score >= t
        assert x == pytest.approx((called & ~positive).sum() / (~positive).sum())
        assert y == pytest.approx((called & positive).sum() / positive.sum())
    assert (ours.x[0], ours.y[0], ours.x[-1], ours.y[-1]) == (0, 0, 1, 1)
    assert {*zip(ours.x, ours.y, strict=True)} <= {*zip(fpr, tpr, strict=True)}
    assert len(ours.x) < len(thresholds)
    precision, recall, _ = metrics.precision_recall_curve(labels, score)
    pr = evaluate.precision_recall_curve(ranking, positive, "1")
    assert np.allclose(pr.y[::-1], precision)
    assert np.allclose(pr.x[::-1], recall)


def test_a_class_that_is_lacking_gives_no_number() -> None:
    labels = np.zeros(10, dtype=int)
    p = np.linspace(0.1, 0.9, 10)
    found, _ = Scored.of(labels, np.stack([1 - p, p], 1), 1).numbers(np.ones((1, 10), np.float32))
    assert np.isnan(found["auc"][0])
    assert np.isnan(found["sensitivity"][0])


def test_bins_hold_equal_numbers_and_no_tie_is_cut() -> None:
    said = np.repeat([0.1, 0.3, 0.5, 0.9], [10, 10, 10, 70])
    bins = calibrate.bins_of(said)
    assert all(len(set(bins[said == v])) == 1 for v in set(said))
    assert np.bincount(calibrate.bins_of(np.random.default_rng(0).random(1000))).tolist() == [100] * 10
