"""Label maps as files: NRRD, NIfTI, MetaImage, PNG and TIFF, and what DICOM has for them, read by content.

Names and colours go into the header of NRRD, in the fields that 3D Slicer gives segments (``Segment0_Name`` …). NIfTI
and MetaImage have no place for them; a table of the same name with the ending ``.tsv`` beside the file holds them, as
BIDS does it (columns ``index``, ``name``, ``color``).
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.core.labels import MAX_LABEL, Label, LabelMap, of_array, resample_labels
from medviewer.errors import DataError, UnreadableFile
from medviewer.io import raster, research
from medviewer.io.label_colours import colour_of, hexadecimal, is_colour
from medviewer.io.sniff import content_type
from medviewer.io.sources import open_source

ENDINGS = (*research.ENDINGS, ".png", ".tif", ".tiff")
_TABLE_BYTES = 1 << 20
_NRRD_HEADER_BYTES = 1 << 20
_SEGMENT = re.compile(r"^Segment(\d{1,5})_(Name|Color|LabelValue|Layer)$")
_NO_LABELS = "The file holds an image, not a mask: its values are no whole numbers from 0 to 65,535."


# --- writing ------------------------------------------------------------------------------------------------------


def write_labels(labels: LabelMap, path: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Write a label map; the ending says the format.

    Parameters
    ----------
    path : path
        ``.nii``, ``.nii.gz``, ``.nrrd`` (also ``.seg.nrrd``), ``.nhdr``, ``.mha``, ``.mhd``; ``.tif`` with a page for
        each slice; ``.png`` for one slice, or with numbers from 1 on before the ending for several. 8 bits where 255
        labels are enough, else 16.

    Returns
    -------
    tuple of Path
        The files that were written.

    Raises
    ------
    DataError
        The ending is none of `ENDINGS`, or the disk refuses.

    Notes
    -----
    Research formats know even grids only: of a tilted or uneven stack the labels nearest on its regular copy are
    written (`is_exact` says whether that is so). DICOM segmentations and structure sets keep every voxel.
    """
    target = Path(path)
    name = target.name.lower()
    try:
        if name.endswith((".tif", ".tiff")):
            raster.write(_as_image(labels), target)
            return (target,)
        if name.endswith(".png"):
            return _write_pngs(labels, target)
        if not name.endswith(research.ENDINGS):
            raise DataError("The ending of the file is no format for masks.", "Use one of " + " ".join(ENDINGS) + ".")
        return _write_research(labels if is_exact(labels) else _regular(labels), target)
    except OSError as error:
        why = (error.strerror or "the disk refused it").lower()
        raise DataError(f"The mask could not be written: {why}.", "Choose another folder.") from None


def is_exact(labels: LabelMap) -> bool:
    """Whether research formats can hold the grid, so that every voxel is kept."""
    return labels.geometry.is_orthogonal and not labels.slice_positions_mm


def _regular(labels: LabelMap) -> LabelMap:
    """The nearest labels on the grid that the image's regular copy has."""
    from medviewer.core.regular import regularise

    # A copy in one byte to learn the grid; values between labels would be labels that nobody set.
    like = Image(labels.array.astype(np.uint8), labels.geometry, slice_positions_mm=labels.slice_positions_mm)
    return resample_labels(labels, regularise(like))


def _as_image(labels: LabelMap, key: str = "") -> Image:
    return Image(
        labels.array, labels.geometry, facts=Facts(spacing_source=SpacingSource.FILE, has_patient_position=True),
        key=key, slice_positions_mm=labels.slice_positions_mm,
    )  # fmt: skip


def _write_pngs(labels: LabelMap, target: Path) -> tuple[Path, ...]:
    if labels.n_slices == 1:
        raster.write(_as_image(labels), target)
        return (target,)
    digits = max(4, len(str(labels.n_slices)))
    written = []
    for k in range(labels.n_slices):
        one = target.with_name(f"{target.stem}_{k + 1:0{digits}d}{target.suffix}")
        grid = replace(labels.geometry, shape_zyx=(1, *labels.array.shape[1:]))
        # raster.write takes 8 bits where a slice needs no more; slices of one mask share a type.
        _write_png(LabelMap(labels.array[k : k + 1], grid), one)
        written.append(one)
    return tuple(written)


def _write_png(labels: LabelMap, path: Path) -> None:
    from PIL import Image as Pillow

    Pillow.fromarray(np.ascontiguousarray(labels.array[0])).save(path, format="PNG")


def _write_research(labels: LabelMap, target: Path) -> tuple[Path, ...]:
    import SimpleITK

    g = labels.geometry
    out: Any = SimpleITK.GetImageFromArray(np.ascontiguousarray(labels.array))
    out.SetOrigin(g.origin_mm)
    out.SetSpacing(g.spacing_xyz_mm)
    out.SetDirection([float(v) for v in np.stack((g.axis_x, g.axis_y, g.axis_z), axis=1).reshape(-1)])
    name = target.name.lower()
    is_nrrd = name.endswith((".nrrd", ".nhdr"))
    if is_nrrd:
        for key, text in _segment_fields(labels):
            out.SetMetaData(key, text)
    try:
        SimpleITK.WriteImage(out, os.fspath(target), name.endswith((".nrrd", ".mha", ".nii.gz")))
    except RuntimeError:
        raise DataError("The mask could not be written.", "Check the folder and the space on the disk.") from None
    written = [target]
    if name.endswith((".mhd", ".nhdr")):
        written += [found for found in _data_files(target) if found.is_file()]
    if not is_nrrd and any(label.name or label.colour for label in labels.labels):
        table = table_path(target)
        table.write_bytes(_table_of(labels))
        written.append(table)
    return tuple(written)


def _data_files(target: Path) -> list[Path]:
    return [target.with_suffix(ending) for ending in (".raw", ".zraw", ".raw.gz")]


def _segment_fields(labels: LabelMap) -> list[tuple[str, str]]:
    """The fields of 3D Slicer's segmentation files for every label that occurs or is named."""
    z, y, x = labels.array.shape
    names = {label.value: label for label in labels.labels}
    values = sorted(names.keys() | set(labels.values()))
    fields = [("Segmentation_SourceRepresentation", "Binary labelmap")] if values else []
    for n, value in enumerate(values):
        known = names.get(value, Label(value))
        rgb = " ".join(f"{c / 255:.6g}" for c in colour_of(value, known.colour))
        fields += [
            (f"Segment{n}_ID", f"Segment_{value}"),
            (f"Segment{n}_Name", _one_line(known.name) or f"Label {value}"),
            (f"Segment{n}_Color", rgb),
            (f"Segment{n}_ColorAutoGenerated", "0" if known.colour else "1"),
            (f"Segment{n}_LabelValue", str(value)),
            (f"Segment{n}_Layer", "0"),
            (f"Segment{n}_Extent", f"0 {x - 1} 0 {y - 1} 0 {z - 1}"),
            (f"Segment{n}_NameAutoGenerated", "0" if known.name else "1"),
        ]
    return fields


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip()


def table_path(path: str | os.PathLike[str]) -> Path:
    """Where the names of the labels of a NIfTI or MetaImage file stand."""
    target = Path(path)
    lower = target.name.lower()
    ending = next((e for e in sorted(research.ENDINGS, key=len, reverse=True) if lower.endswith(e)), target.suffix)
    return target.with_name(target.name[: len(target.name) - len(ending)] + ".tsv")


def _table_of(labels: LabelMap) -> bytes:
    names = {label.value: label for label in labels.labels}
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(("index", "name", "color"))
    for value in sorted(names.keys() | set(labels.values())):
        known = names.get(value, Label(value))
        writer.writerow((value, _one_line(known.name), hexadecimal(colour_of(value, known.colour)).upper()))
    return out.getvalue().encode("utf-8")


# --- reading ------------------------------------------------------------------------------------------------------


def read_labels(
    path: str | os.PathLike[str],
    onto: Image | LabelMap | None = None,
    *,
    member: str = "",
    warnings: list[str] | None = None,
    check: Callable[[], None] | None = None,
) -> LabelMap:
    """Read a mask of any kind that the program writes: research formats, pictures, DICOM SEG and RTSTRUCT, GeoJSON.

    Parameters
    ----------
    path : path
        What it is says its content, not its name.
    onto : Image or LabelMap, optional
        The image that the mask belongs to. Contours need it; a DICOM segmentation is put on its grid where its frames
        fall on pixels of it; a picture takes its place where the sizes are equal. For all else the grid is the file's
        own: `core.labels.same_grid` tells whether it fits, `core.labels.resample_labels` makes it fit.
    warnings : list, optional
        Gets sentences on what had to be decided or left out.

    Raises
    ------
    UnreadableFile
        Damaged, or no mask.
    InputError
        Contours without an image to put them on.
    GeometryMismatch
        Contours that lie in no slice of the image.
    TooLarge
    """
    from medviewer.io import geojson, segmentation, structures
    from medviewer.io.header_reader import looks_like_dicom, read_header
    from medviewer.io.sniff import inflated_head

    told: list[str] = [] if warnings is None else warnings
    name = os.fspath(path)
    with open_source(name, member) as source:
        head = source.read(0, 4096)
    kind = content_type(head)
    if kind == "gzip":
        kind = content_type(inflated_head(head, 1024))
    if kind in {"nifti", "nrrd", "mha"}:
        return _read_research(name, kind, head, told)
    if kind in {"png", "tiff"}:
        return _read_picture(name, member, onto, told)
    if kind == "jpeg":
        raise UnreadableFile("JPEG changes values, so that it cannot hold a mask.", "Use PNG.")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return geojson.read_geojson(name, onto, warnings=told)
    if looks_like_dicom(head):
        sop_class = segmentation.header_at(name, member).sop_class_uid if member else read_header(name).sop_class_uid
        if sop_class in (segmentation.SEGMENTATION, segmentation.LABEL_MAP):
            return segmentation.read_segmentation(name, onto, member=member, warnings=told, check=check)
        if sop_class == structures.STRUCTURE_SET:
            return structures.read_structures(name, onto, member=member, warnings=told, check=check)
        raise UnreadableFile("The DICOM file is neither a segmentation nor a structure set.")
    raise UnreadableFile("The file is no mask in a form that can be read.", "Use one of " + " ".join(ENDINGS) + ".")


def _read_research(path: str, kind: str, head: bytes, told: list[str]) -> LabelMap:
    grid = research.describe(path)
    if grid.colour:
        raise UnreadableFile("The file holds a colour picture, not a mask.")
    fields: dict[str, str] = {}
    if kind == "nrrd":
        with open_source(path) as source:
            fields = nrrd_fields(source.read(0, _NRRD_HEADER_BYTES))
    layers = _layers(fields)
    if grid.parts > 1 and (not layers or max(layers.values()) >= grid.parts):
        told.append(f"The file holds {grid.parts:,} volumes; the first one was read.")
    array = labels_from(research.read_array(path, 0))
    labels, by_layer = _labels_of_fields(fields)
    if grid.parts > 1 and layers:
        array, labels = _flattened(path, array, by_layer, grid.parts, told)
    if not labels and kind != "nrrd":
        labels = _read_table(table_path(path))
    geometry = grid.geometry
    return of_array(array, Image(array, geometry), labels)


def labels_from(values: NDArray[Any]) -> NDArray[Any]:
    """Values of a file as labels, uint8 or uint16.

    Raises
    ------
    UnreadableFile
        They are no whole numbers from 0 to 65,535.
    """
    if values.ndim != 3:
        raise UnreadableFile("The file holds a colour picture, not a mask.")
    if values.dtype == np.bool_:
        return values.view(np.uint8)
    if values.dtype.kind == "f":
        low, high = float(np.min(values, initial=0)), float(np.max(values, initial=0))
        if not (low >= 0 and high <= MAX_LABEL) or any(bool((s != np.rint(s)).any()) for s in values):  # NaN too
            raise UnreadableFile(_NO_LABELS)
    low, high = float(values.min(initial=0)), float(values.max(initial=0))
    if low < 0 or high > MAX_LABEL:
        raise UnreadableFile(_NO_LABELS)
    return values.astype(np.uint8 if high <= 255 else np.uint16)


def nrrd_fields(head: bytes) -> dict[str, str]:
    """Keys and values (``key:=value``) of an NRRD header."""
    fields: dict[str, str] = {}
    for line in re.split(rb"\r?\n", head):
        if not line:
            break
        key, separator, text = line.decode("utf_8", "replace").partition(":=")
        if separator:
            fields[key.strip()] = text.strip().replace("\\n", "\n").replace("\\\\", "\\")
    return fields


def _layers(fields: dict[str, str]) -> dict[str, int]:
    out = {}
    for key, text in fields.items():
        match = _SEGMENT.match(key)
        if match and match[2] == "Layer" and text.isdecimal():
            out[match[1]] = int(text)
    return out


def _labels_of_fields(fields: dict[str, str]) -> tuple[tuple[Label, ...], list[tuple[int, Label]]]:
    """The labels that 3D Slicer's fields name, and the same with the layer that each lies in."""
    segments: dict[str, dict[str, str]] = {}
    for key, text in fields.items():
        match = _SEGMENT.match(key)
        if match:
            segments.setdefault(match[1], {})[match[2]] = text
    found: dict[tuple[int, int], Label] = {}
    for _, segment in sorted(segments.items(), key=lambda item: int(item[0])):
        value_text, layer_text = segment.get("LabelValue", ""), segment.get("Layer", "0")
        value = int(value_text) if value_text.isdecimal() else 0
        if not 0 < value <= MAX_LABEL:
            continue
        name = segment.get("Name", "")
        colour = ""
        with suppress(ValueError):
            colour = hexadecimal([float(c) * 255 for c in segment.get("Color", "").split()])
        layer = int(layer_text) if layer_text.isdecimal() else 0
        found.setdefault((layer, value), Label(value, "" if name == f"Label {value}" else name, colour))
    by_layer = [(layer, label) for (layer, _), label in found.items()]
    return tuple(sorted({label.value: label for _, label in by_layer}.values(), key=lambda v: v.value)), by_layer


def _flattened(
    path: str, first: NDArray[Any], by_layer: list[tuple[int, Label]], parts: int, told: list[str]
) -> tuple[NDArray[Any], tuple[Label, ...]]:
    """Segments of several layers, which may overlap, as one map: numbered anew, the later one covers."""
    out = np.zeros(first.shape, np.uint8 if len(by_layer) <= 255 else np.uint16)
    labels = []
    overlap = 0
    held = 0, first
    for n, (layer, label) in enumerate(by_layer, start=1):
        if layer >= parts:
            continue
        if layer != held[0]:
            held = layer, labels_from(research.read_array(path, layer))
        there = held[1] == label.value
        overlap += int(np.count_nonzero(out[there]))
        out[there] = n
        labels.append(replace(label, value=n))
    if overlap:
        told.append(f"Segments overlap in {overlap:,} voxels; there the later segment is kept.")
    return out, tuple(labels)


def _read_table(path: Path) -> tuple[Label, ...]:
    """Names and colours beside the file; none when there is no such table or it cannot be understood."""
    try:
        with path.open("rb") as stream:
            text = stream.read(_TABLE_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return ()
    found: dict[int, Label] = {}
    with suppress(csv.Error):
        for row in csv.DictReader(io.StringIO(text), delimiter="\t"):
            index = (row.get("index") or "").strip()
            if index.isdecimal() and 0 < int(index) <= MAX_LABEL:
                colour = (row.get("color") or "").strip().lower()
                found[int(index)] = Label(int(index), row.get("name") or "", colour if is_colour(colour) else "")
    return tuple(found.values())


def _read_picture(path: str, member: str, onto: Image | LabelMap | None, told: list[str]) -> LabelMap:
    sheet = raster.describe(path, member)
    if sheet.colour:
        raise UnreadableFile(
            "The picture is in colour; a mask has one number for each pixel.", "Save it in shades of grey."
        )
    told += sheet.warnings
    array = labels_from(raster.read_array(path, member))
    if onto is not None and onto.geometry.shape_zyx == array.shape:
        return of_array(array, onto)
    return of_array(array, Image(array, Geometry((array.shape[0], array.shape[1], array.shape[2]))))


def read_stack(paths: Sequence[str | os.PathLike[str]], onto: Image | LabelMap | None = None) -> LabelMap:
    """Pictures of one size as the slices of one mask, in the given order.

    Raises
    ------
    UnreadableFile
        Damaged, in colour, or of different sizes.
    """
    slices = [read_labels(path).array for path in paths]
    if not slices:
        raise UnreadableFile("There is no picture of a mask.")
    if len({slice_.shape for slice_ in slices}) > 1 or len(slices[0]) != 1:
        raise UnreadableFile("The pictures of the mask have different sizes.")
    array = np.concatenate(slices)
    if onto is not None and onto.geometry.shape_zyx == array.shape:
        return of_array(array, onto)
    return of_array(array, Image(array, Geometry((array.shape[0], array.shape[1], array.shape[2]))))
