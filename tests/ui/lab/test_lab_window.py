"""The Lab in the whole window: from measured rows or pictures to a case on the canvas."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from medviewer.lab.classical import Kind
from medviewer.services import classification, result_tables
from tests.helpers.shell import Shell, make_shell
from tests.ui.lab.conftest import objects


@pytest.fixture
def shell(qtbot: QtBot, tmp_path: Path) -> Iterator[Shell]:
    made = make_shell(tmp_path)
    yield made
    made.close()


def test_the_workspace_is_an_action_and_is_remembered(shell: Shell) -> None:
    window = shell.window
    window.actions_set.run("view.lab")
    assert window.workspace_name == "lab"
    assert window.actions_set.action("view.lab").isChecked()
    assert window.actions_set.keys("view.lab") == ["Ctrl+Alt+3"]
    assert window.docks.lab_panel.isVisible()
    window.close()
    assert shell.workspace.settings.window.workspace == "lab"


def test_rows_of_a_table_become_cases_from_the_drawer(shell: Shell) -> None:
    shell.show(0)
    series = shell.layout.views[0].series_key
    window = shell.window
    result_tables.of(shell.workspace).put("Objects", objects(), series)
    window.docks.tables_panel._ask_classify()
    assert window.workspace_name == "lab"
    lab = classification.of(shell.workspace)
    assert lab.table.n_rows == 60
    assert lab.table.column("series_key").values[0] == series
    lab.set_plan(kinds=(Kind.LOGISTIC,), resamples=30)
    window.docks.lab_panel.run()
    assert window.docks.drawer.currentWidget() is window.docks.results_panel
    assert window.docks.results_panel.isVisible()
    assert window.canvas.isVisible()
    assert window.canvas.height() > 150


def test_a_point_of_real_pictures_leads_to_its_picture(shell: Shell, shared_data: Path, tmp_path: Path) -> None:
    """MedNIST: an archive of pictures in class folders → run → a point → the picture on the canvas."""
    small = tmp_path / "small.zip"
    with zipfile.ZipFile(shared_data / "classification" / "mednist_6class_3000.zip") as held:
        wanted = [n for n in held.namelist() if n.endswith(".jpeg") and int(Path(n).stem) < 10]
        with zipfile.ZipFile(small, "w") as made:
            for name in wanted:
                made.writestr(name, held.read(name))
    window = shell.window
    window.actions_set.run("view.lab")
    lab = classification.of(shell.workspace)
    lab.add_path(small)
    lab.set_plan(kinds=(Kind.LOGISTIC,), folds=3, resamples=30, importance_of="none")
    window.docks.lab_panel.run()
    panel = window.docks.results_panel
    record = panel.record
    assert record is not None
    judged = record.results.of(Kind.LOGISTIC).judged
    assert judged is not None
    assert judged.numbers["accuracy"].value > 0.8
    assert record.results.findings[0].code == "leak.no-patient"
    QApplication.processEvents()
    _x, _y, cases = panel.roc.points()
    case = cases[0][0]
    panel.roc.cases_chosen.emit(tuple(cases[0]))
    shown = shell.workspace.loaded(shell.layout.views[shell.layout.active].series_key)
    assert shown is not None
    assert shown.is_open
    assert shown.image.array.shape == (1, 64, 64)
    from medviewer.io import raster

    row = int(record.results.cases.rows[case])
    name = str(record.table.column("file").values[row])
    assert (shown.image.array == raster.read_array(small, name)).all()
    assert panel.card._picture.pixmap().width() > 50
    panel._class.setCurrentIndex(3)
    panel._class.activated.emit(3)
    assert panel.roc._class == 3


def test_pictures_of_cases_do_not_come_into_the_list_of_studies(shell: Shell, tmp_path: Path) -> None:
    import numpy as np

    from medviewer.services import case_views

    path = tmp_path / "few.npz"
    np.savez(path, train_images=np.zeros((4, 28, 28), np.uint8) + np.arange(4, dtype=np.uint8)[:, None, None],
             train_labels=np.arange(4) % 2)  # fmt: skip
    before = shell.series_ids()
    lab = classification.of(shell.workspace)
    lab.add_path(path)
    window = shell.window
    window.docks.case_opener.show(case_views.view_of(shell.workspace, lab.sources, 2))
    shown = shell.workspace.loaded(shell.layout.views[shell.layout.active].series_key)
    assert shown is not None
    assert (shown.image.array == 2).all()
    assert shell.series_ids() == before


def test_the_window_stays_awake_while_it_learns(qtbot: QtBot, tmp_path: Path) -> None:
    """Reading, looking and learning happen in a lane; the window's thread goes on."""
    import threading

    from medviewer.lab import experiment
    from medviewer.ui.job_bridge import QThreadExecutor
    from tests.helpers.image_workspace import make_workspace
    from tests.helpers.phantoms import make_image

    workspace = make_workspace(tmp_path, QThreadExecutor(), ct=make_image())
    lab = classification.of(workspace)
    lab.add_table("Objects", objects())
    qtbot.waitUntil(lambda: lab.check is not None, timeout=20_000)
    lab.set_plan(kinds=(Kind.LOGISTIC,), resamples=30)
    qtbot.waitUntil(lambda: lab.check is not None, timeout=20_000)
    threads: list[str] = []
    original = experiment.run

    def watched(*args: object) -> object:
        threads.append(threading.current_thread().name)
        return original(*args)  # type: ignore[arg-type]

    experiment.run = watched  # type: ignore[assignment]
    try:
        assert lab.run()
        assert lab.progress.what == "run"
        qtbot.waitUntil(lambda: bool(lab.runs), timeout=60_000)
    finally:
        experiment.run = original
        workspace.close()
    assert threads
    assert threads[0] != threading.main_thread().name
