"""From an image and a mask to the region that features are computed on: cut, resampled, resegmented, discretised."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image, SpacingSource
from medviewer.core.regular import is_regular
from medviewer.errors import InputError
from medviewer.ops.features.patches import Box, Patch, Selection, grown, mask_box
from medviewer.ops.features.resampling import resampled
from medviewer.ops.features.settings import Binning, FeatureSettings, Interpolation, Mode
from medviewer.ops.operation import Context

PEAK_RADIUS_MM = (3.0 / (4.0 * math.pi)) ** (1.0 / 3.0) * 10.0
"""Radius of a sphere of 1 cm³: the neighbourhood of local intensity peaks."""

SPLINE_REACH = 12
"""Voxels around a region after which the cubic spline has forgotten the rest (to 1e-7)."""

MAX_LEVELS = 4096


@dataclass(frozen=True, eq=False)
class Region:
    """What features are computed on; all arrays cover the box of the mask (z, y, x).

    Attributes
    ----------
    values : NDArray of float32
        Modality values; may be NaN outside `mask`.
    shape_mask : NDArray of bool
        The region as drawn (IBSI: morphological mask).
    mask : NDArray of bool
        Its voxels with a value inside the range (IBSI: intensity mask).
    patch, box : Patch, tuple of slice
        Where it comes from, with what lies around.
    """

    values: NDArray[np.float32]
    shape_mask: NDArray[np.bool_]
    mask: NDArray[np.bool_]
    patch: Patch
    box: Box

    @property
    def spacing_zyx(self) -> tuple[float, float, float]:
        """Distance of voxels."""
        return self.patch.spacing_zyx

    @property
    def voxel_volume(self) -> float:
        """Product of the spacings."""
        return math.prod(self.patch.spacing_zyx)

    def intensities(self) -> NDArray[np.float64]:
        """Values of the voxels of `mask`, in the order of memory."""
        return self._intensities

    @cached_property
    def _intensities(self) -> NDArray[np.float64]:
        inside = self.values.reshape(-1) if self.mask.all() else self.values[self.mask]
        found: NDArray[np.float64] = inside.astype(np.float64)
        return found


@dataclass(frozen=True, eq=False)
class Discretised:
    """Grey levels of a region.

    Attributes
    ----------
    levels : NDArray of int32, shape (z, y, x)
        1 to `n_levels`, 0 outside the region.
    n_levels : int
        Number of bins, empty ones included.
    low, width : float
        Lower edge of bin 1 and width of a bin, in the unit of the image.
    """

    levels: NDArray[np.int32]
    n_levels: int
    low: float
    width: float


def cut(
    image: Image, mask: NDArray[np.bool_] | Selection, settings: FeatureSettings, margin_mm: float, ctx: Context
) -> Patch:
    """The values around a region, resampled when the settings say so.

    Parameters
    ----------
    image : Image
        Grey.
    mask : NDArray of bool, shape (z, y, x), or Selection
        Not empty, on the grid of the image.
    margin_mm : float
        What is needed around the region (filters, local peaks).

    Raises
    ------
    InputError
        For a region of several slices on slices that form no regular grid, and for voxels too small to be held.
    """
    chosen = mask if isinstance(mask, Selection) else Selection.of_mask(mask)
    box = chosen.box
    x_mm, y_mm, z_mm = image.geometry.spacing_xyz_mm
    spacing = (z_mm, y_mm, x_mm)
    if box[0].stop - box[0].start > 1 and not is_regular(image):
        raise InputError(
            "The slices of this image are not evenly spaced, and the region lies in several of them.",
            "Make a regular volume of the series first, or take a region in one slice.",
            "input.irregular",
        )
    reach = 2 if settings.interpolation is not Interpolation.CUBIC else SPLINE_REACH
    extra = reach if settings.resample_mm > 0 else 0
    margin = tuple(min(n, math.ceil(margin_mm / s) + extra) for s, n in zip(spacing, chosen.shape, strict=True))
    wide = grown(box, (margin[0], margin[1], margin[2]), chosen.shape)
    values = np.empty([side.stop - side.start for side in wide], dtype=np.float32)
    for n, k in enumerate(range(wide[0].start, wide[0].stop)):
        if n % 16 == 0:
            ctx.check()
        values[n] = image.modality_slice(k)[wide[1], wide[2]]
    unit = "px" if image.facts.spacing_source is SpacingSource.NONE else "mm"
    whole = image.array.dtype.kind in "iu" and _keeps_whole_numbers(image)
    patch = Patch(values, chosen.inside(wide), spacing, unit, image.unit, whole)
    if settings.resample_mm > 0:
        starts = (wide[0].start, wide[1].start, wide[2].start)
        patch = resampled(patch, starts, chosen.shape, settings)
    return patch


def _keeps_whole_numbers(image: Image) -> bool:
    rescale = image.rescale
    if rescale.table is not None:
        return False
    return all(float(v).is_integer() for v in (*rescale.slopes, *rescale.intercepts))


def region_of(patch: Patch, settings: FeatureSettings) -> Region:
    """The region with its intensity mask: values that are numbers, inside the range, no outliers.

    Raises
    ------
    InputError
        When nothing is left, with the reason.
    """
    if not patch.mask.any():
        raise InputError(
            "The region vanishes when it is resampled.", "Resample to smaller voxels.", "input.resampled-away"
        )
    box = mask_box(patch.mask)
    values = patch.values[box]
    shape_mask = np.ascontiguousarray(patch.mask[box])
    mask = shape_mask & np.isfinite(values)
    if not mask.any():
        raise InputError(
            "The region holds no value: it lies in padding or on values that are not numbers.",
            "Draw it on the image itself.",
            "input.no-values",
        )
    if settings.limit_range:
        if settings.range_low >= settings.range_high:
            raise InputError("The lowest intensity must be below the highest.", code="input.range_low")
        mask &= (values >= settings.range_low) & (values <= settings.range_high)
    if settings.outlier_sigma > 0 and mask.any():
        inside = values[mask].astype(np.float64)
        mean, sd = float(inside.mean()), float(inside.std())
        # Both conditions are found on the region as drawn, so that their order does not matter (IBSI).
        reach = settings.outlier_sigma * sd
        mask &= (values >= mean - reach) & (values <= mean + reach)
    if not mask.any():
        raise InputError(
            "No voxel of the region lies inside the range of intensities.", "Widen the range.", "input.range_low"
        )
    return Region(values, shape_mask, mask, patch, box)


def discretise(region: Region, settings: FeatureSettings) -> Discretised:
    """Grey levels as the settings and the mode want them.

    IBSI: a fixed number of bins between minimum and maximum (IBSI K15C), or bins of fixed width from the lower end
    of the range (from the minimum when no range is set; IBSI Q3RU). PyRadiomics: bins of fixed width whose edges are
    multiples of the width; for a fixed number the edges are those of `numpy.histogram`, the last one moved up.

    Raises
    ------
    InputError
        For more than 4,096 levels, or values that are no whole numbers where no discretisation was asked for.
    """
    inside = region.intensities()
    low, high = float(inside.min()), float(inside.max())
    if settings.binning is Binning.NONE:
        return _as_they_are(region, inside, low, high)
    if settings.binning is Binning.WIDTH:
        width = settings.bin_width
        if (high - low) / width > MAX_LEVELS:
            raise InputError(
                f"Bins of this width make more than {MAX_LEVELS} grey levels.", "Make them wider.", "input.bin_width"
            )
        if settings.mode is Mode.PYRADIOMICS:
            start = low - (low % width)
            edges = np.arange(start, high + 2 * width, width)
            found = np.digitize(inside, edges) if len(edges) > 1 else np.ones(len(inside), dtype=np.intp)
        else:
            start = settings.range_low if settings.limit_range else low
            found = np.floor((inside - start) / width).astype(np.intp) + 1
    elif high > low:
        start, width = low, (high - low) / settings.bin_number
        if settings.mode is Mode.PYRADIOMICS:
            edges = np.histogram_bin_edges(inside, settings.bin_number)
            edges[-1] += 1
            found = np.digitize(inside, edges)
        else:
            found = np.floor(settings.bin_number * (inside - low) / (high - low)).astype(np.intp) + 1
            found = np.minimum(found, settings.bin_number)
    else:
        start, width, found = low, 1.0, np.ones(len(inside), dtype=np.intp)
    fixed = settings.binning is Binning.NUMBER and high > low and settings.mode is Mode.IBSI
    return _placed(region, found, settings.bin_number if fixed else int(found.max()), start, width)


def _as_they_are(region: Region, inside: NDArray[np.float64], low: float, high: float) -> Discretised:
    if not np.array_equal(inside, np.rint(inside)):
        raise InputError(
            "The values of this image are no whole numbers and must be put into bins.",
            "Choose a number or a width of bins.",
            "input.binning",
        )
    shift = 0.0 if low >= 1 else 1.0 - low
    if high + shift > MAX_LEVELS:
        raise InputError(
            f"The region has more than {MAX_LEVELS} grey levels.",
            "Choose a number or a width of bins.",
            "input.binning",
        )
    found = (inside + shift).astype(np.intp)
    return _placed(region, found, int(found.max()), 1.0 - shift, 1.0)


def _placed(region: Region, found: NDArray[Any], n_levels: int, low: float, width: float) -> Discretised:
    levels = np.zeros(region.mask.shape, dtype=np.int32)
    levels[region.mask] = found
    return Discretised(levels, n_levels, low, width)
