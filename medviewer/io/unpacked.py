"""A volume inside a ZIP archive, for readers that want files: unpacked into a private folder while it is read.

Only the member and the files that its header names are written, by names made here; the folder is gone afterwards.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from medviewer.errors import DataError, UnreadableFile
from medviewer.io import research_headers
from medviewer.io.sources import open_source


@contextmanager
def unpacked(path: str, member: str) -> Iterator[str]:
    """The path of a file that holds a member, while the context lasts; `path` itself without a member.

    Raises
    ------
    UnreadableFile, TooLarge
        The archive or the member cannot be read, or the header names values outside the archive.
    DataError
        There is no room for it.
    """
    if not member:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="medviewer-") as folder:  # mode 0700
        try:
            file = _unpack(path, member, folder)
        except OSError:
            raise DataError("There is no room to unpack the volume.", "Make room on the disk.") from None
        yield file


def _unpack(path: str, member: str, folder: str) -> str:
    target = os.path.join(folder, "volume" + _ending(member))
    head = _copy(path, member, target)
    beside = member.replace("\\", "/").rpartition("/")[0]
    for name in data_files(head, member):
        inside = research_headers.beside(beside, name)
        place = os.path.normpath(os.path.join(folder, name.replace("\\", "/")))
        if inside is None or os.path.commonpath((folder, place)) != folder or place == target:
            raise UnreadableFile("The file says that its values lie outside the archive.")
        os.makedirs(os.path.dirname(place), exist_ok=True)
        _copy(path, inside, place)
    return target


def data_files(head: bytes, name: str) -> tuple[str, ...]:
    """The other files that a research header names, as it names them."""
    with suppress(UnreadableFile):
        if head.startswith(b"NRRD"):
            return research_headers.read_nrrd(head).data_files
        if name.lower().endswith((".mhd", ".mha")):
            return research_headers.read_meta_image(head).data_files
    return ()


def _ending(member: str) -> str:
    lower = member.lower()
    return next((e for e in (".nii.gz", ".img.gz") if lower.endswith(e)), os.path.splitext(lower)[1])


def _copy(path: str, member: str, target: str) -> bytes:
    """Write a member; returns its first MiB."""
    with open_source(path, member) as source, open(target, "wb") as file:
        at = 0
        while piece := source.read(at, 1 << 20):
            file.write(piece)
            at += len(piece)
        return source.read(0, 1 << 20)
