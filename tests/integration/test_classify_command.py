"""The command ``classify``: options, answers, and sentences for bad input."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from medviewer.cli import classify
from medviewer.core.table import Table
from medviewer.errors import InputError, MedviewerError, ModelError
from medviewer.io import table_files
from medviewer.services import table_reading
from tests.helpers.patients import simulated

FEW = ["--model", "logistic", "--model", "tree", "--resamples", "100", "--importance", "none"]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    parser = argparse.ArgumentParser()
    classify.arguments(parser)
    assert classify.classify(parser.parse_args(words), []) == 0
    out = capsys.readouterr()
    return out.out, out.err


@pytest.fixture
def table(tmp_path: Path) -> tuple[Path, Table]:
    source = simulated(30, 3, effect=1.5)
    path = tmp_path / "cases.csv"
    path.write_bytes(table_files.csv_bytes(source))
    return path, source


def test_all_classifiers_with_intervals(table: tuple[Path, Table], capsys: pytest.CaptureFixture[str]) -> None:
    out, err = run(capsys, str(table[0]), "--label", "dx", "--group", "patient", "--json", "--resamples", "200")
    found = json.loads(out)
    assert err == ""
    assert (found["cases"], found["patients"], found["classes"]) == (90, 30, {"a": 45, "b": 45})
    assert [c["model"] for c in found["classifiers"]] == [
        "baseline", "logistic", "linear-svm", "rbf-svm", "k-nn", "tree", "forest", "boosting",
    ]  # fmt: skip
    for own in found["classifiers"][1:]:
        for name, number in own["numbers"].items():
            assert number["low"] <= number["value"] <= number["high"], (own["model"], name)
        assert own["numbers"]["auc"]["value"] > 0.7
    best = next(c for c in found["classifiers"] if c["model"] == found["best"])
    assert len(best["importance"]) == 6


def test_the_same_words_give_the_same_answer(table: tuple[Path, Table], capsys: pytest.CaptureFixture[str]) -> None:
    words = [str(table[0]), "--label", "dx", "--group", "patient", "--json", *FEW, "--seed", "3"]
    first, second = (json.loads(run(capsys, *words)[0]) for _ in range(2))
    for found in (first, second):
        for own in found["classifiers"]:
            del own["seconds"]
    assert first == second


def test_words_for_people(table: tuple[Path, Table], capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = run(capsys, str(table[0]), "--label", "dx", *FEW, "--exclude", "patient")
    assert "SERIOUS: No column says which patient" in out
    assert "Decision tree" in out
    assert "Always the most frequent class" in out


def test_save_and_apply(table: tuple[Path, Table], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept, target = tmp_path / "my.classifier", tmp_path / "out.csv"
    words = ["--label", "dx", "--group", "patient", "--model", "forest", "--resamples", "50", "--importance", "none"]
    out, _ = run(capsys, str(table[0]), *words, "--save", str(kept), "--json")
    assert json.loads(out)["saved"]["model"] == "forest"
    run(capsys, str(table[0]), "--apply", str(kept), "--out", str(target))
    result = table_reading.read_table(target)
    right = [a == b for a, b in zip(result.column("predicted").values, result.column("dx").values, strict=True)]
    assert sum(right) > 85  # the cases that it has learned from
    out, _ = run(capsys, str(table[0]), "--apply", str(kept))
    assert len(out.splitlines()) == 90
    with pytest.raises(ModelError):
        run(capsys, str(table[0]), "--apply", str(table[0]))


def test_selected_features_and_scores(table: tuple[Path, Table], capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = run(capsys, str(table[0]), "--label", "dx", "--group", "patient", *FEW, "--json", "--scores",
                 "--features", "f0, f1", "--positive", "a", "--folds", "3", "--repeats", "2")  # fmt: skip
    found = json.loads(out)
    assert found["features"] == ["f0", "f1"]
    assert found["positive"] == "a"
    assert found["split"]["repeats"] == 2
    assert len(found["classifiers"][0]["scores"]) == 90


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--label COLUMN"),
        (["--label", "nothing"], "no column"),
        (["--label", "f0"], "no classes"),
        (["--label", "dx", "--group", "patient", "--folds", "1"], "Folds lie between"),
        (["--label", "dx", "--model", "oracle"], "no classifier called"),
        (["--label", "dx", "--save", "x.pkl"], "ends in .classifier"),
        (["--label", "dx", "--features", "f0,zz"], "no column 'zz'"),
        (["--label", "dx", "--resamples", "-1"], "resamples"),
        (["--label", "dx", "--seed", "-1"], "seed"),
        (["--label", "dx", "--split", "patient"], "no test part"),
        (["--apply", "nowhere.classifier"], "cannot be read"),
    ],
)
def test_bad_usage_is_told(
    table: tuple[Path, Table], words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(MedviewerError, match=said):
        run(capsys, str(table[0]), *words)


def test_no_such_table(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("nowhere.csv", "\0", "x" * 5000):
        with pytest.raises(InputError, match="no such table"):
            run(capsys, name, "--label", "dx")
