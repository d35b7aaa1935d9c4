"""From a case to what can be looked at: its place in a series, or its picture. No Qt."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.table import Cell, Table, is_missing
from medviewer.errors import DataError, MedviewerError
from medviewer.io.series import Series
from medviewer.services.case_choices import Source, origin
from medviewer.services.jobs import JobContext, JobRequest, Policy, Priority
from medviewer.services.workspace import Workspace

_UNSAFE = re.compile(r"[^\w.-]|^\.+")

PICTURE_SIDE = 160
"""Greatest side of the small picture of a case."""

Position = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class CaseView:
    """Where a case can be seen.

    Attributes
    ----------
    row : int
        Of the table of all sources.
    source : Source
    series_key : str
        Series of the list; empty for a picture, or where nothing is known.
    slice : int or None
        Index of the slice, from 0.
    position_mm : (x, y, z) or None
        LPS.
    picture : str
        Path or number of the picture inside the source; empty: none.
    """

    row: int
    source: Source
    series_key: str = ""
    slice: int | None = None
    position_mm: Position | None = None
    picture: str = ""

    @property
    def can_be_shown(self) -> bool:
        """Whether the canvas can show it."""
        return bool(self.series_key) or bool(self.picture)


def view_of(workspace: Workspace, sources: tuple[Source, ...], row: int) -> CaseView:
    """Where a row of the joined table can be seen; does not read anything."""
    from medviewer.services import result_tables

    source, own = origin(sources, row)
    cells = source.table.row(own)
    key = _word(cells, "series_key") or source.series_key
    if key:
        loaded = workspace.loaded(key)
        image = loaded.image if loaded is not None and loaded.is_open else None
        position = result_tables.place_of(source.table, own, image) or _position(cells)
        return CaseView(row, source, key, _slice(source.table, cells), position)
    picture = _word(cells, "file") if source.path else ""
    if not picture and source.path and Path(source.path).suffix.lower() == ".npz":
        picture = f"{_word(cells, 'part')}/{_word(cells, 'index')}"
    return CaseView(row, source, picture=picture)


def _word(cells: dict[str, Cell], key: str) -> str:
    value = cells.get(key)
    return "" if is_missing(value) else str(value)


def _position(cells: dict[str, Cell]) -> Position | None:
    found = [cells.get(key) for key in ("x_mm", "y_mm", "z_mm")]
    known = [float(v) for v in found if isinstance(v, int | float) and not is_missing(v)]
    return (known[0], known[1], known[2]) if len(known) == 3 else None


def _slice(table: Table, cells: dict[str, Cell]) -> int | None:
    value = cells.get("slice")
    if not isinstance(value, int | float) or is_missing(value):
        return None
    # Tables of objects count slices from 1, as people do; those of whole slices from 0, as files do.
    return int(value) - 1 if "object" in table.keys else int(value)


def read_picture(view: CaseView) -> NDArray[Any]:
    """The pixels of a picture: (y, x) or (y, x, 3).

    Raises
    ------
    MedviewerError
        The picture is gone or damaged.
    """
    source = Path(view.source.path)
    if source.suffix.lower() == ".npz":
        return _of_arrays(source, view.picture)
    from medviewer.io import raster

    pages = raster.read_array(source / view.picture) if source.is_dir() else raster.read_array(source, view.picture)
    picture: NDArray[Any] = pages[0]
    return picture


def _of_arrays(path: Path, picture: str) -> NDArray[Any]:
    part, _, number = picture.rpartition("/")
    try:
        with np.load(path, allow_pickle=False) as held:
            found: NDArray[Any] = held[f"{part}_images"][int(number)]
    except (OSError, ValueError, KeyError, IndexError):
        raise DataError(
            "The picture of this case cannot be read any more.", "Look whether its file was moved."
        ) from None
    return found


def small_picture(view: CaseView) -> NDArray[np.uint8]:
    """The picture for the eye, at most `PICTURE_SIDE` high and wide: uint8, (y, x) or (y, x, 3)."""
    import cv2

    pixels = read_picture(view)
    if pixels.dtype != np.uint8:
        values = np.nan_to_num(pixels.astype(np.float32))
        low, high = float(values.min()), float(values.max())
        pixels = np.clip((values - low) / ((high - low) or 1.0) * 255, 0, 255).astype(np.uint8)
    factor = PICTURE_SIDE / max(pixels.shape[:2])
    size = (max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    small: NDArray[np.uint8] = np.ascontiguousarray(cv2.resize(pixels, size, interpolation=how).astype(np.uint8))
    return small


def as_series(view: CaseView, folder: Path) -> Series:
    """The picture as a series that can be opened without standing in the list of studies.

    Parameters
    ----------
    folder : Path
        Where pictures of archives are unpacked to, one file each.
    """
    from medviewer.io.volume import series_at

    source = Path(view.source.path)
    if source.is_dir():
        return series_at(source / view.picture)
    name = hashlib.sha256(f"{source.resolve()}\0{view.picture}".encode()).hexdigest()[:24]
    # The last two parts, for people; letters only, because an archive may name any place on the disk.
    parts = [_UNSAFE.sub("_", part)[:60] for part in PurePosixPath(view.picture).parts[-2:]]
    target = folder.joinpath(name, *parts)
    if source.suffix.lower() == ".npz":
        target = target.with_name(f"{target.name}.png")
    if not target.exists():
        _unpack(view, source, target)
    return series_at(target)


def _unpack(view: CaseView, source: Path, target: Path) -> None:
    from medviewer.services.paths import atomic_write

    if source.suffix.lower() == ".npz":
        import cv2

        drawn = _drawable(read_picture(view))
        good, data = cv2.imencode(".png", drawn[..., ::-1] if drawn.ndim == 3 else drawn)
        if not good:
            raise DataError("The picture of this case cannot be shown.")
        content = data.tobytes()
    else:
        from medviewer.io.archive import ZipArchive

        with ZipArchive(str(source)) as archive:
            size = next((m.size for m in archive.members() if m.name == view.picture), 0)
            opened = archive.open(view.picture)
            try:
                content = bytes(opened.read(0, size))
            finally:
                opened.close()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(target, content)
    except OSError:
        raise DataError("The picture of this case cannot be shown.", "Make room on the disk.") from None


def _drawable(pixels: NDArray[Any]) -> NDArray[Any]:
    """Pixels that a PNG can hold: 8 or 16 bits as they are, others stretched to 16."""
    if pixels.dtype in (np.uint8, np.uint16):
        return pixels
    values = np.nan_to_num(pixels.astype(np.float64))
    low, high = float(values.min()), float(values.max())
    stretched: NDArray[Any] = ((values - low) / ((high - low) or 1.0) * 65535).round().astype(np.uint16)
    return stretched


class CaseViews:
    """Reads pictures of cases in a job, for the window.

    Parameters
    ----------
    failed : callable
        Gets what could not be read.
    """

    def __init__(self, workspace: Workspace, failed: Callable[[MedviewerError], object]) -> None:
        self._workspace = workspace
        self._failed = failed

    def picture(self, view: CaseView, done: Callable[[NDArray[np.uint8]], object]) -> None:
        """Read the small picture; only the latest asked for comes."""
        self._submit(("case-picture",), lambda _ctx: small_picture(view), done)

    def series(self, view: CaseView, done: Callable[[Series], object]) -> None:
        """Make a series of the picture; only the latest asked for comes."""
        folder = self._workspace.paths.cache_dir / "cases"
        self._submit(("case-series",), lambda _ctx: as_series(view, folder), done)

    def _submit(self, key: tuple[str, ...], work: Callable[[JobContext], Any], done: Callable[[Any], object]) -> None:
        def failed(error: BaseException) -> None:
            if not isinstance(error, MedviewerError):
                raise error
            self._failed(error)

        request: JobRequest[Any] = JobRequest(key, "view", work, priority=Priority.VISIBLE, policy=Policy.REPLACE)
        self._workspace.scheduler.submit(request, done=done, failed=failed, owner=self)
