"""What survives the window."""

from __future__ import annotations

import pytest

from medviewer.core.tiles import TiledLabels
from medviewer.document import edits
from medviewer.document.document import Document
from medviewer.document.layers import LabelLayer
from medviewer.document.state import DocumentState, Measurement, Plane, Shape, View
from medviewer.errors import SessionError
from medviewer.services.executors import InlineExecutor, ManualExecutor
from medviewer.services.scheduler import Scheduler
from medviewer.services.sessions import Sessions, keys_in, link_of
from tests.helpers.memory_plan import make_series

CT = make_series(1, key="ct")


class Bench:
    def __init__(self, folder, known=(CT,), executor=None) -> None:
        self.document = Document()
        self.known = {series.key: series for series in known}
        self.scheduler = Scheduler(executor or InlineExecutor())
        self.sessions = Sessions(self.document, folder / "journal", self.scheduler, self.known.get)

    def edit(self) -> DocumentState:
        self.document.apply(edits.ShowSeries(0, "ct", index=3))
        self.document.apply(
            edits.AddMeasurement(Measurement("a", Shape.DISTANCE, "ct", Plane.STACK, 3, ((0.0, 0.0), (1.0, 1.0))))
        )
        return self.document.state

    def killed(self) -> None:
        """What kill -9 leaves: what is on disk."""
        self.sessions._journal.flush()


def test_killed_program_is_offered_back_whole(tmp_path):
    first = Bench(tmp_path)
    state = first.edit()
    first.killed()
    second = Bench(tmp_path)
    assert second.sessions.recovered() == state
    found = second.sessions.restore_recovered()
    assert found.missing == ()
    assert second.document.state == state
    assert second.sessions.recovered() is None
    # Killed again, right after: still there.
    assert Bench(tmp_path).sessions.recovered() == state


def test_edits_before_the_answer_do_not_overwrite_what_is_offered(tmp_path):
    first = Bench(tmp_path)
    state = first.edit()
    first.killed()
    second = Bench(tmp_path)
    second.document.apply(edits.SetLayout(2, 2))
    second.killed()
    assert second.sessions.recovered() == state
    second.sessions.discard_recovered()
    assert second.sessions.restore_recovered() is None


def test_normal_end_offers_nothing_but_knows_the_last_session(tmp_path):
    first = Bench(tmp_path)
    first.sessions.start()
    state = first.edit()
    first.sessions.close()
    second = Bench(tmp_path)
    assert second.sessions.recovered() is None
    second.sessions.restore_last()
    assert second.document.state == state
    second.sessions.forget()
    assert Bench(tmp_path).sessions.last_session() is None


def test_series_that_are_gone_leave_empty_panes_and_keep_their_measurements(tmp_path):
    first = Bench(tmp_path)
    state = first.edit()
    first.killed()
    second = Bench(tmp_path, known=())
    found = second.sessions.restore_recovered()
    assert [link.key for link in found.missing] == ["ct"]
    assert second.document.state.layout.views == (View(),)
    assert second.document.state.measurements == state.measurements


def test_session_file_finds_its_series_and_says_what_changed(tmp_path):
    bench = Bench(tmp_path)
    state = bench.edit()
    path = tmp_path / "case.json"
    saved = []
    bench.sessions.save(path, done=lambda _none: saved.append(True))
    assert saved == [True]
    again = Bench(tmp_path / "other")
    found = again.sessions.open(path)
    assert (found.missing, found.changed) == ((), ())
    assert again.document.state == state
    grown = Bench(tmp_path / "third", known=(make_series(1, 6, key="ct"),))
    assert grown.sessions.open(path).changed == ("ct",)


def test_missing_series_come_with_the_places_where_they_may_be(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    series = make_series(1, key="ct")
    for header in series.instances:
        header.path = str(folder / header.sop_instance_uid)
    bench = Bench(tmp_path, known=(series,))
    bench.edit()
    bench.sessions.save(tmp_path / "case.json")
    found = Bench(tmp_path / "other", known=()).sessions.open(tmp_path / "case.json")
    assert [link.uid for link in found.missing] == [series.uid]
    assert found.places == (folder,)


def test_bad_session_file_leaves_the_document_alone(tmp_path):
    bench = Bench(tmp_path)
    state = bench.edit()
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(SessionError):
        bench.sessions.open(tmp_path / "bad.json")
    assert bench.document.state is state


def test_save_that_fails_is_told(tmp_path):
    bench = Bench(tmp_path)
    bench.edit()
    errors = []
    bench.sessions.save(tmp_path / "missing" / "case.json", failed=errors.append)
    assert isinstance(errors[0], SessionError)


def test_saving_is_finished_when_the_program_closes(tmp_path):
    bench = Bench(tmp_path, executor=ManualExecutor())
    bench.edit()
    bench.sessions.save(tmp_path / "case.json")
    bench.scheduler.shutdown(1.0)
    assert (tmp_path / "case.json").exists()


def test_keys_and_links():
    state = DocumentState(recipes={"mr": ()})
    state = edits.SetLayout(1, 2, (View("ct"), View("ct"))).apply(state)
    assert keys_in(state) == ("ct", "mr")
    masked = edits.AddLayer(LabelLayer("a", "pet#1", TiledLabels((2, 3, 4)))).apply(state)
    assert keys_in(masked) == ("ct", "mr", "pet#1")
    link = link_of(CT)
    assert (link.key, link.uid, link.n_instances) == ("ct", "1.2.1", 5)
    assert link.folders == ("/none/1",)
