from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medviewer.errors import InputError
from medviewer.ops.params import (
    Choices,
    Help,
    Kind,
    Label,
    Range,
    Step,
    Unit,
    fields_of,
    from_json,
    to_json,
    validate,
)


class Mode(enum.StrEnum):
    FAST = "fast"
    EXACT = "exact"


@dataclass(frozen=True)
class Example:
    width_mm: Annotated[float, Range(0.5, 20), Step(0.25), Unit("mm"), Label("Width"), Help("How wide.")] = 2.0
    count: Annotated[int, Range(1, 9)] = 3
    mode: Annotated[Mode, Choices({"fast": "Quickly"})] = Mode.FAST
    side: Literal["left", "right"] = "left"
    tint: Annotated[str, Choices({"r": "Red", "g": "Green"})] = "r"
    on: bool = False
    name: str = ""


def test_fields_are_read_from_the_annotations() -> None:
    width, count, mode, side, tint, on, name = fields_of(Example)
    assert (width.kind, width.label, width.help, width.unit) == (Kind.FLOAT, "Width", "How wide.", "mm")
    assert (width.low, width.high, width.step, width.decimals) == (0.5, 20, 0.25, 2)
    assert (count.kind, count.label, count.step, count.decimals) == (Kind.INT, "Count", 1.0, 0)
    assert mode.choices == (("fast", "Quickly"), ("exact", "Exact"))
    assert mode.python_type is Mode
    assert side.choices == (("left", "left"), ("right", "right"))
    assert tint.choices == (("r", "Red"), ("g", "Green"))
    assert (on.kind, name.kind) == (Kind.BOOL, Kind.TEXT)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"width_mm": 0.4}, "Width must lie between 0.5 and 20 mm."),
        ({"width_mm": 21}, "Width must lie between 0.5 and 20 mm."),
        ({"width_mm": float("nan")}, "Width must be a finite number."),
        ({"width_mm": float("inf")}, "Width must be a finite number."),
        ({"width_mm": "2"}, "Width must be a number."),
        ({"width_mm": True}, "Width must be a number."),
        ({"width_mm": 10**400}, "Width must be a number."),
        ({"width_mm": None}, "Width must be a number."),
        ({"count": 2.5}, "Count must be a whole number."),
        ({"count": 0}, "Count must lie between 1 and 9."),
        ({"mode": "slow"}, "Mode must be one of fast, exact."),
        ({"mode": 1}, "Mode must be one of fast, exact."),
        ({"side": "up"}, "Side must be one of left, right."),
        ({"tint": "b"}, "Tint must be one of r, g."),
        ({"on": 1}, "On must be on or off."),
        ({"name": 3}, "Name must be text."),
        ({"widht": 3}, "There is no parameter called widht."),
    ],
)
def test_what_does_not_fit_is_refused_by_name(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        from_json(Example, values)
    assert caught.value.message == sentence


def test_the_error_names_its_field_for_the_form() -> None:
    with pytest.raises(InputError) as caught:
        validate(Example(count=12))
    assert caught.value.code == "input.count"


def test_numbers_take_the_type_of_their_field() -> None:
    made = from_json(Example, {"width_mm": 3, "count": 4.0, "mode": "exact"})
    assert made == Example(3.0, 4, Mode.EXACT)
    assert (type(made.width_mm), type(made.count), type(made.mode)) == (float, int, Mode)


@given(
    st.builds(
        Example,
        st.floats(0.5, 20),
        st.integers(1, 9),
        st.sampled_from(Mode),
        st.sampled_from(["left", "right"]),
        st.sampled_from(["r", "g"]),
        st.booleans(),
        st.text(),
    )
)
def test_json_and_back(params: Example) -> None:
    assert from_json(Example, json.loads(json.dumps(to_json(params)))) == params


def test_a_declaration_that_no_form_shows_fails_at_once() -> None:
    @dataclass(frozen=True)
    class Bad:
        size: int | None = None

    with pytest.raises(TypeError, match="size"):
        fields_of(Bad)

    @dataclass(frozen=True)
    class NoDefault:
        size: int

    with pytest.raises(TypeError, match="size"):
        fields_of(NoDefault)
