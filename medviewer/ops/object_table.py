"""The columns of a table of objects, measured slice by slice or for the whole volume."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap
from medviewer.core.slicing import slice_geometry
from medviewer.core.table import Cell, Column
from medviewer.errors import InputError
from medviewer.ops import object_measures, object_parts, object_values
from medviewer.ops.operation import Context
from medviewer.ops.params import QT_TRANSLATE_NOOP
from medviewer.ops.scene import Scene
from medviewer.ops.volume_grid import Dimension, is_volume

MAX_OBJECTS = 200_000
"""A table of more objects is noise, and would fill the memory."""

Columns = dict[str, NDArray[np.float64]]


TITLES = {
    "object": QT_TRANSLATE_NOOP("Operations", "Object"),
    "label": QT_TRANSLATE_NOOP("Operations", "Label"),
    "label_name": QT_TRANSLATE_NOOP("Operations", "Name of the label"),
    "slice": QT_TRANSLATE_NOOP("Operations", "Slice"),
    "pixels": QT_TRANSLATE_NOOP("Operations", "Pixels"),
    "area": QT_TRANSLATE_NOOP("Operations", "Area"),
    "perimeter": QT_TRANSLATE_NOOP("Operations", "Perimeter"),
    "circularity": QT_TRANSLATE_NOOP("Operations", "Circularity"),
    "solidity": QT_TRANSLATE_NOOP("Operations", "Solidity"),
    "eccentricity": QT_TRANSLATE_NOOP("Operations", "Eccentricity"),
    "elongation": QT_TRANSLATE_NOOP("Operations", "Elongation (minor / major axis)"),
    "equivalent_diameter": QT_TRANSLATE_NOOP("Operations", "Equivalent diameter"),
    "major_axis": QT_TRANSLATE_NOOP("Operations", "Major axis"),
    "minor_axis": QT_TRANSLATE_NOOP("Operations", "Minor axis"),
    "least_axis": QT_TRANSLATE_NOOP("Operations", "Least axis"),
    "orientation": QT_TRANSLATE_NOOP("Operations", "Orientation"),
    "feret_max": QT_TRANSLATE_NOOP("Operations", "Largest Feret diameter"),
    "feret_min": QT_TRANSLATE_NOOP("Operations", "Smallest Feret diameter"),
    "feret_angle": QT_TRANSLATE_NOOP("Operations", "Angle of the largest Feret diameter"),
    "volume": QT_TRANSLATE_NOOP("Operations", "Volume"),
    "surface": QT_TRANSLATE_NOOP("Operations", "Surface area"),
    "sphericity": QT_TRANSLATE_NOOP("Operations", "Sphericity"),
    "flatness": QT_TRANSLATE_NOOP("Operations", "Flatness (least / major axis)"),
    "max_diameter": QT_TRANSLATE_NOOP("Operations", "Largest diameter"),
    "centroid_x_px": QT_TRANSLATE_NOOP("Operations", "Centroid, column"),
    "centroid_y_px": QT_TRANSLATE_NOOP("Operations", "Centroid, row"),
    "centroid_z_px": QT_TRANSLATE_NOOP("Operations", "Centroid, slice"),
    "centroid_l_mm": QT_TRANSLATE_NOOP("Operations", "Centroid, to the left"),
    "centroid_p_mm": QT_TRANSLATE_NOOP("Operations", "Centroid, to the back"),
    "centroid_s_mm": QT_TRANSLATE_NOOP("Operations", "Centroid, to the head"),
    "box_x_px": QT_TRANSLATE_NOOP("Operations", "Box, first column"),
    "box_y_px": QT_TRANSLATE_NOOP("Operations", "Box, first row"),
    "box_z_px": QT_TRANSLATE_NOOP("Operations", "Box, first slice"),
    "box_width_px": QT_TRANSLATE_NOOP("Operations", "Box, columns"),
    "box_height_px": QT_TRANSLATE_NOOP("Operations", "Box, rows"),
    "box_depth_px": QT_TRANSLATE_NOOP("Operations", "Box, slices"),
    "extent_x": QT_TRANSLATE_NOOP("Operations", "Extent along the rows"),
    "extent_y": QT_TRANSLATE_NOOP("Operations", "Extent along the columns"),
    "extent_z": QT_TRANSLATE_NOOP("Operations", "Extent across the slices"),
    "extent": QT_TRANSLATE_NOOP("Operations", "Part of its box that it fills"),
    "touches_border": QT_TRANSLATE_NOOP("Operations", "Touches the border of the image"),
    "mean": QT_TRANSLATE_NOOP("Operations", "Mean"),
    "sd": QT_TRANSLATE_NOOP("Operations", "Standard deviation"),
    "min": QT_TRANSLATE_NOOP("Operations", "Minimum"),
    "max": QT_TRANSLATE_NOOP("Operations", "Maximum"),
    "median": QT_TRANSLATE_NOOP("Operations", "Median"),
    "sum": QT_TRANSLATE_NOOP("Operations", "Sum"),
    "red": QT_TRANSLATE_NOOP("Operations", "Red"),
    "green": QT_TRANSLATE_NOOP("Operations", "Green"),
    "blue": QT_TRANSLATE_NOOP("Operations", "Blue"),
    "hue": QT_TRANSLATE_NOOP("Operations", "Hue"),
    "saturation": QT_TRANSLATE_NOOP("Operations", "Saturation"),
    "value": QT_TRANSLATE_NOOP("Operations", "Brightness (value)"),
}

POWERS = {
    **dict.fromkeys(("area", "surface"), 2),
    "volume": 3,
    **dict.fromkeys(
        (
            *("perimeter", "equivalent_diameter", "major_axis", "minor_axis", "least_axis", "feret_max", "feret_min"),
            *("max_diameter", "extent_x", "extent_y", "extent_z"),
        ),
        1,
    ),
}
"""Which columns are lengths, areas and volumes: their keys end with their unit."""

VALUES = frozenset({"mean", "sd", "min", "max", "median", "sum"})
COLOURS = frozenset({"red", "green", "blue", "hue", "saturation", "value"})
_WHOLE = frozenset({"object", "label", "slice", "pixels"}) | {k for k in TITLES if k.startswith("box_")}
_ANGLES = frozenset({"orientation", "feret_angle", "hue"})
_COUNTED = frozenset({"pixels", "label"})  # known without a look at places
_EXACT = frozenset({"pixels", "label", "touches_border", "extent"})  # known without a look at shape or values


@dataclass(frozen=True, eq=False)
class Piece:
    """The objects of one slice, or of the volume.

    Attributes
    ----------
    k : int
        First slice.
    numbers : NDArray of int32, shape (y, x) or (z, y, x)
        Which object each voxel belongs to: 0 is background, then 1…n.
    columns : dict of NDArray of float64, shape (n,)
        What was measured, by the keys of `TITLES`.
    """

    k: int
    numbers: NDArray[np.int32]
    columns: Columns

    @property
    def n_objects(self) -> int:
        """How many objects it has."""
        return len(self.columns["label"])


def spacing_of(image: Image, labels: LabelMap) -> tuple[float, float, float] | None:
    """The spacing (x, y, z) in mm that objects may be measured with; None: pixels only.

    Ultrasound counts in mm where one calibrated region holds the whole mask.
    """
    flat: NDArray[Any] = np.any(labels.mask(), axis=0)
    rows, columns = np.flatnonzero(flat.any(axis=1)), np.flatnonzero(flat.any(axis=0))
    if not len(rows):
        corners = [(0.0, 0.0)]
    else:
        corners = [(float(columns[0]), float(rows[0])), (float(columns[-1]), float(rows[-1]))]
    sx, sy, sz = image.geometry.spacing_xyz_mm
    plane = image.facts.spacing_through(corners, (sx, sy))
    return None if plane is None else (plane[0], plane[1], sz)


def pieces(
    scene: Scene,
    ctx: Context,
    *,
    dimension: Dimension,
    diagonal: bool,
    original: bool,
    smallest: int = 1,
    wanted: frozenset[str] | None = None,
) -> Iterator[Piece]:
    """Measure the objects of a scene, slice by slice, or all at once for a volume.

    Parameters
    ----------
    scene : Scene
        With a mask.
    wanted : frozenset of str, optional
        Columns that are needed; groups of others may be left out. None: all.

    Raises
    ------
    InputError
        For a volume whose slices do not form a regular grid, or too many objects.
    """
    labels = scene.labels
    assert labels is not None
    image = scene.measured_on(original)
    whole = dimension is Dimension.VOLUME
    is_volume(scene.image, dimension)  # refuses slices that form no regular grid
    spacing = spacing_of(scene.image, labels) or (1.0, 1.0, 1.0)
    parts = 1 if whole else labels.n_slices
    total = 0
    for k in range(parts):
        ctx.check()
        array = labels.array if whole else labels.array[k]
        if array.any():
            numbers, values = object_parts.parts(array, diagonal, ctx.subrange(k / parts, (k + 0.5) / parts))
            piece = _measured(scene.image, image, numbers, values, k, spacing, smallest, wanted, ctx)
            total += piece.n_objects
            if total > MAX_OBJECTS:
                raise InputError(
                    f"The mask has more than {MAX_OBJECTS:,} objects.",
                    "Smooth the image before the threshold, or remove small parts of the mask.",
                    "input.objects",
                )
            if piece.n_objects:
                yield piece
        ctx.progress((k + 1) / parts)


def _measured(
    grid: Image,
    image: Image,
    numbers: NDArray[np.int32],
    values: NDArray[np.int64],
    k: int,
    spacing: tuple[float, float, float],
    smallest: int,
    wanted: frozenset[str] | None,
    ctx: Context,
) -> Piece:
    runs = object_parts.runs_of(numbers, len(values))
    size = object_measures.counts(runs)
    if smallest > 1:
        keep = size >= smallest
        table = np.zeros(len(keep) + 1, dtype=np.int32)
        table[1:][keep] = np.arange(1, int(keep.sum()) + 1)
        numbers, runs, size, values = table[numbers], object_parts.select(runs, keep), size[keep], values[keep]
    columns: Columns = {"label": values.astype(np.float64), "pixels": size.astype(np.float64)}
    if not len(values):
        return Piece(k, numbers, columns)
    whole = numbers.ndim == 3
    if wanted is None or not wanted <= VALUES | COLOURS | _EXACT:
        if whole:
            columns |= object_measures.volume_measures(numbers, runs, spacing, ctx.check)
        else:
            columns |= object_measures.plane_measures(numbers, runs, spacing[:2], ctx.check)
    if wanted is None or not wanted <= _COUNTED:
        columns |= _places(grid, runs, k, whole, spacing)
    if wanted is None or wanted & (VALUES | COLOURS):
        columns |= _values(image, runs, k, whole, ctx)
    return Piece(k, numbers, columns)


def _places(
    image: Image, runs: object_parts.Runs, k: int, whole: bool, spacing: tuple[float, float, float]
) -> Columns:
    """Centroid, box, and whether the border is touched."""
    centre = object_measures.centroids(runs)
    box = object_measures.boxes(runs)
    if not whole:
        centre[:, 0] += k
        box[:, 0] += k
    size = (box[..., 1] - box[..., 0] + 1).astype(np.float64)
    n, rows, columns = image.geometry.shape_zyx
    ends = np.array((n, rows, columns)) - 1
    at_end = (box[..., 0] == 0) | (box[..., 1] == ends)
    if n == 1 or not whole:
        at_end = at_end[:, 1:]
    found: Columns = {"slice": np.rint(centre[:, 0]) + 1}
    for axis, name in ((2, "x"), (1, "y"), (0, "z")):
        if name != "z" or whole:
            found[f"centroid_{name}_px"] = centre[:, axis]
    if image.facts.has_patient_position:
        if whole:
            world = image.geometry.world(centre[:, ::-1])
        else:
            geometry = slice_geometry(image, "stack", k)
            world = geometry.world(centre[:, 2], centre[:, 1])
        found |= {f"centroid_{name}_mm": world[:, axis] for axis, name in enumerate("lps")}
    axes = ((2, "x", "width"), (1, "y", "height"), (0, "z", "depth"))[: 3 if whole else 2]
    found |= {f"box_{name}_px": box[:, axis, 0].astype(np.float64) for axis, name, _ in axes}
    found |= {f"box_{words}_px": size[:, axis] for axis, _, words in axes}
    found |= {f"extent_{name}": size[:, axis] * spacing[2 - axis] for axis, name, _ in axes}
    found["extent"] = object_measures.counts(runs) / size.prod(axis=1)
    found["touches_border"] = at_end.any(axis=(1, 2) if at_end.ndim == 3 else 1).astype(np.float64)
    return found


def _values(image: Image, runs: object_parts.Runs, k: int, whole: bool, ctx: Context) -> Columns:
    """Statistics of values or colours."""
    voxels = int(runs.length.sum())
    inside: NDArray[Any] = np.empty((voxels, 3), np.uint8) if image.is_colour else np.empty(voxels, np.float32)
    for z in range(image.n_slices) if whole else (k,):
        ctx.check()
        plane: NDArray[Any] = image.array[z] if image.is_colour else image.modality_slice(z)
        object_values.gathered(runs, z if whole else 0, plane, inside)
    ctx.check()
    if image.is_colour:
        return object_values.colour_measures(runs, inside)
    return object_values.value_measures(runs, inside, ctx.check)


def table_columns(
    columns: dict[str, NDArray[Any]], labels: LabelMap, in_pixels: bool, unit: str
) -> tuple[Column, ...]:
    """Columns as people read them: whole numbers, words, names with units; an unknown value is None.

    Parameters
    ----------
    columns : dict of NDArray
        By the keys of `TITLES`.
    in_pixels : bool
        Whether lengths are in pixels.
    unit : str
        Of the values inside.
    """
    out: list[Column] = []
    for key in sorted(columns, key=list(TITLES).index):
        values = columns[key].tolist()
        cells: tuple[Cell, ...]
        if key in _WHOLE:
            cells = tuple(int(v) for v in values)
        elif key == "touches_border":
            cells = tuple(bool(v) for v in values)
        else:
            cells = tuple(None if math.isnan(v) else float(v) for v in values)
        name, of = with_unit(key, in_pixels)
        if key in VALUES:
            of = unit
        out.append(Column(name, cells, TITLES[key], of))
        if key == "label":
            names = {value: labels.name(value) for value in set(cells) if isinstance(value, int)}
            out.append(Column("label_name", tuple(names[int(v)] for v in values), TITLES["label_name"]))
        if key == "volume" and not in_pixels:
            millilitres = tuple(float(v) / 1000.0 for v in values)
            out.append(Column("volume_ml", millilitres, TITLES["volume"], "ml"))
    return tuple(out)


def with_unit(key: str, in_pixels: bool) -> tuple[str, str]:
    """Name and unit of a column: ``("area_mm2", "mm²")``."""
    if key in _ANGLES:
        return f"{key}_deg", "°"
    power = POWERS.get(key)
    if power is None:
        return key, key[-2:] if key.endswith(("_px", "_mm")) else ""
    unit = "px" if in_pixels else "mm"
    return f"{key}_{unit}{power if power > 1 else ''}", unit + ("", "²", "³")[power - 1]
