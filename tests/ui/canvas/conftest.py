"""A real workspace over series made of numbers, and a canvas that shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication

from medviewer.core.display import Voi, Window
from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.errors import DataError, UnreadableFile
from medviewer.io.headers import InstanceHeader
from medviewer.io.series import Series
from medviewer.services.executors import InlineExecutor, ManualExecutor
from medviewer.services.paths import Paths
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.theme import Theme

HU = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)


@dataclass(eq=False)
class ArraySeries:
    """A series whose "files" are the slices of an array."""

    key: str
    array: NDArray[Any]
    geometry: Geometry
    facts: Facts = HU
    unit: str = "HU"
    rescale: Rescale = field(default_factory=lambda: Rescale((1.0,), (-1024.0,)))
    voi: Voi = field(default_factory=lambda: Voi((Window(40, 400),)))
    padding: tuple[float, float] | None = None
    monochrome1: bool = False
    broken: tuple[int, ...] = ()
    header: InstanceHeader = field(
        default_factory=lambda: InstanceHeader(
            path="none", patient_name="Doe^Jane", patient_id="77", modality="CT", series_description="Thorax"
        )
    )
    id: int = 0
    reads: list[int] = field(default_factory=list)

    @property
    def series(self) -> Series:
        return Series(id=self.id, key=self.key, modality=self.facts.modality, n_frames=len(self.array))


class ArrayPlan:
    """`services.loading.Plan` over an `ArraySeries`."""

    def __init__(self, source: ArraySeries) -> None:
        self._source = source

    def allocate(self) -> NDArray[Any]:
        return np.zeros_like(self._source.array)

    def read_into(self, array: NDArray[Any], ks: Sequence[int], check: Callable[[], None]) -> None:
        for k in ks:
            check()
            if k in self._source.broken:
                raise UnreadableFile("The file ends before its pixels do.", "Copy it again from its source.")
            array[k] = self._source.array[k]
            self._source.reads.append(k)

    def image(self, array: NDArray[Any]) -> Image:
        s = self._source
        return Image(array, s.geometry, s.rescale, s.unit, s.padding, s.monochrome1, s.facts, key=s.key)

    def voi(self, k: int) -> Voi:
        return self._source.voi

    def header(self, k: int) -> InstanceHeader:
        return self._source.header


class ArrayCatalog:
    """The two look-ups that showing a series needs."""

    def __init__(self) -> None:
        self.all: dict[str, ArraySeries] = {}

    def add(self, source: ArraySeries) -> ArraySeries:
        source.id = len(self.all) + 1
        self.all[source.key] = source
        return source

    def unfinished_roots(self) -> list[str]:
        return []

    def series(self, series_id: int) -> Series:
        for source in self.all.values():
            if source.id == series_id:
                return source.series
        raise DataError("This series is no longer in the list.", "Import its files again.")

    def series_row(self, series_id: int) -> Series | None:
        return next((source.series for source in self.all.values() if source.id == series_id), None)

    def series_by_key(self, key: str) -> Series | None:
        source = self.all.get(key)
        return source.series if source is not None else None

    def close(self) -> None:
        pass


def axial_stack(
    key: str = "ct",
    shape: tuple[int, int, int] = (20, 64, 48),
    spacing_xyz: tuple[float, float, float] = (0.8, 0.8, 2.0),
    *,
    z0: float = 0.0,
    frame: str = "1.2.3",
    **more: Any,
) -> ArraySeries:
    """Axial CT from feet to head whose stored value is 1000·z + 10·y + x, so that every voxel knows its place."""
    z, y, x = np.indices(shape)
    array = (1000 * z + 10 * y + x).astype(np.int16)
    geometry = Geometry(shape, (-20.0, -30.0, z0), spacing_xyz_mm=spacing_xyz, frame_of_reference_uid=frame)
    return ArraySeries(key, array, geometry, **more)


@dataclass
class Bench:
    """A canvas with its workspace."""

    workspace: Workspace
    catalog: ArrayCatalog
    canvas: CanvasGrid
    executor: Any

    def show(self, source: ArraySeries, pane: int = -1) -> None:
        """Put a series into the list and into a pane."""
        if source.key not in self.catalog.all:
            self.catalog.add(source)
        self.canvas.show_series(source.id, pane)

    @property
    def document(self) -> Any:
        return self.workspace.document

    def view(self, pane: int = 0) -> Any:
        return self.document.state.view(pane)


def _bench(folder: Path, executor: Any) -> Bench:
    paths = Paths(folder / "data", folder / "cache", folder / "log")
    paths.ensure()
    catalog = ArrayCatalog()
    workspace = Workspace(paths, executor, catalog=catalog, plan=lambda series: ArrayPlan(catalog.all[series.key]))
    canvas = CanvasGrid(workspace, Theme("dark"))
    canvas.resize(400, 400)
    canvas.show()
    QApplication.processEvents()
    return Bench(workspace, catalog, canvas, executor)


@pytest.fixture
def bench(qapp: QApplication, tmp_path: Path) -> Iterator[Bench]:
    """A 400 × 400 canvas over an inline scheduler: everything has happened when a call returns."""
    made = _bench(tmp_path, InlineExecutor())
    yield made
    made.canvas.close()
    made.canvas.deleteLater()
    made.workspace.close()


@pytest.fixture
def slow_bench(qapp: QApplication, tmp_path: Path) -> Iterator[Bench]:
    """The same with an executor that runs jobs when the test says so."""
    made = _bench(tmp_path, ManualExecutor())
    yield made
    made.canvas.close()
    made.canvas.deleteLater()
    made.workspace.close()
