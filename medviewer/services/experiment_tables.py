"""What a run found, as JSON values and as tables: for the window, and for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medviewer.core.table import Cell, Column, Table
from medviewer.lab.classical import Kind
from medviewer.services.classification import Record


def report(record: Record) -> Mapping[str, Any]:
    """Everything that a run found, as JSON values, with the scores of every case."""
    from medviewer.lab.report import to_json

    return {**to_json(record.results, scores=True), "seconds": round(record.seconds, 2)}


def metric_table(record: Record, titles: Mapping[str, str] | None = None) -> Table:
    """One row per classifier and number: value, limits, method; ``titles`` names the classifiers."""
    rows: list[dict[str, Cell]] = []
    for own in record.results.classifiers:
        if own.judged is None:
            continue
        for name, number in own.judged.numbers.items():
            rows.append(
                {
                    "classifier": str(own.spec.kind),
                    "title": (titles or {}).get(str(own.spec.kind), own.spec.title),
                    "best": own.spec.kind is record.results.best,
                    "number": name,
                    "value": number.value,
                    "low": number.low,
                    "high": number.high,
                    "interval": number.method,
                }
            )
    return Table.of_rows(rows, "Classifiers")


def case_table(record: Record, kind: Kind) -> Table:
    """One row per judged case: its row, label, prediction, whether it is right, and the probabilities."""
    results = record.results
    cases, judged = results.cases, results.of(kind).judged
    if judged is None:
        return Table()
    first = judged.probability[0]
    numbers = judged.rows.tolist()
    labels, called = cases.labels[judged.rows], judged.predicted
    columns = [Column("row", tuple((cases.rows[judged.rows] + 1).tolist()))]
    if cases.groups_known:
        names = tuple(cases.group_names[group] for group in cases.groups[judged.rows].tolist())
        columns.append(Column(cases.group_key, names))
    if cases.sources and any(cases.sources[case].file for case in numbers):
        columns.append(Column("file", tuple(cases.sources[case].file for case in numbers)))
    columns += [
        Column("label", tuple(cases.classes[c] for c in labels.tolist())),
        Column("predicted", tuple(cases.classes[c] for c in called.tolist())),
        Column("right", tuple((labels == called).tolist())),
    ]
    columns += [Column(f"p({name})", tuple(first[:, c].tolist())) for c, name in enumerate(cases.classes)]
    taken: dict[str, Column] = {}
    for column in columns:  # the column of patients may be called as one of ours
        taken.setdefault(column.key, column)
    return Table(tuple(taken.values()), "Cases")
