"""The steps of the Lab."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QListView,
    QListWidget,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from medviewer.core.table import Table
from medviewer.lab.classical import Kind
from medviewer.services import result_tables
from medviewer.services.classification import Classification
from medviewer.services.workspace import Workspace
from medviewer.ui.lab.panel import LabPanel
from medviewer.ui.theme import Theme
from tests.ui.lab.conftest import objects


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace, lab: Classification, theme: Theme) -> LabPanel:
    made = LabPanel(workspace, theme)
    qtbot.addWidget(made)
    made.resize(260, 620)
    made.show()
    return made


def child(parent: QWidget, kind: type, name: str) -> QWidget:
    found = parent.findChild(kind, name)
    assert isinstance(found, kind), name
    return found


def test_empty_says_what_to_do(panel: LabPanel) -> None:
    add, run = child(panel, QPushButton, "lab-add"), child(panel, QPushButton, "lab-run")
    assert add.isVisible()
    assert add.property("role") == "primary"
    assert not run.isEnabled()
    assert "no cases" in run.toolTip()
    assert not panel.sections[1].head.isEnabled()


def test_a_measured_table_is_taken_and_guessed(panel: LabPanel, workspace: Workspace, lab: Classification) -> None:
    panel.take(result_tables.of(workspace).put("Objects", objects(), "ct"))
    panel.refresh()
    label, group = child(panel, QComboBox, "lab-label"), child(panel, QComboBox, "lab-group")
    assert isinstance(label, QComboBox)
    assert isinstance(group, QComboBox)
    assert label.currentData() == "diagnosis"
    assert group.currentData() == "patient_id"
    features = child(panel, QListView, "lab-features")
    assert isinstance(features, QListView)
    model = features.model()
    ticked = {
        model.index(row, 0).data(): Qt.CheckState(model.index(row, 0).data(int(Qt.ItemDataRole.CheckStateRole)))
        for row in range(model.rowCount())
    }
    assert ticked["Area [mm²]"] is Qt.CheckState.Checked
    assert ticked["object"] is Qt.CheckState.Unchecked
    row = next(r for r in range(model.rowCount()) if model.index(r, 0).data() == "object")
    assert "where a case comes from" in model.index(row, 0).data(int(Qt.ItemDataRole.ToolTipRole))
    model.setData(model.index(row, 0), Qt.CheckState.Checked.value, int(Qt.ItemDataRole.CheckStateRole))
    assert "object" in lab.used()
    assert child(panel, QPushButton, "lab-run").isEnabled()
    assert "60 cases" in panel.sections[0].head.summary
    assert "30 patients" in panel.sections[0].head.summary


def test_no_patient_shouts_before_the_run(panel: LabPanel, lab: Classification) -> None:
    lab.add_table("Objects", objects())
    group = child(panel, QComboBox, "lab-group")
    assert isinstance(group, QComboBox)
    panel.refresh()
    group.setCurrentIndex(0)
    group.activated.emit(0)
    panel.refresh()
    words = child(panel, QLabel, "lab-words")
    assert isinstance(words, QLabel)
    assert words.isVisible()
    assert "patient of its own" in words.text()
    assert words.property("role") == "bad"
    assert panel.run_step.findings.findings[0].code == "leak.no-patient"
    assert "1 serious finding" in panel.sections[3].head.summary


def test_one_step_is_open_at_a_time(panel: LabPanel, lab: Classification) -> None:
    lab.add_table("Objects", objects())
    panel.refresh()
    panel.sections[2].head.click()
    assert [section.is_open for section in panel.sections] == [False, False, True, False]


def test_choices_reach_the_plan(panel: LabPanel, lab: Classification) -> None:
    lab.add_table("Objects", objects())
    panel.refresh()
    folds, seed = child(panel, QSpinBox, "lab-folds"), child(panel, QSpinBox, "lab-seed")
    assert isinstance(folds, QSpinBox)
    assert isinstance(seed, QSpinBox)
    folds.setValue(3)
    seed.setValue(11)
    tune = child(panel, QCheckBox, "lab-tune")
    assert isinstance(tune, QCheckBox)
    tune.setChecked(True)
    tune.setChecked(False)
    kinds = child(panel, QListWidget, "lab-classifiers")
    assert isinstance(kinds, QListWidget)
    kinds.setCurrentRow(4)
    depth = child(panel, QDoubleSpinBox, "lab-setting-depth")
    assert isinstance(depth, QDoubleSpinBox)
    depth.setValue(3)
    kinds.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert (lab.plan.folds, lab.plan.seed, lab.plan.kinds) == (3, 11, (Kind.TREE,))
    assert lab.plan.settings == {Kind.TREE: {"depth": 3.0}}
    depth.setValue(5)
    assert lab.plan.settings == {}
    panel.refresh()
    assert "3 folds" in panel.sections[1].head.summary


def test_the_run_ends_in_results(panel: LabPanel, lab: Classification, qtbot: QtBot) -> None:
    lab.add_table("Objects", objects())
    panel.refresh()
    estimate = child(panel, QLabel, "lab-estimate")
    assert isinstance(estimate, QLabel)
    assert "takes" in estimate.text()
    run = child(panel, QPushButton, "lab-run")
    with qtbot.waitSignal(panel.results_wanted):
        qtbot.mouseClick(run, Qt.MouseButton.LeftButton)
    assert len(lab.runs) == 1
    assert run.isEnabled()


def test_what_cannot_be_read_is_a_sentence(panel: LabPanel, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("a,a\n1,2\n", encoding="utf-8")
    panel.cases_step.add_path(str(bad))
    words = child(panel, QLabel, "lab-words")
    assert isinstance(words, QLabel)
    assert "Two columns are called" in words.text()


def test_an_empty_table_is_refused_in_words(panel: LabPanel, workspace: Workspace) -> None:
    panel.take(result_tables.of(workspace).put("Nothing", Table(objects().columns).select([])))
    words = child(panel, QLabel, "lab-words")
    assert isinstance(words, QLabel)
    assert "no rows" in words.text()
