"""One window for a series whose file has none: from the whole stack, whatever is shown first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medviewer.core.display import Voi
from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.core.voi import VoiLut, Window
from medviewer.services.default_window import MOST_PIXELS, MOST_SLICES, slices_to_sample, window_of_samples
from medviewer.services.executors import InlineExecutor, ManualExecutor
from medviewer.services.loading import LoadedSeries
from medviewer.services.scheduler import Scheduler
from tests.helpers.memory_plan import MemoryPlan, make_series


@given(st.integers(1, 3000), st.integers(1, 5000), st.integers(1, 5000))
def test_samples_are_spread_evenly_and_bounded(count, rows, columns):
    ks = slices_to_sample(count, rows, columns)
    assert count // 2 in ks
    assert all(0 <= k < count for k in ks)
    assert len(ks) <= MOST_SLICES
    assert len(ks) == 1 or len(ks) * rows * columns <= MOST_PIXELS
    gaps = np.diff(ks)
    assert len(gaps) == 0 or gaps.max() - gaps.min() <= 1


class BarePlan(MemoryPlan):
    """Slice k holds ``100 + k``; the file offers no window."""

    def voi(self, k: int) -> Voi:
        return Voi()


def opened(slices: int = 21, first: int = -1, plan: type[MemoryPlan] = BarePlan, **values: object) -> LoadedSeries:
    loaded = LoadedSeries(make_series(1, slices), Scheduler(InlineExecutor()), lambda s: plan(s, **values), first)
    loaded.start()
    return loaded


def test_the_window_comes_from_the_whole_stack_and_not_from_the_first_slice_shown():
    windows = {opened(first=first).default_window(k) for first in (-1, 0, 20) for k in (0, 10, 20)}
    assert len(windows) == 1
    (window,) = windows
    sampled = np.array([101, 104, 107, 110, 113, 116, 119])  # of 21 slices, the middle of every third
    expected = np.percentile(np.repeat(sampled, 24), (1, 99))
    assert (window.lower, window.upper) == pytest.approx(tuple(expected))


def test_it_is_there_with_the_first_slice():
    executor = ManualExecutor()
    loaded = LoadedSeries(make_series(1, 21), Scheduler(executor), BarePlan)
    loaded.start()
    assert loaded.default_window(3) is None
    executor.run_next()
    executor.deliver()
    early = loaded.default_window(3)
    assert not loaded.is_complete
    executor.settle()
    assert loaded.is_complete
    assert loaded.default_window(3) is early


def test_no_more_is_read_first_where_the_file_has_a_window():
    plans = []

    def plan(series):
        plans.append(MemoryPlan(series))
        return plans[0]

    executor = ManualExecutor()
    loaded = LoadedSeries(make_series(1, 21), Scheduler(executor), plan)
    loaded.start()
    executor.run_next()
    assert plans[0].reads == [[10]]
    executor.settle()
    assert loaded.default_window(4) == Window(4.0, 100.0)
    assert sorted(k for ks in plans[0].reads for k in ks) == list(range(21))


def test_no_slice_is_read_twice():
    plans = []

    def plan(series):
        plans.append(BarePlan(series))
        return plans[0]

    loaded = LoadedSeries(make_series(1, 50), Scheduler(InlineExecutor()), plan, first=7)
    loaded.start()
    assert sorted(k for ks in plans[0].reads for k in ks) == list(range(50))
    assert plans[0].reads[0][0] == 7


def test_damaged_samples_are_left_out():
    window = opened(bad=[10, 1]).default_window(0)
    assert window.lower > 103


def test_a_table_set_aside_gives_the_same_window_everywhere():
    class Tabled(MemoryPlan):
        def voi(self, k: int) -> Voi:
            return Voi(luts=(VoiLut(0, np.arange(300, dtype=np.uint16), 16),))

    loaded = opened(plan=Tabled)
    assert isinstance(loaded.default_window(0), VoiLut)
    without = loaded.default_window(0, lut_index=-1)
    assert isinstance(without, Window)
    assert loaded.default_window(20, lut_index=-1) == without


def test_pet_goes_from_zero_to_nearly_its_largest_value():
    shape = (3, 40, 50)
    array = np.random.default_rng(0).integers(-5, 1000, shape).astype(np.int16)
    facts = Facts("PT", SpacingSource.PATIENT)
    image = Image(array, Geometry(shape), Rescale((0.5, 1.0, 2.0), (0.0,)), "BQML", facts=facts)
    window = window_of_samples(image, range(3))
    values = array * np.array([0.5, 1.0, 2.0])[:, None, None]
    assert (window.lower, window.upper) == pytest.approx((0, np.percentile(values, 99.9)), rel=1e-6)
    ct = window_of_samples(replace(image, facts=replace(facts, modality="CT")), range(3))
    assert (ct.lower, ct.upper) == pytest.approx(tuple(np.percentile(values, (1, 99))), rel=1e-6)


def test_colour_has_no_window():
    class Colour(BarePlan):
        def image(self, array):
            return Image(np.zeros((*array.shape, 3), np.uint8), self._geometry, key="rgb")

    assert opened(plan=Colour).default_window(0) is None
