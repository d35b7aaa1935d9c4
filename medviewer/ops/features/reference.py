"""The program's own features of the IBSI digital phantom beside the published reference values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.core.table import Column, Table
from medviewer.ops.features.ibsi import compute
from medviewer.ops.features.identifiers import FEATURES, Aggregation, Family
from medviewer.ops.features.regions import PEAK_RADIUS_MM, cut, discretise, region_of
from medviewer.ops.features.settings import Binning, FeatureSettings
from medviewer.ops.operation import Context, QuietContext

SPACING_MM = 2.0
DIGITS = 3
"""The reference values are published with three significant digits."""


@dataclass(frozen=True, eq=False)
class Phantom:
    """The digital phantom and what is expected of it.

    Attributes
    ----------
    image : Image
        5 × 4 × 4 voxels of 2 mm.
    mask : NDArray of bool, shape (z, y, x)
        74 voxels.
    expected : tuple of (tag, value, tolerance)
        Tolerance 0: equal when rounded to three significant digits.
    """

    image: Image
    mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    expected: tuple[tuple[str, float, float], ...]


def read_phantom(rows: Iterable[Mapping[str, str]]) -> Phantom:
    """From the rows of the table that the program brings along (``record`` is ``voxel`` or ``feature``)."""
    voxels: list[tuple[int, int, int, int, int]] = []
    expected = []
    for row in rows:
        if row["record"] == "voxel":
            voxels.append((int(row["z"]), int(row["y"]), int(row["x"]), int(row["value"]), int(row["mask"])))
        elif row["value"]:
            expected.append((row["ibsi_tag"], float(row["value"]), float(row["tolerance"] or 0)))
    table = np.array(voxels)
    shape = tuple(int(n) + 1 for n in table[:, :3].max(axis=0))
    array, mask = np.zeros(shape, dtype=np.int16), np.zeros(shape, dtype=np.bool_)
    array[tuple(table[:, :3].T)] = table[:, 3]
    mask[tuple(table[:, :3].T)] = table[:, 4] == 1
    geometry = Geometry((shape[0], shape[1], shape[2]), spacing_xyz_mm=(SPACING_MM,) * 3)
    image = Image(array, geometry, facts=Facts(spacing_source=SpacingSource.FILE))
    return Phantom(image, mask, tuple(expected))


def allowed(expected: float, tolerance: float) -> float:
    """How far a value may lie from a published one: its tolerance, or half a unit of its last digit."""
    if tolerance > 0:
        return tolerance
    if expected == 0:
        return 0.5 * 10.0**-DIGITS
    return 0.5 * 10.0 ** (math.floor(math.log10(abs(expected))) - DIGITS + 1)


def compare(phantom: Phantom, ctx: Context | None = None) -> Table:
    """Compute every feature of the phantom and set it beside its reference value.

    Returns
    -------
    Table
        One row for each reference value: ``family``, ``feature`` (name), ``identifier``, ``aggregation``, ``tag``,
        ``expected``, ``computed``, ``tolerance``, ``passed``. The facts hold ``passed`` and ``values``, two counts.
    """
    context: Context = ctx if ctx is not None else QuietContext()
    settings = FeatureSettings(binning=Binning.NONE)
    patch = cut(phantom.image, phantom.mask, settings, PEAK_RADIUS_MM, context)
    region = region_of(patch, settings)
    found = compute(region, discretise(region, settings), tuple(Family), tuple(Aggregation), context)
    rows: list[tuple[str, str, str, str, str, float, float | None, float, bool]] = []
    for tag, expected, tolerance in phantom.expected:
        name, suffix = _split(tag)
        computed = found.get(tag, math.nan)
        limit = allowed(expected, tolerance)
        passed = abs(computed - expected) <= limit * (1 + 1e-9)
        feature = FEATURES[name]
        rows.append(
            (
                feature.family.heading,
                feature.name,
                feature.identifier,
                suffix,
                tag,
                expected,
                None if math.isnan(computed) else computed,
                limit,
                passed,
            )
        )
    keys = ("family", "feature", "identifier", "aggregation", "tag", "expected", "computed", "tolerance", "passed")
    titles = ("Family", "Feature", "Identifier", "Aggregation", "Tag", "Expected", "Computed", "Tolerance", "Passed")
    columns = tuple(
        Column(key, tuple(row[n] for row in rows), title)
        for n, (key, title) in enumerate(zip(keys, titles, strict=True))
    )
    counts = {"passed": sum(row[-1] for row in rows), "values": len(rows)}
    return Table(columns, "ibsi-digital-phantom", counts)


def _split(tag: str) -> tuple[str, str]:
    """Name and aggregation of a tag with suffix."""
    suffixes: Sequence[str] = [a.value for a in Aggregation] + ["2_5D", "2D", "3D"]
    if tag in FEATURES:
        return tag, ""
    for suffix in suffixes:
        if tag.endswith(f"_{suffix}") and tag[: -len(suffix) - 1] in FEATURES:
            return tag[: -len(suffix) - 1], suffix
    raise KeyError(tag)
