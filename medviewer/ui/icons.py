"""The program's own icons: SVG drawings in ``currentColor``, painted in the colours of the theme in force."""

from __future__ import annotations

import math
from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from medviewer.services.paths import resource_dir
from medviewer.ui.theme import ICON, Theme

PIXMAP_CACHE = 1000

_known: dict[int, tuple[str, str]] = {}  # cache key of an icon -> its drawing and colour token


@cache
def drawing(name: str) -> str:
    """The SVG text of an icon.

    Raises
    ------
    FileNotFoundError
        For a name without a drawing in ``resources/icons``.
    """
    return (resource_dir() / "icons" / f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=PIXMAP_CACHE)
def _picture(name: str, color: str, width: int, height: int) -> QPixmap:
    pixmap = QPixmap(width, height)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(width, height)
    target = QRectF((width - side) / 2, (height - side) / 2, side, side)
    QSvgRenderer(QByteArray(drawing(name).replace("currentColor", color).encode())).render(painter, target)
    painter.end()
    return pixmap


def icon(name: str, theme: Theme, token: str = "text") -> QIcon:
    """An icon in the theme's colours; `follow` colours it anew when the theme changes.

    Parameters
    ----------
    name : str
        File name in ``resources/icons`` without its ending.
    theme : Theme
        Gives the colours.
    token : str
        Colour of the enabled icon, ``"text"``; ``"good"``, ``"warn"``, ``"bad"`` where it says something.

    Raises
    ------
    FileNotFoundError
        For a name without a drawing.
    """
    made = _icon(name, token, theme.color(token).name(), theme.color("disabled").name(), _ratio())
    _known[made.cacheKey()] = (name, token)
    return QIcon(made)


@lru_cache(maxsize=PIXMAP_CACHE)
def _icon(name: str, _token: str, color: str, disabled: str, ratio: int) -> QIcon:
    made = QIcon()
    for mode, tint in ((QIcon.Mode.Normal, color), (QIcon.Mode.Disabled, disabled)):
        picture = QPixmap(_picture(name, tint, ICON * ratio, ICON * ratio))
        picture.setDevicePixelRatio(ratio)
        made.addPixmap(picture, mode)
    return made


def _ratio() -> int:
    app = QGuiApplication.instance()
    return math.ceil(app.devicePixelRatio()) if isinstance(app, QGuiApplication) else 1


def follow(theme: Theme) -> None:
    """Give every action and button of the program its icon anew whenever the theme changes."""
    theme.changed.connect(lambda: _recolour(theme))


def _recolour(theme: Theme) -> None:
    # A QIconEngine written in Python would follow by itself, but PySide6 6.11 loses the engine that clone() returns,
    # and the program ends with it. Icons are shared by value, so their cache key tells which drawing they show.
    for widget in QApplication.allWidgets():
        for action in widget.actions():
            known = _known.get(action.icon().cacheKey())
            if known is not None:
                action.setIcon(icon(known[0], theme, known[1]))
        if isinstance(widget, QAbstractButton):
            known = _known.get(widget.icon().cacheKey())
            if known is not None:
                widget.setIcon(icon(known[0], theme, known[1]))


def forget() -> None:
    """Drop every rendered icon, before the application ends: pixmaps must not outlive it."""
    _icon.cache_clear()
    _picture.cache_clear()
    _known.clear()


def pixmap(name: str, theme: Theme, size: int, token: str = "text", ratio: float = 1.0) -> QPixmap:
    """An icon as a picture of `size` device-independent pixels, for labels and painters."""
    side = round(size * ratio)
    picture = QPixmap(_picture(name, theme.color(token).name(), side, side))
    picture.setDevicePixelRatio(ratio)
    return picture


def program_icon() -> QIcon:
    """The icon of the program itself, as PNG in the sizes that desktops ask for."""
    found = QIcon()
    for path in sorted((resource_dir() / "icons" / "program").glob("medviewer-*.png")):
        found.addFile(str(path), QSize(), QIcon.Mode.Normal, QIcon.State.Off)
    return found


def paint_icon(painter: QPainter, rect: QRect, name: str, color: QColor) -> None:
    """Paint a drawing in any colour, centred in a rectangle."""
    ratio = painter.device().devicePixelRatioF()
    side = min(rect.width(), rect.height())
    corner = QPoint(rect.left() + (rect.width() - side) // 2, rect.top() + (rect.height() - side) // 2)
    picture = QPixmap(_picture(name, color.name(), round(side * ratio), round(side * ratio)))
    painter.drawPixmap(QRect(corner, QSize(side, side)), picture)
