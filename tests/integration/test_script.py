"""A recipe as a Python script: run as it is, it gives the same voxels, mask and table."""

from __future__ import annotations

import ast
import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK

from medviewer.core.marks import Mark
from medviewer.errors import InputError, RecipeError
from medviewer.io import research
from medviewer.ops import registry, script
from medviewer.ops.evaluate import evaluate_scene
from medviewer.ops.params import Hand, fields_of, to_json
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.services import batch, processing, recipes, scripting
from tests.helpers.phantoms import make_image

assert processing.registry is registry  # importing it adds the networks


def step(name: str, on: bool = True, **params: object) -> RecipeStep:
    return RecipeStep(name, registry.get(name).version, params, on)


IMAGE = (step("filter.gaussian", sigma_mm=1.3), step("filter.gaussian", False, sigma_mm=9.0))
MASK = (*IMAGE, step("threshold.fixed", low=-480.0, high=900.0), step("contour.smooth", sigma_mm=0.9))
TABLE = (*MASK, step("objects.filter", column="area", low=5.0), step("objects.measure", dimension="volume"))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("script") / "image.nii.gz"
    research.write(make_image((6, 40, 50)), path)
    return path


def run_script(recipe: Recipe, folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    path = folder / "recipe.py"
    recipes.write_script(path, recipe)
    words = [sys.executable, str(path), *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, cwd=folder, timeout=120, check=False)


@pytest.mark.parametrize(("steps", "ending"), [(IMAGE, ".nii.gz"), (MASK, ".nrrd")], ids=["image", "mask"])
def test_same_voxels(steps: tuple[RecipeStep, ...], ending: str, source: Path, tmp_path: Path) -> None:
    recipe = Recipe(steps, "Clean")
    ended = run_script(recipe, tmp_path, source, tmp_path / f"script{ending}")
    assert ended.returncode == 0, ended.stderr
    batch.run(recipe, source, tmp_path / f"recipe{ending}")
    first, second = (SimpleITK.ReadImage(str(tmp_path / f"{name}{ending}")) for name in ("script", "recipe"))
    arrays = [SimpleITK.GetArrayFromImage(image) for image in (first, second)]
    assert np.array_equal(*arrays)
    assert arrays[0].max() > arrays[0].min()
    assert first.GetOrigin() == second.GetOrigin()


def test_same_table(source: Path, tmp_path: Path) -> None:
    recipe = Recipe(TABLE)
    ended = run_script(recipe, tmp_path, source, tmp_path / "script.csv")
    assert ended.returncode == 0, ended.stderr
    batch.run(recipe, source, tmp_path / "recipe.csv")
    assert (tmp_path / "script.csv").read_bytes() == (tmp_path / "recipe.csv").read_bytes()
    rows = list(csv.reader((tmp_path / "script.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) >= 2


def test_wrong_use_is_told(source: Path, tmp_path: Path) -> None:
    recipe = Recipe(IMAGE)
    assert "usage" in run_script(recipe, tmp_path).stderr
    missing = run_script(recipe, tmp_path, tmp_path / "nothing.nii.gz", tmp_path / "out.nii.gz")
    assert missing.returncode == 1
    assert "Traceback" not in missing.stderr
    assert missing.stderr.strip().endswith(".")


def marked_operations() -> list[str]:
    return [o.id for o in registry.all_operations() if any(f.set_by for f in fields_of(o.params_type))]


@pytest.mark.parametrize("name", [o.id for o in registry.all_operations()])
def test_every_operation_survives_being_written(name: str) -> None:
    """The steps of the script, executed, are those of the recipe: every parameter, and marks."""
    operation = registry.get(name)
    params = operation.defaults()
    for field in fields_of(operation.params_type):
        if field.set_by is not None:
            label = min(field.set_by.labels)
            points = ((1.25, -2.5, 1e-7), (3.0, 4.0, 5.5))
            hand = field.set_by.hand
            mark = Mark(label, points[:1] if hand is Hand.POINTS else points, 2.5 if hand is Hand.STROKES else 0.0)
            params = operation.params_type(**{field.name: (mark, Mark(label, points))})
    recipe = Recipe((RecipeStep.of(operation, params),), "one")
    text = script.python_script(recipe)
    namespace: dict[str, object] = {"__name__": "script"}
    exec(compile(text, "script", "exec"), namespace)
    steps = namespace["STEPS"]
    assert isinstance(steps, list)
    assert Recipe(tuple(steps)).active() == recipe.active()
    for key in to_json(params):
        assert f"{key}=" in text, "a parameter is not spelled out"
    assert max(map(len, text.splitlines())) < 200 or params != operation.defaults()


def test_marks_are_written_as_marks() -> None:
    assert marked_operations()
    operation = registry.get(marked_operations()[0])
    field = next(f for f in fields_of(operation.params_type) if f.set_by)
    params = operation.params_type(**{field.name: (Mark(1, ((0.1, -20.0, 3.0),)),)})
    text = script.python_script(Recipe((RecipeStep.of(operation, params),)))
    assert "Mark(1, points_mm=((0.1, -20.0, 3.0),))" in text
    assert "import Mark," in text


def test_a_name_cannot_break_out() -> None:
    for name in ('""" + exec("x") + """', "a\\", "new\nline\x00", "{imports}", "细胞 %s", '"'):
        text = script.python_script(Recipe(IMAGE, name))
        tree = ast.parse(text)
        assert ast.get_docstring(tree)
        assert [type(node).__name__ for node in tree.body[1:3]] == ["Import", "ImportFrom"]
        assert len(tree.body) == 6


def test_steps_that_are_off_are_comments() -> None:
    text = script.python_script(Recipe(IMAGE))
    assert '# step("filter.gaussian", 1, sigma_mm=9.0, dimension="slice"),' in text
    assert "# Gaussian blur (sigma 1.3 mm)" in text


def test_the_api_runs_steps_recipes_and_files(source: Path, tmp_path: Path) -> None:
    image = scripting.open_image(source)
    expected = evaluate_scene(Recipe(MASK), image)
    recipes.write(tmp_path / "recipe.json", Recipe(MASK))
    for steps in (Recipe(MASK), list(MASK), tmp_path / "recipe.json"):
        result = scripting.run(steps, image)
        assert result.labels is not None
        assert expected.labels is not None
        assert np.array_equal(result.labels.array, expected.labels.array)
    with_mask = scripting.run([scripting.step("objects.measure", 1)], image, mask=expected.labels)
    assert with_mask.table is not None
    assert with_mask.table.n_rows


def test_the_api_refuses_with_sentences(source: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no operation"):
        scripting.step("filter.nonsense", 1)
    with pytest.raises(InputError, match="no parameter"):
        scripting.step("filter.gaussian", 1, width=2)
    result = scripting.run(Recipe(IMAGE), scripting.open_image(source))
    with pytest.raises(InputError, match="no table"):
        scripting.save(result, tmp_path / "t.csv", what="table")
    with pytest.raises(InputError, match="ending"):
        scripting.save(result, tmp_path / "t.doc")
