"""Headers of files that are not DICOM: research grids, signals, pictures; or the reason why a file is not shown."""

from __future__ import annotations

import os
from typing import Any

from medviewer.errors import UnreadableFile
from medviewer.io.element_parser import Reader
from medviewer.io.header_fields import made_uid
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.raster import orientation
from medviewer.io.research_headers import GridHeader, read_meta_image, read_nifti, read_nrrd
from medviewer.io.signal_headers import SignalHeader, read_edf, read_wav, read_wfdb
from medviewer.io.sniff import PICTURES, inflated_head, is_nifti, text_kind

MAX_PICTURE_PIXELS = 1 << 30
_MAX_TEXT_HEADER = 1 << 20
_WITH_AN = ("a", "e", "i", "o", "u", "H", "M", "X", "A", "E")


def read(
    source: Reader, head: bytes, kind: str, path: str, member: str, size: int, mtime_ns: int
) -> tuple[InstanceHeader | LeftOut, tuple[str, ...]]:
    """Read the header of a file that is not DICOM.

    Parameters
    ----------
    source : Reader
        The file.
    head : bytes
        Its first 8 KB.
    kind : str
        As `sniff.content_type` says.
    path, member, size, mtime_ns
        Kept in the header.

    Returns
    -------
    header : InstanceHeader or LeftOut
    data_files : tuple of str
        Names of other files that hold its values, relative to its folder.
    """

    def left(reason: str) -> tuple[LeftOut, tuple[str, ...]]:
        return LeftOut(path=path, member=member, reason=reason, size=size, mtime_ns=mtime_ns), ()

    def make(**values: Any) -> InstanceHeader:
        return _header(path, member, size, mtime_ns, **values)

    name = os.path.basename(member or path)
    try:
        if kind == "gzip":
            head = inflated_head(head)
            if not is_nifti(head):
                return left("This is a gzip-compressed file that holds no NIfTI volume.")
            kind = "nifti"
        if kind == "nifti":
            grid = read_nifti(head, name)
            return make(**_grid(grid, "nifti")), grid.data_files
        if kind == "nrrd":
            grid = read_nrrd(_text_header(source, head, b"\n\n"))
            return make(**_grid(grid, "nrrd")), grid.data_files
        if kind == "mha":
            grid = read_meta_image(_text_header(source, head, b"ElementDataFile"))
            return make(**_grid(grid, "mha")), grid.data_files
        if kind == "wav":
            return make(**_signal(read_wav(source.read(0, 65536), size), "wav")), ()
        if kind in {"edf", "bdf"}:
            return make(**_signal(read_edf(source.read(0, 256 + 256 * 512)), "edf")), ()
        if kind in PICTURES:
            return make(**_picture(source, kind)), ()
        if kind == "text":
            text = head.decode("latin_1") if size <= len(head) else source.read(0, _MAX_TEXT_HEADER).decode("latin_1")
            signal = read_wfdb(text) if size <= _MAX_TEXT_HEADER else None
            if signal is not None:
                return make(**_signal(signal, "wfdb")), signal.data_files
            kind = text_kind(head)
    except UnreadableFile as error:
        return left(error.message)
    if not kind:
        return left("The file is of an unknown kind.")
    article = "an" if kind.startswith(_WITH_AN) and not kind.startswith("Ma") and not kind.startswith("Mi") else "a"
    return left(f"This is {article} {kind}, which is not shown here.")


def _header(path: str, member: str, size: int, mtime_ns: int, **values: Any) -> InstanceHeader:
    place = member or path
    folder = os.path.dirname(place) or os.path.dirname(path)
    holder = f"{path}\0{os.path.dirname(member)}" if member else folder
    return InstanceHeader(
        path=path,
        member=member,
        size=size,
        mtime_ns=mtime_ns,
        # The place is the identity: these files carry none.
        sop_instance_uid=made_uid("plain file", path, member),
        series_uid=made_uid("plain series", path, member),
        study_uid=made_uid("plain study", holder),
        study_description=os.path.basename(folder) if folder else os.path.basename(path),
        series_description=os.path.basename(place),
        **values,
    )


def _grid(grid: GridHeader, name: str) -> dict[str, Any]:
    return {
        "kind": "volume",
        "format": name,
        "shape_zyx": grid.shape_zyx,
        "rows": grid.shape_zyx[1],
        "columns": grid.shape_zyx[2],
        "frames": grid.volumes,
        "spacing_xyz_mm": grid.spacing_xyz_mm,
        "channels": grid.channels,
        "bits_allocated": grid.bits,
    }


def _signal(signal: SignalHeader, name: str) -> dict[str, Any]:
    return {
        "kind": "waveform",
        "format": name,
        "sampling_rate_hz": signal.rate_hz,
        "channels": signal.channels,
        "duration_s": signal.duration_s,
    }


def _picture(source: Reader, kind: str) -> dict[str, Any]:
    """Size and channels by Pillow, which reads the header only."""
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own warning of large pictures; the bound is checked below
            with Image.open(_Stream(source), formats=[kind.upper()]) as picture:  # type: ignore[arg-type]
                columns, rows = picture.size
                frames = int(getattr(picture, "n_frames", 1)) if kind == "tiff" else 1
                bands = len(picture.getbands())
                deep = picture.mode.startswith(("I", "F"))
                turned = orientation(picture) in {5, 6, 7, 8}
    except Image.DecompressionBombError as error:
        raise UnreadableFile("The picture claims a suspicious size.") from error
    except Exception as error:  # Pillow raises many kinds on damaged files
        raise UnreadableFile("The picture is damaged.") from error
    if not 0 < rows * columns <= MAX_PICTURE_PIXELS:
        raise UnreadableFile("The picture claims a suspicious size.")
    if turned:
        rows, columns = columns, rows
    return {
        "kind": "raster",
        "format": kind,
        "rows": rows,
        "columns": columns,
        "frames": max(1, frames),
        "channels": bands,
        "samples": bands,
        "bits_allocated": 16 if deep else 8,
    }


class _Stream:
    """The part of a binary file object that Pillow uses to read headers."""

    def __init__(self, source: Reader) -> None:
        self._source = source
        self._at = 0

    def read(self, count: int = -1) -> bytes:
        """Read on; everything up to the end without a count, as file objects do."""
        if count is None or count < 0:
            count = max(0, self._source.size - self._at)
        data = self._source.read(self._at, min(count, 64 << 20))
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to an offset."""
        base = (0, self._at, self._source.size)[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """Offset of the next byte."""
        return self._at


def _text_header(source: Reader, head: bytes, end: bytes) -> bytes:
    """The text at the start of a file up to `end`, within bounds; a detached header is text to its end."""
    if end not in head and len(head) < source.size:
        head = source.read(0, min(source.size, _MAX_TEXT_HEADER))
    return head
