"""Functions that run in a decoder process, because the native code behind them may crash, hang or grow.

MetaIO, for one, runs for ever over ``NDims = 1e308`` and writes where it must not for ``NDims = -1``. Here that costs
the process, which is started again when it is needed.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from medviewer.errors import DataError, UnreadableFile
from medviewer.io.decoder_pool import DecoderPool, Worker, shared_pool
from medviewer.io.decoder_process import BatchEnd, Call, CallDone, FrameDone, FrameFailed

_TICK_S = 0.05
_KILLED_FROM_OUTSIDE = -getattr(signal, "SIGKILL", 9)
_ATTEMPTS = 4  # when the process is killed from outside, which says nothing of the file


def call(
    function: str,
    arguments: tuple[Any, ...],
    *,
    limit_s: float,
    memory_bytes: int,
    result_bytes: int = 0,
    check: Callable[[], None] | None = None,
    pool: DecoderPool | None = None,
) -> Any:
    """Run ``function(*arguments)`` in a decoder process and return what it returns.

    Parameters
    ----------
    function : str
        ``"module:function"``; arguments and result are pickled, an array comes back through shared memory.
    limit_s : float
        It is given up after that many seconds.
    memory_bytes : int
        How far the process may grow (Linux).
    result_bytes : int
        Of the array that it returns; 0 for anything else.
    check : callable, optional
        Called every 50 ms; what it raises (Cancelled) ends the call.

    Raises
    ------
    MedviewerError
        What the function raised, or that it crashed or took too long.
    """
    pool = pool or shared_pool()
    for _ in range(_ATTEMPTS):
        try:
            worker = pool.acquire(check)
        except OSError:
            raise DataError(
                "The process that reads files could not be started.", "Close other programs and try again."
            ) from None
        try:
            finished, value = _on(worker, pool, function, arguments, limit_s, memory_bytes, result_bytes, check)
        except (EOFError, OSError):
            if pool.discard(worker) != _KILLED_FROM_OUTSIDE:
                break
            continue
        except _TooSlow:
            pool.discard(worker)
            raise UnreadableFile("Reading the file took too long, so it was given up.") from None
        except BaseException:
            pool.discard(worker)  # cancelled in the middle: what it works on is of no use to anyone
            raise
        if finished:
            pool.release(worker)
        else:
            pool.abandon(worker)
        if isinstance(value, FrameFailed):
            raise value.error
        return value
    raise UnreadableFile("The file is damaged: the program that reads it broke down over it.")


class _TooSlow(Exception):
    pass


def _on(
    worker: Worker,
    pool: DecoderPool,
    function: str,
    arguments: tuple[Any, ...],
    limit_s: float,
    memory_bytes: int,
    result_bytes: int,
    check: Callable[[], None] | None,
) -> tuple[bool, Any]:
    """Whether the worker is free again, and the value or the failure."""
    buffer = worker.ensure_buffer(result_bytes) if result_bytes else None
    if result_bytes and buffer is None:
        worker.drop_buffer()
    name = buffer.name if buffer is not None else ""
    worker.send(Call(pool.next_batch_number(), name, memory_bytes + result_bytes, function, arguments), limit_s)
    value: Any = None
    while True:
        if not worker.connection.poll(_TICK_S):
            if check is not None:
                check()
            if time.monotonic() > worker.deadline_s:
                raise _TooSlow
            continue
        message = worker.receive()
        if isinstance(message, FrameDone):
            dtype, size = np.dtype(message.dtype), int(np.prod(message.shape))
            if name and worker.buffer is not None:
                held = worker.buffer.buf
                assert held is not None
                value = np.frombuffer(held, dtype, size).reshape(message.shape).copy()
                if size * dtype.itemsize > _KEPT_BYTES:
                    worker.drop_buffer()
            else:
                value = np.frombuffer(bytearray(worker.connection.recv_bytes()), dtype, size).reshape(message.shape)
        elif isinstance(message, CallDone):
            value = message.value
        elif isinstance(message, FrameFailed):
            value = message
        elif isinstance(message, BatchEnd):
            return not worker.batch, value


_KEPT_BYTES = 64 << 20
