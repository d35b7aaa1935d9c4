"""The hands: what each button does to the picture, in which direction, and how it is undone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QMenu

from medviewer.core.display import Voi, VoiLut, Window
from medviewer.core.image import Facts, Rescale, SpacingSource
from medviewer.document.state import Shape
from tests.helpers import mouse
from tests.ui.canvas.conftest import Bench, axial_stack


@pytest.fixture
def shown(bench: Bench) -> Bench:
    bench.show(axial_stack(shape=(20, 64, 64), spacing_xyz=(0.8, 0.8, 2.0)))
    return bench


def window(bench: Bench) -> Window:
    found = bench.canvas.active_pane().frame.window
    assert isinstance(found, Window)
    return found


# -- window/level


def test_right_is_wider_and_down_is_brighter(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    mouse.drag(pane, [(200, 200), (300, 200)])
    assert window(shown).width > 400
    assert window(shown).center == pytest.approx(40)
    shown.document.undo()
    grey = shown.canvas.active_pane().rgb32[200, 200] & 255
    mouse.drag(pane, [(200, 200), (200, 240)])
    assert window(shown).center < 40  # the level falls, so everything gets brighter
    assert window(shown).width == pytest.approx(400)
    assert (pane.rgb32[200, 200] & 255) >= grey


def test_the_gain_is_in_proportion_to_the_window(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    mouse.drag(pane, [(200, 200), (200, 300)])
    wide = 40 - window(shown).center
    shown.canvas.set_window(Window(40, 40))
    mouse.drag(pane, [(200, 200), (200, 300)])
    narrow = 40 - window(shown).center
    assert wide == pytest.approx(10 * narrow)


def test_ctrl_is_fast_and_shift_is_fine(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    moved = []
    for keys in (mouse.SHIFT, mouse.PLAIN, mouse.CTRL):
        mouse.drag(pane, [(200, 200), (200, 240)], keys=keys)
        moved.append(40 - window(shown).center)
        shown.canvas.file_window()
    assert moved[0] < moved[1] < moved[2]


def test_settings_turn_and_swap_the_directions(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    shown.workspace.settings.change("display", window_invert_level=True)
    mouse.drag(pane, [(200, 200), (200, 240)])
    assert window(shown).center > 40
    shown.canvas.file_window()
    shown.workspace.settings.change("display", window_invert_level=False, window_swap_axes=True)
    mouse.drag(pane, [(200, 200), (200, 240)])
    assert window(shown).width > 400
    assert window(shown).center == pytest.approx(40)


def test_a_drag_is_one_undo_entry_and_a_click_is_none(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    before = shown.document.undo_text
    mouse.click(pane, (100, 100))
    assert shown.document.undo_text == before
    mouse.drag(pane, [(200, 200), (260, 200), (260, 260)], steps=20)
    assert shown.document.undo_text == "window/level"
    shown.document.undo()
    assert shown.view().appearance.window is None
    assert shown.document.undo_text == before


def test_pet_moves_the_upper_bound_and_keeps_zero_black(bench: Bench) -> None:
    facts = Facts("PT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)
    bench.show(axial_stack(facts=facts, unit="g/ml{SUVbw}", rescale=Rescale((0.001,), (0.0,)), voi=Voi()))
    look = bench.view().appearance
    assert (look.window.lower, look.window.upper, look.colour_map) == (0.0, 7.0, "inverse grey")
    pane = bench.canvas.active_pane()
    mouse.drag(pane, [(200, 200), (250, 260)])
    assert window(bench).lower == pytest.approx(0)
    assert window(bench).upper < 7.0
    mouse.drag(pane, [(200, 200), (200, 60)])
    assert window(bench).upper > 7.0


def test_pet_without_suv_gets_a_window_from_zero_in_its_own_unit(bench: Bench) -> None:
    facts = Facts("PT", SpacingSource.PATIENT, has_patient_position=True, unit_reason="No dose.")
    bench.show(axial_stack(facts=facts, unit="BQML", rescale=Rescale((2.0,), (0.0,)), voi=Voi((Window(5, 9),))))
    found = window(bench)
    assert found.lower == 0
    # Slice k holds 1000 k + 10 y + x, twice. Of 20 slices, seven evenly spread ones are looked at, the last is 18:
    # the 99.9th percentile is close to its largest value, whichever slice is shown.
    assert found.upper == pytest.approx(2 * (18000 + 630 + 47), rel=0.01)
    bench.canvas.scroll_to(0, 2)
    assert window(bench) == found


def test_dragging_a_voi_lut_makes_a_linear_window(bench: Bench) -> None:
    lut = VoiLut(9000, np.linspace(0, 4095, 2000).astype(np.uint16), 12)
    bench.show(axial_stack(voi=Voi((), (lut,)), rescale=Rescale()))
    pane = bench.canvas.active_pane()
    assert isinstance(pane.frame.window, VoiLut)
    mouse.drag(pane, [(200, 200), (210, 200)])
    assert window(bench).width > 1999
    bench.canvas.apply_preset(0)
    assert isinstance(pane.frame.window, VoiLut)


def test_the_window_is_never_limited_to_the_values_there_are(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    for _ in range(6):
        mouse.drag(pane, [(50, 20), (390, 390)], keys=mouse.CTRL)
    assert window(shown).width > 100_000


# -- zoom, pan, scroll


def test_right_drag_zooms_and_leaves_the_pressed_spot_in_place(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    under = pane.frame.viewport.to_slice(120, 300)
    mouse.drag(pane, [(120, 300), (120, 220)], mouse.RIGHT)
    assert shown.view().zoom == pytest.approx(1.01**80)
    assert pane.frame.viewport.to_screen(*under) == pytest.approx((120, 300))


def test_middle_drag_pans(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    under = pane.frame.viewport.to_slice(120, 300)
    mouse.drag(pane, [(120, 300), (160, 280)], mouse.MIDDLE)
    assert pane.frame.viewport.to_screen(*under) == pytest.approx((160, 280))


def test_buttons_can_be_assigned(shown: Bench) -> None:
    shown.workspace.settings.change("mouse", left="scroll", middle="none", wheel="zoom")
    pane = shown.canvas.active_pane()
    mouse.drag(pane, [(200, 100), (200, 160)])
    assert shown.view().index > 10
    assert shown.view().appearance.window is None
    before = shown.view()
    mouse.drag(pane, [(200, 100), (200, 160)], mouse.MIDDLE)
    assert shown.view() == before
    mouse.wheel(pane, 120)
    assert shown.view().zoom > 1
    mouse.wheel(pane, -120, keys=mouse.CTRL)
    assert shown.view().index == before.index + 1


def test_a_right_click_opens_the_menu_and_a_right_drag_does_not(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    mouse.drag(pane, [(120, 300), (120, 250)], mouse.RIGHT)
    assert not [m for m in shown.canvas.findChildren(QMenu) if m.isVisible()]
    mouse.click(pane, (120, 300), mouse.RIGHT)
    menus = [m for m in shown.canvas.findChildren(QMenu) if m.isVisible()]
    assert menus
    titles = [action.text() for action in menus[0].actions()]
    assert "Reset view" in titles
    for menu in menus:
        menu.close()


def test_the_slice_bar_is_a_way_to_scroll(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    mouse.click(pane, (396, 398))
    assert shown.view().index == 19
    mouse.drag(pane, [(396, 398), (396, 2)])
    assert shown.view().index == 0
    assert shown.view().appearance.window is None


# -- how it lies


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_flip_mirrors_what_is_seen_whatever_the_turn(shown: Bench, turn: int) -> None:
    pane = shown.canvas.active_pane()
    shown.canvas.toggle_interpolation()
    shown.canvas.rotate(turn)
    before = pane.rgb32.copy()
    shown.canvas.flip_h()
    assert np.array_equal(pane.rgb32, before[:, ::-1])
    shown.canvas.flip_h()
    shown.canvas.flip_v()
    assert np.array_equal(pane.rgb32, before[::-1])


def test_rotate_turns_clockwise(shown: Bench) -> None:
    pane = shown.canvas.active_pane()
    shown.canvas.toggle_interpolation()
    before = pane.rgb32.copy()
    shown.canvas.rotate(90)
    assert np.array_equal(pane.rgb32, np.rot90(before, -1))


def test_reset_takes_everything_back_but_the_slice(shown: Bench) -> None:
    shown.canvas.step(3)
    shown.canvas.invert()
    shown.canvas.rotate(90)
    shown.canvas.zoom_by(2)
    shown.canvas.set_window(Window(1, 2))
    shown.canvas.reset_view()
    view = shown.view()
    assert (view.zoom, view.rotation_deg, view.appearance.invert, view.appearance.window) == (1, 0, False, None)
    assert view.index == 13


def test_presets_by_digit(shown: Bench) -> None:
    shown.canvas.apply_preset(7)
    assert (window(shown).center, window(shown).width) == (-600, 1500)
    shown.canvas.apply_preset(0)
    assert (window(shown).center, window(shown).width) == (40, 400)
    assert shown.view().appearance.window is None


def test_auto_and_full_range_are_of_the_visible_slice(shown: Bench) -> None:
    values = 10_000 + np.add.outer(10 * np.arange(64), np.arange(64)) - 1024
    shown.canvas.auto_window()
    low, high = np.percentile(values, (1, 99))
    assert (window(shown).lower, window(shown).upper) == pytest.approx((low, high))
    shown.canvas.full_range()
    assert (window(shown).lower, window(shown).upper) == (values.min(), values.max())


def test_the_best_window_of_a_box(shown: Bench) -> None:
    shown.canvas.set_tool("best-window")
    pane = shown.canvas.active_pane()
    a, b = pane.frame.viewport.to_screen(10, 10), pane.frame.viewport.to_screen(20, 20)
    mouse.drag(pane, [a, b])
    values = 10_000 + np.add.outer(10 * np.arange(10, 21), np.arange(10, 21)) - 1024
    assert values.min() - 20 < window(shown).lower < values.mean() < window(shown).upper < values.max() + 20
    assert shown.canvas.tool == "window"  # used once


# -- measuring


def test_a_distance_is_drawn_by_a_drag_and_measured_in_mm(shown: Bench) -> None:
    shown.canvas.set_tool("distance")
    pane = shown.canvas.active_pane()
    port = pane.frame.viewport
    mouse.drag(pane, [port.to_screen(10, 10), port.to_screen(40, 50)])
    (m,) = shown.document.state.measurements
    assert m.shape is Shape.DISTANCE
    assert m.index == 10
    assert np.allclose(m.points, ((10, 10), (40, 50)))
    (drawn,) = pane.drawn_measurements(pane.frame)
    assert drawn.reading.lines == (f"{math.hypot(30, 40) * 0.8:.1f} mm",)
    assert shown.canvas.tool == "window"  # draw once, then back
    shown.document.undo()
    assert shown.document.state.measurements == ()


def test_click_move_click_draws_too_and_escape_gives_up(shown: Bench) -> None:
    shown.canvas.set_tool("distance")
    pane = shown.canvas.active_pane()
    mouse.click(pane, (100, 100))
    mouse.move(pane, (180, 100))
    assert shown.canvas.cancel()
    assert shown.canvas.tool == "distance"
    mouse.click(pane, (100, 100))
    mouse.move(pane, (180, 100))
    mouse.click(pane, (200, 100))
    (m,) = shown.document.state.measurements
    assert np.allclose(pane.frame.viewport.to_screen(*m.points[1]), (200, 100))
    shown.canvas.set_tool("angle")
    assert shown.canvas.cancel()
    assert shown.canvas.tool == "window"


def test_an_angle_takes_a_drag_and_a_click(shown: Bench) -> None:
    shown.canvas.set_tool("angle")
    pane = shown.canvas.active_pane()
    port = pane.frame.viewport
    mouse.drag(pane, [port.to_screen(10, 40), port.to_screen(30, 40)])
    assert shown.document.state.measurements == ()
    mouse.move(pane, port.to_screen(30, 20))
    mouse.click(pane, port.to_screen(30, 10))
    (m,) = shown.document.state.measurements
    assert len(m.points) == 3
    (drawn,) = pane.drawn_measurements(pane.frame)
    assert drawn.reading.lines == ("90.0°",)


def test_a_rectangle_gives_the_statistics_of_its_pixels(shown: Bench) -> None:
    shown.canvas.set_tool("rectangle")
    pane = shown.canvas.active_pane()
    port = pane.frame.viewport
    mouse.drag(pane, [port.to_screen(9.5, 19.5), port.to_screen(15.5, 24.5)])
    (drawn,) = pane.drawn_measurements(pane.frame)
    # Columns 10..15, rows 20..24 of slice 10.
    values = np.array([10_000 + 10 * y + x - 1024 for y in range(20, 25) for x in range(10, 16)], dtype=float)
    mean, spread, area = drawn.reading.lines[0], drawn.reading.lines[1], drawn.reading.lines[2]
    assert mean.startswith(f"Mean {values.mean():.0f}")
    assert mean.endswith(" HU")
    assert spread == f"Min {values.min():.0f}  Max {values.max():.0f} HU"
    assert area == f"{6 * 5 * 0.8 * 0.8:.1f} mm²"


@pytest.mark.parametrize("shape", [Shape.ELLIPSE, Shape.FREEHAND])
def test_regions_by_one_drag(shown: Bench, shape: Shape) -> None:
    shown.canvas.set_tool(shape.value)
    pane = shown.canvas.active_pane()
    mouse.drag(pane, [(100, 100), (200, 100), (200, 180), (110, 180)], steps=10)
    (m,) = shown.document.state.measurements
    assert m.shape is shape
    (drawn,) = pane.drawn_measurements(pane.frame)
    assert "HU" in drawn.reading.lines[0]


def test_without_spacing_there_are_pixels_and_never_mm(bench: Bench) -> None:
    bench.show(axial_stack(facts=Facts("OT"), unit=""))
    bench.canvas.set_tool("distance")
    pane = bench.canvas.active_pane()
    port = pane.frame.viewport
    mouse.drag(pane, [port.to_screen(5, 5), port.to_screen(15, 5)])
    bench.canvas.set_tool("ellipse")
    mouse.drag(pane, [port.to_screen(5, 15), port.to_screen(25, 35)])
    words = [line for drawn in pane.drawn_measurements(pane.frame) for line in drawn.reading.lines]
    assert words[0] == "10.0 px"
    assert not any("mm" in line or "HU" in line for line in words)


def test_at_the_detector_says_so(bench: Bench) -> None:
    bench.show(axial_stack(facts=Facts("DX", SpacingSource.DETECTOR), unit=""))
    bench.canvas.set_tool("distance")
    pane = bench.canvas.active_pane()
    mouse.drag(pane, [(100, 100), (180, 100)])
    (drawn,) = pane.drawn_measurements(pane.frame)
    assert drawn.reading.caution == "at detector"


def test_a_handle_moves_one_end_and_the_line_moves_both(shown: Bench) -> None:
    shown.canvas.set_tool("distance")
    pane = shown.canvas.active_pane()
    port = pane.frame.viewport
    mouse.drag(pane, [port.to_screen(10, 10), port.to_screen(40, 10)])
    before = shown.view().appearance
    mouse.drag(pane, [port.to_screen(40, 10), port.to_screen(40, 30)])
    (m,) = shown.document.state.measurements
    assert np.allclose(m.points, ((10, 10), (40, 30)))
    mouse.drag(pane, [port.to_screen(25, 20), port.to_screen(30, 25)])
    (m,) = shown.document.state.measurements
    assert np.allclose(m.points, ((15, 15), (45, 35)))
    assert shown.view().appearance == before
    shown.document.undo()
    shown.document.undo()
    (m,) = shown.document.state.measurements
    assert np.allclose(m.points, ((10, 10), (40, 10)))


def test_hovering_marks_and_delete_deletes(shown: Bench) -> None:
    shown.canvas.set_tool("distance")
    pane = shown.canvas.active_pane()
    mouse.drag(pane, [(100, 100), (200, 100)])
    mouse.move(pane, (150, 101))
    assert pane.hovered_measurement == shown.document.state.measurements[0].id
    mouse.move(pane, (150, 160))
    assert pane.hovered_measurement == ""
    mouse.click(pane, (150, 101))
    assert shown.canvas.why_not("delete_selected") == ""
    shown.canvas.delete_selected()
    assert shown.document.state.measurements == ()
    shown.document.undo()
    assert len(shown.document.state.measurements) == 1


def test_measurements_stay_on_their_slice_and_can_be_found_again(shown: Bench) -> None:
    shown.canvas.set_tool("distance")
    pane = shown.canvas.active_pane()
    mouse.drag(pane, [(100, 100), (200, 100)])
    shown.canvas.step(3)
    assert pane.drawn_measurements(pane.frame) == []
    shown.canvas.show_measurement(shown.document.state.measurements[0].id)
    assert shown.view().index == 10
    assert len(pane.drawn_measurements(pane.frame)) == 1


def test_keep_tool_keeps_it(shown: Bench) -> None:
    shown.workspace.settings.change("display", keep_tool=True)
    shown.canvas.set_tool("distance")
    pane = shown.canvas.active_pane()
    mouse.drag(pane, [(100, 100), (200, 100)])
    mouse.drag(pane, [(100, 200), (200, 200)])
    assert len(shown.document.state.measurements) == 2
    assert shown.canvas.tool == "distance"


def test_a_slip_of_the_hand_leaves_nothing(shown: Bench) -> None:
    shown.canvas.set_tool("ellipse")
    pane = shown.canvas.active_pane()
    mouse.drag(pane, [(100, 100), (104, 100.5)])
    assert shown.document.state.measurements == ()
    assert shown.canvas.tool == "ellipse"


def test_every_tool_paints_while_it_is_half_done(shown: Bench) -> None:
    """What is half drawn is on the screen: pixels change where the line is."""
    pane = shown.canvas.active_pane()
    for name in ("distance", "angle", "ellipse", "rectangle", "freehand", "best-window"):
        shown.canvas.set_tool(name)
        QApplication.processEvents()
        before = pane.grab().toImage()
        mouse.press(pane, (100, 100))
        mouse.move(pane, (150, 100), mouse.LEFT)
        mouse.move(pane, (150, 150), mouse.LEFT)
        assert pane.grab().toImage() != before, name
        shown.canvas.cancel()
        shown.canvas.cancel()
        mouse.release(pane, (150, 150))
        assert shown.document.state.measurements == ()
