"""Masks that could have been drawn instead: grown, shrunk, moved, with another outline."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from medviewer.ops.features.patches import grown, mask_box
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Range, Step, Unit


@dataclass(frozen=True)
class Perturbation:
    """How far masks are changed."""

    grow_mm: Annotated[
        float,
        Range(0.0, 20.0),
        Step(0.5),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Grow and shrink by")),
        Help(QT_TRANSLATE_NOOP("Operations", "One mask larger and one smaller by so much; 0: neither.")),
    ] = 1.0
    shift_mm: Annotated[
        float,
        Range(0.0, 20.0),
        Step(0.5),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Move by")),
        Help(QT_TRANSLATE_NOOP("Operations", "Four masks, each moved so far to one side in the slice; 0: none.")),
    ] = 1.0
    contour_mm: Annotated[
        float,
        Range(0.0, 10.0),
        Step(0.5),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Vary the outline by")),
        Help(QT_TRANSLATE_NOOP("Operations", "Standard deviation of a smooth random displacement of the outline.")),
    ] = 1.0
    outlines: Annotated[
        int,
        Range(0, 50),
        Label(QT_TRANSLATE_NOOP("Operations", "Random outlines")),
        Help(QT_TRANSLATE_NOOP("Operations", "How many masks with a random outline are made.")),
    ] = 4


WAVELENGTH = 4.0
"""The random displacement is smooth over so many times its size (and over two voxels at least)."""


def perturbed(
    mask: NDArray[np.bool_],
    spacing_zyx: tuple[float, float, float],
    settings: Perturbation,
    rng: np.random.Generator,
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """The mask itself and its variations, each with a name; a variation that vanishes is left out.

    Parameters
    ----------
    mask : NDArray of bool, shape (z, y, x)
        Not empty.
    spacing_zyx : tuple of float
        In mm. A mask of one slice is changed in its plane only.
    rng : Generator
        For the random outlines.

    Notes
    -----
    All of them are level sets of the signed distance from the outline: growing by d is the set within d, moving
    shifts the distances (faces move to the nearest voxel), a random outline adds a smooth Gaussian field to them
    (in the manner of Zwanenburg et al., Scientific Reports 2019, doi:10.1038/s41598-018-36938-4).
    """
    yield "original", mask
    reach = settings.grow_mm + settings.shift_mm + 4 * settings.contour_mm
    single = mask_box(mask)[0].stop - mask_box(mask)[0].start == 1
    margin = tuple(0 if single and axis == 0 else math.ceil(reach / s) + 2 for axis, s in enumerate(spacing_zyx))
    box = grown(mask_box(mask), (margin[0], margin[1], margin[2]), mask.shape)
    distance = signed_distance(mask[box], spacing_zyx)

    def placed(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
        whole = np.zeros_like(mask)
        whole[box] = inside
        return whole

    changes: list[tuple[str, NDArray[np.bool_]]] = []
    if settings.grow_mm > 0:
        changes.append((f"grown {settings.grow_mm:g} mm", distance <= settings.grow_mm))
        changes.append((f"shrunk {settings.grow_mm:g} mm", distance <= -settings.grow_mm))
    if settings.shift_mm > 0:
        for name, axis, sign in (("left", 2, -1), ("right", 2, 1), ("up", 1, -1), ("down", 1, 1)):
            moved = _moved(distance, axis, sign * settings.shift_mm / spacing_zyx[axis])
            changes.append((f"moved {name} {settings.shift_mm:g} mm", moved <= 0))
    if settings.contour_mm > 0:
        for n in range(settings.outlines):
            field = _smooth_field(distance.shape, spacing_zyx, settings.contour_mm, rng)
            changes.append((f"outline {n + 1}", distance + field <= 0))
    for name, inside in changes:
        if inside.any():
            yield name, placed(inside)


def signed_distance(mask: NDArray[np.bool_], spacing_zyx: tuple[float, float, float]) -> NDArray[np.float64]:
    """Distance from the outline in the unit of the spacing, negative inside; half a voxel lies between both sides."""
    from scipy import ndimage

    padded = np.pad(mask, [(0, 0) if n == 1 else (1, 1) for n in mask.shape])
    inner = tuple(slice(None) if n == 1 else slice(1, -1) for n in mask.shape)
    outside = ndimage.distance_transform_edt(~padded, sampling=spacing_zyx)
    inside = ndimage.distance_transform_edt(padded, sampling=spacing_zyx)
    sides = [s for s, n in zip(spacing_zyx, mask.shape, strict=True) if n > 1]
    half = min(sides, default=min(spacing_zyx)) / 2
    found: NDArray[np.float64] = np.where(padded, half - inside, outside - half)[inner]
    return found


def _moved(distance: NDArray[np.float64], axis: int, voxels: float) -> NDArray[np.float64]:
    from scipy import ndimage

    shift = [0.0, 0.0, 0.0]
    shift[axis] = voxels
    found: NDArray[np.float64] = ndimage.shift(distance, shift, order=1, mode="nearest")
    return found


def _smooth_field(
    shape: tuple[int, ...], spacing_zyx: tuple[float, float, float], sd_mm: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Gaussian random field of a given standard deviation."""
    from scipy import ndimage

    width = max(WAVELENGTH * sd_mm, 2 * min(spacing_zyx))
    sigma = [0.0 if n == 1 else width / s for n, s in zip(shape, spacing_zyx, strict=True)]
    field: NDArray[np.float64] = ndimage.gaussian_filter(rng.standard_normal(shape), sigma, mode="wrap")
    sd = float(field.std())
    return field * (sd_mm / sd) if sd > 0 else field
