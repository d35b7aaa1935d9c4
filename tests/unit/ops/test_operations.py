"""Every operation that there is keeps the promises of its declaration."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from medviewer.core.geometry import Geometry
from medviewer.core.image import Image, Rescale
from medviewer.errors import Cancelled, InputError, MedviewerError
from medviewer.ops import describe, registry
from medviewer.ops.evaluate import evaluate
from medviewer.ops.operation import Operation, QuietContext
from medviewer.ops.params import Kind, fields_of, from_json, to_json
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.services import processing
from medviewer.services.jobs import CancelToken, JobContext
from tests.helpers.phantoms import make_image

assert processing.registry is registry  # importing it adds the networks
OPERATIONS = registry.all_operations()
LANES = {"compute", "torch:cpu"}


def with_nan() -> Image:
    image = make_image(dtype=np.float32, rescale=Rescale())
    array = image.array.copy()
    array[1, 3:6, 4:9] = np.nan
    return replace(image, array=array)


def with_padding() -> Image:
    image = make_image(padding=(-2000, -1990))
    array = image.array.copy()
    array[:, :4] = -1995
    return replace(image, array=array)


PHANTOMS = {
    "volume": make_image(),
    "one slice": make_image((1, 24, 32)),
    "one row": make_image((2, 1, 32)),
    "one pixel": make_image((1, 1, 1)),
    "anisotropic": make_image(spacing_xyz_mm=(0.4, 1.7, 9.0)),
    "eight bit": make_image(dtype=np.uint8),
    "not a number": with_nan(),
    "all not a number": replace(make_image(dtype=np.float32), array=np.full((5, 24, 32), np.nan, np.float32)),
    "padding": with_padding(),
    "oblique": make_image(geometry=Geometry((5, 24, 32), axis_x=(0.8, 0.6, 0.0), axis_y=(-0.6, 0.8, 0.0))),
}


@pytest.fixture(params=OPERATIONS, ids=lambda o: o.id)
def operation(request: pytest.FixtureRequest) -> Operation:
    found: Operation = request.param
    return found


def test_both_kinds_are_there() -> None:
    assert {"filter.gaussian", "network.diffusion"} <= {o.id for o in OPERATIONS}


@pytest.mark.parametrize("name", PHANTOMS)
def test_runs_keeps_the_input_and_the_geometry(operation: Operation, name: str) -> None:
    image = PHANTOMS[name]
    before = image.array.copy()
    image.array.flags.writeable = False
    result = operation(image)
    assert np.array_equal(image.array, before, equal_nan=True)
    assert isinstance(result, operation.output)
    assert not np.shares_memory(result.array, image.array)
    if operation.keeps_geometry:
        assert result.geometry == image.geometry
        assert result.array.shape == image.array.shape
        assert (result.unit, result.monochrome1) == (image.unit, image.monochrome1)
    for k in range(image.n_slices):
        missing = ~np.isfinite(image.modality_slice(k))
        assert np.array_equal(~np.isfinite(result.modality_slice(k)), missing), "missing values grew or vanished"


def test_defaults_do_something(operation: Operation) -> None:
    image = PHANTOMS["volume"]
    result = operation(image)
    assert np.abs(result.modality_slice(2) - image.modality_slice(2)).max() > 1.0


def test_same_twice(operation: Operation) -> None:
    image = PHANTOMS["volume"]
    first = operation(image, None, QuietContext(3)).array
    assert np.array_equal(first, operation(image, None, QuietContext(3)).array)


def test_colour_is_refused_with_a_sentence(operation: Operation) -> None:
    colour = replace(make_image((1, 8, 8)), array=np.zeros((1, 8, 8, 3), np.uint8))
    if operation.colour:
        assert operation(colour).geometry == colour.geometry
        return
    with pytest.raises(InputError, match="colour"):
        operation(colour)


def test_numbers_at_both_ends_of_their_range(operation: Operation) -> None:
    image = make_image((2, 9, 11))
    for field in fields_of(operation.params_type):
        if field.kind in (Kind.INT, Kind.FLOAT):
            for end in (field.low, field.high):
                params = replace(operation.defaults(), **{field.name: field.convert(end)})
                assert np.isfinite(operation(image, params).array).all()


def test_out_of_range_is_refused_by_name(operation: Operation) -> None:
    for field in fields_of(operation.params_type):
        if field.high is not None:
            with pytest.raises(InputError, match=field.label):
                operation(make_image((1, 4, 4)), replace(operation.defaults(), **{field.name: field.high * 2 + 1}))


@pytest.mark.parametrize("after", [0, 1, 3])
def test_cancel_is_honoured(operation: Operation, after: int) -> None:
    token = CancelToken()
    seen: list[float] = []

    def report(fraction: float, _text: str) -> None:
        seen.append(fraction)
        if len(seen) > after:
            token.cancel()

    with pytest.raises(Cancelled):
        operation(make_image((8, 16, 16)), None, JobContext(token, report))
    assert len(seen) == after + 1


def test_progress_rises_to_the_end(operation: Operation) -> None:
    seen: list[float] = []
    operation(make_image((6, 16, 16)), None, JobContext(report=lambda f, _t: seen.append(f)))
    assert seen == sorted(seen)
    assert len(seen) >= 6
    assert seen[-1] == pytest.approx(1.0)


def test_params_round_trip(operation: Operation) -> None:
    params = operation.defaults()
    assert from_json(operation.params_type, json.loads(json.dumps(to_json(params)))) == params
    assert Recipe.from_json(Recipe((RecipeStep.of(operation),)).to_json()).active() == [(operation, params)]


def test_command_line_round_trip(operation: Operation) -> None:
    params = operation.defaults()
    for field in fields_of(operation.params_type):
        other: Any = field.default
        if field.kind is Kind.BOOL:
            other = not field.default
        elif field.kind is Kind.CHOICE:
            other = field.python_type(field.choices[-1][0])
        elif field.low is not None and field.high is not None:
            other = field.convert(field.low + (field.high - field.low) * (0 if field.kind is Kind.INT else 0.37))
        params = replace(params, **{field.name: other})
    parser = describe.parser_of(operation, "test")
    arguments = parser.parse_args(describe.arguments_of(operation, params))
    assert describe.params_from_arguments(operation.params_type, arguments) == params


def test_documented(operation: Operation) -> None:
    assert operation.lane in LANES
    assert len(operation.description) > 80
    assert "Parameters" not in operation.description
    assert operation.function.__module__.startswith("medviewer.")
    for field in fields_of(operation.params_type):
        assert field.label
        assert field.help, f"{operation.id} {field.name} has no help"
        if field.kind in (Kind.INT, Kind.FLOAT):
            assert field.low is not None
            assert field.high is not None
    text = describe.history_text(operation, operation.defaults())
    assert text.startswith(operation.title)
    assert "\n" not in text


def test_result_says_what_was_done(operation: Operation) -> None:
    image = make_image((2, 12, 12), key="abc")
    result = evaluate(Recipe((RecipeStep.of(operation),)), image)
    assert operation.title in result.facts.derived_from
    assert result.key
    assert result.key != image.key


def test_unknown_operation_is_told() -> None:
    with pytest.raises(MedviewerError, match=r"no operation called filter\.nonsense"):
        registry.get("filter.nonsense")


def test_two_operations_with_one_id_are_a_bug() -> None:
    with pytest.raises(ValueError, match=r"filter\.gaussian"):
        registry.register(replace(registry.get("filter.gaussian"), version=9))
