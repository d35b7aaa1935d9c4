"""Radiomics: all features of a region, and how the time grows with its voxels.

PyRadiomics cannot be installed beside this program; the peers here are the plain ways with the same libraries
(scikit-image's co-occurrence matrices and marching cubes, all pairs by cdist).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.core.labels import LabelMap, binary
from medviewer.ops.features import Binning, FeatureSettings, Mode, autocorrelation, extract, mesh, zones
from medviewer.ops.features.lattice import Lattice
from tests.perf.measure import Row, Table, compare, in_turns

pytestmark = pytest.mark.perf

FACTS = Facts("CT", SpacingSource.PATIENT)


def sample(side: int, ball: bool) -> tuple[Image, LabelMap]:
    """Smooth noise with a cube or a ball in the middle."""
    from scipy import ndimage

    n = side + 16
    rng = np.random.default_rng(0)
    values = np.rint(ndimage.gaussian_filter(rng.normal(size=(n, n, n)), 1.0) * 800).astype(np.int16)
    image = Image(values, Geometry(values.shape), facts=FACTS)
    mask = np.zeros(values.shape, dtype=bool)
    mask[8:-8, 8:-8, 8:-8] = True
    if ball:
        at = np.arange(n) - (n - 1) / 2
        mask &= at[:, None, None] ** 2 + at[:, None] ** 2 + at**2 < (side / 2) ** 2
    return image, binary(mask, image)


def test_all_families(table: Table) -> None:
    """IBSI, 32 bins, 3-D merged; and the 107 of PyRadiomics at the size where they were measured (406 ms)."""
    compatible = FeatureSettings(mode=Mode.PYRADIOMICS, binning=Binning.WIDTH, bin_width=25)
    group = "Radiomics"
    for what, (image, labels), settings, goal in (
        (
            "IBSI, all 170, 32 bins, 128³ cube",
            sample(128, ball=False),
            FeatureSettings(),
            "≤ 1500 ms on two free cores",
        ),
        ("PyRadiomics' 107, ball of 50,000 voxels", sample(46, ball=True), compatible, "≤ 135 ms (3× of 406 ms)"),
        ("PyRadiomics' 107, ball of 5,500 voxels", sample(22, ball=True), compatible, "≤ 40 ms (3× of 121 ms)"),
    ):
        found = in_turns({"ours": lambda i=image, m=labels, s=settings: extract(i, m, s)}, rounds=5)["ours"]
        voxels = int((labels.array > 0).sum())
        table.add(
            Row(group, what, "–", found.wall_ms, None, None, goal, f"{voxels} voxels, CPU {found.cpu_ms:.0f} ms")
        )


def test_growth(table: Table) -> None:
    """Time per voxel from 32³ to 128³: near-linear means that it hardly grows."""
    samples = {side: sample(side, ball=False) for side in (32, 64, 128)}
    settings = FeatureSettings()
    for side, (image, labels) in samples.items():
        found = in_turns({"ours": lambda i=image, m=labels: extract(i, m, settings)}, rounds=3)["ours"]
        table.value(
            "Radiomics", f"{side}³, all families", f"{1e6 * found.cpu_ms / side**3:.0f} ns CPU a voxel", "near-linear"
        )


def test_parts_against_plain_ways(table: Table) -> None:
    """The mesh against a mesh, zones against levels one by one, Moran's I against all pairs."""
    from scipy import ndimage
    from scipy.spatial.distance import cdist
    from skimage.measure import marching_cubes, mesh_surface_area

    image, labels = sample(96, ball=True)
    mask = labels.mask()
    levels = np.where(mask, np.clip((image.array.astype(np.int32) + 400) // 25, 0, 31) + 1, 0)
    lattice = Lattice.of(levels, 32)

    def plain_mesh() -> float:
        vertices, faces, _, _ = marching_cubes(np.pad(mask, 1).astype(np.float32), 0.5, method="lorensen")
        return float(mesh_surface_area(vertices, faces))

    def plain_zones() -> int:
        return sum(int(ndimage.label(levels == level, np.ones((3, 3, 3)))[1]) for level in range(1, 33))

    def zones_at_once() -> int:
        return len(zones.find_zones(lattice, in_slices=False).size)

    assert zones_at_once() == plain_zones()
    unit = (1.0, 1.0, 1.0)
    compare(
        table, "Radiomics", "surface of a mask, ball in 96³",
        {"medviewer": lambda: mesh.surface(mask, unit), "scikit-image marching cubes": plain_mesh}, rounds=5,
    )  # fmt: skip
    compare(
        table, "Radiomics", "size zones, 32 levels, ball in 96³",
        {"medviewer": zones_at_once, "scipy label, level by level": plain_zones}, rounds=3,
    )  # fmt: skip
    small = mask[40:60, 40:60, 40:60]
    field: NDArray[Any] = np.where(small, image.array[40:60, 40:60, 40:60].astype(np.float64), 0.0)

    def all_pairs() -> float:
        points = np.argwhere(small).astype(np.float64)
        apart = cdist(points, points)
        np.fill_diagonal(apart, np.inf)
        x = field[small]
        return float(x @ (1 / apart) @ x)

    assert autocorrelation.pair_sums(field, small, unit)[0] == pytest.approx(all_pairs(), rel=1e-9)
    compare(
        table, "Radiomics", f"sums over all pairs of {int(small.sum())} voxels",
        {"medviewer": lambda: autocorrelation.pair_sums(field, small, unit), "cdist": all_pairs}, rounds=3,
    )  # fmt: skip
