"""From files to one volume: order, spacing, gaps, tilt, rescale, units, and what may be measured."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from medviewer.core.image import SpacingSource
from medviewer.errors import Cancelled, InconsistentSeries, MedviewerError, TooLarge
from medviewer.io import budget, volume
from medviewer.io.headers import InstanceHeader
from medviewer.io.spacing import plane_spacing
from tests.helpers.dicom_factory import make_dataset, make_instance, make_series, ramp

MR = "1.2.840.10008.5.1.4.1.1.4"


def one_plan(path, **options) -> volume.VolumePlan:
    return volume.plan(volume.series_at(path), **options)


# --- order and spacing


def test_slices_are_sorted_along_the_normal_and_read_as_stored(tmp_path):
    make_series(tmp_path, 5, spacing_mm=2.5, order=[3, 0, 4, 1, 2])
    image = volume.load(tmp_path)
    np.testing.assert_array_equal(image.array, [ramp(8, 10, k) for k in range(5)])
    assert image.array.dtype == np.int16
    assert image.geometry.spacing_xyz_mm == (0.75, 0.5, 2.5)
    assert image.geometry.origin_mm == (0, 0, 0)
    assert image.slice_positions_mm == ()
    assert image.unit == "HU"
    assert image.facts.unit_trusted
    assert image.modality_slice(2)[0, 0] == 22 - 1024


def test_oblique_geometry_gives_positions_of_the_file(tmp_path):
    iop = [0.6, 0.8, 0.0, 0.0, 0.0, -1.0]
    paths = make_series(tmp_path, 4, spacing_mm=3, ImageOrientationPatient=iop, ImagePositionPatient=[7, -3, 11])
    image = volume.load(tmp_path)
    for k, path in enumerate(paths):
        position = [float(v) for v in pydicom.dcmread(path).ImagePositionPatient]
        np.testing.assert_allclose(image.geometry.world((0, 0, k)), position, atol=1e-4)
    np.testing.assert_allclose(image.geometry.world((2, 0, 0)), np.array([7, -3, 11]) + np.array(iop[:3]) * 1.5)
    np.testing.assert_allclose(image.geometry.world((0, 3, 0)), np.array([7, -3, 11]) + np.array(iop[3:]) * 1.5)


def test_gap_is_counted_and_positions_kept(tmp_path):
    make_series(tmp_path, 6)
    (tmp_path / "0003.dcm").unlink()
    found = one_plan(tmp_path)
    assert found.facts.missing_slices == 1
    assert found.facts.irregular_spacing
    assert found.slice_positions_mm == (0, 5, 10, 20, 25)
    assert found.geometry.spacing_xyz_mm[2] == 5
    assert any("missing" in line for line in found.warnings)


@pytest.mark.parametrize(("error_mm", "irregular"), [(0.009, False), (0.04, False), (0.2, True)])
def test_tolerance_is_the_larger_of_a_hundredth_mm_and_one_percent(tmp_path, error_mm, irregular):
    make_series(tmp_path, 5, vary=lambda k: {"ImagePositionPatient": [0, 0, 5.0 * k + (error_mm if k == 2 else 0)]})
    assert one_plan(tmp_path).facts.irregular_spacing is irregular


def test_tilt_comes_from_positions_not_from_the_tag(tmp_path):
    shift = float(np.tan(np.radians(15)) * 5)
    make_series(
        tmp_path, 5, GantryDetectorTilt=-99,
        vary=lambda k: {"ImagePositionPatient": [0, round(shift * k, 5), 5.0 * k]},
    )  # fmt: skip
    found = one_plan(tmp_path)
    assert found.facts.tilt_deg == pytest.approx(15, abs=0.01)
    np.testing.assert_allclose(found.geometry.world((0, 0, 3)), [0, 3 * shift, 15], atol=1e-3)
    assert not found.geometry.is_orthogonal
    assert any("tilted" in line for line in found.warnings)


def test_shifted_slices_are_no_volume(tmp_path):
    make_series(tmp_path, 5, vary=lambda k: {"ImagePositionPatient": [20.0 * (k % 2), 0, 5.0 * k]})
    assert "shifted" in one_plan(tmp_path).facts.not_reconstructable


def test_single_location_and_too_few(tmp_path):
    make_series(tmp_path / "a", 4, vary=lambda k: {"ImagePositionPatient": [0, 0, 0], "PixelData": bytes([k]) * 160})
    found = one_plan(tmp_path / "a")
    assert "one location" in found.facts.not_reconstructable or len(found) == 1
    make_series(tmp_path / "b", 2)
    assert "three" in one_plan(tmp_path / "b").facts.not_reconstructable


def test_without_positions_order_is_by_number(tmp_path):
    make_series(tmp_path, 4, order=[2, 0, 3, 1], ImageOrientationPatient=None,
                vary=lambda k: {"ImagePositionPatient": None})  # fmt: skip
    image = volume.load(tmp_path)
    np.testing.assert_array_equal(image.array, [ramp(8, 10, k) for k in range(4)])
    assert not image.facts.has_patient_position
    assert image.facts.not_reconstructable


def test_shared_data_series_equal_simpleitk(shared_data):
    import SimpleITK

    folder = shared_data / "dicom" / "mr_brain_t1_studyforrest"
    names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))
    reference = SimpleITK.ReadImage(names)
    image = volume.load(folder)
    values = SimpleITK.GetArrayFromImage(reference)
    first = np.array(reference.GetOrigin())
    if not np.allclose(image.geometry.world((0, 0, 0)), first, atol=1e-3):
        values = values[::-1]  # the other way along the normal
        first = np.array(reference.TransformIndexToPhysicalPoint((0, 0, len(values) - 1)))
    np.testing.assert_array_equal(image.array, values)
    np.testing.assert_allclose(image.geometry.world((0, 0, 0)), first, atol=1e-2)
    np.testing.assert_allclose(image.geometry.spacing_xyz_mm, reference.GetSpacing(), rtol=1e-4)


# --- values


def test_rescale_differs_by_slice(tmp_path):
    make_series(tmp_path, 4, Modality="PT", Units="BQML", SOPClassUID="1.2.840.10008.5.1.4.1.1.128",
                vary=lambda k: {"RescaleSlope": f"{7.5e-9 * (k + 1):.9g}", "RescaleIntercept": 0})  # fmt: skip
    image = volume.load(tmp_path)
    assert not image.rescale.is_uniform
    for k in range(4):
        np.testing.assert_allclose(image.modality_slice(k), ramp(8, 10, k) * 7.5e-9 * (k + 1), rtol=1e-6)
    assert image.unit == "BQML"
    assert image.facts.unit_reason  # no dose, no weight: SUV says why not


def test_suv_of_the_shared_pet_is_plausible_and_by_formula(shared_data):
    folder = shared_data / "dicom" / "pet_wholebody_sts-001"
    files = (pydicom.dcmread(path, stop_before_pixels=True) for path in sorted(folder.rglob("*")) if path.is_file())
    ds = next(found for found in files if found.Modality == "PT")
    headers = [h for h in volume.headers_at(folder) if h.modality == "PT"]
    from medviewer.io.series import split_series

    (series,) = split_series(headers)
    (scale,) = volume.plan(series).scales
    drug = ds.RadiopharmaceuticalInformationSequence[0]

    def seconds(text: object) -> float:
        t = str(text)
        return int(t[:2]) * 3600 + int(t[2:4]) * 60 + float(t[4:])

    wait = seconds(ds.SeriesTime) - seconds(drug.RadiopharmaceuticalStartTime)
    dose = float(drug.RadionuclideTotalDose) * 2 ** (-wait / float(drug.RadionuclideHalfLife))
    assert ds.DecayCorrection == "START"
    assert scale.slope == pytest.approx(float(ds.PatientWeight) * 1000 / dose, rel=1e-6)


def test_mr_window_applies_to_stored_values(tmp_path):
    make_instance(
        tmp_path / "a.dcm", Modality="MR", RescaleSlope=2, RescaleIntercept=5, WindowCenter=100, WindowWidth=51
    )
    found = one_plan(tmp_path / "a.dcm")
    (window,) = found.voi(0).windows
    assert (window.center, window.width) == (2 * 99.5 + 5 + 0.5, 101)
    make_instance(tmp_path / "b.dcm", Modality="CT", RescaleSlope=2, WindowCenter=100, WindowWidth=51)
    (window,) = one_plan(tmp_path / "b.dcm").voi(0).windows
    assert (window.center, window.width) == (100, 51)


def test_monochrome1_is_flagged_never_inverted(tmp_path):
    make_instance(tmp_path / "a.dcm", PhotometricInterpretation="MONOCHROME1")
    image = volume.load(tmp_path / "a.dcm")
    assert image.monochrome1
    np.testing.assert_array_equal(image.array[0], ramp(8, 10))


def test_padding_and_smallest_pixel_value(tmp_path):
    make_instance(tmp_path / "a.dcm", PixelPaddingValue=0, SmallestImagePixelValue=500, LargestImagePixelValue=501)
    image = volume.load(tmp_path / "a.dcm")
    assert image.padding == (0, 0)
    np.testing.assert_array_equal(image.array[0], ramp(8, 10))


def test_modality_lut_becomes_a_table(tmp_path):
    item = Dataset()
    item.add_new(0x00283002, "US", [4, 1, 16])
    item.add_new(0x00283006, "US", [100, 200, 300, 400])
    item.ModalityLUTType = "US"
    pixels = np.array([[0, 1, 2], [3, 4, 9]], np.uint16)
    make_instance(tmp_path / "a.dcm", pixels=pixels, Modality="OT", ModalityLUTSequence=Sequence([item]))
    image = volume.load(tmp_path / "a.dcm")
    assert image.modality_slice(0).tolist() == [[100, 100, 200], [300, 400, 400]]


def test_voi_lut_and_windows_of_a_detailed_header(shared_data):
    found = one_plan(shared_data / "dicom" / "zoo" / "lut_overlay" / "vlut_04.dcm")
    ds = pydicom.dcmread(shared_data / "dicom" / "zoo" / "lut_overlay" / "vlut_04.dcm")
    item = ds.VOILUTSequence[0]
    lut = found.voi(0).luts[0]
    assert lut.values.tolist() == [v & 0xFFFF for v in item.LUTData]
    assert len(lut.values) == (item.LUTDescriptor[0] or 65536)


def test_palette_image_is_rgb_as_pydicom_says(shared_data):
    from pydicom.pixels import apply_color_lut

    path = shared_data / "dicom" / "zoo" / "us" / "gdcm-US-ALOKA-16.dcm"
    ds = pydicom.dcmread(path)
    rgb = apply_color_lut(ds.pixel_array, ds)
    image = volume.load(path)
    assert image.is_colour
    np.testing.assert_array_equal(image.array[0], (rgb >> 8).astype(np.uint8))


def test_dose_is_in_gray_and_placed_by_its_offsets(shared_data):
    path = shared_data / "dicom" / "zoo" / "rt" / "rtdose.dcm"
    ds = pydicom.dcmread(path)
    image = volume.load(path)
    np.testing.assert_allclose(image.modality_slice(3), ds.pixel_array[3] * float(ds.DoseGridScaling), rtol=1e-6)
    offsets = [float(v) for v in ds.GridFrameOffsetVector]
    position = np.array([float(v) for v in ds.ImagePositionPatient])
    normal = np.cross(*np.split(np.array(ds.ImageOrientationPatient, float), 2))
    for k in (0, 7, 14):
        frame = int(np.argmin([abs(o - sorted(offsets)[k]) for o in offsets]))
        np.testing.assert_allclose(image.geometry.world((0, 0, k)), position + normal * offsets[frame], atol=1e-6)


# --- stacks


def enhanced(path, order=(2, 0, 1), times=(1,)) -> dict:
    """An enhanced MR whose frames come in a strange order; returns pixels by (time, position)."""
    frames, groups, expected = [], [], {}
    for time in times:
        for position in order:
            pixels = ramp(6, 6, 10 * time + position, np.uint16)
            expected[time, position] = pixels
            frames.append(pixels)
            group, plane, content = Dataset(), Dataset(), Dataset()
            plane.ImagePositionPatient = [0, 0, 4 * position]
            content.TemporalPositionIndex = time
            content.DimensionIndexValues = [time, position + 1]
            group.PlanePositionSequence = Sequence([plane])
            group.FrameContentSequence = Sequence([content])
            groups.append(group)
    shared, measures, orientation, transform, voi = (Dataset() for _ in range(5))
    measures.PixelSpacing, measures.SliceThickness = [0.5, 0.5], 4
    orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    transform.RescaleSlope, transform.RescaleIntercept, transform.RescaleType = 2, -7, "US"
    voi.WindowCenter, voi.WindowWidth = 300, 600
    shared.PixelMeasuresSequence = Sequence([measures])
    shared.PlaneOrientationSequence = Sequence([orientation])
    shared.PixelValueTransformationSequence = Sequence([transform])
    shared.FrameVOILUTSequence = Sequence([voi])
    ds = make_dataset(
        pixels=np.stack(frames), Modality="MR", SOPClassUID="1.2.840.10008.5.1.4.1.1.4.1", PixelSpacing=None,
        ImagePositionPatient=None, ImageOrientationPatient=None, RescaleSlope=None,
        SharedFunctionalGroupsSequence=Sequence([shared]), PerFrameFunctionalGroupsSequence=Sequence(groups),
    )  # fmt: skip
    make_instance(path, dataset=ds)
    return expected


def test_enhanced_frames_are_sorted_by_position(tmp_path):
    expected = enhanced(tmp_path / "a.dcm")
    image = volume.load(tmp_path / "a.dcm")
    for k in range(3):
        np.testing.assert_array_equal(image.array[k], expected[1, k])
        np.testing.assert_allclose(image.modality_slice(k), expected[1, k] * 2.0 - 7)
    assert image.geometry.spacing_xyz_mm == (0.5, 0.5, 4)
    assert one_plan(tmp_path / "a.dcm").voi(1).windows[0].center == 300


def test_enhanced_times_become_stacks_and_nothing_is_lost(tmp_path):
    expected = enhanced(tmp_path / "a.dcm", times=(1, 2, 3))
    stacks = volume.plans(volume.series_at(tmp_path / "a.dcm"))
    assert [len(stack) for stack in stacks] == [3, 3, 3]
    assert any("3 stacks" in line for line in stacks[0].warnings)
    for time, stack in enumerate(stacks, 1):
        array = stack.allocate()
        stack.read_into(array)
        np.testing.assert_array_equal(array, [expected[time, k] for k in range(3)])


def test_segments_are_stacks_placed_by_their_own_positions(shared_data):
    path = shared_data / "dicom" / "zoo" / "seg" / "seg_image_ct_binary_overlap.dcm"
    ds = pydicom.dcmread(path)
    stacks = volume.plans(volume.series_at(path))
    assert sum(len(stack) for stack in stacks) == ds.NumberOfFrames
    groups = ds.PerFrameFunctionalGroupsSequence
    for stack in stacks:
        for k, frame in enumerate(stack.frames):
            position = [float(v) for v in groups[frame.frame].PlanePositionSequence[0].ImagePositionPatient]
            place = np.asarray(stack.geometry.origin_mm) + stack.geometry.normal * (
                stack.slice_positions_mm[k] if stack.slice_positions_mm else k * stack.geometry.spacing_xyz_mm[2]
            )
            np.testing.assert_allclose(place, position, atol=0.02)
            np.testing.assert_array_equal(stack.read_slice(k), ds.pixel_array[frame.frame])


# --- what spacing measures


@pytest.mark.parametrize(
    ("fields", "spacing", "source"),
    [
        ({"modality": "CT", "pixel_spacing": (0.5, 0.6)}, (0.5, 0.6), SpacingSource.PATIENT),
        ({"modality": "DX", "pixel_spacing": (0.2, 0.2), "imager_spacing": (0.2, 0.2)}, (0.2, 0.2),
         SpacingSource.DETECTOR),
        ({"modality": "DX", "pixel_spacing": (0.15, 0.15), "imager_spacing": (0.2, 0.2)}, (0.15, 0.15),
         SpacingSource.CALIBRATED),
        ({"modality": "CR", "pixel_spacing": (0.2, 0.2), "spacing_calibration": "FIDUCIAL"}, (0.2, 0.2),
         SpacingSource.CALIBRATED),
        ({"modality": "DX", "imager_spacing": (0.2, 0.3)}, (0.2, 0.3), SpacingSource.DETECTOR),
        ({"modality": "MG", "imager_spacing": (0.2, 0.2), "magnification": 2.0}, (0.1, 0.1),
         SpacingSource.CALIBRATED),
        ({"modality": "OT", "nominal_spacing": (0.3, 0.3)}, (0.3, 0.3), SpacingSource.NOMINAL),
        ({"modality": "OT"}, (1, 1), SpacingSource.NONE),
        ({"modality": "OT", "pixel_aspect": (3, 2)}, (1.5, 1), SpacingSource.NONE),
        ({"modality": "CT", "pixel_spacing": (0.0, 0.6)}, (1, 1), SpacingSource.NONE),
    ],
)  # fmt: skip
def test_which_spacing_measures(fields, spacing, source):
    header = InstanceHeader(path="x", **fields)
    found = plane_spacing(header, header.pixel_spacing, (), [])
    assert (found.row_mm, found.column_mm) == pytest.approx(spacing)
    assert found.source is source
    assert found.aspect == pytest.approx(spacing[0] / spacing[1])


def test_ultrasound_regions(tmp_path):
    def region(x0, x1, units, delta):
        item = Dataset()
        item.RegionLocationMinX0, item.RegionLocationMinY0 = x0, 0
        item.RegionLocationMaxX1, item.RegionLocationMaxY1 = x1, 7
        item.PhysicalUnitsXDirection, item.PhysicalUnitsYDirection = units
        item.PhysicalDeltaX, item.PhysicalDeltaY = delta
        item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = 1, 1, 0
        return item

    regions = Sequence([region(0, 4, (3, 3), (0.02, 0.03)), region(5, 9, (4, 7), (0.01, -1.5))])
    make_instance(tmp_path / "a.dcm", Modality="US", PixelSpacing=None, SequenceOfUltrasoundRegions=regions)
    found = one_plan(tmp_path / "a.dcm")
    assert found.facts.spacing_source is SpacingSource.REGION
    assert found.geometry.spacing_xyz_mm[:2] == pytest.approx((0.2, 0.3))
    assert found.facts.pixel_aspect == 1  # ultrasound is never stretched
    doppler = found.regions[1]
    assert (doppler.unit_x, doppler.unit_y, doppler.is_spatial) == ("s", "cm/s", False)
    assert (doppler.delta_x, doppler.delta_y) == (0.01, 1.5)


# --- reading


def test_bad_slice_costs_only_itself(tmp_path):
    paths = make_series(tmp_path, 4)
    paths[2].write_bytes(paths[2].read_bytes()[:-30])
    found = one_plan(tmp_path)
    array = found.allocate()
    errors = found.read_each(array)
    assert list(errors) == [2]
    for k in (0, 1, 3):
        np.testing.assert_array_equal(array[k], ramp(8, 10, k))
    with pytest.raises(MedviewerError):
        found.read_into(found.allocate(), [1, 2, 3])
    with pytest.raises(MedviewerError):
        found.read_slice(2)


def test_cancel_stops_reading(tmp_path):
    make_series(tmp_path, 5)
    found = one_plan(tmp_path)
    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise Cancelled

    array = found.allocate()
    with pytest.raises(Cancelled):
        found.read_into(array, check=check)
    assert array[1].any()
    assert not array[4].any()


def test_compressed_series(tmp_path):
    make_series(tmp_path, 3, transfer_syntax="1.2.840.10008.1.2.5")
    np.testing.assert_array_equal(volume.load(tmp_path).array, [ramp(8, 10, k) for k in range(3)])


def test_zip_members_load_like_files(tmp_path):
    import zipfile

    make_series(tmp_path / "a", 3)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in (tmp_path / "a").iterdir():
            archive.write(path, path.name)
    np.testing.assert_array_equal(volume.load(tmp_path / "a.zip").array, volume.load(tmp_path / "a").array)


def test_deflated_and_big_endian_files(tmp_path):
    for syntax in ("1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2"):
        path = make_instance(tmp_path / f"{syntax}.dcm", transfer_syntax=syntax)
        np.testing.assert_array_equal(volume.load(path).array[0], ramp(8, 10))


def test_budget_is_kept(tmp_path):
    make_series(tmp_path, 3)
    try:
        budget.set_byte_budget(400)
        with pytest.raises(TooLarge):
            volume.load(tmp_path)
    finally:
        budget.set_byte_budget(None)


def test_folder_of_two_series_is_refused(tmp_path):
    make_series(tmp_path, 2, series="a")
    make_series(tmp_path / "b", 2, series="b")
    with pytest.raises(InconsistentSeries):
        volume.load(tmp_path)


def test_key_depends_on_content_and_stack(tmp_path):
    enhanced(tmp_path / "a.dcm", times=(1, 2))
    series = volume.series_at(tmp_path / "a.dcm")
    first, second = volume.plans(series)
    assert first.key != second.key
    assert volume.plan(series).key == first.key


# --- several images at one position


def series_of(folder):
    """All instances as one series, as if nobody had split them."""
    from medviewer.io.series import Series

    return Series(instances=volume.headers_at(folder))


def test_exact_duplicate_is_left_out_with_a_notice(tmp_path):
    make_series(tmp_path, 4)
    make_instance(tmp_path / "copy.dcm", k=2, SOPInstanceUID="1.2.3")
    stacks = volume.plans(series_of(tmp_path))
    assert [len(stack) for stack in stacks] == [4]
    assert any("duplicate" in line for line in stacks[0].warnings)


def test_same_position_other_pixels_is_a_stack_of_its_own(tmp_path):
    make_series(tmp_path, 4)
    make_instance(tmp_path / "other.dcm", k=2, SOPInstanceUID="1.2.3", pixels=ramp(8, 10, 77))
    stacks = volume.plans(series_of(tmp_path))
    assert sorted(len(stack) for stack in stacks) == [1, 4]


def test_diffusion_series_splits_by_b_value_and_loses_nothing(tmp_path):
    for b, value in enumerate((0.0, 500.0, 1000.0)):
        make_series(
            tmp_path / str(b), 4, Modality="MR", DiffusionBValue=value, AcquisitionTime="101500",
            vary=lambda k, b=b: {"SOPInstanceUID": f"1.2.{b}.{k}", "pixels": ramp(8, 10, 10 * b + k),
                                 "InstanceNumber": 3 * k + b + 1},
        )  # fmt: skip
    stacks = volume.plans(series_of(tmp_path))
    assert [len(stack) for stack in stacks] == [4, 4, 4]
    by_label = {stack.stacks[stack.stack]: stack for stack in stacks}
    assert set(by_label) == {"b-value 0", "b-value 500", "b-value 1000"}
    np.testing.assert_array_equal(by_label["b-value 500"].read_slice(3), ramp(8, 10, 13))


def test_trigger_times_that_number_slices_do_not_split(tmp_path):
    make_series(
        tmp_path, 5, Modality="MR", vary=lambda k: {"TriggerTime": 100.0 * k, "AcquisitionTime": f"1015{k:02d}"}
    )
    assert [len(stack) for stack in volume.plans(series_of(tmp_path))] == [5]


def test_localizer_of_other_orientation_is_apart(tmp_path):
    make_series(tmp_path, 4)
    make_instance(tmp_path / "x.dcm", k=9, ImageOrientationPatient=[1, 0, 0, 0, 0, -1], SOPInstanceUID="1.2.3")
    assert [len(stack) for stack in volume.plans(series_of(tmp_path))] == [4, 1]


def test_noise_in_orientation_does_not_split(tmp_path):
    make_series(tmp_path, 4, vary=lambda k: {"ImageOrientationPatient": [1, 0.00001 * k, 0, 0, 1, 0.00002 * k]})
    assert [len(stack) for stack in volume.plans(series_of(tmp_path))] == [4]
