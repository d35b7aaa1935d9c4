"""Brush, eraser, polygon, lasso and fill under the hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medviewer.document import edits, titles
from medviewer.document.state import Plane
from medviewer.errors import MedviewerError
from medviewer.ui.canvas.paint_tools import larger, size_text
from tests.helpers import mouse
from tests.ui.canvas.conftest import Bench, axial_stack


@pytest.fixture
def shown(bench: Bench) -> Bench:
    bench.show(axial_stack(shape=(20, 64, 64), spacing_xyz=(0.8, 0.8, 2.0)))
    return bench


@pytest.fixture
def told(shown: Bench) -> list[MedviewerError]:
    found: list[MedviewerError] = []
    shown.canvas.told.connect(found.append)
    return found


def entries(bench: Bench) -> list[str]:
    return [
        e.title for e in bench.document.history.undo_entries if e.title not in (titles.SHOW_SERIES, titles.SCROLL)
    ]


def screen(bench: Bench, *points: tuple[float, float]) -> list[tuple[float, float]]:
    viewport = bench.canvas.active_pane().viewport
    return [viewport.to_screen(*point) for point in points]


def array(bench: Bench) -> np.ndarray:
    labels = bench.canvas.labels
    return labels.array(labels.active("ct").id)


def test_a_drag_paints_along_its_way_and_is_one_entry(shown: Bench) -> None:
    shown.canvas.set_tool("brush")
    shown.canvas.labels.set_brush(diameter=4.0)
    mouse.drag(shown.canvas.active_pane(), screen(shown, (10, 20), (40, 20), (40, 50)))
    found = array(shown)
    assert set(np.flatnonzero(found.any(axis=(1, 2)))) == {10}
    assert found[10, 20, 10:41].all()
    assert found[10, 20:51, 40].all()
    assert not found[10, 35, 10:36].any()
    assert entries(shown) == [titles.PAINT]
    assert shown.canvas.tool == "brush"  # stays for the next stroke
    mouse.click(shown.canvas.active_pane(), screen(shown, (10, 50))[0])
    assert entries(shown) == [titles.PAINT, titles.PAINT]
    shown.document.undo()
    shown.document.undo()
    assert shown.canvas.labels.layers("ct") == ()
    shown.document.redo()
    assert np.array_equal(array(shown)[10, 35:], found[10, 35:])


def test_ctrl_and_the_eraser_take_away(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    shown.canvas.set_tool("brush")
    shown.canvas.labels.set_brush(diameter=6.0)
    mouse.drag(pane, screen(shown, (10, 30), (50, 30)))
    mouse.click(pane, screen(shown, (20, 30))[0], keys=mouse.CTRL)
    assert array(shown)[10, 30, 20] == 0
    assert array(shown)[10, 30, 30] == 1
    shown.canvas.set_tool("eraser")
    mouse.click(pane, screen(shown, (40, 30))[0])
    assert array(shown)[10, 30, 40] == 0
    assert entries(shown) == [titles.PAINT, titles.ERASE, titles.ERASE]


def test_the_second_button_still_has_its_own_tool(shown: Bench) -> None:
    shown.canvas.set_tool("brush")
    mouse.drag(shown.canvas.active_pane(), screen(shown, (10, 20), (40, 20)), mouse.MIDDLE)
    assert shown.canvas.labels.layers("ct") == ()


def test_a_measurement_under_the_brush_is_painted_over_not_dragged(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    shown.canvas.set_tool("distance")
    mouse.drag(pane, screen(shown, (10, 20), (50, 20)))
    before = shown.document.state.measurements
    shown.canvas.set_tool("brush")
    mouse.drag(pane, screen(shown, (30, 20), (30, 40)))
    assert shown.document.state.measurements == before
    assert array(shown)[10, 30, 30] == 1


def test_escape_gives_the_stroke_up(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    shown.canvas.set_tool("brush")
    a, b = screen(shown, (10, 20), (40, 20))
    mouse.press(pane, a)
    mouse.move(pane, b, mouse.LEFT)
    assert shown.canvas.labels.layers("ct")
    assert shown.canvas.cancel()
    assert shown.canvas.labels.layers("ct") == ()
    mouse.release(pane, b)
    assert entries(shown) == []
    assert shown.canvas.tool == "brush"
    assert shown.canvas.cancel()
    assert shown.canvas.tool == "window"


def test_the_wheel_with_ctrl_changes_the_size_else_scrolls(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    shown.canvas.set_tool("brush")
    size, zoom = shown.canvas.labels.brush.diameter, shown.view().zoom
    mouse.wheel(pane, 120, keys=mouse.CTRL)
    assert shown.canvas.labels.brush.diameter > size
    assert shown.view().zoom == zoom
    mouse.wheel(pane, -120, keys=mouse.CTRL)
    assert shown.canvas.labels.brush.diameter == pytest.approx(size)
    mouse.wheel(pane, -120)
    assert shown.view().index == 11
    shown.canvas.set_tool("")
    mouse.wheel(pane, 120, keys=mouse.CTRL)
    assert shown.view().zoom > zoom


def test_sizes_grow_and_shrink_by_readable_steps() -> None:
    size = 0.2
    for _ in range(60):
        grown = larger(size, 1)
        assert grown > size
        assert larger(grown, -1) < grown
        size = grown
    assert size > 300
    assert size_text(12.5, in_mm=True) == "12.5 mm"
    assert size_text(12.0, in_mm=False) == "12 px"


def test_a_polygon_is_closed_by_its_first_corner_or_a_double_click(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    shown.canvas.set_tool("polygon")
    corners = [(10.0, 10.0), (50.0, 10.0), (50.0, 40.0), (10.0, 40.0)]
    for point in screen(shown, *corners):
        mouse.click(pane, point)
        mouse.move(pane, (point[0] + 5, point[1] + 5))
    assert shown.canvas.labels.layers("ct") == ()
    mouse.click(pane, screen(shown, corners[0])[0])
    assert int(array(shown)[10].sum()) == 40 * 30
    assert entries(shown) == [titles.POLYGON]
    triangle = screen(shown, (20.0, 45.0), (40.0, 45.0), (30.0, 60.0))
    for point in triangle[:-1]:
        mouse.click(pane, point)
    mouse.double_click(pane, triangle[-1])
    assert array(shown)[10, 50, 30] == 1
    assert entries(shown) == [titles.POLYGON, titles.POLYGON]


def test_a_polygon_half_drawn_is_given_up_by_escape_and_by_scrolling(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    shown.canvas.set_tool("polygon")
    for point in screen(shown, (10, 10), (50, 10), (50, 40)):
        mouse.click(pane, point)
    assert shown.canvas.cancel()
    for point in screen(shown, (10, 10), (50, 10), (50, 40)):
        mouse.click(pane, point)
    shown.canvas.scroll_to(0, 12)
    for point in screen(shown, (20, 20), (30, 20), (30, 40), (20, 20)):
        mouse.click(pane, point)
    assert set(np.flatnonzero(array(shown).any(axis=(1, 2)))) == {12}


def test_a_lasso_fills_what_it_surrounds(shown: Bench) -> None:
    shown.canvas.set_tool("lasso")
    way = [(10, 10), (50, 10), (50, 40), (10, 40), (10, 12)]
    mouse.drag(shown.canvas.active_pane(), screen(shown, *way), steps=20)
    assert array(shown)[10, 12:38, 12:48].all()
    assert not array(shown)[10, 42:].any()
    mouse.drag(shown.canvas.active_pane(), screen(shown, *way), keys=mouse.CTRL, steps=20)
    assert not array(shown).any()
    assert entries(shown) == [titles.LASSO, titles.ERASE]
    mouse.click(shown.canvas.active_pane(), screen(shown, (5, 5))[0])
    assert len(entries(shown)) == 2


def test_a_fill_gives_an_area_another_label(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    shown.canvas.set_tool("brush")
    shown.canvas.labels.set_brush(diameter=12.0, ball=True)
    mouse.click(pane, screen(shown, (30, 30))[0])
    number = int(array(shown).sum())
    layer = shown.canvas.labels.active("ct")
    shown.canvas.labels.add_label(layer.id)
    shown.canvas.set_tool("fill")
    mouse.click(pane, screen(shown, (30, 30))[0])
    assert set(np.flatnonzero((array(shown) == 2).any(axis=(1, 2)))) == {10}
    shown.document.undo()
    mouse.click(pane, screen(shown, (30, 30))[0], keys=mouse.SHIFT)
    assert int((array(shown) == 2).sum()) == number
    assert entries(shown)[-1] == titles.FILL


@pytest.mark.parametrize("plane", [Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL])
def test_painting_in_a_plane_across_the_stack(shown: Bench, plane: Plane) -> None:
    shown.canvas.set_mpr()
    pane = next(p for p in shown.canvas.panes() if p.view.plane is plane)
    shown.document.apply(edits.SetActive(pane.number))
    shown.canvas.set_tool("brush")
    shown.canvas.labels.set_brush(diameter=6.0)
    rows, columns = pane.viewport.shape_yx
    mouse.drag(pane, [pane.viewport.to_screen(columns / 2 + d, rows / 2) for d in (-3, 3)])
    labels = shown.canvas.labels
    layer = labels.active("ct")
    seen = labels.slice(layer.id, plane, pane.frame.index)
    assert seen[rows // 2, columns // 2] == 1
    assert int((array(shown) != 0).sum()) == int((seen != 0).sum())


def test_locked_hidden_and_missing_are_told(shown: Bench, told: list[MedviewerError]) -> None:
    pane = shown.canvas.active_pane()
    shown.canvas.set_tool("eraser")
    mouse.click(pane, (200, 200))
    assert "no mask to erase" in str(told[-1])
    shown.canvas.set_tool("brush")
    mouse.click(pane, (200, 200))
    layer = shown.canvas.labels.active("ct")
    kept = array(shown).copy()
    for change in ({"locked": True}, {"locked": False, "visible": False}):
        shown.document.apply(edits.ChangeLayer(layer.id, **change))
        mouse.drag(pane, [(100, 100), (150, 150)])
        assert np.array_equal(array(shown), kept)
    assert "locked" in str(told[-2])
    assert "hidden" in str(told[-1])
    assert len(told) == 3


def test_the_circle_is_as_large_as_what_it_paints(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    shown.canvas.set_tool("brush")
    tool = shown.canvas.tool_for("left")
    for diameter in (8.0, 20.0):
        shown.canvas.labels.set_brush(diameter=diameter)
        mouse.click(pane, screen(shown, (32, 32))[0])
        painted = int(array(shown)[10, 32].sum())
        assert painted == 2 * int(tool._radii(pane)[0]) + 1
        shown.document.undo()
    plain = pane.grab().toImage()
    mouse.move(pane, screen(shown, (20, 20))[0])
    assert pane.grab().toImage() != plain
    tool.leave(pane)
    assert tool._at is None


def test_commands_of_keys_and_menus(shown: Bench, told: list[MedviewerError]) -> None:
    painting, labels = shown.canvas.painting, shown.canvas.labels
    painting.interpolate()
    assert "no mask" in str(told[-1])
    painting.add_layer()
    assert painting.layer is labels.active("ct")
    size = labels.brush.diameter
    painting.resize(1)
    assert labels.brush.diameter > size
    painting.toggle_ball()
    painting.toggle_limited()
    assert painting.is_ball
    assert painting.is_limited
    value = labels.add_label(painting.layer.id)
    assert (painting.label_number, value) == (2, 2)
    painting.choose_label(1)
    assert painting.label_number == 1
    painting.choose_label(7)
    assert painting.label_number == 1
    assert painting.why_no_label(7)
    assert not painting.why_no_label(2)
    painting.interpolate()
    assert "nothing to interpolate" in str(told[-1])
    painting.toggle_ball()
    painting.toggle_limited()
    shown.canvas.set_tool("brush")
    for k in (4, 9):
        shown.canvas.scroll_to(0, k)
        mouse.click(shown.canvas.active_pane(), screen(shown, (30, 30))[0])
    painting.interpolate()
    assert set(np.flatnonzero(array(shown).any(axis=(1, 2)))) == set(range(4, 10))
    painting.clear()
    assert not array(shown).any()


def test_an_empty_pane_takes_no_paint(bench: Bench) -> None:
    pane = bench.canvas.active_pane()
    for name in ("brush", "eraser", "polygon", "lasso", "fill"):
        assert bench.canvas.why_not(name)
        bench.canvas.set_tool(name)
        mouse.drag(pane, [(100, 100), (150, 150), (100, 150)])
        mouse.wheel(pane, 120, keys=mouse.CTRL)
    assert bench.document.state.layers == ()


def test_unknown_pixel_sizes_paint_in_pixels(bench: Bench) -> None:
    from medviewer.core.image import Facts

    source = axial_stack("photo", shape=(1, 64, 64))
    bench.show(replace(source, facts=Facts("XC"), reads=[]))
    bench.canvas.set_tool("brush")
    bench.canvas.labels.set_brush(diameter=9.0)
    pane = bench.canvas.active_pane()
    mouse.click(pane, pane.viewport.to_screen(30, 30))
    labels = bench.canvas.labels
    found = labels.array(labels.active("photo").id)[0]
    assert int(found[30].sum()) == 9
    mouse.move(pane, (100, 100))
    assert not pane.grab().isNull()


def test_undo_under_the_hand_ends_the_stroke(shown: Bench, told: list[MedviewerError]) -> None:
    pane = shown.canvas.active_pane()
    shown.canvas.set_tool("brush")
    a, b, c = screen(shown, (10, 20), (40, 20), (40, 50))
    mouse.press(pane, a)
    mouse.move(pane, b, mouse.LEFT)
    shown.document.undo()
    mouse.move(pane, c, mouse.LEFT)
    mouse.release(pane, c)
    assert shown.canvas.labels.layers("ct") == ()
    assert "no longer" in str(told[-1])


def test_the_circle_is_not_in_a_saved_picture(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    bare = pane.picture()
    shown.canvas.set_tool("brush")
    mouse.move(pane, (200, 200))
    assert pane.picture() == bare
