"""The series that are open: found in the list, planned and loaded in the background, closed when memory is short."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import msgspec

from medviewer.core.observe import Signal
from medviewer.document.changes import Change, Flags
from medviewer.document.document import Document
from medviewer.errors import CatalogError, DataError
from medviewer.io.series import Series
from medviewer.services.cache import ByteCache
from medviewer.services.loading import LoadedSeries
from medviewer.services.scheduler import Scheduler


class OpenedSeries:
    """All series that are open or opening, by key.

    Parameters
    ----------
    catalog : Catalog
        Or a list of series in memory (tests, single files) with ``series_by_key`` and ``series``.
    document : Document
        Says which series are shown, and in which of their scales.
    cache : ByteCache
        The one budget: what was not used for longest is closed for it, and nothing that is shown.
    plan : callable
        ``plan(series, stack=0)``, as ``io.volume.plan``.

    Attributes
    ----------
    opened : Signal of LoadedSeries
        A series has opened, or failed to.
    """

    def __init__(
        self, catalog: Any, document: Document, scheduler: Scheduler, cache: ByteCache, plan: Callable[..., Any]
    ) -> None:
        self.opened: Signal[LoadedSeries] = Signal()
        self._catalog = catalog
        self._document = document
        self._scheduler = scheduler
        self._cache = cache
        self._plan = plan
        self._loaded: dict[str, LoadedSeries] = {}
        self._pinned: frozenset[str] = frozenset()
        document.changed.connect(self._document_changed)

    def __len__(self) -> int:
        return len(self._loaded)

    def __iter__(self) -> Iterator[str]:
        """Keys, those that failed to open included."""
        return iter(tuple(self._loaded))

    # -- found in the list

    def by_key(self, key: str) -> Series | None:
        """The series of the catalog that has this key (a stack's number behind ``#`` aside), or None."""
        plain = key.partition("#")[0]
        try:
            if hasattr(self._catalog, "series_by_key"):  # a list in memory
                listed: Series | None = self._catalog.series_by_key(plain)
                return listed
            number = self._catalog.series_id(plain)
            found: Series | None = None if number is None else self._catalog.series(number)
        except CatalogError:
            return None
        return found

    def _find(self, which: int | str | Series) -> Series:
        """The series, without its instances where the catalog has them: a job reads them (`_planned`)."""
        if isinstance(which, Series):
            return which
        gone = DataError("This series is no longer in the list.", "Import its files again.", "data.gone")
        if hasattr(self._catalog, "series_by_key"):  # a list in memory
            listed = self.by_key(which) if isinstance(which, str) else self._catalog.series(which)
            if listed is None:
                raise gone
            return cast(Series, listed)
        try:
            number = self._catalog.series_id(which) if isinstance(which, str) else which
        except CatalogError:
            number = None
        if number is None:
            raise gone
        return cast(Series, self._catalog.series(number, with_instances=False))

    def _planned(self, series: Series, stack: int = 0) -> Any:
        """Plan a series; in a job, for the headers of a thousand files take their time."""
        if not series.instances and not hasattr(self._catalog, "series_by_key"):
            series = msgspec.structs.replace(series, instances=self._catalog.instances(series.id))
        return self._plan(series, stack=stack) if stack else self._plan(series)

    # -- opened and closed

    def open(self, which: int | str | Series, first: int = -1, stack: int = 0) -> LoadedSeries:
        """Open a series, or take the one that is open; see `Workspace.open_series`."""
        if isinstance(which, str) and "#" in which:
            which, _, number = which.partition("#")
            stack = int(number) if number.isdecimal() else 0
        known = self.get(which) if isinstance(which, str) else None
        series = known.series if known is not None else self._find(which)
        key = f"{series.key}#{stack}" if stack else series.key
        known = self.get(key)
        if known is not None and known.failure is None:
            if first >= 0:
                known.focus(first)
            return known
        plan = functools.partial(self._planned, stack=stack)
        loaded = self._loaded[key] = LoadedSeries(series, self._scheduler, plan, first, self._series_opened, key)
        loaded.start()
        return loaded

    def get(self, key: str) -> LoadedSeries | None:
        """The series of that key, while it is opening or open; None when it is not."""
        found = self._loaded.get(key)
        if found is not None and found.is_open:
            self._cache.get(("series", key))  # used just now
        return None if found is None or found.is_closed else found

    def _series_opened(self, loaded: LoadedSeries) -> None:
        if loaded.is_open:
            loaded.scales.select(self._document.state.scales.get(loaded.key, ""))
        self._account(loaded)
        self.opened.emit(loaded)

    def _account(self, loaded: LoadedSeries) -> None:
        """Count the series' memory in the one budget; those least recently used are closed for it."""
        if loaded.is_open and self._loaded.get(loaded.key) is loaded:
            self._cache.put(("series", loaded.key), loaded, loaded.size_bytes, self._evicted)

    def _evicted(self, loaded: LoadedSeries) -> None:
        if self._loaded.get(loaded.key) is loaded:
            del self._loaded[loaded.key]
        loaded.close()

    def close(self, key: str) -> None:
        """Let a series go; its memory is free when no pane holds a slice of it."""
        self._cache.discard(("series", key))
        loaded = self._loaded.pop(key, None)
        if loaded is not None:
            loaded.close()

    def close_stacks(self, keys: Iterable[str]) -> None:
        """Let all stacks of series go."""
        gone = frozenset(keys)
        for opened in self:
            if opened.partition("#")[0] in gone:
                self.close(opened)

    def close_all(self) -> None:
        """Let everything go."""
        for key in self:
            self.close(key)

    # -- shown and hidden

    def _document_changed(self, change: Change) -> None:
        if Flags.SCALE in change.flags:
            for key in change.series_keys:
                scaled = self._loaded.get(key)
                if scaled is not None and scaled.is_open:
                    scaled.scales.select(self._document.state.scales.get(key, ""))
        if not change.flags & (Flags.SERIES | Flags.LAYOUT):
            return
        layout = self._document.state.layout
        shown = frozenset(view.series_key for view in layout.views if view.series_key)
        visible = {self._document.state.view(pane).series_key for pane in layout.visible}
        for key in shown - self._pinned:
            self._cache.pin(("series", key))
        for key in self._pinned - shown:
            self._cache.unpin(("series", key))
            hidden = self._loaded.get(key)
            if hidden is not None and hidden.is_open and ("series", key) not in self._cache:
                self.close(key)  # larger than the whole budget: it stays only while it is shown
        self._pinned = shown
        for key, loaded in list(self._loaded.items()):
            loaded.show(key in visible)
