"""Trust lights: what of a picture may be relied on, each with the reason in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from medviewer.core.image import Facts, SpacingSource
from medviewer.document.state import Plane, View
from medviewer.ui.canvas.slab import slab_reason


class Level(StrEnum):
    """How far. Each level has its own sign beside its own colour."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"

    @property
    def token(self) -> str:
        """The colour of the sign, on the image."""
        return f"{self.value}-on-image"


@dataclass(frozen=True)
class Light:
    """One light: a stable id, the word beside the sign, the level and the reason."""

    id: str
    word: str
    level: Level
    reason: str


translate = QCoreApplication.translate


def trust_lights(facts: Facts, unit: str, view: View, slab_mm: float = 0.0) -> tuple[Light, ...]:
    """The lights of a picture, in the order in which they are shown.

    Parameters
    ----------
    facts : Facts
        Of the image that is on screen (the regularised one for reconstructed planes).
    unit : str
        Unit of its modality values.
    view : View
        Its pane's state: mirrored pictures say so.
    slab_mm : float
        Extent of the slab that is shown; 0 for a single slice.
    """
    lights = [_spacing(facts)]
    if unit or facts.modality in {"CT", "PT"}:
        lights.append(_unit(facts, unit))
    lights.append(_geometry(facts))
    if facts.tilt_deg:
        lights.append(_tilt(facts))
    if facts.missing_slices or facts.irregular_spacing:
        lights.append(_gap(facts))
    if facts.lossy:
        word = translate("TrustLights", "lossy")
        if facts.lossy_ratio:
            word = f"{word} {facts.lossy_ratio:.3g}:1"
        reason = translate("TrustLights", "The pixels were compressed with loss; small values may have changed.")
        lights.append(Light("lossy", word, Level.WARN, reason))
    if facts.resampled:
        reason = translate(
            "TrustLights",
            "The voxels were interpolated onto a regular grid; values between slices were not measured.",
        )
        lights.append(Light("resampled", translate("TrustLights", "resampled"), Level.WARN, reason))
    if slab_mm > 0:
        lights.append(
            Light("slab", translate("TrustLights", "slab"), Level.WARN, slab_reason(view.slab_mode, slab_mm))
        )
    if facts.derived_from:
        reason = translate("TrustLights", "The picture was computed from stored pixels: {source}.").format(
            source=facts.derived_from
        )
        lights.append(Light("derived", translate("TrustLights", "processed"), Level.WARN, reason))
    if view.flip_h != view.flip_v:
        reason = translate(
            "TrustLights",
            "The picture is mirrored: left and right of the patient have changed sides. See the letters.",
        )
        lights.append(Light("flipped", translate("TrustLights", "FLIPPED"), Level.BAD, reason))
    return tuple(lights)


def _spacing(facts: Facts) -> Light:
    source = facts.spacing_source
    known = {
        SpacingSource.PATIENT: (
            translate("TrustLights", "mm"),
            Level.GOOD,
            translate("TrustLights", "Distances are in mm of the patient (Pixel Spacing)."),
        ),
        SpacingSource.FILE: (
            translate("TrustLights", "mm"),
            Level.GOOD,
            translate("TrustLights", "Distances are in mm as the file states its spacing."),
        ),
        SpacingSource.CALIBRATED: (
            translate("TrustLights", "mm calibrated"),
            Level.GOOD,
            translate("TrustLights", "The spacing was calibrated or corrected for magnification."),
        ),
        SpacingSource.REGION: (
            translate("TrustLights", "mm in region"),
            Level.GOOD,
            translate("TrustLights", "Distances are in mm inside the calibrated ultrasound region."),
        ),
        SpacingSource.DETECTOR: (
            translate("TrustLights", "mm at detector"),
            Level.WARN,
            translate(
                "TrustLights",
                "The spacing is that of the detector: the patient is smaller by an unknown magnification.",
            ),
        ),
        SpacingSource.NOMINAL: (
            translate("TrustLights", "mm nominal"),
            Level.WARN,
            translate("TrustLights", "The spacing is the nominal one of the scanner, not calibrated."),
        ),
    }
    if source in known:
        word, level, reason = known[source]
        return Light("mm", word, level, reason)
    return Light(
        "mm",
        translate("TrustLights", "px"),
        Level.BAD,
        translate("TrustLights", "The file states no spacing: distances are in pixels, never in mm."),
    )


def _unit(facts: Facts, unit: str) -> Light:
    word = short_unit(unit) or {"CT": "HU", "PT": "SUV"}.get(facts.modality, translate("TrustLights", "unit"))
    if facts.unit_trusted:
        told = translate("TrustLights", "Values are in {unit}.").format(unit=short_unit(unit) or word)
        if facts.modality == "PT" and facts.unit_reason and not unit.startswith(("g/ml", "cm2/ml")):
            word = translate("TrustLights", "{unit}, no SUV").format(unit=word)
            why = translate("TrustLights", "SUV cannot be computed: {reason}").format(reason=facts.unit_reason)
            return Light("unit", word, Level.WARN, f"{told} {why}")
        return Light("unit", word, Level.GOOD, told)
    reason = facts.unit_reason or translate("TrustLights", "The file does not say in which unit its values are.")
    return Light("unit", f"{word}?", Level.WARN, reason)


def _geometry(facts: Facts) -> Light:
    word = translate("TrustLights", "position")
    if not facts.has_patient_position:
        reason = translate(
            "TrustLights",
            "The file does not say where the slice lies in the patient: no lines and no linked scrolling.",
        )
        # A projection or an echo has no such place; a slice should.
        if facts.modality in {"CT", "MR", "PT"}:
            return Light("geometry", translate("TrustLights", "no position"), Level.BAD, reason)
        return Light("geometry", translate("TrustLights", "no position"), Level.WARN, reason)
    reason = translate("TrustLights", "Position and orientation in the patient are known.")
    return Light("geometry", word, Level.GOOD, f"{reason} {facts.not_reconstructable}".strip())


def _tilt(facts: Facts) -> Light:
    angle = f"{abs(facts.tilt_deg):.1f}°"
    if facts.resampled:
        reason = translate(
            "TrustLights", "The gantry was tilted by {angle}; the volume was straightened by its slice positions."
        )
        return Light("tilt", translate("TrustLights", "tilt-corrected"), Level.WARN, reason.format(angle=angle))
    reason = translate("TrustLights", "The gantry was tilted by {angle}; slices are shown as stored.")
    return Light(
        "tilt", translate("TrustLights", "tilt {angle}").format(angle=angle), Level.WARN, reason.format(angle=angle)
    )


def _gap(facts: Facts) -> Light:
    if facts.missing_slices:
        reason = translate(
            "TrustLights",
            "{n} slices are missing between others; through-plane distances across a gap are not measured.",
        )
        word = translate("TrustLights", "gap")
        return Light("gap", word, Level.WARN, reason.format(n=facts.missing_slices))
    return Light(
        "gap",
        translate("TrustLights", "uneven"),
        Level.WARN,
        translate("TrustLights", "The distance between slices is not constant."),
    )


def short_unit(unit: str) -> str:
    """The unit as people read it (``"g/ml{SUVbw}"`` → ``"SUVbw"``)."""
    if unit.startswith("g/ml{") and unit.endswith("}"):
        return unit[5:-1]
    return {"BQML": "Bq/ml", "GML": "SUV", "CNTS": "counts", "US": ""}.get(unit, unit)


def plane_title(plane: Plane) -> str:
    """The plane's name for the corner text; empty for a stack."""
    return {
        Plane.AXIAL: translate("TrustLights", "Axial"),
        Plane.CORONAL: translate("TrustLights", "Coronal"),
        Plane.SAGITTAL: translate("TrustLights", "Sagittal"),
    }.get(plane, "")
