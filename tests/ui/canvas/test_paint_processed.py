"""Painting between two values, on the original and on the processed side of the line."""

from __future__ import annotations

from medviewer.document import edits
from tests.helpers import mouse
from tests.ui.canvas.conftest import Bench, axial_stack
from tests.ui.canvas.test_split import add


def test_painting_between_values_reads_the_side_under_the_hand(bench: Bench) -> None:
    shown, series = bench, axial_stack()
    series.array[:, 20:40, 10:40] = 0
    bench.show(series)
    add(bench, "filter.gaussian", sigma_mm=4.0)
    pane, labels = shown.canvas.active_pane(), shown.canvas.labels
    shown.canvas.set_tool("brush")
    labels.set_brush(diameter=6.0, limited=True, low=-1100.0, high=-1000.0)
    at = pane.frame.viewport.to_screen(25.0, 21.0)  # −1024 HU in the original, much more where it is blurred
    shown.document.apply(edits.SetView(0, split=0.9))
    mouse.click(pane, at)
    layer = labels.active("ct")
    assert labels.layer(layer.id).tiles.slice(pane.frame.index)[21, 25] == 1
    shown.document.undo()
    shown.document.apply(edits.SetView(0, split=0.1))
    mouse.click(pane, at)
    layer = labels.active("ct")
    assert layer is None or not labels.layer(layer.id).tiles.slice(pane.frame.index)[21, 25]
