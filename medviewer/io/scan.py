"""Finds out what files are: folders of any depth, single files, DICOMDIR, ZIP, research formats, signals, pictures.

Every regular file ends in exactly one `InstanceHeader` or one `LeftOut` with a reason; nothing is dropped in silence.
Files are judged by content, not by name.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from medviewer.errors import UnreadableFile
from medviewer.io import plain_headers
from medviewer.io.archive import ZipArchive
from medviewer.io.dicomdir import referenced_files
from medviewer.io.element_parser import WINDOW_BYTES, FileBytes, Reader
from medviewer.io.header_reader import looks_like_dicom, parse_header
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.research_headers import beside
from medviewer.io.sniff import content_type
from medviewer.io.sop_classes import MEDIA_DIRECTORY

Known = Callable[[str, int, int], bool]
Found = InstanceHeader | LeftOut

MEDIA_DIRECTORY_REASON = "Media directory (DICOMDIR); the files that it lists are read one by one."
# Header files of formats whose values lie in other files are read first, so that those are known to belong to them.
_HEADERS_FIRST = (".hea", ".mhd", ".nhdr", ".hdr", ".mha")
_WFDB_ANNOTATIONS = (".atr", ".qrs", ".ann", ".ecg", ".apn", ".st", ".man", ".al", ".alh", ".xws", ".16a", ".stf")


def scan(
    paths: Iterable[str | os.PathLike[str]],
    *,
    known: Known | None = None,
    check: Callable[[], None] | None = None,
) -> Iterator[Found]:
    """Read the headers of all files under `paths`.

    Parameters
    ----------
    paths : iterable of path
        Folders, files, DICOMDIR, ZIP archives. A file reached twice is read once.
    known : callable, optional
        ``known(path, size, mtime_ns)``: True leaves the file out silently, because it was read before and is
        unchanged.
    check : callable, optional
        Called before every file; raises to stop (see `JobContext.check`).

    Yields
    ------
    InstanceHeader or LeftOut
        In order of folders and names.
    """
    return Scanner(known=known, check=check).scan(paths)


class Scanner:
    """`scan` with counts.

    Attributes
    ----------
    files : int
        Regular files and archive members looked at so far.
    skipped : int
        Files that `known` left out.
    """

    def __init__(self, *, known: Known | None = None, check: Callable[[], None] | None = None) -> None:
        self.files = 0
        self.skipped = 0
        self._known = known
        self._check = check
        self._seen: set[str] = set()
        self._folders: set[tuple[int, int]] = set()

    def scan(self, paths: Iterable[str | os.PathLike[str]]) -> Iterator[Found]:
        """See `medviewer.io.scan.scan`."""
        for path in paths:
            name = os.path.abspath(os.fspath(path))
            try:
                status = os.stat(name)
            except OSError:
                yield LeftOut(path=name, reason=_missing_reason(name), is_file=False)
                continue
            if stat.S_ISDIR(status.st_mode):
                yield from self._folder(name)
            else:
                yield from self._alone(name, status)

    def _alone(self, path: str, status: os.stat_result) -> Iterator[Found]:
        """A file that was asked for by name: what belongs to it is not reported."""
        for found in self._file(path, status, {}):
            yield found
            if isinstance(found, LeftOut) and found.reason == MEDIA_DIRECTORY_REASON:
                yield from self._listed(path)

    # --- folders

    def _folder(self, top: str) -> Iterator[Found]:
        pending = [top]
        while pending:
            folder = pending.pop()
            try:
                status = os.stat(folder)
                if (status.st_dev, status.st_ino) in self._folders:
                    continue  # reached a second time, by a link or a loop of links
                self._folders.add((status.st_dev, status.st_ino))
                with os.scandir(folder) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                denied = isinstance(error, PermissionError)
                reason = "permission denied" if denied else "it cannot be read from its disk"
                yield LeftOut(path=folder, reason=f"The folder may not be opened: {reason}.", is_file=False)
                continue
            files: list[tuple[str, os.stat_result]] = []
            folders: list[str] = []
            for entry in listed:
                try:
                    status = entry.stat()
                except OSError:
                    yield LeftOut(path=entry.path, reason=_missing_reason(entry.path), is_file=False)
                    continue
                if stat.S_ISDIR(status.st_mode):
                    folders.append(entry.path)
                else:
                    files.append((entry.path, status))
            pending.extend(reversed(folders))
            yield from self._files_of_folder(files)

    def _files_of_folder(self, files: list[tuple[str, os.stat_result]]) -> Iterator[Found]:
        companions: dict[str, str] = {}
        first = [item for item in files if item[0].lower().endswith(_HEADERS_FIRST)]
        if first:
            rest = [item for item in files if not item[0].lower().endswith(_HEADERS_FIRST)]
            files = first + rest
        directories: list[str] = []
        for path, status in files:
            for found in self._file(path, status, companions):
                yield found
                if isinstance(found, LeftOut) and found.reason == MEDIA_DIRECTORY_REASON:
                    directories.append(path)
        for path in directories:
            yield from self._listed(path)

    def _listed(self, directory: str) -> Iterator[Found]:
        """The files of a DICOMDIR."""
        try:
            paths = referenced_files(directory)
        except UnreadableFile:
            return
        for path in paths:
            try:
                status = os.stat(path)
            except OSError:
                if path not in self._seen:
                    self._seen.add(path)
                    yield LeftOut(
                        path=path, reason="The DICOMDIR lists this file, but it is not there.", is_file=False
                    )
                continue
            yield from self._file(path, status, {})

    # --- files

    def _file(self, path: str, status: os.stat_result, companions: dict[str, str]) -> Iterator[Found]:
        if path in self._seen:
            return
        self._seen.add(path)
        if self._check is not None:
            self._check()
        if not stat.S_ISREG(status.st_mode):
            yield LeftOut(
                path=path, reason="This is not a regular file but a pipe, a socket or a device.", is_file=False
            )
            return
        self.files += 1
        size, mtime_ns = status.st_size, status.st_mtime_ns
        unchanged = self._known is not None and self._known(path, size, mtime_ns)
        # A header with other files is read again: which files belong to it must be known.
        if unchanged and not path.lower().endswith(_HEADERS_FIRST):
            self.skipped += 1
            return

        def left(reason: str) -> LeftOut:
            return LeftOut(path=path, reason=reason, size=size, mtime_ns=mtime_ns)

        if path in companions:
            yield left(f"Belongs to {os.path.basename(companions[path])}.")
            return
        if size == 0:
            yield left("The file is empty.")
            return
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except OSError as error:
            denied = isinstance(error, PermissionError)
            yield left("The file may not be read: permission denied." if denied else "The file cannot be opened.")
            return
        try:
            head = os.read(descriptor, WINDOW_BYTES)
            source = FileBytes(descriptor, size)
            if head[128:132] == b"DICM" or looks_like_dicom(head):
                yield _dicom(source, head, path, "", size, mtime_ns)
                return
            kind = content_type(head)
            if kind != "zip":
                found, belonging = _other(source, head, kind, path, "", size, mtime_ns)
                companions.update(dict.fromkeys(belonging, path))
                if unchanged:
                    self.skipped += 1
                else:
                    yield found
                return
        except OSError:
            yield left("The file cannot be read from its disk.")
            return
        finally:
            os.close(descriptor)
        yield from self._archive(path, size, mtime_ns)

    def _archive(self, path: str, size: int, mtime_ns: int) -> Iterator[Found]:
        try:
            with ZipArchive(path) as archive:
                count = 0
                names: set[str] = set()
                companions: dict[str, str] = {}
                put_off: list[LeftOut] = []  # until it is known which of them hold the values of a header
                for member in archive.members():
                    if self._check is not None:
                        self._check()
                    self.files += 1
                    count += 1
                    problem = member.problem
                    if member.name in names:
                        problem = "The archive holds another file of the same name."
                    names.add(member.name)
                    if problem:
                        yield LeftOut(
                            path=path, member=member.name, reason=problem, size=member.size, mtime_ns=mtime_ns
                        )
                        continue
                    found, belonging = _member(archive, path, member.name, member.size, mtime_ns)
                    companions.update(dict.fromkeys(belonging, member.name))
                    if isinstance(found, LeftOut):
                        put_off.append(found)
                    else:
                        yield found
                for left in put_off:
                    owner = companions.get(left.member)
                    reason = f"Belongs to {os.path.basename(owner)}." if owner else left.reason
                    yield msgspec.structs.replace(left, reason=reason)
        except UnreadableFile as error:
            yield LeftOut(path=path, reason=error.message, size=size, mtime_ns=mtime_ns)
            return
        reason = f"ZIP archive; its {count} files are listed one by one." if count else "The ZIP archive is empty."
        yield LeftOut(path=path, reason=reason, size=size, mtime_ns=mtime_ns)


def _member(archive: ZipArchive, path: str, name: str, size: int, mtime_ns: int) -> tuple[Found, Sequence[str]]:
    """A member, and the names of the members that hold its values."""
    left = LeftOut(path=path, member=name, reason="The file is empty.", size=size, mtime_ns=mtime_ns)
    if size == 0:
        return left, ()
    try:
        source = archive.open(name)
    except UnreadableFile as error:
        return msgspec.structs.replace(left, reason=error.message), ()
    try:
        head = source.read(0, WINDOW_BYTES)
        if not head:
            return msgspec.structs.replace(left, reason="The file inside the archive is damaged."), ()
        if looks_like_dicom(head):
            return _dicom(source, head, path, name, size, mtime_ns), ()
        kind = content_type(head)
        if kind == "zip":
            return msgspec.structs.replace(left, reason="An archive inside an archive is not opened."), ()
        found, named = _other(source, head, kind, path, name, size, mtime_ns)
        if isinstance(found, LeftOut) or not named:
            return found, ()
        if found.format not in {"nrrd", "mha"}:
            return msgspec.structs.replace(
                left, reason="A header whose values lie in another file is not read from an archive; unpack it first."
            ), ()
        belonging = [beside(name.replace("\\", "/").rpartition("/")[0], one) for one in named]
        there = archive.names()
        missing = next((one for one, place in zip(named, belonging, strict=True) if place not in there), None)
        if missing is not None:
            reason = f"The file that holds its values, {os.path.basename(missing)}, is not there."
            return msgspec.structs.replace(left, reason=reason), ()
        return found, [place for place in belonging if place is not None]
    finally:
        source.close()


def _dicom(source: Reader, head: bytes, path: str, member: str, size: int, mtime_ns: int) -> Found:
    try:
        header = parse_header(source, head, path, member, size, mtime_ns)
    except UnreadableFile as error:
        return LeftOut(path=path, member=member, reason=error.message, size=size, mtime_ns=mtime_ns)
    if header.sop_class_uid == MEDIA_DIRECTORY:
        return LeftOut(path=path, member=member, reason=MEDIA_DIRECTORY_REASON, size=size, mtime_ns=mtime_ns)
    if header.kind in {"image", "segmentation"} and not header.pixel_keyword:
        if "The file ends inside its header." in header.warnings:
            reason = "The file is cut short inside its header and holds no image."
            return LeftOut(path=path, member=member, reason=reason, size=size, mtime_ns=mtime_ns)
        # Listed all the same: it is part of its study, there is only nothing to show.
        return msgspec.structs.replace(
            header, kind="other", warnings=(*header.warnings, "The file holds no pixel data.")
        )
    return header


def _other(
    source: Reader, head: bytes, kind: str, path: str, member: str, size: int, mtime_ns: int
) -> tuple[Found, list[str]]:
    """A file that is not DICOM, and the paths of the files that belong to it."""
    found, names = plain_headers.read(source, head, kind, path, member, size, mtime_ns)
    if isinstance(found, LeftOut) or member:
        return found, list(names)
    folder = os.path.dirname(path)
    if any(_leaves(name) for name in names):
        # A file from elsewhere must not be made to read any file of this computer.
        reason = "The file says that its values lie in another folder; only files beside it, or below, are read."
        return LeftOut(path=path, reason=reason, size=size, mtime_ns=mtime_ns), []
    belonging = [os.path.normpath(os.path.join(folder, name)) for name in names]
    missing = [name for name, full in zip(names, belonging, strict=True) if not os.path.isfile(full)]
    if missing:
        name = os.path.basename(missing[0])
        reason = f"The file that holds its values, {name}, is not there."
        return LeftOut(path=path, reason=reason, size=size, mtime_ns=mtime_ns), []
    if found.format == "wfdb":
        stem = os.path.splitext(path)[0]
        belonging += [stem + extension for extension in _WFDB_ANNOTATIONS]
    return found, belonging


def _leaves(name: str) -> bool:
    """Whether a relative name leads out of its folder."""
    parts = name.replace("\\", "/").split("/")
    return os.path.isabs(name) or name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name


def _missing_reason(path: str) -> str:
    if os.path.islink(path):
        return "The link leads nowhere."
    return "There is no such file." if not os.path.lexists(path) else "The file may not be looked at."
