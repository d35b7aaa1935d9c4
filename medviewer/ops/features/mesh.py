"""Surface and volume of a mask by marching cubes, without making a mesh: cubes of one kind are counted together.

The corners of a cube of eight voxels make one of 256 cases (Lorensen and Cline 1987). Vertices lie half way between
voxels, so that every case has a fixed area and, up to its position, a fixed contribution to the volume.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

CORNERS = ((0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0))
"""(z, y, x) of the voxels of a cube; the n-th sets bit n of the case."""

_EDGE_MIDDLES = np.array(
    [
        *((0, 0, 0.5), (0, 0.5, 1), (0, 1, 0.5), (0, 0.5, 0)),
        *((1, 0, 0.5), (1, 0.5, 1), (1, 1, 0.5), (1, 0.5, 0)),
        *((0.5, 0, 0), (0.5, 0, 1), (0.5, 1, 1), (0.5, 1, 0)),
    ]
)

# Triangles of the 256 cases, three edges each, oriented outwards: the classic table, in the form that Paul Bourke
# published ("Polygonising a scalar field", 1994, public domain). Tests compare it with scikit-image's.
_CASES = """
    - 308 901 318198 a12 308a12 a92902 32882a8a9 23b 20b08b 019b23 21bb19b98 13a3ba 10aa08a8b 03993b9ba a98ba8 847
    043473 901784 941147173 a12784 734430a12 a92290784 92a729327479 78423b 7b44b2420 190784b23 b47b9429b192
    13aa3b478 a1bb1441047b 847b90a9b3b0 b4794ba9b 495 495308 405015 485583531 a12495 830a12549 a52254240
    52a532435834 495b23 20bb08549 405501b23 521825b28548 ba33a1495 54910818aa8b 054b50a5b3b0 854a58ba8 897957
    093395357 807701715 315735 8977952a1 2a1095053357 2805827852a5 52a325735 57997823b 795297092b27 b23801817715
    1b27b1571 8957853a1ba3 05795007ba100ba 0ba3b00a5780057 5ba57b 5a6 30865a 19065a 31881965a 516126 516612830
    596690602 859258652832 b235a6 8b00b25a6 901b2365a 65a21929bb98 b63365351 b0850b10565b 63b603506905 965b698b9
    65a847 043347a65 01965a784 5a6719317479 261165847 512652430734 784590506602 973479932659926 23b4785a6
    65a247042b27 901847b2365a 19229bb9447b65a 78453b13565b b5165bb1047bb04 9055066033b6784 965b6994797b 9a4a64
    64aa49308 1a00a6064 183681486a61 914412426 830912924426 402642 283482642 9a44a63b2 208b28a4964a 23b601406a61
    164a61148b2118b 4966933913b6 18b0811b6491164 63b036406 8648b6 67aa78a89 30770aa09a67 7a671a817018 7a61a7317
    612816918786 926129967309973 078670260 273267 b238a69a8786 720b27709a6779a 01881771aa67b23 1b27b11a6167
    6897866913b6613 1097b6 07867003b0b6 67b b76 8306b7 9016b7 9811836b7 2a176b a1283076b 02992a76b 76b32a3a88a9
    372762 870076062 627723901 216618819687 6a77a1713 6a7a17718810 703a0790a76a a7687a98a 4686b8 b36630604
    b86684190 6943961936b3 46886b12a a12b30b06604 84bb4690292a 3a92a33946b3346 382284246 204246 019423624843
    419214624 38118668416a 0a16a0460 34684336a9033a9 4a946a 549b76 3085496b7 150054b76 6b7483435531 4952a1b76
    76ba12308549 b76a54a42240 8344355322a56b7 372276954 495608206768 236637015054 862768821548815 4956a1617713
    a16617710087495 a4054aa0376aa37 a7687aa54a48 56996b9b8 b36306605509 80bb05501b56 36b563153 a12b9589b6b5
    30bb06609956a12 5b86b55802a5502 36b56332a3a5 958852256238 695096206 815018856238862 615621 613a16638956689
    0a16a0095056 803a56 6a5 ab5b75 ab55b7083 75bb5a019 5a77ab198183 2b11b7175 308712517b72 59779229072b
    275b72259832298 a25523537 0822855875a2 19035a75323a 2981922875a2275 513537 708107517 390593753 798759
    45885a8ab 45005bb5a0b3 901a84b8a5a4 4ab5a44b3194431 12552882b845 b0430bb4512bb51 50290552b8455b8 59432b
    a25235534438 25a452042 23aa35538845901 25a452219294 584385135 504510 584385590503 594 74bb49b9a 30874979bb9a
    b1a41b014b74 43183441ab744ab 74b49bb92291 49779bb9112b308 4b72b4024 4b72b4483432 a29927723974 79a4977a2087720
    a3723aa7401aa40 21a487 149741371 149741108187 340374 748 89a8ab 930b39ab9 a0180ab8a a31ab3 b1291b89b
    930b3991292b b02b80 b32 823a289a8 29a209 823a2880181a 21a 813891 109 803 -
"""


@dataclass(frozen=True)
class Surface:
    """What the mesh of a mask measures: area, volume (in the cube and square of the unit of the spacing)."""

    area: float
    volume: float


@lru_cache(maxsize=1)
def _triangles() -> tuple[NDArray[np.intp], ...]:
    """For each case the edges of its triangles, shape (triangles, 3)."""
    words = _CASES.split()
    assert len(words) == 256
    return tuple(np.array([int(d, 16) for d in word if d != "-"], dtype=np.intp).reshape(-1, 3) for word in words)


def cases(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The case of every cube of a padded mask (z, y, x); shape one less along every axis."""
    bits = np.ascontiguousarray(mask).view(np.uint8)
    z, y, x = bits.shape
    found = np.zeros((z - 1, y - 1, x - 1), dtype=np.uint8)
    for n, (dz, dy, dx) in enumerate(CORNERS):
        found |= bits[dz : z - 1 + dz, dy : y - 1 + dy, dx : x - 1 + dx] << np.uint8(n)
    return found


def surface(mask: NDArray[np.bool_], spacing_zyx: tuple[float, float, float], *, folded: bool = False) -> Surface:
    """Area and enclosed volume of the mesh of a mask.

    Parameters
    ----------
    mask : NDArray of bool, shape (z, y, x)
        Taken as surrounded by background.
    spacing_zyx : tuple of float
        Distance of voxels.
    folded : bool
        Cases from 128 on are taken as the turned complement, as PyRadiomics does with its half table. Such a surface
        may have holes where voxels touch by an edge only; the whole table gives a closed one.

    Returns
    -------
    Surface
        The volume is the sum of signed tetrahedra from the corner of the box (IBSI RNU0).
    """
    code = cases(np.pad(mask, 1))
    flat = code.reshape(-1)
    counts = np.bincount(flat, minlength=256)
    spacing = np.asarray(spacing_zyx)
    middles = _EDGE_MIDDLES * spacing
    index = np.flatnonzero((flat != 0) & (flat != 255))
    kind = flat[index]
    # Sums of the positions of the cubes of each case.
    positions = np.stack(
        [np.bincount(kind, weights=p, minlength=256) for p in np.unravel_index(index, code.shape)], axis=1
    )
    area = volume = 0.0
    for case in np.flatnonzero(counts[1:255]) + 1:
        turned = folded and case > 127
        edges = _triangles()[255 - case if turned else case]
        a, b, c = (middles[edges[:, n]] for n in range(3))
        normals = np.cross(b - a, c - a)
        area += counts[case] * float(np.sqrt((normals * normals).sum(axis=1)).sum()) / 2
        sign = -1.0 if turned else 1.0
        # Moved by p, a triangle adds p · normal to six times its tetrahedron.
        own = float((a * normals).sum())
        moved = float((positions[case] * spacing) @ normals.sum(axis=0))
        volume += sign * (counts[case] * own + moved) / 6
    return Surface(area, volume)


def vertex_extremes(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Vertices of the mesh that can be corners of its convex hull: the first and last of every row and column.

    Returns
    -------
    NDArray of float64, shape (n, 3)
        (z, y, x) in voxels, the first voxel of `mask` at (0, 0, 0). The planes between and through slices are
        covered: the hull of these points in each plane is that of all vertices in it.
    """
    padded = np.pad(mask, 1)
    points = []
    through = padded[1:-1]
    points += _row_ends(through, 2, (0.0, -1.0, -1.0), half=True)
    points += _row_ends(through, 1, (0.0, -1.0, -1.0), half=True)
    between = padded[1:] != padded[:-1]
    points += _row_ends(between, 2, (-0.5, -1.0, -1.0), half=False)
    return np.concatenate(points) if points else np.zeros((0, 3))


def _row_ends(
    planes: NDArray[np.bool_], axis: int, shift: tuple[float, float, float], *, half: bool
) -> list[NDArray[np.float64]]:
    """First and last true voxel of every line along `axis`, half a voxel outwards when asked."""
    hit = planes.any(axis=axis)
    z, other = np.nonzero(hit)
    n = planes.shape[axis]
    first = planes.argmax(axis=axis)[z, other].astype(np.float64)
    last = (n - 1 - np.flip(planes, axis).argmax(axis=axis))[z, other].astype(np.float64)
    out = 0.5 if half else 0.0
    ends = []
    for along in (first - out, last + out):
        yx = (other, along) if axis == 2 else (along, other)
        ends.append(np.stack([z + shift[0], yx[0] + shift[1], yx[1] + shift[2]], axis=1))
    return ends
