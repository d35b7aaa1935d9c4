"""The use cases that the window and the command line call: open, import, measure, undo, keep, forget.

One object per running program. Everything is called in the owner's thread, and every callback comes back there.
"""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medviewer.core.display import Appearance
from medviewer.core.observe import Signal
from medviewer.document import edits
from medviewer.document.document import Document
from medviewer.document.state import Measurement, Plane, Step
from medviewer.errors import CatalogError, DataError, MedviewerError
from medviewer.io.budget import byte_budget, ram_bytes, set_byte_budget
from medviewer.io.series import Series
from medviewer.services.archive import MeasurementArchive
from medviewer.services.cache import ByteCache
from medviewer.services.executors import Executor
from medviewer.services.importer import ImportReport
from medviewer.services.jobs import JobContext, JobRequest, Policy, Priority
from medviewer.services.loading import LoadedSeries
from medviewer.services.opened import OpenedSeries
from medviewer.services.paths import Paths
from medviewer.services.processes import ProcessLane
from medviewer.services.readings import MeasurementValues, ProbeValue, measured, value_at
from medviewer.services.scales import scale_edit
from medviewer.services.scheduler import Job, Scheduler
from medviewer.services.sessions import Sessions
from medviewer.services.settings import Settings
from medviewer.services.study_list import StudyList, told_or_raised
from medviewer.services.thumbnails import Thumbnails

if TYPE_CHECKING:
    from medviewer.services.processing import Processing

log = logging.getLogger(__name__)

MIB = 2**20
SHUTDOWN_S = 3.0


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
        self._opened = OpenedSeries(catalog, self.document, self.scheduler, self.cache, plan)
        self.series_opened = self._opened.opened
        self.processes = ProcessLane()
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
        self._studies = StudyList(
            catalog,
            paths.catalog_dir,
            self.scheduler,
            self.processes if import_in_process else None,
            opened=self._opened,
            document=self.document,
            settings=self.settings,
            sessions=self.sessions,
            archive=self.archive,
            tell=told_or_raised(self.told.emit),
            translate=lambda text: self.translate(text),
        )
        self.catalog_changed = self._studies.changed
        self.import_progress = self._studies.import_progress
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
        return self._opened.by_key(key)

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
        return self._opened.open(which, first, stack)

    def loaded(self, key: str) -> LoadedSeries | None:
        """The series of that key, while it is opening or open; None when it is not."""
        return self._opened.get(key)

    def close_series(self, key: str) -> None:
        """Let a series go; its memory is free when no pane holds a slice of it."""
        self._opened.close(key)

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
        self._studies.import_paths(paths, done, failed, progress)

    def cancel_import(self) -> None:
        """Stop the import; what was read stays, and the next start does not go on with it."""
        self._studies.cancel_import()

    @property
    def is_importing(self) -> bool:
        """Whether an import runs or waits."""
        return self._studies.is_importing

    def open_paths(
        self,
        paths: Sequence[str | Path],
        shown: Callable[[LoadedSeries | None], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Import, and show the first series of what was named; `shown` gets None when it holds no image."""

        def imported(report: ImportReport) -> None:
            series = self._studies.first_shown(report)
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
        self._studies.regroup(how, series_ids, by, done)

    def forget(self, level: str, row_ids: int | Sequence[int], done: Callable[[], object] | None = None) -> None:
        """Remove patients, studies or series from the list with everything derived from them; the files stay.

        Thumbnails, measurements, undo history, recovered and last sessions that may speak of it go too. In the
        background, like `regroup`.
        """
        self._studies.forget(level, (row_ids,) if isinstance(row_ids, int) else row_ids, done)

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
        self._opened.close_all()
        self.cache.clear()
        self.catalog.close()
        return late
