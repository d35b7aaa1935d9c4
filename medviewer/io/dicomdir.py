"""The files that a DICOMDIR lists (PS3.3 F.3, PS3.10 8.6)."""

from __future__ import annotations

import os

from medviewer.errors import UnreadableFile
from medviewer.io.dataset import open_dataset

MAX_BYTES = 256 << 20


def referenced_files(path: str) -> list[str]:
    """Paths of the files that a media directory lists, in its order.

    Parameters
    ----------
    path : str
        The DICOMDIR.

    Returns
    -------
    list of str
        Inside the DICOMDIR's folder; names are matched without regard to case, as discs are often copied with other
        case. A file that is not there is given by the name that is listed.

    Raises
    ------
    UnreadableFile
        The directory records cannot be read.
    """
    if os.path.getsize(path) > MAX_BYTES:
        raise UnreadableFile("The DICOMDIR is too large.")
    try:
        records = list(open_dataset(path).get("DirectoryRecordSequence") or ())
    except Exception as error:  # pydicom raises many kinds on damaged files; each means unreadable
        raise UnreadableFile("The DICOMDIR is damaged.", "Open its folder instead.") from error
    folder = os.path.dirname(os.path.abspath(path))
    listings: dict[str, dict[str, str]] = {}
    found: list[str] = []
    for record in records:
        try:
            file_id = record.get("ReferencedFileID")
        except Exception:  # noqa: BLE001 - one damaged record costs only itself
            continue
        if not file_id:
            continue
        parts = [file_id] if isinstance(file_id, str) else [str(part) for part in file_id]
        parts = [piece for part in parts for piece in part.replace("\\", "/").split("/") if piece]
        if not parts or any(part in {"..", "."} or "\0" in part for part in parts):
            continue  # a file ID never leaves the file-set (PS3.10 8.2)
        found.append(_match(folder, parts, listings))
    return found


def _match(folder: str, parts: list[str], listings: dict[str, dict[str, str]]) -> str:
    """The path as it is spelled on disk."""
    exact = os.path.join(folder, *parts)
    if os.path.lexists(exact):
        return exact
    path = folder
    for part in parts:
        names = listings.get(path)
        if names is None:
            try:
                names = {name.lower(): name for name in os.listdir(path)}
            except OSError:
                names = {}
            listings[path] = names
        # Discs written by ISO 9660 systems may carry a version or a trailing dot.
        name = names.get(part.lower()) or names.get(part.lower() + ".") or names.get(part.lower() + ";1")
        if name is None:
            return exact
        path = os.path.join(path, name)
    return path
