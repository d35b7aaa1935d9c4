"""Features of matrices that count things by grey level and size: run lengths, zones, dependences.

GLRLM, GLSZM, GLDZM and NGLDM share their formulas (IBSI TP0I, 9SAK, VMDZ, REK0); only names differ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GENERIC = (
    "small",
    "large",
    "low",
    "high",
    "small_low",
    "small_high",
    "large_low",
    "large_high",
    "level_nu",
    "level_nu_norm",
    "size_nu",
    "size_nu_norm",
    "percentage",
    "level_var",
    "size_var",
    "entropy",
    "energy",
)
"""Names used here; each family has its own for them, in this order."""

RUNS = (
    *("sre", "lre", "lgre", "hgre", "srlge", "srhge", "lrlge", "lrhge", "glnu", "glnu_norm", "rlnu", "rlnu_norm"),
    *("r_perc", "gl_var", "rl_var", "rl_entr"),
)
SIZE_ZONES = (
    *("sze", "lze", "lgze", "hgze", "szlge", "szhge", "lzlge", "lzhge", "glnu", "glnu_norm", "zsnu", "zsnu_norm"),
    *("z_perc", "gl_var", "zs_var", "zs_entr"),
)
DISTANCE_ZONES = (
    *("sde", "lde", "lgze", "hgze", "sdlge", "sdhge", "ldlge", "ldhge", "glnu", "glnu_norm", "zdnu", "zdnu_norm"),
    *("z_perc", "gl_var", "zd_var", "zd_entr"),
)
DEPENDENCES = (
    *("lde", "hde", "lgce", "hgce", "ldlge", "ldhge", "hdlge", "hdhge", "glnu", "glnu_norm", "dcnu", "dcnu_norm"),
    *("dc_perc", "gl_var", "dc_var", "dc_entr", "dc_energy"),
)


@dataclass(frozen=True, eq=False)
class Cells:
    """Entries of several matrices, the zeros left out.

    Attributes
    ----------
    matrix, level, size : NDArray of intp, shape (n,)
        Number of the matrix, grey level from 1, run length / zone size / distance / dependence from 1.
    count : NDArray of float64, shape (n,)
        The entry.
    n_voxels : NDArray of float64, shape (matrices,)
        Voxels of the region that each matrix was made from.
    """

    matrix: NDArray[np.intp]
    level: NDArray[np.intp]
    size: NDArray[np.intp]
    count: NDArray[np.float64]
    n_voxels: NDArray[np.float64]

    def merged(self, group: NDArray[np.intp], n_groups: int) -> Cells:
        """Matrices of the same `group` added up."""
        n_voxels = np.bincount(group, weights=self.n_voxels, minlength=n_groups).astype(np.float64, copy=False)
        return cells_of(group[self.matrix], self.level, self.size, self.count, n_voxels)

    def all_merged(self) -> Cells:
        """One matrix."""
        return self.merged(np.zeros(len(self.n_voxels), dtype=np.intp), 1)

    def features(self, names: tuple[str, ...]) -> dict[str, float]:
        """Mean over the matrices that are not empty, by the names of a family; NaN when all are empty."""
        per_matrix = self._features()
        some = np.bincount(self.matrix, weights=self.count, minlength=len(self.n_voxels)) > 0
        nan = float("nan")
        return {
            name: float(per_matrix[generic][some].mean()) if some.any() else nan
            for name, generic in zip(names, GENERIC, strict=False)
        }

    def _features(self) -> dict[str, NDArray[np.float64]]:
        """Every feature of every matrix; NaN for an empty one."""
        n_matrices = len(self.n_voxels)
        m = self.matrix
        i, j = self.level.astype(np.float64), self.size.astype(np.float64)

        def total(weights: NDArray[np.float64]) -> NDArray[np.float64]:
            summed: NDArray[np.float64] = np.bincount(m, weights=weights, minlength=n_matrices).astype(
                np.float64, copy=False
            )
            return summed

        n = total(self.count)
        with np.errstate(invalid="ignore", divide="ignore"):
            p = self.count / n[m]
            i2, j2 = i * i, j * j
            level_sums = self._marginal(self.level)
            size_sums = self._marginal(self.size)
            mean_i, mean_j = total(p * i), total(p * j)
            return {
                "small": total(p / j2),
                "large": total(p * j2),
                "low": total(p / i2),
                "high": total(p * i2),
                "small_low": total(p / (i2 * j2)),
                "small_high": total(p * i2 / j2),
                "large_low": total(p * j2 / i2),
                "large_high": total(p * i2 * j2),
                "level_nu": level_sums / n,
                "level_nu_norm": level_sums / n**2,
                "size_nu": size_sums / n,
                "size_nu_norm": size_sums / n**2,
                "percentage": n / self.n_voxels,
                "level_var": total(p * (i - mean_i[m]) ** 2),
                "size_var": total(p * (j - mean_j[m]) ** 2),
                "entropy": -total(p * np.log2(p)) + 0.0,
                "energy": total(p * p),
            }

    def _marginal(self, index: NDArray[np.intp]) -> NDArray[np.float64]:
        """Per matrix, the sum of squares of the sums over equal `index`."""
        n_matrices = len(self.n_voxels)
        if not len(index):
            return np.zeros(n_matrices)
        key, inverse = np.unique(self.matrix * (int(index.max()) + 1) + index, return_inverse=True)
        sums = np.bincount(inverse, weights=self.count)
        squares: NDArray[np.float64] = np.bincount(
            key // (int(index.max()) + 1), weights=sums * sums, minlength=n_matrices
        ).astype(np.float64, copy=False)
        return squares


def cells_of(
    matrix: NDArray[np.intp],
    level: NDArray[np.intp],
    size: NDArray[np.intp],
    count: NDArray[np.float64] | None,
    n_voxels: NDArray[np.float64],
) -> Cells:
    """Cells from entries that may occur several times; they are added up. `count` None: 1 each."""
    if not len(level):
        empty = np.zeros(0, dtype=np.intp)
        return Cells(empty, empty, empty, np.zeros(0), n_voxels)
    levels, sizes = int(level.max()) + 1, int(size.max()) + 1
    code = (matrix.astype(np.int64) * levels + level) * sizes + size
    if len(n_voxels) * levels * sizes <= max(4 * len(code), 1 << 20):
        dense = np.bincount(code, weights=count, minlength=1)
        found = np.flatnonzero(dense)
        counts = dense[found].astype(np.float64)
    else:
        found, inverse = np.unique(code, return_inverse=True)
        counts = np.bincount(inverse, weights=count).astype(np.float64)
    rest, sizes_found = np.divmod(found, sizes)
    matrices, levels_found = np.divmod(rest, levels)
    return Cells(matrices, levels_found, sizes_found, counts, n_voxels)
