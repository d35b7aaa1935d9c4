"""Projections of a slab of slices: mean, maximum, minimum, with padding left out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def project(
    block: NDArray[Any], padding: tuple[float, float] | None, mode: str
) -> tuple[NDArray[Any], tuple[float, float] | None]:
    """Projection along the first axis, padding left out."""
    if mode not in {"mean", "max", "min"}:
        raise ValueError(f"unknown projection {mode!r}")
    floating = block.dtype.kind == "f"
    if mode == "mean":
        total = np.zeros(block.shape[1:], np.float64 if block.dtype.itemsize > 2 else np.float32)
        if padding is None and not floating:
            for layer in block:
                total += layer
            return (total / len(block)).astype(np.float32), None
        count = np.zeros(block.shape[1:], np.float32)
        for layer in block:
            good = _good(layer, padding)
            total += np.where(good, layer, 0)
            count += good
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = (total / count).astype(np.float32)
        return mean, None  # NaN where all was padding
    pick = np.maximum if mode == "max" else np.minimum
    if padding is None and not floating:
        return pick.reduce(block, axis=0), None
    # Start with the first layer; a padding value gives way to whatever lies behind it.
    result = np.array(block[0])
    known = _good(result, padding)
    for layer in block[1:]:
        good = _good(layer, padding)
        result = np.where(good & known, pick(result, layer), np.where(good, layer, result))
        known |= good
    return result, padding


def _good(layer: NDArray[Any], padding: tuple[float, float] | None) -> NDArray[np.bool_]:
    good: NDArray[np.bool_] = np.isfinite(layer) if layer.dtype.kind == "f" else np.ones(layer.shape, np.bool_)
    if padding is not None:
        good &= ~((layer >= padding[0]) & (layer <= padding[1]))
    return good
