"""Open mask…: a file becomes a layer over the series of the active pane; one on another grid is offered resampled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from medviewer.errors import MedviewerError
from medviewer.services import label_layers, mask_reading
from medviewer.services.jobs import JobRequest, Policy
from medviewer.services.mask_reading import Fit, ReadMask
from medviewer.services.workspace import Workspace
from medviewer.ui.notifications import Deed, Kind, Notifications
from medviewer.ui.told import told

translate = QCoreApplication.translate


def open_masks(
    workspace: Workspace, notifications: Notifications, series_key: str, paths: Sequence[str | Path]
) -> None:
    """Read a mask in the background and put it over a series; what is wrong is told."""
    try:
        work = mask_reading.read_job(workspace, series_key, list(paths))
    except MedviewerError as error:
        notifications.tell(error)
        return

    def failed(error: BaseException) -> None:
        if not isinstance(error, MedviewerError):
            raise error
        notifications.tell(error)

    request = JobRequest(
        ("open-mask", series_key), "io", work, translate("OpenMask", "Open mask"), policy=Policy.QUEUE
    )
    workspace.scheduler.submit(
        request, done=lambda found: _found(workspace, notifications, series_key, found), failed=failed
    )


def _found(workspace: Workspace, notifications: Notifications, series_key: str, found: ReadMask) -> None:
    warnings = " ".join(told(warning) for warning in found.warnings)
    if found.fit is Fit.SAME:
        _add(workspace, notifications, series_key, found, warnings)
        return
    message = translate("OpenMask", "The mask “{name}” lies on another grid than the series.").format(name=found.name)
    hint = translate(
        "OpenMask", "Resampled, every voxel of the series gets the label nearest to it; edges move by up to a voxel."
    )
    deed = Deed(
        translate("OpenMask", "Resample and open"),
        lambda: _add(workspace, notifications, series_key, found, warnings),
    )
    notifications.say(message, f"{hint} {warnings}".strip(), Kind.WARN, deed)


def _add(workspace: Workspace, notifications: Notifications, series_key: str, found: ReadMask, warnings: str) -> None:
    def done(_layer_id: str) -> None:
        count = len(found.labels.labels) or len(found.labels.values())
        message = translate("OpenMask", "The mask “{name}” was opened: labels: {n}.")
        kind = Kind.WARN if warnings else Kind.GOOD
        notifications.say(message.format(name=found.name, n=count), warnings, kind)

    try:
        label_layers.of(workspace).add_from(found.labels, series_key, found.name, done, notifications.tell)
    except MedviewerError as error:  # the series was closed meanwhile
        notifications.tell(error)
