"""Series that fill slice by slice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, SpacingSource
from medviewer.errors import TooLarge
from medviewer.services import loading
from medviewer.services.executors import InlineExecutor, ManualExecutor, ThreadExecutor
from medviewer.services.loading import LoadedSeries, ReadingOrder
from medviewer.services.scheduler import Scheduler
from tests.helpers.memory_plan import MemoryPlan, make_series


def load(executor, slices=9, first=-1, **plan_values):
    """A series that is being opened, its plan and the ranges it told."""
    series = make_series(1, slices)
    plan = MemoryPlan(series, **plan_values)
    loaded = LoadedSeries(series, Scheduler(executor), lambda _series: plan, first)
    told = []
    loaded.changed.connect(lambda span: told.append(span))
    loaded.start()
    return loaded, plan, told


def drain(executor, loaded):
    while not loaded.is_complete:
        assert executor.pump(20.0)


# -- the order of reading


def test_order_goes_outwards_from_the_focus():
    order = ReadingOrder(7)
    order.focus(2)
    assert order.take(1) == [2]
    assert set(order.take(2)) == {1, 3}
    assert set(order.take(2)) == {0, 4}
    assert order.take(9) == [5, 6]
    assert order.take(1) == []
    assert order.left == 0


def test_slices_ahead_of_the_hand_come_first():
    order = ReadingOrder(20)
    order.focus(10, 1)
    # Behind counts twice: 10, 11, then 12 and 9 (both at 2), 13, ...
    assert order.take(2) == [10, 11]
    assert set(order.take(2)) == {9, 12}
    order.focus(10, -1)
    assert order.take(1) == [8]


def test_given_back_slices_are_taken_again():
    order = ReadingOrder(3)
    taken = order.take(3)
    order.give_back(taken[:1])
    order.give_back(taken[:1])  # twice counts once
    assert order.left == 1
    assert order.take(5) == taken[:1]


@given(
    st.integers(1, 60),
    st.lists(st.tuples(st.integers(-5, 70), st.sampled_from([-1, 0, 1]), st.integers(1, 9)), max_size=40),
)
def test_every_slice_is_taken_exactly_once_whatever_the_hand_does(count, moves):
    order = ReadingOrder(count)
    taken = []
    for focus, direction, n in moves:
        order.focus(focus, direction)
        taken += order.take(n)
    while more := order.take(7):
        taken += more
    assert sorted(taken) == list(range(count))
    assert order.left == 0


# -- loading


def test_all_slices_arrive_with_their_values():
    loaded, plan, _told = load(InlineExecutor())
    assert loaded.is_complete
    assert loaded.ready.all()
    assert loaded.fraction == 1.0
    assert (loaded.image.array == 100 + np.arange(9)[:, None, None]).all()
    assert not loaded.image.array.flags.writeable
    assert sorted(k for ks in plan.reads for k in ks) == list(range(9))
    assert loaded.voi(3).windows[0].center == 3.0
    assert loaded.header(2).sop_instance_uid == "1.2.1.2"


def test_first_slice_comes_with_the_opening_and_is_the_one_asked_for():
    executor = ManualExecutor()
    loaded, _plan, told = load(executor, first=6)
    assert not loaded.is_open
    with pytest.raises(LookupError):
        _ = loaded.image
    executor.run_next()
    executor.deliver()
    assert loaded.is_open
    assert list(np.flatnonzero(loaded.ready)) == [6]
    assert told == [range(9)]
    assert loaded.image.array[6, 0, 0] == 106
    executor.settle()
    assert loaded.is_complete


def test_middle_slice_is_first_when_none_is_asked_for():
    _loaded, plan, _ = load(InlineExecutor())
    assert plan.reads[0] == [4]


def test_focus_before_and_after_opening_decides_what_is_read_next(monkeypatch):
    monkeypatch.setattr(loading, "MAX_CHUNK", 1)
    monkeypatch.setattr(loading, "TURN_S", 0.0)
    executor = ManualExecutor()
    loaded, plan, _ = load(executor, slices=100)
    loaded.focus(70, 1)
    executor.run_next()
    executor.deliver()
    assert plan.reads == [[70]]
    loaded.focus(20, -1)
    for _ in range(3):
        executor.run_next()
        executor.deliver()
    assert plan.reads[1:] == [[20], [19], [18]]


def test_turns_are_short_so_that_others_get_theirs(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(loading.time, "monotonic", lambda: now[0])
    executor = ManualExecutor()

    def gate(ks):
        now[0] += 0.012 * len(ks)  # 12 ms a slice

    loaded, _plan, _ = load(executor, slices=60, gate=gate)
    executor.run_next()
    executor.deliver()
    before = now[0]
    executor.run_next()
    assert now[0] - before < 0.050
    assert executor.waiting >= 1
    executor.settle()
    assert loaded.ready.all()


def test_damaged_slices_cost_only_themselves():
    loaded, _plan, _told = load(InlineExecutor(), slices=12, bad=[3, 7])
    assert loaded.is_complete
    assert list(np.flatnonzero(~loaded.ready)) == [3, 7]
    assert loaded.errors == {3: "Slice 3 is damaged.", 7: "Slice 7 is damaged."}
    assert loaded.volume() is None
    assert "could not be read" in loaded.volume_failure


def test_damaged_first_slice_still_opens():
    loaded, *_ = load(InlineExecutor(), slices=5, bad=[2])
    assert loaded.is_open
    assert loaded.errors == {2: "Slice 2 is damaged."}


def test_series_that_cannot_be_opened_says_why():
    series = make_series()
    opened, told = [], []

    def plan(_series):
        raise TooLarge("The image would need 4 TB of memory.")

    loaded = LoadedSeries(series, Scheduler(InlineExecutor()), plan, opened=lambda one: opened.append(one))
    loaded.changed.connect(lambda span: told.append(span))
    loaded.start()
    assert not loaded.is_open
    assert "4 TB" in loaded.failure.message
    assert opened == [loaded]
    assert told == [range(0)]


def test_bug_in_opening_is_raised_as_one_and_told_without_its_words():
    series = make_series()

    def plan(_series):
        raise KeyError("secret")

    loaded = LoadedSeries(series, Scheduler(InlineExecutor()), plan)
    with pytest.raises(KeyError):
        loaded.start()
    assert "secret" not in str(loaded.failure)


def test_changes_cover_every_slice_and_are_few():
    executor = ThreadExecutor(cores=2)
    loaded, _plan, told = load(executor, slices=400)
    drain(executor, loaded)
    executor.pump(0.2)
    covered = set()
    for span in told[1:]:
        covered |= set(span)
    assert covered >= set(range(400)) - {200}
    assert len(told) < 60
    assert (loaded.image.array[:, 0, 0] == 100 + np.arange(400)).all()


def test_closing_stops_reading_and_frees_the_memory():
    executor = ManualExecutor()
    loaded, plan, _told = load(executor, slices=50)
    executor.run_next()
    executor.deliver()
    loaded.close()
    read = len(plan.reads)
    executor.settle()
    assert len(plan.reads) == read
    assert not loaded.is_open
    assert loaded.size_bytes == 0
    assert loaded.is_closed


def test_closing_while_opening_keeps_nothing():
    executor = ManualExecutor()
    loaded, _plan, told = load(executor)
    executor.run_next()
    loaded.close()
    executor.settle()
    assert not loaded.is_open
    assert told == []


# -- the volume


def test_regular_stack_is_its_own_volume():
    loaded, *_ = load(InlineExecutor())
    assert loaded.volume() is loaded.image


def test_volume_waits_for_every_slice():
    executor = ManualExecutor()
    loaded, *_ = load(executor)
    executor.run_next()
    executor.deliver()
    assert loaded.volume() is None
    assert loaded.volume_failure == ""
    executor.settle()
    assert loaded.volume() is loaded.image


def test_tilted_stack_is_regularised_once_in_the_compute_lane():
    tilt = np.deg2rad(20)
    geometry = Geometry((9, 4, 6), axis_z=(0.0, float(np.sin(tilt)), float(np.cos(tilt))), spacing_xyz_mm=(1, 1, 2))
    executor = ManualExecutor()
    loaded, _, told = load(executor, geometry=geometry)
    executor.settle()
    told.clear()
    assert loaded.volume() is None
    assert loaded.volume() is None
    assert executor.waiting == 1
    size = loaded.size_bytes
    executor.settle()
    volume = loaded.volume()
    assert volume.geometry.is_orthogonal
    assert volume.facts.resampled
    assert told == [range(9)]
    assert loaded.size_bytes > size
    assert not loaded.image.facts.resampled


def test_stack_that_cannot_be_reconstructed_says_why():
    facts = Facts("US", SpacingSource.NONE, not_reconstructable="The frames are not a volume.")
    loaded, *_ = load(InlineExecutor(), facts=facts)
    assert loaded.volume() is None
    assert loaded.volume_failure == "The frames are not a volume."
