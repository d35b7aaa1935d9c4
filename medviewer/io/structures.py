"""RT structure sets (PS3.3 A.19): labels as contours on the slices of their source, and contours back to labels.

Contours are written along the edges of pixels, so that every program that asks which pixel centres lie within gets
the very same pixels, and the area of the contour is theirs. Holes are joined to their contour by a channel of no
width ("keyhole", PS3.3 C.8.8.6.3), which every rule of filling understands.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.contour import fill, keyholed, objects, trace
from medviewer.core.image import Image
from medviewer.core.labels import MAX_LABEL, Label, LabelMap
from medviewer.errors import DataError, GeometryMismatch, InputError, UnreadableFile
from medviewer.io.dataset import items, number, numbers, open_dataset, text
from medviewer.io.label_colours import colour_of, hexadecimal
from medviewer.io.plane_matching import Stack, planes_of
from medviewer.io.segmentation import Algorithm
from medviewer.io.source_instances import (
    Source,
    SourceInstances,
    frame_of_reference,
    kept,
    new_instance,
    on_source_grid,
    read_sources,
    save,
)

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

STRUCTURE_SET = "1.2.840.10008.5.1.4.1.1.481.3"
_STUDY_CLASS = "1.2.840.10008.3.1.2.3.1"  # retired, and still what the reference to a study names
_CLOSED = {"CLOSED_PLANAR", "CLOSEDPLANAR_XOR", ""}
_CONTOUR_DATA = 0x30060050
_MAX_BYTES = 1 << 30
_MAX_POINTS = 20_000_000
_FLAT_MM = 0.1  # how far points of one contour may lie from its plane
_NEAR_STEP = 0.5  # of the distance of slices: a contour belongs to the nearest slice


# --- writing ------------------------------------------------------------------------------------------------------


def write_structures(
    labels: LabelMap,
    sources: Sequence[Source],
    path: str | os.PathLike[str],
    *,
    description: str = "Structures",
    algorithm: Algorithm = "SEMIAUTOMATIC",
    series_number: int | None = None,
    check: Callable[[], None] | None = None,
) -> None:
    """Write an RT structure set; every label that occurs becomes a region of interest.

    Parameters
    ----------
    labels : LabelMap
        On the grid of the source, or a flipped, turned or cropped copy of it.
    sources : sequence of FrameSource or path
        The DICOM image of each slice of the series, in order. Tilted and uneven stacks are fine: each contour lies in
        the plane of its own image.
    description : str
        Of the new series, and the name of the structure set.
    algorithm : {"MANUAL", "SEMIAUTOMATIC", "AUTOMATIC"}
        How the regions were made.
    check : callable, optional
        Called between slices; what it raises ends the writing.

    Raises
    ------
    DataError
        The mask is empty, the source is no DICOM series or has no place in the patient, or the disk refuses.
    GeometryMismatch
        The mask lies on another grid.
    """
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence as Items

    if labels.is_empty:
        raise DataError("The mask is empty, so that there is no contour to write.", "Segment something first.")
    source = read_sources(sources, check)
    if not source.has_position:
        raise DataError(
            "The source images do not say where in the patient they lie, which contours must.",
            "Write a DICOM segmentation instead.",
        )
    array = on_source_grid(labels, source)
    values = [int(v) for v in np.flatnonzero(np.bincount(array.ravel())) if v]
    ds = new_instance(source.first, STRUCTURE_SET, "RTSTRUCT", description, series_number)
    del ds.ContentDate, ds.ContentTime
    ds.OperatorsName = ""
    uid = frame_of_reference(source)
    ds.FrameOfReferenceUID = uid
    ds.PositionReferenceIndicator = kept(source.first, "PositionReferenceIndicator")
    ds.StructureSetLabel = "medviewer"
    ds.StructureSetName = description[:64]
    ds.StructureSetDate, ds.StructureSetTime = ds.SeriesDate, ds.SeriesTime
    ds.ReferencedFrameOfReferenceSequence = Items([_references(source, uid)])
    regions: list[Dataset] = []
    contours: list[Dataset] = []
    observations: list[Dataset] = []
    for n, value in enumerate(values, start=1):
        known = next((label for label in labels.labels if label.value == value), Label(value))
        region = Dataset()
        region.ROINumber = value
        region.ReferencedFrameOfReferenceUID = uid
        region.ROIName = _name(known)
        region.ROIGenerationAlgorithm = algorithm
        regions.append(region)
        drawn = Dataset()
        drawn.ROIDisplayColor = list(colour_of(value, known.colour))
        drawn.ContourSequence = Items(_contours(array, value, source, check))
        drawn.ReferencedROINumber = value
        contours.append(drawn)
        observation = Dataset()
        observation.ObservationNumber = n
        observation.ReferencedROINumber = value
        observation.RTROIInterpretedType = ""
        observation.ROIInterpreter = ""
        observations.append(observation)
    ds.StructureSetROISequence = Items(regions)
    ds.ROIContourSequence = Items(contours)
    ds.RTROIObservationsSequence = Items(observations)
    ds.ApprovalStatus = "UNAPPROVED"
    save(ds, path, implicit=True)  # with explicit VR a contour could not be longer than 65,534 characters


def _name(label: Label) -> str:
    clean = "".join(c if c.isprintable() and c != "\\" else " " for c in label.name).strip()[:64].strip()
    return clean or f"Label {label.value}"


def _references(source: SourceInstances, uid: str) -> Dataset:
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence as Items

    study = Dataset()
    study.ReferencedSOPClassUID = _STUDY_CLASS
    study.ReferencedSOPInstanceUID = text(source.first, "StudyInstanceUID")
    study.RTReferencedSeriesSequence = Items([source.series_reference("ContourImageSequence")])
    frame = Dataset()
    frame.FrameOfReferenceUID = uid
    frame.RTReferencedStudySequence = Items([study])
    return frame


def _contours(
    array: NDArray[Any], value: int, source: SourceInstances, check: Callable[[], None] | None
) -> list[Dataset]:
    from pydicom.dataset import Dataset
    from pydicom.sequence import Sequence as Items

    row_mm, column_mm = source.spacing_yx_mm
    out: list[Dataset] = []
    for k in range(len(array)):
        if check is not None:
            check()
        mask = array[k] == value
        if not mask.any():
            continue
        position, x, y = source.in_order(k)
        found = trace(mask)
        for outer, holes in objects(found):
            ring = keyholed(found[outer], [found[hole] for hole in holes])
            world = position + ring[:, :1] * (x * column_mm) + ring[:, 1:] * (y * row_mm)
            item = Dataset()
            item.ContourImageSequence = Items([source.slices[k].reference()])
            item.ContourGeometricType = "CLOSED_PLANAR"
            item.NumberOfContourPoints = len(ring)
            item.ContourNumber = len(out) + 1
            item[_CONTOUR_DATA] = _decimals(world)
            out.append(item)
    return out


def _decimals(world: NDArray[np.float64]) -> Any:
    """ContourData ready to be written: pydicom would make an object of every number, and take half a minute."""
    from pydicom.dataelem import DataElement

    return DataElement(
        _CONTOUR_DATA, "DS", "\\".join([f"{v:.10g}" for v in (world + 0.0).ravel().tolist()]), already_converted=True
    )


# --- reading ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Region:
    """One region of interest as it was drawn.

    Attributes
    ----------
    number : int
        ROINumber.
    name, colour : str
        ``"#rrggbb"``; empty when the file gives none.
    contours : tuple of NDArray, shape (n, 3)
        Closed contours in mm (LPS), in the order of the file.
    left_out : int
        Points, open lines and damaged contours, which bound no area.
    """

    number: int
    name: str
    colour: str
    contours: tuple[NDArray[np.float64], ...] = field(repr=False, default=())
    left_out: int = 0


def read_regions(
    path: str | os.PathLike[str], member: str = "", check: Callable[[], None] | None = None
) -> tuple[Region, ...]:
    """The regions of an RT structure set, without asking for an image.

    Raises
    ------
    UnreadableFile
        Damaged, or no structure set.
    TooLarge
    """
    from medviewer.io.budget import require_bytes
    from medviewer.io.header_reader import looks_like_dicom
    from medviewer.io.sources import open_source

    name = os.fspath(path)
    with open_source(name, member) as opened:
        if not looks_like_dicom(opened.read(0, 1024)):
            raise UnreadableFile("The file is no RT structure set.")
        require_bytes(opened.size * 4, "The structure set")
        if opened.size > _MAX_BYTES:
            raise UnreadableFile("The file is too large for a structure set.")
    ds = open_dataset(name, member)
    if text(ds, "SOPClassUID") != STRUCTURE_SET and text(ds, "Modality") != "RTSTRUCT":
        raise UnreadableFile("The file is no RT structure set.")
    drawn: dict[int, list[Dataset]] = {}
    colours: dict[int, str] = {}
    for item in items(ds, "ROIContourSequence"):
        roi = number(item, "ReferencedROINumber")
        if roi is not None:
            drawn.setdefault(int(roi), []).extend(items(item, "ContourSequence"))
            colours.setdefault(int(roi), hexadecimal(numbers(item, "ROIDisplayColor", 3)))
    out: list[Region] = []
    points = 0
    for item in items(ds, "StructureSetROISequence"):
        roi = number(item, "ROINumber")
        if roi is None:
            continue
        contours: list[NDArray[np.float64]] = []
        left_out = 0
        for contour in drawn.get(int(roi), ()):
            if check is not None:
                check()
            found = _points(contour) if text(contour, "ContourGeometricType").upper() in _CLOSED else None
            if found is None or len(found) < 3:
                left_out += 1
                continue
            points += len(found)
            if points > _MAX_POINTS:
                raise UnreadableFile("The structure set has more points than can be read.")
            contours.append(found)
        out.append(
            Region(int(roi), text(item, "ROIName").strip(), colours.get(int(roi), ""), tuple(contours), left_out)
        )
    if not out:
        raise UnreadableFile("The structure set holds no region.")
    return tuple(out)


def _points(contour: Dataset) -> NDArray[np.float64] | None:
    """ContourData as (n, 3) mm; None when it is damaged. pydicom would make an object of every number."""
    try:
        raw = contour.get_item("ContourData")
        stored = getattr(raw, "value", None)
        if isinstance(stored, bytes):
            flat = np.array(stored.strip(b" \0").split(b"\\"), dtype=np.float64)
        else:
            flat = np.array(numbers(contour, "ContourData"), dtype=np.float64)
    except (ValueError, TypeError):
        return None
    if not len(flat) or len(flat) % 3 or not np.isfinite(flat).all():
        return None
    return flat.reshape(-1, 3)


def read_structures(
    path: str | os.PathLike[str],
    onto: Image | LabelMap | None,
    *,
    member: str = "",
    warnings: list[str] | None = None,
    check: Callable[[], None] | None = None,
) -> LabelMap:
    """The regions of an RT structure set as labels on the slices of an image.

    A pixel belongs to a region when its centre lies within an odd number of nested contours; contours that overlap
    without one holding the other are joined.

    Parameters
    ----------
    onto : Image or LabelMap
        The image that the contours were drawn on, or another with slices of the same orientation.
    warnings : list, optional
        Gets sentences on what had to be decided or left out.

    Returns
    -------
    LabelMap
        On the grid of `onto`; the label of a region is its number where that is possible, later regions cover.

    Raises
    ------
    InputError
        No image is given: contours have no pixels of their own.
    GeometryMismatch
        The contours lie in planes of another orientation, or beside the image.
    UnreadableFile, TooLarge
    """
    told: list[str] = [] if warnings is None else warnings
    if onto is None:
        raise InputError(
            "A structure set holds contours, which become a mask only on an image.",
            "Open the series that the contours were drawn on first.",
        )
    regions = read_regions(path, member, check)
    grid = planes_of(onto)
    _, *size = onto.geometry.shape_zyx
    stack = Stack(grid, (size[0], size[1]))
    values = _values(regions)
    out = np.zeros(onto.geometry.shape_zyx, np.uint8 if max(values) <= 255 else np.uint16)
    reach = _reach(stack, onto)
    outside = turned = left_out = overlap = crossing = total = 0
    for region, value in zip(regions, values, strict=True):
        left_out += region.left_out
        by_slice: dict[int, list[tuple[float, NDArray[np.float64]]]] = {}
        for world in region.contours:
            total += 1
            heights = world @ stack.normal
            if float(heights.max() - heights.min()) > max(_FLAT_MM, 0.25 * reach):
                turned += 1
                continue
            height = float(np.median(heights))
            k, apart = stack.nearest(height)
            if apart > reach:
                outside += 1
                continue
            by_slice.setdefault(k, []).append((apart, _in_pixels(world, grid[k])))
        for k, found in by_slice.items():
            if check is not None:
                check()
            least = min(apart for apart, _ in found)  # of several planes near one slice the nearest counts
            mask, crossed = _joined([ring for apart, ring in found if apart <= least + _FLAT_MM], (size[0], size[1]))
            crossing += crossed
            before = out[k][mask]
            overlap += int(np.count_nonzero((before != 0) & (before != value)))
            out[k][mask] = value
    if total and turned == total:
        raise GeometryMismatch(
            "The contours were drawn on slices of another orientation.",
            "Open the series that they were drawn on.", "data.grid",
        )  # fmt: skip
    if total and outside + turned == total:
        raise GeometryMismatch(
            "The contours lie beside the image.", "Open the series that they were drawn on.", "data.grid"
        )
    if turned:
        told.append(f"{turned} of {total} contours lie in no slice of the image and were left out.")
    if outside:
        told.append(f"{outside} of {total} contours lie beyond the slices of the image and were left out.")
    if left_out:
        told.append(f"{left_out} points, open lines or damaged contours bound no area and were left out.")
    if crossing:
        told.append(f"{crossing} contours cross others of their region; they were joined.")
    if overlap:
        told.append(f"Regions overlap in {overlap:,} voxels; there the later region is kept.")
    labels = tuple(
        Label(v, "" if r.name == f"Label {v}" else r.name, r.colour) for r, v in zip(regions, values, strict=True)
    )
    return LabelMap(out, onto.geometry, labels, "", onto.slice_positions_mm)


def _values(regions: Sequence[Region]) -> list[int]:
    own = [region.number for region in regions]
    if len(set(own)) == len(own) and all(0 < n <= MAX_LABEL for n in own):
        return own
    return list(range(1, len(regions) + 1))


def _reach(stack: Stack, onto: Image | LabelMap) -> float:
    """How far from a slice a contour may lie and still belong to it, in mm."""
    steps = np.diff(np.sort(stack.heights))
    steps = steps[steps > 1e-6]
    step = float(steps.min()) if len(steps) else onto.geometry.spacing_xyz_mm[2]
    return _NEAR_STEP * step * (1 + 1e-6)


def _in_pixels(world: NDArray[np.float64], plane: Any) -> NDArray[np.float64]:
    origin, x, y, spacing = plane
    away = world - origin
    return np.stack((away @ x / spacing[1], away @ y / spacing[0]), axis=1)


def _joined(rings: list[NDArray[np.float64]], size_yx: tuple[int, int]) -> tuple[NDArray[np.bool_], int]:
    """The pixels of several contours of one region in one slice, and how many cross others.

    One within what is there so far cuts a hole, one around it makes it a hole; a repeated one changes nothing.
    """
    out = np.zeros(size_yx, dtype=np.bool_)
    crossed = 0
    seen: set[bytes] = set()
    for ring in rings:
        name = np.round(ring, 4).tobytes()
        if name in seen:
            continue
        seen.add(name)
        box = _box(ring, size_yx)
        if box is None:
            continue
        x, y = box[1].start, box[0].start
        part = out[box]
        mask = fill([ring - (x, y)], (part.shape[0], part.shape[1]))
        both, all_of_it = np.count_nonzero(part & mask), np.count_nonzero(mask)
        if both in (0, all_of_it) or both == np.count_nonzero(out):
            part ^= mask
        else:
            crossed += 1
            part |= mask
    return out, crossed


def _box(ring: NDArray[np.float64], size_yx: tuple[int, int]) -> tuple[slice, slice] | None:
    """Rows and columns that a contour can reach; None when it lies outside."""
    low = np.clip(np.floor(ring.min(axis=0)), 0, (size_yx[1], size_yx[0])).astype(int)
    high = np.clip(np.ceil(ring.max(axis=0)) + 1, 0, (size_yx[1], size_yx[0])).astype(int)
    if (high <= low).any():
        return None
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))
