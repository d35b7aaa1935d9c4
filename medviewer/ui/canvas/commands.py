"""What menus, keys and buttons do to the active pane, and why they may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from medviewer.core.display import Appearance, Window
from medviewer.core.image import Image
from medviewer.core.presets import Preset
from medviewer.core.voi import auto_window, full_range_window
from medviewer.document import edits, titles
from medviewer.document.document import Document
from medviewer.document.state import Plane, Slab
from medviewer.errors import DataError, InputError
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.cine import Cine, file_rate
from medviewer.ui.canvas.corner_text import OverlayLevel
from medviewer.ui.canvas.hands import Hands
from medviewer.ui.canvas.pane import Pane
from medviewer.ui.canvas.permission import why_not
from medviewer.ui.canvas.picture_file import write_png
from medviewer.ui.canvas.slab import FIRST_MM, steps_for
from medviewer.ui.canvas.split import MIDDLE
from medviewer.ui.preset_store import PresetStore

translate = QCoreApplication.translate


class CanvasCommands(QWidget):
    """The commands of `CanvasGrid`; what changes the document is one undo entry each.

    `why_not` says for every command whether it can be given now.
    """

    workspace: Workspace
    hands: Hands
    overlay_level: OverlayLevel
    cine: Cine
    selected_measurement: str
    _last_slab_mm = FIRST_MM

    # -- what the canvas gives

    @property
    def document(self) -> Document:
        raise NotImplementedError

    @property
    def tool(self) -> str:
        raise NotImplementedError

    def panes(self) -> Sequence[Pane]:
        raise NotImplementedError

    def active_pane(self) -> Pane:
        raise NotImplementedError

    def set_tool(self, name: str) -> None:
        raise NotImplementedError

    def scroll_to(self, pane: int, index: int) -> None:
        raise NotImplementedError

    def slab_by(self, pane: int, steps: int) -> None:
        raise NotImplementedError

    def toggle_maximised(self, pane: int) -> None:
        raise NotImplementedError

    def select_measurement(self, measurement_id: str) -> None:
        raise NotImplementedError

    def told_overlay(self) -> None:
        raise NotImplementedError

    def told_cine(self, playing: bool) -> None:
        raise NotImplementedError

    # -- may it be done?

    def why_not(self, command: str) -> str:
        """Why a command of this class cannot be given now; empty when it can.

        Parameters
        ----------
        command : str
            A method's name (``"toggle_cine"``), or a tool's (``"distance"``).
        """
        return why_not(command, self.active_pane(), self.selected_measurement)

    # -- layout

    def set_layout(self, rows: int, columns: int) -> None:
        """Show rows × columns panes; what was in panes off the grid is kept."""
        self.document.apply(edits.SetLayout(rows, columns))

    def set_mpr(self) -> None:
        """Show axial, coronal and sagittal planes of the active pane's series.

        Raises
        ------
        InputError
            When its planes cannot be reconstructed, with the reason.
        """
        reason = self.why_not("set_mpr")
        if reason:
            raise InputError(reason)
        view = self.active_pane().view
        self.document.apply(edits.mpr_layout(view.series_key, view.appearance))

    def set_plane(self, plane: Plane) -> None:
        """Show another plane of the active pane's series."""
        self.document.apply(edits.SetPlane(self.active_pane().number, plane))

    def toggle_maximise(self) -> None:
        """Show the active pane alone, or all again."""
        self.toggle_maximised(self.active_pane().number)

    def next_pane(self, step: int = 1) -> None:
        """Make the next (or, with −1, the previous) pane the active one."""
        visible = self.document.state.layout.visible
        at = visible.index(self.active_pane().number) if self.active_pane().number in visible else 0
        self.document.apply(edits.SetActive(visible[(at + step) % len(visible)]))

    # -- slices

    def step(self, n: int) -> None:
        """Show the slice `n` on; it ends at the ends."""
        pane = self.active_pane()
        self.scroll_to(pane.number, pane.slice_index + n)

    def page(self, n: int) -> None:
        """Go a tenth of the stack on (at least one slice)."""
        self.step(n * max(1, round(self.active_pane().slice_count / 10)))

    def home(self) -> None:
        """Show the first slice."""
        self.scroll_to(self.active_pane().number, 0)

    def end(self) -> None:
        """Show the last slice."""
        pane = self.active_pane()
        self.scroll_to(pane.number, pane.slice_count - 1)

    def toggle_cine(self) -> None:
        """Play the active pane, or stop."""
        if self.cine.pane is not None:
            self.cine.stop()
            return
        pane = self.active_pane()
        image = self._stack()
        if image is None or pane.slice_count < 2:
            return
        self.cine.start(pane, file_rate(image.facts.frame_time_ms, self.hands.cine_fps))
        self.told_cine(True)

    # -- series

    def show_series(self, series_id: int, pane: int = -1) -> None:
        """Show a series of the catalog in a pane (−1: the active one).

        Raises
        ------
        DataError
            When the catalog does not hold it; what cannot be opened is told in the pane.
        """
        number = self.active_pane().number if pane < 0 else pane
        # The row only: the headers of a thousand files are read where the series is opened.
        row = self.workspace.catalog.series_row(series_id)
        if row is None:
            raise DataError(translate("CanvasCommands", "This series is no longer in the list."))
        self.show_key(row.key, number)

    def show_key(self, series_key: str, pane: int = -1) -> None:
        """Show a series by its key in a pane (−1: the active one)."""
        number = self.active_pane().number if pane < 0 else pane
        self.document.apply(edits.ShowSeries(number, series_key, appearance=self.first_appearance(series_key)))

    def first_appearance(self, series_key: str) -> Appearance:
        """How a series is asked for; what its kind needs more (PET) is filled in when it has opened."""
        return Appearance(interpolate=self.workspace.settings.display.interpolate)

    # -- window and colours

    def _appearance(self, title: str, **changes: object) -> None:
        pane = self.active_pane()
        if pane.source is None:
            return
        appearance = replace(pane.view.appearance, **changes)  # type: ignore[arg-type]
        self.document.apply(edits.SetAppearance(self._same_volume(pane), appearance, title))

    def _same_volume(self, pane: Pane) -> tuple[int, ...]:
        """The pane, and with a reconstructed plane also the other planes of its series."""
        if pane.view.plane is Plane.STACK:
            return (pane.number,)
        others = (
            p.number
            for p in self.panes()
            if p is not pane and p.view.series_key == pane.view.series_key and p.view.plane is not Plane.STACK
        )
        return (pane.number, *others)

    def apply_preset(self, digit: int) -> None:
        """0: the file's own window; 1 to 9: the preset of the modality with that key (nothing when there is none)."""
        if digit == 0:
            self.file_window()
            return
        for preset in self.preset_list():
            if preset.key == str(digit):
                self.use_preset(preset)
                return

    def use_preset(self, preset: Preset) -> None:
        """Take a preset's window, and its colour map where it has one."""
        if preset.colour_map:
            self._appearance(titles.WINDOW, window=preset.window, colour_map=preset.colour_map, invert=False)
        else:
            self._appearance(titles.WINDOW, window=preset.window)

    def presets(self) -> list[tuple[str, int, Window]]:
        """Name, digit (−1: none) and window of the presets that make sense for the active pane."""
        return [(p.name, int(p.key) if p.key else -1, p.window) for p in self.preset_list()]

    def preset_list(self) -> tuple[Preset, ...]:
        """The presets that make sense for the active pane: the user's own, else the program's."""
        image = self._stack()
        if image is None or image.is_colour:
            return ()
        return PresetStore(self.workspace.settings).in_force(image.facts.modality, image.unit)

    def _stack(self) -> Image | None:
        source = self.active_pane().source
        return source.stack if source is not None else None

    def set_window(self, window: Window | None) -> None:
        """Set the window of the active pane; None: the file's."""
        self._appearance(titles.WINDOW, window=window)

    def file_window(self) -> None:
        """Take the file's own window or table again."""
        self._appearance(titles.WINDOW, window=None, lut_index=0)

    def auto_window(self) -> None:
        """Window the visible slice from its 1st to its 99th percentile, padding left out."""
        frame = self.active_pane().frame
        if frame is not None and not frame.image.is_colour:
            self.set_window(auto_window(frame.pixels.modality()))

    def full_range(self) -> None:
        """Window the visible slice from its smallest to its largest value."""
        frame = self.active_pane().frame
        if frame is not None and not frame.image.is_colour:
            self.set_window(full_range_window(frame.pixels.modality()))

    def invert(self) -> None:
        """Turn black and white round."""
        self._appearance(titles.INVERT, invert=not self.active_pane().view.appearance.invert)

    def set_colour_map(self, name: str) -> None:
        """Colour the values by a map of `display.COLOUR_MAPS`."""
        self._appearance(titles.COLOUR_MAP, colour_map=name)

    def toggle_interpolation(self) -> None:
        """Smooth pixels, or squares."""
        now = self.active_pane().view.appearance.interpolate
        self._appearance(titles.INTERPOLATION, interpolate=not now)

    # -- how it lies on screen

    def flip_h(self) -> None:
        """Mirror left and right as seen on screen."""
        self._flip(horizontal=True)

    def flip_v(self) -> None:
        """Mirror top and bottom as seen on screen."""
        self._flip(horizontal=False)

    def _flip(self, *, horizontal: bool) -> None:
        pane = self.active_pane()
        view = pane.view
        # The mirrors come before the turn; after a quarter turn the other one does what is seen.
        if (view.rotation_deg % 180 == 0) == horizontal:
            edit = edits.SetView(pane.number, flip_h=not view.flip_h)
        else:
            edit = edits.SetView(pane.number, flip_v=not view.flip_v)
        self.document.apply(edit)

    def rotate(self, degrees: int = 90) -> None:
        """Turn clockwise by 90, 180 or 270 degrees (negative: counter-clockwise)."""
        pane = self.active_pane()
        self.document.apply(edits.SetView(pane.number, rotation_deg=(pane.view.rotation_deg + degrees) % 360))

    def zoom_fit(self) -> None:
        """Show the whole image."""
        self.document.apply(edits.SetView(self.active_pane().number, zoom=1.0, pan_px=(0.0, 0.0)))

    def zoom_one_to_one(self) -> None:
        """Show one image pixel as one pixel of the monitor."""
        pane = self.active_pane()
        if pane.viewport is not None:
            zoom = pane.viewport.one_to_one(pane.devicePixelRatioF())
            self.document.apply(edits.SetView(pane.number, zoom=zoom))

    def zoom_by(self, factor: float) -> None:
        """Enlarge (or reduce) around the middle of the pane."""
        pane = self.active_pane()
        pane.zoom_at(pane.width() / 2, pane.height() / 2, factor)

    def reset_view(self) -> None:
        """Fit, no turns, no pan, the file's window."""
        self.document.apply(edits.ResetView(self.active_pane().number))

    # -- slabs

    def set_slab(self, mm: float) -> None:
        """Project so many mm around the slice of the active pane; 0: the slice alone."""
        self.document.apply(edits.SetSlab.of(self.active_pane().number, mm))

    def set_slab_mode(self, mode: Slab) -> None:
        """Average, MIP or MinIP; a pane without a slab gets one."""
        pane = self.active_pane()
        mm = None if self.shows_slab else FIRST_MM
        self.document.apply(edits.SetSlab.of(pane.number, mm, mode))

    @property
    def shows_slab(self) -> bool:
        """Whether the active pane shows a slab."""
        pane = self.active_pane()
        return pane.source is not None and pane.source.slab_of(pane.view) > 0

    def toggle_slab(self) -> None:
        """A slab as thick as the last one (10 mm at first), or the slice alone."""
        pane = self.active_pane()
        if self.shows_slab:
            self._last_slab_mm = pane.view.slab_mm
            self.set_slab(0.0)
            return
        step = pane.source.step_mm if pane.source is not None else 0.0
        self.set_slab(next((mm for mm in (self._last_slab_mm, *steps_for(step)) if mm >= 1.5 * step), 0.0))

    def thicker_slab(self, steps: int = 1) -> None:
        """A thicker slab in the active pane (negative: a thinner one)."""
        self.slab_by(self.active_pane().number, steps)

    def next_slab_mode(self) -> None:
        """Average, MIP, MinIP, and again."""
        modes = list(Slab)
        now = self.active_pane().view.slab_mode
        self.set_slab_mode(modes[(modes.index(now) + 1) % len(modes)] if self.shows_slab else now)

    # -- before and after

    @property
    def shows_split(self) -> bool:
        """Whether the active pane has the line between original and processed image."""
        view = self.active_pane().view
        return view.split > 0 and view.show_processed

    def toggle_split(self) -> None:
        """Show the line between original and processed image, or one of them alone; the planes of a volume alike."""
        pane = self.active_pane()
        panes = self._same_volume(pane)
        if self.shows_split:
            changes = [edits.SetView(number, split=0.0) for number in panes]
        else:
            changes = [edits.SetView(number, split=MIDDLE, show_processed=True) for number in panes]
        self.document.apply(edits.Batch.of(changes, titles.BEFORE_AFTER))

    # -- what is written and linked

    def cycle_overlay(self) -> None:
        """Corner texts: full, minimal, off, and again."""
        self.set_overlay(self.overlay_level.next)

    def set_overlay(self, level: OverlayLevel) -> None:
        """Choose how much is written on the pictures."""
        self.overlay_level = level
        for pane in self.panes():
            pane.update()
        self.told_overlay()

    def toggle_reference_lines(self) -> None:
        """Show or hide where the active slice cuts the others."""
        self.document.apply(edits.SetLinks(reference_lines=not self.document.state.layout.reference_lines))

    def toggle_crosshair(self) -> None:
        """Show or hide crosshair lines and 3-D cursor."""
        self.document.apply(edits.SetLinks(crosshair=not self.document.state.layout.crosshair))

    def toggle_linked_scroll(self) -> None:
        """Scroll parallel stacks of one frame of reference together, by position."""
        self.document.apply(edits.SetLinks(linked_scroll=not self.document.state.layout.linked_scroll))

    # -- measurements

    def cancel(self) -> bool:
        """Esc: give up what is half drawn, else the tool, else the selection; whether there was something."""
        if self.active_pane().cancel_gesture():
            return True
        if self.cine.pane is not None:
            self.cine.stop()
            return True
        if self.tool != self.hands.left:
            self.set_tool("")
            return True
        if self.selected_measurement:
            self.select_measurement("")
            return True
        return False

    def delete_selected(self) -> None:
        """Delete the selected measurement (undo brings it back)."""
        if self.selected_measurement:
            self.document.apply(edits.DeleteMeasurement.of(self.selected_measurement))
            self.select_measurement("")

    def show_measurement(self, measurement_id: str) -> None:
        """Go to a measurement: in a pane that shows its series and plane, else in the active one."""
        found = next((m for m in self.document.state.measurements if m.id == measurement_id), None)
        if found is None:
            return
        for pane in self.panes():
            if (pane.view.series_key, pane.view.plane) == (found.series_key, found.plane):
                self.document.apply(edits.SetActive(pane.number))
                self.scroll_to(pane.number, found.index)
                break
        else:
            number = self.active_pane().number
            look = self.first_appearance(found.series_key)
            self.document.apply(edits.ShowSeries(number, found.series_key, found.plane, found.index, look))
        self.select_measurement(measurement_id)

    # -- pictures out

    def picture(self, *, with_overlay: bool = True) -> QImage:
        """The active pane as a picture."""
        return self.active_pane().picture(with_overlay=with_overlay)

    def copy_image(self, *, with_overlay: bool = True) -> None:
        """Put the active pane on the clipboard."""
        picture = self.picture(with_overlay=with_overlay)
        if not picture.isNull():
            QGuiApplication.clipboard().setImage(picture)

    def save_png(self, path: str | Path, *, with_overlay: bool = True) -> None:
        """Write the active pane as PNG.

        Raises
        ------
        DataError
            When the file cannot be written; a file that was there is left as it was.
        """
        write_png(self.picture(with_overlay=with_overlay), Path(path))
