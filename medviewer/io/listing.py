"""What is in folders and files, as data for other programs: the function of ``medviewer series FOLDER --json``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.scan import Scanner
from medviewer.io.series import Series, group_instances


def list_folder(
    paths: Iterable[str | os.PathLike[str]] | str | os.PathLike[str], check: Callable[[], None] | None = None
) -> dict[str, Any]:
    """Read folders or files and list their series, without a catalog.

    Parameters
    ----------
    paths : path or iterable of path
        Folders, files, DICOMDIR, ZIP archives.
    check : callable, optional
        Called before every file; raises to stop.

    Returns
    -------
    dict
        ``series`` (list of dict: uid, key, part, parts, split_reason, study_uid, patient_id, patient_name, modality,
        description, number, kind, n_files, n_frames, rows, columns, orientation (or None), warnings, files),
        ``left_out`` (path, reason of every file that is not in a series), ``not_read`` (path, reason of what is no
        regular file: broken links, files that a DICOMDIR lists and that are missing), ``files_read`` (the number of
        files in ``series`` and ``left_out`` together; archive members count) and ``images`` (files with pixels).
    """
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    headers: list[InstanceHeader] = []
    left: list[LeftOut] = []
    scanner = Scanner(check=check)
    for found in scanner.scan(paths):
        if isinstance(found, LeftOut):
            left.append(found)
        else:
            headers.append(found)
    grouping = group_instances(headers)
    left += [entry for _, entry in grouping.duplicates]
    left.sort(key=lambda entry: (entry.path, entry.member))
    return {
        "series": [_series(series) for series in grouping.series],
        "left_out": [_left_out(entry) for entry in left if entry.is_file],
        "not_read": [_left_out(entry) for entry in left if not entry.is_file],
        "files_read": scanner.files,
        "images": sum(header.has_pixels for series in grouping.series for header in series.instances),
    }


def _series(series: Series) -> dict[str, Any]:
    first = series.instances[0]
    return {
        "uid": series.uid,
        "key": series.key,
        "part": series.part,
        "parts": series.parts,
        "split_reason": series.split_reason,
        "study_uid": series.study_uid,
        "patient_id": first.patient_id,
        "patient_name": first.patient_name,
        "modality": series.modality,
        "description": series.description,
        "number": series.number,
        "kind": series.kind,
        "n_files": len(series.instances),
        "n_frames": series.n_frames,
        "rows": series.rows,
        "columns": series.columns,
        "orientation": list(first.orientation) or None,
        "warnings": list(series.warnings),
        "files": [_place(header) for header in series.instances],
    }


def _left_out(entry: LeftOut) -> dict[str, str]:
    return {"path": _place(entry), "reason": entry.reason}


def _place(item: InstanceHeader | LeftOut) -> str:
    """A path that any JSON writer takes; members of archives behind an exclamation mark."""
    place = f"{item.path}!{item.member}" if item.member else item.path
    return place.encode("utf_8", "backslashreplace").decode("utf_8")
