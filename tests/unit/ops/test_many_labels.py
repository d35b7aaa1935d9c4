"""Masks of many labels: the ways that are quick for them give what each label alone gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from medviewer.core import labels
from medviewer.core.image import Image
from medviewer.ops import object_parts
from medviewer.ops.components import BorderParams, Edges, clear_border
from medviewer.ops.object_splitting import Apart, SplitParams, split_touching
from medviewer.ops.operation import QuietContext
from medviewer.ops.volume_grid import Dimension
from tests.helpers.phantoms import make_image


def blobs(shape: tuple[int, int, int] = (3, 60, 70), count: int = 30, seed: int = 0) -> labels.LabelMap:
    """Labels with gaps between their numbers, some in several slices and pieces, some at the border."""
    rng = np.random.default_rng(seed)
    smooth = ndimage.gaussian_filter(rng.normal(size=shape), (0.6, 2.0, 2.0))
    parts, _ = ndimage.label(smooth > np.quantile(smooth, 0.6))
    array = (parts % count * 3).astype(np.uint16)
    return labels.of_array(array, make_image(shape, dtype=np.float32))


def alone(mask: labels.LabelMap, value: int) -> labels.LabelMap:
    return mask.with_array(np.where(mask.array == value, value, 0).astype(mask.array.dtype))


@pytest.mark.parametrize("diagonal", [True, False])
@pytest.mark.parametrize("depth", [1, 4])
def test_small_masks_are_numbered_as_large_ones(monkeypatch: pytest.MonkeyPatch, diagonal: bool, depth: int) -> None:
    mask = np.random.default_rng(3).random((depth, 40, 50)) > 0.8
    quick = object_parts.components(mask, diagonal, QuietContext())
    monkeypatch.setattr(object_parts, "SMALL", 0)
    slow = object_parts.components(mask, diagonal, QuietContext())
    assert quick[1] == slow[1] > 3
    assert np.array_equal(quick[0], slow[0])
    assert quick[0].shape == mask.shape


@pytest.mark.parametrize("dimension", list(Dimension))
def test_splitting_many_is_splitting_each(dimension: Dimension) -> None:
    mask = blobs()
    params = SplitParams(1.0, Apart.LABELS, dimension)
    found = split_touching(mask, params).array
    last = 0
    for value in mask.values():
        own = np.where(mask.array == value, found, 0)
        single = split_touching(alone(mask, value), params).array
        assert np.array_equal(np.where(own > 0, own.astype(int) - last, 0), single), value
        last += int(single.max())
    assert int(found.max()) == last > len(mask.values())


@pytest.mark.parametrize("edges", list(Edges))
@pytest.mark.parametrize("dimension", list(Dimension))
def test_the_border_is_cleared_of_many_as_of_each(edges: Edges, dimension: Dimension) -> None:
    mask = blobs(seed=4)
    image = make_image((3, 60, 70), dtype=np.float32)
    array = image.array.copy()
    array[1, 20:26, 30:37] = np.nan
    image = replace(image, array=array)
    params = BorderParams(edges, dimension)
    found = clear_border(image, params, labels=mask).array
    expected = np.zeros_like(found)
    for value in mask.values():
        expected += clear_border(image, params, labels=alone(mask, value)).array
    assert np.array_equal(found, expected)
    assert not found[:, [0, -1]].any()
    assert not found[:, :, [0, -1]].any()
    assert not found[1, 19:27, 29:38].any()
    assert found.any() or edges is Edges.ALL


def test_an_image_of_another_size_of_cache_is_not_mixed_up() -> None:
    """What is remembered of one image is not used for the next."""
    mask = blobs(seed=4)
    image: Image = make_image((3, 60, 70), dtype=np.float32)
    first = clear_border(image, BorderParams(), labels=mask).array
    gone = replace(image, array=np.full_like(image.array, np.nan))
    assert not clear_border(gone, BorderParams(), labels=mask).array.any()
    assert np.array_equal(clear_border(image, BorderParams(), labels=mask).array, first)
