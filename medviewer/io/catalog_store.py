"""Writes instances and files left out as rows of the catalog, inside the caller's transaction."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from medviewer.errors import CatalogError
from medviewer.io.catalog_schema import folded
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.series import copy_order, left_as_copy, same_instance, with_own_identity

SeriesUid = tuple[int, str]  # study row, SeriesInstanceUID
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(InstanceHeader)


class InstanceStore:
    """Rows of patients, studies, instances and files left out.

    Parameters
    ----------
    db : sqlite3.Connection
        The writer.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, header: InstanceHeader, touched: set[SeriesUid]) -> str:
        """Insert or update one instance; "" when it is a copy of another one.

        `touched` receives the DICOM series that must be grouped anew.
        """
        db = self._db
        place = (as_text(header.path), as_text(header.member))
        before = db.execute(
            "SELECT id, study, series_uid FROM instances WHERE path = ? AND member = ?", place
        ).fetchone()
        same = db.execute(
            "SELECT id, header, study, series_uid FROM instances WHERE sop_uid = ?", (header.sop_instance_uid,)
        ).fetchone()
        if same is not None and (before is None or same[0] != before[0]):
            other = decoded(same[1])
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
        study = _study(db, header)
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
                encoded(header),
            ),
        )
        touched.add((study, header.series_uid))
        return header.sop_instance_uid

    def put_left_out(self, item: LeftOut, touched: set[SeriesUid]) -> None:
        """Insert or update a file that is not shown; it may have been an instance before."""
        _put_left_out(self._db, item)
        place = (as_text(item.path), as_text(item.member))
        row = self._db.execute(
            "SELECT id, study, series_uid FROM instances WHERE path = ? AND member = ?", place
        ).fetchone()
        if row is not None:
            touched.add((row[1], row[2]))
            self._db.execute("DELETE FROM instances WHERE id = ?", (row[0],))

    def forget(self, level: str, row_id: int) -> set[SeriesUid]:
        """Delete a patient, study or series; returns the DICOM series that must be grouped anew."""
        db = self._db
        touched: set[SeriesUid] = set()
        of = {
            "patient": "study IN (SELECT id FROM studies WHERE patient = ?)",
            "study": "study = ?",
            "series": "series = ?",
        }[level]
        folders = {
            os.path.dirname(path)
            for (path,) in db.execute(f"SELECT DISTINCT path FROM instances WHERE {of}", (row_id,))
        }
        db.execute(f"DELETE FROM overrides WHERE sop_uid IN (SELECT sop_uid FROM instances WHERE {of})", (row_id,))
        if level == "series":
            touched = set(db.execute("SELECT study, series_uid FROM instances WHERE series = ?", (row_id,)))
            db.execute("DELETE FROM instances WHERE series = ?", (row_id,))
            # Copies of what was shown must not come to light instead.
            db.executemany(
                "DELETE FROM instances WHERE study = ? AND series_uid = ? AND copy_of IS NOT NULL", sorted(touched)
            )
            db.execute("DELETE FROM search WHERE rowid = ?", (row_id,))
            db.execute("DELETE FROM series WHERE id = ?", (row_id,))
        else:
            chosen = "patient = ?" if level == "patient" else "id = ?"
            db.execute(
                "DELETE FROM search WHERE rowid IN (SELECT s.id FROM series AS s JOIN studies AS t"
                f" ON t.id = s.study WHERE t.{chosen})",
                (row_id,),
            )
            db.execute(f"DELETE FROM studies WHERE {chosen}", (row_id,))
        # Names of files left out beside them may tell of the patient as well.
        for folder in folders:
            db.execute(
                "DELETE FROM left_out WHERE path >= ? AND path < ?",
                (folder + os.sep, folder + chr(ord(os.sep) + 1)),
            )
        db.execute("INSERT INTO search (search) VALUES ('optimize')")  # drops deleted words from the index
        return touched

    def sweep(self) -> None:
        """Delete studies and patients of which nothing is left."""
        self._db.execute("DELETE FROM studies WHERE id NOT IN (SELECT study FROM instances)")
        self._db.execute("DELETE FROM patients WHERE id NOT IN (SELECT patient FROM studies)")

    def sweep_roots(self) -> None:
        """Forget imported folders that hold nothing of the catalog any more; their names may tell of a patient."""
        inside = "path = ? OR path >= ? AND path < ?"
        for (root,) in self._db.execute("SELECT path FROM roots").fetchall():
            span = (root, root + os.sep, root + chr(ord(os.sep) + 1))
            if self._db.execute(f"SELECT 1 FROM instances WHERE {inside} LIMIT 1", span).fetchone() is None:
                self._db.execute(f"DELETE FROM left_out WHERE {inside}", span)
                self._db.execute("DELETE FROM roots WHERE path = ?", (root,))


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


def encoded(header: InstanceHeader) -> bytes:
    """The header as it is stored (msgpack)."""
    try:
        return _encoder.encode(header)
    except UnicodeEncodeError:  # a path that is not text in the file system's encoding
        plain = msgspec.structs.replace(header, path=as_text(header.path), member=as_text(header.member))
        return _encoder.encode(plain)


def decoded(blob: bytes) -> InstanceHeader:
    """The header of a stored blob."""
    header = _decoder.decode(blob)
    if header.path.startswith("\0fs:") or header.member.startswith("\0fs:"):
        return msgspec.structs.replace(header, path=as_path(header.path), member=as_path(header.member))
    return header


def _put_left_out(db: sqlite3.Connection, item: LeftOut) -> None:
    db.execute(
        "INSERT OR REPLACE INTO left_out VALUES (?, ?, ?, ?, ?, ?)",
        (as_text(item.path), as_text(item.member), item.reason, item.size, item.mtime_ns, int(item.is_file)),
    )


def as_text(path: str) -> str:
    """A path as SQLite takes it: bytes that are not text in the file system's encoding are kept as escapes."""
    try:
        path.encode("utf_8")
    except UnicodeEncodeError:
        return "\0fs:" + os.fsencode(path).hex()
    return path


def as_path(text: str) -> str:
    """The path that `as_text` made storable."""
    return os.fsdecode(bytes.fromhex(text[4:])) if text.startswith("\0fs:") else text


DAMAGED = "catalog.damaged"
"""Code of the error that a damaged file raises: `catalog_repair.set_aside` helps."""


@contextmanager
def told() -> Iterator[None]:
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
        elif "closed database" in text:  # a job or a timer that outlived the window
            message, hint = "The catalog has been closed.", ""
        elif "unable to open" in text or "disk i/o" in text:
            message = "The catalog cannot be read or written on its disk."
            hint = "Check that the data folder is there and that the disk is not full."
        elif isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.OperationalError)
        ):
            message = "The catalog file is damaged."
            hint = "It can be built again from the files: your images are not affected."
            raise CatalogError(message, hint, DAMAGED) from error
        else:
            raise
        raise CatalogError(message, hint) from error
