"""The measurement panel: values with units, rename, go to, delete, export; the document stays the only truth."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTableView

from medviewer.core.image import Facts, SpacingSource
from medviewer.document import edits
from medviewer.document.state import Measurement, Plane, Shape
from medviewer.errors import MedviewerError
from medviewer.services.executors import ManualExecutor
from medviewer.services.workspace import Workspace
from medviewer.ui.histogram_view import HistogramView
from medviewer.ui.measurement_model import KIND, NAME, SLICE, VALUE
from medviewer.ui.panels.measurements import MeasurementPanel
from medviewer.ui.theme import Theme
from tests.helpers.image_workspace import make_workspace
from tests.helpers.phantoms import make_image

FACTS = Facts(modality="CT", spacing_source=SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)

LINE = Measurement("a", Shape.DISTANCE, "ct", Plane.STACK, 1, ((2.0, 3.0), (12.0, 3.0)), name="Aorta")
REGION = Measurement("b", Shape.RECTANGLE, "ct", Plane.STACK, 3, ((1.0, 2.0), (5.0, 4.0)))
CORNER = Measurement("c", Shape.ANGLE, "plain", Plane.STACK, 0, ((5.0, 0.0), (0.0, 0.0), (0.0, 5.0)))


class Bench:
    def __init__(self, folder: Path) -> None:
        self.executor = ManualExecutor()
        self.ct = make_image(facts=FACTS)
        plain = make_image(facts=Facts(spacing_source=SpacingSource.NONE), unit="")
        self.workspace: Workspace = make_workspace(folder, self.executor, ct=self.ct, plain=plain)
        self.told: list[MedviewerError] = []
        self.workspace.told.connect(self.told.append)
        self.panel = MeasurementPanel(self.workspace, Theme())
        self.panel.resize(420, 600)
        self.panel.show()
        self.chosen: list[str] = []
        self.panel.selected.connect(self.chosen.append)

    def open(self, *keys: str) -> None:
        for pane, key in enumerate(keys):
            self.workspace.show_series(key, pane)
            self.executor.settle()
        self.panel.refresh()

    def add(self, *measurements: Measurement) -> None:
        for m in measurements:
            self.workspace.document.apply(edits.AddMeasurement(m))
        self.panel.refresh()

    @property
    def table(self) -> QTableView:
        table: QTableView = self.panel.findChild(QTableView, "measurement-table")
        return table

    def cell(self, row: int, column: int) -> str:
        return str(self.table.model().index(row, column).data())

    def button(self, name: str) -> QPushButton:
        found: Any = self.panel.findChild(QPushButton, f"measurement-{name}")
        return found


@pytest.fixture
def bench(qapp: QApplication, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.panel.close()
    made.executor.settle()
    made.workspace.close()


def test_empty_it_says_what_to_do(bench: Bench) -> None:
    assert not bench.table.isVisible()
    bench.add(LINE)
    assert bench.table.isVisible()
    bench.workspace.document.undo()
    bench.panel.refresh()
    assert not bench.table.isVisible()


def test_values_carry_their_units(bench: Bench) -> None:
    bench.open("ct", "plain")
    bench.add(LINE, REGION, CORNER, replace(LINE, id="d", series_key="plain", name=""))
    assert bench.cell(0, NAME) == "Aorta"
    assert bench.cell(0, VALUE) == "8.00 mm"  # ten pixels of 0.8 mm
    region = bench.ct.modality_slice(3)[2:5, 1:6]
    assert f"Mean −{abs(region.mean()):.0f}" in bench.cell(1, VALUE)
    assert "HU" in bench.cell(1, VALUE)
    assert "7.2 mm²" in bench.cell(1, VALUE)  # 15 pixels of 0.48 mm²
    assert bench.cell(2, VALUE) == "90.0°"
    assert bench.cell(3, VALUE) == "10.0 px"  # no spacing: never mm
    assert [bench.cell(row, SLICE) for row in range(4)] == ["2", "4", "1", "2"]
    assert bench.cell(1, KIND) == "Rectangle"
    assert bench.cell(3, NAME) == "Distance 4"


def test_values_come_when_the_series_is_opened(bench: Bench) -> None:
    bench.add(LINE)
    assert bench.cell(0, VALUE) == "The series is not open."
    bench.workspace.show_series("ct", 0)
    bench.executor.settle()
    bench.panel.refresh()
    assert bench.cell(0, VALUE) == "8.00 mm"


def test_a_moved_point_changes_the_value_and_keeps_the_selection(bench: Bench) -> None:
    bench.open("ct")
    bench.add(LINE, REGION)
    bench.panel.select("a")
    moved = replace(LINE, points=((2.0, 3.0), (2.0, 13.0)))
    bench.workspace.document.apply(edits.ChangeMeasurement(moved))
    bench.panel.refresh()
    assert bench.cell(0, VALUE) == "6.00 mm"
    assert [m.id for m in bench.panel.selected_measurements()] == ["a"]


def test_names_are_typed_in_place(bench: Bench) -> None:
    bench.open("ct")
    bench.add(LINE, REGION)
    model = bench.table.model()
    assert model.setData(model.index(1, NAME), "  =Lesion <b> ")
    assert bench.workspace.document.state.measurements[1].name == "=Lesion <b>"
    assert not model.setData(model.index(1, VALUE), "5 mm")
    assert not model.flags(model.index(1, VALUE)) & Qt.ItemFlag.ItemIsEditable
    bench.workspace.document.undo()
    assert bench.workspace.document.state.measurements[1].name == ""


def test_delete_is_one_undo_entry(bench: Bench) -> None:
    bench.open("ct")
    bench.add(LINE, REGION, CORNER)
    assert not bench.button("delete").isEnabled()
    bench.table.selectAll()
    QTest.mouseClick(bench.button("delete"), Qt.MouseButton.LeftButton)
    assert bench.workspace.document.state.measurements == ()
    bench.workspace.document.undo()
    bench.panel.refresh()
    assert bench.table.model().rowCount() == 3


def test_go_to_uses_the_pane_that_has_the_series(bench: Bench) -> None:
    bench.open("ct")
    bench.workspace.document.apply(edits.SetLayout(1, 2))
    bench.open("ct", "plain")
    bench.add(LINE, REGION, CORNER)
    bench.workspace.document.apply(edits.SetActive(1))
    index: QModelIndex = bench.table.model().index(1, NAME)
    bench.table.doubleClicked.emit(index)
    layout = bench.workspace.document.state.layout
    assert (layout.active, layout.views[0].index, layout.views[1].series_key) == (0, 3, "plain")
    assert bench.chosen[-1] == "b"
    # Without such a pane the series is opened in the active one, on the slice.
    bench.workspace.document.apply(edits.ShowSeries(1, ""))
    bench.panel.jump_to(CORNER)
    bench.executor.settle()
    view = bench.workspace.document.state.view(1)
    assert (view.series_key, view.index, view.plane) == ("plain", 0, Plane.STACK)
    # Another plane of a series that is shown.
    bench.panel.jump_to(replace(LINE, plane=Plane.CORONAL, index=7))
    view = bench.workspace.document.state.view(0)
    assert (view.plane, view.index) == (Plane.CORONAL, 7)


def test_go_to_a_series_that_is_gone_is_told(bench: Bench) -> None:
    bench.add(replace(LINE, series_key="gone"))
    bench.panel.jump_to(bench.workspace.document.state.measurements[0])
    assert len(bench.told) == 1


def test_the_histogram_is_that_of_the_chosen_region(bench: Bench) -> None:
    bench.open("ct")
    bench.add(LINE, REGION)
    plot = bench.panel.findChild(HistogramView)
    assert plot is not None
    bench.panel.select("a")
    assert not plot.isVisible()
    bench.panel.select("b")
    assert plot.isVisible()
    assert plot.histogram is not None
    assert plot.histogram.counts.sum() == 15
    bench.panel.select("")
    assert not plot.isVisible()


def test_rows_are_sorted_and_found_again(bench: Bench) -> None:
    bench.open("ct")
    bench.add(LINE, REGION, replace(LINE, id="z", name="Zeta", index=0))
    bench.table.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    assert [bench.cell(row, NAME) for row in range(3)] == ["Zeta", "Rectangle 2", "Aorta"]
    bench.panel.select("a")
    assert [m.id for m in bench.panel.selected_measurements()] == ["a"]
    bench.panel.delete_selected()
    assert [m.id for m in bench.workspace.document.state.measurements] == ["b", "z"]


def test_export_is_a_table_that_no_spreadsheet_runs(bench: Bench, tmp_path: Path) -> None:
    bench.open("ct", "plain")
    bench.add(replace(LINE, name='=HYPERLINK("http://x")'), REGION, CORNER, replace(LINE, id="e", name="@SUM(A1)"))
    path = tmp_path / "table.csv"
    bench.panel.export(path)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [row["kind"] for row in rows] == ["distance", "rectangle", "angle", "distance"]
    assert [row["name"] for row in rows] == ['\'=HYPERLINK("http://x")', "", "", "'@SUM(A1)"]
    assert (float(rows[0]["length"]), rows[0]["length_unit"]) == (8.0, "mm")
    region = bench.ct.modality_slice(3)[2:5, 1:6].astype(float)
    assert float(rows[1]["mean"]) == pytest.approx(region.mean())
    assert float(rows[1]["sd"]) == pytest.approx(region.std(ddof=1))
    assert float(rows[1]["mean"]) < 0  # a number may begin with a minus
    assert (float(rows[1]["area"]), rows[1]["area_unit"], rows[1]["pixels"]) == (pytest.approx(7.2), "mm2", "15")
    assert np.isclose(float(rows[2]["angle_deg"]), 90)
    assert [row["slice"] for row in rows] == ["2", "4", "1", "2"]
    bench.panel.export(tmp_path / "no such folder" / "table.csv")
    assert len(bench.told) == 1


def test_language_may_change(bench: Bench) -> None:
    bench.open("ct")
    bench.add(LINE)
    QApplication.sendEvent(bench.panel, QEvent(QEvent.Type.LanguageChange))
    bench.panel.refresh()
    assert bench.button("export").text() == "Export…"
    assert bench.cell(0, VALUE) == "8.00 mm"
