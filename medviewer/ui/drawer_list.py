"""What the lists of the drawer have in common: a quiet table, words where it is empty, a button below."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QEvent, Qt
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

from medviewer.ui.theme import GRID, HALF_GRID

ROW_HEIGHT = 28


class DrawerList(QWidget):
    """A table of whole rows that takes no edits.

    Parameters
    ----------
    model : QAbstractTableModel
        Of the rows; becomes the table's.
    stretch : int
        Column that takes the room that is left.
    widths : dict
        Column to its first width in pixels.
    wrap_empty : bool
        Whether the words of the empty list may need several lines.
    """

    def __init__(
        self,
        model: QAbstractTableModel,
        stretch: int,
        widths: dict[int, int],
        parent: QWidget | None = None,
        *,
        wrap_empty: bool = False,
    ) -> None:
        super().__init__(parent)
        model.setParent(self)
        self.table = QTableView(self)
        self.table.setModel(model)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in widths.items():
            self.table.setColumnWidth(column, width)
        self.empty = QLabel(self, wordWrap=wrap_empty, alignment=Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("role", "dim")
        self.button = QPushButton(self)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        foot = QHBoxLayout()
        foot.setContentsMargins(GRID, HALF_GRID, GRID, HALF_GRID)
        foot.addStretch()
        foot.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._stack, 1)
        layout.addLayout(foot)

    def show_rows(self, some: bool) -> None:
        """Show the table, or the words for an empty list."""
        self._stack.setCurrentWidget(self.table if some else self.empty)

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_stack"):
            self.retranslate()
