"""How stable features are when the mask is drawn a little otherwise: intraclass correlation."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import Label, LabelMap, of_array, require_same_grid
from medviewer.core.table import Column, Table
from medviewer.errors import InputError
from medviewer.ops.features.extraction import LABEL, NAME, REASON, VOXELS, extract
from medviewer.ops.features.perturbation import Perturbation, perturbed
from medviewer.ops.features.settings import FeatureSettings
from medviewer.ops.operation import Context

CONFIDENCE = 0.95


class IccKind(enum.StrEnum):
    """Which intraclass correlation (Shrout and Fleiss 1979)."""

    ONE_WAY = "ICC(1,1)"
    CONSISTENCY = "ICC(3,1)"


@dataclass(frozen=True)
class Icc:
    """An intraclass correlation with its 95 % confidence interval; NaN where it is not defined."""

    value: float
    low: float
    high: float


def intraclass_correlation(values: NDArray[np.float64], kind: IccKind = IccKind.CONSISTENCY) -> Icc:
    """Agreement of single ratings.

    Parameters
    ----------
    values : NDArray of float64, shape (cases, ratings)
        At least two of each, all finite; NaN otherwise.
    kind : IccKind
        One-way random (each mask may stand for any other) or two-way mixed consistency (masks are made in the same
        ways for every case).

    Notes
    -----
    Shrout and Fleiss, Psychological Bulletin 1979; intervals by McGraw and Wong, Psychological Methods 1996.
    """
    from scipy.stats import f as fisher

    nothing = Icc(math.nan, math.nan, math.nan)
    n, k = values.shape
    if n < 2 or k < 2 or not np.isfinite(values).all():
        return nothing
    grand = values.mean()
    rows, columns = values.mean(axis=1), values.mean(axis=0)
    between = k * float(((rows - grand) ** 2).sum()) / (n - 1)
    if kind is IccKind.ONE_WAY:
        within = float(((values - rows[:, None]) ** 2).sum()) / (n * (k - 1))
        df_error = n * (k - 1)
    else:
        rest = values - rows[:, None] - columns[None, :] + grand
        within = float((rest**2).sum()) / ((n - 1) * (k - 1))
        df_error = (n - 1) * (k - 1)
    scale = max(1e-300, float(np.abs(values).max()) ** 2)
    if between <= 1e-24 * scale:  # every case has the same value: there is nothing to tell apart
        return nothing
    if within <= 1e-24 * scale:
        return Icc(1.0, 1.0, 1.0)
    ratio = between / within
    tail = 1 - (1 - CONFIDENCE) / 2
    low, high = ratio / fisher.ppf(tail, n - 1, df_error), ratio * fisher.ppf(tail, df_error, n - 1)
    return Icc(*((f - 1) / (f + k - 1) for f in (ratio, float(low), float(high))))


def stability(
    cases: Sequence[tuple[Image, LabelMap]],
    settings: FeatureSettings,
    perturbation: Perturbation,
    ctx: Context,
    value: int | None = None,
    kind: IccKind = IccKind.CONSISTENCY,
) -> Table:
    """Extract the same features under perturbed masks and say how well they agree.

    Parameters
    ----------
    cases : sequence of (Image, LabelMap)
        Every label of every case (or the label `value`) counts as one subject.
    perturbation : Perturbation
        How masks are changed; random outlines come from ``ctx.rng``.

    Returns
    -------
    Table
        One row for each feature: ``feature`` (key), ``title``, ``icc``, ``icc_low``, ``icc_high`` (95 %),
        ``variation_percent`` (mean over the subjects of the coefficient of variation between masks), ``subjects``,
        ``masks``, ``not_defined`` (why there is no ICC). One subject has no ICC: what varies between subjects is not
        known then.

    Raises
    ------
    InputError
        No region at all, or no perturbation.
    """
    subjects: list[dict[str, list[float]]] = []
    titles: dict[str, str] = {}
    names: list[str] | None = None
    rng = ctx.rng
    for n, (image, labels) in enumerate(cases):
        require_same_grid(image, labels)
        wanted = [v for v in labels.values() if value is None or v == value]
        for m, one in enumerate(wanted):
            share = (n + m / len(wanted)) / len(cases), (n + (m + 1) / len(wanted)) / len(cases)
            tables = _under_perturbation(image, labels, one, (settings, perturbation), rng, ctx.subrange(*share))
            first = next(iter(tables.values()))
            titles |= {c.key: c.title for c in first.columns if c.key not in (LABEL, NAME, VOXELS, REASON)}
            names = list(tables) if names is None else [name for name in names if name in tables]
            subjects.append({name: [_number(table, key) for key in titles] for name, table in tables.items()})
    if not subjects or names is None:
        raise InputError("There is no region to perturb.", "Draw or segment a region first.", "input.empty-mask")
    if len(names) < 2:
        raise InputError(
            "No perturbed mask is left that all regions have in common.", "Make the changes smaller.", "input.grow_mm"
        )
    keys = list(titles)
    values = np.full((len(subjects), len(names), len(keys)), math.nan)
    for n, subject in enumerate(subjects):
        for m, name in enumerate(names):
            values[n, m, : len(subject[name])] = subject[name]
    return _table(values, keys, titles, names, kind)


def _number(table: Table, key: str) -> float:
    cell = table.column(key).values[0] if key in table.keys else None
    return float(cell) if isinstance(cell, int | float) else math.nan


def _under_perturbation(
    image: Image,
    labels: LabelMap,
    one: int,
    how: tuple[FeatureSettings, Perturbation],
    rng: np.random.Generator,
    ctx: Context,
) -> dict[str, Table]:
    settings, perturbation = how
    x, y, z = image.geometry.spacing_xyz_mm
    expected = 1 + 2 * (perturbation.grow_mm > 0) + 4 * (perturbation.shift_mm > 0) + perturbation.outlines
    found: dict[str, Table] = {}
    for n, (name, mask) in enumerate(perturbed(labels.mask(one), (z, y, x), perturbation, rng)):
        part = ctx.subrange(min(1.0, n / expected), min(1.0, (n + 1) / expected))
        changed = of_array(mask.view(np.uint8), image, (Label(1, labels.name(one)),))
        try:
            found[name] = extract(image, replace(changed, geometry=image.geometry), settings, part)
        except InputError:
            if name == "original":
                raise
    return found


def _table(
    values: NDArray[np.float64], keys: list[str], titles: dict[str, str], names: list[str], kind: IccKind
) -> Table:
    iccs, variation, reasons = [], [], []
    for n in range(len(keys)):
        of_feature = values[:, :, n]
        found = intraclass_correlation(of_feature, kind)
        iccs.append(found)
        variation.append(_variation(of_feature))
        if not math.isnan(found.value):
            reasons.append("")
        elif not np.isfinite(of_feature).all():
            reasons.append("The feature is not defined for every mask.")
        elif len(values) < 2:
            reasons.append("It takes two regions or more.")
        else:
            reasons.append("All regions have the same value.")

    def cells(numbers: list[float]) -> tuple[float | None, ...]:
        return tuple(None if math.isnan(v) else v for v in numbers)

    columns = (
        Column("feature", tuple(keys), "Feature"),
        Column("title", tuple(titles[key] for key in keys), "Name"),
        Column("icc", cells([i.value for i in iccs]), str(kind)),
        Column("icc_low", cells([i.low for i in iccs]), "95 % from"),
        Column("icc_high", cells([i.high for i in iccs]), "95 % to"),
        Column("variation_percent", cells(variation), "Variation between masks", "%"),
        Column("subjects", tuple([len(values)] * len(keys)), "Regions"),
        Column("masks", tuple([len(names)] * len(keys)), "Masks"),
        Column(REASON, tuple(reasons), "Not defined"),
    )
    return Table(columns, "feature-stability", {"icc": str(kind), "masks": names})


def _variation(of_feature: NDArray[np.float64]) -> float:
    """Mean coefficient of variation over the masks, in percent; NaN where a mean is 0 or a value is missing."""
    means = np.abs(of_feature.mean(axis=1))
    if not np.isfinite(of_feature).all() or (means < 1e-300).any():
        return math.nan
    return float((of_feature.std(axis=1, ddof=1) / means).mean() * 100)
