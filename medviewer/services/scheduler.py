"""Who runs when, and whose result still counts. No Qt, no threads: an executor brings both.

A request goes into a lane; its outcome, its parts and its progress come back through one mailbox that is emptied in
the owner's thread (the window's). Whether a result still counts is decided there, at delivery, never by the worker.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, TypeVar

from medviewer.core.observe import Signal
from medviewer.errors import Cancelled, MedviewerError
from medviewer.services.executors import Executor, InlineExecutor, ManualExecutor, ThreadExecutor
from medviewer.services.job_records import Calls, Job, JobInfo, Work
from medviewer.services.jobs import (
    Done,
    Failed,
    JobContext,
    JobRequest,
    Outcome,
    Policy,
    State,
    WasCancelled,
)

__all__ = ["InlineExecutor", "Job", "JobInfo", "ManualExecutor", "Scheduler", "ThreadExecutor"]

T = TypeVar("T")
log = logging.getLogger(__name__)

HISTORY_LENGTH = 200


_Message = tuple[str, "Work", Any]


class Scheduler:
    """Submits requests to an executor and hands outcomes over in the owner's thread.

    Attributes
    ----------
    changed : Signal
        Emitted with None, at most once a turn, when the list of labelled jobs or their progress has changed.
    unhandled : Signal of (JobInfo, error)
        An error for which the asker gave no `failed`: a MedviewerError is told, anything else is a bug.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._by_key: dict[Hashable, list[Work]] = {}  # queued or running
        self._latest: dict[Hashable, Work] = {}  # of requests whose latest wins; until delivered
        self._active: dict[int, Work] = {}  # until delivered
        self._mail: deque[_Message] = deque()
        self._starts: list[Work] = []  # held works whose turn has come; enqueued outside the lock
        self._woken = False
        self._dirty = False
        self._closed = False
        self._history: deque[JobInfo] = deque(maxlen=HISTORY_LENGTH)
        self.changed: Signal[None] = Signal()
        self.unhandled: Signal[tuple[JobInfo, BaseException]] = Signal()
        executor.bind(self.deliver)

    # -- asking

    def submit(
        self,
        request: JobRequest[T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
        progress: Callable[[float, str], object] | None = None,
        partial: Callable[[Any], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        owner: object | None = None,
    ) -> Job[T]:
        """Ask for work; callable from any thread.

        Parameters
        ----------
        done, failed, cancelled : callable, optional
            Exactly one of them is called, once, in the owner's thread: with the value, with the error, or with
            nothing when the job was cancelled, or replaced by a later request with the same key.
        progress : callable, optional
            ``progress(fraction, text)``; merged, so that at most one call per job is pending.
        partial : callable, optional
            Called with each partial value, in order. Who joins a running job gets the parts from then on.
        owner : object, optional
            Held weakly; when it is gone, nothing is called any more.

        Returns
        -------
        Job
            Already cancelled when the scheduler is shut down.
        """
        calls = Calls(done, failed, progress, partial, cancelled)
        with self._lock:
            job: Job[T] = Job(next(self._numbers), request, calls, owner)
            if self._closed:
                job.close(State.CANCELLED)
                return job
            work, start = self._place(job)
            job.work = work
            self._dirty = self._dirty or bool(request.label)
        if start:
            self._enqueue(work)
        self._ring()
        return job

    def _place(self, job: Job[Any]) -> tuple[Work, bool]:
        """The work of a job (new, or one that is already under way) and whether it must be enqueued."""
        request = job.request
        siblings = self._by_key.setdefault(request.key, [])
        if request.policy is Policy.JOIN:
            for other in siblings:
                if other.request.policy is Policy.JOIN and not other.dropped and other.request.lane == request.lane:
                    other.jobs.append(job)
                    sooner = request.priority < other.priority and other.state is State.QUEUED
                    other.priority = min(request.priority, other.priority)
                    return other, sooner  # enqueued twice: whoever comes first runs it
        work = Work(job.id, request, [job], request.priority, fn=request.fn)
        if request.policy is Policy.REPLACE:
            for other in list(siblings):
                self._drop(other)
            siblings = self._by_key.setdefault(request.key, siblings)
            self._latest[request.key] = work
        elif request.policy is Policy.QUEUE:
            work.held = any(other.request.policy is Policy.QUEUE for other in siblings)
        siblings.append(work)
        self._active[work.number] = work
        return work, not work.held

    def _enqueue(self, work: Work) -> None:
        try:
            self._executor.enqueue(work.request.lane, work.order, lambda: self._run(work))
        except ValueError:
            with self._lock:
                self._leave(work)
                self._active.pop(work.number, None)
            raise

    # -- cancelling

    def cancel(self, job: Job[Any]) -> bool:
        """Cancel one job; work that others have joined goes on for them.

        Returns
        -------
        bool
            False when the job is over, or is running and said that it cannot be cancelled.
        """
        with self._lock:
            work = job.work
            if work is None or job.finished or job not in work.jobs:
                return False  # over, or it has left already
            if work.state is State.RUNNING and not work.request.cancellable:
                return False
            others = [other for other in work.jobs if other is not job and not other.finished]
            if others:
                work.jobs.remove(job)
                self._post(("left", work, job))
            else:
                self._drop(work)
        self._ring()
        return True

    def cancel_where(self, wanted: Callable[[Hashable], bool]) -> int:
        """Cancel every job whose key `wanted` accepts (a closed series, say); how many."""
        with self._lock:
            works = [work for key, group in self._by_key.items() if wanted(key) for work in group]
            for work in works:
                self._drop(work)
        self._ring()
        return len(works)

    def _drop(self, work: Work) -> None:
        """Nothing of `work` will be shown; it is asked to stop, or never starts. Lock held."""
        if work.dropped:
            return
        work.dropped = True
        if work.request.cancellable or work.state is State.QUEUED:
            work.token.cancel()
        if work.state is State.QUEUED:
            self._finish(work, WasCancelled())
        self._dirty = self._dirty or bool(work.request.label)

    # -- in the worker

    def _run(self, work: Work) -> None:
        with self._lock:
            if work.state is not State.QUEUED:
                return  # cancelled while waiting, or joined with a higher priority and already run
            work.state = State.RUNNING
            work.started_s = time.monotonic()
            fn, work.fn = work.fn, None
            if work.request.label:
                self._dirty = True
        if work.request.label:
            self._ring()
        assert fn is not None
        context = JobContext(
            work.token,
            lambda fraction, text: self._report(work, fraction, text),
            lambda value: self._post_and_ring(("partial", work, value)),
        )
        outcome: Outcome
        try:
            outcome = Done(fn(context), time.monotonic() - work.started_s)
        except Cancelled:
            outcome = WasCancelled()
        except BaseException as error:  # noqa: BLE001 - the boundary of the lane: what arrives here is handed over
            outcome = Failed(error)
        del fn, context
        with self._lock:
            self._finish(work, outcome)
        self._ring()

    def _report(self, work: Work, fraction: float, text: str) -> None:
        with self._lock:
            work.fraction, work.text = fraction, text
            if work.progress_pending:
                return
            work.progress_pending = True
            self._post(("progress", work, None))
        self._ring()

    def _finish(self, work: Work, outcome: Outcome) -> None:
        """Move to a final state and post the outcome. Lock held."""
        if isinstance(outcome, Done):
            work.state = State.DONE
        elif isinstance(outcome, Failed):
            work.state = State.FAILED
        else:
            work.state = State.CANCELLED
        work.fn = None
        self._post(("outcome", work, outcome))
        self._leave(work)

    def _leave(self, work: Work) -> None:
        """Make room for the next work with the same key. Lock held."""
        siblings = self._by_key.get(work.request.key, [])
        if work in siblings:
            siblings.remove(work)
        if not siblings:
            self._by_key.pop(work.request.key, None)
            return
        queue = [other for other in siblings if other.request.policy is Policy.QUEUE]
        if queue and queue[0].held:
            queue[0].held = False
            self._starts.append(queue[0])

    # -- the mailbox

    def _post(self, message: _Message) -> None:
        with self._lock:
            self._mail.append(message)

    def _post_and_ring(self, message: _Message) -> None:
        self._post(message)
        self._ring()

    def _ring(self) -> None:
        """Start what was held and have the mailbox emptied. Never called with the lock held."""
        with self._lock:
            starts, self._starts = self._starts, []
        for work in starts:
            self._enqueue(work)
        with self._lock:
            if self._woken or not (self._mail or self._dirty):
                return
            self._woken = True
        self._executor.wake()

    def deliver(self, budget_s: float | None = None) -> bool:
        """Hand over what has come in; only the executor calls this, in the owner's thread.

        Parameters
        ----------
        budget_s : float, optional
            Stop after about so many seconds, so that the event loop breathes; None: until nothing is left.

        Returns
        -------
        bool
            Whether something is left (the executor then calls again).
        """
        end = None if budget_s is None else time.monotonic() + budget_s
        while True:
            with self._lock:
                if not self._mail:
                    self._woken = False
                    dirty, self._dirty = self._dirty, False
                    break
                kind, work, value = self._mail.popleft()
            try:
                self._hand_over(kind, work, value)
            except BaseException:
                # A bug in a callback is the callback's; the others still get theirs.
                self._executor.wake()
                raise
            del work, value
            if end is not None and time.monotonic() >= end:
                return True
        if dirty:
            self.changed.emit(None)
        return False

    def _hand_over(self, kind: str, work: Work, value: Any) -> None:
        if kind == "progress":
            self._deliver_progress(work)
        elif kind == "partial":
            if not self._is_stale(work):
                for job in list(work.jobs):
                    calls = job.open()
                    if calls is not None and calls.partial is not None:
                        calls.partial(value)
        elif kind == "left":
            self._deliver_cancelled(value)
        else:
            self._deliver_outcome(work, value)

    def _deliver_progress(self, work: Work) -> None:
        with self._lock:
            work.progress_pending = False
            fraction, text = work.fraction or 0.0, work.text
            self._dirty = self._dirty or bool(work.request.label)
        if self._is_stale(work):
            return
        for job in list(work.jobs):
            calls = job.open()
            if calls is not None and calls.progress is not None:
                calls.progress(fraction, text)

    def _is_stale(self, work: Work) -> bool:
        if work.dropped or (self._closed and work.request.cancellable):
            return True
        replaced = work.request.policy is Policy.REPLACE
        return replaced and self._latest.get(work.request.key) is not work

    def _deliver_outcome(self, work: Work, outcome: Outcome) -> None:
        stale = self._is_stale(work)
        with self._lock:
            self._active.pop(work.number, None)
            if self._latest.get(work.request.key) is work:
                del self._latest[work.request.key]
            self._dirty = self._dirty or bool(work.request.label)
        told = False
        for job in list(work.jobs):
            if job.finished:
                continue
            if stale or isinstance(outcome, WasCancelled):
                self._deliver_cancelled(job)
            elif isinstance(outcome, Failed):
                told = self._deliver_failed(work, job, outcome.error, told)
            else:
                self._remember(work, job, State.DONE)
                calls = job.open()
                job.close(State.DONE)
                if calls is not None and calls.done is not None:
                    calls.done(outcome.value)

    def _deliver_failed(self, work: Work, job: Job[Any], error: BaseException, told: bool) -> bool:
        sentence = str(error) if isinstance(error, MedviewerError) else ""
        info = self._remember(work, job, State.FAILED, sentence)
        calls = job.open()
        job.close(State.FAILED)
        if not isinstance(error, MedviewerError):
            log.error("job failed in lane %s", work.request.lane, exc_info=error)
        if calls is not None and calls.failed is not None:
            calls.failed(error)
        elif not told:
            self.unhandled.emit((info, error))
            return True
        return told

    def _deliver_cancelled(self, job: Job[Any]) -> None:
        if job.finished:
            return
        if job.work is not None:
            self._remember(job.work, job, State.CANCELLED)
        calls = job.open()
        job.close(State.CANCELLED)
        if calls is not None and calls.cancelled is not None:
            calls.cancelled()

    def _remember(self, work: Work, job: Job[Any], state: State, error: str = "") -> JobInfo:
        info = replace(work.info(job), state=state, error=error, seconds_left=None, cancelling=False)
        if job.request.label:
            self._history.append(info)
        return info

    # -- looking

    def jobs(self, unlabelled: bool = False) -> list[JobInfo]:
        """Queued and running jobs in the order they were asked for; those too small to show on request."""
        with self._lock:
            pairs = [(work, job) for work in self._active.values() for job in work.jobs if not job.finished]
            return [work.info(job) for work, job in pairs if job.request.label or unlabelled]

    def history(self) -> list[JobInfo]:
        """The latest labelled jobs that are over, oldest first."""
        return list(self._history)

    def job(self, number: int) -> Job[Any] | None:
        """The unfinished job with that `JobInfo.id`."""
        with self._lock:
            for work in self._active.values():
                for job in work.jobs:
                    if job.id == number:
                        return job
        return None

    def cancel_id(self, number: int) -> bool:
        """Cancel by `JobInfo.id` (the drawer's button)."""
        job = self.job(number)
        return job is not None and self.cancel(job)

    @property
    def idle(self) -> bool:
        """Whether nothing is queued, running or waiting to be delivered."""
        with self._lock:
            return not self._active and not self._mail

    # -- the end

    def shutdown(self, timeout_s: float = 3.0) -> list[str]:
        """Refuse new jobs, cancel all, wait; what cannot be cancelled is allowed to finish.

        Returns
        -------
        list of str
            Labels (or lanes) of the jobs that were still running after `timeout_s`; they are logged too.
        """
        with self._lock:
            self._closed = True
            for work in list(self._active.values()):
                if work.request.cancellable:
                    self._drop(work)
        self._executor.shutdown(timeout_s)
        self.deliver(None)
        with self._lock:
            late = [w.request.label or w.request.lane for w in self._active.values() if w.state is State.RUNNING]
        for name in late:
            log.warning("still running at the end: %s", name)
        return late
