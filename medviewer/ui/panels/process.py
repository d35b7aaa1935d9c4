"""The Process panel: the recipe of the active series, each step with its form, live on the visible slice."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medviewer.core import marks as mark_values
from medviewer.core.marks import Marks
from medviewer.document import edits, titles
from medviewer.document.changes import Change, Flags
from medviewer.document.state import Step
from medviewer.errors import MedviewerError
from medviewer.ops import describe, evaluate
from medviewer.ops.operation import Operation
from medviewer.ops.params import to_json
from medviewer.ops.recipe import Recipe
from medviewer.services import processing, recipes
from medviewer.services.loading import LoadedSeries
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.trust import short_unit
from medviewer.ui.icons import icon
from medviewer.ui.marks_editor import MarkRequest
from medviewer.ui.operation_menu import OperationMenu
from medviewer.ui.run_dialog import RunDialog
from medviewer.ui.step_editor import StepEditor, StepPlace
from medviewer.ui.step_list import StepList, step_words
from medviewer.ui.theme import GRID, HALF_GRID, Theme

NOTE_MS = 6000


class ProcessPanel(QWidget):
    """Steps of the active series' recipe. Holds nothing itself: everything shown is in the document.

    Parameters
    ----------
    workspace : Workspace
        Its document holds the recipes.
    theme : Theme
        Colours of the icons.

    Signals
    -------
    mask_wanted(str)
        The recipe's mask of a series is to become a layer.
    marks_wanted(str, MarkRequest or None)
        Marks for a step of a series' recipe are to be set on the image; None: no longer.
    """

    mask_wanted = Signal(str)
    marks_wanted = Signal(str, object)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("process-panel")
        self._workspace = workspace
        self._theme = theme
        self._processing = processing.of(workspace)
        self._series_key = ""
        self._steps: tuple[Step, ...] = ()
        self._marks_for: StepPlace | None = None
        self._values_of: dict[str, tuple[float, float, str]] = {}
        self._unit = "mm"
        self._build()
        self._watched: object = None
        self._unwatch: Callable[[], object] = self._nothing
        self._disconnect = [
            workspace.document.changed.connect(self._document_changed),
            workspace.series_opened.connect(self._series_opened),
            self._processing.changed.connect(self._processing_changed),
            self._processing.progressed.connect(self._processing_changed),
        ]
        self.retranslate()
        self.refresh()

    # -- building

    def _build(self) -> None:
        top, foot = self._build_top(), self._build_foot()
        self._build_steps()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self._hint)
        layout.addWidget(self._list)
        layout.addWidget(self._editor, 1)
        layout.addWidget(self._note)
        layout.addWidget(self._bar)
        layout.addLayout(foot)
        self._slack = QWidget(self)  # keeps the hint on top while there is nothing else
        self._slack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        layout.addWidget(self._slack, 1)
        self._note_timer = QTimer(self, singleShot=True, interval=NOTE_MS)
        self._note_timer.timeout.connect(lambda: self._say(""))

    def _build_top(self) -> QHBoxLayout:
        self._hint = QLabel(self, wordWrap=True)
        self._hint.setProperty("role", "dim")
        self._hint.setObjectName("process-hint")
        self._add = QPushButton(self)
        self._add.setObjectName("process-add")
        self._add.setIcon(icon("add", self._theme))
        menu = OperationMenu(self._add)
        menu.chosen.connect(self.add_operation)
        self._add.setMenu(menu)
        self._more = self._button("more", "process-more")
        self._more.clicked.connect(self._open_more)
        more = self._more_menu = QMenu(self._more)
        self._copy_action = more.addAction(icon("copy", self._theme), "", self.copy_command)
        more.addSeparator()
        self._script_action = more.addAction(icon("export", self._theme), "", self._ask_script)
        more.addSeparator()
        self._save_action = more.addAction(icon("save", self._theme), "", self._ask_save)
        self._load_action = more.addAction(icon("open-file", self._theme), "", self._ask_load)
        self._example_menu = more.addMenu("")
        self._fill_examples()
        more.addSeparator()
        self._reset_action = more.addAction(icon("undo", self._theme), "", lambda: self._editor.reset())
        self._clear_action = more.addAction(icon("delete", self._theme), "", self.clear)
        self._compare = self._button("before-after", "process-compare")
        self._compare.setCheckable(True)
        self._compare.toggled.connect(self._compare_toggled)
        top = QHBoxLayout()
        top.setSpacing(HALF_GRID)
        top.addWidget(self._add, 1)
        top.addWidget(self._compare)
        top.addWidget(self._more)
        return top

    def _build_steps(self) -> None:
        self._list = StepList(self)
        self._list.setObjectName("process-steps")
        self._list.moved.connect(self._move)
        self._list.switched.connect(self._switch)
        self._list.removed.connect(self._remove)
        self._list.currentRowChanged.connect(self._row_changed)
        self._editor = StepEditor(self._theme, self)
        self._editor.changed.connect(self._params_changed)
        self._editor.moved.connect(lambda by: self._move(self._list.currentRow(), self._list.currentRow() + by))
        self._editor.removed.connect(lambda: self._remove(self._list.currentRow()))
        self._editor.marks_wanted.connect(self._marks_wanted)

    def _build_foot(self) -> QGridLayout:
        self._note = QLabel(self, wordWrap=True)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setObjectName("process-note")
        self._apply = QPushButton(self)
        self._apply.setObjectName("process-apply")
        self._apply.setProperty("role", "primary")
        self._apply.clicked.connect(self.process_all)
        self._cancel = QPushButton(self)
        self._cancel.setObjectName("process-cancel")
        self._cancel.clicked.connect(lambda: self._processing.cancel(self._series_key))
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setObjectName("process-progress")
        self._keep = QPushButton(self)
        self._keep.setObjectName("process-keep-mask")
        self._keep.clicked.connect(self.keep_mask)
        self._run = QPushButton(self)
        self._run.setObjectName("process-run")
        self._run.clicked.connect(self.run_on_folder)
        foot = QGridLayout()
        foot.setSpacing(HALF_GRID)
        foot.addWidget(self._apply, 0, 0, 1, 2)
        foot.addWidget(self._cancel, 0, 2)
        foot.addWidget(self._keep, 1, 0)
        foot.addWidget(self._run, 1, 1, 1, 2)
        foot.setColumnStretch(0, 1)
        foot.setColumnStretch(1, 1)
        return foot

    def _button(self, name: str, object_name: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name, self._theme))
        button.setObjectName(object_name)
        return button

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._add.setText(self.tr("Add step"))
        self._copy_action.setText(self.tr("Copy as command"))
        self._script_action.setText(self.tr("Save as Python script…"))
        self._example_menu.setTitle(self.tr("Example recipes"))
        self._save_action.setText(self.tr("Save recipe…"))
        self._load_action.setText(self.tr("Open recipe…"))
        self._reset_action.setText(self.tr("Reset step to its defaults"))
        self._clear_action.setText(self.tr("Remove all steps"))
        self._apply.setText(self.tr("Process all slices"))
        self._cancel.setText(self.tr("Cancel"))
        self._keep.setText(self.tr("Keep mask"))
        self._run.setText(self.tr("Run on folder…"))
        self._list.setAccessibleName(self.tr("Steps of the recipe"))
        for button, words in (
            (self._more, self.tr("More")),
            (self._compare, self.tr("Show the original")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_note_timer"):
            self.retranslate()
            self._editor.retranslate()
            self.refresh()
        super().changeEvent(event)

    def _open_more(self) -> None:
        self._more_menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    # -- following the document

    def _document_changed(self, change: Change) -> None:
        wanted = Flags.LAYOUT | Flags.SERIES | Flags.VIEW | Flags.RECIPE
        if change.flags & wanted:
            undone = Flags.RECIPE in change.flags and change.initiator is not self
            if not undone and self._active_key() != self._series_key:
                self._flush()  # the last touch belongs to the series that is being left
            self.refresh(undone)

    def _flush(self) -> None:
        """Tell the document of a change that still waits for the hand to rest."""
        self._editor.flush()

    def _processing_changed(self, series_key: str) -> None:
        if series_key == self._series_key:
            self._show_progress()

    def _active_key(self) -> str:
        state = self._workspace.document.state
        return state.view(state.layout.active).series_key

    def refresh(self, undone: bool = False) -> None:
        """Show the recipe of the series in the active pane; when `undone`, whatever the form says meanwhile."""
        state = self._workspace.document.state
        view = state.view(state.layout.active)
        if view.series_key != self._series_key:
            self._say("")
        self._series_key = view.series_key
        self._steps = state.recipes.get(view.series_key, ()) if view.series_key else ()
        self._watch()
        self._unit = self._length_unit()
        self._list.show_steps(self._steps, [step_words(step, self._unit) for step in self._steps])
        if self._steps and self._list.currentRow() < 0:
            self._list.setCurrentRow(0)
        has_series, has_steps = bool(view.series_key), bool(self._steps)
        self._hint.setVisible(not has_steps)
        self._hint.setText(
            self.tr("Add a step to smooth or change the image. The original stays as it is.")
            if has_series
            else self.tr("Open a series to process it.")
        )
        self._add.setEnabled(has_series)
        self._load_action.setEnabled(has_series)
        self._example_menu.setEnabled(has_series and not self._example_menu.isEmpty())
        for action in (
            self._copy_action, self._script_action, self._save_action, self._reset_action, self._clear_action,
        ):  # fmt: skip
            action.setEnabled(has_steps)
        for widget in (self._list, self._editor, self._apply, self._keep, self._run):
            widget.setVisible(has_steps)
        self._slack.setVisible(not has_steps)
        self._compare.setEnabled(has_steps)
        self._compare.blockSignals(True)
        self._compare.setChecked(has_steps and not view.show_processed)
        self._compare.blockSignals(False)
        self._show_form(undone)
        self._show_progress()

    def _watch(self) -> None:
        """Follow the loading of the series: not before its end can all slices be processed."""
        loaded = self._workspace.loaded(self._series_key) if self._series_key else None
        if loaded is not self._watched:
            self._unwatch()
            self._watched = loaded
            self._unwatch = loaded.changed.connect(self._loaded_changed) if loaded is not None else self._nothing

    @staticmethod
    def _nothing() -> None:
        """No series is watched."""

    def _loaded_changed(self, _span: range) -> None:
        if self._unit != self._length_unit():
            self.refresh()
        else:
            self._show_progress()

    def _series_opened(self, loaded: LoadedSeries) -> None:
        if loaded.key == self._series_key:
            self.refresh()

    def _length_unit(self) -> str:
        loaded = self._workspace.loaded(self._series_key) if self._series_key else None
        return evaluate.length_unit(loaded.image) if loaded is not None and loaded.is_open else "mm"

    def _row_changed(self, _row: int) -> None:
        self._flush()
        self._show_form()
        self._show_progress()

    def _image_values(self) -> tuple[float, float, str] | None:
        """Smallest and largest value of the middle slice, and their unit; None while it is not there."""
        loaded = self._workspace.loaded(self._series_key) if self._series_key else None
        if loaded is None or not loaded.is_open or loaded.image.is_colour:
            return None
        image = loaded.image
        middle = image.n_slices // 2
        if not loaded.ready[middle]:
            return None
        kept = self._values_of.get(image.key) if image.key else None
        if kept is None:
            values = image.modality_slice(middle)
            known = values[np.isfinite(values)]
            if not known.size:
                return None
            kept = float(known.min()), float(known.max()), short_unit(image.unit)
            if image.key:
                self._values_of[image.key] = kept
        return kept

    def _show_form(self, undone: bool = False) -> None:
        self._editor.image_values = self._image_values()
        self._editor.show_step(self._series_key, self._steps, self._list.currentRow(), self._unit, undone)

    def _show_progress(self) -> None:
        key = self._series_key
        progress = self._processing.progress(key) if key else processing.Progress()
        reason = self._processing.why_not_all(key) if key else ""
        self._apply.setEnabled(not progress.running and not reason and progress.error is None)
        self._apply.setToolTip(self._reason_words(reason))
        self._apply.setText(self.tr("All slices processed") if progress.complete else self.tr("Process all slices"))
        self._cancel.setVisible(progress.running)
        self._bar.setVisible(progress.running)
        self._bar.setValue(round(1000 * progress.fraction))
        self._editor.show_error(progress.error)
        self._show_waiting(progress)
        mask_words = self._why_no_mask(progress)
        self._keep.setEnabled(not mask_words)
        self._keep.setToolTip(mask_words or self.tr("Take the mask over as a layer that you can paint on"))
        runs = any(step.on for step in self._steps)
        self._run.setEnabled(runs)
        self._run.setToolTip(
            self.tr("Apply these steps to every series of a folder") if runs else self.tr("No step is on.")
        )

    def _show_waiting(self, progress: processing.Progress) -> None:
        """Say when a quick look at the slice leaves steps out."""
        if self._note_timer.isActive() or (self._note.property("role") == "bad" and self._note.text()):
            return
        waiting = 0
        if self._steps and not progress.complete and progress.error is None:
            with contextlib.suppress(MedviewerError):
                waiting = self._processing.waiting(self._series_key)
        self._say(self.tr("The last steps take longer: Process all slices applies them.") if waiting else "")

    def _why_no_mask(self, progress: processing.Progress) -> str:
        scene = self._processing.scene(self._series_key) if self._series_key and progress.complete else None
        if scene is None:
            return self.tr("Process all slices first.")
        return "" if scene.labels is not None else self.tr("No step of this recipe makes a mask.")

    def _reason_words(self, reason: str) -> str:
        known = {
            "No step is on.": self.tr("No step is on."),
            "The series is still being loaded.": self.tr("The series is still being loaded."),
            "All slices are processed.": self.tr("All slices are processed."),
        }
        return known.get(reason, reason)

    # -- what the user does

    def add_operation(self, operation: Operation) -> None:
        """Add a step with its defaults at the end, show it processed, and select it."""
        self._flush()
        if not self._series_key:
            return
        state = self._workspace.document.state
        step = Step(operation.id, operation.version, to_json(operation.defaults()))
        add = edits.add_step(state, self._series_key, step)
        pane = state.layout.active
        if state.view(pane).show_processed:
            self._workspace.document.apply(add)
        else:
            shown = edits.SetView(pane, show_processed=True)
            self._workspace.document.apply(edits.Batch.of((add, shown), titles.ADD_STEP))
        self._list.setCurrentRow(self._list.count() - 1)

    def process_all(self) -> None:
        """Process every slice in the background."""
        self._flush()
        words = ", ".join(step_words(step, self._unit)[0] for step in self._steps if step.on)
        self._processing.process_all(self._series_key, self.tr("Processing: {steps}").format(steps=words))

    def keep_mask(self) -> None:
        """Take the recipe's mask over as a layer."""
        self._flush()
        self.mask_wanted.emit(self._series_key)

    def run_on_folder(self) -> None:
        """Open the dialog that applies the steps to a folder."""
        self._flush()
        try:
            recipe = Recipe.of(self._steps)
            recipe.active()
        except MedviewerError as error:
            self._say(str(error), "bad")
            return
        RunDialog(self._workspace, recipe, self.window()).show()

    def _fill_examples(self) -> None:
        for path in recipes.examples():
            action = self._example_menu.addAction(path.stem.replace("-", " ").capitalize())
            action.triggered.connect(functools.partial(self._load_example, path))

    def _load_example(self, path: Path, _checked: bool = False) -> None:
        self.load_recipe(path)

    def _ask_script(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save as Python script"), "recipe.py", self.tr("Python scripts (*.py)")
        )
        if path:
            self.save_script(path)

    def save_script(self, path: str | Path) -> None:
        """Write a Python script that does the same."""
        self._flush()
        try:
            recipes.write_script(path, Recipe.of(self._steps))
        except MedviewerError as error:
            self._say(str(error), "bad")
            return
        self._say(self.tr("The script is saved."), "good")

    def _marks_wanted(self, place: StepPlace | None, request: MarkRequest | None) -> None:
        self._marks_for = place if request is not None else None
        self.marks_wanted.emit(place.series_key if place is not None else "", request)

    def marks_of(self, request: MarkRequest) -> Marks:
        """The marks of the parameter that `request` is about."""
        place = self._marks_for
        steps = self._workspace.document.state.recipes.get(place.series_key, ()) if place is not None else ()
        if place is None or place.row >= len(steps):
            return ()
        return mark_values.from_json(steps[place.row].params.get(request.field, []))

    def add_marks(self, request: MarkRequest, marks: Marks) -> None:
        """Take marks that were set on the image."""
        if self._marks_for is not None:
            self._editor.add_marks(self._marks_for, request.field, marks)

    def copy_command(self) -> None:
        """Put the command that does the same on the clipboard."""
        self._flush()
        try:
            command = describe.command_line(self._steps)
        except MedviewerError as error:
            self._say(str(error), "bad")
            return
        QGuiApplication.clipboard().setText(command)
        self._say(self.tr("The command is on the clipboard. Put your files in the place of IN and OUT."), "good")

    def clear(self) -> None:
        """Remove every step."""
        self._flush()
        if self._steps:
            self._workspace.document.apply(edits.SetRecipe(self._series_key, (), titles.REMOVE_STEP))

    def save_recipe(self, path: str | Path) -> None:
        """Write the recipe to a file, whole or not at all."""
        self._flush()
        try:
            recipes.write(path, Recipe.of(self._steps))
        except MedviewerError as error:
            self._say(str(error), "bad")
            return
        self._say(self.tr("The recipe is saved."), "good")

    def load_recipe(self, path: str | Path) -> None:
        """Replace the steps by those of a file."""
        if not self._series_key:
            return
        try:
            recipe = recipes.read(path)
        except MedviewerError as error:
            self._say(str(error), "bad")
            return
        steps = tuple(Step(s.op, s.version, dict(s.params), s.on) for s in recipe.steps)
        self._workspace.document.apply(edits.SetRecipe(self._series_key, steps))

    def _ask_save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save recipe"), "recipe.json", self.tr("Recipes (*.json)")
        )
        if path:
            self.save_recipe(path)

    def _ask_load(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Open recipe"), "", self.tr("Recipes (*.json)"))
        if path:
            self.load_recipe(path)

    def _params_changed(self, place: StepPlace, params: object) -> None:
        document = self._workspace.document
        steps = document.state.recipes.get(place.series_key, ())
        if place.row < len(steps) and steps[place.row].op == place.operation_id:
            values = to_json(params)
            before = steps[place.row].params
            edit = edits.set_params(document.state, place.series_key, place.row, values)
            # A slider's drag is one entry; every mark is one of its own.
            marked = any(isinstance(value, list) and value != before.get(name) for name, value in values.items())
            document.apply(edit, merge=not marked, initiator=self)

    def _move(self, row: int, to: int) -> None:
        self._flush()
        if 0 <= row < len(self._steps) and 0 <= to < len(self._steps) and row != to:
            document = self._workspace.document
            self._list.blockSignals(True)
            self._list.setCurrentRow(to)
            self._list.blockSignals(False)
            document.apply(edits.move_step(document.state, self._series_key, row, to))

    def _switch(self, row: int, on: bool) -> None:
        self._flush()
        document = self._workspace.document
        document.apply(edits.switch_step(document.state, self._series_key, row, on))

    def _remove(self, row: int) -> None:
        self._flush()
        if 0 <= row < len(self._steps):
            document = self._workspace.document
            document.apply(edits.remove_step(document.state, self._series_key, row))

    def _compare_toggled(self, original: bool) -> None:
        pane = self._workspace.document.state.layout.active
        self._workspace.document.apply(edits.SetView(pane, show_processed=not original))

    def _say(self, sentence: str, role: str = "dim") -> None:
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))
        self._note.setProperty("role", role)
        self._note.style().unpolish(self._note)
        self._note.style().polish(self._note)
        if sentence and role == "good":
            self._note_timer.start()
