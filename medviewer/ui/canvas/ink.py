"""What the canvas draws with: colours by token, the small font with tabular figures, text with its shadow."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QApplication

TEXT_PX = 11
LETTER_PX = 13
MARGIN = 8


class Theme(Protocol):
    """The part of the window's theme that the canvas needs."""

    def color(self, token: str) -> QColor:
        """The colour of a token."""
        ...


class Ink:
    """Colours and fonts of one canvas; made again when the theme changes.

    The ground under a medical image is black in the light theme too, so that text on it has its own tokens
    (``text-on-image``, ``dim-on-image``, ``shadow-on-image``).
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._colours: dict[str, QColor] = {}
        self.text_font = _font(TEXT_PX, QFont.Weight.Normal)
        self.bold_font = _font(TEXT_PX, QFont.Weight.DemiBold)
        self.letter_font = _font(LETTER_PX, QFont.Weight.DemiBold)
        self.text_metrics = QFontMetricsF(self.text_font)
        self.letter_metrics = QFontMetricsF(self.letter_font)
        self.line_height = float(round(self.text_metrics.height())) + 1.0

    def color(self, token: str) -> QColor:
        """The colour of a token."""
        found = self._colours.get(token)
        if found is None:
            found = self._colours[token] = QColor(self._theme.color(token))
        return found

    def forget_colours(self) -> None:
        """Ask the theme again, after it has changed."""
        self._colours.clear()

    def text(
        self, painter: QPainter, position: QPointF, text: str, token: str = "text-on-image", *, bold: bool = False
    ) -> None:
        """Draw a line of text with a one-pixel shadow; `position` is the left end of the base line."""
        painter.setFont(self.bold_font if bold else self.text_font)
        self._shadowed(painter, position, text, self.color(token))

    def letter(self, painter: QPainter, position: QPointF, text: str, token: str = "text-on-image") -> None:
        """Draw an orientation letter."""
        painter.setFont(self.letter_font)
        self._shadowed(painter, position, text, self.color(token))

    def _shadowed(self, painter: QPainter, position: QPointF, text: str, colour: QColor) -> None:
        painter.setPen(self.color("shadow-on-image"))
        painter.drawText(position + QPointF(1, 1), text)
        painter.setPen(colour)
        painter.drawText(position, text)

    def outlined(self, painter: QPainter, colour: QColor, width: float = 1.5) -> tuple[QPen, QPen]:
        """A pair of pens: the dark one underneath and the coloured one, so that lines show on black and white."""
        under = QPen(self.color("shadow-on-image"), width + 1.5)
        over = QPen(colour, width)
        for pen in (under, over):
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        return under, over

    def message(self, painter: QPainter, rect: QRectF, title: str, detail: str, token: str = "text-on-image") -> None:
        """Words in the middle of a pane: what it is, and what to do."""
        painter.setFont(self.letter_font)
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        inner = rect.adjusted(MARGIN * 2, MARGIN, -MARGIN * 2, -MARGIN)
        height = painter.boundingRect(inner, flags, title).height()
        painter.setFont(self.text_font)
        below = painter.boundingRect(inner, flags, detail).height() if detail else 0.0
        top = inner.center().y() - (height + below + (MARGIN if detail else 0)) / 2
        painter.setFont(self.letter_font)
        painter.setPen(self.color(token))
        painter.drawText(QRectF(inner.left(), top, inner.width(), height + 1), flags, title)
        if detail:
            painter.setFont(self.text_font)
            painter.setPen(self.color("dim-on-image"))
            painter.drawText(QRectF(inner.left(), top + height + MARGIN, inner.width(), below + 1), flags, detail)


def _font(pixel_size: int, weight: QFont.Weight) -> QFont:
    font = QFont(QApplication.font())
    font.setPixelSize(pixel_size)
    font.setWeight(weight)
    # Tabular figures: numbers that change while scrolling must not make the line jump.
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
