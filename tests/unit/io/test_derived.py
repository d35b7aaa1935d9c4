"""Processed volumes and pictures as new DICOM series: values, place, references, and dciodvfy's judgement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pydicom
import pytest
import SimpleITK

from medviewer.core.image import Facts, Image, Rescale
from medviewer.errors import DataError, InputError
from medviewer.io import volume
from medviewer.io.derived import write_derived, write_secondary_capture
from medviewer.io.series import split_series
from tests.helpers.dicom_results import KINDS, errors_of, make_source


def modality(image):
    return np.stack([image.modality_slice(k) for k in range(image.n_slices)])


@pytest.mark.parametrize("kind", KINDS)
def test_values_and_place(tmp_path, kind):
    plan, image = make_source(tmp_path / "s", kind)
    rng = np.random.default_rng(0)
    values = (modality(image) * 0.37 + rng.normal(size=image.array.shape)).astype(np.float32)
    values[0, :2] = np.nan
    smooth = replace(image, array=values, rescale=Rescale(), padding=None, facts=replace(
        image.facts, derived_from="Gaussian filter, sigma 1 mm"))  # fmt: skip
    files = write_derived(smooth, plan.frames, tmp_path / "out")
    back = volume.load(tmp_path / "out")
    found = modality(back)
    order = slice(None)
    if float(np.dot(back.geometry.axis_z, image.geometry.axis_z)) < 0:
        order = slice(None, None, -1)
    found = found[order]
    np.testing.assert_array_equal(np.isnan(found), np.isnan(values))
    step = (np.nanmax(values) - np.nanmin(values)) / 65000
    assert np.nanmax(np.abs(found - values)) <= step
    for k, (file, frame) in enumerate(zip(files, plan.frames, strict=True)):
        ds, source = pydicom.dcmread(file), pydicom.dcmread(frame.path)
        np.testing.assert_allclose(ds.ImagePositionPatient, source.ImagePositionPatient, atol=1e-6)
        np.testing.assert_allclose(ds.ImageOrientationPatient, source.ImageOrientationPatient, atol=1e-9)
        assert ds.ImageType[:2] == ["DERIVED", "SECONDARY"]
        assert ds.SourceImageSequence[0].ReferencedSOPInstanceUID == source.SOPInstanceUID
        assert ds.SOPInstanceUID != source.SOPInstanceUID
        assert ds.SeriesInstanceUID != source.SeriesInstanceUID
        assert (ds.StudyInstanceUID, ds.FrameOfReferenceUID) == (source.StudyInstanceUID, source.FrameOfReferenceUID)
        assert ds.DerivationDescription == "Gaussian filter, sigma 1 mm"
        assert str(ds.PatientName) == "Tést^Jürgen"
        assert ds.InstanceNumber == k + 1
    assert len({pydicom.dcmread(f).SeriesInstanceUID for f in files}) == 1
    assert errors_of(files[0]) == []


def test_whole_numbers_are_kept_exactly_and_itk_reads_them(tmp_path):
    plan, image = make_source(tmp_path / "s", "axial")
    write_derived(image, plan.frames, tmp_path / "same")
    np.testing.assert_array_equal(modality(volume.load(tmp_path / "same")), modality(image))
    whole = replace(image, array=np.rint(modality(image) * 3).astype(np.float32), rescale=Rescale())
    files = write_derived(whole, plan.frames, tmp_path / "whole")
    np.testing.assert_array_equal(modality(volume.load(tmp_path / "whole")), whole.array)
    theirs = SimpleITK.ReadImage([str(f) for f in files])
    np.testing.assert_array_equal(SimpleITK.GetArrayFromImage(theirs), whole.array)
    assert theirs.TransformIndexToPhysicalPoint((3, 2, 1)) == pytest.approx(image.geometry.world((3, 2, 1)), abs=1e-4)


def test_another_grid(tmp_path):
    plan, image = make_source(tmp_path / "s", "oblique")
    g = image.geometry
    geometry = replace(g, shape_zyx=(4, 5, 6), origin_mm=tuple(g.world((1, 2, 1))), spacing_xyz_mm=(1.1, 1.2, 1.5))
    array = np.arange(120, dtype=np.int32).reshape(4, 5, 6) - 7
    files = write_derived(Image(array, geometry, facts=image.facts), plan.frames, tmp_path / "out")
    back = volume.load(tmp_path / "out")
    np.testing.assert_array_equal(modality(back), array)
    np.testing.assert_allclose(back.geometry.affine, geometry.affine, atol=1e-5)
    assert errors_of(files[0]) == []


@pytest.mark.parametrize("value", [np.nan, 3.25, -1e9])
def test_constant_images(tmp_path, value):
    plan, image = make_source(tmp_path / "s", "axial")
    flat = replace(image, array=np.full(image.array.shape, value, np.float32), rescale=Rescale(), padding=None)
    write_derived(flat, plan.frames, tmp_path / "out")
    found = modality(volume.load(tmp_path / "out"))
    np.testing.assert_allclose(found, flat.array, rtol=1e-6, equal_nan=True)


def test_real_sources(shared_data, tmp_path):
    data = shared_data / "dicom"
    for n, name in enumerate(("petctmr_sts-012/PET", "zoo/enhanced/eCT_Supplemental.dcm", "zoo/sc/SC_rgb.dcm")):
        headers = [h for h in volume.headers_at(data / name) if h.has_pixels]
        plan = volume.plan(max(split_series(headers), key=lambda s: len(s.instances)))
        array = plan.allocate()
        plan.read_into(array)
        image = plan.image(array)
        files = write_derived(image, plan.frames, tmp_path / str(n))
        back = volume.load(tmp_path / str(n))
        if image.is_colour:
            np.testing.assert_array_equal(back.array, image.array)
        else:
            np.testing.assert_array_equal(modality(back), modality(image))
            np.testing.assert_allclose(back.geometry.affine, image.geometry.affine, atol=1e-5)
        assert errors_of(files[0]) == []


def test_picture(tmp_path):
    plan, _ = make_source(tmp_path / "s", "axial")
    rgb = np.random.default_rng(0).integers(0, 256, (13, 17, 3)).astype(np.uint8)
    write_secondary_capture(rgb, tmp_path / "a.dcm", plan.frames[2], derivation="Shown with 40/400", burned_in=True)
    ds = pydicom.dcmread(tmp_path / "a.dcm")
    np.testing.assert_array_equal(ds.pixel_array, rgb)
    source = pydicom.dcmread(plan.frames[2].path)
    assert ds.StudyInstanceUID == source.StudyInstanceUID
    assert ds.SourceImageSequence[0].ReferencedSOPInstanceUID == source.SOPInstanceUID
    assert ds.BurnedInAnnotation == "YES"
    write_secondary_capture(rgb, tmp_path / "b.dcm")
    assert pydicom.dcmread(tmp_path / "b.dcm").PatientName == ""
    for name in ("a.dcm", "b.dcm"):
        assert errors_of(tmp_path / name) == []


def test_what_cannot_be_is_said(tmp_path):
    with pytest.raises(InputError):
        write_secondary_capture(np.zeros((4, 4), np.uint8), tmp_path / "a.dcm")
    with pytest.raises(InputError):
        write_secondary_capture(np.zeros((4, 0, 3), np.uint8), tmp_path / "a.dcm")
    plan, image = make_source(tmp_path / "s", "axial")
    (tmp_path / "x.png").write_bytes(b"\x89PNG")
    with pytest.raises(DataError, match="no DICOM"):
        write_derived(image, [tmp_path / "x.png"] * 6, tmp_path / "out")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError):
        write_derived(image, plan.frames, tmp_path / "file" / "out")
    assert Facts().derived_from == ""
