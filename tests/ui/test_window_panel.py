"""The window panel: numbers, presets, histogram, colours; every change one undo entry on the active pane."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QPushButton

from medviewer.core.image import Facts, SpacingSource
from medviewer.core.voi import Appearance, Voi, VoiLut, Window
from medviewer.document import edits
from medviewer.document.state import Plane
from medviewer.errors import MedviewerError
from medviewer.services.executors import ManualExecutor
from medviewer.services.workspace import Workspace
from medviewer.ui.panels.window import WindowPanel
from medviewer.ui.preset_bar import PresetBar
from medviewer.ui.theme import Theme
from tests.helpers.image_workspace import ImagePlan, make_workspace
from tests.helpers.phantoms import make_image

FACTS = Facts(modality="CT", spacing_source=SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)
PET = replace(FACTS, modality="PT")


class Bench:
    def __init__(self, folder: Path) -> None:
        colour = replace(make_image((1, 8, 8)), array=np.zeros((1, 8, 8, 3), np.uint8))
        self.executor = ManualExecutor()
        self.ct = make_image(facts=FACTS)
        self.workspace: Workspace = make_workspace(
            folder,
            self.executor,
            ct=self.ct,
            pet=make_image(facts=PET, unit="g/ml{SUVbw}", seed=2),
            colour=colour,
        )
        self.told: list[MedviewerError] = []
        self.workspace.told.connect(self.told.append)
        self.theme = Theme()
        self.panel = WindowPanel(self.workspace, self.theme)
        self.panel.resize(300, 640)
        self.panel.show()

    def open(self, key: str = "ct", pane: int = -1, plane: Plane = Plane.STACK, index: int = 2) -> None:
        self.workspace.show_series(key, pane, plane)
        self.executor.settle()
        number = self.workspace.document.state.layout.active if pane < 0 else pane
        self.workspace.document.apply(edits.SetIndex.of(number, index))
        self.look()

    def look(self) -> None:
        """Skip the time in which the hand rests; let the job run."""
        self.panel.refresh()
        self.executor.settle()

    def child(self, kind: type[Any], name: str) -> Any:
        found = self.panel.findChild(kind, name)
        assert found is not None, name
        return found

    def number(self, name: str) -> float:
        return float(self.child(QDoubleSpinBox, f"window-{name}").value())

    def press(self, name: str) -> None:
        QTest.mouseClick(self.child(QPushButton, f"window-{name}"), Qt.MouseButton.LeftButton)

    def type(self, name: str, text: str) -> None:
        box = self.child(QDoubleSpinBox, f"window-{name}")
        box.lineEdit().selectAll()
        QTest.keyClicks(box.lineEdit(), text)
        QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)

    @property
    def look_of(self) -> Appearance:
        layout = self.workspace.document.state.layout
        return layout.views[layout.active].appearance

    @property
    def bar(self) -> PresetBar:
        bar: PresetBar = self.panel.findChildren(PresetBar)[0]
        return bar

    @property
    def presets(self) -> list[str]:
        box = self.child(QComboBox, "window-preset")
        return [box.itemText(n) for n in range(1, box.count())]


@pytest.fixture
def bench(qapp: QApplication, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.panel.close()
    made.executor.settle()
    made.workspace.close()


def test_without_a_series_and_for_colour_it_says_what_to_do(bench: Bench) -> None:
    assert not bench.child(QPushButton, "window-auto").isVisible()
    bench.open("colour", index=0)
    assert not bench.child(QPushButton, "window-auto").isVisible()
    bench.open("ct")
    assert bench.child(QPushButton, "window-auto").isVisible()


def test_the_numbers_are_the_window_with_its_unit(bench: Bench) -> None:
    bench.open()
    bench.workspace.document.apply(edits.SetAppearance.of(0, Appearance(window=Window(40, 400))))
    assert [bench.number(n) for n in ("center", "width", "lower", "upper")] == [40, 400, -160, 240]
    assert bench.child(QDoubleSpinBox, "window-width").suffix() == " HU"


def test_typed_numbers_are_applied_exactly(bench: Bench) -> None:
    bench.open()
    bench.press("auto")
    bench.type("center", "-600.5")
    bench.type("width", "1500")
    window = bench.look_of.window
    assert window is not None
    assert (window.center, window.width) == (-600.5, 1500.0)
    bench.type("lower", "-1000")
    bench.type("upper", "3000")
    window = bench.look_of.window
    assert window is not None
    assert (window.lower, window.upper) == (-1000.0, 3000.0)
    # Far outside the values of the image: not limited to them.
    assert bench.number("upper") == 3000


def test_automatic_until_something_is_chosen(bench: Bench) -> None:
    bench.open()
    expected = np.percentile([bench.ct.modality_slice(k) for k in range(5)], (1, 99))  # of the whole stack
    assert bench.look_of.window is None
    np.testing.assert_allclose((bench.number("lower"), bench.number("upper")), expected, atol=0.2)
    # Scrolling on does not change an automatic window.
    bench.workspace.document.apply(edits.SetIndex.of(0, 4))
    bench.look()
    np.testing.assert_allclose((bench.number("lower"), bench.number("upper")), expected, atol=0.2)


def test_buttons_do_what_they_are_named(bench: Bench) -> None:
    bench.open()
    values = bench.ct.modality_slice(2)
    bench.press("full")
    window = bench.look_of.window
    assert window is not None
    assert (window.lower, window.upper) == (values.min(), values.max())
    bench.press("auto")
    window = bench.look_of.window
    assert window is not None
    np.testing.assert_allclose((window.lower, window.upper), np.percentile(values, (1, 99)), atol=1e-3)
    bench.press("file")
    assert bench.look_of.window is None
    for _ in range(3):
        bench.workspace.document.undo()
    assert bench.look_of.window is None
    assert bench.workspace.document.redo()


def test_the_histogram_is_of_the_visible_slice(bench: Bench) -> None:
    bench.open(index=1)
    shown = bench.panel._plot.histogram
    assert shown is not None
    assert shown.counts.sum() == 24 * 32
    values = bench.ct.modality_slice(1)
    assert shown.edges[0] <= values.min() < shown.edges[1]
    bench.workspace.document.apply(edits.SetIndex.of(0, 4))
    bench.look()
    after = bench.panel._plot.histogram
    assert after is not None
    values = bench.ct.modality_slice(4)
    assert after.edges[0] <= values.min() < after.edges[1]


def test_a_drag_over_the_histogram_is_one_undo_entry(bench: Bench) -> None:
    bench.open()
    bench.press("full")
    region = bench.panel._plot._region
    for lower in (-450.0, -430.0, -400.0):
        region.lines[0].setPos(lower)
    region.sigRegionChangeFinished.emit(region)
    window = bench.look_of.window
    assert window is not None
    top = bench.ct.modality_slice(2).max()
    assert (window.lower, window.upper) == pytest.approx((-400.0, top))
    assert (bench.number("lower"), bench.number("upper")) == pytest.approx((-400.0, top))
    bench.workspace.document.undo()
    window = bench.look_of.window
    assert window is not None
    assert window.lower == bench.ct.modality_slice(2).min()


def test_presets_are_those_of_the_modality_and_mark_the_window(bench: Bench) -> None:
    bench.open()
    box = bench.child(QComboBox, "window-preset")
    assert bench.presets[0] == "1  Brain"
    box.setCurrentIndex(7)
    box.activated.emit(7)
    assert bench.look_of.window == Window(-600, 1500, name="Lung")
    assert box.currentText() == "7  Lung"
    bench.type("width", "1400")
    assert box.currentIndex() == 0
    bench.open("pet")
    assert bench.presets[0] == "1  SUV 0–7"
    box.activated.emit(1)
    assert bench.look_of.colour_map == "inverse grey"
    window = bench.look_of.window
    assert window is not None
    assert (window.lower, window.upper) == (0, 7)


def test_presets_are_saved_renamed_changed_and_deleted(bench: Bench) -> None:
    bench.open()
    bench.workspace.document.apply(edits.SetAppearance.of(0, Appearance(window=Window(65, 130))))
    bench.bar.begin_add()
    bench.child(QLineEdit, "window-preset-name").setText("Posterior fossa")
    bench.child(QComboBox, "window-preset-key").setCurrentIndex(1)
    QTest.keyClick(bench.child(QLineEdit, "window-preset-name"), Qt.Key.Key_Return)
    # The key moves from Brain to the new one.
    assert "1  Posterior fossa" in bench.presets
    assert "Brain" in bench.presets
    assert bench.child(QComboBox, "window-preset").currentText() == "1  Posterior fossa"
    stored = bench.workspace.settings.presets.windows["CT"]
    assert [(p.name, p.center, p.width, p.key) for p in stored if p.key == 1] == [("Posterior fossa", 65, 130, 1)]
    bench.bar.begin_rename()
    bench.child(QLineEdit, "window-preset-name").setText("Fossa")
    bench.press("preset-save")
    assert "1  Fossa" in bench.presets
    bench.type("width", "140")
    bench.bar.enable_actions()
    assert bench.bar.actions_by_name["update"].isEnabled()
    bench.bar.update_chosen()
    assert [p.width for p in bench.workspace.settings.presets.windows["CT"] if p.name == "Fossa"] == [140]
    bench.bar.delete_chosen()
    assert not any("Fossa" in name for name in bench.presets)
    bench.bar.reset()
    assert bench.presets[0] == "1  Brain"
    assert "CT" not in bench.workspace.settings.presets.windows


def test_pet_presets_keep_their_unit_and_colours(bench: Bench) -> None:
    bench.open("pet")
    look = Appearance(window=Window.between(0, 12), colour_map="hot-iron")
    bench.workspace.document.apply(edits.SetAppearance.of(0, look))
    bench.bar.begin_add()
    bench.child(QLineEdit, "window-preset-name").setText("Hot spots")
    bench.bar.finish_name()
    stored = bench.workspace.settings.presets.windows["PT"][-1]
    assert (stored.unit, stored.colour_map, stored.function) == ("g/ml{SUVbw}", "hot-iron", "LINEAR_EXACT")
    assert [p.name for p in bench.panel._bar._store.in_force("PT", "BQML")] == []


def test_presets_travel_as_a_file(bench: Bench, tmp_path: Path) -> None:
    bench.open()
    path = tmp_path / "presets.json"
    bench.bar.export_file(path)
    content = json.loads(path.read_bytes())
    content["presets"]["CT"] = content["presets"]["CT"][:2]
    path.write_text(json.dumps(content))
    bench.bar.import_file(path)
    assert bench.presets == ["1  Brain", "2  Subdural"]
    assert not bench.told
    path.write_text("{}")
    bench.bar.import_file(path)
    bench.bar.import_file(tmp_path / "missing.json")
    bench.bar.export_file(tmp_path / "no such folder" / "presets.json")
    assert len(bench.told) == 3
    assert bench.presets == ["1  Brain", "2  Subdural"]


def test_windows_of_the_file_are_listed_by_their_names(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = Voi((Window(-600, 1600, name="LUNG"), Window(45, 380), Window(1, 0)))
    monkeypatch.setattr(ImagePlan, "voi", lambda _plan, _k: offered)
    bench.open()
    box = bench.child(QComboBox, "window-preset")
    assert bench.presets[10:] == ["File: LUNG", "File: 380 / 45"]
    assert box.currentText() == "File: LUNG"  # the file's default is in force
    assert bench.number("width") == 1600
    box.activated.emit(12)
    assert bench.look_of.window == Window(45, 380)
    bench.bar.enable_actions()
    assert not bench.bar.actions_by_name["delete"].isEnabled()
    bench.press("file")
    assert box.currentText() == "File: LUNG"


def test_a_table_of_the_file_gives_way_to_what_is_typed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    lut = VoiLut(-1000, np.arange(1200, dtype=np.uint16), 11)
    monkeypatch.setattr(ImagePlan, "voi", lambda _plan, _k: Voi(luts=(lut,)))
    bench.open()
    assert bench.look_of.window is None
    assert (bench.number("center"), bench.number("width")) == (-400, 1200)
    bench.type("width", "500")
    assert bench.look_of.window == Window(-400, 500)


def test_what_was_not_typed_keeps_its_precision(bench: Bench) -> None:
    bench.open()
    precise = Window(40.123456, 400.654321)
    bench.workspace.document.apply(edits.SetAppearance.of(0, Appearance(window=precise)))
    bench.type("center", "50")
    assert bench.look_of.window == Window(50.0, 400.654321)
    bench.type("lower", "-200")
    window = bench.look_of.window
    assert window is not None
    assert window.upper == pytest.approx(50 + 400.654321 / 2)


def test_colour_map_and_inversion(bench: Bench) -> None:
    bench.open()
    box = bench.child(QComboBox, "window-colour-map")
    box.activated.emit(box.findData("viridis"))
    check = bench.child(QCheckBox, "window-invert")
    QTest.mouseClick(check, Qt.MouseButton.LeftButton, pos=check.rect().center() - check.rect().center() / 2)
    check.click() if not bench.look_of.invert else None
    assert (bench.look_of.colour_map, bench.look_of.invert) == ("viridis", True)
    bench.workspace.document.undo()
    assert not bench.look_of.invert
    assert not check.isChecked()


def test_planes_of_one_volume_change_together(bench: Bench) -> None:
    bench.open()
    bench.workspace.document.apply(edits.mpr_layout("ct"))
    bench.executor.settle()
    for pane in range(3):
        bench.workspace.document.apply(edits.SetIndex.of(pane, 1))
    bench.press("full")
    views = bench.workspace.document.state.layout.views[:3]
    assert views[0].appearance.window is not None
    assert views[0].appearance == views[1].appearance == views[2].appearance


def test_the_active_pane_counts(bench: Bench) -> None:
    bench.open()
    bench.workspace.document.apply(edits.SetLayout(1, 2))
    bench.workspace.document.apply(edits.SetActive(1))
    assert not bench.child(QPushButton, "window-auto").isVisible()
    bench.open("pet", pane=1)
    bench.press("full")
    views = bench.workspace.document.state.layout.views
    assert views[1].appearance.window is not None
    assert views[0].appearance.window is None


def test_language_and_theme_may_change(bench: Bench) -> None:
    bench.open()
    bench.press("full")
    bench.theme.use("light")
    QApplication.sendEvent(bench.panel, QEvent(QEvent.Type.LanguageChange))
    assert bench.child(QPushButton, "window-full").text() == "Full range"
    assert len(bench.presets) == 10
    assert bench.look_of.window is not None
