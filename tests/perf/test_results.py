"""Masks to contours and to DICOM, against scikit-image and highdicom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from scipy import ndimage

from medviewer.core import contour
from medviewer.core.labels import of_array
from medviewer.io import volume
from medviewer.io.segmentation import read_segmentation, write_segmentation
from tests.perf.measure import Table, compare

pytestmark = [pytest.mark.perf, pytest.mark.slow]


def blobs(shape: tuple[int, ...], sigma: float) -> Any:
    rng = np.random.default_rng(0)
    return ndimage.gaussian_filter(rng.normal(size=shape).astype(np.float32), sigma) > 0.02


def test_contours(table: Table) -> None:
    from skimage import measure

    mask = blobs((512, 512), 6)
    compare(
        table,
        "Results",
        "contours of a 512² mask (ours with hierarchy)",
        {
            "medviewer": lambda: contour.trace(mask, "middles"),
            "scikit-image find_contours": lambda: measure.find_contours(mask.astype(np.float32), 0.5),
        },
    )


def test_mask_of_contours(table: Table) -> None:
    from skimage import draw

    mask = blobs((512, 512), 6)
    found = contour.trace(mask)
    rings = [c.points[:, ::-1] for c in found]

    def theirs() -> Any:
        out = np.zeros(mask.shape, bool)
        for ring in rings:
            out ^= draw.polygon2mask(mask.shape, ring)
        return out

    assert (theirs() == contour.mask_of(found, mask.shape)).all()
    compare(
        table,
        "Results",
        "mask of the contours, 512²",
        {"medviewer": lambda: contour.mask_of(found, mask.shape), "scikit-image polygon2mask": theirs},
        rounds=3,
    )


def test_segmentation(table: Table, shared_data: Path, tmp_path: Path) -> None:
    import highdicom
    from highdicom.seg import SegmentDescription
    from pydicom.sr.codedict import codes

    plan = volume.plan(volume.series_at(shared_data / "dicom" / "mr_brain_t1_studyforrest"))
    image = plan.image(plan.allocate())
    mask = blobs(image.geometry.shape_zyx, 8)
    labels = of_array(mask.astype(np.uint8), image)
    path = tmp_path / "ours.dcm"

    def by_highdicom() -> None:
        sources = [pydicom.dcmread(frame.path) for frame in plan.frames]
        described = SegmentDescription(
            1, "a", codes.SCT.Tissue, codes.SCT.Tissue, highdicom.seg.SegmentAlgorithmTypeValues.MANUAL
        )
        highdicom.seg.Segmentation(
            sources, mask, highdicom.seg.SegmentationTypeValues.BINARY, [described], highdicom.UID(), 1,
            highdicom.UID(), 1, "medviewer", "medviewer", "1", "1",
        ).save_as(tmp_path / "theirs.dcm")  # fmt: skip

    compare(
        table,
        "Results",
        "DICOM SEG of 92 × 384 × 274, written",
        {"medviewer": lambda: write_segmentation(labels, plan.frames, path), "highdicom": by_highdicom},
        rounds=3,
    )
    assert (read_segmentation(path, image).array == labels.array).all()
    compare(
        table,
        "Results",
        "DICOM SEG of 92 × 384 × 274, read",
        {
            "medviewer": lambda: read_segmentation(path, image),
            "highdicom": lambda: highdicom.seg.segread(path).get_volume(combine_segments=True),
        },
        rounds=3,
    )
