"""Memory that is used again from frame to frame.

A frame needs several arrays of a few megabytes each. Fresh ones come from the system page by page, and clearing the
pages costs more than the work done in them; these stay with their thread.
"""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

_KEPT_BYTES = 64 << 20


class Scratch(threading.local):
    """Named blocks of memory, one set for each thread.

    An array from `take` is valid until the same name is taken again in the same thread; its contents are whatever
    was there. It must not leave the call that took it.
    """

    def __init__(self) -> None:
        self._blocks: dict[str, NDArray[np.uint8]] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """An array of this shape and type; larger ones than 64 MiB are not kept."""
        kind = np.dtype(dtype)
        size = math.prod(shape) * kind.itemsize
        block = self._blocks.get(name)
        if block is None or block.size < size:
            block = np.empty(size, np.uint8)
            if size <= _KEPT_BYTES:
                self._blocks[name] = block
        return block[:size].view(kind).reshape(shape)


SCRATCH = Scratch()
