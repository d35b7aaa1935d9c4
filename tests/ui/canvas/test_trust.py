"""Trust lights and corner texts: what is said, and what must not be said."""

from __future__ import annotations

import pytest

from medviewer.core.display import VoiFunction, Window
from medviewer.core.image import Facts, SpacingSource
from medviewer.document.state import Plane, View
from medviewer.io.headers import InstanceHeader
from medviewer.ui.canvas.corner_text import Facets, OverlayLevel, corners, number, position_text, window_text
from medviewer.ui.canvas.trust import Level, short_unit, trust_lights


def light(facts: Facts, name: str, unit: str = "", view: View | None = None):
    return next((x for x in trust_lights(facts, unit, view or View()) if x.id == name), None)


GOOD = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)


def test_a_sound_ct_has_three_good_lights() -> None:
    assert [(x.word, x.level) for x in trust_lights(GOOD, "HU", View())] == [
        ("mm", Level.GOOD),
        ("HU", Level.GOOD),
        ("position", Level.GOOD),
    ]


@pytest.mark.parametrize(
    ("source", "word", "level"),
    [
        (SpacingSource.NONE, "px", Level.BAD),
        (SpacingSource.DETECTOR, "mm at detector", Level.WARN),
        (SpacingSource.NOMINAL, "mm nominal", Level.WARN),
        (SpacingSource.CALIBRATED, "mm calibrated", Level.GOOD),
        (SpacingSource.REGION, "mm in region", Level.GOOD),
    ],
)
def test_the_spacing_light_follows_its_source(source: SpacingSource, word: str, level: Level) -> None:
    found = light(Facts(spacing_source=source), "mm")
    assert (found.word, found.level) == (word, level)
    assert found.reason


def test_an_unknown_unit_gives_its_reason() -> None:
    found = light(Facts("PT", unit_reason="The injected dose is missing."), "unit", "BQML")
    assert found.level is Level.WARN
    assert found.reason == "The injected dose is missing."


def test_no_unit_light_for_mr() -> None:
    assert light(Facts("MR"), "unit") is None


def test_lossy_resampled_tilt_and_gap() -> None:
    facts = Facts(lossy=True, lossy_ratio=11.25, tilt_deg=-17.5, missing_slices=2)
    assert "11.2:1" in light(facts, "lossy").word
    assert "17.5" in light(facts, "tilt").word
    assert light(facts, "tilt").reason.endswith("slices are shown as stored.")
    assert "2 slices" in light(facts, "gap").reason
    corrected = Facts(tilt_deg=17.5, resampled=True)
    assert light(corrected, "tilt").word == "tilt-corrected"
    assert light(corrected, "resampled").level is Level.WARN


@pytest.mark.parametrize(("h", "v", "mirrored"), [(0, 0, 0), (1, 0, 1), (0, 1, 1), (1, 1, 0)])
def test_mirrored_only_when_one_side_is_turned_over(h: int, v: int, mirrored: int) -> None:
    """Both mirrors together are a half turn: the patient's sides are true."""
    found = light(GOOD, "flipped", "HU", View(flip_h=bool(h), flip_v=bool(v)))
    assert (found is not None) == bool(mirrored)


def test_units_as_people_read_them() -> None:
    assert short_unit("g/ml{SUVbw}") == "SUVbw"
    assert short_unit("BQML") == "Bq/ml"
    assert short_unit("HU") == "HU"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (40, "40"), (-600, "−600"), (1500.4, "1500"), (12.34, "12.3"), (-1.234, "−1.23"), (0.01234, "0.0123")],
)
def test_numbers_keep_what_can_be_read(value: float, text: str) -> None:
    assert number(value) == text


def test_window_text() -> None:
    assert window_text(Window(40, 400), "HU") == "W 400  L 40 HU"
    assert window_text(Window(40, 400, VoiFunction.SIGMOID, "Chest"), "") == "W 400  L 40  Chest  sigmoid"
    assert window_text(None, "HU") == ""


@pytest.mark.parametrize(
    ("centre", "normal", "text"),
    [
        ((10, 20, -120.46), (0, 0, 1), "I 120.5 mm"),
        ((10, 20, 120.46), (0, 0.1, -0.99), "S 120.5 mm"),
        ((-3.2, 20, 1), (1, 0, 0), "R 3.2 mm"),
        ((3, -20, 1), (0, -0.9, 0.1), "A 20.0 mm"),
    ],
)
def test_position_is_along_the_patient_axis_of_the_normal(centre, normal, text) -> None:
    assert position_text(centre, normal) == text


def test_no_position_without_geometry() -> None:
    assert position_text(None, None) == ""


HEADER = InstanceHeader(
    path="x",
    patient_name="Doe^Jane",
    patient_id="77",
    patient_birth_date="19700131",
    patient_sex="F",
    study_date="20240102",
    study_time="134501",
    modality="CT",
    convolution_kernel="B30f",
)
FACETS = Facets(HEADER, 3, "Thorax", Plane.STACK, 12, 63, Window(40, 400), "HU", 150.0, (0, 0, -5.0), (0, 0, 1), 1.0)


def texts(level: OverlayLevel) -> str:
    made = corners(FACETS, level)
    lines = made.top_left + made.top_right + made.bottom_left + made.bottom_right
    return "\n".join(line.text for line in lines)


def test_full_text_says_who_what_and_where() -> None:
    full = texts(OverlayLevel.FULL)
    for part in ("Doe, Jane", "77 · 1970-01-31 · F", "2024-01-02 13:45", "#3  Thorax", "B30f", "12 / 63", "I 5.0 mm"):
        assert part in full
    assert "W 400  L 40 HU" in full
    assert "Thickness 1 mm" in full


def test_minimal_text_names_nobody() -> None:
    minimal = texts(OverlayLevel.MIN)
    assert "12 / 63" in minimal
    assert "W 400" in minimal
    assert "Doe" not in minimal
    assert "77" not in minimal


def test_off_is_off_and_the_levels_go_round() -> None:
    assert texts(OverlayLevel.OFF) == ""
    assert [level.next for level in OverlayLevel] == [OverlayLevel.MIN, OverlayLevel.OFF, OverlayLevel.FULL]
