"""Active contours: a start that moves to edges (geodesic), or until the values inside and outside differ most."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, binary
from medviewer.core.marks import Mark, Marks
from medviewer.errors import InputError
from medviewer.ops.balls import distances
from medviewer.ops.itk import from_itk, run_itk, to_itk
from medviewer.ops.mask_fields import SmoothingMm
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Hand, Help, Label, Range, SetBy, ShowWhen, Step, Unit
from medviewer.ops.planes import Plane
from medviewer.ops.quiet_progress import QuietProgress
from medviewer.ops.relief import gradient_magnitude, smoothed_slice, smoothed_volume
from medviewer.ops.seeds import placed
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume


class Drive(enum.StrEnum):
    """What moves the contour."""

    EDGES = "edges"
    REGIONS = "regions"


@dataclass(frozen=True)
class ContourParams:
    """Parameters of the active contour."""

    drive: Annotated[
        Drive,
        Choices(
            {
                "edges": QT_TRANSLATE_NOOP("Operations", "Edges (geodesic active contour)"),
                "regions": QT_TRANSLATE_NOOP("Operations", "Mean values inside and outside (Chan-Vese)"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Moved by")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Edges stop the contour where values change; mean values need no edges but two even parts.",
            )
        ),
    ] = Drive.EDGES
    seeds: Annotated[
        Marks,
        SetBy(Hand.POINTS, {1: QT_TRANSLATE_NOOP("Operations", "Start")}),
        Label(QT_TRANSLATE_NOOP("Operations", "Seeds")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "Click where contours start; without a click, they start from the mask there is."
            )
        ),
    ] = ()
    start_mm: Annotated[
        float,
        Range(0.1, 100.0),
        Step(0.5),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Radius of the start")),
        Help(QT_TRANSLATE_NOOP("Operations", "Of the disc or ball around each seed.")),
    ] = 5.0
    smoothing_mm: SmoothingMm = 1.0
    balloon: Annotated[
        float,
        Range(-10.0, 10.0),
        Step(0.1),
        ShowWhen("drive", ("edges",)),
        Label(QT_TRANSLATE_NOOP("Operations", "Balloon")),
        Help(
            QT_TRANSLATE_NOOP("Operations", "Above 0 the contour grows where no edge holds it, below 0 it shrinks.")
        ),
    ] = 1.0
    stiffness: Annotated[
        float,
        Range(0.0, 10.0),
        Step(0.1),
        Label(QT_TRANSLATE_NOOP("Operations", "Stiffness")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "More keeps the contour round and out of narrow gaps (by mean values: whole numbers count).",
            )
        ),
    ] = 1.0
    edge: Annotated[
        float,
        Range(0.0, 1e5),
        Step(1.0),
        ShowWhen("drive", ("edges",)),
        Label(QT_TRANSLATE_NOOP("Operations", "Edge strength")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "The change of values per mm that halves the speed of the contour; 0: taken from the image (the 90th "
                "percentile of its gradient).",
            )
        ),
    ] = 0.0
    rounds: Annotated[
        int,
        Range(1, 2000),
        Label(QT_TRANSLATE_NOOP("Operations", "Rounds")),
        Help(QT_TRANSLATE_NOOP("Operations", "How often the contour moves at most, each time by less than a pixel.")),
    ] = 200
    dimension: DimensionField = Dimension.SLICE


@operation(
    id="region.active-contour",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Regions"),
    title=QT_TRANSLATE_NOOP("Operations", "Active contour (level set)"),
    whole=True,
    across_slices=across,
    run=Run.ON_ACTION,
)
def active_contour(image: Image, params: ContourParams, ctx: Context, labels: LabelMap | None) -> LabelMap:
    """Lets a contour grow or shrink from a seed or a mask until it lies on edges, or divides two even parts.

    By edges, the contour moves as far as the balloon drives it, slows down where values change and stays smooth. By
    mean values, it takes in what is nearer to the mean inside than to that outside. Each slice by itself moves in
    the slices that have a start. Padding never belongs to the result.

    Parameters
    ----------
    image : Image
        Grey.
    params : ContourParams
        What moves the contour.
    ctx : Context
        Looked at between rounds; in a large volume a round, and the beginning, take up to some seconds.
    labels : LabelMap or None
        The start, where no seeds are set; all labels count as one.

    Returns
    -------
    LabelMap
        1 inside.

    Raises
    ------
    InputError
        Without seeds and without a mask, and for the whole volume of an irregular stack.

    Notes
    -----
    Caselles, Kimmel and Sapiro, IJCV 22(1), 1997, on a sparse field (Whitaker, IJCV 29(3), 1998). Chan and Vese, IEEE
    Trans. Image Processing 10(2), 2001, by morphological steps (Márquez-Neila et al., IEEE TPAMI 36(1), 2014).
    """
    volume = is_volume(image, params.dimension)
    start = _start(image, params, labels, volume)
    out = np.zeros(start.shape, np.bool_)
    spacing = image.geometry.spacing_xyz_mm
    if volume:
        values, valid = smoothed_volume(image, params.smoothing_mm, ctx.subrange(0.0, 0.2))
        inner = ctx.subrange(0.2, 1.0)
        out[...] = _moved(values, start, params, spacing, inner)
        if valid is not None:
            out &= valid
    else:
        slices = [k for k in range(image.n_slices) if start[k].any()]
        for number, k in enumerate(slices):
            inner = ctx.subrange(number / len(slices), (number + 1) / len(slices))
            plane, there = smoothed_slice(image, k, params.smoothing_mm, inner)
            out[k] = _moved(plane, start[k], params, spacing[:2], inner)
            if there is not None:
                out[k] &= there
    ctx.progress(1.0)
    return binary(out, image, "")


def _start(image: Image, params: ContourParams, labels: LabelMap | None, volume: bool) -> NDArray[np.bool_]:
    hint = "Click where the contour starts, or add a step that makes a mask before this one."
    if not params.seeds:
        if labels is None:
            raise InputError("There is nothing to start from.", hint, "input.seeds")
        start = labels.mask()
        if not start.any():
            raise InputError("The mask to start from is empty.", hint, "input.seeds")
        return start
    around = tuple(Mark(m.label, (p,), params.start_mm) for m in params.seeds for p in m.points_mm)
    start = placed(around, image, 1, "seeds", hint) > 0
    if not volume:  # only the slices that were clicked into
        clicked = placed(tuple(Mark(m.label, m.points_mm) for m in params.seeds), image, 1, "seeds", hint)
        for k in range(len(start)):
            if not clicked[k].any():
                start[k] = False
    return start


def _moved(
    values: Plane, start: NDArray[np.bool_], params: ContourParams, spacing: tuple[float, ...], ctx: Context
) -> NDArray[np.bool_]:
    ctx.check()
    if start.all() or not start.any() or min(start.shape) < 3:
        return start  # no room for a contour
    if params.drive is Drive.REGIONS:
        return _by_regions(values, start, params, ctx)
    return _by_edges(values, start, params, spacing, ctx)


def _by_edges(
    values: Plane, start: NDArray[np.bool_], params: ContourParams, spacing: tuple[float, ...], ctx: Context
) -> NDArray[np.bool_]:
    import SimpleITK

    smallest = min(spacing)
    gradient = gradient_magnitude(values, spacing, ctx)
    strength = params.edge or float(np.percentile(gradient.ravel()[:: max(1, gradient.size // 1_000_000)], 90))
    speed = 1.0 / (1.0 + (gradient / np.float32(max(strength, 1e-12))) ** 2)
    level = _signed(start, spacing, ctx) / np.float32(smallest)
    # In pixels of the finest axis: the step of the sparse field is a pixel at most, whatever the unit.
    relative = [s / smallest for s in spacing]
    field, feature = to_itk(level.astype(np.float32)), to_itk(speed.astype(np.float32))
    field.SetSpacing(relative)
    feature.SetSpacing(relative)
    moving: Any = SimpleITK.GeodesicActiveContourLevelSetImageFilter()
    moving.SetPropagationScaling(params.balloon)
    moving.SetCurvatureScaling(params.stiffness)
    moving.SetAdvectionScaling(1.0)
    moving.SetMaximumRMSError(1e-3)
    moving.SetNumberOfIterations(params.rounds)
    moved = from_itk(run_itk(moving, field, feature, ctx=ctx))
    return np.asarray(moved < 0)


def _signed(start: NDArray[np.bool_], spacing: tuple[float, ...], ctx: Context) -> NDArray[np.float32]:
    """Distance to the rim, negative inside; the rim lies between voxels."""
    ctx.check()
    if start.ndim == 2:
        sx, sy = spacing
        found = distances(~start, sx, sy) - distances(start, sx, sy)
    else:
        outside, inside = (_to_object(mask, spacing, ctx) for mask in (start, ~start))
        found = np.where(start, -inside, outside)
    half = np.float32(0.5 * min(spacing))
    return np.where(start, found + half, found - half).astype(np.float32)


def _to_object(mask: NDArray[np.bool_], spacing: tuple[float, ...], ctx: Context) -> NDArray[np.float32]:
    """Distance of each voxel outside a mask to it."""
    import SimpleITK

    maurer: Any = SimpleITK.SignedMaurerDistanceMapImageFilter()
    maurer.SetSquaredDistance(False)
    maurer.SetUseImageSpacing(True)
    image = to_itk(mask.view(np.uint8))
    image.SetSpacing(list(spacing))
    return from_itk(run_itk(maurer, image, ctx=QuietProgress(ctx)))


def _by_regions(values: Plane, start: NDArray[np.bool_], params: ContourParams, ctx: Context) -> NDArray[np.bool_]:
    from skimage.segmentation import morphological_chan_vese

    spread = float(values.max() - values.min())
    if not spread > 0:
        return start
    done = [0]

    def look(_level: NDArray[Any]) -> None:
        done[0] += 1
        ctx.progress(min(1.0, done[0] / (params.rounds + 1)))

    found = morphological_chan_vese(
        (values - values.min()) / spread,
        params.rounds,
        init_level_set=start.astype(np.int8),
        smoothing=round(params.stiffness),
        iter_callback=look,
    )
    return np.asarray(found).astype(np.bool_)


OPERATIONS: tuple[Operation, ...] = (active_contour,)
