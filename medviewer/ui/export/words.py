"""Formats and hindrances in the window's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from medviewer.services.exporting import Format, Hindrance, What

translate = QCoreApplication.translate


def format_words(what: What, form: Format) -> tuple[str, str]:
    """Title of a format, and a sentence on what it keeps and which programs read it."""
    if what is What.IMAGE:
        return _image_words(form)
    if what is What.MASK:
        return _mask_words(form)
    return _picture_words(form)


def _image_words(form: Format) -> tuple[str, str]:
    return {
        Format.NIFTI: (
            "NIfTI (.nii.gz)",
            translate("Export", "Values and place in the patient; read by ITK-SNAP, 3D Slicer, FSL, nibabel."),
        ),
        Format.NRRD: (
            "NRRD (.nrrd)",
            translate("Export", "Values and place in the patient; read by 3D Slicer, ITK-SNAP, SimpleITK."),
        ),
        Format.MHA: (
            "MetaImage (.mha)",
            translate("Export", "Values and place in the patient; read by ITK programs, elastix, MeVisLab."),
        ),
        Format.TIFF: (
            "TIFF (.tif)",
            translate("Export", "Values, one page for each slice, without place or size; read by ImageJ and napari."),
        ),
        Format.PNG: (
            translate("Export", "PNG pictures (.png)"),
            translate("Export", "Only what is seen: 8 bits in the window of the pane, a picture for each slice."),
        ),
        Format.DICOM: (
            translate("Export", "DICOM series (folder)"),
            translate(
                "Export",
                "Values, place, patient and study, marked as derived; read by every DICOM viewer and archive.",
            ),
        ),
    }[form]


def _mask_words(form: Format) -> tuple[str, str]:
    return {
        Format.SEG: (
            "DICOM SEG (.dcm)",
            translate(
                "Export",
                "Every voxel, names, colours, patient and study; read by 3D Slicer, OHIF, MITK and archives.",
            ),
        ),
        Format.RTSTRUCT: (
            "DICOM RTSTRUCT (.dcm)",
            translate(
                "Export", "Contours in every slice, names, colours, patient and study; read by treatment planning."
            ),
        ),
        Format.NRRD: (
            "NRRD (.seg.nrrd)",
            translate("Export", "Voxels, names and colours as 3D Slicer writes them; also read by ITK-SNAP."),
        ),
        Format.NIFTI: (
            "NIfTI (.nii.gz)",
            translate("Export", "Voxels; names and colours in a table beside it; read by ITK-SNAP, FSL, nnU-Net."),
        ),
        Format.MHA: (
            "MetaImage (.mha)",
            translate("Export", "Voxels; names and colours in a table beside it; read by ITK programs."),
        ),
        Format.PNG: (
            translate("Export", "PNG pictures (.png)"),
            translate("Export", "Label numbers as grey values, a picture for each slice, without place or names."),
        ),
        Format.GEOJSON: (
            translate("Export", "Contours as GeoJSON (.geojson)"),
            translate("Export", "A polygon for each object of each slice, in pixels and mm; read by QuPath and GIS."),
        ),
    }[form]


def _picture_words(form: Format) -> tuple[str, str]:
    return {
        Format.PNG: ("PNG (.png)", translate("Export", "Every pixel as on the screen; for slides and papers.")),
        Format.TIFF: ("TIFF (.tif)", translate("Export", "Every pixel as on the screen; as publishers ask for it.")),
        Format.DICOM: (
            translate("Export", "DICOM secondary capture (.dcm)"),
            translate(
                "Export", "The picture joins the study of its series, with the patient's name; for the archive."
            ),
        ),
    }[form]


def hindrance_words(hindrance: Hindrance | None) -> str:
    """Why something cannot be written now; empty for None."""
    if hindrance is None:
        return ""
    return {
        Hindrance.NO_SERIES: translate("Export", "The active pane is empty. Open a series first."),
        Hindrance.NOT_OPEN: translate("Export", "The series is not open. Show it in a pane first."),
        Hindrance.LOADING: translate("Export", "The series is still being loaded."),
        Hindrance.UNREADABLE: translate(
            "Export", "Some slices could not be read, so that the volume would have holes."
        ),
        Hindrance.NOT_DICOM: translate("Export", "Needs a DICOM series as its source; this one is none."),
        Hindrance.NO_POSITION: translate(
            "Export", "Needs slices that say where in the patient they lie; these do not."
        ),
        Hindrance.NO_RECIPE: translate("Export", "No processing step is applied to this series."),
        Hindrance.UNPROCESSED: translate("Export", "Only the slices you have seen are processed yet."),
        Hindrance.NO_RECIPE_MASK: translate("Export", "No step of the recipe makes a mask."),
        Hindrance.NO_MASK: translate("Export", "Tick at least one mask."),
    }[hindrance]


def patient_advice() -> str:
    """That a file names the patient."""
    return translate("Export", "The file holds the patient's name and numbers, as its source does.")
