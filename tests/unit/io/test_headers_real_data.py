"""Every header field of every DICOM file of the shared data, against pydicom."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

import pydicom
import pytest

from medviewer.errors import UnreadableFile
from medviewer.io import header_runs
from medviewer.io.header_reader import read_header

TEXT = {
    "sop_class_uid": "SOPClassUID",
    "sop_instance_uid": "SOPInstanceUID",
    "study_date": "StudyDate",
    "series_date": "SeriesDate",
    "acquisition_date": "AcquisitionDate",
    "acquisition_datetime": "AcquisitionDateTime",
    "study_time": "StudyTime",
    "series_time": "SeriesTime",
    "acquisition_time": "AcquisitionTime",
    "content_time": "ContentTime",
    "accession_number": "AccessionNumber",
    "modality": "Modality",
    "manufacturer": "Manufacturer",
    "institution": "InstitutionName",
    "referring_physician": "ReferringPhysicianName",
    "station_name": "StationName",
    "study_description": "StudyDescription",
    "series_description": "SeriesDescription",
    "patient_name": "PatientName",
    "patient_id": "PatientID",
    "patient_birth_date": "PatientBirthDate",
    "patient_sex": "PatientSex",
    "contrast_agent": "ContrastBolusAgent",
    "body_part": "BodyPartExamined",
    "sequence_name": "SequenceName",
    "protocol_name": "ProtocolName",
    "convolution_kernel": "ConvolutionKernel",
    "patient_position": "PatientPosition",
    "study_uid": "StudyInstanceUID",
    "series_uid": "SeriesInstanceUID",
    "study_id": "StudyID",
    "frame_of_reference_uid": "FrameOfReferenceUID",
    "photometric": "PhotometricInterpretation",
    "burned_in": "BurnedInAnnotation",
    "spacing_calibration": "PixelSpacingCalibrationType",
    "rescale_type": "RescaleType",
    "voi_function": "VOILUTFunction",
    "units": "Units",
}
NUMBER = {
    "echo_number": "EchoNumbers",
    "series_number": "SeriesNumber",
    "acquisition_number": "AcquisitionNumber",
    "instance_number": "InstanceNumber",
    "temporal_position": "TemporalPositionIdentifier",
    "slice_thickness": "SliceThickness",
    "repetition_time": "RepetitionTime",
    "echo_time": "EchoTime",
    "inversion_time": "InversionTime",
    "spacing_between": "SpacingBetweenSlices",
    "trigger_time": "TriggerTime",
    "frame_time_ms": "FrameTime",
    "magnification": "EstimatedRadiographicMagnificationFactor",
    "gantry_tilt": "GantryDetectorTilt",
    "flip_angle": "FlipAngle",
    "slice_location": "SliceLocation",
    "intercept": "RescaleIntercept",
    "slope": "RescaleSlope",
    "lossy_ratio": "LossyImageCompressionRatio",
}
COUNT = {
    "samples": ("SamplesPerPixel", 1),
    "planar": ("PlanarConfiguration", 0),
    "rows": ("Rows", 0),
    "columns": ("Columns", 0),
    "bits_allocated": ("BitsAllocated", 0),
    "bits_stored": ("BitsStored", 0),
}
TUPLE = {
    "image_type": "ImageType",
    "patient_orientation": "PatientOrientation",
    "window_centers": "WindowCenter",
    "window_widths": "WindowWidth",
    "position": "ImagePositionPatient",
    "orientation": "ImageOrientationPatient",
    "pixel_spacing": "PixelSpacing",
    "imager_spacing": "ImagerPixelSpacing",
    "nominal_spacing": "NominalScannedPixelSpacing",
    "pixel_aspect": "PixelAspectRatio",
}
NEEDS_DETAIL = ("PerFrameFunctionalGroupsSequence", "VOILUTSequence", "ModalityLUTSequence", "OverlayRows")
NATIVE = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"}
# pydicom keeps the bad value of these; the header says so in a warning.
ODD = {
    ("badVR.dcm", "frames"),
    ("RG1_J2KI.dcm", "pixel_spacing"),
}


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, pydicom.multival.MultiValue) and len(value) else value


def _list(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, (pydicom.multival.MultiValue, list, tuple)) else [value]


def _text(value: Any) -> str:
    if value is None:
        return ""
    joined = "\\".join(map(str, value)) if isinstance(value, pydicom.multival.MultiValue) else str(value)
    return joined.strip(" \0\t\r\n")


def _differences(path: Path) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            header = read_header(path)
        except UnreadableFile:
            return []
        ds = pydicom.dcmread(path, force=True, defer_size=4096)
        if len(ds) == 0:  # pydicom gives up on encapsulated pixel data that are cut short
            ds = pydicom.dcmread(path, stop_before_pixels=True)
            ds.PixelData = b""
        found: list[str] = []

        def check(field: str, expected: Any, *, near: bool = False) -> None:
            if (path.name, field) in ODD:
                return
            got = getattr(header, field)
            if near and got is not None and expected is not None:
                same = math.isclose(got, expected, rel_tol=1e-12)
            else:
                same = got == expected
            if not same:
                found.append(f"{path.name} {field}: {got!r} instead of {expected!r}")

        made = [w for w in header.warnings if "was made from" in w]
        for field, keyword in TEXT.items():
            expected = _text(ds.get(keyword))
            if field in {"study_uid", "series_uid", "sop_instance_uid", "sop_class_uid"} and not expected:
                meta = getattr(ds, "file_meta", {})
                name = {"sop_class_uid": "MediaStorageSOPClassUID", "sop_instance_uid": "MediaStorageSOPInstanceUID"}
                expected = _text(meta.get(name.get(field, ""), ""))
                if not expected:
                    if field != "sop_class_uid" and not made:
                        found.append(f"{path.name} {field}: neither there nor made")
                    continue
            check(field, expected)
        for field, keyword in NUMBER.items():
            value = _first(ds.get(keyword))
            check(field, None if value in (None, "") else float(value), near=True)
        for field, (keyword, default) in COUNT.items():
            value = _first(ds.get(keyword))
            check(field, default if value is None else int(value))
        for field, keyword in TUPLE.items():
            values = _list(ds.get(keyword))
            if field in {"image_type", "patient_orientation"}:
                check(field, tuple(str(v).strip() for v in values) if any(map(str, values)) else ())
            else:
                check(field, tuple(float(v) for v in values))
        if (path.name, "frames") not in ODD:
            check("frames", int(ds.get("NumberOfFrames") or 1))
        check("signed", ds.get("PixelRepresentation") == 1)
        if "PixelPaddingValue" in ds:
            value = int(ds.PixelPaddingValue)
            check("padding", value - 65536 if header.signed and value > 32767 else value)
        keyword = next((k for k in ("PixelData", "FloatPixelData", "DoubleFloatPixelData") if k in ds), "")
        check("pixel_keyword", keyword)
        if header.pixel_offset >= 0:
            raw = path.read_bytes()[header.pixel_offset :][: header.pixel_length]
            if raw != ds[keyword].value[: header.pixel_length]:
                found.append(f"{path.name}: pixel offset {header.pixel_offset} is wrong")
        syntax = _text(getattr(getattr(ds, "file_meta", None), "TransferSyntaxUID", ""))
        if header.pixel_offset < 0 and keyword and syntax in NATIVE:
            found.append(f"{path.name}: no pixel offset for native pixels")
        if syntax:
            check("transfer_syntax_uid", syntax)
        if any(ds.get(k) for k in NEEDS_DETAIL) and not header.detail:
            found.append(f"{path.name}: detail is not set")
        return found


def test_every_field_equals_pydicom(shared_data: Path) -> None:
    files = [p for root in ("dicom", "nasty") for p in sorted((shared_data / root).rglob("*")) if p.is_file()]
    read = 0
    differences: list[str] = []
    for path in files:
        if path.suffix in {".txt", ".gz"} or path.name.startswith("DICOMDIR"):
            continue
        read += 1
        differences += _differences(path)
    assert read > 700
    assert not differences, "\n".join(differences[:60])


@pytest.mark.parametrize(
    ("name", "patient"),
    [
        ("chrX1.dcm", "Wang^XiaoDong=王^小東"),
        ("chrH31.dcm", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ("chrGreek.dcm", "Διονυσιος"),
        ("chrArab.dcm", "قباني^لنزار"),
        ("chrKoreanMulti.dcm", "김희중"),
        ("chrJapMulti.dcm", "やまだ^たろう"),
    ],
)
def test_names_in_their_own_script(shared_data: Path, name: str, patient: str) -> None:
    # The names as the DICOM standard (PS3.5 annexes H, I, J) and the authors of the files give them.
    header = read_header(shared_data / "dicom" / "zoo" / "charset" / name)
    assert header.patient_name == patient


def test_reading_many_files_gives_what_reading_each_alone_gives(shared_data: Path) -> None:
    files = [p for p in sorted((shared_data / "dicom").rglob("*")) if p.is_file()]
    together = [_read(path) for path in files]
    for path, header in zip(files, together, strict=True):
        header_runs.memories.__init__()  # type: ignore[misc]
        assert _read(path) == header


def _read(path: Path) -> object:
    try:
        return read_header(path)
    except UnreadableFile as error:
        return error.message
