"""Text of DICOM elements: SpecificCharacterSet (0008,0005) to str, never failing (PS3.3 C.12.1.1.2, PS3.5 6.1)."""

from __future__ import annotations

from functools import lru_cache

# Defined terms of PS3.3 tables C.12-2 to C.12-5 that need no escape sequences, by Python codec. The ISO 2022 forms
# start in the same repertoire and are decoded with it as long as no escape sequence occurs.
_CODECS = {
    "": "ascii",
    "ISO_IR 6": "ascii",
    "ISO_IR 13": "shift_jis",
    "ISO_IR 100": "latin_1",
    "ISO_IR 101": "iso8859_2",
    "ISO_IR 109": "iso8859_3",
    "ISO_IR 110": "iso8859_4",
    "ISO_IR 126": "iso8859_7",
    "ISO_IR 127": "iso8859_6",
    "ISO_IR 138": "iso8859_8",
    "ISO_IR 144": "iso8859_5",
    "ISO_IR 148": "iso8859_9",
    "ISO_IR 166": "iso8859_11",
    "ISO_IR 192": "utf_8",
    "ISO_IR 203": "iso8859_15",
    "GB18030": "gb18030",
    "GBK": "gbk",
}
# Terms seen in files that mean one of the above.
_SPELLINGS = {"UTF8": "ISO_IR 192", "UTF-8": "ISO_IR 192", "GB2312": "GB18030", "ASCII": "", "LATIN1": "ISO_IR 100"}


class TextDecoder:
    """Decodes the text of one data set.

    Parameters
    ----------
    specific_character_set : str
        Value of (0008,0005), values joined by a backslash; empty when absent.

    Attributes
    ----------
    warning : str
        A sentence, once something could not be decoded as declared; empty before.
    """

    def __init__(self, specific_character_set: str) -> None:
        self.declared = specific_character_set
        self.warning = ""
        self._codec, self._terms = _repertoire(specific_character_set)

    def text(self, raw: bytes) -> str:
        """`raw` as text without padding; bytes that are not valid become U+FFFD and set `warning`.

        Parameters
        ----------
        raw : bytes
            The value of an element of VR LO, LT, PN, SH, ST, UC or UT.

        Returns
        -------
        str
            Values stay joined by a backslash, groups of a person name by ``=``.
        """
        if self._terms and b"\x1b" in raw:
            return self._with_escapes(raw)
        if raw.isascii() and self._codec != "hz":
            return raw.decode("ascii").strip(" \0\t\r\n")
        if self._codec == "ascii":
            # Without a declared set only ASCII is legal. UTF-8 can be recognised, the rest is a guess.
            try:
                value = raw.decode("utf_8")
            except UnicodeDecodeError:
                value = raw.decode("latin_1")
            self.warning = (
                self.warning or "The file holds text without saying in which character set; it was guessed."
            )
            return value.strip(" \0\t\r\n")
        try:
            return raw.decode(self._codec).strip(" \0\t\r\n")
        except UnicodeDecodeError:
            self.warning = "Some text of the file is not valid in its declared character set."
            return raw.decode(self._codec, "replace").strip(" \0\t\r\n")

    def _with_escapes(self, raw: bytes) -> str:
        from pydicom.charset import decode_bytes

        codecs = _pydicom_encodings(self._terms)
        try:
            # The character set is reset at each delimiter (PS3.5 6.1.2.5.3).
            value: str = decode_bytes(raw, codecs, {0x0A, 0x0C, 0x0D, 0x5C, 0x5E, 0x3D})
            # pydicom trusts Python's codec of ISO-IR 58 to take the escape sequence away, which it does not.
            value = value.replace("\x1b$)A", "")
        except (LookupError, UnicodeError, ValueError):
            value = raw.decode(self._codec, "replace")
        if "�" in value or "\x1b" in value:
            self.warning = "Some text of the file is not valid in its declared character set."
            value = value.replace("\x1b", "�")
        return value.strip(" \0\t\r\n")


@lru_cache(maxsize=256)
def _repertoire(declared: str) -> tuple[str, tuple[str, ...]]:
    """The Python codec of the first value, and the terms when escape sequences are allowed."""
    terms = tuple(term.strip(" \0").upper() for term in declared.split("\\"))
    first = _canonical(terms[0])
    # Every ISO 2022 term, and any second value, allows code extensions.
    extended = len(terms) > 1 or "2022" in terms[0]
    codec = _CODECS.get(first, "")
    if not codec:
        codec = {"ISO_IR 149": "euc_kr", "ISO_IR 58": "gb2312"}.get(first, "ascii")
    return codec, terms if extended else ()


def _canonical(term: str) -> str:
    term = _SPELLINGS.get(term, term).replace("ISO-IR", "ISO_IR").replace("ISO_IR_", "ISO_IR ")
    term = term.replace("ISO 2022 IR", "ISO_IR").replace("ISO_2022_IR", "ISO_IR").replace("ISO 2022 GB", "GB")
    if term.startswith("ISO_IR") and not term.startswith("ISO_IR "):
        term = "ISO_IR " + term[6:].lstrip()
    return term


@lru_cache(maxsize=64)
def _pydicom_encodings(terms: tuple[str, ...]) -> list[str]:
    import warnings

    from pydicom.charset import convert_encodings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return list(convert_encodings([term or "ISO_IR 6" for term in terms]))
        except LookupError:
            return ["latin_1"]
