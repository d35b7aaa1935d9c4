"""Writing files so that a crash, a full disk or a pulled plug leaves the old file or the new one, never half."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def fsync_folder(folder: Path) -> None:
    """Make a rename or a new name in `folder` durable; does nothing where folders cannot be opened (Windows)."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def private_folder(folder: Path) -> Path:
    """Make a folder that only this user may enter (mode 0700), with its parents; returns it.

    Raises
    ------
    OSError
        When it cannot be made. A folder that exists keeps its owner's choice, but loses access for others.
    """
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        with contextlib.suppress(PermissionError):
            folder.chmod(PRIVATE_FOLDER)
    return folder


def atomic_write(path: Path, data: bytes) -> None:
    """Replace `path` by `data`: temporary file beside it, fsync, rename, fsync of the folder. Mode 0600.

    Raises
    ------
    OSError
        When the data could not be written; `path` is then as before, and no temporary file is left.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    fsync_folder(path.parent)


def plain(value: object) -> Any:
    """Numpy numbers and arrays in parameters, and label volumes, as plain ones (``enc_hook`` of msgspec).

    Raises
    ------
    NotImplementedError
        For anything else: such a value has no place in a document.
    """
    import numpy as np

    from medviewer.core.tiles import TiledLabels

    if isinstance(value, TiledLabels):
        return value.to_builtins()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise NotImplementedError(f"cannot be stored: {type(value).__name__}")


def from_plain(kind: type, value: object) -> Any:
    """What `plain` made, as it was (``dec_hook`` of msgspec).

    Raises
    ------
    ValueError
        For a damaged label volume; msgspec tells it as its own error.
    """
    from medviewer.core.tiles import TiledLabels

    if kind is TiledLabels:
        return TiledLabels.from_builtins(value)
    raise NotImplementedError(f"cannot be read: {kind.__name__}")
