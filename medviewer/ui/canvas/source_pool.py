"""The open series behind the panes: found by key, listened to, let go."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication

from medviewer.document.state import Plane
from medviewer.errors import MedviewerError
from medviewer.services.loading import LoadedSeries
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.source import Notice, SliceSource
from medviewer.ui.told import told

translate = QCoreApplication.translate


class SourcePool:
    """Gives panes their slice sources; panes that show the same plane of a series share one.

    Parameters
    ----------
    workspace : Workspace
        Opens series.
    changed : callable
        Called with the key and the range of slices when something of a series has come in.
    """

    def __init__(self, workspace: Workspace, changed: Callable[[str, range], object]) -> None:
        self._workspace = workspace
        self._changed = changed
        self._sources: dict[tuple[str, Plane], SliceSource] = {}
        self._listening: dict[str, tuple[LoadedSeries, Callable[[], None]]] = {}
        self._problems: dict[str, Notice] = {}

    def find(self, key: str, plane: Plane) -> tuple[SliceSource | None, Notice | None]:
        """The source of a plane of a series, opened if need be; or the words that say why there is none."""
        if not key:
            return None, None
        if key in self._problems:
            return None, self._problems[key]
        try:
            loaded = self._workspace.loaded(key) or self._workspace.open_series(key)
        except MedviewerError as error:
            title = translate("Pane", "This series cannot be shown")
            self._problems[key] = Notice(title, told(str(error)), bad=True)
            return None, self._problems[key]
        known = self._listening.get(key)
        if known is None or known[0] is not loaded:
            self._forget(key)
            self._listening[key] = (loaded, loaded.changed.connect(partial(self._changed, key)))
        source = self._sources.get((key, plane))
        if source is None:
            source = self._sources[key, plane] = SliceSource(loaded, plane)
        return source, None

    def keep(self, keys: set[str]) -> None:
        """Let go of every series but these."""
        for key in [key for key in self._listening if key not in keys]:
            self._forget(key)
        self._problems = {key: notice for key, notice in self._problems.items() if key in keys}

    def _forget(self, key: str) -> None:
        known = self._listening.pop(key, None)
        if known is not None:
            known[1]()
        for plane in Plane:
            self._sources.pop((key, plane), None)
