"""What a pixel classifier sees of each pixel: a bank of filters at several scales in millimetres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image
from medviewer.ops.filters import smooth_plane
from medviewer.ops.operation import Context
from medviewer.ops.planes import continued, plane_of


@dataclass(frozen=True)
class FilterBank:
    """Which features are computed.

    Attributes
    ----------
    scales_mm : tuple of float
        Standard deviations of the Gaussians.
    edges, texture : bool
        Gradient, Laplacian and Hessian; the structure tensor.
    position : bool
        Where in the slice a pixel lies.
    """

    scales_mm: tuple[float, ...]
    edges: bool = True
    texture: bool = True
    position: bool = False

    def names(self, colour: bool = False) -> tuple[str, ...]:
        """What the columns of `of_slice` hold."""
        channels = ("red", "green", "blue") if colour else ("value",)
        names = list(channels)
        for scale in self.scales_mm:
            names += [f"{channel}, Gaussian {scale:g} mm" for channel in channels]
            if self.edges:
                kinds = ("gradient", "Laplacian", "Hessian, larger", "Hessian, smaller")
                names += [f"{kind} {scale:g} mm" for kind in kinds]
            if self.texture:
                names += [f"{kind} {scale:g} mm" for kind in ("structure, larger", "structure, smaller")]
        return (*names, "x", "y", "z") if self.position else tuple(names)

    def of_slice(self, image: Image, k: int, ctx: Context) -> NDArray[np.float32]:
        """The features of every pixel of slice `k`, float32 (features, y, x).

        Derivatives are per standard deviation, so that they mean the same at every scale. Missing values are
        continued from their neighbours.
        """
        sx, sy, _ = image.geometry.spacing_xyz_mm
        channels = _channels(image, k)
        out: list[NDArray[np.float32]] = list(channels)
        for scale in self.scales_mm:
            ctx.check()
            smooth = [smooth_plane(channel, scale / sx, scale / sy, ctx) for channel in channels]
            out += smooth
            if not (self.edges or self.texture):
                continue
            level = np.asarray(smooth[0] if len(smooth) == 1 else np.mean(smooth, axis=0), np.float32)
            gx, gy = _derivative(level, 1, scale / sx), _derivative(level, 0, scale / sy)
            if self.edges:
                xx, yy = _derivative(gx, 1, scale / sx), _derivative(gy, 0, scale / sy)
                xy = _derivative(gx, 0, scale / sy)
                out += [np.hypot(gx, gy), xx + yy, *_eigenvalues(xx, xy, yy)]
            if self.texture:
                around = [smooth_plane(part, scale / sx, scale / sy, ctx) for part in (gx * gx, gx * gy, gy * gy)]
                out += [np.sqrt(np.maximum(v, 0)) for v in _eigenvalues(*around)]
        if self.position:
            rows, columns = channels[0].shape
            x, y = np.arange(columns, dtype=np.float32) * sx, np.arange(rows, dtype=np.float32)[:, None] * sy
            z = np.float32(k * image.geometry.spacing_xyz_mm[2])
            out += [np.broadcast_to(axis, (rows, columns)).astype(np.float32) for axis in (x, y, z)]
        return np.stack(out)


def _channels(image: Image, k: int) -> Sequence[NDArray[np.float32]]:
    if image.is_colour:
        return [np.ascontiguousarray(image.array[k, ..., c], dtype=np.float32) for c in range(3)]
    return [continued(*plane_of(image, k))]


def valid_of(image: Image, k: int) -> NDArray[np.bool_] | None:
    """Where slice `k` has values; None: everywhere."""
    return None if image.is_colour else plane_of(image, k)[1]


def _derivative(values: NDArray[np.float32], axis: int, scale: float) -> NDArray[np.float32]:
    """Central difference along an axis, per `scale` pixels; the edges continued."""
    import cv2

    kernel = np.asarray([-0.5, 0.0, 0.5], np.float32) * np.float32(scale)
    one = np.ones(1, np.float32)
    along_x, along_y = (kernel, one) if axis == 1 else (one, kernel)
    found = cv2.sepFilter2D(values, cv2.CV_32F, along_x, along_y, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32).reshape(values.shape)


def _eigenvalues(
    xx: NDArray[np.float32], xy: NDArray[np.float32], yy: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Of symmetric 2 × 2 matrices: the larger and the smaller."""
    middle = (xx + yy) * np.float32(0.5)
    half = np.hypot((xx - yy) * np.float32(0.5), xy)
    return middle + half, middle - half
