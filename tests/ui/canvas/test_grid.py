"""The canvas follows the document; gestures end in edits."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from medviewer.core.display import Window
from medviewer.document import edits
from medviewer.document.state import Plane, View
from medviewer.errors import DataError
from tests.helpers import mouse
from tests.ui.canvas.conftest import Bench, axial_stack


def test_an_empty_pane_says_what_to_do(bench: Bench) -> None:
    notice = bench.canvas.active_pane().notice
    assert notice is not None
    assert "Drop a series here" in notice.title


def test_a_series_starts_on_its_middle_slice_and_shows_its_pixels(bench: Bench) -> None:
    bench.show(axial_stack())
    pane = bench.canvas.active_pane()
    assert bench.view().index == 10
    assert pane.notice is None
    frame = pane.frame
    assert frame is not None
    assert frame.index == 10
    # The stored value under the middle of the pane is the one that the array has there.
    x, y = frame.viewport.to_slice(200, 200)
    assert frame.pixels.values[round(y), round(x)] == 10000 + 10 * round(y) + round(x)
    assert bench.document.undo_text == "show series"


def test_opening_makes_one_undo_entry(bench: Bench) -> None:
    bench.show(axial_stack())
    bench.document.undo()
    assert bench.view().series_key == ""
    assert bench.document.undo_text == ""


def test_forty_notches_are_forty_slices_and_one_undo_entry(bench: Bench) -> None:
    bench.show(axial_stack(shape=(100, 16, 16)))
    bench.canvas.home()
    pane = bench.canvas.active_pane()
    for _ in range(40):
        mouse.wheel(pane, -120)
    assert bench.view().index == 40
    bench.document.undo()
    assert bench.view().index == 50


def test_a_fine_wheel_adds_up_to_notches(bench: Bench) -> None:
    bench.show(axial_stack(shape=(100, 16, 16)))
    pane = bench.canvas.active_pane()
    for _ in range(16):
        mouse.wheel(pane, -15)
    assert bench.view().index == 52
    for _ in range(7):
        mouse.wheel(pane, -15)
    assert bench.view().index == 52  # seven eighths of a notch wait
    mouse.wheel(pane, 15)  # turning round forgets them
    for _ in range(7):
        mouse.wheel(pane, 15)
    assert bench.view().index == 51


def test_scrolling_stops_at_the_ends(bench: Bench) -> None:
    bench.show(axial_stack())
    bench.canvas.end()
    bench.canvas.step(5)
    assert bench.view().index == 19
    bench.canvas.home()
    bench.canvas.step(-1)
    assert bench.view().index == 0


def test_ctrl_wheel_zooms_at_the_pointer(bench: Bench) -> None:
    bench.show(axial_stack())
    pane = bench.canvas.active_pane()
    before = pane.frame.viewport.to_slice(100, 150)
    mouse.wheel(pane, 120, (100, 150), mouse.CTRL)
    assert bench.view().zoom > 1.1
    assert pane.frame.viewport.to_slice(100, 150) == pytest.approx(before)
    assert bench.view().index == 10


def test_layouts_keep_what_was_shown(bench: Bench) -> None:
    bench.show(axial_stack("a"))
    bench.canvas.set_layout(2, 2)
    assert len(bench.canvas.panes()) == 4
    bench.show(axial_stack("b"), 3)
    bench.canvas.set_layout(1, 1)
    assert [p.number for p in bench.canvas.panes()] == [0]
    bench.canvas.set_layout(2, 2)
    QApplication.processEvents()
    assert bench.canvas.pane(3).frame is not None
    assert bench.canvas.pane(3).view.series_key == "b"


def test_double_click_shows_a_pane_alone_and_all_again(bench: Bench) -> None:
    bench.show(axial_stack())
    bench.canvas.set_layout(1, 2)
    pane = bench.canvas.pane(1)
    mouse.double_click(pane, (50, 50))
    assert [p.number for p in bench.canvas.panes()] == [1]
    QApplication.processEvents()
    assert pane.width() == bench.canvas.width()
    mouse.double_click(pane, (50, 50))
    assert [p.number for p in bench.canvas.panes()] == [0, 1]


def test_clicking_a_pane_makes_it_active(bench: Bench) -> None:
    bench.canvas.set_layout(1, 2)
    mouse.click(bench.canvas.pane(1), (20, 20))
    assert bench.document.state.layout.active == 1
    assert bench.canvas.active_pane() is bench.canvas.pane(1)


def test_mpr_shows_three_planes_that_cut_the_same_voxels(bench: Bench) -> None:
    source = axial_stack(shape=(20, 64, 48))
    bench.show(source)
    bench.canvas.set_mpr()
    QApplication.processEvents()
    planes = [p.view.plane for p in bench.canvas.panes()]
    assert planes == [Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL]
    counts = [p.slice_count for p in bench.canvas.panes()]
    assert counts == [20, 64, 48]
    coronal = bench.canvas.pane(1).frame
    assert coronal is not None
    # Coronal: head on top (the last slice), patient's right on the left; every voxel of row 32 of each slice.
    assert np.array_equal(coronal.pixels.values, source.array[::-1, 32, :])
    assert coronal.index == 32


def test_a_series_that_cannot_be_reconstructed_says_why(bench: Bench) -> None:
    bench.show(axial_stack(shape=(2, 16, 16)))
    reason = bench.canvas.why_not("set_mpr")
    assert "three slices" in reason
    bench.document.apply(edits.SetPlane(0, Plane.CORONAL))
    notice = bench.canvas.active_pane().notice
    assert notice is not None
    assert notice.bad
    assert "three slices" in notice.detail


def test_a_broken_slice_says_so_and_costs_only_itself(bench: Bench) -> None:
    bench.show(axial_stack(broken=(11,)))
    pane = bench.canvas.active_pane()
    assert pane.notice is None
    bench.canvas.step(1)
    assert pane.notice is not None
    assert pane.notice.bad
    assert "The file ends before its pixels do." in pane.notice.detail
    bench.canvas.step(1)
    assert pane.notice is None
    assert pane.frame.index == 12


def test_a_series_that_is_gone_says_so(bench: Bench) -> None:
    bench.document.apply(edits.ShowSeries(0, "no-such-key"))
    notice = bench.canvas.active_pane().notice
    assert notice is not None
    assert notice.bad
    assert "no longer in the list" in notice.detail


def test_while_loading_words_and_progress_and_then_the_slice(slow_bench: Bench) -> None:
    bench = slow_bench
    bench.catalog.add(axial_stack(shape=(200, 16, 16)))
    bench.canvas.show_series(1)
    pane = bench.canvas.active_pane()
    assert pane.notice is not None
    assert "Opening" in pane.notice.title
    bench.executor.run_next("io")  # headers and the middle slice
    bench.executor.deliver()
    bench.executor.settle()
    assert pane.notice is None
    assert pane.frame.index == 100


def test_a_slice_that_is_not_there_yet_never_shows_another_ones_number(slow_bench: Bench) -> None:
    bench = slow_bench
    bench.catalog.add(axial_stack(shape=(200, 16, 16)))
    bench.canvas.show_series(1)
    bench.executor.run_next("io")
    bench.executor.deliver()
    pane = bench.canvas.active_pane()
    assert pane.frame is not None
    assert pane.frame.index == 100
    bench.canvas.home()
    if not pane.source.loaded.ready[0]:
        assert pane.notice is not None
        assert pane.notice.fraction is not None
        assert pane.frame.index == 100  # the old picture, darkened, with its own number
    bench.executor.settle()
    assert pane.notice is None
    assert pane.frame.index == 0


def test_slow_frames_go_to_the_view_lane_and_the_latest_wins(slow_bench: Bench) -> None:
    bench = slow_bench
    bench.catalog.add(axial_stack(shape=(50, 16, 16)))
    bench.canvas.show_series(1)
    bench.executor.settle()
    pane = bench.canvas.active_pane()
    bench.canvas.cost.LIMIT_S = -1.0  # every frame counts as slow now
    for _ in range(5):
        bench.canvas.step(1)
    assert bench.view().index == 30
    assert pane.frame.index == 25
    shown = []
    pane.on_frame = lambda frame: shown.append(frame.index)
    bench.executor.settle()
    assert shown == [30]


def test_slices_that_come_in_do_not_render_the_one_on_screen_again(slow_bench: Bench) -> None:
    bench = slow_bench
    bench.catalog.add(axial_stack(shape=(200, 16, 16)))
    bench.canvas.show_series(1)
    bench.executor.run_next("io")
    bench.executor.deliver()
    pane = bench.canvas.active_pane()
    shown = []
    pane.on_frame = lambda frame: shown.append(frame.index)
    changed = bench.workspace.loaded("ct").changed
    changed.emit(range(90, 120))
    assert shown == []
    bench.canvas.home()  # not there yet: it is waited for
    changed.emit(range(90, 120))
    bench.executor.settle()
    assert shown == [0]
    assert pane.frame.rgb32[200, 200] == 0xFF000000 | 0x010101 * (pane.frame.rgb32[200, 200] & 255)


def test_a_window_drag_samples_once_and_shows_what_a_fresh_frame_shows(bench: Bench) -> None:
    bench.show(axial_stack())
    pane = bench.canvas.active_pane()
    bench.canvas.set_window(Window(9000, 3000))
    for center in (9100, 9500, 12_000):
        bench.canvas.set_window(Window(center, 3000))
    kept = pane.frame.sampling.resampled
    assert kept is not None
    bench.canvas.set_window(Window(11_000, 4000))
    assert pane.frame.sampling.resampled is kept
    dragged = pane.frame.rgb32.copy()
    pane.refresh()
    assert pane.frame.sampling.resampled is None
    assert np.array_equal(pane.frame.rgb32, dragged)
    # Whatever moves the picture samples anew.
    for move in (
        lambda: bench.canvas.step(1),
        lambda: pane.zoom_at(100, 100, 1.5),
        bench.canvas.toggle_interpolation,
    ):
        bench.canvas.set_window(Window(11_100, 4000))
        bench.canvas.set_window(Window(11_200, 4000))
        move()
        moved = pane.frame.rgb32.copy()
        pane.refresh()
        assert np.array_equal(pane.frame.rgb32, moved)


def test_dropping_a_series_shows_it_there(bench: Bench) -> None:
    bench.catalog.add(axial_stack("a"))
    bench.catalog.add(axial_stack("b"))
    bench.canvas.set_layout(1, 2)
    mime = QMimeData()
    mime.setData("application/x-medviewer-series", b"2")
    event = QDropEvent(
        QPointF(20, 20),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    bench.canvas.pane(1).dropEvent(event)
    assert bench.view(1).series_key == "b"
    assert bench.document.state.layout.active == 1
    mime.setData("application/x-medviewer-series", b"x; DROP TABLE")
    bench.canvas.pane(0).dropEvent(event)
    assert bench.view(0).series_key == ""


def test_dropping_a_pane_on_another_swaps_them(bench: Bench) -> None:
    bench.show(axial_stack("a"))
    bench.canvas.set_layout(1, 2)
    bench.canvas.drop_pane(1, 0)
    assert bench.view(0) == View()
    assert bench.view(1).series_key == "a"
    bench.document.undo()
    assert bench.view(0).series_key == "a"


def test_a_pane_with_nothing_gives_reasons_for_everything(bench: Bench) -> None:
    for command in ("toggle_cine", "set_mpr", "distance", "invert", "copy_image", "flip_h"):
        assert bench.canvas.why_not(command)
    assert bench.canvas.why_not("set_layout") == ""
    bench.show(axial_stack())
    for command in ("toggle_cine", "set_mpr", "distance", "invert", "copy_image", "flip_h"):
        assert bench.canvas.why_not(command) == "", command


def test_a_series_that_the_list_does_not_hold_is_refused(bench: Bench) -> None:
    with pytest.raises(DataError):
        bench.canvas.show_series(99)
