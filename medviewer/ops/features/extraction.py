"""From an image and its labels to a table of features, one row for each label."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from medviewer import __version__
from medviewer.core.image import Image, SpacingSource
from medviewer.core.labels import LabelMap, require_same_grid
from medviewer.core.table import Cell, Column, Table
from medviewer.errors import InputError
from medviewer.ops.features import autocorrelation, colour, filtered, ibsi, morphology, patterns, pyradiomics
from medviewer.ops.features.identifiers import FEATURES, Aggregation, Family, aggregations_of
from medviewer.ops.features.patches import Patch, Selection, grown, selections
from medviewer.ops.features.regions import PEAK_RADIUS_MM, Discretised, Region, cut, discretise, region_of
from medviewer.ops.features.settings import FeatureSettings, Mode
from medviewer.ops.operation import Context, QuietContext
from medviewer.ops.params import to_json, validate

LABEL, NAME, VOXELS, REASON = "label", "name", "voxels", "not_defined"
"""Keys of the columns that are no features."""


@dataclass
class _Row:
    """Values of one label by key, with what the columns are called."""

    cells: dict[str, Cell] = field(default_factory=dict)
    titles: dict[str, tuple[str, str]] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def add(self, key: str, value: float, title: str, unit: str = "") -> None:
        self.cells[key] = None if math.isnan(value) else value
        self.titles.setdefault(key, (title, unit))


def extract(
    image: Image,
    labels: LabelMap,
    settings: FeatureSettings | None = None,
    ctx: Context | None = None,
    value: int | None = None,
) -> Table:
    """Features of each label.

    Parameters
    ----------
    image : Image
        Grey or colour; values are taken in their unit (HU, …), padding and NaN take no part.
    labels : LabelMap
        On the grid of the image.
    settings : FeatureSettings, optional
        What to compute and how to prepare the image.
    ctx : Context, optional
        Looked at within 200 ms.
    value : int, optional
        One label only; all that occur otherwise.

    Returns
    -------
    Table
        Columns ``label``, ``name``, ``voxels`` (as drawn), the features, and ``not_defined``: why a value is missing.
        Keys of features are IBSI identifiers (``"Q4LE"``), with the aggregation where several are wanted
        (``"GYBY_3D_avg"``) and the filter in front (``"wavelet-LLH_Q4LE"``); in PyRadiomics mode its own names; for
        colour images and patterns names of this program. Titles are the names of the manual.

    Raises
    ------
    GeometryMismatch
        The labels lie on another grid.
    InputError
        There is no such label, or the only one has no values that could be used.
    """
    chosen = validate(settings if settings is not None else FeatureSettings())
    context: Context = ctx if ctx is not None else QuietContext()
    chosen.sigmas_mm()
    require_same_grid(image, labels)
    found = selections(labels.array)
    present = tuple(found)
    if not present:
        raise InputError("The mask is empty.", "Draw or segment a region first.", "input.empty-mask")
    if value is not None and value not in present:
        known = ", ".join(str(v) for v in present[:20])
        raise InputError(f"The mask has no label {value}.", f"It has: {known}.", "input.label")
    wanted = present if value is None else (value,)
    rows: list[_Row] = []
    for n, one in enumerate(wanted):
        part = context.subrange(n / len(wanted), (n + 1) / len(wanted))
        row = _Row({LABEL: one, NAME: labels.name(one)})
        mask = found[one]
        row.cells[VOXELS] = int(mask.inside(mask.box).sum())
        try:
            (_colour_row if image.is_colour else _grey_row)(image, mask, chosen, part, row)
        except InputError as error:
            if len(wanted) == 1:
                raise
            row.reasons.append(error.message)
        rows.append(row)
    context.progress(1.0)
    return _table(rows, image, chosen)


def _table(rows: list[_Row], image: Image, settings: FeatureSettings) -> Table:
    titles: dict[str, tuple[str, str]] = {}
    for row in rows:
        for key, words in row.titles.items():
            titles.setdefault(key, words)
    fixed = ((LABEL, "Label"), (NAME, "Name"), (VOXELS, "Voxels"))
    columns = [Column(key, tuple(row.cells.get(key) for row in rows), title) for key, title in fixed]
    columns += [
        Column(key, tuple(row.cells.get(key) for row in rows), title, unit) for key, (title, unit) in titles.items()
    ]
    columns.append(Column(REASON, tuple(" ".join(row.reasons) for row in rows), "Not defined"))
    facts: dict[str, Any] = {
        "mode": str(settings.mode),
        "settings": to_json(settings),
        "image": image.key,
        "unit": image.unit,
        "length_unit": "px" if image.facts.spacing_source is SpacingSource.NONE else "mm",
        "software": f"medviewer {__version__}",
    }
    return Table(tuple(columns), "features", facts)


def _grey_row(image: Image, mask: Selection, settings: FeatureSettings, ctx: Context, row: _Row) -> None:
    x, y, z = image.geometry.spacing_xyz_mm
    margin = filtered.margin_mm(settings, (z, y, x))
    if settings.local_intensity and settings.mode is Mode.IBSI:
        margin = max(margin, PEAK_RADIUS_MM)
    patch = cut(image, mask, settings, margin, ctx)
    region = region_of(patch, settings)
    levels = discretise(region, settings)
    of_filters = settings.wavelet or bool(settings.sigmas_mm())
    add = _add_ibsi if settings.mode is Mode.IBSI else _add_pyradiomics
    missing = add(region, levels, settings, ctx.subrange(0.0, 0.3 if of_filters else 0.9), row, "original")
    if settings.shape and region.shape_mask.shape[0] == 1:
        _add_flat_shape(region, settings, row)
    if of_filters:
        for name, one in filtered.images(patch, settings, ctx):
            part = region_of(one, _without_range(settings, region))
            part = _same_voxels(part, region)
            missing += add(part, discretise(part, settings), settings, ctx, row, name)
    if settings.patterns:
        k = patterns.largest_slice(patch.mask)
        found = patterns.features(patch.values[k], patch.mask[k])
        missing += [key for key, v in found.items() if math.isnan(v)]
        for key, v in found.items():
            row.add(key, v, _pattern_title(key))
    if missing:
        row.reasons.append(_reason(region, levels, len(missing)))


def _without_range(settings: FeatureSettings, region: Region) -> FeatureSettings:
    """The range is one of the image's own intensities; filtered ones are not held against it."""
    return replace(settings, limit_range=False, outlier_sigma=0.0)


def _same_voxels(part: Region, region: Region) -> Region:
    return replace(part, mask=part.mask & region.mask)


def _add_ibsi(
    region: Region, levels: Discretised, settings: FeatureSettings, ctx: Context, row: _Row, image_name: str
) -> list[str]:
    families = settings.families()
    if image_name != "original":
        families = tuple(f for f in families if f is not Family.MORPHOLOGY)
    aggregations = settings.aggregation.chosen
    found = ibsi.compute(region, levels, families, aggregations, ctx)
    several = len(aggregations) > 1
    missing = []
    for tag, (key, title, unit) in _ibsi_columns(region, families, aggregations, several=several).items():
        if image_name != "original":
            key, title = f"{image_name}_{key}", f"{title}, {image_name}"
        row.add(key, found[tag], title, unit)
        if math.isnan(found[tag]):
            missing.append(key)
    return missing


def _ibsi_columns(
    region: Region, families: tuple[Family, ...], aggregations: tuple[Aggregation, ...], *, several: bool
) -> dict[str, tuple[str, str, str]]:
    """Key, title and unit of every feature by its tag with suffix, in the order of the manual."""
    columns = {}
    for name in FEATURES.values():
        if name.family not in families:
            continue
        for suffix, _ in aggregations_of(name.family, aggregations):
            tag = f"{name.tag}_{suffix}" if suffix else name.tag
            key, title = name.identifier, name.title
            if several and suffix:
                key, title = f"{key}_{suffix}", f"{title[:-1]}, {suffix.replace('_5D', '.5D').replace('_', ' ')})"
            columns[tag] = (key, title, unit_of(name.tag, region.patch))
    return columns


_LENGTHS = {"com", "diam", "pca_maj_axis", "pca_min_axis", "pca_least_axis"}
_SAME_UNIT = {"mean", "median", "min", "p10", "p90", "max", "iqr", "range", "mad", "rmad", "medad", "rms"}


def unit_of(tag: str, patch: Patch) -> str:
    """Unit of a feature by its tag; empty for a number without one."""
    prefix, _, short = tag.partition("_")
    length = patch.length_unit
    if prefix == "morph":
        if short in _LENGTHS:
            return length
        return {
            "volume": f"{length}3",
            "vol_approx": f"{length}3",
            "area_mesh": f"{length}2",
            "av": f"1/{length}",
        }.get(short, "")
    if (prefix == "stat" and short in _SAME_UNIT) or prefix == "loc" or tag in ("ivh_i10", "ivh_i90"):
        return patch.unit
    return ""


def _add_pyradiomics(
    region: Region, levels: Discretised, settings: FeatureSettings, ctx: Context, row: _Row, image_name: str
) -> list[str]:
    found = pyradiomics.compute(region, levels, settings, ctx, image_name)
    for key, v in found.items():
        row.add(key, v, key)
    return [key for key, v in found.items() if math.isnan(v)]


def _add_flat_shape(region: Region, settings: FeatureSettings, row: _Row) -> None:
    """Shape in the plane, for a region in one slice."""
    _, dy, dx = region.spacing_zyx
    found = morphology.flat_shape(region.shape_mask[0], (dy, dx))
    length, area = region.patch.length_unit, f"{region.patch.length_unit}2"
    ratio = found.minor_axis / found.major_axis if found.major_axis else math.nan
    values = {
        "MeshSurface": (found.mesh_area, "Area (mesh)", area),
        "PixelSurface": (found.pixel_area, "Area (pixels)", area),
        "Perimeter": (found.perimeter, "Perimeter", length),
        "PerimeterSurfaceRatio": (found.perimeter / found.mesh_area, "Perimeter to area ratio", f"1/{length}"),
        "Sphericity": (2 * math.sqrt(math.pi * found.mesh_area) / found.perimeter, "Circularity", ""),
        "MaximumDiameter": (found.diameter, "Maximum diameter", length),
        "MajorAxisLength": (found.major_axis, "Major axis length in the slice", length),
        "MinorAxisLength": (found.minor_axis, "Minor axis length in the slice", length),
        "Elongation": (ratio, "Elongation in the slice", ""),
    }
    prefix = "original_shape2D_" if settings.mode is Mode.PYRADIOMICS else "shape2d_"
    spelled: Callable[[str], str] = str if settings.mode is Mode.PYRADIOMICS else _snake
    for name, (v, title, unit) in values.items():
        row.add(prefix + spelled(name), v, title, unit)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def _colour_row(image: Image, mask: Selection, settings: FeatureSettings, ctx: Context, row: _Row) -> None:
    ctx.check()
    box = mask.box
    cropped = mask.inside(box)
    inside = image.array[box][cropped]
    for key, v in colour.features(inside).items():
        row.add(key, v, _colour_title(key))
    missing = [key for key in row.titles if row.cells[key] is None]
    if settings.patterns:
        k = patterns.largest_slice(cropped)
        wide = grown(box, (0, 1, 1), mask.shape)
        rgb = image.array[wide][k].astype(np.float32)
        grey = rgb @ np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601 luma
        for key, v in patterns.features(grey, mask.inside(wide)[k]).items():
            row.add(key, v, _pattern_title(key))
            missing += [key] if math.isnan(v) else []
    if settings.shape and box[0].stop - box[0].start == 1:
        x, y, z = image.geometry.spacing_xyz_mm
        unit = "px" if image.facts.spacing_source is SpacingSource.NONE else "mm"
        patch = Patch(cropped.astype(np.float32), cropped, (z, y, x), unit, "", whole_numbers=False)
        _add_flat_shape(Region(patch.values, cropped, cropped, patch, box), settings, row)
    if missing:
        row.reasons.append(f"{len(missing)} values are not defined: the region is of one colour.")


def _colour_title(key: str) -> str:
    space, channel, what = key.split("_", 2)
    return f"{space.upper().replace('LAB', 'Lab')} {channel} {what.replace('_', ' ')}"


def _pattern_title(key: str) -> str:
    kind, _, rest = key.partition("_")
    words = {"hu": "Hu moment", "lbp": "Local binary pattern", "hog": "Gradient orientation"}
    return f"{words[kind]} {rest.replace('_', ' ')}"


def _reason(region: Region, levels: Discretised, n_missing: int) -> str:
    """One sentence that says why values are missing."""
    n = int(region.mask.sum())
    values = region.intensities()
    if n == 1:
        why = "the region is a single voxel"
    elif values.min() == values.max():
        why = "the region has one intensity"
    elif int(np.count_nonzero(np.bincount(levels.levels[levels.levels > 0]))) == 1:
        why = "the region has one grey level"
    elif autocorrelation.too_large(region):
        why = "the region is too large for sums over all pairs of voxels"
    elif region.patch.length_unit != "mm":
        why = "the spacing of the pixels is not known, or the region is too thin or uniform"
    else:
        why = "the region is too thin or too uniform for them"
    return f"{n_missing} values are not defined: {why}."
