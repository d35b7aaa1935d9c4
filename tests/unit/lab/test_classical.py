"""Each classifier, and our own arrays against scikit-learn's predictions."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from medviewer.errors import InputError, ModelError
from medviewer.lab import array_models, classical, preparation
from medviewer.lab.cases import Features
from medviewer.lab.classical import FORMS, Fitted, Kind, Spec
from medviewer.lab.preparation import Preparation

KINDS = list(Kind)


def cases_of(n: int, k: int, p: int = 8, seed: int = 0) -> tuple[Features, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % k
    numbers = rng.normal(size=(n, p)) + 0.8 * np.eye(k, p)[labels] * 2
    return Features(tuple(f"f{i}" for i in range(p)), numbers), labels


def fitted(kind: Kind, k: int, n: int = 180) -> tuple[Fitted, Features]:
    features, labels = cases_of(n, k)
    model = classical.fit(Spec(kind), Preparation(), features, labels, np.arange(n) // 2, k, 7)
    return model, cases_of(300, k, seed=99)[0]


@pytest.mark.parametrize("k", [2, 3, 5])
@pytest.mark.parametrize("kind", KINDS)
def test_arrays_predict_as_scikit_learn(kind: Kind, k: int) -> None:
    model, new = fitted(kind, k)
    matrix = model.preparation.transform(new)
    found = array_models.SCORES[FORMS[kind]](model.arrays(), matrix)
    estimator = model.estimator
    if model.platt is not None:
        expected = estimator.decision_function(matrix)
        expected = expected[:, None] if expected.ndim == 1 else expected
    else:
        expected = estimator.predict_proba(matrix)
    assert np.abs(found - expected).max() < 1e-9
    array_models.check(FORMS[kind], model.arrays(), matrix.shape[1], k)


@pytest.mark.parametrize("k", [2, 4])
@pytest.mark.parametrize("kind", KINDS)
def test_learns_and_gives_probabilities(kind: Kind, k: int) -> None:
    model, new = fitted(kind, k)
    p = model.probabilities(new)
    assert p.shape == (300, k)
    assert np.allclose(p.sum(axis=1), 1)
    assert (p >= 0).all()
    right = (p.argmax(axis=1) == np.arange(300) % k).mean()
    assert right == pytest.approx(1 / k, abs=0.01) if kind is Kind.BASELINE else right > 1.4 / k


def test_boosting_takes_missing_values_as_filled() -> None:
    """Nothing missing reaches the classifier; the arrays carry no direction for it."""
    features, labels = cases_of(150, 2)
    numbers = features.numbers.copy()
    numbers[::7, 2] = np.nan
    holes = Features(features.number_keys, numbers)
    model = classical.fit(Spec(Kind.BOOSTING), Preparation(), holes, labels, np.arange(150), 2, 0)
    matrix = model.preparation.transform(holes)
    assert np.isfinite(matrix).all()
    ours = array_models.boosting_probabilities(model.arrays(), matrix)
    assert isinstance(model.estimator, HistGradientBoostingClassifier)
    assert np.abs(ours - model.estimator.predict_proba(matrix)).max() < 1e-12


def test_svm_is_the_pipeline_of_scikit_learn() -> None:
    features, labels = cases_of(160, 2)
    model = classical.fit(Spec(Kind.RBF_SVM), Preparation(), features, labels, np.arange(160), 2, 0)
    other = make_pipeline(StandardScaler(), SVC(gamma="scale")).fit(features.numbers, labels)
    new = cases_of(200, 2, seed=5)[0]
    ours = array_models.rbf_decisions(model.arrays(), model.preparation.transform(new))[:, 0]
    assert np.allclose(ours, other.decision_function(new.numbers), atol=1e-6)


def test_svm_probabilities_are_not_fitted_to_the_cases_themselves() -> None:
    """Labels by chance: an honest probability stays near one half although the machine knows each case by heart."""
    rng = np.random.default_rng(0)
    features = Features(tuple(f"f{i}" for i in range(30)), rng.normal(size=(90, 30)))
    labels = rng.integers(0, 2, 90)
    model = classical.fit(Spec(Kind.RBF_SVM, {"C": 100.0}), Preparation(), features, labels, np.arange(90), 2, 0)
    assert (model.of_matrix(model.preparation.transform(features)).argmax(axis=1) == labels).mean() > 0.5
    p = model.probabilities(Features(features.number_keys, rng.normal(size=(500, 30))))
    assert np.abs(p[:, 1] - 0.5).mean() < 0.2


def test_a_class_that_was_not_there_gets_nothing() -> None:
    features, labels = cases_of(90, 3)
    rows = np.flatnonzero(labels != 1)
    for kind in (Kind.LOGISTIC, Kind.LINEAR_SVM, Kind.FOREST):
        model = classical.fit(Spec(kind), Preparation(), features.select(rows), labels[rows], rows, 3, 0)
        p = model.probabilities(features)
        assert p.shape == (90, 3)
        assert (p[:, 1] == 0).all()
        assert np.allclose(p.sum(axis=1), 1)


def test_tuning_finds_the_smooth_answer() -> None:
    """Noise in 40 columns and one that tells: strong regularisation must win over none."""
    rng = np.random.default_rng(3)
    labels = np.arange(120) % 2
    numbers = rng.normal(size=(120, 41))
    numbers[:, 0] += 1.2 * labels
    features = Features(tuple(f"f{i}" for i in range(41)), numbers)
    model = classical.fit(Spec(Kind.LOGISTIC), Preparation(), features, labels, np.arange(120), 2, 0, tune=True)
    assert model.spec.full["C"] <= 0.1


def test_the_seed_makes_the_forest() -> None:
    features, labels = cases_of(100, 2)
    p = [
        classical.fit(Spec(Kind.FOREST), Preparation(), features, labels, np.arange(100), 2, seed).probabilities(
            features
        )
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(p[0], p[1])
    assert not np.array_equal(p[0], p[2])


def test_settings_are_checked() -> None:
    with pytest.raises(InputError, match="no setting called"):
        Spec(Kind.TREE, {"C": 1.0}).validated()
    with pytest.raises(InputError, match="must lie between"):
        Spec(Kind.LOGISTIC, {"C": -1.0}).validated()
    with pytest.raises(InputError, match="no classifier called"):
        classical.parse_kind("oracle")


def test_trees_that_run_in_circles_are_refused() -> None:
    model, _ = fitted(Kind.TREE, 2)
    arrays = model.arrays()
    columns = len(model.preparation.kept)
    array_models.check("forest", arrays, columns, 2)
    for name, change in (
        ("left", lambda a: np.where(a >= 0, 0, a)),
        ("feature", lambda a: np.where(a >= 0, 10**6, a)),
    ):
        with pytest.raises(ModelError):
            array_models.check("forest", {**arrays, name: change(arrays[name])}, columns, 2)
    with pytest.raises(ModelError):
        array_models.check("forest", arrays, columns, 3)


def test_preparation_sees_no_case_but_its_own() -> None:
    """Selecting the best of 2000 columns of noise before the folds would 'find' an area of 0.9."""
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 2
    features = Features(tuple(f"f{i}" for i in range(2000)), rng.normal(size=(60, 2000)))
    p = np.empty(60)
    for fold in range(5):
        train, test = np.flatnonzero(np.arange(60) % 5 != fold), np.flatnonzero(np.arange(60) % 5 == fold)
        model = classical.fit(
            Spec(Kind.LOGISTIC), Preparation(best=20), features.select(train), labels[train], train, 2, 0
        )
        p[test] = model.probabilities(features.select(test))[:, 1]
    from sklearn.metrics import roc_auc_score

    assert roc_auc_score(labels, p) < 0.7
    chosen = preparation.fit(Preparation(best=20), features, labels).kept
    leaked = np.empty(60)
    for fold in range(5):
        train, test = np.flatnonzero(np.arange(60) % 5 != fold), np.flatnonzero(np.arange(60) % 5 == fold)
        own = Features(features.number_keys[:20], features.numbers[:, chosen])
        model = classical.fit(Spec(Kind.LOGISTIC), Preparation(), own.select(train), labels[train], train, 2, 0)
        leaked[test] = model.probabilities(own.select(test))[:, 1]
    assert roc_auc_score(labels, leaked) > 0.85
