"""Which slices of a series are read next."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

BEHIND = 2.0
"""A slice behind the direction of scrolling counts as so many times farther away."""


class ReadingOrder:
    """Which slices come next: by distance from the visible one, those ahead of the scrolling hand first."""

    def __init__(self, count: int) -> None:
        self._open = np.ones(count, dtype=bool)
        self._left = count
        self._focus = count // 2
        self._direction = 0
        self._lock = threading.Lock()

    def focus(self, k: int, direction: int = 0) -> None:
        """The slice on screen, and where the hand moves: -1, 0 (unknown) or 1."""
        with self._lock:
            self._focus = k
            self._direction = direction

    @property
    def left(self) -> int:
        """Slices that nobody has taken yet."""
        return self._left

    def take(self, count: int) -> list[int]:
        """The next `count` slices (fewer at the end), nearest first; no other caller gets them."""
        with self._lock:
            candidates = np.flatnonzero(self._open)
            if not len(candidates):
                return []
            distance = (candidates - self._focus).astype(np.float64)
            if self._direction:
                distance *= self._direction
                distance = np.where(distance >= 0, distance, -BEHIND * distance)
            else:
                distance = np.abs(distance)
            count = min(count, len(candidates))
            nearest = np.argpartition(distance, count - 1)[:count]
            taken = candidates[nearest[np.argsort(distance[nearest], kind="stable")]]
            self._open[taken] = False
            self._left -= len(taken)
            return [int(k) for k in taken]

    def take_these(self, ks: Sequence[int]) -> list[int]:
        """Those of `ks` that nobody has taken yet; no other caller gets them."""
        with self._lock:
            taken = [k for k in ks if self._open[k]]
            self._open[taken] = False
            self._left -= len(taken)
            return taken

    def give_back(self, ks: Sequence[int]) -> None:
        """Slices that were taken and not read."""
        with self._lock:
            for k in ks:
                if not self._open[k]:
                    self._open[k] = True
                    self._left += 1
