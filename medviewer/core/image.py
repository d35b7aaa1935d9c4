"""An image as a value: stored pixels, where they lie, what they mean and how far they may be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Geometry


class SpacingSource(StrEnum):
    """Where the in-plane spacing comes from, and so what may be measured with it."""

    PATIENT = "patient"  # PixelSpacing of a cross-sectional image or a calibrated projection: mm
    DETECTOR = "detector"  # ImagerPixelSpacing: mm at the detector plane
    CALIBRATED = "calibrated"  # corrected for magnification, or calibrated by a fiducial
    REGION = "region"  # ultrasound regions
    NOMINAL = "nominal"  # NominalScannedPixelSpacing
    FILE = "file"  # stated by a research file
    NONE = "none"  # nothing known: px, never mm


@dataclass(frozen=True)
class CalibratedRegion:
    """A part of an ultrasound image with a scale of its own (PS3.3 C.8.5.5).

    Attributes
    ----------
    x0, y0, x1, y1 : int
        Inclusive corners in pixels of the image.
    spacing_xy_mm : tuple of float or None
        Distance of pixel centres; None where an axis is no length (spectral Doppler, M-mode).
    low_priority : bool
        Drawn over by other regions where they meet (RegionFlags, PS3.3 C.8.5.5.1.3).
    """

    x0: int
    y0: int
    x1: int
    y1: int
    spacing_xy_mm: tuple[float, float] | None = None
    low_priority: bool = False

    def holds(self, points: Iterable[tuple[float, float]]) -> bool:
        """Whether every point (x, y; pixel centres at integers) lies in it."""
        return all(self.x0 - 0.5 <= x <= self.x1 + 0.5 and self.y0 - 0.5 <= y <= self.y1 + 0.5 for x, y in points)

    @property
    def size_px(self) -> int:
        """Number of its pixels."""
        return (self.x1 - self.x0 + 1) * (self.y1 - self.y0 + 1)


@dataclass(frozen=True)
class Rescale:
    """Stored value to modality value: ``slope · stored + intercept``, one pair per slice, or a table.

    Attributes
    ----------
    slopes, intercepts : tuple of float
        One per slice, or one for all.
    table_first : int
        Stored value mapped by the first entry of `table`.
    table : NDArray or None
        Modality LUT Sequence (PS3.3 C.11.1): modality value for stored values from `table_first` on, the ends
        continued. When given, slopes and intercepts are 1 and 0.
    """

    slopes: tuple[float, ...] = (1.0,)
    intercepts: tuple[float, ...] = (0.0,)
    table_first: int = 0
    table: NDArray[np.float32] | None = None

    @property
    def is_identity(self) -> bool:
        """Whether modality values equal stored values."""
        return self.table is None and set(self.slopes) == {1.0} and set(self.intercepts) == {0.0}

    @property
    def is_uniform(self) -> bool:
        """Whether one rule holds for every slice."""
        return len(set(self.slopes)) == 1 and len(set(self.intercepts)) == 1

    def of_slice(self, k: int) -> tuple[float, float]:
        """Slope and intercept of slice `k`."""
        return (
            self.slopes[k if len(self.slopes) > 1 else 0],
            self.intercepts[k if len(self.intercepts) > 1 else 0],
        )

    def apply(self, stored: NDArray[Any], k: int = 0) -> NDArray[np.float32]:
        """Modality values (float32) of stored values of slice `k`, same shape."""
        if self.table is not None:
            index = np.clip(stored.astype(np.int64) - self.table_first, 0, len(self.table) - 1)
            return self.table[index]
        slope, intercept = self.of_slice(k)
        if slope == 1.0 and intercept == 0.0:
            return stored.astype(np.float32)
        return (stored.astype(np.float64) * slope + intercept).astype(np.float32)


@dataclass(frozen=True)
class Facts:
    """What is known of an image's worth: the trust lights and the gates of measuring tools.

    `warnings` are sentences for the user. `pixel_aspect` is row spacing / column spacing for display (1 when
    unknown); `tilt_deg` the gantry tilt found from positions; `missing_slices` the number of gaps found;
    `not_reconstructable` is empty when MPR is possible, else the sentence that says why not. `regions` are those of
    an ultrasound image: each measures with its own spacing; `uncalibrated` are those without any scale (grey bars,
    traces), which cover what lies under them. `mirrored` says that voxels were mirrored on purpose: they no longer
    lie where they were in the patient, and sides cannot be told from the letters.
    """

    modality: str = ""
    spacing_source: SpacingSource = SpacingSource.NONE
    has_patient_position: bool = False
    unit_trusted: bool = False
    lossy: bool = False
    lossy_ratio: float | None = None
    resampled: bool = False
    tilt_deg: float = 0.0
    missing_slices: int = 0
    irregular_spacing: bool = False
    pixel_aspect: float = 1.0
    frame_time_ms: float | None = None
    not_reconstructable: str = ""
    unit_reason: str = ""
    derived_from: str = ""
    warnings: tuple[str, ...] = ()
    regions: tuple[CalibratedRegion, ...] = ()
    uncalibrated: tuple[CalibratedRegion, ...] = ()
    mirrored: bool = False

    def spacing_through(
        self, points: Sequence[tuple[float, float]], spacing_xy_mm: tuple[float, float]
    ) -> tuple[float, float] | None:
        """The spacing (x, y) in mm that a measurement on a stored slice may use; None: pixels only, never mm.

        Parameters
        ----------
        points : sequence of (x, y)
            What it goes through, in pixels with centres at integers.
        spacing_xy_mm : tuple of float
            Of the slice, for images without regions.

        Notes
        -----
        On ultrasound each point belongs to the region that is seen there: of several the one of high priority, then
        the smallest (a spectrum may lie on the picture of the tissue). Points of regions with the same scale have a
        distance (colour flow on tissue); between scales, outside and in Doppler or M-mode there is no length.
        """
        if self.spacing_source is SpacingSource.NONE:
            return None
        if self.spacing_source is not SpacingSource.REGION or not self.regions:
            return spacing_xy_mm
        found: tuple[float, float] | None = None
        for point in points:
            here = [region for region in (*self.regions, *self.uncalibrated) if region.holds((point,))]
            spacing = min(here, key=lambda r: (r.low_priority, r.size_px)).spacing_xy_mm if here else None
            if spacing is None or (found is not None and not _same_scale(spacing, found)):
                return None
            found = found or spacing
        if not any(region.holds(points) for region in self.regions):
            return None  # between two pictures of one scale lies no tissue
        return found


def _same_scale(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return all(abs(p - q) <= 0.01 * q for p, q in zip(a, b, strict=True))


@dataclass(frozen=True, eq=False)
class Image:
    """A stack of slices as stored, with geometry and meaning.

    Attributes
    ----------
    array : NDArray
        Stored values, shape (z, y, x) for grey or (z, y, x, 3) uint8 RGB for colour. Integers as in the file
        (int8…int32, uint8…uint32), float32/float64 for float pixel data. Treated as read-only.
    geometry : Geometry
        The grid; ``geometry.shape_zyx == array.shape[:3]``.
    rescale : Rescale
        Stored to modality values.
    unit : str
        Unit of modality values: ``"HU"``, ``"BQML"``, ``"g/ml{SUVbw}"``, ``"Gy"``, ``""`` for arbitrary.
    padding : tuple of int or None
        Inclusive range of stored values that are padding, in no statistic, window or projection.
    monochrome1 : bool
        Displayed inverted (PS3.3 C.7.6.3.1.2); values are never inverted.
    facts : Facts
        What may be trusted.
    key : str
        Content key: equal keys mean equal pixels and meaning.
    slice_positions_mm : tuple of float
        Distance of each slice from the first, along the slice normal (axis_x × axis_y), in mm, ascending or
        descending; empty when they are evenly spaced as `geometry` says. Slices with a gap or a changing spacing have
        it; their origins lie on the line of ``geometry.axis_z``.
    """

    array: NDArray[Any]
    geometry: Geometry
    rescale: Rescale = field(default_factory=Rescale)
    unit: str = ""
    padding: tuple[float, float] | None = None
    monochrome1: bool = False
    facts: Facts = field(default_factory=Facts)
    key: str = ""
    slice_positions_mm: tuple[float, ...] = ()

    @property
    def is_colour(self) -> bool:
        """Whether pixels are RGB."""
        return self.array.ndim == 4

    @property
    def n_slices(self) -> int:
        """Number of slices or frames."""
        return int(self.array.shape[0])

    def modality_slice(self, k: int) -> NDArray[np.float32]:
        """Modality values of slice `k`, float32 (y, x); padding is NaN. Not for colour."""
        stored = self.array[k]
        values = self.rescale.apply(stored, k)
        mask = self.padding_mask(stored)
        if mask is not None:
            values = np.where(mask, np.float32(np.nan), values)
        return values

    def padding_mask(self, stored: NDArray[Any]) -> NDArray[np.bool_] | None:
        """Where `stored` is padding, or None when the image has none."""
        if self.padding is None or self.is_colour:
            return None
        low, high = self.padding
        mask: NDArray[np.bool_] = (stored >= low) & (stored <= high)
        return mask

    def with_facts(self, **changes: object) -> Image:
        """A copy that shares the pixels and has other facts."""
        return replace(self, facts=replace(self.facts, **changes))  # type: ignore[arg-type]
