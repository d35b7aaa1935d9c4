"""Bilateral filter and non-local means."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np

from medviewer.core.image import Image
from medviewer.ops.noise import NoiseField, noise_of, noise_of_plane
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Range, Step, Unit
from medviewer.ops.planes import Plane, Valid, continued, image_of, in_threads, per_channel, plane_of, restore
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume
from medviewer.ops.weighted_neighbours import Offset, Padded, padded, strips, weighted_mean

REACH = 2.0
"""The bilateral neighbourhood ends at so many standard deviations, where the weight of the distance is 0.135."""

WEIGHTS_BETWEEN_CHECKS = 250_000_000
"""About 100 ms of OpenCV's bilateral filter."""

_SQUARE = 0.01
"""Pixels whose sides differ by less than this share are square."""


@dataclass(frozen=True)
class BilateralParams:
    """Parameters of the bilateral filter."""

    sigma_mm: Annotated[
        float,
        Range(0.1, 10.0),
        Step(0.1),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Sigma")),
        Help(QT_TRANSLATE_NOOP("Operations", "How far neighbours count: the standard deviation of the distance.")),
    ] = 1.5
    strength: Annotated[
        float,
        Range(0.1, 50.0),
        Step(0.1),
        Label(QT_TRANSLATE_NOOP("Operations", "Strength")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Edges lower than so many times the noise are smoothed away. 2 to 3 suits most images.",
            )
        ),
    ] = 2.5
    noise: NoiseField = 0.0
    dimension: DimensionField = Dimension.SLICE


@dataclass(frozen=True)
class NonLocalMeansParams:
    """Parameters of non-local means."""

    strength: Annotated[
        float,
        Range(0.1, 5.0),
        Step(0.1),
        Label(QT_TRANSLATE_NOOP("Operations", "Strength")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "How unlike averaged patches may be, as a multiple of the noise. 0.6 to 1 suits most images.",
            )
        ),
    ] = 0.8
    patch_px: Annotated[
        int,
        Range(1, 7),
        Unit("px"),
        Label(QT_TRANSLATE_NOOP("Operations", "Patch radius")),
        Help(
            QT_TRANSLATE_NOOP("Operations", "Half width of the square patches that are compared, within the slice.")
        ),
    ] = 2
    search_px: Annotated[
        int,
        Range(1, 21),
        Unit("px"),
        Label(QT_TRANSLATE_NOOP("Operations", "Search radius")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "How far like patches are looked for. The time grows with its square.",
            )
        ),
    ] = 5
    noise: NoiseField = 0.0
    dimension: DimensionField = Dimension.SLICE


def _reach_z(image: Image, reach_mm: float, volume: bool) -> int:
    return int(reach_mm / image.geometry.spacing_xyz_mm[2] + 0.5) if volume else 0


@operation(
    id="filter.bilateral",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Filters"),
    title=QT_TRANSLATE_NOOP("Operations", "Bilateral"),
    halo_mm=lambda p: REACH * p.sigma_mm,
    halo_px=1,
    across_slices=across,
    whole=lambda p: p.noise == 0,
    colour=True,
)
def bilateral(image: Image, params: BilateralParams, ctx: Context) -> Image:
    """Smooths noise and keeps edges: neighbours count the less, the farther and the more different they are.

    The distance is measured in millimetres and ends at twice sigma; the difference is measured in multiples of the
    noise, which is estimated when it is not given. Values are not reduced to 8 bits. At the edges the outermost
    values are continued; padding and values that are not numbers take no part and stay as they are. Of colour
    images, red, green and blue are filtered each by itself.

    Returns
    -------
    Image
        float32 modality values (uint8 RGB for colour), the geometry of the input.

    Raises
    ------
    InputError
        For the whole volume of a stack whose slices do not form a regular grid.

    Notes
    -----
    Tomasi and Manduchi, Bilateral filtering for gray and color images, ICCV 1998. Single slices with square pixels go
    through OpenCV's, which reads the weight of the difference from a table of 4,096 steps over the range of values.
    """
    if image.is_colour:
        return per_channel(image, lambda grey, part: bilateral(grey, params, part), ctx)
    volume = is_volume(image, params.dimension)
    sx, sy, sz = image.geometry.spacing_xyz_mm
    rx, ry = (max(1, int(REACH * params.sigma_mm / s + 0.5)) for s in (sx, sy))
    rz = _reach_z(image, REACH * params.sigma_mm, volume)
    noise = params.noise or (noise_of(image, ctx) if volume else 0.0)

    if not rz and abs(sx - sy) <= _SQUARE * sx:
        out = np.empty(image.array.shape, dtype=np.float32)
        for k in range(image.n_slices):
            values, valid = plane_of(image, k)
            part = ctx.subrange(k / image.n_slices, (k + 1) / image.n_slices)
            spread = params.strength * (noise or noise_of_plane(continued(values, valid), valid))
            out[k] = _bilateral_plane(values, valid, rx, spread, params.sigma_mm / sx, part)
            restore(out[k], values, valid)
            ctx.progress((k + 1) / image.n_slices)
        return image_of(image, out)

    offsets = []
    for dz in range(-rz, rz + 1):
        for dy in range(-ry, ry + 1):
            for dx in range(-rx, rx + 1):
                squared = (dx * sx) ** 2 + (dy * sy) ** 2 + (dz * sz) ** 2
                # As in OpenCV: the ellipsoid whose half axes are the reach in whole pixels.
                near = (dx / rx) ** 2 + (dy / ry) ** 2 + (dz / max(1, rz)) ** 2 <= 1.0 + 1e-9
                if near and (dz or dy > 0 or (dy == 0 and dx > 0)):
                    offsets.append(Offset(dz, dy, dx, -0.5 * squared / params.sigma_mm**2))
    weigh = _Weigh(offsets, (ry, rx), 0, lambda sigma: 0.5 / (params.strength * sigma) ** 2, 0.0)
    return image_of(image, weigh.run(image, noise, volume, ctx))


def _bilateral_plane(values: Plane, valid: Valid, radius: int, spread: float, sigma_px: float, ctx: Context) -> Plane:
    import cv2

    filled = continued(values, valid)
    if spread <= 0 or min(filled.shape) == 0:
        return filled
    border = cv2.BORDER_REPLICATE
    if valid is not None:
        # So far from every value that its weight is nothing.
        outside = np.float32(float(filled.max()) + 7.0 * spread)
        filled = np.where(valid, filled, outside)
    if not float(np.ptp(filled)):
        return filled
    grown = np.asarray(cv2.copyMakeBorder(filled, radius, radius, radius, radius, border), np.float32)
    out = np.empty_like(filled)
    rows, columns = filled.shape
    height = max(1, WEIGHTS_BETWEEN_CHECKS // (grown.shape[1] * (2 * radius + 1) ** 2))
    for y in range(0, rows, height):
        ctx.check()
        end = min(rows, y + height)
        strip = cv2.bilateralFilter(
            np.ascontiguousarray(grown[y : end + 2 * radius]), 2 * radius + 1, spread, sigma_px, borderType=border
        )
        out[y:end] = strip[radius : radius + end - y, radius : radius + columns]
    return out


@operation(
    id="filter.non-local-means",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Filters"),
    title=QT_TRANSLATE_NOOP("Operations", "Non-local means"),
    halo_px=lambda p: p.patch_px + p.search_px,
    across_slices=across,
    whole=lambda p: p.noise == 0,
    colour=True,
)
def non_local_means(image: Image, params: NonLocalMeansParams, ctx: Context) -> Image:
    """Averages pixels whose surroundings look alike: removes noise and keeps fine structure that repeats.

    Patches are squares within the slice; with the whole volume they are also looked for in the slices around, as far
    as the search radius reaches in millimetres, at least in the next ones. The strength is a multiple of the noise,
    which is estimated when it is not given. Values are not reduced to 8 bits. At the edges the image is mirrored;
    padding and values that are not numbers take no part and stay as they are. Of colour images, red, green and blue
    are filtered each by itself.

    Returns
    -------
    Image
        float32 modality values (uint8 RGB for colour), the geometry of the input.

    Raises
    ------
    InputError
        For the whole volume of a stack whose slices do not form a regular grid.

    Notes
    -----
    Buades, Coll and Morel, A non-local algorithm for image denoising, CVPR 2005, with uniform patches and
    ``w = exp(-max(0, d² - 2σ²) / h²)``, as `skimage.restoration.denoise_nl_means` in its fast mode has it.
    """
    if image.is_colour:
        return per_channel(image, lambda grey, part: non_local_means(grey, params, part), ctx)
    volume = is_volume(image, params.dimension)
    reach = params.search_px
    rz = max(1, _reach_z(image, reach * min(image.geometry.spacing_xyz_mm[:2]), volume)) if volume else 0
    rz = min(rz, reach)
    offsets = [
        Offset(dz, dy, dx)
        for dz in range(-rz, rz + 1)
        for dy in range(-reach, reach + 1)
        for dx in range(-reach, reach + 1)
        if dz or dy > 0 or (dy == 0 and dx > 0)
    ]
    noise = params.noise or (noise_of(image, ctx) if volume else 0.0)
    margin = reach + params.patch_px
    weigh = _Weigh(
        offsets,
        (margin, margin),
        params.patch_px,
        lambda sigma: 1.0 / (params.strength * sigma) ** 2,
        2.0 / params.strength**2,
    )
    return image_of(image, weigh.run(image, noise, volume, ctx))


@dataclass(frozen=True, eq=False)
class _Weigh:
    """`weighted_neighbours.weighted_mean` over an image, pieces of slices in threads."""

    offsets: list[Offset]
    margin: tuple[int, int]
    patch: int
    scale_of: Callable[[float], float]
    tolerance: float

    def run(self, image: Image, noise: float, volume: bool, ctx: Context) -> Plane:
        import cv2

        border = cv2.BORDER_REFLECT_101 if self.patch else cv2.BORDER_REPLICATE
        n = image.n_slices
        out = np.empty(image.array.shape, dtype=np.float32)
        kept: dict[int, tuple[Padded, Plane, Valid]] = {}
        reach = max((abs(o.dz) for o in self.offsets), default=0) if volume else 0

        def slice_at(k: int) -> tuple[Padded, Plane, Valid]:
            if k not in kept:
                values, valid = plane_of(image, k)
                kept[k] = padded(continued(values, valid), valid, *self.margin, border), values, valid
            return kept[k]

        def around(k: int, dz: int) -> Padded | None:
            return kept[k + dz][0] if 0 <= k + dz < n else None

        for k in range(n):
            ctx.check()
            for near in range(max(0, k - reach), min(n, k + reach + 1)):
                slice_at(near)
            for gone in [j for j in kept if j < k - reach]:
                del kept[gone]
            _, values, valid = kept[k]
            sigma = noise or noise_of_plane(continued(values, valid), valid)
            if sigma <= 0 or not math.isfinite(1.0 / sigma**2):  # nothing to smooth
                out[k] = continued(values, valid)
            else:
                work = [
                    partial(
                        weighted_mean,
                        partial(around, k),
                        self.offsets,
                        self.margin,
                        self.patch,
                        self.scale_of(sigma),
                        self.tolerance,
                        rows,
                        out[k],
                    )
                    for rows in strips(*values.shape)
                ]
                in_threads(work, ctx.subrange(k / n, (k + 1) / n))
            restore(out[k], values, valid)
            ctx.progress((k + 1) / n)
        return out


OPERATIONS: tuple[Operation, ...] = (bilateral, non_local_means)
