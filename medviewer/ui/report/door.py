"""What the action *PDF report…* calls."""

from __future__ import annotations

from medviewer.ui.commands import Commands
from medviewer.ui.export.door import window_of
from medviewer.ui.report.dialog import ReportDialog


def make_report(commands: Commands) -> ReportDialog:
    """Open the dialog that writes the report."""
    at = window_of(commands)
    dialog = ReportDialog(at.canvas, at.notifications, at.widget)
    dialog.show()
    return dialog
