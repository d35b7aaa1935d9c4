"""The one bridge between workers and the window: lanes of long-lived QThreads, outcomes by one queued signal."""

from __future__ import annotations

import atexit
import ctypes
import weakref
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from medviewer.services.executors import LaneQueue, Lanes, Order, Task

TURN_S = 0.008
"""The longest that outcomes are handed over in one turn of the event loop; the rest waits for the next turn."""


class Bridge(QObject):
    """Lives in the window's thread; carries the workers' ring to it."""

    woken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._deliver: Callable[[float | None], bool] | None = None
        # The rest of a turn goes through a timer of 0 ms and not through another queued signal: posted events are
        # handled before input is looked at, and a flood of outcomes would starve the mouse.
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(0)
        self._rest.timeout.connect(self._turn)
        self.woken.connect(self._turn, Qt.ConnectionType.QueuedConnection)

    def bind(self, deliver: Callable[[float | None], bool]) -> None:
        """Take the scheduler's `deliver`."""
        self._deliver = deliver

    @Slot()
    def _turn(self) -> None:
        if self._deliver is None:
            return
        # Should a callback raise, the scheduler has rung again and the rest comes with that signal.
        if self._deliver(TURN_S):
            self._rest.start()

    def release(self) -> None:
        """Deliver nothing more."""
        self._deliver = None
        self._rest.stop()


class _LaneThread(QThread):
    def __init__(self, queue: LaneQueue) -> None:
        super().__init__()
        self._queue = queue

    def run(self) -> None:
        self._queue.work()


class QThreadExecutor:
    """Runs the window's jobs: one or more threads per lane, started when the lane is first used.

    Made in the window's thread; outcomes are delivered there.
    """

    def __init__(self, cores: int | None = None) -> None:
        self._bridge = Bridge()
        self._lanes: Lanes[_LaneThread] = Lanes(_started, _ended, cores)
        # A QThread that is destroyed while running ends the process: stop the lanes even when nobody else does.
        atexit.register(_close_at_exit, weakref.ref(self))

    def bind(self, deliver: Callable[[float | None], bool]) -> None:
        self._bridge.bind(deliver)

    def enqueue(self, lane: str, order: Order, task: Task) -> None:
        self._lanes.enqueue(lane, order, task)

    def wake(self) -> None:
        if not self._lanes.closed:
            self._bridge.woken.emit()

    @property
    def thread_count(self) -> int:
        """Number of worker threads that run."""
        return sum(thread.isRunning() for thread in self._lanes.workers)

    @property
    def is_closed(self) -> bool:
        """Whether it was shut down."""
        return self._lanes.closed

    def shutdown(self, timeout_s: float) -> bool:
        late = self._lanes.shutdown(timeout_s)
        for thread in late:
            # Never terminated: native code may hold locks. The object is made immortal, for its destruction while
            # the thread still runs would end the process with a message box instead of quietly.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(thread))
        self._bridge.release()
        return not late


def _started(queue: LaneQueue, name: str) -> _LaneThread:
    thread = _LaneThread(queue)
    thread.setObjectName(name)
    thread.start()
    return thread


def _ended(thread: _LaneThread, timeout_s: float) -> bool:
    return thread.wait(round(1000 * timeout_s))


def _close_at_exit(reference: weakref.ref[QThreadExecutor]) -> None:
    executor = reference()
    if executor is not None and not executor.is_closed:
        executor.shutdown(2.0)
