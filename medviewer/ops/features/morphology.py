"""Morphological features (IBSI HCUG): mesh, axes, hull, densities; and the shape of a region in one slice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.features import mesh
from medviewer.ops.features.regions import Region

NAN = float("nan")

Vector3 = tuple[float, float, float]


@dataclass(frozen=True)
class Axes:
    """Second moments of the voxel centres of a mask.

    Attributes
    ----------
    centre_zyx : tuple of float
        Mean position in the unit of the spacing, from the first voxel of the box.
    eigenvalues : tuple of float
        Of the covariance (divided by n), largest first, never negative.
    """

    centre_zyx: Vector3
    eigenvalues: Vector3


def axes_of(mask: NDArray[np.bool_], spacing_zyx: Vector3) -> Axes:
    """Centre and principal moments, from three projections of the mask."""
    sums = [mask.sum(axis=axis, dtype=np.int64).astype(np.float64) for axis in range(3)]  # yx, zx, zy
    n = sums[0].sum()
    along = [np.arange(size) * step for size, step in zip(mask.shape, spacing_zyx, strict=True)]
    lines = [sums[1].sum(axis=1), sums[0].sum(axis=1), sums[0].sum(axis=0)]  # z, y, x
    centre = [float(line @ at) / n for line, at in zip(lines, along, strict=True)]
    apart = [at - c for at, c in zip(along, centre, strict=True)]
    covariance = np.empty((3, 3))
    for axis in range(3):
        covariance[axis, axis] = float(lines[axis] @ apart[axis] ** 2) / n
    for first, second, plane in ((0, 1, sums[2]), (0, 2, sums[1]), (1, 2, sums[0])):
        covariance[first, second] = covariance[second, first] = float(apart[first] @ plane @ apart[second]) / n
    values = np.linalg.eigvalsh(covariance)[::-1]
    # A flat region has an eigenvalue of 0 up to rounding.
    values = np.where(values < 1e-12 * max(values[0], 1e-300), 0.0, values)
    return Axes((centre[0], centre[1], centre[2]), (float(values[0]), float(values[1]), float(values[2])))


@dataclass(frozen=True, eq=False)
class Hull:
    """Convex hull of the vertices of the mesh of a mask."""

    mask: NDArray[np.bool_]
    spacing_zyx: Vector3

    @cached_property
    def candidates(self) -> NDArray[np.float64]:
        """Vertices that may lie on the hull, in the unit of the spacing; shape (n, 3)."""
        points: NDArray[np.float64] = plane_hulls(mesh.vertex_extremes(self.mask)) * np.asarray(self.spacing_zyx)
        return points

    @cached_property
    def _found(self) -> tuple[float, float, NDArray[np.float64]]:
        from scipy.spatial import ConvexHull

        hull = ConvexHull(self.candidates)
        return float(hull.volume), float(hull.area), self.candidates[hull.vertices]

    @property
    def volume(self) -> float:
        """Enclosed volume."""
        return self._found[0]

    @property
    def area(self) -> float:
        """Surface area."""
        return self._found[1]

    @property
    def corners(self) -> NDArray[np.float64]:
        """Vertices of the hull, shape (n, 3)."""
        return self._found[2]


def plane_hulls(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The points that are corners of the convex hull of their plane (equal z); (z, y, x) in half voxels."""
    import cv2

    whole = np.rint(points * 2).astype(np.int32)
    order = np.argsort(whole[:, 0], kind="stable")
    whole = whole[order]
    starts = np.flatnonzero(np.diff(whole[:, 0], prepend=whole[0, 0] - 1))
    kept = []
    for start, stop in zip(starts, [*starts[1:], len(whole)], strict=True):
        plane = whole[start:stop]
        corners = cv2.convexHull(np.ascontiguousarray(plane[:, 1:])).reshape(-1, 2)
        kept.append(np.column_stack([np.full(len(corners), plane[0, 0]), corners]))
    return np.concatenate(kept) / 2.0


def largest_distance(points: NDArray[np.float64]) -> float:
    """Largest distance between two of the points (n, d); 0 for fewer than two."""
    best = 0.0
    for start in range(0, len(points), 512):
        block = points[start : start + 512]
        squares = np.zeros((len(block), len(points) - start))
        for axis in range(points.shape[1]):
            apart = block[:, axis, None] - points[None, start:, axis]
            apart *= apart
            squares += apart
        best = max(best, float(squares.max(initial=0.0)))
    return math.sqrt(best)


LEGENDRE_TERMS = 20


def ellipsoid_area(a: float, b: float, c: float) -> float:
    """Surface of the approximate enclosing ellipsoid as the IBSI manual defines it (RDD2): 20 Legendre polynomials.

    The reference values hold for this series. It is no more than an approximation of the true surface (4 % less for
    the axes of the digital phantom).
    """
    from scipy.special import eval_legendre

    alpha, beta = math.sqrt(max(0.0, 1 - (b / a) ** 2)), math.sqrt(max(0.0, 1 - (c / a) ** 2))
    order = np.arange(LEGENDRE_TERMS + 1)
    if alpha * beta > 1e-9:
        terms = (alpha * beta) ** order * eval_legendre(order, (alpha**2 + beta**2) / (2 * alpha * beta))
    else:
        # The limit for b = a: (αβ)^ν P_ν tends to β^2ν (2ν)! / (2^2ν ν!²).
        leading = np.cumprod(np.concatenate(([1.0], (2 * order[1:] - 1) / (2 * order[1:]))))
        terms = leading * beta ** (2 * order)
    return float(4 * math.pi * a * b * (terms / (1 - 4.0 * order**2)).sum())


def features(region: Region) -> dict[str, float]:
    """The morphological features but Moran's I and Geary's C, by tag; in mm (or px) and its powers."""
    mask, spacing = region.shape_mask, region.spacing_zyx
    found = mesh.surface(mask, spacing)
    volume, area = found.volume, found.area
    n = int(mask.sum())
    axes = axes_of(mask, spacing)
    # The reference values hold for the covariance divided by n - 1.
    correction = n / (n - 1) if n > 1 else 1.0
    lengths = [4 * math.sqrt(v * correction) for v in axes.eigenvalues]
    a, b, c = (length / 2 for length in lengths)
    values = region.values[region.mask].astype(np.float64)
    hull = Hull(mask, spacing)
    sides = [size * step for size, step in zip(mask.shape, spacing, strict=True)]
    box_area = 2 * (sides[0] * sides[1] + sides[0] * sides[2] + sides[1] * sides[2])
    ellipsoid = 4 / 3 * math.pi * a * b * c
    return {
        "morph_volume": volume,
        "morph_vol_approx": n * region.voxel_volume,
        "morph_area_mesh": area,
        "morph_av": area / volume,
        "morph_comp_1": volume / (math.sqrt(math.pi) * area**1.5),
        "morph_comp_2": 36 * math.pi * volume**2 / area**3,
        "morph_sph_dispr": area / (36 * math.pi * volume**2) ** (1 / 3),
        "morph_sphericity": (36 * math.pi * volume**2) ** (1 / 3) / area,
        "morph_asphericity": (area**3 / (36 * math.pi * volume**2)) ** (1 / 3) - 1,
        "morph_com": _centre_shift(region, axes, values),
        "morph_diam": largest_distance(hull.corners),
        "morph_pca_maj_axis": lengths[0],
        "morph_pca_min_axis": lengths[1],
        "morph_pca_least_axis": lengths[2],
        "morph_pca_elongation": lengths[1] / lengths[0] if lengths[0] else NAN,
        "morph_pca_flatness": lengths[2] / lengths[0] if lengths[0] else NAN,
        "morph_vol_dens_aabb": volume / math.prod(sides),
        "morph_area_dens_aabb": area / box_area,
        "morph_vol_dens_aee": volume / ellipsoid if ellipsoid else NAN,
        "morph_area_dens_aee": area / ellipsoid_area(a, b, c) if b else NAN,
        "morph_vol_dens_conv_hull": volume / hull.volume,
        "morph_area_dens_conv_hull": area / hull.area,
        "morph_integ_int": float(values.mean()) * volume,
    }


def _centre_shift(region: Region, axes: Axes, values: NDArray[np.float64]) -> float:
    """Distance of the centre of the shape from the centre weighted by intensity; NaN for weights that add up to 0."""
    total = float(values.sum())
    if total == 0:
        return NAN
    filled = np.where(region.mask, region.values, np.float32(0))
    yx = filled.sum(axis=0, dtype=np.float64)
    z = filled.sum(axis=(1, 2), dtype=np.float64)
    lines = (z, yx.sum(axis=1), yx.sum(axis=0))
    apart = [
        float(line @ np.arange(len(line))) * step / total - centre
        for line, step, centre in zip(lines, region.spacing_zyx, axes.centre_zyx, strict=True)
    ]
    return math.sqrt(sum(d * d for d in apart))


@dataclass(frozen=True)
class FlatShape:
    """The shape of a region in one slice: lengths in the unit of the spacing."""

    mesh_area: float
    pixel_area: float
    perimeter: float
    diameter: float
    major_axis: float
    minor_axis: float


def flat_shape(mask: NDArray[np.bool_], spacing_yx: tuple[float, float]) -> FlatShape:
    """Shape of a mask (y, x) by marching squares, vertices half way between pixels.

    Pixels that touch by a corner only are kept apart, as PyRadiomics does.
    """
    padded = np.pad(mask, 1)
    p0, p1, p2, p3 = padded[:-1, :-1], padded[:-1, 1:], padded[1:, 1:], padded[1:, :-1]
    total = p0.astype(np.int64) + p1 + p2 + p3
    dy, dx = spacing_yx
    diagonal = math.hypot(dy, dx) / 2
    across_rows = (total == 2) & (p0 == p1)
    across_columns = (total == 2) & (p0 == p3)
    opposite = (total == 2) & (p0 == p2)
    corners = int(((total == 1) | (total == 3)).sum()) + 2 * int(opposite.sum())
    perimeter = corners * diagonal + int(across_rows.sum()) * dx + int(across_columns.sum()) * dy
    share = {1: 0.125, 2: 0.5, 3: 0.875, 4: 1.0}
    area = sum(part * int((total == n).sum()) for n, part in share.items()) - 0.25 * int(opposite.sum())
    volume_axes = axes_of(mask[None], (1.0, dy, dx))
    hull = plane_hulls(mesh.vertex_extremes(mask[None]))
    points = hull[np.abs(hull[:, 0]) < 0.25][:, 1:] * np.asarray(spacing_yx)
    major, minor, _ = volume_axes.eigenvalues
    return FlatShape(
        area * dy * dx,
        int(mask.sum()) * dy * dx,
        perimeter,
        largest_distance(points),
        4 * math.sqrt(major),
        4 * math.sqrt(minor),
    )
