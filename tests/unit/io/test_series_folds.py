"""Which parts of a series are one line of the list."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from medviewer.io.catalog import Catalog
from medviewer.io.catalog_rows import SeriesRow
from medviewer.io.scan import scan
from medviewer.io.series_folds import FOLD_FROM, SeriesFold, folds
from tests.helpers.dicom_factory import make_instance


def row(n: int, reason: str, **other: object) -> SeriesRow:
    values: dict[str, object] = {
        "id": n,
        "key": f"k{n}",
        "uid": "1.2",
        "part": n,
        "parts": 9,
        "split_reason": reason,
        "kind": "image",
        "modality": "MR",
        "description": "BOLD",
        "number": 4,
        "rows": 64,
        "columns": 64,
        "n_frames": 36,
        "n_files": 36,
        "warnings": (),
        "study": 1,
        "date": "",
        "time": "",
        "body_part": "",
    }
    return SeriesRow(**(values | other))  # type: ignore[arg-type]


def shape(rows: list[SeriesRow]) -> list[object]:
    return [tuple(p.id for p in item.parts) if isinstance(item, SeriesFold) else item.id for item in folds(rows)]


def test_phases_of_one_series_are_one_line_where_the_first_stands() -> None:
    rows = [row(1, "", uid="9", parts=1), *(row(n, f"phase {n}") for n in (2, 3, 4)), row(5, "", uid="8", parts=1)]
    assert shape(rows) == [1, (2, 3, 4), 5]


def test_parts_that_differ_in_more_than_a_number_stay_lines() -> None:
    rows = [
        row(1, "localizer, coronal", n_frames=3),
        row(2, "phase 1"),
        row(3, "phase 2"),
        row(4, "phase 3"),
        row(5, "phase 4", n_frames=20),  # cut short: must be seen
        row(6, "PHASE MAP, phase 1"),
        row(7, "PHASE MAP, phase 2"),
        row(8, "PHASE MAP, phase 3"),
    ]
    assert shape(rows) == [1, (2, 3, 4), 5, (6, 7, 8)]


def test_what_is_looked_at_one_by_one_is_not_folded() -> None:
    clips = [row(n, f"30 frames, file {n}", modality="US", n_frames=30) for n in range(1, 6)]
    assert shape(clips) == [1, 2, 3, 4, 5]
    by_hand = [row(n, f"file {n}", n_frames=1) for n in range(1, 6)]
    assert shape(by_hand) == [1, 2, 3, 4, 5]
    echoes = [row(n, f"echo time {n * 10} ms", parts=2) for n in (1, 2)]
    assert shape(echoes) == [1, 2]
    plans = [row(n, f"rt {n}", kind="rt", n_frames=0) for n in range(1, 5)]
    assert shape(plans) == [1, 2, 3, 4]


def test_other_series_and_studies_do_not_mix() -> None:
    rows = [row(n, f"phase {n}", uid=f"1.{n % 2}", study=n % 3) for n in range(1, 13)]
    for item in folds(rows):
        if isinstance(item, SeriesFold):
            assert len({(part.uid, part.study) for part in item.parts}) == 1


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from(("", "phase {}", "b-value {} s"))),
        max_size=30,
    )
)
def test_every_row_is_there_once(made: list[tuple[int, int, str]]) -> None:
    rows = [
        row(n, words.format(n), uid=str(uid), n_frames=1 + size, parts=5)
        for n, (uid, size, words) in enumerate(made, 1)
    ]
    ids = [part.id for item in folds(rows) for part in (item.parts if isinstance(item, SeriesFold) else (item,))]
    assert sorted(ids) == [r.id for r in rows]
    assert all(len(item.parts) >= FOLD_FROM for item in folds(rows) if isinstance(item, SeriesFold))


def test_volumes_of_real_files_fold_in_the_catalog(tmp_path: Path) -> None:
    for phase in range(1, 6):
        for k in range(2):
            make_instance(
                tmp_path / "files" / f"{phase}-{k}.dcm",
                k=10 * phase + k,
                Modality="MR",
                pixels=np.zeros((8, 8), np.int16),
                ImagePositionPatient=[0.0, 0.0, 3.0 * k],
                TemporalPositionIdentifier=phase,
                InstanceNumber=2 * phase + k,
            )
    with Catalog(tmp_path / "catalog") as catalog:
        catalog.add(list(scan([tmp_path / "files"])))
        (study,) = catalog.studies()
        (fold,) = folds(catalog.series_of(study.id))
        assert isinstance(fold, SeriesFold)
        assert [part.part for part in fold.parts] == [1, 2, 3, 4, 5]
        assert fold.has_volumes
        assert fold.first.n_frames == 2
