"""A recipe run on many series: the same work in the window and as ``medviewer run``, with a report per series."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap
from medviewer.core.table import Column, Table, concatenate
from medviewer.errors import Cancelled, DataError, InputError, MedviewerError
from medviewer.io.headers import LeftOut
from medviewer.io.series import Series, group_instances
from medviewer.ops import evaluate
from medviewer.ops.recipe import Recipe
from medviewer.ops.scene import Scene
from medviewer.services import batch, recipes, results, whole_series
from medviewer.services.jobs import JobContext

log = logging.getLogger(__name__)

REPORT = "report.csv"
TABLES = "tables.csv"
RECIPE = "recipe.json"
IMAGE_ENDINGS = (".nii.gz", ".nrrd", ".mha", ".png", ".tif")
MAX_NAME = 80


@dataclass(frozen=True)
class Item:
    """One image that the recipe is applied to.

    Attributes
    ----------
    name : str
        Stem of its output files; unique in a run.
    source : str
        Where it comes from, for the report.
    series : Series
        Read when its turn comes.
    """

    name: str
    source: str
    series: Series


@dataclass(frozen=True)
class Outcome:
    """What became of one item.

    Attributes
    ----------
    error : str
        Empty when all went well, else the sentence.
    written : tuple of str
        Names of its files in the output folder.
    table : Table or None
        What was measured.
    warnings : tuple of str
        What is doubtful about the images, as sentences: only the first volume of a 4-D file was read, for example.
    """

    item: Item
    error: str = ""
    written: tuple[str, ...] = ()
    seconds: float = 0.0
    table: Table | None = None
    warnings: tuple[str, ...] = ()


def items_in(
    paths: Sequence[str | os.PathLike[str]], check: Callable[[], None] | None = None
) -> tuple[list[Item], list[LeftOut]]:
    """Every series of images below folders or files, and the files that are in none.

    Raises
    ------
    InputError
        When there is no image at all.
    """
    from medviewer.io.scan import Scanner

    headers, left = [], []
    for found in Scanner(check=check).scan(list(paths)):
        if isinstance(found, LeftOut):
            left.append(found)
        else:
            headers.append(found)
    grouping = group_instances(headers)
    left += [entry for _, entry in grouping.duplicates]
    series = [s for s in grouping.series if any(header.has_pixels for header in s.instances)]
    if not series:
        raise InputError("There is no image to process there.", "Choose a folder with images.", "input.source")
    series.sort(key=lambda one: (min(header.path for header in one.instances), one.number or 0, one.part))
    return named(series, paths), left


def named(series: Iterable[Series], roots: Sequence[str | os.PathLike[str]] = ()) -> list[Item]:
    """Items with names that say where a series comes from and never meet.

    A series of one file is called after the file, another after its folder and number. No name of a patient is used.
    """
    items: list[Item] = []
    taken: dict[str, int] = {}
    for one in series:
        first = one.instances[0]
        files = sorted({header.path for header in one.instances})
        place = Path(files[0]) if len(files) == 1 else Path(os.path.commonpath(files))
        shown = _relative(place, roots)
        stem = _without_ending(shown) if len(files) == 1 else shown
        if first.member:
            stem = f"{stem}-{_without_ending(first.member)}"
        if len(files) > 1 and one.number is not None:
            stem = f"{stem}-{one.number}"
        name = re.sub(r"[^0-9A-Za-z._-]+", "-", stem).strip("-.")[-MAX_NAME:].strip("-.") or "series"
        if one.parts > 1:
            name = f"{name}-part{one.part}"
        count = taken[name.lower()] = taken.get(name.lower(), 0) + 1
        items.append(Item(name if count == 1 else f"{name}-{count}", str(place), one))
    return items


def _relative(place: Path, roots: Sequence[str | os.PathLike[str]]) -> str:
    for root in roots:
        base = Path(root)
        if place == base:
            return place.name
        try:
            return str(place.relative_to(base))
        except ValueError:
            continue
    return place.name


def _without_ending(name: str) -> str:
    for ending in (*batch.RESEARCH, *batch.RASTER, ".dcm"):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def run(
    recipe: Recipe,
    items: Sequence[Item],
    folder: str | os.PathLike[str],
    ctx: JobContext | None = None,
    told: Callable[[Outcome], object] | None = None,
    ending: str = ".nii.gz",
    masks: str | os.PathLike[str] | None = None,
) -> list[Outcome]:
    """Apply a recipe to every item and write what it makes.

    An item that fails costs nothing else: its sentence stands in the report. For each item are written, where there
    is one: ``NAME.nii.gz`` (the image, when a step changed it), ``NAME.mask.nii.gz`` and ``NAME.table.csv``; for all
    together ``report.csv``, ``tables.csv`` and ``recipe.json``.

    Parameters
    ----------
    ctx : JobContext, optional
        Progress and cancel; what was finished before stays.
    told : callable, optional
        Called after every item, in this thread.
    ending : str
        Of images and masks, one of `IMAGE_ENDINGS`.
    masks : path, optional
        Folder with a mask for each item, called ``NAME.mask.nii.gz``, ``NAME.nii.gz`` or with another ending.

    Raises
    ------
    RecipeError, InputError
        For a recipe that cannot be applied at all, or an output folder that would mix with the originals.
    DataError
        When the folder cannot be written.
    """
    ctx = ctx if ctx is not None else JobContext()
    recipe.active()
    if ending not in IMAGE_ENDINGS:
        raise InputError("This ending says no format that can be written.", "Use " + " ".join(IMAGE_ENDINGS) + ".")
    target = Path(folder)
    _make_folder(target, items)
    outcomes: list[Outcome] = []
    try:
        for number, item in enumerate(items):
            part = ctx.subrange(number / len(items), (number + 1) / len(items))
            outcome = _one(recipe, item, target, part, ending, Path(masks) if masks is not None else None)
            outcomes.append(outcome)
            if told is not None:
                told(outcome)
    finally:
        if outcomes:
            _write_summary(recipe, outcomes, target)
    return outcomes


def _make_folder(target: Path, items: Sequence[Item]) -> None:
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise DataError("The output folder cannot be made.", "Choose another folder.") from None
    here = target.resolve()
    if any(Path(header.path).resolve().parent == here for item in items for header in item.series.instances):
        raise InputError("The output folder holds files of the originals.", "Choose an empty folder.", "input.target")


def _one(recipe: Recipe, item: Item, folder: Path, ctx: JobContext, ending: str, masks: Path | None) -> Outcome:
    begun = time.perf_counter()
    written: list[str] = []
    table: Table | None = None
    error = ""
    warnings: tuple[str, ...] = ()
    try:
        image = whole_series.load(item.series, ctx.subrange(0.0, 0.3))
        warnings = image.facts.warnings
        begin = Scene.of(image, None if masks is None else _mask_of(item, image, masks))
        scene = evaluate.evaluate_scene(recipe, begin, ctx.subrange(0.3, 0.9))
        table = scene.table
        _write_scene(scene, image, item.name, folder, ending, written)
        ctx.progress(1.0, item.name)
    except Cancelled:
        raise
    except MedviewerError as refusal:
        error = str(refusal)
    except Exception:  # one series must not cost the others
        log.exception("a recipe failed on a series")
        error = "This failed because of a fault in the program; the log says more."
    return Outcome(item, error, tuple(written), time.perf_counter() - begun, table, warnings)


def _mask_of(item: Item, image: Image, masks: Path) -> LabelMap:
    from medviewer.io import label_files

    for stem in (f"{item.name}.mask", item.name):
        for ending in (*batch.RESEARCH, ".png", ".tif", ".dcm"):
            path = masks / f"{stem}{ending}"
            if path.is_file():
                found: LabelMap = label_files.read_labels(path, onto=image)
                return found
    raise InputError(
        "There is no mask for this image in the folder of masks.",
        f"It should be called {item.name}.mask.nii.gz or so.",
        "input.masks",
    )


def _write_scene(scene: Scene, image: Image, name: str, folder: Path, ending: str, written: list[str]) -> None:
    single = image.n_slices == 1 and image.is_colour
    if scene.image is not image:
        kind = ".png" if single and ending == ".nii.gz" else ending
        result = batch.as_picture(scene.image, image) if kind in batch.PICTURES else scene.image
        written += _names(results.write_image(result, folder / f"{name}{kind}"))
    if scene.labels is not None:
        written += _names(results.write_labels(scene.labels, folder / f"{name}.mask{ending}"))
    for number, (operation_id, table) in enumerate(reversed(list(scene.tables.items()))):
        part = operation_id.replace(".", "-") if number else "table"  # the last is the one that was aimed at
        written += _names(results.write_table(table, folder / f"{name}.{part}.csv"))


def _names(paths: Iterable[Path]) -> list[str]:
    return [path.name for path in paths]


def report_table(outcomes: Sequence[Outcome]) -> Table:
    """What became of every item, one row each."""
    columns: dict[str, list[float | int | str | bool | None]] = {
        "name": [o.item.name for o in outcomes],
        "source": [o.item.source for o in outcomes],
        "status": ["failed" if o.error else "done" for o in outcomes],
        "reason": [o.error for o in outcomes],
        "files": [" ".join(o.written) for o in outcomes],
        "rows": [o.table.n_rows if o.table is not None else None for o in outcomes],
        "warnings": [" ".join(o.warnings) for o in outcomes],
        "seconds": [round(o.seconds, 3) for o in outcomes],
    }
    return Table(tuple(Column(key, tuple(values)) for key, values in columns.items()), "report")


def joined_table(outcomes: Sequence[Outcome]) -> Table | None:
    """All measurements one below the other, with the name of the item in front; None when nothing was measured."""
    tables = [
        Table((Column("source", (o.item.name,) * o.table.n_rows), *o.table.columns), o.table.name)
        for o in outcomes
        if o.table is not None and o.table.n_rows
    ]
    return concatenate(tables, "tables") if tables else None


def _write_summary(recipe: Recipe, outcomes: Sequence[Outcome], folder: Path) -> None:
    results.write_table(report_table(outcomes), folder / REPORT)
    joined = joined_table(outcomes)
    if joined is not None:
        results.write_table(joined, folder / TABLES)
    recipes.write(folder / RECIPE, recipe)


def sources_of(text: str) -> list[str]:
    """The paths that IN names: the path itself, or the lines of a list (``.txt``, ``.csv``: first column).

    Raises
    ------
    InputError
        When it does not exist, or a list names nothing.
    """
    path = Path(text)
    if not path.exists():
        raise InputError("There is no file or folder of that name.", "", "input.source")
    if not path.is_file() or path.suffix.lower() not in (".txt", ".csv"):
        return [text]
    lines = path.read_text("utf-8-sig", "replace").splitlines()
    named_ = [line.split(",")[0].strip().strip('"') for line in lines]
    found = [str(path.parent / name) for name in named_ if name and not name.startswith("#")]
    missing = [name for name in found if not Path(name).exists()]
    if missing and len(missing) == len(found):
        raise InputError("The list names no file or folder that exists.", "Write one path a line.", "input.source")
    return [name for name in found if name not in missing]
