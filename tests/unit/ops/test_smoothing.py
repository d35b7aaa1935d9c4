from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from scipy import ndimage

from medviewer.core.image import Image, Rescale
from medviewer.errors import InputError
from medviewer.ops.smoothing import MeanParams, MedianParams, mean, median
from medviewer.ops.volume_grid import Dimension
from tests.helpers.phantoms import make_image, modality_values
from tests.unit.ops.real_images import brain, ct_slab

BOTH = list(Dimension)


def sizes(image: Image, radius_mm: float, dimension: Dimension) -> tuple[int, int, int]:
    """Kernel (z, y, x) in pixels, by the definition."""
    x, y, z = (2 * int(radius_mm / s + 0.5) + 1 for s in image.geometry.spacing_xyz_mm)
    return (z if dimension is Dimension.VOLUME else 1, y, x)


@pytest.mark.parametrize("dimension", BOTH)
@pytest.mark.parametrize("radius_mm", [0.1, 1.0, 2.6, 40.0])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.float32, np.float64])
def test_mean_is_scipys(dtype: Any, radius_mm: float, dimension: Dimension) -> None:
    image = make_image(dtype=dtype)
    expected = ndimage.uniform_filter(modality_values(image), sizes(image, radius_mm, dimension), mode="nearest")
    result = mean(image, MeanParams(radius_mm, dimension))
    np.testing.assert_allclose(result.array, expected, rtol=1e-5, atol=1e-2)


@pytest.mark.parametrize("dimension", BOTH)
@pytest.mark.parametrize("radius_mm", [0.8, 1.4, 2.6])
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int16, np.uint16, np.int32, np.float32])
def test_median_is_scipys(dtype: Any, radius_mm: float, dimension: Dimension) -> None:
    image = make_image(dtype=dtype, rescale=Rescale((-0.5,), (3.0,)))
    expected = ndimage.median_filter(modality_values(image), sizes(image, radius_mm, dimension), mode="nearest")
    np.testing.assert_allclose(median(image, MedianParams(radius_mm, dimension)).array, expected, rtol=1e-6)


def test_median_where_the_rescale_differs_between_slices() -> None:
    image = make_image(rescale=Rescale((1.0, 0.5, 2.0, 1.5, 0.25), (-1000.0, 0.0, 10.0, -3.0, 7.0)))
    expected = ndimage.median_filter(modality_values(image), sizes(image, 2.6, Dimension.VOLUME), mode="nearest")
    np.testing.assert_allclose(median(image, MedianParams(2.6, Dimension.VOLUME)).array, expected, rtol=1e-5)


@pytest.mark.parametrize("dimension", BOTH)
@pytest.mark.parametrize("radius_mm", [1.0, 2.6])
def test_beside_what_is_missing_only_values_that_are_there_count(radius_mm: float, dimension: Dimension) -> None:
    image = make_image(padding=(-3000, -2000))
    stored = image.array.copy()
    stored[:, :5, :7] = -2500
    stored[2] = -2001
    stored[np.random.default_rng(2).random(stored.shape) < 0.1] = -2000
    image = replace(image, array=stored)
    values = modality_values(image)
    valid = np.isfinite(values)
    reach = [n // 2 for n in sizes(image, radius_mm, dimension)]
    expected = {"mean": np.full(values.shape, np.nan), "median": np.full(values.shape, np.nan)}
    grown = np.pad(values, [(r, r) for r in reach], mode="edge")
    for z, y, x in zip(*np.nonzero(valid), strict=True):
        around = grown[z : z + 2 * reach[0] + 1, y : y + 2 * reach[1] + 1, x : x + 2 * reach[2] + 1]
        expected["mean"][z, y, x] = np.nanmean(around)
        expected["median"][z, y, x] = np.nanmedian(around)
    result = mean(image, MeanParams(radius_mm, dimension))
    np.testing.assert_allclose(result.array, expected["mean"], rtol=1e-5, atol=1e-2)
    result = median(image, MedianParams(radius_mm, dimension))
    np.testing.assert_allclose(result.array, expected["median"], rtol=1e-6)


def test_colour_is_three_grey_images() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (2, 30, 20, 3), dtype=np.uint8)
    image = replace(make_image((2, 30, 20), spacing_xyz_mm=(1.0, 1.0, 1.0)), array=pixels)
    expected = ndimage.median_filter(pixels, (1, 5, 5, 1), mode="nearest")
    result = median(image, MedianParams(2.0))
    assert result.array.dtype == np.uint8
    assert np.array_equal(result.array, expected)


def test_irregular_volume_is_refused() -> None:
    image = make_image(slice_positions_mm=(0.0, 2.5, 5.0, 12.5, 15.0))
    for operation, params in ((mean, MeanParams), (median, MedianParams)):
        with pytest.raises(InputError, match="equal distances"):
            operation(image, params(3.0, Dimension.VOLUME))


def test_real_ct_against_simpleitk(shared_data: Path) -> None:
    image = ct_slab(shared_data)
    itk = SimpleITK.GetImageFromArray(modality_values(image).astype(np.float32))
    x, y, z = (int(4.0 / s + 0.5) for s in image.geometry.spacing_xyz_mm)
    expected = SimpleITK.GetArrayFromImage(SimpleITK.BoxMean(itk, [x, y, z]))
    inner = np.s_[z:-z, y:-y, x:-x]  # at its edges SimpleITK takes fewer values, not continued ones
    result = mean(image, MeanParams(4.0, Dimension.VOLUME))
    np.testing.assert_allclose(result.array[inner], expected[inner], atol=0.02)
    expected = SimpleITK.GetArrayFromImage(SimpleITK.Median(itk, [1, 1, 0]))
    assert np.array_equal(median(image, MedianParams(1.0)).array, expected)


def test_real_mr_against_scipy(shared_data: Path) -> None:
    image = brain(shared_data)
    values = modality_values(image)
    expected = ndimage.median_filter(values, sizes(image, 2.0, Dimension.SLICE), mode="nearest")
    assert np.array_equal(median(image, MedianParams(2.0)).array, expected)
