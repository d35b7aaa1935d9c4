"""What an object without an image is, in words: shown in the pane in the picture's place."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from medviewer.io.series import Series

translate = QCoreApplication.translate


def has_image(series: Series) -> bool:
    """Whether any instance of a series holds pixels."""
    return series.n_frames > 0 or any(header.has_pixels for header in series.instances)


def name_of(series: Series) -> str:
    """What a series without image is, as a sentence; by its modality (DICOM PS3.3 C.7.3.1.1.1), else by its kind."""
    by_modality = {
        "SR": translate("Imageless", "This is a structured report."),
        "KO": translate("Imageless", "This is a list of key objects."),
        "PR": translate("Imageless", "This is a presentation state."),
        "RTSTRUCT": translate("Imageless", "This is a radiotherapy structure set."),
        "RTPLAN": translate("Imageless", "This is a radiotherapy plan."),
        "RTRECORD": translate("Imageless", "This is a radiotherapy treatment record."),
        "REG": translate("Imageless", "This is a spatial registration."),
        "FID": translate("Imageless", "This is a set of spatial fiducials."),
        "RWV": translate("Imageless", "This is a real world value map."),
        "ANN": translate("Imageless", "This is a set of microscopy annotations."),
        "ECG": translate("Imageless", "This is an electrocardiogram."),
        "M3D": translate("Imageless", "This is a surface model."),
    }
    by_kind = {
        "waveform": translate("Imageless", "This is a waveform."),
        "report": translate("Imageless", "This is a structured report."),
        "document": translate("Imageless", "This is an encapsulated document."),
        "presentation": translate("Imageless", "This is a presentation state."),
        "rt": translate("Imageless", "This is a radiotherapy object."),
        "segmentation": translate("Imageless", "This is a segmentation without pixels."),
    }
    if series.kind != "image" and series.modality in by_modality:
        return by_modality[series.modality]
    return by_kind.get(series.kind, translate("Imageless", "This object holds no image."))


def advice() -> str:
    """What one can do with it."""
    return translate("Imageless", "It is not shown as an image; the panel Tags lists what it holds.")
