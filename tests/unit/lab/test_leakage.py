from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medviewer.core.table import Column, Table
from medviewer.lab import cases, leakage, split
from medviewer.lab.leakage import Finding, Severity
from medviewer.lab.split import SplitRequest
from tests.helpers.patients import simulated


def look(table: Table, group: str = "patient", part: str = "") -> dict[str, Finding]:
    built = cases.build(table, "dx", group, part=part, exclude=[] if group else ["patient"])
    drawn = split.draw(built, SplitRequest(use_parts=bool(part)))
    return {finding.code: finding for finding in leakage.look(built, drawn)}


def changed(table: Table, **columns: object) -> Table:
    return table.with_columns(*(Column(key, tuple(values)) for key, values in columns.items()))  # type: ignore[arg-type]


def values(table: Table, key: str) -> list:
    return list(table.column(key).values)


def test_sound_cases_raise_no_alarm() -> None:
    for seed in range(5):
        assert look(simulated(60, 4, 12, seed=seed)) == {}


def test_no_patient_shouts() -> None:
    found = look(simulated(40), group="")["leak.no-patient"]
    assert found.severity is Severity.SERIOUS


def test_a_patient_in_both_given_parts() -> None:
    table = simulated(40)
    part = ["test" if n % 5 == 0 else "train" for n in range(table.n_rows)]
    found = look(changed(table, part=part), part="part")["leak.same-patient"]
    assert found.severity is Severity.SERIOUS
    assert "24 patients" in found.sentence


def test_given_parts_by_patient_are_sound() -> None:
    table = simulated(40)
    part = ["test" if int(p[1:]) % 5 < 1 else "train" for p in values(table, "patient")]
    assert "leak.same-patient" not in look(changed(table, part=part), part="part")


def test_the_same_image_of_two_patients() -> None:
    table = simulated(40, 3)
    hashes = [f"h{n}" for n in range(table.n_rows)]
    hashes[0] = hashes[60] = "same"
    found = look(changed(table, content_hash=hashes))["leak.duplicate-image"]
    assert found.cases == (0, 60)
    hashes[60] = "other"
    hashes[1] = "same"  # of one patient
    assert "leak.duplicate-image" not in look(changed(table, content_hash=hashes))


def test_the_same_row_and_contrary_labels() -> None:
    table = simulated(40, 3)
    for key in [f"f{n}" for n in range(6)]:
        own = values(table, key)
        own[3] = own[100]
        table = changed(table, **{key: own})
    found = look(table)["leak.duplicate-row"]
    assert found.cases == (3, 100)
    label = values(table, "dx")
    assert ("different labels" in found.sentence) == (label[3] != label[100])


def test_a_picture_packed_again() -> None:
    table = simulated(40, 3, 12)
    rng = np.random.default_rng(0)
    for key in [f"f{n}" for n in range(12)]:
        own = values(table, key)
        own[5] = own[80] + 0.002 * rng.normal()
        table = changed(table, **{key: own})
    assert look(table)["leak.near-duplicate"].cases == (5, 80)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_column_that_tells_the_label(classes: int) -> None:
    table = simulated(30, 2, classes=classes)
    order = np.argsort(values(table, "dx"), kind="stable")
    number = np.empty(table.n_rows)
    number[order] = np.arange(table.n_rows)
    found = look(changed(table, rank=[float(v) for v in number]))["leak.telling-column"]
    assert found.columns == ("rank",)
    word = [f"ward {v}" for v in values(table, "dx")]
    assert look(changed(table, ward=word))["leak.telling-column"].columns == ("ward",)


def test_tells_by_hand() -> None:
    labels = np.array([0, 0, 1, 1, 2])
    assert leakage.tells(np.array([5.0, 6, 1, 2, 9]), labels)
    assert not leakage.tells(np.array([5.0, 6, 5, 2, 9]), labels)  # a value of two classes
    assert not leakage.tells(np.array([1.0, 4, 2, 3, 9]), labels)  # class 0 in two runs
    assert leakage.tells(np.array([np.nan, np.nan, 1, 2, 0.5]), labels)


@pytest.mark.parametrize(
    ("code", "how"), [("leak.scaled", "scale"), ("leak.components", "pca"), ("leak.imputed", "fill")]
)
def test_fitted_on_all(code: str, how: str) -> None:
    table = simulated(60, 2, 6)
    matrix = np.stack([values(table, f"f{n}") for n in range(6)], axis=1) * [1, 2, 3, 4, 5, 6] + 7
    if how == "scale":
        matrix = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    elif how == "pca":
        from sklearn.decomposition import PCA

        matrix = PCA(5).fit_transform(matrix)
    else:
        matrix[10:20, 2] = np.delete(matrix[:, 2], np.s_[10:20]).mean()
    columns = {f"f{n}": [float(v) for v in matrix[:, n]] for n in range(matrix.shape[1])}
    assert code in look(changed(table, **columns))


def test_scaled_by_its_own_training_part_is_no_alarm() -> None:
    table = simulated(60, 2, 6)
    matrix = np.stack([values(table, f"f{n}") for n in range(6)], axis=1)
    matrix = (matrix - matrix[:80].mean(axis=0)) / matrix[:80].std(axis=0)
    assert look(changed(table, **{f"f{n}": [float(v) for v in matrix[:, n]] for n in range(6)})) == {}


def test_the_most_serious_comes_first() -> None:
    built = cases.build(changed(simulated(30, 2), ward=[f"w{v}" for v in values(simulated(30, 2), "dx")]), "dx")
    found = leakage.look(replace(built, groups_known=False), split.draw(built, SplitRequest()))
    assert found[0].severity is Severity.SERIOUS
    assert len(found) >= 2
