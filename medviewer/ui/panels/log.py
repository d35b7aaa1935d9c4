"""The messages tab of the drawer: everything that was told since the program started, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, SignalInstance
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from medviewer.ui.drawer_list import DrawerList
from medviewer.ui.icons import icon
from medviewer.ui.plain_text import tool_tip
from medviewer.ui.theme import Theme

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

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
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


class MessageLog(DrawerList):
    """What was told, so that a note that went away too soon can be read again."""

    def __init__(self, notifications: Told, theme: Theme, parent: QWidget | None = None) -> None:
        model = MessageModel(theme)
        super().__init__(model, 2, {0: 80, 1: 130}, parent)
        self.model = model
        self._notifications = notifications
        self.button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.model.as_text()))
        notifications.changed.connect(self.refresh)
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self.empty.setText(self.tr("Nothing was told yet."))
        self.button.setText(self.tr("Copy list"))
        self.table.setAccessibleName(self.tr("Messages"))

    def refresh(self) -> None:
        """Read the notes again."""
        notes = self._notifications.past
        self.model.show_notes(notes)
        self.show_rows(bool(notes))
        self.button.setEnabled(bool(notes))
