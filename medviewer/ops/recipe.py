"""A recipe: operations with their parameters, in order; a value, saved as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from medviewer.errors import RecipeError
from medviewer.ops import registry
from medviewer.ops.operation import Operation
from medviewer.ops.params import from_json, to_json

SCHEMA_VERSION = 1
MAX_STEPS = 100


class StepLike(Protocol):
    """What a step must tell; `document.state.Step` is one."""

    @property
    def op(self) -> str:
        """Id of the operation."""

    @property
    def version(self) -> int:
        """Version of the operation that the parameters were made for."""

    @property
    def params(self) -> Mapping[str, Any]:
        """Parameters as JSON values; those left out have their default."""

    @property
    def on(self) -> bool:
        """Whether the step takes part."""


@dataclass(frozen=True)
class RecipeStep:
    """One operation with its parameters (JSON values)."""

    op: str
    version: int
    params: Mapping[str, Any] = field(default_factory=dict)
    on: bool = True

    @classmethod
    def of(cls, operation: Operation, params: Any = None) -> RecipeStep:
        """A step of an operation in its present version."""
        return cls(operation.id, operation.version, to_json(operation.defaults() if params is None else params))


def resolve(step: StepLike) -> tuple[Operation, Any]:
    """The operation of a step and its checked parameters, migrated from older versions.

    Raises
    ------
    RecipeError
        For an unknown operation, a version newer than this program's, or one that it can no longer read.
    InputError
        For a parameter that does not fit.
    """
    operation = registry.get(step.op)
    if step.version > operation.version:
        raise RecipeError(
            f"{operation.title} of this recipe is version {step.version}, and this program knows version "
            f"{operation.version}.",
            "Open it with the newer program that saved it.",
            "recipe.version",
        )
    params = dict(step.params)
    for version in range(step.version, operation.version):
        migrate = operation.migrations.get(version)
        if migrate is None:
            raise RecipeError(
                f"{operation.title} of this recipe is version {step.version}, which this program no longer reads.",
                "Remove the step and add it again.",
                "recipe.version",
            )
        params = migrate(params)
    return operation, from_json(operation.params_type, params)


@dataclass(frozen=True)
class Recipe:
    """Steps in order, with a name."""

    steps: tuple[RecipeStep, ...] = ()
    name: str = ""

    @classmethod
    def of(cls, steps: Iterable[StepLike], name: str = "") -> Recipe:
        """A recipe of any steps (those of the document)."""
        return cls(tuple(RecipeStep(s.op, s.version, dict(s.params), s.on) for s in steps), name)

    def active(self) -> list[tuple[Operation, Any]]:
        """Operation and checked parameters of every step that is on; see `resolve` for the errors."""
        return [resolve(step) for step in self.steps if step.on]

    @property
    def hash(self) -> str:
        """Equal for recipes that give equal results: steps that are on, with all their parameters."""
        values = [[operation.id, operation.version, to_json(params)] for operation, params in self.active()]
        canonical = json.dumps(values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def to_json(self, indent: int | None = 2) -> str:
        """The recipe as JSON text."""
        return json.dumps(
            {
                "schema_version": SCHEMA_VERSION,
                "name": self.name,
                "steps": [
                    {"op": step.op, "version": step.version, "params": dict(step.params), "on": step.on}
                    for step in self.steps
                ],
            },
            indent=indent,
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Recipe:
        """Read a recipe, and check every step of it.

        Raises
        ------
        RecipeError
            For text that is no recipe, or one of a newer program.
        InputError
            For a parameter that does not fit.
        """
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            raise _not_a_recipe() from None
        if not isinstance(data, dict) or not isinstance(data.get("steps"), list):
            raise _not_a_recipe()
        schema = data.get("schema_version")
        if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
            raise _not_a_recipe()
        if schema > SCHEMA_VERSION:
            raise RecipeError(
                "This recipe was saved by a newer version of the program.", "Update medviewer to use it.",
                "recipe.version",
            )  # fmt: skip
        if len(data["steps"]) > MAX_STEPS:
            raise RecipeError(f"This recipe has more than {MAX_STEPS} steps.")
        steps = tuple(_step(entry) for entry in data["steps"])
        for step in steps:
            resolve(step)
        return cls(steps, str(data.get("name", ""))[:200])


def _step(entry: Any) -> RecipeStep:
    if not isinstance(entry, dict):
        raise _not_a_recipe()
    op, version, params, on = (
        entry.get("op"),
        entry.get("version", 1),
        entry.get("params", {}),
        entry.get("on", True),
    )
    right = isinstance(op, str) and isinstance(params, dict) and isinstance(on, bool)
    if not right or not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _not_a_recipe()
    return RecipeStep(str(op), version, params, on)


def _not_a_recipe() -> RecipeError:
    return RecipeError("This is not a recipe.", "A recipe is a JSON file saved from the Process panel.")
