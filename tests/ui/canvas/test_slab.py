"""Slabs: what is projected, where it is said, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.document import edits
from medviewer.document.state import Plane, Slab, Step
from medviewer.ops import registry
from medviewer.ops.params import to_json
from medviewer.services.executors import InlineExecutor
from medviewer.ui.canvas.corner_text import OverlayLevel
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.canvas.menu import context_menu
from medviewer.ui.canvas.overlay_content import overlay_of
from medviewer.ui.canvas.probe import probe
from medviewer.ui.canvas.slab import next_slab
from medviewer.ui.theme import Theme
from tests.helpers import mouse
from tests.helpers.image_workspace import make_workspace
from tests.ui.canvas.conftest import Bench, axial_stack
from tests.ui.canvas.test_real_series import Real

REDUCE = {Slab.MEAN: np.mean, Slab.MAX: np.max, Slab.MIN: np.min}


def noisy(**more: object):
    series = axial_stack(**more)
    series.array[:] = np.random.default_rng(7).integers(-500, 3000, series.array.shape)
    return series


def words(bench: Bench, level: OverlayLevel = OverlayLevel.FULL):
    pane = bench.canvas.active_pane()
    return overlay_of(pane.frame, pane.source, level, QSize(900, 900))


@pytest.mark.parametrize("mode", list(Slab))
@pytest.mark.parametrize(
    ("plane", "index", "mm", "around", "view"),
    [
        # 8 mm at 0.8 mm are ten slices, four before the middle and five behind; 7 mm at 2 mm are four.
        (Plane.CORONAL, 30, 8.0, np.s_[:, 26:36], lambda a, f: f(a, axis=1)[::-1]),
        (Plane.SAGITTAL, 1, 8.0, np.s_[:, :, 42:48], lambda a, f: f(a, axis=2)[::-1]),
        (Plane.AXIAL, 10, 7.0, np.s_[9:13], lambda a, f: f(a, axis=0)),
        (Plane.STACK, 10, 7.0, np.s_[9:13], lambda a, f: f(a, axis=0)),
    ],
)
def test_the_picture_is_the_projection(bench: Bench, plane, index, mm, around, view, mode) -> None:
    series = noisy()
    if plane is Plane.SAGITTAL:
        around = np.s_[:, :, 0:7]  # right to left is x; cut off at the first slice
    bench.show(series)
    bench.document.apply(edits.SetPlane(0, plane, index))
    bench.document.apply(edits.SetSlab.of(0, mm, mode))
    frame = bench.canvas.active_pane().frame
    expected = view(series.array[around].astype(np.float64) - 1024, REDUCE[mode])
    np.testing.assert_allclose(frame.pixels.modality(), expected, atol=1e-3)
    x, y = (round(v) for v in frame.viewport.to_screen(20, 10))
    inside = frame.viewport.to_slice(x + 0.5, y + 0.5)
    found = probe(frame, x + 0.5, y + 0.5)
    value = expected[round(inside[1]), round(inside[0])]
    assert abs(float(found.modality.split()[0].replace("−", "-")) - value) <= 0.5 + abs(value) * 0.01
    assert found.stored.startswith({"mean": "Average", "max": "MIP", "min": "MinIP"}[mode.value])


def test_it_says_so_and_undo_takes_it_back(bench: Bench) -> None:
    bench.show(noisy())
    bench.canvas.set_mpr()
    pane = bench.canvas.pane(1)
    bench.document.apply(edits.SetActive(1))
    single = pane.rgb32.copy()
    bench.canvas.set_slab(8.0)
    bench.canvas.set_slab_mode(Slab.MAX)
    assert pane.frame.slab_mm == pytest.approx(8.0)
    for level in (OverlayLevel.FULL, OverlayLevel.MIN):
        assert "MIP 8 mm" in [line.text for line in words(bench, level).corners.bottom_left]
    light = next(light for light in words(bench).lights if light.id == "slab")
    assert "largest value through 8 mm" in light.reason
    assert bench.canvas.pane(0).frame.slab_mm == 0.0  # each pane has its own
    bench.document.undo()
    assert bench.view(1).slab_mode is Slab.MEAN
    bench.document.undo()
    assert np.array_equal(pane.rgb32, single)
    assert not [light for light in words(bench).lights if light.id == "slab"]


def test_thinner_than_two_slices_is_the_slice(bench: Bench) -> None:
    bench.show(noisy())
    bench.document.apply(edits.SetSlab.of(0, 2.9))
    assert bench.canvas.active_pane().frame.slab_mm == 0.0
    bench.document.apply(edits.SetSlab.of(0, 3.0))
    assert bench.canvas.active_pane().frame.slab_mm == 4.0


def test_the_wheel_with_ctrl_and_shift_is_one_entry(bench: Bench) -> None:
    bench.show(noisy())
    pane = bench.canvas.active_pane()
    entries = len(bench.document.history.undo_entries)
    index = pane.view.index
    for _ in range(3):
        mouse.wheel(pane, 120, keys=mouse.CTRL | mouse.SHIFT)
    assert pane.view.slab_mm == 8.0  # 3, 5, 8: what is more than one slice of 2 mm
    assert len(bench.document.history.undo_entries) == entries + 1
    assert (pane.view.index, pane.view.zoom) == (index, 1.0)
    for _ in range(5):
        mouse.wheel(pane, -120, keys=mouse.CTRL | mouse.SHIFT)
    assert pane.view.slab_mm == 0.0


def test_steps_between_the_usual_ones() -> None:
    assert next_slab(12.0, 1, 1.0) == 15.0
    assert next_slab(12.0, -1, 1.0) == 10.0
    assert next_slab(200.0, 1, 1.0) == 200.0
    assert next_slab(0.0, 1, 4.0) == 8.0
    assert next_slab(8.0, -1, 4.0) == 0.0


def test_keys(bench: Bench) -> None:
    bench.show(noisy())
    canvas = bench.canvas
    canvas.toggle_slab()
    assert canvas.shows_slab
    assert bench.view().slab_mm == 10.0
    canvas.thicker_slab(1)
    canvas.next_slab_mode()
    assert (bench.view().slab_mm, bench.view().slab_mode) == (15.0, Slab.MAX)
    canvas.toggle_slab()
    assert bench.view().slab_mm == 0.0
    canvas.toggle_slab()
    assert bench.view().slab_mm == 15.0
    menu = context_menu(canvas, canvas.active_pane())
    slab = next(action.menu() for action in menu.actions() if action.text() == "Slab")
    assert [action.text() for action in slab.actions() if action.isChecked()] == ["15 mm", "MIP"]


def test_no_values_are_read_off_a_slab(bench: Bench) -> None:
    bench.show(noisy())
    pane = bench.canvas.active_pane()
    port = pane.frame.viewport
    for tool, x in (("rectangle", 10.5), ("distance", 30.5)):
        bench.canvas.set_tool(tool)
        mouse.drag(pane, [port.to_screen(x, 20.5), port.to_screen(x + 10, 30.5)])
    single = [drawn.reading for drawn in pane.drawn_measurements(pane.frame)]
    assert single[0].lines[0].startswith("Mean")
    bench.canvas.set_slab(10.0)
    region, line = (drawn.reading for drawn in pane.drawn_measurements(pane.frame))
    assert region.lines == ("64.0 mm²", "slab: no values")
    assert line.lines == single[1].lines
    assert line.caution == "projected"
    bench.canvas.set_slab(0.0)
    assert [drawn.reading for drawn in pane.drawn_measurements(pane.frame)] == single


def test_padding_is_left_out(bench: Bench) -> None:
    series = noisy(padding=(-2000, -2000))
    series.array[8:14, 10:20] = -2000
    series.array[9, 10:20] = 500
    bench.show(series)
    bench.document.apply(edits.SetIndex.of(0, 10))
    for mode in Slab:
        bench.document.apply(edits.SetSlab.of(0, 8.0, mode))
        frame = bench.canvas.active_pane().frame
        assert np.all(frame.pixels.modality()[10:20] == 500 - 1024)
    series.array[9, 10:20] = -2000
    x, y = (round(v) for v in frame.viewport.to_screen(24, 15))
    assert frame.rgb32[y, x] == frame.table.rgb32(np.array([500.0]))[0]


def test_with_a_falling_rescale_the_largest_is_the_largest(bench: Bench) -> None:
    series = noisy(rescale=Rescale((-1.0,), (100.0,)))
    bench.show(series)
    bench.document.apply(edits.SetSlab.of(0, 8.0, Slab.MAX))
    frame = bench.canvas.active_pane().frame
    k = frame.index
    expected = (100.0 - series.array[k - 1 : k + 3]).max(axis=0)
    np.testing.assert_allclose(frame.pixels.modality(), expected)


def test_slices_with_their_own_rescale_are_averaged_in_their_unit(bench: Bench) -> None:
    slopes = tuple(0.5 + 0.1 * k for k in range(20))
    series = noisy(
        rescale=Rescale(slopes, (0.0,)), facts=Facts("PT", SpacingSource.PATIENT, has_patient_position=True)
    )
    bench.show(series)
    bench.document.apply(edits.SetSlab.of(0, 8.0, Slab.MEAN))
    frame = bench.canvas.active_pane().frame
    k = frame.index
    expected = np.mean([series.array[n] * slopes[n] for n in range(k - 1, k + 3)], axis=0)
    np.testing.assert_allclose(frame.pixels.modality(), expected, rtol=1e-4, atol=1e-2)
    x, y = (round(v) for v in frame.viewport.to_screen(24, 15))
    inside = frame.viewport.to_slice(x + 0.5, y + 0.5)
    assert inside is not None
    table = frame.table
    assert (table.dtype, table.rescale.of_slice(0)) == (np.dtype(np.float32), (1.0, 0.0))


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"geometry": "tilted"}, "tilted or unevenly spaced"),
        ({"facts": Facts("CR", SpacingSource.NONE)}, "how large a pixel is"),
        ({"colour": True}, "colour image"),
        ({"shape": (1, 64, 48)}, "at least three slices"),
        ({"rescale": Rescale(table=np.arange(4096, dtype=np.float32))}, "given by a table"),
    ],
)
def test_what_cannot_be_projected_says_why(bench: Bench, more: dict, reason: str) -> None:
    tilt, colour = more.pop("geometry", ""), more.pop("colour", False)
    series = axial_stack(**more)
    if tilt:
        axis_z = (0.0, float(np.sin(0.3)), float(np.cos(0.3)))
        series.geometry = Geometry((20, 64, 48), spacing_xyz_mm=(0.8, 0.8, 2.0), axis_z=axis_z)
    if colour:
        series.array = np.zeros((20, 64, 48, 3), np.uint8)
        series.voi = type(series.voi)()
        series.rescale = Rescale()
    bench.show(series)
    assert reason in bench.canvas.why_not("set_slab")
    pane = bench.canvas.active_pane()
    bench.document.apply(edits.SetSlab.of(0, 10.0, Slab.MAX))
    assert pane.notice is None
    assert pane.frame.slab_mm == 0.0
    mouse.wheel(pane, 120, keys=mouse.CTRL | mouse.SHIFT)
    assert pane.view.slab_mm == 10.0


def test_a_tilted_stack_gives_slabs_of_its_straightened_volume(bench: Bench) -> None:
    series = noisy()
    axis_z = (0.0, float(np.sin(0.3)), float(np.cos(0.3)))
    series.geometry = Geometry((20, 64, 48), spacing_xyz_mm=(0.8, 0.8, 2.0), axis_z=axis_z)
    bench.show(series)
    bench.document.apply(edits.SetPlane(0, Plane.CORONAL))
    bench.document.apply(edits.SetSlab.of(0, 8.0, Slab.MAX))
    assert bench.canvas.why_not("set_slab") == ""
    assert bench.canvas.active_pane().frame.slab_mm == pytest.approx(8.0)


def test_a_slab_waits_for_all_its_slices(slow_bench: Bench) -> None:
    bench, series = slow_bench, noisy(shape=(3000, 6, 6))
    bench.show(series)
    bench.document.apply(edits.SetSlab.of(0, 500.0, Slab.MAX))
    pane = bench.canvas.active_pane()
    seen, waited = [], 0
    for _ in range(400):
        ran = bench.executor.run_next()
        bench.executor.deliver()
        QApplication.processEvents()
        if not ran:
            break
        if pane.notice is not None and pane.notice.title == "Loading…":
            waited += bool(pane.source.loaded.ready[pane.slice_index])
        elif pane.frame is not None and pane.notice is None:
            seen.append(pane.frame.pixels.values.copy())
    assert waited
    assert seen
    k = pane.frame.index
    expected = series.array[k - 124 : k + 126].max(axis=0)
    assert all(np.array_equal(values, expected) for values in seen)


def test_a_slab_across_a_slice_that_cannot_be_read_is_refused(qapp: QApplication, tmp_path: Path) -> None:
    stack = noisy()
    image = Image(stack.array, stack.geometry, unit="HU", facts=stack.facts)
    workspace = make_workspace(tmp_path, InlineExecutor(), broken=image)
    canvas = CanvasGrid(workspace, Theme("dark"))
    canvas.show()
    workspace.show_series("broken")
    pane = canvas.active_pane()
    assert pane.source.loaded.errors.keys() == {1}
    workspace.document.apply(edits.SetSlab.of(0, 8.0, Slab.MEAN))
    for index, shown in ((2, False), (3, True), (0, False)):
        workspace.document.apply(edits.SetIndex.of(0, index))
        assert (pane.notice is None) is shown
        if not shown:
            assert pane.notice.title == "This slab cannot be shown"
            assert "could not be read" in pane.notice.detail
    canvas.close()
    workspace.close()


def test_a_processed_slab_needs_all_slices_and_says_so(bench: Bench) -> None:
    bench.show(noisy())
    operation = registry.get("filter.gaussian")
    step = Step(operation.id, operation.version, to_json(operation.defaults()) | {"sigma_mm": 2.0})
    bench.document.apply(edits.add_step(bench.document.state, "ct", step))
    bench.document.apply(edits.SetPlane(0, Plane.CORONAL, 30))
    bench.document.apply(edits.SetSlab.of(0, 8.0, Slab.MAX))
    pane = bench.canvas.active_pane()
    assert pane.frame.request.processed is None
    assert "slab of the original" in [line.text for line in words(bench).corners.bottom_right]
    assert bench.workspace.processing.process_all("ct") is not None
    volume = bench.workspace.processing.scene("ct").image
    expected = volume.array[:, 26:36].max(axis=1)[::-1]
    assert np.array_equal(pane.frame.shown.values, expected)
    assert "PROCESSED" in [line.text for line in words(bench).corners.bottom_right]


def test_a_real_slab_against_simpleitk(qapp: QApplication, shared_data, tmp_path) -> None:
    real = Real(shared_data, tmp_path)
    real.show("ct_chest_lidc-0314")
    real.workspace.document.apply(edits.SetPlane(0, Plane.CORONAL, 200))
    real.workspace.document.apply(edits.SetSlab.of(0, 20.0, Slab.MAX))
    frame = real.canvas.pane(0).frame
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(shared_data / "dicom" / "ct_chest_lidc-0314")))
    volume = reader.Execute()
    spacing = volume.GetSpacing()[1]
    count = int(np.floor(20.0 / spacing + 0.5))
    first = 200 - (count - 1) // 2
    size, start = list(volume.GetSize()), [0, first, 0]
    size[1] = count
    part = sitk.RegionOfInterest(volume, size, start)
    projected = sitk.GetArrayFromImage(sitk.MaximumProjection(part, 1))[:, 0]
    inside = frame.pixels.modality()
    expected = projected[::-1] if volume.GetDirection()[8] > 0 else projected
    np.testing.assert_allclose(np.nan_to_num(inside, nan=-9e9), np.where(np.isnan(inside), -9e9, expected))
    assert np.isnan(inside).mean() < 0.1
    assert frame.slab_mm == pytest.approx(count * spacing)
    real.canvas.close()
