"""The use cases on real files, a real catalog and the real readers; jobs run inline."""

from __future__ import annotations

import os

import numpy as np
import pydicom
import pytest

from medviewer.core.display import Appearance, Window
from medviewer.document import edits
from medviewer.document.state import Measurement, Plane, Shape, Step
from medviewer.errors import DataError
from medviewer.io.headers import InstanceHeader
from medviewer.services.executors import InlineExecutor, ManualExecutor, ThreadExecutor
from medviewer.services.paths import Paths
from medviewer.services.settings import SeriesOverride
from medviewer.services.workspace import MIB, Workspace
from tests.helpers.dicom_factory import make_instance, make_series


@pytest.fixture
def files(tmp_path):
    """Two CT series of one study and an MR of another patient."""
    folder = tmp_path / "files"
    make_series(folder / "a", 6, series="a", study="s", SeriesNumber=1, SeriesDescription="Thorax")
    make_series(folder / "b", 4, series="b", study="s", SeriesNumber=2, SeriesDescription="Abdomen")
    make_series(folder / "c", 5, series="c", study="t", Modality="MR", PatientID="P2", PatientName="Beta^Bert")
    (folder / "notes.txt").write_text("not an image")
    return folder


def make_workspace(tmp_path, executor=None, **values) -> Workspace:
    paths = Paths.choose(data_dir=tmp_path / "data").ensure()
    return Workspace(paths, executor or InlineExecutor(), import_in_process=False, **values)


@pytest.fixture
def workspace(tmp_path):
    made = make_workspace(tmp_path)
    yield made
    assert made.close() == []


def rows(workspace):
    return [row for study in workspace.catalog.studies("") for row in workspace.catalog.series_of(study.id)]


def row_of(workspace, description):
    return next(row for row in rows(workspace) if row.description == description)


def by_pydicom(folder):
    """Stored pixels in the order of the positions, read by pydicom."""
    datasets = sorted(map(pydicom.dcmread, folder.iterdir()), key=lambda ds: ds.ImagePositionPatient[2])
    return np.stack([ds.pixel_array for ds in datasets]), datasets


# -- import


def test_import_fills_the_catalog_and_says_how_far_it_is(workspace, files):
    reports, progress, catalog_changes, done = [], [], [], []
    workspace.import_progress.connect(lambda report: reports.append(report))
    workspace.catalog_changed.connect(lambda what: catalog_changes.append(what))
    workspace.import_paths([files], done=done.append, progress=progress.append)
    assert len(done) == 1
    report = done[0]
    assert (report.instances, report.left_out, report.finished, report.fraction) == (15, 1, True, 1.0)
    assert sorted(report.series_ids) == sorted(row.id for row in rows(workspace))
    assert reports[-1] == progress[-1] == report
    assert catalog_changes
    assert len(rows(workspace)) == 3
    assert [item.path.endswith("notes.txt") for item in workspace.catalog.left_out()] == [True]
    assert not workspace.is_importing


def test_importing_again_adds_nothing_and_still_names_the_series(workspace, files):
    done = []
    workspace.import_paths([files], done=done.append)
    workspace.import_paths([files], done=done.append)
    assert len(rows(workspace)) == 3
    assert sorted(done[1].series_ids) == sorted(done[0].series_ids)


def test_opening_paths_shows_the_first_image(workspace, files):
    shown = []
    workspace.open_paths([files / "b"], shown=shown.append)
    assert shown[0].series.description == "Abdomen"
    assert workspace.document.state.view(0).series_key == shown[0].key
    assert workspace.settings.data.recent_paths == (str(files / "b"),)
    workspace.open_paths([files / "b"], shown=shown.append)  # known by now
    assert shown[1] is shown[0]


def test_opening_what_holds_no_image_says_so(workspace, files):
    shown = []
    workspace.open_paths([files / "notes.txt"], shown=shown.append)
    assert shown == [None]


def test_missing_path_is_told(workspace, tmp_path):
    told, shown, left = [], [], workspace.catalog
    workspace.told.connect(lambda error: told.append(error))
    workspace.open_paths([tmp_path / "nowhere"], shown=shown.append)
    assert told or left.left_out_count() == 1
    assert not rows(workspace)


@pytest.mark.process
def test_import_in_a_process_of_its_own(tmp_path, files):
    executor = ThreadExecutor(cores=2)
    workspace = Workspace(Paths.choose(data_dir=tmp_path / "data").ensure(), executor)
    done = []
    workspace.import_paths([files], done=done.append)
    assert workspace.is_importing
    while not done:
        assert executor.pump(60.0)
    assert done[0].instances == 15
    assert len(rows(workspace)) == 3
    assert workspace.close() == []
    assert workspace.processes.pid is None


def test_cancelled_import_tells_its_end(tmp_path, files):
    executor = ManualExecutor()
    workspace = make_workspace(tmp_path, executor)
    reports, done = [], []
    workspace.import_progress.connect(lambda report: reports.append(report))
    workspace.import_paths([files], done=done.append)
    workspace.cancel_import()
    executor.settle()
    assert [(r.finished, r.cancelled) for r in reports] == [(True, True)]
    assert done == []
    workspace.close()


# -- series


def test_open_series_has_the_pixels_that_pydicom_reads(workspace, files):
    workspace.import_paths([files])
    loaded = workspace.open_series(row_of(workspace, "Thorax").id)
    pixels, datasets = by_pydicom(files / "a")
    np.testing.assert_array_equal(loaded.image.array, pixels)
    assert loaded.is_complete
    assert loaded.image.geometry.spacing_xyz_mm[2] == pytest.approx(
        datasets[1].ImagePositionPatient[2] - datasets[0].ImagePositionPatient[2]
    )
    assert [loaded.header(k).sop_instance_uid for k in range(6)] == [ds.SOPInstanceUID for ds in datasets]


def test_series_is_opened_once_by_id_by_key_and_by_itself(workspace, files):
    workspace.import_paths([files])
    opened = []
    workspace.series_opened.connect(lambda loaded: opened.append(loaded))
    row = row_of(workspace, "Thorax")
    loaded = workspace.open_series(row.id)
    assert workspace.open_series(row.key) is loaded
    assert workspace.open_series(loaded.series) is loaded
    assert workspace.loaded(row.key) is loaded
    assert opened == [loaded]
    workspace.close_series(row.key)
    assert workspace.loaded(row.key) is None
    assert loaded.is_closed


def test_headers_are_read_in_the_background(tmp_path, files):
    prepared = make_workspace(tmp_path)
    prepared.import_paths([files])
    row = row_of(prepared, "Thorax")
    prepared.close()
    executor = ManualExecutor()
    workspace = make_workspace(tmp_path, executor)
    asked = []
    real = workspace.catalog.instances
    workspace.catalog.instances = lambda number: asked.append(number) or real(number)
    loaded = workspace.open_series(row.key)
    assert not asked
    executor.run_next("io")
    assert asked == [row.id]
    executor.settle()
    assert loaded.is_complete
    assert len(loaded.plan.headers) == 6
    workspace.close()


def test_unknown_series_is_told(workspace):
    with pytest.raises(DataError, match="no longer in the list"):
        workspace.open_series("no such key")


def test_series_whose_files_are_gone_fails_slice_by_slice_and_can_be_opened_again(workspace, files):
    workspace.import_paths([files])
    row = row_of(workspace, "Abdomen")
    (files / "b").rename(files / "away")
    loaded = workspace.open_series(row.id)
    assert loaded.failure is not None or len(loaded.errors) == 4
    workspace.close_series(row.key)
    (files / "away").rename(files / "b")
    again = workspace.open_series(row.id)
    assert again.failure is None
    assert not again.errors


def test_memory_budget_closes_what_no_pane_shows(workspace, files, tmp_path):
    big = tmp_path / "big"
    rng = np.random.default_rng(1)
    for name in "xyz":
        pixels = rng.integers(0, 99, (512, 512)).astype(np.int16)  # 0.5 MiB a slice
        make_series(big / name, 3, series=name, study="big", SeriesDescription=name, pixels=pixels)
    workspace.settings.change("memory", budget_mb=4)
    workspace.import_paths([big])
    shown = workspace.show_series(row_of(workspace, "x").id)
    hidden = workspace.open_series(row_of(workspace, "y").id)
    assert not hidden.is_closed
    third = workspace.open_series(row_of(workspace, "z").id)
    assert not shown.is_closed
    assert hidden.is_closed
    assert workspace.loaded(hidden.key) is None
    assert not third.is_closed
    assert workspace.cache.size_bytes <= 4 * MIB


def test_thumbnail_is_a_png_kept_in_the_catalog(workspace, files):
    workspace.import_paths([files])
    got = []
    number = row_of(workspace, "Thorax").id
    workspace.thumbnail(number, got.append)
    assert got[0].startswith(b"\x89PNG")
    assert workspace.catalog.thumbnail(number) == got[0]


def test_tags_are_those_of_the_slice_on_screen(workspace, files):
    workspace.import_paths([files])
    loaded = workspace.show_series(row_of(workspace, "Thorax").id)
    got, failed = [], []
    workspace.tags(loaded.key, Plane.STACK, 2, got.append, failed.append)
    values = {row.keyword: row.value for row in got[0]}
    assert values["SOPInstanceUID"] == loaded.header(2).sop_instance_uid
    workspace.tags("no such key", Plane.STACK, 0, got.append, failed.append)
    assert isinstance(failed[0], DataError)


# -- regrouping and forgetting


def test_regrouping_closes_what_no_longer_exists_and_comes_back(workspace, files):
    workspace.import_paths([files])
    row = row_of(workspace, "Thorax")
    workspace.show_series(row.id)
    measurement = Measurement("m", Shape.DISTANCE, row.key, Plane.STACK, 2, ((0.0, 0.0), (3.0, 4.0)))
    workspace.document.apply(edits.AddMeasurement(measurement))
    workspace.regroup("split", [row.id], "instance")
    assert len(rows(workspace)) == 3 - 1 + 6
    key = workspace.document.state.view(0).series_key
    assert key == row.key  # the part that has its name is shown with what it holds now
    assert len(workspace.open_series(key).image.array) == 1
    workspace.regroup("reset", [r.id for r in rows(workspace) if r.description == "Thorax"])
    assert len(rows(workspace)) == 3
    assert workspace.document.state.measurements == (measurement,)
    with pytest.raises(ValueError, match="regrouping"):
        workspace.regroup("shuffle", [rows(workspace)[0].id])


def test_the_catalog_is_changed_in_the_background_and_the_list_told_when_it_is_done(tmp_path, files):
    executor = ManualExecutor()
    workspace = make_workspace(tmp_path, executor)
    workspace.import_paths([files])
    executor.settle()
    row = row_of(workspace, "Thorax")
    loaded = workspace.open_series(row.id)
    executor.settle()
    changes, done = [], []
    workspace.catalog_changed.connect(lambda what: changes.append(what))
    workspace.regroup("split", [row.id], "instance", done=lambda: done.append("split"))
    workspace.forget("study", row.study, done=lambda: done.append("forgotten"))
    assert (len(rows(workspace)), changes, done) == (3, [], [])  # nothing is written in this thread
    assert [job.cancellable for job in workspace.scheduler.jobs() if job.lane == "io"] == [False, False]
    executor.run_next()
    executor.deliver()
    assert (len(changes), done) == (1, ["split"])
    assert len(rows(workspace)) == 2 + 6
    assert loaded.is_closed
    executor.settle()
    assert (len(changes), done) == (2, ["split", "forgotten"])
    assert [r.modality for r in rows(workspace)] == ["MR"]
    workspace.close()


def test_what_cannot_be_changed_is_told_and_the_list_read_again(workspace, files):
    workspace.import_paths([files])
    told, changes, done = [], [], []
    workspace.told.connect(lambda error: told.append(error))
    workspace.catalog_changed.connect(lambda what: changes.append(what))
    workspace.regroup("split", [row_of(workspace, "Thorax").id], "echo", done=lambda: done.append(1))
    workspace.regroup("reset", [99_999], done=lambda: done.append(2))
    workspace.forget("series", 99_999, done=lambda: done.append(3))
    assert [type(error).__name__ for error in told] == ["CatalogError", "DataError", "DataError"]
    assert len(changes) == 3
    assert done == []
    assert len(rows(workspace)) == 3


def test_forgetting_reaches_every_study_of_a_patient(workspace):
    headers = [
        InstanceHeader(path=f"/none/{n}", sop_instance_uid=f"1.{n}", study_uid=f"2.{n}", series_uid=f"3.{n}")
        for n in range(205)  # more than one page of the list
    ]
    workspace.catalog.add(headers)
    keys = [row.key for n in workspace.catalog.studies(limit=-1) for row in workspace.catalog.series_of(n.id)]
    assert len(keys) == 205
    for key in keys[200:]:
        workspace.settings.override_series(key, SeriesOverride(colour_map="hot"))
    (patient,) = workspace.catalog.patients()
    workspace.forget("patient", patient.id)
    assert workspace.settings.series.overrides == {}


def test_scale_follows_the_document(tmp_path):
    from tests.unit.services.test_scales import PetPlan

    workspace = make_workspace(tmp_path, plan=PetPlan)
    make_instance(tmp_path / "one.dcm", Modality="PT")
    workspace.import_paths([tmp_path / "one.dcm"])
    loaded = workspace.show_series(rows(workspace)[0].id)
    assert workspace.value_at(loaded.key, Plane.STACK, 0, 1, 1).unit == "g/ml{SUVbw}"
    workspace.set_scale(loaded.key, "native")
    value = workspace.value_at(loaded.key, Plane.STACK, 0, 1, 1)
    assert (value.unit, value.modality) == ("BQML", value.stored * 2.0)
    workspace.document.undo()
    assert workspace.value_at(loaded.key, Plane.STACK, 0, 1, 1).modality == value.stored * 2.0 * 0.25
    workspace.document.redo()
    state = workspace.document.state
    workspace.close()
    again = make_workspace(tmp_path, plan=PetPlan)
    again.sessions.restore_last()
    assert again.document.state == state
    assert again.open_series(loaded.key).image.unit == "BQML"  # the session says so before the series is open
    again.close()


def test_forgotten_patient_is_gone_from_everywhere(tmp_path, files):
    workspace = make_workspace(tmp_path)
    workspace.import_paths([files])
    row = row_of(workspace, "Thorax")
    loaded = workspace.show_series(row.id)
    workspace.document.apply(
        edits.AddMeasurement(
            Measurement("m", Shape.DISTANCE, row.key, Plane.STACK, 2, ((0.0, 0.0), (3.0, 4.0)), "Alpha")
        )
    )
    workspace.settings.override_series(row.key, SeriesOverride(colour_map="hot"))
    workspace.thumbnail(row.id, lambda _png: None)
    workspace.archive.flush()
    assert workspace.paths.measurement_dir.exists()
    patient = next(p for p in workspace.catalog.patients() if p.patient_id == "P1")
    workspace.forget("patient", patient.id)
    assert loaded.is_closed
    assert [r.modality for r in rows(workspace)] == ["MR"]
    assert workspace.document.state.measurements == ()
    assert workspace.document.state.view(0).series_key == ""
    assert not workspace.document.undo()
    assert workspace.settings.series.overrides == {}
    workspace.close()
    written = b"".join(p.read_bytes() for p in (tmp_path / "data").rglob("*") if p.is_file())
    assert row.key.encode() not in written
    assert b"Alpha" not in written
    assert (files / "a" / "0000.dcm").exists()


# -- values


def test_value_and_measurement_come_from_the_file(workspace, files):
    workspace.import_paths([files])
    loaded = workspace.show_series(row_of(workspace, "Thorax").id)
    pixels, datasets = by_pydicom(files / "a")
    slope, intercept = float(datasets[0].RescaleSlope), float(datasets[0].RescaleIntercept)
    value = workspace.value_at(loaded.key, Plane.STACK, 3, 2, 1, Appearance(Window(0, 100)))
    assert value.stored == pixels[3, 1, 2]
    assert value.modality == pixels[3, 1, 2] * slope + intercept
    assert value.world_mm[2] == pytest.approx(datasets[3].ImagePositionPatient[2])
    measurement = Measurement("m", Shape.DISTANCE, loaded.key, Plane.STACK, 3, ((0.0, 0.0), (3.0, 4.0)))
    row_mm, column_mm = map(float, datasets[0].PixelSpacing)
    expected = float(np.hypot(3 * column_mm, 4 * row_mm))
    assert workspace.measurement_values(measurement).length == pytest.approx(expected)
    assert workspace.value_at("unknown", Plane.STACK, 0, 0, 0).stored is None
    workspace.close_series(loaded.key)
    assert "not open" in workspace.measurement_values(measurement).problem


def test_operation_becomes_the_recipe_and_is_computed(workspace, files):
    workspace.import_paths([files])
    loaded = workspace.show_series(row_of(workspace, "Thorax").id)
    steps = (Step("filter.gaussian", 1, {"sigma_mm": 1.0}),)
    job = workspace.run_operation(loaded.key, steps)
    assert job is None or job.finished
    assert workspace.document.state.recipes == {loaded.key: steps}
    assert workspace.processing.progress(loaded.key).complete
    workspace.document.undo()
    assert workspace.document.state.recipes == {}


# -- life


def test_closing_keeps_the_last_session_for_the_next_start(tmp_path, files):
    first = make_workspace(tmp_path)
    first.start()
    first.import_paths([files])
    first.show_series(row_of(first, "Abdomen").id)
    first.settings.change("general", theme="light")
    state = first.document.state
    assert first.close() == []
    assert first.close() == []
    second = make_workspace(tmp_path)
    assert second.sessions.recovered() is None
    assert second.settings.general.theme == "light"
    second.sessions.restore_last()
    assert second.document.state == state
    assert second.open_series(state.view(0).series_key).is_complete
    second.close()


def test_measurements_come_back_on_another_day(tmp_path, files):
    first = make_workspace(tmp_path)
    first.import_paths([files])
    row = row_of(first, "Thorax")
    first.show_series(row.id)
    measurement = Measurement("m", Shape.DISTANCE, row.key, Plane.STACK, 2, ((0.0, 0.0), (3.0, 4.0)), "node")
    first.document.apply(edits.AddMeasurement(measurement))
    first.close()
    second = make_workspace(tmp_path)
    second.show_series(row_of(second, "Abdomen").id)
    assert second.document.state.measurements == ()
    second.show_series(row.id)
    assert second.document.state.measurements == (measurement,)
    assert second.measurement_values(measurement).length > 0
    second.close()


def test_settings_that_cannot_be_saved_are_told_once(workspace, monkeypatch):
    told = []
    workspace.told.connect(lambda error: told.append(error))

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    workspace.settings.change("general", theme="light")
    assert [str(error) for error in told] == ["The settings could not be saved. Make room on the disk."]
    monkeypatch.undo()
    workspace.settings.change("general", theme="dark")
    assert len(told) == 1


def test_further_stacks_of_a_file_have_keys_of_their_own(tmp_path):
    made = []

    def plan(series, stack=0):
        from tests.helpers.memory_plan import MemoryPlan

        made.append(stack)
        return MemoryPlan(series)

    workspace = make_workspace(tmp_path, plan=plan)
    make_instance(tmp_path / "one.dcm")
    workspace.import_paths([tmp_path / "one.dcm"])
    row = rows(workspace)[0]
    first, second = workspace.open_series(row.id), workspace.open_series(row.id, stack=1)
    assert (first.key, second.key) == (row.key, f"{row.key}#1")
    assert workspace.open_series(f"{row.key}#1") is second
    assert made == [0, 1]
    workspace.forget("series", row.id)
    assert first.is_closed
    assert second.is_closed
    workspace.close()
