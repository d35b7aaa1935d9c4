"""The scheduler on executors whose order the test decides."""

from __future__ import annotations

import gc
import weakref

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from medviewer.errors import DataError
from medviewer.services.executors import InlineExecutor, LaneQueue, ManualExecutor, ThreadExecutor, lane_width
from medviewer.services.jobs import JobRequest, Policy, Priority, State
from medviewer.services.scheduler import Scheduler


class Log:
    """Callbacks that write down what they were given."""

    def __init__(self) -> None:
        self.events: list[tuple] = []

    def calls(self, name) -> dict:
        return {
            "done": lambda value: self.events.append((name, "done", value)),
            "failed": lambda error: self.events.append((name, "failed", str(error))),
            "cancelled": lambda: self.events.append((name, "cancelled")),
            "partial": lambda value: self.events.append((name, "partial", value)),
            "progress": lambda fraction, text: self.events.append((name, "progress", fraction, text)),
        }


@pytest.fixture
def manual():
    return ManualExecutor()


@pytest.fixture
def scheduler(manual):
    return Scheduler(manual)


@pytest.fixture
def log():
    return Log()


def request(key, fn=lambda ctx: "value", **keywords) -> JobRequest:
    return JobRequest(key, keywords.pop("lane", "compute"), fn, **keywords)


def test_inline_runs_and_delivers_at_once(log):
    scheduler = Scheduler(InlineExecutor())
    job = scheduler.submit(request("k", lambda ctx: 41 + 1), **log.calls("a"))
    assert log.events == [("a", "done", 42)]
    assert job.state is State.DONE
    assert scheduler.idle


def test_inline_chain_of_any_length_needs_no_deep_stack():
    scheduler = Scheduler(InlineExecutor())
    ran = []

    def work(ctx):
        ran.append(1)
        if len(ran) < 5000:
            scheduler.submit(request("chain", work))

    scheduler.submit(request("chain", work))
    assert len(ran) == 5000
    assert scheduler.idle


def test_nothing_is_called_before_delivery(scheduler, manual, log):
    job = scheduler.submit(request("k"), **log.calls("a"))
    assert job.state is State.QUEUED
    manual.run_all()
    assert log.events == []
    manual.deliver()
    assert log.events == [("a", "done", "value")]


def test_replaced_result_is_dropped_even_when_it_had_finished(scheduler, manual, log):
    scheduler.submit(request("k", lambda ctx: "old", policy=Policy.REPLACE), **log.calls("old"))
    manual.run_all()  # finished, but not delivered
    scheduler.submit(request("k", lambda ctx: "new", policy=Policy.REPLACE), **log.calls("new"))
    manual.settle()
    assert log.events == [("old", "cancelled"), ("new", "done", "new")]


def test_replaced_job_that_waits_never_runs(scheduler, manual, log):
    ran = []
    for n in range(5):
        scheduler.submit(request("k", lambda ctx, n=n: ran.append(n), policy=Policy.REPLACE), **log.calls(n))
    manual.settle()
    assert ran == [4]
    assert sorted(log.events) == [
        (0, "cancelled"),
        (1, "cancelled"),
        (2, "cancelled"),
        (3, "cancelled"),
        (4, "done", None),
    ]


def test_other_keys_are_not_replaced(scheduler, manual, log):
    scheduler.submit(request("a", policy=Policy.REPLACE), **log.calls("a"))
    scheduler.submit(request("b", policy=Policy.REPLACE), **log.calls("b"))
    manual.settle()
    assert {e[:2] for e in log.events} == {("a", "done"), ("b", "done")}


def test_replace_tells_running_work_to_stop(scheduler, manual, log):
    tokens = []

    def work(ctx):
        tokens.append(ctx.token)
        # A newer request arrives while this one runs.
        scheduler.submit(request("k", policy=Policy.REPLACE), **log.calls("new"))
        ctx.check()
        raise AssertionError("went on")

    scheduler.submit(request("k", work, policy=Policy.REPLACE), **log.calls("old"))
    manual.settle()
    assert tokens[0].cancelled
    assert log.events == [("old", "cancelled"), ("new", "done", "value")]


def test_queue_runs_one_key_one_after_the_other_in_order(scheduler, manual, log):
    ran = []
    for n in range(3):
        scheduler.submit(request("file", lambda ctx, n=n: ran.append(n), lane="io"), **log.calls(n))
    # Two io workers could take two jobs: the second is not there to be taken before the first has ended.
    assert manual.waiting == 1
    manual.settle()
    assert ran == [0, 1, 2]


def test_cancelled_head_of_a_queue_lets_the_next_run(scheduler, manual, log):
    first = scheduler.submit(request("file"), **log.calls("first"))
    scheduler.submit(request("file"), **log.calls("second"))
    assert scheduler.cancel(first)
    manual.settle()
    assert log.events == [("first", "cancelled"), ("second", "done", "value")]


def test_join_shares_one_run(scheduler, manual, log):
    ran = []
    join = request("k", lambda ctx: ran.append(1) or "shared", policy=Policy.JOIN)
    scheduler.submit(join, **log.calls("a"))
    scheduler.submit(join, **log.calls("b"))
    manual.settle()
    assert ran == [1]
    assert log.events == [("a", "done", "shared"), ("b", "done", "shared")]


def test_cancelling_one_of_two_joined_keeps_the_other(scheduler, manual, log):
    join = request("k", policy=Policy.JOIN)
    first = scheduler.submit(join, **log.calls("a"))
    scheduler.submit(join, **log.calls("b"))
    assert scheduler.cancel(first)
    manual.settle()
    assert log.events == [("a", "cancelled"), ("b", "done", "value")]


def test_joining_more_urgently_moves_the_work_forward(scheduler, manual):
    ran = []
    scheduler.submit(request("slow", lambda ctx: ran.append("slow"), priority=Priority.BATCH, policy=Policy.JOIN))
    scheduler.submit(request("other", lambda ctx: ran.append("other"), priority=Priority.USER))
    scheduler.submit(request("slow", lambda ctx: ran.append("slow"), priority=Priority.VISIBLE, policy=Policy.JOIN))
    manual.settle()
    assert ran == ["slow", "other"]


def test_priority_then_age_and_newest_first_where_the_latest_wins(scheduler, manual):
    ran = []

    def add(name, priority, policy=Policy.QUEUE):
        scheduler.submit(request(name, lambda ctx: ran.append(name), priority=priority, policy=policy))

    add("batch", Priority.BATCH)
    add("visible 1", Priority.VISIBLE)
    add("visible 2", Priority.VISIBLE)
    add("slice 1", Priority.INTERACTIVE, Policy.REPLACE)
    add("slice 2", Priority.INTERACTIVE, Policy.REPLACE)
    manual.settle()
    assert ran == ["slice 2", "slice 1", "visible 1", "visible 2", "batch"]


def test_progress_is_merged_to_one_pending_call(scheduler, manual, log):
    def work(ctx):
        for n in range(1000):
            ctx.progress(n / 1000, str(n))
        inner = ctx.subrange(0.5, 1.0)
        inner.progress(1.0, "end")

    scheduler.submit(request("k", work), **log.calls("a"))
    manual.settle()
    assert log.events == [("a", "progress", 1.0, "end"), ("a", "done", None)]


def test_parts_come_in_order_and_before_the_value(scheduler, manual, log):
    def work(ctx):
        for n in range(4):
            ctx.partial(n)
        return "all"

    scheduler.submit(request("k", work), **log.calls("a"))
    manual.settle()
    assert log.events == [*[("a", "partial", n) for n in range(4)], ("a", "done", "all")]


def test_no_part_of_a_replaced_job_is_shown(scheduler, manual, log):
    scheduler.submit(request("k", lambda ctx: ctx.partial("old"), policy=Policy.REPLACE), **log.calls("old"))
    manual.run_all()
    scheduler.submit(request("k", policy=Policy.REPLACE), **log.calls("new"))
    manual.settle()
    assert ("old", "partial", "old") not in log.events


def test_error_goes_to_the_asker_or_to_unhandled_but_only_once(scheduler, manual, log):
    unhandled = []
    scheduler.unhandled.connect(lambda pair: unhandled.append(pair))

    def bad(ctx):
        raise DataError("This file is damaged.")

    scheduler.submit(request("a", bad, label="Reading"), **log.calls("a"))
    scheduler.submit(request("b", bad, label="Reading"), done=lambda value: None)
    manual.settle()
    assert log.events == [("a", "failed", "This file is damaged.")]
    assert len(unhandled) == 1
    info, error = unhandled[0]
    assert (info.key, info.label, info.state, info.error) == ("b", "Reading", State.FAILED, "This file is damaged.")
    assert isinstance(error, DataError)


def test_even_an_exit_in_a_worker_is_handed_over(scheduler, manual):
    errors = []

    def bad(ctx):
        raise SystemExit(3)

    scheduler.submit(request("k", bad), failed=errors.append)
    manual.settle()
    assert isinstance(errors[0], SystemExit)


def test_bug_in_a_callback_costs_the_others_nothing(scheduler, manual, log):
    def bad(value):
        raise RuntimeError("callback")

    scheduler.submit(request("a"), done=bad)
    scheduler.submit(request("b"), **log.calls("b"))
    manual.run_all()
    with pytest.raises(RuntimeError, match="callback"):
        manual.deliver()
    wakes = manual.wakes
    assert wakes >= 2  # rung again for the rest
    manual.deliver()
    assert log.events == [("b", "done", "value")]


def test_running_work_that_cannot_be_cancelled_says_so(scheduler, manual, log):
    answers = []

    def work(ctx):
        answers.append(scheduler.cancel(job))
        ctx.check()
        return "saved"

    job = scheduler.submit(request("k", work, cancellable=False), **log.calls("a"))
    manual.settle()
    assert answers == [False]
    assert log.events == [("a", "done", "saved")]


def test_owner_that_is_gone_is_not_called(scheduler, manual, log):
    class Owner:
        pass

    owner = Owner()
    scheduler.submit(request("k"), owner=owner, **log.calls("a"))
    del owner
    gc.collect()
    manual.settle()
    assert log.events == []


def test_finished_jobs_keep_nothing_alive(scheduler, manual):
    class Big:
        pass

    big = Big()
    watch = weakref.ref(big)
    jobs = [scheduler.submit(request("k", lambda ctx, big=big: big), done=lambda value: None)]
    cancelled = scheduler.submit(request("c", lambda ctx, big=big: big))
    scheduler.cancel(cancelled)
    manual.settle()
    # The caller's own request is a value it may drop; the scheduler's part must be gone with it.
    jobs.clear()
    del big, cancelled
    gc.collect()
    assert watch() is None


def test_jobs_list_tells_the_drawer_what_it_needs(scheduler, manual):
    changes = []
    scheduler.changed.connect(lambda _none: changes.append(scheduler.jobs()))
    seen = []

    def work(ctx):
        ctx.progress(0.25, "slice 3")
        seen.append(scheduler.jobs()[0])

    scheduler.submit(request("a", work, label="Gaussian", lane="torch:cpu"))
    scheduler.submit(request("b"))
    assert [(i.label, i.state, i.fraction) for i in scheduler.jobs()] == [("Gaussian", State.QUEUED, None)]
    assert len(scheduler.jobs(unlabelled=True)) == 2
    manual.settle()
    running = seen[0]
    assert (running.state, running.fraction, running.text, running.lane) == (
        State.RUNNING,
        0.25,
        "slice 3",
        "torch:cpu",
    )
    assert scheduler.jobs() == []
    assert [i.state for i in scheduler.history()] == [State.DONE]
    assert changes


def test_seconds_left_follow_from_the_fraction(scheduler, monkeypatch):
    from medviewer.services import job_records
    from medviewer.services import scheduler as module

    now = [100.0]
    monkeypatch.setattr(job_records.time, "monotonic", lambda: now[0])
    infos = []

    def work(ctx):
        now[0] += 30.0
        ctx.progress(0.25)
        infos.extend(inline.jobs())

    inline = module.Scheduler(InlineExecutor())
    inline.submit(request("k", work, label="Training"))
    assert infos[0].seconds == pytest.approx(30.0)
    assert infos[0].seconds_left == pytest.approx(90.0)


def test_cancel_by_number_and_by_key(scheduler, manual, log):
    scheduler.submit(request(("load", "a", 1), label="x"), **log.calls("a"))
    scheduler.submit(request(("load", "b", 1), label="y"), **log.calls("b"))
    scheduler.submit(request(("other", "a")), **log.calls("c"))
    assert scheduler.cancel_id(scheduler.jobs()[1].id)
    assert not scheduler.cancel_id(10_000)
    assert scheduler.cancel_where(lambda key: key[:2] == ("load", "a")) == 1
    manual.settle()
    assert log.events == [("b", "cancelled"), ("a", "cancelled"), ("c", "done", "value")]


def test_unknown_lane_is_refused_and_leaves_nothing(scheduler):
    with pytest.raises(ValueError, match="no such lane"):
        scheduler.submit(request("k", lane="computer"))
    assert scheduler.idle
    assert scheduler.jobs(unlabelled=True) == []


@pytest.mark.parametrize(
    ("lane", "cores", "width"),
    [("view", 2, 1), ("view", 8, 2), ("compute", 1, 1), ("compute", 8, 7), ("io", 1, 2), ("torch:cuda:0", 8, 1)],
)
def test_lane_widths(lane, cores, width):
    assert lane_width(lane, cores) == width


def test_shutdown_refuses_cancels_and_lets_saving_finish(scheduler, manual, log):
    scheduler.submit(request("filter"), **log.calls("filter"))
    scheduler.submit(request("save", lambda ctx: "saved", cancellable=False), **log.calls("save"))
    assert scheduler.shutdown(1.0) == []
    assert sorted(log.events) == [("filter", "cancelled"), ("save", "done", "saved")]
    late = scheduler.submit(request("late"), **log.calls("late"))
    assert late.state is State.CANCELLED
    manual.settle()
    assert len(log.events) == 2


def test_closed_lane_queue_hands_out_what_is_left():
    queue, ran = LaneQueue(), []
    queue.push((1, 2), lambda: ran.append("b"))
    queue.push((1, 1), lambda: ran.append("a"))
    queue.close()
    queue.work()
    assert ran == ["a", "b"]


def test_thread_executor_delivers_in_the_pumping_thread():
    import threading

    executor = ThreadExecutor(cores=2)
    scheduler = Scheduler(executor)
    threads = []
    for n in range(50):
        scheduler.submit(
            request(n, lambda ctx: threading.get_ident()), done=lambda w: threads.append((w, threading.get_ident()))
        )
    while len(threads) < 50:
        assert executor.pump(20.0)
    assert all(worker != here for worker, here in threads)
    assert {here for _, here in threads} == {threading.get_ident()}
    assert scheduler.shutdown(5.0) == []


# -- any interleaving


class AnyOrder(RuleBasedStateMachine):
    """Submit, run, cancel and deliver in any order; the promises of `submit` hold all the time."""

    def __init__(self) -> None:
        super().__init__()
        self.manual = ManualExecutor()
        self.scheduler = Scheduler(self.manual)
        self.jobs = []
        self.ends: dict[int, list[str]] = {}
        self.shown: list[tuple] = []  # (key, submission number) of delivered values
        self.latest: dict = {}
        self.unhandled: list = []
        self.unhandled_expected: set[int] = set()
        self.scheduler.unhandled.connect(lambda pair: self.unhandled.append(pair[0].id))
        self.ran: list[tuple] = []

    @rule(
        key=st.sampled_from("abc"),
        policy=st.sampled_from(list(Policy)),
        lane=st.sampled_from(["view", "compute", "io"]),
        priority=st.sampled_from(list(Priority)),
        fails=st.booleans(),
        hears=st.booleans(),
    )
    def submit(self, key, policy, lane, priority, fails, hears):
        number = len(self.jobs)
        ends = self.ends[number] = []

        def work(ctx):
            self.ran.append((key, policy, number))
            ctx.progress(0.5)
            ctx.partial(number)
            if fails:
                raise DataError(f"failed {number}")
            return number

        def done(value):
            ends.append("done")
            self.shown.append((key, policy, number))
            if policy is Policy.REPLACE:
                # What is shown is the latest of all that were asked for with this key until now.
                assert self.latest[key] == number

        full_key = (key, policy) if policy is not Policy.REPLACE else key
        if policy is Policy.REPLACE:
            self.latest[key] = number
        job = self.scheduler.submit(
            JobRequest(full_key, lane, work, priority=priority, policy=policy),
            done=done,
            failed=(lambda error: ends.append("failed")) if hears else None,
            cancelled=lambda: ends.append("cancelled"),
        )
        self.jobs.append((job, fails, hears, policy))

    @rule()
    def run_one(self):
        self.manual.run_next()

    @rule(budget=st.sampled_from([None, 0.0]))
    def deliver(self, budget):
        self.manual.deliver(budget)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def cancel(self, data):
        job, *_ = data.draw(st.sampled_from(self.jobs))
        was_over = job.finished
        answer = self.scheduler.cancel(job)
        assert not (was_over and answer)

    @invariant()
    def ends_at_most_once(self):
        assert all(len(ends) <= 1 for ends in self.ends.values())

    @invariant()
    def queue_keeps_its_order(self):
        for key in "abc":
            numbers = [n for k, policy, n in self.ran if k == key and policy is Policy.QUEUE]
            assert numbers == sorted(numbers)

    def teardown(self):
        self.manual.settle()
        assert self.scheduler.idle
        assert not self.scheduler.jobs(unlabelled=True)
        assert not self.scheduler._by_key
        assert not self.scheduler._latest
        heard = sum(len(ends) for ends in self.ends.values())
        assert all(job.finished for job, *_ in self.jobs)
        silent = [n for n, ends in self.ends.items() if not ends]
        # Nothing is silent but a failure that nobody listened to; that one went to `unhandled`.
        for number in silent:
            _job, _fails, hears, _policy = self.jobs[number]
            assert not hears
        assert heard + len(silent) == len(self.jobs)
        assert len(self.unhandled) == len(set(self.unhandled))
        unheard_failures = [n for n in silent if self.jobs[n][0].state is State.FAILED]
        assert sorted(unheard_failures) == sorted(silent)
        # One `unhandled` per failed piece of work; joined jobs share theirs.
        joined = [n for n in silent if self.jobs[n][3] is Policy.JOIN]
        alone = [n for n in silent if self.jobs[n][3] is not Policy.JOIN]
        numbers = {job.id: n for n, (job, *_rest) in enumerate(self.jobs)}
        assert {numbers[i] for i in self.unhandled} >= set(alone)
        assert len(self.unhandled) <= len(alone) + len(joined)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = hypothesis_settings(max_examples=60, stateful_step_count=40, deadline=None)
