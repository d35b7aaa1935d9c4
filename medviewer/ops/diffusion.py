"""Smoothing by iteration that stops at edges: anisotropic diffusion and total variation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.ops.noise import NoiseField, noise_of, noise_of_plane
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Range, Step
from medviewer.ops.planes import (
    Plane,
    Valid,
    continued_volume,
    each_slice,
    image_of,
    per_channel,
    restore_volume,
)
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume

ROWS_AT_ONCE = 64
"""Rows of a piece of a slice whose arrays stay in the processor's cache."""

STABLE = 0.8
"""Share of the largest stable step of time."""

_STRENGTH = QT_TRANSLATE_NOOP("Operations", "Strength")


@dataclass(frozen=True)
class DiffusionParams:
    """Parameters of anisotropic diffusion."""

    iterations: Annotated[
        int,
        Range(1, 200),
        Label(QT_TRANSLATE_NOOP("Operations", "Iterations")),
        Help(QT_TRANSLATE_NOOP("Operations", "How long values flow: more smooths farther.")),
    ] = 10
    strength: Annotated[
        float,
        Range(0.1, 50.0),
        Step(0.1),
        Label(_STRENGTH),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Steps higher than so many times the noise stop the flow. 2 to 4 suits most images.",
            )
        ),
    ] = 3.0
    noise: NoiseField = 0.0
    dimension: DimensionField = Dimension.SLICE


@dataclass(frozen=True)
class TotalVariationParams:
    """Parameters of total variation denoising."""

    strength: Annotated[
        float,
        Range(0.05, 20.0),
        Step(0.05),
        Label(_STRENGTH),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "Weight of smoothness against likeness to the image, as a multiple of the noise."
            )
        ),
    ] = 1.0
    iterations: Annotated[
        int,
        Range(1, 500),
        Label(QT_TRANSLATE_NOOP("Operations", "Iterations")),
        Help(QT_TRANSLATE_NOOP("Operations", "More come closer to the smoothest image; 50 come within a hundredth.")),
    ] = 50
    noise: NoiseField = 0.0
    dimension: DimensionField = Dimension.SLICE


@operation(
    id="filter.anisotropic-diffusion",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Filters"),
    title=QT_TRANSLATE_NOOP("Operations", "Anisotropic diffusion"),
    halo_px=lambda p: p.iterations,
    across_slices=across,
    whole=lambda p: p.noise == 0,
    run=Run.ON_ACTION,
    colour=True,
)
def anisotropic_diffusion(image: Image, params: DiffusionParams, ctx: Context) -> Image:
    """Lets values flow between neighbours, except across edges: smooths areas and keeps their borders sharp.

    How high a step must be to stop the flow is a multiple of the noise, which is estimated when it is not given.
    Unequal spacing is taken into account. Nothing flows over the edge of the image, nor to or from padding and values
    that are not numbers; they stay as they are. Of colour images, red, green and blue are filtered each by itself.

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
    Perona and Malik, Scale-space and edge detection using anisotropic diffusion, IEEE PAMI 12(7), 1990, with the
    conductance ``exp(-(d/K)²)``; explicit steps of 0.8 of the largest stable one (0.2 for square pixels, 0.133 for
    cubic voxels). The differences `d` are per distance of neighbours in the direction where that is smallest.
    """
    if image.is_colour:
        return per_channel(image, lambda grey, part: anisotropic_diffusion(grey, params, part), ctx)
    if is_volume(image, params.dimension):
        noise = params.noise or noise_of(image, ctx)
        values, valid = continued_volume(image, ctx)
        out = _diffuse(values, valid, _squared_steps(image, 3), params.strength * noise, params.iterations, ctx)
        restore_volume(out, image, valid)
        return image_of(image, out)

    def diffuse(plane: Plane, valid: Valid, _k: int, part: Context) -> Plane:
        limit = params.strength * (params.noise or noise_of_plane(plane, valid))
        where = None if valid is None else valid[None]
        stack = _diffuse(plane[None], where, _squared_steps(image, 2), limit, params.iterations, part)
        return stack.reshape(plane.shape)

    return image_of(image, each_slice(image, diffuse, ctx))


def _squared_steps(image: Image, dimensions: int) -> tuple[float, ...]:
    """``(h0 / h)²`` along x, y (and z), h0 the smallest distance of neighbours."""
    spacing = image.geometry.spacing_xyz_mm[:dimensions]
    return tuple((min(spacing) / s) ** 2 for s in spacing)


def _diffuse(
    values: Plane,
    valid: NDArray[np.bool_] | None,
    squared: tuple[float, ...],
    limit: float,
    iterations: int,
    ctx: Context,
) -> Plane:
    """`iterations` explicit steps over a stack (z, y, x), whose first axis takes part when `squared` has three."""
    now: Plane = np.array(values, dtype=np.float32)
    if limit <= 0 or not np.isfinite(1.0 / limit**2):
        return now
    step = STABLE / (2.0 * sum(squared))
    after = np.empty_like(now)
    known = None if valid is None else valid.astype(np.float32)
    for number in range(iterations):
        for k in range(len(now)):
            after[k] = now[k]
            _flow_in_plane(now[k], after[k], None if known is None else known[k], squared, limit, step)
            if len(squared) == 3:
                for other in (k - 1, k + 1):
                    if 0 <= other < len(now):
                        weight = None if known is None else known[k] * known[other]
                        flow = _flow(now[other] - now[k], squared[2], limit, step, weight)
                        after[k] += flow
            if k % 8 == 7 or now[k].size > 1_000_000:
                ctx.check()
        now, after = after, now
        ctx.progress((number + 1) / iterations)
    return now


def _flow_in_plane(
    now: Plane, after: Plane, known: Plane | None, squared: tuple[float, ...], limit: float, step: float
) -> None:
    rows = len(now)
    for y in range(0, rows, ROWS_AT_ONCE):
        end = min(rows, y + ROWS_AT_ONCE)
        part = now[y:end]
        weight = None if known is None else known[y:end, 1:] * known[y:end, :-1]
        flow = _flow(part[:, 1:] - part[:, :-1], squared[0], limit, step, weight)
        after[y:end, :-1] += flow
        after[y:end, 1:] -= flow
        below = now[y + 1 : end + 1]
        above = now[y : y + len(below)]
        weight = None if known is None else known[y + 1 : end + 1] * known[y : y + len(below)]
        flow = _flow(below - above, squared[1], limit, step, weight)
        after[y : y + len(below)] += flow
        after[y + 1 : end + 1] -= flow


def _flow(difference: Plane, squared: float, limit: float, step: float, known: Plane | None) -> Plane:
    """``step · a · d · exp(-a · (d/K)²)`` of a fresh array of differences, which is used up."""
    import cv2

    if not difference.size:
        return difference
    conductance = np.asarray(cv2.multiply(difference, difference, scale=-squared / limit**2), np.float32)
    cv2.exp(conductance, conductance)
    flow = np.asarray(cv2.multiply(difference, conductance, conductance, scale=step * squared), np.float32)
    return flow if known is None else np.multiply(flow, known, out=flow)


@operation(
    id="filter.total-variation",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Filters"),
    title=QT_TRANSLATE_NOOP("Operations", "Total variation"),
    halo_px=lambda p: p.iterations,
    across_slices=across,
    whole=lambda p: p.noise == 0,
    run=Run.ON_ACTION,
    colour=True,
)
def total_variation(image: Image, params: TotalVariationParams, ctx: Context) -> Image:
    """Finds the image that is close to this one and has the least total variation: flat areas with sharp borders.

    The weight of smoothness is a multiple of the noise, which is estimated when it is not given; faint texture is
    lost. Unequal spacing is taken into account. Padding and values that are not numbers are seen as the nearest value
    that is there, and stay as they are. Of colour images, red, green and blue are filtered each by itself. A whole
    volume needs seven times the memory of its 32-bit values.

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
    Chambolle, An algorithm for total variation minimization and applications, J. Math. Imaging and Vision 20, 2004:
    the fixed point that `skimage.restoration.denoise_tv_chambolle` runs too, for a given number of iterations.
    """
    if image.is_colour:
        return per_channel(image, lambda grey, part: total_variation(grey, params, part), ctx)
    if is_volume(image, params.dimension):
        noise = params.noise or noise_of(image, ctx)
        values, valid = continued_volume(image, ctx)
        steps = _squared_steps(image, 3)[::-1]
        out = least_variation(values, steps, params.strength * noise, params.iterations, ctx)
        restore_volume(out, image, valid)
        return image_of(image, out)

    def smooth(plane: Plane, valid: Valid, _k: int, part: Context) -> Plane:
        weight = params.strength * (params.noise or noise_of_plane(plane, valid))
        steps = _squared_steps(image, 2)[::-1]
        return least_variation(plane, steps, weight, params.iterations, part)

    return image_of(image, each_slice(image, smooth, ctx))


def least_variation(values: Plane, squared: tuple[float, ...], weight: float, iterations: int, ctx: Context) -> Plane:
    """The image of least total variation, of any number of dimensions.

    Parameters
    ----------
    values : NDArray of float32
        Without missing values.
    squared : tuple of float
        ``(h0 / h)²`` for each axis.
    weight : float
        Of the variation, in the unit of the values; 0: nothing is changed.
    iterations : int
        Of the fixed point.
    ctx : Context
        Looked at several times in each.
    """
    if weight <= 0:
        return values.copy()
    dual = [np.zeros_like(values) for _ in squared]
    gradients = [np.empty_like(values) for _ in squared]
    out = values.copy()
    norm = np.empty_like(values)
    scratch = np.empty_like(values)
    step = 1.0 / (2.0 * sum(squared))
    scales = [np.float32(s**0.5) for s in squared]
    for number in range(iterations):
        for _ in _one_step(values, out, dual, gradients, norm, scratch, scales, np.float32(step), np.float32(weight)):
            ctx.check()
        ctx.progress((number + 1) / iterations)
    return out


def _one_step(
    values: Plane,
    out: Plane,
    dual: list[Plane],
    gradients: list[Plane],
    norm: Plane,
    scratch: Plane,
    scales: list[np.float32],
    step: np.float32,
    weight: np.float32,
) -> Iterator[None]:
    """One iteration; stops for a look whether to go on after each pass over the voxels."""
    # The image of the present dual variable: values minus its divergence.
    if dual[0].any():
        np.copyto(out, values)
        for axis, (p, scale) in enumerate(zip(dual, scales, strict=True)):
            np.multiply(p, scale, out=scratch)
            out -= scratch
            _tail(out, axis)[...] += _head(scratch, axis)
            yield
    norm[...] = 0
    for axis, (g, scale) in enumerate(zip(gradients, scales, strict=True)):
        g[...] = 0
        np.subtract(_tail(out, axis), _head(out, axis), out=_head(g, axis))
        if scale != 1:
            g *= scale
        np.multiply(g, g, out=scratch)
        norm += scratch
        yield
    np.sqrt(norm, out=norm)
    norm *= step / weight
    norm += 1
    yield
    for p, g in zip(dual, gradients, strict=True):
        g *= step
        p -= g
        p /= norm
        yield


def _head(array: Plane, axis: int) -> Plane:
    """All but the last along an axis."""
    return array[(slice(None),) * axis + (slice(0, -1),)]


def _tail(array: Plane, axis: int) -> Plane:
    """All but the first along an axis."""
    return array[(slice(None),) * axis + (slice(1, None),)]


OPERATIONS: tuple[Operation, ...] = (anisotropic_diffusion, total_variation)
