"""The PyRadiomics-compatible mode against PyRadiomics' own published baseline of its sample ``brain1``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from medviewer.core.labels import binary
from medviewer.core.table import Cell
from medviewer.ops.features import Binning, FeatureSettings, Interpolation, Mode, extract
from tests.unit.ops.features.pyradiomics_baseline import (
    BRAIN1,
    BRAIN1_64_BINS,
    BRAIN1_RESAMPLED,
    BRAIN1_SLICE_16,
    FLAT_REGION,
    MESH_OF_ANOTHER_STATE,
)
from tests.unit.ops.features.samples import blob, brain1, image_of

COMPATIBLE = {"mode": Mode.PYRADIOMICS, "binning": Binning.WIDTH, "bin_width": 25.0}


def features_of(shared_data: Path, **settings: object) -> dict[str, Cell]:
    image, mask = brain1(shared_data)
    chosen = FeatureSettings(**(COMPATIBLE | settings))  # type: ignore[arg-type]
    return extract(image, binary(mask, image), chosen).row(0)


def test_brain1(shared_data: Path) -> None:
    found = features_of(shared_data, voxel_shift=2000.0)
    names = [key for key in found if key.startswith("original_")]
    assert len(names) == 107 == sum(len(values) for values in BRAIN1.values())
    for group, values in BRAIN1.items():
        for name, expected in values.items():
            loose = name in MESH_OF_ANOTHER_STATE
            assert found[f"original_{group}_{name}"] == pytest.approx(expected, rel=1e-3 if loose else 1e-9), name


def test_resampled(shared_data: Path) -> None:
    """Resampling, B-spline and mask are PyRadiomics' to the last digit, and so is the mesh."""
    found = features_of(shared_data, resample_mm=2.0, interpolation=Interpolation.CUBIC)
    for name, expected in BRAIN1_RESAMPLED.items():
        assert found[f"original_{name}"] == pytest.approx(expected, rel=1e-8), name


def test_fixed_number_of_bins(shared_data: Path) -> None:
    found = features_of(shared_data, binning=Binning.NUMBER, bin_number=64)
    for name, expected in BRAIN1_64_BINS.items():
        assert found[f"original_{name}"] == pytest.approx(expected, rel=1e-9), name


def test_one_grey_level(shared_data: Path) -> None:
    found = features_of(shared_data, bin_width=5000.0)
    for name, expected in FLAT_REGION.items():
        assert found[f"original_{name}"] == pytest.approx(expected, rel=1e-9, abs=1e-9), name


def test_shape_in_one_slice(shared_data: Path) -> None:
    image, mask = brain1(shared_data)
    flat = np.zeros_like(mask)
    flat[16] = mask[16]
    found = extract(image, binary(flat, image), FeatureSettings(**COMPATIBLE)).row(0)  # type: ignore[arg-type]
    for name, expected in BRAIN1_SLICE_16.items():
        assert found[f"original_shape2D_{name}"] == pytest.approx(expected, rel=1e-9), name


def test_bins_start_at_multiples_of_the_width() -> None:
    """Level 1 holds the multiple of the width at or below the minimum, also below zero."""
    from medviewer.ops.features.regions import cut, discretise, region_of
    from medviewer.ops.operation import QuietContext

    values = np.array([[[-37, -26, -25, -1, 0, 24, 25, 63]]], dtype=np.int16)
    settings = FeatureSettings(**COMPATIBLE)  # type: ignore[arg-type]
    mask = np.ones(values.shape, dtype=bool)
    region = region_of(cut(image_of(values), mask, settings, 0.0, QuietContext()), settings)
    assert discretise(region, settings).levels.ravel().tolist() == [1, 1, 2, 2, 3, 3, 4, 5]


def test_filtered_images_have_their_names() -> None:
    values, mask = blob()
    image = image_of(values)
    chosen = FeatureSettings(**(COMPATIBLE | {"wavelet": True, "log_sigmas_mm": "1, 2.5"}))  # type: ignore[arg-type]
    found = extract(image, binary(mask, image), chosen).row(0)
    prefixes = {key.rsplit("_", 2)[0] for key in found if key.count("_") >= 2} - {"not"}
    bands = {f"wavelet-{a}{b}{c}" for a in "LH" for b in "LH" for c in "LH"}
    assert prefixes == bands | {"original", "log-sigma-1-0-mm-3D", "log-sigma-2-5-mm-3D"}
    assert not any("wavelet" in key and "shape" in key for key in found)
    assert sum(key.startswith("wavelet-HLH_") for key in found) == 107 - 14
