"""What Process does with input that is no use: one sentence, nothing changed, nothing lost; and damaged files.

Through the doors that users have: `medviewer op` in this process, the services, real images.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk

from medviewer import cli
from medviewer.core import labels
from medviewer.core.geometry import Geometry
from medviewer.core.image import Image, Rescale
from medviewer.core.table import Table
from medviewer.errors import GeometryMismatch, InputError, MedviewerError, TooLarge
from medviewer.io import label_files, table_files, volume
from medviewer.ops import evaluate, registry
from medviewer.ops.operation import Operation, QuietContext, Slot
from medviewer.ops.params import Kind, fields_of
from medviewer.ops.recipe import Recipe, RecipeStep
from medviewer.ops.scene import Scene
from medviewer.ops.script import python_script
from medviewer.services import batch, recipe_runs, results, scripting
from tests.helpers import result_files
from tests.helpers.any_operation import REAL, params_of, scene_of, source_of
from tests.helpers.phantoms import make_image

OPERATIONS = registry.all_operations()
SMALL = ("radiograph", "colour photograph", "enhanced MR")
SLOW_ON_LARGE = {
    "filter.bias-field",
    "filter.non-local-means",
    "region.grabcut",
    "features.stability",
    "filter.total-variation",
}
MUTANTS = 250


@pytest.fixture(params=OPERATIONS, ids=lambda o: o.id)
def operation(request: pytest.FixtureRequest) -> Operation:
    found: Operation = request.param
    return found


def assert_sentence(refusal: MedviewerError) -> None:
    """One clear sentence, without the words of a programmer."""
    assert refusal.message.endswith((".", "?")), refusal.message
    for word in ("Error", "None", "object at", "Traceback", "ndarray", "dtype"):
        assert word not in str(refusal), refusal


# -- every operation, on every small real image


@pytest.mark.parametrize("name", SMALL)
def test_every_operation_on_real_images(shared_data: Path, name: str, tmp_path: Path) -> None:
    image = volume.load(source_of(shared_data, name))
    before = image.array.copy()
    image.array.flags.writeable = False
    done = 0
    for operation in OPERATIONS:
        if operation.id in SLOW_ON_LARGE and image.array.size > 30_000:
            continue
        step = RecipeStep.of(operation, params_of(operation, image))
        try:
            scene = evaluate.evaluate_scene(Recipe((step,)), scene_of(image))
        except MedviewerError as refusal:
            assert_sentence(refusal)
            continue
        done += 1
        if operation.keeps_geometry and operation.gives is not Slot.TABLE:
            assert scene.image.geometry == image.geometry, operation.id
        if operation.gives is Slot.LABELS:
            assert scene.labels is not None
            path = tmp_path / f"{done}.mha"
            results.write_labels(scene.labels, path)
            back = label_files.read_labels(path, onto=image)
            assert np.array_equal(back.array, scene.labels.array), operation.id
            assert labels.same_grid(back, scene.labels), operation.id
            assert [back.name(v) for v in back.values()] == [scene.labels.name(v) for v in back.values()]
    assert np.array_equal(image.array, before, equal_nan=before.dtype.kind == "f")
    assert done >= (30 if image.is_colour else 50)


# -- input that is no use


def constant(value: float = 7.0) -> Image:
    array = np.full((3, 24, 32), value, np.float32)
    return Image(array, Geometry(array.shape, spacing_xyz_mm=(0.7, 0.9, 2.5)))


def infinite() -> Image:
    image = constant()
    array = image.array.copy()
    array[:, 3:8, 3:9] = (np.inf, -np.inf, np.nan)[0]
    array[:, 10:12] = -np.inf
    array[1] = np.nan
    return replace(image, array=array)


def huge_values() -> Image:
    rng = np.random.default_rng(2)
    image = constant()
    return replace(image, array=(rng.normal(size=image.array.shape) * 1e30).astype(np.float32))


BAD_IMAGES = {
    "constant": constant(),
    "infinite": infinite(),
    "huge values": huge_values(),
    "strongly anisotropic": make_image((4, 24, 32), spacing_xyz_mm=(0.01, 12.0, 50.0)),
}


@pytest.mark.parametrize("name", BAD_IMAGES)
def test_images_of_no_use(operation: Operation, name: str) -> None:
    image = BAD_IMAGES[name]
    scene = scene_of(image)
    before = image.array.copy()
    with np.errstate(all="raise", under="ignore", over="ignore", invalid="ignore", divide="ignore"):
        try:
            evaluate.evaluate_scene(Recipe((RecipeStep.of(operation, params_of(operation, image)),)), scene)
        except MedviewerError as refusal:
            assert_sentence(refusal)
    assert np.array_equal(image.array, before, equal_nan=before.dtype.kind == "f")


def one_voxel(image: Image) -> labels.LabelMap:
    mask = np.zeros(image.array.shape[:3], bool)
    mask[tuple(n // 2 for n in mask.shape)] = True
    return labels.binary(mask, image)


def many(image: Image) -> labels.LabelMap:
    """Twelve labels of a few voxels, the highest there may be among them."""
    array = np.random.default_rng(1).integers(0, 13, image.array.shape[:3]).astype(np.uint16)
    array[array == 12] = labels.MAX_LABEL
    return labels.of_array(array, image)


MASKS = {
    "one voxel": one_voxel,
    "twelve labels in crumbs": many,
}


@pytest.mark.parametrize("name", MASKS)
def test_masks_of_no_use(operation: Operation, name: str) -> None:
    image = make_image((3, 12, 14))
    mask = MASKS[name](image)
    before = mask.array.copy()
    scene = Scene(image, image, mask, {"A": mask})
    try:
        found = evaluate.evaluate_scene(Recipe((RecipeStep.of(operation, params_of(operation, image)),)), scene)
    except MedviewerError as refusal:
        assert_sentence(refusal)
    else:
        if operation.gives is Slot.TABLE:
            assert found.table is not None
            for column in found.table.columns:
                assert not any(isinstance(v, float) and np.isinf(v) for v in column.values), column.key
    assert np.array_equal(mask.array, before)


def test_a_kernel_larger_than_the_image(operation: Operation) -> None:
    """Every length at the end of its range on an image of a few millimetres: an answer or a sentence."""
    image = make_image((2, 6, 7), spacing_xyz_mm=(0.5, 0.5, 0.5))
    for field in fields_of(operation.params_type):
        if field.kind is Kind.FLOAT and field.name.endswith("_mm"):
            params = replace(params_of(operation, image), **{field.name: field.convert(field.high)})
            try:
                evaluate.evaluate_scene(Recipe((RecipeStep.of(operation, params),)), scene_of(image))
            except MedviewerError as refusal:
                assert_sentence(refusal)


def test_the_same_seed_gives_the_same_bytes_and_another_runs_too(operation: Operation) -> None:
    image = make_image((3, 20, 24))
    recipe = Recipe((RecipeStep.of(operation, params_of(operation, image)),))

    def told(seed: int) -> list[object]:
        scene = evaluate.evaluate_scene(recipe, scene_of(image), QuietContext(seed))
        tables = [repr(table) for table in scene.tables.values()]
        mask = b"" if scene.labels is None else scene.labels.array.tobytes()
        return [scene.image.array.tobytes(), mask, *tables]

    try:
        first = told(5)
    except MedviewerError as refusal:
        assert_sentence(refusal)
        return
    assert told(5) == first
    assert len(told(6)) == len(first)


def test_recipes_of_every_operation_survive_json_and_script(operation: Operation) -> None:
    """The script that the window saves does what the recipe does."""
    image = make_image((2, 16, 18))
    recipe = Recipe((RecipeStep.of(operation, params_of(operation, image)),), "one")
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_json(recipe.to_json()).hash == recipe.hash
    space: dict[str, Any] = {"__name__": "a_script"}
    exec(compile(python_script(recipe), "recipe.py", "exec"), space)  # what the program itself wrote
    assert Recipe(tuple(space["STEPS"])).hash == recipe.hash


# -- masks on another grid


def results_of(path: Path) -> int:
    """Rows of a written table."""
    return table_files.read_table(path).n_rows


@pytest.fixture
def apart(tmp_path: Path) -> tuple[Path, Path, Image, labels.LabelMap]:
    """An image, and a mask of half its resolution over the same place."""
    rng = np.random.default_rng(0)
    fine = Geometry((6, 24, 32), spacing_xyz_mm=(1.0, 1.0, 2.0), origin_mm=(-10.0, 5.0, 3.0))
    image = Image(rng.normal(size=fine.shape_zyx).astype(np.float32), fine)
    coarse = Geometry((6, 12, 16), spacing_xyz_mm=(2.0, 2.0, 2.0), origin_mm=(-9.5, 5.5, 3.0))
    inside = np.zeros(coarse.shape_zyx, np.uint8)
    inside[1:4, 3:8, 4:10] = 1
    mask = labels.LabelMap(inside, coarse)
    paths = tmp_path / "image.nii.gz", tmp_path / "mask.nii.gz"
    results.write_image(image, paths[0])
    results.write_labels(mask, paths[1])
    return *paths, image, mask


def test_a_mask_on_another_grid_is_refused_with_the_way_out(
    apart: tuple[Path, Path, Image, labels.LabelMap], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image, mask, _, _ = apart
    out = tmp_path / "out.csv"
    words = ["op", "objects.measure", str(image), str(out), "--mask", str(mask)]
    assert cli.main(words) == 1
    said = capsys.readouterr().err
    assert "grid" in said
    assert "--resample-mask" in said
    assert not out.exists()


def test_a_mask_on_another_grid_is_resampled_when_asked(
    apart: tuple[Path, Path, Image, labels.LabelMap], tmp_path: Path
) -> None:
    image, mask, loaded, coarse = apart
    out = tmp_path / "out.csv"
    call = batch.parse(
        ["objects.measure", str(image), str(out), "--dimension", "volume", "--mask", str(mask), "--resample-mask"]
    )
    assert call.resample_mask
    recipe = call.recipe.to_json()
    (tmp_path / "r.json").write_text(recipe)
    again = batch.parse([str(tmp_path / "r.json"), str(image), str(out), "--resample-mask", "--mask", str(mask)])
    assert (again.mask, again.resample_mask) == (str(mask), True)
    batch.run(call.recipe, image, out, None, mask, resample_mask=True)
    # Every coarse voxel covers four fine ones, and the volume stays.
    fine = labels.resample_labels(coarse, loaded)
    table = scripting.run(call.recipe, scripting.open_image(image), mask=fine).table
    assert table is not None
    assert results_of(out) == table.n_rows == 1
    row = table.row(0)
    assert row["volume_mm3"] == pytest.approx(float(coarse.array.sum()) * 8.0)
    expected = sitk.Resample(
        sitk.ReadImage(str(mask)), sitk.ReadImage(str(image)), sitk.Transform(), sitk.sitkNearestNeighbor
    )
    assert row["pixels"] == int(sitk.GetArrayFromImage(expected).sum())
    with pytest.raises(GeometryMismatch):
        batch.run(call.recipe, image, tmp_path / "no.csv", None, mask)


def test_a_run_without_a_mask_at_its_end_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = make_image((2, 9, 11))
    results.write_image(image, tmp_path / "image.nii.gz")
    results.write_labels(one_voxel(image), tmp_path / "mask.nii.gz")
    words = ["op", "mask.keep", str(tmp_path / "image.nii.gz"), str(tmp_path / "out.nii.gz")]
    assert cli.main([*words, "--mask", str(tmp_path / "mask.nii.gz")]) == 1
    assert "no mask left" in capsys.readouterr().err
    assert not (tmp_path / "out.nii.gz").exists()


def test_of_four_dimensions_the_first_volume_is_taken_and_that_is_said(tmp_path: Path) -> None:
    """Of a 4-D file the first volume is processed, as the window shows it; the report says so."""
    array = np.random.default_rng(0).integers(0, 100, (3, 4, 10, 12)).astype(np.int16)
    parts = [sitk.GetImageFromArray(part) for part in array]
    source = tmp_path / "in"
    source.mkdir()
    sitk.WriteImage(sitk.JoinSeries(parts), str(source / "four.nii.gz"))
    recipe = Recipe((RecipeStep.of(registry.get("threshold.automatic")),))
    items, left = recipe_runs.items_in([source])
    assert not left
    outcomes = recipe_runs.run(recipe, items, tmp_path / "out")
    (outcome,) = outcomes
    assert not outcome.error
    report = (tmp_path / "out" / "report.csv").read_text("utf-8-sig")
    assert "3 volumes" in report
    mask = label_files.read_labels(tmp_path / "out" / "four.mask.nii.gz")
    assert mask.array.shape == array.shape[1:]


def test_what_a_format_cannot_keep_is_said(shared_data: Path, tmp_path: Path) -> None:
    """A PET whose slices lie unevenly is written on an even grid: not silently."""
    recipe = Recipe((RecipeStep.of(registry.get("threshold.fixed")),))
    told = batch.run(recipe, shared_data / REAL["PET"], tmp_path / "out.nii.gz")
    assert any("even grid" in sentence for sentence in told["warnings"])
    told = batch.run(recipe, source_of(shared_data, "2-D"), tmp_path / "flat.nii.gz")
    assert not any("even grid" in sentence for sentence in told["warnings"])


def test_colour_where_grey_is_needed_names_the_step_that_helps(shared_data: Path, tmp_path: Path) -> None:
    smear = source_of(shared_data, "colour photograph")
    fixed = RecipeStep.of(registry.get("threshold.fixed"))
    with pytest.raises(InputError, match="Grey from colour"):
        batch.run(Recipe((fixed,)), smear, tmp_path / "out.nii.gz")
    batch.run(Recipe((RecipeStep.of(registry.get("colour.grey")), fixed)), smear, tmp_path / "out.nii.gz")
    assert label_files.read_labels(tmp_path / "out.nii.gz").array.shape == (1, 480, 640)


# -- damaged files


def test_damaged_files_of_results_are_refused_in_a_sentence(tmp_path: Path) -> None:
    """Masks with what stands beside them, recipes, tables, classifiers; thousands more were run by hand."""
    image, made = result_files.kinds(tmp_path)
    work = tmp_path / "work"
    work.mkdir()
    refused = read = 0
    for _name, kind, data, beside in result_files.mutants(made, MUTANTS, seed=31):
        path = result_files.write_mutant(work, kind, data, beside)
        try:
            kind.read(path)
            read += 1
        except MedviewerError as refusal:
            assert_sentence(refusal)
            refused += 1
        for file in work.iterdir():
            file.unlink()
    assert refused > MUTANTS / 3
    assert read > MUTANTS / 10  # not everything is damaged by a flipped bit: the harness does read
    assert image.array.shape == (6, 9, 11)
    for kind in made:
        kind.read(result_files.write_mutant(work, kind, kind.data, kind.beside))


def test_a_row_far_below_the_sheet_does_not_hang(tmp_path: Path) -> None:
    """Found by a mutant: the library makes up every row before one with a huge number."""
    path = tmp_path / "table.xlsx"
    table_files.write_table(Table.of_rows([{"a": 1.0}, {"a": 2.0}]), path)
    out = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w") as target:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith("sheet1.xml"):
                assert b'<row r="2"' in content
                content = content.replace(b'<row r="2"', b'<row r="2147483647"')
            target.writestr(name, content)
    path.write_bytes(out.getvalue())
    with pytest.raises(TooLarge, match="rows"):
        table_files.read_table(path)


def test_a_recipe_with_a_step_that_is_no_step_costs_no_series(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(
        json.dumps({"schema_version": 1, "steps": [{"op": "filter.gaussian", "params": {"sigma_mm": "a"}}]})
    )
    with pytest.raises(MedviewerError) as caught:
        recipe_runs.run(Recipe.from_json((tmp_path / "r.json").read_bytes()), [], tmp_path / "out")
    assert_sentence(caught.value)
    assert not (tmp_path / "out").exists()


def test_rescale_of_a_constant_is_told_or_constant() -> None:
    image = replace(constant(), rescale=Rescale((2.0,), (1.0,)))
    for name in ("intensity.rescale", "intensity.z-score", "intensity.equalise", "intensity.clahe"):
        try:
            found = registry.get(name)(image)
        except MedviewerError as refusal:
            assert_sentence(refusal)
            continue
        values = found.modality_slice(1)
        assert np.isfinite(values).all(), name
        assert np.ptp(values) == pytest.approx(0.0, abs=1e-3), name
