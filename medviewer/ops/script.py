"""A recipe as a Python script that does the same with the installed package."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from medviewer import __version__
from medviewer.core.marks import Mark
from medviewer.ops.describe import history_text
from medviewer.ops.operation import Operation, Slot
from medviewer.ops.params import Kind, fields_of
from medviewer.ops.recipe import Recipe, resolve

WIDTH = 110

_SCRIPT = '''\
"""{name}

A recipe of medviewer {version} as a Python script. It runs where medviewer is installed:

    python {file} IN OUT [MASK]

IN is a DICOM folder, NIfTI, NRRD, MetaImage, PNG, JPEG or TIFF; OUT receives {makes}.
"""

import sys

from medviewer.services.scripting import {imports}

STEPS = [
{steps}]


def main(source: str, target: str, mask: str = "") -> None:
    """Open, process, save."""
    image = open_image(source)
    result = run(STEPS, image, mask=mask)
    save(result, target, what="{what}")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python {file} IN OUT [MASK]")
    try:
        main(*sys.argv[1:])
    except MedviewerError as error:  # what is wrong, in a sentence
        sys.exit(str(error))
'''

_MAKES = {
    Slot.IMAGE: "the image (.nii.gz, .nrrd, .mha, .png, .tif)",
    Slot.LABELS: "the mask (.nii.gz, .nrrd, .mha, .png, .tif)",
    Slot.TABLE: "the table (.csv, .xlsx)",
}


def python_script(recipe: Recipe) -> str:
    """The text of a script that gives the same voxels, mask and table as the recipe.

    Every parameter is spelled out, with marks set by hand; steps that are off stand there as comments. The script
    names the versions of its operations, so that a later program migrates or refuses them as it does for recipes.

    Parameters
    ----------
    recipe : Recipe
        Of operations that this program knows.

    Returns
    -------
    str
        Python source, which writes what the last step makes.

    Raises
    ------
    RecipeError, InputError
        For a step that cannot be resolved.
    """
    lines: list[str] = []
    what = Slot.IMAGE
    marks = False
    for entry in recipe.steps:
        operation, params = resolve(entry)
        text = _step(operation, params)
        if entry.on:
            what = operation.gives if operation.gives is not Slot.SCENE else operation.scene_slot
            marks = marks or any(f.kind is Kind.MARKS for f in fields_of(operation.params_type))
            lines += [*_comment(_one_line(history_text(operation, params))), *text]
        else:
            lines += [f"    # off: {_one_line(operation.title)}", *(f"    # {line[4:]}" for line in text)]
    imports = ["MedviewerError", "open_image", "run", "save", "step"]
    if marks:
        imports.insert(0, "Mark")
    name = _in_docstring(recipe.name) or "Recipe"
    return _SCRIPT.format(
        name=name if name.endswith((".", "?", "!", "。")) else f"{name}.",
        version=__version__,
        file="SCRIPT.py",
        makes=_MAKES[what],
        imports=", ".join(imports),
        steps="".join(f"{line}\n" for line in lines),
        what=what.value,
    )


def _step(operation: Operation, params: Any) -> list[str]:
    """The call that makes a step, on one line where it fits."""
    words = [f"{f.name}={_literal(getattr(params, f.name), f.kind)}" for f in fields_of(operation.params_type)]
    words = [_text(operation.id), str(operation.version), *words]
    short = f"    step({', '.join(words)}),"
    if len(short) <= WIDTH and "\n" not in short:
        return [short]
    return ["    step(", *(line for word in words for line in f"        {word},".split("\n")), "    ),"]


def _literal(value: Any, kind: Kind) -> str:
    if kind is Kind.MARKS:
        if not value:
            return "()"
        return "(\n" + "".join(f"            {_mark(mark)},\n" for mark in value) + "        )"
    if kind in (Kind.TEXT, Kind.CHOICE):
        return _text(str(value))
    return repr(value)


def _mark(mark: Mark) -> str:
    points = ", ".join(repr(tuple(point)) for point in mark.points_mm)
    end = "," if len(mark.points_mm) == 1 else ""
    radius = f", radius_mm={mark.radius_mm!r}" if mark.radius_mm else ""
    return f"Mark({mark.label}, points_mm=({points}{end}){radius})"


def _text(value: str) -> str:
    """A string literal in double quotes (JSON's escapes are Python's)."""
    return json.dumps(value, ensure_ascii=not value.isprintable())


def _comment(text: str) -> list[str]:
    return [f"    # {line}" for line in textwrap.wrap(text, 100)]


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _in_docstring(text: str) -> str:
    """Words of the user that cannot end the docstring or escape anything in it."""
    return _one_line(text).replace("\\", "/").replace('"', "'")
