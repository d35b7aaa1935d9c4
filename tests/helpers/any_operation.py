"""Any operation on any image: a scene with masks, and parameters with marks where there are any to set."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from medviewer.core import labels
from medviewer.core.image import Image
from medviewer.core.marks import Mark
from medviewer.ops import registry
from medviewer.ops.operation import Operation
from medviewer.ops.params import Hand, fields_of
from medviewer.ops.scene import Scene
from medviewer.services import processing
from tests.helpers.classifiers import write_picture_classifier

assert processing.registry is registry  # importing it adds the networks

ZOO = "dicom/zoo"
REAL = {
    "CT": "dicom/ct_chest_lidc-0314",
    "MR, oblique": "dicom/mr_brain_t1_studyforrest",
    "PET": "dicom/pet_wholebody_sts-001",
    "CT, small": "dicom/petctmr_sts-012/CT",
    "MR, thick slices": "volumes/pyradiomics/brain1_image.nrrd",
    "NIfTI": "segmentation/msd_hippocampus",  # the first image in it
    "ultrasound, grey": f"{ZOO}/us/gdcm-US-ALOKA-16.dcm",
    "ultrasound, colour": f"{ZOO}/us/examples_ybr_color.dcm",
    "radiograph": f"{ZOO}/cr/dx_image.dcm",
    "colour photograph": "detection/bccd/images",  # the first image in it
    "RGB capture": f"{ZOO}/sc/SC_rgb.dcm",
    "enhanced MR": f"{ZOO}/enhanced/emri_small.dcm",
    "2-D": "registration/elastix_2d/fixed.mhd",
}


def source_of(shared_data: Path, name: str) -> Path:
    """The file or folder of a real image."""
    path = shared_data / REAL[name]
    if name == "NIfTI":
        return sorted(path.rglob("*.nii*"))[0]
    if name == "colour photograph":
        return sorted(path.glob("*.jpg"))[0]
    return path


def scene_of(image: Image) -> Scene:
    """The image with a mask of two labels, and one put aside."""
    bright = np.zeros(image.array.shape[:3], np.uint8)
    n, rows, columns = bright.shape
    bright[n // 4 : n // 2 + 1, rows // 4 : rows // 2 + 1, columns // 4 : columns // 2 + 1] = 1
    bright[n // 4 : n // 2 + 1, rows // 2 + 1 : rows - 2, columns // 2 + 1 : columns - 2] = 2
    mask = labels.of_array(bright, image, (labels.Label(1, "one"), labels.Label(2, "two")))
    return Scene(image, image, mask, {"A": labels.binary(bright > 0, image)})


def params_of(operation: Operation, image: Image) -> Any:
    """The defaults, with marks set where there are any to set."""
    z, y, x = image.geometry.shape_zyx
    low, high = (image.geometry.world(p) for p in ((x // 4, y // 4, z // 2), (3 * x // 4, 3 * y // 4, z // 2)))
    places = [(float(p[0]), float(p[1]), float(p[2])) for p in (low, high)]
    params = operation.defaults()
    for field in fields_of(operation.params_type):
        if field.set_by is not None:
            single = [Mark(n, (place,)) for n, place in zip(sorted(field.set_by.labels), places, strict=False)]
            marks = (Mark(1, tuple(places)),) if field.set_by.hand is Hand.BOX else tuple(single)
            params = replace(params, **{field.name: marks})
        if field.pick is not None:
            params = replace(params, **{field.name: str(a_classifier())})
    return params


@functools.cache
def a_classifier() -> Path:
    """A small trained classifier as a file."""
    return write_picture_classifier(Path(tempfile.mkdtemp(prefix="medviewer-tests-")) / "tree.classifier")
