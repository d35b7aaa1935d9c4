"""What values are read in, on real studies: SUV and activity, one window for a series, stacks, ultrasound regions.

The numbers are checked against pydicom and hand calculation.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtWidgets import QApplication

from medviewer.document import edits
from medviewer.document.state import Measurement, Plane, Shape
from medviewer.io.catalog import Catalog
from medviewer.io.scan import scan
from medviewer.services.executors import InlineExecutor
from medviewer.services.paths import Paths
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.canvas.measurement_text import read
from medviewer.ui.canvas.menu import context_menu
from medviewer.ui.canvas.pane import Pane
from medviewer.ui.canvas.probe import probe
from medviewer.ui.canvas.trust import Level, trust_lights
from medviewer.ui.theme import Theme


class Real:
    """A canvas over a real catalog."""

    def __init__(self, data: Path, tmp: Path) -> None:
        paths = Paths(tmp / "data", tmp / "cache", tmp / "log").ensure()
        self.data = data / "dicom"
        self.catalog = Catalog(paths.catalog_dir)
        self.workspace = Workspace(paths, InlineExecutor(), catalog=self.catalog)
        self.canvas = CanvasGrid(self.workspace, Theme("dark"))
        self.canvas.resize(500, 500)
        self.canvas.show()
        QApplication.processEvents()

    def show(self, name: str, pane: int = 0) -> Pane:
        self.catalog.add(list(scan([self.data / name])))
        rows = [row for study in self.catalog.studies() for row in self.catalog.series_of(study.id)]
        self.canvas.show_series(next(row.id for row in rows if row.n_frames), pane)
        shown = self.canvas.pane(pane)
        assert shown.notice is None
        assert shown.frame is not None
        return shown


@pytest.fixture
def real(qapp: QApplication, shared_data: Path, tmp_path: Path) -> Iterator[Real]:
    made = Real(shared_data, tmp_path / "program")
    yield made
    made.canvas.close()
    made.canvas.deleteLater()
    made.workspace.close()


def by_position(folder: Path) -> list[pydicom.Dataset]:
    found = [d for f in sorted(folder.iterdir()) if "PixelData" in (d := pydicom.dcmread(f))]
    row, column = np.array(found[0].ImageOrientationPatient, float).reshape(2, 3)
    normal = np.cross(row, column)
    return sorted(found, key=lambda d: float(np.array(d.ImagePositionPatient, float) @ normal))


def words(pane: Pane) -> str:
    c = pane._overlay_of(pane.frame).corners
    return "\n".join(line.text for line in c.top_left + c.top_right + c.bottom_left + c.bottom_right)


def test_each_pet_slice_is_probed_in_either_unit(real: Real) -> None:
    files = by_position(real.data / "pet_wholebody_sts-001")
    pane = real.show("pet_wholebody_sts-001")
    slopes = {float(f.RescaleSlope) for f in files}
    assert len(slopes) > 1
    for scale, factor, unit in (("SUVbw", suv_by_hand(files[0]), "SUVbw"), ("native", 1.0, "Bq/ml")):
        real.workspace.set_scale(pane.view.series_key, scale)
        for k in (20, 200):
            real.canvas.scroll_to(0, k)
            f = files[k]
            y, x = np.unravel_index(int(np.argmax(f.pixel_array)), f.pixel_array.shape)
            found = probe(pane.frame, *pane.frame.viewport.to_screen(float(x), float(y)))
            value = (float(f.pixel_array[y, x]) * float(f.RescaleSlope) + float(f.RescaleIntercept)) * factor
            number, shown_unit = found.modality.split()
            assert float(number) == pytest.approx(value, abs=0.05 if value < 100 else 1)
            assert shown_unit == unit


def suv_by_hand(f: pydicom.Dataset) -> float:
    """SUV body weight of activity that was corrected to the start of the scan (DecayCorrection START)."""
    drug = f.RadiopharmaceuticalInformationSequence[0]
    assert (f.Units, f.DecayCorrection) == ("BQML", "START")

    def seconds(time: str) -> float:
        return 3600 * int(time[:2]) + 60 * int(time[2:4]) + float(time[4:])

    waited_s = seconds(str(f.SeriesTime)) - seconds(str(drug.RadiopharmaceuticalStartTime))
    dose_bq = float(drug.RadionuclideTotalDose) * 0.5 ** (waited_s / float(drug.RadionuclideHalfLife))
    return float(f.PatientWeight) * 1000 / dose_bq


def test_pet_opens_in_suv_and_everything_follows_the_unit(real: Real) -> None:
    files = by_position(real.data / "pet_wholebody_sts-001")
    factor = suv_by_hand(files[0])
    real.canvas.resize(1200, 400)
    pane = real.show("pet_wholebody_sts-001")
    key = pane.view.series_key
    assert (pane.frame.window.lower, pane.frame.window.upper) == (0, 7)
    assert pane.view.appearance.colour_map == "inverse grey"
    assert "W 7  L 3.50 SUVbw  SUV 0–7" in words(pane)
    points = ((50.0, 60.0), (60.0, 70.0))
    k = pane.slice_index
    real.workspace.document.apply(
        edits.AddMeasurement(Measurement("roi", Shape.RECTANGLE, key, Plane.STACK, k, points))
    )
    f = files[k]
    inside = f.pixel_array[60:71, 50:61] * float(f.RescaleSlope) + float(f.RescaleIntercept)
    (drawn,) = pane.drawn_measurements(pane.frame)
    assert drawn.reading.lines[1] == f"Mean {inside.mean() * factor:.2f}  SD {inside.std(ddof=1) * factor:.2f} SUVbw"
    array, picture = pane.frame.image.array, pane.frame.rgb32.copy()

    menu = context_menu(real.canvas, pane)
    scales = next(a.menu() for a in menu.actions() if a.text() == "Values in")
    assert [(a.text(), a.isChecked(), a.isEnabled()) for a in scales.actions()] == [
        ("Bq/ml", False, True),
        ("SUVbw", True, True),
    ]
    scales.actions()[0].trigger()
    assert np.shares_memory(pane.frame.image.array, array)
    assert pane.frame.window.upper == pytest.approx(7 / factor)
    assert np.abs(pane.frame.rgb32.view(np.uint8).astype(int) - picture.view(np.uint8)).max() <= 1
    assert "Bq/ml" in words(pane)
    (drawn,) = pane.drawn_measurements(pane.frame)
    assert drawn.reading.lines[1] == f"Mean {inside.mean():.0f}  SD {inside.std(ddof=1):.0f} Bq/ml"
    values = real.workspace.measurement_values(real.workspace.document.state.measurements[0])
    assert (values.unit, values.roi.mean) == ("BQML", pytest.approx(inside.mean(), rel=1e-5))
    overlay = pane._overlay_of(pane.frame)
    assert (overlay.colour_bar.unit, overlay.colour_bar.upper) == ("BQML", pytest.approx(7 / factor))

    assert real.workspace.document.undo_text == "unit of values"
    real.workspace.document.undo()
    assert "W 7  L 3.50 SUVbw  SUV 0–7" in words(pane)
    values = real.workspace.measurement_values(real.workspace.document.state.measurements[0])
    assert (values.unit, values.roi.mean) == ("g/ml{SUVbw}", pytest.approx(inside.mean() * factor, rel=1e-5))


def test_planes_of_one_pet_have_one_window_that_stays(real: Real) -> None:
    real.canvas.resize(1200, 400)
    real.show("pet_wholebody_sts-001")
    real.canvas.set_mpr()
    real.workspace.set_scale(real.canvas.active_pane().view.series_key, "native")
    real.canvas.file_window()
    QApplication.processEvents()
    shown = {real.canvas.pane(n).frame.window for n in range(3)}
    assert len(shown) == 1
    (window,) = shown
    assert window.lower == 0
    for number in range(3):
        pane = real.canvas.pane(number)
        assert pane.frame.image.unit == "BQML"
        real.canvas.scroll_to(number, 3)
        assert pane.frame.window == window
    real.canvas.set_plane(Plane.STACK)
    assert real.canvas.active_pane().frame.window == window


def test_pet_that_is_suv_already_has_no_other_scale(real: Real) -> None:
    folder = next(p for p in (real.data / "petctmr_sts-012").iterdir() if p.name == "PET")
    files = by_position(folder)
    assert files[0].Units == "GML"
    pane = real.show("petctmr_sts-012/PET")
    assert pane.frame.window.upper == 7
    assert "Values in" not in [a.text() for a in context_menu(real.canvas, pane).actions()]
    f = files[pane.slice_index]
    found = probe(pane.frame, *pane.frame.viewport.to_screen(12, 20))
    value = float(f.pixel_array[20, 12]) * float(f.RescaleSlope) + float(f.RescaleIntercept)
    assert float(found.modality.split()[0]) == pytest.approx(value, abs=0.005)
    assert found.modality.split()[1] == "SUVbw"


def test_pet_without_weight_stays_in_its_unit_and_says_why(real: Real, tmp_path: Path) -> None:
    folder = tmp_path / "no weight"
    folder.mkdir()
    for f in by_position(real.data / "pet_wholebody_sts-001")[100:105]:
        del f.PatientWeight
        f.save_as(folder / f"{f.SOPInstanceUID}.dcm")
    pane = real.show(str(folder))
    assert pane.frame.image.unit == "BQML"
    light = next(light for light in trust_lights(pane.frame.image.facts, "BQML", pane.view) if light.id == "unit")
    assert (light.level, light.word) == (Level.WARN, "Bq/ml, no SUV")
    assert "weight is missing" in light.reason
    scales = next(a.menu() for a in context_menu(real.canvas, pane).actions() if a.text() == "Values in")
    suv = scales.actions()[1]
    assert not suv.isEnabled()
    assert "weight is missing" in suv.text()


def test_further_stacks_of_a_file_are_offered_and_named(real: Real) -> None:
    name = "zoo/seg/seg_image_ct_binary_overlap.dcm"
    pane = real.show(name)
    first = pane.frame.pixels.values.copy()
    stacks = next(a.menu() for a in context_menu(real.canvas, pane).actions() if a.text() == "Stack")
    assert [(a.text(), a.isChecked()) for a in stacks.actions()] == [("segment 1", True), ("segment 2", False)]
    key = pane.view.series_key
    stacks.actions()[1].trigger()
    assert pane.view.series_key == f"{key}#1"
    f = pydicom.dcmread(real.data / name)
    numbers = [
        item.SegmentIdentificationSequence[0].ReferencedSegmentNumber for item in f.PerFrameFunctionalGroupsSequence
    ]
    second = f.pixel_array[[n == 2 for n in numbers]]
    assert pane.slice_count == len(second)
    assert any(np.array_equal(pane.frame.pixels.values, frame) for frame in second)
    assert not np.array_equal(pane.frame.pixels.values, first)
    assert "Stack 2 of 2: segment 2" in [line.text for line in pane._overlay_of(pane.frame).corners.top_right]
    real.workspace.document.undo()
    assert pane.view.series_key == key


def test_ultrasound_measures_in_its_regions_only(real: Real) -> None:
    """One tissue region, left at 120 and top at 60, of .0262 cm; the ECG below it has no lengths."""
    pane = real.show("zoo/compressed/OBXXXX1A_rle.dcm")
    f = pydicom.dcmread(real.data / "zoo/compressed/OBXXXX1A_rle.dcm")
    region = f.SequenceOfUltrasoundRegions[0]

    def text(points: tuple[tuple[float, float], ...], shape: Shape = Shape.DISTANCE) -> tuple[tuple[str, ...], str]:
        found = read(shape, points, pane.frame.image, pane.frame.pixels, Plane.STACK)
        return found.lines, found.caution

    mm = 10 * float(region.PhysicalDeltaX)
    assert text(((200, 100), (200, 300))) == ((f"{200 * mm:.1f} mm",), "")
    assert text(((200, 540), (240, 540))) == (("40.0 px",), "not in one calibrated region")
    assert text(((60, 100), (200, 100)))[0] == ("140.0 px",)
    area, _ = text(((199.5, 99.5), (219.5, 109.5)), Shape.RECTANGLE)
    assert area[0] == f"{200 * mm * mm:.1f} mm²"


def test_ultrasound_that_was_resized_after_its_calibration_has_no_lengths(real: Real) -> None:
    """Its region ends at column 595 of a picture of 320 columns."""
    pane = real.show("zoo/us/examples_ybr_color.dcm")
    assert read(Shape.DISTANCE, ((100, 100), (103, 104)), pane.frame.image, pane.frame.pixels, Plane.STACK).lines == (
        "5.0 px",
    )
    assert any("resized" in line for line in pane.frame.image.facts.warnings)
