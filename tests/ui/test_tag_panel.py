"""The tag panel: what pydicom reads of the slice on screen, filtered, copied, read only when it is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTableView

from medviewer.document import edits
from medviewer.io.catalog import Catalog
from medviewer.io.scan import scan
from medviewer.services.executors import ManualExecutor
from medviewer.services.paths import Paths
from medviewer.services.workspace import Workspace
from medviewer.ui.panels.tags import INDENT, TagModel, TagPanel
from medviewer.ui.theme import Theme
from medviewer.ui.translation import Translation
from tests.helpers.dicom_factory import make_series


class Bench:
    """A tag panel over a catalog of one series of five files."""

    def __init__(self, folder: Path) -> None:
        self.files = make_series(folder / "files", 5, SeriesDescription="Thorax", PatientName="Wang^XiaoDong")
        paths = Paths(folder / "data", folder / "cache", folder / "log").ensure()
        catalog = Catalog(paths.catalog_dir)
        catalog.add(list(scan([folder / "files"])))
        self.executor = ManualExecutor()
        self.workspace = Workspace(paths, self.executor, catalog=catalog)
        self.panel = TagPanel(self.workspace, Theme("dark"))
        self.panel.resize(500, 600)
        self.panel.show()
        QApplication.processEvents()

    @property
    def table(self) -> QTableView:
        return self.panel.findChild(QTableView)

    def show(self, index: int, pane: int = 0) -> None:
        """Show a slice, as the canvas does once the series is open."""
        (study,) = self.workspace.catalog.studies()
        (row,) = self.workspace.catalog.series_of(study.id)
        self.workspace.show_series(row.id, pane)
        self.executor.settle()
        self.scroll(index, pane)

    def scroll(self, index: int, pane: int = 0) -> None:
        self.workspace.document.apply(edits.SetIndex.of(pane, index))
        self.come_to_rest()

    def come_to_rest(self) -> None:
        """Let the timers run out and the jobs run."""
        for timer in (self.panel._later, self.panel._wait):
            if timer.isActive():
                timer.stop()
                timer.timeout.emit()
        self.executor.settle()

    def cells(self) -> list[tuple[str, ...]]:
        model = self.table.model()
        return [tuple(model.index(row, c).data() for c in range(4)) for row in range(model.rowCount())]

    def value(self, keyword: str) -> str:
        return next(cells[3] for cells in self.cells() if cells[1] == keyword)

    def close(self) -> None:
        self.panel.close()
        self.panel.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.workspace.close()


@pytest.fixture
def bench(qapp: QApplication, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()


def by_position(files: list[Path]) -> list[pydicom.Dataset]:
    return sorted(map(pydicom.dcmread, files), key=lambda ds: float(ds.ImagePositionPatient[2]))


def test_the_tags_are_those_that_pydicom_reads_of_the_slice(bench: Bench) -> None:
    datasets = by_position(bench.files)
    bench.show(1)
    for index in (1, 4):
        bench.scroll(index)
        ds = datasets[index]
        assert bench.table.isVisible()
        assert bench.value("SOPInstanceUID") == ds.SOPInstanceUID
        assert bench.value("PatientName") == "Wang^XiaoDong"
        assert bench.value("InstanceNumber") == str(ds.InstanceNumber)
        names = [cells[1] for cells in bench.cells() if not cells[1].startswith(INDENT)]
        top = [element.keyword for element in ds if element.keyword not in {"PixelData", ""}]
        assert [name for name in names if name in top] == top
        assert next(cells for cells in bench.cells() if cells[1] == "Rows")[:3] == ("(0028,0010)", "Rows", "US")


def test_the_pixels_are_not_listed_as_text(bench: Bench) -> None:
    bench.show(0)
    assert all(len(cells[3]) <= 512 for cells in bench.cells())


def test_typing_filters_tags_names_and_values(bench: Bench) -> None:
    bench.show(2)
    count = len(bench.cells())
    field = bench.panel.findChild(QLineEdit, "tag-filter")
    QTest.keyClicks(field, "patientn")
    assert len(bench.cells()) == count  # the table follows when the hand rests
    bench.come_to_rest()
    assert [cells[1] for cells in bench.cells()] == ["PatientName"]
    for text, keyword in (("(0020,000e)", "SeriesInstanceUID"), ("thorax", "SeriesDescription")):
        field.setText(text)
        bench.come_to_rest()
        assert keyword in [cells[1] for cells in bench.cells()]
        assert len(bench.cells()) < count
    field.setText(".*")  # text, no pattern
    bench.come_to_rest()
    assert bench.cells() == []
    field.clear()
    bench.come_to_rest()
    assert len(bench.cells()) == count


def test_the_filter_stays_while_scrolling(bench: Bench) -> None:
    bench.show(0)
    bench.panel.findChild(QLineEdit, "tag-filter").setText("InstanceNumber")
    bench.come_to_rest()
    numbers = []
    for index in range(5):
        bench.scroll(index)
        ((_, _, _, number),) = bench.cells()
        numbers.append(number)
    assert numbers == [str(ds.InstanceNumber) for ds in by_position(bench.files)]


def test_scrolling_reads_one_file_when_the_hand_rests(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.show(0)
    reads: list[int] = []
    real = bench.workspace.tags
    monkeypatch.setattr(
        bench.workspace,
        "tags",
        lambda *a: reads.append(a[2]) or real(*a),  # type: ignore[func-returns-value]
    )
    for index in (1, 2, 3, 4):
        bench.workspace.document.apply(edits.SetIndex.of(0, index))
    assert reads == []
    bench.come_to_rest()
    assert reads == [4]
    bench.workspace.document.apply(edits.SetView(0, zoom=2.0))
    bench.come_to_rest()
    assert reads == [4]  # the slice is the same


def test_a_hidden_panel_reads_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.come_to_rest()
    bench.panel.hide()
    reads: list[Any] = []
    real = bench.workspace.tags
    monkeypatch.setattr(
        bench.workspace,
        "tags",
        lambda *a: reads.append(a[2]) or real(*a),  # type: ignore[func-returns-value]
    )
    bench.show(3)
    assert reads == []
    bench.panel.show()
    bench.come_to_rest()
    assert reads == [3]
    assert bench.value("SOPInstanceUID") == by_position(bench.files)[3].SOPInstanceUID


def test_rows_are_copied_as_lines(bench: Bench) -> None:
    bench.show(0)
    bench.panel.findChild(QLineEdit, "tag-filter").setText("Patient")
    bench.come_to_rest()
    bench.table.setFocus()
    bench.table.selectAll()
    QTest.keyClick(bench.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert [tuple(line.split("\t")) for line in lines] == bench.cells()


def test_an_empty_pane_says_what_to_do(bench: Bench) -> None:
    hint = bench.panel.findChild(QLabel)
    assert hint.text() == "Open a series to see its tags."
    assert hint.isVisible()
    bench.show(0)
    assert not hint.isVisible()
    bench.workspace.document.apply(edits.ShowSeries(0, ""))
    bench.come_to_rest()
    assert hint.isVisible()
    assert bench.cells() == []


def test_a_file_that_is_gone_says_so_and_the_next_slice_is_read(bench: Bench) -> None:
    bench.show(0)
    gone = by_position(bench.files)[2].filename
    Path(gone).unlink()
    bench.scroll(2)
    hint = bench.panel.findChild(QLabel)
    assert hint.isVisible()
    assert hint.text().endswith(".")
    assert "Error" not in hint.text()
    bench.scroll(3)
    assert bench.table.isVisible()
    assert bench.value("SOPInstanceUID") == by_position([f for f in bench.files if f.exists()])[2].SOPInstanceUID


def test_sequences_are_indented(qapp: QApplication, shared_data: Path, qtmodeltester: Any) -> None:
    from medviewer.io.tags import read_tags

    path = shared_data / "dicom" / "zoo" / "compressed" / "OBXXXX1A_rle.dcm"
    model = TagModel()
    model.show_rows(read_tags(path))
    names = [model.index(row, 1).data() for row in range(model.rowCount())]
    at = names.index("SequenceOfUltrasoundRegions")
    item = pydicom.dcmread(path).SequenceOfUltrasoundRegions[0]
    first = next(iter(item)).keyword
    assert names[at + 1].startswith(INDENT)
    assert any(name == 2 * INDENT + first or name == INDENT + first for name in names[at : at + 4])
    assert model.headerData(3, Qt.Orientation.Horizontal) == "Value"
    qtmodeltester.check(model)


def test_the_language_changes_while_it_is_shown(bench: Bench) -> None:
    field = bench.panel.findChild(QLineEdit, "tag-filter")
    english = (field.placeholderText(), bench.panel.findChild(QLabel).text())
    translation = Translation()
    try:
        assert translation.use("zh_CN") == "zh_CN"
        QApplication.processEvents()
        chinese = (field.placeholderText(), bench.panel.findChild(QLabel).text())
        assert all(any("\u4e00" <= c <= "\u9fff" for c in text) for text in chinese)
    finally:
        translation.use("en")
    QApplication.processEvents()
    assert (field.placeholderText(), bench.panel.findChild(QLabel).text()) == english


def test_a_narrow_panel_keeps_name_and_value_in_sight(bench: Bench) -> None:
    bench.show(0)
    for width, hidden in ((260, [True, False, True, False]), (500, [False] * 4)):
        bench.panel.resize(width, 600)
        QApplication.processEvents()
        assert [bench.table.isColumnHidden(column) for column in range(4)] == hidden
    tip = bench.table.model().index(0, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert bench.cells()[0][0] in tip
