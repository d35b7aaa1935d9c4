"""From layers to label maps on the grid of a series, and what differs between two versions of one."""

from __future__ import annotations

from dataclasses import replace

from medviewer.core.image import Image
from medviewer.core.labels import LabelMap
from medviewer.core.tiles import Box, TiledLabels
from medviewer.document.layers import LabelLayer
from medviewer.errors import GeometryMismatch


def changed_box(old: TiledLabels, new: TiledLabels) -> Box | None:
    """Around the voxels that differ; all of them where the volumes are of another size or type."""
    if (old.dtype, old.shape_zyx) != (new.dtype, new.shape_zyx):
        return Box(0, 0, 0, *new.shape_zyx)
    return new.changed_box(old)


def label_map(layer: LabelLayer, image: Image) -> LabelMap:
    """A layer as a label map on the grid of the stack it lies on."""
    tiles = layer.tiles
    geometry = replace(image.geometry, shape_zyx=tiles.shape_zyx)
    return LabelMap(tiles.array(), geometry, layer.labels, "", image.slice_positions_mm)


def require_same_space(image: Image, labels: LabelMap) -> None:
    """Refuse labels of another frame of reference than the image's.

    Raises
    ------
    GeometryMismatch
    """
    one, other = image.geometry.frame_of_reference_uid, labels.geometry.frame_of_reference_uid
    if one and other and one != other:
        raise GeometryMismatch(
            "The mask belongs to another position of the patient than the series.",
            "Take a mask that was made on this series, or on one of the same examination.",
            "data.grid",
        )
