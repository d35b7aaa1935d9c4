"""Scales of values: composed rescales, converted windows, the edit that switches; checked by hand calculation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.core.voi import Appearance, Voi, VoiFunction, VoiLut, Window, window_values
from medviewer.document import edits
from medviewer.document.document import Document
from medviewer.io.quantities import Scale
from medviewer.services.executors import InlineExecutor
from medviewer.services.loading import LoadedSeries
from medviewer.services.scales import NATIVE, SeriesScales, converted, scale_edit
from medviewer.services.scheduler import Scheduler
from tests.helpers.memory_plan import MemoryPlan, make_series

PT = Facts("PT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)
SUV = Scale("SUVbw", "g/ml{SUVbw}", 0.25)
NO_SUV = Scale("SUVbw", "g/ml{SUVbw}", None, 0.0, "The patient's weight is missing.")
MAP = Scale("RCBF", "ml/100ml/s", 2.0, 5.0)


def image(facts: Facts = PT, unit: str = "BQML", rescale: Rescale | None = None, shape=(3, 4, 6)) -> Image:
    array = np.arange(np.prod(shape), dtype=np.int16).reshape(shape)
    return Image(array, Geometry(shape), rescale or Rescale((1.0, 2.0, 4.0), (0.0,)), unit, facts=facts, key="k")


def test_suv_is_what_a_pet_opens_in_and_multiplies_each_slices_rule():
    native = image(rescale=Rescale((1.0, 2.0, 4.0), (10.0, 0.0, 0.0)))
    scales = SeriesScales(native, (SUV,))
    assert [scale.name for scale in scales.choices] == [NATIVE, "SUVbw"]
    assert scales.current is scales.choices[1]
    shown = scales.image(native)
    assert (shown.unit, shown.facts.unit_trusted) == ("g/ml{SUVbw}", True)
    assert np.shares_memory(shown.array, native.array)
    for k in range(3):
        by_hand = (native.array[k].astype(float) * (1, 2, 4)[k] + (10, 0, 0)[k]) * 0.25
        np.testing.assert_allclose(shown.modality_slice(k), by_hand)
    assert shown.key != native.key
    assert scales.image(native) is shown
    assert scales.select(NATIVE)
    assert not scales.select(NATIVE)
    assert scales.image(native) is native
    scales.select("SUVbw")
    assert scales.image(native) is shown  # what was found for it is found again


def test_padding_stays_padding():
    native = replace(image(), padding=(0, 1))
    shown = SeriesScales(native, (SUV,)).image(native).modality_slice(0)
    assert np.isnan(shown[0, :2]).all()
    assert shown[0, 2] == 0.5


def test_without_a_factor_the_file_keeps_its_unit_and_the_reason():
    scales = SeriesScales(image(), (NO_SUV,))
    assert scales.current.name == NATIVE
    assert scales.choices[1].reason == "The patient's weight is missing."
    assert scales.find("SUVbw").name == NATIVE
    assert not scales.select("SUVbw")


@pytest.mark.parametrize("unit", ["g/ml{SUVbw}", "g/ml{SUVlbm}"])
def test_what_is_suv_already_stays_as_it_is(unit):
    scales = SeriesScales(image(unit=unit), (Scale("SUVbw", "g/ml{SUVbw}", 1.0 if "bw" in unit else None),))
    assert scales.current.name == NATIVE
    assert len(scales.choices) == (1 if "bw" in unit else 2)


def test_counts_become_suv_and_then_the_unit_is_trusted():
    native = image(replace(PT, unit_trusted=False, unit_reason="The values are counts."), "counts")
    shown = SeriesScales(native, (SUV,)).image(native)
    assert (shown.facts.unit_trusted, shown.facts.unit_reason) == (True, "")


def test_real_world_values_are_offered_and_not_the_default():
    mr = replace(PT, modality="MR")
    native = image(mr, "", Rescale((3.0,), (-1.0,)))
    scales = SeriesScales(native, (MAP, replace(MAP, name="", unit="")))
    assert scales.current.name == NATIVE
    scales.select("RCBF")
    np.testing.assert_allclose(scales.image(native).modality_slice(1), (native.array[1] * 3.0 - 1.0) * 2.0 + 5.0)
    assert scales.choices[2].name == "real world value"


def test_real_world_values_of_stored_ones_leave_a_modality_table_out():
    mr = replace(PT, modality="MR")
    native = image(mr, "", Rescale(table=np.arange(100, 0, -1).astype(np.float32)))
    scales = SeriesScales(native, (MAP,))
    scales.select("RCBF")
    np.testing.assert_allclose(scales.image(native).modality_slice(0), native.array[0] * 2.0 + 5.0)


def test_one_map_is_not_used_for_slices_with_different_rules():
    scales = SeriesScales(image(replace(PT, modality="MR")), (MAP,))
    assert scales.choices[1].slope is None
    assert "different rescale" in scales.choices[1].reason


@given(
    st.floats(-500, 500),
    st.floats(2, 3000),
    st.sampled_from(list(VoiFunction)),
    st.floats(1e-5, 100),
    st.floats(-50, 50),
)
def test_converted_window_shows_the_same_picture(center, width, function, slope, intercept):
    before, after = Scale(NATIVE, "BQML", 1.0), Scale("other", "x", slope, intercept)
    window = Window(center, width, function)
    values = np.linspace(center - width, center + width, 41)
    there = converted(window, before, after)
    np.testing.assert_allclose(
        window_values(values * slope + intercept, there), window_values(values, window), atol=1e-6
    )
    np.testing.assert_allclose(
        window_values(values, converted(there, after, before)), window_values(values, window), atol=1e-6
    )


def test_file_windows_follow_and_tables_of_native_values_do_not():
    scales = SeriesScales(image(), (SUV,))
    voi = Voi((Window(100, 200, VoiFunction.LINEAR_EXACT), Window(1, -5)), (VoiLut(0, np.zeros(4, np.uint16), 16),))
    shown = scales.voi(voi)
    assert shown.luts == ()
    assert [(w.center, w.width) for w in shown.windows] == [(25.0, 50.0)]
    scales.select(NATIVE)
    assert scales.voi(voi) is voi


class PetPlan(MemoryPlan):
    """Activity: slice k of series 1 holds ``100 + k``, times 2."""

    scales = (SUV,)

    def image(self, array):
        return Image(array, self._geometry, Rescale((2.0,), (0.0,)), "BQML", facts=PT, key="pet")


def pet() -> tuple[LoadedSeries, Document]:
    loaded = LoadedSeries(make_series(1, 5), Scheduler(InlineExecutor()), PetPlan)
    loaded.start()
    return loaded, Document()


def test_switching_converts_every_pane_of_the_series_in_one_undo_entry():
    loaded, document = pet()
    shown = Appearance(Window.between(0, 7, "SUV 0–7"), colour_map="inverse grey")
    document.apply(edits.SetLayout(1, 3))
    for pane, (key, look) in enumerate((("key-1", shown), ("other", shown), ("key-1", Appearance()))):
        document.apply(edits.ShowSeries(pane, key, index=2, appearance=look))
    before = document.state
    document.apply(scale_edit(loaded, before, NATIVE))
    windows = [view.appearance.window for view in document.state.layout.views]
    assert (windows[0].lower, windows[0].upper) == (0, pytest.approx(28))
    assert windows[1] == shown.window
    assert windows[2].upper == pytest.approx(28)  # the usual SUV range, which activity does not have
    assert document.state.view(0).appearance.colour_map == "inverse grey"
    assert document.state.scales == {"key-1": NATIVE}
    document.undo()
    assert document.state.layout == before.layout
    assert document.state.scales == {}


def test_choosing_the_scale_in_force_changes_no_window():
    loaded, document = pet()
    document.apply(edits.ShowSeries(0, "key-1", index=1, appearance=Appearance(Window(3, 2))))
    assert scale_edit(loaded, document.state, "SUVbw").appearances == ()


def test_images_volume_and_default_window_of_a_series_are_in_its_scale():
    loaded, _ = pet()
    assert loaded.image.modality_slice(3)[0, 0] == (100 + 3) * 2 * 0.25
    assert loaded.volume() is loaded.image
    assert loaded.default_window(0).upper == 7
    size = loaded.size_bytes
    loaded.scales.select(NATIVE)
    assert loaded.image.modality_slice(3)[0, 0] == 206
    assert loaded.volume() is loaded.image
    assert loaded.default_window(0).lower == 0
    assert loaded.default_window(0).upper == pytest.approx(208, abs=0.5)
    assert loaded.size_bytes == size
