"""Sampling a slice smoothly to the pixels of the screen, before any table is applied (`nearest` is the other way).

Only the part of the slice that is visible is touched. Smooth sampling is linear when enlarging; when reducing, whole
blocks are averaged first and a short filter takes what is left, so that fine structures fade instead of flickering.
Hidden pixels (padding, NaN) take no part in any average: both the values and the mask are sampled, and divided.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from medviewer.core.scratch import SCRATCH

_EPS = 1e-9
_SIGN_BIT = np.uint16(0x8000)
_NO_FILTER = 1.05  # a reduction that interpolation takes without passing a pixel over


@dataclass(frozen=True, eq=False)
class Sampled:
    """Values at screen pixels.

    Attributes
    ----------
    values : NDArray, shape (h, w) or (h, w, 3)
        Of the sampled part; anything where `shown` is False. Scratch memory, gone with the next call, or part of the
        slice itself: to be read only.
    box : tuple of int
        x0, y0, x1, y1 of the part on screen that `values` cover (half open); around it nothing is shown.
    shown : NDArray of bool or None
        Where inside `box` the slice is; None: everywhere.
    """

    values: NDArray[Any]
    box: tuple[int, int, int, int]
    shown: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class View:
    """The visible part of a slice for one 2×3 matrix from slice pixel to screen pixel (centres at integers).

    Attributes
    ----------
    inverse : NDArray of float64, shape (2, 3)
        From screen pixel to slice pixel.
    box : tuple of int
        Part of the screen, x0, y0, x1, y1, that the slice can cover.
    crop : tuple of int
        Part of the slice, x0, y0, x1, y1, that is needed for it.
    """

    inverse: NDArray[np.float64]
    box: tuple[int, int, int, int]
    crop: tuple[int, int, int, int]

    @cached_property
    def is_aligned(self) -> bool:
        """Whether rows and columns stay rows or columns on screen: scales, mirrors, quarter turns."""
        a, b, c, d = (abs(v) for row in self.inverse[:, :2].tolist() for v in row)
        tiny = _EPS * max(a, b, c, d)
        return bool((b <= tiny and c <= tiny) or (a <= tiny and d <= tiny))

    @cached_property
    def is_shift(self) -> bool:
        """Whether slice pixels are screen pixels, somewhere else: one to one, as radiographs are read."""
        (a, b, c), (d, e, f) = self.inverse.tolist()
        off = max(abs(a - 1), abs(b), abs(d), abs(e - 1), abs(c - round(c)), abs(f - round(f)))
        return bool(off < 1e-9)

    @cached_property
    def reduction_xy(self) -> tuple[float, float]:
        """Slice pixels passed per screen pixel, along x and y of the slice."""
        return float(np.hypot(*self.inverse[0, :2])), float(np.hypot(*self.inverse[1, :2]))


def view_of(
    matrix: ArrayLike, shape_yx: tuple[int, int], size_wh: tuple[int, int], margin_px: int = 2
) -> View | None:
    """Find the part of slice and screen that meet; None when nothing of the slice is on screen.

    Parameters
    ----------
    matrix : array_like, shape (2, 3)
        From slice pixel (x, y) to screen pixel; pixel centres at integers in both.
    shape_yx : tuple of int
        Rows and columns of the slice.
    size_wh : tuple of int
        Width and height of the screen part.
    margin_px : int
        So many more slice pixels around the crop.
    """
    (a, b, c), (d, e, f) = np.asarray(matrix, dtype=np.float64).tolist()
    # The sides as whole numbers: numpy's would be other keys of the cache.
    rows, columns, width, height = (int(side) for side in (*shape_yx, *size_wh))
    return _view(((a, b, c), (d, e, f)), (rows, columns), (width, height), margin_px)


@lru_cache(maxsize=64)
def _view(
    matrix: tuple[tuple[float, float, float], tuple[float, float, float]],
    shape_yx: tuple[int, int],
    size_wh: tuple[int, int],
    margin_px: int,
) -> View | None:
    """`view_of`, kept: scrolling, cine and window drags ask for the same view again and again."""
    (a, b, c), (d, e, f) = matrix
    determinant = a * e - b * d
    if not all(map(math.isfinite, (a, b, c, d, e, f))) or abs(determinant) < 1e-12 or min(*shape_yx, *size_wh) < 1:
        return None
    rows, columns = shape_yx
    box = _meet(((a, b, c), (d, e, f)), (columns, rows), size_wh, 0)
    if box is None:
        return None
    x0, y0, x1, y1 = box
    p, q, r, s = e / determinant, -b / determinant, -d / determinant, a / determinant
    t, u = -(p * c + q * f), -(r * c + s * f)
    shifted_back = ((p, q, t + p * x0 + q * y0), (r, s, u + r * x0 + s * y0))
    crop = _meet(shifted_back, (x1 - x0, y1 - y0), (columns, rows), margin_px)
    if crop is None:
        return None
    inverse = np.array(((p, q, t), (r, s, u)))
    inverse.flags.writeable = False
    return View(inverse, box, crop)


def _meet(
    m: tuple[tuple[float, float, float], tuple[float, float, float]],
    from_wh: tuple[int, int],
    to_wh: tuple[int, int],
    margin: int,
) -> tuple[int, int, int, int] | None:
    """Pixels of one grid whose centres can lie in the other, after the affine `m`."""
    found = []
    for (a, b, c), limit in zip(m, to_wh, strict=True):
        # The four corners lie half a pixel outside the centres of the corner pixels.
        along, across = (-0.5 * a, (from_wh[0] - 0.5) * a), (-0.5 * b, (from_wh[1] - 0.5) * b)
        low = min(max(min(along) + min(across) + c, -1e9), 1e9)
        high = min(max(max(along) + max(across) + c, -1e9), 1e9)
        found.append((max(0, math.ceil(low - _EPS) - margin), min(limit, math.floor(high + _EPS) + 1 + margin)))
    (x0, x1), (y0, y1) = found
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def sample_smooth(
    values: NDArray[Any], view: View, hidden: tuple[float, float] | None = None, about: float | None = None
) -> Sampled:
    """Linear interpolation, with averaging when reducing.

    Parameters
    ----------
    values : NDArray, shape (y, x) or (y, x, 3)
        Stored values of any number type.
    view : View
        From `view_of`.
    hidden : tuple of float or None
        Inclusive range of values that are padding. NaN and infinity are always hidden.
    about : float or None
        None keeps uint8 and int16/uint16 as they are (rounded). A number makes float32 values *minus* that number,
        taken away before the precision is.
    """
    box, crop, inverse = placed(values, view)
    mask = _hidden_mask(crop, hidden)
    if view.is_shift and mask is None and about is None:
        return shifted(values, view)
    rounded = about is None and crop.dtype in (np.uint8, np.int16, np.uint16)
    size = (box[2] - box[0], box[3] - box[1])
    if mask is None and rounded:
        return trimmed(_rounded(crop, inverse, view, size), view, values.shape, None)
    source = _relative(crop, 0.0 if about is None else about)
    shown = None
    if mask is None:
        moved = _linear(*_reduced(source, inverse, view), size)
    else:
        weight = SCRATCH.take("weight", crop.shape, np.float32)
        np.copyto(weight, ~mask)
        if crop.dtype.kind == "f":
            np.putmask(source, mask, np.float32(0))
        else:
            source *= weight
        total, matrix = _reduced(source, inverse, view)
        share, _ = _reduced(weight, inverse, view, "share reduced")
        moved = _linear(_filled(total, share), matrix, size)
        shown = _linear(share, matrix, size, "share") >= 0.5
    if rounded:
        moved = np.rint(moved).astype(crop.dtype)
    return trimmed(moved, view, values.shape, shown)


def _rounded(crop: NDArray[Any], inverse: NDArray[np.float64], view: View, size: tuple[int, int]) -> NDArray[Any]:
    """Smooth values of the type of the crop, uint8, int16 or uint16, rounded once."""
    source, matrix = _blocked(crop, inverse, view)
    rest = _rest(view)
    if max(rest) > _NO_FILTER:
        # cv2's filters take three times as long with 16-bit integers as with floats.
        moved = _linear(_filtered(_relative(source, 0.0), rest), matrix, size)
        return _whole_numbers(moved, crop.dtype)
    if crop.dtype != np.int16:
        return _linear(source, matrix, size)
    # cv2 is quicker and more exact with uint16; the flipped sign bit keeps the order.
    moved = _linear(_sign_flipped(source), matrix, size)
    signed: NDArray[Any] = np.bitwise_xor(moved, _SIGN_BIT, out=moved).view(np.int16)
    return signed


def _whole_numbers(values: NDArray[np.float32], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Floats rounded to the integers of a type, in whose range they lie."""
    import cv2

    code = {np.dtype(np.uint8): cv2.CV_8U, np.dtype(np.int16): cv2.CV_16S, np.dtype(np.uint16): cv2.CV_16U}[dtype]
    whole = SCRATCH.take("whole", values.shape, dtype)
    return np.asarray(cv2.addWeighted(values, 1.0, values, 0.0, 0.0, dst=whole, dtype=code))


def placed(values: NDArray[Any], view: View) -> tuple[tuple[int, int, int, int], NDArray[Any], NDArray[np.float64]]:
    """Box, cropped slice and the matrix from a pixel of the box to a pixel of the crop."""
    x0, y0, x1, y1 = view.crop
    inverse = view.inverse.copy()
    inverse[:, 2] += inverse[:, :2] @ view.box[:2] - (x0, y0)
    return view.box, values[y0:y1, x0:x1], inverse


def shifted(values: NDArray[Any], view: View) -> Sampled:
    """The part of the slice on screen, where slice pixels are screen pixels."""
    x0, y0, x1, y1 = view.box
    dx, dy = (round(float(shift)) for shift in view.inverse[:, 2])
    return Sampled(values[y0 + dy : y1 + dy, x0 + dx : x1 + dx], view.box)


def _hidden_mask(crop: NDArray[Any], hidden: tuple[float, float] | None) -> NDArray[np.bool_] | None:
    """Which pixels are padding or not finite; None when there are none."""
    if crop.ndim == 3:
        return None
    mask: NDArray[np.bool_] | None = None
    if crop.dtype.kind == "f":
        mask = ~np.isfinite(crop)
    if hidden is not None:
        if crop.dtype.kind == "f":
            padded = (crop >= hidden[0]) & (crop <= hidden[1])
        else:
            limits = np.iinfo(crop.dtype)
            low, high = max(limits.min, int(np.ceil(hidden[0]))), min(limits.max, int(np.floor(hidden[1])))
            if low > high:
                return mask
            padded = crop == low if low == high else (crop >= low) & (crop <= high)
        mask = padded if mask is None else mask | padded
    return mask if mask is not None and bool(mask.any()) else None


def _sign_flipped(crop: NDArray[Any]) -> NDArray[Any]:
    flipped = SCRATCH.take("source", crop.shape, np.uint16)
    np.bitwise_xor(crop.view(np.uint16), _SIGN_BIT, out=flipped)
    return flipped


def _relative(crop: NDArray[Any], base: float) -> NDArray[np.float32]:
    relative = SCRATCH.take("source", crop.shape, np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        if base != 0.0 and (crop.dtype.kind == "f" or crop.dtype.itemsize > 2):
            np.subtract(crop, base, out=relative, dtype=np.float64, casting="unsafe")
        else:
            np.copyto(relative, crop, casting="unsafe")
            if base != 0.0:
                relative -= np.float32(base)
    return relative


def _reduced(
    source: NDArray[Any], inverse: NDArray[np.float64], view: View, name: str = "reduced"
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Averages so that no pixel is passed over: blocks of whole pixels, and a three-tap filter for the rest."""
    source, matrix = _blocked(source, inverse, view, name)
    rest = _rest(view)
    return (_filtered(source, rest, f"{name} smooth") if max(rest) > _NO_FILTER else source), matrix


def _factors(view: View) -> list[int]:
    """Whole pixels that one block takes, along x and y."""
    return [max(1, int(r + 1e-6)) for r in view.reduction_xy]


def _rest(view: View) -> list[float]:
    """Reduction that is left after the blocks, along x and y."""
    return [r / f for r, f in zip(view.reduction_xy, _factors(view), strict=True)]


def _blocked(
    source: NDArray[Any], inverse: NDArray[np.float64], view: View, name: str = "reduced"
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    factors = _factors(view)
    if max(factors) == 1:
        return source, inverse
    return _blocks(source, inverse, factors, (view.crop[0], view.crop[1]), name)


def _filtered(source: NDArray[Any], rest: list[float], name: str = "smooth") -> NDArray[Any]:
    """Three taps along each axis.

    At a rest of 2 they are 1/4, 1/2, 1/4: with the triangle of the interpolation all pixels count alike.
    """
    import cv2

    taps = [np.array((a, 1 - 2 * a, a)) for a in ((max(1.0, r) - 1) / 4 for r in rest)]
    smooth = SCRATCH.take(name, source.shape, source.dtype)
    return np.asarray(cv2.sepFilter2D(source, -1, taps[0], taps[1], dst=smooth, borderType=cv2.BORDER_REPLICATE))


def is_fit(inverse: NDArray[np.float64], shape: tuple[int, ...], size: tuple[int, int]) -> bool:
    """Whether a matrix from screen to slice takes the whole box to the whole slice, upright and to the edge."""
    (a, b, c), (d, e, f) = inverse.tolist()
    (rows, columns), (width, height) = shape[:2], size
    across = abs(a * width - columns) + abs(b * height) + abs(c - (columns / width - 1) / 2)
    down = abs(d * width) + abs(e * height - rows) + abs(f - (rows / height - 1) / 2)
    return bool(max(across, down) < 1e-6)


def _linear(
    source: NDArray[Any], matrix: NDArray[np.float64], size: tuple[int, int], name: str = "sampled"
) -> NDArray[Any]:
    import cv2

    moved = SCRATCH.take(name, (size[1], size[0], *source.shape[2:]), source.dtype)
    if is_fit(matrix, source.shape, size):  # the whole slice in the pane: several times quicker than any other map
        return np.asarray(cv2.resize(source, size, dst=moved, interpolation=cv2.INTER_LINEAR))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(source, matrix, size, dst=moved, flags=flags, borderMode=cv2.BORDER_REPLICATE))


def _filled(total: NDArray[np.float32], share: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sums divided by their weights; hidden pixels beside shown ones take the average of these.

    So linear interpolation at the border of the padding meets only what the patient's side says.
    """
    import cv2

    flat, weight = total.reshape(-1), share.reshape(-1)
    part = np.flatnonzero((weight > 0) & (weight < 1))  # few: the rim of the padding
    flat[part] /= weight[part]
    known = (share > 0).view(np.uint8)
    near = np.asarray(cv2.boxFilter(known, -1, (3, 3), normalize=False, borderType=cv2.BORDER_REPLICATE))
    border = np.flatnonzero((near > 0) & (known == 0))
    if border.size:
        sums = np.asarray(cv2.boxFilter(total, -1, (3, 3), normalize=False, borderType=cv2.BORDER_REPLICATE))
        flat[border] = sums.reshape(-1)[border] / near.reshape(-1)[border]
    return total


def _blocks(
    source: NDArray[Any], inverse: NDArray[np.float64], factors: list[int], crop_xy: tuple[int, int], name: str
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Averages of fx × fy pixels; blocks begin at multiples of the factor in the slice, so that panning is steady."""
    import cv2

    fx, fy = factors
    left, top = crop_xy[0] % fx, crop_xy[1] % fy
    right, bottom = -(source.shape[1] + left) % fx, -(source.shape[0] + top) % fy
    if left or top or right or bottom:
        source = cv2.copyMakeBorder(source, top, bottom, left, right, cv2.BORDER_REPLICATE)
    size = (source.shape[1] // fx, source.shape[0] // fy)
    reduced = SCRATCH.take(name, (size[1], size[0], *source.shape[2:]), source.dtype)
    reduced = np.asarray(cv2.resize(source, size, dst=reduced, interpolation=cv2.INTER_AREA))
    matrix = inverse.copy()
    for axis, (factor, shift) in enumerate(((fx, left), (fy, top))):
        matrix[axis, 2] = (matrix[axis, 2] + shift - (factor - 1) / 2) / factor
        matrix[axis, :2] /= factor
    return reduced, matrix


def trimmed(moved: NDArray[Any], view: View, shape: tuple[int, ...], shown: NDArray[np.bool_] | None) -> Sampled:
    """Leave out screen pixels whose centres are outside the slice."""
    x0, y0, x1, y1 = view.box
    if not view.is_aligned:
        u, v = np.arange(x0, x1), np.arange(y0, y1)[:, None]
        (a, b, c), (d, e, f) = view.inverse
        x, y = a * u + b * v + c, d * u + e * v + f
        inside = (x >= -0.5) & (x < shape[1] - 0.5) & (y >= -0.5) & (y < shape[0] - 0.5)
        shown = inside if shown is None else shown & inside
    return Sampled(moved, view.box, shown)
