"""Bytes of a file, of a ZIP member or of an inflated dataset, read at offsets. Regular files only, bounded."""

from __future__ import annotations

import os
import stat
import threading
import zipfile
from collections import OrderedDict
from types import TracebackType

from medviewer.errors import MedviewerError, UnreadableFile
from medviewer.io.budget import byte_budget, require_bytes

_CACHE_BYTES = 256 << 20
_cache: OrderedDict[tuple[str, str, int, int], bytes] = OrderedDict()
_cache_lock = threading.Lock()


class ByteSource:
    """Random access to bytes; a file on disk (`data` is None) or bytes in memory."""

    def __init__(self, fd: int, size: int, data: bytes | None = None) -> None:
        self._fd = fd
        self.size = size
        self.data = data

    def read(self, offset: int, count: int) -> bytes:
        """At most `count` bytes from `offset`; fewer at the end."""
        if offset < 0 or count <= 0 or offset >= self.size:
            return b""
        count = min(count, self.size - offset)
        if self.data is not None:
            return self.data[offset : offset + count]
        buffer = bytearray(count)
        done = self.read_into(offset, memoryview(buffer))
        return bytes(buffer if done == count else buffer[:done])

    def read_into(self, offset: int, buffer: memoryview) -> int:
        """Fill `buffer` (bytes, writable) from `offset` without a copy; returns the bytes read, fewer at the end."""
        if self.data is not None:
            piece = memoryview(self.data)[offset : offset + len(buffer)]
            buffer[: len(piece)] = piece
            return len(piece)
        done = 0
        try:
            while done < len(buffer):
                count = _read_at(self._fd, buffer[done:], offset + done)
                if count <= 0:
                    break
                done += count
        except OSError:
            raise UnreadableFile(
                "The file cannot be read from the disk.", "Check that the disk or the network drive is there."
            ) from None
        return done

    def close(self) -> None:
        """Close the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> ByteSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


if hasattr(os, "preadv"):

    def _read_at(fd: int, buffer: memoryview, offset: int) -> int:
        return os.preadv(fd, [buffer], offset)

else:  # Windows has no positioned read in os; a source is used by one thread at a time

    def _read_at(fd: int, buffer: memoryview, offset: int) -> int:
        os.lseek(fd, offset, os.SEEK_SET)
        piece = os.read(fd, len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)


def open_source(path: str, member: str = "") -> ByteSource:
    """Open a regular file, or one member of a ZIP archive.

    Raises
    ------
    UnreadableFile
        Not there, not a regular file, not readable, a damaged or encrypted archive.
    TooLarge
        The member is larger than the byte budget.
    """
    try:
        # Non-blocking, or a named pipe would wait for a writer for ever.
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError):
        raise UnreadableFile(
            "The file cannot be opened.", "Check that it is still there and that you may read it."
        ) from None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile("This is not a regular file.")
    except BaseException:
        os.close(fd)
        raise
    if not member:
        return ByteSource(fd, status.st_size)
    os.close(fd)
    key = (path, member, status.st_size, status.st_mtime_ns)
    with _cache_lock:
        data = _cache.get(key)
        if data is not None:
            _cache.move_to_end(key)
    if data is None:
        data = _read_member(path, member)
        remember(key, data)
    return ByteSource(-1, len(data), data)


def remember(key: tuple[str, str, int, int], data: bytes) -> None:
    """Keep unpacked bytes for the next slice of the same archive member; the oldest go first."""
    if len(data) > _CACHE_BYTES // 2:
        return
    with _cache_lock:
        _cache[key] = data
        total = sum(len(value) for value in _cache.values())
        while total > _CACHE_BYTES:
            total -= len(_cache.popitem(last=False)[1])


def recall(key: tuple[str, str, int, int]) -> bytes | None:
    """Bytes kept by `remember`."""
    with _cache_lock:
        return _cache.get(key)


def _read_member(path: str, member: str) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(member)
            if info.flag_bits & 1:
                raise UnreadableFile("The archive is protected by a password.", "Unpack it first.")
            require_bytes(info.file_size, "A file in the archive")
            with archive.open(info) as stream:
                data = stream.read(min(info.file_size, byte_budget()) + 1)
    except MedviewerError:
        raise
    except KeyError:
        raise UnreadableFile("The file is no longer in the archive.") from None
    except Exception:  # noqa: BLE001 - zipfile raises half a dozen kinds on damaged archives
        raise UnreadableFile("The archive is damaged.") from None
    return data
