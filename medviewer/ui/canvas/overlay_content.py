"""From a frame to what is written over it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QCoreApplication, QSize

from medviewer.core.display import ColourBar, colour_bar
from medviewer.core.image import SpacingSource
from medviewer.document.state import Plane
from medviewer.ui.canvas.corner_text import Facets, OverlayLevel, corners
from medviewer.ui.canvas.frame import Frame
from medviewer.ui.canvas.orientation import EdgeLetters, letters_of_axes, letters_of_patient_orientation
from medviewer.ui.canvas.overlay import Overlay
from medviewer.ui.canvas.scale_bar import scale_bar
from medviewer.ui.canvas.source import SliceSource
from medviewer.ui.canvas.trust import trust_lights

translate = QCoreApplication.translate

SCALE_PART = 0.3  # of the pane's height at most


def overlay_of(
    frame: Frame, source: SliceSource | None, level: OverlayLevel, size: QSize, cine_text: str = ""
) -> Overlay:
    """Everything that is written over a frame in a pane of this size."""
    facts = frame.image.facts
    lights = trust_lights(facts, frame.image.unit, frame.view)
    letters = edge_letters(frame, source)
    if level is OverlayLevel.OFF:
        return Overlay(level, lights=lights)
    pitch = min(frame.pixels.geometry.spacing_xy_mm) if facts.spacing_source is not SpacingSource.NONE else 1.0
    scale = scale_bar(facts, pitch, frame.viewport.scale, size.height() * SCALE_PART)
    return Overlay(
        level, corners(_facets(frame, source, cine_text), level), letters, scale, lights, _colour_bar(frame)
    )


def edge_letters(frame: Frame, source: SliceSource | None) -> EdgeLetters:
    """The letters at the edges: from the slice's axes, else from PatientOrientation, else none."""
    if frame.has_position:
        geometry = frame.pixels.geometry
        return letters_of_axes(frame.viewport, geometry.axis_x, geometry.axis_y, geometry.spacing_xy_mm)
    header = source.header(frame.index) if source is not None else None
    if header is None or not header.patient_orientation:
        return EdgeLetters()
    return letters_of_patient_orientation(frame.viewport, header.patient_orientation)


def _facets(frame: Frame, source: SliceSource | None, cine_text: str) -> Facets:
    header = source.header(frame.index) if source is not None else None
    geometry = frame.pixels.geometry
    rows, columns = frame.pixels.values.shape[:2]
    centre = frame.world((columns - 1) / 2, (rows - 1) / 2)
    normal = None
    if centre is not None:
        n = np.cross(np.asarray(geometry.axis_x), np.asarray(geometry.axis_y))
        normal = (float(n[0]), float(n[1]), float(n[2]))
    image_px = frame.viewport.scale * frame.request.device_ratio
    notes = [cine_text] if cine_text else []
    if source is not None and frame.view.plane is not Plane.STACK and source.fraction_ready < 1:
        note = translate("Pane", "loading {percent} %")
        notes.append(note.format(percent=round(100 * source.fraction_ready)))
    return Facets(
        header=header,
        series_number=header.series_number if header is not None else None,
        series_description=header.series_description if header is not None else "",
        plane=frame.view.plane,
        slice_number=frame.index + 1,
        slice_count=source.count if source is not None else 1,
        window=frame.window,
        unit=frame.image.unit if frame.image.facts.unit_trusted else "",
        zoom_percent=100 * image_px,
        centre_mm=centre,
        normal=normal,
        thickness_mm=header.slice_thickness if header is not None and frame.view.plane is Plane.STACK else None,
        step_mm=frame.image.geometry.spacing_xyz_mm[2] if frame.has_position and frame.image.n_slices > 1 else None,
        rotation_deg=frame.view.rotation_deg % 360,
        notes=tuple(notes),
        processed=translate("Pane", "PROCESSED") if frame.request.processed is not None else "",
    )


def _colour_bar(frame: Frame) -> ColourBar | None:
    if frame.view.appearance.colour_map == "grey" or frame.image.is_colour:
        return None
    bar = colour_bar(frame.table)
    return bar if bar is None or frame.image.facts.unit_trusted else replace(bar, unit="")
