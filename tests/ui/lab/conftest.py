"""Lab parts over a workspace whose jobs run inline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from medviewer.core.table import Column, Table
from medviewer.lab.classical import Kind
from medviewer.services import classification
from medviewer.services.classification import Classification
from medviewer.services.executors import InlineExecutor
from medviewer.services.workspace import Workspace
from medviewer.ui.theme import Theme
from tests.helpers.image_workspace import make_workspace
from tests.helpers.phantoms import make_image

FAST = (Kind.LOGISTIC, Kind.TREE)


def objects(n: int = 60, seed: int = 1) -> Table:
    """Measured objects of two kinds, two of each patient, with their places in the series ``ct``."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) // 2 % 2
    places = rng.uniform(0, 3, (n, 3))
    return Table(
        (
            Column("patient_id", tuple(f"P{v:02d}" for v in (np.arange(n) // 2).tolist())),
            Column("object", tuple(range(1, n + 1))),
            Column("area_mm2", tuple((rng.normal(size=n) + 2.5 * labels).tolist()), "Area", "mm²"),
            Column("noise", tuple(rng.normal(size=n).tolist())),
            Column("diagnosis", tuple("tumour" if v else "normal" for v in labels)),
            Column("centroid_l_mm", tuple(places[:, 0].tolist())),
            Column("centroid_p_mm", tuple(places[:, 1].tolist())),
            Column("centroid_s_mm", tuple(places[:, 2].tolist())),
        ),
        "Objects",
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = make_workspace(tmp_path, InlineExecutor(), ct=make_image())
    yield made
    made.close()


@pytest.fixture
def lab(workspace: Workspace) -> Classification:
    found = classification.of(workspace)
    found.set_plan(kinds=FAST, resamples=60)
    return found


@pytest.fixture
def theme() -> Theme:
    return Theme()
