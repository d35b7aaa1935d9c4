"""Key images of a report: the panes as they stand, and the slices of measurements that no pane shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from medviewer.document.state import Measurement, Plane, View
from medviewer.services import readings
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.corner_text import OverlayLevel
from medviewer.ui.canvas.frame import FrameRequest, render_frame
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.canvas.label_paint import LabelPainter
from medviewer.ui.canvas.measurement_paint import Drawn, MeasurementPainter
from medviewer.ui.canvas.measurement_text import read
from medviewer.ui.canvas.overlay import OverlayPainter
from medviewer.ui.canvas.overlay_content import overlay_of
from medviewer.ui.canvas.source import SliceSource
from medviewer.ui.canvas.trust import plane_title
from medviewer.ui.export.picture import pane_picture
from medviewer.ui.report.content import KeyPicture, series_title, translate

SIDE = 560
"""Of a rendered slice, in device-independent pixels."""
RATIO = 2.0
MOST_SLICES = 12


def key_pictures(canvas: CanvasGrid, *, names: bool, panes: bool, measured_slices: bool) -> tuple[KeyPicture, ...]:
    """The pictures of a report.

    Parameters
    ----------
    names : bool
        Whether corner texts may name the patient.
    panes : bool
        The visible panes with what lies over them.
    measured_slices : bool
        Slices with measurements that are on no pane, at most `MOST_SLICES`.
    """
    workspace = canvas.workspace
    found: list[KeyPicture] = []
    seen: set[tuple[str, Plane, int]] = set()
    if panes:
        for pane in canvas.panes():
            if pane.frame is None or pane.notice is not None:
                continue
            view, index = pane.view, pane.frame.index
            seen.add((view.series_key, view.plane, index))
            found.append(
                KeyPicture(
                    pane_picture(canvas, pane, names=names), _caption(workspace, view, index, pane.slice_count)
                )
            )
    if measured_slices:
        left = MOST_SLICES
        for m in workspace.document.state.measurements:
            place = (m.series_key, m.plane, m.index)
            if place in seen or left == 0:
                continue
            seen.add(place)
            picture = _slice_picture(canvas, m, names)
            if picture is not None:
                found.append(picture)
                left -= 1
    return tuple(found)


def _caption(workspace: Workspace, view: View, index: int, count: int) -> str:
    loaded = workspace.loaded(view.series_key)
    title = series_title(loaded) if loaded is not None else ""
    plane = plane_title(view.plane)
    place = translate("Report", "slice {n} of {count}").format(n=index + 1, count=count)
    steps = workspace.document.state.recipes.get(view.series_key, ())
    processed = ""
    if view.show_processed and any(step.on for step in steps):
        processed = translate("Report", "processed")
    return " · ".join(word for word in (title, plane, place, processed) if word)


def _slice_picture(canvas: CanvasGrid, m: Measurement, names: bool) -> KeyPicture | None:
    """The original slice of a measurement, whole, with masks, measurements and scale."""
    workspace = canvas.workspace
    loaded = workspace.loaded(m.series_key)
    if loaded is None or readings.slice_of(loaded, m.plane, m.index) is None:
        return None
    state = workspace.document.state
    shown = [v for v in state.layout.views if v.series_key == m.series_key]
    look = shown[0].appearance if shown else canvas.first_appearance(m.series_key)
    view = View(m.series_key, m.plane, m.index, look, show_processed=False)
    source = SliceSource(loaded, m.plane)
    frame = render_frame(FrameRequest(source, view, m.index, (SIDE, SIDE), RATIO))
    picture = QImage(QSize(SIDE, SIDE) * RATIO, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(RATIO)
    picture.fill(0)
    rgb = np.ascontiguousarray(frame.rgb32)
    height, width = rgb.shape
    image = QImage(rgb.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(RATIO)
    ink = canvas.ink
    painter = QPainter(picture)
    painter.drawImage(0, 0, image)
    LabelPainter(ink).paint(painter, frame, canvas.labels)
    bounds = QRectF(0, 0, SIDE, SIDE).adjusted(4, 4, -12, -4)
    measurements = MeasurementPainter(ink)
    for one in state.measurements:
        if (one.series_key, one.plane, one.index) == (m.series_key, m.plane, m.index):
            reading = read(one.shape, one.points, frame.image, frame.pixels, one.plane)
            measurements.paint(painter, frame.viewport, Drawn(one.shape, one.points, reading, one.name), bounds)
    level = OverlayLevel.FULL if names else OverlayLevel.MIN
    overlay = overlay_of(frame, source, level, QSize(SIDE, SIDE))
    OverlayPainter(ink).paint(painter, SIDE, SIDE, overlay, source.count)
    painter.end()
    return KeyPicture(picture, _caption(workspace, replace(view, show_processed=False), m.index, source.count))
