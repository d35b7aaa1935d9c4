"""Files that Process reads back, one good one of each kind, and damaged copies of them."""

from __future__ import annotations

import copy
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from medviewer.core.image import Image
from medviewer.core.table import Table
from medviewer.io import geojson, label_files, segmentation, structures, table_files
from medviewer.lab import classifier_file
from medviewer.ops.recipe import Recipe
from medviewer.services import recipes, results, table_reading
from tests.helpers.classifiers import write_picture_classifier
from tests.helpers.dicom_results import make_source, random_labels
from tests.helpers.mutator import MUTATIONS, OTHER_MUTATIONS, Mutation

Read = Callable[[Path], object]

NASTY_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, -1e308, 1 << 31, 1 << 63, 10**400, 1e-320, "", "x" * 5000, "NaN", "\x00",
    "../../etc/passwd",
    [], {}, [[]], [None], [[1, 2]], [[[]]], {"a": 1}, [1e308, -1e308, 1e308], float("nan"), float("inf"),
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    data : bytes
        Of a good one.
    beside : tuple of (ending, bytes)
        Files that belong to it.
    read : callable
        What the program does with it.
    mutations : tuple of Mutation
        How it is damaged.
    """

    name: str
    ending: str
    data: bytes
    read: Read
    mutations: tuple[Mutation, ...]
    beside: tuple[tuple[str, bytes], ...] = ()


def edit_json(data: bytes, rng: random.Random) -> bytes:
    """Another value at a place of a JSON document, or a place that is gone."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return data[: len(data) // 2]
    for _ in range(rng.choice((1, 1, 2, 4))):
        _edit_somewhere(document, rng)
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _edit_somewhere(document: Any, rng: random.Random) -> None:
    holder = document
    while True:
        keys: list[Any] = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            return
        key = rng.choice(keys)
        inner = holder[key]
        if isinstance(inner, dict | list) and inner and rng.random() < 0.8:
            holder = inner
            continue
        deed = rng.random()
        if deed < 0.15:
            del holder[key]
        elif deed < 0.25 and isinstance(holder, list):
            holder.extend([inner] * rng.choice((1, 50, 500)))
        elif deed < 0.4 and isinstance(inner, int | float) and abs(inner) < 1e300:
            holder[key] = inner * rng.choice((-1, 0.5, 1e6, 1e-6))
        else:
            holder[key] = copy.deepcopy(rng.choice(NASTY_VALUES))
        return


def edit_deep(data: bytes, rng: random.Random) -> bytes:
    """Brackets without end."""
    depth = rng.choice((100, 5_000, 200_000))
    return rng.choice((b"[" * depth, b'{"a":' * depth, b'{"steps":' + b"[" * depth + b"]" * depth + b"}"))


def edit_member(data: bytes, rng: random.Random) -> bytes:
    """Damages what is inside a ZIP archive (XLSX, classifiers) and packs it again."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            names = archive.namelist()
            victim = rng.choice(names)
            for name in names:
                content = archive.read(name)
                if name == victim and content:
                    content = rng.choice(OTHER_MUTATIONS)(content, rng)
                if name != victim or rng.random() < 0.9:
                    target.writestr(name, content)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, KeyError):
        return data[: len(data) // 2]
    return out.getvalue()


def edit_manifest(data: bytes, rng: random.Random) -> bytes:
    """A classifier with another manifest or arrays and a checksum that fits: what a stranger could write."""
    manifest, arrays = classifier_file._parts(data)
    if rng.random() < 0.5:
        for _ in range(rng.choice((1, 2))):
            _edit_somewhere(manifest, rng)
    else:
        name = rng.choice(sorted(arrays))
        arrays[name] = _edited(arrays[name], rng)
    manifest["checksum"] = classifier_file.checksum_of(manifest, arrays)
    text = json.dumps(manifest).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, array in {"manifest": np.frombuffer(text, np.uint8), **arrays}.items():
            held = io.BytesIO()
            np.lib.format.write_array(held, np.ascontiguousarray(array), allow_pickle=False)
            target.writestr(f"{name}.npy", held.getvalue())
    return out.getvalue()


def _edited(array: Any, rng: random.Random) -> Any:
    deed = rng.randrange(6)
    if deed == 0:
        return array[: rng.randrange(len(array) + 1)] if array.ndim else array
    if deed == 1:
        return np.concatenate([array, array]) if array.ndim else array
    if deed == 2:
        return array.astype(rng.choice((np.int8, np.float16, np.complex64, np.bool_)))
    if deed == 3:
        return array.reshape(1, *array.shape)
    changed = array.copy().ravel()
    if len(changed):
        value = (
            rng.choice((-1, 0, 10**6, -(10**6), 2**62))
            if changed.dtype.kind in "iu"
            else rng.choice((np.nan, np.inf, -1e308, 1e308))
        )
        changed[rng.randrange(len(changed))] = value
    return changed.reshape(array.shape)


def kinds(folder: Path) -> tuple[Image, list[Kind]]:
    """An image, and one good file of each kind that belongs to it."""
    plan, image = make_source(folder / "source", "axial")
    labels = random_labels(image)
    made: list[Kind] = []

    def mask(name: str, ending: str, mutations: tuple[Mutation, ...]) -> None:
        path = folder / f"{name}{ending}"
        if name == "seg":
            segmentation.write_segmentation(labels, plan.frames, path)
        elif name == "rtstruct":
            structures.write_structures(labels, plan.frames, path)
        elif name == "contours":
            geojson.write_geojson(labels, path, image)
        else:
            label_files.write_labels(labels, path)
        table = label_files.table_path(path)
        beside = ((".tsv", table.read_bytes()),) if table != path and table.exists() else ()
        made.append(Kind(name, ending, path.read_bytes(), lambda p: read_mask(p, image), mutations, beside))

    for name in ("seg", "rtstruct"):
        mask(name, ".dcm", MUTATIONS)
    for name, ending in (
        ("nifti", ".nii"),
        ("packed", ".nii.gz"),
        ("nrrd", ".seg.nrrd"),
        ("meta", ".mha"),
        ("pages", ".tif"),
    ):
        mask(name, ending, OTHER_MUTATIONS)
    mask("contours", ".geojson", (*OTHER_MUTATIONS, edit_json, edit_json, edit_json, edit_deep))
    table = Table.of_rows(
        [
            {"name": f"a{n}", "label": "xy"[n % 2], "value": n / 7, "whole": n, "none": None, "yes": n % 3 == 0}
            for n in range(20)
        ],
        "t",
    )
    for ending, more in ((".csv", ()), (".xlsx", (edit_member,) * 6)):
        path = folder / f"table{ending}"
        table_files.write_table(table, path)
        for reader, read in (("own", table_files.read_table), ("any", table_reading.read_table)):
            made.append(Kind(f"table-{reader}", ending, path.read_bytes(), read, (*OTHER_MUTATIONS, *more)))
    classifier = write_picture_classifier(folder / "tree.classifier").read_bytes()
    ways = (*OTHER_MUTATIONS, edit_member, edit_member, *(edit_manifest,) * 8)
    made.append(Kind("classifier", ".classifier", classifier, lambda p: use_classifier(p), ways))
    for path in recipes.examples():
        ways = (*OTHER_MUTATIONS, *(edit_json,) * 12, edit_deep)
        made.append(Kind(f"recipe-{path.stem}", ".json", path.read_bytes(), lambda p: use_recipe(p, image), ways))
    return image, made


def read_mask(path: Path, image: Image) -> object:
    """Read onto the image, and write what came."""
    found = label_files.read_labels(path, onto=image)
    assert found.array.shape == found.geometry.shape_zyx
    results.write_labels(found, path.with_name("again.nii"))
    return found


def use_recipe(path: Path, image: Image) -> object:
    """Read, resolve, and write again."""
    recipe = recipes.read(path)
    recipe.active()
    assert Recipe.from_json(recipe.to_json()).hash == recipe.hash
    return recipe


def use_classifier(path: Path) -> object:
    """Load and let it say something."""
    trained = classifier_file.load(path)
    table = Table.of_rows([dict.fromkeys(trained.keys, 1.0), dict.fromkeys(trained.keys)])
    said = trained.predict(Table(table.columns, "", {"features": dict(trained.features)}))
    assert said.n_rows == 2
    return said


def mutants(
    made: list[Kind], count: int, seed: int
) -> Iterator[tuple[str, Kind, bytes, tuple[tuple[str, bytes], ...]]]:
    """`count` damaged files, the kinds in turn: name, kind, content and what stands beside it."""
    for number in range(count):
        rng = random.Random(f"results/{seed}/{number}")
        kind = made[number % len(made)]
        mutation = kind.mutations[(number // len(made)) % len(kind.mutations)]
        data, beside = kind.data, kind.beside
        if beside and rng.random() < 0.3:
            beside = tuple((ending, rng.choice(OTHER_MUTATIONS)(content, rng)) for ending, content in beside)
        else:
            data = mutation(data, rng)
        yield f"{number:05d}-{kind.name}-{mutation.__name__}", kind, data, beside


def write_mutant(folder: Path, kind: Kind, data: bytes, beside: tuple[tuple[str, bytes], ...]) -> Path:
    """Write one as ``mutant`` with its ending."""
    path = folder / f"mutant{kind.ending}"
    path.write_bytes(data)
    for ending, content in beside:
        label_files.table_path(path).with_suffix(ending).write_bytes(content)
    return path
