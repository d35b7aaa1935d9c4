"""The recipe of a series at work: the visible slice at once, the whole volume when asked. No Qt.

A pane that shows the processed image asks ``processing.of(workspace).processed_slice(series_key, plane, index)`` what
to display in the place of the original, and asks again when ``processing.of(workspace).changed`` names its series.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from medviewer.core.image import Image
from medviewer.core.observe import Signal
from medviewer.document.changes import Change, Flags
from medviewer.document.document import Document
from medviewer.document.state import Plane
from medviewer.errors import InputError, MedviewerError
from medviewer.lab import networks
from medviewer.ops import evaluate, registry
from medviewer.ops.evaluate import Box
from medviewer.ops.operation import Operation
from medviewer.ops.recipe import Recipe
from medviewer.services.cache import ByteCache
from medviewer.services.jobs import JobContext, JobRequest, Policy, Priority
from medviewer.services.loading import LoadedSeries
from medviewer.services.scheduler import Job, Scheduler

registry.register(*networks.OPERATIONS)  # inference is an operation like any other, and `ops` stays free of torch


class Host(Protocol):
    """What processing needs of `services.workspace.Workspace`."""

    @property
    def document(self) -> Document: ...

    @property
    def scheduler(self) -> Scheduler: ...

    @property
    def processing(self) -> Processing: ...

    def loaded(self, key: str, /) -> LoadedSeries | None: ...


@dataclass(frozen=True, eq=False)
class ProcessedSlice:
    """A slice of the result.

    Attributes
    ----------
    pixels : core.slicing.SlicePixels
        Lies where the original slice lies.
    image : Image
        Whose unit, rescale and facts hold for `pixels`: the result, or the part of it that was computed.
    current : bool
        False while another result is on its way (the recipe has changed since).
    """

    pixels: Any
    image: Image
    current: bool = True


@dataclass(frozen=True)
class Progress:
    """How far the whole volume is.

    Attributes
    ----------
    running : bool
        A job is under way; `fraction` 0..1.
    complete : bool
        The result of the present recipe is there for every slice.
    error : MedviewerError or None
        Why the present recipe cannot be applied.
    """

    running: bool = False
    fraction: float = 0.0
    complete: bool = False
    error: MedviewerError | None = None


class Processing:
    """Applies the recipes of the document to the series that are open.

    Attributes
    ----------
    changed : Signal of str
        The series whose processed slices have changed, or cannot be made; in the window's thread.
    progressed : Signal of str
        The series whose whole volume has come further, began or was stopped.
    """

    def __init__(self, host: Host, cache: ByteCache) -> None:
        self._host = host
        self._cache = cache
        self.changed: Signal[str] = Signal()
        self.progressed: Signal[str] = Signal()
        self._shown: dict[tuple[str, Plane], tuple[int, ProcessedSlice]] = {}
        self._asked: dict[tuple[str, Plane], tuple[str, int]] = {}
        self._errors: dict[str, tuple[str, MedviewerError]] = {}  # series to (result key, error)
        self._jobs: dict[str, tuple[str, Job[Image]]] = {}  # series to (result key, job)
        self._fractions: dict[str, float] = {}
        host.document.changed.connect(self._document_changed)

    # -- the recipe

    def recipe(self, series_key: str) -> Recipe:
        """The recipe of a series; without steps when it has none."""
        return Recipe.of(self._host.document.state.recipes.get(series_key, ()))

    def is_active(self, series_key: str) -> bool:
        """Whether a step of the series' recipe is on."""
        return any(step.on for step in self._host.document.state.recipes.get(series_key, ()))

    def _document_changed(self, change: Change) -> None:
        if Flags.RECIPE not in change.flags:
            return
        for key in change.series_keys:
            job = self._jobs.pop(key, None)
            if job is not None:
                self._host.scheduler.cancel(job[1])
            self._errors.pop(key, None)
            self.changed.emit(key)

    # -- one slice

    def processed_slice(self, series_key: str, plane: Plane, index: int) -> ProcessedSlice | None:
        """The slice with the recipe applied, or None when there is none (yet).

        What is missing is computed in the background, then `changed` is emitted; of several slices asked for one
        after the other, the latest counts. While a changed recipe is computed, the slice as it was comes back, so
        that the picture does not flicker.
        """
        if not self.is_active(series_key):
            return None
        image = self._image(series_key, plane)
        if image is None:
            return None
        try:
            recipe = self.recipe(series_key)
            key = evaluate.result_key(recipe, image)
        except MedviewerError as error:
            self._errors[series_key] = ("", error)
            return None
        full: Image | None = self._cache.get(key)
        if full is not None:
            return ProcessedSlice(_cut(full, plane, index), full)
        found: ProcessedSlice | None = self._cache.get(("preview", key, plane, index))
        if found is not None:
            self._shown[series_key, plane] = (index, found)
            return found
        if self._errors.get(series_key, ("",))[0] != key:
            self._ask(series_key, plane, index, image, recipe, key)
        last = self._shown.get((series_key, plane))
        if last is not None and last[0] == index:
            return ProcessedSlice(last[1].pixels, last[1].image, current=False)
        return None

    def _image(self, series_key: str, plane: Plane) -> Image | None:
        loaded = self._host.loaded(series_key)
        if loaded is None or not loaded.is_open:
            return None
        return loaded.image if plane is Plane.STACK else loaded.volume()

    def _ask(self, series_key: str, plane: Plane, index: int, image: Image, recipe: Recipe, key: str) -> None:
        loaded = self._host.loaded(series_key)
        if self._asked.get((series_key, plane)) == (key, index) or loaded is None:
            return
        box = _box_of(image, plane, index)
        try:
            _require_whole(loaded, recipe)
            first, end = evaluate.box_with_halo(recipe, image, box)[0]
        except MedviewerError as error:
            self._refused(series_key, key, error)
            return
        if plane is Plane.STACK and not _available(loaded, first, end):
            return  # the pane asks again when more slices have come
        self._asked[series_key, plane] = (key, index)

        def work(ctx: JobContext) -> ProcessedSlice:
            part = evaluate.evaluate_box(recipe, image, box, ctx)
            return ProcessedSlice(replace(_cut(part, plane, 0), k=index), part)

        def done(result: ProcessedSlice) -> None:
            self._asked.pop((series_key, plane), None)
            size = result.pixels.values.nbytes + 1024
            self._cache.put(("preview", key, plane, index), result, size)
            self._shown[series_key, plane] = (index, result)
            self.changed.emit(series_key)

        def over(error: BaseException | None = None) -> None:
            if self._asked.get((series_key, plane)) == (key, index):
                self._asked.pop((series_key, plane))
            if isinstance(error, MedviewerError):
                self._refused(series_key, key, error)
            elif error is not None:
                self._refused(series_key, key, InputError("This step failed.", "The log says more."))
                raise error

        request = JobRequest(
            ("preview", series_key, plane), _lane(recipe), work, priority=Priority.VISIBLE, policy=Policy.REPLACE
        )
        self._host.scheduler.submit(request, done=done, failed=over, cancelled=over)

    def _refused(self, series_key: str, key: str, error: MedviewerError) -> None:
        self._errors[series_key] = (key, error)
        self.changed.emit(series_key)

    # -- the whole volume

    def why_not_all(self, series_key: str) -> str:
        """Why the whole volume cannot be processed now; empty when it can."""
        if not self.is_active(series_key):
            return "No step is on."
        loaded = self._host.loaded(series_key)
        if loaded is None or not loaded.is_complete:
            return "The series is still being loaded."
        if self.progress(series_key).complete:
            return "All slices are processed."
        return ""

    def process_all(self, series_key: str, label: str = "") -> Job[Image] | None:
        """Apply the recipe to every slice in the background; the result is kept for the panes.

        Parameters
        ----------
        label : str
            For the jobs drawer, translated.

        Returns
        -------
        Job or None
            None when there is nothing to do; see `why_not_all`.
        """
        if self.why_not_all(series_key):
            return None
        image = self._image(series_key, Plane.STACK)
        if image is None:
            return None
        recipe = self.recipe(series_key)
        try:
            key = evaluate.result_key(recipe, image)
            lane = _lane(recipe)
            _require_whole(self._host.loaded(series_key), recipe)
        except MedviewerError as error:
            self._refused(series_key, "", error)
            return None
        cache = self._cache

        def work(ctx: JobContext) -> Image:
            return evaluate.evaluate(recipe, image, ctx, cache)

        def done(_image: Image) -> None:
            self._jobs.pop(series_key, None)
            self.changed.emit(series_key)

        def failed(error: BaseException) -> None:
            self._jobs.pop(series_key, None)
            if isinstance(error, MedviewerError):
                self._refused(series_key, key, error)
            else:
                self._refused(series_key, key, InputError("This step failed.", "The log says more."))
                raise error

        def cancelled() -> None:
            if self._jobs.get(series_key, ("",))[0] == key:
                self._jobs.pop(series_key)
            self.progressed.emit(series_key)

        def progress(fraction: float, _text: str) -> None:
            self._fractions[series_key] = fraction
            self.progressed.emit(series_key)

        self._fractions[series_key] = 0.0
        request = JobRequest(("process", series_key), lane, work, label, policy=Policy.REPLACE)
        job = self._host.scheduler.submit(request, done=done, failed=failed, progress=progress, cancelled=cancelled)
        if not job.finished:
            self._jobs[series_key] = (key, job)
        self.progressed.emit(series_key)
        return job

    def cancel(self, series_key: str) -> None:
        """Stop processing the whole volume."""
        job = self._jobs.get(series_key)
        if job is not None:
            self._host.scheduler.cancel(job[1])

    def progress(self, series_key: str) -> Progress:
        """How far the whole volume of a series is, and what is wrong with its recipe."""
        error = self._errors.get(series_key)
        told = error[1] if error is not None else None
        if series_key in self._jobs:
            return Progress(True, self._fractions.get(series_key, 0.0), False, told)
        image = self._image(series_key, Plane.STACK) if self.is_active(series_key) else None
        complete = False
        if image is not None:
            try:
                complete = evaluate.result_key(self.recipe(series_key), image) in self._cache
            except MedviewerError as wrong:
                told = wrong
        return Progress(False, 1.0 if complete else 0.0, complete, told)


def _require_whole(loaded: LoadedSeries | None, recipe: Recipe) -> None:
    """Refuse to mix slices where one could not be read: its neighbours would be wrong without anyone seeing it."""
    if loaded is not None and loaded.errors:
        for operation, params in recipe.active():
            if operation.across_slices(params):
                raise InputError(
                    f"{operation.title} mixes neighbouring slices, and {len(loaded.errors)} of this series could not "
                    "be read.",
                    "Process each slice by itself, or copy the files again from their source.",
                    "input.dimension",
                )


def _available(loaded: LoadedSeries, first: int, end: int) -> bool:
    """Whether slices `first` to `end` are there; one that cannot be read never will be, and is not waited for."""
    ready = loaded.ready[first:end]
    return bool(np.all(ready)) or all(loaded.ready[k] or k in loaded.errors for k in range(first, end))


def _lane(recipe: Recipe) -> str:
    """The lane of a recipe: that of its step on a torch device, where there is one."""
    lanes = [operation.lane for operation, _ in recipe.active()]
    return next((lane for lane in lanes if lane.startswith("torch:")), "compute")


def _cut(image: Image, plane: Plane, index: int) -> Any:
    from medviewer.core import slicing

    if plane is Plane.STACK:
        return slicing.native_slice(image, index)
    return slicing.plane_slice(image, plane.value, index)


def _box_of(image: Image, plane: Plane, index: int) -> Box:
    """The voxels of a slice of a plane, as (first, end) along z, y, x."""
    n, rows, columns = image.geometry.shape_zyx
    if plane is Plane.STACK:
        return (index, index + 1), (0, rows), (0, columns)
    geometry = _cut(image, plane, index).geometry
    start, along_x, along_y = (image.geometry.index(geometry.world(x, y)) for x, y in ((0, 0), (1, 0), (0, 1)))
    moved = np.abs(along_x - start) + np.abs(along_y - start)
    across = int(np.argmin(moved))  # of x, y, z: the axis that the plane does not run along
    at = int(np.clip(round(float(start[across])), 0, (columns, rows, n)[across] - 1))
    spans = [(0, columns), (0, rows), (0, n)]
    spans[across] = (at, at + 1)
    return spans[2], spans[1], spans[0]


def of(host: Host) -> Processing:
    """The one `Processing` of a workspace."""
    return host.processing


@functools.cache
def operations_by_group() -> tuple[tuple[str, tuple[Operation, ...]], ...]:
    """Groups with their operations, in the order of the menu."""
    groups: dict[str, list[Operation]] = {}
    for operation in registry.all_operations():
        groups.setdefault(operation.group, []).append(operation)
    return tuple((group, tuple(found)) for group, found in groups.items())
