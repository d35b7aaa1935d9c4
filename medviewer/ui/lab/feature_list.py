"""The columns to learn from, with a tick each; those that look wrong are unticked and say why."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from medviewer.services.case_choices import ColumnFacts
from medviewer.ui.icons import paint_icon
from medviewer.ui.plain_text import tool_tip
from medviewer.ui.theme import HALF_GRID, Theme
from medviewer.ui.told import told

AnyIndex = QModelIndex | QPersistentModelIndex
FactsRole = int(Qt.ItemDataRole.UserRole) + 1
SIGN = 14


class FeatureModel(QAbstractListModel):
    """Columns with ticks.

    Signals
    -------
    ticked(frozenset)
        The hand has changed which columns are features.
    """

    ticked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[ColumnFacts, ...] = ()
        self._used: frozenset[str] = frozenset()

    @property
    def used(self) -> frozenset[str]:
        """Keys that are ticked."""
        return self._used

    def show_columns(self, columns: tuple[ColumnFacts, ...], used: frozenset[str]) -> None:
        """Show columns; nothing moves when only ticks have changed."""
        if columns != self._columns:
            self.beginResetModel()
            self._columns, self._used = columns, used
            self.endResetModel()
        elif used != self._used:
            self._used = used
            self.dataChanged.emit(self.index(0), self.index(max(0, len(columns) - 1)))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Every column that holds anything can be ticked."""
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        return flags | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        column = self._columns[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{column.title} [{column.unit}]" if column.unit else column.title
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if column.key in self._used else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(f"{column.key}: {told(column.why_not)}" if column.why_not else column.key)
        if role == FactsRole:
            return column
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:
        """Tick or untick."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        key = self._columns[index.row()].key
        self.tick({key}, Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def tick(self, keys: set[str], on: bool) -> None:
        """Tick or untick several."""
        used = self._used | keys if on else self._used - keys
        if used != self._used:
            self._used = frozenset(used)
            self.dataChanged.emit(self.index(0), self.index(max(0, len(self._columns) - 1)))
            self.ticked.emit(self._used)


class FeatureFilter(QSortFilterProxyModel):
    """Keeps the columns whose name holds a text."""

    def kept(self) -> set[str]:
        """Keys of the columns that are seen."""
        return {self.index(row, 0).data(FactsRole).key for row in range(self.rowCount())}


class FeatureDelegate(QStyledItemDelegate):
    """A sign at the right of what is suspicious."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        column: ColumnFacts = index.data(FactsRole)
        if column.why_not:
            option.rect.adjust(0, 0, -(SIGN + 2 * HALF_GRID), 0)
        super().paint(painter, option, index)
        if column.why_not:
            option.rect.adjust(0, 0, SIGN + 2 * HALF_GRID, 0)
            rect = option.rect
            sign = rect.adjusted(rect.width() - SIGN - HALF_GRID, (rect.height() - SIGN) // 2, -HALF_GRID, 0)
            sign.setHeight(SIGN)
            ticked = index.data(int(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
            paint_icon(painter, sign, "warn" if ticked else "info", self._theme.color("warn" if ticked else "dim"))
