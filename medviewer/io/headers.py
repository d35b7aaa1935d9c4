"""What the program needs to know of one instance before its pixels are read."""

from __future__ import annotations

import msgspec


class InstanceHeader(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """The header of one file (or ZIP member), as the catalog keeps it.

    Text is decoded by SpecificCharacterSet, dates stay DICOM strings (``YYYYMMDD``), numbers that are missing or
    not finite are None. `kind` says what the instance is. `detail` is True when the fast header is not enough and
    the whole dataset must be read to build pixels (functional groups, LUT sequences, palettes, overlays).
    """

    # the file
    path: str
    member: str = ""  # member of a ZIP archive
    size: int = 0
    mtime_ns: int = 0
    kind: str = "image"  # image, volume, raster, waveform, segmentation, report, document, rt, presentation, other
    format: str = "dicom"  # dicom, nifti, nrrd, mha, png, jpeg, tiff, wfdb, edf, wav
    warnings: tuple[str, ...] = ()

    # identity
    sop_instance_uid: str = ""
    sop_class_uid: str = ""
    transfer_syntax_uid: str = ""
    patient_id: str = ""
    patient_name: str = ""
    patient_birth_date: str = ""
    patient_sex: str = ""
    study_uid: str = ""
    study_date: str = ""
    study_time: str = ""
    study_description: str = ""
    study_id: str = ""
    accession_number: str = ""
    institution: str = ""
    referring_physician: str = ""
    series_uid: str = ""
    series_number: int | None = None
    series_description: str = ""
    series_date: str = ""
    series_time: str = ""
    modality: str = ""
    body_part: str = ""
    protocol_name: str = ""
    manufacturer: str = ""
    station_name: str = ""
    frame_of_reference_uid: str = ""
    laterality: str = ""
    patient_orientation: tuple[str, ...] = ()
    patient_position: str = ""
    character_set: str = ""

    # order and splitting
    instance_number: int | None = None
    acquisition_number: int | None = None
    acquisition_date: str = ""
    acquisition_time: str = ""
    acquisition_datetime: str = ""
    content_time: str = ""
    temporal_position: int | None = None
    trigger_time: float | None = None
    image_type: tuple[str, ...] = ()
    echo_time: float | None = None
    echo_number: int | None = None
    repetition_time: float | None = None
    inversion_time: float | None = None
    flip_angle: float | None = None
    b_value: float | None = None
    sequence_name: str = ""
    convolution_kernel: str = ""
    contrast_agent: str = ""

    # pixels
    rows: int = 0
    columns: int = 0
    frames: int = 1
    samples: int = 1
    photometric: str = ""
    planar: int = 0
    bits_allocated: int = 0
    bits_stored: int = 0
    high_bit: int = 0
    signed: bool = False
    pixel_keyword: str = ""  # PixelData, FloatPixelData, DoubleFloatPixelData, or empty: no pixels
    pixel_offset: int = -1  # byte offset of the native pixel value in the file; -1: encapsulated or unknown
    pixel_length: int = -1  # length of the value in bytes, as the header says; -1: undefined
    big_endian: bool = False
    lossy: bool = False
    lossy_ratio: float | None = None
    burned_in: str = ""
    detail: bool = False

    # values
    slope: float | None = None
    intercept: float | None = None
    rescale_type: str = ""
    units: str = ""
    padding: int | None = None
    padding_limit: int | None = None
    window_centers: tuple[float, ...] = ()
    window_widths: tuple[float, ...] = ()
    window_explanations: tuple[str, ...] = ()
    voi_function: str = ""

    # geometry
    position: tuple[float, ...] = ()  # ImagePositionPatient
    orientation: tuple[float, ...] = ()  # ImageOrientationPatient
    pixel_spacing: tuple[float, ...] = ()  # row spacing, column spacing
    spacing_calibration: str = ""  # PixelSpacingCalibrationType
    imager_spacing: tuple[float, ...] = ()
    nominal_spacing: tuple[float, ...] = ()
    magnification: float | None = None
    pixel_aspect: tuple[int, ...] = ()
    slice_thickness: float | None = None
    spacing_between: float | None = None
    slice_location: float | None = None
    gantry_tilt: float | None = None
    frame_time_ms: float | None = None
    cine_rate: float | None = None

    # research formats (format != "dicom")
    shape_zyx: tuple[int, ...] = ()
    spacing_xyz_mm: tuple[float, ...] = ()
    channels: int = 1
    sampling_rate_hz: float | None = None
    duration_s: float | None = None

    @property
    def has_pixels(self) -> bool:
        """Whether the instance can be shown as an image."""
        return self.kind in {"image", "volume", "raster", "segmentation", "rt"} and (
            self.format != "dicom" or bool(self.pixel_keyword)
        )


class LeftOut(msgspec.Struct, kw_only=True):
    """A file that was read and is not shown, with the reason as a sentence.

    `is_file` is False for what could not be read because it is no regular file: a pipe, a broken link, a folder that
    may not be opened, a file that a DICOMDIR lists and that is not there.
    """

    path: str
    reason: str
    member: str = ""
    size: int = 0
    mtime_ns: int = 0
    is_file: bool = True
