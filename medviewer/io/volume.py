"""From a series to one volume: which frames, in which order, where they lie, what their values mean.

`plan` reads headers only; pixels are read slice by slice into one array that is allocated once.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.display import Voi, VoiLut
from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.errors import InconsistentSeries, MedviewerError, UnreadableFile
from medviewer.io.budget import require_bytes
from medviewer.io.decode import decode_frames, decode_into, open_pixels, read_native_into
from medviewer.io.frame_records import FrameRecord, lossy_syntax, read_frames
from medviewer.io.frames import FrameSource
from medviewer.io.functional_groups import FrameMeta
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.pixels import to_rgb, voi_for_stored, voi_of, windows
from medviewer.io.quantities import CLASSIC_MR, Scale, other_scales, unit_of
from medviewer.io.series import Series
from medviewer.io.sources import ByteSource, open_source
from medviewer.io.spacing import PlaneSpacing, UltrasoundRegion, plane_spacing, ultrasound_regions
from medviewer.io.stacking import Stack, build_stacks

if TYPE_CHECKING:
    from medviewer.services.jobs import JobContext

_KEY_VERSION = "1"


@dataclass(frozen=True, eq=False)
class VolumePlan:
    """One stack, ready to be read.

    Attributes
    ----------
    shape_zyx : tuple of int
        Slices, rows, columns.
    dtype : numpy dtype
        Of the array: the stored type, or uint8 for colour.
    colour : bool
        The array is (z, y, x, 3) RGB.
    geometry, rescale, unit, padding, monochrome1, facts, key, slice_positions_mm
        As in `core.image.Image`.
    scales : tuple of Scale
        Other scales of the values (SUV, real world values), or why there is none.
    regions : tuple of UltrasoundRegion
        Calibrated regions, in pixels of the image.
    stacks : tuple of str
        Labels of all stacks of the series; `stack` is this one. ``plan(series, stack=i)`` gives another.
    frames : tuple of FrameSource
        One per slice; empty for files that are read as a whole.
    """

    shape_zyx: tuple[int, int, int]
    dtype: np.dtype[Any]
    colour: bool
    geometry: Geometry
    rescale: Rescale
    unit: str
    padding: tuple[float, float] | None
    monochrome1: bool
    facts: Facts
    key: str
    slice_positions_mm: tuple[float, ...] = ()
    scales: tuple[Scale, ...] = ()
    regions: tuple[UltrasoundRegion, ...] = ()
    stacks: tuple[str, ...] = ("",)
    stack: int = 0
    frames: tuple[FrameSource, ...] = ()
    headers: tuple[InstanceHeader, ...] = ()
    warnings: tuple[str, ...] = ()
    _records: tuple[FrameRecord, ...] = ()
    _whole: Callable[[], NDArray[Any]] | None = None
    _cache: dict[str, Any] = field(default_factory=dict)

    @property
    def array_shape(self) -> tuple[int, ...]:
        """Shape of the array: (z, y, x), or (z, y, x, 3) for colour."""
        return (*self.shape_zyx, 3) if self.colour else self.shape_zyx

    @property
    def nbytes(self) -> int:
        """Bytes of the array."""
        z, y, x = self.shape_zyx
        return z * y * x * (3 if self.colour else 1) * self.dtype.itemsize

    def allocate(self) -> NDArray[Any]:
        """The array, zeros, within the byte budget.

        Raises
        ------
        TooLarge
        """
        require_bytes(self.nbytes, "The volume")
        return np.zeros(self.array_shape, self.dtype)

    def read_slice(self, k: int, check: Callable[[], None] | None = None) -> NDArray[Any]:
        """Slice `k`, shape (y, x) or (y, x, 3).

        Raises
        ------
        MedviewerError
            The slice cannot be read.
        """
        out = np.zeros((1, *self.array_shape[1:]), self.dtype)
        errors = self._read(out, [k], check, lambda k: 0, None)
        if k in errors:
            raise errors[k]
        return np.asarray(out[0])

    def read_into(
        self,
        array: NDArray[Any],
        ks: Iterable[int] | None = None,
        check: Callable[[], None] | None = None,
        ready: Callable[[int], None] | None = None,
    ) -> dict[int, MedviewerError]:
        """Read slices into `array` (from `allocate`), the first ones first.

        Parameters
        ----------
        ks : iterable of int, optional
            Slices; all when left out.
        check : callable, optional
            Called at least every 200 ms; what it raises ends the reading.
        ready : callable, optional
            Called with every slice as soon as it is there (or has failed).

        Returns
        -------
        dict
            Error by slice; the pixels of such a slice are left as they were.
        """
        return self._read(array, list(range(self.shape_zyx[0]) if ks is None else ks), check, lambda k: k, ready)

    def _read(
        self,
        array: NDArray[Any],
        ks: Sequence[int],
        check: Callable[[], None] | None,
        row: Callable[[int], int],
        ready: Callable[[int], None] | None,
    ) -> dict[int, MedviewerError]:
        if self._whole is not None:
            return self._read_whole(array, ks, row, ready)
        errors: dict[int, MedviewerError] = {}
        opened: tuple[tuple[str, str], ByteSource] | None = None
        compressed: list[int] = []
        try:
            for k in ks:
                if check is not None:
                    check()
                frame = self.frames[k]
                if not frame.format.is_native:
                    compressed.append(k)
                    continue
                try:
                    if opened is None or opened[0] != (frame.path, frame.member):
                        if opened is not None:
                            opened[1].close()
                            opened = None
                        source = open_pixels(frame.path, frame.member, frame.format.transfer_syntax_uid)
                        opened = ((frame.path, frame.member), source)
                    self._read_native(k, array[row(k)], opened[1])
                except MedviewerError as error:
                    errors[k] = error
                if ready is not None:
                    ready(k)
        finally:
            if opened is not None:
                opened[1].close()
        if compressed:
            errors.update(self._read_compressed(array, compressed, check, row, ready))
        return errors

    def _read_native(self, k: int, out: NDArray[Any], source: ByteSource) -> None:
        frame = self.frames[k]
        if not self.colour:
            read_native_into(frame, out, source)
            return
        from medviewer.io.decode import read_native

        out[...] = to_rgb(read_native(frame, source), frame.format, self._records[k].instance.palette)

    def _read_compressed(
        self,
        array: NDArray[Any],
        ks: list[int],
        check: Callable[[], None] | None,
        row: Callable[[int], int],
        ready: Callable[[int], None] | None,
    ) -> dict[int, MedviewerError]:
        def store(index: int, values: NDArray[Any]) -> None:
            k = ks[index]
            if self.colour:
                array[row(k)] = to_rgb(values, self.frames[k].format, self._records[k].instance.palette)
            else:
                _copy_checked(values, array[row(k)])
            if ready is not None:
                ready(k)

        failed = decode_into([self.frames[k] for k in ks], store, check)
        if ready is not None:
            for index in failed:
                ready(ks[index])
        return {ks[index]: error for index, error in failed.items()}

    def _read_whole(
        self,
        array: NDArray[Any],
        ks: Sequence[int],
        row: Callable[[int], int],
        ready: Callable[[int], None] | None,
    ) -> dict[int, MedviewerError]:
        """Files that come as one piece: read once, kept until every slice was asked for."""
        assert self._whole is not None
        try:
            whole = self._cache.get("whole")
            if whole is None:
                whole = self._cache["whole"] = self._whole()
        except MedviewerError as error:
            return dict.fromkeys(ks, error)
        taken: set[int] = self._cache.setdefault("taken", set())
        for k in ks:
            array[row(k)] = whole[k]
            taken.add(k)
            if ready is not None:
                ready(k)
        if len(taken) == self.shape_zyx[0]:
            self._cache.clear()
        return {}

    def stored_frames(self) -> Iterable[tuple[int, NDArray[Any] | MedviewerError]]:
        """Decoded samples of every slice as they are stored: palette indices, 16-bit colour. For inspection."""
        if self._whole is not None:
            whole = self._whole()
            return ((k, whole[k]) for k in range(len(whole)))
        return decode_frames(self.frames)

    def image(self, array: NDArray[Any]) -> Image:
        """The image of an array that `read_into` filled."""
        return Image(
            array, self.geometry, self.rescale, self.unit, self.padding, self.monochrome1, self.facts, self.key,
            self.slice_positions_mm,
        )  # fmt: skip

    def header(self, k: int) -> InstanceHeader:
        """The header of the file that slice `k` comes from."""
        return self._records[k].instance.header if self._records else self.headers[0]

    def voi(self, k: int) -> Voi:
        """The file's windows and lookup tables for slice `k`, in modality values."""
        found = self._vois.get(k)
        if found is None:
            found = self._vois[k] = _voi(self._records[k], []) if self._records else Voi()
        return found

    @cached_property
    def _vois(self) -> dict[int, Voi]:
        return {}


def _copy_checked(values: NDArray[Any], out: NDArray[Any]) -> None:
    """Copy values whose type may differ from the header's, never wrapping them around."""
    if values.dtype != out.dtype and out.dtype.kind in "iu":
        info = np.iinfo(out.dtype)
        if values.size and (int(values.min()) < info.min or int(values.max()) > info.max):
            raise UnreadableFile("The compressed image holds values that its header rules out.")
    np.copyto(out, values, casting="unsafe")


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
    records, colour = _uniform(records, colour, warnings)
    dtype = np.dtype(np.uint8) if colour else _common_dtype(records)
    shape = (len(records), fmt.rows, fmt.columns)
    require_bytes(shape[0] * shape[1] * shape[2] * (3 if colour else 1) * dtype.itemsize, "The volume")
    rescale = _rescale(records)
    unit = unit_of(header, instance.rescaled, instance.rescale_type, instance.meta)
    scales = other_scales(*_earliest(records), rescale.of_slice(0)) if not colour else ()
    own: list[str] = []
    voi = _voi(first, own)
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
            lossy=any(r.instance.header.lossy or lossy_syntax(r.instance.header) for r in records),
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


def _uniform(records: list[FrameRecord], colour: bool, warnings: list[str]) -> tuple[list[FrameRecord], bool]:
    """Grey and colour in one stack are shown in colour only where all are; grey frames of a colour stack are left."""
    same = [record for record in records if record.instance.format.is_colour == colour]
    if len(same) == len(records):
        return records, colour
    raise InconsistentSeries(
        "The series mixes grey and colour images of one size.", "Split the series in the browser."
    )


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
    if stack.missing:
        warnings.append(
            f"Between slices {stack.missing} "
            f"{'is' if stack.missing == 1 else 'are'} missing (lost, or never acquired)."
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
    from medviewer.io.decode import layout

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


def _voi(record: FrameRecord, warnings: list[str]) -> Voi:
    header, meta = record.instance.header, record.instance.meta
    fmt = record.instance.format
    signed = fmt.signed or record.intercept < 0
    if fmt.is_colour:
        return Voi()
    if meta is None:
        voi = Voi(
            windows(
                header.window_centers, header.window_widths, header.window_explanations, header.voi_function, warnings
            )
        )
    else:
        frame = record.source.frame
        voi = voi_of(meta.source(frame, "WindowCenter"), signed, warnings, fmt.big_endian)
        if not voi.luts:
            luts: tuple[VoiLut, ...] = voi_of(
                meta.source(frame, "VOILUTSequence"), signed, warnings, fmt.big_endian
            ).luts
            voi = Voi(voi.windows, luts)
    if header.sop_class_uid == CLASSIC_MR and record.slope > 0 and record.instance.table is None:
        voi = voi_for_stored(voi, record.slope, record.intercept)
    return voi


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


def load(source: Series | str | os.PathLike[str], ctx: JobContext | None = None) -> Image:
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

    errors = chosen.read_into(array, check=check, ready=ready)
    if errors:
        raise errors[min(errors)]
    return chosen.image(array)


def series_at(path: str | os.PathLike[str]) -> Series:
    """The one series at a path; the largest stack of images when the files split into several.

    Raises
    ------
    InconsistentSeries
        A folder with several series.
    """
    from medviewer.io.series import split_series  # type: ignore[attr-defined,unused-ignore]

    headers = [header for header in headers_at(path) if header.has_pixels]
    if not headers:
        raise UnreadableFile("The file holds no image.")
    if len({header.series_uid for header in headers}) > 1:
        raise InconsistentSeries("The folder holds several series.", "Choose one of them.")
    parts: list[Series] = split_series(headers)
    return max(parts, key=lambda part: sum(header.frames for header in part.instances))
