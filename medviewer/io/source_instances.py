"""The instances that a result was made from: whose patient and study it shares, which of them each slice names."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import medviewer
from medviewer.core.labels import LabelMap
from medviewer.errors import DataError, GeometryMismatch, UnreadableFile
from medviewer.io.dataset import items, number, open_dataset, text, value
from medviewer.io.frames import FrameSource
from medviewer.io.functional_groups import FrameMeta

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

Source = FrameSource | str | os.PathLike[str]
"""One slice of the source: a frame as `io.volume_plan.VolumePlan.frames` has it, or a file of one frame."""

_NOT_DICOM = "This result names the DICOM images it was made from, and the source is no DICOM series."
_NOT_DICOM_HINT = "Write NIfTI, NRRD or another research format."
_PATIENT = ("PatientName", "PatientID", "PatientBirthDate", "PatientSex")
_PATIENT_MORE = (
    "IssuerOfPatientID", "PatientBirthTime", "OtherPatientIDs", "EthnicGroup", "PatientComments",
    "PatientIdentityRemoved", "DeidentificationMethod", "PatientAge", "PatientSize", "PatientWeight",
)  # fmt: skip
_STUDY = ("StudyInstanceUID", "StudyDate", "StudyTime", "ReferringPhysicianName", "StudyID", "AccessionNumber")
_STUDY_MORE = ("StudyDescription",)


@dataclass(frozen=True)
class SourceSlice:
    """What names one slice of the source, and where it lies.

    Attributes
    ----------
    frame : int
        Number in the file from 1 on; 0 for a file of one frame.
    position, orientation : tuple of float
        ImagePositionPatient and ImageOrientationPatient as stored; empty when the file has none.
    """

    sop_class_uid: str
    sop_instance_uid: str
    frame: int
    position: tuple[float, ...] = ()
    orientation: tuple[float, ...] = ()

    def reference(self) -> Dataset:
        """An item that references it (PS3.3 table 10-3)."""
        from pydicom.dataset import Dataset

        item = Dataset()
        item.ReferencedSOPClassUID = self.sop_class_uid
        item.ReferencedSOPInstanceUID = self.sop_instance_uid
        if self.frame:
            item.ReferencedFrameNumber = self.frame
        return item


@dataclass(frozen=True, eq=False)
class SourceInstances:
    """The source of a result, slice by slice.

    Attributes
    ----------
    first : Dataset
        The file of the first slice without its pixels: patient, study, modality.
    slices : tuple of SourceSlice
    size_yx : tuple of int
        Rows and columns.
    spacing_yx_mm : tuple of float
        PixelSpacing as stored; empty when the files have none.
    thickness_mm : float or None
    lossy : tuple
        LossyImageCompression, ratio and method: what was lost stays lost in a result.
    """

    first: Dataset
    slices: tuple[SourceSlice, ...]
    size_yx: tuple[int, int]
    spacing_yx_mm: tuple[float, ...]
    thickness_mm: float | None
    lossy: bool

    @property
    def has_position(self) -> bool:
        """Whether every slice lies in the patient, and the pixels have a size."""
        placed = all(len(s.position) == 3 and len(s.orientation) == 6 for s in self.slices)
        return placed and len(self.spacing_yx_mm) == 2

    def in_order(self, k: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Position, and the two directions made orthonormal, of slice `k`."""
        from medviewer.io.stacking import orthonormal

        source = self.slices[k]
        axes = orthonormal(source.orientation)
        if axes is None:
            raise UnreadableFile("The source images have an orientation that is no plane.")
        return np.asarray(source.position), np.asarray(axes[0]), np.asarray(axes[1])

    def series_reference(self, keyword: str = "ReferencedInstanceSequence") -> Dataset:
        """An item with the series and each of its files once."""
        from pydicom.dataset import Dataset
        from pydicom.sequence import Sequence as Items

        item = Dataset()
        item.SeriesInstanceUID = text(self.first, "SeriesInstanceUID")
        once = {s.sop_instance_uid: s for s in self.slices}
        references = []
        for source in once.values():
            reference = Dataset()
            reference.ReferencedSOPClassUID = source.sop_class_uid
            reference.ReferencedSOPInstanceUID = source.sop_instance_uid
            references.append(reference)
        setattr(item, keyword, Items(references))
        return item


def read_sources(sources: Sequence[Source], check: Callable[[], None] | None = None) -> SourceInstances:
    """Read the headers of the source.

    Parameters
    ----------
    sources : sequence of FrameSource or path
        One per slice, in the order of the slices.
    check : callable, optional
        Called between files; what it raises ends the reading.

    Raises
    ------
    DataError
        The source is no DICOM, or a file of it lacks its identifiers.
    UnreadableFile
        A file cannot be read any more.
    """
    if not sources:
        raise DataError(_NOT_DICOM, _NOT_DICOM_HINT)
    opened: dict[tuple[str, str], FrameMeta] = {}
    slices: list[SourceSlice] = []
    first: FrameMeta | None = None
    for source in sources:
        if check is not None:
            check()
        path, member, frame = _place(source)
        meta = opened.get((path, member))
        if meta is None:
            if first is not None and not first.is_enhanced:
                opened.clear()  # hundreds of headers would be kept for nothing
            meta = opened[path, member] = FrameMeta(_dataset(path, member))
        first = first or meta
        slices.append(_slice(meta, frame))
    assert first is not None
    ds, frame = first.ds, _place(sources[0])[2]
    return SourceInstances(
        ds,
        tuple(slices),
        (int(number(ds, "Rows") or 0), int(number(ds, "Columns") or 0)),
        first.numbers(frame, "PixelSpacing", 2) if all(s.orientation for s in slices) else (),
        first.number(frame, "SliceThickness"),
        text(ds, "LossyImageCompression") == "01",
    )


def source_dataset(source: Source) -> Dataset:
    """The whole header of the file that a slice lies in.

    Raises
    ------
    DataError, UnreadableFile
    """
    path, member, _ = _place(source)
    return _dataset(path, member)


def _place(source: Source) -> tuple[str, str, int]:
    if isinstance(source, FrameSource):
        return source.path, source.member, source.frame
    return os.fspath(source), "", 0


def _dataset(path: str, member: str) -> Dataset:
    from medviewer.io.header_reader import looks_like_dicom
    from medviewer.io.sources import open_source

    with open_source(path, member) as opened:
        if not looks_like_dicom(opened.read(0, 1024)):
            raise DataError(_NOT_DICOM, _NOT_DICOM_HINT)
    ds = open_dataset(path, member)
    identified = all(text(ds, k) for k in ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"))
    if not identified:
        raise DataError("The source images lack the identifiers by which a result could name them.", _NOT_DICOM_HINT)
    return ds


def _slice(meta: FrameMeta, frame: int) -> SourceSlice:
    several = (number(meta.ds, "NumberOfFrames") or 1) > 1
    placed = meta.is_enhanced or not several  # else one position stands for all frames, or for none
    return SourceSlice(
        text(meta.ds, "SOPClassUID"),
        text(meta.ds, "SOPInstanceUID"),
        frame + 1 if several else 0,
        meta.numbers(frame, "ImagePositionPatient", 3) if placed else (),
        meta.numbers(frame, "ImageOrientationPatient", 6) if placed else (),
    )


# --- new instances ------------------------------------------------------------------------------------------------


def new_instance(
    source: Dataset | None, sop_class_uid: str, modality: str, description: str, series_number: int | None = None
) -> Dataset:
    """An instance of a new series in the study of `source`: patient, study, series, equipment, SOP common.

    Text is kept as UTF-8. Without a source it has an empty patient and a study of its own.
    """
    from pydicom.dataset import Dataset
    from pydicom.uid import generate_uid

    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID = sop_class_uid
    ds.SOPInstanceUID = generate_uid()
    for keyword in (*_PATIENT, *_STUDY):
        setattr(ds, keyword, kept(source, keyword))
    for keyword in (*_PATIENT_MORE, *_STUDY_MORE):
        found = kept(source, keyword)
        if found:
            setattr(ds, keyword, found)
    methods = items(source, "DeidentificationMethodCodeSequence")
    if methods:
        ds.DeidentificationMethodCodeSequence = methods
    if not text(source, "StudyInstanceUID"):
        ds.StudyInstanceUID = generate_uid()
    now = datetime.datetime.now()
    ds.Modality = modality
    ds.SeriesInstanceUID = generate_uid()
    before = number(source, "SeriesNumber")
    ds.SeriesNumber = series_number if series_number is not None else min(1000 + int(before or 0), 2**31 - 1)
    ds.SeriesDescription = description[:64]
    ds.SeriesDate = ds.ContentDate = ds.InstanceCreationDate = f"{now:%Y%m%d}"
    ds.SeriesTime = ds.ContentTime = ds.InstanceCreationTime = f"{now:%H%M%S}"
    ds.InstanceNumber = 1
    ds.Manufacturer = "medviewer"
    ds.ManufacturerModelName = "medviewer"
    ds.DeviceSerialNumber = "0"
    ds.SoftwareVersions = medviewer.__version__
    return ds


def kept(source: Dataset | None, keyword: str) -> str:
    """A single value of the source as text; empty where it has none, or one that the standard does not allow."""
    from pydicom import config
    from pydicom.datadict import dictionary_VR
    from pydicom.valuerep import validate_value

    found = value(source, keyword)
    if found is None or isinstance(found, (bytes, list)) or type(found).__name__ in {"MultiValue", "Sequence"}:
        return ""
    words = str(found)  # a person name has parts, and is still one value
    try:
        validate_value(dictionary_VR(keyword), words, config.RAISE)
    except ValueError:
        return ""
    return words


def frame_of_reference(sources: SourceInstances) -> str:
    """The source's frame of reference; a new one where its files have positions and name none."""
    from pydicom.uid import generate_uid

    return text(sources.first, "FrameOfReferenceUID") or str(generate_uid())


def keep_losses(ds: Dataset, source: Dataset) -> None:
    """Say of a result what compression its source has gone through (PS3.3 C.7.6.1.1.5)."""
    ds.LossyImageCompression = "01" if text(source, "LossyImageCompression") == "01" else "00"
    if ds.LossyImageCompression == "01":
        for keyword in ("LossyImageCompressionRatio", "LossyImageCompressionMethod"):
            found = value(source, keyword)
            if found is not None:
                setattr(ds, keyword, found)


def code(code_value: str, scheme: str, meaning: str) -> Dataset:
    """An item of a code sequence (PS3.3 table 8.8-1)."""
    from pydicom.dataset import Dataset

    item = Dataset()
    item.CodeValue = code_value
    item.CodingSchemeDesignator = scheme
    item.CodeMeaning = meaning
    return item


def save(ds: Dataset, path: str | os.PathLike[str], *, implicit: bool = False) -> None:
    """Write an instance as a DICOM file, little endian, explicit VR unless `implicit`.

    Raises
    ------
    DataError
        The disk refuses, or values of the source do not fit the standard.
    """
    from pydicom import config
    from pydicom.dataset import FileMetaDataset
    from pydicom.filewriter import dcmwrite
    from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = ds.SOPClassUID
    meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    meta.ImplementationVersionName = f"MEDVIEWER_{medviewer.__version__}"[:16]
    ds.file_meta = meta
    before = config.settings.writing_validation_mode
    config.settings.writing_validation_mode = config.IGNORE  # values of the source are written as they were
    try:
        dcmwrite(os.fspath(path), ds, enforce_file_format=True)
    except OSError as error:
        why = (error.strerror or "the disk refused it").lower()
        raise DataError(f"The result could not be written: {why}.", "Choose another folder.") from None
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
        raise DataError("The header of the source holds values that cannot be written again.") from None
    finally:
        config.settings.writing_validation_mode = before


def decimal(number_: float) -> str:
    """A finite number as a DICOM decimal string: as many digits as 16 characters hold."""
    number_ = float(number_) + 0.0  # no minus before zero
    for digits in range(17, 8, -1):
        words = f"{number_:.{digits}g}" if digits < 17 else repr(number_).removesuffix(".0")
        if len(words) <= 16:
            return words
    return f"{number_:.8e}"


def on_source_grid(labels: LabelMap, sources: SourceInstances) -> NDArray[Any]:
    """The voxels of a label map in the slices of the source, shape (slices, rows, columns).

    A map of the source's own grid is returned as it is; one on a flipped, turned or cropped copy is put in its place.

    Raises
    ------
    GeometryMismatch
        It lies on another grid.
    """
    from medviewer.io.plane_matching import paste, planes_of

    rows, columns = sources.size_yx
    shape = (len(sources.slices), rows, columns)
    if not sources.has_position:
        if labels.array.shape != shape:
            raise _other_grid()
        return labels.array
    target = [(*sources.in_order(k), sources.spacing_yx_mm) for k in range(len(sources.slices))]
    out = paste(planes_of(labels), labels.array, target, (rows, columns))
    if out is None:
        raise _other_grid()
    return out


def _other_grid() -> GeometryMismatch:
    return GeometryMismatch(
        "The mask does not lie on the grid of the source images.", "Resample the mask to the series first.",
        "data.grid",
    )  # fmt: skip
