"""Large symmetric systems on grids of voxels: conjugate gradients with a multigrid of smoothed aggregates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.operation import Context

SMALL_ENOUGH = 3_000
"""So many unknowns are solved directly."""

BLOCK = 3
"""An aggregate is a block of so many voxels along each axis."""

DAMPING = 2.0 / 3.0
"""Of the Jacobi steps, for matrices whose scaled eigenvalues lie between 0 and 2."""


class GridSolver:
    """Solves ``matrix @ x = right`` for several right sides.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array, shape (n, n)
        Symmetric, diagonally dominant, with a positive diagonal: a Laplacian of a grid with some values given.
    places : NDArray of int, shape (n, axes)
        Grid index of each unknown.
    ctx : Context
        Looked at while the coarser grids are made.

    Notes
    -----
    Vaněk, Mandel and Brezina, Computing 56, 1996, with blocks of voxels as aggregates.
    """

    def __init__(self, matrix: Any, places: NDArray[Any], ctx: Context) -> None:
        from scipy import sparse
        from scipy.sparse.linalg import splu

        self._levels: list[tuple[Any, NDArray[np.float64], Any, Any]] = []
        while matrix.shape[0] > SMALL_ENOUGH:
            ctx.check()
            blocks, aggregate = np.unique(self._numbers(places // BLOCK), return_inverse=True)
            n = matrix.shape[0]
            if len(blocks) > 0.7 * n:
                break
            damped = DAMPING / matrix.diagonal()
            plain = sparse.csr_array((np.ones(n), (np.arange(n), aggregate.ravel())), shape=(n, len(blocks)))
            ctx.check()
            up = plain - sparse.diags_array(damped) @ (matrix @ plain)
            ctx.check()
            down = up.T.tocsr()
            coarse = (down @ (matrix @ up)).tocsr()
            self._levels.append((matrix, damped, up.tocsr(), down))
            first = np.zeros(len(blocks), np.intp)
            first[aggregate.ravel()] = np.arange(n)
            matrix, places = coarse, places[first] // BLOCK
        ctx.check()
        self._direct = splu(matrix.tocsc())

    @staticmethod
    def _numbers(places: NDArray[Any]) -> NDArray[np.int64]:
        """One number for each place of a grid."""
        number = np.zeros(len(places), np.int64)
        for axis in range(places.shape[1]):
            number = number * (int(places[:, axis].max()) + 1) + places[:, axis]
        return number

    def _cycle(self, level: int, right: NDArray[np.float64]) -> NDArray[np.float64]:
        if level == len(self._levels):
            solved: NDArray[np.float64] = self._direct.solve(right)
            return solved
        matrix, damped, up, down = self._levels[level]
        x = damped * right
        x += up @ self._cycle(level + 1, down @ (right - matrix @ x))
        x += damped * (right - matrix @ x)
        return x

    def solve(
        self, right: NDArray[np.float64], tolerance: float, ctx: Context, rounds_at_most: int = 200
    ) -> NDArray[np.float64]:
        """The solution, until the residual is `tolerance` of the right side.

        Raises
        ------
        Cancelled
            When `ctx` says so; looked at in each round.
        """
        if not self._levels:
            return self._cycle(0, right)
        matrix = self._levels[0][0]
        x = np.zeros_like(right)
        residual = right.copy()
        limit = tolerance * float(np.linalg.norm(right))
        direction = np.zeros_like(right)
        before = 0.0
        for _ in range(rounds_at_most):
            if float(np.linalg.norm(residual)) <= limit:
                break
            ctx.check()
            z = self._cycle(0, residual)
            now = float(residual @ z)
            direction = z + (now / before) * direction if before else z
            before = now
            image = matrix @ direction
            step = now / float(direction @ image)
            x += step * direction
            residual -= step * image
        return x
