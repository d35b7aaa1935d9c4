"""How files are written: preambles, representations, private elements, character sets; read as the standard says."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pydicom.data
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from medviewer.core.image import CalibratedRegion, Facts, SpacingSource
from medviewer.io import volume
from medviewer.io.probe import probe
from medviewer.io.spacing import ultrasound_regions
from tests.helpers.dicom_factory import (
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    make_dataset,
    make_instance,
)

DEFLATED = "1.2.840.10008.1.2.1.99"
SYNTAXES = [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DEFLATED]
RNG = np.random.default_rng(23)


def pixels() -> np.ndarray:
    return RNG.integers(-1000, 3000, (7, 9)).astype(np.int16)


def check(path: Path, values: np.ndarray, **expected: object) -> None:
    found = probe(path)
    assert found["status"] == "loaded", found["reason"]
    assert (found["rows"], found["cols"]) == values.shape
    assert (found["stored"]["min"], found["stored"]["max"]) == (values.min(), values.max())
    for name, value in expected.items():
        assert found[name] == value
    np.testing.assert_array_equal(volume.load(path).array[0], values)


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian])
@pytest.mark.parametrize(("preamble", "meta"), [(True, True), (False, True), (True, False), (False, False)])
def test_without_preamble_or_meta_information(tmp_path, syntax, preamble, meta):
    values = pixels()
    path = make_instance(
        tmp_path / "a", transfer_syntax=syntax, preamble=preamble, meta=meta, pixels=values, PatientName="A^B"
    )
    check(path, values, patient_name="A^B", spacing_xy=[0.75, 0.5])


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_private_elements_of_undefined_length_before_the_pixels(tmp_path, syntax):
    values = pixels()
    ds = make_dataset(pixels=values)
    ds.add_new(0x00290010, "LO", "SIEMENS CSA HEADER")
    inner, outer = Dataset(), Dataset()
    inner.add_new(0x00290010, "LO", "X")
    inner.add_new(0x00291001, "OB", b"\xe0\x7f\x10\x00OW\0\0\x08\0\0\0")  # looks like pixel data
    outer.add_new(0x00290010, "LO", "X")
    outer.add_new(0x00291002, "SQ", Sequence([inner]))
    outer.Rows = 3  # of an icon, not of the image
    outer.PixelData = b"\1\2\3\4"
    outer["PixelData"].VR = "OW"
    ds.add_new(0x00291010, "SQ", Sequence([outer]))
    ds.IconImageSequence = Sequence([outer])
    for sequence in (ds[0x00291010], ds["IconImageSequence"]):
        sequence.is_undefined_length = True
        for one in sequence.value:
            one.is_undefined_length_sequence_item = True
    check(make_instance(tmp_path / "a", transfer_syntax=syntax, dataset=ds), values)


def test_unknown_representations(tmp_path):
    """Every element but the pixels as UN, as gateways write that did not know the tags (PS3.5 6.2.2 note 2)."""
    values = pixels()
    path = make_instance(tmp_path / "a", pixels=values, WindowCenter=40, WindowWidth=400)
    content = path.read_bytes()
    start = 132 + 12 + struct.unpack_from("<I", content, 140)[0]
    long_vrs = {b"OB", b"OW", b"SQ", b"UN", b"UT"}
    out, position = [content[:start]], start
    while position < len(content):
        tag, vr = content[position : position + 4], content[position + 4 : position + 6]
        if vr in long_vrs:
            (length,) = struct.unpack_from("<I", content, position + 8)
            header = 12
        else:
            (length,) = struct.unpack_from("<H", content, position + 6)
            header = 8
        body = content[position + header : position + header + length]
        kind = vr if tag == b"\xe0\x7f\x10\x00" else b"UN"
        out.append(tag + kind + b"\0\0" + struct.pack("<I", length) + body)
        position += header + length
    path.write_bytes(b"".join(out))
    check(path, values, spacing_xy=[0.75, 0.5], patient_name="Test^Patient")
    plan = volume.plan(volume.series_at(path))
    assert plan.voi(0).windows[0].center == 40
    assert plan.rescale.of_slice(0) == (1.0, -1024.0)


@pytest.mark.parametrize("vr", [b"UN", b"OB"])
def test_16_bit_pixels_under_another_representation(tmp_path, vr):
    values = pixels()
    path = make_instance(tmp_path / "a", pixels=values)
    content = path.read_bytes()
    at = content.rindex(b"\xe0\x7f\x10\x00OW")
    path.write_bytes(content[: at + 4] + vr + content[at + 6 :])
    check(path, values)


def test_elements_after_the_pixels(tmp_path):
    values = pixels()
    ds = make_dataset(pixels=values)
    ds.add_new(0xFFFCFFFC, "OB", b"\0" * 64)
    check(make_instance(tmp_path / "a", dataset=ds), values)


@pytest.mark.parametrize("length", ["group"])
def test_group_lengths_of_old_files(tmp_path, length):
    values = pixels()
    ds = make_dataset(pixels=values)
    for group in (0x0008, 0x0010, 0x0020, 0x0028, 0x7FE0):
        ds.add_new(group << 16, "UL", 12345)  # wrong, as they often are
    check(make_instance(tmp_path / "a", transfer_syntax=ImplicitVRLittleEndian, dataset=ds), values)


@pytest.mark.parametrize("coded", SYNTAXES[:3])
@pytest.mark.parametrize("named_as", SYNTAXES[:3])
def test_data_set_that_is_not_coded_as_it_says(tmp_path, coded, named_as):
    values = pixels()
    path = make_instance(tmp_path / "a", transfer_syntax=coded, pixels=values, WindowCenter=40, WindowWidth=400)
    content = path.read_bytes()
    old, new = (uid.encode() + b"\0" * (len(uid) % 2) for uid in (coded, named_as))
    at = content.index(b"\x02\x00\x10\x00UI")
    (group,) = struct.unpack_from("<I", content, 140)
    content = content[:140] + struct.pack("<I", group + len(new) - len(old)) + content[144:]
    path.write_bytes(content[: at + 6] + struct.pack("<H", len(new)) + new + content[at + 8 + len(old) :])
    found = probe(path)
    if {coded, named_as} >= {ExplicitVRBigEndian} and coded != named_as and found["status"] == "refused":
        assert found["reason"]  # the order of bytes must not be guessed wrongly; refusing is right too
        return
    check(path, values, patient_name="Test^Patient", spacing_xy=[0.75, 0.5])
    assert volume.plan(volume.series_at(path)).voi(0).windows[0].width == 400


def test_pixels_longer_than_needed(tmp_path):
    """Trailing padding after the last frame (pydicom's MR_small_padded)."""
    values = pixels()
    check(make_instance(tmp_path / "a", pixels=values, PixelData=values.tobytes() + b"\1\2\3\4" * 8), values)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("frames", ["", "0", None, "1 "])
def test_number_of_frames_that_says_nothing(tmp_path, syntax, frames):
    values = pixels()
    ds = make_dataset(pixels=values)
    if frames is not None:
        ds.add_new(0x00280008, "IS", None)
        ds[0x00280008]._value = frames
    check(make_instance(tmp_path / "a", transfer_syntax=syntax, dataset=ds), values)


# --- row 29: character sets


def named(path: Path, charset: list[str] | str | None, raw: bytes, syntax: str = ExplicitVRLittleEndian) -> Path:
    """A file whose PatientName is exactly `raw`."""
    raw += b" " * (len(raw) % 2)
    ds = make_dataset(PatientName="@" * len(raw), SpecificCharacterSet=charset)
    make_instance(path, transfer_syntax=syntax, dataset=ds)
    content = path.read_bytes()
    assert content.count(b"@" * len(raw)) == 1
    path.write_bytes(content.replace(b"@" * len(raw), raw))
    return path


E = b"\x1b"
CHARSETS = {
    "GB18030": ("GB18030", "Wang^XiaoDong=王^小东=".encode("gb18030"), "Wang^XiaoDong=王^小东"),
    "GB18030, four bytes": ("GB18030", "Li^Wei=李^㐂".encode("gb18030"), "Li^Wei=李^㐂"),
    "GBK": ("GBK", "Zhang^San=张^三".encode("gbk"), "Zhang^San=张^三"),
    "UTF-8": ("ISO_IR 192", "Wang=王^小東=ワン".encode(), "Wang=王^小東=ワン"),
    "Latin 1": ("ISO_IR 100", "Buc^Jérôme".encode("latin-1"), "Buc^Jérôme"),
    "Latin 2": ("ISO_IR 101", "Wałęsa^Łukasz".encode("iso8859-2"), "Wałęsa^Łukasz"),
    "Cyrillic": ("ISO_IR 144", "Люкceмбypг".encode("iso8859-5"), "Люкceмбypг"),
    "Greek": ("ISO_IR 126", "Διονυσιος".encode("iso8859-7"), "Διονυσιος"),
    "Arabic": ("ISO_IR 127", "قباني^لنزار".encode("iso8859-6"), "قباني^لنزار"),
    "Hebrew": ("ISO_IR 138", "שרון^דבורה".encode("iso8859-8"), "שרון^דבורה"),
    "Turkish": ("ISO_IR 148", "Çavuşoğlu".encode("iso8859-9"), "Çavuşoğlu"),
    "Thai": ("ISO_IR 166", "สมชาย".encode("tis-620"), "สมชาย"),
    # PS3.5 H.3.1, H.3.2
    "ISO 2022 IR 87": (
        ["", "ISO 2022 IR 87"],
        b"Yamada^Tarou="
        + E
        + b"$B;3ED"
        + E
        + b"(B^"
        + E
        + b"$BB@O:"
        + E
        + b"(B="
        + E
        + b"$B$d$^$@"
        + E
        + b"(B^"
        + E
        + b"$B$?$m$&"
        + E
        + b"(B",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ),
    "ISO 2022 IR 13 and 87": (
        ["ISO 2022 IR 13", "ISO 2022 IR 87"],
        b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3="
        + E
        + b"$B;3ED"
        + E
        + b"(J^"
        + E
        + b"$BB@O:"
        + E
        + b"(J="
        + E
        + b"$B$d$^$@"
        + E
        + b"(J^"
        + E
        + b"$B$?$m$&"
        + E
        + b"(J",
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ),
    "ISO_IR 13 alone": ("ISO_IR 13", b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3", "ﾔﾏﾀﾞ^ﾀﾛｳ"),
    # PS3.5 I.2
    "ISO 2022 IR 149": (
        ["", "ISO 2022 IR 149"],
        b"Hong^Gildong="
        + E
        + b"$)C\xfb\xf3^"
        + E
        + b"$)C\xd1\xce\xd4\xd7="
        + E
        + b"$)C\xc8\xab^"
        + E
        + b"$)C\xb1\xe6\xb5\xbf",
        "Hong^Gildong=洪^吉洞=홍^길동",
    ),
    # PS3.5 K.2
    "ISO 2022 IR 58": (
        ["", "ISO 2022 IR 58"],
        b"Zhang^XiaoDong=" + E + b"$)A\xd5\xc5^" + E + b"$)A\xd0\xa1\xb6\xab=",
        "Zhang^XiaoDong=张^小东",
    ),
    "two Latin sets": (
        ["ISO 2022 IR 100", "ISO 2022 IR 144"],
        "Müller^".encode("latin-1") + E + b"-L" + "Иван".encode("iso8859-5"),
        "Müller^Иван",
    ),
}


@pytest.mark.parametrize("syntax", SYNTAXES[:3])
@pytest.mark.parametrize("name", CHARSETS)
def test_names_in_every_character_set(tmp_path, name, syntax):
    charset, raw, expected = CHARSETS[name]
    found = probe(named(tmp_path / "a", charset, raw, syntax))
    assert found["patient_name"] == expected
    assert not [line for line in found["warnings"] if "character" in line]


@pytest.mark.parametrize(
    ("charset", "raw", "expected", "told"),
    [
        (None, "Wang=王^小东".encode(), "Wang=王^小东", True),  # UTF-8 undeclared is recognised
        (None, b"Plain^Name", "Plain^Name", False),
        ("ISO_IR 192", "Müller".encode("latin-1"), "M�ller", True),
        ("NO SUCH SET", b"Plain^Name", "Plain^Name", False),
        ("ISO_IR_100", "Müller".encode("latin-1"), "Müller", False),
        ("ISO-IR 100", "Müller".encode("latin-1"), "Müller", False),
    ],
)
def test_missing_and_wrong_character_sets(tmp_path, charset, raw, expected, told):
    found = probe(named(tmp_path / "a", charset, raw))
    assert found["patient_name"] == expected
    assert bool([line for line in found["warnings"] if "character" in line]) is told


def test_undeclared_chinese_is_guessed_and_told(tmp_path):
    """GB18030 without (0008,0005): a guess may be wrong, so it is told; it must not raise or lose the file."""
    found = probe(named(tmp_path / "a", None, "张三".encode("gb18030")))
    assert found["status"] == "loaded"
    assert any("character" in line for line in found["warnings"])


# --- row 24: ultrasound regions


def region(x0: int, y0: int, x1: int, y1: int, dx: float, dy: float, ux: int, uy: int) -> Dataset:
    ds = Dataset()
    ds.RegionLocationMinX0, ds.RegionLocationMinY0, ds.RegionLocationMaxX1, ds.RegionLocationMaxY1 = x0, y0, x1, y1
    ds.PhysicalDeltaX, ds.PhysicalDeltaY = dx, dy
    ds.PhysicalUnitsXDirection, ds.PhysicalUnitsYDirection = ux, uy
    ds.RegionSpatialFormat, ds.RegionDataType, ds.RegionFlags = 1, 1, 0
    return ds


def test_ultrasound_regions_have_their_own_units(tmp_path):
    regions = [region(0, 0, 59, 39, 0.05, 0.04, 3, 3), region(0, 40, 59, 79, 0.01, -2.0, 4, 7)]
    path = make_instance(
        tmp_path / "a",
        Modality="US",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.6.1",
        Rows=80,
        Columns=60,
        PixelSpacing=None,
        SequenceOfUltrasoundRegions=Sequence(regions),
        RescaleSlope=None,
        RescaleIntercept=None,
    )
    found = ultrasound_regions(pydicom.dcmread(path))
    assert [(r.unit_x, r.unit_y, r.is_spatial) for r in found] == [("cm", "cm", True), ("s", "cm/s", False)]
    plan = volume.plan(volume.series_at(path))
    assert plan.geometry.spacing_xyz_mm[:2] == pytest.approx((0.5, 0.4))
    assert plan.facts.pixel_aspect == 1.0  # never stretched
    assert plan.facts.spacing_source == "region"


def test_where_regions_meet_the_priority_of_the_file_decides(tmp_path):
    """PS3.3 C.8.5.5.1.3: tissue of low priority under colour flow and a spectrum; a grey bar without a scale."""
    tissue = region(0, 0, 99, 79, 0.05, 0.05, 3, 3)
    tissue.RegionFlags = 1
    flow = region(10, 10, 29, 29, 0.05, 0.05, 3, 3)
    zoomed = region(50, 0, 99, 39, 0.01, 0.01, 3, 3)
    spectrum = region(0, 60, 99, 79, 0.01, 2.0, 4, 7)
    bar = region(90, 40, 99, 59, 0.0, 0.0, 0, 0)
    path = make_instance(
        tmp_path / "a",
        Modality="US",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.6.1",
        pixels=np.zeros((80, 100), np.uint8),
        PixelSpacing=None,
        RescaleSlope=None,
        RescaleIntercept=None,
        SequenceOfUltrasoundRegions=Sequence([tissue, flow, zoomed, spectrum, bar]),
    )
    loaded = volume.load(volume.series_at(path))
    facts, spacing = loaded.facts, loaded.geometry.spacing_xyz_mm[:2]
    assert spacing == pytest.approx((0.5, 0.5))
    for points, wanted in (
        (((1, 1), (40, 50)), 0.5),  # tissue
        (((1, 1), (20, 20)), 0.5),  # tissue to flow, which has the same scale
        (((55, 5), (95, 30)), 0.1),  # enlarged part
        (((1, 1), (55, 5)), None),  # from one scale to another
        (((1, 1), (40, 70)), None),  # tissue to spectrum
        (((92, 45), (95, 50)), None),  # on the grey bar
    ):
        found = facts.spacing_through(points, spacing)
        assert (found[0] if found else None) == (pytest.approx(wanted) if wanted else None), points


def test_a_smaller_region_of_low_priority_is_under_the_larger(tmp_path):
    large = CalibratedRegion(0, 0, 99, 99, (0.5, 0.5))
    small = CalibratedRegion(10, 10, 19, 19, (0.1, 0.1), low_priority=True)
    facts = Facts("US", SpacingSource.REGION, regions=(small, large))
    assert facts.spacing_through(((11, 11), (15, 15)), (1.0, 1.0)) == (0.5, 0.5)
    beside = Facts("US", SpacingSource.REGION, regions=(large, replace(large, x0=200, x1=299)))
    assert beside.spacing_through(((5, 5), (205, 5)), (1.0, 1.0)) is None


def test_doppler_alone_has_no_millimetres(tmp_path):
    path = make_instance(
        tmp_path / "a",
        Modality="US",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.6.1",
        PixelSpacing=None,
        SequenceOfUltrasoundRegions=Sequence([region(0, 0, 9, 7, 0.01, 2.0, 4, 7)]),
    )
    assert probe(path)["spacing_xy"] is None


# --- the doors


def test_doors_of_the_command_line_say_the_same(tmp_path):
    values = pixels()
    path = make_instance(
        tmp_path / "in" / "a", pixels=values, PatientName="Wang=王", SpecificCharacterSet="ISO_IR 192"
    )
    run = [
        sys.executable,
        "-m",
        "medviewer",
        "--data-dir",
        str(tmp_path / "d"),
        "--cache-dir",
        str(tmp_path / "c"),
        "--log-dir",
        str(tmp_path / "l"),
    ]
    door = subprocess.run([*run, "probe", str(path)], capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(door.stdout) == json.loads(json.dumps(probe(path)))
    door = subprocess.run(
        [*run, "series", str(path.parent), "--json"], capture_output=True, text=True, check=True, timeout=120
    )
    (series,) = json.loads(door.stdout)["series"]
    assert series["n_files"] == 1
    assert series["patient_name"] == "Wang=王"


SHIPPED = Path(pydicom.data.__file__).parent / "test_files"


@pytest.mark.process
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.dcm")), ids=lambda path: path.stem)
def test_odd_files_shipped_with_pydicom(path):
    """What pydicom decodes is decoded to the same values; what it cannot read is refused with a sentence or read."""
    found = probe(path)
    ds = pydicom.dcmread(path, force=True)
    try:
        expected = ds.pixel_array
    except (AttributeError, RuntimeError, ValueError):
        assert found["status"] == "loaded" or found["reason"].endswith(".")
        return
    assert found["status"] == "loaded", found["reason"]
    assert (found["stored"]["min"], found["stored"]["max"]) == (expected.min(), expected.max())
    assert found["stored"]["mean"] == pytest.approx(expected.mean(), rel=1e-9)
    assert found["patient_name"] == str(ds.get("PatientName", "")).rstrip("=")
