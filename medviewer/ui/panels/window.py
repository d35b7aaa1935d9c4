"""The window panel: level and width as numbers and over the histogram, presets, colours, inversion."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QSignalBlocker, QSize, QTimer
from PySide6.QtGui import QIcon, QImage, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from medviewer.core.colour_maps import COLOUR_MAPS
from medviewer.core.image import Image
from medviewer.core.presets import Preset
from medviewer.core.stats import Histogram, histogram
from medviewer.core.voi import (
    Appearance,
    VoiFunction,
    VoiLut,
    Window,
    auto_window,
    full_range_window,
)
from medviewer.document import edits, titles
from medviewer.document.changes import Change, Flags
from medviewer.document.state import Plane, View
from medviewer.services.jobs import JobContext, JobRequest, Policy, Priority
from medviewer.services.readings import slice_of
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.trust import short_unit
from medviewer.ui.histogram_view import HistogramView
from medviewer.ui.preset_bar import PresetBar
from medviewer.ui.preset_store import PresetStore
from medviewer.ui.theme import GRID, HALF_GRID, Theme

WAIT_MS = 60
SWATCH = (48, 12)
W = TypeVar("W", bound=QWidget)


@dataclass(frozen=True)
class SliceValues:
    """What a job found in the values of the visible slice."""

    slice_id: tuple[str, str, int, str]
    histogram: Histogram
    full: Window


class WindowPanel(QWidget):
    """Acts on the active pane; every change is an edit of the document."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("window-panel")
        self._workspace = workspace
        self._theme = theme
        self._values: SliceValues | None = None
        self._wanted: tuple[str, str, int, str] | None = None
        self._gesture = ""
        self._make_widgets()
        self._later = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._later.timeout.connect(self.refresh)
        self._disconnect = (
            workspace.document.changed.connect(self._document_changed),
            workspace.series_opened.connect(self._series_opened),
            workspace.settings.changed.connect(self._settings_changed),
        )
        self.retranslate()
        self._show_state()

    # -- parts

    def _make_widgets(self) -> None:
        self._bar = PresetBar(PresetStore(self._workspace.settings), self._theme, self)
        self._bar.chosen.connect(self._preset_chosen)
        self._bar.failed.connect(self._workspace.told.emit)
        self._boxes: dict[str, QDoubleSpinBox] = {}
        self._labels: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setSpacing(HALF_GRID)
        for n, name in enumerate(("width", "center", "lower", "upper")):
            box = _named(QDoubleSpinBox(self), f"window-{name}")
            box.setKeyboardTracking(False)
            box.setRange(1e-9 if name == "width" else -1e12, 1e12)
            box.setStepType(QDoubleSpinBox.StepType.DefaultStepType)
            box.setAccelerated(True)
            box.valueChanged.connect(lambda _v, which=name: self._typed(which))
            label = QLabel(self)
            label.setBuddy(box)
            grid.addWidget(label, n // 2 * 2, n % 2)
            grid.addWidget(box, n // 2 * 2 + 1, n % 2)
            self._boxes[name], self._labels[name] = box, label
        self._buttons: dict[str, QPushButton] = {}
        effects = QGridLayout()  # two rows: the words are whole in a narrow dock, in English too
        effects.setSpacing(HALF_GRID)
        for n, (name, slot) in enumerate(
            (("auto", self.use_auto), ("file", self.use_file), ("full", self.use_full_range))
        ):
            button = _named(QPushButton(self), f"window-{name}")
            button.clicked.connect(lambda _c=False, run=slot: run())
            effects.addWidget(button, (n + 1) // 2, (n + 1) % 2 if n else 0, 1, 1 if n else 2)
            self._buttons[name] = button
        self._plot = HistogramView(self._theme, parent=self)
        self._plot.dragged.connect(self._dragged)
        self._map_label, self._map = QLabel(self), _named(QComboBox(self), "window-colour-map")
        self._map_label.setBuddy(self._map)
        self._map.activated.connect(lambda n: self._change(titles.COLOUR_MAP, colour_map=self._map.itemData(n)))
        self._invert = _named(QCheckBox(self), "window-invert")
        self._invert.clicked.connect(lambda on: self._change(titles.INVERT, invert=on))
        self._hint = QLabel(self, wordWrap=True)
        self._hint.setProperty("role", "dim")
        self._content = QWidget(self)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self._bar)
        column.addLayout(grid)
        column.addLayout(effects)
        column.addWidget(self._plot)
        column.addWidget(self._map_label)
        column.addWidget(self._map)
        column.addWidget(self._invert)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(GRID, GRID, GRID, GRID)
        outer.addWidget(self._hint)
        outer.addWidget(self._content)
        outer.addStretch(1)

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        for name, text in (
            ("center", self.tr("Level")),
            ("width", self.tr("Width")),
            ("lower", self.tr("Lower")),
            ("upper", self.tr("Upper")),
        ):
            self._labels[name].setText(text)
            self._boxes[name].setAccessibleName(text)
        self._buttons["file"].setText(self.tr("File default"))
        self._buttons["auto"].setText(self.tr("Auto (1–99 %)"))
        self._buttons["full"].setText(self.tr("Full range"))
        self._map_label.setText(self.tr("Colour map"))
        self._invert.setText(self.tr("Invert"))
        with QSignalBlocker(self._map):
            self._map.clear()
            for name in COLOUR_MAPS:
                self._map.addItem(_swatch(name), QCoreApplication.translate("ColourMaps", name), name)
            self._map.setIconSize(QSize(*SWATCH))

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_later"):
            self.retranslate()
            self._show_state()
        super().changeEvent(event)

    # -- what is shown

    @property
    def _pane(self) -> int:
        return self._workspace.document.state.layout.active

    @property
    def _view(self) -> View:
        return self._workspace.document.state.view(self._pane)

    def _image(self) -> Image | None:
        loaded = self._workspace.loaded(self._view.series_key) if self._view.series_key else None
        return loaded.image if loaded is not None and loaded.is_open else None

    def window_in_force(self) -> Window | VoiLut | None:
        """The window of the active pane: the chosen one, the file's, or the one made from the whole stack."""
        view, image = self._view, self._image()
        loaded = self._workspace.loaded(view.series_key)
        if view.appearance.window is not None or image is None or loaded is None:
            return view.appearance.window
        return loaded.default_window(self._file_slice(image), view.appearance.lut_index)

    def _file_slice(self, image: Image) -> int:
        """The stored slice whose windows count: the visible one, for planes across the stack the middle one."""
        k = self._view.index if self._view.plane is Plane.STACK else image.n_slices // 2
        return min(max(k, 0), image.n_slices - 1)

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the slice when the panel becomes visible."""
        super().showEvent(event)
        self._show_state()
        self._later.start()

    def _document_changed(self, change: Change) -> None:
        new_values = Flags.SERIES | Flags.LAYOUT | Flags.INDEX | Flags.SCALE
        if change.flags & (new_values | Flags.APPEARANCE) and self.isVisible():
            self._show_state()
            if change.flags & new_values:
                self._later.start()

    def _series_opened(self, _loaded: object) -> None:
        if self.isVisible():
            self._show_state()
            self._later.start()

    def _settings_changed(self, section: str) -> None:
        if section == "presets":
            self._bar.reload()

    def _show_state(self) -> None:
        image = self._image()
        usable = image is not None and not image.is_colour
        self._content.setVisible(usable)
        self._hint.setVisible(not usable)
        if image is None:
            self._hint.setText(self.tr("Open a series to set its window."))
            return
        if image.is_colour:
            self._hint.setText(self.tr("A colour image has no window."))
            return
        look = self._view.appearance
        window = self.window_in_force()
        unit = short_unit(image.unit) if image.facts.unit_trusted else ""
        shown = _as_window(window)
        for name, box in self._boxes.items():
            with QSignalBlocker(box):
                box.setEnabled(window is not None)
                box.setSuffix(f" {unit}" if unit else "")
                if shown is not None:
                    box.setDecimals(_decimals(shown.width))
                    box.setSingleStep(_step(shown.width))
                    box.setValue(getattr(shown, name))
        self._plot.show_window(shown.lower if shown else None, shown.upper if shown else None)
        with QSignalBlocker(self._map):
            self._map.setCurrentIndex(max(0, self._map.findData(look.colour_map)))
        with QSignalBlocker(self._invert):
            self._invert.setChecked(look.invert)
        loaded = self._workspace.loaded(self._view.series_key)
        of_file = loaded.voi(self._file_slice(image)).windows if loaded is not None else ()
        self._bar.show_for(image.facts.modality, image.unit, window, look.colour_map, of_file)

    # -- the values of the slice, by a job

    def refresh(self) -> None:
        """Look at the values of the visible slice of the active pane."""
        view = self._view
        loaded = self._workspace.loaded(view.series_key) if view.series_key else None
        found = slice_of(loaded, view.plane, view.index) if loaded is not None else None
        if found is None or found[1].is_colour:
            self._wanted = None
            self._plot.show_histogram(None)
            if loaded is not None and loaded.failure is None and view.series_key and self.isVisible():
                self._wait_for(loaded.changed.connect(lambda _span: self._later.start()))
            return
        wanted = (view.series_key, view.plane.value, view.index, found[0].key)  # the key names the scale too
        if wanted == self._wanted:
            return
        self._wanted = wanted
        pixels = found[1]

        def work(ctx: JobContext) -> SliceValues:
            values = pixels.modality()
            ctx.check()
            return SliceValues(wanted, histogram(values, 192), full_range_window(values))

        request = JobRequest(("window-values",), "compute", work, priority=Priority.VISIBLE, policy=Policy.REPLACE)
        self._workspace.scheduler.submit(request, done=self._arrived)

    def _wait_for(self, disconnect: Callable[[], None]) -> None:
        # One waiting at a time: the slice is not loaded yet, and says so when it is.
        previous = getattr(self, "_waiting", None)
        if previous is not None:
            previous()
        self._waiting: Callable[[], None] | None = disconnect

    def _arrived(self, values: SliceValues) -> None:
        if values.slice_id != self._wanted:
            return
        self._values = values
        image = self._image()
        unit = short_unit(image.unit) if image is not None and image.facts.unit_trusted else ""
        self._plot.show_histogram(values.histogram, unit)
        self._show_state()

    # -- changes

    def _panes(self) -> tuple[int, ...]:
        """The active pane, and with a reconstructed plane also the other planes of its series."""
        state, pane, view = self._workspace.document.state, self._pane, self._view
        if view.plane is Plane.STACK:
            return (pane,)
        others = (
            n
            for n in state.layout.visible
            if n != pane and state.view(n).series_key == view.series_key and state.view(n).plane is not Plane.STACK
        )
        return (pane, *others)

    def _change(self, title: str, merge: bool = False, gesture: str = "", **changes: Any) -> None:
        appearance: Appearance = replace(self._view.appearance, **changes)
        edit = edits.SetAppearance(self._panes(), appearance, title)
        self._workspace.document.apply(edit, merge, gesture=gesture, initiator=self)

    def use_file(self) -> None:
        """Take the file's own window or table again."""
        self._change(titles.WINDOW, window=None, lut_index=0)

    def use_auto(self) -> None:
        """Window from the 1st to the 99th percentile of the visible slice, padding left out."""
        found = self._current_values()
        if found is not None:
            self._change(titles.WINDOW, window=auto_window(found))

    def use_full_range(self) -> None:
        """Window from the smallest to the largest value of the visible slice."""
        found = self._current_values()
        if found is not None:
            self._change(titles.WINDOW, window=full_range_window(found))

    def _current_values(self) -> NDArray[np.float32] | None:
        view = self._view
        loaded = self._workspace.loaded(view.series_key)
        found = slice_of(loaded, view.plane, view.index) if loaded is not None else None
        if found is None or found[1].is_colour:
            return None
        values: NDArray[np.float32] = found[1].modality()
        return values

    def _preset_chosen(self, preset: Preset) -> None:
        changes: dict[str, Any] = {"window": preset.window}
        if preset.colour_map:
            changes |= {"colour_map": preset.colour_map, "invert": False}
        self._change(titles.WINDOW, **changes)

    def _typed(self, which: str) -> None:
        """A number was typed or stepped: level and width stay each as they are, and so do the bounds."""
        value = self._boxes[which].value()
        before = _as_window(self.window_in_force()) or Window.between(0.0, 1.0)
        # The boxes show rounded numbers: what was not typed is taken from the window itself.
        if which == "center":
            window = replace(before, center=value, name="")
        elif which == "width":
            window = replace(before, width=max(value, 1e-9), name="")
        else:
            bounds = (value, before.upper) if which == "lower" else (before.lower, value)
            window = replace(Window.between(*bounds), function=before.function)
        self._change(titles.WINDOW, merge=True, window=window)

    def _dragged(self, lower: float, upper: float, finished: bool) -> None:
        if not self._gesture:
            self._gesture = uuid.uuid4().hex
        before = self.window_in_force()
        function = before.function if isinstance(before, Window) else VoiFunction.LINEAR
        window = replace(Window.between(lower, upper), function=function)
        self._change(titles.WINDOW, gesture=self._gesture, window=window)
        if finished:
            self._gesture = ""


def _as_window(window: Window | VoiLut | None) -> Window | None:
    """The window, or the linear window over the entries of a table, to begin from."""
    if isinstance(window, VoiLut):
        return window.linear
    return window


def _decimals(width: float) -> int:
    """So many digits after the point that a thousandth of the window can be typed."""
    return min(9, max(0, 3 - math.floor(math.log10(max(width, 1e-9)))))


def _step(width: float) -> float:
    """A step of about a hundredth of the window: 1, 2 or 5 times a power of ten."""
    wanted = max(width, 1e-9) / 100
    power = 10.0 ** math.floor(math.log10(wanted))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= wanted * 0.999))


def _swatch(name: str) -> QIcon:
    """The colours of a map from left to right."""
    width, height = SWATCH
    line = COLOUR_MAPS[name][np.linspace(0, 255, width).astype(int)]
    strip = np.ascontiguousarray(np.repeat(line[None], height, axis=0))
    return QIcon(QPixmap.fromImage(QImage(strip.data, width, height, 3 * width, QImage.Format.Format_RGB888)))


def _named(widget: W, name: str) -> W:
    widget.setObjectName(name)
    return widget
