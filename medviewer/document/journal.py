"""The journal: the document on disk at most a second late, so that nothing is lost when the program is killed.

One file of records, each ``length, CRC-32, MessagePack``. The first record is a whole state, the others say what
has changed since. A record that is cut off or damaged ends the file: all before it counts. When the file has grown,
it is replaced by one that holds a single whole state.
"""

from __future__ import annotations

import contextlib
import logging
import os
import struct
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from medviewer.core.labels import Label
from medviewer.core.tiles import TiledLabels
from medviewer.document.durable import atomic_write, plain, private_folder
from medviewer.document.layers import LabelLayer
from medviewer.document.state import DocumentState, Layout, Measurement, Step

log = logging.getLogger(__name__)

FILE_NAME = "journal"
LAST_NAME = "last-session"
RECOVERED_NAME = "recovered"
MAGIC = b"medviewer journal 1\n"
DELAY_S = 0.3
"""How long edits are gathered before one write; with a slow disk's fsync this stays under a second."""
COMPACT_BYTES = 2**20
MAX_RECORD_BYTES = 256 * 2**20
_HEAD = struct.Struct("<II")


class _LayerRecord(msgspec.Struct, omit_defaults=True):
    """A label layer: how it is, and its tiles, or those that differ from the record before."""

    id: str
    series_key: str
    shape_zyx: tuple[int, int, int]
    dtype: str
    tiles: bytes
    more: bool  # the tiles are changes
    name: str
    labels: tuple[Label, ...]
    visible: bool
    opacity: float
    outline_only: bool
    active_label: int
    locked: bool

    @classmethod
    def of(cls, layer: LabelLayer, known: LabelLayer | None) -> _LayerRecord:
        a, b = layer.tiles, known.tiles if known is not None else None
        more = b is not None and (a.shape_zyx, a.dtype) == (b.shape_zyx, b.dtype)
        return cls(
            layer.id,
            layer.series_key,
            a.shape_zyx,
            a.dtype,
            a.packed(b if more else None),
            more,
            layer.name,
            layer.labels,
            layer.visible,
            layer.opacity,
            layer.outline_only,
            layer.active_label,
            layer.locked,
        )

    def layer(self, known: dict[str, LabelLayer]) -> LabelLayer:
        before = known[self.id].tiles if self.more else TiledLabels(self.shape_zyx, self.dtype)
        return LabelLayer(
            self.id,
            self.series_key,
            before.unpacked(self.tiles) if self.tiles else before,
            self.name,
            self.labels,
            self.visible,
            self.opacity,
            self.outline_only,
            self.active_label,
            self.locked,
        )


class _Record(msgspec.Struct, omit_defaults=True):
    """What has changed since the record before; a whole state when `whole`."""

    whole: bool = False
    layout: Layout | None = None
    put: tuple[Measurement, ...] = ()  # added or changed
    order: tuple[str, ...] | None = None  # ids of all measurements in order, when one came, went or moved
    recipes: dict[str, tuple[Step, ...]] = {}  # changed ones; empty: gone
    scales: dict[str, str] | None = None  # all of them, when one has changed
    layers: tuple[_LayerRecord, ...] | None = None  # all of them in order, when one has changed


_encode = msgspec.msgpack.Encoder(enc_hook=plain).encode
_decode = msgspec.msgpack.Decoder(_Record).decode


def _record(before: DocumentState | None, after: DocumentState) -> _Record:
    if before is None:
        order = tuple(m.id for m in after.measurements)
        layers = tuple(_LayerRecord.of(layer, None) for layer in after.layers)
        return _Record(True, after.layout, after.measurements, order, after.recipes, after.scales, layers)
    record = _Record()
    if before.layout is not after.layout and before.layout != after.layout:
        record.layout = after.layout
    if before.measurements is not after.measurements:
        known = {m.id: m for m in before.measurements}
        record.put = tuple(m for m in after.measurements if known.get(m.id) != m)
        order = tuple(m.id for m in after.measurements)
        if order != tuple(known):
            record.order = order
    if before.recipes is not after.recipes:
        keys = before.recipes.keys() | after.recipes.keys()
        record.recipes = {k: after.recipes.get(k, ()) for k in keys if before.recipes.get(k) != after.recipes.get(k)}
    if before.scales is not after.scales and before.scales != after.scales:
        record.scales = after.scales
    if before.layers is not after.layers and before.layers != after.layers:
        old = {layer.id: layer for layer in before.layers}
        record.layers = tuple(_LayerRecord.of(layer, old.get(layer.id)) for layer in after.layers)
    return record


def _applied(state: DocumentState, record: _Record) -> DocumentState:
    if record.whole:
        state = DocumentState()
    known = {m.id: m for m in state.measurements} | {m.id: m for m in record.put}
    order = tuple(known) if record.order is None else record.order
    recipes = {k: steps for k, steps in (state.recipes | record.recipes).items() if steps}
    scales = state.scales if record.scales is None else record.scales
    layers = state.layers
    if record.layers is not None:
        old = {layer.id: layer for layer in layers}
        layers = tuple(found.layer(old) for found in record.layers)
    return DocumentState(record.layout or state.layout, tuple(known[i] for i in order), recipes, scales, layers)


def _frame(record: _Record) -> bytes:
    payload = _encode(record)
    return _HEAD.pack(len(payload), zlib.crc32(payload)) + payload


def _read(path: Path) -> DocumentState | None:
    """The last whole state of a journal; None when there is none. A torn end is ignored."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if not data.startswith(MAGIC):
        return None
    state: DocumentState | None = None
    at = len(MAGIC)
    while at + _HEAD.size <= len(data):
        length, checksum = _HEAD.unpack_from(data, at)
        payload = data[at + _HEAD.size : at + _HEAD.size + length]
        if length > MAX_RECORD_BYTES or len(payload) < length or zlib.crc32(payload) != checksum:
            break
        try:
            record = _decode(payload)
            if state is None and not record.whole:
                break
            state = _applied(state or DocumentState(), record)
        except (msgspec.MsgspecError, KeyError, ValueError):
            break  # written by another version of the program: what came before still counts
        at += _HEAD.size + length
    return state


class Journal:
    """Keeps the document's state in a folder while the program runs.

    Parameters
    ----------
    folder : Path
        Private folder of the program; made when missing.
    trouble : callable, optional
        Called once, from the journal's thread, with the OSError when writing fails (a full disk); the journal goes
        on trying with each later edit.
    beside : callable, optional
        Writes what else has changed with the document; called in the journal's thread after each write.

    Notes
    -----
    `record` is cheap and may be called for every edit. Writing happens in `flush`, which the journal's own thread
    (`start`) calls; without `start`, the caller does.
    """

    def __init__(
        self,
        folder: Path,
        trouble: Callable[[OSError], object] | None = None,
        beside: Callable[[], object] | None = None,
    ) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME
        self._trouble = trouble
        self._beside = beside
        self._failing = False
        self._wake = threading.Condition()
        self._writing = threading.Lock()
        self._pending: DocumentState | None = None
        self._written: DocumentState | None = None
        self._file: BinaryIO | None = None
        self._size = 0
        self._limit = COMPACT_BYTES
        self._stopping = False
        self._thread: threading.Thread | None = None

    # -- what was left by the last run

    def recover(self) -> DocumentState | None:
        """The state at the moment the program was killed, or None when it ended well (or nothing was open).

        Call it before the first `record`. The state stays on disk until `clear`, so that it is offered again when
        the program is killed before the user has answered.
        """
        kept = self._folder / RECOVERED_NAME
        state = _read(self._path)
        if state is not None and state != DocumentState():
            os.replace(self._path, kept)
            return state
        return _read(kept)

    def last_session(self) -> DocumentState | None:
        """The state when the program was last closed normally."""
        return _read(self._folder / LAST_NAME)

    # -- writing

    def record(self, state: DocumentState) -> None:
        """Note the newest state; it is on disk within a second."""
        with self._wake:
            self._pending = state
            self._wake.notify()

    def flush(self) -> None:
        """Write what is pending, now, and fsync it.

        Raises
        ------
        OSError
            When it cannot be written; it stays pending.
        """
        with self._writing:
            with self._wake:
                state, self._pending = self._pending, None
            if state is None or state is self._written:
                return
            try:
                self._write(state)
            except OSError:
                with self._wake:
                    self._pending = self._pending or state
                self._close_file()
                self._written = None  # the next write starts a whole file again
                raise
            self._written = state

    def _write(self, state: DocumentState) -> None:
        if self._written is None or self._size > self._limit:
            self._close_file()
            private_folder(self._folder)
            data = MAGIC + _frame(_record(None, state))
            atomic_write(self._path, data)
            self._file = self._path.open("ab", buffering=0)
            self._size = len(data)
            self._limit = max(COMPACT_BYTES, 2 * self._size)  # with large masks a whole state is large itself
            return
        assert self._file is not None
        data = _frame(_record(self._written, state))
        if self._file.write(data) != len(data):
            raise OSError("the journal was written in part")
        os.fsync(self._file.fileno())
        self._size += len(data)

    def _close_file(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    # -- the thread

    def start(self) -> None:
        """Write in a thread of the journal's own, so that a slow disk never stalls the window."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="journal", daemon=True)
            self._thread.start()

    def _serve(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._stopping or self._pending is not None)
                if not self._stopping:
                    self._wake.wait_for(lambda: self._stopping, timeout=DELAY_S)  # gather a drag's edits
                if self._stopping:
                    return
            try:
                self.flush()
                if self._beside is not None:
                    self._beside()
                self._failing = False
            except OSError as error:
                log.warning("the journal cannot be written: %s", os.strerror(error.errno or 0))
                if not self._failing and self._trouble is not None:
                    self._trouble(error)
                self._failing = True
                with self._wake:
                    self._wake.wait_for(lambda: self._stopping, timeout=5.0)

    def close(self, keep: DocumentState | None = None) -> None:
        """End well: nothing is left to recover; `keep` becomes the last session."""
        with self._wake:
            self._stopping = True
            self._pending = None
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        with self._writing:
            self._close_file()
            if keep is not None:
                private_folder(self._folder)
                atomic_write(self._folder / LAST_NAME, MAGIC + _frame(_record(None, keep)))
            self._path.unlink(missing_ok=True)
            self._written = None

    def clear(self) -> None:
        """Delete the recovered state: it was taken over, or the user does not want it back."""
        (self._folder / RECOVERED_NAME).unlink(missing_ok=True)

    def forget_last_session(self) -> None:
        """Delete the last session (series in it were forgotten, or the user wants a clean start)."""
        (self._folder / LAST_NAME).unlink(missing_ok=True)
