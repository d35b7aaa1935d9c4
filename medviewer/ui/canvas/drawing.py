"""Drawing measurements and taking hold of them again."""

from __future__ import annotations

import math
import uuid
from dataclasses import replace

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from medviewer.document import edits
from medviewer.document.state import Measurement, Plane, Shape
from medviewer.ui.canvas.measurement_paint import Drawn, MeasurementPainter
from medviewer.ui.canvas.measurement_text import read
from medviewer.ui.canvas.outline import Hit, Points, is_too_small, moved, points_needed, with_handle
from medviewer.ui.canvas.surface import Surface
from medviewer.ui.canvas.tools import SLOP_PX, Pointer, Tool
from medviewer.ui.canvas.viewport import Point

FREEHAND_STEP_PX = 2.0


class DrawTool(Tool):
    """Draws one shape by press, drag, release; an angle takes one more click for its second arm.

    Click, move, click works as well: a press without motion leaves the shape open until the next click.
    """

    cursor = Qt.CursorShape.CrossCursor
    draws = True

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.name = shape.value
        self._points: list[Point] = []
        self._fixed = 0  # points that no longer follow the pointer
        self._where: tuple[str, Plane, int] = ("", Plane.STACK, -1)

    def press(self, pane: Surface, at: Pointer) -> None:
        frame = pane.frame
        if frame is None:
            return
        point = self._slice_point(pane, at)
        where = (frame.view.series_key, frame.view.plane, frame.index)
        if self._points and where == self._where:
            self._points[-1] = point
            return
        self._where = where
        self._points = [point, point]
        self._fixed = 1
        pane.repaint_later()

    def move(self, pane: Surface, at: Pointer) -> None:
        if not self._points or pane.frame is None:
            return
        point = self._slice_point(pane, at)
        if self.shape is Shape.FREEHAND:
            last = pane.frame.viewport.to_screen(*self._points[-1])
            if math.hypot(last[0] - at.x, last[1] - at.y) >= FREEHAND_STEP_PX:
                self._points.append(point)
        else:
            self._points[-1] = point
        pane.repaint_later()

    def hover(self, pane: Surface, at: Pointer) -> None:
        if self.shape is not Shape.FREEHAND:
            self.move(pane, at)

    def release(self, pane: Surface, at: Pointer) -> bool:
        frame = pane.frame
        if frame is None or not self._points:
            return False
        if self.shape is Shape.FREEHAND:
            return self._finish(pane)
        last = frame.viewport.to_screen(*self._points[self._fixed - 1])
        if math.hypot(last[0] - at.x, last[1] - at.y) < SLOP_PX:
            return False  # a click: the point follows the pointer until the next one
        self._fixed = len(self._points)
        if self._fixed < points_needed(self.shape):
            self._points.append(self._points[-1])
            return False
        return self._finish(pane)

    def _finish(self, pane: Surface) -> bool:
        points, self._points = tuple(self._points), []
        frame = pane.frame
        pane.repaint_later()
        if frame is None or is_too_small(self.shape, points, frame.viewport):
            return False
        key, plane, index = self._where
        header = pane.header(index) if plane is Plane.STACK else None
        measurement = Measurement(
            uuid.uuid4().hex,
            self.shape,
            key,
            plane,
            index,
            points,
            sop_instance_uid=header.sop_instance_uid if header is not None else "",
            frame=index if header is not None and header.frames > 1 else 0,
        )
        pane.host.document.apply(edits.AddMeasurement(measurement))
        return True

    def cancel(self, pane: Surface) -> bool:
        was, self._points = bool(self._points), []
        pane.repaint_later()
        return was

    def paint(self, pane: Surface, painter: QPainter) -> None:
        frame = pane.frame
        if frame is None or not self._points:
            return
        if self._where != (frame.view.series_key, frame.view.plane, frame.index):
            return
        points = tuple(self._points)
        reading = read(self.shape, points, frame.image, frame.pixels, frame.view.plane)
        drawn = Drawn(self.shape, points, reading, being_drawn=True)
        MeasurementPainter(pane.host.ink).paint(painter, frame.viewport, drawn, QRectF(pane.rect()))

    def _slice_point(self, pane: Surface, at: Pointer) -> Point:
        frame = pane.frame
        if frame is None:
            return 0.0, 0.0
        x, y = frame.viewport.to_slice(at.x, at.y)
        rows, columns = frame.viewport.shape_yx
        # Only what was imaged can be measured.
        return min(columns - 0.5, max(-0.5, x)), min(rows - 0.5, max(-0.5, y))


class EditTool(Tool):
    """Drags a handle of a measurement, or the whole of it."""

    name = "edit"
    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, hit: Hit, measurement: Measurement) -> None:
        super().__init__()
        self._hit = hit
        self._before = measurement

    def move(self, pane: Surface, at: Pointer) -> None:
        frame = pane.frame
        if frame is None:
            return
        x0, y0 = frame.viewport.to_slice(self.origin.x, self.origin.y)
        x1, y1 = frame.viewport.to_slice(at.x, at.y)
        points = self._before.points
        if self._hit.handle < 0:
            changed: Points = moved(points, x1 - x0, y1 - y0)
        else:
            changed = with_handle(self._before.shape, points, self._hit.handle, (x1, y1))
        edit = edits.ChangeMeasurement(replace(self._before, points=changed))
        pane.host.document.apply(edit, gesture=self.gesture)

    def cancel(self, pane: Surface) -> bool:
        pane.host.document.apply(edits.ChangeMeasurement(self._before), gesture=self.gesture)
        return True
