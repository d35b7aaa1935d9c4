"""The list of cases in the drawer: labels are typed with the digits, and a row leads to its case on the canvas."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medviewer.core.table import Table
from medviewer.services import case_choices, classification
from medviewer.services.case_choices import CLASS, MOST_TYPED
from medviewer.services.classification import Classification
from medviewer.services.workspace import Workspace
from medviewer.ui.lab.case_opener import CaseOpener
from medviewer.ui.lab.words import count_text
from medviewer.ui.table_model import RowFilter, TableModel
from medviewer.ui.table_view import dressed
from medviewer.ui.theme import GRID, HALF_GRID, Theme

AnyIndex = QModelIndex | QPersistentModelIndex
MOST_COLUMNS = 60
WIDEST_COLUMN = 220
DIGITS = {Qt.Key(int(Qt.Key.Key_0) + n): n for n in range(10)}
CLEAR = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)


class CaseModel(TableModel):
    """The cases; the column of labels can change without a reset, so that the hand keeps its place."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._label = -1

    def show_cases(self, table: Table, label: str) -> None:
        """Show cases; only what has changed is drawn anew."""
        shown = Table(table.columns[:MOST_COLUMNS], table.name)
        same = shown.keys == self._table.keys and all(
            new is old for new, old in zip(shown.columns, self._table.columns, strict=True) if new.key != CLASS
        )
        self._label = shown.keys.index(label) if label in shown.keys else -1
        if same and shown.n_rows == self._table.n_rows:
            self._table = shown
            if shown.n_rows:
                self.dataChanged.emit(self.index(0, 0), self.index(shown.n_rows - 1, 0))
        else:
            self.show_table(shown)

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role == Qt.ItemDataRole.ForegroundRole and index.isValid() and index.column() == self._label:
            return QBrush(self._theme.color("accent"))
        return super().data(index, role)


class CaseTableView(QTableView):
    """A table in which digits name classes.

    Signals
    -------
    typed(int)
        1 to 9: a class; 0: none.
    opened()
        Enter: the case is wanted on the canvas.
    """

    typed = Signal(int)
    opened = Signal()

    def event(self, event: QEvent) -> bool:
        """Keep the digits from the window's own shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if plain and (event.key() in DIGITS or event.key() in CLEAR):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Name a class, or move on as tables do."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        key = Qt.Key(event.key()) if event.key() in DIGITS or event.key() in CLEAR else None
        if plain and key is not None:
            self.typed.emit(DIGITS.get(key, 0))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class CaseList(QWidget):
    """The cases of the experiment.

    Signals
    -------
    add_wanted()
        There are none yet, and the button for it was pressed.
    """

    add_wanted = Signal()

    def __init__(self, workspace: Workspace, theme: Theme, opener: CaseOpener, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab-case-list")
        self._lab: Classification = classification.of(workspace)
        self._opener = opener
        self._classes: list[str] = []
        self._buttons: list[QPushButton] = []
        self._is_stale = False
        self._model = CaseModel(theme, self)
        self._rows = RowFilter(self._model, self)
        self._rows.setDynamicSortFilter(False)
        self._build()
        self._disconnect = self._lab.changed.connect(self._changed)
        self.retranslate()

    def _build(self) -> None:
        self._count = QLabel(self)
        self._count.setProperty("role", "dim")
        self._keys = QLabel(self)
        self._keys.setProperty("role", "dim")
        self._new = QLineEdit(self)
        self._new.setObjectName("lab-new-class")
        self._new.setFixedWidth(16 * GRID)
        self._new.setMaxLength(40)
        self._new.returnPressed.connect(self._add_class)
        self._bar = QHBoxLayout()
        self._bar.setSpacing(HALF_GRID)
        self._bar.addWidget(self._count)
        self._bar.addSpacing(GRID)
        self._bar.addWidget(self._keys)
        self._bar.addWidget(self._new)
        self._bar.addStretch(1)
        self._view = dressed(CaseTableView(self), self._rows, "lab-cases-view")
        self._view.typed.connect(self.type_class)
        self._view.opened.connect(self._show_current)
        self._view.selectionModel().currentRowChanged.connect(lambda _now, _before: self._show_current())
        self._hint = QLabel(self, wordWrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setProperty("role", "dim")
        self._add = QPushButton(self)
        self._add.clicked.connect(self.add_wanted)
        empty = QWidget(self)
        inner = QVBoxLayout(empty)
        inner.addStretch(1)
        inner.addWidget(self._hint)
        inner.addWidget(self._add, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(1)
        self._stack = QStackedLayout()
        self._stack.addWidget(empty)
        self._stack.addWidget(self._view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(HALF_GRID)
        layout.addLayout(self._bar)
        layout.addLayout(self._stack, 1)

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._hint.setText(self.tr("No cases yet. Their rows stand here, and labels can be typed with the digits."))
        self._add.setText(self.tr("Add cases"))
        self._keys.setText(self.tr("Label the chosen rows with the keys:"))
        self._new.setPlaceholderText(self.tr("New class"))
        self._new.setAccessibleName(self.tr("New class"))
        self._new.setToolTip(self.tr("Enter adds a class; 0 takes a label away"))
        self._view.setAccessibleName(self.tr("Cases"))
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_stack"):
            self.retranslate()
        super().changeEvent(event)

    def _changed(self, what: str) -> None:
        if what in ("cases", "labels", "choices"):
            self._is_stale = not self.isVisible()
            if not self._is_stale:
                self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while hidden."""
        super().showEvent(event)
        if self._is_stale:
            self._is_stale = False
            self.refresh()

    def refresh(self) -> None:
        """Show the cases as they are."""
        lab = self._lab
        fresh = lab.table.keys[:MOST_COLUMNS] != self._model.table.keys
        self._model.show_cases(lab.table, lab.choices.label)
        has_cases = bool(lab.sources)
        self._stack.setCurrentIndex(1 if has_cases else 0)
        self._count.setText(count_text("case", lab.table.n_rows) if has_cases else "")
        if fresh and has_cases:
            self._view.resizeColumnsToContents()
            for n in range(self._model.columnCount()):
                self._view.setColumnWidth(n, min(WIDEST_COLUMN, self._view.columnWidth(n) + GRID))
        self._show_classes()

    def _show_classes(self) -> None:
        lab = self._lab
        typed = lab.labels_are_typed
        known = list(case_choices.class_names(lab.table.column(CLASS))) if typed else []
        if not typed:
            self._classes = []
        self._classes = [*self._classes, *(name for name in known if name not in self._classes)][:MOST_TYPED]
        self._keys.setVisible(typed)
        self._new.setVisible(typed and len(self._classes) < MOST_TYPED)
        if [button.property("class-name") for button in self._buttons] == self._classes:
            return
        for button in self._buttons:
            self._bar.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for number, name in enumerate(self._classes, 1):
            button = QPushButton(f"{number}  {name}".replace("&", "&&"), self)
            button.setProperty("class-name", name)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self._pressed, number))
            self._bar.insertWidget(2 + number, button)
            self._buttons.append(button)

    def _pressed(self, number: int, _checked: bool = False) -> None:
        self.type_class(number)
        self._view.setFocus()

    def _add_class(self) -> None:
        name = self._new.text().strip()
        if name and name not in self._classes and len(self._classes) < MOST_TYPED:
            self._classes.append(name)
            self._new.clear()
            self._show_classes()
            self._view.setFocus()

    def type_class(self, number: int) -> None:
        """Give the chosen rows class `number` (0: none) and, for a single row, go on to the next."""
        if not self._lab.labels_are_typed or number > len(self._classes):
            return
        chosen = [self._rows.mapToSource(index).row() for index in self._view.selectionModel().selectedRows()]
        if not chosen:
            return
        current = self._view.currentIndex()
        self._lab.type_labels(chosen, self._classes[number - 1] if number else "")
        if len(chosen) == 1 and current.row() + 1 < self._rows.rowCount():
            self._view.selectRow(current.row() + 1)

    def _show_current(self) -> None:
        index = self._view.currentIndex()
        if index.isValid() and self._lab.sources:
            row = self._rows.mapToSource(index).row()
            if row < self._lab.table.n_rows:
                self._opener.show(self._opener.view(self._lab.sources, row))

    def focus_list(self) -> None:
        """Put the hand on the first case, ready to type."""
        if self._rows.rowCount() and not self._view.selectionModel().hasSelection():
            self._view.selectRow(0)
        if self._lab.labels_are_typed and not self._classes:
            self._new.setFocus()
        else:
            self._view.setFocus()
