"""Functions that tests run in a process of their own; at module level, so that they are found by name."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

from medviewer.errors import DataError


def double(ctx: Any, value: int) -> tuple[int, int]:
    return 2 * value, os.getpid()


def report(ctx: Any, count: int) -> str:
    for n in range(count):
        ctx.progress((n + 1) / count, f"file {n}")
        ctx.partial(n)
    return "end"


def until_cancelled(ctx: Any) -> None:
    ctx.partial("started")
    while True:
        ctx.check()
        threading.Event().wait(0.005)


def deaf(ctx: Any) -> None:
    ctx.partial("started")
    threading.Event().wait(60)


def told(ctx: Any) -> None:
    raise DataError("This folder is empty.", "Choose another.", "data.empty")


def bug(ctx: Any) -> None:
    raise KeyError("Doe^John")


def crash(ctx: Any) -> None:
    ctx.partial("started")
    os.kill(os.getpid(), signal.SIGKILL)


def unpicklable(ctx: Any) -> Any:
    return threading.Lock()
