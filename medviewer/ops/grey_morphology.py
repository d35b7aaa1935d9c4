"""Grey-level morphology: the smallest and largest value around each pixel, and what is made of them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Vector
from medviewer.core.image import Image
from medviewer.ops.balls import disc, radii_across, reach_zyx
from medviewer.ops.mask_fields import RadiusMm
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label
from medviewer.ops.planes import complete_values, image_of, plane_of, restore, to_modality, without_unit
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume

COMPARISONS_BETWEEN_CHECKS = 1_000_000_000
"""About 100 ms of work on one core."""

_DIFFERENCES = ("top-hat", "black-hat", "gradient")


class Step(enum.StrEnum):
    """What is made of the image."""

    ERODE = "erode"
    DILATE = "dilate"
    OPEN = "open"
    CLOSE = "close"
    TOP_HAT = "top-hat"
    BLACK_HAT = "black-hat"
    GRADIENT = "gradient"


class Shape(enum.StrEnum):
    """Which neighbours count."""

    ROUND = "round"
    SQUARE = "square"


@dataclass(frozen=True)
class GreyMorphologyParams:
    """Parameters of the grey-level morphology."""

    step: Annotated[
        Step,
        Choices(
            {
                "erode": QT_TRANSLATE_NOOP("Operations", "Erode: the smallest value around"),
                "dilate": QT_TRANSLATE_NOOP("Operations", "Dilate: the largest value around"),
                "open": QT_TRANSLATE_NOOP("Operations", "Open: without small bright spots"),
                "close": QT_TRANSLATE_NOOP("Operations", "Close: without small dark spots"),
                "top-hat": QT_TRANSLATE_NOOP("Operations", "Top hat: small bright spots alone"),
                "black-hat": QT_TRANSLATE_NOOP("Operations", "Black hat: small dark spots alone"),
                "gradient": QT_TRANSLATE_NOOP("Operations", "Gradient: largest minus smallest"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Do")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "Spots are small when they do not hold the disc or ball. A top hat evens a ground out."
            )
        ),
    ] = Step.OPEN
    radius_mm: RadiusMm = 2.0
    shape: Annotated[
        Shape,
        Choices(
            {
                "round": QT_TRANSLATE_NOOP("Operations", "Disc, ball"),
                "square": QT_TRANSLATE_NOOP("Operations", "Square, cube (faster)"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Shape")),
        Help(
            QT_TRANSLATE_NOOP("Operations", "The shape of the neighbourhood; a square has half its side as radius.")
        ),
    ] = Shape.ROUND
    dimension: DimensionField = Dimension.SLICE


@operation(
    id="filter.morphology",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Filters"),
    title=QT_TRANSLATE_NOOP("Operations", "Grey-level morphology"),
    halo_mm=lambda p: p.radius_mm * (1.0 if p.step in (Step.ERODE, Step.DILATE, Step.GRADIENT) else 2.0),
    halo_px=1,
    across_slices=across,
)
def grey_morphology(image: Image, params: GreyMorphologyParams, ctx: Context) -> Image:
    """Takes the smallest or largest value within a radius, and opens, closes or finds small spots with them.

    The disc is round in the patient, whatever the shape of the pixels; where the spacing is not known, the radius
    counts in pixels. Padding and values that are not numbers take no part and stay as they are; beyond the edge of
    the image there is nothing.

    Parameters
    ----------
    image : Image
        Grey, any shape (z, y, x); not changed.
    params : GreyMorphologyParams
        What is made, and the neighbourhood.
    ctx : Context
        Looked at between slices, and within those that take long.

    Returns
    -------
    Image
        float32 modality values, padding as NaN.

    Raises
    ------
    InputError
        For the whole volume of an irregular stack.

    Notes
    -----
    Flat structuring elements: the pixels whose centre lies within the radius. Serra, Image Analysis and Mathematical
    Morphology, 1982.
    """
    volume = is_volume(image, params.dimension)
    around = _Neighbourhood(params, image.geometry.spacing_xyz_mm, volume)
    n = image.n_slices
    out = np.empty(image.array.shape, np.float32)
    step = params.step
    if not volume:
        for k in range(n):
            source, valid, as_stored = _source(image, k)
            inner = ctx.subrange(k / n, (k + 1) / n)
            made = _made(source[None], None if valid is None else valid[None], step, around, inner)
            _put(out[k], made[0], image, k, step.value in _DIFFERENCES, as_stored)
            ctx.progress((k + 1) / n)
    else:
        stack, there, as_stored = _stack(image, ctx)
        made = _made(stack, there, step, around, ctx.subrange(0.1, 0.9))
        for k in range(n):
            _put(out[k], made[k], image, k, step.value in _DIFFERENCES, as_stored)
            ctx.progress(0.9 + 0.1 * (k + 1) / n)
    return without_unit(image, out, image.unit) if step.value in _DIFFERENCES else image_of(image, out)


class _Neighbourhood:
    """The smallest and largest values around each voxel of a stack."""

    def __init__(self, params: GreyMorphologyParams, spacing_xyz: Vector, volume: bool) -> None:
        sx, sy, sz = spacing_xyz
        if params.shape is Shape.ROUND:
            self._kernels = [disc(r, sx, sy) for r in radii_across(params.radius_mm, sz, volume)]
        else:
            z, y, x = reach_zyx(params.radius_mm, spacing_xyz, volume)
            self._kernels = [np.ones((2 * y + 1, 2 * x + 1), np.uint8)] * (z + 1)

    def extreme(self, stack: NDArray[Any], smallest: bool, ctx: Context) -> NDArray[Any]:
        """The smallest (or largest) value around each voxel (z, y, x), in the type of the stack."""
        combine = np.minimum if smallest else np.maximum
        if len(self._kernels) == 1 and len(stack) == 1:
            return self._of_plane(stack[0], self._kernels[0], smallest, ctx)[None]
        if len(self._kernels) == 1:
            return np.stack([self._of_plane(plane, self._kernels[0], smallest, ctx) for plane in stack])
        highest, lowest = (np.inf, -np.inf) if stack.dtype.kind == "f" else _limits(stack.dtype)
        out = np.full(stack.shape, highest if smallest else lowest, stack.dtype)
        for k, plane in enumerate(stack):
            known: NDArray[Any] | None = None
            for away, kernel in enumerate(self._kernels):
                if known is None or kernel is not self._kernels[away - 1]:
                    known = self._of_plane(plane, kernel, smallest, ctx)
                for j in {k - away, k + away}:
                    if 0 <= j < len(stack):
                        combine(out[j], known, out=out[j])
            ctx.progress((k + 1) / len(stack))
        return out

    def _of_plane(self, plane: NDArray[Any], kernel: NDArray[np.uint8], smallest: bool, ctx: Context) -> NDArray[Any]:
        import cv2

        ctx.check()
        if kernel.size == 1:
            return plane.copy()
        run = cv2.erode if smallest else cv2.dilate
        plane = np.ascontiguousarray(plane)
        rows, columns = plane.shape
        work = sum(kernel.shape) if kernel.all() else int(kernel.sum())
        height = max(1, COMPARISONS_BETWEEN_CHECKS // (work * columns))
        if height >= rows:
            return np.asarray(run(plane, kernel)).reshape(plane.shape)
        out = np.empty_like(plane)
        reach = len(kernel) // 2
        for y in range(0, rows, height):
            ctx.check()
            first = max(0, y - reach)
            strip = np.asarray(run(plane[first : y + height + reach], kernel)).reshape(-1, columns)
            out[y : y + height] = strip[y - first : y - first + height]
        return out


def _limits(kind: np.dtype[Any]) -> tuple[int, int]:
    limits = np.iinfo(kind)
    return int(limits.max), int(limits.min)


def _source(image: Image, k: int) -> tuple[NDArray[Any], NDArray[np.bool_] | None, bool]:
    """A slice, where it has values (None: everywhere), and whether they are as stored (where that keeps order)."""
    stored = complete_values(image, k)
    if stored is not None and image.rescale.of_slice(k)[0] > 0:
        return stored, None, True
    return *plane_of(image, k), False


def _stack(image: Image, ctx: Context) -> tuple[NDArray[Any], NDArray[np.bool_] | None, bool]:
    """The same for all slices."""
    complete = image.rescale.is_uniform and image.rescale.of_slice(0)[0] > 0
    for k in range(image.n_slices):
        ctx.check()
        complete = complete and complete_values(image, k) is not None
    if complete:
        return image.array, None, True
    values = np.empty(image.array.shape, np.float32)
    there = np.ones(image.array.shape, np.bool_)
    for k in range(image.n_slices):
        ctx.check()
        values[k], valid = plane_of(image, k)
        if valid is not None:
            there[k] = valid
    return values, None if there.all() else there, False


def _made(
    stack: NDArray[Any], valid: NDArray[np.bool_] | None, step: Step, around: _Neighbourhood, ctx: Context
) -> NDArray[Any]:
    """The step on a stack; missing values take no part. Differences come out as float32."""
    turns = iter((ctx,) if step in (Step.ERODE, Step.DILATE) else (ctx.subrange(0.0, 0.5), ctx.subrange(0.5, 1.0)))

    def extreme(values: NDArray[Any], smallest: bool) -> NDArray[Any]:
        if valid is not None:
            values = np.where(valid, values, np.float32(np.inf if smallest else -np.inf))
        return around.extreme(values, smallest, next(turns))

    if step is Step.ERODE:
        return extreme(stack, True)
    if step is Step.DILATE:
        return extreme(stack, False)
    if step is Step.GRADIENT:
        return _difference(extreme(stack, False), extreme(stack, True))
    if step in (Step.OPEN, Step.TOP_HAT):
        opened = extreme(extreme(stack, True), False)
        return opened if step is Step.OPEN else _difference(stack, opened)
    closed = extreme(extreme(stack, False), True)
    return closed if step is Step.CLOSE else _difference(closed, stack)


def _difference(above: NDArray[Any], below: NDArray[Any]) -> NDArray[np.float32]:
    with np.errstate(invalid="ignore"):  # infinities where values are missing; those are put back afterwards
        difference: NDArray[np.float32] = np.subtract(above, below, dtype=np.float32, casting="unsafe")
        return difference


def _put(
    target: NDArray[np.float32], made: NDArray[Any], image: Image, k: int, difference: bool, as_stored: bool
) -> None:
    """A slice of the result as modality values, with what was missing as it was."""
    target[...] = made
    if as_stored and difference:
        target *= np.float32(image.rescale.of_slice(k)[0])
    elif as_stored:
        to_modality(target, image, k)
    else:
        restore(target, *plane_of(image, k))


OPERATIONS: tuple[Operation, ...] = (grey_morphology,)
