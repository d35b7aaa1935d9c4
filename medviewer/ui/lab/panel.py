"""The Lab panel: cases → split → models → run, one below the other; below them what forbids or doubts the run."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from medviewer.errors import MedviewerError
from medviewer.lab.leakage import Severity
from medviewer.services import classification
from medviewer.services.classification import Classification
from medviewer.services.result_tables import ResultTable
from medviewer.services.workspace import Workspace
from medviewer.ui.icons import pixmap
from medviewer.ui.lab.cases_step import CasesStep
from medviewer.ui.lab.findings import worst
from medviewer.ui.lab.models_step import ModelsStep
from medviewer.ui.lab.run_step import RunStep
from medviewer.ui.lab.split_step import SplitStep
from medviewer.ui.lab.step_section import StepSection
from medviewer.ui.lab.words import SIGNS, about
from medviewer.ui.theme import GRID, HALF_GRID, Theme
from medviewer.ui.told import told

SIGN = 16
REFRESH_MS = 40


class LabPanel(QWidget):
    """The steps of an experiment.

    Signals
    -------
    cases_wanted()
        The list of cases is to be shown.
    results_wanted()
        A run has ended: its results are to be shown.
    """

    cases_wanted = Signal()
    results_wanted = Signal()

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab-panel")
        self._theme = theme
        self._lab: Classification = classification.of(workspace)
        self._problem: MedviewerError | None = None
        self._had_cases = False
        self.cases_step = CasesStep(workspace, theme)
        self.split_step = SplitStep(workspace)
        self.models_step = ModelsStep(workspace)
        self.run_step = RunStep(workspace, theme)
        self.cases_step.typing_wanted.connect(self.cases_wanted)
        self.cases_step.told.connect(self._tell)
        self._steps: tuple[CasesStep | SplitStep | ModelsStep | RunStep, ...] = (
            self.cases_step,
            self.split_step,
            self.models_step,
            self.run_step,
        )
        self.sections = tuple(StepSection(n, step, theme) for n, step in enumerate(self._steps, 1))
        for section in self.sections:
            section.opened.connect(lambda section=section: self._fold_others(section))
        self._build()
        self._later = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._later.timeout.connect(self.refresh)
        self._disconnect = [self._lab.changed.connect(self._changed), self._lab.told.connect(self._tell)]
        self.sections[0].set_open(True)
        self.retranslate()

    def _build(self) -> None:
        flow = QWidget(self)
        flow.setMinimumWidth(1)  # the fields give way: less than they would like, and all of them seen
        inner = QVBoxLayout(flow)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        for section in self.sections:
            inner.addWidget(section)
        inner.addStretch(1)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(flow)
        self._area = area
        line = QFrame(self)
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        self._sign, self._words = QLabel(self), QLabel(self, wordWrap=True)
        self._words.setObjectName("lab-words")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        said = QHBoxLayout()
        said.setSpacing(GRID)
        said.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self._words, 1)
        self._estimate = QLabel(self)
        self._estimate.setProperty("role", "small")
        self._estimate.setObjectName("lab-estimate")
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setObjectName("lab-progress")
        self._run = QPushButton(self)
        self._run.setObjectName("lab-run")
        self._run.setProperty("role", "primary")
        self._run.clicked.connect(self.run)
        self._cancel = QPushButton(self)
        self._cancel.setObjectName("lab-cancel")
        self._cancel.clicked.connect(self._lab.cancel)
        buttons = QHBoxLayout()
        buttons.setSpacing(HALF_GRID)
        buttons.addWidget(self._run, 1)
        buttons.addWidget(self._cancel)
        foot = QVBoxLayout()
        foot.setContentsMargins(GRID, GRID, GRID, GRID)
        foot.setSpacing(GRID)
        foot.addLayout(said)
        foot.addWidget(self._bar)
        foot.addWidget(self._estimate)
        foot.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addWidget(line)
        layout.addLayout(foot)

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        titles = (self.tr("Cases"), self.tr("Split"), self.tr("Models"), self.tr("Run"))
        for section, title in zip(self.sections, titles, strict=True):
            section.head.setText(title)
        self._run.setText(self.tr("Run"))
        self._cancel.setText(self.tr("Cancel"))
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_later"):
            self.retranslate()
        super().changeEvent(event)

    # -- following the experiment

    def _changed(self, what: str) -> None:
        if what == "progress":
            self._show_foot()
            return
        if what in ("cases", "choices", "labels"):
            self._problem = None
        if what == "results" and self._lab.runs:
            self.results_wanted.emit()
        self._later.start()

    def refresh(self) -> None:
        """Show the state of the experiment."""
        self._later.stop()
        for section, step in zip(self.sections, self._steps, strict=True):
            step.refresh()
            section.head.show_summary(step.summary(), self._sign_of(step))
            section.head.setEnabled(step is self.cases_step or bool(self._lab.sources))
        if self._had_cases and not self._lab.sources:
            self.sections[0].set_open(True)
        self._had_cases = bool(self._lab.sources)
        self._show_foot()

    def _sign_of(self, step: QWidget) -> tuple[str, str]:
        check = self._lab.check
        if step is self.cases_step and self._lab.sources and not self._lab.choices.group:
            return SIGNS[Severity.SERIOUS]
        if step is self.run_step and check is not None:
            found = worst(check.findings)
            return SIGNS[found.severity] if found is not None else ("", "")
        return "", ""

    def _fold_others(self, opened: StepSection) -> None:
        for section in self.sections:
            if section is not opened:
                section.set_open(False)
        QTimer.singleShot(0, self._area, lambda: self._area.ensureWidgetVisible(opened.head, 0, GRID))

    def _show_foot(self) -> None:
        lab, progress = self._lab, self._lab.progress
        busy = bool(progress.what)
        why_not = lab.why_not_run()
        self._bar.setVisible(busy)
        self._bar.setValue(round(1000 * progress.fraction))
        self._cancel.setVisible(busy)
        self._run.setVisible(not busy)
        self._run.setEnabled(not why_not)
        self._run.setToolTip(told(why_not))
        self._show_words(why_not if not busy else "")
        self._estimate.setText(self._time_words())
        self._estimate.setVisible(bool(self._estimate.text()))

    def _time_words(self) -> str:
        lab, progress = self._lab, self._lab.progress
        if progress.what:
            words = {
                "read": self.tr("Reading cases"),
                "run": told(progress.text) or self.tr("Learning"),
                "save": self.tr("Learning from all cases"),
            }[progress.what]
            left = progress.left_s
            return words if left is None else self.tr("{what}: {time} left").format(what=words, time=about(left))
        check = lab.check
        if lab.is_surveying or (lab.sources and check is None):
            return self.tr("Looking at the cases…")
        if check is None or check.problem is not None or not lab.sources:
            return ""
        return self.tr("The run takes {time}.").format(time=about(check.seconds))

    def _show_words(self, why_not: str) -> None:
        """The most important sentence: an error, then what forbids the run, then the most serious finding."""
        check = self._lab.check
        name, token, words = "", "", ""
        self._words.setToolTip("")
        found = worst(check.findings) if check is not None else None
        if self._problem is not None:
            name, token, words = "bad", "bad", told(str(self._problem))
        elif check is not None and check.problem is not None:
            name, token, words = "bad", "bad", told(str(check.problem))
        elif why_not and self._lab.sources and check is not None:
            name, token, words = "info", "dim", told(why_not)
        elif found is not None:
            # The whole of it stands in the step Run.
            (name, token), words = SIGNS[found.severity], told(found.sentence.partition(". ")[0].rstrip(".") + ".")
            self._words.setToolTip(told(found.sentence))
        self._sign.setVisible(bool(words))
        self._words.setVisible(bool(words))
        if not words:
            self._words.setText("")
            return
        self._sign.setPixmap(pixmap(name, self._theme, SIGN, token, self.devicePixelRatioF()))
        self._words.setText(words)
        role = token if token == "bad" else ""
        if self._words.property("role") != role:
            self._words.setProperty("role", role)
            self._words.style().unpolish(self._words)
            self._words.style().polish(self._words)

    def _tell(self, error: MedviewerError) -> None:
        self._problem = error
        self._show_foot()

    # -- what the user does

    def take(self, table: ResultTable) -> None:
        """Make the rows of a measured table cases."""
        self.cases_step.add_tables((table,))
        self.sections[0].set_open(True)

    def run(self) -> None:
        """Start the experiment."""
        self._problem = None
        if not self._lab.run(self.tr("Classify: {name}").format(name=self._name())):
            self._show_foot()

    def _name(self) -> str:
        return ", ".join(source.name for source in self._lab.sources[:3])
