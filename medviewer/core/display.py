"""From stored values to pixels on screen: the only path, one table per image and window.

Stages (PS3.4 N.2): stored bits → padding mask → modality LUT or rescale → VOI (LUT or window, function-aware) →
MONOCHROME1 and user inversion last → colour map → RGB32. The slice is sampled to the viewport first, so that the
table is applied to as many pixels as there are on screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medviewer.core.colour_maps import COLOUR_MAPS, colour_map
from medviewer.core.display_table import BLACK, DisplayTable, Ramp
from medviewer.core.nearest import sample_nearest
from medviewer.core.presets import PRESETS, Preset, presets_for
from medviewer.core.sampling import Sampled, View, sample_smooth, view_of
from medviewer.core.scratch import SCRATCH
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

_ROUNDED = (np.uint8, np.uint16, np.int16)
_FINE_WINDOW = 256.0  # stored steps; a narrower window would show the rounding of interpolated integers


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
    out: NDArray[np.uint32] | None = None,
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
    out : NDArray of uint32, shape (h, w), optional
        Contiguous memory to write into and return; fresh memory costs more than the picture.

    Returns
    -------
    NDArray of uint32, shape (h, w)
        0xffRRGGBB, contiguous; opaque black outside the slice.
    """
    values: NDArray[Any] = pixels if isinstance(pixels, np.ndarray) else pixels.values
    width, height = (max(0, int(edge)) for edge in size_wh)
    view = view_of(matrix, (values.shape[0], values.shape[1]), (width, height))
    if out is not None and (out.shape != (height, width) or out.dtype != np.uint32 or not out.flags.c_contiguous):
        raise ValueError("out must be contiguous uint32 of the size of the picture")
    screen = np.empty((height, width), np.uint32) if out is None else out
    if view is None:
        screen[...] = BLACK
        return screen
    x0, y0, x1, y1 = view.box
    screen[:y0], screen[y1:] = BLACK, BLACK
    screen[y0:y1, :x0], screen[y0:y1, x1:] = BLACK, BLACK
    part = screen[y0:y1, x0:x1]
    if values.ndim == 3:
        found = sample_smooth(values, view) if interpolate else sample_nearest(values, view)
        _from_rgb(found.values, table, part)
    elif not interpolate:
        found = sample_nearest(values, view)
        _looked_up(found.values, table, part)
    else:
        found = _smooth(values, table, view, part)
    if found.shown is not None:
        part[~found.shown] = BLACK
    return screen


def _smooth(values: NDArray[Any], table: DisplayTable, view: View, part: NDArray[np.uint32]) -> Sampled:
    by_entry = table.direct_unpadded if values.dtype == table.dtype and values.dtype in _ROUNDED else None
    if by_entry is not None and table.window_in_steps >= _FINE_WINDOW:
        found = sample_smooth(values, view, table.padding)
        # Averages that happen to equal the padding value are not padding: `shown` has decided that already.
        _entries(found.values, by_entry, part)
        return found
    tabled = table.rescale.table is not None or isinstance(table.applied, VoiLut)
    low = 0.0 if tabled else table.ramp.low
    found = sample_smooth(values, view, table.padding, about=low)
    _on_ramp(found.values, low, table.ramp, part)
    return found


def _looked_up(values: NDArray[Any], table: DisplayTable, part: NDArray[np.uint32]) -> None:
    """Colours of stored values that were not interpolated."""
    direct = table.direct
    if direct is not None and values.dtype == table.dtype:
        _entries(values, direct, part)
        return
    ramp = table.ramp
    relative = SCRATCH.take("relative", values.shape, np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        np.subtract(values, ramp.low, out=relative, dtype=np.float64, casting="unsafe")
    hidden = table.hidden(values)
    some = bool(hidden.any())
    if some:
        np.putmask(relative, hidden, np.float32(0))
    _on_ramp(relative, ramp.low, ramp, part)
    if some:
        part[hidden] = BLACK


def _entries(values: NDArray[Any], direct: NDArray[np.uint32], part: NDArray[np.uint32]) -> None:
    """Look 8- or 16-bit patterns up, into `part`."""
    import cv2

    unsigned: NDArray[np.uint8] | NDArray[np.uint16]
    unsigned = values.view(np.uint8) if values.dtype.itemsize == 1 else values.view(np.uint16)
    _into(part, cv2.LUT(unsigned, direct.view(np.int32), dst=part.view(np.int32)))


def _on_ramp(relative: NDArray[Any], about: float, ramp: Ramp, part: NDArray[np.uint32]) -> None:
    """Colours of float32 values that are relative to `about`, into `part`; `relative` is used up."""
    import cv2

    scale = 1.0 / ramp.step
    shift = (about - ramp.low) * scale
    # Limits first: cv2 turns floats beyond the integers into the smallest one.
    low, high = sorted(((-1.0 - shift) / scale, (65_536.0 - shift) / scale))
    np.clip(relative, np.float32(low), np.float32(high), out=relative)
    index = SCRATCH.take("index", relative.shape, np.uint16)
    index = np.asarray(cv2.addWeighted(relative, scale, relative, 0.0, shift, dst=index, dtype=cv2.CV_16U))
    _entries(index, ramp.rgb32, part)


def _from_rgb(values: NDArray[Any], table: DisplayTable, part: NDArray[np.uint32]) -> None:
    import cv2

    rgb = np.ascontiguousarray(values)
    if table.channel is not None:
        rgb = np.asarray(cv2.LUT(rgb, table.channel), np.uint8)
    whole = part if part.flags.c_contiguous else np.empty(part.shape, np.uint32)
    bgra = whole.view(np.uint8).reshape(*part.shape, 4)
    _into(part, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA, dst=bgra))


def _into(part: NDArray[np.uint32], written: Any) -> None:
    """See that what cv2 wrote lies in `part`: it takes the given memory where it can, and other memory else."""
    result = np.asarray(written)
    if not np.may_share_memory(result, part):
        part[...] = result.view(np.uint32).reshape(part.shape)
