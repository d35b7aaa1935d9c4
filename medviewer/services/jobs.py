"""Jobs as values: what is asked, what comes back, and what a running job may say. No Qt, no threads here."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np

from medviewer.errors import Cancelled

T = TypeVar("T")


class Policy(enum.Enum):
    """What happens when a request's key is already queued or running."""

    REPLACE = "replace"  # latest wins: the older one is cancelled and its result dropped
    QUEUE = "queue"  # all run, in order
    JOIN = "join"  # same content: the new request shares the running job


class Priority(enum.IntEnum):
    """Smaller runs first."""

    INTERACTIVE = 0
    VISIBLE = 1
    USER = 2
    PREFETCH = 3
    BATCH = 4


class State(enum.Enum):
    """Life of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class JobRequest(Generic[T]):
    """A piece of work as a value.

    Attributes
    ----------
    key : hashable
        What the result would replace: ``("slice", pane)``, ``("preview", series)``, ``("thumbnail", series)``.
    lane : str
        ``"view"``, ``"compute"``, ``"io"`` or ``"torch:cpu"``, ``"torch:cuda:0"``.
    label : str
        For the jobs drawer, translated by the caller; empty for work too small to show.
    fn : callable
        ``fn(ctx) -> value``; closes over immutable inputs only and never touches Qt.
    """

    key: Hashable
    lane: str
    fn: Callable[[JobContext], T]
    label: str = ""
    priority: Priority = Priority.USER
    policy: Policy = Policy.QUEUE
    cancellable: bool = True


@dataclass(frozen=True)
class Done(Generic[T]):
    """The job's value, and the seconds it took."""

    value: T
    seconds: float = 0.0


@dataclass(frozen=True)
class Failed:
    """The job raised; `error` is a MedviewerError (told) or anything else (a bug)."""

    error: BaseException


@dataclass(frozen=True)
class WasCancelled:
    """The job was cancelled or its result would have been stale."""


Outcome = Done[Any] | Failed | WasCancelled


class CancelToken:
    """Asked by work, set by the scheduler."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether cancel was asked for."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()


@dataclass
class JobContext:
    """What a running job may use: cancel points, progress, partial results, randomness.

    Attributes
    ----------
    token : CancelToken
        Set when the job should stop.
    report : callable or None
        Receives (fraction in 0..1, text).
    emit_partial : callable or None
        Receives partial values, in order.
    seed : int
        Seed of `rng`.
    """

    token: CancelToken = field(default_factory=CancelToken)
    report: Callable[[float, str], None] | None = None
    emit_partial: Callable[[Any], None] | None = None
    seed: int = 0
    _low: float = 0.0
    _high: float = 1.0
    _rng: np.random.Generator | None = None

    def check(self) -> None:
        """Raise Cancelled when the job should stop; call it at least every 200 ms."""
        if self.token.cancelled:
            raise Cancelled

    def progress(self, fraction: float, text: str = "") -> None:
        """Say how far the job is (0..1); also a cancel point."""
        self.check()
        if self.report is not None:
            self.report(self._low + (self._high - self._low) * min(1.0, max(0.0, fraction)), text)

    def partial(self, value: Any) -> None:
        """Hand over a part of the result; also a cancel point."""
        self.check()
        if self.emit_partial is not None:
            self.emit_partial(value)

    def subrange(self, low: float, high: float) -> JobContext:
        """A context whose progress 0..1 fills `low`..`high` of this one's."""
        span = self._high - self._low
        return JobContext(
            self.token,
            self.report,
            self.emit_partial,
            self.seed,
            self._low + span * low,
            self._low + span * high,
            self._rng,
        )

    @property
    def rng(self) -> np.random.Generator:
        """The job's only source of randomness."""
        if self._rng is None:
            self._rng = np.random.default_rng(self.seed)
        return self._rng
