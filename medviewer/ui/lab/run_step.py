"""The fourth step: what is looked for, the seed, the resamples, and everything that was found wrong beforehand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from medviewer.lab.leakage import Severity
from medviewer.services import classification
from medviewer.services.classification import Classification
from medviewer.services.workspace import Workspace
from medviewer.ui.lab.findings import FindingList
from medviewer.ui.lab.words import count_text
from medviewer.ui.theme import GRID, HALF_GRID, Theme


class RunStep(QWidget):
    """Choices of the run."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab-run-step")
        self._lab: Classification = classification.of(workspace)
        self._positive, self._importance = QComboBox(self), QComboBox(self)
        self._positive.setObjectName("lab-positive")
        self._importance.setObjectName("lab-importance")
        for value in ("best", "all", "none"):
            self._importance.addItem("", value)
        for combo in (self._positive, self._importance):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(6)
        self._positive.activated.connect(
            lambda _n: self._lab.set_plan(positive=str(self._positive.currentData() or ""))
        )
        self._importance.activated.connect(
            lambda _n: self._lab.set_plan(importance_of=str(self._importance.currentData()))
        )
        self._resamples, self._seed = QSpinBox(self), QSpinBox(self)
        self._resamples.setObjectName("lab-resamples")
        self._resamples.setRange(0, 100_000)
        self._resamples.setSingleStep(500)
        self._resamples.setKeyboardTracking(False)
        self._resamples.valueChanged.connect(lambda n: self._lab.set_plan(resamples=n))
        self._seed.setObjectName("lab-seed")
        self._seed.setRange(0, 2**31 - 1)
        self._seed.setKeyboardTracking(False)
        self._seed.valueChanged.connect(lambda n: self._lab.set_plan(seed=n))
        self._labels = [QLabel(self) for _ in range(4)]
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(HALF_GRID)
        fields = (self._positive, self._importance, self._resamples, self._seed)
        for row, (label, field) in enumerate(zip(self._labels, fields, strict=True)):
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        grid.setColumnStretch(1, 1)
        self._found = QLabel(self, wordWrap=True)
        self._found.setProperty("role", "section")
        self.findings = FindingList(theme, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, GRID, GRID)
        layout.setSpacing(HALF_GRID)
        layout.addLayout(grid)
        layout.addSpacing(HALF_GRID)
        layout.addWidget(self._found)
        layout.addWidget(self.findings)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        words = (self.tr("Looked for"), self.tr("Importance"), self.tr("Resamples"), self.tr("Seed"))
        for label, text in zip(self._labels, words, strict=True):
            label.setText(text)
        for number, text in enumerate((self.tr("of the best"), self.tr("of all"), self.tr("of none"))):
            self._importance.setItemText(number, text)
        self._positive.setToolTip(self.tr("The class that sensitivity speaks of"))
        self._importance.setToolTip(
            self.tr("How much worse a classifier gets on unseen cases when a feature is shuffled")
        )
        self._resamples.setToolTip(self.tr("Patients are drawn anew so often for the 95 % intervals"))
        self._seed.setToolTip(self.tr("The same seed gives the same answer"))
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "findings"):
            self.retranslate()
        super().changeEvent(event)

    def refresh(self) -> None:
        """Show the state of the experiment."""
        plan, check = self._lab.plan, self._lab.check
        classes = check.cases.classes if check is not None and check.cases is not None else ()
        two = len(classes) == 2
        if check is not None:
            with QSignalBlocker(self._positive):
                self._positive.clear()
                for name in classes if two else ():
                    self._positive.addItem(name, name)
                if two:
                    chosen = plan.positive if plan.positive in classes else classes[1]
                    self._positive.setCurrentIndex(self._positive.findData(chosen))
            for widget in (self._positive, self._labels[0]):
                widget.setVisible(two)
            if check.findings != self.findings.findings:
                self.findings.show_findings(check.findings)
            self._found.setText(
                self.tr("Before the run")
                if check.findings
                else self.tr("Before the run: nothing suspicious was found")
            )
        self._found.setVisible(check is not None and check.cases is not None)
        self.findings.setVisible(check is not None and bool(check.findings))
        self._importance.setCurrentIndex(self._importance.findData(plan.importance_of))
        for spin, value in ((self._resamples, plan.resamples), (self._seed, plan.seed)):
            with QSignalBlocker(spin):
                spin.setValue(value)

    def summary(self) -> str:
        """What was found before the run, in a line."""
        check = self._lab.check
        if check is None or check.cases is None:
            return self.tr("seed {n}").format(n=self._lab.plan.seed)
        serious = sum(f.severity is Severity.SERIOUS for f in check.findings)
        warnings = sum(f.severity is Severity.WARNING for f in check.findings)
        parts = []
        if serious:
            parts.append(count_text("serious", serious))
        if warnings:
            parts.append(count_text("warning", warnings))
        return " · ".join(parts) or self.tr("nothing suspicious")
