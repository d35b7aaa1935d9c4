"""What makes numbers doubtful, as sentences with a sign; serious ones stand on top and in red."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from medviewer.lab.leakage import Finding, Severity
from medviewer.ui.icons import pixmap
from medviewer.ui.lab.words import SIGNS
from medviewer.ui.theme import GRID, HALF_GRID, Theme
from medviewer.ui.told import told

SIGN = 16
MOST = 12


class FindingList(QWidget):
    """The findings, one below the other.

    Signals
    -------
    cases_wanted(tuple)
        Case numbers of a finding are to be listed.
    """

    cases_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._findings: tuple[Finding, ...] = ()
        self._with_cases = False
        self._rows: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GRID)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        theme.changed.connect(self._fill)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is shown."""
        return self._findings

    def show_findings(self, findings: Sequence[Finding], with_cases: bool = False) -> None:
        """Show findings; with a button to list their cases where there are results to list them in."""
        self._findings, self._with_cases = tuple(findings)[:MOST], with_cases
        self._fill()

    def _fill(self) -> None:
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(finding) for finding in self._findings]
        for row in self._rows:
            self._layout.addWidget(row)

    def _row(self, finding: Finding) -> QWidget:
        row = QWidget(self)
        grid = QGridLayout(row)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(HALF_GRID)
        name, token = SIGNS[finding.severity]
        sign = QLabel(row)
        sign.setPixmap(pixmap(name, self._theme, SIGN, token, self.devicePixelRatioF()))
        sign.setAccessibleName(self._severity_word(finding.severity))
        sign.setToolTip(self._severity_word(finding.severity))
        words = QLabel(told(finding.sentence), row, wordWrap=True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.setProperty("role", "bad" if finding.severity is Severity.SERIOUS else "")
        grid.addWidget(sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(words, 0, 1)
        grid.setColumnStretch(1, 1)
        if self._with_cases and finding.cases:
            show = QPushButton(self.tr("List these cases"), row)
            show.setFlat(True)
            show.clicked.connect(lambda _checked=False, cases=finding.cases: self.cases_wanted.emit(cases))
            line = QHBoxLayout()
            line.addWidget(show)
            line.addStretch(1)
            grid.addLayout(line, 1, 1)
        return row

    def _severity_word(self, severity: Severity) -> str:
        return {
            Severity.SERIOUS: self.tr("Serious"),
            Severity.WARNING: self.tr("Warning"),
            Severity.INFO: self.tr("Note"),
        }[severity]

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_rows"):
            self._fill()
        super().changeEvent(event)


def worst(findings: Sequence[Finding]) -> Finding | None:
    """The first of the most serious findings that are more than notes."""
    for severity in (Severity.SERIOUS, Severity.WARNING):
        for finding in findings:
            if finding.severity is severity:
                return finding
    return None
