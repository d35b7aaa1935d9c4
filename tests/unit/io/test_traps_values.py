"""From stored values to grey: rescale, padding, windows, lookup tables, palettes, colour; by the letter of PS3.3."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut
from pydicom.sequence import Sequence

from medviewer.core.display import Appearance, DisplayTable, Window, render
from medviewer.core.slicing import native_slice, plane_slice
from medviewer.io import volume
from medviewer.io.probe import probe
from tests.helpers.dicom_factory import (
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    make_dataset,
    make_instance,
    make_series,
)

PET = "1.2.840.10008.5.1.4.1.1.128"
SC = "1.2.840.10008.5.1.4.1.1.7"
DX = "1.2.840.10008.5.1.4.1.1.1.1"
NATIVE = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian]
RNG = np.random.default_rng(3)


def item(**values: Any) -> Dataset:
    ds = Dataset()
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    return ds


def table_item(
    first: int, values: Any, bits: int = 16, entries: int | None = None, vr: str = "US", big: bool = False
) -> Dataset:
    """An item of a LUT sequence; the data as words, or as bytes (vr OB: one byte an entry in words)."""
    ds = Dataset()
    count = len(values) if entries is None else entries
    ds.add_new(0x00283002, "SS" if first < 0 else "US", [count if first >= 0 else _ss(count), first, bits])
    if vr == "US":
        ds.add_new(0x00283006, "US", [int(v) for v in values])
    else:
        raw = np.asarray(values, "<u2" if vr == "OW" else "u1").tobytes()
        ds.add_new(0x00283006, "OW", in_words(raw, big))
    return ds


def in_words(raw: bytes, big: bool) -> bytes:
    """The value of an OW element: padded, words in the order of the file (pydicom writes it as it stands)."""
    raw += b"\0" * (len(raw) % 2)
    return np.frombuffer(raw, "<u2").astype(">u2").tobytes() if big else raw


def _ss(value: int) -> int:
    return value - 65536 if value > 32767 else value


def planned(path: Any) -> tuple[Any, Any]:
    plan = volume.plan(volume.series_at(path))
    array = plan.allocate()
    plan.read_into(array)
    return plan, plan.image(array)


def shown(path: Any, appearance: Appearance | None = None, k: int = 0) -> NDArray[np.uint8]:
    """Grey levels of slice k as the file wants to be shown, and the same through the renderer at 1:1."""
    plan, image = planned(path)
    table = DisplayTable.build(image, plan.voi(k), appearance or Appearance(), k)
    grey = table.grey(image.array[k])
    h, w = grey.shape
    picture = render(native_slice(image, k), table, [[1, 0, 0], [0, 1, 0]], (w, h), interpolate=False)
    rendered = (picture & 255).astype(int)
    assert np.abs(rendered - grey).max() <= 1
    return grey


def standard(x: Any, center: float, width: float, function: str = "LINEAR") -> NDArray[np.float64]:
    """PS3.3 C.11.2.1.2.1 and C.11.2.1.3, output 0 to 255, written as in the standard."""
    out = []
    for v in np.asarray(x, dtype=np.float64).reshape(-1).tolist():
        if function == "SIGMOID":
            out.append(255 / (1 + math.exp(min(700.0, -4 * (v - center) / width))))
        elif function == "LINEAR_EXACT" or width < 1:
            if v <= center - width / 2:
                out.append(0.0)
            elif v > center + width / 2:
                out.append(255.0)
            else:
                out.append((v - center) / width * 255 + 127.5)
        elif v <= center - 0.5 - (width - 1) / 2:
            out.append(0.0)
        elif v > center - 0.5 + (width - 1) / 2:
            out.append(255.0)
        else:
            out.append(((v - (center - 0.5)) / (width - 1) + 0.5) * 255)
    return np.array(out).reshape(np.shape(x))


# --- rows 1 and 4: rescale


@pytest.mark.parametrize("dtype", [np.int16, np.uint16])
def test_every_pet_slice_has_its_own_slope(tmp_path, dtype):
    slopes = [7.5e-9, 3.3e-8, 0.37, 12.5, 1.0, 4.2e-4]
    stored = [RNG.integers(0, 32767, (6, 5)).astype(dtype) for _ in slopes]
    make_series(
        tmp_path,
        len(slopes),
        SOPClassUID=PET,
        Modality="PT",
        Units="BQML",
        vary=lambda k: {"pixels": stored[k], "RescaleSlope": slopes[k], "RescaleIntercept": 0},
    )
    _plan, image = planned(tmp_path)
    expected = np.stack([s.astype(np.float64) * slope for s, slope in zip(stored, slopes, strict=True)])
    for k in range(len(slopes)):
        np.testing.assert_allclose(image.modality_slice(k), expected[k], rtol=1e-6)
    # Across the slices too: a coronal row mixes six slopes.
    coronal = plane_slice(image, "coronal", 2).modality()
    np.testing.assert_allclose(coronal, expected[::-1, 2, :], rtol=1e-6)
    slab = plane_slice(image, "axial", 2, slab_mm=15.0, mode="max").modality()
    np.testing.assert_allclose(slab, expected[1:4].max(axis=0), rtol=1e-6)
    found = probe(tmp_path)["modality"]
    assert found["max"] == pytest.approx(expected.max(), rel=1e-6)
    assert found["mean"] == pytest.approx(expected.mean(), rel=1e-6)


def test_identical_pixels_under_different_slopes_are_no_copies(tmp_path):
    """Blank or scaled slices repeat bytes; their values differ, so both are shown."""
    stored = RNG.integers(0, 1000, (6, 5)).astype(np.uint16)
    make_series(
        tmp_path,
        6,
        SOPClassUID=PET,
        Modality="PT",
        Units="BQML",
        vary=lambda k: {
            "pixels": stored,
            "RescaleSlope": 1.0 if k < 3 else 2.0,
            "RescaleIntercept": 0,
            "ImagePositionPatient": [0, 0, 5.0 * (k % 3)],
        },
    )
    found = probe(tmp_path)
    assert found["frames"] == 6
    assert sorted(found["stacks"]) == [3, 3]


def test_every_slice_has_its_own_modality_table(tmp_path):
    """Row 1 for tables: one table must never be applied to a slice that has another."""
    tables = [[0, 100, 200, 300], [0, 10, 20, 30], [5, 6, 7, 8]]
    make_series(
        tmp_path,
        3,
        Modality="OT",
        SOPClassUID=SC,
        vary=lambda k: {
            "pixels": np.array([[0, 1], [2, 3]], np.uint8),
            "RescaleSlope": None,
            "RescaleIntercept": None,
            "ModalityLUTSequence": Sequence([table_item(0, tables[k])]),
        },
    )
    seen = []
    for plan in volume.plans(volume.series_at(tmp_path)):
        array = plan.allocate()
        plan.read_into(array)
        image = plan.image(array)
        seen += [
            (image.geometry.world((0, 0, k))[2], image.modality_slice(k).reshape(-1).tolist())
            for k in range(image.n_slices)
        ]
    assert [values for _, values in sorted(seen)] == tables


@pytest.mark.parametrize("signed", [False, True])
def test_modality_table_with_a_negative_first_value(tmp_path, signed):
    stored = np.array([[-3, -2, -1], [0, 1, 5]], np.int16) if signed else np.array([[0, 1, 2], [3, 4, 9]], np.uint16)
    first = -2 if signed else 1
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=stored,
        RescaleSlope=None,
        RescaleIntercept=None,
        ModalityLUTSequence=Sequence([table_item(first, [10, 20, 40, 80])]),
    )
    _plan, image = planned(path)
    np.testing.assert_array_equal(image.modality_slice(0), [[10, 10, 20], [40, 80, 80]])


def test_negative_slope(tmp_path):
    stored = np.arange(60, dtype=np.int16).reshape(6, 10)
    path = make_instance(
        tmp_path / "a.dcm", pixels=stored, RescaleSlope=-2, RescaleIntercept=100, WindowCenter=40, WindowWidth=80
    )
    np.testing.assert_allclose(planned(path)[1].modality_slice(0), 100 - 2.0 * stored)
    assert np.abs(shown(path) - standard(100 - 2.0 * stored, 40, 80)).max() <= 0.5 + 1e-9


def test_zero_slope_is_told(tmp_path):
    path = make_instance(tmp_path / "a.dcm", RescaleSlope=0, RescaleIntercept=5)
    found = probe(path)
    assert any("slope" in line for line in found["warnings"])
    assert found["modality"]["max"] == found["stored"]["max"] + 5


@pytest.mark.parametrize(("slope", "intercept"), [(0.01, -3.0), (4.0, 0.0), (1.0, -1024.0)])
def test_mr_window_is_of_stored_values_whatever_the_rescale(tmp_path, slope, intercept):
    stored = np.arange(0, 1200, 20, dtype=np.uint16).reshape(6, 10)
    path = make_instance(
        tmp_path / "a.dcm",
        Modality="MR",
        pixels=stored,
        RescaleSlope=slope,
        RescaleIntercept=intercept,
        WindowCenter=600,
        WindowWidth=800,
    )
    assert np.abs(shown(path) - standard(stored, 600, 800)).max() <= 0.5 + 1e-6
    np.testing.assert_allclose(planned(path)[1].modality_slice(0), stored * slope + intercept, rtol=1e-5, atol=1e-4)


def test_mr_table_is_of_stored_values_whatever_the_rescale(tmp_path):
    stored = np.arange(60, dtype=np.uint16).reshape(6, 10)
    values = (np.arange(60) ** 2 * 65535 // 59**2).astype(int)
    path = make_instance(
        tmp_path / "a.dcm",
        Modality="MR",
        pixels=stored,
        RescaleSlope=0.5,
        RescaleIntercept=-7,
        VOILUTSequence=Sequence([table_item(0, values)]),
    )
    assert np.abs(shown(path) - values[stored] / 65535 * 255).max() <= 0.5 + 1e-6


# --- rows 5 to 7: MONOCHROME1, VOI LUT, windows


@pytest.mark.parametrize("function", ["", "LINEAR", "LINEAR_EXACT", "SIGMOID"])
@pytest.mark.parametrize(
    ("center", "width"),
    [(40, 400), (0.5, 1), (128, 256), (2048, 4096), (10, 2), (3.25, 0.5), (-300.5, 1500), (20, 1)],
)
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_window_functions(tmp_path, function, center, width, photometric):
    stored = np.arange(-1000, 3096, 1, dtype=np.int16).reshape(64, 64)
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=stored,
        RescaleSlope=1,
        RescaleIntercept=0,
        WindowCenter=center,
        WindowWidth=width,
        VOILUTFunction=function or None,
        PhotometricInterpretation=photometric,
    )
    expected = standard(stored, center, width, function or "LINEAR")
    if photometric == "MONOCHROME1":
        expected = 255 - expected
    assert np.abs(shown(path) - expected).max() <= 0.5 + 1e-6
    np.testing.assert_array_equal(planned(path)[1].modality_slice(0), stored)  # values are never inverted
    inverted = shown(path, Appearance(invert=True))
    assert np.abs(inverted - (255 - expected)).max() <= 0.5 + 1e-6


@pytest.mark.parametrize("dtype", [np.int32, np.uint32, np.float32])
def test_window_of_wide_values(tmp_path, dtype):
    """32-bit values have no table of every value."""
    stored = (np.arange(64 * 64).reshape(64, 64) * 977).astype(dtype)
    kind = {"FloatPixelData": stored.tobytes(), "PixelData": None} if dtype is np.float32 else {}
    extra = {"BitsStored": None, "HighBit": None, "PixelRepresentation": None} if kind else {}
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=stored,
        Modality="OT",
        SOPClassUID=SC,
        WindowCenter=2e6,
        WindowWidth=3e6,
        **kind,
        **extra,
    )
    assert np.abs(shown(path).astype(float) - standard(stored, 2e6, 3e6)).max() <= 0.51


def test_several_windows_with_their_names(tmp_path):
    path = make_instance(
        tmp_path / "a.dcm",
        WindowCenter=[40, -600, 300],
        WindowWidth=[400, 1500, 0],
        WindowCenterWidthExplanation=["SOFT", "LUNG", "BROKEN"],
    )
    voi = planned(path)[0].voi(0)
    assert [(w.center, w.width, w.name) for w in voi.windows] == [(40, 400, "SOFT"), (-600, 1500, "LUNG")]


LUT_CASES = {
    "10-bit in words": (0, (np.arange(4096) // 4), 10, "US"),
    "12-bit OW": (0, np.arange(4096), 12, "OW"),
    "16-bit OW": (0, np.arange(4096) * 16, 16, "OW"),
    "8-bit in words": (0, np.arange(4096) // 16, 8, "OW"),
    "8-bit packed": (0, np.arange(4096) // 16, 8, "OB"),
    "short, ends continued": (1000, np.arange(500) * 2, 10, "US"),
    "falling": (0, 4095 - np.arange(4096), 12, "US"),
}


@pytest.mark.parametrize("syntax", NATIVE)
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("case", LUT_CASES)
def test_dx_with_a_voi_lut(tmp_path, syntax, photometric, case):
    first, values, bits, vr = LUT_CASES[case]
    big = syntax == ExplicitVRBigEndian
    stored = RNG.integers(0, 4096, (9, 11)).astype(np.uint16)
    path = make_instance(
        tmp_path / "a.dcm",
        transfer_syntax=syntax,
        pixels=stored,
        Modality="DX",
        SOPClassUID=DX,
        BitsStored=12,
        HighBit=11,
        PhotometricInterpretation=photometric,
        WindowCenter=100,
        WindowWidth=50,
        VOILUTSequence=Sequence([table_item(first, values, bits, vr=vr, big=big)]),
    )
    expected = np.asarray(values)[np.clip(stored.astype(int) - first, 0, len(values) - 1)] / ((1 << bits) - 1) * 255
    if photometric == "MONOCHROME1":
        expected = 255 - expected
    assert np.abs(shown(path) - expected).max() <= 0.5 + 1e-6
    # Turning the table off (the drag of a window does) falls back to the window.
    expected = standard(stored, 100, 50)
    linear = shown(path, Appearance(lut_index=-1))
    assert np.abs(linear - (255 - expected if photometric == "MONOCHROME1" else expected)).max() <= 0.5 + 1e-6


def test_voi_lut_of_65536_entries_and_of_modality_values(tmp_path):
    """0 entries mean 65536; a rescale below zero makes the first value signed (PS3.3 C.11.2.1.1)."""
    stored = RNG.integers(0, 4096, (9, 11)).astype(np.uint16)
    values = np.arange(65536)
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=stored,
        RescaleSlope=1,
        RescaleIntercept=-1024,
        VOILUTSequence=Sequence([table_item(-1024, values, 16, entries=0, vr="OW")]),
    )
    assert np.abs(shown(path) - stored / 65535 * 255).max() <= 0.5 + 1e-6


def test_two_voi_luts_can_be_chosen(tmp_path):
    stored = np.arange(60, dtype=np.uint8).reshape(6, 10)
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=stored,
        Modality="DX",
        SOPClassUID=DX,
        VOILUTSequence=Sequence([table_item(0, np.arange(256), 8), table_item(0, 255 - np.arange(256), 8)]),
    )
    np.testing.assert_array_equal(shown(path), stored)
    np.testing.assert_array_equal(shown(path, Appearance(lut_index=1)), 255 - stored)


# --- row 8: padding


@pytest.mark.parametrize(
    ("dtype", "padding", "limit"),
    [
        (np.int16, -2000, None),
        (np.int16, -2000, -1500),
        (np.uint16, 63536, None),
        (np.uint16, 0, 10),
        (np.int16, -1500, -2000),
        (np.uint16, 4095, 4000),
    ],
)
@pytest.mark.parametrize("syntax", NATIVE)
def test_padding_is_found_before_the_rescale(tmp_path, syntax, dtype, padding, limit):
    stored = RNG.integers(100, 3000, (20, 20)).astype(dtype)
    low, high = sorted((padding, padding if limit is None else limit))
    pads = np.linspace(low, high, 3).astype(dtype)
    for row, pad in enumerate(pads):
        stored[row] = pad
    path = make_instance(
        tmp_path / "a.dcm",
        transfer_syntax=syntax,
        pixels=stored,
        RescaleSlope=2,
        RescaleIntercept=-1000,
        WindowCenter=1000,
        WindowWidth=6000,
        PixelPaddingValue=padding,
        PixelPaddingRangeLimit=limit,
    )
    _plan, image = planned(path)
    values = image.modality_slice(0)
    assert np.isnan(values[:3]).all()
    np.testing.assert_allclose(values[3:], stored[3:].astype(float) * 2 - 1000)
    found = probe(path)
    assert found["modality_nopad"]["min"] == values[3:].min()
    assert found["modality_nopad"]["max"] == values[3:].max()
    assert (shown(path)[:3] == 0).all()


def test_padding_of_signed_pixels_written_as_unsigned(tmp_path):
    """63536 under US is -2000 where the pixels are signed: GE writes it so."""
    stored = np.arange(-2000, -1940, dtype=np.int16).reshape(6, 10)
    ds = make_dataset(pixels=stored, RescaleIntercept=0)
    ds.add_new(0x00280120, "US", 63536)
    _plan, image = planned(make_instance(tmp_path / "a.dcm", dataset=ds))
    assert np.isnan(image.modality_slice(0)).sum() == 1


def test_padding_does_not_bleed_into_its_neighbours_when_smoothed(tmp_path):
    stored = np.full((20, 20), 1000, np.int16)
    stored[:, :10] = -2000
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=stored,
        RescaleSlope=1,
        RescaleIntercept=0,
        PixelPaddingValue=-2000,
        WindowCenter=1000,
        WindowWidth=100,
    )
    plan, image = planned(path)
    table = DisplayTable.build(image, plan.voi(0), Appearance(), 0)
    picture = render(native_slice(image, 0), table, [[3.7, 0, 1], [0, 3.7, 1]], (72, 72), interpolate=True) & 255
    assert set(np.unique(picture).tolist()) <= {0, int(table.grey(np.full((1, 1), 1000, np.int16))[0, 0])}


def test_monochrome1_padding_is_black_and_out_of_the_automatic_window(tmp_path):
    stored = RNG.integers(1000, 2000, (30, 30)).astype(np.uint16)
    stored[:15] = 4095
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=stored,
        Modality="DX",
        SOPClassUID=DX,
        BitsStored=12,
        HighBit=11,
        PhotometricInterpretation="MONOCHROME1",
        PixelPaddingValue=4095,
    )
    plan, image = planned(path)
    table = DisplayTable.build(image, plan.voi(0), Appearance(), 0)
    assert isinstance(table.applied, Window)
    assert 900 < table.applied.lower < 1100
    assert 1900 < table.applied.upper < 2100
    assert (table.grey(stored)[:15] == 0).all()


def test_padding_that_only_some_slices_have(tmp_path):
    """Files of one series that disagree: what is no padding in a slice's own file stays a value."""
    make_series(
        tmp_path,
        4,
        vary=lambda k: {
            "pixels": np.full((4, 4), -2000 if k < 2 else 700, np.int16),
            "RescaleIntercept": 0,
            "PixelPaddingValue": -2000 if k < 2 else 700 if k == 3 else None,
        },
    )
    _plan, image = planned(tmp_path)
    assert not np.isnan(image.modality_slice(2)).any()


# --- row 10: palettes


def palette_elements(first: int, table: NDArray[Any], bits: int, signed: bool, big: bool = False) -> dict[str, Any]:
    """Plain palette elements of an (n, 3) table."""
    values: dict[str, Any] = {}
    for i, name in enumerate(("Red", "Green", "Blue")):
        count = len(table) % 65536
        values[f"{name}PaletteColorLookupTableDescriptor"] = [
            _ss(count) if signed else count,
            first,
            bits,
        ]
        dtype = "<u2" if bits > 8 else "u1"
        raw = table[:, i].astype(dtype).tobytes()
        values[f"{name}PaletteColorLookupTableData"] = in_words(raw, big)
    return values


@pytest.mark.parametrize("syntax", NATIVE)
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(("dtype", "first"), [(np.uint8, 0), (np.uint8, 10), (np.uint16, 1000), (np.int16, -100)])
def test_palette_as_pydicom_reads_it(tmp_path, syntax, bits, dtype, first):
    table = RNG.integers(0, 1 << bits, (200, 3))
    table[:, 2] = np.minimum(table[:, 2], 200)  # a channel that is nearly black
    low = max(first - 20, np.iinfo(dtype).min)
    stored = RNG.integers(low, min(first + 230, np.iinfo(dtype).max), (9, 8)).astype(dtype)
    big = syntax == ExplicitVRBigEndian
    elements = palette_elements(first, table, bits, first < 0, big)
    path = make_instance(
        tmp_path / "a.dcm",
        transfer_syntax=syntax,
        pixels=stored,
        Modality="OT",
        SOPClassUID=SC,
        PhotometricInterpretation="PALETTE COLOR",
        ImagePositionPatient=None,
        **elements,
    )
    rgb = table[np.clip(stored.astype(int) - first, 0, 199)]
    expected = rgb >> 8 if bits == 16 else rgb
    _plan, image = planned(path)
    np.testing.assert_array_equal(image.array[0], expected)
    assert image.unit == ""  # a colour never has a Hounsfield unit
    if dtype is not np.int16 and not big:
        import pydicom

        by_pydicom = apply_color_lut(stored, pydicom.dcmread(path))
        np.testing.assert_array_equal(by_pydicom >> 8 if bits == 16 else by_pydicom, expected)


def test_palette_of_16_bits_with_a_dark_channel(tmp_path):
    """One channel below 256 of 65536 is black, not bright: bits are those of the descriptor, for all three."""
    table = np.stack((np.arange(256) * 257, np.arange(256) * 200, np.arange(256)), axis=-1)
    stored = np.arange(256, dtype=np.uint8).reshape(16, 16)
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=stored,
        Modality="OT",
        SOPClassUID=SC,
        PhotometricInterpretation="PALETTE COLOR",
        **palette_elements(0, table, 16, False),
    )
    np.testing.assert_array_equal(planned(path)[1].array[0], (table >> 8)[stored])


def test_palette_of_65536_entries(tmp_path):
    table = np.stack([np.arange(65536), 65535 - np.arange(65536), np.full(65536, 32768)], axis=-1)
    stored = RNG.integers(0, 65536, (9, 8)).astype(np.uint16)
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=stored,
        Modality="OT",
        SOPClassUID=SC,
        PhotometricInterpretation="PALETTE COLOR",
        **palette_elements(0, table, 16, False),
    )
    np.testing.assert_array_equal(planned(path)[1].array[0], (table >> 8)[stored])


@pytest.mark.parametrize("bits", [8, 16])
def test_segmented_palette_as_pydicom_expands_it(tmp_path, bits):
    top = (1 << bits) - 1
    ramp = [0, 2, 0, top // 7, 1, 100, top, 0, 1, 5, 1, 50, top // 3]  # discrete, linear, discrete, linear
    code = {8: "u1", 16: "<u2"}[bits]
    raw = np.array(ramp, code).tobytes()
    entries = 2 + 100 + 1 + 50
    elements: dict[str, Any] = {}
    for name in ("Red", "Green", "Blue"):
        elements[f"{name}PaletteColorLookupTableDescriptor"] = [entries, 0, bits]
        elements[f"Segmented{name}PaletteColorLookupTableData"] = raw + b"\0" * (len(raw) % 2)
    stored = np.arange(entries, dtype=np.uint8).reshape(9, 17)
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=stored,
        Modality="OT",
        SOPClassUID=SC,
        PhotometricInterpretation="PALETTE COLOR",
        **elements,
    )
    line = [0, top // 7, *np.linspace(top // 7, top, 101)[1:], 5, *np.linspace(5, top // 3, 51)[1:]]
    expected = np.array(line)[stored] / (257 if bits == 16 else 1)
    found = planned(path)[1].array[0]
    assert np.abs(found - expected[..., None]).max() <= 1.0


def test_supplemental_palette_leaves_grey_values_alone(tmp_path):
    """PS3.3 C.8.15.2.1.1.2 (enhanced CT and MR): MONOCHROME2 with a palette for part of the range stays grey here."""
    stored = np.arange(60, dtype=np.uint16).reshape(6, 10)
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=stored,
        PixelPresentation="COLOR",
        WindowCenter=30,
        WindowWidth=60,
        **palette_elements(40, RNG.integers(0, 65536, (20, 3)), 16, False),
    )
    _plan, image = planned(path)
    assert image.array.shape == (1, 6, 10)
    np.testing.assert_array_equal(image.modality_slice(0), stored.astype(float) - 1024)


# --- row 11: colour of native pixels


def gentle() -> NDArray[np.uint8]:
    y, x = np.mgrid[:8, :12]
    return np.stack((200 - 5 * x, 40 + 9 * y, 90 + 4 * x), axis=-1).astype(np.uint8)


YBR = np.array([[0.2990, 0.5870, 0.1140], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])
PARTIAL = np.array([[0.2568, 0.5041, 0.0979], [-0.1482, -0.2910, 0.4392], [0.4392, -0.3678, -0.0714]])


@pytest.mark.parametrize("syntax", NATIVE)
@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL", "YBR_ICT", "YBR_RCT"])
def test_native_colour(tmp_path, syntax, planar, photometric):
    rgb = gentle()
    samples = np.clip(np.rint(rgb @ YBR.T + [0, 128, 128]), 0, 255).astype(np.uint8) if photometric != "RGB" else rgb
    if photometric in {"YBR_ICT", "YBR_RCT"}:
        samples = rgb  # names of a wavelet transform; outside of it the samples were put back to RGB
    data = (np.moveaxis(samples, -1, 0) if planar else samples).tobytes()
    path = make_instance(
        tmp_path / "a.dcm",
        transfer_syntax=syntax,
        pixels=rgb,
        Modality="OT",
        SOPClassUID=SC,
        PixelData=data,
        PlanarConfiguration=planar,
        PhotometricInterpretation=photometric,
    )
    found = planned(path)[1].array[0].astype(int)
    assert np.abs(found - rgb).max() <= (2 if photometric == "YBR_FULL" else 0)


@pytest.mark.parametrize("photometric", ["YBR_FULL_422", "YBR_PARTIAL_422"])
def test_native_subsampled_colour(tmp_path, photometric):
    """Y1 Y2 Cb Cr (PS3.3 C.7.6.3.1.2); YBR_PARTIAL_422 is retired and still found."""
    rgb = np.repeat(gentle()[:, ::2], 2, axis=1)
    matrix, offset = (YBR, [0, 128, 128]) if photometric == "YBR_FULL_422" else (PARTIAL, [16, 128, 128])
    ybr = np.clip(np.rint(rgb @ matrix.T + offset), 0, 255).astype(np.uint8)
    quads = np.stack((ybr[:, ::2, 0], ybr[:, 1::2, 0], ybr[:, ::2, 1], ybr[:, ::2, 2]), axis=-1)
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=rgb,
        Modality="US",
        SOPClassUID=SC,
        PixelData=quads.tobytes(),
        PhotometricInterpretation=photometric,
    )
    found = planned(path)[1].array[0].astype(int)
    assert np.abs(found - rgb).max() <= 3


def test_alpha_or_fourth_sample_is_not_shown_as_colour(tmp_path):
    rgb = gentle()
    argb = np.concatenate((rgb, np.full((8, 12, 1), 255, np.uint8)), axis=-1)
    path = make_instance(
        tmp_path / "a.dcm",
        pixels=rgb,
        Modality="OT",
        SOPClassUID=SC,
        SamplesPerPixel=4,
        Rows=8,
        Columns=12,
        PhotometricInterpretation="RGB",
        PixelData=argb.tobytes(),
        PlanarConfiguration=0,
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
        PixelRepresentation=0,
        NumberOfFrames=None,
    )
    found = probe(path)
    assert found["status"] == "refused" or found["rgb_mean"] == pytest.approx(rgb.reshape(-1, 3).mean(axis=0))
