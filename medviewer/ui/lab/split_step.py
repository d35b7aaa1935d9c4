"""The second step: how cases are divided into those learned from and those tested on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from medviewer.services import classification
from medviewer.services.classification import Classification
from medviewer.services.workspace import Workspace
from medviewer.ui.lab.words import count_text
from medviewer.ui.theme import GRID, HALF_GRID
from medviewer.ui.told import told

NOTHING, SHARE, PART = "nothing", "share", "part"


class SplitStep(QWidget):
    """Choices of the split."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab-split-step")
        self._lab: Classification = classification.of(workspace)
        self._leave_one_out = QCheckBox(self)
        self._leave_one_out.setObjectName("lab-leave-one-out")
        self._leave_one_out.toggled.connect(lambda on: self._lab.set_plan(leave_one_out=on))
        self._folds, self._repeats, self._share = (QSpinBox(self) for _ in range(3))
        for spin, name, low, high in (
            (self._folds, "folds", 2, 50),
            (self._repeats, "repeats", 1, 100),
            (self._share, "share", 5, 90),
        ):
            spin.setObjectName(f"lab-{name}")
            spin.setRange(low, high)
            spin.setKeyboardTracking(False)
        self._folds.valueChanged.connect(lambda n: self._lab.set_plan(folds=n))
        self._repeats.valueChanged.connect(lambda n: self._lab.set_plan(repeats=n))
        self._share.valueChanged.connect(lambda n: self._lab.set_plan(test_share=n / 100))
        self._share.setSuffix(" %")
        self._held = QComboBox(self)
        self._held.setObjectName("lab-held-out")
        for value in (NOTHING, SHARE, PART):
            self._held.addItem("", value)
        self._held.activated.connect(self._held_chosen)
        self._part = QComboBox(self)
        self._part.setObjectName("lab-part")
        self._part.activated.connect(lambda _n: self._lab.choose(part=str(self._part.currentData() or "")))
        for combo in (self._held, self._part):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(6)
        self._words = QLabel(self, wordWrap=True)
        self._words.setProperty("role", "small")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._labels = {name: QLabel(self) for name in ("folds", "repeats", "held", "share", "part")}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(HALF_GRID)
        for row, (name, widget) in enumerate(
            (
                ("folds", self._folds),
                ("repeats", self._repeats),
                ("held", self._held),
                ("share", self._share),
                ("part", self._part),
            )
        ):
            self._labels[name].setBuddy(widget)
            grid.addWidget(self._labels[name], row, 0)
            grid.addWidget(widget, row, 1)
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, GRID, GRID)
        layout.setSpacing(HALF_GRID)
        layout.addWidget(self._leave_one_out)
        layout.addLayout(grid)
        layout.addWidget(self._words)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        self._leave_one_out.setText(self.tr("One patient left out at a time"))
        for name, words in (
            ("folds", self.tr("Folds")),
            ("repeats", self.tr("Drawn anew")),
            ("held", self.tr("Held out")),
            ("share", self.tr("Share")),
            ("part", self.tr("Column")),
        ):
            self._labels[name].setText(words)
        self._repeats.setSuffix(self.tr(" ×"))
        for number, words in enumerate(
            (self.tr("Nothing"), self.tr("A share of the patients"), self.tr("As a column says"))
        ):
            self._held.setItemText(number, words)
        self._folds.setToolTip(self.tr("Parts of the cross-validation; each is tested on once"))
        self._repeats.setToolTip(self.tr("How often the folds are drawn; the numbers are the mean"))
        self._held.setToolTip(self.tr("What is held out is used once, at the end; the numbers shown are those of it"))
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_words"):
            self.retranslate()
        super().changeEvent(event)

    def refresh(self) -> None:
        """Show the state of the experiment."""
        plan, chosen = self._lab.plan, self._lab.choices
        held = PART if plan.use_parts else (SHARE if plan.test_share else NOTHING)
        for widget, value in ((self._folds, plan.folds), (self._repeats, plan.repeats)):
            with QSignalBlocker(widget):
                widget.setValue(value)
            widget.setEnabled(not plan.leave_one_out)
        with QSignalBlocker(self._leave_one_out):
            self._leave_one_out.setChecked(plan.leave_one_out)
        with QSignalBlocker(self._share):
            self._share.setValue(round(100 * plan.test_share) or 20)
        self._held.setCurrentIndex(self._held.findData(held))
        with QSignalBlocker(self._part):
            self._part.clear()
            self._part.addItem(self.tr("Choose…"), "")
            for column in self._lab.survey.columns:
                if 2 <= column.n_different <= 20 and column.key not in (chosen.label, chosen.group):
                    self._part.addItem(column.title, column.key)
            self._part.setCurrentIndex(max(0, self._part.findData(chosen.part)))
        for name, field, on in (
            ("share", self._share, held == SHARE),
            ("part", self._part, held == PART),
        ):
            self._labels[name].setVisible(on)
            field.setVisible(on)
        check = self._lab.check
        self._words.setText(told(check.description) if check is not None else "")
        self._words.setVisible(bool(self._words.text()))

    def _held_chosen(self, _index: int) -> None:
        held = self._held.currentData()
        share = self._share.value() / 100 if held == SHARE else 0.0
        self._lab.set_plan(use_parts=held == PART, test_share=share)

    def summary(self) -> str:
        """What was chosen, in a line."""
        plan = self._lab.plan
        words = self.tr("one patient left out at a time")
        if not plan.leave_one_out:
            words = count_text("fold", plan.folds)
            if plan.repeats > 1:
                words += f" × {plan.repeats}"
        words += " · " + (self.tr("by patient") if self._lab.choices.group else self.tr("by row"))
        if plan.use_parts:
            words += " · " + self.tr("part held out")
        elif plan.test_share:
            words += " · " + self.tr("{n} % held out").format(n=round(100 * plan.test_share))
        return words
