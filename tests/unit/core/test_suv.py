"""SUV factors against hand calculation after the QIBA pseudocode, and a real study."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

import pytest

from medviewer.core.suv import SuvInputs, SuvKind, parse_datetime, suv_factor

F18 = 6586.2
FULL = SuvInputs(
    units="BQML",
    corrected_image=("DECY", "ATTN", "SCAT", "DTIM"),
    decay_correction="START",
    weight_kg=70.0,
    height_m=1.75,
    sex="M",
    dose_bq=370e6,
    half_life_s=F18,
    start_time="100000.00",
    series_date="20240305",
    series_time="110000",
    acquisition_date="20240305",
    acquisition_time="110001.5",
)


def body_weight_factor(hours: float) -> float:
    return 70_000 / (370e6 * 0.5 ** (hours * 3600 / F18))


def test_the_happy_path() -> None:
    found = suv_factor(FULL)
    assert found.factor == pytest.approx(body_weight_factor(1.0))
    assert (found.reason, found.unit, found.decay_s) == ("", "g/ml{SUVbw}", 3600.0)


def test_values_corrected_to_administration_are_not_decayed_again() -> None:
    found = suv_factor(replace(FULL, decay_correction="ADMIN", start_time="", half_life_s=None))
    assert found.factor == pytest.approx(70_000 / 370e6)
    assert found.decay_s is None


def test_a_uniform_phantom_has_an_suv_of_one() -> None:
    # 70 l of water with the whole dose in it, measured an hour after.
    activity = 370e6 * 0.5 ** (3600 / F18) / 70_000
    assert activity * (suv_factor(FULL).factor or 0) == pytest.approx(1.0)


def test_injected_before_midnight() -> None:
    late = replace(FULL, start_time="233000", series_time="003000", acquisition_time="003001")
    assert suv_factor(late).factor == pytest.approx(body_weight_factor(1.0))
    stated = replace(late, start_datetime="20240304233000.000000")
    assert suv_factor(stated).factor == pytest.approx(body_weight_factor(1.0))


def test_dates_of_administration_are_believed() -> None:
    # The same time of day, a day before: 25 hours of decay, not one.
    found = suv_factor(replace(FULL, start_datetime="20240304100000", half_life_s=4.18 * 86_400))
    assert found.decay_s == 25 * 3600
    wrong = suv_factor(replace(FULL, start_datetime="20240305120000"))
    assert wrong.factor is None
    assert "after the scan" in wrong.reason
    old = suv_factor(replace(FULL, start_datetime="20240301100000"))
    assert old.factor is None
    assert "half-lives" in old.reason


def test_time_zones() -> None:
    in_utc = replace(FULL, start_datetime="20240305090000+0000", timezone="+0100")
    assert suv_factor(in_utc).decay_s == 3600
    west = replace(FULL, start_datetime="20240305100000-0500", timezone="-0500")
    assert suv_factor(west).decay_s == 3600
    # Without TimezoneOffsetFromUTC the suffix is the local offset itself.
    assert suv_factor(replace(FULL, start_datetime="20240305100000+0900")).decay_s == 3600


def test_reconstructions_of_their_own_date_use_the_scans_start() -> None:
    again = replace(FULL, series_date="20240306", series_time="090000")
    # Without more, the start of the scan cannot be known.
    assert suv_factor(again).factor is None
    vendor = replace(again, ge_scan_datetime="20240305105500.00")
    assert suv_factor(vendor).decay_s == 55 * 60
    frame = replace(again, acquisition_time="111000", frame_reference_time_ms=690_000.0, frame_duration_ms=180_000.0)
    rate = math.log(2) / F18
    average_s = math.log(rate * 180 / (1 - math.exp(-rate * 180))) / rate
    assert suv_factor(frame).decay_s == pytest.approx(70 * 60 - 690 + average_s)
    assert average_s == pytest.approx(90, abs=1)  # just before the middle of the frame


def test_acquisition_datetime_alone() -> None:
    only = replace(FULL, acquisition_date="", acquisition_time="", acquisition_datetime="20240305110001.5")
    assert suv_factor(only).decay_s == 3600


def test_other_kinds() -> None:
    dose = 370e6 * 0.5 ** (3600 / F18)
    lean = 1.10 * 70 - 128 * (70 / 175) ** 2
    found = suv_factor(FULL, SuvKind.LEAN_BODY_MASS)
    assert (found.factor, found.unit) == (pytest.approx(lean * 1000 / dose), "g/ml{SUVlbm}")
    woman = suv_factor(replace(FULL, sex="F"), SuvKind.LEAN_BODY_MASS)
    assert woman.factor == pytest.approx((1.07 * 70 - 148 * 0.16) * 1000 / dose)
    surface = suv_factor(FULL, SuvKind.SURFACE_AREA)
    assert surface.factor == pytest.approx(0.007184 * 70**0.425 * 175**0.725 * 1e4 / dose)
    assert surface.unit == "cm2/ml{SUVbsa}"


def test_philips_counts() -> None:
    counts = replace(FULL, units="CNTS")
    assert "counts" in suv_factor(counts).reason
    assert suv_factor(replace(counts, philips_suv_factor=0.000551)).factor == 0.000551
    by_activity = replace(counts, philips_suv_factor=0.0, philips_activity_factor=1.7)
    assert suv_factor(by_activity).factor == pytest.approx(1.7 * body_weight_factor(1.0))


def test_values_that_are_suv_already() -> None:
    for stated in ("", "BW"):
        found = suv_factor(SuvInputs(units="GML", suv_type=stated))
        assert (found.factor, found.unit) == (1.0, "g/ml{SUVbw}")
    assert suv_factor(SuvInputs(units="GML", suv_type="LBMJAMES128")).factor is None
    assert suv_factor(SuvInputs(units="GML", suv_type="LBM"), SuvKind.LEAN_BODY_MASS).factor == 1.0
    assert suv_factor(SuvInputs(units="CM2ML"), SuvKind.SURFACE_AREA).factor == 1.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"units": ""}, "no unit"),
        ({"units": "PROPCNTS"}, "PROPCNTS"),
        ({"corrected_image": ("DECY",)}, "attenuation"),
        ({"corrected_image": ("ATTN",)}, "decay"),
        ({"decay_correction": "NONE"}, "which time"),
        ({"decay_correction": ""}, "which time"),
        ({"weight_kg": None}, "weight"),
        ({"weight_kg": 0.0}, "weight"),
        ({"weight_kg": float("nan")}, "weight"),
        ({"dose_bq": None}, "dose"),
        ({"dose_bq": 370.0}, "MBq"),
        ({"half_life_s": None}, "half-life"),
        ({"half_life_s": -1.0}, "half-life"),
        ({"start_time": ""}, "time of administration"),
        ({"start_time": "nonsense"}, "time of administration"),
        ({"series_time": "", "acquisition_time": ""}, "time of the scan"),
    ],
)
def test_what_is_missing_is_said_and_not_guessed(change: dict[str, object], words: str) -> None:
    found = suv_factor(replace(FULL, **change))  # type: ignore[arg-type]
    assert found.factor is None
    assert found.unit == ""
    assert words in found.reason
    assert found.reason.endswith(".")


@pytest.mark.parametrize(
    ("change", "words"), [({"height_m": None}, "height"), ({"sex": "O"}, "sex"), ({"height_m": 0.3}, "usable")]
)
def test_lean_body_mass_needs_more(change: dict[str, object], words: str) -> None:
    assert words in suv_factor(replace(FULL, **change), SuvKind.LEAN_BODY_MASS).reason  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "timezone", "expected"),
    [
        ("20240305", "", datetime(2024, 3, 5)),
        ("2024030511", "", datetime(2024, 3, 5, 11)),
        ("20240305110203.250000", "", datetime(2024, 3, 5, 11, 2, 3, 250_000)),
        ("20240305110203-0330", "-0330", datetime(2024, 3, 5, 11, 2, 3)),
        ("20240305003000+0100", "+0000", datetime(2024, 3, 4, 23, 30)),
        ("202403", "", None),
        ("20241305", "", None),
        ("", "", None),
        ("2024-03-05", "", None),
    ],
)
def test_dicom_date_times(text: str, timezone: str, expected: datetime | None) -> None:
    assert parse_datetime(text, timezone) == expected


def test_a_real_study(shared_data) -> None:
    import pydicom

    folder = shared_data / "dicom" / "pet_wholebody_sts-001"
    found = [pydicom.dcmread(p, stop_before_pixels=True) for p in sorted(folder.rglob("*.dcm"))]
    found = [ds for ds in found if ds.Modality == "PT"]
    first = min(found, key=lambda ds: (ds.AcquisitionDate, ds.AcquisitionTime))
    item = first.RadiopharmaceuticalInformationSequence[0]
    result = suv_factor(
        SuvInputs(
            units=first.Units,
            corrected_image=tuple(first.CorrectedImage),
            decay_correction=first.DecayCorrection,
            weight_kg=float(first.PatientWeight),
            dose_bq=float(item.RadionuclideTotalDose),
            half_life_s=float(item.RadionuclideHalfLife),
            start_time=str(item.get("RadiopharmaceuticalStartTime", "")),
            start_datetime=str(item.get("RadiopharmaceuticalStartDateTime", "")),
            series_date=first.SeriesDate,
            series_time=first.SeriesTime,
            acquisition_date=first.AcquisitionDate,
            acquisition_time=first.AcquisitionTime,
        )
    )
    assert result.reason == ""
    assert result.decay_s is not None
    assert 1800 < result.decay_s < 3 * 3600
    dose = float(item.RadionuclideTotalDose) * 0.5 ** (result.decay_s / float(item.RadionuclideHalfLife))
    assert result.factor == pytest.approx(float(first.PatientWeight) * 1000 / dose)
