"""Tables of cases from what people have: folders and archives of pictures, arrays, masks, measured objects."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, require_same_grid
from medviewer.core.table import Cell, Column, Table, concatenate
from medviewer.errors import InputError, MedviewerError, UnreadableFile
from medviewer.io import raster
from medviewer.lab import image_features
from medviewer.lab.experiment import Context

MAX_PICTURES = 100_000
MAX_PICTURE_BYTES = 64 << 20
MAX_UNPACKED_BYTES = 8 << 30
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")


def from_pictures(
    source: Path,
    settings: image_features.Settings | None = None,
    ctx: Context | None = None,
    group_pattern: str = "",
) -> Table:
    """One case per picture of a folder or ZIP archive; the label is the name of the folder it lies in.

    Parameters
    ----------
    source : Path
        Folder or archive; below it one folder per class.
    settings : image_features.Settings, optional
    ctx : Context, optional
        Cancel and progress.
    group_pattern : str
        Regular expression with one group that finds the patient in the path (``"(P[0-9]+)_"``); empty: not known.

    Returns
    -------
    Table
        Columns ``label``, ``patient`` (with a pattern), ``file``, ``content_hash`` and the features. Pictures that
        cannot be read are left out and counted in ``facts["left_out"]``.

    Raises
    ------
    InputError
        No picture, no class folders, a pattern that is none.
    """
    making = settings or image_features.Settings()
    pattern = _compiled(group_pattern)
    if not source.is_dir():
        with tempfile.TemporaryDirectory(prefix="medviewer-cases-") as folder:
            files, problems = _unpacked(source, Path(folder))
            return _of_files(files, problems, source.stem, making, ctx, pattern)
    files = {name: source / name for name in _picture_names(source)}
    return _of_files(files, {}, source.name, making, ctx, pattern)


def _of_files(
    files: Mapping[str, Path],
    problems: Mapping[str, str],
    title: str,
    making: image_features.Settings,
    ctx: Context | None,
    pattern: re.Pattern[str] | None,
) -> Table:
    names = sorted({*files, *problems})
    if not names:
        raise InputError("There are no pictures.", "Pictures are PNG, JPEG and TIFF files.", "cases.none")
    if len(names) > MAX_PICTURES:
        raise InputError(f"There are more than {MAX_PICTURES:,} pictures.", "Choose fewer.", "cases.many")
    if any(len(PurePosixPath(name).parts) < 2 for name in names):
        raise InputError(
            "The pictures do not lie in a folder for each class.", "Sort them into folders.", "cases.folders"
        )
    patients = {name: pattern.search(name) for name in names} if pattern else {}
    if pattern and not any(patients.values()):
        raise InputError("The pattern finds no patient in any path.", "", "cases.pattern")

    def one(name: str) -> dict[str, Cell] | str:
        if name in problems:
            return problems[name]
        try:
            pixels = raster.read_array(files[name])
            row: dict[str, Cell] = {"label": PurePosixPath(name).parts[-2]}
            found = patients.get(name)
            if pattern:
                row["patient"] = found.group(1) if found else None
            return {
                **row,
                "file": name,
                "content_hash": hash_of(pixels),
                **image_features.of_array(pixels[0], making),
            }
        except MedviewerError as error:
            return error.message

    rows: list[dict[str, Cell]] = []
    left_out: list[dict[str, str]] = []
    for name, found in zip(names, _side_by_side(one, names, ctx), strict=True):
        if isinstance(found, str):
            left_out.append({"file": name, "why": found})
        else:
            rows.append(found)
    if not rows:
        raise InputError("None of the pictures can be read.", "", "cases.none")
    table = Table.of_rows(rows, title)
    return Table(table.columns, table.name, {"features": making.to_json(), "left_out": left_out})


def _compiled(pattern: str) -> re.Pattern[str] | None:
    if not pattern:
        return None
    try:
        found = re.compile(pattern)
    except re.error:
        raise InputError("The pattern of the patient is no regular expression.", "", "cases.pattern") from None
    if found.groups < 1:
        raise InputError(
            "The pattern of the patient needs brackets round its name.", "Such as (P[0-9]+)_", "cases.pattern"
        )
    return found


def _picture_names(source: Path) -> Iterator[str]:
    """Paths below the folder, with forward slashes."""
    for folder, folders, files in os.walk(source):
        folders.sort()
        for file in files:
            if file.lower().endswith(PICTURES) and not file.startswith("."):
                yield (Path(folder) / file).relative_to(source).as_posix()


def _unpacked(source: Path, folder: Path) -> tuple[dict[str, Path], dict[str, str]]:
    """The pictures of an archive as files under numbers of our own, and why others could not be unpacked.

    Opening an archive costs a read of its whole directory: too much for every picture.
    """
    from medviewer.io.archive import ZipArchive

    if not source.is_file():
        raise InputError("There is no such folder or archive.", "", "cases.none")
    files: dict[str, Path] = {}
    problems: dict[str, str] = {}
    total = 0
    with ZipArchive(str(source)) as archive:
        for member in archive.members():
            name = PurePosixPath(member.name).name
            if not name.lower().endswith(PICTURES) or name.startswith(".") or "__MACOSX" in member.name:
                continue
            total += member.size
            if total > MAX_UNPACKED_BYTES:
                raise InputError("The archive unpacks to more than 8 GB.", "Unpack it first.", "cases.many")
            if member.problem or member.size > MAX_PICTURE_BYTES:
                problems[member.name] = member.problem or "The picture is larger than 64 MB."
                continue
            content = archive.open(member.name)
            try:
                data = content.read(0, member.size)
            finally:
                content.close()
            path = folder / f"{len(files)}{PurePosixPath(name).suffix.lower()}"
            path.write_bytes(data)
            files[member.name] = path
    return files, problems


def hash_of(pixels: NDArray[Any]) -> str:
    """Equal for pictures of equal pixels."""
    digest = hashlib.sha256(f"{pixels.shape} {pixels.dtype.str}".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()[:32]


def _side_by_side(work: Callable[[Any], Any], items: Sequence[Any], ctx: Context | None) -> Iterator[Any]:
    """Results in order; OpenCV and scikit-image let other threads run while they compute."""
    import cv2  # noqa: F401 - imported here once, not by several threads at the same time
    import skimage.feature  # noqa: F401

    with ThreadPoolExecutor(max(1, os.cpu_count() or 1), "cases") as pool:
        try:
            for number, found in enumerate(pool.map(work, items)):
                if ctx is not None and number % 16 == 0:
                    ctx.progress(number / len(items))
                yield found
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def from_arrays(path: Path, settings: image_features.Settings | None = None, ctx: Context | None = None) -> Table:
    """One case per picture of an ``.npz`` file in the manner of MedMNIST: ``train_images`` with ``train_labels``, ….

    Returns
    -------
    Table
        Columns ``label``, ``part`` (the name before ``_images``: train, val, test), ``index``, ``content_hash`` and
        the features.

    Raises
    ------
    UnreadableFile
        Not such a file, or damaged. Pickled content is not read.
    """
    making = settings or image_features.Settings()
    rows: list[dict[str, Cell]] = []
    for part, pictures, labels in _parts_of(path):

        def one(number: int, part: str = part, pictures: Any = pictures, labels: Any = labels) -> dict[str, Cell]:
            picture = pictures[number]
            return {
                "label": str(labels[number]),
                "part": part,
                "index": number,
                "content_hash": hash_of(picture[None]),
                **image_features.of_array(picture, making),
            }

        rows += _side_by_side(one, range(len(pictures)), ctx)
    if not rows:
        raise InputError(
            "The file holds no pictures with labels.", "It needs train_images and train_labels.", "cases.none"
        )
    table = Table.of_rows(rows, path.stem)
    return Table(table.columns, table.name, {"features": making.to_json()})


def _parts_of(path: Path) -> Iterator[tuple[str, NDArray[Any], NDArray[Any]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > 4 << 30:
                raise UnreadableFile("The file would unpack to more than 4 GB.")
        with np.load(path, allow_pickle=False) as held:
            names = [name.removesuffix("_images") for name in held.files if name.endswith("_images")]
            parts = [(name, held[f"{name}_images"], held[f"{name}_labels"]) for name in names]
    except MedviewerError:
        raise
    except Exception:  # noqa: BLE001 - zipfile and numpy raise a dozen kinds for damaged files
        raise UnreadableFile(
            "This is not a file of pictures with labels.", "It is damaged, or of another kind."
        ) from None
    for name, pictures, labels in parts:
        flat = labels.reshape(len(labels), -1) if labels.ndim else labels
        good = pictures.ndim in (3, 4) and pictures.dtype.kind in "uif" and len(pictures) == len(flat)
        if not good or flat.ndim != 2 or flat.shape[1] != 1 or (pictures.ndim == 4 and pictures.shape[3] != 3):
            raise UnreadableFile("The pictures and labels of the file do not fit together.")
        yield name, pictures, flat[:, 0]


def from_images(
    images: Iterable[tuple[str, Image, str, str]],
    settings: image_features.Settings | None = None,
    ctx: Context | None = None,
) -> Table:
    """One case per slice of images that are open: (series key, image, label, patient)."""
    making = settings or image_features.Settings()
    rows: list[dict[str, Cell]] = []
    for key, image, label, patient in images:
        for k in range(image.array.shape[0]):
            if ctx is not None:
                ctx.check()
            row: dict[str, Cell] = {"label": label or None, "patient": patient or None, "series_key": key, "slice": k}
            pixels = np.asarray(image.array[k])[None]
            rows.append({**row, "content_hash": hash_of(pixels), **image_features.of_slice(image, k, making)})
    if not rows:
        raise InputError("There are no images to make cases of.", "", "cases.none")
    table = Table.of_rows(rows, "Images")
    return Table(table.columns, table.name, {"features": making.to_json()})


# -- objects and regions


def from_masks(image: Image, masks: LabelMap, series_key: str = "", patient: str = "") -> Table:
    """One case per label of a mask: its size and its values; the label's name is the class.

    Raises
    ------
    InputError
        An empty mask, a colour image.
    GeometryMismatch
        A mask on another grid.
    """
    require_same_grid(image, masks)
    if image.is_colour:
        raise InputError(
            "Regions of colour images are measured as objects.", "Measure the objects first.", "input.colour"
        )
    if masks.is_empty:
        raise InputError("The mask is empty.", "Paint or segment something first.", "input.mask")
    gathered: dict[int, list[NDArray[np.float32]]] = {value: [] for value in masks.values()}
    sums = {value: np.zeros(3) for value in gathered}
    for k in range(masks.n_slices):
        plane = masks.array[k]
        present = [int(v) for v in np.unique(plane) if v]
        if not present:
            continue
        values = image.modality_slice(k)
        for value in present:
            y, x = np.nonzero(plane == value)
            gathered[value].append(values[y, x])
            sums[value] += (float(x.sum()), float(y.sum()), float(k * len(x)))
    rows: list[dict[str, Cell]] = []
    for value, pieces in gathered.items():
        inside = np.concatenate(pieces).astype(np.float64)
        n, known = len(inside), inside[np.isfinite(inside)]
        centre = image.geometry.world(sums[value] / n)
        row: dict[str, Cell] = {"label": masks.name(value), "patient": patient or None, "series_key": series_key}
        row |= {"label_value": value, "x_mm": float(centre[0]), "y_mm": float(centre[1]), "z_mm": float(centre[2])}
        row["voxels"] = n
        names = ("mean", "sd", "minimum", "p10", "median", "p90", "maximum")
        if len(known):
            low, p10, median, p90, high = np.percentile(known, [0, 10, 50, 90, 100])
            numbers = (known.mean(), known.std(), low, p10, median, p90, high)
            row |= {name: float(number) for name, number in zip(names, numbers, strict=True)}
        else:
            row |= dict.fromkeys(names)
        rows.append(row)
    units = dict.fromkeys(("mean", "sd", "minimum", "p10", "median", "p90", "maximum"), image.unit)
    table = Table.of_rows(rows, "Regions", units)
    return Table(table.columns, table.name, {"features": {"of": "region"}})


def from_objects(tables: Sequence[tuple[str, str, Table]]) -> Table:
    """Measured objects of several series, one below the other: (series key, patient, table of its objects).

    Raises
    ------
    InputError
        When the tables were made with different settings.
    """
    if not tables:
        raise InputError("There are no measured objects.", "Measure the objects of a mask first.", "cases.none")
    made = [table.facts.get("features") for _, _, table in tables]
    if any(m != made[0] for m in made):
        raise InputError(
            "The objects were measured with different settings.", "Measure them alike.", "cases.settings"
        )
    keyed = [
        table.with_columns(
            Column("series_key", (key,) * table.n_rows), Column("patient", (patient or None,) * table.n_rows)
        )
        for key, patient, table in tables
    ]
    return concatenate(keyed, "Objects")


def with_labels(table: Table, labels: Mapping[int, str], key: str = "class") -> Table:
    """The table with a column of labels given by hand (row number → class); rows without one stay empty."""
    return table.with_columns(Column(key, tuple(labels.get(n) for n in range(table.n_rows)), "Class"))
