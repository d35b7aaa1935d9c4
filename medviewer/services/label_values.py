"""What is said about label layers: the brush, changes, previews, sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from medviewer.core.labels import Label
from medviewer.core.tiles import Box
from medviewer.document.layers import FILL
from medviewer.document.state import Plane


@dataclass(frozen=True)
class Brush:
    """How the tools paint.

    Attributes
    ----------
    diameter : float
        In mm; in pixels for images whose pixel size is not known.
    ball : bool
        Paint in neighbouring slices too.
    limited : bool
        Paint only where the value lies between `low` and `high` (modality values, in the scale in force; those of
        the processed image where the hand is on one).
    only_active : bool
        Take away the active label only; others under the eraser stay.
    """

    diameter: float = 10.0
    ball: bool = False
    limited: bool = False
    low: float = 0.0
    high: float = 100.0
    only_active: bool = False


@dataclass(frozen=True)
class LayerChange:
    """What has changed of a layer.

    Attributes
    ----------
    box : Box or None
        Around the voxels that differ; None: everything may look different.
    """

    layer_id: str
    series_key: str
    box: Box | None = None


@dataclass(frozen=True, eq=False)
class Preview:
    """Labels over a series that are no layer: the live result of a step.

    Attributes
    ----------
    slice : callable
        ``slice(plane, index)`` gives the labels on the pixels of a slice of a pane, uint8 or uint16 (y, x), or None.
        Asked once for each picture and preview: for other labels, set another preview.
    labels : tuple of Label
        Colours and names; values without an entry take the program's colours.
    opacity : float
    outline_only : bool
    """

    slice: Callable[[Plane, int], NDArray[Any] | None]
    labels: tuple[Label, ...] = ()
    opacity: float = FILL
    outline_only: bool = False


@dataclass(frozen=True)
class Amount:
    """How large a label is: voxels, and millilitres (None where pixels or slice distances have no size)."""

    voxels: int
    ml: float | None
