"""Sizes and spacings of NIfTI, NRRD and MetaImage files from their headers alone, for the list.

Nothing is allocated by what a header claims; pixels are read by `medviewer.io.research`.
"""

from __future__ import annotations

import math
import os
import posixpath
import re
import struct
from dataclasses import dataclass, field

from medviewer.errors import UnreadableFile

_LIMIT = 1 << 31
_NIFTI_BITS = {2: 8, 4: 16, 8: 32, 16: 32, 64: 64, 128: 24, 256: 8, 512: 16, 768: 32, 1024: 64, 1280: 64, 2304: 32}
_NRRD_BITS = {"char": 8, "short": 16, "int": 32, "long": 64, "float": 32, "double": 64}
_META_BITS = {"MET_CHAR": 8, "MET_UCHAR": 8, "MET_SHORT": 16, "MET_USHORT": 16, "MET_FLOAT": 32, "MET_DOUBLE": 64}


@dataclass(frozen=True)
class GridHeader:
    """What the header of a research file says.

    Attributes
    ----------
    shape_zyx : tuple of int
        Of one volume.
    spacing_xyz_mm : tuple of float
        Empty when the file does not say.
    volumes : int
        Number of volumes (time points, directions); 1 for a single one.
    channels : int
        Components per voxel.
    bits : int
        Bits per component, 0 when unknown.
    data_files : tuple of str
        Other files that hold the values, relative to the header's folder; empty when they are in the same file.
    """

    shape_zyx: tuple[int, int, int]
    spacing_xyz_mm: tuple[float, ...] = ()
    volumes: int = 1
    channels: int = 1
    bits: int = 0
    data_files: tuple[str, ...] = field(default=())


def read_nifti(head: bytes, name: str = "") -> GridHeader:
    """Parse a NIfTI-1 or NIfTI-2 header.

    Parameters
    ----------
    head : bytes
        At least 348 (NIfTI-1) or 540 bytes (NIfTI-2), not compressed.
    name : str
        File name, to find the second file of a pair.

    Raises
    ------
    UnreadableFile
    """
    second = head[:4] in {b"\x1c\x02\0\0", b"\0\0\x02\x1c"}
    order = "<" if head[0] else ">"
    if len(head) < (540 if second else 348):
        raise UnreadableFile("The NIfTI header is cut short.")
    if second:
        dim = struct.unpack_from(order + "8q", head, 16)
        (code,) = struct.unpack_from(order + "h", head, 12)
        pixdim = struct.unpack_from(order + "8d", head, 104)
        (units,) = struct.unpack_from(order + "i", head, 500)
        pair = head[4:7] == b"ni2"
    else:
        dim = struct.unpack_from(order + "8h", head, 40)
        (code,) = struct.unpack_from(order + "h", head, 70)
        pixdim = struct.unpack_from(order + "8f", head, 76)
        units = head[123]
        pair = head[344:348] == b"ni1\0"
    n = dim[0]
    if not 1 <= n <= 7 or any(size < 1 or size >= _LIMIT for size in dim[1 : n + 1]):
        raise UnreadableFile("The NIfTI header gives impossible dimensions.")
    sizes = [int(size) for size in dim[1 : n + 1]] + [1] * 7
    scale = {1: 1000.0, 2: 1.0, 3: 0.001}.get(units & 7, 1.0)
    spacing = tuple(abs(step) * scale for step in pixdim[1:4])
    data: tuple[str, ...] = ()
    if pair:
        stem = name[: -len(".hdr")] if name.lower().endswith(".hdr") else os.path.splitext(name)[0]
        data = (stem + ".img",)
    return GridHeader(
        shape_zyx=(sizes[2], sizes[1], sizes[0]),
        spacing_xyz_mm=_positive(spacing),
        volumes=math.prod(sizes[3:7]) if sizes[4] == 1 else sizes[3],
        channels=3 if code == 128 else 4 if code == 2304 else sizes[4],
        bits=8 if code in {128, 2304} else _NIFTI_BITS.get(code, 0),
        data_files=data,
    )


def read_nrrd(head: bytes) -> GridHeader:
    """Parse the text header of an NRRD file (https://teem.sourceforge.net/nrrd/format.html).

    Raises
    ------
    UnreadableFile
    """
    fields: dict[str, str] = {}
    lines = re.split(rb"\r?\n", head)
    for line in lines[1:]:
        if not line:
            break
        text = line.decode("utf_8", "replace")
        if text.startswith("#") or ":=" in text:
            continue
        key, separator, value = text.partition(":")
        if separator:
            fields[key.strip().lower()] = value.strip()
    sizes = _integers(fields.get("sizes", ""))
    if not sizes:
        raise UnreadableFile("The NRRD header gives no usable sizes.")
    kinds = fields.get("kinds", "").lower().split()
    not_space = {"vector", "rgb-color", "rgba-color", "list", "time", "3-vector", "covariant-vector"} | {
        kind for kind in kinds if kind.endswith(("-color", "-vector", "-matrix"))
    }
    directions = re.findall(r"none|\([^)]*\)", fields.get("space directions", ""))
    axes = [
        axis
        for axis in range(len(sizes))
        if not (axis < len(kinds) and kinds[axis] in not_space)
        and not (axis < len(directions) and directions[axis] == "none")
    ]
    # Four axes that all claim to be space: the last one is time, as most programs write it.
    rest = [size for axis, size in enumerate(sizes) if axis not in axes[:3]]
    first = bool(axes) and axes[0] > 0
    space = [sizes[axis] for axis in axes[:3]] + [1, 1, 1]
    spacing: tuple[float, ...] = ()
    if len(directions) == len(sizes):
        spacing = tuple(_length(directions[axis]) for axis in axes[:3])
    elif fields.get("spacings"):
        steps = _floats(fields["spacings"])
        spacing = tuple(steps[axis] for axis in axes[:3] if axis < len(steps))
    count = math.prod(rest) if rest else 1
    words = fields.get("type", "").lower().split()
    bits = next((_NRRD_BITS[word] for word in reversed(words) if word in _NRRD_BITS), 0)
    if words and (match := re.fullmatch(r"u?int(8|16|32|64)(_t)?", words[-1])):
        bits = int(match[1])
    if words and words[-1] in {"uchar", "ushort", "uint"}:
        bits = _NRRD_BITS[words[-1][1:]]
    return GridHeader(
        shape_zyx=(space[2], space[1], space[0]),
        spacing_xyz_mm=_positive(spacing),
        volumes=1 if first else count,
        channels=count if first else 1,
        bits=bits,
        data_files=_nrrd_data(fields.get("data file") or fields.get("datafile") or "", lines),
    )


def _nrrd_data(value: str, lines: list[bytes]) -> tuple[str, ...]:
    if not value:
        return ()
    if value.upper().startswith("LIST"):
        at = next(i for i, line in enumerate(lines) if line.lower().startswith((b"data file", b"datafile")))
        return tuple(line.decode("utf_8", "replace").strip() for line in lines[at + 1 :] if line.strip())[:100000]
    pattern = value.split()
    if len(pattern) >= 4 and "%" in pattern[0]:
        return _numbered(pattern[0], pattern[1:4])
    return (value,)


def read_meta_image(head: bytes) -> GridHeader:
    """Parse the text header of a MetaImage file (.mha, .mhd).

    Raises
    ------
    UnreadableFile
    """
    fields: dict[str, str] = {}
    rest: list[str] = []
    lines = re.split(rb"\r?\n", head)
    for number, line in enumerate(lines):
        text = line.decode("utf_8", "replace")
        key, separator, value = text.partition("=")
        if not separator:
            break
        fields[key.strip()] = value.strip()
        if key.strip() == "ElementDataFile":
            rest = [line.decode("utf_8", "replace").strip() for line in lines[number + 1 :]]
            break
    sizes = _integers(fields.get("DimSize", ""))
    if not sizes or "ElementDataFile" not in fields:
        raise UnreadableFile("The MetaImage header gives no usable size or names no data.")
    space = [*sizes[:3], 1, 1, 1]
    spacing = tuple(_floats(fields.get("ElementSpacing") or fields.get("ElementSize") or "")[:3])
    channels = _integers(fields.get("ElementNumberOfChannels", "1")) or [1]
    data = fields["ElementDataFile"]
    files: tuple[str, ...]
    if data.upper() in {"LOCAL", ""}:
        files = ()
    elif data.upper().startswith("LIST"):
        files = tuple(name for name in rest if name)[:100000]
    elif "%" in data and len(data.split()) >= 3:
        words = data.split()
        files = _numbered(words[0], [*words[1:3], words[3] if len(words) > 3 else "1"])
    else:
        files = (data,)
    return GridHeader(
        shape_zyx=(space[2], space[1], space[0]),
        spacing_xyz_mm=_positive(spacing),
        volumes=math.prod(sizes[3:]) if len(sizes) > 3 else 1,
        channels=channels[0],
        bits=_META_BITS.get(fields.get("ElementType", ""), 0),
        data_files=files,
    )


def beside(folder: str, name: str) -> str | None:
    """The place of a named file in an archive, from the folder of its header; None where that leads out of it."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name:
        return None
    return posixpath.normpath(posixpath.join(folder, *parts))


def _numbered(pattern: str, limits: list[str]) -> tuple[str, ...]:
    """File names of a printf-like pattern; only %d with a width is accepted."""
    match = re.fullmatch(r"([^%]*)%(0?\d{0,2})d([^%]*)", pattern)
    try:
        low, high, step = (int(limit) for limit in limits)
    except ValueError:
        return ()
    if match is None or step < 1 or not 0 <= high - low < 100000:
        return ()
    return tuple(f"{match[1]}{i:{match[2] or '1'}d}{match[3]}" for i in range(low, high + 1, step))


def _integers(text: str) -> list[int]:
    words = text.split()
    if not words or len(words) > 16 or not all(word.isdecimal() and 0 < int(word) < _LIMIT for word in words):
        return []
    return [int(word) for word in words]


def _floats(text: str) -> list[float]:
    values: list[float] = []
    for word in text.split()[:16]:
        try:
            values.append(abs(float(word)))
        except ValueError:
            values.append(math.nan)
    return values


def _length(direction: str) -> float:
    values = _floats(direction.strip("()").replace(",", " "))
    return math.hypot(*values) if values else math.nan


def _positive(spacing: tuple[float, ...]) -> tuple[float, ...]:
    return spacing if spacing and all(math.isfinite(step) and step > 0 for step in spacing) else ()
