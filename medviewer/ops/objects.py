"""Objects of a mask: measured into a table, and kept or dropped by what was measured."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import MAX_LABEL, of_array
from medviewer.core.labels import Label as LabelName
from medviewer.core.table import Table
from medviewer.errors import InputError
from medviewer.ops.object_table import COLOURS, TITLES, VALUES, pieces, spacing_of, table_columns
from medviewer.ops.operation import Context, Operation, Run, Slot, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label, Range, Step, Unit
from medviewer.ops.scene import Scene
from medviewer.ops.volume_grid import Dimension, across


class Measure(enum.StrEnum):
    """What objects may be kept or dropped by; the values name columns of the table, without their unit."""

    PIXELS = "pixels"
    AREA = "area"
    PERIMETER = "perimeter"
    CIRCULARITY = "circularity"
    SOLIDITY = "solidity"
    ECCENTRICITY = "eccentricity"
    ELONGATION = "elongation"
    EQUIVALENT_DIAMETER = "equivalent-diameter"
    MAJOR_AXIS = "major-axis"
    MINOR_AXIS = "minor-axis"
    FERET_MAX = "feret-max"
    FERET_MIN = "feret-min"
    VOLUME = "volume"
    SURFACE = "surface"
    SPHERICITY = "sphericity"
    FLATNESS = "flatness"
    MAX_DIAMETER = "max-diameter"
    EXTENT = "extent"
    MEAN = "mean"
    SD = "sd"
    MIN = "min"
    MAX = "max"
    MEDIAN = "median"
    SUM = "sum"
    RED = "red"
    GREEN = "green"
    BLUE = "blue"
    HUE = "hue"
    SATURATION = "saturation"
    VALUE = "value"
    TOUCHES_BORDER = "touches-border"
    LABEL = "label"

    @property
    def column(self) -> str:
        """Name of the column, without its unit."""
        return self.value.replace("-", "_")


MEASURES = Choices({m.value: TITLES[m.column] for m in Measure})


# -- parameters that several operations share

DimensionField = Annotated[
    Dimension,
    Choices(
        {
            "slice": QT_TRANSLATE_NOOP("Operations", "Each slice by itself"),
            "volume": QT_TRANSLATE_NOOP("Operations", "Whole volume"),
        }
    ),
    Label(QT_TRANSLATE_NOOP("Operations", "Objects")),
    Help(
        QT_TRANSLATE_NOOP(
            "Operations",
            "Each slice by itself: connected parts of a slice, with area and perimeter. Whole volume: parts "
            "connected across slices, with volume and surface.",
        )
    ),
]
DiagonalField = Annotated[
    bool,
    Label(QT_TRANSLATE_NOOP("Operations", "Corners connect")),
    Help(
        QT_TRANSLATE_NOOP(
            "Operations",
            "Whether pixels that touch only at a corner belong to one object (8 or 26 neighbours), or not (4 or 6).",
        )
    ),
]
OriginalField = Annotated[
    bool,
    Label(QT_TRANSLATE_NOOP("Operations", "Values of the original")),
    Help(
        QT_TRANSLATE_NOOP(
            "Operations",
            "Measure intensities and colours on the original image, where it lies on the same grid; else on the "
            "result of the steps before.",
        )
    ),
]
SmallestField = Annotated[
    int,
    Range(1, 100_000_000),
    Unit("px"),
    Label(QT_TRANSLATE_NOOP("Operations", "Smallest object")),
    Help(QT_TRANSLATE_NOOP("Operations", "Objects of fewer pixels (voxels of a volume) are left out.")),
]


@dataclass(frozen=True)
class MeasureParams:
    """Parameters of the table of objects."""

    dimension: DimensionField = Dimension.SLICE
    corners_connect: DiagonalField = True
    original: OriginalField = True
    smallest: SmallestField = 1


class Rule(enum.StrEnum):
    """Which values pass."""

    AT_LEAST = "at-least"
    AT_MOST = "at-most"
    BETWEEN = "between"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class FilterParams:
    """Parameters of keeping objects by a column."""

    column: Annotated[
        Measure,
        MEASURES,
        Label(QT_TRANSLATE_NOOP("Operations", "Column")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "What decides. Lengths, areas and volumes are in mm, mm² and mm³, or in pixels where the spacing is "
                "not known; the pixels themselves are always counted. Touches the border is 1 or 0.",
            )
        ),
    ] = Measure.PIXELS
    rule: Annotated[
        Rule,
        Choices(
            {
                "at-least": QT_TRANSLATE_NOOP("Operations", "At least the lower limit"),
                "at-most": QT_TRANSLATE_NOOP("Operations", "At most the upper limit"),
                "between": QT_TRANSLATE_NOOP("Operations", "Between the limits"),
                "outside": QT_TRANSLATE_NOOP("Operations", "Below the lower or above the upper limit"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Keep")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Which objects stay. The limits themselves pass, except outside. Objects without a value go.",
            )
        ),
    ] = Rule.AT_LEAST
    low: Annotated[
        float,
        Range(-1e12, 1e12),
        Step(0.01),
        Label(QT_TRANSLATE_NOOP("Operations", "Lower limit")),
        Help(QT_TRANSLATE_NOOP("Operations", "In the unit of the column.")),
    ] = 100.0
    high: Annotated[
        float,
        Range(-1e12, 1e12),
        Step(0.01),
        Label(QT_TRANSLATE_NOOP("Operations", "Upper limit")),
        Help(QT_TRANSLATE_NOOP("Operations", "In the unit of the column.")),
    ] = 1000.0
    own_labels: Annotated[
        bool,
        Label(QT_TRANSLATE_NOOP("Operations", "Each its own label")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations", "Number the objects that stay: 1, 2, 3 and so on; else they keep their labels."
            )
        ),
    ] = False
    dimension: DimensionField = Dimension.SLICE
    corners_connect: DiagonalField = True
    original: OriginalField = True


# -- operations


@operation(
    id="objects.measure",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Objects"),
    title=QT_TRANSLATE_NOOP("Operations", "Measure objects"),
    whole=True,
    across_slices=across,
    run=Run.ON_ACTION,
    colour=True,
)
def measure_objects(scene: Scene, params: MeasureParams, ctx: Context) -> Table:
    """Lists the objects of the mask, one a row, with their size, shape, place and the values inside.

    An object is a connected part of a label. On slices: area, perimeter (Crofton's formula with four directions),
    circularity 4π area / perimeter², solidity, eccentricity, largest and smallest Feret diameter with the angle of
    the largest, and the axes of the ellipse of the same second moments. In volumes: volume, surface area (Crofton's
    formula with thirteen directions), sphericity, largest diameter, the axes of the ellipsoid of the same second
    moments, elongation and flatness. Then the centroid in pixels (from 0) and in the patient (mm to the left, to the
    back, to the head), the box around it, and whether it touches the border of the image, which means that its
    numbers may be too small. Angles are in degrees from the rows, counter-clockwise as seen.

    Values are those of the original image unless asked otherwise: mean, standard deviation, minimum, maximum, median
    and sum; in colour images the means of red, green, blue, hue, saturation and value. Padding and values that are
    not numbers take no part in them.

    Lengths are in millimetres; where the spacing is not known they are in pixels, and the names of the columns say
    so. The number of rows is the number of objects.

    Parameters
    ----------
    scene : Scene
        With a mask.
    params : MeasureParams
        Slices or volume, connection, image, smallest size.
    ctx : Context
        Looked at between slices and steps.

    Returns
    -------
    Table
        One row an object, by slice and label; without rows for an empty mask. Keys as in `TITLES`, with ``_mm``,
        ``_mm2``, ``_mm3``, or ``_px``, ``_px2``, ``_px3``.

    Raises
    ------
    InputError
        Without a mask, for a volume whose slices form no regular grid, for more than `MAX_OBJECTS` objects.
    """
    if scene.labels is None:
        raise measure_objects.needs_mask()
    found = list(
        pieces(
            scene,
            ctx,
            dimension=params.dimension,
            diagonal=params.corners_connect,
            original=params.original,
            smallest=params.smallest,
        )
    )
    columns: dict[str, NDArray[Any]] = {}
    if found:
        columns = {key: np.concatenate([p.columns[key] for p in found]) for key in found[0].columns}
    number = np.arange(1, len(columns.get("label", ())) + 1)
    spacing = spacing_of(scene.image, scene.labels)
    image = scene.measured_on(params.original)
    whole = params.dimension is Dimension.VOLUME
    facts = {
        "objects": len(number),
        "dimension": str(params.dimension),
        "neighbours": (26 if whole else 8) if params.corners_connect else (6 if whole else 4),
        "smallest_px": params.smallest,
        "boundary": f"Crofton, {13 if whole else 4} directions",
        "measured_on": "original" if image is scene.original else image.facts.derived_from or "processed",
        "unit": image.unit,
        "length_unit": "px" if spacing is None else "mm",
        "spacing_source": str(image.facts.spacing_source),
    }
    return Table(
        table_columns({"object": number, **columns}, scene.labels, spacing is None, image.unit), "objects", facts
    )


@operation(
    id="objects.filter",
    scene_slot=Slot.LABELS,
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Objects"),
    title=QT_TRANSLATE_NOOP("Operations", "Keep objects by a measure"),
    whole=True,
    across_slices=across,
    run=Run.ON_ACTION,
    colour=True,
)
def keep_objects(scene: Scene, params: FilterParams, ctx: Context) -> Scene:
    """Keeps the objects of the mask whose size, shape or values lie within limits, and removes the others.

    An object is a connected part of a label; what can decide is explained at *Measure objects*. Several of these
    steps one after the other keep what passes all of them. With *Each its own label* the objects that stay are
    numbered, so that touching ones stay apart in later steps and each has its own colour.

    To count the objects over 1000 pixels: keep by pixels, at least 1000; then *Measure objects*.

    Parameters
    ----------
    scene : Scene
        With a mask.
    params : FilterParams
        Column, limits, and what an object is.
    ctx : Context
        Looked at between slices and steps.

    Returns
    -------
    Scene
        With another mask; image, kept masks and table are the same.

    Raises
    ------
    InputError
        Without a mask, for limits in the wrong order, for a column that these objects do not have, for more than
        65,535 objects that want a label each.
    """
    labels = scene.labels
    if labels is None:
        raise keep_objects.needs_mask()
    passes = _passes(params)
    _require_column(params, scene.measured_on(params.original))
    column = params.column.column
    out = np.zeros(labels.array.shape, dtype=np.uint16 if params.own_labels else labels.array.dtype)
    whole = params.dimension is Dimension.VOLUME
    kept = 0
    for piece in pieces(
        scene,
        ctx,
        dimension=params.dimension,
        diagonal=params.corners_connect,
        original=params.original,
        wanted=frozenset({column}),
    ):
        stay = passes(piece.columns[column])
        target = out if whole else out[piece.k]
        anew = np.zeros(len(stay) + 1, dtype=np.int64)
        if params.own_labels:
            anew[1:][stay] = kept + np.arange(1, int(stay.sum()) + 1)
        else:
            anew[1:][stay] = piece.columns["label"][stay].astype(np.int64)
        kept += int(stay.sum())
        if params.own_labels and kept > MAX_LABEL:
            raise InputError(
                f"More than {MAX_LABEL:,} objects would need a label each.",
                "Choose narrower limits, or let objects keep their labels.",
                "input.own_labels",
            )
        target[...] = anew.astype(out.dtype)[piece.numbers]
    names: tuple[LabelName, ...] = () if params.own_labels else labels.labels
    return replace(scene, labels=of_array(out, labels, names))


def _passes(params: FilterParams) -> Callable[[NDArray[np.float64]], NDArray[np.bool_]]:
    """The test of `params`; NaN never passes."""
    low, high = params.low, params.high
    if params.rule in (Rule.BETWEEN, Rule.OUTSIDE) and low > high:
        raise InputError("The lower limit is above the upper limit.", "Exchange them.", "input.low")
    tests: dict[Rule, Callable[[NDArray[np.float64]], NDArray[np.bool_]]] = {
        Rule.AT_LEAST: lambda v: v >= low,
        Rule.AT_MOST: lambda v: v <= high,
        Rule.BETWEEN: lambda v: (v >= low) & (v <= high),
        Rule.OUTSIDE: lambda v: (v < low) | (v > high),
    }
    return tests[params.rule]


_ONLY_SLICES = frozenset({"area", "perimeter", "circularity", "solidity", "eccentricity", "feret_max", "feret_min"})
_ONLY_VOLUMES = frozenset({"volume", "surface", "sphericity", "flatness", "max_diameter"})


def _require_column(params: FilterParams, image: Image) -> None:
    """Refuse a column that the objects do not have."""
    column, whole = params.column.column, params.dimension is Dimension.VOLUME
    words = TITLES[column]
    if column in (_ONLY_SLICES if whole else _ONLY_VOLUMES):
        there = "objects of a slice" if whole else "objects of a volume"
        raise InputError(
            f"{words} is measured on {there}.",
            "Choose another column, or change what an object is.",
            "input.column",
        )
    if column in (VALUES if image.is_colour else COLOURS):
        kind = "grey" if image.is_colour else "colour"
        raise InputError(
            f"{words} is measured on {kind} images, and this one is not.",
            "Choose another column, or another image to measure on.",
            "input.column",
        )


OPERATIONS: tuple[Operation, ...] = (measure_objects, keep_objects)
