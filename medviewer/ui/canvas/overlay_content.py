"""From a frame to what is written over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QSize

from medviewer.core.display import ColourBar, colour_bar
from medviewer.core.image import SpacingSource
from medviewer.document.state import Plane
from medviewer.io.headers import InstanceHeader
from medviewer.ui.canvas.corner_text import Facets, OverlayLevel, corners
from medviewer.ui.canvas.frame import Frame
from medviewer.ui.canvas.orientation import EdgeLetters, letters_of_axes, letters_of_patient_orientation
from medviewer.ui.canvas.overlay import Overlay
from medviewer.ui.canvas.scale_bar import ScaleBar, scale_bar
from medviewer.ui.canvas.slab import slab_text
from medviewer.ui.canvas.source import SliceSource
from medviewer.ui.canvas.trust import Light, trust_lights

translate = QCoreApplication.translate

SCALE_PART = 0.3  # of the pane's height at most


@dataclass(frozen=True, eq=False)
class _Around:
    """What stays the same from slice to slice, and the values that it was made of."""

    key: tuple[object, ...]
    made_of: tuple[object, ...]  # held, so that no id in `key` is used twice
    letters: EdgeLetters
    lights: tuple[Light, ...]
    scale: ScaleBar | None
    colour_bar: ColourBar | None


class OverlayContent:
    """What is written over the frames of one pane."""

    def __init__(self) -> None:
        self._around: _Around | None = None

    def forget(self) -> None:
        """Find the words again, in another language."""
        self._around = None

    def of(
        self, frame: Frame, source: SliceSource | None, level: OverlayLevel, size: QSize, cine_text: str = ""
    ) -> Overlay:
        """Everything that is written over a frame in a pane of this size."""
        header = source.header(frame.index) if source is not None else None
        around = self._kept(frame, header, level, size.height())
        if level is OverlayLevel.OFF:
            return Overlay(level, lights=around.lights)
        lines = corners(_facets(frame, source, header, cine_text), level)
        return Overlay(level, lines, around.letters, around.scale, around.lights, around.colour_bar)

    def _kept(self, frame: Frame, header: InstanceHeader | None, level: OverlayLevel, height: int) -> _Around:
        geometry, facts = frame.pixels.geometry, frame.image.facts
        orientation = header.patient_orientation if header is not None else ()
        key = (
            id(frame.image),
            id(frame.table),
            frame.viewport,
            geometry.axis_x,
            geometry.axis_y,
            geometry.spacing_xy_mm,
            orientation,
            level,
            height,
            (frame.slab_mm, frame.view.slab_mode),
        )
        if self._around is not None and self._around.key == key:
            return self._around
        letters, scale, bar = EdgeLetters(), None, None
        if level is not OverlayLevel.OFF:
            letters = _edge_letters(frame, orientation)
            scale = scale_bar(facts, _bar_pitch(frame), frame.viewport.scale, height * SCALE_PART)
            bar = _colour_bar(frame)
        lights = trust_lights(facts, frame.image.unit, frame.view, frame.slab_mm)
        self._around = _Around(key, (frame.image, frame.table), letters, lights, scale, bar)
        return self._around


def overlay_of(
    frame: Frame, source: SliceSource | None, level: OverlayLevel, size: QSize, cine_text: str = ""
) -> Overlay:
    """Everything that is written over one frame in a pane of this size."""
    return OverlayContent().of(frame, source, level, size, cine_text)


def edge_letters(frame: Frame, source: SliceSource | None) -> EdgeLetters:
    """The letters at the edges: from the slice's axes, else from PatientOrientation, else none."""
    header = source.header(frame.index) if source is not None else None
    return _edge_letters(frame, header.patient_orientation if header is not None else ())


def _edge_letters(frame: Frame, patient_orientation: Sequence[str]) -> EdgeLetters:
    if frame.has_position:
        geometry = frame.pixels.geometry
        return letters_of_axes(frame.viewport, geometry.axis_x, geometry.axis_y, geometry.spacing_xy_mm)
    return letters_of_patient_orientation(frame.viewport, patient_orientation)


def _facets(frame: Frame, source: SliceSource | None, header: InstanceHeader | None, cine_text: str) -> Facets:
    geometry = frame.pixels.geometry
    rows, columns = frame.pixels.values.shape[:2]
    centre = frame.world((columns - 1) / 2, (rows - 1) / 2)
    normal = None
    if centre is not None:
        (a, b, c), (d, e, f) = geometry.axis_x, geometry.axis_y
        normal = (float(b * f - c * e), float(c * d - a * f), float(a * e - b * d))
    image_px = frame.viewport.scale * frame.request.device_ratio
    notes = [cine_text] if cine_text else []
    if frame.request.slab_of_original:
        notes.append(translate("Pane", "slab of the original"))
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
        slab_text=slab_text(frame.view.slab_mode, frame.slab_mm) if frame.slab_mm > 0 else "",
        rotation_deg=frame.view.rotation_deg % 360,
        notes=tuple(notes),
        processed=translate("Pane", "PROCESSED") if frame.request.processed is not None else "",
    )


def _bar_pitch(frame: Frame) -> float:
    """Size in mm of an image pixel along the upright bar; 1 where it is not known."""
    across, down = frame.pixels.geometry.spacing_xy_mm
    source = frame.image.facts.spacing_source
    if source is SpacingSource.NONE:
        return 1.0
    if source is SpacingSource.REGION:  # shown pixel by pixel, not stretched
        return across if frame.view.rotation_deg % 180 else down
    return min(across, down)


def _colour_bar(frame: Frame) -> ColourBar | None:
    if frame.view.appearance.colour_map == "grey" or frame.image.is_colour:
        return None
    bar = colour_bar(frame.table)
    return bar if bar is None or frame.image.facts.unit_trusted else replace(bar, unit="")
