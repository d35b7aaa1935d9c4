"""One caller's compressed frames on the decoder processes: batches out, answers in, crashes and hangs survived."""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.connection import wait
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.errors import DataError, MedviewerError, UnreadableFile
from medviewer.io.decoder_pool import DecoderPool, Worker
from medviewer.io.decoder_process import Batch, BatchEnd, FrameDone, FrameFailed, FrameRequest
from medviewer.io.frames import JPEG_2000_SYNTAXES, JPEG_XL_SYNTAXES

_TICK_S = 0.05
_BASE_LIMIT_S = 5.0
_SLOWEST_BYTES_PER_S = 2e6  # JPEG 2000 on a busy machine
_BATCH_BYTES = {True: 2 << 20, False: 8 << 20}  # slow codecs, fast codecs
_LEAST_BATCH_BYTES = {True: 1 << 19, False: 2 << 20}  # some ten times as long as an idle worker waits
_LEAST_LIMIT_BYTES = 512 << 20
_SLOW = JPEG_2000_SYNTAXES | JPEG_XL_SYNTAXES
_STRIKES = 2  # frames of one file that may crash or hang a decoder before the rest is refused

Frame = NDArray[Any] | MedviewerError
Check = Callable[[], None]


class DecodeRun:
    """Decodes `requests` with the workers of `pool`; `check` is called at least every 200 ms."""

    def __init__(self, requests: list[FrameRequest], check: Check | None, pool: DecoderPool) -> None:
        self._queue = deque(requests)
        self._total = len(requests)
        self._check = check
        self._pool = pool
        self._running: dict[Worker, deque[FrameRequest]] = {}
        self._attempts: dict[int, int] = {}
        self._strikes: dict[str, int] = {}
        self._failed: deque[tuple[int, Frame]] = deque()

    def frames(self) -> Iterator[tuple[int, Frame]]:
        """Index and pixels, or the error, of every frame, as they are done.

        The pixels are a view that holds until the next step of the iteration.
        """
        try:
            while self._queue or self._running or self._failed:
                self._dispatch()
                while self._failed:
                    yield self._failed.popleft()
                if not self._running:
                    continue
                by_pipe = {worker.connection: worker for worker in self._running}
                ready = wait(list(by_pipe), timeout=_TICK_S)
                if self._check is not None:
                    self._check()
                for pipe in ready:
                    yield from self._collect(by_pipe[pipe])  # type: ignore[index]
                self._expire()
        finally:
            for worker in self._running:
                self._pool.abandon(worker)
            self._running.clear()

    def _dispatch(self) -> None:
        while self._queue:
            request = self._queue[0]
            if self._strikes.get(request.path, 0) >= _STRIKES:
                self._queue.popleft()
                self._fail(request, "The file has damaged frames, so the rest was not decoded.")
                continue
            try:
                worker = self._pool.acquire_more() if self._running else self._pool.acquire(self._check)
            except OSError:
                self._queue.popleft()
                error = DataError("The decoder could not be started.", "Close other programs and try again.")
                self._failed.append((request.index, error))
                continue
            if worker is None:
                return
            self._give(worker)

    def _give(self, worker: Worker) -> None:
        batch = self._next_batch()
        total = sum(_slot(request) for request in batch)
        buffer = worker.ensure_buffer(total)
        offset, placed = 0, deque[FrameRequest]()
        for request in batch:
            placed.append(replace(request, out_offset=offset))
            offset += _slot(request)
        largest = max(request.format.decoded_bytes for request in batch)
        message = Batch(
            self._pool.next_batch_number(),
            buffer.name if buffer is not None else "",
            total + max(_LEAST_LIMIT_BYTES, 6 * largest),
            tuple(placed),
        )
        self._running[worker] = placed
        try:
            worker.send(message, _limit_s(placed[0]))
        except OSError:
            self._lost(worker)

    def _next_batch(self) -> list[FrameRequest]:
        """As much as keeps the overhead small and the workers evenly busy; a frame tried before goes alone."""
        share = self._share()
        slow = self._queue[0].format.transfer_syntax_uid in _SLOW
        batch = [self._queue.popleft()]
        size = batch[0].format.decoded_bytes
        while (
            self._queue
            and len(batch) < share
            and size + self._queue[0].format.decoded_bytes <= _BATCH_BYTES[slow]
            and batch[-1].index not in self._attempts
            and self._queue[0].index not in self._attempts
        ):
            batch.append(self._queue.popleft())
            size += batch[-1].format.decoded_bytes
        return batch

    def _share(self) -> int:
        """How many frames the next worker gets: a few frames in equal parts, many in ever smaller ones.

        A worker stands idle from the end of a batch until its next one has come: small batches are all waiting.
        """
        workers, first = self._pool.size, self._queue[0].format
        least = max(1, _LEAST_BATCH_BYTES[first.transfer_syntax_uid in _SLOW] // max(1, first.decoded_bytes))
        if self._total <= 2 * workers * least:
            return -(-self._total // workers)
        return max(least, -(-len(self._queue) // (2 * workers)))

    def _collect(self, worker: Worker) -> Iterator[tuple[int, Frame]]:
        """Take every answer that is there."""
        pending = self._running[worker]
        try:
            while worker.connection.poll(0):
                message = worker.receive()
                if isinstance(message, BatchEnd):
                    if not worker.batch:
                        del self._running[worker]
                        self._pool.release(worker)
                        return
                elif isinstance(message, FrameDone):
                    request = pending.popleft()
                    values = self._values(worker, request, message)
                    self._expect_next(worker, pending)
                    yield request.index, values
                    del values
                elif isinstance(message, FrameFailed):
                    request = pending.popleft()
                    self._expect_next(worker, pending)
                    yield request.index, message.error
        except (EOFError, OSError):
            self._lost(worker)

    def _values(self, worker: Worker, request: FrameRequest, done: FrameDone) -> NDArray[Any]:
        dtype = np.dtype(done.dtype)
        count = int(np.prod(done.shape))
        if worker.buffer is None:
            return np.frombuffer(worker.connection.recv_bytes(), dtype, count).reshape(done.shape)
        buffer = worker.buffer.buf
        assert buffer is not None
        return np.frombuffer(buffer, dtype, count, request.out_offset).reshape(done.shape)

    def _expect_next(self, worker: Worker, pending: deque[FrameRequest]) -> None:
        worker.expect_within(_limit_s(pending[0]) if pending else _BASE_LIMIT_S)

    def _expire(self) -> None:
        now = time.monotonic()
        for worker in [w for w in self._running if now > w.deadline_s and not w.connection.poll(0)]:
            pending = self._running.pop(worker)
            self._pool.discard(worker)
            if not pending:
                continue
            request = pending.popleft()
            self._queue.extendleft(reversed(pending))
            self._strike(request)
            self._fail(request, "Decoding this frame took too long, so it was given up.")

    def _lost(self, worker: Worker) -> None:
        """A worker died: the rest of its batch goes back, and so does the frame it died of, unless it did before."""
        pending = self._running.pop(worker)
        code = self._pool.discard(worker)
        if not pending:
            return
        request = pending[0]
        attempts = self._attempts.get(request.index, 0) + 1
        self._attempts[request.index] = attempts
        # Killed from outside (the user, the system short of memory) says less of the frame than a crash does.
        allowed = 4 if code is not None and code == -getattr(signal, "SIGKILL", 9) else 2
        if attempts >= allowed:
            pending.popleft()
            self._strike(request)
            self._fail(request, "The decoder broke down over this frame; its pixels are damaged.")
        self._queue.extendleft(reversed(pending))

    def _fail(self, request: FrameRequest, sentence: str) -> None:
        self._failed.append((request.index, UnreadableFile(sentence)))

    def _strike(self, request: FrameRequest) -> None:
        self._strikes[request.path] = self._strikes.get(request.path, 0) + 1


def _slot(request: FrameRequest) -> int:
    return -(-request.format.decoded_bytes // 64) * 64


def _limit_s(request: FrameRequest) -> float:
    return _BASE_LIMIT_S + request.format.decoded_bytes / _SLOWEST_BYTES_PER_S
