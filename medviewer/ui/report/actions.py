"""The action that writes the report."""

from __future__ import annotations

from typing import Final

from medviewer.document.titles import QT_TRANSLATE_NOOP
from medviewer.ui.action import Action, needs_series
from medviewer.ui.commands import Commands
from medviewer.ui.export.actions import MENU


def _make_report(commands: Commands) -> None:
    from medviewer.ui.report.door import make_report  # late, as the other dialogs

    make_report(commands)


REPORT: Final[tuple[Action, ...]] = (
    Action(
        "export.report",
        QT_TRANSLATE_NOOP("Actions", "PDF report…"),
        _make_report,
        MENU,
        "document",
        ("Ctrl+P",),
        needs_series,
        help=QT_TRANSLATE_NOOP("Actions", "Key images, measurements, steps and tables on paper."),
    ),
)
