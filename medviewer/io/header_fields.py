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
from medviewer.io.element_values import CONVERTERS, MEMO_ENTRIES, NoteList, Notes, decimal
from medviewer.io.header_elements import (
    B_VALUE,
    BINARY_VR,
    CHARACTER_SET,
    DISPLAY_RATE,
    IMAGE_LATERALITY,
    LOSSY,
    MEDIA_SOP_CLASS,
    MEDIA_SOP_INSTANCE,
    PRIVATE_B_VALUES,
)
from medviewer.io.header_runs import Run
from medviewer.io.headers import InstanceHeader
from medviewer.io.sop_classes import LOSSY_SYNTAXES, instance_kind, needs_detail

_UIDS = ("sop_instance_uid", "sop_class_uid", "study_uid", "series_uid", "frame_of_reference_uid")
_valid_uids: set[str] = set()


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
    notes = NoteList()
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
    if "laterality" not in values and IMAGE_LATERALITY in found:
        values["laterality"] = decoder.text(found[IMAGE_LATERALITY])
    if DISPLAY_RATE in found:
        rate = decimal(found[DISPLAY_RATE], add, "recommended display frame rate")
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


def _convert(found: dict[int, bytes], values: dict[str, Any], notes: NoteList, decoder: TextDecoder) -> None:
    """Turn raw values into fields of `values`."""
    plan, add = CONVERTERS, notes.add
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
            if len(memo) >= MEMO_ENTRIES:
                memo.clear()
            memo[raw] = value


def _values_of_run(found: dict[int, bytes]) -> tuple[dict[str, Any], dict[int, bytes]]:
    """Fields that can be kept for all files of a run, and the values that must be converted for each."""
    values: dict[str, Any] = {}
    rest: dict[int, bytes] = {}
    for key, raw in found.items():
        trial: dict[str, Any] = {}
        notes = NoteList()
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
    lossy = found.get(LOSSY, b"").strip(b" \0")
    values["lossy"] = lossy == b"01" or transfer_syntax_uid in LOSSY_SYNTAXES


def _b_value(found: dict[int, bytes]) -> float | None:
    raw = found.get(B_VALUE)
    if raw and len(raw) >= 8:
        return _binary_float(raw[:8])
    for creator, name, element, stored in PRIVATE_B_VALUES:
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
    if len(_valid_uids) >= MEMO_ENTRIES:
        _valid_uids.clear()
    _valid_uids.add(uid)
    return True


def made_uid(*parts: object) -> str:
    """A UID of the form 2.25.<integer> (PS3.5 B.2) that depends on `parts` only."""
    joined = "\0".join("" if part is None else str(part) for part in parts)
    return f"2.25.{int.from_bytes(hashlib.sha256(joined.encode('utf-8', 'surrogateescape')).digest()[:16], 'big')}"
