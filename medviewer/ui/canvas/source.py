"""What a pane shows: the slices of one plane of an open series, and why there may be none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from medviewer.core import slicing
from medviewer.core.display import Appearance, DisplayTable, Voi, VoiLut, Window
from medviewer.core.image import Image
from medviewer.core.presets import PRESETS, presets_for
from medviewer.core.regular import is_regular
from medviewer.core.slicing import SlicePixels
from medviewer.document.state import Plane, Slab, View
from medviewer.io.headers import InstanceHeader
from medviewer.services.loading import LoadedSeries
from medviewer.ui.canvas import imageless
from medviewer.ui.told import told

translate = QCoreApplication.translate

TABLES_KEPT = 8


@dataclass(frozen=True)
class Notice:
    """Words for a pane that has no picture: what it is, what to do, and how far it is (0..1, or None)."""

    title: str
    detail: str = ""
    fraction: float | None = None
    bad: bool = False


def projection(image: Image, mode: Slab) -> str:
    """The mode of `core.slicing.plane_slice` on stored values: with a negative slope the smallest are the largest."""
    falls = image.rescale.slopes[0] < 0
    return {Slab.MAX: "min", Slab.MIN: "max"}[mode] if falls and mode is not Slab.MEAN else mode.value


def processed_slab(source: SliceSource, processed: Image, view: View, index: int, mm: float) -> SlicePixels | None:
    """A slab of a processed image; None before all its slices are there, or on another grid than the original's."""
    image = source.image
    if image is None or processed.is_colour or processed.geometry != image.geometry:
        return None
    if source.plane is Plane.STACK and not is_regular(processed):
        return None
    mode = projection(processed, view.slab_mode)
    return slicing.plane_slice(processed, source.plane.value, index, mm, mode)


class SliceSource:
    """Slices of one plane of an open series.

    Parameters
    ----------
    loaded : LoadedSeries
        Filled slice by slice in the background; may still be opening.
    plane : Plane
        The stack as stored, or a plane through the regularised volume.
    """

    def __init__(self, loaded: LoadedSeries, plane: Plane) -> None:
        self.loaded = loaded
        self.plane = plane
        self._tables: dict[tuple[Any, ...], DisplayTable] = {}

    @property
    def stack(self) -> Image | None:
        """The stack as stored; None while the series is opening."""
        return self.loaded.image if self.loaded.is_open else None

    @property
    def image(self) -> Image | None:
        """The image that is sliced; None while a volume is being made, or when it cannot be."""
        return self.stack if self.plane is Plane.STACK else self.loaded.volume() if self.loaded.is_open else None

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
        return self.loaded.fraction

    @property
    def ready(self) -> NDArray[np.bool_] | None:
        """Which slices of the stack are in memory; None for planes across it."""
        return self.loaded.ready if self.plane is Plane.STACK else None

    # -- slabs

    @property
    def why_no_slab(self) -> str:
        """Why no slab can be shown, as a sentence; empty when it can."""
        image = self.stack
        if image is None:
            return translate("Pane", "The series is still being opened.")
        if image.is_colour:
            return translate("Pane", "A colour image has no values to project.")
        if image.rescale.table is not None:
            return translate(
                "Pane", "The values of this image are given by a table, so that a slab of them cannot be projected."
            )
        reason = slicing.reconstructable(image)
        if not reason and self.plane is Plane.STACK and not is_regular(image):
            return translate(
                "Pane",
                "The slices are tilted or unevenly spaced: show a slab in the axial, coronal or sagittal plane.",
            )
        return told(reason)

    def slab_of(self, view: View) -> float:
        """Thickness in mm of the slab that a view shows in this source; 0 for a slice alone."""
        mm = view.slab_mm
        if not 0 < mm < float("inf") or self.image is None or self.why_no_slab:
            return 0.0
        return mm if mm >= 1.5 * self.step_mm else 0.0  # thinner ones are rounded to one slice

    @property
    def step_mm(self) -> float:
        """Distance of neighbouring slices of the plane; 0 where it is not known."""
        image = self.image
        if image is None or image.n_slices < 2:
            return 0.0
        first, second = (slicing.slice_geometry(image, self.plane.value, k) for k in (0, 1))
        away = np.asarray(second.origin_mm) - np.asarray(first.origin_mm)
        return abs(float(away @ np.cross(first.axis_x, first.axis_y)))

    def _slab_notice(self, index: int, mm: float) -> Notice | None:
        """Why a slab of the stack cannot be shown now: a slice that is not there would count as its zeros."""
        if mm <= 0:
            return None
        count = max(1, int(np.floor(mm / self.step_mm + 0.5)))
        first = index - (count - 1) // 2
        around = range(max(0, first), min(self.count, first + count))
        if self.loaded.ready[around.start : around.stop].all():
            return None
        if any(k in self.loaded.errors for k in around):
            detail = translate("Pane", "A slice of it could not be read. Show a thinner slab, or a single slice.")
            return Notice(translate("Pane", "This slab cannot be shown"), detail, bad=True)
        return Notice(translate("Pane", "Loading…"), fraction=self.fraction_ready)

    def notice(self, index: int, slab_mm: float = 0.0) -> Notice | None:
        """Why there is no picture of a slice (or of a slab around it) now; None when there is one."""
        loaded = self.loaded
        if loaded.failure is not None:
            failure = loaded.failure
            if not imageless.has_image(loaded.series):
                return Notice(imageless.name_of(loaded.series), imageless.advice())
            detail = f"{told(failure.message)}\n{told(failure.hint)}".strip()
            return Notice(translate("Pane", "This series cannot be shown"), detail, bad=True)
        if not loaded.is_open:
            return Notice(translate("Pane", "Opening…"))
        if self.plane is not Plane.STACK:
            return self._plane_notice()
        sentence = loaded.errors.get(index)
        if sentence:
            return Notice(translate("Pane", "This slice cannot be shown"), told(sentence), bad=True)
        if not 0 <= index < len(loaded.ready):
            return Notice(translate("Pane", "There is no such slice"), bad=True)
        if not loaded.ready[index]:
            return Notice(translate("Pane", "Loading…"), fraction=self.fraction_ready)
        return self._slab_notice(index, slab_mm)

    def _plane_notice(self) -> Notice | None:
        loaded = self.loaded
        refusal = slicing.reconstructable(loaded.image) or loaded.volume_failure
        if refusal:
            return Notice(translate("Pane", "This plane cannot be reconstructed"), told(refusal), bad=True)
        if loaded.volume() is None:
            if loaded.is_complete:
                return Notice(translate("Pane", "Preparing the planes…"))
            return Notice(translate("Pane", "Loading…"), fraction=self.fraction_ready)
        return None

    def pixels(self, index: int, slab_mm: float = 0.0, mode: Slab = Slab.MEAN) -> SlicePixels:
        """The stored pixels of a slice, or what is projected of the slab around it.

        Raises
        ------
        LookupError
            While there is no image.
        """
        image = self.image
        if image is None:
            raise LookupError("no image")
        if self.plane is Plane.STACK and slab_mm <= 0:
            return slicing.native_slice(image, index)
        return slicing.plane_slice(image, self.plane.value, index, slab_mm, projection(image, mode))

    def _stored_index(self, index: int) -> int:
        """The stored slice that speaks for a slice: itself in the stack, the middle one for planes across it."""
        if self.plane is Plane.STACK:
            return index
        return self.loaded.image.n_slices // 2

    @property
    def stacks(self) -> tuple[str, ...]:
        """Labels of all stacks of the series; one for nearly all series."""
        return tuple(getattr(self.loaded.plan, "stacks", ("",))) if self.loaded.is_open else ("",)

    @property
    def stack_number(self) -> int:
        """Which of the `stacks` this one is."""
        return int(getattr(self.loaded.plan, "stack", 0)) if self.loaded.is_open else 0

    def stack_title(self, number: int) -> str:
        """What sets a stack apart, for people."""
        return self.stacks[number] or translate("Pane", "stack {n}").format(n=number + 1)

    def header(self, index: int) -> InstanceHeader | None:
        """The header of the instance behind a slice (for other planes, of the middle one)."""
        return self.loaded.header(self._stored_index(index)) if self.loaded.is_open else None

    # -- window and table

    def first_appearance(self, appearance: Appearance) -> Appearance:
        """How the series looks when it is first shown: PET dark on white from zero, as it is read everywhere."""
        image = self.stack
        if image is None or image.is_colour or image.facts.modality != "PT" or appearance.window is not None:
            return appearance
        presets = presets_for(PRESETS, "PT", image.unit if image.facts.unit_trusted else "")
        if presets:
            return replace(appearance, window=presets[0].window, colour_map=presets[0].colour_map)
        return replace(appearance, colour_map="inverse grey")

    def window(self, index: int, appearance: Appearance) -> Window | VoiLut | None:
        """The window in force: the chosen one, else the file's, else the one made from the whole stack."""
        image = self.image
        if appearance.window is not None or image is None or image.is_colour:
            return appearance.window
        return self.loaded.default_window(self._stored_index(index), appearance.lut_index)

    def table(self, index: int, appearance: Appearance, window: Window | VoiLut | None) -> DisplayTable:
        """The table that turns stored values of a slice into screen colours."""
        image = self.image
        if image is None:
            raise LookupError("no image")
        k = self._stored_index(index)
        voi = self.loaded.voi(k)
        shown = replace(appearance, window=window) if isinstance(window, Window) else appearance
        rule = image.rescale.of_slice(k if self.plane is Plane.STACK else 0)
        key = (rule, shown, None if isinstance(window, Window) else id(window), id(image))
        table = self._tables.get(key)
        if table is None:
            table = DisplayTable.build(image, voi, shown, k if self.plane is Plane.STACK else 0)
            self._keep(key, table)
        return table

    def slab_table(self, table: DisplayTable, pixels: SlicePixels) -> DisplayTable:
        """A table of the series for a slab of it, whose values may have another type, rescale and padding."""
        same = (table.dtype, table.padding) == (pixels.values.dtype, pixels.padding)
        if same and table.rescale.of_slice(table.k) == pixels.rescale.of_slice(0):
            return table
        key = ("slab", table.applied, table.appearance, pixels.values.dtype, pixels.padding, pixels.rescale)
        made = self._tables.get(key)
        if made is None:
            made = replace(table, dtype=pixels.values.dtype, padding=pixels.padding, rescale=pixels.rescale, k=0)
            self._keep(key, made)
        return made

    def processed_table(self, image: Image, appearance: Appearance, window: Window | None) -> DisplayTable:
        """The table of a processed image."""
        key = ("processed", id(image), appearance, window)
        table = self._tables.get(key)
        if table is None:
            table = DisplayTable.build(image, Voi(), replace(appearance, window=window))
            self._keep(key, table)
        return table

    def _keep(self, key: tuple[Any, ...], table: DisplayTable) -> None:
        while len(self._tables) >= TABLES_KEPT:
            self._tables.pop(next(iter(self._tables)), None)
        self._tables[key] = table
