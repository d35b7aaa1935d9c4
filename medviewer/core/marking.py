"""Marks words for the translation tools; the interface translates them when it shows them."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """`text` itself; the name makes the translation tools find it (Qt's convention, without Qt)."""
    return text
