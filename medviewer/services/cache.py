"""One byte-bounded cache for everything that can be made again, least recently used out first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


def size_of(value: object) -> int:
    """Bytes a value holds: arrays (their own buffers), bytes, and sequences of these; 64 for anything else."""
    nbytes = getattr(value, "nbytes", None)
    if isinstance(nbytes, int):
        return nbytes + 128
    if isinstance(value, (bytes, bytearray, str)):
        return len(value) + 64
    if isinstance(value, (tuple, list)):
        return 64 + sum(size_of(item) for item in value)
    if isinstance(value, dict):
        return 64 + sum(size_of(item) for item in value.values())
    array = getattr(value, "array", None)  # core.image.Image
    return 64 if array is None else size_of(array)


class ByteCache:
    """Values by content key, within a budget. Thread safe.

    A key says what the value is (content), so a value is never wrong, only gone. A value larger than the whole
    budget is not kept.

    Parameters
    ----------
    budget_bytes : int
        Upper bound of the sum of sizes.
    """

    def __init__(self, budget_bytes: int) -> None:
        self._budget_bytes = budget_bytes
        self._values: OrderedDict[Hashable, tuple[Any, int, Callable[[Any], object] | None]] = OrderedDict()
        self._size_bytes = 0
        self._pinned: dict[Hashable, int] = {}
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    @property
    def size_bytes(self) -> int:
        """Sum of the sizes of what is kept."""
        return self._size_bytes

    @property
    def budget_bytes(self) -> int:
        """The upper bound."""
        return self._budget_bytes

    @budget_bytes.setter
    def budget_bytes(self, budget_bytes: int) -> None:
        with self._lock:
            self._budget_bytes = budget_bytes
        self._shrink()

    def get(self, key: Hashable) -> Any | None:
        """The value, marked as just used; None when it is not there."""
        with self._lock:
            entry = self._values.get(key)
            if entry is None:
                return None
            self._values.move_to_end(key)
            return entry[0]

    def put(
        self,
        key: Hashable,
        value: object,
        size_bytes: int | None = None,
        evicted: Callable[[Any], object] | None = None,
    ) -> bool:
        """Keep a value.

        Parameters
        ----------
        size_bytes : int, optional
            Its size; measured by `size_of` when not given.
        evicted : callable, optional
            Called with the value when it is thrown out for lack of room (not by `discard`).

        Returns
        -------
        bool
            False when it is larger than the budget and was not kept.
        """
        size = size_of(value) if size_bytes is None else size_bytes
        with self._lock:
            self.discard(key)
            if size > self._budget_bytes:
                return False
            self._values[key] = (value, size, evicted)
            self._size_bytes += size
        self._shrink()
        return True

    def make(self, key: Hashable, build: Callable[[], T]) -> T:
        """The value; built and kept when it is not there. Two threads may build the same one at the same time."""
        value = self.get(key)
        if value is None:
            value = build()
            self.put(key, value)
        return value

    def pin(self, key: Hashable) -> None:
        """Keep what is on screen from being thrown out; pins are counted."""
        with self._lock:
            self._pinned[key] = self._pinned.get(key, 0) + 1

    def unpin(self, key: Hashable) -> None:
        """Take one pin back."""
        with self._lock:
            left = self._pinned.get(key, 0) - 1
            if left > 0:
                self._pinned[key] = left
            else:
                self._pinned.pop(key, None)
        self._shrink()

    def discard(self, key: Hashable) -> None:
        """Throw a value out, if it is there."""
        with self._lock:
            entry = self._values.pop(key, None)
            if entry is not None:
                self._size_bytes -= entry[1]

    def discard_where(self, wanted: Callable[[Hashable], bool]) -> None:
        """Throw out every value whose key `wanted` accepts."""
        with self._lock:
            for key in [key for key in self._values if wanted(key)]:
                self.discard(key)

    def clear(self) -> None:
        """Throw everything out."""
        with self._lock:
            self._values.clear()
            self._size_bytes = 0

    def _shrink(self) -> None:
        gone: list[tuple[Callable[[Any], object], Any]] = []
        with self._lock:
            if self._size_bytes <= self._budget_bytes:
                return
            for key in list(self._values):
                if self._size_bytes <= self._budget_bytes:
                    break
                if key in self._pinned:
                    continue
                value, size, evicted = self._values.pop(key)
                self._size_bytes -= size
                if evicted is not None:
                    gone.append((evicted, value))
        for evicted, value in gone:
            evicted(value)
