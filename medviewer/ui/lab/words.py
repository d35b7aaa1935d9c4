"""Words of the workspace Lab that several of its parts say: classifiers, numbers, reasons, durations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication

from medviewer.document.titles import QT_TRANSLATE_NOOP
from medviewer.lab.bootstrap import Number
from medviewer.lab.classical import Kind
from medviewer.lab.leakage import Severity
from medviewer.ui.told import told

KINDS: Final[Mapping[Kind, str]] = {
    Kind.BASELINE: QT_TRANSLATE_NOOP("Lab", "Always the most frequent class"),
    Kind.LOGISTIC: QT_TRANSLATE_NOOP("Lab", "Logistic regression"),
    Kind.LINEAR_SVM: QT_TRANSLATE_NOOP("Lab", "Linear SVM"),
    Kind.RBF_SVM: QT_TRANSLATE_NOOP("Lab", "RBF SVM"),
    Kind.NEIGHBOURS: QT_TRANSLATE_NOOP("Lab", "Nearest neighbours"),
    Kind.TREE: QT_TRANSLATE_NOOP("Lab", "Decision tree"),
    Kind.FOREST: QT_TRANSLATE_NOOP("Lab", "Random forest"),
    Kind.BOOSTING: QT_TRANSLATE_NOOP("Lab", "Gradient boosting"),
}

METRICS: Final[Mapping[str, tuple[str, str]]] = {
    "auc": (QT_TRANSLATE_NOOP("Lab", "ROC area"), QT_TRANSLATE_NOOP("Lab", "Area under the ROC curve")),
    "balanced_accuracy": (
        QT_TRANSLATE_NOOP("Lab", "Balanced acc."),
        QT_TRANSLATE_NOOP("Lab", "Balanced accuracy: the mean of the sensitivities of the classes"),
    ),
    "sensitivity": (
        QT_TRANSLATE_NOOP("Lab", "Sensitivity"),
        QT_TRANSLATE_NOOP("Lab", "Share of the positive cases that are called positive"),
    ),
    "specificity": (
        QT_TRANSLATE_NOOP("Lab", "Specificity"),
        QT_TRANSLATE_NOOP("Lab", "Share of the negative cases that are called negative"),
    ),
    "ppv": (QT_TRANSLATE_NOOP("Lab", "PPV"), QT_TRANSLATE_NOOP("Lab", "Positive predictive value")),
    "npv": (QT_TRANSLATE_NOOP("Lab", "NPV"), QT_TRANSLATE_NOOP("Lab", "Negative predictive value")),
    "accuracy": (QT_TRANSLATE_NOOP("Lab", "Accuracy"), QT_TRANSLATE_NOOP("Lab", "Share of the cases called rightly")),
    "average_precision": (
        QT_TRANSLATE_NOOP("Lab", "Avg. precision"),
        QT_TRANSLATE_NOOP("Lab", "Average precision: area under the precision-recall curve"),
    ),
    "f1": (QT_TRANSLATE_NOOP("Lab", "F1"), QT_TRANSLATE_NOOP("Lab", "Harmonic mean of precision and sensitivity")),
    "mcc": (QT_TRANSLATE_NOOP("Lab", "MCC"), QT_TRANSLATE_NOOP("Lab", "Matthews correlation, −1 to 1")),
    "brier": (
        QT_TRANSLATE_NOOP("Lab", "Brier"),
        QT_TRANSLATE_NOOP("Lab", "Brier score: mean squared error of the probabilities; smaller is better"),
    ),
    "log_loss": (
        QT_TRANSLATE_NOOP("Lab", "Log loss"),
        QT_TRANSLATE_NOOP("Lab", "Log loss of the probabilities; smaller is better"),
    ),
    "ece": (
        QT_TRANSLATE_NOOP("Lab", "Calibration error"),
        QT_TRANSLATE_NOOP("Lab", "Expected calibration error; smaller is better"),
    ),
}
"""Short and long words of the numbers, in the order of display."""

METHODS: Final[Mapping[str, str]] = {
    "patient bootstrap": QT_TRANSLATE_NOOP("Lab", "95 % interval by resampling patients"),
    "exact, by patients": QT_TRANSLATE_NOOP("Lab", "95 % exact interval for the number of patients"),
    "constant": QT_TRANSLATE_NOOP("Lab", "cannot vary: no interval"),
    "none": QT_TRANSLATE_NOOP("Lab", "no interval: too many resamples lack a class"),
}

SETTINGS: Final[Mapping[str, tuple[str, str]]] = {
    "C": (
        QT_TRANSLATE_NOOP("Lab", "Freedom (C)"),
        QT_TRANSLATE_NOOP("Lab", "How closely it follows the cases; less is smoother"),
    ),
    "gamma": (
        QT_TRANSLATE_NOOP("Lab", "Reach (γ)"),
        QT_TRANSLATE_NOOP("Lab", "Multiple of 1 / columns; more follows single cases"),
    ),
    "neighbours": (QT_TRANSLATE_NOOP("Lab", "Neighbours"), QT_TRANSLATE_NOOP("Lab", "Cases that are asked")),
    "depth": (QT_TRANSLATE_NOOP("Lab", "Depth"), QT_TRANSLATE_NOOP("Lab", "Questions one below the other, at most")),
    "leaf": (QT_TRANSLATE_NOOP("Lab", "Leaf"), QT_TRANSLATE_NOOP("Lab", "Cases that a leaf holds at least")),
    "trees": (QT_TRANSLATE_NOOP("Lab", "Trees"), QT_TRANSLATE_NOOP("Lab", "Number of trees")),
    "rounds": (QT_TRANSLATE_NOOP("Lab", "Rounds"), QT_TRANSLATE_NOOP("Lab", "Trees one after the other")),
    "rate": (QT_TRANSLATE_NOOP("Lab", "Learning rate"), QT_TRANSLATE_NOOP("Lab", "Share of each tree that counts")),
    "leaves": (QT_TRANSLATE_NOOP("Lab", "Leaves"), QT_TRANSLATE_NOOP("Lab", "Leaves of a tree, at most")),
}

LIMITS: Final[Mapping[str, tuple[float, float, int]]] = {
    "C": (0.0001, 10_000.0, 4),
    "gamma": (0.0001, 10_000.0, 4),
    "neighbours": (1, 1000, 0),
    "depth": (1, 50, 0),
    "leaf": (1, 10_000, 0),
    "trees": (10, 5000, 0),
    "rounds": (1, 5000, 0),
    "rate": (0.001, 1.0, 3),
    "leaves": (2, 1000, 0),
}
"""Smallest, largest, decimals in the window."""

SIGNS: Final[Mapping[Severity, tuple[str, str]]] = {
    Severity.SERIOUS: ("bad", "bad"),
    Severity.WARNING: ("warn", "warn"),
    Severity.INFO: ("info", "dim"),
}
"""Icon and colour token."""


def lab_text(source: str) -> str:
    """A source string of this room in the window's language."""
    return QCoreApplication.translate("Lab", source)


def kind_name(kind: Kind) -> str:
    """A classifier's name."""
    return lab_text(KINDS[kind])


def reason(sentence_end: str) -> str:
    """Why a column is what it is, as the rooms below say it in English."""
    return told(sentence_end)


_COUNTS: Final[Mapping[str, tuple[str, str]]] = {
    "case": (QT_TRANSLATE_NOOP("Lab", "1 case"), QT_TRANSLATE_NOOP("Lab", "{n} cases")),
    "class": (QT_TRANSLATE_NOOP("Lab", "1 class"), QT_TRANSLATE_NOOP("Lab", "{n} classes")),
    "patient": (QT_TRANSLATE_NOOP("Lab", "1 patient"), QT_TRANSLATE_NOOP("Lab", "{n} patients")),
    "fold": (QT_TRANSLATE_NOOP("Lab", "1 fold"), QT_TRANSLATE_NOOP("Lab", "{n} folds")),
    "classifier": (QT_TRANSLATE_NOOP("Lab", "1 classifier"), QT_TRANSLATE_NOOP("Lab", "{n} classifiers")),
    "serious": (QT_TRANSLATE_NOOP("Lab", "1 serious finding"), QT_TRANSLATE_NOOP("Lab", "{n} serious findings")),
    "warning": (QT_TRANSLATE_NOOP("Lab", "1 warning"), QT_TRANSLATE_NOOP("Lab", "{n} warnings")),
    "note": (QT_TRANSLATE_NOOP("Lab", "1 note"), QT_TRANSLATE_NOOP("Lab", "{n} notes")),
}


def count_text(what: str, n: int) -> str:
    """So many of something: ``"1 case"``, ``"60 cases"``."""
    one, many = _COUNTS[what]
    return lab_text(one) if n == 1 else lab_text(many).format(n=n)


def number_text(value: float, digits: int = 3) -> str:
    """A number of a table: ``"0.912"``, ``"–"`` where it is not defined."""
    return f"{value:.{digits}f}" if math.isfinite(value) else "–"


def interval_text(number: Number) -> str:
    """The limits of a number: ``"0.853–0.957"``; empty where there are none."""
    if not (math.isfinite(number.low) and math.isfinite(number.high)) or number.method == "constant":
        return ""
    return f"{number.low:.3f}–{number.high:.3f}"


def full_text(number: Number) -> str:
    """A number with its limits: ``"0.912 (0.853–0.957)"``."""
    limits = interval_text(number)
    return f"{number_text(number.value)} ({limits})" if limits else number_text(number.value)


def about(seconds: float) -> str:
    """A time that is an estimate, in words."""
    if seconds < 5:
        return lab_text(QT_TRANSLATE_NOOP("Lab", "a few seconds"))
    if seconds < 55:
        return lab_text(QT_TRANSLATE_NOOP("Lab", "about {n} s")).format(n=5 * max(1, round(seconds / 5)))
    if seconds < 90 * 60:
        return lab_text(QT_TRANSLATE_NOOP("Lab", "about {n} min")).format(n=max(1, round(seconds / 60)))
    return lab_text(QT_TRANSLATE_NOOP("Lab", "about {n} h")).format(n=max(1, round(seconds / 3600)))
