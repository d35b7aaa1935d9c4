"""A small classifier trained on made-up pictures, as a file; for tests of what applies one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from medviewer.core.table import Table
from medviewer.lab import cases, classifier_file, experiment, image_features, trained
from medviewer.lab.classical import Kind
from tests.helpers.phantoms import make_image


def write_picture_classifier(path: Path) -> Path:
    """Write a decision tree that tells noise from stripes, learned from 20 pictures."""
    settings = image_features.Settings()
    rng = np.random.default_rng(0)
    rows = []
    for number in range(20):
        image = make_image((1, 24, 32), seed=number)
        striped = number % 2 == 0
        if striped:
            array = image.array + (400 * (np.arange(32) % 4 < 2)).astype(np.int16) * rng.integers(1, 3)
            image = replace(image, array=array.astype(np.int16))
        rows.append(
            {
                **image_features.of_slice(image, 0, settings),
                "label": "stripes" if striped else "noise",
                "patient": str(number),
            }
        )
    table = Table.of_rows(rows, "pictures")
    table = Table(table.columns, table.name, {"features": settings.to_json()})
    made = cases.build(table, "label", "patient")
    fitted = experiment.fit_final(made, experiment.Experiment(), Kind.TREE)
    path.write_bytes(classifier_file.to_bytes(trained.of_fitted(fitted, made)))
    return path
