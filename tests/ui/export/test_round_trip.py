"""Paint on a CT, export, open again: the voxels are the same, and other programs find nothing wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QFileDialog

from medviewer.services import mask_reading
from medviewer.ui.export import door
from medviewer.ui.export.open_mask import open_masks
from tests.helpers.dicom_results import errors_of
from tests.ui.export.conftest import Ct, MakeCt


def export(ct: Ct, form: str, name: str, *ticked: str) -> Path:
    dialog = door.export_mask(ct.shell.window.commands)
    dialog.formats.choose(form)
    for one in ticked:
        dialog.tick(one)
    dialog.where.setText(str(ct.folder / name))
    dialog.start()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return ct.folder / name


def reopen(ct: Ct, *paths: Path) -> None:
    open_masks(ct.shell.workspace, ct.shell.window.notifications, ct.key, list(paths))


@pytest.mark.parametrize("kind", ["axial", "sagittal", "oblique", "feet first, prone", "tilted", "uneven"])
def test_dicom_results_come_back_voxel_by_voxel(make_ct: MakeCt, kind: str) -> None:
    ct = make_ct(kind)
    painted = ct.paint()
    for form in ("seg", "rtstruct"):
        path = export(ct, form, f"{form}.dcm")
        reopen(ct, path)
        again = ct.layers.layers(ct.key)[-1]
        assert again.id != painted.id
        assert again.name == form
        np.testing.assert_array_equal(ct.array(again), ct.array(painted))
        assert [label.name for label in again.labels] == ["Leber 肝", "ring", ""]
        assert again.labels[0].colour.lower() == "#c00000"
        ct.shell.document.undo()  # opening is one entry
        assert [layer.id for layer in ct.layers.layers(ct.key)] == [painted.id]
    if shutil.which("dciodvfy") is not None:
        for form in ("seg", "rtstruct"):
            assert errors_of(ct.folder / f"{form}.dcm") == []


@pytest.mark.parametrize(
    ("form", "name"), [("nrrd", "a.seg.nrrd"), ("nifti", "a.nii.gz"), ("mha", "a.mha"), ("geojson", "a.geojson")]
)
def test_research_results_come_back_voxel_by_voxel(ct: Ct, form: str, name: str) -> None:
    painted = ct.paint()
    reopen(ct, export(ct, form, name))
    again = ct.layers.layers(ct.key)[-1]
    assert again.id != painted.id
    assert again.name == "a"
    np.testing.assert_array_equal(ct.array(again), ct.array(painted))
    assert again.labels[0].name == "Leber 肝"


def test_pictures_of_slices_come_back_as_one_mask(ct: Ct) -> None:
    painted = ct.paint()
    export(ct, "png", "m.png")
    files = sorted(ct.folder.glob("m_*.png"))
    assert len(files) == 6
    reopen(ct, *reversed(files))
    np.testing.assert_array_equal(ct.array(ct.layers.layers(ct.key)[-1]), ct.array(painted))


def test_two_masks_in_one_file_keep_apart(ct: Ct) -> None:
    lower, upper = ct.paint("Lower", 1), ct.paint("Upper", 2)
    reopen(ct, export(ct, "nrrd", "both.seg.nrrd", lower.id, upper.id))
    again = ct.layers.layers(ct.key)[-1]
    array, a, b = ct.array(again), ct.array(lower), ct.array(upper)
    np.testing.assert_array_equal(array[b > 0], b[b > 0])  # the upper one keeps its numbers, and covers
    alone = (a > 0) & (b == 0)
    np.testing.assert_array_equal(array[alone], a[alone] + 3)
    assert not array[(a == 0) & (b == 0)].any()
    overlap = int(((a > 0) & (b > 0)).sum())
    assert any(f"overlap in {overlap:,} voxels" in note for note in ct.notes)


def test_a_mask_on_another_grid_is_offered_resampled(ct: Ct) -> None:
    painted = ct.paint()
    path = export(ct, "nifti", "fine.nii.gz")
    fine = SimpleITK.Expand(SimpleITK.ReadImage(str(path)), [2, 2, 1], SimpleITK.sitkNearestNeighbor)
    SimpleITK.WriteImage(fine, str(path))
    before = len(ct.layers.layers(ct.key))
    reopen(ct, path)
    assert len(ct.layers.layers(ct.key)) == before  # nothing happens unasked
    note = ct.shell.window.notifications.past[-1]
    assert "another grid" in note.message
    assert [deed.title for deed in note.deeds] == ["Resample and open"]
    note.deeds[0].run()
    again = ct.layers.layers(ct.key)[-1]
    assert len(ct.layers.layers(ct.key)) == before + 1
    # Every voxel of the coarse grid lies between two of the fine one, both of which hold its label.
    np.testing.assert_array_equal(ct.array(again), ct.array(painted))


def test_what_does_not_fit_is_told(ct: Ct, tmp_path: Path) -> None:
    ct.paint()
    path = export(ct, "nifti", "far.nii.gz")
    far = SimpleITK.ReadImage(str(path))
    far.SetOrigin((5000.0, 0.0, 0.0))
    SimpleITK.WriteImage(far, str(path))
    before = len(ct.layers.layers(ct.key))
    reopen(ct, path)
    assert "beside the series" in ct.notes[-1]
    small = tmp_path / "small.png"
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(np.ones((4, 5), np.uint8)), str(small))
    reopen(ct, small)
    assert "another size" in ct.notes[-1]
    (tmp_path / "x.nii").write_bytes(b"no mask")
    reopen(ct, tmp_path / "x.nii")
    assert "no mask" in ct.notes[-1]
    reopen(ct, tmp_path / "gone.nii")
    assert len(ct.notes) > 3
    reopen(ct, small, path)
    assert "Several files" in ct.notes[-1]
    image = sorted(ct.source.iterdir())[0]
    reopen(ct, image)
    assert "neither a segmentation" in ct.notes[-1]
    assert len(ct.layers.layers(ct.key)) == before


def test_an_empty_mask_has_nothing_to_write_as_dicom(ct: Ct) -> None:
    ct.layers.add(ct.key, "nothing")
    dialog = door.export_mask(ct.shell.window.commands)
    dialog.where.setText(str(ct.folder / "empty.dcm"))
    dialog.start()
    assert "empty" in dialog.said
    assert not (ct.folder / "empty.dcm").exists()
    dialog.close()


def test_names_of_files_lose_their_ending() -> None:
    names = {"a.seg.nrrd": "a", "b.nii.gz": "b", "c.v2.nii": "c.v2", "IM0001": "IM0001", "d.dcm": "d", ".nii": ".nii"}
    assert {name: mask_reading.stem(name) for name in names} == names


def test_the_action_asks_for_files_and_opens_them(ct: Ct) -> None:
    painted = ct.paint()
    path = export(ct, "seg", "a.dcm")
    window = ct.shell.window
    door.open_mask(window.commands)
    (dialog,) = window.findChildren(QFileDialog)
    assert any("*.dcm" in name for name in dialog.nameFilters())
    dialog.filesSelected.emit([str(path)])
    dialog.close()
    np.testing.assert_array_equal(ct.array(ct.layers.layers(ct.key)[-1]), ct.array(painted))
