"""Cut the two sample studies of `resources/samples` from their published series.

    python packaging/cut_samples.py SOURCE [TARGET]

SOURCE holds the folders `ct_chest_lidc-0314` and `mr_brain_t1_studyforrest` with the published DICOM files. What is
kept is real and contiguous: neighbouring slices of the source series, cut to a rectangle, pixel values untouched.
A cut image is a derived image (PS3.3 C.7.6.1.1.2), so it gets new SOP Instance and Series Instance UIDs, made from
the old ones so that two runs write equal files; ImagePositionPatient moves with the cut, the frame of reference
stays.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid
from pydicom.valuerep import DSfloat

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Cut:
    """One sample series: where it comes from and what is kept.

    Attributes
    ----------
    source : str
        Folder of the published series, inside SOURCE.
    target : str
        Folder written, inside TARGET.
    slices, rows, columns : tuple of int
        First kept and first not kept, slices counted along the normal of the image planes from the lowest.
    study, series : str
        StudyDescription and SeriesDescription, where the source has none or a technical one.
    dropped : tuple of str
        Attributes that are wrong in the source or no longer true after the cut.
    """

    source: str
    target: str
    slices: tuple[int, int]
    rows: tuple[int, int]
    columns: tuple[int, int]
    study: str
    series: str
    dropped: tuple[str, ...]


CUTS = (
    Cut(
        source="ct_chest_lidc-0314",
        target="ct-chest",
        slices=(5, 59),
        rows=(120, 456),
        columns=(24, 488),
        study="Sample study: chest CT",
        series="Chest, 4 mm apart",
        # ReconstructionDiameter described the full matrix; SliceLocation runs against the positions.
        dropped=("ReconstructionDiameter", "SliceLocation"),
    ),
    Cut(
        source="mr_brain_t1_studyforrest",
        target="mr-brain",
        slices=(34, 89),
        rows=(64, 352),
        columns=(16, 256),
        study="Sample study: brain MR",
        series="T1-weighted, de-faced",
        # PatientOrientation L\R contradicts ImageOrientationPatient.
        dropped=("PatientOrientation", "PregnancyStatus"),
    ),
)


def normal_of(dataset: Dataset) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Unit normal of the image plane in patient coordinates (PS3.3 C.7.6.2.1.1)."""
    orientation = np.array([float(value) for value in dataset.ImageOrientationPatient])
    normal: np.ndarray[tuple[int], np.dtype[np.float64]] = np.cross(orientation[:3], orientation[3:])
    return normal


def place_of(dataset: Dataset) -> float:
    """Where the slice lies along its normal, in mm."""
    return float(normal_of(dataset) @ np.array([float(value) for value in dataset.ImagePositionPatient]))


def cut_slice(source: Dataset, cut: Cut, step_mm: float) -> Dataset:
    """The derived, cut image of one source image, pixel values unchanged."""
    result = Dataset()
    for element in source:
        private = element.tag.is_private
        group_length = element.tag.element == 0
        if not (private or group_length or element.keyword in cut.dropped):
            result.add(element)
    (top, bottom), (left, right) = cut.rows, cut.columns
    pixels = source.pixel_array[top:bottom, left:right]
    row_mm, column_mm = (float(value) for value in source.PixelSpacing)
    orientation = np.array([float(value) for value in source.ImageOrientationPatient])
    position = np.array([float(value) for value in source.ImagePositionPatient])
    # PS3.3 C.7.6.2.1-1: moving by columns follows the row direction, and the other way round.
    position = position + left * column_mm * orientation[:3] + top * row_mm * orientation[3:]

    result.SOPInstanceUID = derived_uid(source.SOPInstanceUID)
    result.SeriesInstanceUID = derived_uid(source.SeriesInstanceUID)
    result.ImageType = ["DERIVED", "SECONDARY", *list(source.ImageType)[2:]]
    result.DerivationDescription = f"Cut to rows {top + 1}-{bottom}, columns {left + 1}-{right} of the source image"
    result.StudyDescription = cut.study
    result.SeriesDescription = cut.series
    result.SpacingBetweenSlices = DSfloat(step_mm, auto_format=True)
    result.ImagePositionPatient = [DSfloat(value, auto_format=True) for value in position]
    result.Rows, result.Columns = pixels.shape
    result.PixelData = np.ascontiguousarray(pixels).tobytes()
    result["PixelData"].VR = "OW"

    result.file_meta = FileMetaDataset()
    result.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    result.file_meta.MediaStorageSOPClassUID = result.SOPClassUID
    result.file_meta.MediaStorageSOPInstanceUID = result.SOPInstanceUID
    return result


def derived_uid(uid: str) -> str:
    """A UID that is always the same for the same source UID."""
    return str(generate_uid(entropy_srcs=["medviewer sample study", str(uid)]))


def cut_series(cut: Cut, source: Path, target: Path) -> int:
    """Write one sample series; the number of bytes written."""
    files = sorted(path for path in (source / cut.source).iterdir() if path.suffix == ".dcm")
    datasets = sorted((pydicom.dcmread(path) for path in files), key=place_of)
    kept = datasets[slice(*cut.slices)]
    steps_mm = np.diff([place_of(dataset) for dataset in kept])
    if not len(kept) or np.ptp(steps_mm) > 1e-3:
        raise SystemExit(f"{cut.source}: the slices kept are not evenly spaced")
    folder = target / cut.target
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.dcm"):
        old.unlink()
    total = 0
    for number, dataset in enumerate(kept, start=1):
        path = folder / f"{number:03d}.dcm"
        cut_slice(dataset, cut, round(float(steps_mm.mean()), 4)).save_as(path, enforce_file_format=True)
        total += path.stat().st_size
    return total


def main(arguments: Sequence[str] | None = None) -> int:
    """Cut every sample series and print what was written."""
    parser = argparse.ArgumentParser(description="Cut the sample studies from their published series.")
    parser.add_argument("source", type=Path, help="folder with the published series")
    parser.add_argument(
        "target",
        type=Path,
        nargs="?",
        default=Path(__file__).resolve().parents[1] / "resources" / "samples",
        help="folder to write to (default: resources/samples)",
    )
    options = parser.parse_args(arguments)
    for cut in CUTS:
        total = cut_series(cut, options.source, options.target)
        files = sorted((options.target / cut.target).glob("*.dcm"))
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
        print(f"{cut.target}: {len(files)} files, {total / 1e6:.2f} MB, sha256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
