"""Where jobs run: inline and by hand for tests, on plain threads for the command line. The window has its own.

An executor runs tasks in named lanes and brings the scheduler's `deliver` to one thread, the owner's. Lanes are
long-lived workers that block on a heap protected by a condition: no polling, no sleeping.
"""

from __future__ import annotations

import heapq
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

Order = tuple[int, int]
"""Smaller runs first: priority class, then age (newest first where the latest wins)."""

Task = Callable[[], None]


class Executor(Protocol):
    """What the scheduler needs of whoever runs its work."""

    def bind(self, deliver: Callable[[float | None], bool]) -> None:
        """Take the function that hands outcomes over; it must only ever be called in the owner's thread.

        ``deliver(budget_s)`` works for about `budget_s` seconds (None: until nothing is left) and returns whether
        something is left.
        """

    def enqueue(self, lane: str, order: Order, task: Task) -> None:
        """Run `task` in `lane` when its turn comes. Called from any thread."""

    def wake(self) -> None:
        """Have `deliver` called soon in the owner's thread. Called from any thread."""

    def shutdown(self, timeout_s: float) -> bool:
        """Finish what is queued, stop the workers; False when some were still busy after `timeout_s`."""


def lane_width(lane: str, cores: int | None = None) -> int:
    """Number of workers of a lane.

    Raises
    ------
    ValueError
        For a lane that does not exist: a typing mistake must not make a lane of its own.
    """
    cores = cores or os.cpu_count() or 1
    if lane == "view":
        return 1 if cores <= 2 else 2
    if lane == "compute":
        return max(1, cores - 1)
    if lane == "io":
        return 2
    if lane == "process":
        return 1  # a thread that waits for the process of `processes.ProcessLane`
    if lane.startswith("torch:") and len(lane) > len("torch:"):
        return 1  # one job at a time per device: memory and thread pools are the device's
    raise ValueError(f"no such lane: {lane!r}")


class LaneQueue:
    """A heap that workers block on."""

    def __init__(self) -> None:
        self._heap: list[tuple[Order, int, Task]] = []
        self._ready = threading.Condition()
        self._closed = False
        self._count = 0

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, order: Order, task: Task) -> None:
        """Add a task. A closed queue still takes it: a job that must not be lost may follow one that is running."""
        with self._ready:
            self._count += 1
            heapq.heappush(self._heap, (order, self._count, task))
            self._ready.notify()

    def pop(self) -> Task | None:
        """The next task; blocks while there is none; None when the queue is closed and empty."""
        with self._ready:
            while not self._heap and not self._closed:
                self._ready.wait()
            return heapq.heappop(self._heap)[2] if self._heap else None

    def close(self) -> None:
        """Let the workers go when nothing is queued any more."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()

    def work(self) -> None:
        """Run tasks until the queue is closed and empty (the body of a worker)."""
        while True:
            task = self.pop()
            if task is None:
                return
            task()
            del task  # an idle worker keeps no closure, and so no array, alive


class InlineExecutor:
    """Runs each task at once, in the caller's thread. For tests and one-shot commands.

    A task that is submitted by a task runs when that one has ended: a chain of any length needs no deep stack.
    """

    def __init__(self) -> None:
        self._deliver: Callable[[float | None], bool] | None = None
        self._waiting: deque[Task] = deque()
        self._running = False

    def bind(self, deliver: Callable[[float | None], bool]) -> None:
        self._deliver = deliver

    def enqueue(self, lane: str, order: Order, task: Task) -> None:
        lane_width(lane)
        self._waiting.append(task)
        if self._running:
            return
        self._running = True
        try:
            while self._waiting:
                self._waiting.popleft()()
        finally:
            self._running = False

    def wake(self) -> None:
        if self._deliver is not None:
            self._deliver(None)

    def shutdown(self, timeout_s: float) -> bool:
        return True


class ManualExecutor:
    """Runs a task when a test says so, and delivers when it says so: any interleaving can be played."""

    def __init__(self) -> None:
        self._deliver: Callable[[float | None], bool] | None = None
        self._heap: list[tuple[Order, int, str, Task]] = []
        self._count = 0
        self.wakes = 0

    def bind(self, deliver: Callable[[float | None], bool]) -> None:
        self._deliver = deliver

    def enqueue(self, lane: str, order: Order, task: Task) -> None:
        lane_width(lane)
        self._count += 1
        heapq.heappush(self._heap, (order, self._count, lane, task))

    def wake(self) -> None:
        self.wakes += 1

    def shutdown(self, timeout_s: float) -> bool:
        self.run_all()
        return True

    @property
    def waiting(self) -> int:
        """Number of tasks not yet run (those of cancelled jobs included: they do nothing)."""
        return len(self._heap)

    def run_next(self, lane: str = "") -> bool:
        """Run the next task (of a lane), without delivering; False when there is none."""
        for entry in sorted(self._heap, key=lambda e: e[:2]):
            if not lane or entry[2] == lane:
                self._heap.remove(entry)
                heapq.heapify(self._heap)
                entry[3]()
                return True
        return False

    def run_all(self) -> int:
        """Run all tasks, those that arise meanwhile included, without delivering; how many there were."""
        n = 0
        while self.run_next():
            n += 1
        return n

    def deliver(self, budget_s: float | None = None) -> bool:
        """Hand over what has come in; whether something is left."""
        return self._deliver(budget_s) if self._deliver is not None else False

    def settle(self) -> None:
        """Run and deliver until nothing is left to do."""
        while True:
            ran = self.run_all()
            self.deliver()
            if not ran and not self._heap:
                return


class ThreadExecutor:
    """Plain threads, for the command line and headless use. Outcomes are handed over in `pump`."""

    def __init__(self, cores: int | None = None) -> None:
        self._cores = cores
        self._deliver: Callable[[float | None], bool] | None = None
        self._lanes: dict[str, LaneQueue] = {}
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._closed = False

    def bind(self, deliver: Callable[[float | None], bool]) -> None:
        self._deliver = deliver

    def enqueue(self, lane: str, order: Order, task: Task) -> None:
        with self._lock:
            queue = self._lanes.get(lane)
            if queue is None:
                queue = self._open_lane(lane)
        queue.push(order, task)

    def _open_lane(self, lane: str) -> LaneQueue:
        width = lane_width(lane, self._cores)
        queue = self._lanes[lane] = LaneQueue()
        if self._closed:
            queue.close()
            return queue
        for n in range(width):
            thread = threading.Thread(target=queue.work, name=f"lane {lane} {n}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return queue

    def wake(self) -> None:
        self._woken.set()

    def pump(self, timeout_s: float | None = None) -> bool:
        """Wait until something has come in, and deliver it in this thread; False when the time ran out."""
        if not self._woken.wait(timeout_s):
            return False
        self._woken.clear()
        if self._deliver is not None:
            self._deliver(None)
        return True

    def shutdown(self, timeout_s: float) -> bool:
        with self._lock:
            self._closed = True
            queues = list(self._lanes.values())
        for queue in queues:
            queue.close()
        end = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)
