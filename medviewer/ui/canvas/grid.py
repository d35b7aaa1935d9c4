"""The canvas: panes in a grid that show the document's layout, linked by place in the patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QWidget

from medviewer.document import edits
from medviewer.document.document import Change, Document, Flags
from medviewer.document.state import Measurement, Plane, Shape, View
from medviewer.errors import MedviewerError
from medviewer.services import label_layers
from medviewer.services.label_layers import LabelLayers
from medviewer.services.label_values import Brush, LayerChange
from medviewer.services.scheduler import Scheduler
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas import links
from medviewer.ui.canvas.cine import Cine
from medviewer.ui.canvas.commands import CanvasCommands
from medviewer.ui.canvas.corner_text import OverlayLevel
from medviewer.ui.canvas.drawing import DrawTool
from medviewer.ui.canvas.first_look import FirstLook
from medviewer.ui.canvas.frame import Frame, FrameRequest, RenderCost
from medviewer.ui.canvas.hands import Hands
from medviewer.ui.canvas.ink import Ink
from medviewer.ui.canvas.mark_tool import MarkTool
from medviewer.ui.canvas.menu import context_menu
from medviewer.ui.canvas.paint_commands import PaintCommands
from medviewer.ui.canvas.paint_tools import BrushTool, EraserTool, FillTool, LassoTool, PolygonTool
from medviewer.ui.canvas.pane import Pane
from medviewer.ui.canvas.permission import why_not
from medviewer.ui.canvas.probe import ProbeText, names_under, probe
from medviewer.ui.canvas.slab import next_slab
from medviewer.ui.canvas.source import SliceSource, processed_slab
from medviewer.ui.canvas.source_pool import SourcePool
from medviewer.ui.canvas.surface import World
from medviewer.ui.canvas.tools import (
    BestWindowTool,
    CrosshairTool,
    PanTool,
    ScrollTool,
    Tool,
    WindowTool,
    ZoomTool,
)
from medviewer.ui.canvas.viewport import Point
from medviewer.ui.theme import Theme


class CanvasGrid(CanvasCommands):
    """Shows ``workspace.document.state.layout``; what the user does becomes edits of the document.

    The window's actions call the methods of `CanvasCommands`.

    Signals
    -------
    probed(object)
        `ProbeText` of what lies under the pointer, or None.
    tool_changed(str)
        Name of the left button's tool.
    overlay_changed(str)
        ``"full"``, ``"minimal"`` or ``"off"``.
    cine_changed(bool)
        A cine started or stopped.
    active_changed(int)
        Another pane is active, or shows another series.
    told(object)
        A MedviewerError for the notifications.
    """

    probed = Signal(object)
    tool_changed = Signal(str)
    overlay_changed = Signal(str)
    cine_changed = Signal(bool)
    active_changed = Signal(int)
    told = Signal(object)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.workspace = workspace
        self.ink = Ink(theme)
        self.hands = Hands.of(workspace.settings)
        self.overlay_level = OverlayLevel(workspace.settings.display.corner_text)
        self.cost = RenderCost()
        self.selected_measurement = ""
        self._theme = theme
        self._tools: dict[str, Tool] = {
            tool.name: tool
            for tool in (
                WindowTool(),
                ZoomTool(),
                PanTool(),
                ScrollTool(),
                CrosshairTool(),
                BestWindowTool(),
                *(DrawTool(shape) for shape in Shape),
                BrushTool(),
                EraserTool(),
                PolygonTool(),
                LassoTool(),
                FillTool(),
            )
        }
        self._none = Tool()
        self._label_layers = label_layers.of(workspace)
        self.painting = PaintCommands(self)
        self._left = ""  # empty: as the settings say
        self._marks: MarkTool | None = None
        self._panes: list[Pane] = []
        self._sources = SourcePool(workspace, self._series_changed)
        self._shown: tuple[int, ...] = ()
        self._rows_columns = (0, 0)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self._links = links.LinkPainter(self.ink)
        self._link_lines: dict[int, object] = {}
        self._cursor_space: SliceSource | None = None
        self._processing: Any = None  # services.processing.Processing, once a recipe is at work
        self.cine = Cine(self)
        self.cine.stopped.connect(self._cine_stopped)
        self._disconnect = [
            workspace.document.changed.connect(self._document_changed),
            workspace.settings.changed.connect(self._settings_changed),
            self.labels.changed.connect(self._labels_changed),
            self.labels.preview_changed.connect(self._preview_changed),
            self.labels.brush_changed.connect(self._brush_changed),
        ]
        theme.changed.connect(self._theme_changed)
        self._arrange()

    # -- the host of the panes

    @property
    def document(self) -> Document:
        """The document that is shown."""
        return self.workspace.document

    @property
    def scheduler(self) -> Scheduler:
        """Where slow frames are rendered."""
        return self.workspace.scheduler

    @property
    def labels(self) -> LabelLayers:
        """The masks over the series."""
        return self._label_layers

    def tell(self, error: MedviewerError) -> None:
        self.told.emit(error)

    def panes(self) -> Sequence[Pane]:
        """The panes on screen, in reading order."""
        return [self._panes[n] for n in self._shown]

    def pane(self, number: int) -> Pane:
        """A pane by its number in the layout."""
        return self._panes[number]

    def active_pane(self) -> Pane:
        """The pane that keys and panels act on."""
        return self._panes[min(self.document.state.layout.active, len(self._panes) - 1)]

    def activate(self, pane: int) -> None:
        if pane != self.document.state.layout.active:
            self.document.apply(edits.SetActive(pane))

    @property
    def tool(self) -> str:
        """Name of the left button's tool."""
        return self._left or self.hands.left

    def set_marks(self, tool: MarkTool | None) -> None:
        """Give the left button to a step that asks for marks, on the panes of its series; None: take it back."""
        for pane in self.panes():
            pane.cancel_gesture()
        self._marks = tool
        for pane in self.panes():
            pane.update()

    @property
    def marks(self) -> MarkTool | None:
        """The tool that sets marks, while a step asks for them."""
        return self._marks

    def tool_for(self, button: str) -> Tool:
        if button == "left" and self._marks is not None and not self._left:
            return self._marks
        name = self.tool if button == "left" else self.hands.of_button(button)
        return self._tools.get(name, self._none)

    def tool_finished(self, tool: Tool) -> None:
        if not self.hands.keep_tool:
            self.set_tool("")

    def set_tool(self, name: str) -> None:
        """Give the left button a tool; empty or ``"select"``: the one of the settings.

        Raises
        ------
        KeyError
            For a tool that does not exist.
        """
        name = "" if name == "select" else name
        if name and name not in self._tools:
            raise KeyError(name)
        for pane in self.panes():
            pane.cancel_gesture()
        self._left = name
        self.tool_changed.emit(self.tool)

    def tool_names(self) -> tuple[str, ...]:
        """Every tool that `set_tool` knows."""
        return ("select", *self._tools)

    def scroll_to(self, pane: int, index: int) -> None:
        leader = self._panes[pane]
        if leader.slice_count == 0:
            return
        index = min(leader.slice_count - 1, max(0, index))
        before = leader.slice_index
        if index == before and not leader.is_playing:
            return
        if leader.is_playing:
            self.cine.stop()
        if leader.source is not None and leader.view.plane is Plane.STACK:
            leader.source.loaded.focus(index, 1 if index >= before else -1)
        pairs = [(pane, index)]
        if self.document.state.layout.linked_scroll:
            pairs += links.followers(leader, index, self.panes())
        self.document.apply(edits.SetIndex(tuple(pairs)))

    def scroll_by(self, pane: int, steps: int) -> None:
        self.scroll_to(pane, self._panes[pane].slice_index + steps)

    def move_crosshair(self, pane: int, world: World, gesture: str = "") -> None:
        self._cursor_space = self._panes[pane].source
        pairs = links.indices_at(world, self._panes[pane], self.panes())
        self.document.apply(edits.MoveCrosshair(world, pairs), gesture=gesture)

    def go_to(self, pane: int, world: World) -> None:
        """Show the slice of a pane, and of those in the same patient space, that a position lies on."""
        target = self._panes[pane]
        self._cursor_space = target.source
        pairs = links.indices_at(world, target, self.panes())
        index = links.index_at(target.source, world) if target.source is not None else None
        if index is not None:
            pairs = (*pairs, (pane, index))
        self.document.apply(edits.MoveCrosshair(world, pairs))

    def slab_by(self, pane: int, steps: int) -> None:
        target = self._panes[pane]
        if target.source is None or why_not("set_slab", target, ""):
            return
        mm = next_slab(target.view.slab_mm, steps, target.source.step_mm)
        self.document.apply(edits.SetSlab.of(pane, mm), merge=True)

    def toggle_maximised(self, pane: int) -> None:
        layout = self.document.state.layout
        if layout.maximised >= 0:
            self.document.apply(edits.Maximise(-1))
        elif layout.rows * layout.columns > 1:
            self.document.apply(edits.Maximise(pane))

    def told_overlay(self) -> None:
        self.overlay_changed.emit(self.overlay_level.value)

    def told_cine(self, playing: bool) -> None:
        self.cine_changed.emit(playing)

    def request_menu(self, pane: int, at: QPoint) -> None:
        menu = context_menu(self, self._panes[pane])
        menu.popup(at)

    def pointed_at(self, pane: int, at: Point | None) -> None:
        frame = self._panes[pane].frame
        found: ProbeText | None = None
        if at is not None and frame is not None and self._panes[pane].notice is None:
            target = self._panes[pane]
            split_x = target.split_x
            before = split_x is not None and at[0] < split_x
            names = () if before else names_under(self.labels, target, *at)
            found = probe(frame, *at, split_x=split_x, masks=names)
        self.probed.emit(found)

    def select_measurement(self, measurement_id: str) -> None:
        if measurement_id != self.selected_measurement:
            self.selected_measurement = measurement_id
            for pane in self.panes():
                pane.update()

    def measurements_of(self, frame: Frame) -> Sequence[Measurement]:
        view = frame.view
        return [
            m
            for m in self.document.state.measurements
            if m.series_key == view.series_key and m.plane is view.plane and m.index == frame.index
        ]

    def paint_links(self, pane: int, frame: Frame, painter: QPainter) -> None:
        lines, found = self._links_of(self._panes[pane], frame)
        for line in lines:
            self._links.line(painter, line)
        if found is not None:
            self._links.cursor(painter, found)

    def _links_of(self, this: Pane, frame: Frame) -> tuple[tuple[links.LinkLine, ...], links.Cursor | None]:
        """What the other panes draw over a frame."""
        layout, panes = self.document.state.layout, self.panes()
        lines: tuple[links.LinkLine, ...] = ()
        drawn: set[int] = set()
        if layout.crosshair and this.view.plane is not Plane.STACK:
            lines, drawn = links.plane_lines(this, frame, panes)
        active = self.active_pane()
        if (
            layout.reference_lines
            and active is not this
            and active in panes
            and active.number not in drawn
            and active.frame is not None
            and links.same_space(this.source, active.source)
        ):
            line = links.reference_line(frame, active.frame)
            lines += (line,) if line is not None else ()
        found = None
        # A position means nothing in another patient space than the one it was pointed at in.
        shown = layout.crosshair and links.same_space(self._cursor_space, this.source)
        if shown and layout.crosshair_world is not None:
            found = links.cursor(frame, layout.crosshair_world)
        return lines, found

    def processed(self, request: FrameRequest) -> FrameRequest:
        view = request.view
        steps = self.document.state.recipes.get(view.series_key, ())
        if not view.show_processed or not any(step.on for step in steps):
            return request
        from medviewer.services import processing

        at_work = processing.of(self.workspace)
        if self._processing is not at_work:
            self._processing = at_work
            self._disconnect.append(at_work.changed.connect(self._processed_changed))
        found = at_work.processed_slice(view.series_key, view.plane, request.index)
        slab_mm = request.source.slab_of(view)
        if found is not None and slab_mm > 0:
            pixels = processed_slab(request.source, found.image, view, request.index, slab_mm)
            if pixels is not None:
                return replace(request, processed=pixels, processed_image=found.image)
        if slab_mm > 0:
            return replace(request, slab_of_original=True)
        if found is None:
            return replace(request, waits=at_work.progress(view.series_key).error is None)
        return replace(request, processed=found.pixels, processed_image=found.image)

    def _processed_changed(self, series_key: str) -> None:
        for pane in self.panes():
            if pane.view.series_key == series_key:
                pane.refresh()

    def frame_shown(self, pane: int) -> None:
        layout = self.document.state.layout
        if len(self._shown) < 2 or not (layout.reference_lines or layout.crosshair):
            return
        for other in self.panes():
            if other.number == pane or other.frame is None:
                continue
            # Sixteen panes are repainted only where a line has moved.
            lines = self._links_of(other, other.frame)
            if self._link_lines.get(other.number) != lines:
                self._link_lines[other.number] = lines
                other.update()

    def cine_text(self, pane: int) -> str:
        playing = self.cine.pane
        if playing is None or playing.number != pane:
            return ""
        achieved = f"{self.cine.fps:.1f}" if self.cine.fps else "…"
        text = self.tr("▶ {achieved} of {wanted} frames/s")
        return text.format(achieved=achieved, wanted=f"{self.cine.wanted_fps:.3g}")

    def drop_series(self, pane: int, series_id: int) -> None:
        self.show_series(series_id, pane)

    def drop_pane(self, pane: int, other: int) -> None:
        if pane != other and other < len(self._panes):
            self.document.apply(edits.SwapPanes(other, pane))

    # -- following the document

    def _document_changed(self, change: Change) -> None:
        if change.flags & (Flags.LAYOUT | Flags.SERIES):
            self._arrange()
            self.active_changed.emit(self.document.state.layout.active)
            return
        if change.flags & (Flags.VIEW | Flags.INDEX | Flags.APPEARANCE):
            for number in change.panes:
                if number in self._shown:
                    self._show(number)
        if change.flags & Flags.SCALE:
            for pane in self.panes():
                if pane.view.series_key in change.series_keys:
                    self._show(pane.number)
        if change.flags & Flags.RECIPE:
            for pane in self.panes():
                if pane.view.series_key in change.series_keys:
                    pane.refresh()
        if change.flags & (Flags.MEASUREMENTS | Flags.CROSSHAIR):
            for pane in self.panes():
                pane.update()

    def _labels_changed(self, change: LayerChange) -> None:
        for pane in self.panes():
            pane.labels_changed(change)

    def _preview_changed(self, series_key: str) -> None:
        for pane in self.panes():
            if pane.view.series_key == series_key:
                pane.update()

    def _brush_changed(self, _brush: Brush) -> None:
        for pane in self.panes():
            pane.update()

    def _arrange(self) -> None:
        """Put the panes of the layout on screen and show their views."""
        layout = self.document.state.layout
        needed = max(layout.rows * layout.columns, max(layout.visible) + 1)
        while len(self._panes) < needed:
            pane = Pane(self, len(self._panes), self)
            pane.hide()
            self._panes.append(pane)
        if self.cine.pane is not None and self.cine.pane.number not in layout.visible:
            self.cine.stop()
        if (self._shown, self._rows_columns) != (layout.visible, (layout.rows, layout.columns)):
            self._place(layout.visible, layout.columns)
        for number in layout.visible:
            self._show(number)
        self._forget_unused()

    def _place(self, visible: tuple[int, ...], columns: int) -> None:
        layout = self.document.state.layout
        while self._grid.count():
            self._grid.takeAt(0)
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        for number, pane in enumerate(self._panes):
            if number not in visible:
                pane.hide()
        for place, number in enumerate(visible):
            row, column = (0, 0) if len(visible) == 1 else divmod(place, columns)
            self._grid.addWidget(self._panes[number], row, column)
            self._grid.setRowStretch(row, 1)
            self._grid.setColumnStretch(column, 1)
            self._panes[number].show()
        self._shown = visible
        self._rows_columns = (layout.rows, layout.columns)

    def _show(self, number: int) -> None:
        view = self.document.state.view(number)
        pane = self._panes[number]
        source, problem = self._sources.find(view.series_key, view.plane)
        if source is not None and view.index < 0 and source.count:
            look = source.first_appearance(view.appearance)
            # The middle of the stack says more than its end.
            self.document.apply(FirstLook(number, source.count // 2, look))
            return
        if source is not None and view.index >= source.count > 0:
            view = replace(view, index=source.count - 1)  # a session of another day may say more
        pane.show_view(view, source, problem)

    def _forget_unused(self) -> None:
        """Let go of series that no pane of the layout shows, so that their memory can be had again."""
        self._sources.keep({view.series_key for view in self.document.state.layout.views})
        for pane in self._panes:
            if pane.number not in self._shown:
                pane.show_view(View(), None)

    def _series_changed(self, key: str, changed: range) -> None:
        """Slices of a series came in: repaint the panes that wait for one of them."""
        for pane in self.panes():
            if pane.view.series_key != key or pane.source is None:
                continue
            if pane.view.index < 0:
                self._show(pane.number)
            elif pane.view.plane is not Plane.STACK or len(changed) == pane.slice_count or not pane.shows_its_slice:
                pane.refresh()
            else:
                pane.update_slice_bar()

    # -- following the window

    def _cine_stopped(self, pane: int, index: int) -> None:
        self.document.apply(edits.SetIndex.of(pane, index))
        self.cine_changed.emit(False)

    def _settings_changed(self, _section: str) -> None:
        self.hands = Hands.of(self.workspace.settings)
        level = OverlayLevel(self.workspace.settings.display.corner_text)
        if level is not self.overlay_level:
            self.set_overlay(level)

    def _theme_changed(self) -> None:
        self.ink.forget_colours()
        for pane in self.panes():
            pane.update()
