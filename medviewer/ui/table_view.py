"""How tables of measurements look wherever they stand: no grid, columns as wide as they need, sorted by a click."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

ROW_HEIGHT = 26
MOST_MEASURED_ROWS = 20
"""So many rows decide how wide a column becomes: more would be felt with hundreds of columns."""

V = TypeVar("V", bound=QTableView)


def dressed(view: V, model: QAbstractItemModel, name: str) -> V:
    """The same view, with its model, its name and the look of the program."""
    view.setObjectName(name)
    view.setModel(model)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    header = view.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSortIndicatorClearable(True)
    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    header.setResizeContentsPrecision(MOST_MEASURED_ROWS)
    view.setSortingEnabled(True)
    view.setMinimumHeight(2 * ROW_HEIGHT)
    return view
