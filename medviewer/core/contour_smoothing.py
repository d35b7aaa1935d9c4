"""Closed contours made smooth along their length, with the area within kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medviewer.core.contour import Contour, signed_area

POINTS_PER_SIGMA = 4.0
FEWEST_POINTS = 32
MOST_POINTS = 65_536

_OFFSETS = 8  # steps of the search for the lost area; three are enough where nothing is thinner than sigma


def smooth(
    points: ArrayLike,
    sigma_mm: float,
    spacing_xy: tuple[float, float] = (1.0, 1.0),
    keep_area: bool = True,
    area_px: float | None = None,
) -> NDArray[np.float64]:
    """A closed contour smoothed by a Gaussian along its arc length.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        (x, y) in pixels; the last point joins the first. Stairs along pixel edges are longer than what they stand
        for: of contours of a mask, those through the middles of the edges are better smoothed.
    sigma_mm : float
        Standard deviation along the contour, in the unit of the spacing; > 0.
    spacing_xy : tuple of float
        Distance of columns and rows: what a contour on pixels of unequal size is smoothed by is a length.
    keep_area : bool
        Give back what smoothing takes: a circle of radius r shrinks to r · exp(-σ² / 2r²). The contour is moved
        outwards along its normals, everywhere equally far, until it holds the area that it held.
    area_px : float, optional
        The area to hold instead of its own, in pixels: that of the mask, which contours through the middles of pixel
        edges miss by half a pixel.

    Returns
    -------
    NDArray of float64, shape (m, 2)
        (x, y) in pixels, evenly spaced along the contour in mm, in the same direction of turning. An object much
        smaller than `sigma_mm` becomes a disc of its area, or, without `keep_area`, nearly a point.

    Raises
    ------
    ValueError
        For fewer than three points, or a sigma that is not above 0.

    Notes
    -----
    The Gaussian is exact and periodic, applied to the Fourier descriptors of the evenly resampled contour (F.
    Mokhtarian and A. Mackworth, PAMI 1986). Why contours shrink: D. Lowe, IJCV 1989.
    """
    given = np.asarray(points, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != 2 or len(given) < 3 or not sigma_mm > 0:
        raise ValueError("a contour has three points or more, and sigma is above 0")
    scale = np.asarray(spacing_xy, dtype=np.float64)
    outline, length = _evenly(given * scale, sigma_mm)
    if length <= 0:
        return given.copy()
    area = signed_area(given * scale)
    if area_px is not None:
        area = math.copysign(area_px * float(scale[0] * scale[1]), area)
    z = outline[:, 0] + 1j * outline[:, 1]
    waves = np.fft.fftfreq(len(z), d=length / len(z))
    z = np.fft.ifft(np.fft.fft(z) * np.exp(-2.0 * (math.pi * sigma_mm * waves) ** 2))
    if keep_area:
        z = _with_area(z, area)
    in_pixels: NDArray[np.float64] = np.stack((z.real, z.imag), axis=-1) / scale
    return in_pixels


def _evenly(points: NDArray[np.float64], sigma: float) -> tuple[NDArray[np.float64], float]:
    """The contour as points at equal steps of its length, and that length."""
    closed = np.concatenate((points, points[:1]))
    steps = np.hypot(*np.diff(closed, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    length = float(along[-1])
    wanted = max(length / sigma * POINTS_PER_SIGMA, 2.0 * len(points), FEWEST_POINTS)
    n = 2 ** math.ceil(math.log2(min(wanted, MOST_POINTS)))  # the Fourier transform is quick at powers of two
    at = np.arange(n) * (length / n)
    return np.stack([np.interp(at, along, closed[:, axis]) for axis in (0, 1)], axis=-1), length


def _with_area(z: NDArray[np.complex128], area: float) -> NDArray[np.complex128]:
    """The contour x + iy moved along its normals until it holds `area` (signed)."""
    wanted, sign = abs(area), math.copysign(1.0, area)
    if wanted == 0:
        return z
    centre = complex(z.mean())
    z = z - centre
    radius = math.sqrt(wanted / math.pi)
    if float(np.abs(_next(z) - z).sum()) < 0.1 * radius:  # all but a point, which has no normals
        z = radius * np.exp(1j * sign * np.arange(len(z)) * (2.0 * math.pi / len(z)))
    for _ in range(_OFFSETS):
        following = _next(z)
        found = sign * float((z.conj() * following).imag.sum()) / 2.0
        missing = wanted - found
        if abs(missing) <= 1e-3 * wanted:
            break
        tangent = following - np.concatenate((z[-1:], z[:-1]))
        reach = np.abs(tangent)
        # Moved by d, a contour gains perimeter · d + π d².
        half = float(np.abs(following - z).sum()) / (2.0 * math.pi)
        distance = math.sqrt(max(half * half + missing / math.pi, 0.0)) - half
        z = z + (distance * sign) * (-1j * tangent / np.maximum(reach, 1e-300))
    found = sign * float((z.conj() * _next(z)).imag.sum()) / 2.0
    if found > 0:
        z = z * math.sqrt(wanted / found)
    return centre + z


def _next(z: NDArray[np.complex128]) -> NDArray[np.complex128]:
    return np.concatenate((z[1:], z[:1]))


def smooth_all(
    contours: Sequence[Contour],
    sigma_mm: float,
    spacing_xy: tuple[float, float] = (1.0, 1.0),
    keep_area: bool = True,
    check: Callable[[], None] | None = None,
) -> tuple[Contour, ...]:
    """Every contour of a slice smoothed by itself (`smooth`); the hierarchy stays.

    Parameters
    ----------
    check : callable, optional
        Called between contours; may raise.
    """
    out = []
    for contour in contours:
        if check is not None:
            check()
        out.append(replace(contour, points=smooth(contour.points, sigma_mm, spacing_xy, keep_area)))
    return tuple(out)
