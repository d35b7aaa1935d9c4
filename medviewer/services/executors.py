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
from typing import Generic, Protocol, TypeVar

Order = tuple[int, int]
"""Smaller runs first: priority class, then age (newest first where the latest wins)."""

Task = Callable[[], None]

Worker = TypeVar("Worker")
"""The kind of thread an executor uses."""


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


class Lanes(Generic[Worker]):
    """The queues of an executor by lane, each with its workers, started when the lane is first used.

    Parameters
    ----------
    start : callable
        ``start(queue, name)`` starts a worker that runs ``queue.work`` and returns it.
    ended : callable
        ``ended(worker, timeout_s)`` waits for a worker; whether it has ended.
    cores : int, optional
        See `lane_width`.
    """

    def __init__(
        self,
        start: Callable[[LaneQueue, str], Worker],
        ended: Callable[[Worker, float], bool],
        cores: int | None = None,
    ) -> None:
        self._start = start
        self._ended = ended
        self._cores = cores
        self._queues: dict[str, LaneQueue] = {}
        self._lock = threading.Lock()
        self.workers: list[Worker] = []
        self.closed = False

    def enqueue(self, lane: str, order: Order, task: Task) -> None:
        """Queue a task in a lane. Called from any thread."""
        with self._lock:
            queue = self._queues.get(lane)
            if queue is None:
                queue = self._open(lane)
        queue.push(order, task)

    def _open(self, lane: str) -> LaneQueue:
        width = lane_width(lane, self._cores)
        queue = self._queues[lane] = LaneQueue()
        if self.closed:
            queue.close()
        else:
            self.workers += [self._start(queue, f"lane {lane} {n}") for n in range(width)]
        return queue

    def shutdown(self, timeout_s: float) -> list[Worker]:
        """Finish what is queued and let the workers go; those that were still busy after `timeout_s`."""
        with self._lock:
            self.closed = True
            queues = list(self._queues.values())
        for queue in queues:
            queue.close()
        end = time.monotonic() + timeout_s
        self.workers = [w for w in self.workers if not self._ended(w, max(0.0, end - time.monotonic()))]
        return self.workers


class ThreadExecutor:
    """Plain threads, for the command line and headless use. Outcomes are handed over in `pump`."""

    def __init__(self, cores: int | None = None) -> None:
        self._deliver: Callable[[float | None], bool] | None = None
        self._lanes: Lanes[threading.Thread] = Lanes(_started, _joined, cores)
        self._woken = threading.Event()

    def bind(self, deliver: Callable[[float | None], bool]) -> None:
        self._deliver = deliver

    def enqueue(self, lane: str, order: Order, task: Task) -> None:
        self._lanes.enqueue(lane, order, task)

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
        return not self._lanes.shutdown(timeout_s)


def _started(queue: LaneQueue, name: str) -> threading.Thread:
    thread = threading.Thread(target=queue.work, name=name, daemon=True)
    thread.start()
    return thread


def _joined(thread: threading.Thread, timeout_s: float) -> bool:
    thread.join(timeout_s)
    return not thread.is_alive()
