"""In-plane spacing, and what it may measure: at the patient, at the detector, in an ultrasound region, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medviewer.core.image import SpacingSource
from medviewer.io.dataset import items, number
from medviewer.io.headers import InstanceHeader

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

PROJECTIONS = frozenset(("CR", "DX", "MG", "RG", "XA", "RF", "IO", "PX", "DR", "XF"))
_UNITS = {0: "", 1: "%", 2: "dB", 3: "cm", 4: "s", 5: "Hz", 6: "dB/s", 7: "cm/s", 8: "cm²", 9: "cm²/s", 10: "cm³",
          11: "cm³/s", 12: "°"}  # fmt: skip


@dataclass(frozen=True)
class UltrasoundRegion:
    """A region of an ultrasound image (PS3.3 C.8.5.5), calibrated or not.

    Attributes
    ----------
    x0, y0, x1, y1 : int
        Inclusive corners in pixels.
    delta_x, delta_y : float
        Size of one pixel in `unit_x`, `unit_y`; 0 where the file does not say, as for grey bars and traces.
    unit_x, unit_y : str
        ``"cm"`` for tissue; seconds and cm/s or Hz for Doppler and M-mode; empty for none.
    low_priority : bool
        Bit 0 of RegionFlags (C.8.5.5.1.3): where regions meet, others are drawn over this one.
    """

    x0: int
    y0: int
    x1: int
    y1: int
    delta_x: float
    delta_y: float
    unit_x: str
    unit_y: str
    spatial_format: int = 0
    data_type: int = 0
    low_priority: bool = False

    @property
    def is_calibrated(self) -> bool:
        """Whether it has a scale of any kind."""
        return bool(self.unit_x or self.unit_y) and min(self.delta_x, self.delta_y) > 0

    @property
    def is_spatial(self) -> bool:
        """Whether distances in it are lengths."""
        return self.is_calibrated and self.unit_x == "cm" and self.unit_y == "cm"


@dataclass(frozen=True)
class PlaneSpacing:
    """Row (y) and column (x) spacing with its source; `aspect` is row spacing / column spacing for display."""

    row_mm: float
    column_mm: float
    source: SpacingSource
    aspect: float


def ultrasound_regions(ds: Dataset) -> tuple[UltrasoundRegion, ...]:
    """The regions of SequenceOfUltrasoundRegions that have a place in the image.

    Those without a scale are kept: they cover what lies under them, and nothing is measured there.
    """
    found: list[UltrasoundRegion] = []
    for item in items(ds, "SequenceOfUltrasoundRegions")[:64]:
        corners = [number(item, f"RegionLocation{name}") for name in ("MinX0", "MinY0", "MaxX1", "MaxY1")]
        dx, dy = number(item, "PhysicalDeltaX"), number(item, "PhysicalDeltaY")
        if None in corners:
            continue
        x0, y0, x1, y1 = (int(c) for c in corners if c is not None)
        if x1 < x0 or y1 < y0:
            continue
        found.append(
            UltrasoundRegion(
                x0, y0, x1, y1, abs(dx or 0.0), abs(dy or 0.0),
                _UNITS.get(int(number(item, "PhysicalUnitsXDirection") or 0), ""),
                _UNITS.get(int(number(item, "PhysicalUnitsYDirection") or 0), ""),
                int(number(item, "RegionSpatialFormat") or 0),
                int(number(item, "RegionDataType") or 0),
                bool(int(number(item, "RegionFlags") or 0) & 1),
            )
        )  # fmt: skip
    return tuple(found)


def plane_spacing(
    header: InstanceHeader,
    pixel_spacing: tuple[float, ...],
    regions: tuple[UltrasoundRegion, ...],
    warnings: list[str],
) -> PlaneSpacing:
    """Which spacing measures (PS3.3 10.7.1.3).

    PixelSpacing, then ImagerPixelSpacing (divided by the magnification where that is known), then
    NominalScannedPixelSpacing, then ultrasound regions, else pixels. A projection whose PixelSpacing only repeats
    ImagerPixelSpacing, or whose calibration is not stated, measures at the detector.
    """
    spacing = _positive(pixel_spacing)
    imager = _positive(header.imager_spacing)
    if header.modality in {"US", "IVUS"} and regions:
        return _of_regions(regions, warnings)
    if spacing is not None:
        if header.modality not in PROJECTIONS:
            return _plane(spacing, SpacingSource.PATIENT)
        if header.spacing_calibration in {"GEOMETRY", "FIDUCIAL"} or (
            imager is not None and not _close(spacing, imager)
        ):
            return _plane(spacing, SpacingSource.CALIBRATED)
        return _plane(spacing, SpacingSource.DETECTOR)
    if imager is not None:
        if header.magnification is not None and header.magnification > 0:
            factor = header.magnification
            return _plane((imager[0] / factor, imager[1] / factor), SpacingSource.CALIBRATED)
        return _plane(imager, SpacingSource.DETECTOR)
    nominal = _positive(header.nominal_spacing)
    if nominal is not None:
        return _plane(nominal, SpacingSource.NOMINAL)
    aspect = 1.0
    if len(header.pixel_aspect) == 2 and min(header.pixel_aspect) > 0:
        aspect = header.pixel_aspect[0] / header.pixel_aspect[1]
        if not 0.01 <= aspect <= 100:
            warnings.append("The pixel aspect ratio of the file is not possible and was left out.")
            aspect = 1.0
    return PlaneSpacing(aspect, 1.0, SpacingSource.NONE, aspect)


def _of_regions(regions: tuple[UltrasoundRegion, ...], warnings: list[str]) -> PlaneSpacing:
    """One scale for the image when all tissue regions agree; ultrasound is never stretched."""
    spatial = [region for region in regions if region.is_spatial]
    if not spatial:
        return PlaneSpacing(1.0, 1.0, SpacingSource.NONE, 1.0)
    largest = max(spatial, key=lambda r: (r.x1 - r.x0 + 1) * (r.y1 - r.y0 + 1))
    if any(not _close((r.delta_y, r.delta_x), (largest.delta_y, largest.delta_x)) for r in spatial):
        warnings.append("The regions of the ultrasound image have different scales; each measures with its own.")
    return PlaneSpacing(largest.delta_y * 10, largest.delta_x * 10, SpacingSource.REGION, 1.0)


def _positive(values: tuple[float, ...]) -> tuple[float, float] | None:
    if len(values) != 2 or not all(1e-7 < v < 1e5 for v in values):
        return None
    return float(values[0]), float(values[1])


def _close(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return all(abs(p - q) <= 0.01 * q for p, q in zip(a, b, strict=True))


def _plane(spacing: tuple[float, float], source: SpacingSource) -> PlaneSpacing:
    return PlaneSpacing(spacing[0], spacing[1], source, spacing[0] / spacing[1])
