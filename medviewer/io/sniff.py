"""What a file is by its first bytes, never by its name."""

from __future__ import annotations

import zlib

SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"NRRD000", "nrrd"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (0, b"II+\0", "tiff"),
    (0, b"MM\0+", "tiff"),
    (8, b"WAVE", "wav"),
    (0, b"0       ", "edf"),
    (0, b"\xffBIOSEMI", "bdf"),
    (0, b"%PDF", "PDF document"),
    (0, b"\x93NUMPY", "NumPy array"),
    (0, b"\x89HDF\r\n\x1a\n", "HDF5 file"),
    (0, b"MATLAB 5.0", "MATLAB file"),
    (0, b"GIF8", "GIF picture"),
    (0, b"BM", "BMP picture"),
    (4, b"ftyp", "MPEG-4 video or HEIF picture"),
    (0, b"\x1aE\xdf\xa3", "Matroska video"),
    (0, b"\0\0\x01\xba", "MPEG video"),
    (8, b"AVI ", "AVI video"),
    (0, b"\0\0\0\x0cjP  \r\n", "JPEG 2000 picture without DICOM"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000 codestream without DICOM"),
    (0, b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (0, b"Rar!", "RAR archive"),
    (257, b"ustar", "tar archive"),
    (0, b"BZh", "bzip2-compressed file"),
    (0, b"\xfd7zXZ\0", "xz-compressed file"),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard-compressed file"),
    (0, b"SQLite format 3\0", "SQLite database"),
    (0, b"\x7fELF", "program"),
    (0, b"MZ", "Windows program"),
    (0, b"\x80\x02", "Python pickle"),
    (0, b"\x80\x03", "Python pickle"),
    (0, b"\x80\x04", "Python pickle"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Microsoft Office document"),
)
_META_KEYS = (b"ObjectType", b"NDims", b"DimSize", b"Comment", b"ObjectSubType")
PICTURES = frozenset({"png", "jpeg", "tiff"})


def content_type(head: bytes) -> str:
    """The kind of a file that is not DICOM.

    Parameters
    ----------
    head : bytes
        The first bytes; 512 are enough.

    Returns
    -------
    str
        ``zip``, ``gzip``, ``nifti``, ``nrrd``, ``mha``, ``png``, ``jpeg``, ``tiff``, ``wav``, ``edf``, ``bdf``,
        ``text``, ``""`` for unknown binary data, or the name of a kind of file that is not read here.
    """
    if is_nifti(head):
        return "nifti"
    for offset, magic, name in SIGNATURES:
        if head.startswith(magic, offset):
            if name in {"wav", "AVI video"} and not head.startswith(b"RIFF"):
                continue
            if name == "BMP picture" and head[6:10] != b"\0\0\0\0":
                continue
            if name == "edf" and not (len(head) >= 256 and head[:256].isascii() and head[252:256].strip().isdigit()):
                continue
            return name
    if _is_text(head):
        first = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if first.startswith(_META_KEYS) and b"=" in first[:64]:
            return "mha"
        return "text"
    if first_line_is_meta_image(head):
        return "mha"
    return ""


def first_line_is_meta_image(head: bytes) -> bool:
    """Whether the file starts like a MetaImage header (with binary data behind it)."""
    return head.startswith(_META_KEYS) and b"=" in head[:32]


def is_nifti(head: bytes) -> bool:
    """Whether `head` (544 bytes or more) is a NIfTI-1 or NIfTI-2 header, single file or pair."""
    if head[344:348] in {b"n+1\0", b"ni1\0"}:
        return head[:4] in {b"\x5c\x01\0\0", b"\0\0\x01\x5c"}
    return head[:4] in {b"\x1c\x02\0\0", b"\0\0\x02\x1c"} and head[4:7] in {b"n+2", b"ni2"}


def text_kind(head: bytes) -> str:
    """What kind of text a text file is, for the reason why it is not shown."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if start.startswith((b"<?xml", b"<annotation")):
        return "XML file"
    if start.startswith((b"<!doctype html", b"<html")):
        return "web page"
    if start.startswith((b"{", b"[")):
        return "JSON or text file"
    return "text file"


def inflated_head(head: bytes, count: int = 1024) -> bytes:
    """The first `count` bytes of a gzip stream that starts with `head`; empty when it is damaged."""
    try:
        return zlib.decompressobj(31).decompress(head, count)
    except zlib.error:
        return b""


def _is_text(head: bytes) -> bool:
    sample = head[:2048]
    if not sample or b"\0" in sample:
        return sample.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16
    control = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in sample)
    if control:
        return False
    try:
        sample.decode("utf_8")
    except UnicodeDecodeError as error:
        # A character cut at the end of the sample is fine; other bytes above 127 must be few (Latin text).
        if error.start < len(sample) - 4:
            return sum(byte > 127 for byte in sample) * 10 < len(sample)
    return True
