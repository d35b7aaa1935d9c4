"""What modality values measure: their unit, whether it may be trusted, and other scales such as SUV."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medviewer.core.suv import SuvInputs, suv_factor
from medviewer.io.dataset import items, number, text
from medviewer.io.functional_groups import FrameMeta
from medviewer.io.headers import InstanceHeader

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

CLASSIC_MR = "1.2.840.10008.5.1.4.1.1.4"
_CT = frozenset(("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2"))
_PET_UNITS = {
    "BQML": "BQML",
    "GML": "g/ml{SUVbw}",
    "CM2ML": "cm2/ml{SUVbsa}",
    "CNTS": "counts",
    "PROPCNTS": "counts",
    "CPS": "counts/s",
    "PCNT": "%",
    "MGML": "mg/ml",
    "UMOLML": "µmol/ml",
    "MLMING": "ml/min/g",
    "UMOLMINML": "µmol/min/ml",
}
_UCUM_PET = {"Bq/ml": "BQML", "Bq/mL": "BQML", "BQML": "BQML", "g/ml{SUVbw}": "GML", "{SUVbw}g/ml": "GML"}
"""Unit codes of real world values (PS3.16 CID 84 and 85) as Units (0054,1001)."""


@dataclass(frozen=True)
class Unit:
    """Unit of modality values; `reason` says why it is not trusted."""

    name: str
    trusted: bool
    reason: str = ""


@dataclass(frozen=True)
class Scale:
    """Another scale: value = `slope` × modality value + `intercept`; `slope` None: not available, for `reason`."""

    name: str
    unit: str
    slope: float | None
    intercept: float = 0.0
    reason: str = ""


def unit_of(header: InstanceHeader, rescaled: bool, rescale_type: str, meta: FrameMeta | None) -> Unit:
    """The unit of modality values.

    Parameters
    ----------
    rescaled : bool
        Whether the file states a slope, an intercept or a modality table.
    rescale_type : str
        RescaleType or ModalityLUTType; ``"US"`` means unspecified (PS3.3 C.11.1.1.2).
    meta : FrameMeta or None
        The dataset where it was read.
    """
    kind = rescale_type.strip()
    if header.modality == "CT" or header.sop_class_uid in _CT:
        return _ct_unit(header, rescaled, kind)
    if header.modality == "PT":
        return _pet_unit(header, meta, kind)
    if header.modality == "RTDOSE":
        dose = text(meta.ds, "DoseUnits") if meta else ""
        if dose == "GY":
            return Unit("Gy", True)
        return Unit("%" if dose == "RELATIVE" else "", False, "The dose is relative." if dose else "")
    mapped = _real_world(meta) if meta else None
    if mapped is not None and not rescaled and mapped.slope == 1.0 and mapped.intercept == 0.0:
        return Unit(mapped.unit, True)
    if kind and kind not in {"US", "UNSPECIFIED", "NORMALIZED"}:
        return Unit(kind, True)
    return Unit("", False)


def _ct_unit(header: InstanceHeader, rescaled: bool, kind: str) -> Unit:
    if not rescaled:
        return Unit("", False, "The file does not say how its values become Hounsfield units.")
    if kind in {"", "HU"}:
        image_type = {word.upper() for word in header.image_type}
        if "LOCALIZER" in image_type:
            return Unit("HU", False, "Values of a localizer are no Hounsfield units of a voxel.")
        return Unit("HU", True)
    if kind == "US":
        return Unit("", False, "The file says that the unit of its values is unspecified.")
    return Unit(kind, True)


def _pet_unit(header: InstanceHeader, meta: FrameMeta | None, rescale_type: str) -> Unit:
    units = _pet_units(header, meta, rescale_type)
    suv_type = text(meta.ds, "SUVType").upper() if meta else ""
    if units == "GML" and suv_type in {"LBM", "LBMJAMES128", "LBMJANMA", "IBW"}:
        return Unit("g/ml{SUVlbm}" if suv_type.startswith("LBM") else "g/ml{SUVibw}", True)
    name = _PET_UNITS.get(units)
    if name is None:
        return Unit(units if not header.units else header.units, False, "The unit of the PET values is not known.")
    if name.startswith("counts"):
        return Unit(name, False, "The values are counts, not activity.")
    return Unit(name, True)


def _pet_units(header: InstanceHeader, meta: FrameMeta | None, rescale_type: str = "") -> str:
    """Units (0054,1001) in capitals; of an enhanced object, what its groups say that the rescaled values are."""
    stated = header.units.strip().upper()
    if stated or meta is None or not meta.is_enhanced:
        return stated
    found = {_mapped_units(meta, frame) for frame in range(max(1, header.frames))}
    units = found.pop() if len(found) == 1 else ""
    kind = (rescale_type or str(meta.get(0, "RescaleType") or "")).strip().upper()
    return units or (kind if kind in _PET_UNITS else "")


def _mapped_units(meta: FrameMeta, frame: int) -> str:
    """Units of a frame's real world values, where they are the rescaled values themselves; else empty."""
    for item in meta.sequence(frame, "RealWorldValueMappingSequence"):
        codes = items(item, "MeasurementUnitsCodeSequence")
        units = _UCUM_PET.get(text(codes[0], "CodeValue") if codes else "", "")
        slope, intercept = meta.number(frame, "RescaleSlope"), meta.number(frame, "RescaleIntercept")
        stored = (1.0 if slope is None else slope, intercept or 0.0)
        mapped = (number(item, "RealWorldValueSlope"), number(item, "RealWorldValueIntercept") or 0.0)
        # Decimal strings hold 16 characters, the mapping doubles.
        same_slope = mapped[0] is not None and math.isclose(mapped[0], stored[0], rel_tol=1e-6)
        if units and same_slope and abs(mapped[1] - stored[1]) <= 1e-6 * max(1.0, abs(stored[1])):
            return units
    return ""


def _real_world(meta: FrameMeta) -> Scale | None:
    """The first linear real world value mapping (PS3.3 C.7.6.16.2.11)."""
    candidates = meta.sequence(0, "RealWorldValueMappingSequence")
    for item in candidates[:1]:
        slope, intercept = number(item, "RealWorldValueSlope"), number(item, "RealWorldValueIntercept")
        codes = items(item, "MeasurementUnitsCodeSequence")
        unit = text(codes[0], "CodeValue") if codes else ""
        if slope is not None and slope != 0:
            return Scale(text(item, "LUTLabel") or unit, "" if unit == "1" else unit, slope, intercept or 0.0)
    return None


def other_scales(header: InstanceHeader, meta: FrameMeta | None, rescale: tuple[float, float]) -> tuple[Scale, ...]:
    """Scales that the values can also be read in: SUV for PET, real world values elsewhere.

    Parameters
    ----------
    header : InstanceHeader
        Of the instance acquired first.
    meta : FrameMeta or None
        Its dataset; needed for both.
    rescale : tuple of float
        Slope and intercept that are applied already; real world values map stored ones.
    """
    if meta is None:
        return ()
    if header.modality == "PT":
        result = suv_factor(suv_inputs(header, meta.ds, _pet_units(header, meta)))
        return (Scale("SUVbw", result.unit or "g/ml{SUVbw}", result.factor, 0.0, result.reason),)
    mapped = _real_world(meta)
    if mapped is None or mapped.slope is None or rescale[0] == 0:
        return ()
    slope = mapped.slope / rescale[0]
    return (Scale(mapped.name, mapped.unit, slope, mapped.intercept - slope * rescale[1]),)


def suv_inputs(header: InstanceHeader, ds: Dataset, units: str = "") -> SuvInputs:
    """What `core.suv` needs, from a PET dataset (PS3.3 C.8.9) or an enhanced one (C.8.22).

    An enhanced object says of each correction whether it was made, and to which moment the decay was corrected.
    """
    corrected = [word for word in text(ds, "CorrectedImage").split("\\") if word]
    corrected += [
        word
        for word, keyword in (("ATTN", "AttenuationCorrected"), ("DECY", "DecayCorrected"))
        if text(ds, keyword).upper() == "YES"
    ]
    drugs = items(ds, "RadiopharmaceuticalInformationSequence")
    drug = drugs[0] if drugs else None
    philips = text(ds, 0x70530010).startswith("Philips PET Private")
    ge_block = text(ds, 0x00090010).startswith("GEMS_PETD")
    return SuvInputs(
        units=header.units or text(ds, "Units") or units,
        corrected_image=tuple(corrected),
        decay_correction=text(ds, "DecayCorrection"),
        decay_datetime=text(ds, "DecayCorrectionDateTime"),
        weight_kg=number(ds, "PatientWeight"),
        height_m=number(ds, "PatientSize"),
        sex=header.patient_sex,
        dose_bq=number(drug, "RadionuclideTotalDose"),
        half_life_s=number(drug, "RadionuclideHalfLife"),
        start_datetime=text(drug, "RadiopharmaceuticalStartDateTime"),
        start_time=text(drug, "RadiopharmaceuticalStartTime"),
        series_date=header.series_date,
        series_time=header.series_time,
        acquisition_date=header.acquisition_date,
        acquisition_time=header.acquisition_time,
        acquisition_datetime=header.acquisition_datetime,
        ge_scan_datetime=text(ds, 0x0009100D) if ge_block else "",
        frame_reference_time_ms=number(ds, "FrameReferenceTime"),
        frame_duration_ms=number(ds, "ActualFrameDuration"),
        suv_type=text(ds, "SUVType"),
        philips_suv_factor=number(ds, 0x70531000) if philips else None,
        philips_activity_factor=number(ds, 0x70531009) if philips else None,
        timezone=text(ds, "TimezoneOffsetFromUTC"),
    )
