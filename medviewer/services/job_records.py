"""What the scheduler keeps of a job: the asker's handle, the shared piece of work, and how the drawer sees it."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from medviewer.services.executors import Order
from medviewer.services.jobs import CancelToken, JobContext, JobRequest, Policy, Priority, State

T = TypeVar("T")

MIN_FRACTION_FOR_ESTIMATE = 0.02
MIN_SECONDS_FOR_ESTIMATE = 1.0


@dataclass(frozen=True)
class JobInfo:
    """A job as the drawer shows it.

    Attributes
    ----------
    fraction : float or None
        0..1; None while nothing is known.
    seconds : float
        Since the job started running; 0 while queued.
    seconds_left : float or None
        Estimated from the fraction so far; None while it would be a guess.
    error : str
        Sentence for a failed job.
    cancelling : bool
        Cancel was asked for and the work has not stopped yet.
    """

    id: int
    key: Hashable
    label: str
    lane: str
    priority: Priority
    state: State
    fraction: float | None = None
    text: str = ""
    seconds: float = 0.0
    seconds_left: float | None = None
    cancellable: bool = True
    cancelling: bool = False
    error: str = ""


class Job(Generic[T]):
    """The asker's handle of one submitted request. Several may share one piece of work (`Policy.JOIN`)."""

    def __init__(self, number: int, request: JobRequest[T], calls: Calls, owner: object | None) -> None:
        self.id = number
        self.request = request
        self._calls: Calls | None = calls
        self._owner = weakref.ref(owner) if owner is not None else None
        self.work: Work | None = None
        self._final: State | None = None

    @property
    def state(self) -> State:
        """Where the job is in its life; the final states are set at delivery."""
        if self._final is not None:
            return self._final
        running = self.work is not None and self.work.state is State.RUNNING
        return State.RUNNING if running else State.QUEUED

    @property
    def finished(self) -> bool:
        """Whether the job is over for its asker: nothing more will be called."""
        return self._final is not None

    def open(self) -> Calls | None:
        """The callbacks, while the job is not over and its owner lives."""
        if self._final is not None or (self._owner is not None and self._owner() is None):
            return None
        return self._calls

    def close(self, state: State) -> None:
        """The job is over for its asker; callbacks and work are let go."""
        self._final = state
        self._calls = None
        self.work = None


@dataclass(frozen=True)
class Calls:
    """What the asker wants called."""

    done: Callable[[Any], object] | None = None
    failed: Callable[[BaseException], object] | None = None
    progress: Callable[[float, str], object] | None = None
    partial: Callable[[Any], object] | None = None
    cancelled: Callable[[], object] | None = None


@dataclass(eq=False)
class Work:
    """One piece of work; shared by the jobs in `jobs`."""

    number: int
    request: JobRequest[Any]
    jobs: list[Job[Any]]
    priority: Priority
    token: CancelToken = field(default_factory=CancelToken)
    fn: Callable[[JobContext], Any] | None = None
    state: State = State.QUEUED
    held: bool = False  # waits for an earlier one with the same key (Policy.QUEUE)
    dropped: bool = False  # cancelled or superseded: nothing of it is shown
    fraction: float | None = None
    text: str = ""
    started_s: float = 0.0
    progress_pending: bool = False

    @property
    def order(self) -> Order:
        newest_first = self.request.policy is Policy.REPLACE
        return (int(self.priority), -self.number if newest_first else self.number)

    def info(self, job: Job[Any]) -> JobInfo:
        seconds = time.monotonic() - self.started_s if self.started_s else 0.0
        left = None
        fraction = self.fraction
        if fraction is not None and fraction > MIN_FRACTION_FOR_ESTIMATE and seconds > MIN_SECONDS_FOR_ESTIMATE:
            left = seconds * (1.0 - fraction) / fraction
        request = self.request
        return JobInfo(
            job.id,
            request.key,
            job.request.label,
            request.lane,
            self.priority,
            job.state,
            fraction,
            self.text,
            seconds,
            left,
            request.cancellable,
            self.dropped and self.state is State.RUNNING,
        )
