"""Run a recipe on a folder: where from, where to, how far it is, and what became of every series."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from medviewer.core.table import Column, Table
from medviewer.errors import MedviewerError
from medviewer.ops.recipe import Recipe
from medviewer.services import processing, recipe_runs
from medviewer.services.jobs import JobContext, JobRequest, Policy, Priority
from medviewer.services.scheduler import Job
from medviewer.services.workspace import Workspace
from medviewer.ui.table_model import TableModel
from medviewer.ui.theme import GRID, HALF_GRID
from medviewer.ui.told import told

SIZE = (720, 440)
KEY = ("recipe-run",)


class RunDialog(QDialog):
    """Not modal: the window stays usable while the recipe runs; closing the dialog lets the run go on.

    Parameters
    ----------
    recipe : Recipe
        With at least one step that is on.
    """

    def __init__(self, workspace: Workspace, recipe: Recipe, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run-dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._workspace = workspace
        self._recipe = recipe
        self._job: Job[Any] | None = None
        self._outcomes: list[recipe_runs.Outcome] = []
        self._source, self._target = QLineEdit(self), QLineEdit(self)
        self._source.setObjectName("run-source")
        self._target.setObjectName("run-target")
        self._format = QComboBox(self)
        self._format.setObjectName("run-format")
        for ending in recipe_runs.IMAGE_ENDINGS:
            self._format.addItem(ending, ending)
        self._choose_source, self._choose_target = QPushButton(self), QPushButton(self)
        self._choose_source.clicked.connect(lambda: self._choose(self._source))
        self._choose_target.clicked.connect(lambda: self._choose(self._target))
        self._start = QPushButton(self)
        self._start.setProperty("role", "primary")
        self._start.setObjectName("run-start")
        self._start.clicked.connect(self.start)
        self._cancel = QPushButton(self)
        self._cancel.setObjectName("run-cancel")
        self._cancel.clicked.connect(self._stop)
        self._open = QPushButton(self)
        self._open.clicked.connect(self._open_target)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._say = QLabel(self, wordWrap=True)
        self._say.setObjectName("run-say")
        self._say.setTextFormat(Qt.TextFormat.PlainText)
        self._model = TableModel(self)
        self._view = QTableView(self)
        self._view.setObjectName("run-report")
        self._view.setModel(self._model)
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setShowGrid(False)
        self._view.verticalHeader().hide()
        self._view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._view.horizontalHeader().setStretchLastSection(True)
        self._lay_out()
        self._retranslate()
        self._show_state()
        self.resize(*SIZE)

    def _lay_out(self) -> None:
        form = QGridLayout()
        form.setHorizontalSpacing(GRID)
        form.setVerticalSpacing(GRID)
        self._labels = [QLabel(self) for _ in range(3)]
        for row, (label, field, button) in enumerate(
            zip(
                self._labels,
                (self._source, self._target, self._format),
                (self._choose_source, self._choose_target, None),
                strict=True,
            )
        ):
            label.setBuddy(field)
            form.addWidget(label, row, 0)
            if button is None:
                form.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft)
            else:
                form.addWidget(field, row, 1)
                form.addWidget(button, row, 2)
        buttons = QHBoxLayout()
        buttons.setSpacing(HALF_GRID)
        buttons.addWidget(self._open)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addLayout(form)
        layout.addWidget(self._view, 1)
        layout.addWidget(self._say)
        layout.addWidget(self._bar)
        layout.addLayout(buttons)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Run recipe on a folder"))
        texts = (self.tr("Images in"), self.tr("Results to"), self.tr("Format"))
        for label, text in zip(self._labels, texts, strict=True):
            label.setText(text)
        for button in (self._choose_source, self._choose_target):
            button.setText(self.tr("Choose…"))
        self._start.setText(self.tr("Run"))
        self._cancel.setText(self.tr("Cancel"))
        self._open.setText(self.tr("Open results folder"))
        self._say.setText(
            self.tr(
                "Every series below the folder is read and processed. The originals are never changed; a series that "
                "fails costs no other."
            )
        )

    def _choose(self, field: QLineEdit) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.windowTitle(), field.text())
        if folder:
            field.setText(folder)

    # -- running

    def set_folders(self, source: str, target: str) -> None:
        """Fill in the two folders."""
        self._source.setText(source)
        self._target.setText(target)

    def start(self) -> None:
        """Run in the background; errors of the two fields are told here."""
        recipe, target, ending = self._recipe, self._target.text().strip(), str(self._format.currentData())
        if not target:
            self._tell(self.tr("Choose a folder for the results."), "bad")
            return
        try:
            sources = recipe_runs.sources_of(self._source.text().strip())
            lane = processing.lane_of(recipe)
        except MedviewerError as error:
            self._tell(told(str(error)), "bad")
            return

        def work(ctx: JobContext) -> list[recipe_runs.Outcome]:
            items, _left = recipe_runs.items_in(sources, ctx.check)
            return recipe_runs.run(recipe, items, Path(target), ctx, ctx.partial, ending)

        self._outcomes = []
        self._show_report()
        request = JobRequest(
            KEY, lane, work, self.tr("Run recipe on a folder"), priority=Priority.BATCH, policy=Policy.REPLACE
        )
        alive = _Alive(self)
        self._job = self._workspace.scheduler.submit(
            request,
            done=alive.guard(self._done),
            failed=alive.guard(self._failed),
            progress=alive.guard(lambda fraction, _text: self._bar.setValue(round(1000 * fraction))),
            partial=alive.guard(self._partial),
            cancelled=alive.guard(lambda: self._ended(self.tr("Stopped. What was finished is kept."))),
        )
        self._tell("")
        self._show_state()

    def _stop(self) -> None:
        if self._job is not None:
            self._workspace.scheduler.cancel(self._job)

    def _partial(self, outcome: recipe_runs.Outcome) -> None:
        self._outcomes.append(outcome)
        self._show_report()

    def _done(self, outcomes: list[recipe_runs.Outcome]) -> None:
        self._outcomes = outcomes
        self._show_report()
        failed = sum(bool(o.error) for o in outcomes)
        text = (
            self.tr("{done} of {all} series are done; {failed} failed.")
            if failed
            else self.tr("All {all} series are done.")
        )
        self._ended(text.format(done=len(outcomes) - failed, all=len(outcomes), failed=failed), bool(failed))

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, MedviewerError):
            self._ended(told(str(error)), True)
            return
        self._ended(self.tr("This failed because of a fault in the program; the log says more."), True)
        raise error

    def _ended(self, text: str, bad: bool = False) -> None:
        self._job = None
        self._tell(text, "bad" if bad else "good")
        self._show_state()

    def _show_report(self) -> None:
        words = {True: self.tr("failed"), False: self.tr("done")}
        self._model.show_table(
            Table(
                (
                    Column("name", tuple(o.item.name for o in self._outcomes), self.tr("Series")),
                    Column("status", tuple(words[bool(o.error)] for o in self._outcomes), self.tr("Result")),
                    Column("seconds", tuple(round(o.seconds, 1) for o in self._outcomes), self.tr("Time"), "s"),
                    Column(
                        "files",
                        tuple(told(o.error) if o.error else ", ".join(o.written) for o in self._outcomes),
                        self.tr("Files or reason"),
                    ),
                )
            )
        )

    def _tell(self, text: str, role: str = "dim") -> None:
        self._say.setText(text)
        self._say.setProperty("role", role)
        self._say.style().unpolish(self._say)
        self._say.style().polish(self._say)

    def _show_state(self) -> None:
        running = self._job is not None and not self._job.finished
        self._bar.setVisible(running)
        self._cancel.setVisible(running)
        self._start.setEnabled(not running)
        self._open.setEnabled(bool(self._outcomes))

    def _open_target(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._target.text()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """The run goes on; the jobs drawer shows and stops it."""
        super().closeEvent(event)


class _Alive(QObject):
    """Calls only while the dialog is there."""

    def guard(self, call: Callable[..., object]) -> Callable[..., None]:
        """The same call, that does nothing once the dialog is gone."""
        here = [True]
        self.destroyed.connect(lambda: here.clear())

        def guarded(*values: Any) -> None:
            if here:
                call(*values)

        return guarded
