"""Ctrl+K: finds actions and series as one types, runs them, and says why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from medviewer.ui.command_palette import CommandPalette, EntryRole, match_score
from tests.helpers.shell import Shell, make_shell


def test_the_better_match_comes_first() -> None:
    titles = ["Scroll panes together", "Panels", "One pane", "Preferences", "Open files"]
    ranked = sorted(
        (t for t in titles if match_score(t, "pan") is not None), key=lambda t: match_score(t, "pan") or 0
    )
    assert ranked[0] == "Panels"
    assert set(ranked) == {"Panels", "One pane", "Scroll panes together"}
    assert match_score("Open files", "fil op") is not None  # words in any order
    assert match_score("Reference lines", "rfl") is not None  # letters in order
    assert match_score("Invert", "xyz") is None
    assert match_score("anything", "") == 0


@pytest.fixture
def shell(qapp: QApplication, tmp_path: Path) -> Iterator[Shell]:
    made = make_shell(tmp_path)
    yield made
    made.close()


@pytest.fixture
def palette(shell: Shell) -> CommandPalette:
    shell.window.activateWindow()
    shell.window.show_palette()
    found = shell.window.findChild(CommandPalette)
    assert found is not None
    assert found.isVisible()
    return found


def _titles(palette: CommandPalette) -> list[str]:
    return [palette.model.entry(row).title for row in range(palette.model.rowCount())]


def test_an_action_is_found_and_run(shell: Shell, palette: CommandPalette) -> None:
    QTest.keyClicks(palette.field, "four")
    assert _titles(palette)[0] == "Four panes"
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert (shell.layout.rows, shell.layout.columns) == (2, 2)


def test_what_cannot_run_is_last_and_says_why(shell: Shell, palette: CommandPalette) -> None:
    palette.field.setText("rot")
    entries = [palette.model.entry(row) for row in range(palette.model.rowCount())]
    reasons = [bool(entry.reason) for entry in entries if entry.icon != "series"]
    assert reasons == sorted(reasons)
    assert True in reasons
    rotate = next(entry for entry in entries if entry.title == "Rotate right")
    assert rotate.reason == shell.window.actions_set.why_not("image.rotate-right")
    told: list[str] = []
    shell.window.notifications.whispered.connect(told.append)
    rotate.run()
    assert told == [rotate.reason]


def test_a_series_is_found_by_description_and_by_patient(shell: Shell, palette: CommandPalette) -> None:
    palette.field.setText("abdom")
    entry = next(
        palette.model.entry(r) for r in range(palette.model.rowCount()) if palette.model.entry(r).icon == "series"
    )
    assert entry.title == "Abdomen"
    assert "Alpha, Anna" in entry.detail
    palette.field.setText("beta")
    assert "T1 axial" in _titles(palette)
    row = _titles(palette).index("T1 axial")
    palette.list.clicked.emit(palette.model.index(row, 0))
    key = shell.layout.views[0].series_key
    assert key == next(
        r.key for s in shell.workspace.catalog.studies("beta") for r in shell.workspace.catalog.series_of(s.id)
    )


def test_keys_move_in_the_list_and_escape_leaves(shell: Shell, palette: CommandPalette) -> None:
    palette.field.setText("pane")
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == 2
    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == 1
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert (shell.layout.rows, shell.layout.columns) == (1, 1)


def test_nothing_found_is_said(palette: CommandPalette) -> None:
    palette.field.setText("qqqqqq")
    assert palette.model.rowCount() == 0
    assert not palette.list.isVisible()


def test_an_entry_is_read_aloud_whole(palette: CommandPalette) -> None:
    palette.field.setText("undo")
    index = palette.model.index(0, 0)
    spoken = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    assert index.data(EntryRole).reason in spoken


def test_a_patients_name_stands_before_actions_that_merely_have_its_letters(
    shell: Shell, palette: CommandPalette
) -> None:
    (row,) = (row for row in shell.workspace.catalog.patients() if row.id == 1)
    name = row.name.partition("^")[0]
    palette.field.setText(name)
    icons = [palette.model.entry(n).icon for n in range(palette.model.rowCount())]
    assert icons[0] == "series"
    assert match_score("View ▸ Language ▸ English", "wang", loosely=False) is None
    assert match_score("View ▸ Language ▸ English", "wang") is not None
