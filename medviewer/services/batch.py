"""An operation or a recipe applied to files, without a screen: `medviewer op`."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from medviewer.core.image import Image
from medviewer.errors import DataError, InputError
from medviewer.ops import describe, evaluate, registry
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.services import processing, recipes
from medviewer.services.jobs import CancelToken, JobContext

RESEARCH = (".nii.gz", ".nii", ".nrrd", ".mha", ".mhd", ".nhdr")
PICTURES = (".png", ".jpg", ".jpeg")
RASTER = (".png", ".tif", ".tiff", ".jpg", ".jpeg")


def help_text() -> str:
    """What `medviewer op --help` prints."""
    lines = [
        "usage: medviewer op NAME IN OUT [--parameter VALUE ...]",
        "       medviewer op RECIPE.json IN OUT",
        "",
        "Applies an operation, or a recipe saved from the Process panel, and writes the result. The original is",
        "never changed; the result lies in the same place in the patient.",
        "",
        "IN   DICOM file or folder that is one series, NIfTI, NRRD, MetaImage, PNG, JPEG or TIFF",
        "OUT  " + " ".join(RESEARCH[:5]) + " (values and geometry), " + " ".join(RASTER[:2]) + " (picture)",
        "",
        "operations (medviewer op NAME --help lists the parameters):",
    ]
    for _, operations in processing.operations_by_group():
        lines += [f"  {operation.id:<22} {operation.title}" for operation in operations]
    return "\n".join(lines)


def parse(words: Sequence[str]) -> tuple[Recipe, str, str]:
    """Recipe, IN and OUT from the words after ``op``.

    Raises
    ------
    InputError, RecipeError
        With a sentence; SystemExit after ``--help``.
    """
    name = words[0]
    if name.startswith("{") or name.endswith(".json"):
        recipe = Recipe.from_json(name) if name.startswith("{") else recipes.read(name)
        if len(words) != 3 or any(word.startswith("--") for word in words[1:]):
            raise InputError("A recipe takes an input and an output and nothing else.", "See medviewer op --help.")
        return recipe, words[1], words[2]
    operation = registry.get(name)
    parser = describe.parser_of(operation, f"medviewer op {name} IN OUT")
    parser.usage = f"medviewer op {name} IN OUT [options]"
    parser.add_argument("source", metavar="IN", help="image, or folder that is one series")
    parser.add_argument("target", metavar="OUT", help="file to write; its ending decides the format")
    given = parser.parse_args(list(words[1:]))
    params = describe.params_from_arguments(operation.params_type, given)
    return Recipe((RecipeStep.of(operation, params),)), given.source, given.target


def run(
    recipe: Recipe, source: Path, target: Path, report: Callable[[float, str], None] | None = None
) -> dict[str, Any]:
    """Load, process, write.

    Returns
    -------
    dict
        For the command line: what was written.

    Raises
    ------
    InputError
        For an ending that is not known, or an output that would overwrite the input.
    DataError
        When the input cannot be loaded or the output not be written.
    """
    ending = ending_of(target)
    _refuse_overwriting(source, target)
    from medviewer.io import volume

    ctx = JobContext(CancelToken(), report)
    image = volume.load(source, ctx.subrange(0.0, 0.4))
    result = evaluate.evaluate(recipe, image, ctx.subrange(0.4, 0.9))
    write(as_picture(result, image) if ending in PICTURES else result, target, ending)
    ctx.progress(1.0)
    return {
        "written": str(target),
        "done": result.facts.derived_from,
        "shape_zyx": list(result.geometry.shape_zyx),
        "spacing_xyz_mm": [float(v) for v in result.geometry.spacing_xyz_mm],
        "unit": result.unit,
        "warnings": list(image.facts.warnings),
    }


def as_picture(result: Image, original: Image) -> Image:
    """The result in the whole numbers of an original that had them, so that a picture keeps its brightness.

    Without that, values with fractions would be spread over the greys of a PNG or JPEG anew.
    """
    kind = original.array.dtype
    if kind not in (np.uint8, np.uint16) or result.array.dtype.kind != "f" or not original.rescale.is_identity:
        return result
    whole = np.clip(np.rint(np.nan_to_num(result.array, nan=0.0)), 0, np.iinfo(kind).max)
    return replace(result, array=whole.astype(kind))


def ending_of(target: Path) -> str:
    """The ending that decides the format of an output.

    Raises
    ------
    InputError
        When it is none that can be written.
    """
    name = target.name.lower()
    for ending in (*RESEARCH, *RASTER):
        if name.endswith(ending) and len(name) > len(ending):
            return ending
    raise InputError(
        "The ending of the output says no format that can be written.",
        "Use one of " + " ".join(RESEARCH + RASTER) + ".",
    )


def _refuse_overwriting(source: Path, target: Path) -> None:
    there, here = source.resolve(), target.resolve()
    same = there == here or (here.exists() and there in here.parents)  # a file of the series itself, perhaps
    with contextlib.suppress(OSError):
        same = same or (target.exists() and source.samefile(target))
    if same:
        raise InputError("The output would overwrite a file of the original.", "Name another file or folder.")


def write(image: Image, target: Path, ending: str) -> None:
    """Write an image by its ending; the file appears whole or not at all, where the format is one file.

    Raises
    ------
    DataError
        When it cannot be written there.
    """
    from medviewer.io import raster, research

    writer = raster.write if ending in RASTER else research.write
    try:
        if ending in (".mhd", ".nhdr"):  # two files, of which the first names the second
            writer(image, target)
            return
        with tempfile.TemporaryDirectory(prefix=".medviewer-", dir=target.parent) as folder:
            partial = Path(folder) / f"result{ending}"
            writer(image, partial)
            os.replace(partial, target)
    except OSError as error:
        why = error.strerror or "the disk refused it"
        raise DataError(f"The result could not be written: {why.lower()}.", "Choose another folder.") from None
