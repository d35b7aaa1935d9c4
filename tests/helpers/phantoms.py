"""Small images with known values, for tests of operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource


def make_image(
    shape: tuple[int, int, int] = (5, 24, 32),
    *,
    dtype: Any = np.int16,
    spacing_xyz_mm: tuple[float, float, float] = (0.8, 0.6, 2.5),
    seed: int = 1,
    **changes: Any,
) -> Image:
    """Noise and a bright box on a slope, stored as `dtype`; modality = stored - 1000 by default."""
    rng = np.random.default_rng(seed)
    z, y, x = np.mgrid[: shape[0], : shape[1], : shape[2]]
    values = 500.0 + 3.0 * x + 2.0 * y + 5.0 * z + rng.normal(0.0, 20.0, shape)
    values[:, shape[1] // 3 : shape[1] // 2, shape[2] // 3 : shape[2] // 2] += 400.0
    if np.dtype(dtype).kind in "iu":
        limits = np.iinfo(dtype)
        values = np.clip(values / (8 if limits.max < 256 else 1), limits.min, limits.max).round()
    array = values.astype(dtype)
    given: dict[str, Any] = {
        "geometry": Geometry(shape, (-10.0, 20.0, 30.0), spacing_xyz_mm=spacing_xyz_mm),
        "rescale": Rescale((1.0,), (-1000.0,)),
        "unit": "HU",
        "facts": Facts(modality="CT", spacing_source=SpacingSource.PATIENT, has_patient_position=True),
    }
    return Image(array, **(given | changes))


def modality_values(image: Image) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Modality values of the whole image in float64, padding as NaN, by the definition in PS3.3 C.11.1."""
    slopes = np.asarray(image.rescale.slopes, dtype=np.float64).reshape(-1, 1, 1)
    intercepts = np.asarray(image.rescale.intercepts, dtype=np.float64).reshape(-1, 1, 1)
    stored = image.array.astype(np.float64)
    values = stored * slopes + intercepts
    if image.padding is not None:
        values[(stored >= image.padding[0]) & (stored <= image.padding[1])] = np.nan
    return values
