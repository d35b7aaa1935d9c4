"""The parent side of decoding: workers that are started on first use, restarted when they die, shared by threads."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from medviewer.io.decoder_process import Batch, BatchEnd, Call, CancelBatch, Ready, serve
from medviewer.io.spawning import clean_start

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess
    from multiprocessing.shared_memory import SharedMemory

_START_TIMEOUT_S = 20.0
_still_viewed: list[SharedMemory] = []


def core_count() -> int:
    """Cores this process may use."""
    if sys.platform == "linux":
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


class Worker:
    """One decoder process, its pipe and its buffer. Used by one thread at a time."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        self.connection: Connection = here
        self.process: SpawnProcess = context.Process(target=serve, args=(there,), name="decoder", daemon=True)
        with clean_start():
            self.process.start()
        there.close()
        self.buffer: SharedMemory | None = None
        self.ready = False
        self.batch = 0  # number of the batch that runs, 0: idle
        self.deadline_s = 0.0
        self._limit_s = 0.0

    def send(self, batch: Batch | Call, limit_s: float) -> None:
        """Give a batch or a call; the first frame must be answered within `limit_s` seconds."""
        self.batch = batch.number
        self._limit_s = limit_s
        self.expect_within(limit_s if self.ready else limit_s + _START_TIMEOUT_S)
        self.connection.send(batch)

    def expect_within(self, limit_s: float) -> None:
        """Set the time by which the next answer must be there."""
        self.deadline_s = time.monotonic() + limit_s

    def receive(self) -> Any:
        """The next answer; EOFError or OSError when the process is gone."""
        message = self.connection.recv()
        if isinstance(message, Ready):
            self.ready = True
            self.expect_within(self._limit_s)  # the time for the start is over
        elif isinstance(message, BatchEnd) and message.number == self.batch:
            self.batch = 0
        return message

    def ensure_buffer(self, count: int) -> SharedMemory | None:
        """Shared memory of at least `count` bytes, or None where the system has none to give."""
        if self.buffer is not None and self.buffer.size >= count:
            return self.buffer
        self.drop_buffer()
        from multiprocessing.shared_memory import SharedMemory

        try:
            buffer = SharedMemory(create=True, size=max(count, 1 << 20))
        except OSError:
            return None
        if sys.platform == "linux":
            # A full /dev/shm would otherwise end both processes with SIGBUS at the first write.
            try:
                os.posix_fallocate(buffer._fd, 0, buffer.size)  # type: ignore[attr-defined]
            except OSError:
                buffer.close()
                buffer.unlink()
                return None
        self.buffer = buffer
        return buffer

    def drop_buffer(self) -> None:
        """Give the shared memory back; a caller who still looks at the last frame keeps its pages."""
        if self.buffer is not None:
            _still_viewed.append(self.buffer)
            with suppress(FileNotFoundError):  # a child that could not map it has unlinked it (CPython 3.11)
                self.buffer.unlink()
            self.buffer = None
        for buffer in list(_still_viewed):
            with suppress(BufferError, ValueError):
                buffer.close()
                _still_viewed.remove(buffer)

    def drained(self) -> bool:
        """Whether a batch that nobody waits for has ended; takes its answers without waiting."""
        while self.batch and self.connection.poll(0):
            message = self.receive()
            if type(message).__name__ == "FrameDone" and self.buffer is None:
                self.connection.recv_bytes()
        return not self.batch

    def kill(self) -> int | None:
        """End the process at once and give back what it held; returns its exit code."""
        if self.process.is_alive():
            self.process.join(0.05)
            self.process.kill()
        self.process.join(2.0)
        code = self.process.exitcode
        self.connection.close()
        self.drop_buffer()
        return code


class DecoderPool:
    """Up to `size` workers, given to threads in the order they ask."""

    def __init__(self, size: int | None = None) -> None:
        self.size = size or core_count()
        self._condition = threading.Condition()
        self._idle: list[Worker] = []
        self._draining: list[Worker] = []
        self._count = 0
        self._waiting: deque[object] = deque()
        self._closed = False
        self._batch_numbers = iter(range(1, sys.maxsize))
        atexit.register(self.shutdown)

    def next_batch_number(self) -> int:
        """A number that no other batch has."""
        with self._condition:
            return next(self._batch_numbers)

    def acquire(self, check: Callable[[], None] | None = None) -> Worker:
        """A worker of one's own; waits for one, calling `check` every 50 ms."""
        token = object()
        with self._condition:
            self._waiting.append(token)
            try:
                while True:
                    if self._closed:
                        raise RuntimeError("the decoder pool is shut down")
                    if self._waiting[0] is token:
                        worker = self._take()
                        if worker is not None:
                            return worker
                    self._condition.wait(0.05)
                    if check is not None:
                        check()
            finally:
                self._waiting.remove(token)
                self._condition.notify_all()

    def acquire_more(self) -> Worker | None:
        """One more worker when one is free and no other thread waits for it."""
        with self._condition:
            if self._closed or self._waiting:
                return None
            return self._take()

    def _take(self) -> Worker | None:
        self._reclaim()
        while self._idle:
            worker = self._idle.pop()
            if worker.process.is_alive():
                return worker
            worker.kill()
            self._count -= 1
        if self._count < self.size:
            worker = Worker()
            self._count += 1
            return worker
        return None

    def _reclaim(self) -> None:
        """Workers whose cancelled batch has ended are free again; those that hang are ended."""
        still: list[Worker] = []
        for worker in self._draining:
            try:
                if worker.drained():
                    self._idle.append(worker)
                    continue
                if time.monotonic() < worker.deadline_s:
                    still.append(worker)
                    continue
            except (EOFError, OSError):
                pass
            worker.kill()
            self._count -= 1
        self._draining = still

    def release(self, worker: Worker) -> None:
        """Give back a worker that has ended its batch."""
        with self._condition:
            if self._closed:
                worker.kill()
                return
            self._idle.append(worker)
            self._condition.notify_all()

    def abandon(self, worker: Worker) -> None:
        """Give back a worker in the middle of a batch: the batch is cancelled, nobody waits for it."""
        try:
            worker.connection.send(CancelBatch())
        except OSError:
            self.discard(worker)
            return
        with self._condition:
            if self._closed:
                worker.kill()
                return
            self._draining.append(worker)
            self._condition.notify_all()

    def discard(self, worker: Worker) -> int | None:
        """End a worker that crashed or hangs; the next one is started when needed. Returns the exit code."""
        code = worker.kill()
        with self._condition:
            self._count -= 1
            self._condition.notify_all()
        return code

    def worker_pids(self) -> list[int]:
        """Process ids of the idle workers, for diagnostics and tests."""
        with self._condition:
            return [worker.process.pid for worker in self._idle if worker.process.pid is not None]

    def warm_up(self) -> None:
        """Start one worker now, so that the first frame need not wait for it."""
        worker = self.acquire_more()
        if worker is not None:
            self.release(worker)

    def shutdown(self) -> None:
        """End all idle workers; those in use end when given back."""
        with self._condition:
            self._closed = True
            workers = self._idle + self._draining
            self._idle, self._draining = [], []
            self._condition.notify_all()
        for worker in workers:
            worker.kill()


_pool: DecoderPool | None = None
_pool_lock = threading.Lock()


def shared_pool() -> DecoderPool:
    """The program's pool; made on first use."""
    global _pool
    with _pool_lock:
        if _pool is None or _pool._closed:
            _pool = DecoderPool()
        return _pool


def shutdown_shared_pool() -> None:
    """End the program's pool; a later call makes a new one."""
    global _pool
    with _pool_lock:
        if _pool is not None:
            _pool.shutdown()
            _pool = None
