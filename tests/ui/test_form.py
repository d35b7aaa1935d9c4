from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QSlider,
    QSpinBox,
    QToolButton,
)

from medviewer.errors import InputError
from medviewer.ops.params import Choices, Help, Label, Range, Step, Unit
from medviewer.ui.form import SLIDER_TICKS, Form, Scale
from medviewer.ui.theme import Theme


class Mode(enum.StrEnum):
    FAST = "fast"
    EXACT = "exact"


@dataclass(frozen=True)
class Params:
    width_mm: Annotated[float, Range(0.1, 20), Step(0.1), Unit("mm"), Label("Width"), Help("How wide.")] = 1.0
    share: Annotated[float, Range(-1, 1), Step(0.05)] = 0.0
    count: Annotated[int, Range(1, 9)] = 3
    mode: Annotated[Mode, Choices({"fast": "Quickly"})] = Mode.FAST
    on: Annotated[bool, Label("Also this")] = False
    name: str = "x"


@pytest.fixture
def form(qapp: QApplication) -> Iterator[Form]:
    made = Form(Params, Theme())
    made.show()
    yield made
    made.deleteLater()


def child(form: Form, kind: type[Any], name: str) -> Any:
    found = form.findChild(kind, name)
    assert found is not None, name
    return found


def told(form: Form) -> list[Any]:
    """What the form tells once the hand rests; the waiting time is skipped."""
    spy = QSignalSpy(form.changed)
    form.flush()
    return [spy.at(n)[0] for n in range(spy.count())]


def test_controls_follow_the_declaration(form: Form) -> None:
    spin = child(form, QDoubleSpinBox, "field-width_mm")
    assert (spin.minimum(), spin.maximum(), spin.decimals(), spin.suffix(), spin.value()) == (0.1, 20, 1, " mm", 1.0)
    assert spin.toolTip() == "How wide."
    assert spin.accessibleName() == "Width"
    assert child(form, QDoubleSpinBox, "field-share").decimals() == 2
    assert child(form, QSpinBox, "field-count").value() == 3
    combo = child(form, QComboBox, "field-mode")
    assert [combo.itemText(n) for n in range(combo.count())] == ["Quickly", "Exact"]
    assert child(form, QCheckBox, "field-on").text() == "Also this"
    assert form.value() == Params()


def test_every_control_edits_its_field(form: Form) -> None:
    child(form, QDoubleSpinBox, "field-width_mm").setValue(2.5)
    child(form, QSpinBox, "field-count").setValue(7)
    child(form, QComboBox, "field-mode").setCurrentIndex(1)
    child(form, QCheckBox, "field-on").click()
    QTest.keyClicks(child(form, QLineEdit, "field-name"), "yz")
    assert told(form) == [Params(2.5, 0.0, 7, Mode.EXACT, True, "xyz")]
    assert told(form) == []


def test_one_change_is_told_after_the_hand_rests(form: Form, qtbot: Any) -> None:
    spin = child(form, QDoubleSpinBox, "field-width_mm")
    spy = QSignalSpy(form.changed)
    with qtbot.waitSignal(form.changed, timeout=5000):
        for value in (2.0, 3.0, 4.0):
            spin.setValue(value)
        assert spy.count() == 0
        assert form.pending
    assert spy.count() == 1
    assert spy.at(0)[0].width_mm == 4.0


def test_slider_and_field_move_each_other(form: Form) -> None:
    spin = child(form, QDoubleSpinBox, "field-share")
    slider = child(form, QSlider, "slider-share")
    slider.setValue(SLIDER_TICKS * 3 // 4)
    assert spin.value() == 0.5
    spin.setValue(-1.0)
    assert slider.value() == 0
    assert told(form)[0].share == -1.0


def test_wide_ranges_move_in_ratios() -> None:
    scale = Scale(0.1, 1000.0)
    assert scale.logarithmic
    assert scale.value(0) == pytest.approx(0.1)
    assert scale.value(SLIDER_TICKS // 2) == pytest.approx(10.0)
    assert scale.value(SLIDER_TICKS) == pytest.approx(1000.0)
    assert all(scale.position(scale.value(n)) == n for n in range(0, SLIDER_TICKS + 1, 50))
    assert not Scale(0.0, 1000.0).logarithmic


def test_setting_a_value_shows_it_and_tells_nobody(form: Form) -> None:
    child(form, QSpinBox, "field-count").setValue(9)
    form.set_value(Params(3.0, 0.5, 4, Mode.EXACT, True, "n"))
    assert not form.pending
    assert child(form, QDoubleSpinBox, "field-width_mm").value() == 3.0
    assert child(form, QComboBox, "field-mode").currentData() == "exact"
    assert child(form, QCheckBox, "field-on").isChecked()
    assert told(form) == []
    assert form.value() == Params(3.0, 0.5, 4, Mode.EXACT, True, "n")


def test_a_value_finer_than_the_field_shows_survives_untouched(form: Form) -> None:
    form.set_value(Params(width_mm=1.2345))
    child(form, QSpinBox, "field-count").setValue(4)
    assert told(form) == [Params(width_mm=1.2345, count=4)]


def test_reset_of_one_field_and_of_all(form: Form) -> None:
    button = child(form, QToolButton, "reset-width_mm")
    assert not button.isVisible()
    child(form, QDoubleSpinBox, "field-width_mm").setValue(5.0)
    child(form, QSpinBox, "field-count").setValue(5)
    assert button.isVisible()
    button.click()
    assert not button.isVisible()
    assert told(form) == [Params(count=5)]
    form.reset()
    assert told(form) == [Params()]


def test_errors_stand_beside_their_field(form: Form) -> None:
    form.show_error(InputError("Width is too much.", code="input.width_mm"))
    label = child(form, QLabel, "error-width_mm")
    assert (label.text(), label.isVisible()) == ("Width is too much.", True)
    form.show_error(InputError("This image is in colour.", "Take another."))
    assert not label.isVisible()
    assert child(form, QLabel, "form-error").text() == "This image is in colour. Take another."
    form.show_error(None)
    assert not child(form, QLabel, "form-error").isVisible()


def test_lengths_in_pixels_where_the_spacing_is_not_known(form: Form) -> None:
    form.set_length_unit("px")
    assert child(form, QDoubleSpinBox, "field-width_mm").suffix() == " px"
    assert child(form, QDoubleSpinBox, "field-share").suffix() == ""


def test_the_wheel_scrolls_the_panel_unless_the_field_has_the_focus(form: Form) -> None:
    spin = child(form, QSpinBox, "field-count")
    where = QPointF(5, 5)
    turn = QWheelEvent(
        where, spin.mapToGlobal(where), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    spin.clearFocus()
    QApplication.sendEvent(spin, turn)
    assert spin.value() == 3


def test_texts_follow_the_language(form: Form) -> None:
    combo = child(form, QComboBox, "field-mode")
    combo.setItemText(0, "?")
    QApplication.sendEvent(form, QEvent(QEvent.Type.LanguageChange))
    assert combo.itemText(0) == "Quickly"
