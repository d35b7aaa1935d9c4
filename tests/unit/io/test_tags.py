"""Rows of the tag browser, against pydicom."""

from __future__ import annotations

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from medviewer.errors import MedviewerError
from medviewer.io import tags
from tests.helpers.dicom_factory import make_instance


def test_every_element_of_a_file_has_a_row(shared_data):
    path = shared_data / "dicom" / "zoo" / "enhanced" / "eCT_Supplemental.dcm"
    ds = pydicom.dcmread(path, stop_before_pixels=True)
    rows = tags.read_tags(path)
    wanted = {f"({e.tag.group:04X},{e.tag.element:04X})" for e in ds.iterall()}
    assert wanted <= {row.tag for row in rows}
    assert next(row for row in rows if row.keyword == "Modality").value == "CT"
    assert rows[0].tag.startswith("(0002,")
    assert max(row.depth for row in rows) >= 4


def test_values_are_bounded_lines(tmp_path):
    item = Dataset()
    item.CodeMeaning = "inner"
    path = make_instance(
        tmp_path / "a.dcm", ImageComments="line\r\nnext" + "x" * 5000, PatientComments="ok",
        AnatomicRegionSequence=Sequence([item]), RedPaletteColorLookupTableData=b"\1\2" * 300,
    )  # fmt: skip
    rows = {row.keyword: row for row in tags.read_tags(path)}
    assert "\n" not in rows["ImageComments"].value
    assert len(rows["ImageComments"].value) == tags.MAX_TEXT
    assert rows["AnatomicRegionSequence"].value == "1 item"
    assert (rows["CodeMeaning"].depth, rows["CodeMeaning"].value) == (2, "inner")
    assert rows["RedPaletteColorLookupTableData"].value.startswith("600 bytes: 01 02")
    assert "PixelData" not in rows


def test_private_elements(tmp_path):
    ds = pydicom.dcmread(make_instance(tmp_path / "a.dcm"))
    block = ds.private_block(0x0011, "MY CREATOR", create=True)
    block.add_new(0x01, "LO", "hello")
    ds.save_as(tmp_path / "b.dcm")
    row = next(row for row in tags.read_tags(tmp_path / "b.dcm") if row.tag == "(0011,1001)")
    assert (row.private, row.keyword, row.value) == (True, "MY CREATOR", "hello")


def test_deep_nesting_is_bounded(tmp_path):
    ds = Dataset()
    ds.CodeMeaning = "bottom"
    for _ in range(90):
        outer = Dataset()
        outer.ContentSequence = Sequence([ds])
        ds = outer
    path = make_instance(tmp_path / "a.dcm", ContentSequence=ds.ContentSequence)
    depths = [row.depth for row in tags.read_tags(path)]
    assert tags.MAX_DEPTH - 2 <= max(depths) <= tags.MAX_DEPTH


def test_unconvertible_value_does_not_hide_the_others(shared_data):
    rows = tags.read_tags(shared_data / "dicom" / "zoo" / "broken" / "badVR.dcm")
    assert len(rows) > 20


def test_text_file_is_refused_or_empty(tmp_path):
    (tmp_path / "a.dcm").write_bytes(b"")
    with pytest.raises(MedviewerError):
        tags.read_tags(tmp_path / "a.dcm")
