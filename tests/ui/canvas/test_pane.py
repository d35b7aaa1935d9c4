"""What is on a pane: pixels, words, probe, cine, pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication

from medviewer.core.display import Voi, Window
from medviewer.core.image import Facts, Rescale, SpacingSource
from medviewer.document import edits
from medviewer.errors import DataError
from medviewer.ui.canvas.cine import file_rate
from medviewer.ui.canvas.corner_text import OverlayLevel
from medviewer.ui.canvas.overlay import rank_limit, ready_runs
from medviewer.ui.canvas.overlay_content import overlay_of
from medviewer.ui.canvas.probe import probe
from tests.helpers import mouse
from tests.ui.canvas.conftest import Bench, axial_stack


def window_grey(hu: float, center: float, width: float) -> int:
    """PS3.3 C.11.2.1.2, by hand."""
    if hu <= center - 0.5 - (width - 1) / 2:
        return 0
    if hu > center - 0.5 + (width - 1) / 2:
        return 255
    return int(((hu - (center - 0.5)) / (width - 1) + 0.5) * 255 + 0.5)


def test_the_pixels_on_screen_follow_the_standard(bench: Bench) -> None:
    bench.show(axial_stack())
    bench.canvas.toggle_interpolation()
    bench.canvas.set_window(Window(9200, 700))
    pane = bench.canvas.active_pane()
    frame = pane.frame
    grabbed = pane.picture(with_overlay=False)
    for x, y in ((0, 0), (10, 20), (47, 63), (25, 5)):
        sx, sy = frame.viewport.to_screen(x, y)
        stored = 10_000 + 10 * y + x
        expected = window_grey(stored - 1024, 9200, 700)
        assert abs((grabbed.pixel(int(sx), int(sy)) & 255) - expected) <= 1


def test_beside_the_image_it_is_black(bench: Bench) -> None:
    bench.show(axial_stack(shape=(5, 64, 32)))
    bench.canvas.set_overlay(OverlayLevel.OFF)
    pane = bench.canvas.active_pane()
    picture = pane.picture(with_overlay=False)
    assert picture.pixel(10, 200) & 0xFFFFFF == 0
    assert picture.pixel(390, 200) & 0xFFFFFF == 0


def test_the_probe_says_stored_modality_and_shown(bench: Bench) -> None:
    bench.show(axial_stack())
    bench.canvas.set_window(Window(9200, 700))
    bench.canvas.toggle_interpolation()
    pane = bench.canvas.active_pane()
    heard = []
    bench.canvas.probed.connect(heard.append)
    at = pane.frame.viewport.to_screen(12, 40)
    mouse.move(pane, at)
    found = heard[-1]
    assert found.stored == f"stored {10_000 + 400 + 12}"
    assert found.modality == f"{10_412 - 1024} HU"
    assert found.pixel == "x 12  y 40  z 10"
    # x = -20 + 12·0.8, y = -30 + 40·0.8, z = 20.
    assert found.position == "R 10.4  P 2.0  S 20.0 mm"
    grey = pane.rgb32[int(at[1]), int(at[0])] & 255
    assert found.displayed == f"shown {grey}"
    assert abs(int(grey) - window_grey(10_412 - 1024, 9200, 700)) <= 1
    mouse.move(pane, (2, 2))
    assert heard[-1] is None  # beside the image


def test_the_probe_of_padding_colour_and_untrusted_units(bench: Bench) -> None:
    series = axial_stack(padding=(10_412, 10_412))
    bench.show(series)
    pane = bench.canvas.active_pane()
    found = probe(pane.frame, *pane.frame.viewport.to_screen(12, 40))
    assert found.modality == "padding"
    other = axial_stack("us", (3, 16, 16), facts=Facts("US"), unit="", rescale=Rescale())
    other.array = np.zeros((3, 16, 16, 3), np.uint8) + np.array((10, 20, 30), np.uint8)
    bench.show(other)
    found = probe(pane.frame, *pane.frame.viewport.to_screen(5, 5))
    assert found.stored == "RGB 10 20 30"
    assert found.position == ""
    mr = axial_stack("mr", (3, 16, 16), facts=Facts("MR", SpacingSource.PATIENT), rescale=Rescale((2.0,)))
    bench.show(mr)
    found = probe(pane.frame, *pane.frame.viewport.to_screen(5, 5))
    assert found.modality == str(2 * (1000 + 55))


def test_monochrome1_is_shown_inverted_and_measured_as_it_is(bench: Bench) -> None:
    bench.show(axial_stack("one", monochrome1=False))
    bench.canvas.set_window(Window(9200, 700))
    plain = bench.canvas.active_pane().rgb32 & 255
    bench.show(axial_stack("two", monochrome1=True))
    bench.canvas.set_window(Window(9200, 700))
    pane = bench.canvas.active_pane()
    x, y = (int(v) for v in pane.frame.viewport.to_screen(20, 30))
    assert abs(int(plain[y, x]) + int(pane.rgb32[y, x] & 255) - 255) <= 1
    assert probe(pane.frame, x, y).modality.endswith("HU")
    bench.canvas.invert()
    assert abs(int(plain[y, x]) - int(pane.rgb32[y, x] & 255)) <= 1


# -- words


def test_overlay_levels_change_what_is_painted(bench: Bench) -> None:
    bench.show(axial_stack())
    pane = bench.canvas.active_pane()
    heard = []
    bench.canvas.overlay_changed.connect(heard.append)
    shots = []
    for _ in range(3):
        shots.append(pane.grab().toImage())
        bench.canvas.cycle_overlay()
    assert heard == ["minimal", "off", "full"]
    lit = [np.count_nonzero(_array(shot) != _array(shots[2])) for shot in shots]
    assert lit[0] > lit[1] > lit[2] == 0


def _array(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1).copy()


def test_mirrored_pictures_say_so_even_without_texts(bench: Bench) -> None:
    bench.show(axial_stack())
    bench.canvas.set_overlay(OverlayLevel.OFF)
    bench.canvas.flip_h()
    pane = bench.canvas.active_pane()
    pane.grab()
    words = [light.word for _, light in pane._regions.lights]
    assert words == ["FLIPPED"]


def test_lights_can_be_asked_for_their_reason(bench: Bench) -> None:
    facts = Facts("CT", SpacingSource.NONE, has_patient_position=True, unit_reason="No rescale.")
    bench.show(axial_stack(facts=facts))
    pane = bench.canvas.active_pane()
    pane.grab()
    rect, light = pane._regions.lights[0]
    assert light.word == "px"
    assert pane._regions.light_at(QPointF(rect.center())) is light


@pytest.mark.parametrize("size", [(900, 900), (300, 300), (120, 90), (48, 48), (900, 60)])
def test_any_size_paints_and_small_ones_say_less(bench: Bench, size: tuple[int, int]) -> None:
    bench.show(axial_stack())
    bench.canvas.set_colour_map("hot")
    bench.canvas.resize(*size)
    QApplication.processEvents()
    pane = bench.canvas.active_pane()
    assert not pane.grab().isNull()
    assert pane.frame.request.size_wh == (pane.width(), pane.height())
    assert rank_limit(*size) <= rank_limit(900, 900)


def test_letters_follow_the_view_and_are_absent_without_orientation(bench: Bench) -> None:
    bench.show(axial_stack())
    pane = bench.canvas.active_pane()

    def letters() -> str:
        found = overlay_of(pane.frame, pane.source, OverlayLevel.FULL, pane.size()).letters
        return found.left + found.right + found.top + found.bottom

    assert letters() == "RLAP"
    bench.canvas.flip_h()
    assert letters() == "LRAP"
    bench.canvas.rotate(90)
    assert letters() == "PALR"  # what was at the bottom has come to the left
    bench.show(axial_stack("us", facts=Facts("US", SpacingSource.PATIENT)))
    assert letters() == ""


def test_the_colour_bar_is_in_units_of_the_window(bench: Bench) -> None:
    bench.show(axial_stack())
    pane = bench.canvas.active_pane()
    assert overlay_of(pane.frame, pane.source, OverlayLevel.FULL, pane.size()).colour_bar is None
    bench.canvas.set_colour_map("hot")
    bar = overlay_of(pane.frame, pane.source, OverlayLevel.FULL, pane.size()).colour_bar
    assert (bar.lower, bar.upper, bar.unit) == (-160, 240, "HU")
    assert tuple(bar.rgb[0]) == (0, 0, 0)
    assert tuple(bar.rgb[-1]) == (255, 255, 255)


def test_ready_runs() -> None:
    assert ready_runs(np.array([1, 1, 0, 1, 0, 0, 1], bool)) == [(0, 2), (3, 4), (6, 7)]
    assert ready_runs(np.zeros(3, bool)) == []
    assert ready_runs(np.ones(3, bool)) == [(0, 3)]


# -- cine


def test_cine_shows_every_frame_in_order_and_goes_round(bench: Bench) -> None:
    bench.show(axial_stack(shape=(6, 16, 16)))
    heard = []
    bench.canvas.cine_changed.connect(heard.append)
    pane = bench.canvas.active_pane()
    seen = []
    bench.canvas.toggle_cine()
    inner = pane.on_frame
    pane.on_frame = lambda frame: (seen.append(frame.index), inner(frame))
    before = bench.document.undo_text
    for _ in range(8):
        bench.canvas.cine.advance()
    assert seen == [4, 5, 0, 1, 2, 3, 4, 5]
    assert bench.view().index == 3  # the document hears of it at the end
    assert bench.document.undo_text == before
    assert bench.canvas.cine.fps > 0
    assert "of 15 frames/s" in bench.canvas.cine_text(0)
    bench.canvas.toggle_cine()
    assert bench.view().index == 5
    assert heard == [True, False]


def test_cine_waits_for_what_is_not_loaded(slow_bench: Bench) -> None:
    bench = slow_bench
    bench.catalog.add(axial_stack(shape=(3000, 4, 4)))
    bench.canvas.show_series(1)
    bench.executor.run_next("io")
    bench.executor.deliver()
    pane = bench.canvas.active_pane()
    bench.canvas.toggle_cine()
    start = pane.slice_index
    for _ in range(5):
        bench.canvas.cine.advance()
    ready = pane.source.loaded.ready
    assert ready[pane.slice_index]
    assert pane.slice_index - start <= np.count_nonzero(ready)
    bench.executor.settle()
    bench.canvas.cine.advance()
    assert pane.slice_index > start
    bench.canvas.cine.stop()


@pytest.mark.parametrize(
    ("ms", "fps"), [(33.33, 30.0), (100, 10), (None, 15), (0, 15), (-4, 15), (1, 120), (5000, 1)]
)
def test_the_rate_of_the_file(ms: float | None, fps: float) -> None:
    assert file_rate(ms, 15) == pytest.approx(fps, rel=1e-3)


# -- pictures out


def test_copy_and_png_with_and_without_words(bench: Bench, tmp_path: Path) -> None:
    bench.show(axial_stack())
    pane = bench.canvas.active_pane()
    bench.canvas.copy_image()
    copied = QGuiApplication.clipboard().image()
    assert (copied.width(), copied.height()) == (400, 400)
    bench.canvas.save_png(tmp_path / "with.png")
    bench.canvas.save_png(tmp_path / "without.png", with_overlay=False)
    bare = QImage(str(tmp_path / "without.png"))
    assert np.array_equal(_array(bare) & 0xFFFFFF, pane.rgb32 & 0xFFFFFF)
    assert not np.array_equal(_array(QImage(str(tmp_path / "with.png"))), _array(bare))
    with pytest.raises(DataError):
        bench.canvas.save_png(tmp_path / "no-such-folder" / "x.png")
    assert sorted(p.name for p in tmp_path.glob("*.p*")) == ["with.png", "without.png"]


def test_one_window_for_a_series_without_windows(bench: Bench) -> None:
    """Scrolling must not change the brightness."""
    bench.show(axial_stack(voi=Voi()))
    pane = bench.canvas.active_pane()
    first = pane.frame.window
    bench.canvas.step(5)
    assert pane.frame.window == first


def test_rescale_that_differs_from_slice_to_slice(bench: Bench) -> None:
    slopes = tuple(0.5 + 0.1 * k for k in range(20))
    bench.show(axial_stack(rescale=Rescale(slopes, (0.0,) * 20)))
    pane = bench.canvas.active_pane()
    for k in (3, 12):
        bench.canvas.scroll_to(0, k)
        found = probe(pane.frame, *pane.frame.viewport.to_screen(7, 9))
        assert float(found.modality.split()[0].replace("−", "-")) == pytest.approx(
            slopes[k] * (1000 * k + 97), abs=0.6
        )


def test_an_index_of_another_day_is_kept_inside_the_stack(bench: Bench) -> None:
    """A session can know more slices than are there now."""
    source = bench.catalog.add(axial_stack())
    bench.document.apply(edits.ShowSeries(0, source.key, index=500))
    pane = bench.canvas.active_pane()
    assert pane.notice is None
    assert pane.frame.index == 19
