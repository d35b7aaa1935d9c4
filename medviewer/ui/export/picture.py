"""Export picture…: the active pane as it is on the screen, also as a DICOM secondary capture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from medviewer.document.state import Plane
from medviewer.errors import InputError
from medviewer.services import exporting
from medviewer.services.exporting import FORMATS, Format, What, Work
from medviewer.ui.canvas.corner_text import OverlayLevel
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.canvas.pane import Pane
from medviewer.ui.export.frame import ExportFrame
from medviewer.ui.export.words import format_words, hindrance_words, patient_advice
from medviewer.ui.notifications import Notifications

WITH_NAME, WITHOUT_NAME, IMAGE_ONLY = "name", "no-name", "image"


class PictureExport(ExportFrame):
    """Asks for what is written on the picture, format and place."""

    def __init__(self, canvas: CanvasGrid, notifications: Notifications, parent: QWidget | None = None) -> None:
        super().__init__(canvas.workspace, notifications, "picture", parent)
        self._canvas = canvas
        pane = canvas.active_pane()
        self._key, self._plane, self._index = pane.view.series_key, pane.view.plane, pane.slice_index
        self._pictures = {
            WITHOUT_NAME: pane_picture(canvas, pane, names=False),
            WITH_NAME: pane_picture(canvas, pane, names=True),
            IMAGE_ONLY: pane.picture(with_overlay=False),
        }
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QRadioButton] = {}
        for name, words in (
            (WITHOUT_NAME, self.tr("Image, measurements, masks and scale, without the patient")),
            (WITH_NAME, self.tr("The same with all corner texts: patient, study and series")),
            (IMAGE_ONLY, self.tr("The image alone")),
        ):
            button = QRadioButton(words, self)
            button.setObjectName(f"picture-{name}")
            self._group.addButton(button)
            self._buttons[name] = button
            self.what_layout.addWidget(button)
            button.toggled.connect(lambda _on: self.show_state())
        self._buttons[WITHOUT_NAME].setChecked(True)
        for form in FORMATS[What.PICTURE]:
            self.formats.add(form.value, *format_words(What.PICTURE, form))
        reason = exporting.why_no_format(self.workspace, self._key, Format.DICOM)
        self.formats.hinder(Format.DICOM.value, hindrance_words(reason))
        self.finish_building(self.tr("Export picture"), self.tr("Export"))

    @property
    def form(self) -> Format:
        """The format that is chosen."""
        return Format(self.formats.chosen)

    @property
    def contents(self) -> str:
        """What is written on the picture."""
        return next(name for name, button in self._buttons.items() if button.isChecked())

    def ending(self) -> str:
        return FORMATS[What.PICTURE][self.form]

    def endings(self) -> tuple[str, ...]:
        return tuple(FORMATS[What.PICTURE].values())

    def hindrance(self) -> str:
        if self._pictures[self.contents].isNull():
            return self.tr("There is no picture in the active pane.")
        return hindrance_words(exporting.why_no_format(self.workspace, self._key, self.form))

    def advice(self) -> str:
        if self.form is Format.DICOM:
            return patient_advice()
        return self.tr("The picture names the patient.") if self.contents == WITH_NAME else ""

    def work(self, path: Path) -> Work:
        return exporting.picture_job(
            self.workspace,
            self._key,
            rgb_of(self._pictures[self.contents]),
            self.form,
            path,
            index=self._index if self._plane is Plane.STACK else -1,
            names_patient=self.contents == WITH_NAME,
        )

    def done_words(self) -> str:
        return self.tr("The picture was written.")


def pane_picture(canvas: CanvasGrid, pane: Pane, *, names: bool) -> QImage:
    """A pane with its overlay; without `names`, no text on it tells whose it is."""
    with _level(canvas, OverlayLevel.FULL if names else OverlayLevel.MIN):
        return pane.picture()


@contextmanager
def _level(canvas: CanvasGrid, level: OverlayLevel) -> Iterator[None]:
    """Another amount of text while a picture is painted; nothing on screen is repainted meanwhile."""
    before = canvas.overlay_level
    canvas.overlay_level = level
    try:
        yield
    finally:
        canvas.overlay_level = before


def rgb_of(picture: QImage) -> NDArray[np.uint8]:
    """A picture as an array, shape (y, x, 3).

    Raises
    ------
    InputError
        There is none.
    """
    if picture.isNull():
        raise InputError("There is no picture to write.")
    plain = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows, columns = plain.height(), plain.width()
    flat = np.frombuffer(plain.constBits(), np.uint8).reshape(rows, plain.bytesPerLine())
    return np.ascontiguousarray(flat[:, : 3 * columns]).reshape(rows, columns, 3).copy()
