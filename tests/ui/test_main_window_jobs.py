"""The jobs drawer over the real scheduler: what runs, how far, cancel, what failed."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView

from medviewer.errors import UnreadableFile
from medviewer.services.executors import ManualExecutor
from medviewer.services.jobs import JobContext, JobRequest, State
from medviewer.services.scheduler import Scheduler
from medviewer.ui.panels.jobs import CANCEL, LANE, NAME, PROGRESS, STATE, JobRole, JobsPanel, duration
from medviewer.ui.theme import Theme


@pytest.fixture
def bench(qapp: QApplication) -> Iterator[Any]:
    executor = ManualExecutor()
    scheduler = Scheduler(executor)
    panel = JobsPanel(SimpleNamespace(scheduler=scheduler), Theme("dark"))  # type: ignore[arg-type]
    panel.resize(900, 200)
    panel.show()
    table = panel.findChild(QTableView, "jobs-table")
    yield SimpleNamespace(executor=executor, scheduler=scheduler, panel=panel, table=table, model=table.model())
    panel.deleteLater()
    scheduler.shutdown(0.1)


def _cell(bench: Any, row: int, column: int) -> str:
    return str(bench.model.index(row, column).data())


def _submit(bench: Any, name: str, work: Any = lambda _ctx: None, lane: str = "compute") -> Any:
    request = JobRequest((name,), lane, work, label=name)
    return bench.scheduler.submit(request, failed=lambda _error: None)


def test_durations_read_well() -> None:
    assert [duration(s) for s in (0.42, 12.3, 187, 3725)] == ["0.4 s", "12 s", "3:07 min", "1:02 h"]


def test_an_empty_drawer_says_what_comes_here(bench: Any) -> None:
    bench.panel.refresh()
    assert not bench.table.isVisible()


def test_waiting_then_done(bench: Any) -> None:
    counts: list[int] = []
    bench.panel.running_changed.connect(counts.append)
    _submit(bench, "Median")
    bench.panel.refresh()
    assert (_cell(bench, 0, NAME), _cell(bench, 0, LANE), _cell(bench, 0, STATE)) == (
        "Median",
        "computing",
        "waiting",
    )
    bench.executor.settle()
    bench.panel.refresh()
    assert _cell(bench, 0, STATE) == "done"
    assert counts == [1, 0]


def test_progress_is_in_per_cent_with_its_text(bench: Any) -> None:
    seen: list[str] = []

    def work(ctx: JobContext) -> None:
        ctx.progress(0.25, "slice 3 of 12")
        bench.panel.refresh()
        seen.append(_cell(bench, 0, PROGRESS))
        bench.panel.grab()  # paints the bar

    _submit(bench, "Median", work)
    bench.executor.settle()
    assert seen == ["25 % · slice 3 of 12"]


def test_a_failure_keeps_its_sentence(bench: Any) -> None:
    def work(_ctx: JobContext) -> None:
        raise UnreadableFile("The file ends before its pixels do.", "Copy it again.")

    _submit(bench, "Reading", work)
    bench.executor.settle()
    bench.panel.refresh()
    assert _cell(bench, 0, STATE) == "failed"
    assert "ends before its pixels" in _cell(bench, 0, PROGRESS)


def test_the_cross_cancels_one_job_and_the_button_all(bench: Any) -> None:
    first, second, third = (_submit(bench, name) for name in ("One", "Two", "Three"))
    bench.panel.refresh()
    row = next(r for r in range(3) if bench.model.index(r, CANCEL).data(JobRole).label == "Two")
    place: QPoint = bench.table.visualRect(bench.model.index(row, CANCEL)).center()
    QTest.mouseClick(bench.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    bench.executor.settle()
    assert (first.state, second.state, third.state) == (State.DONE, State.CANCELLED, State.DONE)
    others = [_submit(bench, name) for name in ("Four", "Five")]
    bench.panel.cancel_all()
    bench.executor.settle()
    assert [job.state for job in others] == [State.CANCELLED, State.CANCELLED]
    bench.panel.refresh()
    assert _cell(bench, 0, STATE) == "cancelled"


def test_the_delete_key_cancels_the_selected_job(bench: Any) -> None:
    job = _submit(bench, "One")
    bench.panel.refresh()
    bench.panel.activateWindow()
    bench.table.selectRow(0)
    bench.table.setFocus()
    QTest.keyClick(bench.table, Qt.Key.Key_Delete)
    bench.executor.settle()
    assert job.state is State.CANCELLED
