"""What a recipe makes beside the image, brought to the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from medviewer.document import edits
from medviewer.errors import InputError
from medviewer.services import label_layers, processing, result_tables
from medviewer.services.executors import ManualExecutor
from medviewer.services.recipe_results import RecipeResults
from tests.helpers import mask_operations as ops
from tests.helpers.image_workspace import make_workspace, step
from tests.helpers.phantoms import make_image

CT = make_image((9, 24, 32))


class Desk:
    def __init__(self, folder: Path) -> None:
        self.executor = ManualExecutor()
        self.workspace = make_workspace(folder, self.executor, ct=CT)
        self.workspace.show_series("ct")
        self.executor.settle()
        self.results = RecipeResults(self.workspace, lambda operation_id: f"table of {operation_id}")
        self.layers = label_layers.of(self.workspace)

    def set(self, *steps: object) -> None:
        self.workspace.document.apply(edits.SetRecipe("ct", steps))  # type: ignore[arg-type]

    def all(self) -> None:
        processing.of(self.workspace).process_all("ct")
        self.executor.settle()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with ops.registered(*ops.ALL):
        made = Desk(tmp_path)
        yield made
        made.workspace.close()


def test_the_table_comes_under_the_name_of_its_operation(desk: Desk) -> None:
    desk.set(step(ops.above), step(ops.count))
    desk.all()
    (table,) = result_tables.of(desk.workspace).tables
    assert (table.name, table.table.n_rows, table.series_key) == ("table of test.count", 9, "ct")


def test_a_mask_is_kept_once_all_slices_are_processed(desk: Desk) -> None:
    desk.set(step(ops.above))
    with pytest.raises(InputError, match="slices you have seen"):
        desk.results.keep_mask("ct")
    desk.all()
    desk.results.keep_mask("ct")
    desk.executor.settle()
    (layer,) = desk.layers.layers("ct")
    assert (desk.layers.labels_of(layer.id).array == (CT.array >= 700)).all()


def test_what_was_kept_is_not_tinted_twice(desk: Desk) -> None:
    desk.set(step(ops.above))
    desk.all()
    assert desk.layers.preview("ct") is not None
    desk.results.keep_mask("ct")
    desk.executor.settle()
    assert desk.layers.preview("ct") is None
    desk.workspace.document.undo()  # the layer goes, the recipe's mask is seen again
    assert desk.layers.preview("ct") is not None
    desk.workspace.document.redo()
    assert desk.layers.preview("ct") is None
    desk.set(step(ops.above, low=-100.0))  # another mask than the one that was kept
    assert desk.layers.preview("ct") is not None
