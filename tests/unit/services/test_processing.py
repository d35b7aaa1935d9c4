from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medviewer.core import slicing
from medviewer.core.image import Facts
from medviewer.document import edits
from medviewer.document.state import Plane
from medviewer.lab.networks import diffusion
from medviewer.ops import registry
from medviewer.ops.evaluate import evaluate
from medviewer.ops.filters import Dimension, GaussianParams, gaussian
from medviewer.ops.recipe import Recipe
from medviewer.services import processing
from medviewer.services.executors import InlineExecutor, ManualExecutor
from medviewer.services.processing import Processing
from medviewer.services.workspace import Workspace
from tests.helpers.image_workspace import make_workspace, step
from tests.helpers.phantoms import make_image

CT = make_image((9, 24, 32))


class Bench:
    def __init__(self, folder: Path, executor: Any) -> None:
        colour = replace(make_image((1, 8, 8)), array=np.zeros((1, 8, 8, 3), np.uint8))
        frames = make_image(facts=Facts(not_reconstructable="These are frames over time."))
        self.executor = executor
        self.workspace: Workspace = make_workspace(folder, executor, ct=CT, colour=colour, frames=frames, broken=CT)
        self.processing: Processing = processing.of(self.workspace)
        self.told: list[str] = []
        self.processing.changed.connect(self.told.append)

    def show(self, key: str, *steps: Any) -> None:
        self.workspace.show_series(key)
        self.settle()
        self.set(key, *steps)

    def set(self, key: str, *steps: Any) -> None:
        self.workspace.document.apply(edits.SetRecipe(key, steps))

    def settle(self) -> None:
        if isinstance(self.executor, ManualExecutor):
            self.executor.settle()

    def slice(self, key: str, plane: Plane, index: int) -> Any:
        """Ask, let the job run, ask again (as a pane does)."""
        self.processing.processed_slice(key, plane, index)
        self.settle()
        return self.processing.processed_slice(key, plane, index)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, ManualExecutor())
    yield made
    made.workspace.close()


BLUR = step(gaussian, sigma_mm=1.5)
BLUR_3D = step(gaussian, sigma_mm=1.5, dimension="volume")


@pytest.mark.parametrize("steps", [(BLUR,), (BLUR_3D,), (BLUR, BLUR_3D), (step(diffusion, layers=2), BLUR_3D)])
@pytest.mark.parametrize("plane", list(Plane))
@pytest.mark.parametrize("index", [0, 4])
def test_the_visible_slice_is_that_of_the_whole_result(bench: Bench, steps: Any, plane: Plane, index: int) -> None:
    bench.show("ct", *steps)
    whole = evaluate(Recipe.of(steps), CT)
    expected = (
        slicing.native_slice(whole, index) if plane is Plane.STACK else slicing.plane_slice(whole, plane.value, index)
    )
    found = bench.slice("ct", plane, index)
    assert found.current
    np.testing.assert_allclose(found.pixels.values, expected.values, rtol=1e-4, atol=1e-2)
    assert found.pixels.k == index
    np.testing.assert_allclose(found.pixels.geometry.world(3, 2), expected.geometry.world(3, 2), atol=1e-6)
    assert found.image.facts.derived_from == whole.facts.derived_from
    assert not bench.workspace.cache.get(whole.key), "only the slice was computed"


def test_nothing_to_show_without_a_step_that_is_on(bench: Bench) -> None:
    bench.show("ct", replace(BLUR, on=False))
    assert bench.processing.processed_slice("ct", Plane.STACK, 0) is None
    assert bench.executor.waiting == 0
    assert bench.processing.why_not_all("ct") == "No step is on."
    assert bench.processing.processed_slice("unknown", Plane.STACK, 0) is None


def test_while_a_parameter_is_dragged_the_old_result_stays_and_only_the_latest_is_computed(bench: Bench) -> None:
    bench.show("ct", BLUR)
    first = bench.slice("ct", Plane.STACK, 4)
    for sigma in (2.0, 3.0, 4.0):
        bench.set("ct", step(gaussian, sigma_mm=sigma))
        between = bench.processing.processed_slice("ct", Plane.STACK, 4)
        assert between.pixels is first.pixels
        assert not between.current
    bench.told.clear()
    bench.settle()
    assert bench.told == ["ct"]
    last = bench.processing.processed_slice("ct", Plane.STACK, 4)
    assert last.current
    expected = evaluate(Recipe.of([step(gaussian, sigma_mm=4.0)]), CT).array[4]
    np.testing.assert_allclose(last.pixels.values, expected, rtol=1e-5, atol=1e-3)


def test_undo_finds_the_earlier_result_without_work(bench: Bench) -> None:
    bench.show("ct", BLUR)
    first = bench.slice("ct", Plane.STACK, 4)
    bench.set("ct", BLUR_3D)
    bench.slice("ct", Plane.STACK, 4)
    bench.workspace.document.undo()
    assert bench.processing.processed_slice("ct", Plane.STACK, 4).pixels is first.pixels
    assert bench.executor.waiting == 0


def test_asking_again_while_it_is_computed_starts_nothing_new(bench: Bench) -> None:
    bench.show("ct", BLUR)
    for _ in range(5):
        assert bench.processing.processed_slice("ct", Plane.STACK, 4) is None
    assert bench.executor.waiting == 1


def test_a_slice_waits_for_its_neighbours_to_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medviewer.services.default_window.MOST_SLICES", 1)  # no others for the default window
    bench = Bench(tmp_path, ManualExecutor())
    bench.workspace.show_series("ct")
    bench.executor.run_next()
    bench.executor.deliver()  # open: the middle slice is there, its neighbours are not
    assert bench.workspace.loaded("ct").ready.sum() == 1  # type: ignore[union-attr]
    bench.set("ct", BLUR_3D)
    waiting = bench.executor.waiting
    assert bench.processing.processed_slice("ct", Plane.STACK, 4) is None
    assert bench.executor.waiting == waiting
    assert bench.processing.why_not_all("ct") == "The series is still being loaded."
    assert bench.processing.process_all("ct") is None
    bench.set("ct", BLUR)  # needs no neighbours
    bench.processing.processed_slice("ct", Plane.STACK, 4)
    assert bench.executor.waiting == waiting + 1
    bench.workspace.close()


@pytest.mark.parametrize(
    ("key", "steps", "sentence"),
    [
        ("colour", (step(diffusion),), "in colour"),
        ("frames", (BLUR_3D,), "frames over time"),
        ("ct", (step(gaussian, sigma_mm=99.0),), "Sigma must lie between"),
        ("ct", (replace(BLUR, op="filter.lost"),), "no operation called"),
        ("ct", (replace(BLUR, version=7),), "version 7"),
    ],
)
def test_what_cannot_be_applied_is_told_once_and_the_original_stays(
    bench: Bench, key: str, steps: Any, sentence: str
) -> None:
    bench.show(key, *steps)
    assert bench.slice(key, Plane.STACK, 0) is None
    assert sentence in str(bench.processing.progress(key).error)
    assert bench.processing.processed_slice(key, Plane.STACK, 0) is None
    assert bench.executor.waiting == 0, "it is not tried again and again"
    bench.set(key)
    assert bench.processing.progress(key).error is None


def test_the_whole_volume_with_progress(bench: Bench) -> None:
    bench.show("ct", BLUR, BLUR_3D)
    assert bench.processing.why_not_all("ct") == ""
    job = bench.processing.process_all("ct", "Processing")
    assert job is not None
    assert job.request.lane == "compute"
    assert bench.processing.progress("ct").running
    fractions: list[float] = []
    bench.processing.progressed.connect(lambda _key: fractions.append(bench.processing.progress("ct").fraction))
    bench.settle()
    assert fractions == sorted(fractions)
    progress = bench.processing.progress("ct")
    assert (progress.running, progress.complete, progress.fraction) == (False, True, 1.0)
    assert bench.processing.why_not_all("ct") == "All slices are processed."
    whole = evaluate(Recipe.of((BLUR, BLUR_3D)), CT)
    for plane in Plane:
        found = bench.processing.processed_slice("ct", plane, 2)
        assert found is not None
        assert found.current
    found = bench.processing.processed_slice("ct", Plane.STACK, 2)
    assert found is not None
    np.testing.assert_allclose(found.pixels.values, whole.array[2], rtol=1e-5, atol=1e-3)
    assert bench.executor.waiting == 0


def test_slices_are_not_mixed_with_one_that_could_not_be_read(bench: Bench) -> None:
    bench.show("broken", BLUR_3D)
    loaded = bench.workspace.loaded("broken")
    assert loaded is not None
    assert list(loaded.errors) == [1]
    assert bench.slice("broken", Plane.STACK, 0) is None
    assert "1 of this series could not be read" in str(bench.processing.progress("broken").error)
    bench.set("broken", BLUR)
    assert bench.slice("broken", Plane.STACK, 0).current
    bench.set("broken", BLUR_3D)
    assert bench.processing.process_all("broken") is None
    assert "could not be read" in str(bench.processing.progress("broken").error)


def test_networks_run_in_the_lane_of_their_device(bench: Bench) -> None:
    bench.show("ct", BLUR, step(diffusion))
    job = bench.processing.process_all("ct")
    assert job is not None
    assert job.request.lane == "torch:cpu"


def test_cancel_and_a_changed_recipe_stop_the_volume(bench: Bench) -> None:
    bench.show("ct", BLUR)
    bench.processing.process_all("ct")
    bench.processing.cancel("ct")
    bench.settle()
    assert bench.processing.progress("ct") == processing.Progress()
    job = bench.processing.process_all("ct")
    assert job is not None
    bench.set("ct", BLUR_3D)
    bench.settle()
    assert job.state.value == "cancelled"
    assert not bench.processing.progress("ct").complete


def test_one_object_per_workspace_and_it_goes_with_it(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, InlineExecutor(), ct=CT)
    found = processing.of(workspace)
    assert processing.of(workspace) is found
    gone = weakref.ref(found)
    workspace.close()
    del workspace, found
    gc.collect()
    assert gone() is None


def test_menu_groups_hold_every_operation() -> None:
    groups = dict(processing.operations_by_group())
    assert "filter.gaussian" in [o.id for o in groups["Filters"]]
    listed = [o.id for operations in groups.values() for o in operations]
    assert sorted(listed) == sorted(o.id for o in registry.all_operations())
    assert set(groups) <= set(processing.GROUPS), "a group without a place in the menu"
    assert [o.id for o in groups["Networks"]] == ["network.diffusion"]
    assert GaussianParams().dimension is Dimension.SLICE
