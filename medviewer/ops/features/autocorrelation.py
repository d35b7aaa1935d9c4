"""Moran's I and Geary's C (IBSI N365, NPT7): sums over all pairs of voxels, by Fourier transform.

With weights w = 1/distance, both are made of Σ w x_i x_j, Σ w x_i² and Σ w over all pairs. Each is the value at 0 of
a convolution with the kernel 1/distance, so that it follows from the spectra without a loop over pairs: n log n
instead of n².
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.features.regions import Region

SINGLE_FROM = 2_000_000
"""From so many voxels of the padded box on, float32 is used: its error of 1e-6 is far below the tolerance of 1e-3."""


MAX_BOX = 27_000_000
"""Boxes of more voxels (300³) are refused: the spectra would take more than a gigabyte."""


def too_large(region: Region) -> bool:
    """Whether the box of a region is larger than the transforms allow."""
    return region.mask.size > MAX_BOX


def features(region: Region) -> dict[str, float]:
    """``morph_moran_i`` and ``morph_geary_c``; NaN for one voxel, for one intensity and for a box above `MAX_BOX`."""
    names = ("morph_moran_i", "morph_geary_c")
    if too_large(region):
        return dict.fromkeys(names, float("nan"))
    values = region.intensities()
    n = len(values)
    centred = values - values.mean() if n else values
    spread = float(centred @ centred)
    if n < 2 or values.min() == values.max():
        return dict.fromkeys(names, float("nan"))
    scale = (spread / n) ** 0.5
    field = np.zeros(region.mask.shape)
    field[region.mask] = centred / scale
    products, squares, weights = pair_sums(field, region.mask, region.spacing_zyx)
    moran = n / weights * products / n
    geary = (n - 1) / (2 * weights) * (2 * squares - 2 * products) / n
    return dict(zip(names, (float(moran), float(geary)), strict=True))


def pair_sums(
    field: NDArray[np.float64], mask: NDArray[np.bool_], spacing_zyx: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Σ w x_i x_j, Σ w x_i² and Σ w over ordered pairs of different voxels of `mask`, w = 1/distance.

    Parameters
    ----------
    field : NDArray of float64, shape (z, y, x)
        Values, 0 outside the mask.
    """
    from scipy import fft

    shape = [fft.next_fast_len(2 * n - 1 + (n > 1), real=True) if n > 1 else 1 for n in field.shape]
    shape = [n + n % 2 if n > 1 else 1 for n in shape]  # even: the half kernel mirrors exactly
    kind = np.float32 if np.prod(shape) > SINGLE_FROM else np.float64
    kernel = _kernel_spectrum(shape, spacing_zyx, kind)
    signals = [field, mask, field * field]
    rows = [fft.rfft(signal.astype(kind), shape[2], axis=2, workers=2) for signal in signals]
    fold_z, fold_y = (np.minimum(np.arange(n), n - np.arange(n)) for n in shape[:2])
    # Columns of the spectrum do not depend on each other: a few at a time stay in the cache.
    width = max(1, BLOCK // (shape[0] * shape[1]))
    buffers = [np.empty((shape[0], shape[1], width), dtype=rows[0].dtype) for _ in signals]
    products = squares = weights = 0.0
    for start in range(0, kernel.shape[2], width):
        part = slice(start, min(start + width, kernel.shape[2]))
        x, inside, x2 = (_columns(row[:, :, part], buffer) for row, buffer in zip(rows, buffers, strict=True))
        w = kernel[:, :, part][fold_z][:, fold_y]
        # Of a real signal half of the spectrum is stored: the inner columns stand for two.
        first, last = part.start == 0, shape[2] % 2 == 0 and part.stop == kernel.shape[2]
        w *= 2
        if first:
            w[:, :, 0] /= 2
        if last and kernel.shape[2] > 1:
            w[:, :, -1] /= 2
        products += _inner(w, x, x)
        weights += _inner(w, inside, inside)
        squares += _inner(w, x2, inside)
    total = float(np.prod(shape, dtype=np.float64))
    return products / total, squares / total, weights / total


BLOCK = 1 << 19
"""Entries of a spectrum that are worked on at a time (4 MB)."""


def _columns(rows: NDArray[np.complexfloating], buffer: NDArray[np.complexfloating]) -> NDArray[np.complexfloating]:
    """Transform over z and y, padded with zeros to the shape of the buffer; what is known to be 0 is left out."""
    from scipy import fft

    z, y, n = rows.shape
    block = buffer[:, :, :n]
    block[:z, :y] = rows
    block[:z, y:] = 0
    block[z:] = 0
    if buffer.shape[1] > 1:
        block[:z] = fft.fft(block[:z], axis=1, workers=2, overwrite_x=True)
    if buffer.shape[0] > 1:
        block[...] = fft.fft(block, axis=0, workers=2, overwrite_x=True)
    return block


def _inner(w: NDArray[np.floating], a: NDArray[np.complexfloating], b: NDArray[np.complexfloating]) -> float:
    """Σ w Re(a conj b), in double precision from slice to slice."""
    real = a.real * b.real
    real += a.imag * b.imag
    real *= w
    return float(real.sum(axis=(1, 2)).sum(dtype=np.float64))


def _kernel_spectrum(
    shape: list[int], spacing_zyx: tuple[float, float, float], kind: type[np.floating]
) -> NDArray[np.floating]:
    """Spectrum of 1/distance on a circular grid; real and even in every axis, so one octant tells all (DCT-I)."""
    from scipy import fft

    half = [n // 2 + 1 for n in shape]
    z, y, x = (np.arange(n) * step for n, step in zip(half, spacing_zyx, strict=True))
    square = (z * z)[:, None, None] + (y * y)[:, None] + x * x
    square[0, 0, 0] = 1.0
    weights: NDArray[np.floating] = (1 / np.sqrt(square)).astype(kind)
    weights[0, 0, 0] = 0.0
    for axis in range(3):
        if shape[axis] > 1:
            weights = fft.dct(weights, type=1, axis=axis, workers=2)
    return weights
