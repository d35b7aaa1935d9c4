"""The check of the radiomics features that a user can run: 482 reference values of the IBSI digital phantom."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from medviewer.core.table import Table
from medviewer.errors import MedviewerError
from medviewer.services import result_tables
from medviewer.services.jobs import JobContext, JobRequest, Policy
from medviewer.ui.commands import Commands
from medviewer.ui.export.door import window_of
from medviewer.ui.notifications import Kind

translate = QCoreApplication.translate
KEY = ("feature-check",)


def check_features(commands: Commands) -> None:
    """Compute every reference value in the background; the table comes into the drawer, the count into a note."""
    window = window_of(commands)
    title = translate("FeatureCheck", "Check the features (IBSI)")

    def work(ctx: JobContext) -> Table:
        from medviewer.services import feature_tables

        return feature_tables.check_ibsi(ctx)

    def done(table: Table) -> None:
        passed, values = int(table.facts["passed"]), int(table.facts["values"])
        result_tables.of(window.workspace).put(title, table, origin="ibsi")
        text = translate("FeatureCheck", "{passed} of {values} reference values of the IBSI phantom are met.")
        kind = Kind.GOOD if passed == values else Kind.BAD
        window.notifications.say(text.format(passed=passed, values=values), "", kind)

    def failed(error: BaseException) -> None:
        if not isinstance(error, MedviewerError):
            raise error
        window.notifications.tell(error)

    request = JobRequest(KEY, "compute", work, title, policy=Policy.JOIN)
    window.workspace.scheduler.submit(request, done=done, failed=failed)
