"""Masks changed through their contours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core import contour
from medviewer.core.contour_smoothing import smooth
from medviewer.core.labels import LabelMap
from medviewer.ops import object_parts
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Range, Step, Unit


@dataclass(frozen=True)
class SmoothParams:
    """Parameters of the smoothing of contours."""

    sigma_mm: Annotated[
        float,
        Range(0.1, 50.0),
        Step(0.1),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Sigma")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Standard deviation of the Gaussian along the contour. Bumps and notches much shorter than "
                "this vanish.",
            )
        ),
    ] = 1.0
    keep_area: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Keep the area")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Smoothing takes area from round objects; with this, each contour is moved outwards until it holds "
                "what it held.",
            )
        ),
    ] = True


@operation(
    id="contour.smooth",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Objects"),
    title=QT_TRANSLATE_NOOP("Operations", "Smooth contours"),
    whole=True,
    run=Run.ON_ACTION,
)
def smooth_contours(labels: LabelMap, params: SmoothParams, ctx: Context) -> LabelMap:
    """Smooths the outlines of the mask, slice by slice, by a length in millimetres.

    Each contour, of an object or of a hole, is smoothed by a Gaussian along its length; the pixels whose centres lie
    within the new contours are the new mask. Where the spacing of the pixels is not known, the length counts in
    pixels.

    Each label is smoothed by itself. A pixel that two labels claim stays with its own where that is one of them, else
    it goes to the lower; between labels that touched, single pixels may become background.

    Parameters
    ----------
    labels : LabelMap
        Not changed.
    params : SmoothParams
        Length, and whether areas stay.
    ctx : Context
        Looked at between contours.

    Returns
    -------
    LabelMap
        The same labels on the same grid.
    """
    sx, sy, _ = labels.geometry.spacing_xyz_mm
    out = np.zeros_like(labels.array)
    for k in range(labels.n_slices):
        ctx.check()
        plane = labels.array[k]
        if plane.any():
            _add_smoothed(plane, out[k], params, (sx, sy), ctx)
        ctx.progress((k + 1) / labels.n_slices)
    return labels.with_array(out)


def _add_smoothed(
    plane: NDArray[Any], out: NDArray[Any], params: SmoothParams, spacing_xy: tuple[float, float], ctx: Context
) -> None:
    """Put the smoothed objects of a slice into `out`, label by label."""
    from scipy import ndimage

    # Pixels that touch by a corner have contours of their own, so they are objects of their own here.
    numbers, values = object_parts.parts(plane, diagonal=False, ctx=None)
    for number, box in enumerate(ndimage.find_objects(numbers)):
        ctx.check()
        part = numbers[box] == number + 1
        rings = [
            smooth(middle.points, params.sigma_mm, spacing_xy, params.keep_area, edge.area_px)
            for middle, edge in zip(contour.trace(part, at="middles"), contour.trace(part), strict=True)
        ]
        corner = np.array((box[1].start, box[0].start))
        rings = [ring + corner for ring in rings]
        low = np.maximum(np.floor(rings[0].min(axis=0)).astype(np.int64), 0)
        high = np.minimum(np.ceil(rings[0].max(axis=0)).astype(np.int64) + 1, plane.shape[::-1])
        if (high <= low).any():
            continue
        (x0, y0), (x1, y1) = low.tolist(), high.tolist()
        claimed = contour.fill([ring - low for ring in rings], (y1 - y0, x1 - x0))
        there = out[y0:y1, x0:x1]
        value = values[number]
        there[claimed & ((there == 0) | (plane[y0:y1, x0:x1] == value))] = value


OPERATIONS: tuple[Operation, ...] = (smooth_contours,)
