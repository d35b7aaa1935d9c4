"""What of an open series leaves the program: what hinders it, and the jobs that do it.

Each ``..._job`` is called in the owner's thread, takes what is there now as values, and returns the work for a
worker. No Qt.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from medviewer.core.display import Appearance, VoiLut, Window
from medviewer.core.image import Image
from medviewer.core.labels import MAX_LABEL, Label, LabelMap, resample_labels, same_grid
from medviewer.document.layers import LabelLayer
from medviewer.errors import DataError, GeometryMismatch, InputError
from medviewer.io.frames import FrameSource
from medviewer.services import label_layers, processing, results
from medviewer.services.jobs import JobContext
from medviewer.services.loading import LoadedSeries
from medviewer.services.workspace import Workspace

RECIPE: Final = "recipe"
"""Stands for the mask of the recipe where layers are named by their id."""


class What(StrEnum):
    """What leaves the program."""

    IMAGE = "image"
    MASK = "mask"
    PICTURE = "picture"


class Format(StrEnum):
    """How it is written."""

    NIFTI = "nifti"
    NRRD = "nrrd"
    MHA = "mha"
    TIFF = "tiff"
    PNG = "png"
    DICOM = "dicom"
    SEG = "seg"
    RTSTRUCT = "rtstruct"
    GEOJSON = "geojson"


FORMATS: Final[Mapping[What, Mapping[Format, str]]] = MappingProxyType(
    {
        What.IMAGE: MappingProxyType(
            {
                Format.NIFTI: ".nii.gz",
                Format.NRRD: ".nrrd",
                Format.MHA: ".mha",
                Format.TIFF: ".tif",
                Format.PNG: ".png",
                Format.DICOM: "",
            }
        ),
        What.MASK: MappingProxyType(
            {
                Format.SEG: ".dcm",
                Format.RTSTRUCT: ".dcm",
                Format.NRRD: ".seg.nrrd",
                Format.NIFTI: ".nii.gz",
                Format.MHA: ".mha",
                Format.PNG: ".png",
                Format.GEOJSON: ".geojson",
            }
        ),
        What.PICTURE: MappingProxyType({Format.PNG: ".png", Format.TIFF: ".tif", Format.DICOM: ".dcm"}),
    }
)
"""Formats in the order in which they are offered, with their ending; empty: a folder."""

_NAMES_SOURCE: Final = frozenset({Format.DICOM, Format.SEG, Format.RTSTRUCT})


class Hindrance(StrEnum):
    """Why something cannot be written now."""

    NO_SERIES = "no-series"  # the pane is empty
    NOT_OPEN = "not-open"  # still opening, or failed
    LOADING = "loading"  # slices are missing yet
    UNREADABLE = "unreadable"  # slices are missing for good
    NOT_DICOM = "not-dicom"  # the result names its DICOM source, and there is none
    NO_POSITION = "no-position"  # contours need a place in the patient
    NO_RECIPE = "no-recipe"  # no step is on
    UNPROCESSED = "unprocessed"  # the recipe is known for the slices seen only
    NO_RECIPE_MASK = "no-recipe-mask"  # no step makes a mask
    NO_MASK = "no-mask"  # nothing is chosen


@dataclass(frozen=True)
class Written:
    """What a job has written.

    Attributes
    ----------
    files : tuple of Path
    notes : tuple of str
        What had to be decided, one English sentence each.
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return self.files[0].parent


Work = Callable[[JobContext], Written]


@dataclass(frozen=True)
class MaskChoice:
    """A mask that can be written.

    Attributes
    ----------
    id : str
        Of the layer, or `RECIPE`.
    name : str
        As the person called it; empty: by its number.
    number : int
        In the list of masks, from 1; 0 for the recipe's.
    hindrance : Hindrance or None
        Why it cannot be written now.
    """

    id: str
    name: str = ""
    number: int = 0
    hindrance: Hindrance | None = None


# --- what there is ------------------------------------------------------------------------------------------------


def dicom_sources(loaded: LoadedSeries) -> tuple[FrameSource, ...]:
    """The DICOM image of each slice, in the order of the stack; empty when the series is no DICOM."""
    frames = tuple(getattr(loaded.plan, "frames", ())) if loaded.is_open else ()
    if not frames or len(frames) != loaded.image.n_slices or loaded.header(0).format != "dicom":
        return ()
    return frames


def original_paths(loaded: LoadedSeries) -> tuple[str, ...]:
    """The files that the series was read from, which nothing may write over."""
    paths = {frame.path for frame in dicom_sources(loaded)}
    paths |= {header.path for header in loaded.series.instances if header.path}
    if not paths and loaded.is_open:
        paths = {loaded.header(k).path for k in range(loaded.image.n_slices)}
    return tuple(sorted(path for path in paths if path))


def needs_folder(what: What, form: Format, n_slices: int) -> bool:
    """Whether the result is a folder of files."""
    return what is What.IMAGE and (form is Format.DICOM or (form is Format.PNG and n_slices > 1))


def why_no_image(workspace: Workspace, series_key: str, *, processed: bool) -> Hindrance | None:
    """What hinders writing the image of a series; None when it can be written."""
    loaded = workspace.loaded(series_key) if series_key else None
    if not series_key:
        return Hindrance.NO_SERIES
    if loaded is None or not loaded.is_open:
        return Hindrance.NOT_OPEN
    if not loaded.is_complete:
        return Hindrance.LOADING
    if loaded.errors:
        return Hindrance.UNREADABLE  # holes in a volume would pass for values
    if processed:
        at_work = processing.of(workspace)
        if not at_work.is_active(series_key):
            return Hindrance.NO_RECIPE
        if at_work.scene(series_key) is None:
            return Hindrance.UNPROCESSED
    return None


def why_no_format(workspace: Workspace, series_key: str, form: Format) -> Hindrance | None:
    """What hinders a format for results of a series; None when nothing does."""
    if form not in _NAMES_SOURCE:
        return None
    loaded = workspace.loaded(series_key) if series_key else None
    if loaded is None or not loaded.is_open:
        return Hindrance.NOT_OPEN
    if not dicom_sources(loaded):
        return Hindrance.NOT_DICOM
    if form is Format.RTSTRUCT and not loaded.image.facts.has_patient_position:
        return Hindrance.NO_POSITION
    return None


def mask_choices(workspace: Workspace, series_key: str) -> tuple[MaskChoice, ...]:
    """The masks of a series: its layers, the topmost first, and the mask of its recipe where one is at work."""
    loaded = workspace.loaded(series_key) if series_key else None
    closed = None if loaded is not None and loaded.is_open else Hindrance.NOT_OPEN
    layers = label_layers.of(workspace).layers(series_key) if series_key else ()
    found = [MaskChoice(layer.id, layer.name, n, closed) for n, layer in enumerate(layers, 1)][::-1]
    at_work = processing.of(workspace)
    if series_key and at_work.is_active(series_key):
        scene = at_work.scene(series_key)
        hindrance = Hindrance.UNPROCESSED if scene is None else None
        if scene is not None and scene.labels is None:
            hindrance = Hindrance.NO_RECIPE_MASK
        found.append(MaskChoice(RECIPE, hindrance=closed or hindrance))
    return tuple(found)


# --- images -------------------------------------------------------------------------------------------------------


def image_job(
    workspace: Workspace,
    series_key: str,
    form: Format,
    path: str | os.PathLike[str],
    *,
    processed: bool = False,
    look: Appearance | None = None,
) -> Work:
    """Work that writes the image of a series, as stored or as its recipe makes it.

    Parameters
    ----------
    path : path
        The file; the folder where `needs_folder`, new or empty.
    look : Appearance, optional
        Window and inversion for PNG, which holds what is seen; else the series' own.

    Raises
    ------
    InputError
        What `why_no_image` or `why_no_format` says.
    """
    _refuse(why_no_image(workspace, series_key, processed=processed) or why_no_format(workspace, series_key, form))
    loaded = _open(workspace, series_key)
    image = loaded.image
    if processed:
        scene = processing.of(workspace).scene(series_key)
        if scene is None:
            raise InputError(
                "The series is processed for the slices you have seen only.", "Process all slices first."
            )
        image = scene.image
    sources, originals, target = dicom_sources(loaded), original_paths(loaded), Path(path).absolute()
    window = None if image.is_colour else _window(loaded, look)
    invert = look is not None and look.invert

    def work(ctx: JobContext) -> Written:
        ctx.progress(0.0)
        if form is Format.DICOM:
            files = results.write_derived(image, sources, target, check=ctx.check, progress=ctx.progress)
        elif form is Format.PNG:
            files = _write_pictures(image, target, originals, window, invert, ctx)
        else:
            files = _cancellable(ctx, target, lambda: results.write_image(image, target, originals))
        return Written(files, _grid_notes(image, form))

    return work


def _window(loaded: LoadedSeries, look: Appearance | None) -> Window | None:
    found = (look.window if look is not None else None) or loaded.default_window(loaded.image.n_slices // 2)
    return found.linear if isinstance(found, VoiLut) else found


def _write_pictures(
    image: Image, target: Path, originals: Sequence[str], window: Window | None, invert: bool, ctx: JobContext
) -> tuple[Path, ...]:
    """A PNG of each slice as it is seen, all in one window, in a folder of their own; one slice as one file."""
    if image.n_slices == 1:
        return results.write_picture(_seen(image, 0, window, invert), target, originals=originals)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError("The folder for the pictures holds something already.", "Choose a new or an empty one.")
    made = not target.exists()
    files: list[Path] = []
    try:
        target.mkdir(exist_ok=True)
        for k in range(image.n_slices):
            ctx.progress(k / image.n_slices)
            one = target / f"{k + 1:04d}.png"
            results.write_picture(_seen(image, k, window, invert), one)
            files.append(one)
    except BaseException as error:
        for file in files:
            file.unlink(missing_ok=True)
        if made and target.is_dir():
            target.rmdir()
        if isinstance(error, OSError):
            raise DataError("The folder for the pictures could not be made.", "Choose another folder.") from None
        raise
    return tuple(files)


def _seen(image: Image, k: int, window: Window | None, invert: bool) -> NDArray[np.uint8]:
    """A slice in red, green and blue, as grey as its window makes it; shape (y, x, 3)."""
    from medviewer.core.display import auto_window, window_values

    if image.is_colour:
        colour: NDArray[np.uint8] = np.ascontiguousarray(image.array[k], dtype=np.uint8)
        return colour
    values = image.modality_slice(k)
    grey = np.nan_to_num(window_values(values, window or auto_window(values)), nan=0.0)
    if image.monochrome1 != invert:
        grey = 1.0 - grey
    return np.repeat(np.rint(grey * 255).astype(np.uint8)[..., np.newaxis], 3, axis=2)


def _grid_notes(grid: Image | LabelMap, form: Format) -> tuple[str, ...]:
    even = grid.geometry.is_orthogonal and not grid.slice_positions_mm
    if even or form not in (Format.NIFTI, Format.NRRD, Format.MHA):
        return ()
    return ("The slices are tilted or unevenly spaced: their regular copy was written.",)


def _cancellable(ctx: JobContext, target: Path, write: Callable[[], tuple[Path, ...]]) -> tuple[Path, ...]:
    """Write in one go; what was cancelled meanwhile leaves no new file behind."""
    ctx.check()
    before = target.exists()
    files = write()
    if ctx.token.cancelled and not before:
        for file in files:
            file.unlink(missing_ok=True)
    ctx.check()
    return files


# --- masks --------------------------------------------------------------------------------------------------------


def mask_job(
    workspace: Workspace, series_key: str, ids: Sequence[str], form: Format, path: str | os.PathLike[str]
) -> Work:
    """Work that writes masks of a series into one file; where they overlap, the first named one lies on top.

    Parameters
    ----------
    ids : sequence of str
        Ids of layers, and `RECIPE`.

    Raises
    ------
    InputError
        Nothing is chosen, or what hinders one of them.
    """
    choices = {choice.id: choice for choice in mask_choices(workspace, series_key)}
    chosen = [choices[one] for one in ids if one in choices]
    if not chosen:
        _refuse(Hindrance.NO_MASK)
    for choice in chosen:
        _refuse(choice.hindrance)
    _refuse(why_no_format(workspace, series_key, form))
    loaded = _open(workspace, series_key)
    image, sources, originals = loaded.image, dicom_sources(loaded), original_paths(loaded)
    target = Path(path).absolute()
    layers = label_layers.of(workspace)
    scene = processing.of(workspace).scene(series_key) if RECIPE in ids else None
    parts: list[tuple[str, LabelLayer | LabelMap]] = []
    for choice in chosen:
        if choice.id != RECIPE:
            parts.append((choice.name, layers.layer(choice.id)))
        elif scene is not None and scene.labels is not None:
            parts.append((choice.name, scene.labels))
    described = ", ".join(name for name, _ in parts if name) or "Mask"
    automatic = all(choice.id == RECIPE for choice in chosen)

    def work(ctx: JobContext) -> Written:
        ctx.progress(0.0)
        maps = [(name, _map_of(part, image) if isinstance(part, LabelLayer) else part) for name, part in parts]
        labels, notes = combined(maps, image, ctx.check)
        ctx.progress(0.2)
        algorithm: Any = "AUTOMATIC" if automatic else "SEMIAUTOMATIC"
        if form is Format.SEG:
            files = results.write_segmentation(
                labels, sources, target, description=described, algorithm=algorithm, check=ctx.check
            )
        elif form is Format.RTSTRUCT:
            files = results.write_structures(
                labels, sources, target, description=described, algorithm=algorithm, check=ctx.check
            )
        elif form is Format.GEOJSON:
            on_image = image if same_grid(image, labels) else None
            files = results.write_contours(labels, target, on_image, originals, ctx.check)
        else:
            files = _cancellable(ctx, target, lambda: results.write_labels(labels, target, originals))
        return Written(files, notes + _grid_notes(labels, form))

    return work


def _map_of(layer: LabelLayer, image: Image) -> LabelMap:
    if image.array.shape[:3] != layer.tiles.shape_zyx:
        raise GeometryMismatch(
            "The mask was drawn on another grid than the series has now.",
            "The files of the series may have changed since.",
            "data.grid",
        )
    grid = replace(image.geometry, shape_zyx=layer.tiles.shape_zyx)
    return LabelMap(layer.tiles.array(), grid, layer.labels, "", image.slice_positions_mm)


def combined(
    maps: Sequence[tuple[str, LabelMap]], onto: Image, check: Callable[[], None] | None = None
) -> tuple[LabelMap, tuple[str, ...]]:
    """Several masks in one: each label keeps its number where that is free, else gets the next free one.

    Parameters
    ----------
    maps : sequence of (name, LabelMap)
        The first lies on top. The name of a mask becomes that of its only label where that has none.
    onto : Image
        Whose grid several masks share; a single one keeps its own.

    Returns
    -------
    labels : LabelMap
    notes : tuple of str
        English sentences: overlaps, masks that were resampled.
    """
    if len(maps) == 1:
        name, only = maps[0]
        return replace(only, labels=_named(name, only), key=""), ()
    notes: list[str] = []
    on_grid = []
    for name, one in maps:
        if not same_grid(onto, one):
            one = resample_labels(one, onto)
            notes.append("A mask lay on another grid and was resampled to the series.")
        on_grid.append((name, one))
    taken: dict[int, Label] = {}
    shape = (onto.array.shape[0], onto.array.shape[1], onto.array.shape[2])
    out = np.zeros(shape, np.uint16)
    overlaps = 0
    tables = []
    for name, one in on_grid:
        listed = {label.value: label for label in _named(name, one)}
        table = np.zeros(int(one.array.max(initial=0)) + 1, np.uint16)
        for value in one.values():
            label = listed.get(value, Label(value))
            free = value if value not in taken else next(n for n in range(1, len(taken) + 2) if n not in taken)
            if free > MAX_LABEL:
                raise InputError(
                    "Together the masks have more labels than one file can hold.", "Write fewer of them."
                )
            taken[free] = Label(free, label.name, label.colour)
            table[value] = free
        tables.append(table)
    below_first = list(zip([one for _, one in on_grid], tables, strict=True))[::-1]
    for k in range(shape[0]):
        if check is not None:
            check()
        twice = np.zeros(shape[1:], np.bool_)
        for one, table in below_first:
            new = table[one.array[k]]
            over = new != 0
            twice |= over & (out[k] != 0)
            out[k][over] = new[over]
        overlaps += int(np.count_nonzero(twice))
    if overlaps:
        notes.append(f"The masks overlap in {overlaps:,} voxels; there the upper one is kept.")
    array = out if max(taken, default=0) > 255 else out.astype(np.uint8)
    grid = replace(onto.geometry, shape_zyx=shape)
    labels = tuple(taken[value] for value in sorted(taken))
    return LabelMap(array, grid, labels, "", onto.slice_positions_mm), tuple(notes)


def _named(name: str, labels: LabelMap) -> tuple[Label, ...]:
    if name and len(labels.labels) == 1 and not labels.labels[0].name:
        return (replace(labels.labels[0], name=name),)
    return labels.labels


# --- pictures -----------------------------------------------------------------------------------------------------


def picture_job(
    workspace: Workspace,
    series_key: str,
    rgb: NDArray[np.uint8],
    form: Format,
    path: str | os.PathLike[str],
    *,
    index: int = -1,
    names_patient: bool = False,
) -> Work:
    """Work that writes the picture of a pane.

    Parameters
    ----------
    rgb : NDArray of uint8, shape (y, x, 3)
    index : int
        The slice of the stack that it shows, which a DICOM picture references; -1: the middle one.
    names_patient : bool
        Whether text in it names the patient.
    """
    _refuse(why_no_format(workspace, series_key, form))
    loaded = _open(workspace, series_key)
    sources, originals, target = dicom_sources(loaded), original_paths(loaded), Path(path).absolute()
    k = index if 0 <= index < loaded.image.n_slices else loaded.image.n_slices // 2
    source = sources[k] if form is Format.DICOM else None
    burned_in = names_patient or loaded.header(k).burned_in.upper() == "YES"

    def work(ctx: JobContext) -> Written:
        ctx.check()
        return Written(results.write_picture(rgb, target, source, burned_in=burned_in, originals=originals))

    return work


# --- refused ------------------------------------------------------------------------------------------------------

_SENTENCES: Final[Mapping[Hindrance, tuple[str, str]]] = MappingProxyType(
    {
        Hindrance.NO_SERIES: ("The active pane is empty.", "Open a series first."),
        Hindrance.NOT_OPEN: ("The series is not open.", "Show it in a pane first."),
        Hindrance.LOADING: ("The series is still being loaded.", "Wait until all slices are there."),
        Hindrance.UNREADABLE: (
            "Some slices of the series could not be read, so that the volume would have holes.",
            "Copy the files again from their source.",
        ),
        Hindrance.NOT_DICOM: (
            "This result names the DICOM images it was made from, and the source is no DICOM series.",
            "Write NIfTI, NRRD or another research format.",
        ),
        Hindrance.NO_POSITION: (
            "The source images do not say where in the patient they lie, which contours must.",
            "Write a DICOM segmentation instead.",
        ),
        Hindrance.NO_RECIPE: ("No step is on.", ""),
        Hindrance.UNPROCESSED: (
            "The series is processed for the slices you have seen only.",
            "Process all slices first.",
        ),
        Hindrance.NO_RECIPE_MASK: ("No step of this recipe makes a mask.", "Add a threshold, for example."),
        Hindrance.NO_MASK: ("No mask is chosen.", ""),
    }
)


def _refuse(hindrance: Hindrance | None) -> None:
    if hindrance is not None:
        raise InputError(*_SENTENCES[hindrance], f"export.{hindrance.value}")


def _open(workspace: Workspace, series_key: str) -> LoadedSeries:
    loaded = workspace.loaded(series_key)
    if loaded is None or not loaded.is_open:
        _refuse(Hindrance.NOT_OPEN)
    assert loaded is not None
    return loaded
