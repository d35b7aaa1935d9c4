"""Feature tables of files, and the comparison with the IBSI digital phantom that the program brings along."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, resample_labels, same_grid
from medviewer.core.table import Cell, Table
from medviewer.errors import GeometryMismatch, MedviewerError
from medviewer.ops.features.extraction import LABEL, NAME, REASON, VOXELS, extract
from medviewer.ops.features.identifiers import FEATURES
from medviewer.ops.features.reference import compare, read_phantom
from medviewer.ops.features.settings import FeatureSettings
from medviewer.ops.operation import Context
from medviewer.services.paths import resource_dir

PHANTOM_FILE = "ibsi/digital_phantom.csv"

_FIXED = (LABEL, NAME, VOXELS, REASON)


def check_ibsi(ctx: Context | None = None) -> Table:
    """The program's features of the IBSI digital phantom beside the 482 published reference values.

    Returns
    -------
    Table
        See `medviewer.ops.features.reference.compare`; the facts count ``passed`` and ``values``.

    Raises
    ------
    MedviewerError
        When the table of reference values is missing from the installation.
    """
    path = resource_dir() / PHANTOM_FILE
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            phantom = read_phantom(csv.DictReader(lines))
    except (OSError, KeyError, ValueError) as error:
        raise MedviewerError(
            "The reference values of the IBSI phantom cannot be read.", "Install the program again.", "ibsi.missing"
        ) from error
    return compare(phantom, ctx)


def selftest_check() -> dict[str, Any]:
    """The comparison for the self-test: how many values agree; raises when one does not."""
    table = check_ibsi()
    passed, values = int(table.facts["passed"]), int(table.facts["values"])
    if passed < values:
        wrong = [str(row["tag"]) for row in table.rows() if not row["passed"]]
        raise MedviewerError(f"{values - passed} IBSI reference values are not met: {', '.join(wrong[:5])}.")
    return {"values": values, "passed": passed}


def of_files(
    image_path: Path,
    mask_path: Path,
    settings: FeatureSettings,
    ctx: Context,
    *,
    label: int | None = None,
    resample_mask: bool = False,
    tell: Callable[[str], None] | None = None,
) -> Table:
    """Features of the labels of a mask file on an image file or folder.

    Parameters
    ----------
    label : int, optional
        One label only.
    resample_mask : bool
        A mask on another grid is brought onto the grid of the image (nearest label) and not refused.
    tell : callable, optional
        Gets sentences on what was decided while reading.

    Raises
    ------
    MedviewerError
        A file cannot be read, the mask does not fit, or no feature can be computed.
    """
    from medviewer.io.label_files import read_labels
    from medviewer.services.whole_series import load

    image = load(image_path, ctx.subrange(0.0, 0.3))
    told: list[str] = []
    labels = read_labels(mask_path, image, warnings=told, check=ctx.check)
    for sentence in told:
        if tell is not None:
            tell(sentence)
    fitted = on_grid(image, labels, resample_mask=resample_mask)
    if fitted is not labels and tell is not None:
        tell("The mask lies on another grid and was resampled to that of the image.")
    return extract(image, fitted, settings, ctx.subrange(0.3, 1.0), label)


def on_grid(image: Image, labels: LabelMap, *, resample_mask: bool) -> LabelMap:
    """The labels themselves when they lie on the grid of the image; resampled or refused otherwise."""
    if same_grid(image, labels):
        return labels
    if not resample_mask:
        raise GeometryMismatch(
            "The mask does not lie on the grid of the image.",
            "Resample it: --resample-mask on the command line, Resample in the window.",
            "data.grid",
        )
    return resample_labels(labels, image)


def as_json(table: Table) -> dict[str, Any]:
    """A feature table for programs.

    Returns
    -------
    dict
        ``mode``, ``settings``, ``unit``, ``software``; ``names``, ``tags`` and ``units`` of the features by key; and
        ``labels``: for each one ``label``, ``name``, ``voxels``, ``features`` (value by key; None where not defined),
        ``by_name`` (the same by name) and ``not_defined``.
    """
    columns = [column for column in table.columns if column.key not in _FIXED]
    tags = {feature.identifier: feature.tag for feature in FEATURES.values()}
    rows = []
    for n in range(table.n_rows):
        row = table.row(n)
        values = {column.key: _finite(column.values[n]) for column in columns}
        rows.append(
            {
                "label": row[LABEL],
                "name": row[NAME],
                "voxels": row[VOXELS],
                "features": values,
                "by_name": {column.title or column.key: values[column.key] for column in columns},
                "not_defined": row[REASON],
            }
        )
    return {
        **dict(table.facts),
        "names": {column.key: column.title or column.key for column in columns},
        "tags": {column.key: tags[column.key] for column in columns if column.key in tags},
        "units": {column.key: column.unit for column in columns if column.unit},
        "labels": rows,
    }


def _finite(cell: Cell) -> Cell:
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell
