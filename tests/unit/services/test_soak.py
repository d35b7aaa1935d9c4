"""Series opened and closed two hundred times: memory, threads and file handles stay flat."""

from __future__ import annotations

import gc
import os
import threading
from pathlib import Path

import pytest

from medviewer.document import edits
from medviewer.document.state import Plane
from medviewer.services.executors import ThreadExecutor
from medviewer.services.paths import Paths
from medviewer.services.settings import Settings
from medviewer.services.workspace import MIB, Workspace
from tests.helpers.memory_plan import MemoryPlan, make_series

SLICES = 20
SHAPE_YX = (256, 256)  # 2.5 MiB a series
SERIES = 12
ROUNDS = 200


class ListCatalog:
    """The catalog's looking-up, without a disk."""

    def __init__(self) -> None:
        self._series = {n: make_series(n, SLICES) for n in range(SERIES)}

    def unfinished_roots(self) -> list[str]:
        return []

    def series(self, series_id):
        return self._series[series_id]

    def series_by_key(self, key):
        return next((s for s in self._series.values() if s.key == key), None)

    def close(self) -> None:
        pass


def resident_mib() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB


def handles() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="counts memory by /proc (Linux)")
def test_opening_and_closing_leaves_nothing_behind(tmp_path):
    executor = ThreadExecutor(cores=2)
    settings = Settings(None, {})
    settings.change("memory", budget_mb=10)  # room for three of twelve
    workspace = Workspace(
        Paths.choose(data_dir=tmp_path).ensure(),
        executor,
        settings=settings,
        catalog=ListCatalog(),
        plan=lambda series: MemoryPlan(series, SHAPE_YX),
    )
    workspace.start()
    seen = []
    measured = []
    for n in range(ROUNDS):
        loaded = workspace.show_series(n % SERIES, plane=Plane.AXIAL if n % 2 else Plane.STACK)
        while not loaded.is_complete:
            assert executor.pump(30.0)
        assert loaded.image.array[3, 0, 0] == 100 * (n % SERIES) + 3
        assert loaded.volume() is loaded.image
        workspace.document.apply(edits.SetIndex.of(0, n % SLICES))
        assert workspace.cache.size_bytes <= 10 * MIB
        if n % 3 == 0:
            workspace.close_series(loaded.key)
        del loaded
        if n >= ROUNDS // 4 and n % 5 == 0:
            gc.collect()
            measured.append(resident_mib())
            seen.append((threading.active_count(), handles()))
    assert len({threads for threads, _ in seen}) == 1
    counts = [count for _, count in seen]
    assert max(counts) - min(counts) <= 1  # the journal opens its file when it first writes
    # Up to three series of 2.5 MiB are held at any moment; two hundred would be 500 MiB.
    half = len(measured) // 2
    assert sum(measured[half:]) / len(measured[half:]) < 1.05 * sum(measured[:half]) / half
    assert max(measured) - min(measured) < 16
    assert len(workspace._opened) <= 4
    before = threading.active_count()
    assert workspace.close() == []
    assert threading.active_count() < before
    assert workspace.cache.size_bytes == 0
