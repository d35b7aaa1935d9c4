"""Stored bits of native pixels: bits stored, high bit, sign, byte order, one-bit frames, against hand computation."""

from __future__ import annotations

import numpy as np
import pytest

from medviewer.io import volume
from medviewer.io.probe import probe
from tests.helpers.dicom_factory import (
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    make_instance,
)

RNG = np.random.default_rng(7)
DEFLATED = "1.2.840.10008.1.2.1.99"


def by_hand(words: np.ndarray, stored: int, high: int, signed: bool) -> np.ndarray:
    """PS3.5 8.1.1: the sample is the bits high … high - stored + 1 of the word, two's complement when signed."""
    out = []
    for word in words.reshape(-1).tolist():
        bits = (word >> (high - stored + 1)) & ((1 << stored) - 1)
        out.append(bits - (1 << stored) if signed and bits >> (stored - 1) else bits)
    return np.array(out).reshape(words.shape)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, DEFLATED])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(
    ("allocated", "stored", "high"),
    [
        (16, 12, 11),
        (16, 12, 15),
        (16, 12, 13),
        (16, 10, 9),
        (16, 1, 0),
        (16, 1, 15),
        (16, 16, 15),
        (8, 8, 7),
        (8, 6, 5),
        (8, 5, 7),
        (32, 32, 31),
        (32, 24, 23),
        (32, 20, 27),
    ],
)
def test_garbage_in_unused_bits_never_reaches_the_values(tmp_path, syntax, signed, allocated, stored, high):
    words = RNG.integers(0, 1 << allocated, (5, 7), dtype=np.uint64).astype(f"u{allocated // 8}")
    words.flat[:4] = [0, (1 << allocated) - 1, 1 << high, (1 << high) - 1]
    path = make_instance(
        tmp_path / "a.dcm",
        transfer_syntax=syntax,
        pixels=words,
        PixelRepresentation=int(signed),
        BitsStored=stored,
        HighBit=high,
        RescaleSlope=None,
        RescaleIntercept=None,
    )
    expected = by_hand(words, stored, high, signed)
    np.testing.assert_array_equal(volume.load(path).array[0], expected)
    found = probe(path)
    assert (found["stored"]["min"], found["stored"]["max"]) == (expected.min(), expected.max())


@pytest.mark.parametrize("vr", ["OB", "OW"])
@pytest.mark.parametrize("shape", [(4, 6), (3, 5), (3, 3, 3), (2, 3, 5)])
def test_eight_bit_pixels_in_words_of_a_big_endian_file(tmp_path, vr, shape):
    """PS3.5 7.3 and 8.1.1: OW is swapped by the word, so that two 8-bit samples change places."""
    values = RNG.integers(0, 256, shape, dtype=np.uint8)
    colour = len(shape) == 3 and shape[-1] == 3
    path = make_instance(
        tmp_path / "a.dcm",
        transfer_syntax=ExplicitVRBigEndian,
        pixels=values,
        RescaleSlope=None,
        RescaleIntercept=None,
    )
    if vr == "OW":
        _store_as_swapped_words(path, values)
    array = volume.load(path).array
    np.testing.assert_array_equal(array if len(shape) == 3 and not colour else array[0], values)


def _store_as_swapped_words(path, values) -> None:
    raw = values.tobytes()
    raw += b"\0" * (len(raw) % 2)
    swapped = np.frombuffer(raw, "<u2").astype(">u2").tobytes()
    content = path.read_bytes()
    at = content.rindex(b"\x7f\xe0\x00\x10OB")
    assert content[at + 12 :] == raw
    path.write_bytes(content[: at + 4] + b"OW" + content[at + 6 : at + 12] + swapped)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, DEFLATED])
@pytest.mark.parametrize("shape", [(3, 5, 7), (4, 3, 3), (2, 8, 16), (9, 1, 1)])
def test_one_bit_frames_follow_each_other_without_padding(tmp_path, syntax, shape):
    bits = RNG.integers(0, 2, shape, dtype=np.uint8)
    packed = np.packbits(bits.reshape(-1), bitorder="little").tobytes()
    path = make_instance(
        tmp_path / "a.dcm",
        transfer_syntax=syntax,
        pixels=bits,
        BitsAllocated=1,
        BitsStored=1,
        HighBit=0,
        SamplesPerPixel=1,
        PixelData=packed + b"\0" * (len(packed) % 2),
        SOPClassUID="1.2.840.10008.5.1.4.1.1.7.1",
        Modality="OT",
        ImagePositionPatient=None,
    )
    np.testing.assert_array_equal(volume.load(path).array, bits)


@pytest.mark.parametrize("vr", ["OB", "OW"])
def test_one_bit_frames_of_a_big_endian_file(tmp_path, vr):
    bits = RNG.integers(0, 2, (3, 5, 7), dtype=np.uint8)
    packed = np.packbits(bits.reshape(-1), bitorder="little")
    path = make_instance(
        tmp_path / "a.dcm",
        transfer_syntax=ExplicitVRBigEndian,
        pixels=bits,
        BitsAllocated=1,
        BitsStored=1,
        HighBit=0,
        SamplesPerPixel=1,
        PixelData=packed.tobytes() + b"\0" * (packed.size % 2),
        SOPClassUID="1.2.840.10008.5.1.4.1.1.7.1",
        Modality="OT",
        ImagePositionPatient=None,
    )
    if vr == "OW":
        _store_as_swapped_words(path, packed)
    np.testing.assert_array_equal(volume.load(path).array, bits)


@pytest.mark.parametrize("bits", [None, 0, 20])
def test_bits_stored_that_is_missing_or_impossible_is_told(tmp_path, bits):
    values = RNG.integers(0, 1 << 16, (5, 7), dtype=np.uint16)
    path = make_instance(tmp_path / "a.dcm", pixels=values, BitsStored=bits, HighBit=None)
    found = probe(path)
    assert found["status"] == "loaded"
    assert any("bits" in line for line in found["warnings"])
    np.testing.assert_array_equal(volume.load(path).array[0], values)


def test_smallest_and_largest_pixel_value_are_not_believed(tmp_path):
    values = np.arange(60, dtype=np.int16).reshape(6, 10) * 50 - 500
    path = make_instance(tmp_path / "a.dcm", pixels=values, SmallestImagePixelValue=0, LargestImagePixelValue=10)
    np.testing.assert_array_equal(volume.load(path).array[0], values)


@pytest.mark.parametrize("keyword", ["FloatPixelData", "DoubleFloatPixelData"])
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, DEFLATED])
def test_float_pixels(tmp_path, keyword, syntax):
    width = "<f4" if keyword == "FloatPixelData" else "<f8"
    values = RNG.normal(size=(2, 4, 5)).astype(width) * 1e6
    values[0, 0, 0], values[0, 0, 1] = np.nan, np.inf
    path = make_instance(
        tmp_path / "a.dcm",
        transfer_syntax=syntax,
        pixels=values,
        PixelData=None,
        BitsStored=None,
        HighBit=None,
        PixelRepresentation=None,
        SOPClassUID="1.2.840.10008.5.1.4.1.1.30",
        Modality="OT",
        **{keyword: values.tobytes()},
    )
    array = volume.load(path).array
    assert array.dtype == np.dtype(width)
    np.testing.assert_array_equal(array, values)
    finite = values[np.isfinite(values)]
    assert probe(path)["stored"]["max"] == pytest.approx(float(finite.max()))
