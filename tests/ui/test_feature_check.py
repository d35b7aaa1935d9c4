"""The check of the features from the Help menu."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from medviewer.services import result_tables
from tests.helpers.shell import make_shell


def test_the_check_says_how_many_reference_values_are_met(qapp: QApplication, tmp_path: Path) -> None:
    shell = make_shell(tmp_path, studies=False)
    shell.window.actions_set.action("help.check-features").trigger()
    (table,) = result_tables.of(shell.workspace).tables
    assert table.table.n_rows == 482
    assert all(table.table.column("passed").values)
    assert shell.window.docks.tables_panel.shown is table
    shell.close()
