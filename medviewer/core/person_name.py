"""DICOM person names and dates for people to read."""

from __future__ import annotations


def readable_name(value: str) -> str:
    """A person name (VR PN, PS3.5 6.2.1) as a line of text.

    Parameters
    ----------
    value : str
        ``family^given^middle^prefix^suffix``, up to three groups joined by ``=`` (alphabetic, ideographic, phonetic).

    Returns
    -------
    str
        The alphabetic group as ``"Family, Given Middle"``, followed by the ideographic group in its own order
        (``"Wang, XiaoDong · 王小東"``); empty for an empty value.
    """
    groups = [group.strip() for group in value.split("=")]
    readable: list[str] = []
    for number, group in enumerate(groups[:2]):
        parts = [part.strip() for part in group.split("^")] + [""] * 5
        family, given, middle, prefix, suffix = parts[:5]
        if number == 1:
            text = family + given
        else:
            first = " ".join(part for part in (prefix, given, middle) if part)
            text = ", ".join(part for part in (family, first, suffix) if part)
        if text:
            readable.append(text)
    return " · ".join(readable)


def readable_date(value: str) -> str:
    """``"20040131"`` as ``"2004-01-31"``; anything else unchanged."""
    digits = value.replace(".", "").strip()
    if len(digits) >= 8 and digits[:8].isdigit():
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    return value.strip()


def readable_time(value: str) -> str:
    """``"134501.25"`` as ``"13:45"``; anything else unchanged."""
    digits = value.replace(":", "").strip()
    if len(digits) >= 4 and digits[:4].isdigit():
        return f"{digits[:2]}:{digits[2:4]}"
    return value.strip()
