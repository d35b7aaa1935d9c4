"""A recipe's result on the canvas: said to be one, measured on the original, and gone when it is switched off."""

from __future__ import annotations

import numpy as np

from medviewer.document import edits
from medviewer.document.state import Step
from medviewer.ops import registry
from medviewer.ops.params import to_json
from medviewer.ui.canvas.corner_text import OverlayLevel
from medviewer.ui.canvas.overlay_content import overlay_of
from medviewer.ui.canvas.probe import probe
from tests.helpers import mouse
from tests.ui.canvas.conftest import Bench, axial_stack


def blurred(bench: Bench) -> None:
    operation = registry.get("filter.gaussian")
    step = Step(operation.id, operation.version, to_json(operation.defaults()) | {"sigma_mm": 4.0})
    bench.document.apply(edits.add_step(bench.document.state, "ct", step))


def words(bench: Bench) -> str:
    pane = bench.canvas.active_pane()
    made = overlay_of(pane.frame, pane.source, OverlayLevel.FULL, pane.size())
    return "\n".join(line.text for line in made.corners.bottom_right)


def test_the_result_is_shown_and_says_so(bench: Bench) -> None:
    series = axial_stack()
    series.array[:, 20:30, 20:30] = 0  # an edge to blur
    bench.show(series)
    pane = bench.canvas.active_pane()
    before = pane.rgb32.copy()
    assert "PROCESSED" not in words(bench)
    blurred(bench)
    assert pane.frame.request.processed is not None
    assert "PROCESSED" in words(bench)
    assert not np.array_equal(pane.rgb32, before)
    bench.document.apply(edits.SetView(0, show_processed=False))
    assert pane.frame.request.processed is None
    assert np.array_equal(pane.rgb32, before)


def test_values_come_from_the_original(bench: Bench) -> None:
    series = axial_stack()
    series.array[:, 20:30, 20:30] = 0
    bench.show(series)
    blurred(bench)
    pane = bench.canvas.active_pane()
    found = probe(pane.frame, *pane.frame.viewport.to_screen(25, 25))
    assert found.stored == "stored 0"
    bench.canvas.set_tool("rectangle")
    port = pane.frame.viewport
    mouse.drag(pane, [port.to_screen(21.5, 21.5), port.to_screen(27.5, 27.5)])
    (drawn,) = pane.drawn_measurements(pane.frame)
    assert drawn.reading.lines[0] == "Mean −1024  SD 0 HU"


def test_undo_takes_the_result_away(bench: Bench) -> None:
    bench.show(axial_stack())
    blurred(bench)
    bench.document.undo()
    assert bench.canvas.active_pane().frame.request.processed is None
