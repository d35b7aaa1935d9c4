"""One spawned process for work that would hold the interpreter lock: reading thousands of headers in pure Python.

A call is a function named by module and name, with arguments and results that pickle; it gets a context with the same
`check`, `progress` and `partial` as a job. The process starts with the first call, stays for the next ones, and is
started anew after a crash. It works in a frozen bundle, whose entry point calls ``multiprocessing.freeze_support()``.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import signal
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from medviewer.errors import Cancelled, DataError, MedviewerError
from medviewer.log import traceback_text

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

log = logging.getLogger(__name__)

POLL_S = 0.05
STOP_WITHIN_S = 2.0
"""A cancelled call that has not stopped by then is ended with its process; its files are written atomically."""
LOOK_S = 0.02
"""A look into the pipe costs more than a small file's header: `check` takes one at most so often."""
MERGE_S = 0.05
"""Progress is sent at most so often."""


class ProcessBug(RuntimeError):
    """The function raised something that is no MedviewerError; the text is its stack, without patient data."""


class ProcessContext:
    """What a function in the process may use; the twin of `jobs.JobContext`."""

    def __init__(self, connection: Connection, seed: int = 0) -> None:
        self._connection = connection
        self._cancelled = False
        self._sent_s = 0.0
        self._looked_s = 0.0
        self.seed = seed

    def check(self) -> None:
        """Raise Cancelled when the caller asked to stop, or is gone."""
        now = time.monotonic()
        if not self._cancelled and now - self._looked_s >= LOOK_S:
            self._looked_s = now
            try:
                self._cancelled = self._connection.poll() and self._connection.recv() == "cancel"
            except (EOFError, OSError):
                self._cancelled = True
        if self._cancelled:
            raise Cancelled

    def progress(self, fraction: float, text: str = "") -> None:
        """Say how far the work is (0..1); also a cancel point."""
        self.check()
        now = time.monotonic()
        if now - self._sent_s >= MERGE_S or fraction >= 1.0:
            self._sent_s = now
            self._connection.send(("progress", (fraction, text)))

    def partial(self, value: Any) -> None:
        """Hand over a part of the result, which must pickle; also a cancel point."""
        self.check()
        self._connection.send(("partial", value))


def _serve(connection: Connection) -> None:
    """The body of the process: one call after the other until the pipe closes."""
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is the parent's to handle
    while True:
        try:
            message = connection.recv()
        except (EOFError, OSError):
            return
        if message == "cancel":
            continue  # came too late: that call was over
        module, name, arguments = message
        try:
            function = getattr(importlib.import_module(module), name)
            answer = ("done", function(ProcessContext(connection), *arguments))
        except Cancelled:
            answer = ("cancelled", None)
        except MedviewerError as error:
            answer = ("told", error)
        except (BrokenPipeError, ConnectionResetError):
            return  # the program was killed
        except BaseException as error:  # noqa: BLE001 - the boundary of the process
            answer = ("bug", traceback_text(error))
        try:
            connection.send(answer)
        except (BrokenPipeError, ConnectionResetError):
            return
        except Exception as error:  # noqa: BLE001 - a result that does not pickle is a bug of the function
            connection.send(("bug", traceback_text(error)))


class ProcessLane:
    """Runs one call at a time in a process of its own; further calls wait their turn.

    Called from a job's thread, never from the window's.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the running process."""
        return self._process.pid if self._process is not None else None

    def run(self, ctx: Any, module: str, name: str, *arguments: Any) -> Any:
        """Call ``module.name(context, *arguments)`` in the process and wait for its result.

        Parameters
        ----------
        ctx : JobContext
            Cancel is passed on; progress and parts come back through it.
        module, name : str
            A function at module level.
        arguments
            Must pickle.

        Returns
        -------
        object
            What the function returned, pickled across.

        Raises
        ------
        Cancelled
            When `ctx` was cancelled.
        MedviewerError
            What the function told.
        DataError
            When the process ended unexpectedly.
        ProcessBug
            When the function raised anything else.
        """
        while not self._turn.acquire(timeout=POLL_S):
            ctx.check()
        try:
            if self._closed:
                raise Cancelled
            connection = self._started()
            connection.send((module, name, arguments))
            return self._listen(ctx, connection)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            self._end()
            if self._closed:
                raise Cancelled from None
            raise DataError(
                "The reading of files ended unexpectedly.", "Try again; what was read is kept.", "data.process"
            ) from None
        finally:
            self._turn.release()

    def _started(self) -> Connection:
        if self._process is not None and self._process.is_alive() and self._connection is not None:
            return self._connection
        self._end()
        import multiprocessing  # here, for the sake of the start: the window stands before anything is imported

        from medviewer.io.spawning import clean_start

        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe(duplex=True)
        process = context.Process(target=_serve, args=(there,), name="medviewer reader", daemon=True)
        with clean_start():  # the child needs nothing of the program's main module; shared with the decoders' pool
            process.start()
        there.close()
        self._process, self._connection = process, here
        return here

    def _listen(self, ctx: Any, connection: Connection) -> Any:
        asked_s = 0.0
        while True:
            if not connection.poll(POLL_S):
                asked_s = self._pass_cancel_on(ctx, connection, asked_s)
                continue
            kind, value = connection.recv()
            if kind == "done":
                return value
            if kind == "cancelled":
                raise Cancelled
            if kind == "told":
                raise value
            if kind == "bug":
                raise ProcessBug(value)
            asked_s = self._pass_cancel_on(ctx, connection, asked_s)
            if not asked_s:
                self._relay(ctx, kind, value)

    def _relay(self, ctx: Any, kind: str, value: Any) -> None:
        with contextlib.suppress(Cancelled):  # noticed in the next turn, where the process is told
            if kind == "progress":
                ctx.progress(*value)
            else:
                ctx.partial(value)

    def _pass_cancel_on(self, ctx: Any, connection: Connection, asked_s: float) -> float:
        """Tell the process once that it should stop; end it when it does not. Returns when it was told."""
        try:
            ctx.check()
        except Cancelled:
            now = time.monotonic()
            if not asked_s:
                connection.send("cancel")
                return now
            if now - asked_s > STOP_WITHIN_S:
                log.warning("the reading process did not stop when asked and was ended")
                self._end()
                raise
        return asked_s

    def _end(self) -> None:
        process, self._process = self._process, None
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        if process is not None:
            process.join(0.2 if process.is_alive() else 0)
            if process.is_alive():
                process.kill()
                process.join(2.0)
            if not process.is_alive():
                process.close()

    def close(self) -> None:
        """End the process; a call that is running is cancelled. Nothing can be run afterwards."""
        self._closed = True
        process = self._process
        if not self._turn.acquire(timeout=0.5):
            # Someone is still reading from it: with the process gone, that call ends.
            if process is not None:
                with contextlib.suppress(ValueError):
                    process.kill()
            self._turn.acquire()
        try:
            self._end()
        finally:
            self._turn.release()


def job_of(lane: ProcessLane, module: str, name: str, *arguments: Any) -> Callable[[Any], Any]:
    """The function of a `JobRequest` (lane ``"process"``) that runs ``module.name`` in the process."""
    return lambda ctx: lane.run(ctx, module, name, *arguments)
