"""Marks in a form: buttons per label, the count, taking back; fields that hide; sliders that tell while held."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from medviewer.core.marks import Mark
from medviewer.ui.form import Form
from medviewer.ui.marks_editor import MarkRequest, MarksEditor
from medviewer.ui.theme import Theme
from tests.helpers.mask_operations import AboveParams, SeedParams

ONE = Mark(1, ((1.0, 2.0, 3.0),))


def form(qtbot: QtBot, kind: type = SeedParams) -> Form:
    made = Form(kind, Theme())
    qtbot.addWidget(made)
    made.resize(260, 400)
    made.show()
    return made


def button(parent: QWidget, label: int) -> QPushButton:
    found = parent.findChild(QPushButton, f"mark-seeds-{label}")
    assert isinstance(found, QPushButton)
    return found


def test_a_pressed_button_asks_for_marks_of_its_label(qtbot: QtBot) -> None:
    made = form(qtbot)
    asked: list[MarkRequest | None] = []
    made.marks_wanted.connect(asked.append)
    button(made, 1).click()
    button(made, 2).click()
    assert [r.label if r else None for r in asked] == [1, 2]
    assert asked[-1] is not None
    assert asked[-1].words == "outside"
    assert not button(made, 1).isChecked()
    button(made, 2).click()
    assert asked[-1] is None


def test_marks_are_counted_told_and_taken_back(qtbot: QtBot) -> None:
    made = form(qtbot)
    with qtbot.waitSignal(made.changed) as told:
        made.add_marks("seeds", (ONE,))
        made.add_marks("seeds", (Mark(2, ((0.0, 0.0, 0.0),)),))
    assert [m.label for m in told.args[0].seeds] == [1, 2]
    count = made.findChild(QLabel, "mark-count-seeds")
    assert isinstance(count, QLabel)
    assert count.text() == "2 set"
    editor = made.findChild(MarksEditor)
    assert isinstance(editor, MarksEditor)
    with qtbot.waitSignal(made.changed) as told:
        editor._back.click()
    assert told.args[0].seeds == (ONE,)
    with qtbot.waitSignal(made.changed) as told:
        editor._clear.click()
    assert told.args[0].seeds == ()
    assert count.text() == "None set"


def test_a_field_hides_while_it_does_not_matter(qtbot: QtBot) -> None:
    made = form(qtbot)
    assert not made._editors["count"].isVisible()
    made.set_value(SeedParams(mode="some"))
    assert made._editors["count"].isVisible()
    made.set_value(SeedParams())
    assert not made._editors["count"].isVisible()


def test_a_held_slider_is_told_before_it_is_let_go(qtbot: QtBot) -> None:
    made = form(qtbot, AboveParams)
    slider = made.findChild(QSlider, "slider-low")
    assert isinstance(slider, QSlider)
    told: list[float] = []
    made.changed.connect(lambda params: told.append(params.low))
    slider.setSliderDown(True)
    for position in range(0, 1000, 100):
        slider.setSliderPosition(position)
        qtbot.wait(12)
    assert len(told) >= 2, "the picture does not follow the hand"
    slider.setSliderDown(False)
    qtbot.waitUntil(lambda: told[-1] == made.value().low)
