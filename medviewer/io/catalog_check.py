"""Whether the catalog and the files agree."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from typing import Any

_SHOWN_PATHS = 20


def check(db: sqlite3.Connection, roots: list[str]) -> dict[str, Any]:
    """See `Catalog.check`.

    Parameters
    ----------
    db : sqlite3.Connection
        A reader.
    roots : list of str
        Folders and files that were imported.
    """
    integrity = "; ".join(row[0] for row in db.execute("PRAGMA integrity_check(10)"))
    broken = db.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        integrity = (
            f"{integrity}; {len(broken)} rows refer to missing rows"
            if integrity != "ok"
            else (f"{len(broken)} rows refer to missing rows")
        )

    def count(sql: str) -> int:
        return int(db.execute(sql).fetchone()[0])

    paths = {path for (path,) in db.execute("SELECT path FROM instances UNION SELECT path FROM left_out")}
    instance_paths = [path for (path,) in db.execute("SELECT DISTINCT path FROM instances ORDER BY path")]
    gone = [path for path in instance_paths if not os.path.exists(path)]
    extra = sorted({path for root in roots for path in _files(root)} - paths)
    return {
        "integrity": integrity,
        "patients": count("SELECT count(*) FROM patients"),
        "studies": count("SELECT count(*) FROM studies"),
        "series": count("SELECT count(*) FROM series"),
        "instances": count("SELECT count(*) FROM instances"),
        "left_out": count("SELECT count(*) FROM left_out"),
        "duplicates": count("SELECT count(*) FROM (SELECT 1 FROM instances GROUP BY sop_uid HAVING count(*) > 1)"),
        "unsettled": count("SELECT count(*) FROM unsettled"),
        "rows_without_file": len(gone),
        "rows_without_file_paths": gone[:_SHOWN_PATHS],
        "files_without_row": len(extra),
        "files_without_row_paths": extra[:_SHOWN_PATHS],
    }


def _files(root: str) -> Iterator[str]:
    """Regular files at and below a path; folders that links lead to a second time are left out."""
    try:
        status = os.stat(root)
    except OSError:
        return
    if stat.S_ISREG(status.st_mode):
        yield root
        return
    seen: set[tuple[int, int]] = set()
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            status = os.stat(folder)
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            try:
                mode = entry.stat().st_mode
            except OSError:
                continue
            if stat.S_ISDIR(mode):
                pending.append(entry.path)
            elif stat.S_ISREG(mode):
                yield entry.path
