"""Images and masks that several tests use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, SpacingSource

MM = Facts(spacing_source=SpacingSource.FILE)


def image_of(array: NDArray[Any], spacing_xyz: tuple[float, float, float] = (1.0, 1.0, 1.0), unit: str = "") -> Image:
    z, y, x = array.shape[:3]
    return Image(array, Geometry((z, y, x), spacing_xyz_mm=spacing_xyz), facts=MM, unit=unit)


def blob(shape: tuple[int, int, int] = (9, 14, 12), seed: int = 3) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """Smooth noise and an irregular mask with a hole in it."""
    from scipy import ndimage

    rng = np.random.default_rng(seed)
    field = ndimage.gaussian_filter(rng.normal(size=shape), 1.0)
    values = np.rint(field / np.abs(field).max() * 300).astype(np.int16)
    at = [np.linspace(-1, 1, n) for n in shape]
    radius = at[0][:, None, None] ** 2 + at[1][:, None] ** 2 + at[2] ** 2
    mask = (radius < 0.8) & (rng.random(shape) < 0.9) & (radius > 0.02)
    return values, mask


def brain1(shared_data: Path) -> tuple[Image, NDArray[np.bool_]]:
    """PyRadiomics' sample, read by SimpleITK."""
    import SimpleITK as sitk

    folder = shared_data / "volumes" / "pyradiomics"
    source = sitk.ReadImage(str(folder / "brain1_image.nrrd"))
    mask = sitk.GetArrayFromImage(sitk.ReadImage(str(folder / "brain1_label.nrrd"))) == 1
    return image_of(sitk.GetArrayFromImage(source), source.GetSpacing()), mask
