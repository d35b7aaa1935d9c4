"""Filtered copies of a patch whose intensity and texture are features too: wavelet sub-bands and LoG."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.features.patches import Patch
from medviewer.ops.features.settings import FeatureSettings, Mode
from medviewer.ops.operation import Context

WAVELET = "coif1"
WAVELET_REACH = 8
"""Voxels around a region that the sub-bands depend on (the filter has six taps)."""

TRUNCATE = 4.0
RECURSIVE_REACH = 8.0
"""Standard deviations after which the recursive Gaussian has decayed."""


def margin_mm(settings: FeatureSettings, spacing_zyx: tuple[float, float, float]) -> float:
    """How much around a region the wanted filters need."""
    reach = RECURSIVE_REACH if settings.mode is Mode.PYRADIOMICS else TRUNCATE + 1
    voxel = max(settings.resample_mm, *spacing_zyx)
    needed = [reach * sigma for sigma in settings.sigmas_mm()]
    if settings.wavelet:
        needed.append(WAVELET_REACH * voxel)
    return max(needed, default=0.0)


def images(patch: Patch, settings: FeatureSettings, ctx: Context) -> Iterator[tuple[str, Patch]]:
    """The filtered patches with their names (``"wavelet-LLH"``, ``"log-sigma-1-0-mm-3D"``), as PyRadiomics has them.

    Missing values are replaced by the mean of the region before filtering and are missing afterwards.
    """
    inside = patch.values[patch.mask]
    known = inside[np.isfinite(inside)]
    missing = ~np.isfinite(patch.values)
    filled = np.where(missing, known.mean() if len(known) else np.float32(0), patch.values).astype(np.float32)
    for sigma in settings.sigmas_mm():
        ctx.check()
        values = laplacian_of_gaussian(filled, patch.spacing_zyx, sigma, settings.mode)
        values[missing] = np.nan
        name = f"log-sigma-{sigma:.10g}" if not float(sigma).is_integer() else f"log-sigma-{sigma:.1f}"
        yield name.replace(".", "-") + "-mm-3D", patch.with_values(values)
    if settings.wavelet:
        for band, values in wavelet_bands(filled).items():
            ctx.check()
            values[missing] = np.nan
            yield f"wavelet-{band}", patch.with_values(values)


def laplacian_of_gaussian(
    values: NDArray[np.float32], spacing_zyx: tuple[float, float, float], sigma_mm: float, mode: Mode
) -> NDArray[np.float32]:
    """The Laplacian of a Gaussian blur, in units of intensity per mm² (times sigma² in PyRadiomics mode).

    IBSI: sampled kernel cut at four sigma, mirrored edges (IBSI 2, L6PA). PyRadiomics: ITK's recursive filter,
    normalised across scales. One slice is filtered in its plane.
    """
    if mode is Mode.PYRADIOMICS and min(values.shape) >= 4:
        import SimpleITK as sitk  # noqa: N813

        source = sitk.GetImageFromArray(values)
        source.SetSpacing(spacing_zyx[::-1])
        blurred = sitk.LaplacianRecursiveGaussianImageFilter()
        blurred.SetNormalizeAcrossScale(True)
        blurred.SetSigma(sigma_mm)
        found: NDArray[np.float32] = sitk.GetArrayFromImage(blurred.Execute(source))
        return found
    from scipy import ndimage

    total = np.zeros(values.shape, dtype=np.float32)
    single = values.shape[0] == 1
    sigmas = [0.0 if single and axis == 0 else sigma_mm / s for axis, s in enumerate(spacing_zyx)]
    for axis in range(1 if single else 0, 3):
        order = [2 if a == axis else 0 for a in range(3)]
        part = ndimage.gaussian_filter(values, sigmas, order=order, mode="mirror", truncate=TRUNCATE)
        total += part / np.float32(spacing_zyx[axis] ** 2)
    return total * np.float32(sigma_mm**2) if mode is Mode.PYRADIOMICS else total


def wavelet_bands(values: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Sub-bands of one level of the stationary transform: L and H along x, y and z, in this order.

    Eight for a volume, four (LL … HH) for an image of one slice. Sizes that are odd are filled up by mirroring.
    """
    import pywt

    single = values.shape[0] == 1
    axes = (2, 1) if single else (2, 1, 0)
    pad = [(0, 0) if single and axis == 0 else (0, n % 2) for axis, n in enumerate(values.shape)]
    padded = np.pad(values, pad, mode="symmetric")
    bands = pywt.swtn(padded, WAVELET, level=1, axes=axes)[0]
    z, y, x = values.shape
    names = sorted(bands, reverse=True)  # ddd … aaa: details first, the approximation last
    return {
        name.replace("a", "L").replace("d", "H"): np.ascontiguousarray(bands[name][:z, :y, :x], dtype=np.float32)
        for name in names
    }
