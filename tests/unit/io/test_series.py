"""Series splitting: which images form one stack, in what order, and what is a copy."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medviewer.io.header_reader import read_header
from medviewer.io.headers import InstanceHeader
from medviewer.io.scan import scan
from medviewer.io.series import Grouping, Series, group_instances, split_by, split_series
from medviewer.io.series_rules import clusters
from tests.helpers.dicom_factory import make_instance, make_series, ramp


def _header(k: int, **values: Any) -> InstanceHeader:
    """An axial CT slice at z = 5 k mm, with a file that does not exist."""
    fields: dict[str, Any] = {
        "path": f"/data/{k:05d}",
        "sop_instance_uid": f"1.2.{k}",
        "sop_class_uid": "1.2.840.10008.5.1.4.1.1.2",
        "study_uid": "1.3",
        "series_uid": "1.4",
        "modality": "CT",
        "instance_number": k + 1,
        "image_type": ("ORIGINAL", "PRIMARY", "AXIAL"),
        "rows": 64,
        "columns": 64,
        "photometric": "MONOCHROME2",
        "pixel_keyword": "PixelData",
        "pixel_spacing": (1.0, 1.0),
        "position": (0.0, 0.0, 5.0 * k),
        "orientation": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
    }
    return InstanceHeader(**(fields | values))


def _stack(n: int, first: int = 0, **values: Any) -> list[InstanceHeader]:
    return [
        _header(
            first + z,
            position=(0.0, 0.0, 5.0 * z),
            **{name: v(z) if callable(v) else v for name, v in values.items()},
        )
        for z in range(n)
    ]


def _group(headers: list[InstanceHeader]) -> Grouping:
    return group_instances(headers, same_pixels=lambda _a, _b: False)


def _shape(series: list[Series]) -> list[tuple[int, str]]:
    return [(len(s.instances), s.split_reason) for s in series]


def test_order_is_along_the_normal_whatever_the_names_and_numbers(tmp_path: Path) -> None:
    order = [3, 0, 4, 1, 2]
    make_series(tmp_path, 5, order=order, vary=lambda k: {"InstanceNumber": 5 - k})
    (series,) = split_series(h for h in scan([tmp_path]) if isinstance(h, InstanceHeader))
    assert [h.position[2] for h in series.instances] == [0.0, 5.0, 10.0, 15.0, 20.0]
    assert (series.n_frames, series.part, series.parts, series.split_reason) == (5, 1, 1, "")


def test_order_of_an_oblique_stack() -> None:
    a, b = np.deg2rad(20), np.deg2rad(30)
    x = np.array([np.cos(a), np.sin(a), 0.0])
    y = np.array([-np.sin(a) * np.cos(b), np.cos(a) * np.cos(b), np.sin(b)])
    normal = np.cross(x, y)
    headers = [
        _header(k, orientation=(*x.tolist(), *y.tolist()), position=tuple((normal * 3.0 * k).tolist()))
        for k in random.Random(1).sample(range(30), 30)
    ]
    (series,) = split_series(headers)
    along = [float(np.dot(h.position, normal)) for h in series.instances]
    assert along == sorted(along)


def test_without_positions_the_instance_number_orders() -> None:
    headers = [_header(k, position=(), orientation=(), instance_number=10 - k) for k in range(9)]
    (series,) = split_series(headers)
    assert [h.instance_number for h in series.instances] == list(range(2, 11))


def test_a_localizer_is_a_stack_of_its_own() -> None:
    scout = _header(99, image_type=("ORIGINAL", "PRIMARY", "LOCALIZER"), orientation=(0, 1, 0, 0, 0, -1), rows=128)
    series = split_series([*_stack(10), scout])
    assert _shape(series) == [(10, series[0].split_reason), (1, series[1].split_reason)]
    assert "localizer" in series[1].split_reason
    assert series[0].key != series[1].key


@pytest.mark.parametrize(
    ("field", "a", "b", "word"),
    [
        ("rows", 64, 32, "64 × 32"),
        ("columns", 64, 32, "32 × 64"),
        ("convolution_kernel", "B30f", "B70f", "kernel B70f"),
        ("photometric", "MONOCHROME2", "RGB", "colour"),
        ("pixel_spacing", (1.0, 1.0), (1.0, 2.0), "1 × 2 mm"),
        ("orientation", (1.0, 0, 0, 0, 1, 0), (1.0, 0, 0, 0, 0.8, -0.6), "oblique axial"),
        ("image_type", ("ORIGINAL", "PRIMARY"), ("DERIVED", "SECONDARY", "MPR"), "MPR"),
        ("sop_class_uid", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.7", ""),
    ],
)
def test_what_never_lies_in_one_stack(field: str, a: Any, b: Any, word: str) -> None:
    series = split_series(_stack(6, **{field: a}) + _stack(4, 50, **{field: b}))
    assert sorted(len(s.instances) for s in series) == [4, 6]
    assert any(word in s.split_reason for s in series)
    assert all(s.parts == 2 for s in series)


def test_rounding_of_cosines_and_spacing_splits_nothing() -> None:
    rng = random.Random(2)
    headers = [
        _header(
            k,
            orientation=tuple(c + rng.uniform(-1, 1) * 4e-5 for c in (1.0, 0, 0, 0, 1, 0)),
            pixel_spacing=(0.7 + rng.uniform(-1, 1) * 1e-5, 0.7),
        )
        for k in range(40)
    ]
    assert len(split_series(headers)) == 1
    turned = [_header(100 + k, orientation=(0.9998, 0.02, 0, -0.02, 0.9998, 0)) for k in range(5)]
    assert len(split_series(headers + turned)) == 2


def test_every_slice_with_its_own_frame_of_reference_is_one_stack() -> None:
    assert len(split_series(_stack(12, frame_of_reference_uid=lambda z: f"1.9.{z}"))) == 1


def test_rotating_projections_stay_together() -> None:
    headers = []
    for k in range(12):
        a = np.deg2rad(15 * k)
        headers.append(
            _header(
                k, orientation=(float(np.cos(a)), float(np.sin(a)), 0.0, 0.0, 0.0, -1.0), position=(k, 2.0 * k, 0.0)
            )
        )
    (series,) = split_series(headers)
    assert [h.instance_number for h in series.instances] == list(range(1, 13))


@pytest.mark.parametrize(
    ("field", "values", "words"),
    [
        ("echo_time", (20.0, 80.0), ("echo time 20 ms", "echo time 80 ms")),
        ("b_value", (0.0, 1000.0), ("b-value 0 s/mm²", "b-value 1000 s/mm²")),
        ("inversion_time", (400.0, 2500.0), ("inversion time 400 ms", "inversion time 2500 ms")),
        ("flip_angle", (5.0, 30.0), ("flip angle 5 °", "flip angle 30 °")),
        ("temporal_position", (1, 2, 3), ("phase 1", "phase 2", "phase 3")),
        ("acquisition_number", (1, 2), ("acquisition 1", "acquisition 2")),
        ("acquisition_time", ("100000", "100130", "100300"), ("phase 1", "phase 2", "phase 3")),
        ("image_type", (("DERIVED", "P", "W"), ("DERIVED", "P", "F")), ("F", "W")),
    ],
)
def test_repeated_places_are_split_by_what_tells_them_apart(
    field: str, values: tuple[Any, ...], words: tuple[str, ...]
) -> None:
    headers: list[InstanceHeader] = []
    for number, value in enumerate(values):
        # Interleaved instance numbers, as scanners write them.
        headers += _stack(7, 100 * number, **{field: value, "instance_number": lambda z, n=number: z * 10 + n})
    series = _group(headers).series
    assert sorted(s.split_reason for s in series) == sorted(words)
    for s in series:
        assert len({getattr(h, field) for h in s.instances}) == 1
        assert [h.position[2] for h in s.instances] == [5.0 * z for z in range(7)]


def test_diffusion_directions_are_phases_of_their_b_value() -> None:
    headers = _stack(5, 0, b_value=0.0)
    for direction in range(6):
        headers += _stack(5, 100 + 10 * direction, b_value=1000.0)
    series = _group(headers).series
    assert [len(s.instances) for s in series] == [5] * 7
    assert Counter(s.split_reason.split(",")[0] for s in series) == {"b-value 0 s/mm²": 1, "b-value 1000 s/mm²": 6}


def test_an_incomplete_last_phase_loses_nothing() -> None:
    headers = (
        _stack(8, 0, acquisition_time="1") + _stack(8, 20, acquisition_time="2") + _stack(3, 40, acquisition_time="3")
    )
    assert sorted(len(s.instances) for s in _group(headers).series) == [3, 8, 8]


def test_bogus_trigger_times_tear_nothing_apart() -> None:
    # dcm2niix#395: trigger times that vary without meaning; 20 slices, 10 volumes.
    rng = random.Random(3)
    headers: list[InstanceHeader] = []
    for volume in range(10):
        headers += _stack(20, 100 * volume, trigger_time=lambda _z: float(rng.choice([0, 1, 2, 500])))
    series = _group(headers).series
    assert [len(s.instances) for s in series] == [20] * 10
    for s in series:
        assert len({h.position for h in s.instances}) == 20
        assert len({(h.instance_number or 0) // 100 for h in s.instances}) == 1
    once = _stack(20, trigger_time=lambda z: 37.0 * z, acquisition_time=lambda z: f"{100000 + z}")
    assert len(_group(once).series) == 1


def test_acquisitions_that_follow_one_another_are_one_stack() -> None:
    headers = _stack(30, acquisition_number=lambda z: 1 + z // 10, acquisition_time=lambda z: f"{z}")
    assert len(_group(headers).series) == 1


def test_multi_frame_instances_stand_alone() -> None:
    headers = [*_stack(5), _header(70, frames=12), _header(71, frames=3)]
    series = split_series(headers)
    assert sorted(s.n_frames for s in series) == [3, 5, 12]


def test_a_copy_with_the_same_uid_is_left_out_and_the_sound_one_shown(tmp_path: Path) -> None:
    good = make_instance(tmp_path / "b")
    (tmp_path / "a").write_bytes(good.read_bytes()[:-20])
    grouping = group_instances([read_header(tmp_path / "a"), read_header(good)])
    assert [h.path for s in grouping.series for h in s.instances] == [str(good)]
    assert [left.reason for _, left in grouping.duplicates] == ["Duplicate of b (same instance UID)."]


def test_one_uid_on_two_different_images_loses_none() -> None:
    headers = [_header(k, sop_instance_uid="1.2.3") for k in range(4)]
    grouping = _group(headers)
    (series,) = grouping.series
    assert len({h.sop_instance_uid for h in series.instances}) == 4
    assert grouping.duplicates == []
    assert any("same instance UID" in line for line in series.warnings)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5"])
def test_same_place_and_same_pixels_is_a_copy_other_pixels_are_a_part(tmp_path: Path, syntax: str) -> None:
    make_series(tmp_path, 4, transfer_syntax=syntax)
    make_instance(
        tmp_path / "copy", k=50, ImagePositionPatient=[0, 0, 5.0], pixels=ramp(8, 10, 1), transfer_syntax=syntax
    )
    make_instance(
        tmp_path / "other", k=51, ImagePositionPatient=[0, 0, 5.0], pixels=ramp(8, 10, 9), transfer_syntax=syntax
    )
    grouping = group_instances(h for h in scan([tmp_path]) if isinstance(h, InstanceHeader))
    assert [left.path for _, left in grouping.duplicates] == [str(tmp_path / "copy")]
    assert "same pixels" in grouping.duplicates[0][1].reason
    assert [len(s.instances) for s in grouping.series] == [4, 1]
    assert grouping.series[1].instances[0].path == str(tmp_path / "other")


def test_patients_that_share_uids_are_never_mixed() -> None:
    series = split_series(_stack(4, patient_id="A") + _stack(4, 50, patient_id="B"))
    assert [{h.patient_id for h in s.instances} for s in series] == [{"A"}, {"B"}]
    assert series[0].key != series[1].key


def test_split_by_hand() -> None:
    headers = _stack(4, echo_time=10.0) + _stack(4, 50, echo_time=20.0)
    assert [len(part) for _, part in split_by(headers, "echo")] == [4, 4]
    assert [len(part) for _, part in split_by(headers, "instance")] == [1] * 8
    assert [len(part) for _, part in split_by(headers, "position")] == [4, 4]
    assert len(split_by(headers, "orientation")) == 1
    with pytest.raises(KeyError):
        split_by(headers, "horoscope")


def test_the_nasty_series_of_the_shared_data(shared_data: Path) -> None:
    folder = shared_data / "nasty" / "series_gap_duplicate_localizer"
    grouping = group_instances(h for h in scan([folder]) if isinstance(h, InstanceHeader))
    assert [len(s.instances) for s in grouping.series] == [11, 1]
    assert "localizer" in grouping.series[1].split_reason
    assert [Path(left.path).name for _, left in grouping.duplicates] == ["s07_duplicate.dcm"]


@pytest.mark.parametrize(
    ("folder", "n"),
    [
        ("ct_chest_lidc-0314", 63),
        ("mr_brain_t1_studyforrest", 92),
        ("petctmr_sts-012/CT", 53),
        ("petctmr_sts-012/PET", 53),
        ("petctmr_sts-012/MR_T1", 53),
    ],
)
def test_real_volumes_are_one_stack_in_simpleitk_order(shared_data: Path, folder: str, n: int) -> None:
    import SimpleITK as sitk

    top = shared_data / "dicom" / folder
    series = [s for s in split_series(h for h in scan([top]) if isinstance(h, InstanceHeader)) if s.kind == "image"]
    assert [len(s.instances) for s in series] == [n]
    expected = list(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(top)))
    got = [h.path for h in series[0].instances]
    assert got in (expected, expected[::-1])


_WILD = st.builds(
    lambda k, z, **values: _header(k, position=() if z is None else (0.0, 0.0, z), **values),
    k=st.integers(0, 10_000),
    z=st.sampled_from([None, 0.0, 0.004, 5.0, 5.001, 10.0]),
    echo_time=st.sampled_from([None, 10.0, 20.0]),
    b_value=st.sampled_from([None, 0.0, 1000.0]),
    temporal_position=st.sampled_from([None, 1, 2]),
    trigger_time=st.sampled_from([None, 0.0, 33.3]),
    acquisition_number=st.sampled_from([None, 1, 2]),
    acquisition_time=st.sampled_from(["", "100000", "100001"]),
    orientation=st.sampled_from(
        [(), (1.0, 0, 0, 0, 1, 0), (1.0, 0.0009, 0, 0, 1, 0), (1.0, 0.0018, 0, 0, 1, 0), (0, 1.0, 0, 0, 0, 1)]
    ),
    image_type=st.sampled_from([(), ("ORIGINAL", "PRIMARY", "LOCALIZER"), ("DERIVED",)]),
    series_uid=st.sampled_from(["1.4", "1.5"]),
    frames=st.sampled_from([1, 1, 1, 7]),
)


@settings(max_examples=150, deadline=None)
@given(headers=st.lists(_WILD, max_size=25, unique_by=lambda h: h.path), seed=st.integers(0, 1000))
def test_every_instance_is_in_one_place_and_the_order_of_files_does_not_matter(
    headers: list[InstanceHeader], seed: int
) -> None:
    grouping = group_instances(headers, same_pixels=lambda a, b: a.path[-1] == b.path[-1])
    shown = [h.path for s in grouping.series for h in s.instances]
    copies = [left.path for _, left in grouping.duplicates]
    assert sorted(shown + copies) == sorted(h.path for h in headers)
    assert len({s.key for s in grouping.series}) == len(grouping.series)
    for s in grouping.series:
        assert 1 <= s.part <= s.parts
        assert bool(s.split_reason) == (s.parts > 1)
        places = [h.position for h in s.instances]
        if s.instances[0].frames == 1 and all(places):
            assert len({h.series_uid for h in s.instances}) == 1
    shuffled = headers[:]
    random.Random(seed).shuffle(shuffled)
    again = group_instances(shuffled, same_pixels=lambda a, b: a.path[-1] == b.path[-1])
    assert [(s.key, [h.path for h in s.instances]) for s in again.series] == [
        (s.key, [h.path for h in s.instances]) for s in grouping.series
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), max_size=30), st.randoms())
def test_clusters_are_the_connected_components(points: list[tuple[float, ...]], rng: random.Random) -> None:
    from scipy.sparse.csgraph import connected_components

    got = clusters(points, 0.1)
    distinct = sorted(set(points))
    if distinct:
        array = np.asarray(distinct)
        near = np.abs(array[:, None] - array[None]).max(axis=2) <= 0.1
        _, labels = connected_components(near, directed=False)
        for i, p in enumerate(distinct):
            for j, q in enumerate(distinct):
                assert (got[p] == got[q]) == (labels[i] == labels[j])
    rng.shuffle(points)
    assert clusters(points, 0.1) == got


@pytest.mark.parametrize(
    ("header", "count"),
    [
        ({}, 1),
        ({"frames": 30}, 30),
        ({"kind": "volume", "format": "nifti", "shape_zyx": (53, 64, 64)}, 53),
        ({"kind": "volume", "format": "nrrd", "shape_zyx": (5, 64, 64), "frames": 4}, 20),
        ({"kind": "raster", "format": "tiff", "frames": 3}, 3),
        ({"kind": "rt", "modality": "RTDOSE", "frames": 15}, 15),
        ({"kind": "rt", "modality": "RTSTRUCT", "pixel_keyword": ""}, 0),
        ({"kind": "report", "modality": "SR", "pixel_keyword": ""}, 0),
        ({"kind": "waveform", "modality": "ECG", "pixel_keyword": ""}, 0),
        ({"kind": "waveform", "format": "wfdb", "pixel_keyword": ""}, 0),
        ({"pixel_keyword": ""}, 0),
    ],
)
def test_the_number_of_images_is_what_can_be_scrolled_through(header: dict[str, Any], count: int) -> None:
    (series,) = _group([_header(0, **header)]).series
    assert series.n_frames == count


def test_real_volumes_and_structures_count_as_nibabel_and_pydicom_say(shared_data: Path) -> None:
    import nibabel
    import pydicom

    folder = shared_data / "dicom" / "petctmr_sts-012"
    headers = [h for h in scan([folder, shared_data / "volumes"]) if isinstance(h, InstanceHeader)]
    counts = {Path(s.instances[0].path): s.n_frames for s in split_series(headers) if len(s.instances) == 1}
    assert len(counts) >= 8
    for path, count in counts.items():
        if path.name.endswith(".nii.gz"):
            assert count == nibabel.load(path).shape[2]
        elif path.suffix == ".nrrd":
            assert count == 25
        else:
            assert pydicom.dcmread(path, stop_before_pixels=True).Modality == "RTSTRUCT"
            assert count == 0
