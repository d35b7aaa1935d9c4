"""Label layers in the document: edits, undo to the byte, what is told, journal and sessions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medviewer.core.labels import Label
from medviewer.core.tiles import Box, TiledLabels
from medviewer.document import edits, session, titles
from medviewer.document.changes import Flags
from medviewer.document.document import Document
from medviewer.document.history import History
from medviewer.document.journal import Journal
from medviewer.document.layers import LabelLayer
from medviewer.document.state import DocumentState
from medviewer.errors import SessionError

SHAPE = (5, 100, 90)


def layer(identity: str = "a", **changes) -> LabelLayer:
    return replace(LabelLayer(identity, "ct", TiledLabels(SHAPE)), **changes)


def stroked(tiles: TiledLabels, n: int, value: int = 1) -> TiledLabels:
    y, x = (n * 17) % 80, (n * 29) % 70
    return tiles.with_box(Box(n % 5, y, x, n % 5 + 1, y + 12, x + 15), np.full((1, 12, 15), value, tiles.dtype))


@pytest.fixture
def document():
    made = Document(clock=lambda: 0.0)
    made.apply(edits.AddLayer(layer()))
    return made


@pytest.fixture
def changes(document):
    seen = []
    document.changed.connect(lambda change: seen.append(change))
    return seen


def entries(document):
    return [entry.title for entry in document.history.undo_entries]


def test_each_edit_is_one_entry_with_its_name(document):
    steps = {
        titles.LAYER_LOOK: edits.ChangeLayer("a", opacity=0.5),
        titles.HIDE_LAYER: edits.ChangeLayer("a", visible=False),
        titles.SHOW_LAYER: edits.ChangeLayer("a", visible=True),
        titles.CHANGE_LABELS: edits.ChangeLayer("a", labels=(Label(1, "liver"), Label(2))),
        titles.CHANGE_LAYER: edits.ChangeLayer("a", name="organs"),
        titles.PAINT: edits.PaintTiles("a", stroked(TiledLabels(SHAPE), 1)),
        titles.CHANGE_MASK: edits.SetLayerTiles("a", stroked(TiledLabels(SHAPE), 2)),
        titles.REMOVE_LAYER: edits.RemoveLayer("a"),
    }
    states = [document.state]
    for title, edit in steps.items():
        assert document.apply(edit)
        assert document.undo_text == title
        states.append(document.state)
    assert entries(document)[1:] == list(steps)
    for state in reversed(states[:-1]):
        document.undo()
        assert document.state == state


def test_the_moves_of_one_stroke_are_one_entry_and_strokes_are_several(document):
    tiles = document.state.layer("a").tiles
    for gesture in ("one", "two"):
        for n in range(5):
            tiles = stroked(tiles, n + (gesture == "two") * 7)
            document.apply(edits.PaintTiles("a", tiles), gesture=gesture)
    assert entries(document) == [titles.ADD_LAYER, titles.PAINT, titles.PAINT]
    document.undo()
    document.undo()
    assert document.state.layer("a").tiles.is_empty


def test_a_stroke_that_makes_its_mask_is_one_entry_with_it():
    document = Document(clock=lambda: 0.0)
    document.apply(edits.AddLayer(layer(), stroke=True), gesture="g")
    document.apply(edits.PaintTiles("a", stroked(TiledLabels(SHAPE), 1)), gesture="g")
    assert entries(document) == [titles.PAINT]
    document.undo()
    assert document.state == DocumentState()
    document.apply(edits.AddLayer(layer(), stroke=True), gesture="h")
    document.apply(edits.PaintTiles("a", stroked(TiledLabels(SHAPE), 1)), gesture="h")
    document.apply(edits.RemoveLayer("a", stroke=True), gesture="h")  # given up
    assert entries(document) == []
    assert document.state == DocumentState()


def test_changes_name_the_layers_and_their_series(document, changes):
    document.apply(edits.PaintTiles("a", stroked(TiledLabels(SHAPE), 1)))
    document.apply(edits.ChangeLayer("a", name="liver"))
    document.apply(edits.AddLayer(layer("b", series_key="mr")))
    document.undo()
    for change in changes:
        assert Flags.LAYERS in change.flags
        assert not change.flags & (Flags.MEASUREMENTS | Flags.VIEW | Flags.SERIES)
    assert [set(c.layer_ids) for c in changes] == [{"a"}, {"a"}, {"b"}, {"b"}]
    assert [set(c.series_keys) for c in changes] == [{"ct"}, {"ct"}, {"mr"}, {"mr"}]
    assert not document.apply(edits.ChangeLayer("a", name="liver"))
    assert not document.apply(edits.PaintTiles("gone", TiledLabels(SHAPE)))


def test_the_chosen_label_is_no_entry_and_no_undo_takes_it_back(document):
    document.apply(edits.ChangeLayer("a", labels=(Label(1), Label(2))))
    document.apply(edits.PaintTiles("a", stroked(TiledLabels(SHAPE), 1)))
    count = len(entries(document))
    document.apply(edits.ChooseLabel("a", 2))
    assert len(entries(document)) == count
    document.undo()
    assert document.state.layer("a").active_label == 2


def test_an_id_is_given_once(document):
    with pytest.raises(ValueError, match="exists"):
        document.apply(edits.AddLayer(layer()))


def test_forgotten_series_take_their_masks_along(document):
    document.apply(edits.AddLayer(layer("b", series_key="mr")))
    document.apply(edits.ForgetSeries(("ct",)))
    assert [found.id for found in document.state.layers] == ["b"]


def test_strokes_weigh_their_tiles_in_the_history():
    rng = np.random.default_rng(0)
    full = TiledLabels.of_array(rng.integers(0, 2, (40, 256, 256)).astype(np.uint8))
    history = History()
    document = Document(DocumentState(layers=(layer("a", tiles=full),)), history, clock=lambda: 0.0)
    one = full.with_box(Box(3, 5, 5, 4, 9, 9), np.full((1, 4, 4), 2, np.uint8))
    document.apply(edits.PaintTiles("a", one), gesture="1")
    stroke = history.size_bytes
    assert stroke < 10_000
    document.apply(edits.SetLayerTiles("a", TiledLabels.of_array(full.array() * 3)))
    assert history.size_bytes - stroke > 40 * 256 * 256
    document.apply(edits.RemoveLayer("a"))
    assert history.size_bytes > 2 * 40 * 256 * 256


# -- any sequence of strokes

strokes = st.lists(
    st.tuples(
        st.sampled_from(["paint", "paint", "paint", "look", "label", "set", "add", "remove", "choose"]),
        st.integers(0, 40),
        st.integers(0, 4),
        st.sampled_from(["", "g1", "g2"]),
    ),
    max_size=25,
)


def edit_of(state: DocumentState, kind: str, n: int, value: int):
    chosen = state.layers[n % len(state.layers)] if state.layers else layer("none")
    match kind:
        case "paint":
            return edits.PaintTiles(chosen.id, stroked(chosen.tiles, n, value))
        case "set":
            return edits.SetLayerTiles(chosen.id, chosen.tiles.replaced(1, value), (Label(value + 1),))
        case "look":
            return edits.ChangeLayer(chosen.id, opacity=n / 40, visible=bool(value))
        case "label":
            return edits.ChangeLayer(chosen.id, labels=tuple(Label(v + 1, str(n)) for v in range(value + 1)))
        case "choose":
            return edits.ChooseLabel(chosen.id, value)
        case "add":
            known = {found.id for found in state.layers}
            return edits.AddLayer(layer(next(f"new{i}" for i in range(99) if f"new{i}" not in known)))
    return edits.RemoveLayer(chosen.id)


def bytes_of(state: DocumentState) -> list[tuple]:
    """Everything of the masks but what no undo takes back, as arrays' bytes."""
    return [
        (found.id, found.labels, found.opacity, found.visible, found.tiles.array().tobytes())
        for found in state.layers
    ]


@settings(max_examples=60, deadline=None)
@given(strokes)
def test_undoing_all_and_redoing_all_come_back_byte_for_byte(sequence):
    start = DocumentState(layers=(layer(), layer("b", tiles=stroked(TiledLabels(SHAPE), 3, 4))))
    document = Document(start, clock=lambda: 0.0)
    arrays = {0: bytes_of(start)}
    for kind, n, value, gesture in sequence:
        document.apply(edit_of(document.state, kind, n, value), gesture=gesture)
        arrays[len(document.history.undo_entries)] = bytes_of(document.state)
    end = bytes_of(document.state)
    while document.undo():
        assert bytes_of(document.state) == arrays[len(document.history.undo_entries)]
    assert bytes_of(document.state) == bytes_of(start)
    while document.redo():
        assert bytes_of(document.state) == arrays[len(document.history.undo_entries)]
    assert bytes_of(document.state) == end


@settings(max_examples=25, deadline=None)
@given(strokes)
def test_the_journal_brings_every_state_back(tmp_path_factory, sequence):
    folder = tmp_path_factory.mktemp("journal")
    journal, document = Journal(folder), Document(clock=lambda: 0.0)
    document.apply(edits.AddLayer(layer()))
    for kind, n, value, gesture in sequence:
        document.apply(edit_of(document.state, kind, n, value), gesture=gesture)
        journal.record(document.state)
        journal.flush()
        if n % 7 == 0:
            document.undo()
    journal.record(document.state)
    journal.flush()
    assert Journal(folder).recover() == (document.state if document.state != DocumentState() else None)


def test_a_stroke_is_journalled_as_its_tiles(tmp_path):
    rng = np.random.default_rng(1)
    full = TiledLabels.of_array(rng.integers(0, 200, (30, 256, 256)).astype(np.uint8))
    state = DocumentState(layers=(layer("a", tiles=full),))
    journal = Journal(tmp_path)
    journal.record(state)
    journal.flush()
    whole = (tmp_path / "journal").stat().st_size
    assert whole > 1_000_000
    for n in range(20):
        tiles = state.layers[0].tiles
        box = Box(n, 70, 70, n + 1, 90, 90)
        state = replace(
            state, layers=(replace(state.layers[0], tiles=tiles.with_box(box, np.ones(box.shape_zyx, np.uint8))),)
        )
        journal.record(state)
        journal.flush()
    # Each stroke costs its tile, and a large mask does not make the file be written anew each time.
    assert (tmp_path / "journal").stat().st_size - whole < 20 * 6_000
    assert Journal(tmp_path).recover() == state


@pytest.mark.process
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_kill_9_loses_no_stroke_that_was_written(tmp_path):
    program = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        import numpy as np
        from medviewer.core.tiles import Box, TiledLabels
        from medviewer.document import edits
        from medviewer.document.document import Document
        from medviewer.document.journal import Journal
        from medviewer.document.layers import LabelLayer

        journal = Journal(Path(sys.argv[1]))
        journal.start()
        document = Document()
        document.apply(edits.AddLayer(LabelLayer("a", "ct", TiledLabels((9, 500, 500)))))
        n = 0
        while True:
            box = Box(n % 9, n, n, n % 9 + 1, n + 1, n + 1)
            tiles = document.state.layer("a").tiles.with_box(box, np.full((1, 1, 1), 1 + n % 200, np.uint8))
            document.apply(edits.PaintTiles("a", tiles), gesture=str(n))
            journal.record(document.state)
            journal.flush()
            print(n, flush=True)
            n += 1
        """
    )
    for after in (1, 25):
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
        found = Journal(folder).recover().layers[0].tiles.array()
        for n in range(acknowledged + 1):
            assert found[n % 9, n, n] == 1 + n % 200


def test_journals_of_before_there_were_masks_are_read(tmp_path):
    import msgspec

    from medviewer.document.journal import _HEAD, MAGIC, Journal

    journal = Journal(tmp_path)
    state = DocumentState(scales={"pet": "native"})
    journal.record(state)
    journal.flush()
    data = (tmp_path / "journal").read_bytes()
    record = msgspec.msgpack.decode(data[len(MAGIC) + _HEAD.size :])
    del record["layers"]
    import zlib

    payload = msgspec.msgpack.encode(record)
    (tmp_path / "journal").write_bytes(MAGIC + _HEAD.pack(len(payload), zlib.crc32(payload)) + payload)
    assert Journal(tmp_path).recover() == state


# -- sessions

MASKED = DocumentState(
    layers=(
        layer(
            "a", name="器官", labels=(Label(1, "liver", "#112233"), Label(300)), tiles=stroked(TiledLabels(SHAPE), 3)
        ),
        layer("b", tiles=stroked(TiledLabels(SHAPE, "uint16"), 4, 300), opacity=0.1, locked=True),
    )
)


def test_sessions_keep_masks(tmp_path):
    path = tmp_path / "case.json"
    session.save(path, MASKED, [])
    assert session.load(path).state == MASKED


def test_sessions_of_before_there_were_masks_are_read(tmp_path):
    path = tmp_path / "case.json"
    session.save(path, MASKED, [])
    raw = json.loads(path.read_text(encoding="utf-8"))
    del raw["state"]["layers"]
    raw["schema"] = [1, 0]
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert session.load(path).state == replace(MASKED, layers=())


@pytest.mark.parametrize("damage", ["AAAA", "not base64 %", 7])
def test_a_session_with_a_damaged_mask_is_refused_with_a_sentence(tmp_path, damage):
    path = tmp_path / "case.json"
    session.save(path, MASKED, [])
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["state"]["layers"][0]["tiles"]["tiles"] = damage
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(SessionError, match="damaged"):
        session.load(path)


@settings(max_examples=60, deadline=None)
@given(strokes, st.lists(st.sampled_from("ur"), max_size=10))
def test_the_size_of_the_history_is_that_of_its_entries(sequence, moves):
    history = History(budget_bytes=30_000, min_entries=2)
    document = Document(DocumentState(layers=(layer(),)), history, clock=lambda: 0.0)
    for n, (kind, number, value, gesture) in enumerate(sequence):
        document.apply(edit_of(document.state, kind, number, value), gesture=gesture)
        if n < len(moves):
            document.undo() if moves[n] == "u" else document.redo()
        entries = history.undo_entries
        assert history.size_bytes == sum(entry.size_bytes for entry in entries)
        assert history.size_bytes <= 30_000 or len(entries) <= 2 or entries[-1].gesture
