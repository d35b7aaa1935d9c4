"""From tables to cases: sources one below the other, which column is what, labels given by hand. No Qt.

Everything here is a guess with its reason, to be shown beside the choice and to be changed by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from medviewer.core.table import Cell, Column, Table, concatenate, is_missing
from medviewer.errors import InputError
from medviewer.lab import cases as lab_cases
from medviewer.lab.cases import MAX_CLASSES
from medviewer.lab.split import TEST_NAMES, TRAIN_NAMES

CLASS = "class"
"""Column of the labels given by hand."""

SOURCE = "source"
"""Column that says which table a row comes from, where there are several."""

LABEL_NAMES = ("class", "label", "target", "diagnosis", "outcome", "category", "type", "y")
PATIENT = re.compile(r"(^|[_\W])(patient|subject|participant|pid|mrn)($|[_\W])", re.IGNORECASE)
IMAGE = re.compile(r"(^|[_\W])(image|file|filename|series_key|series|scan|slide|study)($|[_\W])", re.IGNORECASE)
PART_NAMES = ("part", "split", "set", "subset", "fold")
MOST_TYPED = 9
"""Classes that have a digit key."""

_STAND_IN = "\0label"


@dataclass(frozen=True, eq=False)
class Source:
    """A table that became cases.

    Attributes
    ----------
    number : int
        Unique while the program runs.
    name : str
        For people.
    table : Table
    series_key : str
        What it was measured on, where it is one series.
    path : str
        Folder, archive or ``.npz`` that the pictures lie in; empty for tables without pictures.
    """

    number: int
    name: str
    table: Table
    series_key: str = ""
    path: str = ""


@dataclass(frozen=True)
class ColumnFacts:
    """What a column can be.

    Attributes
    ----------
    key, title, unit : str
    is_number : bool
    n_known, n_different : int
        Rows with a value; different values, counted up to `MAX_CLASSES` + 1.
    why_not : str
        Why it is not taken for a feature by itself, as a sentence's end; empty: it is.
    """

    key: str
    title: str
    unit: str
    is_number: bool
    n_known: int
    n_different: int
    why_not: str = ""

    @property
    def may_be_label(self) -> bool:
        """Whether its values can be classes."""
        return 2 <= self.n_different <= MAX_CLASSES


@dataclass(frozen=True)
class Guess:
    """A column that was guessed, and why; both empty where nothing fits."""

    key: str = ""
    why: str = ""


@dataclass(frozen=True)
class Survey:
    """What is known of a table before anything was chosen."""

    columns: tuple[ColumnFacts, ...] = ()
    label: Guess = Guess()
    group: Guess = Guess()
    part: Guess = Guess()

    def column(self, key: str) -> ColumnFacts | None:
        """Facts of a column, None where there is none."""
        return next((c for c in self.columns if c.key == key), None)

    @property
    def suspicious(self) -> frozenset[str]:
        """Columns that are no features unless asked for."""
        return frozenset(c.key for c in self.columns if c.why_not)


def joined(sources: Sequence[Source]) -> Table:
    """The rows of all sources, one below the other; of several, with a column that names the source.

    Raises
    ------
    InputError
        When their features were made with different settings.
    """
    if not sources:
        return Table()
    made = [source.table.facts.get("features") for source in sources]
    if any(m != made[0] for m in made):
        raise InputError(
            "The tables were made with different settings, so their columns do not mean the same.",
            "Measure them alike, or classify them apart.",
            "cases.settings",
        )
    tables = [_with_series(source) for source in sources]
    if len(tables) == 1:
        return tables[0]
    named = [
        table.with_columns(Column(SOURCE, (source.name,) * table.n_rows))
        for source, table in zip(sources, tables, strict=True)
    ]
    return concatenate(named, "Cases")


def _with_series(source: Source) -> Table:
    if not source.series_key or "series_key" in source.table.keys:
        return source.table
    return source.table.with_columns(Column("series_key", (source.series_key,) * source.table.n_rows))


def origin(sources: Sequence[Source], row: int) -> tuple[Source, int]:
    """The source of a row of `joined`, and its row there."""
    for source in sources:
        if row < source.table.n_rows:
            return source, row
        row -= source.table.n_rows
    raise IndexError(row)


def survey(table: Table) -> Survey:
    """Look at every column; for a worker, because it reads every cell."""
    if not table.n_rows:
        return Survey()
    # Whether a column is a feature does not depend on the label, and there may be none yet.
    stand_in = Column(_STAND_IN, tuple("ab"[n % 2] for n in range(table.n_rows)))
    why_not: Mapping[str, str] = {}
    try:
        built = lab_cases.build(table.with_columns(stand_in), _STAND_IN)
        why_not = {left.key: left.why for left in built.left_out}
    except InputError:
        why_not = dict.fromkeys(table.keys, "it is no column of numbers or of few words")
    facts = tuple(_facts(column, why_not.get(column.key, "")) for column in table.columns)
    label = _label(facts)
    group = _group(facts, table, label.key)
    part = _part(facts, table, {label.key, group.key})
    columns = tuple(
        replace(c, why_not="it says which table a case comes from") if c.key == SOURCE and c.key != label.key else c
        for c in facts
    )
    return Survey(columns, label, group, part)


def _facts(column: Column, why_not: str) -> ColumnFacts:
    different: set[str] = set()
    known = 0
    is_number = True
    for value in column.values:
        if is_missing(value) or value == "":
            continue
        known += 1
        is_number = is_number and isinstance(value, int | float) and not isinstance(value, bool)
        if len(different) <= MAX_CLASSES:
            different.add(lab_cases.text(value))
    return ColumnFacts(
        column.key, column.title or column.key, column.unit, is_number and known > 0, known, len(different), why_not
    )


def _label(columns: Sequence[ColumnFacts]) -> Guess:
    able = [c for c in columns if c.may_be_label]
    for name in LABEL_NAMES:
        for column in able:
            if column.key.casefold() == name:
                return Guess(column.key, "its name says so")
    words = [
        c for c in able if not c.is_number and c.n_different <= 20 and not PATIENT.search(c.key) and not c.why_not
    ]
    if len(words) == 1:
        return Guess(words[0].key, "it is the only column of few words")
    if words:
        return Guess(words[-1].key, "it is the last column of few words")
    return Guess()


def _group(columns: Sequence[ColumnFacts], table: Table, label: str) -> Guess:
    able = [c for c in columns if c.key != label and c.n_different >= 2]
    for column in able:
        if PATIENT.search(column.key):
            return Guess(column.key, "its name says that it is the patient")
    for column in able:
        if IMAGE.search(column.key) and _repeats(table.column(column.key)):
            return Guess(column.key, "cases of one image belong together; a column of patients would be better")
    return Guess("", "no column looks like a patient")


def _repeats(column: Column) -> bool:
    known = [lab_cases.text(v) for v in column.values if not is_missing(v)]
    return len(set(known)) < len(known)


def _part(columns: Sequence[ColumnFacts], table: Table, taken: set[str]) -> Guess:
    for column in columns:
        if column.key.casefold() in PART_NAMES and column.key not in taken and 2 <= column.n_different <= 5:
            named = {lab_cases.text(v).casefold() for v in table.column(column.key).values}
            if named & set(TEST_NAMES) and named & set(TRAIN_NAMES):
                return Guess(column.key, "it names a training part and a test part")
    return Guess()


def class_names(column: Column) -> tuple[str, ...]:
    """The different values of a column as names, in their order of first appearance."""
    names = (lab_cases.text(v) for v in column.values)
    return tuple(dict.fromkeys(name for name in names if name))


def with_class(table: Table, values: Sequence[Cell]) -> Table:
    """The table with the labels given by hand as its first column."""
    typed = Column(CLASS, tuple(values), "Class")
    others = tuple(column for column in table.columns if column.key != CLASS)
    return Table((typed, *others), table.name, table.facts)
