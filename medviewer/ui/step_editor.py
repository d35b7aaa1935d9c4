"""One step of a recipe: its name, its form, and the buttons that move and remove it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from medviewer.core.marks import Marks
from medviewer.document.state import Step
from medviewer.errors import MedviewerError
from medviewer.ops.recipe import resolve
from medviewer.ui.form import Form
from medviewer.ui.icons import icon
from medviewer.ui.operation_menu import CONTEXT
from medviewer.ui.step_list import step_words
from medviewer.ui.theme import GRID, HALF_GRID, Theme


class StepPlace(NamedTuple):
    """Which step a form belongs to; a change that is told late must not reach another one."""

    series_key: str
    row: int
    operation_id: str
    length_unit: str


class StepEditor(QWidget):
    """Shows one step.

    Signals
    -------
    changed(StepPlace, params)
        The user has changed parameters, and rests.
    moved(int)
        Up (-1) or down (1) is asked for.
    removed()
        The step is to go.
    marks_wanted(StepPlace or None, MarkRequest or None)
        Marks for a parameter of the step are to be set on the image; None: no longer.
    """

    changed = Signal(object, object)
    moved = Signal(int)
    removed = Signal()
    marks_wanted = Signal(object, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.image_values: tuple[float, float, str] | None = None  # smallest, largest, unit: of the series
        self._form: Form | None = None
        self._place: StepPlace | None = None
        self._heading = QLabel(self, wordWrap=True)
        self._heading.setProperty("role", "heading")
        self._problem = QLabel(self, wordWrap=True)
        self._problem.setProperty("role", "bad")
        self._problem.setObjectName("process-problem")
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._up = self._button("up", "process-up")
        self._up.clicked.connect(lambda: self.moved.emit(-1))
        self._down = self._button("down", "process-down")
        self._down.clicked.connect(lambda: self.moved.emit(1))
        self._delete = self._button("delete", "process-delete")
        self._delete.clicked.connect(self.removed)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self._heading, 1)
        for button in (self._up, self._down, self._delete):
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self._problem)
        layout.addWidget(self._scroll, 1)
        self.retranslate()

    def _button(self, name: str, object_name: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name, self._theme))
        button.setObjectName(object_name)
        button.setProperty("compact", "true")
        return button

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        for button, words in (
            (self._up, self.tr("Move up (Alt+Up)")),
            (self._down, self.tr("Move down (Alt+Down)")),
            (self._delete, self.tr("Remove the step (Delete)")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)

    def show_step(self, series_key: str, steps: tuple[Step, ...], row: int, unit: str, undone: bool = False) -> None:
        """Show a step of a recipe, or nothing for a row that it does not have.

        Parameters
        ----------
        unit : str
            Of lengths: ``"mm"``, or ``"px"`` where the spacing is not known.
        undone : bool
            The parameters win over a change of the form that has not been told yet.
        """
        self._up.setEnabled(0 < row < len(steps))
        self._down.setEnabled(0 <= row < len(steps) - 1)
        self._problem.hide()
        if not 0 <= row < len(steps):
            self._set_form(None, None)
            return
        step = steps[row]
        self._heading.setText(step_words(step, unit)[0])
        try:
            operation, params = resolve(step)
        except MedviewerError as error:
            self._set_form(None, None)
            self._problem.setText(str(error))
            self._problem.show()
            return
        place = StepPlace(series_key, row, operation.id, unit)
        if self._form is None or self._place != place:
            form = Form(operation.params_type, self._theme, params, CONTEXT)
            form.set_length_unit(unit)
            if self.image_values is not None:
                form.set_image_values(*self.image_values)
            form.changed.connect(lambda changed: self.changed.emit(place, changed))
            form.marks_wanted.connect(lambda request: self.marks_wanted.emit(place, request))
            self._set_form(form, place)
        elif (undone or not self._form.pending) and self._form.value() != params:
            self._form.set_value(params)

    def _set_form(self, form: Form | None, place: StepPlace | None) -> None:
        if self._form is not None:
            self.marks_wanted.emit(None, None)
        self._form, self._place = form, place
        holder = QWidget()
        if form is not None:
            layout = QVBoxLayout(holder)
            layout.setContentsMargins(0, 0, HALF_GRID, 0)
            layout.addWidget(form)
            layout.addStretch(1)
        self._scroll.setWidget(holder)

    def add_marks(self, place: StepPlace, name: str, marks: Marks) -> None:
        """Take marks that were set on the image, if the step they are for is still shown."""
        if self._form is not None and place == self._place:
            self._form.add_marks(name, marks)

    def flush(self) -> None:
        """Tell of a change that still waits for the hand to rest."""
        if self._form is not None:
            self._form.flush()

    def reset(self) -> None:
        """Take the defaults of the operation."""
        if self._form is not None:
            self._form.reset()

    def show_error(self, error: BaseException | None) -> None:
        """Show beside its field why the step cannot be applied; None: nothing."""
        if self._form is not None:
            self._form.show_error(error)
