"""The session file: what is open, how it is shown and what was measured, as JSON that finds its series again.

The file holds no pixels, but the masks drawn on them. Series are named by key and UID, with the folder and a hash
of their instances' UIDs, so that they are found through the catalog on another day, or read again from the folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import msgspec

from medviewer.document.durable import atomic_write, from_plain, plain
from medviewer.document.state import DocumentState
from medviewer.errors import SessionError

FORMAT: Final = "medviewer-session"
SCHEMA: Final = (1, 2)
"""Major and minor version. A newer minor version is read (what is unknown is ignored), a newer major one refused.

1.1 added label layers, 1.2 slabs and the line between original and processed; what was written before has none.
"""
MAX_BYTES: Final = 512 * 2**20


class SeriesLink(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Where a series of the session is found.

    Attributes
    ----------
    key, uid, study_uid : str
        ``Series.key``, SeriesInstanceUID, StudyInstanceUID.
    folders : tuple of str
        Absolute folders (or single files) that its instances lie in.
    relative : tuple of str
        The same, relative to the session file's folder where they lie below or beside it.
    n_instances : int
    content : str
        SHA-256 of the instances' SOP Instance UIDs in order; tells whether the series has changed since.
    """

    key: str
    uid: str = ""
    study_uid: str = ""
    folders: tuple[str, ...] = ()
    relative: tuple[str, ...] = ()
    n_instances: int = 0
    content: str = ""


class Session(msgspec.Struct, kw_only=True):
    """A session as it is read."""

    state: DocumentState
    series: dict[str, SeriesLink] = {}


def content_hash(sop_instance_uids: Iterable[str]) -> str:
    """SHA-256 (hex) of SOP Instance UIDs in order."""
    return hashlib.sha256("\n".join(sop_instance_uids).encode()).hexdigest()


_MIGRATIONS: Final[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""From major version to the function that makes the next one of it. The first release has none."""


def save(path: Path, state: DocumentState, series: Iterable[SeriesLink]) -> None:
    """Write a session; the old file stays whole until the new one is.

    Raises
    ------
    SessionError
        When the file cannot be written.
    """
    home = path.resolve().parent
    links = {link.key: msgspec.structs.replace(link, relative=_relative(link.folders, home)) for link in series}
    document = {"format": FORMAT, "schema": SCHEMA, "series": links, "state": state}
    data = msgspec.json.format(msgspec.json.encode(document, enc_hook=plain), indent=1)
    try:
        atomic_write(path, data)
    except OSError as error:
        hint = "Choose another folder, or make room on the disk."
        raise SessionError("The session could not be saved.", hint, "session.write") from error


def _relative(folders: tuple[str, ...], home: Path) -> tuple[str, ...]:
    found = []
    for folder in folders:
        try:
            found.append(Path(folder).relative_to(home).as_posix())
        except ValueError:
            found.append("")
    return tuple(found)


def load(path: Path) -> Session:
    """Read a session file.

    Raises
    ------
    SessionError
        When it cannot be read, is no session, is damaged, or was written by a newer major version.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SessionError("This file is too large to be a session.", code="session.read")
        raw = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise SessionError(
            "The session file cannot be read.", "Check that it still exists.", "session.read"
        ) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SessionError("The session file is damaged.", code="session.damaged") from error
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise SessionError("This file is not a medviewer session.", code="session.format")
    try:
        return msgspec.convert(_migrated(raw), Session, dec_hook=from_plain)
    except (msgspec.MsgspecError, ValueError) as error:
        raise SessionError("The session file is damaged.", code="session.damaged") from error


def _migrated(raw: dict[str, Any]) -> dict[str, Any]:
    schema = raw.get("schema")
    if not (isinstance(schema, list) and len(schema) == 2 and all(isinstance(n, int) for n in schema)):
        raise SessionError("The session file is damaged.", code="session.damaged")
    major = schema[0]
    if major > SCHEMA[0]:
        hint = "Open it with that version, or update this program."
        raise SessionError("This session was saved by a newer version of medviewer.", hint, "session.newer")
    while major < SCHEMA[0]:
        if major not in _MIGRATIONS:
            raise SessionError("This session is too old to be read.", code="session.older")
        raw = _MIGRATIONS[major](raw)
        major += 1
    return raw


def places(link: SeriesLink, session_path: Path) -> list[Path]:
    """Folders or files where a series may be, those beside the session file first; only ones that exist."""
    home = session_path.resolve().parent
    beside = [home / name for name in link.relative if name]
    return [p for p in dict.fromkeys([*beside, *map(Path, link.folders)]) if p.exists()]
