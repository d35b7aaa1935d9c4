"""A part of the overlay that is kept as a picture while what it says stays the same."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPixmap


class Stencil:
    """Lines, signs and words cost many times what copying their picture does, and few change while one scrolls."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._picture = QPixmap()

    def paint(
        self, painter: QPainter, rect: QRect, key: tuple[object, ...], draw: Callable[[QPainter], object]
    ) -> None:
        """Paint what `draw` draws inside `rect`.

        Parameters
        ----------
        painter : QPainter
            Of the pane.
        rect : QRect
            In coordinates of the pane; nothing is drawn outside.
        key : tuple
            Everything that the drawing depends on, beside its place.
        draw : callable
            Called with a painter in coordinates of the pane, when the picture has to be made anew.
        """
        ratio = painter.device().devicePixelRatio()
        key = (*key, rect.width(), rect.height(), ratio)
        if self._key != key:
            self._picture = QPixmap(rect.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._picture)
            inner.translate(-rect.topLeft())
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw(inner)
            inner.end()
            self._key = key
        painter.drawPixmap(rect.topLeft(), self._picture)
