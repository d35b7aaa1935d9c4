"""The decoder processes: right values, crashes survived, time and memory bounded, cancelled quickly."""

from __future__ import annotations

import os
import signal
import struct
import sys
import threading
import time
import zlib
from pathlib import Path
from types import SimpleNamespace

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray

from medviewer.errors import Cancelled, MedviewerError, UnreadableFile, UnsupportedTransferSyntax
from medviewer.io import codecs, decoder_pool, frames
from medviewer.io.codestream import parse
from medviewer.io.decode import decode_frames, decode_into, read_native, read_native_into
from medviewer.io.decoder_pool import DecoderPool
from medviewer.io.decoder_process import FrameRequest
from medviewer.io.decoder_run import DecodeRun
from medviewer.io.frames import FrameSource, PixelFormat

JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_LS = "1.2.840.10008.1.2.4.80"
J2K = "1.2.840.10008.1.2.4.90"
HTJ2K = "1.2.840.10008.1.2.4.201"


@pytest.fixture(scope="module")
def pool():
    found = DecoderPool(2)
    yield found
    found.shutdown()


def noise(shape: tuple[int, ...] = (64, 48), bits: int = 12, seed: int = 1) -> NDArray[np.uint16]:
    values = np.random.default_rng(seed).integers(0, 1 << bits, shape)
    return values.astype(np.uint16 if bits > 8 else np.uint8)


def form(values: NDArray, syntax: str, **changes) -> PixelFormat:
    samples = values.shape[2] if values.ndim == 3 else 1
    bits = values.dtype.itemsize * 8
    fields = {
        "rows": values.shape[0],
        "columns": values.shape[1],
        "samples": samples,
        "bits_allocated": bits,
        "bits_stored": bits,
        "high_bit": bits - 1,
        "signed": values.dtype.kind == "i",
        "photometric": "RGB" if samples == 3 else "MONOCHROME2",
        "transfer_syntax_uid": syntax,
    }
    return PixelFormat(**(fields | changes))


def encapsulated(path: Path, streams: list[bytes], table: bool = True) -> int:
    """Write only the value of an encapsulated pixel element (PS3.5 A.4); its offset is 0."""
    offsets, position = [], 0
    for stream in streams:
        offsets.append(position)
        position += 8 + len(stream) + len(stream) % 2
    head = (
        struct.pack(f"<HHI{len(offsets)}I", 0xFFFE, 0xE000, 4 * len(offsets), *offsets)
        if table
        else (struct.pack("<HHI", 0xFFFE, 0xE000, 0))
    )
    body = b"".join(
        struct.pack("<HHI", 0xFFFE, 0xE000, len(s) + len(s) % 2) + s + b"\0" * (len(s) % 2) for s in streams
    )
    path.write_bytes(head + body + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0))
    return 0


def sources(path: Path, streams: list[bytes], fmt: PixelFormat) -> list[FrameSource]:
    import msgspec

    encapsulated(path, streams)
    fmt = msgspec.structs.replace(fmt, frames=len(streams))
    return [FrameSource(str(path), i, fmt, offset=0) for i in range(len(streams))]


def decoded(found: list[FrameSource], pool: DecoderPool, **options) -> dict:
    return dict(decode_frames(found, pool=pool, **options))


def rle_frame(values: NDArray) -> bytes:
    """An RLE frame by the letter of PS3.5 Annex G, every run a literal."""
    planes = values.astype(values.dtype.newbyteorder(">")).tobytes()
    width = values.dtype.itemsize
    segments = []
    for byte in range(width):
        plane = planes[byte::width]
        segment = b"".join(
            bytes([len(plane[i : i + 128]) - 1]) + plane[i : i + 128] for i in range(0, len(plane), 128)
        )
        segments.append(segment + b"\0" * (len(segment) % 2))
    offsets, position = [], 64
    for segment in segments:
        offsets.append(position)
        position += len(segment)
    return struct.pack("<16I", len(segments), *offsets, *([0] * (15 - len(offsets)))) + b"".join(segments)


# --- values


@pytest.mark.process
@pytest.mark.parametrize(
    ("syntax", "encode"),
    [
        (JPEG_LOSSLESS, lambda v: imagecodecs.jpeg8_encode(v, lossless=True, predictor=1, bitspersample=16)),
        (JPEG_LS, lambda v: imagecodecs.jpegls_encode(v)),
        (J2K, lambda v: imagecodecs.jpeg2k_encode(v, level=0, reversible=True, codecformat="j2k")),
        (HTJ2K, lambda v: imagecodecs.htj2k_encode(v, reversible=True)),
        (frames.RLE_LOSSLESS, rle_frame),
        (frames.DEFLATED_FRAME, lambda v: zlib.compress(v.tobytes())[2:-4]),
    ],
)
def test_lossless_values_come_back(tmp_path, pool, syntax, encode):
    images = [noise(bits=16, seed=i) for i in range(5)]
    found = decoded(sources(tmp_path / "f", [encode(v) for v in images], form(images[0], syntax)), pool)
    assert sorted(found) == [0, 1, 2, 3, 4]
    for i, image in enumerate(images):
        np.testing.assert_array_equal(found[i], image)
        assert found[i].dtype == np.uint16


@pytest.mark.process
def test_unsigned_codestream_under_signed_header_is_sign_extended(tmp_path, pool):
    image = noise(bits=12)
    fmt = form(image.view(np.int16), J2K, bits_stored=12, high_bit=11, signed=True)
    stream = imagecodecs.jpeg2k_encode(image, level=0, reversible=True, codecformat="j2k", bitspersample=12)
    found = decoded(sources(tmp_path / "f", [stream], fmt), pool)[0]
    expected = np.where(image > 2047, image.astype(np.int32) - 4096, image)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.process
@pytest.mark.parametrize(("photometric", "marker"), [("YBR_FULL_422", "ycc"), ("RGB", "rgb")])
def test_lossy_jpeg_colour_follows_stream(tmp_path, pool, photometric, marker):
    image = np.zeros((32, 32, 3), np.uint8)
    image[..., 0], image[..., 1], image[..., 2] = 200, 40, 90
    space = "YCBCR" if marker == "ycc" else "RGB"
    stream = imagecodecs.jpeg8_encode(image, level=98, colorspace="RGB", outcolorspace=space, subsampling="444")
    found = decoded(sources(tmp_path / "f", [stream], form(image, JPEG_BASELINE, photometric=photometric)), pool)[0]
    assert np.abs(found.astype(int) - image).max() <= 3


@pytest.mark.process
def test_irreversible_htj2k_saturates(tmp_path, pool):
    # OpenJPH wraps 256 to 0 in lossy colour; a bright wrap would be a black dot.
    image = np.zeros((64, 64, 3), np.uint8)
    image[16:48, 16:48] = 255
    image[20:30, 20:30] = (255, 0, 255)
    stream = imagecodecs.htj2k_encode(image, reversible=False, level=0.02)
    syntax = "1.2.840.10008.1.2.4.203"
    assert not parse(stream).reversible
    found = decoded(sources(tmp_path / "f", [stream], form(image, syntax)), pool)[0]
    assert np.abs(found.astype(int) - image).max() < 128


def test_one_bit_rle_packed():
    bits = np.random.default_rng(3).integers(0, 2, (10, 13)).astype(np.uint8)
    packed = np.packbits(bits.reshape(-1), bitorder="little").tobytes()
    data = rle_frame(np.frombuffer(packed, np.uint8).reshape(1, -1))
    fmt = form(bits, frames.RLE_LOSSLESS, bits_allocated=1, bits_stored=1, high_bit=0)
    np.testing.assert_array_equal(codecs.decode_frame(data, fmt), bits)


# --- contradictions


@pytest.mark.process
@pytest.mark.parametrize(
    ("changes", "word"), [({"rows": 65}, "48 × 65"), ({"samples": 3, "photometric": "RGB"}, "samples"),
                          ({"bits_allocated": 8, "bits_stored": 8, "high_bit": 7}, "bits")]
)  # fmt: skip
def test_codestream_that_contradicts_header_is_refused(tmp_path, pool, changes, word):
    image = noise(bits=16)
    fmt = form(image, JPEG_LS, **changes)
    error = decoded(sources(tmp_path / "f", [imagecodecs.jpegls_encode(image)], fmt), pool)[0]
    assert isinstance(error, UnreadableFile)
    assert word in error.message


@pytest.mark.process
def test_one_damaged_frame_costs_only_itself(tmp_path, pool):
    images = [noise(seed=i) for i in range(6)]
    streams = [imagecodecs.jpegls_encode(v) for v in images]
    streams[2] = streams[2][:40] + bytes(60)
    found = decoded(sources(tmp_path / "f", streams, form(images[0], JPEG_LS)), pool)
    assert isinstance(found[2], MedviewerError)
    assert "Error" not in str(found[2])
    assert "Traceback" not in str(found[2])
    for i in (0, 1, 3, 4, 5):
        np.testing.assert_array_equal(found[i], images[i])


def test_huge_header_is_refused_before_allocation(tmp_path):
    fmt = PixelFormat(rows=65000, columns=65000, samples=3, bits_allocated=32, bits_stored=32, high_bit=31)
    ((index, error),) = decode_frames([FrameSource(str(tmp_path / "none"), 0, fmt, offset=0)])
    assert index == 0
    assert isinstance(error, MedviewerError)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.107", "1.2.840.10008.1.2.4.94"])
def test_video_is_refused_by_name(syntax):
    with pytest.raises(UnsupportedTransferSyntax) as caught:
        PixelFormat(rows=8, columns=8, transfer_syntax_uid=syntax).validate()
    assert any(name in caught.value.message for name in ("H.264", "HEVC", "JPIP"))


def test_bounded_inflate_stops_a_bomb():
    bomb = zlib.compress(bytes(50 << 20), 9)[2:-4]
    assert len(codecs.bounded_inflate(bomb, 1000)) == 1000


# --- processes


def killed_mid_work(pool: DecoderPool, found: list[FrameSource]) -> dict:
    """Decode while the decoder process that works is killed."""
    results: dict = {}
    steps = decode_frames(found, pool=pool)
    index, values = next(steps)
    results[index] = values
    for worker in list(pool._idle):
        os.kill(worker.process.pid, signal.SIGKILL)
    for pid in children():
        os.kill(pid, signal.SIGKILL)
    results.update(steps)
    return results


def children() -> list[int]:
    import multiprocessing

    return [p.pid for p in multiprocessing.active_children() if p.name == "decoder" and p.pid]


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_killed_decoder_costs_no_frame(tmp_path):
    pool = DecoderPool(1)
    try:
        images = [noise((128, 128), seed=i) for i in range(40)]
        found = sources(tmp_path / "f", [imagecodecs.jpegls_encode(v) for v in images], form(images[0], JPEG_LS))
        for _ in range(3):
            results = killed_mid_work(pool, found)
            assert all(np.array_equal(results[i], images[i]) for i in range(40))
    finally:
        pool.shutdown()


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_idle_decoder_killed_is_replaced(tmp_path, pool):
    image = noise()
    found = sources(tmp_path / "f", [imagecodecs.jpegls_encode(image)], form(image, JPEG_LS))
    np.testing.assert_array_equal(decoded(found, pool)[0], image)
    for pid in pool.worker_pids():
        os.kill(pid, signal.SIGKILL)
    np.testing.assert_array_equal(decoded(found, pool)[0], image)


def _crash(data, fmt):
    if data[:5] == b"crash":
        os.abort()
    if data[:4] == b"hang":
        threading.Event().wait()
    if data[:5] == b"panic":
        raise BaseException("a Rust panic")
    if data[:4] == b"much":
        return np.ones(8 << 30, np.uint8)
    return np.frombuffer(data, np.uint8, fmt.frame_samples).reshape(fmt.sample_shape)


def _serve_with_bad_codec(connection):
    """The child with a codec that does what native ones have been seen to do."""
    from medviewer.io import codecs as codecs_module
    from medviewer.io.decoder_process import serve

    codecs_module.decode_frame = _crash
    serve(connection)


@pytest.fixture
def bad_pool(monkeypatch):
    monkeypatch.setattr(decoder_pool, "serve", _serve_with_bad_codec)
    monkeypatch.setattr("medviewer.io.decoder_run._BASE_LIMIT_S", 0.5)
    found = DecoderPool(1)
    yield found
    found.shutdown()


@pytest.mark.process
@pytest.mark.parametrize(("what", "word"), [(b"crash", "broke down"), (b"hang", "too long"), (b"panic", "damaged"),
                                            (b"much", "memory")])  # fmt: skip
def test_codec_that_misbehaves_costs_only_its_frame(tmp_path, bad_pool, what, word):
    image = noise((16, 16), bits=8)
    streams = [image.tobytes(), what.ljust(300, b"\0"), image.tobytes(), image.tobytes()]
    found = decoded(sources(tmp_path / "f", streams, form(image, JPEG_LS)), bad_pool)
    assert isinstance(found[1], UnreadableFile)
    assert word in found[1].message
    for i in (0, 2, 3):
        np.testing.assert_array_equal(found[i], image)


@pytest.mark.process
def test_file_that_crashes_often_is_given_up(tmp_path, bad_pool):
    image = noise((16, 16), bits=8)
    streams = [b"crash".ljust(300, b"\0")] * 6
    found = decoded(sources(tmp_path / "f", streams, form(image, JPEG_LS)), bad_pool)
    assert sorted(found) == list(range(6))
    assert sum("broke down" in str(error) for error in found.values()) == 2


@pytest.mark.process
def test_cancel_is_noticed_while_a_codec_hangs(tmp_path, bad_pool, monkeypatch):
    monkeypatch.setattr("medviewer.io.decoder_run._BASE_LIMIT_S", 30.0)
    image = noise((16, 16), bits=8)
    good = sources(tmp_path / "good", [image.tobytes()], form(image, JPEG_LS))
    assert np.array_equal(decoded(good, bad_pool)[0], image)  # the worker runs
    hanging = sources(tmp_path / "bad", [b"hang".ljust(300, b"\0")], form(image, JPEG_LS))
    asked = [0.0]

    def check() -> None:
        asked[0] = asked[0] or time.monotonic()
        raise Cancelled

    with pytest.raises(Cancelled):
        decoded(hanging, bad_pool, check=check)
    assert asked[0]


@pytest.mark.process
def test_several_threads_share_the_pool(tmp_path, pool):
    images = [noise(seed=i) for i in range(12)]
    found = sources(tmp_path / "f", [imagecodecs.jpegls_encode(v) for v in images], form(images[0], JPEG_LS))
    wrong: list[int] = []

    def work() -> None:
        results = decoded(found, pool)
        wrong.extend(i for i in range(12) if not np.array_equal(results[i], images[i]))

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []


@pytest.mark.process
def test_without_shared_memory_pixels_come_by_pipe(tmp_path, monkeypatch):
    monkeypatch.setattr(decoder_pool.Worker, "ensure_buffer", lambda self, count: None)
    pool = DecoderPool(1)
    try:
        images = [noise(seed=i) for i in range(3)]
        found = sources(tmp_path / "f", [imagecodecs.jpegls_encode(v) for v in images], form(images[0], JPEG_LS))
        results = decoded(found, pool)
        assert all(np.array_equal(results[i], images[i]) for i in range(3))
    finally:
        pool.shutdown()


@pytest.mark.process
def test_store_error_is_told_for_its_frame(tmp_path, pool):
    image = noise()
    found = sources(tmp_path / "f", [imagecodecs.jpegls_encode(image)] * 2, form(image, JPEG_LS))

    def store(index: int, values: NDArray) -> None:
        if index == 1:
            raise UnreadableFile("no")

    assert list(decode_into(found, store, pool=pool)) == [1]


def test_shutdown_ends_the_processes(tmp_path):
    pool = DecoderPool(1)
    image = noise()
    decoded(sources(tmp_path / "f", [imagecodecs.jpegls_encode(image)], form(image, JPEG_LS)), pool)
    workers = list(pool._idle)
    pool.shutdown()
    assert workers
    assert all(not worker.process.is_alive() for worker in workers)


# --- encapsulation


@pytest.mark.process
def test_frames_in_fragments_without_offset_table(tmp_path, pool):
    images = [noise(seed=i) for i in range(3)]
    streams = [imagecodecs.jpegls_encode(v) for v in images]
    pieces = [p for s in streams for p in (s[: len(s) // 2 * 2 // 4 * 2], s[len(s) // 2 * 2 // 4 * 2 :])]
    path = tmp_path / "f"
    encapsulated(path, pieces, table=False)
    fmt = form(images[0], JPEG_LS, frames=3)
    found = decoded([FrameSource(str(path), i, fmt, offset=0) for i in range(3)], pool)
    assert all(np.array_equal(found[i], images[i]) for i in range(3))


@pytest.mark.process
def test_frame_cut_by_the_end_of_the_file_is_refused(tmp_path, pool):
    images = [noise(seed=i) for i in range(3)]
    path = tmp_path / "f"
    found = sources(path, [imagecodecs.jpeg2k_encode(v, level=0, codecformat="j2k") for v in images],
                    form(images[0], J2K))  # fmt: skip
    path.write_bytes(path.read_bytes()[:-200])
    results = decoded(found, pool)
    assert np.array_equal(results[0], images[0])
    assert isinstance(results[2], UnreadableFile)  # OpenJPEG itself would have drawn half a picture


# --- native


@pytest.mark.parametrize("big", [False, True])
def test_native_into_array_masks_and_swaps(tmp_path, big):
    stored = noise(bits=12)
    overlay = (np.arange(stored.size).reshape(stored.shape) % 2 << 12).astype(np.uint16)
    path = tmp_path / "f"
    path.write_bytes(b"head" + (stored | overlay).astype(">u2" if big else "<u2").tobytes())
    fmt = form(stored, frames.EXPLICIT_BE if big else frames.EXPLICIT_LE, bits_stored=12, high_bit=11, big_endian=big)
    source = FrameSource(str(path), 0, fmt, offset=4, length=stored.nbytes)
    out = np.zeros_like(stored)
    read_native_into(source, out)
    np.testing.assert_array_equal(out, stored)
    np.testing.assert_array_equal(read_native(source), stored)


def test_native_one_bit_frames_cross_bytes(tmp_path):
    bits = np.random.default_rng(5).integers(0, 2, (4, 5, 7)).astype(np.uint8)  # 35 bits a frame
    path = tmp_path / "f"
    path.write_bytes(np.packbits(bits.reshape(-1), bitorder="little").tobytes())
    fmt = form(bits[0], frames.EXPLICIT_LE, frames=4, bits_allocated=1, bits_stored=1, high_bit=0)
    for i in range(4):
        source = FrameSource(str(path), i, fmt, offset=0, length=path.stat().st_size)
        np.testing.assert_array_equal(read_native(source), bits[i])


def test_native_cut_short_names_the_frame(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(bytes(100))
    fmt = PixelFormat(rows=10, columns=10, frames=2)
    with pytest.raises(UnreadableFile, match="frame 1 of 2"):
        read_native(FrameSource(str(path), 0, fmt, offset=0, length=400))


def test_named_pipe_is_refused_not_waited_for(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableFile):
        read_native(FrameSource(str(tmp_path / "pipe"), 0, PixelFormat(rows=1, columns=1), offset=0, length=2))


def test_tiny_stream_that_claims_a_huge_frame_gets_no_memory(tmp_path, monkeypatch):
    def never(*args):
        raise AssertionError("memory was given")

    monkeypatch.setattr(decoder_pool.Worker, "ensure_buffer", never)
    stream = imagecodecs.jpegls_encode(noise())
    fmt = PixelFormat(rows=16000, columns=16000, bits_stored=16, transfer_syntax_uid=JPEG_LS)
    found = dict(decode_frames(sources(tmp_path / "f", [stream], fmt)))
    assert isinstance(found[0], UnreadableFile)


@pytest.mark.parametrize(
    ("count", "workers", "expected"),
    [
        (12, 2, [6, 6]),  # all in equal parts: no worker waits for a second batch
        (13, 2, [7, 6]),
        (1, 2, [1]),
        (60, 2, [15, 12, 9, 6, 5, 4, 4, 4, 1]),  # ever fewer, so that they end together
        (3, 8, [1, 1, 1]),
    ],
)
def test_batches_keep_the_workers_evenly_busy(count, workers, expected):
    pool = SimpleNamespace(size=workers)
    fmt = PixelFormat(rows=512, columns=512, bits_stored=16, transfer_syntax_uid=JPEG_LS)
    run = DecodeRun([FrameRequest(k, fmt, "file") for k in range(count)], None, pool)
    sizes, taken = [], []
    while run._queue:
        batch = run._next_batch()
        sizes.append(len(batch))
        taken += [request.index for request in batch]
    assert taken == list(range(count))
    assert sizes == expected
