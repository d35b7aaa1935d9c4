from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Rescale, SpacingSource
from medviewer.errors import Cancelled, InputError
from medviewer.ops import filters
from medviewer.ops.filters import Dimension, GaussianParams, gaussian, gaussian_kernel
from medviewer.ops.operation import QuietContext
from tests.helpers.phantoms import make_image, modality_values


def sigmas_zyx(image: Any, sigma_mm: float, across: bool) -> tuple[float, float, float]:
    x, y, z = image.geometry.spacing_xyz_mm
    return (sigma_mm / z if across else 0.0, sigma_mm / y, sigma_mm / x)


@pytest.mark.parametrize(
    "dtype", [np.uint8, np.int8, np.int16, np.uint16, np.int32, np.uint32, np.float32, np.float64]
)
@pytest.mark.parametrize("dimension", list(Dimension))
@pytest.mark.parametrize("sigma_mm", [0.3, 1.0, 3.7])
def test_equals_scipy_in_millimetres(dtype: Any, dimension: Dimension, sigma_mm: float) -> None:
    image = make_image(dtype=dtype)
    result = gaussian(image, GaussianParams(sigma_mm, dimension))
    expected = ndimage.gaussian_filter(
        modality_values(image), sigmas_zyx(image, sigma_mm, dimension is Dimension.VOLUME), mode="nearest"
    )
    assert result.array.dtype == np.float32
    np.testing.assert_allclose(result.array, expected, rtol=1e-5, atol=1e-3)


def test_rescale_that_differs_between_slices() -> None:
    image = make_image(rescale=Rescale((1.0, 0.5, 2.0, 1.5, 0.25), (-1000.0, 0.0, 10.0, -3.0, 7.0)))
    result = gaussian(image, GaussianParams(2.0, Dimension.VOLUME))
    expected = ndimage.gaussian_filter(modality_values(image), sigmas_zyx(image, 2.0, True), mode="nearest")
    np.testing.assert_allclose(result.array, expected, rtol=1e-5, atol=1e-3)
    assert result.rescale.is_identity


def test_modality_table_is_applied_before_smoothing() -> None:
    table = np.asarray([0.0, 100.0, 400.0, 900.0], dtype=np.float32)
    stored = np.tile(np.arange(4, dtype=np.uint8), (1, 6, 3)).reshape(1, 6, 12)
    image = make_image((1, 6, 12), rescale=Rescale(table=table))
    image = replace(image, array=stored)
    result = gaussian(image, GaussianParams(1.0))
    expected = ndimage.gaussian_filter(table[stored].astype(float), sigmas_zyx(image, 1.0, False), mode="nearest")
    np.testing.assert_allclose(result.array, expected, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("dimension", list(Dimension))
def test_padding_stays_and_does_not_bleed(dimension: Dimension) -> None:
    image = make_image(padding=(-2000, -2000))
    stored = image.array.copy()
    y, x = np.mgrid[:24, :32]
    stored[1:4, (y - 12) ** 2 + (x - 16) ** 2 > 100] = -2000
    image = replace(image, array=stored)
    result = gaussian(image, GaussianParams(2.0, dimension))
    values = modality_values(image)
    valid = np.isfinite(values)
    sigma = sigmas_zyx(image, 2.0, dimension is Dimension.VOLUME)
    sums = ndimage.gaussian_filter(np.where(valid, values, 0.0), sigma, mode="nearest")
    weights = ndimage.gaussian_filter(valid.astype(float), sigma, mode="nearest")
    assert np.array_equal(np.isnan(result.array), ~valid)
    np.testing.assert_allclose(result.array[valid], (sums / np.maximum(weights, 1e-9))[valid], rtol=1e-4, atol=1e-2)
    assert np.nanmin(result.array) >= values[valid].min() - 1e-2
    assert result.padding is None


def test_constant_beside_padding_stays_constant() -> None:
    image = make_image((3, 20, 20), padding=(0, 0), rescale=Rescale())
    stored = np.full((3, 20, 20), 700, dtype=np.int16)
    stored[:, :7] = 0
    result = gaussian(replace(image, array=stored), GaussianParams(4.0, Dimension.VOLUME))
    np.testing.assert_allclose(result.array[:, 7:], 700.0, rtol=1e-5)


def test_not_numbers_and_infinities_stay_where_they_are() -> None:
    image = make_image(dtype=np.float32, rescale=Rescale())
    array = image.array.copy()
    array[2, 5, 5], array[2, 9, 9] = np.nan, np.inf
    result = gaussian(replace(image, array=array), GaussianParams(1.0, Dimension.VOLUME)).array
    assert np.isnan(result[2, 5, 5])
    assert np.isposinf(result[2, 9, 9])
    assert np.isfinite(
        np.delete(result.ravel(), [np.ravel_multi_index(i, result.shape) for i in ((2, 5, 5), (2, 9, 9))])
    ).all()


def test_kernel_larger_than_the_image() -> None:
    image = make_image((3, 4, 5), spacing_xyz_mm=(1.5, 1.5, 0.5))
    result = gaussian(image, GaussianParams(20.0, Dimension.VOLUME))
    expected = ndimage.gaussian_filter(modality_values(image), (40.0, 20 / 1.5, 20 / 1.5), mode="nearest")
    np.testing.assert_allclose(result.array, expected, rtol=1e-5, atol=1e-2)


PATTERNS = {
    "noise": lambda y, x: np.random.default_rng(0).normal(0.0, 300.0, x.shape),
    "steps": lambda y, x: np.where((x > 60) ^ (y > 40), 1000.0, 0.0),
    "a grid of four pixels": lambda y, x: 1000.0 * (x // 2 % 2),
    "a line at the edge": lambda y, x: np.where(x < 2, 1000.0, 0.0),
    "one pixel": lambda y, x: np.where((x == 70) & (y == 33), 1e6, 0.0),
    "ramp": lambda y, x: 3.0 * x + y,
}


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("sigma_xy_px", [(16.0, 16.0), (21.3, 33.0), (32.0, 32.0), (70.0, 64.1)])
@pytest.mark.parametrize("shape", [(97, 131), (256, 200)])
def test_wide_gaussians_are_close_to_the_direct_convolution(
    name: str, sigma_xy_px: tuple[float, float], shape: tuple[int, int]
) -> None:
    y, x = np.mgrid[: shape[0], : shape[1]]
    values = PATTERNS[name](y, x).astype(np.float32)
    image = make_image(
        (1, *shape), dtype=np.float32, rescale=Rescale(), spacing_xyz_mm=(20 / sigma_xy_px[0], 20 / sigma_xy_px[1], 1)
    )
    result = gaussian(replace(image, array=values[np.newaxis]), GaussianParams(20.0)).array[0]
    expected = ndimage.gaussian_filter(values.astype(np.float64), sigma_xy_px[::-1], mode="nearest")
    # Around one pixel the direct kernel stops at four sigma, where it still has exp(-8) = 3.4e-4 of its height.
    share = 4e-4 if name == "one pixel" else 1e-4
    assert np.abs(result - expected).max() <= share * np.ptp(expected) + 1e-6 * np.abs(expected).max()


def test_a_tiny_image_under_a_wide_gaussian() -> None:
    image = make_image((1, 3, 2), spacing_xyz_mm=(0.1, 0.1, 1.0))
    expected = ndimage.gaussian_filter(modality_values(image), (0, 100, 100), mode="nearest")
    np.testing.assert_allclose(gaussian(image, GaussianParams(10.0)).array, expected, rtol=1e-5, atol=0.05)


def test_wide_gaussian_beside_padding_is_a_weighted_mean() -> None:
    image = make_image((1, 80, 90), padding=(-2000, -2000), spacing_xyz_mm=(0.5, 0.5, 1.0))
    stored = image.array.copy()
    stored[:, :, :60] = -2000
    stored[0, 40, 5] = 700  # alone in the padding
    values = modality_values(replace(image, array=stored))
    result = gaussian(replace(image, array=stored), GaussianParams(10.0)).array
    assert np.array_equal(np.isnan(result), np.isnan(values))
    assert np.nanmin(result) >= np.nanmin(values) - 0.01
    assert np.nanmax(result) <= np.nanmax(values) + 0.01
    valid = np.isfinite(values)
    sums = ndimage.gaussian_filter(np.where(valid, values, 0.0), (0, 20, 20), mode="nearest")
    weights = ndimage.gaussian_filter(valid.astype(float), (0, 20, 20), mode="nearest")
    solid = valid & (weights > 0.1)
    np.testing.assert_allclose(result[solid], (sums / np.maximum(weights, 1e-9))[solid], rtol=2e-3, atol=1.0)


def test_strips_give_the_same_as_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    image = make_image((7, 33, 70))
    whole = gaussian(image, GaussianParams(1.7, Dimension.VOLUME)).array
    monkeypatch.setattr(filters, "MULTIPLICATIONS_BETWEEN_CHECKS", 3000)
    monkeypatch.setattr(filters, "COLUMNS_IN_CACHE", 100)
    np.testing.assert_allclose(gaussian(image, GaussianParams(1.7, Dimension.VOLUME)).array, whole, rtol=1e-6)


def test_kernel_is_scipys() -> None:
    for sigma in (0.05, 0.2, 1.0, 3.3):
        impulse = np.zeros(101)
        impulse[50] = 1.0
        expected = ndimage.gaussian_filter1d(impulse, sigma)
        kernel = gaussian_kernel(sigma)
        radius = len(kernel) // 2
        np.testing.assert_allclose(kernel, expected[50 - radius : 51 + radius], atol=1e-7)
        assert np.count_nonzero(expected > 1e-12) <= len(kernel)


def test_unknown_spacing_counts_in_pixels() -> None:
    facts = Facts(spacing_source=SpacingSource.NONE)
    image = make_image((1, 20, 20), spacing_xyz_mm=(1.0, 1.0, 1.0), facts=facts)
    expected = ndimage.gaussian_filter(modality_values(image), (0, 2, 2), mode="nearest")
    np.testing.assert_allclose(gaussian(image, GaussianParams(2.0)).array, expected, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": Facts(not_reconstructable="These are frames over time.")},
        {"facts": Facts(irregular_spacing=True)},
        {"facts": Facts(missing_slices=2)},
        {"slice_positions_mm": (0.0, 2.5, 5.0, 12.5, 15.0)},
        {"geometry": Geometry((5, 24, 32), axis_z=(0.0, 0.34202, 0.939693))},
    ],
)
def test_volume_of_what_is_no_regular_grid_is_refused(changes: dict[str, Any]) -> None:
    image = make_image(**changes)
    with pytest.raises(InputError, match="from slice to slice") as caught:
        gaussian(image, GaussianParams(1.0, Dimension.VOLUME))
    assert caught.value.code == "input.dimension"
    assert gaussian(image, GaussianParams(1.0)).array.shape == (5, 24, 32)


class CancelAfter(QuietContext):
    def __init__(self, looks: int) -> None:
        super().__init__()
        self.left = looks

    def check(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled

    def progress(self, fraction: float, text: str = "") -> None:
        self.check()

    def subrange(self, low: float, high: float) -> CancelAfter:
        return self


@pytest.mark.parametrize("looks", [0, 3, 6])
def test_cancel_between_slices_and_in_the_pass_across(looks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "COLUMNS_IN_CACHE", 100)
    ctx = CancelAfter(looks)
    with pytest.raises(Cancelled):
        gaussian(make_image(), GaussianParams(1.0, Dimension.VOLUME), ctx)
    assert ctx.left == -1
