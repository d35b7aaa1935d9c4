"""How noisy an image is, estimated from the image itself; the unit in which filters that keep edges are set."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from medviewer.core.image import Image
from medviewer.ops.operation import Context
from medviewer.ops.params import QT_TRANSLATE_NOOP, Help, Label, Range, Step
from medviewer.ops.planes import Plane, Valid, continued, plane_of

NoiseField = Annotated[
    float,
    Range(0.0, 100_000.0),
    Step(0.1),
    Label(QT_TRANSLATE_NOOP("Operations", "Noise")),
    Help(
        QT_TRANSLATE_NOOP(
            "Operations",
            "Standard deviation of the noise, in the unit of the image. 0: it is estimated, for each slice by itself "
            "or as the middle one of all slices for the whole volume.",
        )
    ),
]
"""Field ``noise`` of filters whose strength is a multiple of the noise."""

_CURVATURE = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32) / 6.0
_MEDIAN_TO_SIGMA = 1.4826
_ENOUGH = 250_000

ROUNDING = 1e-6
"""Responses under this share of the largest value are rounding."""


def noise_of_plane(values: Plane, valid: Valid = None) -> float:
    """Standard deviation of white noise on a slice.

    Parameters
    ----------
    values : NDArray of float32, shape (y, x)
        Without missing values (`planes.continued`).
    valid : NDArray of bool, optional
        Only pixels there count.

    Returns
    -------
    float
        0 for a constant slice and one smaller than 3 × 3 pixels.

    Notes
    -----
    The mask of Immerkær, Fast noise variance estimation, CVIU 64(2), 1996, which no plane or edge along an axis
    passes, with the median of absolute values instead of the mean, so that structure counts little. Responses of
    zero (air cut off at the end of the scale) are left out.
    """
    import cv2

    if min(values.shape) < 3:
        return 0.0
    response = cv2.filter2D(values, cv2.CV_32F, _CURVATURE)[1:-1, 1:-1]
    found = response.ravel() if valid is None else response[valid[1:-1, 1:-1]]
    if found.size > _ENOUGH:
        found = found[:: found.size // _ENOUGH]
    found = np.abs(found)
    found = found[found > ROUNDING * float(np.abs(values).max())]
    return float(np.median(found)) * _MEDIAN_TO_SIGMA if found.size else 0.0


def noise_of(image: Image, ctx: Context) -> float:
    """The middle one of the noise of all slices; 0 where none has any."""
    found = []
    for k in range(image.n_slices):
        values, valid = plane_of(image, k)
        found.append(noise_of_plane(continued(values, valid), valid))
        ctx.check()
    some = [sigma for sigma in found if sigma > 0]
    return float(np.median(some)) if some else 0.0
