"""Masks smoothed through their contours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from medviewer.core.geometry import Geometry
from medviewer.core.labels import Label, LabelMap, of_array
from medviewer.errors import Cancelled
from medviewer.io import volume
from medviewer.ops.contouring import SmoothParams, smooth_contours
from medviewer.services.jobs import CancelToken, JobContext


def map_of(array: NDArray[Any], spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> LabelMap:
    full = (array if array.ndim == 3 else array[None]).astype(np.uint8)
    return LabelMap(full, Geometry(full.shape, spacing_xyz_mm=spacing), (Label(1, "one"),))


def rough_ring(seed: int = 2) -> NDArray[np.bool_]:
    y, x = np.mgrid[:120, :130]
    radius = np.hypot(x - 65, y - 60)
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=radius.shape), 1.0) * 8
    found: NDArray[np.bool_] = ndimage.binary_opening((radius + noise < 45) & (radius + noise > 18))
    parts, _ = ndimage.label(found)
    largest: NDArray[np.bool_] = parts == np.argmax(np.bincount(parts.ravel())[1:]) + 1
    return largest


def test_outlines_get_shorter_and_areas_stay() -> None:
    mask = rough_ring()
    found = smooth_contours(map_of(mask), SmoothParams(4.0))
    after = found.array[0] > 0
    assert abs(int(after.sum()) - int(mask.sum())) < 0.02 * mask.sum()

    def edges(m: NDArray[np.bool_]) -> int:
        return int((m[1:] != m[:-1]).sum() + (m[:, 1:] != m[:, :-1]).sum())

    assert edges(after) < 0.8 * edges(mask)
    assert (after & mask).sum() > 0.93 * mask.sum()
    assert not after[55:65, 60:70].any()  # the hole is still one
    assert found.labels == (Label(1, "one"),)


def test_without_keeping_the_area_it_shrinks() -> None:
    y, x = np.mgrid[:60, :60]
    mask = (x - 30) ** 2 + (y - 30) ** 2 <= 15**2
    kept, shrunk = (smooth_contours(map_of(mask), SmoothParams(8.0, keep)).array.sum() for keep in (True, False))
    assert kept == pytest.approx(mask.sum(), rel=0.01)
    assert shrunk == pytest.approx(mask.sum() * np.exp(-(8.0**2) / 15**2), rel=0.05)


def test_labels_that_touch_do_not_overlap_each_other() -> None:
    array = np.zeros((60, 80), np.uint8)
    array[10:50, 10:40], array[10:50, 40:70] = 1, 2
    array[28:32, 36:44] = 2  # a finger of the right one in the left
    found = smooth_contours(map_of(array), SmoothParams(3.0)).array[0]
    assert set(np.unique(found)) == {0, 1, 2}
    assert (found == 1).sum() == pytest.approx((array == 1).sum(), rel=0.03)
    assert (found == 2).sum() == pytest.approx((array == 2).sum(), rel=0.03)
    swapped = np.array([0, 2, 1], np.uint8)[array]
    other = np.array([0, 2, 1], np.uint8)[smooth_contours(map_of(swapped), SmoothParams(3.0)).array[0]]
    assert (other != found).sum() < 12  # the order of labels decides about claimed background only


def test_mm_and_slices() -> None:
    mask = np.stack([rough_ring(n) for n in (1, 2)])
    fine = smooth_contours(map_of(mask, (0.5, 0.5, 9.0)), SmoothParams(2.0)).array
    coarse = smooth_contours(map_of(mask), SmoothParams(4.0)).array
    assert np.array_equal(fine, coarse)
    alone = smooth_contours(map_of(mask[1]), SmoothParams(4.0)).array
    assert np.array_equal(coarse[1], alone[0])


def test_objects_side_by_side_are_not_cut_out_of_each_other() -> None:
    mask = np.zeros((30, 40), bool)
    mask[5:25, 5:19] = mask[5:25, 20:35] = True
    found = smooth_contours(map_of(mask), SmoothParams(5.0)).array[0] > 0
    assert ndimage.binary_fill_holes(found).sum() == found.sum()


def test_on_real_lungs(shared_data: Path) -> None:
    image = volume.load(shared_data / "dicom" / "ct_chest_lidc-0314")
    k = image.n_slices // 2
    air = np.zeros(image.array.shape, np.uint8)
    air[k] = image.modality_slice(k) < -400
    labels = of_array(air, image)
    found = smooth_contours(labels, SmoothParams(2.0))
    before, after = air[k] > 0, found.array[k] > 0
    assert (before & after).sum() / (before | after).sum() > 0.9
    assert not found.array[k - 1].any()


def test_cancel_between_contours() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        smooth_contours(map_of(rough_ring()), SmoothParams(), JobContext(token))


def test_the_input_stays() -> None:
    given = map_of(rough_ring())
    given.array.flags.writeable = False
    assert smooth_contours(replace(given), SmoothParams()).array is not given.array
