"""A part of an image, of a mask and of a scene: the voxels of a box, in their place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap, same_grid
from medviewer.core.slicing import slice_geometry
from medviewer.ops.scene import Scene

Span = tuple[int, int]
Box = tuple[Span, Span, Span]


def crop(image: Image, box: Box) -> Image:
    """The voxels of `box` ((first, end) along z, y, x) as an image of its own, in its place; pixels are shared."""
    (z0, z1), (y0, y1), (x0, x1) = box
    origin = slice_geometry(image, "stack", z0).world(x0, y0)
    positions = image.slice_positions_mm[z0:z1]
    geometry = replace(
        image.geometry,
        shape_zyx=(z1 - z0, y1 - y0, x1 - x0),
        origin_mm=(float(origin[0]), float(origin[1]), float(origin[2])),
    )
    slopes, intercepts = image.rescale.slopes, image.rescale.intercepts
    rescale = replace(
        image.rescale,
        slopes=slopes[z0:z1] if len(slopes) > 1 else slopes,
        intercepts=intercepts[z0:z1] if len(intercepts) > 1 else intercepts,
    )
    key = f"{image.key}[{z0}:{z1},{y0}:{y1},{x0}:{x1}]" if image.key else ""
    return replace(
        image,
        array=image.array[z0:z1, y0:y1, x0:x1],
        geometry=geometry,
        rescale=rescale,
        key=key,
        slice_positions_mm=tuple(p - positions[0] for p in positions) if len(positions) > 1 else (),
    )


def crop_labels(labels: LabelMap, box: Box) -> LabelMap:
    """The voxels of `box` of a mask, in their place; they are shared."""
    (z0, z1), (y0, y1), (x0, x1) = box
    positions = labels.slice_positions_mm[z0:z1]
    origin = labels.geometry.world((x0, y0, z0))
    if positions:  # slices lie where they say, along axis_z
        along = float(labels.geometry.normal @ np.asarray(labels.geometry.axis_z))
        origin = labels.geometry.world((x0, y0, 0)) + np.asarray(labels.geometry.axis_z) * (positions[0] / along)
    geometry = replace(
        labels.geometry,
        shape_zyx=(z1 - z0, y1 - y0, x1 - x0),
        origin_mm=(float(origin[0]), float(origin[1]), float(origin[2])),
    )
    key = f"{labels.key}[{z0}:{z1},{y0}:{y1},{x0}:{x1}]" if labels.key else ""
    return replace(
        labels,
        array=labels.array[z0:z1, y0:y1, x0:x1],
        geometry=geometry,
        key=key,
        slice_positions_mm=tuple(p - positions[0] for p in positions) if len(positions) > 1 else (),
    )


def crop_scene(scene: Scene, box: Box) -> Scene:
    """Everything that lies on the image's grid, cut to `box`; the table is left out."""
    image = crop(scene.image, box)
    original = crop(scene.original, box) if same_grid(scene.original, scene.image) else image
    labels = None if scene.labels is None else crop_labels(scene.labels, box)
    return Scene(image, original, labels, {name: crop_labels(mask, box) for name, mask in scene.kept.items()})
