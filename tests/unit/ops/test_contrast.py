from __future__ import annotations

import colorsys
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import skimage.color
import skimage.exposure

from medviewer.core import labels
from medviewer.core.image import Image, Rescale
from medviewer.errors import InputError
from medviewer.ops.colour import Channel, GreyParams, grey
from medviewer.ops.contrast import ClaheParams, EqualiseParams, clahe, equalise
from medviewer.ops.intensity import ClipParams, Limits, RescaleParams, ZScoreParams, clip, rescale, z_score
from medviewer.ops.volume_grid import Dimension
from tests.helpers.phantoms import make_image, modality_values
from tests.unit.ops.real_images import brain, ct_slab

BOTH = list(Dimension)


def bytes_image(array: np.ndarray[Any, Any]) -> Image:
    return replace(make_image(array.shape[:3], rescale=Rescale(), unit=""), array=array)


def colour_image() -> Image:
    return bytes_image(np.random.default_rng(1).integers(20, 200, (2, 40, 48, 3), dtype=np.uint8))


def test_clahe_is_opencvs_on_bytes(shared_data: Path) -> None:
    plane = np.clip(modality_values(brain(shared_data))[2] / 12, 0, 255).astype(np.uint8)
    plane[0, 0], plane[0, 1] = 0, 255
    expected = cv2.createCLAHE(3.0, (8, 8)).apply(plane).astype(float)
    result = clahe(bytes_image(plane[None]), ClaheParams(8, 3.0)).array[0]
    # OpenCV takes what lies below a value and at it, we half of that: some 3 levels, the limit of a bin.
    assert np.percentile(np.abs(result - expected), 99) < 9.0
    assert np.median(np.abs(result - expected)) < 4.5
    assert np.corrcoef(result.ravel(), expected.ravel())[0, 1] > 0.998


def test_clahe_of_ct_is_close_to_scikit_images(shared_data: Path) -> None:
    image = ct_slab(shared_data)
    plane = modality_values(image)[3]
    result = clahe(image, ClaheParams(8, 2.56)).array[3]
    low, high = plane.min(), plane.max()
    expected = skimage.exposure.equalize_adapthist((plane - low) / (high - low), 32, clip_limit=0.01, nbins=256)
    assert result.min() >= low - 1
    assert result.max() <= high + 1
    assert np.corrcoef(result.ravel(), expected.ravel())[0, 1] > 0.95
    assert len(np.unique(result)) > 1000  # not 8 bits


def test_clahe_at_its_limit_changes_little_and_keeps_order() -> None:
    image = make_image()
    gentle = clahe(image, ClaheParams(1, 1.0, 4096)).array
    # A limit of 1 leaves the flat histogram that gives every value back, but for what is under it.
    order = np.argsort(modality_values(image)[0].ravel())
    assert (np.diff(gentle[0].ravel()[order]) >= -1e-3).all()


@pytest.mark.parametrize("operation", [clahe, equalise])
def test_outside_the_mask_nothing_changes(operation: Any) -> None:
    image = make_image(padding=(-2000, -2000))
    stored = image.array.copy()
    stored[:, :3] = -2000
    image = replace(image, array=stored)
    inside = np.zeros(stored.shape, bool)
    inside[:, 2:14, 4:20] = True
    result = operation(image, labels=labels.binary(inside, image)).array
    values = modality_values(image)
    assert np.array_equal(result[~inside], values[~inside].astype(np.float32), equal_nan=True)
    counted = inside & np.isfinite(values)
    assert np.abs(result - values)[counted].max() > 5
    assert np.nanmax(result[counted]) <= values[counted].max() + 1e-3
    empty = operation(image, labels=labels.binary(np.zeros(stored.shape), image)).array
    assert np.array_equal(empty, values.astype(np.float32), equal_nan=True)


def test_equalisation_is_opencvs_on_bytes(shared_data: Path) -> None:
    plane = np.clip(modality_values(brain(shared_data))[2] / 12, 0, 255).astype(np.uint8)
    plane[0, 0], plane[0, 1] = 0, 255
    result = equalise(bytes_image(plane[None])).array[0]
    assert np.abs(result - cv2.equalizeHist(plane)).max() <= 0.5 + 1e-3


@pytest.mark.parametrize("dimension", BOTH)
def test_equalised_ct_has_a_flat_histogram(shared_data: Path, dimension: Dimension) -> None:
    image = ct_slab(shared_data)
    result = equalise(image, EqualiseParams(dimension)).array
    part = result if dimension is Dimension.VOLUME else result[2]
    source = modality_values(image) if dimension is Dimension.VOLUME else modality_values(image)[2]
    expected = skimage.exposure.equalize_hist(source, 65_536)
    expected = (expected - expected.min()) / (1 - expected.min())  # the lowest value stays, as in OpenCV
    low, high = source.min(), source.max()
    assert np.abs((part - low) / (high - low) - expected).max() < 0.01


def test_colour_keeps_its_hue() -> None:
    image = colour_image()
    for operation in (clahe, equalise):
        result = operation(image).array
        assert result.dtype == np.uint8
        before, after = (skimage.color.rgb2lab(a) for a in (image.array, result))
        assert np.median(np.abs(after[..., 1:] - before[..., 1:])) < 3
        assert after[..., 0].std() > before[..., 0].std()


def test_clip_by_values_and_percentiles() -> None:
    image = make_image(padding=(-2000, -2000))
    stored = image.array.copy()
    stored[:, :3] = -2000
    image = replace(image, array=stored)
    values = modality_values(image)
    assert np.array_equal(
        clip(image, ClipParams(low=-450.0, high=-300.0)).array, np.clip(values, -450, -300), equal_nan=True
    )
    params = ClipParams(Limits.PERCENTILES, low_percent=10.0, high_percent=80.0, dimension=Dimension.VOLUME)
    low, high = np.nanpercentile(values, (10, 80))
    result = clip(image, params)
    np.testing.assert_allclose(result.array, np.clip(values, low, high), atol=1e-3)
    assert result.unit == "HU"
    with pytest.raises(InputError, match="low limit"):
        clip(image, ClipParams(low=5.0, high=5.0))


@pytest.mark.parametrize("dimension", BOTH)
def test_rescale_and_z_score_inside_a_mask(dimension: Dimension) -> None:
    image = make_image()
    values = modality_values(image)
    inside = values > -420
    mask = labels.binary(inside, image)
    groups = [np.s_[:]] if dimension is Dimension.VOLUME else [np.s_[k : k + 1] for k in range(5)]
    scaled = rescale(image, RescaleParams(5.0, 95.0, 10.0, 20.0, False, dimension), labels=mask).array
    cut = rescale(image, RescaleParams(5.0, 95.0, 20.0, 10.0, True, dimension), labels=mask).array
    standard = z_score(image, ZScoreParams(False, dimension), labels=mask)
    robust = z_score(image, ZScoreParams(True, dimension), labels=mask).array
    for where in groups:
        part, some = values[where], values[where][inside[where]]
        low, high = np.percentile(some, (5, 95))
        np.testing.assert_allclose(scaled[where], 10 + 10 * (part - low) / (high - low), rtol=1e-4, atol=1e-3)
        np.testing.assert_allclose(cut[where], np.clip(20 - 10 * (part - low) / (high - low), 10, 20), atol=1e-3)
        np.testing.assert_allclose(standard.array[where], (part - some.mean()) / some.std(), atol=1e-4)
        middle = np.median(some)
        deviation = 1.4826 * np.median(np.abs(some - middle))
        np.testing.assert_allclose(robust[where], (part - middle) / deviation, atol=1e-4)
    assert standard.unit == ""


def test_constant_images_and_empty_masks_are_no_accident() -> None:
    image = replace(make_image((2, 9, 9)), array=np.full((2, 9, 9), 1100, np.int16))
    assert not z_score(image).array.any()
    assert not rescale(image).array.any()
    assert (clahe(image).array == 100).all()
    assert (equalise(image, EqualiseParams(Dimension.VOLUME)).array == 100).all()
    with pytest.raises(InputError, match="no values"):
        z_score(image, labels=labels.binary(np.zeros((2, 9, 9)), image))


@pytest.mark.parametrize("channel", list(Channel))
def test_grey_from_colour_is_pythons(channel: Channel) -> None:
    image = colour_image()
    image.array[0, 0, :5] = [(0, 0, 0), (255, 255, 255), (255, 0, 0), (255, 0, 255), (0, 255, 0)]
    result = grey(image, GreyParams(channel)).array
    for k, y, x in [(0, 0, n) for n in range(5)] + [(1, 3, n) for n in range(48)]:
        r, g, b = (int(c) for c in image.array[k, y, x])
        h, s, v = colorsys.rgb_to_hsv(r / 255, g / 255, b / 255)
        expected = {
            Channel.LUMINANCE: 0.299 * r + 0.587 * g + 0.114 * b,
            Channel.RED: r,
            Channel.GREEN: g,
            Channel.BLUE: b,
            Channel.HUE: h * 360,
            Channel.SATURATION: s * 255,
            Channel.VALUE: v * 255,
        }[channel]
        assert result[k, y, x] == pytest.approx(expected, abs=0.02)


def test_a_grey_image_stays_grey() -> None:
    image = make_image()
    result = grey(image)
    assert np.array_equal(result.array, modality_values(image).astype(np.float32))
    assert result.unit == "HU"
