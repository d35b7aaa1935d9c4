"""Results leave the program: each use case writes its files whole or not at all, and never over an original."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap
from medviewer.core.table import Table
from medviewer.errors import DataError, InputError
from medviewer.io.segmentation import Algorithm
from medviewer.io.source_instances import Source

IMAGE_ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha", ".mhd", ".nhdr", ".png", ".tif", ".tiff", ".jpg", ".jpeg")
LABEL_ENDINGS = (".nii.gz", ".nii", ".seg.nrrd", ".nrrd", ".mha", ".mhd", ".nhdr", ".png", ".tif", ".tiff")
TABLE_ENDINGS = (".csv", ".tsv", ".xlsx")
CONTOUR_ENDINGS = (".geojson", ".json")
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".dcm")
DICOM_ENDINGS = (".dcm",)

Check = Callable[[], None]
Paths = Iterable[str | os.PathLike[str]]


def write_image(image: Image, path: str | os.PathLike[str], originals: Paths = ()) -> tuple[Path, ...]:
    """Write an image by its ending: NIfTI, NRRD, MetaImage, TIFF, or PNG and JPEG for one slice.

    Parameters
    ----------
    originals : iterable of path
        Files and folders that must not be written over.

    Returns
    -------
    tuple of Path
        The files that were written.

    Raises
    ------
    InputError
        An ending that says no format, or an original that would be written over.
    DataError
        The disk refuses.
    """
    from medviewer.io import raster, research

    target = _target(path, IMAGE_ENDINGS)
    writer: Callable[[Image, Path], None] = research.write if _is_research(target) else raster.write
    return _write(target, lambda partial: writer(image, partial), originals)


def _is_research(target: Path) -> bool:
    from medviewer.io import research

    return target.name.lower().endswith(research.ENDINGS)


def write_labels(labels: LabelMap, path: str | os.PathLike[str], originals: Paths = ()) -> tuple[Path, ...]:
    """Write a mask by its ending, with names and colours where the format has a place for them.

    Returns, raises
        As `write_image`.
    """
    from medviewer.io import label_files

    return _write(_target(path, LABEL_ENDINGS), lambda partial: label_files.write_labels(labels, partial), originals)


def write_table(table: Table, path: str | os.PathLike[str], originals: Paths = ()) -> tuple[Path, ...]:
    """Write a table as CSV or XLSX.

    Returns, raises
        As `write_image`.
    """
    from medviewer.io import table_files

    return _write(_target(path, TABLE_ENDINGS), lambda partial: table_files.write_table(table, partial), originals)


def write_contours(
    labels: LabelMap,
    path: str | os.PathLike[str],
    image: Image | None = None,
    originals: Paths = (),
    check: Check | None = None,
) -> tuple[Path, ...]:
    """Write the contours of a mask as GeoJSON, with patient coordinates where `image` has them.

    Returns, raises
        As `write_image`.
    """
    from medviewer.io import geojson

    return _write(
        _target(path, CONTOUR_ENDINGS),
        lambda partial: geojson.write_geojson(labels, partial, image, check),
        originals,
    )


def write_picture(
    rgb: NDArray[np.uint8],
    path: str | os.PathLike[str],
    source: Source | None = None,
    *,
    description: str = "Picture",
    derivation: str = "",
    burned_in: bool = False,
    originals: Paths = (),
) -> tuple[Path, ...]:
    """Write a rendered picture: PNG, JPEG, TIFF, or a DICOM secondary capture in the study of its source.

    Parameters
    ----------
    rgb : NDArray of uint8, shape (y, x, 3)
    source : FrameSource or path, optional
        The DICOM image that is shown; for ``.dcm`` only.
    burned_in : bool
        Whether text in it may name the patient.

    Returns, raises
        As `write_image`.
    """
    from medviewer.io import derived, raster

    target = _target(path, PICTURE_ENDINGS)
    if not target.name.lower().endswith(DICOM_ENDINGS):
        from medviewer.core.geometry import Geometry

        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
            raise InputError("The picture has no pixels in red, green and blue of 8 bits.")
        picture = Image(rgb[np.newaxis], Geometry((1, rgb.shape[0], rgb.shape[1])))
        return _write(target, lambda partial: raster.write(picture, partial), originals)

    def write(partial: Path) -> None:
        derived.write_secondary_capture(
            rgb, partial, source, description=description, derivation=derivation, burned_in=burned_in
        )

    return _write(target, write, [*originals, *_paths_of([source] if source is not None else [])])


def write_segmentation(
    labels: LabelMap,
    sources: Sequence[Source],
    path: str | os.PathLike[str],
    *,
    description: str = "Segmentation",
    algorithm: Algorithm = "SEMIAUTOMATIC",
    algorithm_name: str = "medviewer",
    check: Check | None = None,
) -> tuple[Path, ...]:
    """Write a mask as a DICOM segmentation of its source; see `io.segmentation.write_segmentation`.

    Returns, raises
        As `write_image`; and GeometryMismatch for a mask on another grid.
    """
    from medviewer.io import segmentation

    def write(partial: Path) -> None:
        segmentation.write_segmentation(
            labels, sources, partial, description=description, algorithm=algorithm, algorithm_name=algorithm_name,
            check=check,
        )  # fmt: skip

    return _write(_target(path, DICOM_ENDINGS), write, _paths_of(sources))


def write_structures(
    labels: LabelMap,
    sources: Sequence[Source],
    path: str | os.PathLike[str],
    *,
    description: str = "Structures",
    algorithm: Algorithm = "SEMIAUTOMATIC",
    check: Check | None = None,
) -> tuple[Path, ...]:
    """Write a mask as an RT structure set of its source; see `io.structures.write_structures`.

    Returns, raises
        As `write_segmentation`.
    """
    from medviewer.io import structures

    def write(partial: Path) -> None:
        structures.write_structures(
            labels, sources, partial, description=description, algorithm=algorithm, check=check
        )

    return _write(_target(path, DICOM_ENDINGS), write, _paths_of(sources))


def write_derived(
    image: Image,
    sources: Sequence[Source],
    folder: str | os.PathLike[str],
    *,
    description: str = "",
    derivation: str = "",
    check: Check | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Path, ...]:
    """Write a processed volume as a new DICOM series into a folder of its own; see `io.derived.write_derived`.

    Raises
    ------
    InputError
        The folder holds something already.
    DataError
        The source is no DICOM series, or the disk refuses.
    """
    from medviewer.io import derived

    target = Path(folder).absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError("The folder for the new series holds something already.", "Choose a new or an empty one.")
    with _told(), tempfile.TemporaryDirectory(prefix=".medviewer-", dir=_parent(target)) as temporary:
        partial = Path(temporary) / "series"
        files = derived.write_derived(
            image, sources, partial, description=description, derivation=derivation, check=check, progress=progress
        )
        if target.is_dir():
            target.rmdir()  # empty, so that the series appears at once
        os.replace(partial, target)
    return tuple(target / file.name for file in files)


# --- whole or not at all ------------------------------------------------------------------------------------------


def _target(path: str | os.PathLike[str], endings: Sequence[str]) -> Path:
    target = Path(path).absolute()
    name = target.name.lower()
    if not any(name.endswith(ending) and len(name) > len(ending) for ending in endings):
        raise InputError(
            "The ending of the file says no format that can be written.", "Use one of " + " ".join(endings) + "."
        )
    return target


def _parent(target: Path) -> Path:
    if not target.parent.is_dir():
        raise DataError("The folder for the result is not there.", "Choose another folder.")
    return target.parent


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = (error.strerror or "the disk refused it").lower()
        raise DataError(f"The result could not be written: {why}.", "Choose another folder.") from None


def _write(target: Path, writer: Callable[[Path], Any], originals: Paths) -> tuple[Path, ...]:
    """Write into a folder beside the target and move what came out; the named file last, as it may name others."""
    kept = [Path(original) for original in originals]
    _refuse(target, kept)
    with _told(), tempfile.TemporaryDirectory(prefix=".medviewer-", dir=_parent(target)) as temporary:
        partial = Path(temporary) / target.name
        writer(partial)
        files = sorted(Path(temporary).iterdir(), key=lambda file: (file == partial, file.name))
        for file in files:
            _refuse(target.parent / file.name, kept)
        for file in files:
            os.replace(file, target.parent / file.name)
    return tuple(target.parent / file.name for file in files)


def _refuse(target: Path, originals: Sequence[Path]) -> None:
    """Raise when the target is one of the originals, by whatever name, or lies in a folder that is one."""
    there = target.resolve()
    for original in originals:
        here = original.resolve()
        same = there == here or (here.is_dir() and there.exists() and here in there.parents)
        with contextlib.suppress(OSError):
            same = same or (target.exists() and target.samefile(original))
        if same:
            raise InputError("The result would overwrite a file of the original.", "Choose another name.")


def _paths_of(sources: Sequence[Source]) -> list[str]:
    from medviewer.io.frames import FrameSource

    return sorted({source.path if isinstance(source, FrameSource) else os.fspath(source) for source in sources})
