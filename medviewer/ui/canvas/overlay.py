"""Everything that is written around a picture: corner texts, letters, scale, lights, colour bar, slice bar."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from medviewer.core.display import ColourBar
from medviewer.ui.canvas.corner_text import Corners, Line, OverlayLevel, number
from medviewer.ui.canvas.ink import MARGIN, Ink
from medviewer.ui.canvas.orientation import EdgeLetters
from medviewer.ui.canvas.scale_bar import ScaleBar
from medviewer.ui.canvas.stencil import Stencil
from medviewer.ui.canvas.trust import Level, Light, short_unit

SLICE_BAR = 6
COLOUR_BAR = 10
SIGN = 8.0


@dataclass(frozen=True, eq=False)
class Overlay:
    """What is to be written over one frame."""

    level: OverlayLevel = OverlayLevel.FULL
    corners: Corners = field(default_factory=Corners)
    letters: EdgeLetters = field(default_factory=EdgeLetters)
    scale: ScaleBar | None = None
    lights: tuple[Light, ...] = ()
    colour_bar: ColourBar | None = None


@dataclass(frozen=True)
class Regions:
    """Where the overlay put what the pointer can ask about, in widget coordinates."""

    lights: tuple[tuple[QRectF, Light], ...] = ()

    def light_at(self, position: QPointF) -> Light | None:
        """The light under a position."""
        return next((light for rect, light in self.lights if rect.contains(position)), None)


def slice_bar_rect(width: int, height: int) -> QRectF:
    """The strip at the right edge that shows and sets the slice."""
    return QRectF(width - SLICE_BAR - 2, 2, SLICE_BAR, max(1, height - 4))


def ready_runs(ready: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open ranges (start, stop) of consecutive True entries."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], ready, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def rank_limit(width: int, height: int) -> int:
    """The rank up to which lines are written in a pane of this size."""
    by_height = next((rank for limit, rank in ((640, 9), (440, 5), (260, 3), (170, 2)) if height >= limit), 1)
    by_width = next((rank for limit, rank in ((560, 9), (400, 5), (260, 3), (170, 2)) if width >= limit), 1)
    return min(by_height, by_width)


class OverlayPainter:
    """Writes an `Overlay` on a pane."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._strip = Stencil()
        self._scale_picture = Stencil()
        self._lights_picture = Stencil()

    def paint(self, painter: QPainter, width: int, height: int, overlay: Overlay, slices: int) -> Regions:
        """Write everything; returns where the lights are."""
        right = width - MARGIN - (SLICE_BAR + 4 if slices > 1 else 0)
        left = MARGIN + self._colour_bar(painter, height, overlay.colour_bar)
        lights: tuple[tuple[QRectF, Light], ...] = ()
        room = max(24.0, (right - MARGIN) / 2 - 18)
        limit = rank_limit(width, height)
        if overlay.level is OverlayLevel.OFF:
            mirrored = tuple(light for light in overlay.lights if light.id == "flipped")
            lights = self._lights(painter, MARGIN, height, right - MARGIN, mirrored)
            return Regions(lights)
        shown = overlay.lights
        if overlay.level is OverlayLevel.MIN or limit <= 2:
            shown = tuple(light for light in shown if light.level is not Level.GOOD)
        # The lights stop at the bottom letter; without one, in a small pane, at the number of the image.
        wide = limit <= 2 and not overlay.letters.bottom
        lights = self._lights(painter, MARGIN, height, 0.72 * (right - MARGIN) if wide else room + 12, shown)
        self._corners(painter, overlay.corners, limit, room, right, height, bool(lights))
        self._letters(painter, overlay.letters, left, right, width, height)
        if overlay.scale is not None and limit >= 3:
            self._scale(painter, overlay.scale, right, height, len(overlay.corners.bottom_right))
        return Regions(lights)

    # -- corners

    def _corners(
        self, painter: QPainter, corners: Corners, limit: int, room: float, right: float, height: int, lights: bool
    ) -> None:
        step = self._ink.line_height
        ascent = self._ink.text_metrics.ascent()
        rows = max(1, int((height / 2 - 3 * MARGIN) / step))
        for lines, at_right in ((corners.top_left, False), (corners.top_right, True)):
            y = MARGIN + ascent
            for line in self._kept(lines, limit, rows):
                self._line(painter, line, right if at_right else MARGIN, y, room, at_right)
                y += step
        for lines, at_right in ((corners.bottom_left, False), (corners.bottom_right, True)):
            kept = self._kept(lines, limit, rows)
            bottom = height - MARGIN - self._ink.text_metrics.descent()
            if lights and not at_right:
                bottom -= step + 2
            y = bottom - step * (len(kept) - 1)
            for line in kept:
                self._line(painter, line, right if at_right else MARGIN, y, room, at_right)
                y += step

    @staticmethod
    def _kept(lines: tuple[Line, ...], limit: int, rows: int) -> list[Line]:
        kept = [line for line in lines if line.rank <= limit]
        while len(kept) > rows:
            kept.remove(max(kept, key=lambda line: line.rank))
        return kept

    def _line(self, painter: QPainter, line: Line, x: float, y: float, room: float, at_right: bool) -> None:
        text = self._ink.elided(line.text, room)
        if at_right:
            x -= self._ink.advance(text)
        self._ink.text(painter, QPointF(round(x), round(y)), text, line.token)

    # -- letters

    def _letters(
        self, painter: QPainter, letters: EdgeLetters, left: float, right: float, width: int, height: int
    ) -> None:
        metrics = self._ink.letter_metrics
        middle = height / 2 + metrics.ascent() / 2 - 1
        for text, x, y in (
            (letters.left, left, middle),
            (letters.right, right - metrics.horizontalAdvance(letters.right), middle),
            (letters.top, (width - metrics.horizontalAdvance(letters.top)) / 2, MARGIN + metrics.ascent()),
            (
                letters.bottom,
                (width - metrics.horizontalAdvance(letters.bottom)) / 2,
                height - MARGIN - metrics.descent(),
            ),
        ):
            if text:
                self._ink.letter(painter, QPointF(round(x), round(y)), text)

    # -- scale

    def _scale(self, painter: QPainter, bar: ScaleBar, right: float, height: int, lines_below: int) -> None:
        x = round(right) - 1.5
        top = round(height / 2 + 3 * MARGIN) + 0.5
        room = height - MARGIN * 2 - lines_below * self._ink.line_height - top
        if bar.length_px > room:
            return
        text_x = x - 11 - self._ink.advance(bar.text)
        rect = QRect(int(text_x) - 4, int(top) - 4, int(x - text_x) + 10, int(bar.length_px) + 12)
        self._scale_picture.paint(
            painter,
            rect,
            (bar, self._ink.edition),
            lambda inner: self._draw_scale(inner, bar, x, top, text_x),
        )

    def _draw_scale(self, painter: QPainter, bar: ScaleBar, x: float, top: float, text_x: float) -> None:
        bottom = top + bar.length_px
        for pen in self._ink.outlined(painter, self._ink.color("text-on-image"), 1.0):
            painter.setPen(pen)
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
            for tick in range(bar.ticks + 1):
                y = top + bar.length_px * tick / bar.ticks
                long = tick in (0, bar.ticks) or (bar.ticks == 10 and tick == 5)
                painter.drawLine(QPointF(x - (7 if long else 4), y), QPointF(x, y))
        self._ink.text(painter, QPointF(round(text_x), round(bottom)), bar.text)

    # -- lights

    def _lights(
        self, painter: QPainter, left: float, height: int, room: float, lights: tuple[Light, ...]
    ) -> tuple[tuple[QRectF, Light], ...]:
        if not lights:
            return ()
        metrics = self._ink.text_metrics
        gap, inner = 10.0, 4.0
        widths = [SIGN + inner + self._ink.advance(light.word) for light in lights]
        words = [True] * len(lights)
        # What is good needs its word least; then good lights go altogether, then the other words.
        for level in (Level.GOOD, Level.WARN):
            for i in range(len(lights) - 1, -1, -1):
                if sum(widths) + gap * (len(lights) - 1) > room and lights[i].level is level and words[i]:
                    words[i], widths[i] = False, SIGN
        y = height - MARGIN - metrics.descent()
        x = left
        found = []
        for light, width in zip(lights, widths, strict=True):
            found.append((QRectF(x - 3, y - self._ink.line_height, width + 6, self._ink.line_height + 6), light))
            x += width + gap
        rect = QRect(int(left) - 4, int(y - self._ink.line_height) - 2, int(x - left) + 8, 0)
        rect.setBottom(height - 1)
        self._lights_picture.paint(
            painter,
            rect,
            (lights, tuple(words), self._ink.edition),
            lambda p: self._draw_lights(p, found, words, y, inner),
        )
        return tuple(found)

    def _draw_lights(
        self, painter: QPainter, lights: list[tuple[QRectF, Light]], words: list[bool], y: float, gap: float
    ) -> None:
        for (rect, light), with_word in zip(lights, words, strict=True):
            x = rect.left() + 3
            self._sign(painter, QRectF(x, y - SIGN + 0.5, SIGN, SIGN), light.level)
            if with_word:
                token = "dim-on-image" if light.level is Level.GOOD else light.level.token
                at = QPointF(round(x + SIGN + gap), round(y))
                self._ink.text(painter, at, light.word, token, bold=light.level is Level.BAD)

    def _sign(self, painter: QPainter, rect: QRectF, level: Level) -> None:
        """A filled circle, a triangle or a crossed square: the shape says the level without the colour."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._ink.color("shadow-on-image"), 1))
        painter.setBrush(self._ink.color(level.token))
        if level is Level.GOOD:
            painter.drawEllipse(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        elif level is Level.WARN:
            painter.drawPolygon(
                QPolygonF([QPointF(rect.center().x(), rect.top()), rect.bottomRight(), rect.bottomLeft()])
            )
        else:
            painter.drawRect(rect)
            painter.setPen(QPen(self._ink.color("shadow-on-image"), 1.5))
            painter.drawLine(rect.topLeft() + QPointF(2, 2), rect.bottomRight() - QPointF(2, 2))
            painter.drawLine(rect.topRight() + QPointF(-2, 2), rect.bottomLeft() + QPointF(2, -2))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    # -- bars

    def _colour_bar(self, painter: QPainter, height: int, bar: ColourBar | None) -> float:
        """Draw the colour bar; returns the room that it takes at the left."""
        if bar is None or height < 170:
            return 0.0
        rows = np.ascontiguousarray(bar.rgb[::-1])
        image = QImage(rows.data, 1, len(rows), 3, QImage.Format.Format_RGB888)
        rect = QRectF(MARGIN, round(height * 0.3), COLOUR_BAR, round(height * 0.4))
        painter.drawImage(rect, image)
        painter.setPen(QPen(self._ink.color("text-on-image"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
        # An even number, so that no value stands where the letter of the left edge is.
        ticks = 4 if height >= 320 else 2
        unit = short_unit(bar.unit)
        for tick in range(ticks):
            part = tick / (ticks - 1)
            value = bar.lower + (bar.upper - bar.lower) * part
            text = number(round(value, 6))
            if tick == ticks - 1 and unit:
                text = f"{text} {unit}"
            y = rect.bottom() - part * rect.height()
            painter.setPen(QPen(self._ink.color("text-on-image"), 1))
            painter.drawLine(QPointF(rect.right(), y), QPointF(rect.right() + 3, y))
            self._ink.text(painter, QPointF(rect.right() + 6, y + self._ink.text_metrics.ascent() / 2 - 1), text)
        return COLOUR_BAR + 8.0

    def slice_bar(
        self, painter: QPainter, width: int, height: int, index: int, ready: NDArray[np.bool_] | None, count: int
    ) -> None:
        """The strip at the right edge: which slices are in memory, and which one is shown."""
        if count < 2:
            return
        bar = slice_bar_rect(width, height).toRect()
        runs = ready.tobytes() if ready is not None else b""
        self._strip.paint(
            painter, bar, (count, runs, self._ink.edition), lambda inner: self._draw_track(inner, bar, ready, count)
        )
        thumb = max(4, bar.height() // count)
        top = bar.top() + round((bar.height() - thumb) * index / (count - 1))
        painter.fillRect(QRect(bar.left(), top, bar.width(), thumb), self._ink.color("pane-active"))

    def _draw_track(self, painter: QPainter, bar: QRect, ready: NDArray[np.bool_] | None, count: int) -> None:
        track, filled = QColor(self._ink.color("text-on-image")), QColor(self._ink.color("text-on-image"))
        track.setAlpha(32)
        filled.setAlpha(64)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(bar, track)
        for start, stop in ready_runs(ready) if ready is not None else []:
            top = bar.top() + bar.height() * start // count
            bottom = bar.top() + -(-bar.height() * stop // count)
            painter.fillRect(QRect(bar.left(), top, bar.width(), max(1, bottom - top)), filled)
