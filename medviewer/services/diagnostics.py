"""Does this installation work, and what is it? The self-test of `medviewer selftest`, and the report for bug reports.

Neither result holds patient data, a user's name or a folder of the user's.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from medviewer import __version__
from medviewer.errors import MedviewerError
from medviewer.services.paths import resource_dir
from medviewer.services.reference_images import ReferenceImage, reference_images

Check = dict[str, Any]
"""One line of the report: ``name``, ``status`` ("passed" or "failed"), ``reason``, and what else was found."""

DISTRIBUTIONS = (
    "medviewer",
    "PySide6-Essentials",
    "pyqtgraph",
    "numpy",
    "scipy",
    "opencv-python-headless",
    "torch",
    "pydicom",
    "imagecodecs",
    "pylibjpeg",
    "pylibjpeg-openjpeg",
    "pylibjpeg-rle",
    "pyjpegls",
    "python-gdcm",
    "SimpleITK",
    "scikit-image",
    "scikit-learn",
    "PyWavelets",
    "openpyxl",
    "pillow",
    "msgspec",
    "platformdirs",
)

RESOURCES = ("help", "ibsi", "icons", "recipes", "themes", "translations", "samples/ct-chest", "samples/mr-brain")


def selftest(window_check: Callable[[], Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """Use every library once, read an image of every transfer syntax, find every resource.

    Parameters
    ----------
    window_check : callable, optional
        Opens a window and says what it found; given by the layer that knows Qt. It raises when something is wrong.

    Returns
    -------
    dict
        JSON-able: ``status`` ("passed" or "failed"), ``failed`` (names), ``environment``, and the lists of checks
        ``libraries``, ``transfer_syntaxes``, ``features``, ``resources``, ``window``.
    """
    began = time.perf_counter()
    report: dict[str, Any] = {
        "libraries": [_check(name, use) for name, use in LIBRARY_CHECKS.items()],
        "transfer_syntaxes": _check_transfer_syntaxes(),
        "features": [_check("IBSI digital phantom", _check_features)],
        "resources": [_check(name, partial(_count_files, name)) for name in RESOURCES],
        "window": [_check("window", window_check)] if window_check is not None else [],
    }
    failed = [check["name"] for checks in report.values() for check in checks if check["status"] != "passed"]
    return {
        "status": "failed" if failed else "passed",
        "failed": failed,
        "seconds": round(time.perf_counter() - began, 2),
        "environment": environment_report(),
        **report,
    }


def _check_features() -> dict[str, Any]:
    from medviewer.services import feature_tables

    return feature_tables.selftest_check()


def environment_report() -> dict[str, Any]:
    """Program, system and library versions: what a bug report needs, and nothing about the user or patients."""
    import locale
    from importlib.metadata import PackageNotFoundError, version

    versions: dict[str, str | None] = {}
    for name in DISTRIBUTIONS:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = __version__ if name == "medviewer" else None
    return {
        "packages": versions,
        "python": platform.python_version(),
        "system": platform.system(),
        "release": platform.release(),
        "distribution": _linux_distribution(),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()),
        "processors": os.cpu_count(),
        "memory_mib": _memory_mib(),
        "packaged": bool(getattr(sys, "frozen", False)),
        "language": locale.getlocale()[0],
        "qt_platform": os.environ.get("QT_QPA_PLATFORM", ""),
        "session": os.environ.get("XDG_SESSION_TYPE", ""),
    }


def _check(name: str, use: Callable[[], Mapping[str, Any]]) -> Check:
    """Run one check. What it raises is its finding: nothing may keep the others from being run."""
    began = time.perf_counter()
    try:
        found = {"status": "passed", "reason": "", **use()}
    except MedviewerError as error:
        found = {"status": "failed", "reason": str(error)}
    except BaseException as error:  # a decoder's panic is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        found = {"status": "failed", "reason": _without_paths(f"{type(error).__name__}: {error}")}
    return {"name": name, **found, "seconds": round(time.perf_counter() - began, 3)}


def _without_paths(text: str) -> str:
    """`text` with the user's folders taken out."""
    for folder in sorted({str(Path.home()), tempfile.gettempdir(), sys.prefix, os.getcwd()}, key=len, reverse=True):
        if len(folder) > 1:
            text = text.replace(folder, "…")
    return text


# Libraries: not only whether they load, but whether the part that is used gives the right answer. They are imported
# by name: this module depends on none of them, it asks after them.


def _expect(condition: bool, what: str) -> None:
    if not condition:
        raise MedviewerError(f"A wrong result: {what}.")


def _use_numpy() -> Check:
    _expect(bool((np.arange(6).reshape(2, 3) @ np.ones(3) == [3, 12]).all()), "a matrix product")
    return {"version": np.__version__}


def _use_cv2() -> Check:
    cv2 = importlib.import_module("cv2")
    flat = cv2.GaussianBlur(np.full((9, 9), 7, np.float32), (5, 5), 1.0)
    _expect(bool(np.allclose(flat, 7)), "a Gaussian of a constant")
    values = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    table = np.arange(65535, -1, -1, dtype=np.uint16)
    _expect(bool((cv2.LUT(values, table) == 65535 - values).all()), "a 16-bit table")
    return {"version": cv2.__version__}


def _use_scipy() -> Check:
    ndimage = importlib.import_module("scipy.ndimage")
    _, count = ndimage.label(np.eye(3))
    _expect(count == 3, "a count of components")
    return {"version": importlib.import_module("scipy").__version__}


def _use_sitk() -> Check:
    sitk = importlib.import_module("SimpleITK")
    image = sitk.GetImageFromArray(np.arange(24, dtype=np.int16).reshape(2, 3, 4))
    image.SetSpacing((1.0, 2.0, 3.0))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "volume.nrrd")
        sitk.WriteImage(image, path)
        back = sitk.ReadImage(path)
    _expect(
        back.GetSpacing() == (1.0, 2.0, 3.0) and int(sitk.GetArrayFromImage(back).sum()) == 276, "a file read back"
    )
    return {"version": sitk.Version.VersionString()}


def _use_gdcm() -> Check:
    gdcm = importlib.import_module("gdcm")  # after SimpleITK: the other order makes its scanner crash
    _expect(bool(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1).IsLossless()), "a transfer syntax")
    return {"version": gdcm.Version.GetVersion()}


def _use_torch() -> Check:
    torch = importlib.import_module("torch")
    image = torch.ones(1, 1, 5, 5, requires_grad=True)
    result = torch.nn.functional.conv2d(image, torch.ones(1, 1, 3, 3)).sum()
    result.backward()
    _expect(result.item() == 81.0 and float(image.grad[0, 0, 2, 2]) == 9.0, "a convolution and its gradient")
    return {"version": torch.__version__, "cuda": bool(torch.cuda.is_available())}


def _use_imagecodecs() -> Check:
    imagecodecs = importlib.import_module("imagecodecs")
    pixels = np.arange(256, dtype=np.uint16).reshape(16, 16)
    _expect(bool((imagecodecs.jpegls_decode(imagecodecs.jpegls_encode(pixels)) == pixels).all()), "a coded image")
    return {"version": imagecodecs.__version__}


def _use_pydicom() -> Check:
    pydicom = importlib.import_module("pydicom")
    dictionary = importlib.import_module("pydicom.datadict")
    _expect(dictionary.keyword_for_tag(0x7FE00010) == "PixelData", "the data dictionary")
    uids = importlib.import_module("pydicom.uid")
    decoders = importlib.import_module("pydicom.pixels").get_decoder(uids.JPEG2000Lossless)
    return {"version": pydicom.__version__, "decoders": sorted(decoders.available_plugins)}


def _use_pylibjpeg() -> Check:
    decoders = importlib.import_module("pylibjpeg.utils").get_pixel_data_decoders()
    # The plug-ins are found by their entry points, which a packaged program loses easily.
    _expect({"1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.90"} <= set(decoders), "the list of plug-ins")
    return {"version": importlib.import_module("pylibjpeg").__version__, "syntaxes": len(decoders)}


def _use_jpeg_ls() -> Check:
    jpeg_ls = importlib.import_module("jpeg_ls")
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8)
    _expect(bool((jpeg_ls.decode(jpeg_ls.encode(pixels)) == pixels).all()), "a coded image")
    return {"version": importlib.import_module("importlib.metadata").version("pyjpegls")}


def _use_pillow() -> Check:
    import io

    image = importlib.import_module("PIL.Image")
    stream = io.BytesIO()
    image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(stream, "PNG")
    _expect(image.open(io.BytesIO(stream.getvalue())).getpixel((7, 7)) == 63, "a picture read back")
    return {"version": importlib.import_module("PIL").__version__}


def _use_msgspec() -> Check:
    msgspec = importlib.import_module("msgspec")
    header = importlib.import_module("medviewer.io.headers").InstanceHeader(path="a", rows=3)
    back = msgspec.msgpack.decode(msgspec.msgpack.encode(header), type=type(header))
    _expect(back == header, "a header packed and unpacked")
    return {"version": importlib.import_module("importlib.metadata").version("msgspec")}


def _use_sqlite() -> Check:
    import sqlite3

    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(name)")
        connection.execute("INSERT INTO t VALUES ('chest ct')")
        rows = connection.execute("SELECT count(*) FROM t WHERE t MATCH 'che*'").fetchone()
    _expect(rows == (1,), "a text search")
    return {"version": sqlite3.sqlite_version}


def _use_skimage() -> Check:
    from skimage.measure import label

    joined = label(np.eye(4, dtype=bool), connectivity=2)
    _expect(int(joined.max()) == 1, "a diagonal as one part")
    return {}


def _use_sklearn() -> Check:
    from sklearn.linear_model import LogisticRegression

    x = np.arange(8.0)[:, None]
    fitted = LogisticRegression().fit(x, x[:, 0] > 3)
    _expect(bool((fitted.predict(x) == (x[:, 0] > 3)).all()), "classes told apart")
    return {}


def _use_pywt() -> Check:
    import pywt

    approximation, _detail = pywt.dwt(np.ones(8), "haar")
    _expect(bool(np.allclose(approximation, np.sqrt(2.0))), "a transform of a constant")
    return {}


def _use_openpyxl() -> Check:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append([1, "two"])
    _expect(book.active["B1"].value == "two", "a cell read back")
    return {}


LIBRARY_CHECKS: dict[str, Callable[[], Check]] = {
    "numpy": _use_numpy,
    "OpenCV": _use_cv2,
    "SciPy": _use_scipy,
    "SimpleITK": _use_sitk,
    "GDCM": _use_gdcm,
    "PyTorch": _use_torch,
    "imagecodecs": _use_imagecodecs,
    "pydicom": _use_pydicom,
    "pylibjpeg": _use_pylibjpeg,
    "CharLS": _use_jpeg_ls,
    "Pillow": _use_pillow,
    "msgspec": _use_msgspec,
    "SQLite": _use_sqlite,
    "scikit-image": _use_skimage,
    "scikit-learn": _use_sklearn,
    "PyWavelets": _use_pywt,
    "openpyxl": _use_openpyxl,
}


# Images and resources.


def _check_transfer_syntaxes() -> list[Check]:
    with tempfile.TemporaryDirectory(prefix="medviewer-selftest-") as folder:
        return [
            _check(image.name, partial(_read_back, image, Path(folder, f"{number}.dcm")))
            for number, image in enumerate(reference_images())
        ]


def _read_back(image: ReferenceImage, path: Path) -> Check:
    """Write `image` and load it by the way that the window and the commands take."""
    from medviewer.io import volume

    image.write(path)
    array = np.asarray(volume.load(path).array)[0]
    if array.shape != image.pixels.shape:
        raise MedviewerError(f"The image read has the shape {array.shape}, not {image.pixels.shape}.")
    difference = float(np.abs(array.astype(np.int64) - image.pixels.astype(np.int64)).max())
    if difference > image.tolerance:
        raise MedviewerError(f"Pixels differ by up to {difference:g} where {image.tolerance:g} is allowed.")
    return {"uid": image.uid, "difference": difference}


def _count_files(name: str) -> Check:
    count = sum(path.is_file() for path in (resource_dir() / name).rglob("*"))
    if not count:
        raise MedviewerError("The folder is missing or empty.", "Install the program again.")
    return {"files": count}


# The machine.


def _memory_mib() -> int | None:
    """Physical memory, where the system tells without a library."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    except (AttributeError, ValueError, OSError):
        return None


def _linux_distribution() -> str:
    """`Debian GNU/Linux 12 (bookworm)` and the like, empty elsewhere."""
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return ""


def as_text(report: Mapping[str, Any]) -> str:
    """The report as one JSON object, indented for people."""
    return json.dumps(report, indent=2, ensure_ascii=False, sort_keys=False)
