"""The use cases that the window and the command line call: open, import, measure, undo, keep, forget.

One object per running program. Everything is called in the owner's thread, and every callback comes back there.
"""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec

from medviewer.core.display import Appearance
from medviewer.core.observe import Signal
from medviewer.document import edits, titles
from medviewer.document.changes import Change, Flags
from medviewer.document.document import Document
from medviewer.document.state import Measurement, Plane, Step
from medviewer.errors import CatalogError, DataError, MedviewerError
from medviewer.io.budget import byte_budget, ram_bytes, set_byte_budget
from medviewer.io.series import Series
from medviewer.services import regrouping
from medviewer.services.archive import MeasurementArchive
from medviewer.services.cache import ByteCache
from medviewer.services.executors import Executor
from medviewer.services.importer import Importer, ImportReport
from medviewer.services.jobs import JobContext, JobRequest, Policy, Priority
from medviewer.services.loading import LoadedSeries
from medviewer.services.paths import Paths
from medviewer.services.processes import ProcessLane
from medviewer.services.readings import MeasurementValues, ProbeValue, measured, value_at
from medviewer.services.scales import scale_edit
from medviewer.services.scheduler import Job, Scheduler
from medviewer.services.sessions import Sessions, keys_in
from medviewer.services.settings import Settings
from medviewer.services.thumbnails import SHOWN_KINDS, Thumbnails

if TYPE_CHECKING:
    from medviewer.services.processing import Processing

log = logging.getLogger(__name__)

MIB = 2**20
SHUTDOWN_S = 3.0
FIRST_KINDS = frozenset({"image", "volume", "raster"})
IMPORT_LABEL = titles.QT_TRANSLATE_NOOP("Jobs", "Import")
CHANGE_LABEL = titles.QT_TRANSLATE_NOOP("Jobs", "Change the list of studies")


def not_kept() -> MedviewerError:
    """What is told when the disk takes nothing any more."""
    return MedviewerError(
        "Your work cannot be kept safe on the disk.", "Make room on the disk, or save the session elsewhere."
    )


class Workspace:
    """Everything behind the window.

    Parameters
    ----------
    paths : Paths
        Folders that exist (`Paths.ensure`).
    executor : Executor
        ``QThreadExecutor`` for the window, ``ThreadExecutor`` for the command line, ``InlineExecutor`` in tests.
    settings, catalog, plan : optional
        For tests; by default those of `paths` and ``io.volume.plan``.
    import_in_process : bool
        Read headers in a process of their own; without it, in the executor's thread (tests, the command line).

    Attributes
    ----------
    scheduler : Scheduler
    settings : Settings
    document : Document
    catalog : Catalog
    cache : ByteCache
        The one budget of pixels, regularised copies and results.
    archive : MeasurementArchive
        Measurements of each series, on another day too.
    sessions : Sessions
        Journal, recovery, session files.
    catalog_changed : Signal
        The list of studies has changed: the ids of new series, or None for anything.
    series_opened : Signal of LoadedSeries
        A series has opened, or failed to.
    import_progress : Signal of ImportReport
        Several times a second while an import runs, and once at its end.
    translate : callable
        Translates the labels of jobs (context ``"Jobs"``); the window sets it.
    told : Signal of MedviewerError
        Something the user should know that no caller waits for.
    """

    def __init__(
        self,
        paths: Paths,
        executor: Executor,
        *,
        settings: Settings | None = None,
        catalog: Any = None,
        plan: Callable[[Series], Any] | None = None,
        import_in_process: bool = True,
    ) -> None:
        self.paths = paths
        self.scheduler = Scheduler(executor)
        self.translate: Callable[[str], str] = str
        self.told: Signal[MedviewerError] = Signal()
        self.catalog_changed: Signal[object] = Signal()
        self.series_opened: Signal[LoadedSeries] = Signal()
        self.import_progress: Signal[ImportReport] = Signal()
        self.settings = settings or Settings(paths.settings_file, background=self._write_settings)
        self._problems_told = len(self.settings.problems)  # whoever shows the window tells those
        self.document = Document()
        self.cache = ByteCache(byte_budget())
        self._apply_budget("memory")
        self.settings.changed.connect(self._apply_budget)
        self._rebuild_roots: list[str] | None = None
        if catalog is None:
            catalog = self._open_catalog()
        self.catalog = catalog
        if plan is None:
            from medviewer.io.volume import plan as volume_plan

            plan = volume_plan
        self._plan: Callable[..., Any] = plan
        self._loaded: dict[str, LoadedSeries] = {}
        self._pinned: frozenset[str] = frozenset()
        self.processes = ProcessLane()
        lane = self.processes if import_in_process else None
        self._importer = Importer(
            self.scheduler, lane, paths.catalog_dir, self._import_progress, lambda: self.translate(IMPORT_LABEL)
        )
        self._thumbnails = Thumbnails(catalog, self.scheduler, plan)
        self.archive = MeasurementArchive(paths.measurement_dir, self.document)
        self.sessions = Sessions(
            self.document,
            paths.journal_dir,
            self.scheduler,
            self.series_by_key,
            self._journal_trouble,
            self.archive.flush,
        )
        self.document.changed.connect(self._document_changed)
        self._closed = False

    def _open_catalog(self) -> Any:
        """The catalog; a damaged one is set aside and built again from its files once the window stands."""
        from medviewer.io.catalog import Catalog
        from medviewer.io.catalog_store import DAMAGED

        try:
            return Catalog(self.paths.catalog_dir)
        except CatalogError as error:
            if error.code != DAMAGED:
                raise
            from medviewer.io.catalog_repair import set_aside

            self._rebuild_roots = [root for root in set_aside(self.paths.catalog_dir) if os.path.lexists(root)]
            return Catalog(self.paths.catalog_dir)

    # -- settings and memory

    def _write_settings(self, write: Callable[[], None]) -> None:
        request = JobRequest(("settings",), "io", lambda _ctx: write(), cancellable=False)
        self.scheduler.submit(request, done=lambda _none: self._tell_settings())

    def _tell_settings(self) -> None:
        new = self.settings.problems[self._problems_told :]
        self._problems_told += len(new)
        for problem in new:
            self.told.emit(problem)

    def _apply_budget(self, section: str) -> None:
        if section == "memory":
            wanted = self.settings.memory.budget_mb * MIB
            set_byte_budget(wanted or None)
            self.cache.budget_bytes = min(byte_budget(), ram_bytes())

    # -- series

    def series_by_key(self, key: str) -> Series | None:
        """The series of the catalog that has this key (a stack's number behind ``#`` aside), or None."""
        plain = key.partition("#")[0]
        try:
            if hasattr(self.catalog, "series_by_key"):  # a list in memory
                listed: Series | None = self.catalog.series_by_key(plain)
                return listed
            number = self.catalog.series_id(plain)
            found: Series | None = None if number is None else self.catalog.series(number)
        except CatalogError:
            return None
        return found

    def _find(self, which: int | str | Series) -> Series:
        """The series, without its instances where the catalog has them: a job reads them (`_planned`)."""
        if isinstance(which, Series):
            return which
        gone = DataError("This series is no longer in the list.", "Import its files again.", "data.gone")
        if hasattr(self.catalog, "series_by_key"):  # a list in memory
            listed = self.series_by_key(which) if isinstance(which, str) else self.catalog.series(which)
            if listed is None:
                raise gone
            return cast(Series, listed)
        try:
            number = self.catalog.series_id(which) if isinstance(which, str) else which
        except CatalogError:
            number = None
        if number is None:
            raise gone
        return cast(Series, self.catalog.series(number, with_instances=False))

    def _planned(self, series: Series, stack: int = 0) -> Any:
        """Plan a series; in a job, for the headers of a thousand files take their time."""
        if not series.instances and not hasattr(self.catalog, "series_by_key"):
            series = msgspec.structs.replace(series, instances=self.catalog.instances(series.id))
        return self._plan(series, stack=stack) if stack else self._plan(series)

    def open_series(self, which: int | str | Series, first: int = -1, stack: int = 0) -> LoadedSeries:
        """Open a series, or take the one that is open.

        Parameters
        ----------
        which : int, str or Series
            Row of the catalog, ``Series.key``, or the series itself.
        first : int
            The slice to read first; -1: the middle one.
        stack : int
            Which of the stacks that an enhanced multi-frame file may hold (``VolumePlan.stacks``); its key says so.

        Returns
        -------
        LoadedSeries
            At once. Headers and the first slice are read in the background: look at ``is_open`` and ``failure``,
            and listen to ``changed`` or to `series_opened`.

        Raises
        ------
        DataError
            When the catalog does not hold it.
        """
        if isinstance(which, str) and "#" in which:
            which, _, number = which.partition("#")
            stack = int(number) if number.isdecimal() else 0
        known = self.loaded(which) if isinstance(which, str) else None
        series = known.series if known is not None else self._find(which)
        key = f"{series.key}#{stack}" if stack else series.key
        known = self.loaded(key)
        if known is not None and known.failure is None:
            if first >= 0:
                known.focus(first)
            return known
        plan = functools.partial(self._planned, stack=stack)
        loaded = self._loaded[key] = LoadedSeries(series, self.scheduler, plan, first, self._series_opened, key)
        loaded.start()
        return loaded

    def loaded(self, key: str) -> LoadedSeries | None:
        """The series of that key, while it is opening or open; None when it is not."""
        found = self._loaded.get(key)
        if found is not None and found.is_open:
            self.cache.get(("series", key))  # used just now
        return None if found is None or found.is_closed else found

    def _series_opened(self, loaded: LoadedSeries) -> None:
        if loaded.is_open:
            loaded.scales.select(self.document.state.scales.get(loaded.key, ""))
        self._account(loaded)
        self.series_opened.emit(loaded)

    def _account(self, loaded: LoadedSeries) -> None:
        """Count the series' memory in the one budget; those least recently used are closed for it."""
        if loaded.is_open and self._loaded.get(loaded.key) is loaded:
            self.cache.put(("series", loaded.key), loaded, loaded.size_bytes, self._evicted)

    def _evicted(self, loaded: LoadedSeries) -> None:
        if self._loaded.get(loaded.key) is loaded:
            del self._loaded[loaded.key]
        loaded.close()

    def close_series(self, key: str) -> None:
        """Let a series go; its memory is free when no pane holds a slice of it."""
        self.cache.discard(("series", key))
        loaded = self._loaded.pop(key, None)
        if loaded is not None:
            loaded.close()

    def show_series(self, which: int | str | Series, pane: int = -1, plane: Plane = Plane.STACK) -> LoadedSeries:
        """Open a series and show it in a pane (-1: the active one)."""
        loaded = self.open_series(which)
        number = self.document.state.layout.active if pane < 0 else pane
        look = Appearance(interpolate=self.settings.display.interpolate)
        self.document.apply(edits.ShowSeries(number, loaded.key, plane, appearance=look))
        return loaded

    def set_scale(self, series_key: str, name: str) -> None:
        """Read the values of an open series in another of its scales; windows are converted. One undo entry."""
        loaded = self.loaded(series_key)
        if loaded is not None and loaded.is_open:
            self.document.apply(scale_edit(loaded, self.document.state, name))

    def _document_changed(self, change: Change) -> None:
        if Flags.SCALE in change.flags:
            for key in change.series_keys:
                scaled = self._loaded.get(key)
                if scaled is not None and scaled.is_open:
                    scaled.scales.select(self.document.state.scales.get(key, ""))
        if not change.flags & (Flags.SERIES | Flags.LAYOUT):
            return
        layout = self.document.state.layout
        shown = frozenset(view.series_key for view in layout.views if view.series_key)
        visible = {self.document.state.view(pane).series_key for pane in layout.visible}
        for key in shown - self._pinned:
            self.cache.pin(("series", key))
        for key in self._pinned - shown:
            self.cache.unpin(("series", key))
            hidden = self._loaded.get(key)
            if hidden is not None and hidden.is_open and ("series", key) not in self.cache:
                self.close_series(key)  # larger than the whole budget: it stays only while it is shown
        self._pinned = shown
        for key, loaded in list(self._loaded.items()):
            loaded.show(key in visible)

    # -- import

    def import_paths(
        self,
        paths: Sequence[str | Path],
        done: Callable[[ImportReport], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
        progress: Callable[[ImportReport], object] | None = None,
    ) -> None:
        """Read headers of files, folders, archives into the catalog, in a process of their own.

        Imports queue up. `catalog_changed` is emitted as studies come in.
        """
        self._importer.start([str(p) for p in paths], done, failed or self._tell, progress)

    def _tell(self, error: BaseException) -> None:
        if not isinstance(error, MedviewerError):
            raise error
        self.told.emit(error)

    def _import_progress(self, report: ImportReport) -> None:
        self.import_progress.emit(report)
        if report.new_rows or report.finished:
            self.catalog_changed.emit(None)

    def cancel_import(self) -> None:
        """Stop the import; what was read stays, and the next start does not go on with it."""
        self._importer.cancel()

        def give_up(_ctx: JobContext) -> None:
            for root in self.catalog.unfinished_roots():
                self.catalog.add_root(root, complete=True)

        self.scheduler.submit(JobRequest(("import", "given up"), "io", give_up, cancellable=False))

    @property
    def is_importing(self) -> bool:
        """Whether an import runs or waits."""
        return self._importer.is_busy

    def open_paths(
        self,
        paths: Sequence[str | Path],
        shown: Callable[[LoadedSeries | None], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Import, and show the first series of what was named; `shown` gets None when it holds no image."""

        def imported(report: ImportReport) -> None:
            rows = [row for n in report.series_ids if (row := self.catalog.series_row(n)) and row.n_frames > 0]
            # Images before what was derived from them: masks, doses.
            rows.sort(key=lambda row: row.kind not in FIRST_KINDS)
            series = next((row.id for row in rows if row.kind in SHOWN_KINDS), None)
            loaded = None if series is None else self.show_series(series)
            if shown is not None:
                shown(loaded)

        for path in paths:
            self.settings.add_recent(str(Path(path).absolute()))
        self.import_paths(paths, imported, failed)

    # -- the list of studies

    def thumbnail(self, series_id: int, done: Callable[[bytes | None], object]) -> None:
        """Call `done` with a PNG of at most 128 pixels, or None."""
        self._thumbnails.get(series_id, done)

    def regroup(
        self, how: str, series_ids: Sequence[int], by: str = "", done: Callable[[], object] | None = None
    ) -> None:
        """Merge series, split one ``by`` a criterion, or group them automatically again (``"reset"``).

        In the background; `catalog_changed` is emitted at the end, and what cannot be done is `told`.
        """
        if how not in regrouping.WAYS:
            raise ValueError(f"no such regrouping: {how!r}")
        ids = tuple(series_ids)
        self._change_catalog(lambda: regrouping.regroup(self.catalog, how, ids, by), self._show_anew, done)

    def _change_catalog(
        self, change: Callable[[], set[str]], let_go: Callable[[set[str]], object], done: Callable[[], object] | None
    ) -> None:
        """Write the catalog in the io lane, one change after the other; then let go of the series that went."""

        def changed(keys: set[str]) -> None:
            let_go(keys)
            self.catalog_changed.emit(None)
            if done is not None:
                done()

        def failed(error: BaseException) -> None:
            self.catalog_changed.emit(None)  # the list may show what is gone already
            self._tell(error)

        label = self.translate(CHANGE_LABEL)
        request = JobRequest(("catalog",), "io", lambda _ctx: change(), label, cancellable=False)
        self.scheduler.submit(request, done=changed, failed=failed)

    def _show_anew(self, changed: set[str]) -> None:
        """Close series that are grouped otherwise now; panes show what has the same name, or nothing.

        Measurements stay: they come back with the grouping.
        """
        self._close_all(changed)
        shown: list[edits.Edit] = []
        for pane, view in enumerate(self.document.state.layout.views):
            key = view.series_key.partition("#")[0]
            if key not in changed:
                continue
            there = self.series_by_key(key) is not None
            shown.append(
                edits.ShowSeries(pane, key, view.plane, appearance=view.appearance)
                if there
                else edits.ShowSeries(pane, "")
            )
        if shown:
            active = edits.SetActive(self.document.state.layout.active)
            self.document.apply(edits.Batch.of([*shown, active], titles.SHOW_SERIES))

    def _close_all(self, keys: set[str]) -> None:
        for opened in [key for key in self._loaded if key.partition("#")[0] in keys]:
            self.close_series(opened)

    def forget(self, level: str, row_id: int, done: Callable[[], object] | None = None) -> None:
        """Remove a patient, study or series from the list with everything derived from it; the files stay.

        Thumbnails, measurements, undo history, recovered and last sessions that may speak of it go too. In the
        background, like `regroup`.
        """
        self._change_catalog(lambda: regrouping.forget(self.catalog, level, row_id), self._forget_keys, done)

    def _forget_keys(self, keys: set[str]) -> None:
        spoken_of = {key for key in keys_in(self.document.state) if key.partition("#")[0] in keys}
        self.document.apply(edits.ForgetSeries(tuple(sorted(keys | spoken_of))))
        self._close_all(keys)
        for key in keys & self.settings.series.overrides.keys():
            self.settings.override_series(key, None)
        self.sessions.forget()
        self.archive.forget(keys | spoken_of)

    # -- processing

    @functools.cached_property
    def processing(self) -> Processing:
        """Recipes at work: previews of the visible slice, whole volumes; made when first asked for."""
        from medviewer.services.processing import Processing

        return Processing(self, self.cache)

    def run_operation(self, series_key: str, steps: Sequence[Step], label: str = "") -> Job[Any] | None:
        """Make `steps` the recipe of an open series and compute its whole result; None when it cannot be."""
        self.document.apply(edits.SetRecipe(series_key, tuple(steps)))
        return self.processing.process_all(series_key, label)

    # -- values

    def value_at(
        self, key: str, plane: Plane, index: int, x: float, y: float, look: Appearance | None = None
    ) -> ProbeValue:
        """What lies under a position of a slice of an open series; nothing where none is loaded."""
        loaded = self.loaded(key)
        return ProbeValue() if loaded is None else value_at(loaded, plane, index, x, y, look)

    def measurement_values(self, measurement: Measurement) -> MeasurementValues:
        """The numbers of a measurement, from the original pixels."""
        loaded = self.loaded(measurement.series_key)
        if loaded is None:
            return MeasurementValues(problem="The series is not open.")
        return measured(loaded, measurement, self.cache)

    def tags(
        self,
        series_key: str,
        plane: Plane,
        index: int,
        done: Callable[[Any], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Read every attribute of the instance behind a slice; of the middle one for planes across the stack."""
        try:
            loaded = self.loaded(series_key) or self.open_series(series_key)
        except MedviewerError as error:
            failed(error)
            return
        if not loaded.is_open:
            if loaded.failure is None:
                failed(DataError("The series is still being opened."))
                return
            # Reports, plans and waveforms have no slices, and damaged series cannot be opened: both have tags.
            instances = loaded.series.instances or tuple(self.catalog.instances(loaded.series.id))
            if not instances:
                failed(loaded.failure)
                return
            header = instances[0]
        else:
            count = len(loaded.ready)
            k = index if plane is Plane.STACK and 0 <= index < count else count // 2
            header = loaded.header(k)

        def work(_ctx: JobContext) -> Any:
            from medviewer.io import tags

            return tags.read_tags(header.path, header.member)

        request: JobRequest[Any] = JobRequest(("tags",), "io", work, priority=Priority.USER, policy=Policy.REPLACE)
        self.scheduler.submit(request, done=done, failed=failed)

    # -- life

    def start(self) -> None:
        """Begin to keep the journal and complete interrupted imports; call it once the window stands."""
        self.sessions.start()
        if self._rebuild_roots is not None:
            self.told.emit(
                CatalogError(
                    "The catalog file was damaged.",
                    "It is built again from your files, which are not affected; the damaged file was kept beside it.",
                    "catalog.rebuilt",
                )
            )
        unfinished = self._rebuild_roots or self.catalog.unfinished_roots()
        self._rebuild_roots = None
        if unfinished:
            self.import_paths(unfinished)

    def _journal_trouble(self, _error: OSError) -> None:
        # Comes from the journal's thread; a job without work brings it to the window's.
        error = not_kept()
        self.scheduler.submit(
            JobRequest(("journal",), "io", lambda _ctx: None), done=lambda _none: self.told.emit(error)
        )

    def close(self, timeout_s: float = SHUTDOWN_S) -> list[str]:
        """Save, stop everything, let memory and files go; returns who was late."""
        if self._closed:
            return []
        self._closed = True
        for save in (self.archive.flush, self.sessions.close):
            try:
                save()
            except OSError as error:
                log.warning("not everything could be kept: %s", error.strerror)
        self.cancel_import()
        late = self.scheduler.shutdown(timeout_s)
        self.processes.close()
        from medviewer.io.decoder_pool import shutdown_shared_pool

        shutdown_shared_pool()
        for key in list(self._loaded):
            self.close_series(key)
        self.cache.clear()
        self.catalog.close()
        return late
