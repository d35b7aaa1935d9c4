"""Synthetic DICOM written by pydicom: instances and series of any shape, for tests.

Every keyword that is a DICOM keyword becomes that element; ``None`` removes a default. UIDs are made from a seed, so
that the same call writes the same bytes.

    make_instance(tmp_path / "a", Modality="MR", Rows=4, Columns=6)
    make_series(tmp_path / "s", 20, spacing_mm=2.5, SeriesDescription="Thorax")
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import (
    CTImageStorage,
    EnhancedMRImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    MRImageStorage,
)

__all__ = [
    "EnhancedMRImageStorage",
    "ExplicitVRBigEndian",
    "ExplicitVRLittleEndian",
    "ImplicitVRLittleEndian",
    "make_dataset",
    "make_instance",
    "make_series",
    "stable_uid",
]


def stable_uid(*parts: object) -> str:
    """A valid UID (2.25. form) that depends on `parts` only."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:15], 'big')}"


def ramp(rows: int, columns: int, k: int = 0, dtype: Any = np.int16) -> NDArray[Any]:
    """A pattern in which every row, column and slice differs."""
    y, x = np.mgrid[:rows, :columns]
    return ((y * 7 + x * 3 + k * 11) % 1000).astype(dtype)


def make_dataset(
    *, k: int = 0, series: object = "series", study: object = "study", pixels: Any = "ramp", **keywords: Any
) -> Dataset:
    """A small valid CT (or what the keywords make of it).

    Parameters
    ----------
    k : int
        Number of the instance; gives InstanceNumber, position (5 mm steps) and the SOP instance UID.
    series, study : object
        Seeds of the series and study UIDs.
    pixels : ndarray, None or "ramp"
        (rows, columns), (frames, rows, columns), (rows, columns, 3) or (frames, rows, columns, 3); None: no pixels.
        Bits, sign, rows, columns, frames, samples are taken from it unless keywords say otherwise.
    **keywords
        DICOM elements by keyword; None removes one.
    """
    modality = keywords.get("Modality", "CT")
    values: dict[str, Any] = {
        "SOPClassUID": MRImageStorage if modality == "MR" else CTImageStorage,
        "SOPInstanceUID": stable_uid("instance", study, series, k),
        "StudyInstanceUID": stable_uid("study", study),
        "SeriesInstanceUID": stable_uid("series", study, series),
        "FrameOfReferenceUID": stable_uid("frame", study),
        "PatientID": "P1",
        "PatientName": "Test^Patient",
        "PatientBirthDate": "19700102",
        "PatientSex": "O",
        "StudyDate": "20240131",
        "StudyTime": "101500",
        "StudyID": "1",
        "StudyDescription": "Test study",
        "AccessionNumber": "A1",
        "SeriesNumber": 1,
        "SeriesDescription": "Test series",
        "Modality": modality,
        "InstanceNumber": k + 1,
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "ImagePositionPatient": [0.0, 0.0, 5.0 * k],
        "ImageOrientationPatient": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        "PixelSpacing": [0.5, 0.75],
        "SliceThickness": 5.0,
    }
    if modality == "CT":
        values |= {"RescaleSlope": 1.0, "RescaleIntercept": -1024.0}
    if pixels is not None:
        if isinstance(pixels, str):
            pixels = ramp(keywords.get("Rows", 8) or 8, keywords.get("Columns", 10) or 10, k)
        pixels = np.asarray(pixels)
        colour = pixels.ndim >= 3 and pixels.shape[-1] == 3 and keywords.get("SamplesPerPixel", 3) == 3
        plane = pixels.shape[:-1] if colour else pixels.shape
        bits = pixels.dtype.itemsize * 8
        values |= {
            "Rows": plane[-2],
            "Columns": plane[-1],
            "SamplesPerPixel": 3 if colour else 1,
            "PhotometricInterpretation": "RGB" if colour else "MONOCHROME2",
            "BitsAllocated": bits,
            "BitsStored": bits,
            "HighBit": bits - 1,
            "PixelRepresentation": int(pixels.dtype.kind == "i"),
        }
        if colour:
            values["PlanarConfiguration"] = 0
        if len(plane) == 3:
            values["NumberOfFrames"] = plane[0]
        data = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
        values["PixelData"] = data + b"\0" * (len(data) % 2)
    values |= keywords
    ds = Dataset()
    for keyword, value in values.items():
        if value is not None:
            setattr(ds, keyword, value)
    return ds


def make_instance(
    path: Path | str,
    *,
    transfer_syntax: str = ExplicitVRLittleEndian,
    preamble: bool = True,
    meta: bool = True,
    dataset: Dataset | None = None,
    **keywords: Any,
) -> Path:
    """Write one DICOM file and return its path.

    Parameters
    ----------
    path : Path or str
        Any name; folders are made.
    transfer_syntax : str
        A native syntax is written as such; an encapsulated one by pydicom's encoder (RLE Lossless always works).
    preamble, meta : bool
        False leaves out the 128-byte preamble with DICM, or the file meta group (as old systems did).
    dataset : Dataset, optional
        Written as it is instead of one made by `make_dataset`.
    **keywords
        As `make_dataset`.
    """
    ds = dataset if dataset is not None else make_dataset(**keywords)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    syntax = transfer_syntax
    big = syntax == ExplicitVRBigEndian
    encapsulated = syntax not in {ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian} and (
        syntax != "1.2.840.10008.1.2.1.99"
    )
    if "PixelData" in ds:
        width = int(ds.get("BitsAllocated", 16)) // 8
        ds["PixelData"].VR = "OW" if width > 1 else "OB"
        if big and width > 1:
            ds["PixelData"].value = np.frombuffer(ds.PixelData, f"<u{width}").byteswap().tobytes()
    file_meta = FileMetaDataset()
    file_meta.MediaStorageSOPClassUID = ds.get("SOPClassUID", "")
    file_meta.MediaStorageSOPInstanceUID = ds.get("SOPInstanceUID", "")
    file_meta.TransferSyntaxUID = ExplicitVRLittleEndian if encapsulated else syntax
    file_meta.ImplementationClassUID = stable_uid("dicom_factory")
    implicit = syntax == ImplicitVRLittleEndian
    out = FileDataset(
        str(path), ds, file_meta=file_meta, preamble=b"\0" * 128, is_implicit_VR=implicit, is_little_endian=not big
    )
    if encapsulated:
        out.compress(syntax, generate_instance_uid=False)
    if meta:
        out.save_as(path, enforce_file_format=True)
        if not preamble:
            path.write_bytes(path.read_bytes()[132:])
    else:
        body = Dataset(out)
        with path.open("wb") as stream:
            if preamble:
                stream.write(b"\0" * 128 + b"DICM")
            dcmwrite(
                stream, body, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=not big, force_encoding=True
            )
    return path


def make_series(
    folder: Path | str,
    n: int,
    *,
    spacing_mm: float = 5.0,
    name: str = "{k:04d}.dcm",
    vary: Callable[[int], dict[str, Any]] | None = None,
    order: Sequence[int] | None = None,
    transfer_syntax: str = ExplicitVRLittleEndian,
    **keywords: Any,
) -> list[Path]:
    """Write `n` instances of one series and return their paths, by k.

    Parameters
    ----------
    folder : Path or str
        Made if missing.
    n : int
        Number of instances.
    spacing_mm : float
        Distance along the normal of ImageOrientationPatient (default orientation: z).
    name : str
        File name with ``{k}``.
    vary : callable, optional
        ``vary(k)`` gives keywords of instance k (they win over `keywords`).
    order : sequence of int, optional
        File numbers in which the instances are named, to test that names do not matter.
    **keywords
        As `make_dataset`.
    """
    iop = keywords.get("ImageOrientationPatient", [1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    normal = np.cross(iop[:3], iop[3:]) if iop else np.zeros(3)
    origin = np.asarray(keywords.pop("ImagePositionPatient", None) or (0.0, 0.0, 0.0), dtype=float)
    paths: list[Path] = []
    for k in range(n):
        own = dict(keywords)
        if iop:
            own["ImagePositionPatient"] = [round(float(v), 6) for v in origin + normal * spacing_mm * k]
        own |= vary(k) if vary is not None else {}
        file_number = order[k] if order is not None else k
        paths.append(
            make_instance(Path(folder) / name.format(k=file_number), transfer_syntax=transfer_syntax, k=k, **own)
        )
    return paths
