"""What hinders an export, how masks are put together, and the jobs over series made of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.core.labels import MAX_LABEL, Label, LabelMap
from medviewer.core.tiles import TiledLabels
from medviewer.document import edits
from medviewer.errors import Cancelled, GeometryMismatch, InputError
from medviewer.services import exporting, label_layers, mask_reading
from medviewer.services.executors import InlineExecutor, ManualExecutor
from medviewer.services.exporting import RECIPE, Format, Hindrance, What
from medviewer.services.jobs import CancelToken, JobContext
from medviewer.services.mask_reading import Fit
from medviewer.services.workspace import Workspace
from tests.helpers.image_workspace import make_workspace

SHAPE = (4, 6, 7)
GRID = Geometry(SHAPE, (1.0, 2.0, 3.0), spacing_xyz_mm=(0.5, 0.5, 2.0))
MM = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)


def ct(seed: int = 0) -> Image:
    array = np.random.default_rng(seed).integers(0, 2000, SHAPE).astype(np.int16)
    return Image(array, GRID, Rescale((1.0,), (-1024.0,)), "HU", facts=MM)


def photo() -> Image:
    array = np.random.default_rng(1).integers(0, 255, (1, 6, 7, 3)).astype(np.uint8)
    return Image(array, Geometry((1, 6, 7)), facts=Facts("XC"))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = make_workspace(tmp_path / "w", InlineExecutor(), ct=ct(), broken=ct(), photo=photo())
    for key in ("ct", "broken", "photo"):
        made.open_series(key)
    yield made
    made.close()


def add(workspace: Workspace, array: np.ndarray, name: str = "", key: str = "ct", *labels: Label) -> str:
    layers = label_layers.of(workspace)
    layer_id = layers.add(key, name)
    workspace.document.apply(edits.SetLayerTiles(layer_id, TiledLabels.of_array(array), labels or None))
    return layer_id


# -- what hinders


def test_what_hinders_an_image(tmp_path: Path, workspace: Workspace) -> None:
    def why(key: str, processed: bool = False) -> Hindrance | None:
        return exporting.why_no_image(workspace, key, processed=processed)

    assert why("") is Hindrance.NO_SERIES
    assert why("gone") is Hindrance.NOT_OPEN
    assert why("ct") is None
    assert why("broken") is Hindrance.UNREADABLE
    assert why("ct", True) is Hindrance.NO_RECIPE
    with pytest.raises(InputError, match="could not be read") as caught:
        exporting.image_job(workspace, "broken", Format.NIFTI, tmp_path / "a.nii")
    assert caught.value.code == "export.unreadable"


def test_a_series_that_is_still_loaded(tmp_path: Path) -> None:
    executor = ManualExecutor()
    made = make_workspace(tmp_path, executor, ct=ct())
    made.open_series("ct")
    assert exporting.why_no_image(made, "ct", processed=False) is Hindrance.NOT_OPEN
    executor.run_next("io")
    executor.deliver()
    assert exporting.why_no_image(made, "ct", processed=False) is Hindrance.LOADING
    made.close()


def test_every_hindrance_has_a_sentence() -> None:
    for hindrance in Hindrance:
        with pytest.raises(InputError):
            exporting._refuse(hindrance)


def test_dicom_results_need_a_dicom_source(workspace: Workspace) -> None:
    for form in Format:
        needs = form in (Format.DICOM, Format.SEG, Format.RTSTRUCT)
        assert exporting.why_no_format(workspace, "ct", form) is (Hindrance.NOT_DICOM if needs else None)


def test_what_is_a_folder() -> None:
    assert exporting.needs_folder(What.IMAGE, Format.DICOM, 1)
    assert exporting.needs_folder(What.IMAGE, Format.PNG, 2)
    assert not exporting.needs_folder(What.IMAGE, Format.PNG, 1)
    assert not exporting.needs_folder(What.PICTURE, Format.DICOM, 1)
    assert not exporting.needs_folder(What.MASK, Format.PNG, 9)


# -- jobs


def test_one_slice_is_one_picture_and_colour_stays(workspace: Workspace, tmp_path: Path) -> None:
    from PIL import Image as Pillow

    written = exporting.image_job(workspace, "photo", Format.PNG, tmp_path / "p.png")(JobContext())
    assert written.files == (tmp_path / "p.png",)
    np.testing.assert_array_equal(np.asarray(Pillow.open(tmp_path / "p.png")), photo().array[0])


def test_pictures_that_were_cancelled_leave_no_folder(workspace: Workspace, tmp_path: Path) -> None:
    token = CancelToken()

    def report(fraction: float, _text: str) -> None:
        if fraction >= 0.5:
            token.cancel()

    work = exporting.image_job(workspace, "ct", Format.PNG, tmp_path / "p")
    with pytest.raises(Cancelled):
        work(JobContext(token, report))
    assert not (tmp_path / "p").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_bytes(b"")
    with pytest.raises(InputError, match="holds something"):
        exporting.image_job(workspace, "ct", Format.PNG, tmp_path / "full")(JobContext())


def test_a_file_that_was_cancelled_meanwhile_is_taken_away(tmp_path: Path) -> None:
    token = CancelToken()

    def write() -> tuple[Path, ...]:
        (tmp_path / "a").write_bytes(b"new")
        token.cancel()
        return (tmp_path / "a",)

    with pytest.raises(Cancelled):
        exporting._cancellable(JobContext(token), tmp_path / "a", write)
    assert not (tmp_path / "a").exists()


def test_nothing_chosen(workspace: Workspace, tmp_path: Path) -> None:
    assert exporting.mask_choices(workspace, "ct") == ()
    for ids in ((), ("gone",), (RECIPE,)):
        with pytest.raises(InputError, match="No mask is chosen"):
            exporting.mask_job(workspace, "ct", ids, Format.NIFTI, tmp_path / "m.nii")


def test_a_mask_is_written_as_it_was_when_it_was_asked_for(workspace: Workspace, tmp_path: Path) -> None:
    first = np.zeros(SHAPE, np.uint8)
    first[1, 2:4, 3] = 1
    layer_id = add(workspace, first, "Lung")
    work = exporting.mask_job(workspace, "ct", [layer_id], Format.NRRD, tmp_path / "m.seg.nrrd")
    workspace.document.apply(edits.SetLayerTiles(layer_id, TiledLabels.of_array(first * 0)))
    work(JobContext())
    read = mask_reading.read_job(workspace, "ct", [tmp_path / "m.seg.nrrd"])(JobContext())
    assert read.fit is Fit.SAME
    np.testing.assert_array_equal(read.labels.array, first)
    assert read.labels.labels[0].name == "Lung"  # the only label has the name of its mask


def test_several_files_must_be_pictures(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Several files"):
        mask_reading.read_job(workspace, "ct", [tmp_path / "a.nii", tmp_path / "b.nii"])
    with pytest.raises(InputError, match="No file"):
        mask_reading.read_job(workspace, "ct", [])
    with pytest.raises(InputError, match="not open"):
        mask_reading.read_job(workspace, "gone", [tmp_path / "a.nii"])


def test_another_position_of_the_patient_is_refused(workspace: Workspace) -> None:
    image = replace(ct(), geometry=replace(GRID, frame_of_reference_uid="1.2"))
    other = LabelMap(np.ones((2, 3, 3), np.uint8), Geometry((2, 3, 3), (1, 2, 3), frame_of_reference_uid="1.3"))
    with pytest.raises(GeometryMismatch, match="another position"):
        mask_reading._onto(other, image)
    nowhere = replace(image, facts=Facts("CR", SpacingSource.NONE))
    same = replace(other, geometry=replace(other.geometry, frame_of_reference_uid="1.2"))
    with pytest.raises(GeometryMismatch, match="does not say where"):
        mask_reading._onto(same, nowhere)


# -- several masks in one


masks = arrays(np.uint8, SHAPE, elements=st.integers(0, 4))


@settings(max_examples=40, deadline=None)
@given(st.lists(masks, min_size=2, max_size=3))
def test_no_voxel_is_lost_and_no_label_is_shared(found: list[np.ndarray]) -> None:
    image = ct()
    maps = [(f"m{n}", LabelMap(array, GRID, tuple(Label(v) for v in range(1, 5)))) for n, array in enumerate(found)]
    labels, notes = exporting.combined(maps, image)
    seen: dict[int, tuple[int, int]] = {}
    for place in np.ndindex(*SHAPE):
        top = next(((n, int(a[place])) for n, a in enumerate(found) if a[place]), None)
        value = int(labels.array[place])
        assert (value == 0) == (top is None)
        if top is not None:
            assert seen.setdefault(value, top) == top
    assert len(set(seen.values())) == len(seen)
    overlaps = int((np.sum([a > 0 for a in found], axis=0) > 1).sum())
    assert bool(notes) == bool(overlaps)
    if overlaps:
        assert f"{overlaps:,} voxels" in notes[0]


def test_a_single_mask_keeps_its_grid_and_numbers() -> None:
    other = LabelMap(np.full((2, 3, 3), 7, np.uint8), Geometry((2, 3, 3)), (Label(7),))
    labels, notes = exporting.combined([("Lung", other)], ct())
    assert labels.array is other.array
    assert labels.labels == (Label(7, "Lung"),)
    assert notes == ()


def test_a_mask_of_another_grid_is_resampled_among_others() -> None:
    fine = LabelMap(
        np.ones((4, 12, 14), np.uint8), replace(GRID, shape_zyx=(4, 12, 14), spacing_xyz_mm=(0.25, 0.25, 2.0))
    )
    labels, notes = exporting.combined([("a", LabelMap(np.zeros(SHAPE, np.uint8), GRID)), ("b", fine)], ct())
    assert (labels.array == 1).all()
    assert "another grid" in notes[0]


def test_more_labels_than_a_file_holds() -> None:
    geometry = Geometry((1, 1, MAX_LABEL))
    image = Image(np.zeros((1, 1, MAX_LABEL), np.uint8), geometry)
    every = LabelMap(np.arange(1, MAX_LABEL + 1, dtype=np.uint16).reshape(1, 1, -1), geometry)
    one = LabelMap(np.ones((1, 1, MAX_LABEL), np.uint8), geometry)
    with pytest.raises(InputError, match="more labels"):
        exporting.combined([("a", every), ("b", one)], image)
