"""Instances to series: what the browser lists is one stack that can be scrolled.

A DICOM series may hold several stacks (a localizer, echoes, b-values, phases). `split_series` groups instances by
the rules of `series_rules`; nothing is dropped: every instance ends in exactly one `Series` or, when it is a copy,
in one `LeftOut`.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from medviewer.io import series_rules as rules
from medviewer.io.headers import InstanceHeader, LeftOut
from medviewer.io.pixel_compare import same_pixels as read_and_compare
from medviewer.io.series_rules import HARD_RULES, SOFT_RULES, Rule

SamePixels = Callable[[InstanceHeader, InstanceHeader], bool]

_OWN_KINDS = frozenset({"waveform", "document", "rt", "segmentation", "volume", "raster"})
_RANGE_RULES = frozenset({"acquisition", "station"})  # their groups may cover different ranges of places
_UNRELIABLE_RULES = frozenset({"frame_of_reference", "trigger", "acquisition_time", "contrast", "thickness"})
_STATION = next(rule for rule in SOFT_RULES if rule.name == "station")
_SHOWN = frozenset({"image", "volume", "raster", "segmentation"})


class Series(msgspec.Struct, kw_only=True):
    """One stack of instances as the browser lists it.

    Attributes
    ----------
    id : int
        Row of the catalog; 0 while not stored.
    uid : str
        SeriesInstanceUID (made from a hash of the path for files that have none).
    key : str
        Stable name of this stack: a hash of the study, the series and what sets the stack apart.
    part, parts : int
        Which of how many stacks of the DICOM series, from 1.
    split_reason : str
        Why this stack is apart ("localizer", "echo time 80 ms", "b-value 1000", "phase 3"…), empty for one stack.
    instances : list of InstanceHeader
        In display order: along the slice normal where positions exist, else by number.
    n_frames : int
        Images to scroll through: frames of DICOM files, slices of volumes; 0 for reports, structures, waveforms.
    kind, modality, description, number, date, time, rows, columns, body_part
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


@dataclass
class Grouping:
    """All stacks of some instances, and the copies that are not shown."""

    series: list[Series] = field(default_factory=list)
    duplicates: list[tuple[InstanceHeader, LeftOut]] = field(default_factory=list)


@dataclass
class _Group:
    """Instances that belong together so far, why, and by which values."""

    headers: list[InstanceHeader]
    reasons: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()


def split_series(headers: Iterable[InstanceHeader]) -> list[Series]:
    """Group instances into stacks; see `group_instances`, which also says which instances are copies."""
    return group_instances(headers).series


def group_instances(headers: Iterable[InstanceHeader], *, same_pixels: SamePixels = read_and_compare) -> Grouping:
    """Group instances of any number of studies into stacks.

    The outcome does not depend on the order of `headers`.

    Parameters
    ----------
    headers : iterable of InstanceHeader
        Each file once.
    same_pixels : callable, optional
        Whether two images of the same place hold equal pixels; asked only where nothing else tells them apart.

    Returns
    -------
    Grouping
        Every instance is in exactly one series or one of the duplicates.
    """
    grouping = Grouping()
    by_uid: dict[tuple[str, str, str], list[InstanceHeader]] = defaultdict(list)
    for header in _without_copies(headers, grouping):
        by_uid[header.patient_id, header.study_uid, header.series_uid].append(header)
    for key in sorted(by_uid):
        groups = _split_hard(by_uid[key])
        stacks: list[_Group] = []
        for group in groups:
            kept = _Group(_without_equal_pixels(group.headers, grouping, same_pixels), group.reasons, group.signature)
            stacks += _split_repeats(kept)
        stacks.sort(key=_part_order)
        for number, stack in enumerate(stacks, 1):
            grouping.series.append(make_series(stack.headers, stack.reasons, stack.signature, number, len(stacks)))
    return grouping


def split_by(headers: Sequence[InstanceHeader], by: str) -> list[tuple[str, list[InstanceHeader]]]:
    """Split one stack by hand.

    Parameters
    ----------
    headers : sequence of InstanceHeader
    by : str
        ``instance`` (every file by itself), ``position`` (repetitions of a place), or the name of a rule
        (``orientation``, ``image_type``, ``echo``, ``b_value``, ``acquisition``…).

    Returns
    -------
    list of (reason, headers)
        In display order; one entry when the stack does not differ in it.

    Raises
    ------
    KeyError
        There is no such rule.
    """
    ordered = in_display_order(headers)
    if by == "instance":
        return [(f"file {number}", [header]) for number, header in enumerate(ordered, 1)]
    if by == "position":
        groups = _by_rank(_Group(ordered))
        return [(group.reasons[0] if group.reasons else "", group.headers) for group in groups]
    rule = {rule.name: rule for rule in (*HARD_RULES, *SOFT_RULES)}[by]
    values = rule.values(ordered)
    parts: dict[Hashable, list[InstanceHeader]] = {}
    for value, header in zip(values, ordered, strict=True):
        parts.setdefault(value, []).append(header)
    return [(rule.label(value), part) for value, part in parts.items()]


def make_series(
    headers: Sequence[InstanceHeader], reasons: Sequence[str], signature: Sequence[str], part: int, parts: int
) -> Series:
    """A `Series` of `headers`, which become ordered; `reasons` are joined to `split_reason` when there are parts."""
    ordered = in_display_order(headers)
    first = ordered[0]

    def text(name: str) -> str:
        return next((value for header in ordered if (value := getattr(header, name))), "")

    warnings = tuple(dict.fromkeys(line for header in ordered for line in header.warnings))[:20]
    return Series(
        study_uid=first.study_uid,
        uid=first.series_uid,
        key=stack_key(first.patient_id, first.study_uid, first.series_uid, *signature),
        part=part,
        parts=parts,
        split_reason=(", ".join(filter(None, dict.fromkeys(reasons))) or f"part {part}") if parts > 1 else "",
        kind=first.kind,
        modality=first.modality,
        number=next((h.series_number for h in ordered if h.series_number is not None), None),
        description=text("series_description"),
        date=text("series_date") or text("acquisition_date") or text("study_date"),
        time=text("series_time") or text("acquisition_time"),
        body_part=text("body_part"),
        rows=first.rows,
        columns=first.columns,
        n_frames=sum(image_count(header) for header in ordered),
        warnings=warnings,
        instances=ordered,
    )


def image_count(header: InstanceHeader) -> int:
    """How many images an instance holds: its frames, the slices of all its volumes, 0 for what cannot be shown."""
    if not header.has_pixels:
        return 0
    slices = header.shape_zyx[0] if header.shape_zyx else 1
    return slices * max(1, header.frames)


def stack_key(*parts: str) -> str:
    """A short stable name for a stack, safe as a file name."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:24]


def in_display_order(headers: Sequence[InstanceHeader]) -> list[InstanceHeader]:
    """Along the slice normal (increasing IPP · n), or by number and name where a position is missing."""
    places = rules.locations(headers)
    if any(place is None for place in places):
        return sorted(headers, key=rules.stack_order)
    keyed = zip(places, headers, strict=True)
    return [h for _, h in sorted(keyed, key=lambda item: (item[0], rules.phase_order(item[1])))]


# --- copies


def _without_copies(headers: Iterable[InstanceHeader], grouping: Grouping) -> list[InstanceHeader]:
    """One instance for each SOP instance UID."""
    kept: dict[str, InstanceHeader] = {}
    result: list[InstanceHeader] = []
    for header in sorted(headers, key=copy_order):
        uid = header.sop_instance_uid
        other = kept.get(uid)
        if uid and other is not None:
            if same_instance(header, other):
                grouping.duplicates.append((header, left_as_copy(header, other)))
                continue
            header = with_own_identity(header)
        kept.setdefault(header.sop_instance_uid, header)
        result.append(header)
    return result


def copy_order(header: InstanceHeader) -> tuple[object, ...]:
    """Of copies the one without defects is shown, then the first by name."""
    return (len(header.warnings), *rules.identity(header))


def same_instance(a: InstanceHeader, b: InstanceHeader) -> bool:
    """Whether two headers with one SOP instance UID describe one instance, as far as headers tell."""
    return (
        a.series_uid == b.series_uid
        and a.study_uid == b.study_uid
        and a.patient_id == b.patient_id
        and a.instance_number == b.instance_number
        and a.position == b.position
        and (a.rows, a.columns, a.frames, a.samples) == (b.rows, b.columns, b.frames, b.samples)
        and (a.bits_allocated, a.bits_stored) == (b.bits_allocated, b.bits_stored)
    )


def with_own_identity(header: InstanceHeader) -> InstanceHeader:
    """The header of a different image that bears another's SOP instance UID, with a UID made from its place."""
    from medviewer.io.header_fields import made_uid

    return msgspec.structs.replace(
        header,
        sop_instance_uid=made_uid("same uid", header.sop_instance_uid, header.path, header.member),
        warnings=(*header.warnings, "Another, different image bears the same instance UID."),
    )


def left_as_copy(header: InstanceHeader, of: InstanceHeader, why: str = "same instance UID") -> LeftOut:
    """The entry of the list of files left out for a copy."""
    import os

    name = of.member or os.path.basename(of.path)
    return LeftOut(
        path=header.path,
        member=header.member,
        reason=f"Duplicate of {name} ({why}).",
        size=header.size,
        mtime_ns=header.mtime_ns,
    )


def _without_equal_pixels(
    headers: list[InstanceHeader], grouping: Grouping, same_pixels: SamePixels
) -> list[InstanceHeader]:
    """Drop images that repeat another one of the same place, pixel for pixel."""
    if len(headers) < 2 or headers[0].kind != "image" or headers[0].frames > 1:
        return headers
    places = rules.locations(headers)
    alike: dict[Hashable, list[InstanceHeader]] = defaultdict(list)
    kept: list[InstanceHeader] = []
    for place, header in zip(places, headers, strict=True):
        if place is None:
            kept.append(header)
        else:
            alike[(place, header.position, *(_moment(header)))].append(header)
    for group in alike.values():
        group.sort(key=rules.stack_order)
        shown: list[InstanceHeader] = []
        for header in group:
            original = next((other for other in shown if same_pixels(header, other)), None)
            if original is None:
                shown.append(header)
            else:
                left = left_as_copy(header, original, "same place and same pixels")
                grouping.duplicates.append((header, left))
        kept += shown
    return kept


def _moment(header: InstanceHeader) -> tuple[Hashable, ...]:
    """What tells images of one place apart without a look at their pixels."""
    return (
        header.temporal_position,
        header.b_value,
        header.echo_time,
        header.echo_number,
        header.trigger_time,
        header.inversion_time,
        header.flip_angle,
        header.acquisition_number,
        header.acquisition_datetime,
        header.acquisition_date,
        header.acquisition_time,
        header.image_type,
        header.pixel_length,
        header.slope,
        header.intercept,
    )


# --- splitting


def _split_hard(headers: list[InstanceHeader]) -> list[_Group]:
    own = [h for h in headers if h.frames > 1 or h.kind in _OWN_KINDS]
    own.sort(key=rules.stack_order)
    groups = [_Group([h], _own_reason(h, number), ("own", h.sop_instance_uid)) for number, h in enumerate(own, 1)]
    rest = [h for h in headers if not (h.frames > 1 or h.kind in _OWN_KINDS)]
    if not rest:
        return groups
    columns = [rule.values(rest) for rule in HARD_RULES]
    varied = [len(set(column)) > 1 for column in columns]
    by_values: dict[tuple[Hashable, ...], list[InstanceHeader]] = defaultdict(list)
    for header, values in zip(rest, zip(*columns, strict=True), strict=True):
        by_values[values].append(header)
    for values, members in by_values.items():
        reasons = tuple(
            rule.label(value) for rule, value, differs in zip(HARD_RULES, values, varied, strict=True) if differs
        )
        groups.append(_Group(members, reasons, tuple(_signature(value) for value in values)))
    return groups


def _own_reason(header: InstanceHeader, number: int) -> tuple[str, ...]:
    if header.frames > 1:
        return (f"{header.frames} frames, file {number}",)
    return (f"{header.kind} {number}",)


def _signature(value: Hashable) -> str:
    """A value as text that a later, slightly different cluster representative does not change."""
    if isinstance(value, tuple):
        return "\\".join(_signature(part) for part in value)
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00") if isinstance(value, float) else str(value)


def _split_repeats(group: _Group) -> list[_Group]:
    """Split a stack whose places repeat by the first soft rule that tells the repetitions apart, else by rank."""
    headers = group.headers
    if len(headers) < 2:
        return [group]
    places = rules.locations(headers)
    if any(place is None for place in places):
        return _split_without_places(group)
    most = max(Counter(places).values())
    if most == 1 or (len(set(places)) == 1 and len(set(_STATION.values(headers))) == 1):
        return [group]  # all apart, or all at one place: a cine, scrolled through time as one stack
    for rule in SOFT_RULES:
        values = rule.values(headers)
        if _tells_apart(rule, values, places, most):
            return [part for child in _by_rule(group, rule, values) for part in _split_repeats(child)]
    return _by_rank(group)


def _split_without_places(group: _Group) -> list[_Group]:
    """Without positions only what is evenly repeated is a reason to split: as many images for every value."""
    for rule in SOFT_RULES:
        if rule.name in _UNRELIABLE_RULES or rule.name == "station":
            continue
        values = rule.values(group.headers)
        counts = Counter(values)
        if len(counts) > 1 and len(set(counts.values())) == 1 and min(counts.values()) > 1:
            return [part for child in _by_rule(group, rule, values) for part in _split_without_places(child)]
    return [group]


def _tells_apart(rule: Rule, values: Sequence[Hashable], places: Sequence[float | None], most: int) -> bool:
    """Whether the rule separates repetitions of a place, rather than varying from slice to slice."""
    distinct = set(values)
    if len(distinct) < 2 or len(distinct) > (max(2 * most, 8) if rule.name in _RANGE_RULES else 2 * most):
        return False
    counts = Counter(zip(values, places, strict=True))
    if max(counts.values()) >= most:
        return False
    if rule.name in _RANGE_RULES:
        return True
    covered = len(counts) / (len(distinct) * len(set(places)))
    if rule.name not in _UNRELIABLE_RULES:
        return covered > 0.5
    evenly = all(len({counts[value, place] for place in set(places)}) == 1 for value in distinct)
    return evenly and covered == 1.0


def _by_rule(group: _Group, rule: Rule, values: Sequence[Hashable]) -> list[_Group]:
    parts: dict[Hashable, list[InstanceHeader]] = defaultdict(list)
    for value, header in zip(values, group.headers, strict=True):
        parts[value].append(header)
    ordered = sorted(parts.items(), key=lambda item: min(map(rules.phase_order, item[1])))
    children: list[_Group] = []
    for number, (value, members) in enumerate(ordered, 1):
        label = rule.label(value) or f"phase {number}"
        signature = (*group.signature, rule.name, _signature(value))
        children.append(_Group(members, (*group.reasons, label), signature))
    return children


def _by_rank(group: _Group) -> list[_Group]:
    """The k-th image of every place makes phase k."""
    places = rules.locations(group.headers)
    at_place: dict[float | None, list[InstanceHeader]] = defaultdict(list)
    for place, header in zip(places, group.headers, strict=True):
        at_place[place].append(header)
    if None in at_place:
        return [group]
    phases: list[list[InstanceHeader]] = []
    for members in at_place.values():
        for rank, header in enumerate(sorted(members, key=rules.phase_order)):
            if rank == len(phases):
                phases.append([])
            phases[rank].append(header)
    if len(phases) < 2:
        return [group]
    return [
        _Group(members, (*group.reasons, f"phase {number}"), (*group.signature, "rank", str(number)))
        for number, members in enumerate(phases, 1)
    ]


def _part_order(group: _Group) -> tuple[object, ...]:
    first = min(group.headers, key=rules.phase_order)
    lowest = min(group.headers, key=rules.stack_order)
    return (
        first.kind not in _SHOWN,
        not first.has_pixels,
        rules.stack_order(lowest)[:1],
        rules.phase_order(first),
        group.signature,
    )
