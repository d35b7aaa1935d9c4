"""What ties panes together: one place in the patient, never a slice number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from medviewer.core import slicing
from medviewer.core.image import Image
from medviewer.document.state import Plane
from medviewer.ui.canvas.frame import Frame
from medviewer.ui.canvas.host import World
from medviewer.ui.canvas.ink import Ink
from medviewer.ui.canvas.pane import Pane
from medviewer.ui.canvas.source import SliceSource

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


class LinkPainter:
    """Paints crosshair lines, reference lines and the 3-D cursor over a frame."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink

    def planes(self, painter: QPainter, pane: Pane, frame: Frame, panes: Sequence[Pane]) -> set[int]:
        """Lines of the other planes of the same volume, in their colours; returns the panes they stand for."""
        others = [
            p
            for p in panes
            if p is not pane
            and p.frame is not None
            and p.view.plane not in (Plane.STACK, pane.view.plane)
            and p.source is not None
            and same_space(pane.source, p.source)
        ]
        lines = []
        for other in others:
            if other.frame is None:
                continue
            cut = slicing.reference_line(frame.pixels.geometry, other.frame.pixels.geometry)
            if cut is not None:
                ends = tuple(QPointF(*frame.viewport.to_screen(*end)) for end in cut)
                lines.append((ends, self._ink.color(other.view.plane.value)))
        centre = _crossing([ends for ends, _ in lines])
        for ends, colour in lines:
            self._line(painter, ends[0], ends[1], colour, centre)
        return {p.number for p in others}

    def reference(self, painter: QPainter, frame: Frame, active: Pane) -> None:
        """The line in which the active pane's slice cuts a frame's slice."""
        if active.frame is None:
            return
        cut = slicing.reference_line(frame.pixels.geometry, active.frame.pixels.geometry)
        if cut is None:
            return
        start, stop = (QPointF(*frame.viewport.to_screen(*end)) for end in cut)
        plane = active.view.plane
        colour = self._ink.color("reference-line" if plane is Plane.STACK else plane.value)
        self._line(painter, start, stop, colour, None)

    def cursor(self, painter: QPainter, frame: Frame, world: World) -> None:
        """The 3-D cursor: a full cross on its own slice, a broken ring with the distance when it lies off it."""
        if not frame.has_position:
            return
        geometry = frame.pixels.geometry
        x, y = geometry.pixel(world)
        at = QPointF(*frame.viewport.to_screen(float(x), float(y)))
        n = np.cross(np.asarray(geometry.axis_x), np.asarray(geometry.axis_y))
        off_mm = float((np.asarray(world) - np.asarray(geometry.world(float(x), float(y)))) @ n)
        colour = self._ink.color("crosshair")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen in self._ink.outlined(painter, colour, 1.5):
            painter.setPen(pen)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                way = QPointF(dx, dy)
                painter.drawLine(at + way * (CURSOR_PX / 3), at + way * CURSOR_PX)
        if abs(off_mm) >= 0.05 + slice_reach_mm(frame.image) / 2:
            text = f"{off_mm:+.1f} mm".replace("-", "−")
            self._ink.text(painter, at + QPointF(CURSOR_PX + 3, -CURSOR_PX / 2), text, "crosshair")

    def _line(self, painter: QPainter, start: QPointF, stop: QPointF, colour: QColor, centre: QPointF | None) -> None:
        """A thin line, open around `centre` so that what lies there can be seen."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(colour, 1)
        painter.setPen(pen)
        if centre is None:
            painter.drawLine(start, stop)
            return
        way = stop - start
        length = math.hypot(way.x(), way.y())
        if length < 1:
            return
        unit = way / length
        along = QPointF.dotProduct(centre - start, unit)
        before, after = along - CENTRE_GAP_PX, along + CENTRE_GAP_PX
        if before > 0:
            painter.drawLine(start, start + unit * min(before, length))
        if after < length:
            painter.drawLine(start + unit * max(after, 0.0), stop)


def slice_reach_mm(image: Image) -> float:
    """Distance of neighbouring slices in mm."""
    return abs(image.geometry.spacing_xyz_mm[2])


def _crossing(lines: Sequence[Sequence[QPointF]]) -> QPointF | None:
    if len(lines) < 2:
        return None
    (a, b), (c, d) = lines[0], lines[1]
    first, second = b - a, d - c
    cross = first.x() * second.y() - first.y() * second.x()
    if abs(cross) < 1e-9:
        return None
    way = c - a
    t = (way.x() * second.y() - way.y() * second.x()) / cross
    return a + first * t
