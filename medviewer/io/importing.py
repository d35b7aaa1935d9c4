"""The import use case: scan folders and files, and store what is found in the catalog, durably and in small steps.

Killed at any moment it leaves a sound catalog; run again it goes on where it was, because files that are stored and
unchanged cost one look at their size and time. The same function serves the window and the command line.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from medviewer.io.catalog import Catalog
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.scan import Scanner

FIRST_BATCH = 20
BATCH = 500
BATCH_SECONDS = 0.25


@dataclass
class ImportProgress:
    """How far an import is.

    Attributes
    ----------
    files : int
        Files looked at, unchanged ones included.
    stored : int
        Instances stored in this run.
    left_out : int
        Files left out in this run.
    unchanged : int
        Files that were in the catalog and did not change.
    uids : list of str
        SOP instance UIDs that became durable since the last call.
    """

    files: int = 0
    stored: int = 0
    left_out: int = 0
    unchanged: int = 0
    uids: list[str] = field(default_factory=list)


def import_paths(
    catalog: Catalog,
    paths: Iterable[str | os.PathLike[str]],
    *,
    progress: Callable[[ImportProgress], None] | None = None,
    check: Callable[[], None] | None = None,
    again: bool = False,
) -> ImportProgress:
    """Read `paths` into the catalog.

    Parameters
    ----------
    catalog : Catalog
        Where to.
    paths : iterable of path
        Folders, files, DICOMDIR, ZIP archives.
    progress : callable, optional
        Called after every batch, when its instances are on disk; `uids` names them.
    check : callable, optional
        Called before every file; raises (`Cancelled`) to stop. What was stored stays stored and is grouped.
    again : bool
        Read unchanged files as well.

    Returns
    -------
    ImportProgress
        The counts at the end.

    Raises
    ------
    CatalogError
        The catalog could not be written; what was reported before is safe.
    """
    roots = [os.path.abspath(os.fspath(path)) for path in paths]
    state = ImportProgress()
    for root in roots:
        if os.path.lexists(root):
            catalog.add_root(root, complete=False)
    known: dict[str, tuple[int, int]] = {}
    if not again:
        for root in roots:
            known.update(catalog.known_files(root))
    scanner = Scanner(known=lambda path, size, mtime_ns: known.get(path) == (size, mtime_ns), check=check)
    batch: list[InstanceHeader | LeftOut] = []

    def flush() -> None:
        state.uids = catalog.add(batch)
        state.stored += len(state.uids)
        state.left_out += sum(isinstance(item, LeftOut) for item in batch)
        batch.clear()
        tell()

    def tell() -> None:
        state.files, state.unchanged = scanner.files, scanner.skipped
        if progress is not None:
            progress(state)

    try:
        # The first rows shall be on screen at once, so the first batch is small.
        limit, started = FIRST_BATCH, time.monotonic()
        for found in scanner.scan(roots):
            batch.append(found)
            if len(batch) >= limit or time.monotonic() - started > BATCH_SECONDS:
                flush()
                limit, started = BATCH, time.monotonic()
        if batch:
            flush()
    finally:
        catalog.settle()
    for root in roots:
        if os.path.lexists(root):
            catalog.add_root(root, complete=True)
    state.uids = []
    tell()
    return state


def resume(
    catalog: Catalog,
    *,
    progress: Callable[[ImportProgress], None] | None = None,
    check: Callable[[], None] | None = None,
) -> ImportProgress | None:
    """Complete imports that were interrupted; None when there is none."""
    pending = catalog.unfinished_roots()
    return import_paths(catalog, pending, progress=progress, check=check) if pending else None


def rebuild(
    folder: str | os.PathLike[str],
    *,
    progress: Callable[[ImportProgress], None] | None = None,
    check: Callable[[], None] | None = None,
) -> ImportProgress:
    """Build a damaged catalog again from the files that it was made from.

    The damaged file is kept beside the new one (``catalog.damaged-1.sqlite3``…). What it says about grouping by hand
    is lost if it cannot be read any more; images are never touched.

    Raises
    ------
    CatalogError
        The folder cannot be written.
    """
    from medviewer.io.catalog_repair import set_aside

    roots = set_aside(folder)
    with Catalog(folder) as catalog:
        return import_paths(catalog, roots, progress=progress, check=check)
