"""The results: numbers, plots whose points lead to cases, what leaves the program."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTabWidget
from pytestqt.qtbot import QtBot

from medviewer.document import edits
from medviewer.lab.classical import Kind
from medviewer.ops import registry
from medviewer.ops.operation import Slot
from medviewer.services.classification import Classification
from medviewer.services.workspace import Workspace
from medviewer.ui.lab.case_opener import CaseOpener
from medviewer.ui.lab.results_panel import ResultsPanel
from medviewer.ui.theme import Theme
from tests.helpers.image_workspace import step
from tests.ui.lab.conftest import objects


@pytest.fixture
def opener(workspace: Workspace) -> CaseOpener:
    return CaseOpener(workspace)


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace, lab: Classification, theme: Theme, opener: CaseOpener) -> ResultsPanel:
    made = ResultsPanel(workspace, theme, opener)
    qtbot.addWidget(made)
    made.resize(1360, 330)
    made.show()
    return made


@pytest.fixture
def run(panel: ResultsPanel, lab: Classification) -> ResultsPanel:
    lab.add_table("Objects", objects(), "ct")
    assert lab.run()
    QApplication.processEvents()
    return panel


def words_of(panel: ResultsPanel, name: str) -> str:
    label = panel.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


def test_empty_offers_the_way(panel: ResultsPanel, qtbot: QtBot) -> None:
    button = panel.findChild(QPushButton, "lab-set-up")
    assert isinstance(button, QPushButton)
    assert button.isVisible()
    with qtbot.waitSignal(panel.setup_wanted):
        button.click()


def test_numbers_stand_with_their_limits(run: ResultsPanel) -> None:
    record = run.record
    assert record is not None
    model = run.scores.model()
    assert model.rowCount() == 3  # the baseline is always there, at the end
    assert model.index(2, 0).data() == "Always the most frequent class"
    assert model.index(0, 1).data() == "best"
    judged = record.results.of(record.results.best).judged
    assert judged is not None
    area = judged.numbers["auc"]
    assert model.index(0, 2).data() == f"{area.value:.3f}"
    tip = model.index(0, 2).data(int(Qt.ItemDataRole.ToolTipRole))
    assert f"{area.low:.3f}–{area.high:.3f}" in tip
    assert "30 patients" in words_of(run, "lab-verdict")


def test_points_of_the_roc_curve_are_its_cases(run: ResultsPanel) -> None:
    """Oracle: scikit-learn's curve of the same scores, and its area."""
    from sklearn.metrics import auc, precision_recall_curve, roc_curve

    record = run.record
    assert record is not None
    found = record.results
    judged = found.of(run.kind).judged
    assert judged is not None
    truth = found.cases.labels[judged.rows] == found.positive
    scores = judged.probability[0][:, found.positive]
    x, y, cases = run.roc.points()
    fpr, tpr, _ = roc_curve(truth, scores, drop_intermediate=False)
    np.testing.assert_allclose(x, fpr[1:])
    np.testing.assert_allclose(y, tpr[1:])
    assert sorted(case for own in cases for case in own) == sorted(judged.rows.tolist())
    assert abs(auc(np.r_[0, x], np.r_[0, y]) - judged.numbers["auc"].value) < 1e-12
    recall, precision, _ = run.precision.points()
    p, r, _ = precision_recall_curve(truth, scores)
    np.testing.assert_allclose(recall[::-1], r[:-1])
    np.testing.assert_allclose(precision[::-1], p[:-1])


def test_a_clicked_point_shows_its_case_on_the_canvas(run: ResultsPanel, opener: CaseOpener, qtbot: QtBot) -> None:
    record = run.record
    assert record is not None
    scatter = next(item for item in run.roc._items if type(item).__name__ == "ScatterPlotItem")
    point = scatter.points()[7]
    (case,) = point.data()
    with qtbot.waitSignal(opener.place_wanted) as told:
        scatter.sigClicked.emit(scatter, [point], None)
    assert run.card.case == case
    row = int(record.results.cases.rows[case])
    assert told.args == ["ct", tuple(record.table.column(f"centroid_{a}_mm").values[row] for a in "lps")]
    assert record.results.cases.classes[int(record.results.cases.labels[case])] in words_of(run, "lab-case-words")


def test_a_cell_of_the_matrix_lists_its_cases(run: ResultsPanel, qtbot: QtBot) -> None:
    record = run.record
    assert record is not None
    tabs = run.findChild(QTabWidget, "lab-result-tabs")
    assert isinstance(tabs, QTabWidget)
    tabs.setCurrentWidget(run.confusion)
    matrix = record.results.of(run.kind).judged.confusion  # type: ignore[union-attr]
    for row in range(2):
        for column in range(2):
            assert len(run.confusion.cases_of(row, column)) == matrix[row, column]
    qtbot.mouseClick(run.confusion, Qt.MouseButton.LeftButton, pos=run.confusion.rect_of(0, 0).center())
    assert tabs.currentWidget() is run.cases
    assert run.cases.table.n_rows == matrix[0, 0]
    assert set(run.cases.table.column("label").values) == {"normal"}
    assert set(run.cases.table.column("predicted").values) == {"normal"}
    run.cases.show_only(())
    assert run.cases.table.n_rows == 60


def test_the_matrix_can_be_walked_with_the_keys(run: ResultsPanel, qtbot: QtBot) -> None:
    run.confusion.setFocus()
    qtbot.keyClick(run.confusion, Qt.Key.Key_Right)
    assert run.confusion.cell == (0, 0)
    qtbot.keyClick(run.confusion, Qt.Key.Key_Down)
    qtbot.keyClick(run.confusion, Qt.Key.Key_Right)
    assert run.confusion.cell == (1, 1)


def test_bins_of_the_calibration_hold_every_case_once(run: ResultsPanel) -> None:
    judged = run.record.results.of(run.kind).judged  # type: ignore[union-attr]
    assert judged is not None
    bins = run.reliability.bins()
    assert [len(own) for own in bins] == judged.calibration.counts.tolist()
    assert sorted(case for own in bins for case in own) == sorted(judged.rows.tolist())


def test_the_tree_is_drawn_with_its_units(run: ResultsPanel) -> None:
    texts = [item.text() for item in run.tree.scene().items() if hasattr(item, "text")]
    assert any("≤" in text and "mm²" in text for text in texts)
    assert any(text == "tumour" for text in texts)


def test_importance_names_what_tells_the_classes(run: ResultsPanel) -> None:
    assert run.importance.has_any
    importance = run.record.results.of(run.record.results.best).importance  # type: ignore[union-attr]
    assert importance[0].key == "area_mm2"
    run.show_kind(Kind.BASELINE)
    assert not run.importance.has_any


def test_everything_leaves_the_program(run: ResultsPanel, tmp_path: Path) -> None:
    run.export_json(str(tmp_path / "r.json"))
    found = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert found["seed"] == 0
    assert len(found["classifiers"][0]["scores"]) == 60
    run.export_numbers(str(tmp_path / "n.csv"))
    with (tmp_path / "n.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["classifier"] for row in rows} == {"baseline", "logistic", "tree"}
    area = next(r for r in rows if r["classifier"] == "logistic" and r["number"] == "auc")
    assert float(area["low"]) <= float(area["value"]) <= float(area["high"])
    run.export_cases(str(tmp_path / "c.csv"))
    assert len((tmp_path / "c.csv").read_text("utf-8-sig").strip().splitlines()) == 61
    for name in ("p.png", "p.svg"):
        run.export_plot(str(tmp_path / name))
    assert QImage(str(tmp_path / "p.png")).width() > 600
    svg = (tmp_path / "p.svg").read_text("utf-8")
    assert "<path" in svg or "<polyline" in svg
    assert "Saved as" in words_of(run, "lab-note")
    run.export_json(str(tmp_path / "nowhere" / "r.json"))
    assert "could not be written" in words_of(run, "lab-note")


def test_a_classifier_becomes_a_step_behind_measurements(
    run: ResultsPanel, workspace: Workspace, tmp_path: Path
) -> None:
    document = workspace.document
    document.apply(edits.ShowSeries(0, "ct"))
    run.use_as_step(str(tmp_path / "k.classifier"))
    assert "measures" in words_of(run, "lab-note")
    assert not (tmp_path / "k.classifier").exists()
    measures = next(op for op in registry.all_operations() if op.gives is Slot.TABLE and op.id != "classify.apply")
    document.apply(edits.SetRecipe("ct", (step(measures),)))
    run.use_as_step(str(tmp_path / "k.classifier"))
    steps = document.state.recipes["ct"]
    assert [one.op for one in steps] == [measures.id, "classify.apply"]
    assert steps[1].params["classifier"] == str(tmp_path / "k.classifier")
    document.undo()
    assert len(document.state.recipes["ct"]) == 1


def test_runs_are_kept_side_by_side(run: ResultsPanel, lab: Classification) -> None:
    lab.set_plan(seed=5)
    lab.run()
    assert run.record is not None
    assert run.record.number == 2
    run.show_run(1)
    assert run.record.results.experiment.seed == 0


def test_doubts_are_told_and_their_cases_listed(panel: ResultsPanel, lab: Classification) -> None:
    table = objects()
    doubled = table.select([*range(60), *range(60)])
    lab.add_table("Objects", doubled)
    lab.choose(group="")
    assert lab.run()
    button = panel.findChild(QPushButton, "lab-doubts")
    assert isinstance(button, QPushButton)
    assert "serious" in button.text()
    assert panel.findings.findings[0].code == "leak.no-patient"
