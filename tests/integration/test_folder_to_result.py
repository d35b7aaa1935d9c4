"""The whole way, with real threads and processes: a folder is opened, read, measured, processed, kept and found."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from PySide6.QtWidgets import QApplication

from medviewer.app import build
from medviewer.document import edits
from medviewer.document.state import Measurement, Plane, Shape, Step
from medviewer.services.paths import Paths
from medviewer.ui.main_window import MainWindow

CT = "dicom/ct_chest_lidc-0314"
Waiter = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot) -> Waiter:
    return lambda condition: qtbot.waitUntil(condition, timeout=30_000)


@pytest.fixture
def window(shared_data: Path, tmp_path: Path, qapp: QApplication, wait: Waiter) -> Iterator[MainWindow]:
    folders = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "log").ensure()
    _app, window = build([shared_data / CT], folders)
    window.show()
    wait(lambda: window.is_assembled and bool(shown(window)))
    wait(lambda: opened(window) and window.workspace.loaded(shown(window)).is_complete)
    yield window
    window.close()
    window.workspace.close()
    window.deleteLater()


def shown(window: MainWindow) -> str:
    return window.workspace.document.state.view(0).series_key


def opened(window: MainWindow) -> bool:
    loaded = window.workspace.loaded(shown(window))
    return loaded is not None and loaded.is_open


def hounsfield_by_hand(path: Path) -> np.ndarray:
    ds = pydicom.dcmread(path)
    return ds.pixel_array.astype(np.float64) * float(ds.RescaleSlope) + float(ds.RescaleIntercept)


def files_by_position(folder: Path) -> list[Path]:
    """Feet to head."""
    return sorted(
        folder.iterdir(), key=lambda p: float(pydicom.dcmread(p, stop_before_pixels=True).ImagePositionPatient[2])
    )


def test_from_a_folder_to_a_result(
    window: MainWindow, shared_data: Path, tmp_path: Path, wait: Waiter, qapp: QApplication
) -> None:
    workspace, document = window.workspace, window.workspace.document
    key = shown(window)
    loaded = workspace.loaded(key)
    assert loaded is not None

    # It starts on the middle slice, and every slice holds the file's own values, in order.
    files = files_by_position(shared_data / CT)
    assert loaded.image.n_slices == len(files) == 63
    assert document.state.view(0).index == 31
    order = [Path(loaded.plan.header(k).path) for k in range(63)]
    assert order in (files, files[::-1])
    for k in (0, 31, 62):
        np.testing.assert_array_equal(loaded.image.modality_slice(k), hounsfield_by_hand(order[k]))

    # The probe says what the file says.
    value = workspace.value_at(key, Plane.STACK, 31, 200, 300)
    by_hand = hounsfield_by_hand(order[31])
    assert value.modality == by_hand[300, 200]
    assert value.unit == "HU"
    ds = pydicom.dcmread(order[31], stop_before_pixels=True)
    expected = np.array(ds.ImagePositionPatient, float) + np.array([200, 300, 0]) * float(ds.PixelSpacing[0])
    np.testing.assert_allclose(value.world_mm, expected, atol=1e-6)

    # A rectangle measures what numpy measures, and goes and comes back with undo and redo.
    box = Measurement("m1", Shape.RECTANGLE, key, Plane.STACK, 31, ((99.5, 149.5), (139.5, 179.5)))
    document.apply(edits.AddMeasurement(box))
    roi = workspace.measurement_values(box).roi
    inside = by_hand[150:180, 100:140]
    assert roi.n == inside.size
    assert roi.mean == pytest.approx(inside.mean(), abs=1e-3)
    assert roi.sd == pytest.approx(inside.std(ddof=1), rel=1e-6)
    assert roi.area_mm2 == pytest.approx(inside.size * 0.78125**2)
    document.undo()
    assert document.state.measurements == ()
    document.redo()
    assert document.state.measurements == (box,)

    # A step computed in the window equals the command line's, voxel for voxel.
    document.apply(edits.add_step(document.state, key, Step("filter.gaussian", 1, {"sigma_mm": 2.5})))
    assert workspace.processing.process_all(key) is not None
    wait(lambda: workspace.processing.progress(key).complete)
    wait(lambda: (found := workspace.processing.processed_slice(key, Plane.STACK, 40)) is not None and found.current)
    in_window = workspace.processing.processed_slice(key, Plane.STACK, 40)
    assert in_window is not None
    out = tmp_path / "blurred.nrrd"
    command = [sys.executable, "-m", "medviewer", "op", "filter.gaussian", str(shared_data / CT), str(out)]
    subprocess.run([*command, "--sigma-mm", "2.5"], check=True, capture_output=True, timeout=120)
    written = sitk.ReadImage(str(out))
    of_file = sitk.GetArrayFromImage(written)
    place = [float(v) for v in loaded.image.geometry.world((0, 0, 40))]
    z = round(written.TransformPhysicalPointToContinuousIndex(place)[2])
    np.testing.assert_array_equal(in_window.pixels.modality(), of_file[z])

    # Kept in a session file and found again after everything was closed.
    session = tmp_path / "work.mvz"
    workspace.sessions.save(session)
    wait(lambda: session.exists() and workspace.scheduler.idle)
    document.apply(edits.ShowSeries(0, ""))
    document.apply(edits.DeleteMeasurement.of("m1"))
    workspace.sessions.open(session)
    assert shown(window) == key
    assert document.state.measurements == (box,)
    assert document.state.recipes[key][0].params == {"sigma_mm": 2.5}


def test_the_command_line_lists_what_the_browser_lists(window: MainWindow, shared_data: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "medviewer", "series", str(shared_data / CT), "--json"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    listed = json.loads(run.stdout)
    assert listed["files_read"] == 63
    assert listed["left_out"] == []
    (series,) = listed["series"]
    catalog = window.workspace.catalog
    rows = [
        row
        for patient in catalog.patients("")
        for study in catalog.studies("", patient=patient.id)
        for row in catalog.series_of(study.id)
    ]
    assert [(row.uid, row.n_frames, row.description) for row in rows] == [
        (series["uid"], series["n_frames"], series["description"])
    ]
