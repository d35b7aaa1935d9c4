"""Contours as GeoJSON: holes as interior rings, pixels and patient coordinates, back to the same voxels."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, SpacingSource
from medviewer.core.labels import Label, of_array
from medviewer.errors import DataError, GeometryMismatch, InputError, UnreadableFile
from medviewer.io.geojson import features, read_geojson, write_geojson

GRID = Geometry((2, 6, 7), (10, 20, 30), (0, 1, 0), (0, 0, -1), (-1, 0, 0), (0.5, 0.75, 2))
IMAGE = Image(np.zeros((2, 6, 7)), GRID, facts=Facts(spacing_source=SpacingSource.PATIENT, has_patient_position=True))


def ring_with_hole():
    array = np.zeros((2, 6, 7), np.uint8)
    array[1, 1:5, 2:6] = 3
    array[1, 2:4, 3:5] = 0
    return of_array(array, IMAGE, (Label(3, "Ring 环", "#ff0000"),))


def test_one_feature_with_its_hole(tmp_path):
    write_geojson(ring_with_hole(), tmp_path / "a.geojson", IMAGE)
    document = json.loads((tmp_path / "a.geojson").read_text("utf-8"))
    (feature,) = document["features"]
    outer, hole = feature["geometry"]["coordinates"]
    assert outer == [[2, 1], [6, 1], [6, 5], [2, 5], [2, 1]]
    assert hole[0] == hole[-1]
    assert sorted(map(tuple, hole[:-1])) == [(3, 2), (3, 4), (5, 2), (5, 4)]
    p = feature["properties"]
    assert (p["label"], p["slice"], p["area_px"], p["area_mm2"]) == (3, 2, 12, pytest.approx(12 * 0.375))
    assert p["classification"] == {"name": "Ring 环", "color": [255, 0, 0]}
    # The corner of pixel (2, 1) of slice 1, by hand: half a pixel before its centre.
    expected = np.array([10, 20, 30]) + np.array([0, 1, 0]) * 1.5 * 0.5 + np.array([0, 0, -1]) * 0.5 * 0.75
    assert p["patient_mm"][0][0] == pytest.approx((expected + np.array([-1, 0, 0]) * 2).tolist())


def test_without_a_known_size_there_are_no_mm():
    picture = Image(np.zeros((2, 6, 7)), Geometry((2, 6, 7)))
    (feature,) = features(ring_with_hole(), picture)["features"]
    assert not {"area_mm2", "patient_mm"} & feature["properties"].keys()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hnp.arrays(np.uint8, (2, 6, 7), elements=st.sampled_from([0, 1, 9])))
def test_any_mask_comes_back(tmp_path, array):
    labels = of_array(array, IMAGE)
    if labels.is_empty:
        return
    write_geojson(labels, tmp_path / "a.geojson", IMAGE)
    np.testing.assert_array_equal(read_geojson(tmp_path / "a.geojson", IMAGE).array, array)


def test_what_cannot_be_is_said(tmp_path):
    labels = ring_with_hole()
    with pytest.raises(DataError, match="empty"):
        write_geojson(labels.with_array(np.zeros_like(labels.array)), tmp_path / "a.geojson")
    write_geojson(labels, tmp_path / "a.geojson")
    with pytest.raises(InputError):
        read_geojson(tmp_path / "a.geojson", None)
    other = Image(np.zeros((1, 6, 7)), Geometry((1, 6, 7)))
    with pytest.raises(GeometryMismatch):
        read_geojson(tmp_path / "a.geojson", other)
    polygon = '{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[%s,0],[2,3],[4,5]]]}}'
    points = '{"type":"FeatureCollection","features":[1,{"geometry":{"type":"Point"}}]}'
    for text in ("", "[]", "{}", points, polygon % '"x"', polygon % "1e999"):
        (tmp_path / "b.json").write_text(text)
        with pytest.raises(UnreadableFile):
            read_geojson(tmp_path / "b.json", IMAGE)


def test_polygons_of_other_programs(tmp_path):
    """Without numbers of labels or slices, as QuPath writes them."""
    shapes = [("tumour", [[1, 1], [4, 1], [4, 4], [1, 4], [1, 1]]), ("stroma", [[5, 0], [7, 0], [7, 2], [5, 2]])]
    entries = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {"classification": {"name": name, "color": [200, 0, 0]}},
        }
        for name, ring in shapes
    ]
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": entries}))
    labels = read_geojson(tmp_path / "a.geojson", IMAGE)
    assert [(x.value, x.name) for x in labels.labels] == [(1, "tumour"), (2, "stroma")]
    assert [(labels.array == n).sum() for n in (1, 2)] == [9, 4]
    assert not labels.array[1].any()
