"""The results of an experiment as JSON values, for the command line and for other programs."""

from __future__ import annotations

import math
from typing import Any

from medviewer.lab.bootstrap import Number
from medviewer.lab.evaluate import Curve
from medviewer.lab.experiment import ClassifierResult, Results
from medviewer.lab.judging import Evaluation
from medviewer.lab.tree_drawing import TreeNode

MAX_POINTS = 400
"""Of a curve: more are thinned out evenly."""


def to_json(results: Results, scores: bool = False) -> dict[str, Any]:
    """Everything that was found; NaN and infinite numbers are None.

    Parameters
    ----------
    scores : bool
        Add the probabilities of every case (rows are numbered from 0, below the header).
    """
    cases, experiment = results.cases, results.experiment
    return {
        "cases": cases.n,
        "patients": cases.n_groups if cases.groups_known else None,
        "label": cases.label_key,
        "group": cases.group_key or None,
        "classes": cases.counts(),
        "positive": cases.classes[results.positive] if results.positive >= 0 else None,
        "features": list(cases.features.keys),
        "not_used": [{"column": c.key, "why": c.why} for c in cases.left_out],
        "split": {
            "scheme": str(results.split.scheme),
            "folds": len(results.split.folds) // results.split.n_repeats,
            "repeats": results.split.n_repeats,
            "held_out": len(results.split.held_out),
            "by_patient": cases.groups_known,
            "description": results.split.description,
        },
        "seed": experiment.seed,
        "resamples": experiment.resamples,
        "level": 0.95,
        "tuned": experiment.tune,
        "warnings": [
            {
                "code": f.code,
                "severity": str(f.severity),
                "sentence": f.sentence,
                "rows": [int(cases.rows[row]) for row in f.cases],
                "columns": list(f.columns),
            }
            for f in results.findings
        ],
        "best": str(results.best),
        "classifiers": [_classifier(results, own, scores) for own in results.classifiers],
        "comparisons": [
            {
                "first": str(c.first),
                "second": str(c.second),
                "number": c.number,
                "difference": _plain(c.difference),
                "low": _plain(c.low),
                "high": _plain(c.high),
                "p": _plain(c.share),
            }
            for c in results.comparisons
        ],
    }


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _number(number: Number) -> dict[str, Any]:
    return {
        "value": _plain(number.value),
        "low": _plain(number.low),
        "high": _plain(number.high),
        "method": number.method,
    }


def _classifier(results: Results, own: ClassifierResult, scores: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "model": str(own.spec.kind),
        "title": own.spec.title,
        "settings": own.spec.full,
        "seconds": round(own.seconds, 3),
    }
    if own.problem:
        return {**found, "problem": own.problem}
    if own.chosen:
        found["chosen"] = [spec.full for spec in own.chosen]
    judged = own.judged
    if judged is not None:
        found |= _evaluation(results, judged, scores)
        found["judged_on"] = "held-out" if own.held_out is not None else "cross-validation"
    if own.held_out is not None and own.out_of_fold is not None:
        found["cross_validation"] = _evaluation(results, own.out_of_fold, scores)
    if own.importance:
        found["importance"] = [
            {
                "feature": i.key,
                "log_loss_rise": _plain(i.loss),
                "low": _plain(i.low),
                "high": _plain(i.high),
                "auc_drop": _plain(i.auc_drop),
            }
            for i in own.importance
        ]
    if own.tree:
        found["tree"] = [_node(node) for node in own.tree]
    return found


def _evaluation(results: Results, evaluation: Evaluation, scores: bool) -> dict[str, Any]:
    calibration = evaluation.calibration
    found: dict[str, Any] = {
        "numbers": {name: _number(number) for name, number in evaluation.numbers.items()},
        "by_class": {
            name: {key: _number(number) for key, number in numbers.items()}
            for name, numbers in evaluation.by_class.items()
        },
        "confusion": {"classes": list(results.cases.classes), "counts": evaluation.confusion.tolist()},
        "roc": [_curve(curve) for curve in evaluation.roc],
        "precision_recall": [_curve(curve) for curve in evaluation.precision_recall],
        "calibration": {
            "of": calibration.of or None,
            "said": calibration.said.tolist(),
            "happened": calibration.happened.tolist(),
            "low": [_plain(v) for v in calibration.low],
            "high": [_plain(v) for v in calibration.high],
            "counts": calibration.counts.tolist(),
        },
    }
    if scores:
        cases = results.cases
        found["scores"] = [
            {
                "row": int(cases.rows[row]),
                "label": cases.classes[int(cases.labels[row])],
                "predicted": cases.classes[int(evaluation.predicted[at])],
                "probabilities": [round(float(p), 9) for p in evaluation.probability[0, at]],
            }
            for at, row in enumerate(evaluation.rows)
        ]
    return found


def _curve(curve: Curve) -> dict[str, Any]:
    n = len(curve.x)
    keep = range(n) if n <= MAX_POINTS else sorted({round(i * (n - 1) / (MAX_POINTS - 1)) for i in range(MAX_POINTS)})
    found: dict[str, Any] = {"of": curve.of}
    for name in ("x", "y", "threshold", "low", "high"):
        values = getattr(curve, name)
        found[name] = [_plain(float(values[at])) for at in keep] if len(values) else []
    return found


def _node(node: TreeNode) -> dict[str, Any]:
    return {
        "number": node.number,
        "parent": node.parent,
        "column": node.column or None,
        "threshold": _plain(node.threshold),
        "n": node.n,
        "shares": list(node.shares),
        "left": node.left,
        "right": node.right,
    }
