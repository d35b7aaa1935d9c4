"""DICOM segmentations: back onto every kind of source unchanged, judged by dciodvfy, read by highdicom."""

from __future__ import annotations

from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from medviewer.core.geometry import Geometry
from medviewer.core.image import Image
from medviewer.core.labels import Label, of_array, resample_labels, same_grid
from medviewer.errors import Cancelled, DataError, GeometryMismatch, MedviewerError, UnreadableFile
from medviewer.io import volume
from medviewer.io.segmentation import read_segmentation, write_segmentation
from tests.helpers.dicom_factory import make_instance
from tests.helpers.dicom_results import COLUMNS, KINDS, ROWS, SLICES, errors_of, make_source, random_labels


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    made = {}

    def get(kind):
        if kind not in made:
            made[kind] = make_source(folder / kind.replace(" ", "_"), kind)
        return made[kind]

    return get


@pytest.mark.parametrize("kind", KINDS)
def test_back_onto_its_source(sources, tmp_path, kind):
    plan, image = sources(kind)
    labels = random_labels(image)
    write_segmentation(labels, plan.frames, tmp_path / "a.dcm", description="Läsion 病变")
    told: list[str] = []
    back = read_segmentation(tmp_path / "a.dcm", image, warnings=told)
    np.testing.assert_array_equal(back.array, labels.array)
    assert same_grid(back, image)
    assert not told
    assert [(x.value, x.name) for x in back.labels] == [(1, "Leber 肝"), (2, "ring"), (3, "")]
    assert back.labels[0].colour == "#c00000"


@pytest.mark.parametrize("kind", KINDS)
def test_no_errors_by_dciodvfy(sources, tmp_path, kind):
    plan, image = sources(kind)
    write_segmentation(random_labels(image), plan.frames, tmp_path / "a.dcm")
    assert errors_of(tmp_path / "a.dcm") == []


@pytest.mark.parametrize("kind", KINDS)
def test_its_own_grid_lies_where_the_source_lies(sources, tmp_path, kind):
    plan, image = sources(kind)
    labels = random_labels(image)
    write_segmentation(labels, plan.frames, tmp_path / "a.dcm")
    own = read_segmentation(tmp_path / "a.dcm")
    np.testing.assert_array_equal(resample_labels(own, image).array, labels.array)


@pytest.mark.parametrize("kind", ["axial", "oblique", "missing slice"])
def test_highdicom_reads_the_same(sources, tmp_path, kind):
    plan, image = sources(kind)
    labels = random_labels(image)
    write_segmentation(labels, plan.frames, tmp_path / "a.dcm")
    seg = highdicom.seg.segread(tmp_path / "a.dcm")
    uids = [pydicom.dcmread(frame.path, stop_before_pixels=True).SOPInstanceUID for frame in plan.frames]
    pixels = seg.get_pixels_by_source_instance(
        uids, combine_segments=False, ignore_spatial_locations=True, assert_missing_frames_are_empty=True
    )
    for n in (1, 2, 3):
        np.testing.assert_array_equal(pixels[..., n - 1], labels.array == n)
    assert seg.get_segment_description(1).segment_label == "Leber 肝"
    assert str(seg.PatientName) == "Tést^Jürgen"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    array=hnp.arrays(np.uint8, (SLICES, ROWS, COLUMNS), elements=st.sampled_from([0, 0, 1, 7, 255])),
    kind=st.sampled_from(["oblique", "reversed", "uneven"]),
)
def test_any_mask_comes_back(sources, tmp_path, array, kind):
    plan, image = sources(kind)
    if not array.any():
        return
    write_segmentation(of_array(array, image), plan.frames, tmp_path / "a.dcm")
    np.testing.assert_array_equal(read_segmentation(tmp_path / "a.dcm", image).array, array)


@pytest.mark.parametrize("kind", ["LABELMAP", "FRACTIONAL"])
def test_segmentations_by_highdicom(sources, tmp_path, kind):
    plan, image = sources("oblique")
    labels = random_labels(image, 2)
    tissue = highdicom.sr.CodedConcept("85756007", "SCT", "Tissue")
    described = [
        highdicom.seg.SegmentDescription(n, f"s{n}", tissue, tissue, highdicom.seg.SegmentAlgorithmTypeValues.MANUAL)
        for n in ((1, 2, 3) if kind == "LABELMAP" else (1,))
    ]
    pixels = labels.array if kind == "LABELMAP" else np.where(labels.array == 2, 0.75, 0.25).astype(np.float32)
    highdicom.seg.Segmentation(
        [pydicom.dcmread(frame.path) for frame in plan.frames], pixels, kind, described, highdicom.UID(), 1,
        highdicom.UID(), 1, "a", "b", "1", "1",
    ).save_as(tmp_path / "a.dcm")  # fmt: skip
    expected = labels.array if kind == "LABELMAP" else (labels.array == 2).astype(np.uint8)
    np.testing.assert_array_equal(read_segmentation(tmp_path / "a.dcm", image).array, expected)


def flipped(image, axis):
    g = image.geometry
    last = g.shape_zyx[axis] - 1
    index = [0.0, 0.0, 0.0]
    index[2 - axis] = last
    name = ("axis_z", "axis_y", "axis_x")[axis]
    geometry = replace(g, origin_mm=tuple(g.world(index)), **{name: tuple(-np.asarray(getattr(g, name)))})
    return replace(image, array=np.flip(image.array, axis), geometry=geometry)


@pytest.mark.parametrize("kind", ["axial", "oblique"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_masks_on_flipped_copies(sources, tmp_path, kind, axis):
    plan, image = sources(kind)
    turned = flipped(image, axis)
    labels = random_labels(turned)
    write_segmentation(labels, plan.frames, tmp_path / "a.dcm")
    np.testing.assert_array_equal(read_segmentation(tmp_path / "a.dcm", turned).array, labels.array)
    np.testing.assert_array_equal(read_segmentation(tmp_path / "a.dcm", image).array, np.flip(labels.array, axis))


def test_a_mask_on_a_crop_falls_into_place(sources, tmp_path):
    plan, image = sources("oblique")
    g = image.geometry
    geometry = replace(g, shape_zyx=(3, 4, 5), origin_mm=tuple(g.world((2, 3, 1))))
    labels = of_array(np.arange(60, dtype=np.uint8).reshape(3, 4, 5) % 4, Image(np.zeros((3, 4, 5)), geometry))
    write_segmentation(labels, plan.frames, tmp_path / "a.dcm")
    whole = np.zeros(g.shape_zyx, np.uint8)
    whole[1:4, 3:7, 2:7] = labels.array
    np.testing.assert_array_equal(read_segmentation(tmp_path / "a.dcm", image).array, whole)
    np.testing.assert_array_equal(read_segmentation(tmp_path / "a.dcm", labels).array, labels.array)


def test_a_mask_elsewhere_is_refused(sources, tmp_path):
    plan, image = sources("axial")
    labels = random_labels(image)
    moved = replace(labels, geometry=replace(labels.geometry, origin_mm=(0.0, 0.0, 0.0)))
    with pytest.raises(GeometryMismatch):
        write_segmentation(moved, plan.frames, tmp_path / "a.dcm")
    with pytest.raises(GeometryMismatch):
        write_segmentation(random_labels(sources("sagittal")[1]), plan.frames, tmp_path / "a.dcm")
    with pytest.raises(DataError, match="empty"):
        write_segmentation(labels.with_array(np.zeros_like(labels.array)), plan.frames, tmp_path / "a.dcm")
    assert not (tmp_path / "a.dcm").exists()


def test_onto_another_grid_stays_on_its_own(sources, tmp_path):
    plan, image = sources("axial")
    write_segmentation(random_labels(image), plan.frames, tmp_path / "a.dcm")
    other = sources("oblique")[1]
    assert not same_grid(read_segmentation(tmp_path / "a.dcm", other), other)


def test_source_that_is_no_dicom(tmp_path):
    (tmp_path / "a.nii").write_bytes(b"\x5c\x01\0\0" + b"\0" * 600)
    labels = of_array(np.ones((1, 2, 2), np.uint8), Image(np.zeros((1, 2, 2)), Geometry((1, 2, 2))))
    with pytest.raises(DataError, match="no DICOM"):
        write_segmentation(labels, [tmp_path / "a.nii"], tmp_path / "s.dcm")
    with pytest.raises(DataError):
        write_segmentation(labels, [], tmp_path / "s.dcm")


def test_source_without_a_position(tmp_path):
    path = make_instance(
        tmp_path / "x.dcm", Modality="CR", SOPClassUID="1.2.840.10008.5.1.4.1.1.1", ImagePositionPatient=None,
        ImageOrientationPatient=None, FrameOfReferenceUID=None, Rows=13, Columns=7, PatientOrientation=["L", "F"],
    )  # fmt: skip
    image = volume.load(path)
    labels = of_array(np.random.default_rng(0).integers(0, 2, (1, 13, 7)), image, (Label(1, "lung"),))
    write_segmentation(labels, [path], tmp_path / "s.dcm", algorithm="MANUAL")
    np.testing.assert_array_equal(read_segmentation(tmp_path / "s.dcm", image).array, labels.array)
    assert errors_of(tmp_path / "s.dcm") == []


def test_cancel_leaves_no_file(sources, tmp_path):
    plan, image = sources("axial")

    def check():
        raise Cancelled

    with pytest.raises(Cancelled):
        write_segmentation(random_labels(image), plan.frames, tmp_path / "a.dcm", check=check)
    assert not (tmp_path / "a.dcm").exists()


def reads_or_tells(path, image):
    try:
        read_segmentation(path, image)
    except MedviewerError as error:
        return error.message.endswith(".")
    return True


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_files_give_a_sentence(sources, tmp_path):
    plan, image = sources("axial")
    write_segmentation(random_labels(image), plan.frames, tmp_path / "a.dcm")
    data = (tmp_path / "a.dcm").read_bytes()
    rng = np.random.default_rng(3)
    for size in (0, 100, 400, 1500, len(data) // 2, len(data) - 40):
        (tmp_path / "b.dcm").write_bytes(data[:size])
        assert reads_or_tells(tmp_path / "b.dcm", image)
    for _ in range(20):
        broken = bytearray(data)
        for at in rng.integers(200, len(data), 8):
            broken[at] = rng.integers(256)
        (tmp_path / "b.dcm").write_bytes(broken)
        assert reads_or_tells(tmp_path / "b.dcm", image)


# --- real files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["liver.dcm", "liver_deflate.dcm", "liver_expb.dcm", "liver_j2k.dcm", "liver_rle.dcm"]
)
def test_one_segmentation_in_every_transfer_syntax(shared_data, name):
    folder = shared_data / "dicom" / "zoo" / "seg"
    plan = volume.plan(volume.series_at(folder / "liver_source_ct"))
    image = plan.image(plan.allocate())
    expected = highdicom.seg.segread(folder / "liver.dcm")
    uids = [pydicom.dcmread(frame.path, stop_before_pixels=True).SOPInstanceUID for frame in plan.frames]
    pixels = expected.get_pixels_by_source_instance(uids, ignore_spatial_locations=True)[..., 0]
    labels = read_segmentation(folder / name, image)
    assert same_grid(labels, image)
    np.testing.assert_array_equal(labels.array, pixels)
    assert labels.labels[0].name == "Liver"


def test_fractional_overlapping_and_others(shared_data):
    folder = shared_data / "dicom" / "zoo" / "seg"
    told: list[str] = []
    overlap = read_segmentation(folder / "seg_image_ct_binary_overlap.dcm", warnings=told)
    seg = highdicom.seg.segread(folder / "seg_image_ct_binary_overlap.dcm")
    volume_ = seg.get_volume(combine_segments=False).array
    assert (overlap.array == 2).sum() == volume_[..., 1].sum()
    assert (overlap.array != 0).sum() == volume_.any(axis=-1).sum()
    assert any("overlap" in line for line in told)
    fractional = read_segmentation(folder / "seg_image_ct_true_fractional.dcm")
    values = highdicom.seg.segread(folder / "seg_image_ct_true_fractional.dcm").get_volume().array
    assert (fractional.array != 0).sum() == (values >= 0.5).sum()
    with pytest.raises(UnreadableFile, match="slide"):
        read_segmentation(folder / "seg_image_sm_dots.dcm")
    with pytest.raises(UnreadableFile, match="no DICOM segmentation"):
        read_segmentation(folder / "liver_source_ct" / "01.dcm")


def test_real_ct_and_enhanced_multi_frame(shared_data, tmp_path):
    for name in ("zoo/seg/liver_source_ct", "zoo/enhanced/eCT_Supplemental.dcm"):
        series = volume.series_at(shared_data / "dicom" / name)
        plan = volume.plan(series)
        image = plan.image(plan.allocate())
        array = np.zeros(image.geometry.shape_zyx, np.uint8)
        array[:, 100:200, 150:300] = 5
        array[-1, 120:130, 160:170] = 9
        write_segmentation(of_array(array, image), plan.frames, tmp_path / "a.dcm")
        np.testing.assert_array_equal(read_segmentation(tmp_path / "a.dcm", image).array, array)
        assert errors_of(tmp_path / "a.dcm") == []
