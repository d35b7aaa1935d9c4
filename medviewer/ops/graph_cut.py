"""GrabCut: an object inside a box, told from what is around it by its colours or grey values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, binary
from medviewer.core.mark_grid import rasterise
from medviewer.core.marks import Mark, Marks
from medviewer.errors import InputError
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Hand, Help, Label, Range, SetBy, Step, Unit

_OUTSIDE, _INSIDE, _MAYBE_OUTSIDE, _MAYBE_INSIDE = range(4)  # as OpenCV numbers them


@dataclass(frozen=True)
class GrabCutParams:
    """Parameters of GrabCut."""

    box: Annotated[
        Marks,
        SetBy(Hand.BOX, {1: QT_TRANSLATE_NOOP("Operations", "Box around the object")}),
        Label(QT_TRANSLATE_NOOP("Operations", "Box")),
        Help(QT_TRANSLATE_NOOP("Operations", "Drag a box around the object with some of its surroundings.")),
    ] = ()
    strokes: Annotated[
        Marks,
        SetBy(
            Hand.STROKES,
            {
                0: QT_TRANSLATE_NOOP("Operations", "Not the object"),
                1: QT_TRANSLATE_NOOP("Operations", "The object"),
            },
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Corrections")),
        Help(QT_TRANSLATE_NOOP("Operations", "Paint over what was told wrongly.")),
    ] = ()
    rounds: Annotated[
        int,
        Range(1, 20),
        Label(QT_TRANSLATE_NOOP("Operations", "Rounds")),
        Help(QT_TRANSLATE_NOOP("Operations", "How often the two models are fitted anew.")),
    ] = 5
    through_mm: Annotated[
        float,
        Range(0.0, 500.0),
        Step(1.0),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Slices on either side")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "The same box is used in the slices so near to its own, each by itself; 0: only in its own.",
            )
        ),
    ] = 0.0


@operation(
    id="region.grabcut",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Regions"),
    title=QT_TRANSLATE_NOOP("Operations", "Object in a box (GrabCut)"),
    colour=True,
    run=Run.ON_ACTION,
    whole=True,
)
def grabcut(image: Image, params: GrabCutParams, ctx: Context) -> LabelMap:
    """Finds the object inside a box: two models, of its values and of those around it, and the cheapest cut between.

    Works slice by slice, on colour images as on grey ones; a grey slice is stretched between the 0.5th and the
    99.5th percentile around the box. Strokes correct what was told wrongly.

    Parameters
    ----------
    image : Image
        Grey or colour.
    params : GrabCutParams
        Boxes and strokes.
    ctx : Context
        Looked at between rounds; one round cannot be interrupted.

    Returns
    -------
    LabelMap
        1 for the object.

    Raises
    ------
    InputError
        Without a box that lies on the image.

    Notes
    -----
    Rother, Kolmogorov and Blake, ACM Trans. Graphics 23(3), 2004. The same input gives the same mask.
    """
    hint = "Drag a box around the object."
    if not params.box:
        raise InputError("There is no box yet.", hint, "input.box")
    tasks = [task for mark in params.box for task in _tasks(image, mark, params.through_mm)]
    if not tasks:
        raise InputError("The box does not lie on this image.", hint, "input.box")
    strokes = rasterise(params.strokes, image) if params.strokes else None
    out = np.zeros(image.array.shape[:3], np.bool_)
    for number, (k, rows, columns) in enumerate(tasks):
        inner = ctx.subrange(number / len(tasks), (number + 1) / len(tasks))
        inner.check()
        out[k] |= _cut(image, k, rows, columns, None if strokes is None else strokes[k], params.rounds, inner)
    ctx.progress(1.0)
    return binary(out, image, "")


def _tasks(image: Image, mark: Mark, through_mm: float) -> list[tuple[int, slice, slice]]:
    """The slices of a box, each with its rows and columns."""
    corners = image.geometry.index(np.asarray(mark.points_mm, dtype=np.float64).reshape(-1, 3))
    low, high = np.rint(corners.min(axis=0)), np.rint(corners.max(axis=0))
    depth, height, width = image.array.shape[:3]
    sz = image.geometry.spacing_xyz_mm[2]
    x0, x1 = max(0, int(low[0])), min(width - 1, int(high[0]))
    y0, y1 = max(0, int(low[1])), min(height - 1, int(high[1]))
    reach = int(through_mm / sz + 1e-6)
    z0, z1 = max(0, int(low[2]) - reach), min(depth - 1, int(high[2]) + reach)
    if x0 > x1 or y0 > y1:
        return []
    return [(k, slice(y0, y1 + 1), slice(x0, x1 + 1)) for k in range(z0, z1 + 1)]


def _cut(
    image: Image,
    k: int,
    rows: slice,
    columns: slice,
    strokes: NDArray[np.int32] | None,
    rounds: int,
    ctx: Context,
) -> NDArray[np.bool_]:
    import cv2

    height, width = image.array.shape[1:3]
    out = np.zeros((height, width), np.bool_)
    # The surroundings as far as the box is wide teach what is not the object; the rest costs time and misleads.
    dy, dx = rows.stop - rows.start, columns.stop - columns.start
    y = slice(max(0, rows.start - dy), min(height, rows.stop + dy))
    x = slice(max(0, columns.start - dx), min(width, columns.stop + dx))
    pixels, valid = _pixels(image, k, y, x)
    state = np.full(pixels.shape[:2], _OUTSIDE, np.uint8)
    state[rows.start - y.start : rows.stop - y.start, columns.start - x.start : columns.stop - x.start] = (
        _MAYBE_INSIDE
    )
    if strokes is not None:
        part = strokes[y, x]
        state[part == 1] = _OUTSIDE
        state[part == 2] = _INSIDE
    state[~valid] = _OUTSIDE
    if not (state & 1).any():
        return out
    if (state & 1).all():  # nothing around to learn from
        out[y, x] = valid
        return out
    models = np.zeros((1, 65)), np.zeros((1, 65))
    unused = (0, 0, 1, 1)  # the box: it stands in the state already
    cv2.setRNGSeed(0)  # of this thread; the models begin with random clusters
    mode = cv2.GC_INIT_WITH_MASK
    for turn in range(rounds):
        cv2.grabCut(pixels, state, unused, *models, 1, mode)
        mode = cv2.GC_EVAL
        ctx.progress((turn + 1) / rounds)
        if not (state & 1).any() or (state & 1).all():
            break  # one of the models has nothing left
    out[y, x] = (state & 1).astype(np.bool_) & valid
    return out


def _pixels(image: Image, k: int, y: slice, x: slice) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Part of a slice as three channels of 8 bits, and where it has values."""
    if image.is_colour:
        part = np.ascontiguousarray(image.array[k, y, x])
        return part, np.ones(part.shape[:2], np.bool_)
    values = image.modality_slice(k)[y, x]
    valid = np.isfinite(values)
    if not valid.any():
        return np.zeros((*values.shape, 3), np.uint8), valid
    low, high = np.percentile(values[valid], (0.5, 99.5))
    scale = 255.0 / max(float(high - low), 1e-12)
    grey = np.clip((np.where(valid, values, low) - low) * scale, 0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2), valid


OPERATIONS: tuple[Operation, ...] = (grabcut,)
