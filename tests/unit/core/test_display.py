"""The table and the picture on screen against pydicom, scipy and pixel-by-pixel definitions."""

from __future__ import annotations

import itertools
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medviewer.core.display import (
    BLACK,
    COLOUR_MAPS,
    Appearance,
    DisplayTable,
    Voi,
    VoiFunction,
    VoiLut,
    Window,
    colour,
    colour_bar,
    render,
    resample,
    window_values,
)
from medviewer.core.geometry import Geometry
from medviewer.core.image import Image, Rescale

RNG = np.random.default_rng(7)
IDENTITY = np.array([[1.0, 0, 0], [0, 1.0, 0]])


def image(array: np.ndarray, **more: object) -> Image:
    stack = array[None]
    return Image(stack, Geometry(stack.shape[:3]), **more)  # type: ignore[arg-type]


def table(array: np.ndarray, appearance: Appearance, voi: Voi | None = None, **more: object) -> DisplayTable:
    return DisplayTable.build(image(array, **more), voi or Voi(), appearance)


def grey_of(rgb32: np.ndarray) -> np.ndarray:
    assert (rgb32 >> 24 == 255).all()
    blue, green, red = rgb32 & 255, (rgb32 >> 8) & 255, (rgb32 >> 16) & 255
    assert (blue == green).all()
    assert (blue == red).all()
    return blue.astype(int)


def shown(array: np.ndarray, appearance: Appearance, voi: Voi | None = None, **more: object) -> np.ndarray:
    """Grey levels, one screen pixel per pixel, nearest."""
    made = table(array, appearance, voi, **more)
    height, width = array.shape
    return grey_of(render(array, made, IDENTITY, (width, height), interpolate=False))


def expected_grey(modality: np.ndarray, window: Window) -> np.ndarray:
    return np.floor(window_values(modality, window) * 255 + 0.5).astype(int)


# -- values


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"])
@pytest.mark.parametrize("function", list(VoiFunction))
def test_every_stored_type_follows_the_window(dtype: str, function: VoiFunction) -> None:
    kind = np.dtype(dtype)
    values = RNG.integers(-120 if kind.kind != "u" else 0, 120, (40, 50)).astype(kind)
    window = Window(13.0, 77.0, function)
    found = shown(values, Appearance(window=window), rescale=Rescale((1.5,), (-20.0,)))
    expected = expected_grey(values.astype(float) * 1.5 - 20, window)
    tolerance = 0 if kind.itemsize <= 2 else 1
    np.testing.assert_allclose(found, expected, atol=tolerance)


@pytest.mark.parametrize("slope", [-2.0, 0.0, 7.5e-9, 1e9])
def test_odd_slopes(slope: float) -> None:
    values = np.arange(-50, 50, dtype=np.int16).reshape(10, 10)
    modality = values * slope + 3.0
    window = Window.between(min(modality.min(), 2.0), max(modality.max(), 4.0))
    for stored in (values, values.astype(np.float64)):
        found = shown(stored, Appearance(window=window), rescale=Rescale((slope,), (3.0,)))
        np.testing.assert_allclose(found, expected_grey(modality, window), atol=1)


def test_the_whole_16_bit_range_has_entries() -> None:
    for dtype in (np.int16, np.uint16):
        info = np.iinfo(dtype)
        values = np.arange(info.min, info.max + 1).astype(dtype).reshape(256, 256)
        window = Window(100, 60_000)
        assert (shown(values, Appearance(window=window)) == expected_grey(values.astype(float), window)).all()


def test_large_integers_keep_their_precision() -> None:
    # A window of 100 around two thousand million: float32 alone would see steps of 128.
    base = 2_000_000_000
    values = (base + np.arange(-60, 60).reshape(10, 12)).astype(np.int32)
    window = Window(float(base), 100.0, VoiFunction.LINEAR_EXACT)
    expected = expected_grey(values.astype(float), window)
    for stored in (values, values.astype(np.uint32), values.astype(np.float64)):
        np.testing.assert_allclose(shown(stored, Appearance(window=window)), expected, atol=1)
        made = table(stored, Appearance(window=window))
        smooth = grey_of(render(stored, made, IDENTITY, (12, 10), interpolate=True))
        np.testing.assert_allclose(smooth, expected, atol=1)


def test_a_step_window_separates_neighbours() -> None:
    values = np.array([[39, 40, 41, 42]], np.int16)
    for stored in (values, values.astype(np.int32), values.astype(np.float32)):
        assert shown(stored, Appearance(window=Window(41, 1))).tolist() == [[0, 0, 255, 255]]


def test_nan_and_infinity_are_black_also_inverted() -> None:
    values = np.array([[np.nan, np.inf, -np.inf, 0.0, 10.0]], np.float32)
    window = Window.between(0, 10)
    assert shown(values, Appearance(window=window)).tolist() == [[0, 0, 0, 0, 255]]
    assert shown(values, Appearance(window=window, invert=True)).tolist() == [[0, 0, 0, 255, 0]]


@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("monochrome1", [False, True])
def test_inversion_is_exclusive_or_and_comes_last(monochrome1: bool, invert: bool) -> None:
    values = np.arange(0, 4096, 64, dtype=np.uint16).reshape(8, 8)
    window = Window(1000, 500)
    plain = expected_grey(values.astype(float), window)
    found = shown(values, Appearance(window=window, invert=invert), monochrome1=monochrome1)
    assert (found == (255 - plain if monochrome1 != invert else plain)).all()


def test_pydicom_agrees_on_a_real_monochrome1_radiograph(shared_data) -> None:
    import pydicom
    from pydicom.pixels import apply_modality_lut, apply_voi_lut

    ds = next(
        d
        for d in map(pydicom.dcmread, sorted((shared_data / "dicom" / "zoo" / "cr").glob("*.dcm")))
        if d.PhotometricInterpretation == "MONOCHROME1" and "WindowCenter" in d
    )
    stored = ds.pixel_array
    c = float(ds.WindowCenter if not hasattr(ds.WindowCenter, "__len__") else ds.WindowCenter[0])
    w = float(ds.WindowWidth if not hasattr(ds.WindowWidth, "__len__") else ds.WindowWidth[0])
    y = apply_voi_lut(apply_modality_lut(stored, ds), ds, prefer_lut=False).astype(float)
    modality = apply_modality_lut(stored, ds)
    low, high = float(modality.min()), float(modality.max())
    assert high > low
    rescale = Rescale((float(ds.get("RescaleSlope", 1)),), (float(ds.get("RescaleIntercept", 0)),))
    found = shown(stored, Appearance(window=Window(c, w)), rescale=rescale, monochrome1=True)
    # pydicom's output keeps the range of bits stored and is not inverted.
    unsigned = y - (0 if ds.PixelRepresentation == 0 else -(2 ** (ds.BitsStored - 1)))
    top = 2**ds.BitsStored - 1
    span = top * rescale.slopes[0]
    expected = 255 - np.clip((unsigned - rescale.intercepts[0]) / span, 0, 1) * 255
    np.testing.assert_allclose(found, expected, atol=1.01)


def test_voi_lut_and_modality_table() -> None:
    values = np.arange(-4, 12, dtype=np.int16).reshape(4, 4)
    modality_table = np.linspace(100, 800, 8).astype(np.float32)  # for stored 0..7
    rescale = Rescale(table_first=0, table=modality_table)
    lut = VoiLut(0, (np.arange(801) ** 2 % 4096).astype(np.uint16), 12)
    found = shown(values, Appearance(), Voi(luts=(lut,)), rescale=rescale)
    modality = modality_table[np.clip(values, 0, 7)]
    expected = np.floor(lut.values[np.floor(modality + 0.5).astype(int)] / 4095 * 255 + 0.5)
    assert (found == expected).all()
    # Dragging switches to a linear window although the file has a LUT.
    window = Window(400, 500)
    assert (
        shown(values, Appearance(window=window), Voi(luts=(lut,)), rescale=rescale)
        == expected_grey(modality.astype(float), window)
    ).all()


def test_default_is_the_files_window_then_automatic() -> None:
    values = RNG.integers(0, 1000, (64, 64)).astype(np.int16)
    assert table(values, Appearance(), Voi((Window(5, 0), Window(7, 9)))).applied == Window(7, 9)
    applied = table(values, Appearance()).applied
    assert isinstance(applied, Window)
    np.testing.assert_allclose((applied.lower, applied.upper), np.percentile(values, (1, 99)), atol=1e-6)


def test_padding_is_black_and_not_in_the_automatic_window() -> None:
    values = RNG.integers(100, 1000, (64, 64)).astype(np.int16)
    values[:20] = -2000
    for appearance in (
        Appearance(),
        Appearance(invert=True, colour_map="inverse grey"),
        Appearance(colour_map="hot"),
    ):
        made = table(values, appearance, padding=(-2000, -2000))
        assert made.applied.lower > 90
        for smooth in (False, True):
            picture = render(values, made, IDENTITY, (64, 64), smooth)
            assert (picture[:19] == BLACK).all()
            assert (picture[22:] != BLACK).mean() > 0.5


def test_rescale_of_the_slice_is_used() -> None:
    stack = np.full((2, 1, 1), 100, np.int16)
    pet = Image(stack, Geometry((2, 1, 1)), Rescale((0.02, 0.1), (0.0, 0.0)))
    window = Window.between(0, 10)
    levels = [
        grey_of(
            render(stack[k], DisplayTable.build(pet, Voi(), Appearance(window=window), k), IDENTITY, (1, 1), False)
        )
        for k in (0, 1)
    ]
    assert [int(level[0, 0]) for level in levels] == [51, 255]


def test_colour_map_is_applied_to_the_levels() -> None:
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)
    made = table(values, Appearance(window=Window(128, 256), colour_map="hot-iron"))
    picture = render(values, made, IDENTITY, (16, 16), False).reshape(-1)
    red, green, blue = COLOUR_MAPS["hot-iron"].astype(np.uint32).T
    assert (picture == (np.uint32(0xFF) << 24 | red << 16 | green << 8 | blue)).all()


def test_rgb_is_shown_as_it_is_and_a_window_acts_on_its_brightness() -> None:
    rgb = RNG.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    for smooth in (False, True):
        picture = render(rgb, table(rgb, Appearance()), IDENTITY, (30, 20), smooth)
        assert (picture == 0xFF000000 + (rgb.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32))).all()
    window = Window(100, 50)
    picture = render(rgb, table(rgb, Appearance(window=window)), IDENTITY, (30, 20), False)
    assert (((picture >> 16) & 255) == expected_grey(rgb[..., 0].astype(float), window)).all()
    assert ((picture & 255) == expected_grey(rgb[..., 2].astype(float), window)).all()
    # MONOCHROME1 has no meaning for colour; the user's inversion has.
    inverted = render(rgb, table(rgb, Appearance(invert=True), monochrome1=True), IDENTITY, (30, 20), False)
    assert ((inverted & 255) == 255 - rgb[..., 2].astype(int)).all()


# -- places


def matrices() -> list[tuple[str, np.ndarray]]:
    found = []
    for flip_h, flip_v, turn in itertools.product((1, -1), (1, -1), range(4)):
        m = np.diag((flip_h, flip_v)).astype(float)
        for _ in range(turn):
            m = np.array([-m[1], m[0]])
        found.append((f"{flip_h}{flip_v}{turn}", m))
    return found


@pytest.mark.parametrize(("name", "linear"), matrices())
@pytest.mark.parametrize("smooth", [False, True])
def test_mirrors_and_quarter_turns_are_numpys(name: str, linear: np.ndarray, smooth: bool) -> None:
    values = RNG.integers(0, 4000, (17, 23)).astype(np.int16)
    made = table(values, Appearance(window=Window(2000, 4096)))
    corners = np.array([(x, y) for x in (0, 22) for y in (0, 16)]) @ linear.T
    matrix = np.column_stack((linear, -corners.min(axis=0)))
    width, height = (corners.max(axis=0) - corners.min(axis=0) + 1).astype(int)
    picture = render(values, made, matrix, (width, height), smooth)
    expected = np.zeros((height, width), np.int16)
    for y, x in np.ndindex(values.shape):
        u, v = (matrix @ (x, y, 1)).round().astype(int)
        expected[v, u] = values[y, x]
    assert (picture == made.rgb32(expected)).all()


@given(
    st.floats(0.05, 40),
    st.floats(0.05, 40),
    st.floats(-60, 60),
    st.floats(-60, 60),
    st.sampled_from(matrices()),
    st.sampled_from(["int16", "uint8", "float64", "int32"]),
)
@settings(max_examples=60, deadline=None)
def test_nearest_takes_the_pixel_under_each_centre(
    sx: float, sy: float, tx: float, ty: float, turn: tuple[str, np.ndarray], dtype: str
) -> None:
    values = np.random.default_rng(3).integers(0, 250, (19, 31)).astype(dtype)
    made = table(values, Appearance(window=Window(128, 256)))
    matrix = np.column_stack((turn[1] @ np.diag((sx, sy)), (tx, ty)))
    picture = grey_of(render(values, made, matrix, (50, 40), interpolate=False))
    inverse = np.linalg.inv(np.vstack((matrix, (0, 0, 1))))
    v, u = np.mgrid[:40, :50]
    x, y = (inverse[i, 0] * u + inverse[i, 1] * v + inverse[i, 2] for i in (0, 1))
    inside = (x >= -0.5) & (x < 30.5) & (y >= -0.5) & (y < 18.5)
    column = np.clip(np.floor(x + 0.5), 0, 30).astype(int)
    row = np.clip(np.floor(y + 0.5), 0, 18).astype(int)
    expected = np.where(inside, expected_grey(values.astype(float), Window(128, 256))[row, column], 0)
    # A screen pixel whose centre lies on the border of two pixels may show either.
    on_border = (np.abs(x - np.rint(x - 0.5) - 0.5) < 2e-3) | (np.abs(y - np.rint(y - 0.5) - 0.5) < 2e-3)
    assert (np.abs(picture - expected) <= 1)[~on_border].all()


@pytest.mark.parametrize("dtype", ["int16", "uint16", "uint8", "float32", "int32"])
@pytest.mark.parametrize("window", [Window(120, 300), Window(120, 40)])
def test_smooth_enlarging_is_scipys_linear_interpolation(dtype: str, window: Window) -> None:
    from scipy.ndimage import map_coordinates

    values = RNG.integers(0, 250, (20, 24)).astype(dtype)
    matrix = np.array([[7.3, 0, 3.1], [0, 5.9, -8.2]])
    made = table(values, Appearance(window=window))
    picture = grey_of(render(values, made, matrix, (150, 100), True))
    v, u = np.mgrid[:100, :150]
    x, y = (u - 3.1) / 7.3, (v + 8.2) / 5.9
    mixed = map_coordinates(values.astype(float), (y, x), order=1, mode="nearest")
    inside = (x >= -0.5) & (x < 23.5) & (y >= -0.5) & (y < 19.5)
    expected = np.where(inside, expected_grey(mixed, window), 0)
    steepest = 255 / window.width  # half a stored step of rounding, where integers stay integers
    np.testing.assert_allclose(picture, expected, atol=1 + (0.51 * steepest if window.width >= 256 else 0.3))


def test_smooth_rotation_by_any_angle() -> None:
    from scipy.ndimage import map_coordinates

    y0, x0 = np.mgrid[:60, :60]
    values = (1000 + 400 * np.sin(x0 / 6) + 300 * np.cos(y0 / 7)).astype(np.float32)
    angle = np.deg2rad(33)
    linear = 2.2 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.column_stack((linear, (70 - linear @ (29.5, 29.5))))
    window = Window.between(300, 1700)
    picture = grey_of(render(values, table(values, Appearance(window=window)), matrix, (140, 140), True))
    inverse = np.linalg.inv(np.vstack((matrix, (0, 0, 1))))
    v, u = np.mgrid[:140, :140]
    x, y = (inverse[i, 0] * u + inverse[i, 1] * v + inverse[i, 2] for i in (0, 1))
    inside = (x >= -0.5) & (x < 59.5) & (y >= -0.5) & (y < 59.5)
    mixed = map_coordinates(values.astype(float), (y, x), order=1, mode="nearest")
    np.testing.assert_allclose(picture, np.where(inside, expected_grey(mixed, window), 0), atol=1)
    assert (picture[0, 0], picture[-1, -1]) == (0, 0)


@pytest.mark.parametrize("factor", [2, 3, 5, 8])
@pytest.mark.parametrize("dtype", ["int16", "uint8", "float32"])
def test_reducing_by_whole_factors_averages_blocks(factor: int, dtype: str) -> None:
    values = RNG.integers(0, 250, (12 * factor, 10 * factor)).astype(dtype)
    window = Window.between(0, 255)
    matrix = np.array([[1 / factor, 0, 0.5 / factor - 0.5], [0, 1 / factor, 0.5 / factor - 0.5]])
    picture = grey_of(render(values, table(values, Appearance(window=window)), matrix, (10, 12), True))
    blocks = values.astype(float).reshape(12, factor, 10, factor).mean(axis=(1, 3))
    np.testing.assert_allclose(picture, expected_grey(blocks, window), atol=1)


@pytest.mark.parametrize("scale", [0.07, 0.21, 0.26, 0.36, 0.45, 0.55, 0.8])
def test_a_thin_line_never_vanishes_when_reduced(scale: float) -> None:
    size = 200
    out = int(size * scale)
    for position in range(90, 110):
        values = np.zeros((size, size), np.float32)
        values[:, position] = 1000
        matrix = np.array([[scale, 0, scale / 2 - 0.5], [0, scale, scale / 2 - 0.5]])
        made = table(values, Appearance(window=Window.between(0, 1000)))
        picture = grey_of(render(values, made, matrix, (out, out), True))
        # The line's light is kept: 255 · scale spread over its neighbourhood.
        row = picture[out // 2].sum()
        assert 0.6 * 255 * scale < row < 1.5 * 255 * scale


def test_panning_moves_the_reduced_picture_steadily() -> None:
    values = RNG.integers(0, 2000, (300, 300)).astype(np.int16)
    made = table(values, Appearance(window=Window(1000, 2000)))
    pictures = []
    for shift in (0, 40):
        matrix = np.array([[0.3, 0, -10.0 - shift], [0, 0.3, 2.0]])
        pictures.append(grey_of(render(values, made, matrix, (60, 60), True)))
    np.testing.assert_allclose(pictures[0][:, 41:59], pictures[1][:, 1:19], atol=1)


def test_padding_does_not_bleed() -> None:
    values = np.full((40, 40), 500, np.int16)
    values[:, :20] = -2000
    # Inside the window, 500 is mid-grey: an average with the padding would be darker than that.
    window = Window(500, 1000, VoiFunction.LINEAR_EXACT)
    for name, scale in (("enlarged", 6.3), ("reduced", 0.37), ("blocks", 0.2)):
        for chosen in (window, Window(500, 100, VoiFunction.LINEAR_EXACT)):
            made = table(values, Appearance(window=chosen), padding=(-2000, -2000))
            size = int(40 * scale)
            matrix = np.array([[scale, 0, scale / 2 - 0.5], [0, scale, scale / 2 - 0.5]])
            levels = set(np.unique(grey_of(render(values, made, matrix, (size, size), True))).tolist())
            assert levels <= {0, 127, 128}, name
            assert len(levels) == 2, name


def test_averages_equal_to_the_padding_value_are_shown() -> None:
    # Padding 0 between −100 and 100: the average of real neighbours is 0, and is not padding.
    values = np.tile(np.array([-100, 100], np.int16), (8, 4))
    made = table(values, Appearance(window=Window.between(-400, 400)), padding=(0, 0))
    picture = grey_of(render(values, made, np.array([[2.0, 0, 0.5], [0, 2.0, 0.5]]), (16, 16), True))
    assert picture.min() > 90


def test_nan_does_not_bleed() -> None:
    values = np.full((30, 30), 5.0, np.float32)
    values[10:20, 10:20] = np.nan
    made = table(values, Appearance(window=Window.between(0, 10)))
    for scale in (3.7, 0.45):
        size = int(30 * scale)
        matrix = np.array([[scale, 0, scale / 2 - 0.5], [0, scale, scale / 2 - 0.5]])
        assert set(np.unique(grey_of(render(values, made, matrix, (size, size), True)))) <= {0, 127, 128}


@pytest.mark.parametrize("smooth", [False, True])
def test_nothing_on_screen_is_black(smooth: bool) -> None:
    values = np.full((10, 10), 1000, np.int16)
    made = table(values, Appearance(window=Window(0, 10)))
    for matrix in (
        [[1, 0, 500], [0, 1, 0]],
        [[0, 0, 0], [0, 0, 0]],
        [[np.nan, 0, 0], [0, 1, 0]],
        [[1e-30, 0, 0], [0, 1, 0]],
    ):
        picture = render(values, made, np.array(matrix, float), (8, 6), smooth)
        assert picture.shape == (6, 8)
        assert (picture == BLACK).all()
    assert render(values, made, IDENTITY, (0, 6), smooth).shape == (6, 0)


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (40_000, 2)])
def test_odd_sizes(shape: tuple[int, int], smooth: bool) -> None:
    values = np.full(shape, 7, np.int16)
    made = table(values, Appearance(window=Window.between(0, 14)))
    matrix = np.array([[20 / shape[1], 0, 10 / shape[1] - 0.5], [0, 20 / shape[0], 10 / shape[0] - 0.5]])
    assert set(np.unique(grey_of(render(values, made, matrix, (20, 20), smooth)))) <= {127, 128}


@pytest.mark.parametrize("smooth", [False, True])
def test_views_with_strides_are_rendered_without_change(smooth: bool) -> None:
    volume = RNG.integers(0, 2000, (30, 40, 50)).astype(np.int16)
    made = table(volume[0], Appearance(window=Window(1000, 2000)))
    matrix = np.array([[2.0, 0, 0.5], [0, 3.0, 1.0]])
    for view in (volume[:, :, 7], volume[::-1, 5, :], volume[3].T):
        copy = np.ascontiguousarray(view)
        size = (view.shape[1] * 2, view.shape[0] * 3)
        assert (render(view, made, matrix, size, smooth) == render(copy, made, matrix, size, smooth)).all()


@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.02, 90), st.floats(-80, 80), st.floats(-80, 80))
@settings(max_examples=80, deadline=None)
def test_a_constant_slice_stays_constant_and_nothing_leaks(
    rows: int, columns: int, scale: float, tx: float, ty: float
) -> None:
    values = np.full((rows, columns), 300, np.int16)
    made = table(values, Appearance(window=Window(300, 10, VoiFunction.LINEAR_EXACT)))
    matrix = np.array([[scale, 0, tx], [0, scale, ty]])
    smooth = grey_of(render(values, made, matrix, (33, 21), True))
    nearest = grey_of(render(values, made, matrix, (33, 21), False))
    assert set(np.unique(smooth)) <= {0, 127, 128}
    assert ((smooth > 0) == (nearest > 0)).all()


def test_threads_do_not_share_scratch_memory() -> None:
    values = [np.full((300, 300), level, np.int16) for level in (0, 50, 100, 150)]
    window = Window.between(0, 150)
    wrong: list[int] = []

    def work(array: np.ndarray) -> None:
        made = table(array, Appearance(window=window))
        for _ in range(40):
            picture = grey_of(render(array, made, IDENTITY * 1.5, (400, 400), True))
            if abs(int(picture[100, 100]) - round(int(array[0, 0]) * 1.7)) > 1:
                wrong.append(int(array[0, 0]))

    threads = [threading.Thread(target=work, args=(array,)) for array in values]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("shift", [(0, 0), (7, -5), (-12, 3)])
@pytest.mark.parametrize("dtype", ["int16", "uint8", "float64", "int32"])
def test_one_to_one_is_the_slice_itself_and_leaves_it_alone(smooth: bool, shift: tuple[int, int], dtype: str) -> None:
    values = RNG.integers(0, 250, (30, 40)).astype(dtype)
    values.flags.writeable = False
    before = values.copy()
    made = table(values, Appearance(window=Window(125, 250)))
    matrix = IDENTITY + np.array([[0, 0, shift[0]], [0, 0, shift[1]]])
    picture = render(values, made, matrix, (45, 33), smooth)
    expected = np.full((33, 45), BLACK, np.uint32)
    colours = made.rgb32(values)
    for v, u in np.ndindex(33, 45):
        y, x = v - shift[1], u - shift[0]
        if 0 <= y < 30 and 0 <= x < 40:
            expected[v, u] = colours[y, x]
    np.testing.assert_allclose(picture & 255, expected & 255, atol=1 if dtype in {"float64", "int32"} else 0)
    assert np.array_equal(values, before)


def test_the_callers_memory_is_used() -> None:
    values = RNG.integers(0, 250, (30, 40)).astype(np.int16)
    made = table(values, Appearance(window=Window(125, 250)))
    for matrix in (IDENTITY, IDENTITY * 2, IDENTITY + np.array([[0, 0, 900], [0, 0, 0]])):
        for smooth in (False, True):
            out = np.full((50, 60), 7, np.uint32)
            assert render(values, made, matrix, (60, 50), smooth, out) is out
            assert np.array_equal(out, render(values, made, matrix, (60, 50), smooth))
    with pytest.raises(ValueError, match="out"):
        render(values, made, IDENTITY, (60, 50), False, np.zeros((50, 61), np.uint32))


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32"])
@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("scale", [0.31, 1.0, 3.7])
def test_colouring_what_was_sampled_is_rendering(dtype: str, smooth: bool, scale: float) -> None:
    values = RNG.integers(0, 250, (30, 40)).astype(dtype)
    turned = np.array([[0.8, -0.6, 20.0], [0.6, 0.8, 3.0]])
    for padding in (None, (0.0, 60.0)):
        for matrix in (IDENTITY * scale, turned, IDENTITY + np.array([[0, 0, 900], [0, 0, 0]])):
            first = table(values, Appearance(window=Window(125, 300)), padding=padding)
            kept = resample(values, first, matrix, (60, 50), smooth)
            values_before = kept.values.copy()
            for width in (300, 290, 40, 3):
                made = table(values, Appearance(window=Window(130, width), invert=width == 290), padding=padding)
                if not kept.serves(made):
                    assert smooth
                    kept = resample(values, made, matrix, (60, 50), smooth)
                    values_before = kept.values.copy()
                again, fresh = colour(kept, made), render(values, made, matrix, (60, 50), smooth)
                np.testing.assert_allclose(again & 255, fresh & 255, atol=1)
                assert np.array_equal(again == BLACK, fresh == BLACK) or width == 3
                assert np.array_equal(kept.values, values_before)


def test_a_drag_samples_once_where_that_is_as_good() -> None:
    values = RNG.integers(0, 4000, (30, 40)).astype(np.int16)

    def made(width: float) -> DisplayTable:
        return table(values, Appearance(window=Window(1000, width)))

    wide = resample(values, made(400), IDENTITY * 2, (80, 60))
    assert wide.serves(made(1000))
    assert not wide.serves(made(100))  # whole numbers would show as steps
    narrow = resample(values, made(100), IDENTITY * 2, (80, 60))
    assert narrow.serves(made(90))
    assert narrow.serves(made(400))
    assert not narrow.serves(made(4))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16"])
@pytest.mark.parametrize("function", list(VoiFunction))
def test_every_entry_of_the_direct_table_is_its_definition(dtype: str, function: VoiFunction) -> None:
    info = np.iinfo(dtype)
    every = np.arange(info.min, info.max + 1).astype(dtype)
    for slope, intercept in ((1.0, 0.0), (-2.5, 100.0), (1e-3, -3.0), (300.0, 0.0)):
        for window in (Window(40, 400, function), Window(-9000, 3, function), Window(0, 90_000, function)):
            made = table(
                every.reshape(16, -1),
                Appearance(window=window, colour_map="hot"),
                rescale=Rescale((slope,), (intercept,)),
                padding=(-5.0, 20.0),
            )
            assert made.direct is not None
            assert np.array_equal(made.direct[every.view(f"u{info.bits // 8}")], made.rgb32(every))


def test_pictures_are_not_overwritten_by_the_next_one() -> None:
    values = np.full((50, 50), 100, np.int16)
    made = table(values, Appearance(window=Window.between(0, 100)))
    first = render(values, made, IDENTITY, (50, 50), True)
    render(np.zeros_like(values), made, IDENTITY, (50, 50), True)
    assert (grey_of(first) == 255).all()


# -- the bar


def test_colour_bar_shows_the_window_in_units() -> None:
    values = np.zeros((2, 2), np.int16)
    bar = colour_bar(table(values, Appearance(window=Window(40, 400), colour_map="hot"), unit="HU"))
    assert bar is not None
    assert (bar.lower, bar.upper, bar.unit) == (-160.0, 240.0, "HU")
    assert (bar.rgb[0] == COLOUR_MAPS["hot"][0]).all()
    assert (bar.rgb[-1] == COLOUR_MAPS["hot"][255]).all()
    dark = colour_bar(table(values, Appearance(window=Window(40, 400)), monochrome1=True))
    assert dark is not None
    assert dark.rgb[0].tolist() == [255, 255, 255]
    assert colour_bar(table(np.zeros((2, 2, 3), np.uint8), Appearance())) is None
