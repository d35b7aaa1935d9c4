from __future__ import annotations

import numpy as np
import pytest

from medviewer.errors import InputError
from medviewer.lab import cases, split
from medviewer.lab.cases import CaseTable
from medviewer.lab.split import Scheme, SplitRequest
from tests.helpers.patients import simulated


def some(patients: int = 30, **options: int) -> CaseTable:
    return cases.build(simulated(patients, **options), "dx", "patient")


@pytest.mark.parametrize("folds", [2, 5])
@pytest.mark.parametrize("repeats", [1, 3])
def test_no_patient_is_on_both_sides(folds: int, repeats: int) -> None:
    table = some()
    drawn = split.draw(table, SplitRequest(folds=folds, repeats=repeats, seed=4))
    assert len(drawn.folds) == folds * repeats
    for repeat in range(repeats):
        tested = np.concatenate([f.test for f in drawn.folds if f.repeat == repeat])
        assert sorted(tested) == list(range(table.n))
    for fold in drawn.folds:
        assert not set(table.groups[fold.train]) & set(table.groups[fold.test])
        assert len(fold.train) + len(fold.test) == table.n
        assert set(table.labels[fold.train]) == {0, 1}


def test_classes_are_shared_out_evenly() -> None:
    table = some(50)
    for fold in split.draw(table, SplitRequest()).folds:
        assert abs(table.labels[fold.test].mean() - 0.5) < 0.11


def test_the_seed_decides() -> None:
    table = some()
    first, again, other = (split.draw(table, SplitRequest(seed=s)) for s in (1, 1, 2))
    assert all(np.array_equal(a.test, b.test) for a, b in zip(first.folds, again.folds, strict=True))
    assert not all(np.array_equal(a.test, b.test) for a, b in zip(first.folds, other.folds, strict=True))


def test_few_patients_are_left_out_one_at_a_time() -> None:
    table = some(8)
    drawn = split.draw(table, SplitRequest(folds=5))
    assert drawn.scheme is Scheme.LEAVE_ONE_OUT
    assert len(drawn.folds) == 8
    assert "one patient left out" in drawn.description


@pytest.mark.parametrize("share", [0.2, 0.3, 0.7])
def test_a_part_is_held_out(share: float) -> None:
    table = some(60)
    drawn = split.draw(table, SplitRequest(test_share=share))
    assert not set(table.groups[drawn.held_out]) & set(table.groups[drawn.development])
    assert abs(len(drawn.held_out) / table.n - share) < 0.08
    assert all(not set(f.test) & set(drawn.held_out) for f in drawn.folds)


def test_a_named_part_is_held_out() -> None:
    source = simulated(30)
    part = tuple("Test" if n % 3 == 0 else "train" for n in range(source.n_rows))
    from medviewer.core.table import Column

    table = cases.build(source.with_columns(Column("part", part)), "dx", "patient", part="part")
    drawn = split.draw(table, SplitRequest(use_parts=True, scheme=Scheme.HELD_OUT))
    assert drawn.held_out.tolist() == list(range(0, source.n_rows, 3))
    assert drawn.folds == ()


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (SplitRequest(folds=1), "Folds lie between"),
        (SplitRequest(use_parts=True), "No column says"),
        (SplitRequest(scheme=Scheme.HELD_OUT), "Nothing is held out"),
    ],
)
def test_bad_requests_are_told(request_: SplitRequest, words: str) -> None:
    with pytest.raises(InputError, match=words):
        split.draw(some(), request_)


def test_one_patient_of_a_class_is_too_few() -> None:
    with pytest.raises(InputError, match="1 patients"):
        split.draw(some(3), SplitRequest())
