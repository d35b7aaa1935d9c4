from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn import metrics

from medviewer.core.table import Column
from medviewer.errors import Cancelled, InputError
from medviewer.lab import cases, experiment, report
from medviewer.lab.bootstrap import draw_weights
from medviewer.lab.classical import Kind, Spec
from medviewer.lab.experiment import Experiment, Results
from medviewer.lab.preparation import Preparation
from medviewer.lab.split import Scheme, SplitRequest
from medviewer.ops.operation import QuietContext
from medviewer.services.jobs import CancelToken, JobContext
from tests.helpers.patients import simulated

QUICK = tuple(Spec(kind) for kind in (Kind.LOGISTIC, Kind.TREE, Kind.LINEAR_SVM))


@pytest.fixture(scope="module")
def results() -> Results:
    built = cases.build(simulated(60, 3, 8, effect=1.2), "dx", "patient")
    return experiment.run(built, Experiment(resamples=200, importance_of="all"), QuietContext())


def test_every_classifier_and_the_baseline(results: Results) -> None:
    assert [r.spec.kind for r in results.classifiers] == list(Kind)
    for own in results.classifiers:
        assert own.out_of_fold is not None
        numbers = own.out_of_fold.numbers
        for name, number in numbers.items():
            if own.spec.kind is not Kind.BASELINE:
                assert number.low <= number.value <= number.high, name
        if own.spec.kind is not Kind.BASELINE:
            assert numbers["auc"].low > 0.6
    assert results.of(Kind.BASELINE).out_of_fold.numbers["auc"].value == 0.5


def test_numbers_are_those_of_the_scores(results: Results) -> None:
    for own in results.classifiers:
        found = own.out_of_fold
        labels = results.cases.labels[found.rows]
        p = found.probability[0]
        assert np.allclose(p.sum(axis=1), 1)
        assert found.numbers["auc"].value == pytest.approx(metrics.roc_auc_score(labels, p[:, 1]))
        assert np.array_equal(found.confusion, metrics.confusion_matrix(labels, found.predicted))
        assert found.calibration.counts.sum() == len(labels)


def test_the_interval_is_by_patient(results: Results) -> None:
    found = results.of(Kind.LOGISTIC).out_of_fold
    labels, groups = results.cases.labels[found.rows], results.cases.groups[found.rows]
    weights = draw_weights(groups, 200, 0).astype(int)
    each = [metrics.accuracy_score(np.repeat(labels, w), np.repeat(found.predicted, w)) for w in weights]
    assert (found.numbers["accuracy"].low, found.numbers["accuracy"].high) == pytest.approx(
        np.quantile(each, [0.025, 0.975])
    )


def test_roc_band_holds_the_curve(results: Results) -> None:
    curve = results.of(Kind.LOGISTIC).out_of_fold.roc[0]
    assert (curve.low <= curve.y + 1e-9).mean() > 0.95
    assert (curve.high >= curve.y - 1e-9).mean() > 0.95
    assert curve.of == "b"


def test_importance_finds_the_telling_features(results: Results) -> None:
    for kind in (Kind.LOGISTIC, Kind.RBF_SVM, Kind.FOREST):
        found = results.of(kind).importance
        assert {i.key for i in found[:3]} == {"f0", "f1", "f2"}, kind
        assert found[0].low > 0
        assert all(i.low <= i.loss <= i.high for i in found)
        assert found[0].auc_drop > 0.02


def test_the_tree_can_be_walked(results: Results) -> None:
    nodes = results.of(Kind.TREE).tree
    assert nodes[0].parent == -1
    assert nodes[0].n == results.cases.n
    features = results.cases.features
    at = {key: n for n, key in enumerate(features.number_keys)}
    rows = {0: np.arange(results.cases.n)}
    for node in nodes:
        own = rows[node.number]
        assert len(own) == node.n
        shares = np.bincount(results.cases.labels[own], minlength=2) / len(own)
        assert node.shares == pytest.approx(shares)
        if node.left >= 0:
            goes = features.numbers[own, at[node.column]] <= node.threshold
            rows[node.left], rows[node.right] = own[goes], own[~goes]
            assert nodes[node.left].x < node.x < nodes[node.right].x


def test_comparisons_are_of_every_pair(results: Results) -> None:
    assert len(results.comparisons) == 3 * 8 * 7 // 2
    found = next(
        c for c in results.comparisons if c.first == Kind.BASELINE and c.second == Kind.FOREST and c.number == "auc"
    )
    assert found.high < 0
    assert found.share < 0.05


def test_json_is_whole(results: Results) -> None:
    found = json.loads(json.dumps(report.to_json(results, scores=True), allow_nan=False))
    assert found["best"] in list(Kind)
    assert len(found["classifiers"][1]["scores"]) == results.cases.n
    assert found["split"]["by_patient"] is True


def run(table: object, **options: object) -> Results:
    built = cases.build(table, "dx", "patient", part=str(options.pop("part", "")))  # type: ignore[arg-type]
    asked = {"specs": QUICK, "resamples": 50, "importance_of": "none", **options}
    return experiment.run(built, Experiment(**asked), QuietContext())  # type: ignore[arg-type]


def test_equal_seeds_give_equal_results() -> None:
    table = simulated(20, 2)
    one, two, three = (run(table, seed=s, specs=(Spec(Kind.FOREST),), split=SplitRequest(seed=s)) for s in (5, 5, 6))
    assert report.to_json(one)["classifiers"][1]["numbers"] == report.to_json(two)["classifiers"][1]["numbers"]
    assert not np.array_equal(
        one.of(Kind.FOREST).out_of_fold.probability, three.of(Kind.FOREST).out_of_fold.probability
    )


def test_repeats_are_averaged() -> None:
    own = run(simulated(30, 2), split=SplitRequest(folds=3, repeats=4)).of(Kind.LOGISTIC).out_of_fold
    assert own.probability.shape[0] == 4
    labels = np.repeat(np.arange(30) % 2, 2)
    each = [metrics.roc_auc_score(labels, p[:, 1]) for p in own.probability]
    assert own.numbers["auc"].value == pytest.approx(np.mean(each))


def test_held_out_part_is_judged_apart() -> None:
    source = simulated(60, 2, effect=1.5)
    part = tuple("test" if int(p[1:]) % 3 == 0 else "train" for p in source.column("patient").values)
    found = run(source.with_columns(Column("part", part)), part="part", split=SplitRequest(use_parts=True))
    own = found.of(Kind.LOGISTIC)
    assert len(own.held_out.rows) == 40
    assert own.judged is own.held_out
    assert not set(own.held_out.rows) & set(own.out_of_fold.rows)
    only = run(source.with_columns(Column("part", part)), part="part",
               split=SplitRequest(Scheme.HELD_OUT, use_parts=True))  # fmt: skip
    assert only.of(Kind.LOGISTIC).out_of_fold is None
    assert np.array_equal(only.of(Kind.LOGISTIC).held_out.probability, own.held_out.probability)


def test_one_patient_at_a_time_and_several_classes() -> None:
    found = run(simulated(12, 3, classes=3), split=SplitRequest(Scheme.LEAVE_ONE_OUT))
    assert len(found.split.folds) == 12
    assert found.positive == -1
    assert len(found.of(Kind.LINEAR_SVM).out_of_fold.roc) == 3
    assert {f.code for f in found.findings} >= {"cases.few-patients"}


def test_noise_is_not_called_knowledge() -> None:
    found = run(simulated(80, 2, 20, effect=0.0), resamples=300)
    for kind in (Kind.LOGISTIC, Kind.TREE):
        number = found.of(kind).out_of_fold.numbers["auc"]
        assert number.low < 0.5 < number.high + 0.08


def test_tuning_tells_what_it_chose() -> None:
    own = run(simulated(30, 2), specs=(Spec(Kind.TREE),), tune=True, split=SplitRequest(folds=3)).of(Kind.TREE)
    assert len(own.chosen) == 3


def test_selection_inside_the_folds() -> None:
    own = run(simulated(30, 2, 12), preparation=Preparation(best=4)).of(Kind.LOGISTIC)
    assert own.n_columns == (4,) * 5


def test_a_column_without_variation_in_a_fold_is_no_crash() -> None:
    source = simulated(30, 2)
    flat = tuple(1.0 if n == 0 else 0.0 for n in range(60))
    run(source.with_columns(Column("flat", flat), Column("words", ("u",) * 59 + ("v",))))


def test_constant_features_are_told() -> None:
    source = simulated(20, 2, 1)
    with pytest.raises(InputError, match="same value"):
        run(source.with_columns(Column("f0", (1.0,) * 40)))


def test_positive_class_must_exist() -> None:
    with pytest.raises(InputError, match="no class called"):
        run(simulated(20, 2), positive="c")


@pytest.mark.parametrize("after", [1, 4])
def test_cancel(after: int) -> None:
    token, seen = CancelToken(), []

    def heard(fraction: float, _text: str) -> None:
        seen.append(fraction)
        if len(seen) >= after:
            token.cancel()

    built = cases.build(simulated(40, 3), "dx", "patient")
    with pytest.raises(Cancelled):
        experiment.run(built, Experiment(), JobContext(token, heard))


def test_progress_rises_to_the_end() -> None:
    seen: list[float] = []
    built = cases.build(simulated(20, 2), "dx", "patient")
    experiment.run(built, Experiment(specs=QUICK, resamples=50), JobContext(report=lambda f, _t: seen.append(f)))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
