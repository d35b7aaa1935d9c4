"""A real workspace whose series are images made in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.display import Voi
from medviewer.core.image import Image
from medviewer.document.state import Step
from medviewer.errors import DataError, UnreadableFile
from medviewer.io.headers import InstanceHeader
from medviewer.io.series import Series
from medviewer.ops.operation import Operation
from medviewer.ops.params import to_json
from medviewer.services.executors import Executor
from medviewer.services.paths import Paths
from medviewer.services.workspace import Workspace


class ImagePlan:
    """`services.loading.Plan` over an image."""

    def __init__(self, source: Image, broken: Sequence[int] = ()) -> None:
        self._source = source
        self._broken = broken

    def allocate(self) -> NDArray[Any]:
        return np.zeros_like(self._source.array)

    def read_into(self, array: NDArray[Any], ks: Sequence[int], check: Callable[[], None]) -> dict[int, Any]:
        errors: dict[int, Any] = {}
        for k in ks:
            check()
            if k in self._broken:
                errors[k] = UnreadableFile("The file ends before its pixels do.")
            else:
                array[k] = self._source.array[k]
        return errors

    def image(self, array: NDArray[Any]) -> Image:
        s = self._source
        return Image(array, s.geometry, s.rescale, s.unit, s.padding, s.monochrome1, s.facts, s.key)

    def voi(self, _k: int) -> Voi:
        return Voi()

    def header(self, _k: int) -> InstanceHeader:
        return InstanceHeader(path="none")


class ImageCatalog:
    """The look-ups that opening a series needs."""

    def __init__(self, images: dict[str, Image]) -> None:
        self._series = [
            Series(id=n, key=key, n_frames=image.n_slices) for n, (key, image) in enumerate(images.items(), 1)
        ]

    def unfinished_roots(self) -> list[str]:
        return []

    def series(self, series_id: int) -> Series:
        for series in self._series:
            if series.id == series_id:
                return series
        raise DataError("This series is no longer in the list.")

    def series_by_key(self, key: str) -> Series | None:
        return next((series for series in self._series if series.key == key), None)

    def close(self) -> None:
        pass


def make_workspace(folder: Path, executor: Executor, **images: Image) -> Workspace:
    """A workspace over images by series key; slice 1 of the series called ``broken`` cannot be read."""
    from dataclasses import replace

    known = {key: replace(image, key=f"content of {key}") for key, image in images.items()}
    paths = Paths(folder / "data", folder / "cache", folder / "log")
    paths.ensure()
    return Workspace(
        paths,
        executor,
        catalog=ImageCatalog(known),
        plan=lambda series: ImagePlan(known[series.key], (1,) if series.key == "broken" else ()),
    )


def step(operation: Operation, on: bool = True, **params: Any) -> Step:
    """A step of the document."""
    values = to_json(operation.defaults()) | params
    return Step(operation.id, operation.version, values, on)
