"""ZIP archives: members are read in memory, never extracted, and only as far as they are needed.

A member's name is only ever shown; nothing is written, so that a name such as ``../../x`` leads nowhere.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from medviewer.errors import UnreadableFile

MAX_MEMBERS = 200_000
MAX_MEMBER_BYTES = 4 << 30
MAX_RATIO = 1200  # deflate cannot do better than 1032:1; more is a forged directory
BOMB_RATIO = 250
BOMB_BYTES = 256 << 20


@dataclass(frozen=True)
class Member:
    """A file inside a ZIP archive; `problem` is the reason why it cannot be read, or empty."""

    name: str
    size: int
    problem: str


class MemberBytes:
    """Random access to a member (`header_reader.Reader`), inflated forward as far as it is asked for."""

    def __init__(self, archive: zipfile.ZipFile, name: str, limit: int = 64 << 20) -> None:
        info = archive.getinfo(name)
        self.size = info.file_size
        self._limit = limit
        self._data = bytearray()
        self._failed = False
        try:
            self._stream: IO[bytes] = archive.open(info)
        except Exception as error:  # zipfile and the codecs raise a dozen kinds; each means unreadable
            raise UnreadableFile("The file inside the archive cannot be unpacked.") from error

    def read(self, offset: int, count: int) -> bytes:
        """At most `count` bytes from `offset`, fewer at the end and beyond the limit."""
        wanted = min(offset + count, self._limit)
        while len(self._data) < wanted and not self._failed:
            try:
                piece = self._stream.read(min(1 << 20, wanted - len(self._data)))
            except Exception:  # noqa: BLE001 - lzma.LZMAError, zlib.error, BadZipFile, EOFError…: the member ends here
                piece = b""
            if not piece:
                self._failed = True
            self._data += piece
        return bytes(self._data[offset : offset + count])

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()


class ZipArchive:
    """An open ZIP archive.

    Parameters
    ----------
    path : str
        A regular file.

    Raises
    ------
    UnreadableFile
        The archive's directory is damaged.
    """

    def __init__(self, path: str) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except Exception as error:  # struct.error, BadZipFile, UnicodeError…: a forged directory raises many kinds
            raise UnreadableFile("The ZIP archive is damaged.", "Unpack it with another program first.") from error

    def __enter__(self) -> ZipArchive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def members(self) -> Iterator[Member]:
        """The files of the archive in its own order; folders are left out."""
        for number, info in enumerate(self._zip.infolist()):
            if number >= MAX_MEMBERS:
                rest = f"The archive holds more than {MAX_MEMBERS:,} files; the rest is not read. Unpack it first."
                yield Member("…", 0, rest)
                return
            if info.is_dir():
                continue
            yield Member(info.filename, info.file_size, _problem(info))

    def open(self, name: str) -> MemberBytes:
        """The bytes of a member; raises UnreadableFile when they cannot be unpacked."""
        return MemberBytes(self._zip, name)

    def names(self) -> frozenset[str]:
        """Names of all entries."""
        return frozenset(self._zip.namelist()[:MAX_MEMBERS])

    def count(self) -> int:
        """Number of entries, folders included."""
        return len(self._zip.infolist())


def _problem(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 1:
        return "The file inside the archive is encrypted."
    if info.file_size > MAX_MEMBER_BYTES:
        return "The file inside the archive is too large to be read from there."
    packed = max(1, info.compress_size)
    if info.file_size > MAX_RATIO * packed + 1024 or (
        info.file_size > BOMB_BYTES and info.file_size > BOMB_RATIO * packed
    ):
        return "The file inside the archive would unpack to a suspicious size."
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}:
        return "The file inside the archive is packed by a method that is not supported."
    return ""
