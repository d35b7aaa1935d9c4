"""Research files that appear whole or not at all.

ITK's writer of NIfTI reports no error when the disk is full, and header and values of a pair are two files.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import struct
import tempfile
import zlib
from pathlib import Path
from typing import Any

from medviewer.errors import DataError

PACKED = (".nrrd", ".mha", ".nii.gz")
"""Endings whose values are written compressed."""

_NIFTI_HEADER_BYTES = 348
_CHUNK = 1 << 20


def write_whole(image: Any, path: str | os.PathLike[str], count_bytes: int) -> tuple[Path, ...]:
    """Write a SimpleITK image beside its place, see that all of it is there, and move it in.

    Parameters
    ----------
    image : SimpleITK.Image
    path : path
        Its ending decides the format: .nii, .nii.gz, .nrrd, .nhdr, .mha, .mhd.
    count_bytes : int
        Bytes of all values.

    Returns
    -------
    tuple of Path
        The files that were written: the one named, then the one with its values.

    Raises
    ------
    DataError
        The disk refuses, or took a part only; nothing is left of it then.
    """
    import SimpleITK

    target = Path(path)
    packed = target.name.lower().endswith(PACKED)
    try:
        if not packed and shutil.disk_usage(target.parent).free < count_bytes:
            raise OSError  # before ITK writes what it can, and lines of its own to the terminal
        with tempfile.TemporaryDirectory(prefix=".medviewer-", dir=target.parent) as folder:
            made = Path(folder) / target.name
            SimpleITK.WriteImage(image, os.fspath(made), packed)
            others = sorted(other for other in Path(folder).iterdir() if other != made)
            if _values_in(made, others) != count_bytes:
                raise OSError
            for part in (*others, made):  # the header last: it names the other
                os.replace(part, target.parent / part.name)
    except (OSError, EOFError, RuntimeError, zlib.error):
        raise DataError("The file could not be written.", "Check the folder and the space on the disk.") from None
    return (target, *(target.parent / other.name for other in others))


def _values_in(path: Path, others: list[Path]) -> int:
    """Bytes of values that a file holds, unpacked."""
    if others:
        return sum(other.stat().st_size for other in others)
    name = path.name.lower()
    if name.endswith(".nii"):
        return path.stat().st_size - _nifti_offset(_head(path))
    if name.endswith(".nii.gz"):
        with gzip.open(path) as file:
            offset = _nifti_offset(file.read(_NIFTI_HEADER_BYTES))
            return _NIFTI_HEADER_BYTES - offset + sum(len(piece) for piece in iter(lambda: file.read(_CHUNK), b""))
    with open(path, "rb") as file:
        head = file.read(_CHUNK)
        end = re.search(rb"\n\n" if name.endswith(".nrrd") else rb"ElementDataFile *= *LOCAL\r?\n", head)
        if end is None:
            return -1
        engine = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip in NRRD, zlib in MetaImage
        count = len(engine.decompress(head[end.end() :]))
        while not engine.eof and (piece := file.read(_CHUNK)):
            count += len(engine.decompress(piece))
        return count if engine.eof else -1


def _nifti_offset(head: bytes) -> int:
    """Where the values begin (vox_offset of NIfTI-1)."""
    if len(head) < _NIFTI_HEADER_BYTES:
        raise EOFError
    return int(struct.unpack_from("<f" if head[0] else ">f", head, 108)[0])


def _head(path: Path) -> bytes:
    with open(path, "rb") as file:
        return file.read(_NIFTI_HEADER_BYTES)
