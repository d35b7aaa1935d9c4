from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.core.slicing import native_slice
from medviewer.errors import Cancelled, InputError, TooLarge
from medviewer.lab.networks import diffusion
from medviewer.ops import registry
from medviewer.ops.evaluate import content_key, evaluate, evaluate_box, result_key
from medviewer.ops.filters import Dimension, GaussianParams, gaussian
from medviewer.ops.part import crop
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.services.cache import ByteCache
from medviewer.services.jobs import CancelToken, JobContext
from tests.helpers.phantoms import make_image, modality_values

registry.register(diffusion)


def blur(sigma_mm: float = 1.0, dimension: Dimension = Dimension.SLICE, on: bool = True) -> RecipeStep:
    return replace(RecipeStep.of(gaussian, GaussianParams(sigma_mm, dimension)), on=on)


def test_steps_are_applied_in_order() -> None:
    image = make_image((2, 20, 20), spacing_xyz_mm=(1.0, 1.0, 1.0))
    result = evaluate(Recipe((blur(1.0), blur(3.0))), image)
    once = ndimage.gaussian_filter(modality_values(image), (0, 1, 1), mode="nearest")
    np.testing.assert_allclose(
        result.array, ndimage.gaussian_filter(once, (0, 3, 3), mode="nearest"), rtol=1e-5, atol=1e-3
    )
    assert result.facts.derived_from == "Gaussian blur (sigma 1 mm); Gaussian blur (sigma 3 mm)"


def test_no_step_on_gives_the_image_itself() -> None:
    image = make_image((1, 4, 4))
    assert evaluate(Recipe((blur(on=False),)), image) is image


def test_unknown_spacing_is_told_in_pixels() -> None:
    image = make_image((1, 9, 9), facts=Facts(spacing_source=SpacingSource.NONE))
    assert evaluate(Recipe((blur(2.0),)), image).facts.derived_from == "Gaussian blur (sigma 2 px)"


class Counting:
    def __init__(self) -> None:
        self.cache = ByteCache(10**9)
        self.puts: list[str] = []

    def get(self, key: str) -> Any:
        return self.cache.get(key)

    def put(self, key: str, image: Image) -> None:
        self.puts.append(key)
        self.cache.put(key, image)


def test_results_are_found_again_by_content() -> None:
    image = make_image((2, 8, 8), key="series-1")
    cache = Counting()
    first = evaluate(Recipe((blur(1.0), blur(3.0))), image, cache=cache)
    assert cache.puts == [evaluate(Recipe((blur(1.0),)), image).key, first.key]
    assert evaluate(Recipe((blur(1.0), blur(3.0))), image, cache=cache) is first
    assert first.key == result_key(Recipe((blur(1.0), blur(3.0))), image)
    evaluate(Recipe((blur(1.0), blur(2.0))), image, cache=cache)
    assert len(cache.puts) == 3, "the first step was computed again"


def test_keys_follow_the_pixels_where_the_image_has_none() -> None:
    image = make_image((2, 8, 8))
    other = image.array.copy()
    other[1, 7, 7] += 1
    assert content_key(image) == content_key(replace(image, array=image.array.copy()))
    assert content_key(image) != content_key(replace(image, array=other))
    assert content_key(image) != content_key(replace(image, rescale=Rescale()))
    assert content_key(replace(image, key="given")) == "given"


@pytest.mark.parametrize(
    "step", [blur(2.0), blur(2.0, Dimension.VOLUME), RecipeStep.of(diffusion)], ids=lambda s: s.op
)
@pytest.mark.parametrize(
    "box",
    [
        ((3, 4), (0, 24), (0, 32)),
        ((0, 1), (0, 24), (0, 32)),
        ((0, 9), (11, 12), (0, 32)),
        ((0, 9), (0, 24), (31, 32)),
    ],
    ids=["slice", "first slice", "coronal", "sagittal edge"],
)
def test_a_part_equals_the_same_part_of_the_whole(step: RecipeStep, box: Any) -> None:
    image = make_image((9, 24, 32), rescale=Rescale(tuple(1.0 + k / 10 for k in range(9)), (-1000.0,)), key="k")
    recipe = Recipe((blur(0.5), step))
    whole = evaluate(recipe, image)
    part = evaluate_box(recipe, image, box)
    index = tuple(slice(low, high) for low, high in box)
    np.testing.assert_allclose(part.array, whole.array[index], rtol=1e-5, atol=2e-3)
    owner = part.array if part.array.base is None else part.array.base
    assert owner.nbytes == part.array.nbytes, "the halo is kept alive"
    first = (box[2][0], box[1][0], box[0][0])
    np.testing.assert_allclose(part.geometry.world((0, 0, 0)), image.geometry.world(first))


def test_crop_shares_pixels_and_keeps_the_place() -> None:
    image = make_image((6, 10, 12), rescale=Rescale((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), (0.0,)))
    part = crop(image, ((2, 5), (1, 4), (3, 9)))
    assert np.shares_memory(part.array, image.array)
    assert part.geometry.shape_zyx == part.array.shape == (3, 3, 6)
    assert part.rescale.slopes == (3.0, 4.0, 5.0)
    np.testing.assert_allclose(part.geometry.world((1, 1, 1)), image.geometry.world((4, 2, 3)))


def test_crop_of_uneven_slices_keeps_their_places() -> None:
    image = make_image((5, 10, 12), slice_positions_mm=(0.0, 2.5, 5.0, 12.5, 15.0))
    part = crop(image, ((2, 5), (1, 4), (3, 9)))
    assert part.slice_positions_mm == (0.0, 7.5, 10.0)
    for k in range(3):
        expected = native_slice(image, k + 2).geometry.world(4, 2)
        np.testing.assert_allclose(native_slice(part, k).geometry.world(1, 1), expected)
    alone = crop(image, ((3, 4), (0, 10), (0, 12)))
    expected = native_slice(image, 3).geometry.world(0, 0)
    np.testing.assert_allclose(native_slice(alone, 0).geometry.world(0, 0), expected)
    assert content_key(image) != content_key(replace(image, slice_positions_mm=()))


def test_progress_of_several_steps_is_one_line_from_0_to_1() -> None:
    seen: list[float] = []
    ctx = JobContext(report=lambda fraction, _text: seen.append(fraction))
    evaluate(Recipe((blur(1.0), blur(2.0, Dimension.VOLUME))), make_image(), ctx)
    assert seen == sorted(seen)
    assert seen[4] == pytest.approx(0.5)
    assert seen[-1] == pytest.approx(1.0)


def test_cancel_before_the_next_step_keeps_nothing_half_done() -> None:
    token = CancelToken()
    cache = Counting()
    ctx = JobContext(token, lambda fraction, _text: token.cancel() if fraction >= 0.5 else None)
    with pytest.raises(Cancelled):
        evaluate(Recipe((blur(1.0), blur(2.0))), make_image(), ctx, cache)
    assert len(cache.puts) == 1


def test_colour_and_bad_parameters_are_told() -> None:
    colour = replace(make_image((1, 4, 4)), array=np.zeros((1, 4, 4, 3), np.uint8))
    with pytest.raises(InputError, match="in colour"):
        evaluate(Recipe((RecipeStep.of(diffusion),)), colour)
    with pytest.raises(InputError, match=r"Sigma must lie between 0\.1 and 20 mm"):
        evaluate(Recipe((RecipeStep("filter.gaussian", 1, {"sigma_mm": 99}),)), make_image((1, 4, 4)))


def test_too_little_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_args: object, **_kwargs: object) -> None:
        raise MemoryError

    image = make_image((1, 4, 4))
    monkeypatch.setattr("medviewer.ops.filters.np.empty", no_room)
    with pytest.raises(TooLarge, match="not enough memory for Gaussian blur"):
        evaluate(Recipe((blur(),)), image)
