"""A whole DICOM dataset by pydicom, without its pixels, and guarded access to its values.

pydicom converts a value when it is asked for, so every value may raise; the accessors give None or empty instead.
"""

from __future__ import annotations

import math
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from medviewer.errors import MedviewerError, UnreadableFile
from medviewer.io.encapsulated import dataset_start
from medviewer.io.frame_location import inflate_dataset
from medviewer.io.frames import DEFLATED_LE, PIXEL_KEYWORDS
from medviewer.io.sources import open_source

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_MAX_ELEMENTS = 50_000  # outside sequences


# However the meta information is coded: pydicom would inflate what follows, without a bound.
_DEFLATED_NAMED = re.compile(rb"\x02\x00\x10\x00.{4}1\.2\.840\.10008\.1\.2\.1\.99[\0 ]*", re.DOTALL)
_META_BYTES = 1 << 16


def names_deflated(head: bytes) -> bool:
    """Whether the file meta information in the first bytes of a file names the deflated transfer syntax."""
    return _DEFLATED_NAMED.search(head, 0, _META_BYTES) is not None


class Stop:
    """Ends the reading at the pixels, or when there are more elements than a dataset can have.

    Megabytes of zeros parse as empty elements, eight bytes each, for half a minute.

    Parameters
    ----------
    at_pixels : bool
        Stop at the pixel element itself, not at the offset tables before it.
    """

    def __init__(self, *, at_pixels: bool = False) -> None:
        self._left = _MAX_ELEMENTS
        self._at_pixels = at_pixels

    def __call__(self, tag: int, vr: str | None, length: int) -> bool:
        self._left -= 1
        if self._left < 0:
            raise UnreadableFile("The file has too many elements before its pixels.")
        return tag in PIXEL_KEYWORDS if self._at_pixels else tag >= 0x7FE00000


def open_dataset(path: str, member: str = "") -> Dataset:
    """Read every element but the pixels.

    Raises
    ------
    UnreadableFile
        Not readable, damaged, nested too deeply.
    TooLarge
        A deflated file that unpacks to more than it should.
    """
    import warnings

    from pydicom import config
    from pydicom.filereader import read_dataset, read_partial

    config.settings.reading_validation_mode = config.IGNORE
    try:
        with open_source(path, member) as source, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _, syntax = dataset_start(source)
            if syntax == DEFLATED_LE or names_deflated(source.read(0, _META_BYTES)):
                inflated = inflate_dataset(source, path, member).data or b""
                found: Dataset = read_dataset(BytesIO(inflated), False, True, stop_when=Stop())
                return found
            if source.size < 8:
                raise UnreadableFile("The file is empty.")
            if source.data is not None:
                return read_partial(BytesIO(source.data), stop_when=Stop(), force=True)
            with open(path, "rb") as file:
                return read_partial(file, stop_when=Stop(), force=True)
    except MedviewerError:
        raise
    except RecursionError:
        raise UnreadableFile("The file is nested too deeply.") from None
    except Exception:  # noqa: BLE001 - pydicom raises many kinds on damaged files
        raise UnreadableFile("The file is damaged: its header cannot be read.") from None


def value(ds: Dataset | None, keyword: str | int) -> Any:
    """The value of an element, or None when it is missing, empty or cannot be converted."""
    if ds is None:
        return None
    try:
        if isinstance(keyword, int):
            element = ds.get(keyword)
            found = element.value if element is not None else None
        else:
            found = ds.get(keyword)
    except Exception:  # noqa: BLE001 - one bad value must not cost the image
        return None
    if found is None or (isinstance(found, (str, bytes)) and not found):
        return None
    return found


def number(ds: Dataset | None, keyword: str | int) -> float | None:
    """The first value as a finite float, or None."""
    found = numbers(ds, keyword)
    return found[0] if found else None


def numbers(ds: Dataset | None, keyword: str | int, count: int = 0) -> tuple[float, ...]:
    """All values as finite floats; empty when one is not, or when there are fewer than `count`."""
    return as_numbers(value(ds, keyword), count)


def as_numbers(found: Any, count: int = 0) -> tuple[float, ...]:
    """A value or values as finite floats, empty when they are not."""
    if found is None or isinstance(found, bytes):
        return ()
    try:
        several = [found] if isinstance(found, (str, int, float)) or not hasattr(found, "__iter__") else list(found)
        result = tuple(float(v) for v in several)
    except (TypeError, ValueError, OverflowError):
        return ()
    if len(result) < count or not all(map(math.isfinite, result)):
        return ()
    return result[:count] if count else result


def text(ds: Dataset | None, keyword: str | int) -> str:
    """The value as text, several joined by a backslash; empty when missing."""
    found = value(ds, keyword)
    if found is None:
        return ""
    if isinstance(found, (list, tuple)) or (hasattr(found, "__iter__") and not isinstance(found, (str, bytes))):
        try:
            return "\\".join(str(v) for v in found)
        except Exception:  # noqa: BLE001 - see `value`
            return ""
    return str(found)


def items(ds: Dataset | None, keyword: str | int) -> list[Dataset]:
    """The items of a sequence; empty when it is missing or no sequence."""
    found = value(ds, keyword)
    if found is None or isinstance(found, (str, bytes)) or not hasattr(found, "__getitem__"):
        return []
    try:
        return [item for item in found if hasattr(item, "get")]
    except Exception:  # noqa: BLE001 - see `value`
        return []
