"""What commands print: JSON on standard output, sentences and progress on standard error."""

from __future__ import annotations

import contextlib
import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_line(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def emit(value: Mapping[str, Any]) -> None:
    """One JSON object on a line of its own, whole when it leaves; ASCII, so that any path survives any terminal."""
    try:
        text = json.dumps(value, ensure_ascii=True, allow_nan=False, default=_plain)
    except ValueError:  # NaN and infinity are no JSON
        text = json.dumps(_finite(value), ensure_ascii=True, allow_nan=False, default=_plain)
    write_line(text)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: object) -> Any:
    for attribute in ("tolist", "_asdict"):  # numpy, named tuples
        method = getattr(value, attribute, None)
        if method is not None:
            return method()
    if isinstance(value, Path):
        return str(value)
    import msgspec

    return msgspec.to_builtins(value, enc_hook=str)


def say(sentence: str) -> None:
    """A line on standard error, whatever it holds."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(sentence.encode("utf-8", "backslashreplace").decode() + "\n")
        sys.stderr.flush()


class ProgressLine:
    """Progress on standard error: one line that is written over on a terminal, nothing elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr.isatty()
        self._last = -1

    def __call__(self, fraction: float, text: str = "") -> None:
        percent = int(100 * fraction)
        if self._shown and percent != self._last:
            self._last = percent
            sys.stderr.write(f"\r{self._what} {percent} %")
            sys.stderr.write("\n" if percent >= 100 else "")
            sys.stderr.flush()
