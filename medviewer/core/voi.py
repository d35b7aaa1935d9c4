"""Values of interest: windows, VOI LUTs, and how a window is found in the values or moved by hand.

The functions follow PS3.3 C.11.2.1 (VOI LUT and window). A window is never limited to the values that an image
happens to hold: what lies outside is simply black or white.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medviewer.core.image import Image

DRAG_PX_PER_WINDOW = 200.0
"""So many screen pixels of drag add the width that the window had when the drag began."""

_TINY_WIDTH = 1e-12
_EXACT_SAMPLES = 1 << 20


class VoiFunction(StrEnum):
    """VOILUTFunction (PS3.3 C.11.2.1.3)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True)
class Window:
    """A window in modality units: `center` and `width` (> 0), with the function that applies it."""

    center: float
    width: float
    function: VoiFunction = VoiFunction.LINEAR
    name: str = ""

    @property
    def lower(self) -> float:
        """Lower bound as people type it: ``center - width / 2``."""
        return self.center - self.width / 2

    @property
    def upper(self) -> float:
        """Upper bound as people type it: ``center + width / 2``."""
        return self.center + self.width / 2

    @property
    def is_valid(self) -> bool:
        """Whether both numbers are finite and the width is positive."""
        return bool(np.isfinite(self.center) and np.isfinite(self.width) and self.width > 0)

    @classmethod
    def between(cls, lower: float, upper: float, name: str = "") -> Window:
        """The window that maps `lower` to black and `upper` to white exactly (LINEAR_EXACT).

        Bounds in the wrong order are exchanged; equal bounds give the narrowest window that doubles can tell.
        """
        low, high = min(lower, upper), max(lower, upper)
        width = max(high - low, abs(low) * 1e-9, _TINY_WIDTH)
        return cls((low + high) / 2, width, VoiFunction.LINEAR_EXACT, name)


@dataclass(frozen=True, eq=False)
class VoiLut:
    """A VOI LUT (PS3.3 C.11.2): `values` (uint16, of `bits` bits) for inputs from `first` on.

    Inputs are modality values. A table of stored values, as classic MR has it, is turned to modality values by
    `slope` (not 0) and `intercept`: input = (modality value - intercept) / slope.
    """

    first: int
    values: NDArray[np.uint16]
    bits: int
    name: str = ""
    slope: float = 1.0
    intercept: float = 0.0

    @property
    def ends(self) -> tuple[float, float]:
        """Modality values of the first and the last entry, at least one entry apart."""
        last = self.first + max(1, len(self.values) - 1)
        return self.first * self.slope + self.intercept, last * self.slope + self.intercept

    @property
    def linear(self) -> Window:
        """The linear window over the table's entries, to begin a drag with."""
        low, high = sorted(self.ends)
        # LINEAR is black at center - width/2 and white at center + width/2 - 1 (PS3.3 C.11.2.1.2.1).
        return Window((low + high + 1) / 2, high - low + 1)


@dataclass(frozen=True, eq=False)
class Voi:
    """What the file offers for display: its windows and VOI LUTs; the first of either is the file's default."""

    windows: tuple[Window, ...] = ()
    luts: tuple[VoiLut, ...] = ()


@dataclass(frozen=True)
class Appearance:
    """How values become grey or colour; part of a pane's state.

    Attributes
    ----------
    window : Window or None
        None: the file's default (VOI LUT, else first window), else automatic.
    lut_index : int
        Which of the file's VOI LUTs applies while `window` is None; -1: none.
    colour_map : str
        Name in ``COLOUR_MAPS``; ``"grey"``.
    invert : bool
        User's inversion, combined with MONOCHROME1 by exclusive or.
    interpolate : bool
        Smooth (linear, area when reducing) or nearest.
    """

    window: Window | None = None
    lut_index: int = 0
    colour_map: str = "grey"
    invert: bool = False
    interpolate: bool = True


# -- the functions of the standard


def effective_linear(window: Window) -> tuple[float, float]:
    """Centre and width of the plain ramp ``(x - centre) / width + 0.5`` that equals a linear window.

    LINEAR (C.11.2.1.2) is that ramp with half a unit taken from the centre and one from the width; below a width of
    1, which LINEAR does not allow, and for LINEAR_EXACT (C.11.2.1.3.2) the numbers hold as they are. A width that is
    not positive or not a number gives 0, a step at the centre; a centre that is not a number counts as 0.
    """
    center = window.center if np.isfinite(window.center) else 0.0
    width = window.width if np.isfinite(window.width) and window.width > 0 else 0.0
    if window.function is VoiFunction.LINEAR and width >= 1:
        return center - 0.5, width - 1.0
    return center, width


def window_values(values: ArrayLike, window: Window) -> NDArray[np.float64]:
    """Apply a window (PS3.3 C.11.2.1.2 and C.11.2.1.3).

    Parameters
    ----------
    values : array_like
        Modality values, any shape. NaN gives 0.
    window : Window
        LINEAR with a width below 1 is applied as LINEAR_EXACT; without a positive width it is a step.

    Returns
    -------
    NDArray of float64
        0 (black) to 1 (white), same shape.
    """
    x = np.asarray(values, dtype=np.float64)
    center, width = effective_linear(window)
    if width <= 0:
        y = (x > center).astype(np.float64)
    elif window.function is VoiFunction.SIGMOID:
        with np.errstate(over="ignore"):
            y = 1.0 / (1.0 + np.exp(-4.0 * (x - center) / width))
    else:
        y = np.clip((x - center) / width + 0.5, 0.0, 1.0)
    return np.where(np.isnan(x), 0.0, y)


def lut_values(values: ArrayLike, lut: VoiLut) -> NDArray[np.float64]:
    """Apply a VOI LUT (PS3.3 C.11.2.1.1).

    Parameters
    ----------
    values : array_like
        Modality values, any shape; rounded to the nearest entry, the ends continued. NaN gives 0.
    lut : VoiLut
        Its entries are taken as `bits` wide; larger ones count as white.

    Returns
    -------
    NDArray of float64
        0 (black) to 1 (white), same shape.
    """
    x = np.asarray(values, dtype=np.float64)
    if len(lut.values) == 0:
        return np.zeros(x.shape)
    with np.errstate(invalid="ignore"):
        entry = x if (lut.slope, lut.intercept) == (1.0, 0.0) else (x - lut.intercept) / lut.slope
        index = np.clip(np.floor(entry + 0.5) - lut.first, 0, len(lut.values) - 1)
    index = np.where(np.isnan(index), 0, index).astype(np.intp)
    y = np.minimum(lut.values[index] / float((1 << min(16, max(1, lut.bits))) - 1), 1.0)
    return np.where(np.isnan(x), 0.0, y)


def voi_values(values: ArrayLike, applied: Window | VoiLut) -> NDArray[np.float64]:
    """Apply a window or a VOI LUT to modality values; 0 (black) to 1 (white), same shape."""
    return lut_values(values, applied) if isinstance(applied, VoiLut) else window_values(values, applied)


# -- which one applies


def default_window(image: Image, voi: Voi, lut_index: int = 0) -> Window | VoiLut | None:
    """What the file wants to be shown with.

    Parameters
    ----------
    image : Image
        Colour images have none.
    voi : Voi
        The file's windows and LUTs.
    lut_index : int
        Which LUT applies; -1: none, so that the first usable window does.

    Returns
    -------
    Window, VoiLut or None
        The LUT (PS3.3 C.11.2.1.1: the first of several alternatives), else the first window that has a positive
        width, else None: the caller finds one with `auto_window`.
    """
    if image.is_colour:
        return None
    usable = [lut for lut in voi.luts if len(lut.values)]
    if usable and lut_index >= 0:
        return usable[min(lut_index, len(usable) - 1)]
    return next((window for window in voi.windows if window.is_valid), None)


def auto_window(values: ArrayLike, low: float = 1.0, high: float = 99.0) -> Window:
    """The window between two percentiles of the values.

    Parameters
    ----------
    values : array_like
        Modality values, any shape; NaN and infinite ones (padding) are left out. Above 1,048,576 values an evenly
        spread part of at least 262,144 is looked at.
    low, high : float
        Percentiles, 0..100.

    Returns
    -------
    Window
        LINEAR_EXACT; of width 1 around the value when all are equal, and 0..1 when there is none.
    """
    found = _finite(values)
    if found.size == 0:
        return Window.between(0.0, 1.0)
    below, above = (float(p) for p in np.percentile(found, (low, high)))
    if below == above:  # mostly one value (a mask, a sparse dose): what is left of the range, else one unit
        below, above = float(found.min()), float(found.max())
    if below == above:
        return Window.between(below - 0.5, above + 0.5)
    return Window.between(below, above)


def full_range_window(values: ArrayLike) -> Window:
    """The window from the smallest to the largest finite value."""
    x = np.asarray(values)
    finite = x[np.isfinite(x)] if x.dtype.kind == "f" else x.reshape(-1)
    if finite.size == 0:
        return Window.between(0.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    return Window.between(low, high) if high > low else Window.between(low - 0.5, high + 0.5)


def best_window(values: ArrayLike) -> Window:
    """The window that shows the values of a region well: its 2nd to 98th percentile and a tenth of that around."""
    inner = auto_window(values, 2.0, 98.0)
    return Window.between(inner.lower - 0.05 * inner.width, inner.upper + 0.05 * inner.width)


def _finite(values: ArrayLike) -> NDArray[Any]:
    x = np.asarray(values)
    if x.size > _EXACT_SAMPLES:
        # A stride that shares no factor with the row length walks through all columns and rows.
        step = x.size // _EXACT_SAMPLES + 1
        while np.gcd(step, x.shape[-1]) != 1:
            step += 1
        x = x.reshape(-1)[::step]
    return x[np.isfinite(x)] if x.dtype.kind == "f" else x.reshape(-1)


# -- by hand


def drag_window(
    window: Window,
    dx: float,
    dy: float,
    gain: float = 1.0,
    invert_level: bool = False,
    swap_axes: bool = False,
) -> Window:
    """The window after a drag: right is wider, down is brighter (the level falls).

    Steps are in proportion to the width at the start of the drag, so that every range of values can be handled; a
    drag to the left divides by what the same drag to the right multiplies with, and never reaches zero.

    Parameters
    ----------
    window : Window
        At the start of the drag, not at the last event.
    dx, dy : float
        Motion since the start in screen pixels, right and down.
    gain : float
        Factor of the motion: the user's own, times that of Ctrl (fast) or Shift (fine).
    invert_level : bool
        Up is brighter.
    swap_axes : bool
        Exchange the two directions.
    """
    if swap_axes:
        dx, dy = dy, dx
    base = max(abs(window.width), _TINY_WIDTH)
    level = dy if invert_level else -dy
    return replace(
        window,
        center=window.center + level * gain * base / DRAG_PX_PER_WINDOW,
        width=_scaled(base, dx * gain),
        name="",
    )


def pet_window_drag(window: Window, delta_px: float, gain: float = 1.0) -> Window:
    """The window after a drag in PET: zero stays black, the upper bound follows the hand.

    Parameters
    ----------
    window : Window
        At the start of the drag.
    delta_px : float
        Motion in screen pixels that raises the upper bound.
    gain : float
        Factor of the motion.
    """
    upper = _scaled(max(window.upper, _TINY_WIDTH), delta_px * gain)
    return Window.between(0.0, upper)


def _scaled(base: float, motion_px: float) -> float:
    turn = motion_px / DRAG_PX_PER_WINDOW
    return max(base * (1.0 + turn) if turn >= 0 else base / (1.0 - turn), _TINY_WIDTH)
