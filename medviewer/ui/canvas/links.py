"""What ties panes together: one place in the patient, never a slice number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPen

from medviewer.core import slicing
from medviewer.document.state import Plane
from medviewer.ui.canvas.frame import Frame
from medviewer.ui.canvas.ink import Ink
from medviewer.ui.canvas.pane import Pane
from medviewer.ui.canvas.source import SliceSource
from medviewer.ui.canvas.surface import World
from medviewer.ui.canvas.viewport import Point

PARALLEL = math.cos(math.radians(20))
"""Stacks whose normals differ by less than this scroll together."""
CENTRE_GAP_PX = 12.0
CURSOR_PX = 9.0


def same_space(a: SliceSource | None, b: SliceSource | None) -> bool:
    """Whether positions in mm mean the same place in both: one series, or one frame of reference."""
    if a is None or b is None:
        return False
    first, second = a.stack, b.stack
    if (
        first is None
        or second is None
        or not (first.facts.has_patient_position and second.facts.has_patient_position)
    ):
        return False
    if a.loaded is b.loaded:
        return True
    uid = first.geometry.frame_of_reference_uid
    return bool(uid) and uid == second.geometry.frame_of_reference_uid


def index_at(source: SliceSource, world: World | NDArray[np.float64]) -> int | None:
    """The slice of a source that passes nearest a patient position; None outside the stack by over half a slice."""
    image = source.image
    if image is None or source.count == 0:
        return None
    position = slicing.plane_index_of(image, source.plane.value, np.asarray(world, dtype=np.float64))
    if not math.isfinite(position) or position < -0.75 or position > source.count - 0.25:
        return None
    return min(source.count - 1, max(0, round(position)))


def centre_of(source: SliceSource, index: int) -> NDArray[np.float64] | None:
    """Patient position of the middle of a slice; None when it is not known."""
    image = source.image
    if image is None or not image.facts.has_patient_position:
        return None
    geometry = slicing.slice_geometry(image, source.plane.value, index)
    rows, columns = geometry.shape_yx
    centre: NDArray[np.float64] = np.asarray(geometry.world((columns - 1) / 2, (rows - 1) / 2), dtype=np.float64)
    return centre


def normal_of(source: SliceSource) -> NDArray[np.float64] | None:
    """Unit normal of a source's slices."""
    image = source.image
    if image is None or source.count == 0:
        return None
    geometry = slicing.slice_geometry(image, source.plane.value, 0)
    n = np.cross(np.asarray(geometry.axis_x), np.asarray(geometry.axis_y))
    normal: NDArray[np.float64] = n / max(1e-12, float(np.linalg.norm(n)))
    return normal


def followers(leader: Pane, index: int, panes: Iterable[Pane]) -> list[tuple[int, int]]:
    """The (pane, slice) pairs that go with a leader's slice: parallel panes in the same space, by position."""
    source = leader.source
    if source is None:
        return []
    centre, normal = centre_of(source, index), normal_of(source)
    if centre is None or normal is None:
        return []
    found = []
    for pane in panes:
        if pane is leader or pane.source is None or not same_space(source, pane.source):
            continue
        other = normal_of(pane.source)
        if other is None or abs(float(normal @ other)) < PARALLEL:
            continue
        # The foot on the follower's own axis: its slices may be cut elsewhere sideways.
        nearest = index_at(pane.source, centre)
        if nearest is not None:
            found.append((pane.number, nearest))
    return found


def indices_at(world: World, leader: Pane, panes: Iterable[Pane]) -> tuple[tuple[int, int], ...]:
    """The (pane, slice) pairs of the other panes that pass through a patient position."""
    found = []
    for pane in panes:
        if pane is leader or pane.source is None or not same_space(leader.source, pane.source):
            continue
        index = index_at(pane.source, world)
        if index is not None:
            found.append((pane.number, index))
    return tuple(found)


@dataclass(frozen=True)
class LinkLine:
    """A line over a frame, in widget coordinates; open around `gap` so that what lies there can be seen."""

    start: Point
    stop: Point
    token: str
    gap: Point | None = None


@dataclass(frozen=True)
class Cursor:
    """The 3-D cursor over a frame: where, and how far the place is from the slice."""

    at: Point
    off_text: str


def plane_lines(pane: Pane, frame: Frame, panes: Iterable[Pane]) -> tuple[tuple[LinkLine, ...], set[int]]:
    """Lines of the other planes of the same volume, in their colours; and the panes they stand for."""
    others = [
        p
        for p in panes
        if p is not pane
        and p.frame is not None
        and p.view.plane not in (Plane.STACK, pane.view.plane)
        and same_space(pane.source, p.source)
    ]
    lines = []
    for other in others:
        if other.frame is not None:
            line = _cut(frame, other.frame, other.view.plane.value)
            if line is not None:
                lines.append(line)
    gap = _crossing(lines)
    return tuple(replace(line, gap=gap) for line in lines), {p.number for p in others}


def reference_line(frame: Frame, active: Frame) -> LinkLine | None:
    """The line in which the active pane's slice cuts a frame's slice."""
    plane = active.view.plane
    return _cut(frame, active, "reference-line" if plane is Plane.STACK else plane.value)


def _cut(frame: Frame, other: Frame, token: str) -> LinkLine | None:
    cut = slicing.reference_line(frame.pixels.geometry, other.pixels.geometry)
    if cut is None:
        return None
    return LinkLine(frame.viewport.to_screen(*cut[0]), frame.viewport.to_screen(*cut[1]), token)


def cursor(frame: Frame, world: World) -> Cursor | None:
    """The 3-D cursor on a frame; the distance is written when the place lies off the slice."""
    if not frame.has_position:
        return None
    geometry = frame.pixels.geometry
    x, y = geometry.pixel(world)
    off_mm = float(geometry.distance_mm(world))
    reach_mm = abs(frame.image.geometry.spacing_xyz_mm[2])
    text = f"{off_mm:+.1f} mm".replace("-", "−") if abs(off_mm) > 0.05 + reach_mm / 2 else ""
    return Cursor(frame.viewport.to_screen(float(x), float(y)), text)


class LinkPainter:
    """Paints crosshair lines, reference lines and the 3-D cursor."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink

    def line(self, painter: QPainter, line: LinkLine) -> None:
        """A thin line in the colour of what it stands for."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._ink.color(line.token), 1))
        start, stop = QPointF(*line.start), QPointF(*line.stop)
        way = stop - start
        length = math.hypot(way.x(), way.y())
        if line.gap is None or length < 1:
            painter.drawLine(start, stop)
            return
        unit = way / length
        along = QPointF.dotProduct(QPointF(*line.gap) - start, unit)
        before, after = along - CENTRE_GAP_PX, along + CENTRE_GAP_PX
        if before > 0:
            painter.drawLine(start, start + unit * min(before, length))
        if after < length:
            painter.drawLine(start + unit * max(after, 0.0), stop)

    def cursor(self, painter: QPainter, found: Cursor) -> None:
        """A cross that is open in the middle, with the distance beside it."""
        at = QPointF(*found.at)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen in self._ink.outlined(painter, self._ink.color("crosshair"), 1.5):
            painter.setPen(pen)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                way = QPointF(dx, dy)
                painter.drawLine(at + way * (CURSOR_PX / 3), at + way * CURSOR_PX)
        if found.off_text:
            self._ink.text(painter, at + QPointF(CURSOR_PX + 3, -CURSOR_PX / 2), found.off_text, "crosshair")


def _crossing(lines: Sequence[LinkLine]) -> Point | None:
    """Where the first two lines cross."""
    if len(lines) < 2:
        return None
    (ax, ay), (bx, by) = lines[0].start, lines[0].stop
    (cx, cy), (dx, dy) = lines[1].start, lines[1].stop
    ux, uy, vx, vy = bx - ax, by - ay, dx - cx, dy - cy
    across = ux * vy - uy * vx
    if abs(across) < 1e-9:
        return None
    t = ((cx - ax) * vy - (cy - ay) * vx) / across
    return ax + ux * t, ay + uy * t
