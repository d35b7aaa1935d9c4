"""Forms made from declared parameters: one row per field, two-way, told to the outside when the hand rests."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medviewer.core import marks as mark_values
from medviewer.core.marks import Marks
from medviewer.errors import InputError
from medviewer.ops.describe import unit_text
from medviewer.ops.params import Field, Kind, fields_of, from_json, to_json
from medviewer.ui.icons import icon
from medviewer.ui.marks_editor import MarksEditor
from medviewer.ui.theme import GRID, HALF_GRID, Theme

DEBOUNCE_MS = 150
LIVE_MS = 30
"""While a slider is held, a change is told so soon: the picture follows the hand."""
SLIDER_TICKS = 1000
NUMBER_WIDTH = 14 * GRID
LOGARITHMIC_FROM = 100.0
"""A slider whose range spans at least this factor moves in equal ratios: 0.1 to 1 takes as long as 10 to 100."""


class _WheelGuard(QObject):
    """Lets the wheel scroll the panel, not change a number that the pointer happens to cross."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


class Scale:
    """Positions of a slider for a range: linear, or logarithmic for ranges over two decades."""

    def __init__(self, low: float, high: float) -> None:
        self._low, self._high = low, high
        self.logarithmic = low > 0 and high / low >= LOGARITHMIC_FROM

    def position(self, value: float) -> int:
        """0..SLIDER_TICKS of a value."""
        if self.logarithmic:
            share = math.log(max(value, self._low) / self._low) / math.log(self._high / self._low)
        else:
            share = (value - self._low) / ((self._high - self._low) or 1.0)
        return round(SLIDER_TICKS * min(1.0, max(0.0, share)))

    def value(self, position: int) -> float:
        """The value at a position."""
        share = position / SLIDER_TICKS
        if self.logarithmic:
            return float(self._low * (self._high / self._low) ** share)
        return self._low + share * (self._high - self._low)


class FieldEditor(QWidget):
    """One field: its label, its control, a reset button that appears when the value is not the default.

    Signals
    -------
    edited(bool)
        The user changed the value; True while a slider is held.
    marks_wanted(MarkRequest or None)
        Marks are to be set on the image; None: no longer.
    """

    edited = Signal(bool)
    marks_wanted = Signal(object)

    def __init__(
        self, field: Field, theme: Theme, context: str, guard: QObject, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.field = field
        self._theme = theme
        self._context = context
        self._length_unit = "mm"
        self._image_unit = ""
        self._exact: Any = field.default
        self._label = QLabel(self)
        self._reset = QToolButton(self)
        self._reset.setIcon(icon("undo", theme, "dim"))
        self._reset.setProperty("compact", "true")
        self._reset.setObjectName(f"reset-{field.name}")
        self._reset.clicked.connect(self._reset_clicked)
        keep = self._reset.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(keep)
        self._error = QLabel(self, wordWrap=True)
        self._error.hide()
        self._error.setProperty("role", "bad")
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        self._error.setObjectName(f"error-{field.name}")
        self._slider: QSlider | None = None
        self._scale: Scale | None = None
        self._control = self._make_control()
        self._control.setObjectName(f"field-{field.name}")
        self._control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._label.setBuddy(self._control)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(HALF_GRID)
        grid.setColumnStretch(0, 1)
        if field.kind is Kind.BOOL:
            self._label.hide()
            grid.addWidget(self._control, 0, 0, 1, 2)
            grid.addWidget(self._reset, 0, 2)
        else:
            grid.addWidget(self._label, 0, 0, 1, 2)
            grid.addWidget(self._reset, 0, 2)
            if self._slider is not None:
                grid.addWidget(self._slider, 1, 0)
                grid.addWidget(self._control, 1, 1, 1, 2)
            else:
                grid.addWidget(self._control, 1, 0, 1, 3)
        grid.addWidget(self._error, 2, 0, 1, 3)
        for widget in (self._control, self._slider):
            if widget is not None:
                widget.installEventFilter(guard)
        self.retranslate()
        self.set_value(field.default)

    # -- the control

    def _make_control(self) -> QWidget:
        field = self.field
        if field.kind is Kind.BOOL:
            box = QCheckBox(self)
            box.toggled.connect(self._control_edited)
            return box
        if field.kind is Kind.CHOICE:
            combo = QComboBox(self)
            for value, _ in field.choices:
                combo.addItem("", value)
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            combo.currentIndexChanged.connect(self._control_edited)
            return combo
        if field.kind is Kind.TEXT:
            line = QLineEdit(self)
            line.textEdited.connect(self._control_edited)
            if field.pick is not None:
                choose = line.addAction(
                    icon("open-file", self._theme, "dim"), QLineEdit.ActionPosition.TrailingPosition
                )
                choose.triggered.connect(self._choose_file)
            return line
        if field.kind is Kind.MARKS:
            assert field.set_by is not None, field.name
            marks = MarksEditor(field, self._theme, self)
            marks.edited.connect(self._control_edited)
            marks.wanted.connect(self.marks_wanted)
            return marks
        return self._make_number()

    def _choose_file(self) -> None:
        pick, line = self.field.pick, self._control
        if pick is None or not isinstance(line, QLineEdit):
            return
        path, _ = QFileDialog.getOpenFileName(
            self, self._tr(self.field.label), line.text(), f"{self._tr(pick.words)} ({pick.patterns})"
        )
        if path:
            line.setText(path)
            self._control_edited()

    def _make_number(self) -> QWidget:
        field = self.field
        low = field.low if field.low is not None else -1e9
        high = field.high if field.high is not None else 1e9
        spin: QSpinBox | QDoubleSpinBox
        if field.kind is Kind.INT:
            spin = QSpinBox(self)
            spin.setRange(round(max(low, -(2**31))), round(min(high, 2**31 - 1)))
            spin.setSingleStep(max(1, round(field.step or 1)))
        else:
            spin = QDoubleSpinBox(self)
            spin.setDecimals(field.decimals)
            spin.setRange(low, high)
            spin.setSingleStep(field.step or 10.0**-field.decimals)
        spin.setMaximumWidth(NUMBER_WIDTH)
        spin.setKeyboardTracking(False)  # "12" is not first 1 and then 12
        spin.setAccelerated(True)
        spin.valueChanged.connect(self._control_edited)
        if field.low is not None and field.high is not None:
            self._scale = Scale(field.low, field.high)
            if self._scale.logarithmic:
                spin.setStepType(QSpinBox.StepType.AdaptiveDecimalStepType)
            self._slider = QSlider(Qt.Orientation.Horizontal, self)
            self._slider.setObjectName(f"slider-{field.name}")
            self._slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._slider.setRange(0, SLIDER_TICKS)
            self._slider.setPageStep(SLIDER_TICKS // 20)
            self._slider.setMinimumWidth(64)
            self._slider.valueChanged.connect(self._slider_edited)
        return spin

    def _slider_edited(self, position: int) -> None:
        assert self._scale is not None
        value = self._scale.value(position)
        if isinstance(self._control, QSpinBox):
            self._control.setValue(round(value))
        elif isinstance(self._control, QDoubleSpinBox):
            self._control.setValue(value)

    def _control_edited(self) -> None:
        control = self._control
        if isinstance(control, QCheckBox):
            self._exact = control.isChecked()
        elif isinstance(control, QComboBox):
            self._exact = control.currentData()
        elif isinstance(control, QLineEdit):
            self._exact = control.text()
        elif isinstance(control, MarksEditor):
            self._exact = control.marks()
        elif isinstance(control, (QSpinBox, QDoubleSpinBox)):
            self._exact = control.value()
        held = self._slider is not None and self._slider.isSliderDown()
        self._show_rest(move_slider=not held)
        self.edited.emit(held)

    def _show_rest(self, move_slider: bool = True) -> None:
        if move_slider and self._slider is not None and self._scale is not None:
            with QSignalBlocker(self._slider):
                self._slider.setValue(self._scale.position(float(self._exact)))
        self._reset.setVisible(self._exact != self.field.default)

    def _reset_clicked(self) -> None:
        self.set_value(self.field.default)
        self.edited.emit(False)

    # -- value, words

    def value(self) -> Any:
        """The value shown; the exact one that was set while the user has not touched it."""
        return self._exact

    def set_value(self, value: Any) -> None:
        """Show a value, without a signal."""
        control = self._control
        with QSignalBlocker(control):
            if isinstance(control, QCheckBox):
                control.setChecked(bool(value))
            elif isinstance(control, QComboBox):
                control.setCurrentIndex(max(0, control.findData(str(value))))
            elif isinstance(control, QLineEdit):
                if control.text() != value:
                    control.setText(str(value))
            elif isinstance(control, QSpinBox):
                control.setValue(int(value))
            elif isinstance(control, QDoubleSpinBox):
                control.setValue(float(value))
            elif isinstance(control, MarksEditor):
                value = mark_values.from_json(value) if isinstance(value, list) else value
                control.show_marks(value)
        self._exact = value
        self._show_rest()

    def set_error(self, sentence: str) -> None:
        """Show what is wrong with the value below it; empty: nothing."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self._control.setProperty("invalid", "true" if sentence else "false")
        style = self._control.style()
        style.unpolish(self._control)
        style.polish(self._control)

    def set_length_unit(self, unit: str) -> None:
        """Show lengths in ``"mm"`` or ``"px"``."""
        self._length_unit = unit
        self.retranslate()

    def set_image_values(self, low: float, high: float, unit: str) -> None:
        """Let the slider span the values of an image, for a field that is one of them; `unit` stands behind it."""
        if not self.field.of_image or not high > low:
            return
        self._scale = Scale(low, high)
        self._image_unit = unit
        if isinstance(self._control, QDoubleSpinBox):
            self._control.setSingleStep(10.0 ** math.floor(math.log10((high - low) / 100.0)))
        self._show_rest()
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        field = self.field
        label = self._tr(field.label)
        self._label.setText(label)
        self._reset.setToolTip(QCoreApplication.translate("Form", "Reset to the default"))
        self._reset.setAccessibleName(QCoreApplication.translate("Form", "Reset {name}").format(name=label))
        tip = self._tr(field.help) if field.help else ""
        for widget in (self._label, self._control, self._slider):
            if widget is not None:
                widget.setToolTip(tip)
                widget.setAccessibleName(label)
        control = self._control
        if isinstance(control, QCheckBox):
            control.setText(label)
        elif isinstance(control, MarksEditor):
            control.retranslate({n: self._tr(words) for n, words in control.label_words.items()})
        elif isinstance(control, QComboBox):
            for number, (_, words) in enumerate(field.choices):
                control.setItemText(number, self._tr(words))
        elif isinstance(control, (QSpinBox, QDoubleSpinBox)):
            unit = unit_text(field, self._length_unit) or self._image_unit
            control.setSuffix(f" {unit}" if unit else "")

    def _tr(self, text: str) -> str:
        return QCoreApplication.translate(self._context, text)


class Form(QWidget):
    """All fields of a parameter class.

    Parameters
    ----------
    params_type : type
        Frozen dataclass, see `medviewer.ops.params`.
    theme : Theme
        Colours of the icons.
    params : object, optional
        First value; the defaults when not given.
    context : str
        Translation context of labels, helps and choices.

    Signals
    -------
    changed(params)
        The user changed a value and then rested for 150 ms; while a slider is held, every 30 ms.
    marks_wanted(MarkRequest or None)
        Marks of a field are to be set on the image; None: no longer.
    """

    changed = Signal(object)
    marks_wanted = Signal(object)

    def __init__(
        self,
        params_type: type[Any],
        theme: Theme,
        params: Any = None,
        context: str = "Operations",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._params_type = params_type
        self._guard = _WheelGuard(self)
        self._editors = {
            field.name: FieldEditor(field, theme, context, self._guard, self) for field in fields_of(params_type)
        }
        self._error = QLabel(self, wordWrap=True)
        self._error.hide()
        self._error.setProperty("role", "bad")
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        self._error.setObjectName("form-error")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for editor in self._editors.values():
            editor.edited.connect(self._edited)
            editor.marks_wanted.connect(self.marks_wanted)
            layout.addWidget(editor)
        layout.addWidget(self._error)
        self._rest = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._rest.timeout.connect(self._tell)
        if params is not None:
            self.set_value(params)
        self._show_fields()

    def _show_fields(self) -> None:
        """Hide what does not matter with the choices that are made."""
        for editor in self._editors.values():
            when = editor.field.show_when
            if when is not None:
                other = self._editors[when.field].value()
                editor.setVisible((other if isinstance(other, bool) else str(other)) in when.values)

    def add_marks(self, name: str, marks: Marks) -> None:
        """Take marks that were set on the image for a field, beside those it has."""
        editor = self._editors[name]
        editor.set_value((*editor.value(), *marks))
        self._edited(False)

    def value(self) -> Any:
        """The parameters shown.

        Raises
        ------
        InputError
            When a field does not fit.
        """
        return from_json(self._params_type, {name: editor.value() for name, editor in self._editors.items()})

    def set_value(self, params: Any) -> None:
        """Show parameters, without a signal; a change that waits to be told is dropped."""
        self._rest.stop()
        for name, value in to_json(params).items():
            editor = self._editors[name]
            if editor.value() != value:
                editor.set_value(value)
        self._show_fields()
        self.show_error(None)

    def reset(self) -> None:
        """Show the defaults, and tell."""
        before = {name: editor.value() for name, editor in self._editors.items()}
        self.set_value(self._params_type())
        if before != {name: editor.value() for name, editor in self._editors.items()}:
            self._rest.start(DEBOUNCE_MS)

    @property
    def pending(self) -> bool:
        """Whether a change waits to be told."""
        return self._rest.isActive()

    def flush(self) -> None:
        """Tell a waiting change at once (the form is about to go)."""
        if self._rest.isActive():
            self._rest.stop()
            self._tell()

    def set_length_unit(self, unit: str) -> None:
        """Show lengths in ``"mm"``, or in ``"px"`` for images whose spacing is not known."""
        for editor in self._editors.values():
            editor.set_length_unit(unit)

    def set_image_values(self, low: float, high: float, unit: str) -> None:
        """Let the sliders of values span those of the image that the form is for."""
        for editor in self._editors.values():
            editor.set_image_values(low, high, unit)

    def show_error(self, error: BaseException | None) -> None:
        """Show an error beside the field it names (code ``input.<field>``), else below all; None clears."""
        for editor in self._editors.values():
            editor.set_error("")
        self._error.clear()
        self._error.hide()
        if error is None:
            return
        editor_of = self._editors.get(getattr(error, "code", "").removeprefix("input."))
        if editor_of is not None:
            editor_of.set_error(str(error))
        else:
            self._error.setText(str(error))
            self._error.show()

    def _edited(self, held: bool) -> None:
        self._show_fields()
        if not held:
            self._rest.start(DEBOUNCE_MS)
        elif not self._rest.isActive():
            self._rest.start(LIVE_MS)

    def _tell(self) -> None:
        try:
            params = self.value()
        except InputError as error:
            self.show_error(error)
            return
        self.show_error(None)
        self.changed.emit(params)

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange:
            for editor in getattr(self, "_editors", {}).values():
                editor.retranslate()
        super().changeEvent(event)
