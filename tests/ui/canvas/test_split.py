"""The line between original and processed image: each side is what it says, one drag is one undo entry."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from medviewer.core.labels import Label
from medviewer.document import edits
from medviewer.document.state import Plane, Step
from medviewer.ops import registry
from medviewer.ops.params import to_json
from medviewer.services.label_values import Preview
from medviewer.ui.canvas import frame as frames
from medviewer.ui.canvas.split import EDGE_PX, HANDLE_Y
from tests.helpers import mouse
from tests.ui.canvas.conftest import Bench, axial_stack


def add(bench: Bench, operation_id: str, **params: object) -> None:
    operation = registry.get(operation_id)
    step = Step(operation.id, operation.version, to_json(operation.defaults()) | params)
    bench.document.apply(edits.add_step(bench.document.state, "ct", step))


@pytest.fixture
def shown(bench: Bench) -> Bench:
    """A stack with an edge, blurred, and the line in the middle of the only pane."""
    series = axial_stack()
    series.array[:, 20:40, 10:40] = 0
    bench.show(series)
    add(bench, "filter.gaussian", sigma_mm=4.0)
    bench.canvas.set_overlay(bench.canvas.overlay_level.OFF)
    bench.canvas.toggle_split()
    return bench


def pixels(bench: Bench) -> np.ndarray:
    """What is on screen, RGB32."""
    picture = bench.canvas.active_pane().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(picture.constBits(), np.uint32).reshape(picture.height(), -1)
    return rows[:, : picture.width()].copy()


@pytest.mark.parametrize("look", [{}, {"zoom": 2.5, "pan_px": (4.0, -3.0)}, {"rotation_deg": 90, "flip_h": True}])
@pytest.mark.parametrize("plane", [Plane.STACK, Plane.CORONAL])
def test_left_is_the_original_and_right_the_result(shown: Bench, plane: Plane, look: dict) -> None:
    pane = shown.canvas.active_pane()
    shown.document.apply(edits.SetPlane(0, plane))
    shown.document.apply(edits.SetView(0, split=0.4, **look))
    both = pixels(shown)
    shown.document.apply(edits.SetView(0, split=0.0))
    after = pixels(shown)
    shown.document.apply(edits.SetView(0, show_processed=False))
    before = pixels(shown)
    assert not np.array_equal(before, after)
    x = round(0.4 * pane.width())
    rows = slice(int(HANDLE_Y) + 40, -20)  # below the words
    assert np.array_equal(both[rows, 3 : x - 3], before[rows, 3 : x - 3])
    assert np.array_equal(both[rows, x + 4 : -14], after[rows, x + 4 : -14])


def test_a_drag_is_one_entry_and_renders_nothing_anew(shown: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    pane = shown.canvas.active_pane()
    known, entries = pane.frame, len(shown.document.history.undo_entries)
    monkeypatch.setattr(frames.display, "render", lambda *_: pytest.fail("rendered"))
    monkeypatch.setattr(frames.display, "colour", lambda *_: pytest.fail("coloured"))
    x = pane.split_x
    mouse.drag(pane, [(x, HANDLE_Y), (x + 60, 200), (x - 90, 200)], steps=8)
    assert pane.frame is known
    assert pane.view.split == pytest.approx(0.5 - 90 / pane.width(), abs=0.01)
    assert len(shown.document.history.undo_entries) == entries + 1
    shown.document.undo()
    assert pane.view.split == 0.5


def test_the_line_can_be_taken_anywhere_but_a_brush_leaves_only_the_handle(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    mouse.drag(pane, [(pane.split_x, 300), (pane.split_x + 40, 300)])
    assert pane.view.split > 0.55
    window = pane.view.appearance.window
    assert window is None  # the line was dragged, not the window
    shown.canvas.set_tool("brush")
    split = pane.view.split
    mouse.drag(pane, [(pane.split_x, 300), (pane.split_x + 40, 300)])
    assert pane.view.split == split
    mouse.drag(pane, [(pane.split_x, HANDLE_Y), (pane.split_x - 80, HANDLE_Y)])
    assert pane.view.split < split


def test_double_click_on_the_handle_puts_it_to_the_middle(shown: Bench) -> None:
    shown.document.apply(edits.SetView(0, split=0.8))
    pane = shown.canvas.active_pane()
    mouse.double_click(pane, (pane.split_x, HANDLE_Y))
    assert pane.view.split == 0.5


def test_esc_puts_a_drag_back(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    mouse.press(pane, (pane.split_x, HANDLE_Y))
    for x in (150, 120, 100):
        mouse.move(pane, (x, HANDLE_Y), mouse.LEFT)
    assert pane.view.split < 0.4
    assert shown.canvas.cancel()
    assert pane.view.split == 0.5


@pytest.mark.parametrize(("end", "processed"), [(EDGE_PX / 2, True), (None, False)])
def test_at_an_edge_the_line_goes_and_what_it_uncovered_stays(
    shown: Bench, end: float | None, processed: bool
) -> None:
    pane = shown.canvas.active_pane()
    x = pane.width() - 3 if end is None else end
    entries = len(shown.document.history.undo_entries)
    mouse.drag(pane, [(pane.split_x, HANDLE_Y), (x, HANDLE_Y)])
    assert pane.view.split == 0.0
    assert pane.split_x is None
    assert pane.view.show_processed is processed
    assert (pane.frame.request.processed is not None) is processed
    assert len(shown.document.history.undo_entries) == entries + 1
    shown.canvas.toggle_split()
    assert pane.split_x == pane.width() / 2
    shown.canvas.toggle_split()
    assert pane.split_x is None
    assert pane.view.show_processed is True


def test_masks_lie_on_the_processed_side_only(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    bare = pixels(shown)
    whole = Preview(lambda _p, _k: np.ones((64, 48), np.uint8), (Label(1, "everything"),), opacity=1.0)
    shown.canvas.labels.set_preview("ct", whole)
    differs = pixels(shown) != bare
    x = round(pane.split_x)
    assert not differs[:, : x - 2].any()
    assert differs[100:-100, x + 4 : x + 40].all()


def test_the_probe_says_its_side_and_the_mask(shown: Bench) -> None:
    told: list[object] = []
    shown.canvas.probed.connect(told.append)
    whole = Preview(lambda _p, _k: np.ones((64, 48), np.uint8), (Label(1, "lung left"),))
    shown.canvas.labels.set_preview("ct", whole)
    pane = shown.canvas.active_pane()
    pane.grab()
    at = pane.frame.viewport.to_screen(24.0, 20.0)  # on the edge: blurred to something else
    for split in (0.9, 0.1):
        shown.document.apply(edits.SetView(0, split=split))
        mouse.move(pane, at)
    before, after = told[-2:]
    original = int(pane.frame.pixels.modality()[20, 24])
    blurred = int(pane.frame.shown.modality()[20, 24])
    assert original == -1024
    assert blurred > -900
    assert before.modality == "before −1024 HU"
    assert before.mask == ""
    assert after.modality.startswith("after ")
    assert after.modality.endswith("(before −1024 HU)")
    assert abs(int(after.modality.split()[1].replace("−", "-")) - blurred) <= 1
    assert after.mask == "mask: lung left"
    shown.document.apply(edits.SetView(0, split=0.0))
    mouse.move(pane, (at[0] + 1, at[1]))
    assert told[-1].modality.startswith("processed ")
    assert "original −1024 HU" in told[-1].modality


def test_a_window_drag_colours_both_sides(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    before = pane.frame.original.copy()
    shown.canvas.auto_window()
    assert not np.array_equal(pane.frame.original, before)
    shown.document.apply(edits.SetView(0, split=0.3))
    grey = pane.frame.original & 255
    shown.canvas.invert()
    inverted = pane.frame.original & 255
    x, y = (round(v) for v in pane.frame.viewport.to_screen(24.0, 30.0))
    inside = np.s_[y - 20 : y + 20, x - 20 : x + 20]
    assert np.array_equal(inverted[inside], 255 - grey[inside])


def test_without_a_recipe_there_is_no_line(bench: Bench) -> None:
    bench.show(axial_stack())
    assert bench.canvas.why_not("toggle_split")
    bench.document.apply(edits.SetView(0, split=0.5))
    pane = bench.canvas.active_pane()
    assert pane.split_x is None
    mouse.move(pane, (200, 200))
    assert pane.cursor().shape() == Qt.CursorShape.ArrowCursor


@pytest.mark.parametrize(
    ("operation_id", "params"),
    [
        ("geometry.resample", {"in_plane_mm": 1.6, "smooth_first": False}),
        ("geometry.crop", {"box": [{"label": 1, "points_mm": [[-14.0, -20.0, 0.0], [4.0, 2.0, 30.0]]}]}),
    ],
)
def test_a_result_on_other_pixels_lies_where_it_belongs(bench: Bench, operation_id: str, params: dict) -> None:
    series = axial_stack()
    series.array[:] = 0
    series.array[:, 20:32, 14:26] = 2000
    bench.show(series)
    add(bench, operation_id, **params)
    assert bench.workspace.processing.process_all("ct") is not None
    bench.canvas.toggle_split()
    pane = bench.canvas.active_pane()
    assert pane.frame.shown.values.shape != pane.frame.pixels.values.shape
    white = [np.argwhere((picture & 255) > 128) for picture in (pane.frame.original, pane.frame.rgb32)]
    scale = pane.frame.viewport.scale
    for original, processed in zip(
        (w.min(axis=0) for w in white[:1]), (w.min(axis=0) for w in white[1:]), strict=True
    ):
        assert np.abs(original - processed).max() <= scale
    assert np.abs(white[0].max(axis=0) - white[1].max(axis=0)).max() <= scale


def test_the_planes_of_a_volume_get_their_lines_together(shown: Bench) -> None:
    shown.canvas.toggle_split()
    shown.canvas.set_mpr()
    shown.canvas.toggle_split()
    assert [shown.view(n).split for n in range(3)] == [0.5, 0.5, 0.5]
    shown.document.undo()
    assert [shown.view(n).split for n in range(3)] == [0.0, 0.0, 0.0]


def test_a_saved_picture_has_both_sides(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    picture = pane.picture(with_overlay=False).convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(picture.constBits(), np.uint32).reshape(picture.height(), picture.width())
    x = round(pane.split_x)
    assert np.array_equal(rows[:, :x], pane.frame.original[:, :x])
    assert np.array_equal(rows[:, x:], pane.frame.rgb32[:, x:])
    assert not np.array_equal(pane.frame.original, pane.frame.rgb32)


def test_while_the_result_is_computed_the_line_says_so(slow_bench: Bench) -> None:
    bench = slow_bench
    series = axial_stack()
    series.array[:, 20:40, 10:40] = 0
    bench.show(series)
    bench.executor.settle()
    add(bench, "filter.gaussian", sigma_mm=4.0)
    bench.document.apply(edits.SetView(0, split=0.5))
    pane = bench.canvas.active_pane()
    assert pane.frame.request.waits
    assert pane.split_x == pane.width() / 2
    waiting = pane.grab().toImage()
    bench.executor.settle()
    assert not pane.frame.request.waits
    assert pane.frame.original is not None
    assert pane.grab().toImage() != waiting
