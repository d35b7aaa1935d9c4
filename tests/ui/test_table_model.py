"""Tables in the window: numbers, order, filters."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt

from medviewer.core.table import Column, Table
from medviewer.ui.table_model import RowFilter, SortRole, TableModel, cell_text

TABLE = Table(
    (
        Column("name", ("b", "a", None)),
        Column("area", (10.0, 9.123456789, math.nan), "Area", "mm²"),
        Column("n", (2, 10, 1)),
    )
)


def test_cells_for_people() -> None:
    assert [cell_text(v) for v in (1.23456789, 3, None, math.nan, "x", True, False)] == [
        "1.23457", "3", "–", "–", "x", "✓", "–",
    ]  # fmt: skip


def test_header_has_title_and_unit(qapp: object) -> None:
    model = TableModel()
    model.show_table(TABLE)
    titles = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(3)]
    assert titles == ["name", "Area [mm²]", "n"]


def test_numbers_sort_as_numbers_and_the_unknown_first(qapp: object) -> None:
    model = TableModel()
    model.show_table(TABLE)
    rows = RowFilter(model)
    rows.sort(2)
    assert rows.kept_rows() == [2, 0, 1]
    rows.sort(1)
    assert rows.kept_rows() == [2, 1, 0]
    assert model.data(model.index(2, 1), SortRole) == -math.inf


def test_filter_by_range_and_by_text(qapp: object) -> None:
    model = TableModel()
    model.show_table(TABLE)
    rows = RowFilter(model)
    rows.set_filter(1, low=9.5)
    assert rows.kept_rows() == [0]
    rows.set_filter(2, 1, 2)
    assert rows.kept_rows() == [0, 2]
    rows.set_filter(0, text="A")
    assert rows.kept_rows() == [1]
    rows.set_filter(-1)
    assert rows.kept_rows() == [0, 1, 2]
