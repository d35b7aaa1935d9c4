"""Frames to stored values: native ones in place, compressed ones in the decoder processes.

>>> for index, values in decode_frames(sources):      # doctest: +SKIP
...     show(index, values)                           # values or the error of this frame
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.errors import MedviewerError, TooLarge, UnreadableFile
from medviewer.io import frames
from medviewer.io.budget import byte_budget
from medviewer.io.codecs import bounded_inflate, mask_bits, native_values
from medviewer.io.decoder_pool import DecoderPool, shared_pool
from medviewer.io.decoder_process import FrameRequest
from medviewer.io.decoder_run import Check, DecodeRun, Frame
from medviewer.io.encapsulated import (
    PixelLocation,
    dataset_start,
    fragment_table,
    frame_segments,
    locate_pixels,
)
from medviewer.io.frames import FrameSource, PixelFormat
from medviewer.io.sources import ByteSource, open_source, recall, remember

# --- where the frames are -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Layout:
    """Location of the pixel element of one file, and of its frames when encapsulated."""

    location: PixelLocation
    segments: tuple[tuple[tuple[int, int], ...], ...] = ()


_layouts: OrderedDict[tuple[str, str, int, int, int], _Layout] = OrderedDict()
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
    key = (path, member + "\0deflated", source.size, 0)
    data = recall(key)
    if data is None:
        start, _ = dataset_start(source)
        # Deflate expands at most 1032 times; images expand less than 200 times unless they are empty.
        limit = min(byte_budget(), max(64 << 20, 200 * source.size))
        data = bounded_inflate(source.read(start, source.size), limit + 1)
        if len(data) > limit:
            raise TooLarge("The compressed file unpacks to far more than an image of its size can hold.")
        remember(key, data)
    return ByteSource(-1, len(data), data)


def layout(frame: FrameSource, source: ByteSource) -> _Layout:
    """Where the pixels of the frame's file are; walked once per file and kept."""
    fmt = frame.format
    if fmt.is_native and frame.offset >= 0:
        return _Layout(PixelLocation(fmt.keyword, frame.offset, frame.length, fmt.big_endian))
    key = (frame.path, frame.member, source.size, frame.offset, fmt.frames)
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
        found = _Layout(location)
    else:
        offsets, fragments = fragment_table(source, location)
        segments = frame_segments(offsets, fragments, fmt.frames, source)
        found = _Layout(location, tuple(tuple(pieces) for pieces in segments))
    with _layouts_lock:
        _layouts[key] = found
        while len(_layouts) > 4096:
            _layouts.popitem(last=False)
    return found


def require_frames(fmt: PixelFormat, location: PixelLocation, size: int) -> str:
    """Compare what the header promises with what the file holds, before anything is allocated.

    Returns
    -------
    str
        A warning when the last bytes are missing (the frames that are whole can be read), else empty.

    Raises
    ------
    UnreadableFile
        Not even one frame is there.
    """
    if not fmt.is_native:
        return ""
    there = max(0, size - location.offset)
    if location.length >= 0:
        there = min(there, location.length)
    promised = -(-fmt.native_bits * fmt.frames // 8)
    if there >= promised:
        return ""
    if there < fmt.native_range(0)[1]:
        raise UnreadableFile(
            f"The file is cut short: its header promises {promised:,} bytes of pixels and {there:,} are there.",
            "Copy or send it again.",
        )
    whole = there * 8 // fmt.native_bits
    return f"The file is cut short: {whole} of {fmt.frames} frames are there."


# --- native -------------------------------------------------------------------------------------------------------


def read_native(frame: FrameSource, source: ByteSource | None = None) -> NDArray[Any]:
    """Stored values of one native frame, shape ``format.sample_shape``, colour as RGB.

    Raises
    ------
    UnreadableFile
        The bytes are not all there.
    """
    fmt = frame.format
    fmt.validate()
    opened = source or open_pixels(frame.path, frame.member, fmt.transfer_syntax_uid)
    try:
        place = layout(frame, opened).location
        start, count, first_bit = _native_bytes(frame, place, opened)
        data = opened.read(start, count)
        if len(data) < count:
            raise _cut(frame)
        return native_values(data, fmt, first_bit)
    finally:
        if source is None:
            opened.close()


def _native_bytes(frame: FrameSource, place: PixelLocation, source: ByteSource) -> tuple[int, int, int]:
    start, count, first_bit = frame.format.native_range(frame.frame)
    end = source.size if place.length < 0 else min(source.size, place.offset + place.length)
    if place.offset + start + count > end:
        raise _cut(frame)
    return place.offset + start, count, first_bit


def _cut(frame: FrameSource) -> UnreadableFile:
    return UnreadableFile(
        f"The file is cut short: frame {frame.frame + 1} of {frame.format.frames} is not whole.",
        "Copy or send it again.",
    )


def read_native_into(frame: FrameSource, out: NDArray[Any], source: ByteSource | None = None) -> None:
    """Read one native frame into `out`, straight from the file where type and layout agree.

    Parameters
    ----------
    out : NDArray
        Shape ``format.sample_shape``; C-contiguous for the direct way.
    """
    fmt = frame.format
    direct = (
        out.dtype == fmt.stored_dtype
        and out.flags.c_contiguous
        and fmt.bits_allocated >= 8
        and (fmt.samples == 1 or (fmt.planar == 0 and not fmt.photometric.startswith("YBR")))
    )
    if not direct:
        np.copyto(out, read_native(frame, source), casting="same_kind")
        return
    opened = source or open_pixels(frame.path, frame.member, fmt.transfer_syntax_uid)
    try:
        place = layout(frame, opened).location
        start, count, _ = _native_bytes(frame, place, opened)
        if opened.read_into(start, out.data.cast("B")) < count:
            raise _cut(frame)
    finally:
        if source is None:
            opened.close()
    if fmt.big_endian != (out.dtype.newbyteorder("=").str[0] == ">") and out.dtype.itemsize > 1:
        out.byteswap(inplace=True)
    if not fmt.is_float:
        values = mask_bits(out, fmt)
        if values is not out:
            out[...] = values


# --- compressed ---------------------------------------------------------------------------------------------------


def decode_frames(
    sources: Sequence[FrameSource], check: Check | None = None, pool: DecoderPool | None = None
) -> Iterator[tuple[int, Frame]]:
    """Decode frames, native or compressed, in whatever order they are done.

    Parameters
    ----------
    sources : sequence of FrameSource
        The first ones are begun first.
    check : callable, optional
        Called at least every 200 ms; what it raises (Cancelled) ends the iteration, and the decoders with it.

    Yields
    ------
    tuple
        Index into `sources`, and the stored values (``format.sample_shape``, RGB for colour, palette indices as they
        are) or the error of this frame. One frame's failure leaves the others alone.
    """
    for index, values in _decode(sources, check, pool):
        yield index, values.copy() if isinstance(values, np.ndarray) and values.base is not None else values


def decode_into(
    sources: Sequence[FrameSource],
    store: Callable[[int, NDArray[Any]], None],
    check: Check | None = None,
    pool: DecoderPool | None = None,
) -> dict[int, MedviewerError]:
    """Decode frames and hand each to `store`, which must copy what it keeps.

    Returns
    -------
    dict
        Error by index of the frames that could not be read.
    """
    errors: dict[int, MedviewerError] = {}
    for index, values in _decode(sources, check, pool):
        if isinstance(values, MedviewerError):
            errors[index] = values
            continue
        try:
            store(index, values)
        except MedviewerError as error:
            errors[index] = error
    return errors


def _decode(
    sources: Sequence[FrameSource], check: Check | None, pool: DecoderPool | None
) -> Iterator[tuple[int, Frame]]:
    compressed: list[FrameRequest] = []
    for index, frame in enumerate(sources):
        if check is not None:
            check()
        try:
            frame.format.validate()
            if frame.format.is_native:
                yield index, read_native(frame)
            else:
                compressed.append(_request(index, frame))
        except MedviewerError as error:
            yield index, error
    if compressed:
        yield from DecodeRun(compressed, check, pool or shared_pool()).frames()


def _request(index: int, frame: FrameSource) -> FrameRequest:
    data = frame_bytes(frame) if frame.member else None
    return FrameRequest(index, frame.format, frame.path, frame.frame, frame.offset, frame.length, data)


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
            raise _cut(frame)
        return b"".join(source.read(offset, length) for offset, length in segments[frame.frame])
