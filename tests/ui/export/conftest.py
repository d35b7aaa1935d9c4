"""The window over a CT of six small slices that lie in the patient as a test asks, jobs run inline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication

from medviewer.core.labels import Label
from medviewer.core.tiles import TiledLabels
from medviewer.document import edits
from medviewer.document.layers import LabelLayer
from medviewer.io.scan import scan
from medviewer.services import label_layers
from medviewer.services.label_layers import LabelLayers
from tests.helpers.dicom_results import make_source, random_labels
from tests.helpers.shell import Shell, make_shell


@dataclass
class Ct:
    """A window that shows the CT."""

    shell: Shell
    folder: Path  # for results
    source: Path  # of the originals

    @property
    def key(self) -> str:
        return self.shell.window.commands.series_key

    @property
    def layers(self) -> LabelLayers:
        return label_layers.of(self.shell.workspace)

    def paint(self, name: str = "Organ", seed: int = 0) -> LabelLayer:
        """A mask with holes, single pixels and an empty slice."""
        found = random_labels(self.layers.stack(self.key), seed)
        layer_id = self.layers.add(self.key, name)
        labels = (Label(1, "Leber 肝", "#c00000"), Label(2, "ring"), Label(3))
        self.shell.document.apply(edits.SetLayerTiles(layer_id, TiledLabels.of_array(found.array), labels))
        return self.layers.layer(layer_id)

    def array(self, layer: LabelLayer) -> NDArray[np.uint8]:
        return layer.tiles.array()

    @property
    def notes(self) -> list[str]:
        return [f"{note.message} {note.hint}".strip() for note in self.shell.window.notifications.past]


MakeCt = Callable[[str], Ct]


@pytest.fixture
def make_ct(qapp: QApplication, tmp_path: Path) -> Iterator[MakeCt]:
    made: list[Shell] = []

    def make(kind: str) -> Ct:
        source, folder = tmp_path / "source", tmp_path / "out"
        make_source(source, kind)
        folder.mkdir()
        shell = make_shell(tmp_path / "program", studies=False)
        made.append(shell)
        shell.workspace.catalog.add(list(scan([source])))
        shell.show(0)
        shell.workspace.settings.change("data", export_folder=str(folder))
        qapp.processEvents()
        return Ct(shell, folder, source)

    yield make
    for shell in made:
        shell.close()


@pytest.fixture
def ct(make_ct: MakeCt) -> Ct:
    return make_ct("axial")
