"""Imports in the background: headers are read by a process of their own, so that the window's interpreter is free."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from medviewer.services.jobs import JobRequest, Priority
from medviewer.services.processes import ProcessLane, job_of
from medviewer.services.scheduler import Job, Scheduler


@dataclass(frozen=True)
class ImportReport:
    """How far an import is, or what came of it.

    Attributes
    ----------
    files : int
        Files and archive members looked at.
    instances : int
        Those that are in the catalog: stored now, or known and unchanged.
    left_out : int
        Files that were read and are not shown, each with its reason in the catalog.
    unchanged : int
        Of `instances`, those that were in the catalog already.
    fraction : float or None
        0..1; None while the number of files is not known.
    series_ids : tuple of int
        Rows of the series that hold the files, in the order they were met.
    new_rows : bool
        Whether the catalog has grown since the report before.
    finished : bool
        The last report of this import.
    cancelled : bool
        It was stopped; what was read stays.
    """

    files: int = 0
    instances: int = 0
    left_out: int = 0
    unchanged: int = 0
    fraction: float | None = None
    series_ids: tuple[int, ...] = ()
    new_rows: bool = False
    finished: bool = False
    cancelled: bool = False


@dataclass
class _Import:
    done: Callable[[ImportReport], object] | None
    progress: Callable[[ImportReport], object] | None
    report: ImportReport = field(default_factory=ImportReport)


class Importer:
    """Runs imports one after the other.

    Parameters
    ----------
    lane : ProcessLane or None
        None: headers are read in the job's own thread.
    catalog_dir : Path
    told : callable
        Receives every report, in the window's thread.
    label : callable
        Gives the job's name in the language of the moment.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        lane: ProcessLane | None,
        catalog_dir: Path,
        told: Callable[[ImportReport], object],
        label: Callable[[], str] = lambda: "",
    ) -> None:
        self._scheduler = scheduler
        self._lane = lane
        self._catalog_dir = catalog_dir
        self._told = told
        self._label = label
        self._jobs: list[Job[Any]] = []

    @property
    def is_busy(self) -> bool:
        """Whether an import runs or waits."""
        self._jobs = [job for job in self._jobs if not job.finished]
        return bool(self._jobs)

    def start(
        self,
        paths: Sequence[str],
        done: Callable[[ImportReport], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
        progress: Callable[[ImportReport], object] | None = None,
    ) -> None:
        """Queue an import of files and folders."""
        one = _Import(done, progress)
        names, folder = [str(p) for p in paths], str(self._catalog_dir)
        lane = self._lane
        request: JobRequest[ImportReport] = JobRequest(
            ("import",),
            "process",
            job_of(lane, __name__, "work", names, folder) if lane else lambda ctx: work(ctx, names, folder),
            label=self._label(),
            priority=Priority.USER,
        )

        def cancelled() -> None:
            self._end(one, replace(one.report, cancelled=True))

        def went_wrong(error: BaseException) -> None:
            self._tell(one, replace(one.report, finished=True, fraction=1.0))
            if failed is None:
                raise error
            failed(error)

        job = self._scheduler.submit(
            request,
            done=lambda report: self._end(one, report),
            failed=went_wrong,
            partial=lambda report: self._tell(one, report),
            cancelled=cancelled,
        )
        self._jobs.append(job)

    def _tell(self, one: _Import, report: ImportReport) -> None:
        one.report = report
        self._told(report)
        if one.progress is not None:
            one.progress(report)

    def _end(self, one: _Import, report: ImportReport) -> None:
        report = replace(report, finished=True, fraction=1.0)
        self._tell(one, report)
        if one.done is not None and not report.cancelled:
            one.done(report)

    def cancel(self) -> None:
        """Stop the import that runs and those that wait."""
        for job in self._jobs:
            self._scheduler.cancel(job)
        self._jobs = []


def warm_up(_ctx: Any) -> None:
    """Import what `work` needs (in the process, so that the first rows of the first import need not wait for it)."""
    import medviewer.io.catalog
    import medviewer.io.header_fallback
    import medviewer.io.importing  # noqa: F401


def work(ctx: Any, paths: list[str], catalog_dir: str) -> ImportReport:
    """Import into a catalog (the function that runs in the process).

    Raises
    ------
    CatalogError
        The catalog cannot be used; what was reported before is safe.
    """
    from medviewer.io.catalog import Catalog
    from medviewer.io.importing import ImportProgress, import_paths

    total = _Total(paths)
    total.start()
    told = ImportReport()

    def tell(state: ImportProgress) -> None:
        nonlocal told
        fraction = None if not total.files else min(0.99, state.files / total.files)
        told = ImportReport(
            state.files,
            state.stored + state.unchanged,
            state.left_out,
            state.unchanged,
            fraction,
            (),
            bool(state.uids),
        )
        ctx.partial(told)
        if fraction is not None:
            ctx.progress(fraction)

    with Catalog(catalog_dir) as catalog:
        try:
            import_paths(catalog, paths, progress=tell, check=ctx.check)
        finally:
            total.stop()
        return replace(told, fraction=1.0, series_ids=tuple(_series_below(catalog, paths)), finished=True)


def _series_below(catalog: Any, paths: Sequence[str]) -> list[int]:
    """Series that hold files at or below `paths`, in the order in which they were stored."""
    found: dict[int, None] = {}
    for path in paths:
        here = os.path.abspath(path)
        below = _rows_below(catalog, here)
        if not below and os.path.isfile(path):
            # A media directory (DICOMDIR) holds no images itself; those that it lists lie beside and below it.
            below = _rows_below(catalog, os.path.dirname(here))
        found.update(dict.fromkeys(below))
    return list(found)


def _rows_below(catalog: Any, path: str) -> list[int]:
    from medviewer.io.catalog_store import as_text

    low = as_text(path.rstrip(os.sep))
    rows = catalog._query(
        "SELECT series FROM instances WHERE series IS NOT NULL AND (path = ? OR path >= ? AND path < ?)"
        " GROUP BY series ORDER BY min(id)",
        (low, low + os.sep, low + chr(ord(os.sep) + 1)),
    )
    return [int(series) for (series,) in rows]


class _Total(threading.Thread):
    """Counts the files while they are being read, so that the first rows need not wait for the number."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(name="count files", daemon=True)
        self._paths = paths
        self._stopped = threading.Event()
        self.files = 0  # 0: not known yet

    def run(self) -> None:
        count = 0
        for path in self._paths:
            if not os.path.isdir(path):
                count += 1
                continue
            for _folder, _folders, names in os.walk(path):
                if self._stopped.is_set():
                    return
                count += len(names)
        self.files = count

    def stop(self) -> None:
        """Nobody needs the number any more."""
        self._stopped.set()
