"""Values under a position and of measurements, against hand calculation."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from medviewer.core.display import Appearance, Window
from medviewer.core.geometry import Geometry
from medviewer.core.image import CalibratedRegion, Facts, Image, Rescale, SpacingSource
from medviewer.document.state import Measurement, Plane, Shape
from medviewer.services.cache import ByteCache
from medviewer.services.executors import InlineExecutor
from medviewer.services.loading import LoadedSeries
from medviewer.services.readings import measured, value_at
from medviewer.services.scheduler import Scheduler
from tests.helpers.memory_plan import MemoryPlan, make_series

SHAPE = (4, 8, 10)
GEOMETRY = Geometry(SHAPE, origin_mm=(-100.0, -50.0, 20.0), spacing_xyz_mm=(0.5, 2.0, 3.0))
FACTS = Facts("CT", SpacingSource.PATIENT, has_patient_position=True, unit_trusted=True)


class RampPlan(MemoryPlan):
    """Stored value of voxel (z, y, x): 100 z + 10 y + x; HU = 2 · stored - 1000; stored 0 is padding."""

    def read_slice(self, k):
        y, x = np.mgrid[: SHAPE[1], : SHAPE[2]]
        return (100 * k + 10 * y + x).astype(np.int16)

    def image(self, array):
        return Image(
            array, GEOMETRY, Rescale((2.0,), (-1000.0,)), "HU", padding=(0, 0), facts=self._facts, key="content"
        )


def opened(facts: Facts = FACTS) -> LoadedSeries:
    series = make_series(1, SHAPE[0])
    loaded = LoadedSeries(
        series, Scheduler(InlineExecutor()), lambda s: RampPlan(s, SHAPE[1:], geometry=GEOMETRY, facts=facts)
    )
    loaded.start()
    return loaded


def measurement(shape, points, plane=Plane.STACK, index=2) -> Measurement:
    return Measurement("m", shape, "key-1", plane, index, points)


def test_value_of_the_pixel_that_holds_the_position():
    value = value_at(opened(), Plane.STACK, 2, 3.4, 4.6, Appearance(Window(-550.0, 200.0)))
    assert value.stored == 253  # column 3, row 5
    assert value.modality == 2 * 253 - 1000
    assert value.unit == "HU"
    assert value.world_mm == pytest.approx((-100 + 3.4 * 0.5, -50 + 4.6 * 2.0, 20 + 2 * 3.0))
    # PS3.3 C.11.2.1.2.1, linear: ((x - (c - .5)) / (w - 1) + .5)
    assert value.displayed == pytest.approx((-494 - (-550.0 - 0.5)) / 199.0 + 0.5)


def test_inversion_turns_the_displayed_value_round():
    look = Appearance(Window(-550.0, 200.0))
    plain = value_at(opened(), Plane.STACK, 2, 3, 5, look)
    turned = value_at(opened(), Plane.STACK, 2, 3, 5, replace(look, invert=True))
    assert turned.displayed == pytest.approx(1 - plain.displayed)
    assert turned.modality == plain.modality


def test_beside_the_image_there_is_a_position_but_no_value():
    value = value_at(opened(), Plane.STACK, 0, -3.0, 2.0)
    assert value.stored is None
    assert value.modality is None
    assert value.world_mm == pytest.approx((-101.5, -46.0, 20.0))
    assert value_at(opened(), Plane.STACK, 9, 1, 1).world_mm is None


def test_padding_has_no_modality_value():
    value = value_at(opened(), Plane.STACK, 0, 0, 0, Appearance(Window(0, 100)))
    assert value.stored == 0
    assert math.isnan(value.modality)
    assert value.displayed is None


def test_untrusted_units_and_unknown_positions_are_not_told():
    facts = replace(FACTS, unit_trusted=False, has_patient_position=False)
    value = value_at(opened(facts), Plane.STACK, 1, 1, 1)
    assert value.unit == ""
    assert value.world_mm is None


@pytest.mark.parametrize("plane", [Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL])
def test_planes_agree_with_the_voxel_at_their_world_position(plane):
    loaded = opened()
    value = value_at(loaded, plane, 2, 3, 1)
    x, y, z = GEOMETRY.index(value.world_mm)
    assert value.stored == round(100 * z + 10 * y + x)


def test_distance_and_angle_use_the_spacing_of_each_axis():
    loaded = opened()
    length = measured(loaded, measurement(Shape.DISTANCE, ((0, 0), (6, 2))))
    assert length.length == pytest.approx(math.hypot(6 * 0.5, 2 * 2.0))
    assert length.length_unit == "mm"
    angle = measured(loaded, measurement(Shape.ANGLE, ((4, 0), (0, 0), (4, 1))))
    assert angle.angle_deg == pytest.approx(math.degrees(math.atan2(2.0, 2.0)))


@pytest.mark.parametrize(
    ("source", "unit", "length"),
    [(SpacingSource.NONE, "px", math.hypot(6, 2)), (SpacingSource.DETECTOR, "mm (detector)", 5.0)],
)
def test_length_says_what_it_is_worth(source, unit, length):
    value = measured(opened(replace(FACTS, spacing_source=source)), measurement(Shape.DISTANCE, ((0, 0), (6, 2))))
    assert value.length_unit == unit
    assert value.length == pytest.approx(length)


def test_angles_are_right_on_oblong_pixels_of_unknown_size():
    facts = replace(FACTS, spacing_source=SpacingSource.NONE, pixel_aspect=4.0)
    value = measured(opened(facts), measurement(Shape.ANGLE, ((4, 0), (0, 0), (4, 1))))
    assert value.angle_deg == pytest.approx(45.0)


def test_each_ultrasound_region_has_its_own_spacing():
    # A spectrum (no lengths) in a corner of the picture of the tissue, and one beside it.
    regions = (
        CalibratedRegion(0, 0, 4, 7, (0.5, 0.5)),
        CalibratedRegion(5, 0, 9, 7),
        CalibratedRegion(0, 6, 2, 7),
    )
    loaded = opened(replace(FACTS, spacing_source=SpacingSource.REGION, regions=regions))
    tissue = measured(loaded, measurement(Shape.DISTANCE, ((0, 0), (3, 4))))
    assert (tissue.length, tissue.length_unit) == (pytest.approx(5 * 0.5), "mm")
    doppler = measured(loaded, measurement(Shape.DISTANCE, ((6, 0), (9, 4))))
    across = measured(loaded, measurement(Shape.DISTANCE, ((3, 0), (6, 4))))
    assert (doppler.length, doppler.length_unit) == (pytest.approx(5.0), "px")
    corner = measured(loaded, measurement(Shape.DISTANCE, ((0, 6), (2, 7))))
    assert across.length_unit == corner.length_unit == "px"
    area = measured(loaded, measurement(Shape.RECTANGLE, ((-0.4, -0.4), (1.4, 2.4))))
    assert area.roi.area_mm2 == pytest.approx(2 * 3 * 0.25)
    assert measured(loaded, measurement(Shape.RECTANGLE, ((6, 1), (8, 3)))).roi.area_mm2 is None


def test_region_statistics_are_those_of_its_pixels():
    value = measured(opened(), measurement(Shape.RECTANGLE, ((1.6, 0.6), (5.4, 3.4))))
    y, x = np.mgrid[1:4, 2:6]  # pixels whose centres lie inside
    pixels = 2.0 * (200 + 10 * y + x) - 1000
    assert value.roi.n == pixels.size
    assert value.roi.mean == pytest.approx(pixels.mean())
    assert value.roi.minimum == pixels.min()
    assert value.roi.maximum == pixels.max()
    assert value.unit == "HU"


def test_padding_takes_no_part_in_statistics():
    value = measured(opened(), measurement(Shape.RECTANGLE, ((-0.4, -0.4), (1.4, 0.4)), index=0))
    assert value.roi.n == 1  # of the two pixels, one is padding
    assert value.roi.mean == -998.0


def test_numbers_are_found_again_until_the_points_change(monkeypatch):
    from medviewer.core import stats

    loaded, cache, calls = opened(), ByteCache(1_000_000), []
    real = stats.roi_statistics
    monkeypatch.setattr(stats, "roi_statistics", lambda *a: calls.append(1) or real(*a))
    first = measurement(Shape.ELLIPSE, ((1, 1), (6, 6)))
    for name in ("a", "b", "c"):
        assert measured(loaded, replace(first, name=name), cache).problem == ""
    assert len(calls) == 1
    measured(loaded, replace(first, points=((1, 1), (7, 6))), cache)
    assert len(calls) == 2


def test_problem_is_told_where_there_are_no_numbers():
    loaded = opened()
    assert "not loaded" in measured(loaded, measurement(Shape.DISTANCE, ((0, 0), (1, 1)), index=77)).problem
    loaded.close()
    assert "not open" in measured(loaded, measurement(Shape.DISTANCE, ((0, 0), (1, 1)))).problem
