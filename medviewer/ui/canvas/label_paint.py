"""Masks over a picture: fill and outline in device pixels, kept between repaints, renewed where they change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from medviewer.core.labels import Label
from medviewer.core.tiles import TiledLabels
from medviewer.services.label_layers import LabelLayers
from medviewer.services.label_values import LayerChange, Preview
from medviewer.ui.canvas.frame import Frame
from medviewer.ui.canvas.ink import Ink
from medviewer.ui.theme import MASK_COUNT, MASK_OUTLINE

Part = tuple[int, int, int, int]
"""x0, y0, x1, y1 in device pixels, half open."""

PREVIEW = "preview"


@dataclass(frozen=True)
class Look:
    """How labels are coloured; what pictures depend on beside voxels and place."""

    labels: tuple[Label, ...]
    opacity: float
    outline_only: bool


@dataclass(eq=False)
class _Picture:
    """The labels of one layer on one view."""

    key: tuple[object, ...] = ()
    version: object = None
    labels: NDArray[Any] | None = None  # as they were drawn
    look: Look | None = None
    table: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, np.uint32))  # of that look
    pixels: NDArray[np.uint32] = field(default_factory=lambda: np.zeros((1, 1), np.uint32))
    image: QImage = field(default_factory=QImage)
    filled: Part = (0, 0, 0, 0)  # outside, nothing is drawn
    dirty: Part | None = None
    edition: int = -1  # of the ink that `table` was made with


def mask_colour(ink: Ink, label: Label | None, value: int) -> QColor:
    """The colour of a label: its own, else the program's for its value."""
    if label is not None and label.colour:
        return QColor(label.colour)
    return ink.color(f"mask-{(value - 1) % MASK_COUNT + 1}")


def colour_table(ink: Ink, look: Look, values: int = 256) -> NDArray[np.uint32]:
    """Premultiplied ARGB for ``label + values · state``; states are inside, half outline, outline.

    Parameters
    ----------
    values : int
        How many labels there can be: 256 or 65,536.
    """
    cycle = [_rgb(mask_colour(ink, None, value)) for value in range(1, MASK_COUNT + 1)]
    rgb = np.asarray(cycle, np.float64)[(np.arange(values) - 1) % MASK_COUNT]
    for label in look.labels:
        if label.colour and 0 < label.value < values:
            rgb[label.value] = _rgb(mask_colour(ink, label, label.value))
    fill = 0.0 if look.outline_only else min(1.0, max(0.0, look.opacity))
    table = np.zeros((3, values), np.uint32)
    for state, alpha in enumerate((fill, max(fill, MASK_OUTLINE % 1.0), 1.0)):
        r, g, b = np.rint(rgb * alpha).astype(np.uint32).T
        table[state] = np.uint32(round(255 * alpha) << 24) | (r << 16) | (g << 8) | b
    table[:, 0] = 0
    return table.reshape(-1)


def _rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def ring_px(device_ratio: float) -> int:
    """Device pixels that the outline reaches inward."""
    return int(np.ceil(MASK_OUTLINE * device_ratio))


def compose(
    labels: NDArray[Any],
    matrix: NDArray[np.float64],
    size_wh: tuple[int, int],
    table: NDArray[np.uint32],
    device_ratio: float,
    part: Part,
    out: NDArray[np.uint32],
) -> Part:
    """Draw labels into a part of a picture, as near as the picture's own pixels (nearest).

    Parameters
    ----------
    labels : NDArray of uint8 or uint16, shape (y, x)
    matrix : NDArray, shape (2, 3)
        From slice pixel to device pixel, centres at integers.
    size_wh : tuple of int
        Of the whole picture.
    table : NDArray of uint32, shape (768,) or (196608,)
        From `colour_table`; the longer one for labels of 16 bits.
    part : tuple of int
        What is drawn anew, x0, y0, x1, y1.
    out : NDArray of uint32, shape (h, w)
        Premultiplied ARGB; only `part` is written.

    Returns
    -------
    tuple of int
        The part that is not transparent; empty when none is.
    """
    import cv2

    x0, y0, x1, y1 = part
    out[y0:y1, x0:x1] = 0
    ring = ring_px(device_ratio)
    # With a rim, so that the outline is the same whichever part is drawn.
    left, top = max(0, x0 - ring), max(0, y0 - ring)
    right, bottom = min(size_wh[0], x1 + ring), min(size_wh[1], y1 + ring)
    found = _nearest(labels, matrix, (left, top, right, bottom))
    if found is None or not found[0].any():
        return x0, y0, x0, y0
    values, bx, by = found
    fx, fy, width, height = cv2.boundingRect(values if values.dtype == np.uint8 else (values > 0).view(np.uint8))
    if width == 0 or height == 0:
        return x0, y0, x0, y0
    # Only what is labelled, with one pixel of what is not around it.
    gx0, gy0 = max(0, fx - 1), max(0, fy - 1)
    values = np.ascontiguousarray(values[gy0 : fy + height + 1, gx0 : fx + width + 1])
    bx, by = bx + gx0, by + gy0
    state = _outline(values, device_ratio)
    index: NDArray[Any]
    if values.dtype == np.uint8:
        index = cv2.merge((values, state)).view(np.uint16)[:, :, 0]
    else:
        index = state.astype(np.int32) * (len(table) // 3) + values
    picture = np.take(table, index)
    tx0, ty0 = max(x0, bx), max(y0, by)
    tx1, ty1 = min(x1, bx + values.shape[1]), min(y1, by + values.shape[0])
    if tx0 >= tx1 or ty0 >= ty1:
        return x0, y0, x0, y0
    out[ty0:ty1, tx0:tx1] = picture[ty0 - by : ty1 - by, tx0 - bx : tx1 - bx]
    return tx0, ty0, tx1, ty1


def _nearest(labels: NDArray[Any], matrix: NDArray[np.float64], part: Part) -> tuple[NDArray[Any], int, int] | None:
    """The labels under the centres of the pixels of a part, and where they begin; None when it shows none.

    A picture of labels is turned by quarters at most, so that rows and columns are found on their own, and by the
    same sums whichever part is drawn: pieces drawn at different times fit together without a seam.
    """
    x0, y0, x1, y1 = part
    linear = np.linalg.inv(matrix[:, :2])
    shift = -linear @ matrix[:, 2]
    u, v = np.arange(x0, x1), np.arange(y0, y1)
    turned = abs(linear[0, 0]) < abs(linear[0, 1])
    xs, ys = (v, u) if turned else (u, v)
    x = np.floor(linear[0, 1 if turned else 0] * xs + shift[0] + 0.5)
    y = np.floor(linear[1, 0 if turned else 1] * ys + shift[1] + 0.5)
    in_x = np.flatnonzero((x >= 0) & (x < labels.shape[1]))
    in_y = np.flatnonzero((y >= 0) & (y < labels.shape[0]))
    if not in_x.size or not in_y.size:
        return None
    x, y = x[in_x[0] : in_x[-1] + 1].astype(np.intp), y[in_y[0] : in_y[-1] + 1].astype(np.intp)
    low_y, low_x = min(y[0], y[-1]), min(x[0], x[-1])
    taken = labels[low_y : max(y[0], y[-1]) + 1, low_x : max(x[0], x[-1]) + 1]
    if not taken.any():
        return None
    values = np.take(np.take(taken, y - low_y, axis=0), x - low_x, axis=1)
    if turned:
        return np.ascontiguousarray(values.T), x0 + int(in_y[0]), y0 + int(in_x[0])
    return values, x0 + int(in_x[0]), y0 + int(in_y[0])


def _outline(values: NDArray[Any], device_ratio: float) -> NDArray[np.uint8]:
    """2 on the outline, 1 where it covers a pixel in part; the outline lies inside its label."""
    width = MASK_OUTLINE * device_ratio
    whole = max(1, int(width))
    rim = _rim(values, whole)
    beyond = _rim(values, whole + 1) if width - whole > 0.05 else rim
    state: NDArray[np.uint8] = np.add(rim, beyond)
    return state


def _rim(values: NDArray[Any], reach: int) -> NDArray[np.uint8]:
    import cv2

    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    differs = cv2.morphologyEx(values, cv2.MORPH_GRADIENT, kernel, borderType=cv2.BORDER_REPLICATE)
    if differs.dtype != np.uint8:
        return (np.asarray(differs) > 0).view(np.uint8)
    return np.asarray(cv2.threshold(differs, 0, 1, cv2.THRESH_BINARY)[1])


class LabelPainter:
    """Draws layers and preview over the picture of one pane."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._pictures: dict[str, _Picture] = {}

    def paint(self, painter: QPainter, frame: Frame, layers: LabelLayers) -> None:
        """Draw every visible layer of the frame's series, then the preview."""
        key = frame.view.series_key
        used: set[str] = set()
        for layer in layers.layers(key):
            if not layer.visible or (layer.tiles.is_empty and layer.id not in self._pictures):
                continue
            used.add(layer.id)
            look = Look(layers.displayed(key, layer.labels, layer.id), layer.opacity, layer.outline_only)
            picture = self._picture(layer.id, frame, look, layer.tiles, layers)
            if picture is not None:
                self._draw(painter, picture, frame.request.device_ratio)
        preview = layers.preview(key)
        if preview is not None:
            used.add(PREVIEW)
            look = Look(layers.displayed(key, preview.labels), preview.opacity, preview.outline_only)
            picture = self._picture(PREVIEW, frame, look, preview, layers)
            if picture is not None:
                self._draw(painter, picture, frame.request.device_ratio)
        for gone in self._pictures.keys() - used:
            del self._pictures[gone]

    def _picture(
        self, name: str, frame: Frame, look: Look, version: TiledLabels | Preview, layers: LabelLayers
    ) -> _Picture | None:
        ratio = frame.request.device_ratio
        size = (frame.rgb32.shape[1], frame.rgb32.shape[0])
        view = frame.view
        key = (frame.viewport, view.series_key, view.plane, frame.index, ratio, size, look, self._ink.edition)
        picture = self._pictures.setdefault(name, _Picture())
        same = picture.key == key
        if same and picture.version is version:
            return picture
        if isinstance(version, TiledLabels):
            labels = layers.slice(name, frame.view.plane, frame.index)
        else:
            labels = version.slice(frame.view.plane, frame.index)
        if labels is None or labels.shape != frame.viewport.shape_yx:
            picture.key, picture.dirty, picture.labels = (), None, None
            return None
        part: Part = (0, 0, *size)
        if same and picture.dirty is not None:
            part = picture.dirty
        elif picture.pixels.shape != size[::-1]:
            picture.pixels = np.zeros(size[::-1], np.uint32)
            kind = QImage.Format.Format_ARGB32_Premultiplied
            picture.image = QImage(picture.pixels.data, *size, 4 * size[0], kind)
        table = self._table(picture, look, 256 if labels.dtype == np.uint8 else 65_536)
        drawn = compose(labels, frame.viewport.render_matrix(ratio), size, table, ratio, part, picture.pixels)
        picture.filled = drawn if part == (0, 0, *size) else _joined(picture.filled, drawn)
        picture.key, picture.version, picture.dirty, picture.labels = key, version, None, labels
        return picture

    def _table(self, picture: _Picture, look: Look, values: int) -> NDArray[np.uint32]:
        if picture.look != look or len(picture.table) != 3 * values or picture.edition != self._ink.edition:
            picture.look, picture.edition = look, self._ink.edition
            picture.table = colour_table(self._ink, look, values)
        return picture.table

    def value_at(self, name: str, frame: Frame, x: float, y: float) -> int:
        """The label drawn for a layer (or `PREVIEW`) at a widget position of a frame; 0 where there is none."""
        picture = self._pictures.get(name)
        if picture is None or picture.labels is None:
            return 0
        column, row = (math.floor(v + 0.5) for v in frame.viewport.to_slice(x, y))
        rows, columns = picture.labels.shape
        return int(picture.labels[row, column]) if 0 <= row < rows and 0 <= column < columns else 0

    @staticmethod
    def _draw(painter: QPainter, picture: _Picture, ratio: float) -> None:
        x0, y0, x1, y1 = picture.filled
        if x0 >= x1 or y0 >= y1:
            return
        target = QRectF(x0 / ratio, y0 / ratio, (x1 - x0) / ratio, (y1 - y0) / ratio)
        if ratio == 1.0:
            painter.drawImage(QPointF(x0, y0), picture.image, QRectF(x0, y0, x1 - x0, y1 - y0))
        else:
            painter.drawImage(target, picture.image, QRectF(x0, y0, x1 - x0, y1 - y0))

    def changed(self, change: LayerChange, frame: Frame, layers: LabelLayers) -> QRect | None:
        """Note what a change concerns; the part of the pane (its coordinates) to repaint, None: nothing of it."""
        picture = self._pictures.get(change.layer_id)
        where = layers.plane(frame.view.series_key, frame.view.plane)
        ratio = frame.request.device_ratio
        size = (frame.rgb32.shape[1], frame.rgb32.shape[0])
        everything = QRect(0, 0, int(size[0] / ratio) + 1, int(size[1] / ratio) + 1)
        if change.box is None or where is None:
            if picture is not None:
                picture.key, picture.dirty = (), None
            return everything
        touched = where.box_on(change.box, frame.index)
        if touched is None:
            state = layers.document.state.layer(change.layer_id)
            if picture is not None and picture.dirty is None and state is not None:
                picture.version = state.tiles  # on this slice nothing has changed
            return None
        part = _on_screen(touched, frame.viewport.render_matrix(ratio), size, ring_px(ratio) + 1)
        if part is None:
            return None
        if picture is not None and picture.key:
            picture.dirty = _joined(picture.dirty, part)
        x0, y0, x1, y1 = part
        return QRect(int(x0 / ratio) - 1, int(y0 / ratio) - 1, int((x1 - x0) / ratio) + 3, int((y1 - y0) / ratio) + 3)


def _joined(a: Part | None, b: Part) -> Part:
    if a is None or a[0] >= a[2] or a[1] >= a[3]:
        return b
    if b[0] >= b[2] or b[1] >= b[3]:
        return a
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _on_screen(
    touched: tuple[int, int, int, int], matrix: NDArray[np.float64], size: Sequence[int], rim: int
) -> Part | None:
    """Device pixels that a part (y0, x0, y1, x1) of a slice covers, with a rim."""
    y0, x0, y1, x1 = touched
    corners = np.array(((x0, y0), (x1, y0), (x0, y1), (x1, y1)), dtype=np.float64) - 0.5
    on = corners @ matrix[:, :2].T + matrix[:, 2]
    low = np.maximum(np.floor(on.min(axis=0)).astype(int) - rim, 0)
    high = np.minimum(np.ceil(on.max(axis=0)).astype(int) + rim + 1, np.asarray(size))
    if (low >= high).any():
        return None
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
