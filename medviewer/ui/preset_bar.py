"""Choosing a window preset, and changing the list: save, rename, delete, import, export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QSignalBlocker, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medviewer.core.presets import Preset
from medviewer.core.voi import VoiFunction, VoiLut, Window
from medviewer.errors import MedviewerError
from medviewer.ui.icons import icon
from medviewer.ui.preset_store import PresetStore
from medviewer.ui.theme import HALF_GRID, Theme

KEYS = ("", *"123456789")


W = TypeVar("W", bound=QWidget)


class PresetBar(QWidget):
    """A list of presets with a menu to change it; names are typed in a line below, not in a dialog.

    Signals
    -------
    chosen(Preset)
        The user wants this preset.
    failed(MedviewerError)
        A preset or a file could not be used.
    """

    chosen = Signal(object)
    failed = Signal(object)

    def __init__(self, store: PresetStore, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._presets: tuple[Preset, ...] = ()
        self._of_file: tuple[Preset, ...] = ()
        self._modality = ""
        self._unit = ""
        self._colour_map = ""
        self._window: Window | VoiLut | None = None
        self._last: Preset | None = None  # chosen last: what "set to this window" changes
        self._renamed: Preset | None = None
        self._box = _named(QComboBox(self), "window-preset")
        self._box.activated.connect(self._activated)
        self._more = _named(QToolButton(self), "window-preset-menu")
        self._more.setIcon(icon("more", theme))
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self._more)
        self._more.setMenu(self._menu)
        slots = (
            ("add", self.begin_add),
            ("rename", self.begin_rename),
            ("update", self.update_chosen),
            ("delete", self.delete_chosen),
            ("reset", self.reset),
            ("import", self._ask_import),
            ("export", self._ask_export),
        )
        self.actions_by_name = {name: self._menu.addAction("", slot) for name, slot in slots}
        for name in ("update", "reset"):
            self._menu.insertSeparator(self.actions_by_name[name])
        self._menu.aboutToShow.connect(self.enable_actions)
        self._name = _named(QLineEdit(self), "window-preset-name")
        self._name.setMaxLength(60)
        self._name.returnPressed.connect(self.finish_name)
        self._key = _named(QComboBox(self), "window-preset-key")
        self._save = _named(QPushButton(self), "window-preset-save")
        self._save.clicked.connect(self.finish_name)
        self._cancel = _named(QToolButton(self), "window-preset-cancel")
        self._cancel.setProperty("compact", True)
        self._cancel.setIcon(icon("close", theme))
        self._cancel.clicked.connect(self.stop_naming)
        self._row = QWidget(self)
        QShortcut(QKeySequence.StandardKey.Cancel, self._row, self.stop_naming)
        choose, naming = QHBoxLayout(), QHBoxLayout(self._row)
        naming.setContentsMargins(0, 0, 0, 0)
        for line, widgets in ((choose, (self._box, self._more)), (naming, (self._name, self._key))):
            line.setSpacing(HALF_GRID)
            for n, widget in enumerate(widgets):
                line.addWidget(widget, 1 - n)
        naming.addWidget(self._save)
        naming.addWidget(self._cancel)
        self._row.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF_GRID)
        column.addLayout(choose)
        column.addWidget(self._row)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the texts again, after the language has changed."""
        words = {
            "add": self.tr("Save this window as preset…"),
            "rename": self.tr("Rename preset…"),
            "update": self.tr("Set preset to this window"),
            "delete": self.tr("Delete preset"),
            "reset": self.tr("Take the program's own presets again"),
            "import": self.tr("Import presets…"),
            "export": self.tr("Export presets…"),
        }
        for name, text in words.items():
            self.actions_by_name[name].setText(text)
        self._more.setToolTip(self.tr("Change presets"))
        self._more.setAccessibleName(self.tr("Change presets"))
        self._box.setAccessibleName(self.tr("Preset"))
        self._name.setPlaceholderText(self.tr("Name of the preset"))
        self._name.setAccessibleName(self.tr("Name of the preset"))
        self._key.setAccessibleName(self.tr("Key"))
        self._save.setText(self.tr("Save"))
        self._cancel.setToolTip(self.tr("Cancel"))
        at = max(0, self._key.currentIndex())
        self._key.clear()
        for key in KEYS:
            self._key.addItem(key or self.tr("No key"), key)
        self._key.setCurrentIndex(at)
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        """React to a change of language."""
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_row"):
            self.retranslate()
        super().changeEvent(event)

    # -- what is shown

    @property
    def presets(self) -> tuple[Preset, ...]:
        """The presets in the list."""
        return self._presets

    def show_for(
        self,
        modality: str,
        unit: str,
        window: Window | VoiLut | None,
        colour_map: str,
        of_file: tuple[Window, ...] = (),
    ) -> None:
        """List the presets for an image, then the windows of its file; the one that equals `window` is marked."""
        if modality != self._modality:
            self._last = None
            self.stop_naming()
        self._modality, self._unit, self._window, self._colour_map = modality, unit, window, colour_map
        found = self._store.in_force(modality, unit)
        stored = tuple(_of_file(one) for one in of_file if one.is_valid)
        if (found, stored) != (self._presets, self._of_file):
            self._presets, self._of_file = found, stored
            self._fill()
        with QSignalBlocker(self._box):
            self._box.setCurrentIndex(1 + self._matching() if self._matching() >= 0 else 0)

    def reload(self) -> None:
        """Read the list again, after the settings have changed."""
        files = tuple(preset.window for preset in self._of_file)
        self.show_for(self._modality, self._unit, self._window, self._colour_map, files)

    def _fill(self) -> None:
        with QSignalBlocker(self._box):
            self._box.clear()
            self._box.addItem(self.tr("No preset") if self._presets or self._of_file else self.tr("No presets"))
            for preset in self._presets:
                name = QCoreApplication.translate("Presets", preset.name)
                self._box.addItem(f"{preset.key}  {name}" if preset.key else name)
            for preset in self._of_file:
                name = preset.name or f"{preset.width:g} / {preset.center:g}"
                self._box.addItem(self.tr("File: {name}").format(name=name))
            self._box.setCurrentIndex(1 + self._matching() if self._matching() >= 0 else 0)

    def _matching(self) -> int:
        """Position of the preset that the window equals, -1 when there is none."""
        window = self._window
        if not isinstance(window, Window):
            return -1
        listed = (*self._presets, *self._of_file)
        equal = [n for n, p in enumerate(listed) if (p.center, p.width, p.function) == _numbers(window)]
        return next((n for n in equal if listed[n].name == window.name), equal[0] if equal else -1)

    def _marked(self) -> Preset | None:
        at = self._box.currentIndex() - 1
        return self._presets[at] if 0 <= at < len(self._presets) else None

    def enable_actions(self) -> None:
        """Grey what cannot be done now."""
        has_window = isinstance(self._window, Window) and bool(self._modality)
        enabled = {
            "add": has_window,
            "rename": self._marked() is not None,
            "delete": self._marked() is not None,
            "update": has_window and self._marked() is None and self._last in self._presets,
            "reset": self._store.is_own(self._modality),
        }
        for name, on in enabled.items():
            self.actions_by_name[name].setEnabled(on)

    # -- choosing and changing

    def _activated(self, at: int) -> None:
        if 1 <= at <= len(self._presets):
            self._last = self._presets[at - 1]
            self.chosen.emit(self._last)
        elif 0 <= at - 1 - len(self._presets) < len(self._of_file):
            self.chosen.emit(self._of_file[at - 1 - len(self._presets)])
        self.reload()

    def begin_add(self) -> None:
        """Ask for the name of a new preset with the window that is shown."""
        self._renamed = None
        self._begin("", "")

    def begin_rename(self) -> None:
        """Ask for another name and key of the preset that is chosen."""
        self._renamed = self._marked()
        if self._renamed is not None:
            self._begin(self._renamed.name, self._renamed.key)

    def _begin(self, name: str, key: str) -> None:
        self._name.setText(name)
        self._key.setCurrentIndex(max(0, self._key.findData(key)))
        self._row.show()
        self._name.setFocus()
        self._name.selectAll()

    def stop_naming(self) -> None:
        """Close the line for the name without saving."""
        self._row.hide()

    def finish_name(self) -> None:
        """Save under the name that was typed."""
        name, key = self._name.text().strip(), str(self._key.currentData() or "")
        if self._row.isHidden() or not name:
            return
        old, window = self._renamed, self._window
        if old is not None:
            made = Preset(
                name=name,
                center=old.center,
                width=old.width,
                key=key,
                function=old.function,
                colour_map=old.colour_map,
                unit=old.unit,
            )
        elif isinstance(window, Window):
            made = self._of_window(window, name, key)
        else:
            return
        if self._tried(lambda: self._store.put(self._modality, made, old)):
            self._last = made
            self.stop_naming()
            self.reload()

    def _of_window(self, window: Window, name: str, key: str) -> Preset:
        # SUV and Bq/ml are other numbers: a PET preset holds for the unit it was made in.
        unit = self._unit if self._modality == "PT" else ""
        colours = self._colour_map if self._modality == "PT" else ""
        center, width, function = _numbers(window)
        return Preset(
            name=name, center=center, width=width, key=key, function=function, colour_map=colours, unit=unit
        )

    def update_chosen(self) -> None:
        """Give the preset that was chosen last the window that is shown."""
        old, window = self._last, self._window
        if old is None or old not in self._presets or not isinstance(window, Window):
            return
        made = self._of_window(window, old.name, old.key)
        if self._tried(lambda: self._store.put(self._modality, made, old)):
            self._last = made
            self.reload()

    def delete_chosen(self) -> None:
        """Take the preset that is chosen from the list."""
        marked = self._marked()
        if marked is not None and self._tried(lambda: self._store.delete(self._modality, marked)):
            self.reload()

    def reset(self) -> None:
        """Take the program's own presets of the modality again."""
        self._store.reset(self._modality)
        self.reload()

    def import_file(self, path: Path) -> None:
        """Read presets from a file."""
        self._tried(lambda: self._store.import_from(path))
        self.reload()

    def export_file(self, path: Path) -> None:
        """Write all presets to a file."""
        self._tried(lambda: self._store.export_to(path))

    def _ask_import(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Import presets"), "", self.tr("Presets (*.json)"))
        if path:
            self.import_file(Path(path))

    def _ask_export(self) -> None:
        start = "medviewer-presets.json"
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export presets"), start, self.tr("Presets (*.json)"))
        if path:
            self.export_file(Path(path))

    def _tried(self, work: Callable[[], object]) -> bool:
        try:
            work()
        except MedviewerError as error:
            self.failed.emit(error)
            return False
        return True


def _of_file(window: Window) -> Preset:
    return Preset(name=window.name[:60], center=window.center, width=window.width, function=window.function)


def _numbers(window: Window) -> tuple[float, float, VoiFunction]:
    return window.center, window.width, window.function


def _named(widget: W, name: str) -> W:
    widget.setObjectName(name)
    return widget
