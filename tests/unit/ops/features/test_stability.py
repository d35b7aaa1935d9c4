"""Perturbed masks and the intraclass correlation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from medviewer.core.labels import of_array
from medviewer.errors import InputError
from medviewer.ops.features import Binning, FeatureSettings, Mode
from medviewer.ops.features.perturbation import Perturbation, perturbed, signed_distance
from medviewer.ops.features.stability import IccKind, intraclass_correlation, stability
from medviewer.ops.operation import QuietContext
from tests.unit.ops.features.samples import image_of

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=np.float64
)
"""Table 2 of Shrout and Fleiss, Psychological Bulletin 1979."""


def test_published_example() -> None:
    """Values of the paper (.17, .71); intervals as R's psych::ICC documents them for these data."""
    one = intraclass_correlation(SHROUT_FLEISS, IccKind.ONE_WAY)
    three = intraclass_correlation(SHROUT_FLEISS, IccKind.CONSISTENCY)
    assert (round(one.value, 2), round(three.value, 2)) == (0.17, 0.71)
    assert (round(one.low, 3), round(one.high, 3)) == (-0.133, 0.723)
    assert (round(three.low, 3), round(three.high, 3)) == (0.342, 0.946)


def test_limits_of_the_correlation() -> None:
    assert intraclass_correlation(np.array([[1.0, 1.0], [2.0, 2.0], [5.0, 5.0]])).value == 1
    assert math.isnan(intraclass_correlation(np.ones((4, 3))).value)
    assert math.isnan(intraclass_correlation(np.array([[1.0, 2.0]])).value)
    assert math.isnan(intraclass_correlation(np.array([[1.0, np.nan], [2.0, 3.0]])).value)
    shifted = SHROUT_FLEISS + np.array([0, 100, 200, 300])
    assert intraclass_correlation(shifted).value == pytest.approx(intraclass_correlation(SHROUT_FLEISS).value)


def ball(radius_mm: float, spacing: tuple[float, float, float]) -> np.ndarray:
    sides = [np.arange(-int(14 / s), int(14 / s) + 1) * s for s in spacing]
    inside = sides[0][:, None, None] ** 2 + sides[1][:, None] ** 2 + sides[2] ** 2 <= radius_mm**2
    return np.asarray(inside)


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (2.0, 0.8, 0.8)])
def test_masks_grow_shrink_and_move_by_millimetres(spacing: tuple[float, float, float]) -> None:
    mask = ball(8.0, spacing)
    how = Perturbation(grow_mm=2.0, shift_mm=1.6, contour_mm=0.0)
    found = dict(perturbed(mask, spacing, how, np.random.default_rng(0)))

    def radius(m: np.ndarray) -> float:
        return float((m.sum() * np.prod(spacing) * 3 / (4 * np.pi)) ** (1 / 3))

    assert radius(found["grown 2 mm"]) == pytest.approx(10, abs=0.45)
    assert radius(found["shrunk 2 mm"]) == pytest.approx(6, abs=0.45)
    centre = np.argwhere(mask).mean(axis=0) * spacing
    moved = np.argwhere(found["moved right 1.6 mm"]).mean(axis=0) * spacing
    up = np.argwhere(found["moved up 1.6 mm"]).mean(axis=0) * spacing
    half = spacing[2] / 2  # faces move to the nearest voxel
    np.testing.assert_allclose(moved - centre, (0, 0, 1.6), atol=half + 0.01)
    np.testing.assert_allclose(up - centre, (0, -1.6, 0), atol=half + 0.01)


def test_signed_distance_has_its_zero_on_the_outline() -> None:
    mask = ball(8.0, (1.0, 1.0, 1.0))
    distance = signed_distance(mask, (1.0, 1.0, 1.0))
    np.testing.assert_array_equal(distance <= 0, mask)
    at = np.indices(mask.shape).reshape(3, -1).T - 14
    expected = np.sqrt((at**2).sum(axis=1)).reshape(mask.shape) - 8
    assert np.abs(distance - expected).max() < 1.0


def test_random_outlines_are_different_smooth_and_repeatable() -> None:
    mask = ball(8.0, (1.0, 1.0, 1.0))
    how = Perturbation(grow_mm=0.0, shift_mm=0.0, contour_mm=1.0, outlines=3)
    first = dict(perturbed(mask, (1.0, 1.0, 1.0), how, np.random.default_rng(4)))
    second = dict(perturbed(mask, (1.0, 1.0, 1.0), how, np.random.default_rng(4)))
    assert len(first) == 4
    for name, other in first.items():
        np.testing.assert_array_equal(other, second[name])
        overlap = 2 * (other & mask).sum() / (other.sum() + mask.sum())
        assert overlap > 0.8
    assert (first["outline 1"] != first["outline 2"]).any()


def test_one_slice_stays_one_slice() -> None:
    mask = np.zeros((5, 30, 30), dtype=bool)
    mask[2, 8:22, 8:22] = True
    for _, other in perturbed(mask, (3.0, 1.0, 1.0), Perturbation(), np.random.default_rng(0)):
        assert np.flatnonzero(other.any(axis=(1, 2))).tolist() == [2]


def sample() -> tuple[np.ndarray, np.ndarray]:
    """Four regions of different brightness in noise."""
    rng = np.random.default_rng(1)
    values = rng.normal(0, 3, size=(14, 60, 60))
    numbers = np.zeros(values.shape, dtype=np.uint8)
    for n, (y, x) in enumerate(((15, 15), (15, 44), (44, 15), (44, 44)), 1):
        part = np.s_[4:10, y - 6 : y + 6, x - 5 - n : x + 5 + n]
        numbers[part] = n
        values[:, y - 13 : y + 13, x - 13 : x + 13] += 20 * n
    return values.astype(np.float32), numbers


def test_table_of_stability() -> None:
    """The mean of regions that differ much is stable; the share of noise in a skewness is not."""
    values, numbers = sample()
    image = image_of(values)
    settings = FeatureSettings(mode=Mode.PYRADIOMICS, binning=Binning.WIDTH, bin_width=5.0, glrlm=False, glszm=False)
    table = stability([(image, of_array(numbers, image))], settings, Perturbation(), QuietContext(3))
    rows = {row["feature"]: row for row in table.rows()}
    mean = rows["original_firstorder_Mean"]
    assert mean["icc"] > 0.999
    assert mean["icc_low"] <= mean["icc"] <= mean["icc_high"]
    assert mean["variation_percent"] < 1
    assert rows["original_firstorder_Skewness"]["icc"] < 0.9
    assert rows["original_shape_VoxelVolume"]["variation_percent"] > 5
    assert (mean["subjects"], mean["masks"]) == (4, 11)
    again = stability([(image, of_array(numbers, image))], settings, Perturbation(), QuietContext(3))
    assert [tuple(r.values()) for r in again.rows()] == [tuple(r.values()) for r in table.rows()]


def test_one_region_has_a_variation_but_no_correlation() -> None:
    values, numbers = sample()
    image = image_of(values)
    only = FeatureSettings(glcm=False, glrlm=False, glszm=False, gldzm=False, ngtdm=False, ngldm=False)
    table = stability([(image, of_array(numbers, image))], only, Perturbation(), QuietContext(), value=2)
    row = next(r for r in table.rows() if r["feature"] == "Q4LE")
    assert row["icc"] is None
    assert "two regions" in str(row["not_defined"])
    assert row["variation_percent"] is not None


def test_nothing_to_perturb() -> None:
    values, numbers = sample()
    image = image_of(values)
    with pytest.raises(InputError, match="no region"):
        stability([(image, of_array(numbers * 0, image))], FeatureSettings(), Perturbation(), QuietContext())
    none = Perturbation(grow_mm=0, shift_mm=0, contour_mm=0)
    with pytest.raises(InputError, match="No perturbed mask"):
        stability([(image, of_array(numbers, image))], FeatureSettings(), none, QuietContext())
