"""How the stored values of one slice become colours: rescale, window or LUT, inversion, colour map, in one table."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medviewer.core.colour_maps import colour_map
from medviewer.core.image import Image, Rescale
from medviewer.core.voi import (
    Appearance,
    Voi,
    VoiFunction,
    VoiLut,
    Window,
    auto_window,
    default_window,
    effective_linear,
    voi_values,
)

BLACK = np.uint32(0xFF000000)
"""Opaque black, the image ground in every theme."""

_RAMP_ENTRIES = 16_384


@dataclass(frozen=True, eq=False)
class Ramp:
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
        level[self.hidden(x)] = 0
        return level

    def rgb32(self, stored: ArrayLike) -> NDArray[np.uint32]:
        """Colour 0xffRRGGBB of stored grey values, same shape; padding, NaN and infinity are black.

        This is the definition; `render` looks the same colours up.
        """
        x = np.asarray(stored)
        colours = _packed(colour_map(self.appearance.colour_map))[self.grey(x)]
        colours[self.hidden(x)] = BLACK
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

    def hidden(self, stored: NDArray[Any]) -> NDArray[np.bool_]:
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
        if self.dtype.kind == "b":
            return self.rgb32(np.arange(256, dtype=np.uint8).view(self.dtype))
        limits = np.iinfo(self.dtype)
        lowest, highest = int(limits.min), int(limits.max)
        first, last = self._changing_entries(lowest, highest)
        changing = np.arange(first, last + 1, dtype=np.int32).astype(self.dtype)
        colours = replace(self, padding=None).rgb32(changing)
        # By bit pattern: the negative ones come last. Each entry is written once, a drag makes a table per step.
        entries = np.empty(highest - lowest + 1, np.uint32)
        negative = entries[highest + 1 :]
        for part, start in ((negative, lowest), (entries[: highest + 1], 0)):
            below = min(max(first - start, 0), len(part))
            above = min(max(last + 1 - start, below), len(part))
            part[:below] = colours[0]
            part[below:above] = colours[start + below - first : start + above - first]
            part[above:] = colours[-1]
            if self.padding is not None:
                low = max(start, math.ceil(self.padding[0])) - start
                high = min(start + len(part) - 1, math.floor(self.padding[1])) - start
                part[low : max(low, high + 1)] = BLACK
        return entries

    def _changing_entries(self, lowest: int, highest: int) -> tuple[int, int]:
        """First and last stored integer between which grey levels change; outside they are those of the ends.

        Windows and linear rescales rise or fall all the way: where a level is that of the far end, so are all
        between.
        """
        slope, _ = self.rescale.of_slice(self.k)
        if not isinstance(self.applied, Window) or self.rescale.table is not None or slope == 0:
            return lowest, highest
        low, high, _ = self._changing_range()
        if not (math.isfinite(low) and math.isfinite(high)):
            return lowest, highest
        low, high = min(low, high), max(low, high)
        first = min(highest, max(lowest, math.floor(low) - 1))
        last = max(first, min(highest, math.ceil(high) + 1))
        unpadded = replace(self, padding=None)
        levels = unpadded.grey(np.array((lowest, first, last, highest), self.dtype))
        same = levels[0] == levels[1] and levels[2] == levels[3]
        return (first, last) if same else (lowest, highest)

    @cached_property
    def direct_unpadded(self) -> NDArray[np.uint32] | None:
        """`direct` without black padding, for averages: one that equals the padding value is not padding."""
        return self.direct if self.padding is None else replace(self, padding=None).direct

    @cached_property
    def ramp(self) -> Ramp:
        """Colours over the part of the stored values in which they change."""
        low, high, entries = self._changing_range()
        step = (high - low) / (entries - 1)
        stored = low + np.arange(entries) * step
        colours = np.empty(65_536, np.uint32)
        colours[:entries] = replace(self, padding=None).rgb32(stored)
        colours[entries:] = colours[entries - 1]
        return Ramp(low, step, entries, colours)

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
            first, last = self.applied.ends
            entries = max(2, len(self.applied.values)) if abs(slope) == abs(self.applied.slope) else 65_536
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


def _packed(rgb: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """RGB entries (n, 3) as 0xffRRGGBB."""
    wide = rgb.astype(np.uint32)
    packed: NDArray[np.uint32] = wide @ np.array((1 << 16, 1 << 8, 1), np.uint32) + BLACK
    return packed
