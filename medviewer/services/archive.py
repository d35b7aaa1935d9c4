"""Measurements outlive the window: each series keeps its own in the data folder, and has them again when reopened."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from medviewer.document.changes import Change, Flags
from medviewer.document.document import Document
from medviewer.document.durable import atomic_write, private_folder
from medviewer.document.edits import RestoreMeasurements
from medviewer.document.state import Measurement
from medviewer.services.jobs import JobContext, JobRequest, Priority
from medviewer.services.paths import hashed_name
from medviewer.services.scheduler import Scheduler

log = logging.getLogger(__name__)

SCHEMA_VERSION = 1
MAX_FILE_BYTES = 64 * 2**20


class _Kept(msgspec.Struct):
    """Content of one file."""

    schema_version: int
    series_key: str
    measurements: tuple[Measurement, ...]


class MeasurementArchive:
    """Follows the document: writes what changes, brings back what was measured on another day.

    Parameters
    ----------
    folder : Path
        Private folder of the program; one file per series, named by a hash of its key.
    trouble : callable, optional
        Called in the window's thread with the OSError of a write that failed.
    """

    def __init__(
        self,
        folder: Path,
        document: Document,
        scheduler: Scheduler,
        trouble: Callable[[BaseException], object] | None = None,
    ) -> None:
        self._folder = folder
        self._document = document
        self._scheduler = scheduler
        self._trouble = trouble
        self._seen: set[str] = set()
        document.changed.connect(self._document_changed)

    def _file(self, key: str) -> Path:
        return self._folder / hashed_name(key, ".json")

    def _document_changed(self, change: Change) -> None:
        state = self._document.state
        dirty = set(change.series_keys) if Flags.MEASUREMENTS in change.flags else set()
        if Flags.RESET in change.flags:
            # Another session: what it lacks was not deleted by anyone.
            self._seen.clear()
            dirty = {m.series_key for m in state.measurements}
        if change.flags & (Flags.SERIES | Flags.RESET):
            shown = {view.series_key for view in state.layout.views if view.series_key}
            self._bring_back((shown | dirty) - self._seen)
        for key in sorted(dirty & self._seen):
            self._write(key)

    def _bring_back(self, keys: Iterable[str]) -> None:
        found: list[Measurement] = []
        for key in sorted(keys):
            self._seen.add(key)
            found += self.read(key)
        if found:
            self._document.apply(RestoreMeasurements(tuple(found)), initiator=self)

    def read(self, key: str) -> tuple[Measurement, ...]:
        """What is kept of a series; nothing when there is no file, or none that can be read."""
        path = self._file(key)
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                return ()
            kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
        except FileNotFoundError:
            return ()
        except (OSError, msgspec.MsgspecError, RecursionError) as error:
            log.warning("kept measurements cannot be read: %s", type(error).__name__)
            return ()
        return kept.measurements if kept.series_key == key else ()

    def _write(self, key: str) -> None:
        measurements = tuple(m for m in self._document.state.measurements if m.series_key == key)

        def work(_ctx: JobContext) -> None:
            path = self._file(key)
            if not measurements:
                path.unlink(missing_ok=True)
                return
            private_folder(self._folder)
            atomic_write(path, msgspec.json.encode(_Kept(SCHEMA_VERSION, key, measurements)))

        # One after the other, so that an older state never overwrites a newer one.
        request = JobRequest(("archive",), "io", work, priority=Priority.USER, cancellable=False)
        self._scheduler.submit(request, failed=self._failed)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, OSError):
            raise error
        log.warning("measurements could not be kept: %s", error.strerror)
        if self._trouble is not None:
            self._trouble(error)

    def forget(self, keys: Iterable[str]) -> None:
        """Delete what is kept of series, now."""
        for key in keys:
            self._file(key).unlink(missing_ok=True)
            self._seen.discard(key)
