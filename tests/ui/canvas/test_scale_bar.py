"""The scale bar: round lengths, right length on screen, and no mm without a spacing."""

from __future__ import annotations

import pytest

from medviewer.core.image import Facts, SpacingSource
from medviewer.ui.canvas.scale_bar import round_length, scale_bar


@pytest.mark.parametrize(
    ("longest", "length"), [(7.3, 5), (5.0, 5), (4.99, 2), (1.0, 1), (0.99, 0.5), (99, 50), (100, 100), (0.034, 0.02)]
)
def test_round_lengths_are_one_two_five(longest: float, length: float) -> None:
    assert round_length(longest)[0] == pytest.approx(length)


@pytest.mark.parametrize("longest", [0.0, -1.0, float("nan"), float("inf")])
def test_no_length_without_room(longest: float) -> None:
    assert round_length(longest)[0] == 0


def test_a_bar_of_five_centimetres_is_as_long_as_it_says() -> None:
    # 0.78125 mm per pixel, 1.5 screen pixels per image pixel: 50 mm = 96 screen pixels.
    bar = scale_bar(Facts(spacing_source=SpacingSource.PATIENT), 0.78125, 1.5, 150)
    assert bar is not None
    assert bar.text == "5 cm"
    assert bar.length_px == pytest.approx(96.0)


def test_small_lengths_are_in_mm_and_micrometres() -> None:
    facts = Facts(spacing_source=SpacingSource.FILE)
    bar = scale_bar(facts, 1.0, 50, 150)
    assert bar is not None
    assert bar.text == "2 mm"
    bar = scale_bar(facts, 0.001, 2, 100)
    assert bar is not None
    assert bar.text == "50 µm"


def test_without_spacing_it_counts_pixels_whatever_the_geometry_holds() -> None:
    bar = scale_bar(Facts(spacing_source=SpacingSource.NONE), 0.5, 1.0, 150)
    assert bar is not None
    assert bar.text == "100 px"
    assert bar.length_px == pytest.approx(100)


def test_no_bar_where_it_could_not_be_read() -> None:
    assert scale_bar(Facts(spacing_source=SpacingSource.PATIENT), 1.0, 1.0, 30) is None
