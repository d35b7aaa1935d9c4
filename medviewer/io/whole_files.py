"""Plans of files that are read as one piece: research grids and pictures."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from numpy.typing import NDArray

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Rescale, SpacingSource
from medviewer.io import raster, research
from medviewer.io.headers import InstanceHeader
from medviewer.io.unpacked import unpacked
from medviewer.io.volume_plan import VolumePlan

_RESEARCH = frozenset(("nifti", "nrrd", "mha"))
_TOO_FEW = "A volume needs at least three slices."


def whole_plans(header: InstanceHeader) -> list[VolumePlan]:
    """One plan for every volume of the file.

    Raises
    ------
    MedviewerError
    """
    if header.format in _RESEARCH:
        return _research_plans(header)
    return [_picture_plan(header)]


def _research_plans(header: InstanceHeader) -> list[VolumePlan]:
    with unpacked(header.path, header.member) as path:
        grid = research.describe(path)
    warnings = list(header.warnings)
    labels = tuple(f"volume {part + 1}" if grid.parts > 1 else "" for part in range(grid.parts))
    if grid.parts > 1:
        warnings.append(f"The file holds {grid.parts} volumes; the first is shown.")
    if not grid.has_position:
        warnings.append("The file does not place its volume in the patient: left and right are not known.")
    x, y, _ = grid.geometry.spacing_xyz_mm
    facts = Facts(
        spacing_source=SpacingSource.FILE,
        has_patient_position=grid.has_position,
        pixel_aspect=y / x,
        not_reconstructable="" if grid.geometry.shape_zyx[0] >= 3 else _TOO_FEW,
        warnings=tuple(warnings),
    )
    return [
        VolumePlan(
            shape_zyx=grid.geometry.shape_zyx,
            dtype=grid.dtype,
            colour=grid.colour,
            geometry=grid.geometry,
            rescale=Rescale(),
            unit="",
            padding=None,
            monochrome1=False,
            facts=facts,
            key=_key(header, part),
            stacks=labels,
            stack=part,
            headers=(header,),
            warnings=tuple(warnings),
            _whole=partial(_research_array, header.path, header.member, part),
        )
        for part in range(grid.parts)
    ]


def _research_array(path: str, member: str, part: int) -> NDArray[Any]:
    with unpacked(path, member) as file:
        return research.read_array(file, part)


def _picture_plan(header: InstanceHeader) -> VolumePlan:
    sheet = raster.describe(header.path, header.member)
    shape = (len(sheet.pages), sheet.rows, sheet.columns)
    warnings = (*header.warnings, *sheet.warnings)
    return VolumePlan(
        shape_zyx=shape,
        dtype=sheet.dtype,
        colour=sheet.colour,
        geometry=Geometry(shape),
        rescale=Rescale(),
        unit="",
        padding=None,
        monochrome1=False,
        facts=Facts(
            lossy=sheet.lossy,
            not_reconstructable="A picture has no position in the patient.",
            warnings=warnings,
        ),
        key=_key(header, 0),
        headers=(header,),
        warnings=warnings,
        _whole=partial(raster.read_array, header.path, header.member),
    )


def _key(header: InstanceHeader, part: int) -> str:
    text = f"whole 1\0{header.path}\0{header.member}\0{header.size}\0{header.mtime_ns}\0{part}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
