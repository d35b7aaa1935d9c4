from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from medviewer.lab import calibrate


@pytest.mark.parametrize("scale", [0.01, 1.0, 500.0])
def test_platt_is_the_minimum_that_scipy_finds(scale: float) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 200)
    values = (rng.normal(size=200) + labels) * scale
    positive, negative = labels.sum(), (1 - labels).sum()
    target = np.where(labels == 1, (positive + 1) / (positive + 2), 1 / (negative + 2))

    def loss(ab: np.ndarray) -> float:
        z = ab[0] * values / scale + ab[1]
        return float((target * np.logaddexp(0, z) + (1 - target) * np.logaddexp(0, -z)).sum())

    expected = optimize.minimize(loss, [0, 0], method="BFGS", options={"gtol": 1e-9}).x
    found = calibrate.fit_platt(values[:, None], labels)
    assert found.slopes[0] * scale == pytest.approx(expected[0], rel=1e-4)
    assert found.offsets[0] == pytest.approx(expected[1], rel=1e-4, abs=1e-5)


def test_separated_classes_stay_finite() -> None:
    values = np.concatenate([np.linspace(-3, -1, 20), np.linspace(1, 3, 20)])
    labels = np.repeat([0, 1], 20)
    p = calibrate.fit_platt(values[:, None], labels).probabilities(values[:, None])
    assert np.isfinite(p).all()
    assert (p.argmax(axis=1) == labels).all()
    # Platt's targets: never surer than (n + 1) / (n + 2).
    assert p.max() < 1.0


def test_several_classes_sum_to_one() -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, 150)
    decisions = rng.normal(size=(150, 3)) + 2 * np.eye(3)[labels]
    p = calibrate.fit_platt(decisions, labels).probabilities(decisions)
    assert p.sum(axis=1) == pytest.approx(np.ones(150))
    assert (p.argmax(axis=1) == labels).mean() > 0.7


def test_useless_values_give_the_share() -> None:
    labels = np.array([1] * 30 + [0] * 70)
    p = calibrate.fit_platt(np.zeros((100, 1)), labels).probabilities(np.zeros((5, 1)))
    assert p[:, 1] == pytest.approx(0.3, abs=0.02)
