"""NIfTI, NRRD and MetaImage, against nibabel and by hand."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest

from medviewer.core.geometry import Geometry
from medviewer.core.image import Image, Rescale
from medviewer.errors import DataError, MedviewerError
from medviewer.io import budget, research, volume

AFFINE = np.array([[-0.0, 2.0, 0.0, -30.0], [1.5, 0.0, 0.0, 12.0], [0.0, 0.0, 3.0, 5.0], [0, 0, 0, 1]])


def lps(affine: np.ndarray) -> np.ndarray:
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine  # NIfTI's world is RAS


def write_nifti(path, values, affine=AFFINE):
    image = nibabel.Nifti1Image(values, affine)
    image.set_sform(affine, 1)
    image.set_qform(affine, 1)
    nibabel.save(image, path)
    return path


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_nifti_geometry_and_values_as_nibabel(tmp_path, ending):
    values = np.random.default_rng(0).integers(-500, 500, (5, 6, 7)).astype(np.int16)
    image = research.read(write_nifti(tmp_path / f"a{ending}", values))
    np.testing.assert_array_equal(image.array, values.transpose(2, 1, 0))
    np.testing.assert_allclose(image.geometry.affine, lps(AFFINE), atol=1e-5)
    assert image.facts.has_patient_position


def test_scaled_nifti(tmp_path):
    image = nibabel.Nifti1Image(np.zeros((3, 3, 3), np.float32), np.eye(4))
    header = image.header
    header.set_data_dtype(np.int16)
    header.set_slope_inter(0.5, -3)
    raw = np.arange(27).reshape(3, 3, 3)
    nibabel.save(nibabel.Nifti1Image(raw * 0.5 - 3, np.eye(4), header), tmp_path / "a.nii")
    expected = nibabel.load(tmp_path / "a.nii").get_fdata()
    np.testing.assert_allclose(research.read(tmp_path / "a.nii").array, expected.transpose(2, 1, 0), atol=1e-3)


def test_four_dimensions_are_volumes(tmp_path):
    values = np.random.default_rng(0).normal(size=(4, 5, 6, 3)).astype(np.float32)
    values[0, 0, 0, 1] = np.nan
    path = write_nifti(tmp_path / "a.nii.gz", values)
    for t in range(3):
        np.testing.assert_array_equal(research.read(path, t).array, values[..., t].T)
    plans = volume.plans(volume.series_at(path))
    assert len(plans) == 3
    np.testing.assert_array_equal(plans[2].read_slice(4), values[:, :, 4, 2].T)
    with pytest.raises(MedviewerError):
        research.read_array(path, 3)


def test_nifti_rgb(tmp_path):
    kind = np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")])
    values = np.zeros((3, 4, 5), kind)
    values["R"], values["G"], values["B"] = 10, 20, np.arange(5)
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), tmp_path / "a.nii")
    image = research.read(tmp_path / "a.nii")
    assert image.is_colour
    assert image.array[3, 0, 0].tolist() == [10, 20, 3]


@pytest.mark.parametrize("name", ["a.nrrd", "a.mha", "a.nii.gz", "a.nii", "a.mhd"])
def test_written_file_reads_back_the_same(tmp_path, name):
    geometry = Geometry((3, 4, 5), (10, -20, 30.5), (0, 1, 0), (0, 0, -1), (-1, 0, 0), (0.5, 0.75, 2), "")
    values = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    research.write(Image(values, geometry, Rescale((2.0,), (-1000.0,))), tmp_path / name)
    image = research.read(tmp_path / name)
    np.testing.assert_array_equal(image.array, values.astype(int) * 2 - 1000)
    assert image.array.dtype.kind == "i"
    np.testing.assert_allclose(image.geometry.affine, geometry.affine, atol=1e-5)


def test_nibabel_agrees_with_what_was_written(tmp_path):
    geometry = Geometry((3, 4, 5), (10, -20, 30.5), spacing_xyz_mm=(0.5, 0.75, 2))
    values = np.random.default_rng(0).normal(size=(3, 4, 5)).astype(np.float32)
    research.write(Image(values, geometry), tmp_path / "a.nii")
    found = nibabel.load(tmp_path / "a.nii")
    np.testing.assert_allclose(lps(found.affine), geometry.affine, atol=1e-5)
    np.testing.assert_array_equal(found.get_fdata().T.astype(np.float32), values)


def test_mixed_rescale_is_written_as_floats(tmp_path):
    values = np.ones((2, 3, 3), np.int16)
    research.write(Image(values, Geometry((2, 3, 3)), Rescale((0.5, 2.0), (0.0, 1.0))), tmp_path / "a.nrrd")
    assert research.read(tmp_path / "a.nrrd").array[:, 0, 0].tolist() == [0.5, 3.0]


def test_shared_data_equal_nibabel(shared_data):
    path = shared_data / "volumes" / "totalsegmentator_ct" / "example_ct_sm.nii.gz"
    reference = nibabel.load(path)
    image = volume.load(path)
    np.testing.assert_allclose(image.array, reference.get_fdata().T)
    np.testing.assert_allclose(image.geometry.affine, lps(reference.affine), atol=1e-3)


@pytest.mark.parametrize("damage", ["cut", "sizes", "noise"])
def test_damaged_files_are_refused_with_a_sentence(tmp_path, damage):
    path = write_nifti(tmp_path / "a.nii", np.zeros((5, 6, 7), np.int16))
    data = bytearray(path.read_bytes())
    if damage == "cut":
        data = data[:400]
    elif damage == "sizes":
        data[42:48] = b"\xff\x7f" * 3
    else:
        data[0:348] = np.random.default_rng(0).integers(0, 256, 348).astype(np.uint8).tobytes()
    path.write_bytes(data)
    with pytest.raises(MedviewerError) as caught:
        research.read(path)
    assert "itk" not in str(caught.value).lower()


@pytest.mark.parametrize("name", ["a.nrrd", "a.mha", "a.nii.gz", "a.nii"])
def test_cut_values_are_never_made_up(tmp_path, name):
    values = np.random.default_rng(0).integers(1, 500, (6, 7, 8)).astype(np.int16)
    research.write(Image(values, Geometry((6, 7, 8))), tmp_path / name)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: -len(data) // 4])
    with pytest.raises(MedviewerError):
        research.read(tmp_path / name)


def test_budget_before_allocation(tmp_path):
    path = write_nifti(tmp_path / "a.nii", np.zeros((5, 6, 7), np.int16))
    try:
        budget.set_byte_budget(100)
        with pytest.raises(MedviewerError, match="memory"):
            research.describe(path)
    finally:
        budget.set_byte_budget(None)


def test_unknown_ending(tmp_path):
    with pytest.raises(DataError):
        research.write(Image(np.zeros((1, 2, 2)), Geometry((1, 2, 2))), tmp_path / "a.xyz")
