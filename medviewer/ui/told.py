"""Sentences of the rooms below the window, in its language: errors, reasons why a file is not shown, warnings.

The readers know no languages: they speak English, with names and numbers put in. Here a finished sentence is found
again by its pattern and said in the language of the window; one that is not in the list stays English.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication

from medviewer.ui.told_sentences import COMPOSED, OPEN_WORDS, REASONS, SENTENCES

_END = r"(?<=[.?])[ \n]+(?=[A-Z0-9“])"
_BETWEEN_SENTENCES = re.compile(_END)

_TITLES = ("Operations", "Lab", "Told")
"""Where the titles of steps, parameters and classifiers are translated."""

Places = tuple[tuple[str, str], ...]


class Template:
    """A sentence with places for what is put in; its pattern is made when a sentence has the same words."""

    def __init__(self, source: str, value: str) -> None:
        self.source = source
        self._pieces = re.split(r"\{(\w)\}", source)
        self._words = tuple(filter(None, self._pieces[::2]))
        self._value = value

    def places_of(self, sentence: str) -> Places | None:
        """What stands in the places of a sentence; None where it is another one."""
        if not all(words in sentence for words in self._words):
            return None
        found = self._pattern.fullmatch(sentence)
        return None if found is None else tuple(found.groupdict().items())

    @functools.cached_property
    def _pattern(self) -> re.Pattern[str]:
        pieces = (f"(?P<{p}>{self._value})" if n % 2 else re.escape(p) for n, p in enumerate(self._pieces))
        return re.compile("".join(pieces))


Patterns = tuple[Template, ...]


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
    if QCoreApplication.translate("Told", SENTENCES[0]) == SENTENCES[0]:
        return text  # the window speaks English too
    whole = _found(text, _patterns)
    if whole is not None:
        return whole
    parts = _BETWEEN_SENTENCES.split(text)
    shown = [_found(part, _patterns) or part for part in parts]
    if shown != parts:
        return re.sub(r"(?<=[。？]) (?=\S)", "", " ".join(shown))
    # A name that is put in may look like the end of a sentence: "Dr. Smith.dcm".
    return _one(text)


def told_reason(text: str) -> str:
    """Why a series was split, in the window's language: ``"coronal, phase 3"``, phrase by phrase."""
    comma = QCoreApplication.translate("Told", ", ")
    return comma.join(_found(part, _reason_patterns) or part for part in text.split(", "))


def _one(sentence: str) -> str:
    """A sentence in the window's language, whatever the names in it look like; itself where it is not known."""
    return _found(sentence, _loose_patterns) or sentence


def _found(sentence: str, patterns: Callable[[], Patterns]) -> str | None:
    """What one sentence or phrase is in the window's language; None where it is not known."""
    exact = QCoreApplication.translate("Told", sentence)
    if exact != sentence:
        return exact
    found = _matched(sentence, patterns)
    if found is None:
        return None
    source, places = found
    values = {place: _value(place, value) for place, value in places}
    # In one pass: a file name may hold braces of its own.
    pieces = re.split(r"\{(\w)\}", QCoreApplication.translate("Told", source))
    return "".join(values.get(piece, "") if n % 2 else piece for n, piece in enumerate(pieces))


@functools.lru_cache(4096)
def _matched(sentence: str, patterns: Callable[[], Patterns]) -> tuple[str, Places] | None:
    """The source of a sentence and what stands in its places: lists ask for the same few again and again."""
    for template in patterns():
        places = template.places_of(sentence)
        if places is not None:
            return template.source, places
    return None


def _value(place: str, value: str) -> str:
    """What is put in, in the window's language; titles of the program where the place has a capital letter."""
    if place.isupper():
        return _title(value) or ", ".join(_title(part) or part for part in value.split(", "))
    known = _found(value, _word_patterns)
    if known is None and value.endswith("."):  # a sentence after a colon
        known = _found(value[:1].upper() + value[1:], _patterns)
    return known or value


def _title(title: str) -> str:
    """A title in the window's language; empty where it is not known."""
    for context in _TITLES:
        shown = QCoreApplication.translate(context, title)
        if shown != title:
            return shown
    return ""


@functools.cache
def _patterns() -> Patterns:
    return _with_places((*SENTENCES, *COMPOSED), rf"(?:(?!{_END}).)+?")


@functools.cache
def _loose_patterns() -> Patterns:
    return _with_places((*SENTENCES, *COMPOSED))


@functools.cache
def _reason_patterns() -> Patterns:
    return _with_places(REASONS)


@functools.cache
def _word_patterns() -> Patterns:
    # Why a column is left out stands alone, and after "is no feature:".
    return _with_places((*OPEN_WORDS, *(s for s in SENTENCES if s[0].islower())))


def _with_places(sources: Iterable[str], value: str = ".+?") -> Patterns:
    """The sentences with something put in, as patterns; those with more words of their own first."""
    open_ones = sorted((s for s in sources if "{" in s), key=len, reverse=True)
    return tuple(Template(source, value) for source in open_ones)
