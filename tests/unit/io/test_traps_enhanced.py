"""Multi-frame objects: functional groups, random frame order, stacks, times, segments, NM vectors, dose grids."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from medviewer.core.display import Appearance, DisplayTable
from medviewer.io import volume
from medviewer.io.probe import probe
from medviewer.io.volume_plan import VolumePlan
from tests.helpers.dicom_factory import ExplicitVRBigEndian, ImplicitVRLittleEndian, make_instance

ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
ENHANCED_PET = "1.2.840.10008.5.1.4.1.1.130"
SEG = "1.2.840.10008.5.1.4.1.1.66.4"
LABELMAP = "1.2.840.10008.5.1.4.1.1.66.7"
NM = "1.2.840.10008.5.1.4.1.1.20"
DOSE = "1.2.840.10008.5.1.4.1.1.481.2"
AXIAL = [1.0, 0, 0, 0, 1, 0]
CORONAL = [1.0, 0, 0, 0, 0, -1]
RNG = np.random.default_rng(5)


def item(**values: Any) -> Dataset:
    ds = Dataset()
    for keyword, value in values.items():
        if value is not None:
            setattr(ds, keyword, value)
    return ds


def group(**macros: dict[str, Any] | None) -> Dataset:
    """A functional group of one-item macros."""
    ds = Dataset()
    for keyword, values in macros.items():
        if values is not None:
            setattr(ds, keyword, Sequence([item(**values)]))
    return ds


def enhanced(path: Any, pixels: NDArray[Any], shared: Dataset, per_frame: list[Dataset], **keywords: Any) -> Any:
    fields: dict[str, Any] = {
        "SOPClassUID": ENHANCED_CT,
        "Modality": "CT",
        "pixels": pixels,
        "RescaleSlope": None,
        "RescaleIntercept": None,
        "ImagePositionPatient": None,
        "ImageOrientationPatient": None,
        "PixelSpacing": None,
        "SliceThickness": None,
        "SharedFunctionalGroupsSequence": Sequence([shared]),
        "PerFrameFunctionalGroupsSequence": Sequence(per_frame),
    }
    return make_instance(path, **(fields | keywords))


def loaded(path: Any, stack: int = 0) -> tuple[VolumePlan, Any]:
    plan = volume.plan(volume.series_at(path), stack=stack)
    array = plan.allocate()
    plan.read_into(array)
    return plan, plan.image(array)


MEASURES = {"PixelSpacing": [0.5, 0.75], "SliceThickness": 3.0, "SpacingBetweenSlices": 99.0}  # the last one lies


@pytest.mark.parametrize(
    "syntax", ["1.2.840.10008.1.2.1", ImplicitVRLittleEndian, ExplicitVRBigEndian, "1.2.840.10008.1.2.5"]
)
@pytest.mark.parametrize("where", ["shared", "per_frame"])
def test_frames_in_random_order_with_groups_of_their_own(tmp_path, syntax, where):
    n = 9
    pixels = RNG.integers(0, 3000, (n, 6, 7)).astype(np.uint16)
    order = RNG.permutation(n)  # frame f lies at z = 2.5 order[f]
    slopes = [1.0] * n if where == "shared" else [0.5 + f for f in range(n)]
    centers = [40.0] * n if where == "shared" else [10.0 * f for f in range(n)]

    def values(f: int) -> dict[str, dict[str, Any]]:
        return {
            "PixelValueTransformationSequence": {
                "RescaleSlope": slopes[f],
                "RescaleIntercept": -1024,
                "RescaleType": "HU",
            },
            "FrameVOILUTSequence": {"WindowCenter": centers[f], "WindowWidth": 300},
            "PlaneOrientationSequence": {"ImageOrientationPatient": CORONAL},
            "PixelMeasuresSequence": MEASURES,
        }

    shared = group(**values(0)) if where == "shared" else Dataset()
    per_frame = [
        group(
            PlanePositionSequence={"ImagePositionPatient": [1.0, 2.5 * order[f], 3.0]},
            FrameContentSequence={
                "DimensionIndexValues": [1, int(order[f]) + 1],
                "StackID": "1",
                "InStackPositionNumber": int(order[f]) + 1,
            },
            **(values(f) if where == "per_frame" else {}),
        )
        for f in range(n)
    ]
    path = enhanced(tmp_path / "a.dcm", pixels, shared, per_frame, transfer_syntax=syntax)
    plan, image = loaded(path)
    assert plan.facts.spacing_source == "patient"
    assert plan.geometry.spacing_xyz_mm == (0.75, 0.5, 2.5)
    assert plan.unit == "HU"
    assert plan.facts.not_reconstructable == ""
    for k in range(n):
        x, y, z = image.geometry.world((0, 0, k))
        f = int(np.flatnonzero(2.5 * order == round(y, 3))[0])
        assert (x, z) == (1.0, 3.0)
        np.testing.assert_array_equal(image.array[k], pixels[f])
        np.testing.assert_allclose(image.modality_slice(k), pixels[f] * slopes[f] - 1024, rtol=1e-6, atol=1e-3)
        assert plan.voi(k).windows[0].center == centers[f]
    # The normal of a coronal plane (x right to left, y head to foot) points to the back.
    assert image.geometry.normal[1] == pytest.approx(1.0)


def test_root_values_are_the_last_resort(tmp_path):
    pixels = RNG.integers(0, 100, (3, 4, 5)).astype(np.uint16)
    per_frame = [group(PlanePositionSequence={"ImagePositionPatient": [0, 0, f]}) for f in range(3)]
    path = enhanced(
        tmp_path / "a.dcm",
        pixels,
        Dataset(),
        per_frame,
        RescaleSlope=3,
        RescaleIntercept=-5,
        PixelSpacing=[2, 1],
        ImageOrientationPatient=AXIAL,
        WindowCenter=7,
        WindowWidth=9,
    )
    plan, image = loaded(path)
    np.testing.assert_allclose(image.modality_slice(1), pixels[1] * 3.0 - 5)
    assert plan.geometry.spacing_xyz_mm == (1, 2, 1)
    assert plan.voi(1).windows[0].center == 7


def test_per_frame_overrides_shared(tmp_path):
    pixels = np.full((3, 4, 5), 10, np.uint16)
    shared = group(
        PixelValueTransformationSequence={"RescaleSlope": 1, "RescaleIntercept": 0, "RescaleType": "HU"},
        PlaneOrientationSequence={"ImageOrientationPatient": AXIAL},
        PixelMeasuresSequence=MEASURES,
    )
    per_frame = [
        group(
            PlanePositionSequence={"ImagePositionPatient": [0, 0, f]},
            PixelValueTransformationSequence={"RescaleSlope": 4, "RescaleIntercept": 0, "RescaleType": "HU"}
            if f == 1
            else None,
        )
        for f in range(3)
    ]
    image = loaded(enhanced(tmp_path / "a.dcm", pixels, shared, per_frame))[1]
    assert [float(image.modality_slice(k).max()) for k in range(3)] == [10, 40, 10]


def test_enhanced_pet_with_a_slope_for_every_frame(tmp_path):
    pixels = RNG.integers(0, 30000, (5, 4, 5)).astype(np.uint16)
    slopes = [3.3e-8, 7.5e-9, 1.25, 600.0, 0.01]
    shared = group(PlaneOrientationSequence={"ImageOrientationPatient": AXIAL}, PixelMeasuresSequence=MEASURES)
    per_frame = [
        group(
            PlanePositionSequence={"ImagePositionPatient": [0, 0, -3.0 * f]},
            PixelValueTransformationSequence={
                "RescaleSlope": slopes[f],
                "RescaleIntercept": 0,
                "RescaleType": "BQML",
            },
        )
        for f in range(5)
    ]
    path = enhanced(
        tmp_path / "a.dcm", pixels, shared, per_frame, SOPClassUID=ENHANCED_PET, Modality="PT", Units="BQML"
    )
    image = loaded(path)[1]
    for k in range(5):  # positions fall with the frame number
        np.testing.assert_allclose(image.modality_slice(k), pixels[4 - k] * slopes[4 - k], rtol=1e-6)
    assert probe(path)["modality"]["max"] == pytest.approx((pixels.max(axis=(1, 2)) * slopes).max(), rel=1e-6)


def test_frames_of_different_pixel_size_are_never_one_volume(tmp_path):
    pixels = RNG.integers(0, 100, (6, 4, 5)).astype(np.uint16)
    shared = group(PlaneOrientationSequence={"ImageOrientationPatient": AXIAL})
    per_frame = [
        group(
            PlanePositionSequence={"ImagePositionPatient": [0, 0, f]},
            PixelMeasuresSequence={"PixelSpacing": [0.5, 0.5] if f < 3 else [1.0, 1.0], "SliceThickness": 1},
        )
        for f in range(6)
    ]
    plans = volume.plans(volume.series_at(enhanced(tmp_path / "a.dcm", pixels, shared, per_frame)))
    assert sorted((p.geometry.spacing_xyz_mm[0], len(p)) for p in plans) == [(0.5, 3), (1.0, 3)]


def test_noise_in_spacing_and_orientation_of_frames_splits_nothing(tmp_path):
    pixels = RNG.integers(0, 100, (8, 4, 5)).astype(np.uint16)
    per_frame = [
        group(
            PlanePositionSequence={"ImagePositionPatient": [0, 0, float(f)]},
            PlaneOrientationSequence={"ImageOrientationPatient": [1, 1e-6 * f, 0, -1e-6 * f, 1, 2e-7]},
            PixelMeasuresSequence={"PixelSpacing": [0.5 + 1e-6 * f, 0.5], "SliceThickness": 1},
        )
        for f in range(8)
    ]
    plans = volume.plans(volume.series_at(enhanced(tmp_path / "a.dcm", pixels, Dataset(), per_frame)))
    assert [len(p) for p in plans] == [8]


@pytest.mark.parametrize("by", ["TemporalPositionIndex", "StackID", "dimension only", "b-value", "echo", "trigger"])
def test_repeated_places_become_stacks_and_none_is_lost(tmp_path, by):
    n, times = 4, 3
    pixels = RNG.integers(0, 100, (n * times, 4, 5)).astype(np.uint16)
    where = [(f, t) for t in range(times) for f in range(n)]
    RNG.shuffle(where)
    shared = group(PlaneOrientationSequence={"ImageOrientationPatient": AXIAL}, PixelMeasuresSequence=MEASURES)
    per_frame = []
    for f, t in where:
        content: dict[str, Any] = {"DimensionIndexValues": [t + 1, f + 1]}
        if by == "TemporalPositionIndex":
            content["TemporalPositionIndex"] = t + 1
        if by == "StackID":
            content["StackID"] = str(t + 1)
        per_frame.append(
            group(
                PlanePositionSequence={"ImagePositionPatient": [0, 0, 2.0 * f]},
                FrameContentSequence=content,
                MRDiffusionSequence={"DiffusionBValue": [0.0, 500.0, 1000.0][t]} if by == "b-value" else None,
                MREchoSequence={"EffectiveEchoTime": 10.0 * (t + 1)} if by == "echo" else None,
                CardiacSynchronizationSequence={"NominalCardiacTriggerDelayTime": 100.0 * t}
                if by == "trigger"
                else None,
            )
        )
    path = enhanced(tmp_path / "a.dcm", pixels, shared, per_frame, SOPClassUID=ENHANCED_MR, Modality="MR")
    plans = volume.plans(volume.series_at(path))
    assert [len(p) for p in plans] == [n] * times
    seen = set()
    for plan in plans:
        array = plan.allocate()
        plan.read_into(array)
        chosen = [frame.frame for frame in plan.frames]
        assert len({where[f][1] for f in chosen}) == 1
        assert [where[f][0] for f in chosen] == list(range(n))
        np.testing.assert_array_equal(array, pixels[chosen])
        seen |= set(chosen)
    assert len(seen) == n * times


def test_stacks_of_two_orientations(tmp_path):
    pixels = RNG.integers(0, 100, (7, 4, 5)).astype(np.uint16)
    shared = group(PixelMeasuresSequence=MEASURES)
    per_frame = [
        group(
            PlanePositionSequence={"ImagePositionPatient": [0, 0, f] if f < 4 else [0, f, 0]},
            PlaneOrientationSequence={"ImageOrientationPatient": AXIAL if f < 4 else CORONAL},
            FrameContentSequence={"StackID": "1" if f < 4 else "2"},
        )
        for f in range(7)
    ]
    path = enhanced(tmp_path / "a.dcm", pixels, shared, per_frame)
    assert probe(path)["stacks"] == [4, 3]
    assert loaded(path, 1)[1].geometry.normal[1] == pytest.approx(1.0)


def test_frames_of_one_plane_at_two_stations_are_apart(tmp_path):
    pixels = RNG.integers(0, 100, (6, 4, 5)).astype(np.uint16)
    shared = group(PlaneOrientationSequence={"ImageOrientationPatient": AXIAL}, PixelMeasuresSequence=MEASURES)
    per_frame = [group(PlanePositionSequence={"ImagePositionPatient": [90.0 * (f % 2), 0, 7]}) for f in range(6)]
    plans = volume.plans(volume.series_at(enhanced(tmp_path / "a.dcm", pixels, shared, per_frame)))
    assert [(len(p), p.geometry.origin_mm[0]) for p in plans] == [(3, 0.0), (3, 90.0)]
    assert [f.frame for f in plans[1].frames] == [1, 3, 5]


def test_window_table_of_a_frame(tmp_path):
    pixels = np.arange(60, dtype=np.uint16).reshape(3, 4, 5)
    shared = group(PlaneOrientationSequence={"ImageOrientationPatient": AXIAL}, PixelMeasuresSequence=MEASURES)
    per_frame = []
    for f in range(3):
        lut = Dataset()
        lut.add_new(0x00283002, "US", [64, 0, 8])
        lut.add_new(0x00283006, "US", [(f + 1) * v for v in range(64)])
        voi = Dataset()
        voi.VOILUTSequence = Sequence([lut])
        one = group(PlanePositionSequence={"ImagePositionPatient": [0, 0, f]})
        one.FrameVOILUTSequence = Sequence([voi])
        per_frame.append(one)
    plan, image = loaded(enhanced(tmp_path / "a.dcm", pixels, shared, per_frame))
    for k in range(3):
        table = DisplayTable.build(image, plan.voi(k), Appearance(), k)
        np.testing.assert_array_equal(table.grey(image.array[k]), pixels[k] * (k + 1))


def test_compressed_frames_in_random_order(tmp_path):
    pixels = RNG.integers(0, 60000, (5, 8, 9)).astype(np.uint16)
    order = [3, 0, 4, 2, 1]
    shared = group(PlaneOrientationSequence={"ImageOrientationPatient": AXIAL}, PixelMeasuresSequence=MEASURES)
    per_frame = [group(PlanePositionSequence={"ImagePositionPatient": [0, 0, z]}) for z in order]
    path = enhanced(tmp_path / "a.dcm", pixels, shared, per_frame, transfer_syntax="1.2.840.10008.1.2.5")
    np.testing.assert_array_equal(loaded(path)[1].array, pixels[np.argsort(order)])


# --- row 27: segmentations


def segmentation(path: Any, frames: list[tuple[int, list[float]]], bits: NDArray[np.uint8], **keywords: Any) -> Any:
    """`frames` are (segment, position) of each plane of `bits`."""
    binary = keywords.get("SegmentationType", "BINARY") == "BINARY"
    extra: dict[str, Any] = {}
    if binary:
        packed = np.packbits(bits.reshape(-1), bitorder="little").tobytes()
        extra = {
            "BitsAllocated": 1,
            "BitsStored": 1,
            "HighBit": 0,
            "SamplesPerPixel": 1,
            "PixelData": packed + b"\0" * (len(packed) % 2),
        }
    orientation = keywords.pop("orientation", AXIAL)
    shared = group(
        PlaneOrientationSequence={"ImageOrientationPatient": orientation},
        PixelMeasuresSequence={"PixelSpacing": [1.0, 2.0], "SliceThickness": 3.0},
    )
    per_frame = [
        group(
            PlanePositionSequence={"ImagePositionPatient": position},
            SegmentIdentificationSequence={"ReferencedSegmentNumber": segment} if segment else None,
        )
        for segment, position in frames
    ]
    fields = {"SOPClassUID": SEG, "Modality": "SEG", "SegmentationType": "BINARY"} | extra | keywords
    return enhanced(path, bits, shared, per_frame, **fields)


@pytest.mark.parametrize("columns", [3, 5, 8, 13])
@pytest.mark.parametrize("flip", [1, -1])
@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"])
def test_segments_of_any_width_direction_and_with_frames_left_out(tmp_path, columns, flip, syntax):
    bits = RNG.integers(0, 2, (7, 3, columns), dtype=np.uint8)
    places = [(1, 9.0), (1, 3.0), (2, 3.0), (1, 0.0), (2, 9.0), (2, 6.0), (1, 12.0)]  # 1 lacks 6, 2 lacks 0 and 12
    orientation = AXIAL if flip == 1 else [1.0, 0, 0, 0, -1.0, 0]  # the normal points to the feet
    path = segmentation(
        tmp_path / "a.dcm",
        [(s, [1.0, 2.0, z]) for s, z in places],
        bits,
        orientation=orientation,
        transfer_syntax=syntax,
    )
    plans = volume.plans(volume.series_at(path))
    assert sorted(len(p) for p in plans) == [3, 4]
    for plan in plans:
        array = plan.allocate()
        plan.read_into(array)
        image = plan.image(array)
        segment = 1 if len(plan) == 4 else 2
        for k, frame in enumerate(plan.frames):
            assert places[frame.frame][0] == segment
            np.testing.assert_array_equal(array[k], bits[frame.frame])
        offsets = image.slice_positions_mm or tuple(3.0 * k for k in range(len(plan)))
        found = [2 * 0 + image.geometry.origin_mm[2] + image.geometry.normal[2] * offset for offset in offsets]
        np.testing.assert_allclose(found, [places[frame.frame][1] for frame in plan.frames], atol=1e-6)


def test_fractional_segments(tmp_path):
    values = RNG.integers(0, 256, (3, 4, 5), dtype=np.uint8)
    path = segmentation(
        tmp_path / "a.dcm",
        [(1, [0, 0, z]) for z in (2.0, 0.0, 1.0)],
        values,
        SegmentationType="FRACTIONAL",
        SegmentationFractionalType="PROBABILITY",
        MaximumFractionalValue=255,
    )
    np.testing.assert_array_equal(loaded(path)[1].array, values[[1, 2, 0]])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_label_maps(tmp_path, dtype):
    values = RNG.integers(0, np.iinfo(dtype).max, (3, 4, 5)).astype(dtype)
    path = segmentation(
        tmp_path / "a.dcm",
        [(0, [0, 0, z]) for z in (2.0, 0.0, 1.0)],
        values,
        SegmentationType="LABELMAP",
        SOPClassUID=LABELMAP,
    )
    np.testing.assert_array_equal(loaded(path)[1].array, values[[1, 2, 0]])


# --- nuclear medicine and dose


def nm(path: Any, pixels: NDArray[Any], **keywords: Any) -> Any:
    detector = item(ImagePositionPatient=[1.0, 2.0, 30.0], ImageOrientationPatient=AXIAL)
    fields: dict[str, Any] = {
        "SOPClassUID": NM,
        "Modality": "NM",
        "pixels": pixels,
        "RescaleSlope": None,
        "RescaleIntercept": None,
        "ImagePositionPatient": None,
        "ImageOrientationPatient": None,
        "SliceThickness": 4.0,
        "DetectorInformationSequence": Sequence([detector]),
        "ImageType": ["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"],
    }
    return make_instance(path, **(fields | keywords))


@pytest.mark.parametrize("spacing", [4.0, -4.0])
def test_reconstructed_tomo_counts_along_the_sign_of_its_spacing(tmp_path, spacing):
    """SpacingBetweenSlices of NM may be negative: the slices then run against the normal (PS3.3 C.8.4.15)."""
    pixels = RNG.integers(0, 100, (5, 4, 5)).astype(np.uint16)
    path = nm(tmp_path / "a.dcm", pixels, SpacingBetweenSlices=spacing, NumberOfSlices=5, SliceVector=[1, 2, 3, 4, 5])
    image = loaded(path)[1]
    for k in range(5):
        f = int(np.argmax([np.array_equal(image.array[k], frame) for frame in pixels]))
        assert image.geometry.world((0, 0, k))[2] == pytest.approx(30 + spacing * f)


def test_gated_tomo_has_one_stack_for_every_time_slot(tmp_path):
    pixels = RNG.integers(0, 100, (12, 4, 5)).astype(np.uint16)
    slots, slices = np.divmod(np.arange(12), 4)
    path = nm(
        tmp_path / "a.dcm",
        pixels,
        ImageType=["ORIGINAL", "PRIMARY", "RECON GATED TOMO", "EMISSION"],
        SpacingBetweenSlices=4.0,
        NumberOfSlices=4,
        NumberOfTimeSlots=3,
        TimeSlotVector=(slots + 1).tolist(),
        SliceVector=(slices + 1).tolist(),
        FrameIncrementPointer=[0x00540070, 0x00540080],
    )
    plans = volume.plans(volume.series_at(path))
    assert [len(p) for p in plans] == [4, 4, 4]
    for slot, plan in enumerate(plans):
        assert [frame.frame for frame in plan.frames] == list(range(4 * slot, 4 * slot + 4))
        assert plan.geometry.spacing_xyz_mm[2] == pytest.approx(4.0)


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize("falling", [False, True])
def test_dose_grid(tmp_path, absolute, falling):
    pixels = RNG.integers(0, 1 << 31, (4, 3, 5)).astype(np.uint32)
    offsets = np.array([0.0, 2.5, 5.0, 7.5]) * (-1 if falling else 1)
    path = make_instance(
        tmp_path / "a.dcm",
        SOPClassUID=DOSE,
        Modality="RTDOSE",
        pixels=pixels,
        RescaleSlope=None,
        RescaleIntercept=None,
        ImagePositionPatient=[1.0, 2.0, -50.0],
        DoseUnits="GY",
        DoseGridScaling=1e-8,
        GridFrameOffsetVector=(offsets - 50.0 if absolute else offsets).tolist(),
        FrameIncrementPointer=0x3004000C,
    )
    plan, image = loaded(path)
    assert plan.unit == "Gy"
    for k in range(4):
        f = 3 - k if falling else k
        np.testing.assert_array_equal(image.array[k], pixels[f])
        np.testing.assert_allclose(image.modality_slice(k), pixels[f] * 1e-8, rtol=1e-6)
        np.testing.assert_allclose(image.geometry.world((0, 0, k)), [1, 2, -50 + offsets[f]], atol=1e-6)
