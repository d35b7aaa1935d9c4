"""The tables drawer: what was measured, sorted and filtered; a click on a row goes to its place in the image."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medviewer.core.table import Table
from medviewer.errors import MedviewerError
from medviewer.services import label_layers, result_tables, results, row_colours
from medviewer.services.workspace import Workspace
from medviewer.ui.icons import icon
from medviewer.ui.table_model import RowFilter, TableModel, title_words
from medviewer.ui.table_view import dressed
from medviewer.ui.theme import GRID, HALF_GRID, MASK_COUNT, Theme

WIDEST_COLUMN = 220
FILTER_WAIT_MS = 200
LIMIT_WIDTH = 88
COLOUR_LETTERS = 14


class TablesPanel(QWidget):
    """Shows one of the tables of the workspace.

    Signals
    -------
    place_wanted(str, tuple)
        Series and patient position (LPS, mm) of the row that was clicked.
    classify_wanted(ResultTable)
        The rows that are kept are to become cases.
    """

    place_wanted = Signal(str, object)
    classify_wanted = Signal(object)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tables-panel")
        self._workspace = workspace
        self._tables = result_tables.of(workspace)
        self._shown = ""
        self._coloured = ""  # the series whose objects have the colours of a column
        self._theme = theme
        self._model = TableModel(self)
        self._rows = RowFilter(self._model, self)
        self._build(theme)
        self._wait = QTimer(self, singleShot=True, interval=FILTER_WAIT_MS)
        self._wait.timeout.connect(self._filter)
        self._disconnect = self._tables.changed.connect(self._tables_changed)
        self.retranslate()
        self._tables_changed("")

    # -- building

    def _build(self, theme: Theme) -> None:
        self._choice = QComboBox(self)
        self._choice.setObjectName("tables-choice")
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._choice.currentIndexChanged.connect(self._chosen)
        self._column = QComboBox(self)
        self._column.setObjectName("tables-filter-column")
        self._column.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._column.setMinimumContentsLength(COLOUR_LETTERS)
        self._column.currentIndexChanged.connect(self._column_chosen)
        self._low, self._high, self._text = (QLineEdit(self) for _ in range(3))
        for field, name in ((self._low, "low"), (self._high, "high"), (self._text, "text")):
            field.setObjectName(f"tables-filter-{name}")
            field.setFixedWidth(LIMIT_WIDTH)
            field.setClearButtonEnabled(True)
            field.textChanged.connect(lambda _text: self._wait.start())
        self._colour = QComboBox(self)
        self._colour.setObjectName("tables-colour-by")
        self._colour.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._colour.setMinimumContentsLength(COLOUR_LETTERS)
        self._colour.currentIndexChanged.connect(lambda _index: self._colour_objects())
        self._count = QLabel(self)
        self._count.setProperty("role", "dim")
        self._count.setObjectName("tables-count")
        self._classify = QPushButton(self)
        self._classify.setObjectName("tables-classify")
        self._classify.clicked.connect(self._ask_classify)
        self._copy, self._export, self._remove = (QToolButton(self) for _ in range(3))
        for button, name, slot in (
            (self._copy, "copy", self.copy),
            (self._export, "export", self._ask_export),
            (self._remove, "delete", self._forget),
        ):
            button.setIcon(icon(name, theme))
            button.setObjectName(f"tables-{name}")
            button.clicked.connect(slot)
        top = QHBoxLayout()
        top.setSpacing(HALF_GRID)
        for widget in (self._choice, self._column, self._low, self._high, self._text, self._colour, self._count):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(self._classify)
        for button in (self._copy, self._export, self._remove):
            top.addWidget(button)
        self._view = dressed(QTableView(self), self._rows, "tables-view")
        self._view.selectionModel().currentRowChanged.connect(self._row_chosen)
        self._hint = QLabel(self, wordWrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setProperty("role", "dim")
        self._hint.setObjectName("tables-hint")
        self._stack = QStackedLayout()
        self._stack.addWidget(self._hint)
        self._stack.addWidget(self._view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(HALF_GRID)
        layout.addLayout(top)
        layout.addLayout(self._stack, 1)

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._hint.setText(
            self.tr(
                "No table yet. Add a step that measures, such as Measure objects, or compute features of a mask; the "
                "table then stands here."
            )
        )
        self._classify.setText(self.tr("Classify…"))
        self._low.setPlaceholderText(self.tr("from"))
        self._high.setPlaceholderText(self.tr("to"))
        self._text.setPlaceholderText(self.tr("contains"))
        for widget, words in (
            (self._choice, self.tr("Table")),
            (self._column, self.tr("Filter by column")),
            (self._colour, self.tr("Colour the objects by a column")),
            (self._low, self.tr("Smallest value")),
            (self._high, self.tr("Largest value")),
            (self._text, self.tr("Text that the column holds")),
            (self._copy, self.tr("Copy the rows shown")),
            (self._export, self.tr("Export the rows shown…")),
            (self._remove, self.tr("Remove this table")),
            (self._classify, self.tr("Train classifiers on the rows shown")),
        ):
            widget.setToolTip(words)
            widget.setAccessibleName(words)
        if self._column.count():
            self._column.setItemText(0, self.tr("All rows"))
            self._colour.setItemText(0, self.tr("Own colours"))
        self._show_count()

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_wait"):
            self.retranslate()
        super().changeEvent(event)

    # -- which table

    def _tables_changed(self, table_id: str) -> None:
        tables = self._tables.tables
        wanted = table_id or self._shown
        self._choice.blockSignals(True)
        self._choice.clear()
        for table in tables:
            self._choice.addItem(table.name, table.id)
        found = self._choice.findData(wanted)
        self._choice.setCurrentIndex(found if found >= 0 else len(tables) - 1)
        self._choice.blockSignals(False)
        for widget in (self._choice, self._column, self._colour, self._count, self._classify):
            widget.setVisible(bool(tables))
        for button in (self._copy, self._export, self._remove):
            button.setEnabled(bool(tables))
        self._stack.setCurrentWidget(self._view if tables else self._hint)
        self._chosen()

    def show_table(self, table_id: str) -> None:
        """Show a table by its id."""
        self._choice.setCurrentIndex(self._choice.findData(table_id))

    @property
    def shown(self) -> result_tables.ResultTable | None:
        """The table that is shown."""
        return self._tables.get(self._choice.currentData() or "")

    def _chosen(self, _index: int = 0) -> None:
        shown = self.shown
        self._shown = shown.id if shown is not None else ""
        table = shown.table if shown is not None else Table()
        before = self._column.currentData()
        self._model.show_table(table)
        coloured = self._colour.currentData()
        for combo, first, kept in (
            (self._column, self.tr("All rows"), before),
            (self._colour, self.tr("Own colours"), coloured),
        ):
            combo.blockSignals(True)
            combo.clear()
            combo.addItem(first, "")
            for column in table.columns:
                combo.addItem(title_words(column), column.key)
            combo.setCurrentIndex(max(0, combo.findData(kept)))
            combo.blockSignals(False)
        self._colour.setEnabled(row_colours.LABEL in table.keys and bool(shown and shown.series_key))
        self._view.resizeColumnsToContents()
        for n in range(self._model.columnCount()):
            self._view.setColumnWidth(n, min(WIDEST_COLUMN, self._view.columnWidth(n) + GRID))
        self._column_chosen()

    # -- rows

    def _column_chosen(self, _index: int = 0) -> None:
        number = self._column.currentIndex() - 1
        is_number = number >= 0 and self._model.is_number(number)
        for field in (self._low, self._high):
            field.setVisible(number >= 0 and is_number)
        self._text.setVisible(number >= 0 and not is_number)
        self._filter()

    def _filter(self) -> None:
        self._wait.stop()
        number = self._column.currentIndex() - 1
        if number >= 0 and self._model.is_number(number):
            low, high = _number(self._low, -math.inf), _number(self._high, math.inf)
            self._rows.set_filter(number, low, high)
        else:
            self._rows.set_filter(number, text=self._text.text())
        self._show_count()
        self._colour_objects()

    def _colour_objects(self) -> None:
        """Show the objects on the image in the colours of the chosen column; rows left out are grey."""
        shown, key = self.shown, self._colour.currentData() or ""
        series = shown.series_key if shown is not None else ""
        if self._coloured and (self._coloured != series or not key):
            label_layers.of(self._workspace).colour_by(self._coloured, None)
            self._coloured = ""
        if shown is None or not series or not key or key not in shown.table.keys:
            return
        palette = [self._theme.color(f"mask-{n + 1}").name() for n in range(MASK_COUNT)]
        try:
            colours = row_colours.colours_of(shown.table, key, palette, self._rows.kept_rows())
        except MedviewerError as error:
            self._colour.setCurrentIndex(0)
            self._workspace.told.emit(error)
            return
        label_layers.of(self._workspace).colour_by(series, colours)
        self._coloured = series

    def _show_count(self) -> None:
        kept, all_rows = self._rows.rowCount(), self._model.rowCount()
        self._count.setText(
            self.tr("{kept} of {all} rows").format(kept=kept, all=all_rows)
            if kept != all_rows
            else (self.tr("1 row") if all_rows == 1 else self.tr("{all} rows").format(all=all_rows))
        )

    def kept(self) -> Table:
        """The rows that are shown, in the order shown."""
        return self._model.table.select(self._rows.kept_rows())

    def _row_chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        shown = self.shown
        if shown is None or not index.isValid():
            return
        loaded = self._workspace.loaded(shown.series_key) if shown.series_key else None
        image = loaded.image if loaded is not None and loaded.is_open else None
        place = result_tables.place_of(shown.table, self._rows.mapToSource(index).row(), image)
        if place is not None and shown.series_key:
            self.place_wanted.emit(shown.series_key, place)

    # -- out

    def copy(self) -> None:
        """Put the rows shown on the clipboard, with tabs between the columns."""
        table = self.kept()
        lines = ["\t".join(table.keys)]
        lines += ["\t".join("" if v is None else str(v) for v in row.values()) for row in table.rows()]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _ask_export(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export table"), "table.csv", self.tr("Tables (*.csv *.xlsx)")
        )
        if path:
            self.export(Path(path))

    def export(self, path: Path) -> None:
        """Write the rows shown as CSV or XLSX."""
        target = path if path.suffix.lower() in (".csv", ".xlsx") else path.with_name(path.name + ".csv")
        try:
            results.write_table(self.kept(), target)
        except MedviewerError as error:
            self._workspace.told.emit(error)

    def _ask_classify(self) -> None:
        shown = self.shown
        if shown is not None:
            self.classify_wanted.emit(
                result_tables.ResultTable(shown.id, shown.name, self.kept(), shown.series_key, shown.origin)
            )

    def _forget(self) -> None:
        if self._shown:
            self._tables.remove(self._shown)


def _number(field: QLineEdit, otherwise: float) -> float:
    """The number in a field; `otherwise` while it is empty or none, which is then marked."""
    text = field.text().strip().replace(",", ".")
    try:
        value, valid = float(text), True
    except ValueError:
        value, valid = otherwise, not text
    field.setProperty("invalid", "false" if valid else "true")
    field.style().unpolish(field)
    field.style().polish(field)
    return otherwise if math.isnan(value) else value
