"""Splits: which cases are learned from and which are tested on. A patient is never on both sides."""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medviewer.errors import InputError
from medviewer.lab.cases import CaseTable

TEST_NAMES = ("test", "testing", "held-out", "heldout", "holdout", "hold-out", "val", "valid", "validation")
TRAIN_NAMES = ("train", "training", "dev", "development")

Rows = NDArray[np.intp]


class Scheme(enum.StrEnum):
    """How cases are divided for cross-validation."""

    FOLDS = "folds"  # by patient, classes in equal shares
    LEAVE_ONE_OUT = "leave-one-patient-out"
    HELD_OUT = "held-out"  # no folds: learn on the development part, test on the part held out


@dataclass(frozen=True)
class SplitRequest:
    """What split is wanted.

    Attributes
    ----------
    scheme : Scheme
        `FOLDS` becomes `LEAVE_ONE_OUT` when a class has fewer patients than folds.
    folds : int
        2 to 50.
    repeats : int
        Times that the folds are drawn anew, 1 to 100.
    test_share : float
        Share of the patients that is held out and used once, at the end; 0: none.
    use_parts : bool
        Hold out the part that the table's own column names (`CaseTable.parts`).
    seed : int
        Of the drawing.
    """

    scheme: Scheme = Scheme.FOLDS
    folds: int = 5
    repeats: int = 1
    test_share: float = 0.0
    use_parts: bool = False
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Fold:
    """Row numbers of one round; `repeat` and `number` count from 0."""

    train: Rows
    test: Rows
    repeat: int
    number: int


@dataclass(frozen=True, eq=False)
class Split:
    """A drawn split.

    Attributes
    ----------
    development : NDArray of intp
        Rows for learning and cross-validation, ascending.
    held_out : NDArray of intp
        Rows that are tested on once; empty when nothing is held out.
    folds : tuple of Fold
        Each development row is tested once per repeat; empty for `Scheme.HELD_OUT`.
    description : str
        A sentence in English.
    """

    development: Rows
    held_out: Rows
    folds: tuple[Fold, ...]
    scheme: Scheme
    n_repeats: int
    description: str


def draw(cases: CaseTable, request: SplitRequest) -> Split:
    """Divide cases by patient.

    Raises
    ------
    InputError
        Too few cases or patients of a class, numbers out of range, a part column that names no test part.
    """
    if not 2 <= request.folds <= 50 or not 1 <= request.repeats <= 100 or not 0 <= request.test_share <= 0.9:
        raise InputError(
            "Folds lie between 2 and 50, repeats between 1 and 100, the share held out between 0 and 0.9.",
            "",
            "classify.split",
        )
    everything = np.arange(cases.n, dtype=np.intp)
    held_out = everything[:0]
    if request.use_parts:
        held_out = _named_test_part(cases)
    elif request.test_share > 0:
        held_out = _drawn_test_part(cases, request.test_share, request.seed)
    development = np.setdiff1d(everything, held_out)
    if request.scheme is Scheme.HELD_OUT:
        if not len(held_out):
            raise InputError("Nothing is held out to test on.", "Give a share, or a column that names the parts.")
        _require_patients(cases, development, 1, "to learn from")
        return Split(development, held_out, (), request.scheme, 1, _told(cases, held_out, "tested on once"))
    fewest = _require_patients(cases, development, 2, "to cross-validate")
    scheme = request.scheme
    if fewest < request.folds:
        scheme = Scheme.LEAVE_ONE_OUT
    folds: list[Fold] = []
    if scheme is Scheme.LEAVE_ONE_OUT:
        folds = _leave_one_out(cases, development)
        repeats, words = 1, f"one patient left out at a time ({len(folds)} rounds)"
    else:
        repeats = request.repeats
        for repeat in range(repeats):
            folds += _stratified(cases, development, request.folds, request.seed + repeat, repeat)
        words = f"{request.folds} folds" + (f", drawn {repeats} times" if repeats > 1 else "")
    unit = "by patient" if cases.groups_known else "by row, because no column names the patient"
    description = f"Cross-validation with {words}, {unit}."
    if len(held_out):
        description += " " + _told(cases, held_out, "held out and tested on once")
    return Split(development, held_out, tuple(folds), scheme, repeats, description)


def _told(cases: CaseTable, held_out: Rows, what: str) -> str:
    patients = len(np.unique(cases.groups[held_out]))
    return f"{len(held_out)} cases of {patients} {'patients' if cases.groups_known else 'rows'} are {what}."


def _named_test_part(cases: CaseTable) -> Rows:
    if not cases.parts:
        raise InputError("No column says which cases are held out.", "Name the column that gives the split.")
    named = np.array([part.casefold() for part in cases.parts])
    found = np.flatnonzero(np.isin(named, ["test", "testing", "held-out", "heldout", "holdout", "hold-out"]))
    if not len(found):
        found = np.flatnonzero(np.isin(named, TEST_NAMES))
    if not len(found) or len(found) == len(named):
        raise InputError(
            "The column of the split names no test part beside a training part.",
            "Call the parts train and test.",
            "classify.split",
        )
    return found.astype(np.intp)


def _drawn_test_part(cases: CaseTable, share: float, seed: int) -> Rows:
    """About `share` of the patients: of the folds of that size, the first."""
    _require_patients(cases, np.arange(cases.n), 3, "to hold some out")
    if share <= 0.5:
        folds = max(2, round(1 / share))
        return _stratified(cases, np.arange(cases.n, dtype=np.intp), folds, seed + 7919, 0)[0].test
    folds = max(2, round(1 / (1 - share)))
    return _stratified(cases, np.arange(cases.n, dtype=np.intp), folds, seed + 7919, 0)[0].train


def _require_patients(cases: CaseTable, rows: Rows, least: int, purpose: str) -> int:
    """Patients of the class that has fewest."""
    who = "patients" if cases.groups_known else "cases"
    fewest = cases.n
    for number, name in enumerate(cases.classes):
        of_class = rows[cases.labels[rows] == number]
        patients = len(np.unique(cases.groups[of_class]))
        if patients < least:
            raise InputError(
                f"Class {name[:40]!r} has {patients} {who}, and at least {least} are needed {purpose}.",
                "Add cases, leave the class out, or join it with another.",
                "classify.few",
            )
        fewest = min(fewest, patients)
    return fewest


def _leave_one_out(cases: CaseTable, rows: Rows) -> list[Fold]:
    groups = cases.groups[rows]
    folds = []
    for number, group in enumerate(np.unique(groups)):
        train, test = rows[groups != group], rows[groups == group]
        if len(np.unique(cases.labels[train])) < len(cases.classes):
            raise InputError(
                "Without one of the patients a class would have no case to learn from.",
                "Add patients, or leave the class out.",
                "classify.few",
            )
        folds.append(Fold(train, test, 0, number))
    return folds


def _stratified(cases: CaseTable, rows: Rows, n_folds: int, seed: int, repeat: int) -> list[Fold]:
    of_row = assign_folds(cases.labels[rows], cases.groups[rows], n_folds, seed)
    folds = []
    for number in range(n_folds):
        train, test = rows[of_row != number], rows[of_row == number]
        lost = set(range(len(cases.classes))) - set(np.unique(cases.labels[train]).tolist())
        if lost or not len(test):
            raise InputError(
                "The patients are too few or too uneven for these folds.",
                "Ask for fewer folds, or for one patient left out at a time.",
                "classify.few",
            )
        folds.append(Fold(train, test, repeat, number))
    return folds


def assign_folds(labels: Rows, groups: Rows, n_folds: int, seed: int) -> NDArray[np.intp]:
    """Fold of every case: no group in two folds, classes in shares as equal as can be.

    scikit-learn's ``StratifiedGroupKFold``, or ``StratifiedKFold`` where every case is its own group (the same aim,
    and far faster).
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    own = len(np.unique(groups)) == len(groups)
    splitter = (StratifiedKFold if own else StratifiedGroupKFold)(n_folds, shuffle=True, random_state=seed % 2**32)
    out = np.empty(len(labels), dtype=np.intp)
    try:
        for number, (_train, test) in enumerate(
            splitter.split(np.zeros((len(labels), 1)), labels, None if own else groups)
        ):
            out[test] = number
    except ValueError:
        raise InputError(
            f"The cases cannot be divided into {n_folds} folds.", "Ask for fewer folds.", "classify.few"
        ) from None
    return out
