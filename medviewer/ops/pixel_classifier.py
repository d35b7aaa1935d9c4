"""A classifier of pixels trained from painted strokes: a random forest on a bank of filters."""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image, Rescale
from medviewer.core.labels import LabelMap, of_array
from medviewer.core.marks import Marks
from medviewer.ops.mask_fields import OnlyInMask
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Hand, Help, Label, Range, SetBy, Step, Unit
from medviewer.ops.pixel_features import FilterBank, valid_of
from medviewer.ops.planes import in_threads
from medviewer.ops.seeds import OBJECTS_AND_BACKGROUND, marked_slices, named, placed

SAMPLES_OF_CLASS = 4_000
"""So many painted pixels of a class teach at most; they are drawn at random."""

PIXELS_AT_ONCE = 16_384
"""So many are classified between two looks whether to stop."""

THREADS = 2


class Slices(enum.StrEnum):
    """Which slices are classified."""

    ALL = "all"
    MARKED = "marked"


@dataclass(frozen=True)
class PixelParams:
    """Parameters of the pixel classifier."""

    strokes: Annotated[
        Marks,
        SetBy(Hand.STROKES, OBJECTS_AND_BACKGROUND),
        Label(QT_TRANSLATE_NOOP("Operations", "Strokes")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Paint a little of each class, and where the result is wrong paint more of the right one.",
            )
        ),
    ] = ()
    slices: Annotated[
        Slices,
        Choices(
            {
                "all": QT_TRANSLATE_NOOP("Operations", "All slices"),
                "marked": QT_TRANSLATE_NOOP("Operations", "Slices with strokes"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Classify")),
        Help(
            QT_TRANSLATE_NOOP("Operations", "Begin with the slices you paint in; go on to all when they are right.")
        ),
    ] = Slices.ALL
    finest_mm: Annotated[
        float,
        Range(0.1, 20.0),
        Step(0.1),
        Unit("mm"),
        Label(QT_TRANSLATE_NOOP("Operations", "Finest scale")),
        Help(QT_TRANSLATE_NOOP("Operations", "Standard deviation of the narrowest filter: the detail that counts.")),
    ] = 1.0
    scales: Annotated[
        int,
        Range(1, 5),
        Label(QT_TRANSLATE_NOOP("Operations", "Scales")),
        Help(QT_TRANSLATE_NOOP("Operations", "How many; each is twice as wide as the one before.")),
    ] = 3
    edges: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Edges and lines")),
        Help(QT_TRANSLATE_NOOP("Operations", "Gradient, Laplacian of Gaussian and the Hessian's eigenvalues.")),
    ] = True
    texture: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Texture")),
        Help(QT_TRANSLATE_NOOP("Operations", "The structure tensor's eigenvalues.")),
    ] = True
    position: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Position")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "Also where a pixel lies: useful within one series, misleading on another."
            )
        ),
    ] = False
    trees: Annotated[
        int,
        Range(5, 300),
        Label(QT_TRANSLATE_NOOP("Operations", "Trees")),
        Help(QT_TRANSLATE_NOOP("Operations", "More give smoother probabilities and take longer.")),
    ] = 50
    limit_to_mask: OnlyInMask = True


@operation(
    id="region.pixel-classifier",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Regions"),
    title=QT_TRANSLATE_NOOP("Operations", "Pixel classifier from strokes"),
    colour=True,
    run=Run.ON_ACTION,
    whole=True,
    across_slices=True,
)
def pixel_classifier(image: Image, params: PixelParams, ctx: Context, labels: LabelMap | None) -> LabelMap:
    """Learns from painted strokes what each class looks like, and classifies every pixel.

    A random forest sees each pixel's value and what filters of several widths say of its surroundings in the slice:
    smoothed values, gradient, Laplacian, Hessian and structure tensor. Classes count equally, however much of each
    was painted; strokes in all slices teach together. The pixel is not given a class where the image has no value.

    How sure it is shows the operation Uncertainty of the pixel classifier. It is judged by eye or against a mask
    drawn by someone else: the pixels it was taught say nothing of its worth.

    Parameters
    ----------
    image : Image
        Grey or colour.
    params : PixelParams
        Strokes, filters, forest.
    ctx : Context
        Looked at between pieces of slices; its random numbers draw the samples and grow the trees.
    labels : LabelMap or None
        Where pixels are classified.

    Returns
    -------
    LabelMap
        The classes of the strokes; the class Background is 0.

    Raises
    ------
    InputError
        Without strokes of two classes.

    Notes
    -----
    Breiman, Machine Learning 45, 2001; filters as in ilastik (Berg et al., Nature Methods 16, 2019). The same seed
    gives the same result.
    """
    out = np.zeros(image.array.shape[:3], np.uint8)
    for k, where, likely, classes in _classified(image, params, ctx, labels):
        out[k][where] = classes[np.argmax(likely, axis=1)]
    ctx.progress(1.0)
    return of_array(out, image, named(params.strokes, OBJECTS_AND_BACKGROUND))


@operation(
    id="region.pixel-uncertainty",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Regions"),
    title=QT_TRANSLATE_NOOP("Operations", "Uncertainty of the pixel classifier"),
    colour=True,
    run=Run.ON_ACTION,
    whole=True,
    across_slices=True,
)
def pixel_uncertainty(image: Image, params: PixelParams, ctx: Context, labels: LabelMap | None) -> Image:
    """Shows as an image where the pixel classifier hesitates between two classes: paint there next.

    0 means that all trees agree, 1 that two classes are equally likely: one minus the difference of the two largest
    probabilities. Where nothing is classified it is 0.

    Parameters
    ----------
    image : Image
        Grey or colour.
    params : PixelParams
        As for the pixel classifier.
    ctx : Context
        As for the pixel classifier.
    labels : LabelMap or None
        Where pixels are classified.

    Returns
    -------
    Image
        float32, 0 to 1; padding as NaN.

    Raises
    ------
    InputError
        Without strokes of two classes.
    """
    out = np.zeros(image.array.shape[:3], np.float32)
    for k, where, likely, _ in _classified(image, params, ctx, labels):
        two = np.partition(likely, -2, axis=1)[:, -2:]
        out[k][where] = 1.0 - (two[:, 1] - two[:, 0])
    for k in range(image.n_slices):
        valid = valid_of(image, k)
        if valid is not None:
            out[k][~valid] = np.nan
    ctx.progress(1.0)
    return replace(image, array=out, rescale=Rescale(), padding=None, unit="", monochrome1=False, key="")


def _classified(
    image: Image, params: PixelParams, ctx: Context, labels: LabelMap | None
) -> Iterator[tuple[int, NDArray[np.bool_], NDArray[np.float64], NDArray[np.uint8]]]:
    """For each slice: its number, which pixels were classified, their probabilities, and the classes."""
    hint = "Paint a little of at least two classes, such as the object and the background."
    where = placed(params.strokes, image, 2, "strokes", hint)
    bank = FilterBank(
        tuple(params.finest_mm * 2**i for i in range(params.scales)), params.edges, params.texture, params.position
    )
    marked = marked_slices(where)
    ctx.check()
    rows, taught = _samples(image, bank, where, marked, ctx.subrange(0.0, 0.15))
    if len(np.unique(taught)) < 2:
        placed((), image, 2, "strokes", hint)  # all of one kind lie outside: the same sentence
    forest = _forest(rows, taught, params.trees, ctx.subrange(0.15, 0.25))
    classes = forest.classes_.astype(np.uint8)
    slices = marked if params.slices is Slices.MARKED else range(image.n_slices)
    inside = labels.mask() if labels is not None and params.limit_to_mask else None
    inner = ctx.subrange(0.25, 1.0)
    for number, k in enumerate(slices):
        inner.check()
        valid = valid_of(image, k)
        wanted = np.ones(where.shape[1:], np.bool_) if valid is None else valid
        if inside is not None:
            wanted = wanted & inside[k]
        if wanted.any():
            features = bank.of_slice(image, k, inner)[:, wanted].T
            likely = np.empty((len(features), len(classes)), np.float64)
            pieces = [slice(i, i + PIXELS_AT_ONCE) for i in range(0, len(features), PIXELS_AT_ONCE)]
            step = inner.subrange(number / len(slices), (number + 1) / len(slices))
            in_threads([functools.partial(_predict, forest, features, likely, piece) for piece in pieces], step)
            yield k, wanted, likely, classes
        inner.progress((number + 1) / len(slices))


def _predict(forest: Any, features: NDArray[np.float32], likely: NDArray[np.float64], piece: slice) -> None:
    likely[piece] = forest.predict_proba(np.ascontiguousarray(features[piece]))


def _samples(
    image: Image, bank: FilterBank, where: NDArray[np.int32], marked: list[int], ctx: Context
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Features (n, features) and classes of the painted pixels; of each class no more than `SAMPLES_OF_CLASS`."""
    rows: list[NDArray[np.float32]] = []
    taught: list[NDArray[np.uint8]] = []
    for number, k in enumerate(marked):
        painted = where[k] > 0
        valid = valid_of(image, k)
        if valid is not None:
            painted &= valid
        rows.append(bank.of_slice(image, k, ctx)[:, painted].T)
        taught.append((where[k][painted] - 1).astype(np.uint8))
        ctx.progress((number + 1) / len(marked))
    features, classes = np.concatenate(rows), np.concatenate(taught)
    chosen = []
    for value in np.unique(classes):
        of_class = np.flatnonzero(classes == value)
        if len(of_class) > SAMPLES_OF_CLASS:
            of_class = np.sort(ctx.rng.choice(of_class, SAMPLES_OF_CLASS, replace=False))
        chosen.append(of_class)
    order = np.concatenate(chosen) if chosen else np.zeros(0, np.intp)
    return np.ascontiguousarray(features[order]), classes[order]


def _forest(rows: NDArray[np.float32], taught: NDArray[np.uint8], trees: int, ctx: Context) -> Any:
    """The trained forest; grown a few trees at a time, so that it can be stopped."""
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(
        n_estimators=0,
        min_samples_leaf=2,
        n_jobs=THREADS,
        random_state=int(ctx.rng.integers(2**31)),
        warm_start=True,
    )
    _, place, counts = np.unique(taught, return_inverse=True, return_counts=True)
    weights = (len(taught) / (len(counts) * counts))[place.ravel()]
    step = max(1, min(trees, 200_000 // max(1, len(rows))))
    for first in range(0, trees, step):
        ctx.check()
        forest.n_estimators = min(trees, first + step)
        forest.fit(rows, taught, weights)
        ctx.progress(forest.n_estimators / trees)
    forest.n_jobs = 1  # several would add probabilities up in another order each time
    return forest


OPERATIONS: tuple[Operation, ...] = (pixel_classifier, pixel_uncertainty)
