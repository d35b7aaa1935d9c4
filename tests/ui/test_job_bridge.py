"""The scheduler on real QThreads: the only file that does so."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QCoreApplication, QThread, QTimer

from medviewer.errors import DataError
from medviewer.services.jobs import JobContext, JobRequest, Policy, Priority
from medviewer.services.scheduler import Scheduler
from medviewer.ui.job_bridge import QThreadExecutor

WAIT_MS = 20_000


@pytest.fixture
def executor(qapp):
    return QThreadExecutor(cores=4)


@pytest.fixture
def scheduler(executor):
    scheduler = Scheduler(executor)
    yield scheduler
    assert scheduler.shutdown(10.0) == []
    assert executor.thread_count == 0


def test_outcome_arrives_in_the_window_thread(qtbot, scheduler):
    main = threading.get_ident()
    seen = []

    def work(ctx: JobContext) -> int:
        return threading.get_ident()

    scheduler.submit(JobRequest("k", "compute", work), done=lambda value: seen.append((value, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen), timeout=WAIT_MS)
    worker, receiver = seen[0]
    assert receiver == main
    assert worker != main


def test_lanes_have_their_width(qtbot, scheduler, executor):
    # As many jobs run at the same time as the lane is wide, never more: each waits at a barrier of that size.
    for lane, width in (("compute", 3), ("io", 2), ("view", 2), ("torch:cpu", 1)):
        barrier = threading.Barrier(width)
        running = []
        lock = threading.Lock()
        most = []

        def work(ctx, barrier=barrier, running=running, lock=lock, most=most):
            with lock:
                running.append(1)
                most.append(len(running))
            barrier.wait(10)
            with lock:
                running.pop()

        done = []
        for n in range(width * 3):
            scheduler.submit(JobRequest((lane, n), lane, work), done=done.append)
        qtbot.waitUntil(lambda done=done, width=width: len(done) == width * 3, timeout=WAIT_MS)
        assert max(most) == width


def test_error_arrives_once_and_the_lane_lives_on(qtbot, scheduler):
    errors, values = [], []

    def bad(ctx):
        raise DataError("This file is damaged.")

    scheduler.submit(JobRequest("bad", "torch:cpu", bad), failed=errors.append)
    scheduler.submit(JobRequest("good", "torch:cpu", lambda ctx: 5), done=values.append)
    qtbot.waitUntil(lambda: bool(values), timeout=WAIT_MS)
    assert [str(e) for e in errors] == ["This file is damaged."]
    assert values == [5]


def test_progress_is_merged(qtbot, scheduler):
    progress, done = [], []

    def work(ctx):
        for n in range(20_000):
            ctx.progress((n + 1) / 20_000)
        return "end"

    scheduler.submit(
        JobRequest("k", "compute", work, label="count"), done=done.append, progress=lambda f, t: progress.append(f)
    )
    qtbot.waitUntil(lambda: bool(done), timeout=WAIT_MS)
    assert len(progress) < 20_000
    assert progress == sorted(progress)


def test_latest_wins_under_fire(qtbot, scheduler):
    shown, cancelled = [], []
    for n in range(200):
        scheduler.submit(
            JobRequest("slice", "view", lambda ctx, n=n: n, policy=Policy.REPLACE, priority=Priority.INTERACTIVE),
            done=shown.append,
            cancelled=lambda n=n: cancelled.append(n),
        )
    qtbot.waitUntil(lambda: 199 in shown, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(shown) + len(cancelled) == 200, timeout=WAIT_MS)
    assert shown == sorted(shown)
    assert shown[-1] == 199
    assert sorted(shown + cancelled) == list(range(200))


def test_flood_of_outcomes_leaves_the_event_loop_breath(qtbot, scheduler):
    # 400 outcomes whose callbacks take 1 ms each: a timer must still fire in between.
    fired, done = [], []
    timer = QTimer()
    timer.setInterval(0)
    timer.timeout.connect(lambda: fired.append(len(done)))

    def receive(value):
        end = time.perf_counter() + 0.001
        while time.perf_counter() < end:
            pass
        done.append(value)

    gate = threading.Event()
    scheduler.submit(JobRequest("gate", "compute", lambda ctx: gate.wait(20)))
    for n in range(400):
        scheduler.submit(JobRequest(n, "io", lambda ctx, n=n: n), done=receive)
    timer.start()
    gate.set()
    qtbot.waitUntil(lambda: len(done) == 400, timeout=WAIT_MS)
    between = [n for n in fired if 0 < n < 400]
    assert len(between) >= 10  # 400 ms of callbacks in turns of 8 ms


def test_cancel_is_noticed_by_running_work(qtbot, scheduler):
    started = threading.Event()
    cancelled, done = [], []

    def work(ctx):
        started.set()
        while True:
            ctx.check()
            ctx.token._event.wait(0.01)

    job = scheduler.submit(JobRequest("k", "compute", work), done=done.append, cancelled=lambda: cancelled.append(1))
    assert started.wait(10)
    assert scheduler.cancel(job)
    qtbot.waitUntil(lambda: bool(cancelled), timeout=WAIT_MS)
    assert done == []


def test_threads_start_on_first_use_only(qapp):
    executor = QThreadExecutor(cores=4)
    scheduler = Scheduler(executor)
    assert executor.thread_count == 0
    scheduler.submit(JobRequest("k", "io", lambda ctx: None))
    assert executor.thread_count == 2
    scheduler.shutdown(10.0)


def test_shutdown_cancels_what_waits_and_finishes_what_must(qapp):
    executor = QThreadExecutor(cores=2)
    scheduler = Scheduler(executor)
    release, saved, ran = threading.Event(), [], []
    first = threading.Event()

    def save(ctx):
        first.set()
        release.wait(10)
        saved.append("saved")

    scheduler.submit(JobRequest("save", "torch:cpu", save, cancellable=False))
    assert first.wait(10)
    scheduler.submit(JobRequest("save", "torch:cpu", lambda ctx: saved.append("twice"), cancellable=False))
    scheduler.submit(JobRequest("other", "torch:cpu", lambda ctx: ran.append(1)))
    threading.Timer(0.05, release.set).start()
    assert scheduler.shutdown(10.0) == []
    assert saved == ["saved", "twice"]
    assert ran == []
    refused = scheduler.submit(JobRequest("late", "io", lambda ctx: ran.append(2)))
    assert refused.finished
    QCoreApplication.processEvents()
    assert ran == []


def test_late_work_is_named_and_ends_nothing(qapp, caplog):
    executor = QThreadExecutor(cores=2)
    scheduler = Scheduler(executor)
    release, started = threading.Event(), threading.Event()

    def stubborn(ctx):
        started.set()
        release.wait(20)

    scheduler.submit(JobRequest("k", "compute", stubborn, label="Stubborn filter"))
    assert started.wait(10)
    assert scheduler.shutdown(0.05) == ["Stubborn filter"]
    assert "Stubborn filter" in caplog.text
    threads = list(executor._lanes.workers)
    release.set()
    for thread in threads:
        assert isinstance(thread, QThread)
        assert thread.wait(10_000)
