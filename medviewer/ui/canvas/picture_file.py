"""Pictures on disk."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from medviewer.errors import DataError
from medviewer.services.paths import atomic_write

translate = QCoreApplication.translate


def write_png(picture: QImage, path: Path) -> None:
    """Write a picture as PNG.

    Raises
    ------
    DataError
        When there is none, or it cannot be written; a file that was there is left as it was.
    """
    encoded = QBuffer()
    encoded.open(QIODevice.OpenModeFlag.WriteOnly)
    if picture.isNull() or not QImageWriter(encoded, QByteArray(b"png")).write(picture):
        raise DataError(translate("CanvasCommands", "There is no picture to write."))
    try:
        atomic_write(path, bytes(encoded.data().data()))
    except OSError as error:
        raise DataError(
            translate("CanvasCommands", "The picture could not be written."),
            translate("CanvasCommands", "Choose a folder in which files can be made, with room on the disk."),
        ) from error
