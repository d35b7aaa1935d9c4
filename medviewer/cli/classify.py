"""The command ``classify``: all classifiers on a table of cases, cross-validated by patient, with intervals."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medviewer.cli.commands import DONE, UsageError
from medviewer.cli.output import ProgressLine, emit, say, write_line
from medviewer.errors import InputError

if TYPE_CHECKING:
    from medviewer.core.table import Table
    from medviewer.lab.experiment import Results
    from medviewer.lab.trained import TrainedClassifier

SUMMARY = "train and judge classifiers on a table of cases"

DESCRIPTION = (
    "Cross-validates all classifiers on a table of cases (CSV or XLSX; or a folder or ZIP archive of pictures sorted "
    "into a folder per class; or an .npz of pictures), by patient, and prints every number with its 95 % interval. "
    "With --apply, applies a saved classifier to the table instead."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("table", metavar="TABLE", help="CSV or XLSX; folder or ZIP of pictures; .npz of pictures")
    parser.add_argument("--label", metavar="COLUMN", help="column of the classes (pictures: label)")
    parser.add_argument("--group", metavar="COLUMN", default="", help="column of the patients; without it every row "
                        "counts as a patient of its own")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object, for programs")
    parser.add_argument("--features", metavar="A,B,…", default="", help="only these columns")
    parser.add_argument("--exclude", metavar="A,B,…", default="", help="none of these columns")
    parser.add_argument("--model", metavar="NAME", action="append", default=[], help="only this classifier (may be "
                        "repeated): logistic, linear-svm, rbf-svm, k-nn, tree, forest, boosting")  # fmt: skip
    parser.add_argument(
        "--positive", metavar="CLASS", default="", help="of two classes the one looked for (the second)"
    )
    parser.add_argument("--folds", metavar="N", type=int, default=5, help="folds of the cross-validation (5)")
    parser.add_argument("--repeats", metavar="N", type=int, default=1, help="times that the folds are drawn anew (1)")
    parser.add_argument("--leave-one-out", action="store_true", help="leave out one patient at a time")
    parser.add_argument(
        "--test-share", metavar="SHARE", type=float, default=0.0, help="share of the patients held out"
    )
    parser.add_argument("--split", metavar="COLUMN", default="", help="column whose test part is held out")
    parser.add_argument("--tune", action="store_true", help="choose settings inside each fold (nested)")
    parser.add_argument(
        "--best-features", metavar="K", type=int, default=0, help="keep the K best columns of each fold"
    )
    parser.add_argument("--max-correlation", metavar="R", type=float, default=1.0, help="leave out columns that "
                        "follow an earlier one more closely")  # fmt: skip
    parser.add_argument("--l1", action="store_true", help="keep the columns that an L1 classifier uses")
    parser.add_argument(
        "--importance", choices=("best", "all", "none"), default="best", help="permutation importance"
    )
    parser.add_argument("--resamples", metavar="N", type=int, default=1000, help="of the patient bootstrap (1000)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of everything that is drawn (0)")
    parser.add_argument("--scores", action="store_true", help="with --json: add the out-of-fold scores of every case")
    parser.add_argument("--patient-pattern", metavar="REGEX", default="", help="finds the patient in the path of a "
                        "picture, by its first brackets")  # fmt: skip
    parser.add_argument("--save", metavar="FILE", help="keep the classifier (--model, else the best) in this file")
    parser.add_argument("--apply", metavar="FILE", help="apply this classifier to the table; writes CSV to --out")
    parser.add_argument(
        "--out", metavar="FILE", help="with --apply: the CSV to write; without it JSON rows are printed"
    )


def classify(options: argparse.Namespace, _rest: list[str]) -> int:
    """Train and judge, or apply."""
    line = _Progress("Classifying")
    if options.apply:
        return _apply(options, line)
    if not 0 <= options.seed < 2**63:
        raise UsageError("The seed is a whole number at or above 0.", "See medviewer classify --help.")
    table, label, group, part = _table(options, line.subrange(0.0, 0.3))
    from medviewer.lab import cases as case_room
    from medviewer.lab import experiment as lab
    from medviewer.lab.classical import Kind, Spec, parse_kind
    from medviewer.lab.preparation import Preparation
    from medviewer.lab.split import Scheme, SplitRequest

    kinds = tuple(dict.fromkeys(parse_kind(name) for name in options.model)) or tuple(Kind)
    target = _target(options.save) if options.save else None
    cases = case_room.build(
        table, label, group, features=_names(options.features), exclude=_names(options.exclude), part=part
    )
    experiment = lab.Experiment(
        specs=tuple(Spec(kind) for kind in kinds),
        preparation=Preparation(True, options.max_correlation, options.best_features, options.l1),
        split=SplitRequest(
            Scheme.LEAVE_ONE_OUT if options.leave_one_out else Scheme.FOLDS,
            options.folds,
            options.repeats,
            options.test_share,
            bool(part),
            options.seed,
        ),
        tune=options.tune,
        positive=options.positive,
        importance_of=options.importance,
        resamples=options.resamples,
        seed=options.seed,
    )
    results = lab.run(cases, experiment, line.subrange(0.3, 1.0))
    saved = _save(results, target) if target is not None else None
    if options.json:
        from medviewer.lab import report

        found = report.to_json(results, scores=options.scores)
        if saved is not None:
            found["saved"] = saved
        emit(found)
    else:
        _print(results)
        if saved is not None:
            write_line(f"Saved {saved['model']} to {saved['file']}.")
    return DONE


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _table(options: argparse.Namespace, ctx: _Progress) -> tuple[Table, str, str, str]:
    """The table, with the columns of label, patient and part."""
    from medviewer.services import case_tables, table_reading

    path = Path(options.table)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except (OSError, ValueError):
        is_folder = is_file = False
    if not is_folder and not is_file:
        raise InputError("There is no such table, folder or archive.", "Look at the path.")
    if is_folder or path.suffix.lower() == ".zip":
        table = case_tables.from_pictures(path, ctx=ctx, group_pattern=options.patient_pattern)
        left_out = len(table.facts.get("left_out", ()))
        if left_out:
            say(f"{left_out} pictures could not be read and are left out.")
        return table, options.label or "label", options.group or _own(table, "patient"), options.split
    if path.suffix.lower() == ".npz":
        table = case_tables.from_arrays(path, ctx=ctx)
        return table, options.label or "label", options.group, options.split or _own_part(table)
    if not options.label:
        raise UsageError("Say which column holds the classes: --label COLUMN.", "See medviewer classify --help.")
    return table_reading.read_table(path), options.label, options.group, options.split


def _own(table: Table, key: str) -> str:
    return key if key in table.keys else ""


def _own_part(table: Table) -> str:
    return "part" if "part" in table.keys and len(set(table.column("part").values)) > 1 else ""


class _Progress:
    """A context for the lab that writes a line over on a terminal."""

    def __init__(self, what: str, low: float = 0.0, high: float = 1.0, line: ProgressLine | None = None) -> None:
        self._line = line or ProgressLine(what)
        self._low, self._high = low, high

    def check(self) -> None:
        """An interrupt ends the process by itself."""

    def progress(self, fraction: float, text: str = "") -> None:
        """Show how far the work is."""
        self._line(self._low + (self._high - self._low) * fraction, text)

    def subrange(self, low: float, high: float) -> _Progress:
        """A part of it."""
        width = self._high - self._low
        return _Progress("", self._low + width * low, self._low + width * high, self._line)


def _target(name: str) -> Path:
    from medviewer.lab.classifier_file import ENDING

    path = Path(name)
    if path.suffix.lower() != ENDING:
        raise InputError(f"A classifier is kept in a file that ends in {ENDING}.", f"Such as {path.stem}{ENDING}.")
    if not path.parent.is_dir():
        raise InputError("The folder to save in does not exist.", "Make it first.")
    return path


def _save(results: Results, target: Path) -> dict[str, Any]:
    from medviewer.lab import classifier_file, experiment, trained
    from medviewer.lab.classical import Kind
    from medviewer.services.paths import atomic_write

    named = [spec.kind for spec in results.experiment.specs if spec.kind is not Kind.BASELINE]
    kind = named[0] if len(named) == 1 else results.best
    fitted = experiment.fit_final(results.cases, results.experiment, kind)
    rows = results.split.development
    kept = trained.of_fitted(fitted, results.cases.select(rows), results.positive, trained.worth_of(results, kind))
    data = classifier_file.to_bytes(kept)
    try:
        atomic_write(target, data)
    except OSError:
        raise InputError("The classifier could not be written.", "Choose another folder.") from None
    return {"file": str(target), "model": str(kind), "bytes": len(data)}


def _apply(options: argparse.Namespace, ctx: _Progress) -> int:
    from medviewer.lab import classifier_file
    from medviewer.lab.image_features import Settings
    from medviewer.services import case_tables, results, table_reading

    kept: TrainedClassifier = classifier_file.load(options.apply)
    path = Path(options.table)
    if path.is_dir() or path.suffix.lower() in (".zip", ".npz"):
        making = Settings.from_json(kept.features)
        if path.suffix.lower() == ".npz":
            table = case_tables.from_arrays(path, making, ctx)
        else:
            table = case_tables.from_pictures(path, making, ctx)
    else:
        table = table_reading.read_table(path)
    result = kept.predict(table)
    if not options.out:
        for row in result.rows():
            emit(row)
        return DONE
    results.write_table(result, options.out, [path])
    emit({"written": options.out, "rows": result.n_rows, "classifier": str(kept.kind)})
    return DONE


def _print(results: Results) -> None:
    cases = results.cases
    counts = ", ".join(f"{name} {count}" for name, count in cases.counts().items())
    who = f"{cases.n_groups} patients" if cases.groups_known else "patients not known"
    write_line(f"{cases.n} cases ({counts}), {who}, {len(cases.features.keys)} features")
    write_line(results.split.description)
    for finding in results.findings:
        write_line(f"{finding.severity.upper()}: {finding.sentence}")
    for column in cases.left_out:
        write_line(f"not used: {column.key}: {column.why}")
    write_line("")
    names = ("auc", "balanced_accuracy", "sensitivity", "specificity", "brier")
    write_line(f"{'':<32}" + "".join(f"{name.replace('_', ' '):<24}" for name in names))
    for result in results.classifiers:
        title = f"{result.spec.title}{' *' if result.spec.kind is results.best else ''}"
        if result.judged is None:
            write_line(f"{title:<32}{result.problem}")
            continue
        numbers = result.judged.numbers
        cells = (f"{_short(numbers[name].value, numbers[name].low, numbers[name].high):<24}" for name in names)
        write_line(f"{title:<32}" + "".join(cells).rstrip())
    write_line("* the highest area under the ROC curve; in brackets 95 % limits by resampling patients")


def _short(value: float, low: float, high: float) -> str:
    if math.isnan(value):
        return "not defined"
    return f"{value:.3f}" if math.isnan(low) else f"{value:.3f} [{low:.3f}, {high:.3f}]"
