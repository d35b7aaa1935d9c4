"""From a header and a dataset to what pixels mean: format, padding, windows, modality table, colour, overlays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.display import Voi, VoiFunction, Window
from medviewer.errors import UnreadableFile
from medviewer.io.dataset import number, numbers, text, value
from medviewer.io.frames import NATIVE, PixelFormat
from medviewer.io.headers import InstanceHeader
from medviewer.io.lookup_tables import Palette, voi_luts

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_PHOTOMETRIC = frozenset(
    ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_420",
     "YBR_PARTIAL_422", "YBR_RCT", "YBR_ICT", "XYB")
)  # fmt: skip


def pixel_format(header: InstanceHeader, warnings: list[str]) -> PixelFormat:
    """How the pixels of an instance are stored, with what the header leaves out or contradicts put right.

    SmallestImagePixelValue and LargestImagePixelValue are not looked at: they are often wrong.

    Raises
    ------
    UnreadableFile
        The instance has no pixels, or says too little to read them.
    """
    if not header.pixel_keyword:
        raise UnreadableFile("The file holds no image.")
    allocated = header.bits_allocated
    if header.pixel_keyword != "PixelData":
        allocated = 32 if header.pixel_keyword == "FloatPixelData" else 64
    if allocated == 0:
        if header.bits_stored == 0:
            raise UnreadableFile("The header does not say how many bits a pixel has.")
        allocated = 8 if header.bits_stored <= 8 else 16 if header.bits_stored <= 16 else 32
        warnings.append(f"The header does not say how many bits are allocated; {allocated} were taken.")
    stored = header.bits_stored
    high = header.high_bit
    if header.pixel_keyword != "PixelData":
        stored, high = allocated, allocated - 1
    elif stored == 0:
        stored, high = allocated, allocated - 1
        warnings.append(f"The header does not say how many bits are stored; all {allocated} were taken.")
    elif stored > allocated:
        warnings.append(f"The header says {stored} bits stored of {allocated} allocated; {allocated} were taken.")
        stored, high = allocated, allocated - 1
    if not stored - 1 <= high < allocated:
        warnings.append(f"The high bit {high} contradicts {stored} bits stored; {stored - 1} was taken.")
        high = stored - 1
    samples = header.samples or 1
    photometric = header.photometric.upper()
    if photometric not in _PHOTOMETRIC:
        chosen = "RGB" if samples >= 3 else "MONOCHROME2"
        what = (
            "does not say what the samples mean" if not photometric else "has an unknown photometric interpretation"
        )
        warnings.append(f"The header {what}; {chosen} was taken.")
        photometric = chosen
    if samples >= 3 and photometric in {"MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"}:
        warnings.append(f"The header says {photometric} with {samples} samples a pixel; RGB was taken.")
        photometric = "RGB"
    if samples == 1 and photometric in _PHOTOMETRIC - {"MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"}:
        warnings.append(f"The header says {photometric} with one sample a pixel; grey was taken.")
        photometric = "MONOCHROME2"
    return PixelFormat(
        rows=header.rows,
        columns=header.columns,
        frames=header.frames,
        samples=samples,
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=high,
        signed=header.signed,
        photometric=photometric,
        planar=1 if header.planar == 1 else 0,
        transfer_syntax_uid=header.transfer_syntax_uid,
        big_endian=header.big_endian,
        keyword=header.pixel_keyword,
    )


def native_photometric(fmt: PixelFormat, length_bytes: int, warnings: list[str]) -> PixelFormat:
    """A native 4:2:2 image that is in truth not subsampled, put right by the length of its value."""
    import msgspec

    full = fmt.frame_samples * fmt.bits_allocated // 8 * fmt.frames
    if fmt.transfer_syntax_uid in NATIVE and fmt.is_subsampled and full <= length_bytes <= full + 1:
        warnings.append("The header says that colour is subsampled and the pixels are not.")
        return msgspec.structs.replace(fmt, photometric=fmt.photometric.removesuffix("_422"))
    return fmt


def padding_range(header: InstanceHeader, fmt: PixelFormat, ds: Dataset | None = None) -> tuple[float, float] | None:
    """PixelPaddingValue to PixelPaddingRangeLimit as an inclusive range of stored values (PS3.3 C.7.5.1.1.2)."""
    if fmt.is_colour:
        return None
    if fmt.is_float:
        kind = "Float" if fmt.keyword == "FloatPixelData" else "DoubleFloat"
        low = number(ds, f"{kind}PixelPaddingValue")
        high = number(ds, f"{kind}PixelPaddingRangeLimit")
        return None if low is None else _ordered(low, low if high is None else high)
    if header.padding is None:
        return None
    first = _as_stored(header.padding, fmt)
    return _ordered(first, first if header.padding_limit is None else _as_stored(header.padding_limit, fmt))


def _ordered(a: float, b: float) -> tuple[float, float]:
    return (float(a), float(b)) if a <= b else (float(b), float(a))


def _as_stored(padding: int, fmt: PixelFormat) -> int:
    """A padding value as the pixels that carry it come out of the masking of their bits."""
    bits = fmt.bits_stored
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if fmt.signed else (0, (1 << bits) - 1)
    if low <= padding <= high:
        return padding
    masked = padding & ((1 << bits) - 1)
    return masked - (1 << bits) if fmt.signed and masked > high else masked


def windows(
    centers: tuple[float, ...],
    widths: tuple[float, ...],
    explanations: tuple[str, ...],
    function: str,
    warnings: list[str],
) -> tuple[Window, ...]:
    """The file's windows; unusable ones are left out with a warning (PS3.3 C.11.2.1.2).

    A linear window needs a width of at least 1; a smaller one can only be meant as LINEAR_EXACT.
    """
    name = function.strip().upper()
    kind = VoiFunction(name) if name in set(VoiFunction) else VoiFunction.LINEAR
    if name and name not in set(VoiFunction):
        warnings.append("The window function of the file is not known; a linear one was taken.")
    found: list[Window] = []
    for index, (center, width) in enumerate(zip(centers, widths, strict=False)):
        label = explanations[index] if index < len(explanations) else ""
        if width <= 0:
            warnings.append("A window of the file has no width and was left out.")
            continue
        exact = kind is VoiFunction.LINEAR and width < 1
        found.append(Window(center, width, VoiFunction.LINEAR_EXACT if exact else kind, label))
    return tuple(found)


def voi_of(item: Dataset, signed: bool, warnings: list[str], big_endian: bool = False) -> Voi:
    """Windows and VOI LUTs of a dataset or of an item of FrameVOILUTSequence."""
    explanations = text(item, "WindowCenterWidthExplanation")
    return Voi(
        windows(
            numbers(item, "WindowCenter"),
            numbers(item, "WindowWidth"),
            tuple(explanations.split("\\")) if explanations else (),
            text(item, "VOILUTFunction"),
            warnings,
        ),
        voi_luts(item, signed, warnings, big_endian),
    )


def voi_for_stored(voi: Voi, slope: float, intercept: float) -> Voi:
    """Windows given in stored values as the windows in modality values that show the same.

    The classic MR image has no modality LUT (PS3.3 A.4): its windows apply to stored values even where a rescale
    is present. `slope` must be positive.
    """

    def moved(window: Window) -> Window:
        if window.function is VoiFunction.LINEAR:
            center = slope * (window.center - 0.5) + intercept + 0.5
            width = slope * (window.width - 1) + 1
            if width < 1:
                return Window(center, max(width, 1e-12), VoiFunction.LINEAR_EXACT, window.name)
            return Window(center, width, window.function, window.name)
        return Window(slope * window.center + intercept, slope * window.width, window.function, window.name)

    luts = tuple(replace(lut, slope=slope, intercept=intercept) for lut in voi.luts)
    return Voi(tuple(moved(window) for window in voi.windows), luts)


def to_rgb(values: NDArray[Any], fmt: PixelFormat, palette: Palette | None) -> NDArray[np.uint8]:
    """Decoded samples of a colour image as uint8 RGB, shape (..., 3)."""
    if fmt.photometric == "PALETTE COLOR" and fmt.samples == 1:
        if palette is None:
            raise UnreadableFile("The image needs a colour palette, and the file has none that can be used.")
        return palette.apply(values)
    rgb = values[..., :3]
    shift = fmt.bits_stored - 8
    if shift > 0:
        rgb = rgb >> shift
    elif shift < 0:
        rgb = (rgb.astype(np.uint16) * 255 // ((1 << fmt.bits_stored) - 1)).astype(np.uint8)
    return rgb.astype(np.uint8, copy=False)


@dataclass(frozen=True, eq=False)
class Overlay:
    """An overlay plane (PS3.3 C.9.2): bits to draw over frames, never part of the values.

    Attributes
    ----------
    bits : NDArray of bool
        Shape (frames, rows, columns) of the plane.
    origin_yx : tuple of int
        Row and column of its first bit in the image, from 0.
    first_frame : int
        Image frame that the first plane belongs to, from 0.
    """

    bits: NDArray[np.bool_]
    origin_yx: tuple[int, int]
    first_frame: int
    label: str
    is_roi: bool


def overlays(ds: Dataset, warnings: list[str]) -> tuple[Overlay, ...]:
    """The overlay planes that a dataset carries in OverlayData; planes in unused pixel bits are retired."""
    found: list[Overlay] = []
    for group in range(0x6000, 0x6020, 2):
        base = group << 16
        data = value(ds, base | 0x3000)
        rows, columns = number(ds, base | 0x0010), number(ds, base | 0x0011)
        if not isinstance(data, (bytes, bytearray)) or not rows or not columns or rows < 1 or columns < 1:
            continue
        frames = int(number(ds, base | 0x0015) or 1)
        count = int(rows) * int(columns) * max(1, frames)
        if count > 8 * len(data):
            warnings.append("An overlay of the file is damaged and was left out.")
            continue
        bits = np.unpackbits(np.frombuffer(bytes(data), np.uint8), bitorder="little", count=count).view(np.bool_)
        origin = numbers(ds, base | 0x0050, 2) or (1.0, 1.0)
        found.append(
            Overlay(
                bits.reshape(max(1, frames), int(rows), int(columns)),
                (int(origin[0]) - 1, int(origin[1]) - 1),
                int(number(ds, base | 0x0051) or 1) - 1,
                text(ds, base | 0x1500) or text(ds, base | 0x0022),
                text(ds, base | 0x0040) == "R",
            )
        )
    return tuple(found)
