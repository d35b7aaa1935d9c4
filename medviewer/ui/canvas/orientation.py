"""Orientation letters at the four edges of a pane, from the matrix that is on screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from medviewer.core.geometry import direction_letters, opposite_letters
from medviewer.ui.canvas.viewport import Viewport


@dataclass(frozen=True)
class EdgeLetters:
    """Letters of the patient's side that each edge of the pane shows; empty where nothing is known."""

    left: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""


def letters_of_axes(
    viewport: Viewport, axis_x: ArrayLike, axis_y: ArrayLike, spacing_xy_mm: Sequence[float]
) -> EdgeLetters:
    """Letters from the directions of the slice's rows and columns in LPS (ImageOrientationPatient).

    The direction that points right on screen is taken back through the view matrix to the slice, and from there to
    the patient, so that mirrors and turns change the letters and nothing else has to know of them.
    """
    row, column = np.asarray(axis_x, dtype=np.float64), np.asarray(axis_y, dtype=np.float64)

    def patient(right: float, down: float) -> str:
        dx, dy = viewport.screen_direction(right, down)
        return direction_letters(row * (dx * spacing_xy_mm[0]) + column * (dy * spacing_xy_mm[1]))

    right, bottom = patient(1, 0), patient(0, 1)
    return EdgeLetters(opposite_letters(right), right, opposite_letters(bottom), bottom)


def letters_of_patient_orientation(viewport: Viewport, orientation: Sequence[str]) -> EdgeLetters:
    """Letters from PatientOrientation (0020,0020; PS3.3 C.7.6.1.1.1), as projections have it.

    Its two values say where the rows and the columns of the image point; H and F become S and I. Values that are not
    made of A, P, L, R, H, F give no letters.
    """
    if len(orientation) != 2:
        return EdgeLetters()
    # Letters after the third and repeated ones say nothing more.
    row, column = (value.strip().upper()[:3].translate(str.maketrans("HF", "SI")) for value in orientation)
    if not row or not column or set(row + column) - set("APLRSI"):
        return EdgeLetters()

    def patient(right: float, down: float) -> str:
        dx, dy = viewport.screen_direction(right, down)
        if abs(dx) >= abs(dy):
            return row if dx > 0 else opposite_letters(row)
        return column if dy > 0 else opposite_letters(column)

    right_letters, bottom = patient(1, 0), patient(0, 1)
    return EdgeLetters(opposite_letters(right_letters), right_letters, opposite_letters(bottom), bottom)
