from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from scipy import ndimage

from medviewer.core import labels
from medviewer.core.geometry import Geometry
from medviewer.core.image import CalibratedRegion, Facts, SpacingSource
from medviewer.core.marks import Mark
from medviewer.errors import InputError, TooLarge
from medviewer.ops.evaluate import evaluate_scene
from medviewer.ops.placement import CropParams, CropTo, FlipAxis, FlipParams, crop, flip
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.ops.resample import Interpolation, ResampleParams, resample
from medviewer.ops.scene import Scene
from tests.helpers.phantoms import make_image, modality_values
from tests.unit.ops.real_images import ct_slab

OBLIQUE = Geometry(
    (5, 24, 32), (-10.0, 20.0, 30.0), (0.8, 0.6, 0.0), (-0.6, 0.8, 0.0), spacing_xyz_mm=(0.8, 0.6, 2.5)
)


@pytest.mark.parametrize("interpolation", list(Interpolation))
@pytest.mark.parametrize("spacing", [(0.5, 1.0), (1.1, 4.0), (0.7, 0.0), (0.0, 1.3)])
def test_values_are_scipys_at_the_same_place_in_the_patient(
    interpolation: Interpolation, spacing: tuple[float, float]
) -> None:
    image = make_image(geometry=OBLIQUE)
    params = ResampleParams(spacing[0], spacing[1], interpolation, smooth_first=False)
    result = resample(image, params)
    assert result.geometry.shape_zyx == result.array.shape
    assert result.facts.resampled
    index = np.stack(np.meshgrid(*(np.arange(n) for n in result.array.shape), indexing="ij"), axis=-1)[..., ::-1]
    places = image.geometry.index(result.geometry.world(index.astype(float)))[..., ::-1]
    values = modality_values(image)
    last = np.array(values.shape) - 1
    if interpolation is Interpolation.NEAREST:
        nearest = np.clip(np.floor(places + 0.5 + 1e-9), 0, last).astype(int)
        expected = values[tuple(nearest.reshape(-1, 3).T)].reshape(result.array.shape)
        halfway = (np.abs(places - np.floor(places) - 0.5) < 1e-6).any(axis=-1)
        assert np.array_equal(result.array[~halfway], expected[~halfway].astype(np.float32))
        return
    order = 1 if interpolation is Interpolation.LINEAR else 3
    mode = "nearest" if order == 1 else "mirror"
    expected = ndimage.map_coordinates(values, places.reshape(-1, 3).T, order=order, mode=mode)
    np.testing.assert_allclose(result.array, expected.reshape(result.array.shape), atol=0.02)


def test_the_centre_stays_and_the_extent_is_covered() -> None:
    image = make_image(geometry=OBLIQUE)
    for spacing in (0.37, 0.9, 1.7, 30.0):
        result = resample(image, ResampleParams(spacing, spacing))
        np.testing.assert_allclose(result.geometry.center_world, image.geometry.center_world, atol=1e-9)
        assert result.geometry.spacing_xyz_mm == pytest.approx((spacing,) * 3)
        for n, s, old_n, old_s in zip(
            result.geometry.shape_zyx[::-1],
            (spacing,) * 3,
            image.geometry.shape_zyx[::-1],
            image.geometry.spacing_xyz_mm,
            strict=True,
        ):
            assert old_n * old_s - 1e-4 <= n * s < old_n * old_s + s


def test_real_ct_against_simpleitk(shared_data: Path) -> None:
    image = ct_slab(shared_data)
    result = resample(image, ResampleParams(1.5, 2.0, smooth_first=False))
    itk = SimpleITK.GetImageFromArray(modality_values(image))
    itk.SetSpacing([float(s) for s in image.geometry.spacing_xyz_mm])
    grid = SimpleITK.ResampleImageFilter()
    grid.SetSize(result.array.shape[::-1])
    grid.SetOutputSpacing([1.5, 1.5, 2.0])
    grid.SetOutputOrigin([float(c) for c in result.geometry.origin_mm])
    expected = SimpleITK.GetArrayFromImage(grid.Execute(itk))
    inner = np.s_[1:-1, 2:-2, 2:-2]
    np.testing.assert_allclose(result.array[inner], expected[inner], atol=0.05)


def test_a_fine_pattern_does_not_alias() -> None:
    x = np.mgrid[:64, :64][1]
    pattern = 500.0 + 400.0 * np.sin(2 * np.pi * x / 2.2)
    image = make_image((1, 64, 64), dtype=np.float32, spacing_xyz_mm=(0.5, 0.5, 1.0))
    image = replace(image, array=pattern[None].astype(np.float32))
    spread = {first: resample(image, ResampleParams(1.0, smooth_first=first)).array.std() for first in (False, True)}
    assert spread[True] < 0.4 * spread[False]


def test_padding_stays_padding_and_bleeds_nowhere() -> None:
    image = make_image(padding=(-2000, -2000))
    stored = image.array.copy()
    stored[:, :, :10] = -2000
    stored[0] = -2000
    image = replace(image, array=stored)
    for interpolation in Interpolation:
        result = resample(image, ResampleParams(0.4, 1.25, interpolation)).array
        assert np.isnan(result[0]).all()
        assert np.isnan(result[-1, :, :19]).all()
        assert np.isfinite(result[-1, :, 21:]).all()
        assert np.nanmin(result) > -650


def test_masks_follow_and_the_original_stays() -> None:
    image = make_image()
    bright = modality_values(image) > -250
    scene = Scene(image, image, labels.binary(bright, image), {"A": labels.binary(~bright, image)})
    step = RecipeStep.of(resample, ResampleParams(0.4, 1.25))
    result = evaluate_scene(Recipe((step,)), scene)
    assert result.labels is not None
    assert result.labels.array.shape == result.image.array.shape
    volume = [bright.sum() * 0.8 * 0.6 * 2.5, result.labels.array.sum() * 0.4 * 0.4 * 1.25]
    assert volume[1] == pytest.approx(volume[0], rel=0.1)
    assert result.original is image


def test_uneven_slices_keep_their_places_or_are_refused() -> None:
    positions = (0.0, 2.5, 5.0, 12.5, 15.0)
    image = make_image(slice_positions_mm=positions)
    assert resample(image, ResampleParams(1.0, 0.0)).slice_positions_mm == positions
    with pytest.raises(InputError, match="equal distances"):
        resample(image, ResampleParams(1.0, 1.0))


def test_too_many_voxels_are_refused_before_anything_is_allocated() -> None:
    image = make_image((100, 8, 8), spacing_xyz_mm=(400.0, 400.0, 400.0))
    with pytest.raises(TooLarge):
        resample(image, ResampleParams(0.5, 0.5))


def test_colour_and_scales_of_ultrasound_follow() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (2, 20, 30, 3), dtype=np.uint8)
    region = CalibratedRegion(0, 0, 9, 19, (1.0, 1.0))
    facts = Facts("US", SpacingSource.REGION, regions=(region,))
    image = replace(make_image((2, 20, 30), spacing_xyz_mm=(1.0, 1.0, 1.0), facts=facts), array=pixels)
    result = resample(image, ResampleParams(0.5, 0.0))
    assert result.array.shape == (2, 40, 60, 3)
    assert result.array.dtype == np.uint8
    assert result.facts.regions[0].spacing_xy_mm == (0.5, 0.5)
    assert (result.facts.regions[0].x1, result.facts.regions[0].y1) in {(18, 38), (19, 39)}
    grey = resample(replace(image, array=pixels[..., 1].astype(np.int16)), ResampleParams(0.5, 0.0))
    assert np.array_equal(result.array[..., 1], np.rint(grey.array + 1000))


def scene_with_mask(image: object = None) -> Scene:
    image = make_image(geometry=OBLIQUE)
    found = np.zeros(image.array.shape, np.uint8)
    found[1:4, 6:12, 8:20] = 3
    mask = labels.of_array(found, image)
    derived = replace(image, array=image.array + np.int16(1))
    return Scene(derived, image, mask, {"A": labels.binary(found == 0, image)})


@pytest.mark.parametrize("margin", [0.0, 1.5, 500.0])
def test_crop_to_the_mask(margin: float) -> None:
    scene = scene_with_mask()
    result = crop(scene, CropParams(CropTo.MASK, margin_mm=min(margin, 200.0), margin_slices=1 if margin else 0))
    grow_x, grow_y, grow_z = (0, 0, 0) if not margin else (2, 3, 1) if margin < 2 else (99, 99, 1)
    z, y, x = (
        slice(max(0, low - grow), high + grow)
        for low, high, grow in ((1, 4, grow_z), (6, 12, grow_y), (8, 20, grow_x))
    )
    assert result.labels is not None
    assert np.array_equal(result.image.array, scene.image.array[z, y, x])
    assert np.array_equal(result.original.array, scene.original.array[z, y, x])
    assert np.array_equal(result.labels.array, scene.labels.array[z, y, x])  # type: ignore[union-attr]
    assert np.array_equal(result.kept["A"].array, scene.kept["A"].array[z, y, x])
    expected = scene.image.geometry.world((x.start, y.start, z.start))
    np.testing.assert_allclose(result.image.geometry.world((0, 0, 0)), expected, atol=1e-9)
    np.testing.assert_allclose(result.labels.geometry.world((0, 0, 0)), expected, atol=1e-9)


def test_crop_to_a_box() -> None:
    scene = scene_with_mask()
    world = scene.image.geometry.world

    def box(*corners: tuple[float, float, float]) -> tuple[Mark, ...]:
        return (Mark(1, tuple((float(p[0]), float(p[1]), float(p[2])) for p in map(world, corners))),)

    flat = crop(scene, CropParams(box=box((20.4, 4.0, 2), (9.6, 15.9, 2))))
    assert np.array_equal(flat.image.array, scene.image.array[:, 4:16, 10:21])
    deep = crop(scene, CropParams(box=box((3, 4, 1), (9, 15, 3))))
    assert np.array_equal(deep.image.array, scene.image.array[1:4, 4:16, 3:10])
    outside = crop(scene, CropParams(box=box((-20, 4, 2), (9, 90, 2))))
    assert np.array_equal(outside.image.array, scene.image.array[:, 4:, :10])
    with pytest.raises(InputError, match="beside"):
        crop(scene, CropParams(box=box((-20, 4, 2), (-9, 9, 2))))
    with pytest.raises(InputError, match="no box"):
        crop(scene, CropParams())
    with pytest.raises(InputError, match="no mask"):
        crop(Scene.of(scene.image), CropParams(CropTo.MASK))
    empty = labels.binary(np.zeros((5, 24, 32)), scene.image)
    with pytest.raises(InputError, match="empty"):
        crop(Scene.of(scene.image, empty), CropParams(CropTo.MASK))


@pytest.mark.parametrize("axis", list(FlipAxis))
def test_mirrored_voxels_say_so_until_they_are_mirrored_back(axis: FlipAxis) -> None:
    scene = scene_with_mask()
    number = {FlipAxis.SLICES: 0, FlipAxis.ROWS: 1, FlipAxis.COLUMNS: 2}[axis]
    result = flip(scene, FlipParams(axis))
    for before, after in (
        (scene.image, result.image),
        (scene.original, result.original),
        (scene.labels, result.labels),
        (scene.kept["A"], result.kept["A"]),
    ):
        assert before is not None
        assert after is not None
        assert np.array_equal(after.array, np.flip(before.array, number))
        assert after.geometry == before.geometry
    assert result.image.facts.mirrored
    assert any("exchanged" in text for text in result.image.facts.warnings)
    back = flip(result, FlipParams(axis))
    assert np.array_equal(back.image.array, scene.image.array)
    assert not back.image.facts.mirrored
    assert back.image.facts.warnings == scene.image.facts.warnings


def test_each_slice_takes_its_rescale_along() -> None:
    image = make_image()
    rescale = replace(image.rescale, slopes=(1.0, 2.0, 3.0, 4.0, 5.0))
    image = replace(image, rescale=rescale)
    result = flip(Scene.of(image), FlipParams(FlipAxis.SLICES)).image
    np.testing.assert_allclose(modality_values(result), modality_values(image)[::-1])
    uneven = replace(image, slice_positions_mm=(0.0, 2.5, 5.0, 12.5, 15.0))
    with pytest.raises(InputError, match="equal distances"):
        flip(Scene.of(uneven), FlipParams(FlipAxis.SLICES))
