"""A pane: one picture painted 1:1, what is written over it, and words when there is no picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QDrag,
    QDragEnterEvent,
    QDropEvent,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from medviewer.document import edits
from medviewer.document.state import Plane, View
from medviewer.io.headers import InstanceHeader
from medviewer.services.jobs import JobRequest, Policy, Priority
from medviewer.services.label_values import LayerChange
from medviewer.services.scheduler import Job
from medviewer.ui.canvas.corner_text import OverlayLevel, with_stack
from medviewer.ui.canvas.frame import Frame, FrameRequest, render_frame
from medviewer.ui.canvas.host import CanvasHost
from medviewer.ui.canvas.label_paint import LabelPainter
from medviewer.ui.canvas.measurement_paint import Drawn, MeasurementPainter
from medviewer.ui.canvas.measurement_text import Reading, read
from medviewer.ui.canvas.overlay import SLICE_BAR, Overlay, OverlayPainter, Regions
from medviewer.ui.canvas.overlay_content import OverlayContent
from medviewer.ui.canvas.pane_input import PaneInput
from medviewer.ui.canvas.source import Notice, SliceSource
from medviewer.ui.canvas.split import SplitPainter
from medviewer.ui.canvas.surface import World
from medviewer.ui.canvas.viewport import Viewport

DIM_WHILE_LOADING = 150  # alpha of the black over the previous picture
READINGS_KEPT = 64


class Pane(QWidget):
    """Shows one slice of one plane.

    The picture, its overlay and the lines over it always come from the same `Frame`: while the next one is rendered
    or loaded the old one stays, darkened and with words, and never carries the new slice's number.
    """

    def __init__(self, host: CanvasHost, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"pane-{number}")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(48, 48)
        self.host = host
        self.number = number
        self.view = View()
        self.source: SliceSource | None = None
        self.problem: Notice | None = None
        self.frame: Frame | None = None
        self.hovered_measurement = ""
        self.hovers_split = False
        self._image: QImage | None = None
        self._original: QImage | None = None  # beside the processed one
        self._notice: Notice | None = None
        self._job: Job[Frame] | None = None
        self._live_index: int | None = None
        self._regions = Regions()
        self._overlay = OverlayPainter(host.ink)
        self._content = OverlayContent()
        self._measurements = MeasurementPainter(host.ink)
        self._labels = LabelPainter(host.ink)
        self._split = SplitPainter(host.ink)
        self._readings: dict[tuple[object, ...], Reading] = {}
        self._written: tuple[tuple[object, ...], Frame, Overlay] | None = None
        self._language = 0
        self._input = PaneInput(self)
        self._drop_target = False
        self.on_frame: Callable[[Frame], None] | None = None

    def sizeHint(self) -> QSize:
        return QSize(512, 512)

    # -- what is shown

    @property
    def slice_index(self) -> int:
        """The slice asked for (of a running cine, the one that plays)."""
        return self._live_index if self._live_index is not None else self.view.index

    @property
    def shows_its_slice(self) -> bool:
        """Whether the picture on screen is that of the slice asked for."""
        return self._notice is None and self.frame is not None and self.frame.index == self.slice_index

    @property
    def slice_count(self) -> int:
        """Number of slices of the plane; 0 while not known."""
        return self.source.count if self.source is not None else 0

    @property
    def viewport(self) -> Viewport | None:
        """The map between the picture on screen and its slice."""
        return self.frame.viewport if self.frame is not None else None

    @property
    def notice(self) -> Notice | None:
        """The words shown instead of a picture."""
        return self._notice

    @property
    def is_playing(self) -> bool:
        """Whether a cine decides the slice."""
        return self._live_index is not None

    @property
    def split_x(self) -> float | None:
        """Where the line between original and processed image stands (widget x); None when there is none."""
        frame, split = self.frame, self.view.split
        if frame is None or not split > 0 or not (frame.request.splits or frame.request.waits):
            return None
        return min(1.0, split) * self.width()

    @property
    def has_recipe(self) -> bool:
        """Whether a step is applied to the series."""
        return any(step.on for step in self.host.document.state.recipes.get(self.view.series_key, ()))

    def label_under(self, name: str, x: float, y: float) -> int:
        """The label of a mask (or of the preview) as drawn at a widget position; 0 for none."""
        return self._labels.value_at(name, self.frame, x, y) if self.frame is not None else 0

    def header(self, index: int) -> InstanceHeader | None:
        """The header of a slice."""
        return self.source.header(index) if self.source is not None else None

    def world_at(self, x: float, y: float) -> World | None:
        """Patient position (LPS, mm) under a widget position."""
        if self.frame is None:
            return None
        return self.frame.world(*self.frame.viewport.to_slice(x, y))

    def show_view(self, view: View, source: SliceSource | None, problem: Notice | None = None) -> None:
        """Show a view of the document; `problem` says why its series could not be opened."""
        if self._only_split_moves(view, source, problem):
            self.view = view
            self.update()  # both sides are there: where one ends is decided when they are painted
            return
        if source is None or self.source is None or source.loaded is not self.source.loaded:
            self.frame, self._image, self._original = None, None, None
            self._readings.clear()
        self.view, self.source, self.problem = view, source, problem
        self.refresh(same_pixels=True)

    def _only_split_moves(self, view: View, source: SliceSource | None, problem: Notice | None) -> bool:
        frame = self.frame
        return (
            frame is not None
            and frame.original is not None
            and self._notice is None
            and self._job is None
            and not self.is_playing
            and (source, problem) == (self.source, self.problem)
            and view.split > 0
            and view.split != self.view.split
            and replace(view, split=self.view.split) == self.view
        )

    def show_live(self, index: int | None) -> None:
        """Show a slice without an edit (cine); None goes back to the document's."""
        self._live_index = index
        self.refresh()

    # -- rendering

    def refresh(self, *, same_pixels: bool = False) -> None:
        """Render what is asked for: here when it is quick, else in the `view` lane, where the latest wins.

        `same_pixels` says that no stored pixel has changed since the frame on screen.
        """
        index = self.slice_index
        self._notice = self._why_not(index)
        if self._notice is not None or self.source is None:
            self._cancel_job()
            self.update()
            return
        request = self.host.processed(
            FrameRequest(
                self.source,
                self.view if self.view.index == index else replace(self.view, index=index),
                index,
                (max(1, self.width()), max(1, self.height())),
                self.devicePixelRatioF(),
                earlier=self.frame.sampling if same_pixels and self.frame is not None else None,
            )
        )
        if self._job is None and self.host.cost.fits_window_thread(request):
            self._show(render_frame(request))
            return
        job = self.host.scheduler.submit(
            JobRequest(
                ("slice", id(self.host), self.number),
                "view",
                lambda _ctx: render_frame(request),
                priority=Priority.INTERACTIVE,
                policy=Policy.REPLACE,
            ),
            done=self._rendered,
            owner=self,
        )
        self._job = None if job.finished else job

    def zoom_at(self, x: float, y: float, factor: float) -> None:
        """Enlarge so that what is under a widget position stays there; wheel notches become one undo entry."""
        if self.viewport is None:
            return
        zoom, pan = self.viewport.zoomed_at(x, y, factor)
        self.host.document.apply(edits.SetView(self.number, zoom=zoom, pan_px=pan), merge=True)

    def repaint_later(self) -> None:
        """What is drawn over the picture has changed."""
        self.update()

    def repaint_part(self, rect: QRect) -> None:
        """What is drawn over a part of the picture has changed."""
        self.update(rect)

    def labels_changed(self, change: LayerChange) -> None:
        """A mask over the series has changed: repaint as little as that takes."""
        if self.frame is None or change.series_key != self.frame.view.series_key:
            return
        part = self._labels.changed(change, self.frame, self.host.labels)
        if part is not None:
            self.update(part)

    def update_slice_bar(self) -> None:
        """Repaint the strip at the right edge only."""
        self.update(self.width() - SLICE_BAR - 3, 0, SLICE_BAR + 3, self.height())

    def _why_not(self, index: int) -> Notice | None:
        if self.problem is not None:
            return self.problem
        if self.source is None:
            return Notice(self.tr("Drop a series here"), self.tr("or double-click one in the list of studies"))
        if index < 0:
            return self.source.notice(0) or Notice(self.tr("Loading…"), fraction=self.source.fraction_ready)
        return self.source.notice(min(index, max(0, self.source.count - 1)), self.source.slab_of(self.view))

    def _cancel_job(self) -> None:
        if self._job is not None:
            self.host.scheduler.cancel(self._job)
            self._job = None

    def _rendered(self, frame: Frame) -> None:
        self._job = None
        self._show(frame)

    def _show(self, frame: Frame) -> None:
        self.host.cost.note(frame)
        self.frame = frame
        height, width = frame.rgb32.shape
        # The frame keeps the array alive for as long as the image points into it.
        self._image = QImage(frame.rgb32.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        self._image.setDevicePixelRatio(frame.request.device_ratio)
        self._original = None
        if frame.original is not None:
            self._original = QImage(frame.original.data, width, height, 4 * width, QImage.Format.Format_RGB32)
            self._original.setDevicePixelRatio(frame.request.device_ratio)
        self.update()
        self.host.frame_shown(self.number)
        if self.on_frame is not None:
            self.on_frame(frame)

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        ink, rect = self.host.ink, QRectF(self.rect())
        refused = self._notice is not None and self._notice.bad
        if self._image is not None and self.frame is not None and not refused:
            fits = self.frame.request.size_wh == (self.width(), self.height())
            if not fits:
                painter.fillRect(self.rect(), ink.color("image-ground"))
            self._paint_image(painter)
            self._paint_over(painter, self.frame)
            if self._notice is not None:
                veil = QColor(ink.color("image-ground"))
                veil.setAlpha(DIM_WHILE_LOADING)
                painter.fillRect(self.rect(), veil)
        else:
            painter.fillRect(self.rect(), ink.color("image-ground"))
        if self._notice is not None:
            self._paint_notice(painter, rect, self._notice)
        if self.source is not None:
            self._overlay.slice_bar(
                painter, self.width(), self.height(), max(0, self.slice_index), self.source.ready, self.slice_count
            )
        self._input.paint_grip(painter)
        self._paint_frame(painter)

    def _paint_image(self, painter: QPainter) -> None:
        """The picture; where both sides of a line are wanted, each is painted up to it."""
        image, original, x = self._image, self._original, self.split_x
        if image is None:
            return
        if original is None or x is None:
            painter.drawImage(0, 0, image)
            return
        ratio = image.devicePixelRatio()
        at = round(x * ratio)  # in device pixels, so that none is a mixture of both
        left = QRectF(0, 0, at, image.height())
        right = QRectF(at, 0, image.width() - at, image.height())
        for part, picture in ((left, original), (right, image)):
            if part.width() > 0:
                painter.drawImage(QPointF(part.left() / ratio, 0), picture, part)

    def _paint_labels(self, painter: QPainter, frame: Frame) -> None:
        """The masks; they belong to the processed side."""
        x = self.split_x
        if x is None:
            self._labels.paint(painter, frame, self.host.labels)
            return
        painter.save()
        painter.setClipRect(QRectF(round(x), 0, self.width(), self.height()), Qt.ClipOperation.IntersectClip)
        self._labels.paint(painter, frame, self.host.labels)
        painter.restore()

    def _paint_over(self, painter: QPainter, frame: Frame) -> None:
        if self._notice is None:
            self._paint_labels(painter, frame)
            self.host.paint_links(self.number, frame, painter)
            for drawn in self.drawn_measurements(frame):
                self._measurements.paint(painter, frame.viewport, drawn, QRectF(self.rect()).adjusted(4, 4, -12, -4))
            self._input.tool.paint(self, painter)
            if self.split_x is not None:
                self._split.paint(
                    painter,
                    self.split_x,
                    self.width(),
                    self.height(),
                    hovered=self.hovers_split,
                    waits=frame.original is None,
                )
        if self._notice is None or self._notice.fraction is not None:
            overlay = self._overlay_of(frame)
            self._regions = self._overlay.paint(painter, self.width(), self.height(), overlay, self.slice_count)

    def _overlay_of(self, frame: Frame) -> Overlay:
        """What is written over a frame; made once for repaints of the same frame."""
        level, size = self.host.overlay_level, QSize(self.width(), self.height())
        fraction = self.source.fraction_ready if self.source is not None else 1.0
        playing = self.host.cine_text(self.number)
        key = (id(frame), level, size.width(), size.height(), fraction, self._language, playing)
        if self._written is None or self._written[0] != key:
            written = self._content.of(frame, self.source, level, size, playing)
            if self.source is not None and len(self.source.stacks) > 1 and level is not OverlayLevel.OFF:
                stack, stacks = self.source.stack_number, self.source.stacks
                title = self.source.stack_title(stack)
                written = replace(written, corners=with_stack(written.corners, title, stack, len(stacks)))
            self._written = (key, frame, written)
        return self._written[2]

    def drawn_measurements(self, frame: Frame) -> list[Drawn]:
        """The measurements on a frame, with their values (kept until the measurement or the slice changes)."""
        found = []
        for m in self.host.measurements_of(frame):
            slab = (frame.slab_mm, frame.view.slab_mode)
            key = (m.id, m.points, frame.index, frame.view.plane, id(frame.image), slab)
            reading = self._readings.get(key)
            if reading is None:
                while len(self._readings) >= READINGS_KEPT:
                    self._readings.pop(next(iter(self._readings)))
                reading = self._readings[key] = read(m.shape, m.points, frame.image, frame.pixels, m.plane)
            hovered, selected = m.id == self.hovered_measurement, m.id == self.host.selected_measurement
            found.append(Drawn(m.shape, m.points, reading, m.name, hovered, selected))
        return found

    def _paint_notice(self, painter: QPainter, rect: QRectF, notice: Notice) -> None:
        ink = self.host.ink
        detail = notice.detail
        if notice.fraction is not None and not detail:
            detail = self.tr("{percent} %").format(percent=round(100 * notice.fraction))
        title = notice.title
        if self.source is not None and self.slice_count > 1 and self.slice_index >= 0:
            title = f"{title}  {self.slice_index + 1} / {self.slice_count}"
        ink.message(painter, rect, title, detail, "bad-on-image" if notice.bad else "text-on-image")
        if notice.fraction is not None:
            width = min(160.0, rect.width() * 0.5)
            bar = QRectF(rect.center().x() - width / 2, round(rect.center().y() + 30), width, 3)
            painter.fillRect(bar, ink.color("pane-line"))
            bar.setWidth(width * min(1.0, max(0.0, notice.fraction)))
            painter.fillRect(bar, ink.color("pane-active"))

    def _paint_frame(self, painter: QPainter) -> None:
        """The edge: the plane's colour, and a brighter, thicker line around the active pane."""
        layout = self.host.document.state.layout
        ink = self.host.ink
        active = layout.active == self.number and len(layout.visible) > 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        edge = self.rect().adjusted(0, 0, -1, -1)
        if self._drop_target:
            painter.setPen(QPen(ink.color("pane-active"), 3))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
            return
        if self.view.plane is not Plane.STACK and self.source is not None:
            painter.setPen(QPen(ink.color(self.view.plane.value), 2 if active else 1))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1) if active else edge)
        elif active:
            painter.setPen(QPen(ink.color("pane-active"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        elif len(layout.visible) > 1:
            painter.setPen(QPen(ink.color("pane-line"), 1))
            painter.drawRect(edge)

    def picture(self, *, with_overlay: bool = True) -> QImage:
        """The pane as a picture of its own, in device pixels; without overlay it is the image alone (both sides)."""
        if not with_overlay:
            if self._image is None:
                return QImage()
            alone = self._image.copy()
            painter = QPainter(alone)
            self._paint_image(painter)
            painter.end()
            return alone
        ratio = self.devicePixelRatioF()
        picture = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.black)
        hovered, self.hovered_measurement = self.hovered_measurement, ""
        self._input.tool.leave(self)  # the circle of the brush is no part of the picture
        painter = QPainter(picture)
        if self._image is not None and self.frame is not None and not (self._notice and self._notice.bad):
            self._paint_image(painter)
            self._paint_over(painter, self.frame)
        if self._notice is not None:
            self._paint_notice(painter, QRectF(self.rect()), self._notice)
        painter.end()
        self.hovered_measurement = hovered
        return picture

    # -- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            light = self._regions.light_at(QPointF(event.pos()))
            if light is not None:
                QToolTip.showText(event.globalPos(), f"{light.word}: {light.reason}", self)
            else:
                QToolTip.hideText()
            return True
        if event.type() == QEvent.Type.LanguageChange:
            self._language += 1
            self._content.forget()
            self._readings.clear()
            self.refresh()
        elif event.type() == QEvent.Type.DevicePixelRatioChange:
            self.refresh()
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._input.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._input.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._input.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._input.double_click(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._input.leave()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._input.wheel(event)

    def cancel_gesture(self) -> bool:
        """Give up what a tool has half done; whether there was something."""
        return self._input.cancel()

    # -- drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._input.accepts(event.mimeData()):
            event.acceptProposedAction()
            self._drop_target = True
            self.update()

    def dragLeaveEvent(self, event: QEvent) -> None:
        self._drop_target = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_target = False
        self.update()
        if self._input.dropped(event.mimeData()):
            event.acceptProposedAction()

    def start_drag(self, mime: QMimeData) -> None:
        """Drag a small picture of the pane with something to drop."""
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.setPixmap(self.grab().scaled(128, 128, Qt.AspectRatioMode.KeepAspectRatio))
        drag.exec(Qt.DropAction.MoveAction)

    @property
    def rgb32(self) -> np.ndarray | None:
        """The picture that is shown, (h, w) uint32; None when there is none."""
        return self.frame.rgb32 if self.frame is not None else None
