"""Cases: the rows of a table with their features, label and patient, as a classifier needs them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.table import Cell, Column, Table, is_missing
from medviewer.errors import InputError

MAX_CLASSES = 50
MAX_CATEGORIES = 20
"""Different words that a column may hold to be one-hot encoded; more are free text or identifiers."""

IDENTIFIER = re.compile(
    r"(^|[_\W])(id|ids|uid|uuid|guid|pid|mrn|name|file|filename|path|folder|row|index|accession|patient|subject)"
    r"($|[_\W])|(patient|subject|case|study|series)_?(id|no|number)$",
    re.IGNORECASE,
)
"""Names of columns that say who a case is, not what it looks like."""

PLACES = (("x_mm", "y_mm", "z_mm"), ("centroid_l_mm", "centroid_p_mm", "centroid_s_mm"))
"""Columns of a position in the patient; the second are those of measured objects."""

SOURCE_KEYS = frozenset(
    ("series_key", "object", "label_value", "label", "slice", "file", "content_hash", "content_sha256")
    + ("centroid_x_px", "centroid_y_px", "centroid_z_px", "box_x_px", "box_y_px", "box_z_px")
    + PLACES[0]
    + PLACES[1]
)
"""Columns that say where a case comes from; never features unless asked for."""


@dataclass(frozen=True)
class CaseSource:
    """Where a case comes from, so that it can be shown and recognised.

    Attributes
    ----------
    series_key : str
        Series of the catalog; empty when not known.
    file : str
        Picture or member of an archive.
    object : int or None
        Number of the object in its mask.
    label_value : int or None
        Label of the mask.
    slice : int or None
        Index of the slice, from 0.
    position_mm : (x, y, z) or None
        LPS.
    content_hash : str
        Equal for equal pixels.
    """

    series_key: str = ""
    file: str = ""
    object: int | None = None
    label_value: int | None = None
    slice: int | None = None
    position_mm: tuple[float, float, float] | None = None
    content_hash: str = ""


@dataclass(frozen=True, eq=False)
class CategoryColumn:
    """A feature of words: `codes` (n,) intp number into `levels`, -1 where nothing is known."""

    key: str
    levels: tuple[str, ...]
    codes: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Features:
    """What a classifier sees.

    Attributes
    ----------
    number_keys : tuple of str
        One per column of `numbers`.
    numbers : NDArray of float64, shape (n, p)
        NaN: not known.
    categories : tuple of CategoryColumn
        Features of words.
    """

    number_keys: tuple[str, ...]
    numbers: NDArray[np.float64]
    categories: tuple[CategoryColumn, ...] = ()

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.numbers)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of all features, numbers first."""
        return (*self.number_keys, *(c.key for c in self.categories))

    def select(self, rows: NDArray[np.intp]) -> Features:
        """These rows, in that order."""
        return Features(
            self.number_keys,
            self.numbers[rows],
            tuple(replace(c, codes=c.codes[rows]) for c in self.categories),
        )

    @classmethod
    def of_table(cls, table: Table, number_keys: Sequence[str], category_keys: Sequence[str] = ()) -> Features:
        """These columns of a table.

        Raises
        ------
        InputError
            When columns are missing, or hold words where numbers are expected.
        """
        missing = [key for key in (*number_keys, *category_keys) if key not in table.keys]
        if missing:
            raise InputError(
                f"The table lacks {_few(missing)}.",
                "Compute the same features with the same settings as for the cases of the training.",
                "classify.columns",
            )
        numbers = np.empty((table.n_rows, len(number_keys)), dtype=np.float64)
        for at, key in enumerate(number_keys):
            numbers[:, at] = _numbers(table.column(key))
        return cls(tuple(number_keys), numbers, tuple(_category(table.column(key)) for key in category_keys))


@dataclass(frozen=True)
class LeftOut:
    """A column that is no feature, with the reason as a sentence."""

    key: str
    why: str


@dataclass(frozen=True, eq=False)
class CaseTable:
    """Cases to learn from.

    Attributes
    ----------
    features : Features
        n rows.
    labels : NDArray of intp, shape (n,)
        Index into `classes`.
    classes : tuple of str
        Ascending; numbers in numerical order. Of two, the second is the positive one unless said otherwise.
    groups : NDArray of intp, shape (n,)
        Index into `group_names`: the patient of each case.
    groups_known : bool
        False: no column says whose the cases are, and each counts as a patient of its own.
    parts : tuple of str
        Value of the column that gives a split, one per case; empty when there is none.
    sources : tuple of CaseSource
        One per case, or empty.
    rows : NDArray of intp, shape (n,)
        Row of the table that each case was.
    left_out : tuple of LeftOut
        Columns that are no features.
    notes : tuple of str
        Sentences on what was found when reading (rows without a label, infinite values).
    units : mapping of str to str
        Of the features that have one.
    settings : mapping
        How the features were made, as JSON values; kept with a trained classifier.
    """

    features: Features
    labels: NDArray[np.intp]
    classes: tuple[str, ...]
    groups: NDArray[np.intp]
    group_names: tuple[str, ...]
    groups_known: bool
    label_key: str = "label"
    group_key: str = ""
    parts: tuple[str, ...] = ()
    sources: tuple[CaseSource, ...] = ()
    rows: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    name: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of cases."""
        return len(self.labels)

    @property
    def n_groups(self) -> int:
        """Number of patients."""
        return len(np.unique(self.groups))

    def counts(self) -> dict[str, int]:
        """Cases per class."""
        counts = np.bincount(self.labels, minlength=len(self.classes))
        return {name: int(count) for name, count in zip(self.classes, counts, strict=True)}

    def select(self, rows: NDArray[np.intp]) -> CaseTable:
        """These cases, in that order; classes and group names stay."""
        return replace(
            self,
            features=self.features.select(rows),
            labels=self.labels[rows],
            groups=self.groups[rows],
            parts=tuple(self.parts[int(r)] for r in rows) if self.parts else (),
            sources=tuple(self.sources[int(r)] for r in rows) if self.sources else (),
            rows=self.rows[rows],
        )


def build(
    table: Table,
    label: str,
    group: str = "",
    *,
    features: Sequence[str] = (),
    exclude: Sequence[str] = (),
    part: str = "",
) -> CaseTable:
    """Cases from a table.

    Numbers become features as they are, words of at most `MAX_CATEGORIES` kinds are one-hot encoded later; columns
    that look like identifiers, and those that say where a case comes from, are left out unless `features` names them.

    Parameters
    ----------
    table : Table
        One row per case.
    label : str
        Column of the classes; rows without one are left out.
    group : str
        Column of the patients; empty: every row is a patient of its own, and the results will say so.
    features : sequence of str
        Only these columns; empty: all that can be features.
    exclude : sequence of str
        None of these.
    part : str
        Column that gives a split (train and test).

    Raises
    ------
    InputError
        No such column, fewer than two classes, no feature, a label that is a measured quantity.
    """
    for key in filter(None, (label, group, part, *features, *exclude)):
        if key not in table.keys:
            raise InputError(
                f"The table has no column {key[:60]!r}.",
                f"Its columns are {_few(table.keys, 12)}.",
                "classify.column",
            )
    if len({label, group, part} - {""}) < sum(map(bool, (label, group, part))):
        raise InputError(
            "Label, patient and part need a column each.", "Choose different columns.", "classify.column"
        )
    notes: list[str] = []
    rows = np.array([n for n, v in enumerate(table.column(label).values) if not _blank(v)], dtype=np.intp)
    if len(rows) < table.n_rows:
        notes.append(f"{table.n_rows - len(rows)} rows have no label and are left out.")
    kept = table.select([int(r) for r in rows])
    classes, labels = _classes(kept.column(label))
    groups, names, unknown = _groups(kept.column(group)) if group else _own_groups(len(rows))
    if group and unknown:
        notes.append(f"{unknown} rows name no patient; each of them counts as a patient of its own.")
    chosen, left_out = _choose(kept, {label, group, part} - {""}, features, set(exclude), notes)
    if not chosen.keys:
        raise InputError("There is no column to learn from.", "Features are columns of numbers or of few words.")
    parts = tuple(text(v) for v in kept.column(part).values) if part else ()
    return CaseTable(
        chosen, labels, classes, groups, names, bool(group), label, group, parts, _sources(kept), rows,
        tuple(left_out), tuple(notes), table.name, {c.key: c.unit for c in table.columns if c.unit},
        dict(table.facts.get("features", {})),
    )  # fmt: skip


def text(value: Cell) -> str:
    """A cell as the name of a class or patient: 1 and 1.0 are the same."""
    if _blank(value):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _blank(value: Cell) -> bool:
    return is_missing(value) or (isinstance(value, str) and not value.strip())


def _few(keys: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(str(key)[:60] for key in keys[:most])
    return shown if len(keys) <= most else f"{shown} and {len(keys) - most} more"


def _classes(column: Column) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    names = [text(v) for v in column.values]
    distinct = sorted(set(names), key=_order)
    if len(distinct) < 2:
        raise InputError(
            f"The column {column.key[:60]!r} holds {'one class' if distinct else 'no label'}.",
            "A classifier needs cases of at least two classes.",
            "classify.classes",
        )
    fractions = any(isinstance(v, float) and not v.is_integer() for v in column.values)
    if len(distinct) > MAX_CLASSES or (fractions and len(distinct) > 10):
        raise InputError(
            f"The column {column.key[:60]!r} holds {len(distinct)} different values, which are no classes.",
            f"Choose a column of at most {MAX_CLASSES} classes, or group the values into classes first.",
            "classify.classes",
        )
    number = {name: n for n, name in enumerate(distinct)}
    return tuple(distinct), np.array([number[name] for name in names], dtype=np.intp)


def _order(name: str) -> tuple[int, float, str]:
    try:
        return 0, float(name), name
    except ValueError:
        return 1, 0.0, name


def _groups(column: Column) -> tuple[NDArray[np.intp], tuple[str, ...], int]:
    number: dict[str, int] = {}
    out = np.empty(len(column.values), dtype=np.intp)
    unknown = 0
    for row, value in enumerate(column.values):
        name = text(value)
        if not name:
            unknown += 1
            name = f"\0row {row}"
        out[row] = number.setdefault(name, len(number))
    return out, tuple(name.lstrip("\0") for name in number), unknown


def _own_groups(n: int) -> tuple[NDArray[np.intp], tuple[str, ...], int]:
    return np.arange(n, dtype=np.intp), tuple(f"row {r + 1}" for r in range(n)), 0


def _choose(
    table: Table, taken: set[str], features: Sequence[str], exclude: set[str], notes: list[str]
) -> tuple[Features, list[LeftOut]]:
    left_out: list[LeftOut] = []
    number_keys: list[str] = []
    arrays: list[NDArray[np.float64]] = []
    categories: list[CategoryColumn] = []
    for column in table.columns:
        if column.key in taken or (features and column.key not in features):
            continue
        asked = column.key in features
        why = "left out as you asked" if column.key in exclude else _why_not(column, asked)
        if why:
            if asked and column.key not in exclude:
                raise InputError(f"The column {column.key[:60]!r} is no feature: {why}.", "", "classify.column")
            left_out.append(LeftOut(column.key, why))
        elif _is_numeric(column):
            number_keys.append(column.key)
            values = _numbers(column)
            infinite = np.isinf(values)
            if infinite.any():
                notes.append(f"{int(infinite.sum())} infinite values of {column.key[:60]} count as missing.")
                values[infinite] = np.nan
            arrays.append(values)
        else:
            categories.append(_category(column))
    numbers = np.stack(arrays, axis=1) if arrays else np.empty((table.n_rows, 0))
    return Features(tuple(number_keys), numbers, tuple(categories)), left_out


def _why_not(column: Column, asked: bool) -> str:
    known = [v for v in column.values if not _blank(v)]
    if not known:
        return "it is empty"
    if not asked and column.key in SOURCE_KEYS:
        return "it says where a case comes from"
    if not asked and IDENTIFIER.search(column.key):
        return "its name says that it identifies a case"
    if _is_numeric(column):
        return ""
    distinct = len({text(v) for v in known})
    if distinct > MAX_CATEGORIES:
        return f"it holds {distinct} different words"
    if not asked and distinct == len(known) and distinct > 2:
        return "every row has its own word"
    return ""


def _is_numeric(column: Column) -> bool:
    known = [v for v in column.values if not _blank(v)]
    return bool(known) and all(isinstance(v, int | float) for v in known)  # bool counts as 0 and 1


def _numbers(column: Column) -> NDArray[np.float64]:
    out = np.full(len(column.values), np.nan)
    for row, value in enumerate(column.values):
        if isinstance(value, int | float):
            out[row] = float(value)
        elif not _blank(value):
            raise InputError(
                f"The column {column.key[:60]!r} holds words where numbers are expected.", "", "classify.column"
            )
    return out


def _category(column: Column) -> CategoryColumn:
    names = [text(v) for v in column.values]
    levels = tuple(sorted({name for name in names if name}, key=_order))
    number = {name: n for n, name in enumerate(levels)}
    return CategoryColumn(column.key, levels, np.array([number.get(name, -1) for name in names], dtype=np.intp))


def _sources(table: Table) -> tuple[CaseSource, ...]:
    present = SOURCE_KEYS & set(table.keys)
    if not present:
        return ()
    columns = {key: table.column(key).values for key in present}

    def words(n: int, key: str) -> str:
        return text(columns[key][n]) if key in columns else ""

    def whole(n: int, *keys: str) -> int | None:
        for key in keys:
            value = columns[key][n] if key in columns else None
            if isinstance(value, int | float) and not is_missing(value):
                return int(value)
        return None

    def place(n: int) -> tuple[float, float, float] | None:
        for keys in PLACES:
            values = [columns[key][n] for key in keys if key in columns]
            known = [float(v) for v in values if isinstance(v, int | float) and not is_missing(v)]
            if len(known) == 3:
                return known[0], known[1], known[2]
        return None

    return tuple(
        CaseSource(
            words(n, "series_key"),
            words(n, "file"),
            whole(n, "object"),
            whole(n, "label_value", "label"),
            whole(n, "slice"),
            place(n),
            words(n, "content_hash") or words(n, "content_sha256"),
        )
        for n in range(table.n_rows)
    )
