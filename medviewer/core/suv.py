"""Standardised uptake values of PET, after the vendor-neutral pseudocode of the QIBA FDG-PET/CT profile.

The factor multiplies values after the rescale of each slice. Where it cannot be known it is not guessed: the result
says why, in a sentence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_GRAMS = 1000.0
_LEAST_DOSE_BQ = 1e4
_MOST_HALF_LIVES = 12.0


class SuvKind(StrEnum):
    """What the dose is related to (PS3.16 CID 85)."""

    BODY_WEIGHT = "bw"
    LEAN_BODY_MASS = "lbm"
    SURFACE_AREA = "bsa"


_UNITS = {
    SuvKind.BODY_WEIGHT: "g/ml{SUVbw}",
    SuvKind.LEAN_BODY_MASS: "g/ml{SUVlbm}",
    SuvKind.SURFACE_AREA: "cm2/ml{SUVbsa}",
}


@dataclass(frozen=True)
class SuvInputs:
    """What the calculation needs; dates and times are DICOM strings, empty or None when missing.

    Attributes
    ----------
    units : str
        Units (0054,1001).
    corrected_image : tuple of str
        CorrectedImage (0028,0051).
    decay_correction : str
        DecayCorrection (0054,1102): START, ADMIN or NONE; empty in enhanced objects.
    decay_datetime : str
        DecayCorrectionDateTime (0018,9701) of enhanced objects: the time to which the decay was corrected.
    weight_kg, height_m, sex
        PatientWeight, PatientSize, PatientSex.
    dose_bq, half_life_s : float or None
        RadionuclideTotalDose (0018,1074), RadionuclideHalfLife (0018,1075).
    start_datetime, start_time : str
        RadiopharmaceuticalStartDateTime (0018,1078), RadiopharmaceuticalStartTime (0018,1072).
    series_date, series_time : str
        SeriesDate, SeriesTime.
    acquisition_date, acquisition_time, acquisition_datetime : str
        Of the instance acquired first in the series.
    ge_scan_datetime : str
        Scan start in (0009,100D) of GEMS_PETD_01.
    frame_reference_time_ms, frame_duration_ms : float or None
        FrameReferenceTime (0054,1300) and ActualFrameDuration (0018,1242) of the same instance.
    suv_type : str
        SUVType (0054,1006), for data that are SUV already.
    philips_suv_factor, philips_activity_factor : float or None
        (7053,1000) and (7053,1009) of Philips PET Private Group, for counts.
    timezone : str
        TimezoneOffsetFromUTC (0008,0201), ``"+0100"``.
    """

    units: str = ""
    corrected_image: tuple[str, ...] = ()
    decay_correction: str = ""
    decay_datetime: str = ""
    weight_kg: float | None = None
    height_m: float | None = None
    sex: str = ""
    dose_bq: float | None = None
    half_life_s: float | None = None
    start_datetime: str = ""
    start_time: str = ""
    series_date: str = ""
    series_time: str = ""
    acquisition_date: str = ""
    acquisition_time: str = ""
    acquisition_datetime: str = ""
    ge_scan_datetime: str = ""
    frame_reference_time_ms: float | None = None
    frame_duration_ms: float | None = None
    suv_type: str = ""
    philips_suv_factor: float | None = None
    philips_activity_factor: float | None = None
    timezone: str = ""


@dataclass(frozen=True)
class SuvResult:
    """The factor from rescaled values to SUV, or the reason why there is none.

    Attributes
    ----------
    factor : float or None
        SUV = factor × rescaled value.
    reason : str
        Empty, or a sentence for the user.
    unit : str
        Unit of the product; empty without a factor.
    decay_s : float or None
        Time between administration and the decay reference, where it was needed.
    """

    factor: float | None
    reason: str = ""
    unit: str = ""
    decay_s: float | None = None


class _NotKnown(Exception):
    """Carries the reason out of the calculation."""


def suv_factor(inputs: SuvInputs, kind: SuvKind = SuvKind.BODY_WEIGHT) -> SuvResult:
    """The factor that turns rescaled PET values into SUV.

    Parameters
    ----------
    inputs : SuvInputs
        Attributes of the series.
    kind : SuvKind
        Body weight; lean body mass after James (1976, 128 for men: SUVlbm(James128) of CID 85); body surface area
        after Du Bois.

    Notes
    -----
    Values corrected to the time of administration (DecayCorrection ADMIN) are divided by the dose as it was injected:
    decaying it once more is a known mistake. With START the dose is decayed to the start of the scan: the series
    time, unless that is later than the first acquisition (a reconstruction of its own date), then the vendor's scan
    time, then the acquisition time taken back by the frame reference time.
    """
    try:
        return _factor(inputs, kind)
    except _NotKnown as reason:
        return SuvResult(None, str(reason))


def _factor(inputs: SuvInputs, kind: SuvKind) -> SuvResult:
    units = inputs.units.strip().upper()
    if units in {"GML", "CM2ML"}:
        return _already_suv(inputs, kind, units)
    to_activity = 1.0
    if units == "CNTS":
        if _positive(inputs.philips_suv_factor) and kind is SuvKind.BODY_WEIGHT:
            return SuvResult(inputs.philips_suv_factor, unit=_UNITS[kind])
        if not _positive(inputs.philips_activity_factor):
            raise _NotKnown("The values are counts, and the file has no factor that turns them into activity.")
        to_activity = float(inputs.philips_activity_factor or 0.0)
    elif units != "BQML":
        shown = units or "no unit"
        raise _NotKnown(f"SUV needs activity in Bq/ml, but the values are in {shown}.")
    corrected = {word.strip().upper() for word in inputs.corrected_image}
    if "ATTN" not in corrected:
        raise _NotKnown("The values are not corrected for attenuation.")
    if "DECY" not in corrected and "DECAY" not in corrected:
        raise _NotKnown("The values are not corrected for radioactive decay.")
    dose = _dose(inputs)
    decay_s = None
    correction = inputs.decay_correction.strip().upper()
    stated = None if correction else parse_datetime(inputs.decay_datetime, inputs.timezone)
    if correction == "START" or stated is not None:
        if not _positive(inputs.half_life_s):
            raise _NotKnown("The half-life of the radionuclide is missing.")
        half_life = float(inputs.half_life_s or 0.0)
        decay_s = _decay_s(inputs, half_life, stated)
        dose *= 2.0 ** (-decay_s / half_life)
    elif correction != "ADMIN":
        raise _NotKnown("The file does not say to which time the decay was corrected.")
    return SuvResult(to_activity * _body(inputs, kind) / dose, unit=_UNITS[kind], decay_s=decay_s)


def _already_suv(inputs: SuvInputs, kind: SuvKind, units: str) -> SuvResult:
    stated = inputs.suv_type.strip().upper() or ("BSA" if units == "CM2ML" else "BW")
    wanted = {
        SuvKind.BODY_WEIGHT: {"BW"},
        SuvKind.LEAN_BODY_MASS: {"LBM", "LBMJAMES128"},
        SuvKind.SURFACE_AREA: {"BSA"},
    }
    if stated not in wanted[kind]:
        raise _NotKnown(f"The values are standardised already, but by another rule ({stated}).")
    return SuvResult(1.0, unit=_UNITS[kind])


def _positive(value: float | None) -> bool:
    return value is not None and math.isfinite(value) and value > 0


def _dose(inputs: SuvInputs) -> float:
    if not _positive(inputs.dose_bq):
        raise _NotKnown("The injected dose is missing.")
    dose = float(inputs.dose_bq or 0.0)
    if dose < _LEAST_DOSE_BQ:
        raise _NotKnown(f"The injected dose of {dose:g} Bq is too small to be true; it may be stated in MBq.")
    return dose


def _body(inputs: SuvInputs, kind: SuvKind) -> float:
    """Weight or lean mass in g, surface in cm²."""
    if not _positive(inputs.weight_kg):
        raise _NotKnown("The patient's weight is missing.")
    weight = float(inputs.weight_kg or 0.0)
    if kind is SuvKind.BODY_WEIGHT:
        return weight * _GRAMS
    if not _positive(inputs.height_m):
        raise _NotKnown("The patient's height is missing.")
    height_cm = float(inputs.height_m or 0.0) * 100.0
    if kind is SuvKind.SURFACE_AREA:
        return float(0.007184 * weight**0.425 * height_cm**0.725 * 1e4)
    ratio = (weight / height_cm) ** 2
    by_sex = {"M": 1.10 * weight - 128.0 * ratio, "F": 1.07 * weight - 148.0 * ratio}
    lean = by_sex.get(inputs.sex.strip().upper())
    if lean is None:
        raise _NotKnown("The lean body mass depends on the patient's sex, which is missing.")
    if lean <= 0:
        raise _NotKnown("Weight and height do not give a usable lean body mass.")
    return lean * _GRAMS


# -- times


def _decay_s(inputs: SuvInputs, half_life_s: float, stated: datetime | None = None) -> float:
    """Time from administration to the moment to which the decay was corrected: as stated, else the scan's start."""
    scan = stated or _scan_start(inputs, half_life_s)
    administered = parse_datetime(inputs.start_datetime, inputs.timezone)
    if administered is None:
        administered = (
            parse_datetime(scan.strftime("%Y%m%d") + inputs.start_time.strip()) if inputs.start_time else None
        )
        if administered is None:
            raise _NotKnown("The time of administration is missing.")
        if administered > scan:  # only a time of day is known: injected before midnight
            administered -= timedelta(days=1)
    decay = (scan - administered).total_seconds()
    if decay < 0:
        raise _NotKnown("The time of administration lies after the scan.")
    if decay > _MOST_HALF_LIVES * half_life_s:
        raise _NotKnown("Between administration and scan lie more half-lives than can be true.")
    return decay


def _scan_start(inputs: SuvInputs, half_life_s: float) -> datetime:
    series = _date_and_time(inputs.series_date, inputs.series_time)
    acquired = parse_datetime(inputs.acquisition_datetime, inputs.timezone)
    if acquired is None:
        acquired = _date_and_time(inputs.acquisition_date or inputs.series_date, inputs.acquisition_time)
    if series is not None and (acquired is None or series <= acquired):
        return series
    vendor = parse_datetime(inputs.ge_scan_datetime, inputs.timezone)
    if vendor is not None:
        return vendor
    if acquired is None:
        raise _NotKnown("The time of the scan is missing.")
    reference, duration = inputs.frame_reference_time_ms, inputs.frame_duration_ms
    if reference is None or not math.isfinite(reference) or not _positive(duration):
        raise _NotKnown("The series was dated after the scan, and the file does not say when the scan began.")
    # The moment of the frame at which the count rate is its average.
    decay_in_frame = math.log(2) / half_life_s * float(duration or 0.0) / 1000.0
    average_s = half_life_s / math.log(2) * math.log(decay_in_frame / -math.expm1(-decay_in_frame))
    return acquired - timedelta(seconds=reference / 1000.0 - average_s)


def _date_and_time(date: str, time: str) -> datetime | None:
    if not date.strip() or not time.strip():
        return None
    return parse_datetime(date.strip().replace(".", "") + time.strip().replace(":", ""))


def parse_datetime(text: str, timezone: str = "") -> datetime | None:
    """A DICOM DT (PS3.5 6.2) as local time, None when there is none.

    A suffix with the offset from UTC is turned into the local time of `timezone` (TimezoneOffsetFromUTC); without
    that attribute the suffix is the local offset itself. At least the day must be stated.
    """
    value = text.strip().replace(":", "")
    offset = None
    for sign in "+-":
        position = value.rfind(sign)
        if position >= 8:
            offset = _offset_minutes(value[position:])
            value = value[:position]
    digits, _, fraction = value.partition(".")
    if not digits.isdigit() or len(digits) < 8:
        return None
    digits = digits[:14].ljust(14, "0")
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S")
    except ValueError:
        return None
    if fraction.isdigit():
        moment += timedelta(seconds=float(f"0.{fraction}"))
    local = _offset_minutes(timezone)
    if offset is not None and local is not None:
        moment += timedelta(minutes=local - offset)
    return moment


def _offset_minutes(text: str) -> int | None:
    value = text.strip()
    if len(value) != 5 or value[0] not in "+-" or not value[1:].isdigit():
        return None
    minutes = int(value[1:3]) * 60 + int(value[3:])
    return -minutes if value[0] == "-" else minutes
