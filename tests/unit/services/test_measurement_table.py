"""The measurement table: columns, formula-safe cells, missing numbers."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from medviewer.core.stats import roi_statistics
from medviewer.document.state import Measurement, Plane, Shape
from medviewer.services.measurement_table import COLUMNS, MeasuredSeries, csv_bytes, row_of, safe_text
from medviewer.services.readings import MeasurementValues

M = Measurement("x", Shape.ELLIPSE, "k", Plane.CORONAL, 4, ((0, 0), (4, 4)), name="a", note='say "hi",\nthere')


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2+3", "@x", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1", "\u00a0-1"])
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert safe_text(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Aorta", "a=1", "5 mm", "'a", "左肺"])
def test_other_text_stays(text: str) -> None:
    assert safe_text(text) == text


def parsed(values: MeasurementValues) -> dict[str, str]:
    data = csv_bytes([row_of(M, values, MeasuredSeries("CT", "+Thorax"))]).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(data))
    assert tuple(row) == COLUMNS
    return row


def test_a_region_with_spacing_and_without() -> None:
    roi = roi_statistics(np.full((4, 4), -5.25, np.float32), np.ones((4, 4), bool), (0.5, 2.0))
    row = parsed(MeasurementValues(None, "mm (detector)", None, roi, "HU", True))
    assert (row["mean"], row["unit"], row["area"], row["area_unit"]) == ("-5.25", "HU", "16", "mm2 (detector)")
    assert (row["series"], row["plane"], row["slice"], row["resampled"]) == ("'+Thorax", "coronal", "5", "yes")
    assert row["note"] == 'say "hi",\nthere'
    assert row["length"] == row["length_unit"] == ""
    roi = roi_statistics(np.full((4, 4), np.nan, np.float32), np.ones((4, 4), bool), None)
    row = parsed(MeasurementValues(None, "px", None, roi))
    assert (row["mean"], row["pixels"], row["area"], row["area_unit"]) == ("", "0", "16", "px")


def test_what_could_not_be_measured_says_why() -> None:
    row = parsed(MeasurementValues(problem="The series is not open."))
    assert row["problem"] == "The series is not open."
    assert row["mean"] == row["length"] == row["angle_deg"] == ""
