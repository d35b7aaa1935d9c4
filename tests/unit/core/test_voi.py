"""VOI functions against PS3.3 C.11.2, pydicom and hand calculation; windows found and moved."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medviewer.core.geometry import Geometry
from medviewer.core.image import Image
from medviewer.core.voi import (
    Voi,
    VoiFunction,
    VoiLut,
    Window,
    auto_window,
    best_window,
    default_window,
    drag_window,
    full_range_window,
    lut_values,
    pet_window_drag,
    window_values,
)

finite = st.floats(-1e5, 1e5, allow_nan=False)


def standard_linear(x: float, c: float, w: float) -> float:
    """The pseudocode of C.11.2.1.2.1, for an output of 0..1."""
    if x <= c - 0.5 - (w - 1) / 2:
        return 0.0
    if x > c - 0.5 + (w - 1) / 2:
        return 1.0
    return (x - (c - 0.5)) / (w - 1) + 0.5


def standard_exact(x: float, c: float, w: float) -> float:
    """The pseudocode of C.11.2.1.3.2, for an output of 0..1."""
    if x <= c - w / 2:
        return 0.0
    if x > c + w / 2:
        return 1.0
    return (x - c) / w + 0.5


@given(finite, finite, st.floats(1.0, 1e5))
def test_linear_is_the_standards_pseudocode(x: float, c: float, w: float) -> None:
    expected = standard_linear(x, c, w)
    assert window_values([x], Window(c, w))[0] == pytest.approx(expected, abs=1e-6)


@given(finite, finite, st.floats(1e-3, 1e5))
def test_linear_exact_is_the_standards_pseudocode(x: float, c: float, w: float) -> None:
    found = window_values([x], Window(c, w, VoiFunction.LINEAR_EXACT))[0]
    assert found == pytest.approx(standard_exact(x, c, w), abs=1e-6)


@pytest.mark.parametrize(("c", "w"), [(40.0, 400.0), (-600.0, 1500.0), (128.0, 256.0), (2048.0, 1.0), (0.5, 2.0)])
def test_linear_equals_pydicom(c: float, w: float) -> None:
    from pydicom.dataset import Dataset
    from pydicom.pixels import apply_windowing

    ds = Dataset()
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.BitsStored, ds.PixelRepresentation = 16, 1
    ds.WindowCenter, ds.WindowWidth = c, w
    x = np.arange(-3000, 5000, dtype=np.int16)
    expected = (apply_windowing(x, ds) + 32768.0) / 65535.0
    np.testing.assert_allclose(window_values(x, Window(c, w)), expected, atol=1e-9)


def test_sigmoid_equals_pydicom() -> None:
    from pydicom.dataset import Dataset
    from pydicom.pixels import apply_windowing

    ds = Dataset()
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.BitsStored, ds.PixelRepresentation = 16, 0
    ds.WindowCenter, ds.WindowWidth, ds.VOILUTFunction = 2000, 700, "SIGMOID"
    x = np.arange(0, 6000, dtype=np.uint16)
    expected = apply_windowing(x, ds) / 65535.0
    np.testing.assert_allclose(window_values(x, Window(2000, 700, VoiFunction.SIGMOID)), expected, atol=1e-9)


def test_the_standards_worked_examples() -> None:
    # C.11.2.1.2.1, notes: c 2048, w 4096 is 0..4095; c 2048, w 1 is a step at 2047/2048; c 0, w 100 is -50..49.
    assert window_values([0, 4095], Window(2048, 4096)).tolist() == [0.0, 1.0]
    assert window_values([2047, 2048], Window(2048, 1)).tolist() == [0.0, 1.0]
    assert window_values([-50, 49], Window(0, 100)).tolist() == [0.0, 1.0]
    assert window_values([-49.5], Window(0, 100))[0] > 0


def test_width_below_one_is_linear_exact() -> None:
    # Values between 0 and 1 (a parametric map) with a window of .5: LINEAR would divide by a negative number.
    assert window_values([0.25, 0.5, 0.75], Window(0.5, 0.5)).tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("width", [0.0, -400.0, float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("function", list(VoiFunction))
def test_unusable_widths_are_a_step(width: float, function: VoiFunction) -> None:
    assert window_values([39.0, 40.0, 41.0], Window(40, width, function)).tolist() == [0.0, 0.0, 1.0]


def test_nan_is_black_and_infinity_is_an_end() -> None:
    y = window_values([float("nan"), float("-inf"), float("inf")], Window(40, 400))
    assert y.tolist() == [0.0, 0.0, 1.0]
    assert window_values([1.0], Window(float("nan"), 4)).tolist() == [window_values([1.0], Window(0, 4))[0]]


def test_lut_continues_its_ends_and_scales_by_bits() -> None:
    lut = VoiLut(-2, np.array([0, 1023, 2046, 4095], np.uint16), 12)
    y = lut_values([-100, -2, -1, 0, 1, 100, float("nan")], lut)
    np.testing.assert_allclose(y, np.array([0, 0, 1023, 2046, 4095, 4095, 0]) / 4095)


def test_lut_rounds_to_the_nearest_entry_and_survives_wrong_bits() -> None:
    lut = VoiLut(0, np.array([10, 20, 5000], np.uint16), 8)
    np.testing.assert_allclose(lut_values([0.4, 0.6, 2.0], lut), [10 / 255, 20 / 255, 1.0])
    assert lut_values([1.0], VoiLut(0, np.zeros(0, np.uint16), 8)).tolist() == [0.0]


def test_lut_equals_pydicom(shared_data) -> None:
    import pydicom
    from pydicom.pixels import apply_voi

    paths = [p for p in (shared_data / "dicom" / "zoo" / "lut_overlay").iterdir() if p.suffix == ".dcm"]
    found = [ds for ds in map(pydicom.dcmread, paths) if "VOILUTSequence" in ds]
    assert found
    for ds in found:
        item = ds.VOILUTSequence[0]
        count, first, bits = item.LUTDescriptor
        stored = ds.pixel_array
        data = np.asarray(item.LUTData if not isinstance(item.LUTData, bytes) else np.frombuffer(item.LUTData, "<u2"))
        lut = VoiLut(int(first), data.astype(np.uint16)[: count or 65536], int(bits))
        expected = apply_voi(stored, ds) / (2**bits - 1)
        np.testing.assert_allclose(lut_values(stored, lut), expected, atol=1e-12)


# -- the file's default


def image(array: np.ndarray) -> Image:
    return Image(array, Geometry(array.shape[:3]))


def test_default_is_the_lut_then_the_first_usable_window() -> None:
    picture = image(np.zeros((1, 2, 2), np.int16))
    lut = VoiLut(0, np.arange(4, dtype=np.uint16), 2)
    bad, good = Window(40, 0), Window(50, 350)
    assert default_window(picture, Voi((bad, good), (lut,))) is lut
    assert default_window(picture, Voi((bad, good), (lut,)), lut_index=-1) == good
    assert default_window(picture, Voi((bad, good), (VoiLut(0, np.zeros(0, np.uint16), 8),))) == good
    assert default_window(picture, Voi((Window(float("nan"), 5),))) is None
    assert default_window(image(np.zeros((1, 2, 2, 3), np.uint8)), Voi((good,))) is None


# -- windows found


@given(st.integers(0, 2**31), st.floats(0, 20), st.floats(80, 100))
def test_auto_window_is_numpys_percentile_without_nan(seed: int, low: float, high: float) -> None:
    values = np.random.default_rng(seed).normal(0, 300, (40, 30)).astype(np.float32)
    values[::7] = np.nan
    values[3, 3] = np.inf
    window = auto_window(values, low, high)
    expected = np.percentile(values[np.isfinite(values)], (low, high))
    np.testing.assert_allclose((window.lower, window.upper), expected, rtol=1e-5, atol=1e-3)
    assert window.function is VoiFunction.LINEAR_EXACT


def test_auto_window_of_large_images_looks_at_a_fair_part() -> None:
    y, x = np.mgrid[:2048, :2048]
    values = (x + 0.001 * y).astype(np.float32)
    whole = np.percentile(values, (1, 99))
    window = auto_window(values)
    np.testing.assert_allclose((window.lower, window.upper), whole, atol=3)


def test_windows_of_nothing_and_of_one_value() -> None:
    for make in (auto_window, full_range_window, best_window):
        assert make(np.full((4, 4), np.nan, np.float32)).is_valid
        flat = make(np.full((4, 4), 7.0, np.float32))
        assert flat.is_valid
        assert window_values([7.0], flat)[0] == pytest.approx(0.5)


def test_auto_window_of_a_sparse_image_shows_what_is_there() -> None:
    values = np.zeros((100, 100), np.float32)
    values[50, 50:53] = 9.0
    window = auto_window(values)
    assert (window.lower, window.upper) == (0.0, 9.0)


def test_best_window_holds_the_region() -> None:
    values = np.random.default_rng(1).normal(60, 10, (50, 50))
    window = best_window(values)
    inside = np.mean((values > window.lower) & (values < window.upper))
    assert inside > 0.95
    assert window.width < 80


# -- windows moved


@given(finite, st.floats(1e-3, 1e5), st.integers(-500, 500), st.floats(0.1, 4))
def test_a_drag_scales_with_the_window_and_goes_back(c: float, w: float, dx: int, gain: float) -> None:
    start = Window(c, w)
    moved = drag_window(start, dx, 0, gain)
    assert moved.width > 0
    assert (moved.width >= w) == (dx >= 0)
    assert moved.center == start.center
    assert drag_window(start, dx, 0, gain).width / w == pytest.approx(drag_window(Window(c, 1.0), dx, 0, gain).width)
    assert drag_window(moved, -dx, 0, gain).width == pytest.approx(w)


def test_down_is_brighter_and_the_options_turn_it() -> None:
    start = Window(40, 400, VoiFunction.SIGMOID, "Brain")
    value = 40.0
    down = drag_window(start, 0, 30)
    assert window_values([value], down)[0] > window_values([value], start)[0]
    assert drag_window(start, 0, 30, invert_level=True).center == pytest.approx(2 * 40 - down.center)
    assert drag_window(start, 30, 0, swap_axes=True) == down
    assert (down.function, down.name) == (VoiFunction.SIGMOID, "")


def test_a_drag_is_not_limited_to_observed_values() -> None:
    assert drag_window(Window(0, 100), 0, 5000).center < -2000


def test_pet_keeps_zero_black() -> None:
    start = Window(3.5, 7.0)
    wider = pet_window_drag(start, 100)
    assert (wider.lower, wider.upper) == (0.0, pytest.approx(10.5))
    narrow = pet_window_drag(start, -1e6)
    assert narrow.lower == 0.0
    assert 0 < narrow.upper < 0.01
    assert math.isclose(pet_window_drag(wider, -100).upper, 7.0)


def test_between_exchanges_bounds() -> None:
    assert Window.between(10, -10) == Window(0, 20, VoiFunction.LINEAR_EXACT)
    assert Window.between(1e9, 1e9).is_valid
