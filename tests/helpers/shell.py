"""The whole window over real DICOM files written for the test: real catalog, real loading, jobs run inline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from medviewer.services.executors import InlineExecutor
from medviewer.services.paths import Paths
from medviewer.services.workspace import Workspace
from medviewer.ui import icons
from medviewer.ui.main_window import MainWindow
from medviewer.ui.theme import Theme
from tests.helpers.dicom_factory import make_series


@dataclass
class Shell:
    """A window and what is behind it."""

    window: MainWindow
    workspace: Workspace
    theme: Theme

    def series_ids(self) -> list[int]:
        """All series, in the order of the browser."""
        catalog = self.workspace.catalog
        studies = [study for patient in catalog.patients("") for study in catalog.studies("", patient=patient.id)]
        return [int(row.id) for study in studies for row in catalog.series_of(study.id)]

    def show(self, number: int = 0, pane: int = -1) -> None:
        """Show a series by its place in the list."""
        self.window.commands.show_series(self.series_ids()[number], pane)

    @property
    def document(self) -> Any:
        return self.workspace.document

    @property
    def layout(self) -> Any:
        return self.workspace.document.state.layout

    def close(self) -> None:
        close(self.window)


def window_of(workspace: Workspace, theme: Theme) -> MainWindow:
    """A window over a workspace, with all its parts."""
    window = MainWindow(workspace.settings, theme, lambda: workspace)
    window.assemble()
    return window


def close(window: MainWindow) -> None:
    """Close a window and let it go now, with everything that it has pending."""
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def write_studies(folder: Path) -> None:
    """Two patients: one with a study of two CT series and a study of one, the other with an MR."""
    make_series(folder / "a", 12, series="a1", study="s1", SeriesDescription="Thorax", PatientName="Alpha^Anna")
    make_series(
        folder / "b",
        5,
        series="a2",
        study="s1",
        SeriesDescription="Abdomen",
        PatientName="Alpha^Anna",
        SeriesNumber=2,
    )
    make_series(
        folder / "c",
        4,
        series="b1",
        study="s2",
        SeriesDescription="Follow up",
        PatientName="Alpha^Anna",
        StudyDate="20210102",
    )
    make_series(
        folder / "d",
        3,
        series="c1",
        study="s3",
        SeriesDescription="T1 axial",
        Modality="MR",
        PatientID="P2",
        PatientName="Beta^Ben",
    )


def make_shell(tmp_path: Path, *, studies: bool = True) -> Shell:
    """A window of 1366 × 768, shown offscreen; with `studies` the catalog holds those of `write_studies`."""
    from medviewer.io.catalog import Catalog
    from medviewer.io.scan import scan

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "log").ensure()
    catalog = Catalog(paths.catalog_dir)
    if studies:
        write_studies(tmp_path / "files")
        catalog.add(list(scan([tmp_path / "files"])))
    workspace = Workspace(paths, InlineExecutor(), catalog=catalog)
    theme = Theme("dark")
    theme.apply(app)
    icons.follow(theme)
    window = window_of(workspace, theme)
    window.resize(1366, 768)
    window.show()
    app.processEvents()
    window.docks.complete()
    window.actions_set.refresh()
    return Shell(window, workspace, theme)
