"""One movement of the hand on a mask, from press to release: pixels of a pane in, edits of the document out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from medviewer.core import painting, slicing
from medviewer.core.image import Image
from medviewer.core.label_planes import LabelPlane
from medviewer.core.labels import LabelMap
from medviewer.core.painting import Point, Region
from medviewer.core.slicing import SlicePixels
from medviewer.core.tiles import Box, TiledLabels
from medviewer.document import edits, titles
from medviewer.document.layers import LabelLayer
from medviewer.document.state import Plane
from medviewer.document.titles import QT_TRANSLATE_NOOP
from medviewer.errors import InputError
from medviewer.services.jobs import JobContext
from medviewer.services.label_layers import LabelLayers
from medviewer.services.label_values import Brush

FILL_JOB: Final = QT_TRANSLATE_NOOP("Jobs", "Fill")


@dataclass(frozen=True, eq=False)
class Processed:
    """The processed slice under the hand, whose values limit what is painted.

    Attributes
    ----------
    pixels : SlicePixels
        The slice.
    image : Image
        What it was cut from: the result of all slices, or of a part of them.
    """

    pixels: SlicePixels
    image: Image


class LabelStroke:
    """A stroke of a tool on the active layer of a series; its steps are one undo entry.

    Parameters
    ----------
    layers : LabelLayers
    series_key, plane, index
        The slice under the hand.
    erase : bool
        Take labels away instead of giving the active one.
    title : str
        One of `document.titles`.
    processed : Processed, optional
        Limits are read there and not in the original.

    Raises
    ------
    InputError
        When the layer is locked or hidden, the series is not open, the plane is not there yet, the mask lies on
        another grid, or a colour image is to be painted between two values.
    """

    def __init__(
        self,
        layers: LabelLayers,
        series_key: str,
        plane: Plane,
        index: int,
        *,
        erase: bool = False,
        title: str = titles.PAINT,
        processed: Processed | None = None,
    ) -> None:
        self._layers = layers
        self._at = plane
        self._index = index
        self._title = title
        self._gesture = uuid.uuid4().hex
        self._last: Point | None = None
        layers.stack(series_key)
        where = layers.plane(series_key, plane)
        if where is None:
            raise InputError("The planes of this series are still being prepared.")
        self._plane: LabelPlane = where
        self._brush: Brush = layers.brush
        if self._brush.limited and where.stack.is_colour:
            raise InputError(
                "A colour image has no single value to paint between.", "Switch the limits off in the panel Masks."
            )
        self._processed = processed if self._brush.limited else None
        if self._processed is not None and self._processed.pixels.values.shape != where.shape_yx:
            raise InputError(
                "The processed image has other pixels than the mask.",
                "Show the original to paint between its values, or switch the limits off in the panel Masks.",
            )
        found = layers.active(series_key)
        self._made = found is None
        if found is not None:
            layers.require_open(found)
            if found.tiles.shape_zyx != where.stack.array.shape[:3]:
                raise InputError(
                    "The mask was drawn on another grid than the series has now.", "Draw on a new mask instead."
                )
        elif erase:
            raise InputError("There is no mask to erase yet.", "Paint one with the brush first.")
        layer = found if found is not None else layers.new_layer(series_key)
        self._layer_id = layer.id
        self._value = 0 if erase else layer.active_label
        self._only = layer.active_label if erase and self._brush.only_active else 0
        if self._made:
            layers.document.apply(edits.AddLayer(layer, stroke=True), gesture=self._gesture)
            layers.choose(layer.id)
        self._before = layer.tiles
        self._slice: NDArray[np.float32] | None = None

    @property
    def layer_id(self) -> str:
        """The layer that is painted on."""
        return self._layer_id

    # -- what the hand does

    def to(self, at: Point) -> None:
        """Move the brush to a position of the slice (x, y; pixel centres at integers)."""
        start, self._last = self._last or at, at
        brush = self._brush
        frame = self._plane.frame
        if brush.ball and not frame.is_flat and frame.in_mm:
            self._ball(start, at)
            return
        region = painting.stroke(start, at, brush.diameter, self.pitch_xy, self._plane.shape_yx)
        self._paint(region)

    def _ball(self, start: Point, end: Point) -> None:
        where = self._plane
        a, b = (where.voxels(self._index, *point) for point in (start, end))
        found = painting.ball(where.frame, _voxel(a), _voxel(b), self._brush.diameter, self._layer().tiles.shape_zyx)
        if found is None:
            return
        box, inside = found
        if self._brush.limited:
            values = painting.modality_box(self._limiting_image(), box)
            inside &= painting.between(values, self._brush.low, self._brush.high)
        labels = self._tiles().box(box)
        self._put(box, painting.label_box(labels, inside, self._value))

    def area(self, points: Sequence[Point]) -> None:
        """Paint what a closed line surrounds."""
        self._paint(painting.polygon(points, self._plane.shape_yx))

    def fill(self, at: Point, *, volume: bool = False) -> None:
        """Paint what is joined with a pixel and has the same label; `volume`: through all slices, in the background.

        Raises
        ------
        InputError
            As `LabelLayers.apply`.
        """
        if volume and not self._plane.frame.is_flat:
            self._fill_volume(at)
            return
        labels = self._layers.slice(self._layer_id, self._at, self._index)
        if labels is None:
            return
        allowed = self._allowed(Region(0, 0, np.ones(labels.shape, np.bool_))) if self._brush.limited else None
        self._paint(painting.connected(np.ascontiguousarray(labels), at, allowed), limited=False)

    def _fill_volume(self, at: Point) -> None:
        x, y, z = (int(np.floor(v + 0.5)) for v in self._plane.voxels(self._index, *at))
        n_z, n_y, n_x = self._before.shape_zyx
        if not (0 <= x < n_x and 0 <= y < n_y and 0 <= z < n_z):
            return
        brush, value, only = self._brush, self._value, self._only
        limiting = self._limiting_image() if brush.limited else self._plane.stack

        def work(labels: LabelMap, _image: Image, ctx: JobContext) -> NDArray[Any]:
            def within(k: int) -> NDArray[np.bool_]:
                return painting.between(limiting.modality_slice(k), brush.low, brush.high)

            allowed = within if brush.limited else None
            found = painting.connected_voxels(labels.array, (x, y, z), allowed, ctx.check)
            if only:
                found &= labels.array == only
            return painting.label_box(_roomy(labels.array, value), found, value)

        self._layers.apply(self._layer_id, work, FILL_JOB, titles.FILL)

    def cancel(self) -> None:
        """Take back what the stroke has painted; nothing of it stays in the history."""
        document = self._layers.document
        if self._made:
            document.apply(edits.RemoveLayer(self._layer_id, stroke=True), gesture=self._gesture)
        else:
            document.apply(edits.PaintTiles(self._layer_id, self._before, self._title), gesture=self._gesture)

    # -- from pixels to tiles

    @property
    def pitch_xy(self) -> tuple[float, float]:
        """Distance of pixel centres of the slice, in the unit of the brush."""
        return pitch_of(self._plane)

    def _layer(self) -> LabelLayer:
        return self._layers.layer(self._layer_id)

    def _tiles(self) -> TiledLabels:
        """The labels as they are, in a type that holds the one to be painted."""
        tiles = self._layer().tiles
        return tiles.with_type("uint16") if self._value > 255 else tiles

    def _allowed(self, region: Region) -> NDArray[np.bool_]:
        """Where in a region the value lies within the limits."""
        y1, x1 = region.y0 + region.where.shape[0], region.x0 + region.where.shape[1]
        if self._processed is not None:
            pixels = self._processed.pixels
        else:
            pixels = slicing.plane_slice(self._plane.volume, self._plane.plane, self._index)
        part = replace(pixels, values=pixels.values[region.y0 : y1, region.x0 : x1]).modality()
        return painting.between(part, self._brush.low, self._brush.high)

    def _limiting_image(self) -> Image:
        """Whose values limit what is painted through slices, on the grid of the stack."""
        stack = self._plane.stack
        if self._processed is None:
            return stack
        image = self._processed.image
        if image.geometry != stack.geometry or image.array.shape != stack.array.shape:
            raise InputError(
                "Not all slices are processed yet, so that their values cannot limit what is painted through them.",
                "Process all slices first, or paint slice by slice.",
            )
        return image

    def _paint(self, region: Region | None, *, limited: bool = True) -> None:
        if region is None:
            return
        where = region.where
        if self._brush.limited and limited:
            where = where & self._allowed(region)
        found = self._plane.put(self._tiles().box, self._index, (region.y0, region.x0), where, self._value)
        if found is not None:
            self._put(*found)

    def _put(self, box: Box, voxels: NDArray[Any]) -> None:
        if self._only:
            before = self._tiles().box(box)
            voxels = np.where(before == self._only, voxels, before).astype(before.dtype)
        tiles = self._tiles().with_box(box, voxels)
        self._layers.document.apply(edits.PaintTiles(self._layer_id, tiles, self._title), gesture=self._gesture)


def pitch_of(plane: LabelPlane) -> tuple[float, float]:
    """Distance of pixel centres of a plane's slices, in the unit of the brush: mm, or pixels where not known."""
    if not plane.frame.in_mm:
        return 1.0, 1.0
    return slicing.slice_geometry(plane.volume, plane.plane, 0.0).spacing_xy_mm


def _voxel(values: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])


def _roomy(array: NDArray[Any], value: int) -> NDArray[Any]:
    """The labels in a type that holds a value."""
    return array.astype(np.uint16) if value > 255 and array.dtype == np.uint8 else array
