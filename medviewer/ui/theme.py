"""The one table of colours and sizes; palette, style sheet, icons, plots and canvas are all fed from it.

Nothing else in the program writes a colour or a size. `Theme.color(token)` gives a colour of the theme in force,
`Theme.changed` says that another one is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from medviewer.services.paths import resource_dir

# -- sizes in device-independent pixels, on an 8-pixel grid (4 inside controls)
GRID: Final = 8
HALF_GRID: Final = 4
CONTROL_HEIGHT: Final = 28
TOOL_BUTTON: Final = 32
RADIUS: Final = 4
FOCUS_WIDTH: Final = 2
ICON: Final = 20
BODY_PX: Final = 13
SMALL_PX: Final = 11
HEADING_PX: Final = 15
TITLE_PX: Final = 24
MOTION_MS: Final = 150
MASK_FILL: Final = 0.35  # opacity
MASK_OUTLINE: Final = 1.5
PAPER: Final = {"ink": "#1b2127", "dim": "#5b6670", "line": "#c8d0d8", "caution": "#8a5f0c", "head": "#eef1f4"}
"""Colours of what is printed: on white paper, whatever the theme."""

MASK_COUNT: Final = 8

CHINESE_FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
)

# -- colours that are the same in both themes: what lies on the image, whose ground is always black
_ON_IMAGE: Final = {
    "image-ground": "#000000",
    "text-on-image": "#f2f5f7",
    "dim-on-image": "#aab4be",
    "shadow-on-image": "#000000",
    # Plane frames and crosshair lines, as in 3D Slicer.
    "axial": "#e5534b",
    "sagittal": "#e3b341",
    "coronal": "#57ab5a",
    "pane-line": "#2a323b",
    "pane-active": "#4c9be8",
    "crosshair": "#4c9be8",
    "reference-line": "#e3b341",
    "measurement": "#f0e442",
    "measurement-hover": "#ffffff",
    "measurement-active": "#56b4e9",
    "measurement-done": "#f0e442",
    "good-on-image": "#4fb477",
    "warn-on-image": "#e0a83c",
    "bad-on-image": "#f07f78",
    # After Okabe and Ito (2008), black exchanged for white and blue lightened, because the ground is black.
    "mask-1": "#e69f00",
    "mask-2": "#56b4e9",
    "mask-3": "#009e73",
    "mask-4": "#f0e442",
    "mask-5": "#2f5fd0",
    "mask-6": "#d55e00",
    "mask-7": "#cc79a7",
    "mask-8": "#f2f2f2",
}

DARK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ground": "#0e1114",
        "panel": "#15191e",
        "raised": "#1d232a",
        "hover": "#262e37",
        "pressed": "#303a45",
        "line": "#2a323b",
        "text": "#e6eaee",
        "dim": "#9aa6b2",
        "disabled": "#66717d",
        "accent": "#4c9be8",
        "on-accent": "#0e1114",
        "focus": "#4c9be8",
        "selection": "#203a55",
        "good": "#4fb477",
        "warn": "#e0a83c",
        "bad": "#e9746d",
        **_ON_IMAGE,
    }
)
LIGHT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ground": "#f4f6f8",
        "panel": "#ffffff",
        "raised": "#eef1f4",
        "hover": "#e3e8ed",
        "pressed": "#d3dae1",
        "line": "#d5dbe1",
        "text": "#1b2127",
        "dim": "#5b6670",
        "disabled": "#98a2ac",
        "accent": "#1f6fc4",
        "on-accent": "#ffffff",
        "focus": "#1f6fc4",
        "selection": "#d3e5f8",
        "good": "#2a7547",
        "warn": "#8a5f0c",
        "bad": "#b23a33",
        **_ON_IMAGE,
    }
)
THEMES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"dark": DARK, "light": LIGHT})

_SIZES: Final = {
    "control-inner": CONTROL_HEIGHT - 2,
    "tool-inner": TOOL_BUTTON - 2,
    "radius": RADIUS,
    "focus-width": FOCUS_WIDTH,
    "grid": GRID,
    "half-grid": HALF_GRID,
    "small": SMALL_PX,
    "body": BODY_PX,
    "heading": HEADING_PX,
    "title": TITLE_PX,
}


class Theme(QObject):
    """The theme in force, dark or light, for whoever paints.

    Signals
    -------
    changed()
        Another theme is in force; palette and style sheet are already set.
    """

    changed = Signal()

    def __init__(self, choice: str = "dark", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._name = self._resolve(choice)
        self._colors: dict[str, QColor] = {}

    @property
    def name(self) -> str:
        """``"dark"`` or ``"light"``."""
        return self._name

    @property
    def choice(self) -> str:
        """What was asked for: ``"dark"``, ``"light"`` or ``"system"``."""
        return self._choice

    @property
    def tokens(self) -> Mapping[str, str]:
        """All colours in force, by token, as ``#rrggbb``."""
        return THEMES[self._name]

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        """The colour of a token.

        Parameters
        ----------
        token : str
            A key of `tokens`.
        alpha : float
            Opacity, 0..1.

        Raises
        ------
        KeyError
            For a token that does not exist.
        """
        found = self._colors.get(token)
        if found is None:
            found = self._colors[token] = QColor(self.tokens[token])
        copy = QColor(found)
        if alpha < 1.0:
            copy.setAlphaF(alpha)
        return copy

    def mask_color(self, label: int, alpha: float = 1.0) -> QColor:
        """The colour of a mask or label number, from 1; more than eight begin again."""
        return self.color(f"mask-{(label - 1) % MASK_COUNT + 1}", alpha)

    # -- putting it in force

    def use(self, choice: str) -> None:
        """Change to ``"dark"``, ``"light"`` or what the ``"system"`` says, at run time."""
        self._choice = choice
        name = self._resolve(choice)
        if name == self._name:
            return
        self._name = name
        self._colors.clear()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self._dress(app)
        self.changed.emit()

    def apply(self, app: QApplication) -> None:
        """Dress the application: Fusion as the base, font, palette, style sheet; follows the system if asked to."""
        app.setStyle("Fusion")
        app.setFont(body_font(app.font()))
        self._dress(app)
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def _dress(self, app: QApplication) -> None:
        QDir.setSearchPaths("theme", [str(resource_dir() / "themes" / self._name)])
        app.setPalette(self.palette())
        app.setStyleSheet(self.style_sheet())

    def _system_changed(self) -> None:
        if self._choice == "system":
            self.use("system")

    @staticmethod
    def _resolve(choice: str) -> str:
        if choice in THEMES:
            return choice
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication) and app.styleHints().colorScheme() == Qt.ColorScheme.Light:
            return "light"
        return "dark"  # reading rooms are dark

    def palette(self) -> QPalette:
        """The palette of the theme, for Fusion."""
        palette = QPalette()
        role = QPalette.ColorRole
        for which, token in (
            (role.Window, "panel"),
            (role.WindowText, "text"),
            (role.Base, "raised"),
            (role.AlternateBase, "panel"),
            (role.Text, "text"),
            (role.Button, "raised"),
            (role.ButtonText, "text"),
            (role.BrightText, "bad"),
            (role.ToolTipBase, "raised"),
            (role.ToolTipText, "text"),
            (role.PlaceholderText, "dim"),
            (role.Highlight, "accent"),
            (role.HighlightedText, "on-accent"),
            (role.Accent, "accent"),
            (role.Link, "accent"),
            (role.LinkVisited, "accent"),
            (role.Light, "hover"),
            (role.Midlight, "hover"),
            (role.Mid, "line"),
            (role.Dark, "line"),
            (role.Shadow, "ground"),
        ):
            palette.setColor(which, self.color(token))
        for which in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, which, self.color("disabled"))
        palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, self.color("line"))
        palette.setColor(QPalette.ColorGroup.Disabled, role.HighlightedText, self.color("dim"))
        return palette

    def style_sheet(self) -> str:
        """The style sheet ``resources/themes/window.qss`` with its ``@token`` names filled in."""
        return fill_style_sheet((resource_dir() / "themes" / "window.qss").read_text("utf-8"), self.tokens)


def fill_style_sheet(template: str, tokens: Mapping[str, str]) -> str:
    """Put colours and sizes in the place of ``@token``; a token that does not exist raises KeyError."""
    values = {**tokens, **{name: f"{size}px" for name, size in _SIZES.items()}}
    return re.sub(r"@([a-z][a-z0-9-]*)", lambda match: values[match[1]], template)


def body_font(base: QFont) -> QFont:
    """The interface font: the system's family, 13 px, tabular figures."""
    font = QFont(base)
    # Named, because the fallback that Qt finds by itself may be a bold or a Japanese face.
    font.setFamilies([QFontInfo(base).family(), *CHINESE_FAMILIES])
    font.setPixelSize(BODY_PX)
    return tabular(font)


def small_font(base: QFont) -> QFont:
    """The font of corner texts and second lines: 11 px, tabular figures."""
    font = QFont(base)
    font.setPixelSize(SMALL_PX)
    return tabular(font)


def tabular(font: QFont) -> QFont:
    """The same font with figures of one width, so that numbers do not dance while they change."""
    font.setFeature(QFont.Tag.fromString("tnum"), 1)  # type: ignore[arg-type, unused-ignore]
    return font


def style_sheet_path() -> Path:
    """The template of the style sheet."""
    return resource_dir() / "themes" / "window.qss"


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2) of an ``#rrggbb`` colour, 0..1."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2) of two ``#rrggbb`` colours, 1..21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
