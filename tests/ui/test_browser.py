"""The browser: real catalog, real import, what a reader does with the list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QTableView,
    QTreeView,
)

from medviewer.io.catalog import Catalog
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.scan import scan
from medviewer.services.executors import Executor, InlineExecutor, ManualExecutor
from medviewer.services.paths import Paths
from medviewer.services.workspace import Workspace
from medviewer.ui.browser.left_out import LeftOutDialog
from medviewer.ui.browser.model import MIME_SERIES, PAGE, CatalogModel, NodeRole, ThumbnailRole
from medviewer.ui.browser.panel import BrowserPanel
from medviewer.ui.theme import Theme
from medviewer.ui.translation import Translation
from tests.helpers.dicom_factory import make_instance
from tests.helpers.shell import write_studies


class Bench:
    """A browser over a catalog in a folder."""

    def __init__(self, folder: Path, catalog: Catalog | None = None, executor: Executor | None = None) -> None:
        paths = Paths(folder / "data", folder / "cache", folder / "log").ensure()
        self.catalog = catalog or Catalog(paths.catalog_dir)
        self.executor: Any = executor or InlineExecutor()
        self.workspace = Workspace(paths, self.executor, catalog=self.catalog, import_in_process=False)
        self.theme = Theme("dark")
        self.panel = BrowserPanel(self.workspace, self.theme)
        self.panel.resize(300, 700)
        self.panel.show()
        QApplication.processEvents()

    @property
    def tree(self) -> QTreeView:
        return self.panel.findChild(QTreeView, "browser-tree")

    @property
    def model(self) -> CatalogModel:
        model = self.tree.model()
        assert isinstance(model, CatalogModel)
        return model

    def rows(self, parent: QModelIndex | None = None, depth: int = 0) -> list[str]:
        """What the tree shows unfolded, indented."""
        parent = parent or QModelIndex()
        found = []
        for row in range(self.model.rowCount(parent)):
            index = self.model.index(row, 0, parent)
            found.append("  " * depth + str(index.data()))
            if self.tree.isExpanded(index):
                found += self.rows(index, depth + 1)
        return found

    def series(self, description: str) -> QModelIndex:
        for study in self.catalog.studies():
            for row in self.catalog.series_of(study.id):
                if row.description == description:
                    return self.model.index_of_series(row.id)
        raise LookupError(description)

    def menu(self, index: QModelIndex) -> dict[str, Any]:
        menu = self.panel.context_menu(index)
        assert isinstance(menu, QMenu)
        return {action.text(): action for action in menu.actions() if action.text()}

    def come_to_rest(self) -> None:
        """Let the timers that gather changes run out."""
        for timer in (self.panel._delay, self.panel._later):
            if timer.isActive():
                timer.stop()
                timer.timeout.emit()
        QApplication.processEvents()

    def close(self) -> None:
        self.panel.close()
        self.panel.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.workspace.close()


@pytest.fixture
def bench(qapp: QApplication, tmp_path: Path) -> Iterator[Bench]:
    """Alpha with two studies (two series and one), Beta with one."""
    write_studies(tmp_path / "files")
    made = Bench(tmp_path)
    made.catalog.add(list(scan([tmp_path / "files"])))
    made.panel.reload()
    yield made
    made.close()


ALL = [
    "Alpha, Anna",
    "  2024-01-31",
    "    Thorax",
    "    Abdomen",
    "  2021-01-02",
    "    Follow up",
    "Beta, Ben",
    "  2024-01-31",
    "    T1 axial",
]


def plain(rows: list[str]) -> list[str]:
    """Rows with a study's description left out."""
    return [row[:12] if row.startswith("  2") else row for row in rows]


# -- the list


def test_a_short_list_is_unfolded(bench: Bench) -> None:
    assert plain(bench.rows()) == ALL  # the latest study first


def test_the_model_keeps_the_rules_of_qt(bench: Bench, qtmodeltester: Any) -> None:
    qtmodeltester.check(bench.model)
    fresh = CatalogModel(bench.workspace)
    fresh.reload()
    qtmodeltester.check(fresh)  # nothing fetched below the patients yet


def test_typing_filters_by_name_and_description(bench: Bench) -> None:
    field = bench.panel.findChild(QLineEdit, "browser-filter")
    QTest.keyClicks(field, "thor")
    assert bench.panel._delay.isActive()  # not with every key
    bench.come_to_rest()
    assert plain(bench.rows()) == ["Alpha, Anna", "  2024-01-31", "    Thorax"]
    field.setText("beta")
    bench.come_to_rest()
    assert plain(bench.rows())[0] == "Beta, Ben"
    field.setText("no such thing")
    bench.come_to_rest()
    words = [label.text() for label in bench.panel.findChildren(QLabel) if label.isVisible()]
    assert "Nothing matches “no such thing”." in words
    button = next(b for b in bench.panel.findChildren(QPushButton) if b.isVisible() and b.text() == "Clear filter")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    bench.come_to_rest()
    assert len(bench.rows()) == len(ALL)


def test_an_empty_list_says_what_to_do(qapp: QApplication, tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    asked = []
    bench.panel.open_folder_requested.connect(lambda: asked.append(1))
    button = next(b for b in bench.panel.findChildren(QPushButton) if b.isVisible() and b.text() == "Open folder…")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [1]
    assert not bench.tree.isVisible()
    bench.close()


def test_what_was_folded_and_selected_stays_when_the_list_changes(bench: Bench, tmp_path: Path) -> None:
    bench.tree.collapse(bench.model.index(1, 0))
    select = bench.tree.selectionModel()
    for name in ("Thorax", "Abdomen"):
        select.select(bench.series(name), select.SelectionFlag.Select)
    chosen = bench.panel.selected_series()
    assert len(chosen) == 2
    make_instance(tmp_path / "new.dcm", study="s9", series="x", PatientID="P9", PatientName="Zulu^Z")
    bench.workspace.import_paths([tmp_path / "new.dcm"])
    bench.come_to_rest()
    shown = plain(bench.rows())
    assert [row for row in shown if not row.startswith(" ")] == ["Alpha, Anna", "Beta, Ben", "Zulu, Z"]
    assert shown[shown.index("Beta, Ben") + 1] == "Zulu, Z"  # still folded
    assert shown[-1].startswith("    ")  # what is new is unfolded
    assert sorted(bench.panel.selected_series()) == sorted(chosen)


def test_changes_in_batches_are_read_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []
    real = bench.model.reload
    monkeypatch.setattr(bench.model, "reload", lambda *a: reads.append(1) or real(*a))
    for _ in range(50):
        bench.workspace.catalog_changed.emit(None)
    assert reads == []
    bench.come_to_rest()
    assert reads == [1]


# -- ten thousand series


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """2,500 patients with 4 series each."""
    catalog = Catalog(tmp_path_factory.mktemp("many"))
    catalog.add(
        [
            InstanceHeader(
                path=f"/none/{p}/{s}",
                sop_instance_uid=f"1.{p}.{s}",
                study_uid=f"2.{p}",
                series_uid=f"3.{p}.{s}",
                series_number=s,
                patient_id=f"P{p:05d}",
                patient_name=f"Name{p:05d}",
                series_description=f"Series {p} {s}",
                modality="CT",
                rows=10,
                columns=10,
                pixel_keyword="PixelData",
            )
            for p in range(2500)
            for s in range(4)
        ]
    )
    yield catalog
    catalog.close()


class Counting:
    """The catalog, counting the rows that are read from it."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.read: list[tuple[str, int]] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._catalog, name)
        if name not in {"patients", "studies", "series_of"}:
            return found

        def counted(*args: Any, **values: Any) -> Any:
            rows = found(*args, **values)
            self.read.append((name, len(rows)))
            return rows

        return counted

    def close(self) -> None:
        pass


def test_ten_thousand_series_come_in_pages(qapp: QApplication, tmp_path: Path, many: Catalog) -> None:
    counting: Any = Counting(many)
    bench = Bench(tmp_path, counting)
    # The first pages of patients (the view asks once more with each layout), and nothing below them.
    assert {name for name, _ in counting.read} == {"patients"}
    first = bench.model.rowCount()
    assert PAGE <= first <= 3 * PAGE
    assert len(bench.rows()) == first  # folded
    bench.tree.scrollToBottom()
    QApplication.processEvents()
    assert first < bench.model.rowCount() <= first + 2 * PAGE
    counting.read.clear()
    bench.tree.expand(bench.model.index(7, 0))
    QApplication.processEvents()
    patient = bench.model.index(7, 0)
    bench.tree.expand(bench.model.index(0, 0, patient))
    QApplication.processEvents()
    below = [entry for entry in counting.read if entry[0] != "patients"]
    assert below == [("studies", 1), ("series_of", 4)]  # of the one patient that was unfolded
    while bench.model.canFetchMore(QModelIndex()):
        bench.model.fetchMore(QModelIndex())
    assert bench.model.rowCount() == 2500
    assert bench.model.index(2499, 0).data() == "Name02499"
    bench.close()


def test_ten_thousand_series_are_searched_for_one(qapp: QApplication, tmp_path: Path, many: Catalog) -> None:
    counting: Any = Counting(many)
    bench = Bench(tmp_path, counting)
    counting.read.clear()
    bench.panel.findChild(QLineEdit, "browser-filter").setText("Name01234")
    bench.come_to_rest()
    assert bench.rows()[0] == "Name01234"
    assert len(bench.rows()) == 1 + 1 + 4
    assert sum(n for _, n in counting.read) == 1 + 1 + 4
    bench.close()


# -- hands


def test_double_click_and_return_ask_to_open(bench: Bench) -> None:
    asked: list[tuple[int, int]] = []
    bench.panel.open_requested.connect(lambda series, pane: asked.append((series, pane)))
    index = bench.series("Thorax")
    series_id = index.data(NodeRole).row.id
    at = bench.tree.visualRect(index).center()
    QTest.mouseClick(bench.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked == []
    QTest.mouseDClick(bench.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert set(asked) == {(series_id, -1)}


def test_a_click_folds_and_unfolds_a_study(bench: Bench) -> None:
    study = bench.series("Thorax").parent()
    at = bench.tree.visualRect(study).center()
    for expanded in (False, True):
        QTest.mouseClick(bench.tree.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert bench.tree.isExpanded(study) is expanded


def test_series_are_dragged_by_their_row_number_and_nothing_else_is(bench: Bench) -> None:
    index = bench.series("Abdomen")
    assert index.flags() & Qt.ItemFlag.ItemIsDragEnabled
    mime = bench.model.mimeData([index])
    assert bench.model.mimeTypes() == mime.formats() == [MIME_SERIES]
    assert int(bytes(mime.data(MIME_SERIES).data())) == index.data(NodeRole).row.id
    study = index.parent()
    assert not study.flags() & Qt.ItemFlag.ItemIsDragEnabled
    assert bench.model.mimeData([study]).formats() == []


def test_the_menu_of_a_series_opens_it_and_shows_its_tags(bench: Bench) -> None:
    opened: list[int] = []
    tags: list[int] = []
    bench.panel.open_requested.connect(lambda series, _pane: opened.append(series))
    bench.panel.tags_requested.connect(tags.append)
    index = bench.series("Thorax")
    actions = bench.menu(index)
    assert not actions["Merge the selected series"].isEnabled()
    actions["Open"].trigger()
    actions["Show tags"].trigger()
    assert opened == tags == [index.data(NodeRole).row.id]
    assert bench.panel.context_menu(QModelIndex()) is None
    assert list(bench.menu(index.parent())) == ["Remove from the list (files stay)"]


def test_series_are_split_and_grouped_again_from_the_menu(bench: Bench) -> None:
    index = bench.series("Abdomen")
    splitting = bench.menu(index)["Split by"].menu()
    next(a for a in splitting.actions() if a.text() == "File").trigger()
    bench.come_to_rest()
    assert bench.rows().count("    Abdomen") == 5
    bench.menu(bench.series("Abdomen"))["Group automatically again"].trigger()
    bench.come_to_rest()
    assert bench.rows().count("    Abdomen") == 1


def test_selected_series_are_merged(bench: Bench) -> None:
    select = bench.tree.selectionModel()
    for name in ("Thorax", "Abdomen"):
        select.select(bench.series(name), select.SelectionFlag.Select)
    actions = bench.menu(bench.series("Thorax"))
    assert actions["Merge the selected series"].isEnabled()
    actions["Merge the selected series"].trigger()
    bench.come_to_rest()
    study = bench.model.node(bench.model.index(0, 0, bench.model.index(0, 0))).row
    (merged,) = bench.catalog.series_of(study.id)
    assert merged.n_files == 12 + 5


def test_what_cannot_be_split_is_told_and_nothing_changes(bench: Bench) -> None:
    told: list[str] = []
    bench.workspace.told.connect(lambda error: told.append(str(error)))
    before = bench.rows()
    splitting = bench.menu(bench.series("Thorax"))["Split by"].menu()
    next(a for a in splitting.actions() if a.text() == "Echo").trigger()
    bench.come_to_rest()
    assert len(told) == 1
    assert "Error" not in told[0]
    assert bench.rows() == before


@pytest.mark.parametrize(("level", "left"), [("series", 8), ("study", 6), ("patient", 3)])
def test_removing_from_the_list_leaves_the_files(bench: Bench, tmp_path: Path, level: str, left: int) -> None:
    files = sorted((tmp_path / "files").rglob("*"))
    index = bench.series("Thorax")
    for _ in range(("series", "study", "patient").index(level)):
        index = index.parent()
    bench.menu(index)["Remove from the list (files stay)"].trigger()
    bench.come_to_rest()
    assert "    Thorax" not in bench.rows()
    assert len(bench.rows()) == left
    assert sorted((tmp_path / "files").rglob("*")) == files


def test_the_window_waits_for_no_catalog_write(qapp: QApplication, tmp_path: Path) -> None:
    write_studies(tmp_path / "files")
    bench = Bench(tmp_path, executor=ManualExecutor())
    bench.catalog.add(list(scan([tmp_path / "files"])))
    bench.panel.reload()
    bench.executor.settle()
    bench.menu(bench.series("Thorax"))["Remove from the list (files stay)"].trigger()
    bench.come_to_rest()
    assert "    Thorax" in bench.rows()  # a job does it
    bench.executor.settle()
    bench.come_to_rest()
    assert "    Thorax" not in bench.rows()
    bench.close()


# -- pictures


def test_thumbnails_arrive_later_and_only_what_is_painted_is_asked_for(qapp: QApplication, tmp_path: Path) -> None:
    write_studies(tmp_path / "files")
    bench = Bench(tmp_path, executor=ManualExecutor())
    bench.catalog.add(list(scan([tmp_path / "files"])))
    bench.panel.reload()
    index = bench.series("Thorax")
    assert index.data(ThumbnailRole) is None
    painted: list[list[int]] = []
    bench.model.dataChanged.connect(lambda _a, _b, roles: painted.append(list(roles)))
    bench.executor.settle()
    picture = bench.series("Thorax").data(ThumbnailRole)
    assert isinstance(picture, QImage)
    assert max(picture.width(), picture.height()) == 128
    assert [ThumbnailRole] in painted
    pixels = np.array([[picture.pixelColor(x, y).value() for x in range(0, 128, 8)] for y in range(0, 96, 8)])
    assert pixels.std() > 5  # a picture, not an empty field
    assert bench.series("Thorax").parent().data(ThumbnailRole) is None
    bench.close()


def test_a_series_without_picture_stays_without(bench: Bench, tmp_path: Path) -> None:
    make_instance(
        tmp_path / "report.dcm",
        study="s1",
        series="sr",
        pixels=None,
        SOPClassUID="1.2.840.10008.5.1.4.1.1.88.11",
        Modality="SR",
        SeriesDescription="Findings",
        PatientName="Alpha^Anna",
    )
    bench.catalog.add(list(scan([tmp_path / "report.dcm"])))
    bench.panel.reload()
    index = bench.series("Findings")
    assert index.data(ThumbnailRole) is None
    assert bench.panel._delegate._count(index.data(NodeRole).row) == "report"
    assert bench.panel._delegate._count(bench.series("Abdomen").data(NodeRole).row) == "5 images"
    bench.panel.grab()


# -- import, files left out


def test_the_strip_tells_how_far_an_import_is(bench: Bench) -> None:
    bar = bench.panel.findChild(QProgressBar)
    assert not bar.isVisible()
    bench.panel.show_progress(1200, 0, None)
    assert bar.isVisible()
    assert (bar.minimum(), bar.maximum()) == (0, 0)  # the number of files is not known yet
    bench.panel.show_progress(1500, 7, 0.25)
    words = [label.text() for label in bench.panel.findChildren(QLabel) if label.isVisible()]
    assert "Reading headers: 1500 files · 7 not shown" in words
    assert bar.value() == bar.maximum() // 4
    bench.panel.show_progress(6000, 7, 1.0)
    assert not bar.isVisible()


def test_an_import_is_stopped_from_the_strip(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.panel.show_progress(10, 0, 0.1)
    stop = next(b for b in bench.panel.findChildren(QPushButton) if b.toolTip().startswith("Stop the import"))
    bench.workspace.import_paths([])
    stopped: list[int] = []
    monkeypatch.setattr(bench.workspace._studies._importer, "cancel", lambda: stopped.append(1))
    QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert stopped == [1]


def test_files_left_out_are_counted_and_listed_with_their_reasons(bench: Bench, tmp_path: Path) -> None:
    button = bench.panel.findChild(QPushButton, "left-out")
    assert not button.isVisible()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "notes.txt").write_text("not an image, but long enough to be looked at\n")
    bench.workspace.import_paths([tmp_path / "more"])
    bench.come_to_rest()
    assert button.text() == "1 file is not shown: see why"
    (tmp_path / "more" / "b.txt").write_text("another one that is no image, and long enough too\n")
    bench.workspace.import_paths([tmp_path / "more"])
    bench.come_to_rest()
    assert button.text() == "2 files are not shown: see why"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    (dialog,) = bench.panel.findChildren(LeftOutDialog)
    assert dialog.isVisible()
    assert not dialog.isModal()
    table = dialog.findChild(QTableView)
    assert table.model().rowCount() == 2
    dialog.findChild(QLineEdit).setText("B.TXT")
    assert table.model().rowCount() == 1
    assert table.model().index(0, 1).data() == str(tmp_path / "more" / "b.txt")
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy list").click()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert {line.split("\t")[1] for line in lines} == {
        str(tmp_path / "more" / "notes.txt"),
        str(tmp_path / "more" / "b.txt"),
    }
    assert all(line.split("\t")[0].endswith(".") for line in lines)
    dialog.close()


def test_members_of_archives_are_named(qapp: QApplication) -> None:
    dialog = LeftOutDialog([LeftOut(path="/a/b.zip", member="c/d", reason="It is damaged.")], Theme("dark"))
    table = dialog.findChild(QTableView)
    assert [table.model().index(0, column).data() for column in (0, 1)] == ["It is damaged.", "/a/b.zip ▸ c/d"]
    dialog.deleteLater()


# -- language


def test_the_language_changes_while_the_list_is_shown(bench: Bench) -> None:
    field = bench.panel.findChild(QLineEdit, "browser-filter")
    english = (field.placeholderText(), bench.tree.accessibleName())
    translation = Translation()
    try:
        assert translation.use("zh_CN") == "zh_CN"
        QApplication.processEvents()
        chinese = (field.placeholderText(), bench.tree.accessibleName())
        assert all(any("\u4e00" <= c <= "\u9fff" for c in text) for text in chinese)
        assert "打开" in bench.menu(bench.series("Thorax"))
    finally:
        translation.use("en")
    QApplication.processEvents()
    assert (field.placeholderText(), bench.tree.accessibleName()) == english
    assert len(bench.rows()) == len(ALL)


# -- 4-D series


@pytest.fixture
def dynamic(qapp: QApplication, tmp_path: Path) -> Iterator[Bench]:
    """One series of twelve volumes, and a scout beside it."""
    for phase in range(1, 13):
        for k in range(2):
            make_instance(
                tmp_path / "files" / f"{phase}-{k}.dcm",
                k=100 * phase + k,
                Modality="MR",
                pixels=np.zeros((8, 8), np.int16),
                ImagePositionPatient=[0.0, 0.0, 3.0 * k],
                TemporalPositionIdentifier=phase,
                SeriesDescription="BOLD",
                SeriesNumber=4,
                **FOUR_D,
            )
    scout = {"series": "scout", "SeriesDescription": "Scout", "SeriesNumber": 1}
    make_instance(tmp_path / "files" / "scout.dcm", Modality="MR", **scout, **FOUR_D)
    made = Bench(tmp_path)
    made.catalog.add(list(scan([tmp_path / "files"])))
    made.panel.reload()
    yield made
    made.close()


FOUR_D = {"PatientName": "Delta^Dora", "StudyDate": "20240131", "StudyDescription": "Brain"}


def fold_of(bench: Bench) -> QModelIndex:
    study = bench.model.index(0, 0, bench.model.index(0, 0))
    return bench.model.index(1, 0, study)


def test_the_volumes_of_a_series_are_one_row_that_unfolds(dynamic: Bench, qtmodeltester: Any) -> None:
    assert dynamic.rows() == ["Delta, Dora", "  2024-01-31 Brain", "    Scout", "    BOLD"]
    fold = fold_of(dynamic)
    assert dynamic.panel._delegate._fold_count(fold.data(NodeRole).row) == "12 volumes of 2 images"
    assert "12 parts" in fold.data(Qt.ItemDataRole.ToolTipRole)
    dynamic.tree.setExpanded(fold, True)
    assert len(dynamic.rows()) == 4 + 12
    qtmodeltester.check(dynamic.model)
    assert not dynamic.tree.grab().isNull()  # painted folded row and parts


def test_a_folded_row_opens_its_first_volume(dynamic: Bench) -> None:
    fold = fold_of(dynamic)
    first = dynamic.catalog.series_of(dynamic.catalog.studies()[0].id)[1]
    opened: list[int] = []
    dynamic.panel.open_requested.connect(lambda series_id, _pane: opened.append(series_id))
    dynamic.tree.doubleClicked.emit(fold)
    assert opened == [first.id]
    assert first.part == 1
    mime = dynamic.model.mimeData([fold])
    assert int(bytes(mime.data(MIME_SERIES).data())) == first.id
    dynamic.panel.select_series(first.id)
    assert dynamic.tree.currentIndex() == fold  # selected without being unfolded
    assert not dynamic.tree.isExpanded(fold)


def test_a_fold_stays_as_it_was_when_the_list_changes(dynamic: Bench) -> None:
    dynamic.tree.setCurrentIndex(fold_of(dynamic))
    chosen = dynamic.panel.selected_series()
    assert len(chosen) == 12
    dynamic.panel.reload()
    assert not dynamic.tree.isExpanded(fold_of(dynamic))
    assert dynamic.tree.currentIndex() == fold_of(dynamic)
    assert dynamic.panel.selected_series() == chosen
    dynamic.tree.setExpanded(fold_of(dynamic), True)
    dynamic.tree.setCurrentIndex(dynamic.model.index(3, 0, fold_of(dynamic)))
    (one,) = dynamic.panel.selected_series()
    dynamic.panel.reload()
    assert dynamic.tree.isExpanded(fold_of(dynamic))
    assert dynamic.panel.selected_series() == [one]


def test_filtering_finds_single_volumes(dynamic: Bench) -> None:
    field = dynamic.panel.findChild(QLineEdit, "browser-filter")
    field.setText("bold")
    dynamic.come_to_rest()
    assert dynamic.rows() == ["Delta, Dora", "  2024-01-31 Brain", "    BOLD"]
    field.setText("phase 11")
    dynamic.come_to_rest()
    study = dynamic.model.index(0, 0, dynamic.model.index(0, 0))
    node = dynamic.model.index(0, 0, study).data(NodeRole)
    assert (dynamic.model.rowCount(study), node.level, node.row.split_reason) == (1, "series", "phase 11")


def test_removing_a_folded_row_removes_all_its_volumes(dynamic: Bench) -> None:
    dynamic.menu(fold_of(dynamic))["Remove from the list (files stay)"].trigger()
    dynamic.come_to_rest()
    assert [row.description for row in dynamic.catalog.series_of(dynamic.catalog.studies()[0].id)] == ["Scout"]
