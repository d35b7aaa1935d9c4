"""The door of ``medviewer probe``: does a file or series load, and what is in it; through the code of the window."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import SpacingSource
from medviewer.errors import InconsistentSeries, MedviewerError, UnreadableFile
from medviewer.io.headers import InstanceHeader
from medviewer.io.pixels import to_rgb
from medviewer.io.series import Series, group_instances
from medviewer.io.stacking import ONE_LOCATION
from medviewer.io.volume import headers_at, plans
from medviewer.io.volume_plan import VolumePlan

_BLOCK_PIXELS = 1 << 24
_FAULT = "The program made a mistake over this file; the log says more."


@dataclass
class _Statistics:
    """Minimum, maximum and mean over many frames; NaN and infinity are left out."""

    low: float = math.inf
    high: float = -math.inf
    total: float = 0.0
    count: int = 0

    def add(self, values: NDArray[Any]) -> None:
        if values.dtype.kind == "f":
            values = values[np.isfinite(values)]
        if values.size:
            self.low = min(self.low, float(values.min()))
            self.high = max(self.high, float(values.max()))
            self.total += float(values.sum(dtype=np.float64))
            self.count += values.size

    def result(self) -> dict[str, float] | None:
        if not self.count:
            return None
        return {"min": _number(self.low), "max": _number(self.high), "mean": self.total / self.count}


@dataclass
class _Findings:
    stored: _Statistics = field(default_factory=_Statistics)
    modality: _Statistics = field(default_factory=_Statistics)
    nopad: _Statistics = field(default_factory=_Statistics)
    rgb_total: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))
    rgb_count: int = 0


def _number(value: float) -> float:
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value


def probe(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Load a file, or a folder that is one series, and describe it.

    Never raises for anything that a file may hold.

    Returns
    -------
    dict
        ``status`` (``"loaded"`` or ``"refused"``), ``reason`` (a sentence, empty when loaded), ``warnings``,
        ``frames``, ``rows``, ``cols``, ``samples``, ``stored``, ``modality``, ``modality_nopad`` (each min,
        max, mean, or None), ``rgb_mean`` (0 to 255, colour only), ``patient_name``, ``n_slices``, ``spacing_xy`` (mm,
        or None for pixels), ``spacing_z`` (mm along the normal, None for one location). Stored values are
        decoded ones before the modality LUT (palette indices for palettes); modality values are after it and not
        inverted.
    """
    warnings: list[str] = []
    try:
        headers = headers_at(os.fspath(path))
        images = [header for header in headers if header.has_pixels]
        if not images:
            raise UnreadableFile(_no_image(headers[0]))
        if len({header.series_uid for header in images}) > 1:
            raise InconsistentSeries("The folder holds several series.", "Choose one of them.")
        return _described(images, warnings)
    except MedviewerError as error:
        return {"status": "refused", "reason": str(error), "warnings": warnings}
    except (MemoryError, RecursionError):
        return {"status": "refused", "reason": "The file needs more than the program allows itself.", "warnings": []}
    except Exception:
        import logging

        # A bug in the program, told as one; the next path must not suffer from it.
        logging.getLogger(__name__).exception("probe failed")
        return {"status": "refused", "reason": _FAULT, "warnings": warnings}


def _no_image(header: InstanceHeader) -> str:
    names = {
        "report": "a structured report",
        "waveform": "a waveform",
        "document": "a document",
        "rt": "a radiotherapy object",
        "presentation": "a presentation state",
    }
    return f"The file holds {names.get(header.kind, 'no image')}" + (
        ", and no image." if header.kind in names else "."
    )


def _described(images: list[InstanceHeader], warnings: list[str]) -> dict[str, Any]:
    grouping = group_instances(images)
    parts: list[Series] = grouping.series
    if grouping.duplicates:
        count = len(grouping.duplicates)
        warnings.append(f"{count} {'file is an exact copy' if count == 1 else 'files are exact copies'} of another.")
    stacks = [plan for part in parts for plan in plans(part)]
    shown = max(stacks, key=len)
    for plan in stacks:
        warnings.extend(line for line in plan.warnings if line not in warnings)
    if len(parts) > 1:
        reasons = ", ".join(dict.fromkeys(part.split_reason for part in parts if part.split_reason))
        warnings.append(f"The series was split into {len(parts)} stacks" + (f": {reasons}." if reasons else "."))
    findings = _Findings()
    for plan in stacks:
        _measure(plan, findings, warnings)
    header = shown.header(0)
    spacing_x, spacing_y, _ = shown.geometry.spacing_xyz_mm
    along = float(np.asarray(shown.geometry.axis_z) @ shown.geometry.normal) * shown.geometry.spacing_xyz_mm[2]
    has_steps = len(shown) > 1 and shown.facts.has_patient_position and not _one_location(shown)
    whole = shown.facts.spacing_source is SpacingSource.FILE
    return {
        "status": "loaded",
        "reason": "",
        "warnings": warnings,
        "frames": sum(len(plan) for plan in stacks),
        "rows": shown.shape_zyx[1],
        "cols": shown.shape_zyx[2],
        "samples": header.samples or 1,
        "stored": findings.stored.result(),
        "modality": findings.modality.result(),
        "modality_nopad": findings.nopad.result(),
        "rgb_mean": [float(v) for v in findings.rgb_total / findings.rgb_count] if findings.rgb_count else None,
        "patient_name": header.patient_name,
        "n_slices": len(shown),
        "spacing_xy": None if shown.facts.spacing_source is SpacingSource.NONE else [spacing_x, spacing_y],
        "spacing_z": abs(along) if has_steps or whole else None,
        "spacing_source": str(shown.facts.spacing_source),
        "unit": shown.unit,
        "photometric": header.photometric,
        "stacks": [len(plan) for plan in stacks],
    }


def _one_location(plan: VolumePlan) -> bool:
    return plan.facts.not_reconstructable == ONE_LOCATION


def _measure(plan: VolumePlan, findings: _Findings, warnings: list[str]) -> None:
    """Decode every frame once; a series loads when all its frames do."""
    for k, values in plan.stored_frames():
        if isinstance(values, MedviewerError):
            raise values
        # By blocks of rows: as floats, a frame of gigabytes would take several times its size.
        step = max(1, _BLOCK_PIXELS // max(1, values.shape[1]))
        for row in range(0, len(values), step):
            _measure_rows(plan, k, values[row : row + step], findings)


def _measure_rows(plan: VolumePlan, k: int, values: NDArray[Any], findings: _Findings) -> None:
    findings.stored.add(values)
    if plan.colour:
        rgb = values if not plan.frames else to_rgb(values, plan.frames[k].format, plan.palette(k))
        findings.rgb_total += rgb.reshape(-1, 3).sum(axis=0, dtype=np.float64)
        findings.rgb_count += rgb.shape[0] * rgb.shape[1]
        return
    modality = plan.rescale.apply(values, k) if not plan.rescale.is_identity else values
    findings.modality.add(modality)
    if plan.padding is None:
        findings.nopad.add(modality)
    else:
        low, high = plan.padding
        findings.nopad.add(modality[(values < low) | (values > high)])
