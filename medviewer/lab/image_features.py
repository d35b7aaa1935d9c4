"""Features of whole pictures, for a first classifier: brightness, local binary patterns, HOG, a thumbnail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.errors import InputError

Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Settings:
    """How pictures become numbers.

    Attributes
    ----------
    size : int
        Pictures are resampled to a square of so many pixels, 16 to 256.
    stretch : bool
        Values are stretched to 0…1 by the picture's own 1st and 99th percentile; False: a picture of 8 bits is
        divided by 255, another by its own range.
    histogram : int
        Bins; 0: none.
    patterns : bool
        Uniform local binary patterns of 8 neighbours at radius 1 and 16 at radius 2.
    gradients : int
        Cells along a side of a histogram of oriented gradients with 8 directions; 0: none.
    thumbnail : int
        Side of a thumbnail whose pixels are features; 0: none.
    """

    size: int = 64
    stretch: bool = False
    histogram: int = 16
    patterns: bool = True
    gradients: int = 4
    thumbnail: int = 8

    def to_json(self) -> dict[str, Any]:
        """As JSON values; ``"of": "image"`` tells it from features of objects."""
        return {"of": "image", **{f.name: getattr(self, f.name) for f in fields(self)}}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Settings:
        """Read what `to_json` gave; raises InputError for anything out of range."""
        known = {f.name: f.default for f in fields(cls)}
        given = {name: values.get(name, default) for name, default in known.items()}
        limits = {"size": (16, 256), "histogram": (0, 256), "gradients": (0, 16), "thumbnail": (0, 64)}
        right = all(
            isinstance(given[name], int) and not isinstance(given[name], bool) and low <= given[name] <= high
            for name, (low, high) in limits.items()
        )
        if not right or not all(isinstance(given[name], bool) for name in ("stretch", "patterns")):
            raise InputError("These settings of features cannot be used.", "", "classify.settings")
        return cls(**given)


def of_slice(image: Image, k: int, settings: Settings) -> dict[str, float]:
    """Features of slice `k` of an image, grey or colour (its luminance, and the means of its colours)."""
    if image.is_colour:
        return of_array(np.asarray(image.array[k]), settings)
    values = image.modality_slice(k)
    is_byte = image.array.dtype == np.uint8 and image.rescale.is_identity
    return of_array(values, settings, 255.0 if is_byte else None)


def of_array(pixels: NDArray[Any], settings: Settings, full_scale: float | None = None) -> dict[str, float]:
    """Features of one picture, by name.

    Parameters
    ----------
    pixels : NDArray, shape (y, x) or (y, x, 3) uint8
        NaN: padding.
    full_scale : float, optional
        Value that becomes 1; by default 255 for 8-bit pixels, else the picture's range is stretched.

    Returns
    -------
    dict of str to float
        Always the same names for the same settings (and number of colours).

    Raises
    ------
    InputError
        A picture without any pixel.
    """
    import cv2

    found: dict[str, float] = {}
    if pixels.ndim == 3:
        for name, channel in zip(("red", "green", "blue"), np.moveaxis(pixels, -1, 0), strict=True):
            found[f"mean_{name}"] = float(channel.mean() / 255.0)
            found[f"sd_{name}"] = float(channel.std() / 255.0)
        pixels = pixels.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
        full_scale = 255.0
    if pixels.dtype == np.uint8 and full_scale is None:
        full_scale = 255.0
    plane = np.asarray(pixels, dtype=np.float32)
    valid = np.isfinite(plane)
    if not valid.any():
        raise InputError("A picture holds no pixel with a value.", "Leave it out.", "classify.empty")
    found["aspect"] = plane.shape[1] / plane.shape[0]
    low, high = 0.0, full_scale or 0.0
    if settings.stretch or full_scale is None:
        shares = (1.0, 99.0) if settings.stretch else (0.0, 100.0)
        low, high = (float(v) for v in np.percentile(plane[valid], shares))
    plane = np.where(valid, plane, low)
    scaled = np.clip((plane - low) / (high - low), 0.0, 1.0) if high > low else np.zeros_like(plane)
    shrinks = min(plane.shape) > settings.size
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    square = _resized(scaled.astype(np.float32), settings.size, how)
    found |= _brightness(square, settings.histogram)
    if settings.patterns:
        found |= _patterns(square)
    if settings.gradients:
        found |= _gradients(square, settings.gradients)
    if settings.thumbnail:
        small = _resized(square, settings.thumbnail, cv2.INTER_AREA)
        for y, row in enumerate(small):
            found |= {f"pixel_{y}_{x}": float(value) for x, value in enumerate(row)}
    return found


def _resized(plane: Plane, side: int, how: int) -> Plane:
    import cv2

    return np.asarray(cv2.resize(plane, (side, side), interpolation=how), dtype=np.float32)


def _brightness(square: Plane, bins: int) -> dict[str, float]:
    mean, sd = float(square.mean()), float(square.std())
    centred = (square - mean) / sd if sd > 1e-6 else np.zeros_like(square)
    found = {
        "mean": mean,
        "sd": sd,
        "skewness": float((centred**3).mean()),
        "kurtosis": float((centred**4).mean()),
    }
    if bins:
        counts, _ = np.histogram(square, bins=bins, range=(0.0, 1.0))
        found |= {f"histogram_{n}": float(c) / square.size for n, c in enumerate(counts)}
    return found


def _patterns(square: Plane) -> dict[str, float]:
    import skimage.feature

    levels = np.rint(square * 255).astype(np.uint8)
    pattern: Any = skimage.feature.local_binary_pattern
    found: dict[str, float] = {}
    for radius, points in ((1, 8), (2, 16)):
        codes = pattern(levels, points, radius, "uniform")
        counts = np.bincount(codes.astype(np.intp).ravel(), minlength=points + 2)
        found |= {f"lbp{points}_{n}": float(c) / codes.size for n, c in enumerate(counts)}
    return found


def _gradients(square: Plane, cells: int) -> dict[str, float]:
    from skimage.feature import hog

    cell = max(1, square.shape[0] // cells)
    values = hog(square, 8, (cell, cell), (1, 1), "L2-Hys", feature_vector=False)[:cells, :cells]
    flat = values.reshape(values.shape[0], values.shape[1], -1)
    return {
        f"hog_{y}_{x}_{d}": float(flat[y, x, d])
        for y in range(flat.shape[0])
        for x in range(flat.shape[1])
        for d in range(flat.shape[2])
    }
