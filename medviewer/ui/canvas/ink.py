"""What the canvas draws with: colours by token, the small font with tabular figures, text with its shadow."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QApplication

from medviewer.ui.theme import BODY_PX, GRID, SMALL_PX, Theme, tabular

MARGIN = GRID
SPRITES_KEPT = 256
_AROUND = ((1, 1), (-1, 0), (1, 0), (0, -1), (0, 1))
"""Where the dark copies of a text lie: on all sides, so that light text can be read on a white picture (PET) too."""


class Ink:
    """Colours and fonts of one canvas; made again when the theme changes.

    The ground under a medical image is black in the light theme too, so that text on it has its own tokens
    (``text-on-image``, ``dim-on-image``, ``shadow-on-image``).
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.edition = 0  # counts the changes of colours
        self._colours: dict[str, QColor] = {}
        self._advances: dict[str, float] = {}
        self._sprites: dict[tuple[object, ...], tuple[QPixmap, float]] = {}
        self.text_font = _font(SMALL_PX, QFont.Weight.Normal)
        self.bold_font = _font(SMALL_PX, QFont.Weight.DemiBold)
        self.letter_font = _font(BODY_PX, QFont.Weight.DemiBold)
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
        self._sprites.clear()
        self.edition += 1

    def text(
        self, painter: QPainter, position: QPointF, text: str, token: str = "text-on-image", *, bold: bool = False
    ) -> None:
        """Draw a line of text with its shadow; `position` is the left end of the base line."""
        self.coloured_text(painter, position, text, self.color(token), self.bold_font if bold else self.text_font)

    def coloured_text(
        self, painter: QPainter, position: QPointF, text: str, colour: QColor, font: QFont | None = None
    ) -> None:
        """Draw a line of text in any colour, with its shadow.

        The line is kept as a little picture: most words on the image stay the same from frame to frame, and drawing
        a text six times costs many times what copying its picture does.
        """
        if not text:
            return
        font = font or self.text_font
        ratio = painter.device().devicePixelRatio()
        key = (text, colour.rgba(), id(font), ratio)  # the fonts live as long as this object
        sprite = self._sprites.pop(key, None)
        if sprite is None:
            sprite = self._sprite(text, colour, font, ratio)
            while len(self._sprites) >= SPRITES_KEPT:
                self._sprites.pop(next(iter(self._sprites)))
        self._sprites[key] = sprite
        picture, ascent = sprite
        painter.drawPixmap(QPointF(position.x() - 2, position.y() - ascent - 2), picture)

    def _sprite(self, text: str, colour: QColor, font: QFont, ratio: float) -> tuple[QPixmap, float]:
        metrics = QFontMetricsF(font)
        ascent = float(math.ceil(metrics.ascent()))
        width = math.ceil(metrics.horizontalAdvance(text)) + 5
        height = math.ceil(ascent + metrics.descent()) + 5
        picture = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setFont(font)
        base = QPointF(2, ascent + 2)
        painter.setPen(self.color("shadow-on-image"))
        for dx, dy in _AROUND:
            painter.drawText(base + QPointF(dx, dy), text)
        painter.setPen(colour)
        painter.drawText(base, text)
        painter.end()
        return picture, ascent

    def advance(self, text: str) -> float:
        """Width of a line of small text."""
        known = self._advances.get(text)
        if known is None:
            if len(self._advances) >= 4 * SPRITES_KEPT:
                self._advances.clear()
            known = self._advances[text] = self.text_metrics.horizontalAdvance(text)
        return known

    def elided(self, text: str, room: float) -> str:
        """The text, shortened at its end where there is not enough room."""
        if self.advance(text) <= room:
            return text
        return self.text_metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)

    def letter(self, painter: QPainter, position: QPointF, text: str, token: str = "text-on-image") -> None:
        """Draw an orientation letter."""
        self.coloured_text(painter, position, text, self.color(token), self.letter_font)

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
    # Tabular figures: numbers that change while scrolling must not make the line jump.
    font = tabular(QFont(QApplication.font()))
    font.setPixelSize(pixel_size)
    font.setWeight(weight)
    return font
