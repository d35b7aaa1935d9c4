"""Which series and study come next, in the order of the browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from medviewer.services.workspace import Workspace

PAGE = 200


class StudyOrder:
    """The catalog's studies and series as one order to step through.

    What was looked up is kept until the catalog changes, so that a key held down costs no query per step.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._study_of: dict[str, int] = {}
        self._series: dict[int, list[Any]] = {}
        self._studies: list[int] | None = None
        self._any: bool | None = None
        self._disconnect = workspace.catalog_changed.connect(self._forget)

    def _forget(self, _what: object) -> None:
        self._study_of.clear()
        self._series.clear()
        self._studies = None
        self._any = None

    @property
    def has_studies(self) -> bool:
        """Whether the catalog holds anything."""
        if self._any is None:
            self._any = bool(self._workspace.catalog.studies("", limit=1, offset=0))
        return self._any

    def _study_rows(self) -> Iterator[Any]:
        catalog, offset = self._workspace.catalog, 0
        while True:
            rows = list(catalog.studies("", limit=PAGE, offset=offset))
            yield from rows
            if len(rows) < PAGE:
                return
            offset += PAGE

    def _all_studies(self) -> list[int]:
        if self._studies is None:
            self._studies = [int(row.id) for row in self._study_rows()]
        return self._studies

    def _series_of(self, study: int) -> list[Any]:
        if study not in self._series:
            rows = [row for row in self._workspace.catalog.series_of(study) if row.n_frames > 0]
            self._series[study] = rows
            for row in rows:
                self._study_of[row.key] = study
        return self._series[study]

    def _study(self, key: str) -> int | None:
        if key and key not in self._study_of:
            for study in self._all_studies():
                if any(row.key == key for row in self._series_of(study)):
                    break
        return self._study_of.get(key)

    def neighbour(self, key: str, step: int) -> int | None:
        """Id of the series `step` on in the same study; the first series of all for an empty `key`."""
        study = self._study(key)
        if study is None:
            return self._first_of(self._all_studies())
        rows = self._series_of(study)
        at = next(i for i, row in enumerate(rows) if row.key == key) + step
        return int(rows[at].id) if 0 <= at < len(rows) else None

    def neighbour_study(self, key: str, step: int) -> int | None:
        """Id of the first series of the study `step` on; studies without images are passed over."""
        studies = self._all_studies()
        study = self._study(key)
        if study is None:
            return self._first_of(studies)
        at = studies.index(study)
        return self._first_of(studies[at + 1 :] if step > 0 else studies[:at][::-1])

    def _first_of(self, studies: Sequence[int]) -> int | None:
        return next((int(rows[0].id) for study in studies if (rows := self._series_of(study))), None)

    def page(self, keys: Sequence[str], size: int, step: int) -> list[int]:
        """Ids of the next (or previous) `size` series of the study that `keys` are from; empty at its end."""
        shown = [key for key in keys if self._study(key) is not None]
        if not shown:
            first = self._first_of(self._all_studies())
            if first is None:
                return []
            study = next(s for s in self._all_studies() if self._series_of(s))
            return [int(row.id) for row in self._series_of(study)[:size]]
        study = self._study_of[shown[0]]
        rows = self._series_of(study)
        places = [i for i, row in enumerate(rows) if row.key in shown]
        start = max(places) + 1 if step > 0 else max(0, min(places) - size)
        if start >= len(rows) or (step < 0 and min(places) == 0):
            return []
        return [int(row.id) for row in rows[start : start + size]]
