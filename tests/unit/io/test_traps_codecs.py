"""Every transfer syntax that can be encoded here, in every bit depth and sign, read back through the file."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import jpeg_ls
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Picture
from pydicom.encaps import encapsulate

from medviewer.errors import UnreadableFile
from medviewer.io import volume
from medviewer.io.probe import probe
from tests.helpers.dicom_factory import make_dataset, make_instance

pytestmark = pytest.mark.process

JPEG = "1.2.840.10008.1.2.4."
RLE = "1.2.840.10008.1.2.5"
SC = "1.2.840.10008.5.1.4.1.1.7"
RNG = np.random.default_rng(11)


def smooth(bits: int, signed: bool = False, shape: tuple[int, int] = (21, 19)) -> NDArray[Any]:
    """Every corner of the range, a gradient and some noise."""
    top = (1 << bits) - 1
    y, x = np.mgrid[: shape[0], : shape[1]]
    values = (y * top // 40 + x * top // 40 + RNG.integers(0, max(2, top // 64), shape)) % (top + 1)
    values[0, :4] = [0, top, top // 2, top // 2 + 1]
    if signed:
        values = values - (1 << (bits - 1))
    return values.astype(f"{'i' if signed else 'u'}{1 if bits <= 8 else 2}")


def written(path: Path, syntax: str, streams: list[bytes], values: NDArray[Any], **keywords: Any) -> Path:
    """A file whose encapsulated frames are `streams`; bits and sign of `values` unless keywords say otherwise."""
    colour = values.ndim == 3 and values.shape[-1] == 3
    pixels = values if len(streams) == 1 else np.stack([values] * len(streams))
    fields: dict[str, Any] = {"RescaleSlope": None, "RescaleIntercept": None}
    if colour:
        fields |= {"SOPClassUID": SC, "Modality": "OT", "ImagePositionPatient": None}
    data = keywords.pop("data", None) or encapsulate(streams)
    return save_encapsulated(path, syntax, make_dataset(pixels=pixels, **(fields | keywords)), data)


def save_encapsulated(path: Path, syntax: str, ds: Any, data: bytes) -> Path:
    """Write the dataset with `data` as the undefined-length value of its pixels."""
    ds.PixelData = b""
    make_instance(path, dataset=ds)
    content = path.read_bytes()
    old, new = b"1.2.840.10008.1.2.1\0", syntax.encode() + b"\0" * (len(syntax) % 2)
    at = content.index(b"\x02\x00\x10\x00UI")
    content = content[: at + 6] + struct.pack("<H", len(new)) + new + content[at + 8 + len(old) :]
    (group,) = struct.unpack_from("<I", content, 140)
    content = content[:140] + struct.pack("<I", group + len(new) - len(old)) + content[144:]
    end = content.rindex(b"\xe0\x7f\x10\x00")
    tail = b"" if data.endswith(b"\xfe\xff\xdd\xe0\0\0\0\0") else b"\xfe\xff\xdd\xe0\0\0\0\0"
    path.write_bytes(content[:end] + b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff" + data + tail)
    return path


def jpeg_lossless(values: NDArray[Any], predictor: int, bits: int) -> bytes:
    words = values.view(f"u{values.dtype.itemsize}") & ((1 << bits) - 1)
    return bytes(imagecodecs.jpeg8_encode(words, lossless=True, predictor=predictor, bitspersample=bits))


def rle(values: NDArray[Any]) -> bytes:
    """PS3.5 Annex G: byte planes of every sample, most significant first, each row in runs of its own."""
    segments = []
    for sample in np.moveaxis(values, -1, 0) if values.ndim == 3 else [values]:
        planes = np.frombuffer(sample.astype(sample.dtype.newbyteorder(">")).tobytes(), np.uint8)
        planes = planes.reshape(*sample.shape, values.itemsize)
        for byte in range(values.itemsize):
            segment = b"".join(bytes(imagecodecs.packbits_encode(row.tobytes())) for row in planes[..., byte])
            segments.append(segment + b"\0" * (len(segment) % 2))
    starts = np.cumsum([64, *map(len, segments)])[:-1].tolist()
    return struct.pack("<16I", len(segments), *starts, *([0] * (15 - len(starts)))) + b"".join(segments)


# --- grey, lossless


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", [2, 8, 10, 12, 14, 16])
@pytest.mark.parametrize(("syntax", "predictor"), [(".57", 1), (".57", 4), (".57", 7), (".70", 1)])
def test_jpeg_lossless(tmp_path, syntax, predictor, bits, signed):
    values = smooth(bits, signed)
    path = written(
        tmp_path / "a.dcm",
        JPEG[:-1] + syntax,
        [jpeg_lossless(values, predictor, bits)],
        values,
        BitsStored=bits,
        HighBit=bits - 1,
    )
    np.testing.assert_array_equal(volume.load(path).array[0], values)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_jpeg_lossless_in_16_bits_whatever_is_stored(tmp_path, bits, signed):
    """Scanners encode 12 signed bits as 16 with the sign extended."""
    values = smooth(bits, signed).astype(np.int16 if signed else np.uint16)
    path = written(
        tmp_path / "a.dcm", JPEG + "70", [jpeg_lossless(values, 1, 16)], values, BitsStored=bits, HighBit=bits - 1
    )
    np.testing.assert_array_equal(volume.load(path).array[0], values)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("syntax", ["80", "90", "91", "201", "202", "203", "110", "rle"])
def test_other_lossless_codecs(tmp_path, syntax, bits, signed):
    values = smooth(bits, signed)
    words = values.view(f"u{values.dtype.itemsize}") & ((1 << bits) - 1)
    if syntax == "80":
        stream = bytes(imagecodecs.jpegls_encode(words))
    elif syntax in {"90", "91"}:
        stream = bytes(
            imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k", bitspersample=bits)
        )
    elif syntax.startswith("20"):
        stream = bytes(imagecodecs.htj2k_encode(values, reversible=True))
    elif syntax == "110":
        stream = bytes(imagecodecs.jpegxl_encode(words, lossless=True))
    else:
        stream = rle(values)
    path = written(
        tmp_path / "a.dcm",
        RLE if syntax == "rle" else JPEG + syntax,
        [stream],
        values,
        BitsStored=bits,
        HighBit=bits - 1,
    )
    np.testing.assert_array_equal(volume.load(path).array[0], values)
    assert probe(path)["stored"]["min"] == int(values.min())


@pytest.mark.parametrize("signed", [False, True])
def test_jpeg_2000_unsigned_stream_and_either_header(tmp_path, signed):
    """A codestream of unsigned words under a signed header holds the two's complement."""
    values = smooth(12, signed)
    words = values.view(np.uint16) & 0xFFF
    stream = bytes(imagecodecs.jpeg2k_encode(words, level=0, reversible=True, codecformat="j2k", bitspersample=12))
    path = written(tmp_path / "a.dcm", JPEG + "90", [stream], values, BitsStored=12, HighBit=11)
    np.testing.assert_array_equal(volume.load(path).array[0], values)


@pytest.mark.parametrize("negative", [False, True])
def test_jpeg_2000_signed_stream_under_an_unsigned_header(tmp_path, negative):
    """Values that fit the header are shown; negative ones are refused by probe and loading alike, not wrapped."""
    values = smooth(12, signed=True) if negative else smooth(11).astype(np.int16)
    stream = bytes(imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k", bitspersample=12))
    path = written(
        tmp_path / "a.dcm", JPEG + "90", [stream], values, PixelRepresentation=0, BitsStored=12, HighBit=11
    )
    if negative:
        assert "rules out" in probe(path)["reason"]
        with pytest.raises(UnreadableFile, match="rules out"):
            volume.load(path)
    else:
        np.testing.assert_array_equal(volume.load(path).array[0], values)
        assert probe(path)["stored"]["max"] == values.max()


@pytest.mark.parametrize("codecformat", ["j2k", "jp2"])
def test_jpeg_2000_inside_its_file_format(tmp_path, codecformat):
    values = smooth(16)
    stream = bytes(imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat=codecformat))
    path = written(tmp_path / "a.dcm", JPEG + "90", [stream], values)
    np.testing.assert_array_equal(volume.load(path).array[0], values)


@pytest.mark.parametrize("stored", [10, 12])
def test_overlay_bits_in_a_16_bit_stream_are_no_values(tmp_path, stored):
    """Bits above HighBit may carry a (retired) overlay; native and compressed pixels read alike (PS3.5 8.1.1)."""
    values = smooth(stored)
    words = values | np.uint16(1 << 15)
    words[::2] = values[::2]
    for syntax, stream in (
        (JPEG + "70", jpeg_lossless(words, 1, 16)),
        (RLE, rle(words)),
    ):
        path = written(tmp_path / f"{syntax}.dcm", syntax, [stream], words, BitsStored=stored, HighBit=stored - 1)
        np.testing.assert_array_equal(volume.load(path).array[0], values)


# --- grey, lossy


@pytest.mark.parametrize("bits", [8, 12])
@pytest.mark.parametrize("syntax", ["51", "91", "81", "203", "112"])
def test_lossy_grey_stays_close(tmp_path, bits, syntax):
    top = (1 << bits) - 1
    y, x = np.mgrid[:40, :40]
    values = ((np.sin(x / 9) + np.cos(y / 7) + 2) / 4 * top).astype(np.uint8 if bits == 8 else np.uint16)
    if syntax == "51":
        stream = imagecodecs.jpeg8_encode(values, level=98, bitspersample=bits)
    elif syntax == "91":
        stream = imagecodecs.jpeg2k_encode(values, level=60, reversible=False, codecformat="j2k", bitspersample=bits)
    elif syntax == "81":
        stream = jpeg_ls.encode_array(values, lossy_error=3)
    elif syntax == "203":
        stream = imagecodecs.htj2k_encode(values, level=0.001, reversible=False)
    else:
        stream = imagecodecs.jpegxl_encode(values, distance=0.2)
    path = written(tmp_path / "a.dcm", JPEG + syntax, [bytes(stream)], values, BitsStored=bits, HighBit=bits - 1)
    image = volume.load(path)
    assert np.abs(image.array[0].astype(int) - values).max() <= max(4, top // 100)
    assert image.facts.lossy


def test_near_lossless_error_is_bounded_by_the_stream(tmp_path):
    values = smooth(16)
    path = written(tmp_path / "a.dcm", JPEG + "81", [bytes(jpeg_ls.encode_array(values, lossy_error=5))], values)
    assert np.abs(volume.load(path).array[0].astype(int) - values).max() <= 5


# --- colour


def picture(shape: tuple[int, int] = (32, 48)) -> NDArray[np.uint8]:
    y, x = np.mgrid[: shape[0], : shape[1]]
    return np.stack((x * 5 % 256, y * 7 % 256, np.full(shape, 40)), axis=-1).astype(np.uint8)


def gentle(shape: tuple[int, int] = (32, 48)) -> NDArray[np.uint8]:
    y, x = np.mgrid[: shape[0], : shape[1]]
    return np.stack((200 - x, 40 + 2 * y, 90 + x), axis=-1).astype(np.uint8)


def to_ybr(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """PS3.3 C.7.6.3.1.2."""
    matrix = np.array([[0.2990, 0.5870, 0.1140], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])
    return np.clip(np.rint(rgb @ matrix.T + [0, 128, 128]), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("interleave", [0, 1, 2])
@pytest.mark.parametrize("planar", [0, 1])
def test_jpeg_ls_colour_in_every_interleave(tmp_path, interleave, planar):
    rgb = picture()
    arranged = np.ascontiguousarray(np.moveaxis(rgb, -1, 0)) if interleave == 0 else rgb
    stream = bytes(jpeg_ls.encode_array(arranged, interleave_mode=interleave))
    path = written(tmp_path / "a.dcm", JPEG + "80", [stream], rgb, PlanarConfiguration=planar)
    np.testing.assert_array_equal(volume.load(path).array[0], rgb)


@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL"])
@pytest.mark.parametrize("codec", ["rle", "70", "80", "110"])
def test_lossless_colour(tmp_path, codec, photometric, planar):
    rgb = picture()
    values = rgb if photometric == "RGB" else to_ybr(rgb)
    stream = {
        "rle": lambda: rle(values),
        "70": lambda: bytes(
            imagecodecs.jpeg8_encode(values, lossless=True, predictor=1, colorspace="RGB", outcolorspace="RGB")
        ),
        "80": lambda: bytes(jpeg_ls.encode_array(values, interleave_mode=2)),
        "110": lambda: bytes(imagecodecs.jpegxl_encode(rgb, lossless=True)),
    }[codec]()
    path = written(
        tmp_path / "a.dcm",
        RLE if codec == "rle" else JPEG + codec,
        [stream],
        rgb,
        PhotometricInterpretation=photometric,
        PlanarConfiguration=planar,
    )
    found = volume.load(path).array[0].astype(int)
    assert np.abs(found - rgb).max() <= (0 if photometric == "RGB" or codec == "110" else 2)


@pytest.mark.parametrize("photometric", ["RGB", "YBR_RCT"])
@pytest.mark.parametrize("mct", [True, False])
@pytest.mark.parametrize("codec", ["90", "201"])
def test_reversible_wavelet_colour(tmp_path, codec, mct, photometric):
    """The codestream tells whether its components were transformed; the header is often wrong about it."""
    rgb = picture()
    if codec == "90":
        stream = imagecodecs.jpeg2k_encode(rgb, level=0, reversible=True, codecformat="j2k", mct=mct)
    else:
        stream = imagecodecs.htj2k_encode(rgb, reversible=True, rgb=mct)
    path = written(tmp_path / "a.dcm", JPEG + codec, [bytes(stream)], rgb, PhotometricInterpretation=photometric)
    np.testing.assert_array_equal(volume.load(path).array[0], rgb)


@pytest.mark.parametrize("photometric", ["RGB", "YBR_ICT"])
def test_irreversible_wavelet_colour(tmp_path, photometric):
    rgb = gentle()
    stream = bytes(imagecodecs.jpeg2k_encode(rgb, level=60, reversible=False, codecformat="j2k", mct=True))
    path = written(tmp_path / "a.dcm", JPEG + "91", [stream], rgb, PhotometricInterpretation=photometric)
    assert np.abs(volume.load(path).array[0].astype(int) - rgb).max() <= 4


def test_wavelet_of_full_ybr_without_component_transform(tmp_path):
    rgb = picture()
    stream = bytes(imagecodecs.jpeg2k_encode(to_ybr(rgb), level=0, reversible=True, codecformat="j2k", mct=False))
    path = written(tmp_path / "a.dcm", JPEG + "90", [stream], rgb, PhotometricInterpretation="YBR_FULL")
    assert np.abs(volume.load(path).array[0].astype(int) - rgb).max() <= 2


@pytest.mark.parametrize("codec", ["rle", "90"])
def test_16_bit_colour_is_shown_by_its_high_byte(tmp_path, codec):
    rgb = RNG.integers(0, 1 << 16, (9, 11, 3), dtype=np.uint16)
    if codec == "rle":
        stream = rle(rgb)
    else:
        stream = bytes(imagecodecs.jpeg2k_encode(rgb, level=0, reversible=True, codecformat="j2k"))
    path = written(tmp_path / "a.dcm", RLE if codec == "rle" else JPEG + codec, [stream], rgb)
    np.testing.assert_array_equal(volume.load(path).array[0], (rgb >> 8).astype(np.uint8))
    assert probe(path)["stored"]["max"] == int(rgb.max())


# --- who decides on the colour of a lossy JPEG


def jpeg(rgb: NDArray[np.uint8], stored: str, marker: str, subsampling: int = 0) -> bytes:
    """A baseline JPEG whose components are `stored` ("ycc" or "rgb"), with no, a JFIF or an Adobe marker."""
    buffer = io.BytesIO()
    Picture.fromarray(rgb).save(buffer, "JPEG", quality=98, subsampling=subsampling, keep_rgb=stored == "rgb")
    stream = buffer.getvalue()
    position, kept = 2, [stream[:2]]
    if marker == "jfif":
        kept.append(b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    if marker.startswith("adobe"):
        kept.append(b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0" + bytes([int(marker[-1])]))
    while True:
        code, (length,) = stream[position + 1], struct.unpack_from(">H", stream, position + 2)
        segment = stream[position : position + 2 + length]
        if code in (0xC0, 0xC1, 0xDA):
            # Component identifiers 1, 2, 3: nothing but markers and header tell the colour space.
            at, step = (10, 3) if code != 0xDA else (5, 2)
            changed = bytearray(segment)
            for i in range(3):
                changed[at + step * i] = i + 1
            segment = bytes(changed)
        if code not in (0xE0, 0xEE):
            kept.append(segment)
        position += 2 + length
        if code == 0xDA:
            return b"".join(kept) + stream[position:]


@pytest.mark.parametrize(
    ("stored", "marker", "header"),
    [
        ("ycc", "jfif", "YBR_FULL_422"),
        ("ycc", "jfif", "YBR_FULL"),
        ("ycc", "jfif", "RGB"),  # converted by the encoder, header left as it was: common
        ("ycc", "none", "YBR_FULL_422"),
        ("ycc", "adobe1", "RGB"),
        ("ycc", "adobe1", "YBR_FULL_422"),
        ("rgb", "none", "RGB"),
        ("rgb", "adobe0", "RGB"),
        ("rgb", "adobe0", "YBR_FULL_422"),
    ],
)
def test_colour_of_a_lossy_jpeg(tmp_path, stored, marker, header):
    rgb = gentle()
    path = written(
        tmp_path / "a.dcm", JPEG + "50", [jpeg(rgb, stored, marker)], rgb, PhotometricInterpretation=header
    )
    assert np.abs(volume.load(path).array[0].astype(int) - rgb).max() <= 6


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_subsampled_colour_of_a_lossy_jpeg(tmp_path, subsampling):
    rgb = gentle((33, 47))
    path = written(
        tmp_path / "a.dcm",
        JPEG + "50",
        [jpeg(rgb, "ycc", "jfif", subsampling)],
        rgb,
        PhotometricInterpretation="YBR_FULL_422",
    )
    assert np.abs(volume.load(path).array[0].astype(int) - rgb).max() <= 6


def test_progressive_jpeg(tmp_path):
    values = (np.add.outer(np.arange(32), np.arange(48)) * 3).astype(np.uint8)
    buffer = io.BytesIO()
    Picture.fromarray(values).save(buffer, "JPEG", quality=98, progressive=True)
    path = written(tmp_path / "a.dcm", JPEG + "55", [buffer.getvalue()], values)
    assert np.abs(volume.load(path).array[0].astype(int) - values).max() <= 3


# --- fragments and offset tables


def item(data: bytes) -> bytes:
    data += b"\0" * (len(data) % 2)
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(data)) + data


def pieces(stream: bytes, count: int) -> list[bytes]:
    step = -(-len(stream) // count // 2) * 2
    return [stream[i : i + step] for i in range(0, len(stream), step)]


@pytest.mark.parametrize("table", ["basic", "empty"])
@pytest.mark.parametrize("fragments", [1, 2, 3, "mixed"])
@pytest.mark.parametrize("syntax", ["70", "80", "90"])
def test_frames_in_several_fragments(tmp_path, table, fragments, syntax):
    frames = [smooth(12, shape=(31, 17)) for _ in range(5)]
    encode = {
        "70": lambda v: jpeg_lossless(v, 1, 12),
        "80": lambda v: bytes(imagecodecs.jpegls_encode(v)),
        "90": lambda v: bytes(imagecodecs.jpeg2k_encode(v, level=0, reversible=True, codecformat="j2k")),
    }[syntax]
    body, offsets = b"", []
    for number, frame in enumerate(frames):
        offsets.append(len(body))
        count = (1, 4, 2, 1, 3)[number] if fragments == "mixed" else fragments
        body += b"".join(map(item, pieces(encode(frame), count)))
    data = item(struct.pack("<5I", *offsets) if table == "basic" else b"") + body
    path = written(tmp_path / "a.dcm", JPEG + syntax, [b""] * 5, frames[0], data=data, BitsStored=12, HighBit=11)
    np.testing.assert_array_equal(volume.load(path).array, frames)


def test_extended_offset_table(tmp_path):
    frames = [smooth(12) for _ in range(3)]
    streams = [jpeg_lossless(frame, 1, 12) for frame in frames]
    offsets = np.cumsum([0, *(len(item(stream)) for stream in streams)])[:3]
    path = written(
        tmp_path / "a.dcm",
        JPEG + "70",
        [b""] * 3,
        frames[0],
        data=item(b"") + b"".join(map(item, streams)),
        BitsStored=12,
        HighBit=11,
        ExtendedOffsetTable=offsets.astype("<u8").tobytes(),
        ExtendedOffsetTableLengths=np.array([len(s) for s in streams], "<u8").tobytes(),
    )
    np.testing.assert_array_equal(volume.load(path).array, frames)


def test_frames_whose_offset_table_is_wrong(tmp_path):
    frames = [smooth(12) for _ in range(3)]
    body = b"".join(item(piece) for frame in frames for piece in pieces(jpeg_lossless(frame, 1, 12), 2))
    data = item(struct.pack("<3I", 0, 10, 20)) + body
    path = written(tmp_path / "a.dcm", JPEG + "70", [b""] * 3, frames[0], data=data, BitsStored=12, HighBit=11)
    np.testing.assert_array_equal(volume.load(path).array, frames)


def test_deflated_frames(tmp_path):
    frames = [smooth(16) for _ in range(3)]
    engine = [zlib.compressobj(wbits=-15) for _ in frames]
    streams = [e.compress(f.tobytes()) + e.flush() for e, f in zip(engine, frames, strict=True)]
    path = written(tmp_path / "a.dcm", "1.2.840.10008.1.2.8.1", streams, frames[0])
    np.testing.assert_array_equal(volume.load(path).array, frames)


@pytest.mark.parametrize("syntax", [RLE, JPEG + "70", JPEG + "80", JPEG + "90"])
def test_compressed_palette_indices(tmp_path, syntax):
    indices = RNG.integers(0, 256, (9, 8)).astype(np.uint8)
    table = RNG.integers(0, 1 << 16, (256, 3)).astype(np.uint16)
    stream = {
        RLE: rle,
        JPEG + "70": lambda v: jpeg_lossless(v, 1, 8),
        JPEG + "80": lambda v: bytes(imagecodecs.jpegls_encode(v)),
        JPEG + "90": lambda v: bytes(imagecodecs.jpeg2k_encode(v, level=0, reversible=True, codecformat="j2k")),
    }[syntax](indices)
    lut = {
        f"{name}PaletteColorLookupTable{part}": value
        for i, name in enumerate(("Red", "Green", "Blue"))
        for part, value in (("Descriptor", [256, 0, 16]), ("Data", table[:, i].tobytes()))
    }
    path = written(
        tmp_path / "a.dcm",
        syntax,
        [stream],
        indices,
        Modality="OT",
        SOPClassUID=SC,
        PhotometricInterpretation="PALETTE COLOR",
        **lut,
    )
    np.testing.assert_array_equal(volume.load(path).array[0], (table >> 8)[indices])


def test_series_of_mixed_syntaxes_and_signs(tmp_path):
    """A series after a migration: every file in its own syntax, some signed, some not."""
    expected = []
    for k, syntax in enumerate(("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", RLE, JPEG + "70")):
        values = smooth(14, signed=bool(k % 2))
        expected.append(values.astype(np.int64))
        place = {"ImagePositionPatient": [0, 0, 5.0 * k], "k": k, "BitsStored": 14, "HighBit": 13}
        if syntax == RLE:
            written(tmp_path / str(k), syntax, [rle(values)], values, **place)
        elif syntax == JPEG + "70":
            written(tmp_path / str(k), syntax, [jpeg_lossless(values, 1, 14)], values, **place)
        else:
            make_instance(
                tmp_path / str(k),
                transfer_syntax=syntax,
                pixels=values,
                RescaleSlope=None,
                RescaleIntercept=None,
                **place,
            )
    np.testing.assert_array_equal(volume.load(tmp_path).array, expected)
