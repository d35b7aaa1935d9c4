"""What pixels mean: bits, sign, colour, tables, windows, padding; by the letter of PS3.3 and PS3.5."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from medviewer.core.display import Voi, VoiFunction, Window
from medviewer.errors import UnreadableFile
from medviewer.io import codecs, pixels
from medviewer.io.frames import EXPLICIT_LE, PixelFormat
from medviewer.io.functional_groups import FrameMeta, frame_meta
from medviewer.io.headers import InstanceHeader
from medviewer.io.lookup_tables import modality_lut, palette, voi_luts


def header(**changes) -> InstanceHeader:
    fields = {
        "path": "x", "rows": 4, "columns": 6, "bits_allocated": 16, "bits_stored": 12, "high_bit": 11,
        "photometric": "MONOCHROME2", "pixel_keyword": "PixelData", "transfer_syntax_uid": EXPLICIT_LE,
    }  # fmt: skip
    return InstanceHeader(**(fields | changes))


def native(values: np.ndarray, fmt: PixelFormat) -> np.ndarray:
    return codecs.native_values(values.tobytes(), fmt)


# --- bits


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(("stored", "high"), [(12, 11), (12, 15), (10, 13), (1, 0), (16, 15), (8, 7)])
def test_stored_bits_by_hand(stored, high, signed):
    raw = np.array([0, 1, 0x0FFF, 0x8000, 0xFFFF, 0x5A5A, 0x07FF, 0x0800], np.uint16)
    fmt = PixelFormat(rows=2, columns=4, bits_allocated=16, bits_stored=stored, high_bit=high, signed=signed)
    expected = []
    for word in raw.tolist():
        bits = (word >> (high - stored + 1)) & ((1 << stored) - 1)
        expected.append(bits - (1 << stored) if signed and bits >> (stored - 1) else bits)
    assert native(raw, fmt).reshape(-1).tolist() == expected


def test_missing_bits_stored_takes_all_with_a_warning():
    warnings: list[str] = []
    fmt = pixels.pixel_format(header(bits_stored=0, high_bit=0), warnings)
    assert (fmt.bits_stored, fmt.high_bit) == (16, 15)
    assert any("bits are stored" in line for line in warnings)


def test_contradicting_high_bit_is_put_right():
    warnings: list[str] = []
    assert pixels.pixel_format(header(high_bit=3), warnings).high_bit == 11
    assert warnings


@pytest.mark.parametrize("changes", [{"rows": 0}, {"samples": 2}, {"bits_allocated": 12}])
def test_impossible_formats_are_refused(changes):
    with pytest.raises(UnreadableFile):
        pixels.pixel_format(header(**changes), []).validate()


def test_huge_image_is_refused_with_a_sentence():
    with pytest.raises(Exception, match="memory"):
        pixels.pixel_format(header(rows=65535, columns=65535, samples=3, bits_allocated=32, bits_stored=32,
                                   high_bit=31, photometric="RGB"), []).validate()  # fmt: skip


# --- colour


def test_planar_configuration():
    image = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    fmt = PixelFormat(rows=2, columns=3, samples=3, bits_allocated=8, bits_stored=8, high_bit=7, photometric="RGB",
                      planar=1)  # fmt: skip
    np.testing.assert_array_equal(native(np.moveaxis(image, -1, 0).copy(), fmt), image)


def test_ybr_full_equals_pydicom():
    from pydicom.pixels import convert_color_space

    ybr = np.random.default_rng(0).integers(0, 256, (16, 16, 3)).astype(np.uint8)
    fmt = PixelFormat(rows=16, columns=16, samples=3, bits_allocated=8, bits_stored=8, high_bit=7,
                      photometric="YBR_FULL")  # fmt: skip
    expected = convert_color_space(ybr, "YBR_FULL", "RGB")
    assert np.abs(native(ybr, fmt).astype(int) - expected).max() <= 1


def test_ybr_422_repeats_colour_for_two_pixels():
    fmt = PixelFormat(rows=1, columns=4, samples=3, bits_allocated=8, bits_stored=8, high_bit=7,
                      photometric="YBR_FULL_422")  # fmt: skip
    rgb = native(np.array([100, 200, 128, 128, 50, 60, 128, 255], np.uint8), fmt)
    assert rgb[0, :2].tolist() == [[100, 100, 100], [200, 200, 200]]
    assert rgb[0, 2, 0] == round(50 + 1.402 * 127)  # Cr 255 is red
    assert rgb[0, 2, 0] < rgb[0, 3, 0]
    assert rgb[0, 2, 2] == 50


def test_422_that_is_full_is_put_right():
    fmt = PixelFormat(rows=2, columns=2, samples=3, bits_allocated=8, bits_stored=8, high_bit=7,
                      photometric="YBR_FULL_422")  # fmt: skip
    warnings: list[str] = []
    assert pixels.native_photometric(fmt, 12, warnings).photometric == "YBR_FULL"
    assert pixels.native_photometric(fmt, 8, []).photometric == "YBR_FULL_422"
    assert warnings


def test_16_bit_colour_becomes_8():
    fmt = PixelFormat(rows=1, columns=1, samples=3, bits_stored=16, photometric="RGB")
    assert pixels.to_rgb(np.array([[[0xFFFF, 0x8000, 0x00FF]]], np.uint16), fmt, None).tolist() == [[[255, 128, 0]]]


# --- tables


def with_palette(first: int, bits: int, channels: list[np.ndarray], segmented: bool = False) -> Dataset:
    ds = Dataset()
    for colour, data in zip(("Red", "Green", "Blue"), channels, strict=True):
        entries = 4 if segmented else len(data)
        setattr(ds, f"{colour}PaletteColorLookupTableDescriptor", [entries % 65536, first & 0xFFFF, bits])
        name = f"{'Segmented' if segmented else ''}{colour}PaletteColorLookupTableData"
        setattr(ds, name, data.astype("<u2").tobytes())
    return ds


def test_palette_16_bit_first_value_and_ends():
    tables = [np.array([0x1000, 0x8000, 0xFF00]), np.array([0, 0x0100, 0x0200]), np.array([0xFFFF, 0, 0])]
    found = palette(with_palette(10, 16, tables), False, [])
    rgb = found.apply(np.array([0, 10, 11, 12, 99]))
    assert rgb.tolist() == [[16, 0, 255], [16, 0, 255], [128, 1, 0], [255, 2, 0], [255, 2, 0]]


def test_palette_with_signed_pixels():
    tables = [np.array([0, 0x6400, 0xC800])] * 3
    found = palette(with_palette(-1, 16, tables), True, [])
    assert found.first == -1
    assert found.apply(np.array([-5, -1, 0, 1], np.int16))[:, 0].tolist() == [0, 0, 100, 200]


def test_segmented_palette_equals_hand():
    # Discrete: 2 values; linear: 2 steps from 0x0400 to 0x0800.
    data = np.array([0, 2, 0x0200, 0x0400, 1, 2, 0x0800])
    found = palette(with_palette(0, 16, [data] * 3, segmented=True), False, [])
    assert found.rgb[:, 0].tolist() == [2, 4, 6, 8]


def test_damaged_palette_is_told():
    ds = with_palette(0, 16, [np.array([1, 2, 3])] * 3)
    ds.RedPaletteColorLookupTableData = b"\0\0"
    warnings: list[str] = []
    assert palette(ds, False, warnings) is None
    assert warnings


def lut_item(entries: int, first: int, bits: int, data) -> Dataset:
    item = Dataset()
    item.add_new(0x00283002, "US", [entries, first & 0xFFFF, bits])
    item.add_new(0x00283006, "OW", np.asarray(data, "<u2").tobytes())
    item.LUTExplanation = "bone"
    return item


def test_voi_lut_of_65536_entries():
    ds = Dataset()
    ds.VOILUTSequence = Sequence([lut_item(0, 0, 16, np.arange(65536))])
    (lut,) = voi_luts(ds, False, [])
    assert (len(lut.values), lut.first, lut.bits, lut.name) == (65536, 0, 16, "bone")


def test_voi_lut_signed_first_value():
    ds = Dataset()
    ds.VOILUTSequence = Sequence([lut_item(3, -100, 12, [1, 2, 3])])
    assert voi_luts(ds, True, [])[0].first == -100
    assert voi_luts(ds, False, [])[0].first == 65436


def test_corrupt_voi_lut_degrades_with_a_warning():
    ds = Dataset()
    ds.VOILUTSequence = Sequence([lut_item(500, 0, 12, [1, 2, 3]), lut_item(3, 0, 12, [1, 2, 3])])
    warnings: list[str] = []
    assert len(voi_luts(ds, False, warnings)) == 1
    assert len(warnings) == 1


def test_modality_lut():
    ds = Dataset()
    item = lut_item(4, -2, 16, [10, 20, 30, 65535])
    item.ModalityLUTType = "OD"
    ds.ModalityLUTSequence = Sequence([item])
    first, table, kind = modality_lut(ds, True, [])
    assert (first, table.tolist(), kind) == (-2, [10, 20, 30, 65535], "OD")


# --- windows


def test_several_windows_with_names():
    found = pixels.windows((40, -600), (400, 1500), ("soft", "lung"), "", [])
    assert [(w.center, w.width, w.name, w.function) for w in found] == [
        (40, 400, "soft", VoiFunction.LINEAR),
        (-600, 1500, "lung", VoiFunction.LINEAR),
    ]


def test_unusable_widths():
    warnings: list[str] = []
    found = pixels.windows((0, 0.5, 1), (0, 0.4, -3), (), "", warnings)
    assert [(w.center, w.width, w.function) for w in found] == [(0.5, 0.4, VoiFunction.LINEAR_EXACT)]
    assert warnings


def test_mr_window_on_stored_values_shows_the_same_after_rescale():
    slope, intercept = 2.5, -10.0
    window = Window(100, 51)
    (moved,) = pixels.voi_for_stored(Voi((window,)), slope, intercept).windows
    for stored in (60, 75, 99, 100, 126, 140):
        value = slope * stored + intercept

        def linear(x: float, w: Window) -> float:  # PS3.3 C.11.2.1.2.1 for 0..1
            return min(1.0, max(0.0, (x - (w.center - 0.5)) / (w.width - 1) + 0.5))

        assert linear(value, moved) == pytest.approx(linear(stored, window))


# --- padding


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"padding": 0}, (0, 0)),
        ({"padding": -2000, "signed": True, "bits_stored": 16, "high_bit": 15}, (-2000, -2000)),
        ({"padding": 100, "padding_limit": 50}, (50, 100)),
        ({"padding": 0xF800, "bits_stored": 12}, (0x800, 0x800)),  # what remains of it in 12 bits
        ({"padding": 63488 - 65536, "signed": True, "bits_stored": 12}, (-2048, -2048)),
        ({}, None),
    ],
)
def test_padding_range(changes, expected):
    given = header(**changes)
    assert pixels.padding_range(given, pixels.pixel_format(given, [])) == expected


# --- functional groups


def enhanced() -> Dataset:
    ds = Dataset()
    ds.RescaleSlope = 9
    shared, frames = Dataset(), []
    measures = Dataset()
    measures.PixelSpacing = [0.5, 0.6]
    shared.PixelMeasuresSequence = Sequence([measures])
    transform = Dataset()
    transform.RescaleSlope, transform.RescaleIntercept = 2, 1
    shared.PixelValueTransformationSequence = Sequence([transform])
    for k in range(2):
        frame, position = Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, k]
        frame.PlanePositionSequence = Sequence([position])
        frames.append(frame)
    own = Dataset()
    own.RescaleSlope, own.RescaleIntercept = 3, 4
    frames[1].PixelValueTransformationSequence = Sequence([own])
    ds.SharedFunctionalGroupsSequence = Sequence([shared])
    ds.PerFrameFunctionalGroupsSequence = Sequence(frames)
    return ds


def test_frame_meta_per_frame_then_shared_then_root():
    ds = enhanced()
    assert float(frame_meta(ds, 0, "RescaleSlope")) == 2
    assert float(frame_meta(ds, 1, "RescaleSlope")) == 3
    meta = FrameMeta(ds)
    assert meta.numbers(1, "ImagePositionPatient", 3) == (0, 0, 1)
    assert meta.numbers(1, "PixelSpacing", 2) == (0.5, 0.6)
    assert frame_meta(Dataset(), 0, "PixelSpacing") is None
    plain = Dataset()
    plain.RescaleSlope = 7
    assert float(frame_meta(plain, 0, "RescaleSlope")) == 7


def test_overlay_plane():
    ds = Dataset()
    bits = np.zeros((3, 5), np.uint8)
    bits[1, 2] = 1
    ds.add_new(0x60000010, "US", 3)
    ds.add_new(0x60000011, "US", 5)
    ds.add_new(0x60000050, "SS", [2, 3])
    ds.add_new(0x60000040, "CS", "G")
    ds.add_new(0x60003000, "OW", np.packbits(bits.reshape(-1), bitorder="little").tobytes())
    (overlay,) = pixels.overlays(ds, [])
    assert overlay.bits.shape == (1, 3, 5)
    assert np.argwhere(overlay.bits[0]).tolist() == [[1, 2]]
    assert overlay.origin_yx == (1, 2)
