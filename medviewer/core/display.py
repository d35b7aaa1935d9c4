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
    "Resampled",
    "Voi",
    "VoiFunction",
    "VoiLut",
    "Window",
    "auto_window",
    "best_window",
    "colour",
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
    "resample",
    "voi_values",
    "window_values",
]

_ROUNDED = (np.uint8, np.uint16, np.int16)
_FINE_WINDOW = 256.0  # stored steps; a narrower window would show the rounding of interpolated integers
_COARSE_WINDOW = 16.0  # stored steps; a narrower window would show the rounding of floats that are far from zero


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
        lower, upper = applied.ends
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
    if view is None:
        return _frame((width, height), None, out)[0]
    screen, part = _frame((width, height), view.box, out)
    direct = table.direct if not interpolate and values.ndim == 2 and values.dtype == table.dtype else None
    if direct is not None and not view.is_shift and _area(view.box) > _area(view.crop):
        x0, y0, x1, y1 = view.crop  # fewer pixels on the slice than on screen: colours first
        colours = SCRATCH.take("colours", (values.shape[0], values.shape[1]), np.uint32)
        _entries(values[y0:y1, x0:x1], direct, colours[y0:y1, x0:x1])
        found = sample_nearest(colours, view, out=part)
        _into(part, found.values)
    else:
        found, about = _sampled(values, table, view, interpolate)
        _coloured(found.values, about, interpolate, table, part)
    if found.shown is not None:
        part[~found.shown] = BLACK
    return screen


@dataclass(frozen=True, eq=False)
class Resampled:
    """Values of a slice at the pixels of the screen, to be coloured by one table after another.

    In a window drag the picture changes and what is sampled does not.

    Attributes
    ----------
    values : NDArray, shape (h, w) or (h, w, 3)
        Of the part of the screen in `box`.
    size_wh : tuple of int
        Size of the screen.
    box : tuple of int or None
        x0, y0, x1, y1 of the part that shows the slice; None: none of it.
    shown : NDArray of bool or None
        Where inside `box` the slice is; None: everywhere.
    about : float or None
        What was taken away from the stored values; None: nothing, and they keep their type.
    interpolate : bool
        Whether they were interpolated.
    """

    values: NDArray[Any]
    size_wh: tuple[int, int]
    box: tuple[int, int, int, int] | None
    shown: NDArray[np.bool_] | None
    about: float | None
    interpolate: bool

    def serves(self, table: DisplayTable) -> bool:
        """Whether a table of the same slice can colour these values as well as freshly sampled ones."""
        if not self.interpolate or self.values.ndim == 3:
            return True
        wanted = _about(table.dtype, table)
        if self.about is None or self.about == wanted:
            return self.about == wanted
        # Floats around another window are as good, unless the new one is so narrow that their last bits show.
        return table.dtype in _ROUNDED and _COARSE_WINDOW <= table.window_in_steps < float("inf")


def resample(
    pixels: SlicePixels | NDArray[Any],
    table: DisplayTable,
    matrix: ArrayLike,
    size_wh: tuple[int, int],
    interpolate: bool = True,
) -> Resampled:
    """The first half of `render`; parameters as there. `colour` is the other."""
    values: NDArray[Any] = pixels if isinstance(pixels, np.ndarray) else pixels.values
    width, height = (max(0, int(edge)) for edge in size_wh)
    view = view_of(matrix, (values.shape[0], values.shape[1]), (width, height))
    if view is None:
        return Resampled(values[:0, :0], (width, height), None, None, None, False)
    found, about = _sampled(values, table, view, interpolate)
    # Sampled values are scratch memory or the slice itself, which may be filled anew.
    return Resampled(found.values.copy(), (width, height), view.box, found.shown, about, interpolate)


def colour(resampled: Resampled, table: DisplayTable, out: NDArray[np.uint32] | None = None) -> NDArray[np.uint32]:
    """The second half of `render`, which says what is returned; `table` is one that `Resampled.serves`."""
    screen, part = _frame(resampled.size_wh, resampled.box, out)
    if resampled.box is not None:
        values = resampled.values
        if resampled.about is not None:
            values = SCRATCH.take("relative", values.shape, np.float32)
            np.copyto(values, resampled.values)
        _coloured(values, resampled.about, resampled.interpolate, table, part)
        if resampled.shown is not None:
            part[~resampled.shown] = BLACK
    return screen


def _area(box: tuple[int, int, int, int]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _frame(
    size_wh: tuple[int, int], box: tuple[int, int, int, int] | None, out: NDArray[np.uint32] | None
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The picture, black around the box, and the part of it that is in the box."""
    width, height = size_wh
    if out is not None and (out.shape != (height, width) or out.dtype != np.uint32 or not out.flags.c_contiguous):
        raise ValueError("out must be contiguous uint32 of the size of the picture")
    screen = np.empty((height, width), np.uint32) if out is None else out
    x0, y0, x1, y1 = box or (0, height, 0, height)
    screen[:y0], screen[y1:] = BLACK, BLACK
    screen[y0:y1, :x0], screen[y0:y1, x1:] = BLACK, BLACK
    return screen, screen[y0:y1, x0:x1]


def _about(dtype: np.dtype[Any], table: DisplayTable) -> float | None:
    """What is taken away from interpolated values of a type before they lose precision; None where none is lost."""
    if _by_entry(dtype, table) is not None and table.window_in_steps >= _FINE_WINDOW:
        return None
    if table.rescale.table is not None or isinstance(table.applied, VoiLut):
        return 0.0
    return table.ramp.low


def _by_entry(dtype: np.dtype[Any], table: DisplayTable) -> NDArray[np.uint32] | None:
    return table.direct_unpadded if dtype == table.dtype and dtype in _ROUNDED else None


def _sampled(
    values: NDArray[Any], table: DisplayTable, view: View, interpolate: bool
) -> tuple[Sampled, float | None]:
    """Values at the pixels of the screen, and what was taken away from them."""
    if not interpolate:
        return sample_nearest(values, view), None
    if values.ndim == 3:
        return sample_smooth(values, view), None
    about = _about(values.dtype, table)
    return sample_smooth(values, view, table.padding, about), about


def _coloured(
    values: NDArray[Any], about: float | None, interpolate: bool, table: DisplayTable, part: NDArray[np.uint32]
) -> None:
    """Colours of sampled values, into `part`; those relative to something are used up."""
    if values.ndim == 3:
        _from_rgb(values, table, part)
    elif not interpolate:
        _looked_up(values, table, part)
    elif about is not None:
        _on_ramp(values, about, table.ramp, part)
    else:
        # Averages that happen to equal the padding value are not padding: sampling has decided that already.
        entries = table.direct_unpadded
        assert entries is not None
        _entries(values, entries, part)


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
