"""The whole window at work on real files, for walks through Process: what a hand does, and what follows."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QPushButton, QWidget

from medviewer.app import build
from medviewer.document.history import MERGE_WITHIN_S
from medviewer.document.state import Step
from medviewer.ops import registry
from medviewer.ops.scene import Scene
from medviewer.services.paths import Paths
from medviewer.ui.main_window import MainWindow
from tests.helpers import mouse

Waiter = Callable[[Callable[[], bool]], None]


@dataclass
class ProcessWindow:
    """A window that shows one series in Process."""

    window: MainWindow
    wait: Waiter

    @property
    def document(self) -> Any:
        return self.window.workspace.document

    @property
    def panel(self) -> Any:
        return self.window.docks.process_panel

    @property
    def key(self) -> str:
        return str(self.document.state.view(0).series_key)

    @property
    def image(self) -> Any:
        loaded = self.window.workspace.loaded(self.key)
        assert loaded is not None
        return loaded.image

    @property
    def labels(self) -> Any:
        return self.window.canvas.labels

    @property
    def steps(self) -> tuple[Step, ...]:
        found: tuple[Step, ...] = self.document.state.recipes.get(self.key, ())
        return found

    def add(self, operation_id: str, **params: Any) -> None:
        """Add a step from the menu and fill in its form as a hand would."""
        self.panel.add_operation(registry.get(operation_id))
        for name, value in params.items():
            field = self.panel.findChild(QWidget, f"field-{name}")
            assert field is not None, f"the form of {operation_id} has no field {name}"
            if isinstance(field, QComboBox):
                place = field.findData(value)
                assert place >= 0, f"{name} cannot be {value}"
                field.setCurrentIndex(place)
            elif isinstance(field, QCheckBox):
                field.setChecked(value)
            else:
                field.setValue(value)
        self.panel._flush()
        told = self.steps[-1].params
        for name, value in params.items():
            assert told[name] == value, name

    def process_all(self) -> Scene:
        """Press *Process all slices* and wait for the result."""
        at_work = self.window.workspace.processing
        if not at_work.progress(self.key).complete:
            self.wait(lambda: not at_work.why_not_all(self.key))
            self.panel.process_all()
        self.wait(lambda: at_work.progress(self.key).complete or at_work.progress(self.key).error is not None)
        error = at_work.progress(self.key).error
        assert error is None, error
        scene = at_work.scene(self.key)
        assert scene is not None
        return scene

    def go_to(self, index: int) -> None:
        """Show a slice."""
        self.window.canvas.scroll_to(0, index)
        self.wait(lambda: self.pane.frame is not None and self.pane.frame.view.index == index)

    @property
    def pane(self) -> Any:
        return self.window.canvas.active_pane()

    def screen(self, *points: tuple[float, float]) -> list[tuple[float, float]]:
        """Pixels of the slice as places on the pane."""
        return [self.pane.viewport.to_screen(*point) for point in points]

    def drag(self, *points: tuple[float, float], tool: str = "", **more: Any) -> None:
        """Drag a tool over pixels of the slice."""
        if tool and self.window.commands.tool != tool:  # the same again would put it down
            self.window.commands.set_tool(tool)
        mouse.drag(self.pane, self.screen(*points), **more)

    def click(self, x: float, y: float, **more: Any) -> None:
        mouse.click(self.pane, self.screen((x, y))[0], **more)

    def mark(self, field: str, label: int, *points: tuple[float, float]) -> None:
        """Press the button of a label in the form and click on pixels of the slice."""
        button = self.panel.findChild(QPushButton, f"mark-{field}-{label}")
        assert button is not None
        if not button.isChecked():
            button.click()
        for point in points:
            self.rest()
            before = len(self.steps[self.panel._list.currentRow()].params.get(field, []))
            self.click(*point)
            self.wait(lambda n=before: len(self.steps[self.panel._list.currentRow()].params[field]) == n + 1)

    def rest(self) -> None:
        """Let the hand rest for so long that the next deed is an undo entry of its own."""
        until = time.monotonic() + MERGE_WITHIN_S + 0.1
        self.wait(lambda: time.monotonic() > until)

    def digest(self) -> str:
        """Of all that Process holds in the document: recipes, and every voxel of every mask."""
        state = self.document.state
        recipes = {
            key: [[s.op, s.version, dict(s.params), s.on] for s in steps]
            for key, steps in state.recipes.items()
            if steps
        }
        told = hashlib.sha256(json.dumps(recipes, sort_keys=True).encode())
        for layer in state.layers:
            told.update(repr((layer.id, layer.series_key, layer.name, layer.labels, layer.tiles.dtype)).encode())
            told.update(layer.tiles.array().tobytes())
        return told.hexdigest()


@contextmanager
def process_window(source: Path, folder: Path, wait: Waiter) -> Iterator[ProcessWindow]:
    """Open a folder in the whole window, with real threads, and go to Process."""
    folders = Paths(folder / "data", folder / "cache", folder / "log").ensure()
    _app, window = build([source], folders)
    window.resize(1366, 768)
    window.show()
    made = ProcessWindow(window, wait)
    wait(lambda: window.is_assembled and hasattr(window.docks, "tables_panel") and bool(made.key))
    wait(lambda: (found := window.workspace.loaded(made.key)) is not None and found.is_complete)
    window.show_workspace("process")
    wait(lambda: made.pane.frame is not None)
    try:
        yield made
    finally:
        window.close()
        window.workspace.close()
        window.deleteLater()
