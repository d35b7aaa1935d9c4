"""Catalogs of any size, without files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from medviewer.io.catalog import Catalog
from medviewer.io.header_reader import read_header
from medviewer.io.headers import InstanceHeader
from tests.helpers.dicom_factory import make_instance

BATCH = 500


def fill_catalog(folder: Path, count: int) -> None:
    """A catalog of `count` instances: series of 200, studies of four series, two studies a patient."""
    with tempfile.TemporaryDirectory() as kept:
        path = Path(kept) / "model.dcm"
        make_instance(path, pixels=np.zeros((16, 16), np.int16))
        model = read_header(path)
    assert isinstance(model, InstanceHeader)
    with Catalog(folder) as catalog:
        for first in range(0, count, BATCH):
            catalog.add(list(_headers(model, first, min(BATCH, count - first))))
        catalog.settle()


def _headers(model: InstanceHeader, first: int, count: int) -> Iterator[InstanceHeader]:
    for n in range(first, first + count):
        series = n // 200
        study = series // 4
        patient = study // 2
        yield msgspec.structs.replace(
            model,
            path=f"/data/{patient}/{study}/{series}/{n}.dcm",
            sop_instance_uid=f"1.2.3.{n}",
            series_uid=f"1.2.4.{series}",
            study_uid=f"1.2.5.{study}",
            patient_id=f"P{patient:05d}",
            patient_name=f"Name{patient:05d}^Given{patient % 97}",
            series_description=f"Series {series % 13} thorax",
            study_description=f"Study {study % 7}",
            study_date=f"20{10 + study % 15}{1 + study % 12:02d}{1 + study % 28:02d}",
            instance_number=n % 200 + 1,
            position=(0.0, 0.0, float(n % 200)),
        )
