"""A step of the Lab: a heading with its number and a summary, and below it what can be chosen, folded or open."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QStyleOption, QVBoxLayout, QWidget

from medviewer.ui.icons import paint_icon
from medviewer.ui.theme import FOCUS_WIDTH, GRID, HALF_GRID, ICON, RADIUS, Theme, small_font

HEAD_HEIGHT = 6 * GRID


class StepHead(QAbstractButton):
    """The heading: number, title, and one line of what was chosen, with a sign where something is wrong."""

    def __init__(self, number: int, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self._theme = theme
        self._summary = ""
        self._sign = ("", "")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def summary(self) -> str:
        """The second line."""
        return self._summary

    def show_summary(self, summary: str, sign: tuple[str, str] = ("", "")) -> None:
        """Show a line below the title, and a sign (icon, colour token) at the right."""
        self._summary, self._sign = summary, sign
        self.setAccessibleName(f"{self._number}. {self.text()}. {summary}")
        self.setToolTip(summary)
        self.update()

    def sizeHint(self) -> QSize:
        """The whole width."""
        return QSize(20 * GRID, HEAD_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the heading."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, rect = self._theme, self.rect()
        option = QStyleOption()
        option.initFrom(self)
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        if self.hasFocus():
            painter.setPen(theme.color("focus"))
            inner = rect.adjusted(1, 1, -FOCUS_WIDTH, -FOCUS_WIDTH)
            painter.drawRoundedRect(inner, RADIUS, RADIUS)
        badge = rect.adjusted(GRID, 0, 0, 0)
        badge.setSize(QSize(ICON, ICON))
        badge.moveTop(rect.top() + (rect.height() - ICON) // 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent" if self.isChecked() else "raised"))
        painter.drawEllipse(badge)
        painter.setPen(theme.color("on-accent" if self.isChecked() else "dim"))
        painter.setFont(small_font(self.font()))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(self._number))
        words = rect.adjusted(badge.right() + GRID, HALF_GRID + 1, -ICON - GRID, -HALF_GRID - 1)
        bold = self.font()
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(theme.color("text"))
        painter.drawText(words, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.setFont(small_font(self.font()))
        painter.setPen(theme.color("dim"))
        line = painter.fontMetrics().elidedText(self._summary, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, line)
        sign = rect.adjusted(rect.width() - ICON - HALF_GRID, (rect.height() - 16) // 2, -GRID, 0)
        sign.setSize(QSize(16, 16))
        name, token = self._sign
        if name:
            paint_icon(painter, sign, name, theme.color(token))
        else:
            paint_icon(painter, sign, "down" if self.isChecked() else "right", theme.color("dim"))
        painter.end()


class StepSection(QWidget):
    """A heading with a body that opens below it.

    Signals
    -------
    opened()
        The body is to be seen; the others are to fold.
    """

    opened = Signal()

    def __init__(self, number: int, body: QWidget, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = StepHead(number, theme, self)
        self.body = body
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(body)
        body.setContentsMargins(GRID, 0, GRID, GRID)
        self.head.toggled.connect(self._toggled)
        body.hide()

    @property
    def is_open(self) -> bool:
        """Whether the body is seen."""
        return self.head.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Open or fold."""
        self.head.setChecked(is_open)

    def _toggled(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        if is_open:
            self.opened.emit()
