"""Received text in tool tips: shown letter for letter, never taken for rich text."""

from __future__ import annotations

import html


def tool_tip(text: str) -> str:
    """Text for a tool tip.

    Qt guesses whether a tool tip is rich text: a patient name ``<img src=file:…>`` would open that file, or a
    server's share. Without ``<`` it never does, and the text comes back as it is; else it is escaped.
    """
    if "<" not in text:
        return text
    lines = html.escape(text).replace("\n", "<br>")
    return f'<p style="white-space: pre-wrap">{lines}</p>'
