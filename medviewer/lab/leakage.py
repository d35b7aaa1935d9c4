"""Leakage: ways in which the answer slips from the test cases into the learning, looked for and told."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medviewer.lab.cases import CaseTable, Features
from medviewer.lab.split import Split

Rows = NDArray[np.intp]

MAX_NEAR = 20_000
"""Cases up to which near duplicates are looked for; the time grows with the square."""

NEAR = 0.05
"""Two cases of different patients are near duplicates when they lie closer than this share of the usual distance to
the nearest neighbour."""

LEAST_FEATURES = 5
"""Features below which two cases may well be alike by chance."""

LEAST_CASES = 20
"""Cases below which a column may separate the classes by chance."""


class Severity(enum.StrEnum):
    """How far the numbers can still be believed."""

    INFO = "info"
    WARNING = "warning"  # look at it
    SERIOUS = "serious"  # the numbers are probably too good


@dataclass(frozen=True)
class Finding:
    """Something that may make the numbers wrong.

    Attributes
    ----------
    code : str
        Stable short name: ``"leak.same-patient"``.
    severity : Severity
    sentence : str
        For people, in English.
    cases : tuple of int
        Case numbers that it concerns, at most a hundred.
    columns : tuple of str
        Features that it concerns.
    """

    code: str
    severity: Severity
    sentence: str
    cases: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()


def look(cases: CaseTable, split: Split, check: Callable[[], None] | None = None) -> tuple[Finding, ...]:
    """Everything that can be found in the cases and their split, the most serious first.

    Parameters
    ----------
    cases : CaseTable
    split : Split
        Of these cases.
    check : callable, optional
        Called between the searches; raises to cancel.
    """
    found: list[Finding] = []
    for search in (no_patient, same_patient, duplicates, near_duplicates, telling_columns, fitted_on_all):
        if check is not None:
            check()
        found += search(cases, split)
    rank = [Severity.SERIOUS, Severity.WARNING, Severity.INFO]
    return tuple(sorted(found, key=lambda finding: rank.index(finding.severity)))


def _few(rows: Iterable[int]) -> tuple[int, ...]:
    return tuple(int(r) for r in sorted(set(rows))[:100])


def no_patient(cases: CaseTable, _split: Split) -> list[Finding]:
    """No column names the patient."""
    if cases.groups_known:
        return []
    return [
        Finding(
            "leak.no-patient",
            Severity.SERIOUS,
            "No column says which patient a case belongs to, so every row counts as a patient of its own. If "
            "patients have several rows, the numbers are too good and the intervals too narrow.",
        )
    ]


def same_patient(cases: CaseTable, split: Split) -> list[Finding]:
    """A patient on both sides of a split (one given by a column; our own never do that)."""
    pairs = [(fold.train, fold.test) for fold in split.folds] + [(split.development, split.held_out)]
    shared: set[int] = set()
    for train, test in pairs:
        shared |= set(np.intersect1d(cases.groups[train], cases.groups[test]).tolist())
    if not shared:
        return []
    rows = np.flatnonzero(np.isin(cases.groups, list(shared)))
    return [
        Finding(
            "leak.same-patient",
            Severity.SERIOUS,
            f"{_count(len(shared), 'patient is', 'patients are')} both among the cases learned from and among those "
            "tested on.",
            _few(rows),
        )
    ]


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def duplicates(cases: CaseTable, split: Split) -> list[Finding]:
    """Equal pixels (content hash) or equal features in cases of different patients."""
    same_image: list[list[int]] = []
    same_row: list[list[int]] = []
    if cases.sources:
        same_image = _shared([source.content_hash or None for source in cases.sources], cases.groups)
    if len(cases.features.keys) >= LEAST_FEATURES:
        told = {tuple(rows) for rows in same_image}
        found = _shared([*map(bytes, _rows_of(cases.features))], cases.groups)
        same_row = [rows for rows in found if tuple(rows) not in told]
    return _told("leak.duplicate-image", "the same image", same_image, cases, split) + _told(
        "leak.duplicate-row", "the same features", same_row, cases, split
    )


def _rows_of(features: Features) -> NDArray[np.float64]:
    codes = [c.codes[:, None].astype(np.float64) for c in features.categories]
    return np.ascontiguousarray(np.concatenate([features.numbers + 0.0, *codes], axis=1))


def _shared(names: Sequence[Hashable | None], groups: Rows) -> list[list[int]]:
    """Cases that share a name across patients."""
    by_name: dict[Hashable, list[int]] = defaultdict(list)
    for row, name in enumerate(names):
        if name is not None:
            by_name[name].append(row)
    return [rows for rows in by_name.values() if len({int(groups[r]) for r in rows}) > 1]


def _told(code: str, what: str, sets: list[list[int]], cases: CaseTable, split: Split) -> list[Finding]:
    if not sets:
        return []
    across = [rows for rows in sets if _across(rows, split)]
    contrary = sum(len({int(cases.labels[r]) for r in rows}) > 1 for rows in sets)
    concerned = across or sets
    n = sum(map(len, concerned))
    who = "different patients" if cases.groups_known else "different rows"
    sentence = f"{n} cases of {who} have {what}"
    sentence += "; some are learned from while others are tested on." if across else "."
    if contrary:
        sentence += f" {_count(contrary, 'set of them carries', 'sets of them carry')} different labels."
    severity = Severity.SERIOUS if across and n > 0.01 * cases.n else Severity.WARNING
    return [Finding(code, severity, sentence, _few(r for rows in concerned for r in rows))]


def _across(rows: list[int], split: Split) -> bool:
    """Whether some of these cases are learned from while others are tested on."""
    own = np.array(rows)
    pairs = [(fold.train, fold.test) for fold in split.folds] + [(split.development, split.held_out)]
    return any(bool(np.isin(own, train).any() and np.isin(own, test).any()) for train, test in pairs)


def near_duplicates(cases: CaseTable, split: Split) -> list[Finding]:
    """Cases of different patients whose features are almost the same: the same picture saved twice, cut or packed."""
    numbers = cases.features.numbers
    n, p = numbers.shape
    if p < LEAST_FEATURES or not 10 <= n <= MAX_NEAR:
        return []
    filled = np.where(
        np.isnan(numbers), np.nanmedian(np.where(np.isnan(numbers).all(axis=0), 0.0, numbers), axis=0), numbers
    )
    spread = filled.std(axis=0)
    scaled = ((filled - filled.mean(axis=0)) / np.where(spread > 0, spread, 1.0)).astype(np.float64)
    squares = (scaled**2).sum(axis=1)
    nearest = np.full(n, np.inf)
    other = np.zeros(n, dtype=np.intp)
    for first in range(0, n, 512):
        part = scaled[first : first + 512]
        distances = np.maximum(squares[first : first + 512, None] + squares - 2 * part @ scaled.T, 0.0)
        distances[cases.groups[first : first + 512, None] == cases.groups] = np.inf
        other[first : first + 512] = distances.argmin(axis=1)
        nearest[first : first + 512] = distances.min(axis=1)
    # The product form loses digits for close pairs; those are computed again.
    close = np.sqrt(nearest)
    usual = float(np.median(close[np.isfinite(close)])) if np.isfinite(close).any() else 0.0
    suspects = np.flatnonzero(np.isfinite(close) & (close < max(NEAR * usual, 1e-6) + 1e-5))
    exact = np.sqrt(((scaled[suspects] - scaled[other[suspects]]) ** 2).sum(axis=1))
    pairs = [
        [int(row), int(other[row])]
        for row, distance in zip(suspects, exact, strict=True)
        if 0 < distance < NEAR * usual
    ]
    unique = {tuple(sorted(pair)) for pair in pairs}
    return _told("leak.near-duplicate", "almost the same features", [list(pair) for pair in unique], cases, split)


def telling_columns(cases: CaseTable, _split: Split) -> list[Finding]:
    """Columns that alone tell the label: ids in the order of the classes, results known only afterwards."""
    if cases.n < LEAST_CASES:
        return []
    telling = [key for key, values in _single_columns(cases.features) if tells(values, cases.labels)]
    if not telling:
        return []
    names = ", ".join(key[:40] for key in telling[:5]) + (" and others" if len(telling) > 5 else "")
    return [
        Finding(
            "leak.telling-column",
            Severity.WARNING,
            f"{names} alone {'tells' if len(telling) == 1 else 'tell'} the label of every case. Is it known before "
            "the label is, and is it no identifier?",
            (),
            tuple(telling),
        )
    ]


def _single_columns(features: Features) -> Iterable[tuple[str, NDArray[np.float64]]]:
    for at, key in enumerate(features.number_keys):
        yield key, features.numbers[:, at]
    for column in features.categories:
        yield column.key, column.codes.astype(np.float64)


def tells(values: NDArray[np.float64], labels: Rows) -> bool:
    """Whether cases, sorted by `values`, lie in one unbroken run per class; missing values are one more value.

    A number with as few values as there are classes, each of one class, tells them too.
    """
    present = len(np.unique(labels))
    filled = np.where(np.isnan(values), np.inf, values)
    distinct, inverse = np.unique(filled, return_inverse=True)
    if len(distinct) < present:
        return False
    seen = np.zeros((len(distinct), int(labels.max()) + 1), dtype=bool)
    seen[inverse, labels] = True
    if (seen.sum(axis=1) > 1).any():
        return False
    runs = 1 + int((np.diff(seen.argmax(axis=1)) != 0).sum())
    return runs == present


def fitted_on_all(cases: CaseTable, _split: Split) -> list[Finding]:
    """Columns that were scaled, decorrelated or imputed over all cases before they came here."""
    numbers = cases.features.numbers
    keys = np.array(cases.features.number_keys)
    n = len(numbers)
    if n < LEAST_CASES or not len(keys):
        return []
    known = ~np.isnan(numbers)
    complete = np.where(known, numbers, 0.0)
    count = np.maximum(known.sum(axis=0), 1)
    mean = complete.sum(axis=0) / count
    variance = (np.where(known, numbers - mean, 0.0) ** 2).sum(axis=0) / count
    centred = np.abs(mean) < 1e-6 * np.sqrt(np.maximum(variance, 1e-300))
    unbiased = variance * count / np.maximum(count - 1, 1)
    unit = centred & ((np.abs(variance - 1) < 1e-5) | (np.abs(unbiased - 1) < 1e-5))
    found = []
    if unit.any():
        found.append(_fitted("z-scored", keys[unit], "leak.scaled"))
    components = centred & ~unit & (variance > 0)
    if components.sum() >= 3 and known[:, components].all():
        correlation = np.abs(np.corrcoef(numbers[:, components].T) - np.eye(int(components.sum())))
        if correlation.max() < 1e-6:
            found.append(_fitted("made into principal components", keys[components], "leak.components"))
    imputed = [key for at, key in enumerate(keys) if _holds_its_mean(numbers[:, at])]
    if imputed:
        found.append(_fitted("filled with the mean where they were missing", np.array(imputed), "leak.imputed"))
    return found


def _holds_its_mean(values: NDArray[np.float64]) -> bool:
    """Whether one value occurs several times and is, with a fraction that no reading has, the mean of the others."""
    values = values[~np.isnan(values)]
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) < 10 or counts.max() < 3 or (counts == counts.max()).sum() > 1:
        return False
    often = float(distinct[counts.argmax()])
    others = values[values != often]
    scale = float(others.std()) or 1.0
    is_mean = abs(often - float(others.mean())) < 1e-9 * scale
    return is_mean and not bool(np.isin(often, np.round(others, 6)).any()) and often != round(often)


def _fitted(how: str, keys: NDArray[np.str_], code: str) -> Finding:
    names = ", ".join(str(key)[:40] for key in keys[:5]) + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")
    return Finding(
        code,
        Severity.WARNING,
        f"{names}: these columns were {how} over all cases, those tested on included. Give the values as measured; "
        "the program prepares them inside the cross-validation.",
        (),
        tuple(str(key) for key in keys),
    )
