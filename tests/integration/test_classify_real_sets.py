"""The way from real pictures to a judged, kept and applied classifier; quick parts of the two public sets."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from medviewer.core.table import Table
from medviewer.io import raster
from medviewer.lab import cases, classifier_file, experiment, trained
from medviewer.lab.applied import apply, step_params
from medviewer.lab.classical import Kind, Spec
from medviewer.lab.experiment import Experiment
from medviewer.lab.split import Scheme, SplitRequest
from medviewer.ops.operation import QuietContext
from medviewer.services import case_tables

SPECS = tuple(Spec(kind) for kind in (Kind.LOGISTIC, Kind.RBF_SVM, Kind.BOOSTING))


@pytest.fixture(scope="module")
def mednist(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every tenth picture of the six classes, as an archive."""
    path = tmp_path_factory.mktemp("mednist") / "part.zip"
    with zipfile.ZipFile(shared_data / "classification" / "mednist_6class_3000.zip") as whole:
        names = [n for n in whole.namelist() if n.endswith("7.jpeg")]
        with zipfile.ZipFile(path, "w") as part:
            for name in names:
                part.writestr(name, whole.read(name))
    return path


def test_six_kinds_of_pictures(mednist: Path, tmp_path: Path) -> None:
    table = case_tables.from_pictures(mednist)
    assert table.n_rows == 300
    built = cases.build(table, "label")
    assert built.classes == ("AbdomenCT", "BreastMRI", "CXR", "ChestCT", "Hand", "HeadCT")
    asked = Experiment(specs=SPECS, resamples=200, importance_of="none", seed=1)
    results = experiment.run(built, asked, QuietContext())
    numbers = results.of(Kind.RBF_SVM).out_of_fold.numbers
    assert numbers["accuracy"].value > 0.95
    assert results.of(Kind.BASELINE).out_of_fold.numbers["accuracy"].value == pytest.approx(1 / 6)
    assert results.findings[0].code == "leak.no-patient"

    fitted = experiment.fit_final(built, asked, Kind.RBF_SVM)
    path = tmp_path / "kinds.classifier"
    path.write_bytes(classifier_file.to_bytes(trained.of_fitted(fitted, built)))
    at = 123
    image = raster.read(mednist, built.sources[at].file)  # read as the viewer reads it
    said = apply(image, step_params(path))
    expected = fitted.probabilities(built.features.select(np.array([at])))[0]
    found = [said.column(f"p({name})").values[0] for name in built.classes]
    assert found == pytest.approx(list(expected), abs=1e-9)
    assert said.column("outside_range").values == (0,)


def test_pneumonia_on_its_own_split(shared_data: Path) -> None:
    """Classical features of 28 × 28 pixels reach at least what auto-sklearn did on the official test part (0.942)."""
    whole = case_tables.from_arrays(shared_data / "classification" / "pneumoniamnist_trainval.npz")
    part = whole.column("part").values
    keep = [n for n in range(whole.n_rows) if part[n] == "val" or n % 4 == 0]
    table: Table = whole.select(keep)
    built = cases.build(table, "label", part="part")
    split = SplitRequest(Scheme.HELD_OUT, use_parts=True)
    asked = Experiment(specs=SPECS, split=split, resamples=300, importance_of="none")
    results = experiment.run(built, asked, QuietContext())
    assert len(results.split.held_out) == 524
    for kind in (Kind.LOGISTIC, Kind.RBF_SVM, Kind.BOOSTING):
        auc = results.of(kind).held_out.numbers["auc"]
        assert auc.low > 0.942, kind
        assert auc.high - auc.low < 0.05
    assert any(f.code == "leak.duplicate-image" for f in results.findings)
