"""Orientation letters against PS3.3 and hand calculation, in all 48 orientations and oblique."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from medviewer.ui.canvas.orientation import EdgeLetters, letters_of_axes, letters_of_patient_orientation
from medviewer.ui.canvas.viewport import Viewport

LETTER = {(0, 1): "L", (0, -1): "R", (1, 1): "P", (1, -1): "A", (2, 1): "S", (2, -1): "I"}
OPPOSITE = dict(zip("LRPASI", "RLAPIS", strict=True))


def port(turn: int = 0, flip_h: bool = False, flip_v: bool = False) -> Viewport:
    return Viewport((100, 80), (30, 20), (1.0, 1.0), 1.0, (0.0, 0.0), turn, flip_h, flip_v)


def test_axial_shows_the_patients_right_on_the_left_of_the_screen() -> None:
    assert letters_of_axes(port(), (1, 0, 0), (0, 1, 0), (1, 1)) == EdgeLetters("R", "L", "A", "P")


def test_coronal_and_sagittal() -> None:
    assert letters_of_axes(port(), (1, 0, 0), (0, 0, -1), (1, 1)) == EdgeLetters("R", "L", "S", "I")
    assert letters_of_axes(port(), (0, 1, 0), (0, 0, -1), (1, 1)) == EdgeLetters("A", "P", "S", "I")


@pytest.mark.parametrize("axes", list(itertools.permutations(range(3), 2)))
@pytest.mark.parametrize("signs", list(itertools.product((1, -1), repeat=2)))
@pytest.mark.parametrize(("flip_h", "flip_v"), list(itertools.product((False, True), repeat=2)))
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_every_orientation_with_every_turn_and_mirror(axes, signs, flip_h, flip_v, turn) -> None:
    """An oracle that turns a little square of letters by hand, as one would a printed film."""
    row, column = np.zeros(3), np.zeros(3)
    row[axes[0]], column[axes[1]] = signs
    right, bottom = LETTER[axes[0], signs[0]], LETTER[axes[1], signs[1]]
    edges = {"left": OPPOSITE[right], "right": right, "top": OPPOSITE[bottom], "bottom": bottom}
    if flip_h:
        edges["left"], edges["right"] = edges["right"], edges["left"]
    if flip_v:
        edges["top"], edges["bottom"] = edges["bottom"], edges["top"]
    for _ in range(turn // 90):  # clockwise: what was at the left comes to the top
        edges = {
            "top": edges["left"],
            "right": edges["top"],
            "bottom": edges["right"],
            "left": edges["bottom"],
        }
    found = letters_of_axes(port(turn, flip_h, flip_v), row, column, (1, 1))
    assert found == EdgeLetters(edges["left"], edges["right"], edges["top"], edges["bottom"])


def test_oblique_slices_have_up_to_three_letters_strongest_first() -> None:
    row = np.array((0.8, 0.5, 0.33))
    row /= np.linalg.norm(row)
    column = np.cross(row, (0, 0, 1.0))
    column /= np.linalg.norm(column)
    found = letters_of_axes(port(), row, -column, (1, 1))
    assert found.right == "LPS"
    assert found.left == "RAI"


def test_a_direction_within_five_degrees_has_one_letter() -> None:
    angle = np.radians(4)
    assert letters_of_axes(port(), (np.cos(angle), np.sin(angle), 0), (0, 0, -1), (1, 1)).right == "L"


def test_projections_take_patient_orientation() -> None:
    # A frontal chest film: rows run to the patient's left, columns to the feet.
    assert letters_of_patient_orientation(port(), ("L", "F")) == EdgeLetters("R", "L", "S", "I")
    assert letters_of_patient_orientation(port(flip_h=True), ("L", "F")) == EdgeLetters("L", "R", "S", "I")
    assert letters_of_patient_orientation(port(90), ("L", "F")) == EdgeLetters("I", "S", "R", "L")


@pytest.mark.parametrize("value", [(), ("L",), ("L", ""), ("X", "Q"), ("LE", "RI", "S"), ("7", "F")])
def test_what_is_no_patient_orientation_gives_no_letters(value: tuple[str, ...]) -> None:
    assert letters_of_patient_orientation(port(), value) == EdgeLetters()
