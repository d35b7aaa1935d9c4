"""The line between original and processed image follows the hand, against two image items of pyqtgraph."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.document import edits
from medviewer.ops import registry
from medviewer.services.executors import InlineExecutor
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.theme import Theme
from tests.helpers.image_workspace import make_workspace, step
from tests.perf.measure import Row, Table, ct_slice, in_turns

pytestmark = pytest.mark.perf

SIZE = 900
FACTS = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)


def test_before_after_line(qapp: QApplication, table: Table, tmp_path: Path) -> None:
    """One movement of the line: edit, history, both pictures, the words on them."""
    import pyqtgraph as pg
    from scipy import ndimage

    one = ct_slice(SIZE)
    stack = np.repeat(one[None], 3, axis=0)
    image = Image(stack, Geometry(stack.shape, spacing_xyz_mm=(0.5, 0.5, 1.0)), unit="HU", facts=FACTS)
    workspace = make_workspace(tmp_path, InlineExecutor(), ct=image)
    canvas = CanvasGrid(workspace, Theme("dark"))
    canvas.resize(SIZE, SIZE)
    canvas.show()
    workspace.show_series("ct")
    recipe = step(registry.get("filter.gaussian"), sigma_mm=2.0)
    workspace.document.apply(edits.add_step(workspace.document.state, "ct", recipe))
    canvas.toggle_split()
    QApplication.processEvents()
    assert canvas.active_pane().frame is not None
    assert canvas.active_pane().frame.original is not None
    places = itertools.cycle(np.concatenate((np.linspace(0.1, 0.9, 40), np.linspace(0.9, 0.1, 40))).tolist())

    def ours() -> None:
        workspace.document.apply(edits.SetView(0, split=next(places)), gesture="drag")
        QApplication.processEvents()

    blurred = ndimage.gaussian_filter(one.astype(np.float32), 4.0).astype(one.dtype)
    view = pg.GraphicsLayoutWidget()
    view.resize(SIZE, SIZE)
    box = view.addViewBox(lockAspect=True, invertY=True)
    left, right = (pg.ImageItem(axisOrder="row-major") for _ in range(2))
    left.setImage(one, autoLevels=False, levels=(-1450, 550))
    box.addItem(left)
    box.addItem(right)
    line = pg.InfiniteLine(0, movable=True)
    box.addItem(line)
    box.autoRange(padding=0)
    view.show()

    def peer() -> None:
        at = int(next(places) * SIZE)
        right.setImage(blurred[:, at:], autoLevels=False, levels=(-1450, 550))
        right.setPos(at, 0)
        line.setValue(at)
        QApplication.processEvents()

    found = in_turns({"medviewer": ours, "pyqtgraph": peer}, rounds=60)
    a, b = found["medviewer"].wall_ms, found["pyqtgraph"].wall_ms
    what = f"one movement of the line in a pane of {SIZE}²"
    table.add(Row("Before and after", what, "two pyqtgraph image items", a, b, b / a, "< 16 ms", ""))
    canvas.close()
    workspace.close()
    view.close()
