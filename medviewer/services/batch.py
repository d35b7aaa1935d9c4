"""An operation or a recipe applied to files, without a screen: `medviewer op`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from medviewer.core.image import Image
from medviewer.errors import InputError
from medviewer.ops import describe, evaluate, registry
from medviewer.ops.operation import Slot
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.ops.scene import Scene
from medviewer.services import feature_tables, processing, recipes, results, whole_series
from medviewer.services.jobs import CancelToken, JobContext

RESEARCH = (".nii.gz", ".nii", ".nrrd", ".mha", ".mhd", ".nhdr")
PICTURES = (".png", ".jpg", ".jpeg")
RASTER = (".png", ".tif", ".tiff", ".jpg", ".jpeg")
TABLES = (".csv", ".xlsx")
RESAMPLE_MASK = "--resample-mask"


def help_text() -> str:
    """What `medviewer op --help` prints."""
    lines = [
        "usage: medviewer op NAME IN OUT [--parameter VALUE ...] [--mask FILE [--resample-mask]]",
        "       medviewer op RECIPE.json IN OUT [--mask FILE [--resample-mask]]",
        "",
        "Applies an operation, or a recipe saved from the Process panel, and writes the result. The original is",
        "never changed; the result lies in the same place in the patient.",
        "",
        "IN   DICOM file or folder that is one series, NIfTI, NRRD, MetaImage, PNG, JPEG or TIFF",
        "OUT  " + " ".join(RESEARCH[:5]) + " (values and geometry), " + " ".join(RASTER[:2]) + " (picture),",
        "     " + " ".join(TABLES) + " (for operations that measure)",
        "",
        "--mask FILE      a mask on the grid of IN, for operations that take one",
        "--resample-mask  bring a mask of another grid onto that of IN (nearest label)",
        "",
        "operations (medviewer op NAME --help lists the parameters):",
    ]
    for _, operations in processing.operations_by_group():
        lines += [f"  {operation.id:<22} {operation.title}" for operation in operations]
    return "\n".join(lines)


@dataclass(frozen=True)
class Call:
    """What the words after ``medviewer op`` ask for."""

    recipe: Recipe
    source: str
    target: str
    mask: str = ""
    resample_mask: bool = False


def parse(words: Sequence[str]) -> Call:
    """Recipe, IN, OUT and mask from the words after ``op``.

    Raises
    ------
    InputError, RecipeError
        With a sentence; SystemExit after ``--help``.
    """
    name = words[0]
    if name.startswith("{") or name.endswith(".json"):
        recipe = Recipe.from_json(name) if name.startswith("{") else recipes.read(name)
        rest = list(words[1:])
        mask, resample = "", RESAMPLE_MASK in rest
        if resample:
            rest.remove(RESAMPLE_MASK)
        if "--mask" in rest[:-1]:
            at = rest.index("--mask")
            mask = rest[at + 1]
            del rest[at : at + 2]
        if len(rest) != 2 or any(word.startswith("--") for word in rest):
            raise InputError("A recipe takes an input and an output and no parameters.", "See medviewer op --help.")
        return Call(recipe, rest[0], rest[1], mask, resample)
    operation = registry.get(name)
    parser = describe.parser_of(operation, f"medviewer op {name} IN OUT")
    parser.usage = f"medviewer op {name} IN OUT [options]"
    parser.add_argument("source", metavar="IN", help="image, or folder that is one series")
    parser.add_argument("target", metavar="OUT", help="file to write; its ending decides the format")
    parser.add_argument("--mask", dest="mask_file", metavar="FILE", help="a mask on the grid of IN")
    parser.add_argument(
        RESAMPLE_MASK, dest="resample_mask_file", action="store_true", help="bring the mask onto the grid of IN"
    )
    given = parser.parse_args(list(words[1:]))
    params = describe.params_from_arguments(operation.params_type, given)
    recipe = Recipe((RecipeStep.of(operation, params),))
    return Call(recipe, given.source, given.target, given.mask_file or "", given.resample_mask_file)


def run(
    recipe: Recipe,
    source: Path,
    target: Path,
    report: Callable[[float, str], None] | None = None,
    mask: Path | None = None,
    *,
    resample_mask: bool = False,
) -> dict[str, Any]:
    """Load, process, write what the last step makes: an image, a mask or a table.

    Parameters
    ----------
    mask : Path, optional
        File of the mask that the recipe begins with.
    resample_mask : bool
        Bring a mask of another grid onto that of the image; else it is refused.

    Returns
    -------
    dict
        For the command line: what was written.

    Raises
    ------
    InputError
        For an ending that is not known or does not fit, or an output that would overwrite the input.
    DataError
        When the input cannot be loaded or the output not be written.
    """
    slot = last_slot(recipe)
    ending = ending_of(target, slot)
    _refuse_overwriting(source, target)
    ctx = JobContext(CancelToken(), report)
    image = whole_series.load(source, ctx.subrange(0.0, 0.4))
    labels = None
    if mask is not None:
        from medviewer.io import label_files

        _refuse_overwriting(mask, target)
        labels = feature_tables.on_grid(image, label_files.read_labels(mask, onto=image), resample_mask=resample_mask)
    scene = evaluate.evaluate_scene(recipe, Scene.of(image, labels), ctx.subrange(0.4, 0.9))
    told: dict[str, Any] = {"written": str(target)}
    if slot is Slot.TABLE:
        if scene.table is None:
            raise _nothing_to_write("table")
        results.write_table(scene.table, target)
        told |= {"rows": scene.table.n_rows, "columns": list(scene.table.keys)}
    elif slot is Slot.LABELS:
        if scene.labels is None:
            raise _nothing_to_write("mask")
        results.write_labels(scene.labels, target)
        told |= {
            "labels": {scene.labels.name(v): int((scene.labels.array == v).sum()) for v in scene.labels.values()}
        }
    else:
        result = scene.image
        results.write_image(as_picture(result, image) if ending in PICTURES else result, target)
        told |= {"done": result.facts.derived_from, "unit": result.unit}
    ctx.progress(1.0)
    return told | {
        "shape_zyx": list(scene.image.geometry.shape_zyx),
        "spacing_xyz_mm": [float(v) for v in scene.image.geometry.spacing_xyz_mm],
        "warnings": [*image.facts.warnings, *_kept_of(scene, slot, ending)],
    }


def _kept_of(scene: Scene, slot: Slot, ending: str) -> list[str]:
    """What the format cannot keep of the grid."""
    if slot is Slot.TABLE or ending not in RESEARCH:
        return []
    grid = scene.image if slot is not Slot.LABELS or scene.labels is None else scene.labels
    if grid.geometry.is_orthogonal and not grid.slice_positions_mm:
        return []
    return ["The format knows even grids only: the file holds the result brought onto one."]


def _nothing_to_write(what: str) -> InputError:
    return InputError(
        f"There is no {what} left at the end of the recipe, so that there is nothing to write.",
        "A mask that was put aside is taken up again by the step Combine with a mask put aside.",
        "recipe.nothing",
    )


def last_slot(recipe: Recipe) -> Slot:
    """What a recipe ends in: the last of its steps that are on decides."""
    slot = Slot.IMAGE
    for operation, _ in recipe.active():
        slot = operation.gives if operation.gives is not Slot.SCENE else operation.scene_slot
    return slot


def as_picture(result: Image, original: Image) -> Image:
    """The result in the whole numbers of an original that had them, so that a picture keeps its brightness.

    Without that, values with fractions would be spread over the greys of a PNG or JPEG anew.
    """
    kind = original.array.dtype
    if kind not in (np.uint8, np.uint16) or result.array.dtype.kind != "f" or not original.rescale.is_identity:
        return result
    whole = np.clip(np.rint(np.nan_to_num(result.array, nan=0.0)), 0, np.iinfo(kind).max)
    return replace(result, array=whole.astype(kind))


def ending_of(target: Path, slot: Slot = Slot.IMAGE) -> str:
    """The ending that decides the format of an output.

    Raises
    ------
    InputError
        When it is none that can be written for what is made.
    """
    name = target.name.lower()
    allowed = TABLES if slot is Slot.TABLE else (*RESEARCH, *RASTER)
    for ending in allowed:
        if name.endswith(ending) and len(name) > len(ending):
            return ending
    what = "a table" if slot is Slot.TABLE else "an image"
    raise InputError(
        f"The ending of the output says no format that {what} can be written in.",
        "Use one of " + " ".join(allowed) + ".",
    )


def _refuse_overwriting(source: Path, target: Path) -> None:
    there, here = source.resolve(), target.resolve()
    same = there == here or (here.exists() and there in here.parents)  # a file of the series itself, perhaps
    with contextlib.suppress(OSError):
        same = same or (target.exists() and source.samefile(target))
    if same:
        raise InputError("The output would overwrite a file of the original.", "Name another file or folder.")
