"""What to do with a catalog file that cannot be read any more."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from medviewer.errors import CatalogError
from medviewer.io.catalog import FILE_NAME, ROOTS_NAME
from medviewer.io.catalog_store import as_path


def set_aside(folder: str | os.PathLike[str]) -> list[str]:
    """Rename the catalog file of `folder` and say which folders and files it was made from.

    Parameters
    ----------
    folder : path
        The data folder.

    Returns
    -------
    list of str
        From the damaged file if it still tells, else from the list that is kept beside it.

    Raises
    ------
    CatalogError
        The file cannot be renamed.
    """
    path = Path(folder) / FILE_NAME
    roots = _roots_in_file(path) or roots_beside(folder)
    number = 1
    while (aside := path.with_name(f"catalog.damaged-{number}.sqlite3")).exists():
        number += 1
    try:
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        if path.exists():
            path.rename(aside)
    except OSError as error:
        raise CatalogError(
            "The damaged catalog cannot be set aside.", "Close other windows of the program and try again."
        ) from error
    return roots


def roots_beside(folder: str | os.PathLike[str]) -> list[str]:
    """The folders and files in the list beside the catalog, one a line."""
    with suppress(OSError):
        lines = (Path(folder) / ROOTS_NAME).read_bytes().split(b"\n")
        return [os.fsdecode(line) for line in lines if line]
    return []


def _roots_in_file(path: Path) -> list[str]:
    with suppress(sqlite3.Error, OSError):
        if path.exists():
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
                return [as_path(text) for (text,) in db.execute("SELECT path FROM roots ORDER BY path")]
    return []
