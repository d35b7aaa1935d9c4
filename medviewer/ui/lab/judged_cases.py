"""The list of judged cases: label, prediction, probabilities from outside the folds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QModelIndex, QSortFilterProxyModel, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medviewer.core.table import Table
from medviewer.lab.classical import Kind
from medviewer.services import experiment_tables, results
from medviewer.services.classification import Record
from medviewer.ui.lab.words import count_text
from medviewer.ui.table_model import SortRole, TableModel
from medviewer.ui.table_view import dressed
from medviewer.ui.theme import GRID, HALF_GRID

WIDEST_COLUMN = 200


class JudgedCases(QWidget):
    """Out-of-fold cases of one classifier.

    Signals
    -------
    case_chosen(int)
        Case number of the row that was chosen.
    """

    case_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab-judged-cases")
        self._record: Record | None = None
        self._kind = Kind.BASELINE
        self._only: tuple[int, ...] = ()
        self._numbers: list[int] = []
        self._is_stale = False
        self._model = TableModel(self)
        self._rows = QSortFilterProxyModel(self)
        self._rows.setSourceModel(self._model)
        self._rows.setSortRole(SortRole)
        self._count = QLabel(self)
        self._count.setProperty("role", "dim")
        self._wrong = QCheckBox(self)
        self._wrong.setObjectName("lab-only-wrong")
        self._wrong.toggled.connect(lambda _on: self._fill())
        self._all = QPushButton(self)
        self._all.setFlat(True)
        self._all.clicked.connect(lambda: self.show_only(()))
        self.view = dressed(QTableView(self), self._rows, "lab-judged-view")
        self.view.selectionModel().currentRowChanged.connect(self._row_chosen)
        bar = QHBoxLayout()
        bar.setSpacing(GRID)
        bar.addWidget(self._count)
        bar.addWidget(self._all)
        bar.addWidget(self._wrong)
        bar.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, HALF_GRID, 0, 0)
        layout.setSpacing(HALF_GRID)
        layout.addLayout(bar)
        layout.addWidget(self.view, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._wrong.setText(self.tr("Only what was called wrongly"))
        self._all.setText(self.tr("Show all"))
        self.view.setAccessibleName(self.tr("Judged cases"))
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "view"):
            self.retranslate()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Fill the list when it comes to be seen."""
        super().showEvent(event)
        if self._is_stale:
            self._fill()

    def show_record(self, record: Record | None, kind: Kind) -> None:
        """Show the cases of a classifier; which ones were chosen stays within a run."""
        if record is not self._record:
            self._only = ()
        self._record, self._kind = record, kind
        self._fill()

    def show_only(self, cases: tuple[int, ...]) -> None:
        """Only these case numbers; none: all."""
        self._only = cases
        self._fill()

    @property
    def table(self) -> Table:
        """What is listed."""
        return self._model.table

    @property
    def shown(self) -> tuple[int, ...]:
        """Case numbers that are listed, in the order of the table."""
        return tuple(self._numbers)

    def _fill(self) -> None:
        record = self._record
        self._is_stale = not self.isVisible() and record is not None
        if self._is_stale:
            return
        if record is None:
            self._numbers = []
            self._model.show_table(Table())
            return
        judged = record.results.of(self._kind).judged
        table = experiment_tables.case_table(record, self._kind)
        rows = [int(case) for case in judged.rows] if judged is not None else []
        keep = list(range(len(rows)))
        if self._only:
            wanted = set(self._only)
            keep = [n for n in keep if rows[n] in wanted]
        if self._wrong.isChecked() and judged is not None:
            wrong = judged.predicted != record.results.cases.labels[judged.rows]
            keep = [n for n in keep if wrong[n]]
        self._numbers = [rows[n] for n in keep]
        self._model.show_table(table.select(keep))
        self._all.setVisible(bool(self._only))
        self._count.setText(count_text("case", len(keep)))
        self.view.resizeColumnsToContents()
        for n in range(self._model.columnCount()):
            self.view.setColumnWidth(n, min(WIDEST_COLUMN, self.view.columnWidth(n) + GRID))

    def _row_chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.case_chosen.emit(self._numbers[self._rows.mapToSource(index).row()])

    def select(self, case: int) -> None:
        """Choose the row of a case, if it is listed."""
        found = np.flatnonzero(np.array(self._numbers) == case)
        if len(found):
            self.view.selectRow(self._rows.mapFromSource(self._model.index(int(found[0]), 0)).row())

    def export(self, path: Path) -> None:
        """Write all cases of the classifier as CSV or XLSX; raises MedviewerError."""
        if self._record is not None:
            results.write_table(experiment_tables.case_table(self._record, self._kind), path)
