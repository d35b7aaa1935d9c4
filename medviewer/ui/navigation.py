"""Which series and study come next, in the order of the browser: patients, their studies, their series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medviewer.services.workspace import Workspace

PAGE = 200


class StudyOrder:
    """The catalog as one order to step through.

    What was looked up is kept until the catalog changes, so that a key held down costs no query per step. Series
    without images (reports, waveforms) are passed over.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._catalog = workspace.catalog
        self._patients: list[int] | None = None
        self._studies: dict[int, list[int]] = {}
        self._series: dict[int, list[tuple[int, str]]] = {}
        self._any: bool | None = None
        self._disconnect = workspace.catalog_changed.connect(self._forget)

    def _forget(self, _what: object) -> None:
        self._patients = None
        self._studies.clear()
        self._series.clear()
        self._any = None

    @property
    def has_studies(self) -> bool:
        """Whether the catalog holds anything."""
        if self._any is None:
            self._any = bool(self._catalog.patients("", limit=1, offset=0))
        return self._any

    # -- the order

    def _patient_ids(self) -> list[int]:
        if self._patients is None:
            self._patients = []
            while True:
                rows = self._catalog.patients("", limit=PAGE, offset=len(self._patients))
                self._patients += [int(row.id) for row in rows]
                if len(rows) < PAGE:
                    break
        return self._patients

    def _studies_of(self, patient: int) -> list[int]:
        if patient not in self._studies:
            found: list[int] = []
            while True:
                rows = self._catalog.studies("", patient=patient, limit=PAGE, offset=len(found))
                found += [int(row.id) for row in rows]
                if len(rows) < PAGE:
                    break
            self._studies[patient] = found
        return self._studies[patient]

    def _series_of(self, study: int) -> list[tuple[int, str]]:
        """Id and key of each series of a study that has images."""
        if study not in self._series:
            rows = self._catalog.series_of(study)
            self._series[study] = [(int(row.id), str(row.key)) for row in rows if row.n_frames > 0]
        return self._series[study]

    def _study_of(self, key: str) -> int | None:
        # A stack of a file with several is named by the series' key and a number behind "#".
        key = key.partition("#")[0]
        series = self._catalog.series_id(key) if key else None
        if series is None:
            return None
        study = self._catalog.study_of(series)
        return int(study) if study is not None else None

    def _from(self, patient_at: int, step: int) -> Iterator[int]:
        """Studies of the patients from a place on, forwards or backwards."""
        patients = self._patient_ids()
        for patient in patients[patient_at:] if step > 0 else patients[patient_at::-1] if patient_at >= 0 else []:
            yield from self._studies_of(patient)[::step]

    def _first_of(self, studies: Iterator[int] | Sequence[int]) -> int | None:
        return next((rows[0][0] for study in studies if (rows := self._series_of(study))), None)

    # -- steps

    def neighbour(self, key: str, step: int) -> int | None:
        """Id of the series `step` on in the same study; the first of all for an empty `key`; None at the end."""
        study = self._study_of(key)
        if study is None:
            return self._first_of(self._from(0, 1))
        rows = self._series_of(study)
        at = [k for _id, k in rows].index(key.partition("#")[0]) + step
        return rows[at][0] if 0 <= at < len(rows) else None

    def neighbour_study(self, key: str, step: int) -> int | None:
        """Id of the first series of the study `step` (1 or −1) on; studies without images are passed over."""
        study = self._study_of(key)
        if study is None:
            return self._first_of(self._from(0, 1))
        for at, patient in enumerate(self._patient_ids()):
            studies = self._studies_of(patient)
            if study in studies:
                place = studies.index(study)
                rest = studies[place + 1 :] if step > 0 else studies[:place][::-1]
                found = self._first_of(rest)
                return found if found is not None else self._first_of(self._from(at + step, step))
        return None

    def page(self, keys: Sequence[str], size: int, step: int) -> list[int]:
        """Ids of the next (or previous) `size` series of the study that `keys` are from; empty at its end."""
        shown = [key.partition("#")[0] for key in keys if key]
        study = next((s for key in shown if (s := self._study_of(key)) is not None), None)
        if study is None:
            first = next((s for s in self._from(0, 1) if self._series_of(s)), None)
            return [] if first is None else [i for i, _key in self._series_of(first)[:size]]
        rows = self._series_of(study)
        places = [i for i, (_id, key) in enumerate(rows) if key in shown]
        if not places:
            return []
        if step > 0:
            start = max(places) + 1
        elif min(places) == 0:
            return []
        else:
            start = max(0, min(places) - size)
        return [i for i, _key in rows[start : start + size]]
