"""Windowing, frames and planes against pyqtgraph, naive numpy, SimpleITK and scipy."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget

from medviewer.core.display import Appearance, DisplayTable, Voi, Window, colour, render, resample
from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.core.slicing import plane_slice
from medviewer.services.executors import InlineExecutor
from medviewer.ui.canvas.corner_text import OverlayLevel
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.theme import Theme
from tests.helpers.image_workspace import make_workspace
from tests.perf.measure import Table, compare, ct_slice

pytestmark = pytest.mark.perf

VIEW = 900
FACTS = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)


def image_of(slices: list[np.ndarray]) -> Image:
    array = np.stack(slices)
    return Image(array, Geometry(array.shape, spacing_xyz_mm=(0.7, 0.7, 2.0)), unit="HU", facts=FACTS)


@pytest.mark.parametrize("size", [512, 1024, 2048])
def test_window_level(table: Table, size: int) -> None:
    """A slice to RGB32 at its own size, the table made anew as in a drag."""
    import pyqtgraph

    image = image_of([ct_slice(size)])
    stored = image.array[0]
    identity = np.array(((1.0, 0, 0), (0, 1, 0)))
    centers = iter(range(10_000))

    def ours() -> object:
        look = Appearance(Window(40 + next(centers) % 50, 400), interpolate=False)
        return render(stored, DisplayTable.build(image, Voi(), look), identity, (size, size), interpolate=False)

    def naive() -> object:
        grey = np.clip((stored.astype(np.float64) - (40 - 200)) / 400, 0, 1) * 255
        grey = grey.astype(np.uint8)
        return np.dstack((grey, grey, grey, np.full_like(grey, 255)))

    def make_argb() -> object:
        return pyqtgraph.makeARGB(stored, levels=(-160, 240))

    goals = {"naive numpy": "≥ 10×", "pyqtgraph makeARGB": "≥ 8×"} if size == 2048 else {}
    compare(
        table,
        "Window/level to RGB32",
        f"{size}², new window each time",
        {"medviewer": ours, "naive numpy": naive, "pyqtgraph makeARGB": make_argb},
        goals,
        rounds=6,
        repeat=5,
    )


def test_window_level_to_the_screen(table: Table) -> None:
    """The same in a drag on a 2048² radiograph in a 900² viewport: what is seen is computed, not what is stored."""
    import pyqtgraph

    image = image_of([ct_slice(2048)])
    stored = image.array[0]
    scale = VIEW / 2048
    matrix = np.array(((scale, 0, (scale - 1) / 2), (0, scale, (scale - 1) / 2)))
    centers = iter(range(10_000))

    def ours(smooth: bool) -> object:
        look = Appearance(Window(40 + next(centers) % 50, 400), interpolate=smooth)
        return render(stored, DisplayTable.build(image, Voi(), look), matrix, (VIEW, VIEW), interpolate=smooth)

    first = DisplayTable.build(image, Voi(), Appearance(Window(40, 400)))
    sampled = resample(stored, first, matrix, (VIEW, VIEW), interpolate=True)

    def drag() -> object:
        """What a pane does from the second step of a drag on: the pixels on screen are known."""
        made = DisplayTable.build(image, Voi(), Appearance(Window(40 + next(centers) % 50, 400)))
        assert sampled.serves(made)
        return colour(sampled, made)

    def naive() -> object:
        grey = (np.clip((stored.astype(np.float64) - (40 - 200)) / 400, 0, 1) * 255).astype(np.uint8)
        return np.dstack((grey, grey, grey, np.full_like(grey, 255)))

    peers = {"naive numpy": naive, "pyqtgraph makeARGB": lambda: pyqtgraph.makeARGB(stored, levels=(-160, 240))}
    ways: dict[str, Callable[[], object]] = {
        "nearest": partial(ours, False),
        "smooth, first step": partial(ours, True),
        "smooth, each further step of a drag": drag,
    }
    for words, run in ways.items():
        compare(
            table,
            "Window/level to RGB32",
            f"2048² in a viewport of 900², {words}",
            {"medviewer": run, **peers},
            {"naive numpy": "≥ 10×", "pyqtgraph makeARGB": "≥ 8×"} if "first" not in words else {},
            rounds=6,
            repeat=5,
            note="the peers do not scale to the viewport",
        )


class _Peers:
    """The same picture in pyqtgraph, ready to be set and grabbed."""

    def __init__(self, slices: list[np.ndarray]) -> None:
        import pyqtgraph as pg

        self._slices, self._n = slices, 0
        self.item_view = pg.GraphicsLayoutWidget()
        self.item_view.resize(VIEW, VIEW)
        box = self.item_view.addViewBox(lockAspect=True, invertY=True)
        self._item = pg.ImageItem(axisOrder="row-major")
        box.addItem(self._item)
        self._item.setImage(slices[0], autoLevels=False, levels=(-160, 240))
        box.autoRange(padding=0)
        self.image_view = pg.ImageView()
        self.image_view.resize(VIEW, VIEW)
        self.image_view.setImage(slices[0].T, autoLevels=False, levels=(-160, 240))
        for widget in (self.item_view, self.image_view):
            widget.show()
        QApplication.processEvents()

    def _next(self) -> np.ndarray:
        self._n += 1
        return self._slices[self._n % len(self._slices)]

    def item(self) -> object:
        self._item.setImage(self._next(), autoLevels=False, levels=(-160, 240))
        return self.item_view.grab()

    def view(self) -> object:
        self.image_view.setImage(
            self._next().T, autoLevels=False, levels=(-160, 240), autoRange=False, autoHistogramRange=False
        )
        return self.image_view.grab()


@pytest.mark.parametrize("size", [512, 2048])
@pytest.mark.parametrize("smooth", [False, True], ids=["nearest", "smooth"])
def test_frame(table: Table, tmp_path: Path, qapp: QApplication, size: int, smooth: bool) -> None:
    """Set the next slice and grab the widget, in a viewport of 900²: without and with everything written on it."""
    slices = [ct_slice(size, seed) for seed in range(4)]
    workspace = make_workspace(tmp_path, InlineExecutor(), ct=image_of(slices))
    canvas = CanvasGrid(workspace, Theme("dark"))
    canvas.resize(VIEW, VIEW)
    canvas.show()
    canvas.show_key("ct")
    canvas.set_window(Window(40, 400))
    if not smooth:
        canvas.toggle_interpolation()
    QApplication.processEvents()
    canvas.cost.LIMIT_S = 10.0  # rendered here, so that the whole time is seen
    pane, turn = canvas.active_pane(), iter(range(1_000_000))

    def ours(level: OverlayLevel) -> Callable[[], Any]:
        def run() -> object:
            canvas.overlay_level = level
            canvas.scroll_to(0, next(turn) % 4)
            return pane.grab()

        return run

    peers = _Peers(slices)
    goal = "≥ 2×" if size == 512 else "≥ 4×"
    kind = "smooth" if smooth else "nearest"
    goals = {
        "pyqtgraph ImageItem": goal if not smooth else "≤ 16 ms",
        "pyqtgraph ImageView": "≥ 10×" if size == 2048 else "",
    }
    for level, words in ((OverlayLevel.OFF, "picture alone"), (OverlayLevel.FULL, "with all overlays")):
        compare(
            table,
            "Frame, 900² viewport (set + grab)",
            f"{size}², {kind}, {words}",
            {"medviewer": ours(level), "pyqtgraph ImageItem": peers.item, "pyqtgraph ImageView": peers.view},
            goals,
            rounds=6,
            repeat=5,
            note="pyqtgraph draws nearest and nothing over it",
        )
    widgets: list[QWidget] = [canvas, peers.item_view, peers.image_view]
    for widget in widgets:
        widget.close()
    workspace.close()


def test_orthogonal_planes(table: Table) -> None:
    """A slice of a 512 × 512 × 300 volume, ready to be shown, as a contiguous array."""
    import SimpleITK as sitk
    from scipy import ndimage

    one = ct_slice(512)
    array = np.stack([np.roll(one, k, axis=1) for k in range(300)])
    image = Image(array, Geometry(array.shape, spacing_xyz_mm=(0.7, 0.7, 1.0)), unit="HU", facts=FACTS)
    volume = sitk.GetImageFromArray(array)
    turn = iter(range(1_000_000))

    def at() -> int:
        return 100 + next(turn) % 100

    def ours(plane: str) -> Callable[[], Any]:
        return lambda: np.ascontiguousarray(plane_slice(image, plane, at()).values)

    def itk(axis: str) -> Callable[[], Any]:
        def run() -> object:
            k = at()
            cut = volume[:, k, :] if axis == "coronal" else volume[k, :, :] if axis == "sagittal" else volume[:, :, k]
            return sitk.GetArrayFromImage(cut)

        return run

    z, v = np.meshgrid(np.arange(299, -1, -1.0), np.arange(512.0), indexing="ij")

    def scipy_plane(plane: str) -> Callable[[], Any]:
        def run() -> object:
            k = np.full(z.shape, float(at()))
            where = (z, k, v) if plane == "coronal" else (z, v, k)
            return ndimage.map_coordinates(array, where, order=1)

        return run

    for plane in ("axial", "coronal", "sagittal"):
        peers = {"medviewer": ours(plane), "SimpleITK slicing": itk(plane)}
        if plane != "axial":
            peers["scipy map_coordinates"] = scipy_plane(plane)
        goal = {"SimpleITK slicing": "≤ 7 ms", "scipy map_coordinates": "≥ 2×"}
        compare(table, "Orthogonal planes, 512 × 512 × 300", plane, peers, goal, rounds=9)
    slab = {
        "medviewer": lambda: plane_slice(image, "axial", at(), 20.0, "max").values,
        "numpy max of the slab": lambda: array[140:160].max(axis=0),
        "SimpleITK MaximumProjection": lambda: sitk.GetArrayFromImage(
            sitk.MaximumProjection(volume[:, :, 140:160], 2)
        ),
    }
    compare(table, "Orthogonal planes, 512 × 512 × 300", "axial MIP, 20 mm", slab, {}, rounds=9)
