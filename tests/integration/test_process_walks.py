"""Process as its users go through it: in the window with real threads, on real studies, and again without it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtWidgets import QApplication, QLabel

from medviewer.core.table import Table
from medviewer.ops import evaluate
from medviewer.ops.recipe import Recipe
from medviewer.ops.scene import Scene
from medviewer.services import recipe_runs, recipes, result_tables, whole_series
from tests.helpers import mouse
from tests.helpers.process_window import ProcessWindow, process_window

Opened = Callable[[Path], ProcessWindow]

CT = "dicom/ct_chest_lidc-0314"
BRAIN = "dicom/mr_brain_t1_studyforrest"


@pytest.fixture
def opened(qtbot, qapp: QApplication, tmp_path: Path, request: pytest.FixtureRequest) -> Opened:
    def go(source: Path) -> ProcessWindow:
        kept = process_window(source, tmp_path / "home", lambda until: qtbot.waitUntil(until, timeout=60_000))
        made = kept.__enter__()
        request.addfinalizer(lambda: kept.__exit__(None, None, None))
        return made

    return go


def every_fourth_slice(source: Path, target: Path) -> Path:
    """A chest of 16 slices, evenly spaced."""
    target.mkdir()
    by_place = sorted(
        source.iterdir(), key=lambda p: pydicom.dcmread(p, stop_before_pixels=True).ImagePositionPatient[2]
    )
    for path in by_place[::4]:
        shutil.copy(path, target)
    return target


def undo_all_redo_all(shown: ProcessWindow, digests: list[str]) -> None:
    """Back through every state and forth again; each is byte for byte what it was."""
    back = [shown.digest()]
    while shown.document.history.last is not None:
        shown.window.commands.undo()
        back.append(shown.digest())
    forth = [shown.digest()]
    while shown.document.history.next is not None:
        shown.window.commands.redo()
        forth.append(shown.digest())
    assert forth == back[::-1]
    assert (forth[0], forth[-1]) == (digests[0], digests[-1])
    passed = iter(forth)
    assert all(state in passed for state in digests), "a state was passed over"


def test_brain_painted_grown_flooded_interpolated_and_all_of_it_undone_and_redone(
    shared_data: Path, opened: Opened
) -> None:
    shown = opened(shared_data / BRAIN)
    digests = [shown.digest()]

    def done() -> None:
        """One more state."""
        now = shown.digest()
        assert now != digests[-1]
        digests.append(now)

    middle = shown.document.state.view(0).index
    labels = shown.labels
    labels.set_brush(diameter=10.0)

    # Painted on two slices that lie apart, with the mouse; one of them is mended with the eraser.
    columns, rows = shown.image.geometry.shape_zyx[2], shown.image.geometry.shape_zyx[1]
    x, y = columns * 0.5, rows * 0.45
    shown.go_to(middle - 3)
    shown.drag((x - 30, y), (x + 30, y), tool="brush")
    done()
    shown.go_to(middle + 3)
    shown.drag((x - 20, y + 8), (x + 20, y + 8), tool="brush")
    done()
    shown.drag((x + 15, y + 8), (x + 20, y + 8), tool="eraser")
    done()
    (layer,) = labels.layers(shown.key)
    painted = labels.array(layer.id).copy()
    assert set(np.flatnonzero(painted.any(axis=(1, 2)))) == {middle - 3, middle + 3}

    # The slices between are filled.
    shown.window.canvas.painting.interpolate()
    shown.wait(lambda: shown.digest() != digests[-1])
    done()
    between = labels.array(layer.id)
    assert between[middle - 3 : middle + 4].any(axis=(1, 2)).all()
    assert np.array_equal(between[[middle - 3, middle + 3]], painted[[middle - 3, middle + 3]])
    sizes = [int((between[k] != 0).sum()) for k in range(middle - 3, middle + 4)]
    assert min(sizes) > 0.5 * min(sizes[0], sizes[-1])

    # White matter is grown from clicked seeds.
    shown.go_to(middle)
    values = shown.image.modality_slice(middle)
    bright = np.argwhere((values > np.percentile(values, 97)) & (values < np.percentile(values, 98.5)))
    seed_y, seed_x = (int(v) for v in bright[len(bright) // 2])
    shown.add("region.grow", alike="tolerance", tolerance=25.0)
    done()
    done_before = len(digests)
    shown.mark("seeds", 1, (seed_x, seed_y))
    done()
    assert len(digests) == done_before + 1
    mark = shown.steps[-1].params["seeds"][0]
    np.testing.assert_allclose(
        shown.image.geometry.index(np.array(mark["points_mm"])), [[seed_x, seed_y, middle]], atol=0.6
    )
    grown = shown.process_all().labels
    assert grown is not None
    assert grown.array[middle, seed_y, seed_x] == 1
    inside = values[grown.array[middle] != 0]
    at_seed = values[seed_y - 1 : seed_y + 2, seed_x - 1 : seed_x + 2].mean()  # as the form says
    assert np.abs(inside - at_seed).max() <= 25.0
    assert inside.size > 20

    # Watershed from two clicked markers, in the place of growing.
    shown.panel._switch(0, False)
    done()
    shown.add("region.watershed")
    done()
    shown.mark("markers", 1, (seed_x, seed_y))
    done()
    shown.mark("markers", 2, (8, 8))
    done()
    flooded = shown.process_all().labels
    assert flooded is not None
    assert flooded.array[middle, seed_y, seed_x] == 1
    assert flooded.array[middle, 8, 8] == 2
    assert set(np.unique(flooded.array[middle])) == {1, 2}

    # The recipe's mask becomes a layer beside the painted one.
    shown.panel.keep_mask()
    shown.wait(lambda: len(labels.layers(shown.key)) == 2)
    done()
    kept = labels.layers(shown.key)[-1]
    assert np.array_equal(labels.array(kept.id), flooded.array)

    undo_all_redo_all(shown, digests)
    assert np.array_equal(labels.array(kept.id), flooded.array)
    again = shown.process_all().labels
    assert again is not None
    assert np.array_equal(again.array, flooded.array)


def lung_recipe(shown: ProcessWindow) -> None:
    """From a chest to measured lungs with features, step by step in the window."""
    shown.add("filter.median", radius_mm=1.0)
    shown.add("threshold.fixed", preset="air-lung")
    shown.add("mask.clear-border")
    shown.add("mask.keep-largest", count=2)
    shown.add("mask.morphology", step="close", radius_mm=5.0)
    shown.add("mask.fill-holes")
    shown.add("contour.smooth", sigma_mm=1.5)
    shown.add("objects.measure", dimension="volume", smallest=1000)
    shown.add("features.extract", binning="width", bin_width=25.0, resample_mm=3.0, glszm=False, gldzm=False)


def test_chest_to_lungs_to_features_in_the_window_and_the_same_bytes_without_it(
    shared_data: Path, opened: Opened, tmp_path: Path
) -> None:
    chest = every_fourth_slice(shared_data / CT, tmp_path / "chest")
    shown = opened(chest)
    lung_recipe(shown)
    scene = shown.process_all()

    # Two lungs with the volume of an adult's, dark inside, nothing at the border.
    assert scene.labels is not None
    mask = scene.labels.mask()
    litres = float(mask.sum()) * float(np.prod(shown.image.geometry.spacing_xyz_mm)) / 1e6
    assert 2.0 < litres < 6.5
    inside = np.concatenate([shown.image.modality_slice(k)[mask[k]] for k in range(shown.image.n_slices)])
    assert -900 < float(np.median(inside)) < -700

    # Both tables came to the window, and the measured values are those of numpy on the original.
    found = {t.table.name: t.table for t in result_tables.of(shown.window.workspace).tables}
    objects, features = (by_keys(found.values(), key) for key in ("volume_ml", "RNU0"))
    assert sum(float(v) for v in objects.column("volume_ml").values) == pytest.approx(litres * 1000, rel=0.01)
    if objects.n_rows == 1:
        assert objects.column("mean").values[0] == pytest.approx(float(inside.mean()), abs=2.0)
    assert features.n_rows == 1
    assert float(features.column("RNU0").values[0]) == pytest.approx(litres * 1e6, rel=0.05)  # volume of the mesh

    # Saved, opened again, copied as a command and as a script: the same recipe each time.
    saved = tmp_path / "lungs.json"
    shown.panel.save_recipe(saved)
    recipe = recipes.read(saved)
    assert recipe.hash == Recipe.of(shown.steps).hash
    shown.panel.load_recipe(saved)
    assert Recipe.of(shown.steps).hash == recipe.hash
    assert not shown.panel.findChild(QLabel, "form-error").text()

    # Run on the folder by the window's own service, by the command line, and by the script that was saved.
    items, left = recipe_runs.items_in([chest])
    assert not left
    in_window = tmp_path / "window"
    (outcome,) = recipe_runs.run(recipe, items, in_window)
    assert not outcome.error
    command = [sys.executable, "-m", "medviewer", "run", str(saved), str(chest), str(tmp_path / "command")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    written = sorted(p.name for p in in_window.iterdir())
    assert {*outcome.written, "report.csv", "tables.csv", "recipe.json"} == set(written)
    for name in written:
        if name != "report.csv":  # holds how long it took
            assert (in_window / name).read_bytes() == (tmp_path / "command" / name).read_bytes(), name
    # What was seen in the window is what was written.
    alone = evaluate.evaluate_scene(recipe, Scene.of(whole_series.load(chest)))
    assert alone.labels is not None
    assert np.array_equal(alone.labels.array, scene.labels.array)


def by_keys(tables: Iterable[Table], key: str) -> Table:
    """The table that has a column."""
    (found,) = [t for t in tables if key in t.keys]
    return found


def test_pet_is_processed_in_uptake_values_with_and_without_the_window(
    shared_data: Path, opened: Opened, tmp_path: Path
) -> None:
    pet = tmp_path / "pet"
    pet.mkdir()
    slices = sorted((shared_data / "dicom" / "pet_wholebody_sts-001").glob("*"))
    taken = [p for p in slices if p.is_file() and pydicom.dcmread(p, stop_before_pixels=True).Modality == "PT"][:40]
    for path in taken:
        shutil.copy(path, pet)
    shown = opened(pet)
    assert shown.image.unit.endswith("{SUVbw}")
    shown.add("threshold.fixed", low=2.0)
    seen = shown.process_all().labels
    assert seen is not None
    native = whole_series.load(pet)
    assert native.unit == shown.image.unit
    alone = evaluate.evaluate_scene(Recipe.of(shown.steps), Scene.of(native)).labels
    assert alone is not None
    assert np.array_equal(alone.array, seen.array)
    assert 0 < int(seen.array.sum()) < 0.2 * seen.array.size


def test_the_same_click_twice_is_the_same_mark(shared_data: Path, opened: Opened) -> None:
    """A click on the picture is a place in the patient, whatever the zoom."""
    shown = opened(shared_data / "dicom" / "petctmr_sts-012" / "CT")
    shown.add("region.grow")
    shown.mark("seeds", 1, (40, 50))
    mouse.wheel(shown.pane, 240, keys=mouse.CTRL)
    shown.wait(lambda: shown.pane.frame.view == shown.document.state.view(0))
    shown.mark("seeds", 1, (40, 50))
    first, second = (np.array(m["points_mm"][0]) for m in shown.steps[-1].params["seeds"])
    assert np.abs(first - second).max() < 1.5 * max(shown.image.geometry.spacing_xyz_mm[:2])
