"""Where marks lie on the grid of an image."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.marks import Mark


def rasterise(marks: Sequence[Mark], image: Image) -> NDArray[np.int32]:
    """Where marks lie on the grid of an image.

    A stroke marks every voxel that its line passes, and those whose centre lies within the radius, in its own slice
    for a stack of slices far apart. Later marks cover earlier ones.

    Returns
    -------
    NDArray of int32, shape (z, y, x)
        ``label + 1`` where a mark is, so that background (0) can be told from unmarked; 0 elsewhere.
    """
    out = np.zeros(image.geometry.shape_zyx, dtype=np.int32)
    spacing = np.asarray(image.geometry.spacing_xyz_mm)
    shape_xyz = np.asarray(image.geometry.shape_zyx[::-1])
    for mark in marks:
        at = image.geometry.index(np.asarray(mark.points_mm, dtype=np.float64).reshape(-1, 3))
        at = _along(at)
        if mark.radius_mm <= 0:
            nearest = np.rint(at).astype(np.intp)
            inside = ((nearest >= 0) & (nearest < shape_xyz)).all(axis=1)
            x, y, z = nearest[inside].T
            out[z, y, x] = mark.label + 1
            continue
        reach = mark.radius_mm / spacing
        for centre in at:
            low = np.maximum(np.ceil(centre - reach), 0).astype(np.intp)
            high = np.minimum(np.floor(centre + reach), shape_xyz - 1).astype(np.intp)
            if (low > high).any():  # thinner than the voxels: the one it lies in
                low = high = np.rint(centre).astype(np.intp)
                if (low < 0).any() or (low >= shape_xyz).any():
                    continue
            axes = [
                ((np.arange(a, b + 1) - c) * s) ** 2 for a, b, c, s in zip(low, high, centre, spacing, strict=True)
            ]
            near = axes[2][:, None, None] + axes[1][None, :, None] + axes[0][None, None, :] <= mark.radius_mm**2
            part = out[low[2] : high[2] + 1, low[1] : high[1] + 1, low[0] : high[0] + 1]
            part[near] = mark.label + 1
            x, y, z = np.clip(np.rint(centre), 0, shape_xyz - 1).astype(np.intp)
            out[z, y, x] = mark.label + 1
    return out


def _along(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points so close together that no voxel between them is passed over (index coordinates)."""
    pieces = [points[:1]]
    for a, b in itertools.pairwise(points):
        steps = max(1, int(np.ceil(np.abs(b - a).max())))
        pieces.append(a + (b - a) * (np.arange(1, steps + 1) / steps)[:, None])
    return np.concatenate(pieces)
