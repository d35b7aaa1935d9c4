"""A trained classifier as an operation: a step of a recipe, like any other."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from medviewer.core.image import Image
from medviewer.core.table import Table
from medviewer.errors import InputError, ModelError
from medviewer.lab import classifier_file, image_features
from medviewer.ops.operation import Context, Operation, Run, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Pick
from medviewer.ops.scene import Scene


@dataclass(frozen=True)
class ApplyParams:
    """Parameters of the step that applies a classifier."""

    classifier: Annotated[
        str,
        Pick(QT_TRANSLATE_NOOP("Operations", "Classifiers"), "*.classifier"),
        Label(QT_TRANSLATE_NOOP("Operations", "Classifier")),
        Help(QT_TRANSLATE_NOOP("Operations", "File of a trained classifier.")),
    ] = ""
    checksum: Annotated[
        str,
        Label(QT_TRANSLATE_NOOP("Operations", "Checksum")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "SHA-256 of the file; when it is given, a file that has changed since is refused.",
            )
        ),
    ] = ""


@operation(
    id="classify.apply",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Classification"),
    title=QT_TRANSLATE_NOOP("Operations", "Apply a classifier"),
    run=Run.ON_ACTION,
    colour=True,
)
def apply(scene: Scene, params: ApplyParams, ctx: Context) -> Table:
    """Says for every object, region or image which class it belongs to, with probabilities.

    A classifier that learned from whole images looks at every slice; any other takes the table of the step before it,
    such as the measured objects, and needs the columns that it learned from.

    Parameters
    ----------
    scene : Scene
        Its image, or its table.
    params : ApplyParams
        The file.
    ctx : Context
        Looked at for each slice.

    Returns
    -------
    Table
        With the class, the probability of every class, and how many features lie outside what was learned from.

    Raises
    ------
    InputError
        No file chosen, no table, missing columns.
    ModelError
        The file is damaged, or another than the recipe was made with.
    """
    ctx.check()
    if not params.classifier:
        raise InputError("No classifier is chosen.", "Train one and save it, then choose its file.", "classify.none")
    data = classifier_file.read_bytes(params.classifier)
    if params.checksum and hashlib.sha256(data).hexdigest() != params.checksum.lower():
        raise ModelError(
            "The file of the classifier is not the one that this recipe was made with.",
            "Choose the file again to accept it.",
            "model.changed",
        )
    trained = classifier_file.from_bytes(data)
    if trained.features.get("of") == "image":
        table = _of_slices(scene.image, trained.features, ctx)
    elif scene.table is not None:
        table = scene.table
    else:
        raise InputError(
            "This classifier works on a table of measured objects, and there is none yet.",
            "Add a step before it that measures the objects.",
            "classify.table",
        )
    ctx.check()
    result = trained.predict(table)
    ctx.progress(1.0)
    return result


def _of_slices(image: Image, settings: Mapping[str, Any], ctx: Context) -> Table:
    making = image_features.Settings.from_json(settings)
    rows: list[dict[str, Any]] = []
    for k in range(image.array.shape[0]):
        ctx.progress(k / image.array.shape[0])
        rows.append({"slice": k, **image_features.of_slice(image, k, making)})
    table = Table.of_rows(rows, "Slices")
    return Table(table.columns, table.name, {"features": making.to_json()})


def step_params(path: str | os.PathLike[str]) -> ApplyParams:
    """Parameters of a recipe step that applies exactly this file; raises ModelError when it is none."""
    classifier_file.load(path)
    return ApplyParams(os.fspath(path), classifier_file.file_checksum(path))


OPERATIONS: tuple[Operation, ...] = (apply,)
