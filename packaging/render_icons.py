"""Render what is made from the drawings in ``resources/icons``: the program icon's PNG sizes and the themes' glyphs.

Run it after a drawing or a colour token has changed: ``python packaging/render_icons.py``. The results are kept in
git, so that neither the program at start nor the installer has to make them; a test tells when they are stale.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
# What the style sheet draws by itself: file, drawing, colour token.
GLYPHS = (
    ("up", "up", "dim"),
    ("down", "down", "dim"),
    ("right", "right", "dim"),
    ("close", "close", "dim"),
    ("restore", "restore", "dim"),
    ("check", "check", "on-accent"),
    ("tick", "check", "text"),
)


def glyphs() -> dict[Path, str]:
    """The themes' glyphs: path and SVG text."""
    from medviewer.ui.theme import THEMES

    made: dict[Path, str] = {}
    for theme, tokens in THEMES.items():
        folder = ROOT / "resources" / "themes" / theme
        for file, drawing, token in GLYPHS:
            svg = (ROOT / "resources" / "icons" / f"{drawing}.svg").read_text("utf-8")
            # Glyphs are small: a heavier stroke keeps them as dark as the text beside them.
            svg = svg.replace('stroke-width="1.5"', 'stroke-width="2.5"')
            made[folder / f"{file}.svg"] = svg.replace("currentColor", tokens[token])
        dot = '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">'
        made[folder / "dot.svg"] = f'{dot}<circle cx="12" cy="12" r="5" fill="{tokens["on-accent"]}"/></svg>\n'
    return made


def render_program_icon() -> None:
    """Write ``medviewer-SIZE.png`` for every size desktops ask for."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    app = QGuiApplication.instance() or QGuiApplication([])
    folder = ROOT / "resources" / "icons" / "program"
    renderer = QSvgRenderer(str(folder / "medviewer.svg"))
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        image.save(str(folder / f"medviewer-{size}.png"))
    del app


def main() -> int:
    """Render everything."""
    for path, svg in glyphs().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(svg, "utf-8")
    render_program_icon()
    return 0


if __name__ == "__main__":
    sys.exit(main())
