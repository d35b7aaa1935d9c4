"""PDF report…: what is in it, which paper, where to."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from medviewer.errors import MedviewerError
from medviewer.services import result_tables
from medviewer.services.exporting import Work, Written
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.export.frame import ExportFrame, tell_written
from medviewer.ui.notifications import Notifications
from medviewer.ui.report import content, pdf, pictures
from medviewer.ui.theme import GRID, HALF_GRID
from medviewer.ui.told import told

_KEY = Qt.ItemDataRole.UserRole
_REMARK_LINES = 3
_TREE_HEIGHT = 120


class ReportDialog(ExportFrame):
    """Asks what the report holds; it is written page by page while the window goes on."""

    def __init__(self, canvas: CanvasGrid, notifications: Notifications, parent: QWidget | None = None) -> None:
        super().__init__(canvas.workspace, notifications, "report", parent)
        self._canvas = canvas
        self._pages: Generator[tuple[int, int], None, None] | None = None
        self._target = Path()
        self._next = QTimer(self, interval=0)
        self._next.timeout.connect(self._step)
        self._make_words()
        self._make_boxes()
        self._make_tables(canvas.workspace)
        self.formats.add("A4", "A4", self.tr("210 × 297 mm"))
        self.formats.add("Letter", "Letter", self.tr("8.5 × 11 inches"))
        if QLocale().measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem:
            self.formats.choose("Letter")
        self.finish_building(self.tr("PDF report"), self.tr("Write report"))

    # -- building

    def _make_words(self) -> None:
        self.title = QLineEdit(self.tr("Report"), self)
        self.title.setObjectName("report-title")
        self.remark = QPlainTextEdit(self)
        self.remark.setObjectName("report-remark")
        self.remark.setTabChangesFocus(True)
        self.remark.setFixedHeight(self.remark.fontMetrics().lineSpacing() * _REMARK_LINES + 2 * GRID)
        form = QGridLayout()
        form.setHorizontalSpacing(GRID)
        form.setVerticalSpacing(HALF_GRID)
        for row, (words, field) in enumerate(((self.tr("Title"), self.title), (self.tr("Remark"), self.remark))):
            label = QLabel(words, self)
            label.setBuddy(field)
            form.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            form.addWidget(field, row, 1)
        self.what_layout.addLayout(form)

    def _make_boxes(self) -> None:
        state = self.workspace.document.state
        self._boxes: dict[str, QCheckBox] = {}
        steps = any(step.on for recipe in state.recipes.values() for step in recipe)
        for name, words, there, on in (
            ("pictures", self.tr("Key images: the panes as they are shown"), True, True),
            (
                "measured_slices",
                self.tr("Slices with measurements that no pane shows"),
                bool(state.measurements),
                True,
            ),
            ("measurements", self.tr("Measurements with units and cautions"), bool(state.measurements), True),
            ("steps", self.tr("Processing steps"), steps, True),
            ("patient", self.tr("Patient and study: name, numbers, dates, institution"), True, False),
        ):
            box = QCheckBox(words if there else self.tr("{what} (there are none)").format(what=words), self)
            box.setObjectName(f"report-{name}")
            box.setEnabled(there)
            box.setChecked(there and on)
            box.toggled.connect(lambda _on: self.show_state())
            self.what_layout.addWidget(box)
            self._boxes[name] = box

    def _make_tables(self, workspace: Workspace) -> None:
        self._tree = QTreeWidget(self)
        self._tree.setObjectName("report-tables")
        self._tree.setHeaderHidden(True)
        self._tree.setIndentation(2 * GRID)
        self._tree.setFixedHeight(_TREE_HEIGHT)
        self._tree.setAccessibleName(self.tr("Tables and their columns"))
        self._rows = QSpinBox(self)
        self._rows.setObjectName("report-rows")
        self._rows.setRange(1, 1000)
        self._rows.setValue(content.MOST_ROWS)
        tables = result_tables.of(workspace).tables
        for table in tables:
            top = QTreeWidgetItem([table.name])
            top.setData(0, _KEY, table.id)
            top.setFlags(top.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            top.setCheckState(0, Qt.CheckState.Checked)
            self._tree.addTopLevelItem(top)
            for n, column in enumerate(table.table.columns):
                unit = f" [{column.unit}]" if column.unit else ""
                item = QTreeWidgetItem([(column.title or column.key) + unit])
                item.setData(0, _KEY, column.key)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                wanted = n < content.MOST_COLUMNS
                item.setCheckState(0, Qt.CheckState.Checked if wanted else Qt.CheckState.Unchecked)
                top.addChild(item)
        label = QLabel(self.tr("Tables, with at most so many rows each:"), self)
        label.setBuddy(self._rows)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(label)
        row.addWidget(self._rows)
        row.addStretch(1)
        self.what_layout.addLayout(row)
        self.what_layout.addWidget(self._tree)
        for widget in (label, self._rows, self._tree):
            widget.setVisible(bool(tables))

    # -- what was ticked

    def tick(self, name: str, on: bool = True) -> None:
        """Tick a part of the report (a field of `content.Choices`), or not."""
        self._boxes[name].setChecked(on)

    def choices(self) -> content.Choices:
        """What was ticked and written."""
        ticked = {name: box.isChecked() for name, box in self._boxes.items()}
        columns: dict[str, tuple[str, ...]] = {}
        for n in range(self._tree.topLevelItemCount()):
            top = self._tree.topLevelItem(n)
            if top is None or top.checkState(0) != Qt.CheckState.Checked:
                continue
            items = [top.child(k) for k in range(top.childCount())]
            keys = [str(item.data(0, _KEY)) for item in items if item and item.checkState(0) == Qt.CheckState.Checked]
            if keys:
                columns[str(top.data(0, _KEY))] = tuple(keys)
        return content.Choices(
            self.title.text().strip(),
            self.remark.toPlainText(),
            ticked["patient"],
            ticked["pictures"],
            ticked["measured_slices"],
            ticked["measurements"],
            ticked["steps"],
            columns,
            self._rows.value(),
        )

    # -- ExportFrame

    def format_title(self) -> str:
        return self.tr("Paper")

    def ending(self) -> str:
        return ".pdf"

    def hindrance(self) -> str:
        if not content.shown_series(self.workspace):
            return self.tr("No series is open.")
        return ""

    def advice(self) -> str:
        if self._boxes["patient"].isChecked():
            return self.tr("The report names the patient.")
        return self.tr("The report does not name the patient; look whether the pixels of the images do.")

    def work(self, path: Path) -> Work:
        raise NotImplementedError(path)  # pages are drawn in the window's thread, one at a time

    @property
    def is_running(self) -> bool:
        return self._pages is not None

    def start(self) -> None:
        """Gather everything now, then write page by page."""
        if self.is_running or self.hindrance():
            return
        path = self.path()
        if not path.name.lower().endswith(".pdf") or path.name.lower() == ".pdf":
            self.tell(self.tr("Give the file a name with the ending .pdf."), "bad")
            return
        self._target = path.absolute()
        choices = self.choices()
        shown = pictures.key_pictures(
            self._canvas, names=choices.patient, panes=choices.pictures, measured_slices=choices.measured_slices
        )
        made = datetime.now().strftime("%Y-%m-%d %H:%M")  # one form that no country reads differently
        report = content.gather(self.workspace, choices, shown, made)
        self.workspace.settings.change("data", export_folder=str(self._target.parent))
        self._pages = pdf.pages_written(report, self._target, self.formats.chosen)
        self._bar.setValue(0)
        self.tell("")
        self.show_state()
        self._next.start()

    def _step(self) -> None:
        if self._pages is None:
            self._next.stop()
            return
        try:
            done, count = next(self._pages)
            self._bar.setValue(round(1000 * done / max(1, count)))
        except StopIteration:
            self._finish()
            tell_written(self.notifications, self.tr("The report was written."), Written((self._target,)))
            self.close()
        except MedviewerError as error:
            self._finish()
            self._ended(told(str(error)), "bad")
        except BaseException:
            self._finish()
            self._ended(self.tr("This failed because of a fault in the program; the log says more."), "bad")
            raise

    def _finish(self) -> None:
        self._next.stop()
        pages, self._pages = self._pages, None
        if pages is not None:
            pages.close()

    def _stop(self) -> None:
        if self.is_running:
            self._finish()
            self._ended(self.tr("Stopped. Nothing was written."))
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """A report that is being written is given up with its dialog."""
        self._finish()
        super().closeEvent(event)
