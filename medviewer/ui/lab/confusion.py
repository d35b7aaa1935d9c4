"""The confusion matrix: counts and shares; a cell leads to its cases, with the mouse or the keys."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from medviewer.lab.classical import Kind
from medviewer.lab.experiment import Results
from medviewer.lab.judging import Evaluation
from medviewer.ui.theme import FOCUS_WIDTH, GRID, HALF_GRID, Theme, small_font

CELL_MOST = 96
CELL_LEAST = 26
NAME_WIDTH = 12 * GRID
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class ConfusionView(QWidget):
    """Cases of class i (rows) that were called j (columns).

    Signals
    -------
    cases_chosen(tuple)
        Case numbers of the cell that was chosen.
    """

    cases_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lab-confusion")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._theme = theme
        self._results: Results | None = None
        self._judged: Evaluation | None = None
        self._cell = (-1, -1)
        self._hover = (-1, -1)
        theme.changed.connect(self.update)

    def show_results(self, results: Results | None, kind: Kind) -> None:
        """Show one classifier."""
        self._results = results
        self._judged = results.of(kind).judged if results is not None else None
        self._cell = self._hover = (-1, -1)
        self.update()

    def cases_of(self, row: int, column: int) -> tuple[int, ...]:
        """Case numbers of a cell, of the first repeat."""
        if self._results is None or self._judged is None:
            return ()
        labels = self._results.cases.labels[self._judged.rows]
        found = self._judged.rows[(labels == row) & (self._judged.predicted == column)]
        return tuple(int(case) for case in found)

    @property
    def cell(self) -> tuple[int, int]:
        """The chosen cell, (-1, -1) for none."""
        return self._cell

    def choose(self, row: int, column: int) -> None:
        """Choose a cell and list its cases."""
        self._cell = (row, column)
        self.update()
        cases = self.cases_of(row, column)
        if cases:
            self.cases_chosen.emit(cases)

    # -- geometry

    @property
    def _k(self) -> int:
        return len(self._results.cases.classes) if self._results is not None else 0

    def sizeHint(self) -> QSize:
        """Enough for the names and cells."""
        return QSize(NAME_WIDTH + max(2, self._k) * 8 * GRID, 200)

    def _side(self) -> tuple[int, int]:
        k = max(1, self._k)
        wide = (self.width() - NAME_WIDTH - GRID) // k
        high = (self.height() - 5 * GRID) // k
        return max(CELL_LEAST, min(2 * CELL_MOST, wide)), max(CELL_LEAST - 6, min(CELL_MOST, high))

    def rect_of(self, row: int, column: int) -> QRect:
        """Where a cell is."""
        wide, high = self._side()
        return QRect(NAME_WIDTH + column * wide, 5 * GRID + row * high, wide - 2, high - 2)

    def _at(self, point: QPointF) -> tuple[int, int]:
        wide, high = self._side()
        column, row = int((point.x() - NAME_WIDTH) // wide), int((point.y() - 5 * GRID) // high)
        inside = 0 <= row < self._k and 0 <= column < self._k
        return (row, column) if inside else (-1, -1)

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint names and cells."""
        painter = QPainter(self)
        theme = self._theme
        painter.fillRect(self.rect(), theme.color("panel"))
        if self._results is None or self._judged is None:
            painter.end()
            return
        counts = self._judged.confusion
        totals = np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)
        shares = counts / totals
        small = small_font(self.font())
        painter.setFont(small)
        painter.setPen(theme.color("dim"))
        head = QRect(NAME_WIDTH, 0, self.width() - NAME_WIDTH, 2 * GRID)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.tr("called →"))
        painter.drawText(
            QRect(GRID, 2 * GRID, NAME_WIDTH - 2 * GRID, 3 * GRID),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            self.tr("is ↓"),
        )
        for n, name in enumerate(self._results.cases.classes):
            painter.setPen(theme.color("text"))
            top, left = self.rect_of(0, n), self.rect_of(n, 0)
            place = QRect(top.left(), 2 * GRID, top.width(), 3 * GRID)
            words = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, place.width() - HALF_GRID)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
            place = QRect(GRID, left.top(), NAME_WIDTH - 2 * GRID, left.height())
            words = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        for row in range(self._k):
            for column in range(self._k):
                self._paint_cell(painter, row, column, float(counts[row, column]), float(shares[row, column]))
        painter.end()

    def _paint_cell(self, painter: QPainter, row: int, column: int, count: float, share: float) -> None:
        theme, rect = self._theme, self.rect_of(row, column)
        painter.fillRect(rect, theme.color("raised"))
        token = "good" if row == column else "bad"
        painter.fillRect(rect, theme.color(token, 0.06 + 0.44 * share) if count else theme.color("raised"))
        if (row, column) in (self._cell, self._hover):
            chosen = (row, column) == self._cell
            painter.setPen(theme.color("focus" if chosen else "dim"))
            for inset in range(FOCUS_WIDTH if chosen else 1):
                painter.drawRect(rect.adjusted(inset, inset, -1 - inset, -1 - inset))
        painter.setPen(theme.color("text" if count else "dim"))
        painter.setFont(self.font())
        two_lines = rect.height() >= 40 and rect.width() >= 44
        words = f"{count:.0f}" if abs(count - round(count)) < 1e-9 else f"{count:.1f}"
        where = rect.adjusted(0, 0, 0, -rect.height() // 2 + HALF_GRID) if two_lines else rect
        bottom = Qt.AlignmentFlag.AlignBottom if two_lines else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(where, Qt.AlignmentFlag.AlignHCenter | bottom, words)
        if two_lines:
            painter.setFont(small_font(self.font()))
            painter.setPen(theme.color("text" if count else "dim"))
            below = rect.adjusted(0, rect.height() // 2 + HALF_GRID, 0, 0)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, f"{100 * share:.0f} %")

    # -- hand

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which cell is below the pointer."""
        self._hover = self._at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._hover[0] >= 0 else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No cell is below the pointer."""
        self._hover = (-1, -1)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a cell."""
        row, column = self._at(event.position())
        if row >= 0:
            self.choose(row, column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrows."""
        step = STEPS.get(Qt.Key(event.key())) if event.key() in STEPS else None
        if step is None or not self._k:
            super().keyPressEvent(event)
            return
        row, column = max(0, self._cell[0]) + step[0], max(0, self._cell[1]) + step[1]
        if self._cell[0] < 0:
            row = column = 0
        self.choose(min(self._k - 1, max(0, row)), min(self._k - 1, max(0, column)))

    def event(self, event: QEvent) -> bool:
        """Say in words what a cell is; keep the arrows from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in STEPS:
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._results is not None:
            row, column = self._at(QPointF(event.pos()))
            if row >= 0:
                classes = self._results.cases.classes
                words = self.tr("{n} cases of {a} were called {b}. Click to list them.").format(
                    n=len(self.cases_of(row, column)), a=classes[row], b=classes[column]
                )
                QToolTip.showText(event.globalPos(), words, self)
                return True
        return super().event(event)
