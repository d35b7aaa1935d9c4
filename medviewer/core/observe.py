"""A typed observer: who changes a value tells those who asked, in the same thread, without Qt."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Signal(Generic[T]):
    """A list of callables that are called with one value.

    Bound methods are held weakly, so that a closed view is forgotten by itself; plain functions and closures are
    held strongly. Callables run in the thread that emits, in the order of connection.
    """

    def __init__(self) -> None:
        self._slots: list[Callable[[], Callable[[T], object] | None]] = []

    def connect(self, slot: Callable[[T], object]) -> Callable[[], None]:
        """Call `slot` at each emit; returns a function that disconnects it."""
        reference: Callable[[], Callable[[T], object] | None]
        if hasattr(slot, "__self__") and hasattr(slot, "__func__"):
            reference = weakref.WeakMethod(slot)
        else:

            def reference() -> Callable[[T], object]:
                return slot

        self._slots.append(reference)

        def disconnect() -> None:
            if reference in self._slots:
                self._slots.remove(reference)

        return disconnect

    def emit(self, value: T) -> None:
        """Call every connected slot with `value`."""
        for reference in list(self._slots):
            slot = reference()
            if slot is None:
                if reference in self._slots:
                    self._slots.remove(reference)
            else:
                slot(value)
