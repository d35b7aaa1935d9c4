from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QToolButton,
)

from medviewer.core.image import Facts, SpacingSource
from medviewer.document import edits
from medviewer.document.state import Plane, Step
from medviewer.lab.networks import diffusion
from medviewer.ops import registry
from medviewer.ops.filters import gaussian
from medviewer.ops.recipe import Recipe
from medviewer.services import processing, recipes
from medviewer.services.executors import ManualExecutor
from medviewer.services.workspace import Workspace
from medviewer.ui.panels.process import ProcessPanel
from medviewer.ui.theme import Theme
from tests.helpers.image_workspace import make_workspace, step
from tests.helpers.phantoms import make_image


class Bench:
    def __init__(self, folder: Path) -> None:
        pixels = Facts(spacing_source=SpacingSource.NONE)
        colour = replace(make_image((1, 8, 8)), array=np.zeros((1, 8, 8, 3), np.uint8))
        self.executor = ManualExecutor()
        self.workspace: Workspace = make_workspace(
            folder, self.executor, ct=make_image(), plain=make_image(facts=pixels), colour=colour
        )
        self.panel = ProcessPanel(self.workspace, Theme())
        self.panel.resize(300, 640)
        self.panel.show()

    def open(self, key: str, *steps: Step, pane: int = -1) -> None:
        self.workspace.show_series(key, pane)
        self.executor.settle()
        if steps:
            self.workspace.document.apply(edits.SetRecipe(key, steps))

    def steps(self, key: str = "ct") -> tuple[Step, ...]:
        return self.workspace.document.state.recipes.get(key, ())

    def child(self, kind: type[Any], name: str) -> Any:
        found = self.panel.findChild(kind, name)
        assert found is not None, name
        return found

    @property
    def rows(self) -> list[str]:
        steps = self.child(QListWidget, "process-steps")
        return [steps.item(n).text() for n in range(steps.count())]

    def flush(self) -> None:
        """Skip the time in which the hand rests."""
        self.panel._flush()


@pytest.fixture
def bench(qapp: QApplication, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.panel.close()
    made.panel.deleteLater()
    made.workspace.close()


BLUR = step(gaussian, sigma_mm=2.0)
BLUR_3D = step(gaussian, sigma_mm=4.0, dimension="volume")
NETWORK = step(diffusion)


def test_says_what_to_do_when_there_is_nothing(bench: Bench) -> None:
    hint = bench.child(QLabel, "process-hint")
    assert hint.text() == "Open a series to process it."
    assert not bench.child(QPushButton, "process-add").isEnabled()
    bench.open("ct")
    assert hint.text().startswith("Add a step")
    assert bench.child(QPushButton, "process-add").isEnabled()
    assert not bench.child(QPushButton, "process-apply").isVisible()


def test_the_menu_is_made_of_the_registry(bench: Bench) -> None:
    bench.open("ct")
    menu = bench.child(QPushButton, "process-add").menu()
    menu.aboutToShow.emit()
    groups = [action.menu() for action in menu.actions() if action.menu() is not None]
    listed = [action.objectName() for group in groups for action in group.actions()]
    assert sorted(listed) == sorted(f"add-{operation.id}" for operation in registry.all_operations())
    next(action for group in groups for action in group.actions() if action.text() == "Gaussian blur").trigger()
    assert bench.steps() == (step(gaussian),)


def test_a_step_is_found_as_one_types(bench: Bench) -> None:
    bench.open("ct")
    menu = bench.child(QPushButton, "process-add").menu()
    menu.aboutToShow.emit()
    field = menu.findChild(QLineEdit, "operation-search")
    field.setText("gauss bl")
    menu.take_first()
    assert bench.steps() == (step(gaussian),)
    field.setText("no such step at all")
    menu.take_first()
    assert len(bench.steps()) == 1


def test_adding_a_step_shows_it_and_is_one_undo(bench: Bench) -> None:
    bench.open("ct")
    bench.workspace.document.apply(edits.SetView(0, show_processed=False))
    bench.panel.add_operation(gaussian)
    assert bench.workspace.document.state.view(0).show_processed
    bench.workspace.document.undo()
    assert bench.steps() == ()
    assert not bench.workspace.document.state.view(0).show_processed


def test_a_form_edits_its_step_live_and_a_drag_is_one_undo(bench: Bench) -> None:
    bench.open("ct", BLUR)
    spin = bench.child(QDoubleSpinBox, "field-sigma_mm")
    assert spin.value() == 2.0
    asked = processing.of(bench.workspace)
    asked.processed_slice("ct", Plane.STACK, 2)
    bench.executor.settle()
    before = asked.processed_slice("ct", Plane.STACK, 2)
    for value in (2.5, 3.0, 3.5):
        spin.setValue(value)
        bench.flush()
    assert bench.steps()[0].params["sigma_mm"] == 3.5
    assert bench.child(QDoubleSpinBox, "field-sigma_mm") is spin, "the form is not rebuilt under the hand"
    asked.processed_slice("ct", Plane.STACK, 2)
    bench.executor.settle()
    after = asked.processed_slice("ct", Plane.STACK, 2)
    assert before is not None
    assert after is not None
    assert after.current
    assert np.abs(after.pixels.values - before.pixels.values).max() > 1.0
    bench.workspace.document.undo()
    assert bench.steps()[0].params["sigma_mm"] == 2.0
    assert spin.value() == 2.0
    bench.workspace.document.redo()
    assert spin.value() == 3.5


def test_undo_wins_over_a_change_that_waits(bench: Bench) -> None:
    bench.open("ct", BLUR)
    spin = bench.child(QDoubleSpinBox, "field-sigma_mm")
    spin.setValue(3.0)
    bench.flush()
    spin.setValue(9.0)
    bench.workspace.document.undo()
    assert spin.value() == 2.0
    bench.flush()
    assert bench.steps()[0].params["sigma_mm"] == 2.0


def test_switch_move_and_remove(bench: Bench) -> None:
    bench.open("ct", BLUR, NETWORK, BLUR_3D)
    steps = bench.child(QListWidget, "process-steps")
    assert bench.rows == [
        "Gaussian blur · 2 mm",
        "Diffusion network (demonstration) · Layers 5, Edge contrast 50",
        "Gaussian blur · 4 mm, Whole volume",
    ]
    steps.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert [s.on for s in bench.steps()] == [True, False, True]
    steps.setCurrentRow(2)
    bench.child(QToolButton, "process-up").click()
    assert [s.op for s in bench.steps()] == ["filter.gaussian", "filter.gaussian", "network.diffusion"]
    assert steps.currentRow() == 1, "the step that was moved stays selected"
    assert bench.child(QDoubleSpinBox, "field-sigma_mm").value() == 4.0
    QTest.keyClick(steps, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [s.op for s in bench.steps()] == ["filter.gaussian", "network.diffusion", "filter.gaussian"]
    QTest.keyClick(steps, Qt.Key.Key_Delete)
    assert bench.steps() == (BLUR, replace(NETWORK, on=False))
    bench.workspace.document.undo()
    assert len(bench.steps()) == 3


def test_a_change_that_waits_belongs_to_the_step_it_was_made_on(bench: Bench) -> None:
    bench.open("ct", BLUR, BLUR_3D)
    bench.child(QDoubleSpinBox, "field-sigma_mm").setValue(7.0)
    bench.child(QToolButton, "process-down").click()
    assert [s.params["sigma_mm"] for s in bench.steps()] == [4.0, 7.0]


def test_a_change_that_waits_belongs_to_the_series_it_was_made_on(bench: Bench) -> None:
    bench.open("ct", BLUR)
    bench.child(QDoubleSpinBox, "field-sigma_mm").setValue(7.0)
    bench.open("plain", BLUR_3D)
    assert bench.steps("ct")[0].params["sigma_mm"] == 7.0
    assert bench.steps("plain") == (BLUR_3D,)


def test_each_step_has_its_own_form(bench: Bench) -> None:
    bench.open("ct", BLUR, NETWORK)
    bench.child(QListWidget, "process-steps").setCurrentRow(1)
    bench.child(QSpinBox, "field-layers").setValue(9)
    bench.flush()
    assert bench.steps()[1].params["layers"] == 9
    assert bench.steps()[0] == BLUR


def test_lengths_are_pixels_where_the_spacing_is_not_known(bench: Bench) -> None:
    bench.open("plain", BLUR)
    assert bench.rows == ["Gaussian blur · 2 px"]
    assert bench.child(QDoubleSpinBox, "field-sigma_mm").suffix() == " px"


def test_what_cannot_be_applied_is_told_in_the_form(bench: Bench) -> None:
    bench.open("colour", step(diffusion))
    processing.of(bench.workspace).processed_slice("colour", Plane.STACK, 0)
    bench.executor.settle()
    assert "this one is in colour" in bench.child(QLabel, "form-error").text()
    assert not bench.child(QPushButton, "process-apply").isEnabled()


def test_before_and_after(bench: Bench) -> None:
    bench.open("ct", BLUR)
    toggle = bench.child(QToolButton, "process-compare")
    toggle.click()
    assert not bench.workspace.document.state.view(0).show_processed
    bench.workspace.document.undo()
    assert not toggle.isChecked()
    assert bench.steps() == (BLUR,)


def test_all_slices_with_progress_and_cancel(bench: Bench) -> None:
    bench.open("ct", BLUR)
    apply, cancel = bench.child(QPushButton, "process-apply"), bench.child(QPushButton, "process-cancel")
    assert not cancel.isVisible()
    apply.click()
    assert cancel.isVisible()
    assert bench.child(QProgressBar, "process-progress").isVisible()
    assert [job.label for job in bench.workspace.scheduler.jobs()] == ["Processing: Gaussian blur"]
    cancel.click()
    bench.executor.settle()
    assert not cancel.isVisible()
    assert apply.isEnabled()
    apply.click()
    bench.executor.settle()
    assert apply.text() == "All slices processed"
    assert not apply.isEnabled()
    assert processing.of(bench.workspace).progress("ct").complete


def test_copy_as_command(bench: Bench) -> None:
    bench.open("ct", BLUR_3D)
    bench.panel.copy_command()
    command = QApplication.clipboard().text()
    assert command == "medviewer op filter.gaussian IN OUT --sigma-mm 4.0 --dimension volume"
    bench.open("ct", BLUR, NETWORK)
    bench.panel.copy_command()
    recipe = Recipe.from_json(shlex.split(QApplication.clipboard().text())[2])
    assert [s.op for s in recipe.steps] == ["filter.gaussian", "network.diffusion"]


def test_save_and_open_a_recipe(bench: Bench, tmp_path: Path) -> None:
    bench.open("ct", BLUR, replace(NETWORK, on=False))
    path = tmp_path / "smooth.json"
    bench.panel.save_recipe(path)
    assert recipes.read(path).name == "smooth"
    bench.open("plain")
    bench.panel.load_recipe(path)
    assert bench.steps("plain") == (BLUR, replace(NETWORK, on=False))
    bench.workspace.document.undo()
    assert bench.steps("plain") == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"hello", "not a recipe"),
        (b'{"schema_version": 9, "steps": []}', "newer version"),
        (b"[" * (2 << 20), "too large"),
        (None, "could not be read"),
    ],
)
def test_a_bad_recipe_file_is_told(bench: Bench, tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "bad.json"
    if content is not None:
        path.write_bytes(content)
    bench.open("ct", BLUR)
    bench.panel.load_recipe(path)
    assert sentence in bench.child(QLabel, "process-note").text()
    assert bench.steps() == (BLUR,)


def test_a_recipe_that_cannot_be_written_is_told(bench: Bench, tmp_path: Path) -> None:
    bench.open("ct", BLUR)
    bench.panel.save_recipe(tmp_path / "missing" / "r.json")
    assert "could not be written" in bench.child(QLabel, "process-note").text()


def test_a_step_of_a_missing_plug_in_is_listed_and_can_be_removed(bench: Bench) -> None:
    bench.open("ct", Step("plugin.lost", 1, {}), BLUR)
    assert bench.rows[0] == "plugin.lost"
    assert "no operation called plugin.lost" in bench.child(QLabel, "process-problem").text()
    bench.child(QToolButton, "process-delete").click()
    assert bench.steps() == (BLUR,)


def test_texts_follow_the_language(bench: Bench) -> None:
    bench.open("ct", BLUR)
    button = bench.child(QPushButton, "process-add")
    button.setText("?")
    QApplication.sendEvent(bench.panel, QEvent(QEvent.Type.LanguageChange))
    assert button.text() == "Add step"
    assert bench.child(QComboBox, "field-dimension").itemText(1) == "Whole volume"
