"""Painting on real studies: a chest CT, an oblique brain MR, a PET whose slices differ in scale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from medviewer.document import edits
from medviewer.document.state import Plane
from medviewer.io import volume
from medviewer.io.series import Series
from medviewer.services.executors import InlineExecutor
from medviewer.services.paths import Paths
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.canvas.pane import Pane
from medviewer.ui.theme import Theme
from tests.helpers import mouse


class Folder:
    """The look-ups of a catalog over series that were named by their folder."""

    def __init__(self) -> None:
        self._all: list[Series] = []

    def unfinished_roots(self) -> list[str]:
        return []

    def add(self, path: Path) -> Series:
        series = volume.series_at(path)
        series.key = series.key or path.name
        self._all.append(series)
        return series

    def series(self, series_id: int) -> Series:
        return self._all[series_id - 1]

    def series_row(self, series_id: int) -> Series | None:
        return self._all[series_id - 1]

    def series_by_key(self, key: str) -> Series | None:
        return next((s for s in self._all if s.key == key), None)

    def close(self) -> None:
        pass


class Real:
    def __init__(self, data: Path, tmp: Path) -> None:
        paths = Paths(tmp / "data", tmp / "cache", tmp / "log")
        paths.ensure()
        self.data = data / "dicom"
        self.catalog = Folder()
        self.workspace = Workspace(paths, InlineExecutor(), catalog=self.catalog)
        self.canvas = CanvasGrid(self.workspace, Theme("dark"))
        self.canvas.resize(900, 500)
        self.canvas.show()
        QApplication.processEvents()

    def show(self, name: str) -> str:
        series = self.catalog.add(self.data / name)
        self.canvas.show_series(len(self.catalog._all), 0)
        assert self.canvas.pane(0).notice is None
        return series.key

    @property
    def document(self):
        return self.workspace.document

    def bytes(self, key: str) -> list[bytes]:
        return [layer.tiles.array().tobytes() for layer in self.canvas.labels.layers(key)]


@pytest.fixture
def real(qapp: QApplication, shared_data: Path, tmp_path: Path) -> Iterator[Real]:
    made = Real(shared_data, tmp_path)
    yield made
    made.canvas.close()
    made.canvas.deleteLater()
    made.workspace.close()


def middle(pane: Pane, dx: float = 0.0, dy: float = 0.0) -> tuple[float, float]:
    return pane.width() / 2 + dx * pane.width(), pane.height() / 2 + dy * pane.height()


def test_lung_is_painted_by_its_hounsfield_range(real: Real) -> None:
    key = real.show("ct_chest_lidc-0314")
    labels, pane = real.canvas.labels, real.canvas.pane(0)
    real.canvas.set_tool("brush")
    labels.set_brush(diameter=60.0, ball=True, limited=True, low=-1000.0, high=-600.0)
    mouse.drag(pane, [middle(pane, -0.12), middle(pane, -0.08, 0.1)])
    layer = labels.active(key)
    array = labels.array(layer.id)
    image = real.workspace.loaded(key).image
    touched = np.flatnonzero(array.any(axis=(1, 2)))
    assert len(touched) > 10
    inside = np.concatenate([image.modality_slice(int(k))[array[k] == 1] for k in touched])
    assert inside.min() >= -1000
    assert inside.max() <= -600
    assert inside.size > 10_000
    # Volume by hand: pixels, spacing, distance of slices.
    dz = (
        abs(np.diff(image.slice_positions_mm).mean())
        if image.slice_positions_mm
        else image.geometry.spacing_xyz_mm[2]
    )
    dx, dy, _ = image.geometry.spacing_xyz_mm
    assert labels.amounts(layer.id)[1].ml == pytest.approx(inside.size * dx * dy * dz / 1000, rel=1e-6)


def test_brain_is_painted_filled_interpolated_undone_and_redone(real: Real) -> None:
    key = real.show("mr_brain_t1_studyforrest")
    labels = real.canvas.labels
    real.canvas.set_mpr()
    panes = {pane.view.plane: pane for pane in real.canvas.panes()}
    states = []

    def keep() -> None:
        entry = len(real.document.history.undo_entries)
        states.append((entry, real.bytes(key)))

    keep()
    real.canvas.set_tool("brush")
    for plane, ball, size in ((Plane.AXIAL, False, 20.0), (Plane.CORONAL, True, 16.0), (Plane.SAGITTAL, False, 9.0)):
        pane = panes[plane]
        real.document.apply(edits.SetActive(pane.number))
        labels.set_brush(diameter=size, ball=ball)
        mouse.drag(pane, [middle(pane, -0.1), middle(pane, 0.1, 0.02)])
        keep()
    layer = labels.active(key)
    assert labels.counts(layer.id)[1] > 5_000
    labels.add_label(layer.id, "second")
    keep()
    sagittal = panes[Plane.SAGITTAL]
    real.canvas.set_tool("lasso")
    for shift in (0, 8):
        real.document.apply(edits.SetActive(sagittal.number))
        real.canvas.scroll_to(sagittal.number, 100 + shift)
        mouse.drag(sagittal, [middle(sagittal, x, y) for x, y in ((-0.1, 0.1), (0.1, 0.1), (0.0, 0.18))], steps=12)
        keep()
    real.canvas.painting.interpolate()
    keep()
    seen = labels.slice(layer.id, Plane.SAGITTAL, 104)
    assert (seen == 2).sum() > 20
    real.canvas.set_tool("fill")
    mouse.click(panes[Plane.AXIAL], middle(panes[Plane.AXIAL]))
    keep()
    end = real.bytes(key)
    known = dict(states)
    while real.document.undo():
        entry = len(real.document.history.undo_entries)
        if entry in known:
            assert real.bytes(key) == known[entry]
    assert real.bytes(key) == []
    while real.document.redo():
        entry = len(real.document.history.undo_entries)
        if entry in known:
            assert real.bytes(key) == known[entry]
    assert real.bytes(key) == end


def test_pet_is_painted_by_its_uptake(real: Real) -> None:
    key = real.show("pet_wholebody_sts-001")
    labels, pane = real.canvas.labels, real.canvas.pane(0)
    image = real.workspace.loaded(key).image
    k = pane.frame.index
    values = image.modality_slice(k)
    low = float(np.nanpercentile(values, 97))
    labels.set_brush(diameter=400.0, limited=True, low=low, high=1e9)
    real.canvas.set_tool("brush")
    mouse.click(pane, middle(pane))
    array = labels.array(labels.active(key).id)
    painted = array[k] == 1
    assert painted.any()
    assert values[painted].min() >= low
    rows, columns = values.shape
    centre = np.s_[rows // 3 : 2 * rows // 3, columns // 3 : 2 * columns // 3]
    assert np.array_equal(painted[centre], (values >= low)[centre])
