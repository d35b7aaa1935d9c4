"""Where the bytes of a frame are: found once per file, by its own walk through the elements."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from dataclasses import dataclass

from medviewer.errors import TooLarge, UnreadableFile
from medviewer.io import frames
from medviewer.io.budget import byte_budget
from medviewer.io.codecs import bounded_inflate
from medviewer.io.encapsulated import (
    PixelLocation,
    dataset_start,
    fragment_table,
    frame_segments,
    locate_pixels,
)
from medviewer.io.frames import FrameSource
from medviewer.io.sources import ByteSource, open_source, recall, remember

_MOST_INFLATED_BYTES = 384 << 20  # twice that while it is unpacked


@dataclass(frozen=True)
class Layout:
    """Location of the pixel element of one file, and of its frames when encapsulated."""

    location: PixelLocation
    segments: tuple[tuple[tuple[int, int], ...], ...] = ()


_layouts: OrderedDict[tuple[str, str, int, int, int, int], Layout] = OrderedDict()
_layouts_lock = threading.Lock()


def open_pixels(path: str, member: str = "", transfer_syntax_uid: str = "") -> ByteSource:
    """The bytes that offsets of pixel elements refer to: the file's, or the inflated dataset of a deflated file.

    Raises
    ------
    UnreadableFile, TooLarge
        Not readable, damaged, or inflating to more than the byte budget.
    """
    source = open_source(path, member)
    if transfer_syntax_uid != frames.DEFLATED_LE:
        return source
    with source:
        return inflate_dataset(source, path, member)


def inflate_dataset(source: ByteSource, path: str, member: str = "") -> ByteSource:
    """The dataset of a deflated file (PS3.5 A.5), without its file meta information, bounded by the byte budget."""
    key = (path, member + "\0deflated", source.size, _changed_ns(path))
    data = recall(key)
    if data is None:
        start, _ = dataset_start(source)
        # Deflate expands at most 1032 times; images expand less than 200 times unless they are empty.
        limit = min(byte_budget(), _MOST_INFLATED_BYTES, max(64 << 20, 200 * source.size))
        data = bounded_inflate(source.read(start, source.size), limit + 1)
        if len(data) > limit:
            raise TooLarge("The compressed file unpacks to more than an image in this form may hold.")
        remember(key, data)
    return ByteSource(-1, len(data), data)


def _changed_ns(path: str) -> int:
    """When the file was last written: another file of the same size may have taken its name."""
    try:
        return os.stat(path).st_mtime_ns
    except (OSError, ValueError):
        return 0


def layout(frame: FrameSource, source: ByteSource) -> Layout:
    """Where the pixels of the frame's file are; walked once per file and kept."""
    fmt = frame.format
    if fmt.is_native and frame.offset >= 0:
        return Layout(PixelLocation(fmt.keyword, frame.offset, frame.length, fmt.big_endian))
    key = (frame.path, frame.member, source.size, _changed_ns(frame.path), frame.offset, fmt.frames)
    with _layouts_lock:
        found = _layouts.get(key)
    if found is not None:
        return found
    if frame.offset >= 0:
        location = PixelLocation(fmt.keyword, frame.offset, frame.length, fmt.big_endian)
    else:
        start = 0 if fmt.transfer_syntax_uid == frames.DEFLATED_LE else dataset_start(source)[0]
        located = locate_pixels(source, start)
        if located is None:
            raise UnreadableFile("The file has no pixels.")
        location = located
    if fmt.is_native:
        found = Layout(location)
    else:
        offsets, fragments = fragment_table(source, location)
        segments = frame_segments(offsets, fragments, fmt.frames, source)
        found = Layout(location, tuple(tuple(pieces) for pieces in segments))
    with _layouts_lock:
        _layouts[key] = found
        while len(_layouts) > 4096:
            _layouts.popitem(last=False)
    return found


def frame_bytes(frame: FrameSource) -> bytes:
    """The whole codestream of a compressed frame.

    Raises
    ------
    UnreadableFile
        The frame is not whole.
    """
    with open_pixels(frame.path, frame.member, frame.format.transfer_syntax_uid) as source:
        segments = layout(frame, source).segments
        if frame.frame >= len(segments) or not segments[frame.frame]:
            raise frame_cut(frame)
        return b"".join(source.read(offset, length) for offset, length in segments[frame.frame])


def frame_cut(frame: FrameSource) -> UnreadableFile:
    """The error of a frame whose bytes are not all there."""
    return UnreadableFile(
        f"The file is cut short: frame {frame.frame + 1} of {frame.format.frames} is not whole.",
        "Copy or send it again.",
    )
