"""Recipes that make masks and tables: quick looks, whole results, steps that wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from medviewer.document import edits
from medviewer.document.state import Plane
from medviewer.ops.evaluate import evaluate_box_scene, evaluate_scene
from medviewer.ops.filters import GaussianParams, gaussian
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.services import processing
from medviewer.services.executors import ManualExecutor
from tests.helpers import mask_operations as ops
from tests.helpers.image_workspace import make_workspace, step
from tests.helpers.phantoms import make_image

CT = make_image((9, 24, 32))
BLUR, ABOVE, COUNT = step(gaussian, sigma_mm=1.5), step(ops.above), step(ops.count)
HALF, SLOW = step(ops.half), step(ops.slow)


@pytest.fixture(autouse=True)
def _known() -> Iterator[None]:
    with ops.registered(*ops.ALL):
        yield


class Desk:
    def __init__(self, folder: Path) -> None:
        self.executor = ManualExecutor()
        self.workspace = make_workspace(folder, self.executor, ct=CT)
        self.workspace.show_series("ct")
        self.executor.settle()
        self.processing = processing.of(self.workspace)

    def set(self, *steps: object) -> None:
        self.workspace.document.apply(edits.SetRecipe("ct", steps))  # type: ignore[arg-type]

    def look(self, plane: Plane = Plane.STACK, index: int = 4) -> processing.ProcessedSlice:
        self.processing.processed_slice("ct", plane, index)
        self.executor.settle()
        found = self.processing.processed_slice("ct", plane, index)
        assert found is not None
        return found

    def all(self) -> None:
        assert self.processing.process_all("ct") is not None
        self.executor.settle()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.workspace.close()


def test_the_mask_of_the_visible_slice_is_that_of_the_whole(desk: Desk) -> None:
    desk.set(BLUR, ABOVE)
    expected = evaluate_scene(Recipe.of((BLUR, ABOVE)), CT)
    assert expected.labels is not None
    assert 0 < expected.labels.array.sum() < expected.labels.array.size
    found = desk.look()
    assert found.mask is not None
    assert found.exact
    assert np.array_equal(found.mask.values, expected.labels.array[4])
    assert found.mask.labels[0].name == "above"
    sagittal = desk.look(Plane.SAGITTAL, 11)
    assert sagittal.mask is not None
    assert sagittal.mask.values.shape == sagittal.pixels.values.shape


def test_a_mask_step_leaves_the_image_as_it_was(desk: Desk) -> None:
    desk.set(ABOVE)
    found = desk.look()
    assert np.array_equal(found.pixels.values, CT.array[4])


def test_the_table_comes_with_the_whole_result_only(desk: Desk) -> None:
    desk.set(ABOVE, COUNT)
    assert desk.look().exact
    assert desk.processing.scene("ct") is None
    assert desk.processing.waiting("ct") == 0
    desk.all()
    scene = desk.processing.scene("ct")
    assert scene is not None
    assert scene.table is not None
    assert scene.table.n_rows == 9
    assert scene.labels is not None
    assert scene.table.column("voxels").values[4] == int(scene.labels.array[4].sum())


def test_slow_steps_wait_and_are_then_built_upon(desk: Desk) -> None:
    desk.set(SLOW, ABOVE)
    found = desk.look()
    assert not found.exact
    assert found.mask is None
    assert desk.processing.waiting("ct") == 2
    desk.all()
    assert desk.processing.waiting("ct") == 0
    assert desk.look().mask is not None
    desk.set(SLOW, step(ops.above, low=-200.0))  # the slow step's result is there: the next is live again
    assert desk.processing.waiting("ct") == 0
    live = desk.look()
    assert live.exact
    assert live.mask is not None
    assert np.array_equal(live.mask.values, CT.modality_slice(4) + 1 >= -200.0)


def test_another_grid_is_shown_at_the_same_place(desk: Desk) -> None:
    desk.set(HALF)
    assert not desk.look(index=4).exact
    desk.all()
    for index in (0, 4, 8):
        found = desk.look(index=index)
        assert np.array_equal(found.pixels.values, CT.array[index])


def test_masks_follow_onto_another_grid() -> None:
    scene = evaluate_scene(Recipe.of((ABOVE, HALF)), CT)
    assert scene.labels is not None
    assert scene.labels.geometry == scene.image.geometry
    assert np.array_equal(scene.labels.array, (CT.array >= 700)[::2])


def test_measured_on_the_original_where_the_grid_is_the_same() -> None:
    assert evaluate_scene(Recipe.of((BLUR,)), CT).measured_on() is CT
    moved = evaluate_scene(Recipe.of((HALF,)), CT)
    assert moved.measured_on() is moved.image
    blurred = evaluate_scene(Recipe.of((BLUR,)), CT)
    assert blurred.measured_on(original=False) is blurred.image


def test_a_bounded_look_says_that_it_is_no_more_than_that() -> None:
    recipe = Recipe((RecipeStep.of(gaussian, GaussianParams(sigma_mm=6.0, dimension="volume")),))  # type: ignore[arg-type]
    box = ((4, 5), (0, 24), (0, 32))
    near, exact = evaluate_box_scene(recipe, CT, box, most_slices=1)
    assert not exact
    assert near.image.array.shape == (1, 24, 32)
    far, exact = evaluate_box_scene(recipe, CT, box, most_slices=20)
    assert exact
    assert np.allclose(far.image.array, evaluate_scene(recipe, CT).image.array[4:5], atol=1e-3)
    assert not np.allclose(near.image.array, far.image.array, atol=1e-3)
