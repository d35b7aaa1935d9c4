"""Session files."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from medviewer.core.display import Appearance, Window
from medviewer.document import session
from medviewer.document.session import SeriesLink
from medviewer.document.state import DocumentState, Layout, Measurement, Plane, Shape, Step, View
from medviewer.errors import SessionError

STATE = DocumentState(
    Layout(1, 2, (View("ct", Plane.AXIAL, 5, Appearance(Window(40, 400), invert=True)), View("pet", zoom=1.5))),
    (
        Measurement(
            "a", Shape.ELLIPSE, "ct", Plane.STACK, 3, ((0.25, 1.5), (9.0, 4.0)), "病灶", sop_instance_uid="1.2.3"
        ),
    ),
    {"ct": (Step("filter.gaussian", 1, {"sigma_mm": 0.1}, on=False),)},
    {"pet": "native"},
)


def link(folder, **changes) -> SeriesLink:
    values = {"key": "ct", "uid": "1.2", "folders": (str(folder),), "n_instances": 2, "content": "abc"}
    return SeriesLink(**(values | changes))


def test_comes_back_equal(tmp_path):
    path = tmp_path / "case.json"
    session.save(path, STATE, [link(tmp_path / "ct"), link("/elsewhere", key="pet")])
    read = session.load(path)
    assert read.state == STATE
    assert read.series["ct"].relative == ("ct",)
    assert read.series["pet"].relative == ("",)
    assert read.series["ct"].uid == "1.2"


def test_is_readable_json_with_format_and_version(tmp_path):
    path = tmp_path / "case.json"
    session.save(path, STATE, [])
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert raw["format"] == "medviewer-session"
    assert raw["schema"] == [1, 2]
    assert raw["state"]["measurements"][0]["name"] == "病灶"
    assert "array" not in raw["state"]


def test_sessions_of_before_there_were_scales_are_read(tmp_path):
    path = tmp_path / "case.json"
    session.save(path, STATE, [])
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert raw["state"].pop("scales") == {"pet": "native"}
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert session.load(path).state == replace(STATE, scales={})


def test_moved_with_its_folder_finds_its_series(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "ct").mkdir(parents=True)
    session.save(old / "case.json", STATE, [link(old / "ct")])
    os.rename(old, new)
    read = session.load(new / "case.json")
    assert session.places(read.series["ct"], new / "case.json") == [new / "ct"]


def test_newer_minor_is_read_newer_major_refused(tmp_path):
    path = tmp_path / "case.json"
    session.save(path, STATE, [])
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["schema"] = [1, 9]
    raw["state"]["something_new"] = 1
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert session.load(path).state == STATE
    raw["schema"] = [2, 0]
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(SessionError, match="newer version") as caught:
        session.load(path)
    assert caught.value.code == "session.newer"


def test_older_major_is_migrated_or_refused(tmp_path, monkeypatch):
    path = tmp_path / "case.json"
    session.save(path, STATE, [])
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["schema"] = [0, 3]
    raw["document"] = raw.pop("state")
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(SessionError, match="too old"):
        session.load(path)
    monkeypatch.setitem(session._MIGRATIONS, 0, lambda old: {**old, "state": old["document"]})
    assert session.load(path).state == STATE


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "session.damaged"),
        (b"\x00\xff\x00", "session.damaged"),
        (b"[1, 2", "session.damaged"),
        (b"[" * 100_000, "session.damaged"),
        (b"[]", "session.format"),
        (b'{"a": 1}', "session.format"),
        (b'{"format": "medviewer-session"}', "session.damaged"),
        (b'{"format": "medviewer-session", "schema": "1"}', "session.damaged"),
        (b'{"format": "medviewer-session", "schema": [1, 0], "state": {"layout": 5}}', "session.damaged"),
        (
            b'{"format": "medviewer-session", "schema": [1, 0], "state": {"measurements": [{"id": 1}]}}',
            "session.damaged",
        ),
    ],
)
def test_what_is_no_session_is_refused_with_a_sentence(tmp_path, content, code):
    path = tmp_path / "case.json"
    path.write_bytes(content)
    with pytest.raises(SessionError) as caught:
        session.load(path)
    assert caught.value.code == code
    assert "Error" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_missing_file_is_told(tmp_path):
    with pytest.raises(SessionError, match="cannot be read"):
        session.load(tmp_path / "none.json")


def test_failed_save_keeps_the_old_file_and_leaves_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "case.json"
    session.save(path, STATE, [])
    before = path.read_bytes()

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SessionError, match="could not be saved"):
        session.save(path, DocumentState(), [])
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["case.json"]


def test_content_hash_depends_on_instances_and_order():
    import hashlib

    assert session.content_hash(["1", "2"]) == hashlib.sha256(b"1\n2").hexdigest()
    assert session.content_hash(["1", "2"]) != session.content_hash(["2", "1"])
