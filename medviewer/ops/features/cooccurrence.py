"""Grey level co-occurrence matrices (IBSI LFYI; Haralick 1973) at distance 1, symmetric."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.features.identifiers import Aggregation
from medviewer.ops.features.lattice import DIRECTIONS_2D, DIRECTIONS_3D, Lattice
from medviewer.ops.operation import Context

EXACT_IN_FLOAT32 = 1 << 24
"""OpenCV counts in float32: a longer array is counted in pieces."""

ENTRIES_AT_ONCE = 4_000_000
"""Matrices are turned into features in groups of about so many entries (32 MB)."""


def pair_counts(first: NDArray[Any], second: NDArray[Any], n_levels: int) -> NDArray[np.float64]:
    """How often level i stands beside level j, in one order; float64 (n_levels, n_levels).

    Pairs with level 0 (outside the region) are left out.
    """
    side = n_levels + 1
    if first.dtype == np.uint8 and n_levels <= 255:
        import cv2

        counts = np.zeros((side, side), dtype=np.float64)
        for start in range(0, first.size, EXACT_IN_FLOAT32 - 1):
            part = slice(start, start + EXACT_IN_FLOAT32 - 1)
            images = [first[part].reshape(1, -1), second[part].reshape(1, -1)]
            counts += cv2.calcHist(images, [0, 1], None, [side, side], [0, side, 0, side])
        return counts[1:, 1:]
    both = (first > 0) & (second > 0)
    code = first[both].astype(np.int64) * side + second[both]
    return np.bincount(code, minlength=side * side).reshape(side, side)[1:, 1:].astype(np.float64)


def volume_matrices(lattice: Lattice, ctx: Context) -> NDArray[np.float64]:
    """One matrix per direction over the volume, not yet symmetric; (13, n, n)."""
    flat = lattice.flat
    found = np.zeros((len(DIRECTIONS_3D), lattice.n_levels, lattice.n_levels))
    for n, direction in enumerate(DIRECTIONS_3D):
        ctx.check()
        offset = lattice.offset(direction)
        found[n] = pair_counts(flat[:-offset], flat[offset:], lattice.n_levels)
    return found


def features(lattice: Lattice, aggregations: tuple[Aggregation, ...], ctx: Context) -> dict[str, float]:
    """The 25 features of each aggregation, by tag with suffix (``"cm_contrast_3D_avg"``).

    NaN where a feature is not defined: no pair of neighbours in the region, or one grey level only.
    """
    result: dict[str, float] = {}
    if any(a.space == "3D" for a in aggregations):
        volume = volume_matrices(lattice, ctx)
        for a in aggregations:
            if a is Aggregation.VOLUME_AVERAGED:
                result |= _suffixed(_mean_features(volume, lattice.n_levels), a)
            elif a is Aggregation.VOLUME_MERGED:
                result |= _suffixed(_mean_features(volume.sum(axis=0, keepdims=True), lattice.n_levels), a)
    if any(a.space != "3D" for a in aggregations):
        result |= _slice_features(lattice, aggregations, ctx)
    return result


def _slice_features(lattice: Lattice, aggregations: tuple[Aggregation, ...], ctx: Context) -> dict[str, float]:
    """The aggregations of slices; their matrices are made slice by slice and never all held."""
    n = lattice.n_levels
    per_direction = np.zeros((len(DIRECTIONS_2D), n, n))
    averaged: list[dict[str, NDArray[np.float64]]] = []
    merged: list[dict[str, NDArray[np.float64]]] = []
    width = int(lattice.levels.shape[2])
    group = max(1, ENTRIES_AT_ONCE // max(1, len(DIRECTIONS_2D) * n * n))
    waiting: list[NDArray[np.float64]] = []

    def turn() -> None:
        if not waiting:
            return
        block = np.stack(waiting)
        waiting.clear()
        if Aggregation.SLICES_AVERAGED in aggregations:
            averaged.append(matrix_features(block.reshape(-1, n, n)))
        if Aggregation.SLICES_MERGED in aggregations:
            merged.append(matrix_features(block.sum(axis=1)))

    for k in range(lattice.n_slices):
        if not lattice.voxels_per_slice[k]:
            continue
        ctx.check()
        flat = lattice.slice_flat(k)
        block = np.zeros((len(DIRECTIONS_2D), n, n))
        for d, (_, dy, dx) in enumerate(DIRECTIONS_2D):
            offset = dy * width + dx
            block[d] = pair_counts(flat[:-offset], flat[offset:], n)
        per_direction += block
        waiting.append(block)
        if len(waiting) >= group:
            turn()
    turn()
    result: dict[str, float] = {}
    for a in aggregations:
        if a is Aggregation.SLICES_AVERAGED:
            result |= _suffixed(_mean(_joined(averaged)), a)
        elif a is Aggregation.SLICES_MERGED:
            result |= _suffixed(_mean(_joined(merged)), a)
        elif a is Aggregation.DIRECTIONS_MERGED:
            result |= _suffixed(_mean_features(per_direction, n), a)
        elif a is Aggregation.ALL_2D_MERGED:
            result |= _suffixed(_mean_features(per_direction.sum(axis=0, keepdims=True), n), a)
    return result


def _mean_features(counts: NDArray[np.float64], n_levels: int) -> dict[str, float]:
    group = max(1, ENTRIES_AT_ONCE // max(1, n_levels * n_levels))
    parts = [matrix_features(counts[start : start + group]) for start in range(0, len(counts), group)]
    return _mean(_joined(parts))


def _joined(parts: list[dict[str, NDArray[np.float64]]]) -> dict[str, NDArray[np.float64]]:
    if not parts:
        return {}
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def _mean(values: dict[str, NDArray[np.float64]]) -> dict[str, float]:
    return {key: float(v.mean()) if v.size else float("nan") for key, v in values.items()}


def _suffixed(values: dict[str, float], aggregation: Aggregation) -> dict[str, float]:
    return {f"cm_{key}_{aggregation.value}": value for key, value in values.items()}


def matrix_features(counts: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """The features of each matrix that is not empty.

    Parameters
    ----------
    counts : NDArray, shape (m, n, n)
        Pairs in one order; the matrices are made symmetric here.

    Returns
    -------
    dict of str to NDArray, shape (matrices that are not empty,)
        By IBSI tag without prefix. The sums over i + j and |i - j| carry all but four of them, so that each matrix
        is gone through only a few times.
    """
    p = counts + counts.transpose(0, 2, 1)
    total = p.sum(axis=(1, 2))
    p = p[total > 0] / total[total > 0][:, None, None]
    n = p.shape[1]
    level = np.arange(1, n + 1, dtype=np.float64)
    across, along = _diagonals(p)
    k = np.arange(n, dtype=np.float64)
    s = np.arange(2, 2 * n + 1, dtype=np.float64)
    px = p.sum(axis=1)
    mean = px @ level
    variance = (px * (level - mean[:, None]) ** 2).sum(axis=1)
    entropy = _entropy(p.reshape(len(p), n * n))
    diff_mean = across @ k
    contrast = across @ k**2
    sum_mean = along @ s
    centred = s - sum_mean[:, None]
    sum_var = (along * centred**2).sum(axis=1)
    hx = _entropy(px)
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.where(variance > 0, (sum_var - contrast) / (4 * variance), np.nan)
        # Of a symmetric matrix both marginal entropies are equal, and HXY1 = HXY2 = 2 HX.
        info_1 = np.where(hx > 0, (entropy - 2 * hx) / hx, np.nan)
    info_2 = np.sqrt(np.maximum(0.0, 1 - np.exp(-2 * (2 * hx - entropy))))
    inverse_k2 = np.zeros(n)
    inverse_k2[1:] = 1 / k[1:] ** 2
    return {
        "joint_max": p.max(axis=(1, 2), initial=0.0),
        "joint_avg": mean,
        "joint_var": variance,
        "joint_entr": entropy,
        "diff_avg": diff_mean,
        "diff_var": (across * (k - diff_mean[:, None]) ** 2).sum(axis=1),
        "diff_entr": _entropy(across),
        "sum_avg": sum_mean,
        "sum_var": sum_var,
        "sum_entr": _entropy(along),
        "energy": np.einsum("mij,mij->m", p, p),
        "contrast": contrast,
        "dissimilarity": diff_mean,
        "inv_diff": across @ (1 / (1 + k)),
        "inv_diff_norm": across @ (1 / (1 + k / n)),
        "inv_diff_mom": across @ (1 / (1 + k**2)),
        "inv_diff_mom_norm": across @ (1 / (1 + (k / n) ** 2)),
        "inv_var": across @ inverse_k2,
        "corr": correlation,
        "auto_corr": (along @ s**2 - contrast) / 4,
        "clust_tend": sum_var,
        "clust_shade": (along * centred**3).sum(axis=1),
        "clust_prom": (along * centred**4).sum(axis=1),
        "info_corr1": info_1,
        "info_corr2": info_2,
    }


def _diagonals(p: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums over equal |i - j| (m, n) and over equal i + j (m, 2n - 1)."""
    m, n, _ = p.shape
    i, j = np.indices((n, n)).reshape(2, -1)
    flat = p.reshape(m, n * n)
    return _grouped(flat, np.abs(i - j), n), _grouped(flat, i + j, 2 * n - 1)


def _grouped(flat: NDArray[np.float64], group: NDArray[np.intp], n_groups: int) -> NDArray[np.float64]:
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(n_groups))
    sums: NDArray[np.float64] = (
        np.add.reduceat(flat[:, order], starts, axis=1) if len(flat) else np.zeros((0, n_groups))
    )
    return sums


def _entropy(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """-Σ p log2 p over the last axis; 0 log 0 is 0."""
    safe = np.where(p > 0, p, 1.0)
    total: NDArray[np.float64] = -np.einsum("mi,mi->m", p, np.log2(safe))
    return total + 0.0
