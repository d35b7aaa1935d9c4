"""The results in the drawer: classifiers side by side, plots whose points lead to cases, what to do with the best."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedLayout,
    QTableView,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medviewer.document import edits
from medviewer.errors import MedviewerError
from medviewer.lab.classical import Kind
from medviewer.lab.classifier_file import ENDING
from medviewer.lab.leakage import Severity
from medviewer.services import classification, experiment_tables, results
from medviewer.services.classification import Classification, Record
from medviewer.services.paths import atomic_write
from medviewer.services.workspace import Workspace
from medviewer.ui.icons import icon
from medviewer.ui.lab.case_card import CaseCard
from medviewer.ui.lab.case_opener import CaseOpener
from medviewer.ui.lab.confusion import ConfusionView
from medviewer.ui.lab.findings import FindingList, worst
from medviewer.ui.lab.judged_cases import JudgedCases
from medviewer.ui.lab.plot_export import write_plot
from medviewer.ui.lab.plots import CurvePlot, ImportancePlot, ReliabilityPlot
from medviewer.ui.lab.score_table import NAME, ScoreDelegate, ScoreModel
from medviewer.ui.lab.tree_view import TreeView
from medviewer.ui.lab.words import SIGNS, count_text, kind_name
from medviewer.ui.theme import GRID, HALF_GRID, Theme
from medviewer.ui.told import told

ROW_HEIGHT = 24
CURVES, CONFUSION, CALIBRATION, IMPORTANCE, TREE, CASES, FINDINGS = range(7)
LEFT, RIGHT = 560, 700


class ResultsPanel(QWidget):
    """Everything that a run found.

    Signals
    -------
    setup_wanted()
        There is no run yet, and the button for it was pressed.
    step_added()
        A classifier has become a step of the recipe of the active series.
    """

    setup_wanted = Signal()
    step_added = Signal()

    def __init__(self, workspace: Workspace, theme: Theme, opener: CaseOpener, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab-results")
        self._workspace = workspace
        self._theme = theme
        self._lab: Classification = classification.of(workspace)
        self._record: Record | None = None
        self._kind = Kind.BASELINE
        self._opener = opener
        self._build()
        self._disconnect = [
            self._lab.changed.connect(self._changed),
            self._lab.told.connect(lambda error: self._say(str(error), "bad")),
        ]
        opener.told.connect(lambda error: self._say(str(error), "bad"))
        self.retranslate()
        self._show_runs()

    # -- building

    def _build(self) -> None:
        self._hint = QLabel(self, wordWrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setProperty("role", "dim")
        self._set_up = QPushButton(self)
        self._set_up.setObjectName("lab-set-up")
        self._set_up.clicked.connect(self.setup_wanted)
        empty = QWidget(self)
        inner = QVBoxLayout(empty)
        inner.addStretch(1)
        inner.addWidget(self._hint)
        inner.addWidget(self._set_up, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(1)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.addWidget(self._build_left())
        split.addWidget(self._build_right())
        split.setSizes([LEFT, RIGHT])
        split.setStretchFactor(1, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(empty)
        self._stack.addWidget(split)

    def _build_left(self) -> QWidget:
        theme = self._theme
        self._runs = QComboBox(self)
        self._runs.setObjectName("lab-runs")
        self._runs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._runs.setMinimumContentsLength(14)
        self._runs.activated.connect(lambda _n: self.show_run(int(self._runs.currentData())))
        self._doubts = QPushButton(self)
        self._doubts.setObjectName("lab-doubts")
        self._doubts.clicked.connect(lambda: self._tabs.setCurrentIndex(FINDINGS))
        self._save = QPushButton(self)
        self._save.setObjectName("lab-save")
        self._save.setIcon(icon("save", theme))
        self._save.clicked.connect(lambda: self._ask_save(False))
        self._step = QPushButton(self)
        self._step.setObjectName("lab-use-step")
        self._step.clicked.connect(lambda: self._ask_save(True))
        self._more = QToolButton(self)
        self._more.setObjectName("lab-export")
        self._more.setIcon(icon("export", theme))
        self._more.clicked.connect(self._open_menu)
        top = QHBoxLayout()
        top.setSpacing(HALF_GRID)
        top.addWidget(self._runs, 1)
        for widget in (self._doubts, self._save, self._step, self._more):
            top.addWidget(widget)
        self._model = ScoreModel(self)
        self.scores = QTableView(self)
        self.scores.setObjectName("lab-scores")
        self.scores.setModel(self._model)
        self.scores.setItemDelegate(ScoreDelegate(theme, self.scores))
        self.scores.setFrameShape(QFrame.Shape.NoFrame)
        self.scores.setShowGrid(False)
        self.scores.verticalHeader().hide()
        self.scores.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.scores.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        self.scores.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.scores.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.scores.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.scores.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.scores.selectionModel().currentRowChanged.connect(lambda now, _before: self._row_chosen(now.row()))
        self._verdict = QLabel(self, wordWrap=True)
        self._verdict.setObjectName("lab-verdict")
        self._verdict.setTextFormat(Qt.TextFormat.PlainText)
        self._verdict.setProperty("role", "small")
        self._note = QLabel(self, wordWrap=True)
        self._note.setObjectName("lab-note")
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.hide()
        left = QWidget(self)
        layout = QVBoxLayout(left)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(HALF_GRID)
        layout.addLayout(top)
        layout.addWidget(self.scores, 1)
        layout.addWidget(self._verdict)
        layout.addWidget(self._note)
        return left

    def _build_right(self) -> QWidget:
        theme = self._theme
        self.roc, self.precision = CurvePlot(theme, True, self), CurvePlot(theme, False, self)
        self.confusion = ConfusionView(theme, self)
        self.reliability = ReliabilityPlot(theme, self)
        self.importance = ImportancePlot(theme, self)
        self.tree = TreeView(theme, self)
        self.cases = JudgedCases(self)
        self.findings = FindingList(theme, self)
        self.findings.cases_wanted.connect(self.list_cases)
        self.cases.case_chosen.connect(lambda case: self._show_case((case,)))
        for plot in (self.roc, self.precision, self.reliability):
            plot.cases_chosen.connect(self._show_case)
        self.confusion.cases_chosen.connect(self.list_cases)
        curves = QWidget(self)
        self._class = QComboBox(self)
        self._class.setObjectName("lab-of-class")
        self._class.activated.connect(lambda _n: self._show_plots())
        column = QVBoxLayout(curves)
        column.setContentsMargins(0, HALF_GRID, 0, 0)
        column.setSpacing(HALF_GRID)
        column.addWidget(self._class, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        column.addLayout(row, 1)
        row.addWidget(self.roc, 1)
        row.addWidget(self.precision, 1)
        self._no_importance, self._no_tree = QLabel(self, wordWrap=True), QLabel(self, wordWrap=True)
        self._importance_page = _Either(self.importance, self._no_importance, self)
        self._tree_page = _Either(self.tree, self._no_tree, self)
        doubts = QScrollArea(self)
        doubts.setFrameShape(QFrame.Shape.NoFrame)
        doubts.setWidgetResizable(True)
        holder = QWidget(doubts)
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(GRID, GRID, GRID, GRID)
        self._no_doubts = QLabel(holder)
        self._no_doubts.setProperty("role", "dim")
        inner.addWidget(self._no_doubts)
        inner.addWidget(self.findings)
        inner.addStretch(1)
        doubts.setWidget(holder)
        self._tabs = QTabWidget(self)
        self._tabs.setObjectName("lab-result-tabs")
        self._tabs.setDocumentMode(True)
        for page in (
            curves, self.confusion, self.reliability, self._importance_page, self._tree_page, self.cases, doubts,
        ):  # fmt: skip
            self._tabs.addTab(page, "")
        self.card = CaseCard(theme, self._opener, self)
        right = QWidget(self)
        layout = QHBoxLayout(right)
        layout.setContentsMargins(0, 0, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._tabs, 1)
        layout.addWidget(self.card)
        return right

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._hint.setText(
            self.tr(
                "No results yet. Choose cases and run the classifiers: every number then stands here with its limits."
            )
        )
        self._set_up.setText(self.tr("Set up an experiment"))
        self._save.setText(self.tr("Save…"))
        self._save.setToolTip(self.tr("Learn from all cases and save the chosen classifier"))
        self._step.setText(self.tr("Use as a step…"))
        for widget, words in (
            (self._runs, self.tr("Runs")),
            (self._more, self.tr("Export")),
            (self.scores, self.tr("Classifiers")),
            (self._class, self.tr("Class against the rest")),
        ):
            widget.setAccessibleName(words)
        self._runs.setToolTip(self.tr("Runs"))
        self._more.setToolTip(self.tr("Export"))
        self._class.setToolTip(self.tr("Class against the rest"))
        names = (
            self.tr("Curves"), self.tr("Confusion"), self.tr("Calibration"), self.tr("Importance"), self.tr("Tree"),
            self.tr("Cases"), self.tr("Findings"),
        )  # fmt: skip
        for number, name in enumerate(names):
            self._tabs.setTabText(number, name)
        self._no_importance.setText(
            self.tr("The importance of this classifier was not computed. Choose Importance: of all in the step Run.")
        )
        self._no_tree.setText(self.tr("Only a decision tree can be drawn, and none was run."))
        self._no_doubts.setText(self.tr("Nothing suspicious was found."))
        for plot in (self.roc, self.precision, self.reliability, self.importance, self.tree):
            plot.retranslate()
        self._show_runs()

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "card"):
            self.retranslate()
        super().changeEvent(event)

    # -- showing

    def _changed(self, what: str) -> None:
        if what == "results":
            newest = self._lab.runs[-1] if self._lab.runs else None
            self._record = newest
            self._show_runs(fresh=True)
        elif what == "progress":
            self._save.setEnabled(not self._lab.progress.what)

    @property
    def record(self) -> Record | None:
        """The run that is shown."""
        return self._record

    @property
    def kind(self) -> Kind:
        """The classifier that is shown."""
        return self._kind

    def show_run(self, number: int) -> None:
        """Show a run by its number."""
        self._record = next((r for r in self._lab.runs if r.number == number), None)
        self._show_runs(fresh=True)

    def _show_runs(self, fresh: bool = False) -> None:
        record = self._record
        self._stack.setCurrentIndex(1 if record is not None else 0)
        with QSignalBlocker(self._runs):
            self._runs.clear()
            for one in reversed(self._lab.runs):
                at = time.strftime("%H:%M", time.localtime(one.at))
                words = self.tr("Run {n}, {time}").format(n=one.number, time=at)
                self._runs.addItem(f"{words} · {count_text('case', one.results.cases.n)}", one.number)
            if record is not None:
                self._runs.setCurrentIndex(self._runs.findData(record.number))
        if record is None:
            return
        found = record.results
        if fresh or self._kind not in [own.spec.kind for own in found.classifiers]:
            self._kind = found.best
            self.card.show_cases(None, self._kind, ())
        with QSignalBlocker(self.scores.selectionModel()):
            self._model.show_results(found)
        with QSignalBlocker(self._class):
            self._class.clear()
            for name in found.cases.classes:
                self._class.addItem(self.tr("{name} against the rest").format(name=name), name)
        self._class.setVisible(found.positive < 0)
        self._show_doubts()
        self._verdict.setText(self._verdict_words())
        self.scores.selectRow(self._model.row_of(self._kind))
        self._show_plots()

    def _show_doubts(self) -> None:
        assert self._record is not None
        findings = self._record.results.findings
        self.findings.show_findings(findings, with_cases=True)
        self._no_doubts.setVisible(not findings)
        found = worst(findings)
        serious = sum(f.severity is Severity.SERIOUS for f in findings)
        warnings = sum(f.severity is Severity.WARNING for f in findings)
        self._doubts.setVisible(bool(findings))
        what, n = (
            ("serious", serious) if serious else (("warning", warnings) if warnings else ("note", len(findings)))
        )
        self._doubts.setText(count_text(what, n))
        name, token = SIGNS[found.severity] if found is not None else SIGNS[Severity.INFO]
        self._doubts.setIcon(icon(name, self._theme, token))
        self._doubts.setToolTip(told(found.sentence) if found is not None else "")

    def _verdict_words(self) -> str:
        """Which is the best, and which of the others these cases do not tell from it."""
        assert self._record is not None
        found = self._record.results
        alike = []
        for own in found.classifiers:
            one = self._model.against(own.spec.kind)
            if one is not None and one.low <= 0 <= one.high:
                alike.append(kind_name(own.spec.kind))
        if found.best is Kind.BASELINE:
            words = self.tr("Only the baseline was run.")
        elif kind_name(Kind.BASELINE) in alike:
            words = self.tr("No classifier is better than always naming the most frequent class.")
        elif alike:
            words = self.tr("{best} has the largest ROC area; these cases do not tell it from: {others}.").format(
                best=kind_name(found.best), others=", ".join(alike)
            )
        else:
            words = self.tr("{best} has the largest ROC area, and clearly so.").format(best=kind_name(found.best))
        who = (
            count_text("patient", found.cases.n_groups) if found.cases.groups_known else self.tr("Patients not known")
        )
        told_of = self.tr("{who}, seed {seed}, {s} s. In grey: 95 % limits.").format(
            who=who, seed=found.experiment.seed, s=f"{self._record.seconds:.0f}"
        )
        return f"{words}\n{told(found.split.description)} {told_of}"

    def _row_chosen(self, row: int) -> None:
        if row >= 0:
            self.show_kind(self._model.kind(row))

    def show_kind(self, kind: Kind) -> None:
        """Show the plots of a classifier."""
        self._kind = kind
        row = self._model.row_of(kind)
        if self.scores.currentIndex().row() != row:
            self.scores.setCurrentIndex(self._model.index(row, NAME))
        self.card.show_kind(kind)
        self._show_plots()

    def _show_plots(self) -> None:
        if self._record is None:
            return
        found, kind = self._record.results, self._kind
        at = max(0, self._class.currentIndex())
        for plot in (self.roc, self.precision, self.reliability, self.importance):
            plot.show_results(found, kind, at)
        self.confusion.show_results(found, kind)
        self._importance_page.show_content(self.importance.has_any)
        grown = next((own for own in found.classifiers if own.tree), None)
        self._tree_page.show_content(grown is not None)
        if grown is not None:
            self.tree.show_tree(grown.tree, found.cases.classes, found.cases.units)
        self.cases.show_record(self._record, kind)
        series_key = self._active_key()
        reason = self._lab.why_no_step(self._record, series_key)
        self._step.setToolTip(
            told(reason) or self.tr("Save the chosen classifier and add it to the recipe of the active series")
        )

    def _active_key(self) -> str:
        state = self._workspace.document.state
        return state.view(state.layout.active).series_key

    # -- cases

    def _show_case(self, cases: tuple[int, ...]) -> None:
        self.card.show_cases(self._record, self._kind, tuple(cases))

    def list_cases(self, cases: tuple[int, ...]) -> None:
        """List some cases and show the first."""
        self.cases.show_only(tuple(cases))
        self._tabs.setCurrentIndex(CASES)
        self._show_case(tuple(cases))

    # -- out

    def _say(self, sentence: str, role: str) -> None:
        self._note.setText(told(sentence))
        self._note.setVisible(bool(sentence))
        self._note.setProperty("role", role)
        self._note.style().unpolish(self._note)
        self._note.style().polish(self._note)

    def _ask_save(self, as_step: bool) -> None:
        if self._record is None:
            return
        if as_step:
            reason = self._lab.why_no_step(self._record, self._active_key())
            if reason:
                self._say(reason, "bad")
                return
        dialog = QFileDialog(self, self.tr("Save classifier"), f"{self._kind}{ENDING}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Classifiers (*{suffix})").format(suffix=ENDING))
        dialog.setDefaultSuffix(ENDING.lstrip("."))
        dialog.fileSelected.connect(self.use_as_step if as_step else self.save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, path: str) -> None:
        """Save the chosen classifier, learned from all cases."""
        if self._record is not None:
            self._say("", "")
            self._lab.save(
                self._record,
                self._kind,
                path,
                lambda written: self._say(self.tr("Saved as {name}.").format(name=written.name), "good"),
                self.tr("Saving a classifier"),
            )

    def use_as_step(self, path: str) -> None:
        """Save the chosen classifier and add it as a step to the recipe of the active series."""
        record, series_key = self._record, self._active_key()
        if record is None:
            return
        reason = self._lab.why_no_step(record, series_key)
        if reason:
            self._say(reason, "bad")
            return

        def saved(written: Path) -> None:
            try:
                step = self._lab.step_of(written)
            except MedviewerError as error:
                self._say(str(error), "bad")
                return
            document = self._workspace.document
            document.apply(edits.add_step(document.state, series_key, step))
            self._say(self.tr("The classifier is the last step of the recipe of the active series."), "good")
            self.step_added.emit()

        self._say("", "")
        self._lab.save(record, self._kind, path, saved, self.tr("Saving a classifier"))

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Everything as JSON…"), lambda: self._ask("results.json", "*.json", self.export_json))
        menu.addAction(
            self.tr("Numbers as a table…"), lambda: self._ask("classifiers.csv", "*.csv *.xlsx", self.export_numbers)
        )
        menu.addAction(
            self.tr("Cases as a table…"), lambda: self._ask("cases.csv", "*.csv *.xlsx", self.export_cases)
        )
        if self._tabs.currentIndex() in (CURVES, CONFUSION, CALIBRATION, IMPORTANCE, TREE):
            menu.addSeparator()
            menu.addAction(self.tr("This plot…"), lambda: self._ask("plot.png", "*.png *.svg", self.export_plot))
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _ask(self, name: str, patterns: str, then: Callable[[str], None]) -> None:
        dialog = QFileDialog(self, self.tr("Export"), name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"({patterns})")
        dialog.setDefaultSuffix(name.rpartition(".")[2])
        dialog.selectFile(name)
        dialog.fileSelected.connect(then)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export_json(self, path: str) -> None:
        """Write everything that was found, with the scores of every case."""
        if self._record is None:
            return
        text = json.dumps(experiment_tables.report(self._record), indent=1, ensure_ascii=False)
        try:
            atomic_write(Path(path), text.encode("utf-8"))
        except OSError:
            self._say("The results could not be written. Choose another folder.", "bad")
            return
        self._exported(path)

    def export_numbers(self, path: str) -> None:
        """Write the table of classifiers as CSV or XLSX."""
        record = self._record
        if record is not None:
            names = {str(kind): kind_name(kind) for kind in Kind}
            self._write(lambda: results.write_table(experiment_tables.metric_table(record, names), path), path)

    def export_cases(self, path: str) -> None:
        """Write the judged cases of the chosen classifier as CSV or XLSX."""
        self._write(lambda: self.cases.export(Path(path)), path)

    def export_plot(self, path: str) -> None:
        """Write the plot that is shown as PNG or SVG."""
        page = self._tabs.currentWidget()
        if page is not None:
            self._write(lambda: write_plot(page, Path(path)), path)

    def _write(self, write: Callable[[], object], path: str) -> None:
        try:
            write()
        except MedviewerError as error:
            self._say(str(error), "bad")
            return
        self._exported(path)

    def _exported(self, path: str) -> None:
        self._say(self.tr("Saved as {name}.").format(name=Path(path).name), "good")


class _Either(QWidget):
    """What there is to see, or a sentence why there is nothing."""

    def __init__(self, content: QWidget, words: QLabel, parent: QWidget) -> None:
        super().__init__(parent)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setProperty("role", "dim")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(content)
        self._stack.addWidget(words)

    def show_content(self, is_there: bool) -> None:
        """The content, or the sentence."""
        self._stack.setCurrentIndex(0 if is_there else 1)
