"""Recipe files."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from medviewer.errors import RecipeError
from medviewer.ops.recipe import Recipe
from medviewer.services.paths import atomic_write, resource_dir

MAX_BYTES = 1 << 20


def write(path: str | os.PathLike[str], recipe: Recipe) -> None:
    """Write a recipe as JSON, whole or not at all; it gets the name of the file.

    Raises
    ------
    RecipeError
        When it cannot be written there.
    """
    target = Path(path)
    try:
        atomic_write(target, replace(recipe, name=target.stem).to_json().encode() + b"\n")
    except OSError:
        raise RecipeError("The recipe could not be written there.", "Choose another folder.") from None


def examples() -> tuple[Path, ...]:
    """The recipes that come with the program, by name."""
    folder = resource_dir() / "recipes"
    return tuple(sorted(folder.glob("*.json"))) if folder.is_dir() else ()


def write_script(path: str | os.PathLike[str], recipe: Recipe) -> None:
    """Write a Python script that does the same as the recipe, whole or not at all.

    Raises
    ------
    RecipeError
        When it cannot be written there.
    """
    from medviewer.ops import script

    try:
        atomic_write(Path(path), script.python_script(recipe).encode())
    except OSError:
        raise RecipeError("The script could not be written there.", "Choose another folder.") from None


def read(path: str | os.PathLike[str]) -> Recipe:
    """Read a recipe and check every step of it.

    Raises
    ------
    RecipeError, InputError
        When the file cannot be read, is no recipe, or has a step that does not fit.
    """
    try:
        with Path(path).open("rb") as stream:
            text = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        raise RecipeError("The recipe could not be read.", "Check that the file exists and may be read.") from None
    if len(text) > MAX_BYTES:
        raise RecipeError("This file is too large for a recipe.")
    return Recipe.from_json(text)
