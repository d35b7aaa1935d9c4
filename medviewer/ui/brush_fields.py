"""How the tools paint: size of the brush, disc or ball, and the values that may be painted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QHBoxLayout, QLabel, QSlider, QWidget

from medviewer.core.painting import MAX_DIAMETER, MIN_DIAMETER
from medviewer.document.state import Plane
from medviewer.services.label_layers import LabelLayers
from medviewer.services.label_values import Brush
from medviewer.ui.theme import GRID, HALF_GRID

_STEPS = 200
FIELD_WIDTH = 88
_LARGEST = 200.0  # of the slider; the field takes more
_SMALLEST = 0.5
W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str) -> W:
    """A widget with an object name."""
    widget.setObjectName(name)
    return widget


class BrushFields(QWidget):
    """Shows and changes `LabelLayers.brush`."""

    def __init__(self, labels: LabelLayers, series_key: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("brush-fields")
        self._labels = labels
        self._series_key = series_key
        self._filling = False
        self._touched = False  # somebody has chosen limits
        self._size_label = QLabel(self)
        self._slider = named(QSlider(Qt.Orientation.Horizontal, self), "brush-slider")
        self._slider.setRange(0, _STEPS)
        self._slider.valueChanged.connect(self._slid)
        self._size = named(QDoubleSpinBox(self), "brush-size")
        self._size.setRange(MIN_DIAMETER, MAX_DIAMETER)
        self._size.setDecimals(1)
        self._size.setKeyboardTracking(False)
        self._size.setMinimumWidth(FIELD_WIDTH)
        self._size.valueChanged.connect(lambda value: self._change(diameter=value))
        self._ball = named(QCheckBox(self), "brush-ball")
        self._ball.toggled.connect(lambda on: self._change(ball=on))
        self._only_active = named(QCheckBox(self), "eraser-only-active")
        self._only_active.toggled.connect(lambda on: self._change(only_active=on))
        self._limited = named(QCheckBox(self), "brush-limited")
        self._limited.toggled.connect(self._limited_toggled)
        self._low, self._and, self._high = self._value_field("low"), QLabel(self), self._value_field("high")
        self._low.valueChanged.connect(self._low_typed)
        self._high.valueChanged.connect(self._high_typed)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(HALF_GRID)
        grid.addWidget(self._size_label, 0, 0)
        grid.addWidget(self._slider, 0, 1)
        grid.addWidget(self._size, 0, 2)
        grid.addWidget(self._ball, 1, 0, 1, 3)
        grid.addWidget(self._only_active, 2, 0, 1, 3)
        grid.addWidget(self._limited, 3, 0, 1, 3)
        limits = QHBoxLayout()
        limits.setSpacing(GRID)
        limits.addWidget(self._low, 1)
        limits.addWidget(self._and)
        limits.addWidget(self._high, 1)
        grid.addLayout(limits, 4, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        self._disconnect = labels.brush_changed.connect(self._brush_changed)
        self.retranslate()
        self.refresh()

    def _value_field(self, name: str) -> QDoubleSpinBox:
        field = named(QDoubleSpinBox(self), f"brush-{name}")
        field.setRange(-1e6, 1e6)
        field.setDecimals(2)
        field.setKeyboardTracking(False)
        field.setMinimumWidth(FIELD_WIDTH)
        field.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        return field

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._size_label.setText(self.tr("Brush size"))
        self._slider.setAccessibleName(self.tr("Brush size"))
        self._size.setAccessibleName(self.tr("Brush size"))
        self._ball.setText(self.tr("3-D ball"))
        self._only_active.setText(self.tr("Erase the active label only"))
        self._limited.setText(self.tr("Paint only between two values"))
        self._limited.setToolTip(
            self.tr("Values of the processed image where the pane shows it, else the original's")
        )
        self._and.setText(self.tr("and"))
        self._low.setAccessibleName(self.tr("Smallest value that is painted"))
        self._high.setAccessibleName(self.tr("Largest value that is painted"))
        self._size.setToolTip(self.tr("Also Ctrl and the wheel over the image, or the keys [ and ]"))

    def refresh(self) -> None:
        """Show the brush as it is, and the units of the series."""
        brush = self._labels.brush
        where = self._labels.plane(self._series_key(), Plane.STACK) if self._series_key() else None
        self._filling = True
        self._size.setSuffix(" mm" if where is None or where.frame.in_mm else " px")
        unit = where.stack.unit if where is not None else ""
        shown = unit.partition("{")[0] or unit
        for field, value in ((self._low, brush.low), (self._high, brush.high)):
            field.setSuffix(f" {shown}" if shown else "")
            field.setValue(value)
            field.setEnabled(brush.limited)
            # Whole numbers where the values are.
            field.setDecimals(0 if unit == "HU" else 2)
        self._size.setValue(brush.diameter)
        self._slider.setValue(round(_STEPS * _part(brush.diameter)))
        self._ball.setChecked(brush.ball)
        self._ball.setEnabled(where is None or not where.frame.is_flat)
        self._only_active.setChecked(brush.only_active)
        self._limited.setChecked(brush.limited)
        self._limited.setEnabled(where is None or not where.stack.is_colour)
        self._filling = False

    def _brush_changed(self, _brush: Brush) -> None:
        if not self._filling:
            self.refresh()

    def _slid(self, step: int) -> None:
        if not self._filling:
            size = _SMALLEST * (_LARGEST / _SMALLEST) ** (step / _STEPS)
            self._labels.set_brush(diameter=round(size, 1 if size < 20 else 0))

    def _limited_toggled(self, on: bool) -> None:
        brush = self._labels.brush
        found = self._labels.value_range(self._series_key())
        if on and found is not None and (brush.high <= found[0] or brush.low >= found[1] or not self._touched):
            # Limits that nobody chose, or of another kind of image, would let nothing be painted.
            self._change(limited=on, low=round(found[0], 2), high=round(found[1], 2))
        else:
            self._change(limited=on)

    def _low_typed(self, value: float) -> None:
        self._touched = self._touched or not self._filling
        self._change(low=value, high=max(value, self._labels.brush.high))

    def _high_typed(self, value: float) -> None:
        self._touched = self._touched or not self._filling
        self._change(high=value, low=min(value, self._labels.brush.low))

    def _change(self, **changes: object) -> None:
        if not self._filling:
            self._labels.set_brush(**changes)


def _part(diameter: float) -> float:
    """Where a size stands on the slider, 0..1: equal steps are equal ratios."""
    part = math.log(max(diameter, _SMALLEST) / _SMALLEST) / math.log(_LARGEST / _SMALLEST)
    return min(1.0, max(0.0, part))
