"""The measurement panel: all measurements with their values; rename, go to, delete, export, histogram of a region."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSortFilterProxyModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medviewer.document import edits
from medviewer.document.changes import Change, Flags
from medviewer.document.state import Measurement
from medviewer.errors import MedviewerError
from medviewer.services.loading import LoadedSeries
from medviewer.services.measurement_table import row_of, write_csv
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.trust import short_unit
from medviewer.ui.histogram_view import HistogramView
from medviewer.ui.icons import icon
from medviewer.ui.measurement_model import KIND, NAME, SERIES, SLICE, VALUE, MeasurementModel
from medviewer.ui.theme import GRID, HALF_GRID, Theme

WAIT_MS = 80
_WIDTHS = {NAME: 80, VALUE: 164, KIND: 80, SLICE: 64, SERIES: 120}
W = TypeVar("W", bound=QWidget)


class MeasurementPanel(QWidget):
    """The list of measurements; every change is an edit of the document.

    Signals
    -------
    selected(str)
        Id of the measurement that is chosen in the list; empty for none.
    """

    selected = Signal(str)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("measurement-panel")
        self._workspace = workspace
        self._stale: set[str] = set()
        self._watched: weakref.WeakSet[LoadedSeries] = weakref.WeakSet()
        self._model = MeasurementModel(workspace, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortLocaleAware(True)
        self._table = _named(QTableView(self), "measurement-table")
        self._table.setModel(self._sorted)
        self._table.setFrameShape(QFrame.Shape.NoFrame)
        self._table.setShowGrid(False)
        self._table.setWordWrap(False)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(28)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._table.horizontalHeader().setStretchLastSection(True)
        self._table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._table.horizontalHeader().setSortIndicatorClearable(True)
        self._table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._table.setSortingEnabled(True)
        for column, width in _WIDTHS.items():
            self._table.setColumnWidth(column, width)
        self._table.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._table.doubleClicked.connect(self._jump_to_row)
        self._table.selectionModel().selectionChanged.connect(lambda *_: self._selection_changed())
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._show_menu)
        context = Qt.ShortcutContext.WidgetShortcut
        QShortcut(QKeySequence(Qt.Key.Key_Return), self._table, self.jump_to_selected, context=context)
        QShortcut(QKeySequence.StandardKey.Delete, self._table, self.delete_selected, context=context)
        self._hint = QLabel(self, wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self._hint.setProperty("role", "dim")
        self._hint.setMargin(2 * GRID)
        self._plot_title = QLabel(self)
        self._plot_title.setProperty("role", "section")
        self._plot_title.setTextFormat(Qt.TextFormat.PlainText)
        self._plot = HistogramView(theme, window=False, parent=self)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        row.setSpacing(HALF_GRID)
        for name, picture, slot in (
            ("jump", "select", self.jump_to_selected),
            ("delete", "delete", self.delete_selected),
            ("export", "export", self._ask_export),
        ):
            button = _named(QPushButton(self), f"measurement-{name}")
            button.setIcon(icon(picture, theme))
            button.clicked.connect(lambda _checked=False, run=slot: run())
            row.addWidget(button)
            self._buttons[name] = button
        row.addStretch(1)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._hint)
        self._stack.addWidget(self._table)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(GRID, GRID, GRID, GRID)
        column_layout.setSpacing(GRID)
        column_layout.addLayout(self._stack, 1)
        column_layout.addWidget(self._plot_title)
        column_layout.addWidget(self._plot)
        column_layout.addLayout(row)
        self._later = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._later.timeout.connect(self.refresh)
        self._disconnect = (
            workspace.document.changed.connect(self._document_changed),
            workspace.series_opened.connect(self._series_opened),
        )
        self.retranslate()
        self.refresh()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._hint.setText(
            self.tr(
                "No measurements yet. Draw one with a measuring tool: D distance, A angle, E ellipse, R rectangle."
            )
        )
        self._buttons["jump"].setText(self.tr("Go to"))
        self._buttons["delete"].setText(self.tr("Delete"))
        self._buttons["export"].setText(self.tr("Export…"))
        self._table.setAccessibleName(self.tr("Measurements"))
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, NAME, SERIES)

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_later"):
            self.retranslate()
            self._stale = {m.id for m in self._workspace.document.state.measurements}
            self._later.start()
        super().changeEvent(event)

    # -- keeping up

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up when the panel becomes visible."""
        super().showEvent(event)
        self._later.start()

    def _document_changed(self, change: Change) -> None:
        if not change.flags & Flags.MEASUREMENTS:
            return
        self._stale |= change.measurement_ids
        if self.isVisible():
            self._later.start()

    def _series_opened(self, loaded: LoadedSeries) -> None:
        mine = [m.id for m in self._workspace.document.state.measurements if m.series_key == loaded.key]
        if not mine:
            return
        self._stale |= set(mine)
        self._later.start()

    def _slices_came(self, span: range) -> None:
        waiting = [m.id for m in self._workspace.document.state.measurements if m.index in span]
        if waiting:
            self._stale |= set(waiting)
            if self.isVisible():
                self._later.start()

    def refresh(self) -> None:
        """Take the measurements and their values from the document and the open series."""
        stale, self._stale = self._stale, set()
        self._watch()
        self._model.update_rows(lambda m: m.id in stale)
        self._stack.setCurrentWidget(self._table if self._model.rowCount() else self._hint)
        self._selection_changed()

    def _watch(self) -> None:
        """Hear of the slices of measured series that are still being loaded."""
        for key in {m.series_key for m in self._workspace.document.state.measurements}:
            loaded = self._workspace.loaded(key)
            if loaded is not None and loaded not in self._watched:
                self._watched.add(loaded)
                loaded.changed.connect(self._slices_came)

    # -- the selection

    def selected_measurements(self) -> list[Measurement]:
        """The measurements that are chosen, in the order of the list."""
        rows = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        found = [self._model.measurement(self._sorted.mapToSource(self._sorted.index(row, 0)).row()) for row in rows]
        return [m for m in found if m is not None]

    def select(self, measurement_id: str) -> None:
        """Choose a measurement in the list; an empty or unknown id chooses none."""
        row = self._model.row_of(measurement_id)
        if row < 0:
            self._table.clearSelection()
            return
        index = self._sorted.mapFromSource(self._model.index(row, 0))
        self._table.selectRow(index.row())
        self._table.scrollTo(index)

    def _selection_changed(self) -> None:
        chosen = self.selected_measurements()
        self._buttons["jump"].setEnabled(len(chosen) == 1)
        self._buttons["delete"].setEnabled(bool(chosen))
        self._buttons["export"].setEnabled(self._model.rowCount() > 0)
        only = chosen[0] if len(chosen) == 1 else None
        self._show_histogram(only)
        self.selected.emit(only.id if only is not None else "")

    def _show_histogram(self, m: Measurement | None) -> None:
        roi, unit = None, ""
        if m is not None:
            values = self._workspace.measurement_values(m)
            roi, unit = values.roi, short_unit(values.unit)
        visible = roi is not None and roi.n > 0
        self._plot.setVisible(visible)
        self._plot_title.setVisible(visible)
        if m is not None and roi is not None and visible:
            name = str(self._model.index(self._model.row_of(m.id), NAME).data())
            self._plot_title.setText(self.tr("{name}: {n} pixels").format(name=name, n=roi.n))
            self._plot.show_histogram(roi.histogram, unit)

    # -- what can be done

    def _jump_to_row(self, index: QModelIndex) -> None:
        m = self._model.measurement(self._sorted.mapToSource(index).row())
        if m is not None:
            self.jump_to(m)

    def jump_to_selected(self) -> None:
        """Show the slice of the measurement that is chosen."""
        chosen = self.selected_measurements()
        if len(chosen) == 1:
            self.jump_to(chosen[0])

    def jump_to(self, m: Measurement) -> None:
        """Show the slice of a measurement: in a pane that has its series, else in the active one."""
        document = self._workspace.document
        layout = document.state.layout
        order = (layout.active, *(n for n in layout.visible if n != layout.active))
        panes = [n for n in order if document.state.view(n).series_key == m.series_key]
        same_plane = [n for n in panes if document.state.view(n).plane is m.plane]
        step: edits.Edit
        if same_plane:
            step = edits.Batch.of((edits.SetActive(same_plane[0]), edits.SetIndex.of(same_plane[0], m.index)))
        elif panes:
            step = edits.Batch.of((edits.SetActive(panes[0]), edits.SetPlane(panes[0], m.plane, m.index)))
        else:
            try:
                self._workspace.open_series(m.series_key, m.index if m.plane.value == "stack" else -1)
            except MedviewerError as error:
                self._workspace.told.emit(error)
                return
            look = document.state.view(layout.active).appearance
            fresh = type(look)(interpolate=look.interpolate)
            step = edits.ShowSeries(layout.active, m.series_key, m.plane, m.index, fresh)
        document.apply(step, initiator=self)
        self.selected.emit(m.id)

    def delete_selected(self) -> None:
        """Delete the measurements that are chosen; undo brings them back."""
        chosen = self.selected_measurements()
        if chosen:
            self._workspace.document.apply(edits.DeleteMeasurement.of(*(m.id for m in chosen)), initiator=self)

    def rename_selected(self) -> None:
        """Begin to type another name."""
        rows = self._table.selectionModel().selectedRows(NAME)
        if len(rows) == 1:
            self._table.edit(rows[0])

    def _show_menu(self, at: QPoint) -> None:
        if not self.selected_measurements():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        one = len(self.selected_measurements()) == 1
        for text, slot, enabled in (
            (self.tr("Go to"), self.jump_to_selected, one),
            (self.tr("Rename"), self.rename_selected, one),
            (self.tr("Delete"), self.delete_selected, True),
        ):
            menu.addAction(text, slot).setEnabled(enabled)
        menu.popup(self._table.viewport().mapToGlobal(at))

    def _ask_export(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export measurements"), "measurements.csv", self.tr("Tables (*.csv)")
        )
        if path:
            self.export(Path(path))

    def export(self, path: Path) -> None:
        """Write all measurements as a CSV table, values from the original pixels."""
        rows = [
            row_of(m, self._workspace.measurement_values(m), self._model.series_of(m))
            for m in self._workspace.document.state.measurements
        ]
        try:
            write_csv(path, rows)
        except MedviewerError as error:
            self._workspace.told.emit(error)


def _named(widget: W, name: str) -> W:
    widget.setObjectName(name)
    return widget
