"""What a pane shows: the slices of one plane of an open series, and why there may be none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from medviewer.core import display, slicing
from medviewer.core.display import Appearance, DisplayTable, VoiLut, Window
from medviewer.core.image import Image
from medviewer.core.slicing import SlicePixels
from medviewer.document.state import Plane
from medviewer.io.headers import InstanceHeader
from medviewer.services.loading import LoadedSeries

translate = QCoreApplication.translate

TABLES_KEPT = 8


@dataclass(frozen=True)
class Notice:
    """Words for a pane that has no picture: what it is, what to do, and how far it is (0..1, or None)."""

    title: str
    detail: str = ""
    fraction: float | None = None
    bad: bool = False


class SliceSource:
    """Slices of one plane of an open series.

    Parameters
    ----------
    loaded : LoadedSeries
        Filled slice by slice in the background.
    plane : Plane
        The stack as stored, or a plane through the regularised volume.
    """

    def __init__(self, loaded: LoadedSeries, plane: Plane) -> None:
        self.loaded = loaded
        self.plane = plane
        self._tables: dict[tuple[Any, ...], DisplayTable] = {}
        self._auto: Window | None = None

    @property
    def image(self) -> Image | None:
        """The image that is sliced; None while a volume is being made, or when it cannot be."""
        if self.plane is Plane.STACK:
            return self.loaded.image
        if self.refusal:
            return None
        return self.loaded.volume()

    @property
    def refusal(self) -> str:
        """Why this plane cannot be shown; empty when it can."""
        return "" if self.plane is Plane.STACK else slicing.reconstructable(self.loaded.image)

    @property
    def count(self) -> int:
        """Number of slices of the plane; 0 while it is not known."""
        image = self.image
        if image is None:
            return 0
        return image.n_slices if self.plane is Plane.STACK else slicing.plane_count(image, self.plane.value)

    @property
    def fraction_ready(self) -> float:
        """How much of the series is in memory, 0..1."""
        ready = self.loaded.ready
        return float(np.count_nonzero(ready)) / max(1, len(ready))

    @property
    def ready(self) -> NDArray[np.bool_] | None:
        """Which slices of the stack are in memory; None for planes across it."""
        return self.loaded.ready if self.plane is Plane.STACK else None

    def notice(self, index: int) -> Notice | None:
        """Why there is no picture of a slice now; None when there is one."""
        if self.refusal:
            title = translate("Pane", "This plane cannot be reconstructed")
            return Notice(title, self.refusal, bad=True)
        if self.plane is not Plane.STACK:
            if self.image is None:
                return Notice(translate("Pane", "Preparing the planes…"), fraction=self.fraction_ready)
            return None
        sentence = self.loaded.errors.get(index)
        if sentence:
            return Notice(translate("Pane", "This slice cannot be shown"), sentence, bad=True)
        if not self.loaded.ready[index]:
            return Notice(translate("Pane", "Loading…"), fraction=self.fraction_ready)
        return None

    def pixels(self, index: int) -> SlicePixels:
        """The stored pixels of a slice."""
        image = self.image
        if image is None:
            raise LookupError("no image")
        if self.plane is Plane.STACK:
            return slicing.native_slice(image, index)
        return slicing.plane_slice(image, self.plane.value, index)

    def header(self, index: int) -> InstanceHeader | None:
        """The header of the instance behind a slice of the stack; of the middle one for other planes."""
        plan = self.loaded.plan
        k = index if self.plane is Plane.STACK else self.loaded.image.n_slices // 2
        return plan.header(k)

    def window(self, index: int, appearance: Appearance) -> Window | VoiLut | None:
        """The window in force: the chosen one, else the file's, else one made from the first slice shown."""
        if appearance.window is not None:
            return appearance.window
        image = self.image
        if image is None or image.is_colour:
            return None
        k = index if self.plane is Plane.STACK else self.loaded.image.n_slices // 2
        found = display.default_window(image, self.loaded.voi(k))
        if isinstance(found, VoiLut) and appearance.lut_index < 0:
            found = None
        if found is not None:
            return found
        if self._auto is None and (self.plane is not Plane.STACK or self.loaded.ready[index]):
            # One window for the series: a stack that changes its brightness while scrolled cannot be read.
            self._auto = display.auto_window(self.pixels(index).modality())
        return self._auto

    def table(self, index: int, appearance: Appearance) -> DisplayTable:
        """The table that turns stored values of a slice into screen colours."""
        image = self.image
        if image is None:
            raise LookupError("no image")
        k = index if self.plane is Plane.STACK and not image.rescale.is_uniform else 0
        window = self.window(index, appearance)
        shown = replace(appearance, window=window) if isinstance(window, Window) else appearance
        voi_k = index if self.plane is Plane.STACK else self.loaded.image.n_slices // 2
        voi = self.loaded.voi(voi_k)
        key = (image.key, image.rescale.of_slice(k), shown, id(voi) if not isinstance(window, Window) else 0)
        table = self._tables.get(key)
        if table is None:
            while len(self._tables) >= TABLES_KEPT:
                self._tables.pop(next(iter(self._tables)))
            table = self._tables[key] = DisplayTable.build(image, voi, shown, k)
        return table
