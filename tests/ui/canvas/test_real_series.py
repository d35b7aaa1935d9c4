"""Real studies on the canvas, checked against what pydicom and SimpleITK say of the same files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from PySide6.QtWidgets import QApplication

from medviewer.core.display import Window
from medviewer.document import edits
from medviewer.document.state import Plane
from medviewer.io import volume
from medviewer.io.series import Series
from medviewer.services.executors import InlineExecutor
from medviewer.services.paths import Paths
from medviewer.services.workspace import Workspace
from medviewer.ui.canvas.corner_text import OverlayLevel
from medviewer.ui.canvas.grid import CanvasGrid
from medviewer.ui.canvas.orientation import EdgeLetters
from medviewer.ui.canvas.overlay_content import edge_letters, overlay_of
from medviewer.ui.canvas.pane import Pane
from medviewer.ui.canvas.probe import probe
from medviewer.ui.theme import Theme
from tests.helpers import mouse


class Folder:
    """The look-ups of a catalog over series that were named by their folder."""

    def __init__(self) -> None:
        self._all: list[Series] = []

    def add(self, path: Path) -> int:
        series = volume.series_at(path)
        series.key = series.key or str(path)
        self._all.append(series)
        return len(self._all)

    def series(self, series_id: int) -> Series:
        return self._all[series_id - 1]

    def series_row(self, series_id: int) -> Series | None:
        return self._all[series_id - 1]

    def series_by_key(self, key: str) -> Series | None:
        return next((s for s in self._all if s.key == key), None)

    def close(self) -> None:
        pass


class Real:
    def __init__(self, data: Path, tmp: Path) -> None:
        paths = Paths(tmp / "data", tmp / "cache", tmp / "log")
        paths.ensure()
        self.data = data / "dicom"
        self.catalog = Folder()
        self.workspace = Workspace(paths, InlineExecutor(), catalog=self.catalog)
        self.canvas = CanvasGrid(self.workspace, Theme("dark"))
        self.canvas.resize(500, 500)
        self.canvas.show()
        QApplication.processEvents()

    def show(self, name: str, pane: int = 0) -> Pane:
        self.canvas.show_series(self.catalog.add(self.data / name), pane)
        shown = self.canvas.pane(pane)
        assert shown.notice is None
        assert shown.frame is not None
        return shown


@pytest.fixture
def real(qapp: QApplication, shared_data: Path, tmp_path: Path) -> Iterator[Real]:
    made = Real(shared_data, tmp_path)
    yield made
    made.canvas.close()
    made.canvas.deleteLater()
    made.workspace.close()


def by_position(folder: Path) -> list[pydicom.Dataset]:
    found = [pydicom.dcmread(f) for f in sorted(folder.iterdir())]
    found = [d for d in found if "PixelData" in d]
    row, column = np.array(found[0].ImageOrientationPatient, float).reshape(2, 3)
    normal = np.cross(row, column)
    return sorted(found, key=lambda d: float(np.array(d.ImagePositionPatient, float) @ normal))


def letters(pane: Pane) -> EdgeLetters:
    return edge_letters(pane.frame, pane.source)


def words(pane: Pane) -> str:
    overlay = overlay_of(pane.frame, pane.source, OverlayLevel.FULL, pane.size())
    c = overlay.corners
    return "\n".join(line.text for line in c.top_left + c.top_right + c.bottom_left + c.bottom_right)


def test_ct_probe_position_and_window_equal_the_files(real: Real) -> None:
    files = by_position(real.data / "ct_chest_lidc-0314")
    pane = real.show("ct_chest_lidc-0314")
    assert pane.slice_count == len(files) == 63
    for k in (0, 31, 50):
        real.canvas.scroll_to(0, k)
        f = files[k]
        x, y = 200, 150
        found = probe(pane.frame, *pane.frame.viewport.to_screen(x, y))
        stored = int(f.pixel_array[y, x])
        assert found.stored == f"stored {stored}"
        hu = stored * float(f.RescaleSlope) + float(f.RescaleIntercept)
        assert found.modality == f"{hu:.0f} HU".replace("-", "−")
        position = np.array(f.ImagePositionPatient, float)
        left, back = position[0] + x * float(f.PixelSpacing[1]), position[1] + y * float(f.PixelSpacing[0])
        expected = [
            f"{'L' if left >= 0 else 'R'} {abs(left):.1f}",
            f"{'P' if back >= 0 else 'A'} {abs(back):.1f}",
            f"{'S' if position[2] >= 0 else 'I'} {abs(position[2]):.1f}",
        ]
        assert found.position == "  ".join(expected) + " mm"
        assert f"{k + 1} / 63" in words(pane)
        assert f"I {abs(position[2]):.1f} mm" in words(pane)
    assert letters(pane) == EdgeLetters("R", "L", "A", "P")
    window = pane.frame.window
    assert isinstance(window, Window)
    # Several windows: the first is the default (PS3.3 C.11.2.1.2).
    center, width = (
        np.atleast_1d(np.array(files[50][tag].value, float))[0] for tag in ("WindowCenter", "WindowWidth")
    )
    assert (window.center, window.width) == (center, width)


def test_oblique_mr_letters_by_hand(real: Real) -> None:
    """Rows run along (0.999, −0.022, 0.038), columns along (0.027, 0.991, −0.128): 7.4° out of the axial plane.

    Components below sin 5° = 0.087 give no letter: right is L; down is P, then I.
    """
    pane = real.show("mr_brain_t1_studyforrest")
    assert letters(pane) == EdgeLetters("R", "L", "AS", "PI")
    real.canvas.flip_h()
    assert letters(pane) == EdgeLetters("L", "R", "AS", "PI")
    real.canvas.flip_h()
    real.canvas.rotate(90)
    assert letters(pane) == EdgeLetters("PI", "AS", "R", "L")
    real.canvas.set_mpr()
    QApplication.processEvents()
    coronal, sagittal = real.canvas.pane(1), real.canvas.pane(2)
    assert letters(coronal) == EdgeLetters("R", "L", "SP", "IA")
    assert letters(sagittal) == EdgeLetters("AS", "PI", "SP", "IA")


def test_mpr_of_the_oblique_mr_shows_the_voxels_that_simpleitk_finds(real: Real) -> None:
    pane = real.show("mr_brain_t1_studyforrest")
    folder = real.data / "mr_brain_t1_studyforrest"
    files = by_position(folder)
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames([str(f.filename) for f in files])
    image = reader.Execute()
    real.canvas.set_mpr()
    QApplication.processEvents()
    for number in (0, 1, 2):
        pane = real.canvas.pane(number)
        rows, columns = pane.frame.pixels.values.shape
        for fx, fy in ((0.3, 0.6), (0.5, 0.5), (0.7, 0.2)):
            x, y = int(columns * fx), int(rows * fy)
            world = pane.frame.world(x, y)
            index = image.TransformPhysicalPointToIndex([float(v) for v in world])
            assert float(pane.frame.pixels.modality()[y, x]) == image[index]


def test_the_crosshair_goes_to_the_same_place_in_every_plane(real: Real) -> None:
    real.canvas.resize(1200, 400)
    real.show("mr_brain_t1_studyforrest")
    real.canvas.set_mpr()
    QApplication.processEvents()
    real.canvas.set_tool("crosshair")
    axial = real.canvas.pane(0)
    mouse.click(axial, (150, 180))
    world = real.workspace.document.state.layout.crosshair_world
    for number in (1, 2):
        frame = real.canvas.pane(number).frame
        off = float(frame.pixels.geometry.distance_mm(world))
        assert abs(off) <= max(frame.image.geometry.spacing_xyz_mm) / 2 + 1e-6


def test_pet_slices_have_their_own_rescale(real: Real) -> None:
    files = by_position(real.data / "pet_wholebody_sts-001")
    pane = real.show("pet_wholebody_sts-001")
    real.workspace.set_scale(pane.view.series_key, "native")
    slopes = {float(f.RescaleSlope) for f in files}
    assert len(slopes) > 1
    for k in (20, 200):
        real.canvas.scroll_to(0, k)
        f = files[k]
        y, x = np.unravel_index(int(np.argmax(f.pixel_array)), f.pixel_array.shape)
        found = probe(pane.frame, *pane.frame.viewport.to_screen(float(x), float(y)))
        value = float(f.pixel_array[y, x]) * float(f.RescaleSlope) + float(f.RescaleIntercept)
        assert float(found.modality.split()[0]) == pytest.approx(value, rel=1e-3, abs=1)


def test_a_colour_cine_plays_at_the_files_rate_and_has_no_window(real: Real) -> None:
    pane = real.show("zoo/us/examples_ybr_color.dcm")
    assert pane.slice_count == 30
    assert real.canvas.why_not("apply_preset")
    assert letters(pane) == EdgeLetters()
    real.canvas.toggle_cine()
    assert real.canvas.cine.wanted_fps == pytest.approx(30.0, rel=1e-3)
    real.canvas.toggle_cine()


def test_projections_take_letters_from_patient_orientation(real: Real) -> None:
    assert letters(real.show("zoo/cr/RG1_J2KI.dcm")) == EdgeLetters("R", "L", "S", "I")
    mirrored = real.show("zoo/enhanced/eCT_Supplemental.dcm")
    assert letters(mirrored) == EdgeLetters("L", "R", "A", "P")  # IOP is (−1, 0, 0, 0, 1, 0)


def test_pet_and_ct_of_one_subject_are_linked_by_position(real: Real) -> None:
    folders = sorted(p for p in (real.data / "petctmr_sts-012").iterdir() if p.is_dir())
    chosen = {}
    for folder in folders:
        for f in sorted(folder.rglob("*.dcm"))[:1]:
            head = pydicom.dcmread(f, stop_before_pixels=True)
            if head.Modality in {"CT", "PT"}:
                chosen[head.Modality] = f.parent
    if len(chosen) < 2:
        pytest.skip("the folders of the CT and the PET were not found")
    real.canvas.set_layout(1, 2)
    ct = real.show(str(chosen["CT"].relative_to(real.data)), 0)
    pet = real.show(str(chosen["PT"].relative_to(real.data)), 1)
    real.canvas.toggle_linked_scroll()
    real.canvas.scroll_to(0, 12)
    z_ct = ct.frame.world(0, 0)[2]
    z_pet = pet.frame.world(0, 0)[2]
    assert abs(z_ct - z_pet) <= 3.27 / 2 + 0.01


def test_a_plane_can_be_chosen_for_one_pane(real: Real) -> None:
    pane = real.show("ct_chest_lidc-0314")
    real.workspace.document.apply(edits.SetPlane(0, Plane.SAGITTAL))
    assert pane.notice is None
    assert letters(pane) == EdgeLetters("A", "P", "S", "I")
    assert "Sagittal" in words(pane)
