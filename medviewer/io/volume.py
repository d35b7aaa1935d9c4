"""From a series to one volume: which frames, in which order, where they lie, what their values mean.

`plan` reads headers only; pixels are read slice by slice into one array that is allocated once.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.errors import InconsistentSeries, MedviewerError, UnreadableFile
from medviewer.io.budget import require_bytes
from medviewer.io.frame_location import layout, open_pixels
from medviewer.io.frame_records import FrameRecord, is_lossy, read_frames
from medviewer.io.functional_groups import FrameMeta
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.quantities import other_scales, unit_of
from medviewer.io.series import Series
from medviewer.io.sources import open_source
from medviewer.io.spacing import PlaneSpacing, plane_spacing, ultrasound_regions
from medviewer.io.stacking import Stack, build_stacks
from medviewer.io.volume_plan import VolumePlan, record_voi

_KEY_VERSION = "1"


class Progress(Protocol):
    """What loading needs of a job's context."""

    def check(self) -> None: ...

    def progress(self, fraction: float, text: str = "") -> None: ...


# --- planning -----------------------------------------------------------------------------------------------------


def plan(series: Series, stack: int = 0, check: Callable[[], None] | None = None) -> VolumePlan:
    """Plan one stack of a series; the largest is number 0.

    Raises
    ------
    MedviewerError
        Nothing of the series can be read, or it is larger than the byte budget.
    """
    found = plans(series, check)
    if not 0 <= stack < len(found):
        raise InconsistentSeries("The series has no such stack.")
    return found[stack]


def plans(series: Series, check: Callable[[], None] | None = None) -> list[VolumePlan]:
    """All stacks of a series; every frame is in exactly one, exact duplicates are left out with a notice."""
    headers = [header for header in series.instances if header.has_pixels]
    if not headers:
        raise UnreadableFile("The series holds no image.", "It can be looked at in the tag panel.")
    if headers[0].format != "dicom":
        from medviewer.io.whole_files import whole_plans

        return whole_plans(headers[0])
    warnings: list[str] = [*series.warnings]
    for header in headers:
        warnings.extend(line for line in header.warnings if line not in warnings)
    records = read_frames(headers, warnings, check)
    stacks = _without_duplicates(build_stacks([record.place for record in records]), records, warnings)
    labels = tuple(stack.label for stack in stacks)
    if len(stacks) > 1:
        others = "; ".join(f"{stack.label or 'stack'} ({len(stack.indices)} images)" for stack in stacks[1:9]) + (
            "; …" if len(stacks) > 9 else ""
        )
        shown = stacks[0].label or "the largest"
        warnings.append(f"The series holds {len(stacks)} stacks. Shown: {shown}. Others: {others}.")
    return [
        _plan_stack(stack, [records[i] for i in stack.indices], list(warnings), labels, number)
        for number, stack in enumerate(stacks)
    ]


def _plan_stack(
    stack: Stack, records: list[FrameRecord], warnings: list[str], labels: tuple[str, ...], number: int
) -> VolumePlan:
    first = records[0]
    instance = first.instance
    header, fmt = instance.header, instance.format
    colour = fmt.is_colour
    regions = ultrasound_regions(instance.meta.ds) if instance.meta else ()
    spacing = plane_spacing(header, first.pixel_spacing, regions, warnings)
    dtype = np.dtype(np.uint8) if colour else _common_dtype(records)
    shape = (len(records), fmt.rows, fmt.columns)
    require_bytes(shape[0] * shape[1] * shape[2] * (3 if colour else 1) * dtype.itemsize, "The volume")
    rescale = _rescale(records)
    unit = unit_of(header, instance.rescaled, instance.rescale_type, instance.meta)
    scales = other_scales(*_earliest(records), rescale.of_slice(0)) if not colour else ()
    own: list[str] = []
    voi = record_voi(first, own)
    warnings.extend(line for line in own if line not in warnings)
    _tell(stack, header, warnings)
    plan_ = VolumePlan(
        shape_zyx=shape,
        dtype=dtype,
        colour=colour,
        geometry=_geometry(stack, first, shape, spacing),
        rescale=rescale,
        unit="" if colour else unit.name,
        padding=None if colour else _padding(records, warnings),
        monochrome1=fmt.photometric == "MONOCHROME1",
        facts=Facts(
            modality=header.modality,
            spacing_source=spacing.source,
            has_patient_position=stack.has_position,
            unit_trusted=unit.trusted and not colour,
            lossy=any(r.instance.header.lossy for r in records) or is_lossy(first),
            lossy_ratio=header.lossy_ratio,
            tilt_deg=stack.tilt_deg,
            missing_slices=stack.missing,
            irregular_spacing=stack.irregular,
            pixel_aspect=spacing.aspect,
            frame_time_ms=header.frame_time_ms,
            not_reconstructable=_why_no_volume(stack, spacing),
            unit_reason=unit.reason or next((scale.reason for scale in scales if scale.reason), ""),
            warnings=tuple(warnings),
        ),
        key=_key(records),
        slice_positions_mm=stack.offsets_mm,
        scales=scales,
        regions=regions,
        stacks=labels,
        stack=number,
        frames=tuple(record.source for record in records),
        headers=tuple({id(r.instance): r.instance.header for r in records}.values()),
        warnings=tuple(warnings),
        _records=tuple(records),
    )
    plan_._vois[0] = voi
    return plan_


def _earliest(records: list[FrameRecord]) -> tuple[InstanceHeader, FrameMeta | None]:
    """The instance acquired first and its dataset, which is read for PET only: SUV depends on times."""
    header = min(
        (record.instance.header for record in records),
        key=lambda h: (h.acquisition_datetime, h.acquisition_date, h.acquisition_time, h.instance_number or 0),
    )
    meta = next((r.instance.meta for r in records if r.instance.header is header), None)
    if meta is None and header.modality == "PT":
        from medviewer.io.dataset import open_dataset

        meta = FrameMeta(open_dataset(header.path, header.member))
    return header, meta


def _common_dtype(records: list[FrameRecord]) -> np.dtype[Any]:
    kinds = {record.source.format.stored_dtype for record in records}
    return next(iter(kinds)) if len(kinds) == 1 else np.result_type(*kinds)


def _rescale(records: list[FrameRecord]) -> Rescale:
    table = records[0].instance.table
    if table is not None:
        return Rescale(table_first=table[0], table=table[1])
    slopes = tuple(record.slope for record in records)
    intercepts = tuple(record.intercept for record in records)
    if len(set(slopes)) == 1 and len(set(intercepts)) == 1:
        return Rescale(slopes[:1], intercepts[:1])
    return Rescale(slopes, intercepts)


def _padding(records: list[FrameRecord], warnings: list[str]) -> tuple[float, float] | None:
    ranges = {record.instance.padding for record in records}
    if len(ranges) == 1:
        return next(iter(ranges))
    known = sorted(r for r in ranges if r is not None)
    if len(known) == 1:
        return known[0]
    warnings.append("The images of the series have different padding values; those of the first are used.")
    return records[0].instance.padding


def _geometry(stack: Stack, first: FrameRecord, shape: tuple[int, int, int], spacing: PlaneSpacing) -> Geometry:
    header = first.instance.header
    step = stack.step_mm
    if step is None:
        thickness = first.thickness_mm
        step = thickness if thickness is not None and 1e-6 < thickness < 1e5 else 1.0
    return Geometry(
        shape,
        stack.origin_mm,
        stack.axis_x,
        stack.axis_y,
        stack.axis_z,
        (spacing.column_mm, spacing.row_mm, step),
        header.frame_of_reference_uid,
    )


def _why_no_volume(stack: Stack, spacing: PlaneSpacing) -> str:
    if stack.not_reconstructable:
        return stack.not_reconstructable
    if spacing.source is SpacingSource.NONE:
        return "The images carry no pixel spacing."
    return ""


def _tell(stack: Stack, header: InstanceHeader, warnings: list[str]) -> None:
    if header.kind == "segmentation":
        pass  # empty frames are left out of segmentations on purpose (PS3.3 C.8.20.2)
    elif stack.missing:
        warnings.append(
            f"{stack.missing} {'slice is' if stack.missing == 1 else 'slices are'} missing inside the stack "
            "(lost, or never acquired)."
        )
    elif stack.irregular:
        warnings.append("The distance between slices is not even.")
    if stack.tilt_deg:
        warnings.append(f"The slices are tilted by {stack.tilt_deg:.1f}° against the direction they follow.")
    if header.burned_in.upper() == "YES":
        warnings.append("Text is burned into the pixels; it may name the patient.")


def _without_duplicates(stacks: list[Stack], records: list[FrameRecord], warnings: list[str]) -> list[Stack]:
    """Drop stacks that only repeat images at places of another stack, pixel for pixel."""
    kept: list[Stack] = []
    dropped = 0
    for stack in stacks:
        rest = [i for i in stack.indices if not any(_repeats(records[i], records, other) for other in kept)]
        dropped += len(stack.indices) - len(rest)
        if len(rest) == len(stack.indices):
            kept.append(stack)
        elif rest:
            kept.append(replace(stack, indices=tuple(rest), offsets_mm=(), spacing_z_mm=None))
    if dropped:
        warnings.append(
            f"{dropped} {'image is an exact duplicate' if dropped == 1 else 'images are exact duplicates'} "
            f"of another at the same place and left out."
        )
    return kept


def _repeats(record: FrameRecord, records: list[FrameRecord], stack: Stack) -> bool:
    position = record.place.position
    if position is None or record.place.orientation is None:
        return False
    for i in stack.indices:
        other = records[i]
        if other.place.position is None or other.source.format != record.source.format:
            continue
        near = max(abs(a - b) for a, b in zip(position, other.place.position, strict=True)) <= 0.01
        same_values = (other.slope, other.intercept) == (record.slope, record.intercept)
        if near and same_values and other.source.path != record.source.path:
            return _pixel_bytes(record) == _pixel_bytes(other)
    return False


def _pixel_bytes(record: FrameRecord) -> bytes:
    """A hash of a frame's bytes as they lie in the file; unique when they cannot be read."""
    frame = record.source
    try:
        with open_pixels(frame.path, frame.member, frame.format.transfer_syntax_uid) as source:
            place = layout(frame, source)
            if frame.format.is_native:
                start, count, _ = frame.format.native_range(frame.frame)
                pieces: tuple[tuple[int, int], ...] = ((place.location.offset + start, count),)
            else:
                pieces = place.segments[frame.frame]
            digest = hashlib.sha256()
            for offset, length in pieces:
                digest.update(source.read(offset, length))
            return digest.digest()
    except (MedviewerError, IndexError):
        return f"{frame.path}\0{frame.member}\0{frame.frame}".encode("utf-8", "surrogateescape")


def _key(records: list[FrameRecord]) -> str:
    digest = hashlib.sha256(_KEY_VERSION.encode())
    for record in records:
        header = record.instance.header
        digest.update(
            f"{header.path}\0{header.member}\0{header.size}\0{header.mtime_ns}\0{record.source.frame}\n".encode(
                "utf-8", "surrogateescape"
            )
        )
    return digest.hexdigest()[:32]


# --- all at once --------------------------------------------------------------------------------------------------


def headers_at(path: str | os.PathLike[str]) -> list[InstanceHeader]:
    """Headers of a file, or of all files of a folder.

    Raises
    ------
    UnreadableFile
        Nothing there can be shown; the reason of the first file.
    """
    from medviewer.io.scan import scan

    if not os.path.isdir(path):
        open_source(os.fspath(path)).close()
    headers: list[InstanceHeader] = []
    reason = ""
    for found in scan([path]):
        if isinstance(found, LeftOut):
            reason = reason or found.reason
        else:
            headers.append(found)
    if not headers:
        raise UnreadableFile(reason or "There is no image here.")
    return headers


def load(source: Series | str | os.PathLike[str], ctx: Progress | None = None) -> Image:
    """Read a whole series, or the series that a file or folder holds.

    Raises
    ------
    MedviewerError
        A slice cannot be read, or the path holds no image, or several series.
    """
    series = source if isinstance(source, Series) else series_at(source)
    check = ctx.check if ctx is not None else None
    chosen = plan(series, check=check)
    array = chosen.allocate()
    done = 0

    def ready(k: int) -> None:
        nonlocal done
        done += 1
        if ctx is not None:
            ctx.progress(done / chosen.shape_zyx[0])

    chosen.read_into(array, check=check, ready=ready)
    return chosen.image(array)


def series_at(path: str | os.PathLike[str]) -> Series:
    """The one series at a path; the largest stack of images when the files split into several.

    Raises
    ------
    InconsistentSeries
        A folder with several series.
    """
    from medviewer.io.series import split_series

    headers = [header for header in headers_at(path) if header.has_pixels]
    if not headers:
        raise UnreadableFile("The file holds no image.")
    if len({header.series_uid for header in headers}) > 1:
        raise InconsistentSeries("The folder holds several series.", "Choose one of them.")
    parts: list[Series] = split_series(headers)
    return max(parts, key=lambda part: sum(header.frames for header in part.instances))
