"""Canny edges as a mask, in slices and in volumes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, binary
from medviewer.ops.derivatives import across_slices, along_slice
from medviewer.ops.edges import length_of
from medviewer.ops.filters import TRUNCATE, smooth_plane
from medviewer.ops.itk import from_itk, run_itk, to_itk
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Range, Step, Unit
from medviewer.ops.planes import Plane, continued, continued_volume, plane_of
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume

AUTOMATIC_SHARE = 0.9
"""Share of pixels that begin no edge, where the threshold is automatic."""

_STEEPEST = 16_000.0
"""The steepest gradient in the 16-bit numbers that OpenCV's Canny takes; the sum of two squares then fits."""

_SAMPLED = 1_000_000


@dataclass(frozen=True)
class CannyParams:
    """Parameters of the Canny edges."""

    sigma_mm: Annotated[
        float,
        Range(0.0, 20.0),
        Step(0.1),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Sigma")),
        Help(QT_TRANSLATE_NOOP("Operations", "Standard deviation of the Gaussian that smooths first; 0: none.")),
    ] = 1.0
    high: Annotated[
        float,
        Range(0.0, 1_000_000.0),
        Step(1.0),
        Label(QT_TRANSLATE_NOOP("Operations", "Begin at")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Gradient that begins an edge, in the unit of the image per mm. 0: that of the steepest tenth.",
            )
        ),
    ] = 0.0
    low_share: Annotated[
        float,
        Range(0.05, 1.0),
        Step(0.05),
        Label(QT_TRANSLATE_NOOP("Operations", "Go on down to")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "An edge that has begun goes on while the gradient is this share of that."
            )
        ),
    ] = 0.4
    dimension: DimensionField = Dimension.SLICE


@operation(
    id="edge.canny",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Edges"),
    title=QT_TRANSLATE_NOOP("Operations", "Canny edges"),
    halo_mm=lambda p: TRUNCATE * p.sigma_mm,
    across_slices=across,
    whole=True,
)
def canny(image: Image, params: CannyParams, ctx: Context) -> LabelMap:
    """Finds edges as lines one pixel wide: where the gradient is highest across the edge.

    An edge begins where the gradient is steep enough and goes on as long as it stays above a share of that. Sigma and
    gradients are in millimetres. In a volume edges are surfaces one voxel thick. Padding and values that are not
    numbers are seen as the nearest value that is there; no edge lies on them.

    Returns
    -------
    LabelMap
        1 on edges.

    Raises
    ------
    InputError
        For the whole volume of a stack whose slices do not form a regular grid.

    Notes
    -----
    Canny, A computational approach to edge detection, IEEE PAMI 8(6), 1986. Slices: Sobel gradients of the smoothed
    slice, as 16-bit numbers (1/16,000 of the steepest), through OpenCV, which thins along four directions. Volumes:
    derivatives of the Gaussian, thinned along the nearest of thirteen directions.
    """
    out = np.zeros(image.array.shape, dtype=np.uint8)
    if is_volume(image, params.dimension):
        _edge_surfaces(image, params, out, ctx)
    else:
        for k in range(image.n_slices):
            ctx.check()
            values, valid = plane_of(image, k)
            out[k] = _edge_lines(continued(values, valid), valid, image, params, ctx)
            if valid is not None:
                out[k] &= valid.view(np.uint8)
            ctx.progress((k + 1) / image.n_slices)
    return binary(out, image, "Edges")


def _edge_lines(
    plane: Plane, valid: NDArray[np.bool_] | None, image: Image, params: CannyParams, ctx: Context
) -> NDArray[np.uint8]:
    import cv2

    sx, sy, _ = image.geometry.spacing_xyz_mm
    if params.sigma_mm:
        plane = smooth_plane(plane, params.sigma_mm / sx, params.sigma_mm / sy, ctx)
    border = cv2.BORDER_REPLICATE
    dx = np.asarray(cv2.Sobel(plane, cv2.CV_32F, 1, 0, scale=0.125 / sx, borderType=border), np.float32)
    dy = np.asarray(cv2.Sobel(plane, cv2.CV_32F, 0, 1, scale=0.125 / sy, borderType=border), np.float32)
    steepest = max(cv2.norm(dx, cv2.NORM_INF), cv2.norm(dy, cv2.NORM_INF))
    if not steepest > 1e-6 * cv2.norm(plane, cv2.NORM_INF):  # rounding of a constant is no edge
        return np.zeros(plane.shape, dtype=np.uint8)
    scale = _STEEPEST / steepest
    dx16, dy16 = (cv2.addWeighted(d, scale, d, 0.0, 0.0, dtype=cv2.CV_16S) for d in (dx, dy))
    high = params.high or _automatic(length_of(dx, dy), valid)
    top = min(high * scale, 2.0 * _STEEPEST)
    found = cv2.Canny(dx16, dy16, params.low_share * top, top, L2gradient=True)
    return np.asarray(found, np.uint8) >> np.uint8(7)


def _automatic(steep: NDArray[np.float32], valid: NDArray[np.bool_] | None) -> float:
    """The gradient above which a tenth of the pixels lie; never 0."""
    some = steep.ravel() if valid is None else steep[valid]
    if not some.size:
        return float("inf")
    some = some[:: max(1, some.size // _SAMPLED)]
    rank = min(some.size - 1, int(AUTOMATIC_SHARE * some.size))
    limit = float(np.partition(some, rank)[rank])
    return limit or max(float(some.max()), 1e-12)


def _edge_surfaces(image: Image, params: CannyParams, out: NDArray[np.uint8], ctx: Context) -> None:
    """Fill `out` with the edges of a volume."""
    import SimpleITK

    sx, sy, sz = image.geometry.spacing_xyz_mm
    sigma = params.sigma_mm
    dx, valid = continued_volume(image, ctx)
    size = float(np.abs(dx).max())
    dy, dz = np.empty_like(dx), np.empty_like(dx)
    n = len(dx)
    for k in range(n):
        plane = dx[k].copy()
        for target, orders, step in ((dx, (1, 0), sx), (dy, (0, 1), sy), (dz, (0, 0), sz)):
            target[k] = along_slice(plane, (sigma / sx, sigma / sy), orders, ctx) / np.float32(step)
        ctx.progress(0.25 * (k + 1) / n)
    for number, (volume, order) in enumerate(((dx, 0), (dy, 0), (dz, 1))):
        across_slices(volume, sigma / sz, order, ctx.subrange(0.25 + 0.1 * number, 0.35 + 0.1 * number))
    steep = np.empty_like(dx)
    for k in range(n):
        steep[k] = length_of(dx[k].copy(), dy[k].copy(), dz[k].copy())
        ctx.check()
    if not float(steep.max()) > 1e-6 * size:
        ctx.progress(1.0)
        return
    high = params.high or _automatic(steep, valid)
    for k in range(n):
        thin = _highest_across(k, steep, dx[k], dy[k], dz[k], (sx, sy, sz))
        thin &= steep[k] >= params.low_share * high
        if valid is not None:
            thin &= valid[k]
        out[k] = thin
        ctx.progress(0.55 + 0.25 * (k + 1) / n)
    connected = SimpleITK.ConnectedComponentImageFilter()
    connected.FullyConnectedOn()
    parts = from_itk(run_itk(connected, to_itk(out), ctx=ctx.subrange(0.8, 0.95)))
    begun = np.zeros(int(parts.max()) + 1, dtype=np.bool_)
    for k in range(n):
        begun[parts[k][steep[k] >= high]] = True
    begun[0] = False
    for k in range(n):
        out[k] = begun[parts[k]]
        ctx.check()
    ctx.progress(1.0)


_DIRECTIONS = [d for d in itertools.product((-1, 0, 1), repeat=3) if d > (0, 0, 0)]


def _highest_across(
    k: int, steep: Plane, dx: Plane, dy: Plane, dz: Plane, spacing: tuple[float, float, float]
) -> NDArray[np.bool_]:
    """Where slice `k` of the gradient's length is not exceeded by the two neighbours nearest to its direction."""
    n, rows, columns = steep.shape
    here = steep[k]
    best = np.full(here.shape, -1.0, dtype=np.float32)
    highest = np.zeros(here.shape, dtype=np.bool_)
    grown = {
        o: np.pad(steep[k + o], 1, mode="constant") if 0 <= k + o < n else None for o in (-1, 0, 1)
    }  # beyond the edge lies nothing steeper

    def beside(z: int, y: int, x: int) -> Plane | np.float32:
        found = grown[z]
        return np.float32(0) if found is None else found[1 + y : 1 + y + rows, 1 + x : 1 + x + columns]

    for z, y, x in _DIRECTIONS:
        way = np.array([x * spacing[0], y * spacing[1], z * spacing[2]])
        ux, uy, uz = (np.float32(c) for c in way / np.linalg.norm(way))
        along = np.abs(ux * dx + uy * dy + uz * dz)
        nearer = along > best
        # As in OpenCV: higher than the one before, not lower than the one after, so that a plateau stays one wide.
        is_top = (here > beside(-z, -y, -x)) & (here >= beside(z, y, x))
        np.copyto(highest, is_top, where=nearer)
        np.copyto(best, along, where=nearer)
    return highest


OPERATIONS: tuple[Operation, ...] = (canny,)
