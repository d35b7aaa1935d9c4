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

import msgspec

from medviewer.errors import CatalogError
from medviewer.io import catalog_check
from medviewer.io.catalog_grouping import Regrouper
from medviewer.io.catalog_rows import PatientRow, SeriesRow, StudyRow
from medviewer.io.catalog_schema import folded, migrate, search_words
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.series import Series, copy_order, left_as_copy, same_instance, with_own_identity

FILE_NAME = "catalog.sqlite3"
_BUSY_TIMEOUT_S = 30.0
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(InstanceHeader)


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
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
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
        with _told():
            self._writer = self._connect()
            migrate(self._writer)
            definition = self._writer.execute("SELECT sql FROM sqlite_master WHERE name = 'search'").fetchone()
            self._trigrams = definition is not None and "trigram" in definition[0]
        self._regrouper = Regrouper(self._writer, _decode)
        with _told(), self._lock:
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

    @property
    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
        return connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; told as CatalogError when it cannot be done, and then nothing of it is kept."""
        with self._lock, _told():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def _query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with _told():
            return self._reader.execute(sql, parameters).fetchall()

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
            studies: dict[tuple[str, ...], int] = {}
            for item in batch:
                if isinstance(item, LeftOut):
                    _put_left_out(db, item)
                    self._drop(db, item, touched)
                    continue
                uid = self._put_instance(db, item, touched, studies)
                if uid:
                    stored.append(uid)
            db.executemany("INSERT OR IGNORE INTO unsettled VALUES (?, ?)", sorted(touched))
            self._regrouper.regroup_grown(touched)
        return stored

    def settle(self) -> None:
        """Group all instances that were added since; call it at the end of an import."""
        with self._writing() as db:
            waiting = {(study, uid) for study, uid in db.execute("SELECT study, series_uid FROM unsettled")}
            self._regrouper.regroup(waiting)

    def _put_instance(
        self,
        db: sqlite3.Connection,
        header: InstanceHeader,
        touched: set[tuple[int, str]],
        studies: dict[tuple[str, ...], int],
    ) -> str:
        """Insert or update one instance; "" when it is a copy of another one."""
        place = (_text(header.path), _text(header.member))
        before = db.execute(
            "SELECT id, study, series_uid FROM instances WHERE path = ? AND member = ?", place
        ).fetchone()
        same = db.execute(
            "SELECT id, header, study, series_uid FROM instances WHERE sop_uid = ?", (header.sop_instance_uid,)
        ).fetchone()
        if same is not None and (before is None or same[0] != before[0]):
            other = _decode(same[1])
            if not os.path.exists(other.path):
                # The file was moved: its place in the catalog stays.
                db.execute("DELETE FROM instances WHERE id = ?", (same[0],))
                touched.add((same[2], same[3]))
            elif same_instance(header, other):
                if copy_order(header)[0] >= copy_order(other)[0]:  # type: ignore[operator]
                    _put_left_out(db, left_as_copy(header, other))
                    if before is not None:
                        db.execute("DELETE FROM instances WHERE id = ?", (before[0],))
                        touched.add((before[1], before[2]))
                    return ""
                db.execute("DELETE FROM instances WHERE id = ?", (same[0],))
                _put_left_out(db, left_as_copy(other, header))
            else:
                header = with_own_identity(header)
        if before is not None:
            touched.add((before[1], before[2]))
        identity = (header.patient_id, header.patient_name, header.patient_birth_date, header.study_uid)
        study = studies.get(identity)
        if study is None:
            study = studies[identity] = _study(db, header)
        db.execute("DELETE FROM left_out WHERE path = ? AND member = ?", place)
        db.execute(
            "INSERT INTO instances (sop_uid, study, series_uid, path, member, size, mtime_ns, header)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (path, member) DO UPDATE SET sop_uid = excluded.sop_uid, study = excluded.study,"
            " series_uid = excluded.series_uid, series = NULL, copy_of = NULL, size = excluded.size,"
            " mtime_ns = excluded.mtime_ns, header = excluded.header",
            (
                header.sop_instance_uid,
                study,
                header.series_uid,
                *place,
                header.size,
                header.mtime_ns,
                _encode(header),
            ),
        )
        touched.add((study, header.series_uid))
        return header.sop_instance_uid

    @staticmethod
    def _drop(db: sqlite3.Connection, item: LeftOut, touched: set[tuple[int, str]]) -> None:
        """A file that was an instance before and is none any more."""
        place = (_text(item.path), _text(item.member))
        row = db.execute(
            "SELECT id, study, series_uid FROM instances WHERE path = ? AND member = ?", place
        ).fetchone()
        if row is not None:
            touched.add((row[1], row[2]))
            db.execute("DELETE FROM instances WHERE id = ?", (row[0],))

    def known_files(self, root: str) -> dict[str, tuple[int, int]]:
        """(size, mtime_ns) of the files at and below `root` that are stored, for `scan`'s `known`."""
        low = root.rstrip(os.sep)
        files: dict[str, tuple[int, int]] = {}
        for table in ("instances", "left_out"):
            rows = self._query(
                f"SELECT path, size, mtime_ns FROM {table} WHERE member = '' AND (path = ? OR path >= ? AND path < ?)",
                (low, low + os.sep, low + chr(ord(os.sep) + 1)),
            )
            files.update({_path(path): (size, mtime) for path, size, mtime in rows})
        return files

    def add_root(self, path: str, *, complete: bool) -> None:
        """Remember a folder or file that was asked for, so that the catalog can be built again from it."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO roots VALUES (?, ?)", (_text(path), int(complete)))

    def roots(self) -> list[tuple[str, bool]]:
        """What was imported, and whether the import came to its end."""
        return [(_path(path), bool(complete)) for path, complete in self._query("SELECT * FROM roots ORDER BY path")]

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
            StudyRow(*row[:7], modalities=tuple(sorted((row[7] or "").split(","))) if row[7] else (), n_series=row[8])
            for row in rows
        ]

    def series_of(self, study_id: int, text: str = "", limit: int = -1, offset: int = 0) -> list[SeriesRow]:
        """Series (stacks) of a study in the order of their numbers."""
        where, parameters = self._matching(text)
        rows = self._query(
            f"SELECT {SeriesRow.COLUMNS} FROM series AS s WHERE s.study = ? {where}"
            " ORDER BY s.number IS NULL, s.number, s.date, s.time, s.uid, s.part LIMIT ? OFFSET ?",
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

    def series(self, series_id: int) -> Series:
        """A series with its instances in display order.

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
            instances=self.instances(series_id),
        )

    def instances(self, series_id: int) -> list[InstanceHeader]:
        """Headers of a series in display order."""
        rows = self._query("SELECT header FROM instances WHERE series = ? ORDER BY place", (series_id,))
        return [_decode(blob) for (blob,) in rows]

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
            LeftOut(path=_path(p), member=_path(m), reason=r, size=s, mtime_ns=t, is_file=bool(f))
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

    def forget(self, level: str, row_id: int) -> None:
        """Remove a patient, study or series from the catalog, with thumbnails; files stay untouched.

        Parameters
        ----------
        level : str
            ``"patient"``, ``"study"`` or ``"series"``.
        row_id : int
            Its row.
        """
        of = {
            "patient": "study IN (SELECT id FROM studies WHERE patient = ?)",
            "study": "study = ?",
            "series": "series = ?",
        }[level]
        with self._writing() as db:
            folders = {
                os.path.dirname(path)
                for (path,) in db.execute(f"SELECT DISTINCT path FROM instances WHERE {of}", (row_id,))
            }
            db.execute(
                f"DELETE FROM overrides WHERE sop_uid IN (SELECT sop_uid FROM instances WHERE {of})", (row_id,)
            )
            if level == "series":
                touched = set(db.execute("SELECT study, series_uid FROM instances WHERE series = ?", (row_id,)))
                db.execute("DELETE FROM instances WHERE series = ?", (row_id,))
                db.execute("DELETE FROM search WHERE rowid = ?", (row_id,))
                db.execute("DELETE FROM series WHERE id = ?", (row_id,))
                self._regrouper.regroup(touched)
            else:
                chosen = "patient = ?" if level == "patient" else "id = ?"
                db.execute(
                    "DELETE FROM search WHERE rowid IN (SELECT s.id FROM series AS s JOIN studies AS t"
                    f" ON t.id = s.study WHERE t.{chosen})",
                    (row_id,),
                )
                db.execute(f"DELETE FROM studies WHERE {chosen}", (row_id,))
            db.execute("DELETE FROM studies WHERE id NOT IN (SELECT study FROM instances)")
            db.execute("DELETE FROM patients WHERE id NOT IN (SELECT patient FROM studies)")
            # Names of files left out beside them may tell of the patient as well.
            for folder in folders:
                db.execute(
                    "DELETE FROM left_out WHERE path >= ? AND path < ?",
                    (folder + os.sep, folder + chr(ord(os.sep) + 1)),
                )
            db.execute("INSERT INTO search (search) VALUES ('optimize')")
        with suppress(CatalogError), self._lock, _told():
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
        with _told():
            return catalog_check.check(self._reader, [root for root, _ in self.roots()])


# --- rows


def _study(db: sqlite3.Connection, header: InstanceHeader) -> int:
    patient_key = (header.patient_id, header.patient_name, header.patient_birth_date)
    db.execute(
        "INSERT INTO patients (patient_id, name, birth_date, sex, sort_name) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET sex = CASE WHEN sex = '' THEN excluded.sex ELSE sex END",
        (*patient_key, header.patient_sex, folded(header.patient_name)),
    )
    (patient,) = db.execute(
        "SELECT id FROM patients WHERE patient_id = ? AND name = ? AND birth_date = ?", patient_key
    ).fetchone()
    db.execute(
        "INSERT INTO studies (patient, uid, date, time, description, study_id, accession_number)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " date = CASE WHEN date = '' THEN excluded.date ELSE date END,"
        " description = CASE WHEN description = '' THEN excluded.description ELSE description END",
        (
            patient,
            header.study_uid,
            header.study_date,
            header.study_time,
            header.study_description,
            header.study_id,
            header.accession_number,
        ),
    )
    (study,) = db.execute(
        "SELECT id FROM studies WHERE patient = ? AND uid = ?", (patient, header.study_uid)
    ).fetchone()
    return int(study)


def _encode(header: InstanceHeader) -> bytes:
    try:
        return _encoder.encode(header)
    except UnicodeEncodeError:  # a path that is not text in the file system's encoding
        plain = msgspec.structs.replace(header, path=_text(header.path), member=_text(header.member))
        return _encoder.encode(plain)


def _decode(blob: bytes) -> InstanceHeader:
    header = _decoder.decode(blob)
    if header.path.startswith("\0fs:") or header.member.startswith("\0fs:"):
        return msgspec.structs.replace(header, path=_path(header.path), member=_path(header.member))
    return header


def _put_left_out(db: sqlite3.Connection, item: LeftOut) -> None:
    db.execute(
        "INSERT OR REPLACE INTO left_out VALUES (?, ?, ?, ?, ?, ?)",
        (_text(item.path), _text(item.member), item.reason, item.size, item.mtime_ns, int(item.is_file)),
    )


def _text(path: str) -> str:
    """A path as SQLite takes it: bytes that are not text in the file system's encoding are kept as escapes."""
    try:
        path.encode("utf_8")
    except UnicodeEncodeError:
        return "\0fs:" + os.fsencode(path).hex()
    return path


def _path(text: str) -> str:
    return os.fsdecode(bytes.fromhex(text[4:])) if text.startswith("\0fs:") else text


@contextmanager
def _told() -> Iterator[None]:
    """Turn what SQLite says into a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error).lower()
        if "full" in text:
            message, hint = "The disk is full: the catalog could not be written.", "Free some space and try again."
        elif "readonly" in text or "read-only" in text:
            message, hint = "The catalog may not be written.", "Choose a data folder that you may write to."
        elif "locked" in text or "busy" in text:
            message, hint = "The catalog is in use by another program.", "Wait until it has finished and try again."
        elif "unable to open" in text or "disk i/o" in text:
            message = "The catalog cannot be read or written on its disk."
            hint = "Check that the data folder is there and that the disk is not full."
        elif isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.OperationalError)
        ):
            message = "The catalog file is damaged."
            hint = "It can be built again from the files: your images are not affected."
        else:
            raise
        raise CatalogError(message, hint) from error
