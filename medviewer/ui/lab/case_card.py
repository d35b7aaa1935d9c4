"""The case behind a point: its picture, what it is, what it was called, how sure; and the way to the canvas."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from medviewer.lab.classical import Kind
from medviewer.services.case_views import CaseView
from medviewer.services.classification import Record
from medviewer.ui.icons import icon, pixmap
from medviewer.ui.lab.case_opener import CaseOpener
from medviewer.ui.theme import GRID, HALF_GRID, Theme

WIDTH = 22 * GRID
PICTURE = 96
MOST_CLASSES = 4


class CaseCard(QWidget):
    """Shows one of the chosen cases; the arrows go through the others."""

    def __init__(self, theme: Theme, opener: CaseOpener, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab-case-card")
        self._theme = theme
        self._opener = opener
        self._record: Record | None = None
        self._kind = Kind.BASELINE
        self._cases: tuple[int, ...] = ()
        self._at = 0
        self._view: CaseView | None = None
        self.setFixedWidth(WIDTH)
        self._picture = QLabel(self)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title, self._sign, self._words = QLabel(self), QLabel(self), QLabel(self, wordWrap=True)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("role", "section")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setObjectName("lab-case-words")
        self._chances = QLabel(self, wordWrap=True)
        self._chances.setTextFormat(Qt.TextFormat.PlainText)
        self._chances.setProperty("role", "small")
        self._before, self._after = QToolButton(self), QToolButton(self)
        for button, name, by in ((self._before, "left", -1), (self._after, "right", 1)):
            button.setIcon(icon(name, theme))
            button.setProperty("compact", True)
            button.clicked.connect(lambda _checked=False, by=by: self.step(by))
        self._go = QPushButton(self)
        self._go.setObjectName("lab-case-go")
        self._go.clicked.connect(self.go)
        head = QHBoxLayout()
        head.setSpacing(HALF_GRID)
        head.addWidget(self._title, 1)
        head.addWidget(self._before)
        head.addWidget(self._after)
        said = QHBoxLayout()
        said.setSpacing(HALF_GRID)
        said.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self._words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, 0, 0)
        layout.setSpacing(HALF_GRID)
        layout.addLayout(head)
        layout.addWidget(self._picture)
        layout.addLayout(said)
        layout.addWidget(self._chances)
        layout.addStretch(1)
        layout.addWidget(self._go)
        self._words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._before.setToolTip(self.tr("Case before"))
        self._after.setToolTip(self.tr("Next case"))
        for button in (self._before, self._after):
            button.setAccessibleName(button.toolTip())
        self._go.setText(self.tr("Show on canvas"))
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_go"):
            self.retranslate()
        super().changeEvent(event)

    @property
    def case(self) -> int:
        """The case number that is shown; -1: none."""
        return self._cases[self._at] if self._cases else -1

    def show_cases(self, record: Record | None, kind: Kind, cases: tuple[int, ...], show: bool = True) -> None:
        """Show the first of some cases; with `show`, on the canvas too."""
        self._record, self._kind, self._cases, self._at = record, kind, cases, 0
        self._fill()
        if show and cases:
            self.go()

    def show_kind(self, kind: Kind) -> None:
        """Say what another classifier called the same case."""
        self._kind = kind
        self._fill()

    def step(self, by: int) -> None:
        """The next of the chosen cases."""
        if self._cases:
            self._at = (self._at + by) % len(self._cases)
            self._fill()
            self.go()

    def go(self) -> None:
        """Show the case on the canvas."""
        if self._view is not None and self._view.can_be_shown:
            self._opener.show(self._view)

    def _fill(self) -> None:
        record = self._record
        self.setVisible(record is not None and bool(self._cases))
        if record is None or not self._cases:
            self._view = None
            return
        results, case = record.results, self.case
        cases = results.cases
        row = int(cases.rows[case])
        many = len(self._cases)
        title = self.tr("Row {n}").format(n=row + 1)
        self._title.setText(f"{title}  ({self._at + 1}/{many})" if many > 1 else title)
        for button in (self._before, self._after):
            button.setVisible(many > 1)
        judged = results.of(self._kind).judged
        at = np.flatnonzero(judged.rows == case) if judged is not None else np.empty(0, dtype=np.intp)
        label = cases.classes[int(cases.labels[case])]
        if judged is None or not len(at):
            self._words.setText(label)
            self._sign.hide()
            self._chances.setText("")
        else:
            called = int(judged.predicted[at[0]])
            right = called == int(cases.labels[case])
            self._sign.setPixmap(
                pixmap(
                    "good" if right else "bad", self._theme, 16, "good" if right else "bad", self.devicePixelRatioF()
                )
            )
            self._sign.show()
            words = self.tr("{a}, called rightly") if right else self.tr("{a}, called {b}")
            self._words.setText(words.format(a=label, b=cases.classes[called]))
            chances = judged.probability[0, at[0]]
            order = np.argsort(-chances)[:MOST_CLASSES]
            self._chances.setText("\n".join(f"p({cases.classes[int(c)][:20]}) = {chances[c]:.3f}" for c in order))
        if cases.groups_known:
            name = cases.group_names[int(cases.groups[case])]
            self._chances.setText(self._chances.text() + "\n" + self.tr("Patient {name}").format(name=name[:30]))
        self._show_view(self._opener.view(record.sources, row))

    def _show_view(self, view: CaseView) -> None:
        old, self._view = self._view, view
        self._go.setEnabled(view.can_be_shown)
        self._go.setToolTip(
            "" if view.can_be_shown else self.tr("The table does not say where this case comes from.")
        )
        self._picture.setVisible(bool(view.picture))
        if view.picture:
            if old is None or (old.row, old.source) != (view.row, view.source):
                self._picture.clear()
                self._picture.setFixedHeight(PICTURE)
                self._opener.views.picture(view, partial(self._show_picture, view))
        else:
            self._picture.clear()

    def _show_picture(self, view: CaseView, pixels: NDArray[np.uint8]) -> None:
        shown = self._view
        if shown is None or (shown.row, shown.source) != (view.row, view.source):
            return  # another case is shown by now
        picture = QPixmap.fromImage(to_image(pixels))
        side = PICTURE
        self._picture.setPixmap(
            picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        )


def to_image(pixels: NDArray[Any]) -> QImage:
    """Pixels (y, x) or (y, x, 3) uint8 as a picture of their own memory."""
    high, wide = pixels.shape[:2]
    if pixels.ndim == 3:
        return QImage(pixels.tobytes(), wide, high, 3 * wide, QImage.Format.Format_RGB888).copy()
    return QImage(pixels.tobytes(), wide, high, wide, QImage.Format.Format_Grayscale8).copy()
