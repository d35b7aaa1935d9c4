"""What a run found, as JSON values and as tables: for the window, and for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medviewer.core.table import Cell, Table
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
    rows: list[dict[str, Cell]] = []
    for at, case in enumerate(judged.rows):
        label, called = int(cases.labels[case]), int(judged.predicted[at])
        row: dict[str, Cell] = {"row": int(cases.rows[case]) + 1}
        if cases.groups_known:
            row[cases.group_key] = cases.group_names[int(cases.groups[case])]
        source = cases.sources[int(case)] if cases.sources else None
        if source is not None and source.file:
            row["file"] = source.file
        row |= {"label": cases.classes[label], "predicted": cases.classes[called], "right": label == called}
        row |= {f"p({name})": float(first[at, c]) for c, name in enumerate(cases.classes)}
        rows.append(row)
    return Table.of_rows(rows, "Cases")
