"""The file of a trained classifier: written so that equal classifiers give equal bytes, read so that nothing is run.

The file is an ``.npz``: arrays, and a manifest as JSON in one of them. There is no pickle in it, and every array is
checked before it is used, so that a classifier of a stranger is no danger.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer import __version__
from medviewer.errors import ModelError
from medviewer.lab import array_models
from medviewer.lab.array_models import Arrays
from medviewer.lab.calibrate import Platt
from medviewer.lab.classical import FORMS, Kind
from medviewer.lab.preparation import FittedPreparation
from medviewer.lab.trained import TrainedClassifier

FORMAT = "medviewer-classifier"
SCHEMA_VERSION = 1
ENDING = ".classifier"
MAX_BYTES = 1 << 30
MAX_MANIFEST_BYTES = 16 << 20


def to_bytes(trained: TrainedClassifier) -> bytes:
    """The file's bytes; the same classifier gives the same bytes."""
    prepared = trained.preparation
    arrays: Arrays = {f"model.{name}": value for name, value in trained.arrays.items()}
    arrays |= {
        "prepare.medians": prepared.medians,
        "prepare.kept": prepared.kept.astype(np.int64),
        "prepare.means": prepared.means,
        "prepare.deviations": prepared.deviations,
        "present": trained.present.astype(np.int64),
        "ranges": trained.ranges,
    }
    if trained.platt is not None:
        arrays |= {"platt.slopes": trained.platt.slopes, "platt.offsets": trained.platt.offsets}
    manifest = {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "program": __version__,
        "name": trained.name,
        "kind": str(trained.kind),
        "settings": dict(trained.settings),
        "classes": list(trained.classes),
        "positive": trained.positive,
        "number_keys": list(prepared.number_keys),
        "category_keys": list(prepared.category_keys),
        "levels": [list(levels) for levels in prepared.levels],
        "fills": list(prepared.fills),
        "units": dict(trained.units),
        "features": dict(trained.features),
        "worth": _finite(trained.worth),
    }
    manifest["checksum"] = checksum_of(manifest, arrays)
    text = json.dumps(manifest, ensure_ascii=False, allow_nan=False, indent=1).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in {"manifest": np.frombuffer(text, dtype=np.uint8), **arrays}.items():
            member = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))  # no clock: equal bytes for equal content
            member.compress_type = zipfile.ZIP_DEFLATED
            held = io.BytesIO()
            np.lib.format.write_array(held, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(member, held.getvalue())
    return out.getvalue()


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def checksum_of(manifest: Mapping[str, Any], arrays: Arrays) -> str:
    """SHA-256 over the arrays and the manifest (without its entry ``checksum``): finds damage, not malice."""
    told = {name: value for name, value in manifest.items() if name != "checksum"}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def from_bytes(data: bytes) -> TrainedClassifier:
    """Read a file's bytes; every array is checked before it is used.

    Raises
    ------
    ModelError
        No classifier, of a newer program, or damaged.
    """
    manifest, arrays = _parts(data)
    if manifest.get("format") != FORMAT:
        raise _not_ours()
    version = manifest.get("schema_version")
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        raise ModelError(
            "This classifier was saved by a newer version of the program.", "Update medviewer to use it.",
            "model.version",
        )  # fmt: skip
    try:
        return _built(manifest, arrays)
    except ModelError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError):
        raise _damaged() from None


def _parts(data: bytes) -> tuple[dict[str, Any], Arrays]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(m.file_size for m in members) > MAX_BYTES or len(members) > 100:
                raise _damaged()
            arrays: Arrays = {}
            for member in members:
                with archive.open(member) as stream:
                    content = io.BytesIO(stream.read(MAX_BYTES))
                arrays[member.filename.removesuffix(".npy")] = np.lib.format.read_array(content, allow_pickle=False)
        text = arrays.pop("manifest").tobytes()
        manifest = json.loads(text) if len(text) <= MAX_MANIFEST_BYTES else None
    except ModelError:
        raise
    except Exception:  # noqa: BLE001 - zipfile, zlib, numpy and json raise a dozen kinds for damaged data
        raise _not_ours() from None
    if not isinstance(manifest, dict):
        raise _not_ours()
    return manifest, arrays


def _built(manifest: dict[str, Any], arrays: Arrays) -> TrainedClassifier:
    if manifest["checksum"] != checksum_of(manifest, arrays):
        raise _damaged()
    kind = Kind(manifest["kind"])
    classes = tuple(str(name) for name in manifest["classes"])
    levels = tuple(tuple(str(level) for level in own) for own in manifest["levels"])
    prepared = FittedPreparation(
        tuple(map(str, manifest["number_keys"])),
        tuple(map(str, manifest["category_keys"])),
        _real(arrays["prepare.medians"], 1),
        levels,
        tuple(map(str, manifest["fills"])),
        _whole(arrays["prepare.kept"]),
        _real(arrays["prepare.means"], 1),
        _real(arrays["prepare.deviations"], 1),
    )
    width = len(prepared.number_keys) + sum(map(len, levels))
    kept = prepared.kept
    present = _whole(arrays["present"])
    ranges = _real(arrays["ranges"], 2)
    sound = (
        len(classes) >= 2
        and len(prepared.medians) == len(prepared.number_keys)
        and len(levels) == len(prepared.category_keys) == len(prepared.fills)
        and len(kept) == len(prepared.means) == len(prepared.deviations) > 0
        and all(len(set(own)) == len(own) for own in (classes, prepared.number_keys, *levels))
        and bool(((kept >= 0) & (kept < width)).all())
        and bool((prepared.deviations > 0).all())
        and bool(((present >= 0) & (present < len(classes))).all())
        and len(np.unique(present)) == len(present) >= 1
        and ranges.shape == (2, len(prepared.number_keys))
    )
    if not sound:
        raise _damaged()
    model = {name.removeprefix("model."): a for name, a in arrays.items() if name.startswith("model.")}
    array_models.check(FORMS[kind], model, len(kept), len(present))
    platt = None
    if kind in (Kind.LINEAR_SVM, Kind.RBF_SVM):
        platt = Platt(_real(arrays["platt.slopes"], 1), _real(arrays["platt.offsets"], 1))
        if not len(platt.slopes) == len(platt.offsets) == (1 if len(present) == 2 else len(present)):
            raise _damaged()
    settings = {str(k): float(v) for k, v in manifest["settings"].items()}
    return TrainedClassifier(
        kind, settings, classes, int(manifest["positive"]), prepared,
        model, platt, present, ranges, {str(k): str(v) for k, v in manifest["units"].items()},
        dict(manifest["features"]), dict(manifest["worth"]), str(manifest["name"])[:200],
    )  # fmt: skip


def _real(array: NDArray[Any], dimensions: int) -> NDArray[np.float64]:
    if array.ndim != dimensions or array.dtype != np.float64 or not np.isfinite(array).all():
        raise _damaged()
    return array


def _whole(array: NDArray[Any]) -> NDArray[np.intp]:
    if array.ndim != 1 or array.dtype.kind != "i":
        raise _damaged()
    return array.astype(np.intp)


def _damaged() -> ModelError:
    return ModelError("The file of the classifier is damaged.", "Train and save it again.", "model.damaged")


def _not_ours() -> ModelError:
    return ModelError(
        "This is not a trained classifier.", f"Such files end in {ENDING} and are saved after training.", "model.kind"
    )


def load(path: str | os.PathLike[str]) -> TrainedClassifier:
    """Read a classifier from its file; raises ModelError, see `from_bytes`."""
    return from_bytes(read_bytes(path))


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a classifier's file; raises ModelError when it cannot be read."""
    try:
        if os.stat(path).st_size > MAX_BYTES:
            raise _damaged()
        with open(path, "rb") as stream:
            return stream.read()
    except (OSError, ValueError):
        raise ModelError(
            "The file of the classifier cannot be read.", "Choose it again; it may have been moved.", "model.missing"
        ) from None


def file_checksum(path: str | os.PathLike[str]) -> str:
    """SHA-256 of the file, for the recipe that uses it."""
    return hashlib.sha256(read_bytes(path)).hexdigest()
