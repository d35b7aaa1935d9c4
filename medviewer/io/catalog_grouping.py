"""Keeps the series of the catalog in step with its instances, and remembers what was grouped by hand."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from medviewer.errors import CatalogError
from medviewer.io.catalog_schema import folded
from medviewer.io.headers import InstanceHeader
from medviewer.io.series import Series, group_instances, make_series, split_by, stack_key

SeriesUid = tuple[int, str]  # study row, SeriesInstanceUID


@dataclass
class _Stored:
    id: int
    header: InstanceHeader
    series: int | None
    copy_of: str | None
    place: int


class Regrouper:
    """Derives `series` rows from `instances` rows inside the caller's transaction.

    Parameters
    ----------
    db : sqlite3.Connection
        The writer.
    decode : callable
        From the stored blob to the header.
    """

    def __init__(self, db: sqlite3.Connection, decode: Callable[[bytes], InstanceHeader]) -> None:
        self._db = db
        self._decode = decode

    def regroup_grown(self, touched: Iterable[SeriesUid]) -> None:
        """Group series that have at least doubled since they were grouped last: linear work over an import."""
        due: set[SeriesUid] = set()
        for study, uid in touched:
            total, grouped = self._db.execute(
                "SELECT count(*), count(series) + count(copy_of) FROM instances WHERE study = ? AND series_uid = ?",
                (study, uid),
            ).fetchone()
            if total >= 2 * grouped:
                due.add((study, uid))
        self.regroup(due)

    def regroup(self, touched: Iterable[SeriesUid]) -> None:
        """Group all instances of these DICOM series anew; series rows keep their id where they keep most images."""
        for members in self._closures(set(touched)):
            self._regroup_together(members)
            self._db.executemany("DELETE FROM unsettled WHERE study = ? AND series_uid = ?", sorted(members))

    # --- by hand

    def merge(self, series_ids: list[int]) -> int:
        """See `Catalog.merge`."""
        studies = {self._study_of(series_id) for series_id in series_ids}
        if len(series_ids) < 2 or len(studies) != 1:
            raise CatalogError("Only two or more series of one study can be merged.", "Select them in the list.")
        key = self._db.execute("SELECT key FROM series WHERE id = ?", (series_ids[0],)).fetchone()[0]
        grouping = stack_key("merged", key)
        touched: set[SeriesUid] = set()
        for series_id in series_ids:
            touched |= self._remember(series_id, grouping, "merged by hand")
        self.regroup(touched)
        row = self._db.execute(
            "SELECT i.series FROM instances AS i JOIN overrides AS o ON o.sop_uid = i.sop_uid"
            " WHERE o.grouping = ? AND i.series IS NOT NULL LIMIT 1",
            (grouping,),
        ).fetchone()
        return int(row[0])

    def split(self, series_id: int, by: str) -> list[int]:
        """See `Catalog.split`."""
        self._study_of(series_id)
        headers = [
            self._decode(blob)
            for (blob,) in self._db.execute("SELECT header FROM instances WHERE series = ?", (series_id,))
        ]
        try:
            parts = split_by(headers, by)
        except KeyError as error:
            raise CatalogError("There is no such way to split a series.") from error
        if len(parts) < 2:
            raise CatalogError("The images of this series do not differ in that.", "Choose another way to split it.")
        key = self._db.execute("SELECT key FROM series WHERE id = ?", (series_id,)).fetchone()[0]
        touched: set[SeriesUid] = set()
        groupings: list[str] = []
        for number, (reason, members) in enumerate(parts, 1):
            groupings.append(stack_key("split", key, by, str(number)))
            uids = [(h.study_uid, h.sop_instance_uid, groupings[-1], reason or f"part {number}") for h in members]
            self._db.executemany("INSERT OR REPLACE INTO overrides VALUES (?, ?, ?, ?)", uids)
        touched |= self._series_uids_of(series_id)
        self.regroup(touched)
        ids: list[int] = []
        for grouping in groupings:
            row = self._db.execute(
                "SELECT i.series FROM instances AS i JOIN overrides AS o ON o.sop_uid = i.sop_uid"
                " WHERE o.grouping = ? AND i.series IS NOT NULL LIMIT 1",
                (grouping,),
            ).fetchone()
            if row is not None:
                ids.append(int(row[0]))
        return ids

    def reset(self, series_id: int) -> None:
        """See `Catalog.reset`."""
        self._study_of(series_id)
        for members in self._closures(self._series_uids_of(series_id)):
            for study, uid in members:
                self._db.execute(
                    "DELETE FROM overrides WHERE sop_uid IN"
                    " (SELECT sop_uid FROM instances WHERE study = ? AND series_uid = ?)",
                    (study, uid),
                )
            self._regroup_together(members, apart=True)

    def _remember(self, series_id: int, grouping: str, reason: str) -> set[SeriesUid]:
        self._db.execute(
            "INSERT OR REPLACE INTO overrides SELECT t.uid, i.sop_uid, ?, ? FROM instances AS i"
            " JOIN studies AS t ON t.id = i.study WHERE i.series = ?",
            (grouping, reason, series_id),
        )
        return self._series_uids_of(series_id)

    def _series_uids_of(self, series_id: int) -> set[SeriesUid]:
        return set(
            self._db.execute("SELECT DISTINCT study, series_uid FROM instances WHERE series = ?", (series_id,))
        )

    def _study_of(self, series_id: int) -> int:
        row = self._db.execute("SELECT study FROM series WHERE id = ?", (series_id,)).fetchone()
        if row is None:
            raise CatalogError("This series is no longer in the catalog.", "Import its folder again.")
        return int(row[0])

    # --- grouping

    def _closures(self, touched: set[SeriesUid]) -> list[set[SeriesUid]]:
        """Sets of DICOM series that were joined by hand and so must be grouped together."""
        closures: list[set[SeriesUid]] = []
        while touched:
            members = {touched.pop()}
            pending = list(members)
            while pending:
                study, uid = pending.pop()
                joined = (
                    self._db.execute(
                        "SELECT DISTINCT other.study, other.series_uid FROM instances AS i"
                        " JOIN overrides AS o ON o.sop_uid = i.sop_uid"
                        " JOIN overrides AS p ON p.grouping = o.grouping AND p.study_uid = o.study_uid"
                        " JOIN instances AS other ON other.sop_uid = p.sop_uid AND other.study = i.study"
                        " WHERE i.study = ? AND i.series_uid = ? AND other.series_uid != i.series_uid",
                        (study, uid),
                    ).fetchall()
                    if self._has_overrides()
                    else []
                )
                for pair in joined:
                    if pair not in members:
                        members.add(pair)
                        pending.append(pair)
            touched -= members
            closures.append(members)
        return closures

    def _has_overrides(self) -> bool:
        return self._db.execute("SELECT 1 FROM overrides LIMIT 1").fetchone() is not None

    def _regroup_together(self, members: set[SeriesUid], *, apart: bool = False) -> None:
        stored: dict[str, _Stored] = {}
        manual: dict[str, list[InstanceHeader]] = defaultdict(list)
        reasons: dict[str, str] = {}
        free: list[InstanceHeader] = []
        study = 0
        for study, uid in members:
            for row_id, blob, series, copy_of, place, sop_uid, grouping, reason in self._db.execute(
                "SELECT i.id, i.header, i.series, i.copy_of, i.place, i.sop_uid, o.grouping, o.reason"
                " FROM instances AS i LEFT JOIN overrides AS o ON o.sop_uid = i.sop_uid"
                " WHERE i.study = ? AND i.series_uid = ?",
                (study, uid),
            ):
                header = self._decode(blob)
                stored[sop_uid] = _Stored(row_id, header, series, copy_of, place)
                if grouping is None:
                    free.append(header)
                else:
                    manual[grouping].append(header)
                    reasons[grouping] = reason
        automatic = group_instances(free)
        stacks = list(automatic.series)
        stacks += [
            make_series(headers, (reasons[grouping],), ("by hand", grouping), 1, 2)
            for grouping, headers in sorted(manual.items())
        ]
        if manual:
            _number_parts(stacks)
        for header, left in automatic.duplicates:
            row = stored[header.sop_instance_uid]
            if row.copy_of != left.reason:
                self._db.execute(
                    "UPDATE instances SET series = NULL, copy_of = ? WHERE id = ?", (left.reason, row.id)
                )
        self._store(members, study, stacks, stored)

    def _store(self, members: set[SeriesUid], study: int, stacks: list[Series], stored: dict[str, _Stored]) -> None:
        """Write the stacks; each takes over the old row that held most of its images, with id, key and thumbnail."""
        overlaps: list[tuple[int, int, int]] = []
        for number, stack in enumerate(stacks):
            shared = Counter(stored[h.sop_instance_uid].series for h in stack.instances)
            overlaps += [(-count, old, number) for old, count in shared.items() if old is not None]
        heir: dict[int, int] = {}
        for _, old, number in sorted(overlaps):
            if old not in heir.values() and number not in heir:
                heir[number] = old
        before = {row.series for row in stored.values() if row.series is not None}
        for pair in members:  # also rows whose images are all gone
            rows = self._db.execute(
                "SELECT id FROM series AS s WHERE study = ? AND uid = ?"
                " AND NOT EXISTS (SELECT 1 FROM instances AS i WHERE i.series = s.id)",
                pair,
            )
            before |= {row_id for (row_id,) in rows}
        for old in before - set(heir.values()):
            self._delete_series(old)
        for number, stack in enumerate(stacks):
            series_id = self._put_series(study, stack, heir.get(number))
            changes = [
                (series_id, place, row.id)
                for place, header in enumerate(stack.instances)
                if (row := stored[header.sop_instance_uid]).series != series_id
                or row.place != place
                or row.copy_of is not None
            ]
            self._db.executemany("UPDATE instances SET series = ?, place = ?, copy_of = NULL WHERE id = ?", changes)
            if changes:
                self._db.execute("DELETE FROM thumbnails WHERE series = ?", (series_id,))

    def _put_series(self, study: int, stack: Series, heir: int | None) -> int:
        values = (
            study,
            stack.uid,
            stack.part,
            stack.parts,
            stack.split_reason,
            stack.kind,
            stack.modality,
            stack.description,
            stack.number,
            stack.date,
            stack.time,
            stack.body_part,
            stack.rows,
            stack.columns,
            stack.n_frames,
            len(stack.instances),
            "\n".join(stack.warnings),
        )
        if heir is not None:
            self._db.execute(
                "UPDATE series SET study = ?, uid = ?, part = ?, parts = ?, split_reason = ?, kind = ?, modality = ?,"
                " description = ?, number = ?, date = ?, time = ?, body_part = ?, rows = ?, columns = ?,"
                " n_frames = ?, n_files = ?, warnings = ? WHERE id = ?",
                (*values, heir),
            )
            series_id = heir
        else:
            key, number = stack.key, 0
            while self._db.execute("SELECT 1 FROM series WHERE key = ?", (key,)).fetchone():
                number += 1
                key = stack_key(stack.key, str(number))
            cursor = self._db.execute(
                "INSERT INTO series (study, uid, part, parts, split_reason, kind, modality, description, number,"
                " date, time, body_part, rows, columns, n_frames, n_files, warnings, key)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, key),
            )
            series_id = int(cursor.lastrowid or 0)
        words = _words(stack)
        old = self._db.execute("SELECT words FROM search WHERE rowid = ?", (series_id,)).fetchone()
        if old is None:
            self._db.execute("INSERT INTO search (rowid, words) VALUES (?, ?)", (series_id, words))
        elif old[0] != words:
            self._db.execute("UPDATE search SET words = ? WHERE rowid = ?", (words, series_id))
        return series_id

    def _delete_series(self, series_id: int) -> None:
        self._db.execute("DELETE FROM search WHERE rowid = ?", (series_id,))
        self._db.execute("DELETE FROM series WHERE id = ?", (series_id,))


def _number_parts(stacks: list[Series]) -> None:
    """Number the parts of each DICOM series anew after stacks were added by hand."""
    by_uid: dict[str, list[Series]] = defaultdict(list)
    for stack in stacks:
        by_uid[stack.uid].append(stack)
    for parts in by_uid.values():
        for number, stack in enumerate(parts, 1):
            stack.part, stack.parts = number, len(parts)


def _words(stack: Series) -> str:
    """Everything a series can be found by, folded."""
    first = stack.instances[0]
    texts = (
        first.patient_name,
        # Chinese and Japanese names are typed without a blank between family and given name.
        "" if first.patient_name.isascii() else first.patient_name.replace("^", ""),
        first.patient_id,
        first.patient_birth_date,
        first.study_date,
        first.study_description,
        first.study_id,
        first.accession_number,
        first.institution,
        first.referring_physician,
        stack.description,
        stack.modality,
        stack.date,
        stack.body_part,
        first.protocol_name,
        stack.split_reason,
        os.path.basename(first.path) if first.format != "dicom" else "",
    )
    return " ".join(word for text in texts if (word := folded(text)))
