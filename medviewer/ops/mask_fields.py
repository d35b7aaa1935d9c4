"""Parameters that several operations on masks share, each with one set of words."""

from __future__ import annotations

import enum
from typing import Annotated

from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label, Range, Step, Unit


class Neighbours(enum.StrEnum):
    """Which voxels touch."""

    FACES = "faces"  # 4 in a slice, 6 in a volume
    CORNERS = "corners"  # 8 and 26


class Keep(enum.StrEnum):
    """Which side of a threshold becomes the mask."""

    ABOVE = "above"
    BELOW = "below"


Touching = Annotated[
    Neighbours,
    Choices(
        {
            "faces": QT_TRANSLATE_NOOP("Operations", "Along edges of pixels only"),
            "corners": QT_TRANSLATE_NOOP("Operations", "Across corners too"),
        }
    ),
    Label(QT_TRANSLATE_NOOP("Operations", "Connected")),
    Help(
        QT_TRANSLATE_NOOP(
            "Operations",
            "Whether voxels that touch only at a corner belong together: 4 or 8 neighbours in a slice, 6 or 26 in a "
            "volume.",
        )
    ),
]

RadiusMm = Annotated[
    float,
    Range(0.0, 50.0),
    Step(0.5),
    Unit("mm"),
    Label(QT_TRANSLATE_NOOP("Operations", "Radius")),
    Help(
        QT_TRANSLATE_NOOP(
            "Operations",
            "Of the disc or ball, in the patient: round too where pixels or slices are of unequal size. A radius "
            "smaller than the distance of two pixels does nothing.",
        )
    ),
]

Side = Annotated[
    Keep,
    Choices(
        {
            "above": QT_TRANSLATE_NOOP("Operations", "Brighter than the threshold"),
            "below": QT_TRANSLATE_NOOP("Operations", "Darker than the threshold"),
        }
    ),
    Label(QT_TRANSLATE_NOOP("Operations", "Keep")),
    Help(QT_TRANSLATE_NOOP("Operations", "Which side of the threshold becomes the mask.")),
]

OnlyInMask = Annotated[
    bool,
    Label(QT_TRANSLATE_NOOP("Operations", "Only inside the mask")),
    Help(
        QT_TRANSLATE_NOOP(
            "Operations",
            "Where there is a mask already: whether the new one may not leave it. Without one: no effect.",
        )
    ),
]

SmoothingMm = Annotated[
    float,
    Range(0.0, 10.0),
    Step(0.1),
    Unit("mm"),
    Label(QT_TRANSLATE_NOOP("Operations", "Smoothing")),
    Help(
        QT_TRANSLATE_NOOP(
            "Operations", "Gaussian blur of the image before, as a standard deviation. More ignores noise and detail."
        )
    ),
]
