"""Where pixels lie: every voxel holds a linear function of its place in the patient; a wrong place shows at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk

from medviewer.core.image import Image, SpacingSource
from medviewer.core.slicing import (
    native_slice,
    plane_count,
    plane_index_of,
    plane_slice,
    reconstructable,
    reference_line,
    regularise,
    slice_geometry,
)
from medviewer.io import volume
from medviewer.io.listing import list_folder
from medviewer.io.probe import probe
from tests.helpers.dicom_factory import make_instance

FIELD = np.array([3.0, -7.0, 11.0])  # stored value per mm along L, P, S
OFFSET = 5000.0


def rotation(seed: int) -> np.ndarray:
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return q * np.sign(np.linalg.det(q))


ORIENTATIONS = {
    "axial": [1, 0, 0, 0, 1, 0],
    "axial, prone": [-1, 0, 0, 0, -1, 0],
    "axial, from above": [-1, 0, 0, 0, 1, 0],
    "axial, upside down": [1, 0, 0, 0, -1, 0],
    "coronal": [1, 0, 0, 0, 0, -1],
    "sagittal": [0, 1, 0, 0, 0, -1],
    "sagittal, from the left": [0, -1, 0, 0, 0, -1],
    "rotated in the plane": [0, 1, 0, -1, 0, 0],
    "oblique": rotation(2)[:2].reshape(-1).tolist(),
    "double oblique": rotation(5)[:2].reshape(-1).tolist(),
}


def phantom(
    folder: Path,
    orientation: Any,
    offsets: Any,
    *,
    shape: tuple[int, int] = (12, 9),
    spacing: tuple[float, float] = (1.5, 0.8),
    shear: Any = (0.0, 0.0),
    origin: Any = (-20.0, 30.0, 12.0),
    shuffle: int | None = 1,
    noise: float = 0.0,
    **keywords: Any,
) -> list[Path]:
    """Slices at `offsets` mm along the normal, shifted by `shear` (mm along row and column) per mm; int32 values."""
    o = np.asarray(orientation, dtype=float)
    x, y = o[:3], o[3:]
    normal = np.cross(x, y)
    rng = np.random.default_rng(4)
    names = np.arange(len(offsets)) if shuffle is None else np.random.default_rng(shuffle).permutation(len(offsets))
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    paths = []
    for k, offset in enumerate(offsets):
        position = np.round(np.asarray(origin) + normal * offset + (x * shear[0] + y * shear[1]) * offset, 6)
        world = position + columns[..., None] * spacing[1] * x + rows[..., None] * spacing[0] * y
        values = np.rint((world @ FIELD + OFFSET) * 100).astype(np.int32)
        own: dict[str, Any] = {
            "pixels": values,
            "RescaleSlope": 0.01,
            "RescaleIntercept": -OFFSET,
            "ImagePositionPatient": [float(v) for v in position],
            "ImageOrientationPatient": [float(round(v, 9)) for v in o + rng.uniform(-noise, noise, 6)],
            "PixelSpacing": list(spacing),
            "SliceThickness": 1.0,
            "SpacingBetweenSlices": 77.0,
            "InstanceNumber": 1,
        }
        paths.append(make_instance(folder / f"{names[k]:03d}.dcm", k=k, **(own | keywords)))
    return paths


def image_of(folder: Path) -> Image:
    return volume.load(folder)


def check_places(image: Image, plane: str, tolerance: float = 0.05) -> None:
    """Every pixel of every slice holds the field at the place that its geometry names."""
    for k in range(plane_count(image, plane)):
        pixels = plane_slice(image, plane, k) if plane != "stack" else native_slice(image, k)
        values = pixels.modality()
        h, w = values.shape
        for yx in ((0, 0), (0, w - 1), (h - 1, 0), (h // 2, w // 3)):
            if np.isfinite(values[yx]):
                place = np.asarray(pixels.geometry.world(yx[1], yx[0]))
                assert values[yx] == pytest.approx(float(place @ FIELD), abs=tolerance), (plane, k, yx)


def check_screen(image: Image) -> None:
    """Rows 20 and 21: radiological planes, whatever the stack's own direction."""
    right_down = {"axial": ((0, 1), (1, 1)), "coronal": ((0, 1), (2, -1)), "sagittal": ((1, 1), (2, -1))}
    counted = {"axial": (2, 1), "coronal": (1, 1), "sagittal": (0, 1)}
    for plane, (right, down) in right_down.items():
        g = slice_geometry(image, plane, 0)
        assert np.asarray(g.axis_x)[right[0]] * right[1] > 0.5
        assert np.asarray(g.axis_y)[down[0]] * down[1] > 0.5
        if plane_count(image, plane) > 1:
            step = np.asarray(slice_geometry(image, plane, 1).origin_mm) - np.asarray(g.origin_mm)
            assert step[counted[plane][0]] * counted[plane][1] > 0


@pytest.mark.parametrize("name", ORIENTATIONS)
@pytest.mark.parametrize("sense", [1, -1])
def test_every_orientation_and_direction(tmp_path, name, sense):
    phantom(tmp_path, ORIENTATIONS[name], [sense * 2.5 * k for k in range(6)])
    image = image_of(tmp_path)
    assert image.geometry.spacing_xyz_mm == pytest.approx((0.8, 1.5, 2.5))
    assert reconstructable(image) == ""
    for plane in ("stack", "axial", "coronal", "sagittal"):
        check_places(image, plane)
    if "oblique" not in name:
        check_screen(image)
    # Against SimpleITK, asked to sort by itself.
    names = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(tmp_path))
    theirs = sitk.ReadImage(names)
    np.testing.assert_allclose(theirs.GetSpacing(), image.geometry.spacing_xyz_mm, atol=1e-4)
    for index in ((0, 0, 0), (8, 11, 5), (3, 4, 2)):
        place = theirs.TransformIndexToPhysicalPoint(index)
        i, j, k = np.rint(image.geometry.index(place)).astype(int)
        assert image.modality_slice(k)[j, i] == pytest.approx(theirs.GetPixel(index), abs=0.02)


@pytest.mark.parametrize("name", ["axial", "coronal", "sagittal", "oblique"])
@pytest.mark.parametrize("shear", [(0.0, 0.3), (0.0, -0.3), (0.25, 0.0), (-0.1, 0.2)])
@pytest.mark.parametrize("tag", [None, 16.7, -16.7])
def test_tilt_is_found_from_positions_and_undone(tmp_path, name, shear, tag):
    """Row 12: GantryDetectorTilt is never computed with; its sign differs by vendor."""
    phantom(tmp_path, ORIENTATIONS[name], [3.0 * k for k in range(7)], shear=shear, GantryDetectorTilt=tag)
    image = image_of(tmp_path)
    assert image.facts.tilt_deg == pytest.approx(np.degrees(np.arctan(np.hypot(*shear))), abs=0.05)
    check_places(image, "stack")
    regular = regularise(image)
    assert regular.facts.resampled
    inside = 0
    g = regular.geometry
    assert abs(float(np.dot(g.axis_z, g.axis_y))) < 1e-6
    assert abs(float(np.dot(g.axis_z, g.axis_x))) < 1e-6
    for k in range(regular.n_slices):
        values = regular.modality_slice(k)
        rows, columns = np.nonzero(np.isfinite(values))
        for j, i in list(zip(rows, columns, strict=True))[::3]:
            stored = image.geometry.index(g.world((i, j, k)))
            if np.any(stored < 0) or np.any(stored > np.array([8, 11, 6])):
                continue  # the outer half of a border pixel holds the pixel's own value
            assert values[j, i] == pytest.approx(float(g.world((i, j, k)) @ FIELD), abs=0.3)
            inside += 1
    assert inside > 30
    assert any("tilted" in line for line in image.facts.warnings)


@pytest.mark.parametrize(
    ("offsets", "missing", "irregular"),
    [
        ([0, 2, 4, 8, 10, 12], 1, True),
        ([0, 2, 4, 10, 12, 14, 16], 2, True),
        ([12, 0, 8, 2, 10, 4], 1, True),  # unsorted gaps
        ([0, 2, 4.5, 6, 8, 10], 0, True),
        ([0, 2, 4.005, 6, 8, 10], 0, False),
        ([0, 3.2, 6.4, 9.6, 11.2, 12.8, 14.4, 16.0], 0, True),  # 3.2 against 1.6 mm (dcmstack#55)
        ([0, -2, -4, -8, -10], 1, True),
        ([-5, -3, -1, 1, 3, 5], 0, False),
    ],
)
@pytest.mark.parametrize("name", ["axial", "oblique"])
def test_gaps_and_uneven_slices(tmp_path, name, offsets, missing, irregular):
    phantom(tmp_path, ORIENTATIONS[name], offsets)
    image = image_of(tmp_path)
    if missing or not irregular:
        assert image.facts.missing_slices == missing
    assert image.facts.irregular_spacing is irregular
    check_places(image, "stack", 0.15)
    ordered = sorted(offsets)
    for k, offset in enumerate(ordered):
        g = slice_geometry(image, "stack", k)
        normal = image.geometry.normal
        assert float(np.asarray(g.origin_mm) @ normal) == pytest.approx(
            float(np.array([-20.0, 30, 12]) @ normal) + offset, abs=0.01
        )
        assert plane_index_of(image, "stack", g.world(2, 3)) == pytest.approx(k, abs=0.01)
    if irregular:
        assert any("missing" in line or "not even" in line for line in image.facts.warnings)
        regular = regularise(image)
        g = regular.geometry
        for k in range(regular.n_slices):
            values = regular.modality_slice(k)
            for j, i in ((0, 0), (5, 4), (11, 8)):
                if np.isfinite(values[j, i]):
                    assert values[j, i] == pytest.approx(float(g.world((i, j, k)) @ FIELD), abs=0.3)


def test_single_negative_spacing_tag_is_not_believed(tmp_path):
    phantom(tmp_path, ORIENTATIONS["axial"], [2.0 * k for k in range(5)], SpacingBetweenSlices=-4.4)
    image = image_of(tmp_path)
    assert image.geometry.spacing_xyz_mm[2] == pytest.approx(2.0)
    check_places(image, "axial")


@pytest.mark.parametrize("noise", [1e-7, 1e-5, 3e-4])
def test_noise_in_orientations_splits_nothing(tmp_path, noise):
    phantom(tmp_path, ORIENTATIONS["oblique"], [2.0 * k for k in range(9)], noise=noise)
    found = list_folder(tmp_path)
    assert [s["n_files"] for s in found["series"]] == [9]
    image = image_of(tmp_path)
    g = image.geometry
    assert abs(float(np.dot(g.axis_x, g.axis_y))) < 1e-9  # made orthonormal once
    assert float(np.linalg.norm(g.axis_x)) == pytest.approx(1.0, abs=1e-9)
    check_places(image, "stack", 0.3)


def test_reference_lines_meet_in_the_patient(tmp_path):
    phantom(tmp_path / "a", ORIENTATIONS["axial"], [2.0 * k for k in range(5)], origin=(-3.0, -6.0, 0.0))
    o = np.array(ORIENTATIONS["double oblique"])
    middle = np.array([-3.0 + 4 * 0.8, -6.0 + 5.5 * 1.5, 4.0])  # of slice 2; slice 1 of b passes through it
    origin = middle - o[:3] * 4 * 0.8 - o[3:] * 5.5 * 1.5 - np.cross(o[:3], o[3:]) * 2.0
    phantom(tmp_path / "b", o, [2.0 * k for k in range(5)], origin=origin)
    a, b = image_of(tmp_path / "a"), image_of(tmp_path / "b")
    ga, gb = slice_geometry(a, "stack", 2), slice_geometry(b, "stack", 1)
    line = reference_line(ga, gb)
    assert line is not None
    for x, y in line:
        place = np.asarray(ga.world(x, y))
        away = (place - np.asarray(gb.origin_mm)) @ np.cross(gb.axis_x, gb.axis_y)
        assert abs(float(away)) < 1e-6
        assert -0.51 <= x <= 8.51
        assert -0.51 <= y <= 11.51


# --- what can be a volume


@pytest.mark.parametrize("offsets", [[0.0], [0.0, 2.0]])
def test_too_few_slices_are_no_volume_and_say_why(tmp_path, offsets):
    phantom(tmp_path, ORIENTATIONS["axial"], offsets)
    image = image_of(tmp_path)
    assert "three" in reconstructable(image)
    check_places(image, "stack")


def test_slices_a_thousandth_mm_apart_are_one_location(tmp_path):
    phantom(tmp_path, ORIENTATIONS["axial"], [0.0, 0.001, 0.002, 0.003])
    assert "one location" in reconstructable(image_of(tmp_path))


# --- rows 22 to 24: spacing


@pytest.mark.parametrize(
    ("modality", "fields", "spacing", "source", "aspect"),
    [
        ("CT", {"PixelSpacing": [2.0, 1.0]}, [1.0, 2.0], SpacingSource.PATIENT, 2.0),
        ("CR", {"PixelSpacing": None, "ImagerPixelSpacing": [0.2, 0.1]}, [0.1, 0.2], SpacingSource.DETECTOR, 2.0),
        ("CR", {"PixelSpacing": None}, None, SpacingSource.NONE, 1.0),
        (
            "DX",
            {"PixelSpacing": [0.15, 0.15], "ImagerPixelSpacing": [0.15, 0.15]},
            [0.15, 0.15],
            SpacingSource.DETECTOR,
            1.0,
        ),
        (
            "DX",
            {
                "PixelSpacing": [0.12, 0.12],
                "ImagerPixelSpacing": [0.15, 0.15],
                "PixelSpacingCalibrationType": "GEOMETRY",
            },
            [0.12, 0.12],
            SpacingSource.CALIBRATED,
            1.0,
        ),
        (
            "DX",
            {
                "PixelSpacing": [0.12, 0.12],
                "ImagerPixelSpacing": [0.15, 0.15],
                "PixelSpacingCalibrationType": "FIDUCIAL",
            },
            [0.12, 0.12],
            SpacingSource.CALIBRATED,
            1.0,
        ),
        (
            "XA",
            {"PixelSpacing": None, "ImagerPixelSpacing": [0.3, 0.3], "EstimatedRadiographicMagnificationFactor": 1.5},
            [0.2, 0.2],
            SpacingSource.CALIBRATED,
            1.0,
        ),
        (
            "CR",
            {"PixelSpacing": None, "NominalScannedPixelSpacing": [0.25, 0.5]},
            [0.5, 0.25],
            SpacingSource.NOMINAL,
            0.5,
        ),
        ("OT", {"PixelSpacing": None, "PixelAspectRatio": [155, 100]}, None, SpacingSource.NONE, 1.55),
        ("OT", {"PixelSpacing": None, "PixelAspectRatio": [1, 2]}, None, SpacingSource.NONE, 0.5),
        ("US", {"PixelSpacing": [0.3, 0.3]}, [0.3, 0.3], SpacingSource.PATIENT, 1.0),
    ],
)
def test_which_spacing_measures_and_how_it_is_called(tmp_path, modality, fields, spacing, source, aspect):
    path = make_instance(tmp_path / "a.dcm", Modality=modality, SOPClassUID="1.2.840.10008.5.1.4.1.1.7", **fields)
    found = probe(path)
    assert found["spacing_xy"] == (None if spacing is None else pytest.approx(spacing))
    assert found["spacing_source"] == source
    assert volume.plan(volume.series_at(path)).facts.pixel_aspect == pytest.approx(aspect)


@pytest.mark.parametrize("bad", [[0, 0], [-1, 1], ["1e30", 1]])
def test_impossible_spacing_is_no_spacing(tmp_path, bad):
    path = make_instance(tmp_path / "a.dcm", PixelSpacing=bad)
    assert probe(path)["spacing_xy"] is None
