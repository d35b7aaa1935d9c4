"""Scrolling, the event loop under work, and the start of the program."""

from __future__ import annotations

import gc
import importlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from medviewer import app
from medviewer.document import edits
from medviewer.services.jobs import JobRequest
from medviewer.services.paths import Paths
from medviewer.services.processes import job_of
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.job_bridge import QThreadExecutor
from medviewer.ui.theme import Theme
from tests.helpers import mouse
from tests.helpers.dicom_factory import make_series
from tests.perf.measure import Row, Table, ct_slice, percentile

pytestmark = [pytest.mark.perf, pytest.mark.slow]


class Pulse:
    """How late a 4 ms timer is: what a hand feels of a busy event loop."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setInterval(4)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max(0.0, (now - self._last) * 1e3 - 4))
        self._last = now

    def __enter__(self) -> Pulse:
        self._last = time.perf_counter()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()

    def say(self, table: Table, what: str) -> None:
        """Add the delays to the table."""
        p99, worst = percentile(self.late_ms, 0.99), max(self.late_ms)
        text = f"p99 {p99:.1f} ms, worst {worst:.1f} ms, {len(self.late_ms)} beats"
        table.value("Event loop (delay of a 4 ms timer)", what, text, "p99 ≤ 16 ms, worst ≤ 100 ms")


@pytest.fixture(scope="module")
def long_ct(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,000 slices of 256²."""
    folder = tmp_path_factory.mktemp("long")
    one = ct_slice(256)
    make_series(folder, 1000, vary=lambda k: {"pixels": np.roll(one, k, axis=1)}, spacing_mm=1.0)
    return folder


@pytest.fixture(scope="module")
def ct_300(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 slices of 512²."""
    folder = tmp_path_factory.mktemp("ct300")
    one = ct_slice(512)
    make_series(
        folder, 300, series="short", study="short", vary=lambda k: {"pixels": np.roll(one, k, axis=1)}, spacing_mm=1.0
    )
    return folder


@pytest.fixture
def workspace(qapp: QApplication, tmp_path: Path):
    paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "log")
    paths.ensure()
    made = Workspace(paths, QThreadExecutor())
    before = sys.getswitchinterval()
    sys.setswitchinterval(app.SWITCH_S)  # as the program does at its start
    yield made
    sys.setswitchinterval(before)
    made.close()


def wait_for(condition, seconds: float = 60.0) -> None:
    end = time.perf_counter() + seconds
    while not condition():
        QApplication.processEvents()
        if time.perf_counter() > end:
            raise TimeoutError


def imported(workspace: Workspace, folder: Path) -> int:
    """Import a folder; the id of its first series."""
    known = {row.id for study in workspace.catalog.studies("") for row in workspace.catalog.series_of(study.id)}
    reports = []
    workspace.import_paths([folder], done=reports.append, failed=reports.append)
    wait_for(lambda: reports)
    assert not isinstance(reports[0], BaseException), reports[0]
    rows = [row for study in workspace.catalog.studies("") for row in workspace.catalog.series_of(study.id)]
    return next(int(row.id) for row in rows if row.id not in known)


def test_first_image(table: Table, workspace: Workspace, long_ct: Path, ct_300: Path) -> None:
    """From the click to the picture, what the program warms up after its start being warm."""
    for name in app.WARM:
        importlib.import_module(name)
    gc.freeze()
    canvas = CanvasGrid(workspace, Theme("dark"))
    canvas.resize(900, 900)
    canvas.show()
    for folder, what in ((ct_300, "300 slices of 512²"), (long_ct, "1,000 slices of 256²")):
        series = imported(workspace, folder)
        times, calls, processor = [], [], []
        for _ in range(5):
            QApplication.processEvents()
            pane = canvas.active_pane()
            start, before = time.perf_counter(), time.process_time()
            canvas.show_series(series)
            calls.append((time.perf_counter() - start) * 1e3)
            wait_for(lambda: pane.frame is not None)  # noqa: B023
            times.append((time.perf_counter() - start) * 1e3)
            processor.append((time.process_time() - before) * 1e3)
            key = pane.view.series_key
            wait_for(lambda: workspace.scheduler.idle)
            workspace.document.apply(edits.ShowSeries(0, ""))
            workspace.close_series(key)
        text = (
            f"{sorted(times)[2]:.0f} ms (shortest {min(times):.0f}; processor time {sorted(processor)[2]:.0f}; "
            f"the window is held for {sorted(calls)[2]:.1f})"
        )
        table.value("Opening", f"first image after the click, {what}", text, "≤ 150 ms")
    canvas.close()
    gc.unfreeze()


def test_first_rows(table: Table, workspace: Workspace, long_ct: Path) -> None:
    """From the choice of a folder of 1,000 files to the first row of the list."""
    warm: list[object] = []
    work = job_of(workspace.processes, "medviewer.services.importer", "warm_up")
    workspace.scheduler.submit(JobRequest(("warm-up",), "process", work), done=warm.append)
    wait_for(lambda: warm)  # as the program does after its start
    rows: list[float] = []
    reports: list[object] = []
    start = time.perf_counter()

    def changed(_what: object) -> None:
        if workspace.catalog.studies("", limit=1):
            rows.append((time.perf_counter() - start) * 1e3)

    workspace.catalog_changed.connect(changed)
    workspace.import_paths([long_ct], done=reports.append, failed=reports.append)
    wait_for(lambda: reports)
    text = f"{rows[0]:.0f} ms; all 1,000 after {(time.perf_counter() - start) * 1e3:.0f} ms"
    table.value("Opening", "first rows of the list after choosing a folder", text, "< 300 ms")


def test_scroll_while_loading(table: Table, workspace: Workspace, long_ct: Path) -> None:
    """Forty notches the moment the first slice is there, then as many steps a second as the window takes."""
    series = imported(workspace, long_ct)
    canvas = CanvasGrid(workspace, Theme("dark"))
    canvas.resize(900, 900)
    canvas.show()
    QApplication.processEvents()
    pulse = Pulse()
    canvas.show_series(series)
    pane = canvas.active_pane()
    wait_for(lambda: pane.frame is not None)
    before = workspace.document.state.view(0).index
    with pulse:
        for _ in range(40):
            mouse.wheel(pane, -120)
            QApplication.processEvents()
        moved = workspace.document.state.view(0).index - before
        assert moved == 40
        table.value("Scrolling", "40 notches while loading", f"{moved} slices", "40")
        shown: set[int] = set()
        pane.on_frame = lambda frame: shown.add(frame.index)
        canvas.home()
        steps, start = 0, time.perf_counter()
        while steps < 600:
            canvas.step(1)
            QApplication.processEvents()
            steps += 1
        seconds = time.perf_counter() - start
    pane.on_frame = None
    table.value("Scrolling", "steps through 1,000 slices, loading", f"{steps / seconds:.0f} /s", "≥ 60 /s")
    table.value("Scrolling", "of these painted", f"{len(shown)} of {steps}")
    pulse.say(table, "scrolling through 1,000 slices while they load")
    _scroll_peer(table, canvas, seconds / steps * 1e3)
    canvas.close()
    canvas.deleteLater()


def _scroll_peer(table: Table, canvas: CanvasGrid, ours_ms: float) -> None:
    """The same steps in pyqtgraph's ImageView, everything in memory already."""
    import pyqtgraph as pg

    pane = canvas.active_pane()
    wait_for(lambda: pane.source is not None and pane.source.loaded.is_complete)
    volume = pane.source.loaded.image.array
    view = pg.ImageView()
    view.resize(900, 900)
    view.setImage(volume, levels=(-160, 240), axes={"t": 0, "y": 1, "x": 2})
    view.show()
    QApplication.processEvents()
    start = time.perf_counter()
    for k in range(200):
        view.setCurrentIndex(k)
        QApplication.processEvents()
    peer_ms = (time.perf_counter() - start) / 200 * 1e3
    start = time.perf_counter()
    canvas.home()
    for _ in range(200):
        canvas.step(1)
        QApplication.processEvents()
    ours_ms = (time.perf_counter() - start) / 200 * 1e3
    note = "all slices in memory; ours with all overlays, smooth"
    table.add(
        Row("Scrolling", "a step, 256² at 900²", "pyqtgraph ImageView", ours_ms, peer_ms, peer_ms / ours_ms, "", note)
    )
    view.close()


def test_event_loop_while_importing(table: Table, workspace: Workspace, tmp_path: Path) -> None:
    """1,500 files into the catalog while somebody works."""
    folder = tmp_path / "files"
    make_series(folder, 1500, pixels=np.zeros((32, 32), np.int16), spacing_mm=1.0)
    reports: list[object] = []
    with Pulse() as pulse:
        workspace.import_paths([folder], done=reports.append, failed=reports.append)
        wait_for(lambda: reports)
    assert not isinstance(reports[0], BaseException), reports[0]
    pulse.say(table, "importing 1,500 files")


def test_event_loop_while_inferring(table: Table, workspace: Workspace, long_ct: Path) -> None:
    """A network over 1,000 slices in its own lane, while the canvas scrolls."""
    from medviewer.document.edits import add_step
    from medviewer.document.state import Step
    from medviewer.ops import registry
    from medviewer.services import processing

    at_work = processing.of(workspace)
    networks = [op for op in registry.all_operations() if op.lane.startswith("torch:")]
    if not networks:
        pytest.skip("no network is registered")
    series = imported(workspace, long_ct)
    canvas = CanvasGrid(workspace, Theme("dark"))
    canvas.resize(600, 600)
    canvas.show()
    canvas.show_series(series)
    pane = canvas.active_pane()
    wait_for(lambda: pane.source is not None and pane.source.loaded.is_complete)
    key = pane.view.series_key
    operation = networks[0]
    workspace.document.apply(add_step(workspace.document.state, key, Step(operation.id, operation.version)))
    wait_for(lambda: workspace.scheduler.idle)  # torch is loaded now
    job = at_work.process_all(key)
    assert job is not None
    with Pulse() as pulse:
        end = time.perf_counter() + 4
        while time.perf_counter() < end and not job.finished:
            canvas.step(1 if pane.slice_index < 900 else -800)
            QApplication.processEvents()
    at_work.cancel(key)
    pulse.say(table, "a network at work, scrolling")
    canvas.close()
    canvas.deleteLater()


SHOWN = "from medviewer import app\nqapp, window = app.build()\nwindow.show(); qapp.processEvents()\n"
READY = (
    SHOWN + "waiting = []; window.ready.connect(lambda: waiting.append(1))\nwhile not waiting: qapp.processEvents()\n"
)
START = {
    "medviewer": SHOWN,
    "medviewer, ready": READY,
    "medviewer, 100,000 instances": READY,
    "bare PySide6 window": (
        "from PySide6.QtWidgets import QApplication, QMainWindow\n"
        "qapp = QApplication([]); window = QMainWindow(); window.resize(1200, 800)\n"
        "window.show(); qapp.processEvents()\n"
    ),
    "importing everything": ("import PySide6.QtWidgets, pyqtgraph, cv2, SimpleITK, pydicom, scipy.ndimage, torch\n"),
}


def test_start(table: Table, tmp_path: Path, large_catalog: Path) -> None:
    """From the start of the process to the first painted window, and the memory it takes."""
    shutil.copytree(large_catalog, Paths(tmp_path / "large", tmp_path / "c", tmp_path / "l").catalog_dir)
    times: dict[str, list[float]] = {name: [] for name in START}
    memory: dict[str, float] = {}
    for n in range(4):
        for name, code in START.items():
            environment = os.environ | {
                "QT_QPA_PLATFORM": "offscreen",
                "MEDVIEWER_DATA_DIR": str(tmp_path / ("large" if "100,000" in name else "d")),
                "MEDVIEWER_CACHE_DIR": str(tmp_path / "c"),
                "MEDVIEWER_LOG_DIR": str(tmp_path / "l"),
                "PYTHONPYCACHEPREFIX": str(tmp_path / "compiled"),  # as installed: nothing is compiled at the start
            }
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            tail = (
                "import json, re, os, sys\n"
                "status = open('/proc/self/status').read() if os.path.exists('/proc/self/status') else ''\n"
                "found = re.search(r'VmRSS:\\s+(\\d+)', status)\n"
                "print(json.dumps(int(found[1]) / 1024 if found else 0)); sys.stdout.flush(); os._exit(0)\n"
            )
            start = time.perf_counter()
            out = subprocess.run(
                [sys.executable, "-c", code + tail], capture_output=True, text=True, env=environment, check=False
            )
            took = (time.perf_counter() - start) * 1e3
            assert out.returncode == 0, out.stderr[-2000:]
            if n:
                times[name].append(took)
            memory[name] = json.loads(out.stdout.strip().splitlines()[-1])
    median = {name: sorted(values)[len(values) // 2] for name, values in times.items()}
    ours = median["medviewer"]
    bare, everything = median["bare PySide6 window"], median["importing everything"]
    table.add(Row("Start", "first window", "bare PySide6 window", ours, bare, bare / ours, "≥ 0.5× (≤ 2× its time)"))
    table.add(
        Row("Start", "first window", "importing everything", ours, everything, everything / ours, "≥ 6.7× (≤ .15×)")
    )
    ready = median["medviewer, ready"]
    table.add(
        Row("Start", "all parts, waiting for its user", "importing everything", ready, everything, everything / ready)
    )
    large = median["medviewer, 100,000 instances"]
    row = Row(
        "Start", "all parts, 100,000 instances in the list", "an empty list", large, ready, ready / large, "≥ 0.83×"
    )
    table.add(row)
    table.value("Start", "memory with the first window", f"{memory['medviewer']:.0f} MiB", "≤ 110 MiB")
    table.value("Start", "memory with all parts", f"{memory['medviewer, ready']:.0f} MiB")
