"""Wavelet sub-bands and Laplacian of Gaussian of a region."""

from __future__ import annotations

import numpy as np
import pytest
import pywt
from scipy import ndimage

from medviewer.core.labels import binary
from medviewer.ops.features import FeatureSettings, Mode, extract
from medviewer.ops.features.filtered import images, laplacian_of_gaussian, wavelet_bands
from medviewer.ops.features.regions import cut
from medviewer.ops.operation import QuietContext
from tests.unit.ops.features.samples import blob, image_of


def test_letters_stand_for_x_y_z() -> None:
    """A stripe pattern along one axis is in the band that is high there and low elsewhere, and only in that."""
    stripes = np.where(np.arange(16) % 2, 10.0, -10.0).astype(np.float32)
    for axis, band in ((2, "HLL"), (1, "LHL"), (0, "LLH")):
        shape = [1, 1, 1]
        shape[axis] = 16
        found = wavelet_bands(np.broadcast_to(stripes.reshape(shape), (16, 16, 16)).astype(np.float32))
        strength = {name: float(np.abs(values).max()) for name, values in found.items()}
        assert max(strength, key=lambda name: strength[name]) == band
        assert all(v < 1e-3 for name, v in strength.items() if name != band)


def test_bands_are_the_filters_of_the_wavelet() -> None:
    """Each band as separable circular convolution with the two filters, written out with scipy."""
    values = np.random.default_rng(0).normal(size=(8, 10, 12)).astype(np.float32)
    found = wavelet_bands(values)
    wavelet = pywt.Wavelet("coif1")
    filters = {"L": np.array(wavelet.dec_lo), "H": np.array(wavelet.dec_hi)}
    assert len(found) == 8
    for name, band in found.items():
        expected = values.astype(np.float64)
        for letter, axis in zip(name, (2, 1, 0), strict=True):
            expected = ndimage.convolve1d(expected, filters[letter], axis=axis, mode="wrap", origin=-1)
        shifts = [np.abs(np.roll(expected, (s, s, s), (0, 1, 2)) - band).max() for s in range(-3, 4)]
        assert min(shifts) < 1e-5, name


def test_one_slice_has_four_bands_and_odd_sizes_keep_their_shape() -> None:
    found = wavelet_bands(np.ones((1, 7, 9), dtype=np.float32))
    assert sorted(found) == ["HH", "HL", "LH", "LL"]
    assert all(band.shape == (1, 7, 9) for band in found.values())
    np.testing.assert_allclose(found["LL"], 2.0, rtol=1e-5)


def test_laplacian_against_scipy_and_calculus() -> None:
    """IBSI: scipy's own filter. Both: the Laplacian of a blurred Gaussian blob, known in closed form."""
    values = np.random.default_rng(1).normal(size=(12, 14, 16)).astype(np.float32)
    found = laplacian_of_gaussian(values, (1.0, 1.0, 1.0), 1.5, Mode.IBSI)
    np.testing.assert_allclose(found, ndimage.gaussian_laplace(values, 1.5, mode="mirror"), atol=1e-5)
    spacing, s, width = (1.5, 1.0, 0.8), 2.0, 3.0
    z, y, x = (np.arange(-n, n + 1) * step for n, step in zip((14, 20, 25), spacing, strict=True))
    r2 = z[:, None, None] ** 2 + y[:, None] ** 2 + x**2
    blurred = width**2 + s**2
    expected = (width**2 / blurred) ** 1.5 * np.exp(-r2 / (2 * blurred)) * (r2 / blurred - 3) / blurred
    source = np.exp(-r2 / (2 * width**2)).astype(np.float32)
    for mode, factor in ((Mode.IBSI, 1.0), (Mode.PYRADIOMICS, s**2)):
        found = laplacian_of_gaussian(source, spacing, s, mode)
        centre = np.s_[8:-8, 10:-10, 12:-12]
        np.testing.assert_allclose(
            found[centre], factor * expected[centre], atol=0.01 * factor * np.abs(expected).max()
        )


def test_the_margin_is_wide_enough() -> None:
    """The filtered region is the same whether the image is cut or filtered as a whole."""
    values = np.random.default_rng(2).normal(size=(60, 60, 60)).astype(np.float32) * 100
    mask = np.zeros(values.shape, dtype=bool)
    mask[27:33, 26:34, 25:35] = True
    settings = FeatureSettings(wavelet=True, log_sigmas_mm="1.5")
    from medviewer.ops.features.filtered import margin_mm

    part = cut(image_of(values), mask, settings, margin_mm(settings, (1.0, 1.0, 1.0)), QuietContext())
    assert part.values.size < values.size / 2
    whole = cut(image_of(values), mask, settings, 100.0, QuietContext())
    for (name, small), (other, large) in zip(
        images(part, settings, QuietContext()), images(whole, settings, QuietContext()), strict=True
    ):
        assert name == other
        np.testing.assert_allclose(small.values[small.mask], large.values[large.mask], atol=1e-3)


@pytest.mark.parametrize("mode", list(Mode))
def test_the_range_is_held_against_the_image_only(mode: Mode) -> None:
    values, mask = blob()
    image = image_of(values)
    settings = FeatureSettings(mode=mode, wavelet=True, limit_range=True, range_low=0, range_high=300)
    row = extract(image, binary(mask, image), settings).row(0)
    key = "wavelet-HHH_1GSF" if mode is Mode.IBSI else "wavelet-HHH_firstorder_Minimum"
    lowest = row[key]
    assert isinstance(lowest, float)
    assert lowest < 0
