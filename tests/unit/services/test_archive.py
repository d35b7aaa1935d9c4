"""Measurements of another day."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from medviewer.document import edits
from medviewer.document.document import Document
from medviewer.document.state import DocumentState, Measurement, Plane, Shape
from medviewer.services.archive import MeasurementArchive


def measurement(number, key="ct") -> Measurement:
    return Measurement(f"m{number}", Shape.DISTANCE, key, Plane.STACK, number, ((0.0, 0.0), (1.5, 2.0)), "结节")


class Day:
    """A run of the program."""

    def __init__(self, folder, writes=True) -> None:
        self.document = Document()
        self.archive = MeasurementArchive(folder, self.document)
        if writes:
            self.document.changed.connect(lambda _change: self.archive.flush())

    def show(self, key, pane=0) -> None:
        self.document.apply(edits.ShowSeries(pane, key))

    def add(self, *numbers, key="ct") -> None:
        for number in numbers:
            self.document.apply(edits.AddMeasurement(measurement(number, key)))

    @property
    def ids(self):
        return [m.id for m in self.document.state.measurements]


def test_series_has_its_measurements_again_and_no_other_does(tmp_path):
    first = Day(tmp_path)
    first.show("ct")
    first.add(1, 2)
    first.show("mr", 1)
    first.add(3, key="mr")
    second = Day(tmp_path)
    second.show("other")
    assert second.ids == []
    second.show("ct")
    assert second.document.state.measurements == (measurement(1), measurement(2))
    second.show("mr", 1)
    assert sorted(second.ids) == ["m1", "m2", "m3"]


def test_changes_and_deletions_are_kept_too(tmp_path):
    first = Day(tmp_path)
    first.show("ct")
    first.add(1, 2)
    first.document.apply(edits.RenameMeasurement("m1", name="left lung"))
    first.document.apply(edits.DeleteMeasurement.of("m2"))
    second = Day(tmp_path)
    second.show("ct")
    assert second.document.state.measurements == (replace(measurement(1), name="left lung"),)
    second.document.apply(edits.DeleteMeasurement.of("m1"))
    assert os.listdir(tmp_path) == []
    second.document.undo()
    third = Day(tmp_path)
    third.show("ct")
    assert third.ids == ["m1"]


def test_no_undo_takes_away_what_was_there_all_along(tmp_path):
    first = Day(tmp_path)
    first.show("ct")
    first.add(1)
    second = Day(tmp_path)
    second.document.apply(edits.SetLayout(2, 2))
    second.show("ct")
    second.add(2)
    assert second.ids == ["m1", "m2"]
    while second.document.undo():
        assert "m1" in second.ids
    while second.document.redo():
        assert "m1" in second.ids
    assert second.ids == ["m1", "m2"]
    third = Day(tmp_path)
    third.show("ct")
    assert sorted(third.ids) == ["m1", "m2"]


def test_opening_a_session_without_them_deletes_nothing(tmp_path):
    first = Day(tmp_path)
    first.show("ct")
    first.add(1)
    session = edits.ShowSeries(0, "ct").apply(DocumentState(measurements=(measurement(7),)))
    first.document.reset(session)
    assert first.ids == ["m1", "m7"]
    first.document.reset(DocumentState())
    second = Day(tmp_path)
    second.show("ct")
    assert sorted(second.ids) == ["m1", "m7"]


def test_forgotten_series_are_forgotten(tmp_path):
    day = Day(tmp_path)
    day.show("ct")
    day.add(1)
    day.document.apply(edits.ForgetSeries(("ct",)))
    day.archive.forget(["ct"])
    assert os.listdir(tmp_path) == []
    # Also what was measured in an earlier run and not shown in this one.
    earlier = Day(tmp_path)
    earlier.show("mr")
    earlier.add(2, key="mr")
    later = Day(tmp_path)
    later.document.apply(edits.ForgetSeries(("mr",)))
    later.archive.forget(["mr"])
    later.show("mr")
    assert later.ids == []


def test_a_drag_is_written_once(tmp_path, monkeypatch):
    from medviewer.services import archive

    day, written = Day(tmp_path, writes=False), []
    real = archive.atomic_write
    monkeypatch.setattr(archive, "atomic_write", lambda path, data: written.append(1) or real(path, data))
    day.show("ct")
    day.add(1)
    for n in range(50):
        day.document.apply(edits.ChangeMeasurement(replace(measurement(1), index=n)), gesture="drag")
    assert day.archive.read("ct")[0].index == 49  # noted, though not yet on the disk
    day.archive.flush()
    day.archive.flush()
    assert len(written) == 1
    assert Day(tmp_path).archive.read("ct")[0].index == 49


def test_forgetting_leaves_nothing_to_be_written_later(tmp_path):
    day = Day(tmp_path, writes=False)
    day.show("ct")
    day.add(1)
    day.document.apply(edits.ForgetSeries(("ct",)))
    day.archive.forget(["ct"])
    day.archive.flush()
    assert not tmp_path.exists() or os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"schema_version": 1}', b'{"schema_version":1,"series_key":"other","measurements":[]}'],
)
def test_damaged_file_costs_only_itself(tmp_path, content):
    day = Day(tmp_path)
    day.show("ct")
    day.add(1)
    (name,) = os.listdir(tmp_path)
    assert "ct" not in name
    (tmp_path / name).write_bytes(content)
    again = Day(tmp_path)
    again.show("ct")
    assert again.ids == []
    again.add(5)
    assert len(again.archive.read("ct")) == 1


def test_full_disk_keeps_it_for_the_next_try(tmp_path, monkeypatch):
    day = Day(tmp_path, writes=False)
    day.show("ct")
    day.add(1)

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="space"):
            day.archive.flush()
    assert day.ids == ["m1"]
    assert os.listdir(tmp_path) == []
    day.archive.flush()
    assert Day(tmp_path).archive.read("ct") == (measurement(1),)
