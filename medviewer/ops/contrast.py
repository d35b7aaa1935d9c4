"""Histogram equalisation, global and in tiles (CLAHE)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Range, Step
from medviewer.ops.planes import Plane, chosen, no_values, plane_of, to_bytes, without_unit
from medviewer.ops.volume_grid import Dimension, DimensionField, across

LEVELS = 65_536
"""Steps of the global histogram, from the lowest to the highest value."""

STEP_BITS = 4
STEPS_IN_BIN = 1 << STEP_BITS
"""Between the bins of a tile its curve is interpolated in so many steps: 4,096 levels of values for 256 bins."""


@dataclass(frozen=True)
class ClaheParams:
    """Parameters of contrast limited adaptive histogram equalisation."""

    tiles: Annotated[
        int,
        Range(1, 64),
        Label(QT_TRANSLATE_NOOP("Operations", "Tiles")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "The slice is divided into so many tiles in each direction; more raise finer contrast."
            )
        ),
    ] = 8
    clip_limit: Annotated[
        float,
        Range(1.0, 100.0),
        Step(0.5),
        Label(QT_TRANSLATE_NOOP("Operations", "Contrast limit")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Contrast is raised at most so many times: noise in flat areas stays bounded. 1: not at all.",
            )
        ),
    ] = 2.0
    bins: Annotated[
        int,
        Range(16, 4096),
        Label(QT_TRANSLATE_NOOP("Operations", "Bins")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "Of the histogram of a tile, from the lowest to the highest value of the slice."
            )
        ),
    ] = 256


@dataclass(frozen=True)
class EqualiseParams:
    """Parameters of histogram equalisation."""

    dimension: DimensionField = Dimension.SLICE


@operation(
    id="intensity.clahe",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Intensity"),
    title=QT_TRANSLATE_NOOP("Operations", "Adaptive equalisation (CLAHE)"),
    whole=True,
    colour=True,
)
def clahe(image: Image, params: ClaheParams, ctx: Context, labels: LabelMap | None) -> Image:
    """Raises local contrast: equalises the histogram around each pixel, up to a limit.

    Every slice is done by itself, between its lowest and highest value; clip the image first to give all the bins to
    the tissue of interest. With a mask, histograms are taken inside it, and what lies outside stays unchanged. Values
    are not reduced to 8 bits, except those of colour images, whose lightness is equalised (CIE Lab). Padding and
    values that are not numbers take no part and stay as they are.

    The result lies in the range of the input, but its values no longer mean what they meant: do not measure them.

    Returns
    -------
    Image
        float32 without a unit (uint8 RGB for colour), the geometry of the input.

    Notes
    -----
    Zuiderveld, Contrast limited adaptive histogram equalization, Graphics Gems IV, 1994. What is clipped is spread
    over all bins once, as in OpenCV; curves are interpolated between tiles and, unlike there, between bins.
    """
    if image.is_colour:
        return _by_lightness(
            image, lambda light, k: _clahe_slice(light, chosen(image, labels, k, None), None, params), ctx
        )
    out = np.empty(image.array.shape, dtype=np.float32)
    for k in range(image.n_slices):
        ctx.check()
        values, valid = plane_of(image, k)
        out[k] = _clahe_slice(values, chosen(image, labels, k, valid), valid, params)
        ctx.progress((k + 1) / image.n_slices)
    return without_unit(image, out)


def _clahe_slice(
    values: Plane, counted: NDArray[np.bool_] | None, valid: NDArray[np.bool_] | None, params: ClaheParams
) -> Plane:
    """A slice equalised where it is counted (None: everywhere), else as it was."""
    some = values if counted is None else values[counted]
    if not some.size:
        return values
    low, high = float(some.min()), float(some.max())
    if not high > low:
        return values
    rows, columns = values.shape
    bins, fine = params.bins, params.bins * STEPS_IN_BIN
    scale = np.float32(fine / (high - low))
    # Where nothing is counted values may be NaN or out of range; they are put back in the end.
    position = values - np.float32(low)
    position *= scale
    if counted is not None:
        position = np.where(counted, position, np.float32(0))
    at = position.astype(np.int32)
    np.minimum(at, np.int32(fine - 1), out=at)
    down, right = min(params.tiles, rows), min(params.tiles, columns)
    edges_y, edges_x = np.linspace(0, rows, down + 1).round(), np.linspace(0, columns, right + 1).round()
    tile_y, tile_x = (
        np.repeat(np.arange(n, dtype=np.int32), np.diff(edges).astype(int))
        for n, edges in ((down, edges_y), (right, edges_x))
    )
    tile = tile_y[:, None] * np.int32(right * bins) + tile_x[None, :] * np.int32(bins)
    keys: NDArray[np.int32] = at >> np.int32(STEP_BITS)
    np.add(keys, tile, out=keys)
    counts = np.bincount((keys if counted is None else keys[counted]).ravel(), minlength=down * right * bins)
    curves = _curves(counts.reshape(down * right, bins).astype(np.float64), params.clip_limit)
    curves *= np.float32(high - low)
    curves += np.float32(low)
    tables = curves.reshape(down, right, -1)
    result = _between_tiles(at, tables, (edges_y[1:] + edges_y[:-1]) / 2, (edges_x[1:] + edges_x[:-1]) / 2)
    return result if counted is None else np.where(counted, result, values)


def _curves(counts: NDArray[np.float64], clip_limit: float) -> NDArray[np.float32]:
    """For each tile the share of values below each fine step, of its clipped histogram; (tiles, bins · steps)."""
    overall = counts.sum(axis=0)
    counts[counts.sum(axis=1) == 0] = overall  # a tile outside the mask is only interpolated towards
    bins = counts.shape[1]
    total = counts.sum(axis=1, keepdims=True)
    limit = clip_limit * total / bins
    kept = np.minimum(counts, limit)
    kept += (total - kept.sum(axis=1, keepdims=True)) / bins
    below = np.zeros((len(counts), bins + 1))
    np.cumsum(kept / total, axis=1, out=below[:, 1:])
    part = ((np.arange(STEPS_IN_BIN) + 0.5) / STEPS_IN_BIN).astype(np.float32)
    start, rise = below[:, :-1].astype(np.float32), np.diff(below, axis=1).astype(np.float32)
    fine = rise[:, :, None] * part
    fine += start[:, :, None]
    return fine.reshape(len(counts), -1)


def _between_tiles(
    at: NDArray[np.int32], tables: NDArray[np.float32], centres_y: NDArray[Any], centres_x: NDArray[Any]
) -> Plane:
    """Each pixel through the tables of the four tiles around it, weighted by its distance from their centres."""
    out = np.empty(at.shape, dtype=np.float32)
    spans_y, spans_x = _spans(at.shape[0], centres_y), _spans(at.shape[1], centres_x)
    for y0, y1, above, below, weight_y in spans_y:
        for x0, x1, left, right, weight_x in spans_x:
            here = at[y0:y1, x0:x1]
            top = _mix(tables[above, left].take(here), tables[above, right].take(here), weight_x[None, :])
            if above == below:
                out[y0:y1, x0:x1] = top
                continue
            bottom = _mix(tables[below, left].take(here), tables[below, right].take(here), weight_x[None, :])
            out[y0:y1, x0:x1] = _mix(top, bottom, weight_y[:, None])
    return out


def _mix(first: Plane, second: Plane, weight: Plane) -> Plane:
    second -= first
    second *= weight
    second += first
    return second


def _spans(n: int, centres: NDArray[Any]) -> list[tuple[int, int, int, int, Plane]]:
    """First, end, the tiles on both sides and the weight of the second, between each two centres and at the ends."""
    places = np.arange(n) + 0.5
    after = np.searchsorted(centres, places, side="right")
    spans = []
    for number in range(len(centres) + 1):
        inside = np.flatnonzero(after == number)
        if not inside.size:
            continue
        one, other = max(0, number - 1), min(len(centres) - 1, number)
        weight = np.zeros(inside.size)
        if other > one:
            weight = (places[inside] - centres[one]) / (centres[other] - centres[one])
        spans.append((int(inside[0]), int(inside[-1]) + 1, one, other, weight.astype(np.float32)))
    return spans


@operation(
    id="intensity.equalise",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Intensity"),
    title=QT_TRANSLATE_NOOP("Operations", "Histogram equalisation"),
    across_slices=across,
    whole=True,
    colour=True,
)
def equalise(image: Image, params: EqualiseParams, ctx: Context, labels: LabelMap | None) -> Image:
    """Spreads values so that all occur equally often between the lowest and the highest.

    With a mask, the histogram is taken inside it, and what lies outside stays unchanged. The histogram has 65,536
    steps. Of colour images the lightness is equalised (CIE Lab, 8 bits). Padding and values that are not numbers take
    no part and stay as they are.

    The result lies in the range of the input, but its values no longer mean what they meant: do not measure them.

    Returns
    -------
    Image
        float32 without a unit (uint8 RGB for colour), the geometry of the input.

    Raises
    ------
    InputError
        When there is no value to be counted in the whole volume.
    """
    if image.is_colour:

        def of_light(light: Plane, k: int) -> Plane:
            counted = chosen(image, labels, k, None)
            curve = _Curve.of([light if counted is None else light[counted]])
            return light if curve is None else _within(curve.apply(light), light, counted)

        return _by_lightness(image, of_light, ctx)
    n = image.n_slices
    out = np.empty(image.array.shape, dtype=np.float32)
    together = params.dimension is Dimension.VOLUME
    curve: _Curve | None = None
    if together:
        curve = _Curve.of_volume(image, labels, ctx.subrange(0.0, 0.5))
    for k in range(n):
        ctx.check()
        values, valid = plane_of(image, k)
        counted = chosen(image, labels, k, valid)
        if not together:
            curve = _Curve.of([values if counted is None else values[counted]])
        out[k] = values if curve is None else _within(curve.apply(values), values, counted)
        ctx.progress(0.5 + 0.5 * (k + 1) / n if together else (k + 1) / n)
    return without_unit(image, out)


@dataclass(frozen=True, eq=False)
class _Curve:
    """What equalisation makes of each value between the lowest and the highest."""

    low: float
    high: float
    table: NDArray[np.float32]

    @classmethod
    def of(cls, parts: list[NDArray[np.float32]]) -> _Curve | None:
        """Of values; None where there are none, or all are the same."""
        some = [part for part in parts if part.size]
        if not some:
            return None
        low, high = min(float(p.min()) for p in some), max(float(p.max()) for p in some)
        counts = np.zeros(LEVELS, dtype=np.int64)
        if high > low:
            for part in some:
                counts += np.bincount(_levels(part, low, high).ravel(), minlength=LEVELS)
        return cls._of_counts(low, high, counts)

    @classmethod
    def of_volume(cls, image: Image, labels: LabelMap | None, ctx: Context) -> _Curve | None:
        """Of all slices together."""
        n = image.n_slices
        low, high = np.inf, -np.inf
        for k in range(n):
            some = cls._counted(image, labels, k)
            if some.size:
                low, high = min(low, float(some.min())), max(high, float(some.max()))
            ctx.progress(0.5 * (k + 1) / n)
        if low > high:
            raise no_values()
        counts = np.zeros(LEVELS, dtype=np.int64)
        for k in range(n if high > low else 0):
            counts += np.bincount(_levels(cls._counted(image, labels, k), low, high).ravel(), minlength=LEVELS)
            ctx.progress(0.5 + 0.5 * (k + 1) / n)
        return cls._of_counts(low, high, counts)

    @staticmethod
    def _counted(image: Image, labels: LabelMap | None, k: int) -> NDArray[np.float32]:
        values, valid = plane_of(image, k)
        where = chosen(image, labels, k, valid)
        return values if where is None else values[where]

    @classmethod
    def _of_counts(cls, low: float, high: float, counts: NDArray[np.int64]) -> _Curve | None:
        total = int(counts.sum())
        first = int(counts[np.argmax(counts > 0)])
        if total <= first:
            return None
        share = np.maximum(np.cumsum(counts) - first, 0) / (total - first)
        return cls(low, high, (low + share * (high - low)).astype(np.float32))

    def apply(self, values: Plane) -> Plane:
        """Equalised values, same shape; those out of range and NaN give anything."""
        return self.table.take(_levels(values, self.low, self.high), mode="clip")


def _levels(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.int32]:
    scaled = (values - np.float32(low)) * np.float32((LEVELS - 1) / (high - low))
    scaled += np.float32(0.5)
    # NaN and what lies outside the mask go anywhere: they are put back afterwards.
    np.nan_to_num(scaled, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    np.clip(scaled, 0, LEVELS - 1, out=scaled)
    return scaled.astype(np.int32)


def _within(result: Plane, values: Plane, counted: NDArray[np.bool_] | None) -> Plane:
    return result if counted is None else np.where(counted, result, values)


def _by_lightness(image: Image, run: Callable[[Plane, int], Plane], ctx: Context) -> Image:
    """A colour image whose CIE lightness went through `run(lightness 0..255, k)`."""
    import cv2

    out = np.empty_like(image.array)
    n = image.n_slices
    for k in range(n):
        ctx.check()
        lab = cv2.cvtColor(np.ascontiguousarray(image.array[k]), cv2.COLOR_RGB2LAB)
        lab[..., 0] = to_bytes(run(lab[..., 0].astype(np.float32), k))
        out[k] = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)
        ctx.progress((k + 1) / n)
    return replace(image, array=out, key="")


OPERATIONS: tuple[Operation, ...] = (clahe, equalise)
