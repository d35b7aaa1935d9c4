"""Colours of labels in files: as ``#rrggbb``, as fractions, as DICOM's CIELab (PS3.3 C.10.7.1.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Okabe and Ito (2008): told apart with every kind of colour vision.
_ORDER = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#999999")
_FROM_LINEAR_RGB = np.array(  # sRGB to XYZ at D65, then Bradford to the D50 of the profile connection space
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
_WHITE_D50 = np.array([0.9642, 1.0, 0.8249])
_EDGE = 6.0 / 29.0


def colour_of(value: int, colour: str = "") -> tuple[int, int, int]:
    """Red, green and blue (0 to 255) of a label: its own colour, else one by its value."""
    chosen = colour if is_colour(colour) else _ORDER[(value - 1) % len(_ORDER)]
    return int(chosen[1:3], 16), int(chosen[3:5], 16), int(chosen[5:7], 16)


def is_colour(text: str) -> bool:
    """Whether a text is ``#rrggbb``."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def hexadecimal(rgb: Sequence[float]) -> str:
    """``#rrggbb`` of red, green and blue of 0 to 255, cut to that range; empty when they are none."""
    if len(rgb) != 3 or not np.isfinite(np.asarray(rgb, dtype=np.float64)).all():
        return ""
    return "#" + "".join(f"{min(255, max(0, round(float(v)))):02x}" for v in rgb)


def to_cielab(rgb: Sequence[int]) -> list[int]:
    """RecommendedDisplayCIELabValue of a colour: L*, a*, b* as three unsigned 16-bit numbers."""
    c = np.asarray(rgb, dtype=np.float64) / 255.0
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    ratio = _FROM_LINEAR_RGB @ linear / _WHITE_D50
    f = np.where(ratio > _EDGE**3, np.cbrt(ratio), ratio / (3 * _EDGE**2) + 4.0 / 29.0)
    lab = 116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])
    scaled = lab[0] * 65535.0 / 100.0, (lab[1] + 128.0) * 257.0, (lab[2] + 128.0) * 257.0
    return [min(65535, max(0, round(float(v)))) for v in scaled]


def from_cielab(stored: Sequence[float]) -> str:
    """``#rrggbb`` of a RecommendedDisplayCIELabValue; empty when it is none."""
    if len(stored) != 3:
        return ""
    lab = stored[0] * 100.0 / 65535.0, stored[1] / 257.0 - 128.0, stored[2] / 257.0 - 128.0
    y = (lab[0] + 16.0) / 116.0
    f = np.array([y + lab[1] / 500.0, y, y - lab[2] / 200.0])
    xyz = np.where(f > _EDGE, f**3, 3 * _EDGE**2 * (f - 4.0 / 29.0)) * _WHITE_D50
    linear: NDArray[np.float64] = np.clip(np.linalg.solve(_FROM_LINEAR_RGB, xyz), 0.0, 1.0)
    c = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return hexadecimal([float(v) for v in c * 255.0])
