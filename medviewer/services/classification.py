"""Classification in the window: cases, what was chosen, the check before the run, runs, what they found. No Qt.

Everything that reads all cells or learns runs in a job; the window listens to `Classification.changed` and asks.
"""

from __future__ import annotations

import itertools
import os
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from medviewer.core.observe import Signal
from medviewer.core.table import Cell, Column, Table
from medviewer.document.state import Step
from medviewer.errors import InputError, MedviewerError
from medviewer.lab import cases as lab_cases
from medviewer.lab import experiment, leakage, split, trained
from medviewer.lab.cases import CaseTable
from medviewer.lab.classical import Kind
from medviewer.lab.experiment import Results
from medviewer.lab.leakage import Finding, Severity
from medviewer.services import case_choices
from medviewer.services.case_choices import CLASS, Source, Survey
from medviewer.services.experiment_plan import Plan, estimate_s
from medviewer.services.jobs import JobContext, JobRequest, Policy, Priority
from medviewer.services.result_tables import ResultTable
from medviewer.services.workspace import Workspace

KEY = "classification"
LANE = "compute"
MOST_RUNS = 10


@dataclass(frozen=True)
class Choices:
    """Which column is what.

    Attributes
    ----------
    label, group, part : str
        Keys of columns; empty: none.
    features : frozenset of str or None
        Columns to learn from; None: all that are not suspicious.
    """

    label: str = ""
    group: str = ""
    part: str = ""
    features: frozenset[str] | None = None


@dataclass(frozen=True, eq=False)
class Check:
    """What can be said before the run.

    Attributes
    ----------
    cases : CaseTable or None
        None where they cannot be built.
    findings : tuple of Finding
        Leakage and notes.
    description : str
        Of the split, in English.
    seconds : float
        How long the run may take.
    problem : MedviewerError or None
        Why it cannot run.
    """

    cases: CaseTable | None = None
    findings: tuple[Finding, ...] = ()
    description: str = ""
    seconds: float = 0.0
    problem: MedviewerError | None = None


@dataclass(frozen=True, eq=False)
class Record:
    """A run that has ended.

    Attributes
    ----------
    number : int
        From 1.
    results : Results
    table : Table
        The table as it was; `results.cases.rows` are its rows.
    sources : tuple of Source
    seconds : float
    at : float
        Seconds since the epoch.
    """

    number: int
    results: Results
    table: Table
    sources: tuple[Source, ...]
    seconds: float
    at: float


@dataclass(frozen=True)
class Progress:
    """Of the run, or of reading a file.

    Attributes
    ----------
    what : str
        ``""`` nothing runs, ``"read"``, ``"run"`` or ``"save"``.
    fraction : float
    text : str
        In English.
    seconds : float
        Since the start.
    """

    what: str = ""
    fraction: float = 0.0
    text: str = ""
    seconds: float = 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds that are left; None while that cannot be told."""
        if self.fraction < 0.05 or self.seconds < 1:
            return None
        return self.seconds * (1 - self.fraction) / self.fraction


class Classification:
    """The experiment of a workspace.

    Attributes
    ----------
    changed : Signal of str
        ``"cases"`` (sources, survey), ``"labels"`` (some were typed), ``"choices"``, ``"check"``, ``"progress"``,
        ``"results"``.
    told : Signal of MedviewerError
        What a read, a run or a save could not do.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace_ref = weakref.ref(workspace)
        self._numbers = itertools.count(1)
        self._run_numbers = itertools.count(1)
        self._slower = 1.0
        self._started = 0.0
        self._surveyed = 0
        self.changed: Signal[str] = Signal()
        self.told: Signal[MedviewerError] = Signal()
        self.sources: tuple[Source, ...] = ()
        self.table = Table()
        self.survey = Survey()
        self.is_surveying = False
        self.choices = Choices()
        self.plan = Plan()
        self.check: Check | None = None
        self.progress = Progress()
        self.runs: tuple[Record, ...] = ()

    @property
    def _workspace(self) -> Workspace:
        workspace = self._workspace_ref()
        assert workspace is not None
        return workspace

    # -- where cases come from

    def add_table(self, name: str, table: Table, series_key: str = "", path: str = "") -> None:
        """Put the rows of a table below those that are there."""
        if not table.n_rows:
            raise InputError("The table has no rows.", "Choose another table.", "cases.none")
        source = Source(next(self._numbers), name, table, series_key, path)
        self._set_sources((*self.sources, source))

    def add_result_tables(self, tables: Sequence[ResultTable]) -> None:
        """Put the rows of measured tables below those that are there; each names its patient where that is known."""
        made = [
            Source(next(self._numbers), one.name, self._with_patient(one.table, one.series_key), one.series_key)
            for one in tables
            if one.table.n_rows
        ]
        if not made:
            raise InputError("The table has no rows.", "Choose another table.", "cases.none")
        self._set_sources((*self.sources, *made))

    def _with_patient(self, table: Table, series_key: str) -> Table:
        if not series_key or any(case_choices.PATIENT.search(key) for key in table.keys):
            return table
        patient = self._patient(series_key)
        return table.with_columns(Column("patient", (patient,) * table.n_rows)) if patient else table

    def _patient(self, series_key: str) -> str:
        series = self._workspace.series_by_key(series_key)
        instances = series.instances if series is not None else []
        return str(instances[0].patient_id or "") if instances else ""

    def add_path(self, path: str | os.PathLike[str], patient_pattern: str = "", label: str = "") -> None:
        """Read a table (CSV, XLSX), a folder or ZIP of pictures, or an NPZ, in a job.

        Parameters
        ----------
        patient_pattern : str
            Regular expression that finds the patient in the path of a picture, by its first brackets.
        label : str
            Of the job, translated.
        """
        source = Path(path)

        def work(ctx: JobContext) -> Table:
            from medviewer.services import case_tables, table_reading

            if source.is_dir() or source.suffix.lower() == ".zip":
                return case_tables.from_pictures(source, ctx=ctx, group_pattern=patient_pattern)
            if source.suffix.lower() == ".npz":
                return case_tables.from_arrays(source, ctx=ctx)
            return table_reading.read_table(source)

        pictures = source.is_dir() or source.suffix.lower() in (".zip", ".npz")
        self._read(
            work, lambda table: self.add_table(source.name, table, path=str(source) if pictures else ""), label
        )

    def add_open_images(self, series_keys: Sequence[str], label: str = "") -> None:
        """One case per slice of series that are open."""
        opened = {key: self._workspace.loaded(key) for key in series_keys}
        complete = {key: one for key, one in opened.items() if one is not None and one.is_open and one.is_complete}
        images = [(key, one.image, "", self._patient(key)) for key, one in complete.items()]
        if not images:
            raise InputError("No series is open and read to its end.", "Open one first.", "cases.none")

        def work(ctx: JobContext) -> Table:
            from medviewer.services import case_tables

            return case_tables.from_images(images, ctx=ctx)

        only = series_keys[0] if len(images) == 1 else ""
        self._read(work, lambda table: self.add_table("Slices", table, only), label)

    def add_masks(self, series_key: str, label: str = "") -> None:
        """One case per label of the active mask layer of a series."""
        from medviewer.services import case_tables, label_layers

        layers = label_layers.of(self._workspace)
        layer = layers.active(series_key) if series_key else None
        if layer is None:
            raise InputError("The active series has no mask.", "Paint or segment something first.", "input.mask")
        image, labels, patient = layers.stack(series_key), layers.labels_of(layer.id), self._patient(series_key)
        name = layer.name

        def work(ctx: JobContext) -> Table:
            ctx.check()
            return case_tables.from_masks(image, labels, series_key, patient)

        self._read(work, lambda table: self.add_table(name, table, series_key), label)

    def _read(self, work: Callable[[JobContext], Table], done: Callable[[Table], None], label: str) -> None:
        def over(table: Table) -> None:
            self._set_progress(Progress())
            try:
                done(table)
            except MedviewerError as error:
                self.told.emit(error)

        request: JobRequest[Table] = JobRequest((KEY, "read"), LANE, work, label)
        self._submit(request, over, "read")

    def remove(self, number: int) -> None:
        """Take a source away."""
        self._set_sources(tuple(one for one in self.sources if one.number != number))

    def _set_sources(self, sources: tuple[Source, ...]) -> None:
        table = case_choices.joined(sources)  # raises before anything has changed
        typed = self._typed_by_source()
        self.sources, self.table = sources, table
        if typed and sources:
            values = [v for source in sources for v in typed.get(source.number, (None,) * source.table.n_rows)]
            self.table = case_choices.with_class(table, values)
        self._look()

    def _typed_by_source(self) -> dict[int, tuple[Cell, ...]]:
        """Labels given by hand, by source, so that they outlive a change of sources."""
        if not self.has_typed_labels:
            return {}
        values, at, found = self.table.column(CLASS).values, 0, {}
        for source in self.sources:
            found[source.number] = values[at : at + source.table.n_rows]
            at += source.table.n_rows
        return found

    def _look(self) -> None:
        """Survey the columns anew, and guess what was not chosen."""
        self.check, self.survey, self.is_surveying = None, Survey(), bool(self.sources)
        table = self.table

        def done(found: Survey) -> None:
            self.survey, self.is_surveying = found, False
            keys, kept = set(table.keys), self.choices
            label = kept.label if kept.label in keys else found.label.key
            taken = {label}
            group = kept.group if kept.group in keys and kept.group not in taken else found.group.key
            part = kept.part if kept.part in keys else found.part.key
            features = kept.features & keys if kept.features is not None else None
            self.choices = Choices(label, "" if group in taken else group, part, features or None)
            if part and not kept.part:
                self.plan = replace(self.plan, use_parts=True)
            self.changed.emit("cases")
            self._check()

        if not self.sources:
            self.choices = Choices()
            self.changed.emit("cases")
            return
        self.changed.emit("cases")
        request: JobRequest[Survey] = JobRequest(
            (KEY, "survey"), LANE, lambda ctx: case_choices.survey(table), priority=Priority.VISIBLE,
            policy=Policy.REPLACE,
        )  # fmt: skip
        self._workspace.scheduler.submit(request, done=done, failed=self._failed, owner=self)

    # -- what is chosen

    def choose(self, **changes: Any) -> None:
        """Change `Choices`: ``label``, ``group``, ``part``, ``features``."""
        chosen = replace(self.choices, **changes)
        if chosen == self.choices:
            return
        self.choices = chosen
        self.changed.emit("choices")
        self._check()

    def set_plan(self, **changes: Any) -> None:
        """Change the `Plan`."""
        plan = replace(self.plan, **changes)
        if plan != self.plan:
            self.plan = plan
            self.changed.emit("choices")
            self._check()

    def used(self) -> frozenset[str]:
        """Columns that are ticked as features."""
        taken = {self.choices.label, self.choices.group, self.choices.part}
        if self.choices.features is not None:
            return self.choices.features - taken
        return frozenset(c.key for c in self.survey.columns if not c.why_not) - taken

    # -- labels by hand

    @property
    def has_typed_labels(self) -> bool:
        """Whether the table has a column of labels that can be typed."""
        return CLASS in self.table.keys and not any(CLASS in source.table.keys for source in self.sources)

    @property
    def labels_are_typed(self) -> bool:
        """Whether the labels in use can be typed over."""
        return self.choices.label == CLASS and CLASS in self.table.keys

    def type_labels(self, rows: Sequence[int], name: str) -> None:
        """Give rows a class; empty: none. Without a column for it, one is made that begins as the label in use."""
        if not self.table.n_rows:
            return
        values = list(self._typing_column())
        for row in rows:
            values[row] = name or None
        self._type(values)

    def start_typing(self) -> None:
        """Make a column for labels by hand, and choose it."""
        if self.table.n_rows:
            self._type(list(self._typing_column()))

    def _typing_column(self) -> Sequence[Cell]:
        if CLASS in self.table.keys:
            return self.table.column(CLASS).values
        if self.choices.label in self.table.keys:
            names = [lab_cases.text(v) or None for v in self.table.column(self.choices.label).values]
            if len({name for name in names if name}) <= case_choices.MOST_TYPED:
                return names
        return (None,) * self.table.n_rows

    def _type(self, values: list[Cell]) -> None:
        before = self.choices.label
        is_new = CLASS not in self.table.keys
        self.table = case_choices.with_class(self.table, values)
        if is_new:
            features = self.choices.features if self.choices.features is not None else self.used()
            # The column that the labels began as would tell them.
            self.choices = replace(self.choices, label=CLASS, features=features - {before, CLASS})
            self._look()
            return
        self.choices = replace(self.choices, label=CLASS)
        self.changed.emit("labels")
        self._check()

    # -- before the run

    def _check(self) -> None:
        """Look for leakage and for what forbids the run, in a job."""
        self.check = None
        if not self.table.n_rows or self.is_surveying:
            return
        if not self.choices.label:
            none = InputError("No column holds the labels.", "Choose one, or type the labels.", "classify.label")
            self.check = Check(problem=none)
            self.changed.emit("check")
            return
        build, plan, slower = self._builder(), self.plan, self._slower

        def work(ctx: JobContext) -> Check:
            try:
                cases = build()
            except MedviewerError as error:
                return Check(problem=error)
            notes = tuple(Finding("cases.note", Severity.INFO, note) for note in cases.notes)
            ctx.check()
            try:
                drawn = split.draw(cases, plan.split())
            except MedviewerError as error:
                return Check(cases, notes, problem=error)
            found = (*leakage.look(cases, drawn, ctx.check), *notes)
            return Check(cases, found, drawn.description, slower * estimate_s(cases, plan, len(drawn.folds)))

        def done(check: Check) -> None:
            self.check = check
            self.changed.emit("check")

        request: JobRequest[Check] = JobRequest(
            (KEY, "check"), LANE, work, priority=Priority.VISIBLE, policy=Policy.REPLACE
        )
        self.changed.emit("check")
        self._workspace.scheduler.submit(request, done=done, failed=self._failed, owner=self)

    def _builder(self) -> Callable[[], CaseTable]:
        table, chosen, used = self.table, self.choices, self.used()
        part = chosen.part if self.plan.use_parts else ""
        features = tuple(key for key in table.keys if key in used)

        def build() -> CaseTable:
            if not features:
                raise InputError("No column to learn from is ticked.", "Tick at least one.", "classify.features")
            return lab_cases.build(table, chosen.label, chosen.group, features=features, part=part)

        return build

    def why_not_run(self) -> str:
        """Why the run cannot start, as an English sentence; empty: it can."""
        if self.progress.what:
            return "Something is running already."
        if not self.sources:
            return "There are no cases yet."
        if not self.plan.kinds:
            return "No classifier is ticked."
        if self.check is None:
            return "The cases are being looked at."
        return str(self.check.problem) if self.check.problem is not None else ""

    # -- the run

    def run(self, label: str = "") -> bool:
        """Start the experiment; whether it could be. Label: of the job, translated."""
        check = self.check
        if self.why_not_run() or check is None or check.cases is None:
            return False
        cases, table, sources = check.cases, self.table, self.sources
        wanted = self.plan.experiment(cases.classes)
        expected = check.seconds / self._slower

        def done(results: Results) -> None:
            seconds = time.monotonic() - self._started
            if expected > 0.5:
                self._slower = min(20.0, max(0.05, seconds / expected))
            record = Record(next(self._run_numbers), results, table, sources, seconds, time.time())
            self.runs = (*self.runs, record)[-MOST_RUNS:]
            self._set_progress(Progress())
            self.changed.emit("results")

        request: JobRequest[Results] = JobRequest(
            (KEY, "run"), LANE, lambda ctx: experiment.run(cases, wanted, ctx), label
        )
        self._submit(request, done, "run")
        return True

    def cancel(self) -> None:
        """Stop what reads, runs or saves."""
        self._workspace.scheduler.cancel_where(
            lambda key: isinstance(key, tuple) and key[:1] == (KEY,) and key[1:] in (("read",), ("run",), ("save",))
        )

    def _submit(self, request: JobRequest[Any], done: Callable[[Any], None], what: str) -> None:
        self._started = time.monotonic()
        self._set_progress(Progress(what))

        def progress(fraction: float, text: str) -> None:
            self._set_progress(Progress(what, fraction, text, time.monotonic() - self._started))

        def failed(error: BaseException) -> None:
            self._set_progress(Progress())
            self._failed(error)

        self._workspace.scheduler.submit(
            request, done=done, failed=failed, progress=progress,
            cancelled=lambda: self._set_progress(Progress()), owner=self,
        )  # fmt: skip

    def _set_progress(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit("progress")

    def _failed(self, error: BaseException) -> None:
        self.is_surveying = False
        if not isinstance(error, MedviewerError):
            raise error
        self.told.emit(error)

    # -- what was found

    def forget_run(self, number: int) -> None:
        """Drop the results of a run."""
        self.runs = tuple(record for record in self.runs if record.number != number)
        self.changed.emit("results")

    def save(
        self,
        record: Record,
        kind: Kind,
        path: str | os.PathLike[str],
        done: Callable[[Path], object],
        label: str = "",
    ) -> None:
        """Learn from all development cases and keep the classifier in a file, in a job; `done` gets its path."""
        from medviewer.lab.classifier_file import ENDING

        target = Path(path)
        if target.suffix.lower() != ENDING:
            target = target.with_name(target.name + ENDING)
        results = record.results

        def work(ctx: JobContext) -> Path:
            from medviewer.lab import classifier_file
            from medviewer.services.paths import atomic_write

            fitted = experiment.fit_final(results.cases, results.experiment, kind, ctx.check)
            learned_from = results.cases.select(results.split.development)
            kept = trained.of_fitted(fitted, learned_from, results.positive, trained.worth_of(results, kind))
            data = classifier_file.to_bytes(kept)
            ctx.check()
            try:
                atomic_write(target, data)
            except OSError:
                raise InputError("The classifier could not be written.", "Choose another folder.") from None
            return target

        def over(written: Path) -> None:
            self._set_progress(Progress())
            done(written)

        self._submit(JobRequest((KEY, "save"), LANE, work, label), over, "save")

    def step_of(self, path: str | os.PathLike[str]) -> Step:
        """The step of a recipe that applies a saved classifier; raises ModelError when the file is none."""
        from medviewer.lab import applied
        from medviewer.ops.params import to_json

        return Step(applied.apply.id, applied.apply.version, to_json(applied.step_params(path)))

    def why_no_step(self, record: Record, series_key: str) -> str:
        """Why a classifier cannot become a step of a series' recipe, as an English sentence; empty: it can."""
        if not series_key:
            return "Open a series to add the step to."
        if record.results.cases.settings.get("of") == "image":
            return ""
        from medviewer.ops import registry
        from medviewer.ops.operation import Slot

        steps = self._workspace.document.state.recipes.get(series_key, ())
        for step in steps:
            try:
                if step.on and registry.get(step.op).gives is Slot.TABLE:
                    return ""
            except MedviewerError:
                continue  # a step of a newer version; the Process panel says so
        return "This classifier takes a table of measurements: add a step that measures to the recipe first."


_of: weakref.WeakKeyDictionary[object, Classification] = weakref.WeakKeyDictionary()


def of(workspace: Workspace) -> Classification:
    """The one `Classification` of a workspace."""
    found = _of.get(workspace)
    if found is None:
        found = _of[workspace] = Classification(workspace)
    return found
