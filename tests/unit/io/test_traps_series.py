"""What belongs in one stack: phases, b-values, echoes, copies, localizers; and every file is shown or named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medviewer.io.listing import list_folder
from medviewer.io.probe import probe
from tests.helpers.dicom_factory import make_instance

MR = "1.2.840.10008.5.1.4.1.1.4"
RNG = np.random.default_rng(17)


def study(folder: Path, count: int, vary: Callable[[int], dict[str, Any]], **keywords: Any) -> dict[str, Any]:
    """Write `count` files of one series in random name order, each with pixels of its own, and list the folder."""
    names = RNG.permutation(count)
    for i in range(count):
        pixels = RNG.integers(0, 4000, (4, 5)).astype(np.int16)
        own = {"pixels": pixels, "Modality": "MR", "SOPClassUID": MR, "InstanceNumber": i + 1} | keywords | vary(i)
        make_instance(folder / f"{names[i]:04d}", k=i, **own)
    found = list_folder(folder)
    shown = sum(series["n_files"] for series in found["series"])
    assert shown + len(found["left_out"]) == found["files_read"] == count  # row 17: nothing is dropped in silence
    assert len({file for series in found["series"] for file in series["files"]}) == shown
    return found


def sizes(found: dict[str, Any]) -> list[int]:
    return [series["n_files"] for series in found["series"]]


def reasons(found: dict[str, Any]) -> list[str]:
    return [series["split_reason"] for series in found["series"]]


def place(i: int, n: int, step: float = 3.0) -> dict[str, Any]:
    """Position of slice i mod n."""
    return {"ImagePositionPatient": [0, 0, step * (i % n)]}


@pytest.mark.parametrize("interleaved", [False, True])
def test_four_dimensions_by_temporal_position(tmp_path, interleaved):
    n, phases = 10, 4

    def vary(i: int) -> dict[str, Any]:
        slice_, phase = (i // phases, i % phases) if interleaved else (i % n, i // n)
        return {
            "ImagePositionPatient": [0, 0, 3.0 * slice_],
            "TemporalPositionIdentifier": phase + 1,
            "NumberOfTemporalPositions": phases,
            "AcquisitionTime": f"1015{phase:02d}",
        }

    found = study(tmp_path, n * phases, vary)
    assert sizes(found) == [n] * phases
    assert reasons(found) == [f"phase {p}" for p in range(1, phases + 1)]


def test_diffusion_by_b_value_with_directions(tmp_path):
    """84 images of 7 volumes at 12 places: b 0, and two b-values of three directions (OHIF#5876 showed 56)."""
    b = [0.0, 500.0, 500.0, 500.0, 1000.0, 1000.0, 1000.0]
    found = study(
        tmp_path,
        84,
        lambda i: place(i, 12) | {"DiffusionBValue": b[i // 12], "AcquisitionTime": f"10{i // 12:02d}00"},
    )
    assert sizes(found) == [12] * 7
    assert sum("1000" in reason for reason in reasons(found)) == 3
    assert probe(tmp_path)["frames"] == 84


def test_diffusion_with_unequal_numbers_of_places(tmp_path):
    """28 places, b 0 everywhere and b 1000 at all: 56 of 84 is not enough; an aborted third volume counts too."""
    found = study(tmp_path, 70, lambda i: place(i, 28) | {"DiffusionBValue": [0.0, 500.0, 1000.0][i // 28]})
    assert sizes(found) == [28, 28, 14]


@pytest.mark.parametrize("number_too", [True, False])
def test_echoes_that_share_places(tmp_path, number_too):
    times = [4.6, 9.2, 13.8]
    found = study(
        tmp_path,
        30,
        lambda i: place(i, 10) | {"EchoTime": times[i // 10], "EchoNumbers": i // 10 + 1 if number_too else None},
    )
    assert sizes(found) == [10, 10, 10]
    assert all("echo" in reason for reason in reasons(found))


def test_phases_by_acquisition_time_alone(tmp_path):
    found = study(
        tmp_path,
        40,
        lambda i: place(i, 10) | {"AcquisitionTime": f"1015{5 * (i // 10):02d}.{100000 * (i % 10):06d}"},
    )
    assert sizes(found) == [10] * 4


def test_phases_by_nothing_but_instance_numbers(tmp_path):
    found = study(tmp_path, 40, lambda i: place(i, 10))
    assert sizes(found) == [10] * 4


def test_fmri_with_bogus_trigger_times(tmp_path):
    """Every slice of a volume has a trigger time of its own (dcm2niix#395, #409, #428)."""
    found = study(
        tmp_path,
        60,
        lambda i: (
            place(i, 12)
            | {
                "TriggerTime": float(i % 12) * 83.3 + 0.7 * (i // 12),
                "TemporalPositionIdentifier": i // 12 + 1,
                "AcquisitionTime": f"10{i // 12:02d}{i % 12:02d}",
            }
        ),
    )
    assert sizes(found) == [12] * 5


def test_one_volume_with_trigger_times_is_one_volume(tmp_path):
    found = study(tmp_path, 12, lambda i: place(i, 12) | {"TriggerTime": float(i) * 83.3})
    assert sizes(found) == [12]


def test_cardiac_phases_by_trigger_time(tmp_path):
    found = study(tmp_path, 30, lambda i: place(i, 10) | {"TriggerTime": [0.0, 300.0, 600.0][i // 10]})
    assert sizes(found) == [10, 10, 10]


def test_cine_at_one_place_is_one_stack(tmp_path):
    found = study(tmp_path, 25, lambda i: place(0, 1) | {"TriggerTime": 40.0 * i, "InstanceNumber": i + 1})
    assert sum(sizes(found)) == 25
    assert len(found["series"]) == 1
    assert "one location" in probe_reason(tmp_path)


def test_images_of_one_plane_at_two_stations_are_apart(tmp_path):
    """Two cines in one plane, 200 mm apart in it: one origin cannot be that of both."""
    found = study(tmp_path, 10, lambda i: {"ImagePositionPatient": [0 if i % 2 else 200.0, 0, 0]})
    assert sizes(found) == [5, 5]


def probe_reason(folder: Path) -> str:
    from medviewer.io import volume

    return volume.plan(volume.series_at(folder)).facts.not_reconstructable


@pytest.mark.parametrize("image_type", [["ORIGINAL", "PRIMARY", "LOCALIZER"], ["ORIGINAL", "PRIMARY", "AXIAL"]])
def test_a_localizer_among_axial_slices(tmp_path, image_type):
    def vary(i: int) -> dict[str, Any]:
        if i == 0:
            return {
                "ImageType": image_type,
                "ImageOrientationPatient": [0, 1, 0, 0, 0, -1],
                "ImagePositionPatient": [0, -50, 50],
            }
        return place(i, 99)

    found = study(tmp_path, 13, vary, Modality="CT", SOPClassUID="1.2.840.10008.5.1.4.1.1.2")
    assert sorted(sizes(found)) == [1, 12]
    assert probe_reason(tmp_path) == ""


def test_an_overview_in_the_same_plane_is_apart_by_its_type_or_size(tmp_path):
    def vary(i: int) -> dict[str, Any]:
        if i == 0:
            return {"ImageType": ["DERIVED", "SECONDARY", "REFORMATTED"], "ImagePositionPatient": [0, 0, 3.0]}
        if i == 1:
            return {"pixels": np.ones((9, 9), np.int16), "ImagePositionPatient": [0, 0, 3.0]}
        return place(i, 99)

    assert sorted(sizes(study(tmp_path, 14, vary))) == [1, 1, 12]


def test_two_orientations_of_several_slices(tmp_path):
    def vary(i: int) -> dict[str, Any]:
        if i % 2:
            return {"ImageOrientationPatient": [1, 0, 0, 0, 0, -1], "ImagePositionPatient": [0, 3.0 * i, 0]}
        return {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "ImagePositionPatient": [0, 0, 3.0 * i]}

    assert sizes(study(tmp_path, 12, vary)) == [6, 6]


def test_spacing_that_differs(tmp_path):
    found = study(tmp_path, 12, lambda i: place(i, 6) | {"PixelSpacing": [0.5, 0.5] if i < 6 else [0.7, 0.7]})
    assert sizes(found) == [6, 6]


def test_magnitude_and_phase_images(tmp_path):
    found = study(
        tmp_path,
        20,
        lambda i: place(i, 10) | {"ImageType": ["ORIGINAL", "PRIMARY", "M" if i < 10 else "P", "ND"]},
    )
    assert sizes(found) == [10, 10]


def test_kernels_of_a_ct(tmp_path):
    found = study(
        tmp_path,
        20,
        lambda i: place(i, 10) | {"ConvolutionKernel": "B30f" if i < 10 else "B70f"},
        Modality="CT",
        SOPClassUID="1.2.840.10008.5.1.4.1.1.2",
    )
    assert sizes(found) == [10, 10]


# --- row 14: copies


@pytest.mark.parametrize("uid", ["same", "own"])
@pytest.mark.parametrize("number", ["same", "own"])
def test_identical_image_at_the_same_place_is_left_out_with_a_notice(tmp_path, uid, number):
    pixels = [RNG.integers(0, 4000, (4, 5)).astype(np.int16) for _ in range(6)]

    def vary(i: int) -> dict[str, Any]:
        k = i if i < 6 else 2
        own: dict[str, Any] = {"pixels": pixels[k], **place(k, 6)}
        if i == 6 and uid == "same":
            own["SOPInstanceUID"] = "1.2.3.4.2"
        if i == 2 and uid == "same":
            own["SOPInstanceUID"] = "1.2.3.4.2"
        own["InstanceNumber"] = (k if number == "same" else i) + 1
        return own

    found = study(tmp_path, 7, vary)
    if uid == "same" and number == "own":
        # One UID on two instances that contradict each other: both could be meant.
        assert sum(sizes(found)) + len(found["left_out"]) == 7
    assert sizes(found)[0] == 6
    assert len(found["left_out"]) == 1
    assert "Duplicate" in found["left_out"][0]["reason"]


def test_different_image_at_the_same_place_is_shown_beside(tmp_path):
    found = study(tmp_path, 7, lambda i: place(i if i < 6 else 2, 6))
    assert sizes(found) == [6, 1]
    assert not found["left_out"]


def test_interleaved_places_are_one_stack(tmp_path):
    """Odd slices first, then even ones: two acquisitions that interleave in space."""
    found = study(
        tmp_path,
        12,
        lambda i: {
            "ImagePositionPatient": [0, 0, 3.0 * (2 * i if i < 6 else 2 * (i - 6) + 1)],
            "AcquisitionNumber": 1 if i < 6 else 2,
        },
    )
    assert sizes(found) == [12]
    assert probe(tmp_path)["spacing_z"] == pytest.approx(3.0)


def test_missing_positions_go_by_number(tmp_path):
    found = study(tmp_path, 8, lambda i: {"ImagePositionPatient": None, "InstanceNumber": 8 - i})
    assert sizes(found) == [8]
    assert probe(tmp_path)["spacing_z"] is None


def test_one_slice_without_a_position_costs_no_volume(tmp_path):
    found = study(tmp_path, 8, lambda i: place(i, 9) if i else {"ImagePositionPatient": None})
    assert sum(sizes(found)) == 8
    assert probe(tmp_path)["frames"] == 8
