"""What an instance is, by its SOP class (PS3.4 annex B, PS3.6 annex A)."""

from __future__ import annotations

from functools import lru_cache

_STORAGE = "1.2.840.10008.5.1.4.1.1."

MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"

# Longest prefix wins. What is not listed is an image when it has pixels.
_KINDS = {
    _STORAGE + "9.": "waveform",
    _STORAGE + "11.": "presentation",
    _STORAGE + "66": "other",  # raw data, registration, fiducials, surfaces
    _STORAGE + "66.4": "segmentation",
    _STORAGE + "66.7": "segmentation",  # label map
    _STORAGE + "67": "other",  # real world value mapping
    _STORAGE + "68.": "other",  # surface scan
    _STORAGE + "78.": "report",  # ophthalmic measurements
    _STORAGE + "79.": "report",
    _STORAGE + "80.": "report",
    _STORAGE + "88.": "report",
    _STORAGE + "90.": "other",
    _STORAGE + "91.": "other",  # microscopy annotations
    _STORAGE + "104.": "document",
    _STORAGE + "200.": "other",
    _STORAGE + "481.": "rt",
    _STORAGE + "481.1": "image",  # RT Image is a radiograph
    "1.2.840.10008.5.1.4.34.": "rt",
    "1.2.840.10008.5.1.4.38.": "other",  # hanging protocols
    "1.2.840.10008.5.1.4.39.": "other",  # colour palettes
}

_BY_MODALITY = {
    "SR": "report",
    "KO": "report",
    "PR": "presentation",
    "DOC": "document",
    "ECG": "waveform",
    "HD": "waveform",
    "EPS": "waveform",
    "RTSTRUCT": "rt",
    "RTPLAN": "rt",
    "RTDOSE": "rt",
    "RTRECORD": "rt",
    "SEG": "segmentation",
    "REG": "other",
    "FID": "other",
    "RWV": "other",
    "ANN": "other",
}

# Multi-frame classes whose geometry and values sit in functional groups (PS3.3 C.7.6.16), and the RT dose, whose
# scaling and frame offsets are its own attributes.
_DETAIL = frozenset(
    _STORAGE + suffix
    for suffix in (
        "2.1",  # enhanced CT
        "2.2",  # legacy converted enhanced CT
        "4.1",  # enhanced MR
        "4.3",  # enhanced MR colour
        "4.4",  # legacy converted enhanced MR
        "6.2",  # enhanced US volume
        "12.1.1",  # enhanced XA
        "12.2.1",  # enhanced XRF
        "13.1.1",  # X-ray 3D angiographic
        "13.1.2",  # X-ray 3D craniofacial
        "13.1.3",  # breast tomosynthesis
        "13.1.4",
        "13.1.5",
        "14.1",  # intravascular OCT
        "14.2",
        "20",  # NM: slices and detectors in vectors
        "30",  # parametric map
        "66.4",
        "66.7",
        "77.1.5.4",  # ophthalmic tomography
        "77.1.6",  # whole slide microscopy
        "128.1",  # legacy converted enhanced PET
        "130",  # enhanced PET
        "481.2",  # RT dose
    )
)

# Syntaxes that cannot be lossless.
LOSSY_SYNTAXES = frozenset(
    {
        "1.2.840.10008.1.2.4.50",
        "1.2.840.10008.1.2.4.51",
        *(f"1.2.840.10008.1.2.4.{n}" for n in (53, 55, 100, 101, 102, 103, 104, 105, 106, 107, 108)),
    }
)


@lru_cache(maxsize=1024)
def instance_kind(sop_class_uid: str, modality: str, has_pixels: bool) -> str:
    """What the instance is.

    Parameters
    ----------
    sop_class_uid, modality : str
        (0008,0016) and (0008,0060); either may be empty.
    has_pixels : bool
        Whether there is a pixel data element.

    Returns
    -------
    str
        ``InstanceHeader.kind``: image, waveform, segmentation, report, document, rt, presentation or other.
    """
    uid = sop_class_uid
    prefix = uid
    while prefix.startswith("1.2.840.10008.5.1.4."):
        kind = _KINDS.get(prefix) or _KINDS.get(prefix + ".")
        if kind is not None:
            return kind
        prefix = prefix.rpartition(".")[0]
    if uid.startswith(_STORAGE):
        return "image"
    kind = _BY_MODALITY.get(modality)
    if kind is not None:
        return kind
    return "image" if has_pixels else "other"


def needs_detail(sop_class_uid: str) -> bool:
    """Whether the pixels of this class need more than the attributes of `InstanceHeader`."""
    return sop_class_uid in _DETAIL
