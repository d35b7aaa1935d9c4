"""Masks on the picture: every screen pixel against the label of the voxel under it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from medviewer.core.labels import Label
from medviewer.core.tiles import Box
from medviewer.document import edits
from medviewer.document.state import Plane
from medviewer.errors import InputError
from medviewer.services.label_values import LayerChange, Preview
from medviewer.ui.canvas.ink import Ink
from medviewer.ui.canvas.label_paint import Look, colour_table, compose, ring_px
from medviewer.ui.canvas.viewport import Viewport
from medviewer.ui.theme import Theme
from tests.helpers import mouse
from tests.ui.canvas.conftest import Bench, axial_stack

PLAIN = Look((Label(1),), 0.35, False)


def nearest(labels: np.ndarray, viewport: Viewport, size: tuple[int, int], ratio: float) -> np.ndarray:
    """The label under the centre of each device pixel, one by one."""
    out = np.zeros(size[::-1], labels.dtype)
    rows, columns = labels.shape
    for v in range(size[1]):
        for u in range(size[0]):
            x, y = viewport.to_slice((u + 0.5) / ratio, (v + 0.5) / ratio)
            i, j = int(np.floor(x + 0.5)), int(np.floor(y + 0.5))
            if 0 <= i < columns and 0 <= j < rows:
                out[v, u] = labels[j, i]
    return out


def composed(labels: np.ndarray, viewport: Viewport, ratio: float, look: Look = PLAIN) -> tuple[np.ndarray, tuple]:
    size = (round(viewport.size_wh[0] * ratio), round(viewport.size_wh[1] * ratio))
    table = colour_table(Ink(Theme("dark")), look, 256 if labels.dtype == np.uint8 else 65_536)
    out = np.full(size[::-1], 7, np.uint32)
    part = compose(labels, viewport.render_matrix(ratio), size, table, ratio, (0, 0, *size), out)
    return out, part


def blobs(shape: tuple[int, int] = (40, 30)) -> np.ndarray:
    labels = np.zeros(shape, np.uint8)
    labels[8:20, 5:21] = 1
    labels[15:30, 14:27] = 2
    labels[33, 3] = 3
    return labels


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(
    "look",
    [
        {},
        {"zoom": 2.3, "pan_px": (3.2, -4.1)},
        {"rotation_deg": 90, "flip_h": True},
        {"zoom": 0.31},
        {"flip_v": True, "rotation_deg": 180, "pitch_xy": (0.5, 1.7)},
    ],
)
def test_each_pixel_has_the_colour_of_the_label_under_it(qapp: QApplication, look: dict, ratio: float) -> None:
    labels = blobs()
    viewport = Viewport((97, 83), labels.shape, **look)
    out, (x0, y0, x1, y1) = composed(labels, viewport, ratio)
    expected = nearest(labels, viewport, out.shape[::-1], ratio)
    table = colour_table(Ink(Theme("dark")), PLAIN)
    differ = np.zeros(out.shape, bool)
    for value in range(4):
        for state in range(3):
            differ |= (out == table[value + 256 * state]) & (expected != value) & ((value != 0) | (expected != 0))
    # A centre on the border of two pixels may fall on either side.
    assert np.count_nonzero(differ) <= 0.01 * out.size
    outside = np.ones(out.shape, bool)
    outside[y0:y1, x0:x1] = False
    assert not out[outside].any()


def test_fill_and_outline_have_the_designed_weights(qapp: QApplication) -> None:
    labels = np.zeros((50, 50), np.uint8)
    labels[10:40, 10:40] = 1
    out, part = composed(labels, Viewport((50, 50), labels.shape), 1.0)
    alpha = out >> 24
    assert alpha[25, 25] == round(0.35 * 255)
    assert alpha[10, 25] == 255  # the outline lies inside,
    assert alpha[9, 25] == 0
    assert alpha[11, 25] == round(0.5 * 255)  # one and a half pixels wide
    assert alpha[12, 25] == round(0.35 * 255)
    colour = QColor(Theme("dark").color("mask-1"))
    assert out[10, 25] & 0xFFFFFF == colour.rgb() & 0xFFFFFF
    # Premultiplied: no channel is larger than alpha.
    for shift in (0, 8, 16):
        assert (((out >> shift) & 255) <= alpha).all()
    assert part == (9, 9, 41, 41)
    double, _ = composed(labels, Viewport((50, 50), labels.shape), 2.0)
    assert (double >> 24)[50, 20:26].tolist() == [255, 255, 255, 89, 89, 89]


def test_outline_only_and_opacity(qapp: QApplication) -> None:
    labels = np.zeros((50, 50), np.uint8)
    labels[10:40, 10:40] = 4
    out, _ = composed(labels, Viewport((50, 50), labels.shape), 1.0, Look((), 0.8, True))
    assert out[25, 25] == 0
    assert out[10, 25] >> 24 == 255
    out, _ = composed(labels, Viewport((50, 50), labels.shape), 1.0, Look((), 0.8, False))
    assert out[25, 25] >> 24 == 204


def test_own_colours_and_large_values(qapp: QApplication) -> None:
    labels = np.zeros((20, 20), np.uint16)
    labels[5:15, 5:15] = 300
    out, _ = composed(labels, Viewport((20, 20), labels.shape), 1.0, Look((Label(300, "", "#123456"),), 1.0, False))
    assert out[10, 10] == 0xFF123456


def test_labels_that_touch_are_set_apart_by_their_outlines(qapp: QApplication) -> None:
    labels = np.zeros((40, 40), np.uint8)
    labels[10:30, 10:20], labels[10:30, 20:30] = 1, 2
    out, _ = composed(labels, Viewport((40, 40), labels.shape), 1.0)
    assert out[20, 19] >> 24 == 255
    assert out[20, 20] >> 24 == 255
    assert out[20, 19] != out[20, 20]


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_part_drawn_anew_is_as_the_whole(qapp: QApplication, ratio: float) -> None:
    rng = np.random.default_rng(1)
    labels = blobs((60, 60))
    viewport = Viewport((111, 97), labels.shape, zoom=1.3)
    size = (round(111 * ratio), round(97 * ratio))
    table = colour_table(Ink(Theme("dark")), PLAIN)
    matrix = viewport.render_matrix(ratio)
    whole = np.zeros(size[::-1], np.uint32)
    compose(labels, matrix, size, table, ratio, (0, 0, *size), whole)
    for _ in range(20):
        xs, ys = (sorted(rng.integers(0, n + 1, 2).tolist()) for n in size)
        if xs[0] == xs[1] or ys[0] == ys[1]:
            continue
        out = np.full(size[::-1], 9, np.uint32)
        part = (xs[0], ys[0], xs[1], ys[1])
        drawn = compose(labels, matrix, size, table, ratio, part, out)
        inner = np.s_[part[1] : part[3], part[0] : part[2]]
        assert np.array_equal(out[inner], whole[inner])
        out[inner] = 9
        assert (out == 9).all()
        assert drawn[0] >= part[0]
        assert drawn[3] <= part[3]
    assert ring_px(ratio) >= 1.5 * ratio


# -- in the pane


@pytest.fixture
def shown(bench: Bench) -> Bench:
    bench.show(axial_stack(shape=(20, 64, 64), spacing_xyz=(0.8, 0.8, 2.0)))
    return bench


def mask(bench: Bench, box: Box, value: int = 1, layer_id: str = "") -> str:
    labels = bench.canvas.labels
    layer_id = layer_id or labels.add("ct")
    tiles = labels.layer(layer_id).tiles.with_box(box, np.full(box.shape_zyx, value, np.uint8))
    bench.document.apply(edits.SetLayerTiles(layer_id, tiles))
    return layer_id


def grab(bench: Bench) -> np.ndarray:
    QApplication.processEvents()
    picture = bench.canvas.active_pane().grab().toImage().convertToFormat(picture_format())
    raw = np.frombuffer(picture.constBits(), np.uint32).reshape(picture.height(), picture.bytesPerLine() // 4)
    return raw[:, : picture.width()].copy()


def picture_format() -> object:
    from PySide6.QtGui import QImage

    return QImage.Format.Format_RGB32


def at(bench: Bench, picture: np.ndarray, x: float, y: float) -> tuple[int, int, int]:
    u, v = bench.canvas.active_pane().viewport.to_screen(x, y)
    value = int(picture[int(v), int(u)])
    return (value >> 16) & 255, (value >> 8) & 255, value & 255


def test_a_mask_lies_on_its_slice_and_only_there(shown: Bench) -> None:
    without = grab(shown)
    mask(shown, Box(10, 20, 20, 11, 40, 50))
    pane = shown.canvas.active_pane()
    assert pane.frame.index == 10
    inside = at(shown, grab(shown), 35, 30)
    grey = at(shown, without, 35, 30)[0]
    colour = shown.canvas.ink.color("mask-1")
    for got, own in zip(inside, (colour.red(), colour.green(), colour.blue()), strict=True):
        assert abs(got - (0.35 * own + 0.65 * grey)) <= 2
    assert at(shown, grab(shown), 10, 10) == at(shown, without, 10, 10)
    shown.canvas.scroll_to(0, 11)
    one = grab(shown)
    shown.document.undo()
    shown.document.undo()
    shown.canvas.scroll_to(0, 11)
    assert np.array_equal(one, grab(shown))


def test_hiding_undo_and_other_looks_are_seen_at_once(shown: Bench) -> None:
    without = grab(shown)
    layer_id = mask(shown, Box(10, 20, 20, 11, 40, 50))
    seen = grab(shown)
    assert not np.array_equal(seen, without)
    shown.document.apply(edits.ChangeLayer(layer_id, visible=False))
    assert np.array_equal(grab(shown), without)
    shown.document.apply(edits.ChangeLayer(layer_id, visible=True, opacity=0.9))
    assert at(shown, grab(shown), 35, 30) != at(shown, seen, 35, 30)
    shown.document.undo()
    shown.document.undo()
    assert np.array_equal(grab(shown), seen)


def test_zoom_pan_and_turns_carry_the_mask_along(shown: Bench) -> None:
    mask(shown, Box(10, 20, 20, 11, 40, 50))
    shown.document.apply(edits.SetView(0, zoom=2.0, pan_px=(4.0, 6.0), rotation_deg=90, flip_h=True))
    picture = grab(shown)
    r, _, b = at(shown, picture, 35, 30)
    assert r > b + 40
    r, _, b = at(shown, picture, 35, 44)
    assert r == b


def test_strokes_piece_by_piece_give_the_picture_of_the_whole(shown: Bench) -> None:
    """Every stroke redraws its own rectangle only; the result is that of drawing everything."""
    layer_id = mask(shown, Box(10, 3, 3, 11, 6, 6))
    grab(shown)
    rng = np.random.default_rng(0)
    for n in range(12):
        y, x = rng.integers(0, 55, 2).tolist()
        mask(shown, Box(10, y, x, 11, y + 7, x + 8), n % 3, layer_id)
        seen = grab(shown)
    pane = shown.canvas.active_pane()
    pane._labels._pictures.clear()
    assert np.array_equal(grab(shown), seen)


def test_only_what_changed_is_repainted(shown: Bench) -> None:
    layer_id = mask(shown, Box(10, 3, 3, 11, 6, 6))
    grab(shown)
    pane = shown.canvas.active_pane()
    box = Box(10, 30, 30, 11, 33, 34)
    part = pane._labels.changed(LayerChange(layer_id, "ct", box), pane.frame, shown.canvas.labels)
    assert part.width() < 60
    assert part.height() < 50
    elsewhere = LayerChange(layer_id, "ct", replace(box, z0=3, z1=4))
    assert pane._labels.changed(elsewhere, pane.frame, shown.canvas.labels) is None


def test_masks_are_seen_in_the_planes_across(shown: Bench) -> None:
    mask(shown, Box(8, 20, 20, 13, 40, 50))
    shown.canvas.set_mpr()
    for pane in shown.canvas.panes():
        shown.document.apply(edits.SetActive(pane.number))
        where = shown.canvas.labels.plane("ct", pane.view.plane)
        k = round(where.index_of((35.0, 30.0, 10.0)))
        shown.canvas.scroll_to(pane.number, k)
        labels = shown.canvas.labels.slice(shown.canvas.labels.layers("ct")[0].id, pane.view.plane, k)
        y, x = np.argwhere(labels).mean(axis=0)
        r, _, b = at(shown, grab(shown), x, y)
        assert r > b + 40
        assert pane.view.plane is not Plane.STACK


def test_a_preview_is_drawn_over_the_layers_and_goes(shown: Bench) -> None:
    without = grab(shown)
    asked: list[tuple[Plane, int]] = []

    def cut(plane: Plane, index: int) -> np.ndarray:
        asked.append((plane, index))
        found = np.zeros((64, 64), np.uint8)
        found[20:40, 20:50] = 2
        return found

    shown.canvas.labels.set_preview("ct", Preview(cut))
    seen = grab(shown)
    r, _, b = at(shown, seen, 35, 30)
    assert b > r + 30
    grab(shown)
    assert asked == [(Plane.STACK, 10)]
    shown.canvas.labels.set_preview("ct", Preview(lambda _plane, _index: None))
    assert np.array_equal(grab(shown), without)
    shown.canvas.labels.set_preview("ct", None)
    assert np.array_equal(grab(shown), without)


def test_saved_pictures_show_masks(shown: Bench) -> None:
    bare = shown.canvas.picture(with_overlay=True)
    mask(shown, Box(10, 20, 20, 11, 40, 50))
    assert shown.canvas.picture(with_overlay=True) != bare
    assert shown.canvas.picture(with_overlay=False) == shown.canvas.picture(with_overlay=False)


def test_a_measurement_lies_over_a_mask(shown: Bench) -> None:
    mask(shown, Box(10, 10, 10, 11, 55, 55))
    shown.canvas.set_tool("distance")
    pane = shown.canvas.active_pane()
    a, b = pane.viewport.to_screen(20, 30), pane.viewport.to_screen(45, 30)
    mouse.drag(pane, [a, b])
    mouse.move(pane, (5, 5))
    line = shown.canvas.ink.color("measurement")
    x, y = pane.viewport.to_screen(26, 30)
    column = [int(v) & 0xFFFFFF for v in grab(shown)[int(y) - 3 : int(y) + 4, int(x)]]
    assert line.rgb() & 0xFFFFFF in column


# -- objects in other colours


def drawn_colours(bench: Bench, labels: np.ndarray) -> dict[int, str]:
    """The colour in the middle of each label on screen, as the pane paints it at full opacity."""
    pane = bench.canvas.active_pane()
    picture = pane.grab().toImage()
    found = {}
    for value in np.unique(labels[labels > 0]):
        y, x = (round(v) for v in np.argwhere(labels == value).mean(axis=0))
        sx, sy = pane.frame.viewport.to_screen(x, y)
        found[int(value)] = picture.pixelColor(int(sx), int(sy)).name()
    return found


@pytest.fixture
def objects() -> np.ndarray:
    """Sixteen objects, some of them touching, with values beyond 8 bits."""
    labels = np.zeros((64, 48), np.uint16)
    for n in range(16):
        row, column = divmod(n, 4)
        labels[4 + 14 * row : 18 + 14 * row, 2 + 11 * column : 13 + 11 * column] = 250 + n
    return labels


def test_objects_take_the_colours_of_a_column(bench: Bench, objects: np.ndarray) -> None:
    bench.show(axial_stack())
    labels = bench.canvas.labels
    bench.canvas.set_overlay(bench.canvas.overlay_level.OFF)
    labels.set_preview("ct", Preview(lambda _p, _k: objects, (Label(251, "", "#112233"),), opacity=1.0))
    own = drawn_colours(bench, objects)
    assert own[251] == "#112233"
    wanted = {250 + n: f"#{16 * n:02x}{255 - 16 * n:02x}80" for n in range(16)}
    entries = len(bench.document.history.undo_entries)
    labels.colour_by("ct", wanted)
    assert drawn_colours(bench, objects) == wanted
    # A preview that comes later (another slice processed) keeps them, and only what is named changes.
    labels.set_preview("ct", Preview(lambda _p, _k: objects, (), opacity=1.0))
    assert drawn_colours(bench, objects) == wanted
    labels.colour_by("ct", {252: "#ff0000"})
    assert drawn_colours(bench, objects)[252] == "#ff0000"
    labels.colour_by("ct", None)
    labels.set_preview("ct", Preview(lambda _p, _k: objects, (Label(251, "", "#112233"),), opacity=1.0))
    assert drawn_colours(bench, objects) == own
    assert len(bench.document.history.undo_entries) == entries


def test_a_layer_in_other_colours_is_saved_in_its_own(bench: Bench) -> None:
    bench.show(axial_stack())
    labels = bench.canvas.labels
    layer = labels.add("ct")
    box = Box(0, 10, 10, 20, 40, 40)
    tiles = labels.layer(layer).tiles.with_box(box, np.ones((20, 30, 30), np.uint8))
    bench.document.apply(edits.PaintTiles(layer, tiles, "brush stroke"))
    bench.document.apply(edits.ChangeLayer(layer, opacity=1.0))
    before = labels.layer(layer)
    where = np.zeros((64, 48), np.uint8)
    where[10:40, 10:40] = 1
    labels.colour_by("ct", {1: "#aa5500"}, layer)
    assert drawn_colours(bench, where) == {1: "#aa5500"}
    assert labels.layer(layer) is before
    assert labels.labels_of(layer).labels == before.labels
    labels.colour_by("ct", None, layer)
    assert drawn_colours(bench, where) != {1: "#aa5500"}
    bench.document.apply(edits.RemoveLayer(layer))
    with pytest.raises(InputError):
        labels.colour_by("ct", {1: "#aa5500"}, layer)


@pytest.mark.parametrize("colours", [{1: "red"}, {1: "#12345"}, {0: "#123456"}, {70_000: "#123456"}])
def test_what_is_no_colour_is_refused(bench: Bench, colours: dict[int, str]) -> None:
    bench.show(axial_stack())
    with pytest.raises(InputError, match="no colour"):
        bench.canvas.labels.colour_by("ct", colours)


def test_touching_objects_of_one_colour_keep_their_outlines(qapp: QApplication) -> None:
    labels = np.zeros((40, 40), np.uint16)
    labels[5:20, 5:35], labels[20:35, 5:35] = 300, 301
    look = Look((Label(300, "", "#336699"), Label(301, "", "#336699")), 0.3, False)
    out, _ = composed(labels, Viewport((40, 40), labels.shape), 1.0, look)
    alpha = out >> 24
    assert alpha[19, 20] == alpha[20, 20] == 255
    assert alpha[12, 20] == round(0.3 * 255)


def test_labels_under_the_pointer_are_told_by_name(bench: Bench, objects: np.ndarray) -> None:
    bench.show(axial_stack())
    told: list[object] = []
    bench.canvas.probed.connect(told.append)
    names = tuple(Label(250 + n, f"object {n}") for n in range(15))
    bench.canvas.labels.set_preview("ct", Preview(lambda _p, _k: objects, names))
    layer = bench.canvas.labels.add("ct", "lungs")
    tiles = bench.canvas.labels.layer(layer).tiles.with_box(Box(0, 4, 2, 20, 8, 8), np.ones((20, 4, 6), np.uint8))
    bench.document.apply(edits.PaintTiles(layer, tiles, "brush stroke"))
    bench.document.apply(edits.ChangeLayer(layer, labels=(Label(1, "lung left"),)))
    pane = bench.canvas.active_pane()
    for x, y, said in (
        (4, 5, "mask: lung left · object 0"),
        (20, 10, "mask: object 1"),
        (43, 55, "mask: label 265"),
        (0, 0, ""),
    ):
        pane.grab()
        mouse.move(pane, pane.frame.viewport.to_screen(x, y))
        assert told[-1].mask == said
        assert str(told[-1]).endswith(said)
