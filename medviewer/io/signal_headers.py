"""Sampling rate, channels and duration of WFDB, EDF/BDF and WAV files from their headers alone."""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass

from medviewer.errors import UnreadableFile


@dataclass(frozen=True)
class SignalHeader:
    """What the header of a signal file says.

    Attributes
    ----------
    rate_hz : float or None
        Of the fastest channel.
    channels : int
        Number of signals.
    duration_s : float or None
        None when the file does not say.
    data_files : tuple of str
        Files that hold the samples, relative to the header's folder.
    """

    rate_hz: float | None
    channels: int
    duration_s: float | None
    data_files: tuple[str, ...] = ()


_WFDB_RECORD = re.compile(
    r"(?P<name>[\w.-]+)(/\d+)?\s+(?P<n>\d+)(\s+(?P<rate>[\d.eE+]+)\S*(\s+(?P<samples>\d+))?)?(\s.*)?"
)


def read_wfdb(text: str) -> SignalHeader | None:
    """Parse a WFDB header (https://physionet.org/physiotools/wag/header-5.htm); None when it is not one.

    Parameters
    ----------
    text : str
        The whole header file.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        return None
    record = _WFDB_RECORD.fullmatch(lines[0])
    if record is None:
        return None
    count = int(record["n"])
    signals = lines[1 : 1 + count]
    files: list[str] = []
    for line in signals:
        words = line.split()
        # A signal line is "file format …"; a multi-segment record has "record samples".
        if len(words) < 2 or not re.match(r"\d+", words[1]):
            return None
        if words[0] not in {"-", "~"} and words[0] not in files:
            files.append(words[0])
    if not 1 <= count <= 4096 or (len(signals) < count and "/" not in lines[0].split()[0]):
        return None
    rate = _positive(record["rate"]) if record["rate"] else 250.0  # the format's default
    samples = int(record["samples"]) if record["samples"] else 0
    if "/" in lines[0].split()[0]:
        files = [f"{line.split()[0]}.hea" for line in lines[1:] if line.split()[0] != "~"]
    return SignalHeader(rate, count, samples / rate if rate and samples else None, tuple(files))


def read_edf(head: bytes) -> SignalHeader:
    """Parse an EDF or BDF header (https://www.edfplus.info/specs/edf.html).

    Parameters
    ----------
    head : bytes
        256 bytes, and 256 more for each signal.

    Raises
    ------
    UnreadableFile
    """
    try:
        records, seconds = float(head[236:244]), float(head[244:252])
        count = int(head[252:256])
        start = 256 + 216 * count
        per_record = [int(head[start + 8 * i : start + 8 * i + 8]) for i in range(count)]
    except ValueError as error:
        raise UnreadableFile("The EDF header is damaged.") from error
    if count < 1 or not math.isfinite(records) or not math.isfinite(seconds):
        raise UnreadableFile("The EDF header is damaged.")
    rate = max(per_record) / seconds if seconds > 0 and max(per_record) > 0 else None
    return SignalHeader(rate, count, records * seconds if records >= 0 and seconds > 0 else None)


def read_wav(head: bytes, size: int) -> SignalHeader:
    """Parse the chunks of a RIFF WAVE file up to its data.

    Parameters
    ----------
    head : bytes
        The first bytes, up to the data chunk's header.
    size : int
        Of the file.

    Raises
    ------
    UnreadableFile
    """
    p, rate, channels, block = 12, 0, 0, 0
    while p + 8 <= len(head):
        name, length = head[p : p + 4], struct.unpack_from("<I", head, p + 4)[0]
        if name == b"fmt " and p + 24 <= len(head):
            channels, rate = struct.unpack_from("<HI", head, p + 10)
            (block,) = struct.unpack_from("<H", head, p + 20)
        if name == b"data":
            if not (rate and channels and block):
                break
            length = min(length, size - p - 8)
            return SignalHeader(float(rate), channels, length / block / rate)
        p += 8 + length + length % 2
    raise UnreadableFile("The WAV header is damaged.")


def _positive(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None
