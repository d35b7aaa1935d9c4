"""The scale bar: a round length that fits, in mm only where mm may be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from medviewer.core.image import Facts, SpacingSource

_STEPS = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class ScaleBar:
    """A bar of `length_px` screen pixels that stands for `text`, with `ticks` equal parts."""

    length_px: float
    text: str
    ticks: int


def round_length(longest: float) -> tuple[float, int]:
    """The longest of 1, 2, 5 × 10ⁿ that is not over `longest`, and in how many parts it divides well."""
    if not math.isfinite(longest) or longest <= 0:
        return 0.0, 0
    power = 10.0 ** math.floor(math.log10(longest))
    step = max((s for s in _STEPS if s * power <= longest * (1 + 1e-12)), default=1.0)
    return step * power, {1.0: 10, 2.0: 4, 5.0: 5}[step]


def scale_bar(facts: Facts, pitch_mm: float, px_per_pixel: float, longest_px: float) -> ScaleBar | None:
    """The bar for a slice.

    Parameters
    ----------
    facts : Facts
        Says whether the pitch is in mm of the patient, at the detector, or unknown.
    pitch_mm : float
        The smaller pitch of the slice in mm (ignored when the spacing is unknown).
    px_per_pixel : float
        Screen pixels per image pixel of that pitch.
    longest_px : float
        Room on screen.

    Returns
    -------
    ScaleBar or None
        None when there is no room for a readable bar.
    """
    if longest_px < 40 or px_per_pixel <= 0:
        return None
    known = facts.spacing_source is not SpacingSource.NONE and pitch_mm > 0
    unit_px = px_per_pixel / pitch_mm if known else px_per_pixel
    length, ticks = round_length(longest_px / unit_px)
    if length <= 0:
        return None
    if not known:
        return ScaleBar(length * unit_px, f"{length:g} px", ticks)
    text = f"{length / 10:g} cm" if length >= 10 else f"{length:g} mm" if length >= 0.1 else f"{length * 1000:g} µm"
    return ScaleBar(length * unit_px, text, ticks)
