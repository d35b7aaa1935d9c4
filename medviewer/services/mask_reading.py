"""Masks that come back: a file becomes labels on the grid of an open series, or a sentence says why not. No Qt."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from medviewer.core.geometry import Geometry
from medviewer.core.image import Image, SpacingSource
from medviewer.core.labels import LabelMap, resample_labels, same_grid
from medviewer.errors import GeometryMismatch, InputError
from medviewer.services import label_layers, results
from medviewer.services.jobs import JobContext
from medviewer.services.workspace import Workspace

PICTURE_ENDINGS: Final = (".png", ".tif", ".tiff")


class Fit(StrEnum):
    """How a mask that was read lies to the series."""

    SAME = "same"  # voxel on voxel
    OTHER_GRID = "other-grid"  # in the same space: `ReadMask.labels` are resampled


@dataclass(frozen=True, eq=False)
class ReadMask:
    """A mask that was read.

    Attributes
    ----------
    labels : LabelMap
        On the grid of the series: as read, or resampled where `fit` says so.
    name : str
        For the layer: that of the file without its ending.
    warnings : tuple of str
        English sentences on what had to be decided.
    """

    labels: LabelMap
    fit: Fit
    name: str = ""
    warnings: tuple[str, ...] = ()


def read_job(
    workspace: Workspace, series_key: str, paths: Sequence[str | os.PathLike[str]]
) -> Callable[[JobContext], ReadMask]:
    """Work that reads a mask for an open series: one file of any kind, or a picture for each slice.

    Raises
    ------
    InputError
        The series is not open, or several files are no pictures.

    Notes
    -----
    The work raises `GeometryMismatch` for a mask of another patient position, one that lies beside the series, and
    pictures of another size.
    """
    image = label_layers.of(workspace).stack(series_key)
    files = sorted(Path(path) for path in paths)
    if not files:
        raise InputError("No file was chosen.")
    if len(files) > 1 and not all(file.name.lower().endswith(PICTURE_ENDINGS) for file in files):
        raise InputError("Several files become one mask only when each is a picture of a slice.", "Choose one file.")

    def work(ctx: JobContext) -> ReadMask:
        from medviewer.io import label_files

        told: list[str] = []
        ctx.progress(0.0)
        if len(files) > 1:
            labels = label_files.read_stack(files, image)
        else:
            labels = label_files.read_labels(files[0], image, warnings=told, check=ctx.check)
        ctx.progress(0.6)
        name = stem(files[0])
        if labels.is_empty:
            told.append("The mask is empty.")
        if same_grid(image, labels):
            return ReadMask(labels, Fit.SAME, name, tuple(told))
        return ReadMask(_onto(labels, image), Fit.OTHER_GRID, name, tuple(told))

    return work


def _onto(labels: LabelMap, image: Image) -> LabelMap:
    if labels.geometry == Geometry(labels.geometry.shape_zyx):
        raise GeometryMismatch(
            "The mask has another size than the series, and does not say where it lies.",
            "Show the series that it was made on.",
            "data.grid",
        )
    one, other = image.geometry.frame_of_reference_uid, labels.geometry.frame_of_reference_uid
    if one and other and one != other:
        raise GeometryMismatch(
            "The mask belongs to another position of the patient than the series.",
            "Take a mask that was made on this series, or on one of the same examination.",
            "data.grid",
        )
    if image.facts.spacing_source is SpacingSource.NONE or not image.facts.has_patient_position:
        raise GeometryMismatch(
            "The mask lies on another grid, and the series does not say where it lies.",
            "Show the series that the mask was made on.",
            "data.grid",
        )
    found = resample_labels(labels, image)
    if found.is_empty and not labels.is_empty:
        raise GeometryMismatch(
            "The mask lies beside the series.", "Show the series that it was made on.", "data.grid"
        )
    return found


def stem(path: str | os.PathLike[str]) -> str:
    """The name of a file without the endings that say its format."""
    name = Path(path).name
    for ending in sorted((*results.LABEL_ENDINGS, *results.CONTOUR_ENDINGS, ".dcm"), key=len, reverse=True):
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name
