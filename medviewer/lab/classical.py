"""Classical classifiers: which there are, how they are set, and how one is fitted to cases."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.errors import InputError
from medviewer.lab import array_models, calibrate, preparation, split
from medviewer.lab.cases import Features
from medviewer.lab.preparation import FittedPreparation, Preparation

Matrix = NDArray[np.float64]
Rows = NDArray[np.intp]
Check = Callable[[], None]


class Kind(enum.StrEnum):
    """The classifiers, in the order of display."""

    BASELINE = "baseline"
    LOGISTIC = "logistic"
    LINEAR_SVM = "linear-svm"
    RBF_SVM = "rbf-svm"
    NEIGHBOURS = "k-nn"
    TREE = "tree"
    FOREST = "forest"
    BOOSTING = "boosting"


TITLES: Mapping[Kind, str] = {
    Kind.BASELINE: "Always the most frequent class",
    Kind.LOGISTIC: "Logistic regression",
    Kind.LINEAR_SVM: "Linear SVM",
    Kind.RBF_SVM: "RBF SVM",
    Kind.NEIGHBOURS: "k nearest neighbours",
    Kind.TREE: "Decision tree",
    Kind.FOREST: "Random forest",
    Kind.BOOSTING: "Gradient boosting",
}

FORMS: Mapping[Kind, str] = {
    Kind.BASELINE: "baseline",
    Kind.LOGISTIC: "logistic",
    Kind.LINEAR_SVM: "linear",
    Kind.RBF_SVM: "rbf",
    Kind.NEIGHBOURS: "neighbours",
    Kind.TREE: "forest",
    Kind.FOREST: "forest",
    Kind.BOOSTING: "boosting",
}

DEFAULTS: Mapping[Kind, Mapping[str, float]] = {
    Kind.BASELINE: {},
    Kind.LOGISTIC: {"C": 1.0},
    Kind.LINEAR_SVM: {"C": 0.1},
    Kind.RBF_SVM: {"C": 1.0, "gamma": 1.0},
    Kind.NEIGHBOURS: {"neighbours": 15},
    Kind.TREE: {"depth": 5, "leaf": 5},
    Kind.FOREST: {"trees": 100, "leaf": 1},
    Kind.BOOSTING: {"rounds": 100, "rate": 0.1, "leaves": 15},
}
"""Hyper-parameters. ``gamma`` is a multiple of 1 / (columns · variance); ``leaf`` the fewest cases of a leaf."""

GRIDS: Mapping[Kind, Mapping[str, tuple[float, ...]]] = {
    Kind.BASELINE: {},
    Kind.LOGISTIC: {"C": (0.01, 0.1, 1.0, 10.0)},
    Kind.LINEAR_SVM: {"C": (0.001, 0.01, 0.1, 1.0)},
    Kind.RBF_SVM: {"C": (1.0, 10.0), "gamma": (0.3, 1.0)},
    Kind.NEIGHBOURS: {"neighbours": (5, 15, 45)},
    Kind.TREE: {"depth": (3, 5, 8), "leaf": (5, 20)},
    Kind.FOREST: {"leaf": (1, 5)},
    Kind.BOOSTING: {"leaves": (4, 15), "rounds": (50, 150)},
}
"""What tuning tries, by cross-validation inside the cases that are learned from."""

_LIMITS: Mapping[str, tuple[float, float]] = {
    "C": (1e-6, 1e6),
    "gamma": (1e-6, 1e6),
    "neighbours": (1, 1000),
    "depth": (1, 50),
    "leaf": (1, 10_000),
    "trees": (10, 5000),
    "rounds": (1, 5000),
    "rate": (0.001, 1.0),
    "leaves": (2, 1000),
}


@dataclass(frozen=True)
class Spec:
    """A classifier with its hyper-parameters; those left out have their default."""

    kind: Kind
    settings: Mapping[str, float] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Words for people, in English."""
        return TITLES[self.kind]

    @property
    def full(self) -> dict[str, float]:
        """All hyper-parameters."""
        return {**DEFAULTS[self.kind], **self.settings}

    def validated(self) -> Spec:
        """The same; raises InputError for an unknown name or a number out of range."""
        for name, value in self.settings.items():
            if name not in DEFAULTS[self.kind]:
                raise InputError(f"{self.title} has no setting called {name[:40]}.", "", "classify.setting")
            low, high = _LIMITS[name]
            if not low <= value <= high:
                raise InputError(
                    f"{self.title}: {name} must lie between {low:g} and {high:g}.", "", "classify.setting"
                )
        return self

    def grid(self) -> list[Spec]:
        """What tuning tries; settings that were given stay."""
        axes = {k: v for k, v in GRIDS[self.kind].items() if k not in self.settings}
        return [
            Spec(self.kind, {**self.settings, **dict(zip(axes, values, strict=True))})
            for values in itertools.product(*axes.values())
        ]


def parse_kind(name: str) -> Kind:
    """A classifier by its short name; raises InputError for an unknown one."""
    try:
        return Kind(name.strip().lower())
    except ValueError:
        raise InputError(
            f"There is no classifier called {name[:40]!r}.", "Known are: " + ", ".join(Kind) + ".", "classify.kind"
        ) from None


@dataclass(frozen=True, eq=False)
class Fitted:
    """A classifier that has learned.

    Attributes
    ----------
    spec : Spec
        With the settings that tuning chose.
    preparation : FittedPreparation
        Applied before it.
    estimator : object
        The scikit-learn estimator; it only knows the classes in `present`.
    platt : Platt or None
        From decision values to probabilities, for the SVMs.
    present : NDArray of intp
        Classes among the cases it learned from.
    n_classes : int
        Of the whole task.
    converged : bool
        Whether the solver came to its end.
    """

    spec: Spec
    preparation: FittedPreparation
    estimator: Any
    platt: calibrate.Platt | None
    present: Rows
    n_classes: int
    converged: bool = True

    def probabilities(self, features: Features) -> Matrix:
        """Shape (n, n_classes), rows sum to 1."""
        return self.of_matrix(self.preparation.transform(features))

    def of_matrix(self, matrix: Matrix) -> Matrix:
        """The same for cases that are prepared already."""
        if self.spec.kind is Kind.RBF_SVM and self.platt is not None:
            # Our own code does this several times faster than libsvm, to rounding.
            arrays = array_models.extract_rbf(self.estimator)
            found = self.platt.probabilities(array_models.rbf_decisions(arrays, matrix))
        elif self.platt is not None:
            found = self.platt.probabilities(_column(self.estimator.decision_function(matrix)))
        else:
            with one_thread():
                found = np.asarray(self.estimator.predict_proba(matrix), dtype=np.float64)
        if len(self.present) == self.n_classes:
            return found
        out = np.zeros((len(matrix), self.n_classes))
        out[:, self.present] = found
        return out

    def arrays(self) -> array_models.Arrays:
        """All that prediction needs, see `array_models`."""
        return array_models.EXTRACT[FORMS[self.spec.kind]](self.estimator)


def one_thread() -> Any:
    """A context in which this thread's OpenMP libraries start no threads of their own.

    Folds and classifiers already run side by side; on a busy machine two levels of threads wait for each other, and
    gradient boosting was seen to take thirty times as long.
    """
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="openmp")


def _column(decisions: NDArray[Any]) -> Matrix:
    values = np.asarray(decisions, dtype=np.float64)
    return values[:, None] if values.ndim == 1 else values


def estimator_of(spec: Spec, n: int, n_columns: int, seed: int) -> Any:
    """A scikit-learn estimator, not fitted, for so many cases and columns.

    Every estimator uses one thread: folds and classifiers run side by side instead.
    """
    s = spec.full
    seed = seed % 2**32
    if spec.kind is Kind.BASELINE:
        from sklearn.dummy import DummyClassifier

        return DummyClassifier(strategy="prior")
    if spec.kind is Kind.LOGISTIC:
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(C=s["C"], max_iter=500)
    if spec.kind is Kind.LINEAR_SVM:
        from sklearn.svm import LinearSVC

        return LinearSVC(C=s["C"], dual=n_columns > n, max_iter=3000, random_state=seed)
    if spec.kind is Kind.RBF_SVM:
        from sklearn.svm import SVC

        # Columns have variance 1 after scaling, so that "scale" is 1 / columns.
        return SVC(C=s["C"], gamma=s["gamma"] / max(1, n_columns), decision_function_shape="ovr", cache_size=200)
    if spec.kind is Kind.NEIGHBOURS:
        from sklearn.neighbors import KNeighborsClassifier

        wanted = min(int(s["neighbours"]), max(1, n // 3))
        return KNeighborsClassifier(wanted, algorithm="brute")
    if spec.kind is Kind.TREE:
        from sklearn.tree import DecisionTreeClassifier

        leaf = min(int(s["leaf"]), max(1, n // 10))
        return DecisionTreeClassifier(max_depth=int(s["depth"]), min_samples_leaf=leaf, random_state=seed)
    if spec.kind is Kind.FOREST:
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(int(s["trees"]), min_samples_leaf=int(s["leaf"]), n_jobs=1, random_state=seed)
    from sklearn.ensemble import HistGradientBoostingClassifier

    # With few cases a leaf of 20 (scikit-learn's default) would leave no split at all. Early stopping would draw a
    # validation part by row, not by patient: none.
    return HistGradientBoostingClassifier(
        max_iter=int(s["rounds"]),
        learning_rate=s["rate"],
        max_leaf_nodes=int(s["leaves"]),
        min_samples_leaf=int(np.clip(n // 25, 2, 20)),
        early_stopping=False,
        random_state=seed,
    )


def fit(
    spec: Spec,
    request: Preparation,
    features: Features,
    labels: Rows,
    groups: Rows,
    n_classes: int,
    seed: int,
    *,
    tune: bool = False,
    check: Check | None = None,
) -> Fitted:
    """Fit preparation and classifier to these cases and to nothing else.

    Parameters
    ----------
    groups : NDArray of intp
        Patients: tuning and Platt's scaling divide by them.
    tune : bool
        Choose the hyper-parameters by an inner cross-validation (macro AUC of three folds).
    check : callable, optional
        Called between the steps; raises to cancel.

    Raises
    ------
    InputError
        When no feature varies.
    """
    check = check or _no_check
    if tune and len(spec.grid()) > 1:
        spec = _tuned(spec, request, features, labels, groups, seed, check)
    check()
    prepared = preparation.fit(request, features, labels, seed)
    matrix = prepared.transform(features)
    present = np.unique(labels)
    estimator, converged = _fitted(spec, matrix, labels, seed)
    platt = None
    if spec.kind in (Kind.LINEAR_SVM, Kind.RBF_SVM):
        platt = _platt(spec, request, features, labels, groups, seed, check)
        if platt is None:  # too few for an inner division: better than nothing, and overconfident
            platt = calibrate.fit_platt(
                _column(estimator.decision_function(matrix)), np.searchsorted(present, labels)
            )
    return Fitted(spec, prepared, estimator, platt, present, n_classes, converged)


def _no_check() -> None:
    """Never cancelled."""


def _fitted(spec: Spec, matrix: Matrix, labels: Rows, seed: int) -> tuple[Any, bool]:
    estimator = estimator_of(spec, len(matrix), matrix.shape[1], seed)
    preparation.silence_convergence()
    with one_thread():
        estimator.fit(matrix, labels)
    most = getattr(estimator, "max_iter", -1)
    rounds = int(np.max(getattr(estimator, "n_iter_", 0)))
    by_steps = spec.kind in (Kind.LOGISTIC, Kind.LINEAR_SVM)
    return estimator, not by_steps or rounds < most


def _inner_folds(labels: Rows, groups: Rows, seed: int, folds: int = 3) -> NDArray[np.intp] | None:
    """Folds by patient inside the cases learned from; None when a class has too few patients."""
    present = np.unique(labels)
    if min(len(np.unique(groups[labels == number])) for number in present) < folds:
        return None
    of_row = split.assign_folds(labels, groups, folds, seed + 104_729)
    whole = all(len(np.unique(labels[of_row != number])) == len(present) for number in range(folds))
    return of_row if whole else None


def _out_of_fold(
    spec: Spec, request: Preparation, features: Features, labels: Rows, of_row: Rows, seed: int, check: Check
) -> Matrix:
    """Decision values or probabilities of every case from the folds that lack it."""
    parts: list[tuple[Rows, Matrix]] = []
    for number in np.unique(of_row):
        check()
        train, test = np.flatnonzero(of_row != number), np.flatnonzero(of_row == number)
        prepared = preparation.fit(request, features.select(train), labels[train], seed)
        estimator, _ = _fitted(spec, prepared.transform(features.select(train)), labels[train], seed)
        matrix = prepared.transform(features.select(test))
        if hasattr(estimator, "decision_function"):
            parts.append((test, _column(estimator.decision_function(matrix))))
        else:
            parts.append((test, np.asarray(estimator.predict_proba(matrix))))
    out = np.empty((len(labels), parts[0][1].shape[1]))
    for test, values in parts:
        out[test] = values
    return out


def _platt(
    spec: Spec, request: Preparation, features: Features, labels: Rows, groups: Rows, seed: int, check: Check
) -> calibrate.Platt | None:
    of_row = _inner_folds(labels, groups, seed)
    if of_row is None:
        return None
    decisions = _out_of_fold(spec, request, features, labels, of_row, seed, check)
    return calibrate.fit_platt(decisions, np.searchsorted(np.unique(labels), labels))


def _tuned(
    spec: Spec, request: Preparation, features: Features, labels: Rows, groups: Rows, seed: int, check: Check
) -> Spec:
    from medviewer.lab.evaluate import auc_of

    of_row = _inner_folds(labels, groups, seed + 1)
    if of_row is None:
        return spec
    best, chosen = -np.inf, spec
    present, numbered = np.unique(labels, return_inverse=True)
    for candidate in spec.grid():
        scores = _out_of_fold(candidate, request, features, labels, of_row, seed, check)
        if scores.shape[1] == 1:
            scores = np.concatenate([-scores, scores], axis=1)
        quality = float(np.mean([auc_of(numbered == c, scores[:, c]) for c in range(len(present))]))
        if quality > best + 1e-6:  # of equals the first, which is the simplest
            best, chosen = quality, candidate
    return chosen
