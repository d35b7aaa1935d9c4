"""Sources that results are written for, in every position a series can have, and the judgement of dciodvfy."""

from __future__ import annotations

import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medviewer.core.image import Image
from medviewer.core.labels import Label, LabelMap, of_array
from medviewer.io import volume
from medviewer.io.volume_plan import VolumePlan
from tests.helpers.dicom_factory import make_instance, stable_uid

ROWS, COLUMNS, SLICES = 9, 11, 6


def _oblique() -> tuple[np.ndarray, np.ndarray]:
    a, b = 0.4, -0.3
    turn = np.array([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0], [0, 0, 1]])
    tilt = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    m = np.round(turn @ tilt, 6)
    return m[:, 0], m[:, 1]


X, Y, Z = np.eye(3)
ORIENTATIONS = {
    "axial": (X, Y),
    "sagittal": (Y, -Z),
    "coronal": (X, -Z),
    "oblique": _oblique(),
    "feet first, prone": (-X, -Y),
}
KINDS = (*ORIENTATIONS, "reversed", "tilted", "missing slice", "uneven")


def make_source(folder: Path, kind: str) -> tuple[VolumePlan, Image]:
    """A CT of 6 slices of 9 × 11 pixels of 0.7 × 0.9 mm; its plan and its image."""
    x, y = ORIENTATIONS.get(kind, ORIENTATIONS["axial"])
    normal = np.cross(x, y)
    heights = [2.5 * k for k in range(SLICES)]
    if kind == "missing slice":
        heights = [2.5 * k for k in range(SLICES + 1) if k != 3]
    if kind == "uneven":
        heights = [0.0, 2.0, 4.7, 8.0, 10.1, 15.0]
    for k, height in enumerate(heights):
        position = np.array([-13.25, 21.5, -100.125]) + normal * height
        if kind == "tilted":
            position += y * height * math.tan(math.radians(12))
        make_instance(
            folder / f"{k:02d}.dcm", k=SLICES - k if kind == "reversed" else k, series=kind, study="results",
            Rows=ROWS, Columns=COLUMNS, PixelSpacing=[0.7, 0.9], SliceThickness=2.5,
            ImagePositionPatient=[f"{v:.6f}" for v in position],
            ImageOrientationPatient=[f"{v:.6f}" for v in (*x, *y)],
            PositionReferenceIndicator="", ReferringPhysicianName="", PatientPosition="HFS", KVP="120",
            AcquisitionNumber=1, Laterality="", Manufacturer="Test", RescaleType="HU", PatientName="Tést^Jürgen",
            SpecificCharacterSet="ISO_IR 100", PatientOrientation=None,
        )  # fmt: skip
    plan = volume.plan(volume.series_at(folder))
    array = plan.allocate()
    plan.read_into(array)
    image = plan.image(array)
    if kind == "reversed":  # a stack may also be walked from its other end
        order = range(len(plan.frames))[::-1]
        plan, image = turned_over(plan, image, list(order))
    return plan, image


def turned_over(plan: VolumePlan, image: Image, order: list[int]) -> tuple[VolumePlan, Image]:
    """The same slices counted from the other end."""
    from dataclasses import replace

    g = image.geometry
    last = g.world((0, 0, len(order) - 1))
    geometry = replace(g, origin_mm=tuple(last), axis_z=tuple(-np.asarray(g.axis_z)))
    return (
        replace(plan, frames=tuple(plan.frames[k] for k in order), geometry=geometry),
        replace(image, array=image.array[order], geometry=geometry),
    )


def random_labels(image: Image, seed: int = 0, most: int = 3) -> LabelMap:
    """Holes, single pixels, pixels that touch by corners, an empty slice."""
    rng = np.random.default_rng(seed)
    array = rng.integers(0, most + 1, image.geometry.shape_zyx).astype(np.uint8)
    array[1] = 0
    array[2] = 0
    array[2, 2:7, 2:8] = 2
    array[2, 3:6, 3:7] = 0
    array[2, 4, 5] = 2
    return of_array(array, image, (Label(1, "Leber 肝", "#c00000"), Label(2, "ring"), Label(3)))


def errors_of(path: Path | str) -> list[str]:
    """What dciodvfy (dicom3tools) finds wrong; the test is skipped where it is not installed."""
    tool = shutil.which("dciodvfy")
    if tool is None:
        pytest.skip("dciodvfy (dicom3tools) is not installed")
    done = subprocess.run([tool, str(path)], capture_output=True, text=True, errors="replace", check=False)
    return [line for line in (done.stderr + done.stdout).splitlines() if line.startswith("Error")]


def instance_uid(*parts: Any) -> str:
    """The UID that `make_source` gives slice `k` of a kind."""
    return stable_uid("instance", "results", *parts)
