"""Marks set by hand in the patient: clicked seeds, painted strokes and boxes, as values that a recipe can keep.

Without numpy: settings are declared as parameters are, and the first window reads them. Where marks
lie on a grid is in `core.mark_grid`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Vector = tuple[float, float, float]

MAX_MARKS = 2_000
MAX_POINTS = 20_000


@dataclass(frozen=True)
class Mark:
    """A point, a stroke or the corners of a box.

    Attributes
    ----------
    label : int
        What it stands for: 1 and up; 0 is background.
    points_mm : tuple of (x, y, z)
        Positions in the patient (LPS, mm), in the order of the stroke. One point: a click.
    radius_mm : float
        Of the brush; 0: the voxels themselves.
    """

    label: int
    points_mm: tuple[Vector, ...]
    radius_mm: float = 0.0


Marks = tuple[Mark, ...]


def to_json(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """Marks as JSON values."""
    return [{"label": m.label, "points_mm": [list(p) for p in m.points_mm], "radius_mm": m.radius_mm} for m in marks]


def from_json(value: Any) -> Marks:
    """Marks from JSON values.

    Raises
    ------
    ValueError
        For anything else, and for more than `MAX_MARKS` marks or `MAX_POINTS` points.
    """
    if isinstance(value, tuple) and all(isinstance(m, Mark) for m in value):
        value = to_json(value)
    if not isinstance(value, list) or len(value) > MAX_MARKS:
        raise ValueError("not a list of marks")
    marks = tuple(_mark(entry) for entry in value)
    if sum(len(m.points_mm) for m in marks) > MAX_POINTS:
        raise ValueError("too many points")
    return marks


def _mark(entry: Any) -> Mark:
    if not isinstance(entry, dict):
        raise ValueError("not a mark")
    label, points, radius = entry.get("label", 1), entry.get("points_mm"), entry.get("radius_mm", 0.0)
    right = isinstance(label, int) and not isinstance(label, bool) and 0 <= label <= 255
    if not right or not isinstance(points, list) or not points or not isinstance(radius, int | float):
        raise ValueError("not a mark")
    if not 0 <= float(radius) <= 1000:
        raise ValueError("not a radius")
    return Mark(label, tuple(_position(point) for point in points), float(radius))


def _position(point: Any) -> Vector:
    if not isinstance(point, list | tuple) or len(point) != 3:
        raise ValueError("not a position")
    x, y, z = (float(v) for v in point)
    if not (math.isfinite(x) and math.isfinite(y) and math.isfinite(z)):
        raise ValueError("not a position")
    return x, y, z
