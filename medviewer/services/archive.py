"""Measurements outlive the window: each series keeps its own in the data folder, and has them again when reopened."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from pathlib import Path

import msgspec

from medviewer.document.changes import Change, Flags
from medviewer.document.document import Document
from medviewer.document.durable import atomic_write, private_folder
from medviewer.document.edits import RestoreMeasurements
from medviewer.document.state import Measurement
from medviewer.services.paths import hashed_name

log = logging.getLogger(__name__)

SCHEMA_VERSION = 1
MAX_FILE_BYTES = 64 * 2**20


class _Kept(msgspec.Struct):
    """Content of one file."""

    schema_version: int
    series_key: str
    measurements: tuple[Measurement, ...]


class MeasurementArchive:
    """Follows the document: notes what changes, brings back what was measured on another day.

    Parameters
    ----------
    folder : Path
        Private folder of the program; one file per series, named by a hash of its key.
    document : Document

    Notes
    -----
    Noting is cheap, a drag does it sixty times a second. Writing happens in `flush`, which the journal's thread
    calls with each of its own writes.
    """

    def __init__(self, folder: Path, document: Document) -> None:
        self._folder = folder
        self._document = document
        self._seen: set[str] = set()
        self._pending: dict[str, tuple[Measurement, ...]] = {}
        self._lock = threading.Lock()  # of what is noted; never held while the disk is written
        self._writing = threading.Lock()
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
        wanted = {m.series_key for m in state.measurements} & dirty
        if change.flags & (Flags.SERIES | Flags.RESET):
            wanted |= {view.series_key for view in state.layout.views if view.series_key}
        self._bring_back(wanted - self._seen)
        with self._lock:
            for key in dirty & self._seen:
                self._pending[key] = tuple(m for m in self._document.state.measurements if m.series_key == key)

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
        with self._lock:
            if key in self._pending:
                return self._pending[key]
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

    def flush(self) -> None:
        """Write what was noted. Called from any thread.

        Raises
        ------
        OSError
            When it cannot be written; it stays noted.
        """
        with self._writing:
            with self._lock:
                noted = list(self._pending.items())
            for key, measurements in noted:
                path = self._file(key)
                if measurements:
                    private_folder(self._folder)
                    atomic_write(path, msgspec.json.encode(_Kept(SCHEMA_VERSION, key, measurements)))
                else:
                    path.unlink(missing_ok=True)
                with self._lock:
                    if self._pending.get(key) is measurements:  # not noted anew meanwhile
                        del self._pending[key]

    def forget(self, keys: Iterable[str]) -> None:
        """Delete what is kept of series, now."""
        gone = list(keys)
        with self._writing:
            with self._lock:
                for key in gone:
                    self._pending.pop(key, None)
            for key in gone:
                self._seen.discard(key)
                self._file(key).unlink(missing_ok=True)
