"""Masks over open series: strokes in every plane, sizes, background changes, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medviewer.core import slicing
from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.core.labels import Label, LabelMap, binary
from medviewer.document import edits, titles
from medviewer.document.state import Plane
from medviewer.errors import GeometryMismatch, InputError, MedviewerError
from medviewer.services import label_layers
from medviewer.services.executors import InlineExecutor, ManualExecutor
from medviewer.services.label_layers import LabelLayers
from medviewer.services.label_strokes import LabelStroke, Processed
from medviewer.services.label_values import LayerChange, Preview
from medviewer.services.workspace import Workspace
from tests.helpers.image_workspace import make_workspace

MM = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)
SPACING = (0.8, 0.8, 2.0)


def ct(shape: tuple[int, int, int] = (12, 90, 80), **more: object) -> Image:
    """Stored value 10·y + x, HU 1000 below; every row of a slice differs."""
    y, x = np.mgrid[: shape[1], : shape[2]]
    array = np.broadcast_to((10 * y + x).astype(np.int16), shape).copy()
    geometry = Geometry(shape, (-30.0, -40.0, 7.0), spacing_xyz_mm=SPACING, frame_of_reference_uid="1.2")
    return replace(Image(array, geometry, Rescale((1.0,), (-1000.0,)), "HU", facts=MM), **more)


def tilted() -> Image:
    image = ct()
    axis_z = (0.0, float(np.sin(0.3)), float(np.cos(0.3)))
    return replace(image, geometry=replace(image.geometry, axis_z=axis_z))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = make_workspace(
        tmp_path,
        InlineExecutor(),
        ct=ct(),
        tilted=tilted(),
        film=ct((1, 90, 80), facts=Facts("CR", SpacingSource.NONE)),
        photo=Image(np.zeros((1, 60, 70, 3), np.uint8), Geometry((1, 60, 70)), facts=Facts("XC")),
    )
    for key in ("ct", "tilted", "film", "photo"):
        made.open_series(key)
    yield made
    made.close()


@pytest.fixture
def layers(workspace: Workspace) -> LabelLayers:
    return label_layers.of(workspace)


@pytest.fixture
def told(workspace: Workspace) -> list[MedviewerError]:
    found: list[MedviewerError] = []
    workspace.told.connect(found.append)
    return found


def entries(layers: LabelLayers) -> list[str]:
    return [entry.title for entry in layers.document.history.undo_entries]


def paint(layers: LabelLayers, *points: tuple[float, float], key: str = "ct", plane: Plane = Plane.STACK, k: int = 5):
    stroke = LabelStroke(layers, key, plane, k)
    for point in points:
        stroke.to(point)
    return stroke.layer_id


def test_there_is_one_for_each_workspace(workspace: Workspace, layers: LabelLayers) -> None:
    assert label_layers.of(workspace) is layers


def test_painting_without_a_mask_makes_one_in_the_same_entry(layers: LabelLayers) -> None:
    layers.set_brush(diameter=8.0)
    layer_id = paint(layers, (20, 30), (40, 30), (40, 50))
    assert entries(layers) == [titles.PAINT]
    array = layers.array(layer_id)
    assert set(np.flatnonzero(array.any(axis=(1, 2)))) == {5}
    assert array[5, 30, 20:41].all()
    assert array[5, 34, 30]
    assert not array[5, 36, 30]  # 4 mm are 5 pixels
    layers.document.undo()
    assert layers.layers("ct") == ()
    layers.document.redo()
    assert np.array_equal(layers.array(layer_id), array)


@pytest.mark.parametrize("plane", list(Plane))
@pytest.mark.parametrize("key", ["ct", "tilted"])
def test_what_is_painted_in_a_plane_is_seen_there(
    workspace: Workspace, layers: LabelLayers, key: str, plane: Plane
) -> None:
    layers.set_brush(diameter=6.0)
    where = layers.plane(key, plane)
    assert where is not None
    k = slicing.plane_count(where.volume, plane.value) // 2
    rows, columns = where.shape_yx
    at = (columns / 2, rows / 2)
    layer_id = paint(layers, at, key=key, plane=plane, k=k)
    shown = layers.slice(layer_id, plane, k)
    assert shown is not None
    assert shown.shape == (rows, columns)
    assert shown[round(at[1]), round(at[0])] == 1
    y, x = np.argwhere(shown).mean(axis=0)
    assert abs(y - at[1]) < 1.6
    assert abs(x - at[0]) < 1.6
    if where.is_aligned:
        assert np.count_nonzero(shown) == layers.counts(layer_id)[1]


def test_the_slices_of_a_stack_need_no_dense_copy(layers: LabelLayers) -> None:
    layer = replace(layers.new_layer("ct"), tiles=layers.new_layer("ct").tiles)
    layers.document.apply(edits.AddLayer(layer))
    assert not layers.slice(layer.id, Plane.STACK, 3).any()


def test_the_copy_follows_undo_redo_and_other_edits(layers: LabelLayers) -> None:
    layer_id = paint(layers, (20, 30))
    states = [layers.document.state]
    layers.array(layer_id)
    for at in ((50, 50), (10, 10), (70, 20)):
        paint(layers, at)
        states.append(layers.document.state)
    for state in (states[2], states[0], states[3], states[1]):
        layers.document.apply(edits.SetLayerTiles(layer_id, state.layers[0].tiles))
        assert np.array_equal(layers.array(layer_id), state.layers[0].tiles.array())
    while layers.document.undo():
        for found in layers.document.state.layers:
            assert np.array_equal(layers.array(found.id), found.tiles.array())


def test_changes_tell_where(layers: LabelLayers) -> None:
    seen: list[LayerChange] = []
    layer_id = paint(layers, (20, 30))
    layers.array(layer_id)
    layers.changed.connect(seen.append)
    layers.set_brush(diameter=4.0)
    paint(layers, (60, 70), k=8)
    box = seen[-1].box
    assert box is not None
    assert (box.z0, box.z1) == (8, 9)
    assert (box.y0, box.x0) == (68, 58)
    assert (box.y1, box.x1) == (73, 63)
    layers.document.apply(edits.ChangeLayer(layer_id, opacity=0.7))
    assert seen[-1] == LayerChange(layer_id, "ct", None)


def test_erasing(layers: LabelLayers, workspace: Workspace) -> None:
    with pytest.raises(InputError, match="no mask to erase"):
        LabelStroke(layers, "ct", Plane.STACK, 5, erase=True)
    layer_id = paint(layers, (20, 30), (40, 30))
    before = layers.counts(layer_id)[1]
    stroke = LabelStroke(layers, "ct", Plane.STACK, 5, erase=True, title=titles.ERASE)
    stroke.to((40, 30))
    assert 0 < layers.counts(layer_id)[1] < before
    assert entries(layers)[-1] == titles.ERASE


def test_a_stroke_can_be_given_up(layers: LabelLayers) -> None:
    stroke = LabelStroke(layers, "ct", Plane.STACK, 5)
    stroke.to((20, 30))
    stroke.cancel()
    assert layers.layers("ct") == ()
    assert entries(layers) == []
    layer_id = paint(layers, (20, 30))
    kept = layers.array(layer_id).copy()
    stroke = LabelStroke(layers, "ct", Plane.STACK, 5)
    stroke.to((60, 60))
    stroke.cancel()
    assert np.array_equal(layers.array(layer_id), kept)
    assert entries(layers) == [titles.PAINT]


def test_painting_between_two_values(layers: LabelLayers, workspace: Workspace) -> None:
    layers.set_brush(diameter=30.0, limited=True, low=-650.0, high=-600.0)
    layer_id = paint(layers, (40, 38))
    array = layers.array(layer_id)
    values = workspace.loaded("ct").image.modality_slice(5)
    painted = values[array[5] == 1]
    assert painted.min() >= -650
    assert painted.max() <= -600
    y, x = np.mgrid[:90, :80]
    inside = (y - 38) ** 2 + (x - 40) ** 2 <= (15 / 0.8) ** 2
    assert np.array_equal(array[5] == 1, inside & (values >= -650) & (values <= -600))
    with pytest.raises(InputError, match="colour image"):
        LabelStroke(layers, "photo", Plane.STACK, 0)


def test_a_ball_goes_through_slices_and_keeps_to_the_values(layers: LabelLayers) -> None:
    layers.set_brush(diameter=12.0, ball=True)
    layer_id = paint(layers, (40, 38))
    array = layers.array(layer_id)
    z, y, x = np.mgrid[:12, :90, :80]
    expected = ((x - 40) * 0.8) ** 2 + ((y - 38) * 0.8) ** 2 + ((z - 5) * 2.0) ** 2 <= 36 * (1 + 1e-9)
    assert np.array_equal(array == 1, expected)
    layers.document.undo()
    layers.set_brush(limited=True, low=-1000.0, high=-580.0)
    layer_id = paint(layers, (40, 38))
    values = np.broadcast_to(10 * y + x - 1000, array.shape)
    assert np.array_equal(layers.array(layer_id) == 1, expected & (values <= -580))


def test_on_a_film_the_ball_is_a_disc_and_sizes_are_pixels(layers: LabelLayers) -> None:
    layers.set_brush(diameter=10.0, ball=True)
    layer_id = paint(layers, (40, 40), key="film", k=0)
    y, x = np.mgrid[:90, :80]
    assert np.array_equal(layers.array(layer_id)[0] == 1, (y - 40) ** 2 + (x - 40) ** 2 <= 25)
    amount = layers.amounts(layer_id)[1]
    assert (amount.voxels, amount.ml) == (81, None)


def test_areas_and_fills(layers: LabelLayers) -> None:
    stroke = LabelStroke(layers, "ct", Plane.STACK, 5, title=titles.POLYGON)
    stroke.area([(10, 10), (60, 10), (60, 60), (10, 60)])
    layer_id = stroke.layer_id
    assert entries(layers) == [titles.POLYGON]
    assert layers.counts(layer_id)[1] == 50 * 50
    value = layers.add_label(layer_id, "inside")
    LabelStroke(layers, "ct", Plane.STACK, 5, title=titles.FILL).fill((30, 30))
    assert layers.counts(layer_id) == {value: 50 * 50}
    LabelStroke(layers, "ct", Plane.STACK, 5, title=titles.FILL).fill((0, 0))
    assert layers.counts(layer_id) == {value: 90 * 80}


def test_a_fill_through_slices_is_one_entry(layers: LabelLayers) -> None:
    layers.set_brush(diameter=12.0, ball=True)
    layer_id = paint(layers, (40, 38))
    number = layers.counts(layer_id)[1]
    value = layers.add_label(layer_id)
    count = len(entries(layers))
    LabelStroke(layers, "ct", Plane.CORONAL, 38).fill((40, 6), volume=True)
    assert layers.counts(layer_id) == {value: number}
    assert entries(layers)[count:] == [titles.FILL]
    layers.set_brush(limited=True, low=-1e6, high=-900)
    LabelStroke(layers, "ct", Plane.STACK, 0).fill((0, 0), volume=True)
    values = np.mgrid[:90, :80][0] * 10 + np.mgrid[:90, :80][1] - 1000
    assert layers.counts(layer_id)[value] == number + 12 * int((values <= -900).sum())


def test_labels_beyond_255_widen_the_volume(layers: LabelLayers) -> None:
    layer_id = paint(layers, (20, 30))
    layers.document.apply(edits.ChangeLayer(layer_id, labels=(Label(1), Label(300))))
    layers.document.apply(edits.ChooseLabel(layer_id, 300))
    paint(layers, (60, 60))
    layers.set_brush(ball=True)
    paint(layers, (60, 30))
    LabelStroke(layers, "ct", Plane.STACK, 9).fill((0, 0))
    assert set(layers.counts(layer_id)) == {1, 300}
    assert layers.array(layer_id).dtype == np.uint16


def test_locked_hidden_and_unopened_are_refused_with_a_sentence(layers: LabelLayers) -> None:
    layer_id = paint(layers, (20, 30))
    for change, words in (({"locked": True}, "locked"), ({"locked": False, "visible": False}, "hidden")):
        layers.document.apply(edits.ChangeLayer(layer_id, **change))
        with pytest.raises(InputError, match=words):
            LabelStroke(layers, "ct", Plane.STACK, 5)
        with pytest.raises(InputError, match=words):
            layers.clear_label(layer_id, 1)
        with pytest.raises(InputError, match=words):
            layers.apply(layer_id, lambda labels, _image, _ctx: labels)
    with pytest.raises(InputError, match="not open"):
        LabelStroke(layers, "nothing", Plane.STACK, 0)
    with pytest.raises(InputError, match="still being prepared"):
        LabelStroke(layers, "film", Plane.CORONAL, 0)
    with pytest.raises(InputError, match="no longer"):
        layers.array("gone")


def test_a_mask_of_another_grid_is_not_painted_on(layers: LabelLayers) -> None:
    other = replace(layers.new_layer("film"), series_key="ct")
    layers.document.apply(edits.AddLayer(other))
    assert layers.slice(other.id, Plane.STACK, 0) is None
    with pytest.raises(InputError, match="another grid"):
        LabelStroke(layers, "ct", Plane.STACK, 5)
    with pytest.raises(GeometryMismatch):
        layers.labels_of(other.id)


def test_interpolation_between_slices_is_one_entry(layers: LabelLayers, told: list[MedviewerError]) -> None:
    layers.set_brush(diameter=20.0)
    layer_id = paint(layers, (40, 40), k=2)
    with pytest.raises(InputError, match="nothing to interpolate"):
        layers.interpolate(layer_id, 1)
    paint(layers, (40, 40), k=8)
    one = layers.counts(layer_id)[1] // 2
    layers.interpolate(layer_id, 1)
    assert layers.counts(layer_id)[1] == 7 * one
    assert entries(layers)[-1] == titles.INTERPOLATE
    layers.document.undo()
    assert layers.counts(layer_id)[1] == 2 * one
    # Across another plane: rows of the stack.
    layers.clear_label(layer_id, 1)
    for k in (30, 36):
        paint(layers, (40, 5), plane=Plane.CORONAL, k=k)
    layers.interpolate(layer_id, 1, Plane.CORONAL)
    assert layers.array(layer_id)[:, 33].any()
    assert not told


def test_sizes_and_the_largest_slice(layers: LabelLayers) -> None:
    for k, size in ((2, 8.0), (6, 24.0), (9, 12.0)):
        layers.set_brush(diameter=size)
        layer_id = paint(layers, (30, 30), k=k)
    amount = layers.amounts(layer_id)[1]
    assert amount.voxels == int((layers.array(layer_id) == 1).sum())
    assert amount.ml == pytest.approx(amount.voxels * 0.8 * 0.8 * 2.0 / 1000)
    assert layers.largest_slice(layer_id, 1) == 6
    assert layers.largest_slice(layer_id, 1, Plane.CORONAL) == 30
    assert layers.largest_slice(layer_id, 7) is None


def test_labels_come_and_go(layers: LabelLayers) -> None:
    layer_id = paint(layers, (20, 30))
    two = layers.add_label(layer_id, "two")
    paint(layers, (60, 60))
    assert layers.layer(layer_id).active_label == two == 2
    layers.remove_label(layer_id, two)
    assert layers.layer(layer_id).labels == (Label(1),)
    assert layers.layer(layer_id).active_label == 1
    assert set(layers.counts(layer_id)) == {1}
    assert entries(layers)[-1] == titles.REMOVE_LABEL
    layers.document.undo()
    assert set(layers.counts(layer_id)) == {1, 2}
    layers.clear_label(layer_id, 1)
    assert set(layers.counts(layer_id)) == {2}
    assert [label.value for label in layers.layer(layer_id).labels] == [1, 2]


def test_a_label_map_becomes_a_layer_and_comes_back(layers: LabelLayers, workspace: Workspace) -> None:
    image = workspace.loaded("ct").image
    rng = np.random.default_rng(1)
    array = rng.integers(0, 4, image.array.shape).astype(np.uint8)
    labels = replace(binary(array > 0, image), array=array, labels=(Label(2, "two"), Label(9, "nowhere")))
    done: list[str] = []
    layer_id = layers.add_from(labels, "ct", "from elsewhere", done.append)
    assert done == [layer_id]
    layer = layers.layer(layer_id)
    assert layer.name == "from elsewhere"
    assert layer.labels == (Label(1), Label(2, "two"), Label(3), Label(9, "nowhere"))
    back = layers.labels_of(layer_id)
    assert np.array_equal(back.array, array)
    assert back.geometry == image.geometry
    paint(layers, (20, 30))
    assert np.array_equal(back.array, array)  # a copy that stays


def test_a_label_map_of_another_grid_is_resampled_and_of_another_patient_refused(
    layers: LabelLayers, workspace: Workspace, told: list[MedviewerError]
) -> None:
    image = workspace.loaded("ct").image
    fine = replace(
        image.geometry,
        shape_zyx=(12, 45, 40),
        spacing_xyz_mm=(1.6, 1.6, 2.0),
        origin_mm=(-30.0 + 0.4, -40.0 + 0.4, 7.0),
    )
    array = np.zeros(fine.shape_zyx, np.uint8)
    array[3:6, 10:20, 8:30] = 1
    layer_id = layers.add_from(LabelMap(array, fine), "ct")
    found = layers.labels_of(layer_id).array
    assert np.array_equal(np.argwhere(found).min(axis=0), (3, 20, 16))
    assert np.array_equal(np.argwhere(found).max(axis=0), (5, 39, 59))
    elsewhere = LabelMap(array, replace(fine, frame_of_reference_uid="9.9"))
    layers.add_from(elsewhere, "ct")
    assert len(layers.layers("ct")) == 1
    assert isinstance(told[-1], GeometryMismatch)


def test_a_background_change_is_one_entry_and_keeps_what_others_named(layers: LabelLayers) -> None:
    layer_id = paint(layers, (20, 30))

    def grow(labels: LabelMap, image: Image, ctx: object) -> LabelMap:
        assert image.unit == "HU"
        return labels.with_array(np.full_like(labels.array, 2), (Label(2, "all"),))

    layers.apply(layer_id, grow)
    assert layers.counts(layer_id) == {2: 12 * 90 * 80}
    assert layers.layer(layer_id).labels == (Label(2, "all"),)
    assert entries(layers)[-1] == titles.CHANGE_MASK
    layers.document.undo()
    assert set(layers.counts(layer_id)) == {1}


def test_a_result_never_overwrites_what_was_painted_meanwhile(tmp_path: Path) -> None:
    executor = ManualExecutor()
    workspace = make_workspace(tmp_path, executor, ct=ct())
    layers = label_layers.of(workspace)
    told: list[MedviewerError] = []
    workspace.told.connect(told.append)
    workspace.open_series("ct")
    executor.settle()
    layer_id = paint(layers, (20, 30))
    layers.apply(layer_id, lambda labels, _image, _ctx: np.zeros_like(labels.array))
    paint(layers, (60, 60))
    kept = layers.array(layer_id).copy()
    executor.settle()
    assert np.array_equal(layers.array(layer_id), kept)
    assert "meanwhile" in str(told[-1])
    workspace.close()


def test_previews_are_told_and_taken_away(layers: LabelLayers) -> None:
    seen: list[str] = []
    layers.preview_changed.connect(seen.append)
    preview = Preview(lambda _plane, _index: np.ones((90, 80), np.uint8))
    layers.set_preview("ct", preview)
    layers.set_preview("ct", preview)
    assert layers.preview("ct") is preview
    layers.set_preview("ct", None)
    layers.set_preview("ct", None)
    assert seen == ["ct", "ct"]


def test_the_chosen_layer_and_the_brush(layers: LabelLayers) -> None:
    first, second = layers.add("ct"), layers.add("ct")
    assert layers.active("ct").id == second
    layers.choose(first)
    assert layers.active("ct").id == first
    layers.document.apply(edits.RemoveLayer(first))
    assert layers.active("ct").id == second
    assert layers.active("film") is None
    layers.set_brush(diameter=1e9)
    assert layers.brush.diameter == 400
    layers.set_brush(diameter=-4)
    assert layers.brush.diameter == 0.2


def test_limits_begin_with_what_the_series_is_shown_with(layers: LabelLayers, workspace: Workspace) -> None:
    low, high = layers.value_range("ct")
    values = workspace.loaded("ct").image.modality_slice(0)
    assert values.min() - 1 <= low < high <= values.max() + 1
    assert layers.value_range("photo") is None
    assert layers.value_range("nothing") is None


# -- eraser of one label, limits on the processed image, the brush of last time


def test_the_eraser_can_leave_other_labels_alone(workspace: Workspace) -> None:
    layers = label_layers.of(workspace)
    layer = layers.add("ct")
    layers.set_brush(diameter=16.0)
    LabelStroke(layers, "ct", Plane.STACK, 5).to((30.0, 40.0))
    second = layers.add_label(layer)
    LabelStroke(layers, "ct", Plane.STACK, 5).to((45.0, 40.0))
    before = layers.labels_of(layer).array[5].copy()
    layers.set_brush(only_active=True, diameter=60.0)
    LabelStroke(layers, "ct", Plane.STACK, 5, erase=True).to((36.0, 40.0))
    after = layers.labels_of(layer).array[5]
    assert second == 2
    assert np.array_equal(after == 1, before == 1)
    assert np.count_nonzero(before == 1) > 100
    assert not (after == 2).any()
    layers.set_brush(only_active=False)
    LabelStroke(layers, "ct", Plane.STACK, 5, erase=True).to((36.0, 40.0))
    assert not layers.labels_of(layer).array[5].any()


def test_limits_can_be_those_of_the_processed_image(workspace: Workspace) -> None:
    layers = label_layers.of(workspace)
    image = layers.stack("ct")
    turned = replace(image, array=np.ascontiguousarray(image.array[:, ::-1]))
    layers.set_brush(diameter=30.0, limited=True, low=-1000.0, high=-500.0)
    shown = Processed(slicing.native_slice(turned, 5), turned)
    LabelStroke(layers, "ct", Plane.STACK, 5, processed=shown).to((40.0, 45.0))
    layer = layers.active("ct")
    painted = layers.labels_of(layer.id).array[5] > 0
    reach = np.hypot(*np.ogrid[-45:45, -40:40]) * 0.8 <= 15.0
    allowed = turned.modality_slice(5) <= -500.0
    assert painted.any()
    assert not painted[~allowed].any()
    assert np.count_nonzero(painted ^ (allowed & reach)) < 0.05 * np.count_nonzero(painted)
    layers.set_brush(ball=True)
    LabelStroke(layers, "ct", Plane.STACK, 5, processed=shown).to((40.0, 45.0))
    volume = layers.labels_of(layer.id).array > 0
    assert volume[7].any()
    assert not volume[7][turned.modality_slice(7) > -500.0].any()


def test_through_slices_the_processed_image_must_be_whole(workspace: Workspace) -> None:
    layers = label_layers.of(workspace)
    image = layers.stack("ct")
    part = replace(image, array=image.array[5:6], geometry=replace(image.geometry, shape_zyx=(1, 90, 80)))
    layers.set_brush(diameter=30.0, limited=True, low=-1000.0, high=-500.0, ball=True)
    stroke = LabelStroke(layers, "ct", Plane.STACK, 5, processed=Processed(slicing.native_slice(part, 0), part))
    with pytest.raises(InputError, match="Not all slices are processed"):
        stroke.to((40.0, 45.0))
    small = replace(part, array=part.array[:, :50])
    with pytest.raises(InputError, match="other pixels"):
        LabelStroke(layers, "ct", Plane.STACK, 5, processed=Processed(slicing.native_slice(small, 0), small))


def test_the_brush_of_last_time_without_its_limits(workspace: Workspace) -> None:
    label_layers.of(workspace).set_brush(diameter=23.0, ball=True, only_active=True, limited=True, low=5.0)
    assert workspace.settings.painting.brush_size == 23.0
    again = LabelLayers(workspace).brush
    assert (again.diameter, again.ball, again.only_active) == (23.0, True, True)
    assert not again.limited
