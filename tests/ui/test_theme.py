"""The token table: complete, readable, told apart by colour-blind eyes, and the only place with colours."""

from __future__ import annotations

import itertools
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton

from medviewer.ui import icons, theme
from medviewer.ui.theme import DARK, LIGHT, THEMES, Theme, contrast

GROUNDS = ("ground", "panel", "raised")
UI = Path(theme.__file__).parent
ROOT = UI.parents[1]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the guideline's own borderline grey


def test_both_themes_have_the_same_tokens() -> None:
    assert DARK.keys() == LIGHT.keys()
    for tokens in THEMES.values():
        for name, value in tokens.items():
            assert re.fullmatch(r"#[0-9a-f]{6}", value), name


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("ground", [*GROUNDS, "hover", "selection"])
def test_text_reads_well(name: str, ground: str) -> None:
    tokens = THEMES[name]
    assert contrast(tokens["text"], tokens[ground]) >= 7
    assert contrast(tokens["dim"], tokens[ground]) >= 4.5


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_words_that_carry_a_colour_read_well(name: str, ground: str) -> None:
    tokens = THEMES[name]
    for token in ("good", "warn", "bad"):
        assert contrast(tokens[token], tokens[ground]) >= 4.5, token
    assert contrast(tokens["focus"], tokens[ground]) >= 3  # WCAG 2.2, 1.4.11: parts of controls
    assert contrast(tokens["on-accent"], tokens["accent"]) >= 4.5


@pytest.mark.parametrize("token", [t for t in DARK if t.endswith("-on-image") or t.startswith(("measure", "cross"))])
def test_what_lies_on_the_image_reads_well_on_black(token: str) -> None:
    if token != "shadow-on-image":
        assert contrast(DARK[token], DARK["image-ground"]) >= 4.5


# Severity 1.0 matrices of Machado, Oliveira and Fernandes (2009), applied to linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def _lab(color: str, eye: str) -> np.ndarray:
    srgb = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.asarray(BLINDNESS[eye]) @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    scaled = xyz / np.array([0.95047, 1.0, 1.08883])
    f = np.where(scaled > 216 / 24389, np.cbrt(scaled), (24389 / 27 * scaled + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eye", BLINDNESS)
def test_mask_colours_stay_apart(eye: str) -> None:
    masks = [DARK[f"mask-{n}"] for n in range(1, theme.MASK_COUNT + 1)]
    assert len(set(masks)) == theme.MASK_COUNT
    for one, other in itertools.combinations(masks, 2):
        assert np.linalg.norm(_lab(one, eye) - _lab(other, eye)) > 10, (one, other)
    for mask in masks:
        assert contrast(mask, "#000000") >= 3, mask


def test_mask_colours_begin_again_after_the_last() -> None:
    made = Theme("dark")
    assert made.mask_color(1) == QColor(DARK["mask-1"])
    assert made.mask_color(9) == made.mask_color(1)
    assert made.mask_color(2, 0.5).alphaF() == pytest.approx(0.5, abs=0.01)


def test_an_unknown_token_is_an_error() -> None:
    with pytest.raises(KeyError):
        Theme("dark").color("no-such-token")


def test_the_style_sheet_uses_only_tokens(qapp: QApplication) -> None:
    template = theme.style_sheet_path().read_text("utf-8")
    assert not re.findall(
        r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])", template.replace("QWidget#", "").replace("QFrame#", "")
    )
    for name in THEMES:
        filled = Theme(name).style_sheet()
        assert "@" not in filled
        for url in re.findall(r"url\(theme:([\w-]+\.svg)\)", filled):
            assert (ROOT / "resources" / "themes" / name / url).is_file(), url
    with pytest.raises(KeyError):
        theme.fill_style_sheet("QWidget { color: @nothing; }", DARK)


def test_no_other_module_of_the_window_writes_a_colour() -> None:
    offenders = []
    for path in UI.rglob("*.py"):
        if path.name == "theme.py":
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if re.search(r"[\"']#[0-9a-fA-F]{6}[\"']|setStyleSheet\(|QColor\(\s*\d", line):
                offenders.append(f"{path.name}:{number}: {line.strip()}")
    assert offenders == []


def test_every_token_and_icon_that_is_asked_for_exists() -> None:
    for path in UI.rglob("*.py"):
        source = path.read_text("utf-8")
        for token in re.findall(r"\.color\(\"([a-z0-9-]+)\"", source):
            assert token in DARK, f"{path.name}: {token}"
        for name in re.findall(r"\b(?:icon|pixmap)\(\"([a-z0-9-]+)\"", source):
            assert icons.drawing(name), f"{path.name}: {name}"


def test_switching_at_run_time_changes_palette_style_and_icons(qapp: QApplication) -> None:
    made = Theme("dark")
    made.apply(qapp)
    icons.follow(made)
    button, tool = QPushButton("x"), QToolButton()
    tool.setIcon(icons.icon("undo", made))
    told: list[str] = []
    made.changed.connect(lambda: told.append(made.name))
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK["panel"])
    made.use("light")
    assert told == ["light"]
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT["panel"])
    assert LIGHT["accent"] in qapp.styleSheet()
    assert _ink(tool) == QColor(LIGHT["text"])
    made.use("light")
    assert told == ["light"]
    made.use("dark")
    assert _ink(tool) == QColor(DARK["text"])
    button.deleteLater()
    tool.deleteLater()


def _ink(button: QToolButton) -> QColor:
    """The colour of the most opaque pixel of a button's icon."""
    image = button.icon().pixmap(QSize(20, 20)).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    darkest = max(pixels, key=QColor.alpha)
    assert darkest.alpha() > 200
    return QColor(darkest.red(), darkest.green(), darkest.blue()) if darkest.alpha() == 255 else darkest


def test_a_disabled_icon_is_dimmed(qapp: QApplication) -> None:
    made = Theme("dark")
    from PySide6.QtGui import QIcon

    icon = icons.icon("undo", made)
    normal = icon.pixmap(QSize(20, 20), QIcon.Mode.Normal).toImage()
    disabled = icon.pixmap(QSize(20, 20), QIcon.Mode.Disabled).toImage()
    assert normal != disabled


def test_an_icon_without_drawing_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon", Theme("dark"))


def test_every_drawing_is_on_the_grid_and_takes_its_colour() -> None:
    drawings = sorted((ROOT / "resources" / "icons").glob("*.svg"))
    assert len(drawings) >= 45
    for path in drawings:
        svg = path.read_text("utf-8")
        assert 'viewBox="0 0 24 24"' in svg, path.name
        assert 'stroke-width="1.5"' in svg, path.name
        assert 'stroke-linejoin="round"' in svg, path.name
        assert not re.search(r"#[0-9a-fA-F]{3,6}\b", svg), path.name


def test_the_themes_glyphs_are_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    sys.modules.pop("render_icons", None)
    import render_icons

    for path, svg in render_icons.glyphs().items():
        assert path.read_text("utf-8") == svg, f"run packaging/render_icons.py: {path.name} is stale"


def test_the_program_icon_has_the_sizes_that_desktops_ask_for(qapp: QApplication) -> None:
    sizes = {size.width() for size in icons.program_icon().availableSizes()}
    assert {16, 24, 32, 48, 64, 128, 256} <= sizes


def test_fonts_have_tabular_figures_and_the_sizes_of_the_table(qapp: QApplication) -> None:
    body, small = theme.body_font(QFont()), theme.small_font(QFont())
    assert (body.pixelSize(), small.pixelSize()) == (13, 11)
    tag = QFont.Tag.fromString("tnum")
    assert tag is not None
    assert body.isFeatureSet(tag)
    assert small.isFeatureSet(tag)
