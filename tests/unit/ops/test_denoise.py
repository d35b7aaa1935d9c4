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
    near = (squared <= (2 * sigma_mm) ** 2) | (np.abs(x) + np.abs(y) + np.abs(z) == 1)
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
    # scikit-image leaves out weights under exp(-5)
    difference = np.abs(result - expected)[inner]
    assert np.percentile(difference, 99) < 6.0
    assert difference.mean() < 0.03 * np.abs(values - expected)[inner].mean() + 1.0


def test_whole_volume_sees_more_than_a_slice(shared_data: Path) -> None:
    image = brain(shared_data)
    noise = 10.0
    alone = non_local_means(image, NonLocalMeansParams(1.0, 1, 3, noise)).array
    together = non_local_means(image, NonLocalMeansParams(1.0, 1, 3, noise, Dimension.VOLUME)).array
    changed = np.abs(together - alone)
    assert 0 < changed.mean() < 10.0


def diffusion_by_hand(values: Any, spacing: Any, limit: float, iterations: int) -> Any:
    """Perona and Malik's equation in float64, with whole-array shifts; axes as `spacing` (z, y, x), None: not along."""
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

    found = [energy(values)]
    for iterations in (5, 50, 400):
        found.append(
            energy(total_variation(image, TotalVariationParams(1.5, iterations, 20.0)).array[0].astype(float))
        )
    assert found == sorted(found, reverse=True)
    assert found[2] - found[3] < 0.002 * found[3]


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


def test_bias_field_is_that_of_a_single_run_and_flattens(shared_data: Path) -> None:
    image = brain(shared_data)
    y, x = np.mgrid[-1:1:256j, -1:1:256j]
    shading = np.exp(0.4 * x - 0.3 * y**2)
    signal = modality_values(image) + 1.0
    shaded = replace(image, array=(signal * shading).astype(np.float32))
    inside = signal > 250
    mask = labels.binary(inside, shaded)
    params = BiasFieldParams(2, 10, 1e-4)
    corrected = bias_field(shaded, params, labels=mask).array

    itk = SimpleITK.GetImageFromArray(shaded.array)
    itk.SetSpacing([float(s) for s in image.geometry.spacing_xyz_mm])
    where = SimpleITK.GetImageFromArray(mask.array)
    where.CopyInformation(itk)
    n4 = SimpleITK.N4BiasFieldCorrectionImageFilter()
    n4.SetMaximumNumberOfIterations([10, 10])
    n4.SetConvergenceThreshold(1e-4)
    n4.Execute(SimpleITK.Shrink(itk, [2, 2, 1]), SimpleITK.Shrink(where, [2, 2, 1]))
    field = np.exp(SimpleITK.GetArrayFromImage(n4.GetLogBiasFieldAsImage(itk)))
    expected = shaded.array / field
    # A constant factor of the field is arbitrary; ours comes from a coarser grid.
    ratio = (corrected / expected)[inside]
    assert ratio.std() / ratio.mean() < 0.02
    left = np.log((corrected / signal)[inside])
    assert left.std() < 0.5 * np.log(np.broadcast_to(shading, signal.shape)[inside]).std()


def test_bias_of_a_constant_image_is_nothing() -> None:
    image = replace(make_image((2, 20, 20)), array=np.full((2, 20, 20), 1300, np.int16))
    assert np.array_equal(bias_field(image, BiasFieldParams(1, 2)).array, np.full((2, 20, 20), 300.0))
