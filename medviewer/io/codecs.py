"""One compressed frame to stored values. Runs inside a decoder process: codecs written in C and Rust may abort.

Which codec reads what was chosen by measurement: imagecodecs (libjpeg-turbo, CharLS, OpenJPEG, OpenJPH, libjxl)
for the JPEG family, pylibjpeg-rle for RLE; SimpleITK's GDCM is never asked for values it may change.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.errors import MedviewerError, UnreadableFile, UnsupportedTransferSyntax
from medviewer.io import frames
from medviewer.io.codestream import Codestream, parse
from medviewer.io.frames import PixelFormat

LARGE_BYTES = 64 << 20
"""Frames above this are held against their compressed size before memory is given."""
MOST_EXPANSION = 3000
"""No codec here shrinks a picture that anyone took by more (deflate: 1032, RLE: 64, JPEG: about 200)."""

_END_OF_IMAGE = b"\xff\xd9"
_NO_CODE_OF_ANY_IMAGE = bytes(range(1, 251)) * 4
_DAMAGED = "The compressed pixels are damaged and cannot be decoded."


def decode_frame(data: bytes, fmt: PixelFormat) -> NDArray[Any]:
    """Decode one frame.

    Parameters
    ----------
    data : bytes
        The whole codestream of the frame.
    fmt : PixelFormat
        What the DICOM header says; already validated.

    Returns
    -------
    NDArray
        Stored values, shape ``fmt.sample_shape``; colour is RGB (but palette indices stay indices). The type is
        ``fmt.stored_dtype`` unless the codestream's sign proves the header wrong.

    Raises
    ------
    MedviewerError
        Damaged or contradicting data. Codecs may raise or crash in other ways; the process boundary handles that.
    """
    syntax = fmt.transfer_syntax_uid
    if syntax == frames.RLE_LOSSLESS:
        return _rle(data, fmt)
    if syntax == frames.DEFLATED_FRAME:
        return _deflated(data, fmt)
    if syntax in frames.JPEG_XL_SYNTAXES:
        return _jpeg_xl(data, fmt)
    stream = parse(data)
    _compare(stream, fmt)
    if stream.kind == "j2k":
        values = _jpeg_2000(data, stream, syntax in frames.HTJ2K_SYNTAXES)
    elif stream.kind == "jpegls":
        values = _jpeg_ls(data)
    else:
        values = _whole_jpeg(data, stream, fmt)
    return _finish(values, fmt, stream)


def require_plausible(fmt: PixelFormat, data: bytes) -> None:
    """Refuse a large frame whose few compressed bytes cannot hold it, or whose codestream contradicts the header.

    Raises
    ------
    UnreadableFile
    """
    if fmt.decoded_bytes <= LARGE_BYTES:
        return
    if fmt.decoded_bytes > MOST_EXPANSION * len(data):
        raise UnreadableFile("The header claims an image far larger than its compressed pixels can hold.")
    if data[:2] in (b"\xff\xd8", b"\xff\x4f"):
        _compare(parse(data), fmt)


def _compare(stream: Codestream, fmt: PixelFormat) -> None:
    """Refuse a codestream whose size contradicts the header, before a codec allocates for it."""
    if (stream.rows, stream.columns) != (fmt.rows, fmt.columns):
        raise UnreadableFile(
            f"The header says {fmt.columns} × {fmt.rows} pixels and the compressed image says "
            f"{stream.columns} × {stream.rows}."
        )
    if stream.components != fmt.samples:
        raise UnreadableFile(
            f"The header says {fmt.samples} samples per pixel and the compressed image has {stream.components}."
        )
    if stream.bits > max(8, fmt.bits_allocated):
        raise UnreadableFile(
            f"The compressed image has {stream.bits} bits a sample and the header allows {fmt.bits_allocated}."
        )
    if stream.unsupported:
        raise UnsupportedTransferSyntax(
            f"The pixels are stored as {stream.unsupported} JPEG, which no decoder here reads.",
            "Ask for the images in an uncompressed or JPEG 2000 form.",
        )


def _ends(data: bytes) -> bool:
    """Whether a JPEG or JPEG-LS stream has its end marker, before padding."""
    return data.rstrip(b"\0\xff").endswith(_END_OF_IMAGE)


def _whole_jpeg(data: bytes, stream: Codestream, fmt: PixelFormat) -> NDArray[Any]:
    """Decode a JPEG stream, and refuse one that was cut: libjpeg makes up what is missing and says nothing.

    Some writers leave out the end marker (ISO/IEC 10918-1 B.2.1) of streams that are whole. In those, bytes behind
    the last coded one change no pixel; where the end is missing, they are taken for pixels.
    """
    if _ends(data):
        return _jpeg(data, stream, fmt)
    values = _jpeg(data + _END_OF_IMAGE, stream, fmt)
    if not np.array_equal(values, _jpeg(data + _NO_CODE_OF_ANY_IMAGE + _END_OF_IMAGE, stream, fmt)):
        raise UnreadableFile("The compressed image is cut short.", "Copy or send the file again.")
    return values


def _jpeg(data: bytes, stream: Codestream, fmt: PixelFormat) -> NDArray[Any]:
    import imagecodecs

    if stream.components == 1:
        return np.asarray(imagecodecs.jpeg8_decode(data))
    # Lossless coding keeps components as they are; lossy coding is YCbCr unless stream or header say RGB.
    if not stream.reversible and is_ycc(stream, fmt):
        return np.asarray(imagecodecs.jpeg8_decode(data, colorspace="YCBCR", outcolorspace="RGB"))
    return np.asarray(imagecodecs.jpeg8_decode(data, colorspace="RGB", outcolorspace="RGB"))


def is_ycc(stream: Codestream, fmt: PixelFormat) -> bool:
    """Whether a three-component JPEG holds YCbCr: the stream's own marker first, the header second."""
    if stream.colour_transform is not None:
        return stream.colour_transform
    return fmt.photometric != "RGB"


def _jpeg_ls(data: bytes) -> NDArray[Any]:
    import imagecodecs

    if not _ends(data):  # CharLS refuses most of these and runs for ever over some
        raise UnreadableFile("The compressed image is cut short.", "Copy or send the file again.")
    return np.asarray(imagecodecs.jpegls_decode(data))


def _jpeg_2000(data: bytes, stream: Codestream, high_throughput: bool) -> NDArray[Any]:
    import imagecodecs

    # OpenJPH's lossy colour wraps around where it should saturate (imagecodecs 2026.3), so it reads lossless only.
    if high_throughput and stream.start == 0 and stream.reversible:
        try:
            return np.asarray(imagecodecs.htj2k_decode(data))
        except imagecodecs.Htj2kError:
            pass  # OpenJPEG 2.5 reads what OpenJPH does not like
    return np.asarray(imagecodecs.jpeg2k_decode(data, numthreads=1))


def _jpeg_xl(data: bytes, fmt: PixelFormat) -> NDArray[Any]:
    import imagecodecs

    values = np.asarray(imagecodecs.jpegxl_decode(data, numthreads=1))
    if values.ndim == 3 and values.shape[-1] == 1:
        values = values[..., 0]
    if values.shape != fmt.sample_shape:
        raise UnreadableFile("The size of the compressed image contradicts the header.")
    return _signed(values, fmt, fmt.bits_stored)


def _finish(values: NDArray[Any], fmt: PixelFormat, stream: Codestream) -> NDArray[Any]:
    if values.ndim == 3 and values.shape[0] == fmt.samples and values.shape != fmt.sample_shape:
        values = np.moveaxis(values, 0, -1)
    if values.shape != fmt.sample_shape:
        raise UnreadableFile("The size of the compressed image contradicts the header.")
    if fmt.samples == 3 and fmt.photometric.startswith("YBR"):
        converted = stream.kind == "jpeg" and not stream.reversible
        transformed = stream.kind == "j2k" and stream.colour_transform
        if not converted and not transformed and fmt.photometric.startswith("YBR_FULL"):
            values = ybr_full_to_rgb(values, fmt.bits_stored)
    if stream.signed and not fmt.signed:
        return values
    signed = values if stream.signed else _signed(values, fmt, stream.bits)
    # Where whole words were coded, bits above the stored ones are no part of a value (PS3.5 8.1.1); a smaller
    # precision is the encoder's own word and believed.
    if stream.reversible and stream.bits == fmt.bits_allocated and signed.dtype == fmt.stored_dtype:
        return mask_bits(signed, fmt)
    return signed


def _signed(values: NDArray[Any], fmt: PixelFormat, bits: int) -> NDArray[Any]:
    """Values of an unsigned codestream as the header's PixelRepresentation reads their bits."""
    dtype = fmt.stored_dtype
    if values.dtype.itemsize > dtype.itemsize:
        if values.size and int(values.max()) >> (8 * dtype.itemsize):
            raise UnreadableFile(
                f"The compressed image has more bits a sample than the {fmt.bits_allocated} allowed."
            )
        values = values.astype(np.dtype(f"u{dtype.itemsize}"))
    if not fmt.signed:
        return values.astype(dtype, copy=False)
    wide = values.astype(dtype.str.replace("i", "u"), copy=False).view(dtype)
    shift = 8 * dtype.itemsize - min(bits, fmt.bits_stored)
    signed: NDArray[Any] = (wide << shift) >> shift if shift else wide
    return signed


def ybr_full_to_rgb(values: NDArray[Any], bits: int) -> NDArray[Any]:
    """YBR_FULL to RGB (PS3.3 C.7.6.3.1.2), unsigned samples of `bits` bits, shape (..., 3), same type."""
    half, top = float(1 << (bits - 1)), float((1 << bits) - 1)
    y, cb, cr = (values[..., i].astype(np.float32) for i in range(3))
    cb -= half
    cr -= half
    rgb = np.stack((y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb), axis=-1)
    converted: NDArray[Any] = np.clip(np.rint(rgb), 0, top).astype(values.dtype)
    return converted


def _deflated(data: bytes, fmt: PixelFormat) -> NDArray[Any]:
    """Deflated Image Frame Compression (PS3.5 A.4.13): a raw deflate stream of one native frame."""
    expected = -(-fmt.native_bits // 8)
    inflated = bounded_inflate(data, expected + 1)
    if len(inflated) < expected:
        raise UnreadableFile("The compressed frame is shorter than the header says.")
    return native_values(inflated, fmt)


def bounded_inflate(data: bytes | memoryview, limit_bytes: int) -> bytes:
    """Inflate a raw deflate stream to at most `limit_bytes` bytes; the rest is left."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        return engine.decompress(data, max(1, limit_bytes))
    except zlib.error:
        raise UnreadableFile(_DAMAGED) from None


def native_values(data: bytes | memoryview | NDArray[np.uint8], fmt: PixelFormat, first_bit: int = 0) -> NDArray[Any]:
    """Stored values of one native frame.

    Parameters
    ----------
    data : bytes-like
        At least the bytes of the frame, from the byte that holds its first bit.
    first_bit : int
        Where the frame starts inside the first byte (one-bit images).

    Returns
    -------
    NDArray
        ``fmt.sample_shape``, ``fmt.stored_dtype``, colour as RGB; may share memory with `data`.
    """
    if fmt.bits_allocated == 1 and not fmt.is_float:
        packed = np.frombuffer(data, dtype=np.uint8)
        bits = np.unpackbits(packed, bitorder="little", count=first_bit + fmt.frame_samples)
        return bits[first_bit:].reshape(fmt.sample_shape).view(fmt.stored_dtype)
    file_dtype = fmt.stored_dtype.newbyteorder(">" if fmt.big_endian else "<")
    if fmt.is_subsampled:
        return _native_422(np.frombuffer(data, dtype=file_dtype, count=fmt.rows * fmt.columns * 2), fmt)
    values = np.frombuffer(data, dtype=file_dtype, count=fmt.frame_samples)
    if not values.dtype.isnative:
        values = values.astype(fmt.stored_dtype)
    if fmt.samples > 1 and fmt.planar == 1:
        values = values.reshape(fmt.samples, fmt.rows, fmt.columns).transpose(1, 2, 0)
    else:
        values = values.reshape(fmt.sample_shape)
    if fmt.is_float:
        return values
    values = mask_bits(values, fmt)
    return _native_ybr_to_rgb(values, fmt) if fmt.samples == 3 else values


def _native_422(flat: NDArray[Any], fmt: PixelFormat) -> NDArray[Any]:
    """Y1 Y2 Cb Cr for every two pixels of a row (PS3.3 C.7.6.3.1.2)."""
    if fmt.columns % 2:
        raise UnreadableFile("Pixels with subsampled colour need an even number of columns.")
    quads = flat.reshape(fmt.rows, fmt.columns // 2, 4).astype(fmt.stored_dtype)
    full = np.empty((fmt.rows, fmt.columns, 3), fmt.stored_dtype)
    full[:, 0::2, 0], full[:, 1::2, 0] = quads[..., 0], quads[..., 1]
    for channel in (1, 2):
        full[:, 0::2, channel] = full[:, 1::2, channel] = quads[..., channel + 1]
    return _native_ybr_to_rgb(mask_bits(full, fmt), fmt)


def _native_ybr_to_rgb(values: NDArray[Any], fmt: PixelFormat) -> NDArray[Any]:
    """RGB of native colour samples by their photometric interpretation (PS3.3 C.7.6.3.1.2)."""
    if fmt.photometric.startswith("YBR_FULL"):
        return ybr_full_to_rgb(values, fmt.bits_stored)
    if not fmt.photometric.startswith("YBR_PARTIAL"):
        return values
    # Retired; black is 16 and white 235 of 255, colour differences span 224 (ITU-R BT.601).
    unit, top = float(1 << (fmt.bits_stored - 8)) if fmt.bits_stored >= 8 else 1.0, float((1 << fmt.bits_stored) - 1)
    stretched = values.astype(np.float32)
    stretched[..., 0] = (stretched[..., 0] - 16 * unit) * (top / (219 * unit))
    stretched[..., 1:] = (stretched[..., 1:] - 128 * unit) * (top / (224 * unit))
    y, cb, cr = (stretched[..., i] for i in range(3))
    rgb = np.stack((y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb), axis=-1)
    converted: NDArray[Any] = np.clip(np.rint(rgb), 0, top).astype(values.dtype)
    return converted


def mask_bits(values: NDArray[Any], fmt: PixelFormat) -> NDArray[Any]:
    """Only the stored bits of each sample, sign extended (PS3.5 8.1.1); overlays in high bits fall away.

    Costs two fast passes where nothing has to be changed, and copies only where something has.
    """
    stored, high = fmt.bits_stored, fmt.high_bit
    if fmt.bits_allocated == 1 or stored == fmt.bits_allocated or not values.size:
        return values
    if high == stored - 1:
        low, top = int(values.min()), int(values.max())
        if fmt.signed and low >= -(1 << (stored - 1)) and top < 1 << (stored - 1):
            return values
        if not fmt.signed and top < 1 << stored:
            return values
    left = fmt.bits_allocated - 1 - high
    masked: NDArray[Any] = (values << left) >> (fmt.bits_allocated - stored)
    return masked


def _rle(data: bytes, fmt: PixelFormat) -> NDArray[Any]:
    """RLE Lossless (PS3.5 Annex G): byte planes of every sample, most significant first."""
    if fmt.bits_allocated == 1:
        return _rle_one_bit(data, fmt)
    from rle.rle import decode_frame as decode_rle

    planes = int.from_bytes(data[:4], "little")
    expected = fmt.samples * fmt.bits_allocated // 8
    if planes != expected:
        raise UnreadableFile(f"The run-length coded frame has {planes} segments where the header needs {expected}.")
    try:
        decoded = decode_rle(data, fmt.rows * fmt.columns, fmt.bits_allocated, "<")
    except ValueError:
        raise UnreadableFile(_DAMAGED) from None
    flat = np.frombuffer(decoded, dtype=np.uint8)
    if flat.size != fmt.decoded_bytes:
        raise UnreadableFile(_DAMAGED)
    values = flat.view(fmt.stored_dtype)
    if fmt.samples > 1:
        values = np.ascontiguousarray(values.reshape(fmt.samples, fmt.rows, fmt.columns).transpose(1, 2, 0))
    values = mask_bits(values.reshape(fmt.sample_shape), fmt)
    if fmt.samples == 3 and fmt.photometric.startswith("YBR_FULL"):
        return ybr_full_to_rgb(values, fmt.bits_stored)
    return values


def _rle_one_bit(data: bytes, fmt: PixelFormat) -> NDArray[Any]:
    """One segment of packed bits, or of a byte a pixel: both are found."""
    import imagecodecs

    offset = int.from_bytes(data[4:8], "little")
    if not 64 <= offset < len(data):
        raise UnreadableFile(_DAMAGED)
    expected = -(-fmt.frame_samples // 8)
    unpacked = bytes(imagecodecs.packbits_decode(data[offset:]))
    if len(unpacked) >= fmt.frame_samples > expected:
        flags = np.frombuffer(unpacked, np.uint8, fmt.frame_samples) != 0
        image: NDArray[Any] = flags.view(np.uint8).reshape(fmt.sample_shape)
        return image
    if len(unpacked) < expected:
        raise UnreadableFile(_DAMAGED)
    return native_values(unpacked, fmt)


def told(error: BaseException) -> MedviewerError:
    """The sentence for anything a codec may raise, pyo3's PanicException included."""
    if isinstance(error, MedviewerError):
        return error
    if isinstance(error, MemoryError):
        return UnreadableFile("Decoding the compressed pixels needs more memory than a decoder may use.")
    return UnreadableFile(_DAMAGED)
