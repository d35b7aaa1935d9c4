"""The catalog's tables and their versions. A version, once released, is never changed; a new one is appended."""

from __future__ import annotations

import re
import sqlite3
import unicodedata

from medviewer.errors import CatalogError

APPLICATION_ID = 0x4D565743  # "MVWC": tells our file from other SQLite databases

_VERSION_1 = """
CREATE TABLE patients (
    id INTEGER PRIMARY KEY,
    patient_id TEXT NOT NULL,
    name TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    sex TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    UNIQUE (patient_id, name, birth_date)
);
CREATE INDEX patients_by_name ON patients (sort_name, patient_id, id);
CREATE TABLE studies (
    id INTEGER PRIMARY KEY,
    patient INTEGER NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
    uid TEXT NOT NULL,
    date TEXT NOT NULL,
    time TEXT NOT NULL,
    description TEXT NOT NULL,
    study_id TEXT NOT NULL,
    accession_number TEXT NOT NULL,
    UNIQUE (patient, uid)
);
CREATE INDEX studies_by_date ON studies (date DESC, time DESC, id);
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    study INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
    uid TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    part INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    split_reason TEXT NOT NULL,
    kind TEXT NOT NULL,
    modality TEXT NOT NULL,
    description TEXT NOT NULL,
    number INTEGER,
    date TEXT NOT NULL,
    time TEXT NOT NULL,
    body_part TEXT NOT NULL,
    rows INTEGER NOT NULL,
    columns INTEGER NOT NULL,
    n_frames INTEGER NOT NULL,
    n_files INTEGER NOT NULL,
    warnings TEXT NOT NULL
);
CREATE INDEX series_by_study ON series (study, number, uid, part);
CREATE TABLE instances (
    id INTEGER PRIMARY KEY,
    sop_uid TEXT NOT NULL UNIQUE,
    study INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
    series_uid TEXT NOT NULL,
    series INTEGER REFERENCES series (id) ON DELETE SET NULL,
    place INTEGER NOT NULL DEFAULT 0,
    path TEXT NOT NULL,
    member TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    copy_of TEXT,
    header BLOB NOT NULL,
    UNIQUE (path, member)
);
CREATE INDEX instances_by_series ON instances (series, place);
CREATE INDEX instances_by_uid ON instances (study, series_uid);
CREATE TABLE left_out (
    path TEXT NOT NULL,
    member TEXT NOT NULL,
    reason TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    is_file INTEGER NOT NULL,
    PRIMARY KEY (path, member)
) WITHOUT ROWID;
CREATE TABLE thumbnails (
    series INTEGER PRIMARY KEY REFERENCES series (id) ON DELETE CASCADE,
    png BLOB NOT NULL
);
-- Manual grouping of one DICOM series, remembered by the instances' UIDs so that it survives a new import.
CREATE TABLE overrides (
    study_uid TEXT NOT NULL,
    sop_uid TEXT NOT NULL PRIMARY KEY,
    grouping TEXT NOT NULL,
    reason TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX overrides_by_study ON overrides (study_uid);
-- Series with new instances that are not grouped yet; emptied by settle().
CREATE TABLE unsettled (
    study INTEGER NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
    series_uid TEXT NOT NULL,
    PRIMARY KEY (study, series_uid)
) WITHOUT ROWID;
CREATE TABLE roots (path TEXT PRIMARY KEY, complete INTEGER NOT NULL) WITHOUT ROWID;
"""

_FTS = "CREATE VIRTUAL TABLE search USING fts5 (words, tokenize = trigram)"
_FTS_PLAIN = "CREATE VIRTUAL TABLE search USING fts5 (words, tokenize = unicode61)"

MIGRATIONS: tuple[str, ...] = (_VERSION_1,)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an open database to the newest version, in one transaction for each step.

    Raises
    ------
    CatalogError
        The file was written by a newer program or is another program's database.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if version and application != APPLICATION_ID:
        raise CatalogError("The catalog file belongs to another program.", "Choose another data folder.")
    if version > len(MIGRATIONS):
        raise CatalogError(
            "The catalog was written by a newer version of the program.",
            "Update the program, or choose another data folder.",
        )
    for number in range(version, len(MIGRATIONS)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have done it while this one waited.
            if connection.execute("PRAGMA user_version").fetchone()[0] > number:
                connection.execute("ROLLBACK")
                continue
            for statement in _statements(MIGRATIONS[number]):
                connection.execute(statement)
            if number == 0:
                _create_search(connection)
            connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _statements(script: str) -> list[str]:
    lines = [line for line in script.splitlines() if not line.lstrip().startswith("--")]
    return [statement for statement in "\n".join(lines).split(";") if statement.strip()]


def _create_search(connection: sqlite3.Connection) -> None:
    try:
        connection.execute(_FTS)
    except sqlite3.OperationalError:  # SQLite before 3.34 has no trigrams: whole words only, the rest by LIKE
        connection.execute(_FTS_PLAIN)


def folded(text: str) -> str:
    """Text as it is searched: case, accents and width do not matter, name separators are blanks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[\s^=\\]+", " ", unicodedata.normalize("NFKC", plain)).strip()


def search_words(query: str) -> list[str]:
    """The words of a query; all must occur. Dates may be typed with or without separators."""
    words = folded(query).replace("*", " ").split()
    return [re.sub(r"^(\d{4})[-./](\d{2})(?:[-./](\d{2}))?$", r"\1\2\3", word) for word in words][:12]
