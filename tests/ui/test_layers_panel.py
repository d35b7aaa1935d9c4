"""The panel Masks over a real workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QDoubleSpinBox, QPushButton, QSlider, QToolButton, QTreeWidget

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.core.tiles import Box
from medviewer.document import edits, titles
from medviewer.document.state import Plane
from medviewer.errors import MedviewerError
from medviewer.services.executors import InlineExecutor
from medviewer.services.workspace import Workspace
from medviewer.ui.panels.layers import AMOUNT, NAME, LayersPanel
from medviewer.ui.theme import Theme
from tests.helpers import mouse
from tests.helpers.image_workspace import make_workspace

MM = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    array = np.zeros((12, 60, 50), np.int16)
    geometry = Geometry(array.shape, spacing_xyz_mm=(1.0, 1.0, 2.0))
    ct = Image(array, geometry, Rescale((1.0,), (-1000.0,)), "HU", facts=MM)
    photo = Image(np.zeros((1, 60, 70, 3), np.uint8), Geometry((1, 60, 70)), facts=Facts("XC"))
    made = make_workspace(tmp_path, InlineExecutor(), ct=ct, photo=photo)
    yield made
    made.close()


@pytest.fixture
def panel(qapp: QApplication, workspace: Workspace) -> Iterator[LayersPanel]:
    made = LayersPanel(workspace, Theme("dark"))
    made.resize(360, 600)
    made.show()
    QApplication.processEvents()
    yield made
    made.close()
    made.deleteLater()


def put(panel: LayersPanel, box: Box, value: int = 1) -> str:
    labels = panel._labels
    layer = labels.active("ct") or labels.layer(labels.add("ct"))
    tiles = layer.tiles.with_box(box, np.full(box.shape_zyx, value, np.uint8))
    panel._workspace.document.apply(edits.PaintTiles(layer.id, tiles))
    panel._show_amounts()
    return layer.id


def tree(panel: LayersPanel) -> QTreeWidget:
    return panel.findChild(QTreeWidget, "layers-tree")


def rows(panel: LayersPanel) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (top.text(NAME), [(top.child(n).text(NAME), top.child(n).text(AMOUNT)) for n in range(top.childCount())])
        for top in panel._tops()
    ]


def button(panel: LayersPanel, name: str) -> QToolButton:
    return panel.findChild(QToolButton, f"layers-{name}")


def test_words_and_a_button_where_there_is_nothing(panel: LayersPanel, workspace: Workspace) -> None:
    first = panel.findChild(QPushButton, "layers-first")
    assert "Open a series" in panel._hint.text()
    assert not first.isEnabled()
    assert not panel._brush.isEnabled()
    workspace.show_series("ct")
    assert "brush (B)" in panel._hint.text()
    assert first.isVisible()
    assert first.isEnabled()
    first.click()
    assert rows(panel) == [("Mask 1", [("Label 1", "empty")])]
    assert not first.isVisible()
    workspace.document.undo()
    assert first.isVisible()


def test_sizes_in_millilitres_follow_the_strokes(panel: LayersPanel, workspace: Workspace) -> None:
    workspace.show_series("ct")
    put(panel, Box(2, 10, 10, 7, 20, 30))
    assert rows(panel) == [("Mask 1", [("Label 1", "2.00 ml")])]  # 5 · 10 · 20 voxels of 2 mm³
    put(panel, Box(2, 10, 10, 7, 20, 20), 0)
    assert rows(panel) == [("Mask 1", [("Label 1", "1.00 ml")])]


def test_pixels_where_nothing_has_a_size(panel: LayersPanel, workspace: Workspace) -> None:
    workspace.show_series("photo")
    labels = panel._labels
    layer = labels.layer(labels.add("photo"))
    tiles = layer.tiles.with_box(Box(0, 0, 0, 1, 50, 60), np.ones((1, 50, 60), np.uint8))
    workspace.document.apply(edits.PaintTiles(layer.id, tiles))
    panel._show_amounts()
    assert rows(panel)[0][1] == [("Label 1", "3,000 px")]
    assert panel.findChild(QDoubleSpinBox, "brush-size").suffix() == " px"
    assert not panel.findChild(QCheckBox, "brush-limited").isEnabled()
    assert not panel.findChild(QCheckBox, "brush-ball").isEnabled()


def test_names_are_typed_and_undone(panel: LayersPanel, workspace: Workspace) -> None:
    workspace.show_series("ct")
    put(panel, Box(2, 10, 10, 7, 20, 30))
    panel._tops()[0].setText(NAME, "  Lungs ")
    panel._tops()[0].child(0).setText(NAME, "right")
    QApplication.processEvents()
    assert rows(panel) == [("Lungs", [("right", "2.00 ml")])]
    layer = panel._labels.active("ct")
    assert (layer.name, layer.labels[0].name) == ("Lungs", "right")
    workspace.document.undo()
    workspace.document.undo()
    assert rows(panel)[0][0] == "Mask 1"


def test_labels_are_added_chosen_and_deleted(panel: LayersPanel, workspace: Workspace) -> None:
    workspace.show_series("ct")
    layer_id = put(panel, Box(2, 10, 10, 7, 20, 30))
    button(panel, "add-label").click()
    assert [name for name, _ in rows(panel)[0][1]] == ["Label 1", "Label 2"]
    assert panel._labels.layer(layer_id).active_label == 2
    assert tree(panel).currentItem().text(NAME) == "Label 2"
    tree(panel).setCurrentItem(panel._tops()[0].child(0))
    assert panel._labels.layer(layer_id).active_label == 1
    button(panel, "delete").click()
    assert rows(panel)[0][1] == [("Label 2", "empty")]
    assert workspace.document.undo_text == titles.REMOVE_LABEL
    button(panel, "delete").click()  # the last label: the mask
    assert rows(panel) == []
    workspace.document.undo()
    workspace.document.undo()
    assert rows(panel)[0][1] == [("Label 1", "2.00 ml"), ("Label 2", "empty")]


def test_eye_lock_outline_and_opacity(panel: LayersPanel, workspace: Workspace) -> None:
    workspace.show_series("ct")
    layer_id = put(panel, Box(2, 10, 10, 7, 20, 30))
    for name, field in (("visible", "visible"), ("lock", "locked"), ("outline", "outline_only")):
        before = getattr(panel._labels.layer(layer_id), field)
        button(panel, name).click()
        assert getattr(panel._labels.layer(layer_id), field) is not before
        assert button(panel, name).isChecked() is not before
        workspace.document.undo()
        assert button(panel, name).isChecked() is before
    slider = panel.findChild(QSlider, "layers-opacity")
    for value in (50, 60, 70):
        slider.setValue(value)
    assert panel._labels.layer(layer_id).opacity == 0.7
    assert workspace.document.undo_text == titles.LAYER_LOOK
    workspace.document.undo()
    assert panel._labels.layer(layer_id).opacity == 0.35  # the slider's way is one entry
    assert slider.value() == 35


def test_a_click_on_the_eye_hides_the_mask(panel: LayersPanel, workspace: Workspace) -> None:
    workspace.show_series("ct")
    layer_id = put(panel, Box(2, 10, 10, 7, 20, 30))
    QApplication.processEvents()
    rect = tree(panel).visualItemRect(panel._tops()[0])
    mouse.click(tree(panel).viewport(), (rect.left() + 6.0, float(rect.center().y())))
    assert not panel._labels.layer(layer_id).visible


def test_colours(panel: LayersPanel, workspace: Workspace) -> None:
    workspace.show_series("ct")
    layer_id = put(panel, Box(2, 10, 10, 7, 20, 30))
    panel.set_colour(layer_id, 1, "#123456")
    assert panel.colour_of(panel._labels.layer(layer_id).labels[0]).name() == "#123456"
    assert workspace.document.undo_text == titles.CHANGE_LABELS


def test_go_to_the_largest_slice(panel: LayersPanel, workspace: Workspace) -> None:
    workspace.show_series("ct")
    put(panel, Box(2, 10, 10, 5, 20, 30))
    put(panel, Box(8, 5, 5, 9, 40, 40))
    workspace.document.apply(edits.SetIndex.of(0, 0))
    button(panel, "largest").click()
    assert workspace.document.state.view(0).index == 8
    workspace.document.apply(edits.SetPlane(0, Plane.CORONAL, 0))
    button(panel, "largest").click()
    assert 10 <= workspace.document.state.view(0).index < 20


def test_interpolate_and_clear(panel: LayersPanel, workspace: Workspace) -> None:
    told: list[MedviewerError] = []
    workspace.told.connect(told.append)
    workspace.show_series("ct")
    put(panel, Box(2, 10, 10, 3, 30, 30))
    button(panel, "interpolate").click()
    assert "nothing to interpolate" in str(told[-1])
    layer_id = put(panel, Box(8, 10, 10, 9, 30, 30))
    button(panel, "interpolate").click()
    assert panel._labels.counts(layer_id) == {1: 7 * 400}
    button(panel, "clear").click()
    assert panel._labels.counts(layer_id) == {}
    assert workspace.document.undo_text == titles.CLEAR_LABEL


def test_brush_fields_and_brush_are_one(panel: LayersPanel, workspace: Workspace) -> None:
    workspace.show_series("ct")
    labels = panel._labels
    size, slider = panel.findChild(QDoubleSpinBox, "brush-size"), panel.findChild(QSlider, "brush-slider")
    low, high = panel.findChild(QDoubleSpinBox, "brush-low"), panel.findChild(QDoubleSpinBox, "brush-high")
    limited = panel.findChild(QCheckBox, "brush-limited")
    size.setValue(25.0)
    assert labels.brush.diameter == 25
    slider.setValue(slider.maximum())
    assert labels.brush.diameter == 200
    labels.set_brush(diameter=5.0)
    assert size.value() == 5
    assert size.suffix() == " mm"
    assert low.suffix() == " HU"
    assert not low.isEnabled()
    limited.setChecked(True)
    assert low.isEnabled()
    assert (low.value(), high.value()) == pytest.approx(labels.value_range("ct"), abs=1)
    low.setValue(300)
    assert (labels.brush.low, labels.brush.high) == (300, 300)  # never the wrong way round
    high.setValue(-500)
    assert (labels.brush.low, labels.brush.high) == (-500, -500)
    panel.findChild(QCheckBox, "brush-ball").setChecked(True)
    assert labels.brush.ball


def test_the_list_is_that_of_the_active_pane(panel: LayersPanel, workspace: Workspace) -> None:
    workspace.show_series("ct")
    put(panel, Box(2, 10, 10, 7, 20, 30))
    workspace.document.apply(edits.SetLayout(1, 2))
    workspace.show_series("photo", pane=1)
    workspace.document.apply(edits.SetActive(1))
    assert rows(panel) == []
    workspace.document.apply(edits.SetActive(0))
    assert len(rows(panel)) == 1


def test_every_button_has_a_name_and_all_fits_a_small_window(panel: LayersPanel, workspace: Workspace) -> None:
    workspace.show_series("ct")
    put(panel, Box(2, 10, 10, 7, 20, 30))
    for found in panel.findChildren(QToolButton):
        assert found.toolTip()
        assert found.accessibleName()
        assert not found.icon().isNull()
    hint = panel.minimumSizeHint()
    assert hint.width() <= 380
    assert hint.height() <= 400
    QApplication.sendEvent(panel, QEvent(QEvent.Type.LanguageChange))
    assert rows(panel)[0][0] == "Mask 1"
    assert tree(panel).editTriggers() & tree(panel).EditTrigger.EditKeyPressed
    assert tree(panel).focusPolicy() != Qt.FocusPolicy.NoFocus


def test_choosing_in_the_list_never_takes_its_items_away(panel: LayersPanel, workspace: Workspace) -> None:
    workspace.show_series("ct")
    first = put(panel, Box(2, 10, 10, 7, 20, 30))
    second = panel._labels.add("ct")
    tops = panel._tops()
    assert [top.text(NAME) for top in tops] == ["Mask 2", "Mask 1"]  # the upper one lies on top
    tree(panel).setCurrentItem(tops[1].child(0))
    assert panel._tops()[1] is tops[1]
    assert panel._labels.active("ct").id == first
    tree(panel).setCurrentItem(tops[0])
    assert panel._labels.active("ct").id == second
    button(panel, "delete").click()
    assert [layer.id for layer in panel._labels.layers("ct")] == [first]
