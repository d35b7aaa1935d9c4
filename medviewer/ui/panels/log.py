"""The messages tab of the drawer: everything that was told since the program started, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medviewer.ui.icons import icon
from medviewer.ui.plain_text import tool_tip
from medviewer.ui.theme import GRID, HALF_GRID, Theme

AnyIndex = QModelIndex | QPersistentModelIndex


class Told(Protocol):
    """The notifications as this panel sees them."""

    changed: SignalInstance

    @property
    def past(self) -> Sequence[Any]:
        """Notes, oldest first."""
        ...


class MessageModel(QAbstractTableModel):
    """Time, kind and words of each note."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[Any] = []

    def show_notes(self, notes: Sequence[Any]) -> None:
        """Replace the rows."""
        self.beginResetModel()
        self._rows = list(reversed(notes))
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 3

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        note = self._rows[index.row()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 1:
            return icon(note.kind.value, self._theme, "accent" if note.kind.value == "info" else note.kind.value)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cells(note)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(self._cells(note)[index.column()])
        return None

    @staticmethod
    def _cells(note: Any) -> tuple[str, str, str]:
        word = note.word if note.count == 1 else f"{note.word} × {note.count}"
        return note.time.strftime("%H:%M:%S"), word, f"{note.message} {note.hint}".strip()

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Time"), self.tr("Kind"), self.tr("Message"))[section]

    def as_text(self) -> str:
        """All rows, tab-separated, for the clipboard."""
        return "\n".join("\t".join(self._cells(note)) for note in self._rows)


class MessageLog(QWidget):
    """What was told, so that a note that went away too soon can be read again."""

    def __init__(self, notifications: Told, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notifications = notifications
        self.model = MessageModel(theme, self)
        self._table = QTableView(self)
        self._table.setModel(self.model)
        self._table.setShowGrid(False)
        self._table.setWordWrap(False)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(28)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._table.setColumnWidth(0, 80)
        self._table.setColumnWidth(1, 130)
        self._empty = QLabel(self, alignment=Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("role", "dim")
        self._copy = QPushButton(self)
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.model.as_text()))
        self._stack = QStackedLayout()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._table)
        foot = QHBoxLayout()
        foot.setContentsMargins(GRID, HALF_GRID, GRID, HALF_GRID)
        foot.addStretch()
        foot.addWidget(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._stack, 1)
        layout.addLayout(foot)
        notifications.changed.connect(self.refresh)
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._empty.setText(self.tr("Nothing was told yet."))
        self._copy.setText(self.tr("Copy list"))
        self._table.setAccessibleName(self.tr("Messages"))

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_stack"):
            self.retranslate()

    def refresh(self) -> None:
        """Read the notes again."""
        notes = self._notifications.past
        self.model.show_notes(notes)
        self._stack.setCurrentWidget(self._table if notes else self._empty)
        self._copy.setEnabled(bool(notes))
