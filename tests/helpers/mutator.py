"""Damages DICOM and other files in ways that have brought other programs down; the same seed gives the same file."""

from __future__ import annotations

import gzip
import random
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

BOMB_BYTES = [1 << 18, 1 << 20]
"""What a deflate bomb unpacks to; larger ones are for runs by hand."""

Mutation = Callable[[bytes, random.Random], bytes]

ROWS, COLUMNS = (0x0028, 0x0010), (0x0028, 0x0011)
SHORTS = [(0x0028, e) for e in (0x0002, 0x0006, 0x0010, 0x0011, 0x0100, 0x0101, 0x0102, 0x0103, 0x0120)]
STRINGS = [(0x0028, 0x0008), (0x0028, 0x0030), (0x0020, 0x0032), (0x0020, 0x0037), (0x0028, 0x1053), (0x0028, 0x1052),
           (0x0028, 0x1050), (0x0028, 0x1051), (0x0018, 0x0050), (0x0020, 0x0013), (0x0028, 0x0004),
           (0x0008, 0x0016), (0x0008, 0x0018), (0x0020, 0x000D), (0x0020, 0x000E), (0x0002, 0x0010)]  # fmt: skip
NASTY_SHORTS = (0, 1, 2, 3, 7, 12, 15, 64, 255, 32767, 32768, 65000, 65535)
NASTY_STRINGS = (b"NaN", b"inf", b"-inf", b"1e308", b"-1", b"0", b"", b"999999999999", b"2147483647", b"1e-320",
                 b"../../../etc/passwd", b"/etc/shadow", b"C:\\CON", b"%s%n%x", b"\xff\xfe\x00", b"1\\2\\3\\4\\5\\6",
                 b"0\\0\\0\\0\\0\\0", b"nan\\nan", b"'; DROP TABLE x;--", b"1.2.840.10008.1.2.4.90",
                 b"1.2.840.10008.1.2.5", b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.4.102")  # fmt: skip


def _find(data: bytes, tag: tuple[int, int], rng: random.Random) -> tuple[int, int, int] | None:
    """(header offset, value offset, length) of an explicit little endian element with a short length."""
    key = struct.pack("<HH", *tag)
    hits: list[tuple[int, int, int]] = []
    at = data.find(key)
    while at >= 0 and len(hits) < 8:
        vr = data[at + 4 : at + 6]
        if vr.isalpha() and vr.isupper() and at + 8 <= len(data):
            (length,) = struct.unpack_from("<H", data, at + 6)
            hits.append((at, at + 8, length))
        at = data.find(key, at + 1)
    return rng.choice(hits) if hits else None


def flip_bits(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 4, 32, 256))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def flip_header_bits(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 3, 12))):
        out[rng.randrange(min(len(out), 2000))] ^= 1 << rng.randrange(8)
    return bytes(out)


def flip_tail_bits(data: bytes, rng: random.Random) -> bytes:
    """Into the pixels, where codecs look."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 8, 64))):
        out[rng.randrange(len(out) // 2, len(out))] = rng.randrange(256)
    return bytes(out)


def truncate(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def edit_length(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    hit = _find(data, rng.choice(SHORTS + STRINGS), rng)
    if hit is None:
        return flip_header_bits(data, rng)
    out[hit[0] + 6 : hit[0] + 8] = struct.pack("<H", rng.choice(NASTY_SHORTS))
    return bytes(out)


def edit_pixel_length(data: bytes, rng: random.Random) -> bytes:
    at = data.rfind(b"\xe0\x7f\x10\x00")
    if at < 0:
        return truncate(data, rng)
    out = bytearray(data)
    out[at + 8 : at + 12] = struct.pack("<I", rng.choice((0, 1, 2**31, 2**32 - 2, 2**32 - 1, 12345)))
    return bytes(out)


def edit_item_lengths(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    at = data.find(b"\xfe\xff\x00\xe0", rng.randrange(len(data)))
    if at < 0:
        at = data.find(b"\xfe\xff\x00\xe0")
    if at < 0:
        return flip_bits(data, rng)
    out[at + 4 : at + 8] = struct.pack("<I", rng.choice((0, 1, 3, 2**31, 2**32 - 1, len(data))))
    return bytes(out)


def duplicate_element(data: bytes, rng: random.Random) -> bytes:
    hit = _find(data, rng.choice(SHORTS + STRINGS), rng)
    if hit is None:
        return data + data[-100:]
    element = data[hit[0] : hit[1] + hit[2]]
    return data[: hit[0]] + element * rng.choice((2, 3, 1000)) + data[hit[1] + hit[2] :]


def remove_element(data: bytes, rng: random.Random) -> bytes:
    hit = _find(data, rng.choice(SHORTS + STRINGS), rng)
    return data[: hit[0]] + data[hit[1] + hit[2] :] if hit else data[132:]


def wrong_vr(data: bytes, rng: random.Random) -> bytes:
    hit = _find(data, rng.choice(SHORTS + STRINGS), rng)
    if hit is None:
        return flip_header_bits(data, rng)
    vr = rng.choice((b"SQ", b"UN", b"OB", b"DS", b"FD", b"ZZ", b"\0\0", b"UT", b"AT"))
    return data[: hit[0] + 4] + vr + data[hit[0] + 6 :]


def contradict_sizes(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for tag in rng.sample(SHORTS, rng.choice((1, 2, 3))):
        hit = _find(data, tag, rng)
        if hit is not None and hit[2] == 2:
            out[hit[1] : hit[1] + 2] = struct.pack("<H", rng.choice(NASTY_SHORTS))
    return bytes(out)


def nasty_strings(data: bytes, rng: random.Random) -> bytes:
    for tag in rng.sample(STRINGS, rng.choice((1, 2))):
        hit = _find(data, tag, rng)
        if hit is not None:
            value = rng.choice(NASTY_STRINGS)
            value += b" " * (len(value) % 2)
            data = data[: hit[0] + 6] + struct.pack("<H", len(value)) + value + data[hit[1] + hit[2] :]
    return data


def deep_sequences(data: bytes, rng: random.Random) -> bytes:
    depth = rng.choice((10, 70, 1000, 20000))
    opened = (b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff") * depth
    hit = _find(data, ROWS, rng)
    at = hit[0] if hit else len(data) // 2
    closed = (b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0") * (depth if rng.random() < 0.5 else 0)
    return data[:at] + opened + closed + data[at:]


def deflate_bomb(data: bytes, rng: random.Random) -> bytes:
    size = rng.choice(BOMB_BYTES)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = (
        packer.compress(data[400:2000] if len(data) > 2000 else data) + packer.compress(bytes(size)) + packer.flush()
    )
    uid = b"1.2.840.10008.1.2.1.99"
    meta = b"\x02\x00\x10\x00UI" + struct.pack("<H", len(uid)) + uid
    return bytes(128) + b"DICM" + b"\x02\x00\x00\x00UL\x04\x00" + struct.pack("<I", len(meta)) + meta + body


def shuffle_blocks(data: bytes, rng: random.Random) -> bytes:
    a, b = sorted(rng.randrange(len(data)) for _ in range(2))
    return data[:a] + data[b:] + data[a:b]


def plain_text(data: bytes, rng: random.Random) -> bytes:
    return (b"This is no image, " * rng.randrange(1, 500)) if rng.random() < 0.5 else data[128:]


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits, flip_header_bits, flip_tail_bits, truncate, edit_length, edit_pixel_length, edit_item_lengths,
    duplicate_element, remove_element, wrong_vr, contradict_sizes, nasty_strings, deep_sequences, deflate_bomb,
    shuffle_blocks, plain_text,
)  # fmt: skip


def mutants(originals: list[bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` damaged files with a name that says how; every kind comes equally often."""
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        mutation = MUTATIONS[number % len(MUTATIONS)]
        data = mutation(rng.choice(originals), rng)
        if rng.random() < 0.2:
            data = rng.choice(MUTATIONS[:12])(data, rng) if len(data) > 200 else data
        yield f"{number:05d}-{mutation.__name__}", data


def write_mutants(folder: Path, originals: list[bytes], count: int, seed: int) -> list[Path]:
    """Write them as files."""
    paths = []
    for name, data in mutants(originals, count, seed):
        path = folder / f"{name}.dcm"
        path.write_bytes(data)
        paths.append(path)
    return paths


# --- files that are not DICOM

_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
NASTY_NUMBERS = (b"0", b"-1", b"65000", b"2147483647", b"4294967296", b"9223372036854775807", b"1e308", b"nan",
                 b"inf", b"999999999999999999999", b"", b"x", b"0.0000001", b"/etc/passwd",
                 b"../../../etc/passwd")  # fmt: skip


def edit_text_numbers(data: bytes, rng: random.Random) -> bytes:
    """Numbers in the first kilobyte: sizes of NRRD, MHA, WFDB, EDF."""
    for _ in range(rng.choice((1, 2, 4))):
        hits = list(_NUMBER.finditer(data[:1024]))
        if hits:
            hit = rng.choice(hits)
            data = data[: hit.start()] + rng.choice(NASTY_NUMBERS) + data[hit.end() :]
    return data


def edit_words(data: bytes, rng: random.Random) -> bytes:
    """Four-byte words and half words in the first 400 bytes: sizes of NIfTI, PNG, WAV, ZIP."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 4))):
        at = rng.randrange(max(1, min(len(out), 400) - 4))
        order = rng.choice("<>")
        if rng.random() < 0.5:
            out[at : at + 4] = struct.pack(order + "I", rng.choice((0, 1, 255, 65535, 2**31 - 1, 2**31, 2**32 - 1)))
        else:
            out[at : at + 2] = struct.pack(order + "H", rng.choice(NASTY_SHORTS))
    return bytes(out)


def edit_end(data: bytes, rng: random.Random) -> bytes:
    """The last 300 bytes, where ZIP keeps its directory and TIFF may keep its own."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 4, 16))):
        out[rng.randrange(max(0, len(out) - 300), len(out))] = rng.randrange(256)
    return bytes(out)


def repeat_block(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + data[at : at + 64] * rng.choice((2, 100, 5000)) + data[at:]


def repack(data: bytes, rng: random.Random) -> bytes:
    """Damages what is inside a gzip stream and packs it again."""
    try:
        inside = gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return flip_bits(data, rng)
    return gzip.compress(rng.choice((edit_words, truncate, flip_header_bits, repeat_block))(inside, rng), 1)


OTHER_MUTATIONS: tuple[Mutation, ...] = (
    flip_bits, flip_header_bits, flip_tail_bits, truncate, edit_text_numbers, edit_words, edit_end, repeat_block,
    repack, shuffle_blocks,
)  # fmt: skip


def other_mutants(originals: list[tuple[str, bytes]], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` damaged files of any format from (ending, content), named by number, mutation and ending."""
    for number in range(count):
        rng = random.Random(f"other/{seed}/{number}")
        mutation = OTHER_MUTATIONS[number % len(OTHER_MUTATIONS)]
        ending, data = rng.choice(originals)
        data = mutation(data, rng)
        if rng.random() < 0.2 and len(data) > 200:
            data = rng.choice(OTHER_MUTATIONS[:7])(data, rng)
        yield f"{number:05d}-{mutation.__name__}{ending}", data
