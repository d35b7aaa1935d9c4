"""Typing labels in the list of cases."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QTableView
from pytestqt.qtbot import QtBot

from medviewer.core.table import Table
from medviewer.services.classification import Classification
from medviewer.services.workspace import Workspace
from medviewer.ui.lab.case_list import CaseList
from medviewer.ui.lab.case_opener import CaseOpener
from medviewer.ui.theme import Theme
from tests.ui.lab.conftest import objects


@pytest.fixture
def opener(workspace: Workspace) -> CaseOpener:
    return CaseOpener(workspace)


@pytest.fixture
def cases(qtbot: QtBot, workspace: Workspace, lab: Classification, theme: Theme, opener: CaseOpener) -> CaseList:
    made = CaseList(workspace, theme, opener)
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show()
    return made


def view_of(cases: CaseList) -> QTableView:
    found = cases.findChild(QTableView, "lab-cases-view")
    assert isinstance(found, QTableView)
    return found


def test_digits_name_classes_and_go_on(cases: CaseList, lab: Classification, qtbot: QtBot) -> None:
    table = objects(8)
    lab.add_table("Objects", Table(tuple(c for c in table.columns if c.key != "diagnosis")), "ct")
    lab.start_typing()
    new = cases.findChild(QLineEdit, "lab-new-class")
    assert isinstance(new, QLineEdit)
    for name in ("cyst", "stone"):
        qtbot.keyClicks(new, name)
        qtbot.keyClick(new, Qt.Key.Key_Return)
    view = view_of(cases)
    view.selectRow(0)
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_2):
        qtbot.keyClick(view, key)
    assert lab.table.column("class").values[:4] == ("cyst", "stone", "stone", None)
    assert view.currentIndex().row() == 3
    view.selectRow(1)
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert lab.table.column("class").values[1] is None
    view.selectRow(5)
    qtbot.keyClick(view, Qt.Key.Key_9)
    assert lab.table.column("class").values[5] is None


def test_a_row_leads_to_its_place(
    cases: CaseList, lab: Classification, opener: CaseOpener, workspace: Workspace, qtbot: QtBot
) -> None:
    table = objects(8)
    lab.add_table("Objects", table, "ct")
    view = view_of(cases)
    with qtbot.waitSignal(opener.place_wanted) as told:
        view.selectRow(2)
    expected = tuple(table.column(f"centroid_{axis}_mm").values[2] for axis in "lps")
    assert told.args == ["ct", expected]
    state = workspace.document.state
    assert state.view(state.layout.active).series_key == "ct"


def test_labels_of_a_column_are_not_typed_over(cases: CaseList, lab: Classification, qtbot: QtBot) -> None:
    lab.add_table("Objects", objects(8))
    view = view_of(cases)
    view.selectRow(0)
    qtbot.keyClick(view, Qt.Key.Key_1)
    assert "class" not in lab.table.keys
