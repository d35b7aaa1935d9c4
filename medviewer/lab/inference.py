"""A network applied to an image, slice by slice and in strips: progress, cancel, numpy in and out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.lab import runtime

PIXELS_AT_ONCE = 1 << 19
"""Of a strip: keeps one block of a network under 100 ms on one core, and its memory under a few tens of MB."""


class Context(Protocol):
    """Cancel and progress."""

    def check(self) -> None:
        """Raise Cancelled when the work should stop."""

    def progress(self, fraction: float, text: str = "") -> None:
        """Say how far the work is (0..1)."""


class Network(Protocol):
    """A network as a chain of blocks; after each one the job looks whether it was cancelled.

    Attributes
    ----------
    blocks : sequence of modules
        Each maps a float32 tensor (1, 1, rows, columns) to one of the same shape.
    reach_px : int
        How far an output pixel depends on input pixels around it.
    """

    @property
    def blocks(self) -> Sequence[Any]:
        """The chain."""

    @property
    def reach_px(self) -> int:
        """Radius of the receptive field."""


def strips(rows: int, columns: int, reach_px: int, pixels: int = PIXELS_AT_ONCE) -> list[tuple[int, int]]:
    """Row ranges that with `reach_px` more rows on both sides hold about `pixels` pixels each."""
    height = max(1, reach_px, pixels // max(1, columns) - 2 * reach_px)
    return [(y, min(rows, y + height)) for y in range(0, rows, height)]


def run_slicewise(build: Callable[[], Network], image: Image, ctx: Context, text: str = "") -> NDArray[np.float32]:
    """Apply a network to every slice of a grey image.

    Parameters
    ----------
    build : callable
        Makes the network; called in this thread, after torch is there.
    image : Image
        Grey; modality values go in, padding as NaN.
    ctx : Context
        Looked at after each block of each strip, told of each slice.
    text : str
        Shown beside the progress.

    Returns
    -------
    NDArray of float32, shape (z, y, x)
    """
    ctx.progress(0.0, text)
    n, rows, columns = image.array.shape
    out = np.empty((n, rows, columns), dtype=np.float32)
    with runtime.inference() as torch:
        network = build()
        reach = network.reach_px
        for k in range(n):
            values = np.ascontiguousarray(image.modality_slice(k))
            for low, high in strips(rows, columns, reach):
                first, end = max(0, low - reach), min(rows, high + reach)
                x = torch.from_numpy(values[first:end])[None, None]
                for block in network.blocks:
                    ctx.check()
                    x = block(x)
                out[k, low:high] = x[0, 0, low - first : high - first].numpy()
            ctx.progress((k + 1) / n, text)
    return out
