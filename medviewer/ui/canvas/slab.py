"""Slabs in words: how thick, how projected, and what must not be read off them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from medviewer.document.state import Slab

translate = QCoreApplication.translate

THICKNESSES_MM: Final = (2.0, 3.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 75.0, 100.0, 150.0, 200.0)
"""What wheel and keys step through, beside the single slice."""
FIRST_MM: Final = 10.0


def steps_for(step_mm: float) -> tuple[float, ...]:
    """The thicknesses that are more than one slice, where slices lie `step_mm` apart."""
    return tuple(mm for mm in THICKNESSES_MM if mm >= 1.5 * step_mm)


def next_slab(mm: float, steps: int, step_mm: float) -> float:
    """The thickness so many steps on from `mm`; 0 is the single slice, and it ends at the ends."""
    ladder = (0.0, *steps_for(step_mm))
    at = max((n for n, one in enumerate(ladder) if one <= mm + 1e-6), default=0)
    if steps < 0 and ladder[at] < mm - 1e-6:
        steps += 1  # the next thinner one is the one below
    return ladder[min(len(ladder) - 1, max(0, at + steps))]


def mode_name(mode: Slab) -> str:
    """How a slab is projected, as radiologists call it."""
    return {
        Slab.MEAN: translate("Slab", "Average"),
        Slab.MAX: translate("Slab", "MIP"),
        Slab.MIN: translate("Slab", "MinIP"),
    }[mode]


def slab_text(mode: Slab, mm: float) -> str:
    """Mode and thickness (``"MIP 20 mm"``)."""
    return f"{mode_name(mode)} {mm:.3g} mm"


def slab_reason(mode: Slab, mm: float) -> str:
    """What a slab shows and what it does not, in sentences."""
    what = {
        Slab.MEAN: translate("Slab", "The picture is the average through {mm} mm."),
        Slab.MAX: translate("Slab", "The picture shows the largest value through {mm} mm."),
        Slab.MIN: translate("Slab", "The picture shows the smallest value through {mm} mm."),
    }[mode].format(mm=f"{mm:.3g}")
    rest = translate(
        "Slab",
        "What lies behind one another cannot be told apart: regions have no values here, lengths are projected, and "
        "masks are those of the middle slice.",
    )
    return f"{what} {rest}"
