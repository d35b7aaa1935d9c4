"""The words in the four corners of a pane; each line knows how dispensable it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from PySide6.QtCore import QCoreApplication

from medviewer.core.display import VoiFunction, VoiLut, Window
from medviewer.core.geometry import Vector
from medviewer.core.person_name import readable_date, readable_name, readable_time
from medviewer.document.state import Plane
from medviewer.io.headers import InstanceHeader
from medviewer.ui.canvas.trust import plane_title, short_unit


class OverlayLevel(StrEnum):
    """How much is written on the picture."""

    FULL = "full"
    MIN = "minimal"
    OFF = "off"

    @property
    def next(self) -> OverlayLevel:
        """The level after this one: full, minimal, off, and again."""
        order = list(OverlayLevel)
        return order[(order.index(self) + 1) % len(order)]


@dataclass(frozen=True)
class Line:
    """A line of text: rank 1 stays longest when room is short; `token` is a colour of the theme."""

    text: str
    rank: int
    token: str = "text-on-image"


@dataclass(frozen=True)
class Corners:
    """Lines of the four corners, from the edge of the pane inwards for the lower ones in reading order."""

    top_left: tuple[Line, ...] = ()
    top_right: tuple[Line, ...] = ()
    bottom_left: tuple[Line, ...] = ()
    bottom_right: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Facets:
    """What the corner texts are made of.

    `slice_number` counts from 1; `centre_mm` and `normal` are LPS of the slice on screen, None without position.
    """

    header: InstanceHeader | None = None
    series_number: int | None = None
    series_description: str = ""
    plane: Plane = Plane.STACK
    slice_number: int = 0
    slice_count: int = 0
    window: Window | VoiLut | None = None
    unit: str = ""
    zoom_percent: float = 100.0
    centre_mm: Vector | None = None
    normal: Vector | None = None
    thickness_mm: float | None = None
    step_mm: float | None = None
    slab_text: str = ""
    rotation_deg: int = 0
    notes: tuple[str, ...] = field(default_factory=tuple)
    processed: str = ""


translate = QCoreApplication.translate


def number(value: float) -> str:
    """A value for reading: whole when it is large, three significant figures when it is small."""
    if not np.isfinite(value):
        return "–"
    size = abs(value)
    if size >= 100 or value == round(value):
        return f"{value:.0f}".replace("-", "−")
    return f"{value:.{1 if size >= 10 else 2 if size >= 0.1 else 4}f}".replace("-", "−")


def window_text(window: Window | VoiLut | None, unit: str) -> str:
    """Window and level (``"W 400  L 40 HU"``), or the name of the file's table."""
    if window is None:
        return ""
    if isinstance(window, VoiLut):
        return translate("CornerText", "VOI LUT {name}").format(name=window.name).strip()
    shown = short_unit(unit)
    text = f"W {number(window.width)}  L {number(window.center)}" + (f" {shown}" if shown else "")
    if window.name:
        text += f"  {window.name}"
    if window.function is VoiFunction.SIGMOID:
        text += "  " + translate("CornerText", "sigmoid")
    return text


def position_text(centre_mm: Vector | None, normal: Vector | None) -> str:
    """Where the slice lies along the patient axis closest to its normal (``"S 12.5 mm"``)."""
    if centre_mm is None or normal is None:
        return ""
    axis = int(np.argmax(np.abs(normal)))
    value = centre_mm[axis]
    letter = (("R", "L"), ("A", "P"), ("I", "S"))[axis][1 if value >= 0 else 0]
    return f"{letter} {abs(value):.1f} mm"


def corners(facets: Facets, level: OverlayLevel) -> Corners:
    """The texts of a pane at a level."""
    if level is OverlayLevel.OFF:
        return Corners()
    counter = f"{facets.slice_number} / {facets.slice_count}"
    place = position_text(facets.centre_mm, facets.normal)
    plane = plane_title(facets.plane)
    plane_line = (Line(plane, 1, facets.plane.value),) if plane else ()
    bottom_right = [Line(note, 2, "warn-on-image") for note in facets.notes]
    if facets.processed:
        bottom_right.append(Line(facets.processed, 1, "warn-on-image"))
    window = window_text(facets.window, facets.unit)
    if level is OverlayLevel.MIN:
        left = tuple(line for line in (*_slab(facets), Line(window, 1)) if line.text)
        return Corners((), plane_line, left, (*bottom_right, Line(counter, 1)))
    if place:
        bottom_right.append(Line(place, 3))
    bottom_right.append(Line(counter, 1))
    return Corners(
        _patient(facets.header),
        plane_line + _series(facets),
        tuple(line for line in (*_display(facets), Line(window, 1)) if line.text),
        tuple(bottom_right),
    )


def with_stack(corners: Corners, title: str, number: int, count: int) -> Corners:
    """The texts with a line that says which of the stacks of a file is shown."""
    told = translate("CornerText", "Stack {n} of {count}: {title}").format(n=number + 1, count=count, title=title)
    return replace(corners, top_right=(*corners.top_right, Line(told, 2)))


def _patient(header: InstanceHeader | None) -> tuple[Line, ...]:
    if header is None:
        return ()
    who = " · ".join(
        t for t in (header.patient_id, readable_date(header.patient_birth_date), header.patient_sex) if t
    )
    when = " ".join(t for t in (readable_date(header.study_date), readable_time(header.study_time)) if t)
    name = readable_name(header.patient_name)
    lines = (
        Line(name, 1),
        Line(who, 4 if name else 1),
        Line(header.study_description, 5),
        Line(when, 3),
    )
    return tuple(line for line in lines if line.text)


def _series(facets: Facets) -> tuple[Line, ...]:
    header = facets.header
    title = facets.series_description
    if facets.series_number is not None:
        title = f"#{facets.series_number}  {title}".rstrip()
    lines = [Line(title, 2)]
    if header is not None:
        facts = [header.modality, header.body_part.title(), header.convolution_kernel, header.sequence_name]
        if header.echo_time is not None:
            facts.append(f"TE {header.echo_time:g} ms")
        if header.repetition_time is not None:
            facts.append(f"TR {header.repetition_time:g} ms")
        if header.b_value is not None:
            facts.append(f"b {header.b_value:g}")
        lines.append(Line(" · ".join(f for f in facts if f), 5))
        when = header.acquisition_time or header.acquisition_datetime[8:14] or header.content_time
        lines.append(Line(readable_time(when), 6))
        lines.append(Line(" · ".join(t for t in (header.institution, header.station_name) if t), 7))
    return tuple(line for line in lines if line.text)


def _display(facets: Facets) -> tuple[Line, ...]:
    lines = [*_slab(facets)]
    if not lines and facets.thickness_mm is not None and facets.thickness_mm > 0:
        lines.append(Line(_thickness(facets.thickness_mm, facets.step_mm), 4))
    zoom = translate("CornerText", "Zoom {percent} %").format(percent=f"{facets.zoom_percent:.0f}")
    if facets.rotation_deg:
        zoom += f"  ↻ {facets.rotation_deg}°"
    lines.append(Line(zoom, 5))
    return tuple(lines)


def _slab(facets: Facets) -> tuple[Line, ...]:
    return (Line(facets.slab_text, 1, "warn-on-image"),) if facets.slab_text else ()


def _thickness(thickness_mm: float, step_mm: float | None) -> str:
    """Thickness of the slice, and the step to the next one where slices overlap or leave something out."""
    text = translate("CornerText", "Thickness {mm} mm").format(mm=f"{thickness_mm:.3g}")
    if step_mm is not None and step_mm > 0 and abs(step_mm - thickness_mm) > 0.01 * thickness_mm:
        text += "  " + translate("CornerText", "every {mm} mm").format(mm=f"{step_mm:.3g}")
    return text
