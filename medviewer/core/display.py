"""From stored values to pixels on screen: the only path, one table per image and window.

Stages (PS3.4 N.2): stored bits → padding mask → modality LUT or rescale → VOI (LUT or window, function-aware) →
MONOCHROME1 and user inversion last → colour map → RGB32.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray


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


@dataclass(frozen=True, eq=False)
class VoiLut:
    """A VOI LUT (PS3.3 C.11.2): `values` (uint16, of `bits` bits) for modality values from `first` on."""

    first: int
    values: NDArray[np.uint16]
    bits: int
    name: str = ""


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


StoredSlice = NDArray[Any]
