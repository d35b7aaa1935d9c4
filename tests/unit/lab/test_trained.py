from __future__ import annotations

import io
import json
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medviewer.core.table import Column, Table
from medviewer.errors import Cancelled, InputError, ModelError
from medviewer.lab import applied, cases, classifier_file, experiment, trained
from medviewer.lab.applied import ApplyParams, apply
from medviewer.lab.classical import Kind, Spec
from medviewer.lab.experiment import Experiment
from medviewer.lab.image_features import Settings
from medviewer.lab.trained import TrainedClassifier
from medviewer.ops import registry
from medviewer.ops.operation import QuietContext
from medviewer.ops.scene import Scene
from medviewer.services.jobs import CancelToken, JobContext
from tests.helpers.patients import simulated
from tests.helpers.phantoms import make_image


def table_of(classes: int = 2) -> Table:
    source = simulated(40, 2, classes=classes)
    area = Column("area", tuple(float(n % 17) if n % 9 else None for n in range(80)), "Area", "mm2")
    sex = Column("sex", tuple("FM"[n % 2] if n % 11 else None for n in range(80)))
    return Table(source.with_columns(area, sex).columns, "cases", {"features": {"of": "objects", "bins": 32}})


def trained_of(kind: Kind, classes: int = 2) -> tuple[TrainedClassifier, Table, np.ndarray]:
    table = table_of(classes)
    built = cases.build(table, "dx", "patient")
    fitted = experiment.fit_final(built, Experiment(specs=(Spec(kind),)), kind)
    return trained.of_fitted(fitted, built), table, fitted.probabilities(built.features)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("kind", list(Kind))
def test_loaded_predicts_as_scikit_learn(kind: Kind, classes: int) -> None:
    kept, table, expected = trained_of(kind, classes)
    again = classifier_file.from_bytes(classifier_file.to_bytes(kept))
    result = again.predict(table)
    names = "abc"[:classes]
    found = np.array([result.column(f"p({name})").values for name in names]).T
    assert np.abs(found - expected).max() < 1e-9
    assert list(result.column("predicted").values) == [names[c] for c in expected.argmax(axis=1)]
    assert (again.units["area"], again.features["bins"]) == ("mm2", 32)


def test_the_same_classifier_gives_the_same_bytes() -> None:
    assert classifier_file.to_bytes(trained_of(Kind.FOREST)[0]) == classifier_file.to_bytes(
        trained_of(Kind.FOREST)[0]
    )


def test_missing_columns_units_and_settings_are_refused() -> None:
    kept, table, _ = trained_of(Kind.LOGISTIC)
    without = Table(tuple(c for c in table.columns if c.key not in ("area", "f1")), "", table.facts)
    with pytest.raises(InputError, match="lacks f1, area"):
        kept.predict(without)
    with pytest.raises(InputError, match="is in px"):
        kept.predict(table.with_columns(replace(table.column("area"), unit="px")))
    with pytest.raises(InputError, match=r"other settings .*: bins"):
        kept.predict(Table(table.columns, "", {"features": {"of": "objects", "bins": 64}}))
    with pytest.raises(InputError, match="words"):
        kept.predict(table.with_columns(Column("f1", ("x",) * 80)))


def test_cases_unlike_those_learned_from_are_counted() -> None:
    kept, table, _ = trained_of(Kind.LOGISTIC)
    assert set(kept.predict(table).column("outside_range").values) == {0}
    far = table.with_columns(Column("f0", (99.0,) * 80), Column("f1", (float("inf"),) + (-99.0,) * 79))
    assert kept.predict(far).column("outside_range").values[:2] == (1, 2)


def test_unknown_words_and_missing_cells_are_predicted() -> None:
    kept, table, _ = trained_of(Kind.BOOSTING)
    odd = table.with_columns(Column("sex", ("other",) * 80), Column("area", (None,) * 80))
    p = np.array(kept.predict(odd).column("p(a)").values)
    assert np.isfinite(p).all()


def test_what_it_is_worth_travels_with_it() -> None:
    built = cases.build(table_of(), "dx", "patient")
    asked = Experiment(specs=(Spec(Kind.LOGISTIC),), resamples=100)
    results = experiment.run(built, asked, QuietContext())
    fitted = experiment.fit_final(built, asked, Kind.LOGISTIC)
    kept = trained.of_fitted(fitted, built, results.positive, trained.worth_of(results, Kind.LOGISTIC))
    worth = classifier_file.from_bytes(classifier_file.to_bytes(kept)).worth
    assert worth["numbers"]["auc"]["value"] == results.of(Kind.LOGISTIC).judged.numbers["auc"].value
    assert worth["patients"] == 40


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {m: archive.read(m) for m in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def npy(array: np.ndarray, **options: bool) -> bytes:
    out = io.BytesIO()
    np.save(out, array, **options)
    return out.getvalue()


def test_a_pickle_is_not_run(tmp_path: Path) -> None:
    victim = tmp_path / "touched"

    class Bomb:
        def __reduce__(self) -> tuple:
            return Path.touch, (victim,)

    parts = members(classifier_file.to_bytes(trained_of(Kind.TREE)[0]))
    parts["ranges.npy"] = npy(np.array([Bomb()], dtype=object), allow_pickle=True)
    for data in (packed(parts), pickle.dumps(Bomb())):
        with pytest.raises(ModelError):
            classifier_file.from_bytes(data)
    assert not victim.exists()


@pytest.mark.parametrize("kind", [Kind.FOREST, Kind.RBF_SVM, Kind.NEIGHBOURS, Kind.LOGISTIC])
def test_damage_is_told(kind: Kind) -> None:
    data = classifier_file.to_bytes(trained_of(kind)[0])
    rng = np.random.default_rng(0)
    for _ in range(60):
        broken = bytearray(data)
        for at in rng.integers(0, len(data), 4):
            broken[at] = rng.integers(0, 256)
        if bytes(broken) != data:
            with pytest.raises(ModelError):
                classifier_file.from_bytes(bytes(broken))
    for length in (0, 1, 100, len(data) // 2, len(data) - 1):
        with pytest.raises(ModelError):
            classifier_file.from_bytes(data[:length])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "oracle"),
        ("classes", ["a"]),
        ("number_keys", ["f0"]),
        ("checksum", "0"),
        ("schema_version", 99),
        ("format", "other"),
        ("levels", [["x"] * 10]),
        ("settings", None),
    ],
)
def test_a_forged_manifest_is_told(name: str, value: object) -> None:
    parts = members(classifier_file.to_bytes(trained_of(Kind.LOGISTIC)[0]))
    manifest = json.loads(np.load(io.BytesIO(parts["manifest.npy"])).tobytes())
    manifest[name] = value
    if name != "checksum":  # so that it is found by what it says
        arrays = {n.removesuffix(".npy"): np.load(io.BytesIO(b)) for n, b in parts.items() if n != "manifest.npy"}
        manifest["checksum"] = classifier_file.checksum_of(manifest, arrays)
    parts["manifest.npy"] = npy(np.frombuffer(json.dumps(manifest).encode(), np.uint8))
    with pytest.raises(ModelError):
        classifier_file.from_bytes(packed(parts))


@pytest.fixture
def table_file(tmp_path: Path) -> Path:
    path = tmp_path / f"one{classifier_file.ENDING}"
    path.write_bytes(classifier_file.to_bytes(trained_of(Kind.TREE)[0]))
    return path


def test_as_a_step_on_a_table(table_file: Path) -> None:
    image = make_image((2, 8, 8))
    scene = Scene.of(image).with_table("objects.measure", table_of())
    result = apply(scene, applied.step_params(table_file))
    assert isinstance(result, Table)
    assert result.n_rows == 80
    assert "predicted" in result.keys
    with pytest.raises(InputError, match="table of measured objects"):
        apply(Scene.of(image), applied.step_params(table_file))


def test_a_changed_file_is_refused(table_file: Path) -> None:
    image = make_image((2, 8, 8))
    scene = Scene.of(image).with_table("objects.measure", table_of())
    params = applied.step_params(table_file)
    table_file.write_bytes(classifier_file.to_bytes(trained_of(Kind.LOGISTIC)[0]))
    with pytest.raises(ModelError, match="not the one"):
        apply(scene, params)
    apply(scene, ApplyParams(str(table_file)))
    with pytest.raises(ModelError, match="cannot be read"):
        apply(scene, ApplyParams(str(table_file) + "x"))
    with pytest.raises(InputError, match="No classifier"):
        apply(scene, ApplyParams())


def test_as_a_step_on_images(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    making = Settings(size=32, histogram=8, patterns=False, gradients=2, thumbnail=0)
    from medviewer.lab.image_features import of_slice

    rows, images = [], []
    for n in range(40):
        pixels = rng.normal(0, 20, (1, 32, 32)) + (200 if n % 2 else 50)
        images.append(replace(make_image((1, 32, 32)), array=pixels.clip(0, 255).astype(np.uint8)))
        rows.append({"dx": "ab"[n % 2], **of_slice(images[-1], 0, making)})
    plain = Table.of_rows(rows)
    built = cases.build(Table(plain.columns, "", {"features": making.to_json()}), "dx")
    kept = trained.of_fitted(experiment.fit_final(built, Experiment(specs=(Spec(Kind.FOREST),)), Kind.FOREST), built)
    path = tmp_path / "i.classifier"
    path.write_bytes(classifier_file.to_bytes(kept))
    for n in (0, 1):
        assert apply(images[n], ApplyParams(str(path))).column("predicted").values == ("ab"[n],)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        apply(images[0], ApplyParams(str(path)), JobContext(token))


def test_declared_like_any_operation() -> None:
    registry.register(*applied.OPERATIONS)
    assert registry.get("classify.apply").gives == "table"
