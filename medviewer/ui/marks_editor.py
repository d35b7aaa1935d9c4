"""The field of a form for marks on the image: which label, how many there are, and a way to take them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QButtonGroup, QDoubleSpinBox, QGridLayout, QLabel, QPushButton, QToolButton, QWidget

from medviewer.core.marks import Marks
from medviewer.ops.params import Field, Hand
from medviewer.ui.icons import icon
from medviewer.ui.theme import HALF_GRID, MASK_COUNT, Theme

LABELS_A_ROW = 2
SWATCH = 10
BRUSH_MM = (0.5, 50.0)
FIRST_BRUSH_MM = 3.0


@dataclass(frozen=True)
class MarkRequest:
    """What the hand on the image is to set.

    Attributes
    ----------
    field : str
        Name of the parameter.
    hand : Hand
        Clicks, strokes or a box.
    label : int
        Of the new marks.
    words : str
        What the label stands for, translated.
    radius_mm : float
        Of the brush; 0 for clicks and boxes.
    """

    field: str
    hand: Hand
    label: int
    words: str
    radius_mm: float = 0.0


def _swatch(colour: QColor) -> QIcon:
    """A small square of a label's colour, as the marks have on the image."""
    pixmap = QPixmap(SWATCH, SWATCH)
    pixmap.fill(colour)
    return QIcon(pixmap)


class MarksEditor(QWidget):
    """Buttons to set marks, one for each label; the count; undo of the last and clear.

    Signals
    -------
    edited()
        Marks were taken back.
    wanted(MarkRequest or None)
        A button was pressed or released.
    """

    edited = Signal()
    wanted = Signal(object)

    def __init__(self, field: Field, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert field.set_by is not None
        self._field = field
        self._hand = field.set_by.hand
        self.label_words: Mapping[int, str] = field.set_by.labels
        self._translated = dict(self.label_words)
        self._marks: Marks = ()
        self._buttons: dict[int, QPushButton] = {}
        group = QButtonGroup(self)
        group.setExclusive(False)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(HALF_GRID)
        for place, label in enumerate(self.label_words):
            button = QPushButton(self)
            button.setCheckable(True)
            button.setObjectName(f"mark-{field.name}-{label}")
            button.setIcon(_swatch(theme.color(f"mask-{(label - 1) % MASK_COUNT + 1}" if label else "dim")))
            button.toggled.connect(lambda on, n=label: self._toggled(n, on))
            grid.addWidget(button, place // LABELS_A_ROW, place % LABELS_A_ROW)
            group.addButton(button)
            self._buttons[label] = button
        row = (len(self.label_words) + LABELS_A_ROW - 1) // LABELS_A_ROW
        self._brush = QDoubleSpinBox(self)
        self._brush.setRange(*BRUSH_MM)
        self._brush.setSingleStep(0.5)
        self._brush.setDecimals(1)
        self._brush.setValue(FIRST_BRUSH_MM)
        self._brush.setVisible(self._hand is Hand.STROKES)
        self._brush.valueChanged.connect(lambda _value: self._tell())
        self._count = QLabel(self)
        self._count.setProperty("role", "dim")
        self._count.setObjectName(f"mark-count-{field.name}")
        self._back = self._tool("undo", theme)
        self._back.clicked.connect(lambda: self._keep(self._marks[:-1]))
        self._clear = self._tool("delete", theme)
        self._clear.clicked.connect(lambda: self._keep(()))
        foot = QGridLayout()
        foot.setSpacing(HALF_GRID)
        foot.addWidget(self._brush, 0, 0)
        foot.addWidget(self._count, 0, 1)
        foot.setColumnStretch(1, 1)
        foot.addWidget(self._back, 0, 2)
        foot.addWidget(self._clear, 0, 3)
        grid.addLayout(foot, row, 0, 1, LABELS_A_ROW)
        self.retranslate({})

    def _tool(self, name: str, theme: Theme) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name, theme, "dim"))
        button.setProperty("compact", "true")
        return button

    def marks(self) -> Marks:
        """The marks that are set."""
        return self._marks

    def show_marks(self, marks: Marks) -> None:
        """Show marks, without a signal."""
        self._marks = tuple(marks)
        self._show_count()

    def release(self) -> None:
        """Let go of the hand on the image."""
        for button in self._buttons.values():
            button.setChecked(False)

    def _keep(self, marks: Marks) -> None:
        self.show_marks(marks)
        self.edited.emit()

    def _toggled(self, label: int, on: bool) -> None:
        if on:
            for other, button in self._buttons.items():
                if other != label and button.isChecked():
                    button.blockSignals(True)
                    button.setChecked(False)
                    button.blockSignals(False)
        self._tell()

    def _tell(self) -> None:
        label = next((n for n, button in self._buttons.items() if button.isChecked()), None)
        if label is None:
            self.wanted.emit(None)
            return
        radius = self._brush.value() if self._hand is Hand.STROKES else 0.0
        self.wanted.emit(MarkRequest(self._field.name, self._hand, label, self._translated[label], radius))

    def _show_count(self) -> None:
        count = QCoreApplication.translate("Form", "{n} set").format(n=len(self._marks))
        self._count.setText(count if self._marks else QCoreApplication.translate("Form", "None set"))
        for button in (self._back, self._clear):
            button.setEnabled(bool(self._marks))

    def retranslate(self, words: Mapping[int, str]) -> None:
        """Set the texts again; `words` of the labels, translated."""
        self._translated.update(words)
        for label, button in self._buttons.items():
            button.setText(self._translated[label])
            button.setToolTip(
                {
                    Hand.POINTS: QCoreApplication.translate("Form", "Click on the image to set points"),
                    Hand.STROKES: QCoreApplication.translate("Form", "Paint on the image"),
                    Hand.BOX: QCoreApplication.translate("Form", "Drag a box on the image"),
                }[self._hand]
            )
        self._brush.setSuffix(QCoreApplication.translate("Form", " mm"))
        self._brush.setToolTip(QCoreApplication.translate("Form", "Radius of the brush"))
        self._brush.setAccessibleName(self._brush.toolTip())
        for tool, tip in (
            (self._back, QCoreApplication.translate("Form", "Take the last one back")),
            (self._clear, QCoreApplication.translate("Form", "Remove all marks")),
        ):
            tool.setToolTip(tip)
            tool.setAccessibleName(tip)
        self._show_count()
