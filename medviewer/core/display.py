"""From stored values to pixels on screen: the only path, one table per image and window.

Stages (PS3.4 N.2): stored bits → padding mask → modality LUT or rescale → VOI (LUT or window, function-aware) →
MONOCHROME1 and user inversion last → colour map → RGB32. The slice is sampled to the viewport first, so that the
table is applied to as many pixels as there are on screen.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medviewer.core.colour_maps import COLOUR_MAPS, colour_map
from medviewer.core.image import Image, Rescale
from medviewer.core.presets import PRESETS, Preset, presets_for
from medviewer.core.sampling import Sampled, sample_nearest, sample_smooth, view_of
from medviewer.core.voi import (
    Appearance,
    Voi,
    VoiFunction,
    VoiLut,
    Window,
    auto_window,
    best_window,
    default_window,
    drag_window,
    effective_linear,
    full_range_window,
    lut_values,
    pet_window_drag,
    voi_values,
    window_values,
)

if TYPE_CHECKING:
    from medviewer.core.slicing import SlicePixels

__all__ = [
    "BLACK",
    "COLOUR_MAPS",
    "PRESETS",
    "Appearance",
    "ColourBar",
    "DisplayTable",
    "Preset",
    "Voi",
    "VoiFunction",
    "VoiLut",
    "Window",
    "auto_window",
    "best_window",
    "colour_bar",
    "colour_map",
    "default_window",
    "drag_window",
    "effective_linear",
    "full_range_window",
    "lut_values",
    "pet_window_drag",
    "presets_for",
    "render",
    "voi_values",
    "window_values",
]

BLACK = np.uint32(0xFF000000)
"""Opaque black, the image ground in every theme."""

_RAMP_ENTRIES = 16_384
_ROUNDED = (np.uint8, np.uint16, np.int16)
_FINE_WINDOW = 256.0  # stored steps; a narrower window would show the rounding of interpolated integers


@dataclass(frozen=True, eq=False)
class _Ramp:
    """Colours of evenly spaced stored values: entry i of `entries` holds for ``low + i · step``.

    The last one is continued up to 65,536, what a 16-bit index can reach.
    """

    low: float
    step: float
    entries: int
    rgb32: NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class DisplayTable:
    """How the stored values of one slice become colours on screen.

    Attributes
    ----------
    dtype : numpy.dtype
        Type of the stored values; integers up to 16 bit have one entry per value, others a finely divided window.
    rescale : Rescale
        Stored to modality values.
    k : int
        Slice whose rescale holds.
    applied : Window, VoiLut or None
        What is applied; None for RGB images that are shown as they are.
    appearance : Appearance
        Colour map and inversion.
    inverted : bool
        MONOCHROME1 or the user's inversion, not both.
    padding : tuple of float or None
        Stored values that are shown black whatever the window.
    unit : str
        Unit of modality values.
    """

    dtype: np.dtype[Any]
    rescale: Rescale
    k: int
    applied: Window | VoiLut | None
    appearance: Appearance = field(default_factory=Appearance)
    inverted: bool = False
    padding: tuple[float, float] | None = None
    unit: str = ""

    @classmethod
    def build(cls, image: Image, voi: Voi, appearance: Appearance, k: int = 0) -> DisplayTable:
        """The table of slice `k` of an image.

        Parameters
        ----------
        image : Image
            Gives rescale, padding, MONOCHROME1 and the type of stored values.
        voi : Voi
            The file's windows and LUTs, used while ``appearance.window`` is None.
        appearance : Appearance
            What the user chose.
        k : int
            Slice, where the rescale differs from slice to slice (PET).

        Notes
        -----
        When neither the user nor the file has a window, one is made from slice `k` (`auto_window`); a caller that
        scrolls keeps one for the series and gives it in `appearance`, so that the brightness does not jump.
        """
        applied: Window | VoiLut | None = appearance.window
        if applied is None and not image.is_colour:
            applied = default_window(image, voi, appearance.lut_index)
            if applied is None:
                applied = auto_window(image.modality_slice(min(max(k, 0), image.n_slices - 1)))
        return cls(
            dtype=image.array.dtype,
            rescale=image.rescale,
            k=k,
            applied=applied,
            appearance=appearance,
            inverted=appearance.invert != (image.monochrome1 and not image.is_colour),
            padding=None if image.is_colour else image.padding,
            unit=image.unit,
        )

    # -- values to colours

    def grey(self, stored: ArrayLike) -> NDArray[np.uint8]:
        """Grey level 0..255 of stored values before the colour map, same shape; padding and NaN give 0."""
        x = np.asarray(stored)
        if self.applied is None:
            y: NDArray[np.float64] = np.asarray(x, dtype=np.float64) / 255.0
        else:
            y = voi_values(self._modality(x), self.applied)
        level = np.floor(y * 255.0 + 0.5).astype(np.uint8)
        if self.inverted:
            level = np.uint8(255) - level
        level[self._hidden(x)] = 0
        return level

    def rgb32(self, stored: ArrayLike) -> NDArray[np.uint32]:
        """Colour 0xffRRGGBB of stored grey values, same shape; padding, NaN and infinity are black.

        This is the definition; `render` looks the same colours up.
        """
        x = np.asarray(stored)
        colours = _packed(colour_map(self.appearance.colour_map))[self.grey(x)]
        colours[self._hidden(x)] = BLACK
        return colours

    def _modality(self, stored: NDArray[Any]) -> NDArray[np.float64]:
        table = self.rescale.table
        x = stored.astype(np.float64)
        if table is not None:
            known = np.where(np.isfinite(x), x, 0)
            index = np.clip(np.floor(known + 0.5) - self.rescale.table_first, 0, len(table) - 1)
            mapped: NDArray[np.float64] = table[index.astype(np.intp)].astype(np.float64)
            return mapped
        slope, intercept = self.rescale.of_slice(self.k)
        return x * slope + intercept

    def _hidden(self, stored: NDArray[Any]) -> NDArray[np.bool_]:
        hidden: NDArray[np.bool_] = (
            ~np.isfinite(stored) if stored.dtype.kind == "f" else np.zeros(stored.shape, np.bool_)
        )
        if self.padding is not None:
            hidden |= (stored >= self.padding[0]) & (stored <= self.padding[1])
        return hidden

    # -- looked up

    @cached_property
    def direct(self) -> NDArray[np.uint32] | None:
        """256 or 65,536 colours in the order of the values' unsigned bit patterns; None for other types."""
        if self.dtype.kind not in "iub" or self.dtype.itemsize > 2:
            return None
        size = 1 << (8 * self.dtype.itemsize)
        pattern = np.arange(size, dtype=np.uint8 if self.dtype.itemsize == 1 else np.uint16)
        return self.rgb32(pattern.view(self.dtype))

    @cached_property
    def direct_unpadded(self) -> NDArray[np.uint32] | None:
        """`direct` without black padding, for averages: one that equals the padding value is not padding."""
        return self.direct if self.padding is None else replace(self, padding=None).direct

    @cached_property
    def ramp(self) -> _Ramp:
        """Colours over the part of the stored values in which they change."""
        low, high, entries = self._changing_range()
        step = (high - low) / (entries - 1)
        stored = low + np.arange(entries) * step
        colours = np.empty(65_536, np.uint32)
        colours[:entries] = replace(self, padding=None).rgb32(stored)
        colours[entries:] = colours[entries - 1]
        return _Ramp(low, step, entries, colours)

    def _changing_range(self) -> tuple[float, float, int]:
        """First and last stored value of the ramp, and its number of entries."""
        slope, intercept = self.rescale.of_slice(self.k)
        table = self.rescale.table
        if table is not None:
            entries = max(2, len(table))
            return float(self.rescale.table_first), float(self.rescale.table_first + entries - 1), entries
        if slope == 0 or not np.isfinite((slope, intercept)).all():
            return 0.0, 1.0, 2
        if isinstance(self.applied, VoiLut):
            first, last = float(self.applied.first), float(self.applied.first + len(self.applied.values) - 1)
            entries = max(2, len(self.applied.values)) if abs(slope) == 1 else 65_536
            last = max(last, first + 1)
        elif isinstance(self.applied, Window):
            center, width = effective_linear(self.applied)
            # A logistic curve is within half a grey level of its ends two widths from the centre.
            reach = 2.0 * width if self.applied.function is VoiFunction.SIGMOID else 0.5 * width
            # A step is a ramp that doubles can barely tell.
            reach = max(reach, abs(center) * 1e-12, 1e-30 * max(1.0, abs(slope)))
            first, last, entries = center - reach, center + reach, _RAMP_ENTRIES
        else:
            return 0.0, 255.0, 256
        return (first - intercept) / slope, (last - intercept) / slope, entries

    @property
    def window_in_steps(self) -> float:
        """Width of the window in steps of the stored values; infinite where a table is applied."""
        slope, _ = self.rescale.of_slice(self.k)
        if not isinstance(self.applied, Window) or self.rescale.table is not None or slope == 0:
            return float("inf")
        return abs(self.applied.width / slope)

    @cached_property
    def channel(self) -> NDArray[np.uint8] | None:
        """The 256 levels for each channel of an RGB image, None when they stay as they are."""
        if self.applied is None and not self.inverted:
            return None
        return self.grey(np.arange(256, dtype=np.uint8))


@dataclass(frozen=True, eq=False)
class ColourBar:
    """The colours of a bar beside the picture.

    Attributes
    ----------
    lower, upper : float
        Modality values at its ends.
    unit : str
        Their unit.
    rgb : NDArray of uint8, shape (n, 3)
        From lower to upper.
    """

    lower: float
    upper: float
    unit: str
    rgb: NDArray[np.uint8]


def colour_bar(table: DisplayTable, entries: int = 256) -> ColourBar | None:
    """The bar of a table: its window from end to end; None for RGB images."""
    applied = table.applied
    if applied is None:
        return None
    if isinstance(applied, VoiLut):
        lower, upper = float(applied.first), float(applied.first + max(1, len(applied.values) - 1))
    else:
        lower, upper = applied.lower, applied.upper
    level = np.floor(voi_values(np.linspace(lower, upper, entries), applied) * 255 + 0.5).astype(np.uint8)
    if table.inverted:
        level = np.uint8(255) - level
    return ColourBar(lower, upper, table.unit, colour_map(table.appearance.colour_map)[level])


def render(
    pixels: SlicePixels | NDArray[Any],
    table: DisplayTable,
    matrix: ArrayLike,
    size_wh: tuple[int, int],
    interpolate: bool = True,
) -> NDArray[np.uint32]:
    """A slice as it stands on screen.

    Parameters
    ----------
    pixels : SlicePixels or NDArray, shape (y, x) or (y, x, 3)
        Stored values; RGB is uint8.
    table : DisplayTable
        Of the image and slice they come from.
    matrix : array_like, shape (2, 3)
        From slice pixel (x, y) to screen pixel, centres at integers in both.
    size_wh : tuple of int
        Width and height in device pixels.
    interpolate : bool
        Smooth: linear, averaging when reducing; else the nearest pixel, exactly.

    Returns
    -------
    NDArray of uint32, shape (h, w)
        0xffRRGGBB, contiguous; opaque black outside the slice.
    """
    values: NDArray[Any] = pixels if isinstance(pixels, np.ndarray) else pixels.values
    width, height = (max(0, int(edge)) for edge in size_wh)
    view = view_of(matrix, (values.shape[0], values.shape[1]), (width, height))
    if view is None:
        return np.full((height, width), BLACK, np.uint32)
    if values.ndim == 3:
        found = sample_smooth(values, view) if interpolate else sample_nearest(values, view)
        colours = _from_rgb(found.values, table)
    elif not interpolate:
        found = sample_nearest(values, view)
        colours = _looked_up(found.values, table)
    else:
        found, colours = _smooth(values, table, view)
    if found.shown is not None:
        colours[~found.shown] = BLACK
    x0, y0, x1, y1 = found.box
    if (x0, y0, x1, y1) == (0, 0, width, height):
        return colours
    screen = np.full((height, width), BLACK, np.uint32)
    screen[y0:y1, x0:x1] = colours
    return screen


def _smooth(values: NDArray[Any], table: DisplayTable, view: Any) -> tuple[Sampled, NDArray[np.uint32]]:
    by_entry = table.direct_unpadded if values.dtype == table.dtype and values.dtype in _ROUNDED else None
    if by_entry is not None and table.window_in_steps >= _FINE_WINDOW:
        found = sample_smooth(values, view, table.padding)
        # Averages that happen to equal the padding value are not padding: `shown` has decided that already.
        return found, _entries(found.values, by_entry)
    if table.rescale.table is not None or isinstance(table.applied, VoiLut):
        low = 0.0
    else:
        low = table.ramp.low
    found = sample_smooth(values, view, table.padding, about=low)
    return found, _on_ramp(found.values, low, table.ramp)


def _looked_up(values: NDArray[Any], table: DisplayTable) -> NDArray[np.uint32]:
    """Colours of stored values that were not interpolated."""
    direct = table.direct
    if direct is not None and values.dtype == table.dtype:
        return _entries(values, direct)
    ramp = table.ramp
    low = ramp.low
    if values.dtype.kind == "f" and values.dtype.itemsize == 4:
        relative = values - np.float32(low)
        low = float(np.float32(low))
    else:
        relative = (values.astype(np.float64) - low).astype(np.float32)
    colours = _on_ramp(relative, low, ramp)
    hidden = table._hidden(values)
    if hidden.any():
        colours[hidden] = BLACK
    return colours


def _entries(values: NDArray[Any], direct: NDArray[np.uint32]) -> NDArray[np.uint32]:
    import cv2

    unsigned: NDArray[np.uint8] | NDArray[np.uint16]
    unsigned = values.view(np.uint8) if values.dtype.itemsize == 1 else values.view(np.uint16)
    colours: NDArray[np.uint32] = np.asarray(cv2.LUT(unsigned, direct.view(np.int32))).view(np.uint32)
    return colours.reshape(values.shape)


def _on_ramp(relative: NDArray[Any], about: float, ramp: _Ramp) -> NDArray[np.uint32]:
    """Colours of float32 values that are relative to `about`."""
    scale = 1.0 / ramp.step
    shift = (about - ramp.low) * scale
    with np.errstate(over="ignore", invalid="ignore"):
        index = relative * np.float32(scale)
        if shift:
            index += np.float32(shift)
        np.nan_to_num(index, copy=False, nan=0.0, posinf=65_535.0, neginf=0.0)
        np.clip(index, 0.0, float(ramp.entries - 1), out=index)
    return _entries((index + np.float32(0.5)).astype(np.uint16), ramp.rgb32)


def _from_rgb(values: NDArray[Any], table: DisplayTable) -> NDArray[np.uint32]:
    import cv2

    rgb = np.ascontiguousarray(values)
    if table.channel is not None:
        rgb = np.asarray(cv2.LUT(rgb, table.channel), np.uint8)
    colours: NDArray[np.uint32] = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA)).view(np.uint32)
    return colours.reshape(values.shape[:2])


def _packed(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """RGB entries (n, 3) as 0xffRRGGBB."""
    wide = rgb.astype(np.uint32)
    return np.uint32(0xFF000000) | (wide[:, 0] << 16) | (wide[:, 1] << 8) | wide[:, 2]
