from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
import skimage.feature
import skimage.filters
from scipy import ndimage

from medviewer.core.image import Facts, Rescale, SpacingSource
from medviewer.errors import InputError
from medviewer.ops.canny import CannyParams, canny
from medviewer.ops.derivatives import derivative_kernel
from medviewer.ops.edges import EdgeParams, laplacian, scharr, sobel
from medviewer.ops.ridge import RidgeParams, Tone, ridge, tube_likeness
from medviewer.ops.sharpen import LaplacianOfGaussianParams, UnsharpParams, laplacian_of_gaussian, unsharp
from medviewer.ops.volume_grid import Dimension
from tests.helpers.phantoms import make_image, modality_values
from tests.unit.ops.real_images import brain, ct_slab

BOTH = list(Dimension)


def axes(dimension: Dimension) -> list[tuple[int, float]]:
    """Array axes that take part and their spacing (0.8, 0.6, 2.5 mm)."""
    return [(1, 0.6), (2, 0.8)] + ([(0, 2.5)] if dimension is Dimension.VOLUME else [])


@pytest.mark.parametrize("dimension", BOTH)
@pytest.mark.parametrize(("operation", "weights"), [(sobel, [1, 2, 1]), (scharr, [3, 10, 3])])
def test_gradients_are_scipys_per_mm(operation: Any, weights: list[float], dimension: Dimension) -> None:
    image = make_image(rescale=Rescale((-2.0,), (7.0,)))
    values = modality_values(image)
    smooth = np.asarray(weights) / sum(weights)
    squared = np.zeros(values.shape)
    for axis, spacing in axes(dimension):
        part = ndimage.correlate1d(values, [-0.5 / spacing, 0, 0.5 / spacing], axis, mode="nearest")
        for other, _ in axes(dimension):
            if other != axis:
                part = ndimage.correlate1d(part, smooth, other, mode="nearest")
        squared += part**2
    result = operation(image, EdgeParams(dimension))
    np.testing.assert_allclose(result.array, np.sqrt(squared), rtol=1e-4, atol=1e-2)
    assert result.unit == "HU/mm"
    assert not result.facts.unit_trusted


def test_a_ramp_has_its_slope_in_every_direction() -> None:
    z, y, x = np.mgrid[:6, :20, :20]
    ramp = 3.0 * x * 0.8 - 4.0 * y * 0.6 + 12.0 * z * 2.5
    image = replace(make_image((6, 20, 20), dtype=np.float32, rescale=Rescale()), array=ramp.astype(np.float32))
    inner = np.s_[1:-1, 1:-1, 1:-1]
    for operation in (sobel, scharr):
        np.testing.assert_allclose(operation(image).array[inner], 5.0, rtol=1e-4)
        np.testing.assert_allclose(operation(image, EdgeParams(Dimension.VOLUME)).array[inner], 13.0, rtol=1e-4)
    for dimension in BOTH:
        np.testing.assert_allclose(laplacian(image, EdgeParams(dimension)).array[inner], 0.0, atol=1e-2)


@pytest.mark.parametrize("dimension", BOTH)
def test_laplacian_is_scipys(dimension: Dimension) -> None:
    image = make_image()
    values = modality_values(image)
    expected = sum(
        ndimage.correlate1d(values, np.array([1, -2, 1]) / spacing**2, axis, mode="nearest")
        for axis, spacing in axes(dimension)
    )
    np.testing.assert_allclose(laplacian(image, EdgeParams(dimension)).array, expected, rtol=1e-4, atol=0.05)


def test_sobel_of_real_ct_is_scikit_images(shared_data: Path) -> None:
    image = ct_slab(shared_data)
    spacing = image.geometry.spacing_xyz_mm[0]
    for k in (0, 5):
        expected = skimage.filters.sobel(modality_values(image)[k], mode="nearest") / np.sqrt(2) / spacing
        np.testing.assert_allclose(sobel(image).array[k], expected, rtol=1e-4, atol=0.01)


def test_padding_draws_no_edge() -> None:
    image = make_image((2, 20, 20), padding=(-2000, -2000), rescale=Rescale())
    stored = np.full((2, 20, 20), 70, np.int16)
    stored[:, :, :8] = -2000
    image = replace(image, array=stored)
    for operation in (sobel, scharr, laplacian, laplacian_of_gaussian):
        found = operation(image).array
        assert np.nanmax(np.abs(found)) < 1e-3
        assert np.isnan(found[:, :, :8]).all()
    assert canny(image).is_empty


def test_without_spacing_per_pixel() -> None:
    image = make_image((1, 9, 9), spacing_xyz_mm=(1.0, 1.0, 1.0), facts=Facts(spacing_source=SpacingSource.NONE))
    assert sobel(image).unit == "HU/px"
    assert laplacian(image).unit == "HU/px²"


@pytest.mark.parametrize("sigma", [0.05, 0.3, 0.7, 1.0, 2.5, 9.0])
def test_derivative_kernels_are_right_on_polynomials(sigma: float) -> None:
    for order, expected in ((0, (1, 0)), (1, (0, 1)), (2, (0, 0, 2))):
        kernel = derivative_kernel(sigma, order).astype(np.float64)
        x = np.arange(len(kernel)) - len(kernel) // 2
        for power, moment in enumerate(expected):
            assert (kernel * x**power).sum() == pytest.approx(moment, abs=1e-4)


@pytest.mark.parametrize("dimension", BOTH)
@pytest.mark.parametrize("sigma_mm", [2.0, 4.0])
def test_laplacian_of_gaussian_is_scipys(sigma_mm: float, dimension: Dimension) -> None:
    image = make_image((9, 40, 36), spacing_xyz_mm=(0.8, 0.6, 1.1))
    values = modality_values(image)
    sigma = [sigma_mm / 1.1, sigma_mm / 0.6, sigma_mm / 0.8]
    expected = np.zeros(values.shape)
    used = [0, 1, 2] if dimension is Dimension.VOLUME else [1, 2]
    for axis in used:
        order = [2 if a == axis else 0 for a in range(3)]
        part = ndimage.gaussian_filter(
            values - values.mean(), [s if a in used else 0 for a, s in enumerate(sigma)], order, mode="nearest"
        )
        expected += part * sigma[axis] ** 2
    result = laplacian_of_gaussian(image, LaplacianOfGaussianParams(sigma_mm, True, dimension)).array
    np.testing.assert_allclose(result, expected, atol=0.005 * np.ptp(expected))
    plain = laplacian_of_gaussian(image, LaplacianOfGaussianParams(sigma_mm, False, dimension))
    np.testing.assert_allclose(plain.array * sigma_mm**2, result, rtol=1e-4, atol=1e-3)
    assert plain.unit == "HU/mm²"


def test_a_disc_answers_most_at_its_own_sigma() -> None:
    y, x = np.mgrid[-40:41, -40:41]
    disc = 100.0 * (np.hypot(x, y) <= 14.14)
    image = make_image((1, 81, 81), dtype=np.float32, rescale=Rescale(), spacing_xyz_mm=(0.5, 0.5, 1.0))
    image = replace(image, array=disc[None].astype(np.float32))
    radius_mm = 7.07
    answers = {
        s: laplacian_of_gaussian(image, LaplacianOfGaussianParams(s)).array[0, 40, 40]
        for s in (3.0, radius_mm / np.sqrt(2), 7.0)
    }
    assert min(answers, key=lambda s: answers[s]) == pytest.approx(radius_mm / np.sqrt(2))


@pytest.mark.parametrize("dimension", BOTH)
def test_unsharp_adds_what_the_blur_takes(dimension: Dimension) -> None:
    image = make_image()
    values = modality_values(image)
    sigma = (1.5 / 2.5 if dimension is Dimension.VOLUME else 0, 1.5 / 0.6, 1.5 / 0.8)
    expected = values + 0.7 * (values - ndimage.gaussian_filter(values, sigma, mode="nearest"))
    np.testing.assert_allclose(unsharp(image, UnsharpParams(1.5, 0.7, dimension)).array, expected, atol=0.01)


def test_canny_finds_what_scikit_image_finds(shared_data: Path) -> None:
    image = ct_slab(shared_data)
    spacing = image.geometry.spacing_xyz_mm[0]
    ours = canny(image, CannyParams(1.5, 60.0, 0.4)).array[4] != 0
    plane = modality_values(image)[4]
    theirs = skimage.feature.canny(
        plane, 1.5 / spacing, 0.4 * 60.0 * spacing * 8, 60.0 * spacing * 8, mode="nearest"
    )  # scikit-image's Sobel is eight times as large
    near_theirs, near_ours = (ndimage.binary_dilation(e, iterations=1) for e in (theirs, ours))
    assert 500 < ours.sum() < 20_000
    assert (ours & near_theirs).sum() > 0.9 * ours.sum()
    assert (theirs & near_ours).sum() > 0.9 * theirs.sum()


def test_canny_of_a_ball_is_its_surface() -> None:
    z, y, x = np.mgrid[-20:21, -30:31, -30:31]
    distance = np.sqrt((z * 1.5) ** 2 + y**2 + x**2)
    values = 400.0 * (distance <= 18) + np.random.default_rng(1).normal(0, 5, distance.shape)
    image = make_image((41, 61, 61), dtype=np.float32, rescale=Rescale(), spacing_xyz_mm=(1.0, 1.0, 1.5))
    image = replace(image, array=values.astype(np.float32))
    edge = canny(image, CannyParams(1.5, 40.0, 0.4, Dimension.VOLUME)).array != 0
    assert np.abs(distance[edge] - 18).max() < 1.6
    area_mm2 = 4 * np.pi * 18**2
    assert 0.4 * area_mm2 < edge.sum() < 1.5 * area_mm2  # one voxel thick
    itk = SimpleITK.GetImageFromArray(image.array)
    itk.SetSpacing((1.0, 1.0, 1.5))
    theirs = SimpleITK.GetArrayFromImage(SimpleITK.CannyEdgeDetection(itk, 16.0, 40.0, [2.25] * 3)) != 0
    assert (edge & ndimage.binary_dilation(theirs, np.ones((3, 3, 3)))).sum() > 0.95 * edge.sum()


def test_canny_thresholds_are_per_mm() -> None:
    x = np.mgrid[:40, :40][1]
    image = make_image((1, 40, 40), dtype=np.float32, rescale=Rescale(), spacing_xyz_mm=(0.5, 0.5, 1.0))
    image = replace(image, array=(100.0 * (x >= 20))[None].astype(np.float32))
    assert canny(image, CannyParams(0.0, 99.0)).array.sum() == 40  # 100 over two pixels of 0.5 mm
    assert canny(image, CannyParams(0.0, 101.0)).is_empty


def frangi_by_hand(values: Any, sigma_px: list[float], c: float) -> Any:
    """Frangi's measure of bright lines or tubes at one scale, eigenvalues by LAPACK."""
    n = values.ndim
    hessian = np.empty((*values.shape, n, n))
    for i in range(n):
        for j in range(n):
            order = [(a == i) + (a == j) for a in range(n)]
            part = ndimage.gaussian_filter(values, sigma_px, order, mode="nearest")
            hessian[..., i, j] = part * sigma_px[i] * sigma_px[j]
    eigen = np.linalg.eigvalsh(hessian)
    eigen = np.take_along_axis(eigen, np.argsort(np.abs(eigen), axis=-1), axis=-1)
    squared = (eigen**2).sum(axis=-1)
    with np.errstate(all="ignore"):
        if n == 2:
            likeness = np.exp(-((eigen[..., 0] / eigen[..., 1]) ** 2) / 0.5)
        else:
            a, b = eigen[..., 1] / eigen[..., 2], eigen[..., 0] ** 2 / np.abs(eigen[..., 1] * eigen[..., 2])
            likeness = (1 - np.exp(-(a**2) / 0.5)) * np.exp(-b / 0.5)
    likeness[(eigen[..., 1:] >= 0).any(axis=-1)] = 0
    return likeness * (1 - np.exp(-squared / (2 * c * c)))


def test_ridges_of_a_slice_and_a_volume_by_hand(shared_data: Path) -> None:
    image = brain(shared_data)
    image = replace(image, array=image.array[:, 60:140, 60:150])
    image = replace(image, geometry=replace(image.geometry, shape_zyx=image.array.shape))
    x, y, _ = (3.0 / s for s in image.geometry.spacing_xyz_mm)
    values = modality_values(image)
    params = RidgeParams(Tone.BRIGHT, 3.0, 3.0, 1, 50.0)
    expected = frangi_by_hand(values[2], [y, x], 50.0)
    result = ridge(image, params).array[2]
    # Where an eigenvalue passes through zero the measure jumps: single pixels differ by a rounding of the kernels.
    assert np.percentile(np.abs(result - expected), 99.5) < 0.02
    cubic = replace(image, geometry=replace(image.geometry, spacing_xyz_mm=(1.0, 1.0, 1.5)))
    expected = frangi_by_hand(values, [2.0, 3.0, 3.0], 50.0)
    result = ridge(cubic, replace(params, dimension=Dimension.VOLUME)).array
    assert np.abs(result - expected).mean() < 0.005
    assert np.corrcoef(result.ravel(), expected.ravel())[0, 1] > 0.999


def test_eigenvalues_of_tubes_plates_and_blobs() -> None:
    kinds = {"tube": (0, 5, 5), "plate": (0, 0, 5), "blob": (5, 5, 5), "dark tube": (0, -5, -5), "flat": (0, 0, 0)}
    rng = np.random.default_rng(0)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    found = {}
    for name, values in kinds.items():
        h = (turn @ np.diag(values).astype(float) @ turn.T).astype(np.float32)
        parts = [np.full((1, 1), h[i, j]) for i, j in ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))]
        found[name] = float(tube_likeness(*parts)[0][0, 0])
    assert found["tube"] == pytest.approx(1 - np.exp(-2), rel=1e-3)
    assert found["blob"] == pytest.approx((1 - np.exp(-2)) * np.exp(-2), rel=1e-3)
    assert found["plate"] < 1e-3
    assert found["dark tube"] == found["flat"] == 0.0


def test_vessels_stand_out_at_their_radius_and_tone() -> None:
    y, x = np.mgrid[-60:61, -60:61]
    line = np.exp(-0.5 * ((x + 0.4 * y) / 4.0) ** 2) * 300.0
    image = make_image((1, 121, 121), dtype=np.float32, rescale=Rescale(), spacing_xyz_mm=(0.5, 0.5, 1.0))
    bright = replace(image, array=line[None].astype(np.float32))
    dark = replace(image, array=-line[None].astype(np.float32))
    for subject, tone in ((bright, Tone.BRIGHT), (dark, Tone.DARK)):
        found = ridge(subject, RidgeParams(tone)).array[0]
        assert found[60, 60] > 0.8
        assert found[60, 100] < 0.05
    # Between the ridges' flanks a line of the other tone is found, but far fainter than the line itself.
    assert ridge(bright, RidgeParams(Tone.DARK)).array[0, 60, 60] == 0.0
    theirs = skimage.filters.frangi(line, [2.0, 3.5, 6.0], black_ridges=False)
    ours = ridge(bright, RidgeParams()).array[0]
    inner = np.s_[15:-15, 15:-15]
    assert (
        np.corrcoef(ours[inner].ravel(), theirs[inner].ravel())[0, 1] > 0.75
    )  # scikit-image weighs scales otherwise


def test_radii_out_of_order_are_told() -> None:
    with pytest.raises(InputError, match="largest radius"):
        ridge(make_image(), RidgeParams(smallest_mm=3.0, largest_mm=1.0))
