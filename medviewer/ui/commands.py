"""What the actions call: the canvas, the document and the window behind one door, with everything they ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from medviewer.document import edits
from medviewer.document.state import DocumentState, Plane, View
from medviewer.errors import MedviewerError
from medviewer.services.paths import resource_dir
from medviewer.services.sessions import Found
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.navigation import StudyOrder
from medviewer.ui.notifications import Kind, Notifications

translate = QCoreApplication.translate

SESSION_SUFFIX = ".session.json"
_MPR = (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL)


class Shell(Protocol):
    """The window as the commands see it."""

    notifications: Notifications
    workspace_name: str

    def show_workspace(self, name: str) -> None:
        """``"review"`` or ``"process"``."""

    def toggle_dock(self, name: str) -> None:
        """Show or hide ``"browser"``, ``"panels"`` or ``"jobs"``."""

    def dock_visible(self, name: str) -> bool:
        """Whether a dock is shown."""

    def next_area(self, step: int) -> None:
        """Move the focus to the next dock or the canvas."""

    def show_palette(self) -> None:
        """Open the command palette."""

    def show_keys(self) -> None:
        """Open or close the key sheet."""

    def show_preferences(self) -> None:
        """Open the preferences."""

    def show_about(self) -> None:
        """Say which program this is."""

    def focus_filter(self) -> None:
        """Put the cursor into the browser's filter."""


class Commands:
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
        self._workspace = workspace
        self._canvas = canvas
        self._shell = shell
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
        """``"review"`` or ``"process"``."""
        return self._shell.workspace_name

    @property
    def _widget(self) -> QWidget:
        assert isinstance(self._shell, QWidget)
        return self._shell

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

    # -- files

    def open_folder(self) -> None:
        """Ask for a folder and open what is in it."""
        dialog = QFileDialog(self._widget, translate("Commands", "Open folder"), self._start_folder())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, False)
        self._ask(dialog)

    def open_files(self) -> None:
        """Ask for files and open them."""
        dialog = QFileDialog(self._widget, translate("Commands", "Open files"), self._start_folder())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._ask(dialog)

    def _start_folder(self) -> str:
        return self._workspace.settings.data.open_folder or str(Path.home())

    def _ask(self, dialog: QFileDialog) -> None:
        # The program goes on while the dialog is open.
        dialog.filesSelected.connect(self.open_paths)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open_paths(self, paths: Sequence[str | Path]) -> None:
        """Read files and folders and show the first series found; a session file brings its session back."""
        chosen = [Path(path) for path in paths]
        for session in [path for path in chosen if path.name.endswith(SESSION_SUFFIX)]:
            chosen.remove(session)
            self._open_session(session)
        if not chosen:
            return
        first = chosen[0]
        self._workspace.settings.change("data", open_folder=str(first if first.is_dir() else first.parent))
        self._workspace.open_paths(chosen, self._opened)

    def _opened(self, loaded: object) -> None:
        if loaded is None:
            hint = translate("Commands", "The list of studies tells of each file why it is not shown.")
            self._shell.notifications.say(translate("Commands", "No image was found."), hint, Kind.WARN)
        else:
            self._canvas.setFocus()

    def open_sample(self) -> None:
        """Open the studies that come with the program."""
        self._workspace.open_paths(list(sample_studies()), self._opened)

    def save_session(self) -> None:
        """Ask where to, and write what is open, how it is shown and what was measured."""
        dialog = QFileDialog(self._widget, translate("Commands", "Save session"), self._start_folder())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(translate("Commands", "Session (*{suffix})").format(suffix=SESSION_SUFFIX))
        dialog.setDefaultSuffix(SESSION_SUFFIX.lstrip("."))
        dialog.selectFile(datetime.now().strftime(f"session-%Y%m%d-%H%M%S{SESSION_SUFFIX}"))
        dialog.fileSelected.connect(self._write_session)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _write_session(self, path: str) -> None:
        said = translate("Commands", "The session was saved.")
        hint = translate("Commands", "It names the folders of its images, and holds no pixels.")
        self._workspace.sessions.save(
            Path(path),
            lambda _none: self._shell.notifications.say(said, hint, Kind.GOOD),
            self._shell.notifications.tell,
        )

    def open_session(self) -> None:
        """Ask for a session file and bring it back."""
        dialog = QFileDialog(self._widget, translate("Commands", "Open session"), self._start_folder())
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(translate("Commands", "Session (*{suffix})").format(suffix=SESSION_SUFFIX))
        dialog.fileSelected.connect(lambda path: self._open_session(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _open_session(self, path: Path) -> None:
        try:
            found = self._workspace.sessions.open(path)
        except MedviewerError as error:
            self._shell.notifications.tell(error)
            return
        if found.missing and found.places:
            # Its images were moved, or this is another computer: read them, then show the session again.
            self._workspace.import_paths(
                found.places, lambda _report: self.tell_found(self._workspace.sessions.show(found.state))
            )
        else:
            self.tell_found(found)

    def tell_found(self, found: Found | None) -> None:
        """Say what of a session could not be shown, or may have changed."""
        if found is None:
            return
        notifications = self._shell.notifications
        if found.missing:
            message = translate("Commands", "{n} series of the session are not in the list of studies.")
            hint = translate("Commands", "Open their folder; their measurements come back with them.")
            notifications.say(message.format(n=len(found.missing)), hint, Kind.WARN)
        if found.changed:
            message = translate("Commands", "{n} series have other images than when the session was saved.")
            hint = translate("Commands", "Measurements may lie on other images.")
            notifications.say(message.format(n=len(found.changed)), hint, Kind.WARN)

    def copy_picture(self) -> None:
        """Put the active pane on the clipboard."""
        self._canvas.copy_image()
        self._shell.notifications.whisper(translate("Commands", "The picture is on the clipboard."))

    def save_picture(self) -> None:
        """Ask where to, and write the active pane as PNG."""
        # A name made of the time: patient data does not leave the program in a file name that nobody chose.
        name = datetime.now().strftime("picture-%Y%m%d-%H%M%S.png")
        folder = self._workspace.settings.data.export_folder or str(Path.home())
        dialog = QFileDialog(self._widget, translate("Commands", "Save picture"), str(Path(folder) / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.setNameFilter(translate("Commands", "PNG picture (*.png)"))
        dialog.selectFile(name)
        dialog.fileSelected.connect(self._write_picture)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _write_picture(self, path: str) -> None:
        try:
            self._canvas.save_png(path)
        except MedviewerError as error:
            self._shell.notifications.tell(error)
            return
        self._workspace.settings.change("data", export_folder=str(Path(path).parent))
        hint = translate("Commands", "Names and numbers written on the image are in the picture too.")
        self._shell.notifications.say(translate("Commands", "The picture was saved."), hint, Kind.GOOD)

    def close_series(self) -> None:
        """Empty the active pane."""
        self._workspace.document.apply(edits.ShowSeries(self._state.layout.active, ""))

    def quit(self) -> None:
        """Close the window."""
        self._widget.close()

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
        """``"review"`` or ``"process"``."""
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

    def show_log_folder(self) -> None:
        """Open the folder of logs and reports in the file manager."""
        folder = self._workspace.paths.log_dir
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            QGuiApplication.clipboard().setText(str(folder))
            text = translate("Commands", "No file manager answered; the folder's path is on the clipboard.")
            self._shell.notifications.say(text, str(folder))


def _full_screen() -> Any:
    from PySide6.QtCore import Qt

    return Qt.WindowState.WindowFullScreen


def sample_studies() -> list[Path]:
    """The folders of the sample studies that come with the program."""
    folder = resource_dir() / "samples"
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
