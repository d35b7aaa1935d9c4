"""The catalog: patients, studies, series and instances in one SQLite file, durable and rebuildable.

One writer at a time, readers from any thread. An instance is stored with its whole header; the grouping into series
is derived from the headers and redone when instances arrive. Originals are never moved or written.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from medviewer.errors import CatalogError
from medviewer.io import catalog_check
from medviewer.io.catalog_grouping import Regrouper
from medviewer.io.catalog_rows import PatientRow, SeriesRow, StudyRow
from medviewer.io.catalog_schema import migrate, search_words
from medviewer.io.catalog_store import InstanceStore, as_path, as_text, decoded, told
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.series import Series

FILE_NAME = "catalog.sqlite3"
ROOTS_NAME = "imported-folders.txt"  # beside the catalog, so that it can be built again when it is damaged
_BUSY_TIMEOUT_S = 30.0


class Catalog:
    """The catalog in a folder, which is made (mode 0700) if it is missing.

    Parameters
    ----------
    folder : path
        The data folder.

    Raises
    ------
    CatalogError
        The folder cannot be used, or the file is damaged or of a newer version.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self._connections: list[sqlite3.Connection] = []
        self._idle_readers: list[sqlite3.Connection] = []
        self._lock = threading.RLock()
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(OSError):
                self.folder.chmod(0o700)
        except OSError as error:
            raise CatalogError(
                "The data folder cannot be made or written.", "Choose another folder or free some space."
            ) from error
        self.path = self.folder / FILE_NAME
        with told():
            self._writer = self._connect()
            migrate(self._writer)
            definition = self._writer.execute("SELECT sql FROM sqlite_master WHERE name = 'search'").fetchone()
            self._trigrams = definition is not None and "trigram" in definition[0]
        self._store = InstanceStore(self._writer)
        self._regrouper = Regrouper(self._writer, decoded)
        with told(), self._lock:
            if self._writer.execute("SELECT 1 FROM unsettled LIMIT 1").fetchone():
                self.settle()  # an import was ended before it could group what it had stored

    # --- connections

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        with suppress(OSError):
            self.path.chmod(0o600)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
        connection.execute("PRAGMA temp_store = MEMORY")
        self._connections.append(connection)
        return connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for any thread; they are used again, so that their number stays small."""
        with told():
            with self._lock:
                connection = self._idle_readers.pop() if self._idle_readers else None
            if connection is None:
                connection = self._connect()
                connection.execute("PRAGMA query_only = ON")
            try:
                yield connection
            finally:
                with self._lock:
                    self._idle_readers.append(connection)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; told as CatalogError when it cannot be done, and then nothing of it is kept."""
        with self._lock, told():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def _query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with self._reading() as db:
            return db.execute(sql, parameters).fetchall()

    def close(self) -> None:
        """Close all connections; the catalog cannot be used afterwards."""
        with self._lock:
            for connection in self._connections:
                with suppress(sqlite3.Error):
                    connection.close()
            self._connections.clear()

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- import

    def add(self, batch: Iterable[InstanceHeader | LeftOut]) -> list[str]:
        """Store headers and files left out in one transaction.

        Parameters
        ----------
        batch : iterable
            As `scan` yields them.

        Returns
        -------
        list of str
            SOP instance UIDs that are on disk now: those of the batch, but for copies of instances that are there.
            When this returns they survive a power cut.

        Raises
        ------
        CatalogError
            Nothing of the batch was stored (disk full, read-only, damaged).
        """
        stored: list[str] = []
        with self._writing() as db:
            touched: set[tuple[int, str]] = set()
            for item in batch:
                if isinstance(item, LeftOut):
                    self._store.put_left_out(item, touched)
                elif uid := self._store.put(item, touched):
                    stored.append(uid)
            db.executemany("INSERT OR IGNORE INTO unsettled VALUES (?, ?)", sorted(touched))
            self._regrouper.regroup_grown(touched)
        return stored

    def settle(self) -> None:
        """Group all instances that were added since; call it at the end of an import."""
        with self._writing() as db:
            waiting = {(study, uid) for study, uid in db.execute("SELECT study, series_uid FROM unsettled")}
            self._regrouper.regroup(waiting)
            self._store.sweep()

    def known_files(self, root: str) -> dict[str, tuple[int, int]]:
        """(size, mtime_ns) of the files at and below `root` that are stored, for `scan`'s `known`."""
        low = root.rstrip(os.sep)
        files: dict[str, tuple[int, int]] = {}
        inside = "member = '' AND (path = ? OR path >= ? AND path < ?)"
        for table in ("instances", "left_out"):
            rows = self._query(
                f"SELECT path, size, mtime_ns FROM {table} WHERE {inside}",
                (low, low + os.sep, low + chr(ord(os.sep) + 1)),
            )
            files.update({as_path(path): (size, mtime) for path, size, mtime in rows})
        return files

    def add_root(self, path: str, *, complete: bool) -> None:
        """Remember a folder or file that was asked for, so that the catalog can be built again from it."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO roots VALUES (?, ?)", (as_text(path), int(complete)))
        self._list_roots()

    def _list_roots(self) -> None:
        listed = b"".join(os.fsencode(root) + b"\n" for root, _ in self.roots() if "\n" not in root)
        beside = self.folder / ROOTS_NAME
        with suppress(OSError):  # a convenience; the catalog itself says the same
            temporary = beside.with_suffix(".new")
            temporary.write_bytes(listed)
            temporary.chmod(0o600)
            temporary.replace(beside)

    def unfinished_roots(self) -> list[str]:
        """What an interrupted import has not finished with, as far as it is still there."""
        return [root for root, complete in self.roots() if not complete and os.path.lexists(root)]

    def roots(self) -> list[tuple[str, bool]]:
        """What was imported, and whether the import came to its end."""
        return [
            (as_path(path), bool(complete)) for path, complete in self._query("SELECT * FROM roots ORDER BY path")
        ]

    # --- lists

    def patients(self, text: str = "", limit: int = 200, offset: int = 0) -> list[PatientRow]:
        """Patients with a series that matches `text`, by name."""
        where, parameters = self._matching(text)
        rows = self._query(
            "SELECT id, patient_id, name, birth_date, sex FROM patients AS p WHERE EXISTS (SELECT 1 FROM studies AS t"
            f" JOIN series AS s ON s.study = t.id WHERE t.patient = p.id {where})"
            " ORDER BY sort_name, patient_id, id LIMIT ? OFFSET ?",
            (*parameters, limit, offset),
        )
        return [PatientRow(*row) for row in rows]

    def studies(
        self, text: str = "", patient: int | None = None, limit: int = 200, offset: int = 0
    ) -> list[StudyRow]:
        """Studies with a series that matches `text`, newest first; of one patient if given."""
        where, parameters = self._matching(text)
        of_patient = "" if patient is None else "AND t.patient = ?"
        rows = self._query(
            "SELECT t.id, t.uid, t.patient, t.date, t.time, t.description, t.accession_number,"
            " (SELECT group_concat(DISTINCT modality) FROM series WHERE study = t.id AND modality != ''),"
            " (SELECT count(*) FROM series WHERE study = t.id)"
            f" FROM studies AS t WHERE EXISTS (SELECT 1 FROM series AS s WHERE s.study = t.id {where}) {of_patient}"
            " ORDER BY t.date DESC, t.time DESC, t.id LIMIT ? OFFSET ?",
            (*parameters, *(() if patient is None else (patient,)), limit, offset),
        )
        return [
            StudyRow(
                id=row[0],
                uid=row[1],
                patient=row[2],
                date=row[3],
                time=row[4],
                description=row[5],
                accession_number=row[6],
                modalities=tuple(sorted(row[7].split(","))) if row[7] else (),
                n_series=row[8],
            )
            for row in rows
        ]

    def series_of(self, study_id: int, text: str = "", limit: int = -1, offset: int = 0) -> list[SeriesRow]:
        """Series (stacks) of a study in the order of their numbers."""
        where, parameters = self._matching(text)
        rows = self._query(
            f"SELECT {SeriesRow.COLUMNS} FROM series AS s WHERE s.study = ? {where}"
            " ORDER BY s.number IS NULL, s.number, s.date, s.time, CASE WHEN s.number IS NULL THEN s.description END,"
            " s.uid, s.part LIMIT ? OFFSET ?",
            (study_id, *parameters, limit, offset),
        )
        return [SeriesRow.of(row) for row in rows]

    def search(self, text: str, limit: int = 200) -> list[SeriesRow]:
        """Series that match all words of `text`: name, ID, dates, descriptions, modality, body part…"""
        where, parameters = self._matching(text)
        rows = self._query(
            f"SELECT {SeriesRow.COLUMNS} FROM series AS s WHERE 1 {where} ORDER BY s.date DESC, s.id LIMIT ?",
            (*parameters, limit),
        )
        return [SeriesRow.of(row) for row in rows]

    def series_row(self, series_id: int) -> SeriesRow | None:
        """One row of the list; None when there is no such series (any more)."""
        rows = self._query(f"SELECT {SeriesRow.COLUMNS} FROM series AS s WHERE s.id = ?", (series_id,))
        return SeriesRow.of(rows[0]) if rows else None

    def series_id(self, key: str) -> int | None:
        """The id of the series with this key."""
        rows = self._query("SELECT id FROM series WHERE key = ?", (key,))
        return int(rows[0][0]) if rows else None

    def study_of(self, series_id: int) -> int | None:
        """The study row that a series belongs to."""
        rows = self._query("SELECT study FROM series WHERE id = ?", (series_id,))
        return int(rows[0][0]) if rows else None

    def series(self, series_id: int, with_instances: bool = True) -> Series:
        """A series with its instances in display order; without them it takes no longer for a thousand files.

        Raises
        ------
        CatalogError
            There is no such series.
        """
        row = self.series_row(series_id)
        if row is None:
            raise CatalogError("This series is no longer in the catalog.", "Import its folder again.")
        (study_uid,) = self._query(
            "SELECT t.uid FROM series AS s JOIN studies AS t ON t.id = s.study WHERE s.id = ?", (series_id,)
        )[0]
        return Series(
            id=row.id,
            study_uid=study_uid,
            uid=row.uid,
            key=row.key,
            part=row.part,
            parts=row.parts,
            split_reason=row.split_reason,
            kind=row.kind,
            modality=row.modality,
            number=row.number,
            description=row.description,
            date=row.date,
            time=row.time,
            body_part=row.body_part,
            rows=row.rows,
            columns=row.columns,
            n_frames=row.n_frames,
            warnings=row.warnings,
            instances=self.instances(series_id) if with_instances else [],
        )

    def instances(self, series_id: int) -> list[InstanceHeader]:
        """Headers of a series in display order."""
        rows = self._query("SELECT header FROM instances WHERE series = ? ORDER BY place", (series_id,))
        return [decoded(blob) for (blob,) in rows]

    def instance_count(self) -> int:
        """Number of instances stored, copies included."""
        return int(self._query("SELECT count(*) FROM instances")[0][0])

    def left_out(self, limit: int = -1, offset: int = 0) -> list[LeftOut]:
        """Files that were read and are not shown, with the reason, copies included; by path."""
        rows = self._query(
            "SELECT path, member, reason, size, mtime_ns, is_file FROM left_out UNION ALL"
            " SELECT path, member, copy_of, size, mtime_ns, 1 FROM instances WHERE copy_of IS NOT NULL"
            " ORDER BY 1, 2 LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return [
            LeftOut(path=as_path(p), member=as_path(m), reason=r, size=s, mtime_ns=t, is_file=bool(f))
            for p, m, r, s, t, f in rows
        ]

    def left_out_count(self) -> int:
        """Length of `left_out`."""
        return int(
            self._query(
                "SELECT (SELECT count(*) FROM left_out) + (SELECT count(*) FROM instances WHERE copy_of IS NOT NULL)"
            )[0][0]
        )

    def _matching(self, text: str) -> tuple[str, tuple[str, ...]]:
        """SQL that keeps series ``s`` whose words contain all words of `text`, and its parameters."""
        words = search_words(text)
        if not words:
            return "", ()
        # The index knows runs of three characters; shorter words (Chinese names) read all rows, which is fast enough.
        indexed = [word for word in words if self._trigrams and len(word) >= 3]
        rest = [word for word in words if word not in indexed]
        conditions = ["search MATCH ?"] if indexed else []
        conditions += ["words LIKE ? ESCAPE '\\'"] * len(rest)
        parameters = [" ".join('"' + word.replace('"', '""') + '"' for word in indexed)] if indexed else []
        for word in rest:
            escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            parameters.append(f"%{escaped}%")
        return f"AND s.id IN (SELECT rowid FROM search WHERE {' AND '.join(conditions)})", tuple(parameters)

    # --- thumbnails

    def thumbnail(self, series_id: int) -> bytes | None:
        """The stored PNG of a series, or None."""
        rows = self._query("SELECT png FROM thumbnails WHERE series = ?", (series_id,))
        return bytes(rows[0][0]) if rows else None

    def set_thumbnail(self, series_id: int, png: bytes) -> None:
        """Store the PNG of a series; does nothing when the series is gone."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO thumbnails SELECT id, ? FROM series WHERE id = ?", (png, series_id))

    # --- grouping by hand

    def merge(self, series_ids: Sequence[int]) -> int:
        """Join stacks of one study into one, and remember it; returns the id of the joined series.

        Raises
        ------
        CatalogError
            Fewer than two series, or of different studies.
        """
        with self._writing():
            return self._regrouper.merge(list(dict.fromkeys(series_ids)))

    def split(self, series_id: int, by: str) -> list[int]:
        """Split a stack by a rule (see `series.split_by`), and remember it; returns the ids of the parts.

        Raises
        ------
        CatalogError
            The series does not differ in it, or there is no such rule.
        """
        with self._writing():
            return self._regrouper.split(series_id, by)

    def reset(self, series_id: int) -> None:
        """Forget what was grouped by hand in the DICOM series that this stack belongs to."""
        with self._writing():
            self._regrouper.reset(series_id)

    # --- removal and checks

    def forget(self, level: str, *row_ids: int) -> None:
        """Remove patients, studies or series from the catalog, with thumbnails; files stay untouched.

        Parameters
        ----------
        level : str
            ``"patient"``, ``"study"`` or ``"series"``.
        *row_ids : int
            Their rows.
        """
        with self._writing():
            touched = set().union(*(self._store.forget(level, row_id) for row_id in row_ids))
            self._regrouper.regroup(touched)
            self._store.sweep()
            self._store.sweep_roots()
        self._list_roots()
        with suppress(CatalogError), self._lock, told():
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def check(self) -> dict[str, Any]:
        """Integrity of the catalog, as `medviewer check-catalog` prints it.

        Returns
        -------
        dict
            ``integrity`` ("ok" or what is wrong), ``instances``, ``series``, ``studies``, ``patients``,
            ``left_out``, ``duplicates`` (SOP instance UIDs with more than one row), ``unsettled``,
            ``rows_without_file`` and ``files_without_row`` (counts, with up to 20 paths in ``…_paths``).
        """
        roots = [root for root, _ in self.roots()]
        with self._reading() as db:
            return catalog_check.check(db, roots)
