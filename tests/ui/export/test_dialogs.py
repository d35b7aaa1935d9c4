"""What the export dialogs offer, refuse, write and tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK
from PIL import Image as Pillow
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLabel, QPushButton

from medviewer.core.display import Appearance, Window
from medviewer.document import edits
from medviewer.errors import DataError
from medviewer.io import volume
from medviewer.io.scan import scan
from medviewer.ops import registry
from medviewer.services import processing
from medviewer.services.exporting import RECIPE, Format
from medviewer.services.jobs import JobContext
from medviewer.ui.actions import BY_ID
from medviewer.ui.export import door
from medviewer.ui.export.frame import ExportFrame
from tests.helpers.image_workspace import step
from tests.ui.export.conftest import Ct

GAUSSIAN = "filter.gaussian"


def write(dialog: ExportFrame, path: Path) -> None:
    dialog.where.setText(str(path))
    dialog.start()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def start_button(dialog: ExportFrame) -> QPushButton:
    button = dialog.findChild(QPushButton, "export-start")
    assert isinstance(button, QPushButton)
    return button


def test_the_actions_say_why_not_before_there_is_anything(ct: Ct) -> None:
    commands = ct.shell.window.commands
    assert BY_ID["export.image"].why_not(commands) == ""
    assert "no mask" in BY_ID["export.mask"].why_not(commands)
    ct.paint()
    assert BY_ID["export.mask"].why_not(commands) == ""
    commands.close_series()
    for name in ("export.image", "export.mask", "export.picture", "export.report", "mask.open"):
        assert "empty" in BY_ID[name].why_not(commands), name


def test_names_are_proposed_without_the_patient(ct: Ct) -> None:
    ct.paint()
    for open_dialog in (door.export_image, door.export_mask, door.export_picture):
        dialog = open_dialog(ct.shell.window.commands)
        path = dialog.path()
        assert path.parent == ct.folder
        assert "st" not in path.stem.replace("mask", "").lower()  # of Tést^Jürgen
        assert path.stem.split("-")[0] in {"image", "mask", "picture"}
        dialog.close()


def test_the_ending_follows_the_format(ct: Ct) -> None:
    dialog = door.export_image(ct.shell.window.commands)
    dialog.where.setText(str(ct.folder / "my.chest.nii.gz"))
    for form, name in (
        ("nrrd", "my.chest.nrrd"),
        ("dicom", "my.chest"),
        ("png", "my.chest"),
        ("mha", "my.chest.mha"),
    ):
        dialog.formats.choose(form)
        assert dialog.path().name == name
    dialog.close()


def test_an_image_is_written_as_itk_reads_it(ct: Ct) -> None:
    image = ct.layers.stack(ct.key)
    write(door.export_image(ct.shell.window.commands), ct.folder / "a.nii.gz")
    read = SimpleITK.ReadImage(str(ct.folder / "a.nii.gz"))
    expected = np.stack([image.modality_slice(k) for k in range(image.n_slices)])
    np.testing.assert_array_equal(SimpleITK.GetArrayFromImage(read), expected)
    np.testing.assert_allclose(read.GetSpacing(), image.geometry.spacing_xyz_mm, atol=1e-5)
    assert "The image was written." in ct.notes[-1]
    assert "a.nii.gz" in ct.notes[-1]
    assert [deed.title for deed in ct.shell.window.notifications.past[-1].deeds] == ["Open folder"]


def test_pictures_of_all_slices_share_the_window_of_the_pane(ct: Ct) -> None:
    image = ct.layers.stack(ct.key)
    ct.shell.document.apply(edits.SetAppearance((0,), Appearance(window=Window(-900, 200))))
    dialog = door.export_image(ct.shell.window.commands)
    dialog.formats.choose("png")
    write(dialog, ct.folder / "slices")
    files = sorted((ct.folder / "slices").iterdir())
    assert [file.name for file in files] == [f"{k + 1:04d}.png" for k in range(image.n_slices)]
    for k, file in enumerate(files):
        # PS3.3 C.11.2.1.2, LINEAR, by hand
        x = image.modality_slice(k).astype(np.float64)
        grey = np.clip((x - (-900 - 0.5)) / (200 - 1) + 0.5, 0, 1) * 255
        np.testing.assert_allclose(np.asarray(Pillow.open(file))[..., 0], grey, atol=0.51)


def test_a_derived_series_needs_a_new_folder(ct: Ct) -> None:
    dialog = door.export_image(ct.shell.window.commands)
    dialog.formats.choose("dicom")
    assert "patient" in dialog.said
    dialog.where.setText(str(ct.source))
    dialog.start()
    assert "holds something" in dialog.said
    write(dialog, ct.folder / "series")
    image = volume.load(ct.folder / "series")
    np.testing.assert_array_equal(image.array, ct.layers.stack(ct.key).array)
    first = pydicom.dcmread(next(iter(sorted((ct.folder / "series").iterdir()))))
    assert first.ImageType[0] == "DERIVED"


def test_an_original_is_not_written_over(ct: Ct) -> None:
    ct.paint()
    original = sorted(ct.source.iterdir())[0]
    before = original.read_bytes()
    dialog = door.export_mask(ct.shell.window.commands)
    dialog.where.setText(str(original))
    assert "replaced" in dialog.said
    dialog.start()
    assert "original" in dialog.said
    assert original.read_bytes() == before
    dialog.close()


def test_a_folder_that_is_not_there_is_told_in_the_dialog(ct: Ct) -> None:
    dialog = door.export_image(ct.shell.window.commands)
    dialog.where.setText(str(ct.folder / "no" / "where" / "a.nii.gz"))
    dialog.start()
    assert "not there" in dialog.said
    assert start_button(dialog).isEnabled()
    dialog.where.setText("")
    dialog.start()
    assert dialog.said == "Say where to."
    dialog.close()


def test_the_processed_image_must_be_whole(ct: Ct) -> None:
    ct.shell.document.apply(edits.SetRecipe(ct.key, (step(registry.get(GAUSSIAN), sigma_mm=1.0),)))
    dialog = door.export_image(ct.shell.window.commands)
    assert dialog.is_processed  # the pane shows it
    assert "Only the slices you have seen" in dialog.said
    assert not start_button(dialog).isEnabled()
    button = dialog.findChild(QPushButton, "export-process-all")
    assert isinstance(button, QPushButton)
    button.click()
    assert start_button(dialog).isEnabled()
    write(dialog, ct.folder / "smooth.mha")
    scene = processing.of(ct.shell.workspace).scene(ct.key)
    assert scene is not None
    read = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(ct.folder / "smooth.mha")))
    expected = np.stack([scene.image.modality_slice(k) for k in range(scene.image.n_slices)])
    np.testing.assert_allclose(read, expected, rtol=1e-6)
    assert not np.array_equal(read, ct.layers.stack(ct.key).array - 1024)


def test_the_mask_of_the_recipe_says_why_it_cannot_be_had(ct: Ct) -> None:
    ct.shell.document.apply(edits.SetRecipe(ct.key, (step(registry.get("threshold.fixed"), low=-1000.0),)))
    dialog = door.export_mask(ct.shell.window.commands)
    assert dialog.chosen == ()
    assert "Tick at least one" in dialog.said
    assert any("Only the slices" in label.text() for label in dialog.findChildren(QLabel))
    dialog.close()
    processing.of(ct.shell.workspace).process_all(ct.key)
    dialog = door.export_mask(ct.shell.window.commands)
    assert dialog.chosen == (RECIPE,)
    write(dialog, ct.folder / "recipe.dcm")
    assert pydicom.dcmread(ct.folder / "recipe.dcm").SegmentSequence[0].SegmentAlgorithmType == "AUTOMATIC"


@pytest.mark.parametrize(("contents", "burned_in"), [("no-name", "NO"), ("name", "YES"), ("image", "NO")])
def test_a_picture_becomes_a_secondary_capture(ct: Ct, contents: str, burned_in: str) -> None:
    dialog = door.export_picture(ct.shell.window.commands)
    dialog.formats.choose("dicom")
    dialog._buttons[contents].setChecked(True)
    pane = ct.shell.window.canvas.active_pane()
    write(dialog, ct.folder / "p.dcm")
    ds = pydicom.dcmread(ct.folder / "p.dcm")
    assert ds.BurnedInAnnotation == burned_in
    ratio = pane.devicePixelRatioF()
    assert (ds.Columns, ds.Rows) == (round(pane.width() * ratio), round(pane.height() * ratio))
    shown = sorted(ct.source.iterdir())[pane.slice_index]
    assert ds.SourceImageSequence[0].ReferencedSOPInstanceUID == pydicom.dcmread(shown).SOPInstanceUID
    if contents == "image":
        picture = pane.picture(with_overlay=False)
        colour = picture.pixelColor(ds.Columns // 2, ds.Rows // 2)
        assert tuple(ds.pixel_array[ds.Rows // 2, ds.Columns // 2]) == colour.getRgb()[:3]


def test_a_picture_without_the_patient_differs_from_one_with(ct: Ct) -> None:
    canvas = ct.shell.window.canvas
    level = canvas.overlay_level
    for name, contents in (("a", "no-name"), ("b", "name")):
        dialog = door.export_picture(ct.shell.window.commands)
        dialog._buttons[contents].setChecked(True)
        write(dialog, ct.folder / f"{name}.png")
    a, b = (np.asarray(Pillow.open(ct.folder / f"{name}.png")).astype(int) for name in "ab")
    assert canvas.overlay_level is level
    corner = np.s_[:60, :200]  # the patient's name stands here
    assert a[corner].max() == 0
    assert b[corner].max() > 100


def test_a_research_file_has_no_dicom_results(ct: Ct, tmp_path: Path) -> None:
    write(door.export_image(ct.shell.window.commands), tmp_path / "a.nii.gz")
    ct.shell.workspace.catalog.add(list(scan([tmp_path / "a.nii.gz"])))
    research = {n for n in ct.shell.series_ids() if ct.shell.workspace.catalog.series(n).kind == "volume"}
    ct.shell.window.commands.show_series(research.pop())
    ct.paint()
    dialog = door.export_mask(ct.shell.window.commands)
    for form in (Format.SEG, Format.RTSTRUCT):
        assert "Needs a DICOM series" in dialog.formats.reason(form.value)
    assert dialog.form is Format.NRRD
    dialog.close()
    image = door.export_image(ct.shell.window.commands)
    assert "Needs a DICOM series" in image.formats.reason("dicom")
    image.close()


def test_a_closed_dialog_is_not_missed(ct: Ct) -> None:
    dialog = door.export_image(ct.shell.window.commands)
    work = dialog.work(ct.folder / "late.nrrd")
    written = work(JobContext())
    report, fail = dialog._written, dialog._failed
    dialog.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    report(written)
    assert "late.nrrd" in ct.notes[-1]
    fail(DataError("The disk is full."))
    assert "The disk is full." in ct.notes[-1]
