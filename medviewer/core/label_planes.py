"""Labels on the planes that panes show: from pixels of a slice to voxels of the stack, and back.

A label volume lies on the grid of the stack as stored. Planes across a regular stack are views of it; where the
picture comes from a regularised copy (tilted, irregular), each of its pixels shows the label of the nearest voxel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core import slicing
from medviewer.core.image import Image, SpacingSource
from medviewer.core.tiles import Box

KEPT = 4

Voxel = tuple[float, float, float]
"""Continuous voxel coordinates x, y, z of the stack."""


@dataclass(frozen=True, eq=False)
class StackFrame:
    """Where the voxels of a stack lie, along its rows, columns and normal; millimetres, or voxels where not known.

    Attributes
    ----------
    step_xy : tuple of float
        Distance of pixel centres.
    offset_xy : NDArray of float64, shape (slices, 2)
        Where pixel (0, 0) of each slice lies; not 0 for a tilted stack.
    position : NDArray of float64, shape (slices,)
        Of each slice along the normal.
    in_mm : bool
        Whether lengths are millimetres.
    """

    step_xy: tuple[float, float]
    offset_xy: NDArray[np.float64]
    position: NDArray[np.float64]
    in_mm: bool

    @classmethod
    def of(cls, image: Image) -> StackFrame:
        """The frame of a stack."""
        n, g = image.n_slices, image.geometry
        if image.facts.spacing_source is SpacingSource.NONE:
            return cls((1.0, 1.0), np.zeros((n, 2)), np.arange(n, dtype=np.float64), False)
        first = np.asarray(g.origin_mm)
        away = np.array([slicing.slice_geometry(image, "stack", k).origin_mm for k in range(n)]) - first
        offset = np.column_stack((away @ np.asarray(g.axis_x), away @ np.asarray(g.axis_y)))
        return cls((g.spacing_xyz_mm[0], g.spacing_xyz_mm[1]), offset, away @ g.normal, True)

    @property
    def is_flat(self) -> bool:
        """Whether all slices lie in one place (a film, a photograph, times of one slice): no third dimension."""
        return len(self.position) < 2 or bool(np.ptp(self.position) < 1e-6)

    def place(self, voxel: Voxel) -> NDArray[np.float64]:
        """Position (along rows, along columns, along the normal) of continuous voxel coordinates."""
        x, y, z = voxel
        ks = np.arange(len(self.position))
        u = np.interp(z, ks, self.offset_xy[:, 0]) + x * self.step_xy[0]
        v = np.interp(z, ks, self.offset_xy[:, 1]) + y * self.step_xy[1]
        return np.array((u, v, np.interp(z, ks, self.position)))

    @property
    def voxel_size(self) -> float:
        """Volume of a voxel, in mm³ or voxels; slices of uneven distance count with their mean one."""
        if not self.in_mm:
            return 1.0
        apart = abs(self.position[-1] - self.position[0]) / (len(self.position) - 1) if not self.is_flat else 0.0
        return float(self.step_xy[0] * self.step_xy[1] * apart)


@dataclass(frozen=True, eq=False)
class LabelPlane:
    """The slices of one plane as parts of a label volume on the grid of the stack.

    Attributes
    ----------
    stack : Image
        The stack as stored.
    volume : Image
        What the plane is cut from: the stack, or its regularised copy.
    plane : str
        ``"stack"``, ``"axial"``, ``"coronal"`` or ``"sagittal"``.
    """

    stack: Image
    volume: Image
    plane: str

    @cached_property
    def is_aligned(self) -> bool:
        """Whether pixels of the plane are voxels of the stack."""
        a, b = self.stack, self.volume
        return self.plane == "stack" or (a.geometry == b.geometry and a.array.shape[:3] == b.array.shape[:3])

    @cached_property
    def _steps(self) -> tuple[tuple[int, int], ...]:
        """Axis (0 x, 1 y, 2 z) and sense along which slices, rows and columns are counted."""
        if self.plane == "stack":
            return (2, 1), (1, 1), (0, 1)
        g = self.volume.geometry
        first = slicing.slice_geometry(self.volume, self.plane, 0.0)
        start = g.index(first.world(0, 0))
        ways = (
            g.index(slicing.slice_geometry(self.volume, self.plane, 1.0).world(0, 0)) - start,
            g.index(first.world(0, 1)) - start,
            g.index(first.world(1, 0)) - start,
        )
        found = []
        for way in ways:
            axis = int(np.argmax(np.abs(way)))
            found.append((axis, 1 if way[axis] > 0 else -1))
        return tuple(found)

    @property
    def axis_zyx(self) -> int:
        """The axis of the label array (0 z, 1 y, 2 x) across the plane; for a resampled copy, the nearest one."""
        return 2 - self._steps[0][0]

    @property
    def shape_yx(self) -> tuple[int, int]:
        """Rows and columns of its slices."""
        return slicing.slice_geometry(self.volume, self.plane, 0.0).shape_yx

    def labels(self, array: NDArray[Any], k: int) -> NDArray[Any]:
        """The labels of slice `k`, shape (y, x): a view where pixels are voxels, else a copy; 0 outside the stack."""
        if self.is_aligned:
            return self._view(array, k)
        z, y, x, inside = self._nearest(k)
        found: NDArray[Any] = array[z, y, x]
        found[~inside] = 0
        return found

    def _view(self, array: NDArray[Any], k: int) -> NDArray[Any]:
        if self.plane == "stack":
            whole: NDArray[Any] = array[k]
            return whole
        (across, across_way), (rows, rows_way), (columns, columns_way) = self._steps
        size = array.shape[2 - across]
        cut: NDArray[Any] = np.moveaxis(array, 2 - across, 0)[k if across_way > 0 else size - 1 - k]
        if rows < columns:
            cut = cut.swapaxes(0, 1)
        return cut[::rows_way, ::columns_way]

    @cached_property
    def frame(self) -> StackFrame:
        """Where the voxels of the stack lie."""
        return StackFrame.of(self.stack)

    @cached_property
    def _kept(self) -> dict[int, tuple[Any, ...]]:
        """The nearest voxels of the slices asked for last."""
        return {}

    def _nearest(self, k: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
        if k in self._kept:
            z_, y_, x_, inside_ = self._kept[k]
            return z_, y_, x_, inside_
        rows, columns = self.shape_yx
        where = self.voxels(k, np.arange(columns)[None, :], np.arange(rows)[:, None])
        nearest = np.rint(where).astype(np.intp)
        z, y, x = self.stack.array.shape[:3]
        limits = np.array((x, y, z)) - 1
        inside: NDArray[np.bool_] = np.asarray(((nearest >= 0) & (nearest <= limits)).all(axis=-1))
        nearest = np.clip(nearest, 0, limits)
        while len(self._kept) >= KEPT:
            self._kept.pop(next(iter(self._kept)))
        found = nearest[..., 2], nearest[..., 1], nearest[..., 0], inside
        self._kept[k] = found
        return found

    def voxels(self, k: float, x: Any, y: Any) -> NDArray[np.float64]:
        """Continuous voxel coordinates (x, y, z), shape (..., 3), of pixels of slice `k`."""
        if self.plane == "stack":
            return np.stack(np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float), float(k)), axis=-1)
        world = slicing.slice_geometry(self.volume, self.plane, k).world(x, y)
        if self.is_aligned:
            return self.stack.geometry.index(world)
        g = self.stack.geometry
        frame = self.frame
        away = world - np.asarray(g.origin_mm)
        order = np.argsort(frame.position)
        positions = frame.position[order]
        off = away @ g.normal
        z = np.interp(off, positions, order.astype(np.float64))
        # Half a slice beyond the ends still belongs to the last ones; what lies further does not.
        first, last = positions[1] - positions[0], positions[-1] - positions[-2]
        z = np.where(off < positions[0] - first / 2, -2.0, z)
        z = np.where(off > positions[-1] + last / 2, -2.0, z)
        nearest = np.clip(np.rint(z), 0, len(positions) - 1).astype(np.intp)
        shift = frame.offset_xy[nearest]
        u = (away @ np.asarray(g.axis_x) - shift[..., 0]) / frame.step_xy[0]
        v = (away @ np.asarray(g.axis_y) - shift[..., 1]) / frame.step_xy[1]
        return np.stack((u, v, z), axis=-1)

    def put(
        self,
        read: Callable[[Box], NDArray[Any]],
        k: int,
        corner_yx: tuple[int, int],
        where: NDArray[np.bool_],
        value: int,
    ) -> tuple[Box, NDArray[Any]] | None:
        """Pixels of slice `k` given a label: the box of voxels that this concerns, and their new values.

        Parameters
        ----------
        read : callable
            Gives the labels of a box of voxels as they are, in an array that may be written to.
        corner_yx : tuple of int
            Where `where` begins in the slice.
        where : NDArray of bool, shape (h, w)
            Pixels to be given the label.
        value : int
            0 takes labels away.

        Returns
        -------
        tuple of Box and NDArray, or None
            None when no voxel is concerned.
        """
        if not where.any():
            return None
        top, left = corner_yx
        rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
        where = where[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        top, left = top + int(rows[0]), left + int(columns[0])
        if self.is_aligned:
            low = self._voxel_of(k, top, left)
            high = self._voxel_of(k, top + where.shape[0] - 1, left + where.shape[1] - 1)
            (x0, y0, z0), (x1, y1, z1) = (
                tuple(min(a, b) for a, b in zip(low, high, strict=True)),
                tuple(max(a, b) + 1 for a, b in zip(low, high, strict=True)),
            )
            box = Box(z0, y0, x0, z1, y1, x1)
            block = read(box)
            self._view_of_block(block)[where] = value
            return box, block
        z, y, x, inside = (
            part[top : top + where.shape[0], left : left + where.shape[1]] for part in self._nearest(k)
        )
        chosen = where & inside
        if not chosen.any():
            return None
        zs, ys, xs = z[chosen], y[chosen], x[chosen]
        box = Box(
            int(zs.min()),
            int(ys.min()),
            int(xs.min()),
            int(zs.max()) + 1,
            int(ys.max()) + 1,
            int(xs.max()) + 1,
        )
        block = read(box)
        block[zs - box.z0, ys - box.y0, xs - box.x0] = value
        return box, block

    def _voxel_of(self, k: int, row: int, column: int) -> tuple[int, int, int]:
        """Voxel x, y, z of a pixel, where the plane is aligned."""
        found = [0, 0, 0]
        sizes = self.stack.array.shape[2::-1]
        for (axis, way), index in zip(self._steps, (k, row, column), strict=True):
            found[axis] = index if way > 0 else sizes[axis] - 1 - index
        return found[0], found[1], found[2]

    def _view_of_block(self, block: NDArray[Any]) -> NDArray[Any]:
        if self.plane == "stack":
            first: NDArray[Any] = block[0]
            return first
        (across, _), (rows, rows_way), (columns, columns_way) = self._steps
        cut: NDArray[Any] = np.moveaxis(block, 2 - across, 0)[0]
        if rows < columns:
            cut = cut.swapaxes(0, 1)
        return cut[::rows_way, ::columns_way]

    def box_on(self, box: Box, k: int) -> tuple[int, int, int, int] | None:
        """The part (y0, x0, y1, x1) of slice `k` that a box of voxels can touch; None when it does not."""
        if not self.is_aligned:
            rows, columns = self.shape_yx
            return 0, 0, rows, columns
        low, high = (box.x0, box.y0, box.z0), (box.x1, box.y1, box.z1)
        sizes = self.stack.array.shape[2::-1]
        spans = []
        for axis, way in self._steps:
            a, b = low[axis], high[axis]
            spans.append((a, b) if way > 0 else (sizes[axis] - b, sizes[axis] - a))
        (first, end), (y0, y1), (x0, x1) = spans
        return (y0, x0, y1, x1) if first <= k < end else None

    def index_of(self, voxel: Voxel) -> float:
        """Continuous index of the slice of the plane that passes through a voxel."""
        if self.plane == "stack":
            return voxel[2]
        if self.is_aligned:
            axis, way = self._steps[0]
            at = voxel[axis]
            return at if way > 0 else self.stack.array.shape[2 - axis] - 1 - at
        frame_k = slicing.slice_geometry(self.stack, "stack", voxel[2])
        return slicing.plane_index_of(self.volume, self.plane, frame_k.world(voxel[0], voxel[1]))
