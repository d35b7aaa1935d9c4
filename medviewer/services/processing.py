"""The recipe of a series at work: the visible slice at once, the whole volume when asked. No Qt.

A pane that shows the processed image asks ``processing.of(workspace).processed_slice(series_key, plane, index)`` what
to display in the place of the original, and asks again when ``processing.of(workspace).changed`` names its series.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import Label, LabelMap, resample_labels, same_grid
from medviewer.core.observe import Signal
from medviewer.document.changes import Change, Flags
from medviewer.document.layers import LabelLayer
from medviewer.document.state import Plane
from medviewer.errors import InputError, MedviewerError
from medviewer.ops import evaluate, painted_mask, registry
from medviewer.ops.operation import Operation, Run, Slot
from medviewer.ops.part import Box
from medviewer.ops.recipe import Recipe, resolve
from medviewer.ops.scene import Scene
from medviewer.services import label_layers
from medviewer.services.cache import ByteCache
from medviewer.services.jobs import JobContext, JobRequest, Policy, Priority
from medviewer.services.loading import LoadedSeries
from medviewer.services.scheduler import Job

MOST_SLICES_AROUND = 8
"""A quick look at a slice sees so many slices on each side where a step would need the whole volume."""

GROUPS = (
    "Filters", "Intensity", "Colour", "Geometry", "Edges", "Threshold", "Regions", "Masks", "Objects", "Features",
    "Classification", "Networks",
)  # fmt: skip
"""The order of the menu: as a person works, from the image to numbers; other groups follow."""


def _of_the_lab() -> tuple[Operation, ...]:
    """Inference is an operation like any other, and `ops` stays free of torch."""
    from medviewer.lab import applied, networks

    return *networks.OPERATIONS, *applied.OPERATIONS


registry.announce(_of_the_lab)


class Host(label_layers.Host, Protocol):
    """What processing needs of `services.workspace.Workspace`."""

    @property
    def processing(self) -> Processing: ...


@dataclass(frozen=True, eq=False)
class ProcessedSlice:
    """A slice of the result.

    Attributes
    ----------
    pixels : core.slicing.SlicePixels
        Lies where the original slice lies.
    image : Image
        Whose unit, rescale and facts hold for `pixels`: the result, or the part of it that was computed.
    mask : SliceLabels or None
        The recipe's mask there.
    current : bool
        False while another result is on its way (the recipe has changed since).
    exact : bool
        False for a quick look: a step that needs the whole volume saw only the slices around, or steps that take
        long have not been done yet.
    """

    pixels: Any
    image: Image
    mask: SliceLabels | None = None
    current: bool = True
    exact: bool = True


@dataclass(frozen=True, eq=False)
class SliceLabels:
    """A slice of a mask, on the pixels of the `ProcessedSlice` it belongs to.

    Attributes
    ----------
    values : NDArray of uint8 or uint16, shape (y, x)
        0 is background.
    labels : tuple of Label
        Names and colours.
    """

    values: NDArray[Any]
    labels: tuple[Label, ...] = ()


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
        self._jobs: dict[str, tuple[str, Job[Scene]]] = {}  # series to (result key, job)
        self._fractions: dict[str, float] = {}
        self._painted: dict[tuple[str, str], tuple[LabelLayer, LabelMap]] = {}  # by layer and image
        host.document.changed.connect(self._document_changed)

    # -- the recipe

    def recipe(self, series_key: str) -> Recipe:
        """The recipe of a series; without steps when it has none."""
        return Recipe.of(self._host.document.state.recipes.get(series_key, ()))

    def is_active(self, series_key: str) -> bool:
        """Whether a step of the series' recipe is on."""
        return any(step.on for step in self._host.document.state.recipes.get(series_key, ()))

    def _document_changed(self, change: Change) -> None:
        keys = change.series_keys if Flags.RECIPE in change.flags else frozenset()
        if change.flags & (Flags.LAYERS | Flags.RESET):
            there = {layer.id for layer in self._host.document.state.layers}
            self._painted = {key: held for key, held in self._painted.items() if key[0] in there}
        if Flags.LAYERS in change.flags:  # painted on: recipes that take the mask give something else
            keys |= {key for key in change.series_keys if self._takes_painted(key)}
        for key in keys:
            job = self._jobs.pop(key, None)
            if job is not None:
                self._host.scheduler.cancel(job[1])
            self._errors.pop(key, None)
            self.changed.emit(key)

    def _takes_painted(self, series_key: str) -> bool:
        steps = self._host.document.state.recipes.get(series_key, ())
        return any(step.on and step.op == painted_mask.ID for step in steps)

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
            begin = self._begin(series_key, image, recipe)
            key = evaluate.result_key(recipe, begin)
        except MedviewerError as error:
            self._errors[series_key] = ("", error)
            return None
        full: Scene | None = self._cache.get(key)
        if full is not None:
            return _cut_scene(full, *_place(image, plane, index, full.image))
        found: ProcessedSlice | None = self._cache.get(("preview", key, plane, index))
        if found is not None:
            self._shown[series_key, plane] = (index, found)
            return found
        if self._errors.get(series_key, ("",))[0] != key:
            self._ask(series_key, plane, index, begin, recipe, key)
        last = self._shown.get((series_key, plane))
        if last is not None and last[0] == index:
            return replace(last[1], current=False)
        return None

    def scene(self, series_key: str) -> Scene | None:
        """All that the recipe makes of the series: image, mask and table; None before all slices are processed."""
        image = self._image(series_key, Plane.STACK) if self.is_active(series_key) else None
        if image is None:
            return None
        try:
            recipe = self.recipe(series_key)
            found: Scene | None = self._cache.get(evaluate.result_key(recipe, self._begin(series_key, image, recipe)))
        except MedviewerError:
            return None
        return found

    def waiting(self, series_key: str) -> int:
        """How many steps a quick look at a slice leaves out, because they take long and are not yet done."""
        image = self._image(series_key, Plane.STACK)
        recipe = self.recipe(series_key)
        if image is None:
            return waiting_steps(recipe)
        return waiting_steps(self.start(recipe, self._begin(series_key, image, recipe))[1])

    def _begin(self, series_key: str, image: Image, recipe: Recipe) -> Scene:
        """What the recipe begins with: the image, and the painted masks when a step takes one."""
        if not any(step.on and step.op == painted_mask.ID for step in recipe.steps):
            return Scene.of(image)
        layers = label_layers.of(self._host)
        kept = {}
        for number, layer in enumerate(layers.layers(series_key), 1):
            image_key = evaluate.content_key(image)
            held = self._painted.get((layer.id, image_key))
            if held is None or held[0] is not layer:
                mask = layers.labels_of(layer.id)
                if not same_grid(mask, image):
                    mask = resample_labels(mask, image)
                key = f"{layer.tiles.content_key} {image_key} {layer.labels}"
                held = self._painted[layer.id, image_key] = layer, replace(mask, key=key)
            kept[painted_mask.PREFIX + (layer.name or str(number))] = held[1]
        return Scene(image, image, None, kept)

    def start(self, recipe: Recipe, begin: Scene) -> tuple[Scene, Recipe]:
        """The furthest result that is already there, and the steps that are left."""
        key = evaluate.scene_key(begin)
        scene, done = begin, 0
        steps = [step for step in recipe.steps if step.on]
        for number, (operation, params) in enumerate(recipe.active(), 1):
            key = evaluate.step_key(operation, params, key)
            found: Scene | None = self._cache.get(key)
            if found is not None:
                scene, done = found, number
        return scene, Recipe(tuple(steps[done:]))

    def _image(self, series_key: str, plane: Plane) -> Image | None:
        loaded = self._host.loaded(series_key)
        if loaded is None or not loaded.is_open:
            return None
        return loaded.image if plane is Plane.STACK else loaded.volume()

    def _ask(self, series_key: str, plane: Plane, index: int, begin: Scene, recipe: Recipe, key: str) -> None:
        loaded = self._host.loaded(series_key)
        if self._asked.get((series_key, plane)) == (key, index) or loaded is None:
            return
        try:
            _require_whole(loaded, recipe)
            start, left = self.start(recipe, begin)
            live = live_part(left)
            place = _place(begin.image, plane, index, start.image)
            box = _box_of(start.image, *place)
            first, end = evaluate.box_with_halo(live, start.image, box)[0]
        except MedviewerError as error:
            self._refused(series_key, key, error)
            return
        (low, high), slices = box[0], MOST_SLICES_AROUND
        if plane is Plane.STACK and not _available(loaded, max(first, low - slices), min(end, high + slices)):
            return  # the pane asks again when more slices have come
        self._asked[series_key, plane] = (key, index)
        all_steps = waiting_steps(left) == 0

        def work(ctx: JobContext) -> ProcessedSlice:
            scene, exact = evaluate.evaluate_box_scene(live, start, box, ctx, slices)
            part = _cut_scene(scene, place[0], 0)
            return replace(part, pixels=replace(part.pixels, k=index), exact=exact and all_steps)

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
            ("preview", series_key, plane), lane_of(live), work, priority=Priority.VISIBLE, policy=Policy.REPLACE
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

    def process_all(self, series_key: str, label: str = "") -> Job[Scene] | None:
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
            begin = self._begin(series_key, image, recipe)
            key = evaluate.result_key(recipe, begin)
            lane = lane_of(recipe)
            _require_whole(self._host.loaded(series_key), recipe)
        except MedviewerError as error:
            self._refused(series_key, "", error)
            return None
        cache = self._cache

        def work(ctx: JobContext) -> Scene:
            return evaluate.evaluate_scene(recipe, begin, ctx, cache)

        def done(_scene: Scene) -> None:
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
                recipe = self.recipe(series_key)
                complete = evaluate.result_key(recipe, self._begin(series_key, image, recipe)) in self._cache
            except MedviewerError as wrong:
                told = wrong
        return Progress(False, 1.0 if complete else 0.0, complete, told)


def live_part(recipe: Recipe) -> Recipe:
    """The steps that a quick look at one slice shows: up to the first that takes long or moves to another grid.

    Measurements change no voxel and are left to the whole series.
    """
    live = []
    for step in recipe.steps:
        if not step.on:
            continue
        operation, _ = resolve(step)
        if operation.run is not Run.ON_CHANGED or not operation.keeps_geometry:
            break
        if operation.gives is not Slot.TABLE:
            live.append(step)
    return Recipe(tuple(live))


def waiting_steps(recipe: Recipe) -> int:
    """How many of the steps that are on a quick look leaves out."""
    on = [step for step in recipe.steps if step.on]
    tables = sum(resolve(step)[0].gives is Slot.TABLE for step in on)
    return max(0, len(on) - tables - len(live_part(recipe).steps))


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


def lane_of(recipe: Recipe) -> str:
    """Where a recipe runs: the lane of its step on a torch device, where there is one."""
    lanes = [operation.lane for operation, _ in recipe.active()]
    return next((lane for lane in lanes if lane.startswith("torch:")), "compute")


def _cut(image: Image, plane: Plane, index: int) -> Any:
    from medviewer.core import slicing

    if plane is Plane.STACK:
        return slicing.native_slice(image, index)
    return slicing.plane_slice(image, plane.value, index)


def _cut_scene(scene: Scene, plane: Plane, index: int) -> ProcessedSlice:
    mask = None
    if scene.labels is not None:
        stand_in = Image(
            scene.labels.array, scene.labels.geometry, slice_positions_mm=scene.labels.slice_positions_mm
        )
        mask = SliceLabels(np.ascontiguousarray(_cut(stand_in, plane, index).values), scene.labels.labels)
    return ProcessedSlice(_cut(scene.image, plane, index), scene.image, mask)


def _place(image: Image, plane: Plane, index: int, onto: Image) -> tuple[Plane, int]:
    """Plane and index of a slice on another grid: the one nearest to where it lies in the patient."""
    if onto is image or same_grid(image, onto):
        return plane, index
    from medviewer.core import slicing

    geometry = _cut(image, plane, index).geometry
    rows, columns = geometry.shape_yx
    middle = geometry.world((columns - 1) / 2, (rows - 1) / 2)
    found = round(slicing.plane_index_of(onto, plane.value, middle))
    return plane, int(np.clip(found, 0, slicing.plane_count(onto, plane.value) - 1))


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
    order = {name: number for number, name in enumerate(GROUPS)}
    return tuple((name, tuple(groups[name])) for name in sorted(groups, key=lambda g: (order.get(g, len(order)), g)))
