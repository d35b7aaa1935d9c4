"""The typed observer: order, weak methods, disconnect while emitting."""

from __future__ import annotations

import gc

from medviewer.core.observe import Signal


def test_slots_are_called_in_order_and_disconnected_once() -> None:
    signal: Signal[int] = Signal()
    heard: list[tuple[str, int]] = []
    first = signal.connect(lambda v: heard.append(("a", v)))
    signal.connect(lambda v: heard.append(("b", v)))
    signal.emit(1)
    first()
    first()
    signal.emit(2)
    assert heard == [("a", 1), ("b", 1), ("b", 2)]


def test_methods_of_closed_views_are_forgotten() -> None:
    class Listener:
        heard: list[int] = []

        def slot(self, value: int) -> None:
            self.heard.append(value)

    signal: Signal[int] = Signal()
    listener = Listener()
    signal.connect(listener.slot)
    signal.emit(1)
    del listener
    gc.collect()
    signal.emit(2)
    assert Listener.heard == [1]


def test_a_slot_may_disconnect_itself() -> None:
    signal: Signal[int] = Signal()
    heard: list[int] = []

    def once(value: int) -> None:
        heard.append(value)
        stop()

    stop = signal.connect(once)
    signal.connect(heard.append)
    signal.emit(5)
    signal.emit(6)
    assert heard == [5, 5, 6]
