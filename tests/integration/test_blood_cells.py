"""Cells of real blood smears counted by the recipes that come with the program, against boxes drawn by people.

The recipes were set on every fourth image; what is asserted here is measured on the others. The boxes are what people
drew: cells at the edge of a picture and in clumps often have none, so that a cell found rightly may count as wrong.
"""

from __future__ import annotations

import xml.etree.ElementTree
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from medviewer.core.table import Table
from medviewer.ops import registry
from medviewer.services import processing, recipes, scripting

assert processing.registry is registry

Boxes = NDArray[np.float64]
TUNED_ON = 4
IOU = 0.5


@dataclass(frozen=True)
class Score:
    """Hits and counts of one image."""

    hits: int
    found: int
    drawn: int


def drawn_boxes(path: Path, kind: str) -> Boxes:
    root = xml.etree.ElementTree.parse(path).getroot()
    keys = ("xmin", "ymin", "xmax", "ymax")
    found = [
        [float(entry.findtext(f"bndbox/{key}", "nan")) for key in keys]
        for entry in root.iter("object")
        if entry.findtext("name") == kind
    ]
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def table_boxes(table: Table) -> Boxes:
    if not table.n_rows:
        return np.zeros((0, 4))
    x, y, w, h = (np.array(table.column(f"box_{k}_px").values, float) for k in ("x", "y", "width", "height"))
    return np.stack((x, y, x + w, y + h), axis=1)


def hits(found: Boxes, drawn: Boxes) -> int:
    """Most pairs of boxes that overlap by half of what they cover together; each box in one pair at most."""
    if not len(found) or not len(drawn):
        return 0
    low = np.maximum(found[:, None, :2], drawn[None, :, :2])
    high = np.minimum(found[:, None, 2:], drawn[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=-1)
    areas = [(b[:, 2:] - b[:, :2]).prod(axis=1) for b in (found, drawn)]
    fit = common / (areas[0][:, None] + areas[1][None] - common) >= IOU
    rows, columns = linear_sum_assignment(~fit)
    return int(fit[rows, columns].sum())


def scores(folder: Path, recipe_name: str, kind: str, every: int = 1) -> list[Score]:
    by_name = {path.stem: path for path in recipes.examples()}
    recipe = recipes.read(by_name[recipe_name])
    annotations = sorted((folder / "annotations").glob("*.xml"))
    held_out = [path for n, path in enumerate(annotations) if n % TUNED_ON][::every]
    out = []
    for path in held_out:
        image = scripting.open_image(folder / "images" / f"{path.stem}.jpg")
        table = scripting.run(recipe, image).table
        assert table is not None
        found, drawn = table_boxes(table), drawn_boxes(path, kind)
        out.append(Score(hits(found, drawn), len(found), len(drawn)))
    return out


def summary(found: list[Score]) -> dict[str, float]:
    n_hits, n_found, n_drawn = (sum(getattr(s, key) for s in found) for key in ("hits", "found", "drawn"))
    errors = np.array([s.found - s.drawn for s in found])
    return {
        "precision": n_hits / max(n_found, 1),
        "recall": n_hits / max(n_drawn, 1),
        "count_error": float(np.abs(errors).mean()),
        "count_bias": float(errors.mean()),
    }


def intervals(found: list[Score], rounds: int = 1000) -> dict[str, tuple[float, float]]:
    """95 % by drawing images anew with replacement."""
    rng = np.random.default_rng(0)
    draws = [summary([found[n] for n in rng.integers(0, len(found), len(found))]) for _ in range(rounds)]
    return {
        key: (float(np.percentile([d[key] for d in draws], 2.5)), float(np.percentile([d[key] for d in draws], 97.5)))
        for key in draws[0]
    }


def told(kind: str, found: list[Score], record_property: object) -> dict[str, float]:
    values, limits = summary(found), intervals(found, 300)
    for key, value in values.items():
        low, high = limits[key]
        assert low <= value <= high
        record_property(f"{kind} {key}", f"{value:.3f} [{low:.3f}, {high:.3f}]")  # type: ignore[operator]
    return values


def test_red_cells(shared_data: Path, record_property: object) -> None:
    found = scores(shared_data / "detection" / "bccd", "count-red-cells", "RBC", every=2)
    assert len(found) == 30
    values = told("red", found, record_property)
    assert values["precision"] > 0.45
    assert values["recall"] > 0.5
    assert values["count_error"] < 5.0  # of about 12 cells an image


def test_white_cells(shared_data: Path, record_property: object) -> None:
    found = scores(shared_data / "detection" / "bccd", "count-white-cells", "WBC", every=2)
    values = told("white", found, record_property)
    assert values["count_error"] < 0.35  # of about one cell an image
    assert values["recall"] > 0.5


def test_boxes_are_matched_one_to_one() -> None:
    drawn = np.array([(0, 0, 10, 10), (20, 20, 30, 30)], float)
    assert hits(drawn, drawn) == 2
    assert hits(np.array([(0, 0, 10, 10), (1, 0, 11, 10)], float), drawn) == 1
    assert hits(drawn + 4, drawn) == 0  # 36 of 164
    assert hits(np.zeros((0, 4)), drawn) == 0


def test_every_example_recipe_can_be_read() -> None:
    names = {path.stem for path in recipes.examples()}
    assert {"count-red-cells", "count-white-cells", "objects-over-1000-px"} <= names
    for path in recipes.examples():
        assert recipes.read(path).name == path.stem


@pytest.mark.parametrize("limit", [1000.0])
def test_objects_over_1000_px(shared_data: Path, limit: float) -> None:
    """The classical job, counted once more by scipy."""
    from scipy import ndimage

    image = scripting.open_image(shared_data / "dicom" / "ct_chest_lidc-0314")
    recipe = recipes.read(next(p for p in recipes.examples() if p.stem == "objects-over-1000-px"))
    result = scripting.run(recipe, image)
    assert result.table is not None
    assert result.labels is not None
    threshold_only = scripting.run(recipe.steps[:1], image).labels
    assert threshold_only is not None
    expected: list[int] = []
    for plane in threshold_only.array:
        parts, _ = ndimage.label(plane, np.ones((3, 3)))
        sizes = np.bincount(parts.ravel())[1:]
        expected += sorted(int(s) for s in sizes if s >= limit)
    assert sorted(result.table.column("pixels").values) == sorted(expected)  # type: ignore[type-var]
    assert len(expected) > 5
