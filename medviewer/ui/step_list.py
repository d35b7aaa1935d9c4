"""The steps of a recipe as a list, the menu that adds one, and their words in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from medviewer.document.state import Step
from medviewer.errors import MedviewerError
from medviewer.ops import describe
from medviewer.ops.params import Kind, fields_of, is_shown
from medviewer.ops.recipe import resolve
from medviewer.ui.operation_menu import operation_words
from medviewer.ui.plain_text import tool_tip
from medviewer.ui.theme import HALF_GRID

ROW_HEIGHT = 28
VISIBLE_ROWS = 5


def step_words(step: Step, length_unit: str) -> tuple[str, str]:
    """Title and settings of a step in the user's language; the id where the operation is not known."""
    try:
        operation, params = resolve(step)
    except MedviewerError:
        return step.op, ""
    parts: list[str] = []
    for field in fields_of(operation.params_type):
        if not is_shown(field, params):
            continue
        value = getattr(params, field.name)
        unit = describe.unit_text(field, length_unit)
        if field.kind in (Kind.INT, Kind.FLOAT):
            # A number with a unit speaks for itself.
            name = "" if unit else operation_words(field.label) + " "
            parts.append(f"{name}{field.words(value)} {unit}".rstrip())
        elif field.kind is Kind.CHOICE and value != field.default:
            parts.append(operation_words(field.words(value)))
        elif field.kind is Kind.BOOL and value != field.default:
            parts.append(operation_words(field.label))
    return operation_words(operation.title), ", ".join(parts)


class StepList(QListWidget):
    """Steps in order: ticked ones take part; dragged, moved with Alt+Up/Down, removed with Delete.

    Signals
    -------
    moved(from, to), switched(row, on), removed(row)
        What the user asks for; the list itself changes when the document has.
    """

    moved = Signal(int, int)
    switched = Signal(int, bool)
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemChanged.connect(self._item_changed)

    def show_steps(self, steps: tuple[Step, ...], words: list[tuple[str, str]]) -> None:
        """Show steps; the selected row stays."""
        row = self.currentRow()
        self.blockSignals(True)
        while self.count() > len(steps):
            self.takeItem(self.count() - 1)
        while self.count() < len(steps):
            item = QListWidgetItem()
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            self.addItem(item)
        for number, (step, (title, settings)) in enumerate(zip(steps, words, strict=True)):
            item = self.item(number)
            text = f"{title} · {settings}" if settings else title
            item.setText(text)
            item.setToolTip(tool_tip(text))
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
            item.setFlags(flags | Qt.ItemFlag.ItemIsDragEnabled)
            item.setCheckState(Qt.CheckState.Checked if step.on else Qt.CheckState.Unchecked)
        self.setCurrentRow(min(row, len(steps) - 1))
        self.blockSignals(False)
        self.setFixedHeight(ROW_HEIGHT * min(VISIBLE_ROWS, max(1, len(steps))) + 2 * HALF_GRID)

    def _item_changed(self, item: QListWidgetItem) -> None:
        self.switched.emit(self.row(item), item.checkState() == Qt.CheckState.Checked)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for the move; the document decides."""
        source = self.currentRow()
        index = self.indexAt(event.position().toPoint())
        to = self.count() - 1
        if index.isValid():
            below = self.dropIndicatorPosition() == QAbstractItemView.DropIndicatorPosition.BelowItem
            to = index.row() + below - (source < index.row() + below)
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if event.source() is self and source >= 0 and to != source:
            self.moved.emit(source, to)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes, Alt with the arrows moves, the rest is the list's."""
        row = self.currentRow()
        if row >= 0 and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(row)
        elif row >= 0 and event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() == Qt.Key.Key_Up:
            if row > 0:
                self.moved.emit(row, row - 1)
        elif row >= 0 and event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() == Qt.Key.Key_Down:
            if row < self.count() - 1:
                self.moved.emit(row, row + 1)
        else:
            super().keyPressEvent(event)
            return
        event.accept()
