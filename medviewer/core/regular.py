"""A tilted, gapped or unevenly rescaled stack as a volume on an orthogonal, regular grid.

The stack itself is never changed; planes across it are cut from this copy, and the picture says that it is resampled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Geometry, Vector
from medviewer.core.image import Image, Rescale

_MAX_GROWTH = 4.0
"""At most so many times as many slices as the stack has."""


def is_regular(image: Image) -> bool:
    """Whether the stack is an orthogonal grid with evenly spaced slices."""
    return image.geometry.is_orthogonal and not _gaps(image)


def _positions(image: Image) -> NDArray[np.float64]:
    """Distance of each slice from the first along the normal, in mm."""
    g = image.geometry
    if len(image.slice_positions_mm) == image.n_slices:
        stated: NDArray[np.float64] = np.asarray(image.slice_positions_mm, dtype=np.float64)
        stated -= stated[0]
        return stated
    step = g.spacing_xyz_mm[2] * float(np.asarray(g.axis_z) @ g.normal)
    return np.arange(image.n_slices, dtype=np.float64) * step


def _gaps(image: Image) -> bool:
    """Whether the stated positions leave the regular grid by more than 0.01 mm or 1 % of the spacing."""
    if len(image.slice_positions_mm) != image.n_slices or image.n_slices < 2:
        return False
    g = image.geometry
    step = g.spacing_xyz_mm[2] * float(np.asarray(g.axis_z) @ g.normal)
    differences = np.diff(_positions(image))
    return bool(np.any(np.abs(differences - step) > max(0.01, 0.01 * abs(step))))


def regularise(image: Image, check: Callable[[], None] | None = None) -> Image:
    """The image on an orthogonal grid with evenly spaced slices and one rescale.

    Parameters
    ----------
    image : Image
        Grey. Returned as it is when nothing has to be done.
    check : callable, optional
        Called before each slice; may raise to stop.

    Returns
    -------
    Image
        Same in-plane spacing and directions; the slice axis is the normal. A tilted stack is sheared back (its slices
        keep their place along the normal, each is shifted within its plane); between slices of uneven distance values
        are interpolated linearly, onto the finest spacing that occurs often or that four times as many slices allow.
        Integers stay integers (rounded to nearest). Where there are no data the padding value stands, or NaN for
        floats; padding takes no part in any interpolation. Slices with different rescales become float32 modality
        values. ``facts.resampled`` is set whenever voxels were interpolated.
    """
    if is_regular(image):
        return image if image.is_colour or image.rescale.is_uniform else _modality_volume(image, check)
    if image.is_colour:
        return image
    if not image.rescale.is_uniform:
        image = _modality_volume(image, check)
    return _resampled(image, check)


def _modality_volume(image: Image, check: Callable[[], None] | None) -> Image:
    volume = np.empty(image.array.shape, np.float32)
    for k in range(image.n_slices):
        if check is not None:
            check()
        volume[k] = image.modality_slice(k)
    return replace(image, array=volume, rescale=Rescale(), padding=None, key=_derived(image.key, "modality"))


def _derived(key: str, what: str) -> str:
    return f"{key}:{what}" if key else ""


@dataclass(frozen=True)
class _Target:
    """The grid to fill: normal positions of its slices, and the shift of each source slice within the plane."""

    geometry: Geometry
    positions_mm: NDArray[np.float64]
    shifts_px: NDArray[np.float64]  # (n source slices, 2): x, y of source pixel (0, 0) in the target


def _target(image: Image, sources_mm: NDArray[np.float64]) -> _Target:
    g = image.geometry
    rows, columns = image.array.shape[1:3]
    normal = g.normal
    axis_z = np.asarray(g.axis_z, dtype=np.float64)
    along = float(axis_z @ normal)
    # Sideways motion in mm for each mm along the normal, in the slice's own directions.
    lean = np.array([float(axis_z @ np.asarray(a)) / along for a in (g.axis_x, g.axis_y)])
    spacing = np.array(g.spacing_xyz_mm[:2])
    shifts = sources_mm[:, None] * lean / spacing
    start = np.floor(shifts.min(axis=0) + 1e-6)
    grown = np.ceil(shifts.max(axis=0) - 1e-6) - start
    sense = 1.0 if sources_mm[-1] >= 0 else -1.0
    step, count = _spacing(sources_mm * sense)
    origin = (
        np.asarray(g.origin_mm)
        + np.asarray(g.axis_x) * start[0] * spacing[0]
        + np.asarray(g.axis_y) * start[1] * spacing[1]
    )
    z_direction: Vector = (float(normal[0] * sense), float(normal[1] * sense), float(normal[2] * sense))
    geometry = replace(
        g,
        shape_zyx=(count, int(rows + grown[1]), int(columns + grown[0])),
        origin_mm=(float(origin[0]), float(origin[1]), float(origin[2])),
        axis_z=z_direction,
        spacing_xyz_mm=(g.spacing_xyz_mm[0], g.spacing_xyz_mm[1], step),
    )
    return _Target(geometry, np.arange(count, dtype=np.float64) * (step * sense), shifts - start)


def _spacing(rising_mm: NDArray[np.float64]) -> tuple[float, int]:
    """Spacing and number of slices of a regular grid over rising positions.

    The finest distance that at least a tenth of the neighbours have (within 5 %), so that a lost slice leaves the
    spacing alone; then divided to hit both ends.
    """
    differences = np.diff(rising_mm)
    real = np.sort(differences[differences > 0.01])
    extent = float(rising_mm[-1] - rising_mm[0])
    if real.size == 0 or extent <= 0:
        return 1.0, 1
    often = [d for d in real if np.count_nonzero(np.abs(real - d) <= 0.05 * d) >= max(1.0, 0.1 * real.size)]
    finest = float(often[0]) if often else float(np.median(real))
    finest = max(finest, extent / (_MAX_GROWTH * len(rising_mm)))
    group = real[np.abs(real - finest) <= 0.05 * finest]
    step = float(np.median(group)) if group.size else finest
    intervals = extent / step
    if abs(intervals - round(intervals)) <= 0.02 * max(1.0, intervals / 50):
        return extent / round(intervals), round(intervals) + 1
    # Uneven throughout: keep the spacing, and let the last slice lie within the data.
    return step, int(intervals + 1e-6) + 1


def _free_value(image: Image) -> tuple[NDArray[Any], tuple[float, float] | None, float]:
    """Array, padding range and fill value for places without data."""
    array = image.array
    if array.dtype.kind == "f":
        return array, image.padding, float("nan")
    if image.padding is not None:
        limits = np.iinfo(array.dtype)
        low = max(float(np.ceil(image.padding[0])), float(limits.min))
        if low <= min(image.padding[1], float(limits.max)):
            return array, image.padding, low
    limits = np.iinfo(array.dtype)
    for value in (limits.min, limits.max) if array.dtype.kind == "i" else (limits.max, limits.min):
        if not bool((array == value).any()):
            return array, (float(value), float(value)), float(value)
    return array.astype(np.float32 if array.dtype.itemsize <= 2 else np.float64), None, float("nan")


def _resampled(image: Image, check: Callable[[], None] | None) -> Image:
    sources = _positions(image)
    target = _target(image, sources)
    array, padding, fill = _free_value(image)
    count, rows, columns = target.geometry.shape_zyx
    volume = np.empty((count, rows, columns), array.dtype)
    limits = np.iinfo(array.dtype) if array.dtype.kind != "f" else None
    moved: dict[int, tuple[NDArray[Any], NDArray[Any]]] = {}
    for k, position in enumerate(target.positions_mm):
        if check is not None:
            check()
        near = _neighbours(sources, float(position))
        moved = {
            s: moved.get(s) or _shifted(array[s], padding, target.shifts_px[s], (rows, columns)) for s, _ in near
        }
        total = sum(moved[s][0] * weight for s, weight in near)
        share = sum(moved[s][1] * weight for s, weight in near)
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.where(share >= 0.5, total / share, fill)
        if limits is not None:
            values = np.clip(np.floor(values + 0.5), limits.min, limits.max)
            values = np.where((share >= 0.5), _off_padding(values, padding), fill)
        volume[k] = values.astype(array.dtype)
    return replace(
        image,
        array=volume,
        geometry=target.geometry,
        padding=padding,
        facts=replace(image.facts, resampled=True),
        key=_derived(image.key, "regular"),
        slice_positions_mm=(),
    )


def _off_padding(values: NDArray[Any], padding: tuple[float, float] | None) -> NDArray[Any]:
    """Averages that fall into the padding range by chance, moved to its nearer end."""
    if padding is None:
        return values
    low, high = padding
    inside = (values >= low) & (values <= high)
    if not inside.any():
        return values
    return np.where(inside, np.where(values - low < high - values, low - 1, high + 1), values)


def _neighbours(sources_mm: NDArray[np.float64], position_mm: float) -> list[tuple[int, float]]:
    """The one or two source slices around a position, with their weights."""
    sense = 1.0 if sources_mm[-1] >= 0 else -1.0
    rising, at = sources_mm * sense, position_mm * sense
    upper = int(np.clip(np.searchsorted(rising, at, side="left"), 0, len(rising) - 1))
    lower = max(0, upper - 1)
    gap = float(rising[upper] - rising[lower])
    if gap <= 0:
        return [(upper, 1.0)]
    weight = float(np.clip((at - rising[lower]) / gap, 0.0, 1.0))
    if weight > 1 - 1e-3:
        return [(upper, 1.0)]
    if weight < 1e-3:
        return [(lower, 1.0)]
    return [(lower, 1.0 - weight), (upper, weight)]


def _shifted(
    layer: NDArray[Any], padding: tuple[float, float] | None, shift_px: NDArray[np.float64], shape_yx: tuple[int, int]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """A slice moved by a fraction of a pixel into a larger frame: sum of weighted values, and the weights."""
    good = np.isfinite(layer) if layer.dtype.kind == "f" else np.ones(layer.shape, np.bool_)
    if padding is not None:
        good &= ~((layer >= padding[0]) & (layer <= padding[1]))
    precision: Any = np.float32 if layer.dtype.itemsize <= 2 or layer.dtype == np.float32 else np.float64
    values = np.where(good, layer, 0).astype(precision)
    whole = np.floor(shift_px + 1e-9).astype(int)
    part = np.clip(shift_px - whole, 0.0, 1.0)
    part[part < 1e-6] = 0.0
    total, share = np.zeros(shape_yx, precision), np.zeros(shape_yx, precision)
    rows, columns = layer.shape
    for dy, wy in ((0, 1 - part[1]), (1, part[1])):
        for dx, wx in ((0, 1 - part[0]), (1, part[0])):
            weight = wy * wx
            if weight <= 0:
                continue
            y, x = whole[1] + dy, whole[0] + dx
            ys, xs = slice(max(0, y), min(shape_yx[0], y + rows)), slice(max(0, x), min(shape_yx[1], x + columns))
            part_of = (slice(ys.start - y, ys.stop - y), slice(xs.start - x, xs.stop - x))
            total[ys, xs] += values[part_of] * precision(weight)
            share[ys, xs] += good[part_of] * precision(weight)
    return total, share
