"""Which program this is, in which version, under which licence, and what it is not for."""

from __future__ import annotations

import platform

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

import medviewer
from medviewer.ui.icons import program_icon
from medviewer.ui.theme import GRID, Theme


class About(QDialog):
    """A small window beside the work; not modal."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About medviewer"))
        picture = QLabel(self)
        picture.setPixmap(program_icon().pixmap(QSize(64, 64), self.devicePixelRatioF()))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        title = QLabel("medviewer", self)
        title.setProperty("role", "title")
        lines = (
            self.tr("Version {version}").format(version=medviewer.__version__),
            self.tr("Open, read, measure and process medical images"),
            self.tr("For research, not for diagnosis: this is no medical device."),
            self.tr("MIT licence. Python {python}, Qt {qt}.").format(python=platform.python_version(), qt=qVersion()),
        )
        words = QVBoxLayout()
        words.setSpacing(GRID)
        words.addWidget(title)
        for number, line in enumerate(lines):
            label = QLabel(line, self, wordWrap=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if number != 2:
                label.setProperty("role", "dim")
            words.addWidget(label)
        close = QPushButton(self.tr("Close"), self)
        close.clicked.connect(self.close)
        words.addSpacing(GRID)
        words.addWidget(close, alignment=Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        row.setSpacing(3 * GRID)
        row.addWidget(picture)
        row.addLayout(words, 1)
        self.resize(440, self.sizeHint().height())
