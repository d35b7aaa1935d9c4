"""Masks as files, against nibabel, SimpleITK and Pillow, and back with names and colours."""

from __future__ import annotations

import math

import nibabel
import numpy as np
import pytest
import SimpleITK
from PIL import Image as Pillow

from medviewer.core.geometry import Geometry
from medviewer.core.image import Image
from medviewer.core.labels import Label, of_array, same_grid
from medviewer.errors import DataError, InputError, MedviewerError, UnreadableFile
from medviewer.io import label_files, segmentation, structures
from medviewer.io.label_files import read_labels, write_labels
from tests.helpers.dicom_results import make_source, random_labels

C, S = math.cos(0.3), math.sin(0.3)
GRIDS = {
    "axial": Geometry((4, 5, 6), (10, -20, 30.5), spacing_xyz_mm=(0.5, 0.75, 2)),
    "oblique": Geometry((4, 5, 6), (1, 2, 3), (C, S, 0), (-S, C, 0), (0, 0, 1), (0.5, 0.75, 2)),
    "sagittal, flipped": Geometry((4, 5, 6), (10, -20, 30.5), (0, 1, 0), (0, 0, -1), (-1, 0, 0), (0.5, 0.75, 2)),
}
NAMES = (Label(1, "Leber 肝", "#c00000"), Label(2, 'left, "lobe"', "#00ff7f"), Label(300, "Δ"))


def labels_on(geometry, highest=2):
    array = np.random.default_rng(0).integers(0, 3, geometry.shape_zyx)
    array[0, 0, 0] = highest
    return of_array(array, Image(np.zeros(geometry.shape_zyx), geometry), NAMES)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "a.nrrd", "a.seg.nrrd", "a.nhdr", "a.mha", "a.mhd"])
@pytest.mark.parametrize("grid", GRIDS)
def test_back_with_grid_names_and_colours(tmp_path, name, grid):
    labels = labels_on(GRIDS[grid], 300)
    files = write_labels(labels, tmp_path / name)
    assert sorted(files) == sorted(tmp_path.iterdir())
    back = read_labels(tmp_path / name)
    np.testing.assert_array_equal(back.array, labels.array)
    assert back.array.dtype == np.uint16
    assert same_grid(back, labels)
    assert [(x.value, x.name) for x in back.labels] == [(x.value, x.name) for x in NAMES]
    assert [x.colour for x in back.labels[:2]] == ["#c00000", "#00ff7f"]


@pytest.mark.parametrize("grid", GRIDS)
def test_other_readers(tmp_path, grid):
    labels = labels_on(GRIDS[grid])
    write_labels(labels, tmp_path / "a.nii.gz")
    theirs = nibabel.load(tmp_path / "a.nii.gz")
    np.testing.assert_array_equal(np.asarray(theirs.dataobj).transpose(2, 1, 0), labels.array)
    assert theirs.get_data_dtype() == np.uint8
    np.testing.assert_allclose(np.diag([-1, -1, 1, 1]) @ theirs.affine, labels.geometry.affine, atol=1e-5)
    write_labels(labels, tmp_path / "a.nrrd")
    image = SimpleITK.ReadImage(str(tmp_path / "a.nrrd"))
    np.testing.assert_array_equal(SimpleITK.GetArrayFromImage(image), labels.array)
    assert image.GetMetaData("Segment0_Name") == "Leber 肝"
    assert image.GetMetaData("Segment0_LabelValue") == "1"
    assert image.TransformIndexToPhysicalPoint((5, 4, 3)) == pytest.approx(labels.geometry.world((5, 4, 3)))


def test_pictures(tmp_path):
    one = labels_on(Geometry((1, 5, 6)))
    assert write_labels(one, tmp_path / "a.png") == (tmp_path / "a.png",)
    np.testing.assert_array_equal(np.asarray(Pillow.open(tmp_path / "a.png")), one.array[0])
    several = labels_on(Geometry((3, 5, 6)), 300)
    files = write_labels(several, tmp_path / "b.png")
    assert [f.name for f in files] == ["b_0001.png", "b_0002.png", "b_0003.png"]
    np.testing.assert_array_equal(np.asarray(Pillow.open(files[0])), several.array[0])
    np.testing.assert_array_equal(label_files.read_stack(files).array, several.array)
    write_labels(several, tmp_path / "c.tif")
    np.testing.assert_array_equal(read_labels(tmp_path / "c.tif").array, several.array)
    image = Image(np.zeros((3, 5, 6)), GRIDS["oblique"].__class__((3, 5, 6), (1, 2, 3)))
    assert same_grid(read_labels(tmp_path / "c.tif", image), image)


def test_layers_of_slicer_that_overlap(tmp_path):
    layers = np.zeros((3, 4, 5, 2), np.uint8)
    layers[0, :2, :, 0] = 1
    layers[0, 1:3, :, 1] = 1
    layers[2, 0, 0, 1] = 2
    image = SimpleITK.GetImageFromArray(layers, isVector=True)
    for n, (name, value, layer) in enumerate([("a", 1, 0), ("b", 1, 1), ("c", 2, 1)]):
        image.SetMetaData(f"Segment{n}_Name", name)
        image.SetMetaData(f"Segment{n}_LabelValue", str(value))
        image.SetMetaData(f"Segment{n}_Layer", str(layer))
        image.SetMetaData(f"Segment{n}_Color", "1 0 0")
    SimpleITK.WriteImage(image, str(tmp_path / "a.seg.nrrd"))
    told: list[str] = []
    labels = read_labels(tmp_path / "a.seg.nrrd", warnings=told)
    expected = layers[..., 0].copy()
    expected[layers[..., 1] == 1] = 2
    expected[layers[..., 1] == 2] = 3
    np.testing.assert_array_equal(labels.array, expected)
    assert [(x.value, x.name, x.colour) for x in labels.labels] == [
        (1, "a", "#ff0000"), (2, "b", "#ff0000"), (3, "c", "#ff0000"),
    ]  # fmt: skip
    assert told == ["Segments overlap in 5 voxels; there the later segment is kept."]


def test_tilted_and_uneven_stacks_are_put_on_an_even_grid(tmp_path):
    for kind in ("tilted", "missing slice"):
        _, image = make_source(tmp_path / kind.replace(" ", ""), kind)
        array = np.zeros(image.geometry.shape_zyx, np.uint8)
        array[:, 2:7, 3:8] = 4
        labels = of_array(array, image)
        assert not label_files.is_exact(labels)
        write_labels(labels, tmp_path / "a.nii.gz")
        back = read_labels(tmp_path / "a.nii.gz")
        assert set(np.unique(back.array)) == {0, 4}  # no label between two
        mm3 = np.prod(back.geometry.spacing_xyz_mm) * (back.array == 4).sum()
        extent = 2.5 * (7 if kind == "missing slice" else 6)
        assert mm3 == pytest.approx(25 * 0.63 * extent, rel=0.01)


def test_dicom_by_content(tmp_path):
    plan, image = make_source(tmp_path / "s", "oblique")
    labels = random_labels(image)
    segmentation.write_segmentation(labels, plan.frames, tmp_path / "seg")
    structures.write_structures(labels, plan.frames, tmp_path / "rt")
    for name in ("seg", "rt"):
        np.testing.assert_array_equal(read_labels(tmp_path / name, image).array, labels.array)
    with pytest.raises(InputError):
        read_labels(tmp_path / "rt")
    with pytest.raises(UnreadableFile, match="neither"):
        read_labels(plan.frames[0].path)


def test_what_is_no_mask(tmp_path):
    write = SimpleITK.WriteImage
    write(SimpleITK.GetImageFromArray(np.full((2, 3, 4), 0.5, np.float32)), str(tmp_path / "a.nrrd"))
    write(SimpleITK.GetImageFromArray(np.full((2, 3, 4), -3, np.int16)), str(tmp_path / "b.mha"))
    write(SimpleITK.GetImageFromArray(np.full((2, 3, 4), np.nan, np.float32)), str(tmp_path / "c.nii"))
    for name in ("a.nrrd", "b.mha", "c.nii"):
        with pytest.raises(UnreadableFile, match="not a mask"):
            read_labels(tmp_path / name)
    Pillow.fromarray(np.zeros((4, 4, 3), np.uint8)).save(tmp_path / "d.png")
    with pytest.raises(UnreadableFile, match="colour"):
        read_labels(tmp_path / "d.png")
    for name, data in (("e.nrrd", b""), ("f.nii", b"\x5c\x01\0\0" + b"\0" * 700), ("g", b"hello"), ("h.json", b"{")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(MedviewerError):
            read_labels(tmp_path / name, labels_on(GRIDS["axial"]))
    with pytest.raises(DataError, match="ending"):
        write_labels(labels_on(GRIDS["axial"]), tmp_path / "a.jpg")
    with pytest.raises(DataError):
        write_labels(labels_on(GRIDS["axial"]), tmp_path / "no" / "a.nii")


def test_whole_floats_are_labels(tmp_path):
    values = np.arange(24, dtype=np.float64).reshape(2, 3, 4)
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(values), str(tmp_path / "a.nrrd"))
    np.testing.assert_array_equal(read_labels(tmp_path / "a.nrrd").array, values)


def test_real_mask(shared_data):
    path = shared_data / "dicom" / "petctmr_sts-012" / "masks" / "CT_mask.nii.gz"
    expected = np.asarray(nibabel.load(path).dataobj).transpose(2, 1, 0)
    np.testing.assert_array_equal(read_labels(path).array, expected)
