"""The measurements of the document as a table for other programs."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from medviewer.document.state import Measurement
from medviewer.errors import InputError
from medviewer.io.table_files import safe_text
from medviewer.services.paths import atomic_write
from medviewer.services.readings import MeasurementValues

Cell = str | int | float | None

COLUMNS = (
    "name",
    "kind",
    "length",
    "length_unit",
    "angle_deg",
    "mean",
    "sd",
    "minimum",
    "maximum",
    "median",
    "unit",
    "pixels",
    "area",
    "area_unit",
    "modality",
    "series",
    "plane",
    "slice",
    "sop_instance_uid",
    "frame",
    "resampled",
    "note",
    "problem",
)


@dataclass(frozen=True)
class MeasuredSeries:
    """What the table says of a series."""

    modality: str = ""
    description: str = ""


def row_of(measurement: Measurement, values: MeasurementValues, series: MeasuredSeries) -> dict[str, Cell]:
    """One measurement as a row by the names in `COLUMNS`; missing numbers are None, slices count from 1."""
    m, roi = measurement, values.roi
    row: dict[str, Cell] = dict.fromkeys(COLUMNS)
    row |= {
        "name": m.name,
        "kind": m.shape.value,
        "length": values.length,
        "length_unit": values.length_unit if values.length is not None else "",
        "angle_deg": values.angle_deg,
        "modality": series.modality,
        "series": series.description,
        "plane": m.plane.value,
        "slice": m.index + 1,
        "sop_instance_uid": m.sop_instance_uid,
        "frame": m.frame,
        "resampled": "yes" if values.resampled else "no",
        "note": m.note,
        "problem": values.problem,
    }
    if roi is not None:
        in_mm = roi.area_mm2 is not None
        unit = values.length_unit.replace("mm", "mm2") if in_mm else "px"
        row |= {
            "mean": roi.mean,
            "sd": roi.sd,
            "minimum": roi.minimum,
            "maximum": roi.maximum,
            "median": roi.median,
            "unit": values.unit,
            "pixels": roi.n,
            "area": roi.area_mm2 if in_mm else roi.area_px,
            "area_unit": unit,
        }
    return row


def csv_bytes(rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """The rows as CSV (RFC 4180, UTF-8 with a byte order mark, which spreadsheets need), numbers with a point."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def write_csv(path: Path, rows: Iterable[Mapping[str, Cell]]) -> None:
    """Write the table.

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    try:
        atomic_write(path, csv_bytes(rows))
    except OSError:
        raise InputError("The table could not be written.", "Choose another folder, or close the file.") from None
