"""Grey levels of a region as one padded, flat array: a neighbour is a constant offset away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Direction = tuple[int, int, int]

DIRECTIONS_2D: tuple[Direction, ...] = ((0, 0, 1), (0, 1, -1), (0, 1, 0), (0, 1, 1))
"""Four of the eight neighbours in a slice (dz, dy, dx); the others are opposite."""

DIRECTIONS_3D: tuple[Direction, ...] = (
    *DIRECTIONS_2D,
    *((1, dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)),
)
"""Thirteen of the 26 neighbours; the others are opposite."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """Grey levels of a region, padded by one voxel of 0 on every side.

    Attributes
    ----------
    levels : NDArray of uint8 or uint16, shape (z + 2, y + 2, x + 2)
        1 to `n_levels` in the region, 0 outside. C-contiguous.
    n_levels : int
        Number of grey levels, those that do not occur included.
    """

    levels: NDArray[Any]
    n_levels: int

    @classmethod
    def of(cls, levels: NDArray[Any], n_levels: int) -> Lattice:
        """From levels of the region's box, integers (z, y, x) with 0 outside the region."""
        kind = np.uint8 if n_levels <= 255 else np.uint16
        padded = np.zeros([n + 2 for n in levels.shape], dtype=kind)
        padded[1:-1, 1:-1, 1:-1] = levels
        return cls(padded, n_levels)

    @cached_property
    def flat(self) -> NDArray[Any]:
        """All voxels in memory order."""
        return self.levels.reshape(-1)

    @property
    def n_slices(self) -> int:
        """Slices of the box, without padding."""
        return int(self.levels.shape[0]) - 2

    @property
    def slice_size(self) -> int:
        """Voxels of a padded slice."""
        return int(self.levels.shape[1] * self.levels.shape[2])

    def slice_of(self, index: NDArray[np.intp]) -> NDArray[np.intp]:
        """Number of the slice (from 0, without padding) of flat indices."""
        return index // self.slice_size - 1

    def offset(self, direction: Direction) -> int:
        """Distance of the neighbour in memory; positive for every direction above."""
        dz, dy, dx = direction
        return dz * self.slice_size + dy * int(self.levels.shape[2]) + dx

    @cached_property
    def voxels_per_slice(self) -> NDArray[np.intp]:
        """Number of voxels of the region in each slice of the box."""
        inner = self.levels[1:-1]
        counts: NDArray[np.intp] = np.count_nonzero(inner.reshape(inner.shape[0], -1), axis=1)
        return counts

    @cached_property
    def n_voxels(self) -> int:
        """Number of voxels of the region."""
        return int(self.voxels_per_slice.sum())

    @cached_property
    def level_counts(self) -> NDArray[np.int64]:
        """Voxels of each level, index 0 for level 1."""
        return np.bincount(self.flat, minlength=self.n_levels + 1)[1:].astype(np.int64)

    def slice_flat(self, k: int) -> NDArray[Any]:
        """The voxels of one slice of the box in memory order, padded in the slice."""
        flat: NDArray[Any] = self.levels[k + 1].reshape(-1)
        return flat

    @cached_property
    def in_planes(self) -> NDArray[Any]:
        """All slices below each other as one image, rows of 0 between them; the same memory."""
        return self.levels.reshape(-1, self.levels.shape[2])
