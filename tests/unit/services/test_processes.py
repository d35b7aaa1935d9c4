"""The process lane, with a real process."""

from __future__ import annotations

import os

import pytest

from medviewer.errors import Cancelled, DataError
from medviewer.services import processes
from medviewer.services.executors import ThreadExecutor
from medviewer.services.jobs import CancelToken, JobContext, JobRequest
from medviewer.services.processes import ProcessBug, ProcessLane, job_of
from medviewer.services.scheduler import Scheduler

pytestmark = pytest.mark.process
TASKS = "tests.helpers.process_tasks"


@pytest.fixture(scope="module")
def lane():
    lane = ProcessLane()
    yield lane
    lane.close()
    assert lane.pid is None


def cancel_at_first_part():
    token = CancelToken()
    return JobContext(token, emit_partial=lambda _value: token.cancel())


def test_runs_elsewhere_and_the_process_stays(lane):
    (value, pid), (_, again) = (lane.run(JobContext(), TASKS, "double", n) for n in (21, 1))
    assert value == 42
    assert pid == again != os.getpid()


def test_progress_and_parts_come_back_in_order(lane):
    parts, progress = [], []
    ctx = JobContext(report=lambda f, t: progress.append((f, t)), emit_partial=parts.append)
    assert lane.run(ctx, TASKS, "report", 500) == "end"
    assert parts == list(range(500))
    assert progress[-1] == (1.0, "file 499")
    assert len(progress) < 500  # merged
    assert progress == sorted(progress)


def test_errors_arrive_as_what_they_are(lane):
    with pytest.raises(DataError) as caught:
        lane.run(JobContext(), TASKS, "told")
    assert (caught.value.hint, caught.value.code) == ("Choose another.", "data.empty")
    with pytest.raises(ProcessBug, match="KeyError") as bug:
        lane.run(JobContext(), TASKS, "bug")
    assert "Doe" not in str(bug.value)
    with pytest.raises(ProcessBug):
        lane.run(JobContext(), TASKS, "unpicklable")
    assert lane.run(JobContext(), TASKS, "double", 2)[0] == 4


def test_cancel_is_passed_on_and_the_process_stays(lane):
    _, pid = lane.run(JobContext(), TASKS, "double", 1)
    with pytest.raises(Cancelled):
        lane.run(cancel_at_first_part(), TASKS, "until_cancelled")
    assert lane.run(JobContext(), TASKS, "double", 1)[1] == pid


def test_crash_is_told_and_the_next_call_has_a_new_process(lane):
    with pytest.raises(DataError, match="unexpectedly"):
        lane.run(JobContext(), TASKS, "crash")
    assert lane.run(JobContext(), TASKS, "double", 3)[0] == 6


def test_deaf_work_is_ended_with_its_process(lane, monkeypatch):
    monkeypatch.setattr(processes, "STOP_WITHIN_S", 0.1)
    _, pid = lane.run(JobContext(), TASKS, "double", 1)
    with pytest.raises(Cancelled):
        lane.run(cancel_at_first_part(), TASKS, "deaf")
    value, new = lane.run(JobContext(), TASKS, "double", 4)
    assert value == 8
    assert new != pid


def test_as_a_job_of_the_scheduler(lane):
    executor = ThreadExecutor(cores=2)
    scheduler = Scheduler(executor)
    parts, values = [], []
    request = JobRequest("import", "process", job_of(lane, TASKS, "report", 5))
    scheduler.submit(request, done=values.append, partial=parts.append)
    while not values:
        assert executor.pump(30.0)
    assert parts == [0, 1, 2, 3, 4]
    assert scheduler.shutdown(5.0) == []


def test_closed_lane_runs_nothing():
    lane = ProcessLane()
    lane.close()
    with pytest.raises(Cancelled):
        lane.run(JobContext(), TASKS, "double", 1)
