"""Frames to stacks: sorted along their normal, apart by what makes them different, with gaps and tilt found.

Everything is computed from positions. GantryDetectorTilt, SliceLocation, SpacingBetweenSlices and the order of
frames or instance numbers are not looked at where positions exist: their signs and meanings vary by vendor.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Vector

SAME_POSITION_MM = 0.01
ONE_LOCATION = "All images lie at one location."
_SAME_DIRECTION = 1e-3  # radians; decimals of orientations differ within one acquisition
_SAME_ORIGIN_MM = 0.5
_SAME_SPACING = 1e-3  # relative
_TILT_RAD = 1e-3


@dataclass(frozen=True)
class Place:
    """Where a frame lies and what tells it from others at the same place.

    Attributes
    ----------
    index : int
        The caller's number of the frame.
    position : tuple of float or None
        ImagePositionPatient, mm.
    orientation : tuple of float or None
        ImageOrientationPatient, six direction cosines.
    size_yx : tuple of int
        Rows and columns.
    apart : hashable
        Frames that differ here never share a stack (segment, colour).
    marks : tuple of (name, value)
        What may tell frames at one position apart (time, b-value, echo…), in the order of trust.
    order : tuple of float
        Sorts frames without positions, and frames at one position.
    spacing : tuple of float
        Row and column spacing in mm; frames whose pixels differ in size never share a stack.
    """

    index: int
    position: Vector | None
    orientation: tuple[float, ...] | None
    size_yx: tuple[int, int]
    apart: tuple[tuple[str, Hashable], ...] = ()
    marks: tuple[tuple[str, Hashable], ...] = ()
    order: tuple[float, ...] = ()
    spacing: tuple[float, ...] = ()


@dataclass(frozen=True)
class Stack:
    """One scrollable stack, in order.

    Attributes
    ----------
    indices : tuple of int
        `Place.index` of each slice.
    label : str
        What tells the stack from its neighbours, empty for the only one.
    axis_x, axis_y, axis_z : tuple of float
        Orthonormal in-plane directions; `axis_z` follows the positions.
    spacing_z_mm : float or None
        Median distance along the normal; None for one location or no positions.
    offsets_mm : tuple of float
        Distance of every slice from the first, along the normal; empty when evenly spaced.
    """

    indices: tuple[int, ...]
    label: str = ""
    origin_mm: Vector = (0.0, 0.0, 0.0)
    axis_x: Vector = (1.0, 0.0, 0.0)
    axis_y: Vector = (0.0, 1.0, 0.0)
    axis_z: Vector = (0.0, 0.0, 1.0)
    has_position: bool = False
    spacing_z_mm: float | None = None
    offsets_mm: tuple[float, ...] = ()
    tilt_deg: float = 0.0
    missing: int = 0
    irregular: bool = False
    duplicates: tuple[tuple[int, int], ...] = field(default=())
    not_reconstructable: str = ""

    @property
    def step_mm(self) -> float | None:
        """Distance of slice centres along `axis_z` (longer than the spacing when tilted)."""
        return None if self.spacing_z_mm is None else self.spacing_z_mm / math.cos(math.radians(self.tilt_deg))


def orthonormal(orientation: Sequence[float]) -> tuple[Vector, Vector] | None:
    """The two directions of an orientation made orthonormal once, or None when it is no plane."""
    x = np.asarray(orientation[:3], dtype=np.float64)
    y = np.asarray(orientation[3:6], dtype=np.float64)
    if len(orientation) != 6 or not (np.isfinite(x).all() and np.isfinite(y).all()):
        return None
    length = float(np.linalg.norm(x))
    if length < 1e-3:
        return None
    x = x / length
    y = y - x * float(x @ y)
    length = float(np.linalg.norm(y))
    if length < 0.1:
        return None
    y = y / length
    return _vector(x), _vector(y)


def build_stacks(places: Sequence[Place]) -> list[Stack]:
    """Sort frames into stacks; the largest first, every frame in exactly one (or in `duplicates` of one).

    Frames are apart by size, `apart` and orientation; frames at the same position by the first marks that tell them
    apart, else by their order.
    """
    groups: list[tuple[Place, list[Place]]] = []
    for place in places:
        for first, members in groups:
            if _alike(first, place):
                members.append(place)
                break
        else:
            groups.append((place, [place]))
    stacks: list[Stack] = []
    for first, members in groups:
        label = ", ".join(f"{name} {_shown(value)}" for name, value in first.apart)
        for part_label, part in _split(members):
            stacks.append(_stack(part, ", ".join(filter(None, (label, part_label)))))
    stacks.sort(key=lambda stack: -len(stack.indices))
    return stacks


def _alike(a: Place, b: Place) -> bool:
    if a.size_yx != b.size_yx or a.apart != b.apart:
        return False
    if a.spacing != b.spacing and any(
        abs(p - q) > _SAME_SPACING * abs(p) for p, q in zip(a.spacing, b.spacing, strict=False)
    ):
        return False
    if a.orientation is None or b.orientation is None or a.position is None or b.position is None:
        return (a.position is None or a.orientation is None) == (b.position is None or b.orientation is None)
    return a.orientation == b.orientation or all(
        abs(p - q) <= _SAME_DIRECTION for p, q in zip(a.orientation, b.orientation, strict=False)
    )


def _normal_offsets(members: Sequence[Place]) -> NDArray[np.float64] | None:
    first = members[0]
    if first.position is None or first.orientation is None:
        return None
    axes = orthonormal(first.orientation)
    if axes is None:
        return None
    normal = np.cross(*axes)
    return np.array([member.position for member in members], dtype=np.float64) @ normal


def _split(members: list[Place]) -> list[tuple[str, list[Place]]]:
    """Parts whose frames lie at different positions."""
    offsets = _normal_offsets(members)
    if offsets is None or len(members) < 2:
        return [("", sorted(members, key=lambda m: (m.order, m.index)))]
    keys = _position_keys(offsets)
    if len(set(keys)) == len(keys):
        return [("", members)]
    if len(set(keys)) == 1:
        return [("", part) for part in _at_one_origin(members)]  # a cine
    names = [name for name, _ in min((member.marks for member in members), key=len)]
    most = max(keys.count(key) for key in set(keys))
    used: list[int] = []
    for i in range(len(names)):
        values = [member.marks[i][1] for member in members]
        if len(set(values)) < 2 or None in values:
            continue
        # A mark that makes more parts than frames share a position numbers slices (as bogus trigger times do).
        parts_made = len({tuple(member.marks[j][1] for j in (*used, i)) for member in members})
        if parts_made <= most and _tells_apart(members, keys, [*used, i]) > _tells_apart(members, keys, used):
            used.append(i)
    parts: dict[tuple[Hashable, ...], list[Place]] = {}
    for member in members:
        parts.setdefault(tuple(member.marks[i][1] for i in used), []).append(member)
    by_key = dict(zip((m.index for m in members), keys, strict=True))
    result: list[tuple[str, list[Place]]] = []
    for chosen, part in parts.items():
        label = ", ".join(f"{names[i]} {_shown(value)}" for i, value in zip(used, chosen, strict=True))
        for turn, layer in enumerate(_layers(part, by_key)):
            result.append((", ".join(filter(None, (label, f"repetition {turn + 1}" if turn else ""))), layer))
    return result


def _at_one_origin(members: list[Place]) -> list[list[Place]]:
    """Frames of one plane by where in it they begin: an image has one origin for all its slices."""
    parts: list[list[Place]] = []
    for member in members:
        for part in parts:
            if math.dist(part[0].position or (), member.position or ()) <= _SAME_ORIGIN_MM:
                part.append(member)
                break
        else:
            parts.append([member])
    return parts


def _shown(value: Hashable) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _position_keys(offsets: NDArray[np.float64]) -> list[int]:
    """The same number for offsets that are the same position."""
    order = np.argsort(offsets, kind="stable")
    steps = np.diff(offsets[order]) > SAME_POSITION_MM
    numbers = np.concatenate(([0], np.cumsum(steps)))
    keys = np.empty(len(offsets), dtype=np.int64)
    keys[order] = numbers
    return [int(k) for k in keys]


def _tells_apart(members: list[Place], keys: list[int], used: list[int]) -> int:
    return len({(key, *(member.marks[i][1] for i in used)) for key, member in zip(keys, members, strict=True)})


def _layers(part: list[Place], by_key: dict[int, int]) -> list[list[Place]]:
    layers: list[list[Place]] = []
    seen: dict[int, int] = {}
    for member in sorted(part, key=lambda m: (m.order, m.index)):
        turn = seen.get(by_key[member.index], 0)
        seen[by_key[member.index]] = turn + 1
        if turn == len(layers):
            layers.append([])
        layers[turn].append(member)
    return layers


def _stack(members: list[Place], label: str) -> Stack:
    offsets = _normal_offsets(members)
    if offsets is None:
        return Stack(
            tuple(m.index for m in members),
            label,
            not_reconstructable="The images carry no position in the patient." if len(members) > 1 else _TOO_FEW,
        )
    axes = orthonormal(members[0].orientation or ())
    assert axes is not None
    axis_x, axis_y = axes
    normal = np.cross(axis_x, axis_y)
    extent = float(np.ptp(offsets))
    if extent <= SAME_POSITION_MM:
        ordered = sorted(members, key=lambda m: (m.order, m.index))
        reason = ONE_LOCATION if len(members) > 1 else _TOO_FEW
        return Stack(
            tuple(m.index for m in ordered), label, _origin(ordered[0]), axis_x, axis_y, _vector(normal), True,
            not_reconstructable=reason,
        )  # fmt: skip
    order = np.argsort(offsets, kind="stable")
    ordered = [members[i] for i in order]
    along = offsets[order]
    positions = np.array([m.position for m in ordered], dtype=np.float64)
    steps = np.diff(along)
    spacing = float(np.median(steps))
    tolerance = max(0.01, 0.01 * spacing)
    irregular = bool(np.any(np.abs(steps - spacing) > tolerance))
    missing = int(sum(max(0, round(step / spacing) - 1) for step in steps if step > 1.5 * spacing))
    axis_z, tilt_deg, bend_mm = _slope(positions, along, normal)
    reason = ""
    if len(members) < 3:
        reason = _TOO_FEW
    elif bend_mm > 1.0:
        reason = "The images are shifted against each other, so they form no volume."
    return Stack(
        tuple(m.index for m in ordered),
        label,
        _origin(ordered[0]),
        axis_x,
        axis_y,
        axis_z,
        True,
        spacing,
        tuple(float(v) for v in along - along[0]) if irregular else (),
        tilt_deg,
        missing,
        irregular,
        not_reconstructable=reason,
    )


_TOO_FEW = "A volume needs at least three slices."


def _slope(
    positions: NDArray[np.float64], along: NDArray[np.float64], normal: NDArray[np.float64]
) -> tuple[Vector, float, float]:
    """Slice axis, tilt in degrees (0 within 1e-3 rad), and the largest distance of an origin from that axis in mm."""
    sideways = positions - positions[0] - np.outer(along - along[0], normal)
    run = along - along[0]
    slope = (run @ sideways) / float(run @ run)
    lean = float(np.linalg.norm(slope))
    if math.atan(lean) <= _TILT_RAD:
        slope, lean = np.zeros(3), 0.0
    bend = float(np.linalg.norm(sideways - np.outer(run, slope), axis=1).max())
    axis = normal + slope
    return _vector(axis / np.linalg.norm(axis)), math.degrees(math.atan(lean)), bend


def _origin(place: Place) -> Vector:
    assert place.position is not None
    return place.position


def _vector(v: NDArray[np.float64]) -> Vector:
    return float(v[0]), float(v[1]), float(v[2])
