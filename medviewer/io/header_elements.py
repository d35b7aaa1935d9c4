"""Which elements of a header are wanted, and to which field of `InstanceHeader` each goes."""

from __future__ import annotations


def tag(group: int, element: int) -> int:
    """A tag as the parsers key it: the two 16-bit words read as one little-endian 32-bit integer."""
    return element << 16 | group


CHARACTER_SET = tag(0x0008, 0x0005)
TRANSFER_SYNTAX = tag(0x0002, 0x0010)
MEDIA_SOP_CLASS = tag(0x0002, 0x0002)
MEDIA_SOP_INSTANCE = tag(0x0002, 0x0003)

TEXT_FIELDS: dict[int, str] = {
    tag(0x0008, 0x0016): "sop_class_uid",
    tag(0x0008, 0x0018): "sop_instance_uid",
    tag(0x0008, 0x0020): "study_date",
    tag(0x0008, 0x0021): "series_date",
    tag(0x0008, 0x0022): "acquisition_date",
    tag(0x0008, 0x002A): "acquisition_datetime",
    tag(0x0008, 0x0030): "study_time",
    tag(0x0008, 0x0031): "series_time",
    tag(0x0008, 0x0032): "acquisition_time",
    tag(0x0008, 0x0033): "content_time",
    tag(0x0008, 0x0050): "accession_number",
    tag(0x0008, 0x0060): "modality",
    tag(0x0008, 0x0070): "manufacturer",
    tag(0x0008, 0x0080): "institution",
    tag(0x0008, 0x1010): "station_name",
    tag(0x0008, 0x1030): "study_description",
    tag(0x0008, 0x103E): "series_description",
    tag(0x0010, 0x0020): "patient_id",
    tag(0x0010, 0x0030): "patient_birth_date",
    tag(0x0010, 0x0040): "patient_sex",
    tag(0x0018, 0x0010): "contrast_agent",
    tag(0x0018, 0x0015): "body_part",
    tag(0x0018, 0x0024): "sequence_name",
    tag(0x0018, 0x1030): "protocol_name",
    tag(0x0018, 0x1210): "convolution_kernel",
    tag(0x0018, 0x5100): "patient_position",
    tag(0x0020, 0x000D): "study_uid",
    tag(0x0020, 0x000E): "series_uid",
    tag(0x0020, 0x0010): "study_id",
    tag(0x0020, 0x0052): "frame_of_reference_uid",
    tag(0x0020, 0x0060): "laterality",
    tag(0x0028, 0x0004): "photometric",
    tag(0x0028, 0x0301): "burned_in",
    tag(0x0028, 0x0A02): "spacing_calibration",
    tag(0x0028, 0x1054): "rescale_type",
    tag(0x0028, 0x1056): "voi_function",
    tag(0x0054, 0x1001): "units",
}
NAME_FIELDS: dict[int, str] = {
    tag(0x0008, 0x0090): "referring_physician",
    tag(0x0010, 0x0010): "patient_name",
}
TEXTS_FIELDS: dict[int, str] = {
    tag(0x0008, 0x0008): "image_type",
    tag(0x0020, 0x0020): "patient_orientation",
    tag(0x0028, 0x1055): "window_explanations",
}
INTEGER_FIELDS: dict[int, str] = {
    tag(0x0018, 0x0086): "echo_number",
    tag(0x0020, 0x0011): "series_number",
    tag(0x0020, 0x0012): "acquisition_number",
    tag(0x0020, 0x0013): "instance_number",
    tag(0x0020, 0x0100): "temporal_position",
    tag(0x0028, 0x0008): "frames",
}
DECIMAL_FIELDS: dict[int, str] = {
    tag(0x0018, 0x0040): "cine_rate",
    tag(0x0018, 0x0050): "slice_thickness",
    tag(0x0018, 0x0080): "repetition_time",
    tag(0x0018, 0x0081): "echo_time",
    tag(0x0018, 0x0082): "inversion_time",
    tag(0x0018, 0x0088): "spacing_between",
    tag(0x0018, 0x1060): "trigger_time",
    tag(0x0018, 0x1063): "frame_time_ms",
    tag(0x0018, 0x1114): "magnification",
    tag(0x0018, 0x1120): "gantry_tilt",
    tag(0x0018, 0x1314): "flip_angle",
    tag(0x0020, 0x1041): "slice_location",
    tag(0x0028, 0x1052): "intercept",
    tag(0x0028, 0x1053): "slope",
    tag(0x0028, 0x2112): "lossy_ratio",
}
DECIMALS_FIELDS: dict[int, tuple[str, int]] = {  # with the number of values wanted, 0 for any
    tag(0x0018, 0x1164): ("imager_spacing", 2),
    tag(0x0018, 0x2010): ("nominal_spacing", 2),
    tag(0x0020, 0x0032): ("position", 3),
    tag(0x0020, 0x0037): ("orientation", 6),
    tag(0x0028, 0x0030): ("pixel_spacing", 2),
    tag(0x0028, 0x0034): ("pixel_aspect", 2),
    tag(0x0028, 0x1050): ("window_centers", 0),
    tag(0x0028, 0x1051): ("window_widths", 0),
}
SHORT_FIELDS: dict[int, str] = {
    tag(0x0028, 0x0002): "samples",
    tag(0x0028, 0x0006): "planar",
    tag(0x0028, 0x0010): "rows",
    tag(0x0028, 0x0011): "columns",
    tag(0x0028, 0x0100): "bits_allocated",
    tag(0x0028, 0x0101): "bits_stored",
    tag(0x0028, 0x0102): "high_bit",
    tag(0x0028, 0x0103): "signed",
    tag(0x0028, 0x0120): "padding",
    tag(0x0028, 0x0121): "padding_limit",
}
IMAGE_LATERALITY = tag(0x0020, 0x0062)
LOSSY = tag(0x0028, 0x2110)
DISPLAY_RATE = tag(0x0008, 0x2144)
B_VALUE = tag(0x0018, 0x9087)
# Private b-values: creator that must own block 10, element, how it is stored.
PRIVATE_B_VALUES: tuple[tuple[int, str, int, str], ...] = (
    (tag(0x0019, 0x0010), "SIEMENS MR HEADER", tag(0x0019, 0x100C), "IS"),
    (tag(0x0043, 0x0010), "GEMS_PARM_01", tag(0x0043, 0x1039), "GE"),
    (tag(0x2001, 0x0010), "Philips Imaging DD 001", tag(0x2001, 0x1003), "FL"),
    (tag(0x0065, 0x0010), "Image Private Header", tag(0x0065, 0x1009), "FD"),
)
# Elements whose presence means that the fast header is not enough to build pixels.
NOTED: frozenset[int] = frozenset(
    {
        tag(0x0018, 0x1065),  # FrameTimeVector
        tag(0x0018, 0x6011),  # SequenceOfUltrasoundRegions
        tag(0x0028, 0x1101),  # palette descriptors and segments
        tag(0x0028, 0x1201),
        tag(0x0028, 0x1221),
        tag(0x0028, 0x3000),  # ModalityLUTSequence
        tag(0x0028, 0x3010),  # VOILUTSequence
        tag(0x0040, 0x9096),  # RealWorldValueMappingSequence
        tag(0x5200, 0x9229),  # shared and per-frame functional groups
        tag(0x5200, 0x9230),
        tag(0x6000, 0x0010),  # first overlay plane
        tag(0x6000, 0x3000),
    }
)
PIXEL_KEYWORDS = {
    tag(0x7FE0, 0x0008): "FloatPixelData",
    tag(0x7FE0, 0x0009): "DoubleFloatPixelData",
    tag(0x7FE0, 0x0010): "PixelData",
}
WANTED: frozenset[int] = (
    frozenset(TEXT_FIELDS)
    | frozenset(NAME_FIELDS)
    | frozenset(TEXTS_FIELDS)
    | frozenset(INTEGER_FIELDS)
    | frozenset(DECIMAL_FIELDS)
    | frozenset(DECIMALS_FIELDS)
    | frozenset(SHORT_FIELDS)
    | {CHARACTER_SET, IMAGE_LATERALITY, LOSSY, DISPLAY_RATE, B_VALUE}
    | {t for creator, _, element, _ in PRIVATE_B_VALUES for t in (creator, element)}
)

# Binary values, and the representations that a file with explicit representations may give them.
BINARY_VR: dict[int, frozenset[bytes]] = dict.fromkeys(SHORT_FIELDS, frozenset({b"US", b"SS", b"OW", b"UN"}))
BINARY_VR[B_VALUE] = frozenset({b"FD", b"UN"})
