"""Indexing, opening, decoding, memory and growth against pydicom, SimpleITK, dcmdump and plain reading."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import UID

from medviewer.io import volume
from medviewer.io.header_reader import read_header
from tests.helpers.dicom_factory import make_instance, make_series, stable_uid
from tests.perf.measure import Row, Table, compare, ct_slice, in_turns

pytestmark = [pytest.mark.perf, pytest.mark.slow]

FULL_HEADER: dict[str, object] = {
    "Manufacturer": "SYNTHETIC",
    "InstitutionName": "Test Hospital",
    "StationName": "CT1",
    "ReferringPhysicianName": "Doe^Ref",
    "BodyPartExamined": "CHEST",
    "ProtocolName": "Thorax",
    "ConvolutionKernel": "B30f",
    "KVP": 120,
    "ExposureTime": 500,
    "WindowCenter": 40,
    "WindowWidth": 400,
    "AcquisitionNumber": 1,
    "ContentTime": "101500",
}
# What scanners write beside what a viewer needs; about a hundred elements in all.
_TEXTS = """
    InstitutionAddress InstitutionalDepartmentName ManufacturerModelName DeviceSerialNumber SoftwareVersions
    FilterType ContrastBolusAgent ContrastBolusRoute ScanOptions ExposureModulationType
    PerformedProcedureStepID PerformedProcedureStepDescription RequestedProcedureID RequestedProcedureDescription
    ScheduledProcedureStepID RequestingService AdmissionID Occupation EthnicGroup RouteOfAdmissions DeviceID
    PositionReferenceIndicator StudyComments ImageComments PatientComments AdditionalPatientHistory Allergies
    RegionOfResidence CountryOfResidence MedicalRecordLocator InsurancePlanIdentification MilitaryRank BranchOfService
    ServiceEpisodeID
"""
_NUMBERS = """
    DataCollectionDiameter ReconstructionDiameter DistanceSourceToDetector DistanceSourceToPatient TableHeight
    PatientSize PatientWeight SingleCollimationWidth TotalCollimationWidth TableSpeed TableFeedPerRotation
    SpiralPitchFactor CTDIvol EstimatedDoseSaving GantryDetectorTilt SliceLocation FocalSpots
"""
FULL_HEADER |= dict.fromkeys(_TEXTS.split(), "SOME TEXT") | dict.fromkeys(_NUMBERS.split(), 1.0)
FULL_HEADER |= dict.fromkeys(("XRayTubeCurrent", "Exposure", "GeneratorPower", "ExposureInuAs"), 100)


@pytest.fixture(scope="module")
def small_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,000 files of 11 KB, each with a full header and 64 × 80 pixels."""
    folder = tmp_path_factory.mktemp("small")
    pixels = np.arange(64 * 80, dtype=np.int16).reshape(64, 80)
    make_series(folder, 1000, pixels=pixels, spacing_mm=1.0, **FULL_HEADER)
    return folder


@pytest.fixture(scope="module")
def ct_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A native CT of 300 slices of 512²."""
    folder = tmp_path_factory.mktemp("ct")
    one = ct_slice(512)
    make_series(folder, 300, vary=lambda k: {"pixels": np.roll(one, k, axis=1)}, spacing_mm=1.0, **FULL_HEADER)
    return folder


def test_index(table: Table, small_files: Path) -> None:
    """Headers only, warm, processor time per file (that of dcmdump in its own processes)."""
    files = sorted(small_files.iterdir())

    def ours() -> None:
        for file in files:
            read_header(file)

    def peer() -> None:
        for file in files:
            pydicom.dcmread(file, stop_before_pixels=True)

    def plain() -> None:
        for file in files:
            with open(file, "rb") as stream:
                stream.read(8192)

    compare(
        table,
        "Index a folder (warm, CPU per file)",
        "1,000 headers",
        {"medviewer": ours, "pydicom stop_before_pixels": peer, "plain read of 8 KB (limit)": plain},
        {"pydicom stop_before_pixels": "≥ 8×", "plain read of 8 KB (limit)": "≥ 0.06×"},
        rounds=3,
        cpu=True,
        per=len(files),
    )
    dcmdump = shutil.which("dcmdump")
    if dcmdump is None:
        table.value("Index a folder (warm, CPU per file)", "dcmdump", "not installed")
        return
    import resource

    best = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        for start in range(0, len(files), 500):
            command = [dcmdump, "-q", "+P", "0020,000d", *map(str, files[start : start + 500])]
            subprocess.run(command, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    mine = in_turns({"medviewer": ours}, rounds=3)["medviewer"].cpu_ms / len(files)
    other = sorted(best)[1] * 1e3 / len(files)
    table.add(
        Row(
            "Index a folder (warm, CPU per file)",
            "1,000 headers",
            "dcmdump +P, 500 files a call",
            mine,
            other,
            other / mine,
            "≥ 2×",
        )
    )


def test_open_native_ct(table: Table, ct_folder: Path) -> None:
    """300 slices of 512², 157 MB; ours gets the headers from the catalog, as the window does."""
    import SimpleITK as sitk

    files = [str(f) for f in sorted(ct_folder.iterdir())]
    series = volume.series_at(ct_folder)

    def ours() -> object:
        return volume.load(series)

    def itk() -> object:
        reader = sitk.ImageSeriesReader()
        reader.SetFileNames(files)
        return sitk.GetArrayViewFromImage(reader.Execute())

    def loop() -> object:
        return np.stack([pydicom.dcmread(f).pixel_array for f in files])

    def naive() -> object:
        slices = []
        for f in files:
            d = pydicom.dcmread(f)
            slices.append(d.pixel_array.astype(np.float64) * d.RescaleSlope + d.RescaleIntercept)
        return np.stack(slices).astype(np.int16)

    def plain() -> object:
        return [Path(f).read_bytes() for f in files]

    assert np.array_equal(ours().array, loop())  # type: ignore[attr-defined]
    compare(
        table,
        "Open a native CT (300 × 512², warm)",
        "whole volume",
        {
            "medviewer": ours,
            "SimpleITK series reader": itk,
            "pydicom loop, stored int16": loop,
            "pydicom loop, float64 rescale": naive,
            "plain read of the files (limit)": plain,
        },
        {
            "SimpleITK series reader": "≥ 8×",
            "pydicom loop, stored int16": "≥ 8×",
            "pydicom loop, float64 rescale": "≥ 40×",
            "plain read of the files (limit)": "≥ 0.4×",
        },
        rounds=3,
    )
    compare(
        table,
        "Open a native CT (300 × 512², warm)",
        "first slice (plan and one read)",
        {
            "medviewer": lambda: volume.plan(series).read_slice(150),
            "pydicom, one file": lambda: pydicom.dcmread(files[150]).pixel_array,
        },
        {"pydicom, one file": "≤ 150 ms"},
        rounds=5,
    )


def test_memory_while_loading(table: Table, ct_folder: Path) -> None:
    """Peak of resident memory over what the process had before, as a multiple of the volume."""
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of resident memory is read from /proc")
    code = (
        "import sys, json, re\n"
        "from medviewer.io import volume\n"
        # ru_maxrss is handed down from the process that started this one; VmHWM begins anew.
        "def peak(): return int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) * 1024\n"
        "series = volume.series_at(sys.argv[1]); volume.plan(series).read_slice(0)\n"
        "before = peak()\n"
        "image = volume.load(series)\n"
        "print(json.dumps([peak() - before, image.array.nbytes]))\n"
    )
    out = subprocess.run([sys.executable, "-c", code, str(ct_folder)], capture_output=True, text=True, check=True)
    grown, size = json.loads(out.stdout)
    table.value("Memory", "peak while loading ÷ volume", f"{grown / size:.2f}", "≤ 1.3")


SYNTAXES = {
    "JPEG lossless SV1": ("1.2.840.10008.1.2.4.70", "≥ 2.5×"),
    "JPEG-LS lossless": ("1.2.840.10008.1.2.4.80", "≥ 1.7×"),
    "JPEG 2000 lossless": ("1.2.840.10008.1.2.4.90", "≥ 1.3×"),
    "HTJ2K lossless": ("1.2.840.10008.1.2.4.201", "≥ 2.5×"),
    "RLE lossless": ("1.2.840.10008.1.2.5", "≥ 1×"),
}


def _encode(values: np.ndarray, syntax: str) -> bytes | None:
    import imagecodecs

    if syntax.endswith("4.70"):
        return bytes(imagecodecs.ljpeg_encode(values.view(np.uint16), bitspersample=16))
    if syntax.endswith("4.80"):
        return bytes(imagecodecs.jpegls_encode(values.view(np.uint16)))
    if syntax.endswith("4.90"):
        return bytes(imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k"))
    if syntax.endswith("4.201"):
        return bytes(imagecodecs.htj2k_encode(values))
    return None


@pytest.mark.parametrize("name", list(SYNTAXES))
def test_decode(table: Table, tmp_path: Path, name: str) -> None:
    """12 slices of 512², from file to stored values, against what pydicom does by itself; wall time."""
    from pydicom.encaps import encapsulate

    syntax, goal = SYNTAXES[name]
    slices = [np.clip(ct_slice(512, seed), 0, 4095).astype(np.int16) for seed in range(12)]
    files = []
    for k, values in enumerate(slices):
        path = tmp_path / f"{k}.dcm"
        try:
            data = _encode(values, syntax)
        except (RuntimeError, ValueError, AttributeError) as error:
            table.value("Decode (12 × 512², from file)", name, f"could not be encoded here: {type(error).__name__}")
            return
        if data is None:
            make_instance(path, k=k, pixels=values, transfer_syntax=syntax)
        else:
            make_instance(path, k=k, pixels=values)
            d = pydicom.dcmread(path)
            d.PixelData = encapsulate([data])
            d["PixelData"].is_undefined_length = True
            d["PixelData"].VR = "OB"
            d.file_meta.TransferSyntaxUID = UID(syntax)
            d.save_as(path)
        files.append(path)
    series = volume.series_at(tmp_path)
    found = volume.load(series).array  # also starts the decoder processes
    if not np.array_equal(found, np.stack(slices)):
        raise AssertionError(f"{name}: other pixels than were written")

    def ours() -> object:
        return volume.load(series)

    def peer() -> object:
        return [pydicom.dcmread(f).pixel_array for f in files]

    try:
        peer()
    except Exception as error:  # noqa: BLE001  # whatever the peer's decoder raises: it is told in the table
        table.value("Decode (12 × 512², from file)", name, f"pydicom cannot: {type(error).__name__}")
        return
    compare(
        table,
        "Decode (12 × 512², from file)",
        name,
        {"medviewer": ours, "pydicom by itself": peer},
        {"pydicom by itself": goal},
        rounds=5,
    )


def test_growth(table: Table, tmp_path: Path) -> None:
    """1,000 and 10,000 files: scanning and loading stay linear, and so does the list of studies."""
    pytest.importorskip("medviewer.io.catalog", reason="the catalog is not there")
    from medviewer.io.catalog import Catalog
    from medviewer.io.headers import LeftOut
    from medviewer.io.scan import scan

    def write(folder: Path, count: int) -> None:
        """Copies of one file with other UIDs of the same length: ten thousand in seconds."""
        folder.mkdir()
        model = make_instance(tmp_path / "model.dcm", pixels=np.zeros((16, 16), np.int16), **FULL_HEADER)
        data = model.read_bytes()
        old_instance = stable_uid("instance", "study", "series", 0).encode()
        old_series = stable_uid("series", "study", "series").encode()
        for n in range(count):
            number = f"{n:08d}".encode()
            part = f"{n // 100:08d}".encode()
            fresh = data.replace(old_instance, old_instance[:-8] + number)
            (folder / f"{n}.dcm").write_bytes(fresh.replace(old_series, old_series[:-8] + part))

    seconds: dict[int, tuple[float, float, float]] = {}
    for count in (1000, 10_000):
        folder = tmp_path / f"files{count}"
        write(folder, count)
        start = time.process_time()
        headers = [found for found in scan([folder]) if not isinstance(found, LeftOut)]
        scanned = time.process_time() - start
        assert len(headers) == count
        catalog = Catalog(tmp_path / f"catalog{count}")
        start = time.process_time()
        for first in range(0, count, 500):
            catalog.add(headers[first : first + 500])
        added = time.process_time() - start
        start = time.perf_counter()
        rows = catalog.studies("test", limit=50)
        searched = time.perf_counter() - start
        assert rows
        catalog.close()
        seconds[count] = (scanned, added, searched)
        shutil.rmtree(folder)
    for what, n in (("scan", 0), ("catalog add", 1)):
        per_small, per_large = seconds[1000][n] / 1000, seconds[10_000][n] / 10_000
        note = f"{per_small * 1e3:.3f} and {per_large * 1e3:.3f} ms per file"
        table.add(
            Row(
                "Growth 1,000 → 10,000 files",
                what,
                "itself at 1,000",
                per_large * 1e3,
                per_small * 1e3,
                per_small / per_large,
                "≈ 1× (linear)",
                note,
            )
        )
    table.value("Growth 1,000 → 10,000 files", "search, 10,000", f"{seconds[10_000][2] * 1e3:.1f} ms", "< 50 ms")


def test_large_catalog(table: Table, large_catalog: Path) -> None:
    """What the list asks for at every key while somebody types, at 100,000 instances."""
    from medviewer.io.catalog import Catalog

    group = "Catalog of 100,000 instances"
    start = time.perf_counter()
    with Catalog(large_catalog) as catalog:
        table.value(group, "open", f"{(time.perf_counter() - start) * 1e3:.1f} ms")
        times = []
        for word in ("name00012 given12", "series 12 thorax", "P0001", "2015", "no such thing"):
            for end in range(1, len(word) + 1):
                start = time.perf_counter()
                catalog.patients(word[:end], limit=200)
                catalog.studies(word[:end], limit=200)
                times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    text = f"median {times[len(times) // 2]:.1f} ms, worst {times[-1]:.1f} ms of {len(times)} keys"
    table.value(group, "search while typing (patients and studies)", text, "< 50 ms")
