"""Contours as GeoJSON (RFC 7946): a polygon for each object of each slice, its holes as interior rings.

Coordinates are pixels, as pathology and annotation programs expect them: x to the right, y down, and the upper left
pixel reaches from 0 to 1. ``properties.patient_mm`` holds the same rings in the patient (LPS).
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.contour import fill, objects, signed_area, trace
from medviewer.core.image import Image, SpacingSource
from medviewer.core.labels import MAX_LABEL, Label, LabelMap
from medviewer.errors import DataError, GeometryMismatch, InputError, UnreadableFile
from medviewer.io.label_colours import colour_of, hexadecimal
from medviewer.io.plane_matching import planes_of
from medviewer.io.sources import open_source

_MAX_BYTES = 256 << 20
_NO_CONTOURS = "The file holds no contours in GeoJSON."


def features(labels: LabelMap, image: Image | None = None, check: Callable[[], None] | None = None) -> dict[str, Any]:
    """The contours of a label map as a GeoJSON feature collection.

    Parameters
    ----------
    image : Image, optional
        What the labels belong to. Without a known pixel size in it nothing is said in mm, and without a position in
        the patient there are no patient coordinates. Left out, the grid of the labels is taken for known.
    """
    known = image is None or image.facts.spacing_source is not SpacingSource.NONE
    placed = known and (image is None or image.facts.has_patient_position)
    planes = planes_of(labels)
    column_mm, row_mm, _ = labels.geometry.spacing_xyz_mm
    found: list[dict[str, Any]] = []
    values = labels.values()
    for k in range(labels.n_slices):
        if check is not None:
            check()
        for value in values:
            mask = labels.array[k] == value
            if not mask.any():
                continue
            contours = trace(mask)
            known_label = next((label for label in labels.labels if label.value == value), Label(value))
            for outer, holes in objects(contours):
                rings = [contours[n].points for n in (outer, *holes)]
                area = contours[outer].area_px - sum(contours[n].area_px for n in holes)
                properties: dict[str, Any] = {
                    "objectType": "annotation",
                    "classification": {
                        "name": labels.name(value),
                        "color": list(colour_of(value, known_label.colour)),
                    },
                    "label": value,
                    "slice": k + 1,
                    "area_px": area,
                }
                if known:
                    properties["area_mm2"] = area * column_mm * row_mm
                if placed:
                    origin, x, y, _ = planes[k]
                    properties["patient_mm"] = [
                        _closed(origin + ring[:, :1] * (x * column_mm) + ring[:, 1:] * (y * row_mm), 6)
                        for ring in rings
                    ]
                found.append(
                    {
                        "type": "Feature",
                        "id": len(found) + 1,
                        "geometry": {"type": "Polygon", "coordinates": [_closed(ring + 0.5, 3) for ring in rings]},
                        "properties": properties,
                    }
                )
    return {"type": "FeatureCollection", "features": found}


def _closed(points: NDArray[np.float64], digits: int) -> list[list[float]]:
    """A ring with its first point repeated, as GeoJSON wants it; whole numbers without a fraction."""
    rounded = np.round(points, digits) + 0.0
    rows = [[int(v) if v.is_integer() else v for v in row] for row in rounded.tolist()]
    return [*rows, rows[0]]


def write_geojson(
    labels: LabelMap,
    path: str | os.PathLike[str],
    image: Image | None = None,
    check: Callable[[], None] | None = None,
) -> None:
    """Write the contours of a label map; see `features`.

    Raises
    ------
    DataError
        The mask is empty, or the disk refuses.
    """
    if labels.is_empty:
        raise DataError("The mask is empty, so that there is no contour to write.", "Segment something first.")
    text = json.dumps(features(labels, image, check), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text + "\n")
    except OSError as error:
        why = (error.strerror or "the disk refused it").lower()
        raise DataError(f"The contours could not be written: {why}.", "Choose another folder.") from None


def read_geojson(
    path: str | os.PathLike[str], onto: Image | LabelMap | None, *, warnings: list[str] | None = None
) -> LabelMap:
    """Polygons of a GeoJSON file, in pixels, as labels on an image; later ones cover.

    Parameters
    ----------
    onto : Image or LabelMap
        Whose slices the polygons lie in. ``properties.slice`` (from 1) says which; without it, the first.

    Raises
    ------
    InputError
        No image is given.
    UnreadableFile
        Damaged, or no GeoJSON with polygons.
    GeometryMismatch
        No polygon lies on the image.
    """
    told: list[str] = [] if warnings is None else warnings
    if onto is None:
        raise InputError(
            "The file holds contours, which become a mask only on an image.",
            "Open the image that the contours were drawn on first.",
        )
    z, y, x = onto.geometry.shape_zyx
    out = np.zeros((z, y, x), np.uint16)
    classes: dict[tuple[int, str], Label] = {}
    outside = 0
    found = _polygons(_parsed(path))
    for polygon, properties in found:
        label = _label(properties, classes)
        at = properties.get("slice", 1)
        k = at - 1 if isinstance(at, int) and not isinstance(at, bool) else 0
        if not 0 <= k < z:
            outside += 1
            continue
        mask = fill([ring - 0.5 for ring in polygon], (y, x))
        outside += not mask.any()
        out[k][mask] = label.value
    if outside == len(found):
        raise GeometryMismatch("The contours lie beside the image.", "Open the image that they were drawn on.")
    if outside:
        told.append(f"{outside} of {len(found)} contours hold no pixel of the image.")
    labels = tuple(sorted(classes.values(), key=lambda label: label.value))
    array = out.astype(np.uint8) if int(out.max(initial=0)) <= 255 else out
    return LabelMap(array, onto.geometry, labels, "", onto.slice_positions_mm)


def _parsed(path: str | os.PathLike[str]) -> Any:
    with open_source(os.fspath(path)) as source:
        if source.size > _MAX_BYTES:
            raise UnreadableFile("The file is too large for contours.")
        data = source.read(0, source.size)
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UnreadableFile(_NO_CONTOURS) from None


def _polygons(document: Any) -> list[tuple[list[NDArray[np.float64]], dict[str, Any]]]:
    if not isinstance(document, dict):
        raise UnreadableFile(_NO_CONTOURS)
    entries = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    out = []
    for entry in entries if isinstance(entries, list) else []:
        geometry = entry.get("geometry") if isinstance(entry, dict) else None
        properties = entry.get("properties") if isinstance(entry, dict) else None
        if not isinstance(geometry, dict):
            continue
        coordinates = geometry.get("coordinates")
        kind = geometry.get("type")
        several = coordinates if kind == "MultiPolygon" else [coordinates] if kind == "Polygon" else []
        for rings in several if isinstance(several, list) else []:
            polygon = [_ring(ring) for ring in rings] if isinstance(rings, list) else []
            good = [ring for ring in polygon if ring is not None and abs(signed_area(ring)) > 0]
            if good:
                out.append((good, properties if isinstance(properties, dict) else {}))
    if not out:
        raise UnreadableFile(_NO_CONTOURS)
    return out


def _ring(points: Any) -> NDArray[np.float64] | None:
    try:
        ring = np.array([[float(v) for v in point[:2]] for point in points], dtype=np.float64)
    except (TypeError, ValueError, KeyError, IndexError):
        return None
    return ring if ring.ndim == 2 and len(ring) >= 3 and ring.shape[1] == 2 and np.isfinite(ring).all() else None


def _label(properties: dict[str, Any], classes: dict[tuple[int, str], Label]) -> Label:
    """The label of a feature: by its number, else by the name of its class."""
    stated = properties.get("label")
    number = stated if isinstance(stated, int) and not isinstance(stated, bool) and 0 < stated <= MAX_LABEL else 0
    kind = properties.get("classification")
    name = str(kind.get("name") or "") if isinstance(kind, dict) else ""
    key = (number, "" if number else name)
    if key not in classes:
        used = {label.value for label in classes.values()}
        value = number or next(n for n in range(1, MAX_LABEL + 2) if n not in used)
        rgb = kind.get("color") if isinstance(kind, dict) else None
        numbers = isinstance(rgb, list) and all(
            isinstance(c, int | float) and not isinstance(c, bool) and math.isfinite(c) for c in rgb
        )
        colour = hexadecimal(rgb) if numbers and rgb is not None else ""
        classes[key] = Label(min(value, MAX_LABEL), "" if name == str(value) else name, colour)
    return classes[key]
