"""Label layers at work: dense copies that follow the document, slices for the panes, volumes, background changes."""

from __future__ import annotations

import uuid
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from medviewer.core.display import VoiLut
from medviewer.core.image import Image, SpacingSource
from medviewer.core.label_planes import LabelPlane
from medviewer.core.labels import Label, LabelMap, resample_labels, same_grid
from medviewer.core.observe import Signal
from medviewer.core.tiles import Box, TiledLabels
from medviewer.document import edits, titles
from medviewer.document.changes import Change, Flags
from medviewer.document.document import Document
from medviewer.document.layers import LabelLayer
from medviewer.document.state import Plane
from medviewer.document.titles import QT_TRANSLATE_NOOP
from medviewer.errors import GeometryMismatch, InputError, MedviewerError
from medviewer.services.cache import ByteCache
from medviewer.services.jobs import JobContext, JobRequest, Policy
from medviewer.services.label_boxes import changed_box, label_map, require_same_space
from medviewer.services.label_colours import LabelColours
from medviewer.services.label_values import Amount, Brush, LayerChange, Preview
from medviewer.services.loading import LoadedSeries
from medviewer.services.scheduler import Job, Scheduler
from medviewer.services.settings import Settings

CHANGE_LABEL: Final = QT_TRANSLATE_NOOP("Jobs", "Change a mask")
INTERPOLATE_LABEL: Final = QT_TRANSLATE_NOOP("Jobs", "Interpolate between slices")
ADD_LABEL: Final = QT_TRANSLATE_NOOP("Jobs", "Take over a mask")


class Host(Protocol):
    """What label layers need of `services.workspace.Workspace`."""

    cache: ByteCache
    translate: Callable[[str], str]
    told: Signal[MedviewerError]
    settings: Settings

    @property
    def document(self) -> Document: ...

    @property
    def scheduler(self) -> Scheduler: ...

    def loaded(self, key: str, /) -> LoadedSeries | None: ...


@dataclass(eq=False)
class _Held:
    """A dense copy and the version that it holds."""

    tiles: TiledLabels
    array: NDArray[Any]


class LabelLayers:
    """The layers of the document as arrays; made by `of`.

    Attributes
    ----------
    changed : Signal of LayerChange
        A layer was added, removed, painted on or looks different.
    preview_changed : Signal of str
        The series whose preview is another one, or gone.
    brush_changed : Signal of Brush
    active_changed : Signal of str
        The series whose active layer is another one.
    """

    def __init__(self, host: Host) -> None:
        self._host_ref = weakref.ref(host)
        self.changed: Signal[LayerChange] = Signal()
        self.preview_changed: Signal[str] = Signal()
        self.brush_changed: Signal[Brush] = Signal()
        self.active_changed: Signal[str] = Signal()
        kept = host.settings.painting
        self._brush = Brush(diameter=kept.brush_size, ball=kept.ball, only_active=kept.erase_only_active)
        self._held: dict[str, _Held] = {}
        self._counts: dict[str, tuple[TiledLabels, dict[int, int]]] = {}
        self._active: dict[str, str] = {}  # series to layer
        self._previews: dict[str, Preview] = {}
        self._colours = LabelColours()
        self._planes: weakref.WeakKeyDictionary[LoadedSeries, dict[Plane, LabelPlane]] = weakref.WeakKeyDictionary()
        self._known: tuple[LabelLayer, ...] = host.document.state.layers
        self._disconnect = host.document.changed.connect(self._document_changed)

    @property
    def _host(self) -> Host:
        host = self._host_ref()
        if host is None:
            raise LookupError("the workspace is gone")
        return host

    @property
    def document(self) -> Document:
        """Whose layers these are."""
        return self._host.document

    # -- what there is

    def layers(self, series_key: str) -> tuple[LabelLayer, ...]:
        """The layers over a series; the last lies on top."""
        return tuple(layer for layer in self.document.state.layers if layer.series_key == series_key)

    def layer(self, layer_id: str) -> LabelLayer:
        """A layer by its id.

        Raises
        ------
        InputError
            When it is gone.
        """
        found = self.document.state.layer(layer_id)
        if found is None:
            raise InputError("This mask is no longer there.")
        return found

    def active(self, series_key: str) -> LabelLayer | None:
        """The layer that tools paint on: the chosen one, else the topmost; None when there is none."""
        found = self.layers(series_key)
        chosen = self._active.get(series_key)
        return next((layer for layer in found if layer.id == chosen), found[-1] if found else None)

    def choose(self, layer_id: str) -> None:
        """Make a layer the one that tools paint on."""
        layer = self.layer(layer_id)
        if self._active.get(layer.series_key) != layer_id:
            self._active[layer.series_key] = layer_id
            self.active_changed.emit(layer.series_key)

    @property
    def brush(self) -> Brush:
        """How the tools paint."""
        return self._brush

    def set_brush(self, **changes: Any) -> None:
        """Change some of the fields of `brush`; the diameter is kept within 0.2 and 400."""
        from medviewer.core.painting import MAX_DIAMETER, MIN_DIAMETER

        brush = replace(self._brush, **changes)
        brush = replace(brush, diameter=min(MAX_DIAMETER, max(MIN_DIAMETER, brush.diameter)))
        if brush != self._brush:
            self._brush = brush
            # Limits are not kept: they belong to one kind of image, and would let nothing be painted on another.
            self._host.settings.change(
                "painting", brush_size=brush.diameter, ball=brush.ball, erase_only_active=brush.only_active
            )
            self.brush_changed.emit(brush)

    def value_range(self, series_key: str) -> tuple[float, float] | None:
        """Lowest and highest value that the series is shown with at first: where limits of painting may begin."""
        loaded = self._host.loaded(series_key)
        if loaded is None or not loaded.is_open or loaded.image.is_colour:
            return None
        window = loaded.default_window(loaded.image.n_slices // 2)
        if isinstance(window, VoiLut):
            window = window.linear
        return None if window is None else (window.center - window.width / 2, window.center + window.width / 2)

    # -- following the document

    def _document_changed(self, change: Change) -> None:
        if not change.flags & (Flags.LAYERS | Flags.RESET):
            return
        was = {layer.id: layer for layer in self._known}
        self._known = self.document.state.layers
        now = {layer.id: layer for layer in self._known}
        for layer_id in change.layer_ids:
            old, new = was.get(layer_id), now.get(layer_id)
            box: Box | None = None
            if new is None:
                self._forget(layer_id)
            else:
                held = self._held.get(layer_id)
                if held is not None and held.tiles is not new.tiles:
                    self._follow(held, new.tiles)
                if old is not None and replace(old, tiles=new.tiles) == new:
                    box = changed_box(old.tiles, new.tiles)
            either = new or old
            if either is not None:
                self.changed.emit(LayerChange(layer_id, either.series_key, box))

    @staticmethod
    def _follow(held: _Held, tiles: TiledLabels) -> None:
        if (tiles.dtype, tiles.shape_zyx) == (held.tiles.dtype, held.tiles.shape_zyx):
            tiles.write_changes(held.array, held.tiles)
        else:
            held.array = tiles.array()
        held.tiles = tiles

    def _forget(self, layer_id: str) -> None:
        self._held.pop(layer_id, None)
        self._counts.pop(layer_id, None)
        self._colours.forget_layer(layer_id)
        self._host.cache.discard(("labels", layer_id))

    def array(self, layer_id: str) -> NDArray[Any]:
        """The labels of a layer as they are, shape (z, y, x); changes under the reader with the next stroke.

        Only for the window's thread; `labels_of` gives a copy.
        """
        tiles = self.layer(layer_id).tiles
        held = self._held.get(layer_id)
        if held is None:
            held = self._held[layer_id] = _Held(tiles, tiles.array())
            self._host.cache.put(
                ("labels", layer_id), held, held.array.nbytes, lambda _held: self._held.pop(layer_id, None)
            )
        elif held.tiles is not tiles:
            self._follow(held, tiles)
        else:
            self._host.cache.get(("labels", layer_id))  # used just now
        return held.array

    # -- on the panes

    def plane(self, series_key: str, plane: Plane) -> LabelPlane | None:
        """How slices of a plane of an open series lie in its label volumes; None while it cannot be said."""
        loaded = self._host.loaded(series_key)
        if loaded is None or not loaded.is_open:
            return None
        kept = self._planes.setdefault(loaded, {})
        found = kept.get(plane)
        if found is None:
            volume = loaded.image if plane is Plane.STACK else loaded.volume()
            if volume is None:
                return None
            found = kept[plane] = LabelPlane(loaded.image, volume, plane.value)
        return found

    def slice(self, layer_id: str, plane: Plane, index: int) -> NDArray[Any] | None:
        """The labels on the pixels of a slice of a pane, shape (y, x); only to be looked at, in the window's thread.

        None while the series is not open, or when its grid is another one than the layer's.
        """
        layer = self.layer(layer_id)
        where = self.plane(layer.series_key, plane)
        if where is None or where.stack.array.shape[:3] != layer.tiles.shape_zyx:
            return None
        if plane is Plane.STACK:
            return layer.tiles.slice(index)  # needs no dense copy, however large the series
        return where.labels(self.array(layer_id), index)

    def preview(self, series_key: str) -> Preview | None:
        """What is shown over a series beside its layers."""
        return self._previews.get(series_key)

    def set_preview(self, series_key: str, preview: Preview | None) -> None:
        """Show labels over a series that are no layer; None takes them away."""
        if self._previews.get(series_key) is preview:
            return
        if preview is None:
            self._previews.pop(series_key, None)
        else:
            self._previews[series_key] = preview
        self.preview_changed.emit(series_key)

    # -- in other colours

    def colour_by(self, series_key: str, colours: Mapping[int, str] | None, layer_id: str = "") -> None:
        """Show the labels of the preview of a series, or of a layer, in other colours; None: in their own.

        For display only: neither the document nor what is saved or exported changes, and undo knows nothing of it.

        Parameters
        ----------
        colours : mapping or None
            Label value to ``"#rrggbb"``; values that are not in it keep their colour.
        layer_id : str
            A layer; empty: the preview, also one that is set later.

        Raises
        ------
        InputError
            When the layer is gone, or a colour is none.
        """
        if layer_id:
            self.layer(layer_id)
        if not self._colours.choose(series_key, layer_id, colours):
            return
        if layer_id:
            self.changed.emit(LayerChange(layer_id, series_key))
        else:
            self.preview_changed.emit(series_key)

    def displayed(self, series_key: str, labels: tuple[Label, ...], layer_id: str = "") -> tuple[Label, ...]:
        """Labels with the colours that they are shown in now; the same object as long as nothing changes."""
        return self._colours.shown(series_key, layer_id, labels)

    # -- as label maps

    def stack(self, series_key: str) -> Image:
        """The stack of an open series.

        Raises
        ------
        InputError
            While it is not open.
        """
        loaded = self._host.loaded(series_key)
        if loaded is None or not loaded.is_open:
            raise InputError("The series is not open.", "Show it in a pane first.")
        return loaded.image

    def labels_of(self, layer_id: str) -> LabelMap:
        """A layer as a label map on the grid of its series; a copy that stays as it is.

        Raises
        ------
        InputError
            When the layer is gone or its series is not open.
        GeometryMismatch
            When the series has another grid now.
        """
        layer = self.layer(layer_id)
        return label_map(layer, self._image_of(layer))

    def _image_of(self, layer: LabelLayer) -> Image:
        image = self.stack(layer.series_key)
        if image.array.shape[:3] != layer.tiles.shape_zyx:
            raise GeometryMismatch(
                "The mask was drawn on another grid than the series has now.",
                "The files of the series may have changed since.",
                "data.grid",
            )
        return image

    # -- new layers

    def new_layer(self, series_key: str, name: str = "") -> LabelLayer:
        """An empty layer for a series, not yet in the document.

        Raises
        ------
        InputError
            While the series is not open.
        """
        z, y, x = self.stack(series_key).array.shape[:3]
        return LabelLayer(uuid.uuid4().hex, series_key, TiledLabels((z, y, x)), name)

    def add(self, series_key: str, name: str = "") -> str:
        """Add an empty layer and choose it; returns its id."""
        layer = self.new_layer(series_key, name)
        self.document.apply(edits.AddLayer(layer))
        self.choose(layer.id)
        return layer.id

    def add_from(
        self,
        labels: LabelMap,
        series_key: str,
        name: str = "",
        done: Callable[[str], object] | None = None,
        failed: Callable[[MedviewerError], object] | None = None,
    ) -> str:
        """Add a label map as a layer over a series, in the background; returns the id that the layer will have.

        Labels of another grid in the same frame of reference are resampled (nearest).

        Parameters
        ----------
        done : callable, optional
            Called with the id when the layer is there.
        failed : callable, optional
            Called with what is wrong (`GeometryMismatch`); else it is told in the window.
        """
        image = self.stack(series_key)
        layer_id = uuid.uuid4().hex

        def work(ctx: JobContext) -> LabelLayer:
            onto = labels
            if not same_grid(image, labels):
                require_same_space(image, labels)
                onto = resample_labels(labels, image)
            ctx.check()
            tiles = TiledLabels.of_array(np.asarray(onto.array))
            listed = {label.value: label for label in labels.labels}
            values = sorted({*listed, *tiles.counts()}) or [1]
            means = tuple(listed.get(value, Label(value)) for value in values)
            return LabelLayer(layer_id, series_key, tiles, name, means, active_label=means[0].value)

        def add(layer: LabelLayer) -> None:
            self.document.apply(edits.AddLayer(layer))
            self.choose(layer.id)
            if done is not None:
                done(layer.id)

        self._submit(("labels", "add", layer_id), work, add, ADD_LABEL, failed)
        return layer_id

    def _submit(
        self,
        key: tuple[str, ...],
        work: Callable[[JobContext], Any],
        done: Callable[[Any], object],
        label: str,
        failed: Callable[[MedviewerError], object] | None = None,
    ) -> Job[Any]:
        host = self._host

        def wrong(error: BaseException) -> None:
            if not isinstance(error, MedviewerError):
                raise error
            (failed or host.told.emit)(error)

        request = JobRequest(key, "compute", work, host.translate(label), policy=Policy.REPLACE)
        return host.scheduler.submit(request, done=done, failed=wrong)

    # -- changes of whole layers

    def require_open(self, layer: LabelLayer) -> None:
        """Refuse to change a layer that is locked or hidden.

        Raises
        ------
        InputError
        """
        if layer.locked:
            raise InputError("This mask is locked.", "Unlock it in the list of masks first.")
        if not layer.visible:
            raise InputError("This mask is hidden.", "Show it in the list of masks first.")

    def apply(
        self,
        layer_id: str,
        function: Callable[[LabelMap, Image, JobContext], LabelMap | NDArray[Any]],
        label: str = CHANGE_LABEL,
        title: str = titles.CHANGE_MASK,
    ) -> Job[Any]:
        """Change a layer in the background, as one undo entry.

        Parameters
        ----------
        function : callable
            ``function(labels, image, ctx)`` gives the new labels on the same grid; runs in a worker.
        label : str
            For the jobs drawer; English, context ``"Jobs"``.
        title : str
            One of `document.titles`.

        Raises
        ------
        InputError, GeometryMismatch
            When the layer is gone, locked, hidden, or its series is not open.

        Notes
        -----
        When the layer was changed while the job ran, its result is dropped, and told so.
        """
        layer = self.layer(layer_id)
        self.require_open(layer)
        image = self._image_of(layer)

        def work(ctx: JobContext) -> tuple[TiledLabels, tuple[Label, ...] | None]:
            found = function(label_map(layer, image), image, ctx)
            ctx.check()
            array = found.array if isinstance(found, LabelMap) else found
            tiles = TiledLabels.of_array(array, layer.tiles)
            return tiles, found.labels if isinstance(found, LabelMap) and found.labels else None

        def done(result: tuple[TiledLabels, tuple[Label, ...] | None]) -> None:
            now = self.document.state.layer(layer_id)
            if now is None or now.tiles is not layer.tiles:
                message = "The mask was changed meanwhile, so the result was dropped."
                self._host.told.emit(InputError(message, "Do it again."))
                return
            tiles, labels = result
            self.document.apply(edits.SetLayerTiles(layer_id, tiles, labels, title))

        return self._submit(("labels", "apply", layer_id), work, done, label)

    def interpolate(self, layer_id: str, value: int, plane: Plane = Plane.STACK) -> Job[Any]:
        """Fill the slices between those that a label was drawn on, across a plane; one undo entry.

        Raises
        ------
        InputError
            When there is nothing between; or as `apply`.
        """
        from medviewer.core import interpolate_labels

        layer = self.layer(layer_id)
        self.require_open(layer)
        where = self.plane(layer.series_key, plane)
        if where is None:
            raise InputError("The series is not open.", "Show it in a pane first.")
        axis, frame = where.axis_zyx, where.frame
        drawn = interpolate_labels.drawn_slices(self.array(layer_id), value, axis)
        if not interpolate_labels.gaps(drawn):
            raise InputError(
                "There is nothing to interpolate: no slice lies between those with this label.",
                "Draw it on some slices, leave others out, and interpolate in the same plane.",
            )
        along = float(abs(np.median(np.diff(frame.position)))) if not frame.is_flat else 1.0
        spacing = (along, frame.step_xy[1], frame.step_xy[0])
        positions = frame.position.tolist() if axis == 0 and not frame.is_flat else None

        def work(labels: LabelMap, _image: Image, ctx: JobContext) -> NDArray[Any]:
            return interpolate_labels.interpolate(labels.array, value, axis, spacing, positions, ctx.progress)

        return self.apply(layer_id, work, INTERPOLATE_LABEL, titles.INTERPOLATE)

    def clear_label(self, layer_id: str, value: int) -> None:
        """Take a label away from every voxel; it stays in the list."""
        layer = self.layer(layer_id)
        self.require_open(layer)
        edit = edits.SetLayerTiles(layer_id, layer.tiles.replaced(value), title_key=titles.CLEAR_LABEL)
        self.document.apply(edit)

    def add_label(self, layer_id: str, name: str = "") -> int:
        """Add a label to the list of a layer and choose it; returns its value."""
        layer = self.layer(layer_id)
        value = layer.free_value
        self.document.apply(edits.ChangeLayer(layer_id, labels=(*layer.labels, Label(value, name))))
        self.document.apply(edits.ChooseLabel(layer_id, value))
        return value

    def remove_label(self, layer_id: str, value: int) -> None:
        """Take a label out of the list and away from every voxel; the last one is only cleared."""
        layer = self.layer(layer_id)
        self.require_open(layer)
        kept = tuple(label for label in layer.labels if label.value != value)
        if not kept:
            self.clear_label(layer_id, value)
            return
        edit = edits.SetLayerTiles(layer_id, layer.tiles.replaced(value), kept, titles.REMOVE_LABEL)
        self.document.apply(edit)
        if layer.active_label == value:
            self.document.apply(edits.ChooseLabel(layer_id, kept[0].value))

    # -- numbers

    def counts(self, layer_id: str) -> dict[int, int]:
        """Voxels of each label that occurs; kept up to date by what each stroke changed."""
        tiles = self.layer(layer_id).tiles
        known = self._counts.get(layer_id)
        if known is not None and known[0] is tiles:
            return known[1]
        if known is None or (known[0].shape_zyx, known[0].dtype) != (tiles.shape_zyx, tiles.dtype):
            found = tiles.counts()
        else:
            found = dict(known[1])
            for value, more in tiles.counts(known[0]).items():
                found[value] = found.get(value, 0) + more
            found = {value: number for value, number in sorted(found.items()) if number}
        self._counts[layer_id] = (tiles, found)
        return found

    def amounts(self, layer_id: str) -> dict[int, Amount]:
        """How large each label is; millilitres where voxels have a size."""
        layer = self.layer(layer_id)
        counts = self.counts(layer_id)
        where = self.plane(layer.series_key, Plane.STACK)
        size = 0.0
        if where is not None and where.stack.facts.spacing_source not in (
            SpacingSource.NONE,
            SpacingSource.DETECTOR,
            SpacingSource.REGION,
        ):
            size = where.frame.voxel_size
        return {value: Amount(n, n * size / 1000 if size > 0 else None) for value, n in counts.items()}

    def largest_slice(self, layer_id: str, value: int, plane: Plane = Plane.STACK) -> int | None:
        """Index, in a plane, of the slice that holds most of a label; None when it is empty."""
        layer = self.layer(layer_id)
        where = self.plane(layer.series_key, plane)
        if where is None or not self.counts(layer_id).get(value):
            return None
        array = self.array(layer_id)
        axis = where.axis_zyx
        alike = array == value
        numbers = np.count_nonzero(alike, axis=tuple(n for n in range(3) if n != axis))
        at = int(numbers.argmax())
        middle = np.argwhere(np.take(alike, at, axis=axis)).mean(axis=0)
        zyx = np.insert(middle, axis, at)
        return round(where.index_of((float(zyx[2]), float(zyx[1]), float(zyx[0]))))


_ALL: weakref.WeakKeyDictionary[Any, LabelLayers] = weakref.WeakKeyDictionary()


def of(host: Host) -> LabelLayers:
    """The one `LabelLayers` of a workspace; made when first asked for."""
    found = _ALL.get(host)
    if found is None:
        found = _ALL[host] = LabelLayers(host)
    return found
