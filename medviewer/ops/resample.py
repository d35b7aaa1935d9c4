"""Resampling to another spacing."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import CalibratedRegion, Image
from medviewer.errors import TooLarge
from medviewer.ops.filters import gaussian_kernel, smooth_across, smooth_plane
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label, Range, Step, Unit
from medviewer.ops.planes import Plane, continued_volume, image_of, per_channel
from medviewer.ops.volume_grid import require_regular

MOST_VOXELS = 1 << 30
"""4 GiB of 32-bit values."""

COLUMNS_AT_ONCE = 65_536
"""Width of a strip of the passes along the slices."""

_FWHM = 2.0 * math.sqrt(2.0 * math.log(2.0))
_SAME = 1e-6


class Interpolation(enum.StrEnum):
    """How values between voxels are found."""

    NEAREST = "nearest"
    LINEAR = "linear"
    CUBIC = "cubic"


@dataclass(frozen=True)
class ResampleParams:
    """Parameters of resampling."""

    in_plane_mm: Annotated[
        float,
        Range(0.0, 50.0),
        Step(0.1),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Pixel spacing")),
        Help(
            QT_TRANSLATE_NOOP("Operations", "Distance of pixels within the slice, in both directions; 0: unchanged.")
        ),
    ] = 1.0
    between_mm: Annotated[
        float,
        Range(0.0, 50.0),
        Step(0.1),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Slice spacing")),
        Help(QT_TRANSLATE_NOOP("Operations", "Distance of slices; 0: unchanged.")),
    ] = 0.0
    interpolation: Annotated[
        Interpolation,
        Choices(
            {
                "nearest": QT_TRANSLATE_NOOP("Operations", "Nearest"),
                "linear": QT_TRANSLATE_NOOP("Operations", "Linear"),
                "cubic": QT_TRANSLATE_NOOP("Operations", "Cubic B-spline"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Interpolation")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "Nearest keeps values as they are, linear never overshoots, cubic is the sharpest."
            )
        ),
    ] = Interpolation.LINEAR
    smooth_first: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Smooth before making coarser")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Where the new spacing is larger, a Gaussian takes away detail that would alias. Not for nearest.",
            )
        ),
    ] = True


@operation(
    id="geometry.resample",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Geometry"),
    title=QT_TRANSLATE_NOOP("Operations", "Resample"),
    whole=True,
    across_slices=lambda p: p.between_mm > 0,
    keeps_geometry=False,
    run=Run.ON_ACTION,
    colour=True,
)
def resample(image: Image, params: ResampleParams, ctx: Context) -> Image:
    """Gives the image another spacing: equal in all series of a study, or equal in all directions.

    The new grid has the same centre and covers at least the same extent, so its voxels lie up to half a voxel beyond
    the old edge, where the outermost values are continued. Where the new spacing is larger, a Gaussian comes first
    whose width makes up the difference of the voxel sizes: without it fine detail would come back as false patterns.
    Padding and values that are not numbers stay so where the nearest old voxel has none. Masks follow, by their
    nearest voxel. The result says that it is resampled.

    Parameters
    ----------
    image : Image
        Grey or colour. Where the spacing is not known, spacings count in old pixels.
    params : ResampleParams
        Spacings and interpolation.
    ctx : Context
        Looked at between slices and strips; the prefilter of a cubic spline runs on strips too.

    Returns
    -------
    Image
        float32 modality values (uint8 RGB for colour) on the new grid.

    Raises
    ------
    InputError
        For another slice spacing of a stack whose slices do not form a regular grid.
    TooLarge
        For more than 2³⁰ voxels.

    Notes
    -----
    Number of voxels and centre as in the IBSI reference manual (chapter 3, interpolation); cubic: the interpolating
    B-spline of order 3, mirrored at the edges, as `scipy.ndimage.map_coordinates` and SimpleITK have it. The Gaussian
    has the standard deviation ``sqrt(f² - 1) / (2 sqrt(2 ln 2))`` old voxels for a spacing f times as large (Cardoso
    et al., Scale factor point spread function matching, MICCAI 2015).
    """
    wanted = (params.in_plane_mm, params.in_plane_mm, params.between_mm if image.n_slices > 1 else 0.0)
    axes = tuple(
        _Axis.of(n, old, new)
        for n, old, new in zip(image.geometry.shape_zyx[::-1], image.geometry.spacing_xyz_mm, wanted, strict=True)
    )
    x, y, z = axes
    if not z.same:
        require_regular(image, "Leave the slice spacing unchanged.")
    if x.count * y.count * z.count > MOST_VOXELS:
        raise TooLarge(
            "The resampled image would have more voxels than fit into memory.",
            "Choose a larger spacing.",
            "input.size",
        )
    if image.is_colour:
        return per_channel(image, lambda grey, part: resample(grey, params, part), ctx)

    values, valid = continued_volume(image, ctx)
    if params.smooth_first and params.interpolation is not Interpolation.NEAREST:
        _smooth(values, axes, ctx.subrange(0.0, 0.3))
    out = _interpolated(values, axes, params.interpolation, ctx.subrange(0.3, 0.95))
    if valid is not None:
        rows, columns = (np.clip(np.floor(a.places + 0.5).astype(np.intp), 0, a.old_count - 1) for a in (y, x))
        for k, place in enumerate(z.places):
            nearest = min(max(math.floor(place + 0.5), 0), z.old_count - 1)
            out[k][~valid[nearest][np.ix_(rows, columns)]] = np.nan
            ctx.check()
    ctx.progress(1.0)
    return _placed(image, out, axes)


@dataclass(frozen=True, eq=False)
class _Axis:
    """Old and new voxels along one axis; `places` are the new ones in old indices."""

    old_count: int
    count: int
    factor: float
    places: NDArray[np.float64]

    @classmethod
    def of(cls, n: int, old: float, new: float) -> _Axis:
        factor = new / old if new else 1.0
        if abs(factor - 1.0) <= _SAME:
            return cls(n, n, 1.0, np.arange(n, dtype=np.float64))
        count = max(1, math.ceil(n / factor - _SAME))
        first = (n - 1) / 2 - (count - 1) / 2 * factor
        return cls(n, count, factor, first + np.arange(count, dtype=np.float64) * factor)

    @property
    def same(self) -> bool:
        return self.factor == 1.0

    @property
    def sigma_px(self) -> float:
        """Of the Gaussian that comes first, in old voxels; 0 where the grid does not get coarser."""
        return math.sqrt(self.factor**2 - 1.0) / _FWHM if self.factor > 1.0 else 0.0


def _smooth(values: NDArray[np.float32], axes: tuple[_Axis, ...], ctx: Context) -> None:
    sigma_x, sigma_y, sigma_z = (axis.sigma_px for axis in axes)
    n = len(values)
    if sigma_x or sigma_y:
        for k in range(n):
            values[k] = smooth_plane(values[k], sigma_x, sigma_y, ctx)
            ctx.progress(0.6 * (k + 1) / n)
    if sigma_z and n > 1:
        smooth_across(values, gaussian_kernel(sigma_z), ctx.subrange(0.6, 1.0))


def _interpolated(
    values: NDArray[np.float32], axes: tuple[_Axis, ...], interpolation: Interpolation, ctx: Context
) -> NDArray[np.float32]:
    x, y, z = axes
    n = len(values)
    if interpolation is Interpolation.CUBIC:
        _to_spline(values, axes, ctx)
    along_x, along_y, along_z = (None if a.same else weights_of(a.places, a.old_count, interpolation) for a in axes)
    if z.count <= n or along_z is None:  # fewer slices after: combine slices first
        slices: Any = (_combined(values, along_z, k) for k in range(z.count))
        return _in_planes(slices, z.count, along_x, along_y, (y.count, x.count), ctx)
    planes = _in_planes(iter(values), n, along_x, along_y, (y.count, x.count), ctx.subrange(0.0, 0.6))
    out = np.empty((z.count, y.count, x.count), dtype=np.float32)
    for k in range(z.count):
        out[k] = _combined(planes, along_z, k)
        ctx.progress(0.6 + 0.4 * (k + 1) / z.count)
    return out


def _combined(values: NDArray[np.float32], weights: Any, k: int) -> Plane:
    """New slice `k` as the weighted sum of old ones."""
    if weights is None:
        one: Plane = values[k]
        return one
    import cv2

    which = range(weights.indptr[k], weights.indptr[k + 1])
    out = values[weights.indices[which[0]]] * weights.data[which[0]]
    for entry in which[1:]:
        cv2.scaleAdd(values[weights.indices[entry]], float(weights.data[entry]), out, out)
    return np.asarray(out, np.float32)


def _in_planes(
    slices: Any, count: int, along_x: Any, along_y: Any, shape: tuple[int, int], ctx: Context
) -> NDArray[np.float32]:
    """The passes along rows and columns of every slice."""
    out = np.empty((count, *shape), dtype=np.float32)
    for k, plane in enumerate(slices):
        ctx.check()
        if along_y is not None:
            plane = along_y @ plane
        if along_x is not None:
            plane = (along_x @ np.ascontiguousarray(plane.T)).T
        out[k] = plane
        ctx.progress((k + 1) / count)
    return out


def _to_spline(values: NDArray[np.float32], axes: tuple[_Axis, ...], ctx: Context) -> None:
    """Coefficients of the interpolating cubic B-spline in place of the values, along the axes that change."""
    from scipy import ndimage

    x, y, z = axes
    for plane in values:
        ctx.check()
        if not y.same:
            ndimage.spline_filter1d(plane, 3, axis=0, output=plane, mode="mirror")
        if not x.same:
            ndimage.spline_filter1d(plane, 3, axis=1, output=plane, mode="mirror")
    if not z.same and len(values) > 1:
        flat = values.reshape(len(values), -1)
        for first in range(0, flat.shape[1], COLUMNS_AT_ONCE):
            ctx.check()
            strip = flat[:, first : first + COLUMNS_AT_ONCE]
            strip[...] = ndimage.spline_filter1d(strip, 3, axis=0, output=np.float32, mode="mirror")


def weights_of(places: NDArray[np.float64], n: int, interpolation: Interpolation) -> Any:
    """Interpolation along one axis as a matrix.

    Parameters
    ----------
    places : NDArray of float64, shape (m,)
        Where values are wanted, in indices of the old voxels.
    n : int
        Number of old voxels.
    interpolation : Interpolation
        Cubic: the values must be coefficients of the spline.

    Returns
    -------
    scipy.sparse.csr_array of float32, shape (m, n)
    """
    from scipy import sparse

    if interpolation is Interpolation.NEAREST or n == 1:
        taps = np.floor(places + 0.5).astype(np.intp)[:, None]
        weights = np.ones((len(places), 1))
    elif interpolation is Interpolation.LINEAR:
        first = np.floor(places)
        t = places - first
        taps = first.astype(np.intp)[:, None] + np.arange(2)
        weights = np.stack([1 - t, t], axis=1)
    else:
        first = np.floor(places)
        t = places - first
        taps = first.astype(np.intp)[:, None] + np.arange(-1, 3)
        weights = np.stack(
            [(1 - t) ** 3 / 6, (4 - 6 * t**2 + 3 * t**3) / 6, (1 + 3 * t + 3 * t**2 - 3 * t**3) / 6, t**3 / 6], axis=1
        )
    if interpolation is Interpolation.CUBIC and n > 1:
        period = 2 * (n - 1)
        taps = np.abs((taps + (n - 1)) % period - (n - 1))
    else:
        taps = np.clip(taps, 0, n - 1)
    rows = np.repeat(np.arange(len(places)), taps.shape[1])
    matrix = sparse.coo_array((weights.ravel().astype(np.float32), (rows, taps.ravel())), shape=(len(places), n))
    return matrix.tocsr()


def _placed(image: Image, array: NDArray[np.float32], axes: tuple[_Axis, ...]) -> Image:
    x, y, z = axes
    old = image.geometry
    origin = old.world([axis.places[0] for axis in axes])
    sx, sy, sz = (step * axis.factor for step, axis in zip(old.spacing_xyz_mm, axes, strict=True))
    geometry = replace(
        old,
        shape_zyx=(z.count, y.count, x.count),
        origin_mm=(float(origin[0]), float(origin[1]), float(origin[2])),
        spacing_xyz_mm=(sx, sy, sz),
    )
    facts = replace(
        image.facts,
        resampled=True,
        pixel_aspect=image.facts.pixel_aspect * y.factor / x.factor,
        regions=tuple(_region(region, x, y) for region in image.facts.regions),
        uncalibrated=tuple(_region(region, x, y) for region in image.facts.uncalibrated),
    )
    positions = image.slice_positions_mm if z.same else ()
    return image_of(image, array, geometry=geometry, facts=facts, slice_positions_mm=positions)


def _region(region: CalibratedRegion, x: _Axis, y: _Axis) -> CalibratedRegion:
    """The same part of the picture on the new grid."""

    def at(axis: _Axis, index: float) -> int:
        return round((index - float(axis.places[0])) / axis.factor)

    spacing = region.spacing_xy_mm
    scaled = None if spacing is None else (spacing[0] * x.factor, spacing[1] * y.factor)
    return replace(
        region,
        x0=at(x, region.x0),
        y0=at(y, region.y0),
        x1=at(x, region.x1),
        y1=at(y, region.y1),
        spacing_xy_mm=scaled,
    )


OPERATIONS: tuple[Operation, ...] = (resample,)
