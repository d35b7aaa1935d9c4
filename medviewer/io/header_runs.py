"""Runs of elements that files of a series repeat byte for byte, so that the parser jumps over a run at once.

Most of a header is the same in all slices. The runs are learnt by comparing two files; a run is used only where the
bytes at an element's start are equal to it, so that the outcome is that of parsing every element: what follows an
element boundary depends on nothing before it (PS3.5 7.1).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

MIN_RUN_BYTES = 32
MAX_PAUSE = 64
FEW_STEPS = 24  # a file read in so few steps gains nothing more


@dataclass(slots=True)
class Run:
    """Consecutive elements: their bytes, the wanted values among them, and the noted tags.

    `values` are header fields made of `found` once for all files; None while not made, and without those that depend
    on the character set or have to be warned of.
    """

    data: bytes
    found: dict[int, bytes]
    noted: frozenset[int]
    values: dict[str, Any] | None = None
    rest: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a parsed header, for comparison: where it lies in its buffer."""

    tag: int
    start: int
    end: int


class RunMemory:
    """What was learnt of the last files, for one thread and one syntax.

    Attributes
    ----------
    runs : dict
        First tag of a run to the run.
    """

    def __init__(self) -> None:
        self.runs: dict[int, Run] = {}
        self._previous: dict[int, bytes] = {}
        self._wait = 0
        self._pause = 0

    def worth_learning(self, steps: int) -> bool:
        """Whether a file that took `steps` should be compared; less and less often where nothing repeats."""
        if steps <= FEW_STEPS:
            self._wait = self._pause = 0
            return False
        if self._wait > 0:
            self._wait -= 1
            return False
        self._wait = self._pause
        self._pause = min(MAX_PAUSE, 2 * self._pause or 1)
        return True

    def learn(self, buffer: bytes, elements: list[Element], found: dict[int, bytes], noted: set[int]) -> None:
        """Compare a file with the one learnt before.

        Parameters
        ----------
        buffer : bytes
            The start of the file.
        elements : list of Element
            All elements inside `buffer`, in order, without gaps.
        found, noted
            What the parser made of the file.
        """
        raws = {element.tag: buffer[element.start : element.end] for element in elements}
        runs: dict[int, Run] = {}
        same: list[Element] = []
        for element in [*elements, None]:
            if element is not None and self._previous.get(element.tag) == raws[element.tag]:
                same.append(element)
                continue
            if same and same[-1].end - same[0].start >= MIN_RUN_BYTES:
                tags = [member.tag for member in same]
                runs[tags[0]] = Run(
                    buffer[same[0].start : same[-1].end],
                    {tag: found[tag] for tag in tags if tag in found},
                    frozenset(tag for tag in tags if tag in noted),
                )
            same = []
        if len(raws) == len(elements):  # a tag that stands twice would make the comparison ambiguous
            self.runs, self._previous = runs, raws


class _Memories(threading.local):
    def __init__(self) -> None:
        self.explicit = RunMemory()
        self.implicit = RunMemory()


memories = _Memories()
