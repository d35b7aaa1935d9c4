"""Marker-controlled watershed: regions grow from clicked markers until they meet on a ridge."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, of_array
from medviewer.core.marks import Marks
from medviewer.ops.itk import from_itk, run_itk, to_itk
from medviewer.ops.mask_fields import OnlyInMask, SmoothingMm
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Hand, Help, Label, SetBy
from medviewer.ops.planes import Plane, Valid
from medviewer.ops.relief import gradient_magnitude, levels, smoothed_slice, smoothed_volume
from medviewer.ops.seeds import OBJECTS_AND_BACKGROUND, marked_slices, named, placed
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume


class Relief(enum.StrEnum):
    """What is flooded."""

    GRADIENT = "gradient"
    DARK = "dark"
    BRIGHT = "bright"


@dataclass(frozen=True)
class WatershedParams:
    """Parameters of the watershed."""

    markers: Annotated[
        Marks,
        SetBy(Hand.POINTS, OBJECTS_AND_BACKGROUND),
        Label(QT_TRANSLATE_NOOP("Operations", "Markers")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "Click into each object, and at least once into the background, in the slice itself."
            )
        ),
    ] = ()
    relief: Annotated[
        Relief,
        Choices(
            {
                "gradient": QT_TRANSLATE_NOOP("Operations", "Edges: regions meet where values change most"),
                "dark": QT_TRANSLATE_NOOP("Operations", "Values: dark regions meet on bright lines"),
                "bright": QT_TRANSLATE_NOOP("Operations", "Values: bright regions meet on dark lines"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Borders are")),
        Help(QT_TRANSLATE_NOOP("Operations", "Where the regions that grow from the markers meet.")),
    ] = Relief.GRADIENT
    smoothing_mm: SmoothingMm = 1.0
    dimension: DimensionField = Dimension.SLICE
    limit_to_mask: OnlyInMask = True


@operation(
    id="region.watershed",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Regions"),
    title=QT_TRANSLATE_NOOP("Operations", "Watershed from markers"),
    halo_mm=lambda p: 4 * p.smoothing_mm,
    whole=True,
    across_slices=across,
)
def watershed(image: Image, params: WatershedParams, ctx: Context, labels: LabelMap | None) -> LabelMap:
    """Grows a region from each marker until it meets another on an edge or a ridge.

    Every pixel goes to the marker that reaches it over the lowest pass. Mark the background too, or an object will
    fill the slice. Each slice by itself needs its own markers: slices without any stay empty. Padding belongs to no
    region; with a mask, regions stay inside it.

    Parameters
    ----------
    image : Image
        Grey.
    params : WatershedParams
        Markers and what is flooded.
    ctx : Context
        Looked at between slices, and within a volume about every half second.
    labels : LabelMap or None
        Where regions may lie.

    Returns
    -------
    LabelMap
        The labels of the markers.

    Raises
    ------
    InputError
        Without markers on the image, and for the whole volume of an irregular stack.

    Notes
    -----
    Meyer's flooding from markers with 4 or 6 neighbours, on 65,535 levels (Beare and Lehmann, Insight Journal 2006).
    """
    hint = "Click into each object and into the background."
    volume = is_volume(image, params.dimension)
    markers = placed(params.markers, image, 1, "markers", hint)
    inside = labels.mask() if labels is not None and params.limit_to_mask else None
    spacing = image.geometry.spacing_xyz_mm
    out = np.zeros(image.array.shape, np.uint8)
    if volume:
        values, valid = smoothed_volume(image, params.smoothing_mm, ctx.subrange(0.0, 0.3))
        allowed = _allowed(valid, inside)
        relief = _relief(values, params.relief, spacing, ctx)
        out[...] = _flooded(relief, markers, allowed, ctx.subrange(0.3, 1.0))
    else:
        slices = marked_slices(markers)
        for number, k in enumerate(slices):
            inner = ctx.subrange(number / len(slices), (number + 1) / len(slices))
            plane, valid = smoothed_slice(image, k, params.smoothing_mm, ctx)
            relief = _relief(plane, params.relief, spacing, ctx)
            allowed = _allowed(valid, None if inside is None else inside[k])
            out[k] = _flooded(relief, markers[k], allowed, inner)
    ctx.progress(1.0)
    return of_array(out, image, named(params.markers, OBJECTS_AND_BACKGROUND))


def _allowed(valid: Valid, inside: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    if valid is None or inside is None:
        return inside if valid is None else valid
    return valid & inside


def _relief(
    values: Plane, relief: Relief, spacing_xyz: tuple[float, float, float], ctx: Context
) -> NDArray[np.uint16]:
    if relief is Relief.GRADIENT:
        return levels(gradient_magnitude(values, spacing_xyz, ctx), ctx)
    return levels(values if relief is Relief.DARK else -values, ctx)


def _flooded(
    relief: NDArray[np.uint16], markers: NDArray[np.int32], allowed: NDArray[np.bool_] | None, ctx: Context
) -> NDArray[Any]:
    """Labels (background 0) of a slice or volume; markers are label + 1."""
    import SimpleITK

    seeds = markers.astype(np.uint16)
    if allowed is not None:
        seeds[~allowed] = 0
        # What is not allowed is flooded last, so that no region takes a way through it.
        relief = np.where(allowed, relief, np.uint16(65_535))
    if not seeds.any():
        return np.zeros(relief.shape, np.uint8)
    flooding: Any = SimpleITK.MorphologicalWatershedFromMarkersImageFilter()
    flooding.SetMarkWatershedLine(False)
    flooding.SetFullyConnected(False)
    found = from_itk(run_itk(flooding, to_itk(relief), to_itk(seeds), ctx=ctx))
    found[found > 0] -= 1
    if allowed is not None:
        found[~allowed] = 0
    return found


OPERATIONS: tuple[Operation, ...] = (watershed,)
