"""By what a DICOM series is split into stacks.

Hard rules always split: images that differ in them never lie in one stack. Soft rules split only where slice
locations repeat, so that a value that merely varies from slice to slice (trigger times of fMRI) tears nothing apart.
Every comparison with a tolerance is a clustering of all values at once: the outcome does not depend on the order of
the files, and membership is transitive.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from medviewer.io.headers import InstanceHeader

ORIENTATION_TOLERANCE = 1e-3  # of direction cosines
SPACING_TOLERANCE = 1e-3  # relative
LOCATION_TOLERANCE_MM = 0.01
MIN_ROTATING_IMAGES = 4

Value = Hashable
_PROJECTIONS = {"MIP", "MINIP", "MPR", "PROJECTION IMAGE", "AVERAGE", "REFORMATTED", "MAX_IP", "MIN_IP", "CPR", "VRT"}
_COMPONENTS = {
    "M",
    "P",
    "R",
    "I",
    "M_FFE",
    "PHASE MAP",
    "PHASE",
    "REAL",
    "IMAGINARY",
    "MAGNITUDE",
    "ADC",
    "FA",
    "TRACEW",
}


@dataclass(frozen=True)
class Rule:
    """One property that stacks differ in.

    Attributes
    ----------
    name : str
        Also the `by` of a split asked for by hand.
    values : callable
        Headers to one hashable value each; equal values belong together.
    label : callable
        A value as words for the list ("echo time 80 ms").
    """

    name: str
    values: Callable[[Sequence[InstanceHeader]], list[Value]]
    label: Callable[[Value], str]


def clusters(points: Iterable[tuple[float, ...]], tolerance: float) -> dict[tuple[float, ...], tuple[float, ...]]:
    """Group points that are linked by steps of at most `tolerance` (largest component).

    Parameters
    ----------
    points : iterable of tuple of float
        All of one length.
    tolerance : float
        Two points closer than this, or linked by a chain of such points, are in one group.

    Returns
    -------
    dict
        Point to the smallest point of its group: the same for every order of `points`.
    """
    distinct = sorted(set(points))
    if len(distinct) <= 1:
        return {point: point for point in distinct}
    array = np.asarray(distinct, dtype=np.float64)
    parent = list(range(len(distinct)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    # Points are sorted by their first component: only a window ahead can be close.
    first = array[:, 0]
    ends = np.searchsorted(first, first + tolerance, side="right")
    for i in range(len(distinct) - 1):
        if ends[i] <= i + 1:
            continue
        near = np.abs(array[i + 1 : ends[i]] - array[i]).max(axis=1) <= tolerance
        for j in np.flatnonzero(near).tolist():
            a, b = root(i), root(i + 1 + j)
            parent[max(a, b)] = min(a, b)
    return {point: distinct[root(i)] for i, point in enumerate(distinct)}


def slice_normal(orientation: tuple[float, ...]) -> tuple[float, float, float]:
    """Unit normal of the slice plane (PS3.3 C.7.6.2.1.1), row direction × column direction."""
    ax, ay, az, bx, by, bz = orientation
    n = (ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx)
    length = math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) or 1.0
    return n[0] / length, n[1] / length, n[2] / length


def locations(headers: Sequence[InstanceHeader]) -> list[float | None]:
    """Distance along the common normal of each slice in mm, equal for slices at the same place.

    None where a position or orientation is missing, and for all where the slices are not parallel.
    """
    known = [h for h in headers if len(h.position) == 3 and len(h.orientation) == 6]
    if not known:
        return [None] * len(headers)
    orientations = {h.orientation for h in known}
    if len(orientations) > 1 and len(set(clusters(orientations, ORIENTATION_TOLERANCE).values())) > 1:
        return [None] * len(headers)
    n = slice_normal(min(orientations))
    distances = [
        h.position[0] * n[0] + h.position[1] * n[1] + h.position[2] * n[2]
        if len(h.position) == 3 and len(h.orientation) == 6
        else None
        for h in headers
    ]
    thickness = min((h.slice_thickness for h in known if h.slice_thickness and h.slice_thickness > 0), default=1.0)
    same = clusters([(d,) for d in distances if d is not None], min(LOCATION_TOLERANCE_MM, 0.2 * thickness))
    return [None if d is None else same[(d,)][0] for d in distances]


# --- values


def _each(get: Callable[[InstanceHeader], Value]) -> Callable[[Sequence[InstanceHeader]], list[Value]]:
    return lambda headers: [get(header) for header in headers]


def _clustered(
    get: Callable[[InstanceHeader], tuple[float, ...]], tolerance: float, count: int, logarithm: bool = False
) -> Callable[[Sequence[InstanceHeader]], list[Value]]:
    def values(headers: Sequence[InstanceHeader]) -> list[Value]:
        points = [get(header) for header in headers]
        usable = [p for p in points if len(p) == count and (not logarithm or min(p) > 0)]
        keys = {p: tuple(math.log(c) for c in p) if logarithm else p for p in usable}
        same = clusters(keys.values(), tolerance)
        first: dict[tuple[float, ...], tuple[float, ...]] = {}
        for p in sorted(keys):
            first.setdefault(same[keys[p]], p)
        return [first[same[keys[p]]] if p in keys else () for p in points]

    return values


_same_orientation = _clustered(lambda h: h.orientation, ORIENTATION_TOLERANCE, 6)


def _orientations(headers: Sequence[InstanceHeader]) -> list[Value]:
    """Orientations by cluster; images that turn around an axis one by one (rotating projections) stay together."""
    values = _same_orientation(headers)
    counts = Counter(values)
    single = {value for value, count in counts.items() if count == 1 and value != ()}
    if len(single) >= MIN_ROTATING_IMAGES and 2 * len(single) > len(headers):
        return ["rotating" if value in single else value for value in values]
    return values


def _image_class(header: InstanceHeader) -> str:
    words = [word.upper() for word in header.image_type]
    if "LOCALIZER" in words or "SCOUT" in words:
        return "localizer"
    projection = next((word for word in words if word in _PROJECTIONS), "")
    derived = "derived" if words and words[0] == "DERIVED" else ""
    component = next((word for word in words[2:] if word in _COMPONENTS), "")
    return " ".join(word for word in (derived, projection, component) if word)


def _colour(header: InstanceHeader) -> str:
    if header.photometric.startswith("MONOCHROME") or not header.photometric:
        return header.photometric or "MONOCHROME2"
    return "palette colour" if header.photometric == "PALETTE COLOR" else "colour"


def _echo(header: InstanceHeader) -> Value:
    # The time decides; numbers are wrong more often (GE counts echoes of each slice).
    return round(header.echo_time, 3) if header.echo_time is not None else (header.echo_number or 0, "number")


def _rounded(value: float | None, digits: int = 3) -> Value:
    return None if value is None else round(value, digits)


def _measure(name: str, unit: str) -> Callable[[Value], str]:
    def label(value: Value) -> str:
        if value is None:
            return f"no {name}"
        if isinstance(value, tuple):
            return f"{name.removesuffix(' time')} {value[0]}"
        number = f"{value:g}" if isinstance(value, (int, float)) else str(value)
        return f"{name} {number} {unit}".strip()

    return label


def _words(prefix: str = "", empty: str = "") -> Callable[[Value], str]:
    return lambda value: f"{prefix}{value}".strip() if value not in ("", None) else empty


HARD_RULES: tuple[Rule, ...] = (
    Rule("kind", _each(lambda h: h.kind), _words()),
    Rule("sop_class", _each(lambda h: h.sop_class_uid), lambda _value: ""),
    Rule("image_class", _each(_image_class), _words(empty="original")),
    Rule("size", _each(lambda h: (h.columns, h.rows)), lambda v: f"{v[0]} × {v[1]}" if isinstance(v, tuple) else ""),
    Rule("colour", _each(lambda h: (_colour(h), h.samples)), lambda v: str(v[0]) if isinstance(v, tuple) else ""),
    Rule("orientation", lambda headers: _orientations(headers), lambda v: _plane(v)),
    Rule(
        "spacing",
        _clustered(lambda h: h.pixel_spacing or h.imager_spacing, SPACING_TOLERANCE, 2, logarithm=True),
        lambda v: f"pixels of {v[0]:g} × {v[1]:g} mm" if isinstance(v, tuple) and v else "no pixel spacing",
    ),
    Rule("kernel", _each(lambda h: h.convolution_kernel), _words("kernel ", "no kernel")),
)

SOFT_RULES: tuple[Rule, ...] = (
    Rule("echo", _each(_echo), _measure("echo time", "ms")),
    Rule("b_value", _each(lambda h: _rounded(h.b_value, 1)), _measure("b-value", "s/mm²")),
    Rule("inversion", _each(lambda h: _rounded(h.inversion_time)), _measure("inversion time", "ms")),
    Rule("flip", _each(lambda h: _rounded(h.flip_angle)), _measure("flip angle", "°")),
    Rule(
        "image_type",
        _each(lambda h: h.image_type),
        lambda v: " ".join(map(str, v[2:])) if isinstance(v, tuple) else "",
    ),
    Rule("temporal_position", _each(lambda h: h.temporal_position), _measure("phase", "")),
    Rule("acquisition", _each(lambda h: h.acquisition_number), _measure("acquisition", "")),
    Rule("contrast", _each(lambda h: bool(h.contrast_agent)), lambda v: "with contrast" if v else "without contrast"),
    Rule("thickness", _each(lambda h: _rounded(h.slice_thickness)), _measure("thickness", "mm")),
    Rule("trigger", _each(lambda h: _rounded(h.trigger_time, 1)), _measure("trigger time", "ms")),
    Rule(
        "acquisition_time",
        _each(lambda h: h.acquisition_datetime or h.acquisition_time or None),
        lambda _value: "",
    ),
    # Some anonymisers give every slice a frame of reference of its own, so that this cannot be a hard rule.
    Rule("frame_of_reference", _each(lambda h: h.frame_of_reference_uid), lambda _value: "frame of reference"),
    Rule("station", _clustered(lambda h: _in_plane(h), 0.5, 2), lambda _value: "another place"),
)


def _plane(value: Value) -> str:
    if value == "rotating":
        return "rotating"
    if not isinstance(value, tuple) or len(value) != 6:
        return "no orientation"
    n = slice_normal(value)
    axis = max(range(3), key=lambda i: abs(n[i]))
    name = ("sagittal", "coronal", "axial")[axis]
    return name if abs(n[axis]) > 0.999 else f"oblique {name}"


def _in_plane(header: InstanceHeader) -> tuple[float, ...]:
    """Where in its plane the slice starts, in mm."""
    if len(header.position) != 3 or len(header.orientation) != 6:
        return ()
    p, o = header.position, header.orientation
    return (
        round(p[0] * o[0] + p[1] * o[1] + p[2] * o[2], 3),
        round(p[0] * o[3] + p[1] * o[4] + p[2] * o[5], 3),
    )


def phase_order(header: InstanceHeader) -> tuple[float | str, ...]:
    """Order at one place: temporal position, b-value, echo time, acquisition time, instance number, name.

    Trigger times are left out: some scanners write ones that mean nothing (dcm2niix#395).
    """
    return (
        *(_number(v) for v in (header.temporal_position, header.b_value, header.echo_time)),
        header.acquisition_datetime or header.acquisition_date + header.acquisition_time,
        _number(header.instance_number),
        *identity(header),
    )


def stack_order(header: InstanceHeader) -> tuple[float | str, ...]:
    """Order of images whose places are unknown: instance number, slice location, then name."""
    return (_number(header.instance_number), _number(header.slice_location), *identity(header))


def identity(header: InstanceHeader) -> tuple[str, str, str]:
    """What makes every order total."""
    return header.path, header.member, header.sop_instance_uid


def _number(value: float | None) -> float:
    return -math.inf if value is None else float(value)
