"""The third step: which classifiers, with which settings, and what is done to the features inside every fold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from medviewer.lab.classical import DEFAULTS, Kind
from medviewer.services import classification
from medviewer.services.classification import Classification
from medviewer.services.experiment_plan import CLASSIFIERS
from medviewer.services.workspace import Workspace
from medviewer.ui.lab.words import LIMITS, SETTINGS, count_text, kind_name, lab_text
from medviewer.ui.theme import GRID, HALF_GRID

ROW = 26


class ModelsStep(QWidget):
    """Choices of the classifiers."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab-models-step")
        self._lab: Classification = classification.of(workspace)
        self._list = QListWidget(self)
        self._list.setObjectName("lab-classifiers")
        self._list.setFixedHeight(ROW * len(CLASSIFIERS) + HALF_GRID)
        for kind in CLASSIFIERS:
            item = QListWidgetItem("")
            item.setData(Qt.ItemDataRole.UserRole, str(kind))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self._list.addItem(item)
        self._list.itemChanged.connect(self._ticked)
        self._list.currentRowChanged.connect(lambda _row: self._show_settings())
        self._always = QLabel(self, wordWrap=True)
        self._always.setProperty("role", "small")
        self._settings = QWidget(self)
        self._settings_grid = QGridLayout(self._settings)
        self._settings_grid.setContentsMargins(0, 0, 0, 0)
        self._settings_grid.setHorizontalSpacing(GRID)
        self._settings_grid.setVerticalSpacing(HALF_GRID)
        self._settings_of: Kind | None = None
        self._tune = QCheckBox(self)
        self._tune.setObjectName("lab-tune")
        self._tune.toggled.connect(lambda on: self._lab.set_plan(tune=on))
        self._prepare = QLabel(self)
        self._prepare.setProperty("role", "section")
        self._scale, self._l1 = QCheckBox(self), QCheckBox(self)
        self._scale.setObjectName("lab-scale")
        self._l1.setObjectName("lab-l1")
        self._scale.toggled.connect(lambda on: self._prepared(scale=on))
        self._l1.toggled.connect(lambda on: self._prepared(l1=on))
        self._best, self._correlation = QSpinBox(self), QDoubleSpinBox(self)
        self._best.setObjectName("lab-best-features")
        self._best.setRange(0, 100_000)
        self._best.setKeyboardTracking(False)
        self._best.valueChanged.connect(lambda n: self._prepared(best=n))
        self._correlation.setObjectName("lab-max-correlation")
        self._correlation.setRange(0.1, 1.0)
        self._correlation.setSingleStep(0.05)
        self._correlation.setKeyboardTracking(False)
        self._correlation.valueChanged.connect(lambda r: self._prepared(max_correlation=r))
        self._best_label, self._correlation_label = QLabel(self), QLabel(self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(HALF_GRID)
        for row, (label, field) in enumerate(
            ((self._best_label, self._best), (self._correlation_label, self._correlation))
        ):
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        grid.setColumnStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 0, GRID, GRID)
        layout.setSpacing(HALF_GRID)
        for widget in (self._list, self._always, self._settings, self._tune, self._prepare, self._scale):
            layout.addWidget(widget)
        layout.addLayout(grid)
        layout.addWidget(self._l1)
        self.retranslate()
        self._list.setCurrentRow(0)

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        with QSignalBlocker(self._list):
            for number, kind in enumerate(CLASSIFIERS):
                self._list.item(number).setText(kind_name(kind))
        self._list.setAccessibleName(self.tr("Classifiers"))
        self._always.setText(self.tr("The most frequent class always runs beside them, as the baseline."))
        self._tune.setText(self.tr("Tune settings inside each fold"))
        self._tune.setToolTip(self.tr("Nested cross-validation: takes several times as long"))
        self._prepare.setText(self.tr("Inside every fold"))
        self._scale.setText(self.tr("Scale to mean 0, deviation 1"))
        self._l1.setText(self.tr("Keep what an L1 model uses"))
        self._best_label.setText(self.tr("Best features"))
        self._best.setSpecialValueText(self.tr("all"))
        self._best.setToolTip(self.tr("How many columns of the largest ANOVA F are kept"))
        self._correlation_label.setText(self.tr("Greatest correlation"))
        self._correlation.setToolTip(self.tr("Of two columns that follow each other more closely one is left out"))
        self._settings_of = None
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_correlation_label"):
            self.retranslate()
        super().changeEvent(event)

    def refresh(self) -> None:
        """Show the state of the experiment."""
        plan = self._lab.plan
        with QSignalBlocker(self._list):
            for number, kind in enumerate(CLASSIFIERS):
                on = kind in plan.kinds
                self._list.item(number).setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        for box, value in (
            (self._tune, plan.tune),
            (self._scale, plan.preparation.scale),
            (self._l1, plan.preparation.l1),
        ):
            with QSignalBlocker(box):
                box.setChecked(value)
        with QSignalBlocker(self._best), QSignalBlocker(self._correlation):
            self._best.setValue(plan.preparation.best)
            self._correlation.setValue(plan.preparation.max_correlation)
        self._show_settings()

    def _kind(self) -> Kind | None:
        item = self._list.currentItem()
        return Kind(item.data(Qt.ItemDataRole.UserRole)) if item is not None else None

    def _show_settings(self) -> None:
        """The settings of the classifier in the current row."""
        kind = self._kind()
        self._settings.setVisible(kind is not None)
        self._settings.setEnabled(not self._lab.plan.tune)
        if kind is None:
            return
        values: Mapping[str, float] = {**DEFAULTS[kind], **self._lab.plan.settings.get(kind, {})}
        if self._settings_of is not kind:
            self._settings_of = kind
            while self._settings_grid.count():
                taken = self._settings_grid.takeAt(0)
                widget = taken.widget() if taken is not None else None
                if widget is not None:
                    widget.hide()
                    widget.setParent(None)
                    widget.deleteLater()
            for row, name in enumerate(values):
                self._settings_grid.addWidget(self._title(name), row, 0)
                self._settings_grid.addWidget(self._spin(kind, name), row, 1)
            self._settings_grid.setColumnStretch(0, 1)
        for name, value in values.items():
            spin = self._settings.findChild(QDoubleSpinBox, f"lab-setting-{name}")
            if spin is not None:
                with QSignalBlocker(spin):
                    spin.setValue(value)

    def _title(self, name: str) -> QLabel:
        label = QLabel(lab_text(SETTINGS[name][0]), self._settings)
        label.setToolTip(lab_text(SETTINGS[name][1]))
        return label

    def _spin(self, kind: Kind, name: str) -> QDoubleSpinBox:
        low, high, decimals = LIMITS[name]
        spin = QDoubleSpinBox(self._settings)
        spin.setObjectName(f"lab-setting-{name}")
        spin.setDecimals(decimals)
        spin.setRange(low, high)
        spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        spin.setKeyboardTracking(False)
        spin.setToolTip(lab_text(SETTINGS[name][1]))
        spin.setAccessibleName(lab_text(SETTINGS[name][0]))
        spin.valueChanged.connect(lambda value: self._set(kind, name, value))
        return spin

    def _set(self, kind: Kind, name: str, value: float) -> None:
        settings = {k: dict(v) for k, v in self._lab.plan.settings.items()}
        own = settings.setdefault(kind, {})
        if value == DEFAULTS[kind][name]:
            own.pop(name, None)
        else:
            own[name] = value
        self._lab.set_plan(settings={k: v for k, v in settings.items() if v})

    def _ticked(self, _item: QListWidgetItem) -> None:
        kinds = tuple(
            kind
            for number, kind in enumerate(CLASSIFIERS)
            if self._list.item(number).checkState() == Qt.CheckState.Checked
        )
        self._lab.set_plan(kinds=kinds)

    def _prepared(self, **changes: Any) -> None:
        self._lab.set_plan(preparation=replace(self._lab.plan.preparation, **changes))

    def summary(self) -> str:
        """What was chosen, in a line."""
        plan = self._lab.plan
        words = count_text("classifier", len(plan.kinds))
        return words + " · " + self.tr("tuned") if plan.tune else words
