"""The journal survives what kills programs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import zlib

import numpy as np
import pytest

from medviewer.core.display import Appearance, Window
from medviewer.document import edits
from medviewer.document.document import Document
from medviewer.document.journal import FILE_NAME, Journal
from medviewer.document.state import DocumentState, Measurement, Plane, Shape, Step


def measurement(number: int, points: int = 2) -> Measurement:
    return Measurement(
        f"m{number}",
        Shape.FREEHAND,
        "ct",
        Plane.AXIAL,
        number,
        tuple((0.5 * n, -n / 3) for n in range(points)),
        "淋巴结",
    )


def session_of_edits():
    """States as they arise in a session with every kind of content."""
    document = Document()
    states = []
    document.changed.connect(lambda _change: states.append(document.state))
    document.apply(edits.ShowSeries(0, "ct", Plane.CORONAL, 12))
    for n in range(5):
        document.apply(edits.AddMeasurement(measurement(n)))
        document.apply(edits.SetAppearance.of(0, Appearance(Window(40.0, 400.0 + n), colour_map="hot")))
    document.apply(edits.ChangeMeasurement(measurement(2, points=9)))
    document.apply(edits.DeleteMeasurement.of("m1", "m3"))
    document.apply(edits.SetRecipe("ct", (Step("filter.gaussian", 1, {"sigma_mm": 1.5, "n": 3, "on": True}),)))
    document.apply(edits.SetRecipe("mr", (Step("a", 2),)))
    document.apply(edits.SetRecipe("ct", ()))
    document.apply(edits.SetLayout(2, 2))
    document.apply(edits.SetScale("ct", "native", ((0, Appearance(Window(1.0, 2.0))),)))
    document.apply(edits.SetScale("mr", "RCBF"))
    document.apply(edits.SetScale("ct", ""))
    document.apply(edits.MoveCrosshair((1.0, -2.5, 3.25)))
    document.undo()
    return states


def write_all(folder, states) -> list[int]:
    """Write each state; returns the size of the file after each."""
    journal = Journal(folder)
    sizes = []
    for state in states:
        journal.record(state)
        journal.flush()
        sizes.append((folder / FILE_NAME).stat().st_size)
    return sizes


def test_last_state_comes_back_whole(tmp_path):
    states = session_of_edits()
    write_all(tmp_path, states)
    assert Journal(tmp_path).recover() == states[-1]


def test_nothing_to_recover_from_nothing(tmp_path):
    assert Journal(tmp_path / "missing").recover() is None
    write_all(tmp_path, [DocumentState()])
    assert Journal(tmp_path).recover() is None


def test_every_torn_end_gives_the_last_whole_record(tmp_path):
    states = session_of_edits()
    sizes = write_all(tmp_path, states)
    path = tmp_path / FILE_NAME
    data = path.read_bytes()
    for cut in sorted({*range(sizes[0], len(data), 7), *sizes, *(size - 1 for size in sizes[1:])}):
        path.write_bytes(data[:cut])
        whole = max(n for n, size in enumerate(sizes) if size <= cut)
        folder = tmp_path / "copy"
        folder.mkdir(exist_ok=True)
        (folder / FILE_NAME).write_bytes(data[:cut])
        (folder / "recovered").unlink(missing_ok=True)
        assert Journal(folder).recover() == states[whole]


def test_damaged_bytes_end_the_journal_there(tmp_path):
    states = session_of_edits()
    sizes = write_all(tmp_path, states)
    path = tmp_path / FILE_NAME
    data = bytearray(path.read_bytes())
    data[sizes[4] + 20] ^= 0xFF
    path.write_bytes(data)
    assert Journal(tmp_path).recover() == states[4]
    path.write_bytes(b"something else entirely")
    assert Journal(tmp_path / "other").recover() is None


def test_records_say_only_what_changed_and_the_file_is_compacted(tmp_path, monkeypatch):
    monkeypatch.setattr("medviewer.document.journal.COMPACT_BYTES", 60_000)
    document = Document()
    for n in range(300):
        document.apply(edits.AddMeasurement(measurement(n)))
    journal = Journal(tmp_path)
    journal.record(document.state)
    journal.flush()
    whole = (tmp_path / FILE_NAME).stat().st_size
    largest = whole
    for index in range(400):
        document.apply(edits.SetIndex.of(0, index))
        journal.record(document.state)
        journal.flush()
        largest = max(largest, (tmp_path / FILE_NAME).stat().st_size)
    assert largest <= 60_000 + whole
    one_step = (largest - whole) / 400
    assert one_step < whole / 20
    assert Journal(tmp_path).recover() == document.state


def test_offered_again_until_answered(tmp_path):
    states = session_of_edits()
    write_all(tmp_path, states)
    second = Journal(tmp_path)
    assert second.recover() == states[-1]
    # The program runs on, with nothing in it, and is killed again.
    second.record(DocumentState())
    second.flush()
    third = Journal(tmp_path)
    assert third.recover() == states[-1]
    third.clear()
    assert Journal(tmp_path).recover() is None


def test_normal_end_leaves_nothing_to_recover_but_the_last_session(tmp_path):
    states = session_of_edits()
    journal = Journal(tmp_path)
    journal.start()
    for state in states:
        journal.record(state)
    journal.close(states[-1])
    again = Journal(tmp_path)
    assert again.recover() is None
    assert again.last_session() == states[-1]
    again.forget_last_session()
    assert again.last_session() is None


def test_own_thread_writes_without_being_asked(tmp_path):
    states = session_of_edits()
    journal = Journal(tmp_path)
    journal.start()
    for state in states:
        journal.record(state)
    end = time.monotonic() + 20
    while journal._written is not states[-1]:
        assert time.monotonic() < end
        threading.Event().wait(0.01)
    assert Journal(tmp_path).recover() == states[-1]
    journal.close()


def test_numbers_of_numpy_are_written_as_numbers(tmp_path):
    state = DocumentState(recipes={"ct": (Step("x", 1, {"a": np.float32(1.5), "b": np.arange(3)}),)})
    write_all(tmp_path, [state])
    recovered = Journal(tmp_path).recover()
    assert recovered.recipes["ct"][0].params == {"a": 1.5, "b": [0, 1, 2]}


def test_full_disk_is_told_once_and_the_next_write_is_whole(tmp_path, monkeypatch):
    states = session_of_edits()
    journal = Journal(tmp_path)
    journal.record(states[0])
    journal.flush()
    real = os.fsync

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    journal.record(states[1])
    with pytest.raises(OSError, match="space"):
        journal.flush()
    monkeypatch.setattr(os, "fsync", real)
    journal.record(states[2])
    journal.flush()
    assert Journal(tmp_path).recover() == states[2]


def test_folder_is_private(tmp_path):
    folder = tmp_path / "journal"
    write_all(folder, session_of_edits())
    if os.name == "posix":
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / FILE_NAME).stat().st_mode & 0o077 == 0


@pytest.mark.process
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_kill_9_loses_nothing_that_was_written(tmp_path):
    """A process records states with its journal's own thread and is killed; what it said was durable is there."""
    program = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from medviewer.document import edits
        from medviewer.document.document import Document
        from medviewer.document.journal import Journal
        from medviewer.document.state import Measurement, Plane, Shape

        journal = Journal(Path(sys.argv[1]))
        journal.start()
        document = Document()
        n = 0
        while True:
            line = Measurement(str(n), Shape.DISTANCE, "ct", Plane.STACK, n, ((0, 0), (n, n)))
            document.apply(edits.AddMeasurement(line))
            journal.record(document.state)
            journal.flush()
            print(n, flush=True)
            n += 1
        """
    )
    for after in (1, 7, 40):
        folder = tmp_path / str(after)
        process = subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True)
        acknowledged = -1
        for line in process.stdout:
            acknowledged = int(line)
            if acknowledged >= after:
                break
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        state = Journal(folder).recover()
        ids = [int(m.id) for m in state.measurements]
        assert ids == list(range(len(ids)))
        assert len(ids) > acknowledged


def test_journals_of_before_there_were_scales_are_read(tmp_path):
    import msgspec

    from medviewer.document.journal import _HEAD, MAGIC

    states = session_of_edits()
    write_all(tmp_path, states[:1])
    data = (tmp_path / FILE_NAME).read_bytes()
    at = len(MAGIC) + _HEAD.size
    record = msgspec.msgpack.decode(data[at:])
    del record["scales"]
    payload = msgspec.msgpack.encode(record)
    (tmp_path / FILE_NAME).write_bytes(MAGIC + _HEAD.pack(len(payload), zlib.crc32(payload)) + payload)
    assert Journal(tmp_path).recover() == states[0]
