"""World and index against nibabel and SimpleITK; letters in every orientation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medviewer.core.geometry import Geometry, direction_letters, opposite_letters
from medviewer.core.image import Facts, Image, Rescale

unit = st.floats(-1, 1)


def geometry(seed: int) -> Geometry:
    rng = np.random.default_rng(seed)
    axes, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return Geometry(
        (7, 8, 9),
        tuple(rng.uniform(-500, 500, 3)),
        *(tuple(float(v) for v in column) for column in axes.T),
        tuple(rng.uniform(0.1, 8, 3)),
    )


@given(st.integers(0, 100_000), st.tuples(*[st.floats(-600, 600)] * 3))
@settings(deadline=None)
def test_index_undoes_world_and_simpleitk_agrees(seed: int, index: tuple[float, float, float]) -> None:
    import SimpleITK as sitk

    g = geometry(seed)
    world = g.world(index)
    np.testing.assert_allclose(g.index(world), index, atol=1e-6)
    peer = sitk.Image(9, 8, 7, sitk.sitkUInt8)
    peer.SetOrigin(g.origin_mm)
    peer.SetSpacing(g.spacing_xyz_mm)
    peer.SetDirection(np.column_stack((g.axis_x, g.axis_y, g.axis_z)).ravel())
    np.testing.assert_allclose(world, peer.TransformContinuousIndexToPhysicalPoint(index), atol=1e-6)
    assert g.is_orthogonal
    assert np.allclose(g.center_world, g.world((4, 3.5, 3)))
    many = np.stack([index, index])
    assert g.world(many).shape == (2, 3)


def test_tilt_is_not_orthogonal() -> None:
    g = Geometry((2, 2, 2), axis_z=(0.0, float(np.sin(0.01)), float(np.cos(0.01))))
    assert not g.is_orthogonal
    assert Geometry((2, 2, 2), axis_z=(0.0, 0.0, -1.0)).is_orthogonal


def test_letters_of_all_48_orientations_are_nibabels() -> None:
    import nibabel

    for order in itertools.permutations(range(3)):
        for signs in itertools.product((1, -1), repeat=3):
            axes = np.zeros((3, 3))
            for column, (axis, sign) in enumerate(zip(order, signs, strict=True)):
                axes[axis, column] = sign
            ras = np.diag((-1, -1, 1)) @ axes  # nibabel's world is RAS+
            expected = nibabel.aff2axcodes(np.block([[ras, np.zeros((3, 1))], [np.zeros((1, 3)), 1]]))
            assert tuple(direction_letters(axes[:, c]) for c in range(3)) == expected


@given(unit, unit, unit)
def test_opposite_directions_have_opposite_letters(x: float, y: float, z: float) -> None:
    letters = direction_letters((x, y, z))
    assert opposite_letters(opposite_letters(letters)) == letters
    # At equal strengths the order of letters is free, the set is not.
    assert set(direction_letters((-x, -y, -z))) == set(opposite_letters(letters))


def test_oblique_letters_come_strongest_first() -> None:
    assert direction_letters((0.8, -0.5, 0.33)) == "LAS"
    assert direction_letters((0.8, -0.5, 0.33), max_letters=1) == "L"
    assert direction_letters((0.999, 0.01, 0.0)) == "L"
    assert direction_letters((0, 0, 0)) == ""
    assert direction_letters((np.nan, 0, 1)) == ""
    assert opposite_letters("LH") == "RF"


# -- images


@pytest.mark.parametrize("dtype", ["int16", "uint8", "float32"])
def test_modality_values_and_padding(dtype: str) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(dtype)
    image = Image(array, Geometry((2, 3, 4)), Rescale((2.0, 0.5), (-1.0, 10.0)), padding=(4, 6))
    first, second = image.modality_slice(0), image.modality_slice(1)
    assert np.isnan(first).sum() == 3
    assert first[0].tolist() == [-1, 1, 3, 5]
    assert second[0].tolist() == [16, 16.5, 17, 17.5]
    assert not image.rescale.is_uniform
    assert not image.rescale.is_identity
    assert Rescale((2.0, 2.0), (0.0, 0.0)).is_uniform


def test_modality_table_continues_its_ends() -> None:
    rescale = Rescale(table_first=-1, table=np.array([5, 7, 11], np.float32))
    assert rescale.apply(np.array([-9, -1, 0, 1, 900], np.int16)).tolist() == [5, 5, 7, 11, 11]
    assert not rescale.is_identity


def test_large_slopes_keep_double_precision_on_the_way() -> None:
    stored = np.array([2_000_000_001], np.int32)
    assert Rescale((1e-9,), (-2.0,)).apply(stored)[0] == pytest.approx(1e-9, abs=1e-10)


def test_facts_are_replaced_without_copying_pixels() -> None:
    image = Image(np.zeros((1, 2, 2), np.int16), Geometry((1, 2, 2)), facts=Facts(modality="CT"))
    other = image.with_facts(resampled=True)
    assert other.array is image.array
    assert (other.facts.modality, other.facts.resampled, image.facts.resampled) == ("CT", True, False)
