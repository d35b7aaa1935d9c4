"""What the actions call: the canvas, the document and the window behind one door, with everything they ask."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication

from medviewer.document import edits
from medviewer.document.state import DocumentState, Plane, View
from medviewer.errors import MedviewerError
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.canvas.paint_commands import PaintCommands
from medviewer.ui.file_commands import FileCommands, Shell, sample_studies
from medviewer.ui.navigation import StudyOrder

translate = QCoreApplication.translate

_MPR = (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL)


class Commands(FileCommands):
    """Everything that can be done from a menu, a key or the palette.

    Parameters
    ----------
    workspace : Workspace
        Use cases, document, settings.
    canvas : CanvasGrid
        The panes.
    shell : Shell
        The window; also the parent of file dialogs.
    """

    def __init__(self, workspace: Workspace, canvas: CanvasGrid, shell: Shell) -> None:
        super().__init__(workspace, canvas, shell)
        self._order = StudyOrder(workspace)

    # -- state that actions ask for

    @property
    def _state(self) -> DocumentState:
        return self._workspace.document.state

    @property
    def _view(self) -> View:
        return self._state.view(self._state.layout.active)

    @property
    def series_key(self) -> str:
        """What the active pane shows; empty for nothing."""
        return self._view.series_key

    @property
    def image_count(self) -> int:
        """Slices of the active pane."""
        return self._canvas.active_pane().slice_count

    @property
    def pane_count(self) -> int:
        """Panes of the layout, hidden ones of a maximised layout too."""
        return self._state.layout.rows * self._state.layout.columns

    @property
    def has_studies(self) -> bool:
        """Whether the catalog has any study."""
        return self._order.has_studies

    @property
    def has_sample(self) -> bool:
        """Whether sample studies are installed."""
        return any(sample_studies())

    @property
    def undo_text(self) -> str:
        """Name of what undo takes back."""
        return self._workspace.document.undo_text

    @property
    def redo_text(self) -> str:
        """Name of what redo does again."""
        return self._workspace.document.redo_text

    @property
    def selected_measurement(self) -> str:
        """Id of the selected measurement."""
        return self._canvas.selected_measurement

    @property
    def measurement_count(self) -> int:
        """Measurements in the document."""
        return len(self._state.measurements)

    @property
    def has_recipe(self) -> bool:
        """Whether steps are applied to the active series."""
        return bool(self._state.recipes.get(self.series_key))

    @property
    def shows_processed(self) -> bool:
        """Whether the active pane shows the result of its recipe."""
        return self.has_recipe and self._view.show_processed

    @property
    def tool(self) -> str:
        """The left button's tool."""
        return self._canvas.tool

    @property
    def painting(self) -> PaintCommands:
        """The commands that paint masks."""
        return self._canvas.painting

    @property
    def is_inverted(self) -> bool:
        """Whether the active pane is inverted by the user."""
        return self._view.appearance.invert

    @property
    def is_flipped_h(self) -> bool:
        """Whether left and right are exchanged, before any turn."""
        return self._view.flip_h

    @property
    def is_flipped_v(self) -> bool:
        """Whether top and bottom are exchanged, before any turn."""
        return self._view.flip_v

    @property
    def is_playing(self) -> bool:
        """Whether a cine plays."""
        return self._canvas.cine.pane is not None

    @property
    def is_maximised(self) -> bool:
        """Whether one pane is shown alone."""
        return self._state.layout.maximised >= 0

    @property
    def is_full_screen(self) -> bool:
        """Whether the window fills the screen."""
        return self._widget.isFullScreen()

    @property
    def keeps_tool(self) -> bool:
        """Whether a measuring tool stays after a measurement."""
        return self._workspace.settings.display.keep_tool

    @property
    def workspace_name(self) -> str:
        """``"review"``, ``"process"`` or ``"lab"``."""
        return self._shell.workspace_name

    def why_not(self, command: str) -> str:
        """Why the canvas cannot do something now, translated; empty when it can."""
        return self._canvas.why_not(command)

    def why_no_preset(self, digit: int) -> str:
        """Why a digit calls no preset."""
        if any(key == digit for _name, key, _window in self._canvas.presets()):
            return ""
        return translate("WhyNot", "This modality has no preset on key {n}.").format(n=digit)

    def preset_name(self, digit: int) -> str:
        """The name of the preset on a key for the active series, or empty."""
        return next((name for name, key, _window in self._canvas.presets() if key == digit), "")

    def shows_grid(self, rows: int, columns: int) -> bool:
        """Whether the layout is this grid, of stacks."""
        layout = self._state.layout
        same = (layout.rows, layout.columns) == (rows, columns)
        return same and not self.shows_mpr(with_stack=False) and not self.shows_mpr(with_stack=True)

    def shows_mpr(self, *, with_stack: bool) -> bool:
        """Whether the layout is axial, coronal, sagittal (and the stack) of one series."""
        layout = self._state.layout
        grid, planes = ((2, 2), (*_MPR, Plane.STACK)) if with_stack else ((1, 3), _MPR)
        views = layout.views[: len(planes)]
        same = (layout.rows, layout.columns) == grid and tuple(v.plane for v in views) == planes
        return same and len({v.series_key for v in views}) == 1

    def link(self, name: str) -> bool:
        """A switch of the layout: ``linked_scroll``, ``reference_lines``, ``crosshair``."""
        return bool(getattr(self._state.layout, name))

    def chosen(self, name: str) -> str:
        """The setting ``theme`` or ``language``."""
        return str(getattr(self._workspace.settings.general, name))

    def dock_visible(self, name: str) -> bool:
        """Whether a dock is shown."""
        return self._shell.dock_visible(name)

    # -- edit

    def undo(self) -> None:
        """Take the last change back."""
        self._workspace.document.undo()

    def redo(self) -> None:
        """Do it again."""
        self._workspace.document.redo()

    def delete_measurement(self) -> None:
        """Delete the selected measurement."""
        self._canvas.delete_selected()

    def delete_all_measurements(self) -> None:
        """Delete every measurement; one undo brings all back."""
        self._workspace.document.apply(edits.DeleteMeasurement(tuple(m.id for m in self._state.measurements)))

    def choose(self, name: str, value: str) -> None:
        """Set the setting ``theme`` or ``language``."""
        self._workspace.settings.change("general", **{name: value})

    def toggle_keep_tool(self) -> None:
        """Keep a measuring tool after a measurement, or not."""
        self._workspace.settings.change("display", keep_tool=not self.keeps_tool)

    # -- layout

    def set_layout(self, rows: int, columns: int) -> None:
        """Rows × columns panes; planes of an MPR become stacks again."""
        layout = self._state.layout
        if not any(self.shows_mpr(with_stack=both) for both in (False, True)):
            self._canvas.set_layout(rows, columns)
            return
        active = self._view
        first = View(active.series_key, Plane.STACK, -1, active.appearance)
        rest = tuple(v if v.plane is Plane.STACK else View() for v in layout.views[1 : rows * columns])
        self._workspace.document.apply(edits.SetLayout(rows, columns, (first, *rest)))

    def set_mpr(self, *, with_stack: bool = False) -> None:
        """Axial, coronal and sagittal planes of the active series; with its stack as the fourth pane."""
        if not with_stack:
            self._canvas.set_mpr()
            return
        view = self._view
        planes = tuple(View(view.series_key, plane, -1, view.appearance) for plane in (*_MPR, Plane.STACK))
        self._workspace.document.apply(edits.SetLayout(2, 2, planes))

    def set_default_layout(self) -> None:
        """One pane with the active series, fitted, with the file's window."""
        view = View(self.series_key) if self.series_key else View()
        self._workspace.document.apply(edits.SetLayout(1, 1, (view,)))

    def toggle_maximised(self) -> None:
        """Show the active pane alone, or all again."""
        self._canvas.toggle_maximise()

    def toggle_link(self, name: str) -> None:
        """Switch ``linked_scroll``, ``reference_lines`` or ``crosshair``."""
        changes: dict[str, Any] = {name: not self.link(name)}
        self._workspace.document.apply(edits.SetLinks(**changes))

    def toggle_processed(self) -> None:
        """Show the result of the recipe, or the original."""
        pane = self._state.layout.active
        self._workspace.document.apply(edits.SetView(pane, show_processed=not self._view.show_processed))

    # -- the image

    def set_tool(self, name: str) -> None:
        """Give the left button a tool; the same again gives it back its own."""
        is_drawing = name not in ("window", "zoom", "pan", "scroll", "crosshair")
        self._canvas.set_tool("" if is_drawing and self._canvas.tool == name else name)
        self._canvas.setFocus()

    def apply_preset(self, digit: int) -> None:
        """0: the file's window; 1 to 9: a preset of the modality."""
        self._canvas.apply_preset(digit)

    def auto_window(self) -> None:
        """1st to 99th percentile of the slice."""
        self._canvas.auto_window()

    def invert(self) -> None:
        """Exchange black and white."""
        self._canvas.invert()

    def flip_h(self) -> None:
        """Exchange left and right."""
        self._canvas.flip_h()

    def flip_v(self) -> None:
        """Exchange top and bottom."""
        self._canvas.flip_v()

    def rotate(self, degrees: int) -> None:
        """Turn clockwise."""
        self._canvas.rotate(degrees)

    def zoom_fit(self) -> None:
        """Show the whole image."""
        self._canvas.zoom_fit()

    def zoom_one_to_one(self) -> None:
        """One image pixel for one of the screen."""
        self._canvas.zoom_one_to_one()

    def toggle_cine(self) -> None:
        """Play, or stop."""
        self._canvas.toggle_cine()

    def cycle_overlay(self) -> None:
        """Texts on the image: full, minimal, off."""
        self._canvas.cycle_overlay()

    def escape(self) -> None:
        """Give up what is half done, else leave the full screen, else reset the view."""
        if self._canvas.cancel():
            return
        if self.is_full_screen:
            self.toggle_full_screen()
        else:
            self._canvas.reset_view()

    # -- moving about

    def step(self, n: int) -> None:
        """`n` images on."""
        self._canvas.step(n)

    def home(self) -> None:
        """The first image."""
        self._canvas.home()

    def end(self) -> None:
        """The last image."""
        self._canvas.end()

    def show_series(self, series_id: int, pane: int = -1) -> None:
        """Show a series of the catalog in a pane (−1: the active one), ready for the keys."""
        try:
            self._canvas.show_series(series_id, pane)
        except MedviewerError as error:
            self._shell.notifications.tell(error)
        self._canvas.setFocus()

    def next_series(self, step: int) -> None:
        """The next series of the study; at its end nothing happens."""
        found = self._order.neighbour(self.series_key, step)
        if found is not None:
            self.show_series(found)
        else:
            self._say_end(step, translate("Commands", "series of this study"))

    def next_study(self, step: int) -> None:
        """The first series of the next study."""
        found = self._order.neighbour_study(self.series_key, step)
        if found is not None:
            self.show_series(found)
        else:
            self._say_end(step, translate("Commands", "study of the list"))

    def page(self, step: int) -> None:
        """Fill the panes with the next series of the study."""
        layout = self._state.layout
        ids = self._order.page(tuple(v.series_key for v in layout.views[: self.pane_count]), self.pane_count, step)
        if not ids:
            self._say_end(step, translate("Commands", "page of this study"))
            return
        keys = [self._workspace.catalog.series(series_id).key for series_id in ids]
        views = tuple(View(key, appearance=self._canvas.first_appearance(key)) for key in keys)
        views += (View(),) * (self.pane_count - len(views))
        self._workspace.document.apply(edits.SetLayout(layout.rows, layout.columns, views))

    def _say_end(self, step: int, what: str) -> None:
        text = translate("Commands", "This is the last {what}.") if step > 0 else ""
        text = text or translate("Commands", "This is the first {what}.")
        self._shell.notifications.whisper(text.format(what=what))

    def next_pane(self, step: int) -> None:
        """Make the next pane the active one."""
        self._canvas.next_pane(step)

    # -- the window

    def show_workspace(self, name: str) -> None:
        """``"review"``, ``"process"`` or ``"lab"``."""
        self._shell.show_workspace(name)

    def toggle_dock(self, name: str) -> None:
        """Show or hide a dock."""
        self._shell.toggle_dock(name)

    def next_area(self, step: int) -> None:
        """Move the focus on."""
        self._shell.next_area(step)

    def toggle_full_screen(self) -> None:
        """The whole screen, or a window again."""
        self._widget.setWindowState(self._widget.windowState() ^ _full_screen())

    def show_palette(self) -> None:
        """Search actions and series."""
        self._shell.show_palette()

    def show_keys(self) -> None:
        """Open or close the key sheet."""
        self._shell.show_keys()

    def show_preferences(self) -> None:
        """Open the preferences."""
        self._shell.show_preferences()

    def show_about(self) -> None:
        """Say which program this is."""
        self._shell.show_about()

    def focus_filter(self) -> None:
        """Filter the list of studies."""
        self._shell.focus_filter()


def _full_screen() -> Any:
    from PySide6.QtCore import Qt

    return Qt.WindowState.WindowFullScreen
