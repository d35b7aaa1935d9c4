"""The window: parts in place, room for the picture, drops anywhere, nothing modal, state kept, a clean end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from medviewer.errors import UnreadableFile
from medviewer.services.executors import InlineExecutor
from medviewer.services.jobs import JobRequest
from medviewer.services.workspace import Workspace
from medviewer.ui.key_sheet import KeySheet
from medviewer.ui.main_window import MainWindow
from tests.helpers.shell import Shell, close, make_shell, window_of, write_studies


@pytest.fixture
def shell(qapp: QApplication, tmp_path: Path) -> Iterator[Shell]:
    made = make_shell(tmp_path)
    yield made
    made.close()


@pytest.fixture
def empty_shell(qapp: QApplication, tmp_path: Path) -> Iterator[Shell]:
    made = make_shell(tmp_path, studies=False)
    yield made
    made.close()


def test_the_picture_has_most_of_a_small_screen(shell: Shell) -> None:
    shell.show()
    assert (shell.window.width(), shell.window.height()) == (1366, 768)
    QApplication.processEvents()
    assert shell.window.canvas.isVisible()
    assert shell.window.canvas.width() >= 0.6 * 1366
    assert shell.window.canvas.height() >= 0.75 * 768


def test_the_start_page_goes_when_something_is_shown_and_comes_back(shell: Shell) -> None:
    assert shell.window.start_page.isVisible()
    shell.show()
    assert not shell.window.start_page.isVisible()
    shell.window.commands.close_series()
    assert shell.window.start_page.isVisible()
    shell.document.undo()
    assert shell.window.canvas.isVisible()


def test_the_start_page_lists_recent_studies_and_opens_them(shell: Shell) -> None:
    cards = [b for b in shell.window.start_page.findChildren(QPushButton) if b.property("role") == "card"]
    assert len(cards) == 3
    card = next(b for b in cards if "MR" in b.text())
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    key = shell.layout.views[0].series_key
    assert shell.workspace.series_by_key(key).modality == "MR"


def test_the_status_bar_says_what_the_program_is_not_for(shell: Shell) -> None:
    label = shell.window.statusBar().findChild(QLabel, "purpose")
    assert label is not None
    assert label.isVisible()
    assert label.text() == "For research, not for diagnosis"


def test_the_probe_shows_values_and_clears(shell: Shell) -> None:
    shell.show()
    pane = shell.window.canvas.active_pane()
    shell.window.canvas.pointed_at(pane.number, (pane.width() / 2, pane.height() / 2))
    probe = shell.window.statusBar().findChild(QLabel, "probe")
    assert probe is not None
    assert "mm" in probe.text()
    shell.window.canvas.pointed_at(pane.number, None)
    assert probe.text() == ""


def test_workspaces_change_the_panel(shell: Shell) -> None:
    window = shell.window
    assert window.docks.review.isVisible()
    window.actions_set.run("view.process")
    assert window.docks.process_panel.isVisible()
    assert not window.docks.review.isVisible()
    assert window.actions_set.action("view.process").isChecked()
    window.actions_set.run("view.review")
    assert window.docks.review.isVisible()


def test_docks_are_shown_and_hidden_by_their_keys(shell: Shell) -> None:
    window = shell.window
    for name in ("browser", "panels", "jobs"):
        before = window.dock_visible(name)
        window.actions_set.run(f"view.{name}")
        assert window.dock_visible(name) is not before
        window.actions_set.refresh()
        assert window.actions_set.action(f"view.{name}").isChecked() is not before


def _drop(window: MainWindow, path: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(700, 400), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(window, QDropEvent(QPointF(700, 400), Qt.DropAction.CopyAction, mime, left, none))
    QApplication.processEvents()
    return True


def test_files_are_dropped_anywhere(empty_shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[list[Path]] = []
    monkeypatch.setattr(empty_shell.workspace, "open_paths", lambda paths, *_a, **_k: opened.append(list(paths)))
    assert _drop(empty_shell.window, tmp_path)
    assert opened == [[tmp_path]]


def test_what_is_no_file_is_not_taken(empty_shell: Shell) -> None:
    mime = QMimeData()
    mime.setText("hello")
    event = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event.ignore()
    QApplication.sendEvent(empty_shell.window, event)
    assert not event.isAccepted()


def test_a_folder_is_imported_and_its_first_series_shown(empty_shell: Shell, tmp_path: Path) -> None:
    write_studies(tmp_path / "files")
    empty_shell.window.commands.open_paths([tmp_path / "files"])
    QTest.qWait(0)
    assert len(empty_shell.series_ids()) == 4
    assert empty_shell.layout.views[0].series_key
    assert empty_shell.window.canvas.isVisible()


def test_a_failed_job_is_told_and_nothing_is_modal(shell: Shell) -> None:
    def work(_ctx: object) -> None:
        raise UnreadableFile("The file ends before its pixels do.", "Copy it again.")

    shell.workspace.scheduler.submit(JobRequest(("x",), "io", work, label="Reading"))
    (toast,) = shell.window.notifications.toasts
    assert toast.note.message == "The file ends before its pixels do."
    assert QApplication.activeModalWidget() is None
    button = toast.findChild(QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shell.window.dock_visible("jobs")
    assert shell.window.docks.jobs_panel.isVisible()


def test_the_key_sheet_shows_every_key_in_force(shell: Shell) -> None:
    shell.workspace.settings.change("keys", shortcuts={"tool.distance": "Ctrl+D"})
    shell.window.show_keys()
    sheet = shell.window.findChild(KeySheet)
    assert sheet is not None
    words = {label.text() for label in sheet.findChildren(QLabel)}
    assert {"Ctrl+D", "Distance", "Ctrl+K", "Window presets", "1 – 9", "Left drag"} <= words
    assert "D" not in words
    assert shell.window.rect().contains(sheet.geometry())
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_the_next_area_goes_round(shell: Shell) -> None:
    shell.show()
    window = shell.window
    window.activateWindow()
    window.canvas.setFocus()
    seen = []
    for _ in range(3):
        window.next_area(1)
        focus = window.focusWidget()
        assert focus is not None
        in_browser = window.docks.browser.isAncestorOf(focus)
        seen.append("browser" if in_browser else "canvas" if focus is window.canvas else "panels")
    assert sorted(seen) == ["browser", "canvas", "panels"]


def test_where_everything_stood_comes_back(qapp: QApplication, tmp_path: Path) -> None:
    first = make_shell(tmp_path)
    first.window.resize(1000, 640)
    first.window.toggle_dock("browser")
    first.window.show_workspace("process")
    paths = first.workspace.paths
    first.close()
    again = window_of(Workspace(paths, InlineExecutor()), first.theme)
    again.show()
    again.docks.complete()
    assert again.height() == 640  # the width is cut to the offscreen platform's screen of 800 × 800
    assert not again.dock_visible("browser")
    assert again.workspace_name == "process"
    assert again.docks.process_panel.isVisible()
    close(again)


def test_a_damaged_window_state_is_no_matter(qapp: QApplication, tmp_path: Path) -> None:
    shell = make_shell(tmp_path, studies=False)
    paths = shell.workspace.paths
    shell.close()
    settings = shell.workspace.settings
    settings.change("window", geometry="%%%", state="AAAA", workspace="nonsense")
    again = window_of(Workspace(paths, InlineExecutor(), settings=settings), shell.theme)
    again.show()
    again.docks.complete()
    assert again.workspace_name == "review"
    assert again.dock_visible("browser")
    close(again)


def test_closing_ends_everything(qapp: QApplication, tmp_path: Path) -> None:
    from medviewer.ui.job_bridge import QThreadExecutor

    shell = make_shell(tmp_path)
    paths = shell.workspace.paths
    shell.close()
    threads = threading.active_count()
    executor = QThreadExecutor()
    window = window_of(Workspace(paths, executor), shell.theme)
    window.show()
    window.docks.complete()
    window.workspace.start()
    started = threading.Event()

    def endless(ctx: object) -> None:
        started.set()
        while True:
            ctx.check()  # type: ignore[attr-defined]

    window.workspace.scheduler.submit(JobRequest(("endless",), "compute", endless, label="Endless"))
    assert started.wait(10)
    window.close()
    QApplication.processEvents()
    assert executor.thread_count == 0
    assert threading.active_count() <= threads
    assert window.workspace.sessions.recovered() is None
    close(window)


def test_the_drawer_makes_the_window_no_higher(shell: Shell) -> None:
    shell.show()
    shell.window.docks.show("jobs")
    QApplication.processEvents()
    assert (shell.window.width(), shell.window.height()) == (1366, 768)
    shell.window.resize(1000, 650)
    QApplication.processEvents()
    assert (shell.window.width(), shell.window.height()) == (1000, 650)
