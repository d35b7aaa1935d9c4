"""The child side of decoding: a spawned process that decodes frames and dies alone when a codec does.

Nothing heavy is imported at the top: the process must be back within two seconds after a crash. A request is a batch
of frames; every frame is answered as soon as it is done, its pixels lie in shared memory (or follow on the pipe
where there is none). Between frames the process looks whether the batch was cancelled.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.shared_memory import SharedMemory

    from medviewer.errors import MedviewerError
    from medviewer.io.frames import PixelFormat

_MARGIN_BYTES = 512 << 20


@dataclass(frozen=True)
class FrameRequest:
    """One frame to decode: its bytes (`data`), or the file and frame to take them from; and where its pixels go."""

    index: int
    format: PixelFormat
    path: str
    frame: int = 0
    offset: int = -1
    length: int = -1
    data: bytes | None = None
    out_offset: int = 0


@dataclass(frozen=True)
class Batch:
    """Frames to decode in order; `buffer_name` is empty where pixels come back on the pipe."""

    number: int
    buffer_name: str
    limit_bytes: int
    frames: tuple[FrameRequest, ...]


@dataclass(frozen=True)
class CancelBatch:
    """Forget what is left of the running batch."""


@dataclass(frozen=True)
class Call:
    """A function to run here because the native code behind it may crash or hang (``"module:function"``)."""

    number: int
    buffer_name: str
    limit_bytes: int
    function: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class CallDone:
    """What the function returned, where that is no array; an array is answered as `FrameDone`."""

    value: Any


@dataclass(frozen=True)
class Ready:
    """The process has started."""


@dataclass(frozen=True)
class FrameDone:
    """A decoded frame; its pixels are at the request's offset, or follow as bytes."""

    index: int
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class FrameFailed:
    """A frame that cannot be decoded, with the sentence."""

    index: int
    error: MedviewerError


@dataclass(frozen=True)
class BatchEnd:
    """No more answers of this batch come."""

    number: int


def serve(connection: Connection) -> None:
    """Answer batches until the other end closes. The target of the spawned process."""
    _quieten()
    buffers: dict[str, SharedMemory] = {}
    try:
        connection.send(Ready())
        base_bytes = _address_space_bytes()
        while True:
            message = connection.recv()
            if isinstance(message, Batch):
                _limit_memory(base_bytes, message.limit_bytes)
                _run(connection, message, buffers)
            elif isinstance(message, Call):
                _limit_memory(base_bytes, message.limit_bytes)
                _call(connection, message, buffers)
    except (EOFError, OSError, KeyboardInterrupt):
        pass
    finally:
        for buffer in buffers.values():
            buffer.close()


def _run(connection: Connection, batch: Batch, buffers: dict[str, SharedMemory]) -> None:
    target = _target(batch.buffer_name, buffers)
    try:
        for request in batch.frames:
            if connection.poll(0):
                connection.recv()  # only a cancellation may come while a batch runs
                break
            _answer(connection, request, target)
    finally:
        del target
    connection.send(BatchEnd(batch.number))


def _target(name: str, buffers: dict[str, SharedMemory]) -> memoryview | None:
    """The shared memory called `name`; one is kept open at a time."""
    from multiprocessing.shared_memory import SharedMemory

    if name and name not in buffers:
        for old in buffers.values():
            old.close()
        buffers.clear()
        buffers[name] = SharedMemory(name)
    return buffers[name].buf if name else None


def _answer(connection: Connection, request: FrameRequest, target: memoryview | None) -> None:
    from medviewer.io.codecs import told

    try:
        values = _decode(request)
        done = _placed(values, request.index, request.out_offset, target)
    except BaseException as error:  # noqa: BLE001 - pyo3's PanicException is no Exception; this is the boundary
        connection.send(FrameFailed(request.index, told(error)))
        return
    _send(connection, done, values, target)


def _placed(values: Any, index: int, offset: int, target: memoryview | None) -> FrameDone:
    """Copy an array to its place in shared memory, where there is one."""
    if target is not None:
        import numpy as np

        out = np.frombuffer(target, values.dtype, values.size, offset).reshape(values.shape)
        out[...] = values
        del out
    return FrameDone(index, values.dtype.str, values.shape)


def _send(connection: Connection, done: FrameDone, values: Any, target: memoryview | None) -> None:
    connection.send(done)
    if target is None:
        import numpy as np

        connection.send_bytes(np.ascontiguousarray(values).tobytes())


def _call(connection: Connection, call: Call, buffers: dict[str, SharedMemory]) -> None:
    from importlib import import_module

    from medviewer.errors import MedviewerError, TooLarge, UnreadableFile

    done: FrameDone | CallDone | FrameFailed
    values: Any = None
    target = _target(call.buffer_name, buffers)
    try:
        module, _, name = call.function.partition(":")
        values = getattr(import_module(module), name)(*call.arguments)
        done = _placed(values, 0, 0, target) if hasattr(values, "__array__") else CallDone(values)
    except MedviewerError as error:
        done = FrameFailed(0, error)
    except MemoryError:
        done = FrameFailed(0, TooLarge("Reading the file needs more memory than it may use."))
    except BaseException:  # noqa: BLE001 - as in `_answer`
        done = FrameFailed(0, UnreadableFile("The file is damaged and cannot be read."))
    if isinstance(done, FrameDone):
        _send(connection, done, values, target)
    else:
        connection.send(done)
    del values, target
    for name in list(buffers):  # a volume may be large: its pages are not kept for the next call
        buffers.pop(name).close()
    connection.send(BatchEnd(call.number))


def _decode(request: FrameRequest) -> Any:
    from medviewer.errors import UnreadableFile
    from medviewer.io.codecs import decode_frame
    from medviewer.io.frame_location import frame_bytes
    from medviewer.io.frames import FrameSource

    data = request.data
    if data is None:
        # The walk to the pixels happens here too: the parent's interpreter is the window's.
        data = frame_bytes(
            FrameSource(request.path, request.frame, request.format, "", request.offset, request.length)
        )
    if not data:
        raise UnreadableFile("The compressed pixels of this frame are missing.")
    values = decode_frame(data, request.format)
    if values.nbytes > request.format.decoded_bytes:
        raise UnreadableFile("The compressed image is larger than the header says.")
    return values


def _quieten() -> None:
    """Own nothing of the terminal: no Ctrl+C, no output of native libraries among the program's lines."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # a thread's stack counts against the memory limit
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(null, stream)
    os.close(null)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold patient data


def _address_space_bytes() -> int:
    import medviewer.io.codecs  # noqa: F401 - numpy and the codecs' imports belong to the base

    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _limit_memory(base_bytes: int, limit_bytes: int) -> None:
    """Let the address space grow by `limit_bytes` (Linux; elsewhere the size checks must do)."""
    if sys.platform != "linux" or not base_bytes:
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = base_bytes + limit_bytes + _MARGIN_BYTES
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
