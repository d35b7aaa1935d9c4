"""One stack that is ready to be read: what `io.volume.plan` gives and everybody else uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.display import Voi
from medviewer.core.geometry import Geometry
from medviewer.core.image import CalibratedRegion, Facts, Image, Rescale, SpacingSource
from medviewer.errors import MedviewerError, TooLarge, UnreadableFile
from medviewer.io.budget import require_bytes
from medviewer.io.decode import decode_frames, decode_into, read_native, read_native_into
from medviewer.io.frame_location import open_pixels
from medviewer.io.frame_records import FrameRecord
from medviewer.io.frames import FrameSource
from medviewer.io.headers import InstanceHeader
from medviewer.io.lookup_tables import Palette
from medviewer.io.pixels import to_rgb, voi_for_stored, voi_of, windows
from medviewer.io.quantities import CLASSIC_MR, Scale
from medviewer.io.sources import ByteSource
from medviewer.io.spacing import UltrasoundRegion

_CALIBRATION_OF_ANOTHER_SIZE = (
    "The calibrated regions of the ultrasound image are larger than the image: it was resized, and its calibration "
    "no longer holds."
)


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
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.array_shape

    def __len__(self) -> int:
        """Number of slices."""
        return self.shape_zyx[0]

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
        try:
            return np.zeros(self.array_shape, self.dtype)
        except MemoryError:
            raise TooLarge("There is not enough memory for the volume.", "Close other series or programs.") from None

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
    ) -> None:
        """Read slices into `array` (from `allocate`), the first ones first; see `read_each`.

        Raises
        ------
        MedviewerError
            Of the first slice that cannot be read; the others are read all the same.
        """
        errors = self.read_each(array, ks, check, ready)
        if errors:
            raise errors[min(errors)]

    def read_each(
        self,
        array: NDArray[Any],
        ks: Iterable[int] | None = None,
        check: Callable[[], None] | None = None,
        ready: Callable[[int], None] | None = None,
    ) -> dict[int, MedviewerError]:
        """Read slices into `array` and say which could not be read.

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
        return ((k, self._as_planned(values)) for k, values in decode_frames(self.frames))

    def _as_planned(self, values: NDArray[Any] | MedviewerError) -> NDArray[Any] | MedviewerError:
        """Grey values as `read_into` would keep them, or the error with which it would refuse them."""
        if self.colour or isinstance(values, MedviewerError) or values.dtype == self.dtype:
            return values
        kept = np.empty(values.shape, self.dtype)
        try:
            _copy_checked(values, kept)
        except MedviewerError as error:
            return error
        return kept

    def image(self, array: NDArray[Any]) -> Image:
        """The image of an array that `read_into` filled."""
        return Image(
            array, self.geometry, self.rescale, self.unit, self.padding, self.monochrome1, self._facts, self.key,
            self.slice_positions_mm,
        )  # fmt: skip

    @cached_property
    def _facts(self) -> Facts:
        """The facts, with the regions that measure."""
        if not self.regions:
            return self.facts
        _, rows, columns = self.shape_zyx
        regions = tuple(_calibrated(region, rows, columns) for region in self.regions if region.is_calibrated)
        others = tuple(_calibrated(region, rows, columns) for region in self.regions if not region.is_calibrated)
        facts = replace(self.facts, regions=regions, uncalibrated=others)
        measured = any(region.spacing_xy_mm is not None for region in regions)
        if facts.spacing_source is SpacingSource.REGION and not measured:
            return replace(
                facts, spacing_source=SpacingSource.NONE, warnings=(*facts.warnings, _CALIBRATION_OF_ANOTHER_SIZE)
            )
        return facts

    def header(self, k: int) -> InstanceHeader:
        """The header of the file that slice `k` comes from."""
        return self._records[k].instance.header if self._records else self.headers[0]

    def palette(self, k: int) -> Palette | None:
        """The colour palette of slice `k`, where it has one."""
        return self._records[k].instance.palette if self._records else None

    def voi(self, k: int) -> Voi:
        """The file's windows and lookup tables for slice `k`, in modality values."""
        found = self._vois.get(k)
        if found is None:
            found = self._vois[k] = record_voi(self._records[k], []) if self._records else Voi()
        return found

    @cached_property
    def _vois(self) -> dict[int, Voi]:
        return {}


def _calibrated(region: UltrasoundRegion, rows: int, columns: int) -> CalibratedRegion:
    # Some count corners from 1. Farther out, the picture was made smaller, and its calibration was not.
    inside = region.x1 <= columns and region.y1 <= rows
    spacing = (10.0 * abs(region.delta_x), 10.0 * abs(region.delta_y)) if region.is_spatial and inside else None
    return CalibratedRegion(region.x0, region.y0, region.x1, region.y1, spacing, region.low_priority)


def _copy_checked(values: NDArray[Any], out: NDArray[Any]) -> None:
    """Copy values whose type may differ from the header's, never wrapping them around."""
    if values.dtype != out.dtype and out.dtype.kind in "iu":
        info = np.iinfo(out.dtype)
        if values.size and (int(values.min()) < info.min or int(values.max()) > info.max):
            raise UnreadableFile("The compressed image holds values that its header rules out.")
    np.copyto(out, values, casting="unsafe")


def record_voi(record: FrameRecord, warnings: list[str]) -> Voi:
    """The windows and VOI LUTs of a frame, in modality values; what is damaged is told in `warnings`."""
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
            luts = voi_of(meta.source(frame, "VOILUTSequence"), signed, warnings, fmt.big_endian).luts
            voi = Voi(voi.windows, luts)
    if header.sop_class_uid == CLASSIC_MR and record.slope > 0 and record.instance.table is None:
        voi = voi_for_stored(voi, record.slope, record.intercept)
    return voi
