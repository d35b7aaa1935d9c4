"""Objects that touch, taken apart where they are narrow."""

from __future__ import annotations

import enum
import itertools
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.labels import MAX_LABEL, LabelMap, of_array
from medviewer.errors import InputError
from medviewer.ops import object_parts
from medviewer.ops.itk import from_itk
from medviewer.ops.operation import Context, Operation, QuietContext, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label, Range, Step, Unit
from medviewer.ops.volume_grid import Dimension, DimensionField, across, is_volume


class Apart(enum.StrEnum):
    """How parts are told from each other in the new mask."""

    LABELS = "labels"
    LINE = "line"


@dataclass(frozen=True)
class SplitParams:
    """Parameters of the splitting."""

    depth_mm: Annotated[
        float,
        Range(0.0, 100.0),
        Step(0.1),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Depth of the neck")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Split where the object is narrower than on both sides by this much, counted in radius: small values "
                "split at every notch, large ones only at clear necks.",
            )
        ),
    ] = 1.0
    apart: Annotated[
        Apart,
        Choices(
            {
                "labels": QT_TRANSLATE_NOOP("Operations", "Each part its own label"),
                "line": QT_TRANSLATE_NOOP("Operations", "A line of background between parts"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Separate by")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "With its own label a part keeps all its pixels; with a line, labels and their names stay.",
            )
        ),
    ] = Apart.LABELS
    dimension: DimensionField = Dimension.SLICE


@operation(
    id="objects.split-touching",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Objects"),
    title=QT_TRANSLATE_NOOP("Operations", "Split touching objects"),
    whole=True,
    across_slices=across,
    run=Run.ON_ACTION,
)
def split_touching(labels: LabelMap, params: SplitParams, ctx: Context) -> LabelMap:
    """Takes objects apart that touch or overlap a little, such as cells: at the necks between their round bodies.

    The distance of each pixel from the edge of the mask has a summit in every round body. Two summits are two objects
    when the way between them goes down by at least the depth from the lower one; the border between them is the
    watershed of the distance. Holes make summits of their own: fill them first. Lengths are in millimetres, or in
    pixels where the spacing is not known.

    Parameters
    ----------
    labels : LabelMap
        Not changed; each label is split by itself.
    params : SplitParams
        Depth, and how parts are separated.
    ctx : Context
        Looked at between slices, or between the clumps of a volume, and the steps of each.

    Returns
    -------
    LabelMap
        Parts numbered from 1 by label, slice and first pixel, or the same labels with lines between their parts.

    Raises
    ------
    InputError
        For the whole volume of an uneven stack, or for more than 65,535 parts.

    Notes
    -----
    Basins of the watershed (S. Beucher and C. Lantuéjoul, 1979) around all summits of the exact Euclidean distance,
    joined by their dynamics (M. Grimaud, SPIE 1769, 1992): what flooding from the summits that h-maxima leave gives.
    """
    whole = is_volume(labels, params.dimension)
    out = np.zeros(labels.array.shape, dtype=np.int64)
    sx, sy, sz = labels.geometry.spacing_xyz_mm
    found = 0
    places = _places(labels, whole, ctx)
    for done, (value, k, box) in enumerate(places):
        part = ctx.subrange(done / len(places), (done + 1) / len(places))
        part.progress(0.0)
        mask = (labels.array if whole else labels.array[k])[box] == value
        pieces = _split(mask, (sx, sy, sz) if whole else (sx, sy), params, part)
        target = (out if whole else out[k])[box]
        here = pieces > 0
        target[here] = value if params.apart is Apart.LINE else pieces[here] + found
        found += 0 if params.apart is Apart.LINE else int(pieces.max())
    ctx.progress(1.0)
    if found > MAX_LABEL:
        raise InputError(
            f"The mask would have more than {MAX_LABEL:,} parts.",
            "Remove small objects first, or ask for a deeper neck.",
            "input.objects",
        )
    return labels.with_array(out.astype(labels.array.dtype)) if params.apart is Apart.LINE else of_array(out, labels)


def _places(labels: LabelMap, whole: bool, ctx: Context) -> list[tuple[int, int, tuple[slice, ...]]]:
    """Where each label is: its value, the slice (0 for a volume) and the smallest box, by value, then by slice."""
    from scipy import ndimage

    found: list[tuple[int, int, tuple[slice, ...]]] = []
    for k, array in enumerate([labels.array] if whole else labels.array):
        ctx.check()
        if array.any():
            found += [(value, k, box) for value, box in enumerate(ndimage.find_objects(array), 1) if box is not None]
    return sorted(found, key=lambda place: place[:2])


def _split(
    mask: NDArray[np.bool_], spacing: tuple[float, ...], params: SplitParams, ctx: Context
) -> NDArray[np.int64]:
    """Parts of a mask, numbered from 1 by their first voxel; between them 0 where a line is wanted."""
    if mask.ndim == 2:
        return _split_piece(mask, spacing, params, ctx)
    # A clump at a time, so that a volume can be cancelled.
    from scipy import ndimage

    clumps, _ = object_parts.components(mask, True, ctx)
    out = np.zeros(mask.shape, dtype=np.int64)
    boxes = ndimage.find_objects(clumps)
    found = 0
    for number, box in enumerate(boxes):
        ctx.progress((number + 1) / (len(boxes) + 1))
        own = clumps[box] == number + 1
        pieces = _split_piece(own, spacing, params, ctx)
        here = pieces > 0
        out[box][here] = pieces[here] + found
        found += int(pieces.max())
    return out


def _split_piece(
    mask: NDArray[np.bool_], spacing: tuple[float, ...], params: SplitParams, ctx: Context
) -> NDArray[np.int64]:
    from skimage.segmentation import watershed

    inner = tuple(slice(1, -1) for _ in range(mask.ndim))
    padded = np.pad(mask, 1)
    depth = _depth(padded, spacing, ctx)
    ctx.check()
    summits = _summits(depth, padded)
    ctx.check()
    basins = np.asarray(watershed(-depth, summits, connectivity=mask.ndim, mask=padded), dtype=np.int64)
    ctx.check()
    basins = _merged(basins, depth, max(params.depth_mm, 1e-6))
    if params.apart is Apart.LINE:
        basins = _with_lines(basins)
    return _numbered(basins[inner])


def _depth(mask: NDArray[np.bool_], spacing: tuple[float, ...], ctx: Context) -> NDArray[np.float32]:
    """Distance of every voxel of the mask to the nearest outside it; `spacing` is along x, y (and z)."""
    if mask.ndim == 2 and spacing[0] == spacing[1]:
        import cv2

        found = cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        scaled: NDArray[np.float32] = np.asarray(found, dtype=np.float32) * np.float32(spacing[0])
        return scaled
    import SimpleITK

    itk: Any = SimpleITK
    outside = itk.GetImageFromArray((~mask).view(np.uint8))
    outside.SetSpacing([float(s) for s in spacing])
    distance = itk.SignedMaurerDistanceMapImageFilter()
    distance.SetSquaredDistance(False)
    distance.SetUseImageSpacing(True)
    ctx.check()
    return np.asarray(np.where(mask, from_itk(distance.Execute(outside)), 0), dtype=np.float32)


def _summits(depth: NDArray[np.float32], mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """A number for every voxel (or plateau) that no neighbour is deeper than."""
    from scipy import ndimage

    if depth.ndim == 2:
        import cv2

        highest = np.asarray(cv2.dilate(depth, np.ones((3, 3), np.uint8)))
    else:
        highest = ndimage.maximum_filter(depth, 3)
    return object_parts.components((highest == depth) & mask, True, QuietContext())[0]


def _neighbours(shape: tuple[int, ...]) -> list[tuple[tuple[slice, ...], tuple[slice, ...]]]:
    """Slices of every voxel and its neighbour, for one of each pair of opposite directions."""
    found = []
    for step in itertools.product((-1, 0, 1), repeat=len(shape)):
        if next((s for s in step if s), 0) <= 0:
            continue
        here = tuple(slice(max(0, -s), n - max(0, s)) for s, n in zip(step, shape, strict=True))
        there = tuple(slice(max(0, s), n - max(0, -s)) for s, n in zip(step, shape, strict=True))
        found.append((here, there))
    return found


def _merged(basins: NDArray[np.int64], depth: NDArray[np.float32], least: float) -> NDArray[np.int64]:
    """Basins joined, highest pass first, until every two differ by `least` between the lower summit and the pass."""
    count = int(basins.max())
    keys, passes = [], []
    for here, there in _neighbours(basins.shape):
        a, b = basins[here], basins[there]
        meet = (a != b) & (a > 0) & (b > 0)
        a, b = a[meet], b[meet]
        keys.append(np.minimum(a, b) * (count + 1) + np.maximum(a, b))
        passes.append(np.minimum(depth[here][meet], depth[there][meet]))
    key, height = np.concatenate(keys), np.concatenate(passes)
    order = np.lexsort((-height, key))
    pair, first = np.unique(key[order], return_index=True)
    highest = height[order][first]
    from scipy import ndimage

    summit = np.zeros(count + 1)
    summit[1:] = ndimage.maximum(depth, basins, np.arange(1, count + 1))
    root = list(range(count + 1))

    def find(n: int) -> int:
        while root[n] != n:
            root[n] = root[root[n]]
            n = root[n]
        return n

    for n in np.argsort(-highest, kind="stable").tolist():
        one, other = (find(number) for number in divmod(int(pair[n]), count + 1))
        if one != other and min(summit[one], summit[other]) - highest[n] < least:
            low, high = (one, other) if summit[one] < summit[other] else (other, one)
            root[low] = high
    return np.asarray([find(n) for n in range(count + 1)], dtype=np.int64)[basins]


def _with_lines(parts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Without the voxels that touch a part of a lower number."""
    out = parts.copy()
    for here, there in _neighbours(parts.shape):
        a, b = parts[here], parts[there]
        both = (a > 0) & (b > 0)
        out[here][both & (a > b)] = 0
        out[there][both & (b > a)] = 0
    return out


def _numbered(basins: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same parts numbered from 1 in the order of their first voxel."""
    seen, first, back = np.unique(basins, return_index=True, return_inverse=True)
    rank = np.zeros(len(seen), dtype=np.int64)
    order = [n for n in np.argsort(first).tolist() if seen[n] > 0]
    rank[order] = np.arange(1, len(order) + 1)
    numbered: NDArray[np.int64] = rank[back].reshape(basins.shape)
    return numbered


OPERATIONS: tuple[Operation, ...] = (split_touching,)
