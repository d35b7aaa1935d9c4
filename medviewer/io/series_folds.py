"""Parts of one DICOM series that repeat each other: the volumes of a 4-D series, cardiac phases, b-values, echoes.

The catalog lists every stack that can be scrolled. Two hundred volumes of one series are two hundred stacks, and one
line of a list: `folds` finds what belongs together.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from medviewer.io.catalog_rows import SeriesRow

FOLD_FROM = 3
"""So many parts make one line; two (magnitude and phase, two echoes) are looked at beside each other."""

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FILE = re.compile(r"\bfile \d+$")  # each file by itself: clips, and what was split so by hand


@dataclass(frozen=True, slots=True)
class SeriesFold:
    """Parts of a series that differ in a number only: phase, b-value, echo time.

    Attributes
    ----------
    parts : tuple of SeriesRow
        At least `FOLD_FROM`, in the order of their part numbers.
    """

    parts: tuple[SeriesRow, ...]

    @property
    def first(self) -> SeriesRow:
        """The part that stands for all."""
        return self.parts[0]

    @property
    def id(self) -> int:
        """Row of the first part; names the fold as long as the series is grouped like this."""
        return self.parts[0].id

    @property
    def has_volumes(self) -> bool:
        """Whether each part is a stack of several images."""
        return self.parts[0].n_frames > 1

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is said of any part, once."""
        return tuple(dict.fromkeys(line for row in self.parts for line in row.warnings))


def folds(rows: Iterable[SeriesRow]) -> list[SeriesRow | SeriesFold]:
    """Rows of a list with the parts that repeat each other put together, where the first of them stands.

    Parameters
    ----------
    rows : iterable of SeriesRow
        Of one or several studies, in the order of the list.

    Returns
    -------
    list of SeriesRow or SeriesFold
        Every row once, by itself or in a fold.

    Notes
    -----
    Parts are alike when study, SeriesInstanceUID, modality, matrix and number of images are the same and their
    reasons to be split differ in numbers only; a localizer, a volume that was cut short, each of several clips and
    the phase images beside the magnitudes are lines of their own.
    """
    listed = list(rows)
    alike: dict[Hashable, list[SeriesRow]] = {}
    for row in listed:
        likeness = _likeness(row)
        if likeness is not None:
            alike.setdefault(likeness, []).append(row)
    fold_of: dict[int, SeriesFold] = {}
    for parts in alike.values():
        if len(parts) >= FOLD_FROM:
            fold = SeriesFold(tuple(sorted(parts, key=lambda row: row.part)))
            fold_of.update((row.id, fold) for row in parts)
    found: list[SeriesRow | SeriesFold] = []
    placed: set[int] = set()
    for row in listed:
        whole = fold_of.get(row.id)
        if whole is None:
            found.append(row)
        elif whole.id not in placed:
            placed.add(whole.id)
            found.append(whole)
    return found


def _likeness(row: SeriesRow) -> Hashable | None:
    """What parts of a fold have in common; None for what is never folded."""
    if row.parts < FOLD_FROM or row.kind != "image" or not row.n_frames or _FILE.search(row.split_reason):
        return None
    pattern = _NUMBER.sub("#", row.split_reason)
    return row.study, row.uid, row.modality, row.rows, row.columns, row.n_frames, pattern
