"""PNG, JPEG and TIFF pictures through Pillow: 8 and 16 bit, pages, EXIF orientation. They have no millimetres."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image
from medviewer.errors import DataError, TooLarge, UnreadableFile
from medviewer.io.budget import require_bytes, require_plausible_packing
from medviewer.io.sources import open_source

if TYPE_CHECKING:
    from PIL import Image as Pillow

ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
_FORMATS = ("PNG", "JPEG", "TIFF")
_MAX_PAGES = 65536
_MAX_PIXELS = 100_000_000  # of a page; Pillow needs up to ten bytes for each
_TURNED = (5, 6, 7, 8)  # EXIF orientations that swap width and height


@dataclass(frozen=True)
class Sheet:
    """Size and kind of a picture: pages of one size."""

    pages: tuple[int, ...]
    rows: int
    columns: int
    dtype: np.dtype[Any]
    colour: bool
    lossy: bool
    warnings: tuple[str, ...] = ()


def describe(path: str | os.PathLike[str], member: str = "") -> Sheet:
    """Read the header of a picture.

    Raises
    ------
    UnreadableFile
        Damaged, or no PNG, JPEG or TIFF.
    TooLarge
    """
    name = os.fspath(path)
    with suppress(OSError, ValueError):
        status = os.stat(name)
        return _known(name, member, status.st_size, status.st_mtime_ns)
    return _known.__wrapped__(name, member, 0, 0)  # tells why it cannot be opened


@lru_cache(maxsize=32)
def _known(path: str, member: str, _size: int, _mtime_ns: int) -> Sheet:
    """What `_describe` says, once for every state of a file: thousands of pages take seconds."""
    sheet: Sheet = _guarded(path, member, _describe)
    return sheet


def read_array(path: str | os.PathLike[str], member: str = "") -> NDArray[Any]:
    """All pages, shape (pages, y, x) or (pages, y, x, 3) uint8, turned upright by their EXIF orientation.

    Raises
    ------
    UnreadableFile, TooLarge
    """
    sheet = describe(path, member)

    def work(picture: Pillow.Image, _packed: int) -> NDArray[Any]:
        shape = (len(sheet.pages), sheet.rows, sheet.columns)
        array = np.empty((*shape, 3) if sheet.colour else shape, sheet.dtype)
        for row, page in enumerate(sheet.pages):
            if len(sheet.pages) > 1 or page:
                picture.seek(page)
            array[row] = _pixels(picture, sheet)
        return array

    pages: NDArray[Any] = _guarded(path, member, work)
    return pages


def read(path: str | os.PathLike[str], member: str = "") -> Image:
    """Read a picture as an image without spacing."""
    sheet = describe(path, member)
    array = read_array(path, member)
    return Image(
        array,
        Geometry((len(array), sheet.rows, sheet.columns)),
        facts=Facts(
            lossy=sheet.lossy,
            not_reconstructable="A picture has no position in the patient.",
            warnings=sheet.warnings,
        ),
        key=f"{os.fspath(path)}#{member}",
    )


def _guarded(path: str | os.PathLike[str], member: str, work: Any) -> Any:
    """Open the picture and run `work` on it; everything that Pillow raises on damaged data becomes one sentence."""
    import warnings

    from PIL import Image as Pillow

    with open_source(os.fspath(path), member) as source, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Pillow.open(BytesIO(source.data) if member and source.data is not None else os.fspath(path),
                             formats=_FORMATS) as picture:  # fmt: skip
                return work(picture, source.size)
        except Pillow.DecompressionBombError:
            raise UnreadableFile("The picture claims a suspicious size.") from None
        except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError,
                ZeroDivisionError, AttributeError, RuntimeError, NotImplementedError):  # fmt: skip
            raise UnreadableFile("The picture is damaged or of a kind that cannot be read.") from None
        except Exception as error:
            if type(error).__module__ in {"struct", "zlib", "binascii"}:
                raise UnreadableFile("The picture is damaged.") from None
            raise


def _describe(picture: Pillow.Image, packed: int) -> Sheet:
    count = min(int(getattr(picture, "n_frames", 1)), _MAX_PAGES) if picture.format == "TIFF" else 1
    size, mode = _upright_size(picture), picture.mode
    pages, warnings = [0], []
    for page in range(1, count):
        picture.seek(page)
        if _upright_size(picture) == size and picture.mode == mode:
            pages.append(page)
    picture.seek(0)
    if len(pages) < count:
        warnings.append(f"{count - len(pages)} pages of another size or kind were left out.")
    colour, dtype = _kind(mode)
    columns, rows = size
    if rows * columns > _MAX_PIXELS:
        raise TooLarge(
            f"The picture has {rows * columns / 1e6:.0f} million pixels; up to {_MAX_PIXELS / 1e6:.0f} can be shown."
        )
    count_bytes = len(pages) * rows * columns * (3 if colour else dtype.itemsize)
    require_bytes(count_bytes, "The picture")
    require_plausible_packing(count_bytes, packed)
    return Sheet(tuple(pages), rows, columns, dtype, colour, picture.format == "JPEG", tuple(warnings))


def _upright_size(picture: Pillow.Image) -> tuple[int, int]:
    width, height = picture.size
    return (height, width) if orientation(picture) in _TURNED else (width, height)


def orientation(picture: Pillow.Image) -> int:
    """The EXIF orientation, 1 to 8, without decoding pixels: Pillow decodes a whole PNG to look behind them."""
    if picture.format == "PNG" and not {"exif", "Raw profile type exif"} & picture.info.keys():
        return 1
    found = picture.getexif().get(0x0112, 1)
    return found if isinstance(found, int) else 1


def _kind(mode: str) -> tuple[bool, np.dtype[Any]]:
    if mode.startswith("I;16"):
        return False, np.dtype(np.uint16)
    if mode == "I":
        return False, np.dtype(np.int32)
    if mode == "F":
        return False, np.dtype(np.float32)
    if mode in {"1", "L", "LA", "La"}:
        return False, np.dtype(np.uint8)
    return True, np.dtype(np.uint8)


def _pixels(picture: Pillow.Image, sheet: Sheet) -> NDArray[Any]:
    from PIL import ImageOps

    # Every step makes a copy, which a large picture cannot afford where nothing changes.
    page = ImageOps.exif_transpose(picture) if orientation(picture) != 1 else picture
    if page.mode == "P":
        page = page.convert("RGBA")
    if sheet.colour:
        page = page.convert("RGB") if page.mode != "RGB" else page
    elif page.mode in {"1", "LA", "La"}:
        page = page.convert("L")
    values = np.asarray(page)
    if values.shape[:2] != (sheet.rows, sheet.columns):
        raise ValueError
    return values


def write(image: Image, path: str | os.PathLike[str]) -> None:
    """Write a picture, or a TIFF with a page per slice.

    TIFF keeps modality values (integers where they fit 16 bits, else float32). PNG keeps values of 0 to 65535 as they
    are; JPEG, and PNG with other values, get the window of the file or an automatic one, in 8 bits.

    Raises
    ------
    DataError
        The ending is none of `ENDINGS`, or PNG or JPEG are asked for several slices.
    """
    from PIL import Image as Pillow

    name = os.fspath(path).lower()
    if not name.endswith(ENDINGS):
        raise DataError("The ending of the file is no picture format.", "Use one of " + " ".join(ENDINGS) + ".")
    if name.endswith((".tif", ".tiff")):
        pages = [Pillow.fromarray(_tiff_page(image, k)) for k in range(image.n_slices)]
        pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_adobe_deflate")
        return
    if image.n_slices != 1:
        raise DataError(
            f"A picture holds one slice, and the image has {image.n_slices}.", "Write a TIFF or a research format."
        )
    if image.is_colour:
        pixels: NDArray[Any] = np.ascontiguousarray(image.array[0])
    else:
        pixels = _grey(image, deep=name.endswith(".png"))
    picture = Pillow.fromarray(pixels)
    if name.endswith(".png"):
        picture.save(path)
    else:
        picture.save(path, quality=95, subsampling=0)


def _tiff_page(image: Image, k: int) -> NDArray[Any]:
    if image.is_colour:
        return np.ascontiguousarray(image.array[k])
    values = image.rescale.apply(image.array[k], k)
    if image.array.dtype.kind in "iu" and values.size and np.array_equal(values, np.rint(values)):
        # Pages of one file share a type, so the range of the whole image decides.
        low, high = _range(image)
        if low >= 0 and high <= 255:
            return values.astype(np.uint8)
        if low >= 0 and high <= 65535:
            return values.astype(np.uint16)
    return values.astype(np.float32)


def _range(image: Image) -> tuple[float, float]:
    bounds: list[float] = []
    for k in range(image.n_slices):
        values = image.rescale.apply(image.array[k], k)
        bounds += [float(values.min()), float(values.max())]
    return min(bounds), max(bounds)


def _grey(image: Image, deep: bool) -> NDArray[Any]:
    from medviewer.core.display import Voi, VoiLut, auto_window, default_window, window_values

    values = image.rescale.apply(image.array[0], 0)
    if deep and image.array.dtype.kind in "iub" and np.array_equal(values, np.rint(values)) and values.size:
        low, high = float(values.min()), float(values.max())
        if low >= 0 and high <= 65535 and not image.monochrome1:
            return values.astype(np.uint8 if high <= 255 else np.uint16)
    window = default_window(image, Voi())
    if window is None or isinstance(window, VoiLut):
        window = auto_window(image.modality_slice(0))
    grey = np.nan_to_num(window_values(values, window), nan=0.0)
    if image.monochrome1:
        grey = 1.0 - grey
    return np.rint(grey * 255).astype(np.uint8)
