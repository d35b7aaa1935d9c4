"""DICOM segmentations (PS3.3 A.51): one segment for each label, written and read back voxel by voxel."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Geometry, Vector
from medviewer.core.image import Image
from medviewer.core.labels import MAX_LABEL, Label, LabelMap
from medviewer.errors import DataError, MedviewerError, UnreadableFile
from medviewer.io.budget import require_bytes
from medviewer.io.dataset import items, number, numbers, open_dataset, text
from medviewer.io.label_colours import colour_of, from_cielab, to_cielab
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
    on_source_grid,
    read_sources,
    save,
)

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from medviewer.io.frame_records import FrameRecord
    from medviewer.io.headers import InstanceHeader

Algorithm = Literal["MANUAL", "SEMIAUTOMATIC", "AUTOMATIC"]

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.7"
_HALF = 0.5
_VALUE = re.compile(r"^Label value (\d{1,5})$")
_MOST_SLICES = 20_000
_SAME_MM = 0.01


def write_segmentation(
    labels: LabelMap,
    sources: Sequence[Source],
    path: str | os.PathLike[str],
    *,
    description: str = "Segmentation",
    algorithm: Algorithm = "SEMIAUTOMATIC",
    algorithm_name: str = "medviewer",
    series_number: int | None = None,
    check: Callable[[], None] | None = None,
) -> None:
    """Write a binary DICOM segmentation; every label that occurs becomes a segment, empty frames are left out.

    Parameters
    ----------
    labels : LabelMap
        On the grid of the source, or a flipped, turned or cropped copy of it.
    sources : sequence of FrameSource or path
        The DICOM image of each slice of the series, in order.
    description : str
        Of the new series.
    algorithm : {"MANUAL", "SEMIAUTOMATIC", "AUTOMATIC"}
        How the segments were made.
    check : callable, optional
        Called between slices; what it raises ends the writing.

    Raises
    ------
    DataError
        The mask is empty, the source is no DICOM series, or the disk refuses.
    GeometryMismatch
        The mask lies on another grid.
    """
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence as Items

    if labels.is_empty:
        raise DataError("The mask is empty, so that there is no segment to write.", "Segment something first.")
    source = read_sources(sources, check)
    array = on_source_grid(labels, source)
    values = [int(v) for v in np.flatnonzero(np.bincount(array.ravel())) if v]
    ds = new_instance(source.first, SEGMENTATION, "SEG", description, series_number)
    ds.FrameOfReferenceUID = frame_of_reference(source)
    ds.PositionReferenceIndicator = text(source.first, "PositionReferenceIndicator")
    if not source.has_position:
        ds.PatientOrientation = kept(source.first, "PatientOrientation")
    ds.ImageType = ["DERIVED", "PRIMARY"]
    ds.ContentLabel = "SEGMENTATION"
    ds.ContentDescription = description[:64]
    ds.ContentCreatorName = ""
    ds.SegmentationType = "BINARY"
    ds.SegmentsOverlap = "NO"
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.Rows, ds.Columns = source.size_yx
    ds.BitsAllocated = ds.BitsStored = 1
    ds.HighBit = ds.PixelRepresentation = 0
    keep_losses(ds, source.first)
    ds.SegmentSequence = Items(
        _segment(n, value, labels, algorithm, algorithm_name) for n, value in enumerate(values, start=1)
    )
    ds.ReferencedSeriesSequence = Items([source.series_reference()])
    _dimensions(ds, source)
    shared = Dataset()
    if source.has_position:
        measures = Dataset()
        measures.SliceThickness = decimal(source.thickness_mm or labels.geometry.spacing_xyz_mm[2])
        if not labels.slice_positions_mm and len(source.slices) > 1:
            measures.SpacingBetweenSlices = decimal(_spacing(source))
        measures.PixelSpacing = [decimal(v) for v in source.spacing_yx_mm]
        shared.PixelMeasuresSequence = Items([measures])
        orientation = Dataset()
        orientation.ImageOrientationPatient = [decimal(v) for v in source.slices[0].orientation]
        shared.PlaneOrientationSequence = Items([orientation])
    ds.SharedFunctionalGroupsSequence = Items([shared])
    frames: list[Dataset] = []
    bits: list[NDArray[np.bool_]] = []
    order = _by_height(source)
    for n, value in enumerate(values, start=1):
        for place, k in enumerate(order, start=1):
            if check is not None:
                check()
            mask = array[k] == value
            if mask.any():
                frames.append(_frame(source, n, k, place))
                bits.append(mask)
    ds.NumberOfFrames = len(frames)
    ds.PerFrameFunctionalGroupsSequence = Items(frames)
    packed = _packed(bits)
    ds.PixelData = packed + b"\0" * (len(packed) % 2)
    ds["PixelData"].VR = "OB"
    save(ds, path)


def _packed(masks: list[NDArray[np.bool_]]) -> bytes:
    """Frames one behind the other without padding, first pixel in the lowest bit (PS3.5 8.1.1)."""
    if masks[0].size % 8 == 0:  # frame by frame, in less memory
        return b"".join(np.packbits(mask, bitorder="little").tobytes() for mask in masks)
    return np.packbits(np.concatenate([mask.ravel() for mask in masks]), bitorder="little").tobytes()


def _spacing(source: SourceInstances) -> float:
    heights = Stack([(*source.in_order(k), source.spacing_yx_mm) for k in range(len(source.slices))], (1, 1)).heights
    return float(np.median(np.abs(np.diff(heights))))


def _by_height(source: SourceInstances) -> list[int]:
    """Slices in the order of their position along the normal, which is what the dimension index counts."""
    if not source.has_position:
        return list(range(len(source.slices)))
    normal = np.cross(*source.in_order(0)[1:])
    return sorted(range(len(source.slices)), key=lambda k: float(np.asarray(source.slices[k].position) @ normal))


def _segment(n: int, value: int, labels: LabelMap, algorithm: Algorithm, algorithm_name: str) -> Dataset:
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence as Items
    from pydicom.uid import generate_uid

    known = next((label for label in labels.labels if label.value == value), Label(value))
    item = Dataset()
    item.SegmentNumber = n
    name = _printable(known.name)
    item.SegmentLabel = name or f"Label {value}"
    item.SegmentDescription = f"Label value {value}"  # numbers of segments have no gaps (PS3.3 C.8.20.4), labels may
    item.SegmentAlgorithmType = algorithm
    if algorithm != "MANUAL":
        item.SegmentAlgorithmName = algorithm_name[:64]
    # What the label is in the body was not asked, and must not be guessed from its name.
    item.SegmentedPropertyCategoryCodeSequence = Items([code("85756007", "SCT", "Tissue")])
    item.SegmentedPropertyTypeCodeSequence = Items([code("85756007", "SCT", "Tissue")])
    item.RecommendedDisplayCIELabValue = to_cielab(colour_of(value, known.colour))
    item.TrackingID = f"{item.SegmentLabel[:56]} {value}"
    item.TrackingUID = generate_uid()
    return item


def _printable(name: str) -> str:
    """A name as the value of LO: 64 characters, no backslash, nothing that controls."""
    return "".join(c if c.isprintable() and c != "\\" else " " for c in name).strip()[:64].strip()


def _dimensions(ds: Dataset, source: SourceInstances) -> None:
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence as Items
    from pydicom.uid import generate_uid

    organization = Dataset()
    organization.DimensionOrganizationUID = generate_uid()
    ds.DimensionOrganizationSequence = Items([organization])
    by_place = (
        (0x00200032, 0x00209113, "Image Position Patient")
        if source.has_position
        else (0x00209057, 0x00209111, "In-Stack Position Number")
    )
    indices = []
    for pointer, group, label in ((0x0062000B, 0x0062000A, "Segment Number"), by_place):
        item = Dataset()
        item.DimensionOrganizationUID = organization.DimensionOrganizationUID
        item.DimensionIndexPointer = pointer
        item.FunctionalGroupPointer = group
        item.DimensionDescriptionLabel = label
        indices.append(item)
    ds.DimensionIndexSequence = Items(indices)


def _frame(source: SourceInstances, segment: int, k: int, place: int) -> Dataset:
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence as Items

    slice_ = source.slices[k]
    group = Dataset()
    content = Dataset()
    content.DimensionIndexValues = [segment, place]
    content.StackID = "1"
    content.InStackPositionNumber = place
    group.FrameContentSequence = Items([content])
    if source.has_position:
        position = Dataset()
        position.ImagePositionPatient = [decimal(v) for v in slice_.position]
        group.PlanePositionSequence = Items([position])
    identification = Dataset()
    identification.ReferencedSegmentNumber = segment
    group.SegmentIdentificationSequence = Items([identification])
    reference = slice_.reference()
    reference.SpatialLocationsPreserved = "YES"
    reference.PurposeOfReferenceCodeSequence = Items(
        [code("121322", "DCM", "Source image for image processing operation")]
    )
    derivation = Dataset()
    derivation.DerivationCodeSequence = Items([code("113076", "DCM", "Segmentation")])
    derivation.SourceImageSequence = Items([reference])
    group.DerivationImageSequence = Items([derivation])
    return group


# --- reading ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Frame:
    """A frame of a segmentation: which label its pixels are, and where it lies."""

    record: FrameRecord
    label: int
    plane: Plane | None
    place: int  # counted from 0, for frames without a position


def read_segmentation(
    path: str | os.PathLike[str],
    onto: Image | LabelMap | None = None,
    *,
    member: str = "",
    warnings: list[str] | None = None,
    check: Callable[[], None] | None = None,
) -> LabelMap:
    """Read a DICOM segmentation: binary, fractional (one half and more) or label map.

    Parameters
    ----------
    onto : Image or LabelMap, optional
        A grid whose pixels the frames may fall on: its source, or a flipped, turned or cropped copy.
    warnings : list, optional
        Gets sentences on what had to be decided: segments that overlap (the later one covers), damaged frames.

    Returns
    -------
    LabelMap
        On the grid of `onto` where every frame falls on it, else on the file's own, which `core.labels.same_grid`
        tells and `core.labels.resample_labels` takes over. The file's own grid runs along the slice normal.

    Raises
    ------
    UnreadableFile
        Damaged, or no segmentation.
    TooLarge
    """
    from medviewer.io.frame_records import read_frames
    from medviewer.io.functional_groups import FrameMeta
    from medviewer.io.header_reader import read_header

    told: list[str] = [] if warnings is None else warnings
    name = os.fspath(path)
    header = header_at(name, member) if member else read_header(name)
    if header.sop_class_uid not in (SEGMENTATION, LABEL_MAP):
        raise UnreadableFile("The file is no DICOM segmentation.")
    records = read_frames([header], told, check)
    meta = records[0].instance.meta or FrameMeta(open_dataset(name, member))
    if items(meta.ds, "TotalPixelMatrixOriginSequence") or number(meta.ds, "TotalPixelMatrixColumns"):
        raise UnreadableFile(
            "The segmentation is cut into tiles of a slide, which cannot be put together here.",
            "Open it beside the slide in a pathology viewer.",
        )
    whole = header.sop_class_uid == LABEL_MAP or text(meta.ds, "SegmentationType") == "LABELMAP"
    labels = _labels_of(meta.ds)
    frames = _frames(records, meta, labels, whole, told)
    grid = _onto(frames, onto) if onto is not None else None
    if grid is None:
        geometry, positions, slices = _own_grid(frames, meta, header.frame_of_reference_uid)
    else:
        assert onto is not None
        geometry, positions, slices = onto.geometry, onto.slice_positions_mm, grid
    highest = MAX_LABEL if whole else max((label.value for label in labels), default=1)
    kind = np.uint8 if highest <= 255 else np.uint16
    shape = geometry.shape_zyx
    require_bytes(shape[0] * shape[1] * shape[2] * np.dtype(kind).itemsize, "The segmentation")
    out = np.zeros(shape, dtype=kind)
    _fill(out, frames, slices, whole, _threshold(meta.ds), told, check)
    if whole and int(out.max(initial=0)) <= 255:
        out = out.astype(np.uint8)
    return LabelMap(out, geometry, labels, "", positions)


def header_at(path: str, member: str) -> InstanceHeader:
    """The header of a file in an archive."""
    from medviewer.io.header_reader import read_header_bytes
    from medviewer.io.sources import open_source

    with open_source(path, member) as source:
        return read_header_bytes(source.read(0, source.size), path=path, member=member)


def _labels_of(ds: Dataset) -> tuple[Label, ...]:
    """Labels in the order of the segments; those that say their value keep it, where no two say the same."""
    found: list[tuple[int, Label]] = []
    for item in items(ds, "SegmentSequence")[:MAX_LABEL]:
        segment = number(item, "SegmentNumber")
        if segment is None or not 0 < segment <= MAX_LABEL:
            continue
        name = text(item, "SegmentLabel").strip()
        said = _VALUE.match(text(item, "SegmentDescription").strip())
        colour = from_cielab(numbers(item, "RecommendedDisplayCIELabValue", 3))
        value = int(said[1]) if said and 0 < int(said[1]) <= MAX_LABEL else 0
        if value and name == f"Label {value}":
            name = ""
        found.append((int(segment), Label(value, name, colour)))
    said_values = [label.value for _, label in found]
    if 0 in said_values or len(set(said_values)) < len(said_values):
        return tuple(replace(label, value=segment) for segment, label in found)
    return tuple(label for _, label in found)


def _frames(
    records: list[FrameRecord], meta: Any, labels: tuple[Label, ...], whole: bool, told: list[str]
) -> list[_Frame]:
    segments = [int(number(item, "SegmentNumber") or 0) for item in items(meta.ds, "SegmentSequence")]
    values = dict(zip((s for s in segments if 0 < s <= MAX_LABEL), (label.value for label in labels), strict=False))
    out: list[_Frame] = []
    unknown = 0
    for n, record in enumerate(records):
        frame = record.source.frame
        segment = meta.number(frame, "ReferencedSegmentNumber")
        if segment is None and len(values) == 1:
            segment = next(iter(values))
        label = 0 if whole else values.get(int(segment or 0), int(segment or 0))
        if not whole and not 0 < label <= MAX_LABEL:
            unknown += 1
            continue
        place = record.place
        plane: Plane | None = None
        if place.position is not None and place.orientation is not None and len(record.pixel_spacing) == 2:
            from medviewer.io.stacking import orthonormal

            axes = orthonormal(place.orientation)
            if axes is not None and min(record.pixel_spacing) > 0:
                plane = np.asarray(place.position), np.asarray(axes[0]), np.asarray(axes[1]), record.pixel_spacing
        number_in_stack = meta.number(frame, "InStackPositionNumber")
        at = int(number_in_stack) - 1 if number_in_stack and 0 < number_in_stack <= _MOST_SLICES else n
        out.append(_Frame(record, label, plane, at))
    if unknown:
        told.append(f"{unknown} frames of the segmentation belong to no segment and were left out.")
    if not out:
        raise UnreadableFile("No frame of the segmentation belongs to a segment.")
    return out


def _onto(frames: list[_Frame], grid: Image | LabelMap) -> list[Any] | None:
    """Where each frame falls on a grid; None when one falls on no pixels of it."""
    z, *size = grid.geometry.shape_zyx
    size_yx = size[0], size[1]
    if all(frame.plane is None for frame in frames):
        from medviewer.io.plane_matching import Place

        if any(frame.record.place.size_yx != size_yx or frame.place >= z for frame in frames):
            return None
        return [Place(frame.place, False, (False, False), (0, 0)) for frame in frames]
    stack = Stack(planes_of(grid), size_yx)
    found = [stack.find(f.plane, f.record.place.size_yx) if f.plane is not None else None for f in frames]
    return None if any(place is None for place in found) else found


def _own_grid(frames: list[_Frame], meta: Any, frame_uid: str) -> tuple[Geometry, tuple[float, ...], list[Any]]:
    """The grid that the frames themselves span, with the empty slices that were left out between them."""
    from medviewer.io.plane_matching import Place

    rows, columns = frames[0].record.place.size_yx
    if any(frame.plane is None for frame in frames):
        count = max(frame.place for frame in frames) + 1
        places = [Place(frame.place, False, (False, False), (0, 0)) for frame in frames]
        return Geometry((count, rows, columns)), (), places
    first = frames[0].plane
    assert first is not None
    _, x, y, spacing = first
    normal = np.cross(x, y)
    planes = [frame.plane for frame in frames if frame.plane is not None]
    heights = np.array([p[0] @ normal for p in planes])
    lowest = planes[int(heights.argmin())]
    above = _slices(np.unique(np.round((heights - heights.min()) / _SAME_MM)) * _SAME_MM)
    step = meta.number(frames[0].record.source.frame, "SpacingBetweenSlices")
    thickness = frames[0].record.thickness_mm
    distance = float(np.median(np.diff(above))) if len(above) > 1 else abs(step or thickness or 0.0) or 1.0
    even = len(above) < 3 or bool(np.abs(np.diff(above) - distance).max() <= 2.5 * _SAME_MM)
    if even and len(above) > 1:
        distance = float(above[-1]) / (len(above) - 1)
    uneven = () if even else tuple(float(v) for v in above)
    start = lowest[0]
    z = normal
    if even and len(above) > 1:  # a tilted stack: first pixels that follow a line which is not the normal
        highest = planes[int(heights.argmax())]
        along = (highest[0] - lowest[0]) / (len(above) - 1)
        length = float(np.linalg.norm(along))
        if abs(float(along @ normal) / length) > 0.5:
            z, distance = along / length, length
    geometry = Geometry(
        (len(above), rows, columns), _vector(start), _vector(x), _vector(y), _vector(z),
        (float(spacing[1]), float(spacing[0]), distance), frame_uid,
    )  # fmt: skip
    own = LabelMap(np.zeros(geometry.shape_zyx, np.uint8), geometry, (), "", uneven)
    stack = Stack(planes_of(own), (rows, columns))
    stack.reach_mm = max(stack.reach_mm, 2.5 * _SAME_MM)
    found = [stack.find(plane, frame.record.place.size_yx) for plane, frame in zip(planes, frames, strict=True)]
    if any(place is None for place in found):
        raise UnreadableFile("The frames of the segmentation do not lie in one stack of slices.")
    return geometry, uneven, found


def _slices(heights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rising heights with the slices that are missing between them, as far as their number can be told.

    Without them a label would reach across the gap, when it is put on another grid.
    """
    if len(heights) < 2:
        return heights
    gaps = np.diff(heights)
    step = float(gaps.min())
    counts = np.rint(gaps / step)
    if counts.sum() < _MOST_SLICES and bool((np.abs(gaps - counts * step) <= 2.5 * _SAME_MM * counts).all()):
        pieces = [
            np.linspace(a, b, int(n), endpoint=False) for a, b, n in zip(heights, heights[1:], counts, strict=False)
        ]
        return np.concatenate([*pieces, heights[-1:]])
    more = [heights]
    for low, gap in zip(heights, gaps, strict=False):
        if gap > 1.75 * step:
            more.append(np.array([low + step, low + gap - step] if gap > 2.5 * step else [low + gap / 2]))
    return np.sort(np.concatenate(more))


def _vector(v: NDArray[np.float64]) -> Vector:
    return float(v[0]), float(v[1]), float(v[2])


def _threshold(ds: Dataset) -> float:
    """The least stored value that belongs to the segment (PS3.3 C.8.20.2.3: fractions of MaximumFractionalValue)."""
    if text(ds, "SegmentationType") != "FRACTIONAL":
        return 1.0
    return _HALF * (number(ds, "MaximumFractionalValue") or 255.0)


def _fill(
    out: NDArray[Any],
    frames: list[_Frame],
    places: list[Any],
    whole: bool,
    threshold: float,
    told: list[str],
    check: Callable[[], None] | None,
) -> None:
    from medviewer.io.decode import decode_frames

    masks: dict[int, NDArray[Any]] = {}
    due, overlap, cut = 0, 0, False
    errors: list[MedviewerError] = []
    for index, pixels in decode_frames([frame.record.source for frame in frames], check):
        if isinstance(pixels, MedviewerError):
            errors.append(pixels)
            masks[index] = np.zeros((1, 1), out.dtype)
        else:
            if whole:
                masks[index] = pixels.astype(out.dtype)
            else:
                masks[index] = np.where(pixels >= threshold, frames[index].label, 0).astype(out.dtype)
        while due in masks:  # in the order of the file, so that the later segment covers
            mask, place, n = masks.pop(due), places[due], due
            due += 1
            if not mask.any():
                continue
            canvas = np.zeros(out.shape[1:], out.dtype)
            cut = not place.put(mask, canvas) or cut
            there = canvas != 0
            before = out[place.k][there]
            if not whole:
                overlap += int(np.count_nonzero((before != 0) & (before != frames[n].label)))
            out[place.k][there] = canvas[there]
    if errors and len(errors) == len(frames):
        raise errors[0]
    if errors:
        told.append(f"{len(errors)} of {len(frames)} frames of the segmentation could not be read and are empty.")
    if overlap:
        told.append(f"Segments overlap in {overlap:,} voxels; there the later segment is kept.")
    if cut:
        told.append("The segmentation reaches beyond the image; what lies outside was left out.")
