"""A mask slice as closed contours with their hierarchy, and back to the very same pixels.

Contours run along the edges of pixels (``at="edges"``: the area within is the number of pixels) or through the
middles of those edges (``at="middles"``: what marching squares finds at one half). Pixel centres lie at whole
numbers, so that no centre ever lies on a contour, and filling by the even-odd rule gives the mask back exactly.

Pixels that touch by a corner only are separate objects. No contour passes a point twice: each is a simple polygon, as
the Simple Features of OGC (and so GeoJSON) ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

At = Literal["edges", "middles"]


@dataclass(frozen=True, eq=False)
class Contour:
    """One closed contour of a slice.

    Attributes
    ----------
    points : NDArray of float64, shape (n, 2)
        (x, y) in pixels, centres at whole numbers; the last point joins the first, which is not repeated.
    parent : int
        Index of the contour directly around this one among those of the slice; -1: none.
    is_hole : bool
        Whether it bounds a hole of its parent, not an object.
    """

    points: NDArray[np.float64]
    parent: int = -1
    is_hole: bool = False

    @property
    def area_px(self) -> float:
        """Area within, holes not taken off, in pixels."""
        return abs(signed_area(self.points))


def signed_area(points: ArrayLike) -> float:
    """Area of a polygon, shape (n, 2), in squared units; positive when it turns from x towards y."""
    p = np.asarray(points, dtype=np.float64)
    if len(p) < 3:
        return 0.0
    p = p - p[0]  # far from the origin the products would lose digits
    x, y = p[:, 0], p[:, 1]
    return float(x @ _next(y) - _next(x) @ y) / 2.0


def trace(mask: NDArray[Any], at: At = "edges") -> tuple[Contour, ...]:
    """The contours of a mask.

    Parameters
    ----------
    mask : NDArray, shape (y, x)
        Anything numpy takes for true or false.
    at : {"edges", "middles"}
        Where the points lie: at corners of pixels, or in the middle between a pixel within and one without.

    Returns
    -------
    tuple of Contour
        Objects in the order of their first pixel, row by row, each followed by its holes; none for an empty mask.
        Objects turn from x towards y, holes the other way.

    Raises
    ------
    ValueError
        Not two-dimensional.
    """
    if mask.ndim != 2:
        raise ValueError("a slice is two-dimensional")
    rings = _rings(mask != 0)
    if not rings:
        return ()
    ordered, parents, holes = _hierarchy(rings, mask.shape)
    out = []
    for ring, parent, hole in zip(ordered, parents, holes, strict=True):
        points = ring.astype(np.float64) - 0.5
        out.append(Contour(_middles(points) if at == "middles" else points, parent, hole))
    return tuple(out)


def fill(polygons: Iterable[ArrayLike], shape_yx: tuple[int, int]) -> NDArray[np.bool_]:
    """The pixels whose centres lie within an odd number of polygons.

    Parameters
    ----------
    polygons : iterable of array_like, shape (n, 2)
        (x, y) in pixels, closed from the last point to the first; they may leave the picture.

    Returns
    -------
    NDArray of bool, shape (y, x)
        A centre that lies on a contour belongs to what lies right of it and below it.
    """
    rows, columns = shape_yx
    toggles = np.zeros((rows, columns + 1), dtype=np.uint8)
    for polygon in polygons:
        p = np.asarray(polygon, dtype=np.float64)
        if len(p) < 3:
            continue
        q = _next(p)
        first = np.clip(np.ceil(np.minimum(p[:, 1], q[:, 1])), 0, rows).astype(np.int64)
        last = np.clip(np.ceil(np.maximum(p[:, 1], q[:, 1])), 0, rows).astype(np.int64)  # not included
        counts = last - first
        if not counts.any():
            continue
        side = np.repeat(np.arange(len(p)), counts)
        row = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts) + first[side]
        (x0, y0), (x1, y1) = p[side].T, q[side].T
        crossing = x0 + (row - y0) * ((x1 - x0) / (y1 - y0))
        column = np.clip(np.ceil(crossing), 0, columns).astype(np.int64)
        np.bitwise_xor.at(toggles, (row, column), 1)
    inside: NDArray[np.bool_] = np.bitwise_xor.accumulate(toggles[:, :columns], axis=1).astype(np.bool_)
    return inside


def mask_of(contours: Sequence[Contour], shape_yx: tuple[int, int]) -> NDArray[np.bool_]:
    """The mask that `trace` made contours of; bool (y, x)."""
    return fill((contour.points for contour in contours), shape_yx)


def objects(contours: Sequence[Contour]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Index of each object's contour, and those of its holes."""
    holes: dict[int, list[int]] = {n: [] for n, c in enumerate(contours) if not c.is_hole}
    for n, contour in enumerate(contours):
        if contour.is_hole:
            holes[contour.parent].append(n)
    return tuple((n, tuple(found)) for n, found in holes.items())


# --- tracing ------------------------------------------------------------------------------------------------------
#
# Points are corners of pixels: (x, y) is the upper left corner of pixel (x, y). Only the corners where the edge of
# the mask turns are looked at. Along a row of corners they pair up to horizontal edges, along a column to vertical
# ones; where two pixels touch by a corner, it counts twice, once for each.


def _rings(mask: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Simple closed rings of corners, shape (n, 2), the mask at their right hand (as x is right and y is down)."""
    padded = np.pad(mask, 1)
    upper_left, upper_right = padded[:-1, :-1], padded[:-1, 1:]
    lower_left, lower_right = padded[1:, :-1], padded[1:, 1:]
    odd = upper_left ^ upper_right ^ lower_left ^ lower_right
    crossed = (upper_left == lower_right) & (upper_right == lower_left) & (upper_left != upper_right)
    falling = crossed & upper_left  # the two pixels lie upper left and lower right
    ys, xs = np.nonzero(odd | crossed)
    if not len(xs):
        return []
    twice = crossed[ys, xs]
    copies = np.where(twice, 2, 1)
    x, y = np.repeat(xs, copies), np.repeat(ys, copies)
    second = np.concatenate(([False], (x[1:] == x[:-1]) & (y[1:] == y[:-1])))
    # In a row: first the copy whose edge goes left. In a column: the copy whose edge goes up. For falling pixels the
    # same copy (of the upper left pixel) has both, for rising ones each has one.
    rises = np.repeat(twice & ~falling[ys, xs], copies)
    along_y = np.lexsort((np.where(rises, ~second, second), y, x))
    partner_x = np.arange(len(x)) ^ 1  # np.nonzero goes row by row: pairs follow each other
    partner_y = np.empty(len(x), dtype=np.int64)
    partner_y[along_y] = along_y[np.arange(len(x)) ^ 1]
    # With the mask at the right hand, an upper edge is walked to the right, a lower one to the left.
    is_left_end = np.arange(len(x)) % 2 == 0
    left_end = np.where(is_left_end, np.arange(len(x)), partner_x)
    upper = lower_right[y[left_end], x[left_end]]  # the pixel below the edge is in the mask
    goes_across = upper == is_left_end  # this corner is where its horizontal edge begins
    following = np.where(goes_across, partner_x, partner_y).tolist()
    saddle = np.repeat(twice, copies).tolist()
    px, py = x.tolist(), y.tolist()
    return _walk(following, saddle, px, py)


def _walk(following: list[int], saddle: list[bool], px: list[int], py: list[int]) -> list[NDArray[np.int64]]:
    """Follow every ring; one that meets itself at a corner is cut there into two."""
    seen = bytearray(len(following))
    rings: list[NDArray[np.int64]] = []
    for start in range(len(following)):
        if seen[start]:
            continue
        path: list[tuple[int, int]] = []
        met: dict[tuple[int, int], int] = {}
        at = start
        while not seen[at]:
            seen[at] = 1
            point = px[at], py[at]
            if saddle[at]:
                before = met.get(point, -1)
                if before >= 0:
                    rings.append(np.array(path[before:], dtype=np.int64))
                    for gone in path[before + 1 :]:
                        met.pop(gone, None)
                    del path[before + 1 :]
                    at = following[at]
                    continue
                met[point] = len(path)
            path.append(point)
            at = following[at]
        rings.append(np.array(path, dtype=np.int64))
    return [_without_straight(ring) for ring in rings]


def _without_straight(ring: NDArray[np.int64]) -> NDArray[np.int64]:
    """Without corners that the cutting left in the middle of a straight side."""
    turns = _turning(ring)
    return ring if bool(turns.all()) else ring[turns]


def _hierarchy(
    rings: list[NDArray[np.int64]], shape: tuple[int, ...]
) -> tuple[list[NDArray[np.int64]], list[int], list[bool]]:
    """Rings in order, with parents and whether they are holes.

    Looking left from the first pixel of a ring, the next vertical edge belongs to its parent, or to a sibling.
    """
    first = []
    for n, ring in enumerate(rings):
        top = ring[ring[:, 1] == ring[:, 1].min()]
        first.append((int(top[0, 1]), int(top[:, 0].min()), n))
    first.sort()
    rings = [rings[n] for _, _, n in first]
    holes = [signed_area(ring) < 0 for ring in rings]
    parents = [-1] * len(rings)
    if len(rings) > 1:
        owner = _owners(rings, shape)
        for n, (y, x, _) in enumerate(first):
            near = np.flatnonzero(owner[y, :x] >= 0)
            if len(near):
                left = int(owner[y, near[-1]])
                parents[n] = left if holes[left] != holes[n] else parents[left]
    held: dict[int, list[int]] = {n: [] for n in range(len(rings)) if not holes[n]}
    for n, parent in enumerate(parents):
        if holes[n]:
            held[parent].append(n)
    order = [m for n, within in held.items() for m in (n, *within)]
    place = {old: new for new, old in enumerate(order)}
    place[-1] = -1
    return [rings[n] for n in order], [place[parents[n]] for n in order], [holes[n] for n in order]


def _owners(rings: list[NDArray[np.int64]], shape: tuple[int, ...]) -> NDArray[np.int32]:
    """Which ring each vertical pixel edge belongs to, shape (y, x + 1); -1: none."""
    owner = np.full((shape[0], shape[1] + 1), -1, dtype=np.int32)
    here = np.concatenate(rings)
    there = np.concatenate([_next(ring) for ring in rings])
    number = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    upright = here[:, 0] == there[:, 0]
    here, there, number = here[upright], there[upright], number[upright]
    top = np.minimum(here[:, 1], there[:, 1])
    lengths = np.abs(here[:, 1] - there[:, 1])
    side = np.repeat(np.arange(len(here)), lengths)
    row = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths) + top[side]
    owner[row, here[side, 0]] = number[side]
    return owner


def _next(points: NDArray[Any]) -> NDArray[Any]:
    """The following point of each; np.roll takes ten times as long for a small ring."""
    return np.concatenate((points[1:], points[:1]))


def _before(points: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate((points[-1:], points[:-1]))


def _turning(points: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a ring does not go straight on."""
    before, after = points - _before(points), _next(points) - points
    turning: NDArray[np.bool_] = before[:, 0] * after[:, 1] != before[:, 1] * after[:, 0]
    return turning


def _middles(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The middles of all pixel edges of a ring, without those within a straight line."""
    ahead = _next(points) - points
    lengths = np.abs(ahead).sum(axis=1).astype(np.int64)
    side = np.repeat(np.arange(len(points)), lengths)
    step = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 0.5
    found = points[side] + ahead[side] / lengths[side, None] * step[:, None]
    kept: NDArray[np.float64] = found[_turning(found)]
    return kept


# --- one ring for an object with holes ----------------------------------------------------------------------------


def keyholed(outer: Contour, holes: Sequence[Contour]) -> NDArray[np.float64]:
    """One closed contour for an object with holes, each joined by a channel of no width along pixel edges.

    This is how PS3.3 C.8.8.6.3 writes holes of CLOSED_PLANAR contours; any rule of filling leaves them empty.

    Parameters
    ----------
    outer, holes : Contour
        As `trace` gives them for one object, ``at="edges"``.

    Returns
    -------
    NDArray of float64, shape (n, 2)
    """
    if not holes:
        return outer.points
    ring = _Ring([np.rint(c.points + 0.5).astype(np.int64) for c in (outer, *holes)])
    return ring.joined().astype(np.float64) - 0.5


class _Ring:
    """Rings as linked corners, so that a hole is joined in the time of looking left."""

    def __init__(self, rings: list[NDArray[np.int64]]) -> None:
        everything = np.concatenate(rings)
        self._low = everything.min(axis=0)
        width, height = (everything.max(axis=0) - self._low + 1).tolist()
        self._points: list[tuple[int, int]] = []
        self._next: list[int] = []
        self._part: list[int] = []  # which ring a corner came with
        self._side = np.full((height, width), -1, dtype=np.int64)  # vertical pixel edges: where their side begins
        self._corners: dict[tuple[int, int], list[int]] = {}
        self._starts: list[tuple[int, int, int]] = []
        for number, ring in enumerate(rings):
            base = len(self._points)
            points = [(x, y) for x, y in (ring - self._low).tolist()]
            self._points += points
            self._next += [*range(base + 1, base + len(points)), base]
            self._part += [number] * len(points)
            for n, point in enumerate(points):
                self._corners.setdefault(point, []).append(base + n)
                self._own_side(base + n)
            if number:
                x, y, n = min((x, y, n) for n, (x, y) in enumerate(points))
                self._starts.append((x, y, base + n))
        self._starts.sort()

    def _own_side(self, node: int) -> None:
        (x0, y0), (x1, y1) = self._points[node], self._points[self._next[node]]
        if x0 == x1:
            self._side[min(y0, y1) : max(y0, y1), x0] = node

    def joined(self) -> NDArray[np.int64]:
        """The corners of the one ring."""
        for x, y, node in self._starts:  # what lies left of a hole is joined before it
            self._join(node, x, y)
        out: list[tuple[int, int]] = []
        at = 0
        while True:
            out.append(self._points[at])
            at = self._next[at]
            if at == 0:
                break
        ring: NDArray[np.int64] = np.array(out, dtype=np.int64) + self._low
        return ring

    def _join(self, node: int, x: int, y: int) -> None:
        touching = [n for n in self._corners[x, y] if self._part[n] != self._part[node]]
        if touching:  # the hole meets its neighbour in this very corner
            other = touching[0]
            self._next[other], self._next[node] = self._next[node], self._next[other]
            return
        target = x - 1
        while (target, y) not in self._corners and self._side[y, target] < 0:
            target -= 1
        met = self._corners.get((target, y))
        if met:
            at = met[0]
        else:  # in the middle of a side: a corner of its own
            before = int(self._side[y, target])
            at = self._add((target, y), self._next[before], self._part[before])
            self._next[before] = at
            self._own_side(at)
        last = self._add((x, y), -1, self._part[node])  # back at the corner where the hole begins
        back = self._add((target, y), self._next[at], self._part[at])
        self._next[last] = back
        self._previous_of(node, last)
        self._next[at] = node
        self._own_side(back)

    def _previous_of(self, node: int, new: int) -> None:
        at = node
        while self._next[at] != node:
            at = self._next[at]
        self._next[at] = new

    def _add(self, point: tuple[int, int], following: int, part: int) -> int:
        self._points.append(point)
        self._next.append(following)
        self._part.append(part)
        return len(self._points) - 1
