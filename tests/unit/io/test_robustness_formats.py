"""Files that brought the reader down, made it hang or grow, in an attack on the finished program."""

from __future__ import annotations

import gzip
import json
import os
import struct
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from medviewer.errors import Cancelled, MedviewerError, TooLarge, UnreadableFile
from medviewer.io import dataset, isolated, nifti, probe, research
from medviewer.io.dicomdir import referenced_files
from medviewer.io.header_reader import read_header
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.scan import scan
from tests.helpers.dicom_factory import make_instance
from tests.helpers.mutator import other_mutants

DEFLATED = b"1.2.840.10008.1.2.1.99"
META_IMAGE = (
    "ObjectType = Image\nNDims = {ndims}\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
    "CompressedData = False\nDimSize = 6 5 4\nElementType = MET_SHORT\nElementDataFile = {data}\n"
)


def meta_image(path: Path, ndims: str = "3", data: str = "LOCAL") -> Path:
    path.write_bytes(META_IMAGE.format(ndims=ndims, data=data).encode() + np.arange(120, dtype="<i2").tobytes())
    return path


def deflated_file(path: Path, body: bytes, sop_class: bytes = b"") -> Path:
    elements = b""
    if sop_class:
        elements += b"\x02\x00\x02\x00UI" + struct.pack("<H", len(sop_class)) + sop_class
    elements += b"\x02\x00\x10\x00UI" + struct.pack("<H", len(DEFLATED)) + DEFLATED
    meta = b"\x02\x00\x00\x00UL\x04\x00" + struct.pack("<I", len(elements)) + elements
    path.write_bytes(bytes(128) + b"DICM" + meta + body)
    return path


def bomb(start: bytes, zeros: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(start)
    for _ in range(zeros >> 20):
        packed += packer.compress(bytes(1 << 20))
    return packed + packer.flush()


# --- native readers that crash or hang


@pytest.mark.process
def test_a_header_that_crashes_metaio_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(research, "_HEADER_LIMIT_S", 1.0)
    # MetaIO writes outside its arrays for a negative number of dimensions: SIGSEGV in SimpleITK 2.5.
    with pytest.raises(UnreadableFile):
        research.describe(meta_image(tmp_path / "a.mha", "-1"))
    monkeypatch.setattr(research, "_HEADER_LIMIT_S", 20.0)
    assert research.describe(meta_image(tmp_path / "b.mha")).geometry.shape_zyx == (4, 5, 6)


@pytest.mark.process
def test_a_header_over_which_metaio_runs_for_ever_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(research, "_HEADER_LIMIT_S", 1.0)
    with pytest.raises(UnreadableFile):
        research.describe(meta_image(tmp_path / "a.mha", "1e308"))
    monkeypatch.setattr(research, "_HEADER_LIMIT_S", 20.0)
    values = research.read_array(meta_image(tmp_path / "b.mha"))
    np.testing.assert_array_equal(values, np.arange(120).reshape(4, 5, 6))


@pytest.mark.process
def test_isolated_calls_survive_what_they_run() -> None:
    with pytest.raises(UnreadableFile, match="broke down"):
        isolated.call("os:abort", (), limit_s=20, memory_bytes=1 << 28)
    with pytest.raises(UnreadableFile, match="too long"):
        isolated.call("time:sleep", (60,), limit_s=0.2, memory_bytes=1 << 28)
    with pytest.raises(UnreadableFile, match="damaged"):
        isolated.call("math:sqrt", (-1,), limit_s=20, memory_bytes=1 << 28)
    if sys.platform == "linux":
        with pytest.raises(TooLarge):
            isolated.call("builtins:bytearray", (8 << 30,), limit_s=20, memory_bytes=1 << 28)
    assert isolated.call("math:sqrt", (9,), limit_s=20, memory_bytes=1 << 28) == 3.0


@pytest.mark.process
def test_an_isolated_call_is_cancelled_in_the_middle() -> None:
    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) > 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        isolated.call("time:sleep", (60,), limit_s=90, memory_bytes=1 << 28, check=check)
    assert isolated.call("math:sqrt", (4,), limit_s=20, memory_bytes=1 << 28) == 2.0


@pytest.mark.process
def test_arrays_come_back_with_and_without_shared_memory() -> None:
    expected = np.arange(1000, dtype=np.int64)
    for result_bytes in (0, expected.nbytes):
        found = isolated.call("numpy:arange", (1000,), limit_s=20, memory_bytes=1 << 28, result_bytes=result_bytes)
        np.testing.assert_array_equal(found, expected)
        found[0] = 7  # its own memory, which nothing writes to later


# --- bombs


def peak_bytes(work: object) -> int:
    tracemalloc.start()
    try:
        work()  # type: ignore[operator]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("start", [b"", b"\x08\x00\x05\x00ZZ\x04\x00ISO1"], ids=["zeros", "odd-element"])
def test_deflated_header_is_never_given_to_pydicom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    # pydicom inflates the rest of such a file in one piece, whatever its size becomes.
    inflated: list[int] = []
    monkeypatch.setattr(zlib, "decompress", lambda *_: inflated.append(1) or b"")
    monkeypatch.setattr(dataset, "_MAX_ELEMENTS", 2000)
    path = deflated_file(tmp_path / "a.dcm", bomb(start, 48 << 20))
    with pytest.raises(UnreadableFile):
        read_header(path)
    with pytest.raises(MedviewerError):
        dataset.open_dataset(str(path))
    assert not inflated


def test_deflated_dicomdir_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from medviewer.io import frame_location

    monkeypatch.setattr(frame_location, "_MOST_INFLATED_BYTES", 1 << 20)
    path = deflated_file(tmp_path / "DICOMDIR", bomb(b"", 64 << 20), b"1.2.840.10008.1.3.10")

    def read() -> None:
        with pytest.raises(UnreadableFile):
            referenced_files(str(path))

    assert peak_bytes(read) < 32 << 20


def test_megabytes_of_zeros_end_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "_MAX_ELEMENTS", 2000)
    path = make_instance(tmp_path / "a.dcm")
    data = Path(path).read_bytes()
    at = data.index(b"\x28\x00\x10\x00US")
    Path(path).write_bytes(data[:at] + bytes(12 << 20))
    (found,) = scan([path])
    assert isinstance(found, LeftOut)


def nifti_header(shape_xyz: tuple[int, ...]) -> bytes:
    head = bytearray(352)
    struct.pack_into("<i", head, 0, 348)
    struct.pack_into("<8h", head, 40, len(shape_xyz), *shape_xyz, *[1] * (7 - len(shape_xyz)))
    struct.pack_into("<hh", head, 70, 4, 16)
    struct.pack_into("<8f", head, 76, *[1.0] * 8)
    struct.pack_into("<f", head, 108, 352.0)
    head[344:348] = b"n+1\0"
    return bytes(head)


@pytest.mark.process
def test_gzip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.nii.gz"
    path.write_bytes(gzip.compress(nifti_header((700, 700, 700)) + bytes(1 << 16)))
    with pytest.raises(TooLarge, match="far more than"):
        research.read_array(path)


@pytest.mark.process
def test_volumes_of_a_compressed_file_in_any_order(tmp_path: Path) -> None:
    values = np.arange(5 * 4 * 3 * 2, dtype="<i2").reshape(5, 4, 3, 2)  # t z y x
    path = tmp_path / "a.nii.gz"
    path.write_bytes(gzip.compress(nifti_header((2, 3, 4, 5)) + values.tobytes()))
    for part in (0, 1, 2, 4, 3, 3, 0, 4):
        np.testing.assert_array_equal(nifti.read_part(path, part), values[part])
    other = values[::-1].copy()
    path.write_bytes(gzip.compress(nifti_header((2, 3, 4, 5)) + other.tobytes()) + b"\0")
    np.testing.assert_array_equal(nifti.read_part(path, 1), other[1])


@pytest.mark.process
def test_more_volumes_than_can_be_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.nii.gz"
    path.write_bytes(gzip.compress(nifti_header((1, 1, 1, 32767)) + bytes(2 * 32767)))
    with pytest.raises(TooLarge, match="32,767 volumes"):
        research.describe(path)


# --- sizes that are all there, and still too large


def test_too_many_frames_and_too_large_frames(tmp_path: Path) -> None:
    many = Path(make_instance(tmp_path / "many.dcm", pixels=np.zeros((2, 1, 1), np.uint16)))
    data = many.read_bytes()
    data = data.replace(b"\x28\x00\x08\x00IS\x02\x002 ", b"\x28\x00\x08\x00IS\x08\x005000000 ")
    at = data.rindex(b"\xe0\x7f\x10\x00")
    with open(many, "wb") as file:
        file.write(data[: at + 8] + struct.pack("<I", 10_000_000))
        file.truncate(at + 12 + 10_000_000)
    found = probe.probe(many)
    assert found["status"] == "refused"
    assert "5,000,000 frames" in found["reason"]

    large = Path(make_instance(tmp_path / "large.dcm", pixels=np.zeros((4, 4), np.uint16)))
    data = large.read_bytes()
    for tag in (b"\x28\x00\x10\x00US", b"\x28\x00\x11\x00US"):
        place = data.index(tag) + 8
        data = data[:place] + struct.pack("<H", 40000) + data[place + 2 :]
    at = data.rindex(b"\xe0\x7f\x10\x00")
    with open(large, "wb") as file:  # sparse: it takes no place on the disk
        file.write(data[: at + 8] + struct.pack("<I", 40000 * 40000 * 2))
        file.truncate(at + 12 + 40000 * 40000 * 2)
    found = probe.probe(large)
    assert found["status"] == "refused"
    assert "larger than" in found["reason"]


def test_blocks_of_rows_change_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.random.default_rng(5).integers(0, 4000, (37, 29)).astype(np.uint16)
    path = make_instance(tmp_path / "a.dcm", pixels=pixels, PixelPaddingValue=17)
    whole = probe.probe(path)
    monkeypatch.setattr(probe, "_BLOCK_PIXELS", 100)
    blocks = probe.probe(path)
    assert whole["stored"] == {
        "min": int(pixels.min()),
        "max": int(pixels.max()),
        "mean": pytest.approx(pixels.mean()),
    }
    for key in ("stored", "modality", "modality_nopad"):
        assert blocks[key] == pytest.approx(whole[key])


# --- names in files


@pytest.mark.parametrize("name", ["/etc/passwd", "../outside.raw", "..\\outside.raw", "C:\\outside.raw", "a/../../x"])
def test_values_outside_the_folder_are_never_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.raw").write_bytes(bytes(240))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.mhd").write_text(META_IMAGE.format(ndims=3, data=name))
    (tmp_path / "in" / "b.nhdr").write_text(
        f"NRRD0004\ntype: short\ndimension: 3\nsizes: 6 5 4\nencoding: raw\nendian: little\ndata file: {name}\n\n"
    )
    found = list(scan([tmp_path / "in"]))
    assert len(found) == 2
    for one in found:
        assert isinstance(one, LeftOut)
        assert "another folder" in one.reason


def test_values_below_the_folder_are_read(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.raw").write_bytes(bytes(240))
    (tmp_path / "a.mhd").write_text(META_IMAGE.format(ndims=3, data="raw/a.raw"))
    assert [one for one in scan([tmp_path / "a.mhd"]) if isinstance(one, InstanceHeader)]


# --- archives and pictures


def test_archive_whose_lzma_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.dcm", os.urandom(3000))
    data = bytearray(path.read_bytes())
    data[60:400] = bytes(340)
    path.write_bytes(data)
    found = list(scan([path]))
    assert all(isinstance(one, LeftOut) for one in found)
    assert any("inside the archive" in one.reason for one in found if isinstance(one, LeftOut))


def test_a_png_is_not_decoded_to_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image, ImageFile

    Image.fromarray(np.zeros((30, 40), np.uint8)).save(tmp_path / "a.png")

    def load(_self: object) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    (found,) = scan([tmp_path / "a.png"])
    assert isinstance(found, InstanceHeader)
    assert (found.rows, found.columns) == (30, 40)


def test_a_png_with_exif_is_turned(tmp_path: Path) -> None:
    from PIL import Image

    from medviewer.io import raster

    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(raster.read_array(tmp_path / "a.png")[0], np.rot90(pixels, -1))


def test_a_picture_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    size = struct.pack(">IIBBBBB", 9900, 9900, 16, 2, 0, 0, 0)
    for name, packed in (("a", zlib.compress(bytes(100))), ("b", zlib.compress(bytes(1 << 20)))):
        path = tmp_path / f"{name}.png"
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", packed) + chunk(b"IEND", b""))
        found = probe.probe(path)
        assert found["status"] == "refused"
        assert "far more than" in found["reason"]


# --- mutants of every other format, through the door


@pytest.mark.process
def test_mutants_of_other_formats(tmp_path: Path, project_root: Path) -> None:
    import SimpleITK
    from PIL import Image

    rng = np.random.default_rng(0)
    volume = SimpleITK.GetImageFromArray(rng.integers(0, 999, (5, 12, 14)).astype(np.int16))
    grey = Image.fromarray(rng.integers(0, 255, (20, 30)).astype(np.uint8))
    made = tmp_path / "made"
    made.mkdir()
    for name in ("a.nrrd", "a.mha", "a.nii", "a.nii.gz"):
        SimpleITK.WriteImage(volume, str(made / name), name != "a.mha")
    for name in ("a.png", "a.tif", "a.jpg"):
        grey.save(made / name)
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA):
        with zipfile.ZipFile(made / f"{method}.zip", "w", method) as archive:
            archive.write(made / "a.png", "a.png")
            archive.writestr("b.dcm", Path(make_instance(tmp_path / "b.dcm")).read_bytes())
    originals = [
        (".nii.gz" if p.name.endswith(".nii.gz") else p.suffix, p.read_bytes()) for p in sorted(made.iterdir())
    ]
    folder = tmp_path / "mutants"
    folder.mkdir()
    for name, data in other_mutants(originals, 120, 77):
        (folder / name).write_bytes(data)
    names = sorted(os.listdir(folder))
    done = subprocess.run(
        [sys.executable, "-m", "medviewer", "probe", "--stdin"], input="".join(f"{folder / n}\n" for n in names),
        capture_output=True, text=True, timeout=200, cwd=project_root, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(names)
    for name, one in zip(names, found, strict=True):
        assert one["status"] in {"loaded", "refused"}, name
        assert not any(word in one["reason"] for word in ("mistake", "fault", "Error", "Exception")), (name, one)
    assert sorted(os.listdir(folder)) == names


# --- streams that end too early inside a file that is whole


@pytest.mark.process
@pytest.mark.parametrize("lossless", [False, True], ids=["baseline", "lossless"])
def test_a_cut_jpeg_stream_is_refused_and_one_without_end_marker_is_not(tmp_path: Path, lossless: bool) -> None:
    import imagecodecs
    import pydicom
    from pydicom.encaps import encapsulate

    y, x = np.mgrid[:64, :80]
    pixels = ((x * 3 + y * 2 + (x * y) % 7) % 256).astype(np.uint8)
    stream = imagecodecs.jpeg8_encode(pixels, lossless=lossless, level=None if lossless else 90)
    expected = imagecodecs.jpeg8_decode(stream)

    def probed(data: bytes) -> dict[str, object]:
        found = pydicom.dcmread(make_instance(tmp_path / "a.dcm", pixels=pixels))
        found.file_meta.TransferSyntaxUID = f"1.2.840.10008.1.2.4.{70 if lossless else 50}"
        found.add_new(0x7FE00010, "OB", encapsulate([data]))
        found["PixelData"].is_undefined_length = True
        found.save_as(tmp_path / "b.dcm")
        return probe.probe(tmp_path / "b.dcm")

    for whole in (stream, stream.removesuffix(b"\xff\xd9"), stream + b"\0\0"):
        found = probed(whole)
        assert found["status"] == "loaded", found
        assert found["stored"] == {
            "min": expected.min(),
            "max": expected.max(),
            "mean": pytest.approx(expected.mean()),
        }
    for share in (0.5, 0.8, 0.95):
        found = probed(stream[: int(share * len(stream))])
        assert found["status"] == "refused"
        assert "cut short" in str(found["reason"])
