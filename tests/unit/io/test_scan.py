"""Scanning: every file is accounted for, whatever it is and whatever it is called."""

from __future__ import annotations

import gzip
import json
import os
import socket
import struct
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.scan import Scanner, scan
from tests.helpers.dicom_factory import make_instance, make_series


def _split(found: list[InstanceHeader | LeftOut]) -> tuple[list[InstanceHeader], dict[str, str]]:
    headers = [item for item in found if isinstance(item, InstanceHeader)]
    left = {item.member or os.path.basename(item.path): item.reason for item in found if isinstance(item, LeftOut)}
    return headers, left


def test_files_of_any_name_in_any_depth_are_found(tmp_path: Path) -> None:
    names = ["no_extension", "IM 1.jpg", "пациент.dcm", "a.b.c", ".hidden", "x" * 200]
    for k, name in enumerate(names):
        make_instance(tmp_path / ("d" * (k % 3 + 1)) / name, k=k)
    headers, left = _split(list(scan([tmp_path])))
    assert sorted(os.path.basename(h.path) for h in headers) == sorted(names)
    assert left == {}


def test_a_name_that_is_no_text_is_found(tmp_path: Path) -> None:
    source = make_instance(tmp_path / "a")
    name = os.fsencode(tmp_path) + b"/\xff\xfe.dcm"
    os.rename(os.fsencode(source), name)
    headers, _ = _split(list(scan([tmp_path])))
    assert os.fsencode(headers[0].path) == name


def test_every_kind_of_entry_gets_a_reason(tmp_path: Path) -> None:
    make_instance(tmp_path / "image")
    (tmp_path / "note.dcm").write_text("this is a letter")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "paper").write_bytes(b"%PDF-1.4 ...")
    (tmp_path / "data.json").write_text(json.dumps({"a": 1}))
    (tmp_path / "page.xml").write_text("<?xml version='1.0'?><a/>")
    (tmp_path / "random").write_bytes(bytes(range(1, 256)) * 10)
    (tmp_path / "broken link").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        old = os.getcwd()
        os.chdir(tmp_path)  # the name of a socket may not be long
        try:
            server.bind("socket")
        finally:
            os.chdir(old)
        scanner = Scanner()
        found = list(scanner.scan([tmp_path]))
    headers, left = _split(found)
    assert [os.path.basename(h.path) for h in headers] == ["image"]
    assert "text file" in left["note.dcm"]
    assert "empty" in left["empty"]
    assert "PDF" in left["paper"]
    assert "JSON" in left["data.json"]
    assert "XML" in left["page.xml"]
    assert "unknown" in left["random"]
    assert "link" in left["broken link"]
    assert "pipe" in left["pipe"]
    assert "socket" in left["socket"]
    not_files = {os.path.basename(i.path) for i in found if isinstance(i, LeftOut) and not i.is_file}
    assert not_files == {"broken link", "pipe", "socket"}
    assert scanner.files == len(found) - 3
    assert all(reason.endswith(".") for reason in left.values())


def test_loops_of_links_end_and_nothing_is_read_twice(tmp_path: Path) -> None:
    make_instance(tmp_path / "a" / "one")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")
    headers, left = _split(list(scan([tmp_path, tmp_path / "a", tmp_path / "a" / "one"])))
    assert len(headers) == 1
    assert set(left) == {"self"}


def test_known_files_are_left_out_silently(tmp_path: Path) -> None:
    paths = make_series(tmp_path, 3)
    status = paths[1].stat()
    known = {str(paths[1]): (status.st_size, status.st_mtime_ns)}
    scanner = Scanner(known=lambda path, size, mtime: known.get(path) == (size, mtime))
    headers, _ = _split(list(scanner.scan([tmp_path])))
    assert {h.path for h in headers} == {str(paths[0]), str(paths[2])}
    assert (scanner.files, scanner.skipped) == (3, 1)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_of_an_archive_are_read_in_memory(tmp_path: Path, compression: int) -> None:
    files = make_series(tmp_path / "s", 3)
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(files[0], "x")
    target = tmp_path / "out" / "study.dat"
    target.parent.mkdir()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for k, path in enumerate(files):
            archive.write(path, f"DICOM/{k}")
        archive.writestr("../../escape.dcm", files[0].read_bytes())
        archive.writestr("readme.txt", "hello, this is some text")
        archive.write(inner, "inner.zip")
        archive.writestr("empty", b"")
    before = set(tmp_path.rglob("*"))
    scanner = Scanner()
    headers, left = _split(list(scanner.scan([target])))
    assert set(tmp_path.rglob("*")) == before
    assert [h.member for h in headers] == ["DICOM/0", "DICOM/1", "DICOM/2", "../../escape.dcm"]
    assert {h.path for h in headers} == {str(target)}
    with zipfile.ZipFile(target) as archive:
        for h in headers:
            value = archive.read(h.member)[h.pixel_offset :][: h.pixel_length]
            assert len(value) == 160
            assert np.frombuffer(value, "<i2")[1] - np.frombuffer(value, "<i2")[0] == 3
    assert "text" in left["readme.txt"]
    assert "archive" in left["inner.zip"]
    assert "empty" in left["empty"]
    assert "7 files" in left["study.dat"]
    assert scanner.files == 8


def test_hostile_archives_are_refused_with_a_reason(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("big", b"\0" * (300 << 20))
    data = bytearray((tmp_path / "bomb.zip").read_bytes())
    (tmp_path / "cut.zip").write_bytes(data[: len(data) // 2])
    # The encryption flag, in the local header and in the central directory.
    encrypted = bytearray(data)
    encrypted[6] |= 1
    encrypted[encrypted.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(encrypted)
    _, left = _split(list(scan([tmp_path / "bomb.zip"])))
    assert "suspicious" in left["big"]
    _, left = _split(list(scan([tmp_path / "cut.zip"])))
    assert "damaged" in left["cut.zip"]
    _, left = _split(list(scan([tmp_path / "locked.zip"])))
    assert "encrypted" in left["big"]


def test_a_dicomdir_leads_to_its_files(tmp_path: Path, shared_data: Path) -> None:
    directory = shared_data / "dicom" / "zoo" / "dicomdir" / "DICOMDIR"
    found = list(scan([directory]))
    headers, left = _split(found)
    assert len(headers) == 31  # as the README of the data says
    assert set(left) == {"DICOMDIR"}
    # Without its files, each is reported as missing, and in a folder nothing is read twice.
    (tmp_path / "DICOMDIR").write_bytes(directory.read_bytes())
    missing = [item for item in scan([tmp_path]) if isinstance(item, LeftOut) and not item.is_file]
    assert len(missing) == 31
    everything = Counter(item.path for item in scan([directory.parent]))
    assert max(everything.values()) == 1
    assert len(everything) == sum(path.is_file() for path in directory.parent.rglob("*"))


def test_research_headers_equal_simpleitk(tmp_path: Path) -> None:
    image = sitk.GetImageFromArray(np.arange(4 * 5 * 6, dtype=np.int16).reshape(4, 5, 6))
    image.SetSpacing((0.5, 0.75, 2.5))
    for name in ("a.nii", "b.nii.gz", "c.nrrd", "d.nhdr", "e.mha", "f.mhd", "g.hdr"):
        sitk.WriteImage(image, str(tmp_path / name))
    four = sitk.JoinSeries([image, image, image])
    sitk.WriteImage(four, str(tmp_path / "h.nii"))
    sitk.WriteImage(sitk.Compose(image, image, image), str(tmp_path / "i.nrrd"))
    scanner = Scanner()
    found = list(scanner.scan([tmp_path]))
    headers, left = _split(found)
    by_name = {os.path.basename(h.path): h for h in headers}
    assert set(by_name) == {"a.nii", "b.nii.gz", "c.nrrd", "d.nhdr", "e.mha", "f.mhd", "g.hdr", "h.nii", "i.nrrd"}
    for name, header in by_name.items():
        assert header.shape_zyx == (4, 5, 6), name
        assert header.spacing_xyz_mm == pytest.approx((0.5, 0.75, 2.5)), name
        assert header.frames == (3 if name == "h.nii" else 1)
        assert header.channels == (3 if name == "i.nrrd" else 1)
        assert header.bits_allocated == 16
    companions = {path.name for path in tmp_path.iterdir()} - set(by_name)
    assert set(left) == companions
    assert all(reason.startswith("Belongs to ") for reason in left.values())
    (tmp_path / "f.raw").unlink(missing_ok=True)
    (tmp_path / "f.zraw").unlink(missing_ok=True)
    _, left = _split(list(scan([tmp_path / "f.mhd"])))
    assert "not there" in left["f.mhd"]


@pytest.mark.parametrize("dims", [(-3, 5, 5), (0, 5, 5), (30000, 30000, 30000)])
def test_a_nifti_header_allocates_nothing(tmp_path: Path, dims: tuple[int, int, int]) -> None:
    head = bytearray(352)
    struct.pack_into("<i", head, 0, 348)
    struct.pack_into("<8h", head, 40, 3, *dims, 1, 1, 1, 1)
    struct.pack_into("<h", head, 70, 4)
    head[344:348] = b"n+1\0"
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(bytes(head)))
    headers, left = _split(list(scan([tmp_path])))
    assert bool(left) == (min(dims) < 1)
    assert all(h.spacing_xyz_mm == () for h in headers)


def test_pictures_and_their_orientation(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (30, 20)).save(tmp_path / "a.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (30, 20)).save(tmp_path / "b.dat", "JPEG", exif=exif)
    pages = [Image.new("I;16", (30, 20)) for _ in range(3)]
    pages[0].save(tmp_path / "c.tif", save_all=True, append_images=pages[1:])
    (tmp_path / "d.png").write_bytes((tmp_path / "a.png").read_bytes()[:30])
    headers, left = _split(list(scan([tmp_path])))
    sizes = {h.format: (h.columns, h.rows, h.channels, h.frames, h.bits_allocated) for h in headers}
    assert sizes == {"png": (30, 20, 3, 1, 8), "jpeg": (20, 30, 1, 1, 8), "tiff": (30, 20, 1, 3, 16)}
    assert set(left) == {"d.png"}


def test_signals_of_the_shared_data(shared_data: Path) -> None:
    # Rates and durations as the README of the data gives them (read there with wfdb and SciPy).
    headers, left = _split(list(scan([shared_data / "signals", shared_data / "dicom" / "zoo" / "ecg"])))
    got = {os.path.basename(h.path): (h.sampling_rate_hz, h.channels, h.duration_s) for h in headers}
    assert got["100.hea"] == (360.0, 2, pytest.approx(1805.6, abs=0.1))
    assert got["s0010_re.hea"] == (1000.0, 15, pytest.approx(38.4))
    assert got["a103l.hea"] == (250.0, 3, pytest.approx(330.0))
    assert got["rec1.wav"] == (1000.0, 1, pytest.approx(29.5))
    assert got["waveform_ecg.dcm"] == (1000.0, 12, pytest.approx(10.0))
    assert {name for name, reason in left.items() if reason.startswith("Belongs")} == {
        "100.dat",
        "100.atr",
        "s0010_re.dat",
        "s0010_re.xyz",
        "a103l.mat",
    }


def test_all_files_of_the_shared_data_are_accounted_for(shared_data: Path) -> None:
    scanner = Scanner()
    places = Counter((item.path, item.member) for item in scanner.scan([shared_data]))
    assert max(places.values()) == 1
    plain = {path for path, member in places if not member}
    archives = {path for path, member in places if member}
    assert plain | archives == {str(path) for path in shared_data.rglob("*") if path.is_file()}
    assert scanner.files == len(places)
