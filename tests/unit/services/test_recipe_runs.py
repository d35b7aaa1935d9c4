"""A recipe on many series: names, outputs, reports, failures that cost nothing else; same bytes from the shell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from medviewer import cli
from medviewer.core.image import Rescale
from medviewer.errors import Cancelled, InputError
from medviewer.io import research, volume
from medviewer.io.label_files import read_labels
from medviewer.io.table_files import read_table
from medviewer.ops.evaluate import evaluate_scene
from medviewer.ops.filters import GaussianParams, gaussian
from medviewer.ops.painted_mask import painted
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.services import recipe_runs, recipes
from medviewer.services.jobs import CancelToken, JobContext
from tests.helpers import mask_operations as ops
from tests.helpers.dicom_factory import make_series
from tests.helpers.phantoms import make_image

BLUR = RecipeStep.of(gaussian, GaussianParams(1.0))
RECIPE = Recipe((BLUR, RecipeStep.of(ops.above), RecipeStep.of(ops.count)))


@pytest.fixture(autouse=True)
def _known() -> Iterator[None]:
    with ops.registered(*ops.ALL):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "in"
    (place / "sub").mkdir(parents=True)
    for name, seed in (("one", 1), ("sub/two", 2)):
        research.write(make_image(seed=seed), place / f"{name}.nii.gz")
    make_series(place / "ct", 4)
    (place / "broken.nii.gz").write_bytes(b"\x1f\x8b no volume")
    return place


def files(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(place.iterdir())}


def test_every_series_gives_its_files(folder: Path, tmp_path: Path) -> None:
    items, left = recipe_runs.items_in([folder])
    assert [item.name for item in items][1:] == ["one", "sub-two"]
    assert [Path(entry.path).name for entry in left] == ["broken.nii.gz"]
    told: list[recipe_runs.Outcome] = []
    outcomes = recipe_runs.run(RECIPE, items, tmp_path / "out", told=told.append)
    assert told == outcomes
    assert not any(outcome.error for outcome in outcomes)
    written = files(tmp_path / "out")
    assert {"one.nii.gz", "one.mask.nii.gz", "one.table.csv", "report.csv", "tables.csv", "recipe.json"} <= set(
        written
    )
    expected = evaluate_scene(RECIPE, volume.load(folder / "one.nii.gz"))
    assert expected.labels is not None
    assert expected.table is not None
    assert np.array_equal(volume.load(tmp_path / "out" / "one.nii.gz").array, expected.image.array)
    assert np.array_equal(read_labels(tmp_path / "out" / "one.mask.nii.gz").array, expected.labels.array)
    joined = read_table(tmp_path / "out" / "tables.csv")
    assert joined.n_rows == 5 + 5 + 4
    assert recipes.read(tmp_path / "out" / "recipe.json").hash == RECIPE.hash


def test_the_command_line_writes_the_same_bytes(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    items, _ = recipe_runs.items_in([folder])
    recipe_runs.run(RECIPE, items, tmp_path / "window")
    recipes.write(tmp_path / "recipe.json", RECIPE)
    code = cli.main(["run", str(tmp_path / "recipe.json"), str(folder), str(tmp_path / "shell")])
    assert code == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1] == {"done": 3, "failed": 0, "left_out": 1, "folder": str(tmp_path / "shell")}
    window, shell = files(tmp_path / "window"), files(tmp_path / "shell")
    assert window.keys() == shell.keys()
    for name in window.keys() - {"report.csv"}:  # which holds the seconds that it took
        assert window[name] == shell[name], name


def test_one_that_fails_costs_no_other(folder: Path, tmp_path: Path) -> None:
    recipe = Recipe((RecipeStep.of(gaussian, GaussianParams(1.0, dimension="volume")), RecipeStep.of(ops.above)))  # type: ignore[arg-type]
    uneven = make_series(folder / "uneven", 6, series="uneven")
    uneven[2].unlink()
    items, _ = recipe_runs.items_in([folder])
    outcomes = recipe_runs.run(recipe, items, tmp_path / "out")
    failed = [outcome for outcome in outcomes if outcome.error]
    assert [outcome.item.name.startswith("uneven") for outcome in failed] == [True]
    assert "distances" in failed[0].error
    report = read_table(tmp_path / "out" / "report.csv")
    assert sorted(map(str, report.column("status").values)) == ["done", "done", "done", "failed"]


def test_masks_beside_the_images(folder: Path, tmp_path: Path) -> None:
    masks = tmp_path / "masks"
    masks.mkdir()
    image = volume.load(folder / "one.nii.gz")
    research.write(image.with_facts(), masks / "spare.nii.gz")  # another file in the folder is no matter
    from medviewer.core.labels import binary
    from medviewer.io.label_files import write_labels

    write_labels(binary(image.array > 200, image), masks / "one.mask.nii.gz")
    recipe = Recipe((RecipeStep.of(painted), RecipeStep.of(ops.count)))
    items, _ = recipe_runs.items_in([folder / "one.nii.gz", folder / "sub"])
    outcomes = {o.item.name: o for o in recipe_runs.run(recipe, items, tmp_path / "out", masks=masks)}
    table = outcomes["one"].table
    assert table is not None
    assert sum(v for v in table.column("voxels").values if isinstance(v, int)) == int((image.array > 200).sum())
    assert "no mask for this image" in outcomes["two"].error


def test_cancel_keeps_what_was_finished(folder: Path, tmp_path: Path) -> None:
    token = CancelToken()
    items, _ = recipe_runs.items_in([folder])
    with pytest.raises(Cancelled):
        recipe_runs.run(RECIPE, items, tmp_path / "out", JobContext(token), told=lambda _o: token.cancel())
    assert read_table(tmp_path / "out" / "report.csv").n_rows == 1


def test_originals_are_never_mixed_with_results(folder: Path) -> None:
    items, _ = recipe_runs.items_in([folder])
    with pytest.raises(InputError, match="originals"):
        recipe_runs.run(RECIPE, items, folder)


def test_a_list_of_paths(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("in/one.nii.gz\n# a note\nin/sub\nin/gone.nii.gz\n")
    paths = recipe_runs.sources_of(str(tmp_path / "list.txt"))
    assert [item.name for item in recipe_runs.items_in(paths)[0]] == ["one", "two"]
    (tmp_path / "list.txt").write_text("nothing.nii\n")
    with pytest.raises(InputError, match="list names no file"):
        recipe_runs.sources_of(str(tmp_path / "list.txt"))


def test_stored_integers_come_out_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    image = make_image(rescale=Rescale())
    research.write(image, tmp_path / "in" / "a.nii.gz")
    items, _ = recipe_runs.items_in([tmp_path / "in"])
    recipe_runs.run(Recipe((RecipeStep.of(ops.half),)), items, tmp_path / "out", ending=".nrrd")
    assert volume.load(tmp_path / "out" / "a.nrrd").array.dtype == np.int16
