"""Tilted and gapped stacks on a regular grid, against SimpleITK, numpy's interp and analytic phantoms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medviewer.core.geometry import Geometry
from medviewer.core.image import Facts, Image, Rescale, SpacingSource
from medviewer.core.regular import is_regular, regularise
from medviewer.core.slicing import plane_slice, slice_geometry

FACTS = Facts(spacing_source=SpacingSource.PATIENT, has_patient_position=True)


def plane_wave(world: np.ndarray) -> np.ndarray:
    """Linear in space, so that linear interpolation of any kind is exact."""
    return 1000.0 + 3.0 * world[..., 0] - 2.0 * world[..., 1] + 5.0 * world[..., 2]


def tilted(degrees: float, dtype: str = "int16", turn: np.ndarray | None = None, **more: object) -> Image:
    shape = (12, 24, 20)
    angle = np.deg2rad(degrees)
    axes = np.eye(3)
    axes[:, 2] = (0, np.sin(angle), np.cos(angle))
    axes = (turn if turn is not None else np.eye(3)) @ axes
    geometry = Geometry(shape, (-8.0, 5.0, 30.0), *(tuple(c) for c in axes.T), (0.8, 0.9, 2.5))  # type: ignore[arg-type]
    z, y, x = np.indices(shape)
    values = plane_wave(geometry.world(np.stack((x, y, z), axis=-1)))
    array = values.astype(dtype) if np.dtype(dtype).kind == "f" else np.rint(values).astype(dtype)
    return Image(array, geometry, facts=FACTS, key="k", **more)  # type: ignore[arg-type]


def turned() -> np.ndarray:
    a, b = np.deg2rad(17), np.deg2rad(-9)
    return np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]]) @ np.array(
        [[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]]
    )


def test_regular_images_are_given_back() -> None:
    image = tilted(0)
    assert is_regular(image)
    assert regularise(image) is image
    # Stated positions that say the same, and positions a hundredth of a millimetre off.
    steps = tuple(2.5 * k for k in range(12))
    assert regularise(replace(image, slice_positions_mm=steps)).geometry == image.geometry
    assert is_regular(replace(image, slice_positions_mm=tuple(s + 0.005 * (k % 2) for k, s in enumerate(steps))))


@pytest.mark.parametrize("degrees", [-23.0, 7.5, 15.0])
@pytest.mark.parametrize("turn", [None, turned()], ids=["straight", "oblique"])
@pytest.mark.parametrize("dtype", ["int16", "float32"])
def test_a_tilted_phantom_is_where_it_was(degrees: float, turn: np.ndarray | None, dtype: str) -> None:
    image = tilted(degrees, dtype, turn)
    assert not is_regular(image)
    regular = regularise(image)
    assert is_regular(regular)
    assert regular.facts.resampled
    assert regular.array.dtype == image.array.dtype
    assert regular.geometry.spacing_xyz_mm[2] == pytest.approx(2.5 * np.cos(np.deg2rad(degrees)))
    assert regular.geometry.shape_zyx == regular.array.shape
    np.testing.assert_allclose(regular.geometry.normal, image.geometry.normal, atol=1e-12)
    z, y, x = np.indices(regular.array.shape)
    expected = plane_wave(regular.geometry.world(np.stack((x, y, z), axis=-1)))
    seen = ~np.isnan(np.stack([regular.modality_slice(k) for k in range(regular.n_slices)]))
    inner = np.zeros_like(seen)
    inner[:, 1:-1, 1:-1] = seen[:, 2:, 1:-1] & seen[:, :-2, 1:-1] & seen[:, 1:-1, 1:-1]
    assert inner.sum() > 0.6 * image.array.size
    tolerance = 1.1 if dtype == "int16" else 1e-2
    np.testing.assert_allclose(regular.array[inner], expected[inner], atol=tolerance)
    # Nothing is lost: all pixels of each slice have a place.
    assert seen.sum() > 0.95 * image.array.size


@pytest.mark.parametrize("degrees", [-18.0, 11.0])
def test_a_tilted_volume_is_simpleitks_affine_resampling(degrees: float) -> None:
    import SimpleITK as sitk

    image = tilted(degrees, "float32", turned())
    image = replace(image, array=np.random.default_rng(3).normal(0, 100, image.array.shape).astype(np.float32))
    regular = regularise(image)
    # SimpleITK knows no sheared grids: let its image have index coordinates, and a transform from mm to index.
    source = sitk.GetImageFromArray(image.array)
    inverse = image.geometry.inverse_affine
    to_index = sitk.AffineTransform(inverse[:3, :3].ravel(), inverse[:3, 3])
    g = regular.geometry
    grid = sitk.Image(*regular.array.shape[::-1], sitk.sitkFloat32)
    grid.SetOrigin(g.origin_mm)
    grid.SetSpacing(g.spacing_xyz_mm)
    grid.SetDirection(np.column_stack((g.axis_x, g.axis_y, g.axis_z)).ravel())
    expected = sitk.GetArrayFromImage(sitk.Resample(source, grid, to_index, sitk.sitkLinear, float("nan")))
    both = np.isfinite(expected) & np.isfinite(regular.array)
    both[:, :1], both[:, -1:] = False, False  # at the rim ours continues half a pixel further
    assert both.mean() > 0.5
    inner = both.copy()
    inner[:, 1:-1] &= np.isfinite(expected)[:, 2:] & np.isfinite(expected)[:, :-2]
    np.testing.assert_allclose(regular.array[inner], expected[inner], atol=0.05)


def gapped(positions: tuple[float, ...], dtype: str = "int16") -> Image:
    shape = (len(positions), 6, 5)
    values = np.random.default_rng(4).integers(-500, 500, shape)
    geometry = Geometry(shape, (0.0, 0.0, 10.0), spacing_xyz_mm=(1.0, 1.0, 3.0))
    return Image(values.astype(dtype), geometry, facts=FACTS, slice_positions_mm=positions)


def test_a_lost_slice_is_interpolated_and_the_others_are_kept() -> None:
    positions = (0.0, 3.0, 6.0, 12.0, 15.0, 18.0)  # 9 is missing
    image = gapped(positions)
    regular = regularise(image)
    assert regular.array.shape[0] == 7
    assert regular.geometry.spacing_xyz_mm[2] == pytest.approx(3.0)
    assert regular.slice_positions_mm == ()
    for k, source in ((0, 0), (1, 1), (2, 2), (4, 3), (5, 4), (6, 5)):
        assert np.array_equal(regular.array[k], image.array[source])
    middle = np.floor((image.array[2].astype(float) + image.array[3]) / 2 + 0.5)
    assert np.array_equal(regular.array[3], middle)


@pytest.mark.parametrize("sense", [1.0, -1.0])
def test_uneven_spacing_is_numpys_interp(sense: float) -> None:
    positions = tuple(sense * p for p in (0.0, 2.0, 4.0, 6.0, 7.0, 8.0, 9.0, 10.0, 14.0))
    image = gapped(positions, "float32")
    image = replace(image, geometry=replace(image.geometry, axis_z=(0.0, 0.0, sense)))
    regular = regularise(image)
    assert regular.geometry.spacing_xyz_mm[2] == pytest.approx(1.0)
    assert regular.n_slices == 15
    for k in range(15):
        z = slice_geometry(regular, "stack", k).origin_mm[2] - 10.0
        assert z == pytest.approx(sense * k)
        for y, x in ((0, 0), (3, 4)):
            expected = np.interp(abs(z), np.abs(positions), image.array[:, y, x])
            assert regular.array[k, y, x] == pytest.approx(expected, abs=1e-3)


def test_no_grid_is_more_than_four_times_as_fine() -> None:
    image = gapped((0.0, 0.02, 0.04, 100.0, 200.0, 300.0, 400.0))
    assert regularise(image).n_slices <= 4 * 7 + 1


def test_padding_stays_out_of_the_interpolation() -> None:
    image = tilted(15.0)
    array = image.array.copy()
    array[:, :, :6] = -2000
    regular = regularise(replace(image, array=array, padding=(-2000, -2000)))
    values = np.stack([regular.modality_slice(k) for k in range(regular.n_slices)])
    seen = values[np.isfinite(values)]
    # Any mixture with −2000 would lie below everything that is real.
    assert seen.min() >= image.array.min() - 1
    assert np.isnan(values[:, :, :6]).all()
    assert not np.isnan(values[:, 8:16, 6:]).any()


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "int32"])
def test_places_without_data_are_padding_even_where_the_file_has_none(dtype: str) -> None:
    image = tilted(20.0)
    array = (image.array % 200).astype(dtype)
    array[0, 0, 0] = 0
    regular = regularise(replace(image, array=array))
    corner = regular.modality_slice(0)
    assert np.isnan(corner).any()
    assert regular.array.dtype == np.dtype(dtype)
    real = np.stack([regular.modality_slice(k) for k in range(regular.n_slices)])
    assert np.nanmin(real) >= 0
    assert np.nanmax(real) <= 199


def test_a_type_without_a_free_value_becomes_float() -> None:
    image = tilted(20.0)
    array = np.arange(image.array.size).reshape(image.array.shape).astype(np.uint8)
    regular = regularise(replace(image, array=array))
    assert regular.array.dtype == np.float32
    assert np.isnan(regular.array).any()


def test_slices_with_several_rescales_become_modality_values() -> None:
    image = tilted(0)
    slopes = tuple(0.5 + 0.1 * k for k in range(12))
    pet = replace(image, rescale=Rescale(slopes, (0.0,) * 12), padding=(1000, 1010), unit="BQML")
    regular = regularise(pet)
    assert regular.rescale.is_identity
    assert regular.array.dtype == np.float32
    assert regular.unit == "BQML"
    assert regular.key != pet.key
    assert not regular.facts.resampled  # converted, not interpolated
    for k in (0, 7, 11):
        np.testing.assert_array_equal(regular.array[k], pet.modality_slice(k))
    both = regularise(replace(tilted(12.0), rescale=Rescale(slopes, (0.0,) * 12)))
    assert both.array.dtype == np.float32
    assert both.facts.resampled


def test_planes_of_the_regular_copy_lie_right() -> None:
    regular = regularise(tilted(15.0, "float32"))
    for plane in ("axial", "coronal", "sagittal"):
        found = plane_slice(regular, plane, 5)
        y, x = np.indices(found.values.shape)
        expected = plane_wave(found.geometry.world(x, y))
        sharp = np.isfinite(found.values)
        sharp[1:-1] &= np.isfinite(found.values)[2:] & np.isfinite(found.values)[:-2]
        sharp[:, 1:-1] &= np.isfinite(found.values)[:, 2:] & np.isfinite(found.values)[:, :-2]
        sharp[[0, -1]], sharp[:, [0, -1]] = False, False
        assert sharp.mean() > 0.3
        np.testing.assert_allclose(found.values[sharp], expected[sharp], atol=1e-2)


def test_cancel_points() -> None:
    class Stop(Exception):
        pass

    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise Stop

    with pytest.raises(Stop):
        regularise(tilted(10.0), check)
    assert len(calls) == 3
