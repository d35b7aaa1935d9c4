"""What the actions call: each opens a dialog for what the active pane shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.commands import Commands
from medviewer.ui.export.image import ImageExport
from medviewer.ui.export.mask import MaskExport
from medviewer.ui.export.open_mask import open_masks
from medviewer.ui.export.picture import PictureExport
from medviewer.ui.notifications import Notifications

translate = QCoreApplication.translate

MASK_PATTERNS = "*.nii *.nii.gz *.nrrd *.nhdr *.mha *.mhd *.png *.tif *.tiff *.dcm *.geojson *.json"


@dataclass(frozen=True)
class Window:
    """What a dialog needs of the window."""

    workspace: Workspace
    canvas: CanvasGrid
    notifications: Notifications
    widget: QWidget


def window_of(commands: Commands) -> Window:
    """The window behind the commands."""
    canvas, shell = commands._canvas, commands._shell
    assert isinstance(shell, QWidget)
    return Window(canvas.workspace, canvas, shell.notifications, shell)


def export_image(commands: Commands) -> ImageExport:
    """Open the dialog that writes the series of the active pane."""
    at = window_of(commands)
    view = at.canvas.active_pane().view
    processed = commands.shows_processed
    dialog = ImageExport(at.workspace, at.notifications, view.series_key, view.appearance, processed, at.widget)
    dialog.show()
    return dialog


def export_mask(commands: Commands) -> MaskExport:
    """Open the dialog that writes masks of the active series."""
    at = window_of(commands)
    dialog = MaskExport(at.workspace, at.notifications, commands.series_key, at.widget)
    dialog.show()
    return dialog


def export_picture(commands: Commands) -> PictureExport:
    """Open the dialog that writes the active pane as a picture."""
    at = window_of(commands)
    dialog = PictureExport(at.canvas, at.notifications, at.widget)
    dialog.show()
    return dialog


def open_mask(commands: Commands) -> None:
    """Ask for a file, and put the mask that it holds over the active series."""
    at = window_of(commands)
    key = commands.series_key
    data = at.workspace.settings.data
    folder = data.export_folder or data.open_folder or str(Path.home())
    dialog = QFileDialog(at.widget, translate("OpenMask", "Open mask"), folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    # Many DICOM files have no ending: all files are offered too.
    masks, everything = translate("OpenMask", "Masks"), translate("OpenMask", "All files")
    dialog.setNameFilters([f"{masks} ({MASK_PATTERNS})", f"{everything} (*)"])
    dialog.filesSelected.connect(lambda paths: open_masks(at.workspace, at.notifications, key, paths))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
