"""Features of colour: moments and histograms of RGB, HSV and Lab in a region."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 8

CHANNELS: dict[str, tuple[tuple[str, float, float], ...]] = {
    "rgb": (("red", 0.0, 255.0), ("green", 0.0, 255.0), ("blue", 0.0, 255.0)),
    "hsv": (("hue", 0.0, 360.0), ("saturation", 0.0, 1.0), ("value", 0.0, 1.0)),
    "lab": (("lightness", 0.0, 100.0), ("a", -128.0, 128.0), ("b", -128.0, 128.0)),
}
"""Colour spaces, their channels and the range of each (CIE L*a*b* of sRGB under D65)."""


def converted(rgb: NDArray[Any]) -> dict[str, NDArray[np.float32]]:
    """RGB pixels, uint8 (n, 3), in the three colour spaces; float32 (n, 3)."""
    import cv2

    unit = (rgb.astype(np.float32) / np.float32(255)).reshape(1, -1, 3)
    return {
        "rgb": rgb.astype(np.float32),
        "hsv": cv2.cvtColor(unit, cv2.COLOR_RGB2HSV)[0],
        "lab": _lab(rgb),
    }


_SRGB_TO_XYZ = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]]
)
_WHITE_D65 = np.array([0.95047, 1.0, 1.08883])


def _lab(rgb: NDArray[Any]) -> NDArray[np.float32]:
    """CIE L*a*b* of sRGB (IEC 61966-2-1, D65, 2°); OpenCV's is a table with errors of 0.3."""
    steps = np.arange(256) / 255.0
    linear = np.where(steps > 0.04045, ((steps + 0.055) / 1.055) ** 2.4, steps / 12.92)
    xyz = linear[rgb] @ _SRGB_TO_XYZ.T / _WHITE_D65
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = f.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1).astype(np.float32)


def features(rgb: NDArray[Any]) -> dict[str, float]:
    """Moments and histograms of the pixels of a region.

    Parameters
    ----------
    rgb : NDArray of uint8, shape (n, 3)
        At least one pixel.

    Returns
    -------
    dict of str to float
        ``"lab_a_mean"``, ``"…_sd"``, ``"…_skewness"`` and ``"…_bin_1"`` to ``"…_bin_8"`` (shares that add up to 1)
        of each channel. Hue is an angle in degrees: its mean and deviation are circular, and its skewness is not
        given. Skewness is 0 where there is no spread (Stricker and Orengo 1995 for the moments).
    """
    result: dict[str, float] = {}
    for space, pixels in converted(rgb).items():
        for n, (channel, low, high) in enumerate(CHANNELS[space]):
            values = pixels[:, n].astype(np.float64)
            key = f"{space}_{channel}"
            if channel == "hue":
                result |= _circular(values, key)
            else:
                mean, sd = float(values.mean()), float(values.std())
                third = float(((values - mean) ** 3).mean())
                skewed = sd > 1e-9 * max(1.0, abs(mean))
                result |= {f"{key}_mean": mean, f"{key}_sd": sd, f"{key}_skewness": third / sd**3 if skewed else 0.0}
            counts, _ = np.histogram(np.clip(values, low, high), BINS, (low, high))
            result |= {f"{key}_bin_{b + 1}": float(c) / len(values) for b, c in enumerate(counts)}
    return result


def _circular(degrees: NDArray[np.float64], key: str) -> dict[str, float]:
    """Circular mean and standard deviation (Mardia) in degrees; NaN where the directions cancel out."""
    vector = np.exp(1j * np.radians(degrees)).mean()
    length = min(1.0, abs(vector))
    if length < 1e-9:
        return {f"{key}_mean": math.nan, f"{key}_sd": math.nan}
    mean = math.degrees(math.atan2(vector.imag, vector.real)) % 360.0
    return {f"{key}_mean": mean, f"{key}_sd": math.degrees(math.sqrt(-2 * math.log(length))) + 0.0}
