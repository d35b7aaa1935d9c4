"""Classification behind the window: cases, checks, runs."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import numpy as np
import pytest

from medviewer.core.table import Column, Table
from medviewer.errors import InputError, MedviewerError
from medviewer.lab import classifier_file
from medviewer.lab.classical import Kind
from medviewer.ops.operation import Slot
from medviewer.services import case_choices, case_views, classification, experiment_tables, result_tables
from medviewer.services.classification import Classification
from medviewer.services.executors import InlineExecutor, ManualExecutor
from medviewer.services.workspace import Workspace
from tests.helpers.image_workspace import make_workspace, step
from tests.helpers.phantoms import make_image

FAST = (Kind.LOGISTIC, Kind.TREE)


def blobs(n: int = 60, patients: int = 30, seed: int = 1) -> Table:
    """Two classes that one feature tells nearly apart, two cases a patient."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) // (n // patients) % 2
    wide = rng.normal(size=n) + 2.5 * labels
    return Table(
        (
            Column("patient_id", tuple(f"P{int(v):02d}" for v in np.arange(n) // (n // patients))),
            Column("area_mm2", tuple(map(float, wide)), "Area", "mm²"),
            Column("noise", tuple(map(float, rng.normal(size=n)))),
            Column("diagnosis", tuple("tumour" if v else "normal" for v in labels)),
        ),
        "Blobs",
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path, InlineExecutor(), ct=make_image())


@pytest.fixture
def lab(workspace: Workspace) -> Classification:
    return classification.of(workspace)


def test_guesses_come_with_reasons(lab: Classification) -> None:
    lab.add_table("Blobs", blobs())
    assert (lab.choices.label, lab.choices.group) == ("diagnosis", "patient_id")
    assert "patient" in lab.survey.group.why
    assert lab.used() == {"area_mm2", "noise"}
    facts = lab.survey.column("patient_id")
    assert facts is not None
    assert "identifies" in facts.why_not
    assert lab.check is not None
    assert lab.check.problem is None
    assert not [f for f in lab.check.findings if f.severity == "serious"]


def test_without_a_patient_the_check_shouts(lab: Classification) -> None:
    lab.add_table("Blobs", blobs())
    lab.choose(group="")
    assert lab.check is not None
    assert lab.check.findings[0].code == "leak.no-patient"
    assert lab.why_not_run() == ""


def test_a_run_is_kept_and_can_be_saved(lab: Classification, tmp_path: Path) -> None:
    lab.add_table("Blobs", blobs())
    lab.set_plan(kinds=FAST, resamples=100)
    heard: list[str] = []
    lab.changed.connect(heard.append)
    assert lab.run("Classify")
    assert heard[-1] == "results"
    (record,) = lab.runs
    auc = record.results.of(Kind.LOGISTIC).judged
    assert auc is not None
    assert auc.numbers["auc"].value > 0.85
    table = experiment_tables.case_table(record, Kind.LOGISTIC)
    assert table.n_rows == 60
    right = table.column("right").values
    assert abs(np.mean([bool(v) for v in right]) - auc.numbers["accuracy"].value) < 1e-12
    metrics = experiment_tables.metric_table(record)
    assert {row["classifier"] for row in metrics.rows()} == {"baseline", "logistic", "tree"}
    written: list[Path] = []
    lab.save(record, Kind.LOGISTIC, tmp_path / "mine", written.append)
    assert written == [tmp_path / "mine.classifier"]
    kept = classifier_file.load(written[0])
    again = kept.predict(blobs())
    assert np.mean([p == t for p, t in zip(again.column("predicted").values, blobs().column("diagnosis").values,
                                           strict=True)]) > 0.8  # fmt: skip


def test_the_same_seed_gives_the_same_numbers(lab: Classification) -> None:
    lab.add_table("Blobs", blobs())
    lab.set_plan(kinds=(Kind.LOGISTIC,), resamples=50, seed=7)
    lab.run()
    lab.run()
    one, other = (experiment_tables.report(record)["classifiers"] for record in lab.runs)
    for classifier in (*one, *other):
        classifier.pop("seconds")
    assert one == other


def test_labels_are_typed_and_the_old_column_is_not_learned_from(lab: Classification) -> None:
    lab.add_table("Blobs", blobs())
    lab.start_typing()
    assert lab.choices.label == "class"
    assert lab.table.column("class").values == lab.table.column("diagnosis").values
    assert "diagnosis" not in lab.used()
    lab.type_labels([0, 2], "cyst")
    assert case_choices.class_names(lab.table.column("class")) == ("cyst", "normal", "tumour")
    lab.type_labels([0], "")
    assert lab.table.column("class").values[0] is None
    lab.add_table("More", blobs(seed=2))
    assert lab.table.column("class").values[2] == "cyst"
    assert lab.table.column("class").values[60:] == (None,) * 60


def test_typed_labels_alone_suffice(lab: Classification) -> None:
    table = blobs()
    lab.add_table("Bare", Table(table.columns[:3]))
    assert lab.check is not None
    assert lab.check.problem is not None
    assert lab.check.problem.code == "classify.label"
    lab.start_typing()
    for row, name in enumerate(table.column("diagnosis").values):
        lab.type_labels([row], str(name))
    lab.set_plan(kinds=(Kind.LOGISTIC,), resamples=20)
    assert lab.run()


def test_several_tables_become_one_with_their_source(lab: Classification) -> None:
    lab.add_table("A", blobs())
    lab.add_table("B", blobs(seed=5))
    assert lab.table.n_rows == 120
    assert lab.table.column("source").values[0] == "A"
    assert "source" not in lab.used()
    source, row = case_choices.origin(lab.sources, 61)
    assert (source.name, row) == ("B", 1)
    lab.remove(lab.sources[0].number)
    assert lab.table.n_rows == 60
    assert "source" not in lab.table.keys


def test_tables_of_other_settings_are_refused_and_nothing_is_lost(lab: Classification) -> None:
    lab.add_table("A", Table(blobs().columns, "A", {"features": {"bins": 32}}))
    with pytest.raises(InputError, match="different settings"):
        lab.add_table("B", Table(blobs().columns, "B", {"features": {"bins": 64}}))
    assert [source.name for source in lab.sources] == ["A"]


def test_measured_rows_lead_to_their_place(lab: Classification, workspace: Workspace) -> None:
    table = Table(
        (
            Column("object", (1, 2)),
            Column("area", (3.0, 4.0)),
            Column("centroid_l_mm", (1.0, 2.0)),
            Column("centroid_p_mm", (3.0, 4.0)),
            Column("centroid_s_mm", (5.0, 6.0)),
        )
    )
    lab.add_result_tables([result_tables.of(workspace).put("Objects", table, "ct")])
    view = case_views.view_of(workspace, lab.sources, 1)
    assert (view.series_key, view.position_mm) == ("ct", (2.0, 4.0, 6.0))
    assert lab.table.column("series_key").values == ("ct", "ct")


def test_what_cannot_run_says_why(lab: Classification, tmp_path: Path) -> None:
    assert lab.why_not_run() == "There are no cases yet."
    assert not lab.run()
    heard: list[MedviewerError] = []
    lab.told.connect(heard.append)
    lab.add_path(tmp_path / "nothing.csv")
    assert "cannot be read" in heard[0].message
    lab.add_table("One", blobs().select([0]))
    assert "label" in lab.why_not_run()
    lab.remove(lab.sources[0].number)
    lab.add_table("Blobs", blobs())
    lab.choose(features=frozenset())
    assert "ticked" in lab.why_not_run()
    lab.choose(features=None)
    lab.set_plan(kinds=())
    assert lab.why_not_run() == "No classifier is ticked."


def test_a_run_can_be_cancelled(tmp_path: Path) -> None:
    executor = ManualExecutor()
    lab = classification.of(workspace := make_workspace(tmp_path, executor, ct=make_image()))
    lab.add_table("Blobs", blobs())
    executor.settle()
    assert lab.run("Classify")
    assert lab.progress.what == "run"
    lab.cancel()
    executor.settle()
    assert lab.progress.what == ""
    assert lab.runs == ()
    workspace.close()


def test_a_table_classifier_becomes_a_step_behind_measurements(
    lab: Classification, workspace: Workspace, tmp_path: Path
) -> None:
    from medviewer.document import edits
    from medviewer.ops import registry

    lab.add_table("Blobs", blobs())
    lab.set_plan(kinds=(Kind.LOGISTIC,), resamples=20)
    lab.run()
    record = lab.runs[0]
    assert "Open a series" in lab.why_no_step(record, "")
    assert "measures" in lab.why_no_step(record, "ct")
    measures = next(op for op in registry.all_operations() if op.gives is Slot.TABLE and op.id != "classify.apply")
    workspace.document.apply(edits.SetRecipe("ct", (step(measures),)))
    assert lab.why_no_step(record, "ct") == ""
    lab.save(record, Kind.LOGISTIC, tmp_path / "k.classifier", lambda _path: None)
    made = lab.step_of(tmp_path / "k.classifier")
    assert made.op == "classify.apply"
    assert len(str(made.params["checksum"])) == 64


def test_pictures_of_an_archive_are_cases_that_can_be_seen(
    lab: Classification, workspace: Workspace, shared_data: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small.zip"
    with zipfile.ZipFile(shared_data / "classification" / "mednist_6class_3000.zip") as held:
        wanted = [
            n for n in held.namelist() if n.split("/")[-2] in ("Hand", "CXR") and n[-7:-5] in ("00", "01", "02")
        ]
        with zipfile.ZipFile(small, "w") as made:
            for name in wanted:
                made.writestr(name, held.read(name))
    lab.add_path(small)
    assert lab.table.n_rows == len(wanted) > 20
    assert lab.choices.label == "label"
    view = case_views.view_of(workspace, lab.sources, 3)
    assert view.picture in wanted
    from medviewer.io import raster

    assert np.array_equal(case_views.read_picture(view), raster.read_array(small, view.picture)[0])
    assert case_views.small_picture(view).dtype == np.uint8
    series = case_views.as_series(view, tmp_path / "cases")
    assert series.n_frames == 1


def test_arrays_are_cases_that_can_be_seen(lab: Classification, workspace: Workspace, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    pictures = rng.integers(0, 255, (24, 28, 28), dtype=np.uint8)
    path = tmp_path / "few.npz"
    np.savez(path, train_images=pictures, train_labels=np.arange(24) % 2)
    lab.add_path(path)
    view = case_views.view_of(workspace, lab.sources, 5)
    assert np.array_equal(case_views.read_picture(view), pictures[5])
    assert case_views.as_series(view, tmp_path / "cases").rows == 28


def test_a_file_of_cases(lab: Classification, tmp_path: Path) -> None:
    table = blobs()
    with (tmp_path / "cases.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(table.keys)
        writer.writerows(row.values() for row in table.rows())
    lab.add_path(tmp_path / "cases.csv")
    assert lab.sources[0].name == "cases.csv"
    assert lab.choices.group == "patient_id"
    assert not case_views.view_of(lab._workspace, lab.sources, 0).can_be_shown
