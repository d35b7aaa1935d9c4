"""The table of classifiers: every number with its 95 % limits, and how far each is from the best, honestly."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from medviewer.lab.bootstrap import Comparison
from medviewer.lab.classical import Kind
from medviewer.lab.evaluate import SMALLER_IS_BETTER
from medviewer.lab.experiment import ClassifierResult, Results
from medviewer.ui.icons import paint_icon
from medviewer.ui.lab.words import METHODS, METRICS, full_text, interval_text, kind_name, lab_text, number_text
from medviewer.ui.theme import GRID, HALF_GRID, Theme, small_font
from medviewer.ui.told import told

AnyIndex = QModelIndex | QPersistentModelIndex
KindRole = int(Qt.ItemDataRole.UserRole) + 1
LimitsRole = int(Qt.ItemDataRole.UserRole) + 2
SignRole = int(Qt.ItemDataRole.UserRole) + 3
NAME, AGAINST = 0, 1
FIRST_NUMBER = 2
NUMBERS = tuple(METRICS)
SIGN = 14


class ScoreModel(QAbstractTableModel):
    """One row per classifier."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._results: Results | None = None
        self._order: tuple[ClassifierResult, ...] = ()

    def show_results(self, results: Results | None) -> None:
        """Show what was found; the best first, the baseline last."""
        self.beginResetModel()
        self._results = results
        if results is None:
            self._order = ()
        else:

            def rank(own: ClassifierResult) -> tuple[bool, bool, float]:
                judged = own.judged
                area = judged.numbers["auc"].value if judged is not None else math.nan
                is_base = own.spec.kind is Kind.BASELINE
                return is_base, own.spec.kind is not results.best, -area if math.isfinite(area) else 1.0

            self._order = tuple(sorted(results.classifiers, key=rank))
        self.endResetModel()

    def kind(self, row: int) -> Kind:
        """The classifier of a row."""
        return self._order[row].spec.kind

    def row_of(self, kind: Kind) -> int:
        """The row of a classifier; -1: none."""
        return next((n for n, own in enumerate(self._order) if own.spec.kind is kind), -1)

    def against(self, kind: Kind) -> Comparison | None:
        """The difference of the ROC area to that of the best, on the same resamples."""
        results = self._results
        if results is None or kind is results.best:
            return None
        for one in results.comparisons:
            if one.number == "auc" and {one.first, one.second} == {kind, results.best}:
                if one.first == kind:
                    return one
                return Comparison(one.second, one.first, one.number, -one.difference, -one.high, -one.low, one.share)
        return None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._order)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else FIRST_NUMBER + len(NUMBERS)

    def data(self, index: AnyIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or self._results is None:
            return None
        own, column = self._order[index.row()], index.column()
        kind = own.spec.kind
        if role == KindRole:
            return kind
        if column == NAME:
            return self._name(own, role)
        if column == AGAINST:
            return self._against(kind, role)
        name = NUMBERS[column - FIRST_NUMBER]
        judged = own.judged
        number = judged.numbers.get(name) if judged is not None else None
        if number is None:
            return "–" if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return number_text(number.value)
        if role == LimitsRole:
            return interval_text(number)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{lab_text(METRICS[name][1])}\n{full_text(number)}\n{lab_text(METHODS[number.method])}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return full_text(number)
        return None

    def _name(self, own: ClassifierResult, role: int) -> Any:
        kind = own.spec.kind
        best = self._results is not None and kind is self._results.best
        if role == Qt.ItemDataRole.DisplayRole:
            return kind_name(kind)
        if role == SignRole:
            return "check" if best else ("warn" if own.problem else "")
        if role == Qt.ItemDataRole.ToolTipRole:
            if own.problem:
                return told(own.problem)
            settings = ", ".join(f"{name} {value:g}" for name, value in own.spec.full.items())
            words = f"{kind_name(kind)}: {settings}" if settings else kind_name(kind)
            return words + ("\n" + self.tr("The largest area under the ROC curve") if best else "")
        return None

    def _against(self, kind: Kind, role: int) -> Any:
        assert self._results is not None
        if kind is self._results.best:
            return self.tr("best") if role == Qt.ItemDataRole.DisplayRole else None
        one = self.against(kind)
        if one is None or not math.isfinite(one.low):
            return "–" if role == Qt.ItemDataRole.DisplayRole else None
        alike = one.low <= 0 <= one.high
        if role == Qt.ItemDataRole.DisplayRole:
            return self.tr("not told apart") if alike else f"{one.difference:+.3f}".replace("-", "−")
        if role == LimitsRole:
            return ""
        if role == Qt.ItemDataRole.ToolTipRole:
            words = self.tr("Difference of the ROC area to the best: {d} ({low} to {high})").format(
                d=f"{one.difference:+.3f}", low=f"{one.low:+.3f}", high=f"{one.high:+.3f}"
            )
            if alike:
                words += "\n" + self.tr("The interval holds 0: these cases do not tell the two apart.")
            return words
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if section < FIRST_NUMBER:
            names = (self.tr("Classifier"), self.tr("To the best"))
            return names[section] if role == Qt.ItemDataRole.DisplayRole else None
        short, long = METRICS[NUMBERS[section - FIRST_NUMBER]]
        if role == Qt.ItemDataRole.DisplayRole:
            is_lower = NUMBERS[section - FIRST_NUMBER] in SMALLER_IS_BETTER
            return lab_text(short) + (" ↓" if is_lower else "")
        return lab_text(long) if role == Qt.ItemDataRole.ToolTipRole else None


class ScoreDelegate(QStyledItemDelegate):
    """Paints a number with its limits, small and dim, beside it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Room for the number and its limits."""
        limits = str(index.data(LimitsRole) or "")
        width = option.fontMetrics.horizontalAdvance(str(index.data() or "")) + 2 * GRID
        if limits:
            width += option.fontMetrics.horizontalAdvance(limits) + GRID
        if index.data(SignRole):
            width += SIGN + HALF_GRID
        return QSize(width, 26)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        theme, rect = self._theme, QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
        rect = rect.adjusted(GRID, 0, -HALF_GRID, 0)
        sign = str(index.data(SignRole) or "")
        if sign:
            place = QRect(rect.left(), rect.center().y() - SIGN // 2, SIGN, SIGN)
            paint_icon(painter, place, sign, theme.color("good" if sign == "check" else "warn"))
            rect.adjust(SIGN + HALF_GRID, 0, 0, 0)
        painter.setPen(theme.color("dim" if index.column() == AGAINST else "text"))
        text = option.fontMetrics.elidedText(str(index.data() or ""), Qt.TextElideMode.ElideRight, rect.width())
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, middle, text)
        limits = str(index.data(LimitsRole) or "")
        if limits:
            rect.adjust(option.fontMetrics.horizontalAdvance(text) + GRID, 0, 0, 0)
            painter.setFont(small_font(option.font))
            painter.setPen(theme.color("dim"))
            painter.drawText(rect, middle, limits)
        painter.restore()
