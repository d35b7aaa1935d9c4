"""Thresholds against scikit-image, OpenCV and the plain comparison, on phantoms and a real chest."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage import filters

from medviewer.core.image import Image, Rescale
from medviewer.core.labels import binary
from medviewer.errors import InputError
from medviewer.io import volume
from medviewer.ops.evaluate import evaluate_box_scene, evaluate_scene
from medviewer.ops.histogram_threshold import Histogram, histogram_of, multi_otsu
from medviewer.ops.local_threshold import (
    AdaptiveParams,
    HysteresisParams,
    Weights,
    adaptive,
    hysteresis,
)
from medviewer.ops.mask_fields import Keep, Neighbours
from medviewer.ops.part import crop
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.ops.threshold import (
    PRESETS_HU,
    AutomaticParams,
    ClassesParams,
    FixedParams,
    Method,
    Preset,
    Scale,
    Within,
    automatic,
    classes,
    fixed,
)
from medviewer.ops.value_band import Band, above
from medviewer.ops.volume_grid import Dimension
from tests.helpers.phantoms import make_image, modality_values

SKIMAGE = {
    Method.OTSU: filters.threshold_otsu,
    Method.LI: filters.threshold_li,
    Method.TRIANGLE: filters.threshold_triangle,
    Method.YEN: filters.threshold_yen,
}


@pytest.fixture(scope="module")
def chest(shared_data: Path) -> Image:
    """Five slices of a real chest, 512², HU."""
    image = volume.load(shared_data / "dicom" / "ct_chest_lidc-0314")
    return crop(image, ((30, 35), (0, 512), (0, 512)))


def modality(image: Image) -> Any:
    return np.stack([image.modality_slice(k) for k in range(image.n_slices)])


# -- values in a range


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([np.uint8, np.int8, np.int16, np.uint16, np.int32, np.float32]),
    st.sampled_from([1.0, 0.1, 0.3333, 2.5, 1e-4, -1.0]),
    st.sampled_from([0.0, -1024.0, 0.05]),
    st.floats(-2000, 3000, allow_nan=False),
    st.floats(0, 1500),
    st.booleans(),
)
def test_band_is_the_comparison_of_modality_values(
    dtype: Any, slope: float, intercept: float, low: float, width: float, padded: bool
) -> None:
    rng = np.random.default_rng(3)
    image = make_image((1, 16, 16), rescale=Rescale((slope,), (intercept,)), padding=(5, 9) if padded else None)
    stored = rng.integers(-128 if np.dtype(dtype).kind != "u" else 0, 127, (1, 16, 16)).astype(dtype)
    if dtype is np.int16:
        stored *= 17
    image = replace(image, array=stored)
    values = image.modality_slice(0)
    for edge in (low, float(values[3, 3]) if np.isfinite(values[3, 3]) else low):
        with np.errstate(invalid="ignore"):
            expected = (values >= np.float32(edge)) & (values <= np.float32(edge + width))
            beyond = values > np.float32(edge)
        assert np.array_equal(Band(image, edge, edge + width).mask(0), expected)
        assert np.array_equal(Band(image, low=above(edge)).mask(0), beyond)


def test_fixed_marks_the_range_and_says_it() -> None:
    image = make_image(padding=(500, 505))
    result = fixed(image, FixedParams(low=-450.0, high=-420.0))
    values = modality_values(image)
    assert np.array_equal(result.mask(), (values >= -450) & (values <= -420))
    assert result.name(1) == "-450 … -420 HU"
    assert fixed(image, FixedParams(low=-412.0)).name(1) == "≥ -412 HU"


@pytest.mark.parametrize("preset", [p for p in Preset if p is not Preset.CUSTOM])
def test_tissues_are_ranges_in_hounsfield_units(preset: Preset) -> None:
    image = make_image()
    ramp = np.linspace(0, 5000, image.array.size).astype(np.int16).reshape(image.array.shape)
    image = replace(image, array=ramp)
    low, high = PRESETS_HU[preset.value]
    assert np.array_equal(fixed(image, FixedParams(preset)).mask(), (ramp - 1000 >= low) & (ramp - 1000 <= high))
    with pytest.raises(InputError, match="Hounsfield"):
        fixed(replace(image, unit=""), FixedParams(preset))


def test_percent_of_the_maximum_as_for_lesions() -> None:
    values = np.zeros((2, 8, 8), np.float32)
    values[0, 2:5, 2:5], values[1, 6, 6] = 10.0, 40.0
    values[0, 3, 3] = 20.0
    image = replace(make_image((2, 8, 8), rescale=Rescale(), unit="g/ml{SUVbw}"), array=values)
    params = FixedParams(low=41.0, high=100.0, scale=Scale.MAXIMUM)
    assert fixed(image, params).mask().sum() == 2
    lesion = np.zeros(values.shape, bool)
    lesion[0] = True
    inside = fixed(image, params, labels=binary(lesion, image))
    assert inside.mask().sum() == 9
    assert inside.name(1) == "41 … 100 % × 20 SUVbw"
    with pytest.raises(InputError, match="not above 0"):
        fixed(replace(image, array=-values), params)


def test_limits_in_the_wrong_order_are_told() -> None:
    with pytest.raises(InputError, match="above the upper"):
        fixed(make_image(), FixedParams(low=2.0, high=1.0))


# -- automatic


@pytest.mark.parametrize("method", list(Method))
def test_automatic_on_a_chest_is_that_of_scikit_image(chest: Image, method: Method) -> None:
    values = modality(chest).astype(np.int32)
    expected = float(SKIMAGE[method](values))
    result = automatic(chest, AutomaticParams(method))
    assert np.array_equal(result.mask(), values > expected)
    assert result.name(1).startswith("> ")
    assert result.name(1).endswith(" HU")
    assert float(result.name(1).split()[1]) == pytest.approx(expected, abs=0.51)


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.int32])
def test_automatic_on_phantoms(method: Method, dtype: Any) -> None:
    rng = np.random.default_rng(5)
    raw = np.where(rng.random((3, 40, 40)) < 0.3, rng.normal(160, 10, (3, 40, 40)), rng.normal(60, 15, (3, 40, 40)))
    image = replace(make_image((3, 40, 40), rescale=Rescale()), array=np.clip(raw, 0, 255).astype(dtype))
    bins = {"nbins": 4096} if dtype is np.float32 and method is not Method.LI else {}
    expected = float(SKIMAGE[method](image.array, **bins))
    found = automatic(image, AutomaticParams(method)).mask()
    if dtype is np.float32:  # bins of our own
        assert np.mean(found != (image.array > expected)) < (0.02 if method is not Method.TRIANGLE else 0.2)
    else:
        assert np.array_equal(found, image.array > expected)


def test_scale_and_shift_do_not_matter() -> None:
    image = make_image(rescale=Rescale((2.0,), (-100.0,)))
    flipped = replace(image, rescale=Rescale((-2.0,), (-100.0,)))
    up, down = automatic(image, AutomaticParams()), automatic(flipped, AutomaticParams(side=Keep.BELOW))
    assert np.mean(up.mask() != down.mask()) < 0.02
    assert np.array_equal(up.mask(), automatic(make_image(), AutomaticParams()).mask())


def test_each_slice_its_own_threshold() -> None:
    image = make_image(rescale=Rescale((1.0, 1.0, 1.0, 1.0, 1.0), (0.0, 500.0, -90.0, 7.0, 80.0)))
    result = automatic(image, AutomaticParams(over=Dimension.SLICE))
    for k in range(5):
        plane = image.modality_slice(k).astype(np.int32)
        assert np.array_equal(result.mask()[k], plane > filters.threshold_otsu(plane))
    assert " … " in result.name(1)


def test_the_mask_says_where_to_look_and_where_to_stay() -> None:
    image = make_image((1, 40, 60))
    array = image.array.copy()
    array[:, :, 30:] += 5000
    image = replace(image, array=array)
    left = np.zeros(array.shape, bool)
    left[:, :, :30] = True
    mask = binary(left, image)
    threshold = filters.threshold_otsu(array[left])
    assert np.array_equal(automatic(image, None, labels=mask).mask(), (array > threshold) & left)
    found = automatic(image, AutomaticParams(within=Within.FOUND), labels=mask)
    assert np.array_equal(found.mask(), array > threshold)
    everything = automatic(image, AutomaticParams(within=Within.IMAGE), labels=mask)
    assert np.array_equal(everything.mask(), array > filters.threshold_otsu(array))


@pytest.mark.parametrize(
    ("values", "words"),
    [(np.full((1, 5, 5), 7, np.int16), "alike"), (np.full((1, 5, 5), np.nan, np.float32), "no values")],
)
def test_nothing_to_divide_is_told(values: Any, words: str) -> None:
    image = replace(make_image((1, 5, 5)), array=values)
    for run in (automatic, classes):
        with pytest.raises(InputError, match=words):
            run(image)


def test_padding_does_not_count() -> None:
    image = make_image(padding=(-30_000, -30_000))
    array = image.array.copy()
    array[:, :9] = -30_000
    image = replace(image, array=array)
    threshold = filters.threshold_otsu(array[:, 9:])
    result = automatic(image, AutomaticParams(side=Keep.BELOW)).mask()
    assert not result[:, :9].any()
    assert np.array_equal(result[:, 9:], array[:, 9:] <= threshold)


def between(histogram: Histogram, thresholds: Any) -> float:
    """Variance between the classes, by its definition."""
    group = np.searchsorted(np.asarray(thresholds), histogram.centres, side="left")
    mean = np.average(histogram.centres, weights=histogram.counts)
    total = 0.0
    for number in np.unique(group):
        part = group == number
        weight = histogram.counts[part].sum()
        if weight:
            total += weight * (np.average(histogram.centres[part], weights=histogram.counts[part]) - mean) ** 2
    return float(total / histogram.counts.sum())


@pytest.mark.parametrize("n", [2, 3, 4])
def test_several_classes_are_the_best_there_are(chest: Image, n: int) -> None:
    histogram = histogram_of(chest, range(5)).coarser(32)
    half = (histogram.centres[1] - histogram.centres[0]) / 2
    choices = itertools.combinations(histogram.centres[:-1] + half, n - 1)
    best = max(between(histogram, choice) for choice in choices)
    assert between(histogram, multi_otsu(histogram, n)) == pytest.approx(best, rel=1e-12)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_several_classes_differ_at_least_as_much_as_those_of_scikit_image(chest: Image, n: int) -> None:
    histogram = histogram_of(chest, range(5)).coarser(128)
    counts = histogram.counts.astype(np.float32), histogram.centres.astype(np.float32)
    theirs = filters.threshold_multiotsu(classes=n, hist=counts)
    ours = multi_otsu(histogram, n)
    assert between(histogram, ours) >= between(histogram, theirs) * (1 - 1e-12)
    assert np.allclose(ours, theirs, atol=0.05 * (histogram.centres[-1] - histogram.centres[0]))


def test_classes_are_numbered_from_dark_to_bright() -> None:
    image = make_image((1, 30, 30), rescale=Rescale())
    array = np.zeros((1, 30, 30), np.int16)
    array[:, 10:20], array[:, 20:] = 500, 900
    image = replace(image, array=array)
    result = classes(image, ClassesParams(3))
    assert [int(result.array[0, y, 0]) for y in (5, 15, 25)] == [0, 1, 2]
    assert [label.value for label in result.labels] == [1, 2]
    every = classes(image, ClassesParams(3, dark_is_background=False))
    assert [int(every.array[0, y, 0]) for y in (5, 15, 25)] == [1, 2, 3]
    with pytest.raises(InputError, match="alike"):
        classes(image, ClassesParams(4))


# -- by the surroundings


@pytest.mark.parametrize("side", list(Keep))
def test_adaptive_mean_is_a_box(chest: Image, side: Keep) -> None:
    image = crop(chest, ((0, 2), (100, 300), (50, 270)))
    sx, sy, _ = image.geometry.spacing_xyz_mm
    size = [2 * int(20.0 / 2 / s + 0.5) + 1 for s in (sy, sx)]
    result = adaptive(image, AdaptiveParams(offset=30.0, side=side)).mask()
    for k in range(2):
        values = image.modality_slice(k).astype(np.float64)
        mean = ndimage.uniform_filter(values, size, mode="nearest")
        expected = values - mean > 30.0 if side is Keep.ABOVE else mean - values > 30.0
        assert np.mean(result[k] != expected) < 1e-4


def test_adaptive_gaussian_is_that_of_scikit_image() -> None:
    image = make_image((1, 60, 70), spacing_xyz_mm=(1.0, 1.0, 1.0))
    values = image.modality_slice(0).astype(np.float64)
    expected = values > filters.threshold_local(values, 21, mode="nearest", param=21 / 6)
    result = adaptive(image, AdaptiveParams(Weights.GAUSSIAN, 20.0)).mask()[0]
    assert np.mean(result != expected) < 0.02  # scikit-image does not cut the kernel off at the window


def test_adaptive_follows_a_slope_and_leaves_padding_out() -> None:
    y, x = np.mgrid[:64, :64]
    values = (10.0 * x).astype(np.float32)
    dots = (y % 16 == 8) & (x % 16 == 8)
    values[dots] += 200
    values[:, 60:] = np.nan
    image = replace(make_image((1, 64, 64), rescale=Rescale(), spacing_xyz_mm=(1, 1, 1)), array=values[None])
    result = adaptive(image, AdaptiveParams(window_mm=8, offset=100)).mask()[0]
    assert np.array_equal(result, dots & (x < 60))


@pytest.mark.parametrize("dimension", list(Dimension))
@pytest.mark.parametrize("neighbours", list(Neighbours))
def test_hysteresis_is_that_of_scikit_image(chest: Image, dimension: Dimension, neighbours: Neighbours) -> None:
    values = modality(chest)
    rank = 3 if dimension is Dimension.VOLUME else 2
    structure = ndimage.generate_binary_structure(rank, rank if neighbours is Neighbours.CORNERS else 1)
    result = hysteresis(chest, HysteresisParams(100.0, 350.0, dimension, neighbours)).mask()
    groups = [values] if rank == 3 else list(values)
    found = [result] if rank == 3 else list(result)
    for part, got in zip(groups, found, strict=True):
        parts, _ = ndimage.label(part >= 100, structure)
        assert np.array_equal(got, np.isin(parts, np.unique(parts[part >= 350])) if (part >= 350).any() else got * 0)
    if neighbours is Neighbours.FACES and rank == 2:
        other = filters.apply_hysteresis_threshold(values[0], 99.5, 349.5)
        assert np.array_equal(result[0], other)


# -- in recipes


def test_a_preview_of_one_slice_is_the_whole_result(chest: Image) -> None:
    steps = (
        RecipeStep.of(adaptive, AdaptiveParams(offset=50.0)),
        RecipeStep.of(automatic, AutomaticParams(over=Dimension.SLICE)),
        RecipeStep.of(hysteresis, HysteresisParams(100.0, 200.0, limit_to_mask=True)),
    )
    whole = evaluate_scene(Recipe(steps), chest).labels
    part, exact = evaluate_box_scene(Recipe(steps), chest, ((2, 3), (100, 200), (150, 300)))
    assert whole is not None
    assert part.labels is not None
    assert exact
    assert np.array_equal(part.labels.array, whole.array[2:3, 100:200, 150:300])
