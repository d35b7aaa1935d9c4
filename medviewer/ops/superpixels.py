"""Superpixels: the image in small patches of even values, as building blocks for marking and features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import MAX_LABEL, LabelMap, of_array
from medviewer.errors import InputError
from medviewer.ops.itk import from_itk, run_itk, to_itk
from medviewer.ops.mask_fields import OnlyInMask
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Range, Step, Unit
from medviewer.ops.planes import continued, continued_volume, plane_of
from medviewer.ops.quiet_progress import QuietProgress
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume


@dataclass(frozen=True)
class SuperpixelParams:
    """Parameters of the superpixels."""

    size_mm: Annotated[
        float,
        Range(0.5, 200.0),
        Step(0.5),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Size")),
        Help(QT_TRANSLATE_NOOP("Operations", "Side of a patch, about.")),
    ] = 8.0
    compactness: Annotated[
        float,
        Range(0.01, 100.0),
        Step(0.1),
        Label(QT_TRANSLATE_NOOP("Operations", "Compactness")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "More makes patches square, less makes them follow the values. At 1, one standard deviation of the "
                "values counts as much as the size of a patch.",
            )
        ),
    ] = 0.3
    rounds: Annotated[
        int,
        Range(1, 50),
        Label(QT_TRANSLATE_NOOP("Operations", "Rounds")),
        Help(QT_TRANSLATE_NOOP("Operations", "How often the middles of the patches are found anew.")),
    ] = 5
    dimension: DimensionField = Dimension.SLICE
    limit_to_mask: OnlyInMask = True


@operation(
    id="region.superpixels",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Regions"),
    title=QT_TRANSLATE_NOOP("Operations", "Superpixels"),
    colour=True,
    whole=True,
    across_slices=across,
    run=Run.ON_ACTION,
)
def superpixels(image: Image, params: SuperpixelParams, ctx: Context, labels: LabelMap | None) -> LabelMap:
    """Divides the image into patches of about one size that follow its edges, each with a number.

    Works on grey and colour images. Numbers begin anew in each slice, unless the whole volume is divided. Padding
    belongs to no patch; with a mask, patches are cut off at its rim.

    Parameters
    ----------
    image : Image
        Grey or colour.
    params : SuperpixelParams
        Size and shape of the patches.
    ctx : Context
        Looked at between slices, and within a volume.
    labels : LabelMap or None
        Where patches may lie.

    Returns
    -------
    LabelMap
        1 to n.

    Raises
    ------
    InputError
        For more than 65,535 patches, and for the whole volume of an irregular stack.

    Notes
    -----
    SLIC: Achanta et al., IEEE TPAMI 34(11), 2012.
    """
    volume = is_volume(image, params.dimension)
    inside = labels.mask() if labels is not None and params.limit_to_mask else None
    n = image.n_slices
    out = np.zeros(image.array.shape[:3], np.uint16)
    sx, sy, sz = image.geometry.spacing_xyz_mm
    rows, columns = image.array.shape[1:3]
    expected = max(1.0, rows * sy / params.size_mm) * max(1.0, columns * sx / params.size_mm)
    expected *= max(1.0, n * sz / params.size_mm) if volume else 1.0
    if expected > MAX_LABEL:
        raise InputError(
            f"That would make about {expected:,.0f} patches; a mask has room for {MAX_LABEL:,} labels.",
            "Make them larger, or work on each slice by itself.",
            "input.size_mm",
        )
    if volume:
        if image.is_colour:
            values, valid = image.array.astype(np.float32), None
        else:
            values, valid = continued_volume(image, ctx)
        free = _allowed(valid, inside)
        out[...] = _patches(values, free, (sx, sy, sz), params, image.is_colour, ctx)
    else:
        for k in range(n):
            inner = ctx.subrange(k / n, (k + 1) / n)
            inner.check()
            if image.is_colour:
                plane, there = image.array[k].astype(np.float32), None
            else:
                plane, there = plane_of(image, k)
                plane = continued(plane, there)
            free = _allowed(there, None if inside is None else inside[k])
            out[k] = _patches(plane, free, (sx, sy), params, image.is_colour, inner)
            inner.progress(1.0)
    ctx.progress(1.0)
    return of_array(out, image)


def _allowed(valid: NDArray[np.bool_] | None, inside: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    if valid is None or inside is None:
        return inside if valid is None else valid
    return valid & inside


def _patches(
    values: NDArray[np.float32],
    allowed: NDArray[np.bool_] | None,
    spacing_xyz: tuple[float, ...],
    params: SuperpixelParams,
    colour: bool,
    ctx: Context,
) -> NDArray[np.uint16]:
    """Numbers from 1 on, without gaps; 0 where not allowed."""
    import SimpleITK

    shape = values.shape[:-1] if colour else values.shape
    if allowed is not None and not allowed.any():
        return np.zeros(shape, np.uint16)
    within = values if allowed is None else values[allowed]
    spread = float(within.std())
    scaled = (values - within.mean()) * np.float32(1.0 / spread if spread > 0 else 0.0)
    sizes = [max(1, round(params.size_mm / s)) for s in spacing_xyz]
    sizes = [min(size, length) for size, length in zip(sizes, shape[::-1], strict=True)]
    if colour:
        subject = SimpleITK.GetImageFromArray(np.ascontiguousarray(scaled), isVector=True)
    else:
        subject = to_itk(scaled)
    slic: Any = SimpleITK.SLICImageFilter()
    slic.SetSuperGridSize(sizes)
    slic.SetMaximumNumberOfIterations(params.rounds)
    slic.SetSpatialProximityWeight(params.compactness)
    slic.SetEnforceConnectivity(True)
    slic.SetInitializationPerturbation(min(shape) >= 5)
    found = from_itk(run_itk(slic, subject, ctx=QuietProgress(ctx)))
    if allowed is not None:
        found = np.where(allowed, found.astype(np.int64) + 1, 0)
    values_there, numbers = np.unique(found, return_inverse=True)
    first = 0 if allowed is not None and not allowed.all() else 1
    if len(values_there) + first - 1 > MAX_LABEL:
        raise InputError(f"There are more than {MAX_LABEL:,} patches.", "Make them larger.", "input.size_mm")
    return (numbers.reshape(shape) + first).astype(np.uint16)


OPERATIONS: tuple[Operation, ...] = (superpixels,)
