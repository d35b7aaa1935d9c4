"""What is drawn, as a picture for a paper: PNG at twice the size of the screen, or SVG."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRect
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from medviewer.errors import InputError
from medviewer.services.paths import atomic_write

SCALE = 2


def write_plot(widget: QWidget, path: Path) -> Path:
    """Write what a widget shows, in its colours.

    Returns
    -------
    Path
        The file; ``.png`` is added where the name says neither PNG nor SVG.

    Raises
    ------
    InputError
        It cannot be written.
    """
    target = path if path.suffix.lower() in (".png", ".svg") else path.with_name(path.name + ".png")
    data = _svg(widget) if target.suffix.lower() == ".svg" else _png(widget)
    try:
        atomic_write(target, data)
    except OSError:
        raise InputError("The picture could not be written.", "Choose another folder.") from None
    return target


def _png(widget: QWidget) -> bytes:
    image = QImage(widget.size() * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    widget.render(image)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub asks for bytes, which Qt refuses
    return bytes(buffer.data().data())


def _svg(widget: QWidget) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(widget.size())
    generator.setViewBox(QRect(0, 0, widget.width(), widget.height()))
    widget.render(generator)
    return bytes(buffer.data().data())
