"""Objects without an image: said in a sentence, in the pane and with their tags."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ComprehensiveSRStorage, ExplicitVRLittleEndian, generate_uid
from PySide6.QtWidgets import QApplication

from medviewer.document.state import Plane
from medviewer.io.catalog import Catalog
from medviewer.io.scan import scan
from medviewer.io.series import Series
from medviewer.io.tags import TagRow
from medviewer.services.executors import ManualExecutor
from medviewer.services.paths import Paths
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas import imageless
from medviewer.ui.canvas.source import SliceSource


@pytest.mark.parametrize(
    ("kind", "modality", "word"),
    [
        ("report", "SR", "structured report"),
        ("rt", "RTSTRUCT", "structure set"),
        ("rt", "RTPLAN", "radiotherapy plan"),
        ("rt", "??", "radiotherapy object"),
        ("waveform", "ECG", "electrocardiogram"),
        ("waveform", "HD", "waveform"),
        ("document", "DOC", "document"),
        ("other", "CR", "no image"),
    ],
)
def test_every_kind_has_its_sentence(qapp: QApplication, kind: str, modality: str, word: str) -> None:
    sentence = imageless.name_of(Series(kind=kind, modality=modality))
    assert word in sentence
    assert sentence.endswith(".")


def write_report(path: Path) -> None:
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = ComprehensiveSRStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    report = pydicom.Dataset()
    report.file_meta = meta
    report.SOPClassUID, report.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    report.StudyInstanceUID, report.SeriesInstanceUID = generate_uid(), generate_uid()
    report.Modality, report.CompletionFlag = "SR", "COMPLETE"
    report.save_as(path, enforce_file_format=True)


def test_a_report_is_named_in_the_pane_and_its_tags_are_read(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    write_report(tmp_path / "files" / "report.dcm")
    paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "log").ensure()
    catalog = Catalog(paths.catalog_dir)
    catalog.add(list(scan([tmp_path / "files"])))
    executor = ManualExecutor()
    workspace = Workspace(paths, executor, catalog=catalog)
    try:
        (study,) = catalog.studies()
        (row,) = catalog.series_of(study.id)
        loaded = workspace.open_series(row.id)
        executor.settle()
        notice = SliceSource(loaded, Plane.STACK).notice(0)
        assert notice is not None
        assert notice.title == "This is a structured report."
        assert not notice.bad
        got: list[list[TagRow]] = []
        failed: list[BaseException] = []
        workspace.tags(row.key, Plane.STACK, 0, got.append, failed.append)
        executor.settle()
        assert failed == []
        assert {r.keyword: r.value for r in got[0]}["CompletionFlag"] == "COMPLETE"
    finally:
        workspace.close()
