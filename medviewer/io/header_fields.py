"""Raw element values to `InstanceHeader`: which elements are wanted, and the one guarded way to turn bytes to values.

Values come as stored bytes in little endian, whichever parser found them. A value that cannot be used becomes None
or empty and leaves a sentence in `warnings`; no value may stop a file from being listed.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable, Sequence
from typing import Any

from medviewer.io.character_sets import TextDecoder
from medviewer.io.header_runs import Run
from medviewer.io.headers import InstanceHeader
from medviewer.io.sop_classes import LOSSY_SYNTAXES, instance_kind, needs_detail

_MAX_INT = 2**31


def tag(group: int, element: int) -> int:
    """A tag as the parsers key it: the two 16-bit words read as one little-endian 32-bit integer."""
    return element << 16 | group


CHARACTER_SET = tag(0x0008, 0x0005)
TRANSFER_SYNTAX = tag(0x0002, 0x0010)
MEDIA_SOP_CLASS = tag(0x0002, 0x0002)
MEDIA_SOP_INSTANCE = tag(0x0002, 0x0003)

_TEXT: dict[int, str] = {
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
_NAME: dict[int, str] = {
    tag(0x0008, 0x0090): "referring_physician",
    tag(0x0010, 0x0010): "patient_name",
}
_TEXTS: dict[int, str] = {
    tag(0x0008, 0x0008): "image_type",
    tag(0x0020, 0x0020): "patient_orientation",
    tag(0x0028, 0x1055): "window_explanations",
}
_INTEGER: dict[int, str] = {
    tag(0x0018, 0x0086): "echo_number",
    tag(0x0020, 0x0011): "series_number",
    tag(0x0020, 0x0012): "acquisition_number",
    tag(0x0020, 0x0013): "instance_number",
    tag(0x0020, 0x0100): "temporal_position",
    tag(0x0028, 0x0008): "frames",
}
_DECIMAL: dict[int, str] = {
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
_DECIMALS: dict[int, tuple[str, int]] = {  # with the number of values wanted, 0 for any
    tag(0x0018, 0x1164): ("imager_spacing", 2),
    tag(0x0018, 0x2010): ("nominal_spacing", 2),
    tag(0x0020, 0x0032): ("position", 3),
    tag(0x0020, 0x0037): ("orientation", 6),
    tag(0x0028, 0x0030): ("pixel_spacing", 2),
    tag(0x0028, 0x0034): ("pixel_aspect", 2),
    tag(0x0028, 0x1050): ("window_centers", 0),
    tag(0x0028, 0x1051): ("window_widths", 0),
}
_SHORT: dict[int, str] = {
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
_IMAGE_LATERALITY = tag(0x0020, 0x0062)
_LOSSY = tag(0x0028, 0x2110)
_DISPLAY_RATE = tag(0x0008, 0x2144)
_B_VALUE = tag(0x0018, 0x9087)
# Private b-values: creator that must own block 10, element, how it is stored.
_PRIVATE_B: tuple[tuple[int, str, int, str], ...] = (
    (tag(0x0019, 0x0010), "SIEMENS MR HEADER", tag(0x0019, 0x100C), "IS"),
    (tag(0x0043, 0x0010), "GEMS_PARM_01", tag(0x0043, 0x1039), "GE"),
    (tag(0x2001, 0x0010), "Philips Imaging DD 001", tag(0x2001, 0x1003), "FL"),
    (tag(0x0065, 0x0010), "Image Private Header", tag(0x0065, 0x1009), "FD"),
)
# Elements whose presence means that the fast header is not enough to build pixels.
_DETAIL: frozenset[int] = frozenset(
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
    frozenset(_TEXT)
    | frozenset(_NAME)
    | frozenset(_TEXTS)
    | frozenset(_INTEGER)
    | frozenset(_DECIMAL)
    | frozenset(_DECIMALS)
    | frozenset(_SHORT)
    | {CHARACTER_SET, _IMAGE_LATERALITY, _LOSSY, _DISPLAY_RATE, _B_VALUE}
    | {t for creator, _, element, _ in _PRIVATE_B for t in (creator, element)}
)
NOTED = _DETAIL
# Binary values, and the representations that a file with explicit representations may give them.
BINARY_VR: dict[int, frozenset[bytes]] = dict.fromkeys(_SHORT, frozenset({b"US", b"SS", b"OW", b"UN"}))
BINARY_VR[_B_VALUE] = frozenset({b"FD", b"UN"})
_UIDS = ("sop_instance_uid", "sop_class_uid", "study_uid", "series_uid", "frame_of_reference_uid")
_valid_uids: set[str] = set()


Notes = Callable[[str], None]


class _Notes:
    """Warnings of one header, each once."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, line: str) -> None:
        if line not in self.lines:
            self.lines.append(line)


def decimal(raw: bytes, notes: Notes, name: str) -> float | None:
    """A decimal or integer string (PS3.5 6.2 DS, IS) as a finite float.

    Parameters
    ----------
    raw : bytes
        The first value is taken.
    notes : callable
        Receives a sentence when there is a value that cannot be used.
    name : str
        Field name for the sentence.

    Returns
    -------
    float or None
        None when missing, not a number, or not finite.
    """
    text = raw.partition(b"\\")[0].strip(b" \0\t\r\n")
    if not text:
        return None
    try:
        value = float(text) if b"_" not in text else math.nan
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    notes(f"The {_words(name)} is not a number and was left out.")
    return None


def integer(raw: bytes, notes: Notes, name: str) -> int | None:
    """An integer string (PS3.5 6.2 IS) within 32 bits, or None; ``"3.0"`` counts as 3."""
    try:
        # The common case, without the detour that would accept fractions.
        value = float(int(raw)) if raw.isdigit() else decimal(raw, notes, name)
    except (ValueError, OverflowError):
        value = decimal(raw, notes, name)
    if value is None:
        return None
    if value != int(value) or abs(value) >= _MAX_INT:
        notes(f"The {_words(name)} is not a usable whole number and was left out.")
        return None
    return int(value)


def _decimals(raw: bytes, notes: Notes, name: str, count: int) -> tuple[float, ...]:
    parts = raw.split(b"\\")
    values: list[float] = []
    try:
        if b"_" not in raw:
            values = [float(part.rstrip(b" \0")) for part in parts]
    except ValueError:
        values = []
    if not values and not raw.strip(b" \0\\"):
        return ()
    if len(values) < max(1, count) or not all(map(math.isfinite, values)):
        notes(f"The {_words(name)} is not usable and was left out.")
        return ()
    return tuple(values[:count] if count else values)


def _as_text(raw: bytes, _notes: Notes, _name: str, decoder: TextDecoder) -> str:
    return decoder.text(raw)


def _as_name(raw: bytes, _notes: Notes, _name: str, decoder: TextDecoder) -> str:
    return decoder.text(raw).rstrip("=")  # empty groups at the end mean nothing (PS3.5 6.2.1.1)


def _as_texts(raw: bytes, _notes: Notes, _name: str, decoder: TextDecoder) -> tuple[str, ...]:
    texts = tuple(part.strip() for part in decoder.text(raw).split("\\"))
    return texts if any(texts) else ()


def _as_short(raw: bytes, _notes: Notes, _name: str, _decoder: TextDecoder) -> int:
    return int.from_bytes(raw[:2], "little")


def _as_integer(raw: bytes, notes: Notes, name: str, _decoder: TextDecoder) -> int | None:
    return integer(raw, notes, name)


def _as_decimal(raw: bytes, notes: Notes, name: str, _decoder: TextDecoder) -> float | None:
    return decimal(raw, notes, name)


def _as_decimals(raw: bytes, notes: Notes, name: str, _decoder: TextDecoder) -> tuple[float, ...]:
    return _decimals(raw, notes, name, _COUNTS[name])


def _as_spacing(raw: bytes, notes: Notes, name: str, _decoder: TextDecoder) -> tuple[float, ...]:
    """Two positive lengths; anything else would turn into wrong millimetres."""
    numbers = _decimals(raw, notes, name, 2)
    if numbers and min(numbers) <= 0:
        notes(f"The {_words(name)} is not positive and was left out.")
        return ()
    return numbers


def _as_aspect(raw: bytes, notes: Notes, name: str, decoder: TextDecoder) -> tuple[int, ...]:
    numbers = _as_spacing(raw, notes, name, decoder)
    if all(number == int(number) and number < _MAX_INT for number in numbers):
        return tuple(int(number) for number in numbers)
    notes("The pixel aspect is not usable and was left out.")
    return ()


def _as_orientation(raw: bytes, notes: Notes, name: str, _decoder: TextDecoder) -> tuple[float, ...]:
    """Two directions that span a plane (PS3.3 C.7.6.2.1.1)."""
    numbers = _decimals(raw, notes, name, 6)
    if numbers:
        ax, ay, az, bx, by, bz = numbers
        rows, columns = math.hypot(ax, ay, az), math.hypot(bx, by, bz)
        if rows < 0.1 or columns < 0.1 or abs(ax * bx + ay * by + az * bz) > 0.9 * rows * columns:
            notes("The image orientation is not usable and was left out.")
            return ()
    return numbers


def _as_frames(raw: bytes, notes: Notes, name: str, _decoder: TextDecoder) -> int:
    frames = integer(raw, notes, name) if raw.strip(b" \0") else 1
    if frames is None or frames < 1:
        notes("The number of frames is not usable; one frame is assumed.")
        return 1
    return frames


_OWN_CONVERTERS: dict[str, Callable[[bytes, Notes, str, TextDecoder], Any]] = {
    "pixel_spacing": _as_spacing,
    "imager_spacing": _as_spacing,
    "nominal_spacing": _as_spacing,
    "pixel_aspect": _as_aspect,
    "orientation": _as_orientation,
    "frames": _as_frames,
}
_COUNTS = dict(_DECIMALS.values())
_MEMO_ENTRIES = 4096
_UNIQUE = frozenset({"sop_instance_uid", "position", "slice_location", "instance_number", "content_time"})
_PLAN: dict[int, tuple[str, Callable[[bytes, Notes, str, TextDecoder], Any], dict[bytes, Any] | None]] = {
    key: (name, _OWN_CONVERTERS.get(name, convert), None if name in _UNIQUE else {})
    for table, convert in (
        (_TEXT, _as_text),
        (_NAME, _as_name),
        (_TEXTS, _as_texts),
        (_SHORT, _as_short),
        (_INTEGER, _as_integer),
        (_DECIMAL, _as_decimal),
        ({key: name for key, (name, _) in _DECIMALS.items()}, _as_decimals),
    )
    for key, name in table.items()
}


def _words(field: str) -> str:
    return field.replace("_", " ").replace(" mm", "").replace(" ms", "")


def build_header(
    found: dict[int, bytes],
    noted: set[int],
    *,
    runs: Sequence[Run] = (),
    loose: dict[int, bytes] | None = None,
    path: str,
    member: str = "",
    size: int = 0,
    mtime_ns: int = 0,
    transfer_syntax_uid: str = "",
    pixels: tuple[str, int, int] = ("", -1, -1),
    big_endian: bool = False,
    warnings: tuple[str, ...] = (),
    digest: Callable[[], bytes] | None = None,
) -> InstanceHeader:
    """Turn the elements found into a header.

    Parameters
    ----------
    found : dict
        Tag (as `tag` makes it) to value bytes; binary values little endian.
    noted : set of int
        Elements of `NOTED` that are present.
    runs, loose
        The parts of `found` that are known from other files, and the rest.
    path, member, size, mtime_ns
        Of the file.
    transfer_syntax_uid : str
        As declared or as found out.
    pixels : tuple
        (keyword, offset of a native value or -1, length as declared or -1).
    big_endian : bool
        Whether native pixels are stored big endian.
    warnings : tuple of str
        What the parser has to say.
    digest : callable, optional
        Gives a hash of the content, asked for only when a UID must be made up.

    Returns
    -------
    InstanceHeader
    """
    notes = _Notes()
    notes.lines.extend(warnings)
    add = notes.add
    charset = found.get(CHARACTER_SET, b"").decode("ascii", "replace").strip(" \0")
    decoder = TextDecoder(charset)
    values: dict[str, Any] = {}
    for run in runs:
        if run.values is None:
            run.values, run.rest = _values_of_run(run.found)
        values.update(run.values)
        if run.rest:
            _convert(run.rest, values, notes, decoder)
    _convert(found if loose is None else loose, values, notes, decoder)
    if "window_centers" in values or "window_widths" in values:
        _pair_windows(values, add)
    _pixel_description(values, found, transfer_syntax_uid, add)
    values["b_value"] = _b_value(found)
    if "laterality" not in values and _IMAGE_LATERALITY in found:
        values["laterality"] = decoder.text(found[_IMAGE_LATERALITY])
    if _DISPLAY_RATE in found:
        rate = decimal(found[_DISPLAY_RATE], add, "recommended display frame rate")
        values["cine_rate"] = rate if rate else values.get("cine_rate")
    if not values.get("sop_class_uid") and MEDIA_SOP_CLASS in found:
        values["sop_class_uid"] = decoder.text(found[MEDIA_SOP_CLASS])
    if not values.get("sop_instance_uid") and MEDIA_SOP_INSTANCE in found:
        values["sop_instance_uid"] = decoder.text(found[MEDIA_SOP_INSTANCE])
    _complete_identity(values, path, member, size, add, digest)
    sop_class = values.get("sop_class_uid", "")
    keyword, offset, length = pixels
    kind = instance_kind(sop_class, values.get("modality", ""), bool(keyword))
    if keyword and offset >= 0 and length >= 0 and offset + length > size:
        add("The file is cut short: the pixel data end before their declared length.")
    if decoder.warning:
        add(decoder.warning)
    return InstanceHeader(
        path=path,
        member=member,
        size=size,
        mtime_ns=mtime_ns,
        kind=kind,
        warnings=tuple(notes.lines),
        transfer_syntax_uid=transfer_syntax_uid,
        character_set=charset,
        pixel_keyword=keyword,
        pixel_offset=offset,
        pixel_length=length,
        big_endian=big_endian,
        detail=bool(noted) or needs_detail(sop_class) or values.get("photometric") == "PALETTE COLOR",
        **values,
    )


def _convert(found: dict[int, bytes], values: dict[str, Any], notes: _Notes, decoder: TextDecoder) -> None:
    """Turn raw values into fields of `values`."""
    plan, add = _PLAN, notes.add
    for key, raw in found.items():
        entry = plan.get(key)
        if entry is None:
            continue
        name, convert, memo = entry
        if memo is None:
            values[name] = convert(raw, add, name, decoder)
            continue
        if raw in memo:
            values[name] = memo[raw]
            continue
        before = len(notes.lines)
        value = values[name] = convert(raw, add, name, decoder)
        # Files of a series repeat most values. What depends on the character set or was warned of is not kept.
        if len(notes.lines) == before and _plain(raw):
            if len(memo) >= _MEMO_ENTRIES:
                memo.clear()
            memo[raw] = value


def _values_of_run(found: dict[int, bytes]) -> tuple[dict[str, Any], dict[int, bytes]]:
    """Fields that can be kept for all files of a run, and the values that must be converted for each."""
    values: dict[str, Any] = {}
    rest: dict[int, bytes] = {}
    for key, raw in found.items():
        trial: dict[str, Any] = {}
        notes = _Notes()
        _convert({key: raw}, trial, notes, TextDecoder(""))
        if notes.lines or not (_plain(raw) or key in BINARY_VR):
            rest[key] = raw
        else:
            values.update(trial)
    return values, rest


def _plain(raw: bytes) -> bool:
    """Whether the value means the same in every character set."""
    return raw.isascii() and b"\x1b" not in raw and len(raw) < 256


def _pair_windows(values: dict[str, Any], add: Notes) -> None:
    """Keep as many windows as have both a center and a width."""
    centers, widths = values.get("window_centers", ()), values.get("window_widths", ())
    if len(centers) != len(widths):
        if centers and widths:
            add("The file's windows are incomplete.")
        count = min(len(centers), len(widths))
        values["window_centers"], values["window_widths"] = centers[:count], widths[:count]


def _pixel_description(
    values: dict[str, Any], found: dict[int, bytes], transfer_syntax_uid: str, add: Callable[[str], None]
) -> None:
    signed = values.get("signed")
    values["signed"] = signed == 1
    if signed is not None and signed > 1:
        add("The pixel representation is not usable; unsigned values are assumed.")
    if signed == 1:
        # The sign of padding follows the pixels (PS3.5 6.2.2 of US or SS), whatever the explicit VR says.
        for name in ("padding", "padding_limit"):
            number = values.get(name)
            if number is not None and number > 0x7FFF:
                values[name] = number - 0x10000
    if "high_bit" not in values:
        stored = values.get("bits_stored") or values.get("bits_allocated", 0)
        if stored:
            values["high_bit"] = stored - 1
    lossy = found.get(_LOSSY, b"").strip(b" \0")
    values["lossy"] = lossy == b"01" or transfer_syntax_uid in LOSSY_SYNTAXES


def _b_value(found: dict[int, bytes]) -> float | None:
    raw = found.get(_B_VALUE)
    if raw and len(raw) >= 8:
        return _binary_float(raw[:8])
    for creator, name, element, stored in _PRIVATE_B:
        raw = found.get(element)
        if not raw or found.get(creator, b"").strip(b" \0").decode("ascii", "replace") != name:
            continue
        value: float | None
        if (stored, len(raw)) in {("FL", 4), ("FD", 8)}:
            value = _binary_float(raw)
        elif stored in {"IS", "GE"}:
            value = decimal(raw, lambda _line: None, "b_value")
            if value is not None and stored == "GE":
                value %= 100000  # GE adds 1e9 as a flag (dcm2niix, nii_dicom.cpp)
        else:
            value = None
        if value is not None and value >= 0:
            return value
    return None


def _binary_float(raw: bytes) -> float | None:
    import struct

    (value,) = struct.unpack("<d" if len(raw) == 8 else "<f", raw)
    return float(value) if math.isfinite(value) and value >= 0 else None


def _complete_identity(
    values: dict[str, Any],
    path: str,
    member: str,
    size: int,
    add: Callable[[str], None],
    digest: Callable[[], bytes] | None,
) -> None:
    """Give a file that lacks UIDs stable ones of the form 2.25 (PS3.5 B.2), so that nothing is lost or mixed up."""
    for name in _UIDS:
        uid = values.get(name)
        if uid and uid not in _valid_uids and not _is_valid_uid(uid):
            add("An identifier of the file is not a valid UID; it is used as it stands.")
    if values.get("study_uid") and values.get("series_uid") and values.get("sop_instance_uid"):
        return
    folder = f"{path}\0{os.path.dirname(member)}" if member else os.path.dirname(path)
    if not values.get("study_uid"):
        values["study_uid"] = made_uid(
            "study", folder, values.get("patient_id"), values.get("study_date"), values.get("study_id")
        )
        add("The file has no study UID; one was made from its folder.")
    if not values.get("series_uid"):
        values["series_uid"] = made_uid(
            "series", folder, values["study_uid"], values.get("modality"), values.get("series_number")
        )
        add("The file has no series UID; one was made from its folder.")
    if not values.get("sop_instance_uid"):
        content = digest() if digest is not None else f"{path}\0{member}".encode()
        values["sop_instance_uid"] = made_uid("instance", content.hex(), size)
        add("The file has no instance UID; one was made from its content.")


def _is_valid_uid(uid: str) -> bool:
    if len(uid) > 64 or not uid.replace(".", "").isdecimal():
        return False
    if len(_valid_uids) >= _MEMO_ENTRIES:
        _valid_uids.clear()
    _valid_uids.add(uid)
    return True


def made_uid(*parts: object) -> str:
    """A UID of the form 2.25.<integer> (PS3.5 B.2) that depends on `parts` only."""
    joined = "\0".join("" if part is None else str(part) for part in parts)
    return f"2.25.{int.from_bytes(hashlib.sha256(joined.encode('utf-8', 'surrogateescape')).digest()[:16], 'big')}"
