"""Fitted classifiers as plain arrays that predict by themselves: saved and loaded without running foreign code.

Each kind has `extract` (from the scikit-learn estimator) and `scores`; both give the same numbers as scikit-learn to
rounding. A model is ``dict[str, NDArray]``; its names are checked by `check`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.errors import ModelError

Matrix = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]

ROWS_AT_ONCE = 2048


# -- linear: logistic regression and linear SVM


def extract_linear(estimator: Any) -> Arrays:
    """Weights (1 or k, p) and intercepts."""
    return {"weights": np.array(estimator.coef_, dtype=np.float64), "intercepts": np.array(estimator.intercept_)}


def linear_decisions(arrays: Arrays, x: Matrix) -> Matrix:
    """Decision values, shape (n, 1) for two classes, else (n, k)."""
    out: Matrix = x @ arrays["weights"].T + arrays["intercepts"]
    return out


def logistic_probabilities(arrays: Arrays, x: Matrix) -> Matrix:
    """Of logistic regression, shape (n, k)."""
    decisions = linear_decisions(arrays, x)
    if decisions.shape[1] == 1:
        p = sigmoid(decisions[:, 0])
        return np.stack([1 - p, p], axis=1)
    return softmax(decisions)


# -- RBF SVM


def extract_rbf(estimator: Any) -> Arrays:
    """Support vectors and what libsvm keeps of the one-against-one machines."""
    return {
        "support_vectors": np.array(estimator.support_vectors_, dtype=np.float64),
        "support_counts": np.array(estimator.n_support_, dtype=np.int64),
        # The private pair keeps libsvm's own signs; the public one is turned round for two classes.
        "dual": np.array(estimator._dual_coef_, dtype=np.float64),
        "intercepts": np.array(estimator._intercept_, dtype=np.float64),
        "gamma": np.array([estimator._gamma], dtype=np.float64),
    }


def rbf_decisions(arrays: Arrays, x: Matrix) -> Matrix:
    """As ``SVC.decision_function`` with ``decision_function_shape="ovr"``: (n, 1) for two classes, else (n, k)."""
    vectors, dual = arrays["support_vectors"], arrays["dual"]
    counts = arrays["support_counts"]
    ends = np.concatenate([[0], np.cumsum(counts)]).astype(int)
    k = len(counts)
    out = np.empty((len(x), 1 if k == 2 else k))
    squares = (vectors**2).sum(axis=1)
    for first in range(0, len(x), ROWS_AT_ONCE):
        part = x[first : first + ROWS_AT_ONCE]
        distances = (part**2).sum(axis=1)[:, None] + squares - 2 * part @ vectors.T
        kernel = np.exp(-arrays["gamma"][0] * np.maximum(distances, 0.0))
        pairs = np.empty((len(part), k * (k - 1) // 2))
        at = 0
        for i in range(k):
            for j in range(i + 1, k):
                a, b = slice(ends[i], ends[i + 1]), slice(ends[j], ends[j + 1])
                pairs[:, at] = kernel[:, a] @ dual[j - 1, a] + kernel[:, b] @ dual[i, b] + arrays["intercepts"][at]
                at += 1
        out[first : first + len(part)] = -pairs if k == 2 else _votes(pairs, k)
    return out


def _votes(pairs: Matrix, k: int) -> Matrix:
    """One against one to one value a class: votes, ties broken by the sum of confidences (scikit-learn's rule)."""
    votes, sums = np.zeros((len(pairs), k)), np.zeros((len(pairs), k))
    at = 0
    for i in range(k):
        for j in range(i + 1, k):
            first_wins = pairs[:, at] > 0
            sums[:, i] += pairs[:, at]
            sums[:, j] -= pairs[:, at]
            votes[:, i] += first_wins
            votes[:, j] += ~first_wins
            at += 1
    out: Matrix = votes + sums / (3 * (np.abs(sums) + 1))
    return out


# -- nearest neighbours


def extract_neighbours(estimator: Any) -> Arrays:
    """The cases themselves."""
    return {
        "cases": np.array(estimator._fit_X, dtype=np.float64),
        "case_classes": np.array(estimator._y, dtype=np.int64),
        "neighbours": np.array([estimator.n_neighbors], dtype=np.int64),
        "n_classes": np.array([len(estimator.classes_)], dtype=np.int64),
    }


def neighbour_probabilities(arrays: Arrays, x: Matrix) -> Matrix:
    """Share of each class among the nearest cases (Euclidean), shape (n, k)."""
    cases, classes = arrays["cases"], arrays["case_classes"]
    wanted, k = int(arrays["neighbours"][0]), int(arrays["n_classes"][0])
    squares = (cases**2).sum(axis=1)
    out = np.empty((len(x), k))
    for first in range(0, len(x), ROWS_AT_ONCE):
        part = x[first : first + ROWS_AT_ONCE]
        distances = squares - 2 * part @ cases.T  # the row's own square changes no order
        nearest = np.argpartition(distances, wanted - 1, axis=1)[:, :wanted] if wanted < len(cases) else None
        found = classes[nearest] if nearest is not None else np.broadcast_to(classes, (len(part), len(cases)))
        for number in range(k):
            out[first : first + len(part), number] = (found == number).mean(axis=1)
    return out


# -- trees


def extract_forest(estimator: Any) -> Arrays:
    """Nodes of all trees one after the other (a single tree is a forest of one)."""
    trees = [e.tree_ for e in getattr(estimator, "estimators_", [estimator])]
    starts = np.concatenate([[0], np.cumsum([t.node_count for t in trees])]).astype(np.int64)
    values = [t.value[:, 0, :] / t.value[:, 0, :].sum(axis=1, keepdims=True) for t in trees]
    return {
        "starts": starts,
        "left": np.concatenate([t.children_left for t in trees]).astype(np.int64),
        "right": np.concatenate([t.children_right for t in trees]).astype(np.int64),
        "feature": np.concatenate([t.feature for t in trees]).astype(np.int64),
        "threshold": np.concatenate([t.threshold for t in trees]).astype(np.float64),
        "values": np.concatenate(values).astype(np.float64),
        "counts": np.concatenate([t.n_node_samples for t in trees]).astype(np.int64),
    }


def forest_probabilities(arrays: Arrays, x: Matrix) -> Matrix:
    """Mean of the trees' shares, shape (n, k)."""
    single = x.astype(np.float32)  # scikit-learn's trees compare values of single precision
    out = np.zeros((len(x), arrays["values"].shape[1]))
    starts = arrays["starts"]
    for number in range(len(starts) - 1):
        nodes = {name: arrays[name][starts[number] : starts[number + 1]] for name in _NODE_NAMES}
        out += arrays["values"][starts[number] + _leaves(nodes, single)]
    return out / (len(starts) - 1)


_NODE_NAMES = ("left", "right", "feature", "threshold")


def _leaves(nodes: Arrays, x: NDArray[Any]) -> NDArray[np.intp]:
    """Node that each row ends in; a leaf has no left child (-1)."""
    at = np.zeros(len(x), dtype=np.intp)
    moving = np.arange(len(x)) if nodes["left"][0] >= 0 else np.empty(0, dtype=np.intp)
    while len(moving):
        node = at[moving]
        goes_left = x[moving, nodes["feature"][node]] <= nodes["threshold"][node]
        node = np.where(goes_left, nodes["left"][node], nodes["right"][node])
        at[moving] = node
        moving = moving[nodes["left"][node] >= 0]
    return at


def extract_boosting(estimator: Any) -> Arrays:
    """Nodes of all boosted trees, round by round and within a round class by class."""
    left, right, feature, threshold, values, starts = [], [], [], [], [], [0]
    for rounds in estimator._predictors:
        for tree in rounds:
            nodes = tree.nodes
            leaf = nodes["is_leaf"].astype(bool)
            left.append(np.where(leaf, -1, nodes["left"].astype(np.int64)))
            right.append(np.where(leaf, -1, nodes["right"].astype(np.int64)))
            feature.append(nodes["feature_idx"].astype(np.int64))
            threshold.append(nodes["num_threshold"].astype(np.float64))
            values.append(nodes["value"].astype(np.float64))
            starts.append(starts[-1] + len(nodes))
    return {
        "starts": np.array(starts, dtype=np.int64),
        "left": np.concatenate(left),
        "right": np.concatenate(right),
        "feature": np.concatenate(feature),
        "threshold": np.concatenate(threshold),
        "values": np.concatenate(values),
        "baseline": np.array(estimator._baseline_prediction, dtype=np.float64).reshape(-1),
    }


def boosting_probabilities(arrays: Arrays, x: Matrix) -> Matrix:
    """Of gradient boosting, shape (n, k)."""
    baseline, starts = arrays["baseline"], arrays["starts"]
    raw = np.broadcast_to(baseline, (len(x), len(baseline))).copy()
    for number in range(len(starts) - 1):
        nodes = {name: arrays[name][starts[number] : starts[number + 1]] for name in _NODE_NAMES}
        raw[:, number % len(baseline)] += arrays["values"][starts[number] + _leaves(nodes, x)]
    if len(baseline) == 1:
        p = sigmoid(raw[:, 0])
        return np.stack([1 - p, p], axis=1)
    return softmax(raw)


# -- baseline


def extract_baseline(estimator: Any) -> Arrays:
    """Shares of the classes."""
    return {"priors": np.array(estimator.class_prior_, dtype=np.float64)}


def baseline_probabilities(arrays: Arrays, x: Matrix) -> Matrix:
    """The same for every case."""
    return np.broadcast_to(arrays["priors"], (len(x), len(arrays["priors"]))).copy()


def sigmoid(values: Matrix) -> Matrix:
    """1 / (1 + exp(-v)) without overflow."""
    small = np.exp(-np.abs(values))
    out: Matrix = np.where(values >= 0, 1 / (1 + small), small / (1 + small))
    return out


def softmax(values: Matrix) -> Matrix:
    """Exponentials of each row, to sum 1."""
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    out: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return out


Scores = Callable[[Arrays, Matrix], Matrix]

SCORES: dict[str, Scores] = {
    "linear": linear_decisions,
    "logistic": logistic_probabilities,
    "rbf": rbf_decisions,
    "neighbours": neighbour_probabilities,
    "forest": forest_probabilities,
    "boosting": boosting_probabilities,
    "baseline": baseline_probabilities,
}
"""Decision values for ``linear`` and ``rbf``, else probabilities."""

EXTRACT: dict[str, Callable[[Any], Arrays]] = {
    "linear": extract_linear,
    "logistic": extract_linear,
    "rbf": extract_rbf,
    "neighbours": extract_neighbours,
    "forest": extract_forest,
    "boosting": extract_boosting,
    "baseline": extract_baseline,
}

_SHAPES: dict[str, dict[str, int]] = {  # names and numbers of dimensions
    "linear": {"weights": 2, "intercepts": 1},
    "logistic": {"weights": 2, "intercepts": 1},
    "rbf": {"support_vectors": 2, "support_counts": 1, "dual": 2, "intercepts": 1, "gamma": 1},
    "neighbours": {"cases": 2, "case_classes": 1, "neighbours": 1, "n_classes": 1},
    "forest": {"starts": 1, "left": 1, "right": 1, "feature": 1, "threshold": 1, "values": 2, "counts": 1},
    "boosting": {"starts": 1, "left": 1, "right": 1, "feature": 1, "threshold": 1, "values": 1, "baseline": 1},
    "baseline": {"priors": 1},
}


_NUMBERED = frozenset({"starts", "left", "right", "feature"})
"""Arrays that index others."""


def check(form: str, arrays: Arrays, columns: int, classes: int) -> None:
    """Refuse arrays that are no model for so many columns and classes, so that no file makes a prediction run wild.

    Raises
    ------
    ModelError
    """
    shapes = _SHAPES.get(form)
    if shapes is None or set(arrays) != set(shapes):
        raise _damaged()
    for name, dimensions in shapes.items():
        array = arrays[name]
        if array.ndim != dimensions or array.dtype.kind not in "if" or not array.size:
            raise _damaged()
        if array.dtype.kind == "f" and (name in _NUMBERED or not np.isfinite(array).all()):
            raise _damaged()
    outputs = 1 if classes == 2 else classes
    right = True
    if form in ("linear", "logistic"):
        right = arrays["weights"].shape == (outputs, columns) and len(arrays["intercepts"]) == outputs
    elif form == "rbf":
        n = len(arrays["support_vectors"])
        right = (
            arrays["support_vectors"].shape[1] == columns
            and arrays["dual"].shape == (classes - 1, n)
            and len(arrays["support_counts"]) == classes
            and int(arrays["support_counts"].min()) >= 0
            and int(arrays["support_counts"].sum()) == n
            and len(arrays["intercepts"]) == classes * (classes - 1) // 2
        )
    elif form == "neighbours":
        n = len(arrays["cases"])
        own = arrays["case_classes"]
        right = (
            arrays["cases"].shape[1] == columns
            and len(own) == n
            and bool(((own >= 0) & (own < classes)).all())
            and int(arrays["n_classes"][0]) == classes
            and 1 <= int(arrays["neighbours"][0]) <= n
        )
    elif form == "baseline":
        right = len(arrays["priors"]) == classes
    else:
        width = arrays["values"].shape[1] if form == "forest" else len(arrays["baseline"])
        right = width == (classes if form == "forest" else outputs) and _trees_are_sound(arrays, columns)
    if not right:
        raise _damaged()


def _trees_are_sound(arrays: Arrays, columns: int) -> bool:
    """Every child lies behind its parent in the same tree, so that walking down ends."""
    starts, left, right = arrays["starts"], arrays["left"], arrays["right"]
    n = len(left)
    if any(len(arrays[name]) != n for name in ("right", "feature", "threshold", "values")):
        return False
    sizes = np.diff(starts)
    if len(starts) < 2 or starts[0] != 0 or starts[-1] != n or (sizes < 1).any():
        return False
    own = np.arange(n) - np.repeat(starts[:-1], sizes)
    size = np.repeat(sizes, sizes)
    inner = left >= 0
    children = all(bool(((side > own) & (side < size))[inner].all()) for side in (left, right))
    features = arrays["feature"][inner]
    return children and bool(((features >= 0) & (features < columns)).all())


def _damaged() -> ModelError:
    return ModelError("The file of the classifier is damaged.", "Train and save it again.", "model.damaged")
