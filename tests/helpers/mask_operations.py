"""Small operations of every kind, for tests of what runs them; registered for one test only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from medviewer.core.image import Image, Rescale
from medviewer.core.labels import LabelMap, binary
from medviewer.core.mark_grid import rasterise
from medviewer.core.marks import Marks
from medviewer.core.table import Table
from medviewer.errors import InputError
from medviewer.ops import registry
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import Choices, Hand, Help, Label, Range, SetBy, ShowWhen, Step
from medviewer.ops.scene import Scene


@dataclass(frozen=True)
class AboveParams:
    """Parameters of the threshold."""

    low: Annotated[float, Range(-2000.0, 3000.0), Step(1.0), Label("From"), Help("Smallest value.")] = -300.0


@dataclass(frozen=True)
class NoParams:
    """No parameters."""


@dataclass(frozen=True)
class SeedParams:
    """Seeds, and a choice that hides a field."""

    seeds: Annotated[Marks, SetBy(Hand.POINTS, {1: "inside", 2: "outside"}), Label("Seeds"), Help("Click.")] = ()
    mode: Annotated[str, Choices({"all": "All", "some": "Some"}), Label("Mode"), Help("Which.")] = "all"
    count: Annotated[
        int, Range(1, 9), Label("Count"), Help("How many."), ShowWhen("mode", ("some",))
    ] = 3  # fmt: skip


@operation(id="test.above", version=1, group="Test", title="Above")
def above(image: Image, params: AboveParams, ctx: Context, labels: LabelMap | None) -> LabelMap:
    """All voxels above a value, within the mask when there is one."""
    found = np.stack([image.modality_slice(k) >= params.low for k in range(image.n_slices)])
    ctx.progress(1.0)
    return binary(found if labels is None else found & labels.mask(), image, "above")


@operation(id="test.count", version=1, group="Test", title="Count")
def count(scene: Scene, params: NoParams, ctx: Context) -> Table:
    """Counts the voxels of the mask in every slice."""
    if scene.labels is None:
        raise InputError("There is no mask to count.", "", "input.labels")
    ctx.progress(1.0)
    middle = [scene.labels.geometry.world((0, 0, k)) for k in range(scene.labels.n_slices)]
    return Table.of_rows(
        [
            {
                "slice": k, "voxels": int((plane != 0).sum()),
                "centroid_l_mm": float(p[0]), "centroid_p_mm": float(p[1]), "centroid_s_mm": float(p[2]),
            }
            for k, (plane, p) in enumerate(zip(scene.labels.array, middle, strict=True))
        ],
        "count",
    )  # fmt: skip


@operation(id="test.half", version=1, group="Test", title="Half", keeps_geometry=False)
def half(image: Image, params: NoParams, ctx: Context) -> Image:
    """Every second slice."""
    ctx.progress(1.0)
    geometry = image.geometry
    n = (image.n_slices + 1) // 2
    spacing = geometry.spacing_xyz_mm
    grid = replace(
        geometry, shape_zyx=(n, *geometry.shape_zyx[1:]), spacing_xyz_mm=(spacing[0], spacing[1], 2 * spacing[2])
    )
    return replace(image, array=image.array[::2].copy(), geometry=grid)


@operation(id="test.slow", version=1, group="Test", title="Slow", run=Run.ON_ACTION)
def slow(image: Image, params: NoParams, ctx: Context) -> Image:
    """Adds one."""
    ctx.progress(1.0)
    values = np.stack([image.modality_slice(k) for k in range(image.n_slices)]) + np.float32(1)
    return replace(image, array=values, rescale=Rescale(), padding=None)


@operation(id="test.seeded", version=1, group="Test", title="Seeded")
def seeded(image: Image, params: SeedParams, ctx: Context) -> LabelMap:
    """The seeds themselves."""
    if not params.seeds:
        raise InputError("There is no seed yet.", "Click on the image.", "input.seeds")
    ctx.progress(1.0)
    return binary(rasterise(params.seeds, image) > 0, image)


@contextmanager
def registered(*operations: Operation) -> Iterator[None]:
    """Known to the registry inside the block."""
    registry.register(*operations)
    try:
        yield
    finally:
        for one in operations:
            registry._operations.pop(one.id, None)


ALL = (above, count, half, slow, seeded)
