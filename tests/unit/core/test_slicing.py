"""Planes in all 48 axis orientations and oblique, against SimpleITK; places, slabs, reference lines."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medviewer.core import slicing
from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.core.plane_geometry import SliceGeometry

PLANES = ("axial", "coronal", "sagittal")
SIZES = (5, 6, 7)
FACTS = Facts(spacing_source=SpacingSource.PATIENT, has_patient_position=True)


def orientations() -> list[tuple[np.ndarray, str]]:
    found = []
    for order in itertools.permutations(range(3)):
        for signs in itertools.product((1, -1), repeat=3):
            matrix = np.zeros((3, 3))
            for column, (axis, sign) in enumerate(zip(order, signs, strict=True)):
                matrix[axis, column] = sign
            name = "".join(("LPS" if s > 0 else "RAI")[a] for a, s in zip(order, signs, strict=True))
            found.append((matrix, name))
    return found


ALL_48 = orientations()


def volume(matrix: np.ndarray, spacing: tuple[float, float, float] = (0.7, 1.3, 2.9), **more: object) -> Image:
    array = np.arange(np.prod(SIZES), dtype=np.int16).reshape(SIZES)
    axes = [tuple(float(v) for v in matrix[:, column]) for column in range(3)]
    geometry = Geometry(SIZES, (12.5, -40.0, 77.0), axes[0], axes[1], axes[2], spacing)  # type: ignore[arg-type]
    return Image(array, geometry, facts=FACTS, **more)  # type: ignore[arg-type]


def sitk_of(image: Image):
    import SimpleITK as sitk

    g = image.geometry
    made = sitk.GetImageFromArray(image.array.astype(np.float64))
    made.SetOrigin(g.origin_mm)
    made.SetSpacing(g.spacing_xyz_mm)
    made.SetDirection(np.column_stack((g.axis_x, g.axis_y, g.axis_z)).ravel())
    return made


def sitk_on_plane(source, geometry: SliceGeometry) -> np.ndarray:
    """The source resampled onto the pixels of a slice geometry, by SimpleITK."""
    import SimpleITK as sitk

    rows, columns = geometry.shape_yx
    grid = sitk.Image(columns, rows, 1, sitk.sitkFloat64)
    grid.SetOrigin(geometry.origin_mm)
    grid.SetSpacing((*geometry.spacing_xy_mm, 1.0))
    grid.SetDirection(np.column_stack((geometry.axis_x, geometry.axis_y, geometry.normal)).ravel())
    return sitk.GetArrayFromImage(sitk.Resample(source, grid, sitk.Transform(), sitk.sitkLinear, -9999.0))[0]


def rotation(seed: int, degrees: float) -> np.ndarray:
    axis = np.random.default_rng(seed).normal(size=3)
    axis /= np.linalg.norm(axis)
    k = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    a = np.deg2rad(degrees)
    return np.eye(3) + np.sin(a) * k + (1 - np.cos(a)) * k @ k


@pytest.mark.parametrize(("matrix", "name"), ALL_48, ids=[name for _, name in ALL_48])
def test_planes_are_simpleitks_reoriented_volume(matrix: np.ndarray, name: str) -> None:
    import SimpleITK as sitk

    image = volume(matrix)
    # DICOMOrient takes left-handed directions too: it permutes and flips.
    lps = sitk.GetArrayFromImage(sitk.DICOMOrient(sitk_of(image), "LPS"))
    for plane, axis in zip(PLANES, range(3), strict=True):
        assert slicing.plane_count(image, plane) == lps.shape[axis]
        for k in range(lps.shape[axis]):
            expected = np.take(lps, k, axis=axis)
            if plane != "axial":
                expected = expected[::-1]
            found = slicing.plane_slice(image, plane, k)
            assert np.array_equal(found.values, expected)
            assert np.shares_memory(found.values, image.array)


@pytest.mark.parametrize(("matrix", "name"), ALL_48, ids=[name for _, name in ALL_48])
def test_letters_are_radiological_in_every_orientation(matrix: np.ndarray, name: str) -> None:
    image = volume(matrix)
    edges = {plane: slicing.plane_slice(image, plane, 1).geometry.letters for plane in PLANES}
    assert edges == {
        "axial": ("R", "L", "A", "P"),
        "coronal": ("R", "L", "S", "I"),
        "sagittal": ("A", "P", "S", "I"),
    }
    stored = slicing.native_slice(image, 2).geometry.letters
    opposite = {"L": "R", "R": "L", "A": "P", "P": "A", "S": "I", "I": "S"}
    assert stored == (opposite[name[0]], name[0], opposite[name[1]], name[1])


@given(st.integers(0, 10_000), st.floats(0, 44), st.sampled_from(ALL_48), st.sampled_from(PLANES))
@settings(max_examples=60, deadline=None)
def test_every_pixel_knows_its_voxel_in_oblique_volumes(
    seed: int, degrees: float, orientation: tuple[np.ndarray, str], plane: str
) -> None:
    image = volume(rotation(seed, degrees) @ orientation[0])
    k = seed % slicing.plane_count(image, plane)
    found = slicing.plane_slice(image, plane, k)
    y, x = np.indices(found.values.shape)
    world = found.geometry.world(x, y)
    index = image.geometry.index(world)
    assert np.allclose(index, np.rint(index), atol=1e-6)
    column, row, layer = np.rint(index).astype(int).reshape(-1, 3).T
    assert np.array_equal(image.array[layer, row, column], found.values.reshape(-1))
    assert slicing.plane_index_of(image, plane, world[0, 0]) == pytest.approx(k, abs=1e-6)
    assert found.geometry.pixel(world[2, 3]) == pytest.approx((3, 2), abs=1e-6)
    between = slicing.slice_geometry(image, plane, k + 0.25)
    assert slicing.plane_index_of(image, plane, between.world(1, 1)) == pytest.approx(k + 0.25, abs=1e-6)


@pytest.mark.parametrize("plane", PLANES)
def test_oblique_planes_are_simpleitks_resampling(plane: str) -> None:
    image = volume(rotation(4, 25.0))
    source = sitk_of(image)
    for k in range(1, slicing.plane_count(image, plane) - 1):
        found = slicing.plane_slice(image, plane, k)
        sampled = sitk_on_plane(source, found.geometry)
        inside = sampled > -9000  # SimpleITK leaves out some pixels exactly on the border
        assert inside.mean() > 0.3
        np.testing.assert_allclose(sampled[inside], found.values[inside], atol=1e-3)


def real_image(folder: Path) -> Image:
    """A series as an Image, by pydicom alone."""
    import pydicom

    found = [pydicom.dcmread(path) for path in sorted(folder.rglob("*.dcm"))]
    orientation = np.array(found[0].ImageOrientationPatient, float)
    normal = np.cross(orientation[:3], orientation[3:])
    found.sort(key=lambda ds: float(np.array(ds.ImagePositionPatient, float) @ normal))
    first, last = (np.array(found[i].ImagePositionPatient, float) for i in (0, -1))
    step = (last - first) / (len(found) - 1)
    length = float(np.linalg.norm(step))
    row_mm, column_mm = (float(v) for v in found[0].PixelSpacing)
    array = np.stack([ds.pixel_array for ds in found])
    geometry = Geometry(
        array.shape,
        tuple(first),
        tuple(orientation[:3]),
        tuple(orientation[3:]),
        tuple(step / length),
        (column_mm, row_mm, length),
    )
    rescale = Rescale((float(found[0].get("RescaleSlope", 1)),), (float(found[0].get("RescaleIntercept", 0)),))
    return Image(array, geometry, rescale, facts=FACTS)


@pytest.mark.parametrize("series", ["mr_brain_t1_studyforrest", "ct_chest_lidc-0314"])
def test_real_series_agree_with_simpleitk(shared_data: Path, series: str) -> None:
    import SimpleITK as sitk

    folder = shared_data / "dicom" / series
    image = real_image(folder)
    reader = sitk.ImageSeriesReader()
    names = reader.GetGDCMSeriesFileNames(str(folder), recursive=True)
    reader.SetFileNames(names)
    source = sitk.Cast(reader.Execute(), sitk.sitkFloat32)
    for plane in PLANES:
        k = slicing.plane_count(image, plane) // 2
        found = slicing.plane_slice(image, plane, k)
        sampled = sitk_on_plane(source, found.geometry)
        inside = sampled > -9000
        assert inside.mean() > 0.8
        # Positions in the headers are rounded: compare where half a percent of a voxel does not matter.
        difference = np.abs(sampled - found.modality())[inside]
        assert np.percentile(difference, 99) < 0.02 * np.ptp(found.modality())
        assert np.corrcoef(sampled[inside], found.modality()[inside])[0, 1] > 0.9995
        assert found.geometry.letters.left[0] == ("A" if plane == "sagittal" else "R")


# -- the stack


def test_native_slice_is_a_view_with_its_own_rescale() -> None:
    image = volume(np.eye(3), rescale=Rescale(tuple(float(k) for k in range(5)), (1.0,) * 5), padding=(70, 75))
    found = slicing.native_slice(image, 3)
    assert np.shares_memory(found.values, image.array)
    assert found.rescale.of_slice(0) == (3.0, 1.0)
    assert np.allclose(found.geometry.world(0, 0), image.geometry.world((0, 0, 3)))
    expected = image.modality_slice(3)
    np.testing.assert_array_equal(found.modality(), expected)
    assert np.isnan(slicing.native_slice(image, 1).modality()).sum() == 6


def test_tilted_and_gapped_stacks_keep_true_positions() -> None:
    tilt = np.deg2rad(20)
    matrix = np.eye(3)
    matrix[:, 2] = (0, np.sin(tilt), np.cos(tilt))
    image = volume(matrix, slice_positions_mm=(0.0, 2.0, 4.0, 10.0, 12.0))
    geometry = slicing.slice_geometry(image, "stack", 3)
    off = np.asarray(geometry.origin_mm) - image.geometry.origin_mm
    assert off[2] == pytest.approx(10.0)  # along the normal
    assert off[1] == pytest.approx(10.0 * np.tan(tilt))  # and leaning
    for k in range(5):
        centre = slicing.slice_geometry(image, "stack", k).world(2, 2)
        assert slicing.plane_index_of(image, "stack", centre) == pytest.approx(k)
    assert slicing.plane_index_of(image, "stack", slicing.slice_geometry(image, "stack", 2.5).world(0, 0)) == (
        pytest.approx(2.5)
    )
    beyond = np.add(image.geometry.origin_mm, (0, 0, 16.0))
    assert slicing.plane_index_of(image, "stack", beyond) == pytest.approx(6.0)
    assert slicing.plane_index_of(image, "stack", np.asarray(image.geometry.origin_mm) - (0, 0, 1.0)) == (
        pytest.approx(-0.5)
    )
    with pytest.raises(ValueError, match="regularise"):
        slicing.plane_slice(image, "coronal", 0)


def test_descending_positions() -> None:
    matrix = np.diag((1.0, 1.0, -1.0))
    image = volume(matrix, slice_positions_mm=(0.0, -2.0, -4.0, -10.0, -12.0))
    for k in range(5):
        centre = slicing.slice_geometry(image, "stack", k).world(1, 1)
        assert slicing.plane_index_of(image, "stack", centre) == pytest.approx(k)
    assert slicing.slice_geometry(image, "stack", 3).origin_mm[2] == pytest.approx(77.0 - 10.0)


def test_indices_outside_are_refused() -> None:
    image = volume(np.eye(3))
    for plane, k in (("axial", 5), ("coronal", -1), ("stack", 5)):
        with pytest.raises(IndexError):
            slicing.plane_slice(image, plane, k)
    with pytest.raises(ValueError, match="projection"):
        slicing.plane_slice(image, "axial", 2, slab_mm=20, mode="median")


# -- slabs


@pytest.mark.parametrize("plane", ["stack", *PLANES])
@pytest.mark.parametrize("mode", ["mean", "max", "min"])
def test_slabs_project_the_slices_around(plane: str, mode: str) -> None:
    image = volume(rotation(2, 10.0))
    image = replace(image, array=np.random.default_rng(5).integers(-900, 900, SIZES).astype(np.int16))
    step = {"stack": 2.9, "axial": 2.9, "coronal": 1.3, "sagittal": 0.7}[plane]
    single = [slicing.plane_slice(image, plane, k).values for k in range(slicing.plane_count(image, plane))]
    found = slicing.plane_slice(image, plane, 2, slab_mm=3 * step, mode=mode)
    expected = getattr(np, mode)(np.stack(single[1:4]), axis=0)
    np.testing.assert_allclose(found.values, expected, rtol=1e-6)
    assert found.values.dtype == (np.float32 if mode == "mean" else np.int16)
    assert found.thickness_mm == pytest.approx(3 * step)
    at_the_end = slicing.plane_slice(image, plane, 0, slab_mm=3 * step, mode=mode)
    np.testing.assert_allclose(at_the_end.values, getattr(np, mode)(np.stack(single[:2]), axis=0), rtol=1e-6)
    assert np.array_equal(slicing.plane_slice(image, plane, 2, slab_mm=0.4 * step).values, single[2])


@pytest.mark.parametrize("mode", ["mean", "max", "min"])
@pytest.mark.parametrize("kind", ["int16", "float32"])
def test_padding_takes_no_part_in_projections(mode: str, kind: str) -> None:
    values = np.random.default_rng(6).integers(-500, 500, SIZES).astype(kind)
    padded = np.random.default_rng(7).random(SIZES) < 0.4
    padded[:, 0, 0] = True
    padded[:, 1, 1] = False
    values[padded] = -2000 if kind == "int16" else np.nan
    image = replace(volume(np.eye(3)), array=values, padding=(-2000, -2000) if kind == "int16" else None)
    found = slicing.plane_slice(image, "axial", 2, slab_mm=100, mode=mode)
    masked = np.ma.masked_array(values, padded)
    expected = getattr(masked, mode)(axis=0)
    modality = found.modality()
    assert np.array_equal(np.isnan(modality), expected.mask)
    np.testing.assert_allclose(modality[~expected.mask], expected.compressed(), rtol=1e-5)


def test_slices_with_several_rescales_meet_in_modality_values() -> None:
    rng = np.random.default_rng(8)
    slopes, intercepts = tuple(rng.uniform(0.1, 3, 5)), tuple(rng.uniform(-5, 5, 5))
    image = volume(rotation(1, 8.0), rescale=Rescale(slopes, intercepts), padding=(70, 72))
    stack = np.stack([image.modality_slice(k) for k in range(5)])
    plain = replace(image, array=stack, rescale=Rescale(), padding=None)
    for plane in PLANES:
        for slab in (0.0, 6.0):
            found = slicing.plane_slice(image, plane, 2, slab, "max")
            expected = slicing.plane_slice(plain, plane, 2, slab, "max")
            np.testing.assert_allclose(found.modality(), expected.modality(), rtol=1e-6)


def test_colour_volumes_are_cut_too() -> None:
    rgb = np.random.default_rng(9).integers(0, 256, (*SIZES, 3), dtype=np.uint8)
    image = replace(volume(np.eye(3)), array=rgb)
    assert np.array_equal(slicing.plane_slice(image, "coronal", 2).values, rgb[::-1, 2])
    assert np.array_equal(slicing.plane_slice(image, "sagittal", 3).values, rgb[::-1, :, 3])
    mean = slicing.plane_slice(image, "axial", 2, slab_mm=9, mode="max").values
    assert np.array_equal(mean, rgb[1:4].max(axis=0))


# -- what can be reconstructed


def test_reconstructable_says_why_not() -> None:
    good = volume(np.eye(3))
    assert slicing.reconstructable(good) == ""
    cases = (
        good.with_facts(not_reconstructable="The frames are moments in time."),
        replace(good, array=good.array[:2]),
        good.with_facts(spacing_source=SpacingSource.NONE),
        replace(good, geometry=replace(good.geometry, spacing_xyz_mm=(1.0, 1.0, 0.0))),
        replace(good, slice_positions_mm=(0.0,) * 5),
        replace(good, geometry=replace(good.geometry, axis_z=(1.0, 0.0, 0.0))),
    )
    reasons = [slicing.reconstructable(image) for image in cases]
    assert all(reason.endswith(".") for reason in reasons)
    assert reasons[0] == "The frames are moments in time."


# -- reference lines


def plain_plane(normal_axis: int, at: float, size: tuple[int, int] = (11, 21)) -> SliceGeometry:
    axes = {2: ((1, 0, 0), (0, 1, 0)), 1: ((1, 0, 0), (0, 0, 1)), 0: ((0, 1, 0), (0, 0, 1))}[normal_axis]
    origin = [0.0, 0.0, 0.0]
    origin[normal_axis] = at
    x, y = (tuple(float(v) for v in axis) for axis in axes)
    return SliceGeometry(tuple(origin), x, y, (1.0, 1.0), size)  # type: ignore[arg-type]


def test_reference_line_where_a_coronal_cuts_an_axial() -> None:
    axial, coronal = plain_plane(2, 5.0), plain_plane(1, 4.0)
    ends = slicing.reference_line(axial, coronal)
    assert ends is not None
    assert sorted(ends) == [pytest.approx((-0.5, 4.0)), pytest.approx((20.5, 4.0))]


def test_reference_line_is_clipped_to_the_other_slice_too() -> None:
    axial = plain_plane(2, 5.0)
    small = SliceGeometry((3.0, 4.0, 0.0), (1, 0, 0), (0, 0, 1), (1.0, 1.0), (11, 6))
    ends = slicing.reference_line(axial, small)
    assert ends is not None
    assert sorted(ends) == [pytest.approx((2.5, 4.0)), pytest.approx((8.5, 4.0))]
    beyond = replace(small, origin_mm=(3.0, 4.0, 40.0))
    assert slicing.reference_line(axial, beyond) is None


def test_parallel_and_missing_slices_have_no_line() -> None:
    assert slicing.reference_line(plain_plane(2, 5.0), plain_plane(2, 6.0)) is None
    assert slicing.reference_line(plain_plane(2, 5.0), plain_plane(1, 400.0)) is None


@given(st.integers(0, 100_000))
@settings(max_examples=60, deadline=None)
def test_reference_lines_lie_in_both_planes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    planes = []
    for n in (0, 1):
        turn = rotation(seed + n, float(rng.uniform(0, 180)))
        planes.append(
            SliceGeometry(
                tuple(rng.uniform(-20, 20, 3)),
                tuple(turn[:, 0]),
                tuple(turn[:, 1]),
                tuple(rng.uniform(0.3, 3, 2)),
                (40, 50),
            )
        )
    a, b = planes
    ends = slicing.reference_line(a, b)
    if ends is None:
        return
    for x, y in ends:
        world = a.world(x, y)
        assert abs(b.distance_mm(world)) < 1e-6
        assert -0.5 - 1e-6 <= x <= 49.5 + 1e-6
        assert -0.5 - 1e-6 <= y <= 39.5 + 1e-6
        u, v = b.pixel(world)
        assert -0.5 - 1e-6 <= u <= 49.5 + 1e-6
        assert -0.5 - 1e-6 <= v <= 39.5 + 1e-6
    back = slicing.reference_line(b, a)
    assert back is not None
    one = sorted(tuple(np.round(a.world(*end), 5)) for end in ends)
    other = sorted(tuple(np.round(b.world(*end), 5)) for end in back)
    np.testing.assert_allclose(one, other, atol=1e-3)
