"""What is changed in the list of studies by hand: stacks merged, split, grouped anew; patients and studies removed.

These functions write the catalog and belong into the io lane; what the window has to let go of afterwards is in their
results.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medviewer.errors import DataError

WAYS = ("merge", "split", "reset")


def regroup(catalog: Any, how: str, series_ids: Sequence[int], by: str = "") -> set[str]:
    """Merge series, split one ``by`` a criterion, or group them automatically again (``"reset"``).

    Returns
    -------
    set of str
        Keys of series that are no more, or hold other images now.

    Raises
    ------
    CatalogError, DataError
        When that cannot be done; nothing has changed then.
    """
    if how not in WAYS:
        raise ValueError(f"no such regrouping: {how!r}")
    before = {row.key: row.n_files for row in (_row(catalog, series_id) for series_id in series_ids)}
    if how == "merge":
        catalog.merge(list(series_ids))
    elif how == "split":
        catalog.split(series_ids[0], by)
    else:
        for series_id in series_ids:
            if catalog.series_row(series_id) is not None:  # not already regrouped with the one before
                catalog.reset(series_id)
    return {key for key, n_files in before.items() if _n_files(catalog, key) != n_files}


def forget(catalog: Any, level: str, *row_ids: int) -> set[str]:
    """Remove patients, studies or series from the catalog; files stay.

    Returns
    -------
    set of str
        Keys of all series that went.

    Raises
    ------
    CatalogError, DataError
    """
    keys: set[str] = set()
    for row_id in row_ids:
        if level == "series":
            keys.add(_row(catalog, row_id).key)
        elif level == "study":
            keys |= {row.key for row in catalog.series_of(row_id)}
        elif level == "patient":
            studies = catalog.studies("", row_id, limit=-1)
            keys |= {row.key for study in studies for row in catalog.series_of(study.id)}
        else:
            raise ValueError(f"no such level: {level!r}")
    catalog.forget(level, *row_ids)
    return keys


def _row(catalog: Any, series_id: int) -> Any:
    row = catalog.series_row(series_id)
    if row is None:
        raise DataError("This series is no longer in the list.", "Import its files again.", "data.gone")
    return row


def _n_files(catalog: Any, key: str) -> int:
    """Number of files of a series; 0 when it is no more."""
    number = catalog.series_id(key)
    return 0 if number is None else int(catalog.series_row(number).n_files)
