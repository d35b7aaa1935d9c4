"""The tables drawer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from medviewer.core.table import Column, Table
from medviewer.services import result_tables
from medviewer.services.executors import InlineExecutor
from medviewer.ui.panels.tables import TablesPanel
from medviewer.ui.theme import Theme
from tests.helpers.image_workspace import make_workspace
from tests.helpers.phantoms import make_image

TABLE = Table(
    (
        Column("object", (1, 2, 3)),
        Column("area_mm2", (5.0, 50.0, 500.0), "Area", "mm²"),
        Column("centroid_l_mm", (1.0, 2.0, None)),
        Column("centroid_p_mm", (3.0, 4.0, None)),
        Column("centroid_s_mm", (5.0, 6.0, None)),
    )
)


def found(parent: QWidget, kind: type, name: str) -> object:
    child = parent.findChild(kind, name)
    assert child is not None
    return child


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path) -> TablesPanel:
    workspace = make_workspace(tmp_path, InlineExecutor(), ct=make_image())
    made = TablesPanel(workspace, Theme())
    qtbot.addWidget(made)
    made.resize(900, 240)
    made.show()
    return made


def put(panel: TablesPanel, table: Table = TABLE, **more: str) -> result_tables.ResultTable:
    return result_tables.of(panel._workspace).put("Objects", table, **more)


def test_says_what_to_do_before_there_is_a_table(panel: TablesPanel) -> None:
    hint = found(panel, QLabel, "tables-hint")
    assert isinstance(hint, QLabel)
    assert hint.isVisible()
    assert "Measure" in hint.text()


def test_a_row_leads_to_its_place(panel: TablesPanel, qtbot: QtBot) -> None:
    put(panel, series_key="ct")
    view = found(panel, QTableView, "tables-view")
    assert isinstance(view, QTableView)
    with qtbot.waitSignal(panel.place_wanted) as told:
        view.selectRow(1)
    assert told.args == ["ct", (2.0, 4.0, 6.0)]
    with qtbot.assertNotEmitted(panel.place_wanted):
        view.selectRow(2)


def test_filtered_rows_are_counted_copied_and_exported(panel: TablesPanel, qtbot: QtBot, tmp_path: Path) -> None:
    put(panel)
    column, low = found(panel, QComboBox, "tables-filter-column"), found(panel, QLineEdit, "tables-filter-low")
    assert isinstance(column, QComboBox)
    assert isinstance(low, QLineEdit)
    column.setCurrentIndex(column.findData("area_mm2"))
    assert low.isVisible()
    low.setText("40")
    qtbot.waitUntil(lambda: panel.kept().n_rows == 2)
    count = found(panel, QLabel, "tables-count")
    assert isinstance(count, QLabel)
    assert count.text() == "2 of 3 rows"
    panel.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:2] == ["object", "area_mm2"]
    assert [line.split("\t")[0] for line in lines[1:]] == ["2", "3"]
    panel.export(tmp_path / "out.csv")
    assert len((tmp_path / "out.csv").read_text("utf-8-sig").strip().splitlines()) == 3
    low.setText("no number")
    qtbot.waitUntil(lambda: panel.kept().n_rows == 3)
    assert low.property("invalid") == "true"


def test_a_recipe_run_again_replaces_its_table(panel: TablesPanel) -> None:
    first = put(panel, series_key="ct", origin="recipe")
    again = put(panel, TABLE.select([0]), series_key="ct", origin="recipe")
    assert first.id == again.id
    assert panel.shown is again
    assert len(result_tables.of(panel._workspace).tables) == 1


def test_order_by_a_column(panel: TablesPanel) -> None:
    put(panel)
    view = found(panel, QTableView, "tables-view")
    assert isinstance(view, QTableView)
    view.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert panel.kept().column("object").values == (3, 2, 1)
