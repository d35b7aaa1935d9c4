"""Parts of masks, holes, distances, skeletons and logic against scipy and scikit-image."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import ndimage
from skimage.measure import euler_number
from skimage.segmentation import clear_border as skimage_clear_border

from medviewer.core.image import Facts, Image, Rescale
from medviewer.core.labels import Label, binary, of_array
from medviewer.errors import GeometryMismatch, InputError
from medviewer.ops.components import (
    BorderParams,
    ComponentsParams,
    Edges,
    HolesParams,
    LargestParams,
    Size,
    SmallParams,
    clear_border,
    components,
    fill_holes,
    keep_largest,
    remove_small,
)
from medviewer.ops.distance import DistanceParams, SkeletonParams, Where, distance, skeleton
from medviewer.ops.evaluate import evaluate_scene
from medviewer.ops.mask_fields import Neighbours
from medviewer.ops.masks import (
    ApplyParams,
    CombineParams,
    Fill,
    KeepParams,
    Logic,
    Place,
    SelectParams,
    apply,
    combine,
    invert,
    keep,
    select,
)
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.ops.scene import Scene
from medviewer.ops.threshold import FixedParams, fixed
from medviewer.ops.volume_grid import Dimension
from tests.helpers.phantoms import make_image

SHAPE = (7, 40, 44)
GRID = make_image(SHAPE, spacing_xyz_mm=(0.8, 0.8, 2.0))


def blobs(seed: int = 0, level: float = 0.12) -> Any:
    return ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=SHAPE), (0.6, 1.6, 1.6)) > level


def parts_of(mask: Any, neighbours: Neighbours) -> tuple[Any, int]:
    full = neighbours is Neighbours.CORNERS
    return ndimage.label(mask, ndimage.generate_binary_structure(mask.ndim, mask.ndim if full else 1))


def groups(mask: Any, dimension: Dimension) -> list[Any]:
    return [mask] if dimension is Dimension.VOLUME else list(mask)


@pytest.mark.parametrize("dimension", list(Dimension))
@pytest.mark.parametrize("neighbours", list(Neighbours))
def test_parts_are_numbered_by_size(dimension: Dimension, neighbours: Neighbours) -> None:
    mask = blobs()
    result = components(binary(mask, GRID), ComponentsParams(dimension, neighbours, 3))
    for part, got in zip(groups(mask, dimension), groups(result.array, dimension), strict=True):
        parts, _ = parts_of(part, neighbours)
        sizes = np.bincount(parts.ravel())[1:]
        large = sizes[sizes >= 3]
        assert got.max() == len(large)
        assert np.bincount(got.ravel())[1:].tolist() == sorted(large.tolist(), reverse=True)
        pairs = np.unique(np.stack([parts[got > 0], got[got > 0]]), axis=1)
        assert len(np.unique(pairs[0])) == len(np.unique(pairs[1])) == pairs.shape[1]
    if dimension is Dimension.VOLUME:
        ml = float((result.array == 1).sum()) * 0.8 * 0.8 * 2.0
        assert result.name(1) == (f"1: {ml / 1000:.1f} ml" if ml >= 100 else f"1: {ml:.1f} mm³")


def test_more_parts_than_labels_are_told() -> None:
    dots = np.zeros((1, 600, 600), bool)
    dots[:, ::2, ::2] = True
    image = make_image((1, 600, 600))
    with pytest.raises(InputError, match="90,000 parts"):
        components(binary(dots, image), ComponentsParams())


@pytest.mark.parametrize("dimension", list(Dimension))
@pytest.mark.parametrize("neighbours", list(Neighbours))
def test_large_and_small_parts(dimension: Dimension, neighbours: Neighbours) -> None:
    mask = blobs(3)
    largest = keep_largest(binary(mask, GRID), LargestParams(2, dimension, neighbours)).mask()
    voxel = 0.8 * 0.8 * (2.0 if dimension is Dimension.VOLUME else 1.0)
    large = remove_small(binary(mask, GRID), SmallParams(20 * voxel, Size.MM, dimension, neighbours)).mask()
    counted = remove_small(binary(mask, GRID), SmallParams(20, Size.VOXELS, dimension, neighbours)).mask()
    assert np.array_equal(large, counted)
    cases = zip(*(groups(m, dimension) for m in (mask, largest, large)), strict=True)
    for part, two, many in cases:
        parts, _ = parts_of(part, neighbours)
        sizes = np.bincount(parts.ravel())
        sizes[0] = 0
        assert np.array_equal(many, (sizes >= 20)[parts])
        order = np.argsort(-sizes, kind="stable")[:2]
        assert np.array_equal(two, np.isin(parts, order) & part)


def test_labels_are_taken_one_by_one() -> None:
    array = np.zeros((1, 12, 30), np.uint8)
    array[0, 1:6, 1:6], array[0, 8:10, 1:3], array[0, 1:4, 7:10], array[0, 8:11, 20:26] = 2, 2, 5, 5
    labels = of_array(array, make_image((1, 12, 30)), (Label(2, "a"), Label(5, "b")))
    result = keep_largest(labels, LargestParams(1))
    assert np.bincount(result.array.ravel())[[2, 5]].tolist() == [25, 18]
    assert result.labels == labels.labels


@pytest.mark.parametrize("dimension", list(Dimension))
def test_border_is_that_of_scikit_image(dimension: Dimension) -> None:
    mask = blobs(5, 0.1)
    result = clear_border(GRID, BorderParams(Edges.ALL, dimension), labels=binary(mask, GRID)).mask()
    if dimension is Dimension.VOLUME:
        parts, _ = parts_of(mask, Neighbours.FACES)
        assert np.array_equal(result, skimage_clear_border(parts) > 0)
    in_slice = clear_border(GRID, BorderParams(Edges.SLICE, Dimension.SLICE), labels=binary(mask, GRID)).mask()
    for plane, got in zip(mask, in_slice, strict=True):
        parts, _ = parts_of(plane, Neighbours.FACES)
        assert np.array_equal(got, skimage_clear_border(parts) > 0)


def test_what_touches_padding_touches_the_border() -> None:
    array = np.full((1, 20, 20), 100, np.int16)
    array[0, :5], array[0, :, :3] = -2000, -2000
    image = replace(make_image((1, 20, 20), padding=(-2000, -2000)), array=array)
    mask = np.zeros((1, 20, 20), bool)
    mask[0, 5:8, 5:8] = mask[0, 12:15, 12:15] = True
    result = clear_border(image, BorderParams(), labels=binary(mask, image)).mask()
    assert result.sum() == 9
    assert result[0, 13, 13]


@pytest.mark.parametrize("seed", range(4))
def test_holes_are_those_of_scipy(seed: int) -> None:
    mask = blobs(seed, -0.03)
    labels = binary(mask, GRID)
    in_slices = fill_holes(labels, HolesParams()).mask()
    for plane, got in zip(mask, in_slices, strict=True):
        assert np.array_equal(got, ndimage.binary_fill_holes(plane))
    whole = fill_holes(labels, HolesParams(dimension=Dimension.VOLUME)).mask()
    assert np.array_equal(whole, ndimage.binary_fill_holes(mask))


def test_a_hole_at_the_edge_is_open_and_a_label_in_a_hole_stays() -> None:
    array = np.zeros((1, 12, 12), np.uint8)
    array[0, 2:10, 2:10] = 1
    array[0, 4:8, 4:8] = 0
    array[0, 5, 5] = 3
    array[0, 0, 8:], array[0, 3, 8:], array[0, :4, 8] = 1, 1, 1  # with the edge of the image, a ring
    result = fill_holes(of_array(array, make_image((1, 12, 12))), HolesParams()).array[0]
    assert result[5, 5] == 3
    assert (result[4:8, 4:8] > 0).all()
    assert result[1, 10] == 0
    small = fill_holes(of_array(array, make_image((1, 12, 12))), HolesParams(largest=5)).array[0]
    assert small[4, 4] == 0


# -- distance and skeleton


@pytest.mark.parametrize("dimension", list(Dimension))
@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (0.7, 0.7, 2.5), (0.6, 0.9, 2.0)])
def test_distance_is_that_of_scipy_in_millimetres(dimension: Dimension, spacing: tuple[float, float, float]) -> None:
    image = make_image(SHAPE, spacing_xyz_mm=spacing)
    mask = blobs(2)
    sampling = spacing[::-1] if dimension is Dimension.VOLUME else spacing[1::-1]
    results = {w: distance(image, DistanceParams(w, dimension), labels=binary(mask, image)) for w in Where}
    for part, *got in zip(*(groups(m, dimension) for m in (mask, *(r.array for r in results.values()))), strict=True):
        inside = ndimage.distance_transform_edt(part, sampling)
        outside = ndimage.distance_transform_edt(~part, sampling)
        for found, expected in zip(got, (inside, outside, outside - inside), strict=True):
            np.testing.assert_allclose(found, expected, atol=1e-4)
    assert results[Where.SIGNED].unit == "mm"


def test_distance_counts_in_pixels_without_a_spacing_and_needs_a_rim() -> None:
    image = make_image((1, 9, 9), spacing_xyz_mm=(1, 1, 1), facts=Facts())
    full, none = binary(np.ones((1, 9, 9)), image), binary(np.zeros((1, 9, 9)), image)
    assert distance(image, DistanceParams(), labels=none).unit == "px"
    with pytest.raises(InputError, match="fills"):
        distance(image, DistanceParams(), labels=full)
    with pytest.raises(InputError, match="empty"):
        distance(image, DistanceParams(Where.OUTSIDE), labels=none)


def test_skeleton_keeps_parts_and_holes_and_is_thin() -> None:
    mask = blobs(6, 0.05)
    result = skeleton(binary(mask, GRID)).mask()
    assert not (result & ~mask).any()
    for plane, got in zip(mask, result, strict=True):
        assert parts_of(plane, Neighbours.CORNERS)[1] == parts_of(got, Neighbours.CORNERS)[1]
        assert euler_number(plane, connectivity=2) == euler_number(got, connectivity=2)
        assert not ndimage.binary_erosion(got, np.ones((3, 3))).any()
    whole = skeleton(binary(mask, GRID), SkeletonParams(Dimension.VOLUME)).mask()
    assert not (whole & ~mask).any()
    assert parts_of(mask, Neighbours.CORNERS)[1] == parts_of(whole, Neighbours.CORNERS)[1]
    assert euler_number(mask, connectivity=3) == euler_number(whole, connectivity=3)


# -- logic


def test_masks_put_aside_and_combined_in_a_recipe() -> None:
    image = make_image()
    values = np.stack([image.modality_slice(k) for k in range(5)])
    bright, dim = values >= -420, values <= -400
    expected = {
        Logic.AND: bright & dim, Logic.OR: bright | dim, Logic.MINUS: dim & ~bright, Logic.FROM: bright & ~dim,
        Logic.XOR: bright ^ dim, Logic.REPLACE: bright,
    }  # fmt: skip
    for logic, mask in expected.items():
        steps = (
            RecipeStep.of(fixed, FixedParams(low=-420.0)),
            RecipeStep.of(keep, KeepParams(Place.B)),
            RecipeStep.of(fixed, FixedParams(low=-1e6, high=-400.0)),
            RecipeStep.of(combine, CombineParams(logic, Place.B)),
        )
        result = evaluate_scene(Recipe(steps), image)
        assert result.labels is not None
        assert np.array_equal(result.labels.mask(), mask)
        assert result.labels.key
        assert result.kept["B"].name(1) == "≥ -420 HU"


def test_labels_survive_being_combined() -> None:
    image = make_image((1, 2, 4))
    mine = of_array(np.array([[[1, 1, 0, 0], [2, 0, 0, 0]]], np.uint8), image, (Label(1, "a"), Label(2, "b")))
    aside = of_array(np.array([[[5, 0, 5, 0], [300, 1, 0, 0]]], np.uint16), image, (Label(1, "x"), Label(5, "c")))
    scene = Scene(image, image, mine, {"A": aside})

    def run(logic: Logic) -> Any:
        return combine(scene, CombineParams(logic)).labels

    assert run(Logic.OR).array.tolist() == [[[1, 1, 5, 0], [2, 1, 0, 0]]]
    assert {label.value: label.name for label in run(Logic.OR).labels} == {1: "a", 2: "b", 5: "c"}
    assert run(Logic.XOR).array.tolist() == [[[0, 1, 5, 0], [0, 1, 0, 0]]]
    assert run(Logic.FROM).array.tolist() == [[[0, 0, 5, 0], [0, 1, 0, 0]]]


def test_combining_with_nothing_is_told() -> None:
    image = make_image()
    with pytest.raises(InputError, match="put aside under C"):
        combine(Scene.of(image), CombineParams(place=Place.C))
    with pytest.raises(InputError, match="mask"):
        keep(Scene.of(image))
    other = make_image((2, 3, 4))
    stray = Scene(image, image, None, {"A": binary(np.ones((2, 3, 4)), other)})
    with pytest.raises(GeometryMismatch):
        combine(stray, CombineParams())


def test_labels_are_chosen_by_a_list() -> None:
    image = make_image((1, 1, 10))
    labels = of_array(np.arange(10, dtype=np.uint8).reshape(1, 1, 10), image, (Label(3, "c"), Label(8, "h")))
    assert select(labels, SelectParams("3, 7-8")).array.ravel().tolist() == [0, 0, 0, 3, 0, 0, 0, 7, 8, 0]
    assert select(labels, SelectParams("1-7;9", others=True)).array.ravel().tolist() == [0] * 8 + [8, 0]
    merged = select(labels, SelectParams("3 8", merge=True))
    assert merged.array.sum() == 2
    assert merged.name(1) == "c + h"
    assert select(labels, SelectParams("1-99999")).array.max() == 9
    for wrong in ("a", "1-", "-3", "1--2", "٣"):
        with pytest.raises(InputError, match="list of labels"):
            select(labels, SelectParams(wrong))
    assert invert(labels).array.ravel().tolist() == [1] + [0] * 9


def test_the_image_is_cut_out() -> None:
    image = make_image((2, 6, 8), padding=(0, 0))
    array = image.array.copy()
    array[0, 0, :3] = 0
    image = replace(image, array=array)
    mask = np.zeros(array.shape, bool)
    mask[:, 2:4, 2:6] = mask[0, 0, 0] = True
    labels = binary(mask, image)
    values = np.stack([image.modality_slice(k) for k in range(2)])
    missing = np.isnan(values)
    cases = ((Fill.VALUE, 7.0), (Fill.MINIMUM, np.nanmin(values)), (Fill.NOTHING, np.nan))
    for fill, value in cases:
        result = apply(image, ApplyParams(fill, 7.0), labels=labels).array
        assert np.array_equal(result, np.where(mask | missing, values, np.float32(value)), equal_nan=True)
    other = apply(image, ApplyParams(Fill.VALUE, 7.0, inside=True), labels=labels).array
    assert np.array_equal(other, np.where(mask & ~missing, np.float32(7), values), equal_nan=True)


def test_colour_is_cut_out_to_black() -> None:
    rng = np.random.default_rng(0)
    grey = make_image((1, 6, 8))
    colour = Image(rng.integers(1, 255, (1, 6, 8, 3), dtype=np.uint8), grey.geometry, Rescale())
    mask = np.zeros((1, 6, 8), bool)
    mask[0, 2:4] = True
    result = apply(colour, ApplyParams(), labels=binary(mask, grey)).array
    assert not result[~mask].any()
    assert np.array_equal(result[mask], colour.array[mask])
