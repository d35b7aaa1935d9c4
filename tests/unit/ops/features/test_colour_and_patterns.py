"""Colour moments, Hu moments, LBP and HOG against scikit-image and by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from skimage import color, feature, measure

from medviewer.core.labels import binary
from medviewer.ops.features import FeatureSettings, extract, patterns
from medviewer.ops.features import colour as colours
from tests.unit.ops.features.samples import image_of


def pixels(n: int = 500) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, size=(n, 3)).astype(np.uint8)


def test_colour_spaces_against_scikit_image() -> None:
    rgb = pixels()
    found = colours.converted(rgb)
    hsv = color.rgb2hsv(rgb[None] / 255.0)[0] * (360, 1, 1)
    apart = np.abs(found["hsv"][:, 0] - hsv[:, 0])
    assert np.minimum(apart, 360 - apart).max() < 1e-2
    np.testing.assert_allclose(found["hsv"][:, 1:], hsv[:, 1:], atol=1e-4)
    np.testing.assert_allclose(found["lab"], color.rgb2lab(rgb[None] / 255.0)[0], atol=1e-3)


def test_colour_moments_by_hand() -> None:
    rgb = np.array([[0, 10, 255], [20, 10, 255], [40, 10, 255], [100, 10, 255]], dtype=np.uint8)
    found = colours.features(rgb)
    red = rgb[:, 0].astype(float)
    assert found["rgb_red_mean"] == 40
    assert found["rgb_red_sd"] == pytest.approx(red.std())
    assert found["rgb_red_skewness"] == pytest.approx(((red - 40) ** 3).mean() / red.std() ** 3)
    assert found["rgb_green_skewness"] == 0
    assert [found[f"rgb_red_bin_{n}"] for n in range(1, 9)] == [0.5, 0.25, 0, 0.25, 0, 0, 0, 0]
    for channel in ("rgb_blue", "hsv_hue", "lab_a"):
        assert sum(found[f"{channel}_bin_{n}"] for n in range(1, 9)) == pytest.approx(1)


def test_hue_is_an_angle() -> None:
    """Two reds on both sides of 0° have a hue of 0°, not of 180°."""
    found = colours.features(np.array([[255, 0, 43], [255, 43, 0]], dtype=np.uint8))
    assert min(found["hsv_hue_mean"], 360 - found["hsv_hue_mean"]) < 0.5
    assert found["hsv_hue_sd"] == pytest.approx(10.1, abs=0.3)


def test_hu_moments_against_scikit_image() -> None:
    y, x = np.mgrid[:40, :50]
    shape = ((x - 20) ** 2 / 200 + (y - 22) ** 2 / 60 < 1) | ((x > 30) & (y > 30))
    expected = measure.moments_hu(
        measure.moments_normalized(measure.moments_central(shape.T.astype(np.float64)))
    )  # turned: scikit-image takes rows for x, and the seventh moment changes its sign in a mirror
    np.testing.assert_allclose(patterns.hu_moments(shape.astype(np.float64)), expected, rtol=1e-6, atol=1e-15)


def test_hu_moments_do_not_change_when_turned() -> None:
    rng = np.random.default_rng(1)
    weights = rng.random((20, 30))
    np.testing.assert_allclose(
        patterns.hu_moments(np.rot90(weights).copy()), patterns.hu_moments(weights), rtol=1e-6, atol=1e-16
    )


def test_orientations_against_scikit_image() -> None:
    """One cell as large as the image; scikit-image divides by the number of pixels, the shares are the same."""
    values = np.random.default_rng(2).random((24, 32)).astype(np.float32)
    expected = feature.hog(
        values, patterns.ORIENTATIONS, pixels_per_cell=(24, 32), cells_per_block=(1, 1), block_norm="L1"
    )
    found = patterns.orientations(values, np.ones(values.shape, dtype=bool))
    np.testing.assert_allclose(found, expected / expected.sum(), rtol=1e-4)


def test_binary_patterns_of_known_textures() -> None:
    """A flat region has all eight neighbours at least as bright; a step has an edge of five."""
    mask = np.zeros((12, 12), dtype=bool)
    mask[3:9, 3:9] = True
    assert patterns.binary_patterns(np.zeros((12, 12), np.float32), mask)[8] == 1
    step = np.zeros((12, 12), np.float32)
    step[:, 6:] = 1
    found = patterns.binary_patterns(step, mask)
    assert found[5] == pytest.approx(1 / 6), "the first bright column"
    assert sum(found) == pytest.approx(1)


def test_a_colour_image() -> None:
    array = np.random.default_rng(0).integers(0, 256, size=(1, 20, 30, 3)).astype(np.uint8)
    image = image_of(array)
    mask = np.zeros((1, 20, 30), dtype=bool)
    mask[0, 4:15, 5:20] = True
    table = extract(image, binary(mask, image), FeatureSettings(patterns=True))
    row = table.row(0)
    assert row["rgb_green_mean"] == pytest.approx(array[mask][:, 1].mean())
    assert row["shape2d_pixel_surface"] == mask.sum()
    assert row["not_defined"] == ""
    assert table.column("lab_lightness_mean").title == "Lab lightness mean"
    assert all(f"lbp_{n}" in row for n in range(10))
    assert len([k for k in row if k.startswith(("rgb_", "hsv_", "lab_"))]) == 9 * (3 + 8) - 1


def test_one_colour() -> None:
    image = image_of(np.full((1, 8, 8, 3), 77, dtype=np.uint8))
    row = extract(image, binary(np.ones((1, 8, 8), bool), image), FeatureSettings(patterns=True)).row(0)
    assert row["rgb_red_sd"] == 0
    assert row["hog_1"] is None
    assert "one colour" in str(row["not_defined"])
    assert not any(isinstance(v, float) and math.isnan(v) for v in row.values())
