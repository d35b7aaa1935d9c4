"""Grey images from colour ones."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from medviewer.core.image import Image, Rescale
from medviewer.ops.operation import Context, Operation, operation
from medviewer.ops.params import QT_TRANSLATE_NOOP, Choices, Help, Label
from medviewer.ops.planes import image_of, plane_of

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue; ITU-R BT.601, and PS3.3 C.7.6.3.1.2 for YBR_FULL."""


class Channel(enum.StrEnum):
    """What of a colour becomes the grey value."""

    LUMINANCE = "luminance"
    RED = "red"
    GREEN = "green"
    BLUE = "blue"
    HUE = "hue"
    SATURATION = "saturation"
    VALUE = "value"


@dataclass(frozen=True)
class GreyParams:
    """Parameters of the step from colour to grey."""

    channel: Annotated[
        Channel,
        Choices(
            {
                "luminance": QT_TRANSLATE_NOOP("Operations", "Luminance"),
                "red": QT_TRANSLATE_NOOP("Operations", "Red"),
                "green": QT_TRANSLATE_NOOP("Operations", "Green"),
                "blue": QT_TRANSLATE_NOOP("Operations", "Blue"),
                "hue": QT_TRANSLATE_NOOP("Operations", "Hue"),
                "saturation": QT_TRANSLATE_NOOP("Operations", "Saturation"),
                "value": QT_TRANSLATE_NOOP("Operations", "Value (HSV)"),
            }
        ),
        Label(QT_TRANSLATE_NOOP("Operations", "Take")),
        Help(
            QT_TRANSLATE_NOOP(
                "Operations",
                "Stains often stand out best in one channel: nuclei in saturation or red, blood cells in green.",
            )
        ),
    ] = Channel.LUMINANCE


@operation(
    id="colour.grey",
    version=1,
    group=QT_TRANSLATE_NOOP("Operations", "Colour"),
    title=QT_TRANSLATE_NOOP("Operations", "Grey from colour"),
    colour=True,
)
def grey(image: Image, params: GreyParams, ctx: Context) -> Image:
    """Makes a grey image of a colour one, which thresholds, edges and features can work on.

    Luminance, red, green, blue, saturation and value go from 0 to 255; hue from 0 to 360 degrees, 0 for grey. A grey
    image stays as it is.

    Returns
    -------
    Image
        float32 values, the geometry of the input.

    Notes
    -----
    Luminance: 0.299 R + 0.587 G + 0.114 B, not rounded. Hue, saturation and value of the hexagonal HSV model (Smith,
    SIGGRAPH 1978).
    """
    out = np.empty(image.array.shape[:3], dtype=np.float32)
    for k in range(image.n_slices):
        ctx.check()
        if image.is_colour:
            out[k] = channel_of(image.array[k], params.channel)
        else:
            out[k] = plane_of(image, k)[0]
        ctx.progress((k + 1) / image.n_slices)
    if not image.is_colour:
        return image_of(image, out)
    return replace(image, array=out, rescale=Rescale(), padding=None, unit="", key="")


def channel_of(pixels: NDArray[Any], channel: Channel) -> NDArray[np.float32]:
    """One value for each colour.

    Parameters
    ----------
    pixels : NDArray of uint8, shape (y, x, 3)
        RGB.

    Returns
    -------
    NDArray of float32, shape (y, x)
        0..255; hue 0..360 (less than 360).
    """
    import cv2

    pixels = np.ascontiguousarray(pixels)
    if channel in (Channel.RED, Channel.GREEN, Channel.BLUE):
        which = (Channel.RED, Channel.GREEN, Channel.BLUE).index(channel)
        return pixels[..., which].astype(np.float32)
    if channel is Channel.LUMINANCE:
        found = cv2.transform(pixels.astype(np.float32), np.asarray([LUMA], dtype=np.float32))
        return np.asarray(found, np.float32).reshape(pixels.shape[:2])
    hsv = np.asarray(cv2.cvtColor(pixels.astype(np.float32), cv2.COLOR_RGB2HSV), np.float32)
    which = (Channel.HUE, Channel.SATURATION, Channel.VALUE).index(channel)
    one: NDArray[np.float32] = np.ascontiguousarray(hsv[..., which])
    if channel is Channel.SATURATION:
        one *= np.float32(255)
    elif channel is Channel.HUE:
        one[one >= 360] -= 360
    return one


OPERATIONS: tuple[Operation, ...] = (grey,)
