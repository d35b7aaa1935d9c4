"""Pictures and processed volumes as new DICOM series in the study of their source.

A processed volume keeps the class of classic CT, MR and PET images, with all that says how they were acquired; of
other sources it becomes secondary captures that lie in the patient. Nothing of the source is written to.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image, SpacingSource
from medviewer.errors import DataError, InputError
from medviewer.io.dataset import text
from medviewer.io.plane_matching import Plane, Stack, planes_of
from medviewer.io.source_instances import (
    Source,
    SourceInstances,
    code,
    decimal,
    frame_of_reference,
    keep_losses,
    kept,
    new_instance,
    read_sources,
    save,
    source_dataset,
)

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
PET = "1.2.840.10008.5.1.4.1.1.128"
_MAX_SIDE = 65_535

# What belongs to the pixels of the source, or to that very instance.
_NOT_COPIED = (
    "SmallestImagePixelValue", "LargestImagePixelValue", "SmallestPixelValueInSeries", "LargestPixelValueInSeries",
    "PixelPaddingValue", "PixelPaddingRangeLimit", "WindowCenter", "WindowWidth", "WindowCenterWidthExplanation",
    "VOILUTSequence", "VOILUTFunction", "ModalityLUTSequence", "RescaleSlope", "RescaleIntercept", "RescaleType",
    "RealWorldValueMappingSequence", "IconImageSequence", "NumberOfFrames", "PlanarConfiguration", "PixelAspectRatio",
    "RedPaletteColorLookupTableDescriptor", "GreenPaletteColorLookupTableDescriptor",
    "BluePaletteColorLookupTableDescriptor", "RedPaletteColorLookupTableData", "GreenPaletteColorLookupTableData",
    "BluePaletteColorLookupTableData", "SliceLocation", "SpacingBetweenSlices", "DigitalSignaturesSequence",
    "MACParametersSequence", "EncryptedAttributesSequence", "SourceImageSequence", "DerivationDescription",
    "DerivationCodeSequence", "ReferencedPerformedProcedureStepSequence", "StationName", "DataSetTrailingPadding",
    "InstanceCreatorUID", "SOPInstanceStatus", "ContributingEquipmentSequence", "DateOfLastCalibration",
    "TimeOfLastCalibration", "PixelPresentation", "LossyImageCompressionRatio", "LossyImageCompressionMethod",
    "PresentationLUTShape", "ColorSpace",
)  # fmt: skip

# Laterality must be there, though it may be empty, for all but these (PS3.3 C.7.3.1).
_UNPAIRED = frozenset(
    (
        "ABDOMEN", "BLADDER", "BRAIN", "CHEST", "COCCYX", "COLON", "CSPINE", "HEAD", "HEADNECK", "HEART", "JAW",
        "LIVER", "LSPINE", "NECK", "PANCREAS", "PELVIS", "PROSTATE", "SKULL", "SPINE", "SSPINE", "THYROID", "TSPINE",
        "UTERUS", "WHOLEBODY",
    )
)  # fmt: skip
_MUST_BE_THERE = {  # and is empty, or says "research", where the source has it not
    CT: (("KVP", None), ("AcquisitionNumber", None), ("PatientPosition", "")),
    MR: (
        ("ScanningSequence", "RM"), ("SequenceVariant", "NONE"), ("ScanOptions", ""), ("MRAcquisitionType", ""),
        ("RepetitionTime", None), ("EchoTime", None), ("EchoTrainLength", None), ("PatientPosition", ""),
    ),
}  # fmt: skip


# --- one picture --------------------------------------------------------------------------------------------------


def write_secondary_capture(
    rgb: NDArray[np.uint8],
    path: str | os.PathLike[str],
    source: Source | None = None,
    *,
    description: str = "Picture",
    derivation: str = "",
    burned_in: bool = False,
    series_number: int | None = None,
) -> None:
    """Write a rendered picture as a secondary capture image.

    Parameters
    ----------
    rgb : NDArray of uint8, shape (y, x, 3)
    source : FrameSource or path, optional
        The DICOM image it shows: the picture joins its study and references it. Without one it has an empty patient.
    derivation : str
        What was done, for people.
    burned_in : bool
        Whether text in the picture may name the patient.

    Raises
    ------
    InputError
        No picture of that form.
    DataError
        The source is no DICOM image, or the disk refuses.
    """
    from pydicom.sequence import Sequence as Items

    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or min(rgb.shape[:2]) < 1:
        raise InputError("The picture has no pixels in red, green and blue of 8 bits.")
    if max(rgb.shape) > _MAX_SIDE:
        raise InputError(f"The picture is larger than the {_MAX_SIDE:,} pixels a side that DICOM allows.")
    sources = read_sources([source]) if source is not None else None
    first = sources.first if sources is not None else None
    ds = new_instance(first, SECONDARY_CAPTURE, kept(first, "Modality") or "OT", description, series_number)
    ds.ConversionType = "WSD"
    ds.ImageType = ["DERIVED", "SECONDARY"]
    ds.PatientOrientation = ""
    ds.Laterality = kept(first, "Laterality")
    ds.BurnedInAnnotation = "YES" if burned_in else "NO"
    if derivation:
        ds.DerivationDescription = _short(derivation)
    if sources is not None:
        keep_losses(ds, sources.first)
        ds.SourceImageSequence = Items([_reference(sources, 0)])
    _colour(ds, rgb)
    save(ds, path)


def _colour(ds: Dataset, rgb: NDArray[Any]) -> None:
    ds.SamplesPerPixel = 3
    ds.PhotometricInterpretation = "RGB"
    ds.PlanarConfiguration = 0
    ds.Rows, ds.Columns = rgb.shape[:2]
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit = 7
    ds.PixelRepresentation = 0
    data = np.ascontiguousarray(rgb).tobytes()
    ds.PixelData = data + b"\0" * (len(data) % 2)
    ds["PixelData"].VR = "OB"


def _reference(sources: SourceInstances, k: int) -> Dataset:
    from pydicom.sequence import Sequence as Items

    item = sources.slices[k].reference()
    item.PurposeOfReferenceCodeSequence = Items(
        [code("121322", "DCM", "Source image for image processing operation")]
    )
    return item


def _short(words: str) -> str:
    """Text as the value of ST: 1,024 characters."""
    return "".join(c if c.isprintable() else " " for c in words)[:1024]


# --- a series -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Coding:
    """How values are stored: ``value = stored · slope + intercept``; `padding` stands for no value.

    `as_is`: the stored values of the image with its own rescale, slice by slice.
    """

    dtype: np.dtype[Any]
    slope: float
    intercept: float
    padding: int | None
    as_is: bool

    def stored(self, image: Image, k: int) -> NDArray[Any]:
        if self.as_is:
            as_is: NDArray[Any] = image.array[k].astype(self.dtype)
            return as_is
        values = image.modality_slice(k).astype(np.float64)
        missing = ~np.isfinite(values)
        limits = np.iinfo(self.dtype)
        values = np.rint((np.where(missing, 0.0, values) - self.intercept) / self.slope)
        out: NDArray[Any] = np.clip(values, limits.min, limits.max).astype(self.dtype)
        if self.padding is not None:
            out[missing] = self.padding
        return out


def write_derived(
    image: Image,
    sources: Sequence[Source],
    folder: str | os.PathLike[str],
    *,
    description: str = "",
    derivation: str = "",
    series_number: int | None = None,
    check: Callable[[], None] | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Path, ...]:
    """Write a processed volume as a new series, one file for each slice.

    Parameters
    ----------
    image : Image
        Its grid may differ from that of the source (resampled, cropped, flipped). Whole numbers that 16 bits hold are
        kept exactly; others are stored with a slope of a 65,000th of their range. What is not finite becomes padding.
    sources : sequence of FrameSource or path
        The DICOM image of each slice of the source series, in order.
    folder : path
        Where ``0001.dcm`` … are written; made when it is not there.
    description : str
        Of the new series; else that of the source with "(derived)".
    derivation : str
        What was done; else what the image itself tells.

    Returns
    -------
    tuple of Path
        The files, in the order of the slices.

    Raises
    ------
    DataError
        The source is no DICOM series, or the disk refuses.
    """
    from pydicom.sequence import Sequence as Items
    from pydicom.uid import generate_uid

    source = read_sources(sources, check)
    if max(image.array.shape[1:3]) > _MAX_SIDE:
        raise DataError(f"The images are larger than the {_MAX_SIDE:,} pixels a side that DICOM allows.")
    one_frame = all(s.frame == 0 for s in source.slices)
    sop_class = text(source.first, "SOPClassUID")
    classic = sop_class in (CT, MR, PET) and one_frame and not image.is_colour
    name = (description or f"{text(source.first, 'SeriesDescription')[:53]} (derived)").strip()[:64]
    common = new_instance(
        source.first, SECONDARY_CAPTURE, kept(source.first, "Modality") or "OT", name, series_number
    )
    uid = frame_of_reference(source)
    coding = None if image.is_colour else _coding(image, sop_class == PET and classic, check)
    placed = image.facts.has_patient_position and source.has_position
    planes = planes_of(image)
    nearest = _nearest(source, planes, placed)
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = (error.strerror or "the disk refused it").lower()
        raise DataError(f"The folder for the series could not be made: {why}.", "Choose another one.") from None
    digits = max(4, len(str(image.n_slices)))
    written: list[Path] = []
    for k in range(image.n_slices):
        if check is not None:
            check()
        ds = _template(sources[nearest[k]], common) if classic else _bare(common)
        ds.SOPInstanceUID = generate_uid()
        ds.InstanceNumber = k + 1
        sided = str(ds.get("BodyPartExamined", "")).upper() not in _UNPAIRED
        if sided and "ImageLaterality" not in ds and "Laterality" not in ds:
            ds.Laterality = ""
        ds.ImageType = _image_type(source.first, sop_class) if classic else ["DERIVED", "SECONDARY"]
        ds.DerivationDescription = _short(derivation or image.facts.derived_from or "Processed by medviewer")
        ds.SourceImageSequence = Items([_reference(source, nearest[k])])
        keep_losses(ds, source.first)
        ds.BurnedInAnnotation = kept(source.first, "BurnedInAnnotation") or "NO"
        _place(ds, image, planes[k], uid if placed else "", source, nearest[k])
        if coding is None:
            _colour(ds, image.array[k])
        else:
            _grey(ds, coding, image, k)
        path = folder / f"{k + 1:0{digits}d}.dcm"
        save(ds, path)
        written.append(path)
        if progress is not None:
            progress((k + 1) / image.n_slices)
    return tuple(written)


def _image_type(first: Dataset, sop_class: str) -> list[str]:
    """Derived, and after that what each class allows (PS3.3 C.8.2.1, C.8.3.1, C.8.9.4)."""
    kinds = [str(v) for v in (first.get("ImageType") or [])][2:]
    if sop_class == PET:
        return ["DERIVED", "PRIMARY"]
    return ["DERIVED", "SECONDARY", *(kinds or ["OTHER" if sop_class == MR else "AXIAL"])]


def _nearest(source: SourceInstances, planes: Sequence[Plane], placed: bool) -> list[int]:
    """The slice of the source nearest to each slice."""
    last = len(source.slices) - 1
    if not placed:
        return [min(k, last) for k in range(len(planes))]
    stack = Stack([(*source.in_order(k), source.spacing_yx_mm) for k in range(last + 1)], source.size_yx)
    return [stack.nearest(float(origin @ stack.normal))[0] for origin, *_ in planes]


def _template(source: Source, common: Dataset) -> Dataset:
    """The header of a classic image without what belongs to its pixels, in the new series."""
    from pydicom import config
    from pydicom.dataset import Dataset
    from pydicom.valuerep import validate_value

    found = source_dataset(source)
    found.remove_private_tags()
    found.decode()
    ds = Dataset()
    for element in found:
        keyword, tag = element.keyword, element.tag
        if keyword in _NOT_COPIED or tag.group in (0x0002, 0x0004, 0xFFFC, 0x7FE0) or 0x5000 <= tag.group <= 0x60FF:
            continue
        value: Any = element.value
        if element.VR in {"AS", "DA", "TM", "DT", "CS", "LO", "SH", "IS", "DS", "PN", "UI"} and value is not None:
            several = value if isinstance(value, list) or type(value).__name__ == "MultiValue" else [value]
            try:
                for one in several:
                    original = getattr(one, "original_string", None)
                    validate_value(element.VR, original if isinstance(original, str) else str(one), config.RAISE)
            except ValueError:
                ds.add_new(tag, element.VR, None)  # the standard does not allow it
                continue
        ds.add(element)
    if "PatientOrientationCodeSequence" in ds and "PatientPosition" in ds:
        del ds.PatientPosition  # only one of the two may be there
    if ds.SOPClassUID == PET:
        kind = str(ds.get("SeriesType", ""))
        gone = () if "GATED" in kind else ("TriggerTime", "FrameTime", "NumberOfTimeSlices")
        for keyword in gone:
            if keyword in ds:
                delattr(ds, keyword)
    for keyword, value in _MUST_BE_THERE.get(str(ds.SOPClassUID), ()):
        if keyword not in ds:
            setattr(ds, keyword, value)
    for keyword in (
        "SpecificCharacterSet", "SeriesInstanceUID", "SeriesNumber", "SeriesDescription", "SeriesDate", "SeriesTime",
        "ContentDate", "ContentTime", "InstanceCreationDate", "InstanceCreationTime", "Manufacturer",
        "ManufacturerModelName", "DeviceSerialNumber", "SoftwareVersions",
    ):  # fmt: skip
        setattr(ds, keyword, getattr(common, keyword))
    return ds


def _bare(common: Dataset) -> Dataset:
    from copy import deepcopy

    ds = deepcopy(common)
    ds.ConversionType = "WSD"
    ds.PatientOrientation = ""
    return ds


def _place(ds: Dataset, image: Image, plane: Plane, frame_uid: str, source: SourceInstances, nearest: int) -> None:
    """Position, orientation and spacing of a slice: those of the source to the letter where it lies there."""
    origin, x, y, spacing = plane
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness"):
        if keyword in ds:
            delattr(ds, keyword)
    measured = image.facts.spacing_source is not SpacingSource.NONE
    if frame_uid:
        ds.FrameOfReferenceUID = frame_uid
        ds.PositionReferenceIndicator = kept(source.first, "PositionReferenceIndicator")
        own = source.slices[nearest]
        own_x, own_y = np.asarray(own.orientation[:3]), np.asarray(own.orientation[3:])
        same = float(np.abs(np.asarray(own.position) - origin).max()) < 0.01
        same = same and max(float(np.abs(own_x - x).max()), float(np.abs(own_y - y).max())) < 1e-3
        position, directions = (own.position, own.orientation) if same else (origin.tolist(), [*x, *y])
        ds.ImagePositionPatient = [decimal(float(v)) for v in position]
        ds.ImageOrientationPatient = [decimal(float(v)) for v in directions]
        step = float(image.geometry.spacing_xyz_mm[2])
        ds.SliceThickness = decimal((source.thickness_mm if same else None) or step)
    elif ds.SOPClassUID == SECONDARY_CAPTURE:
        ds.PatientOrientation = kept(source.first, "PatientOrientation")
    if measured and (frame_uid or image.facts.spacing_source is not SpacingSource.DETECTOR):
        ds.PixelSpacing = [decimal(float(v)) for v in spacing]


def _coding(image: Image, from_zero: bool, check: Callable[[], None] | None) -> _Coding:
    """The storage that keeps values exactly where 16 bits can, else finely.

    `from_zero`: the intercept must be 0, as PET demands (PS3.3 C.8.9.4).
    """
    array, rescale = image.array, image.rescale
    small = array.dtype.kind in "iu" and array.dtype.itemsize <= 2 and rescale.table is None
    if small and (not from_zero or not any(rescale.intercepts)):
        kind = np.dtype(np.uint16 if array.dtype.kind == "u" else np.int16)
        padding = image.padding
        limits = np.iinfo(kind)
        keep = padding is not None and padding[0] == padding[1] and limits.min <= padding[0] <= limits.max
        return _Coding(kind, 1.0, 0.0, int(padding[0]) if keep and padding else None, True)
    low, high, whole, missing = np.inf, -np.inf, True, False
    for k in range(image.n_slices):
        if check is not None:
            check()
        values = image.modality_slice(k)
        finite = values[np.isfinite(values)]
        missing = missing or finite.size < values.size
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
            whole = whole and bool((finite == np.rint(finite)).all())
    if low > high:
        return _Coding(np.dtype(np.uint16), 1.0, 0.0, 0, False)
    if from_zero:
        most = max(abs(low), abs(high))
        slope = 1.0 if whole and most <= 32767 else most / 32767 or 1.0
        return _Coding(np.dtype(np.int16), _as_decimal(slope), 0.0, -32768 if missing else None, False)
    if whole and low >= -32767 and high <= 32767:
        return _Coding(np.dtype(np.int16), 1.0, 0.0, -32768 if missing else None, False)
    if whole and high - low <= 65534:
        return _Coding(np.dtype(np.uint16), 1.0, low - 1.0, 0 if missing else None, False)
    slope = _as_decimal((high - low) / 65533 or 1.0)
    return _Coding(np.dtype(np.uint16), slope, _as_decimal(low - slope), 0 if missing else None, False)


def _as_decimal(value: float) -> float:
    """The number that a decimal string keeps of it: pixels are stored by what a reader will multiply with."""
    return float(decimal(value))


def _grey(ds: Dataset, coding: _Coding, image: Image, k: int) -> None:
    stored = coding.stored(image, k)
    slope, intercept = image.rescale.of_slice(k) if coding.as_is else (coding.slope, coding.intercept)
    pet = ds.SOPClassUID == PET
    signed = coding.dtype.kind == "i"
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME1" if image.monochrome1 else "MONOCHROME2"
    ds.Rows, ds.Columns = stored.shape
    ds.BitsAllocated = ds.BitsStored = 16
    ds.HighBit = 15
    ds.PixelRepresentation = int(signed)
    if coding.padding is not None:
        ds.add_new(0x00280120, "SS" if signed else "US", coding.padding)
    identity = image.rescale.is_identity if coding.as_is else (slope, intercept) == (1.0, 0.0)
    if pet or ds.SOPClassUID == CT or not identity:
        ds.RescaleIntercept = decimal(intercept)
        ds.RescaleSlope = decimal(slope)
        if not pet:
            ds.RescaleType = "HU" if image.unit == "HU" else "US"
    ds.PixelData = stored.astype(stored.dtype.newbyteorder("<")).tobytes()
    ds["PixelData"].VR = "OW"
