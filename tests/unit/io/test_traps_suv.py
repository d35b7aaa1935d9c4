"""Row 25: SUV from whole files, against the QIBA pseudocode written out for every case."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from medviewer.io import volume
from tests.helpers.dicom_factory import make_instance, make_series

PET = "1.2.840.10008.5.1.4.1.1.128"
HALF_LIFE = 6586.2
DOSE = 3.7e8
WEIGHT = 75.0


def pet(folder: Any, drug: dict[str, Any] | None = None, vary: Any = None, **keywords: Any) -> Any:
    """Three slices; returns the SUV scale that the plan offers."""
    medicine = Dataset()
    for keyword, value in (
        {
            "RadionuclideTotalDose": DOSE,
            "RadionuclideHalfLife": HALF_LIFE,
            "RadiopharmaceuticalStartTime": "120000",
            "RadiopharmaceuticalStartDateTime": "20240131120000",
        }
        | (drug or {})
    ).items():
        if value is not None:
            setattr(medicine, keyword, value)
    fields: dict[str, Any] = {
        "SOPClassUID": PET,
        "Modality": "PT",
        "Units": "BQML",
        "CorrectedImage": ["DECY", "ATTN", "SCAT"],
        "DecayCorrection": "START",
        "PatientWeight": WEIGHT,
        "SeriesDate": "20240131",
        "SeriesTime": "130000",
        "AcquisitionDate": "20240131",
        "AcquisitionTime": "130000",
        "FrameReferenceTime": 0.0,
        "ActualFrameDuration": 120000,
        "RescaleSlope": 2.5,
        "RescaleIntercept": 0,
        "RadiopharmaceuticalInformationSequence": Sequence([medicine]),
    }
    make_series(folder, 3, vary=vary, **(fields | keywords))
    plan = volume.plan(volume.series_at(folder))
    (scale,) = plan.scales
    return scale


def expected(seconds: float, dose: float = DOSE, weight: float = WEIGHT) -> float:
    return weight * 1000 / (dose * math.exp(-math.log(2) * seconds / HALF_LIFE))


def test_decay_from_injection_to_the_start_of_the_series(tmp_path):
    scale = pet(tmp_path)
    assert scale.slope == pytest.approx(expected(3600))
    assert scale.unit == "g/ml{SUVbw}"


def test_beds_acquired_later_use_the_time_of_the_series(tmp_path):
    scale = pet(tmp_path, vary=lambda k: {"AcquisitionTime": f"13{10 * k + 1:02d}00"})
    assert scale.slope == pytest.approx(expected(3600))


def test_values_corrected_to_administration_decay_no_further(tmp_path):
    assert pet(tmp_path, DecayCorrection="ADMIN").slope == pytest.approx(expected(0))


def test_injected_before_midnight_with_times_of_day_only(tmp_path):
    scale = pet(
        tmp_path,
        {"RadiopharmaceuticalStartTime": "233000", "RadiopharmaceuticalStartDateTime": None},
        SeriesDate="20240201",
        SeriesTime="003000",
        AcquisitionDate="20240201",
        AcquisitionTime="003000",
    )
    assert scale.slope == pytest.approx(expected(3600))


def test_injected_before_midnight_with_dates(tmp_path):
    scale = pet(
        tmp_path,
        {"RadiopharmaceuticalStartDateTime": "20240131233000"},
        SeriesDate="20240201",
        SeriesTime="003000",
        AcquisitionDate="20240201",
        AcquisitionTime="003000",
    )
    assert scale.slope == pytest.approx(expected(3600))


@pytest.mark.parametrize(
    ("start", "zone"),
    [
        ("20240131120000-0500", "-0500"),
        ("20240131170000+0000", "-0500"),
        ("20240131120000-0500", None),
        ("20240131143000.00+0530", "+0300"),
        ("20240131120000+0100", "+0100"),
    ],
)
def test_time_zones(tmp_path, start, zone):
    """12:00 of the scanner's clock, whichever way it is written (Weasis#635)."""
    scale = pet(tmp_path, {"RadiopharmaceuticalStartDateTime": start}, TimezoneOffsetFromUTC=zone)
    if start.startswith("20240131143000"):  # 14:30+05:30 is 12:00+03:00
        assert scale.slope == pytest.approx(expected(3600))
    assert scale.slope == pytest.approx(expected(3600))


def test_acquisition_datetime_only(tmp_path):
    """cs3#2546: neither SeriesTime nor AcquisitionTime."""
    scale = pet(
        tmp_path,
        SeriesDate=None,
        SeriesTime=None,
        AcquisitionDate=None,
        AcquisitionTime=None,
        AcquisitionDateTime="20240131131500",
        FrameReferenceTime=900000.0 + 60000,
        ActualFrameDuration=120000,
    )
    # The scan began 15 minutes before this frame; its average is close to the middle of two minutes.
    middle = (
        HALF_LIFE
        / math.log(2)
        * math.log((math.log(2) / HALF_LIFE * 120) / (1 - math.exp(-math.log(2) / HALF_LIFE * 120)))
    )
    assert scale.slope == pytest.approx(expected(3600 + 900 - 960 + middle))


def test_series_dated_after_the_acquisition_uses_the_frame_reference(tmp_path):
    """A reconstruction of its own date (OHIF#3805, dcm2niix#983)."""
    scale = pet(
        tmp_path,
        SeriesTime="170000",
        vary=lambda k: {
            "AcquisitionTime": f"13{5 * k:02d}00",
            "FrameReferenceTime": 1000.0 * (300 * k + 60),
        },
    )
    middle = (
        HALF_LIFE
        / math.log(2)
        * math.log((math.log(2) / HALF_LIFE * 120) / (1 - math.exp(-math.log(2) / HALF_LIFE * 120)))
    )
    assert scale.slope == pytest.approx(expected(3600 - 60 + middle), rel=1e-6)


def test_ge_states_the_start_of_the_scan(tmp_path):
    def vary(_k: int) -> dict[str, Any]:
        return {}

    from tests.helpers.dicom_factory import make_dataset, make_instance

    for k in range(3):
        drug = Dataset()
        drug.RadionuclideTotalDose, drug.RadionuclideHalfLife = DOSE, HALF_LIFE
        drug.RadiopharmaceuticalStartDateTime = "20240131120000"
        ds = make_dataset(
            k=k,
            SOPClassUID=PET,
            Modality="PT",
            Units="BQML",
            CorrectedImage=["DECY", "ATTN"],
            DecayCorrection="START",
            PatientWeight=WEIGHT,
            SeriesDate="20240131",
            SeriesTime="180000",
            AcquisitionDate="20240131",
            AcquisitionTime="131000",
            RadiopharmaceuticalInformationSequence=Sequence([drug]),
            **vary(k),
        )
        ds.add_new(0x00090010, "LO", "GEMS_PETD_01")
        ds.add_new(0x0009100D, "DT", "20240131130500.00")
        make_instance(tmp_path / f"{k}", dataset=ds)
    (scale,) = volume.plan(volume.series_at(tmp_path)).scales
    assert scale.slope == pytest.approx(expected(3900))


@pytest.mark.parametrize("private", ["suv", "activity"])
def test_philips_counts(tmp_path, private):
    from tests.helpers.dicom_factory import make_dataset, make_instance

    for k in range(3):
        drug = Dataset()
        drug.RadionuclideTotalDose, drug.RadionuclideHalfLife = DOSE, HALF_LIFE
        drug.RadiopharmaceuticalStartTime = "120000"
        ds = make_dataset(
            k=k,
            SOPClassUID=PET,
            Modality="PT",
            Units="CNTS",
            CorrectedImage=["DECY", "ATTN"],
            DecayCorrection="START",
            PatientWeight=WEIGHT,
            SeriesDate="20240131",
            SeriesTime="130000",
            AcquisitionDate="20240131",
            AcquisitionTime="130000",
            RadiopharmaceuticalInformationSequence=Sequence([drug]),
        )
        ds.add_new(0x70530010, "LO", "Philips PET Private Group")
        if private == "suv":
            ds.add_new(0x70531000, "DS", "0.000321")
        ds.add_new(0x70531009, "DS", "1.75")
        make_instance(tmp_path / f"{k}", dataset=ds)
    (scale,) = volume.plan(volume.series_at(tmp_path)).scales
    assert scale.slope == pytest.approx(0.000321 if private == "suv" else 1.75 * expected(3600))


@pytest.mark.parametrize(
    ("change", "drug", "words"),
    [
        ({"PatientWeight": None}, {}, "weight"),
        ({"PatientWeight": 0}, {}, "weight"),
        ({}, {"RadionuclideTotalDose": None}, "dose"),
        ({}, {"RadionuclideTotalDose": 370.0}, "MBq"),
        ({}, {"RadionuclideHalfLife": None}, "half-life"),
        ({}, {"RadiopharmaceuticalStartTime": None, "RadiopharmaceuticalStartDateTime": None}, "administration"),
        ({"CorrectedImage": ["DECY"]}, {}, "attenuation"),
        ({"CorrectedImage": ["ATTN"]}, {}, "decay"),
        ({"DecayCorrection": "NONE"}, {}, "decay"),
        ({"Units": "CNTS"}, {}, "counts"),
        ({}, {"RadiopharmaceuticalStartDateTime": "20240131140000"}, "after the scan"),
    ],
)
def test_what_is_missing_leaves_activity_and_says_why(tmp_path, change, drug, words):
    scale = pet(tmp_path, drug, **change)
    assert scale.slope is None
    assert words in scale.reason
    plan = volume.plan(volume.series_at(tmp_path))
    array = plan.allocate()
    plan.read_into(array)  # shown all the same, in its own unit
    assert np.isfinite(plan.image(array).modality_slice(0)).all()
    assert plan.unit == ("counts" if change.get("Units") == "CNTS" else "BQML")


def test_values_that_are_suv_already(tmp_path):
    scale = pet(tmp_path, Units="GML")
    assert scale.slope == 1.0


# --- enhanced objects (PS3.3 C.8.22)


def enhanced_pet(
    path: Any, *, unit: str = "Bq/ml", mapped: float = 1.0, drug: dict[str, Any] | None = None, **keywords: Any
) -> Any:
    """Three frames with a slope each; real world values are `mapped` times the rescaled ones."""
    slopes = (2.0, 0.5, 1.25)
    medicine = Dataset()
    for keyword, value in (
        {
            "RadionuclideTotalDose": DOSE,
            "RadionuclideHalfLife": HALF_LIFE,
            "RadiopharmaceuticalStartDateTime": "20240131120000.00",
        }
        | (drug or {})
    ).items():
        setattr(medicine, keyword, value)

    def one(**values: Any) -> Sequence:
        ds = Dataset()
        for keyword, value in values.items():
            setattr(ds, keyword, value)
        return Sequence([ds])

    frames = []
    for f, slope in enumerate(slopes):
        frame = Dataset()
        frame.PlanePositionSequence = one(ImagePositionPatient=[0, 0, 3.0 * f])
        frame.PixelValueTransformationSequence = one(RescaleSlope=slope, RescaleIntercept=0, RescaleType="US")
        frame.RealWorldValueMappingSequence = one(
            RealWorldValueSlope=slope * mapped,
            RealWorldValueIntercept=0.0,
            MeasurementUnitsCodeSequence=one(CodeValue=unit, CodingSchemeDesignator="UCUM", CodeMeaning="activity"),
        )
        frames.append(frame)
    shared = Dataset()
    shared.PlaneOrientationSequence = one(ImageOrientationPatient=[1.0, 0, 0, 0, 1, 0])
    shared.PixelMeasuresSequence = one(PixelSpacing=[4.0, 4.0], SliceThickness=3.0)
    fields: dict[str, Any] = {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.130",
        "Modality": "PT",
        "pixels": np.full((3, 4, 5), 100, np.uint16),
        "PatientWeight": WEIGHT,
        "AttenuationCorrected": "YES",
        "DecayCorrected": "YES",
        "DecayCorrectionDateTime": "20240131130000",
        "RadiopharmaceuticalInformationSequence": Sequence([medicine]),
        "SharedFunctionalGroupsSequence": Sequence([shared]),
        "PerFrameFunctionalGroupsSequence": Sequence(frames),
    }
    absent = ("RescaleSlope", "RescaleIntercept", "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing")
    make_instance(path, **(dict.fromkeys(absent) | fields | keywords))
    return volume.plan(volume.series_at(path))


def test_enhanced_pet_is_decayed_to_the_moment_that_it_states(tmp_path):
    plan = enhanced_pet(tmp_path / "a.dcm")
    (scale,) = plan.scales
    assert (plan.unit, plan.facts.unit_trusted) == ("BQML", True)
    assert scale.slope == pytest.approx(expected(3600))
    assert [float(plan.image(volume.load(tmp_path / "a.dcm").array).modality_slice(k).max()) for k in range(3)] == [
        200,
        50,
        125,
    ]


def test_enhanced_pet_corrected_to_administration_is_not_decayed_again(tmp_path):
    (scale,) = enhanced_pet(tmp_path / "a.dcm", DecayCorrectionDateTime="20240131120000").scales
    assert scale.slope == pytest.approx(expected(0))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"AttenuationCorrected": "NO"}, "attenuation"),
        ({"DecayCorrected": "NO"}, "decay"),
        ({"DecayCorrectionDateTime": None}, "which time"),
        ({"DecayCorrectionDateTime": "20240131110000"}, "after the scan"),
        ({"PatientWeight": None}, "weight"),
        ({"unit": "{counts}/s"}, "Bq/ml"),
        ({"mapped": 3.0}, "Bq/ml"),  # real world values are not the rescaled ones
        ({"drug": {"RadionuclideTotalDose": 370.0}}, "MBq"),
    ],
)
def test_enhanced_pet_says_why_there_is_no_suv(tmp_path, changed, words):
    (scale,) = enhanced_pet(tmp_path / "a.dcm", **changed).scales
    assert scale.slope is None
    assert words in scale.reason
