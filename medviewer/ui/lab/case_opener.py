"""From a row of the cases to the canvas: its place in a series, its slice, or its picture."""

from __future__ import annotations

import weakref

from PySide6.QtCore import QObject, Signal

from medviewer.document import edits
from medviewer.errors import MedviewerError
from medviewer.io.series import Series
from medviewer.services.case_choices import Source
from medviewer.services.case_views import CaseView, CaseViews, view_of
from medviewer.services.loading import LoadedSeries
from medviewer.services.workspace import Workspace


class CaseOpener(QObject):
    """Shows cases; one for the window.

    Signals
    -------
    place_wanted(str, tuple)
        Series, which is shown, and patient position (LPS, mm) to go to.
    told(MedviewerError)
        What could not be shown.
    """

    place_wanted = Signal(str, object)
    told = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.views = CaseViews(workspace, self.told.emit)
        self._waiting: CaseView | None = None
        me = weakref.ref(self)

        def opened(loaded: LoadedSeries) -> None:
            this = me()
            if this is not None:
                this._series_opened(loaded)

        self._disconnect = workspace.series_opened.connect(opened)

    def view(self, sources: tuple[Source, ...], row: int) -> CaseView:
        """Where a row of the joined table can be seen."""
        return view_of(self._workspace, sources, row)

    def show(self, view: CaseView) -> None:
        """Show a case on the canvas, if it can be."""
        if view.series_key:
            try:
                self._show_series(view)
            except MedviewerError as error:
                self.told.emit(error)
        elif view.picture:
            self.views.series(view, self._show_picture)

    def _show_series(self, view: CaseView) -> None:
        loaded = self._workspace.loaded(view.series_key)
        if not self._panes(view.series_key):
            loaded = self._workspace.show_series(view.series_key)
        if loaded is not None and loaded.is_open:
            self._go(view)
        else:
            self._waiting = view

    def _series_opened(self, loaded: LoadedSeries) -> None:
        view, self._waiting = self._waiting, None
        if view is None:
            return
        if view.series_key != loaded.key:
            self._waiting = view
        elif loaded.is_open:
            # Positions of pixels are known only now.
            self._go(view_of(self._workspace, (view.source,), view.row) if view.position_mm is None else view)

    def _panes(self, key: str) -> list[int]:
        state = self._workspace.document.state
        return [n for n in state.layout.visible if state.view(n).series_key == key]

    def _go(self, view: CaseView) -> None:
        panes = self._panes(view.series_key)
        if not panes:
            return
        if view.position_mm is not None:
            self.place_wanted.emit(view.series_key, view.position_mm)
        elif view.slice is not None:
            active = self._workspace.document.state.layout.active
            pane = active if active in panes else panes[0]
            self._workspace.document.apply(edits.SetIndex.of(pane, view.slice))

    def _show_picture(self, series: Series) -> None:
        if not self._panes(series.key):
            self._workspace.show_series(series)
