"""A measured table as an item model: numbers right-aligned with their unit in the header, sortable, filterable."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from medviewer.core.table import Cell, Column, Table, is_missing

AnyIndex = QModelIndex | QPersistentModelIndex
SortRole = int(Qt.ItemDataRole.UserRole) + 1
DIGITS = 6


def cell_text(value: Cell) -> str:
    """A cell for people: six significant digits; nothing for what is not known."""
    if is_missing(value):
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    return str(value)


def title_words(column: Column) -> str:
    """The title of a column in the user's language; its key where it has none."""
    return QCoreApplication.translate("Operations", column.title) if column.title else column.key


def unit_words(unit: str) -> str:
    """A unit as it is printed: ``mm²`` for ``mm2``."""
    return unit.replace("mm2", "mm²").replace("mm3", "mm³").replace("px2", "px²").replace("px3", "px³")


class TableModel(QAbstractTableModel):
    """Shows one table."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = Table()
        self._numbers: tuple[bool, ...] = ()

    @property
    def table(self) -> Table:
        """What is shown."""
        return self._table

    def show_table(self, table: Table) -> None:
        """Show another table."""
        self.beginResetModel()
        self._table = table
        self._numbers = tuple(column.is_number for column in table.columns)
        self.endResetModel()

    def is_number(self, column: int) -> bool:
        """Whether a column holds numbers."""
        return self._numbers[column]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._table.n_rows

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._table.columns)

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        value = self._table.columns[index.column()].values[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(value)
        if role == SortRole:
            if is_missing(value):
                return -math.inf if self._numbers[index.column()] else ""
            return float(value) if isinstance(value, int | float) else str(value)
        if role == Qt.ItemDataRole.TextAlignmentRole and self._numbers[index.column()]:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(value, str) and value:
            return value
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._table.columns):
            return None
        column = self._table.columns[section]
        title = title_words(column)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{title} [{unit_words(column.unit)}]" if column.unit else title
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.key
        return None


class RowFilter(QSortFilterProxyModel):
    """Keeps the rows whose value in one column lies between two numbers, or holds a text."""

    def __init__(self, model: TableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._column = -1
        self._low, self._high, self._text = -math.inf, math.inf, ""
        self.setSourceModel(model)
        self.setSortRole(SortRole)

    def set_filter(self, column: int, low: float = -math.inf, high: float = math.inf, text: str = "") -> None:
        """Filter by a column; -1: every row."""
        self.beginFilterChange()
        self._column, self._low, self._high, self._text = column, low, high, text.casefold()
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, source_row: int, source_parent: AnyIndex) -> bool:
        if not 0 <= self._column < self._model.columnCount():
            return True
        value = self._model.table.columns[self._column].values[source_row]
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._low <= value <= self._high
        if is_missing(value):
            return (self._low, self._high, self._text) == (-math.inf, math.inf, "")
        return self._text in str(value).casefold()

    def kept_rows(self) -> list[int]:
        """Rows of the table that pass, in the order shown."""
        return [self.mapToSource(self.index(row, 0)).row() for row in range(self.rowCount())]
