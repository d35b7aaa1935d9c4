"""Where voxels lie in the patient: regular grids in DICOM's patient space (LPS, millimetres)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = tuple[float, float, float]

_LETTERS = (("R", "L"), ("A", "P"), ("I", "S"))  # towards negative, positive LPS axis


@dataclass(frozen=True)
class Geometry:
    """A regular grid of voxels in patient space.

    Attributes
    ----------
    shape_zyx : tuple of int
        Number of slices, rows, columns.
    origin_mm : tuple of float
        LPS position of the centre of voxel (z=0, y=0, x=0), in mm.
    axis_x, axis_y, axis_z : tuple of float
        Unit vectors in LPS along which the column, row and slice index grow. `axis_x`, `axis_y` are the two
        halves of ImageOrientationPatient (PS3.3 C.7.6.2.1.1). `axis_z` need not be perpendicular (gantry tilt).
    spacing_xyz_mm : tuple of float
        Distance of neighbouring voxel centres along each axis, in mm (> 0).
    frame_of_reference_uid : str
        Empty when unknown.
    """

    shape_zyx: tuple[int, int, int]
    origin_mm: Vector = (0.0, 0.0, 0.0)
    axis_x: Vector = (1.0, 0.0, 0.0)
    axis_y: Vector = (0.0, 1.0, 0.0)
    axis_z: Vector = (0.0, 0.0, 1.0)
    spacing_xyz_mm: Vector = (1.0, 1.0, 1.0)
    frame_of_reference_uid: str = ""

    @cached_property
    def affine(self) -> NDArray[np.float64]:
        """The 4×4 matrix from (x, y, z, 1) index to (L, P, S, 1) mm (PS3.3 equation C.7.6.2.1-1)."""
        m = np.eye(4, dtype=np.float64)
        for column, (axis, step) in enumerate(
            zip((self.axis_x, self.axis_y, self.axis_z), self.spacing_xyz_mm, strict=True)
        ):
            m[:3, column] = np.asarray(axis) * step
        m[:3, 3] = self.origin_mm
        return m

    @cached_property
    def inverse_affine(self) -> NDArray[np.float64]:
        """The 4×4 matrix from (L, P, S, 1) mm to (x, y, z, 1) index."""
        inverse: NDArray[np.float64] = np.asarray(np.linalg.inv(self.affine), dtype=np.float64)
        return inverse

    @cached_property
    def normal(self) -> NDArray[np.float64]:
        """Unit normal of the slice plane, axis_x × axis_y."""
        n = np.cross(np.asarray(self.axis_x, dtype=np.float64), np.asarray(self.axis_y, dtype=np.float64))
        normal: NDArray[np.float64] = np.asarray(n / np.linalg.norm(n), dtype=np.float64)
        return normal

    @property
    def is_orthogonal(self) -> bool:
        """Whether the slice axis is parallel to the normal within 1e-3 (no gantry tilt)."""
        return bool(abs(abs(float(self.normal @ np.asarray(self.axis_z))) - 1.0) < 5e-7)

    def world(self, index_xyz: ArrayLike) -> NDArray[np.float64]:
        """Patient position in mm, shape (..., 3), of continuous voxel indices (x, y, z), shape (..., 3)."""
        p = np.asarray(index_xyz, dtype=np.float64)
        w: NDArray[np.float64] = p @ self.affine[:3, :3].T + self.affine[:3, 3]
        return w

    def index(self, world_mm: ArrayLike) -> NDArray[np.float64]:
        """Continuous voxel index (x, y, z), shape (..., 3), of patient positions in mm, shape (..., 3)."""
        p = np.asarray(world_mm, dtype=np.float64)
        i: NDArray[np.float64] = p @ self.inverse_affine[:3, :3].T + self.inverse_affine[:3, 3]
        return i

    @property
    def center_world(self) -> NDArray[np.float64]:
        """Patient position in mm of the centre of the grid."""
        z, y, x = self.shape_zyx
        return self.world(((x - 1) / 2, (y - 1) / 2, (z - 1) / 2))


def direction_letters(direction: ArrayLike, max_letters: int = 3, threshold: float = 0.0872) -> str:
    """Anatomical letters of a direction in LPS, strongest first.

    Parameters
    ----------
    direction : array_like, shape (3,)
        Direction in LPS; need not be normalised.
    max_letters : int
        At most so many letters (oblique directions have up to three, as in ``"LPS"``).
    threshold : float
        Components smaller than this fraction of the length (default sin 5°) give no letter.

    Returns
    -------
    str
        Letters out of R/L, A/P, I/S (PS3.3 C.7.6.1.1.1 uses H/F for S/I in PatientOrientation); empty for a
        zero or non-finite direction.
    """
    v = np.asarray(direction, dtype=np.float64)
    length = float(np.linalg.norm(v))
    if not np.isfinite(length) or length < 1e-9:
        return ""
    v = v / length
    letters = ""
    for axis in sorted(range(3), key=lambda a: -abs(v[a])):
        if abs(v[axis]) > threshold and len(letters) < max_letters:
            letters += _LETTERS[axis][1 if v[axis] > 0 else 0]
    return letters


def opposite_letters(letters: str) -> str:
    """The letters of the opposite direction (``"LP"`` → ``"RA"``)."""
    return letters.translate(str.maketrans("RLAPISHF", "LRPASIFH"))
