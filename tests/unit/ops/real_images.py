"""Parts of real studies, small enough for tests of filters; read through SimpleITK, not through the program."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import SimpleITK

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource


@cache
def ct_slab(data: Path) -> Image:
    """Eight slices of a thorax, 4 mm apart, 256 × 256 pixels from the middle."""
    folder = data / "dicom" / "ct_chest_lidc-0314"
    names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))
    read = SimpleITK.ReadImage(names[20:28])
    array = SimpleITK.GetArrayFromImage(read)[:, 128:384, 128:384].astype(np.int16)
    spacing = read.GetSpacing()
    geometry = Geometry(array.shape, spacing_xyz_mm=(spacing[0], spacing[1], spacing[2]))
    facts = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)
    return Image(array, geometry, Rescale(), "HU", facts=facts)


@cache
def brain(data: Path) -> Image:
    """Five slices of a brain (MR)."""
    read = SimpleITK.ReadImage(str(data / "volumes" / "pyradiomics" / "brain1_image.nrrd"))
    array = SimpleITK.GetArrayFromImage(read)[10:15].astype(np.int16)
    spacing = read.GetSpacing()
    geometry = Geometry(array.shape, spacing_xyz_mm=(spacing[0], spacing[1], spacing[2]))
    return Image(array, geometry, facts=Facts("MR", SpacingSource.PATIENT, has_patient_position=True))
