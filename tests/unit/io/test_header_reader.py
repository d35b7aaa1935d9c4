"""The header reader on synthetic files; real files are compared with pydicom in test_headers_real_data."""

from __future__ import annotations

import io
import os
import struct
import tracemalloc
import zlib
from pathlib import Path

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from medviewer.errors import MedviewerError, UnreadableFile
from medviewer.io import header_reader, header_runs
from medviewer.io.header_reader import read_header, read_header_bytes
from tests.helpers.dicom_factory import (
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    make_dataset,
    make_instance,
    make_series,
)

NATIVE = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian]


@pytest.mark.parametrize("syntax", NATIVE)
@pytest.mark.parametrize(("preamble", "meta"), [(True, True), (False, True), (False, False)])
def test_pixels_are_found_in_every_native_form(tmp_path: Path, syntax: str, preamble: bool, meta: bool) -> None:
    path = make_instance(tmp_path / "a", transfer_syntax=syntax, preamble=preamble, meta=meta)
    header = read_header(path)
    assert header.transfer_syntax_uid == syntax
    assert (header.rows, header.columns, header.signed, header.intercept) == (8, 10, True, -1024.0)
    assert header.big_endian == (syntax == ExplicitVRBigEndian)
    expected = bytes(pydicom.dcmread(path, force=True).PixelData)
    assert header.pixel_length == len(expected)
    assert path.read_bytes()[header.pixel_offset :][: header.pixel_length] == expected
    assert bool(header.warnings) == (not preamble)


def test_the_own_parser_reads_usual_files_without_pydicom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> str:
        raise AssertionError("pydicom was asked")

    monkeypatch.setattr(header_reader, "read_with_pydicom", forbidden)
    item = Dataset()
    item.ReferencedSOPInstanceUID = "1.2.3"
    inner = Dataset()
    inner.ReferencedImageSequence = Sequence([item])
    for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian, "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.1.99"):
        ds = make_dataset(ReferencedStudySequence=Sequence([inner, item]))
        ds["ReferencedStudySequence"].is_undefined_length = True
        inner.is_undefined_length_sequence_item = True
        header = read_header(make_instance(tmp_path / syntax, dataset=ds, transfer_syntax=syntax))
        assert header.columns == 10
        assert header.pixel_keyword == "PixelData"
        assert (header.pixel_offset >= 0) == (syntax in NATIVE)


def test_an_element_longer_than_the_window_is_jumped_over(tmp_path: Path) -> None:
    ds = make_dataset(ImageComments="x" * 9000, DerivationDescription="y" * 1000)
    ds.add_new(0x00291010, "OB", b"\x01\x02" * 500_000)
    path = make_instance(tmp_path / "a", dataset=ds)
    header = read_header(path)
    assert (header.rows, header.position) == (8, (0.0, 0.0, 0.0))
    assert path.read_bytes()[header.pixel_offset :][: header.pixel_length] == bytes(pydicom.dcmread(path).PixelData)


@pytest.mark.parametrize("text", ["nan", "inf", "1e400", "1_0", "12,5", "abc", "--1", "0x10", "1A"])
def test_a_number_that_is_none_is_left_out_with_a_warning(tmp_path: Path, text: str) -> None:
    path = make_instance(tmp_path / "a", SliceThickness="77777")
    path.write_bytes(path.read_bytes().replace(b"77777 ", text.ljust(6).encode()))
    header = read_header(path)
    assert header.slice_thickness is None
    assert any("slice thickness" in line for line in header.warnings)


@pytest.mark.parametrize("value", [b"0\\0 ", b"-1\\1", b"nan\\1", b"1\\inf", b"1e400\\1", b"1 "])
def test_impossible_spacing_never_becomes_millimetres(tmp_path: Path, value: bytes) -> None:
    path = make_instance(tmp_path / "a", PixelSpacing=[11111, 22222])
    stored = b"11111.0\\22222.0 "
    data = path.read_bytes()
    assert stored in data
    path.write_bytes(data.replace(stored, value.ljust(len(stored))))
    header = read_header(path)
    assert header.pixel_spacing == ()
    assert any("pixel spacing" in line for line in header.warnings)


def test_a_zero_orientation_is_left_out(tmp_path: Path) -> None:
    header = read_header(make_instance(tmp_path / "a", ImageOrientationPatient=[0, 0, 0, 0, 0, 0]))
    assert header.orientation == ()
    assert any("orientation" in line for line in header.warnings)


def test_missing_uids_are_made_from_the_content_and_stay_the_same(tmp_path: Path) -> None:
    without = {"SOPInstanceUID": None, "StudyInstanceUID": None, "SeriesInstanceUID": None, "SOPClassUID": None}
    ds = make_dataset(k=1, **without)
    a = make_instance(tmp_path / "a", dataset=ds, meta=False)
    b = make_instance(tmp_path / "b", dataset=make_dataset(k=2, **without), meta=False)
    first, again, other = read_header(a), read_header(a), read_header(b)
    assert first.sop_instance_uid == again.sop_instance_uid != other.sop_instance_uid
    assert first.series_uid == other.series_uid
    for uid in (first.sop_instance_uid, first.study_uid, first.series_uid):
        assert pydicom.uid.UID(uid).is_valid
        assert uid.startswith("2.25.")
    assert len(first.warnings) >= 3


@pytest.mark.parametrize(
    ("charset", "raw", "expected"),
    [
        ("GB18030", "王^小东".encode("gb18030"), "王^小东"),
        ("GBK", "王^小东".encode("gbk"), "王^小东"),
        ("ISO_IR 192", "Łukasz^Ź".encode(), "Łukasz^Ź"),
        ("ISO_IR 100", "Müller^Jürgen".encode("latin_1"), "Müller^Jürgen"),
        ("ISO_IR 144", "Люкceмбypг".encode("iso8859_5"), "Люкceмбypг"),
        ("", "Müller".encode(), "Müller"),
    ],
)
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_names_are_decoded_by_their_character_set(
    tmp_path: Path, charset: str, raw: bytes, expected: str, syntax: str
) -> None:
    raw += b" " * (len(raw) % 2)
    ds = make_dataset(PatientName="N" * len(raw), SpecificCharacterSet=charset or None)
    path = make_instance(tmp_path / "a", dataset=ds, transfer_syntax=syntax)
    path.write_bytes(path.read_bytes().replace(b"N" * len(raw), raw))
    header = read_header(path)
    assert header.patient_name == expected
    assert bool(header.warnings) == (charset == "")


def test_invalid_text_is_replaced_and_said(tmp_path: Path) -> None:
    path = make_instance(tmp_path / "a", PatientName="NNNNNN", SpecificCharacterSet="ISO_IR 192")
    path.write_bytes(path.read_bytes().replace(b"NNNNNN", b"A\xff\xfeB^C"))
    header = read_header(path)
    assert header.patient_name == "A��B^C"
    assert any("character set" in line for line in header.warnings)


def test_the_padding_value_has_the_sign_of_the_pixels(tmp_path: Path) -> None:
    ds = make_dataset()
    ds.add_new(0x00280120, "US", 63536)  # written as unsigned by mistake, as many scanners do
    assert read_header(make_instance(tmp_path / "a", dataset=ds)).padding == -2000


@pytest.mark.parametrize(
    ("creator", "block", "tag", "vr", "value", "expected"),
    [
        ("SIEMENS MR HEADER", 0x00190010, 0x0019100C, "IS", "800", 800.0),
        ("GEMS_PARM_01", 0x00430010, 0x00431039, "IS", [1000000800, 8, 0, 0], 800.0),
        ("Philips Imaging DD 001", 0x20010010, 0x20011003, "FL", 800.0, 800.0),
        ("SOMEBODY ELSE", 0x00190010, 0x0019100C, "IS", "800", None),
    ],
)
def test_private_b_values_count_only_for_their_maker(
    tmp_path: Path, creator: str, block: int, tag: int, vr: str, value: object, expected: float | None
) -> None:
    ds = make_dataset(Modality="MR")
    ds.add_new(block, "LO", creator)
    ds.add_new(tag, vr, value)
    assert read_header(make_instance(tmp_path / "a", dataset=ds)).b_value == expected


def test_the_window_list_keeps_pairs(tmp_path: Path) -> None:
    ds = make_dataset(WindowCenter=[40, -600], WindowWidth=[400, 1500], WindowCenterWidthExplanation=["SOFT", "LUNG"])
    header = read_header(make_instance(tmp_path / "a", dataset=ds))
    assert header.window_centers == (40.0, -600.0)
    assert header.window_widths == (400.0, 1500.0)
    assert header.window_explanations == ("SOFT", "LUNG")
    header = read_header(make_instance(tmp_path / "b", WindowCenter=[40, 50], WindowWidth=400))
    assert (header.window_centers, header.window_widths) == ((40.0,), (400.0,))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"just text, more than sixteen bytes of it", "not a DICOM file"),
        (b"\0" * 4096, "not a DICOM file"),
        (b"\0" * 128 + b"DICM", "no usable elements"),
        (b"\0" * 128 + b"DICM" + b"\xff" * 200, "header|elements"),
    ],
)
def test_what_is_not_dicom_is_refused_by_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=sentence):
        read_header(path)


def test_pipes_folders_and_missing_files_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "missing"):
        with pytest.raises(UnreadableFile):
            read_header(path)


def test_a_cut_file_says_so(tmp_path: Path) -> None:
    path = make_instance(tmp_path / "a")
    data = path.read_bytes()
    path.write_bytes(data[:-40])
    header = read_header(path)
    assert any("cut short" in line for line in header.warnings)
    assert header.pixel_length == 160
    path.write_bytes(data[: header.pixel_offset - 60])
    assert read_header(path).pixel_keyword == ""


def test_a_deflate_bomb_costs_little_memory(tmp_path: Path) -> None:
    path = make_instance(tmp_path / "a", pixels=None, transfer_syntax="1.2.840.10008.1.2.1.99")
    data = path.read_bytes()
    start = data.index(b"1.2.840.10008.1.2.1.99") + 22
    head = data[: _end_of_meta(data)]
    assert start <= len(head)
    body = struct.pack("<HH2sHI", 0x0008, 0x0001, b"OB", 0, 0x7FFFFFF0)
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = io.BytesIO()
    bomb.write(deflater.compress(body))
    for _ in range(200):
        bomb.write(deflater.compress(b"\0" * (1 << 20)))
    bomb.write(deflater.flush())
    path.write_bytes(head + bomb.getvalue())
    tracemalloc.start()
    header = read_header(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not header.pixel_keyword
    assert any("ends inside its header" in line for line in header.warnings)
    assert peak < 160 << 20


def _end_of_meta(data: bytes) -> int:
    (length,) = struct.unpack_from("<I", data, 140)
    return 144 + int(length)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_deep_nesting_is_refused(tmp_path: Path, syntax: str) -> None:
    path = make_instance(tmp_path / "a", transfer_syntax=syntax, pixels=None)
    explicit = syntax == ExplicitVRLittleEndian
    sequence = struct.pack("<HH", 0x0008, 0x1140)
    sequence += (b"SQ\0\0" if explicit else b"") + b"\xff\xff\xff\xff"
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    data = path.read_bytes()
    path.write_bytes(data[: _end_of_meta(data)] + (sequence + item) * 5000)
    with pytest.raises(UnreadableFile):
        read_header(path)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_what_was_learnt_from_other_files_changes_nothing(tmp_path: Path, syntax: str) -> None:
    def vary(k: int) -> dict[str, object]:
        values: dict[str, object] = {
            "WindowCenter": [40, 50][k // 7 % 2],
            "WindowWidth": 400,
            "PatientName": "Müller" if k % 5 else "Meier",
        }
        if k == 9:
            values |= {"SpecificCharacterSet": "ISO_IR 192", "StudyDescription": None}
        if k == 12:
            values |= {"Rows": 4, "SliceThickness": None, "ImagePositionPatient": None}
        return values

    paths = make_series(tmp_path, 20, transfer_syntax=syntax, vary=vary, SpecificCharacterSet="ISO_IR 100")
    header_runs.memories.__init__()  # type: ignore[misc]
    together = [read_header(path) for path in paths]
    used = header_runs.memories.explicit if syntax == ExplicitVRLittleEndian else header_runs.memories.implicit
    assert used.runs
    for path, header in zip(paths, together, strict=True):
        header_runs.memories.__init__()  # type: ignore[misc]
        assert read_header(path) == header
        ds = pydicom.dcmread(path)
        assert header.patient_name == str(ds.PatientName)
        assert header.window_centers == (float(ds.WindowCenter),)
        assert header.study_description == ds.get("StudyDescription", "")


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_damaged_headers_raise_nothing_but_the_told_error(data: st.DataObject) -> None:
    buffer = bytearray(_SAMPLES[data.draw(st.integers(0, len(_SAMPLES) - 1))])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(buffer) - 1))
        buffer[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(100, len(buffer)))
    try:
        header = read_header_bytes(bytes(buffer[:cut]), path="/x")
    except MedviewerError:
        return
    assert header.sop_instance_uid
    assert header.frames >= 1


def _samples() -> list[bytes]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return [
            make_instance(Path(folder) / str(number), transfer_syntax=syntax, PatientName="A^B").read_bytes()
            for number, syntax in enumerate([*NATIVE, "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5"])
        ]


_SAMPLES = _samples()
