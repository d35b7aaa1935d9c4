"""The program in a few calls, for scripts and notebooks: open, run steps, save.

from medviewer.services.scripting import open_image, run, save, step

image = open_image("CT")
result = run([step("filter.gaussian", 1, sigma_mm=1.5)], image)
save(result, "smooth.nii.gz")
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from medviewer.core import marks
from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, require_same_grid
from medviewer.core.marks import Mark
from medviewer.core.table import Table
from medviewer.errors import InputError, MedviewerError
from medviewer.ops import evaluate
from medviewer.ops.recipe import Recipe, RecipeStep, resolve
from medviewer.ops.scene import Scene
from medviewer.services import batch, recipes, results
from medviewer.services.jobs import CancelToken, JobContext

__all__ = ["Mark", "MedviewerError", "open_image", "open_mask", "run", "save", "step"]

StrPath = str | os.PathLike[str]
Report = Callable[[float, str], None]


def open_image(path: StrPath) -> Image:
    """Read an image: a DICOM file or a folder that is one series, NIfTI, NRRD, MetaImage, PNG, JPEG or TIFF.

    Raises
    ------
    MedviewerError
        When it cannot be read, or the folder holds several series.
    """
    from medviewer.services import whole_series

    return whole_series.load(path)


def open_mask(path: StrPath, image: Image) -> LabelMap:
    """Read a mask that lies on the grid of an image.

    Raises
    ------
    MedviewerError
        When it cannot be read; GeometryMismatch when it lies on another grid.
    """
    from medviewer.io import label_files

    labels = label_files.read_labels(Path(path), onto=image)
    require_same_grid(image, labels)
    return labels


def step(operation: str, version: int, /, **params: Any) -> RecipeStep:
    """A step of a recipe; ``medviewer ops --json`` lists operations and parameters.

    Parameters
    ----------
    operation : str
        Id, as ``"filter.gaussian"``.
    version : int
        The version that the parameters were written for; older ones are migrated.
    **params
        Numbers, switches, names of choices, and tuples of `Mark`. Those left out have their default.

    Raises
    ------
    RecipeError
        For an unknown operation or version.
    InputError
        For a parameter that does not exist or fit.
    """
    values = {name: marks.to_json(value) if _are_marks(value) else value for name, value in params.items()}
    made = RecipeStep(operation, version, values)
    resolve(made)
    return made


def _are_marks(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(entry, Mark) for entry in value)


def run(
    steps: Recipe | StrPath | Iterable[RecipeStep],
    image: Image | Scene,
    *,
    mask: LabelMap | StrPath | None = None,
    report: Report | None = None,
) -> Scene:
    """Apply steps to an image.

    Parameters
    ----------
    steps : Recipe, path of a recipe file, or iterable of RecipeStep
    image : Image or Scene
        Not changed.
    mask : LabelMap or path, optional
        For steps that take one; an empty path is none.
    report : callable, optional
        ``report(fraction, text)`` as the work goes on.

    Returns
    -------
    Scene
        ``result.image``, ``result.labels`` and ``result.table``.

    Raises
    ------
    MedviewerError
        With a sentence.
    """
    if isinstance(steps, Recipe):
        recipe = steps
    elif isinstance(steps, str | os.PathLike):
        recipe = recipes.read(steps)
    else:
        recipe = Recipe(tuple(steps))
    scene = image if isinstance(image, Scene) else Scene.of(image)
    if mask is not None and not isinstance(mask, LabelMap):
        mask = open_mask(mask, scene.image) if os.fspath(mask) else None
    if mask is not None:
        scene = Scene(scene.image, scene.original, mask, scene.kept, scene.tables)
    # The same context as `medviewer op` has, and so the same random numbers.
    return evaluate.evaluate_scene(recipe, scene, JobContext(CancelToken(), report))


def save(result: Scene | Image | LabelMap | Table, path: StrPath, *, what: str = "image") -> None:
    """Write an image, a mask or a table; the ending of the name says the format.

    Parameters
    ----------
    result : Scene, Image, LabelMap or Table
    path : str or path
        ``.nii.gz .nii .nrrd .mha .mhd .png .tif .jpg`` for images and masks, ``.csv .xlsx`` for tables. The file
        appears whole or not at all.
    what : {"image", "labels", "table"}
        Of a scene.

    Raises
    ------
    InputError
        For an ending that does not fit, or a scene that has no such thing.
    DataError
        When it cannot be written there.
    """
    target = Path(path)
    original = None
    if isinstance(result, Scene):
        found = {"image": result.image, "labels": result.labels, "table": result.table}
        if what not in found:
            raise InputError("Of a result, the image, the labels or the table can be saved.", "", "input.what")
        original = result.original
        chosen = found[what]
        if chosen is None:
            words = {"labels": "mask", "table": "table"}[what]
            raise InputError(f"The steps made no {words} to save.", "Add a step that makes one.", "input.what")
        result = chosen
    if isinstance(result, Table):
        results.write_table(result, target)
    elif isinstance(result, LabelMap):
        results.write_labels(result, target)
    else:
        ending = batch.ending_of(target)
        picture = original is not None and ending in batch.PICTURES
        results.write_image(
            batch.as_picture(result, original) if picture and original is not None else result, target
        )
