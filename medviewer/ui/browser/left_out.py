"""The list of files that were read and are not shown, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medviewer.io.headers import LeftOut
from medviewer.ui.plain_text import tool_tip
from medviewer.ui.theme import Theme
from medviewer.ui.told import told


class LeftOutModel(QAbstractTableModel):
    """Reason and path of every file left out."""

    def __init__(self, rows: Sequence[LeftOut]) -> None:
        super().__init__()
        self._rows = list(rows)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 2

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> str | None:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) or not index.isValid():
            return None
        row = self._rows[index.row()]
        path = f"{row.path} ▸ {row.member}" if row.member else row.path
        text = told(row.reason) if index.column() == 0 else path
        return tool_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> str | None:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Reason"), self.tr("File"))[section]

    def as_text(self) -> str:
        """All rows, tab-separated, for the clipboard."""
        return "\n".join(f"{told(row.reason)}\t{row.path}\t{row.member}".rstrip() for row in self._rows)


class LeftOutDialog(QDialog):
    """A window beside the work (not modal) with the files that are not shown."""

    def __init__(self, rows: Sequence[LeftOut], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Files that are not shown"))
        self.resize(760, 420)
        self._model = LeftOutModel(rows)
        proxy = QSortFilterProxyModel(self)
        proxy.setSourceModel(self._model)
        proxy.setFilterKeyColumn(-1)
        proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        table = QTableView(self)
        table.setModel(proxy)
        table.setSortingEnabled(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.horizontalHeader().setStretchLastSection(True)
        table.setColumnWidth(0, 360)
        search = QLineEdit(self)
        search.setPlaceholderText(self.tr("Filter"))
        search.setClearButtonEnabled(True)
        search.textChanged.connect(proxy.setFilterFixedString)
        count = self.tr("{n} files were read and are not shown; nothing was changed on disk.").format(n=len(rows))
        label = QLabel(count, self)
        label.setProperty("role", "dim")
        copy = QPushButton(self.tr("Copy list"), self)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._model.as_text()))
        close = QPushButton(self.tr("Close"), self)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(label, 1)
        buttons.addWidget(copy)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(search)
        layout.addWidget(table, 1)
        layout.addLayout(buttons)
