from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any

import pytest

from medviewer.core.image import Image
from medviewer.document.state import Step
from medviewer.errors import InputError, RecipeError
from medviewer.ops import registry
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import Range
from medviewer.ops.recipe import Recipe, RecipeStep, resolve


@dataclass(frozen=True)
class GainParams:
    gain: Annotated[float, Range(0, 100)] = 2.0


def from_version_2(params: dict[str, Any]) -> dict[str, Any]:
    return {"gain": params["percent"] / 100}


@operation(id="test.gain", version=3, group="Test", title="Gain", migrations={2: from_version_2})
def gain(image: Image, params: GainParams, ctx: Context) -> Image:
    """Multiplies."""
    return replace(image, array=image.array * params.gain)


@pytest.fixture(autouse=True)
def known() -> Iterator[Operation]:
    registry.register(gain)
    yield gain
    registry._operations.pop("test.gain")


def test_json_and_back() -> None:
    recipe = Recipe((RecipeStep("test.gain", 3, {"gain": 1.5}), RecipeStep("filter.gaussian", 1, {}, False)), "Two")
    data = json.loads(recipe.to_json())
    assert data["schema_version"] == 1
    assert data["steps"][0] == {"op": "test.gain", "version": 3, "params": {"gain": 1.5}, "on": True}
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_steps_of_the_document_make_a_recipe() -> None:
    recipe = Recipe.of([Step("test.gain", 3, {"gain": 4.0})])
    assert recipe.active() == [(gain, GainParams(4.0))]


def test_older_parameters_are_migrated() -> None:
    assert resolve(RecipeStep("test.gain", 2, {"percent": 150})) == (gain, GainParams(1.5))


def test_a_version_without_migration_is_refused() -> None:
    with pytest.raises(RecipeError, match="version 1, which this program no longer reads"):
        resolve(RecipeStep("test.gain", 1, {}))


def test_a_newer_version_is_refused() -> None:
    with pytest.raises(RecipeError, match="version 4, and this program knows version 3"):
        resolve(RecipeStep("test.gain", 4, {}))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "not json",
        '{"schema_version": 1}',
        '{"schema_version": "1", "steps": []}',
        '{"schema_version": true, "steps": []}',
        '{"schema_version": 0, "steps": []}',
        '{"schema_version": 1, "steps": [3]}',
        '{"schema_version": 1, "steps": [{"version": 1}]}',
        '{"schema_version": 1, "steps": [{"op": "test.gain", "version": "3"}]}',
        '{"schema_version": 1, "steps": [{"op": "test.gain", "version": 3, "params": []}]}',
        '{"schema_version": 1, "steps": [{"op": "test.gain", "version": 3, "on": 1}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_recipe_is_refused(text: str) -> None:
    with pytest.raises(RecipeError, match="not a recipe"):
        Recipe.from_json(text)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(RecipeError, match="not a recipe"):
        Recipe.from_json(b"\xff\xfe\x00\x80")


def test_a_newer_schema_is_refused() -> None:
    with pytest.raises(RecipeError, match="newer version of the program"):
        Recipe.from_json('{"schema_version": 2, "steps": []}')


def test_unknown_operation_and_bad_parameter_are_told_when_read() -> None:
    with pytest.raises(RecipeError, match="no operation called"):
        Recipe.from_json('{"schema_version": 1, "steps": [{"op": "test.lost", "version": 1}]}')
    with pytest.raises(InputError, match="Gain must lie between 0 and 100"):
        Recipe.from_json(
            '{"schema_version": 1, "steps": [{"op": "test.gain", "version": 3, "params": {"gain": -1}}]}'
        )


def test_hash_depends_on_what_is_done_and_on_nothing_else() -> None:
    one = Recipe((RecipeStep("test.gain", 3, {"gain": 2.0}),))
    same = Recipe((RecipeStep("test.gain", 3, {}), RecipeStep("filter.gaussian", 1, {}, False)), "named")
    migrated = Recipe((RecipeStep("test.gain", 2, {"percent": 200}),))
    assert one.hash == same.hash == migrated.hash
    assert one.hash != Recipe((RecipeStep("test.gain", 3, {"gain": 2.5}),)).hash
    two = (RecipeStep("test.gain", 3), RecipeStep("filter.gaussian", 1))
    assert Recipe(two).hash != Recipe(two[::-1]).hash
