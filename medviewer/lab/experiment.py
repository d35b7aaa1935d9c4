"""An experiment: classifiers side by side on the same cases and splits, with all that is needed to judge them."""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from medviewer.errors import InputError
from medviewer.lab import bootstrap, classical, importance, leakage, split, tree_drawing
from medviewer.lab.bootstrap import Comparison, Replicates
from medviewer.lab.cases import CaseTable
from medviewer.lab.classical import Fitted, Kind, Spec
from medviewer.lab.importance import FoldModel, Importance
from medviewer.lab.judging import Evaluation, judge
from medviewer.lab.leakage import Finding, Severity
from medviewer.lab.preparation import Preparation
from medviewer.lab.split import Fold, Split, SplitRequest

Matrix = NDArray[np.float64]
Rows = NDArray[np.intp]
T = TypeVar("T")

FEW_PATIENTS = 30
"""Below so many patients bootstrap intervals are too narrow."""

COMPARED = ("auc", "balanced_accuracy", "brier")


class Context(Protocol):
    """Cancel and progress."""

    def check(self) -> None:
        """Raise Cancelled when the work should stop."""

    def progress(self, fraction: float, text: str = "") -> None:
        """Say how far the work is (0..1)."""


@dataclass(frozen=True)
class Experiment:
    """What is asked for.

    Attributes
    ----------
    specs : tuple of Spec
        Classifiers; the baseline is added where it is lacking.
    preparation : Preparation
        Done inside every fold.
    split : SplitRequest
    tune : bool
        Choose hyper-parameters inside every fold (nested cross-validation).
    positive : str
        Of two classes, the one that sensitivity speaks of; empty: the second.
    importance_of : str
        ``"best"``, ``"all"`` or ``"none"`` of the classifiers.
    resamples : int
        Of the patient bootstrap; 0: no intervals.
    seed : int
        Of everything that is drawn.
    """

    specs: tuple[Spec, ...] = tuple(Spec(kind) for kind in Kind)
    preparation: Preparation = field(default_factory=Preparation)
    split: SplitRequest = field(default_factory=SplitRequest)
    tune: bool = False
    positive: str = ""
    importance_of: str = "best"
    resamples: int = 1000
    seed: int = 0


@dataclass(frozen=True, eq=False)
class ClassifierResult:
    """Everything about one classifier.

    Attributes
    ----------
    spec : Spec
    out_of_fold : Evaluation or None
        Cross-validated; None where there were no folds, or it failed.
    held_out : Evaluation or None
        On the part held out.
    chosen : tuple of Spec
        What tuning chose, per fold.
    importance : tuple of Importance
        Largest first; empty when not asked for.
    tree : tuple of TreeNode
        Of the decision tree, learned from all development cases.
    n_columns : tuple of int
        Columns that each fold's preparation kept.
    seconds : float
        Of computing, over all threads.
    problem : str
        A sentence when it could not be judged.
    """

    spec: Spec
    out_of_fold: Evaluation | None
    held_out: Evaluation | None
    chosen: tuple[Spec, ...] = ()
    importance: tuple[Importance, ...] = ()
    tree: tuple[tree_drawing.TreeNode, ...] = ()
    n_columns: tuple[int, ...] = ()
    seconds: float = 0.0
    problem: str = ""

    @property
    def judged(self) -> Evaluation | None:
        """The evaluation that counts: held out if there is one."""
        return self.held_out or self.out_of_fold


@dataclass(frozen=True, eq=False)
class Results:
    """The outcome of an experiment.

    Attributes
    ----------
    cases : CaseTable
    experiment : Experiment
    split : Split
    positive : int
        Class that sensitivity speaks of; -1 for more than two classes.
    classifiers : tuple of ClassifierResult
        In the order of `Kind`.
    comparisons : tuple of Comparison
        Of every pair, by the numbers in `COMPARED`.
    findings : tuple of Finding
        Leakage, and what else makes the numbers doubtful; the most serious first.
    best : Kind
        Of the highest macro AUC (the lower log loss of equals), the baseline left out.
    """

    cases: CaseTable
    experiment: Experiment
    split: Split
    positive: int
    classifiers: tuple[ClassifierResult, ...]
    comparisons: tuple[Comparison, ...]
    findings: tuple[Finding, ...]
    best: Kind

    def of(self, kind: Kind) -> ClassifierResult:
        """The result of one classifier; KeyError when it was not asked for."""
        for result in self.classifiers:
            if result.spec.kind is kind:
                return result
        raise KeyError(kind)


@dataclass
class _Learned:
    """What one classifier gathered while its folds ran."""

    probability: Matrix
    models: list[FoldModel] = field(default_factory=list)
    held_out: Matrix | None = None
    final: Fitted | None = None
    chosen: list[tuple[int, Spec]] = field(default_factory=list)
    columns: list[tuple[int, int]] = field(default_factory=list)
    not_converged: int = 0
    seconds: float = 0.0
    problem: str = ""


def run(cases: CaseTable, experiment: Experiment, ctx: Context) -> Results:
    """Cross-validate all classifiers on the same folds, judge and compare them.

    Folds and classifiers run side by side on all cores; the outcome does not depend on their order. A cancel is
    noticed within a tenth of a second; fits that have begun end unheard.

    Raises
    ------
    InputError
        Too few cases or patients, no usable feature, settings out of range.
    Cancelled
    """
    specs = _specs(experiment)
    experiment.preparation.validated()
    if not 0 <= experiment.resamples <= 100_000 or experiment.importance_of not in ("best", "all", "none"):
        raise InputError("The number of resamples lies between 0 and 100,000.", "", "classify.resamples")
    positive = _positive(cases, experiment.positive)
    drawn = split.draw(cases, experiment.split)
    ctx.progress(0.0, "Looking for leakage")
    findings = [*leakage.look(cases, drawn, ctx.check), *_doubts(cases, drawn)]
    learned = _learn(cases, experiment, specs, drawn, ctx)
    ctx.progress(0.7, "Intervals")
    results, replicates = [], {}
    for at, spec in enumerate(specs):
        tick = _part(ctx, 0.7 + 0.15 * at / len(specs), 0.15 / len(specs))
        own, resampled = _judge(cases, experiment, drawn, positive, spec, learned[spec.kind], tick)
        results.append(own)
        if resampled is not None:
            replicates[spec.kind] = resampled
    best = _best(results)
    wanted = {"best": [best], "all": [s.kind for s in specs], "none": []}[experiment.importance_of]
    for at, result in enumerate(results):
        kind = result.spec.kind
        if kind in wanted and kind is not Kind.BASELINE and learned[kind].models and not result.problem:
            low = 0.85 + 0.15 * wanted.index(kind) / len(wanted)
            ctx.progress(low, "Importance of features")
            found = _importance(cases, experiment, drawn, learned[kind], ctx)
            results[at] = replace(result, importance=found)
    findings += _numeric_doubts(learned)
    rank = [Severity.SERIOUS, Severity.WARNING, Severity.INFO]
    findings.sort(key=lambda finding: rank.index(finding.severity))
    ctx.progress(1.0)
    return Results(
        cases, experiment, drawn, positive, tuple(results), _comparisons(replicates), tuple(findings), best
    )


def _part(ctx: Context, low: float, width: float) -> Callable[[float], None]:
    """Progress 0..1 of a part of the work, as progress of the whole."""

    def tick(fraction: float) -> None:
        ctx.progress(low + width * fraction)

    return tick


def seed_of(seed: int, *names: object) -> int:
    """A seed for one piece of work, whatever order pieces run in."""
    return zlib.crc32(repr((seed, *names)).encode())


def _specs(experiment: Experiment) -> tuple[Spec, ...]:
    specs = [spec.validated() for spec in experiment.specs]
    if len({spec.kind for spec in specs}) < len(specs):
        raise InputError("A classifier is named twice.", "", "classify.kind")
    if Kind.BASELINE not in {spec.kind for spec in specs}:
        specs.append(Spec(Kind.BASELINE))
    order = list(Kind)
    return tuple(sorted(specs, key=lambda spec: order.index(spec.kind)))


def _positive(cases: CaseTable, name: str) -> int:
    if name and name not in cases.classes:
        raise InputError(
            f"There is no class called {name[:40]!r}.", "Known are: " + ", ".join(cases.classes[:20]) + "."
        )
    if len(cases.classes) > 2:
        return -1
    return cases.classes.index(name) if name else 1


def _doubts(cases: CaseTable, drawn: Split) -> list[Finding]:
    found = [Finding("cases.note", Severity.INFO, note) for note in cases.notes]
    judged = drawn.held_out if len(drawn.held_out) else drawn.development
    patients = len(np.unique(cases.groups[judged]))
    if patients < FEW_PATIENTS:
        who = "patients" if cases.groups_known else "cases"
        found.append(
            Finding(
                "cases.few-patients",
                Severity.WARNING,
                f"The numbers rest on {patients} {who}; with fewer than {FEW_PATIENTS} the intervals are too narrow.",
            )
        )
    counts = cases.counts()
    rarest = min(counts, key=lambda name: counts[name])
    if counts[rarest] < 0.1 * cases.n:
        found.append(
            Finding(
                "cases.unbalanced",
                Severity.INFO,
                f"Class {rarest[:40]} has {counts[rarest]} of {cases.n} cases: accuracy says little, look at "
                "balanced accuracy, the ROC curve and precision.",
            )
        )
    if len(cases.features.keys) > max(1, patients):
        found.append(
            Finding(
                "cases.many-features",
                Severity.WARNING,
                f"There are more features ({len(cases.features.keys)}) than patients ({patients}).",
            )
        )
    return found


def _numeric_doubts(learned: dict[Kind, _Learned]) -> list[Finding]:
    unfinished = [classical.TITLES[kind] for kind, own in learned.items() if own.not_converged]
    if not unfinished:
        return []
    sentence = f"{', '.join(unfinished)}: the solver was stopped before its end in some folds; scale the features."
    return [Finding("fit.unfinished", Severity.INFO, sentence)]


# -- learning, side by side


def _learn(
    cases: CaseTable, experiment: Experiment, specs: Sequence[Spec], drawn: Split, ctx: Context
) -> dict[Kind, _Learned]:
    k = len(cases.classes)
    learned = {
        spec.kind: _Learned(np.full((drawn.n_repeats, cases.n, k), np.nan)) for spec in specs
    }  # fmt: skip
    keep = experiment.importance_of != "none"
    tasks: list[tuple[Spec, Fold | None]] = [(spec, fold) for fold in drawn.folds for spec in specs]
    tasks += [(spec, None) for spec in specs if len(drawn.held_out) or spec.kind is Kind.TREE]
    # The slow ones first, so that no core waits at the end.
    slow = [Kind.RBF_SVM, Kind.FOREST, Kind.BOOSTING, Kind.LINEAR_SVM]
    tasks.sort(key=lambda task: slow.index(task[0].kind) if task[0].kind in slow else len(slow))

    def work(task: tuple[Spec, Fold | None], check: Callable[[], None]) -> tuple[Fitted | str, Matrix | None, float]:
        spec, fold = task
        began = time.perf_counter()
        train = drawn.development if fold is None else fold.train
        test = drawn.held_out if fold is None else fold.test
        name = ("all",) if fold is None else (fold.repeat, fold.number)
        try:
            model = classical.fit(
                spec, experiment.preparation, cases.features.select(train), cases.labels[train], cases.groups[train],
                k, seed_of(experiment.seed, spec.kind, *name), tune=experiment.tune, check=check,
            )  # fmt: skip
        except InputError as error:
            return str(error), None, time.perf_counter() - began
        found = model.probabilities(cases.features.select(test)) if len(test) else None
        return model, found, time.perf_counter() - began

    def take(task: tuple[Spec, Fold | None], outcome: tuple[Fitted | str, Matrix | None, float]) -> None:
        (spec, fold), (model, found, seconds) = task, outcome
        own = learned[spec.kind]
        own.seconds += seconds
        if isinstance(model, str):
            own.problem = model
            return
        own.not_converged += not model.converged
        if fold is None:
            own.held_out, own.final = found, model
            return
        own.probability[fold.repeat, fold.test] = found
        own.chosen.append((drawn.folds.index(fold), model.spec))
        own.columns.append((drawn.folds.index(fold), len(model.preparation.kept)))
        if keep and fold.repeat == 0 and spec.kind is not Kind.BASELINE:
            own.models.append(FoldModel(model, fold.test))

    side_by_side(tasks, work, take, ctx, 0.02, 0.7)
    if drawn.folds:
        # Shares that differ from fold to fold would rank the cases, the wrong way round; this one shall not rank.
        own = cases.labels[drawn.development]
        learned[Kind.BASELINE].probability[:] = np.bincount(own, minlength=k) / len(own)
    return learned


def side_by_side(
    tasks: Sequence[T],
    work: Callable[[T, Callable[[], None]], Any],
    take: Callable[[T, Any], None],
    ctx: Context,
    low: float,
    high: float,
) -> None:
    """Run tasks on all cores; what they give is taken in this thread, while a cancel is looked for.

    Libraries below run in one thread each: two levels of threads only wait for each other.
    """
    import sklearn  # noqa: F401 - imported here once, not by several threads at the same time
    from threadpoolctl import threadpool_limits

    stopped = False

    def check() -> None:
        if stopped:
            raise _Stopped

    def one(task: T) -> Any:
        check()
        return work(task, check)

    pool = ThreadPoolExecutor(max(1, min(os.cpu_count() or 1, len(tasks))), "classify")
    try:
        with threadpool_limits(1, user_api="blas"):
            waiting: dict[Future[Any], T] = {pool.submit(one, task): task for task in tasks}
            done_so_far = 0
            while waiting:
                done, _ = wait(waiting, timeout=0.1, return_when=FIRST_COMPLETED)
                ctx.check()
                for future in done:
                    task = waiting.pop(future)
                    take(task, future.result())
                    done_so_far += 1
                    ctx.progress(low + (high - low) * done_so_far / len(tasks))
    finally:
        stopped = True
        pool.shutdown(wait=False, cancel_futures=True)


class _Stopped(Exception):
    """Ends work that nobody waits for any more."""


# -- judging


def _judge(
    cases: CaseTable,
    experiment: Experiment,
    drawn: Split,
    positive: int,
    spec: Spec,
    own: _Learned,
    tick: Callable[[float], None],
) -> tuple[ClassifierResult, Replicates | None]:
    chosen = tuple(s for _, s in sorted(own.chosen, key=lambda pair: pair[0])) if experiment.tune else ()
    columns = tuple(n for _, n in sorted(own.columns))
    if own.problem:
        return ClassifierResult(spec, None, None, problem=own.problem, seconds=own.seconds), None
    tested = drawn.development if drawn.folds else drawn.development[:0]
    out_of_fold, held_out, replicates = None, None, None
    if len(tested):
        out_of_fold, replicates = judge(
            cases, own.probability[:, tested], tested, positive, experiment.resamples, experiment.seed, tick
        )
    if own.held_out is not None and len(drawn.held_out):
        held_out, replicates = judge(
            cases, own.held_out[None], drawn.held_out, positive, experiment.resamples, experiment.seed, tick
        )
    tree: tuple[tree_drawing.TreeNode, ...] = ()
    if spec.kind is Kind.TREE and own.final is not None:
        tree = tree_drawing.nodes_of(own.final.arrays(), own.final.preparation)
    return ClassifierResult(spec, out_of_fold, held_out, chosen, (), tree, columns, own.seconds), replicates


def _best(results: Sequence[ClassifierResult]) -> Kind:
    def merit(result: ClassifierResult) -> tuple[float, float]:
        # Chosen by cross-validation even where a part is held out: choosing on that part would spoil it.
        numbers = (result.out_of_fold or result.held_out).numbers  # type: ignore[union-attr]
        auc = numbers["auc"].value
        return (round(auc, 4) if np.isfinite(auc) else 0.0), -numbers["log_loss"].value

    able = [r for r in results if r.spec.kind is not Kind.BASELINE and (r.out_of_fold or r.held_out)]
    if not able:
        problems = [r.problem for r in results if r.problem]
        if problems:
            raise InputError(problems[0])
        return Kind.BASELINE
    return max(able, key=merit).spec.kind


def _comparisons(replicates: dict[Kind, Replicates]) -> tuple[Comparison, ...]:
    kinds = list(replicates)
    return tuple(
        bootstrap.compare(a, b, name, replicates[a], replicates[b])
        for at, a in enumerate(kinds)
        for b in kinds[at + 1 :]
        for name in COMPARED
    )


def _importance(
    cases: CaseTable, experiment: Experiment, drawn: Split, own: _Learned, ctx: Context
) -> tuple[Importance, ...]:
    rows = drawn.development
    keys = cases.features.keys
    rng = np.random.default_rng(seed_of(experiment.seed, "importance"))
    orders = []
    for _ in range(importance.shuffles_for(len(rows), len(keys))):
        order = np.arange(cases.n, dtype=np.intp)
        order[rows] = rng.permutation(rows)
        orders.append(order)
    parts: list[tuple[Rows, dict[str, Matrix]]] = []

    def work(fold: FoldModel, check: Callable[[], None]) -> dict[str, Matrix]:
        return importance.shuffled_losses(fold, cases.features, cases.labels, orders, check)

    side_by_side(own.models, work, lambda fold, found: parts.append((fold.test, found)), ctx, 0.9, 0.99)
    return importance.summarise(
        parts, keys, own.probability[0], cases.labels, cases.groups, rows, experiment.resamples, experiment.seed
    )


def fit_final(
    cases: CaseTable, experiment: Experiment, kind: Kind, check: Callable[[], None] | None = None
) -> Fitted:
    """The classifier that is kept: learned from the development cases (all, where nothing is held out).

    Its worth is what `run` said of it with the same experiment.
    """
    spec = next((s for s in _specs(experiment) if s.kind is kind), Spec(kind))
    rows = split.draw(cases, experiment.split).development
    return classical.fit(
        spec, experiment.preparation, cases.features.select(rows), cases.labels[rows], cases.groups[rows],
        len(cases.classes), seed_of(experiment.seed, spec.kind, "all"), tune=experiment.tune, check=check,
    )  # fmt: skip
