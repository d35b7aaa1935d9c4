"""Every frame of a series as one record: where its pixels are, where it lies, what its values mean."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Vector
from medviewer.errors import MedviewerError, TooLarge, UnreadableFile
from medviewer.io import frames as frame_module
from medviewer.io.codecs import LARGE_BYTES, MOST_EXPANSION
from medviewer.io.codestream import parse
from medviewer.io.dataset import number, numbers, open_dataset, text
from medviewer.io.frame_location import layout, open_pixels
from medviewer.io.frames import DEFLATED_LE, FrameSource, PixelFormat
from medviewer.io.functional_groups import FrameMeta
from medviewer.io.headers import InstanceHeader
from medviewer.io.lookup_tables import Palette, modality_lut, palette
from medviewer.io.pixels import native_photometric, padding_range, pixel_format
from medviewer.io.stacking import Place

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_FRAMES = 200_000  # each costs a kilobyte or two; whole slides have fewer tiles
_RT_DOSE = "1.2.840.10008.5.1.4.1.1.481.2"
_NM = "1.2.840.10008.5.1.4.1.1.20"
_NUCLEAR_VECTORS = (
    ("energy window", "EnergyWindowVector"),
    ("detector", "DetectorVector"),
    ("phase", "PhaseVector"),
    ("R-R interval", "RRIntervalVector"),
    ("time slot", "TimeSlotVector"),
    ("rotation", "RotationVector"),
    ("view", "AngularViewVector"),
    ("time slice", "TimeSliceVector"),
)
_MAYBE_LOSSY = frozenset(f"1.2.840.10008.1.2.4.{n}" for n in (91, 93, 203))


@dataclass(frozen=True, eq=False)
class InstanceRecord:
    """One file of the series, opened as far as needed.

    `meta` is the dataset where the header alone is not enough. `table` is the modality LUT as (first, values, type).
    """

    header: InstanceHeader
    format: PixelFormat
    meta: FrameMeta | None
    padding: tuple[float, float] | None
    palette: Palette | None
    table: tuple[int, NDArray[np.float32], str] | None
    rescaled: bool
    rescale_type: str

    @cached_property
    def table_name(self) -> str:
        """The same for equal modality tables: a volume has one (`core.image.Rescale`), so others stand apart."""
        if self.table is None:
            return ""
        return hashlib.sha256(str(self.table[0]).encode() + self.table[1].tobytes()).hexdigest()[:8]

    @cached_property
    def nuclear_vectors(self) -> tuple[tuple[str, tuple[float, ...]], ...]:
        """What the frame increment vectors of NM number besides slices (PS3.3 C.8.4.8); empty for others."""
        if self.meta is None or self.header.sop_class_uid != _NM:
            return ()
        return tuple((name, numbers(self.meta.ds, keyword)) for name, keyword in _NUCLEAR_VECTORS)


@dataclass(frozen=True, eq=False)
class FrameRecord:
    """One frame: its instance, its pixels, its place and its rescale."""

    instance: InstanceRecord
    source: FrameSource
    place: Place
    slope: float
    intercept: float
    pixel_spacing: tuple[float, ...]
    thickness_mm: float | None


def read_instance(
    header: InstanceHeader, warnings: list[str], formats: dict[tuple[object, ...], PixelFormat] | None = None
) -> InstanceRecord:
    """Open one instance.

    Parameters
    ----------
    formats : dict, optional
        What was found for instances before this one; those of a series are mostly alike.

    Raises
    ------
    MedviewerError
        It has no pixels, or pixels that cannot be read.
    """
    fmt = _format_of(header, warnings, {} if formats is None else formats)
    meta = FrameMeta(open_dataset(header.path, header.member)) if header.detail else None
    if header.pixel_length > 0 and fmt.is_subsampled:
        fmt = native_photometric(fmt, header.pixel_length, warnings)
    ds = meta.ds if meta else None
    colours = table = None
    if ds is not None and fmt.photometric == "PALETTE COLOR":
        colours = palette(ds, fmt.signed, warnings, fmt.big_endian)
    if ds is not None and not fmt.is_colour:
        table = modality_lut(ds, fmt.signed, warnings, fmt.big_endian)
    rescale_type = header.rescale_type
    rescaled = header.slope is not None or header.intercept is not None or table is not None
    if meta is not None and meta.is_enhanced and not rescaled:
        rescaled = meta.number(0, "RescaleSlope") is not None
        rescale_type = rescale_type or str(meta.get(0, "RescaleType") or "")
    if table is not None:
        rescale_type = table[2]
    if ds is None and fmt.is_float:
        ds = open_dataset(header.path, header.member)
    return InstanceRecord(header, fmt, meta, padding_range(header, fmt, ds), colours, table, rescaled, rescale_type)


def _format_of(
    header: InstanceHeader, warnings: list[str], formats: dict[tuple[object, ...], PixelFormat]
) -> PixelFormat:
    """The format of the pixels, validated; one object for all instances that state the same without a fault."""
    stated = (
        header.rows,
        header.columns,
        header.frames,
        header.samples,
        header.bits_allocated,
        header.bits_stored,
        header.high_bit,
        header.signed,
        header.photometric,
        header.planar,
        header.transfer_syntax_uid,
        header.big_endian,
        header.pixel_keyword,
    )
    fmt = formats.get(stated)
    if fmt is None:
        own: list[str] = []
        fmt = pixel_format(header, own)
        fmt.validate()
        warnings.extend(own)
        if not own:
            formats[stated] = fmt
    return fmt


def frames_of(instance: InstanceRecord, first_index: int, warnings: list[str]) -> list[FrameRecord]:
    """The frames of one instance that the file can hold, numbered from `first_index`."""
    header, fmt, meta = instance.header, instance.format, instance.meta
    count = _frames_there(header, fmt, warnings)
    native_offset = -1
    # Whether small samples of a big endian file lie in swapped words is found by the walk to the pixels.
    if fmt.is_native and fmt.transfer_syntax_uid != DEFLATED_LE and not (fmt.big_endian and fmt.bits_allocated <= 8):
        native_offset = header.pixel_offset
    places = _positions(instance, count)
    records: list[FrameRecord] = []
    for frame in range(count):
        position, orientation = places(frame)
        slope, intercept = _rescale(instance, frame, warnings)
        apart, marks, order = _identity(instance, frame)
        if fmt.is_colour:
            apart = (*apart, ("colour", "images"))
        if instance.table is not None:
            apart = (*apart, ("value table", instance.table_name))
        enhanced = meta is not None and meta.is_enhanced
        spacing = meta.numbers(frame, "PixelSpacing", 2) if meta and enhanced else header.pixel_spacing
        records.append(
            FrameRecord(
                instance,
                FrameSource(
                    header.path, frame, fmt, header.member,
                    native_offset, header.pixel_length if native_offset >= 0 else -1,
                ),
                Place(
                    first_index + frame, position, orientation, (fmt.rows, fmt.columns), apart, marks, order, spacing
                ),
                slope,
                intercept,
                spacing,
                meta.number(frame, "SliceThickness") if meta and enhanced else header.slice_thickness,
            )
        )  # fmt: skip
    return records


def _frames_there(header: InstanceHeader, fmt: PixelFormat, warnings: list[str]) -> int:
    """The header's number of frames, checked against the size of the file."""
    promised = fmt.frames * fmt.decoded_bytes
    most = header.size * (MOST_EXPANSION if not fmt.is_native or fmt.transfer_syntax_uid == DEFLATED_LE else 8)
    if promised > LARGE_BYTES and promised > most:
        raise UnreadableFile(
            "The file is cut short: its header claims an image far larger than the file can hold.",
            "Copy or send it again.",
        )
    if fmt.frames == 1:
        return 1
    if fmt.is_native and header.pixel_offset >= 0 and fmt.transfer_syntax_uid != DEFLATED_LE:
        there = max(0, header.size - header.pixel_offset)
        if header.pixel_length >= 0:
            there = min(there, header.pixel_length)
        whole = there * 8 // fmt.native_bits
        if whole < 1:
            raise UnreadableFile(
                "The file is cut short: not even its first frame is whole.", "Copy or send it again."
            )
        if whole < fmt.frames:
            warnings.append(f"The file is cut short: {whole} of {fmt.frames:,} frames are there.")
        return _bounded(min(whole, fmt.frames))
    # A compressed frame takes 8 bytes at least; deflate shrinks at most 1032 times.
    most = header.size // 8 if not fmt.is_native else header.size * 1032 * 8 // fmt.native_bits + 1
    if fmt.frames > most:
        raise TooLarge(f"The header promises {fmt.frames:,} frames, more than the file can hold.")
    return _bounded(fmt.frames)


def _bounded(count: int) -> int:
    if count > _MAX_FRAMES:
        raise TooLarge(f"The file has {count:,} frames; up to {_MAX_FRAMES:,} can be shown.")
    return count


def _rescale(instance: InstanceRecord, frame: int, warnings: list[str]) -> tuple[float, float]:
    header, meta = instance.header, instance.meta
    if instance.table is not None or instance.format.is_colour:
        return 1.0, 0.0
    slope, intercept = header.slope, header.intercept
    if header.sop_class_uid == _RT_DOSE and meta is not None:
        slope, intercept = number(meta.ds, "DoseGridScaling"), 0.0
        if slope is None:
            warnings.append("The dose has no scaling: its values are relative.")
    elif meta is not None and meta.is_enhanced:
        slope, intercept = meta.number(frame, "RescaleSlope"), meta.number(frame, "RescaleIntercept")
    if slope == 0:
        warnings.append("The rescale slope of the file is 0, which cannot be; 1 was taken.")
        slope = 1.0
    return 1.0 if slope is None else slope, 0.0 if intercept is None else intercept


Position = tuple[Vector | None, tuple[float, ...] | None]


def _positions(instance: InstanceRecord, count: int) -> Callable[[int], Position]:
    """Where each frame lies: functional groups, else one position, else steps of a grid (RT dose, NM)."""
    header, meta = instance.header, instance.meta
    if meta is not None and meta.is_enhanced:
        return lambda frame: _enhanced_position(meta, frame)
    position, orientation = header.position, header.orientation
    offsets: tuple[float, ...] = ()
    if meta is not None and header.sop_class_uid == _RT_DOSE:
        offsets = numbers(meta.ds, "GridFrameOffsetVector")
        if len(position) == 3 and len(orientation) == 6 and len(offsets) == count and offsets and offsets[0] != 0:
            # Absolute z positions are allowed for axial grids (PS3.3 C.8.8.3.2).
            offsets = tuple(o - offsets[0] for o in offsets)
    elif meta is not None and header.sop_class_uid == _NM:
        from medviewer.io.dataset import items

        for detector in items(meta.ds, "DetectorInformationSequence")[:1]:
            position = position or numbers(detector, "ImagePositionPatient", 3)
            orientation = orientation or numbers(detector, "ImageOrientationPatient", 6)
        step = header.spacing_between or header.slice_thickness
        if step and "RECON" in " ".join(header.image_type).upper():
            slices = numbers(meta.ds, "SliceVector")
            numbered = slices if len(slices) == count else range(1, count + 1)
            offsets = tuple(step * (i - 1) for i in numbered)
    if len(position) != 3 or len(orientation) != 6:
        return lambda frame: (None, None)
    origin: Vector = (position[0], position[1], position[2])
    if len(offsets) != count:
        return lambda frame: (origin, orientation)
    normal = np.cross(orientation[:3], orientation[3:])

    def stepped(frame: int) -> Position:
        x, y, z = (float(v) for v in np.asarray(origin) + normal * offsets[frame])
        return (x, y, z), orientation

    return stepped


def _enhanced_position(meta: FrameMeta, frame: int) -> Position:
    position = meta.numbers(frame, "ImagePositionPatient", 3)
    orientation = meta.numbers(frame, "ImageOrientationPatient", 6)
    if len(position) != 3 or len(orientation) != 6:
        return None, None
    return (position[0], position[1], position[2]), orientation


def _identity(
    instance: InstanceRecord, frame: int
) -> tuple[tuple[tuple[str, Hashable], ...], tuple[tuple[str, Hashable], ...], tuple[float, ...]]:
    """(never in one stack, tells frames at one position apart, order)."""
    header, meta = instance.header, instance.meta
    order = (
        float(header.temporal_position or 0),
        _clock(header.acquisition_time or header.content_time),
        float(header.instance_number or 0),
        float(frame),
    )
    if meta is None or not meta.is_enhanced:
        vectors = instance.nuclear_vectors if meta is not None else ()
        marks: tuple[tuple[str, Hashable], ...] = (
            ("time", header.temporal_position),
            ("b-value", header.b_value),
            ("echo time", header.echo_time),
            ("echo", header.echo_number),
            ("trigger time", header.trigger_time),
            ("acquisition", header.acquisition_number),
            ("acquisition time", header.acquisition_time or None),
            *((name, v[frame] if frame < len(v) else None) for name, v in vectors),
        )
        return (), marks, order
    apart: tuple[tuple[str, Hashable], ...] = ()
    segment = meta.number(frame, "ReferencedSegmentNumber")
    if segment is not None:
        apart = (("segment", segment),)
    frame_type = meta.get(frame, "FrameType")
    dimensions = meta.numbers(frame, "DimensionIndexValues")
    marks = (
        ("time", meta.number(frame, "TemporalPositionIndex")),
        ("b-value", meta.number(frame, "DiffusionBValue")),
        ("echo time", meta.number(frame, "EffectiveEchoTime")),
        ("trigger delay", meta.number(frame, "NominalCardiacTriggerDelayTime")),
        ("type", "\\".join(map(str, frame_type)) if frame_type is not None else None),
        ("stack", text(meta.ds, "StackID") or _as_text(meta.get(frame, "StackID"))),
        *((f"dimension {i + 1}", dimensions[i] if i < len(dimensions) else None) for i in range(8)),
    )
    return apart, marks, order


def _as_text(found: object) -> str | None:
    return None if found is None else str(found)


def _clock(time: str) -> float:
    digits = time.replace(":", "")
    try:
        return int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + float(digits[4:] or 0)
    except ValueError:
        return 0.0


def is_lossy(record: FrameRecord) -> bool:
    """Whether values were lost in compression: by the attribute, by the transfer syntax, or by the codestream.

    Where the syntax allows both and the header is silent, JPEG 2000 streams say it themselves; JPEG XL counts as
    lossy.
    """
    header, frame = record.instance.header, record.source
    if header.lossy:
        return True
    if header.transfer_syntax_uid not in _MAYBE_LOSSY:
        return header.transfer_syntax_uid in frame_module.LOSSY_SYNTAXES
    try:
        with open_pixels(frame.path, frame.member, header.transfer_syntax_uid) as source:
            offset, length = layout(frame, source).segments[frame.frame][0]
            return not parse(source.read(offset, min(length, 4096))).reversible
    except (MedviewerError, IndexError):
        return False


def read_frames(
    headers: list[InstanceHeader], warnings: list[str], check: Callable[[], None] | None = None
) -> list[FrameRecord]:
    """The frames of all instances; those that cannot be read are counted in a warning.

    Raises
    ------
    MedviewerError
        No instance can be read: the error of the first.
    """
    records: list[FrameRecord] = []
    failed: list[MedviewerError] = []
    formats: dict[tuple[object, ...], PixelFormat] = {}
    for header in headers:
        if check is not None:
            check()
        own: list[str] = []
        try:
            records.extend(frames_of(read_instance(header, own, formats), len(records), own))
        except MedviewerError as error:
            failed.append(error)
        warnings.extend(line for line in own if line not in warnings)
    if not records:
        raise failed[0] if failed else UnreadableFile("The series holds no image.")
    if failed:
        warnings.append(
            f"{len(failed)} of {len(headers)} images could not be used: {failed[0].message[:1].lower()}"
            f"{failed[0].message[1:]}"
        )
    return records
