"""What survives the window: the journal while it runs, session files, and what was open last time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from medviewer.document import session
from medviewer.document.document import Document
from medviewer.document.journal import Journal
from medviewer.document.session import SeriesLink
from medviewer.document.state import DocumentState, View
from medviewer.io.series import Series
from medviewer.services.jobs import JobContext, JobRequest, Priority
from medviewer.services.scheduler import Scheduler

log = logging.getLogger(__name__)

SeriesOf = Callable[[str], Series | None]


@dataclass(frozen=True)
class Found:
    """A session as far as it can be shown.

    Attributes
    ----------
    state : DocumentState
        As it was saved; to be shown again (`Sessions.show`) once the missing series are imported.
    missing : tuple of SeriesLink
        Series that the catalog does not hold.
    places : tuple of Path
        Where the missing ones may be; to be imported first.
    changed : tuple of str
        Keys of series whose instances are not those of the day it was saved: measurements may lie elsewhere.
    """

    state: DocumentState
    missing: tuple[SeriesLink, ...] = ()
    places: tuple[Path, ...] = ()
    changed: tuple[str, ...] = ()


def keys_in(state: DocumentState) -> tuple[str, ...]:
    """Keys of all series that a state speaks of, in a stable order."""
    keys = [view.series_key for view in state.layout.views]
    keys += [m.series_key for m in state.measurements]
    keys += list(state.recipes)
    keys += [layer.series_key for layer in state.layers]
    return tuple(dict.fromkeys(key for key in keys if key))


def link_of(series: Series) -> SeriesLink:
    """How a session file names a series."""
    folders = dict.fromkeys(h.path if h.member else str(Path(h.path).parent) for h in series.instances)
    return SeriesLink(
        key=series.key,
        uid=series.uid,
        study_uid=series.study_uid,
        folders=tuple(folders)[:16],
        n_instances=len(series.instances),
        content=session.content_hash(h.sop_instance_uid for h in series.instances),
    )


class Sessions:
    """Keeps the document on disk and brings it back.

    Parameters
    ----------
    document : Document
    folder : Path
        Of the journal.
    series_of : callable
        Finds a series in the catalog by key; None when it is not there.
    trouble : callable
        Called once, from another thread, when the journal cannot be written.
    beside : callable
        Writes what else has changed with the document, in the journal's thread.
    """

    def __init__(
        self,
        document: Document,
        folder: Path,
        scheduler: Scheduler,
        series_of: SeriesOf,
        trouble: Callable[[OSError], object] | None = None,
        beside: Callable[[], object] | None = None,
    ) -> None:
        self._document = document
        self._scheduler = scheduler
        self._series_of = series_of
        self._journal = Journal(folder, trouble, beside)
        self._recovered: DocumentState | None = None
        self._looked = False
        document.changed.connect(self._document_changed)

    # -- the journal

    def start(self) -> None:
        """Begin to write; what a killed program left is set aside first."""
        self.recovered()
        self._journal.start()

    def _document_changed(self, _change: object) -> None:
        self.recovered()  # before the first edit overwrites it
        self._journal.record(self._document.state)

    def recovered(self) -> DocumentState | None:
        """What was open when the program was killed; None after a normal end."""
        if not self._looked:
            self._looked = True
            try:
                self._recovered = self._journal.recover()
            except OSError as error:
                log.warning("the journal of the last run cannot be read: %s", error)
        return self._recovered

    def restore_recovered(self) -> Found | None:
        """Take it back into the document."""
        state = self.recovered()
        if state is None:
            return None
        found = self.show(state)
        try:
            self._journal.flush()  # only when it is safe in the new journal is the old one deleted
        except OSError as error:
            log.warning("what was recovered is not yet in the journal: %s", error.strerror)
        else:
            self.discard_recovered()
        return found

    def discard_recovered(self) -> None:
        """The user does not want it, or has it."""
        self._recovered = None
        self._journal.clear()

    def last_session(self) -> DocumentState | None:
        """What was open when the program was last closed."""
        return self._journal.last_session()

    def restore_last(self) -> Found | None:
        """Show what was open when the program was last closed."""
        state = self._journal.last_session()
        return None if state is None else self.show(state)

    def forget(self) -> None:
        """Delete what earlier runs left: it speaks of series that were forgotten."""
        self.discard_recovered()
        self._journal.forget_last_session()

    def close(self) -> None:
        """End well: the state becomes the last session."""
        self._journal.close(self._document.state)

    # -- session files

    def save(
        self,
        path: Path,
        done: Callable[[None], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Write a session file in the background; it is finished even when the program is closed meanwhile."""
        state = self._document.state
        series = {key: found for key in keys_in(state) if (found := self._series_of(key)) is not None}

        def work(_ctx: JobContext) -> None:
            links = [msgspec.structs.replace(link_of(one), key=key) for key, one in series.items()]
            session.save(path, state, links)

        request: JobRequest[Any] = JobRequest(
            ("session", str(path)), "io", work, priority=Priority.USER, cancellable=False
        )
        self._scheduler.submit(request, done=done, failed=failed)

    def open(self, path: Path) -> Found:
        """Read a session file and show what the catalog holds of it.

        Raises
        ------
        SessionError
            When the file cannot be used; the document stays as it is.
        """
        read = session.load(path)
        found = self.show(read.state, read.series)
        places = [place for link in found.missing for place in session.places(link, path)]
        return replace(found, places=tuple(dict.fromkeys(places)))

    def show(self, state: DocumentState, links: dict[str, SeriesLink] | None = None) -> Found:
        """Make `state` the document's, with its panes emptied where the series is not in the catalog.

        Measurements, masks and recipes of missing series are kept: they come back when the series does.
        """
        missing: list[SeriesLink] = []
        changed: list[str] = []
        known: set[str] = set()
        for key in keys_in(state):
            series = self._series_of(key)
            link = (links or {}).get(key, SeriesLink(key=key))
            if series is None:
                missing.append(link)
                continue
            known.add(key)
            if link.content and link.content != link_of(series).content:
                changed.append(key)
        views = tuple(v if not v.series_key or v.series_key in known else View() for v in state.layout.views)
        shown = replace(state, layout=replace(state.layout, views=views))
        self._document.reset(shown)
        return Found(state, tuple(missing), (), tuple(changed))
