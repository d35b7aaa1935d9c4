from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest

from medviewer.core.image import Image
from medviewer.document.state import Step
from medviewer.errors import InputError
from medviewer.ops import describe, registry
from medviewer.ops.filters import Dimension, GaussianParams, gaussian
from medviewer.ops.operation import Context, operation
from medviewer.ops.params import Help, Label, Range
from medviewer.ops.recipe import Recipe
from medviewer.services import processing


@dataclass(frozen=True)
class TrimParams:
    share: Annotated[float, Range(0, 100), Label("Share"), Help("In % of all.")] = 50.0
    keep: bool = True


@operation(id="test.trim", version=1, group="Test", title="Trim")
def trim(image: Image, params: TrimParams, ctx: Context) -> Image:
    """Trims 100 % of it."""
    return image


def test_options_of_the_command_line() -> None:
    parser = describe.parser_of(gaussian, "medviewer op filter.gaussian IN OUT")
    parsed = parser.parse_args(["--sigma-mm", "2.5", "--dimension", "volume"])
    made = describe.params_from_arguments(GaussianParams, parsed)
    assert made == GaussianParams(2.5, Dimension.VOLUME)
    assert describe.params_from_arguments(GaussianParams, parser.parse_args([])) == GaussianParams()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--sigma-mm", "wide"], "invalid float value"),
        (["--dimension", "4d"], "invalid choice"),
        (["--sigma", "2"], "unrecognized arguments"),
        (["--sigma-mm"], "expected one argument"),
    ],
)
def test_mistakes_are_told_and_do_not_end_the_program(words: list[str], sentence: str) -> None:
    with pytest.raises(InputError, match=f"(?i){sentence}"):
        describe.parser_of(gaussian, "x").parse_args(words)


def test_range_is_checked_with_the_label() -> None:
    parsed = describe.parser_of(gaussian, "x").parse_args(["--sigma-mm", "50"])
    with pytest.raises(InputError, match=r"Sigma must lie between 0\.1 and 20 mm\."):
        describe.params_from_arguments(GaussianParams, parsed)


def test_help_with_percent_signs_and_switches() -> None:
    parser = describe.parser_of(trim, "x")
    assert "In % of all." in parser.format_help()
    assert "--no-keep" in parser.format_help()
    assert describe.params_from_arguments(TrimParams, parser.parse_args(["--no-keep"])) == TrimParams(keep=False)
    assert describe.arguments_of(trim, TrimParams(keep=False)) == ["--no-keep"]


def test_history_text() -> None:
    assert describe.history_text(gaussian, GaussianParams(2.0)) == "Gaussian blur (sigma 2 mm)"
    assert (
        describe.history_text(gaussian, GaussianParams(1.5, Dimension.VOLUME), "px")
        == "Gaussian blur (sigma 1.5 px, work on whole volume)"
    )


def test_copy_as_command_of_one_step() -> None:
    steps = [Step("filter.gaussian", 1, {"sigma_mm": 2.5, "dimension": "volume"}), Step("test.off", 1, {}, False)]
    command = describe.command_line(steps, "my scan", "out.nii.gz")
    assert command == "medviewer op filter.gaussian 'my scan' out.nii.gz --sigma-mm 2.5 --dimension volume"


def test_copy_as_command_of_several_steps() -> None:
    steps = [Step("filter.gaussian", 1, {"sigma_mm": 1.0}), Step("filter.gaussian", 1, {"sigma_mm": 3.0})]
    words = shlex.split(describe.command_line(steps))
    assert words[:2] == ["medviewer", "op"]
    assert words[3:] == ["IN", "OUT"]
    assert [params for _, params in Recipe.from_json(words[2]).active()] == [GaussianParams(1.0), GaussianParams(3.0)]


def test_json_schema() -> None:
    schema = describe.json_schema(gaussian)
    assert schema["properties"]["sigma_mm"] | {"description": ""} == {
        "type": "number",
        "title": "Sigma",
        "default": 1.0,
        "description": "",
        "minimum": 0.1,
        "maximum": 20.0,
        "x-unit": "mm",
    }
    assert schema["properties"]["dimension"]["enum"] == ["slice", "volume"]
    assert schema["additionalProperties"] is False


def test_the_help_page_is_fresh(project_root: Path) -> None:
    assert processing.operations_by_group()  # the networks are registered
    operations = [o for o in registry.all_operations() if o.function.__module__.startswith("medviewer.")]
    page = describe.help_page(operations)
    path = project_root / "resources" / "help" / "operations.md"
    assert path.read_text("utf-8") == page, "write it anew: python -m medviewer ops --help-page > " + path.name
