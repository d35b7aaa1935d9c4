"""What a measurement says: numbers with the unit that may be trusted, and what to be wary of."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QCoreApplication

from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.core.slicing import SlicePixels
from medviewer.core.stats import RoiStatistics, angle_deg, distance, roi_mask, roi_statistics
from medviewer.document.state import Plane, Shape
from medviewer.ui.canvas.corner_text import number
from medviewer.ui.canvas.outline import Points, outline, points_needed
from medviewer.ui.canvas.trust import short_unit

translate = QCoreApplication.translate

AREA_SHAPES = frozenset({Shape.ELLIPSE, Shape.RECTANGLE, Shape.FREEHAND})


@dataclass(frozen=True)
class Reading:
    """The lines of a measurement's label; `caution` is its last line, in the colour of a warning."""

    lines: tuple[str, ...]
    caution: str = ""


def spacing_of(image: Image, pixels: SlicePixels, points: Points, plane: Plane) -> tuple[float, float] | None:
    """Distance of pixel centres (x, y) in mm for what goes through `points`; None when there is none."""
    facts, spacing = image.facts, pixels.geometry.spacing_xy_mm
    if plane is not Plane.STACK:  # regions lie in stored slices
        return None if facts.spacing_source is SpacingSource.NONE else spacing
    return facts.spacing_through(points, spacing)


def length_caution(facts: Facts, plane: Plane) -> str:
    """What a length or an area on this picture must not be mistaken for; empty when there is nothing to say."""
    notes = []
    if facts.spacing_source is SpacingSource.DETECTOR:
        notes.append(translate("MeasurementText", "at detector"))
    elif facts.spacing_source is SpacingSource.NOMINAL:
        notes.append(translate("MeasurementText", "nominal spacing"))
    if plane is not Plane.STACK:
        if facts.missing_slices:
            notes.append(translate("MeasurementText", "across a gap"))
        if facts.resampled:
            notes.append(translate("MeasurementText", "resampled"))
    return " · ".join(notes)


def read(shape: Shape, points: Points, image: Image, pixels: SlicePixels, plane: Plane) -> Reading:
    """The label of a measurement.

    Parameters
    ----------
    shape, points
        As in `Measurement`; fewer points than the shape needs give an empty label.
    image : Image
        What was measured: its facts say which unit may be written.
    pixels : SlicePixels
        The stored pixels of the slice, never the processed ones. A slab gives no values: which depth a pixel's
        value comes from is not known, and another thickness would change them.
    plane : Plane
        Reconstructed planes say so.
    """
    if len(points) < points_needed(shape):
        return Reading(())
    spacing = spacing_of(image, pixels, points, plane)
    slab = pixels.thickness_mm > 0
    caution = length_caution(image.facts, plane)
    if slab:
        caution = " · ".join(t for t in (caution, translate("MeasurementText", "projected")) if t)
    if spacing is None and image.facts.spacing_source is SpacingSource.REGION and shape is not Shape.ANGLE:
        caution = _region_caution(image.facts, points)
    if shape is Shape.DISTANCE:
        if spacing is None:
            return Reading((f"{distance(points, None):.1f} px",), caution)
        return Reading((length_text(distance(points, spacing)),), caution)
    if shape is Shape.ANGLE:
        pitch = spacing or (1.0, image.facts.pixel_aspect)
        return Reading((f"{angle_deg(points, pitch):.1f}°",), caution if slab or plane is not Plane.STACK else "")
    found = statistics(shape, points, pixels, spacing)
    if slab:
        return Reading((_area(found), translate("MeasurementText", "slab: no values")), caution)
    return Reading(roi_lines(found, image, colour=pixels.is_colour), caution)


def _region_caution(facts: Facts, points: Points) -> str:
    """Why a measurement on ultrasound has no length."""
    if any(region.holds(points) for region in facts.regions):
        return translate("MeasurementText", "Doppler or M-mode: no lengths")
    return translate("MeasurementText", "not in one calibrated region")


def length_text(mm: float) -> str:
    """A length in mm with a sensible number of digits."""
    if mm < 10:
        return f"{mm:.2f} mm"
    return f"{mm:.1f} mm"


def statistics(
    shape: Shape, points: Points, pixels: SlicePixels, spacing_xy_mm: tuple[float, float] | None
) -> RoiStatistics:
    """Statistics of the modality values inside an outline; of colour images only the area means something.

    Only the part of the slice around the outline is looked at, so that a small region of a large radiograph costs
    nothing while it is dragged.
    """
    line, _closed = outline(shape, points)
    rows, columns = pixels.values.shape[:2]
    x0, y0 = np.floor(line.min(axis=0)).astype(int) - 1
    x1, y1 = np.ceil(line.max(axis=0)).astype(int) + 2
    x0, x1 = int(np.clip(x0, 0, columns)), int(np.clip(x1, 0, columns))
    y0, y1 = int(np.clip(y0, 0, rows)), int(np.clip(y1, 0, rows))
    shifted = tuple((x - x0, y - y0) for x, y in points)
    mask = roi_mask((y1 - y0, x1 - x0), shape.value, shifted)
    if pixels.is_colour:
        values = np.full(mask.shape, np.nan, np.float32)
    else:
        values = replace(pixels, values=pixels.values[y0:y1, x0:x1]).modality()
    return roi_statistics(values, mask, spacing_xy_mm)


def roi_lines(found: RoiStatistics, image: Image, *, colour: bool = False) -> tuple[str, ...]:
    """The lines of a region: mean and spread, extremes, area."""
    area = _area(found)
    if colour:
        return area, translate("MeasurementText", "colour: no values")
    if found.n == 0:
        return (translate("MeasurementText", "no pixel inside"), area)
    unit = short_unit(image.unit) if image.facts.unit_trusted else ""
    tail = f" {unit}" if unit else ""
    mean = translate("MeasurementText", "Mean {mean}  SD {sd}").format(mean=number(found.mean), sd=number(found.sd))
    extremes = translate("MeasurementText", "Min {low}  Max {high}").format(
        low=number(found.minimum), high=number(found.maximum)
    )
    if image.facts.modality in {"PT", "NM"}:
        return f"{extremes}{tail}", f"{mean}{tail}", area
    return f"{mean}{tail}", f"{extremes}{tail}", area


def _area(found: RoiStatistics) -> str:
    return f"{found.area_px:.0f} px²" if found.area_mm2 is None else area_text(found.area_mm2)


def area_text(mm2: float) -> str:
    """An area in mm² or cm²."""
    return f"{mm2 / 100:.2f} cm²" if mm2 >= 1000 else f"{mm2:.1f} mm²"
