from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from scipy import ndimage
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle, estimate_sigma

from medviewer.core import labels
from medviewer.core.image import Image, Rescale
from medviewer.ops.bias_field import BiasFieldParams, bias_field
from medviewer.ops.denoise import BilateralParams, NonLocalMeansParams, bilateral, non_local_means
from medviewer.ops.diffusion import DiffusionParams, TotalVariationParams, anisotropic_diffusion, total_variation
from medviewer.ops.noise import noise_of_plane
from medviewer.ops.volume_grid import Dimension
from tests.helpers.phantoms import make_image, modality_values
from tests.unit.ops.real_images import brain, ct_slab

BOTH = list(Dimension)
SMALL = (3, 14, 17)


def with_holes(image: Image) -> Image:
    stored = image.array.copy()
    stored[:, :4, :5] = -2500
    stored[np.random.default_rng(2).random(stored.shape) < 0.05] = -2000
    return replace(image, array=stored, padding=(-3000, -2000))


def bilateral_by_hand(image: Image, sigma_mm: float, spread: float, volume: bool) -> np.ndarray[Any, Any]:
    """Tomasi and Manduchi's sum, voxel by voxel, edges continued in the slice and cut off across slices."""
    values = modality_values(image)
    sx, sy, sz = image.geometry.spacing_xyz_mm
    rx, ry = (max(1, int(2 * sigma_mm / s + 0.5)) for s in (sx, sy))
    rz = int(2 * sigma_mm / sz + 0.5) if volume else 0
    grown = np.pad(values, [(0, 0), (ry, ry), (rx, rx)], mode="edge")
    out = np.full(values.shape, np.nan)
    n, rows, columns = values.shape
    z, y, x = np.mgrid[-rz : rz + 1, -ry : ry + 1, -rx : rx + 1]
    squared = (z * sz) ** 2 + (y * sy) ** 2 + (x * sx) ** 2
    near = (x / rx) ** 2 + (y / ry) ** 2 + (z / max(1, rz)) ** 2 <= 1.0 + 1e-9
    for k in range(n):
        for i in range(rows):
            for j in range(columns):
                low, high = max(0, k - rz), min(n, k + rz + 1)
                cut = np.s_[low - k + rz : high - k + rz]
                around = grown[low:high, i : i + 2 * ry + 1, j : j + 2 * rx + 1]
                likeness = -0.5 * ((around - values[k, i, j]) / spread) ** 2
                weight = np.exp(likeness - 0.5 * squared[cut] / sigma_mm**2) * near[cut]
                there = np.isfinite(around)
                if np.isfinite(values[k, i, j]):
                    out[k, i, j] = (weight[there] * around[there]).sum() / weight[there].sum()
    return out


@pytest.mark.parametrize("holes", [False, True])
@pytest.mark.parametrize("spacing", [(0.8, 0.8, 2.5), (0.8, 0.5, 1.1)])
@pytest.mark.parametrize("dimension", BOTH)
def test_bilateral_is_the_sum_by_hand(dimension: Dimension, spacing: Any, holes: bool) -> None:
    image = make_image(SMALL, spacing_xyz_mm=spacing)
    image = with_holes(image) if holes else image
    expected = bilateral_by_hand(image, 1.3, 45.0, dimension is Dimension.VOLUME)
    result = bilateral(image, BilateralParams(1.3, 1.5, 30.0, dimension)).array
    assert np.array_equal(np.isnan(result), np.isnan(expected))
    np.testing.assert_allclose(result, expected, atol=0.15)  # of some 1000; OpenCV reads weights from a table


@pytest.mark.parametrize("dimension", BOTH)
def test_non_local_means_leaves_out_what_is_missing(dimension: Dimension) -> None:
    image = make_image((3, 30, 40), dtype=np.float32, rescale=Rescale())
    array = np.full((3, 30, 40), 700.0, np.float32) + np.random.default_rng(0).normal(0, 5, (3, 30, 40)).astype("f4")
    array[:, 10:20, 12:22] = np.nan
    result = non_local_means(replace(image, array=array), NonLocalMeansParams(noise=5.0, dimension=dimension)).array
    assert np.array_equal(np.isnan(result), np.isnan(array))
    assert np.nanstd(result) < 2.5
    assert abs(float(np.nanmean(result)) - 700.0) < 0.5


def test_non_local_means_is_close_to_scikit_images(shared_data: Path) -> None:
    image = ct_slab(shared_data)
    values = modality_values(image)[3]
    params = NonLocalMeansParams(1.0, 2, 4, 20.0)
    result = non_local_means(image, params).array[3]
    expected = denoise_nl_means(values, 5, 4, h=20.0, sigma=20.0, fast_mode=True, preserve_range=True)
    inner = np.s_[8:-8, 8:-8]
    # scikit-image leaves out weights under exp(-5), which matter where nothing is alike.
    difference = np.abs(result - expected)[inner]
    assert np.median(difference) < 0.2 * np.median(np.abs(values - expected)[inner])
    assert np.corrcoef((result - values)[inner].ravel(), (expected - values)[inner].ravel())[0, 1] > 0.93


@pytest.mark.parametrize("dimension", BOTH)
def test_non_local_means_is_the_sum_by_hand(dimension: Dimension) -> None:
    image = make_image(SMALL, spacing_xyz_mm=(1.0, 1.0, 2.0))
    values = modality_values(image)
    patch, reach, sigma, h = 1, 3, 20.0, 18.0
    rz = 2 if dimension is Dimension.VOLUME else 0  # 3 mm at 2 mm, rounded
    m = patch + reach
    grown = np.pad(values, [(0, 0), (m, m), (m, m)], mode="reflect")
    out = np.empty(values.shape)
    n, rows, columns = values.shape
    size = 2 * patch + 1
    for k, i, j in np.ndindex(n, rows, columns):
        own = grown[k, i + reach : i + reach + size, j + reach : j + reach + size]
        sums = weights = 0.0
        for other in range(max(0, k - rz), min(n, k + rz + 1)):
            for y, x in np.ndindex(2 * reach + 1, 2 * reach + 1):
                squared = ((grown[other, i + y : i + y + size, j + x : j + x + size] - own) ** 2).mean()
                weight = np.exp(-max(0.0, squared - 2 * sigma**2) / h**2)
                if other == k and y == x == reach:
                    weight = 1.0
                sums += weight * grown[other, i + y + patch, j + x + patch]
                weights += weight
        out[k, i, j] = sums / weights
    result = non_local_means(image, NonLocalMeansParams(h / sigma, patch, reach, sigma, dimension)).array
    np.testing.assert_allclose(result, out, atol=2e-3)


def test_whole_volume_sees_more_than_a_slice(shared_data: Path) -> None:
    image = brain(shared_data)
    noise = 10.0
    alone = non_local_means(image, NonLocalMeansParams(1.0, 1, 3, noise)).array
    together = non_local_means(image, NonLocalMeansParams(1.0, 1, 3, noise, Dimension.VOLUME)).array
    changed = np.abs(together - alone)
    assert 0 < changed.mean() < 10.0


def diffusion_by_hand(values: Any, spacing: Any, limit: float, iterations: int) -> Any:
    """Perona and Malik's equation in float64, in whole-array shifts; spacing (z, y, x), None: not along."""
    now = values.astype(np.float64)
    finest = min(s for s in spacing if s)
    squared = [(finest / s) ** 2 if s else 0.0 for s in spacing]
    step = 0.8 / (2 * sum(squared))
    for _ in range(iterations):
        change = np.zeros_like(now)
        for axis, a in enumerate(squared):
            if a:
                difference = np.diff(now, axis=axis)
                flow = a * difference * np.exp(-a * (difference / limit) ** 2)
                flow[~np.isfinite(flow)] = 0.0
                ends = [(0, 0)] * 3
                ends[axis] = (0, 1)
                change += np.pad(flow, ends)
                ends[axis] = (1, 0)
                change -= np.pad(flow, ends)
        now = now + step * change
    return now


@pytest.mark.parametrize("holes", [False, True])
@pytest.mark.parametrize("dimension", BOTH)
def test_diffusion_is_the_equation(dimension: Dimension, holes: bool) -> None:
    image = make_image((4, 90, 20))
    image = with_holes(image) if holes else image
    x, y, z = image.geometry.spacing_xyz_mm
    spacing = (z if dimension is Dimension.VOLUME else None, y, x)
    expected = diffusion_by_hand(modality_values(image), spacing, 60.0, 7)
    result = anisotropic_diffusion(image, DiffusionParams(7, 2.0, 30.0, dimension)).array
    np.testing.assert_allclose(result, expected, atol=2e-3)


def test_diffusion_keeps_edges_and_the_mean(shared_data: Path) -> None:
    image = ct_slab(shared_data)
    before = modality_values(image)
    after = anisotropic_diffusion(image, DiffusionParams(10, 3.0, 20.0)).array
    assert abs(float(after.mean()) - before.mean()) < 0.05  # what flows out of one pixel flows into another
    steep = np.hypot(ndimage.sobel(before[4], 0), ndimage.sobel(before[4], 1)) / 8
    after_steep = np.hypot(ndimage.sobel(after[4], 0), ndimage.sobel(after[4], 1)) / 8
    assert np.median(after_steep[steep > 250] / steep[steep > 250]) > 0.9
    assert np.median(after_steep[steep < 15] / np.maximum(steep[steep < 15], 0.1)) < 0.7


@pytest.mark.parametrize("dimension", BOTH)
def test_total_variation_is_scikit_images(dimension: Dimension) -> None:
    image = make_image((5, 40, 30), spacing_xyz_mm=(1.0, 1.0, 1.0))
    values = modality_values(image)
    result = total_variation(image, TotalVariationParams(1.5, 30, 20.0, dimension)).array
    if dimension is Dimension.VOLUME:
        expected = denoise_tv_chambolle(values, 30.0, eps=0, max_num_iter=30)
    else:
        expected = np.stack([denoise_tv_chambolle(plane, 30.0, eps=0, max_num_iter=30) for plane in values])
    np.testing.assert_allclose(result, expected, atol=0.02)


def test_total_variation_of_unequal_spacing_lowers_what_it_says() -> None:
    image = make_image((1, 60, 50), spacing_xyz_mm=(1.0, 2.0, 1.0))
    values = modality_values(image)[0]

    def energy(u: Any) -> float:
        gx, gy = np.diff(u, axis=1, append=u[:, -1:]), np.diff(u, axis=0, append=u[-1:]) / 2
        return float(np.hypot(gx, gy).sum() + ((u - values) ** 2).sum() / (2 * 30.0))

    smooth = [total_variation(image, TotalVariationParams(1.5, n, 20.0)).array[0].astype(float) for n in (5, 50, 400)]
    found = [energy(u) for u in (values, *smooth)]
    assert found == sorted(found, reverse=True)
    assert found[2] - found[3] < 0.01 * found[3]


@pytest.mark.parametrize("sigma", [3.0, 20.0])
def test_noise_is_found(sigma: float) -> None:
    rng = np.random.default_rng(5)
    y, x = np.mgrid[:200, :300]
    plane = (100.0 * ((x // 60) % 2) + 0.5 * y + rng.normal(0, sigma, x.shape)).astype(np.float32)
    assert noise_of_plane(plane) == pytest.approx(sigma, rel=0.05)
    assert noise_of_plane(plane) == pytest.approx(float(estimate_sigma(plane)), rel=0.15)
    assert noise_of_plane(np.full((9, 9), 5.0, np.float32)) == 0.0
    assert noise_of_plane(np.zeros((2, 9), np.float32)) == 0.0


def test_given_noise_equals_estimated_noise() -> None:
    image = make_image((1, 40, 50), spacing_xyz_mm=(0.8, 0.8, 2.5))
    noise = noise_of_plane(modality_values(image)[0].astype(np.float32))
    for operation, params in (
        (bilateral, BilateralParams),
        (non_local_means, NonLocalMeansParams),
        (anisotropic_diffusion, DiffusionParams),
        (total_variation, TotalVariationParams),
    ):
        a, b = (operation(image, params(noise=n)).array for n in (0.0, noise))
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-3)


def test_bias_field_is_that_of_a_single_run(shared_data: Path) -> None:
    image = brain(shared_data)
    signal = (modality_values(image)[1:4, 60:124, 60:124] + 1.0).astype(np.float32)
    image = replace(image, array=signal, geometry=replace(image.geometry, shape_zyx=signal.shape))
    mask = labels.binary(signal > 250, image)
    corrected = bias_field(image, BiasFieldParams(2, 7, 1e-5), labels=mask).array
    itk, where = (SimpleITK.GetImageFromArray(a) for a in (signal, mask.array))
    for part in (itk, where):
        part.SetSpacing([float(s) for s in image.geometry.spacing_xyz_mm])
    n4 = SimpleITK.N4BiasFieldCorrectionImageFilter()
    n4.SetMaximumNumberOfIterations([7, 7])
    n4.SetConvergenceThreshold(1e-5)
    expected = SimpleITK.GetArrayFromImage(n4.Execute(itk, where))
    np.testing.assert_allclose(corrected, expected, rtol=2e-3)


@pytest.mark.parametrize("dimension", BOTH)
def test_shading_is_taken_out(dimension: Dimension) -> None:
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    tissue = np.where((np.mgrid[:64, :64] // 8).sum(axis=0) % 2, 300.0, 120.0)
    shading = np.exp(0.35 * x - 0.25 * y**2)
    values = np.stack([tissue] * 3) * shading + np.random.default_rng(0).normal(0, 2, (3, 64, 64))
    image = make_image((3, 64, 64), dtype=np.float32, rescale=Rescale(), spacing_xyz_mm=(2.0, 2.0, 3.0))
    image = replace(image, array=values.astype(np.float32))
    everywhere = labels.binary(np.ones(values.shape), image)
    corrected = bias_field(image, BiasFieldParams(2, 20, 1e-4, dimension), labels=everywhere).array
    for level in (120.0, 300.0):
        where = np.broadcast_to(tissue == level, values.shape)
        spread = [float((a[where]).std() / a[where].mean()) for a in (values, corrected)]
        assert spread[1] < 0.3 * spread[0]


def test_bias_of_a_constant_image_is_nothing() -> None:
    image = replace(make_image((2, 20, 20)), array=np.full((2, 20, 20), 1300, np.int16))
    assert np.array_equal(bias_field(image, BiasFieldParams(1, 2)).array, np.full((2, 20, 20), 300.0))
