"""The actions by which results leave the window and masks come back."""

from __future__ import annotations

from typing import Final

from medviewer.document.titles import QT_TRANSLATE_NOOP
from medviewer.ui.action import Action, needs_picture, needs_series
from medviewer.ui.commands import Commands

MENU: Final = "File"


# The dialogs are imported when the first is asked for: the window stands sooner without them.


def _export_image(commands: Commands) -> None:
    from medviewer.ui.export import door

    door.export_image(commands)


def _export_mask(commands: Commands) -> None:
    from medviewer.ui.export import door

    door.export_mask(commands)


def _export_picture(commands: Commands) -> None:
    from medviewer.ui.export import door

    door.export_picture(commands)


def _open_mask(commands: Commands) -> None:
    from medviewer.ui.export import door

    door.open_mask(commands)


def needs_mask(commands: Commands) -> str:
    """A mask on the active series, or a recipe that may make one."""
    reason = needs_series(commands)
    if reason or commands.painting.layer is not None or commands.has_recipe:
        return reason
    return QT_TRANSLATE_NOOP("WhyNot", "There is no mask on this series yet. Paint one with the brush (B).")


EXPORT: Final[tuple[Action, ...]] = (
    Action(
        "export.image",
        QT_TRANSLATE_NOOP("Actions", "Export image…"),
        _export_image,
        MENU,
        "export",
        ("Ctrl+E",),
        needs_series,
        separator=True,
        help=QT_TRANSLATE_NOOP("Actions", "The original or processed series as NIfTI, NRRD, TIFF, PNG or DICOM."),
    ),
    Action(
        "export.mask",
        QT_TRANSLATE_NOOP("Actions", "Export mask…"),
        _export_mask,
        MENU,
        "mask",
        ("Ctrl+Shift+E",),
        needs_mask,
        help=QT_TRANSLATE_NOOP("Actions", "As DICOM SEG or RTSTRUCT, NIfTI, NRRD, PNG, or contours."),
    ),
    Action(
        "export.picture",
        QT_TRANSLATE_NOOP("Actions", "Export picture…"),
        _export_picture,
        MENU,
        "save-picture",
        (),
        needs_picture,
        help=QT_TRANSLATE_NOOP("Actions", "The active pane as PNG, TIFF or DICOM secondary capture."),
    ),
    Action(
        "mask.open",
        QT_TRANSLATE_NOOP("Actions", "Open mask…"),
        _open_mask,
        "Tools/Masks",
        "open-file",
        (),
        needs_series,
        help=QT_TRANSLATE_NOOP("Actions", "NIfTI, NRRD, PNG, DICOM SEG or RTSTRUCT over the series of the pane."),
    ),
)
