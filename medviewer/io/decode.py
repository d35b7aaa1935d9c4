"""Frames to stored values: native ones in place, compressed ones in the decoder processes.

>>> for index, values in decode_frames(sources):      # doctest: +SKIP
...     show(index, values)                           # values or the error of this frame
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.errors import MedviewerError
from medviewer.io.codecs import LARGE_BYTES as _LARGE_BYTES
from medviewer.io.codecs import mask_bits, native_values, require_plausible
from medviewer.io.decoder_pool import DecoderPool, shared_pool
from medviewer.io.decoder_process import FrameRequest
from medviewer.io.decoder_run import Check, DecodeRun, Frame
from medviewer.io.encapsulated import PixelLocation
from medviewer.io.frame_location import frame_bytes, frame_cut, layout, open_pixels
from medviewer.io.frames import FrameSource
from medviewer.io.sources import ByteSource

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
        if place.big_endian and place.words and fmt.bits_allocated <= 8:
            data = _from_words(opened, place, start, count)
        else:
            data = opened.read(start, count)
        if len(data) < count:
            raise frame_cut(frame)
        return native_values(data, fmt, first_bit)
    finally:
        if source is None:
            opened.close()


def _native_bytes(frame: FrameSource, place: PixelLocation, source: ByteSource) -> tuple[int, int, int]:
    start, count, first_bit = frame.format.native_range(frame.frame)
    end = source.size if place.length < 0 else min(source.size, place.offset + place.length)
    if place.offset + start + count > end:
        raise frame_cut(frame)
    return place.offset + start, count, first_bit


def _from_words(source: ByteSource, place: PixelLocation, start: int, count: int) -> bytes:
    """Bytes in the order of a little endian file, of a value that is stored in big endian 16-bit words."""
    before = (start - place.offset) % 2
    even = before + count + (before + count) % 2
    raw = source.read(start - before, even)
    words = np.frombuffer(raw, ">u2", count=len(raw) // 2)
    return words.astype("<u2").tobytes()[before : before + count]


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
        and (fmt.bits_allocated > 8 or (fmt.bits_allocated == 8 and not fmt.big_endian))
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
            raise frame_cut(frame)
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
    """The request for a decoder; what claims to be large is held against its codestream before it gets memory."""
    data = None
    if frame.member or frame.format.decoded_bytes > _LARGE_BYTES:
        data = frame_bytes(frame)
        require_plausible(frame.format, data)
    return FrameRequest(index, frame.format, frame.path, frame.frame, frame.offset, frame.length, data)
