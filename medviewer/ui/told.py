"""Sentences of the rooms below the window, in its language: errors, reasons why a file is not shown, warnings.

The readers know no languages: they speak English, with names and numbers put in. Here a finished sentence is found
again by its pattern and said in the language of the window; one that is not in the list stays English.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from medviewer.ui.told_sentences import REASONS, SENTENCES

_BETWEEN_SENTENCES = re.compile(r"(?<=[.])[ \n]+(?=[A-Z])")


def told(text: str) -> str:
    """One or several sentences in the window's language.

    Parameters
    ----------
    text : str
        English, as an error or a reader says it.

    Returns
    -------
    str
        Translated sentence by sentence; what is not known stays as it is.
    """
    whole = _one(text)
    if whole != text:
        return whole
    return re.sub(r"(?<=。) (?=\S)", "", " ".join(_one(part) for part in _BETWEEN_SENTENCES.split(text)))


def told_reason(text: str) -> str:
    """Why a series was split, in the window's language: ``"coronal, phase 3"``, phrase by phrase."""
    comma = QCoreApplication.translate("Told", ", ")
    return comma.join(_found(part, _reason_patterns()) for part in text.split(", "))


def _one(sentence: str) -> str:
    return _found(sentence, _patterns())


def _found(sentence: str, patterns: Iterable[tuple[re.Pattern[str], str]]) -> str:
    """What one sentence or phrase is in the window's language; itself where it is not known."""
    exact = QCoreApplication.translate("Told", sentence)
    if exact != sentence:
        return exact
    for pattern, source in patterns:
        found = pattern.fullmatch(sentence)
        if found is not None:
            shown = QCoreApplication.translate("Told", source)
            values = {name: QCoreApplication.translate("Told", value) for name, value in found.groupdict().items()}
            # In one pass: a file name may hold braces of its own.
            pieces = re.split(r"\{(\w)\}", shown)
            return "".join(values.get(piece, "") if n % 2 else piece for n, piece in enumerate(pieces))
    return sentence


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return _with_places(SENTENCES)


@functools.cache
def _reason_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return _with_places(REASONS)


def _with_places(sources: Iterable[str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The sentences with something put in, as patterns; those with more words of their own first."""
    open_ones = sorted((s for s in sources if "{" in s), key=len, reverse=True)
    return tuple((re.compile(re.sub(r"\\{(\w)\\}", r"(?P<\1>.+?)", re.escape(s))), s) for s in open_ones)
