"""What is derived from a declaration: arguments of the command line, JSON Schema, help page, a line of history."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn, TypeVar

from medviewer.errors import InputError
from medviewer.ops.operation import Operation, Run
from medviewer.ops.params import Field, Kind, fields_of, from_json, is_shown, to_json, validate
from medviewer.ops.recipe import Recipe, StepLike, resolve

P = TypeVar("P")

MAX_MARKS_BYTES = 16 << 20

JSON_TYPES = {
    Kind.BOOL: "boolean",
    Kind.INT: "integer",
    Kind.FLOAT: "number",
    Kind.TEXT: "string",
    Kind.CHOICE: "string",
    Kind.MARKS: "array",
}


def unit_text(field: Field, length_unit: str = "mm") -> str:
    """The field's unit; lengths in `length_unit`."""
    return length_unit if field.unit == "mm" else field.unit


# -- command line


class _Parser(argparse.ArgumentParser):
    """Raises what the program tells instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message[:1].upper()}{message[1:]}.", "See --help.")


def option(field: Field) -> str:
    """Name of a field's option, ``--sigma-mm``."""
    return "--" + field.name.replace("_", "-")


def add_arguments(parser: argparse.ArgumentParser, params_type: type[Any]) -> None:
    """Add an option for every field. Values are checked by `params_from_arguments`."""
    for field in fields_of(params_type):
        default = str(field.default) if field.kind is Kind.CHOICE else field.default
        notes = [f"{field.label}."] if not field.help else [f"{field.label}: {field.help}"]
        if field.low is not None and field.high is not None:
            unit = f" {field.unit}" if field.unit else ""
            notes.append(f"{field.low:g} to {field.high:g}{unit}.")
        if field.choices:
            notes.append("; ".join(f"{value}: {words}" for value, words in field.choices) + ".")
        if field.kind is Kind.BOOL:
            notes.append(f"Default: {'on' if default else 'off'}.")
        else:
            notes.append(f"Default: {default}.")
        text = " ".join(notes).replace("%", "%%")
        if field.kind is Kind.BOOL:
            parser.add_argument(option(field), dest=field.name, action=argparse.BooleanOptionalAction, help=text)
            continue
        kinds: dict[Kind, Any] = {Kind.INT: int, Kind.FLOAT: float}
        parser.add_argument(
            option(field),
            dest=field.name,
            type=kinds.get(field.kind, str),
            choices=[value for value, _ in field.choices] or None,
            metavar=(field.unit or field.kind.value).upper() if not field.choices else None,
            help=text,
        )


def params_from_arguments(params_type: type[P], arguments: argparse.Namespace) -> P:
    """Checked parameters from parsed arguments; options that were not given have their default."""
    given = {f.name: getattr(arguments, f.name, None) for f in fields_of(params_type)}
    for field in fields_of(params_type):
        text = given[field.name]
        if field.kind is Kind.MARKS and text is not None:
            given[field.name] = _marks(field, text)
    return from_json(params_type, {name: value for name, value in given.items() if value is not None})


def _marks(field: Field, text: str) -> Any:
    """Marks from JSON text, or from the JSON file that ``@FILE`` names."""
    try:
        if text.startswith("@"):
            with open(text[1:], "rb") as stream:
                return json.loads(stream.read(MAX_MARKS_BYTES))
        return json.loads(text)
    except (OSError, ValueError, RecursionError):
        raise InputError(
            f"{field.label} could not be read.",
            'Give JSON such as [{"label": 1, "points_mm": [[0, 0, 0]]}], or @ and the name of a file that holds it.',
            f"input.{field.name}",
        ) from None


def parser_of(operation: Operation, prog: str) -> argparse.ArgumentParser:
    """A parser for the options of one operation; mistakes raise InputError."""
    parser = _Parser(
        prog=prog,
        description=f"{operation.title}: {operation.description}".replace("%", "%%"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_arguments(parser, operation.params_type)
    return parser


def arguments_of(operation: Operation, params: Any) -> list[str]:
    """The options that give `params`; those with their default are left out."""
    words: list[str] = []
    values = to_json(validate(params))
    defaults = to_json(operation.defaults())
    for field in fields_of(operation.params_type):
        value = values[field.name]
        if value == defaults[field.name]:
            continue
        if field.kind is Kind.BOOL:
            words.append(option(field) if value else "--no-" + option(field)[2:])
        elif field.kind is Kind.MARKS:
            words += [option(field), json.dumps(value, separators=(",", ":"))]
        else:
            words += [option(field), repr(value) if field.kind is Kind.FLOAT else str(value)]
    return words


def command_line(steps: Iterable[StepLike], source: str = "IN", target: str = "OUT") -> str:
    """The command that does the same as the steps that are on; to be pasted into a POSIX shell.

    One step is written out; several go as the recipe's JSON.
    """
    active = [step for step in steps if step.on]
    if len(active) == 1:
        operation, params = resolve(active[0])
        words: Sequence[str] = [operation.id, source, target, *arguments_of(operation, params)]
    else:
        words = [Recipe.of(active).to_json(indent=None), source, target]
    return shlex.join(["medviewer", "op", *words])


# -- words


def history_text(operation: Operation, params: Any, length_unit: str = "mm") -> str:
    """One line that says what was done: ``"Gaussian blur (sigma 2 mm, smooth whole volume)"``.

    Numbers are always named; choices and switches where they differ from their default.
    """
    parts: list[str] = []
    for field in fields_of(operation.params_type):
        if not is_shown(field, params):
            continue
        value = getattr(params, field.name)
        label = field.label[:1].lower() + field.label[1:]
        words = field.words(value)
        unit = unit_text(field, length_unit)
        if field.kind in (Kind.INT, Kind.FLOAT):
            parts.append(f"{label} {words} {unit}".rstrip())
        elif field.kind is Kind.MARKS:
            parts.append(f"{words} {label}")
        elif value != field.default:
            parts.append(f"{label} {words[:1].lower() + words[1:]}")
    return f"{operation.title} ({', '.join(parts)})" if parts else operation.title


# -- schema and help page


MARK_SCHEMA = {
    "type": "object",
    "properties": {
        "label": {"type": "integer", "minimum": 0, "maximum": 255},
        "points_mm": {"type": "array", "items": {"type": "array", "items": {"type": "number"}, "minItems": 3}},
        "radius_mm": {"type": "number", "minimum": 0},
    },
    "required": ["points_mm"],
}


def json_schema(operation: Operation) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the parameters of an operation."""
    properties: dict[str, Any] = {}
    for field in fields_of(operation.params_type):
        entry: dict[str, Any] = {"type": JSON_TYPES[field.kind], "title": field.label}
        entry["default"] = str(field.default) if field.kind is Kind.CHOICE else field.default
        if field.help:
            entry["description"] = field.help
        if field.low is not None:
            entry["minimum"] = field.low
        if field.high is not None:
            entry["maximum"] = field.high
        if field.choices:
            entry["enum"] = [value for value, _ in field.choices]
        if field.kind is Kind.MARKS:
            entry["default"] = list(field.default)
            entry["items"] = MARK_SCHEMA
        if field.unit:
            entry["x-unit"] = field.unit
        properties[field.name] = entry
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": operation.title,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def summary(operation: Operation) -> dict[str, Any]:
    """What `medviewer ops --json` prints of an operation."""
    return {
        "id": operation.id,
        "version": operation.version,
        "group": operation.group,
        "title": operation.title,
        "description": operation.description,
        "takes": sorted(operation.takes),
        "may_take": sorted(operation.may_take),
        "gives": operation.gives,
        "lane": operation.lane,
        "live": operation.run is Run.ON_CHANGED,
        "params": json_schema(operation),
    }


def markdown(operation: Operation) -> str:
    """The section of the help page on operations."""
    lines = [f"### {operation.title}", "", f"`{operation.id}`, version {operation.version}", ""]
    for paragraph in operation.description.split("\n\n"):
        lines += [paragraph, ""]
    lines += ["| parameter | option | range | default | |", "|---|---|---|---|---|"]
    for field in fields_of(operation.params_type):
        unit = f" {field.unit}" if field.unit else ""
        if field.choices:
            span = ", ".join(f"`{value}`" for value, _ in field.choices)
            default = f"`{field.default}`"
        elif field.low is not None and field.high is not None:
            span, default = f"{field.low:g} to {field.high:g}{unit}", f"{field.default:g}{unit}"
        else:
            span, default = JSON_TYPES[field.kind], json.dumps(field.default)
        lines.append(f"| {field.label} | `{option(field)}` | {span} | {default} | {field.help} |")
    example = " ".join(["medviewer op", operation.id, "IN OUT", *_example_options(operation)])
    return "\n".join([*lines, "", "```", example, "```", ""])


def _example_options(operation: Operation) -> list[str]:
    for field in fields_of(operation.params_type):
        if field.kind in (Kind.INT, Kind.FLOAT) and field.high is not None:
            value = min(field.high, field.default * 2 or 1)
            return [option(field), f"{value:g}"]
    return []


def help_page(operations: Iterable[Operation]) -> str:
    """The whole page `resources/help/operations.md`."""
    head = [
        "# Operations",
        "",
        "Written by the program from the declarations of its operations; do not edit.",
        "",
        "Every operation works in the *Process* workspace, as a step of a recipe, and on the command line:",
        "`medviewer op NAME IN OUT`. `medviewer ops --json` lists them for programs. Lengths are in millimetres; for",
        "images whose spacing is not known they count in pixels. The original is never changed.",
        "",
    ]
    group = ""
    for operation in sorted(operations, key=lambda o: (o.group, o.title)):
        if operation.group != group:
            group = operation.group
            head += [f"## {group}", ""]
        head.append(markdown(operation))
    return "\n".join(head).rstrip() + "\n"
