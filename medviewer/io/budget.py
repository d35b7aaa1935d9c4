"""One byte budget for everything that is allocated on a file's word.

Sizes are multiplied as Python integers, so a header that claims 65,000 × 65,000 × 10,000 pixels overflows nothing;
it is refused with a sentence before a byte is allocated.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache

from medviewer.errors import TooLarge

_FALLBACK_RAM_BYTES = 4 << 30
_HARMLESS_BYTES = 256 << 20
_MOST_PACKING = 300
_limit_bytes: int | None = None


@lru_cache(maxsize=1)
def ram_bytes() -> int:
    """Physical memory of this machine in bytes; 4 GiB when it cannot be told."""
    if sys.platform == "win32":
        return _windows_ram_bytes()
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return _FALLBACK_RAM_BYTES
    return total if total > 0 else _FALLBACK_RAM_BYTES


def _windows_ram_bytes() -> int:
    import ctypes

    class _Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong) for name in ("total", "free", "tp", "fp", "tv", "fv", "fe")
        ]

    status = _Status()
    status.length = ctypes.sizeof(_Status)
    windll = getattr(ctypes, "windll", None)
    if windll is None or not windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return _FALLBACK_RAM_BYTES
    return int(status.total)


def byte_budget() -> int:
    """How many bytes one volume may take: half of the memory unless set otherwise."""
    return _limit_bytes if _limit_bytes is not None else ram_bytes() // 2


def set_byte_budget(limit_bytes: int | None) -> None:
    """Set the budget (bytes > 0), or None for half of the memory."""
    global _limit_bytes
    _limit_bytes = limit_bytes


def readable_bytes(count: int) -> str:
    """A byte count as people read it (``"7.9 TB"``)."""
    value = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:,.1f} TB"


def require_bytes(count: int, what: str = "The image") -> None:
    """Raise TooLarge when `count` bytes are more than the budget."""
    limit = byte_budget()
    if count > limit:
        raise TooLarge(
            f"{what} would need {readable_bytes(count)} of memory, "
            f"and the program allows itself {readable_bytes(limit)}.",
            "Open a part of it, or a computer with more memory.",
        )


def require_plausible_packing(count: int, packed: int) -> None:
    """Raise TooLarge when a file of `packed` bytes claims `count` bytes of values: a bomb, or cut short.

    Deflate shrinks at most 1032 times; volumes, label maps too, shrink far less once they are large.
    """
    if count > _HARMLESS_BYTES and count > _MOST_PACKING * packed:
        raise TooLarge(
            f"The file claims {readable_bytes(count)} of values, far more than a file of its size can hold.",
            "It may be damaged or cut short: copy or send it again.",
        )
