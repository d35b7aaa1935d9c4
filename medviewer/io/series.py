"""Instances to series: what the browser lists is one stack that can be scrolled.

A DICOM series may hold several stacks (a localizer, echoes, b-values, phases). `split_series` groups instances by
the rules of `SPLIT_RULES`; nothing is dropped: every instance ends in exactly one `Series` or in one `LeftOut`.
"""

from __future__ import annotations

import msgspec

from medviewer.io.headers import InstanceHeader


class Series(msgspec.Struct, kw_only=True):
    """One stack of instances as the browser lists it.

    Attributes
    ----------
    id : int
        Row of the catalog; 0 while not stored.
    uid : str
        SeriesInstanceUID (made from a hash of the path for files that have none).
    part, parts : int
        Which of how many stacks of the DICOM series, from 1.
    split_reason : str
        Why this stack is apart ("localizer", "echo time 80 ms", "b-value 1000", "phase 3"…), empty for one stack.
    instances : list of InstanceHeader
        In display order: along the slice normal where positions exist, else by number.
    kind, modality, description, number, date, time, n_frames, rows, columns, body_part
        For the list.
    """

    id: int = 0
    study_uid: str = ""
    uid: str = ""
    key: str = ""
    part: int = 1
    parts: int = 1
    split_reason: str = ""
    kind: str = "image"
    modality: str = ""
    number: int | None = None
    description: str = ""
    date: str = ""
    time: str = ""
    body_part: str = ""
    rows: int = 0
    columns: int = 0
    n_frames: int = 0
    warnings: tuple[str, ...] = ()
    instances: list[InstanceHeader] = []
