"""Values under a position and values of measurements: numbers with the unit they may carry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from medviewer.core.display import Appearance
from medviewer.core.image import Image, SpacingSource
from medviewer.document.state import Measurement, Plane, Shape
from medviewer.services.cache import ByteCache
from medviewer.services.loading import LoadedSeries


@dataclass(frozen=True)
class ProbeValue:
    """What lies under a position of a slice.

    Attributes
    ----------
    stored : float, tuple of int or None
        As in the file; (r, g, b) for colour; None outside the image or where the slice is not loaded.
    modality : float or None
        After rescale or modality LUT; NaN for padding; None for colour.
    displayed : float or None
        0..1 after window or VOI LUT and inversion, before the colour map.
    world_mm : tuple of float or None
        Patient position (LPS); None when the file states none.
    unit : str
        Unit of `modality`; empty when unknown or not to be trusted.
    """

    stored: float | tuple[int, ...] | None = None
    modality: float | None = None
    displayed: float | None = None
    world_mm: tuple[float, float, float] | None = None
    unit: str = ""


@dataclass(frozen=True)
class MeasurementValues:
    """The numbers of a measurement.

    Attributes
    ----------
    length : float or None
        Of a distance (the sum of its parts), in `length_unit`.
    length_unit : str
        ``"mm"``, ``"mm (detector)"`` for what was measured at the detector, ``"px"`` where no spacing is known.
    angle_deg : float or None
    roi : RoiStatistics or None
        Of an ellipse, rectangle or freehand region, in `unit`.
    unit : str
        Of the statistics; empty when unknown or not to be trusted.
    resampled : bool
        Taken from a plane through a regularised or processed volume.
    problem : str
        Why there are no numbers.
    """

    length: float | None = None
    length_unit: str = "px"
    angle_deg: float | None = None
    roi: Any = None
    unit: str = ""
    resampled: bool = False
    problem: str = ""


def slice_of(loaded: LoadedSeries, plane: Plane, index: int) -> tuple[Image, Any] | None:
    """The image and the `SlicePixels` of a slice; None while it is not loaded or outside the stack."""
    from medviewer.core import slicing

    if not loaded.is_open:
        return None
    if plane is Plane.STACK:
        if not (0 <= index < len(loaded.ready) and loaded.ready[index]):
            return None
        return loaded.image, slicing.native_slice(loaded.image, index)
    volume = loaded.volume()
    if volume is None or not 0 <= index < slicing.plane_count(volume, plane.value):
        return None
    return volume, slicing.plane_slice(volume, plane.value, index)


def value_at(
    loaded: LoadedSeries, plane: Plane, index: int, x: float, y: float, appearance: Appearance | None = None
) -> ProbeValue:
    """The value of the pixel that holds the continuous position (x, y) of a slice (pixel centres at integers)."""
    from medviewer.core import display

    found = slice_of(loaded, plane, index)
    if found is None:
        return ProbeValue()
    image, pixels = found
    facts = image.facts
    position = pixels.geometry.world(x, y) if facts.has_patient_position else None
    world_mm = None if position is None else (float(position[0]), float(position[1]), float(position[2]))
    column, row = math.floor(x + 0.5), math.floor(y + 0.5)
    rows, columns = pixels.values.shape[:2]
    if not (0 <= column < columns and 0 <= row < rows):
        return ProbeValue(world_mm=world_mm)
    stored = pixels.values[row, column]
    if image.is_colour:
        return ProbeValue(tuple(int(c) for c in stored), world_mm=world_mm)
    modality = float(pixels.modality()[row, column])
    shown = None
    if appearance is not None and math.isfinite(modality):
        k = index if plane is Plane.STACK else loaded.image.n_slices // 2
        window = appearance.window or loaded.default_window(k, appearance.lut_index)
        if isinstance(window, display.Window):
            shown = float(display.window_values(np.array([modality]), window)[0])
            if image.monochrome1 != appearance.invert:
                shown = 1.0 - shown
    return ProbeValue(stored.item(), modality, shown, world_mm, image.unit if facts.unit_trusted else "")


def measured(loaded: LoadedSeries, measurement: Measurement, cache: ByteCache | None = None) -> MeasurementValues:
    """The numbers of a measurement on the original pixels; found in `cache` when nothing has changed."""
    m = measurement
    if not loaded.is_open:
        return MeasurementValues(problem="The series is not open.")
    key = ("measured", loaded.image.key or loaded.key, m.shape, m.plane, m.index, m.points)
    if cache is not None and loaded.image.key:
        kept = cache.get(key)
        if isinstance(kept, MeasurementValues):
            return kept
    found = slice_of(loaded, m.plane, m.index)
    if found is None:
        return MeasurementValues(problem="The slice of this measurement is not loaded.")
    values = _measure(*found, m)
    if cache is not None and loaded.image.key:
        cache.put(key, values, size_bytes=4096)
    return values


def spacing_for(image: Image, pixels: Any, points: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """The spacing (x, y) in mm that a measurement through `points` may use; None where only pixels may be counted.

    On ultrasound, each calibrated region has its own; see `Facts.spacing_through`.
    """
    return image.facts.spacing_through(points, pixels.geometry.spacing_xy_mm)


def _measure(image: Image, pixels: Any, m: Measurement) -> MeasurementValues:
    from medviewer.core import stats

    facts = image.facts
    spacing = spacing_for(image, pixels, m.points)
    detector = facts.spacing_source is SpacingSource.DETECTOR
    length_unit = "px" if spacing is None else "mm (detector)" if detector else "mm"
    unit = image.unit if facts.unit_trusted else ""
    if m.shape is Shape.DISTANCE:
        length = float(stats.distance(m.points, spacing))
        return MeasurementValues(length, length_unit, unit=unit, resampled=facts.resampled)
    if m.shape is Shape.ANGLE:
        # Without a spacing, the pixel's aspect ratio (row over column spacing) still makes angles right.
        angle = float(stats.angle_deg(m.points, spacing or (1.0, facts.pixel_aspect)))
        return MeasurementValues(None, length_unit, angle, unit=unit, resampled=facts.resampled)
    rows, columns = pixels.values.shape[:2]
    mask = stats.roi_mask((rows, columns), m.shape.value, m.points)
    if image.is_colour:
        area_only = stats.roi_statistics(np.full(mask.shape, np.nan, np.float32), mask, spacing)
        told = "Colour images have no values to average."
        return MeasurementValues(None, length_unit, None, area_only, resampled=facts.resampled, problem=told)
    roi = stats.roi_statistics(pixels.modality(), mask, spacing)
    return MeasurementValues(None, length_unit, None, roi, unit, facts.resampled)
