"""Slabs and the line before and after as values of the document."""

from __future__ import annotations

import json
import math

import pytest

from medviewer.core.display import Appearance
from medviewer.document import edits, session
from medviewer.document.changes import Flags, difference
from medviewer.document.document import Document
from medviewer.document.journal import Journal
from medviewer.document.state import DocumentState, Plane, Slab, View


@pytest.fixture
def document() -> Document:
    made = Document()
    made.apply(edits.SetLayout(1, 2, (View("ct", Plane.CORONAL, 5), View("ct", Plane.AXIAL, 7))))
    return made


def test_a_slab_changes_one_view_and_nothing_else(document: Document) -> None:
    before = document.state
    change = document.apply(edits.SetSlab.of(0, 20.0, Slab.MAX))
    assert change.flags == Flags.VIEW | Flags.HISTORY
    assert change.panes == {0}
    assert (document.state.view(0).slab_mm, document.state.view(0).slab_mode) == (20.0, Slab.MAX)
    assert document.state.view(1) == before.view(1)
    assert document.undo_text == "slab"
    document.undo()
    assert document.state == before


@pytest.mark.parametrize(("asked", "kept"), [(-3.0, 0.0), (1e9, edits.MAX_SLAB_MM), (0.0, 0.0), (12.5, 12.5)])
def test_thickness_is_kept_within_reason(document: Document, asked: float, kept: float) -> None:
    document.apply(edits.SetSlab.of(1, asked))
    assert document.state.view(1).slab_mm == kept


def test_a_drag_of_the_line_is_one_entry_whatever_its_end(document: Document) -> None:
    entries = len(document.history.undo_entries)
    for n in range(1, 50):
        document.apply(edits.SetView(0, split=n / 50), gesture="a drag")
    document.apply(edits.SetView(0, split=0.0, show_processed=False), gesture="a drag")
    assert len(document.history.undo_entries) == entries + 1
    assert document.undo_text == "before/after line"
    document.apply(edits.SetView(0, zoom=2.0), gesture="a drag")
    assert len(document.history.undo_entries) == entries + 2
    assert document.apply(edits.SetView(0, split=7.0)).panes == {0}
    assert document.state.view(0).split == 1.0


def test_reset_and_another_plane_keep_slab_and_line(document: Document) -> None:
    document.apply(edits.SetSlab.of(0, 20.0, Slab.MIN))
    document.apply(edits.SetView(0, split=0.3, zoom=3.0, flip_h=True, rotation_deg=90, pan_px=(4.0, 5.0)))
    document.apply(edits.ResetView(0))
    wanted = View("ct", Plane.CORONAL, 5, Appearance(), split=0.3, slab_mm=20.0, slab_mode=Slab.MIN)
    assert document.state.view(0) == wanted
    document.apply(edits.SetPlane(0, Plane.SAGITTAL, 2))
    view = document.state.view(0)
    assert (view.plane, view.split, view.slab_mm, view.slab_mode) == (Plane.SAGITTAL, 0.3, 20.0, Slab.MIN)


def test_sessions_and_journals_bring_them_back(document: Document, tmp_path) -> None:
    document.apply(edits.SetSlab.of(0, 20.0, Slab.MAX))
    document.apply(edits.SetView(1, split=0.25))
    path = tmp_path / "case.json"
    session.save(path, document.state, ())
    assert session.load(path).state == document.state
    journal = Journal(tmp_path)
    journal.record(document.state)
    journal.flush()
    assert Journal(tmp_path).recover() == document.state


def test_what_an_older_version_saved_has_neither(document: Document, tmp_path) -> None:
    path = tmp_path / "case.json"
    session.save(path, document.state, ())
    raw = json.loads(path.read_text())
    raw["schema"] = [1, 1]
    for view in raw["state"]["layout"]["views"]:
        for name in ("split", "slab_mm", "slab_mode"):
            view.pop(name)
    path.write_text(json.dumps(raw))
    assert session.load(path).state == document.state


def test_equal_states_differ_in_nothing() -> None:
    a, b = (DocumentState().layout.with_view(0, View("ct", slab_mm=3.0)) for _ in range(2))
    assert not difference(DocumentState(a), DocumentState(b))
    assert math.isclose(a.views[0].slab_mm, 3.0)
