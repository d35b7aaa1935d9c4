"""The list of studies as it is changed: files imported, stacks regrouped by hand, patients and studies removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from medviewer.core.observe import Signal
from medviewer.document import edits, titles
from medviewer.document.document import Document
from medviewer.errors import MedviewerError
from medviewer.services import regrouping
from medviewer.services.archive import MeasurementArchive
from medviewer.services.importer import Importer, ImportReport
from medviewer.services.jobs import JobContext, JobRequest
from medviewer.services.opened import OpenedSeries
from medviewer.services.processes import ProcessLane
from medviewer.services.scheduler import Scheduler
from medviewer.services.sessions import Sessions, keys_in
from medviewer.services.settings import Settings
from medviewer.services.thumbnails import SHOWN_KINDS

FIRST_KINDS = frozenset({"image", "volume", "raster"})
IMPORT_LABEL = titles.QT_TRANSLATE_NOOP("Jobs", "Import")
CHANGE_LABEL = titles.QT_TRANSLATE_NOOP("Jobs", "Change the list of studies")


class StudyList:
    """Changes the catalog in the background, and lets the window go of what went.

    Parameters
    ----------
    catalog : Catalog
    catalog_dir : Path
        Its folder, for the process that imports.
    lane : ProcessLane or None
        Where headers are read; None: in the job's own thread.
    opened, document, settings, sessions, archive
        Hold what may speak of a series that is removed.
    tell : callable
        Receives errors that no caller waits for.
    translate : callable
        Translates the labels of jobs.

    Attributes
    ----------
    changed : Signal
        The list has changed: the ids of new series, or None for anything.
    import_progress : Signal of ImportReport
        Several times a second while an import runs, and once at its end.
    """

    def __init__(
        self,
        catalog: Any,
        catalog_dir: Path,
        scheduler: Scheduler,
        lane: ProcessLane | None,
        *,
        opened: OpenedSeries,
        document: Document,
        settings: Settings,
        sessions: Sessions,
        archive: MeasurementArchive,
        tell: Callable[[BaseException], object],
        translate: Callable[[str], str],
    ) -> None:
        self.changed: Signal[object] = Signal()
        self.import_progress: Signal[ImportReport] = Signal()
        self._catalog = catalog
        self._scheduler = scheduler
        self._opened = opened
        self._document = document
        self._settings = settings
        self._sessions = sessions
        self._archive = archive
        self._tell = tell
        self._translate = translate
        self._importer = Importer(scheduler, lane, catalog_dir, self._progress, lambda: translate(IMPORT_LABEL))

    # -- import

    def import_paths(
        self,
        paths: Sequence[str | Path],
        done: Callable[[ImportReport], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
        progress: Callable[[ImportReport], object] | None = None,
    ) -> None:
        """See `Workspace.import_paths`."""
        self._importer.start([str(p) for p in paths], done, failed or self._tell, progress)

    def _progress(self, report: ImportReport) -> None:
        self.import_progress.emit(report)
        if report.new_rows or report.finished:
            self.changed.emit(None)

    def cancel_import(self) -> None:
        """See `Workspace.cancel_import`."""
        self._importer.cancel()

        def give_up(_ctx: JobContext) -> None:
            for root in self._catalog.unfinished_roots():
                self._catalog.add_root(root, complete=True)

        self._scheduler.submit(JobRequest(("import", "given up"), "io", give_up, cancellable=False))

    @property
    def is_importing(self) -> bool:
        """Whether an import runs or waits."""
        return self._importer.is_busy

    def first_shown(self, report: ImportReport) -> int | None:
        """The series of an import that is shown first: images before what was derived from them (masks, doses)."""
        rows = [row for n in report.series_ids if (row := self._catalog.series_row(n)) and row.n_frames > 0]
        rows.sort(key=lambda row: row.kind not in FIRST_KINDS)
        return next((int(row.id) for row in rows if row.kind in SHOWN_KINDS), None)

    # -- changed by hand

    def regroup(
        self, how: str, series_ids: Sequence[int], by: str = "", done: Callable[[], object] | None = None
    ) -> None:
        """See `Workspace.regroup`."""
        if how not in regrouping.WAYS:
            raise ValueError(f"no such regrouping: {how!r}")
        ids = tuple(series_ids)
        self._change(lambda: regrouping.regroup(self._catalog, how, ids, by), self._show_anew, done)

    def forget(self, level: str, row_ids: Sequence[int], done: Callable[[], object] | None = None) -> None:
        """See `Workspace.forget`."""
        ids = tuple(row_ids)
        self._change(lambda: regrouping.forget(self._catalog, level, *ids), self._forget_keys, done)

    def _change(
        self, change: Callable[[], set[str]], let_go: Callable[[set[str]], object], done: Callable[[], object] | None
    ) -> None:
        """Write the catalog in the io lane, one change after the other; then let go of the series that went."""

        def changed(keys: set[str]) -> None:
            let_go(keys)
            self.changed.emit(None)
            if done is not None:
                done()

        def failed(error: BaseException) -> None:
            self.changed.emit(None)  # the list may show what is gone already
            self._tell(error)

        label = self._translate(CHANGE_LABEL)
        request = JobRequest(("catalog",), "io", lambda _ctx: change(), label, cancellable=False)
        self._scheduler.submit(request, done=changed, failed=failed)

    def _show_anew(self, changed: set[str]) -> None:
        """Close series that are grouped otherwise now; panes show what has the same name, or nothing.

        Measurements stay: they come back with the grouping.
        """
        self._opened.close_stacks(changed)
        shown: list[edits.Edit] = []
        for pane, view in enumerate(self._document.state.layout.views):
            key = view.series_key.partition("#")[0]
            if key not in changed:
                continue
            there = self._opened.by_key(key) is not None
            shown.append(
                edits.ShowSeries(pane, key, view.plane, appearance=view.appearance)
                if there
                else edits.ShowSeries(pane, "")
            )
        if shown:
            active = edits.SetActive(self._document.state.layout.active)
            self._document.apply(edits.Batch.of([*shown, active], titles.SHOW_SERIES))

    def _forget_keys(self, keys: set[str]) -> None:
        spoken_of = {key for key in keys_in(self._document.state) if key.partition("#")[0] in keys}
        self._document.apply(edits.ForgetSeries(tuple(sorted(keys | spoken_of))))
        self._opened.close_stacks(keys)
        for key in keys & self._settings.series.overrides.keys():
            self._settings.override_series(key, None)
        self._sessions.forget()
        self._archive.forget(keys | spoken_of)


def told_or_raised(tell: Callable[[MedviewerError], object]) -> Callable[[BaseException], None]:
    """What is done with an error that no caller waits for: a sentence is told, a bug is raised."""

    def told(error: BaseException) -> None:
        if not isinstance(error, MedviewerError):
            raise error
        tell(error)

    return told
