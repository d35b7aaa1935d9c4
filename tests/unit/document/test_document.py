"""Edits, history and what changes."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medviewer.core.display import Appearance, Window
from medviewer.document import edits, titles
from medviewer.document.changes import Flags, difference
from medviewer.document.document import Document
from medviewer.document.history import History
from medviewer.document.state import DocumentState, Layout, Measurement, Plane, Shape, Step, View


def measurement(number: int = 1, points: int = 2, **changes) -> Measurement:
    made = Measurement(
        f"m{number}", Shape.DISTANCE, "ct", Plane.STACK, 3, tuple((float(n), 2.0 * n) for n in range(points))
    )
    return replace(made, **changes)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def document(clock):
    return Document(DocumentState(Layout(1, 2, (View("ct"), View("mr")))), clock=clock)


@pytest.fixture
def changes(document):
    seen = []
    document.changed.connect(lambda change: seen.append(change))
    return seen


def entries(document):
    return [entry.title for entry in document.history.undo_entries]


def test_edit_changes_the_state_and_says_what(document, changes):
    before = document.state
    change = document.apply(edits.SetView(1, zoom=2.0), initiator="pane 1")
    assert document.state.view(1).zoom == 2.0
    assert before.view(1).zoom == 1.0
    assert change.flags == Flags.VIEW | Flags.HISTORY
    assert change.panes == {1}
    assert change.initiator == "pane 1"
    assert changes == [change]


def test_edit_without_effect_is_no_edit(document, changes):
    assert not document.apply(edits.SetView(1, zoom=1.0))
    assert not document.apply(edits.DeleteMeasurement.of("unknown"))
    assert not document.apply(edits.ChangeMeasurement(measurement(9)))
    assert changes == []
    assert document.undo_text == ""


def test_undo_and_redo_restore_and_name(document):
    document.apply(edits.SetLayout(2, 2))
    document.apply(edits.AddMeasurement(measurement()))
    after = document.state
    assert (document.undo_text, document.redo_text) == ("add distance", "")
    change = document.undo()
    assert document.state.measurements == ()
    assert change.flags == Flags.MEASUREMENTS | Flags.HISTORY
    assert change.measurement_ids == {"m1"}
    assert change.series_keys == {"ct"}
    assert (document.undo_text, document.redo_text) == ("layout", "add distance")
    document.redo()
    assert document.state == after
    assert not document.redo()


def test_titles_go_through_the_translation(document):
    document.translate = {"delete {n} measurements": "删除 {n} 个测量"}.__getitem__
    document.apply(edits.AddMeasurement(measurement(1)))
    document.apply(edits.AddMeasurement(measurement(2)))
    document.apply(edits.DeleteMeasurement.of("m1", "m2"))
    assert document.undo_text == "删除 2 个测量"


def test_scrolling_is_one_entry_per_pane_however_slow(document, clock):
    for index in range(10, 15):
        document.apply(edits.SetIndex.of(0, index))
        clock.now += 30
    document.apply(edits.SetIndex.of(1, 4))
    assert entries(document) == ["scrolling", "scrolling"]
    document.undo()
    document.undo()
    assert document.state.view(0).index == -1


def test_drag_is_one_entry_within_a_second(document, clock):
    for width in (100.0, 110.0, 120.0):
        clock.now += 0.9
        document.apply(edits.SetAppearance.of(0, Appearance(Window(40, width))), merge=True)
    assert entries(document) == ["window/level"]
    clock.now += 1.1
    document.apply(edits.SetAppearance.of(0, Appearance(Window(40, 130))), merge=True)
    assert len(entries(document)) == 2
    document.apply(edits.SetAppearance.of(0, Appearance(Window(40, 140))))  # a preset, not a drag
    assert len(entries(document)) == 3
    document.apply(edits.SetAppearance.of(1, Appearance(Window(40, 140))), merge=True)  # another pane
    assert len(entries(document)) == 4


def test_gesture_is_one_entry_however_long_and_another_gesture_a_new_one(document, clock):
    for zoom in (1.5, 2.0, 2.5):
        clock.now += 60
        document.apply(edits.SetView(0, zoom=zoom), gesture="a")
    document.apply(edits.SetView(0, zoom=3.0), gesture="b")
    assert len(entries(document)) == 2
    document.undo()
    assert document.state.view(0).zoom == 2.5
    document.undo()
    assert document.state.view(0).zoom == 1.0


def test_drag_back_to_the_start_leaves_no_entry(document):
    document.apply(edits.SetView(0, zoom=1.5), gesture="a")
    document.apply(edits.SetView(0, zoom=1.0), gesture="a")
    assert entries(document) == []


def test_new_edit_after_undo_ends_redo_and_starts_an_entry(document):
    document.apply(edits.SetView(0, zoom=2.0), gesture="a")
    document.apply(edits.SetView(1, zoom=2.0), gesture="b")
    document.undo()
    document.apply(edits.SetView(0, zoom=4.0), gesture="a")
    assert document.redo_text == ""
    document.undo()
    assert document.state.view(0).zoom == 2.0


def test_choosing_a_pane_is_not_undone_and_keeps_redo(document, changes):
    document.apply(edits.SetView(0, zoom=2.0))
    document.undo()
    change = document.apply(edits.SetActive(1))
    assert change.flags == Flags.LAYOUT
    assert document.redo_text == "zoom and pan"
    document.redo()
    assert document.state.layout.active == 1
    document.undo()
    assert document.state.layout.active == 1


def test_unknown_slice_is_filled_in_without_an_entry(document):
    document.apply(edits.SetIndexKnown(((0, 31),)))
    document.apply(edits.SetIndexKnown(((0, 5),)))  # known by now
    assert document.state.view(0).index == 31
    assert entries(document) == []


def test_show_series_starts_with_a_fresh_view_and_makes_the_pane_active(document):
    document.apply(edits.SetView(1, zoom=3.0, flip_h=True))
    change = document.apply(edits.ShowSeries(1, "pet", Plane.CORONAL, 7))
    assert document.state.view(1) == View("pet", Plane.CORONAL, 7)
    assert document.state.layout.active == 1
    assert change.series_keys == {"mr", "pet"}
    assert (Flags.SERIES | Flags.INDEX | Flags.VIEW | Flags.LAYOUT) in change.flags


def test_smaller_grid_and_back_loses_nothing(document):
    document.apply(edits.SetLayout(2, 2))
    document.apply(edits.ShowSeries(3, "pet"))
    document.apply(edits.SetLayout(1, 1))
    assert document.state.layout.active == 0
    document.apply(edits.SetLayout(2, 2))
    assert [v.series_key for v in document.state.layout.views] == ["ct", "mr", "", "pet"]


@pytest.mark.parametrize(("rows", "columns"), [(0, 1), (1, 0), (9, 1)])
def test_impossible_layouts_are_bugs(document, rows, columns):
    with pytest.raises(ValueError, match="layout"):
        document.apply(edits.SetLayout(rows, columns))


def test_mpr_layout_shows_three_planes_of_one_series(document):
    document.apply(edits.mpr_layout("ct", Appearance(invert=True)))
    views = document.state.layout.views[:3]
    assert [v.plane for v in views] == [Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL]
    assert {v.series_key for v in views} == {"ct"}
    assert all(v.appearance.invert for v in views)


def test_maximise_and_restore(document):
    document.apply(edits.Maximise(1))
    assert document.state.layout.visible == (1,)
    assert document.state.layout.active == 1
    document.apply(edits.Maximise(-1))
    assert document.state.layout.visible == (0, 1)
    assert entries(document) == ["maximise pane", "restore panes"]


def test_swap_reset_and_turn(document):
    document.apply(edits.SwapPanes(0, 1))
    assert [v.series_key for v in document.state.layout.views] == ["mr", "ct"]
    document.apply(edits.SetView(0, rotation_deg=450, pan_px=(3.0, 4.0)))
    assert document.state.view(0).rotation_deg == 90
    document.apply(edits.SetAppearance.of(0, Appearance(Window(1, 2), colour_map="hot", invert=True)))
    document.apply(edits.ResetView(0))
    assert document.state.view(0) == View("mr", appearance=Appearance(colour_map="hot"))


def test_crosshair_and_the_slices_that_follow_are_one_entry(document, clock):
    for n in range(5):
        clock.now += 10
        document.apply(edits.MoveCrosshair((float(n), 0.0, 0.0), ((0, n), (1, 2 * n))))
    assert document.state.layout.crosshair_world == (4.0, 0.0, 0.0)
    assert [v.index for v in document.state.layout.views] == [4, 8]
    assert entries(document) == ["move crosshair"]


def test_measurement_edits(document):
    document.apply(edits.AddMeasurement(measurement()))
    with pytest.raises(ValueError, match="exists"):
        document.apply(edits.AddMeasurement(measurement()))
    document.apply(edits.ChangeMeasurement(measurement(points=3)), gesture="g")
    document.apply(edits.ChangeMeasurement(measurement(points=4)), gesture="g")
    document.apply(edits.RenameMeasurement("m1", name="node"))
    assert document.state.measurements == (measurement(points=4, name="node"),)
    assert entries(document) == ["add distance", "change measurement", "rename measurement"]


def test_every_shape_has_a_title_and_every_title_fills_its_braces():
    for shape in Shape:
        assert edits.AddMeasurement(measurement(shape=shape)).title
    for name, text in vars(titles).items():
        if name.isupper() and isinstance(text, str):
            used = {field for _, field, _, _ in string.Formatter().parse(text) if field}
            assert used <= {"n"}


def test_recipe_steps(document):
    def state():
        return document.state

    blur, edge = Step("filter.gaussian", 1, {"sigma_mm": 1.0}), Step("filter.sobel", 1)
    document.apply(edits.add_step(state(), "ct", blur))
    change = document.apply(edits.add_step(state(), "ct", edge, 0))
    assert change.flags == Flags.RECIPE | Flags.HISTORY
    assert change.series_keys == {"ct"}
    document.apply(edits.move_step(state(), "ct", 0, 1))
    assert [s.op for s in state().recipes["ct"]] == ["filter.gaussian", "filter.sobel"]
    document.apply(edits.switch_step(state(), "ct", 1, on=False))
    for sigma in (2.0, 3.0):
        document.apply(edits.set_params(state(), "ct", 0, {"sigma_mm": sigma}), merge=True)
    assert state().recipes["ct"] == (Step("filter.gaussian", 1, {"sigma_mm": 3.0}), replace(edge, on=False))
    assert entries(document)[-2:] == ["switch step on or off", "change parameters"]
    document.apply(edits.remove_step(state(), "ct", 1))
    document.apply(edits.remove_step(state(), "ct", 0))
    assert state().recipes == {}
    for _ in range(7):
        document.undo()
    assert state().recipes == {}
    assert document.undo_text == ""


def test_batch_is_one_entry_with_one_change(document, changes):
    batch = edits.Batch.of([edits.SetView(0, zoom=2.0), edits.SetView(1, zoom=2.0)])
    document.apply(batch)
    assert len(changes) == 1
    assert changes[0].panes == {0, 1}
    assert entries(document) == ["zoom and pan"]
    document.apply(edits.Batch.of([edits.SetView(0, zoom=3.0), edits.SetLayout(1, 1)]))
    assert document.undo_text == "several changes"
    document.undo()
    document.undo()
    assert document.state.view(1).zoom == 1.0


def test_forgotten_series_leave_the_history_too(document):
    document.apply(edits.AddMeasurement(measurement()))
    document.apply(edits.SetRecipe("ct", (Step("x", 1),)))
    document.apply(edits.ForgetSeries(("ct",)))
    assert document.state.measurements == ()
    assert document.state.recipes == {}
    assert [v.series_key for v in document.state.layout.views] == ["", "mr"]
    assert not document.undo()


def test_history_keeps_its_budget_but_never_less_than_twenty():
    document = Document(history=History(budget_bytes=100_000, min_entries=20))
    for n in range(60):
        document.apply(edits.AddMeasurement(measurement(n, points=200)))
    assert len(document.history.undo_entries) == 20
    small = Document(history=History(budget_bytes=100_000, min_entries=20))
    for n in range(60):
        small.apply(edits.SetView(0, zoom=1.0 + n))
    assert len(small.history.undo_entries) > 50


def test_history_size_is_the_sum_of_its_entries(document):
    for n in range(12):
        document.apply(edits.AddMeasurement(measurement(n)))
    for _ in range(5):
        document.undo()
    document.redo()
    assert document.history.size_bytes == sum(e.size_bytes for e in document.history.undo_entries)


def test_reset_starts_a_new_history(document, changes):
    document.apply(edits.SetView(0, zoom=2.0))
    document.reset(DocumentState())
    assert not document.undo()
    assert changes[-1].series_keys == {"ct", "mr"}


# -- any sequence of edits

panes = st.integers(0, 3)
some_edits = st.one_of(
    st.builds(lambda p, i: edits.SetIndex(((p, i),)), panes, st.integers(0, 50)),
    st.builds(edits.SetView, panes, zoom=st.floats(0.1, 10), flip_h=st.booleans()),
    st.builds(
        lambda p, c, w: edits.SetAppearance.of(p, Appearance(Window(c, w))), panes, st.floats(-9, 9), st.floats(1, 9)
    ),
    st.builds(edits.ShowSeries, panes, st.sampled_from(["", "ct", "mr"]), st.sampled_from(list(Plane))),
    st.builds(edits.SetLayout, st.integers(1, 3), st.integers(1, 3)),
    st.builds(edits.Maximise, st.integers(-1, 3)),
    st.builds(edits.MoveCrosshair, st.none() | st.tuples(*[st.floats(-9, 9)] * 3)),
    st.builds(lambda n: edits.ChangeMeasurement(measurement(n % 3, points=2 + n % 4)), st.integers(0, 30)),
    st.builds(lambda n: edits.DeleteMeasurement.of(f"m{n % 3}"), st.integers(0, 30)),
    st.builds(lambda n: edits.SetRecipe("ct", (Step("x", 1, {"n": n}),) * (n % 3)), st.integers(0, 30)),
    st.builds(edits.SetLinks, linked_scroll=st.booleans()),
)


def without_active(state: DocumentState) -> DocumentState:
    return replace(state, layout=replace(state.layout, active=0))


@given(st.lists(st.tuples(some_edits, st.booleans()), max_size=25))
def test_undoing_all_and_redoing_all_come_back(sequence):
    start = DocumentState(Layout(2, 2, (View(),) * 4), tuple(measurement(n) for n in range(3)))
    document = Document(start, clock=lambda: 0.0)
    flagged = []
    document.changed.connect(lambda change: flagged.append(change))
    for edit, merge in sequence:
        before = document.state
        change = document.apply(edit, merge=merge)
        # The change names exactly the panes and measurements that differ.
        now = document.state
        assert bool(change) == (now != before)
        differing = {p for p in range(16) if before.view(p) != now.view(p)}
        assert change.panes == differing
        gone_or_new = set(before.measurements) ^ set(now.measurements)
        assert change.measurement_ids == {m.id for m in gone_or_new}
    end = document.state
    undone = 0
    while document.undo():
        undone += 1
    assert without_active(document.state) == without_active(start)
    while document.redo():
        undone -= 1
    assert undone == 0
    assert without_active(document.state) == without_active(end)


@given(some_edits, some_edits)
def test_difference_there_and_back_has_the_same_flags(first, second):
    start = DocumentState(Layout(2, 2, (View("ct"),) * 4), (measurement(1),))
    a, b = first.apply(start), second.apply(start)
    there, back = difference(a, b), difference(b, a)
    assert (there.flags, there.panes, there.measurement_ids, there.series_keys) == (
        back.flags,
        back.panes,
        back.measurement_ids,
        back.series_keys,
    )
    assert bool(there) == (a != b)


def test_scale_is_undoable_and_names_its_series(document, changes):
    document.apply(edits.SetAppearance.of(0, Appearance(Window(3.5, 7))))
    document.apply(edits.AddMeasurement(measurement(1)))
    document.apply(edits.AddMeasurement(measurement(2, series_key="mr")))
    look = Appearance(Window(14, 28))
    change = document.apply(edits.SetScale("ct", "native", ((0, look), (1, look))))
    assert change.flags == Flags.SCALE | Flags.APPEARANCE | Flags.MEASUREMENTS | Flags.HISTORY
    assert change.series_keys == {"ct"}
    assert change.measurement_ids == {"m1"}  # its numbers are others now
    assert change.panes == {0}  # the other pane shows another series
    assert document.state.scales == {"ct": "native"}
    assert document.undo_text == titles.SCALE
    back = document.undo()
    assert Flags.SCALE in back.flags
    assert document.state.scales == {}
    assert document.state.view(0).appearance.window == Window(3.5, 7)
    document.redo()
    assert not document.apply(edits.SetScale("ct", "native"))
    document.apply(edits.SetScale("ct", ""))
    assert document.state.scales == {}


def test_forgetting_a_series_forgets_its_scale(document):
    document.apply(edits.SetScale("ct", "native"))
    document.apply(edits.SetScale("mr", "RCBF"))
    document.apply(edits.ForgetSeries(("ct",)))
    assert document.state.scales == {"mr": "RCBF"}
