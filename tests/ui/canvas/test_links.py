"""Panes are tied by place in the patient and never by slice number."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, SpacingSource
from medviewer.document.state import Plane
from medviewer.ui.canvas import links
from tests.helpers import mouse
from tests.ui.canvas.conftest import HU, ArraySeries, Bench, axial_stack


def sagittal_stack(key: str = "sag", frame: str = "1.2.3") -> ArraySeries:
    """Nine sagittal slices, 4 mm apart, from the patient's right: rows run to the back, columns to the feet."""
    shape = (9, 40, 64)
    geometry = Geometry(shape, (-18.0, -30.0, 38.0), (0, 1, 0), (0, 0, -1), (-1.0, 0, 0), (0.8, 1.0, 4.0), frame)
    # axis_z is the normal (y × -z = -x): slices run to the right; start at the left instead.
    geometry = Geometry(shape, (14.0, -30.0, 38.0), (0, 1, 0), (0, 0, -1), (-1.0, 0, 0), (0.8, 1.0, 4.0), frame)
    return ArraySeries(key, np.zeros(shape, np.int16), geometry)


def test_linked_stacks_scroll_by_position(bench: Bench) -> None:
    bench.canvas.set_layout(1, 2)
    # 2 mm apart from z = 0, and 5 mm apart from z = -10.
    bench.show(axial_stack("thin", (20, 16, 16), (1, 1, 2.0)), 0)
    bench.show(axial_stack("thick", (12, 16, 16), (1, 1, 5.0), z0=-10.0), 1)
    bench.canvas.toggle_linked_scroll()
    bench.canvas.activate(0)
    bench.canvas.scroll_to(0, 13)  # z = 26 mm
    # -10 + 5 k = 26: k = 7.2.
    assert bench.view(1).index == 7
    bench.canvas.scroll_to(0, 0)  # z = 0 mm
    assert bench.view(1).index == 2
    bench.canvas.scroll_to(1, 3)  # z = 5 mm
    assert bench.view(0).index in (2, 3)
    # One undo takes both back.
    bench.document.undo()
    assert (bench.view(0).index, bench.view(1).index) != (2, 3)


def test_a_follower_does_not_run_past_its_end(bench: Bench) -> None:
    bench.canvas.set_layout(1, 2)
    bench.show(axial_stack("long", (40, 16, 16), (1, 1, 2.0)), 0)
    bench.show(axial_stack("short", (5, 16, 16), (1, 1, 2.0)), 1)
    bench.canvas.toggle_linked_scroll()
    bench.canvas.scroll_to(0, 3)
    assert bench.view(1).index == 3
    bench.canvas.scroll_to(0, 30)
    assert bench.view(1).index == 3  # there is no slice at 60 mm, so it stays


@pytest.mark.parametrize("frame", ["9.9.9", ""])
def test_other_frames_of_reference_are_never_linked(bench: Bench, frame: str) -> None:
    bench.canvas.set_layout(1, 2)
    bench.show(axial_stack("a", (20, 16, 16), frame="1.2.3" if frame else ""), 0)
    bench.show(axial_stack("b", (20, 16, 16), frame=frame), 1)
    bench.canvas.toggle_linked_scroll()
    bench.canvas.scroll_to(0, 15)
    assert bench.view(1).index == 10
    bench.canvas.move_crosshair(0, (0.0, 0.0, 4.0))
    assert bench.view(1).index == 10


def test_slices_without_position_are_never_linked(bench: Bench) -> None:
    bench.canvas.set_layout(1, 2)
    facts = Facts("CT", SpacingSource.PATIENT)
    bench.show(axial_stack("a", (20, 16, 16), facts=facts), 0)
    bench.show(axial_stack("b", (20, 16, 16), facts=facts), 1)
    bench.canvas.toggle_linked_scroll()
    bench.canvas.scroll_to(0, 15)
    assert bench.view(1).index == 10


def test_crossing_stacks_do_not_scroll_together_but_follow_the_cursor(bench: Bench) -> None:
    bench.canvas.set_layout(1, 2)
    bench.show(axial_stack("ax", (20, 64, 48)), 0)
    bench.show(sagittal_stack(), 1)
    bench.canvas.toggle_linked_scroll()
    before = bench.view(1).index
    bench.canvas.scroll_to(0, 3)
    assert bench.view(1).index == before
    bench.canvas.activate(0)
    pane = bench.canvas.pane(0)
    port = pane.frame.viewport
    # Column 40 of the axial slice is x = -20 + 40·0.8 = 12 mm; the sagittal slices lie at 14, 10, 6, …
    at = port.to_screen(40, 20)
    mouse.move(pane, at, keys=mouse.SHIFT)
    world = bench.document.state.layout.crosshair_world
    assert world == pytest.approx((12.0, -30 + 20 * 0.8, 6.0))
    assert bench.view(1).index in (0, 1)
    mouse.move(pane, port.to_screen(25, 20), keys=mouse.SHIFT)  # x = 0 mm: slice 3 or 4 (2, -2)
    assert bench.view(1).index in (3, 4)


def test_the_crosshair_tool_moves_the_other_planes_through_the_point(bench: Bench) -> None:
    bench.canvas.resize(900, 300)
    bench.show(axial_stack("v", (20, 64, 48)))
    bench.canvas.set_mpr()
    QApplication.processEvents()
    bench.canvas.set_tool("crosshair")
    axial = bench.canvas.pane(0)
    mouse.click(axial, axial.frame.viewport.to_screen(11, 33))
    assert bench.view(1).index == 33  # coronal slices count from the front
    assert bench.view(2).index == 11  # sagittal ones from the patient's right
    coronal = bench.canvas.pane(1)
    # Coronal rows run from head to feet: row 4 of 20 is axial slice 15.
    mouse.click(coronal, coronal.frame.viewport.to_screen(30, 4))
    assert bench.view(0).index == 15
    assert bench.view(2).index == 30


def lines_of(bench: Bench, number: int) -> QImage:
    """What the links paint over a frame, on black."""
    pane = bench.canvas.pane(number)
    picture = QImage(pane.size(), QImage.Format.Format_RGB32)
    picture.fill(0)
    painter = QPainter(picture)
    bench.canvas.paint_links(number, pane.frame, painter)
    painter.end()
    return picture


def pixels_of(picture: QImage) -> np.ndarray:
    h, w = picture.height(), picture.width()
    # A copy: the array would not keep the picture alive.
    return np.frombuffer(picture.constBits(), np.uint32).reshape(h, picture.bytesPerLine() // 4)[:, :w] & 0xFFFFFF


def test_the_reference_line_is_where_the_active_slice_cuts(bench: Bench) -> None:
    bench.canvas.resize(800, 400)
    bench.canvas.set_layout(1, 2)
    QApplication.processEvents()
    bench.show(axial_stack("ax", (20, 64, 48)), 0)
    bench.show(sagittal_stack(), 1)
    bench.canvas.activate(0)
    bench.canvas.scroll_to(0, 5)  # z = 10 mm
    drawn = pixels_of(lines_of(bench, 1)) & 0xFFFFFF
    rows = np.flatnonzero(drawn.any(axis=1))
    # The sagittal rows begin at z = 38 mm and go down by 1 mm: z = 10 is row 28.
    expected = bench.canvas.pane(1).frame.viewport.to_screen(0, 28)[1]
    assert len(rows) > 0
    assert abs(rows.mean() + 0.5 - expected) <= 1.0
    bench.canvas.toggle_reference_lines()
    assert not (pixels_of(lines_of(bench, 1)) & 0xFFFFFF).any()


def test_mpr_lines_have_the_colours_of_their_planes(bench: Bench) -> None:
    bench.canvas.resize(900, 300)
    bench.show(axial_stack("v", (20, 64, 48)))
    bench.canvas.set_mpr()
    QApplication.processEvents()
    drawn = pixels_of(lines_of(bench, 0)) & 0xFFFFFF
    ink = bench.canvas.ink
    port = bench.canvas.pane(0).frame.viewport
    # On the axial slice the sagittal plane is a vertical line at column 24, the coronal one horizontal at row 32.
    x, y = port.to_screen(24, 32)
    column, row = drawn[:, int(x)], drawn[int(y), :]

    def reddest(values: np.ndarray) -> tuple[int, int, int]:
        best = int(values[np.argmax(values & 0xFF00)])
        return best >> 16, best >> 8 & 255, best & 255

    sagittal, coronal = ink.color("sagittal"), ink.color("coronal")
    assert column.any()
    assert row.any()
    assert reddest(column)[0] > reddest(column)[2]  # yellow
    assert sagittal.red() > sagittal.blue()
    assert reddest(row)[1] > reddest(row)[0]  # green
    assert coronal.green() > coronal.red()
    # The crossing is left open.
    assert not drawn[int(y) - 5 : int(y) + 6, int(x) - 5 : int(x) + 6].any()


def test_the_distance_of_the_cursor_from_a_slice_is_written(bench: Bench) -> None:
    bench.canvas.set_layout(1, 2)
    bench.show(axial_stack("a", (20, 64, 48)), 0)
    bench.show(axial_stack("b", (20, 64, 48)), 1)
    bench.canvas.move_crosshair(0, (0.0, 0.0, 20.0))
    frame = bench.canvas.pane(1).frame
    on = links.cursor(frame, (0.0, 0.0, 20.0))
    assert on.off_text == ""
    assert on.at == pytest.approx(frame.viewport.to_screen(25, 37.5))  # x = -20 + 25·0.8, y = -30 + 37.5·0.8
    drawn = pixels_of(lines_of(bench, 1))
    assert drawn.any()
    bench.canvas.scroll_to(1, 8)  # 4 mm below: the cursor lies above the slice
    assert links.cursor(bench.canvas.pane(1).frame, (0.0, 0.0, 20.0)).off_text == "+4.0 mm"
    assert not np.array_equal(drawn, pixels_of(lines_of(bench, 1)))


def test_the_cursor_is_never_shown_in_another_patient_space(bench: Bench) -> None:
    bench.canvas.set_layout(1, 2)
    bench.show(axial_stack("a", (20, 64, 48), frame="1.2.3"), 0)
    bench.show(axial_stack("b", (20, 64, 48), frame="9.9.9"), 1)
    bench.canvas.move_crosshair(0, (0.0, 0.0, 20.0))
    assert pixels_of(lines_of(bench, 0)).any()
    assert not pixels_of(lines_of(bench, 1)).any()
    bench.canvas.activate(1)
    assert pixels_of(lines_of(bench, 0)).any()
    assert not pixels_of(lines_of(bench, 1)).any()


def test_same_space(bench: Bench) -> None:
    bench.canvas.set_layout(1, 3)
    bench.show(axial_stack("a", (5, 16, 16)), 0)
    bench.show(axial_stack("b", (5, 16, 16)), 1)
    bench.show(axial_stack("c", (5, 16, 16), frame=""), 2)
    a, b, c = (bench.canvas.pane(i).source for i in range(3))
    assert links.same_space(a, b)
    assert not links.same_space(a, c)
    assert links.same_space(c, c)  # a series shares its own space without a frame of reference
    assert not links.same_space(a, None)


def test_planes_of_one_volume_share_their_window(bench: Bench) -> None:
    bench.show(axial_stack("v", (20, 64, 48), facts=HU))
    bench.canvas.set_mpr()
    bench.canvas.apply_preset(4)
    assert {bench.view(i).appearance.window.name for i in range(3)} == {"Soft tissue"}
    assert [bench.view(i).plane for i in range(3)] == [Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL]
