"""A region on cubic voxels: interpolation of image and mask."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from medviewer.errors import InputError
from medviewer.ops.features.patches import Patch, mask_box
from medviewer.ops.features.settings import FeatureSettings, Interpolation, Mode

MAX_VOXELS = 400_000_000


def resampled(
    patch: Patch, starts: tuple[int, int, int], full_shape: tuple[int, ...], settings: FeatureSettings
) -> Patch:
    """A patch on cubic voxels.

    Parameters
    ----------
    starts : tuple of int
        Index (z, y, x) of the first voxel of the patch in the image.
    full_shape : tuple of int
        Shape of the image: it decides where the new grid lies.

    Notes
    -----
    IBSI: the new grid is centred on the image (manual, section 2.4), the mask is interpolated linearly and set from
    0.5 on, and intensities of whole Hounsfield units are rounded. PyRadiomics: the corner of the first voxel stays
    where it is, an axis in which the region has one voxel is left alone, the mask takes the nearest voxel.
    """
    import SimpleITK as sitk  # noqa: N813

    aligned_at_corner = settings.mode is Mode.PYRADIOMICS
    box = mask_box(patch.mask)
    new_spacing, first, count = [], [], []
    for axis in range(3):
        old, n = patch.spacing_zyx[axis], full_shape[axis]
        single = n == 1 or (aligned_at_corner and box[axis].stop - box[axis].start == 1)
        new = old if single else settings.resample_mm
        step = new / old
        if aligned_at_corner:
            origin, total = 0.5 * (step - 1), math.ceil(n / step)
        else:
            total = math.ceil(n / step - 1e-9)
            origin = (n - 1) / 2 - step * (total - 1) / 2
        low, high = starts[axis] - 0.5, starts[axis] + patch.values.shape[axis] - 0.5
        j0 = max(0, math.ceil((low - origin) / step))
        j1 = min(total - 1, math.floor((high - origin) / step))
        if j1 < j0:
            raise InputError("The region is too small for voxels of this size.", "Resample to smaller voxels.")
        new_spacing.append(new)
        first.append(origin + j0 * step - starts[axis])
        count.append(j1 - j0 + 1)
    if math.prod(count) > MAX_VOXELS:
        raise InputError("Voxels this small make the region too large.", "Resample to larger voxels.")
    kind = {
        Interpolation.NEAREST: sitk.sitkNearestNeighbor,
        Interpolation.LINEAR: sitk.sitkLinear,
        Interpolation.CUBIC: sitk.sitkBSpline,
    }[settings.interpolation]

    def run(array: NDArray[np.float32], how: int) -> NDArray[np.float32]:
        source = sitk.GetImageFromArray(array)
        source.SetSpacing(patch.spacing_zyx[::-1])
        origin = [f * s for f, s in zip(first[::-1], patch.spacing_zyx[::-1], strict=True)]
        identity = sitk.Transform(3, sitk.sitkIdentity)
        out = sitk.Resample(
            source, count[::-1], identity, how, origin, new_spacing[::-1], source.GetDirection(), 0.0,
            sitk.sitkFloat32,
        )  # fmt: skip
        found: NDArray[np.float32] = sitk.GetArrayFromImage(out)
        return found

    missing = ~np.isfinite(patch.values)
    some = bool(missing.any())
    # A missing value would spoil all that a spline touches; what it was near to is marked missing afterwards.
    values = run(np.where(missing, np.float32(0), patch.values) if some else patch.values, kind)
    if some:
        values[run(missing.astype(np.float32), sitk.sitkLinear) > 1e-6] = np.nan
    if aligned_at_corner:
        mask = run(patch.mask.astype(np.float32), sitk.sitkNearestNeighbor) > 0.5
        if patch.whole_numbers:  # PyRadiomics writes into the type of the image, and ITK cuts the fraction off
            values = np.trunc(values)
    else:
        mask = run(patch.mask.astype(np.float32), sitk.sitkLinear) >= 0.5 - 1e-6
        if patch.whole_numbers and patch.unit == "HU":
            values = np.rint(values)
    z, y, x = new_spacing
    return replace(patch, values=values, mask=mask, spacing_zyx=(z, y, x))
